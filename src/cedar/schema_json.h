/* Schemas in Cedar's JSON syntax: reading them, and translating between the two syntaxes. In the
 * library cedar_json, because the engine itself needs no JSON. */
#ifndef ENDUSE_CEDAR_SCHEMA_JSON_H
#define ENDUSE_CEDAR_SCHEMA_JSON_H

#include "cedar/schema.h"
#include "json/json.h"

/* Reads a schema from JSON text of at most CEDAR_SCHEMA_JSON_MAX bytes. Accepts what the official
 * engine (4.12) accepts, but for the experimental additionalAttributes. Errors as
 * cedar_schema_parse, and the rows JSON_*. */
MUST_CHECK enum error
cedar_schema_json_parse(struct bytes text, struct fault *fault, struct cedar_schema **ret_schema);

/* Append the schema in the other syntax: JSON indented by two spaces, text as cedar_schema_format
 * lays it out. The schema must be whole: names are resolved. Text cannot say all that JSON can:
 * ERROR_SCHEMA_CONTEXT where an entity's attributes are the name of a type, ERROR_SCHEMA_SHADOWED
 * where a name would mean something else in text. */
MUST_CHECK enum error
cedar_schema_to_json(struct bytes text, struct fault *fault, struct buffer *out);
MUST_CHECK enum error
cedar_schema_to_text(struct bytes json, struct fault *fault, struct buffer *out);

#endif

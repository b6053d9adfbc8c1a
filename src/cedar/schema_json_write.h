/* Writing a schema's source as JSON. For schema_json.c only. */
#ifndef ENDUSE_CEDAR_SCHEMA_JSON_WRITE_H
#define ENDUSE_CEDAR_SCHEMA_JSON_WRITE_H

#include "cedar/schema_source.h"

/* Appends the JSON of a source. */
MUST_CHECK enum error cedar_schema_source_to_json(
    const struct source_schema *source, struct fault *fault, struct buffer *out);

#endif

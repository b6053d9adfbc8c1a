/* Entities, requests and values from Cedar's JSON. Without a schema, what is no plain JSON is
 * written
 * {"__entity": …} or {"__extn": …}. With one (the functions named _typed), {"type": …, "id": …}
 * suffices where an entity is expected, and "1.2.3.4" or {"fn": …, "arg": …} where an extension
 * value is. Whether what was read conforms to the schema is for cedar_check_… (check.h) to say. In
 * a library of its own (cedar_json), because the engine itself needs no JSON. */
#ifndef ENDUSE_CEDAR_DATA_JSON_H
#define ENDUSE_CEDAR_DATA_JSON_H

#include "cedar/authorize.h"
#include "cedar/entities.h"
#include "cedar/schema.h"
#include "json/json.h"

/* Reads {"type": …, "id": …}, or that as the member "__entity". Both names are added to symbols. */
enum error cedar_json_uid(
    const struct json *json, struct cedar_symbols *symbols, struct fault *fault,
    const struct cedar_uid **ret_uid);

/* Reads a value: booleans, whole numbers of 64 bits, strings, arrays as sets, objects as records,
 * and the two escapes. null and other numbers are refused (JSON_TYPE). What is made is in arena. */
enum error cedar_json_value(
    const struct json *json, struct cedar_symbols *symbols, struct arena *arena,
    struct fault *fault, struct cedar_value *ret_value);

/* Reads an object as a record (a context, attributes, tags). */
enum error cedar_json_record(
    const struct json *json, struct cedar_symbols *symbols, struct arena *arena,
    struct fault *fault, struct cedar_record **ret_record);

/* Adds all entities of an array of {"uid", "attrs", "parents", "tags"}. Attributes are in arena,
 * which must outlive the store. What was added before an error stays. */
enum error cedar_json_entities(
    const struct json *json, struct cedar_symbols *symbols, struct arena *arena,
    struct cedar_entities *entities, struct fault *fault);

/* The same with what a schema expects; type and schema may be NULL. */
enum error cedar_json_value_typed(
    const struct json *json, const struct cedar_type *type, struct cedar_symbols *symbols,
    struct arena *arena, struct fault *fault, struct cedar_value *ret_value);
enum error cedar_json_record_typed(
    const struct json *json, const struct cedar_record_type *type, struct cedar_symbols *symbols,
    struct arena *arena, struct fault *fault, struct cedar_record **ret_record);
enum error cedar_json_entities_typed(
    const struct json *json, const struct cedar_schema *schema, struct cedar_symbols *symbols,
    struct arena *arena, struct cedar_entities *entities, struct fault *fault);

/* Reads {"principal": …, "action": …, "resource": …, "context": {…}}; the first three as
 * cedar_json_uid or as the text Type::"id". Without a context it is empty. Other members are left
 * alone. schema may be NULL. */
enum error cedar_json_request(
    const struct json *json, const struct cedar_schema *schema, struct cedar_symbols *symbols,
    struct arena *arena, struct fault *fault, struct cedar_request *ret_request);

#endif

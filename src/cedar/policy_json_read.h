/* What the parts of reading JSON share. For policy_json_*.c and data_json.c only. */
#ifndef ENDUSE_CEDAR_POLICY_JSON_READ_H
#define ENDUSE_CEDAR_POLICY_JSON_READ_H

#include "cedar/policy_json.h"

/* One reading; the tree that is made lives in arena (NULL: only names are read) until it is
 * printed.
 */
struct cedar_json_reading {
    struct arena *arena;
    struct fault *fault;
};

/* Reads an expression into a tree without places. */
enum error cedar_json_expr(
    struct cedar_json_reading *reading, const struct json *json,
    const struct cedar_expr **ret_expr);

/* Reads {"type", "id"}, or that as the member "__entity". The type must be a path of names. */
enum error cedar_json_entity_name(
    struct cedar_json_reading *reading, const struct json *json,
    struct cedar_entity_name *ret_entity);

/* Reads a string that must be a path of names: A::B. */
enum error cedar_json_path(
    struct cedar_json_reading *reading, const struct json *json, const char *member,
    struct bytes *ret_path);

/* The error of {"__expr": …}: an old escape for source text; the language has taken it back. */
enum error cedar_json_no_expr(const struct json *json, struct fault *fault);

enum error cedar_json_no_memory(struct cedar_json_reading *reading);

#endif

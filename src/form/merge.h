/* JSON merge patches (RFC 7396), looked at without building the merged tree. */
#ifndef ENDUSE_FORM_MERGE_H
#define ENDUSE_FORM_MERGE_H

#include "json/json.h"

/* A value as it is after merging: base alone, the patch alone, or two objects merged. Both are NULL
 * where there is nothing. */
struct merged {
    const struct json *base;
    const struct json *patch;
};

/* A member of a merged object. RFC 7396 section 2: a null in the patch removes, two objects are
 * merged, anything else in the patch replaces. */
struct merged merged_find(struct merged object, struct bytes name);
struct merged merged_member(struct merged object, const char *name);

/* Whether there is a value. */
bool merged_there(struct merged value);

/* The value where it is no merged object: for scalars and arrays. NULL where there is none. */
const struct json *merged_value(struct merged value);

/* The names of a merged object: those of the base that are not removed, then those that the patch
 * adds. Ask for position 0, 1, ... until false. */
bool merged_name_at(struct merged object, size_t position, struct bytes *ret_name);

/* As json_allow and json_expect (JSON_OBJECT), on both sides. */
enum error merged_allow(struct merged object, const char *const *names, struct fault *fault);

/* As json_fault, at the patch's place where there is a patch. */
PRINTF_LIKE(5, 6)
enum error merged_fault(
    struct merged value, struct fault *fault, enum error error, const char *expected,
    const char *found, ...);

#endif

/* A file's content, or an act's, field by field, for a person. Internal to site/. */
#ifndef ENDUSE_SITE_VALUES_H
#define ENDUSE_SITE_VALUES_H

#include "authority/authority.h"
#include "site/views.h"

/* The fields of *value that are there, in the layout's order; those of file_base are left out.
 * Bytes are shown by their length. ERROR_MEMORY. */
enum error values_make(
    const struct layout *layout, const void *value, struct arena *arena, struct fault *fault,
    struct view_value **ret_items, size_t *ret_count);

/* The same of an encoded document, and of an act's body. Errors of reading them besides. */
enum error values_of_payload(
    const struct layout *layout, struct bytes payload, struct arena *arena, struct fault *fault,
    struct view_value **ret_items, size_t *ret_count);
enum error values_of_body(
    const struct layout *layout, const struct datum *body, struct arena *arena, struct fault *fault,
    struct view_value **ret_items, size_t *ret_count);

/* What a file is about, in a line: its name, purpose or the like; "" when it says nothing. */
const char *values_summary(enum file_kind kind, const void *content);

/* Where a file is shown: "/register/licence/IL-2026-0017". */
const char *values_href(struct arena *arena, enum file_kind kind, const char *number);

#endif

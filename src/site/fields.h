/* A form for an act's body, made of the body's layout, and reading what was filled in. A field of
 * the form has the name of its place: "owners.2.name". Internal to site/. */
#ifndef ENDUSE_SITE_FIELDS_H
#define ENDUSE_SITE_FIELDS_H

#include "authority/authority.h"
#include "http/request.h"
#include "site/views.h"

/* Before the names of an act's fields in the form's pairs. */
#define FIELDS_PREFIX "body."

/* The name of the button that adds an item to a list; its value is the list's name. */
#define FIELDS_MORE "more"

/* The fields of the form, filled in with what the pairs have. ERROR_MEMORY. */
enum error fields_make(
    const struct layout *layout, struct http_pairs pairs, struct arena *arena, struct fault *fault,
    struct view_field **ret_items, size_t *ret_count);

/* The pairs of a form of the layout that is filled in beforehand with *value; what is zero there is
 * left empty, and so are digests, ids and blobs. In arena. */
enum error fields_fill(
    const struct layout *layout, const void *value, struct arena *arena, struct fault *fault,
    struct http_pairs *ret_pairs);

/* What was filled in, as an act's body; what was left empty is absent, a list's item that is empty
 * throughout likewise. Whether it is a body of the layout, layout_read_datum says. The place of a
 * fault is the field's, without the prefix. */
enum error fields_read(
    const struct layout *layout, struct http_pairs pairs, struct arena *arena, struct fault *fault,
    struct datum *ret_body);

/* A text of several lines as it is meant: browsers send CR LF between them. NULL: no memory. */
char *fields_lines(struct arena *arena, const char *value);

/* Notes a fault at the field that its place names, and in the list at the page's top; where there
 * is no such field, in the list alone. The words are in the arena. */
enum error fields_mistake(
    const struct fault *mistake, struct view_field *items, size_t count, struct arena *arena,
    struct fault *fault, struct view_mistake *ret_mistake);

#endif

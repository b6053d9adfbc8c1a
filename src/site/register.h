/* Listing files that a reader sees. Internal to site/. */
#ifndef ENDUSE_SITE_REGISTER_H
#define ENDUSE_SITE_REGISTER_H

#include "service/core.h"
#include "site/views.h"

/* What is asked for. */
struct register_query {
    struct store_query query; /* its limit is the list's own */
    const char *words;        /* that a file must say; NULL: anything */
};

/* At most so many rows, in the reading's arena; *ret_next is the number to go on after, or NULL
 * where there are no more. asked->query.after moves on. */
enum error register_list(
    struct reading *reading, struct register_query *asked, size_t most,
    struct view_file_row **ret_rows, size_t *ret_count, const char **ret_next);

#endif

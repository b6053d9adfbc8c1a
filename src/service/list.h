/* Going through the files of a kind that a reader sees, as a query asks for them. */
#ifndef ENDUSE_SERVICE_LIST_H
#define ENDUSE_SERVICE_LIST_H

#include "service/core.h"

/* What is asked for. */
struct asked {
    struct store_query query; /* after: where to begin; its limit is of a chunk */
    const char *words;        /* that a file must say; NULL: anything */
    size_t limit;
};

/* The kind of the path and the parameters parent, state, q, cursor and limit; refuses a kind of
 * which the reader sees nothing. */
enum error
list_read(struct reading *reading, const struct http_request *request, struct asked *ret_asked);

/* Does something with one file; arena is given back before the next files are read. */
typedef enum error list_put(
    struct reading *reading, enum file_kind kind, const struct store_entry *entry,
    struct arena *arena, void *context);

/* Calls put for each file that is asked for and visible, a chunk at a time. *ret_after is where to
 * go on, in the reading's arena, or NULL at the end. */
enum error list_each(
    struct reading *reading, struct asked *asked, list_put *put, void *context,
    const char **ret_after);

#endif

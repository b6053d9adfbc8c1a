/* What a work queue is asked for: whose work, of which kind, in which state, in which order, from
 * where on. It is all in the page's address. Internal to site/. */
#ifndef ENDUSE_SITE_QUEUE_QUERY_H
#define ENDUSE_SITE_QUEUE_QUERY_H

#include "service/core.h"

/* Whose work a file is; each of them is also the following's. */
enum queue_scope {
    QUEUE_MINE = 1, /* the reader can take the next step */
    QUEUE_TEAM,     /* somebody of the reader's ministry or organisation can */
    QUEUE_ALL,      /* somebody can */
};
enum { QUEUE_SCOPE_LAST = QUEUE_ALL };

/* Everything up to this was shown. */
struct queue_place {
    bool begun;
    uint64_t event;
    millis deadline;
    const char *number;
};

struct queue_query {
    enum queue_scope scope;
    enum file_kind kind; /* FILE_NONE: any */
    const char *state;   /* a state's word, of whichever kinds have it; NULL: any */
    enum store_order order;
    struct queue_place after;
};

/* Reads it from the pairs of a query or a form; texts are borrowed. ERROR_USAGE names what is not
 * known, ERROR_SESSION_SIGHT a kind of which the reader sees nothing. */
enum error
queue_query_read(struct reading *reading, struct http_pairs pairs, struct queue_query *ret_query);

/* Its address, "/queue?show=team&sort=waiting"; what is usual is left out. NULL: no memory. */
const char *queue_query_href(struct arena *arena, const struct queue_query *query);

/* "team", "waiting". */
const char *queue_scope_word(enum queue_scope scope);
const char *queue_order_word(enum store_order order);

#endif

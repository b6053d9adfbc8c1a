/* Going through the files that wait, in the order that a work queue is asked for: a stream of files
 * for each kind and state, each from its index, merged. Internal to site/. */
#ifndef ENDUSE_SITE_QUEUE_WALK_H
#define ENDUSE_SITE_QUEUE_WALK_H

#include "site/queue_query.h"

/* A file that waits. */
struct queue_item {
    enum file_kind kind;
    const struct store_entry *entry;
    enum queue_scope whose;        /* the narrowest */
    const struct transition *step; /* what is to be done: by the reader, else by whoever can */
};

/* Does something with one; the entry lives until it returns. */
typedef enum error queue_put(struct reading *reading, const struct queue_item *item, void *context);

struct queue_walk {
    uint64_t counts[QUEUE_SCOPE_LAST + 1]; /* that were met, by scope; each with the narrower */
    bool whole;                            /* met everything: the counts are all there is */
    bool more;                             /* there may be more after the place below */
    bool cut;                              /* it gave up looking: the page may not be full */
    struct queue_place place;              /* "number" is the reading's */
};

enum {
    QUEUE_SHOWN = 25,    /* files on a page; a few more where one event changed several */
    QUEUE_COUNTED = 100, /* files that are looked at to know how many there are */
    QUEUE_LOOKED = 3000, /* files that are looked at to fill a page */
};

/* Calls put for the files of a page. */
enum error queue_walk_page(
    struct reading *reading, const struct queue_query *query, queue_put *put, void *context,
    struct queue_walk *ret_walk);

/* Whether files of the kind in the state are work that could wait for somebody. */
bool queue_state_waits(enum file_kind kind, int state);

#endif

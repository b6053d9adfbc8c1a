/* Renewals that wait for something new: found by installation, by licence, and by whose time is up
 * first. Not for several threads: its owner holds a lock (writer.c). */
#ifndef ENDUSE_SERVICE_WAITING_H
#define ENDUSE_SERVICE_WAITING_H

#include "authority/authority.h"

/* What a waiting renewal is known by: the first member of its owner's struct. */
struct waiter {
    const char *installation, *licence;              /* numbers; owned by the waiter's owner */
    millis deadline;                                 /* by CLOCK_MONOTONIC */
    size_t place;                                    /* in the heap */
    struct waiter *next_installation, *next_licence; /* in their buckets */
};

struct waiting;

struct waiting *waiting_new(void); /* NULL: no memory */
void waiting_free(struct waiting *waiting);
size_t waiting_count(const struct waiting *waiting);

/* ERROR_MEMORY. The waiter is borrowed until it is removed. */
enum error waiting_add(struct waiting *waiting, struct waiter *waiter);
void waiting_remove(struct waiting *waiting, struct waiter *waiter);

/* One that waits for this installation or under this licence, or whoever is due first; NULL: none.
 */
struct waiter *waiting_of_installation(struct waiting *waiting, const char *number);
struct waiter *waiting_of_licence(struct waiting *waiting, const char *number);
struct waiter *waiting_first(struct waiting *waiting);

#endif

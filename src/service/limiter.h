/* How often somebody may do something (an address ask, a person read, a key fail to log in): a
 * bucket of tokens for each, which fills again with time. */
#ifndef ENDUSE_SERVICE_LIMITER_H
#define ENDUSE_SERVICE_LIMITER_H

#include "base/base.h"

struct limiter;

/* rate: tokens a second, of which a bucket holds ten times as many. NULL: no memory. */
struct limiter *limiter_new(uint64_t rate);
void limiter_free(struct limiter *limiter); /* NULL is fine */

/* Takes a token for the peer, an address or another text, at this time (milliseconds of a clock
 * that does not go back); false when there is none, and *ret_wait is how long until there is one.
 * Any thread. */
bool limiter_take(struct limiter *limiter, const char *peer, millis now, millis *ret_wait);

/* The same without taking it: for what is counted only when it fails. */
bool limiter_has(struct limiter *limiter, const char *peer, millis now, millis *ret_wait);

#endif

/* How many requests an address may make: a bucket of tokens for each, which fills again with time.
 */
#ifndef ENDUSE_SERVICE_LIMITER_H
#define ENDUSE_SERVICE_LIMITER_H

#include "base/base.h"

struct limiter;

/* rate: tokens a second, of which a bucket holds ten times as many. NULL: no memory. */
struct limiter *limiter_new(uint64_t rate);
void limiter_free(struct limiter *limiter); /* NULL is fine */

/* Takes a token for the address at this time (milliseconds of a clock that does not go back); false
 * when there is none, and *ret_wait is how long until there is one. Any thread. */
bool limiter_take(struct limiter *limiter, const char *peer, millis now, millis *ret_wait);

#endif

/* Makes a chosen allocation of the code under test fail. A test program that lists
 * failing_alloc_dep is linked so that malloc, calloc, realloc, reallocarray and strdup of its own
 * objects and of our static libraries come here; shared libraries (libcrypto, libsqlite3) are not
 * touched. With failing_arena_dep each piece of memory that an arena gives out is counted too. */
#ifndef ENDUSE_TESTS_FAILING_ALLOC_H
#define ENDUSE_TESTS_FAILING_ALLOC_H

#include <stdbool.h>

/* The next n allocations succeed, the one after fails, and all later ones succeed again. The
 * usual loop makes each allocation fail once:
 *
 *     for (long n = 0;; n++) {
 *         failing_alloc_after(n);
 *         enum error error = work();
 *         if (!failing_alloc_stop())
 *             break; // n was enough: error must be ERROR_OK, the loop is over
 *         assert_int_equal(error, ERROR_MEMORY); // and the outputs are untouched
 *     }
 */
void failing_alloc_after(long n);

/* The n of the next round of that loop, for work of so many allocations that all of them take
 * minutes: with ENDUSE_DEEP the next one, else the first 256 and then one in 31. */
long failing_alloc_next(long n);

/* The next n allocations succeed and every later one fails, until failing_alloc_stop. */
void failing_alloc_always_after(long n);

/* Allocations succeed again. Returns whether one was made to fail since the start. */
bool failing_alloc_stop(void);

/* For what stands for an allocation without being one (failing_arena.c): counts it as asked for,
 * and says whether it must fail. */
bool failing_alloc_ask(void);

/* How many allocations were asked for since the last start of either kind: 0 proves that a path
 * does not allocate (start with failing_alloc_after(0) and look at this, or at stop). */
long failing_alloc_count(void);

#endif

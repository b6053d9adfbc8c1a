/* Making a case smaller while something holds of it. */
#ifndef ENDUSE_TESTS_DIFFERENTIAL_SHRINK_H
#define ENDUSE_TESTS_DIFFERENTIAL_SHRINK_H

#include "choices.h"

/* Whether the case that these choices make is still of interest. The choices remember what they
 * gave. */
typedef bool interesting_function(struct choices *choices, void *context);

/* Tries cases with parts left out, made simpler, or replaced by a part of theirs, until none of
 * them is of interest, or limit of them have been tried. *choices (which must be of interest) is
 * replaced by the smallest. Returns how many were tried. */
size_t
shrink(struct choices *choices, interesting_function *interesting, void *context, size_t limit);

#endif

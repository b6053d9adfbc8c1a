/* Making sets out of values that stand in the maker's memory. Internal to cedar/. */
#ifndef ENDUSE_CEDAR_SETS_H
#define ENDUSE_CEDAR_SETS_H

#include "cedar/value.h"

/* Puts the values in order and drops duplicates; returns how many are left. No memory is taken. */
size_t cedar_set_arrange(struct cedar_value *values, size_t count);

/* Makes *set of the values, which it arranges and then holds. */
void cedar_set_init(struct cedar_set *set, struct cedar_value *values, size_t count);

#endif

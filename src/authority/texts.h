/* Sets of texts in a file, which are kept in order. For the files of authority/. */
#ifndef ENDUSE_AUTHORITY_TEXTS_H
#define ENDUSE_AUTHORITY_TEXTS_H

#include "base/base.h"

/* Puts a text into the set where it is not there yet: a new array in arena, the texts are shared.
 */
enum error texts_add(
    struct arena *arena, const char *text, struct fault *fault, const char *const **texts,
    size_t *count);

bool texts_contain(const char *const *texts, size_t count, const char *text);

/* The texts of `all` that are not in `some`; both in order. */
enum error texts_without(
    struct arena *arena, const char *const *all, size_t all_count, const char *const *some,
    size_t some_count, struct fault *fault, const char *const **ret_texts, size_t *ret_count);

#endif

/* Sets of texts in order. */
#include "authority/texts.h"

#include <string.h>

bool texts_contain(const char *const *texts, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(texts[i], text) == 0)
            return true;
    }
    return false;
}

enum error texts_add(
    struct arena *arena, const char *text, struct fault *fault, const char *const **texts,
    size_t *count)
{
    if (texts_contain(*texts, *count, text))
        return ERROR_OK;
    const char **more = ARENA_ARRAY(arena, const char *, *count + 1);
    if (!more)
        return fault_place(fault, ERROR_MEMORY, "texts");
    size_t at = 0;
    for (; at < *count && strcmp((*texts)[at], text) < 0; at++)
        more[at] = (*texts)[at];
    more[at] = text;
    for (; at < *count; at++)
        more[at + 1] = (*texts)[at];
    *texts = more;
    ++*count;
    return ERROR_OK;
}

enum error texts_without(
    struct arena *arena, const char *const *all, size_t all_count, const char *const *some,
    size_t some_count, struct fault *fault, const char *const **ret_texts, size_t *ret_count)
{
    const char **left = ARENA_ARRAY(arena, const char *, all_count + 1);
    size_t count = 0;
    if (!left)
        return fault_place(fault, ERROR_MEMORY, "texts");
    for (size_t i = 0; i < all_count; i++) {
        if (!texts_contain(some, some_count, all[i]))
            left[count++] = all[i];
    }
    *ret_texts = left;
    *ret_count = count;
    return ERROR_OK;
}

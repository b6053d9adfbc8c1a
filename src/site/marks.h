/* Two texts beside each other, with what differs marked word by word. Internal to site/. */
#ifndef ENDUSE_SITE_MARKS_H
#define ENDUSE_SITE_MARKS_H

#include "base/base.h"
#include "site/views_compare.h"

struct marks {
    struct view_run *items; /* together the whole text */
    size_t count;
};

enum {
    /* Products of words that are compared pair by pair, once what both begin and end with is taken
     * away; beyond, all that is left is marked. */
    MARKS_PAIRS_MAX = 4 << 20,
};

/* The longest common sequence of words is not marked, all else is. Spaces between two marked words
 * are marked with them. Texts are in arena. ERROR_MEMORY. */
enum error marks_make(
    const char *before, const char *after, struct arena *arena, struct fault *fault,
    struct marks *ret_before, struct marks *ret_after);

#endif

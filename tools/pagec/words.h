/* The words of templates in another language: a gettext PO file, as translators and their tools
 * know it (gettext manual, "The Format of PO Files"). Plural forms and contexts are not used: a
 * sentence that counts is made by code. */
#ifndef ENDUSE_TOOLS_PAGEC_WORDS_H
#define ENDUSE_TOOLS_PAGEC_WORDS_H

#include "base/arena.h"

struct words_entry {
    struct bytes english, other; /* other is empty where it is not translated, or marked fuzzy */
    unsigned line;               /* of its msgid */
    bool used;                   /* some template or phrase says it */
};

struct words {
    const char *file;
    const char *code;            /* "he": Language in the header */
    const char *name;            /* what the language calls itself: X-Name */
    bool right_to_left;          /* X-Direction: rtl */
    struct words_entry *entries; /* by english, bytewise */
    size_t count;
};

/* Reads a PO file; all of *ret_words is in the arena or in text. ERROR_SYNTAX, ERROR_EXISTS (a
 * message twice), ERROR_UTF8, with FILE:LINE. */
enum error words_read(
    struct arena *arena, const char *file, struct bytes text, struct fault *fault,
    struct words *ret_words);

/* The entry of a message, or NULL. */
struct words_entry *words_find(const struct words *words, struct bytes english);

#endif

/* Looking names up: a sorted index, and the nearest known name for one that is unknown ("did you
 * mean"). Used by schemas and checks. */
#ifndef ENDUSE_CEDAR_NAMES_H
#define ENDUSE_CEDAR_NAMES_H

#include "base/base.h"

/* A name and where the thing that it names stands in its own list. qualifier is empty but for
 * actions, of which it is the type. */
struct name_entry {
    struct bytes qualifier;
    struct bytes name;
    uint32_t index;
};

struct name_index {
    struct name_entry *entries; /* sorted after names_sort */
    size_t count;
};

/* Puts an entry at the end; the caller has made room for it. */
void cedar_names_add(
    struct name_index *names, struct bytes qualifier, struct bytes name, size_t index);

/* Sorts the entries. True when all are different; otherwise *ret_duplicate is the index of the
 * first thing in the list whose name an earlier one has. */
bool cedar_names_sort(struct name_index *names, uint32_t *ret_duplicate);

/* The entry of that name, or NULL. */
const struct name_entry *
cedar_names_find(const struct name_index *names, struct bytes qualifier, struct bytes name);

/* The nearest of some names to one that is unknown. Start with wanted set and the rest zero. */
struct nearest {
    struct bytes wanted;
    struct bytes qualifier, name; /* the best so far; name.data is NULL for none */
    size_t distance;
};

/* Considers a name. Full names of types compare by their last part too, so that the nearest to
 * "Agency" can be "EndUse::Agency". Names that have little in common are not considered. */
void cedar_nearest_consider(struct nearest *nearest, struct bytes qualifier, struct bytes name);

/* Considers all names of an index. */
void cedar_nearest_consider_all(struct nearest *nearest, const struct name_index *names);

enum { NEAREST_WORDS_SIZE = 160 };

/* Between what is known and the near one, so that a hint can be made of it. */
#define CEDAR_PERHAPS "; perhaps "

/* What to put where a fault says what was expected: known, then "; perhaps NAME" where there is a
 * near one. An action's name is written Type::"id". Returns text. */
const char *cedar_nearest_words(
    const struct nearest *nearest, const char *known, char text[NEAREST_WORDS_SIZE]);

#endif

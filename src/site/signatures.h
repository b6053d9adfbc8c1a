/* Who signed an instrument, for a person. Internal to site/. */
#ifndef ENDUSE_SITE_SIGNATURES_H
#define ENDUSE_SITE_SIGNATURES_H

#include "service/core.h"
#include "site/views.h"

/* The signatures of an instrument that was verified when it was accepted; none of an empty one. The
 * certificate whose signatories count besides the root's persons, or NULL. In the reading's arena.
 */
enum error signatures_make(
    struct reading *reading, struct bytes instrument, const struct certificate *certificate,
    struct view_signature **ret_items, size_t *ret_count);

/* A key's id in groups of four digits: to be compared by ear over a second channel. */
const char *words_fingerprint(struct arena *arena, const struct key_id *id);

#endif

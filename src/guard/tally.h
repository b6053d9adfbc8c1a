/* Counts for a return: how often which value of which field occurred, within and outside the terms.
 * They are taken from the records when a return is due, so that nothing is counted twice or lost,
 * whatever happened in between. Signing a return is in request.c.
 */
#ifndef ENDUSE_GUARD_TALLY_H
#define ENDUSE_GUARD_TALLY_H

#include "guard/entry.h"

struct tally_place {
    char *field, *value; /* NULL: empty */
    uint64_t within, outside;
};

struct tally {
    const char *const *fields; /* the certificate's reporting schedule */
    size_t field_count;
    struct tally_place *places; /* open addressing; room is a power of two */
    size_t count, room;
    uint64_t within, outside, begun, stopped;
};

/* Counts a record; values of fields that the schedule does not name are passed over. */
MUST_CHECK enum error tally_add(struct tally *tally, const struct entry *entry);

/* The counts as a return's, ascending, in arena. */
enum error tally_counts(
    const struct tally *tally, struct arena *arena, struct return_count **ret_counts,
    size_t *ret_count);

void tally_done(struct tally *tally);

#endif

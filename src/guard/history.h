/* What the records say happened before this start: read once, at opening. */
#ifndef ENDUSE_GUARD_HISTORY_H
#define ENDUSE_GUARD_HISTORY_H

#include "guard/inside.h"

struct digests {
    struct digest *items;
    size_t count, room;
};

struct history {
    uint64_t *open;  /* by slot: the number of a use without an end; USE_SLOTS_MAX of them */
    uint64_t serial; /* the highest of a use */
    struct digests orders, withdrawals, obeyed;
    uint64_t epoch, sequence; /* of the newest lease */
    uint64_t version;         /* the highest of the state file */
    millis time;              /* the newest authority time */
    bool latched;
    struct digest latch;
    char latch_words[144];
};

/* Reads all records. Also fills the guard's ids seen and its count of uses in the period. */
enum error history_read(struct enduse_guard *guard, struct history *history, struct fault *fault);
void history_done(struct history *history);

#endif

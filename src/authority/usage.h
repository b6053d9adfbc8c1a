/* What the returns of a licence's installations add up to, and what the licence still allows. The
 * file changes with every return and with nothing else: it has no acts. */
#ifndef ENDUSE_AUTHORITY_USAGE_H
#define ENDUSE_AUTHORITY_USAGE_H

#include "authority/file.h"

enum usage_state { USAGE_KEPT = 1 };

/* An installation's part: the means of its returns so far, of which a rise is one. */
struct usage_installation {
    const char *installation;
    uint64_t returns;        /* how many */
    uint64_t begun, outside; /* sums over all */
    millis until;            /* the end of the last */
};

/* What was judged in a quarter of a year (UTC), by the end of the period that a return is of. */
struct usage_quarter {
    millis from;
    uint64_t within, outside;
};

/* How often a value was declared, over the licence's whole life: of the fields that say what for.
 */
struct usage_count {
    const char *field; /* "matter" or "purpose" */
    const char *value; /* the form's own word */
    uint64_t within, outside;
};

struct usage_file {
    struct file_base base;                    /* the licence's number */
    const char *licence;                      /* again, as what the file hangs on */
    uint64_t within, outside, begun, stopped; /* over the licence's whole life */
    /* The licence's period that the newest return is of. Zeros where no uses in a period are
     * limited. */
    millis period_from, period_until;
    uint64_t used; /* uses that began in it, on all installations */
    uint64_t maximum, remaining;
    const struct usage_installation *installations; /* ascending by number */
    size_t installations_count;
    const struct usage_quarter *quarters; /* ascending */
    size_t quarters_count;
    const struct usage_count *counts; /* ascending by field, then value */
    size_t counts_count;
};

enum {
    USAGE_INSTALLATIONS_MAX = 4096,
    USAGE_QUARTERS_MAX = 400, /* a century's */
    /* More than the forms have words for; what a guard says beyond them is in the sums alone. */
    USAGE_COUNTS_MAX = 128,
    USAGE_NEAR_PERCENT = 80, /* of the uses of a period: a signal */
    /* A return with this many times the mean of those before is a rise, after so many returns and
     * from so many uses on: below that chance alone makes such jumps. */
    USAGE_RISE_TIMES = 4,
    USAGE_RISE_RETURNS = 6,
    USAGE_RISE_LEAST = 20,
    /* Uses and refusals that one return may count under one approval. */
    USAGE_APPROVAL_MOST = 100,
};

/* The quarter of a year, UTC, that a moment is in: its first one. */
millis usage_quarter_of(millis time);

#endif

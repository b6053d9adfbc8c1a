/* Figures that everybody may see: counts over all files, of which none names a state, an agency, a
 * subject or an operator. They are made by reading the files (projections; never the log), by a
 * thread of its own, once in a while (counting.h): a visit costs a copy.
 *
 * What the office itself did is counted exactly; a count under ten is hidden, and where it could be
 * worked out from a total, so is the smallest of the others (figures_hide). Uses are given in whole
 * tens, rounded down: no smaller number can be worked out from any two of them, nor from the same
 * one seen twice. */
#ifndef ENDUSE_SERVICE_FIGURES_H
#define ENDUSE_SERVICE_FIGURES_H

#include <stdatomic.h>

#include "store/store.h"

enum {
    FIGURES_LEAST = 10,   /* smaller counts are hidden */
    FIGURES_QUARTERS = 8, /* the newest ones */
    FIGURES_WORDS = 32,   /* of matters and purposes each */
    FIGURES_WORD_SIZE = 65,
    FIGURES_COUNTRIES = 300, /* ISO 3166 has 249 codes, and leaves 42 to its users */
};

struct figures_quarter {
    millis from;
    uint64_t granted, refused, revoked, orders; /* orders: that took away, short of revoking */
    uint64_t judged, outside;                   /* uses and declarations, from the returns */
};

/* How often a matter or a purpose was declared. */
struct figures_word {
    char word[FIGURES_WORD_SIZE]; /* the form's own */
    uint64_t within, outside;
};

struct figures_words {
    struct figures_word items[FIGURES_WORDS]; /* most often declared first */
    size_t count;
};

/* X(name, least, words): how long obeying took, in milliseconds from. */
#define FIGURES_SPAN_TABLE(X)                                                                      \
    X(TENTH, 0, "under 0.1 s")                                                                     \
    X(FIFTH, 100, "0.1 to 0.2 s")                                                                  \
    X(HALF, 200, "0.2 to 0.5 s")                                                                   \
    X(SECOND, 500, "0.5 to 1 s")                                                                   \
    X(MORE, 1000, "1 s or more")

enum figures_span {
#define FIGURES_SPAN_ROW(name, least, words) FIGURES_SPAN_##name,
    FIGURES_SPAN_TABLE(FIGURES_SPAN_ROW)
#undef FIGURES_SPAN_ROW
        FIGURES_SPAN_COUNT,
};

enum {
    FIGURES_ORDERS = ORDER_REVOKE + 1,
    FIGURES_OUTCOMES = APPLICATION_EXPIRED + 1,
    FIGURES_LICENCES = LICENCE_REPLACED + 1,
};

/* What an acquiring state has: for those alone who see every licence. */
struct figures_country {
    char code[3];
    uint32_t issued, live;  /* licences; live: not ended (licence_is_live) */
    uint32_t installations; /* under live ones */
};

struct figures {
    uint64_t size; /* of the log that they stand on */
    millis time;   /* when they were made */
    uint64_t granted, refused, revoked;
    uint64_t judged, outside;
    uint64_t orders[FIGURES_ORDERS];         /* by enum order_kind: that were in force */
    uint64_t applications[FIGURES_OUTCOMES]; /* by enum application_state; drafts are not counted */
    uint64_t licences[FIGURES_LICENCES];     /* by enum licence_state; proposed ones are not */
    uint64_t receipts;                       /* whose time to obey is known */
    uint64_t spans[FIGURES_SPAN_COUNT];
    millis median, slow; /* time to obey, of receipts: of half at most, of nine in ten at most */
    struct figures_words matters, purposes;
    struct figures_quarter quarters[FIGURES_QUARTERS];   /* newest first; the first is under way */
    struct figures_country countries[FIGURES_COUNTRIES]; /* as they came */
    size_t countries_count;
};

/* Marks which of these counts, the parts of a total, are not given: those under FIGURES_LEAST; and,
 * where there are any, the smallest of the others with them, so that what the given ones leave of
 * the total says nothing of the small ones: of nine and eight it would say both. */
void figures_hide(const uint64_t *counts, size_t count, bool *ret_hidden);

/* A count of uses as it is given. */
uint64_t figures_tens(uint64_t count);

/* Reads all files that figures are made of; time is now. Where *given_up becomes true
 * ERROR_CANCELLED (NULL: never). */
enum error figures_make(
    struct store_reader *reader, millis time, const atomic_bool *given_up, struct fault *fault,
    struct figures *ret_figures);

#endif

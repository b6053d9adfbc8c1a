/* A signal: something that the server noticed by itself in what guards send and in dates that pass.
 * Each opens a case or feeds the one that signals have opened already, once. */
#ifndef ENDUSE_AUTHORITY_SIGNAL_H
#define ENDUSE_AUTHORITY_SIGNAL_H

#include "authority/file.h"

/* X(name, word): what is noticed. What each means is in docs/cases.md. */
#define SIGNAL_TABLE(X)                                                                            \
    X(OVERDUE, "overdue")     /* an installation has not renewed for long after its lease */       \
    X(FORK, "fork")           /* two guards continued one lease */                                 \
    X(CLOCK, "clock")         /* a guard's clock ran otherwise than the authority's */             \
    X(GAP, "gap")             /* a log that lost what was acknowledged, or a guard that latched */ \
    X(QUOTA, "quota")         /* most of the uses of a period have begun */                        \
    X(EXHAUSTED, "exhausted") /* all of them */                                                    \
    X(RISE, "rise")           /* far more uses than in the periods before */                       \
    X(REFUSALS, "refusals")   /* far more refusals than in the periods before */                   \
    X(APPROVALS, "approvals") /* one approval behind very many uses of a period */                 \
    X(UNDISCLOSED, "undisclosed") /* records were not disclosed in time */                         \
    X(WITHHELD, "withheld")       /* disclosing them was refused */                                \
    X(OFFENCES, "offences")       /* a line of the offence schedule changed across six years */

enum signal_kind {
    SIGNAL_NONE,
#define SIGNAL_ROW(name, word) SIGNAL_##name,
    SIGNAL_TABLE(SIGNAL_ROW)
#undef SIGNAL_ROW
};

enum signal_state { SIGNAL_RAISED = 1, SIGNAL_DISMISSED };

struct signal_file {
    struct file_base base;
    enum signal_kind kind;
    const char *licence;
    const char *installation; /* NULL: of the licence as a whole */
    const char *occasion;     /* what makes it this one and no other */
    const char *words;
    const char *case_number; /* that it opened or fed */
    struct done_by raised, dismissed;
    const char *reason; /* of a dismissal */
};

extern const char *const signal_words[]; /* by kind from 1; ends with NULL */

/* How long after the end of its lease an installation that has not renewed is a signal. A machine
 * that is switched off overnight is none. */
#define SIGNAL_OVERDUE_AFTER MILLIS_DAY

/* What a signal is about. The same facts are one signal, whenever they are noticed. */
struct signal_facts {
    enum signal_kind kind;
    const char *licence;
    const char *installation; /* or NULL */
    const char *occasion;     /* "lease 17", "2026-03" */
    const char *words;        /* for a person */
};

/* The number that a signal of these facts has; in arena, NULL without memory. */
const char *signal_number(const struct signal_facts *facts, struct arena *arena);

#endif

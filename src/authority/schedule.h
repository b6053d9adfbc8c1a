/* The offence schedule of an acquiring state: the offences of its own law that its certificates may
 * name. One file for each state, whose number is the state's ISO 3166 code. The state proposes each
 * line; both ministries review it, with reasons; only lines that both accepted come into a
 * certificate. */
#ifndef ENDUSE_AUTHORITY_SCHEDULE_H
#define ENDUSE_AUTHORITY_SCHEDULE_H

#include "authority/file.h"

enum schedule_state {
    SCHEDULE_IN_REVIEW = 1, /* a line waits for a ministry */
    SCHEDULE_REVIEWED,      /* no line does */
};

enum schedule_line_state {
    SCHEDULE_LINE_PROPOSED = 1,
    SCHEDULE_LINE_ACCEPTED,
    SCHEDULE_LINE_REFUSED,
    SCHEDULE_LINE_SPLIT,   /* covers too much: lines that name it take its place */
    SCHEDULE_LINE_AMENDED, /* was accepted; another text of the same code was accepted since */
};

enum schedule_decision { SCHEDULE_ACCEPT = 1, SCHEDULE_REFUSE, SCHEDULE_ASK_SPLIT };

struct schedule_review {
    enum schedule_decision decision; /* 0: none yet */
    const char *reasons;
    struct done_by by;
};

/* An offence as the state's law has it. */
struct schedule_entry {
    struct offence offence; /* without a decision and reasons */
    const char *statute;    /* where the law stands: "Penal Code 1977, section 114" */
};

struct schedule_line {
    struct schedule_entry entry;
    enum schedule_line_state state;
    const char *split_from; /* the code of the line that this one came of; or NULL */
    struct done_by submitted;
    struct schedule_review defence, foreign;
};

/* An amendment that moved an offence over six years, or below. It becomes a signal on each live
 * licence whose certificate names the offence. */
struct schedule_signal {
    const char *code;
    uint64_t before, after; /* maximum months */
    struct done_by by;
    bool told;        /* on every licence */
    const char *last; /* else on those up to this number; NULL: on none yet */
};

enum {
    /* Clause 5 of the form of December 2021: a serious crime is one of six years or more. */
    SERIOUS_CRIME_MONTHS = 72,
    SCHEDULE_LINES_MAX = 2048,
    SCHEDULE_SIGNALS_MAX = 2048,
};

struct schedule_file {
    struct file_base base;
    const struct schedule_line *lines; /* in the order in which they came */
    size_t lines_count;
    const struct schedule_signal *signals;
    size_t signals_count;
};

/* The accepted line of this code, or NULL. */
const struct schedule_line *
schedule_accepted(const struct schedule_file *schedule, const char *code);

#endif

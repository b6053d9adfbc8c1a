/* A case: what a complaint, a signal, an inspection or a delisting began; who looks into it, who
 * hears the parties, who decides, and what becomes of the decision. */
#ifndef ENDUSE_AUTHORITY_CASE_H
#define ENDUSE_AUTHORITY_CASE_H

#include "authority/file.h"

enum case_state {
    CASE_RECEIVED = 1,
    CASE_TRIAGED,
    CASE_INVESTIGATING,
    CASE_HEARING,
    CASE_DECIDED,
    CASE_OBJECTED,
    CASE_CLOSED,
};

enum case_origin {
    CASE_COMPLAINT = 1,
    CASE_SIGNAL,
    CASE_INSPECTION,
    CASE_DELISTING,   /* the country was taken off the list */
    CASE_SELF_REPORT, /* by the exporter or the state itself */
    CASE_OTHER,
};

/* How the numbers of signals begin, and of the cases that they open: people's do not. */
#define CASE_BY_SIGNAL "signal-"

enum {
    CASE_SIGNALS_MAX = 1000,
    CASE_FINDINGS_MAX = 1000,
    CASE_ORDERS_MAX = 200,
};

/* How long a decision can be objected to. */
#define CASE_OBJECTION_WITHIN (14 * MILLIS_DAY)

/* The least that lies between a notice and its hearing. */
#define CASE_NOTICE_LEAST (5 * MILLIS_DAY)

/* X(name, word): what a decision has to weigh, each with a finding. */
#define CASE_FACTOR_TABLE(X)                                                                       \
    X(DESTINATION, "destination")                                                                  \
    X(SENSITIVITY, "sensitivity")                                                                  \
    X(HARM, "harm")                                                                                \
    X(PATTERN, "pattern")                                                                          \
    X(FIRST_BREACH, "first-breach")                                                                \
    X(SELF_REPORT, "self-report")                                                                  \
    X(CORRECTION, "correction")

enum case_factor_kind {
    CASE_FACTOR_NONE,
#define CASE_FACTOR_ROW(name, word) CASE_FACTOR_##name,
    CASE_FACTOR_TABLE(CASE_FACTOR_ROW)
#undef CASE_FACTOR_ROW
        CASE_FACTOR_COUNT,
};

enum case_weight { CASE_AGGRAVATES = 1, CASE_MITIGATES, CASE_NEUTRAL };

struct case_factor {
    enum case_factor_kind factor;
    enum case_weight weight;
    const char *finding;
};

enum case_outcome {
    CASE_NO_BREACH = 1,
    CASE_WARNING, /* a breach, and nothing is taken away */
    CASE_LIMIT,
    CASE_DISCONNECT,
    CASE_REVOKE,
};

/* Something that the investigator found. */
struct case_finding {
    const char *text;
    struct digest evidence; /* of the document that shows it; zeros: none */
    struct done_by by;
};

/* A track of the hearing: statutory for the exporter, diplomatic for the state. */
enum case_track_kind { CASE_TRACK_EXPORTER = 1, CASE_TRACK_STATE };

struct case_track {
    millis date; /* of the hearing; 0: no notice was given */
    const char *notice;
    struct done_by noticed;
    const char *statement; /* NULL: none */
    struct done_by stated;
    const char *record;
    struct done_by heard;
};

struct case_decision {
    enum case_outcome outcome; /* 0: none yet */
    const struct case_factor *factors;
    size_t factors_count;
    const char *reasons;
    struct done_by by;
};

struct case_objection {
    enum case_track_kind track; /* whose; 0: nobody's */
    const char *reasons;
    struct done_by by;
    const char *answer; /* of those who decided on it */
    struct done_by settled;
};

struct case_file {
    struct file_base base;
    enum case_origin origin;
    const char *licence; /* NULL until triage has found one */
    const char *what, *when, *where;
    const char *const *evidence; /* the boxes of the checklist that a complaint ticked */
    size_t evidence_count;
    const char *const *signals; /* that opened or fed it */
    size_t signals_count;
    struct done_by opened, triaged;
    const char *triage; /* reasons */
    const char *investigator;
    struct done_by investigated; /* who took it up */
    const char *plan;
    const struct case_finding *findings;
    size_t findings_count;
    const char *const *interim; /* orders that were issued meanwhile */
    size_t interim_count;
    struct done_by held; /* legal hold: nothing may be erased; none: no hold */
    const char *hold;
    struct done_by chaired; /* who gave the first notice, and alone hears */
    struct case_track exporter, state;
    struct case_decision decision;
    struct case_objection objection;
    const char *order; /* that carries the outcome out */
    struct done_by closed;
    const char *reason; /* of closing without a decision */
};

#endif

/* An application to market, to export, to renew or to amend: drafted, submitted, reviewed by both
 * ministries in parallel, decided; objected to, withdrawn, expired. */
#ifndef ENDUSE_AUTHORITY_APPLICATION_H
#define ENDUSE_AUTHORITY_APPLICATION_H

#include "authority/assessment.h"

enum application_state {
    APPLICATION_DRAFT = 1,
    APPLICATION_SUBMITTED,  /* whether it is complete is looked at */
    APPLICATION_INCOMPLETE, /* the office asked; its clocks stand */
    APPLICATION_IN_REVIEW,  /* by both ministries */
    APPLICATION_DISPUTED,   /* a ministry objects: only both close it */
    APPLICATION_APPROVED,
    APPLICATION_REFUSED,
    APPLICATION_OBJECTION, /* the exporter's, against the refusal */
    APPLICATION_WITHDRAWN,
    APPLICATION_EXPIRED, /* an approval to market whose time is over */
};

enum application_kind {
    APPLICATION_MARKETING = 1,
    APPLICATION_EXPORT,    /* after an approval to market */
    APPLICATION_RENEWAL,   /* of a licence */
    APPLICATION_AMENDMENT, /* of a licence */
};

enum review_decision {
    REVIEW_APPROVE = 1,
    REVIEW_OBJECT,
    REVIEW_CONSENT, /* deemed: nobody objected in time */
    REVIEW_SILENT,  /* nobody wrote a review in time, and silence is no consent here */
};

struct review {
    enum review_decision decision; /* 0: none yet */
    const char *reasons;
    struct done_by by;
};

/* What the office asked for, and what was answered. */
struct request {
    const char *question;
    struct done_by asked;
    const char *answer; /* NULL: none yet */
    struct done_by answered;
};

/* A word from above, so that it is known whose it was. */
struct direction {
    const char *name, *office;
    const char *reason;
    struct done_by by;
};

/* A period of working days that can be stopped: while it runs, `until` is its end, and `days` were
 * left at `from`; while it stands, `until` is 0 and `days` are left. `total` is what it had at
 * first. All zero: none. */
struct period {
    millis from, until;
    uint64_t days, total;
};

enum { APPLICATION_REQUESTS_MAX = 64, APPLICATION_DIRECTIONS_MAX = 64 };

struct application_file {
    struct file_base base;
    enum application_kind kind;
    const char *exporter, *product;
    const char *state;                /* ISO 3166 */
    struct certificate_agency agency; /* may be absent where the kind is marketing */
    const char *place;                /* the same */
    const char *marketing;            /* export: the approval to market that it rests on */
    const char *licence;              /* renewal, amendment: which */
    const char *purpose;              /* what is asked for, in words */
    millis until;                     /* marketing: the end that is asked for */
    struct done_by submitted, opened; /* opened: the review */
    struct period deciding;           /* the office's own */
    struct period reviewing;          /* the foreign ministry's, to object */
    millis overdue;                   /* when the office was late; 0: it was not */
    const struct request *requests;   /* the last one is open while INCOMPLETE */
    size_t requests_count;
    struct done_by asked;         /* the open one */
    struct assessment assessment; /* of human rights; mandatory before approval */
    struct done_by assessed;
    const struct opinion *opinions; /* of the foreign ministry */
    size_t opinions_count;
    const struct direction *directions;
    size_t directions_count;
    struct review defence, foreign;         /* the reviews */
    struct review defence_end, foreign_end; /* of a dispute, which both close */
    millis object_until;                    /* REFUSED: the last time to object; 0: none (more) */
    const char *grounds;                    /* of the exporter's objection */
    struct done_by objected;
    struct review defence_again, foreign_again; /* on the objection, by others */
    const char *reason;                         /* why it was withdrawn */
    struct done_by withdrawn;
};

#endif

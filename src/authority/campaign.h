/* A campaign: a new form takes the place of older ones, and every state whose system is licensed
 * under one of those is to sign the new one by a date, as in December 2021. The number is that of
 * the new form's file.
 *
 * The date by itself stops nothing: to take away needs a signature of a ministry, and the server
 * has none. At the date it says so (fall-due): the lines that are not settled are then the desk's
 * list of licences on which an order is to be drafted. */
#ifndef ENDUSE_AUTHORITY_CAMPAIGN_H
#define ENDUSE_AUTHORITY_CAMPAIGN_H

#include "authority/file.h"

enum campaign_state {
    CAMPAIGN_OPEN = 1,
    CAMPAIGN_DUE, /* the date has passed: orders are proposed on what is not settled */
    CAMPAIGN_CLOSED,
};

enum campaign_progress {
    CAMPAIGN_WAITING = 1, /* for the state's signature */
    CAMPAIGN_SIGNED,      /* a certificate of the new form is in force */
    CAMPAIGN_REFUSED,     /* by the state */
    CAMPAIGN_ORDERED,     /* an order has taken away what the licence gave */
    CAMPAIGN_ENDED,       /* the licence has ended otherwise */
};

/* A licence that the campaign concerns. */
struct campaign_line {
    const char *licence;
    const char *state, *agency, *product, *place; /* of its certificate */
    enum campaign_progress progress;
    const char *settled_by; /* the new certificate's, or the order's number; or NULL */
    const char *reason;     /* of a refusal */
    struct done_by by;      /* who noted the progress */
};

struct campaign_reminder {
    millis time;
    uint64_t waiting; /* licences whose states were reminded */
};

enum { CAMPAIGN_LINES_MAX = 4096, CAMPAIGN_REMINDERS_MAX = 400, CAMPAIGN_REPLACES_MAX = 64 };

struct campaign_file {
    struct file_base base;
    const char *title;           /* of the form */
    const char *const *replaces; /* numbers of the forms' files */
    size_t replaces_count;
    millis until;
    millis next_reminder; /* 0: none is to come */
    millis remind_every;
    const struct campaign_reminder *reminders;
    size_t reminders_count;
    const struct campaign_line *lines;
    size_t lines_count;
    /* Figures of the lines. */
    uint64_t affected, waiting, signed_again, refused, ordered, ended;
    const char *reason; /* why the date was put off */
    struct done_by opened, postponed, fell_due, closed;
};

#endif

/* A licence: proposed by one ministry, issued by both; then its orders and its end. */
#ifndef ENDUSE_AUTHORITY_LICENCE_H
#define ENDUSE_AUTHORITY_LICENCE_H

#include "authority/file.h"

enum licence_state {
    LICENCE_PROPOSED = 1, /* signed by one ministry */
    LICENCE_ACTIVE,
    LICENCE_LIMITED,
    LICENCE_SUSPENDED,
    LICENCE_DISCONNECTED,
    LICENCE_REVOKED,
    LICENCE_EXPIRED,
    LICENCE_LAPSED,      /* its certificate is in force no more */
    LICENCE_SURRENDERED, /* given back by its holder: for good */
    LICENCE_EXHAUSTED,   /* all uses of a period have begun, until it ends */
    LICENCE_REPLACED,    /* another has taken its place: for good */
};

/* An order on a licence that leases carry: one in force, or one that gave back (a lift, restoration
 * or extension), of which guards have to learn. */
struct licence_order {
    const char *number;
    enum order_kind kind;
    struct digest digest;
    bool partial; /* for some of the licence's installations only */
};

enum {
    LICENCE_ORDERS_KEPT = 16,    /* places of LEASE_ORDERS_MAX only for what stops the licence */
    LICENCE_GIVEN_BACK_MAX = 64, /* lifts, restorations and extensions that leases carry */
};

/* How a review ended that the server opened because the country was taken off the list. */
enum country_review_end {
    COUNTRY_REVIEW_KEPT = 1, /* both ministries keep the licence */
    COUNTRY_REVIEW_ORDERED,  /* an order on it followed */
    COUNTRY_REVIEW_RELISTED, /* the country is on the list again */
    COUNTRY_REVIEW_ENDED,    /* the licence itself has ended */
};

struct country_review {
    millis delisted; /* when the country was taken off; 0: no review yet */
    millis opened;
    enum country_review_end end; /* 0: open */
    millis closed;
    struct done_by defence, foreign; /* who keeps it */
    const char *defence_reasons, *foreign_reasons;
    const char *order; /* that followed */
};

struct licence_file {
    struct file_base base;
    const char *application, *certificate; /* numbers */
    struct digest digest;
    struct bytes instrument;
    const char *form; /* of the certificate: the number of the form's file */
    const char *agency, *product, *exporter, *state, *place;
    millis from, until;
    uint64_t maximum_installations, installations;
    const struct licence_order *orders; /* in the order of issue */
    size_t orders_count;
    struct done_by proposed, issued;
    struct done_by surrender_asked, surrendered;
    const char *reason;           /* of the surrender */
    millis exhausted_until;       /* the end of the period whose uses have all begun; 0: none */
    bool overdrawn;               /* more began than were licensed: nothing may run */
    struct country_review review; /* the last one */
    const char *replaces;         /* the licence whose place it takes; NULL: none */
    const char *replaced_by;      /* the licence that takes its place, once that was issued */
    millis replaced_from;         /* from when on */
};

/* Whether the licence was issued and has not ended: it may be used, or will be again once what
 * stops it is given back. */
bool licence_is_live(const struct licence_file *licence);

/* The state that the orders in force alone make, from LICENCE_ACTIVE to LICENCE_REVOKED. */
enum licence_state licence_state_of_orders(const struct licence_file *licence);

#endif

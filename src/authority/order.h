/* An order on a licence, and the receipts of those who obeyed it. */
#ifndef ENDUSE_AUTHORITY_ORDER_H
#define ENDUSE_AUTHORITY_ORDER_H

#include "authority/file.h"

enum order_state {
    ORDER_ISSUED = 1,  /* in force, signed by one ministry */
    ORDER_CONFIRMED,   /* in force, signed by both */
    ORDER_UNCONFIRMED, /* in force; the other ministry did not confirm in time: an alarm */
    ORDER_LIFTED,
    ORDER_DONE,      /* a lift, restoration or extension: takes effect at once */
    ORDER_DRAFTED,   /* nothing is in force yet */
    ORDER_DISCARDED, /* the draft */
};

/* How far the order has come, beside its state: one that every guard obeys may still lack the other
 * ministry's confirmation, and the alarm about that must not be hidden. */
enum order_progress {
    ORDER_DELIVERED = 1, /* a lease that was given carries it */
    ORDER_OBEYED,        /* everybody to whom it was delivered has sent a receipt */
};

/* How far a time that a guard reckons may be ahead of the server's when it comes: what a clock of
 * quartz gains in two weeks without a lease. */
#define GUARD_AHEAD_MAX MILLIS_MINUTE

/* Whether a time that a guard said was still to come, beyond that, when it arrived. */
bool guard_time_is_ahead(millis said, millis arrived);

/* Why a receipt's time is none to obey. */
enum receipt_doubt {
    RECEIPT_BEFORE_ORDER = 1, /* obeyed before the order was issued */
    RECEIPT_AHEAD,            /* at a time that had not come when it arrived */
};

struct order_receipt {
    const char *installation;
    millis received, obeyed; /* as the guard reckons authority time */
    millis arrived;          /* at the server */
    uint64_t stopped;
    enum receipt_doubt doubt; /* 0: none */
};

/* The first lease that carried the order to an installation. */
struct order_delivery {
    const char *installation;
    uint64_t sequence; /* of the lease */
    millis time;       /* of the server, when it was given */
};

/* What the order would stop, as its draft showed it. */
struct order_preview {
    const char *template;             /* of the form; NULL: written by hand */
    const char *clauses;              /* what is added to those of certificate and licence */
    bool everything;                  /* no use at all begins, and those that run stop */
    const char *const *installations; /* that it is for */
    size_t installations_count;
    const char *const *functions; /* licensed, and stopped by a template that leaves only others */
    size_t functions_count;
    const char *const *territories; /* likewise */
    size_t territories_count;
};

extern const struct layout order_preview_layout;

/* What became of an order to disclose. */
struct order_disclosure {
    millis answer_by;
    uint64_t records;     /* that were handed over */
    struct digest bundle; /* of what was handed over */
    struct done_by answered;
    const char *refusal; /* why it was refused: evidence against who refused */
    struct done_by refused;
    millis overdue; /* since when it was late; 0: it was not */
};

struct order_file {
    struct file_base base;
    const char *licence;
    enum order_kind kind;
    struct digest digest;
    struct bytes instrument;
    enum ministry_id ministry; /* which issued it */
    struct done_by issued, confirmed, lifted;
    const char *lifted_by; /* the number of the order that lifted it */
    const struct order_receipt *receipts;
    size_t receipts_count;
    struct done_by drafted;
    struct bytes payload; /* of the draft, until it is issued or discarded */
    struct order_preview preview;
    const struct order_delivery *deliveries; /* in the order of delivery */
    size_t deliveries_count;
    enum order_progress progress; /* 0: delivered to nobody yet */
    struct order_disclosure disclosure;
    struct done_by signed_first; /* whoever signed last before it was issued */
};

/* Whether a lease that was given carries the order to the installation. */
bool order_is_delivered(const struct order_file *order, const char *installation);

/* How long the receipt says that obeying took, from when the order was in force; false when it is
 * in doubt: then nobody knows more than that it had been obeyed when the receipt arrived. */
bool order_time_to_obey(
    const struct order_file *order, const struct order_receipt *receipt, millis *ret_span);

#endif

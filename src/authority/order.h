/* An order on a licence, and the receipts of those who obeyed it. */
#ifndef ENDUSE_AUTHORITY_ORDER_H
#define ENDUSE_AUTHORITY_ORDER_H

#include "authority/file.h"

enum order_state {
    ORDER_ISSUED = 1,  /* in force, signed by one ministry */
    ORDER_CONFIRMED,   /* in force, signed by both */
    ORDER_UNCONFIRMED, /* in force; the other ministry did not confirm in time: an alarm */
    ORDER_LIFTED,
    ORDER_DONE, /* a lift, restoration or extension: takes effect at once */
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
};

/* How long the receipt says that obeying took, from when the order was in force; false when it is
 * in doubt: then nobody knows more than that it had been obeyed when the receipt arrived. */
bool order_time_to_obey(
    const struct order_file *order, const struct order_receipt *receipt, millis *ret_span);

#endif

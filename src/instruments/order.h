/* Orders: what the authority takes away after a licence issued, and gives back. */
#ifndef ENDUSE_INSTRUMENTS_ORDER_H
#define ENDUSE_INSTRUMENTS_ORDER_H

#include "instruments/licence.h"

/* X(name, word, both): both = it needs both ministries; one ministry is enough to take away. */
#define ORDER_TABLE(X)                                                                             \
    X(LIMIT, "limit", false)                                                                       \
    X(SUSPEND, "suspend", false)                                                                   \
    X(DISCONNECT, "disconnect", false)                                                             \
    X(DISCLOSE, "disclose", false)                                                                 \
    X(HOLD, "hold", false)                                                                         \
    X(LIFT, "lift", true)                                                                          \
    X(RESTORE, "restore", true)                                                                    \
    X(EXTEND, "extend", true)                                                                      \
    X(REVOKE, "revoke", true)

enum order_kind {
    ORDER_NONE,
#define ORDER_ROW(name, word, both) ORDER_##name,
    ORDER_TABLE(ORDER_ROW)
#undef ORDER_ROW
};

struct order {
    const char *number; /* "OR-2026-0034" */
    enum order_kind kind;
    const char *licence;              /* the licence's number */
    const char *const *installations; /* none: all of the licence's */
    size_t installations_count;
    const char *clauses; /* limit only: Cedar, forbid only */
    const char *reason;
    const char *contact; /* whom to ask */
    millis issued;
    millis wind_down_until; /* running uses may go on until then; may be absent */
    millis hearing;         /* date set for the hearing; may be absent */
    struct digest lifts;    /* lift: the order's digest; restore: the order's or the latch's */
    millis until;           /* extend: the licence's new end */
    millis records_from, records_until; /* disclose, hold */
    millis answer_by; /* disclose: by when the records are to be there; may be absent */
};

extern const struct layout order_layout;

extern const char *const order_kind_words[]; /* by number from 1; ends with NULL */
const char *order_word(enum order_kind kind);
bool order_needs_both(enum order_kind kind);
bool order_takes_away(enum order_kind kind);

/* suspend, disconnect, revoke: `forbid (principal, action, resource);`. */
bool order_stops_everything(enum order_kind kind);

/* Fields that belong to the kind, and no others. */
enum error order_check(const struct order *order, struct fault *fault);

/* Verifies, by one ministry or by both as the kind demands, and decodes. */
enum error order_open(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct order *ret_order);

/* Whether the order is for this installation of this licence. */
bool order_applies(const struct order *order, const char *licence, const char *installation);

#endif

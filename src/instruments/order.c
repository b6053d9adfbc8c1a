/* Orders: the table, what belongs to which kind, and who must sign. */
#include "instruments/order.h"

#include <string.h>

#include "instruments/rules.h"

const char *const order_kind_words[] = {
#define ORDER_ROW(name, word, both) word,
    ORDER_TABLE(ORDER_ROW)
#undef ORDER_ROW
        NULL,
};

static const struct field fields[] = {
    FIELD(1, "number", FIELD_TEXT, struct order, number),
    FIELD(2, "kind", FIELD_CHOICE, struct order, kind, .words = order_kind_words),
    FIELD(3, "licence", FIELD_TEXT, struct order, licence),
    FIELD_MANY(4, "installations", FIELD_TEXTS, struct order, installations),
    FIELD(5, "clauses", FIELD_PROSE, struct order, clauses, OPTIONAL),
    FIELD(6, "reason", FIELD_PROSE, struct order, reason),
    FIELD(7, "contact", FIELD_TEXT, struct order, contact),
    FIELD(8, "issued", FIELD_TIME, struct order, issued),
    FIELD(9, "wind-down-until", FIELD_TIME, struct order, wind_down_until, OPTIONAL),
    FIELD(10, "hearing", FIELD_TIME, struct order, hearing, OPTIONAL),
    FIELD(11, "lifts", FIELD_DIGEST, struct order, lifts, OPTIONAL),
    FIELD(12, "until", FIELD_TIME, struct order, until, OPTIONAL),
    FIELD(13, "records-from", FIELD_TIME, struct order, records_from, OPTIONAL),
    FIELD(14, "records-until", FIELD_TIME, struct order, records_until, OPTIONAL),
    FIELD(15, "answer-by", FIELD_TIME, struct order, answer_by, OPTIONAL),
};
const struct layout order_layout = LAYOUT("order", struct order, fields);

const char *order_word(enum order_kind kind)
{
    return kind >= ORDER_LIMIT && kind <= ORDER_REVOKE ? order_kind_words[kind - 1] : "none";
}

bool order_needs_both(enum order_kind kind)
{
    switch (kind) {
#define ORDER_ROW(name, word, both)                                                                \
    case ORDER_##name:                                                                             \
        return both;
        ORDER_TABLE(ORDER_ROW)
#undef ORDER_ROW
    case ORDER_NONE:
        break;
    }
    return true;
}

bool order_takes_away(enum order_kind kind)
{
    return kind == ORDER_LIMIT || kind == ORDER_SUSPEND || kind == ORDER_DISCONNECT ||
           kind == ORDER_REVOKE;
}

bool order_stops_everything(enum order_kind kind)
{
    return kind == ORDER_SUSPEND || kind == ORDER_DISCONNECT || kind == ORDER_REVOKE;
}

static enum error
belongs(bool there, bool wanted, const char *place, const char *expected, struct fault *fault)
{
    return there == wanted ? ERROR_OK : rule_broken(fault, place, expected);
}

enum error order_check(const struct order *order, struct fault *fault)
{
    enum order_kind kind = order->kind;
    enum error error = rule_name(order->number, "number", fault);
    if (!error)
        error = rule_name(order->licence, "licence", fault);
    if (!error)
        error = belongs(
            order->clauses != NULL, kind == ORDER_LIMIT, "clauses",
            "clauses in an order to limit, and in no other", fault);
    if (!error)
        error = belongs(
            digest_is_set(&order->lifts), kind == ORDER_LIFT || kind == ORDER_RESTORE, "lifts",
            "the digest of what is lifted, in a lift or restoration only", fault);
    if (!error)
        error = belongs(
            order->until != 0, kind == ORDER_EXTEND, "until",
            "a new end in an extension, and in no other order", fault);
    /* A licence has one end for all of its installations. */
    if (!error && kind == ORDER_EXTEND && order->installations_count)
        error = rule_broken(fault, "installations", "no installations in an extension");
    bool records = kind == ORDER_DISCLOSE || kind == ORDER_HOLD;
    if (!error)
        error = belongs(
            order->records_until != 0, records, "records-until",
            "a period of records in an order to disclose or hold only", fault);
    if (!error && !records && order->records_from)
        error = rule_broken(fault, "records-from", "only in an order to disclose or hold");
    if (!error && records)
        error = rule_period(order->records_from, order->records_until, "records-until", fault);
    if (!error && order->answer_by && kind != ORDER_DISCLOSE)
        error = rule_broken(fault, "answer-by", "only in an order to disclose");
    if (!error && order->answer_by && order->answer_by <= order->issued)
        error = rule_broken(fault, "answer-by", "a time after the order was issued");
    /* What limits has its own clauses to say how running uses wind down. */
    if (!error && order->wind_down_until && kind != ORDER_SUSPEND && kind != ORDER_DISCONNECT &&
        kind != ORDER_REVOKE)
        error = rule_broken(
            fault, "wind-down-until", "only in an order to suspend, disconnect or revoke");
    if (!error && order->wind_down_until && order->wind_down_until <= order->issued)
        error = rule_broken(fault, "wind-down-until", "a time after the order was issued");
    return error;
}

enum error order_open(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct order *ret_order)
{
    struct document document;
    struct order order;
    enum error error =
        document_open_by_root(bytes, INSTRUMENT_ORDER, chain, arena, fault, &document, &order);
    if (!error)
        error = order_needs_both(order.kind) ? signed_by_both(&document, &chain->current, fault)
                                             : signed_by_one(&document, &chain->current, fault);
    if (error)
        return error;
    *ret_document = document;
    *ret_order = order;
    return ERROR_OK;
}

bool order_applies(const struct order *order, const char *licence, const char *installation)
{
    if (strcmp(order->licence, licence) != 0)
        return false;
    for (size_t i = 0; i < order->installations_count; i++) {
        if (strcmp(order->installations[i], installation) == 0)
            return true;
    }
    return order->installations_count == 0;
}

/* What comes back on an order: that a lease carried it, that a guard obeyed it, the records that it
 * asked for. */
#include <string.h>

#include "authority/order_inside.h"

/* --- Delivery and obedience --------------------------------------------------------------- */

bool order_is_delivered(const struct order_file *order, const char *installation)
{
    for (size_t i = 0; i < order->deliveries_count; i++) {
        if (strcmp(order->deliveries[i].installation, installation) == 0)
            return true;
    }
    return false;
}

static bool has_receipt(const struct order_file *order, const char *installation)
{
    for (size_t i = 0; i < order->receipts_count; i++) {
        if (strcmp(order->receipts[i].installation, installation) == 0)
            return true;
    }
    return false;
}

void order_note_progress(struct order_file *order)
{
    bool obeyed = true;
    for (size_t i = 0; i < order->deliveries_count && obeyed; i++)
        obeyed = has_receipt(order, order->deliveries[i].installation);
    if (order->deliveries_count || order->receipts_count)
        order->progress = obeyed ? ORDER_OBEYED : ORDER_DELIVERED;
}

static const struct field deliver_fields[] = {
    FIELD(1, "installation", FIELD_TEXT, struct order_delivery, installation),
    FIELD(2, "sequence", FIELD_UINT, struct order_delivery, sequence),
};
const struct layout order_deliver_layout = LAYOUT("body", struct order_delivery, deliver_fields);

enum error order_deliver(struct transition_call *call)
{
    const struct order_delivery *body = call->body;
    struct order_file *file = call->content;
    size_t count = file->deliveries_count;
    if (order_is_delivered(file, body->installation))
        return condition_fails(call, "an installation that it was not delivered to", NULL);
    struct order_delivery *deliveries =
        one_more(call, file->deliveries, count, sizeof *file->deliveries);
    if (!deliveries)
        return ERROR_MEMORY;
    deliveries[count] = *body;
    deliveries[count].time = call->time;
    file->deliveries = deliveries;
    file->deliveries_count = count + 1;
    order_note_progress(file);
    return ERROR_OK;
}

/* Whether the installation that sends the receipt is one that the order is for. */
static enum error check_addressee(
    const struct office_view *view, const struct receipt *receipt, const struct order_file *file,
    struct arena *arena, struct fault *fault)
{
    const void *content = NULL;
    enum instrument_type type;
    struct digest digest;
    void *order;
    enum error error =
        view->find(view->context, FILE_INSTALLATION, receipt->installation, fault, &content);
    if (!error)
        error = document_decode_unverified(file->instrument, arena, fault, &type, &digest, &order);
    if (error)
        return error;
    const struct installation_file *installation = content;
    if (installation && type == INSTRUMENT_ORDER &&
        order_applies(order, installation->licence, receipt->installation))
        return ERROR_OK;
    return fault_set(
        fault, ERROR_OFFICE_CONDITION, "receipt", "an installation that the order is for", "%.60s",
        receipt->installation);
}

/* A guard counts on from its newest lease, and the one that carried the order was given after it
 * was in force: an earlier time is wrong by any clock. */
static enum receipt_doubt
doubt_of(const struct order_file *order, const struct receipt *receipt, millis arrived)
{
    if (receipt->obeyed < order->issued.time)
        return RECEIPT_BEFORE_ORDER;
    return guard_time_is_ahead(receipt->obeyed, arrived) ? RECEIPT_AHEAD : 0;
}

enum error authority_receipt(
    const struct office_view *view, const struct receipt *receipt, const char *order_number,
    millis time, struct arena *arena, struct fault *fault, struct outcome *ret_outcome)
{
    const void *content = NULL;
    enum error error = view->find(view->context, FILE_ORDER, order_number, fault, &content);
    if (error)
        return error;
    const struct order_file *before = content;
    if (!before || !digest_equal(&before->digest, &receipt->order))
        return fault_set(
            fault, ERROR_OFFICE_MISSING, "receipt", "an order that is there", "%.60s",
            order_number);
    error = check_addressee(view, receipt, before, arena, fault);
    if (error)
        return error;
    struct outcome outcome = {0};
    for (size_t i = 0; i < before->receipts_count; i++) {
        if (strcmp(before->receipts[i].installation, receipt->installation) == 0) {
            *ret_outcome = outcome;
            return ERROR_OK;
        }
    }
    struct order_file *order = ARENA_NEW(arena, struct order_file);
    struct order_receipt *receipts =
        ARENA_ARRAY(arena, struct order_receipt, before->receipts_count + 1);
    if (!order || !receipts)
        return fault_place(fault, ERROR_MEMORY, "receipt");
    if (before->receipts_count)
        memcpy(receipts, before->receipts, before->receipts_count * sizeof *receipts);
    receipts[before->receipts_count] = (struct order_receipt){
        .installation = receipt->installation,
        .received = receipt->received,
        .obeyed = receipt->obeyed,
        .arrived = time,
        .stopped = receipt->stopped,
        .doubt = doubt_of(before, receipt, time),
    };
    *order = *before;
    order->receipts = receipts;
    order->receipts_count = before->receipts_count + 1;
    order_note_progress(order);
    order->base.version++;
    order->base.changed = time;
    outcome.changes[0] = (struct file_change){.kind = FILE_ORDER, .content = order};
    outcome.change_count = 1;
    *ret_outcome = outcome;
    return ERROR_OK;
}

/* --- Disclosure --------------------------------------------------------------------------- */

static const struct field disclosed_fields[] = {
    FIELD(1, "records", FIELD_UINT, struct order_disclosure, records),
    FIELD(2, "bundle", FIELD_DIGEST, struct order_disclosure, bundle),
};
const struct layout order_disclosed_layout =
    LAYOUT("body", struct order_disclosure, disclosed_fields);

static enum error check_disclosure(struct transition_call *call)
{
    const struct order_file *file = call->content;
    if (file->kind == ORDER_DISCLOSE)
        return ERROR_OK;
    return condition_fails(call, "an order to disclose", order_word(file->kind));
}

enum error order_disclosed(struct transition_call *call)
{
    const struct order_disclosure *body = call->body;
    struct order_file *file = call->content;
    enum error error = check_disclosure(call);
    if (error)
        return error;
    if (file->disclosure.answered.person)
        return condition_fails(
            call, "an order that was not answered yet", file->disclosure.answered.person);
    file->disclosure.records = body->records;
    file->disclosure.bundle = body->bundle;
    note(call, &file->disclosure.answered);
    return ERROR_OK;
}

static enum error raise(struct transition_call *call, enum signal_kind kind, const char *words)
{
    const struct order_file *file = call->content;
    const struct signal_facts facts = {
        .kind = kind,
        .licence = file->licence,
        .occasion = file->base.number,
        .words = words,
    };
    return signal_raise(call, &facts);
}

enum error order_withheld(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct order_file *file = call->content;
    enum error error = check_disclosure(call);
    if (error)
        return error;
    if (file->disclosure.answered.person || file->disclosure.refused.person)
        return condition_fails(call, "an order that was not answered yet", NULL);
    file->disclosure.refusal = body->reason;
    note(call, &file->disclosure.refused);
    return raise(
        call, SIGNAL_WITHHELD,
        "The records that an order asked for were refused, which speaks against who refused.");
}

enum error order_overdue(struct transition_call *call)
{
    struct order_file *file = call->content;
    struct order_disclosure *disclosure = &file->disclosure;
    if (!order_awaits_disclosure(file) || call->time < disclosure->answer_by)
        return condition_fails(call, "the end of the time to disclose", NULL);
    disclosure->overdue = call->time;
    return raise(
        call, SIGNAL_UNDISCLOSED, "The records that an order asked for did not come in time.");
}

bool order_awaits_disclosure(const struct order_file *order)
{
    const struct order_disclosure *disclosure = &order->disclosure;
    bool in_force = order->base.state == ORDER_ISSUED || order->base.state == ORDER_CONFIRMED ||
                    order->base.state == ORDER_UNCONFIRMED;
    return in_force && order->kind == ORDER_DISCLOSE && disclosure->answer_by &&
           !disclosure->answered.person && !disclosure->refused.person && !disclosure->overdue;
}

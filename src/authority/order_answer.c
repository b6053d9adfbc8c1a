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
    struct order_delivery *deliveries = ARENA_ARRAY(call->arena, struct order_delivery, count + 1);
    if (!deliveries)
        return fault_place(call->fault, ERROR_MEMORY, "order");
    if (count)
        memcpy(deliveries, file->deliveries, count * sizeof *deliveries);
    deliveries[count] = *body;
    deliveries[count].time = call->time;
    file->deliveries = deliveries;
    file->deliveries_count = count + 1;
    order_note_progress(file);
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

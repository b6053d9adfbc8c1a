/* The life-cycle of an order. One ministry is enough to take away; the other confirms or an alarm
 * follows, never a restoration. Giving back needs both, and names what it lifts. */
#include <string.h>

#include "authority/file_fields.h"
#include "authority/order_inside.h"

static const char *const order_states[] = {"issued", "confirmed", "unconfirmed", "lifted",
                                           "done",   "drafted",   "discarded",   NULL};
static const char *const progress_words[] = {"delivered", "obeyed", NULL};

static const char *const doubts[] = {"before-order", "ahead", NULL};

static const struct field receipt_fields[] = {
    FIELD(1, "installation", FIELD_TEXT, struct order_receipt, installation),
    FIELD(2, "received", FIELD_TIME, struct order_receipt, received),
    FIELD(3, "obeyed", FIELD_TIME, struct order_receipt, obeyed),
    FIELD(4, "arrived", FIELD_TIME, struct order_receipt, arrived),
    FIELD(5, "stopped", FIELD_UINT, struct order_receipt, stopped),
    FIELD(6, "doubt", FIELD_CHOICE, struct order_receipt, doubt, .words = doubts, OPTIONAL),
};
static const struct layout order_receipt_layout =
    LAYOUT("receipt", struct order_receipt, receipt_fields);

static const struct field delivery_fields[] = {
    FIELD(1, "installation", FIELD_TEXT, struct order_delivery, installation),
    FIELD(2, "sequence", FIELD_UINT, struct order_delivery, sequence),
    FIELD(3, "time", FIELD_TIME, struct order_delivery, time),
};
static const struct layout delivery_layout =
    LAYOUT("delivery", struct order_delivery, delivery_fields);

static const struct field preview_fields[] = {
    FIELD(1, "template", FIELD_TEXT, struct order_preview, template, OPTIONAL),
    FIELD(2, "clauses", FIELD_PROSE, struct order_preview, clauses, OPTIONAL),
    FIELD(3, "everything", FIELD_BOOL, struct order_preview, everything, OPTIONAL),
    FIELD_MANY(4, "installations", FIELD_TEXTS, struct order_preview, installations, OPTIONAL),
    FIELD_MANY(5, "functions", FIELD_TEXTS, struct order_preview, functions, OPTIONAL),
    FIELD_MANY(6, "territories", FIELD_TEXTS, struct order_preview, territories, OPTIONAL),
};
const struct layout order_preview_layout = LAYOUT("preview", struct order_preview, preview_fields);

static const struct field disclosure_fields[] = {
    FIELD(1, "answer-by", FIELD_TIME, struct order_disclosure, answer_by, OPTIONAL),
    FIELD(2, "records", FIELD_UINT, struct order_disclosure, records, OPTIONAL),
    FIELD(3, "bundle", FIELD_DIGEST, struct order_disclosure, bundle, OPTIONAL),
    DONE_BY(4, "answered", struct order_disclosure, answered),
    FIELD(5, "refusal", FIELD_PROSE, struct order_disclosure, refusal, OPTIONAL),
    DONE_BY(6, "refused", struct order_disclosure, refused),
    FIELD(7, "overdue", FIELD_TIME, struct order_disclosure, overdue, OPTIONAL),
};
static const struct layout disclosure_layout =
    LAYOUT("disclosure", struct order_disclosure, disclosure_fields);

static const struct field content_fields[] = {
    BASE_FIELDS(struct order_file, order_states),
    FIELD(6, "licence", FIELD_TEXT, struct order_file, licence),
    FIELD(7, "kind", FIELD_CHOICE, struct order_file, kind, .words = order_kind_words),
    FIELD(8, "digest", FIELD_DIGEST, struct order_file, digest),
    FIELD(
        9, "instrument", FIELD_BYTES, struct order_file, instrument, .limit = FILE_BYTES_MAX,
        OPTIONAL),
    FIELD(10, "ministry", FIELD_CHOICE, struct order_file, ministry, .words = ministry_words),
    DONE_BY(11, "issued", struct order_file, issued),
    DONE_BY(12, "confirmed", struct order_file, confirmed),
    DONE_BY(13, "lifted", struct order_file, lifted),
    FIELD(14, "lifted-by", FIELD_TEXT, struct order_file, lifted_by, OPTIONAL),
    FIELD_MANY(
        15, "receipts", FIELD_RECORDS, struct order_file, receipts,
        .layout = &order_receipt_layout),
    DONE_BY(16, "drafted", struct order_file, drafted),
    FIELD(17, "payload", FIELD_BYTES, struct order_file, payload, OPTIONAL),
    FIELD(
        18, "preview", FIELD_RECORD, struct order_file, preview, .layout = &order_preview_layout,
        OPTIONAL),
    FIELD_MANY(
        19, "deliveries", FIELD_RECORDS, struct order_file, deliveries, .layout = &delivery_layout,
        OPTIONAL),
    FIELD(
        20, "progress", FIELD_CHOICE, struct order_file, progress, .words = progress_words,
        OPTIONAL),
    FIELD(
        21, "disclosure", FIELD_RECORD, struct order_file, disclosure, .layout = &disclosure_layout,
        OPTIONAL),
    DONE_BY(22, "signed-first", struct order_file, signed_first),
};
static const struct layout content_layout = LAYOUT("order", struct order_file, content_fields);

static enum error check_size(struct transition_call *call, struct bytes instrument)
{
    if (instrument.length <= LEASE_ORDER_BYTES_MAX)
        return ERROR_OK;
    return fault_set(
        call->fault, ERROR_TOO_LARGE, call->act->verb, "an order of at most 24 KiB", "%zu bytes",
        instrument.length);
}

/* Whose order it is: the submitter's ministry's, or the other's when only that one has signed at
 * its threshold. */
static enum ministry_id
issuing_ministry(const struct transition_call *call, const struct document *document)
{
    enum ministry_id own = call->actor->ministry;
    if (document_signed_by_ministry(document, &call->office->chain->current, own))
        return own;
    return own == MINISTRY_DEFENCE ? MINISTRY_FOREIGN : MINISTRY_DEFENCE;
}

/* A signatory of the other ministry who signed: there is one where both ministries did. */
static const char *
other_signatory(const struct transition_call *call, const struct document *document)
{
    for (size_t i = 0; i < document->signer_count; i++) {
        enum ministry_id ministry;
        const struct root_person *person =
            root_person_by_key(&call->office->chain->current, &document->signers[i], &ministry);
        if (person && ministry != call->actor->ministry &&
            root_person_has_role(person, "signatory"))
            return person->id;
    }
    return call->actor->id;
}

static enum error issue(struct transition_call *call)
{
    const struct instrument_body *body = call->body;
    struct order_file *file = call->content;
    const struct root_chain *chain = call->office->chain;
    struct document document;
    struct order order;
    /* order_open asks for one ministry or for both, as the kind demands. */
    enum error error = check_size(call, body->instrument);
    if (!error)
        error = order_open(body->instrument, chain, call->arena, call->fault, &document, &order);
    if (!error)
        error = signed_by_actor(call, &document);
    if (error)
        return error;
    if (strcmp(order.number, file->base.number) != 0)
        return condition_fails(call, "the number of this file", order.number);
    if (file->base.version > 1)
        error = same_document(call, &document, &file->digest);
    if (error)
        return error;
    bool both = signed_by_both(&document, &chain->current, NULL) == ERROR_OK;
    file->payload = (struct bytes){0};
    file->disclosure.answer_by = order.answer_by;
    file->licence = order.licence;
    file->kind = order.kind;
    file->digest = document.digest;
    file->instrument = body->instrument;
    file->ministry = issuing_ministry(call, &document);
    note(call, &file->issued);
    if (both)
        file->confirmed = (struct done_by){other_signatory(call, &document), call->time};
    return order_take_effect(call, &order, &document.digest, both);
}

static enum error confirm(struct transition_call *call)
{
    const struct instrument_body *body = call->body;
    struct order_file *file = call->content;
    struct document document;
    struct order order;
    enum error error = by_other_ministry(call, file->ministry);
    if (!error)
        error = check_size(call, body->instrument);
    if (!error)
        error = order_open(
            body->instrument, call->office->chain, call->arena, call->fault, &document, &order);
    if (!error)
        error = signed_by_both(&document, &call->office->chain->current, call->fault);
    if (!error)
        error = same_document(call, &document, &file->digest);
    if (!error)
        error = signed_by_actor(call, &document);
    if (error)
        return error;
    file->instrument = body->instrument;
    note(call, &file->confirmed);
    file->base.state = ORDER_CONFIRMED;
    return ERROR_OK;
}

static enum error alarm_raised(struct transition_call *call)
{
    struct order_file *file = call->content;
    if (call->time < file->issued.time + call->office->settings.confirm_within)
        return condition_fails(call, "the end of the time to confirm", NULL);
    file->base.state = ORDER_UNCONFIRMED;
    return ERROR_OK;
}

/* --- Times -------------------------------------------------------------------------------- */

bool guard_time_is_ahead(millis said, millis arrived)
{
    return said > arrived + GUARD_AHEAD_MAX;
}

bool order_time_to_obey(
    const struct order_file *order, const struct order_receipt *receipt, millis *ret_span)
{
    if (receipt->doubt)
        return false;
    *ret_span = receipt->obeyed - order->issued.time;
    return true;
}

static enum error due(const struct due_call *call, const void *content, struct due *ret_due)
{
    const struct order_file *file = content;
    if (file->base.state == ORDER_ISSUED)
        due_at(call, file->issued.time + call->office->settings.confirm_within, "alarm", ret_due);
    if (order_awaits_disclosure(file))
        due_at(call, file->disclosure.answer_by, "overdue", ret_due);
    return ERROR_OK;
}

#define STATES_IN_FORCE (STATE(ORDER_ISSUED) | STATE(ORDER_CONFIRMED) | STATE(ORDER_UNCONFIRMED))
#define STATES_CARRIED (STATES_IN_FORCE | STATE(ORDER_DONE))

static void
clock_of(const struct office_settings *settings, const void *content, struct clock *ret_clock)
{
    const struct order_file *file = content;
    const struct order_disclosure *asked = &file->disclosure;
    const int state = file->base.state;
    if (state == ORDER_ISSUED || state == ORDER_UNCONFIRMED)
        *ret_clock = (struct clock){
            .what = "to confirm",
            .from = file->issued.time,
            .until = file->issued.time + settings->confirm_within,
        };
    else if (
        state == ORDER_CONFIRMED && asked->answer_by && !asked->answered.person &&
        !asked->refused.person)
        *ret_clock = (struct clock){
            .what = "to answer", .from = file->issued.time, .until = asked->answer_by};
}

static const struct transition transitions[] = {
    {
        .verb = "draft",
        .from = STATE_NEW,
        .to = STATE(ORDER_DRAFTED),
        .roles = ROLE_DESK | ROLE_REVIEWER | ROLE_SIGNATORY,
        .body = &order_draft_layout,
        .words = "Draft an order, to see what it would stop; nothing is in force",
        .conditions = "a licence that was issued; clauses that are the named template's, filled, "
                      "or that validate",
        .apply = order_draft,
    },
    {
        .verb = "discard",
        .from = STATE(ORDER_DRAFTED),
        .to = STATE(ORDER_DISCARDED),
        .roles = ROLE_DESK | ROLE_REVIEWER | ROLE_SIGNATORY,
        .words = "Discard the draft",
        .apply = order_discard,
    },
    {
        .verb = "sign-first",
        .from = STATE(ORDER_DRAFTED),
        .to = STATE(ORDER_DRAFTED),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct order_file, signed_first)},
        .body = &instrument_body_layout,
        .words = "Sign the draft first; it waits for the other ministry to sign and issue it",
        .conditions = "an order that gives back or revokes; the very order that was drafted, with "
                      "every signature so far",
        .apply = order_sign_first,
    },
    {
        .verb = "issue",
        .from = STATE_NEW | STATE(ORDER_DRAFTED),
        .to = STATE(ORDER_ISSUED) | STATE(ORDER_CONFIRMED) | STATE(ORDER_DONE),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct order_file, signed_first)},
        .body = &instrument_body_layout,
        .words = "Issue the signed order; what takes away is in force at once",
        .conditions = "signed by one ministry, or by both where it gives back or revokes; after a "
                      "draft, the very order that was drafted",
        .apply = issue,
    },
    {
        .verb = "confirm",
        .from = STATE(ORDER_ISSUED) | STATE(ORDER_UNCONFIRMED),
        .to = STATE(ORDER_CONFIRMED),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct order_file, issued)},
        .body = &instrument_body_layout,
        .words = "Confirm the other ministry's order with your signature",
        .apply = confirm,
    },
    {
        .verb = "alarm",
        .from = STATE(ORDER_ISSUED),
        .to = STATE(ORDER_UNCONFIRMED),
        .roles = ROLE_SERVER,
        .words = "The other ministry did not confirm in time",
        .rule = "the other ministry has only so long to confirm an order",
        .apply = alarm_raised,
    },
    {
        .verb = "deliver",
        .from = STATES_CARRIED,
        .to = STATES_CARRIED,
        .roles = ROLE_SERVER,
        .body = &order_deliver_layout,
        .words = "A lease carries the order to an installation for the first time",
        .rule = "the first lease that carries an order to an installation is noted",
        .apply = order_deliver,
    },
    {
        .verb = "disclosed",
        .from = STATES_IN_FORCE,
        .to = STATES_IN_FORCE,
        .roles = ROLE_DESK | ROLE_REVIEWER | ROLE_INSPECTOR,
        .body = &order_disclosed_layout,
        .words = "Note that the records were handed over",
        .conditions = "an order to disclose that was not answered yet",
        .apply = order_disclosed,
    },
    {
        .verb = "withheld",
        .from = STATES_IN_FORCE,
        .to = STATES_IN_FORCE,
        .roles = ROLE_DESK | ROLE_REVIEWER | ROLE_INSPECTOR,
        .body = &reason_body_layout,
        .words = "Note that disclosure was refused, which speaks against who refused",
        .conditions = "an order to disclose that was not answered yet",
        .apply = order_withheld,
    },
    {
        .verb = "overdue",
        .from = STATES_IN_FORCE,
        .to = STATES_IN_FORCE,
        .roles = ROLE_SERVER,
        .words = "The records that the order asked for did not come in time",
        .rule = "an order to disclose says by when",
        .apply = order_overdue,
    },
};

const struct lifecycle order_lifecycle = {
    .word = "order",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_LICENCE,
    .parent_at = offsetof(struct order_file, licence),
    .instrument_at = offsetof(struct order_file, instrument),
    .digest_at = offsetof(struct order_file, digest),
    .due = due,
    .clock = clock_of,
};

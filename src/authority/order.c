/* The life-cycle of an order. One ministry is enough to take away; the other confirms or an alarm
 * follows, never a restoration. Giving back needs both, and names what it lifts. */
#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const order_states[] = {"issued", "confirmed", "unconfirmed",
                                           "lifted", "done",      NULL};

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

static const struct field content_fields[] = {
    BASE_FIELDS(struct order_file, order_states),
    FIELD(6, "licence", FIELD_TEXT, struct order_file, licence),
    FIELD(7, "kind", FIELD_CHOICE, struct order_file, kind, .words = order_kind_words),
    FIELD(8, "digest", FIELD_DIGEST, struct order_file, digest),
    FIELD(9, "instrument", FIELD_BYTES, struct order_file, instrument, .limit = FILE_BYTES_MAX),
    FIELD(10, "ministry", FIELD_CHOICE, struct order_file, ministry, .words = ministry_words),
    DONE_BY(11, "issued", struct order_file, issued),
    DONE_BY(12, "confirmed", struct order_file, confirmed),
    DONE_BY(13, "lifted", struct order_file, lifted),
    FIELD(14, "lifted-by", FIELD_TEXT, struct order_file, lifted_by, OPTIONAL),
    FIELD_MANY(
        15, "receipts", FIELD_RECORDS, struct order_file, receipts,
        .layout = &order_receipt_layout),
};
static const struct layout content_layout = LAYOUT("order", struct order_file, content_fields);

/* A document that a file holds: verified when it was taken, by a root that may have changed since;
 * the file's digest vouches for it now. */
static enum error decode_kept(
    struct transition_call *call, struct bytes instrument, enum instrument_type type,
    const struct digest *digest, void **ret_value)
{
    enum instrument_type found;
    struct digest found_digest;
    void *value;
    enum error error = document_decode_unverified(
        instrument, call->arena, call->fault, &found, &found_digest, &value);
    if (error)
        return error;
    if (found != type || !digest_equal(&found_digest, digest))
        return fault_place(call->fault, ERROR_INTERNAL, "%s", instrument_word(type));
    *ret_value = value;
    return ERROR_OK;
}

static bool gives_back(enum order_kind kind)
{
    return kind == ORDER_LIFT || kind == ORDER_RESTORE || kind == ORDER_EXTEND;
}

/* --- Effects on the licence --------------------------------------------------------------- */

/* Nobody can fill the list so that nothing more can be taken away: the last places are for orders
 * that stop the licence as a whole. */
static enum error check_room(
    struct transition_call *call, const struct licence_file *licence, const struct order *order)
{
    bool whole = order_stops_everything(order->kind) && order->installations_count == 0;
    size_t room = whole ? LEASE_ORDERS_MAX : LEASE_ORDERS_MAX - LICENCE_ORDERS_KEPT;
    if (licence->orders_count < room)
        return ERROR_OK;
    return condition_fails(call, "fewer orders in force on one licence", NULL);
}

/* Adds the order to those that leases carry. */
static enum error put_in_force(
    struct transition_call *call, struct licence_file *licence, const struct order *order,
    const struct digest *digest)
{
    enum error error = check_room(call, licence, order);
    if (error)
        return error;
    struct licence_order *orders =
        ARENA_ARRAY(call->arena, struct licence_order, licence->orders_count + 1);
    if (!orders)
        return fault_place(call->fault, ERROR_MEMORY, "order");
    if (licence->orders_count)
        memcpy(orders, licence->orders, licence->orders_count * sizeof *orders);
    orders[licence->orders_count] = (struct licence_order){
        .number = order->number,
        .kind = order->kind,
        .digest = *digest,
        .partial = order->installations_count > 0,
    };
    licence->orders = orders;
    licence->orders_count++;
    licence_state_from_orders(licence, call->time);
    return ERROR_OK;
}

/* A guard lets a stored order go only for a signed lift, and learns of a new end only from the
 * signed extension: so leases carry these too. Of those that gave back, the oldest beyond
 * LICENCE_GIVEN_BACK_MAX are left out, and of extensions all but the newest. */
static enum error carry(
    struct transition_call *call, struct licence_file *licence, const struct order *order,
    const struct digest *digest)
{
    size_t given_back = 0, kept = 0;
    for (size_t i = 0; i < licence->orders_count; i++)
        given_back += gives_back(licence->orders[i].kind);
    struct licence_order *orders =
        ARENA_ARRAY(call->arena, struct licence_order, licence->orders_count);
    if (!orders)
        return fault_place(call->fault, ERROR_MEMORY, "order");
    for (size_t i = 0; i < licence->orders_count; i++) {
        const struct licence_order *earlier = &licence->orders[i];
        bool extended = order->kind == ORDER_EXTEND && earlier->kind == ORDER_EXTEND;
        bool oldest = gives_back(earlier->kind) && given_back >= LICENCE_GIVEN_BACK_MAX;
        if (extended || oldest)
            given_back--;
        else
            orders[kept++] = *earlier;
    }
    licence->orders = orders;
    licence->orders_count = kept;
    return put_in_force(call, licence, order, digest);
}

/* Takes the order with the digest out of force; *ret_lifted is NULL where none has it. */
static enum error take_out_of_force(
    struct transition_call *call, struct licence_file *licence, const struct digest *digest,
    const struct licence_order **ret_lifted)
{
    *ret_lifted = NULL;
    struct licence_order *orders =
        ARENA_ARRAY(call->arena, struct licence_order, licence->orders_count);
    if (!orders)
        return fault_place(call->fault, ERROR_MEMORY, "order");
    size_t count = 0;
    for (size_t i = 0; i < licence->orders_count; i++) {
        if (digest_equal(&licence->orders[i].digest, digest))
            *ret_lifted = &licence->orders[i];
        else
            orders[count++] = licence->orders[i];
    }
    if (!*ret_lifted)
        return ERROR_OK;
    licence->orders = orders;
    licence->orders_count = count;
    licence_state_from_orders(licence, call->time);
    return ERROR_OK;
}

/* --- Giving back -------------------------------------------------------------------------- */

/* Clears a latch: the order names exactly the installation, and the latch by its digest. */
static enum error clear_latch(struct transition_call *call, const struct order *order)
{
    if (order->kind != ORDER_RESTORE || order->installations_count != 1)
        return condition_fails(
            call, "the digest of an order in force, or of the latch of the one installation named",
            order->number);
    void *other;
    enum error error = change_other(call, FILE_INSTALLATION, order->installations[0], &other);
    if (error)
        return error;
    struct installation_file *installation = other;
    if (strcmp(installation->licence, order->licence) != 0 ||
        installation->base.state == INSTALLATION_ENROLLED ||
        !digest_equal(&installation->latch, &order->lifts))
        return condition_fails(
            call, "the digest of what latched or suspended the installation",
            order->installations[0]);
    installation->base.state = INSTALLATION_ENROLLED;
    installation->latch = (struct digest){0};
    installation->reason = NULL;
    return ERROR_OK;
}

/* What is given back is given back for every installation from which it was taken, or the order and
 * its lift would not agree about the others. */
static enum error check_scope(
    struct transition_call *call, const struct order *order, const struct order_file *target)
{
    void *value;
    enum error error =
        decode_kept(call, target->instrument, INSTRUMENT_ORDER, &target->digest, &value);
    if (error || order->installations_count == 0)
        return error;
    const struct order *taken = value;
    bool within = taken->installations_count > 0;
    for (size_t i = 0; i < taken->installations_count && within; i++)
        within = order_applies(order, taken->licence, taken->installations[i]);
    if (within)
        return ERROR_OK;
    return condition_fails(
        call, "all installations that the lifted order is for, or none named", taken->number);
}

/* A guard names its latch itself: with the digest of an order it would have a restoration of the
 * one pass for a restoration of the other. */
static enum error check_one_meaning(struct transition_call *call, const struct order *order)
{
    if (order->installations_count != 1)
        return ERROR_OK;
    const void *other;
    enum error error = other_file(call, FILE_INSTALLATION, order->installations[0], &other);
    if (error)
        return error;
    if (digest_equal(&((const struct installation_file *)other)->latch, &order->lifts))
        return condition_fails(
            call, "a digest that names one thing; the latch has taken an order's",
            order->installations[0]);
    return ERROR_OK;
}

/* A limit, hold or disclosure is lifted; what suspended or disconnected is restored; a revocation
 * is for good. */
static bool right_kind(enum order_kind kind, enum order_kind lifted)
{
    if (kind == ORDER_RESTORE)
        return lifted == ORDER_SUSPEND || lifted == ORDER_DISCONNECT;
    return lifted == ORDER_LIMIT || lifted == ORDER_HOLD || lifted == ORDER_DISCLOSE;
}

static enum error lift_order(
    struct transition_call *call, const struct order *order, const struct licence_order *lifted)
{
    if (!right_kind(order->kind, lifted->kind))
        return condition_fails(
            call, "a lift of a limit, or a restoration after a suspension or disconnection",
            order_word(lifted->kind));
    void *other;
    enum error error = check_one_meaning(call, order);
    if (!error)
        error = change_other(call, FILE_ORDER, lifted->number, &other);
    if (!error)
        error = check_scope(call, order, other);
    if (error)
        return error;
    struct order_file *target = other;
    target->base.state = ORDER_LIFTED;
    target->lifted_by = order->number;
    note(call, &target->lifted);
    return ERROR_OK;
}

static enum error lift(
    struct transition_call *call, struct licence_file *licence, const struct order *order,
    const struct digest *digest)
{
    const struct licence_order *lifted;
    enum error error = take_out_of_force(call, licence, &order->lifts, &lifted);
    if (!error)
        error = lifted ? lift_order(call, order, lifted) : clear_latch(call, order);
    return error ? error : carry(call, licence, order, digest);
}

static enum error extend(
    struct transition_call *call, struct licence_file *licence, const struct order *order,
    const struct digest *digest)
{
    const void *other;
    enum error error = other_file(call, FILE_CERTIFICATE, licence->certificate, &other);
    if (error)
        return error;
    const struct certificate_file *certificate = other;
    if (order->until <= licence->until)
        return condition_fails(call, "an end after the licence's own", NULL);
    if (order->until > certificate->until || certificate->base.state != CERTIFICATE_IN_FORCE)
        return condition_fails(call, "an end within a certificate in force", NULL);
    licence->until = order->until;
    return carry(call, licence, order, digest);
}

/* --- Issuing ------------------------------------------------------------------------------ */

static enum error check_size(struct transition_call *call, struct bytes instrument)
{
    if (instrument.length <= LEASE_ORDER_BYTES_MAX)
        return ERROR_OK;
    return fault_set(
        call->fault, ERROR_TOO_LARGE, call->act->verb, "an order of at most 24 KiB", "%zu bytes",
        instrument.length);
}

static enum error check_licence(struct transition_call *call, const struct licence_file *licence)
{
    if (licence->base.state == LICENCE_PROPOSED || licence->base.state == LICENCE_REVOKED)
        return condition_fails(
            call, "a licence that was issued and is not revoked",
            file_state_word(FILE_LICENCE, licence->base.state));
    return ERROR_OK;
}

static enum error check_clauses(
    struct transition_call *call, const struct licence_file *licence_file,
    const struct order *order, const struct digest *digest)
{
    if (order->kind != ORDER_LIMIT)
        return ERROR_OK;
    const void *other;
    void *licence;
    enum error error = other_file(call, FILE_CERTIFICATE, licence_file->certificate, &other);
    if (!error)
        error = decode_kept(
            call, licence_file->instrument, INSTRUMENT_LICENCE, &licence_file->digest, &licence);
    return error ? error
                 : clauses_valid(call, other, licence, &licence_file->digest, order, digest);
}

static enum error check_installations(struct transition_call *call, const struct order *order)
{
    for (size_t i = 0; i < order->installations_count; i++) {
        const void *other;
        enum error error = other_file(call, FILE_INSTALLATION, order->installations[i], &other);
        if (error)
            return error;
        if (strcmp(((const struct installation_file *)other)->licence, order->licence) != 0)
            return condition_fails(call, "installations of the licence", order->installations[i]);
    }
    return ERROR_OK;
}

static enum error take_effect(
    struct transition_call *call, const struct order *order, const struct digest *digest, bool both)
{
    struct order_file *file = call->content;
    void *other;
    enum error error = change_other(call, FILE_LICENCE, order->licence, &other);
    if (error)
        return error;
    struct licence_file *licence = other;
    error = check_licence(call, licence);
    if (!error)
        error = check_installations(call, order);
    if (!error)
        error = check_clauses(call, licence, order, digest);
    if (error)
        return error;
    switch (order->kind) {
    case ORDER_LIFT:
    case ORDER_RESTORE:
        file->base.state = ORDER_DONE;
        return lift(call, licence, order, digest);
    case ORDER_EXTEND:
        file->base.state = ORDER_DONE;
        return extend(call, licence, order, digest);
    default:
        file->base.state = both ? ORDER_CONFIRMED : ORDER_ISSUED;
        return put_in_force(call, licence, order, digest);
    }
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
    bool both = signed_by_both(&document, &chain->current, NULL) == ERROR_OK;
    file->licence = order.licence;
    file->kind = order.kind;
    file->digest = document.digest;
    file->instrument = body->instrument;
    file->ministry = issuing_ministry(call, &document);
    note(call, &file->issued);
    if (both)
        file->confirmed = (struct done_by){other_signatory(call, &document), call->time};
    return take_effect(call, &order, &document.digest, both);
}

static enum error confirm(struct transition_call *call)
{
    const struct instrument_body *body = call->body;
    struct order_file *file = call->content;
    struct document document;
    struct order order;
    if (call->actor->ministry == file->ministry)
        return fault_set(
            call->fault, ERROR_OFFICE_ROLE, call->act->verb, "the other ministry", "%s",
            call->actor->id);
    enum error error = check_size(call, body->instrument);
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
    if (call->time < file->issued.time + call->office->confirm_within)
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
        due_at(call, file->issued.time + call->office->confirm_within, "alarm", ret_due);
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "issue",
        .from = STATE_NEW,
        .to = STATE(ORDER_ISSUED) | STATE(ORDER_CONFIRMED) | STATE(ORDER_DONE),
        .roles = ROLE_SIGNATORY,
        .body = &instrument_body_layout,
        .words = "Issue the signed order; what takes away is in force at once",
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
};

/* The life-cycle of a licence: proposed by one ministry, issued by both; its state then follows
 * from the orders in force, and from its end. */
#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"
#include "authority/licence_replace.h"
#include "authority/licence_review.h"

static const char *const licence_states[] = {"proposed",     "active",    "limited",  "suspended",
                                             "disconnected", "revoked",   "expired",  "lapsed",
                                             "surrendered",  "exhausted", "replaced", NULL};

static const struct field licence_order_fields[] = {
    FIELD(1, "number", FIELD_TEXT, struct licence_order, number),
    FIELD(2, "kind", FIELD_CHOICE, struct licence_order, kind, .words = order_kind_words),
    FIELD(3, "digest", FIELD_DIGEST, struct licence_order, digest),
    FIELD(4, "partial", FIELD_BOOL, struct licence_order, partial),
};
static const struct layout licence_order_layout =
    LAYOUT("order", struct licence_order, licence_order_fields);

static const struct field content_fields[] = {
    BASE_FIELDS(struct licence_file, licence_states),
    FIELD(6, "application", FIELD_TEXT, struct licence_file, application),
    FIELD(7, "certificate", FIELD_TEXT, struct licence_file, certificate),
    FIELD(8, "digest", FIELD_DIGEST, struct licence_file, digest),
    FIELD(9, "instrument", FIELD_BYTES, struct licence_file, instrument, .limit = FILE_BYTES_MAX),
    FIELD(10, "agency", FIELD_TEXT, struct licence_file, agency),
    FIELD(11, "product", FIELD_TEXT, struct licence_file, product),
    FIELD(12, "exporter", FIELD_TEXT, struct licence_file, exporter),
    FIELD(13, "country", FIELD_TEXT, struct licence_file, state),
    FIELD(14, "from", FIELD_TIME, struct licence_file, from),
    FIELD(15, "until", FIELD_TIME, struct licence_file, until),
    FIELD(16, "maximum-installations", FIELD_UINT, struct licence_file, maximum_installations),
    FIELD(17, "installations", FIELD_UINT, struct licence_file, installations),
    FIELD_MANY(
        18, "orders", FIELD_RECORDS, struct licence_file, orders, .layout = &licence_order_layout,
        .limit = LEASE_ORDERS_MAX),
    DONE_BY(19, "proposed", struct licence_file, proposed),
    DONE_BY(20, "issued", struct licence_file, issued),
    FIELD(21, "form", FIELD_TEXT, struct licence_file, form),
    DONE_BY(22, "surrender-asked", struct licence_file, surrender_asked),
    DONE_BY(23, "surrendered", struct licence_file, surrendered),
    FIELD(24, "reason", FIELD_PROSE, struct licence_file, reason, OPTIONAL),
    FIELD(25, "exhausted-until", FIELD_TIME, struct licence_file, exhausted_until, OPTIONAL),
    FIELD(26, "overdrawn", FIELD_BOOL, struct licence_file, overdrawn, OPTIONAL),
    FIELD(27, "place", FIELD_TEXT, struct licence_file, place),
    FIELD(
        28, "country-review", FIELD_RECORD, struct licence_file, review,
        .layout = &country_review_layout, OPTIONAL),
    FIELD(29, "replaces", FIELD_TEXT, struct licence_file, replaces, OPTIONAL),
    FIELD(30, "replaced-by", FIELD_TEXT, struct licence_file, replaced_by, OPTIONAL),
    FIELD(31, "replaced-from", FIELD_TIME, struct licence_file, replaced_from, OPTIONAL),
};
static const struct layout content_layout = LAYOUT("licence", struct licence_file, content_fields);

struct propose_body {
    const char *application, *certificate;
    struct bytes instrument;
};

static const struct field propose_fields[] = {
    FIELD(1, "application", FIELD_TEXT, struct propose_body, application),
    FIELD(2, "certificate", FIELD_TEXT, struct propose_body, certificate),
    FIELD(3, "instrument", FIELD_BYTES, struct propose_body, instrument, .limit = FILE_BYTES_MAX),
};
static const struct layout propose_layout = LAYOUT("body", struct propose_body, propose_fields);

/* What stood when the application was approved may have fallen since: the exporter removed, the
 * country taken off the list. */
static enum error
check_standing(struct transition_call *call, const struct application_file *application)
{
    if (application->base.state != APPLICATION_APPROVED)
        return condition_fails(
            call, "an application that both ministries approved",
            file_state_word(FILE_APPLICATION, application->base.state));
    enum error error = check_exporter(call, application->exporter);
    if (!error)
        error = check_country(call, application->state);
    return error ? error : check_agency(call, application->state, &application->agency);
}

/* Only with a certificate in force, for an approved application, and within both. */
static enum error check_basis(
    struct transition_call *call, const struct propose_body *body, const struct licence *licence,
    const struct digest *digest)
{
    const void *other;
    enum error error = other_file(call, FILE_APPLICATION, body->application, &other);
    if (error)
        return error;
    const struct application_file *application = other;
    error = check_standing(call, application);
    if (!error)
        error = other_file(call, FILE_PRODUCT, application->product, &other);
    if (error)
        return error;
    const struct product_file *product = other;
    for (size_t i = 0; i < licence->functions_count; i++) {
        bool known = false;
        for (size_t k = 0; k < product->functions_count && !known; k++)
            known = strcmp(product->functions[k], licence->functions[i]) == 0;
        if (!known)
            return condition_fails(call, "functions of the product", licence->functions[i]);
    }
    error = other_file(call, FILE_CERTIFICATE, body->certificate, &other);
    if (error)
        return error;
    const struct certificate_file *certificate_file = other;
    if (certificate_file->base.state != CERTIFICATE_IN_FORCE)
        return condition_fails(
            call, "a certificate in force",
            file_state_word(FILE_CERTIFICATE, certificate_file->base.state));
    error = licence_check_certificate(call, body->application, application, certificate_file);
    struct certificate certificate;
    if (!error)
        error = licence_note_replaced(call, application);
    if (!error)
        error = layout_decode(
            &certificate_layout, certificate_file->payload, call->arena, call->fault, &certificate);
    if (!error)
        error = licence_fits(licence, &certificate, &certificate_file->digest, call->fault);
    if (!error)
        error = clauses_valid(call, certificate_file, licence, digest, NULL, NULL);
    return error;
}

static enum error propose(struct transition_call *call)
{
    const struct propose_body *body = call->body;
    struct licence_file *file = call->content;
    struct document document;
    struct licence licence;
    enum error error = document_open_by_root(
        body->instrument, INSTRUMENT_LICENCE, call->office->chain, call->arena, call->fault,
        &document, &licence);
    if (!error)
        error = signed_by_actor(call, &document);
    if (!error)
        error = check_basis(call, body, &licence, &document.digest);
    if (error)
        return error;
    if (strcmp(licence.number, file->base.number) != 0)
        return condition_fails(call, "the number of this file", licence.number);
    if (call->time >= licence.until)
        return condition_fails(call, "a licence that has not ended", NULL);
    file->application = body->application;
    file->certificate = body->certificate;
    file->digest = document.digest;
    file->instrument = body->instrument;
    file->agency = licence.agency;
    file->product = licence.product;
    file->exporter = licence.exporter;
    file->from = licence.from;
    file->until = licence.until;
    file->maximum_installations = licence.maximum_installations;
    const void *other;
    error = other_file(call, FILE_CERTIFICATE, body->certificate, &other);
    if (error)
        return error;
    const struct certificate_file *certificate = other;
    file->state = certificate->state;
    file->place = certificate->place;
    file->form = certificate->form;
    note(call, &file->proposed);
    file->base.state = LICENCE_PROPOSED;
    return ERROR_OK;
}

static enum error countersign(struct transition_call *call)
{
    const struct instrument_body *body = call->body;
    struct licence_file *file = call->content;
    struct document document;
    struct licence licence;
    /* Granting needs two people of two ministries. */
    enum error error = licence_open(
        body->instrument, call->office->chain, call->arena, call->fault, &document, &licence);
    if (!error)
        error = same_document(call, &document, &file->digest);
    if (!error)
        error = signed_by_actor(call, &document);
    if (error)
        return error;
    const void *other;
    error = other_file(call, FILE_APPLICATION, file->application, &other);
    if (!error)
        error = check_standing(call, other);
    if (!error)
        error = other_file(call, FILE_CERTIFICATE, file->certificate, &other);
    if (error)
        return error;
    if (((const struct certificate_file *)other)->base.state != CERTIFICATE_IN_FORCE)
        return condition_fails(call, "a certificate in force", NULL);
    if (call->time >= licence.until)
        return condition_fails(call, "a licence that has not ended", NULL);
    file->instrument = body->instrument;
    note(call, &file->issued);
    file->base.state = LICENCE_ACTIVE;
    return licence_take_place(call, licence.from);
}

/* With the licence ends the review of its country that is open. */
static void end_review(struct transition_call *call)
{
    struct licence_file *file = call->content;
    if (country_review_is_open(&file->review))
        country_review_close(&file->review, COUNTRY_REVIEW_ENDED, call->time);
}

static enum error expire(struct transition_call *call)
{
    struct licence_file *file = call->content;
    if (call->time < file->until)
        return condition_fails(call, "the licence's end", NULL);
    file->base.state = LICENCE_EXPIRED;
    end_review(call);
    return ERROR_OK;
}

/* The server does what the certificate's end means; it signs nothing that guards would take for an
 * order, and needs to: the lease says that there are no uses. */
static enum error lapse(struct transition_call *call)
{
    struct licence_file *file = call->content;
    const void *other;
    enum error error = other_file(call, FILE_CERTIFICATE, file->certificate, &other);
    if (error)
        return error;
    if (((const struct certificate_file *)other)->base.state == CERTIFICATE_IN_FORCE)
        return condition_fails(call, "a certificate that is in force no more", file->certificate);
    file->base.state = LICENCE_LAPSED;
    end_review(call);
    return ERROR_OK;
}

enum licence_state licence_state_of_orders(const struct licence_file *licence)
{
    enum licence_state state = LICENCE_ACTIVE;
    for (size_t i = 0; i < licence->orders_count; i++) {
        const struct licence_order *order = &licence->orders[i];
        enum licence_state strict = LICENCE_ACTIVE;
        if (order->partial)
            continue; /* some installations only: the licence as a whole stands */
        if (order->kind == ORDER_LIMIT)
            strict = LICENCE_LIMITED;
        else if (order->kind == ORDER_SUSPEND)
            strict = LICENCE_SUSPENDED;
        else if (order->kind == ORDER_DISCONNECT)
            strict = LICENCE_DISCONNECTED;
        else if (order->kind == ORDER_REVOKE)
            strict = LICENCE_REVOKED;
        state = strict > state ? strict : state;
    }
    return state;
}

void licence_state_from_orders(struct licence_file *licence, millis time)
{
    if (licence->base.state == LICENCE_REVOKED || licence->base.state == LICENCE_SURRENDERED ||
        licence->base.state == LICENCE_REPLACED)
        return; /* for good */
    bool lapsed = licence->base.state == LICENCE_LAPSED;
    enum licence_state state = licence_state_of_orders(licence);
    if (state < LICENCE_SUSPENDED && time < licence->exhausted_until)
        state = LICENCE_EXHAUSTED;
    /* What has ended stays so; only an extension moves the end, and it has done so already. */
    if (state != LICENCE_REVOKED && time >= licence->until)
        state = LICENCE_EXPIRED;
    if (state != LICENCE_REVOKED && lapsed)
        state = LICENCE_LAPSED; /* no order brings its certificate back */
    licence->base.state = state;
}

/* --- Surrender and exhaustion ------------------------------------------------------------- */

static enum error surrender(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct licence_file *file = call->content;
    file->reason = body->reason;
    note(call, &file->surrender_asked);
    return ERROR_OK;
}

static enum error accept_surrender(struct transition_call *call)
{
    struct licence_file *file = call->content;
    if (!file->surrender_asked.person)
        return condition_fails(call, "a surrender that the exporter or the state declared", "none");
    note(call, &file->surrendered);
    file->base.state = LICENCE_SURRENDERED;
    end_review(call);
    return ERROR_OK;
}

static enum error replenish(struct transition_call *call)
{
    struct licence_file *file = call->content;
    if (!file->exhausted_until || call->time < file->exhausted_until)
        return condition_fails(call, "the end of the period whose uses have all begun", NULL);
    file->exhausted_until = 0;
    file->overdrawn = false;
    licence_state_from_orders(file, call->time);
    return ERROR_OK;
}

#define LIVE_STATES                                                                                \
    (STATE(LICENCE_ACTIVE) | STATE(LICENCE_LIMITED) | STATE(LICENCE_SUSPENDED) |                   \
     STATE(LICENCE_DISCONNECTED) | STATE(LICENCE_EXHAUSTED))

bool licence_is_live(const struct licence_file *licence)
{
    return STATE(licence->base.state) & LIVE_STATES;
}

static enum error due(const struct due_call *call, const void *content, struct due *ret_due)
{
    const struct licence_file *file = content;
    if (!licence_is_live(file))
        return ERROR_OK;
    due_at(call, file->until, "expire", ret_due);
    licence_replace_due(call, file, ret_due);
    if (file->exhausted_until)
        due_at(call, file->exhausted_until, "replenish", ret_due);
    const void *other = NULL;
    enum error error = call->view->find(
        call->view->context, FILE_CERTIFICATE, file->certificate, call->fault, &other);
    const struct certificate_file *certificate = other;
    if (!error && certificate && certificate->base.state != CERTIFICATE_IN_FORCE)
        due_at(call, call->time, "lapse", ret_due);
    return error ? error : country_review_due(call, file, ret_due);
}

static const struct transition transitions[] = {
    {
        .verb = "propose",
        .from = STATE_NEW,
        .to = STATE(LICENCE_PROPOSED),
        .roles = ROLE_SIGNATORY,
        .body = &propose_layout,
        .words = "Sign the licence and propose it to the other ministry",
        .conditions = "an approved application, a certificate in force for it, functions of the "
                      "product; after a renewal or amendment, in the place of the licence named",
        .apply = propose,
    },
    {
        .verb = "countersign",
        .from = STATE(LICENCE_PROPOSED),
        .to = STATE(LICENCE_ACTIVE),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct licence_file, proposed)},
        .body = &instrument_body_layout,
        .words = "Countersign the licence, which issues it",
        .conditions = "no order in force on a licence whose place it takes",
        .apply = countersign,
    },
    {
        .verb = "replace",
        .from = LIVE_STATES,
        .to = LIVE_STATES | STATE(LICENCE_REPLACED),
        .roles = ROLE_SERVER,
        .words = "Another licence has taken its place",
        .rule = "a licence ends on the day on which the one in its place begins; where that has "
                "ended before, it stays",
        .apply = licence_replace,
    },
    {
        .verb = "expire",
        .from = LIVE_STATES,
        .to = STATE(LICENCE_EXPIRED),
        .roles = ROLE_SERVER,
        .words = "The licence's term has ended",
        .rule = "the licence ends at its own date, or at that of an extension",
        .apply = expire,
    },
    {
        .verb = "lapse",
        .from = LIVE_STATES,
        .to = STATE(LICENCE_LAPSED),
        .roles = ROLE_SERVER,
        .words = "The certificate under it is in force no more",
        .rule = "a licence holds only under a certificate in force",
        .apply = lapse,
    },
    {
        .verb = "surrender",
        .from = LIVE_STATES,
        .to = LIVE_STATES,
        .roles = ROLE_EXPORTER | ROLE_STATE,
        .body = &reason_body_layout,
        .words = "Declare that the licence is given back; it ends when an officer accepts",
        .conditions = "the licence's own exporter or state",
        .apply = surrender,
    },
    {
        .verb = "accept-surrender",
        .from = LIVE_STATES,
        .to = STATE(LICENCE_SURRENDERED),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .words = "Accept the surrender, which ends the licence for good",
        .conditions = "the exporter or the state declared it",
        .apply = accept_surrender,
    },
    {
        .verb = "replenish",
        .from = LIVE_STATES,
        .to = LIVE_STATES,
        .roles = ROLE_SERVER,
        .words = "A new period of the licence's uses has begun",
        .rule = "uses are counted anew in each period of the licence",
        .apply = replenish,
    },
    {
        .verb = "country-review",
        .from = LIVE_STATES,
        .to = LIVE_STATES,
        .roles = ROLE_SERVER,
        .words = "The licence is to be reviewed, as its country was taken off the list",
        .rule = "taking a country off the list opens a review of every live licence there, and "
                "stops none",
        .apply = country_review_open,
    },
    {
        .verb = "country-relisted",
        .from = LIVE_STATES,
        .to = LIVE_STATES,
        .roles = ROLE_SERVER,
        .words = "The review ends, as the country is on the list again",
        .rule = "a review because of the list ends when the country is on it again",
        .apply = country_review_relisted,
    },
    {
        .verb = "country-keep",
        .from = LIVE_STATES,
        .to = LIVE_STATES,
        .roles = ROLE_SIGNATORY,
        .body = &reason_body_layout,
        .words =
            "Keep the licence, though its country was taken off the list; both ministries must",
        .conditions = "an open review; each ministry once",
        .apply = country_review_keep,
    },
    {
        .verb = "country-ordered",
        .from = LIVE_STATES | STATE(LICENCE_REVOKED),
        .to = LIVE_STATES | STATE(LICENCE_REVOKED),
        .roles = ROLE_SIGNATORY,
        .body = &country_review_order_layout,
        .words = "End the review with the order that followed",
        .conditions = "an open review; an order on this licence that takes away, issued since",
        .apply = country_review_ordered,
    },
};

const struct lifecycle licence_lifecycle = {
    .word = "licence",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_CERTIFICATE,
    .parent_at = offsetof(struct licence_file, certificate),
    .instrument_at = offsetof(struct licence_file, instrument),
    .digest_at = offsetof(struct licence_file, digest),
    .due = due,
};

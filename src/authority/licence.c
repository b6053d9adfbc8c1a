/* The life-cycle of a licence: proposed by one ministry, issued by both; its state then follows
 * from the orders in force, and from its end. */
#include <string.h>

#include "authority/inside.h"

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
    return error ? error : check_country(call, application->state);
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
    if (strcmp(certificate_file->application, body->application) != 0)
        return condition_fails(
            call, "the certificate of this application", certificate_file->application);
    struct certificate certificate;
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
    file->state = ((const struct certificate_file *)other)->state;
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
    enum error error = not_own(call, &file->proposed);
    if (!error)
        error = licence_open(
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
    return ERROR_OK;
}

static enum error expire(struct transition_call *call)
{
    struct licence_file *file = call->content;
    if (call->time < file->until)
        return condition_fails(call, "the licence's end", NULL);
    file->base.state = LICENCE_EXPIRED;
    return ERROR_OK;
}

void licence_state_from_orders(struct licence_file *licence, millis time)
{
    if (licence->base.state == LICENCE_REVOKED)
        return; /* for good */
    int state = LICENCE_ACTIVE;
    for (size_t i = 0; i < licence->orders_count; i++) {
        const struct licence_order *order = &licence->orders[i];
        int strict = LICENCE_ACTIVE;
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
    /* What has ended stays so; only an extension moves the end, and it has done so already. */
    if (state != LICENCE_REVOKED && time >= licence->until)
        state = LICENCE_EXPIRED;
    licence->base.state = state;
}

const struct transition licence_transitions[] = {
    {"propose", STATE_NEW, STATE(LICENCE_PROPOSED), ROLE_SIGNATORY, ANY_MINISTRY, &propose_layout,
     "Sign the licence and propose it to the other ministry", propose},
    {"countersign", STATE(LICENCE_PROPOSED), STATE(LICENCE_ACTIVE), ROLE_SIGNATORY, ANY_MINISTRY,
     &instrument_body_layout, "Countersign the licence, which issues it", countersign},
    {"expire",
     STATE(LICENCE_ACTIVE) | STATE(LICENCE_LIMITED) | STATE(LICENCE_SUSPENDED) |
         STATE(LICENCE_DISCONNECTED),
     STATE(LICENCE_EXPIRED), ROLE_SERVER, ANY_MINISTRY, NULL, "The licence's term has ended",
     expire},
};
const size_t licence_transition_count = sizeof licence_transitions / sizeof *licence_transitions;

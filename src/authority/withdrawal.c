/* The life-cycle of an approval's withdrawal: an approving body has signed it, an officer enters
 * it, and leases carry it to every installation under the certificate. It is the body's decision:
 * the office judges only whether it is that body's, so that nothing keeps it. */
#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const withdrawal_states[] = {"in-force", NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct withdrawal_file, withdrawal_states),
    FIELD(6, "certificate", FIELD_TEXT, struct withdrawal_file, certificate),
    FIELD(7, "digest", FIELD_DIGEST, struct withdrawal_file, digest),
    FIELD(
        8, "instrument", FIELD_BYTES, struct withdrawal_file, instrument, .limit = FILE_BYTES_MAX),
    FIELD(9, "own-number", FIELD_TEXT, struct withdrawal_file, own_number),
    FIELD(10, "body", FIELD_TEXT, struct withdrawal_file, body),
    FIELD(11, "withdraws", FIELD_DIGEST, struct withdrawal_file, withdraws),
    FIELD(12, "issued", FIELD_TIME, struct withdrawal_file, issued),
    DONE_BY(13, "entered", struct withdrawal_file, entered),
};
static const struct layout content_layout =
    LAYOUT("withdrawal", struct withdrawal_file, content_fields);

/* Decodes without verifying, to learn the certificate whose bodies' keys verify it. */
static enum error
find_certificate(struct transition_call *call, const char **ret_number, const void **ret_content)
{
    const struct instrument_body *body = call->body;
    enum instrument_type type;
    struct digest digest;
    void *value;
    enum error error = document_decode_unverified(
        body->instrument, call->arena, call->fault, &type, &digest, &value);
    if (error)
        return error;
    if (type != INSTRUMENT_APPROVAL)
        return fault_set(
            call->fault, ERROR_COSE_TYPE, "withdrawal", "an approval's withdrawal", "%s",
            instrument_word(type));
    error = call->view->find_by_digest(
        call->view->context, FILE_CERTIFICATE, &((const struct approval *)value)->certificate,
        call->fault, ret_number);
    if (error)
        return error;
    if (!*ret_number)
        return fault_set(
            call->fault, ERROR_OFFICE_MISSING, call->act->verb, "a certificate of this office",
            "another one");
    return other_file(call, FILE_CERTIFICATE, *ret_number, ret_content);
}

static enum error open_withdrawal(
    struct transition_call *call, const struct certificate_file *certificate_file,
    struct document *ret_document, struct approval *ret_withdrawal)
{
    const struct instrument_body *body = call->body;
    struct certificate certificate;
    if (certificate_file->base.state != CERTIFICATE_IN_FORCE &&
        certificate_file->base.state != CERTIFICATE_EXPIRED &&
        certificate_file->base.state != CERTIFICATE_BREACHED)
        return condition_fails(
            call, "a certificate that came into force",
            file_state_word(FILE_CERTIFICATE, certificate_file->base.state));
    enum error error = layout_decode(
        &certificate_layout, certificate_file->payload, call->arena, call->fault, &certificate);
    /* As a guard opens it: what a guard would refuse must not come into a lease. */
    if (!error)
        error = approval_open(
            body->instrument, &call->office->chain->authority, &certificate,
            &certificate_file->digest, call->arena, call->fault, ret_document, ret_withdrawal);
    if (!error && ret_withdrawal->kind != APPROVAL_WITHDRAWAL)
        error = fault_set(
            call->fault, ERROR_DOCUMENT_TYPE, "withdrawal", "a withdrawal", "an approval");
    return error;
}

static enum error enter(struct transition_call *call)
{
    const struct instrument_body *body = call->body;
    struct withdrawal_file *file = call->content;
    const char *number = NULL;
    const void *other;
    struct document document;
    struct approval withdrawal;
    if (body->instrument.length > LEASE_WITHDRAWAL_BYTES_MAX)
        return fault_set(
            call->fault, ERROR_TOO_LARGE, call->act->verb, "a withdrawal of at most 4 KiB",
            "%zu bytes", body->instrument.length);
    enum error error = find_certificate(call, &number, &other);
    if (!error)
        error = open_withdrawal(call, other, &document, &withdrawal);
    if (error)
        return error;
    file->certificate = number;
    error = call->view->find_by_digest(
        call->view->context, FILE_WITHDRAWAL, &document.digest, call->fault, &number);
    if (error)
        return error;
    if (number)
        return condition_fails(call, "a withdrawal that was not entered yet", number);
    file->digest = document.digest;
    file->instrument = body->instrument;
    file->own_number = withdrawal.number;
    file->body = withdrawal.body;
    file->withdraws = withdrawal.withdraws;
    file->issued = withdrawal.issued;
    note(call, &file->entered);
    file->base.state = WITHDRAWAL_IN_FORCE;
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "enter",
        .from = STATE_NEW,
        .to = STATE(WITHDRAWAL_IN_FORCE),
        .roles = ROLE_DESK | ROLE_REVIEWER | ROLE_SIGNATORY,
        .body = &instrument_body_layout,
        .words =
            "Enter the withdrawal of an approval as the approving body signed it; in force at once",
        .apply = enter,
    },
};

const struct lifecycle withdrawal_lifecycle = {
    .word = "withdrawal",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_CERTIFICATE,
    .parent_at = offsetof(struct withdrawal_file, certificate),
    .instrument_at = offsetof(struct withdrawal_file, instrument),
    .digest_at = offsetof(struct withdrawal_file, digest),
};

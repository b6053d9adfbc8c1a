/* The life-cycle of a certificate: offered, signed by the acquiring state, authenticated over a
 * second channel, countersigned by both ministries and in force. How it ends is in
 * certificate_end.c. */
#include <string.h>

#include "authority/certificate_end.h"
#include "authority/file_fields.h"

static const char *const certificate_states[] = {
    "offered",   "signed",     "authenticated", "in-force", "expired",
    "withdrawn", "superseded", "breached",      "refused",  NULL};
static const char *const endings[] = {"withdrawal", "breach", NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct certificate_file, certificate_states),
    FIELD(6, "application", FIELD_TEXT, struct certificate_file, application),
    FIELD(7, "digest", FIELD_DIGEST, struct certificate_file, digest),
    FIELD(8, "payload", FIELD_BYTES, struct certificate_file, payload, .limit = FILE_BYTES_MAX),
    FIELD(
        9, "instrument", FIELD_BYTES, struct certificate_file, instrument, OPTIONAL,
        .limit = FILE_BYTES_MAX),
    FIELD(10, "country", FIELD_TEXT, struct certificate_file, state),
    FIELD(11, "agency", FIELD_TEXT, struct certificate_file, agency),
    FIELD(12, "product", FIELD_TEXT, struct certificate_file, product),
    FIELD(13, "exporter", FIELD_TEXT, struct certificate_file, exporter),
    FIELD(14, "from", FIELD_TIME, struct certificate_file, from),
    FIELD(15, "until", FIELD_TIME, struct certificate_file, until),
    DONE_BY(16, "offered", struct certificate_file, offered),
    DONE_BY(17, "signed", struct certificate_file, signed_in),
    DONE_BY(18, "authenticated", struct certificate_file, authenticated),
    DONE_BY(19, "completed", struct certificate_file, completed),
    DONE_BY(20, "ended", struct certificate_file, ended),
    FIELD(21, "reason", FIELD_PROSE, struct certificate_file, reason, OPTIONAL),
    FIELD(22, "form", FIELD_TEXT, struct certificate_file, form),
    FIELD(23, "place", FIELD_TEXT, struct certificate_file, place),
    FIELD(24, "superseded-by", FIELD_TEXT, struct certificate_file, superseded_by, OPTIONAL),
    FIELD(25, "superseded-from", FIELD_TIME, struct certificate_file, superseded_from, OPTIONAL),
    FIELD(
        26, "asked-for", FIELD_CHOICE, struct certificate_file, asked_for, .words = endings,
        OPTIONAL),
    FIELD(
        27, "asked-by", FIELD_CHOICE, struct certificate_file, asked_by, .words = ministry_words,
        OPTIONAL),
    DONE_BY(28, "asked", struct certificate_file, asked),
    FIELD(29, "breach-case", FIELD_TEXT, struct certificate_file, breach_case, OPTIONAL),
};
static const struct layout content_layout =
    LAYOUT("certificate", struct certificate_file, content_fields);

struct offer_body {
    const char *application;
    struct bytes payload;
};

static const struct field offer_fields[] = {
    FIELD(1, "application", FIELD_TEXT, struct offer_body, application),
    FIELD(2, "payload", FIELD_BYTES, struct offer_body, payload, .limit = FILE_BYTES_MAX),
};
static const struct layout offer_layout = LAYOUT("body", struct offer_body, offer_fields);

/* The certificate is for the state, agency, product and place that were applied for. */
static enum error check_application(
    struct transition_call *call, const struct certificate *certificate, const char *number)
{
    const void *other;
    enum error error = other_file(call, FILE_APPLICATION, number, &other);
    if (error)
        return error;
    const struct application_file *application = other;
    if (application->kind == APPLICATION_MARKETING)
        return condition_fails(call, "an application to export, not to market", number);
    if (application->base.state != APPLICATION_APPROVED)
        return condition_fails(
            call, "an application that both ministries approved",
            file_state_word(FILE_APPLICATION, application->base.state));
    error = other_file(call, FILE_PRODUCT, application->product, &other);
    if (error)
        return error;
    const struct product_file *product = other;
    if (strcmp(certificate->state, application->state) != 0)
        return condition_fails(call, "the state applied for", certificate->state);
    if (strcmp(certificate->agency.id, application->agency.id) != 0 ||
        !certificate->agency.governmental)
        return condition_fails(call, "the governmental agency applied for", certificate->agency.id);
    if (strcmp(certificate->product.id, application->product) != 0 ||
        strcmp(certificate->product.control, product->control) != 0)
        return condition_fails(
            call, "the product applied for, as classified", certificate->product.id);
    if (strcmp(certificate->exporter, application->exporter) != 0)
        return condition_fails(call, "the exporter who applied", certificate->exporter);
    if (strcmp(certificate->place, application->place) != 0)
        return condition_fails(call, "the place applied for", certificate->place);
    return ERROR_OK;
}

/* Whoever the certificate names is in the registers, as it names them. */
static enum error check_named(struct transition_call *call, const struct certificate *certificate)
{
    enum error error = check_agency(call, certificate->state, &certificate->agency);
    if (!error)
        error = check_signatories(call, certificate);
    return error ? error : check_bodies(call, certificate);
}

static enum error offer(struct transition_call *call)
{
    const struct offer_body *body = call->body;
    struct certificate_file *file = call->content;
    struct certificate certificate;
    struct form form;
    enum error error =
        layout_decode(&certificate_layout, body->payload, call->arena, call->fault, &certificate);
    if (!error)
        error = certificate_check(&certificate, call->fault);
    if (!error)
        error = certificate_form(&certificate, call->arena, call->fault, &form);
    if (!error)
        error = form_usable(call, &certificate, &file->form);
    if (!error)
        error = check_application(call, &certificate, body->application);
    if (!error)
        error = check_named(call, &certificate);
    if (!error)
        error = schedule_holds(call, &certificate);
    if (error)
        return error;
    if (strcmp(certificate.number, file->base.number) != 0)
        return condition_fails(call, "the number of this file", certificate.number);
    if (form.in_force > call->time)
        return condition_fails(call, "a form that is in force", form.number);
    file->application = body->application;
    file->digest = sha256_of(body->payload);
    file->payload = body->payload;
    file->state = certificate.state;
    file->agency = certificate.agency.id;
    file->product = certificate.product.id;
    file->exporter = certificate.exporter;
    file->place = certificate.place;
    file->from = certificate.from;
    file->until = certificate.until;
    note(call, &file->offered);
    file->base.state = CERTIFICATE_OFFERED;
    return ERROR_OK;
}

enum error certificate_of(
    struct transition_call *call, const struct certificate_file *file,
    struct certificate *ret_certificate, struct form *ret_form)
{
    struct certificate certificate;
    enum error error =
        layout_decode(&certificate_layout, file->payload, call->arena, call->fault, &certificate);
    if (!error)
        error = certificate_form(&certificate, call->arena, call->fault, ret_form);
    if (!error)
        *ret_certificate = certificate;
    return error;
}

/* Opens what was submitted and holds it to the file. */
static enum error open_submitted(
    struct transition_call *call, struct document *ret_document,
    struct certificate *ret_certificate, struct certificate_progress *ret_progress)
{
    const struct instrument_body *body = call->body;
    const struct certificate_file *file = call->content;
    struct form form;
    enum error error = certificate_open_draft(
        body->instrument, call->office->chain, call->arena, call->fault, ret_document,
        ret_certificate, &form, ret_progress);
    return error ? error : same_document(call, ret_document, &file->digest);
}

static enum error sign(struct transition_call *call)
{
    const struct instrument_body *body = call->body;
    struct certificate_file *file = call->content;
    struct document document;
    struct certificate certificate;
    struct certificate_progress progress;
    enum error error = open_submitted(call, &document, &certificate, &progress);
    if (error)
        return error;
    if (certificate.signing == CERTIFICATE_BY_KEY && !progress.state)
        return condition_fails(call, "the signature of the acquiring state's signatory", "none");
    file->instrument = body->instrument;
    note(call, &file->signed_in);
    file->base.state = CERTIFICATE_SIGNED;
    return ERROR_OK;
}

static enum error refuse(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct certificate_file *file = call->content;
    file->reason = body->reason;
    note(call, &file->ended);
    file->base.state = CERTIFICATE_REFUSED;
    return campaign_note(call, file);
}

struct authenticate_body {
    const char *fingerprint;
};

static const struct field authenticate_fields[] = {
    FIELD(1, "fingerprint", FIELD_TEXT, struct authenticate_body, fingerprint),
};
static const struct layout authenticate_layout =
    LAYOUT("body", struct authenticate_body, authenticate_fields);

/* Whether the fingerprint is that of an enrolled signatory's key, which signed. */
static bool is_signatory(
    const struct certificate *certificate, const struct document *document,
    const struct key_id *stated)
{
    return certificate_signatory_by_key(certificate, stated) &&
           document_signed_by(document, stated);
}

/* The officer states the fingerprint that came over the second channel (a diplomatic note); it must
 * be that of the key which signed. Of a certificate signed in wet ink it is the digest that the
 * signed page bears; that the page is genuine both ministries attest by their signatures. */
static enum error authenticate(struct transition_call *call)
{
    const struct authenticate_body *body = call->body;
    struct certificate_file *file = call->content;
    struct key_id stated;
    enum error error = key_id_parse(bytes_of(body->fingerprint), call->fault, &stated);
    if (error)
        return error;
    struct document document;
    struct certificate certificate;
    struct form form;
    struct certificate_progress progress;
    error = certificate_open_draft(
        file->instrument, call->office->chain, call->arena, call->fault, &document, &certificate,
        &form, &progress);
    if (error)
        return error;
    bool wet_ink = certificate.signing == CERTIFICATE_WET_INK;
    bool right = wet_ink ? bytes_equal(key_id_view(&stated), digest_view(&file->digest))
                         : is_signatory(&certificate, &document, &stated);
    if (!right)
        return condition_fails(
            call,
            wet_ink ? "the digest of the certificate, as the signed page bears it"
                    : "the fingerprint of the key that signed for the acquiring state",
            body->fingerprint);
    note(call, &file->authenticated);
    file->base.state = CERTIFICATE_AUTHENTICATED;
    return ERROR_OK;
}

static enum error countersign(struct transition_call *call)
{
    const struct instrument_body *body = call->body;
    struct certificate_file *file = call->content;
    struct document document;
    struct certificate certificate;
    struct certificate_progress progress;
    enum error error = open_submitted(call, &document, &certificate, &progress);
    if (!error)
        error = signed_by_actor(call, &document);
    if (!error)
        error = keeps_signatures(call, file->instrument, &document);
    if (error)
        return error;
    error = form_usable(call, &certificate, &file->form);
    if (!error)
        error = check_named(call, &certificate);
    if (error)
        return error;
    if (call->time >= certificate.until)
        return condition_fails(call, "a certificate that has not ended", NULL);
    file->instrument = body->instrument;
    bool complete = progress.defence && progress.foreign &&
                    (progress.state || certificate.signing == CERTIFICATE_WET_INK);
    if (!complete)
        return ERROR_OK;
    note(call, &file->completed);
    file->base.state = CERTIFICATE_IN_FORCE;
    error = certificate_take_place(call);
    return error ? error : campaign_note(call, file);
}

static const struct transition transitions[] = {
    {
        .verb = "offer",
        .from = STATE_NEW,
        .to = STATE(CERTIFICATE_OFFERED),
        .roles = ROLE_DESK,
        .body = &offer_layout,
        .words = "Offer the certificate to the acquiring state",
        .conditions =
            "an approved application, for its state, agency, product and place; a form in "
            "the register and in force; offences that both ministries accepted in the "
            "state's schedule, as they stand there; the agency, the approving bodies and the "
            "signatories' accounts in their registers, with the same keys",
        .apply = offer,
    },
    {
        .verb = "sign",
        .from = STATE(CERTIFICATE_OFFERED),
        .to = STATE(CERTIFICATE_SIGNED),
        .roles = ROLE_DESK | ROLE_STATE,
        .body = &instrument_body_layout,
        .words = "Enter the certificate as the acquiring state signed it",
        .conditions = "the signature of a signatory whom the certificate names, by key or passkey; "
                      "or wet ink; a state's account: its own certificate",
        .apply = sign,
    },
    {
        .verb = "refuse",
        .from = STATE(CERTIFICATE_OFFERED),
        .to = STATE(CERTIFICATE_REFUSED),
        .roles = ROLE_DESK | ROLE_STATE,
        .body = &reason_body_layout,
        .words = "Note that the acquiring state refuses to sign",
        .conditions = "a state's account: its own certificate",
        .apply = refuse,
    },
    {
        .verb = "authenticate",
        .from = STATE(CERTIFICATE_SIGNED),
        .to = STATE(CERTIFICATE_AUTHENTICATED),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .ministry = FOREIGN_ONLY,
        .apart = {offsetof(struct certificate_file, signed_in)},
        .body = &authenticate_layout,
        .words = "Confirm the signatory's key by the fingerprint that came over a second channel",
        .conditions = "the fingerprint of the key that signed; of wet ink, the digest on the page",
        .apply = authenticate,
    },
    {
        .verb = "countersign",
        .from = STATE(CERTIFICATE_AUTHENTICATED),
        .to = STATE(CERTIFICATE_AUTHENTICATED) | STATE(CERTIFICATE_IN_FORCE),
        .roles = ROLE_SIGNATORY,
        .body = &instrument_body_layout,
        .words = "Countersign; in force once both ministries have",
        .conditions =
            "all signatures that were there; a form that is not withdrawn; agency, bodies "
            "and signatories still in their registers; none other "
            "for the same state, agency, product and place is still to begin",
        .apply = countersign,
    },
    {
        .verb = "ask-withdrawal",
        .from = STATE(CERTIFICATE_IN_FORCE),
        .to = STATE(CERTIFICATE_IN_FORCE),
        .roles = ROLE_SIGNATORY,
        .body = &reason_body_layout,
        .words = "Ask the other ministry to withdraw the certificate",
        .conditions = "no other end is asked for",
        .apply = certificate_ask_withdrawal,
    },
    {
        .verb = "withdraw",
        .from = STATE(CERTIFICATE_OFFERED) | STATE(CERTIFICATE_SIGNED) |
                STATE(CERTIFICATE_AUTHENTICATED) | STATE(CERTIFICATE_IN_FORCE),
        .to = STATE(CERTIFICATE_WITHDRAWN),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct certificate_file, asked)},
        .body = &reason_body_layout,
        .words = "Withdraw the offer; or the certificate in force, as the other ministry asked",
        .conditions = "in force: the other ministry asked for it; the licences under it lapse",
        .apply = certificate_withdraw,
    },
    {
        .verb = "ask-breach",
        .from = STATE(CERTIFICATE_IN_FORCE),
        .to = STATE(CERTIFICATE_IN_FORCE),
        .roles = ROLE_SIGNATORY,
        .body = &certificate_breach_layout,
        .words = "Find the certificate broken, by the outcome of a case; the other ministry agrees",
        .conditions = "the case is on a licence under it and was decided, with a breach; no other "
                      "end is asked for",
        .apply = certificate_ask_breach,
    },
    {
        .verb = "breach",
        .from = STATE(CERTIFICATE_IN_FORCE),
        .to = STATE(CERTIFICATE_BREACHED),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct certificate_file, asked)},
        .body = &certificate_breach_layout,
        .words = "Agree that the certificate is broken: it ends, and the licences under it lapse",
        .conditions = "the other ministry found so, by the same case",
        .apply = certificate_breach,
    },
    {
        .verb = "keep",
        .from = STATE(CERTIFICATE_IN_FORCE),
        .to = STATE(CERTIFICATE_IN_FORCE),
        .roles = ROLE_SIGNATORY,
        .words = "Keep the certificate: the end that was asked for does not take place",
        .conditions = "an end was asked for",
        .apply = certificate_keep,
    },
    {
        .verb = "supersede",
        .from = STATE(CERTIFICATE_IN_FORCE),
        .to = STATE(CERTIFICATE_SUPERSEDED),
        .roles = ROLE_SERVER,
        .words = "A newer certificate has taken its place",
        .rule = "one certificate for one state, agency, product and place: the newer, from the day "
                "on which it begins",
        .apply = certificate_supersede,
    },
    {
        .verb = "expire",
        .from = STATE(CERTIFICATE_IN_FORCE),
        .to = STATE(CERTIFICATE_EXPIRED),
        .roles = ROLE_SERVER,
        .words = "The certificate's term has ended",
        .rule = "the certificate ends at its own date",
        .apply = certificate_expire,
    },
};

const struct lifecycle certificate_lifecycle = {
    .word = "certificate",
    .layout = &content_layout,
    .of_country = true,
    .country_at = offsetof(struct certificate_file, state),
    .agency_at = offsetof(struct certificate_file, agency),
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_APPLICATION,
    .parent_at = offsetof(struct certificate_file, application),
    .instrument_at = offsetof(struct certificate_file, instrument),
    .digest_at = offsetof(struct certificate_file, digest),
    .due = certificate_due,
};

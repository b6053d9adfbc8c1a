/* The register of forms: signed by one ministry, then by both, and then certificates may be made of
 * it; withdrawn for new certificates when both ministries say so. Certificates that are in force
 * keep their form: it is in them. */
#include <stdio.h>
#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"
#include "verdict/verdict.h"

static const char *const form_states[] = {
    "proposed", "registered", "withdrawing", "withdrawn", NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct form_file, form_states),
    FIELD(6, "digest", FIELD_DIGEST, struct form_file, digest),
    FIELD(7, "instrument", FIELD_BYTES, struct form_file, instrument, .limit = FILE_BYTES_MAX),
    FIELD(8, "title", FIELD_TEXT, struct form_file, title),
    FIELD(9, "in-force", FIELD_TIME, struct form_file, in_force),
    DONE_BY(10, "proposed", struct form_file, proposed),
    DONE_BY(11, "registered", struct form_file, registered),
    DONE_BY(12, "asked", struct form_file, asked),
    DONE_BY(13, "withdrawn", struct form_file, withdrawn),
    FIELD(
        14, "asked-by", FIELD_CHOICE, struct form_file, asked_by, .words = ministry_words,
        OPTIONAL),
    FIELD(15, "reason", FIELD_PROSE, struct form_file, reason, OPTIONAL),
};
static const struct layout content_layout = LAYOUT("form", struct form_file, content_fields);

enum { FORM_NUMBER_SIZE = 64 + 24 };

/* "IL-2021-12.1": what the ministries change gets another version, and with it another file. */
static enum error check_number(struct transition_call *call, const struct form *form)
{
    const struct file_base *base = call->content;
    char number[FORM_NUMBER_SIZE];
    snprintf(number, sizeof number, "%s.%llu", form->number, (unsigned long long)form->version);
    if (strcmp(number, base->number) == 0)
        return ERROR_OK;
    return condition_fails(call, "the form's number, a dot and its version as the number", number);
}

static enum error open_submitted(struct transition_call *call, bool *ret_complete)
{
    const struct instrument_body *body = call->body;
    struct form_file *file = call->content;
    struct document document;
    struct form form;
    enum error error =
        open_for_both(call, INSTRUMENT_FORM, &file->digest, &document, &form, ret_complete);
    if (!error)
        error = check_number(call, &form);
    if (!error)
        error = terms_check_form(&form, &document.digest, call->fault);
    if (error)
        return error;
    file->digest = document.digest;
    file->instrument = body->instrument;
    file->title = form.title;
    file->in_force = form.in_force;
    return ERROR_OK;
}

/* By one ministry first, or by both at once; then by the other. */
static enum error sign(struct transition_call *call)
{
    struct form_file *file = call->content;
    bool complete = false;
    enum error error = open_submitted(call, &complete);
    if (error)
        return error;
    if (file->base.version == 1)
        note(call, &file->proposed);
    if (complete)
        note(call, &file->registered);
    file->base.state = complete ? FORM_REGISTERED : FORM_PROPOSED;
    return ERROR_OK;
}

static enum error ask_withdrawal(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct form_file *file = call->content;
    file->reason = body->reason;
    file->asked_by = call->actor->ministry;
    note(call, &file->asked);
    file->base.state = FORM_WITHDRAWING;
    return ERROR_OK;
}

/* By the other ministry, whose act it is as much as the first one's. */
static enum error withdraw(struct transition_call *call)
{
    struct form_file *file = call->content;
    enum error error = by_other_ministry(call, file->asked_by);
    if (error)
        return error;
    note(call, &file->withdrawn);
    file->base.state = FORM_WITHDRAWN;
    return ERROR_OK;
}

static enum error keep(struct transition_call *call)
{
    struct form_file *file = call->content;
    file->reason = NULL;
    file->asked_by = 0;
    file->asked = (struct done_by){0};
    file->base.state = FORM_REGISTERED;
    return ERROR_OK;
}

enum error form_usable(
    struct transition_call *call, const struct certificate *certificate, const char **ret_number)
{
    const struct digest digest = sha256_of(certificate->form);
    static const char expected[] = "a form that both ministries registered and did not withdraw";
    const char *number = NULL;
    const void *other;
    enum error error =
        call->view->find_by_digest(call->view->context, FILE_FORM, &digest, call->fault, &number);
    if (error)
        return error;
    if (!number)
        return fault_set(
            call->fault, ERROR_OFFICE_FORM, call->act->verb, expected,
            "one that is not registered");
    error = other_file(call, FILE_FORM, number, &other);
    if (error)
        return error;
    const struct form_file *file = other;
    if (file->base.state != FORM_REGISTERED && file->base.state != FORM_WITHDRAWING)
        return fault_set(
            call->fault, ERROR_OFFICE_FORM, call->act->verb, expected, "form/%.60s, which is %s",
            number, file_state_word(FILE_FORM, file->base.state));
    *ret_number = number;
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "propose",
        .from = STATE_NEW,
        .to = STATE(FORM_PROPOSED) | STATE(FORM_REGISTERED),
        .roles = ROLE_SIGNATORY,
        .body = &instrument_body_layout,
        .words = "Sign a form; registered, for certificates, once both ministries have",
        .apply = sign,
    },
    {
        .verb = "countersign",
        .from = STATE(FORM_PROPOSED),
        .to = STATE(FORM_REGISTERED),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct form_file, proposed)},
        .body = &instrument_body_layout,
        .words = "Countersign the form, which registers it",
        .apply = sign,
    },
    {
        .verb = "ask-withdrawal",
        .from = STATE(FORM_REGISTERED),
        .to = STATE(FORM_WITHDRAWING),
        .roles = ROLE_SIGNATORY,
        .body = &reason_body_layout,
        .words = "Ask the other ministry to withdraw the form for new certificates",
        .apply = ask_withdrawal,
    },
    {
        .verb = "withdraw",
        .from = STATE(FORM_WITHDRAWING),
        .to = STATE(FORM_WITHDRAWN),
        .roles = ROLE_SIGNATORY,
        .words = "Withdraw the form for new certificates, as the other ministry asked",
        .apply = withdraw,
    },
    {
        .verb = "keep",
        .from = STATE(FORM_WITHDRAWING),
        .to = STATE(FORM_REGISTERED),
        .roles = ROLE_SIGNATORY,
        .words = "Keep the form: the withdrawal that was asked for does not take place",
        .apply = keep,
    },
};

const struct lifecycle form_lifecycle = {
    .word = "form",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .instrument_at = offsetof(struct form_file, instrument),
    .digest_at = offsetof(struct form_file, digest),
};

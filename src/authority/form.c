/* The register of forms: signed by one ministry, then by both, and then certificates may be made of
 * it; withdrawn for new certificates when both ministries say so. Certificates that are in force
 * keep their form: it is in them. */
#include <stdio.h>
#include <string.h>

#include "authority/inside.h"
#include "verdict/verdict.h"

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

static enum error propose(struct transition_call *call)
{
    struct form_file *file = call->content;
    bool complete = false;
    enum error error = open_submitted(call, &complete);
    if (error)
        return error;
    note(call, &file->proposed);
    if (complete)
        note(call, &file->registered);
    file->base.state = complete ? FORM_REGISTERED : FORM_PROPOSED;
    return ERROR_OK;
}

static enum error countersign(struct transition_call *call)
{
    struct form_file *file = call->content;
    bool complete = false;
    enum error error = not_own(call, &file->proposed);
    if (!error)
        error = open_submitted(call, &complete);
    if (error)
        return error;
    if (!complete)
        return condition_fails(call, "the signatures of both ministries", NULL);
    note(call, &file->registered);
    file->base.state = FORM_REGISTERED;
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
    if (call->actor->ministry == file->asked_by)
        return fault_set(
            call->fault, ERROR_OFFICE_ROLE, call->act->verb, "the other ministry", "%s",
            call->actor->id);
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

enum error form_usable(struct transition_call *call, const struct certificate *certificate)
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
    if (file->base.state == FORM_REGISTERED || file->base.state == FORM_WITHDRAWING)
        return ERROR_OK;
    return fault_set(
        call->fault, ERROR_OFFICE_FORM, call->act->verb, expected, "form/%.60s, which is %s",
        number, file_state_word(FILE_FORM, file->base.state));
}

const struct transition form_transitions[] = {
    {"propose", STATE_NEW, STATE(FORM_PROPOSED) | STATE(FORM_REGISTERED), ROLE_SIGNATORY,
     ANY_MINISTRY, &instrument_body_layout,
     "Sign a form; registered, for certificates, once both ministries have", propose},
    {"countersign", STATE(FORM_PROPOSED), STATE(FORM_REGISTERED), ROLE_SIGNATORY, ANY_MINISTRY,
     &instrument_body_layout, "Countersign the form, which registers it", countersign},
    {"ask-withdrawal", STATE(FORM_REGISTERED), STATE(FORM_WITHDRAWING), ROLE_SIGNATORY,
     ANY_MINISTRY, &reason_body_layout,
     "Ask the other ministry to withdraw the form for new certificates", ask_withdrawal},
    {"withdraw", STATE(FORM_WITHDRAWING), STATE(FORM_WITHDRAWN), ROLE_SIGNATORY, ANY_MINISTRY, NULL,
     "Withdraw the form for new certificates, as the other ministry asked", withdraw},
    {"keep", STATE(FORM_WITHDRAWING), STATE(FORM_REGISTERED), ROLE_SIGNATORY, ANY_MINISTRY, NULL,
     "Keep the form: the withdrawal that was asked for does not take place", keep},
};
const size_t form_transition_count = sizeof form_transitions / sizeof *form_transitions;

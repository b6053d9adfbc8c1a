/* How a certificate in force ends: superseded by a newer one, expired, withdrawn, breached. Each
 * end is for good and stops the licences under it (licence.c), so withdrawal and breach need both
 * ministries; what must stop before they agree, an order of one ministry stops. */
#include "authority/certificate_end.h"

#include <string.h>

#include "authority/file_fields.h"

/* A licence holds only under a certificate in force: what is due on those under this one. */
static void end(struct transition_call *call, enum certificate_state state)
{
    struct certificate_file *file = call->content;
    note(call, &file->ended);
    file->base.state = state;
    call->outcome.recheck |= 1u << FILE_LICENCE;
    call->outcome.recheck_under = file->base.number;
}

/* --- Others for the same state, agency, product and place --------------------------------- */

typedef enum error visitor(struct transition_call *call, const struct certificate_file *other);

static enum error
each_of_application(struct transition_call *call, const char *application, visitor *visit)
{
    const struct certificate_file *file = call->content;
    const struct office_view *view = call->view;
    const char *after = "";
    enum error error = ERROR_OK;
    while (!error) {
        const void *content = NULL;
        error =
            view->next(view->context, FILE_CERTIFICATE, application, after, call->fault, &content);
        const struct certificate_file *other = content;
        if (error || !other)
            return error;
        after = other->base.number;
        if (other->base.state == CERTIFICATE_IN_FORCE && strcmp(after, file->base.number) != 0)
            error = visit(call, other);
    }
    return error;
}

/* Visits the other certificates in force for the same four. An application fixes them for its
 * certificates, and hangs on its product. */
static enum error each_other(struct transition_call *call, visitor *visit)
{
    const struct certificate_file *file = call->content;
    const struct office_view *view = call->view;
    const char *after = "";
    enum error error = ERROR_OK;
    while (!error) {
        const void *content = NULL;
        error = view->next(
            view->context, FILE_APPLICATION, file->product, after, call->fault, &content);
        const struct application_file *application = content;
        if (error || !application)
            return error;
        after = application->base.number;
        if (application->kind != APPLICATION_MARKETING &&
            strcmp(application->state, file->state) == 0 &&
            strcmp(application->agency.id, file->agency) == 0 &&
            strcmp(application->place, file->place) == 0)
            error = each_of_application(call, after, visit);
    }
    return error;
}

static enum error give_place(struct transition_call *call, const struct certificate_file *other)
{
    const struct certificate_file *file = call->content;
    if (other->from > call->time)
        return condition_fails(
            call,
            "no other certificate for the same state, agency, product and place that is "
            "still to begin",
            other->base.number);
    void *content;
    enum error error = change_other(call, FILE_CERTIFICATE, other->base.number, &content);
    if (error)
        return error;
    struct certificate_file *older = content;
    older->superseded_by = file->base.number;
    older->superseded_from = file->from > call->time ? file->from : call->time;
    if (file->from > call->time)
        return ERROR_OK;
    note(call, &older->ended);
    older->base.state = CERTIFICATE_SUPERSEDED;
    call->outcome.recheck |= 1u << FILE_LICENCE;
    call->outcome.recheck_under = older->base.number;
    return ERROR_OK;
}

enum error certificate_take_place(struct transition_call *call)
{
    return each_other(call, give_place);
}

/* What would have taken the other's place has ended itself before it began. */
static enum error keep_place(struct transition_call *call, const struct certificate_file *other)
{
    const struct certificate_file *file = call->content;
    if (!other->superseded_by || strcmp(other->superseded_by, file->base.number) != 0)
        return ERROR_OK;
    void *content;
    enum error error = change_other(call, FILE_CERTIFICATE, other->base.number, &content);
    if (error)
        return error;
    struct certificate_file *older = content;
    older->superseded_by = NULL;
    older->superseded_from = 0;
    return ERROR_OK;
}

enum error certificate_supersede(struct transition_call *call)
{
    const struct certificate_file *file = call->content;
    if (!file->superseded_by || call->time < file->superseded_from)
        return condition_fails(call, "the beginning of the certificate that takes its place", NULL);
    end(call, CERTIFICATE_SUPERSEDED);
    return ERROR_OK;
}

/* --- By both ministries ------------------------------------------------------------------- */

struct breach_body {
    const char *file; /* the case: "case/C-2026-0004" */
    const char *reason;
};

static const struct field breach_fields[] = {
    FIELD(1, "case", FIELD_TEXT, struct breach_body, file),
    FIELD(2, "reason", FIELD_PROSE, struct breach_body, reason),
};
const struct layout certificate_breach_layout = LAYOUT("body", struct breach_body, breach_fields);

static enum error
ask(struct transition_call *call, enum certificate_ending ending, const char *reason)
{
    struct certificate_file *file = call->content;
    if (file->asked_for)
        return condition_fails(call, "no other end that was asked for", file->asked.person);
    file->asked_for = ending;
    file->asked_by = call->actor->ministry;
    file->reason = reason;
    note(call, &file->asked);
    return ERROR_OK;
}

/* Whether the other ministry asked for this end. */
static enum error check_asked(struct transition_call *call, enum certificate_ending ending)
{
    const struct certificate_file *file = call->content;
    if (file->asked_for != ending)
        return condition_fails(call, "an end that the other ministry asked for", NULL);
    return by_other_ministry(call, file->asked_by);
}

enum error certificate_ask_withdrawal(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    return ask(call, CERTIFICATE_ENDING_WITHDRAWAL, body->reason);
}

/* It ends; what it would have taken the place of keeps its own. */
static enum error
end_agreed(struct transition_call *call, enum certificate_state state, const char *reason)
{
    struct certificate_file *file = call->content;
    enum error error = each_other(call, keep_place);
    if (error)
        return error;
    file->reason = reason;
    end(call, state);
    return ERROR_OK;
}

enum error certificate_withdraw(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    const struct certificate_file *file = call->content;
    /* An offer gives nothing yet: either ministry takes it back, and it has no place to keep. */
    enum error error = ERROR_OK;
    if (file->base.state == CERTIFICATE_IN_FORCE)
        error = check_asked(call, CERTIFICATE_ENDING_WITHDRAWAL);
    return error ? error : end_agreed(call, CERTIFICATE_WITHDRAWN, body->reason);
}

/* Whether a case on a licence under this certificate was decided so. */
static enum error check_case(struct transition_call *call, const char *name)
{
    const struct file_base *base = call->content;
    enum file_kind kind;
    const char *number;
    const void *found, *licence;
    enum error error = file_name_split(name, call->fault, &kind, &number);
    if (!error && kind != FILE_CASE)
        return condition_fails(call, "a case", name);
    if (!error)
        error = other_file(call, FILE_CASE, number, &found);
    if (error)
        return error;
    const struct case_file *file = found;
    bool decided = file->base.state == CASE_DECIDED || file->base.state == CASE_CLOSED;
    if (!decided || file->decision.outcome <= CASE_NO_BREACH)
        return condition_fails(call, "a case that was decided, with a breach", name);
    error = other_file(call, FILE_LICENCE, file->licence, &licence);
    const char *certificate = error ? "" : ((const struct licence_file *)licence)->certificate;
    if (!error && strcmp(certificate, base->number) != 0)
        error = condition_fails(call, "a case on a licence under this certificate", name);
    return error;
}

enum error certificate_ask_breach(struct transition_call *call)
{
    const struct breach_body *body = call->body;
    struct certificate_file *file = call->content;
    enum error error = check_case(call, body->file);
    if (!error)
        error = ask(call, CERTIFICATE_ENDING_BREACH, body->reason);
    if (!error)
        file->breach_case = body->file;
    return error;
}

enum error certificate_breach(struct transition_call *call)
{
    const struct breach_body *body = call->body;
    const struct certificate_file *file = call->content;
    enum error error = check_asked(call, CERTIFICATE_ENDING_BREACH);
    if (!error && strcmp(body->file, file->breach_case) != 0)
        error = condition_fails(call, "the case that the other ministry named", file->breach_case);
    /* An objection may have undone it since. */
    if (!error)
        error = check_case(call, body->file);
    return error ? error : end_agreed(call, CERTIFICATE_BREACHED, body->reason);
}

enum error certificate_keep(struct transition_call *call)
{
    struct certificate_file *file = call->content;
    if (!file->asked_for)
        return condition_fails(call, "an end that was asked for", "none");
    file->asked_for = 0;
    file->asked_by = 0;
    file->asked = (struct done_by){0};
    file->reason = NULL;
    file->breach_case = NULL;
    return ERROR_OK;
}

/* --- Dates -------------------------------------------------------------------------------- */

enum error certificate_expire(struct transition_call *call)
{
    const struct certificate_file *file = call->content;
    if (call->time < file->until)
        return condition_fails(call, "the certificate's end", NULL);
    end(call, CERTIFICATE_EXPIRED);
    return ERROR_OK;
}

enum error certificate_due(const struct due_call *call, const void *content, struct due *ret_due)
{
    const struct certificate_file *file = content;
    if (file->base.state != CERTIFICATE_IN_FORCE)
        return ERROR_OK;
    due_at(call, file->until, "expire", ret_due);
    if (file->superseded_by)
        due_at(call, file->superseded_from, "supersede", ret_due);
    return ERROR_OK;
}

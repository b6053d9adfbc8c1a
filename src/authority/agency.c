/* The life-cycle of an agency: submitted, checked or refused, removed. */
#include "authority/agency.h"

#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const states[] = {"submitted", "checked", "refused", "removed", NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct agency_file, states),
    FIELD(6, "country", FIELD_TEXT, struct agency_file, state),
    FIELD(7, "name", FIELD_TEXT, struct agency_file, name),
    FIELD(8, "mandate", FIELD_PROSE, struct agency_file, mandate),
    FIELD(9, "evidence", FIELD_PROSE, struct agency_file, evidence, OPTIONAL),
    FIELD(10, "document", FIELD_DIGEST, struct agency_file, document, OPTIONAL),
    FIELD(11, "reason", FIELD_PROSE, struct agency_file, reason, OPTIONAL),
    DONE_BY(12, "submitted", struct agency_file, submitted),
    DONE_BY(13, "checked", struct agency_file, checked),
    DONE_BY(14, "ended", struct agency_file, ended),
};
static const struct layout content_layout = LAYOUT("agency", struct agency_file, content_fields);

enum error check_agency(
    struct transition_call *call, const char *state, const struct certificate_agency *agency)
{
    const void *other;
    enum error error = other_file(call, FILE_AGENCY, agency->id, &other);
    if (error)
        return error;
    const struct agency_file *file = other;
    if (file->base.state != AGENCY_CHECKED)
        return condition_fails(
            call, "an agency that was checked to be governmental",
            file_state_word(FILE_AGENCY, file->base.state));
    if (strcmp(file->state, state) != 0)
        return condition_fails(call, "an agency of the acquiring state", agency->id);
    if (strcmp(file->name, agency->name) != 0)
        return condition_fails(call, "the agency's name as the register has it", file->name);
    return ERROR_OK;
}

struct submit_body {
    const char *state, *name, *mandate;
};

static const struct field submit_fields[] = {
    FIELD(1, "country", FIELD_TEXT, struct submit_body, state),
    FIELD(2, "name", FIELD_TEXT, struct submit_body, name),
    FIELD(3, "mandate", FIELD_PROSE, struct submit_body, mandate),
};
static const struct layout submit_layout = LAYOUT("body", struct submit_body, submit_fields);

/* Again after a refusal: what was said, and by whom, is in the log. */
static enum error submit(struct transition_call *call)
{
    const struct submit_body *body = call->body;
    struct agency_file *file = call->content;
    enum error error = country_check(body->state, "country", call->fault);
    if (error)
        return error;
    if (file->state && strcmp(file->state, body->state) != 0)
        return condition_fails(call, "the state that the agency is of", file->state);
    file->state = body->state;
    file->name = body->name;
    file->mandate = body->mandate;
    file->reason = NULL;
    file->ended = (struct done_by){0};
    note(call, &file->submitted);
    file->base.state = AGENCY_SUBMITTED;
    return ERROR_OK;
}

struct check_body {
    const char *evidence;
    struct digest document;
};

static const struct field check_fields[] = {
    FIELD(1, "evidence", FIELD_PROSE, struct check_body, evidence),
    FIELD(2, "document", FIELD_DIGEST, struct check_body, document, OPTIONAL),
};
static const struct layout check_layout = LAYOUT("body", struct check_body, check_fields);

static enum error check(struct transition_call *call)
{
    const struct check_body *body = call->body;
    struct agency_file *file = call->content;
    file->evidence = body->evidence;
    file->document = body->document;
    note(call, &file->checked);
    file->base.state = AGENCY_CHECKED;
    return ERROR_OK;
}

static enum error end(struct transition_call *call, int state)
{
    const struct reason_body *body = call->body;
    struct agency_file *file = call->content;
    file->reason = body->reason;
    note(call, &file->ended);
    file->base.state = state;
    return ERROR_OK;
}

static enum error refuse(struct transition_call *call)
{
    return end(call, AGENCY_REFUSED);
}

static enum error leave(struct transition_call *call)
{
    return end(call, AGENCY_REMOVED);
}

static const struct transition transitions[] = {
    {
        .verb = "submit",
        .from = STATE_NEW | STATE(AGENCY_REFUSED),
        .to = STATE(AGENCY_SUBMITTED),
        .roles = ROLE_DESK | ROLE_STATE,
        .body = &submit_layout,
        .words = "Enter an agency of an acquiring state, to be checked",
        .conditions = "a state's account: an agency of its own",
        .apply = submit,
    },
    {
        .verb = "check",
        .from = STATE(AGENCY_SUBMITTED),
        .to = STATE(AGENCY_CHECKED),
        .roles = ROLE_REVIEWER,
        .apart = {offsetof(struct agency_file, submitted)},
        .body = &check_layout,
        .words = "Find the agency governmental, on evidence that is kept",
        .apply = check,
    },
    {
        .verb = "refuse",
        .from = STATE(AGENCY_SUBMITTED),
        .to = STATE(AGENCY_REFUSED),
        .roles = ROLE_REVIEWER,
        .apart = {offsetof(struct agency_file, submitted)},
        .body = &reason_body_layout,
        .words = "Refuse the agency: it is not shown to be governmental",
        .apply = refuse,
    },
    {
        .verb = "remove",
        .from = STATE(AGENCY_CHECKED),
        .to = STATE(AGENCY_REMOVED),
        .roles = ROLE_SIGNATORY,
        .body = &reason_body_layout,
        .words = "Remove the agency: nothing new is granted to it; what is licensed needs an order",
        .apply = leave,
    },
};

const struct lifecycle agency_lifecycle = {
    .word = "agency",
    .layout = &content_layout,
    .of_country = true,
    .country_at = offsetof(struct agency_file, state),
    LIFECYCLE_TRANSITIONS(transitions),
};

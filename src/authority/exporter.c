/* The life-cycle of an exporter: submitted, screened, registered or refused; removed. */
#include "authority/inside.h"

enum error check_exporter(struct transition_call *call, const char *number)
{
    const void *other;
    enum error error = other_file(call, FILE_EXPORTER, number, &other);
    if (error)
        return error;
    if (((const struct exporter_file *)other)->base.state != EXPORTER_REGISTERED)
        return condition_fails(call, "a registered exporter", number);
    return ERROR_OK;
}

struct submit_body {
    const char *name, *address, *country;
    const char *const *owners;
    size_t owners_count;
};

static const struct field submit_fields[] = {
    FIELD(1, "name", FIELD_TEXT, struct submit_body, name),
    FIELD(2, "address", FIELD_TEXT, struct submit_body, address),
    FIELD(3, "country", FIELD_TEXT, struct submit_body, country),
    FIELD_MANY(4, "owners", FIELD_TEXTS, struct submit_body, owners),
};
static const struct layout submit_layout = LAYOUT("body", struct submit_body, submit_fields);

static enum error submit(struct transition_call *call)
{
    const struct submit_body *body = call->body;
    struct exporter_file *file = call->content;
    enum error error = rule_state(body->country, "country", call->fault);
    if (error)
        return error;
    file->name = body->name;
    file->address = body->address;
    file->country = body->country;
    file->owners = body->owners;
    file->owners_count = body->owners_count;
    note(call, &file->submitted);
    file->base.state = EXPORTER_SUBMITTED;
    return ERROR_OK;
}

struct screen_body {
    const char *screening;
};

static const struct field screen_fields[] = {
    FIELD(1, "screening", FIELD_PROSE, struct screen_body, screening),
};
static const struct layout screen_layout = LAYOUT("body", struct screen_body, screen_fields);

/* The exporter and its owners against published lists, by hand; the decision is recorded. */
static enum error screen(struct transition_call *call)
{
    const struct screen_body *body = call->body;
    struct exporter_file *file = call->content;
    enum error error = not_own(call, &file->submitted);
    if (error)
        return error;
    file->screening = body->screening;
    note(call, &file->screened);
    file->base.state = EXPORTER_SCREENED;
    return ERROR_OK;
}

static enum error enter(struct transition_call *call)
{
    struct exporter_file *file = call->content;
    enum error error = not_own(call, &file->screened);
    if (!error)
        error = not_own(call, &file->submitted);
    if (error)
        return error;
    note(call, &file->decided);
    file->base.state = EXPORTER_REGISTERED;
    return ERROR_OK;
}

static enum error end(struct transition_call *call, int state)
{
    const struct reason_body *body = call->body;
    struct exporter_file *file = call->content;
    file->reason = body->reason;
    note(call, &file->decided);
    file->base.state = state;
    return ERROR_OK;
}

static enum error refuse(struct transition_call *call)
{
    return end(call, EXPORTER_REFUSED);
}

static enum error leave(struct transition_call *call)
{
    return end(call, EXPORTER_REMOVED);
}

const struct transition exporter_transitions[] = {
    {"submit", STATE_NEW, STATE(EXPORTER_SUBMITTED), ROLE_DESK, ANY_MINISTRY, &submit_layout,
     "Enter an exporter's application to be registered", submit},
    {"screen", STATE(EXPORTER_SUBMITTED), STATE(EXPORTER_SCREENED), ROLE_DESK | ROLE_REVIEWER,
     ANY_MINISTRY, &screen_layout, "Record what screening against published lists found", screen},
    {"register", STATE(EXPORTER_SCREENED), STATE(EXPORTER_REGISTERED), ROLE_REVIEWER, DEFENCE_ONLY,
     NULL, "Register the exporter", enter},
    {"refuse", STATE(EXPORTER_SUBMITTED) | STATE(EXPORTER_SCREENED), STATE(EXPORTER_REFUSED),
     ROLE_REVIEWER, DEFENCE_ONLY, &reason_body_layout, "Refuse to register the exporter", refuse},
    {"remove", STATE(EXPORTER_REGISTERED), STATE(EXPORTER_REMOVED), ROLE_SIGNATORY, DEFENCE_ONLY,
     &reason_body_layout, "Remove the exporter from the register", leave},
};
const size_t exporter_transition_count = sizeof exporter_transitions / sizeof *exporter_transitions;

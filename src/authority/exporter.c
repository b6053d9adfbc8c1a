/* The life-cycle of an exporter: submitted, screened, registered or refused; removed. */
#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const exporter_states[] = {"submitted", "screened", "registered",
                                              "refused",   "removed",  NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct exporter_file, exporter_states),
    FIELD(6, "name", FIELD_TEXT, struct exporter_file, name),
    FIELD(7, "address", FIELD_TEXT, struct exporter_file, address),
    FIELD(8, "country", FIELD_TEXT, struct exporter_file, country),
    FIELD_MANY(9, "owners", FIELD_TEXTS, struct exporter_file, owners),
    DONE_BY(10, "submitted", struct exporter_file, submitted),
    DONE_BY(11, "screened", struct exporter_file, screened),
    DONE_BY(12, "decided", struct exporter_file, decided),
    FIELD(13, "screening", FIELD_PROSE, struct exporter_file, screening, OPTIONAL),
    FIELD(14, "reason", FIELD_PROSE, struct exporter_file, reason, OPTIONAL),
};
static const struct layout content_layout =
    LAYOUT("exporter", struct exporter_file, content_fields);

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
    enum error error = country_check(body->country, "country", call->fault);
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
    file->screening = body->screening;
    note(call, &file->screened);
    file->base.state = EXPORTER_SCREENED;
    return ERROR_OK;
}

static enum error enter(struct transition_call *call)
{
    struct exporter_file *file = call->content;
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

static const struct transition transitions[] = {
    {
        .verb = "submit",
        .from = STATE_NEW,
        .to = STATE(EXPORTER_SUBMITTED),
        .roles = ROLE_DESK,
        .body = &submit_layout,
        .words = "Enter an exporter's application to be registered",
        .apply = submit,
    },
    {
        .verb = "screen",
        .from = STATE(EXPORTER_SUBMITTED),
        .to = STATE(EXPORTER_SCREENED),
        .roles = ROLE_DESK | ROLE_REVIEWER,
        .apart = {offsetof(struct exporter_file, submitted)},
        .body = &screen_layout,
        .words = "Record what screening against published lists found",
        .apply = screen,
    },
    {
        .verb = "register",
        .from = STATE(EXPORTER_SCREENED),
        .to = STATE(EXPORTER_REGISTERED),
        .roles = ROLE_REVIEWER,
        .ministry = DEFENCE_ONLY,
        .apart =
            {offsetof(struct exporter_file, submitted), offsetof(struct exporter_file, screened)},
        .words = "Register the exporter",
        .apply = enter,
    },
    {
        .verb = "refuse",
        .from = STATE(EXPORTER_SUBMITTED) | STATE(EXPORTER_SCREENED),
        .to = STATE(EXPORTER_REFUSED),
        .roles = ROLE_REVIEWER,
        .ministry = DEFENCE_ONLY,
        .body = &reason_body_layout,
        .words = "Refuse to register the exporter",
        .apply = refuse,
    },
    {
        .verb = "remove",
        .from = STATE(EXPORTER_REGISTERED),
        .to = STATE(EXPORTER_REMOVED),
        .roles = ROLE_SIGNATORY,
        .ministry = DEFENCE_ONLY,
        .body = &reason_body_layout,
        .words = "Remove the exporter from the register",
        .apply = leave,
    },
};

const struct lifecycle exporter_lifecycle = {
    .word = "exporter",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
};

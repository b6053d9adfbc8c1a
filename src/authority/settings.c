/* The life-cycle of the office's settings. A setting takes away and gives at once (a day less for a
 * review is a day more for silence), so nothing is set by one ministry alone. */
#include "authority/settings.h"

#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const settings_states[] = {"proposed", "in-force", "changing", NULL};
static const char *const silences[] = {"consents", "escalates", NULL};

/* An order that nobody confirms must raise its alarm while it can still matter. */
#define CONFIRM_SHORTEST MILLIS_MINUTE
#define CONFIRM_LONGEST (30 * MILLIS_DAY)

static const struct field office_fields[] = {
    FIELD(
        1, "calendar", FIELD_RECORD, struct office_settings, calendar, .layout = &calendar_layout),
    FIELD(2, "review-days", FIELD_UINT, struct office_settings, review_days),
    FIELD(3, "silence", FIELD_CHOICE, struct office_settings, silence, .words = silences),
    FIELD(4, "confirm-within", FIELD_SPAN, struct office_settings, confirm_within),
    FIELD(5, "decide-days", FIELD_UINT, struct office_settings, decide_days),
    FIELD(6, "objection-days", FIELD_UINT, struct office_settings, objection_days),
};
const struct layout office_settings_layout =
    LAYOUT("settings", struct office_settings, office_fields);

static const struct field content_fields[] = {
    BASE_FIELDS(struct settings_file, settings_states),
    FIELD(
        6, "now", FIELD_RECORD, struct settings_file, now, .layout = &office_settings_layout,
        OPTIONAL),
    FIELD(
        7, "next", FIELD_RECORD, struct settings_file, next, .layout = &office_settings_layout,
        OPTIONAL),
    FIELD(8, "reasons", FIELD_PROSE, struct settings_file, reasons),
    FIELD(
        9, "proposed-by", FIELD_CHOICE, struct settings_file, proposed_by, .words = ministry_words,
        OPTIONAL),
    DONE_BY(10, "proposed", struct settings_file, proposed),
    DONE_BY(11, "confirmed", struct settings_file, confirmed),
};
static const struct layout content_layout =
    LAYOUT("settings", struct settings_file, content_fields);

static const char *const default_weekend[] = {"saturday", "sunday"};
const struct office_settings settings_default = {
    .calendar = {.offset = "+00:00", .weekend = default_weekend, .weekend_count = 2},
    .review_days = REVIEW_DAYS_MAX,
    .silence = SILENCE_ESCALATES,
    .confirm_within = MILLIS_DAY,
    .decide_days = 45,
    .objection_days = 30,
};

const struct office_settings *settings_in_force(const struct settings_file *file)
{
    return file && file->base.state != SETTINGS_PROPOSED ? &file->now : &settings_default;
}

struct propose_body {
    struct office_settings settings;
    const char *reasons;
};

static const struct field propose_fields[] = {
    FIELD(
        1, "settings", FIELD_RECORD, struct propose_body, settings,
        .layout = &office_settings_layout),
    FIELD(2, "reasons", FIELD_PROSE, struct propose_body, reasons),
};
static const struct layout propose_layout = LAYOUT("body", struct propose_body, propose_fields);

static enum error
check_settings(struct transition_call *call, const struct office_settings *settings)
{
    enum error error = calendar_check(&settings->calendar, call->fault);
    if (error)
        return fault_within(call->fault, error, "calendar");
    if (settings->review_days < 1 || settings->review_days > REVIEW_DAYS_MAX)
        return condition_fails(call, "1 to 5 working days for a review", NULL);
    if (settings->confirm_within < CONFIRM_SHORTEST || settings->confirm_within > CONFIRM_LONGEST)
        return condition_fails(call, "a minute to 30 days to confirm an order", NULL);
    if (settings->decide_days < 1 || settings->decide_days > CALENDAR_DAYS_MAX)
        return condition_fails(call, "1 to 366 working days to decide an application", NULL);
    if (settings->objection_days < 1 || settings->objection_days > CALENDAR_DAYS_MAX)
        return condition_fails(call, "1 to 366 working days to object to a refusal", NULL);
    return ERROR_OK;
}

static enum error propose(struct transition_call *call)
{
    const struct propose_body *body = call->body;
    struct settings_file *file = call->content;
    if (strcmp(file->base.number, SETTINGS_NUMBER) != 0)
        return condition_fails(call, "the one file, settings/office", file->base.number);
    enum error error = check_settings(call, &body->settings);
    if (error)
        return error;
    bool in_force = file->base.state == SETTINGS_IN_FORCE || file->base.state == SETTINGS_CHANGING;
    file->next = body->settings;
    file->reasons = body->reasons;
    file->proposed_by = call->actor->ministry;
    note(call, &file->proposed);
    file->base.state = in_force ? SETTINGS_CHANGING : SETTINGS_PROPOSED;
    return ERROR_OK;
}

static void forget_proposal(struct settings_file *file)
{
    file->next = (struct office_settings){0};
    file->proposed_by = 0;
}

static enum error confirm(struct transition_call *call)
{
    struct settings_file *file = call->content;
    enum error error = by_other_ministry(call, file->proposed_by);
    if (error)
        return error;
    file->now = file->next;
    forget_proposal(file);
    note(call, &file->confirmed);
    file->base.state = SETTINGS_IN_FORCE;
    /* What is due at the end of a period that is set here. */
    call->outcome.recheck = 1u << FILE_ORDER | 1u << FILE_APPLICATION;
    return ERROR_OK;
}

static enum error keep(struct transition_call *call)
{
    struct settings_file *file = call->content;
    forget_proposal(file);
    file->base.state = SETTINGS_IN_FORCE;
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "propose",
        .from = STATE_NEW | STATE(SETTINGS_PROPOSED) | STATE(SETTINGS_IN_FORCE) |
                STATE(SETTINGS_CHANGING),
        .to = STATE(SETTINGS_PROPOSED) | STATE(SETTINGS_CHANGING),
        .roles = ROLE_SIGNATORY,
        .body = &propose_layout,
        .words = "Propose the office's settings to the other ministry",
        .conditions = "a calendar with a day to work on; 1 to 5 working days for a review; a "
                      "minute to 30 days to confirm an order",
        .apply = propose,
    },
    {
        .verb = "confirm",
        .from = STATE(SETTINGS_PROPOSED) | STATE(SETTINGS_CHANGING),
        .to = STATE(SETTINGS_IN_FORCE),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct settings_file, proposed)},
        .words = "Confirm the settings, which puts them in force",
        .conditions = "by the other ministry",
        .apply = confirm,
    },
    {
        .verb = "keep",
        .from = STATE(SETTINGS_CHANGING),
        .to = STATE(SETTINGS_IN_FORCE),
        .roles = ROLE_SIGNATORY,
        .words = "Keep the settings: the change that was proposed does not take place",
        .apply = keep,
    },
};

const struct lifecycle settings_lifecycle = {
    .word = "settings",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
};

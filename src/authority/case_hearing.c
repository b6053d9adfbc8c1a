/* The hearing of a case on its two tracks, the decision, and the objection to it. */
#include <string.h>

#include "authority/case_inside.h"

/* Nobody decides, or hears, what they looked into; also where somebody else took it over since. */
static enum error no_investigator(struct transition_call *call)
{
    const struct case_file *file = call->content;
    enum error error = not_own(call, &file->investigated);
    for (size_t i = 0; i < file->findings_count && !error; i++)
        error = not_own(call, &file->findings[i].by);
    return error;
}

static struct case_track *track_of(struct case_file *file, enum case_track_kind track)
{
    return track == CASE_TRACK_EXPORTER ? &file->exporter : &file->state;
}

static enum error
find_licence(struct transition_call *call, const struct licence_file **ret_licence)
{
    const struct case_file *file = call->content;
    const void *other;
    if (!file->licence)
        return condition_fails(call, "a case on a licence", "none");
    enum error error = other_file(call, FILE_LICENCE, file->licence, &other);
    if (!error)
        *ret_licence = other;
    return error;
}

/* An exporter or a state, whose file it is (actor_may_touch), speaks for itself; what came on paper
 * an officer enters. */
static enum error check_party(struct transition_call *call, enum case_track_kind track)
{
    const struct actor *actor = call->actor;
    bool exporter = track == CASE_TRACK_EXPORTER;
    if (actor->kind == ACTOR_OFFICER || (actor->roles & (exporter ? ROLE_EXPORTER : ROLE_STATE)))
        return ERROR_OK;
    return fault_set(
        call->fault, ERROR_OFFICE_ROLE, call->act->verb,
        exporter ? "the licence's exporter" : "the licence's state", "%s", actor->id);
}

/* --- Notice, statement, record ------------------------------------------------------------ */

struct notify_body {
    enum case_track_kind track;
    millis date;
    const char *notice;
};

static const struct field notify_fields[] = {
    FIELD(1, "track", FIELD_CHOICE, struct notify_body, track, .words = case_tracks),
    FIELD(2, "date", FIELD_TIME, struct notify_body, date),
    FIELD(3, "notice", FIELD_PROSE, struct notify_body, notice),
};
const struct layout case_notify_layout = LAYOUT("body", struct notify_body, notify_fields);

static enum error check_chair(struct transition_call *call)
{
    const struct case_file *file = call->content;
    enum error error = no_investigator(call);
    if (error || !file->chaired.person || actor_is(call->actor, file->chaired.person))
        return error;
    return fault_set(
        call->fault, ERROR_OFFICE_ROLE, call->act->verb, "the chair who gave the first notice",
        "%s", call->actor->id);
}

enum error case_notify(struct transition_call *call)
{
    const struct notify_body *body = call->body;
    struct case_file *file = call->content;
    struct case_track *track = track_of(file, body->track);
    const struct licence_file *licence;
    enum error error = check_chair(call);
    if (!error)
        error = find_licence(call, &licence);
    if (error)
        return error;
    if (track->heard.person)
        return condition_fails(call, "a party that was not heard yet", NULL);
    if (body->date < call->time + CASE_NOTICE_LEAST)
        return condition_fails(call, "a hearing five days or more after the notice", NULL);
    track->date = body->date;
    track->notice = body->notice;
    note(call, &track->noticed);
    if (!file->chaired.person)
        note(call, &file->chaired);
    file->base.state = CASE_HEARING;
    return ERROR_OK;
}

struct statement_body {
    enum case_track_kind track;
    const char *statement;
};

static const struct field statement_fields[] = {
    FIELD(1, "track", FIELD_CHOICE, struct statement_body, track, .words = case_tracks),
    FIELD(2, "statement", FIELD_PROSE, struct statement_body, statement),
};
const struct layout case_statement_layout = LAYOUT("body", struct statement_body, statement_fields);

enum error case_statement(struct transition_call *call)
{
    const struct statement_body *body = call->body;
    struct case_track *track = track_of(call->content, body->track);
    enum error error = check_party(call, body->track);
    if (error)
        return error;
    if (!track->noticed.person)
        return condition_fails(call, "a party that was given notice", NULL);
    if (track->heard.person)
        return condition_fails(call, "a party that was not heard yet", NULL);
    track->statement = body->statement;
    note(call, &track->stated);
    return ERROR_OK;
}

struct hear_body {
    enum case_track_kind track;
    const char *record;
};

static const struct field hear_fields[] = {
    FIELD(1, "track", FIELD_CHOICE, struct hear_body, track, .words = case_tracks),
    FIELD(2, "record", FIELD_PROSE, struct hear_body, record),
};
const struct layout case_hear_layout = LAYOUT("body", struct hear_body, hear_fields);

enum error case_hear(struct transition_call *call)
{
    const struct hear_body *body = call->body;
    struct case_track *track = track_of(call->content, body->track);
    enum error error = check_chair(call);
    if (error)
        return error;
    if (!track->noticed.person || call->time < track->date)
        return condition_fails(call, "a hearing on the date of its notice, or later", NULL);
    track->record = body->record;
    note(call, &track->heard);
    return ERROR_OK;
}

/* --- Decision ----------------------------------------------------------------------------- */

struct decide_body {
    enum case_outcome outcome;
    const struct case_factor *factors;
    size_t factors_count;
    const char *reasons;
};

static const struct field decide_fields[] = {
    FIELD(1, "outcome", FIELD_CHOICE, struct decide_body, outcome, .words = case_outcomes),
    FIELD_MANY(
        2, "factors", FIELD_RECORDS, struct decide_body, factors, .layout = &case_factor_layout),
    FIELD(3, "reasons", FIELD_PROSE, struct decide_body, reasons),
};
const struct layout case_decide_layout = LAYOUT("body", struct decide_body, decide_fields);

static enum error check_factors(struct transition_call *call, const struct decide_body *body)
{
    unsigned seen = 0;
    for (size_t i = 0; i < body->factors_count; i++)
        seen |= 1u << body->factors[i].factor;
    if (body->factors_count == CASE_FACTOR_COUNT - 1 && seen == (1u << CASE_FACTOR_COUNT) - 2)
        return ERROR_OK;
    return condition_fails(
        call,
        "a finding on each factor once: destination, sensitivity, harm, pattern, first-breach, "
        "self-report and correction",
        NULL);
}

/* Both sides: who was told and did not come was heard enough. */
static enum error check_heard(struct transition_call *call)
{
    struct case_file *file = call->content;
    for (int i = CASE_TRACK_EXPORTER; i <= CASE_TRACK_STATE; i++) {
        const struct case_track *track = track_of(file, (enum case_track_kind)i);
        if (!track->noticed.person || (!track->heard.person && call->time < track->date))
            return condition_fails(
                call, "notice to both parties, and each heard or its date past",
                case_tracks[i - 1]);
    }
    return ERROR_OK;
}

enum error case_decide(struct transition_call *call)
{
    const struct decide_body *body = call->body;
    struct case_file *file = call->content;
    enum error error = no_investigator(call);
    if (!error)
        error = check_factors(call, body);
    if (!error && (body->outcome != CASE_NO_BREACH || file->base.state == CASE_HEARING))
        error = check_heard(call);
    if (error)
        return error;
    file->decision.outcome = body->outcome;
    file->decision.factors = body->factors;
    file->decision.factors_count = body->factors_count;
    file->decision.reasons = body->reasons;
    note(call, &file->decision.by);
    file->base.state = CASE_DECIDED;
    return ERROR_OK;
}

/* --- Objection ---------------------------------------------------------------------------- */

struct object_body {
    enum case_track_kind track;
    const char *reasons;
};

static const struct field object_fields[] = {
    FIELD(1, "track", FIELD_CHOICE, struct object_body, track, .words = case_tracks),
    FIELD(2, "reasons", FIELD_PROSE, struct object_body, reasons),
};
const struct layout case_object_layout = LAYOUT("body", struct object_body, object_fields);

enum error case_object(struct transition_call *call)
{
    const struct object_body *body = call->body;
    struct case_file *file = call->content;
    enum error error = check_party(call, body->track);
    if (error)
        return error;
    if (file->objection.by.person)
        return condition_fails(call, "the first objection", file->objection.by.person);
    if (call->time >= file->decision.by.time + CASE_OBJECTION_WITHIN)
        return condition_fails(call, "an objection within 14 days of the decision", NULL);
    file->objection.track = body->track;
    file->objection.reasons = body->reasons;
    note(call, &file->objection.by);
    file->base.state = CASE_OBJECTED;
    return ERROR_OK;
}

struct settle_body {
    enum case_outcome outcome;
    const char *answer;
};

static const struct field settle_fields[] = {
    FIELD(1, "outcome", FIELD_CHOICE, struct settle_body, outcome, .words = case_outcomes),
    FIELD(2, "answer", FIELD_PROSE, struct settle_body, answer),
};
const struct layout case_settle_layout = LAYOUT("body", struct settle_body, settle_fields);

enum error case_settle(struct transition_call *call)
{
    const struct settle_body *body = call->body;
    struct case_file *file = call->content;
    enum error error = no_investigator(call);
    if (error)
        return error;
    /* Who objects must not fare worse for it. */
    if (body->outcome > file->decision.outcome)
        return condition_fails(
            call, "the outcome that was decided, or a milder one",
            case_outcomes[body->outcome - 1]);
    /* What carried out the harder outcome carries out no other. */
    if (body->outcome != file->decision.outcome)
        file->order = NULL;
    file->decision.outcome = body->outcome;
    file->objection.answer = body->answer;
    note(call, &file->objection.settled);
    file->base.state = CASE_DECIDED;
    return ERROR_OK;
}

/* --- The clock of its step ---------------------------------------------------------------- */

/* The earlier of the hearings that were called and not held. */
static const struct case_track *next_hearing(const struct case_file *file)
{
    const struct case_track *tracks[] = {&file->exporter, &file->state}, *next = NULL;
    for (size_t i = 0; i < 2; i++) {
        if (tracks[i]->date && !tracks[i]->heard.person && (!next || tracks[i]->date < next->date))
            next = tracks[i];
    }
    return next;
}

void case_clock(
    const struct office_settings *settings, const void *content, struct clock *ret_clock)
{
    (void)settings;
    const struct case_file *file = content;
    const struct case_track *hearing = next_hearing(file);
    if (file->base.state == CASE_HEARING && hearing)
        *ret_clock = (struct clock){
            .what = "to the hearing", .from = hearing->noticed.time, .until = hearing->date};
    else if (file->base.state == CASE_DECIDED && !file->objection.settled.person)
        *ret_clock = (struct clock){
            .what = "to object",
            .from = file->decision.by.time,
            .until = file->decision.by.time + CASE_OBJECTION_WITHIN,
            .window = true,
        };
}

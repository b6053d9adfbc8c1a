/* How an application is decided: the assessment, both ministries' reviews with what silence means,
 * disputes, and the exporter's objection to a refusal. */
#include <string.h>

#include "authority/application_inside.h"

/* --- Assessment, opinions, directions ----------------------------------------------------- */

enum error application_assess(struct transition_call *call)
{
    struct application_file *file = call->content;
    const struct assessment *assessment = call->body;
    enum error error = assessment_check(assessment, call->fault);
    if (error)
        return error;
    /* What a ministry has reviewed is not replaced behind its back. */
    if (file->assessed.person && (file->defence.decision || file->foreign.decision))
        return condition_fails(call, "an assessment before the first review", NULL);
    file->assessment = *assessment;
    note(call, &file->assessed);
    return ERROR_OK;
}

enum error application_opine(struct transition_call *call)
{
    const struct opinion_body *body = call->body;
    struct application_file *file = call->content;
    if (file->opinions_count == OPINIONS_MAX)
        return condition_fails(call, "fewer opinions", NULL);
    struct opinion *opinions =
        one_more(call, file->opinions, file->opinions_count, sizeof *file->opinions);
    if (!opinions)
        return ERROR_MEMORY;
    struct opinion *opinion = &opinions[file->opinions_count];
    *opinion = (struct opinion){body->recommendation, body->reasons, {0}};
    note(call, &opinion->by);
    file->opinions = opinions;
    file->opinions_count++;
    return ERROR_OK;
}

struct direct_body {
    const char *name, *office, *reason;
};

static const struct field direct_fields[] = {
    FIELD(1, "name", FIELD_TEXT, struct direct_body, name),
    FIELD(2, "office", FIELD_TEXT, struct direct_body, office),
    FIELD(3, "reason", FIELD_PROSE, struct direct_body, reason),
};
const struct layout application_direct_layout = LAYOUT("body", struct direct_body, direct_fields);

enum error application_direct(struct transition_call *call)
{
    const struct direct_body *body = call->body;
    struct application_file *file = call->content;
    if (file->directions_count == APPLICATION_DIRECTIONS_MAX)
        return condition_fails(call, "fewer directions", NULL);
    struct direction *directions =
        one_more(call, file->directions, file->directions_count, sizeof *file->directions);
    if (!directions)
        return ERROR_MEMORY;
    struct direction *direction = &directions[file->directions_count];
    *direction = (struct direction){body->name, body->office, body->reason, {0}};
    note(call, &direction->by);
    file->directions = directions;
    file->directions_count++;
    return ERROR_OK;
}

/* --- Outcome ------------------------------------------------------------------------------ */

static void approve(struct application_file *file)
{
    file->deciding = (struct period){0};
    file->reviewing = (struct period){0};
    file->object_until = 0;
    file->base.state = APPLICATION_APPROVED;
}

/* The exporter may object once. */
static enum error refuse(struct transition_call *call)
{
    struct application_file *file = call->content;
    millis until = 0;
    enum error error = ERROR_OK;
    if (!file->objected.person)
        error = calendar_deadline(
            &call->office->settings.calendar, call->time, call->office->settings.objection_days,
            call->fault, &until);
    if (error)
        return error;
    file->deciding = (struct period){0};
    file->reviewing = (struct period){0};
    file->object_until = until;
    file->base.state = APPLICATION_REFUSED;
    return ERROR_OK;
}

struct review_body {
    enum review_decision decision;
    const char *reasons;
};

static const char *const decisions[] = {"approve", "object", NULL};
static const struct field review_fields[] = {
    FIELD(1, "decision", FIELD_CHOICE, struct review_body, decision, .words = decisions),
    FIELD(2, "reasons", FIELD_PROSE, struct review_body, reasons),
};
const struct layout application_review_layout = LAYOUT("body", struct review_body, review_fields);

/* Writes the actor's ministry's word into one of the two; approval needs an assessment. */
static enum error
write_review(struct transition_call *call, struct review *defence, struct review *foreign)
{
    const struct review_body *body = call->body;
    const struct application_file *file = call->content;
    struct review *review = call->actor->ministry == MINISTRY_DEFENCE ? defence : foreign;
    if (review->decision)
        return condition_fails(call, "one review of each ministry", review->by.person);
    if (body->decision == REVIEW_APPROVE && !file->assessed.person)
        return condition_fails(call, "a human-rights assessment before approval", "none");
    review->decision = body->decision;
    review->reasons = body->reasons;
    note(call, &review->by);
    return ERROR_OK;
}

/* Both have spoken, once more or to end a dispute: only two approvals approve. */
static enum error
close_by_both(struct transition_call *call, struct review *defence, struct review *foreign)
{
    enum error error = write_review(call, defence, foreign);
    if (error || !defence->decision || !foreign->decision)
        return error;
    if (defence->decision != REVIEW_APPROVE || foreign->decision != REVIEW_APPROVE)
        return refuse(call);
    approve(call->content);
    return ERROR_OK;
}

/* --- Reviews ------------------------------------------------------------------------------ */

static bool consents(const struct review *review)
{
    return review->decision == REVIEW_APPROVE || review->decision == REVIEW_CONSENT;
}

static enum error conclude(struct transition_call *call)
{
    struct application_file *file = call->content;
    bool defence = file->defence.decision == REVIEW_OBJECT;
    bool foreign = file->foreign.decision == REVIEW_OBJECT;
    if (defence && foreign)
        return refuse(call);
    if (defence || foreign || file->foreign.decision == REVIEW_SILENT)
        file->base.state = APPLICATION_DISPUTED;
    else if (consents(&file->defence) && consents(&file->foreign))
        approve(file);
    return ERROR_OK;
}

/* The foreign ministry's word is in time until the end of the last day, whether or not the server
 * has closed the review meanwhile. */
static enum error check_in_time(struct transition_call *call)
{
    const struct application_file *file = call->content;
    if (call->actor->ministry != MINISTRY_FOREIGN || !period_is_over(&file->reviewing, call->time))
        return ERROR_OK;
    char end[TIME_TEXT_SIZE], now[TIME_TEXT_SIZE];
    return fault_set(
        call->fault, ERROR_OFFICE_LATE, call->act->verb, "a review before the date set",
        "the review ended at %s, and it is %s", time_text(file->reviewing.until, end),
        time_text(call->time, now));
}

enum error application_review(struct transition_call *call)
{
    struct application_file *file = call->content;
    enum error error = check_in_time(call);
    if (!error)
        error = write_review(call, &file->defence, &file->foreign);
    return error ? error : conclude(call);
}

/* What the server writes in the place of a review that nobody wrote in time. */
static enum error
close_silent(struct transition_call *call, enum review_decision decision, const char *words)
{
    struct application_file *file = call->content;
    if (file->foreign.decision || !period_is_over(&file->reviewing, call->time))
        return condition_fails(call, "the end of a review that nobody wrote", NULL);
    char end[TIME_TEXT_SIZE];
    struct buffer text = {0};
    buffer_printf(&text, "%s %s.", words, time_text(file->reviewing.until, end));
    file->foreign.reasons = text.error ? NULL : arena_text(call->arena, buffer_view(&text));
    buffer_free(&text);
    if (!file->foreign.reasons)
        return fault_place(call->fault, ERROR_MEMORY, "review");
    file->foreign.decision = decision;
    note(call, &file->foreign.by);
    return conclude(call);
}

enum error application_consent(struct transition_call *call)
{
    if (call->office->settings.silence == SILENCE_ESCALATES)
        return condition_fails(call, "an office where silence is consent", NULL);
    return close_silent(call, REVIEW_CONSENT, "Nobody objected until");
}

enum error application_escalate(struct transition_call *call)
{
    if (call->office->settings.silence != SILENCE_ESCALATES)
        return condition_fails(call, "an office where silence is a dispute", NULL);
    return close_silent(call, REVIEW_SILENT, "Nobody wrote a review until");
}

enum error application_settle(struct transition_call *call)
{
    struct application_file *file = call->content;
    return close_by_both(call, &file->defence_end, &file->foreign_end);
}

/* --- Objection ---------------------------------------------------------------------------- */

enum error application_decide_again(struct transition_call *call)
{
    struct application_file *file = call->content;
    return close_by_both(call, &file->defence_again, &file->foreign_again);
}

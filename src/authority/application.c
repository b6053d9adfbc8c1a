/* The life-cycle of an application to export: reviewed by both ministries in parallel; an objection
 * is a dispute, which only both close. */
#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const application_states[] = {
    "submitted", "disputed", "approved", "refused", NULL};
static const char *const decisions[] = {"approve", "object", NULL};

static const struct field review_fields[] = {
    FIELD(1, "decision", FIELD_CHOICE, struct review, decision, .words = decisions),
    FIELD(2, "reasons", FIELD_PROSE, struct review, reasons),
    FIELD(3, "by", FIELD_RECORD, struct review, by, .layout = &done_by_layout),
};
static const struct layout review_layout = LAYOUT("review", struct review, review_fields);

#define REVIEW(number, label, member)                                                              \
    FIELD(                                                                                         \
        number, label, FIELD_RECORD, struct application_file, member, .layout = &review_layout,    \
        OPTIONAL)

static const struct field content_fields[] = {
    BASE_FIELDS(struct application_file, application_states),
    FIELD(6, "exporter", FIELD_TEXT, struct application_file, exporter),
    FIELD(7, "product", FIELD_TEXT, struct application_file, product),
    FIELD(8, "country", FIELD_TEXT, struct application_file, state),
    FIELD(
        9, "agency", FIELD_RECORD, struct application_file, agency,
        .layout = &certificate_agency_layout),
    FIELD(10, "place", FIELD_TEXT, struct application_file, place),
    FIELD(11, "assessment", FIELD_PROSE, struct application_file, assessment, OPTIONAL),
    DONE_BY(12, "submitted", struct application_file, submitted),
    DONE_BY(13, "assessed", struct application_file, assessed),
    REVIEW(14, "defence", defence),
    REVIEW(15, "foreign", foreign),
    REVIEW(16, "defence-end", defence_end),
    REVIEW(17, "foreign-end", foreign_end),
};
static const struct layout content_layout =
    LAYOUT("application", struct application_file, content_fields);

struct submit_body {
    const char *exporter, *product, *state;
    struct certificate_agency agency;
    const char *place;
};

static const struct field submit_fields[] = {
    FIELD(1, "exporter", FIELD_TEXT, struct submit_body, exporter),
    FIELD(2, "product", FIELD_TEXT, struct submit_body, product),
    FIELD(3, "country", FIELD_TEXT, struct submit_body, state),
    FIELD(
        4, "agency", FIELD_RECORD, struct submit_body, agency,
        .layout = &certificate_agency_layout),
    FIELD(5, "place", FIELD_TEXT, struct submit_body, place),
};
static const struct layout submit_layout = LAYOUT("body", struct submit_body, submit_fields);

static enum error submit(struct transition_call *call)
{
    const struct submit_body *body = call->body;
    struct application_file *file = call->content;
    const void *other;
    enum error error = check_exporter(call, body->exporter);
    if (!error)
        error = other_file(call, FILE_PRODUCT, body->product, &other);
    if (error)
        return error;
    const struct product_file *product = other;
    if (!product_is_classified(product))
        return condition_fails(call, "a classified product", body->product);
    if (strcmp(product->exporter, body->exporter) != 0)
        return condition_fails(call, "a product of this exporter", product->exporter);
    error = check_country(call, body->state);
    if (error)
        return error;
    /* Clause 2: governments only. */
    if (!body->agency.governmental)
        return condition_fails(call, "a governmental end user", body->agency.id);
    file->exporter = body->exporter;
    file->product = body->product;
    file->state = body->state;
    file->agency = body->agency;
    file->place = body->place;
    note(call, &file->submitted);
    file->base.state = APPLICATION_SUBMITTED;
    return ERROR_OK;
}

struct assess_body {
    const char *assessment;
};

static const struct field assess_fields[] = {
    FIELD(1, "assessment", FIELD_PROSE, struct assess_body, assessment),
};
static const struct layout assess_layout = LAYOUT("body", struct assess_body, assess_fields);

static enum error assess(struct transition_call *call)
{
    const struct assess_body *body = call->body;
    struct application_file *file = call->content;
    /* What a ministry has reviewed is not replaced behind its back. */
    if (file->defence.decision || file->foreign.decision)
        return condition_fails(call, "an assessment before the first review", NULL);
    file->assessment = body->assessment;
    note(call, &file->assessed);
    return ERROR_OK;
}

struct review_body {
    enum review_decision decision;
    const char *reasons;
};

static const struct field review_body_fields[] = {
    FIELD(1, "decision", FIELD_CHOICE, struct review_body, decision, .words = decisions),
    FIELD(2, "reasons", FIELD_PROSE, struct review_body, reasons),
};
static const struct layout review_body_layout =
    LAYOUT("body", struct review_body, review_body_fields);

static enum error write_review(struct transition_call *call, struct review *review)
{
    const struct review_body *body = call->body;
    if (review->decision)
        return condition_fails(call, "one review of each ministry", review->by.person);
    review->decision = body->decision;
    review->reasons = body->reasons;
    note(call, &review->by);
    return ERROR_OK;
}

static enum error review(struct transition_call *call)
{
    const struct review_body *body = call->body;
    struct application_file *file = call->content;
    if (body->decision == REVIEW_APPROVE && !file->assessment)
        return condition_fails(call, "a human-rights assessment before approval", "none");
    enum error error = write_review(
        call, call->actor->ministry == MINISTRY_DEFENCE ? &file->defence : &file->foreign);
    if (error)
        return error;
    if (file->defence.decision == REVIEW_OBJECT || file->foreign.decision == REVIEW_OBJECT)
        file->base.state = APPLICATION_DISPUTED;
    else if (file->defence.decision == REVIEW_APPROVE && file->foreign.decision == REVIEW_APPROVE)
        file->base.state = APPLICATION_APPROVED;
    return ERROR_OK;
}

static enum error settle(struct transition_call *call)
{
    struct application_file *file = call->content;
    bool defence = call->actor->ministry == MINISTRY_DEFENCE;
    enum error error = write_review(call, defence ? &file->defence_end : &file->foreign_end);
    if (error)
        return error;
    const struct review_body *body = call->body;
    if (body->decision == REVIEW_APPROVE && !file->assessment)
        return condition_fails(call, "a human-rights assessment before approval", "none");
    if (!file->defence_end.decision || !file->foreign_end.decision)
        return ERROR_OK;
    bool approved = file->defence_end.decision == REVIEW_APPROVE &&
                    file->foreign_end.decision == REVIEW_APPROVE;
    file->base.state = approved ? APPLICATION_APPROVED : APPLICATION_REFUSED;
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "submit",
        .from = STATE_NEW,
        .to = STATE(APPLICATION_SUBMITTED),
        .roles = ROLE_DESK,
        .body = &submit_layout,
        .words = "Enter an application to export a classified product to an eligible state",
        .apply = submit,
    },
    {
        .verb = "assess",
        .from = STATE(APPLICATION_SUBMITTED),
        .to = STATE(APPLICATION_SUBMITTED),
        .roles = ROLE_REVIEWER,
        .ministry = FOREIGN_ONLY,
        .apart = {offsetof(struct application_file, submitted)},
        .body = &assess_layout,
        .words = "Record the human-rights assessment",
        .apply = assess,
    },
    {
        .verb = "review",
        .from = STATE(APPLICATION_SUBMITTED) | STATE(APPLICATION_DISPUTED),
        .to = STATE(APPLICATION_SUBMITTED) | STATE(APPLICATION_DISPUTED) |
              STATE(APPLICATION_APPROVED),
        .roles = ROLE_REVIEWER,
        .apart = {offsetof(struct application_file, submitted)},
        .body = &review_body_layout,
        .words = "Approve or object, with reasons",
        .apply = review,
    },
    {
        .verb = "settle",
        .from = STATE(APPLICATION_DISPUTED),
        .to =
            STATE(APPLICATION_DISPUTED) | STATE(APPLICATION_APPROVED) | STATE(APPLICATION_REFUSED),
        .roles = ROLE_SIGNATORY,
        .apart =
            {offsetof(struct application_file, submitted),
             offsetof(struct application_file, defence.by),
             offsetof(struct application_file, foreign.by)},
        .body = &review_body_layout,
        .words = "Close the dispute, together with the other ministry",
        .apply = settle,
    },
};

const struct lifecycle application_lifecycle = {
    .word = "application",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_PRODUCT,
    .parent_at = offsetof(struct application_file, product),
};

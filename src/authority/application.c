/* The life-cycle of an application to export: reviewed by both ministries in parallel; an objection
 * is a dispute, which only both close. */
#include <string.h>

#include "authority/inside.h"

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

enum error check_country(struct transition_call *call, const char *country)
{
    for (size_t i = 0; i < call->office->country_count; i++) {
        if (strcmp(call->office->countries[i], country) == 0)
            return ERROR_OK;
    }
    char date[TIME_TEXT_SIZE];
    return fault_set(
        call->fault, ERROR_OFFICE_CONDITION, call->act->verb, "an eligible country",
        "%.2s is not on the list of %.10s", country, time_text(call->office->countries_date, date));
}

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
    if (product->base.state != PRODUCT_CLASSIFIED)
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
    enum error error = not_own(call, &file->submitted);
    if (error)
        return error;
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

static const char *const decisions[] = {"approve", "object", NULL};

static const struct field review_fields[] = {
    FIELD(1, "decision", FIELD_CHOICE, struct review_body, decision, .words = decisions),
    FIELD(2, "reasons", FIELD_PROSE, struct review_body, reasons),
};
static const struct layout review_layout = LAYOUT("body", struct review_body, review_fields);

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
    enum error error = not_own(call, &file->submitted);
    if (error)
        return error;
    if (body->decision == REVIEW_APPROVE && !file->assessment)
        return condition_fails(call, "a human-rights assessment before approval", "none");
    error = write_review(
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
    /* Whoever reviewed does not close the dispute about it. */
    enum error error = not_own(call, defence ? &file->defence.by : &file->foreign.by);
    if (!error)
        error = not_own(call, &file->submitted);
    if (!error)
        error = write_review(call, defence ? &file->defence_end : &file->foreign_end);
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

const struct transition application_transitions[] = {
    {"submit", STATE_NEW, STATE(APPLICATION_SUBMITTED), ROLE_DESK, ANY_MINISTRY, &submit_layout,
     "Enter an application to export a classified product to an eligible state", submit},
    {"assess", STATE(APPLICATION_SUBMITTED), STATE(APPLICATION_SUBMITTED), ROLE_REVIEWER,
     FOREIGN_ONLY, &assess_layout, "Record the human-rights assessment", assess},
    {"review", STATE(APPLICATION_SUBMITTED) | STATE(APPLICATION_DISPUTED),
     STATE(APPLICATION_SUBMITTED) | STATE(APPLICATION_DISPUTED) | STATE(APPLICATION_APPROVED),
     ROLE_REVIEWER, ANY_MINISTRY, &review_layout, "Approve or object, with reasons", review},
    {"settle", STATE(APPLICATION_DISPUTED),
     STATE(APPLICATION_DISPUTED) | STATE(APPLICATION_APPROVED) | STATE(APPLICATION_REFUSED),
     ROLE_SIGNATORY, ANY_MINISTRY, &review_layout,
     "Close the dispute, together with the other ministry", settle},
};
const size_t application_transition_count =
    sizeof application_transitions / sizeof *application_transitions;

/* The life-cycle of an application: what it holds, how the exporter drafts, submits, objects and
 * withdraws it; the table. How it is decided is in application_review.c, its clocks are in
 * application_clock.c. */
#include <string.h>

#include "authority/application_inside.h"
#include "authority/file_fields.h"

static const char *const states[] = {"draft",     "submitted", "incomplete", "in-review",
                                     "disputed",  "approved",  "refused",    "objection",
                                     "withdrawn", "expired",   NULL};
static const char *const kinds[] = {"marketing", "export", "renewal", "amendment", NULL};
static const char *const decisions[] = {"approve", "object", "deemed-consent", "silent", NULL};

/* --- Content ------------------------------------------------------------------------------ */

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

static const struct field request_fields[] = {
    FIELD(1, "question", FIELD_PROSE, struct request, question),
    DONE_BY(2, "asked", struct request, asked),
    FIELD(3, "answer", FIELD_PROSE, struct request, answer, OPTIONAL),
    DONE_BY(4, "answered", struct request, answered),
};
static const struct layout request_layout = LAYOUT("request", struct request, request_fields);

static const struct field direction_fields[] = {
    FIELD(1, "name", FIELD_TEXT, struct direction, name),
    FIELD(2, "office", FIELD_TEXT, struct direction, office),
    FIELD(3, "reason", FIELD_PROSE, struct direction, reason),
    DONE_BY(4, "by", struct direction, by),
};
static const struct layout direction_layout =
    LAYOUT("direction", struct direction, direction_fields);

static const struct field period_fields[] = {
    FIELD(1, "from", FIELD_TIME, struct period, from),
    FIELD(2, "until", FIELD_TIME, struct period, until, OPTIONAL),
    FIELD(3, "days", FIELD_UINT, struct period, days),
    FIELD(4, "total", FIELD_UINT, struct period, total),
};
static const struct layout period_layout = LAYOUT("period", struct period, period_fields);

#define PERIOD(number, label, member)                                                              \
    FIELD(                                                                                         \
        number, label, FIELD_RECORD, struct application_file, member, .layout = &period_layout,    \
        OPTIONAL)

static const struct field content_fields[] = {
    BASE_FIELDS(struct application_file, states),
    FIELD(6, "kind", FIELD_CHOICE, struct application_file, kind, .words = kinds),
    FIELD(7, "exporter", FIELD_TEXT, struct application_file, exporter),
    FIELD(8, "product", FIELD_TEXT, struct application_file, product),
    FIELD(9, "country", FIELD_TEXT, struct application_file, state),
    FIELD(
        10, "agency", FIELD_RECORD, struct application_file, agency,
        .layout = &certificate_agency_layout, OPTIONAL),
    FIELD(11, "place", FIELD_TEXT, struct application_file, place, OPTIONAL),
    FIELD(12, "marketing", FIELD_TEXT, struct application_file, marketing, OPTIONAL),
    FIELD(13, "licence", FIELD_TEXT, struct application_file, licence, OPTIONAL),
    FIELD(14, "purpose", FIELD_PROSE, struct application_file, purpose),
    FIELD(15, "until", FIELD_TIME, struct application_file, until, OPTIONAL),
    DONE_BY(16, "submitted", struct application_file, submitted),
    DONE_BY(17, "review-opened", struct application_file, opened),
    PERIOD(18, "deciding", deciding),
    PERIOD(19, "reviewing", reviewing),
    FIELD(20, "overdue", FIELD_TIME, struct application_file, overdue, OPTIONAL),
    FIELD_MANY(
        21, "requests", FIELD_RECORDS, struct application_file, requests, .layout = &request_layout,
        .limit = APPLICATION_REQUESTS_MAX),
    DONE_BY(22, "asked", struct application_file, asked),
    FIELD(
        23, "assessment", FIELD_RECORD, struct application_file, assessment,
        .layout = &assessment_layout, OPTIONAL),
    DONE_BY(24, "assessed", struct application_file, assessed),
    FIELD_MANY(
        25, "opinions", FIELD_RECORDS, struct application_file, opinions, .layout = &opinion_layout,
        .limit = OPINIONS_MAX),
    FIELD_MANY(
        26, "directions", FIELD_RECORDS, struct application_file, directions,
        .layout = &direction_layout, .limit = APPLICATION_DIRECTIONS_MAX),
    REVIEW(27, "defence", defence),
    REVIEW(28, "foreign", foreign),
    REVIEW(29, "defence-end", defence_end),
    REVIEW(30, "foreign-end", foreign_end),
    FIELD(31, "object-until", FIELD_TIME, struct application_file, object_until, OPTIONAL),
    FIELD(32, "grounds", FIELD_PROSE, struct application_file, grounds, OPTIONAL),
    DONE_BY(33, "objected", struct application_file, objected),
    REVIEW(34, "defence-again", defence_again),
    REVIEW(35, "foreign-again", foreign_again),
    FIELD(36, "reason", FIELD_PROSE, struct application_file, reason, OPTIONAL),
    DONE_BY(37, "withdrawn", struct application_file, withdrawn),
};
static const struct layout content_layout =
    LAYOUT("application", struct application_file, content_fields);

/* --- Draft -------------------------------------------------------------------------------- */

struct draft_body {
    enum application_kind kind;
    const char *exporter, *product, *state;
    struct certificate_agency agency;
    const char *place, *marketing, *licence, *purpose;
    millis until;
};

static const struct field draft_fields[] = {
    FIELD(1, "kind", FIELD_CHOICE, struct draft_body, kind, .words = kinds),
    FIELD(2, "exporter", FIELD_TEXT, struct draft_body, exporter),
    FIELD(3, "product", FIELD_TEXT, struct draft_body, product),
    FIELD(4, "country", FIELD_TEXT, struct draft_body, state),
    FIELD(
        5, "agency", FIELD_RECORD, struct draft_body, agency, .layout = &certificate_agency_layout,
        OPTIONAL),
    FIELD(6, "place", FIELD_TEXT, struct draft_body, place, OPTIONAL),
    FIELD(7, "marketing", FIELD_TEXT, struct draft_body, marketing, OPTIONAL),
    FIELD(8, "licence", FIELD_TEXT, struct draft_body, licence, OPTIONAL),
    FIELD(9, "purpose", FIELD_PROSE, struct draft_body, purpose),
    FIELD(10, "until", FIELD_TIME, struct draft_body, until, OPTIONAL),
};
static const struct layout draft_layout = LAYOUT("body", struct draft_body, draft_fields);

/* Which of the members that not every kind has. */
static enum error check_members(struct transition_call *call)
{
    const struct draft_body *body = call->body;
    bool marketing = body->kind == APPLICATION_MARKETING;
    if (!marketing && (!body->agency.id || !body->place))
        return condition_fails(call, "the agency and the place", "none");
    if (marketing != (body->until != 0))
        return condition_fails(
            call, "the end of the time to market, where that is applied for", NULL);
    if ((body->kind == APPLICATION_EXPORT) != (body->marketing != NULL))
        return condition_fails(
            call, "the approval to market, where export is applied for", body->marketing);
    bool on_licence = body->kind == APPLICATION_RENEWAL || body->kind == APPLICATION_AMENDMENT;
    if (on_licence != (body->licence != NULL))
        return condition_fails(
            call, "the licence that is to be renewed or amended, and then only", body->licence);
    return ERROR_OK;
}

/* The product as it stands, of the exporter that applies. */
static enum error find_product(
    struct transition_call *call, const char *exporter, const char *number,
    const struct product_file **ret_product)
{
    const void *other;
    enum error error = other_file(call, FILE_PRODUCT, number, &other);
    if (error)
        return error;
    const struct product_file *product = other;
    if (strcmp(product->exporter, exporter) != 0)
        return condition_fails(call, "a product of this exporter", product->exporter);
    *ret_product = product;
    return ERROR_OK;
}

static enum error draft(struct transition_call *call)
{
    const struct draft_body *body = call->body;
    struct application_file *file = call->content;
    const struct product_file *product;
    enum error error = check_members(call);
    if (!error)
        error = country_check(body->state, "country", call->fault);
    if (!error)
        error = find_product(call, body->exporter, body->product, &product);
    if (error)
        return error;
    file->kind = body->kind;
    file->exporter = body->exporter;
    file->product = body->product;
    file->state = body->state;
    file->agency = body->agency;
    file->place = body->place;
    file->marketing = body->marketing;
    file->licence = body->licence;
    file->purpose = body->purpose;
    file->until = body->until;
    file->base.state = APPLICATION_DRAFT;
    return ERROR_OK;
}

/* --- Submission --------------------------------------------------------------------------- */

/* Marketing before export: of the same product, in the same state, and still allowed. */
static enum error check_marketing(struct transition_call *call)
{
    const struct application_file *file = call->content;
    const void *other;
    enum error error = other_file(call, FILE_APPLICATION, file->marketing, &other);
    if (error)
        return error;
    const struct application_file *marketing = other;
    if (marketing->kind != APPLICATION_MARKETING || marketing->base.state != APPLICATION_APPROVED ||
        call->time >= marketing->until)
        return condition_fails(call, "an approval to market that is in force", file->marketing);
    if (strcmp(marketing->product, file->product) != 0 ||
        strcmp(marketing->state, file->state) != 0)
        return condition_fails(
            call, "an approval to market this product in this state", file->marketing);
    return ERROR_OK;
}

static enum error check_licence(struct transition_call *call)
{
    const struct application_file *file = call->content;
    const void *other;
    enum error error = other_file(call, FILE_LICENCE, file->licence, &other);
    if (error)
        return error;
    const struct licence_file *licence = other;
    if (strcmp(licence->exporter, file->exporter) != 0 ||
        strcmp(licence->product, file->product) != 0 || strcmp(licence->state, file->state) != 0 ||
        strcmp(licence->agency, file->agency.id) != 0)
        return condition_fails(
            call, "a licence of this exporter, product, state and agency", file->licence);
    bool ended = licence->base.state == LICENCE_REVOKED ||
                 licence->base.state == LICENCE_PROPOSED ||
                 licence->base.state == LICENCE_SURRENDERED ||
                 licence->base.state == LICENCE_REPLACED || licence->replaced_by;
    if (ended || (file->kind == APPLICATION_AMENDMENT && licence->base.state == LICENCE_EXPIRED))
        return condition_fails(
            call, "a licence that can still be renewed or amended",
            file_state_word(FILE_LICENCE, licence->base.state));
    return ERROR_OK;
}

static enum error submit(struct transition_call *call)
{
    struct application_file *file = call->content;
    const struct product_file *product;
    /* The order is enforced: registered exporter, classified product, marketing, export. */
    enum error error = check_exporter(call, file->exporter);
    if (!error)
        error = find_product(call, file->exporter, file->product, &product);
    if (!error && !product_is_classified(product))
        error = condition_fails(call, "a classified product", file->product);
    if (!error)
        error = check_country(call, file->state);
    /* Clause 2: governments only. */
    if (!error && file->agency.id && !file->agency.governmental)
        error = condition_fails(call, "a governmental end user", file->agency.id);
    if (!error && file->agency.id)
        error = check_agency(call, file->state, &file->agency);
    if (!error && file->until && call->time >= file->until)
        error = condition_fails(call, "an end that is still to come", NULL);
    if (!error && file->marketing)
        error = check_marketing(call);
    if (!error && file->licence)
        error = check_licence(call);
    if (!error)
        error = period_begin(call, call->office->settings.decide_days, &file->deciding);
    if (error)
        return error;
    note(call, &file->submitted);
    file->base.state = APPLICATION_SUBMITTED;
    return ERROR_OK;
}

/* --- Objection, withdrawal, end ----------------------------------------------------------- */

struct object_body {
    const char *grounds;
};

static const struct field object_fields[] = {
    FIELD(1, "grounds", FIELD_PROSE, struct object_body, grounds),
};
static const struct layout object_layout = LAYOUT("body", struct object_body, object_fields);

static enum error object(struct transition_call *call)
{
    const struct object_body *body = call->body;
    struct application_file *file = call->content;
    if (file->objected.person)
        return condition_fails(call, "a refusal that nobody objected to", file->objected.person);
    char end[TIME_TEXT_SIZE];
    if (call->time >= file->object_until)
        return fault_set(
            call->fault, ERROR_OFFICE_LATE, call->act->verb,
            "an objection within the time that the refusal gave", "it ended at %s",
            time_text(file->object_until, end));
    file->grounds = body->grounds;
    note(call, &file->objected);
    file->base.state = APPLICATION_OBJECTION;
    return ERROR_OK;
}

static enum error withdraw(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct application_file *file = call->content;
    file->reason = body->reason;
    file->deciding = (struct period){0};
    file->reviewing = (struct period){0};
    note(call, &file->withdrawn);
    file->base.state = APPLICATION_WITHDRAWN;
    return ERROR_OK;
}

static enum error expire(struct transition_call *call)
{
    struct application_file *file = call->content;
    if (!file->until || call->time < file->until)
        return condition_fails(call, "the end of the time to market", NULL);
    file->base.state = APPLICATION_EXPIRED;
    return ERROR_OK;
}

/* --- Table -------------------------------------------------------------------------------- */

#define OPEN                                                                                       \
    (STATE(APPLICATION_SUBMITTED) | STATE(APPLICATION_IN_REVIEW) | STATE(APPLICATION_DISPUTED))

static enum error due(const struct due_call *call, const void *content, struct due *ret_due)
{
    const struct application_file *file = content;
    const int state = file->base.state;
    if (state == APPLICATION_IN_REVIEW && !file->foreign.decision && file->reviewing.until)
        due_at(
            call, file->reviewing.until,
            call->office->settings.silence == SILENCE_ESCALATES ? "escalate" : "consent", ret_due);
    if ((STATE(state) & OPEN) && !file->overdue && file->deciding.until)
        due_at(call, file->deciding.until, "overdue", ret_due);
    if (state == APPLICATION_APPROVED && file->until)
        due_at(call, file->until, "expire", ret_due);
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "draft",
        .from = STATE_NEW | STATE(APPLICATION_DRAFT),
        .to = STATE(APPLICATION_DRAFT),
        .roles = ROLE_DESK | ROLE_EXPORTER,
        .body = &draft_layout,
        .words = "Draft an application to market, export, renew or amend",
        .conditions = "a product of the exporter; a renewal or amendment names its licence",
        .apply = draft,
    },
    {
        .verb = "submit",
        .from = STATE(APPLICATION_DRAFT),
        .to = STATE(APPLICATION_SUBMITTED),
        .roles = ROLE_DESK | ROLE_EXPORTER,
        .words = "Submit the application",
        .conditions = "a registered exporter, a classified product, an eligible country, a "
                      "governmental end user that was checked to be one; before export an "
                      "approval to market",
        .apply = submit,
    },
    {
        .verb = "ask",
        .from = STATE(APPLICATION_SUBMITTED) | STATE(APPLICATION_IN_REVIEW),
        .to = STATE(APPLICATION_INCOMPLETE),
        .roles = ROLE_DESK | ROLE_REVIEWER,
        .apart = {offsetof(struct application_file, submitted)},
        .body = &application_ask_layout,
        .words = "Ask for information, which stops the clocks",
        .apply = application_ask,
    },
    {
        .verb = "answer",
        .from = STATE(APPLICATION_INCOMPLETE),
        .to = STATE(APPLICATION_SUBMITTED) | STATE(APPLICATION_IN_REVIEW),
        .roles = ROLE_DESK | ROLE_EXPORTER,
        .apart = {offsetof(struct application_file, asked)},
        .body = &application_answer_layout,
        .words = "Answer, which starts the clocks again with what was left",
        .apply = application_answer,
    },
    {
        .verb = "open-review",
        .from = STATE(APPLICATION_SUBMITTED),
        .to = STATE(APPLICATION_IN_REVIEW),
        .roles = ROLE_DESK | ROLE_REVIEWER,
        .apart = {offsetof(struct application_file, submitted)},
        .body = &application_open_layout,
        .words = "Take the application as complete, and give both ministries days to review it",
        .conditions = "at most five working days, or fewer where the office has so set",
        .apply = application_open_review,
    },
    {
        .verb = "assess",
        .from = OPEN,
        .to = OPEN,
        .roles = ROLE_REVIEWER,
        .apart = {offsetof(struct application_file, submitted)},
        .body = &assessment_layout,
        .words = "Record the human-rights assessment",
        .conditions = "not in the place of one that a ministry reviewed with",
        .apply = application_assess,
    },
    {
        .verb = "opine",
        .from = OPEN | STATE(APPLICATION_OBJECTION),
        .to = OPEN | STATE(APPLICATION_OBJECTION),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .ministry = FOREIGN_ONLY,
        .apart = {offsetof(struct application_file, submitted)},
        .body = &opinion_body_layout,
        .words = "Give the foreign ministry's opinion, kept also where it binds nobody",
        .apply = application_opine,
    },
    {
        .verb = "direct",
        .from = OPEN | STATE(APPLICATION_OBJECTION),
        .to = OPEN | STATE(APPLICATION_OBJECTION),
        .roles = ROLE_DESK | ROLE_REVIEWER | ROLE_SIGNATORY,
        .body = &application_direct_layout,
        .words = "Record a direction from above, with name and reason",
        .apply = application_direct,
    },
    {
        .verb = "review",
        .from = STATE(APPLICATION_IN_REVIEW) | STATE(APPLICATION_DISPUTED),
        .to = STATE(APPLICATION_IN_REVIEW) | STATE(APPLICATION_DISPUTED) |
              STATE(APPLICATION_APPROVED) | STATE(APPLICATION_REFUSED),
        .roles = ROLE_REVIEWER,
        .apart =
            {offsetof(struct application_file, submitted),
             offsetof(struct application_file, assessed)},
        .body = &application_review_layout,
        .words = "Approve or object, with reasons",
        .conditions = "one review of each ministry, the foreign ministry's by the date set; "
                      "approval after the human-rights assessment",
        .apply = application_review,
    },
    {
        .verb = "consent",
        .from = STATE(APPLICATION_IN_REVIEW),
        .to = STATE(APPLICATION_IN_REVIEW) | STATE(APPLICATION_APPROVED),
        .roles = ROLE_SERVER,
        .words = "The review ends: the foreign ministry's silence is taken as consent",
        .conditions = "the date set has passed without a review of the foreign ministry",
        .rule = "an objection that is not made by the date set is not made; silence signs nothing",
        .apply = application_consent,
    },
    {
        .verb = "escalate",
        .from = STATE(APPLICATION_IN_REVIEW),
        .to = STATE(APPLICATION_DISPUTED),
        .roles = ROLE_SERVER,
        .words = "The review ends: the foreign ministry's silence goes to dispute",
        .conditions = "the date set has passed without a review of the foreign ministry",
        .rule = "the office has set that silence is no consent",
        .apply = application_escalate,
    },
    {
        .verb = "overdue",
        .from = OPEN,
        .to = OPEN,
        .roles = ROLE_SERVER,
        .words = "The office is late",
        .rule = "the office decides within its time, and what is late is said to be",
        .apply = application_overdue,
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
        .body = &application_review_layout,
        .words = "Close the dispute, together with the other ministry",
        .conditions = "one word of each ministry; approval after the human-rights assessment",
        .apply = application_settle,
    },
    {
        .verb = "object",
        .from = STATE(APPLICATION_REFUSED),
        .to = STATE(APPLICATION_OBJECTION),
        .roles = ROLE_DESK | ROLE_EXPORTER,
        .body = &object_layout,
        .words = "Object to the refusal, for the exporter",
        .conditions = "once, and within the time that the refusal gave",
        .apply = object,
    },
    {
        .verb = "decide",
        .from = STATE(APPLICATION_OBJECTION),
        .to =
            STATE(APPLICATION_OBJECTION) | STATE(APPLICATION_APPROVED) | STATE(APPLICATION_REFUSED),
        .roles = ROLE_SIGNATORY | ROLE_CHAIR,
        .apart =
            {offsetof(struct application_file, submitted),
             offsetof(struct application_file, objected),
             offsetof(struct application_file, defence.by),
             offsetof(struct application_file, foreign.by),
             offsetof(struct application_file, defence_end.by),
             offsetof(struct application_file, foreign_end.by)},
        .body = &application_review_layout,
        .words = "Decide on the objection, together with the other ministry",
        .conditions = "by others than those who refused; approval after the assessment",
        .apply = application_decide_again,
    },
    {
        .verb = "withdraw",
        .from = STATE(APPLICATION_DRAFT) | STATE(APPLICATION_INCOMPLETE) | OPEN |
                STATE(APPLICATION_OBJECTION),
        .to = STATE(APPLICATION_WITHDRAWN),
        .roles = ROLE_DESK | ROLE_EXPORTER,
        .body = &reason_body_layout,
        .words = "Withdraw the application, for the exporter",
        .apply = withdraw,
    },
    {
        .verb = "expire",
        .from = STATE(APPLICATION_APPROVED),
        .to = STATE(APPLICATION_EXPIRED),
        .roles = ROLE_SERVER,
        .words = "The time to market has ended",
        .rule = "an approval to market ends at the date that was asked for",
        .apply = expire,
    },
};

const struct lifecycle application_lifecycle = {
    .word = "application",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .of_country = true,
    .country_at = offsetof(struct application_file, state),
    .parent_kind = FILE_PRODUCT,
    .parent_at = offsetof(struct application_file, product),
    .due = due,
    .clock = application_clock,
};

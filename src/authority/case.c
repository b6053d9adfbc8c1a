/* The life-cycle of a case, but for its hearing and decision (case_hearing.c). Who investigates,
 * who chairs the hearing, who decides and who decides on an objection are different people. */
#include <string.h>

#include "authority/case_inside.h"
#include "authority/complaint.h"
#include "authority/texts.h"

/* --- Opening ------------------------------------------------------------------------------ */

struct open_body {
    enum case_origin origin;
    const char *licence, *what, *when, *where;
};

static const struct field open_fields[] = {
    FIELD(1, "origin", FIELD_CHOICE, struct open_body, origin, .words = case_origins),
    FIELD(2, "licence", FIELD_TEXT, struct open_body, licence, OPTIONAL),
    FIELD(3, "what", FIELD_PROSE, struct open_body, what),
    FIELD(4, "when", FIELD_TEXT, struct open_body, when, OPTIONAL),
    FIELD(5, "where", FIELD_TEXT, struct open_body, where, OPTIONAL),
};
static const struct layout open_layout = LAYOUT("body", struct open_body, open_fields);

static enum error check_licence(struct transition_call *call, const char *licence)
{
    const void *other;
    return licence ? other_file(call, FILE_LICENCE, licence, &other) : ERROR_OK;
}

static enum error open_case(struct transition_call *call)
{
    const struct open_body *body = call->body;
    struct case_file *file = call->content;
    if (text_starts(file->base.number, CASE_BY_SIGNAL))
        return condition_fails(call, "a number that signals do not use", file->base.number);
    if (body->origin == CASE_COMPLAINT || body->origin == CASE_SIGNAL)
        return condition_fails(
            call, "a case of people's own; the server opens those of complaints and signals",
            case_origins[body->origin - 1]);
    enum error error = check_licence(call, body->licence);
    if (error)
        return error;
    file->origin = body->origin;
    file->licence = body->licence;
    file->what = body->what;
    file->when = body->when;
    file->where = body->where;
    note(call, &file->opened);
    file->base.state = CASE_RECEIVED;
    return ERROR_OK;
}

/* The server's act for somebody who has no account. */
static enum error complain(struct transition_call *call)
{
    const struct complaint_body *body = call->body;
    struct case_file *file = call->content;
    const struct complaint complaint = {
        .what = body->what,
        .when = body->when,
        .where = body->where,
        .evidence = body->evidence,
        .evidence_count = body->evidence_count,
    };
    void *other;
    enum error error = complaint_check(&complaint, call->fault);
    if (!error)
        error = create_other(call, FILE_COMPLAINANT, file->base.number, &other);
    if (error)
        return error;
    struct complainant_file *complainant = other;
    complainant->case_number = file->base.number;
    complainant->secret = body->secret;
    complainant->commitment = body->commitment;
    complainant->base.state = COMPLAINANT_KEPT;
    file->origin = CASE_COMPLAINT;
    file->what = body->what;
    file->when = body->when;
    file->where = body->where;
    file->evidence = body->evidence;
    file->evidence_count = body->evidence_count;
    note(call, &file->opened);
    file->base.state = CASE_RECEIVED;
    return ERROR_OK;
}

enum error case_open_other(struct transition_call *call, const struct case_opening *opening)
{
    void *other;
    enum error error = create_other(call, FILE_CASE, opening->number, &other);
    if (error)
        return error;
    struct case_file *file = other;
    file->origin = opening->origin;
    file->licence = opening->licence;
    file->what = opening->what;
    file->where = opening->where;
    note(call, &file->opened);
    file->base.state = CASE_RECEIVED;
    return ERROR_OK;
}

/* --- Signals ------------------------------------------------------------------------------ */

static bool takes_signals(const struct case_file *file, const char *licence)
{
    return file->origin == CASE_SIGNAL && file->base.state != CASE_CLOSED && file->licence &&
           strcmp(file->licence, licence) == 0 && file->signals_count < CASE_SIGNALS_MAX;
}

/* One that this very act has opened or fed already; *ret_file NULL: none. */
static enum error
case_of_outcome(struct transition_call *call, const char *licence, struct case_file **ret_file)
{
    *ret_file = NULL;
    for (size_t i = 0; i < call->outcome.change_count; i++) {
        const struct file_change *change = &call->outcome.changes[i];
        if (change->kind != FILE_CASE || !takes_signals(change->content, licence))
            continue;
        void *again;
        const struct file_base *base = change->content;
        enum error error = change_again(call, FILE_CASE, base->number, &again);
        if (!error)
            *ret_file = again;
        return error;
    }
    return ERROR_OK;
}

static enum error
find_case(struct transition_call *call, const char *licence, struct case_file **ret_file)
{
    const struct office_view *view = call->view;
    const char *after = "";
    enum error error = case_of_outcome(call, licence, ret_file);
    while (!error && !*ret_file) {
        const void *content = NULL;
        void *other = NULL;
        error = view->next(view->context, FILE_CASE, licence, after, call->fault, &content);
        if (error || !content)
            return error;
        after = ((const struct file_base *)content)->number;
        if (takes_signals(content, licence))
            error = change_other(call, FILE_CASE, after, &other);
        *ret_file = other;
    }
    return error;
}

enum error case_feed(
    struct transition_call *call, const struct signal_facts *facts, const char *number,
    const char **ret_case)
{
    struct case_file *file = NULL;
    enum error error = find_case(call, facts->licence, &file);
    if (!error && !file) {
        const struct case_opening opening = {
            .number = number,
            .origin = CASE_SIGNAL,
            .licence = facts->licence,
            .what = facts->words,
        };
        error = case_open_other(call, &opening);
        if (!error)
            error = case_of_outcome(call, facts->licence, &file);
    }
    if (!error)
        error = texts_add(call->arena, number, call->fault, &file->signals, &file->signals_count);
    if (!error)
        *ret_case = file->base.number;
    return error;
}

/* --- Triage and investigation ------------------------------------------------------------- */

struct triage_body {
    bool pursue;
    const char *reasons, *licence, *investigator;
};

static const struct field triage_fields[] = {
    FIELD(1, "pursue", FIELD_BOOL, struct triage_body, pursue),
    FIELD(2, "reasons", FIELD_PROSE, struct triage_body, reasons),
    FIELD(3, "licence", FIELD_TEXT, struct triage_body, licence, OPTIONAL),
    FIELD(4, "investigator", FIELD_TEXT, struct triage_body, investigator, OPTIONAL),
};
static const struct layout triage_layout = LAYOUT("body", struct triage_body, triage_fields);

static enum error check_investigator(struct transition_call *call, const char *id)
{
    const struct root_person *person =
        id ? root_person_by_id(&call->office->chain->current, id, NULL) : NULL;
    if (person && roles_of_person(person) & (ROLE_INSPECTOR | ROLE_REVIEWER))
        return ERROR_OK;
    return condition_fails(
        call, "an inspector or reviewer of a ministry as investigator", id ? id : "nobody");
}

static enum error close_case(struct transition_call *call, const char *reason);

static enum error triage(struct transition_call *call)
{
    const struct triage_body *body = call->body;
    struct case_file *file = call->content;
    enum error error = check_licence(call, body->licence);
    if (!error && body->pursue)
        error = check_investigator(call, body->investigator);
    if (error)
        return error;
    if (body->licence)
        file->licence = body->licence;
    file->triage = body->reasons;
    note(call, &file->triaged);
    if (!body->pursue)
        return close_case(call, body->reasons);
    file->investigator = body->investigator;
    file->base.state = CASE_TRIAGED;
    return ERROR_OK;
}

struct investigator_body {
    const char *investigator;
};

static const struct field investigator_fields[] = {
    FIELD(1, "investigator", FIELD_TEXT, struct investigator_body, investigator),
};
static const struct layout investigator_layout =
    LAYOUT("body", struct investigator_body, investigator_fields);

static enum error reassign(struct transition_call *call)
{
    const struct investigator_body *body = call->body;
    struct case_file *file = call->content;
    enum error error = check_investigator(call, body->investigator);
    if (error)
        return error;
    file->investigator = body->investigator;
    file->base.state = CASE_TRIAGED;
    return ERROR_OK;
}

static enum error check_is_investigator(struct transition_call *call)
{
    const struct case_file *file = call->content;
    if (actor_is(call->actor, file->investigator))
        return ERROR_OK;
    return fault_set(
        call->fault, ERROR_OFFICE_ROLE, call->act->verb, "the investigator of the case", "%s",
        call->actor->id);
}

struct plan_body {
    const char *plan;
};

static const struct field plan_fields[] = {
    FIELD(1, "plan", FIELD_PROSE, struct plan_body, plan),
};
static const struct layout plan_layout = LAYOUT("body", struct plan_body, plan_fields);

static enum error investigate(struct transition_call *call)
{
    const struct plan_body *body = call->body;
    struct case_file *file = call->content;
    enum error error = check_is_investigator(call);
    if (error)
        return error;
    file->plan = body->plan;
    note(call, &file->investigated);
    file->base.state = CASE_INVESTIGATING;
    return ERROR_OK;
}

static const struct field find_fields[] = {
    FIELD(1, "text", FIELD_PROSE, struct case_finding, text),
    FIELD(2, "evidence", FIELD_DIGEST, struct case_finding, evidence, OPTIONAL),
};
static const struct layout find_layout = LAYOUT("body", struct case_finding, find_fields);

static enum error find(struct transition_call *call)
{
    struct case_file *file = call->content;
    size_t count = file->findings_count;
    enum error error = check_is_investigator(call);
    if (error)
        return error;
    if (count == CASE_FINDINGS_MAX)
        return condition_fails(call, "at most 1000 findings in a case", NULL);
    struct case_finding *findings = ARENA_ARRAY(call->arena, struct case_finding, count + 1);
    if (!findings)
        return fault_place(call->fault, ERROR_MEMORY, "findings");
    if (count)
        memcpy(findings, file->findings, count * sizeof *findings);
    findings[count] = *(const struct case_finding *)call->body;
    note(call, &findings[count].by);
    file->findings = findings;
    file->findings_count = count + 1;
    return ERROR_OK;
}

/* --- Orders and holds --------------------------------------------------------------------- */

static bool order_in_force(const struct order_file *order)
{
    return order->base.state == ORDER_ISSUED || order->base.state == ORDER_CONFIRMED ||
           order->base.state == ORDER_UNCONFIRMED;
}

enum error case_order(
    struct transition_call *call, const char *number, enum order_kind kind,
    const struct order_file **ret_order)
{
    const struct case_file *file = call->content;
    const void *other;
    enum error error = other_file(call, FILE_ORDER, number, &other);
    if (error)
        return error;
    const struct order_file *order = other;
    if (!file->licence || strcmp(order->licence, file->licence) != 0)
        return condition_fails(call, "an order on the licence of the case", order->licence);
    if (!order_in_force(order))
        return condition_fails(
            call, "an order in force", file_state_word(FILE_ORDER, order->base.state));
    if (kind != ORDER_NONE && order->kind != kind)
        return condition_fails(
            call, "an order of the kind that was decided", order_word(order->kind));
    *ret_order = order;
    return ERROR_OK;
}

struct order_body {
    const char *order;
};

static const struct field order_fields[] = {
    FIELD(1, "order", FIELD_TEXT, struct order_body, order),
};
static const struct layout order_body_layout = LAYOUT("body", struct order_body, order_fields);

static enum error interim(struct transition_call *call)
{
    const struct order_body *body = call->body;
    struct case_file *file = call->content;
    const struct order_file *order;
    enum error error = case_order(call, body->order, ORDER_NONE, &order);
    if (error)
        return error;
    if (order->kind == ORDER_REVOKE)
        return condition_fails(call, "a measure that can be given back", "revoke");
    if (file->interim_count == CASE_ORDERS_MAX)
        return condition_fails(call, "at most 200 measures in a case", NULL);
    return texts_add(call->arena, body->order, call->fault, &file->interim, &file->interim_count);
}

static enum error hold(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct case_file *file = call->content;
    if (file->held.person)
        return condition_fails(call, "a case that is not held yet", file->held.person);
    file->hold = body->reason;
    note(call, &file->held);
    return ERROR_OK;
}

static enum error release(struct transition_call *call)
{
    struct case_file *file = call->content;
    if (!file->held.person)
        return condition_fails(call, "a case that is held", "none");
    file->hold = NULL;
    file->held = (struct done_by){0};
    return ERROR_OK;
}

/* --- The end ------------------------------------------------------------------------------ */

/* What was taken away meanwhile must not outlive a case that found nothing. */
static enum error check_measures_ended(struct transition_call *call)
{
    const struct case_file *file = call->content;
    for (size_t i = 0; i < file->interim_count; i++) {
        const void *other;
        enum error error = other_file(call, FILE_ORDER, file->interim[i], &other);
        if (error)
            return error;
        if (order_in_force(other))
            return condition_fails(
                call, "interim measures that were lifted, as no breach was found",
                file->interim[i]);
    }
    return ERROR_OK;
}

static enum error close_case(struct transition_call *call, const char *reason)
{
    struct case_file *file = call->content;
    enum error error = check_measures_ended(call);
    if (error)
        return error;
    file->reason = reason;
    note(call, &file->closed);
    file->base.state = CASE_CLOSED;
    return ERROR_OK;
}

static enum error dismiss(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    return close_case(call, body->reason);
}

/* The kind of order that carries an outcome out; ORDER_NONE: none is needed. */
static enum order_kind order_of_outcome(enum case_outcome outcome)
{
    switch (outcome) {
    case CASE_LIMIT:
        return ORDER_LIMIT;
    case CASE_DISCONNECT:
        return ORDER_DISCONNECT;
    case CASE_REVOKE:
        return ORDER_REVOKE;
    case CASE_NO_BREACH:
    case CASE_WARNING:
        break;
    }
    return ORDER_NONE;
}

static enum error execute(struct transition_call *call)
{
    const struct order_body *body = call->body;
    struct case_file *file = call->content;
    const struct order_file *order;
    enum order_kind kind = order_of_outcome(file->decision.outcome);
    if (kind == ORDER_NONE)
        return condition_fails(
            call, "an outcome that takes something away",
            case_outcomes[file->decision.outcome - 1]);
    enum error error = case_order(call, body->order, kind, &order);
    if (!error)
        file->order = body->order;
    return error;
}

static enum error finish(struct transition_call *call)
{
    struct case_file *file = call->content;
    enum case_outcome outcome = file->decision.outcome;
    millis final = file->decision.by.time + CASE_OBJECTION_WITHIN;
    if (!file->objection.settled.person && call->time < final)
        return condition_fails(call, "the end of the time to object", NULL);
    if (outcome == CASE_NO_BREACH)
        return close_case(call, NULL);
    if (order_of_outcome(outcome) != ORDER_NONE && !file->order)
        return condition_fails(call, "the order that carries the outcome out", "none");
    note(call, &file->closed);
    file->base.state = CASE_CLOSED;
    return ERROR_OK;
}

/* --- Table -------------------------------------------------------------------------------- */

#define OPEN_STATES                                                                                \
    (STATE(CASE_RECEIVED) | STATE(CASE_TRIAGED) | STATE(CASE_INVESTIGATING) |                      \
     STATE(CASE_HEARING) | STATE(CASE_DECIDED) | STATE(CASE_OBJECTED))
#define OFFICERS (ROLE_DESK | ROLE_REVIEWER | ROLE_SIGNATORY | ROLE_INSPECTOR | ROLE_CHAIR)

static const struct transition transitions[] = {
    {
        .verb = "open",
        .from = STATE_NEW,
        .to = STATE(CASE_RECEIVED),
        .roles = ROLE_DESK | ROLE_REVIEWER | ROLE_INSPECTOR,
        .body = &open_layout,
        .words = "Open a case",
        .conditions = "not of a complaint or signal: the server opens those",
        .apply = open_case,
    },
    {
        .verb = "complain",
        .from = STATE_NEW,
        .to = STATE(CASE_RECEIVED),
        .roles = ROLE_SERVER,
        .body = &complaint_body_layout,
        .words = "Somebody without an account complained",
        .rule = "a complaint opens a case",
        .apply = complain,
    },
    {
        .verb = "triage",
        .from = STATE(CASE_RECEIVED),
        .to = STATE(CASE_TRIAGED) | STATE(CASE_CLOSED),
        .roles = ROLE_DESK | ROLE_REVIEWER,
        .body = &triage_layout,
        .words = "Say whether the case is pursued, on which licence, and who investigates",
        .conditions = "to pursue it, an inspector or reviewer who investigates; to close it, no "
                      "interim measure that is in force",
        .apply = triage,
    },
    {
        .verb = "reassign",
        .from = STATE(CASE_TRIAGED) | STATE(CASE_INVESTIGATING),
        .to = STATE(CASE_TRIAGED),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .body = &investigator_layout,
        .words = "Give the investigation to another person",
        .conditions = "an inspector or reviewer",
        .apply = reassign,
    },
    {
        .verb = "investigate",
        .from = STATE(CASE_TRIAGED),
        .to = STATE(CASE_INVESTIGATING),
        .roles = ROLE_INSPECTOR | ROLE_REVIEWER,
        .body = &plan_layout,
        .words = "Take the investigation up",
        .conditions = "by the investigator",
        .apply = investigate,
    },
    {
        .verb = "find",
        .from = STATE(CASE_INVESTIGATING) | STATE(CASE_HEARING),
        .to = STATE(CASE_INVESTIGATING) | STATE(CASE_HEARING),
        .roles = ROLE_INSPECTOR | ROLE_REVIEWER,
        .body = &find_layout,
        .words = "Note what was found, with the digest of the document that shows it",
        .conditions = "by the investigator",
        .apply = find,
    },
    {
        .verb = "interim",
        .from = OPEN_STATES,
        .to = OPEN_STATES,
        .roles = OFFICERS,
        .body = &order_body_layout,
        .words = "Name an order in force as an interim measure of the case",
        .conditions = "an order on the licence of the case, no revocation",
        .apply = interim,
    },
    {
        .verb = "hold",
        .from = OPEN_STATES | STATE(CASE_CLOSED),
        .to = OPEN_STATES | STATE(CASE_CLOSED),
        .roles = OFFICERS,
        .body = &reason_body_layout,
        .words = "Put a legal hold on the case: nothing of it may be erased",
        .apply = hold,
    },
    {
        .verb = "release",
        .from = OPEN_STATES | STATE(CASE_CLOSED),
        .to = OPEN_STATES | STATE(CASE_CLOSED),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .apart = {offsetof(struct case_file, held)},
        .words = "End the legal hold",
        .apply = release,
    },
    {
        .verb = "notify",
        .from = STATE(CASE_INVESTIGATING) | STATE(CASE_HEARING),
        .to = STATE(CASE_HEARING),
        .roles = ROLE_CHAIR,
        .apart = {offsetof(struct case_file, investigated)},
        .body = &case_notify_layout,
        .words = "Give a party notice of its hearing and the date",
        .conditions = "a case on a licence; five days between notice and hearing; one chair; no "
                      "investigator of the case",
        .apply = case_notify,
    },
    {
        .verb = "statement",
        .from = STATE(CASE_HEARING),
        .to = STATE(CASE_HEARING),
        .roles = ROLE_EXPORTER | ROLE_STATE | ROLE_DESK | ROLE_CHAIR,
        .body = &case_statement_layout,
        .words = "State what the party has to say, or enter what it stated",
        .conditions = "a party that was given notice; an exporter or state for itself only",
        .apply = case_statement,
    },
    {
        .verb = "hear",
        .from = STATE(CASE_HEARING),
        .to = STATE(CASE_HEARING),
        .roles = ROLE_CHAIR,
        .apart = {offsetof(struct case_file, investigated)},
        .body = &case_hear_layout,
        .words = "Record the hearing of a party",
        .conditions = "on its date or later; by the chair who gave notice",
        .apply = case_hear,
    },
    {
        .verb = "decide",
        .from = STATE(CASE_INVESTIGATING) | STATE(CASE_HEARING),
        .to = STATE(CASE_DECIDED),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct case_file, investigated), offsetof(struct case_file, chaired)},
        .body = &case_decide_layout,
        .words = "Decide the case, with a finding on each of the listed factors",
        .conditions = "each factor once; a breach only after both parties had notice and each was "
                      "heard or let its date pass; no investigator of the case",
        .apply = case_decide,
    },
    {
        .verb = "object",
        .from = STATE(CASE_DECIDED),
        .to = STATE(CASE_OBJECTED),
        .roles = ROLE_EXPORTER | ROLE_STATE | ROLE_DESK,
        .body = &case_object_layout,
        .words = "Object to the outcome, or enter a party's objection",
        .conditions = "once, within 14 days of the decision; an exporter or state for itself only",
        .apply = case_object,
    },
    {
        .verb = "settle",
        .from = STATE(CASE_OBJECTED),
        .to = STATE(CASE_DECIDED),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .apart =
            {offsetof(struct case_file, investigated), offsetof(struct case_file, chaired),
             offsetof(struct case_file, decision.by)},
        .body = &case_settle_layout,
        .words = "Decide on the objection: the outcome stands, or a milder one takes its place",
        .conditions = "no outcome that is harder on the party; no investigator of the case",
        .apply = case_settle,
    },
    {
        .verb = "execute",
        .from = STATE(CASE_DECIDED),
        .to = STATE(CASE_DECIDED),
        .roles = ROLE_DESK | ROLE_REVIEWER | ROLE_SIGNATORY,
        .body = &order_body_layout,
        .words = "Name the order that carries the outcome out",
        .conditions = "an order in force on the licence, of the kind that was decided",
        .apply = execute,
    },
    {
        .verb = "close",
        .from = STATE(CASE_DECIDED),
        .to = STATE(CASE_CLOSED),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .words = "Close the case",
        .conditions = "the time to object is over or an objection was decided on; the outcome's "
                      "order is named; without a breach, interim measures were lifted",
        .apply = finish,
    },
    {
        .verb = "dismiss",
        .from = STATE(CASE_TRIAGED) | STATE(CASE_INVESTIGATING),
        .to = STATE(CASE_CLOSED),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .apart = {offsetof(struct case_file, investigated)},
        .body = &reason_body_layout,
        .words = "Close the case without a decision",
        .conditions = "interim measures were lifted",
        .apply = dismiss,
    },
};

const struct lifecycle case_lifecycle = {
    .word = "case",
    .layout = &case_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_LICENCE,
    .parent_at = offsetof(struct case_file, licence),
    .clock = case_clock,
};

/* Judging the uses of a bundle again, by the clauses that were in force at each record, and holding
 * what was recorded to it. */
#include <string.h>

#include "bundle/inside.h"

/* One record of a verdict, and what it was given on. */
struct judging {
    struct evidence *evidence;
    struct evidence_record *record;
    millis time;
    bool running;
    bool withdrawn;
    const struct terms_order *orders; /* in force for the installation */
    size_t order_count;
    struct terms *terms;
    struct declared_use *use;
};

/* --- What the guard knew then ------------------------------------------------------------- */

/* What a guard has stored is in its log before it has an effect: the records before say which
 * orders and withdrawals it had. */
static enum error gather(struct judging *on, struct fault *fault)
{
    struct evidence *evidence = on->evidence;
    size_t room = evidence->order_count + 1, count = 0;
    struct terms_order *known = ARENA_ARRAY(&evidence->arena, struct terms_order, room);
    struct terms_order *in_force = ARENA_ARRAY(&evidence->arena, struct terms_order, room);
    if (!known || !in_force)
        return fault_place(fault, ERROR_MEMORY, "bundle");
    for (const struct evidence_record *at = evidence->records; at < on->record; at++) {
        const struct evidence_order *order =
            at->entry.kind == ENTRY_ORDER ? evidence_order(evidence, &at->entry.instrument) : NULL;
        const struct evidence_withdrawal *withdrawal =
            at->entry.kind == ENTRY_WITHDRAWAL
                ? evidence_withdrawal(evidence, &at->entry.instrument)
                : NULL;
        /* A guard stores an order once: as many records as orders. */
        if (order && count < evidence->order_count)
            known[count++] = (struct terms_order){&order->order, order->digest};
        if (withdrawal && evidence->has_approval)
            on->withdrawn |=
                digest_equal(&withdrawal->approval.withdraws, &evidence->approval_digest);
    }
    on->order_count = terms_orders_in_force(
        known, count, evidence->licence.number, evidence->installation, in_force);
    on->orders = in_force;
    return ERROR_OK;
}

/* --- What bars a use before any clause ---------------------------------------------------- */

static bool suspended_by(const struct judging *on, enum order_kind kind)
{
    for (size_t i = 0; i < on->order_count; i++) {
        if (on->orders[i].order->kind == kind)
            return true;
    }
    return false;
}

static millis licence_until(const struct judging *on)
{
    millis until = on->evidence->licence.until;
    for (size_t i = 0; i < on->order_count; i++) {
        const struct order *order = on->orders[i].order;
        if (order->kind == ORDER_EXTEND && order->until > until)
            until = order->until;
    }
    return until;
}

static bool operator_in_force(const struct judging *on)
{
    const struct evidence *evidence = on->evidence;
    const struct roll_operator *person =
        roll_operator_by_id(&evidence->roll, evidence->declaration.operator_id);
    return person && roll_operator_in_force(&evidence->roll, person, on->time);
}

/* Whether the bundle shows the bar that was recorded. False: it is the guard's word, since its
 * lease, its clocks and its disk are in no document. */
static bool shows_bar(const struct judging *on, enum enduse_reason reason)
{
    const struct evidence *evidence = on->evidence;
    switch (reason) {
    case ENDUSE_REASON_SUSPENDED:
        return suspended_by(on, ORDER_SUSPEND);
    case ENDUSE_REASON_DISCONNECTED:
        return suspended_by(on, ORDER_DISCONNECT);
    case ENDUSE_REASON_REVOKED:
        return suspended_by(on, ORDER_REVOKE);
    case ENDUSE_REASON_LICENCE_EXPIRED:
        return on->time < evidence->licence.from || on->time >= licence_until(on);
    case ENDUSE_REASON_CERTIFICATE_EXPIRED:
        return on->time < evidence->certificate.from || on->time >= evidence->certificate.until;
    case ENDUSE_REASON_OPERATOR:
        return evidence->has_declaration && !operator_in_force(on);
    default:
        return false;
    }
}

/* --- By the clauses ----------------------------------------------------------------------- */

static enum error open_use(struct judging *on, struct fault *fault)
{
    struct evidence *evidence = on->evidence;
    const struct terms_sources sources = {
        .form = &evidence->form,
        .certificate = &evidence->certificate,
        .certificate_digest = evidence->certificate_digest,
        .licence = &evidence->licence,
        .licence_digest = evidence->licence_digest,
        .installation = evidence->installation,
        .orders = on->orders,
        .order_count = on->order_count,
    };
    const struct use_sources use = {
        .declaration = &evidence->declaration,
        .roll = &evidence->roll,
        .approval = evidence->has_approval ? &evidence->approval : NULL,
    };
    enum error error = terms_open(&sources, fault, &on->terms);
    return error ? error : declared_use_open(on->terms, &use, fault, &on->use);
}

static struct moment moment_of(const struct judging *on, bool active, bool begun)
{
    return (struct moment){
        .time = on->time,
        .running = on->running,
        .other_active_uses = active ? on->evidence->licence.maximum_active_uses : 0,
        .uses_in_period = begun ? on->evidence->licence.maximum_uses_in_period : 0,
        .approval_withdrawn = on->withdrawn,
    };
}

static bool same_clauses(const struct judging *on, const struct verdict *verdict)
{
    const struct entry *entry = &on->record->entry;
    const char *numbers[VERDICT_CLAUSE_LIMIT];
    if (verdict_numbers(on->terms, verdict, numbers) != entry->clauses_count)
        return false;
    for (size_t i = 0; i < entry->clauses_count; i++) {
        if (strcmp(numbers[i], entry->clauses[i]) != 0)
            return false;
    }
    return true;
}

/* A use told to stop. One that ended before that was recorded has the reason in its end. */
static bool is_stop(const struct entry *entry)
{
    return entry->kind == ENTRY_STOP || (entry->kind == ENTRY_END && entry->reason);
}

/* How many uses ran and had begun, no record says: judged with none, then with as many as the
 * licence allows. */
static enum evidence_judgement judge(const struct judging *on, struct moment *ret_moment)
{
    const struct entry *entry = &on->record->entry;
    for (int i = 0; i < 4; i++) {
        struct moment moment = moment_of(on, i & 1, i & 2);
        struct verdict verdict = declared_use_judge(on->use, &moment);
        /* The record of a stop has the reason alone. */
        if (!is_stop(entry) && !same_clauses(on, &verdict))
            continue;
        bool same = guard_reason(verdict.outcome) == entry->reason;
        /* What the licence says in numbers a guard holds to without a clause, too. */
        bool number = entry->reason == ENDUSE_REASON_CLAUSE && verdict.outcome == VERDICT_WITHIN &&
                      entry->kind == ENTRY_REFUSAL;
        if (!same && !number)
            continue;
        *ret_moment = moment;
        return i == 0 && same ? JUDGED_SAME : JUDGED_COUNTED;
    }
    *ret_moment = moment_of(on, false, false);
    return JUDGED_OTHERWISE;
}

static enum error
explain(const struct judging *on, const struct moment *moment, struct fault *fault)
{
    struct buffer text = {0};
    enum error error = declared_use_explain(on->use, moment, &text);
    if (!error && text.error)
        error = text.error;
    if (!error) {
        on->record->verdict = arena_text(&on->evidence->arena, buffer_view(&text));
        error = on->record->verdict ? ERROR_OK : ERROR_MEMORY;
    }
    buffer_free(&text);
    return error ? fault_place(fault, error, "the explanation") : ERROR_OK;
}

static enum error judge_by_clauses(struct judging *on, struct fault *fault)
{
    struct moment moment;
    enum error error = open_use(on, fault);
    if (!error) {
        on->record->judgement = judge(on, &moment);
        /* The roll is no clause: whoever was not on it could have no verdict but that. */
        if (!on->record->entry.reason && !operator_in_force(on))
            on->record->judgement = JUDGED_OTHERWISE;
        error = explain(on, &moment, fault);
    }
    if (on->use)
        declared_use_close(on->use);
    if (on->terms)
        terms_close(on->terms);
    return error;
}

/* --- Each record -------------------------------------------------------------------------- */

/* The declaration that a stopped use ran under: that of its beginning. */
static bool is_of_the_declaration(const struct evidence *evidence, const struct entry *entry)
{
    if (!is_stop(entry))
        return true;
    for (size_t i = 0; i < evidence->bundle.records_count; i++) {
        const struct entry *other = &evidence->records[i].entry;
        if (other->kind == ENTRY_BEGIN && other->use == entry->use)
            return true;
    }
    return false;
}

static bool has_verdict(const struct entry *entry)
{
    return entry->kind == ENTRY_DECLARED || entry->kind == ENTRY_BEGIN ||
           entry->kind == ENTRY_REFUSAL || is_stop(entry);
}

static bool is_by_clauses(enum enduse_reason reason)
{
    return reason == ENDUSE_REASON_NONE || reason == ENDUSE_REASON_CLAUSE ||
           reason == ENDUSE_REASON_NO_CLAUSE || reason == ENDUSE_REASON_ERROR;
}

static enum error
say(struct evidence *evidence, const struct evidence_record *record, struct fault *fault)
{
    unsigned long long index = (unsigned long long)record->record->index;
    const struct entry *entry = &record->entry;
    const char *words =
        entry->reason ? enduse_reason_word((enum enduse_reason)entry->reason) : "within the terms";
    switch (record->judgement) {
    case JUDGED_SAME:
        return evidence_say(
            evidence, true, fault, "the verdict of record %llu, %s, is what the documents say",
            index, words);
    case JUDGED_COUNTED:
        return evidence_say(
            evidence, false, fault,
            "the verdict of record %llu, %s, is what the documents say if as many uses ran or had "
            "begun as the licence allows: the guard counted them",
            index, words);
    case JUDGED_OTHERWISE:
        return evidence_say(
            evidence, true, fault, "the verdict of record %llu, %s, is NOT what the documents say",
            index, words);
    case JUDGED_NOT:
        break;
    }
    return evidence_say(
        evidence, false, fault, "the verdict of record %llu, %s: the guard's word", index, words);
}

static enum error judge_record(struct judging *on, struct fault *fault)
{
    struct evidence_record *record = on->record;
    const struct evidence *evidence = on->evidence;
    enum enduse_reason reason = (enum enduse_reason)record->entry.reason;
    enum error error = gather(on, fault);
    if (error)
        return error;
    if (!is_by_clauses(reason))
        record->judgement = shows_bar(on, reason) ? JUDGED_SAME : JUDGED_NOT;
    else if (
        evidence->has_declaration && is_of_the_declaration(evidence, &record->entry) &&
        evidence->has_approval == digest_is_set(&evidence->declaration.approval))
        error = judge_by_clauses(on, fault);
    return error ? error : say(on->evidence, record, fault);
}

enum error evidence_judge(struct evidence *evidence, struct fault *fault)
{
    for (size_t i = 0; i < evidence->bundle.records_count; i++) {
        struct evidence_record *record = &evidence->records[i];
        struct judging on = {
            .evidence = evidence,
            .record = record,
            .time = record->entry.time,
            .running = is_stop(&record->entry),
        };
        if (!has_verdict(&record->entry))
            continue;
        enum error error = judge_record(&on, fault);
        if (error)
            return fault_within(
                fault, error, "record %llu", (unsigned long long)record->record->index);
        evidence->otherwise |= record->judgement == JUDGED_OTHERWISE;
    }
    return ERROR_OK;
}

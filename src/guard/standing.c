/* The guard's standing: its state, the strictest of latch, stored orders and lease; whether
 * anything but clauses is in the way of a use; and the words for it. */
#include <stdio.h>
#include <string.h>

#include "guard/inside.h"

/* --- State -------------------------------------------------------------------------------- */

static enum enduse_state state_of_order(const struct enduse_guard *guard, const struct order *order)
{
    switch (order->kind) {
    case ORDER_LIMIT: {
        /* An authentic order whose clauses are not valid suspends. */
        const char *suspended = guard->terms ? terms_suspended_by(guard->terms) : NULL;
        return suspended && strcmp(suspended, order->number) == 0 ? ENDUSE_STATE_SUSPENDED
                                                                  : ENDUSE_STATE_LIMITED;
    }
    case ORDER_SUSPEND:
        return ENDUSE_STATE_SUSPENDED;
    case ORDER_DISCONNECT:
        return ENDUSE_STATE_DISCONNECTED;
    case ORDER_REVOKE:
        return ENDUSE_STATE_REVOKED;
    default:
        return ENDUSE_STATE_ACTIVE;
    }
}

/* The strictest of the stored orders. wound_down: leave out those whose running uses may go on. */
static enum enduse_state state_of_orders(
    const struct enduse_guard *guard, const millis *running_at,
    const struct stored_order **ret_order)
{
    enum enduse_state state = ENDUSE_STATE_ACTIVE;
    for (const struct stored_order *stored = guard->stored.orders; stored; stored = stored->next) {
        enum enduse_state one = state_of_order(guard, &stored->order);
        if (stored->lifted || one <= state)
            continue;
        /* Revoked is revoked: uses stop at once, whatever the order says. */
        if (running_at && stored->order.kind != ORDER_REVOKE &&
            stored->order.wind_down_until > *running_at)
            continue;
        state = one;
        if (ret_order)
            *ret_order = stored;
    }
    return state;
}

enum enduse_state
guard_state(const struct enduse_guard *guard, const struct stored_order **ret_order)
{
    const struct stored_order *order = NULL;
    enum enduse_state state = state_of_orders(guard, NULL, &order);
    /* The lease may tighten, never loosen. */
    if (guard->held.any && (int)guard->held.state > (int)state) {
        state = (enum enduse_state)guard->held.state;
        order = NULL;
    }
    if (guard->latch[0]) {
        state = ENDUSE_STATE_LATCHED;
        order = NULL;
    }
    if (ret_order)
        *ret_order = order;
    return state;
}

static enum enduse_reason reason_of_state(enum enduse_state state)
{
    switch (state) {
    case ENDUSE_STATE_SUSPENDED:
        return ENDUSE_REASON_SUSPENDED;
    case ENDUSE_STATE_DISCONNECTED:
        return ENDUSE_REASON_DISCONNECTED;
    case ENDUSE_STATE_REVOKED:
        return ENDUSE_REASON_REVOKED;
    case ENDUSE_STATE_LATCHED:
        return ENDUSE_REASON_LATCHED;
    default:
        return ENDUSE_REASON_NONE;
    }
}

millis guard_licence_until(const struct enduse_guard *guard)
{
    millis until = guard->papers.licence.until;
    for (const struct stored_order *stored = guard->stored.orders; stored; stored = stored->next) {
        if (stored->order.kind == ORDER_EXTEND && stored->order.until > until)
            until = stored->order.until;
    }
    return until < guard->papers.certificate.until ? until : guard->papers.certificate.until;
}

/* What bars new and running uses alike. */
static enum enduse_reason common_bar(struct enduse_guard *guard, const struct now *now)
{
    const struct certificate *certificate = &guard->papers.certificate;
    if (!guard->log || record_log_state(guard->log, NULL) != ERROR_OK)
        return ENDUSE_REASON_RECORD;
    if (!now->usable)
        return ENDUSE_REASON_CLOCK;
    if (!guard->held.any)
        return ENDUSE_REASON_NO_LEASE;
    if (now->left <= 0)
        return ENDUSE_REASON_LEASE_EXPIRED;
    if (now->time < certificate->from || now->time >= certificate->until)
        return ENDUSE_REASON_CERTIFICATE_EXPIRED;
    if (now->time < guard->papers.licence.from || now->time >= guard_licence_until(guard))
        return ENDUSE_REASON_LICENCE_EXPIRED;
    if (!guard->terms)
        return ENDUSE_REASON_ERROR;
    return ENDUSE_REASON_NONE;
}

struct bar guard_bar_new(struct enduse_guard *guard, const struct now *now)
{
    struct bar bar = {0};
    bar.reason = reason_of_state(guard_state(guard, &bar.order));
    if (bar.reason)
        return bar;
    bar.order = NULL;
    bar.reason = common_bar(guard, now);
    uint64_t records = atomic_load(&guard->records);
    if (!bar.reason && records > guard->acknowledged &&
        records - guard->acknowledged >= guard->papers.licence.maximum_unacknowledged)
        bar.reason = ENDUSE_REASON_UNACKNOWLEDGED;
    /* The lease was given before; what was ordered since is not known yet. */
    if (!bar.reason && guard->opening && now->boot < guard->hurry_until)
        bar.reason = ENDUSE_REASON_OPENING;
    return bar;
}

struct bar guard_bar_running(struct enduse_guard *guard, const struct now *now)
{
    struct bar bar = {0};
    enum enduse_state state = state_of_orders(guard, &now->time, &bar.order);
    /* A lease stricter than all orders stops at once; one as strict as an order that winds down
     * says nothing new. */
    enum enduse_state ordered = state_of_orders(guard, NULL, NULL);
    if (guard->held.any && (int)guard->held.state > (int)ordered) {
        state = (enum enduse_state)guard->held.state;
        bar.order = NULL;
    }
    if (guard->latch[0]) {
        state = ENDUSE_STATE_LATCHED;
        bar.order = NULL;
    }
    bar.reason = reason_of_state(state);
    if (bar.reason)
        return bar;
    bar.order = NULL;
    bar.reason = common_bar(guard, now);
    return bar;
}

bool guard_operator_in_force(
    const struct enduse_guard *guard, const struct enduse_declaration *declared, millis time)
{
    return roll_operator_in_force(&guard->papers.roll, declared->person, time);
}

/* --- Latch -------------------------------------------------------------------------------- */

void guard_latch(struct enduse_guard *guard, const char *reason)
{
    if (guard->latch[0])
        return;
    snprintf(guard->latch, sizeof guard->latch, "%s", reason);
    /* Control characters and broken characters have no place in the record. */
    for (char *at = guard->latch; *at; at++) {
        if ((unsigned char)*at < 0x20 || (unsigned char)*at >= 0x7F)
            *at = '?';
    }
    /* Each latch has a digest of its own: what restored one must not restore the next, though it
     * be for the same reason. Should there be no random bytes, the count of records differs. */
    uint8_t nonce[ID_SIZE], records[8];
    if (guard->os->random(nonce, sizeof nonce) != 0)
        memset(nonce, 0, sizeof nonce);
    store_u64(records, atomic_load(&guard->records));
    const struct bytes parts[] = {
        BYTES_LITERAL("enduse/latch/v1"),
        bytes_of(guard->papers.enrolment.installation),
        bytes_of(guard->latch),
        BYTES_ARRAY(guard->boot.bytes),
        BYTES_ARRAY(records),
        BYTES_ARRAY(nonce),
    };
    guard->latch_digest = sha256_of_parts(parts, sizeof parts / sizeof *parts);
    pthread_cond_broadcast(&guard->changed);
}

void guard_latch_write(struct enduse_guard *guard)
{
    char reason[sizeof guard->latch], path[PATH_MAX], digest[DIGEST_TEXT_SIZE];
    pthread_mutex_lock(&guard->lock);
    struct digest latch = guard->latch_digest;
    memcpy(reason, guard->latch, sizeof reason);
    struct now now = guard_now(guard);
    pthread_mutex_unlock(&guard->lock);
    struct buffer text = {0};
    buffer_printf(&text, "%s\n%s\n", digest_text(&latch, digest), reason);
    /* The records may not take it, and the file may go: either alone latches the next start. */
    if (!text.error && folder_path(guard->folder, FOLDER_LATCH, NULL, NULL, path) == ERROR_OK)
        (void)os_replace_file(guard->os, path, buffer_view(&text), 0644, NULL);
    buffer_free(&text);
    struct entry entry = {
        .kind = ENTRY_LATCH,
        .time = now.time,
        .wall = now.wall,
        .instrument = latch,
        .words = reason,
    };
    (void)guard_record(guard, &entry, NULL, NULL);
}

/* --- What is due -------------------------------------------------------------------------- */

static void sooner(millis *due, millis at, millis after)
{
    if (at > after && (*due == 0 || at < *due))
        *due = at;
}

millis guard_next_due(struct enduse_guard *guard, const struct now *now)
{
    static const int percents[NOTICES] = {50, 25, 10};
    const struct held *held = &guard->held;
    if (!now->usable || !held->any || held->idle)
        return 0;
    millis due = 0;
    /* In authority time, then moved to the boot clock. */
    sooner(&due, guard->papers.certificate.until, now->time);
    sooner(&due, guard_licence_until(guard), now->time);
    for (const struct stored_order *stored = guard->stored.orders; stored; stored = stored->next) {
        if (!stored->lifted)
            sooner(&due, stored->order.wind_down_until, now->time);
    }
    for (const struct use *use = guard->oldest; use; use = use->newer) {
        const struct enduse_declaration *declared = use->declared;
        if (declared->has_approval)
            sooner(&due, declared->approval.expires, now->time);
        if (declared->person)
            sooner(&due, declared->person->until, now->time);
    }
    sooner(&due, guard->papers.roll.expires, now->time);
    if (due)
        due += now->boot - now->time;
    sooner(&due, now->boot + now->left, now->boot);
    if (guard->opening)
        sooner(&due, guard->hurry_until, now->boot);
    for (unsigned i = guard->notices; i < NOTICES; i++)
        sooner(&due, now->boot + now->left - guard->notice_length * percents[i] / 100, now->boot);
    return due;
}

/* --- Words -------------------------------------------------------------------------------- */

static const struct {
    enum enduse_reason reason;
    const char *word;
    const char *words;
} reasons[] = {
    {ENDUSE_REASON_NONE, "none", "within the certificate's terms"},
    {ENDUSE_REASON_CLAUSE, "clause", "outside the certificate's terms: clauses forbid it"},
    {ENDUSE_REASON_NO_CLAUSE, "no-clause", "outside the certificate's terms: no clause permits it"},
    {ENDUSE_REASON_ERROR, "error", "refused: a clause could not be evaluated"},
    {ENDUSE_REASON_OPERATOR, "operator", "the operator is not on the roll at this time"},
    {ENDUSE_REASON_FUNCTION, "function", "not the function or subject that was declared"},
    {ENDUSE_REASON_REPLAY, "replay", "the declaration was used before"},
    {ENDUSE_REASON_NO_LEASE, "no-lease", "the authority has not given a lease yet"},
    {ENDUSE_REASON_LEASE_EXPIRED, "lease-expired", "the lease has expired"},
    {ENDUSE_REASON_LICENCE_EXPIRED, "licence-expired", "the licence is not in force"},
    {ENDUSE_REASON_CERTIFICATE_EXPIRED, "certificate-expired", "the certificate is not in force"},
    {ENDUSE_REASON_OPENING, "opening", "the authority was not heard since the guard was opened"},
    {ENDUSE_REASON_SUSPENDED, "suspended", "the licence is suspended"},
    {ENDUSE_REASON_DISCONNECTED, "disconnected", "the installation is disconnected"},
    {ENDUSE_REASON_REVOKED, "revoked", "the licence is revoked"},
    {ENDUSE_REASON_LATCHED, "latched", "latched: fork, rollback or tampering was found"},
    {ENDUSE_REASON_RECORD, "record", "the record could not be written"},
    {ENDUSE_REASON_UNACKNOWLEDGED, "unacknowledged",
     "too many records that the authority has not acknowledged"},
    {ENDUSE_REASON_CLOCK, "clock", "the clocks contradict each other"},
};

static const char *const state_words[] = {
    "none", "active", "limited", "suspended", "disconnected", "revoked", "latched",
};

const char *enduse_reason_word(enum enduse_reason reason)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (reasons[i].reason == reason)
            return reasons[i].word;
    }
    return "unknown";
}

const char *enduse_state_word(enum enduse_state state)
{
    return state >= ENDUSE_STATE_ACTIVE && state <= ENDUSE_STATE_LATCHED ? state_words[state]
                                                                         : "unknown";
}

void guard_say_reason(
    const struct enduse_guard *guard, enum enduse_reason reason, struct enduse_verdict *ret_verdict)
{
    struct enduse_verdict *verdict = ret_verdict;
    memset(verdict, 0, sizeof *verdict);
    verdict->reason = reason;
    verdict->permitted = reason == ENDUSE_REASON_NONE;
    size_t row = 0;
    while (row < sizeof reasons / sizeof *reasons && reasons[row].reason != reason)
        row++;
    if (row < sizeof reasons / sizeof *reasons)
        text_copy(verdict->words, sizeof verdict->words, reasons[row].words);
    text_copy(verdict->contact, sizeof verdict->contact, guard->papers.licence.contact);
    if (reason == ENDUSE_REASON_OPERATOR)
        text_copy(verdict->document, sizeof verdict->document, FOLDER_ROLL);
}

/* Which file an operator may look at. */
static void
say_document(struct enduse_verdict *ret_verdict, const char *name, const struct digest *order)
{
    char text[DIGEST_TEXT_SIZE];
    if (order)
        snprintf(
            ret_verdict->document, sizeof ret_verdict->document, FOLDER_ORDERS "/%s.order",
            digest_text(order, text));
    else
        text_copy(ret_verdict->document, sizeof ret_verdict->document, name);
}

void guard_say_bar(
    const struct enduse_guard *guard, const struct bar *bar, struct enduse_verdict *ret_verdict)
{
    struct enduse_verdict *verdict = ret_verdict;
    guard_say_reason(guard, bar->reason, verdict);
    const struct papers *papers = &guard->papers;
    switch (bar->reason) {
    case ENDUSE_REASON_SUSPENDED:
    case ENDUSE_REASON_DISCONNECTED:
    case ENDUSE_REASON_REVOKED:
        if (bar->order) {
            const struct order *order = &bar->order->order;
            snprintf(verdict->clauses[0], sizeof verdict->clauses[0], "%s", order->number);
            verdict->clause_count = 1;
            snprintf(verdict->issuer, sizeof verdict->issuer, "order %.60s", order->number);
            snprintf(verdict->contact, sizeof verdict->contact, "%s", order->contact);
            verdict->since = order->issued;
            say_document(verdict, NULL, &bar->order->digest);
        } else {
            snprintf(
                verdict->issuer, sizeof verdict->issuer, "lease %llu of epoch %llu",
                (unsigned long long)guard->held.sequence, (unsigned long long)guard->held.epoch);
            verdict->since = guard->held.time;
        }
        break;
    case ENDUSE_REASON_LATCHED:
        snprintf(
            verdict->words, sizeof verdict->words, "latched until both ministries lift it: %s",
            guard->latch);
        snprintf(verdict->issuer, sizeof verdict->issuer, "the guard");
        break;
    case ENDUSE_REASON_LICENCE_EXPIRED:
        snprintf(verdict->issuer, sizeof verdict->issuer, "licence %.60s", papers->licence.number);
        verdict->since = guard_licence_until(guard);
        say_document(verdict, FOLDER_LICENCE, NULL);
        break;
    case ENDUSE_REASON_CERTIFICATE_EXPIRED:
        snprintf(
            verdict->issuer, sizeof verdict->issuer, "certificate %.56s",
            papers->certificate.number);
        verdict->since = papers->certificate.until;
        say_document(verdict, FOLDER_CERTIFICATE, NULL);
        break;
    case ENDUSE_REASON_LEASE_EXPIRED:
        verdict->since =
            guard->held.idle ? 0 : guard->held.time + guard->held.expiry - guard->held.received;
        break;
    default:
        break;
    }
}

void guard_say_verdict(
    const struct enduse_guard *guard, const struct verdict *verdict,
    struct enduse_verdict *ret_verdict)
{
    static const enum enduse_reason reason_of[] = {
        [VERDICT_WITHIN] = ENDUSE_REASON_NONE,
        [VERDICT_FORBIDDEN] = ENDUSE_REASON_CLAUSE,
        [VERDICT_NO_CLAUSE] = ENDUSE_REASON_NO_CLAUSE,
        [VERDICT_ERRED] = ENDUSE_REASON_ERROR,
    };
    static const char *const sources[] = {
        [CLAUSE_CERTIFICATE] = "certificate",
        [CLAUSE_LICENCE] = "licence",
        [CLAUSE_ORDER] = "order",
    };
    guard_say_reason(guard, reason_of[verdict->outcome], ret_verdict);
    for (size_t i = 0; i < verdict->clause_count && i < ENDUSE_CLAUSES_MAX; i++) {
        const struct terms_clause *clause = terms_clause(guard->terms, verdict->clauses[i]);
        text_copy(ret_verdict->clauses[i], ENDUSE_NAME_SIZE, clause->number);
        ret_verdict->clause_count = (unsigned)i + 1;
    }
    if (verdict->outcome == VERDICT_WITHIN)
        return;
    if (verdict->clause_count == 0) { /* the certificate is where a permit would be */
        say_document(ret_verdict, FOLDER_CERTIFICATE, NULL);
        return;
    }
    const struct terms_clause *first = terms_clause(guard->terms, verdict->clauses[0]);
    say_document(
        ret_verdict, first->source == CLAUSE_LICENCE ? FOLDER_LICENCE : FOLDER_CERTIFICATE,
        first->source == CLAUSE_ORDER ? &first->instrument : NULL);
    const char *number = first->source == CLAUSE_CERTIFICATE ? guard->papers.certificate.number
                         : first->source == CLAUSE_LICENCE   ? guard->papers.licence.number
                                                             : first->number;
    snprintf(
        ret_verdict->issuer, sizeof ret_verdict->issuer, "%s %.56s", sources[first->source],
        number);
    snprintf(
        ret_verdict->words, sizeof ret_verdict->words, "%s %s: %.180s",
        verdict->outcome == VERDICT_ERRED ? "refused, for it could not be evaluated: clause"
                                          : "outside the certificate's terms: clause",
        first->number, first->title);
}

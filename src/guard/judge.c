/* Terms compiled and exchanged; declarations judged; running uses judged again. */
#include <stdlib.h>
#include <string.h>

#include "guard/inside.h"

/* --- Terms -------------------------------------------------------------------------------- */

/* The orders in force, as the terms want them. Lock held; the array is the caller's. */
static enum error
collect_orders(const struct enduse_guard *guard, struct terms_order **ret_orders, size_t *ret_count)
{
    struct terms_order *orders = calloc(guard->stored.order_count + 1, sizeof *orders);
    size_t count = 0;
    if (!orders)
        return ERROR_MEMORY;
    for (const struct stored_order *stored = guard->stored.orders; stored; stored = stored->next) {
        if (!stored->lifted && order_takes_away(stored->order.kind))
            orders[count++] = (struct terms_order){&stored->order, stored->digest};
    }
    *ret_orders = orders;
    *ret_count = count;
    return ERROR_OK;
}

/* Stored orders stay where they are for as long as the guard is open, and only the renewing thread
 * adds to them: that is who compiles. */
static enum error compile(struct enduse_guard *guard, struct fault *fault, struct terms **ret_terms)
{
    struct terms_order *orders;
    size_t count;
    pthread_mutex_lock(&guard->lock);
    struct licence licence = guard->papers.licence;
    licence.until = guard_licence_until(guard);
    enum error error = collect_orders(guard, &orders, &count);
    pthread_mutex_unlock(&guard->lock);
    if (error)
        return fault_place(fault, error, "orders");
    struct terms_sources sources = {
        .form = &guard->papers.form,
        .certificate = &guard->papers.certificate,
        .certificate_digest = guard->papers.certificate_digest,
        .licence = &licence,
        .licence_digest = guard->papers.licence_digest,
        .installation = guard->papers.enrolment.installation,
        .orders = orders,
        .order_count = count,
    };
    error = terms_open(&sources, fault, ret_terms);
    free(orders);
    return error;
}

/* A declaration, held, and its facts bound to the terms to come. */
struct rebinding {
    struct enduse_declaration *declared;
    struct declared_use *use; /* before the exchange the new one, after it the old one */
};

static enum error
hold_all(struct enduse_guard *guard, struct rebinding **ret_all, size_t *ret_count)
{
    size_t count = 0, found = 0;
    for (const struct enduse_declaration *at = guard->declarations; at; at = at->next)
        count++;
    struct rebinding *all = calloc(count + 1, sizeof *all);
    if (!all)
        return ERROR_MEMORY;
    for (struct enduse_declaration *at = guard->declarations; at; at = at->next) {
        at->holders++;
        all[found++].declared = at;
    }
    *ret_all = all;
    *ret_count = found;
    return ERROR_OK;
}

static void
exchange(struct enduse_guard *guard, struct terms **terms, struct rebinding *all, size_t count)
{
    struct terms *old = guard->terms;
    guard->terms = *terms;
    *terms = old;
    for (size_t i = 0; i < count; i++) {
        struct declared_use *use = all[i].declared->use;
        all[i].declared->use = all[i].use;
        all[i].use = use;
    }
}

static void release_all(struct enduse_guard *guard, struct rebinding *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pthread_mutex_lock(&guard->lock);
        struct enduse_declaration *over = declaration_release(guard, all[i].declared);
        pthread_mutex_unlock(&guard->lock);
        declared_use_close(all[i].use);
        declaration_close(over);
    }
    free(all);
}

enum error guard_build_terms(struct enduse_guard *guard, struct fault *fault)
{
    struct terms *terms = NULL;
    struct rebinding *all = NULL;
    size_t count = 0;
    pthread_mutex_lock(&guard->build);
    enum error error = compile(guard, fault, &terms);
    pthread_mutex_lock(&guard->lock);
    if (hold_all(guard, &all, &count) != ERROR_OK) {
        /* Nothing can be exchanged: the old terms and all that stands on them are not used. */
        for (struct enduse_declaration *at = guard->declarations; at; at = at->next) {
            declared_use_close(at->use);
            at->use = NULL;
        }
        terms_close(terms);
        terms_close(guard->terms);
        guard->terms = NULL;
        pthread_mutex_unlock(&guard->lock);
        pthread_mutex_unlock(&guard->build);
        return error ? error : fault_place(fault, ERROR_MEMORY, "terms");
    }
    pthread_mutex_unlock(&guard->lock);
    for (size_t i = 0; i < count && terms; i++) {
        struct enduse_declaration *declared = all[i].declared;
        struct use_sources sources = {
            .declaration = &declared->declaration,
            .roll = &guard->papers.roll,
            .approval = declared->has_approval ? &declared->approval : NULL,
        };
        /* One that cannot be bound is refused from now on. */
        (void)declared_use_open(terms, &sources, NULL, &all[i].use);
    }
    pthread_mutex_lock(&guard->lock);
    exchange(guard, &terms, all, count);
    pthread_mutex_unlock(&guard->lock);
    release_all(guard, all, count); /* the old facts before the old terms */
    terms_close(terms);
    pthread_mutex_unlock(&guard->build);
    return error;
}

/* --- Judging ------------------------------------------------------------------------------ */

enum enduse_reason guard_reason(enum verdict_outcome outcome)
{
    switch (outcome) {
    case VERDICT_WITHIN:
        return ENDUSE_REASON_NONE;
    case VERDICT_FORBIDDEN:
        return ENDUSE_REASON_CLAUSE;
    case VERDICT_NO_CLAUSE:
        return ENDUSE_REASON_NO_CLAUSE;
    case VERDICT_ERRED:
        break;
    }
    return ENDUSE_REASON_ERROR;
}

enum enduse_reason guard_judge(
    struct enduse_guard *guard, struct enduse_declaration *declared, const struct now *now,
    bool running, uint64_t others, struct verdict *ret_verdict)
{
    if (!guard_operator_in_force(guard, declared, now->time))
        return ENDUSE_REASON_OPERATOR;
    if (!declared->use)
        return ENDUSE_REASON_ERROR;
    uint64_t begun = guard_begun_in_period(guard, now->time);
    struct moment moment = {
        .time = now->time,
        .running = running,
        .other_active_uses = others,
        .uses_in_period = running && begun ? begun - 1 : begun,
        .approval_withdrawn = declared->has_approval &&
                              stored_is_withdrawn(&guard->stored, &declared->approval_digest),
    };
    *ret_verdict = declared_use_judge(declared->use, &moment);
    return guard_reason(ret_verdict->outcome);
}

/* Uses that may go on are counted down from the newest: where fewer may run than do, the newest
 * stop. */
uint64_t guard_review(struct enduse_guard *guard)
{
    struct now now = guard_now(guard);
    struct bar bar = guard_bar_running(guard, &now);
    uint64_t active = guard->running - guard->stopping, stopped = 0;
    struct use *older;
    for (struct use *use = guard->newest; use; use = older) {
        older = use->older;
        if (atomic_load(&use->stopping))
            continue;
        struct enduse_verdict words;
        struct verdict verdict = {0};
        enum enduse_reason reason = bar.reason;
        if (reason) {
            guard_say_bar(guard, &bar, &words);
        } else {
            reason = guard_judge(guard, use->declared, &now, true, active - 1, &verdict);
            if (verdict.outcome)
                guard_say_verdict(guard, &verdict, &words);
            else
                guard_say_reason(guard, reason, &words);
        }
        if (!reason)
            continue;
        if (!words.since)
            words.since = now.time;
        use_stop(guard, use, &words);
        active--;
        stopped++;
    }
    return stopped;
}

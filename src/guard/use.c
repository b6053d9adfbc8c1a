/* Uses: begin, must_stop, end. Nothing here takes memory, reads JSON or waits for a network. */
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "guard/inside.h"

/* --- Places ------------------------------------------------------------------------------- */

static struct use *find(const struct enduse_guard *guard, uint64_t number)
{
    size_t slot = (size_t)(number & (USE_SLOTS_MAX - 1));
    if (number == 0 || slot >= guard->slot_count)
        return NULL;
    struct use *use = &guard->uses[slot];
    return atomic_load(&use->number) == number ? use : NULL;
}

/* Counts a use before it is recorded, so that never more run than may. */
static struct use *reserve(struct enduse_guard *guard, struct enduse_declaration *declared)
{
    struct use *use = guard->free_uses;
    if (!use)
        return NULL;
    guard->free_uses = use->next;
    use->next = NULL;
    use->phase = USE_PENDING;
    use->stop_recorded = false;
    use->declared = declared;
    use->newer = NULL;
    use->older = guard->newest;
    if (guard->newest)
        guard->newest->newer = use;
    else
        guard->oldest = use;
    guard->newest = use;
    atomic_store(&use->stopping, false);
    atomic_store(&use->number, guard->serial++ << USE_SLOT_BITS | (uint64_t)(use - guard->uses));
    declared->holders++;
    guard->running++;
    return use;
}

/* Signals the descriptor that vendors poll while some use must stop. */
static void signal_stop(struct enduse_guard *guard)
{
    uint64_t one = 1;
    ssize_t put = write(guard->stop_file, &one, sizeof one);
    (void)put; /* full means readable already */
}

static void unqueue(struct enduse_guard *guard, struct use *use)
{
    struct use **at = &guard->to_tell;
    while (*at && *at != use)
        at = &(*at)->next;
    if (*at)
        *at = use->next;
    if (guard->to_tell_end == &use->next)
        guard->to_tell_end = at;
    use->queued = false;
}

struct enduse_declaration *use_release(struct enduse_guard *guard, struct use *use)
{
    struct enduse_declaration *declared = use->declared;
    if (use->queued)
        unqueue(guard, use);
    *(use->older ? &use->older->newer : &guard->oldest) = use->newer;
    *(use->newer ? &use->newer->older : &guard->newest) = use->older;
    guard->running--;
    if (atomic_load(&use->stopping) && --guard->stopping == 0) {
        uint64_t drained;
        ssize_t got = read(guard->stop_file, &drained, sizeof drained);
        (void)got; /* nobody needs to know how often */
    }
    atomic_store(&use->number, 0);
    use->phase = USE_FREE;
    use->declared = NULL;
    use->next = guard->free_uses;
    guard->free_uses = use;
    pthread_cond_broadcast(&guard->changed);
    return declaration_release(guard, declared);
}

void use_stop(struct enduse_guard *guard, struct use *use, const struct enduse_verdict *verdict)
{
    if (atomic_load(&use->stopping))
        return;
    *use->why = *verdict;
    use->why->permitted = 0;
    atomic_store(&use->stopping, true);
    guard->stopping++;
    guard->stops++;
    signal_stop(guard);
    /* One that has not begun yet, or ends already, is nobody's to be told. */
    if (use->phase != USE_RUNNING)
        return;
    use->next = NULL;
    use->queued = true;
    *guard->to_tell_end = use;
    guard->to_tell_end = &use->next;
}

/* --- Counts in the licence's period --------------------------------------------------------- */

static uint64_t period_of(const struct enduse_guard *guard, millis time)
{
    const struct licence *licence = &guard->papers.licence;
    if (licence->uses_period <= 0 || time < licence->from)
        return 0;
    return (uint64_t)((time - licence->from) / licence->uses_period);
}

uint64_t guard_begun_in_period(struct enduse_guard *guard, millis time)
{
    return period_of(guard, time) == guard->period ? guard->begun_in_period : 0;
}

void guard_count_begun(struct enduse_guard *guard, millis time)
{
    uint64_t period = period_of(guard, time);
    if (period != guard->period) {
        guard->period = period;
        guard->begun_in_period = 0;
    }
    guard->begun_in_period++;
}

/* --- Begin -------------------------------------------------------------------------------- */

_Static_assert((int)ENTRY_CLAUSES_MAX == (int)VERDICT_CLAUSE_LIMIT, "a record holds a verdict");

/* One use, from the question to the record. */
struct beginning {
    struct enduse_guard *guard;
    struct enduse_declaration *declared;
    struct now now;
    struct verdict verdict;
    enum enduse_reason reason;
    struct use *use;
    uint64_t number;
    bool record; /* a refusal for want of records is not recorded */
    uint8_t room[ENTRY_SIZE_MAX];
    struct bytes payload;
};

/* What the licence says in numbers holds whether or not its form has a clause for it. */
static bool within_numbers(const struct enduse_guard *guard, const struct now *now)
{
    const struct licence *licence = &guard->papers.licence;
    uint64_t begun = period_of(guard, now->time) == guard->period ? guard->begun_in_period : 0;
    return guard->running < licence->maximum_active_uses &&
           (licence->maximum_uses_in_period == 0 || begun < licence->maximum_uses_in_period);
}

static void say_numbers(const struct enduse_guard *guard, struct enduse_verdict *ret_verdict)
{
    guard_say_reason(guard, ENDUSE_REASON_CLAUSE, ret_verdict);
    snprintf(
        ret_verdict->words, sizeof ret_verdict->words,
        "outside the certificate's terms: as many uses as the licence allows");
    snprintf(
        ret_verdict->issuer, sizeof ret_verdict->issuer, "licence %.60s",
        guard->papers.licence.number);
}

/* Lock held: judges, and counts the use when it is permitted. */
static void decide(
    struct beginning *begin, const char *function, const char *subject,
    struct enduse_verdict *ret_verdict)
{
    struct enduse_guard *guard = begin->guard;
    struct enduse_declaration *declared = begin->declared;
    begin->now = guard_now(guard);
    struct bar bar = guard_bar_new(guard, &begin->now);
    begin->reason = bar.reason;
    if (bar.reason) {
        guard_say_bar(guard, &bar, ret_verdict);
        return;
    }
    struct seen *seen = seen_find(guard, &declared->declaration.id);
    if (!seen || (seen->accepted && seen->owner != declared->serial))
        begin->reason = ENDUSE_REASON_REPLAY;
    else if (
        !declared->use || strcmp(declared_use_function(declared->use), function) != 0 ||
        strcmp(declared_use_subject(declared->use), subject) != 0)
        begin->reason = declared->use ? ENDUSE_REASON_FUNCTION : ENDUSE_REASON_ERROR;
    else
        begin->reason =
            guard_judge(guard, declared, &begin->now, false, guard->running, &begin->verdict);
    if (begin->verdict.outcome)
        guard_say_verdict(guard, &begin->verdict, ret_verdict);
    else
        guard_say_reason(guard, begin->reason, ret_verdict);
    if (begin->reason)
        return;
    if (within_numbers(guard, &begin->now))
        begin->use = reserve(guard, declared);
    if (!begin->use) {
        begin->reason = ENDUSE_REASON_CLAUSE;
        say_numbers(guard, ret_verdict);
        return;
    }
    begin->number = atomic_load(&begin->use->number);
    seen->accepted = true;
    seen->owner = declared->serial;
    guard_count_begun(guard, begin->now.time);
}

/* Lock held: the record's bytes, while the clauses' texts are sure to be there. */
static enum error put_down(struct beginning *begin)
{
    const char *clauses[ENTRY_CLAUSES_MAX];
    struct entry entry = {
        .kind = begin->reason ? ENTRY_REFUSAL : ENTRY_BEGIN,
        .time = begin->now.time,
        .wall = begin->now.wall,
        .use = begin->number,
        .declaration = begin->declared->digest,
        .reason = begin->reason,
        .clauses = clauses,
    };
    if (!begin->reason)
        entry.id = begin->declared->declaration.id;
    if (begin->verdict.outcome)
        entry.clauses_count = verdict_numbers(begin->guard->terms, &begin->verdict, clauses);
    return entry_encode(&entry, NULL, begin->room, &begin->payload);
}

void guard_note_records(struct enduse_guard *guard, uint64_t index)
{
    uint64_t size = index + 1, known = atomic_load(&guard->records);
    while (known < size && !atomic_compare_exchange_weak(&guard->records, &known, size))
        continue;
}

enum error guard_record(
    struct enduse_guard *guard, const struct entry *entry, struct fault *fault, uint64_t *ret_index)
{
    uint8_t room[ENTRY_SIZE_MAX];
    struct bytes payload;
    uint64_t index;
    if (!guard->log)
        return fault_place(fault, ERROR_STATE, "record log");
    enum error error = entry_encode(entry, fault, room, &payload);
    if (!error)
        error = record_log_append(guard->log, payload, fault, &index);
    if (error)
        return error;
    guard_note_records(guard, index);
    if (ret_index)
        *ret_index = index;
    return ERROR_OK;
}

/* The record could not be written: as if the use had never been counted. */
static int undo(struct beginning *begin, struct enduse_verdict *ret_verdict)
{
    struct enduse_guard *guard = begin->guard;
    struct enduse_declaration *over = NULL;
    pthread_mutex_lock(&guard->lock);
    if (begin->use)
        over = use_release(guard, begin->use);
    guard_say_reason(guard, ENDUSE_REASON_RECORD, ret_verdict);
    pthread_mutex_unlock(&guard->lock);
    declaration_close(over);
    guard_wake(guard); /* without records the others must stop too */
    return ENDUSE_REFUSED;
}

/* An order came while the record was written: the use is over before it began. */
static void take_back(struct beginning *begin, struct enduse_verdict *ret_verdict)
{
    struct enduse_guard *guard = begin->guard;
    struct entry entry = {
        .kind = ENTRY_END,
        .time = begin->now.time,
        .wall = begin->now.wall,
        .use = begin->number,
        .reason = begin->use->why->reason,
    };
    *ret_verdict = *begin->use->why;
    (void)guard_record(guard, &entry, NULL, NULL);
    pthread_mutex_lock(&guard->lock);
    struct enduse_declaration *over = use_release(guard, begin->use);
    pthread_mutex_unlock(&guard->lock);
    declaration_close(over);
}

static int carry_out(struct beginning *begin, uint64_t *ret_use, struct enduse_verdict *ret_verdict)
{
    struct enduse_guard *guard = begin->guard;
    uint64_t index;
    if (record_log_append(guard->log, begin->payload, NULL, &index) != ERROR_OK)
        return undo(begin, ret_verdict);
    guard_note_records(guard, index);
    ret_verdict->record = index;
    ret_verdict->recorded = 1;
    if (begin->reason)
        return ENDUSE_REFUSED;
    pthread_mutex_lock(&guard->lock);
    bool stopped = atomic_load(&begin->use->stopping);
    begin->use->phase = stopped ? USE_ENDING : USE_RUNNING;
    pthread_mutex_unlock(&guard->lock);
    if (stopped) {
        take_back(begin, ret_verdict);
        return ENDUSE_REFUSED;
    }
    *ret_use = begin->number;
    return ENDUSE_OK;
}

int enduse_begin(
    struct enduse_guard *guard, struct enduse_declaration *declared, const char *function,
    const char *subject, uint64_t *ret_use, struct enduse_verdict *ret_verdict)
{
    if (!guard || !declared || !function || !subject || !ret_use || !ret_verdict ||
        !guard_is_home(guard))
        return ENDUSE_USAGE;
    struct beginning begin;
    begin.guard = guard;
    begin.declared = declared;
    begin.verdict = (struct verdict){0};
    begin.use = NULL;
    begin.number = 0;
    pthread_mutex_lock(&guard->lock);
    decide(&begin, function, subject, ret_verdict);
    begin.record = guard->log && begin.reason != ENDUSE_REASON_RECORD &&
                   begin.reason != ENDUSE_REASON_UNACKNOWLEDGED;
    enum error error = begin.record ? put_down(&begin) : ERROR_OK;
    pthread_mutex_unlock(&guard->lock);
    if (error)
        return undo(&begin, ret_verdict);
    if (!begin.record)
        return ENDUSE_REFUSED;
    return carry_out(&begin, ret_use, ret_verdict);
}

/* --- Must stop, end ------------------------------------------------------------------------- */

static void no_such_use(struct enduse_verdict *ret_verdict)
{
    if (!ret_verdict)
        return;
    memset(ret_verdict, 0, sizeof *ret_verdict);
    snprintf(ret_verdict->words, sizeof ret_verdict->words, "no such use");
}

int enduse_must_stop(
    struct enduse_guard *guard, uint64_t number, struct enduse_verdict *ret_verdict)
{
    struct use *use = guard && guard_is_home(guard) ? find(guard, number) : NULL;
    if (!use) {
        no_such_use(ret_verdict);
        return 1;
    }
    millis boot;
    bool stopping = atomic_load(&use->stopping);
    bool due = os_boot_time(guard->os, &boot) != ERROR_OK || boot >= atomic_load(&guard->deadline);
    if (!stopping && !due)
        return 0;
    pthread_mutex_lock(&guard->lock);
    if (!stopping && guard_review(guard))
        guard_wake(guard);
    use = find(guard, number);
    stopping = !use || atomic_load(&use->stopping);
    if (!use)
        no_such_use(ret_verdict);
    else if (stopping && ret_verdict)
        *ret_verdict = *use->why;
    pthread_mutex_unlock(&guard->lock);
    return stopping;
}

int enduse_end(struct enduse_guard *guard, uint64_t number)
{
    if (!guard || !guard_is_home(guard))
        return ENDUSE_USAGE;
    pthread_mutex_lock(&guard->lock);
    struct use *use = find(guard, number);
    if (!use || use->phase != USE_RUNNING) {
        pthread_mutex_unlock(&guard->lock);
        return ENDUSE_UNKNOWN;
    }
    use->phase = USE_ENDING;
    struct now now = guard_now(guard);
    struct entry entry = {.kind = ENTRY_END, .time = now.time, .wall = now.wall, .use = number};
    if (atomic_load(&use->stopping) && !use->stop_recorded)
        entry.reason = use->why->reason;
    pthread_mutex_unlock(&guard->lock);
    /* When it cannot be recorded the next start closes it. */
    (void)guard_record(guard, &entry, NULL, NULL);
    pthread_mutex_lock(&guard->lock);
    struct enduse_declaration *over = use_release(guard, use);
    pthread_mutex_unlock(&guard->lock);
    declaration_close(over);
    return ENDUSE_OK;
}

int enduse_stop_descriptor(const struct enduse_guard *guard)
{
    return guard ? guard->stop_file : -1;
}

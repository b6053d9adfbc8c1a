/* The guard's own thread: it waits for what is due by the clocks, judges running uses again, and
 * tells of stops and notices. */
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "guard/inside.h"

void guard_wake(struct enduse_guard *guard)
{
    uint64_t one = 1;
    if (!guard->threads.started)
        return;
    ssize_t put = write(guard->threads.wake, &one, sizeof one);
    (void)put; /* full means awake already */
}

/* --- Stops -------------------------------------------------------------------------------- */

/* Uses that were told and have no record of it yet. */
struct told {
    uint64_t numbers[RECORD_BATCH_MAX];
    enum enduse_reason reasons[RECORD_BATCH_MAX];
    size_t count;
};

/* Takes the next use to be told from the queue. False: none. */
static bool
next_stop(struct enduse_guard *guard, uint64_t *ret_number, struct enduse_verdict *ret_verdict)
{
    pthread_mutex_lock(&guard->lock);
    struct use *use = guard->to_tell;
    if (use) {
        guard->to_tell = use->next;
        if (!guard->to_tell)
            guard->to_tell_end = &guard->to_tell;
        use->queued = false;
        *ret_number = atomic_load(&use->number);
        *ret_verdict = *use->why;
    }
    pthread_mutex_unlock(&guard->lock);
    return use != NULL;
}

/* Records the stops of those that have not ended meanwhile; the end of the others says why. */
static void record_stops(struct enduse_guard *guard, const struct told *told)
{
    for (size_t i = 0; i < told->count; i++) {
        struct use *use = &guard->uses[told->numbers[i] & (USE_SLOTS_MAX - 1)];
        pthread_mutex_lock(&guard->lock);
        struct now now = guard_now(guard);
        struct entry entry = {
            .kind = ENTRY_STOP,
            .time = now.time,
            .wall = now.wall,
            .use = told->numbers[i],
            .reason = told->reasons[i],
        };
        bool wanted = atomic_load(&use->number) == told->numbers[i] && use->phase == USE_RUNNING;
        if (wanted)
            use->stop_recorded = true;
        pthread_mutex_unlock(&guard->lock);
        if (wanted)
            (void)guard_record(guard, &entry, NULL, NULL);
    }
}

/* First the word, then the record: a use that must stop must not wait for a disk. */
static void tell_stops(struct enduse_guard *guard)
{
    struct told told;
    do {
        struct enduse_verdict verdict;
        told.count = 0;
        while (told.count < RECORD_BATCH_MAX &&
               next_stop(guard, &told.numbers[told.count], &verdict)) {
            told.reasons[told.count] = verdict.reason;
            if (guard->on_stop)
                guard->on_stop(guard->context, told.numbers[told.count], &verdict);
            told.count++;
        }
        record_stops(guard, &told);
    } while (told.count == RECORD_BATCH_MAX);
}

/* --- Notices and states ------------------------------------------------------------------- */

/* The notice that is due, once each: 50, 25, 10, then 0 when the lease has expired; -1: none. */
static int due_notice(struct enduse_guard *guard, millis *ret_left)
{
    static const int percents[NOTICES + 1] = {50, 25, 10, 0};
    pthread_mutex_lock(&guard->lock);
    struct now now = guard_now(guard);
    int percent = -1;
    if (now.usable && guard->held.any && guard->notice_length > 0) {
        while (guard->notices <= NOTICES &&
               now.left <= guard->notice_length * percents[guard->notices] / 100)
            percent = percents[guard->notices++];
    }
    *ret_left = now.left > 0 ? now.left : 0;
    pthread_mutex_unlock(&guard->lock);
    return percent;
}

/* Records that the state, or what bars uses, is another than before. */
static void note_state(struct enduse_guard *guard)
{
    pthread_mutex_lock(&guard->lock);
    const struct stored_order *order;
    struct now now = guard_now(guard);
    enum enduse_state state = guard_state(guard, &order);
    struct bar bar = guard_bar_new(guard, &now);
    /* That records wait for an acknowledgement comes and goes; a record of it would add to them.
     * And each opening has its record already. */
    if (bar.reason == ENDUSE_REASON_UNACKNOWLEDGED || bar.reason == ENDUSE_REASON_OPENING)
        bar.reason = ENDUSE_REASON_NONE;
    bool changed = state != guard->state || bar.reason != guard->barred;
    guard->state = state;
    guard->barred = bar.reason;
    struct entry entry = {
        .kind = ENTRY_STATE,
        .time = now.time,
        .wall = now.wall,
        .state = state,
        .reason = bar.reason,
    };
    if (order)
        entry.instrument = order->digest;
    if (changed)
        pthread_cond_broadcast(&guard->changed);
    pthread_mutex_unlock(&guard->lock);
    if (changed)
        (void)guard_record(guard, &entry, NULL, NULL);
}

void guard_tick(struct enduse_guard *guard)
{
    millis left;
    pthread_mutex_lock(&guard->lock);
    guard_review(guard);
    struct now now = guard_now(guard);
    if (guard->opening && now.usable && now.boot >= guard->hurry_until)
        guard_opened(guard);
    pthread_mutex_unlock(&guard->lock);
    tell_stops(guard);
    int notice = due_notice(guard, &left);
    if (notice >= 0 && guard->on_notice)
        guard->on_notice(guard->context, notice, left);
    note_state(guard);
}

/* --- The thread --------------------------------------------------------------------------- */

/* Sets the timers for what is due next. */
static void arm(struct enduse_guard *guard)
{
    pthread_mutex_lock(&guard->lock);
    struct now now = guard_now(guard);
    millis due = guard_next_due(guard, &now);
    pthread_mutex_unlock(&guard->lock);
    struct itimerspec boot = {0};
    if (due) {
        boot.it_value.tv_sec = due / 1000;
        boot.it_value.tv_nsec = due % 1000 * 1000000 + 1; /* never before the moment */
    }
    timerfd_settime(guard->threads.boot_timer, TFD_TIMER_ABSTIME, &boot, NULL);
    /* Far away: it is only there to fail when somebody sets the wall clock. */
    struct itimerspec wall = {.it_value.tv_sec = INT32_MAX};
    timerfd_settime(
        guard->threads.wall_timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &wall, NULL);
}

static void drain(int file)
{
    uint64_t count;
    ssize_t got = read(file, &count, sizeof count);
    (void)got; /* ECANCELED says that the clock was set: that is what it is there for */
}

void *guard_teller(void *context)
{
    struct enduse_guard *guard = context;
    struct pollfd files[] = {
        {.fd = guard->threads.wake, .events = POLLIN},
        {.fd = guard->threads.boot_timer, .events = POLLIN},
        {.fd = guard->threads.wall_timer, .events = POLLIN},
    };
    while (!atomic_load(&guard->threads.ending)) {
        guard_tick(guard);
        arm(guard);
        if (poll(files, sizeof files / sizeof *files, -1) <= 0)
            continue;
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
            if (files[i].revents)
                drain(files[i].fd);
        }
    }
    return NULL;
}

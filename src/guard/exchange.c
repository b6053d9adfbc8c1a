/* One exchange with the authority after the other, in a thread of its own: what to ask, what to
 * do with the answer, and how long to wait when there is none. How bytes travel is in renew.c. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guard/inside.h"

enum {
    RETRY_FIRST = 250,        /* ms; doubles with each failure */
    RETRY_LONGEST = 30000,    /* ms */
    PARKED_LONGEST = 20000,   /* ms that the authority keeps a renewal without news */
    ANSWER_GRACE = 10000,     /* ms more until an answer is given up */
    IDLE_ANSWERS_MAX = 4,     /* answers at once without news, before the next waits */
    OBEDIENCE_LONGEST = 1000, /* ms that a receipt may hold up the next renewal */
};

#define PATH_RENEWALS "/api/v1/renewals"
#define PATH_DELEGATION "/api/v1/delegation"
#define PATH_ROOTS "/api/v1/roots/"

/* Half to whole of a span, so that guards that lost one server do not come back as one. */
static millis jitter(const struct enduse_guard *guard, millis span)
{
    uint32_t random = 0;
    if (guard->os->random(&random, sizeof random) != 0)
        random = UINT32_MAX / 2;
    return span / 2 + (millis)((uint64_t)random * (uint64_t)(span - span / 2) / UINT32_MAX);
}

static millis backoff(struct enduse_guard *guard, millis retry_after)
{
    millis span = RETRY_FIRST;
    for (unsigned i = 0; i < guard->failures && span < RETRY_LONGEST; i++)
        span *= 2;
    guard->failures++;
    if (span > RETRY_LONGEST)
        span = RETRY_LONGEST;
    /* A lease is asked for several times before it ends. */
    millis ttl = guard->papers.certificate.lease_ttl;
    if (ttl > 0 && span > ttl / 6)
        span = ttl / 6;
    if (retry_after > span && retry_after <= RETRY_LONGEST)
        span = retry_after;
    return jitter(guard, span);
}

static millis parked_timeout(const struct enduse_guard *guard)
{
    millis parked = guard->papers.certificate.lease_ttl / 3;
    return (parked < PARKED_LONGEST ? parked : PARKED_LONGEST) + ANSWER_GRACE;
}

/* An answer that is not what was asked for; nothing of its text is shown or kept. */
static enum error unusable(const char *path, const struct guard_reply *reply, struct fault *fault)
{
    return fault_set(
        fault, ERROR_GUARD_REPLY, path, "status 200 and application/cose", "status %u%s",
        reply->status, reply->cose ? "" : ", another type");
}

/* --- Hurry ---------------------------------------------------------------------------------- */

void guard_hurry(struct enduse_guard *guard, millis longest)
{
    millis now;
    guard->hurry_until = os_boot_time(guard->os, &now) == ERROR_OK ? now + longest : 0;
}

/* How long there is still hurry; 0: there is none. */
static millis hurry_left(const struct enduse_guard *guard)
{
    millis now;
    if (os_boot_time(guard->os, &now) != ERROR_OK || now >= guard->hurry_until)
        return 0;
    return guard->hurry_until - now;
}

void guard_opened(struct enduse_guard *guard)
{
    guard->opening = false;
    pthread_cond_broadcast(&guard->changed);
}

/* After an exchange. The answer to a request that an earlier opening made may be as old as that;
 * only the answer to one made since tells what was ordered meanwhile. Whoever cannot be reached, or
 * gives no lease, ends the waiting too: then the lease held counts, as it does offline. */
static void note_opening(struct enduse_guard *guard, enum error error, bool made_since)
{
    if (!guard->opening || error == ERROR_CANCELLED || (!error && !made_since))
        return;
    pthread_mutex_lock(&guard->lock);
    guard_opened(guard);
    guard->hurry_until = 0;
    pthread_mutex_unlock(&guard->lock);
}

/* --- Exchanges ------------------------------------------------------------------------------ */

static enum error exchange(
    struct enduse_guard *guard, const struct guard_call *call, struct fault *fault,
    struct guard_reply *ret_reply)
{
    struct guard_call one = *call;
    millis left = hurry_left(guard);
    one.at_once = left > 0;
    if (left > 0 && left < one.timeout)
        one.timeout = left;
    return guard->transport.exchange(guard->transport.context, &one, fault, ret_reply);
}

static enum error
get(struct enduse_guard *guard, const char *path, struct fault *fault,
    struct guard_reply *ret_reply)
{
    struct guard_call call = {.method = "GET", .path = path, .timeout = ANSWER_GRACE};
    return exchange(guard, &call, fault, ret_reply);
}

/* Newer roots, one version after the other, until there is none. */
static enum error fetch_roots(struct enduse_guard *guard, struct fault *fault, bool *ret_any)
{
    *ret_any = false;
    for (;;) {
        char path[64];
        struct guard_reply reply = {0};
        snprintf(
            path, sizeof path, PATH_ROOTS "%llu",
            (unsigned long long)guard->papers.chain.current.version + 1);
        enum error error = get(guard, path, fault, &reply);
        if (error)
            return error;
        bool there = reply.status == 200 && reply.cose;
        if (there)
            error = guard_take_root(guard, buffer_view(&reply.body), fault);
        else if (reply.status != 404)
            error = unusable(path, &reply, fault);
        buffer_free(&reply.body);
        if (error || !there)
            return error;
        *ret_any = true;
    }
}

static enum error fetch_delegation(struct enduse_guard *guard, struct fault *fault, bool *ret_newer)
{
    struct guard_reply reply = {0};
    *ret_newer = false;
    enum error error = get(guard, PATH_DELEGATION, fault, &reply);
    if (error)
        return error;
    if (reply.status != 200 || !reply.cose) {
        error = unusable(PATH_DELEGATION, &reply, fault);
    } else {
        error = guard_take_delegation(guard, buffer_view(&reply.body), fault, ret_newer);
        bool any = false;
        /* Signed by people whom only a newer root names? */
        if (error && fetch_roots(guard, fault, &any) == ERROR_OK && any)
            error = guard_take_delegation(guard, buffer_view(&reply.body), fault, ret_newer);
    }
    buffer_free(&reply.body);
    return error;
}

/* Whether it is this machine that failed, and not what was received. */
static bool is_own_failure(enum error error)
{
    return error < ERROR_UTF8 && error != ERROR_TOO_LARGE;
}

/* Written with the next change of the state file: not worth a write of its own. */
static void count_dropped(struct enduse_guard *guard)
{
    pthread_mutex_lock(&guard->lock);
    guard->saved.dropped = ++guard->dropped;
    pthread_mutex_unlock(&guard->lock);
}

/* A lease. When it does not verify, a newer delegation or root may be what is missing: these are
 * fetched, once, and it is tried again. */
static enum error
take_lease(struct enduse_guard *guard, struct bytes bytes, struct fault *fault, bool *ret_news)
{
    enum error error = guard_take_lease(guard, bytes, fault, ret_news);
    bool newer = false, any = false;
    if (!error || error == ERROR_GUARD_LEASE || error == ERROR_MEMORY)
        return error;
    if (fetch_delegation(guard, NULL, &newer) != ERROR_OK)
        newer = false;
    if (!newer && fetch_roots(guard, NULL, &any) != ERROR_OK)
        any = false;
    return newer || any ? guard_take_lease(guard, bytes, fault, ret_news) : error;
}

/* The answer to a renewal. */
static enum error take_answer(
    struct enduse_guard *guard, const struct guard_reply *reply, struct fault *fault,
    bool *ret_news)
{
    struct bytes bytes = buffer_view(&reply->body);
    if (reply->status == 200 && reply->cose)
        return take_lease(guard, bytes, fault, ret_news);
    /* A conflict may come with a renewal that this guard signed: the other successor of a lease. */
    if (reply->status == 409 && reply->cose) {
        enum error error = guard_take_evidence(guard, bytes, fault);
        if (error)
            return error;
    }
    return unusable(PATH_RENEWALS, reply, fault);
}

static void note_answer(struct enduse_guard *guard, bool online)
{
    millis wall = 0;
    bool known = os_wall_time(guard->os, &wall) == ERROR_OK;
    pthread_mutex_lock(&guard->lock);
    guard->online = online;
    if (online && known)
        guard->last_renewal = wall;
    pthread_mutex_unlock(&guard->lock);
}

static enum error
ask(struct enduse_guard *guard, struct fault *fault, struct guard_reply *ret_reply)
{
    bool newer;
    enum error error = ERROR_OK;
    if (!guard->has_delegation)
        error = fetch_delegation(guard, fault, &newer);
    if (!error)
        error = guard_make_request(guard, fault);
    if (error)
        return error;
    struct guard_call call = {
        .method = "POST",
        .path = PATH_RENEWALS,
        .body = guard->saved.request,
        .timeout = parked_timeout(guard),
    };
    return exchange(guard, &call, fault, ret_reply);
}

enum error guard_renew(struct enduse_guard *guard, struct fault *fault, millis *ret_wait)
{
    struct guard_reply reply = {0};
    millis before = 0, after = 0;
    bool news = false, made_since = !guard->saved.request.length;
    if (guard->log && record_log_prepare(guard->log, NULL) != ERROR_OK)
        guard_wake(guard); /* an append tries again; if that fails too, the log is dead */
    bool started = os_boot_time(guard->os, &before) == ERROR_OK;
    enum error error = ask(guard, fault, &reply);
    bool answered = !error;
    if (!error)
        error = take_answer(guard, &reply, fault, &news);
    millis retry_after = reply.retry_after;
    buffer_free(&reply.body);
    note_opening(guard, error, made_since);
    if (error) {
        if (answered && !is_own_failure(error))
            count_dropped(guard);
        /* A cancelled exchange says nothing of the authority. */
        if (error == ERROR_CANCELLED) {
            *ret_wait = 0;
            return error;
        }
        note_answer(guard, false);
        *ret_wait = backoff(guard, retry_after);
        return error;
    }
    note_answer(guard, true);
    guard->failures = 0;
    /* An authority that neither parks nor has news is not asked without pause. */
    bool at_once = started && os_boot_time(guard->os, &after) == ERROR_OK && after - before < 100;
    guard->idle_answers = at_once && !news ? guard->idle_answers + 1 : 0;
    *ret_wait = guard->idle_answers > IDLE_ANSWERS_MAX ? jitter(guard, 2 * MILLIS_SECOND) : 0;
    return ERROR_OK;
}

void guard_renew_last(struct enduse_guard *guard)
{
    bool cancelled = false;
    if (!guard->online)
        return;
    guard_hurry(guard, CLOSING_LONGEST);
    while (guard_receipts_waiting(guard) && hurry_left(guard) > 0) {
        millis wait;
        enum error error = guard_renew(guard, NULL, &wait);
        /* The thread's end may have left a cancel that no exchange had used up. */
        if (error && (error != ERROR_CANCELLED || cancelled))
            return;
        cancelled = cancelled || error;
    }
}

/* --- The thread --------------------------------------------------------------------------- */

static void deadline_in(millis span, struct timespec *ret_time)
{
    clock_gettime(CLOCK_MONOTONIC, ret_time);
    ret_time->tv_sec += span / 1000;
    ret_time->tv_nsec += span % 1000 * 1000000;
    if (ret_time->tv_nsec >= 1000000000) {
        ret_time->tv_sec++;
        ret_time->tv_nsec -= 1000000000;
    }
}

/* Waits, but not beyond the guard's end. */
static void pause_for(struct enduse_guard *guard, millis span)
{
    struct timespec until;
    deadline_in(span, &until);
    pthread_mutex_lock(&guard->lock);
    while (!atomic_load(&guard->threads.ending) &&
           pthread_cond_timedwait(&guard->changed, &guard->lock, &until) != ETIMEDOUT)
        continue;
    pthread_mutex_unlock(&guard->lock);
}

/* Uses that an order stops end within the second: their receipt goes with the next renewal, which
 * would otherwise be parked without it. */
static void await_obedience(struct enduse_guard *guard)
{
    struct timespec until;
    if (!guard_obedience_pending(guard))
        return;
    deadline_in(OBEDIENCE_LONGEST, &until);
    pthread_mutex_lock(&guard->lock);
    while (guard->stopping && !atomic_load(&guard->threads.ending) &&
           pthread_cond_timedwait(&guard->changed, &guard->lock, &until) != ETIMEDOUT)
        continue;
    pthread_mutex_unlock(&guard->lock);
}

void *guard_renewer(void *context)
{
    struct enduse_guard *guard = context;
    while (!atomic_load(&guard->threads.ending)) {
        millis wait = 0;
        /* What came of it is in the guard's state. */
        if (guard_renew(guard, NULL, &wait) != ERROR_OK && wait == 0)
            continue; /* cancelled: at the end */
        guard_wake(guard);
        if (wait)
            pause_for(guard, wait);
        await_obedience(guard);
    }
    return NULL;
}

/* What a vendor may ask at any time: the status, waiting until uses are possible, the version. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guard/inside.h"

int enduse_status(struct enduse_guard *guard, struct enduse_status *ret_status)
{
    if (!guard || !ret_status || ret_status->size < sizeof ret_status->size ||
        !guard_is_home(guard))
        return ENDUSE_USAGE;
    struct enduse_status status = {.size = ret_status->size};
    pthread_mutex_lock(&guard->lock);
    struct now now = guard_now(guard);
    status.state = guard_state(guard, NULL);
    status.lease_left = now.left;
    status.lease_length = guard->held.any ? guard->held.ttl : 0;
    status.online = guard->online;
    status.last_renewal = guard->last_renewal;
    status.running = guard->running;
    status.records = atomic_load(&guard->records);
    status.acknowledged = guard->acknowledged;
    status.dropped = guard->dropped;
    snprintf(
        status.installation, sizeof status.installation, "%s",
        guard->papers.enrolment.installation);
    snprintf(status.licence, sizeof status.licence, "%s", guard->papers.licence.number);
    snprintf(status.latch, sizeof status.latch, "%s", guard->latch);
    pthread_mutex_unlock(&guard->lock);
    size_t size = ret_status->size < sizeof status ? ret_status->size : sizeof status;
    memcpy(ret_status, &status, size);
    return ENDUSE_OK;
}

int enduse_wait_active(
    struct enduse_guard *guard, int64_t milliseconds, struct enduse_verdict *ret_verdict)
{
    if (!guard || !ret_verdict || !guard_is_home(guard))
        return ENDUSE_USAGE;
    struct timespec until;
    if (milliseconds < 0)
        milliseconds = 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += milliseconds % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&guard->lock);
    struct bar bar;
    for (;;) {
        struct now now = guard_now(guard);
        bar = guard_bar_new(guard, &now);
        if (!bar.reason ||
            pthread_cond_timedwait(&guard->changed, &guard->lock, &until) == ETIMEDOUT)
            break;
    }
    guard_say_bar(guard, &bar, ret_verdict);
    pthread_mutex_unlock(&guard->lock);
    return bar.reason ? ENDUSE_REFUSED : ENDUSE_OK;
}

const char *enduse_version(void)
{
    return ENDUSE_VERSION;
}

/* Waiting by a clock that nobody sets. */
#include "service/monotonic.h"

#include <time.h>

millis monotonic_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (millis)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum error monotonic_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes))
        return ERROR_MEMORY;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    int failed = pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
    return failed ? ERROR_MEMORY : ERROR_OK;
}

void monotonic_wait(pthread_cond_t *condition, pthread_mutex_t *lock, millis until)
{
    const struct timespec time = {(time_t)(until / 1000), (long)(until % 1000) * 1000000};
    pthread_cond_timedwait(condition, lock, &time);
}

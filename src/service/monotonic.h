/* What threads of the service wait by: a clock that nobody sets. */
#ifndef ENDUSE_SERVICE_MONOTONIC_H
#define ENDUSE_SERVICE_MONOTONIC_H

#include <pthread.h>

#include "base/base.h"

/* Milliseconds of CLOCK_MONOTONIC. */
millis monotonic_now(void);

/* A condition for monotonic_wait. ERROR_MEMORY: there is nothing to destroy. */
enum error monotonic_condition(pthread_cond_t *condition);

/* As pthread_cond_timedwait, until that moment. */
void monotonic_wait(pthread_cond_t *condition, pthread_mutex_t *lock, millis until);

#endif

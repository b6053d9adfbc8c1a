/* Buckets of tokens in a table of fixed size: addresses that share a place share its bucket, so
 * that nobody can make the table grow. The place depends on a seed that nobody outside knows. */
#include "service/limiter.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 4096, BURST_SECONDS = 10, TOKEN = 1000 };

struct bucket {
    millis time;    /* when it was looked at */
    uint64_t spent; /* in thousandths of a token; 0: full */
};

struct limiter {
    pthread_mutex_t lock;
    uint64_t rate;
    uint32_t seed;
    struct bucket buckets[PLACES];
};

struct limiter *limiter_new(uint64_t rate)
{
    struct limiter *limiter = calloc(1, sizeof *limiter);
    if (!limiter)
        return NULL;
    if (os_system.random(&limiter->seed, sizeof limiter->seed) ||
        pthread_mutex_init(&limiter->lock, NULL)) {
        free(limiter);
        return NULL;
    }
    limiter->rate = rate;
    return limiter;
}

void limiter_free(struct limiter *limiter)
{
    if (limiter)
        pthread_mutex_destroy(&limiter->lock);
    free(limiter);
}

static size_t place_of(const struct limiter *limiter, const char *peer)
{
    uint32_t hash = 2166136261u ^ limiter->seed;
    for (const char *at = peer; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 16777619u;
    return (hash ^ hash >> 15) % PLACES;
}

static bool
ask(struct limiter *limiter, const char *peer, millis now, uint64_t taken, millis *ret_wait)
{
    struct bucket *bucket = &limiter->buckets[place_of(limiter, peer)];
    uint64_t size = limiter->rate * BURST_SECONDS * TOKEN;
    pthread_mutex_lock(&limiter->lock);
    uint64_t passed = now > bucket->time ? (uint64_t)(now - bucket->time) : 0;
    /* A token a second is a thousandth of one a millisecond. More than a full bucket never fits. */
    uint64_t gained = passed < BURST_SECONDS * 1000 ? passed * limiter->rate : size;
    bucket->spent = gained < bucket->spent ? bucket->spent - gained : 0;
    bucket->time = now;
    bool there = bucket->spent + TOKEN <= size;
    if (there)
        bucket->spent += taken;
    else
        *ret_wait = (millis)((bucket->spent + TOKEN - size) / limiter->rate) + 1;
    pthread_mutex_unlock(&limiter->lock);
    return there;
}

bool limiter_take(struct limiter *limiter, const char *peer, millis now, millis *ret_wait)
{
    return ask(limiter, peer, now, TOKEN, ret_wait);
}

bool limiter_has(struct limiter *limiter, const char *peer, millis now, millis *ret_wait)
{
    return ask(limiter, peer, now, 0, ret_wait);
}

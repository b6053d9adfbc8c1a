/* The thread that counts, what it counted last, and those who wait for it. */
#include "service/counting.h"

#include <pthread.h>
#include <stdlib.h>

#include "service/core.h"
#include "service/log.h"
#include "service/monotonic.h"
#include "service/refusal.h"

/* Where somebody who waits is. */
enum place {
    PLACE_LISTED, /* in the list */
    PLACE_TAKEN,  /* in the thread's hands */
    PLACE_DONE,   /* answered, but the client had gone and `ended` has yet to be called */
};

struct awaiting {
    struct counting *counting;
    struct http_exchange *exchange;
    const struct http_route *route;
    enum place place;
    bool gone; /* `ended` was called */
    struct awaiting *previous, *next;
};

struct counting {
    struct service *service;
    pthread_mutex_t lock;
    pthread_cond_t work;
    pthread_t thread;
    atomic_bool stopping;
    bool due;   /* to look whether there is something to count */
    bool there; /* figures */
    struct figures figures;
    struct awaiting *first;
    /* The thread's own. */
    struct figures made;
    millis look; /* when it looks of itself */
};

/* Lock held: whether those kept will do. */
static bool are_fresh(const struct counting *counting, uint64_t size, millis time)
{
    const struct figures *kept = &counting->figures;
    return counting->there && usage_quarter_of(time) == kept->quarters[0].from &&
           (size == kept->size || (time >= kept->time && time - kept->time < FIGURES_KEPT));
}

static void look(struct counting *counting)
{
    counting->due = true;
    pthread_cond_signal(&counting->work);
}

/* --- Those who wait ----------------------------------------------------------------------- */

static void enlist(struct counting *counting, struct awaiting *awaiting)
{
    awaiting->next = counting->first;
    if (awaiting->next)
        awaiting->next->previous = awaiting;
    counting->first = awaiting;
}

static void delist(struct awaiting *awaiting)
{
    if (awaiting->next)
        awaiting->next->previous = awaiting->previous;
    if (awaiting->previous)
        awaiting->previous->next = awaiting->next;
    else
        awaiting->counting->first = awaiting->next;
}

/* http_ended: the client went away, the time is up, or the server stops. */
static void ended(void *context, enum http_end why)
{
    (void)why;
    struct awaiting *awaiting = context;
    struct counting *counting = awaiting->counting;
    pthread_mutex_lock(&counting->lock);
    enum place place = awaiting->place;
    awaiting->gone = true;
    if (place == PLACE_LISTED)
        delist(awaiting);
    pthread_mutex_unlock(&counting->lock);
    if (place == PLACE_LISTED)
        http_drop(awaiting->exchange);
    if (place != PLACE_TAKEN)
        free(awaiting);
}

bool counting_is_awaited(
    struct service *service, const struct http_route *route, struct http_exchange *exchange,
    struct http_response *response, enum http_outcome *ret_outcome)
{
    struct counting *counting = service->counting;
    pthread_mutex_lock(&counting->lock);
    if (counting->there) {
        pthread_mutex_unlock(&counting->lock);
        return false;
    }
    struct awaiting *awaiting = calloc(1, sizeof *awaiting);
    enum error error = awaiting ? ERROR_OK : ERROR_MEMORY;
    if (!error) {
        *awaiting = (struct awaiting){counting, exchange, route, PLACE_LISTED, false, NULL, NULL};
        /* `ended` waits for the lock. */
        error = http_park(exchange, COUNTING_WAIT, ended, awaiting);
    }
    if (!error) {
        enlist(counting, awaiting);
        look(counting);
    }
    pthread_mutex_unlock(&counting->lock);
    *ret_outcome = error ? HTTP_ANSWERED : HTTP_PARKED;
    if (error) {
        struct fault fault = {0};
        free(awaiting);
        fault_place(&fault, error, "figures");
        refusal_answer(response, &fault);
    }
    return true;
}

/* Answers whoever was taken out of the list; without the lock. */
static void answer(struct awaiting *awaiting, const struct fault *fault)
{
    struct counting *counting = awaiting->counting;
    const struct service_row *row = awaiting->route->data;
    struct http_response response = {0};
    if (fault->error)
        refusal_answer(&response, fault);
    else
        row->handler(
            counting->service, awaiting->route, awaiting->exchange,
            http_exchange_request(awaiting->exchange), &response);
    bool last = true;
    if (http_complete(awaiting->exchange, &response)) {
        /* The client had gone. Whoever comes second, `ended` or we, frees it. */
        pthread_mutex_lock(&counting->lock);
        last = awaiting->gone;
        awaiting->place = PLACE_DONE;
        pthread_mutex_unlock(&counting->lock);
    }
    if (last)
        free(awaiting);
}

/* Lock held, but not while somebody is answered. */
static void answer_all(struct counting *counting, const struct fault *fault)
{
    while (counting->first && !atomic_load(&counting->stopping)) {
        struct awaiting *awaiting = counting->first;
        delist(awaiting);
        awaiting->place = PLACE_TAKEN;
        pthread_mutex_unlock(&counting->lock);
        answer(awaiting, fault);
        pthread_mutex_lock(&counting->lock);
    }
}

/* --- The thread --------------------------------------------------------------------------- */

static enum error read_size(struct reading *reading, uint64_t *ret_size)
{
    struct store_head head;
    enum error error = store_head(reading->reader, &reading->arena, &reading->fault, &head);
    if (!error)
        *ret_size = head.size;
    return error;
}

/* Counts where those kept will not do, or says why it cannot be done. */
static void count(struct counting *counting, struct fault *ret_fault)
{
    struct reading reading;
    uint64_t size = 0;
    bool fresh = false;
    enum error error = reading_open(counting->service, &reading);
    bool opened = !error;
    if (!error)
        error = read_size(&reading, &size);
    if (!error) {
        pthread_mutex_lock(&counting->lock);
        fresh = are_fresh(counting, size, reading.time);
        pthread_mutex_unlock(&counting->lock);
    }
    if (!error && !fresh)
        error = figures_make(
            reading.reader, reading.time, &counting->stopping, &reading.fault, &counting->made);
    if (!error && !fresh) {
        pthread_mutex_lock(&counting->lock);
        counting->figures = counting->made;
        counting->there = true;
        pthread_mutex_unlock(&counting->lock);
    }
    *ret_fault = reading.fault;
    ret_fault->error = error;
    if (opened)
        reading_end(&reading);
}

static void log_failure(const struct counting *counting, const struct fault *fault)
{
    struct log_line line;
    log_begin(&line, "error", "figures");
    log_fault(&line, fault);
    log_end(&line, counting->service->log);
}

static void *run(void *context)
{
    struct counting *counting = context;
    pthread_mutex_lock(&counting->lock);
    while (!atomic_load(&counting->stopping)) {
        /* Before somebody asked there is nothing to keep. */
        if (!counting->due && !(counting->there && counting->look <= monotonic_now())) {
            if (counting->there)
                monotonic_wait(&counting->work, &counting->lock, counting->look);
            else
                pthread_cond_wait(&counting->work, &counting->lock);
            continue;
        }
        struct fault fault = {0};
        counting->due = false;
        pthread_mutex_unlock(&counting->lock);
        count(counting, &fault);
        if (fault.error && fault.error != ERROR_CANCELLED)
            log_failure(counting, &fault);
        pthread_mutex_lock(&counting->lock);
        counting->look = monotonic_now() + FIGURES_KEPT;
        answer_all(counting, &fault);
    }
    pthread_mutex_unlock(&counting->lock);
    return NULL;
}

/* --- From other threads ------------------------------------------------------------------- */

enum error counting_figures(struct reading *reading, struct figures *ret_figures)
{
    struct counting *counting = reading->service->counting;
    uint64_t size = 0;
    enum error error = read_size(reading, &size);
    if (error)
        return error;
    pthread_mutex_lock(&counting->lock);
    if (counting->there)
        *ret_figures = counting->figures;
    else
        error = fault_place(&reading->fault, ERROR_BUSY, "figures");
    if (!are_fresh(counting, size, reading->time))
        look(counting);
    pthread_mutex_unlock(&counting->lock);
    return error;
}

/* --- Starting and stopping ---------------------------------------------------------------- */

static enum error make_condition(struct counting *counting)
{
    return pthread_mutex_init(&counting->lock, NULL) ? ERROR_MEMORY
                                                     : monotonic_condition(&counting->work);
}

/* Whether the log is so long that its files had better be counted before anybody asks. */
static enum error is_large(struct service *service, struct fault *fault, bool *ret_large)
{
    struct reading reading;
    uint64_t size = 0;
    enum error error = reading_open(service, &reading);
    if (!error) {
        error = read_size(&reading, &size);
        reading_end(&reading);
    }
    if (error) {
        *fault = reading.fault;
        fault->error = error;
    }
    *ret_large = size >= COUNTING_LARGE;
    return error;
}

enum error
counting_start(struct service *service, struct fault *fault, struct counting **ret_counting)
{
    struct counting *counting = calloc(1, sizeof *counting);
    if (!counting || make_condition(counting)) {
        free(counting);
        return fault_place(fault, ERROR_MEMORY, "figures");
    }
    counting->service = service;
    enum error error = is_large(service, fault, &counting->due);
    int failed = error ? 0 : pthread_create(&counting->thread, NULL, run, counting);
    if (failed)
        error = fault_place(fault, error_from_errno(failed), "figures");
    if (error) {
        free(counting);
        return error;
    }
    *ret_counting = counting;
    return ERROR_OK;
}

void counting_stop(struct counting *counting)
{
    if (!counting)
        return;
    pthread_mutex_lock(&counting->lock);
    atomic_store(&counting->stopping, true);
    pthread_cond_signal(&counting->work);
    pthread_mutex_unlock(&counting->lock);
    pthread_join(counting->thread, NULL);
    pthread_cond_destroy(&counting->work);
    pthread_mutex_destroy(&counting->lock);
    free(counting);
}

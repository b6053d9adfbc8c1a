/* The writer's queue and thread. */
#include "service/writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "service/log.h"
#include "service/monotonic.h"
#include "service/waiting.h"

enum {
    BATCH_MAX = 64,     /* jobs of one transaction */
    QUEUE_MAX = 20000,  /* jobs that wait for the thread; more are told to come again */
    DUE_MAX = 64,       /* acts by a rule in one transaction */
    PARK_LIMIT = 60000, /* ms: longer than a renewal waits and a commit takes together */
    DUE_SOON = 1000,    /* ms after an act, which may have set a date, to look for what is due */
    DUE_LATEST = 60000, /* ms between two looks: the wall clock may be set */
    DUE_AFTER_FAULT = 5000,
};

/* Where a job is. Guarded by the writer's lock. */
enum job_place {
    JOB_NEW,     /* parked, not queued yet */
    JOB_QUEUED,  /* in one of the queues */
    JOB_WORK,    /* in the thread's hands */
    JOB_WAITING, /* a renewal that waits for something new */
    JOB_DONE,    /* answered, but its client had gone and `ended` has yet to be called */
};

struct queue;

struct job {
    struct waiter waiter; /* first: waiting.h */
    struct writer *writer;
    struct http_exchange *exchange;
    enum store_job_kind kind;
    enum job_place place;
    bool gone;   /* nobody waits for the answer any more */
    bool parked; /* waited its time, or will not wait: it gets a lease whatever happened */
    bool waited; /* waiter.deadline is set */
    millis arrived;
    struct queue *queue;
    struct job *previous, *next;
    char installation[FILE_NUMBER_SIZE], licence[FILE_NUMBER_SIZE];
    struct buffer document; /* empty: the request's body is it */
    writer_answer answer;
    void *context; /* for answer */
};

struct queue {
    struct job *first, *last;
    size_t count;
};

struct writer {
    struct writer_options options;
    pthread_mutex_t lock;
    pthread_cond_t work, idle;
    pthread_t thread;
    bool stopping, working;
    struct queue acts;  /* and roots: first */
    struct queue woken; /* renewals for which something changed, or whose time is up */
    struct queue fresh; /* renewals that have just come */
    struct waiting *waiting;
    /* The thread's own. */
    millis due_at;
    struct job *jobs[BATCH_MAX];
    struct store_job batch[BATCH_MAX];
};

/* --- Queues; under the lock --------------------------------------------------------------- */

static void queue_add(struct queue *queue, struct job *job)
{
    job->queue = queue;
    job->place = JOB_QUEUED;
    job->previous = queue->last;
    job->next = NULL;
    if (queue->last)
        queue->last->next = job;
    else
        queue->first = job;
    queue->last = job;
    queue->count++;
}

static void queue_remove(struct job *job)
{
    struct queue *queue = job->queue;
    if (job->previous)
        job->previous->next = job->next;
    else
        queue->first = job->next;
    if (job->next)
        job->next->previous = job->previous;
    else
        queue->last = job->previous;
    queue->count--;
    job->queue = NULL;
}

static size_t queued(const struct writer *writer)
{
    return writer->acts.count + writer->woken.count + writer->fresh.count;
}

static void wake_job(struct writer *writer, struct waiter *waiter, bool parked)
{
    struct job *job = (struct job *)waiter;
    waiting_remove(writer->waiting, waiter);
    job->parked = parked;
    queue_add(&writer->woken, job);
}

/* --- Jobs --------------------------------------------------------------------------------- */

static void job_free(struct job *job)
{
    buffer_free(&job->document);
    free(job);
}

/* Gives the answer and lets go of the job; without the lock. */
static void job_complete(struct job *job, struct http_response *response)
{
    struct writer *writer = job->writer;
    enum error error = http_complete(job->exchange, response);
    bool last = true;
    if (error) {
        /* The client had gone. Whoever comes second, `ended` or we, frees the job. */
        pthread_mutex_lock(&writer->lock);
        last = job->gone;
        job->place = JOB_DONE;
        pthread_mutex_unlock(&writer->lock);
    }
    if (last)
        job_free(job);
}

/* http_ended: the client went away, or the server stops. */
static void job_ended(void *context, enum http_end why)
{
    (void)why;
    struct job *job = context;
    struct writer *writer = job->writer;
    pthread_mutex_lock(&writer->lock);
    enum job_place place = job->place;
    job->gone = true;
    if (place == JOB_QUEUED)
        queue_remove(job);
    else if (place == JOB_WAITING)
        waiting_remove(writer->waiting, &job->waiter);
    pthread_mutex_unlock(&writer->lock);
    if (place == JOB_QUEUED || place == JOB_WAITING)
        http_drop(job->exchange);
    if (place == JOB_QUEUED || place == JOB_WAITING || place == JOB_DONE)
        job_free(job);
}

static void copy_number(char number[FILE_NUMBER_SIZE], const char *from)
{
    memcpy(number, from, strnlen(from, FILE_NUMBER_SIZE - 1));
}

static enum error
job_new(struct writer *writer, const struct writer_job *asked, struct job **ret_job)
{
    struct job *job = calloc(1, sizeof *job);
    if (!job)
        return ERROR_MEMORY;
    job->writer = writer;
    job->kind = asked->kind;
    job->answer = asked->answer ? asked->answer : writer->options.answer;
    job->context = asked->context;
    buffer_append_bytes(&job->document, asked->document);
    if (asked->renewal) {
        copy_number(job->installation, asked->renewal->installation);
        copy_number(job->licence, asked->renewal->licence);
        job->parked = asked->renewal->at_once;
    }
    job->waiter.installation = job->installation;
    job->waiter.licence = job->licence;
    if (job->document.error) {
        job_free(job);
        return ERROR_MEMORY;
    }
    *ret_job = job;
    return ERROR_OK;
}

enum error
writer_submit(struct writer *writer, struct http_exchange *exchange, const struct writer_job *asked)
{
    pthread_mutex_lock(&writer->lock);
    bool stopping = writer->stopping, full = queued(writer) >= QUEUE_MAX;
    pthread_mutex_unlock(&writer->lock);
    if (stopping || full)
        return stopping ? ERROR_CANCELLED : ERROR_BUSY;
    struct job *job;
    enum error error = job_new(writer, asked, &job);
    if (error)
        return error;
    job->exchange = exchange;
    enum store_job_kind kind = asked->kind;
    error = http_park(exchange, PARK_LIMIT, job_ended, job);
    if (error) {
        job_free(job);
        return error;
    }
    pthread_mutex_lock(&writer->lock);
    bool gone = job->gone;
    if (!gone) {
        queue_add(kind == STORE_RENEWAL ? &writer->fresh : &writer->acts, job);
        pthread_cond_signal(&writer->work);
    }
    pthread_mutex_unlock(&writer->lock);
    if (gone) {
        http_drop(exchange);
        job_free(job);
    }
    return ERROR_OK;
}

/* --- What follows from a commit ----------------------------------------------------------- */

static void log_job(
    const struct writer *writer, const char *event, uint64_t request,
    const struct store_answer *answer)
{
    static const char *const outcomes[] = {"refused", "accepted", "again", "lease", "wait"};
    bool fails = answer->outcome == STORE_REFUSED;
    struct log_line line;
    log_begin(&line, fails ? "warn" : "info", event);
    if (request)
        log_number(&line, "request", request);
    log_text(&line, "outcome", outcomes[answer->outcome]);
    log_text(&line, "kind", answer->file_kind ? file_word(answer->file_kind) : NULL);
    log_text(&line, "file", answer->file_number);
    if (!fails)
        log_number(&line, "sequence", answer->event);
    if (answer->left_out)
        log_number(&line, "left_out", answer->left_out);
    log_fault(&line, &answer->fault);
    log_end(&line, writer->options.log);
}

static const char *event_of(enum store_job_kind kind)
{
    return kind == STORE_RENEWAL     ? "renewal"
           : kind == STORE_ROOT      ? "root"
           : kind == STORE_COMPLAINT ? "complaint"
                                     : "act";
}

/* Wakes the renewals that an answer's changes are about; under the lock. */
static void wake_for(struct writer *writer, const struct store_answer *answer)
{
    for (size_t i = 0; i < answer->change_count; i++) {
        const struct store_change *change = &answer->changes[i];
        struct waiter *waiter;
        if (change->kind == FILE_INSTALLATION) {
            while ((waiter = waiting_of_installation(writer->waiting, change->number)))
                wake_job(writer, waiter, false);
        } else if (change->kind == FILE_LICENCE) {
            while ((waiter = waiting_of_licence(writer->waiting, change->number)))
                wake_job(writer, waiter, false);
        } else if (change->kind == FILE_DELEGATION || change->kind == FILE_WITHDRAWAL) {
            /* Few and rare; whom a withdrawal does not concern goes on waiting. */
            while ((waiter = waiting_first(writer->waiting)))
                wake_job(writer, waiter, false);
        }
    }
}

/* Tells whoever wants to know what an answer is about. installation: of a renewal. */
static void tell_changes(
    const struct writer *writer, const struct store_answer *answer, const char *installation)
{
    if (!writer->options.changed)
        return;
    for (size_t i = 0; i < answer->change_count; i++) {
        const struct writer_change change = {
            .kind = answer->changes[i].kind,
            .number = answer->changes[i].number,
            .size = answer->event + 1,
        };
        writer->options.changed(writer->options.context, &change);
    }
    const struct writer_change lease = {.kind = FILE_INSTALLATION, .number = installation};
    if (answer->outcome == STORE_LEASE)
        writer->options.changed(writer->options.context, &lease);
}

/* Puts a renewal among those that wait; under the lock. False: it cannot wait. */
static bool wait_more(struct writer *writer, struct job *job, millis left)
{
    if (job->gone)
        return false;
    struct waiter *other = waiting_of_installation(writer->waiting, job->installation);
    if (!job->waited) {
        left = left < 0 ? 0 : left > PARK_LIMIT / 2 ? PARK_LIMIT / 2 : left;
        job->waiter.deadline = monotonic_now() + left;
        job->waited = true;
    }
    if (other) {
        /* Two at once for one installation: the same renewal sent again, which both get the answer
         * to, or two guards that continue one lease, which shows when the first has its answer. */
        wake_job(writer, other, true);
        queue_add(&writer->woken, job);
        return true;
    }
    if (waiting_add(writer->waiting, &job->waiter))
        return false;
    job->place = JOB_WAITING;
    return true;
}

static void answer_job(struct writer *writer, struct job *job, struct store_answer *answer)
{
    const struct http_request *request = http_exchange_request(job->exchange);
    if (job->kind != STORE_RENEWAL || answer->outcome == STORE_REFUSED || answer->change_count)
        log_job(writer, event_of(job->kind), request->id, answer);
    struct http_response response = {0};
    job->answer(job->context, request, job->kind, answer, &response);
    job_complete(job, &response);
}

/* Sends a waiting renewal on its way where it cannot wait: it comes again. */
static void refuse_to_wait(struct writer *writer, struct job *job, struct store_answer *answer)
{
    answer->outcome = STORE_REFUSED;
    answer->error = answer->fault.error = ERROR_MEMORY;
    answer_job(writer, job, answer);
}

static void settle(struct writer *writer, size_t count, millis now)
{
    for (size_t i = 0; i < count; i++) {
        struct store_answer *answer = &writer->batch[i].answer;
        struct job *job = writer->jobs[i];
        job->arrived = writer->batch[i].arrived;
        if (answer->outcome != STORE_WAIT)
            continue;
        pthread_mutex_lock(&writer->lock);
        bool waits = wait_more(writer, job, answer->wait_until - now);
        pthread_mutex_unlock(&writer->lock);
        if (!waits)
            refuse_to_wait(writer, job, answer);
        writer->jobs[i] = NULL;
    }
    /* Only now: a renewal may wait because it was judged before what changed in this very batch. */
    pthread_mutex_lock(&writer->lock);
    for (size_t i = 0; i < count; i++)
        wake_for(writer, &writer->batch[i].answer);
    pthread_mutex_unlock(&writer->lock);
    for (size_t i = 0; i < count; i++) {
        struct job *job = writer->jobs[i];
        tell_changes(writer, &writer->batch[i].answer, job ? job->installation : "");
        if (job)
            answer_job(writer, job, &writer->batch[i].answer);
        store_answer_free(&writer->batch[i].answer);
    }
}

/* --- The thread --------------------------------------------------------------------------- */

static void log_failure(const struct writer *writer, const char *event, const struct fault *fault)
{
    struct log_line line;
    log_begin(&line, "error", event);
    log_fault(&line, fault);
    log_end(&line, writer->options.log);
}

/* The server's time; 0 when the clock cannot be read, which makes renewals wait no time at all. */
static millis server_time(struct writer *writer)
{
    millis now = INT64_MAX;
    return store_time(writer->options.store, NULL, &now) ? INT64_MAX : now;
}

static void work_on(struct writer *writer, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct job *job = writer->jobs[i];
        writer->batch[i] = (struct store_job){
            .kind = job->kind,
            .bytes = job->document.length ? buffer_view(&job->document)
                                          : http_exchange_request(job->exchange)->body,
            .arrived = job->arrived,
            .parked = job->parked,
        };
    }
    struct fault fault = {0};
    if (store_apply(writer->options.store, writer->batch, count, &fault))
        log_failure(writer, "commit", &fault);
    for (size_t i = 0; i < count; i++) {
        if (writer->batch[i].answer.outcome == STORE_ACCEPTED &&
            writer->due_at > monotonic_now() + DUE_SOON)
            writer->due_at = monotonic_now() + DUE_SOON;
    }
    settle(writer, count, server_time(writer));
}

/* Applies acts that a rule makes due. False: not all of them were accepted. */
static bool apply_due(struct writer *writer, const struct bytes *acts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        writer->batch[i] = (struct store_job){.kind = STORE_ACT, .bytes = acts[i]};
    struct fault fault = {0};
    bool good = store_apply(writer->options.store, writer->batch, count, &fault) == ERROR_OK;
    if (!good)
        log_failure(writer, "due", &fault);
    pthread_mutex_lock(&writer->lock);
    for (size_t i = 0; i < count; i++)
        wake_for(writer, &writer->batch[i].answer);
    pthread_mutex_unlock(&writer->lock);
    for (size_t i = 0; i < count; i++) {
        good = good && writer->batch[i].answer.outcome != STORE_REFUSED;
        tell_changes(writer, &writer->batch[i].answer, "");
        log_job(writer, "rule", 0, &writer->batch[i].answer);
        store_answer_free(&writer->batch[i].answer);
    }
    return good;
}

static void look_for_due(struct writer *writer)
{
    struct arena arena = {0};
    struct fault fault = {0};
    struct bytes *acts = NULL;
    size_t count = 0;
    millis next = 0, wait = DUE_LATEST;
    enum error error =
        store_due(writer->options.store, DUE_MAX, &arena, &fault, &acts, &count, &next);
    if (error) {
        log_failure(writer, "due", &fault);
        wait = DUE_AFTER_FAULT;
    } else if (count && !apply_due(writer, acts, count)) {
        wait = DUE_AFTER_FAULT;
    } else if (next) {
        millis left = next - server_time(writer);
        wait = left < 0 ? 0 : left < DUE_LATEST ? left : DUE_LATEST;
    }
    arena_free(&arena);
    writer->due_at = monotonic_now() + wait;
}

/* Fills writer->jobs; under the lock. Acts first: taking away must not wait behind renewals. */
static size_t take_batch(struct writer *writer)
{
    millis now = monotonic_now();
    struct waiter *waiter;
    while ((waiter = waiting_first(writer->waiting)) && waiter->deadline <= now)
        wake_job(writer, waiter, true);
    struct queue *const queues[] = {&writer->acts, &writer->woken, &writer->fresh};
    size_t count = 0;
    for (size_t i = 0; i < sizeof queues / sizeof *queues; i++) {
        while (queues[i]->first && count < BATCH_MAX) {
            struct job *job = queues[i]->first;
            queue_remove(job);
            job->place = JOB_WORK;
            writer->jobs[count++] = job;
        }
    }
    return count;
}

/* Until when there is nothing to do; under the lock. */
static millis sleep_until(struct writer *writer)
{
    const struct waiter *first = waiting_first(writer->waiting);
    return first && first->deadline < writer->due_at ? first->deadline : writer->due_at;
}

static void *run(void *context)
{
    struct writer *writer = context;
    look_for_due(writer);
    pthread_mutex_lock(&writer->lock);
    while (!writer->stopping) {
        size_t count = take_batch(writer);
        bool due = writer->due_at <= monotonic_now();
        if (!count && !due) {
            writer->working = false;
            pthread_cond_broadcast(&writer->idle);
            monotonic_wait(&writer->work, &writer->lock, sleep_until(writer));
            continue;
        }
        writer->working = true;
        pthread_mutex_unlock(&writer->lock);
        if (count)
            work_on(writer, count);
        if (due)
            look_for_due(writer);
        pthread_mutex_lock(&writer->lock);
    }
    pthread_mutex_unlock(&writer->lock);
    return NULL;
}

/* --- Starting and stopping ---------------------------------------------------------------- */

static enum error make_conditions(struct writer *writer)
{
    if (pthread_mutex_init(&writer->lock, NULL))
        return ERROR_MEMORY;
    enum error error = monotonic_condition(&writer->work);
    return error ? error : monotonic_condition(&writer->idle);
}

enum error
writer_start(const struct writer_options *options, struct fault *fault, struct writer **ret_writer)
{
    struct writer *writer = calloc(1, sizeof *writer);
    struct waiting *waiting = waiting_new();
    if (!writer || !waiting || make_conditions(writer)) {
        waiting_free(waiting);
        free(writer);
        return fault_place(fault, ERROR_MEMORY, "writer");
    }
    writer->options = *options;
    writer->waiting = waiting;
    writer->working = true;
    int failed = pthread_create(&writer->thread, NULL, run, writer);
    if (failed) {
        waiting_free(waiting);
        free(writer);
        return fault_place(fault, error_from_errno(failed), "writer");
    }
    *ret_writer = writer;
    return ERROR_OK;
}

size_t writer_waiting(struct writer *writer)
{
    pthread_mutex_lock(&writer->lock);
    size_t count = waiting_count(writer->waiting);
    pthread_mutex_unlock(&writer->lock);
    return count;
}

void writer_drain(struct writer *writer, millis longest)
{
    const millis until = monotonic_now() + longest;
    pthread_mutex_lock(&writer->lock);
    while ((queued(writer) || writer->working) && monotonic_now() < until)
        monotonic_wait(&writer->idle, &writer->lock, until);
    pthread_mutex_unlock(&writer->lock);
}

static void drop_all(struct queue *queue)
{
    while (queue->first) {
        struct job *job = queue->first;
        queue_remove(job);
        http_drop(job->exchange);
        job_free(job);
    }
}

void writer_stop(struct writer *writer)
{
    if (!writer)
        return;
    pthread_mutex_lock(&writer->lock);
    writer->stopping = true;
    pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->lock);
    pthread_join(writer->thread, NULL);
    struct waiter *waiter;
    while ((waiter = waiting_first(writer->waiting)))
        wake_job(writer, waiter, true);
    drop_all(&writer->acts);
    drop_all(&writer->woken);
    drop_all(&writer->fresh);
    waiting_free(writer->waiting);
    pthread_cond_destroy(&writer->work);
    pthread_cond_destroy(&writer->idle);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
}

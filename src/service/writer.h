/* The writer: the one thread that changes the database. Exchanges that need it are parked and
 * queued; it takes all that wait, commits them together, answers them, and wakes the renewals that
 * wait for what was changed. Acts that are due by a rule it makes itself. */
#ifndef ENDUSE_SERVICE_WRITER_H
#define ENDUSE_SERVICE_WRITER_H

#include "http/http.h"
#include "store/store.h"

struct writer;

/* Makes the answer of a job from the store's, on the writer's thread. context and request are the
 * job's. */
typedef void (*writer_answer)(
    void *context, const struct http_request *request, enum store_job_kind kind,
    const struct store_answer *answer, struct http_response *response);

/* A file that has changed, or an installation that has a new lease. */
struct writer_change {
    enum file_kind kind;
    const char *number;
    uint64_t size; /* of the log with it; 0: a lease is no event of the log */
};

struct writer_options {
    struct store *store; /* the writer's own from here on, but not freed by it */
    writer_answer answer;
    int log; /* file for the log; -1: none */
    /* Called on the writer's thread for each change when it is durable, before anybody has the
     * answer; does not wait. NULL: nobody wants to know. */
    void (*changed)(void *context, const struct writer_change *change);
    void *context; /* for changed */
};

/* Starts the thread. What is due already is done before it takes anything else. */
enum error
writer_start(const struct writer_options *options, struct fault *fault, struct writer **ret_writer);

/* Which file's changes a renewal waits for; the texts are copied. */
struct writer_renewal {
    const char *installation, *licence; /* numbers */
    bool at_once;                       /* it is answered whether there is news or not */
};

/* What is asked of the writer. */
struct writer_job {
    enum store_job_kind kind;
    struct bytes document;                /* as signed, copied; empty: the request's body is it */
    const struct writer_renewal *renewal; /* NULL where it is none */
    writer_answer answer;                 /* NULL: the options' */
    void *context;                        /* for answer; lives as long as the writer */
};

/* Parks the exchange and queues the job. When it fails, the caller answers: ERROR_CANCELLED while
 * stopping, ERROR_BUSY when too many wait, ERROR_MEMORY. */
enum error
writer_submit(struct writer *writer, struct http_exchange *exchange, const struct writer_job *job);

/* How many renewals wait for something new. */
size_t writer_waiting(struct writer *writer);

/* Waits until what was queued before this call is committed and answered, at most for so long. */
void writer_drain(struct writer *writer, millis longest);

/* Ends the thread; exchanges still held are dropped. Call it after the HTTP server has stopped.
 * NULL is fine. */
void writer_stop(struct writer *writer);

#endif

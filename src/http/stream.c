/* A body that the library asks for piece by piece. While there is nothing to send the connection is
 * parked, as an exchange that waits for its answer is: the keeper sees when the client leaves.
 *
 * The stream's lock comes before the keeper's. Whoever finds `exchange` under it may use it: it is
 * taken away, under the same lock, before the exchange ends. */
#include "http/stream.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "http/exchange.h"

enum { BLOCK = 1024 }; /* bytes that the library may ask for at once */

struct http_stream {
    pthread_mutex_t lock;
    atomic_uint references;         /* the owner's, the exchange's, the library's */
    struct http_exchange *exchange; /* NULL: it is over */
    http_stream_ended ended;        /* NULL: the owner has given the stream back */
    void *context;
    bool finished; /* what waits is the last */
    size_t count;
    char pending[HTTP_STREAM_PENDING];
};

static void release(void *context)
{
    struct http_stream *stream = context;
    if (atomic_fetch_sub(&stream->references, 1) != 1)
        return;
    pthread_mutex_destroy(&stream->lock);
    free(stream);
}

/* http_ended of a park. The library asks for more when the connection runs again, and is told that
 * there is none. */
static void park_ended(void *context, enum http_end why)
{
    (void)why;
    exchange_release(context);
}

/* Waits for something to send, unless a wait had ended or cannot begin: then the body does. With
 * the lock, on the connection's thread. */
static bool wait_for_more(struct http_exchange *exchange)
{
    struct keeper *keeper = exchange->server->keeper;
    enum http_end why;
    if (keeper_state(keeper, exchange, &why) == PARK_ENDED)
        return false;
    keeper_limit(exchange->link, 0);
    return keeper_park(keeper, exchange, HTTP_PARK_LIMIT, park_ended, exchange) == ERROR_OK;
}

/* The connection runs again, with so long to take what there is. With the lock. */
static void wake(struct http_exchange *exchange)
{
    struct http_response nothing = {0};
    if (keeper_answer(exchange->server->keeper, exchange, &nothing))
        return; /* it runs */
    keeper_limit(exchange->link, HTTP_SEND_LIMIT);
    exchange_release(exchange);
}

static ssize_t next_piece(void *context, uint64_t position, char *room, size_t size)
{
    (void)position;
    struct http_stream *stream = context;
    ssize_t length = MHD_CONTENT_READER_END_OF_STREAM;
    pthread_mutex_lock(&stream->lock);
    if (stream->count) {
        size = stream->count < size ? stream->count : size;
        memcpy(room, stream->pending, size);
        stream->count -= size;
        memmove(stream->pending, stream->pending + size, stream->count);
        length = (ssize_t)size;
    } else if (!stream->finished && stream->exchange && wait_for_more(stream->exchange)) {
        length = 0;
    }
    pthread_mutex_unlock(&stream->lock);
    return length;
}

struct MHD_Response *stream_reply(struct http_stream *stream)
{
    struct MHD_Response *reply =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, next_piece, stream, release);
    if (reply)
        atomic_fetch_add(&stream->references, 1);
    return reply;
}

void stream_close(struct http_stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    stream->exchange = NULL;
    http_stream_ended ended = stream->ended;
    pthread_mutex_unlock(&stream->lock);
    if (ended) {
        ended(stream->context);
        release(stream); /* the owner's */
    }
    release(stream);
}

enum error http_stream_open(
    struct http_exchange *exchange, struct http_response *response, http_stream_ended ended,
    void *context, struct http_stream **ret_stream)
{
    struct http_stream *stream = calloc(1, sizeof *stream);
    if (!stream || pthread_mutex_init(&stream->lock, NULL)) {
        free(stream);
        return ERROR_MEMORY;
    }
    atomic_store(&stream->references, 2);
    stream->exchange = exchange;
    stream->ended = ended;
    stream->context = context;
    exchange->stream = stream;
    response->stream = stream;
    *ret_stream = stream;
    return ERROR_OK;
}

enum error http_stream_write(struct http_stream *stream, struct bytes text)
{
    enum error error = ERROR_OK;
    pthread_mutex_lock(&stream->lock);
    struct http_exchange *exchange = stream->exchange;
    if (!exchange) {
        error = ERROR_CANCELLED;
    } else if (text.length > sizeof stream->pending - stream->count) {
        /* The exchange has not ended, so its connection has the socket still. */
        error = ERROR_TOO_LARGE;
        stream->finished = true;
        stream->count = 0;
        keeper_shut(exchange->link);
        wake(exchange);
    } else {
        memcpy(stream->pending + stream->count, text.data, text.length);
        stream->count += text.length;
        wake(exchange);
    }
    pthread_mutex_unlock(&stream->lock);
    return error;
}

bool http_stream_end(struct http_stream *stream)
{
    pthread_mutex_lock(&stream->lock);
    struct http_exchange *exchange = stream->exchange;
    if (exchange) {
        stream->ended = NULL;
        stream->finished = true;
        wake(exchange);
    }
    pthread_mutex_unlock(&stream->lock);
    if (exchange)
        release(stream);
    return exchange;
}

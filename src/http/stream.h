/* An answer without an end: text that is added from any thread while the client reads. */
#ifndef ENDUSE_HTTP_STREAM_H
#define ENDUSE_HTTP_STREAM_H

#include "http/server.h"

struct http_stream;

enum { HTTP_STREAM_PENDING = 4096 }; /* bytes that may wait for the client */

/* Tells the owner that the stream is over: the client went away or was too slow, or the server
 * stops. Called once, on a thread of the server that holds no lock; must not block. */
typedef void (*http_stream_ended)(void *context);

/* Makes the body of the answer of the handler that is running; set status and type, and return
 * HTTP_ANSWERED. Not for HEAD, nor twice. The stream belongs to the caller until http_stream_end
 * has returned true or `ended`, which is not called before the handler has returned, has.
 * ERROR_MEMORY. */
MUST_CHECK enum error http_stream_open(
    struct http_exchange *exchange, struct http_response *response, http_stream_ended ended,
    void *context, struct http_stream **ret_stream);

/* Adds text; any thread. ERROR_TOO_LARGE: more would wait than HTTP_STREAM_PENDING: the connection
 * is closed, and `ended` will be called. ERROR_CANCELLED: `ended` was or is being called. */
enum error http_stream_write(struct http_stream *stream, struct bytes text);

/* Ends the body after what was added, and gives the stream back: true, and `ended` is not called
 * any more. False: it was or is being called. Any thread. */
bool http_stream_end(struct http_stream *stream);

#endif

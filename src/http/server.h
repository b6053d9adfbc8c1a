/* The server: a pool of epoll threads that answer requests from a table of routes, and exchanges
 * that are parked and answered later from any thread.
 *
 * Threads. A handler runs on one of the server's threads and must not block: no disk, no waiting
 * for a lock that is held over I/O. What needs the writer is parked: the handler queues it and
 * returns, the writer answers with http_complete.
 *
 * Every exchange ends in exactly one of these ways: the handler answers; http_complete answers; the
 * client goes away; the deadline passes (503); the server stops (503). For a parked exchange the
 * last three are told to the owner through its `ended`, once, and never after http_complete
 * returned ERROR_OK.
 */
#ifndef ENDUSE_HTTP_SERVER_H
#define ENDUSE_HTTP_SERVER_H

#include "http/asset.h"
#include "http/request.h"
#include "http/response.h"

struct http_server;
struct http_exchange;

enum http_outcome {
    HTTP_ANSWERED, /* the response is ready */
    HTTP_PARKED,   /* http_park was called and succeeded */
};

struct http_route;

/* Answers, or parks. request and response live until it returns; response is zeroed before. */
typedef enum http_outcome (*http_handler)(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response);

enum http_route_flag {
    HTTP_ROUTE_PAGE = 1, /* an HTML page: the content policy allows our own styles and scripts */
    HTTP_ROUTE_IMMUTABLE = 2, /* may be cached for a year: its name changes with its content */
    HTTP_ROUTE_PUBLIC = 4,    /* may be cached by anyone, but asked for again (no-cache) */
    HTTP_ROUTE_PRIVATE = 8,   /* the same by whoever asked only, and for what they asked with */
};

/* A row of the caller's table. A pattern is literal segments and {name} segments, which take one
 * decoded segment; a last segment {name...} takes the rest, one segment or more, joined by /. Where
 * several rows match a path, the one with the longer literal beginning wins, whatever the order. */
struct http_route {
    enum http_method method; /* a GET row answers HEAD as well */
    const char *pattern;     /* "/api/v1/licences/{licence}/orders" */
    http_handler handler;
    const void *data;    /* for the handler; not looked at */
    size_t body_max;     /* bytes; 0: a body is refused. At most HTTP_BODY_MAX */
    const char *accepts; /* media types of the body, separated by spaces; needed with body_max */
    unsigned flags;      /* enum http_route_flag */
};

/* A handler that serves the program's own files. Its row:
 *   {.method = HTTP_GET, .pattern = "/assets/{name}", .handler = http_assets_answer,
 *    .data = &assets, .flags = HTTP_ROUTE_PAGE | HTTP_ROUTE_IMMUTABLE} */
enum http_outcome http_assets_answer(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response);

/* Called once for each request after it was answered or lost, on a server thread: for the access
 * log. status is 0 when the client left before an answer. */
typedef void (*http_observer)(void *context, const struct http_request *request, unsigned status);

/* Called with every answer just before it is sent, whoever made it (a handler, http_complete, the
 * server itself where it refuses), on a server thread: to add a field that all answers carry, or to
 * make a page of a problem. Of a request that was refused early, only what was read by then is
 * there. It may change the response as a handler may, and must not block. */
typedef void (*http_finisher)(
    void *context, const struct http_request *request, struct http_response *response);

struct http_server_options {
    const char *address; /* "127.0.0.1:7243" (when NULL), "[::1]:0", "0.0.0.0:80"; numeric. Port 0:
                            any that is free, see http_server_port */
    const struct http_route *routes; /* with everything they point to: as long as the server */
    size_t route_count;
    void *context;          /* for the handlers, the observer and the finisher */
    http_observer observer; /* may be NULL */
    http_finisher finisher; /* may be NULL */
    bool loopback_only; /* demo: refuses another address than loopback, a Host that does not name
                           loopback (421), and any field that a proxy adds (400) */
    const char *const *hosts; /* NULL, or names that Host may have, without port (else 421) */
    size_t host_count;
    unsigned threads;     /* 0: one a core */
    unsigned connections; /* 0: HTTP_CONNECTIONS */
    millis receive_limit; /* 0: HTTP_RECEIVE_LIMIT */
};

enum {
    HTTP_CONNECTIONS = 20000,      /* at once; more wait in the kernel's queue */
    HTTP_RECEIVE_LIMIT = 30000,    /* ms from a connection's opening, or its last answer, until the
                                      next request is there whole, plus a second for each 16 KiB of
                                      its body; then the connection is closed */
    HTTP_SEND_LIMIT = 60000,       /* ms for an answer to be taken, plus a second for each 16 KiB */
    HTTP_PARK_LIMIT = 24 * 3600000 /* ms, the longest a park may ask for */
};

/* Starts to listen and serve. ERROR_BUSY when the port is taken, ERROR_PERMISSION, ERROR_USAGE for
 * a bad address or table of routes (checked whole here; the place names the row), ERROR_MEMORY. */
MUST_CHECK enum error http_server_start(
    const struct http_server_options *options, struct fault *fault,
    struct http_server **ret_server);

/* The port in use: what to print when 0 was asked for. */
uint16_t http_server_port(const struct http_server *server);

/* The most connections at once. */
unsigned http_server_connections(const struct http_server *server);

/* How many exchanges are parked now, streams that have nothing to say with them. */
size_t http_server_parked(struct http_server *server);

/* Stops accepting; ends every parked exchange (503, told to its owner); lets answers under way
 * finish for at most `grace` milliseconds; closes what is left; joins all threads. Afterwards no
 * handler, `ended` or observer runs. Not from a handler or `ended`. Exchanges still held by their
 * owners stay valid until they are completed or dropped. NULL is allowed. */
void http_server_stop(struct http_server *server, millis grace);

enum http_end {
    HTTP_END_GONE,     /* the client closed its end, even only for sending */
    HTTP_END_DEADLINE, /* not completed in time; the client was told 503 */
    HTTP_END_STOP,     /* the server stops; the client was told 503 where it could be */
};

/* Tells a parked exchange's owner that nobody waits for the answer any more. Called on a thread of
 * the server that holds no lock; must not block; may call http_drop. It may be called before the
 * http_park that named it has returned: have the context ready before parking. */
typedef void (*http_ended)(void *context, enum http_end why);

/* Parks the exchange of the handler that is running; then hand it on and return HTTP_PARKED. From
 * here on the exchange belongs to the caller, who ends it with http_complete or http_drop,
 * exactly once, from any thread, even after `ended` (which may be NULL) was called.
 * limit: milliseconds until HTTP_END_DEADLINE, 1..HTTP_PARK_LIMIT. ERROR_CANCELLED when the server
 * is stopping, ERROR_MEMORY, ERROR_NO_SPACE from the kernel: answer instead (http_problem 503). */
MUST_CHECK enum error
http_park(struct http_exchange *exchange, millis limit, http_ended ended, void *context);

/* The request of a parked exchange; valid until http_complete or http_drop. */
const struct http_request *http_exchange_request(const struct http_exchange *exchange);

/* Answers a parked exchange and gives it back. The response's content is taken over and the struct
 * zeroed, whatever the outcome. ERROR_OK: the answer is on its way (not: has arrived).
 * ERROR_CANCELLED: the exchange had ended before; `ended` was or is being called. */
enum error http_complete(struct http_exchange *exchange, struct http_response *response);

/* Gives a parked exchange back without an answer: after `ended`; before, the client is told 503 and
 * `ended` is not called. */
void http_drop(struct http_exchange *exchange);

#endif

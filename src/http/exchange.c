/* The library calls back as a request arrives; this file takes the request from stage to stage,
 * runs its handler, and parks it where the handler wants so. */
#include "http/exchange.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Bytes of a refused body that are read and thrown away, so that the client, which writes
     * before it reads, sees the refusal rather than a reset. Beyond it the connection is closed. */
    DISCARD_MAX = 256 * 1024,
    RATE_UNIT = 16384 /* bytes that a client gets a second for */
};

void exchange_hold(struct http_exchange *exchange)
{
    atomic_fetch_add(&exchange->references, 1);
}

void exchange_release(struct http_exchange *exchange)
{
    if (atomic_fetch_sub(&exchange->references, 1) != 1)
        return;
    http_response_free(&exchange->response);
    buffer_free(&exchange->body);
    arena_free(&exchange->arena);
    server_release(exchange->server);
    free(exchange);
}

static struct keeper_link *link_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

void *exchange_open(void *context, const char *target, struct MHD_Connection *connection)
{
    struct http_server *server = context;
    struct keeper_link *link = link_of(connection);
    struct http_exchange *exchange = link ? calloc(1, sizeof *exchange) : NULL;
    if (!exchange)
        return NULL; /* exchange_advance will close the connection */
    exchange->target = arena_copy(&exchange->arena, bytes_of(target));
    if (!exchange->target.data) {
        arena_free(&exchange->arena);
        free(exchange);
        return NULL;
    }
    atomic_fetch_add(&server->references, 1);
    exchange->server = server;
    exchange->connection = connection;
    exchange->link = link;
    exchange->request.id = atomic_fetch_add(&server->requests, 1) + 1;
    atomic_store(&exchange->references, 1);
    memcpy(exchange->peer, keeper_peer(link), sizeof exchange->peer);
    keeper_enter(server->keeper);
    return exchange;
}

static enum MHD_Result send_answer(struct http_exchange *exchange, struct http_response *response)
{
    uint64_t size = 0;
    const struct http_server_options *options = &exchange->server->options;
    if (options->finisher)
        options->finisher(options->context, &exchange->request, response);
    response_pack(response, &exchange->request);
    enum MHD_Result result =
        reply_send(exchange->connection, exchange->route, response, &exchange->status, &size);
    exchange->stage = STAGE_SENT;
    keeper_limit(exchange->link, HTTP_SEND_LIMIT + (millis)(size / RATE_UNIT) * 1000);
    return result;
}

/* A body that may be large gets time to arrive. */
static void allow_time_for_body(struct http_exchange *exchange)
{
    uint64_t length = exchange_declared_length(exchange);
    if (http_field(&exchange->request, "Transfer-Encoding"))
        length = exchange->route->body_max;
    if (length > RATE_UNIT)
        keeper_limit(
            exchange->link,
            exchange->server->options.receive_limit + (millis)(length / RATE_UNIT) * 1000);
}

/* The head is there: accept or refuse the request. */
static enum MHD_Result take_head(struct http_exchange *exchange, const char *method)
{
    if (exchange_admit(exchange, method)) {
        exchange->body.limit = exchange->route->body_max;
        exchange->stage = STAGE_BODY;
        allow_time_for_body(exchange);
        return MHD_YES;
    }
    exchange->stage = STAGE_REFUSED;
    /* An answer given before the body was read makes the library close the connection afterwards.
     */
    if (exchange->ambiguous || exchange_declared_length(exchange) > DISCARD_MAX)
        return send_answer(exchange, &exchange->response);
    return MHD_YES;
}

static enum MHD_Result take_body(struct http_exchange *exchange, const char *data, size_t *size)
{
    if (exchange->stage == STAGE_BODY) {
        buffer_append(&exchange->body, data, *size);
        if (exchange->body.error == ERROR_MEMORY)
            return MHD_NO;
        /* A body without declared length can turn out too long only here. A limit of 0 would mean
         * no limit to the buffer, but then the head was refused. */
        if (exchange->body.error) {
            buffer_free(&exchange->body);
            http_problem(
                &exchange->response, 413, "body-too-large", "The body is too large", NULL, NULL);
            exchange->stage = STAGE_REFUSED;
        }
    }
    if (exchange->stage == STAGE_REFUSED) {
        exchange->discarded += *size;
        if (exchange->discarded > DISCARD_MAX)
            return MHD_NO;
    }
    *size = 0;
    return MHD_YES;
}

static void refuse_unavailable(struct http_response *response, const char *detail)
{
    http_problem(response, 503, "unavailable", "Not available at the moment", detail, NULL);
    http_header(response, "Retry-After", "1");
}

/* The whole request is there: run the handler. */
static enum MHD_Result dispatch(struct http_exchange *exchange)
{
    /* The handler's response is its own: once parked, exchange->response may be written any time.
     */
    struct http_response response = {0};
    exchange->stage = STAGE_DISPATCH;
    exchange->request.body = buffer_view(&exchange->body);
    keeper_limit(exchange->link, 0);
    enum http_outcome outcome = exchange->route->handler(
        exchange->server->options.context, exchange->route, exchange, &exchange->request,
        &response);
    if (exchange->parked) {
        http_response_free(&response);
        return MHD_YES;
    }
    if (outcome == HTTP_PARKED)
        response.error = ERROR_INTERNAL; /* it said so, but did not park */
    return send_answer(exchange, &response);
}

/* The connection of a parked exchange runs again. */
static enum MHD_Result after_park(struct http_exchange *exchange)
{
    enum http_end why;
    switch (keeper_state(exchange->server->keeper, exchange, &why)) {
    case PARK_NONE:
        return MHD_NO;
    case PARK_WAITING:
        return MHD_YES;
    case PARK_ANSWERED:
        return send_answer(exchange, &exchange->response);
    case PARK_ENDED:
        break;
    }
    if (why == HTTP_END_GONE)
        return MHD_NO;
    refuse_unavailable(
        &exchange->response,
        why == HTTP_END_STOP ? "The server is stopping." : "No answer in time.");
    return send_answer(exchange, &exchange->response);
}

enum MHD_Result exchange_advance(
    void *context, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **exchange_slot)
{
    (void)context, (void)connection, (void)url, (void)version;
    struct http_exchange *exchange = *exchange_slot;
    if (!exchange)
        return MHD_NO;
    if (exchange->stage == STAGE_HEAD)
        return take_head(exchange, method);
    if (*upload_size)
        return take_body(exchange, upload, upload_size);
    switch (exchange->stage) {
    case STAGE_BODY:
        return dispatch(exchange);
    case STAGE_REFUSED:
        return send_answer(exchange, &exchange->response);
    case STAGE_DISPATCH:
        return after_park(exchange);
    case STAGE_HEAD:
    case STAGE_SENT:
        break;
    }
    return MHD_YES;
}

void exchange_close(
    void *context, struct MHD_Connection *connection, void **exchange_slot,
    enum MHD_RequestTerminationCode how)
{
    (void)connection, (void)how;
    struct http_server *server = context;
    struct http_exchange *exchange = *exchange_slot;
    if (!exchange)
        return;
    *exchange_slot = NULL;
    if (exchange->stream)
        stream_close(exchange->stream);
    keeper_limit(exchange->link, server->options.receive_limit);
    if (server->options.observer && exchange->request.path)
        server->options.observer(server->options.context, &exchange->request, exchange->status);
    keeper_leave(server->keeper);
    exchange_release(exchange);
}

enum error http_park(struct http_exchange *exchange, millis limit, http_ended ended, void *context)
{
    if (limit < 1)
        limit = 1;
    if (limit > HTTP_PARK_LIMIT)
        limit = HTTP_PARK_LIMIT;
    if (exchange->parked)
        return ERROR_STATE;
    enum error error = keeper_park(exchange->server->keeper, exchange, limit, ended, context);
    exchange->parked = !error;
    return error;
}

const struct http_request *http_exchange_request(const struct http_exchange *exchange)
{
    return &exchange->request;
}

enum error http_complete(struct http_exchange *exchange, struct http_response *response)
{
    enum error error = keeper_answer(exchange->server->keeper, exchange, response);
    if (error)
        http_response_free(response);
    *response = (struct http_response){0};
    exchange_release(exchange);
    return error;
}

void http_drop(struct http_exchange *exchange)
{
    struct http_response response = {0};
    refuse_unavailable(&response, NULL);
    http_complete(exchange, &response);
}

/* One request and its answer, from the first line to the last byte. Internal to http/. */
#ifndef ENDUSE_HTTP_EXCHANGE_H
#define ENDUSE_HTTP_EXCHANGE_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <stdatomic.h>

#include "http/keeper.h"
#include "http/router.h"
#include "http/server.h"

struct http_server {
    struct http_server_options options;
    struct router *router;
    struct keeper *keeper;
    struct MHD_Daemon *daemon;
    int listener;
    uint16_t port;
    atomic_uint references; /* the owner's, and one for each exchange */
    atomic_ullong requests; /* so far */
};

/* How far a request has come. Only the connection's thread looks. */
enum stage {
    STAGE_HEAD,     /* the request line was read */
    STAGE_BODY,     /* the head was accepted, the body is being collected */
    STAGE_REFUSED,  /* the body is being thrown away, then the refusal is sent */
    STAGE_DISPATCH, /* the handler has run */
    STAGE_SENT,     /* an answer was given to the library */
};

struct http_exchange {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct keeper_link *link;
    atomic_uint references; /* the connection's, and the owner's while parked */
    enum stage stage;
    unsigned status; /* that was sent; 0: none */
    const struct http_route *route;
    struct bytes target; /* path and query as sent */
    bool ambiguous;      /* where the body ends is not certain: nothing more is read */
    bool parked;         /* http_park succeeded */
    size_t discarded;    /* bytes of a body thrown away */
    struct buffer body;
    struct arena arena; /* what request points to */
    struct http_request request;
    struct http_response response;
    char peer[INET6_ADDRSTRLEN];
    struct keeper_park park;
    struct http_stream *stream; /* the body, where it is one; one reference is ours */
};

/* The library's callbacks; each context is the server. */
void *exchange_open(void *context, const char *target, struct MHD_Connection *connection);
enum MHD_Result exchange_advance(
    void *context, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **exchange);
void exchange_close(
    void *context, struct MHD_Connection *connection, void **exchange,
    enum MHD_RequestTerminationCode how);

void exchange_hold(struct http_exchange *exchange);
void exchange_release(struct http_exchange *exchange);

/* Checks the head of a request and fills exchange->request and route from it. When the request is
 * refused, exchange->response says why and false is returned. In admission.c. */
bool exchange_admit(struct http_exchange *exchange, const char *method);

/* The length that the head declares for the body; 0 where there is none or it comes in chunks. */
uint64_t exchange_declared_length(const struct http_exchange *exchange);

/* Whether the client takes gzip. And packs the content where the response may be packed and the
 * client takes that; where it cannot be, the content stays as it is. In coding.c. */
bool client_takes_gzip(const struct http_request *request);
void response_pack(struct http_response *response, const struct http_request *request);

/* Gives the library an answer; consumes the response. In reply.c. */
enum MHD_Result reply_send(
    struct MHD_Connection *connection, const struct http_route *route,
    struct http_response *response, unsigned *ret_status, uint64_t *ret_size);

/* A stream as the library's response; NULL: no memory. And what ends it with its exchange. In
 * stream.c. */
struct MHD_Response *stream_reply(struct http_stream *stream);
void stream_close(struct http_stream *stream);

void server_release(struct http_server *server);

#endif

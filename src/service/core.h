/* What the handlers share: one struct for a running server. Internal to service/. */
#ifndef ENDUSE_SERVICE_CORE_H
#define ENDUSE_SERVICE_CORE_H

#include "service/limiter.h"
#include "service/readers.h"
#include "service/service.h"
#include "service/writer.h"

struct service {
    const struct os *os;
    const struct settings *settings;
    int log;
    int lock; /* a file of the folder, locked: one server a folder */
    struct private_key *lease_key, *log_key;
    struct store *store;
    struct readers *readers;
    struct writer *writer;
    struct limiter *limiter; /* NULL: no limit */
    struct http_route *routes;
    struct http_server *server;
    struct digest authority;
    bool demo;
    char name[200]; /* the authority's, for pages */
    uint32_t run;   /* random: with a request's number, its id */
};

/* A handler's view of the database: a reader, an arena, and one state of it for all reads. */
struct reading {
    struct service *service;
    struct store_reader *reader;
    struct arena arena;
    millis time; /* the server's wall clock */
    struct fault fault;
};

/* Takes a reader and begins a snapshot. On failure the response is the refusal, and there is
 * nothing to end. */
enum error
reading_begin(struct service *service, struct http_response *response, struct reading *ret_reading);
void reading_end(struct reading *reading);

/* Ends a handler that failed with reading->fault: the refusal, HTTP_ANSWERED. */
enum http_outcome reading_failed(struct reading *reading, struct http_response *response);

/* Begins an answer of JSON; json_writer_end goes to response_json_end. */
void response_json(struct http_response *response, unsigned status, struct json_writer *writer);
enum http_outcome response_json_end(struct http_response *response, struct json_writer *writer);

/* A signed instrument as the answer, with its digest as entity tag. */
enum http_outcome response_document(
    struct http_response *response, const struct http_request *request, struct bytes document);

#endif

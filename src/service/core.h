/* What the handlers share: one struct for a running server. Internal to service/ and site/. */
#ifndef ENDUSE_SERVICE_CORE_H
#define ENDUSE_SERVICE_CORE_H

#include <stdatomic.h>

#include "form/form.h"
#include "paper/paper.h"
#include "service/access.h"
#include "service/counting.h"
#include "service/limiter.h"
#include "service/live.h"
#include "service/pending.h"
#include "service/personas.h"
#include "service/readers.h"
#include "service/routes.h"
#include "service/service.h"
#include "service/sessions.h"
#include "service/writer.h"

struct json_writer;

struct service {
    const struct os *os;
    const struct settings *settings;
    const struct service_site *site; /* NULL: none */
    int log;
    int lock; /* a file of the folder, locked: one server a folder */
    struct private_key *lease_key, *log_key;
    struct store *store;
    struct readers *readers;
    struct writer *writer;
    struct live *live;
    struct limiter *limiter;    /* of addresses; NULL: no limit */
    struct limiter *people;     /* of those who are logged in; likewise */
    struct limiter *complaints; /* by address */
    struct limiter *failures;   /* of tries, by address and what was tried at: tries.h */
    struct limiter *work;       /* by address: what takes long to check */
    struct sessions *sessions;
    struct personas *personas;  /* at a demonstration */
    struct pending *pending;    /* what waits for a passkey */
    struct digest views_secret; /* tags what the site keeps in browsers; of the lease key */
    struct counting *counting;  /* has the figures */
    struct form_keeper *forms;  /* those of certificates that were shown */
    struct press *press;        /* makes PDFs */
    atomic_uint port;           /* 0 until it is known */
    struct http_route *routes;  /* route_count of them: the API's, then the site's */
    size_t route_count;
    struct http_server *server;
    struct digest authority;
    bool demo;
    char name[200]; /* the authority's, for pages */
    uint32_t run;   /* random: with a request's number, its id */
};

/* A handler's view of the database: a reader, an arena, and one state of it for all reads. */
struct reading {
    struct service *service;
    const struct http_request *request;
    struct store_reader *reader;
    struct arena arena;
    millis time;        /* the server's wall clock */
    millis clock;       /* one that does not go back */
    struct actor who;   /* logged in; kind 0: anyone */
    struct bytes token; /* of the session; the request's memory */
    struct office_view view;
    struct office office; /* by reading_office alone */
    bool has_office;
    struct fault fault;
};

/* Takes a reader and begins a snapshot; finds out who asks, and whether the route is for them. On
 * failure the response is the refusal, and there is nothing to end. *ret_reading points to parts of
 * itself: it is not to be moved. */
enum error reading_begin(
    struct service *service, const struct http_route *route, const struct http_request *request,
    struct http_response *response, struct reading *ret_reading);
/* The same without a request, for nobody. On failure there is nothing to end. */
enum error reading_open(struct service *service, struct reading *ret_reading);
/* The same for whoever the request's cookie names: of a page that says why another was refused.
 * Fails where it names nobody. */
enum error reading_of_session(
    struct service *service, const struct http_request *request, struct reading *ret_reading);
void reading_end(struct reading *reading);

/* The office as it stands at the reading's time; looked up once. It lives as long as the reading.
 */
enum error reading_office(struct reading *reading, const struct office **ret_office);

/* Whose key it is at that time, and how they sign: errors as actor_find. */
enum error reading_actor(
    struct reading *reading, const struct key_id *key, struct actor *ret_actor,
    struct signer *ret_signer);

/* Ends a handler that failed with reading->fault: the refusal, HTTP_ANSWERED. */
enum http_outcome reading_failed(struct reading *reading, struct http_response *response);

/* The token of a request that says it has one (RFC 6750 section 2.1), else nothing; and that of a
 * browser's cookie, which counts for pages alone: nothing at the API is done or read by what a
 * browser sends by itself. */
struct bytes bearer_token(const struct http_request *request);
struct bytes cookie_token(const struct service *service, const struct http_request *request);

/* The value of a cookie by name; empty where there is none. */
struct bytes cookie_value(const struct http_request *request, const char *name);

/* Decodes a signed instrument, without verifying anything, and holds it to the type. */
enum error decode_document(
    struct bytes document, enum instrument_type type, struct arena *arena, struct fault *fault,
    void **ret_value);

/* Opens a session for whoever signed this login, and gives its token. What fails is counted, and
 * everything is logged. False: the response is the refusal, and the reading is over. session.c. */
bool login_enter(
    struct reading *reading, const struct http_request *request, struct bytes login,
    struct http_response *response, char token[TOKEN_TEXT_SIZE], struct actor *ret_actor);

/* Whether a browser that is at this origin is at this server: at --origin, or else at loopback by
 * any of its names. place is for the fault: ERROR_SESSION_ORIGIN. */
enum error origin_check(
    const struct service *service, const char *origin, const char *place, struct fault *fault);

/* The origin at which people sign with passkeys: --sign-origin, or at a demonstration
 * sign.localhost with the server's port; "" where there is none. Nothing but signing is done there,
 * so that no other page of this server, whatever becomes of it, can ask a passkey for a signature.
 * Returns text. */
enum { ORIGIN_TEXT_SIZE = 300 };
const char *sign_origin(const struct service *service, char text[ORIGIN_TEXT_SIZE]);

/* The origin at which the other pages are, as the request's browser has it or was told. */
const char *page_origin(const struct service *service, char text[ORIGIN_TEXT_SIZE]);

/* Appends the address of the page that the request asks for, at page_origin, with its query. */
enum error
page_address(const struct service *service, const struct http_request *request, struct buffer *url);

/* Whether the request came to the host of sign_origin. */
bool is_at_sign_origin(const struct service *service, const struct http_request *request);

/* 429 with Retry-After. */
void refuse_for_now(struct http_response *response, millis wait);

/* The kind of the request's path, of which the reader sees files, if only their own; and whether
 * they see this one. files.c. */
enum error find_visible_kind(
    struct reading *reading, const struct http_request *request, enum file_kind *ret_kind);
enum error file_is_visible(
    struct reading *reading, enum file_kind kind, const void *content, bool *ret_visible);

/* The file of that kind and number; one that the reader does not see is not there. files.c. */
enum error load_visible_file(
    struct reading *reading, enum file_kind kind, const char *number, const void **ret_content);

/* The file that the request's path names; one that the reader does not see is not there. files.c.
 */
enum error find_visible_file(
    struct reading *reading, const struct http_request *request, enum file_kind *ret_kind,
    const void **ret_content);

/* Whether this address complains too often, and how long until it may: what fills the office with
 * letters keeps it from reading any. complaints.c. */
bool complaint_is_one_too_many(
    struct service *service, const struct http_request *request, millis *ret_wait);

/* The case of a complaint, for whoever knows its secret (NULL: nobody does). ERROR_NOT_FOUND, which
 * does not say whether there is such a reference, and counts as a try that failed: ask tries_left
 * first. complaints.c. */
enum error complaint_find(
    struct reading *reading, const struct http_request *request, const char *reference,
    const char *secret, const struct case_file **ret_case);

/* The name of a cookie that only this host can have set, where people come by TLS (RFC 6265bis
 * section 4.1.3.2: then its path is "/"). */
#define HOST_COOKIE(service, name) (service_is_secure(service) ? "__Host-" name : (name))

/* Sets a cookie for so many seconds (0: until the browser ends), or takes it away (value ""). No
 * other site's form comes with it; a link does, and so does the way back from signing, which may be
 * another site to the browser. */
void cookie_set(
    const struct service *service, struct http_response *response, const char *name,
    const char *value, int seconds);

/* The name of the cookie that has a browser's session, and whether people reach the server by TLS.
 */
const char *session_cookie(const struct service *service);
bool service_is_secure(const struct service *service);

/* Begins an answer of JSON; json_writer_end goes to response_json_end. */
void response_json(struct http_response *response, unsigned status, struct json_writer *writer);
enum http_outcome response_json_end(struct http_response *response, struct json_writer *writer);

/* Members of such an answer: a moment, and bytes in base64url. */
void put_time(struct json_writer *writer, const char *name, millis time);
void put_bytes(struct json_writer *writer, const char *name, struct bytes bytes);

/* Gives a finished answer of JSON an entity tag, by what it says; where the client has that
 * already, it becomes 304. */
void response_tag(struct http_response *response, const struct http_request *request);

/* A signed instrument as the answer, with its digest as entity tag. */
enum http_outcome response_document(
    struct http_response *response, const struct http_request *request, struct bytes document);

#endif

/* Starting and stopping; what every answer gets; the access log. */
#include "service/service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/core.h"
#include "service/handlers.h"
#include "service/log.h"
#include "service/monotonic.h"
#include "service/refusal.h"
#include "service/routes.h"
#include "service/setup.h"

enum {
    STOP_GRACE = 5000,
    COMPLAINTS = 1, /* a second, in bursts of ten */
    FAILURES = 1,   /* tries a second that may fail, in bursts of ten */
    WORK = 2,       /* documents and new keys a second to check, in bursts of twenty */
};

/* --- Around each request ------------------------------------------------------------------ */

/* A request's id in its answer: the run, which the log names at the start, and the number that the
 * log's lines give. */
static void request_id(const struct service *service, uint64_t number, char text[32])
{
    snprintf(text, 32, "%08x-%llu", service->run, (unsigned long long)number);
}

/* One host of the server signs, the others do all else. Whoever follows a link from the one to the
 * other is led there. */
static bool is_elsewhere(
    const struct service *service, const struct service_row *row,
    const struct http_request *request, struct http_response *response)
{
    bool asset = row->flags & HTTP_ROUTE_IMMUTABLE;
    bool there = is_at_sign_origin(service, request);
    if (asset || there == row->signs)
        return false;
    struct buffer url = {0};
    bool page = there && row->flags & HTTP_ROUTE_PAGE && request->method == HTTP_GET;
    const char *text = page && !page_address(service, request, &url) ? buffer_text(&url) : NULL;
    if (text) {
        response->status = 303;
        http_header(response, "Location", "%s", text);
    } else {
        http_problem(response, 404, "not-found", "Not found", NULL, NULL);
    }
    buffer_free(&url);
    return true;
}

/* What every row's handler is to the HTTP server: the limit first, then the row's own. */
static enum http_outcome handle(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    struct service *service = context;
    const struct service_row *row = route->data;
    millis wait = 0;
    if (service->limiter &&
        !limiter_take(service->limiter, request->peer, monotonic_now(), &wait)) {
        refuse_for_now(response, wait);
        return HTTP_ANSWERED;
    }
    if (is_elsewhere(service, row, request, response))
        return HTTP_ANSWERED;
    return row->handler(context, route, exchange, request, response);
}

static void
finish(void *context, const struct http_request *request, struct http_response *response)
{
    struct service *service = context;
    char id[32];
    request_id(service, request->id, id);
    http_header(response, "Request-Id", "%s", id);
    /* A person at a browser gets a page; programs, and all of the API, get the problem itself. */
    const char *accept = http_field(request, "Accept");
    if (service->site && response->type &&
        strcmp(response->type, "application/problem+json") == 0 && accept &&
        strstr(accept, "text/html") && request->path && !text_starts(request->path, "/api/"))
        service->site->problem(service, request, id, response);
}

/* Whether it is about a complaint: at the API, or on the pages (site/) for it. */
static bool is_complaining(const char *path)
{
    return path && (text_starts(path, "/api/v1/complaints") || text_starts(path, "/report"));
}

static void observe(void *context, const struct http_request *request, unsigned status)
{
    struct service *service = context;
    struct log_line line;
    log_begin(&line, status >= 500 ? "error" : "info", "request");
    log_number(&line, "request", request->id);
    log_text(&line, "method", http_method_text(request->method));
    log_text(&line, "path", request->path);
    if (status)
        log_number(&line, "status", status);
    else
        log_text(&line, "status", "gone");
    /* From where somebody complains is nobody's to keep. */
    if (!is_complaining(request->path))
        log_text(&line, "peer", request->peer);
    log_end(&line, service->log);
}

/* --- Starting ----------------------------------------------------------------------------- */

/* A folder without keys or database is one that nobody made; that is said instead of a path's
 * absence. */
static enum error say_what_is_missing(enum error error, const char *what, struct fault *fault)
{
    if (error == ERROR_NOT_FOUND)
        fault_set(fault, error, what, "a folder made with: enduse serve --init", "none");
    return error;
}

/* Two servers on one folder would take turns at the database, and each would answer from what it
 * remembers of its own turns. */
static enum error
lock_folder(struct service *service, const struct setup_paths *paths, struct fault *fault)
{
    service->lock = service->os->open(paths->lock, O_RDWR | O_CREAT, 0600);
    if (service->lock < 0) {
        enum error error = fault_place(fault, error_from_errno(errno), "%s", paths->lock);
        return say_what_is_missing(error, paths->data, fault);
    }
    if (service->os->lock(service->lock) == 0)
        return ERROR_OK;
    enum error error = error_from_errno(errno);
    return fault_set(
        fault, error == ERROR_IO ? ERROR_IO : ERROR_BUSY, paths->lock,
        "a folder on which no other server runs", NULL);
}

/* A secret that is the same after each start: what the lease key signs here is shown to nobody, and
 * is no document. */
static enum error make_views_secret(struct service *service, struct fault *fault)
{
    struct signature signature;
    enum error error =
        private_key_sign(service->lease_key, bytes_of("enduse/site/views/v1"), fault, &signature);
    if (error)
        return error;
    service->views_secret = sha256_of((struct bytes){signature.bytes, signature.length});
    secret_wipe(&signature, sizeof signature);
    return ERROR_OK;
}

static enum error
open_keys(struct service *service, const struct setup_paths *paths, struct fault *fault)
{
    enum error error =
        setup_key(service->os, service->settings, paths->lease, fault, &service->lease_key);
    if (!error)
        error = setup_key(service->os, service->settings, paths->log, fault, &service->log_key);
    if (!error)
        error = make_views_secret(service, fault);
    return say_what_is_missing(error, paths->keys, fault);
}

static enum error
open_store(struct service *service, const struct setup_paths *paths, struct fault *fault)
{
    const struct store_options options = {
        .os = service->os,
        .keys = {.lease = service->lease_key, .log = service->log_key},
    };
    enum error error = store_open(paths->database, &options, fault, &service->store);
    if (error)
        return say_what_is_missing(error, paths->database, fault);
    const struct root_chain *chain = store_chain(service->store);
    service->authority = chain->authority;
    service->demo = chain->current.demo;
    snprintf(service->name, sizeof service->name, "%s", chain->current.name);
    if (service->demo && !service->settings->demo)
        return fault_set(
            fault, ERROR_ROOT_DEMO, paths->database, "--demo, or the root of a real authority",
            "%s", chain->current.name);
    return readers_new(service->os, paths->database, fault, &service->readers);
}

static bool is_loopback(const char *address)
{
    return text_starts(address, "127.") || text_starts(address, "[::1]");
}

static enum error make_routes(struct service *service, struct fault *fault)
{
    size_t more = service->site ? service->site->row_count : 0;
    service->route_count = service_row_count + more;
    service->routes = calloc(service->route_count, sizeof *service->routes);
    if (!service->routes)
        return fault_place(fault, ERROR_MEMORY, "routes");
    for (size_t i = 0; i < service->route_count; i++) {
        const struct service_row *row =
            i < service_row_count ? &service_rows[i] : &service->site->rows[i - service_row_count];
        service->routes[i] = (struct http_route){
            .method = row->method,
            .pattern = row->pattern,
            .handler = handle,
            .data = row,
            .body_max = row->body_max,
            .accepts = row->accepts,
            .flags = row->flags,
        };
    }
    return ERROR_OK;
}

/* An origin as logins have it. */
static enum error check_one_origin(const char *origin, const char *flag, struct fault *fault)
{
    static const uint8_t any[] = {0};
    const struct login login = {.challenge = BYTES_ARRAY(any), .origin = origin};
    enum error error = origin ? login_check(&login, fault) : ERROR_OK;
    return error ? fault_within(fault, error, "%s", flag) : ERROR_OK;
}

static enum error check_origins(const struct settings *settings, struct fault *fault)
{
    const char *origin = settings->origin, *sign = settings->sign_origin;
    if (!is_loopback(settings->listen) && !origin)
        return fault_set(
            fault, ERROR_USAGE, "--origin", "the address that people reach the server by", "none");
    enum error error = check_one_origin(origin, "--origin", fault);
    if (!error)
        error = check_one_origin(sign, "--sign-origin", fault);
    if (!error && sign && origin && strcmp(sign, origin) == 0)
        error = fault_set(
            fault, ERROR_USAGE, "--sign-origin", "another host than that of --origin", "%s", sign);
    return error;
}

static enum error listen_there(struct service *service, struct fault *fault)
{
    const struct settings *settings = service->settings;
    if (!is_loopback(settings->listen) && !settings->remote)
        return fault_set(
            fault, ERROR_USAGE, "--listen", "a loopback address, or --remote", "%s",
            settings->listen);
    enum error error = check_origins(settings, fault);
    if (!error)
        error = make_routes(service, fault);
    if (error)
        return error;
    const struct http_server_options options = {
        .address = settings->listen,
        .routes = service->routes,
        .route_count = service->route_count,
        .context = service,
        .observer = observe,
        .finisher = finish,
        .loopback_only = service->demo,
        .threads = (unsigned)settings->threads,
    };
    error = http_server_start(&options, fault, &service->server);
    if (!error)
        atomic_store(&service->port, http_server_port(service->server));
    return error;
}

static void log_start(const struct service *service)
{
    struct log_line line;
    char text[DIGEST_TEXT_SIZE];
    log_begin(&line, "info", "start");
    log_text(&line, "program", "enduse " ENDUSE_VERSION);
    log_text(&line, "authority", digest_text(&service->authority, text));
    request_id(service, 0, text);
    log_text(&line, "run", text);
    log_number(&line, "port", http_server_port(service->server));
    log_text(&line, "demo", service->demo ? "yes" : NULL);
    log_end(&line, service->log);
}

/* What is kept in memory of who asks. */
static enum error make_tables(struct service *service, struct fault *fault)
{
    const struct settings *settings = service->settings;
    if ((settings->rate && !(service->limiter = limiter_new(settings->rate))) ||
        (settings->person_rate && !(service->people = limiter_new(settings->person_rate))) ||
        !(service->complaints = limiter_new(COMPLAINTS)) ||
        !(service->failures = limiter_new(FAILURES)) || !(service->work = limiter_new(WORK)) ||
        !(service->pending = pending_new()) || !(service->forms = form_keeper_new()))
        return fault_place(fault, ERROR_MEMORY, "start");
    return sessions_new(
        service->os, settings->session_idle, settings->session_longest, fault, &service->sessions);
}

static enum error start(struct service *service, struct fault *fault)
{
    struct arena arena = {0};
    struct setup_paths paths;
    const struct settings *settings = service->settings;
    enum error error = setup_paths(settings, &arena, fault, &paths);
    if (!error && service->os->random(&service->run, sizeof service->run))
        error = fault_place(fault, ERROR_RANDOM, "start");
    if (!error)
        error = make_tables(service, fault);
    if (!error)
        error = lock_folder(service, &paths, fault);
    if (!error)
        error = open_keys(service, &paths, fault);
    if (!error)
        error = open_store(service, &paths, fault);
    if (!error && settings->personas && !service->demo)
        error = fault_set(fault, ERROR_USAGE, "--personas", "a demonstration root", NULL);
    if (!error)
        error = personas_open(service->os, settings->personas, fault, &service->personas);
    if (!error)
        error = live_start(service, fault, &service->live);
    if (!error)
        error = counting_start(service, fault, &service->counting);
    const struct writer_options options = {
        .store = service->store,
        .answer = submit_answer,
        .log = service->log,
        .changed = live_changed,
        .context = service->live,
    };
    if (!error)
        error = writer_start(&options, fault, &service->writer);
    const struct paper_options paper = {.program = settings->pdf_python};
    if (!error)
        error = press_new(&paper, fault, &service->press);
    if (!error)
        error = listen_there(service, fault);
    if (!error)
        log_start(service);
    arena_free(&arena);
    return error;
}

static void release(struct service *service)
{
    press_free(service->press);
    writer_stop(service->writer);
    live_stop(service->live);
    counting_stop(service->counting);
    readers_free(service->readers);
    store_close(service->store);
    private_key_free(service->lease_key);
    secret_wipe(&service->views_secret, sizeof service->views_secret);
    private_key_free(service->log_key);
    limiter_free(service->limiter);
    limiter_free(service->people);
    limiter_free(service->complaints);
    limiter_free(service->failures);
    limiter_free(service->work);
    sessions_free(service->sessions);
    personas_free(service->personas);
    pending_free(service->pending);
    form_keeper_free(service->forms);
    if (service->lock >= 0)
        service->os->close(service->lock); /* which unlocks it */
    free(service->routes);
    free(service);
}

enum error service_start(
    const struct os *os, const struct settings *settings, const struct service_site *site, int log,
    struct fault *fault, struct service **ret_service)
{
    struct service *service = calloc(1, sizeof *service);
    if (!service)
        return fault_place(fault, ERROR_MEMORY, "start");
    service->os = os;
    service->settings = settings;
    service->site = site;
    service->log = log;
    service->lock = -1;
    enum error error = start(service, fault);
    if (error) {
        release(service);
        return error;
    }
    *ret_service = service;
    return ERROR_OK;
}

uint16_t service_port(const struct service *service)
{
    return http_server_port(service->server);
}

bool service_is_demo(const struct service *service)
{
    return service->demo;
}

size_t service_waiting(struct service *service)
{
    return writer_waiting(service->writer);
}

size_t service_live(struct service *service)
{
    return live_count(service->live);
}

void service_stop(struct service *service)
{
    if (!service)
        return;
    /* What was queued is committed and answered; then the rest is told to come again. */
    writer_drain(service->writer, STOP_GRACE);
    http_server_stop(service->server, STOP_GRACE);
    struct log_line line;
    log_begin(&line, "info", "stop");
    log_end(&line, service->log);
    release(service);
}

const char *service_advice(enum error error)
{
    switch (error) {
    case ERROR_ROOT_DEMO:
        return "Start it with --demo, or make a folder with the authority's own root.";
    case ERROR_BUSY:
        return "Another server runs: stop it, or give another --listen or --data.";
    case ERROR_KEY_SEALED:
        return "Give the passphrase with --passphrase-file FILE.";
    default:
        return store_advice(error);
    }
}

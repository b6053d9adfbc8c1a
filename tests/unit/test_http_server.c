/* http: the server over loopback: routes, limits, malformed requests, parked exchanges, stopping.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "assets.h"
#include "failing_alloc.h"
#include "http/client.h"
#include "http/server.h"
#include "http_fixture.h"

/* What tests and handlers share. */
struct office {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct http_exchange *parked[128]; /* in the order they came */
    size_t parked_count;
    int ended[3]; /* by enum http_end */
    millis park_limit;
    bool drop_when_ended;
    atomic_int observed, observed_lost;
};

static struct office *new_office(void)
{
    struct office *office = calloc(1, sizeof *office);
    assert_non_null(office);
    pthread_mutex_init(&office->lock, NULL);
    pthread_cond_init(&office->changed, NULL);
    office->park_limit = MILLIS_MINUTE;
    return office;
}

static void free_office(struct office *office)
{
    pthread_mutex_destroy(&office->lock);
    pthread_cond_destroy(&office->changed);
    free(office);
}

static enum http_outcome hello(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)exchange;
    response->status = 200;
    response->type = "text/plain";
    buffer_printf(&response->content, "%s|%s", route->pattern, request->peer);
    for (size_t i = 0; i < request->parameters.count; i++)
        buffer_printf(
            &response->content, "|%s=%s", request->parameters.items[i].name,
            request->parameters.items[i].value);
    for (size_t i = 0; i < request->query.count; i++)
        buffer_printf(
            &response->content, "|?%s=%s", request->query.items[i].name,
            request->query.items[i].value);
    return HTTP_ANSWERED;
}

static enum http_outcome echo(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)route, (void)exchange;
    response->status = 200;
    response->type = "application/cbor";
    buffer_append_bytes(&response->content, request->body);
    http_header(response, "X-Type", "%s", request->type);
    return HTTP_ANSWERED;
}

/* Puts what the client sent into a header field. */
static enum http_outcome inject(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)route, (void)exchange;
    response->status = 200;
    response->type = "text/plain";
    buffer_append_text(&response->content, "never seen");
    http_header(response, "X-Name", "%s", http_query(request, "name"));
    return HTTP_ANSWERED;
}

static atomic_int releases;

static void count_release(void *context)
{
    (void)context;
    atomic_fetch_add(&releases, 1);
}

static enum http_outcome tagged(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)route, (void)exchange;
    response->status = 200;
    response->type = "text/css";
    response->borrowed = BYTES_LITERAL("body{}");
    response->release = count_release;
    http_etag(response, request, BYTES_LITERAL("\x01\xAB"));
    return HTTP_ANSWERED;
}

static enum http_outcome forgetful(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)route, (void)exchange, (void)request, (void)response;
    return HTTP_PARKED; /* but it did not park */
}

static void note_end(void *context, enum http_end why)
{
    struct office *office = context;
    pthread_mutex_lock(&office->lock);
    office->ended[why]++;
    pthread_cond_broadcast(&office->changed);
    pthread_mutex_unlock(&office->lock);
}

static enum http_outcome park(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)route, (void)request;
    struct office *office = context;
    /* Under the lock, so that the thread that completes finds the exchange in the list. */
    pthread_mutex_lock(&office->lock);
    enum error error = http_park(exchange, office->park_limit, note_end, office);
    if (!error) {
        office->parked[office->parked_count++] = exchange;
        pthread_cond_broadcast(&office->changed);
    }
    pthread_mutex_unlock(&office->lock);
    if (!error)
        return HTTP_PARKED;
    http_problem(response, 503, "unavailable", "Stopping", NULL, NULL);
    return HTTP_ANSWERED;
}

static void observe(void *context, const struct http_request *request, unsigned status)
{
    struct office *office = context;
    (void)request;
    atomic_fetch_add(status ? &office->observed : &office->observed_lost, 1);
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/", .handler = hello},
    {.method = HTTP_GET, .pattern = "/api/v1/licences/{licence}", .handler = hello},
    {.method = HTTP_GET, .pattern = "/api/v1/licences/open", .handler = hello},
    {.method = HTTP_GET, .pattern = "/api/v1/{kind}/open/deep", .handler = hello},
    {.method = HTTP_DELETE, .pattern = "/api/v1/licences/{licence}", .handler = hello},
    {.method = HTTP_GET, .pattern = "/tile/{level}/{index...}", .handler = hello},
    {.method = HTTP_POST,
     .pattern = "/api/v1/acts",
     .handler = echo,
     .body_max = 1000,
     .accepts = "application/cbor text/plain"},
    {.method = HTTP_POST,
     .pattern = "/large",
     .handler = echo,
     .body_max = 4 << 20,
     .accepts = "application/cbor"},
    {.method = HTTP_POST, .pattern = "/no-body", .handler = hello},
    {.method = HTTP_GET, .pattern = "/inject", .handler = inject},
    {.method = HTTP_GET,
     .pattern = "/style.css",
     .handler = tagged,
     .flags = HTTP_ROUTE_PAGE | HTTP_ROUTE_IMMUTABLE},
    {.method = HTTP_GET, .pattern = "/forgetful", .handler = forgetful},
    {.method = HTTP_GET,
     .pattern = "/assets/{name}",
     .handler = http_assets_answer,
     .data = &assets,
     .flags = HTTP_ROUTE_PAGE | HTTP_ROUTE_IMMUTABLE},
    {.method = HTTP_GET, .pattern = "/park", .handler = park},
    {.method = HTTP_POST,
     .pattern = "/park",
     .handler = park,
     .body_max = 1000,
     .accepts = "application/cbor"},
};

static struct http_server *start(struct office *office, struct http_server_options options)
{
    struct http_server *server = NULL;
    struct fault fault = {0};
    options.address = "127.0.0.1:0";
    options.routes = routes;
    options.route_count = sizeof routes / sizeof *routes;
    options.context = office;
    options.observer = observe;
    options.threads = 2;
    options.connections = 256;
    enum error error = http_server_start(&options, &fault, &server);
    if (error)
        fail_msg("%s: %s", fault.place, fault.found);
    return server;
}

/* Each row is sent on a connection of its own. */
static void answers_by_the_table(void **state)
{
    (void)state;
    static const struct {
        const char *request; /* the first line, and fields that follow Host */
        unsigned status;
        const char *holds; /* part of the answer */
    } rows[] = {
        {"GET / HTTP/1.1\r\n", 200, "\r\n\r\n/|127.0.0.1"},
        {"GET /?a=1&b=%C3%A9+x&a=2&c HTTP/1.1\r\n", 200, "|?a=1|?b=\xC3\xA9 x|?a=2|?c="},
        {"GET /api/v1/licences/IL-2026-0017 HTTP/1.1\r\n", 200, "{licence}|127.0.0.1|licence=IL-2"},
        {"GET /api/v1/licences/a%20b%26 HTTP/1.1\r\n", 200, "|licence=a b&"},
        {"GET /api/v1/licences/open HTTP/1.1\r\n", 200, "licences/open|"},
        {"GET /api/v1/licences/open/deep HTTP/1.1\r\n", 200, "{kind}/open/deep|"},
        {"DELETE /api/v1/licences/open HTTP/1.1\r\n", 200, "|licence=open"},
        {"GET /tile/0/x001/x234/067 HTTP/1.1\r\n", 200, "|level=0|index=x001/x234/067"},
        {"GET /tile/0 HTTP/1.1\r\n", 404, "urn:enduse:problem:not-found"},
        {"GET /tile/0/ HTTP/1.1\r\n", 404, NULL},
        {"GET /tile/0/a//b HTTP/1.1\r\n", 404, NULL},
        {"GET /api/v1/licences/ HTTP/1.1\r\n", 404, NULL},
        {"GET /nothing HTTP/1.1\r\n", 404, "application/problem+json"},
        {"GET /a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a HTTP/1.1\r\n", 404, NULL},
        {"HEAD / HTTP/1.1\r\n", 200, "Content-Length: 11\r\n"},
        {"POST / HTTP/1.1\r\n", 405, "Allow: GET, HEAD\r\n"},
        {"PUT /api/v1/licences/x HTTP/1.1\r\n", 405, "Allow: GET, HEAD, DELETE\r\n"},
        {"BREW / HTTP/1.1\r\n", 501, NULL},
        {"OPTIONS / HTTP/1.1\r\n", 501, NULL},
        {"GET /%zz HTTP/1.1\r\n", 400, "\"place\":\"path: offset 1\""},
        {"GET /%4 HTTP/1.1\r\n", 400, "HTTP_PERCENT"},
        {"GET /% HTTP/1.1\r\n", 400, "HTTP_PERCENT"},
        {"GET /a%00b HTTP/1.1\r\n", 400, "HTTP_PATH"},
        {"GET /a%0d%0ab HTTP/1.1\r\n", 400, "HTTP_PATH"},
        {"GET /a%2Fb HTTP/1.1\r\n", 400, "HTTP_PATH"},
        {"GET /a%5cb HTTP/1.1\r\n", 400, "HTTP_PATH"},
        {"GET /../etc/passwd HTTP/1.1\r\n", 400, "HTTP_PATH"},
        {"GET /tile/%2e%2e/x HTTP/1.1\r\n", 400, "HTTP_PATH"},
        {"GET /tile/./x HTTP/1.1\r\n", 400, "HTTP_PATH"},
        {"GET /tile/0/.%2E HTTP/1.1\r\n", 400, "HTTP_PATH"},
        {"GET /%C3%28 HTTP/1.1\r\n", 400, "UTF8"},
        {"GET /\xC3\xA9 HTTP/1.1\r\n", 400, "HTTP_CHARACTER"},
        {"GET /a\"b HTTP/1.1\r\n", 400, "HTTP_CHARACTER"},
        {"GET nothing HTTP/1.1\r\n", 400, NULL},
        {"GET /?a=%f HTTP/1.1\r\n", 400, "query: offset 2"},
        {"GET /?a=%00 HTTP/1.1\r\n", 400, "HTTP_CHARACTER"},
        {"GET /?a=<b> HTTP/1.1\r\n", 400, "HTTP_CHARACTER"},
        {"GET /inject?name=plain HTTP/1.1\r\n", 200, "X-Name: plain\r\n"},
        {"GET /inject?name=a%0d%0aSet-Cookie:x HTTP/1.1\r\n", 500, "Internal error"},
        {"GET /inject?name=a%0aSet-Cookie:x HTTP/1.1\r\n", 500, "Internal error"},
        {"GET /inject?name=%C3%A9 HTTP/1.1\r\n", 500, "Internal error"},
        {"GET /forgetful HTTP/1.1\r\n", 500, "Internal error"},
        {"POST /no-body HTTP/1.1\r\nContent-Length: 0\r\n", 200, NULL},
        {"POST /api/v1/acts HTTP/1.1\r\n", 200, "Content-Length: 0\r\n"},
        {"GET / HTTP/1.1\r\nBad Name: x\r\n", 400, NULL},
        {"GET / HTTP/1.1\r\nX: a\x01z\r\n", 400, "HTTP_FIELD"},
        {"GET / HTTP/1.1\r\nX: \xFF\r\n", 400, "HTTP_FIELD"},
        {"GET / HTTP/1.1\r\nHost: other\r\n", 400, NULL},
        {"POST /api/v1/acts HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n", 400, NULL},
        {"POST /api/v1/acts HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400,
         NULL},
        {"POST /api/v1/acts HTTP/1.1\r\nContent-Length: -1\r\n", 400, NULL},
        {"POST /api/v1/acts HTTP/1.1\r\nContent-Length: 1x\r\n", 400, NULL},
        {"POST /api/v1/acts HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n", 400, NULL},
        {"POST /api/v1/acts HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n", 413, NULL},
        {"POST /api/v1/acts HTTP/1.1\r\nContent-Length: 999999\r\n", 413, "at most 1000 bytes"},
        {"POST /api/v1/acts HTTP/1.1\r\nOrigin: http://evil.example\r\n", 403, NULL},
        {"POST /api/v1/acts HTTP/1.1\r\nOrigin: null\r\n", 403, NULL},
        {"POST /api/v1/acts HTTP/1.1\r\nOrigin: http://here\r\n", 200, NULL},
        {"POST /api/v1/acts HTTP/1.1\r\nSec-Fetch-Site: cross-site\r\n", 403, NULL},
        {"POST /api/v1/acts HTTP/1.1\r\nSec-Fetch-Site: same-origin\r\n", 200, NULL},
        {"GET / HTTP/1.1\r\nOrigin: http://evil.example\r\n", 200, NULL},
    };
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){0});
    struct buffer request = {0}, answer = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buffer_clear(&request);
        buffer_printf(&request, "%sHost: here\r\nConnection: close\r\n\r\n", rows[i].request);
        unsigned status = raw_call(http_server_port(server), buffer_text(&request), &answer);
        const char *text = buffer_text(&answer);
        if (status != rows[i].status || (rows[i].holds && !strstr(text, rows[i].holds)))
            fail_msg("row %zu: %sgot %s", i, rows[i].request, text);
        assert_null(strstr(text, "\nSet-Cookie"));
    }
    http_server_stop(server, 1000);
    buffer_free(&request);
    buffer_free(&answer);
    free_office(office);
}

static void bodies_are_limited_and_typed(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        size_t length;
        bool chunked;
        unsigned status;
    } rows[] = {
        {"Content-Type: application/cbor", 1000, false, 200},
        {"Content-Type: Text/Plain; charset=utf-8", 1, false, 200},
        {"Content-Type: application/cbor", 1001, false, 413},
        {"Content-Type: application/cbor", 200000, false, 413},
        {"Content-Type: application/json", 10, false, 415},
        {"X-None: 1", 10, false, 415},
        {"Content-Type: application/cbor\r\nContent-Encoding: gzip", 10, false, 415},
        {"Content-Type: application/cbor", 1000, true, 200},
        {"Content-Type: application/cbor", 1001, true, 413},
        {"Content-Type: application/cbor", 200000, true, 413},
        {"Content-Type: application/json", 10, true, 415},
    };
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){0});
    struct buffer request = {0}, answer = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buffer_clear(&request);
        buffer_printf(&request, "POST /api/v1/acts HTTP/1.1\r\nHost: h\r\n%s\r\n", rows[i].fields);
        if (rows[i].chunked)
            buffer_printf(&request, "Transfer-Encoding: chunked\r\n\r\n%zx\r\n", rows[i].length);
        else
            buffer_printf(&request, "Content-Length: %zu\r\n\r\n", rows[i].length);
        memset(buffer_reserve(&request, rows[i].length), 'x', rows[i].length);
        if (rows[i].chunked)
            buffer_append_text(&request, "\r\n0\r\n\r\n");
        /* The connection stays usable after a refusal: the body was read, not left in the way. */
        int file = raw_open(http_server_port(server));
        raw_send(file, buffer_text(&request));
        const char *text = raw_read_answer(file, &answer);
        if (raw_status(text) != rows[i].status)
            fail_msg("row %zu: %s", i, text);
        raw_send(file, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        assert_int_equal(raw_status(raw_read_answer(file, &answer)), 200);
        close(file);
    }
    /* Without end: the connection is closed once enough was thrown away. */
    int file = raw_open(http_server_port(server));
    buffer_clear(&request);
    for (int i = 0; i < 400; i++)
        buffer_printf(&request, "1000\r\n%4096d\r\n", i);
    raw_send(
        file, "POST /api/v1/acts HTTP/1.1\r\nHost: h\r\nContent-Type: application/cbor\r\n"
              "Transfer-Encoding: chunked\r\n\r\n");
    raw_send(file, buffer_text(&request));
    raw_read_all(file, &answer);
    close(file);
    http_server_stop(server, 1000);
    buffer_free(&request);
    buffer_free(&answer);
    free_office(office);
}

static void heads_are_limited(void **state)
{
    (void)state;
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){0});
    struct buffer request = {0}, answer = {0};
    buffer_printf(&request, "GET /%05000d HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 0);
    assert_int_equal(raw_call(http_server_port(server), buffer_text(&request), &answer), 414);
    buffer_clear(&request);
    buffer_append_text(&request, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n");
    for (int i = 0; i < HTTP_FIELDS_MAX; i++)
        buffer_printf(&request, "X-%d: x\r\n", i);
    buffer_append_text(&request, "\r\n");
    assert_int_equal(raw_call(http_server_port(server), buffer_text(&request), &answer), 431);
    buffer_clear(&request);
    buffer_append_text(&request, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n");
    buffer_printf(&request, "X: %0*d\r\n\r\n", HTTP_CONNECTION_MEMORY, 0);
    assert_int_equal(raw_call(http_server_port(server), buffer_text(&request), &answer), 431);
    buffer_clear(&request);
    buffer_append_text(&request, "GET /?");
    for (int i = 0; i < HTTP_PAIRS_MAX + 1; i++)
        buffer_printf(&request, "a=%d&", i);
    buffer_append_text(&request, " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_int_equal(raw_call(http_server_port(server), buffer_text(&request), &answer), 400);
    assert_int_equal(
        raw_call(http_server_port(server), "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", &answer),
        400);
    assert_int_equal(raw_call(http_server_port(server), "\x16\x03\x01\x02\r\n\r\n", &answer), 0);
    http_server_stop(server, 1000);
    buffer_free(&request);
    buffer_free(&answer);
    free_office(office);
}

static void every_answer_has_the_defaults(void **state)
{
    (void)state;
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){0});
    struct buffer answer = {0};
    raw_call(
        http_server_port(server), "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        &answer);
    const char *text = buffer_text(&answer);
    assert_non_null(strstr(text, "\r\nContent-Security-Policy: default-src 'none'; frame-"));
    assert_non_null(strstr(text, "\r\nX-Frame-Options: DENY\r\n"));
    assert_non_null(strstr(text, "\r\nX-Content-Type-Options: nosniff\r\n"));
    assert_non_null(strstr(text, "\r\nReferrer-Policy: no-referrer\r\n"));
    assert_non_null(strstr(text, "\r\nCache-Control: no-store\r\n"));
    atomic_store(&releases, 0);
    raw_call(
        http_server_port(server), "GET /style.css HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        &answer);
    text = buffer_text(&answer);
    assert_int_equal(raw_status(text), 200);
    assert_non_null(strstr(text, "style-src 'self'; script-src 'self';"));
    assert_null(strstr(text, "unsafe"));
    assert_non_null(strstr(text, "\r\nCache-Control: public, max-age=31536000, immutable\r\n"));
    assert_non_null(strstr(text, "\r\nETag: \"01ab\"\r\n"));
    assert_non_null(strstr(text, "\r\n\r\nbody{}"));
    static const char *const matching[] = {"\"01ab\"", "W/\"01ab\"", "\"x\", \"01ab\"", "*"};
    static const char *const others[] = {"\"01ac\"", "01ab", "\"01ab", "\"x\" 01ab", ""};
    struct buffer request = {0};
    for (size_t i = 0; i < 9; i++) {
        buffer_clear(&request);
        buffer_printf(
            &request,
            "GET /style.css HTTP/1.1\r\nHost: h\r\nConnection: close\r\nIf-None-Match: %s"
            "\r\n\r\n",
            i < 4 ? matching[i] : others[i - 4]);
        assert_int_equal(
            raw_call(http_server_port(server), buffer_text(&request), &answer), i < 4 ? 304 : 200);
        assert_int_equal(strstr(buffer_text(&answer), "body{}") == NULL, i < 4);
    }
    http_server_stop(server, 1000);
    assert_int_equal(atomic_load(&releases), 10);
    buffer_free(&request);
    buffer_free(&answer);
    free_office(office);
}

static void assets_are_served_for_good(void **state)
{
    (void)state;
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){0});
    struct buffer answer = {0};
    assert_int_equal(
        raw_call(
            http_server_port(server),
            "GET " ASSET_ENDUSE_CSS " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", &answer),
        200);
    const char *text = buffer_text(&answer);
    assert_non_null(strstr(text, "\r\nContent-Type: text/css; charset=utf-8\r\n"));
    assert_non_null(strstr(text, "immutable\r\n"));
    struct bytes content = assets.items[0].content;
    assert_true(content.length > 0 && content.length < answer.length);
    assert_memory_equal(text + answer.length - content.length, content.data, content.length);
    /* Packed for whoever takes it. */
    static const struct {
        const char *codings;
        bool packed;
    } rows[] = {
        {"gzip", true},      {"br, GZIP", true},     {"br;q=1, gzip;q=0.5", true},
        {"gzip;q=0", false}, {"gzip;q=0.00", false}, {"identity", false},
        {"x-gzip2", false},  {"gzipped", false},     {"", false},
    };
    const struct bytes packed = assets.items[0].packed;
    assert_true(packed.length > 0 && packed.length < content.length);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char request[300];
        snprintf(
            request, sizeof request,
            "GET " ASSET_ENDUSE_CSS " HTTP/1.1\r\nHost: h\r\nAccept-Encoding: %s\r\n"
            "Connection: close\r\n\r\n",
            rows[i].codings);
        buffer_clear(&answer);
        assert_int_equal(raw_call(http_server_port(server), request, &answer), 200);
        const struct bytes body = rows[i].packed ? packed : content;
        assert_memory_equal(answer.data + answer.length - body.length, body.data, body.length);
        assert_int_equal(
            strstr(buffer_text(&answer), "\r\nContent-Encoding: gzip\r\n") != NULL, rows[i].packed);
        assert_non_null(strstr(buffer_text(&answer), "\r\nVary: Accept-Encoding\r\n"));
    }
    assert_int_equal(
        raw_call(
            http_server_port(server),
            "GET /assets/enduse.css HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", &answer),
        404);
    /* An error is not kept. */
    assert_non_null(strstr(buffer_text(&answer), "\r\nCache-Control: no-store\r\n"));
    http_server_stop(server, 1000);
    buffer_free(&answer);
    free_office(office);
}

static void hosts_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        unsigned loopback, named;
    } rows[] = {
        {"Host: 127.0.0.1", 200, 421},
        {"Host: 127.0.0.1:7243", 200, 421},
        {"Host: LocalHost:80", 200, 421},
        {"Host: [::1]:1", 200, 421},
        {"Host: localhost.evil.example", 421, 421},
        {"Host: localhost:80:80", 421, 421},
        {"Host: localhost:80@evil", 421, 421},
        {"Host: evil.example", 421, 421},
        {"Host: office.example", 421, 200},
        {"Host: office.example:443", 421, 200},
        {"Host: ", 421, 421},
        {"Host: localhost\r\nX-Forwarded-For: 1.2.3.4", 400, 421},
        {"Host: localhost\r\nForwarded: for=1.2.3.4", 400, 421},
        {"Host: localhost\r\nvia: 1.1 x", 400, 421},
    };
    static const char *const names[] = {"office.example"};
    struct office *office = new_office();
    struct http_server *demo = start(office, (struct http_server_options){.loopback_only = true});
    struct http_server *real =
        start(office, (struct http_server_options){.hosts = names, .host_count = 1});
    struct buffer request = {0}, answer = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buffer_clear(&request);
        buffer_printf(
            &request, "GET / HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n", rows[i].fields);
        unsigned first = raw_call(http_server_port(demo), buffer_text(&request), &answer);
        unsigned second = raw_call(http_server_port(real), buffer_text(&request), &answer);
        if (first != rows[i].loopback || second != rows[i].named)
            fail_msg("%s: %u %u", rows[i].fields, first, second);
    }
    http_server_stop(demo, 1000);
    http_server_stop(real, 1000);
    buffer_free(&request);
    buffer_free(&answer);
    free_office(office);
}

static void starting_can_fail(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "",        "7243",   "localhost:80", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:x",
        "[::1:80", "::1:80", "1.2.3.4.5:80", ":80",
    };
    struct http_server *server = (struct http_server *)state;
    struct fault fault = {0};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct http_server_options options = {.address = addresses[i]};
        assert_int_equal(http_server_start(&options, &fault, &server), ERROR_USAGE);
        assert_string_equal(fault.place, "address");
    }
    struct http_server_options open = {.address = "0.0.0.0:0", .loopback_only = true};
    assert_int_equal(http_server_start(&open, &fault, &server), ERROR_USAGE);
    assert_ptr_equal(server, state);

    struct office *office = new_office();
    struct http_server *first = start(office, (struct http_server_options){0});
    char address[32];
    snprintf(address, sizeof address, "127.0.0.1:%u", (unsigned)http_server_port(first));
    struct http_server_options taken = {.address = address};
    assert_int_equal(http_server_start(&taken, &fault, &server), ERROR_BUSY);
    char text[400];
    assert_non_null(strstr(fault_text(&fault, text, sizeof text), address));
    assert_non_null(strstr(text, "in use"));
    http_server_stop(first, 1000);
    /* And free again at once. */
    taken.threads = 1;
    assert_int_equal(http_server_start(&taken, &fault, &server), ERROR_OK);
    http_server_stop(server, 1000);
    http_server_stop(NULL, 0);
    free_office(office);
}

static void tables_of_routes_are_checked(void **state)
{
    (void)state;
#define ROW(text)                                                                                  \
    {                                                                                              \
        .method = HTTP_GET, .pattern = text, .handler = hello                                      \
    }
    static const struct http_route bad[][2] = {
        {ROW("/"), ROW("")},
        {ROW("/"), ROW("a")},
        {ROW("/"), ROW("/a/")},
        {ROW("/"), ROW("/a//b")},
        {ROW("/"), ROW("//")},
        {ROW("/"), ROW("/")},
        {ROW("/{a}"), ROW("/{b}")},
        {ROW("/"), ROW("/{a}/{a}")},
        {ROW("/"), ROW("/{a...}/b")},
        {ROW("/"), ROW("/{}")},
        {ROW("/"), ROW("/{...}")},
        {ROW("/"), ROW("/{a")},
        {ROW("/"), ROW("/a}")},
        {ROW("/"), ROW("/a{b}")},
        {ROW("/"), ROW("/{A}")},
        {ROW("/"), ROW("/..")},
        {ROW("/"), ROW("/a%20b")},
        {ROW("/"), ROW("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17")},
        {ROW("/"), ROW("/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}/{i}")},
        {ROW("/"), {.method = HTTP_GET, .pattern = "/x"}},
        {ROW("/"), {.method = 77, .pattern = "/x", .handler = hello}},
        {ROW("/"), {.method = HTTP_POST, .pattern = "/x", .handler = echo, .body_max = 1}},
        {ROW("/"),
         {.method = HTTP_POST,
          .pattern = "/x",
          .handler = echo,
          .accepts = "a/b",
          .body_max = HTTP_BODY_MAX + 1}},
    };
#undef ROW
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct http_server_options options = {
            .address = "127.0.0.1:0", .routes = bad[i], .route_count = 2};
        struct http_server *server = NULL;
        struct fault fault = {0};
        assert_int_equal(http_server_start(&options, &fault, &server), ERROR_USAGE);
        assert_string_equal(fault.place, "route 1");
        assert_null(server);
    }
}

/* Waits until that many are parked. */
static void await_parked(struct office *office, size_t count)
{
    pthread_mutex_lock(&office->lock);
    while (office->parked_count < count)
        pthread_cond_wait(&office->changed, &office->lock);
    pthread_mutex_unlock(&office->lock);
}

static void await_ended(struct office *office, enum http_end why, int count)
{
    pthread_mutex_lock(&office->lock);
    while (office->ended[why] < count)
        pthread_cond_wait(&office->changed, &office->lock);
    pthread_mutex_unlock(&office->lock);
}

static struct http_response text_response(const char *text)
{
    struct http_response response = {.status = 201, .type = "text/plain"};
    buffer_append_text(&response.content, text);
    return response;
}

static void parked_exchanges_are_answered_later(void **state)
{
    (void)state;
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){0});
    struct buffer answer = {0};
    int file = raw_open(http_server_port(server));
    for (size_t i = 0; i < 3; i++) {
        /* The request's body is there for whoever completes it. */
        raw_send(
            file, "POST /park?x=1 HTTP/1.1\r\nHost: h\r\nContent-Type: application/cbor\r\n"
                  "Content-Length: 4\r\n\r\nbody");
        await_parked(office, i + 1);
        assert_int_equal(http_server_parked(server), 1);
        const struct http_request *request = http_exchange_request(office->parked[i]);
        assert_true(bytes_equal_text(request->body, "body"));
        assert_string_equal(http_query(request, "x"), "1");
        assert_string_equal(http_field(request, "host"), "h");
        struct http_response response = text_response("done");
        assert_int_equal(http_complete(office->parked[i], &response), ERROR_OK);
        assert_int_equal(response.status, 0);
        const char *text = raw_read_answer(file, &answer);
        assert_int_equal(raw_status(text), 201);
        assert_non_null(strstr(text, "\r\n\r\ndone"));
        assert_int_equal(http_server_parked(server), 0);
    }
    /* Dropped: the client is told, the owner is not. */
    raw_send(file, "GET /park HTTP/1.1\r\nHost: h\r\n\r\n");
    await_parked(office, 4);
    http_drop(office->parked[3]);
    const char *text = raw_read_answer(file, &answer);
    assert_int_equal(raw_status(text), 503);
    assert_non_null(strstr(text, "\r\nRetry-After: 1\r\n"));
    close(file);
    http_server_stop(server, 1000);
    for (int why = 0; why < 3; why++)
        assert_int_equal(office->ended[why], 0);
    assert_int_equal(atomic_load(&office->observed), 4);
    buffer_free(&answer);
    free_office(office);
}

static void a_client_that_left_is_reported_once(void **state)
{
    (void)state;
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){0});
    for (size_t i = 0; i < 20; i++) {
        int file = raw_open(http_server_port(server));
        raw_send(file, "GET /park HTTP/1.1\r\nHost: h\r\n\r\n");
        await_parked(office, i + 1);
        if (i % 2)
            shutdown(file, SHUT_WR);
        else
            close(file);
        await_ended(office, HTTP_END_GONE, (int)i + 1);
        if (i % 2)
            close(file);
    }
    assert_int_equal(http_server_parked(server), 0);
    for (size_t i = 0; i < 20; i++) {
        struct http_response response = text_response("too late");
        assert_string_equal(http_exchange_request(office->parked[i])->path, "/park");
        if (i % 3)
            assert_int_equal(http_complete(office->parked[i], &response), ERROR_CANCELLED);
        else
            http_drop(office->parked[i]);
        http_response_free(&response);
    }
    http_server_stop(server, 5000);
    assert_int_equal(office->ended[HTTP_END_GONE], 20);
    assert_int_equal(office->ended[HTTP_END_DEADLINE] + office->ended[HTTP_END_STOP], 0);
    assert_int_equal(atomic_load(&office->observed_lost), 20);
    free_office(office);
}

static void a_deadline_is_kept(void **state)
{
    (void)state;
    struct office *office = new_office();
    office->park_limit = 50;
    struct http_server *server = start(office, (struct http_server_options){0});
    struct buffer answer = {0};
    millis before, after;
    os_boot_time(&os_system, &before);
    assert_int_equal(
        raw_call(
            http_server_port(server), "GET /park HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
            &answer),
        503);
    os_boot_time(&os_system, &after);
    assert_true(after - before >= 49);
    await_ended(office, HTTP_END_DEADLINE, 1);
    struct http_response response = text_response("too late");
    assert_int_equal(http_complete(office->parked[0], &response), ERROR_CANCELLED);
    http_server_stop(server, 1000);
    buffer_free(&answer);
    free_office(office);
}

static void stopping_ends_what_is_parked(void **state)
{
    (void)state;
    enum { CLIENTS = 40 };
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){0});
    struct buffer answer = {0};
    int files[CLIENTS];
    for (size_t i = 0; i < CLIENTS; i++) {
        files[i] = raw_open(http_server_port(server));
        raw_send(files[i], "GET /park HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    await_parked(office, CLIENTS);
    http_server_stop(server, 10000);
    assert_int_equal(office->ended[HTTP_END_STOP], CLIENTS);
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(raw_status(raw_read_all(files[i], &answer)), 503);
        close(files[i]);
        /* The server is gone; what its owners hold is not. */
        struct http_response response = text_response("too late");
        assert_string_equal(http_exchange_request(office->parked[i])->path, "/park");
        assert_int_equal(http_complete(office->parked[i], &response), ERROR_CANCELLED);
    }
    buffer_free(&answer);
    free_office(office);
}

static void slow_clients_are_cut_off(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "",
        "GET / HT",
        "GET / HTTP/1.1\r\nHost: h\r\n",
        "POST /api/v1/acts HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n123",
    };
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){.receive_limit = 300});
    struct buffer answer = {0};
    int files[4];
    for (size_t i = 0; i < 4; i++) {
        files[i] = raw_open(http_server_port(server));
        raw_send(files[i], parts[i]);
    }
    /* A parked client is not slow: it waits for us. */
    int patient = raw_open(http_server_port(server));
    raw_send(patient, "GET /park HTTP/1.1\r\nHost: h\r\n\r\n");
    await_parked(office, 1);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(raw_status(raw_read_all(files[i], &answer)), 0);
        close(files[i]);
    }
    struct http_response response = text_response("done");
    assert_int_equal(http_complete(office->parked[0], &response), ERROR_OK);
    assert_int_equal(raw_status(raw_read_answer(patient, &answer)), 201);
    close(patient);
    http_server_stop(server, 1000);
    buffer_free(&answer);
    free_office(office);
}

/* Answers whatever is parked until told to stop: the service's writer. */
struct writer {
    struct office *office;
    bool stop;
    size_t answered;
};

static void *write_answers(void *context)
{
    struct writer *writer = context;
    struct office *office = writer->office;
    pthread_mutex_lock(&office->lock);
    for (;;) {
        while (!office->parked_count && !writer->stop)
            pthread_cond_wait(&office->changed, &office->lock);
        if (!office->parked_count)
            break;
        struct http_exchange *exchange = office->parked[--office->parked_count];
        pthread_mutex_unlock(&office->lock);
        struct http_response response = text_response("");
        buffer_append_bytes(&response.content, http_exchange_request(exchange)->body);
        assert_int_equal(http_complete(exchange, &response), ERROR_OK);
        pthread_mutex_lock(&office->lock);
        writer->answered++;
    }
    pthread_mutex_unlock(&office->lock);
    return NULL;
}

struct visitor {
    uint16_t port;
    unsigned number;
    unsigned good;
};

enum { VISITORS = 64, VISITS = 20 };

static void *visit(void *context)
{
    struct visitor *visitor = context;
    struct http_client *client = NULL;
    char url[64], body[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/park", (unsigned)visitor->port);
    if (http_client_open(NULL, NULL, &client))
        return NULL;
    for (unsigned i = 0; i < VISITS; i++) {
        snprintf(body, sizeof body, "visitor %u, visit %u", visitor->number, i);
        struct http_call call = {
            .method = "POST", .url = url, .type = "application/cbor", .body = bytes_of(body)};
        struct http_reply reply;
        if (http_client_call(client, &call, NULL, &reply))
            break;
        visitor->good += reply.status == 201 && bytes_equal_text(buffer_view(&reply.body), body);
        http_reply_free(&reply);
    }
    http_client_close(client);
    return NULL;
}

static void many_clients_at_once(void **state)
{
    (void)state;
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){0});
    struct writer writer = {.office = office};
    struct visitor visitors[VISITORS];
    pthread_t threads[VISITORS], writing;
    assert_int_equal(pthread_create(&writing, NULL, write_answers, &writer), 0);
    for (unsigned i = 0; i < VISITORS; i++) {
        visitors[i] = (struct visitor){.port = http_server_port(server), .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, visit, &visitors[i]), 0);
    }
    for (unsigned i = 0; i < VISITORS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(visitors[i].good, VISITS);
    }
    pthread_mutex_lock(&office->lock);
    writer.stop = true;
    pthread_cond_broadcast(&office->changed);
    pthread_mutex_unlock(&office->lock);
    pthread_join(writing, NULL);
    assert_int_equal(writer.answered, VISITORS * VISITS);
    http_server_stop(server, 1000);
    assert_int_equal(atomic_load(&office->observed), VISITORS * VISITS);
    free_office(office);
}

static void large_bodies_arrive_whole(void **state)
{
    (void)state;
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){0});
    struct http_client *client = NULL;
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%u/large", (unsigned)http_server_port(server));
    assert_int_equal(http_client_open(NULL, NULL, &client), ERROR_OK);
    struct buffer body = {0};
    for (uint32_t i = 0; i < 3 << 18; i++)
        buffer_append_u32(&body, i * 2654435761U);
    struct http_call call = {
        .method = "POST",
        .url = url,
        .type = "application/cbor",
        .body = buffer_view(&body),
        .response_max = 4 << 20,
    };
    struct http_reply reply;
    assert_int_equal(http_client_call(client, &call, NULL, &reply), ERROR_OK);
    assert_int_equal(reply.status, 200);
    assert_true(bytes_equal(buffer_view(&reply.body), buffer_view(&body)));
    http_reply_free(&reply);
    buffer_free(&body);
    http_client_close(client);
    http_server_stop(server, 1000);
    free_office(office);
}

/* Sends a request and reads the answer without allocating; its status, 0 when there is none. */
static unsigned call_on_the_stack(uint16_t port, const char *request)
{
    char answer[4096] = "";
    size_t length = 0;
    int file = raw_open(port);
    raw_send(file, request);
    for (ssize_t got = 1; got > 0 && length < sizeof answer - 1;) {
        got = recv(file, answer + length, sizeof answer - 1 - length, 0);
        length += got > 0 ? (size_t)got : 0;
    }
    close(file);
    return raw_status(answer);
}

/* Whichever allocation fails, it costs one answer: 500 or a closed connection, and no more. */
static void memory_that_runs_out_costs_one_answer(void **state)
{
    (void)state;
    static const char *const requests[] = {
        ("POST /api/v1/acts HTTP/1.1\r\nHost: h\r\nContent-Type: application/cbor\r\n"
         "Connection: close\r\nContent-Length: 3\r\n\r\nabc"),
        "GET /tile/0/a/b?x=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        "GET /style.css HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    };
    struct office *office = new_office();
    struct http_server *server = start(office, (struct http_server_options){0});
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        int failures = 0;
        for (long n = 0;; n++) {
            failing_alloc_after(n);
            unsigned status = call_on_the_stack(http_server_port(server), requests[i]);
            if (!failing_alloc_stop()) {
                assert_int_equal(status, 200);
                break;
            }
            failures++;
            assert_true(status == 0 || status == 500);
        }
        assert_true(failures >= 2); /* the exchange, what the request points to */
    }
    http_server_stop(server, 1000);
    free_office(office);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_by_the_table),
        cmocka_unit_test(bodies_are_limited_and_typed),
        cmocka_unit_test(heads_are_limited),
        cmocka_unit_test(every_answer_has_the_defaults),
        cmocka_unit_test(assets_are_served_for_good),
        cmocka_unit_test(hosts_are_checked),
        cmocka_unit_test(starting_can_fail),
        cmocka_unit_test(tables_of_routes_are_checked),
        cmocka_unit_test(parked_exchanges_are_answered_later),
        cmocka_unit_test(a_client_that_left_is_reported_once),
        cmocka_unit_test(a_deadline_is_kept),
        cmocka_unit_test(stopping_ends_what_is_parked),
        cmocka_unit_test(slow_clients_are_cut_off),
        cmocka_unit_test(many_clients_at_once),
        cmocka_unit_test(large_bodies_arrive_whole),
        cmocka_unit_test(memory_that_runs_out_costs_one_answer),
    };
    return cmocka_run_group_tests_name("http server", tests, NULL, NULL);
}

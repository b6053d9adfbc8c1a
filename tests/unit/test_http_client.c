/* http: the client against servers that behave and servers that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "http/client.h"
#include "http/server.h"

struct fixture {
    struct http_server *server;
    struct http_client *client;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct http_exchange *parked; /* the last one, for a test to give back */
    int gone;
    char url[128];
};

static enum http_outcome show(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)route, (void)exchange;
    const char *authorization = http_field(request, "Authorization");
    const char *agent = http_field(request, "User-Agent");
    response->status = 203;
    response->type = "Text/Plain; charset=utf-8";
    http_header(response, "ETag", "\"1\"");
    http_header(response, "Retry-After", "17");
    buffer_printf(
        &response->content, "%s %s %s %s %zu", http_method_text(request->method), request->type,
        authorization ? authorization : "-", agent, request->body.length);
    return HTTP_ANSWERED;
}

static enum http_outcome turn_away(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)route, (void)exchange, (void)request;
    http_redirect(response, "/show");
    return HTTP_ANSWERED;
}

static void note_gone(void *context, enum http_end why)
{
    struct fixture *fixture = context;
    pthread_mutex_lock(&fixture->lock);
    fixture->gone += why == HTTP_END_GONE;
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->lock);
}

static enum http_outcome park(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)route, (void)request, (void)response;
    struct fixture *fixture = context;
    pthread_mutex_lock(&fixture->lock);
    assert_int_equal(http_park(exchange, MILLIS_MINUTE, note_gone, fixture), ERROR_OK);
    fixture->parked = exchange;
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->lock);
    return HTTP_PARKED;
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/show", .handler = show},
    {.method = HTTP_DELETE, .pattern = "/show", .handler = show},
    {.method = HTTP_POST,
     .pattern = "/show",
     .handler = show,
     .body_max = 100,
     .accepts = "application/cbor"},
    {.method = HTTP_GET, .pattern = "/turn-away", .handler = turn_away},
    {.method = HTTP_GET, .pattern = "/park", .handler = park},
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    pthread_mutex_init(&fixture->lock, NULL);
    pthread_cond_init(&fixture->changed, NULL);
    struct http_server_options options = {
        .address = "127.0.0.1:0",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .context = fixture,
        .threads = 1,
    };
    assert_int_equal(http_server_start(&options, NULL, &fixture->server), ERROR_OK);
    assert_int_equal(http_client_open(NULL, NULL, &fixture->client), ERROR_OK);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    http_client_close(fixture->client);
    http_server_stop(fixture->server, 5000);
    pthread_mutex_destroy(&fixture->lock);
    pthread_cond_destroy(&fixture->changed);
    free(fixture);
    return 0;
}

static const char *url_of(struct fixture *fixture, const char *path)
{
    snprintf(
        fixture->url, sizeof fixture->url, "http://127.0.0.1:%u%s",
        (unsigned)http_server_port(fixture->server), path);
    return fixture->url;
}

static void answers_come_back(void **state)
{
    struct fixture *fixture = *state;
    static const struct http_client_field fields[] = {{"Authorization", "x y"}, {"X-Empty", ""}};
    struct http_call calls[] = {
        {.url = url_of(fixture, "/show")},
        {.url = fixture->url, .method = "DELETE", .fields = fields, .field_count = 2},
        {.url = fixture->url,
         .method = "POST",
         .type = "application/cbor",
         .body = BYTES_LITERAL("a\0b")},
        {.url = fixture->url, .method = "POST", .type = "application/cbor"},
        {.url = fixture->url, .method = "HEAD"},
    };
    static const char *const bodies[] = {
        "GET  - enduse/" ENDUSE_VERSION " 0",
        "DELETE  x y enduse/" ENDUSE_VERSION " 0",
        "POST application/cbor - enduse/" ENDUSE_VERSION " 3",
        "POST application/cbor - enduse/" ENDUSE_VERSION " 0",
        "",
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        struct http_reply reply;
        assert_int_equal(http_client_call(fixture->client, &calls[i], NULL, &reply), ERROR_OK);
        assert_int_equal(reply.status, 203);
        assert_string_equal(reply.type, "text/plain");
        assert_string_equal(reply.etag, "\"1\"");
        assert_int_equal(reply.retry_after, 17000);
        assert_true(bytes_equal_text(buffer_view(&reply.body), bodies[i]));
        http_reply_free(&reply);
    }
    /* Not an error of the call, and nothing of the answer before is left. */
    struct http_call missing = {.url = url_of(fixture, "/missing")};
    struct http_reply reply;
    assert_int_equal(http_client_call(fixture->client, &missing, NULL, &reply), ERROR_OK);
    assert_int_equal(reply.status, 404);
    assert_string_equal(reply.type, "application/problem+json");
    assert_string_equal(reply.etag, "");
    assert_int_equal(reply.retry_after, 0);
    http_reply_free(&reply);
    /* Redirects are for the caller to see. */
    struct http_call away = {.url = url_of(fixture, "/turn-away")};
    assert_int_equal(http_client_call(fixture->client, &away, NULL, &reply), ERROR_OK);
    assert_int_equal(reply.status, 303);
    http_reply_free(&reply);
}

static void mistakes_are_refused(void **state)
{
    struct fixture *fixture = *state;
    static const char *const urls[] = {
        "",
        "127.0.0.1",
        "/show",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://",
        "http://user@127.0.0.1/",
        "http://user:password@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/a\r\nX: y",
        "gopher://x/http://y",
    };
    struct http_reply reply = {.status = 7};
    struct fault fault = {0};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        struct http_call call = {.url = urls[i]};
        if (http_client_call(fixture->client, &call, &fault, &reply) != ERROR_USAGE)
            fail_msg("%s", urls[i]);
        assert_string_equal(fault.place, "URL");
    }
    static const struct http_client_field bad[] = {
        {"X", "a\r\nY: b"}, {"X\r\nY", "a"}, {"", "a"}, {"X:", "a"}, {"X Y", "a"}, {"X", "\xFF"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct http_call call = {
            .url = url_of(fixture, "/show"), .fields = &bad[i], .field_count = 1};
        assert_int_equal(
            http_client_call(fixture->client, &call, &fault, &reply), ERROR_HTTP_FIELD);
    }
    struct http_call calls[] = {
        {.url = fixture->url, .method = "get"},
        {.url = fixture->url, .method = ""},
        {.url = fixture->url, .method = "G T"},
        {.url = fixture->url, .body = BYTES_LITERAL("x")},
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        assert_int_equal(http_client_call(fixture->client, &calls[i], &fault, &reply), ERROR_USAGE);
    assert_int_equal(reply.status, 7);
}

/* A listening socket on loopback; *ret_url names it. */
static int listen_somewhere(char *ret_url, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 5), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    snprintf(ret_url, size, "http://127.0.0.1:%u/x?secret=1", (unsigned)ntohs(address.sin_port));
    return listener;
}

struct liar {
    int listener;
    const char *answer;
};

/* Takes one connection, reads a request's head, sends what it was told, closes. */
static void *lie(void *context)
{
    struct liar *liar = context;
    int file = accept(liar->listener, NULL, NULL);
    char head[4096];
    size_t length = 0;
    while (length < sizeof head && !memmem(head, length, "\r\n\r\n", 4)) {
        ssize_t got = recv(file, head + length, sizeof head - length, 0);
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    send(file, liar->answer, strlen(liar->answer), MSG_NOSIGNAL);
    close(file);
    return NULL;
}

static void bad_answers_are_told_apart(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *answer;
        enum error error;
    } rows[] = {
        {"", ERROR_UNREACHABLE},
        {"SSH-2.0-x\r\n", ERROR_HTTP_REPLY},
        {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123", ERROR_HTTP_REPLY},
        {"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n123", ERROR_HTTP_REPLY},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123", ERROR_HTTP_REPLY},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", ERROR_HTTP_REPLY},
        {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n12345678901", ERROR_TOO_LARGE},
        {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234567890", ERROR_OK},
        {"HTTP/1.1 100 Continue\r\nETag: \"x\"\r\n\r\nHTTP/1.1 204 No\r\n\r\n", ERROR_OK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char url[64];
        struct liar liar = {listen_somewhere(url, sizeof url), rows[i].answer};
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, lie, &liar), 0);
        struct http_call call = {.url = url, .response_max = 10};
        struct http_reply reply = {0};
        struct fault fault = {0};
        enum error error = http_client_call(fixture->client, &call, &fault, &reply);
        pthread_join(thread, NULL);
        close(liar.listener);
        if (error != rows[i].error)
            fail_msg("row %zu: %d %s", i, error, fault.found);
        if (error)
            assert_true(strncmp(fault.place, url, strcspn(url, "?")) == 0);
        assert_null(strstr(fault.place, "secret"));
        assert_string_equal(reply.etag, "");
        http_reply_free(&reply);
    }
    /* Header fields without end. */
    struct buffer endless = {0};
    char url[64];
    buffer_append_text(&endless, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 2000; i++)
        buffer_printf(&endless, "X-%04d: %060d\r\n", i, i);
    struct liar liar = {listen_somewhere(url, sizeof url), buffer_text(&endless)};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, lie, &liar), 0);
    struct http_call call = {.url = url};
    struct http_reply reply;
    assert_int_equal(http_client_call(fixture->client, &call, NULL, &reply), ERROR_HTTP_REPLY);
    pthread_join(thread, NULL);
    close(liar.listener);
    buffer_free(&endless);
}

static void nobody_there(void **state)
{
    struct fixture *fixture = *state;
    char url[64];
    int listener = listen_somewhere(url, sizeof url);
    struct http_reply reply;
    struct fault fault = {0};
    /* The kernel accepts, nobody answers. */
    struct http_call silent = {.url = url, .timeout = 50};
    assert_int_equal(http_client_call(fixture->client, &silent, &fault, &reply), ERROR_TIMEOUT);
    close(listener);
    struct http_call closed = {.url = url};
    assert_int_equal(http_client_call(fixture->client, &closed, &fault, &reply), ERROR_UNREACHABLE);
    /* A server that speaks no TLS. */
    char secure[128];
    url_of(fixture, "/show");
    snprintf(secure, sizeof secure, "https%s", fixture->url + 4);
    struct http_call call = {.url = secure};
    assert_int_equal(http_client_call(fixture->client, &call, &fault, &reply), ERROR_HTTP_TLS);
    /* Loopback is reached directly, whatever the environment says. */
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1/", 1), 0);
    struct http_call direct = {.url = fixture->url};
    assert_int_equal(http_client_call(fixture->client, &direct, &fault, &reply), ERROR_OK);
    unsetenv("http_proxy");
    http_reply_free(&reply);
}

/* Cancels as soon as the request is parked at the server. */
static void *cancel_when_parked(void *context)
{
    struct fixture *fixture = context;
    pthread_mutex_lock(&fixture->lock);
    while (!fixture->parked)
        pthread_cond_wait(&fixture->changed, &fixture->lock);
    pthread_mutex_unlock(&fixture->lock);
    http_client_cancel(fixture->client);
    return NULL;
}

static void a_call_can_be_cancelled(void **state)
{
    struct fixture *fixture = *state;
    struct http_reply reply;
    for (int i = 0; i < 10; i++) {
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, cancel_when_parked, fixture), 0);
        struct http_call call = {.url = url_of(fixture, "/park")};
        assert_int_equal(http_client_call(fixture->client, &call, NULL, &reply), ERROR_CANCELLED);
        pthread_join(thread, NULL);
        /* The server hears of it: the connection was closed, not kept. */
        pthread_mutex_lock(&fixture->lock);
        while (fixture->gone <= i)
            pthread_cond_wait(&fixture->changed, &fixture->lock);
        struct http_exchange *exchange = fixture->parked;
        fixture->parked = NULL;
        pthread_mutex_unlock(&fixture->lock);
        http_drop(exchange);
    }
    /* Before a call: that call, and no other, whatever the number of cancels. */
    struct http_call call = {.url = url_of(fixture, "/show")};
    http_client_cancel(fixture->client);
    http_client_cancel(fixture->client);
    assert_int_equal(http_client_call(fixture->client, &call, NULL, &reply), ERROR_CANCELLED);
    assert_int_equal(http_client_call(fixture->client, &call, NULL, &reply), ERROR_OK);
    http_reply_free(&reply);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_answers_are_told_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_call_can_be_cancelled, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("http client", tests, NULL, NULL);
}

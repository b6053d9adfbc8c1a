/* http: answers packed for clients that take it, and what happens where they cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "archive/archive.h"
#include "failing_alloc.h"
#include "http/server.h"
#include "http_fixture.h"

static const char line[] = "what is said again packs well\n";
enum { LINES = 300 };

/* The same text, at /packs as what may be packed. */
static enum http_outcome
say(void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)exchange, (void)request;
    response->status = 200;
    response->type = "text/plain";
    response->packs = route->data != NULL;
    for (size_t i = 0; i < LINES; i++)
        buffer_append_text(&response->content, line);
    return HTTP_ANSWERED;
}

static enum http_outcome say_nothing(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)route, (void)exchange, (void)request;
    response->status = 204;
    response->packs = true;
    return HTTP_ANSWERED;
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/packs", .handler = say, .data = line},
    {.method = HTTP_GET, .pattern = "/stays", .handler = say},
    {.method = HTTP_GET, .pattern = "/nothing", .handler = say_nothing},
};

static struct http_server *server;

static int set_up(void **state)
{
    (void)state;
    const struct http_server_options options = {
        .address = "127.0.0.1:0",
        .routes = routes,
        .route_count = sizeof routes / sizeof *routes,
        .threads = 1,
    };
    return http_server_start(&options, NULL, &server) != ERROR_OK;
}

static int tear_down(void **state)
{
    (void)state;
    http_server_stop(server, 1000);
    return 0;
}

static unsigned
ask(const char *method, const char *path, const char *codings, struct buffer *answer)
{
    char request[300];
    snprintf(
        request, sizeof request,
        "%s %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAccept-Encoding: %s\r\n\r\n", method,
        path, codings);
    buffer_clear(answer);
    return raw_call(http_server_port(server), request, answer);
}

static bool says(struct buffer *answer, const char *field)
{
    const char *text = buffer_text(answer), *end = strstr(text, "\r\n\r\n");
    const char *at = strstr(text, field);
    return at && end && at < end;
}

static struct bytes body_of(const struct buffer *answer)
{
    const char *end = memmem(answer->data, answer->length, "\r\n\r\n", 4);
    assert_non_null(end);
    return bytes_slice(
        buffer_view(answer), (size_t)(end + 4 - (const char *)answer->data), answer->length);
}

/* The text is there, packed or not. */
static void holds_the_text(const struct buffer *answer, bool packed)
{
    struct buffer plain = {0};
    if (packed)
        assert_int_equal(gzip_unpack(body_of(answer), 1 << 20, NULL, &plain), ERROR_OK);
    else
        buffer_append_bytes(&plain, body_of(answer));
    assert_int_equal(plain.length, LINES * strlen(line));
    for (size_t i = 0; i < LINES; i++)
        assert_memory_equal(plain.data + i * strlen(line), line, strlen(line));
    buffer_free(&plain);
}

static void answers_are_packed_for_whoever_takes_it(void **state)
{
    (void)state;
    static const struct {
        const char *path, *codings;
        bool packed, varies;
    } rows[] = {
        {"/packs", "gzip", true, true},      {"/packs", "deflate, gzip;q=0.8, br", true, true},
        {"/packs", "gzip;q=0", false, true}, {"/packs", "", false, true},
        {"/stays", "gzip", false, false},
    };
    struct buffer answer = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(ask("GET", rows[i].path, rows[i].codings, &answer), 200);
        assert_int_equal(says(&answer, "\r\nContent-Encoding: gzip\r\n"), rows[i].packed);
        assert_int_equal(says(&answer, "\r\nVary: Accept-Encoding\r\n"), rows[i].varies);
        holds_the_text(&answer, rows[i].packed);
        if (rows[i].packed)
            assert_true(body_of(&answer).length < LINES * strlen(line) / 10);
    }
    buffer_free(&answer);
}

/* RFC 9110 section 9.3.2: the fields of HEAD are those of GET. */
static void a_head_is_that_of_the_packed_answer(void **state)
{
    (void)state;
    char length[60];
    struct buffer answer = {0};
    assert_int_equal(ask("GET", "/packs", "gzip", &answer), 200);
    snprintf(length, sizeof length, "\r\nContent-Length: %zu\r\n", body_of(&answer).length);
    assert_true(says(&answer, length));
    assert_int_equal(ask("HEAD", "/packs", "gzip", &answer), 200);
    assert_true(says(&answer, length));
    assert_true(says(&answer, "\r\nContent-Encoding: gzip\r\n"));
    assert_int_equal(body_of(&answer).length, 0);
    buffer_free(&answer);
}

static void nothing_stays_nothing(void **state)
{
    (void)state;
    struct buffer answer = {0};
    assert_int_equal(ask("GET", "/nothing", "gzip", &answer), 204);
    assert_false(says(&answer, "Content-Encoding"));
    assert_int_equal(body_of(&answer).length, 0);
    buffer_free(&answer);
}

/* Whichever allocation fails, the answer is whole, packed or not, or there is none: a plain 500 or
 * a closed connection. Once at least it is whole because what cannot be packed is sent as it is. */
static void what_cannot_be_packed_is_sent_as_it_is(void **state)
{
    (void)state;
    size_t unpacked = 0;
    struct buffer answer = {0};
    (void)buffer_reserve(&answer, 1 << 16); /* no allocation of ours is made to fail */
    for (long n = 0;; n++) {
        failing_alloc_after(n);
        unsigned status = ask("GET", "/packs", "gzip", &answer);
        bool failed = failing_alloc_stop();
        if (status == 200) {
            bool packed = says(&answer, "\r\nContent-Encoding: gzip\r\n");
            holds_the_text(&answer, packed);
            unpacked += !packed;
        } else {
            assert_true(status == 0 || status == 500);
        }
        if (!failed) {
            assert_int_equal(status, 200);
            break;
        }
    }
    assert_true(unpacked >= 1);
    buffer_free(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_packed_for_whoever_takes_it),
        cmocka_unit_test(a_head_is_that_of_the_packed_answer),
        cmocka_unit_test(nothing_stays_nothing),
        cmocka_unit_test(what_cannot_be_packed_is_sent_as_it_is),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

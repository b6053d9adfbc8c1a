/* http: paths, forms, responses and problems as values, and what happens when memory runs out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "http/router.h"
#include "http/server.h"

static void paths_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        enum error error;
        const char *joined; /* the segments, each in [] */
        const char *place;
    } rows[] = {
        {"/", ERROR_OK, "", NULL},
        {"/a", ERROR_OK, "[a]", NULL},
        {"/a/", ERROR_OK, "[a][]", NULL},
        {"//", ERROR_OK, "[][]", NULL},
        {"/a/b%20c/~!$&'()*+,;=:@-._", ERROR_OK, "[a][b c][~!$&'()*+,;=:@-._]", NULL},
        {"/%41%7a%C3%A9", ERROR_OK, "[Az\xC3\xA9]", NULL},
        {"/...", ERROR_OK, "[...]", NULL},
        {"/%2525", ERROR_OK, "[%25]", NULL}, /* decoded once */
        {"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", ERROR_OK,
         "[1][2][3][4][5][6][7][8][9][10][11][12][13][14][15][16]", NULL},
        {"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/", ERROR_TOO_LARGE, NULL, "offset 40"},
        {"", ERROR_HTTP_CHARACTER, NULL, "offset 0"},
        {"a", ERROR_HTTP_CHARACTER, NULL, "offset 0"},
        {"/a b", ERROR_HTTP_CHARACTER, NULL, "offset 2"},
        {"/a?b", ERROR_HTTP_CHARACTER, NULL, "offset 2"},
        {"/a#b", ERROR_HTTP_CHARACTER, NULL, "offset 2"},
        {"/a\\b", ERROR_HTTP_CHARACTER, NULL, "offset 2"},
        {"/%", ERROR_HTTP_PERCENT, NULL, "offset 1"},
        {"/%4", ERROR_HTTP_PERCENT, NULL, "offset 1"},
        {"/%4g", ERROR_HTTP_PERCENT, NULL, "offset 1"},
        {"/%%41", ERROR_HTTP_PERCENT, NULL, "offset 1"},
        {"/a%00", ERROR_HTTP_PATH, NULL, "offset 2"},
        {"/a%1F", ERROR_HTTP_PATH, NULL, "offset 2"},
        {"/a%7f", ERROR_HTTP_PATH, NULL, "offset 2"},
        {"/a%2f", ERROR_HTTP_PATH, NULL, "offset 2"},
        {"/a%5C", ERROR_HTTP_PATH, NULL, "offset 2"},
        {"/a/..", ERROR_HTTP_PATH, NULL, "offset 3"},
        {"/a/%2e.", ERROR_HTTP_PATH, NULL, "offset 3"},
        {"/./a", ERROR_HTTP_PATH, NULL, "offset 1"},
        {"/a/%C3", ERROR_UTF8, NULL, "offset 3"},
        {"/%ED%A0%80", ERROR_UTF8, NULL, "offset 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        const char *segments[HTTP_SEGMENTS_MAX];
        size_t count = 99;
        enum error error =
            http_path_parse(bytes_of(rows[i].path), &arena, &fault, segments, &count);
        if (error != rows[i].error)
            fail_msg("%s: %d", rows[i].path, error);
        if (error) {
            assert_int_equal(count, 99);
            assert_string_equal(fault.place, rows[i].place);
        } else {
            struct buffer joined = {0};
            for (size_t k = 0; k < count; k++)
                buffer_printf(&joined, "[%s]", segments[k]);
            assert_string_equal(buffer_text(&joined), rows[i].joined);
            buffer_free(&joined);
        }
        arena_free(&arena);
    }
}

static void forms_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum error error;
        const char *joined;
    } rows[] = {
        {"", ERROR_OK, ""},
        {"&&", ERROR_OK, ""},
        {"a", ERROR_OK, "a=;"},
        {"a=", ERROR_OK, "a=;"},
        {"=b", ERROR_OK, "=b;"},
        {"a=b=c", ERROR_OK, "a=b=c;"},
        {"a=1&&a=2&", ERROR_OK, "a=1;a=2;"},
        {"a+b=c+%2B%0d%0A", ERROR_OK, "a b=c +\r\n;"},
        {"a=/?:@!$'()*,;", ERROR_OK, "a=/?:@!$'()*,;;"},
        {"%26=%3D%25", ERROR_OK, "&==%;"},
        {"a=%", ERROR_HTTP_PERCENT, NULL},
        {"a%4=1", ERROR_HTTP_PERCENT, NULL},
        {"a=%4&b", ERROR_HTTP_PERCENT, NULL},
        {"a=%00", ERROR_HTTP_CHARACTER, NULL},
        {"a=%1b", ERROR_HTTP_CHARACTER, NULL},
        {"a=\"b\"", ERROR_HTTP_CHARACTER, NULL},
        {"a=[b]", ERROR_HTTP_CHARACTER, NULL},
        {"a=\xC3\xA9", ERROR_HTTP_CHARACTER, NULL},
        {"a=%FF", ERROR_UTF8, NULL},
        {"%FF=a", ERROR_UTF8, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        struct http_pairs pairs = {NULL, 99};
        enum error error = http_form_parse(bytes_of(rows[i].text), &arena, &fault, &pairs);
        if (error != rows[i].error)
            fail_msg("%s: %d", rows[i].text, error);
        if (error) {
            assert_int_equal(pairs.count, 99);
            assert_string_not_equal(fault.place, "");
        } else {
            struct buffer joined = {0};
            for (size_t k = 0; k < pairs.count; k++)
                buffer_printf(&joined, "%s=%s;", pairs.items[k].name, pairs.items[k].value);
            assert_string_equal(buffer_text(&joined), rows[i].joined);
            buffer_free(&joined);
        }
        arena_free(&arena);
    }
}

/* Everything but zero bytes and controls goes through an encoder and back. */
static void percent_encoding_goes_both_ways(void **state)
{
    (void)state;
    static const char text[] = "a/b?c#d e&f=g+h%i~\xC3\xA9\xF0\x9F\x98\x80\"<>\\^`{|}";
    struct buffer encoded = {0};
    struct arena arena = {0};
    struct http_pairs pairs;
    buffer_append_text(&encoded, "x=");
    http_percent_append(&encoded, bytes_of(text));
    assert_int_equal(http_form_parse(buffer_view(&encoded), &arena, NULL, &pairs), ERROR_OK);
    assert_string_equal(http_pair(pairs, "x"), text);
    assert_null(http_pair(pairs, "X"));
    buffer_free(&encoded);
    arena_free(&arena);
}

static void header_fields_cannot_be_split(void **state)
{
    (void)state;
    static const char *const bad_values[] = {"a\r\nb: c", "a\nb", "a\rb",
                                             "\x01",      "\x7F", "\xC3\xA9"};
    static const char *const bad_names[] = {
        "", "a b", "a:", "a\r", "\xC3\xA9", "content-length", "Date", "Content-Type"};
    for (size_t i = 0; i < sizeof bad_values / sizeof *bad_values; i++) {
        struct http_response response = {0};
        http_header(&response, "X-Name", "%s", bad_values[i]);
        assert_int_equal(response.error, ERROR_HTTP_FIELD);
        assert_int_equal(response.fields.length, 0);
        http_response_free(&response);
    }
    for (size_t i = 0; i < sizeof bad_names / sizeof *bad_names; i++) {
        struct http_response response = {0};
        http_header(&response, bad_names[i], "x");
        assert_int_equal(response.error, ERROR_HTTP_FIELD);
        http_response_free(&response);
    }
    struct http_response response = {0};
    http_header(&response, "X-Long", "%04096d", 0);
    assert_int_equal(response.error, ERROR_OK);
    http_header(&response, "X-Long", "%04097d", 0);
    assert_int_equal(response.error, ERROR_HTTP_FIELD);
    http_response_free(&response);
    static const char *const elsewhere[] = {"//evil", "/\\evil", "https://evil",
                                            "",       "x",       "/a\r\nb"};
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++) {
        http_redirect(&response, elsewhere[i]);
        assert_int_equal(response.error, ERROR_HTTP_FIELD);
        http_response_free(&response);
    }
    http_redirect(&response, "/licences/1");
    assert_int_equal(response.error, ERROR_OK);
    assert_int_equal(response.status, 303);
    http_response_free(&response);
}

static void problems_are_json(void **state)
{
    (void)state;
    struct fault fault;
    fault_set(&fault, ERROR_HEX, "clause \"L1\"", "two digits", "a\\b\n%c\xFF", '\x01');
    struct http_response response = {0};
    buffer_append_text(&response.content, "half an answer");
    http_header(&response, "X-Kept", "yes");
    http_problem(&response, 422, "act-refused", "Refused", "It \"cannot\" be.", &fault);
    assert_int_equal(response.status, 422);
    assert_string_equal(response.type, "application/problem+json");
    assert_int_equal(response.fields.length, sizeof "X-Kept" + sizeof "yes");
    assert_string_equal(
        buffer_text(&response.content),
        "{\"status\":422,\"title\":\"Refused\",\"type\":\"urn:enduse:problem:act-refused\","
        "\"detail\":\"It \\\"cannot\\\" be.\",\"error\":101,\"code\":\"HEX\","
        "\"words\":\"not hexadecimal\",\"place\":\"clause \\\"L1\\\"\","
        "\"expected\":\"two digits\",\"found\":\"a\\\\b\\u000a\\u0001\xEF\xBF\xBD\"}\n");
    http_problem(&response, 404, NULL, "Not found", NULL, NULL);
    assert_string_equal(
        buffer_text(&response.content),
        "{\"status\":404,\"title\":\"Not found\",\"type\":\"about:blank\"}\n");
    http_response_free(&response);
}

static enum http_outcome nothing(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)route, (void)exchange, (void)request, (void)response;
    return HTTP_ANSWERED;
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/a/{b}/c/{rest...}", .handler = nothing},
    {.method = HTTP_GET, .pattern = "/a/b/c/d", .handler = nothing},
    {.method = HTTP_POST, .pattern = "/a/b/c/d", .handler = nothing},
};

/* Reads a path and a query and finds the route, as the server does. */
static enum error find_all(const struct router *router, struct arena *arena)
{
    const char *segments[HTTP_SEGMENTS_MAX];
    size_t count;
    struct http_pairs pairs, parameters;
    struct router_match match;
    enum error error =
        http_path_parse(BYTES_LITERAL("/a/x%20/c/y/z"), arena, NULL, segments, &count);
    if (!error)
        error = http_form_parse(BYTES_LITERAL("a=1&b=2"), arena, NULL, &pairs);
    if (!error)
        error = router_find(router, HTTP_GET, segments, count, arena, &match, &parameters);
    if (error)
        return error;
    assert_ptr_equal(match.route, &routes[0]);
    assert_string_equal(http_pair(parameters, "b"), "x ");
    assert_string_equal(http_pair(parameters, "rest"), "y/z");
    return ERROR_OK;
}

static void every_allocation_can_fail(void **state)
{
    (void)state;
    struct router *router = NULL;
    for (long n = 0;; n++) {
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = router_new(routes, 3, &fault, &router);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
        assert_null(router);
    }
    for (long n = 0;; n++) {
        struct arena arena = {0};
        failing_alloc_after(n);
        enum error error = find_all(router, &arena);
        bool failed = failing_alloc_stop();
        arena_free(&arena);
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        if (!failed)
            break;
    }
    router_free(router);
    for (long n = 0;; n++) {
        struct http_response response = {0};
        failing_alloc_after(n);
        http_header(&response, "X-Name", "%s", "value");
        http_problem(&response, 400, "slug", "Title", "detail", NULL);
        bool failed = failing_alloc_stop();
        enum error error = response.error ? response.error : response.content.error;
        http_response_free(&response);
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        if (!failed)
            break;
    }
}

/* Starting gives back everything, whichever allocation of ours fails. */
static void a_server_without_memory_does_not_start(void **state)
{
    (void)state;
    struct http_server_options options = {
        .address = "127.0.0.1:0", .routes = routes, .route_count = 3, .threads = 2};
    for (long n = 0;; n++) {
        struct http_server *server = NULL;
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = http_server_start(&options, &fault, &server);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        http_server_stop(server, 0);
        if (!failed)
            break;
        assert_null(server);
        assert_string_not_equal(fault.place, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_read_strictly),
        cmocka_unit_test(forms_are_read_strictly),
        cmocka_unit_test(percent_encoding_goes_both_ways),
        cmocka_unit_test(header_fields_cannot_be_split),
        cmocka_unit_test(problems_are_json),
        cmocka_unit_test(every_allocation_can_fail),
        cmocka_unit_test(a_server_without_memory_does_not_start),
    };
    return cmocka_run_group_tests_name("http text", tests, NULL, NULL);
}

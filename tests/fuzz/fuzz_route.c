/* http: what is accepted as a path or a form is harmless, and encoded again it reads as the same; a
 * path finds a route or none, with all its parameters. */
#include "check.h"

#include <string.h>

#include "http/router.h"

static enum http_outcome nothing(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)route, (void)exchange, (void)request, (void)response;
    return HTTP_ANSWERED;
}

static const struct http_route routes[] = {
    {.method = HTTP_GET, .pattern = "/", .handler = nothing},
    {.method = HTTP_GET, .pattern = "/a/{b}", .handler = nothing},
    {.method = HTTP_GET, .pattern = "/a/b", .handler = nothing},
    {.method = HTTP_GET, .pattern = "/{a}/{b}/c", .handler = nothing},
    {.method = HTTP_POST, .pattern = "/a/b/{c}", .handler = nothing},
    {.method = HTTP_GET, .pattern = "/t/{a}/{rest...}", .handler = nothing},
};

static void check_segment(const char *segment)
{
    check(bytes_are_utf8(bytes_of(segment), NULL));
    check(strcmp(segment, ".") != 0 && strcmp(segment, "..") != 0);
    for (const char *at = segment; *at; at++)
        check((unsigned char)*at >= 0x20 && *at != 0x7F && *at != '/' && *at != '\\');
}

static void check_path_again(const char *const *segments, size_t count, struct arena *arena)
{
    struct buffer encoded = {0};
    const char *again[HTTP_SEGMENTS_MAX];
    size_t again_count = 0;
    for (size_t i = 0; i < count; i++) {
        buffer_append_byte(&encoded, '/');
        http_percent_append(&encoded, bytes_of(segments[i]));
    }
    if (count == 0)
        buffer_append_byte(&encoded, '/');
    /* "/" is no segment, not one that is empty. */
    if (!(count == 1 && segments[0][0] == '\0')) {
        check(!http_path_parse(buffer_view(&encoded), arena, NULL, again, &again_count));
        check(again_count == count);
        for (size_t i = 0; i < count; i++)
            check(strcmp(segments[i], again[i]) == 0);
    }
    buffer_free(&encoded);
}

static void check_routes(
    const struct router *router, const char *const *segments, size_t count, struct arena *arena)
{
    struct router_match match;
    struct http_pairs parameters;
    check(!router_find(router, HTTP_GET, segments, count, arena, &match, &parameters));
    check(!match.route || match.methods & 1U << HTTP_GET);
    for (size_t i = 0; i < parameters.count; i++)
        check(parameters.items[i].name && parameters.items[i].value && *parameters.items[i].value);
}

static void check_form(struct bytes text, struct arena *arena)
{
    struct http_pairs pairs, again;
    struct fault fault = {0};
    struct buffer encoded = {0};
    if (http_form_parse(text, arena, &fault, &pairs)) {
        check(fault.error && fault.place[0]);
        return;
    }
    check(pairs.count <= HTTP_PAIRS_MAX);
    for (size_t i = 0; i < pairs.count; i++) {
        http_percent_append(&encoded, bytes_of(pairs.items[i].name));
        buffer_append_text(&encoded, "=");
        http_percent_append(&encoded, bytes_of(pairs.items[i].value));
        buffer_append_text(&encoded, "&");
    }
    check(!http_form_parse(buffer_view(&encoded), arena, NULL, &again));
    check(again.count == pairs.count);
    for (size_t i = 0; i < pairs.count; i++) {
        check(strcmp(pairs.items[i].name, again.items[i].name) == 0);
        check(strcmp(pairs.items[i].value, again.items[i].value) == 0);
    }
    buffer_free(&encoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct router *router;
    if (!router)
        check(!router_new(routes, sizeof routes / sizeof *routes, NULL, &router));
    struct arena arena = {0};
    struct fault fault = {0};
    const char *segments[HTTP_SEGMENTS_MAX];
    size_t count = 0;
    struct bytes text = {data, size};
    if (http_path_parse(text, &arena, &fault, segments, &count)) {
        check(fault.error && fault.place[0]);
    } else {
        for (size_t i = 0; i < count; i++)
            check_segment(segments[i]);
        check_path_again(segments, count, &arena);
        check_routes(router, segments, count, &arena);
    }
    check_form(text, &arena);
    arena_free(&arena);
    return 0;
}

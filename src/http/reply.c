/* From a response to the library's: default header fields, the body's ownership, the last resort.
 */
#include "http/exchange.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char api_policy[] = "default-src 'none'; frame-ancestors 'none'";

/* Own styles, scripts, pictures and requests; nothing inline, nothing foreign, no plug-ins. data:
 * pictures are those that the styles draw with. */
static const char page_policy[] =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

static const char internal_problem[] =
    "{\"type\":\"about:blank\",\"title\":\"Internal error\",\"status\":500}";

static bool has_field(const struct http_response *response, const char *name)
{
    const char *at = (const char *)response->fields.data;
    const char *end = at ? at + response->fields.length : NULL;
    while (at < end) {
        if (strcasecmp(at, name) == 0)
            return true;
        at += strlen(at) + 1; /* the value */
        at += strlen(at) + 1;
    }
    return false;
}

/* A response that the handler could not finish says nothing but that. */
static void replace_if_broken(struct http_response *response)
{
    if (!response->error)
        response->error = response->content.error;
    if (!response->error && response->status >= 200 && response->status <= 599)
        return;
    http_response_free(response);
    response->status = 500;
    response->type = "application/problem+json";
    response->borrowed = BYTES_LITERAL(internal_problem);
}

/* The library's response with the body, whose ownership it takes. NULL: it is still ours. */
static struct MHD_Response *take_content(struct http_response *response, uint64_t *ret_size)
{
    struct MHD_Response *reply;
    struct bytes borrowed = response->borrowed;
    if (response->stream) {
        *ret_size = 0;
        reply = stream_reply(response->stream);
    } else if (borrowed.length) {
        /* The library never writes to it; its signature only lacks the const. */
        void *data = (void *)(uintptr_t)borrowed.data;
        *ret_size = borrowed.length;
        reply =
            response->release
                ? MHD_create_response_from_buffer_with_free_callback_cls(
                      borrowed.length, data, response->release, response->context)
                : MHD_create_response_from_buffer(borrowed.length, data, MHD_RESPMEM_PERSISTENT);
        if (reply)
            response->release = NULL;
    } else if (response->content.length) {
        *ret_size = response->content.length;
        reply = MHD_create_response_from_buffer(
            response->content.length, response->content.data, MHD_RESPMEM_MUST_FREE);
        if (reply)
            response->content = (struct buffer){0};
    } else {
        static char nothing[1];
        *ret_size = 0;
        reply = MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);
    }
    return reply;
}

static bool add_fields(struct MHD_Response *reply, const struct http_response *response)
{
    const char *at = (const char *)response->fields.data;
    const char *end = at ? at + response->fields.length : NULL;
    while (at < end) {
        const char *value = at + strlen(at) + 1;
        if (MHD_add_response_header(reply, at, value) != MHD_YES)
            return false;
        at = value + strlen(value) + 1;
    }
    return true;
}

static const char *caching(unsigned flags)
{
    if (flags & HTTP_ROUTE_IMMUTABLE)
        return "public, max-age=31536000, immutable";
    if (flags & HTTP_ROUTE_PUBLIC)
        return "public, no-cache";
    return flags & HTTP_ROUTE_PRIVATE ? "private, no-cache" : "no-store";
}

static bool
add_defaults(struct MHD_Response *reply, const struct http_response *response, unsigned flags)
{
    /* A problem turned into a page (by a finisher) is one whatever its route. */
    bool page =
        flags & HTTP_ROUTE_PAGE || (response->type && text_starts(response->type, "text/html"));
    bool good = response->status < 300 || response->status == 304;
    const struct http_pair defaults[] = {
        {"Content-Security-Policy", page ? page_policy : api_policy},
        /* Said twice: browsers without content policies know this one (RFC 7034). */
        {"X-Frame-Options", "DENY"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", page ? "same-origin" : "no-referrer"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        /* What went wrong now need not go wrong again. */
        {"Cache-Control", caching(good ? flags : 0)},
        {"Vary", flags & HTTP_ROUTE_PRIVATE ? "Authorization" : ""},
    };
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++) {
        if (defaults[i].value[0] && !has_field(response, defaults[i].name) &&
            MHD_add_response_header(reply, defaults[i].name, defaults[i].value) != MHD_YES)
            return false;
    }
    return !response->type ||
           MHD_add_response_header(reply, "Content-Type", response->type) == MHD_YES;
}

enum MHD_Result reply_send(
    struct MHD_Connection *connection, const struct http_route *route,
    struct http_response *response, unsigned *ret_status, uint64_t *ret_size)
{
    replace_if_broken(response);
    uint64_t size = 0;
    struct MHD_Response *reply = take_content(response, &size);
    bool complete = reply && add_fields(reply, response) &&
                    add_defaults(reply, response, route ? route->flags : 0) &&
                    MHD_queue_response(connection, response->status, reply) == MHD_YES;
    if (complete) {
        *ret_status = response->status;
        *ret_size = size;
    }
    if (reply)
        MHD_destroy_response(reply);
    http_response_free(response);
    return complete ? MHD_YES : MHD_NO;
}

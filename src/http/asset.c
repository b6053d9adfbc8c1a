/* Serving the files that are part of the program. */
#include <string.h>
#include <strings.h>

#include "http/server.h"

/* Whether a list of codings (RFC 9110 section 12.5.3) has gzip and does not weigh it as nothing. */
static bool takes_gzip(const char *codings)
{
    while (codings && *codings) {
        codings += strspn(codings, ", \t");
        size_t length = strcspn(codings, ",");
        if (strncasecmp(codings, "gzip", 4) == 0 && (length == 4 || strchr(" ;\t", codings[4]))) {
            const char *weight = memmem(codings, length, "q=0", 3);
            return !weight || strspn(weight + 3, "0.") < strcspn(weight + 3, ",; \t");
        }
        codings += length;
    }
    return false;
}

enum http_outcome http_assets_answer(
    void *context, const struct http_route *route, struct http_exchange *exchange,
    const struct http_request *request, struct http_response *response)
{
    (void)context, (void)exchange;
    const struct http_assets *assets = route->data;
    const char *name = http_parameter(request, "name");
    for (size_t i = 0; i < assets->count; i++) {
        const struct http_asset *asset = &assets->items[i];
        if (strcmp(asset->name, name) != 0)
            continue;
        response->status = 200;
        response->type = asset->type;
        response->borrowed = asset->content;
        if (asset->packed.length) {
            http_header(response, "Vary", "Accept-Encoding");
            if (takes_gzip(http_field(request, "Accept-Encoding"))) {
                http_header(response, "Content-Encoding", "gzip");
                response->borrowed = asset->packed;
            }
        }
        return HTTP_ANSWERED;
    }
    http_problem(response, 404, "not-found", "There is no such file", NULL, NULL);
    return HTTP_ANSWERED;
}

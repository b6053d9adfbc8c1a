/* Serving the files that are part of the program. */
#include <string.h>

#include "http/exchange.h"

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
            if (client_takes_gzip(request)) {
                http_header(response, "Content-Encoding", "gzip");
                response->borrowed = asset->packed;
            }
        }
        return HTTP_ANSWERED;
    }
    http_problem(response, 404, "not-found", "There is no such file", NULL, NULL);
    return HTTP_ANSWERED;
}

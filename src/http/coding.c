/* Answers packed by gzip for clients that take it (RFC 9110 section 8.4). */
#include <string.h>
#include <strings.h>

#include "archive/archive.h"
#include "http/exchange.h"

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

bool client_takes_gzip(const struct http_request *request)
{
    return takes_gzip(http_field(request, "Accept-Encoding"));
}

void response_pack(struct http_response *response, const struct http_request *request)
{
    struct buffer packed = {0};
    if (!response->packs || !response->content.length || response->content.error)
        return;
    http_header(response, "Vary", "Accept-Encoding");
    if (client_takes_gzip(request) &&
        gzip_pack(buffer_view(&response->content), NULL, &packed) == ERROR_OK) {
        struct buffer plain = response->content;
        http_header(response, "Content-Encoding", "gzip");
        response->content = packed;
        packed = plain;
    }
    buffer_free(&packed);
}

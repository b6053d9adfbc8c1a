/* Looking things up in a request. */
#include "http/request.h"

#include <string.h>
#include <strings.h>

const char *http_method_text(enum http_method method)
{
    switch (method) {
    case HTTP_GET:
        return "GET";
    case HTTP_POST:
        return "POST";
    case HTTP_PUT:
        return "PUT";
    case HTTP_PATCH:
        return "PATCH";
    case HTTP_DELETE:
        return "DELETE";
    }
    return "";
}

const char *http_pair(struct http_pairs pairs, const char *name)
{
    for (size_t i = 0; i < pairs.count; i++) {
        if (strcmp(pairs.items[i].name, name) == 0)
            return pairs.items[i].value;
    }
    return NULL;
}

const char *http_parameter(const struct http_request *request, const char *name)
{
    return http_pair(request->parameters, name);
}

const char *http_query(const struct http_request *request, const char *name)
{
    return http_pair(request->query, name);
}

const char *http_field(const struct http_request *request, const char *name)
{
    for (size_t i = 0; i < request->fields.count; i++) {
        if (strcasecmp(request->fields.items[i].name, name) == 0)
            return request->fields.items[i].value;
    }
    return NULL;
}

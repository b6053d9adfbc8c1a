/* Everything that is refused before a handler sees it: by the head of the request alone. Each check
 * says which rule it enforces. */
#include "http/exchange.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Fills the refusal; always false, so that a check reads `return refuse(...)`. */
static bool refuse(
    struct http_exchange *exchange, unsigned status, const char *slug, const char *title,
    const struct fault *fault)
{
    http_problem(&exchange->response, status, slug, title, NULL, fault);
    return false;
}

static bool out_of_memory(struct http_exchange *exchange)
{
    exchange->response.error = ERROR_MEMORY;
    return false;
}

/* Collects header fields from the library, whose memory ends with the request. */
struct collection {
    struct http_exchange *exchange;
    struct http_pair *pairs;
    size_t count;
    enum error error;
};

static enum MHD_Result collect(
    void *context, enum MHD_ValueKind kind, const char *name, size_t name_size, const char *value,
    size_t value_size)
{
    (void)kind;
    struct collection *fields = context;
    if (fields->count == HTTP_FIELDS_MAX) {
        fields->error = ERROR_TOO_LARGE;
        return MHD_NO;
    }
    struct bytes name_bytes = {(const uint8_t *)name, name_size};
    struct bytes value_bytes = {(const uint8_t *)(value ? value : ""), value ? value_size : 0};
    /* RFC 9110 section 5.1 and 5.5: a name is a token, directly before the colon; a value holds no
     * control character but tab. Readers who disagree about such bytes are how requests are
     * smuggled past a proxy. */
    bool good = name_size > 0 && bytes_are_utf8(value_bytes, NULL);
    for (size_t i = 0; i < name_size; i++)
        good = good && name[i] > 0x20 && name[i] < 0x7F && !strchr("\"(),/:;<=>?@[\\]{}", name[i]);
    for (size_t i = 0; i < value_bytes.length; i++) {
        uint8_t byte = value_bytes.data[i];
        good = good && (byte >= 0x20 || byte == '\t') && byte != 0x7F;
    }
    struct http_pair *pair = &fields->pairs[fields->count];
    pair->name = good ? arena_text(&fields->exchange->arena, name_bytes) : NULL;
    pair->value = good ? arena_text(&fields->exchange->arena, value_bytes) : NULL;
    if (!good)
        fields->error = ERROR_HTTP_FIELD;
    else if (!pair->name || !pair->value)
        fields->error = ERROR_MEMORY;
    else
        fields->count++;
    return fields->error ? MHD_NO : MHD_YES;
}

static bool take_fields(struct http_exchange *exchange)
{
    struct collection fields = {
        .exchange = exchange,
        .pairs = ARENA_ARRAY(&exchange->arena, struct http_pair, HTTP_FIELDS_MAX),
    };
    if (!fields.pairs)
        return out_of_memory(exchange);
    MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, collect, &fields);
    exchange->request.fields = (struct http_pairs){fields.pairs, fields.count};
    if (fields.error == ERROR_MEMORY)
        return out_of_memory(exchange);
    if (fields.error == ERROR_TOO_LARGE)
        return refuse(exchange, 431, "head-too-large", "Too many header fields", NULL);
    if (fields.error) {
        struct fault fault;
        fault_set(
            &fault, fields.error, "head", "a token, a colon and printable text", "field %zu",
            fields.count + 1);
        return refuse(exchange, 400, "head", "A header field is not well formed", &fault);
    }
    return true;
}

static size_t count_fields(const struct http_exchange *exchange, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < exchange->request.fields.count; i++)
        count += strcasecmp(exchange->request.fields.items[i].name, name) == 0;
    return count;
}

/* RFC 9112 section 6.1: a message with both lengths, or with several, may be an attempt to smuggle
 * a request; chunked is the one coding we know. */
static bool check_framing(struct http_exchange *exchange)
{
    const char *coding = http_field(&exchange->request, "Transfer-Encoding");
    size_t lengths = count_fields(exchange, "Content-Length");
    bool chunked = coding && count_fields(exchange, "Transfer-Encoding") == 1 &&
                   strcasecmp(coding, "chunked") == 0;
    exchange->ambiguous = (coding && (!chunked || lengths)) || lengths > 1;
    return !exchange->ambiguous ||
           refuse(exchange, 400, "framing", "The length of the body is ambiguous", NULL);
}

uint64_t exchange_declared_length(const struct http_exchange *exchange)
{
    const char *text = http_field(&exchange->request, "Content-Length");
    uint64_t length = 0;
    if (text && number_parse(bytes_of(text), UINT64_MAX, NULL, &length))
        length = UINT64_MAX;
    return length;
}

static bool has_body(const struct http_exchange *exchange)
{
    return exchange_declared_length(exchange) ||
           http_field(&exchange->request, "Transfer-Encoding");
}

/* Whether Host ("name", "name:port", "[::1]:port") names this host, whatever the port. */
static bool host_is(const char *host, const char *name)
{
    size_t length = strlen(name);
    if (strncasecmp(host, name, length) != 0)
        return false;
    if (host[length] == '\0')
        return true;
    return host[length] == ':' &&
           strspn(host + length + 1, "0123456789") == strlen(host + length + 1);
}

/* RFC 6761 section 6.3: whatever ends in .localhost is this machine to a browser, so that two
 * origins can be had there, and no name server can point such a name elsewhere. */
static bool is_local_name(const char *host)
{
    static const char end[] = ".localhost";
    size_t length = strcspn(host, ":"), tail = sizeof end - 1;
    return length > tail && strncasecmp(host + length - tail, end, tail) == 0 &&
           strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-.") >= length;
}

static bool host_allowed(const struct http_server_options *options, const char *host)
{
    static const char *const loopback[] = {"127.0.0.1", "localhost", "[::1]"};
    const char *const *names = options->hosts;
    size_t count = options->host_count;
    if (options->loopback_only) {
        if (is_local_name(host))
            return true;
        names = loopback;
        count = sizeof loopback / sizeof *loopback;
    }
    if (!names)
        return true;
    for (size_t i = 0; i < count; i++) {
        if (host_is(host, names[i]))
            return true;
    }
    return false;
}

/* RFC 9112 section 3.2: exactly one Host. A name that is not ours means that a page elsewhere has
 * pointed its own name at our address (DNS rebinding), or a proxy that should not be there. */
static bool check_host(struct http_exchange *exchange)
{
    static const char *const forwarding[] = {
        "Forwarded", "Via",       "X-Forwarded-For",  "X-Forwarded-Host",  "X-Forwarded-Proto",
        "X-Real-IP", "X-Real-Ip", "X-Forwarded-Port", "X-Forwarded-Server"};
    const struct http_server_options *options = &exchange->server->options;
    const char *host = http_field(&exchange->request, "Host");
    if (!host || count_fields(exchange, "Host") != 1)
        return refuse(exchange, 400, "host", "One Host field is needed", NULL);
    for (size_t i = 0; options->loopback_only && i < sizeof forwarding / sizeof *forwarding; i++) {
        if (http_field(&exchange->request, forwarding[i]))
            return refuse(
                exchange, 400, "forwarded", "This server takes no forwarded requests", NULL);
    }
    if (!host_allowed(options, host))
        return refuse(exchange, 421, "host", "This server does not serve that host", NULL);
    return true;
}

/* A browser says where a request comes from (Fetch Metadata; RFC 6454 section 7). One that changes
 * something must come from our own pages; other programs send neither field. */
static bool check_origin(struct http_exchange *exchange)
{
    const struct http_request *request = &exchange->request;
    if (request->method == HTTP_GET)
        return true;
    const char *site = http_field(request, "Sec-Fetch-Site");
    const char *origin = http_field(request, "Origin");
    const char *host = http_field(request, "Host");
    bool good = !site || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
    if (good && origin) {
        const char *authority = strstr(origin, "://");
        good = authority && strcasecmp(authority + 3, host) == 0;
    }
    return good || refuse(exchange, 403, "origin", "The request comes from another site", NULL);
}

static bool take_method(struct http_exchange *exchange, const char *text)
{
    for (enum http_method method = HTTP_GET; method <= HTTP_DELETE; method++) {
        if (strcmp(text, http_method_text(method)) == 0) {
            exchange->request.method = method;
            return true;
        }
    }
    exchange->request.head = strcmp(text, "HEAD") == 0;
    return exchange->request.head ||
           refuse(exchange, 501, "method", "This method is not known here", NULL);
}

static bool list_allowed(struct http_exchange *exchange, unsigned methods)
{
    struct buffer list = {0};
    for (enum http_method method = HTTP_GET; method <= HTTP_DELETE; method++) {
        if (methods & 1U << method)
            buffer_printf(
                &list, "%s%s%s", list.length ? ", " : "", http_method_text(method),
                method == HTTP_GET ? ", HEAD" : "");
    }
    refuse(exchange, 405, "method", "This method is not served here", NULL);
    const char *text = buffer_text(&list);
    http_header(&exchange->response, "Allow", "%s", text ? text : "");
    buffer_free(&list);
    return false;
}

static bool take_target(struct http_exchange *exchange)
{
    struct http_request *request = &exchange->request;
    struct bytes target = exchange->target;
    const uint8_t *mark = memchr(target.data, '?', target.length);
    struct bytes path = mark ? bytes_slice(target, 0, (size_t)(mark - target.data)) : target;
    struct bytes query = bytes_slice(target, path.length + 1, target.length);
    const char *segments[HTTP_SEGMENTS_MAX];
    size_t count = 0;
    struct fault fault = {0};
    enum error error = http_path_parse(path, &exchange->arena, &fault, segments, &count);
    if (error == ERROR_TOO_LARGE)
        return refuse(exchange, 404, "not-found", "There is nothing at this path", NULL);
    if (error)
        fault_within(&fault, error, "path");
    if (!error) {
        error = http_form_parse(query, &exchange->arena, &fault, &request->query);
        if (error)
            fault_within(&fault, error, "query");
    }
    if (error == ERROR_MEMORY)
        return out_of_memory(exchange);
    if (error)
        return refuse(exchange, 400, "target", "The address is not well formed", &fault);
    struct router_match match;
    if (router_find(
            exchange->server->router, request->method, segments, count, &exchange->arena, &match,
            &request->parameters))
        return out_of_memory(exchange);
    if (!match.route && match.methods)
        return list_allowed(exchange, match.methods);
    if (!match.route)
        return refuse(exchange, 404, "not-found", "There is nothing at this path", NULL);
    exchange->route = match.route;
    return true;
}

/* The media type of Content-Type, in lower case and without parameters; "" when there is none. */
static const char *take_type(struct http_exchange *exchange)
{
    const char *text = http_field(&exchange->request, "Content-Type");
    if (!text)
        return "";
    struct bytes type = {(const uint8_t *)text, strcspn(text, "; \t")};
    char *copy = arena_text(&exchange->arena, type);
    for (char *at = copy; at && *at; at++) {
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    }
    return copy;
}

static bool type_listed(const char *list, const char *type)
{
    size_t length = strlen(type);
    while (length && list && *list) {
        size_t span = strcspn(list, " ");
        if (span == length && memcmp(list, type, length) == 0)
            return true;
        list += span + strspn(list + span, " ");
    }
    return false;
}

static bool check_body(struct http_exchange *exchange)
{
    const struct http_route *route = exchange->route;
    exchange->request.type = take_type(exchange);
    if (!exchange->request.type)
        return out_of_memory(exchange);
    if (!has_body(exchange))
        return true;
    if (exchange_declared_length(exchange) > route->body_max || route->body_max == 0) {
        struct fault fault;
        fault_set(&fault, ERROR_TOO_LARGE, "body", NULL, NULL);
        snprintf(fault.expected, sizeof fault.expected, "at most %zu bytes", route->body_max);
        return refuse(exchange, 413, "body-too-large", "The body is too large", &fault);
    }
    const char *coding = http_field(&exchange->request, "Content-Encoding");
    bool plain = !coding || strcasecmp(coding, "identity") == 0;
    if (plain && type_listed(route->accepts, exchange->request.type))
        return true;
    refuse(exchange, 415, "media-type", "The body is of a type that is not taken here", NULL);
    http_header(&exchange->response, "Accept", "%s", route->accepts);
    return false;
}

bool exchange_admit(struct http_exchange *exchange, const char *method)
{
    struct http_request *request = &exchange->request;
    struct bytes target = exchange->target;
    const uint8_t *mark = memchr(target.data, '?', target.length);
    request->path = arena_text(
        &exchange->arena,
        bytes_slice(target, 0, mark ? (size_t)(mark - target.data) : target.length));
    request->type = "";
    request->peer = exchange->peer;
    if (!request->path)
        return out_of_memory(exchange);
    if (target.length > HTTP_TARGET_MAX)
        return refuse(exchange, 414, "target", "The address is too long", NULL);
    return take_fields(exchange) && check_framing(exchange) && check_host(exchange) &&
           take_method(exchange, method) && take_target(exchange) && check_origin(exchange) &&
           check_body(exchange);
}

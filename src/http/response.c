/* Making a response: header fields, entity tags, redirects. Sending it is in exchange.c. */
#include "http/response.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { FIELD_VALUE_MAX = 4096, ETAG_BYTES_MAX = 64 };

static void remember(struct http_response *response, enum error error)
{
    if (!response->error)
        response->error = error;
}

/* RFC 9110 section 5.6.2: a field's name is a token. */
static bool is_token(const char *text)
{
    for (const char *at = text; *at; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
        if (!letter && !(*at >= '0' && *at <= '9') && !strchr("!#$%&'*+-.^_`|~", *at))
            return false;
    }
    return *text != '\0';
}

/* Stricter than RFC 9110 section 5.5: printable ASCII alone, so that no CR or LF can begin another
 * field, and no byte can mean different things to different readers. */
static bool is_value(const char *text)
{
    for (const char *at = text; *at; at++) {
        if (*at < 0x20 || *at > 0x7E)
            return false;
    }
    return true;
}

/* Fields that say how the answer is framed or sent: the library writes them, once. */
static bool is_reserved(const char *name)
{
    static const char *const names[] = {"Content-Length",    "Content-Type", "Connection",
                                        "Transfer-Encoding", "Date",         "Upgrade"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

void http_header(struct http_response *response, const char *name, const char *format, ...)
{
    char value[FIELD_VALUE_MAX + 1];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof value || !is_token(name) || is_reserved(name) ||
        !is_value(value)) {
        remember(response, ERROR_HTTP_FIELD);
        return;
    }
    if (length == 0)
        return;
    buffer_append(&response->fields, name, strlen(name) + 1);
    buffer_append(&response->fields, value, (size_t)length + 1);
    remember(response, response->fields.error);
}

static void drop_body(struct http_response *response)
{
    buffer_free(&response->content);
    if (response->release)
        response->release(response->context);
    response->release = NULL;
    response->context = NULL;
    response->borrowed = (struct bytes){NULL, 0};
    response->stream = NULL;
    response->type = NULL;
}

/* Whether a list of entity tags holds ours, by the weak comparison that RFC 9110 section 13.1.2
 * asks for: W/ does not matter. A list that is not well formed holds nothing. */
static bool list_holds(const char *list, const char *tag)
{
    if (strcmp(list, "*") == 0)
        return true;
    size_t length = strlen(tag);
    for (const char *at = list; *at;) {
        at += strspn(at, " \t,");
        if (strncmp(at, "W/", 2) == 0)
            at += 2;
        if (*at != '"')
            return false;
        const char *end = strchr(at + 1, '"');
        if (!end)
            return false;
        end++;
        if ((size_t)(end - at) == length && memcmp(at, tag, length) == 0)
            return true;
        at = end;
    }
    return false;
}

bool http_etag(
    struct http_response *response, const struct http_request *request, struct bytes digest)
{
    char tag[2 * ETAG_BYTES_MAX + 3] = "\"";
    if (digest.length > ETAG_BYTES_MAX)
        digest.length = ETAG_BYTES_MAX;
    hex_text(digest, tag + 1);
    memcpy(tag + 1 + 2 * digest.length, "\"", 2);
    http_header(response, "ETag", "%s", tag);
    const char *list = http_field(request, "If-None-Match");
    if (request->method != HTTP_GET || !list || !list_holds(list, tag))
        return false;
    drop_body(response);
    response->status = 304;
    return true;
}

void http_redirect(struct http_response *response, const char *path)
{
    drop_body(response);
    response->status = 303;
    /* "//host" and "/\host" would leave this server in a browser. */
    if (path[0] != '/' || path[1] == '/' || path[1] == '\\')
        remember(response, ERROR_HTTP_FIELD);
    else
        http_header(response, "Location", "%s", path);
}

void http_response_free(struct http_response *response)
{
    drop_body(response);
    buffer_free(&response->fields);
    *response = (struct http_response){0};
}

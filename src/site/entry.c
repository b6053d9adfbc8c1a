/* Forms that come back. */
#include "site/entry.h"

#include <string.h>

const char *entry_token(struct arena *arena, struct bytes session)
{
    if (!session.length)
        return NULL;
    struct digest tag = hmac_of(session, bytes_of("enduse form"));
    char *text = arena_alloc(arena, DIGEST_TEXT_SIZE);
    return text ? digest_text(&tag, text) : NULL;
}

static enum error check_token(struct reading *reading, struct bytes given)
{
    const char *expected = entry_token(&reading->arena, reading->token);
    if (!reading->token.length)
        return ERROR_OK;
    if (!expected)
        return fault_place(&reading->fault, ERROR_MEMORY, "form");
    if (given.length != strlen(expected) || !secret_equal(given, bytes_of(expected)))
        return fault_set(
            &reading->fault, ERROR_SESSION_FORM, "form", "a form of this session", NULL);
    return ERROR_OK;
}

static enum error check_origin(struct reading *reading, const struct http_request *request)
{
    const char *origin = http_field(request, "Origin");
    return origin_check(reading->service, origin ? origin : "", "form: Origin", &reading->fault);
}

enum error entry_read_parts(
    struct reading *reading, const struct http_request *request, struct http_parts *ret_parts)
{
    struct http_parts parts = {0};
    const char *type = http_field(request, "Content-Type");
    enum error error = check_origin(reading, request);
    if (!error)
        error = http_multipart_parse(
            request->body, type ? type : "", &reading->arena, &reading->fault, &parts);
    if (!error) {
        const struct http_part *token = http_part(parts, "token");
        error = check_token(reading, token ? token->content : (struct bytes){0});
    }
    if (!error)
        *ret_parts = parts;
    return error;
}

enum error entry_read(
    struct reading *reading, const struct http_request *request, struct http_pairs *ret_pairs)
{
    struct http_pairs pairs = {0};
    enum error error = check_origin(reading, request);
    if (!error)
        error = http_form_parse(request->body, &reading->arena, &reading->fault, &pairs);
    if (!error) {
        const char *token = http_pair(pairs, "token");
        error = check_token(reading, bytes_of(token ? token : ""));
    }
    if (!error)
        *ret_pairs = pairs;
    return error;
}

enum error entry_read_signing(
    struct reading *reading, const struct http_request *request, struct http_pairs *ret_pairs)
{
    char expected[ORIGIN_TEXT_SIZE];
    const char *origin = http_field(request, "Origin");
    sign_origin(reading->service, expected);
    if (!origin || strcmp(origin, expected) != 0)
        return fault_set(
            &reading->fault, ERROR_SESSION_ORIGIN, "form: Origin", expected, "%.200s",
            origin ? origin : "none");
    return http_form_parse(request->body, &reading->arena, &reading->fault, ret_pairs);
}

const char *entry_path(const char *text)
{
    /* "//host" and "/\host" are other servers to a browser. */
    bool good = text && text[0] == '/' && text[1] != '/' && !strchr(text, '\\') &&
                strlen(text) < HTTP_TARGET_MAX;
    for (const char *at = text; good && *at; at++)
        good = *at > ' ' && *at < 0x7f;
    return good ? text : NULL;
}

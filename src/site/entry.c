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

static enum error check_token(struct reading *reading, struct http_pairs pairs)
{
    const char *expected = entry_token(&reading->arena, reading->token);
    const char *given = http_pair(pairs, "token");
    if (!reading->token.length)
        return ERROR_OK;
    if (!expected)
        return fault_place(&reading->fault, ERROR_MEMORY, "form");
    if (!given || strlen(given) != strlen(expected) ||
        !secret_equal(bytes_of(given), bytes_of(expected)))
        return fault_set(
            &reading->fault, ERROR_SESSION_FORM, "form", "a form of this session", NULL);
    return ERROR_OK;
}

enum error entry_read(
    struct reading *reading, const struct http_request *request, struct http_pairs *ret_pairs)
{
    struct http_pairs pairs = {0};
    const char *origin = http_field(request, "Origin");
    enum error error =
        origin_check(reading->service, origin ? origin : "", "form: Origin", &reading->fault);
    if (!error)
        error = http_form_parse(request->body, &reading->arena, &reading->fault, &pairs);
    if (!error)
        error = check_token(reading, pairs);
    if (!error)
        *ret_pairs = pairs;
    return error;
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

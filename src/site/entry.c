/* Forms that come back. */
#include "site/entry.h"

#include <string.h>

/* A token is a mask, and behind it the session's tag under the mask. */
enum { MASKED_SIZE = 2 * DIGEST_SIZE };

static struct digest form_tag(struct bytes session)
{
    return hmac_of(session, bytes_of("enduse form"));
}

static void apply_mask(const uint8_t *mask, uint8_t *tag)
{
    for (size_t i = 0; i < DIGEST_SIZE; i++)
        tag[i] ^= mask[i];
}

enum error entry_token(struct reading *reading, const char **ret_token)
{
    uint8_t masked[MASKED_SIZE];
    struct buffer text = {0};
    const char *token = NULL;
    if (reading->token.length) {
        struct digest tag = form_tag(reading->token);
        enum error error = random_fill(reading->service->os, &reading->fault, masked, DIGEST_SIZE);
        if (error)
            return error;
        memcpy(masked + DIGEST_SIZE, tag.bytes, DIGEST_SIZE);
        apply_mask(masked, masked + DIGEST_SIZE);
        base64url_append(&text, BYTES_ARRAY(masked));
        const char *made = buffer_text(&text);
        token = made ? arena_text(&reading->arena, bytes_of(made)) : NULL;
        buffer_free(&text);
        if (!token)
            return fault_place(&reading->fault, ERROR_MEMORY, "form");
    }
    *ret_token = token;
    return ERROR_OK;
}

static enum error check_token(struct reading *reading, struct bytes given)
{
    if (!reading->token.length)
        return ERROR_OK;
    struct digest tag = form_tag(reading->token);
    struct buffer masked = {.limit = MASKED_SIZE};
    bool good = base64url_parse(given, NULL, &masked) == ERROR_OK && masked.length == MASKED_SIZE;
    enum error error = masked.error == ERROR_MEMORY ? ERROR_MEMORY : ERROR_OK;
    if (good) {
        apply_mask(masked.data, masked.data + DIGEST_SIZE);
        good =
            secret_equal((struct bytes){masked.data + DIGEST_SIZE, DIGEST_SIZE}, digest_view(&tag));
    }
    buffer_free(&masked);
    if (error)
        return fault_place(&reading->fault, error, "form");
    return good ? ERROR_OK
                : fault_set(
                      &reading->fault, ERROR_SESSION_FORM, "form", "a form of this session", NULL);
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

enum error entry_base64(struct reading *reading, struct bytes text, struct bytes *ret_bytes)
{
    struct buffer packed = {0}, bytes = {0};
    for (size_t i = 0; i < text.length; i++) {
        if (!strchr(" \t\r\n", text.data[i]))
            buffer_append_byte(&packed, text.data[i]);
    }
    enum error error = packed.error;
    if (!error) {
        error = base64_parse(buffer_view(&packed), NULL, &bytes);
        if (error == ERROR_BASE64)
            error = base64url_parse(buffer_view(&packed), NULL, &bytes);
    }
    struct bytes copy =
        error ? (struct bytes){0} : arena_copy(&reading->arena, buffer_view(&bytes));
    if (!error && bytes.length && !copy.data)
        error = ERROR_MEMORY;
    buffer_free(&packed);
    buffer_free(&bytes);
    if (error)
        return fault_set(&reading->fault, error, "text", "base64", NULL);
    *ret_bytes = copy;
    return ERROR_OK;
}

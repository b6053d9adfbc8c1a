/* What a passkey answered. */
#include "site/assertion.h"

#include <string.h>

enum error bytes_of_form(
    struct http_pairs pairs, const char *name, struct arena *arena, struct fault *fault,
    struct bytes *ret_bytes)
{
    const char *text = http_pair(pairs, name);
    struct buffer bytes = {0};
    enum error error = base64url_parse(bytes_of(text ? text : ""), fault, &bytes);
    if (!error && !bytes.length)
        error = fault_set(fault, ERROR_HTTP_CHARACTER, "value", "something in base64", "nothing");
    struct bytes copy = error ? (struct bytes){0} : arena_copy(arena, buffer_view(&bytes));
    buffer_free(&bytes);
    if (error)
        return fault_within(fault, error, "%s", name);
    if (!copy.data)
        return fault_place(fault, ERROR_MEMORY, "%s", name);
    *ret_bytes = copy;
    return ERROR_OK;
}

enum error assertion_of_form(
    struct http_pairs pairs, struct arena *arena, struct fault *fault,
    struct passkey_assertion *ret_assertion)
{
    struct passkey_assertion assertion;
    enum error error =
        bytes_of_form(pairs, "authenticator-data", arena, fault, &assertion.authenticator_data);
    if (!error)
        error = bytes_of_form(pairs, "client-data", arena, fault, &assertion.client_data);
    if (!error)
        error = bytes_of_form(pairs, "signature", arena, fault, &assertion.signature);
    if (!error)
        *ret_assertion = assertion;
    return error;
}

const char *rp_of_origin(const char *origin, struct arena *arena)
{
    const char *host = strstr(origin, "://");
    host = host ? host + 3 : origin;
    return arena_text(arena, (struct bytes){(const uint8_t *)host, strcspn(host, ":")});
}

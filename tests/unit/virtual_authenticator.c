/* The authenticator data and client data of WebAuthn Level 2, sections 6.1 and 5.8.1, signed. */
#include "virtual_authenticator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void stop(const char *what)
{
    fprintf(stderr, "virtual authenticator: %s\n", what);
    abort();
}

static void write_client_data(
    const struct virtual_authenticator *authenticator, struct bytes challenge,
    struct virtual_assertion *assertion)
{
    struct buffer text = {.limit = sizeof assertion->client_data - 1};
    const char *type = authenticator->type ? authenticator->type : "webauthn.get";
    const char *cross = authenticator->cross ? authenticator->cross : "false";
    if (authenticator->client_data) {
        buffer_append_text(&text, authenticator->client_data);
    } else {
        buffer_printf(&text, "{\"type\":\"%s\",\"challenge\":\"", type);
        base64url_append(&text, challenge);
        buffer_printf(&text, "\",\"origin\":\"%s\"", authenticator->origin);
        if (*cross)
            buffer_printf(&text, ",\"crossOrigin\":%s", cross);
        buffer_printf(&text, "%s}", authenticator->more ? authenticator->more : "");
    }
    const char *whole = buffer_text(&text);
    if (!whole)
        stop("client data do not fit");
    else
        memcpy(assertion->client_data, whole, text.length + 1);
    buffer_free(&text);
}

static void write_authenticator_data(
    const struct virtual_authenticator *authenticator, struct virtual_assertion *assertion)
{
    struct digest rp = sha256_of(bytes_of(authenticator->rp_id));
    uint8_t *data = assertion->authenticator_data;
    if (authenticator->tail.length > sizeof assertion->authenticator_data - 37)
        stop("authenticator data do not fit");
    memcpy(data, rp.bytes, DIGEST_SIZE);
    data[32] = authenticator->flags ? authenticator->flags : VIRTUAL_PRESENT | VIRTUAL_VERIFIED;
    store_u32(data + 33, 7); /* signCount */
    if (authenticator->tail.length)
        memcpy(data + 37, authenticator->tail.data, authenticator->tail.length);
    assertion->authenticator_data_length = 37 + authenticator->tail.length - authenticator->cut;
}

void virtual_authenticator_answer(
    const struct virtual_authenticator *authenticator, struct bytes challenge,
    struct virtual_assertion *ret_assertion)
{
    write_client_data(authenticator, challenge, ret_assertion);
    write_authenticator_data(authenticator, ret_assertion);
    uint8_t message[sizeof ret_assertion->authenticator_data + DIGEST_SIZE];
    size_t length = ret_assertion->authenticator_data_length;
    struct digest hash = sha256_of(bytes_of(ret_assertion->client_data));
    memcpy(message, ret_assertion->authenticator_data, length);
    memcpy(message + length, hash.bytes, DIGEST_SIZE);
    if (private_key_sign(
            authenticator->key, (struct bytes){message, length + DIGEST_SIZE}, NULL,
            &ret_assertion->signature))
        stop("signing failed");
}

struct passkey_assertion virtual_assertion_view(const struct virtual_assertion *assertion)
{
    return (struct passkey_assertion){
        .authenticator_data = {assertion->authenticator_data, assertion->authenticator_data_length},
        .client_data = bytes_of(assertion->client_data),
        .signature = {assertion->signature.bytes, assertion->signature.length},
    };
}

/* The public key of a new passkey, by libfido2. */
#include "site/passkey_key.h"

#include <fido.h>
#include <fido/param.h>
#include <string.h>

/* As libfido2 has keys: the point's two coordinates, or Ed25519's 32 bytes. */
static enum error
set_key(const fido_cred_t *made, int type, struct fault *fault, struct public_key *ret_key)
{
    const unsigned char *bytes = fido_cred_pubkey_ptr(made);
    size_t length = fido_cred_pubkey_len(made);
    uint8_t point[ES256_PUBLIC_SIZE] = {0x04};
    if (!bytes || length > sizeof point - 1)
        return fault_place(fault, ERROR_PASSKEY_AUTHENTICATOR_DATA, "created");
    if (type == COSE_EDDSA)
        return public_key_set(KEY_ED25519, (struct bytes){bytes, length}, fault, ret_key);
    memcpy(point + 1, bytes, length);
    return public_key_set(KEY_ES256, (struct bytes){point, length + 1}, fault, ret_key);
}

/* The same bytes read as a registration with a key of the type; no matter of which rp: the
 * assertion that follows is held to that. */
static enum error
read_as(int type, struct bytes data, struct fault *fault, struct public_key *ret_key)
{
    fido_init(0); /* of this thread; no device is spoken to here */
    fido_cred_t *made = fido_cred_new();
    if (!made)
        return fault_place(fault, ERROR_MEMORY, "created");
    enum error error = ERROR_OK;
    if (fido_cred_set_type(made, type) != FIDO_OK ||
        fido_cred_set_authdata_raw(made, data.data, data.length) != FIDO_OK)
        error = fault_set(
            fault, ERROR_PASSKEY_AUTHENTICATOR_DATA, "created",
            "authenticator data with an ES256 or Ed25519 key", NULL);
    if (!error)
        error = set_key(made, type, fault, ret_key);
    fido_cred_free(&made);
    return error;
}

enum error
passkey_key_read(struct bytes authenticator_data, struct fault *fault, struct public_key *ret_key)
{
    enum error error = read_as(COSE_ES256, authenticator_data, NULL, ret_key);
    return error == ERROR_PASSKEY_AUTHENTICATOR_DATA
               ? read_as(COSE_EDDSA, authenticator_data, fault, ret_key)
               : error;
}

/* The public key of a passkey that was just made. Internal to site/. */
#ifndef ENDUSE_SITE_PASSKEY_KEY_H
#define ENDUSE_SITE_PASSKEY_KEY_H

#include "crypto/crypto.h"

/* Reads it from the authenticator data of a WebAuthn registration (Level 2 section 6.1, with
 * attested credential data), ES256 or Ed25519. Nothing proves yet that whoever sent it has the
 * private key: an assertion does. ERROR_PASSKEY_AUTHENTICATOR_DATA, ERROR_KEY_..., ERROR_MEMORY. */
enum error
passkey_key_read(struct bytes authenticator_data, struct fault *fault, struct public_key *ret_key);

#endif

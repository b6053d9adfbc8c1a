/* Inside crypto/ only: calling libcrypto and reading its errors. */
#ifndef ENDUSE_CRYPTO_LIBRARY_H
#define ENDUSE_CRYPTO_LIBRARY_H

#include <openssl/evp.h>

#include "crypto/key.h"

/* After a call into libcrypto failed: empties its queue of errors and maps it to ERROR_MEMORY or
 * ERROR_CRYPTO with libcrypto's own reason. place is literal text. */
enum error library_failed(struct fault *fault, const char *place);

/* A public key as libcrypto's object. For ES256, libcrypto decodes the point and checks that it is
 * on the curve: ERROR_KEY_BYTES when it is not. */
enum error
library_public_key(const struct public_key *key, struct fault *fault, EVP_PKEY **ret_key);

/* The P-256 key with number d as libcrypto's object; fills in the public point. */
enum error library_es256_private(
    const uint8_t seed[PRIVATE_SEED_SIZE], struct fault *fault, struct public_key *ret_public,
    EVP_PKEY **ret_key);

/* Whether 32 bytes are an Ed25519 public key that public_key_set may accept: reduced, on the
 * curve, not of small order (ERROR_KEY_BYTES). */
enum error ed25519_point_check(const uint8_t point[ED25519_PUBLIC_SIZE], struct fault *fault);

/* Whether a signature has the one accepted form of its type (ERROR_SIGNATURE_FORM); says nothing
 * about whether it verifies. */
enum error signature_form_check(enum key_type type, struct bytes signature, struct fault *fault);

/* The 32 bytes that a private key was made from. Secret. */
struct bytes private_key_seed(const struct private_key *key);

/* private_key_is_sealed on a file's text. */
enum error key_text_is_sealed(struct bytes text, struct fault *fault, bool *ret_sealed);

/* Whether d is in 1..n-1 of P-256. */
bool es256_seed_in_range(const uint8_t seed[PRIVATE_SEED_SIZE]);

#endif

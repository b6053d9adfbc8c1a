/* Inside crypto/ only: a seed sealed under a passphrase. scrypt (RFC 7914) makes the key,
 * AES-256-GCM (NIST SP 800-38D) seals. */
#ifndef ENDUSE_CRYPTO_KEY_BOX_H
#define ENDUSE_CRYPTO_KEY_BOX_H

#include "crypto/key.h"

enum { BOX_SALT_SIZE = 16, BOX_NONCE_SIZE = 12, BOX_TAG_SIZE = 16 };
enum { BOX_SIZE = PRIVATE_SEED_SIZE + BOX_TAG_SIZE };
enum { BOX_R = 8, BOX_P = 1 }; /* scrypt's r and p; only N = 2^log2n varies */

struct key_box {
    unsigned log2n;
    uint8_t salt[BOX_SALT_SIZE];
    uint8_t nonce[BOX_NONCE_SIZE];
    uint8_t sealed[BOX_SIZE]; /* the seed's cipher text, then the tag */
};

/* Fills box->sealed; the caller has drawn salt and nonce anew. */
enum error key_box_seal(
    struct key_box *box, struct bytes passphrase, struct bytes associated, struct bytes seed,
    struct fault *fault);

/* ERROR_KEY_PASSPHRASE when the tag does not fit. The caller wipes ret_seed. */
enum error key_box_open(
    const struct key_box *box, struct bytes passphrase, struct bytes associated,
    struct fault *fault, uint8_t ret_seed[PRIVATE_SEED_SIZE]);

#endif

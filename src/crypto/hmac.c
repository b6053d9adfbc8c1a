/* HMAC-SHA256 on top of sha256.c. */
#include "crypto/hmac.h"

#include <string.h>

#include "crypto/secret.h"

enum { BLOCK_SIZE = 64 };

void hmac_key_set(struct hmac_key *key, struct bytes bytes)
{
    /* RFC 2104 section 2: a key longer than a block is hashed, a shorter one filled with zeros. */
    uint8_t block[BLOCK_SIZE] = {0};
    if (bytes.length > BLOCK_SIZE) {
        struct digest digest;
        sha256_start(&key->inner);
        sha256_add(&key->inner, bytes);
        sha256_finish(&key->inner, &digest);
        memcpy(block, digest.bytes, DIGEST_SIZE);
        secret_wipe(&digest, sizeof digest);
    } else if (bytes.length) {
        memcpy(block, bytes.data, bytes.length);
    }
    for (size_t i = 0; i < BLOCK_SIZE; i++)
        block[i] ^= 0x36; /* ipad */
    sha256_start(&key->inner);
    sha256_add(&key->inner, BYTES_ARRAY(block));
    for (size_t i = 0; i < BLOCK_SIZE; i++)
        block[i] ^= 0x36 ^ 0x5C; /* from ipad to opad */
    sha256_start(&key->outer);
    sha256_add(&key->outer, BYTES_ARRAY(block));
    secret_wipe(block, sizeof block);
}

void hmac_start(struct hmac *hmac, const struct hmac_key *key)
{
    hmac->inner = key->inner;
    hmac->outer = key->outer;
}

void hmac_add(struct hmac *hmac, struct bytes bytes)
{
    sha256_add(&hmac->inner, bytes);
}

void hmac_finish(struct hmac *hmac, struct digest *ret_tag)
{
    struct digest inner;
    sha256_finish(&hmac->inner, &inner);
    sha256_add(&hmac->outer, digest_view(&inner));
    sha256_finish(&hmac->outer, ret_tag);
    secret_wipe(&inner, sizeof inner);
    secret_wipe(hmac, sizeof *hmac);
}

struct digest hmac_of(const struct hmac_key *key, struct bytes message)
{
    struct hmac hmac;
    struct digest tag;
    hmac_start(&hmac, key);
    hmac_add(&hmac, message);
    hmac_finish(&hmac, &tag);
    return tag;
}

struct digest hmac_of_bytes(struct bytes key, struct bytes message)
{
    struct hmac_key ready;
    hmac_key_set(&ready, key);
    struct digest tag = hmac_of(&ready, message);
    secret_wipe(&ready, sizeof ready);
    return tag;
}

/* HMAC-SHA256 (RFC 2104) in contexts that the caller holds; nothing here allocates or fails. */
#ifndef ENDUSE_CRYPTO_HMAC_H
#define ENDUSE_CRYPTO_HMAC_H

#include "crypto/sha256.h"

/* A key made ready: the two hashes after their first block, so that a message costs two
 * compressions less than from the raw key. Secret: end with secret_wipe. */
struct hmac_key {
    struct sha256 inner, outer;
};

/* A message in progress. Secret: hmac_finish wipes it. */
struct hmac {
    struct sha256 inner, outer;
};

/* Makes a key ready; any length (longer than 64 bytes: hashed first, RFC 2104 section 2). */
void hmac_key_set(struct hmac_key *key, struct bytes bytes);

void hmac_start(struct hmac *hmac, const struct hmac_key *key);
void hmac_add(struct hmac *hmac, struct bytes bytes);
void hmac_finish(struct hmac *hmac, struct digest *ret_tag);

/* One message under a key made ready, and under raw bytes. Check a tag with secret_equal. */
struct digest hmac_of(const struct hmac_key *key, struct bytes message);
struct digest hmac_of_bytes(struct bytes key, struct bytes message);

#endif

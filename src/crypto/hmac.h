/* HMAC-SHA256 (RFC 2104); nothing here allocates or fails. */
#ifndef ENDUSE_CRYPTO_HMAC_H
#define ENDUSE_CRYPTO_HMAC_H

#include "crypto/sha256.h"

/* The tag of one message under a key of any length (longer than 64 bytes: hashed first, RFC 2104
 * section 2). Check a tag with secret_equal. What the key leaves behind is wiped. */
struct digest hmac_of(struct bytes key, struct bytes message);

#endif

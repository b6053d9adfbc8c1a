/* SHA-256 (FIPS 180-4) in contexts that the caller holds: nothing here allocates or fails, so a
 * hash may be taken on the deciding path. The digest type is here too. */
#ifndef ENDUSE_CRYPTO_SHA256_H
#define ENDUSE_CRYPTO_SHA256_H

#include <string.h>

#include "base/base.h"

enum { DIGEST_SIZE = 32 };

/* A SHA-256 value. Public: for a tag or another secret compare with secret_equal. */
struct digest {
    uint8_t bytes[DIGEST_SIZE];
};

static inline bool digest_equal(const struct digest *a, const struct digest *b)
{
    return memcmp(a->bytes, b->bytes, DIGEST_SIZE) == 0;
}

/* Bytewise order: negative, 0 or positive. Fits qsort and bsearch through a cast-free wrapper. */
int digest_compare(const struct digest *a, const struct digest *b);

/* The 32 bytes as a view that lives as long as *digest. */
struct bytes digest_view(const struct digest *digest);

enum { DIGEST_TEXT_SIZE = 2 * DIGEST_SIZE + 1 };

/* Writes 64 lower-case hexadecimal digits. Returns text. */
const char *digest_text(const struct digest *digest, char text[DIGEST_TEXT_SIZE]);

/* Reads 64 hexadecimal digits, either case (ERROR_HEX). */
MUST_CHECK enum error
digest_parse(struct bytes text, struct fault *fault, struct digest *ret_digest);

/* A hash in progress. Laid out as libcrypto's SHA256_CTX (checked when sha256.c is compiled), so
 * that it can live on a stack or inside another struct. The members are nobody's business but
 * sha256.c's; the struct may be copied to continue from a common beginning. */
struct sha256 {
    uint32_t state[8];
    uint32_t length_low, length_high;
    uint32_t block[16];
    uint32_t used, size;
};

void sha256_start(struct sha256 *hash);
void sha256_add(struct sha256 *hash, struct bytes bytes);
void sha256_add_byte(struct sha256 *hash, uint8_t byte);

/* Writes the digest. The hash is over: start it again before adding. Hashes of secrets are
 * followed by secret_wipe(hash, sizeof *hash) by their owner. */
void sha256_finish(struct sha256 *hash, struct digest *ret_digest);

/* Room for a message of so many bytes and what pads it (FIPS 180-4 section 5.1.1). */
#define SHA256_PADDED(length) (((size_t)(length) + 1 + 8 + 63) / 64 * 64)

/* The digest of the first length bytes of room, which has SHA256_PADDED(length) bytes and is padded
 * in place: for short messages that are put together somewhere anyway, as tree nodes are. One call
 * into the library for all blocks, where start, add and finish buffer and make one for each. *hash
 * is used and left over; of a secret, room and hash are wiped by their owner. */
void sha256_padded(struct sha256 *hash, uint8_t *room, size_t length, struct digest *ret_digest);

/* The digest of one view, or of several one after the other. Not for secrets: what was hashed last
 * stays on the stack. */
struct digest sha256_of(struct bytes bytes);
struct digest sha256_of_parts(const struct bytes *parts, size_t count);

#endif

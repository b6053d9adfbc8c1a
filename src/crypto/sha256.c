/* SHA-256 by libcrypto's low-level functions: they allocate nothing, cannot fail and run at the
 * processor's speed, where EVP costs a third more and the one-shot SHA256() 3.6 times as much on
 * 65 bytes. They are marked deprecated in 3.0 and present in all of 3.x; only this file uses them.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/sha256.h"

#include <assert.h>
#include <openssl/sha.h>
#include <stdalign.h>
#include <string.h>

static_assert(sizeof(struct sha256) == sizeof(SHA256_CTX), "struct sha256 is SHA256_CTX");
static_assert(alignof(struct sha256) >= alignof(SHA256_CTX), "struct sha256 is SHA256_CTX");
static_assert(
    offsetof(struct sha256, state) == offsetof(SHA256_CTX, h) &&
        offsetof(struct sha256, block) == offsetof(SHA256_CTX, data) &&
        offsetof(struct sha256, size) == offsetof(SHA256_CTX, md_len),
    "struct sha256 is SHA256_CTX");

/* Only libcrypto looks through this pointer, so no two types alias within our code. */
static SHA256_CTX *context(struct sha256 *hash)
{
    return (SHA256_CTX *)(void *)hash;
}

void sha256_start(struct sha256 *hash)
{
    SHA256_Init(context(hash));
}

void sha256_add(struct sha256 *hash, struct bytes bytes)
{
    if (bytes.length)
        SHA256_Update(context(hash), bytes.data, bytes.length);
}

void sha256_add_byte(struct sha256 *hash, uint8_t byte)
{
    SHA256_Update(context(hash), &byte, 1);
}

void sha256_finish(struct sha256 *hash, struct digest *ret_digest)
{
    SHA256_Final(ret_digest->bytes, context(hash));
}

void sha256_padded(struct sha256 *hash, uint8_t *room, size_t length, struct digest *ret_digest)
{
    size_t size = SHA256_PADDED(length);
    room[length] = 0x80;
    memset(room + length + 1, 0, size - 8 - (length + 1));
    store_u64(room + size - 8, (uint64_t)length * 8);
    sha256_start(hash);
    SHA256_Update(context(hash), room, size); /* whole blocks: nothing is buffered */
    for (size_t i = 0; i < sizeof hash->state / sizeof *hash->state; i++)
        store_u32(ret_digest->bytes + 4 * i, hash->state[i]);
}

struct digest sha256_of(struct bytes bytes)
{
    return sha256_of_parts(&bytes, 1);
}

struct digest sha256_of_parts(const struct bytes *parts, size_t count)
{
    struct sha256 hash;
    struct digest digest;
    sha256_start(&hash);
    for (size_t i = 0; i < count; i++)
        sha256_add(&hash, parts[i]);
    sha256_finish(&hash, &digest);
    return digest;
}

int digest_compare(const struct digest *a, const struct digest *b)
{
    return memcmp(a->bytes, b->bytes, DIGEST_SIZE);
}

struct bytes digest_view(const struct digest *digest)
{
    return (struct bytes){digest->bytes, DIGEST_SIZE};
}

const char *digest_text(const struct digest *digest, char text[DIGEST_TEXT_SIZE])
{
    return hex_text(digest_view(digest), text);
}

enum error digest_parse(struct bytes text, struct fault *fault, struct digest *ret_digest)
{
    return hex_parse(text, fault, ret_digest->bytes, DIGEST_SIZE);
}

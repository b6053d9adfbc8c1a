/* HMAC-SHA256 on top of sha256.c. */
#include "crypto/hmac.h"

#include <string.h>

#include "crypto/secret.h"

enum {
    BLOCK_SIZE = 64,
    SHORT_MESSAGE = 119, /* bytes that are put behind the key and hashed in one go */
};

/* Everything that the key gets into. The room holds the key, padded to a block and masked, and
 * behind it what is hashed with it. */
struct work {
    struct sha256 hash;
    struct digest digest;
    uint8_t room[SHA256_PADDED(BLOCK_SIZE + SHORT_MESSAGE)];
};

static void mask(struct work *work, uint8_t with)
{
    for (size_t i = 0; i < BLOCK_SIZE; i++)
        work->room[i] ^= with;
}

static void hash_behind_key(struct work *work, struct bytes message)
{
    if (message.length > SHORT_MESSAGE) {
        sha256_start(&work->hash);
        sha256_add(&work->hash, (struct bytes){work->room, BLOCK_SIZE});
        sha256_add(&work->hash, message);
        sha256_finish(&work->hash, &work->digest);
        return;
    }
    if (message.length)
        memcpy(work->room + BLOCK_SIZE, message.data, message.length);
    sha256_padded(&work->hash, work->room, BLOCK_SIZE + message.length, &work->digest);
}

struct digest hmac_of(struct bytes key, struct bytes message)
{
    enum { IPAD = 0x36, OPAD = 0x5C };
    struct work work;
    /* RFC 2104 section 2: a key longer than a block is hashed, a shorter one filled with zeros. */
    memset(work.room, 0, BLOCK_SIZE);
    if (key.length > BLOCK_SIZE) {
        sha256_start(&work.hash);
        sha256_add(&work.hash, key);
        sha256_finish(&work.hash, &work.digest);
        memcpy(work.room, work.digest.bytes, DIGEST_SIZE);
    } else if (key.length) {
        memcpy(work.room, key.data, key.length);
    }
    mask(&work, IPAD);
    hash_behind_key(&work, message);
    struct digest inner = work.digest;
    mask(&work, IPAD ^ OPAD);
    hash_behind_key(&work, digest_view(&inner));
    struct digest tag = work.digest;
    secret_wipe(&work, sizeof work);
    secret_wipe(&inner, sizeof inner);
    return tag;
}

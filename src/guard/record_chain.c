/* The chain of keys and tags. */
#include "guard/record_chain.h"

#include <string.h>

struct digest record_chain_tag(const struct record_chain *chain, const struct digest *leaf)
{
    uint8_t message[8 + 2 * DIGEST_SIZE];
    store_u64(message, chain->index);
    memcpy(message + 8, leaf->bytes, DIGEST_SIZE);
    memcpy(message + 8 + DIGEST_SIZE, chain->tag.bytes, DIGEST_SIZE);
    return hmac_of_bytes((struct bytes){chain->key, RECORD_KEY_SIZE}, BYTES_ARRAY(message));
}

static void next_key(struct record_chain *chain)
{
    static const char label[] = "enduse/guardlog/v1";
    struct sha256 hash;
    struct digest key;
    sha256_start(&hash);
    sha256_add(&hash, BYTES_LITERAL(label));
    sha256_add(&hash, (struct bytes){chain->key, RECORD_KEY_SIZE});
    sha256_finish(&hash, &key);
    memcpy(chain->key, key.bytes, RECORD_KEY_SIZE);
    secret_wipe(&hash, sizeof hash);
    secret_wipe(&key, sizeof key);
}

void record_chain_step(struct record_chain *chain, const struct digest *tag, bool with_key)
{
    if (with_key)
        next_key(chain);
    chain->tag = *tag;
    chain->index++;
}

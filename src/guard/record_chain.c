/* The chain of keys and tags. */
#include "guard/record_chain.h"

#include <string.h>

struct digest record_chain_tag(const struct record_chain *chain, const struct digest *leaf)
{
    uint8_t message[8 + 2 * DIGEST_SIZE];
    store_u64(message, chain->index);
    memcpy(message + 8, leaf->bytes, DIGEST_SIZE);
    memcpy(message + 8 + DIGEST_SIZE, chain->tag.bytes, DIGEST_SIZE);
    return hmac_of((struct bytes){chain->key, RECORD_KEY_SIZE}, BYTES_ARRAY(message));
}

static void next_key(struct record_chain *chain)
{
    static const char label[] = "enduse/guardlog/v1";
    enum { LABEL_SIZE = sizeof label - 1, SIZE = LABEL_SIZE + RECORD_KEY_SIZE };
    struct {
        struct sha256 hash;
        uint8_t room[SHA256_PADDED(SIZE)];
        struct digest key;
    } work;
    memcpy(work.room, label, LABEL_SIZE);
    memcpy(work.room + LABEL_SIZE, chain->key, RECORD_KEY_SIZE);
    sha256_padded(&work.hash, work.room, SIZE, &work.key);
    memcpy(chain->key, work.key.bytes, RECORD_KEY_SIZE);
    secret_wipe(&work, sizeof work);
}

void record_chain_step(struct record_chain *chain, const struct digest *tag, bool with_key)
{
    if (with_key)
        next_key(chain);
    chain->tag = *tag;
    chain->index++;
}

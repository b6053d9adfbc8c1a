/* The chain of keys and tags: tag_i = HMAC-SHA256(K_i, u64be i || leaf_i || tag_{i-1}), the first
 * previous tag zeros; K_{i+1} = SHA-256("enduse/guardlog/v1" || K_i). Whoever takes the machine
 * finds K_n and cannot make a tag of an earlier record, for SHA-256 does not go backwards. */
#ifndef ENDUSE_GUARD_RECORD_CHAIN_H
#define ENDUSE_GUARD_RECORD_CHAIN_H

#include "guard/record_log.h"

/* The state before record `index`. Secret: end with secret_wipe. */
struct record_chain {
    uint64_t index;
    uint8_t key[RECORD_KEY_SIZE];
    struct digest tag; /* of record index - 1 */
};

/* The tag that record index must have. */
struct digest record_chain_tag(const struct record_chain *chain, const struct digest *leaf);

/* Goes on to the next record: takes over the tag and replaces the key by its successor; without
 * the key (an auditor has none) it only counts. */
void record_chain_step(struct record_chain *chain, const struct digest *tag, bool with_key);

#endif

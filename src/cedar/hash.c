/* The hash of bytes: eight at a time, joined by a wide multiplication. */
#include "cedar/hash.h"

#include <string.h>

uint64_t cedar_hash_bytes(struct bytes bytes, uint64_t seed)
{
    uint64_t hash = cedar_hash_mix(seed, bytes.length);
    size_t i = 0;
    for (; bytes.length - i >= 8; i += 8) {
        uint64_t word;
        memcpy(&word, bytes.data + i, 8);
        hash = cedar_hash_mix(hash, word);
    }
    uint64_t rest = 0;
    if (i < bytes.length)
        memcpy(&rest, bytes.data + i, bytes.length - i);
    return cedar_hash_mix(hash, rest ^ seed);
}

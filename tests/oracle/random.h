/* For oracles: a seeded generator and mutations of documents. The same seed gives the same run. */
#ifndef ENDUSE_TESTS_ORACLE_RANDOM_H
#define ENDUSE_TESTS_ORACLE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* xorshift64*: never start it with 0. */
static inline uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static inline size_t random_below(uint64_t *state, size_t bound)
{
    return (size_t)(random_next(state) >> 11) % bound;
}

/* Changes, removes, inserts or repeats a few bytes. alphabet: bytes that matter to the format. */
static inline void mutate(uint64_t *state, struct bytes alphabet, struct buffer *document)
{
    struct buffer out = {0};
    size_t at = document->length ? random_below(state, document->length) : 0;
    size_t length = random_below(state, 4), kind = random_below(state, 5);
    struct bytes all = buffer_view(document);
    buffer_append_bytes(&out, bytes_slice(all, 0, at));
    if (kind == 0)
        buffer_append_byte(&out, (uint8_t)random_next(state));
    else if (kind == 1)
        buffer_append_byte(&out, alphabet.data[random_below(state, alphabet.length)]);
    else if (kind == 2)
        buffer_append_bytes(&out, bytes_slice(all, at, 1 + length));
    if (kind != 4)
        buffer_append_bytes(
            &out, bytes_slice(all, at + (kind == 3 ? length : kind < 2), all.length));
    buffer_clear(document);
    buffer_append_bytes(document, buffer_view(&out));
    buffer_free(&out);
}

#endif

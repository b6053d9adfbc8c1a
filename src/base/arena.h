/* An arena: many allocations, one release. Decoded documents live in one. */
#ifndef ENDUSE_BASE_ARENA_H
#define ENDUSE_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct arena_block;

/* Start with a zeroed struct; end with arena_free. limit, when not 0, bounds the sum of what is
 * given out, so that outside input cannot make a decoder take more. Not for several threads. */
struct arena {
    struct arena_block *blocks;
    size_t used; /* bytes given out, for limits and tests */
    size_t limit;
};

/* Zeroed memory aligned for any type, or NULL: no memory, or over the limit. */
void *arena_alloc(struct arena *arena, size_t size);

/* As arena_alloc for an array; NULL also when count * size overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), (count), sizeof(type)))

/* A copy of bytes with a zero byte after it (not counted); data is NULL when there is no memory. */
struct bytes arena_copy(struct arena *arena, struct bytes bytes);

/* A copy as a C string, or NULL. The bytes should hold no zero byte. */
char *arena_text(struct arena *arena, struct bytes bytes);

void arena_free(struct arena *arena);

#endif

/* The arena: a list of blocks, each twice the last up to a bound. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 1 << 20 };

struct arena_block {
    struct arena_block *next;
    size_t size, used;
    alignas(max_align_t) uint8_t data[];
};

static struct arena_block *add_block(struct arena *arena, size_t size)
{
    size_t wanted = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    if (wanted > LARGEST_BLOCK)
        wanted = LARGEST_BLOCK;
    if (wanted < size)
        wanted = size;
    struct arena_block *block = malloc(sizeof *block + wanted);
    if (!block)
        return NULL;
    *block = (struct arena_block){.next = arena->blocks, .size = wanted};
    arena->blocks = block;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t unit = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + unit - 1) / unit * unit;
    if (size == 0)
        size = unit;
    if (arena->limit && (size > arena->limit || arena->used > arena->limit - size))
        return NULL;
    struct arena_block *block = arena->blocks;
    if (!block || block->size - block->used < size) {
        block = add_block(arena, size);
        if (!block)
            return NULL;
    }
    void *at = block->data + block->used;
    block->used += size;
    arena->used += size;
    return memset(at, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        return NULL;
    return arena_alloc(arena, count * size);
}

struct bytes arena_copy(struct arena *arena, struct bytes bytes)
{
    if (bytes.length == SIZE_MAX)
        return (struct bytes){0};
    uint8_t *copy = arena_alloc(arena, bytes.length + 1);
    if (!copy)
        return (struct bytes){0};
    if (bytes.length)
        memcpy(copy, bytes.data, bytes.length);
    return (struct bytes){copy, bytes.length};
}

char *arena_text(struct arena *arena, struct bytes bytes)
{
    return (char *)(uintptr_t)arena_copy(arena, bytes).data;
}

void arena_free(struct arena *arena)
{
    for (struct arena_block *block = arena->blocks; block;) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
    *arena = (struct arena){.limit = arena->limit};
}

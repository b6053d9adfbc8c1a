/* The linker's --wrap sends what arenas give out here, so that each piece of memory can be refused
 * and not only the block that it would be cut from. */
#include "base/arena.h"
#include "failing_alloc.h"

void *__real_arena_alloc(struct arena *arena, size_t size);
void *__real_arena_array(struct arena *arena, size_t count, size_t size);
struct bytes __real_arena_copy(struct arena *arena, struct bytes bytes);
char *__real_arena_text(struct arena *arena, struct bytes bytes);
void *__wrap_arena_alloc(struct arena *arena, size_t size);
void *__wrap_arena_array(struct arena *arena, size_t count, size_t size);
struct bytes __wrap_arena_copy(struct arena *arena, struct bytes bytes);
char *__wrap_arena_text(struct arena *arena, struct bytes bytes);

void *__wrap_arena_alloc(struct arena *arena, size_t size)
{
    return failing_alloc_ask() ? NULL : __real_arena_alloc(arena, size);
}

void *__wrap_arena_array(struct arena *arena, size_t count, size_t size)
{
    return failing_alloc_ask() ? NULL : __real_arena_array(arena, count, size);
}

struct bytes __wrap_arena_copy(struct arena *arena, struct bytes bytes)
{
    return failing_alloc_ask() ? (struct bytes){0} : __real_arena_copy(arena, bytes);
}

char *__wrap_arena_text(struct arena *arena, struct bytes bytes)
{
    return failing_alloc_ask() ? NULL : __real_arena_text(arena, bytes);
}

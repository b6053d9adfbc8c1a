/* The linker's --wrap sends allocations here; atomics, because tests run threads too. */
#include "failing_alloc.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static atomic_bool armed, always, failed;
static atomic_long asked, allowed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
char *__wrap_strdup(const char *text);

static void start(long n, bool keep_failing)
{
    atomic_store(&armed, false);
    atomic_store(&asked, 0);
    atomic_store(&failed, false);
    atomic_store(&allowed, n);
    atomic_store(&always, keep_failing);
    atomic_store(&armed, true);
}

void failing_alloc_after(long n)
{
    start(n, false);
}

void failing_alloc_always_after(long n)
{
    start(n, true);
}

long failing_alloc_next(long n)
{
    return n < 256 || getenv("ENDUSE_DEEP") ? n + 1 : n + 31;
}

bool failing_alloc_stop(void)
{
    atomic_store(&armed, false);
    return atomic_load(&failed);
}

long failing_alloc_count(void)
{
    return atomic_load(&asked);
}

bool failing_alloc_ask(void)
{
    if (!atomic_load(&armed))
        return false;
    long number = atomic_fetch_add(&asked, 1);
    long limit = atomic_load(&allowed);
    if (number != limit && !(number > limit && atomic_load(&always)))
        return false;
    atomic_store(&failed, true);
    return true;
}

void *__wrap_malloc(size_t size)
{
    return failing_alloc_ask() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return failing_alloc_ask() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return failing_alloc_ask() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
    return failing_alloc_ask() ? NULL : __real_reallocarray(old, count, size);
}

char *__wrap_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = __wrap_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

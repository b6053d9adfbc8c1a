/* A heap by deadline, and two tables of chains. */
#include "service/waiting.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096 };

struct waiting {
    struct waiter **heap; /* the first is due first */
    size_t count, capacity;
    struct waiter *installations[BUCKETS];
    struct waiter *licences[BUCKETS];
};

struct waiting *waiting_new(void)
{
    return calloc(1, sizeof(struct waiting));
}

void waiting_free(struct waiting *waiting)
{
    if (waiting)
        free(waiting->heap);
    free(waiting);
}

size_t waiting_count(const struct waiting *waiting)
{
    return waiting->count;
}

/* FNV-1a. Numbers come from acts of officers: nobody outside chooses them to collide. */
static size_t bucket(const char *number)
{
    uint32_t hash = 2166136261u;
    for (const char *at = number; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 16777619u;
    return hash % BUCKETS;
}

/* --- The heap ----------------------------------------------------------------------------- */

static void put(struct waiting *waiting, size_t place, struct waiter *waiter)
{
    waiting->heap[place] = waiter;
    waiter->place = place;
}

static void swap(struct waiting *waiting, size_t a, size_t b)
{
    struct waiter *waiter = waiting->heap[a];
    put(waiting, a, waiting->heap[b]);
    put(waiting, b, waiter);
}

static bool before(const struct waiting *waiting, size_t a, size_t b)
{
    return waiting->heap[a]->deadline < waiting->heap[b]->deadline;
}

static void rise(struct waiting *waiting, size_t place)
{
    while (place && before(waiting, place, (place - 1) / 2)) {
        swap(waiting, place, (place - 1) / 2);
        place = (place - 1) / 2;
    }
}

static void sink(struct waiting *waiting, size_t place)
{
    for (;;) {
        size_t first = place;
        for (size_t child = 2 * place + 1; child <= 2 * place + 2; child++) {
            if (child < waiting->count && before(waiting, child, first))
                first = child;
        }
        if (first == place)
            return;
        swap(waiting, place, first);
        place = first;
    }
}

/* --- Adding and removing ------------------------------------------------------------------ */

static bool grow(struct waiting *waiting)
{
    if (waiting->count < waiting->capacity)
        return true;
    size_t capacity = waiting->capacity ? 2 * waiting->capacity : 64;
    struct waiter **heap = realloc(waiting->heap, capacity * sizeof(struct waiter *));
    if (!heap)
        return false;
    waiting->heap = heap;
    waiting->capacity = capacity;
    return true;
}

enum error waiting_add(struct waiting *waiting, struct waiter *waiter)
{
    if (!grow(waiting))
        return ERROR_MEMORY;
    put(waiting, waiting->count++, waiter);
    rise(waiting, waiter->place);
    struct waiter **head = &waiting->installations[bucket(waiter->installation)];
    waiter->next_installation = *head;
    *head = waiter;
    head = &waiting->licences[bucket(waiter->licence)];
    waiter->next_licence = *head;
    *head = waiter;
    return ERROR_OK;
}

void waiting_remove(struct waiting *waiting, struct waiter *waiter)
{
    size_t place = waiter->place;
    waiting->count--;
    if (place != waiting->count) {
        put(waiting, place, waiting->heap[waiting->count]);
        rise(waiting, place);
        sink(waiting, place);
    }
    struct waiter **at = &waiting->installations[bucket(waiter->installation)];
    while (*at != waiter)
        at = &(*at)->next_installation;
    *at = waiter->next_installation;
    at = &waiting->licences[bucket(waiter->licence)];
    while (*at != waiter)
        at = &(*at)->next_licence;
    *at = waiter->next_licence;
}

struct waiter *waiting_of_installation(struct waiting *waiting, const char *number)
{
    struct waiter *at = waiting->installations[bucket(number)];
    while (at && strcmp(at->installation, number) != 0)
        at = at->next_installation;
    return at;
}

struct waiter *waiting_of_licence(struct waiting *waiting, const char *number)
{
    struct waiter *at = waiting->licences[bucket(number)];
    while (at && strcmp(at->licence, number) != 0)
        at = at->next_licence;
    return at;
}

struct waiter *waiting_first(struct waiting *waiting)
{
    return waiting->count ? waiting->heap[0] : NULL;
}

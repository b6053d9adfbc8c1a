/* The pool of readers. */
#include "service/readers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { IDLE_MAX = 64 };

struct readers {
    const struct os *os;
    char *path;
    pthread_mutex_t lock;
    struct store_reader *idle[IDLE_MAX];
    size_t count;
};

enum error readers_new(
    const struct os *os, const char *path, struct fault *fault, struct readers **ret_readers)
{
    struct readers *readers = calloc(1, sizeof *readers);
    char *copy = strdup(path);
    if (!readers || !copy || pthread_mutex_init(&readers->lock, NULL)) {
        free(readers);
        free(copy);
        return fault_place(fault, ERROR_MEMORY, "readers");
    }
    readers->os = os;
    readers->path = copy;
    *ret_readers = readers;
    return ERROR_OK;
}

void readers_free(struct readers *readers)
{
    if (!readers)
        return;
    for (size_t i = 0; i < readers->count; i++)
        store_reader_close(readers->idle[i]);
    pthread_mutex_destroy(&readers->lock);
    free(readers->path);
    free(readers);
}

enum error
readers_take(struct readers *readers, struct fault *fault, struct store_reader **ret_reader)
{
    struct store_reader *reader = NULL;
    pthread_mutex_lock(&readers->lock);
    if (readers->count)
        reader = readers->idle[--readers->count];
    pthread_mutex_unlock(&readers->lock);
    if (!reader)
        return store_reader_open(readers->os, readers->path, fault, ret_reader);
    *ret_reader = reader;
    return ERROR_OK;
}

void readers_give(struct readers *readers, struct store_reader *reader)
{
    pthread_mutex_lock(&readers->lock);
    if (readers->count < IDLE_MAX) {
        readers->idle[readers->count++] = reader;
        reader = NULL;
    }
    pthread_mutex_unlock(&readers->lock);
    store_reader_close(reader);
}

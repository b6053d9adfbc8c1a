/* A pool of read-only connections: as many as were ever in use at once, which is one for each
 * thread of the server. */
#ifndef ENDUSE_SERVICE_READERS_H
#define ENDUSE_SERVICE_READERS_H

#include "store/store.h"

struct readers;

/* path is copied. ERROR_MEMORY. */
enum error readers_new(
    const struct os *os, const char *path, struct fault *fault, struct readers **ret_readers);

/* After all readers were given back. NULL is fine. */
void readers_free(struct readers *readers);

/* Any thread. Errors as store_reader_open. */
enum error
readers_take(struct readers *readers, struct fault *fault, struct store_reader **ret_reader);
void readers_give(struct readers *readers, struct store_reader *reader);

#endif

/* People whose keys the server holds at a demonstration. */
#include "service/personas.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct personas {
    pthread_mutex_t lock; /* a private key is for one thread at a time */
    struct private_key *keys[PERSONAS_MAX];
    size_t count;
};

static enum error
load(struct personas *personas, const struct os *os, const char *path, struct fault *fault)
{
    if (personas->count == PERSONAS_MAX)
        return fault_set(fault, ERROR_TOO_LARGE, "--personas", "at most 64 files", NULL);
    enum error error =
        private_key_load(os, path, (struct bytes){0}, fault, &personas->keys[personas->count]);
    if (!error)
        personas->count++;
    return error;
}

enum error personas_open(
    const struct os *os, const char *files, struct fault *fault, struct personas **ret_personas)
{
    struct personas *personas = calloc(1, sizeof *personas);
    if (!personas)
        return fault_place(fault, ERROR_MEMORY, "--personas");
    pthread_mutex_init(&personas->lock, NULL);
    enum error error = ERROR_OK;
    while (!error && files && *files) {
        size_t length = strcspn(files, ",");
        struct buffer path = {0};
        buffer_append_bytes(&path, (struct bytes){(const uint8_t *)files, length});
        const char *text = buffer_text(&path);
        error =
            text ? load(personas, os, text, fault) : fault_place(fault, ERROR_MEMORY, "--personas");
        buffer_free(&path);
        files += length;
        files += *files == ',';
    }
    if (error) {
        personas_free(personas);
        return error;
    }
    *ret_personas = personas;
    return ERROR_OK;
}

void personas_free(struct personas *personas)
{
    if (!personas)
        return;
    for (size_t i = 0; i < personas->count; i++)
        private_key_free(personas->keys[i]);
    pthread_mutex_destroy(&personas->lock);
    free(personas);
}

size_t personas_count(const struct personas *personas)
{
    return personas ? personas->count : 0;
}

struct key_id personas_key(const struct personas *personas, size_t index)
{
    return private_key_id(personas->keys[index]);
}

static struct private_key *find(const struct personas *personas, const struct key_id *key)
{
    for (size_t i = 0; i < personas_count(personas); i++) {
        const struct key_id id = personas_key(personas, i);
        if (key_id_equal(&id, key))
            return personas->keys[i];
    }
    return NULL;
}

bool personas_have(const struct personas *personas, const struct key_id *key)
{
    return find(personas, key) != NULL;
}

enum error personas_sign(
    struct personas *personas, const struct key_id *key, const struct cose_statement *statement,
    struct bytes existing, struct fault *fault, struct buffer *ret_bytes)
{
    struct private_key *held = find(personas, key);
    if (!held)
        return fault_set(fault, ERROR_NOT_FOUND, "persona", "one whose key is here", NULL);
    pthread_mutex_lock(&personas->lock);
    enum error error = cose_sign(statement, existing, held, fault, ret_bytes);
    pthread_mutex_unlock(&personas->lock);
    return error;
}

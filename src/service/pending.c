/* What waits for its person's signature. */
#include "service/pending.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char id[PENDING_ID_SIZE]; /* "": free */
    millis added;
    struct key_id signer;
    enum instrument_type type;
    struct buffer payload, existing, act;
};

struct pending {
    pthread_mutex_t lock;
    struct entry entries[PENDING_MAX];
};

struct pending *pending_new(void)
{
    struct pending *pending = calloc(1, sizeof *pending);
    if (pending)
        pthread_mutex_init(&pending->lock, NULL);
    return pending;
}

static void clear(struct entry *entry)
{
    buffer_free(&entry->payload);
    buffer_free(&entry->existing);
    buffer_free(&entry->act);
    *entry = (struct entry){0};
}

void pending_free(struct pending *pending)
{
    if (!pending)
        return;
    for (size_t i = 0; i < PENDING_MAX; i++)
        clear(&pending->entries[i]);
    pthread_mutex_destroy(&pending->lock);
    free(pending);
}

/* Where a new one goes; under the lock. A person's own oldest makes room before anybody else's. */
static struct entry *make_room(struct pending *pending, const struct key_id *signer, millis now)
{
    struct entry *empty = NULL, *oldest = NULL, *own = NULL;
    size_t each = 0;
    for (size_t i = 0; i < PENDING_MAX; i++) {
        struct entry *entry = &pending->entries[i];
        if (*entry->id && now - entry->added > PENDING_LIFE)
            clear(entry);
        if (!*entry->id) {
            empty = empty ? empty : entry;
            continue;
        }
        if (!oldest || entry->added < oldest->added)
            oldest = entry;
        if (!key_id_equal(&entry->signer, signer))
            continue;
        each++;
        if (!own || entry->added < own->added)
            own = entry;
    }
    struct entry *room = each >= PENDING_EACH ? own : empty ? empty : oldest;
    clear(room);
    return room;
}

enum error pending_add(
    struct pending *pending, const struct os *os, const struct pending_item *item, millis now,
    struct fault *fault, char ret_id[PENDING_ID_SIZE])
{
    uint8_t id[(PENDING_ID_SIZE - 1) / 2];
    char text[PENDING_ID_SIZE];
    if (item->payload.length + item->existing.length + item->act.length > PENDING_BYTES)
        return fault_place(fault, ERROR_TOO_LARGE, "what is to be signed");
    enum error error = random_fill(os, fault, id, sizeof id);
    if (error)
        return error;
    hex_text(BYTES_ARRAY(id), text);
    pthread_mutex_lock(&pending->lock);
    struct entry *entry = make_room(pending, &item->signer, now);
    entry->added = now;
    entry->signer = item->signer;
    entry->type = item->type;
    buffer_append_bytes(&entry->payload, item->payload);
    buffer_append_bytes(&entry->existing, item->existing);
    buffer_append_bytes(&entry->act, item->act);
    if (entry->payload.error || entry->existing.error || entry->act.error) {
        clear(entry);
        error = fault_place(fault, ERROR_MEMORY, "what is to be signed");
    } else {
        memcpy(entry->id, text, sizeof text);
        memcpy(ret_id, text, sizeof text);
    }
    pthread_mutex_unlock(&pending->lock);
    return error;
}

/* Under the lock. */
static struct entry *find(struct pending *pending, const char *id)
{
    for (size_t i = 0; i < PENDING_MAX; i++) {
        if (*pending->entries[i].id && strcmp(pending->entries[i].id, id) == 0)
            return &pending->entries[i];
    }
    return NULL;
}

static bool copy(struct arena *arena, const struct buffer *from, struct bytes *to)
{
    *to = from->length ? arena_copy(arena, buffer_view(from)) : (struct bytes){0};
    return !from->length || to->data;
}

enum error pending_find(
    struct pending *pending, const char *id, millis now, struct arena *arena, struct fault *fault,
    struct pending_item *ret_item)
{
    struct pending_item item = {0};
    pthread_mutex_lock(&pending->lock);
    const struct entry *entry = find(pending, id);
    bool there = entry && now - entry->added <= PENDING_LIFE, copied = there;
    if (there) {
        item.signer = entry->signer;
        item.type = entry->type;
        copied = copy(arena, &entry->payload, &item.payload) &&
                 copy(arena, &entry->existing, &item.existing) &&
                 copy(arena, &entry->act, &item.act);
    }
    pthread_mutex_unlock(&pending->lock);
    if (!there)
        return fault_set(
            fault, ERROR_NOT_FOUND, "what is to be signed", "prepared less than ten minutes ago",
            NULL);
    if (!copied)
        return fault_place(fault, ERROR_MEMORY, "what is to be signed");
    *ret_item = item;
    return ERROR_OK;
}

void pending_drop(struct pending *pending, const char *id)
{
    pthread_mutex_lock(&pending->lock);
    struct entry *entry = find(pending, id);
    if (entry)
        clear(entry);
    pthread_mutex_unlock(&pending->lock);
}

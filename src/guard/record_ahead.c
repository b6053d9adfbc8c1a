/* Reading ahead. Chunks go round in a ring: the thread fills the next while there is room, the
 * caller takes them in order. */
#include "guard/record_ahead.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>

enum { CHUNK_SIZE = 128 * 1024, CHUNK_FRAMES = 1024 };

static_assert((int)CHUNK_SIZE >= (int)SEGMENT_FRAME_MAX, "a frame fits into a chunk");

struct ahead_frame {
    struct segment_frame frame; /* its payload is in the chunk's bytes */
    struct digest leaf;
};

struct ahead_chunk {
    size_t count;
    bool last;                   /* none follows: frames end here, or reading failed */
    enum segment_frame_form end; /* what stands there */
    enum error error;
    struct fault fault;
    struct ahead_frame frames[CHUNK_FRAMES];
    uint8_t bytes[CHUNK_SIZE];
};

/* Takes apart what was read: frames that are whole in it. Returns how far they reach. */
static size_t take_apart(struct ahead_chunk *chunk, struct bytes bytes, bool to_the_end)
{
    size_t at = 0;
    while (chunk->count < CHUNK_FRAMES) {
        struct ahead_frame *place = &chunk->frames[chunk->count];
        struct bytes rest = {bytes.data + at, bytes.length - at};
        if (!to_the_end &&
            (rest.length < SEGMENT_FRAME_HEAD || segment_frame_claim(rest) > rest.length))
            break;
        chunk->end = segment_frame_decode(rest, &place->frame);
        if (chunk->end != FRAME_GOOD) {
            chunk->last = true;
            break;
        }
        place->leaf = tree_leaf(place->frame.payload);
        at += place->frame.size;
        chunk->count++;
    }
    return at;
}

/* Reads the next chunk. Whoever calls it is the only one to read. */
static void fill(struct record_ahead *ahead, struct ahead_chunk *chunk)
{
    const struct record_reader *reader = ahead->reader;
    uint64_t left = reader->size - ahead->offset;
    size_t size = left < CHUNK_SIZE ? (size_t)left : CHUNK_SIZE;
    chunk->count = 0;
    chunk->last = false;
    chunk->error = record_reader_read(reader, ahead->offset, chunk->bytes, size, &chunk->fault);
    if (chunk->error)
        chunk->last = true;
    else
        ahead->offset += take_apart(chunk, (struct bytes){chunk->bytes, size}, size == left);
}

static struct ahead_chunk *chunk_at(const struct record_ahead *ahead, size_t number)
{
    return &ahead->chunks[number % AHEAD_CHUNKS];
}

static void *read_ahead(void *context)
{
    struct record_ahead *ahead = context;
    bool last = false;
    pthread_mutex_lock(&ahead->mutex);
    while (!last && !ahead->ending) {
        if (ahead->read - ahead->taken == AHEAD_CHUNKS) {
            pthread_cond_wait(&ahead->changed, &ahead->mutex);
            continue;
        }
        struct ahead_chunk *chunk = chunk_at(ahead, ahead->read);
        pthread_mutex_unlock(&ahead->mutex);
        fill(ahead, chunk);
        last = chunk->last;
        pthread_mutex_lock(&ahead->mutex);
        ahead->read++;
        pthread_cond_broadcast(&ahead->changed);
    }
    pthread_mutex_unlock(&ahead->mutex);
    return NULL;
}

static void start_thread(struct record_ahead *ahead)
{
    /* The process's signals are not for it. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    ahead->has_thread = pthread_create(&ahead->thread, NULL, read_ahead, ahead) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

enum error record_ahead_begin(
    struct record_ahead *ahead, const struct record_reader *reader, uint64_t offset,
    struct fault *fault)
{
    if (!ahead->chunks) {
        ahead->chunks = malloc(AHEAD_CHUNKS * sizeof *ahead->chunks);
        if (!ahead->chunks)
            return fault_place(fault, ERROR_MEMORY, "%s", reader->path);
        pthread_mutex_init(&ahead->mutex, NULL);
        pthread_cond_init(&ahead->changed, NULL);
    }
    ahead->reader = reader;
    ahead->offset = offset;
    ahead->place = 0;
    ahead->taken = 0;
    ahead->ending = false;
    fill(ahead, chunk_at(ahead, 0));
    ahead->read = 1;
    if (!chunk_at(ahead, 0)->last)
        start_thread(ahead);
    return ERROR_OK;
}

/* The chunk being taken is done with: waits for the next, or reads it. */
static struct ahead_chunk *next_chunk(struct record_ahead *ahead)
{
    if (!ahead->has_thread) {
        ahead->read++;
        ahead->taken++;
        fill(ahead, chunk_at(ahead, ahead->taken));
    } else {
        pthread_mutex_lock(&ahead->mutex);
        ahead->taken++;
        pthread_cond_broadcast(&ahead->changed);
        while (ahead->read == ahead->taken)
            pthread_cond_wait(&ahead->changed, &ahead->mutex);
        pthread_mutex_unlock(&ahead->mutex);
    }
    ahead->place = 0;
    return chunk_at(ahead, ahead->taken);
}

enum error record_ahead_next(
    struct record_ahead *ahead, struct fault *fault, enum segment_frame_form *ret_form,
    struct segment_frame *ret_frame, struct digest *ret_leaf)
{
    const struct ahead_chunk *chunk = chunk_at(ahead, ahead->taken);
    if (ahead->place == chunk->count && !chunk->last)
        chunk = next_chunk(ahead);
    if (ahead->place < chunk->count) {
        const struct ahead_frame *next = &chunk->frames[ahead->place++];
        *ret_form = FRAME_GOOD;
        *ret_frame = next->frame;
        *ret_leaf = next->leaf;
        return ERROR_OK;
    }
    if (chunk->error) {
        if (fault)
            *fault = chunk->fault;
        return chunk->error;
    }
    *ret_form = chunk->end;
    return ERROR_OK;
}

void record_ahead_end(struct record_ahead *ahead)
{
    if (!ahead->has_thread)
        return;
    pthread_mutex_lock(&ahead->mutex);
    ahead->ending = true;
    pthread_cond_broadcast(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
    pthread_join(ahead->thread, NULL);
    ahead->has_thread = false;
}

void record_ahead_free(struct record_ahead *ahead)
{
    if (!ahead->chunks)
        return;
    record_ahead_end(ahead);
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->mutex);
    free(ahead->chunks);
    ahead->chunks = NULL;
}

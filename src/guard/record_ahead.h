/* Reading ahead: the frames of a segment, read, checked and hashed as leaves by a thread of their
 * own, while the caller judges those that came before. What a frame means for the log is judged in
 * record_scan.c.
 *
 * The caller reads a segment's first chunk itself, so that a small log takes no thread; where there
 * is none to be had it reads on so.
 */
#ifndef ENDUSE_GUARD_RECORD_AHEAD_H
#define ENDUSE_GUARD_RECORD_AHEAD_H

#include <pthread.h>

#include "guard/record_reader.h"

enum { AHEAD_CHUNKS = 4 };

struct ahead_chunk;

/* Begin with zeros; end with record_ahead_free. */
struct record_ahead {
    const struct record_reader *reader;
    struct ahead_chunk *chunks; /* a ring of AHEAD_CHUNKS */
    uint64_t offset;            /* of the next chunk to be read: the reading thread's */
    size_t place;               /* the next frame in the chunk that is being taken */
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed; /* the members below */
    size_t read, taken;     /* chunks, since the segment was begun */
    bool ending;
};

/* Begins with the segment that the reader has open, at the offset of its first frame. Until
 * record_ahead_end nobody else reads with it. ERROR_MEMORY. */
MUST_CHECK enum error record_ahead_begin(
    struct record_ahead *ahead, const struct record_reader *reader, uint64_t offset,
    struct fault *fault);

/* The next frame; when it is good also its leaf. Its payload lives until the next call. After a
 * form that is not good there is no next. Errors as of reading a file. */
MUST_CHECK enum error record_ahead_next(
    struct record_ahead *ahead, struct fault *fault, enum segment_frame_form *ret_form,
    struct segment_frame *ret_frame, struct digest *ret_leaf);

/* Ends the segment, wherever it is. */
void record_ahead_end(struct record_ahead *ahead);

void record_ahead_free(struct record_ahead *ahead);

#endif

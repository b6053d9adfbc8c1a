/* Reading one segment file of a record log, part by part. What the parts must hold is judged in
 * record_scan.c. */
#ifndef ENDUSE_GUARD_RECORD_READER_H
#define ENDUSE_GUARD_RECORD_READER_H

#include <limits.h>

#include "guard/segment.h"

/* FOLDER/00000001.records and so on; the file being prepared is FOLDER/next.records, and
 * FOLDER/lock is held by the process that appends. ERROR_TOO_LARGE when the path is too long. */
MUST_CHECK enum error
record_path(const char *folder, uint32_t number, struct fault *fault, char ret_path[PATH_MAX]);
MUST_CHECK enum error record_path_named(
    const char *folder, const char *name, struct fault *fault, char ret_path[PATH_MAX]);

/* Fills the fault with a path and errno's words; returns the error row of errno. */
enum error record_os_failed(struct fault *fault, const char *path);

/* Begin with os set and the rest zero; open and close segments one after the other; at the end
 * record_reader_free. The buffer is allocated with the first segment. */
struct record_reader {
    const struct os *os;
    uint8_t *buffer;
    int file; /* valid while is_open */
    bool is_open;
    uint64_t size;  /* of the file */
    uint64_t start; /* the buffer holds the file from here */
    size_t filled;  /* so many bytes */
    char path[PATH_MAX];
};

/* Reads exactly so many bytes of the open file, past the buffer. */
MUST_CHECK enum error record_reader_read(
    const struct record_reader *reader, uint64_t offset, uint8_t *ret_bytes, size_t size,
    struct fault *fault);

/* Opens a segment for reading (ERROR_NOT_FOUND when there is none) and reads its header, which
 * must state this number and the file's size (ERROR_RECORD_CHAIN, ERROR_RECORD_SIZE). */
MUST_CHECK enum error record_reader_open(
    struct record_reader *reader, const char *folder, uint32_t number, struct fault *fault,
    struct segment_header *ret_header);

MUST_CHECK enum error record_reader_slot(
    struct record_reader *reader, unsigned slot, struct fault *fault,
    enum segment_slot_form *ret_form, struct segment_slot *ret_slot);

/* The frame at an offset; its payload lives until the next call. */
MUST_CHECK enum error record_reader_frame(
    struct record_reader *reader, uint64_t offset, struct fault *fault,
    enum segment_frame_form *ret_form, struct segment_frame *ret_frame);

/* The end of the last byte in [from, to) that is not zero; from when all are. */
MUST_CHECK enum error record_reader_used_end(
    struct record_reader *reader, uint64_t from, uint64_t to, struct fault *fault,
    uint64_t *ret_end);

/* Fills the fault with the segment's path and an offset in it; returns error. */
PRINTF_LIKE(6, 7)
enum error record_reader_fault(
    const struct record_reader *reader, struct fault *fault, enum error error, uint64_t offset,
    const char *expected, const char *found, ...);

void record_reader_close(struct record_reader *reader);
void record_reader_free(struct record_reader *reader);

#endif

/* Reading one segment file. The buffer is wiped when it is given back, for it held key slots. */
#include "guard/record_reader.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_SIZE = 256 * 1024 };

static_assert((int)BUFFER_SIZE >= (int)SEGMENT_FRAME_MAX, "a frame fits into the buffer");

enum error record_path_named(
    const char *folder, const char *name, struct fault *fault, char ret_path[PATH_MAX])
{
    int length = snprintf(ret_path, PATH_MAX, "%s/%s", folder, name);
    if (length < 0 || length >= PATH_MAX)
        return fault_set(fault, ERROR_TOO_LARGE, folder, "a shorter path", NULL);
    return ERROR_OK;
}

enum error
record_path(const char *folder, uint32_t number, struct fault *fault, char ret_path[PATH_MAX])
{
    char name[32];
    snprintf(name, sizeof name, "%08" PRIu32 ".records", number);
    return record_path_named(folder, name, fault, ret_path);
}

enum error record_reader_fault(
    const struct record_reader *reader, struct fault *fault, enum error error, uint64_t offset,
    const char *expected, const char *found, ...)
{
    char text[160];
    va_list arguments;
    va_start(arguments, found);
    vsnprintf(text, sizeof text, found, arguments);
    va_end(arguments);
    char place[64];
    snprintf(place, sizeof place, "offset %" PRIu64, offset);
    fault_set(fault, error, place, expected, "%s", text);
    return fault_within(fault, error, "%s", reader->path);
}

enum error record_os_failed(struct fault *fault, const char *path)
{
    int number = errno;
    return fault_set(fault, error_from_errno(number), path, NULL, "%s", strerror(number));
}

enum error record_reader_read(
    const struct record_reader *reader, uint64_t offset, uint8_t *ret_bytes, size_t size,
    struct fault *fault)
{
    for (size_t filled = 0; filled < size;) {
        ssize_t got = reader->os->pread(
            reader->file, ret_bytes + filled, size - filled, (off_t)(offset + filled));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return record_os_failed(fault, reader->path);
        if (got == 0)
            return record_reader_fault(
                reader, fault, ERROR_RECORD_SIZE, offset + filled, "more bytes",
                "the end of the file");
        filled += (size_t)got;
    }
    return ERROR_OK;
}

/* Makes [offset, offset + length) stand in the buffer. */
static enum error view(
    struct record_reader *reader, uint64_t offset, size_t length, struct fault *fault,
    struct bytes *ret_view)
{
    bool held = offset >= reader->start && offset + length <= reader->start + reader->filled;
    if (!held) {
        uint64_t left = reader->size - offset;
        size_t wanted = left < BUFFER_SIZE ? (size_t)left : BUFFER_SIZE;
        reader->filled = 0;
        enum error error = record_reader_read(reader, offset, reader->buffer, wanted, fault);
        if (error)
            return error;
        reader->start = offset;
        reader->filled = wanted;
    }
    *ret_view = (struct bytes){reader->buffer + (offset - reader->start), length};
    return ERROR_OK;
}

static enum error
open_file(struct record_reader *reader, const char *folder, uint32_t number, struct fault *fault)
{
    enum error error = record_path(folder, number, fault, reader->path);
    if (error)
        return error;
    if (!reader->buffer)
        reader->buffer = malloc(BUFFER_SIZE);
    if (!reader->buffer)
        return fault_place(fault, ERROR_MEMORY, "%s", reader->path);
    reader->file = reader->os->open(reader->path, O_RDONLY | O_NOFOLLOW, 0);
    if (reader->file < 0)
        return record_os_failed(fault, reader->path);
    reader->is_open = true;
    reader->start = 0;
    reader->filled = 0;
    struct stat stat;
    if (reader->os->stat(reader->file, &stat) != 0)
        return record_os_failed(fault, reader->path);
    reader->size = (uint64_t)stat.st_size;
    if (!S_ISREG(stat.st_mode) || !segment_size_is_valid(reader->size))
        return record_reader_fault(
            reader, fault, ERROR_RECORD_SIZE, reader->size, "the size of a segment",
            "%" PRIu64 " bytes", reader->size);
    return ERROR_OK;
}

enum error record_reader_open(
    struct record_reader *reader, const char *folder, uint32_t number, struct fault *fault,
    struct segment_header *ret_header)
{
    struct segment_header header;
    struct bytes sector;
    enum error error = open_file(reader, folder, number, fault);
    if (!error)
        error = view(reader, 0, SEGMENT_SECTOR, fault, &sector);
    if (!error) {
        error = segment_header_decode(sector.data, fault, &header);
        if (error)
            fault_within(fault, error, "%s", reader->path);
    }
    if (!error && header.number != number)
        error = record_reader_fault(
            reader, fault, ERROR_RECORD_CHAIN, 12, "the number in the file's name", "%u",
            header.number);
    if (!error && header.size != reader->size)
        error = record_reader_fault(
            reader, fault, ERROR_RECORD_SIZE, 16, "the size of the file", "%" PRIu64, header.size);
    if (error)
        record_reader_close(reader);
    else
        *ret_header = header;
    return error;
}

enum error record_reader_slot(
    struct record_reader *reader, unsigned slot, struct fault *fault,
    enum segment_slot_form *ret_form, struct segment_slot *ret_slot)
{
    struct bytes sector;
    enum error error = view(reader, segment_slot_offset(slot), SEGMENT_SECTOR, fault, &sector);
    if (!error)
        *ret_form = segment_slot_decode(sector.data, ret_slot);
    return error;
}

/* First the head, then as much as it says: so the buffer is used up before it is filled again. */
enum error record_reader_frame(
    struct record_reader *reader, uint64_t offset, struct fault *fault,
    enum segment_frame_form *ret_form, struct segment_frame *ret_frame)
{
    uint64_t left = reader->size - offset;
    size_t size = left < SEGMENT_FRAME_HEAD ? (size_t)left : SEGMENT_FRAME_HEAD;
    struct bytes bytes;
    enum error error = view(reader, offset, size, fault, &bytes);
    if (!error) {
        size = segment_frame_claim(bytes);
        error = view(reader, offset, left < size ? (size_t)left : size, fault, &bytes);
    }
    if (!error)
        *ret_form = segment_frame_decode(bytes, ret_frame);
    return error;
}

/* Equal to itself shifted by one, and beginning with zero: by memcmp, at memory's speed. */
static bool is_zero(const uint8_t *at, size_t length)
{
    return length == 0 || (at[0] == 0 && memcmp(at, at + 1, length - 1) == 0);
}

enum error record_reader_used_end(
    struct record_reader *reader, uint64_t from, uint64_t to, struct fault *fault,
    uint64_t *ret_end)
{
    uint64_t end = from;
    while (from < to) {
        size_t length = to - from < SEGMENT_BLOCK ? (size_t)(to - from) : SEGMENT_BLOCK;
        struct bytes bytes;
        enum error error = view(reader, from, length, fault, &bytes);
        if (error)
            return error;
        if (!is_zero(bytes.data, length)) {
            size_t used = length;
            while (bytes.data[used - 1] == 0)
                used--;
            end = from + used;
        }
        from += length;
    }
    *ret_end = end;
    return ERROR_OK;
}

void record_reader_close(struct record_reader *reader)
{
    if (reader->is_open)
        reader->os->close(reader->file);
    reader->is_open = false;
}

void record_reader_free(struct record_reader *reader)
{
    record_reader_close(reader);
    if (reader->buffer)
        secret_wipe(reader->buffer, BUFFER_SIZE);
    free(reader->buffer);
    reader->buffer = NULL;
}

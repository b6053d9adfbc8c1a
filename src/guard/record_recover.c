/* From what a scan found to a log that can be appended to, whatever happened before: nothing, a
 * kill, a loss of power, a failed write. What was read may be in the system's cache and not on the
 * disk (after a kill it is not there yet; after a failed fsync it may never be, and a second fsync
 * says that all is well). So everything that is not known to be durable is written again before
 * it counts. A crash in the middle of this leaves again a state that the next scan explains. */
#include "guard/record_state.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* Empties the slots of the segment before the last: the crash may have come between its
 * successor's birth and this. */
static enum error empty_old_slots(struct record_log *log, struct fault *fault)
{
    char path[PATH_MAX];
    enum error error = record_path(log->folder, log->number - 1, fault, path);
    if (error)
        return error;
    int file = log->os->open(path, O_WRONLY | O_NOFOLLOW, 0);
    if (file < 0)
        return record_os_failed(fault, path);
    error = record_slots_empty(log->os, file, path, fault);
    log->os->close(file);
    return error;
}

/* Reads exactly what was asked for. */
static enum error read_at(const struct record_log *log, uint8_t *at, size_t length, uint64_t offset)
{
    while (length) {
        ssize_t got = log->os->pread(log->file, at, length, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? error_from_errno(errno) : ERROR_RECORD_SIZE;
        at += got;
        length -= (size_t)got;
        offset += (uint64_t)got;
    }
    return ERROR_OK;
}

/* Writes the last two groups again as they are, for they may be in the cache only, and zeros where
 * a torn group may have reached: an old frame must never come to stand behind a new one. */
static enum error
write_again(struct record_log *log, const struct record_scan *scan, struct fault *fault)
{
    uint8_t part[SEGMENT_BLOCK];
    uint64_t end = scan->index_offset > scan->base_offset ? scan->index_offset : scan->base_offset;
    end += RECORD_GROUP_BYTES;
    if (end > log->segment_size)
        end = log->segment_size;
    enum error error = ERROR_OK;
    for (uint64_t at = scan->base_offset; !error && at < end;) {
        uint64_t limit = at < scan->tail ? scan->tail : end;
        size_t length = limit - at < sizeof part ? (size_t)(limit - at) : sizeof part;
        memset(part, 0, sizeof part);
        if (at < scan->tail)
            error = read_at(log, part, length, at);
        if (!error)
            error = os_write_at(log->os, log->file, (struct bytes){part, length}, (off_t)at);
        at += length;
    }
    return error ? fault_place(fault, error, "%s", log->folder) : ERROR_OK;
}

/* The slot to overwrite with the key that the log goes on with: never the one that this key was
 * found in or derived from. */
static unsigned free_slot(const struct record_scan *scan)
{
    bool newest_is_ahead = scan->slots[scan->newest].index > scan->chain.index;
    return newest_is_ahead ? scan->newest : 1 - scan->newest;
}

enum error
record_recover(struct record_log *log, const struct record_scan *scan, struct fault *fault)
{
    log->identity = scan->identity;
    log->segment_size = scan->segment_size;
    log->number = scan->segments;
    log->tail = scan->tail;
    log->chain = log->settled = scan->chain;
    log->frontier = log->ahead = scan->frontier;
    log->generation = scan->slots[scan->newest].generation;
    log->next_slot = free_slot(scan);
    /* The last segment's name first: until it is durable the one before needs its keys. */
    enum error error = os_sync_folder(log->os, log->folder, fault);
    if (!error && log->number > 1)
        error = empty_old_slots(log, fault);
    if (!error)
        error = write_again(log, scan, fault);
    if (!error) {
        /* A group without records: a fresh key slot, and the fdatasync for all of this. */
        struct record_group none = {.end = scan->chain};
        error = record_commit_group(log, &none, fault);
        secret_wipe(&none.end, sizeof none.end);
    }
    return error;
}

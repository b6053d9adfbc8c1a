/* Writing the log. The invariants, from which record_scan.c reasons backwards:
 *
 *   - A record counts as durable when the fdatasync after its group has returned, not before.
 *   - One group is under way at most. Its frames go behind the last durable record, into zeros.
 *   - With it goes one key slot: the key for the record after the group. It overwrites the older
 *     slot; the newer one, with the key for the group's first record, stays until the next group.
 *     So a torn group always leaves the key with which its records can be checked and the log
 *     continued, and a key is gone from the disk when the group after its own is durable.
 *     (Copy-on-write file systems and flash keep old copies; no program can help that.)
 *   - The next segment gets its header, with the same key, before its name; the names are durable
 *     before the old segment's slots are emptied, and those are before anything is appended.
 *   - After any failure nothing is written again: the caller marks the log dead.
 */
#include "guard/record_state.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static const uint8_t zeros[16 * 1024];

static enum error write_zeros(const struct os *os, int file, uint64_t offset, uint64_t length)
{
    enum error error = ERROR_OK;
    while (!error && length) {
        size_t part = length < sizeof zeros ? (size_t)length : sizeof zeros;
        error = os_write_at(os, file, (struct bytes){zeros, part}, (off_t)offset);
        offset += part;
        length -= part;
    }
    return error;
}

enum error record_spare_discard(const struct os *os, const char *folder, struct fault *fault)
{
    char path[PATH_MAX];
    enum error error = record_path_named(folder, RECORD_SPARE_NAME, fault, path);
    if (error)
        return error;
    int file = os->open(path, O_WRONLY | O_NOFOLLOW, 0);
    if (file < 0)
        return errno == ENOENT ? ERROR_OK : record_os_failed(fault, path);
    error = write_zeros(os, file, 0, SEGMENT_RECORDS);
    if (error)
        error = fault_place(fault, error, "%s", path);
    else if (os->fdatasync(file) != 0)
        error = record_os_failed(fault, path);
    os->close(file);
    if (!error && os->unlink(path) != 0)
        error = record_os_failed(fault, path);
    return error ? error : os_sync_folder(os, folder, fault);
}

enum error record_spare_make(
    const struct os *os, const char *folder, uint64_t size, struct fault *fault, int *ret_file)
{
    char path[PATH_MAX];
    enum error error = record_path_named(folder, RECORD_SPARE_NAME, fault, path);
    if (error)
        return error;
    int file = os->open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (file < 0)
        return record_os_failed(fault, path);
    /* Allocation tells early when space is short. The zeros are written all the same: a block that
     * is only allocated costs the file system a change of metadata when it is first written, and
     * that in the middle of a decision. */
    if (os->allocate(file, 0, (off_t)size) != 0)
        error = record_os_failed(fault, path);
    if (!error) {
        error = write_zeros(os, file, 0, size);
        if (error)
            error = fault_place(fault, error, "%s", path);
    }
    if (!error && os->fsync(file) != 0)
        error = record_os_failed(fault, path);
    if (error) {
        os->close(file);
        os->unlink(path);
        return error;
    }
    *ret_file = file;
    return ERROR_OK;
}

static enum error
write_slot(const struct os *os, int file, unsigned position, const struct segment_slot *slot)
{
    uint8_t sector[SEGMENT_SECTOR];
    segment_slot_encode(slot, sector);
    enum error error =
        os_write_at(os, file, BYTES_ARRAY(sector), (off_t)segment_slot_offset(position));
    secret_wipe(sector, sizeof sector);
    return error;
}

enum error record_segment_begin(
    const struct os *os, const char *folder, int file, const struct segment_header *header,
    const struct segment_slot *slot, struct fault *fault)
{
    char spare[PATH_MAX], path[PATH_MAX];
    enum error error = record_path_named(folder, RECORD_SPARE_NAME, fault, spare);
    if (!error)
        error = record_path(folder, header->number, fault, path);
    if (error)
        return error;
    uint8_t sector[SEGMENT_SECTOR];
    segment_header_encode(header, sector);
    error = os_write_at(os, file, BYTES_ARRAY(sector), 0);
    if (!error)
        error = write_slot(os, file, 0, slot);
    if (error)
        return fault_place(fault, error, "%s", spare);
    if (os->fdatasync(file) != 0)
        return record_os_failed(fault, spare);
    if (os->rename(spare, path) != 0)
        return record_os_failed(fault, path);
    return os_sync_folder(os, folder, fault);
}

/* Takes the spare file, or makes one; waits for another thread that is making it. Meanwhile and
 * until it says otherwise nobody else touches FOLDER/next.records. */
static enum error take_spare(struct record_log *log, struct fault *fault, int *ret_file)
{
    pthread_mutex_lock(&log->mutex);
    while (log->spare == SPARE_IN_WORK)
        pthread_cond_wait(&log->changed, &log->mutex);
    bool ready = log->spare == SPARE_READY;
    *ret_file = log->spare_file;
    log->spare_file = -1;
    log->spare = SPARE_IN_WORK;
    pthread_mutex_unlock(&log->mutex);
    if (ready)
        return ERROR_OK;
    return record_spare_make(log->os, log->folder, log->segment_size, fault, ret_file);
}

/* Begins a segment with the settled key and goes on in it. */
static enum error begin_next(struct record_log *log, int file, struct fault *fault)
{
    struct segment_header header = {
        .number = log->number + 1,
        .size = log->segment_size,
        .first = log->settled.index,
        .identity = log->identity,
        .tag = log->settled.tag,
        .root = frontier_root(&log->frontier),
    };
    struct segment_slot slot = {
        .generation = log->generation + 1,
        .base = log->settled.index,
        .index = log->settled.index,
    };
    memcpy(slot.key, log->settled.key, RECORD_KEY_SIZE);
    enum error error = record_segment_begin(log->os, log->folder, file, &header, &slot, fault);
    secret_wipe(&slot, sizeof slot);
    return error;
}

enum error record_slots_empty(const struct os *os, int file, const char *place, struct fault *fault)
{
    enum error error = write_zeros(os, file, segment_slot_offset(0), SEGMENT_SLOTS * SEGMENT_BLOCK);
    if (error)
        return fault_place(fault, error, "%s", place);
    return os->fdatasync(file) == 0 ? ERROR_OK : record_os_failed(fault, place);
}

static enum error next_segment(struct record_log *log, struct fault *fault)
{
    if (log->number == SEGMENT_NUMBER_MAX)
        return fault_set(
            fault, ERROR_RECORD_FULL, log->folder, "fewer segments", "%u", log->number);
    int file;
    enum error error = take_spare(log, fault, &file);
    if (!error) {
        error = begin_next(log, file, fault);
        if (!error)
            error = record_slots_empty(log->os, log->file, log->folder, fault);
        /* On a failure the log is dead, and which of the two files is open does not matter. */
        log->os->close(log->file);
        log->file = file;
        log->generation++;
        log->next_slot = 1;
    }
    pthread_mutex_lock(&log->mutex);
    log->spare = SPARE_NONE;
    if (!error) {
        log->number++;
        log->tail = SEGMENT_RECORDS;
    }
    pthread_mutex_unlock(&log->mutex);
    return error;
}

enum error
record_commit_group(struct record_log *log, const struct record_group *group, struct fault *fault)
{
    enum error error = ERROR_OK;
    if (group->length > log->segment_size - log->tail)
        error = next_segment(log, fault);
    if (error)
        return error;
    struct segment_slot slot = {
        .generation = log->generation + 1,
        .base = log->settled.index,
        .index = group->end.index,
    };
    memcpy(slot.key, group->end.key, RECORD_KEY_SIZE);
    error = os_write_at(
        log->os, log->file, (struct bytes){group->bytes, group->length}, (off_t)log->tail);
    if (!error)
        error = write_slot(log->os, log->file, log->next_slot, &slot);
    secret_wipe(&slot, sizeof slot);
    if (error)
        return fault_place(fault, error, "%s", log->folder);
    if (log->os->fdatasync(log->file) != 0)
        return record_os_failed(fault, log->folder);
    log->generation++;
    log->next_slot = 1 - log->next_slot;
    log->sealed = group->count == 0;
    return ERROR_OK;
}

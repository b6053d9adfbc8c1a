/* Making, opening and closing a record log, and reading from an open one. */
#include "guard/record_log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "guard/record_state.h"

/* Takes the lock of the folder: one process appends. */
static enum error lock(const struct os *os, const char *folder, struct fault *fault, int *ret_file)
{
    char path[PATH_MAX];
    enum error error = record_path_named(folder, RECORD_LOCK_NAME, fault, path);
    if (error)
        return error;
    int file = os->open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    if (file < 0)
        return record_os_failed(fault, path);
    if (os->lock(file) != 0) {
        error = record_os_failed(fault, path);
        os->close(file);
        return error;
    }
    *ret_file = file;
    return ERROR_OK;
}

/* ERROR_EXISTS when the folder has a log. */
static enum error expect_none(const struct os *os, const char *folder, struct fault *fault)
{
    char path[PATH_MAX];
    enum error error = record_path(folder, 1, fault, path);
    if (error)
        return error;
    int file = os->open(path, O_RDONLY | O_NOFOLLOW, 0);
    if (file < 0)
        return errno == ENOENT ? ERROR_OK : record_os_failed(fault, path);
    os->close(file);
    return fault_set(fault, ERROR_EXISTS, path, "no record log", "one");
}

/* Undoes a beginning that failed, as far as the disk still obeys: the key, then either name. */
static void take_back(const struct os *os, const char *folder, int file)
{
    char path[PATH_MAX];
    enum error error = record_slots_empty(os, file, folder, NULL);
    (void)error;
    if (record_path(folder, 1, NULL, path) == ERROR_OK)
        os->unlink(path);
    if (record_path_named(folder, RECORD_SPARE_NAME, NULL, path) == ERROR_OK)
        os->unlink(path);
}

static enum error begin_first(
    const struct os *os, const char *folder, const struct record_identity *identity,
    const uint8_t first_key[RECORD_KEY_SIZE], uint64_t size, struct fault *fault)
{
    int file;
    enum error error = record_spare_make(os, folder, size, fault, &file);
    if (error)
        return error;
    struct segment_header header = {
        .number = 1, .size = size, .identity = *identity, .root = tree_empty_root()};
    struct segment_slot slot = {.generation = 1};
    memcpy(slot.key, first_key, RECORD_KEY_SIZE);
    error = record_segment_begin(os, folder, file, &header, &slot, fault);
    secret_wipe(&slot, sizeof slot);
    if (error)
        take_back(os, folder, file);
    os->close(file);
    return error;
}

enum error record_log_create(
    const struct os *os, const char *folder, const struct record_identity *identity,
    const uint8_t first_key[RECORD_KEY_SIZE], uint64_t segment_size, struct fault *fault)
{
    uint64_t size = segment_size ? segment_size : RECORD_SEGMENT_SIZE;
    if (!segment_size_is_valid(size))
        return fault_set(
            fault, ERROR_USAGE, folder, "a multiple of 4,096 bytes within the limits",
            "segments of %" PRIu64, size);
    int lock_file;
    enum error error = lock(os, folder, fault, &lock_file);
    if (error)
        return error;
    error = expect_none(os, folder, fault);
    if (!error)
        error = record_spare_discard(os, folder, fault);
    if (!error)
        error = begin_first(os, folder, identity, first_key, size, fault);
    os->close(lock_file);
    return error;
}

/* An empty struct with its memory, mutex and condition, or NULL. */
static struct record_log *new_log(void)
{
    struct record_log *log = calloc(1, sizeof *log);
    if (!log)
        return NULL;
    log->file = log->lock_file = log->spare_file = -1;
    log->groups[0].bytes = malloc(RECORD_GROUP_BYTES);
    log->groups[1].bytes = malloc(RECORD_GROUP_BYTES);
    bool mutex = pthread_mutex_init(&log->mutex, NULL) == 0;
    bool changed = pthread_cond_init(&log->changed, NULL) == 0;
    if (log->groups[0].bytes && log->groups[1].bytes && mutex && changed)
        return log;
    if (mutex)
        pthread_mutex_destroy(&log->mutex);
    if (changed)
        pthread_cond_destroy(&log->changed);
    free(log->groups[0].bytes);
    free(log->groups[1].bytes);
    free(log);
    return NULL;
}

static void free_log(struct record_log *log)
{
    const int files[] = {log->file, log->spare_file, log->lock_file};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (files[i] >= 0)
            log->os->close(files[i]);
    }
    pthread_mutex_destroy(&log->mutex);
    pthread_cond_destroy(&log->changed);
    free(log->groups[0].bytes);
    free(log->groups[1].bytes);
    free(log->folder);
    secret_wipe(log, sizeof *log);
    free(log);
}

static enum error no_memory(struct fault *fault)
{
    return fault_place(fault, ERROR_MEMORY, "record log");
}

/* Opens the last segment for writing. */
static enum error open_last(struct record_log *log, uint32_t number, struct fault *fault)
{
    char path[PATH_MAX];
    enum error error = record_path(log->folder, number, fault, path);
    if (error)
        return error;
    log->file = log->os->open(path, O_RDWR | O_NOFOLLOW, 0);
    return log->file < 0 ? record_os_failed(fault, path) : ERROR_OK;
}

/* Reads what is there, and makes it fit for appending. */
static enum error load(
    struct record_log *log, const struct record_identity *identity,
    const struct record_head *acknowledged, struct fault *fault)
{
    struct record_scan scan = {
        .os = log->os,
        .folder = log->folder,
        .expected =
            {.identity = identity, .heads = acknowledged, .head_count = acknowledged ? 1 : 0},
    };
    enum error error = record_scan_run(&scan, fault);
    if (!error && !scan.has_slot)
        error = fault_set(fault, ERROR_RECORD_NO_KEY, log->folder, "a key slot", "emptied ones");
    if (!error)
        error = record_spare_discard(log->os, log->folder, fault);
    if (!error)
        error = open_last(log, scan.segments, fault);
    if (!error)
        error = record_recover(log, &scan, fault);
    record_scan_done(&scan);
    return error;
}

enum error record_log_open(
    const struct os *os, const char *folder, const struct record_identity *identity,
    const struct record_head *acknowledged, struct fault *fault, struct record_log **ret_log)
{
    struct record_log *log = new_log();
    if (!log)
        return no_memory(fault);
    log->os = os;
    log->folder = strdup(folder);
    enum error error = log->folder ? ERROR_OK : no_memory(fault);
    if (!error)
        error = lock(os, folder, fault, &log->lock_file);
    if (!error)
        error = load(log, identity, acknowledged, fault);
    if (error)
        free_log(log);
    else
        *ret_log = log;
    return error;
}

enum error record_log_open_memory(
    const uint8_t first_key[RECORD_KEY_SIZE], struct fault *fault, struct record_log **ret_log)
{
    struct record_log *log = new_log();
    if (!log)
        return no_memory(fault);
    log->segment_size = RECORD_SEGMENT_SIZE;
    memcpy(log->chain.key, first_key, RECORD_KEY_SIZE);
    log->settled = log->chain;
    *ret_log = log;
    return ERROR_OK;
}

bool record_error_is_tamper(enum error error)
{
    switch ((int)error) {
    case ERROR_RECORD_HEADER:
    case ERROR_RECORD_SIZE:
    case ERROR_RECORD_GUARD:
    case ERROR_RECORD_EPOCH:
    case ERROR_RECORD_CHAIN:
    case ERROR_RECORD_FRAME:
    case ERROR_RECORD_INDEX:
    case ERROR_RECORD_PADDING:
    case ERROR_RECORD_TAG:
    case ERROR_RECORD_CUT:
    case ERROR_RECORD_KEY_OLD:
    case ERROR_RECORD_NO_KEY:
    case ERROR_RECORD_KEY:
    case ERROR_RECORD_HEAD:
        return true;
    default:
        return false;
    }
}

/* The number of the segment that holds record index, which is durable; by halving. */
static enum error find_segment(
    struct record_reader *reader, const char *folder, uint32_t segments, uint64_t index,
    struct fault *fault, uint32_t *ret_number)
{
    uint32_t low = 1, high = segments;
    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;
        struct segment_header header;
        enum error error = record_reader_open(reader, folder, middle, fault, &header);
        if (error)
            return error;
        record_reader_close(reader);
        if (header.first <= index)
            low = middle;
        else
            high = middle - 1;
    }
    *ret_number = low;
    return ERROR_OK;
}

/* Shows the records [*next, end) that are in one segment; *next is then the first not shown. */
static enum error read_segment(
    struct record_reader *reader, uint64_t end, record_visitor *visit, void *context,
    struct fault *fault, uint64_t *next)
{
    for (uint64_t offset = SEGMENT_RECORDS; *next < end;) {
        enum segment_frame_form form;
        struct segment_frame frame;
        enum error error = record_reader_frame(reader, offset, fault, &form, &frame);
        if (error || form == FRAME_NONE)
            return error;
        if (form == FRAME_BAD || frame.index > *next)
            return record_reader_fault(
                reader, fault, ERROR_RECORD_FRAME, offset, "a durable record", "something else");
        offset += frame.size;
        if (frame.index < *next)
            continue;
        struct record record = {
            .index = frame.index,
            .payload = frame.payload,
            .leaf = tree_leaf(frame.payload),
            .tag = frame.tag,
        };
        error = visit(context, &record, fault);
        if (error)
            return error;
        (*next)++;
    }
    return ERROR_OK;
}

enum error record_log_read(
    struct record_log *log, uint64_t first, uint64_t count, record_visitor *visit, void *context,
    struct fault *fault)
{
    if (!log->folder)
        return fault_set(fault, ERROR_STATE, "record log", "files", "a log in memory");
    pthread_mutex_lock(&log->mutex);
    uint64_t size = log->settled.index;
    uint32_t segments = log->number;
    pthread_mutex_unlock(&log->mutex);
    if (first > size || count > size - first)
        return fault_set(
            fault, ERROR_RECORD_RANGE, "record log", "records that are there",
            "%" PRIu64 " from %" PRIu64 " of %" PRIu64, count, first, size);
    if (count == 0)
        return ERROR_OK;
    struct record_reader reader = {.os = log->os};
    uint32_t number;
    uint64_t next = first;
    enum error error = find_segment(&reader, log->folder, segments, first, fault, &number);
    while (!error && next < first + count) {
        struct segment_header header;
        error = number > segments
                    ? fault_set(
                          fault, ERROR_RECORD_FRAME, log->folder, "more records", "%" PRIu64, next)
                    : record_reader_open(&reader, log->folder, number, fault, &header);
        if (!error)
            error = read_segment(&reader, first + count, visit, context, fault, &next);
        record_reader_close(&reader);
        number++;
    }
    record_reader_free(&reader);
    return error;
}

void record_log_close(struct record_log *log)
{
    if (!log)
        return;
    /* A log that cannot be sealed is closed all the same; the next opening repairs it. */
    enum error error = record_log_seal(log, NULL);
    (void)error;
    free_log(log);
}

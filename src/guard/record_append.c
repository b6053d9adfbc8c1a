/* Callers of the record log. A caller encodes its records into the group that fills, under the
 * mutex. If nobody is writing it becomes the writer: it takes the group, lets others fill the
 * next one, writes without the mutex, and wakes all. Else it waits until its records are durable,
 * or until the writer is done and it is its own turn. So one fdatasync serves all who came while
 * the one before was under way, and a lone caller waits for nobody.
 */
#include "guard/record_state.h"

#include <inttypes.h>
#include <string.h>

/* Takes the group that fills and writes it. Mutex held, nobody committing; held again after. */
static void commit(struct record_log *log)
{
    struct record_group *group = &log->groups[log->filling];
    struct fault fault;
    enum error error = ERROR_OK;
    group->end = log->chain;
    log->filling = 1 - log->filling;
    log->committing = true;
    pthread_mutex_unlock(&log->mutex);

    for (size_t i = 0; i < group->count; i++)
        frontier_append(&log->ahead, &group->leaves[i]);
    if (log->folder)
        error = record_commit_group(log, group, &fault);

    pthread_mutex_lock(&log->mutex);
    if (error) {
        log->dead = error;
        log->cause = fault;
    } else {
        frontier_copy(&log->ahead, &log->frontier);
        log->settled = group->end;
        log->tail += group->length;
    }
    group->count = 0;
    group->length = 0;
    secret_wipe(group->end.key, sizeof group->end.key);
    log->committing = false;
    pthread_cond_broadcast(&log->changed);
}

static enum error dead(const struct record_log *log, enum error error, struct fault *fault)
{
    if (fault)
        *fault = log->cause;
    if (fault)
        fault->error = error;
    return error;
}

/* Whether the group that fills has room for so much more. */
static bool has_room(const struct record_log *log, size_t count, size_t length)
{
    const struct record_group *group = &log->groups[log->filling];
    return group->count + count <= RECORD_GROUP_RECORDS &&
           group->length + length <= RECORD_GROUP_BYTES &&
           group->length + length <= log->segment_size - SEGMENT_RECORDS;
}

/* Waits for the writer, or writes. Mutex held. */
static void commit_or_wait(struct record_log *log)
{
    if (log->committing)
        pthread_cond_wait(&log->changed, &log->mutex);
    else
        commit(log);
}

static void add(struct record_log *log, struct bytes payload, const struct digest *leaf)
{
    struct record_group *group = &log->groups[log->filling];
    struct digest tag = record_chain_tag(&log->chain, leaf);
    group->length +=
        segment_frame_encode(group->bytes + group->length, log->chain.index, &tag, payload);
    group->leaves[group->count++] = *leaf;
    record_chain_step(&log->chain, &tag, true);
}

enum error record_log_append_batch(
    struct record_log *log, const struct bytes *payloads, size_t count, struct fault *fault,
    uint64_t *ret_first)
{
    size_t length = 0;
    if (count == 0 || count > RECORD_BATCH_MAX)
        return fault_set(
            fault, ERROR_RECORD_PAYLOAD, "record log", "1 to 64 records", "%zu", count);
    for (size_t i = 0; i < count; i++) {
        if (payloads[i].length == 0 || payloads[i].length > RECORD_PAYLOAD_MAX)
            return fault_set(
                fault, ERROR_RECORD_PAYLOAD, "record", "1 to 65,535 bytes", "%zu",
                payloads[i].length);
        length += segment_frame_size(payloads[i].length);
    }
    if (length > RECORD_GROUP_BYTES || length > log->segment_size - SEGMENT_RECORDS)
        return fault_set(
            fault, ERROR_RECORD_PAYLOAD, "record log", "records that fit into one group",
            "%zu bytes", length);

    struct digest leaves[RECORD_BATCH_MAX];
    for (size_t i = 0; i < count; i++)
        leaves[i] = tree_leaf(payloads[i]);
    pthread_mutex_lock(&log->mutex);
    while (!log->dead && !has_room(log, count, length))
        commit_or_wait(log);
    if (log->dead) {
        enum error error = dead(log, ERROR_RECORD_DEAD, fault);
        pthread_mutex_unlock(&log->mutex);
        return error;
    }
    uint64_t first = log->chain.index;
    for (size_t i = 0; i < count; i++)
        add(log, payloads[i], &leaves[i]);
    while (!log->dead && log->settled.index < first + count)
        commit_or_wait(log);
    enum error error = ERROR_OK;
    if (log->settled.index < first + count)
        error = dead(log, log->dead, fault);
    pthread_mutex_unlock(&log->mutex);
    if (!error)
        *ret_first = first;
    return error;
}

enum error record_log_append(
    struct record_log *log, struct bytes payload, struct fault *fault, uint64_t *ret_index)
{
    return record_log_append_batch(log, &payload, 1, fault, ret_index);
}

enum error record_log_seal(struct record_log *log, struct fault *fault)
{
    enum error error = ERROR_OK;
    pthread_mutex_lock(&log->mutex);
    /* Records that wait are written first, by their own group: a seal comes after all of them. */
    while (!log->dead && (log->committing || log->groups[log->filling].count))
        commit_or_wait(log);
    if (!log->dead && log->folder && !log->sealed)
        commit(log);
    if (log->dead)
        error = dead(log, ERROR_RECORD_DEAD, fault);
    pthread_mutex_unlock(&log->mutex);
    return error;
}

enum error record_log_prepare(struct record_log *log, struct fault *fault)
{
    pthread_mutex_lock(&log->mutex);
    bool wanted =
        log->folder && !log->dead && log->spare == SPARE_NONE && log->tail > log->segment_size / 2;
    if (wanted)
        log->spare = SPARE_IN_WORK;
    pthread_mutex_unlock(&log->mutex);
    if (!wanted)
        return ERROR_OK;
    int file = -1;
    enum error error = record_spare_make(log->os, log->folder, log->segment_size, fault, &file);
    pthread_mutex_lock(&log->mutex);
    log->spare = error ? SPARE_NONE : SPARE_READY;
    log->spare_file = file;
    pthread_cond_broadcast(&log->changed);
    pthread_mutex_unlock(&log->mutex);
    return error;
}

void record_log_head(struct record_log *log, struct record_head *ret_head)
{
    pthread_mutex_lock(&log->mutex);
    struct frontier frontier = log->frontier;
    ret_head->tag = log->settled.tag;
    pthread_mutex_unlock(&log->mutex);
    ret_head->size = frontier.size;
    ret_head->root = frontier_root(&frontier);
}

enum error record_log_state(struct record_log *log, struct fault *fault)
{
    pthread_mutex_lock(&log->mutex);
    enum error error = log->dead ? dead(log, ERROR_RECORD_DEAD, fault) : ERROR_OK;
    pthread_mutex_unlock(&log->mutex);
    return error;
}

/* Reading and judging a whole record log.
 *
 * What is on the disk when a guard dies, given how record_commit.c writes (a group's frames and
 * its slot, then one fdatasync) and that a disk writes a sector whole or not at all:
 *   1. all records before the newest good slot's base are there, whole;
 *   2. behind them come any of the sectors of one group, at most, and zeros after that;
 *   3. the newest slot's index is at most the end of that group, and at least its beginning;
 *   4. the other slot is good too unless the crash tore it; if records are missing below the newest
 *      slot's index, then it is good and holds the key for the newest slot's base;
 *   5. a segment is followed by another only when it has no keys any more, but for the moment
 *      in which the other was made and is empty.
 * Everything that contradicts one of these has another cause than a crash, and gets an error row
 * of its own.
 */
#include "guard/record_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

/* Counts the segments: their numbers have no holes. */
static enum error count_segments(struct record_scan *scan, struct fault *fault)
{
    for (uint32_t number = 1; number <= SEGMENT_NUMBER_MAX; number++) {
        char path[PATH_MAX];
        enum error error = record_path(scan->folder, number, fault, path);
        if (error)
            return error;
        int file = scan->os->open(path, O_RDONLY | O_NOFOLLOW, 0);
        if (file < 0 && errno == ENOENT)
            break;
        /* One that is there and cannot be opened must not look like one that was cut off. */
        if (file < 0)
            return record_os_failed(fault, path);
        scan->os->close(file);
        scan->segments = number;
    }
    if (scan->segments == 0)
        scan->segments = 1;
    return ERROR_OK;
}

static enum error
check_identity(struct record_scan *scan, const struct segment_header *header, struct fault *fault)
{
    const struct record_reader *reader = &scan->reader;
    const struct record_identity *expected = scan->expected.identity;
    if (!expected && header->number > 1)
        expected = &scan->identity;
    if (expected && !key_id_equal(&expected->guard, &header->identity.guard)) {
        char text[KEY_ID_TEXT_SIZE];
        return record_reader_fault(
            reader, fault, ERROR_RECORD_GUARD, 40, "the guard's key", "%s",
            key_id_text(&header->identity.guard, text));
    }
    if (expected && expected->epoch != header->identity.epoch)
        return record_reader_fault(
            reader, fault, ERROR_RECORD_EPOCH, 32, "the current epoch", "%" PRIu64,
            header->identity.epoch);
    scan->identity = header->identity;
    return ERROR_OK;
}

/* The header has no free values: each follows from what was read before. */
static enum error
check_header(struct record_scan *scan, const struct segment_header *header, struct fault *fault)
{
    const struct record_reader *reader = &scan->reader;
    enum error error = check_identity(scan, header, fault);
    if (error)
        return error;
    if (header->number == 1)
        scan->segment_size = header->size;
    if (header->size != scan->segment_size)
        return record_reader_fault(
            reader, fault, ERROR_RECORD_SIZE, 16, "the size of the first segment",
            "%" PRIu64 " bytes", header->size);
    if (header->first != scan->chain.index)
        return record_reader_fault(
            reader, fault, ERROR_RECORD_CHAIN, 24, "the index after the segment before", "%" PRIu64,
            header->first);
    if (!digest_equal(&header->tag, &scan->chain.tag))
        return record_reader_fault(
            reader, fault, ERROR_RECORD_CHAIN, 72, "the last tag of the segment before", "another");
    struct digest root = frontier_root(&scan->frontier);
    if (!digest_equal(&header->root, &root))
        return record_reader_fault(
            reader, fault, ERROR_RECORD_CHAIN, 104, "the root of the records before", "another");
    return ERROR_OK;
}

static enum error
check_zero(struct record_scan *scan, uint64_t from, uint64_t to, struct fault *fault)
{
    uint64_t end;
    enum error error = record_reader_used_end(&scan->reader, from, to, fault, &end);
    if (!error && end != from)
        error = record_reader_fault(
            &scan->reader, fault, ERROR_RECORD_PADDING, end - 1, "zeros", "something else");
    return error;
}

/* Reads the slots and what must be zero around header and slots. */
static enum error
read_slots(struct record_scan *scan, const struct segment_header *header, struct fault *fault)
{
    enum error error = check_zero(scan, SEGMENT_SECTOR, SEGMENT_BLOCK, fault);
    scan->has_slot = false;
    for (unsigned i = 0; !error && i < SEGMENT_SLOTS; i++) {
        uint64_t offset = segment_slot_offset(i);
        struct segment_slot *slot = &scan->slots[i];
        *slot = (struct segment_slot){0};
        error = record_reader_slot(&scan->reader, i, fault, &scan->slot_forms[i], slot);
        if (!error)
            error = check_zero(scan, offset + SEGMENT_SECTOR, offset + SEGMENT_BLOCK, fault);
        if (error || scan->slot_forms[i] != SLOT_GOOD)
            continue;
        if (slot->base < header->first)
            error = record_reader_fault(
                &scan->reader, fault, ERROR_RECORD_KEY_OLD, offset,
                "a key for records of this segment", "one for record %" PRIu64, slot->index);
        if (!scan->has_slot || slot->generation > scan->slots[scan->newest].generation)
            scan->newest = i;
        scan->has_slot = true;
    }
    return error;
}

/* A segment before the last has no keys. The one just before may have them still when the last
 * was begun and nothing was recorded in it. */
static enum error check_slots_removed(struct record_scan *scan, struct fault *fault)
{
    bool removed = true;
    for (unsigned i = 0; i < SEGMENT_SLOTS; i++)
        removed = removed && scan->slot_forms[i] == SLOT_EMPTY;
    if (scan->old_slots)
        return record_reader_fault(
            &scan->reader, fault, ERROR_RECORD_PADDING, SEGMENT_BLOCK,
            "no key in the segment before", "one");
    scan->old_slots = !removed;
    return ERROR_OK;
}

/* Before the record at the chain's index: compares a key that is on the disk for it with the one
 * that follows from before, or begins with it. */
static enum error meet_slots(struct record_scan *scan, struct fault *fault)
{
    for (unsigned i = 0; i < SEGMENT_SLOTS; i++) {
        const struct segment_slot *slot = &scan->slots[i];
        if (scan->slot_forms[i] != SLOT_GOOD || slot->index != scan->chain.index)
            continue;
        struct bytes stored = BYTES_ARRAY(slot->key), own = BYTES_ARRAY(scan->chain.key);
        if (!scan->key_known)
            memcpy(scan->chain.key, slot->key, RECORD_KEY_SIZE);
        else if (!secret_equal(stored, own))
            return record_reader_fault(
                &scan->reader, fault, ERROR_RECORD_KEY, segment_slot_offset(i),
                "the key that follows", "another");
        scan->key_known = true;
    }
    return ERROR_OK;
}

/* Compares with the known heads of this size. */
static enum error meet_heads(struct record_scan *scan, struct fault *fault)
{
    const struct record_expectation *expected = &scan->expected;
    while (scan->next_head < expected->head_count &&
           expected->heads[scan->next_head].size == scan->frontier.size) {
        const struct record_head *head = &expected->heads[scan->next_head++];
        struct digest root = frontier_root(&scan->frontier);
        if (!digest_equal(&head->root, &root) || !digest_equal(&head->tag, &scan->chain.tag))
            return fault_set(
                fault, ERROR_RECORD_HEAD, scan->folder, "the known head",
                "another after %" PRIu64 " records", head->size);
    }
    return ERROR_OK;
}

/* Takes one good frame into tree and chain. */
static enum error take_frame(
    struct record_scan *scan, uint64_t offset, const struct segment_frame *frame,
    const struct digest *leaf, struct fault *fault)
{
    struct record_chain *chain = &scan->chain;
    if (frame->index != chain->index)
        return record_reader_fault(
            &scan->reader, fault, ERROR_RECORD_INDEX, offset, "the next index",
            "%" PRIu64 " after %" PRIu64 " records", frame->index, chain->index);
    struct record record = {
        .index = frame->index,
        .payload = frame->payload,
        .leaf = *leaf,
        .tag = frame->tag,
    };
    if (scan->key_known) {
        struct digest tag = record_chain_tag(chain, &record.leaf);
        if (!secret_equal(digest_view(&tag), digest_view(&frame->tag)))
            return record_reader_fault(
                &scan->reader, fault, ERROR_RECORD_TAG, offset, "the tag that follows",
                "another at record %" PRIu64, frame->index);
    }
    frontier_append(&scan->frontier, &record.leaf);
    record_chain_step(chain, &frame->tag, scan->key_known);
    enum error error = meet_heads(scan, fault);
    if (!error && scan->visit)
        error = scan->visit(scan->context, &record, fault);
    return error;
}

/* Notes where in the last segment the newest slot's records are. */
static void note_offsets(struct record_scan *scan, uint64_t offset)
{
    if (!scan->has_slot)
        return;
    if (scan->slots[scan->newest].base == scan->chain.index)
        scan->base_offset = offset;
    if (scan->slots[scan->newest].index == scan->chain.index)
        scan->index_offset = offset;
}

/* Takes frames up to the first that is none; *ret_end is its offset. */
static enum error take_frames(
    struct record_scan *scan, bool last, struct fault *fault, uint64_t *ret_end,
    enum segment_frame_form *ret_form)
{
    uint64_t offset = SEGMENT_RECORDS;
    for (;;) {
        struct segment_frame frame;
        struct digest leaf;
        enum error error = ERROR_OK;
        if (last) {
            note_offsets(scan, offset);
            error = meet_slots(scan, fault);
        }
        if (!error)
            error = record_ahead_next(&scan->ahead, fault, ret_form, &frame, &leaf);
        if (!error && *ret_form == FRAME_GOOD)
            error = take_frame(scan, offset, &frame, &leaf, fault);
        if (error)
            return error;
        if (*ret_form != FRAME_GOOD)
            break;
        offset += frame.size;
    }
    *ret_end = offset;
    return ERROR_OK;
}

static enum error read_frames(
    struct record_scan *scan, bool last, struct fault *fault, uint64_t *ret_end,
    enum segment_frame_form *ret_form)
{
    enum error error = record_ahead_begin(&scan->ahead, &scan->reader, SEGMENT_RECORDS, fault);
    if (error)
        return error;
    error = take_frames(scan, last, fault, ret_end, ret_form);
    record_ahead_end(&scan->ahead);
    return error;
}

static enum error damaged(struct record_scan *scan, uint64_t offset, struct fault *fault)
{
    return record_reader_fault(
        &scan->reader, fault, ERROR_RECORD_FRAME, offset, "a whole record",
        "bytes that are none, at record %" PRIu64, scan->chain.index);
}

/* A segment before the last: nothing in it may be torn. */
static enum error read_full_segment(struct record_scan *scan, struct fault *fault)
{
    enum segment_frame_form form;
    uint64_t end;
    enum error error = check_slots_removed(scan, fault);
    if (!error)
        error = read_frames(scan, false, fault, &end, &form);
    if (!error && form == FRAME_BAD)
        error = damaged(scan, end, fault);
    if (!error)
        error = check_zero(scan, end, scan->segment_size, fault);
    return error;
}

/* Points 1 to 4 of the list above, once the records up to the tail are read. */
static enum error
judge_tail(struct record_scan *scan, enum segment_frame_form form, struct fault *fault)
{
    const struct record_reader *reader = &scan->reader;
    const struct segment_slot *newest = &scan->slots[scan->newest];
    const unsigned other = 1 - scan->newest;
    uint64_t count = scan->chain.index;
    if (count < newest->base && form == FRAME_BAD)
        return damaged(scan, scan->tail, fault);
    bool has_base_key =
        scan->slot_forms[other] == SLOT_GOOD && scan->slots[other].index == newest->base;
    bool ahead = newest->index - newest->base > RECORD_GROUP_RECORDS; /* of more than one group */
    if (count < newest->base || (count < newest->index && (ahead || !has_base_key)))
        return record_reader_fault(
            reader, fault, ERROR_RECORD_CUT, scan->tail, "all records before the key's",
            "%" PRIu64 " records, and the key for record %" PRIu64, count, newest->index);
    if (scan->slot_forms[other] == SLOT_GOOD && scan->slots[other].index > newest->index)
        return record_reader_fault(
            reader, fault, ERROR_RECORD_KEY_OLD, segment_slot_offset(other), "keys that go forward",
            "an older one for record %" PRIu64, scan->slots[other].index);
    /* What the group under way began with: the newest slot's index, or, while that slot was being
     * written itself, its base. */
    uint64_t group = count < newest->index ? scan->base_offset : scan->index_offset;
    if (count > newest->index &&
        (count - newest->index > RECORD_GROUP_RECORDS || scan->tail - group > RECORD_GROUP_BYTES))
        return record_reader_fault(
            reader, fault, ERROR_RECORD_KEY_OLD, scan->tail, "a key for the last group",
            "one for record %" PRIu64 " of %" PRIu64, newest->index, count);
    uint64_t limit = group + RECORD_GROUP_BYTES;
    if (scan->used_end > limit)
        return record_reader_fault(
            reader, fault, ERROR_RECORD_PADDING, scan->used_end - 1, "zeros after the last group",
            "something else");
    return ERROR_OK;
}

static enum error read_last_segment(struct record_scan *scan, struct fault *fault)
{
    enum segment_frame_form form;
    bool removed = scan->slot_forms[0] == SLOT_EMPTY && scan->slot_forms[1] == SLOT_EMPTY;
    if (!scan->has_slot && !removed)
        return record_reader_fault(
            &scan->reader, fault, ERROR_RECORD_NO_KEY, SEGMENT_BLOCK, "a key slot",
            "none that can be read");
    enum error error = read_frames(scan, true, fault, &scan->tail, &form);
    if (!error)
        error = record_reader_used_end(
            &scan->reader, scan->tail, scan->segment_size, fault, &scan->used_end);
    if (error)
        return error;
    if (scan->has_slot)
        return judge_tail(scan, form, fault);
    /* An export: its keys were removed when it was whole, so nothing is torn. */
    if (form == FRAME_BAD)
        return damaged(scan, scan->tail, fault);
    return check_zero(scan, scan->tail, scan->segment_size, fault);
}

static enum error read_segment(struct record_scan *scan, uint32_t number, struct fault *fault)
{
    struct segment_header header;
    enum error error = record_reader_open(&scan->reader, scan->folder, number, fault, &header);
    if (error)
        return error;
    error = check_header(scan, &header, fault);
    if (!error)
        error = read_slots(scan, &header, fault);
    if (!error)
        error = number < scan->segments ? read_full_segment(scan, fault)
                                        : read_last_segment(scan, fault);
    if (!error && number == scan->segments && scan->old_slots &&
        (scan->chain.index != header.first || scan->used_end != SEGMENT_RECORDS))
        error = record_reader_fault(
            &scan->reader, fault, ERROR_RECORD_PADDING, SEGMENT_RECORDS,
            "no key in the segment before", "one");
    record_reader_close(&scan->reader);
    return error;
}

enum error record_scan_run(struct record_scan *scan, struct fault *fault)
{
    scan->reader.os = scan->os;
    if (scan->expected.first_key) {
        memcpy(scan->chain.key, scan->expected.first_key, RECORD_KEY_SIZE);
        scan->key_known = true;
    }
    enum error error = meet_heads(scan, fault);
    if (!error)
        error = count_segments(scan, fault);
    for (uint32_t number = 1; !error && number <= scan->segments; number++)
        error = read_segment(scan, number, fault);
    if (!error && scan->next_head < scan->expected.head_count)
        error = fault_set(
            fault, ERROR_RECORD_HEAD, scan->folder, "at least the known records",
            "%" PRIu64 " of %" PRIu64, scan->frontier.size,
            scan->expected.heads[scan->next_head].size);
    return error;
}

bool record_scan_is_torn(const struct record_scan *scan)
{
    bool bad_slot = scan->slot_forms[0] == SLOT_BAD || scan->slot_forms[1] == SLOT_BAD;
    bool other_index = scan->has_slot && scan->slots[scan->newest].index != scan->chain.index;
    return scan->used_end != scan->tail || bad_slot || other_index || scan->old_slots;
}

void record_scan_done(struct record_scan *scan)
{
    record_ahead_free(&scan->ahead);
    record_reader_free(&scan->reader);
    secret_wipe(&scan->chain, sizeof scan->chain);
    secret_wipe(scan->slots, sizeof scan->slots);
}

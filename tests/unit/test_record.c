/* The record log in ordinary life, with several threads, and after tampering. Crashes and failing
 * calls are in test_record_crash.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "crash_disk.h"
#include "failing_alloc.h"
#include "guard/record_check.h"
#include "guard/segment.h"
#include "guard/segment_crc.h"

enum { SMALL = RECORD_SEGMENT_SIZE_MIN };

static const struct record_identity identity = {.guard = {{1, 2, 3}}, .epoch = 7};
static const char folder[] = "log";
static uint8_t first_key[RECORD_KEY_SIZE];

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof first_key; i++)
        first_key[i] = (uint8_t)i;
    crash_disk_reset();
    return 0;
}

static struct record_log *open_log(const struct os *os, const char *path)
{
    struct record_log *log = NULL;
    struct fault fault;
    char text[400];
    if (record_log_open(os, path, &identity, NULL, &fault, &log))
        fail_msg("%s", fault_text(&fault, text, sizeof text));
    return log;
}

static struct record_log *new_log(void)
{
    crash_disk_reset();
    assert_int_equal(
        record_log_create(&crash_disk_os, folder, &identity, first_key, SMALL, NULL), ERROR_OK);
    return open_log(&crash_disk_os, folder);
}

static void append(struct record_log *log, uint64_t index)
{
    char text[64];
    snprintf(
        text, sizeof text, "record %llu, %*d", (unsigned long long)index, (int)(index % 30), 1);
    uint64_t given = UINT64_MAX;
    assert_int_equal(record_log_append(log, bytes_of(text), NULL, &given), ERROR_OK);
    assert_int_equal(given, index);
}

static enum error count_records(void *context, const struct record *record, struct fault *fault)
{
    (void)fault;
    uint64_t *count = context;
    struct digest leaf = tree_leaf(record->payload);
    assert_int_equal(record->index, *count);
    assert_true(digest_equal(&leaf, &record->leaf));
    (*count)++;
    return ERROR_OK;
}

static enum error check(bool with_key, const struct record_head *head, struct record_summary *ret)
{
    const struct record_expectation expected = {
        .identity = &identity,
        .first_key = with_key ? first_key : NULL,
        .heads = head,
        .head_count = head ? 1 : 0,
    };
    uint64_t count = 0;
    enum error error =
        record_folder_check(&crash_disk_os, folder, &expected, count_records, &count, NULL, ret);
    if (!error)
        assert_int_equal(count, ret->head.size);
    return error;
}

static void checksums_are_crc32c(void **state)
{
    (void)state;
    /* RFC 3720 appendix B.4, and the usual check value. */
    uint8_t bytes[64] = {0};
    assert_int_equal(segment_crc(0, BYTES_LITERAL("123456789")), 0xE3069283);
    assert_int_equal(segment_crc(0, (struct bytes){bytes, 32}), 0x8A9136AA);
    memset(bytes, 0xFF, 32);
    assert_int_equal(segment_crc(0, (struct bytes){bytes, 32}), 0x62A8AB43);
    for (uint8_t i = 0; i < 32; i++)
        bytes[i] = i;
    assert_int_equal(segment_crc(0, (struct bytes){bytes, 32}), 0x46DD794E);
    for (size_t length = 0; length < 64; length++) {
        struct bytes whole = {bytes, length};
        uint32_t crc = segment_crc(0, whole);
        assert_int_equal(segment_crc_plain(0, whole), crc);
        for (size_t split = 0; split <= length; split++) {
            uint32_t part = segment_crc(0, bytes_slice(whole, 0, split));
            assert_int_equal(segment_crc(part, bytes_slice(whole, split, SIZE_MAX)), crc);
        }
    }
}

static void parts_of_a_segment_are_strict(void **state)
{
    (void)state;
    struct segment_header header = {
        .number = 3, .size = SMALL, .first = 77, .identity = identity, .root = tree_empty_root()};
    struct segment_slot slot = {.generation = 5, .base = 70, .index = 77, .key = {1}};
    uint8_t sector[SEGMENT_SECTOR], frame[64];
    segment_header_encode(&header, sector);
    struct segment_header read_header;
    assert_int_equal(segment_header_decode(sector, NULL, &read_header), ERROR_OK);
    assert_int_equal(read_header.first, 77);
    for (size_t bit = 0; bit < sizeof sector * 8; bit++) {
        sector[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(segment_header_decode(sector, NULL, &read_header), ERROR_RECORD_HEADER);
        sector[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    segment_slot_encode(&slot, sector);
    struct segment_slot read_slot;
    assert_int_equal(segment_slot_decode(sector, &read_slot), SLOT_GOOD);
    assert_int_equal(read_slot.base, 70);
    for (size_t bit = 0; bit < sizeof sector * 8; bit++) {
        sector[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(segment_slot_decode(sector, &read_slot), SLOT_BAD);
        sector[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    slot.base = 78; /* behind its index: nobody writes that */
    segment_slot_encode(&slot, sector);
    assert_int_equal(segment_slot_decode(sector, &read_slot), SLOT_BAD);
    memset(sector, 0, sizeof sector);
    assert_int_equal(segment_slot_decode(sector, &read_slot), SLOT_EMPTY);

    struct digest tag = {{9}};
    size_t size = segment_frame_encode(frame, 5, &tag, BYTES_LITERAL("12345"));
    assert_int_equal(size, 56);
    struct segment_frame read_frame;
    struct bytes view = {frame, size};
    assert_int_equal(segment_frame_decode(view, &read_frame), FRAME_GOOD);
    assert_true(bytes_equal_text(read_frame.payload, "12345"));
    for (size_t bit = 0; bit < size * 8; bit++) {
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(segment_frame_decode(view, &read_frame), FRAME_GOOD);
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (view.length = 0; view.length < size; view.length++)
        assert_int_equal(segment_frame_decode(view, &read_frame), FRAME_NONE);
    /* Padding that is not zero under a right checksum. */
    view.length = size;
    frame[55] = 1;
    uint32_t crc =
        segment_crc(segment_crc(0, (struct bytes){frame, 4}), (struct bytes){frame + 8, size - 8});
    store_u32(frame + 4, crc);
    assert_int_equal(segment_frame_decode(view, &read_frame), FRAME_BAD);
}

static enum error note_tag(void *context, const struct record *record, struct fault *fault)
{
    (void)fault;
    struct digest *tags = context;
    tags[record->index] = record->tag;
    return ERROR_OK;
}

static void tags_are_those_of_the_documented_chain(void **state)
{
    (void)state;
    /* Python: hmac.new(K, pack(">Q", i) + leaf + previous, sha256), K = bytes(range(32)) at first.
     */
    static const char *expected[] = {
        "88a0e5edaec81704ece3e061304cc01da29126ab343b0d29265b5c813506c5c9",
        "9ed907d737231e7878ad62997c4331b342456f6863bffe99a3172a2de2e8f25e",
        "fcc03a17dbad32b541d51bbc56648c5c0140a58c8cf87d9b3f5290c4547b7660",
    };
    struct record_log *log = new_log();
    const struct bytes payloads[] = {BYTES_LITERAL("a"), BYTES_LITERAL("bb"), BYTES_LITERAL("ccc")};
    uint64_t first = 9;
    assert_int_equal(record_log_append_batch(log, payloads, 3, NULL, &first), ERROR_OK);
    assert_int_equal(first, 0);
    struct digest tags[3];
    assert_int_equal(record_log_read(log, 0, 3, note_tag, tags, NULL), ERROR_OK);
    for (size_t i = 0; i < 3; i++) {
        char text[DIGEST_TEXT_SIZE];
        assert_string_equal(digest_text(&tags[i], text), expected[i]);
    }
    struct record_head head;
    record_log_head(log, &head);
    assert_true(digest_equal(&head.tag, &tags[2]));
    record_log_close(log);
}

static void a_log_lives_through_segments_and_openings(void **state)
{
    (void)state;
    struct record_log *log = new_log(), *memory = NULL;
    assert_int_equal(record_log_open_memory(first_key, NULL, &memory), ERROR_OK);
    struct record_head head, same;
    enum { COUNT = 4000 };
    for (uint64_t i = 0; i < COUNT; i++) {
        append(log, i);
        append(memory, i);
        if (i % 97 == 0) {
            record_log_head(log, &head);
            record_log_head(memory, &same);
            assert_int_equal(head.size, i + 1);
            assert_memory_equal(&head, &same, sizeof head);
        }
        if (i % 601 == 600) {
            record_log_close(log);
            log = open_log(&crash_disk_os, folder);
        }
        if (i % 50 == 0)
            assert_int_equal(record_log_prepare(log, NULL), ERROR_OK);
    }
    record_log_head(log, &head);
    static const uint64_t ranges[][2] = {{0, COUNT},     {0, 1},     {1500, 900},
                                         {COUNT - 1, 1}, {COUNT, 0}, {COUNT / 2, 1}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        uint64_t next = ranges[i][0];
        assert_int_equal(
            record_log_read(log, ranges[i][0], ranges[i][1], count_records, &next, NULL), ERROR_OK);
        assert_int_equal(next, ranges[i][0] + ranges[i][1]);
    }
    assert_int_equal(record_log_read(log, COUNT, 1, count_records, NULL, NULL), ERROR_RECORD_RANGE);
    assert_int_equal(
        record_log_read(log, 1, UINT64_MAX, count_records, NULL, NULL), ERROR_RECORD_RANGE);
    assert_int_equal(record_log_read(memory, 0, 1, count_records, NULL, NULL), ERROR_STATE);
    record_log_close(log);
    record_log_close(memory);

    struct record_summary summary;
    assert_int_equal(check(true, &head, &summary), ERROR_OK);
    assert_true(summary.segments >= 4);
    assert_true(summary.tags_checked);
    assert_int_equal(summary.keys, RECORD_KEYS_PRESENT);
    assert_int_equal(check(false, &head, &summary), ERROR_OK);
    assert_false(summary.tags_checked);
    assert_memory_equal(&summary.head, &head, sizeof head);
    /* Only the last segment has keys, and none of them is the first one. */
    for (uint32_t number = 1; number <= summary.segments; number++) {
        char path[64];
        size_t size;
        snprintf(path, sizeof path, "log/%08u.records", number);
        const uint8_t *bytes = crash_disk_content(path, &size);
        assert_non_null(bytes);
        assert_null(memmem(bytes, size, first_key, sizeof first_key));
        bool empty = true;
        for (size_t i = SEGMENT_BLOCK; i < SEGMENT_RECORDS; i++)
            empty = empty && bytes[i] == 0;
        assert_int_equal(empty, number < summary.segments);
    }
}

static void refusals_are_told_apart(void **state)
{
    (void)state;
    struct record_log *log = NULL;
    struct record_identity other = identity;
    crash_disk_reset();
    assert_int_equal(
        record_log_open(&crash_disk_os, folder, &identity, NULL, NULL, &log), ERROR_NOT_FOUND);
    static const uint64_t sizes[] = {1, SMALL - 4096, SMALL + 1, RECORD_SEGMENT_SIZE_MAX + 4096u};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_int_equal(
            record_log_create(&crash_disk_os, folder, &identity, first_key, sizes[i], NULL),
            ERROR_USAGE);
    log = new_log();
    assert_int_equal(
        record_log_create(&crash_disk_os, folder, &identity, first_key, SMALL, NULL), ERROR_EXISTS);
    uint64_t index = 99;
    static uint8_t large[RECORD_PAYLOAD_MAX + 1] = {1};
    struct bytes payload = {large, sizeof large};
    assert_int_equal(record_log_append(log, payload, NULL, &index), ERROR_RECORD_PAYLOAD);
    payload.length = 0;
    assert_int_equal(record_log_append(log, payload, NULL, &index), ERROR_RECORD_PAYLOAD);
    struct bytes many[RECORD_BATCH_MAX + 1];
    for (size_t i = 0; i < RECORD_BATCH_MAX + 1; i++)
        many[i] = (struct bytes){large, 1};
    assert_int_equal(record_log_append_batch(log, many, 0, NULL, &index), ERROR_RECORD_PAYLOAD);
    assert_int_equal(
        record_log_append_batch(log, many, RECORD_BATCH_MAX + 1, NULL, &index),
        ERROR_RECORD_PAYLOAD);
    many[0].length = many[1].length = RECORD_PAYLOAD_MAX; /* two do not fit into a small segment */
    assert_int_equal(record_log_append_batch(log, many, 2, NULL, &index), ERROR_RECORD_PAYLOAD);
    assert_int_equal(index, 99);
    assert_int_equal(record_log_append_batch(log, many, 1, NULL, &index), ERROR_OK);
    assert_int_equal(record_log_append_batch(log, many + 2, RECORD_BATCH_MAX - 2, NULL, &index), 0);
    assert_int_equal(index, 1);
    record_log_close(log);
    other.epoch++;
    assert_int_equal(
        record_log_open(&crash_disk_os, folder, &other, NULL, NULL, &log), ERROR_RECORD_EPOCH);
    other = identity;
    other.guard.bytes[31]++;
    assert_int_equal(
        record_log_open(&crash_disk_os, folder, &other, NULL, NULL, &log), ERROR_RECORD_GUARD);
    assert_true(record_error_is_tamper(ERROR_RECORD_GUARD));
    assert_false(record_error_is_tamper(ERROR_IO));
    assert_false(record_error_is_tamper(ERROR_RECORD_TORN));
}

static void appending_takes_no_memory(void **state)
{
    (void)state;
    struct record_log *memory;
    assert_int_equal(record_log_open_memory(first_key, NULL, &memory), ERROR_OK);
    struct record_head head;
    uint64_t index;
    failing_alloc_after(0);
    enum error error = ERROR_OK;
    for (int i = 0; !error && i < 1000; i++)
        error = record_log_append(memory, BYTES_LITERAL("payload"), NULL, &index);
    record_log_head(memory, &head);
    assert_int_equal(failing_alloc_count(), 0);
    failing_alloc_stop();
    assert_int_equal(error, ERROR_OK);
    record_log_close(memory);
    for (long n = 0;; n++) {
        struct record_log *log = NULL;
        struct record_summary summary;
        uint64_t next = 0;
        record_log_close(new_log());
        failing_alloc_after(n);
        error = record_log_open(&crash_disk_os, folder, &identity, NULL, NULL, &log);
        if (!error)
            error = record_log_read(log, 0, 0, count_records, &next, NULL);
        if (!error)
            error = record_folder_check(
                &crash_disk_os, folder, NULL, count_records, &next, NULL, &summary);
        bool failed = failing_alloc_stop();
        record_log_close(log);
        if (!failed) {
            assert_int_equal(error, ERROR_OK);
            assert_true(n >= 5);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
    }
}

/* --- Tampering ------------------------------------------------------------------------------- */

/* A log of one segment with twelve records in groups of one, closed or (a copy) not. */
static struct crash_disk_image *make_log(bool closed, struct record_head *ret_head)
{
    struct record_log *log = new_log();
    for (uint64_t i = 0; i < 12; i++)
        append(log, i);
    record_log_head(log, ret_head);
    struct crash_disk_image *open_image = crash_disk_save();
    record_log_close(log);
    if (!closed) {
        crash_disk_restore(open_image);
        crash_disk_crash(CRASH_KEEPS_ALL, 0);
    }
    crash_disk_image_free(open_image);
    return crash_disk_save();
}

static uint8_t *first_segment(void)
{
    size_t size;
    uint8_t *bytes = crash_disk_content("log/00000001.records", &size);
    assert_non_null(bytes);
    assert_int_equal(size, SMALL);
    return bytes;
}

/* Where frame number n begins. */
static uint8_t *frame_at(size_t n)
{
    uint8_t *at = first_segment() + SEGMENT_RECORDS;
    for (size_t i = 0; i < n; i++)
        at += segment_frame_size(load_u32(at));
    return at;
}

static void fix_checksum(uint8_t *frame)
{
    size_t size = segment_frame_size(load_u32(frame));
    uint32_t crc = segment_crc(0, (struct bytes){frame, 4});
    store_u32(frame + 4, segment_crc(crc, (struct bytes){frame + 8, size - 8}));
}

static enum error open_with(const struct record_head *head)
{
    struct record_log *log = NULL;
    enum error error = record_log_open(&crash_disk_os, folder, &identity, head, NULL, &log);
    record_log_close(log);
    return error;
}

static void every_flipped_bit_is_found(void **state)
{
    (void)state;
    struct record_head head;
    struct crash_disk_image *image = make_log(true, &head);
    size_t used = (size_t)(frame_at(12) - first_segment()) + 64, found = 0;
    for (size_t at = 0; at < SMALL; at += at < used ? 1 : 61) {
        struct record_summary summary;
        uint8_t *bytes = first_segment();
        bytes[at] ^= (uint8_t)(1 << at % 8);
        enum error error = check(true, NULL, &summary);
        if (!error)
            fail_msg("a flipped bit at offset %zu was not found", at);
        assert_true(record_error_is_tamper(error) || error == ERROR_RECORD_TORN);
        found++;
        bytes[at] ^= (uint8_t)(1 << at % 8);
    }
    assert_true(found > 14000);
    /* Opening may repair what a crash can do (a key slot, bytes behind the last record), but it
     * never gives up a record. */
    for (size_t at = 0; at < used; at += at < SEGMENT_RECORDS ? 37 : 5) {
        crash_disk_restore(image);
        first_segment()[at] ^= (uint8_t)(1 << at % 8);
        enum error error = open_with(NULL);
        if (error) {
            assert_true(record_error_is_tamper(error));
            continue;
        }
        struct record_summary summary;
        assert_int_equal(check(true, &head, &summary), ERROR_OK);
    }
    crash_disk_image_free(image);
}

static void cutting_the_tail_is_found(void **state)
{
    (void)state;
    struct record_head head;
    struct record_summary summary;
    /* Closed: not one record may go. */
    struct crash_disk_image *image = make_log(true, &head);
    for (size_t keep = 0; keep < 12; keep++) {
        crash_disk_restore(image);
        memset(frame_at(keep), 0, 2048);
        assert_int_equal(open_with(NULL), ERROR_RECORD_CUT);
        assert_int_equal(check(true, NULL, &summary), ERROR_RECORD_CUT);
    }
    crash_disk_image_free(image);
    /* Open: the last group looks like a crash, unless its head is known; two groups do not. */
    image = make_log(false, &head);
    for (size_t keep = 0; keep < 12; keep++) {
        crash_disk_restore(image);
        memset(frame_at(keep), 0, 2048);
        if (keep < 11) {
            assert_int_equal(open_with(NULL), ERROR_RECORD_CUT);
            continue;
        }
        assert_int_equal(open_with(&head), ERROR_RECORD_HEAD);
        assert_int_equal(check(true, NULL, &summary), ERROR_RECORD_TORN);
        assert_int_equal(open_with(NULL), ERROR_OK);
        assert_int_equal(check(true, NULL, &summary), ERROR_OK);
        assert_int_equal(summary.head.size, 11);
    }
    /* The same with the older slot destroyed, so that the key cannot be told. */
    crash_disk_restore(image);
    memset(frame_at(11), 0, 2048);
    struct segment_slot slots[2];
    uint8_t *bytes = first_segment();
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(segment_slot_decode(bytes + segment_slot_offset(i), &slots[i]), SLOT_GOOD);
    unsigned older = slots[0].generation < slots[1].generation ? 0 : 1;
    bytes[segment_slot_offset(older) + 40] ^= 1;
    assert_int_equal(open_with(NULL), ERROR_RECORD_CUT);
    crash_disk_image_free(image);
}

static void rewriting_records_is_found(void **state)
{
    (void)state;
    struct record_head head;
    struct record_summary summary;
    struct crash_disk_image *image = make_log(false, &head);
    struct {
        size_t frame;
        enum error opened, opened_with_head, checked;
    } rows[] = {
        /* Of the last group the key is at hand; older ones need K_0 or a known head. */
        {11, ERROR_RECORD_TAG, ERROR_RECORD_TAG, ERROR_RECORD_TAG},
        {10, ERROR_OK, ERROR_RECORD_HEAD, ERROR_RECORD_TAG},
        {0, ERROR_OK, ERROR_RECORD_HEAD, ERROR_RECORD_TAG},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int where = 0; where < 2; where++) {
            crash_disk_restore(image);
            uint8_t *frame = frame_at(rows[i].frame);
            frame[where ? SEGMENT_FRAME_HEAD : 16] ^= 1; /* payload or tag */
            if (where == 0 && rows[i].frame == 10)
                continue; /* the tag before the last group's: tested below */
            fix_checksum(frame);
            assert_int_equal(
                open_with(&head),
                where == 0 && rows[i].frame == 0 ? ERROR_OK : rows[i].opened_with_head);
            assert_int_equal(check(true, NULL, &summary), rows[i].checked);
            assert_int_equal(open_with(NULL), rows[i].opened);
        }
    }
    crash_disk_restore(image);
    frame_at(10)[16] ^= 1;
    fix_checksum(frame_at(10));
    assert_int_equal(open_with(NULL), ERROR_RECORD_TAG);
    /* A damaged record is not a torn one when others follow that were acknowledged. */
    crash_disk_restore(image);
    frame_at(5)[SEGMENT_FRAME_HEAD] ^= 1;
    assert_int_equal(open_with(NULL), ERROR_RECORD_FRAME);
    assert_int_equal(check(false, NULL, &summary), ERROR_RECORD_FRAME);
    crash_disk_image_free(image);
}

static void reordering_records_is_found(void **state)
{
    (void)state;
    struct record_head head;
    struct record_summary summary;
    struct crash_disk_image *image = make_log(true, &head);
    /* A record twice: a copy in its neighbour's place. All but the twelfth are shorter or equal. */
    uint8_t *from = frame_at(3);
    size_t size = segment_frame_size(load_u32(from));
    assert_int_equal(segment_frame_size(load_u32(from + size)), size);
    memcpy(from + size, from, size);
    assert_int_equal(open_with(NULL), ERROR_RECORD_INDEX);
    assert_int_equal(check(true, NULL, &summary), ERROR_RECORD_INDEX);
    assert_int_equal(check(false, NULL, &summary), ERROR_RECORD_INDEX);
    /* Two neighbours exchanged, with their indices put right. */
    crash_disk_restore(image);
    uint8_t first[128], second[128];
    from = frame_at(3);
    assert_true(size <= sizeof first);
    memcpy(first, from, size);
    memcpy(second, from + size, size);
    memcpy(from, second, size);
    memcpy(from + size, first, size);
    assert_int_equal(open_with(NULL), ERROR_RECORD_INDEX);
    store_u64(from + 8, 3);
    store_u64(from + size + 8, 4);
    fix_checksum(from);
    fix_checksum(from + size);
    assert_int_equal(open_with(&head), ERROR_RECORD_HEAD);
    assert_int_equal(check(true, NULL, &summary), ERROR_RECORD_TAG);
    /* One left out: the rest moved up. */
    crash_disk_restore(image);
    from = frame_at(3);
    memmove(from, from + size, 2048);
    assert_int_equal(open_with(NULL), ERROR_RECORD_INDEX);
    crash_disk_image_free(image);
}

static void old_keys_put_back_are_found(void **state)
{
    (void)state;
    /* In the last segment the key is too old for the records; in another there must be none. */
    static const struct {
        uint64_t segment_size, records;
        enum error error;
    } rows[] = {
        {RECORD_SEGMENT_SIZE, RECORD_BATCH_MAX * 20, ERROR_RECORD_KEY_OLD},
        {SMALL, RECORD_BATCH_MAX * 20, ERROR_RECORD_PADDING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t old[SEGMENT_RECORDS];
        size_t size;
        struct record_summary summary;
        crash_disk_reset();
        assert_int_equal(
            record_log_create(
                &crash_disk_os, folder, &identity, first_key, rows[i].segment_size, NULL),
            ERROR_OK);
        struct record_log *log = open_log(&crash_disk_os, folder);
        for (uint64_t k = 0; k < rows[i].records; k++) {
            if (k == 3)
                memcpy(old, crash_disk_content("log/00000001.records", &size), sizeof old);
            append(log, k);
        }
        record_log_close(log);
        uint8_t *bytes = crash_disk_content("log/00000001.records", &size);
        memcpy(bytes + SEGMENT_BLOCK, old + SEGMENT_BLOCK, sizeof old - SEGMENT_BLOCK);
        assert_int_equal(open_with(NULL), rows[i].error);
        assert_int_equal(check(true, NULL, &summary), rows[i].error);
    }
}

static void the_key_of_another_log_is_found(void **state)
{
    (void)state;
    struct record_head head;
    struct record_summary summary;
    struct crash_disk_image *image = make_log(true, &head);
    uint8_t *bytes = first_segment();
    for (unsigned i = 0; i < SEGMENT_SLOTS; i++) {
        struct segment_slot slot;
        uint8_t *at = bytes + segment_slot_offset(i);
        assert_int_equal(segment_slot_decode(at, &slot), SLOT_GOOD);
        slot.key[0] ^= 1;
        segment_slot_encode(&slot, at);
    }
    assert_int_equal(check(true, NULL, &summary), ERROR_RECORD_KEY);
    assert_int_equal(check(false, NULL, &summary), ERROR_OK); /* nobody else can know */
    /* One of two: they contradict each other even without K_0. */
    crash_disk_restore(image);
    struct segment_slot slot;
    bytes = first_segment();
    assert_int_equal(segment_slot_decode(bytes + SEGMENT_BLOCK, &slot), SLOT_GOOD);
    slot.key[31] ^= 1;
    segment_slot_encode(&slot, bytes + SEGMENT_BLOCK);
    assert_int_equal(open_with(NULL), ERROR_RECORD_KEY);
    crash_disk_image_free(image);
}

static struct bytes copy_segment(uint32_t number)
{
    char path[64];
    size_t size;
    snprintf(path, sizeof path, "log/%08u.records", number);
    const uint8_t *bytes = crash_disk_content(path, &size);
    assert_non_null(bytes);
    uint8_t *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    return (struct bytes){copy, size};
}

static void segments_exchanged_or_restored_are_found(void **state)
{
    (void)state;
    struct record_log *log = new_log();
    struct record_head head, early_head;
    struct record_summary summary;
    struct bytes early = {0};
    uint64_t i = 0;
    for (size_t size; !crash_disk_content("log/00000004.records", &size); i++) {
        append(log, i);
        if (i == 100) {
            record_log_head(log, &early_head);
            early = copy_segment(1);
        }
    }
    for (uint64_t end = i + 20; i < end; i++)
        append(log, i);
    record_log_close(log);
    log = open_log(&crash_disk_os, folder);
    record_log_head(log, &head);
    record_log_close(log);
    struct crash_disk_image *image = crash_disk_save();
    struct bytes second = copy_segment(2), third = copy_segment(3);

    crash_disk_put("log/00000002.records", third);
    crash_disk_put("log/00000003.records", second);
    assert_int_equal(open_with(NULL), ERROR_RECORD_CHAIN);
    crash_disk_restore(image);
    crash_disk_put("log/00000003.records", second);
    assert_int_equal(open_with(NULL), ERROR_RECORD_CHAIN);
    /* An earlier state of a segment, with its keys then, or without them. */
    crash_disk_restore(image);
    crash_disk_put("log/00000001.records", early);
    assert_int_equal(open_with(NULL), ERROR_RECORD_CHAIN);
    memset((uint8_t *)(uintptr_t)early.data + SEGMENT_BLOCK, 0, SEGMENT_SLOTS * SEGMENT_BLOCK);
    crash_disk_put("log/00000001.records", early);
    assert_int_equal(open_with(NULL), ERROR_RECORD_CHAIN);
    /* The last segment taken away: its predecessor has no key. */
    crash_disk_restore(image);
    crash_disk_remove("log/00000004.records");
    assert_int_equal(open_with(NULL), ERROR_RECORD_NO_KEY);
    assert_int_equal(check(true, NULL, &summary), ERROR_OK); /* as an export it is whole, */
    assert_int_equal(check(true, &head, &summary), ERROR_RECORD_HEAD); /* but not the known log */
    /* One in the middle taken away: the log ends there. */
    crash_disk_restore(image);
    crash_disk_remove("log/00000002.records");
    assert_int_equal(open_with(NULL), ERROR_RECORD_NO_KEY);
    /* A segment cut short, and one of another size. */
    crash_disk_restore(image);
    crash_disk_put("log/00000002.records", bytes_slice(second, 0, SMALL - 1));
    assert_int_equal(open_with(NULL), ERROR_RECORD_SIZE);
    crash_disk_restore(image);
    crash_disk_put("log/00000002.records", (struct bytes){0});
    assert_int_equal(open_with(NULL), ERROR_RECORD_SIZE);
    /* The whole folder of an earlier day is consistent: only a head tells. */
    crash_disk_restore(image);
    assert_int_equal(open_with(&early_head), ERROR_OK);
    crash_disk_restore(image);
    log = open_log(&crash_disk_os, folder);
    append(log, head.size);
    struct record_head newer;
    record_log_head(log, &newer);
    record_log_close(log);
    assert_int_equal(open_with(&newer), ERROR_OK);
    crash_disk_restore(image);
    assert_int_equal(open_with(&newer), ERROR_RECORD_HEAD);
    assert_int_equal(open_with(&head), ERROR_OK);
    free((void *)(uintptr_t)early.data);
    free((void *)(uintptr_t)second.data);
    free((void *)(uintptr_t)third.data);
    crash_disk_image_free(image);
}

static void an_export_has_no_keys_and_checks(void **state)
{
    (void)state;
    struct record_head head;
    struct record_summary summary;
    struct crash_disk_image *image = make_log(true, &head);
    memset(first_segment() + SEGMENT_BLOCK, 0, SEGMENT_SLOTS * SEGMENT_BLOCK);
    assert_int_equal(check(true, &head, &summary), ERROR_OK);
    assert_int_equal(summary.keys, RECORD_KEYS_REMOVED);
    assert_int_equal(check(false, &head, &summary), ERROR_OK);
    assert_int_equal(open_with(NULL), ERROR_RECORD_NO_KEY);
    first_segment()[SMALL - 1] = 1;
    assert_int_equal(check(false, &head, &summary), ERROR_RECORD_PADDING);
    crash_disk_image_free(image);
}

/* --- Threads, on the real disk ---------------------------------------------------------------- */

enum { WRITERS = 8, EACH = 400 };

struct writer {
    struct record_log *log;
    uint32_t number;
    uint64_t indices[EACH];
    bool failed;
};

static void *write_records(void *context)
{
    struct writer *writer = context;
    uint64_t before = 0;
    for (uint32_t i = 0; i < EACH; i++) {
        uint8_t payload[200] = {0};
        store_u32(payload, writer->number);
        store_u32(payload + 4, i);
        struct record_head head;
        enum error error = record_log_append(
            writer->log, (struct bytes){payload, 8 + (i * 31u) % 192}, NULL, &writer->indices[i]);
        record_log_head(writer->log, &head);
        /* Durable when told, and in the order of this thread's calls. */
        writer->failed = writer->failed || error || head.size <= writer->indices[i] ||
                         (i && writer->indices[i] <= before);
        before = writer->indices[i];
        if (i % 64 == 5 && record_log_prepare(writer->log, NULL))
            writer->failed = true;
        if (writer->number == 0 && i % 100 == 50 && record_log_seal(writer->log, NULL))
            writer->failed = true;
    }
    return NULL;
}

static enum error match_writer(void *context, const struct record *record, struct fault *fault)
{
    (void)fault;
    struct writer *writers = context;
    uint32_t number = load_u32(record->payload.data), i = load_u32(record->payload.data + 4);
    assert_true(number < WRITERS && i < EACH);
    assert_int_equal(writers[number].indices[i], record->index);
    return ERROR_OK;
}

static void eight_threads_write_at_once(void **state)
{
    (void)state;
    char path[] = "/tmp/enduse-record-XXXXXX", file[64];
    assert_non_null(mkdtemp(path));
    assert_int_equal(
        record_log_create(&os_system, path, &identity, first_key, SMALL, NULL), ERROR_OK);
    struct record_log *log = open_log(&os_system, path), *second = NULL;
    assert_int_equal(record_log_open(&os_system, path, &identity, NULL, NULL, &second), ERROR_BUSY);
    static struct writer writers[WRITERS];
    pthread_t threads[WRITERS];
    for (uint32_t i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){.log = log, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, write_records, &writers[i]), 0);
    }
    for (uint32_t i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (uint32_t i = 0; i < WRITERS; i++)
        assert_false(writers[i].failed);
    assert_int_equal(
        record_log_read(log, 0, WRITERS * EACH, match_writer, writers, NULL), ERROR_OK);
    record_log_close(log);
    const struct record_expectation expected = {.identity = &identity, .first_key = first_key};
    struct record_summary summary;
    assert_int_equal(
        record_folder_check(&os_system, path, &expected, match_writer, writers, NULL, &summary),
        ERROR_OK);
    assert_int_equal(summary.head.size, WRITERS * EACH);
    assert_true(summary.segments > 3);
    struct stat stat_buffer;
    for (uint32_t number = 1; number <= summary.segments; number++) {
        snprintf(file, sizeof file, "%s/%08u.records", path, number);
        assert_int_equal(stat(file, &stat_buffer), 0);
        assert_int_equal(stat_buffer.st_mode & 0777, 0600);
        unlink(file);
    }
    snprintf(file, sizeof file, "%s/next.records", path);
    unlink(file);
    snprintf(file, sizeof file, "%s/lock", path);
    unlink(file);
    assert_int_equal(rmdir(path), 0);
}

static int tear_down(void **state)
{
    (void)state;
    crash_disk_reset();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checksums_are_crc32c),
        cmocka_unit_test(parts_of_a_segment_are_strict),
        cmocka_unit_test(tags_are_those_of_the_documented_chain),
        cmocka_unit_test(a_log_lives_through_segments_and_openings),
        cmocka_unit_test(refusals_are_told_apart),
        cmocka_unit_test(appending_takes_no_memory),
        cmocka_unit_test(every_flipped_bit_is_found),
        cmocka_unit_test(cutting_the_tail_is_found),
        cmocka_unit_test(rewriting_records_is_found),
        cmocka_unit_test(reordering_records_is_found),
        cmocka_unit_test(old_keys_put_back_are_found),
        cmocka_unit_test(the_key_of_another_log_is_found),
        cmocka_unit_test(segments_exchanged_or_restored_are_found),
        cmocka_unit_test(an_export_has_no_keys_and_checks),
        cmocka_unit_test(eight_threads_write_at_once),
    };
    return cmocka_run_group_tests_name("record", tests, set_up, tear_down);
}

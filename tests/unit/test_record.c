/* The record log in ordinary life and with several threads. Tampering is in test_record_tamper.c,
 * crashes and failing calls are in test_record_crash.c. */
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

#include "failing_alloc.h"
#include "sample_log.h"
#include "guard/segment.h"
#include "guard/segment_crc.h"

enum { SMALL = RECORD_SEGMENT_SIZE_MIN };

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
        .number = 3,
        .size = SMALL,
        .first = 77,
        .identity = sample_identity,
        .root = tree_empty_root()};
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
    struct record_log *log = sample_log_new();
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
    struct record_log *log = sample_log_new(), *memory = NULL;
    assert_int_equal(record_log_open_memory(sample_key, NULL, &memory), ERROR_OK);
    struct record_head head, same;
    enum { COUNT = 4000 };
    for (uint64_t i = 0; i < COUNT; i++) {
        sample_log_append(log, i);
        sample_log_append(memory, i);
        if (i % 97 == 0) {
            record_log_head(log, &head);
            record_log_head(memory, &same);
            assert_int_equal(head.size, i + 1);
            assert_memory_equal(&head, &same, sizeof head);
        }
        if (i % 601 == 600) {
            record_log_close(log);
            log = sample_log_open(&crash_disk_os, sample_folder);
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
            record_log_read(log, ranges[i][0], ranges[i][1], sample_log_count, &next, NULL),
            ERROR_OK);
        assert_int_equal(next, ranges[i][0] + ranges[i][1]);
    }
    assert_int_equal(
        record_log_read(log, COUNT, 1, sample_log_count, NULL, NULL), ERROR_RECORD_RANGE);
    assert_int_equal(
        record_log_read(log, 1, UINT64_MAX, sample_log_count, NULL, NULL), ERROR_RECORD_RANGE);
    assert_int_equal(record_log_read(memory, 0, 1, sample_log_count, NULL, NULL), ERROR_STATE);
    record_log_close(log);
    record_log_close(memory);

    struct record_summary summary;
    assert_int_equal(sample_log_check(true, &head, &summary), ERROR_OK);
    assert_true(summary.segments >= 4);
    assert_true(summary.tags_checked);
    assert_int_equal(summary.keys, RECORD_KEYS_PRESENT);
    assert_int_equal(sample_log_check(false, &head, &summary), ERROR_OK);
    assert_false(summary.tags_checked);
    assert_memory_equal(&summary.head, &head, sizeof head);
    /* Only the last segment has keys, and none of them is the first one. */
    for (uint32_t number = 1; number <= summary.segments; number++) {
        char path[64];
        size_t size;
        snprintf(path, sizeof path, "log/%08u.records", number);
        const uint8_t *bytes = crash_disk_content(path, &size);
        assert_non_null(bytes);
        assert_null(memmem(bytes, size, sample_key, sizeof sample_key));
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
    struct record_identity other = sample_identity;
    crash_disk_reset();
    assert_int_equal(
        record_log_open(&crash_disk_os, sample_folder, &sample_identity, NULL, NULL, &log),
        ERROR_NOT_FOUND);
    static const uint64_t sizes[] = {1, SMALL - 4096, SMALL + 1, RECORD_SEGMENT_SIZE_MAX + 4096u};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_int_equal(
            record_log_create(
                &crash_disk_os, sample_folder, &sample_identity, sample_key, sizes[i], NULL),
            ERROR_USAGE);
    log = sample_log_new();
    assert_int_equal(
        record_log_create(&crash_disk_os, sample_folder, &sample_identity, sample_key, SMALL, NULL),
        ERROR_EXISTS);
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
        record_log_open(&crash_disk_os, sample_folder, &other, NULL, NULL, &log),
        ERROR_RECORD_EPOCH);
    other = sample_identity;
    other.guard.bytes[31]++;
    assert_int_equal(
        record_log_open(&crash_disk_os, sample_folder, &other, NULL, NULL, &log),
        ERROR_RECORD_GUARD);
    assert_true(record_error_is_tamper(ERROR_RECORD_GUARD));
    assert_false(record_error_is_tamper(ERROR_IO));
    assert_false(record_error_is_tamper(ERROR_RECORD_TORN));
}

static void appending_takes_no_memory(void **state)
{
    (void)state;
    struct record_log *memory;
    assert_int_equal(record_log_open_memory(sample_key, NULL, &memory), ERROR_OK);
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
        record_log_close(sample_log_new());
        failing_alloc_after(n);
        error = record_log_open(&crash_disk_os, sample_folder, &sample_identity, NULL, NULL, &log);
        if (!error)
            error = record_log_read(log, 0, 0, sample_log_count, &next, NULL);
        if (!error)
            error = record_folder_check(
                &crash_disk_os, sample_folder, NULL, sample_log_count, &next, NULL, &summary);
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
        record_log_create(&os_system, path, &sample_identity, sample_key, SMALL, NULL), ERROR_OK);
    struct record_log *log = sample_log_open(&os_system, path), *second = NULL;
    assert_int_equal(
        record_log_open(&os_system, path, &sample_identity, NULL, NULL, &second), ERROR_BUSY);
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
    const struct record_expectation expected = {
        .identity = &sample_identity, .first_key = sample_key};
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
        cmocka_unit_test(eight_threads_write_at_once),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, tear_down);
}

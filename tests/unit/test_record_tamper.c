/* The record log after somebody wrote to its files: what is found by opening it, what needs a known
 * head, and what the first key. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guard/record_scan.h"
#include "guard/segment.h"
#include "guard/segment_crc.h"
#include "sample_log.h"

enum { SMALL = RECORD_SEGMENT_SIZE_MIN };

/* A log of one segment with twelve records in groups of one, closed or (a copy) not. */
static struct crash_disk_image *make_log(bool closed, struct record_head *ret_head)
{
    struct record_log *log = sample_log_new();
    for (uint64_t i = 0; i < 12; i++)
        sample_log_append(log, i);
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
    enum error error =
        record_log_open(&crash_disk_os, sample_folder, &sample_identity, head, NULL, &log);
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
        enum error error = sample_log_check(true, NULL, &summary);
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
        assert_int_equal(sample_log_check(true, &head, &summary), ERROR_OK);
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
        assert_int_equal(sample_log_check(true, NULL, &summary), ERROR_RECORD_CUT);
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
        assert_int_equal(sample_log_check(true, NULL, &summary), ERROR_RECORD_TORN);
        assert_int_equal(open_with(NULL), ERROR_OK);
        assert_int_equal(sample_log_check(true, NULL, &summary), ERROR_OK);
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
    /* A key that is further ahead than one group reaches, by itself, is no crash's. */
    for (uint64_t beyond = 0; beyond < 2; beyond++) {
        struct record_log *log;
        crash_disk_restore(image);
        memset(frame_at(11), 0, 2048);
        struct segment_slot ahead = slots[1 - older];
        assert_int_equal(ahead.base, 11);
        ahead.index = ahead.base + RECORD_GROUP_RECORDS + beyond;
        segment_slot_encode(&ahead, first_segment() + segment_slot_offset(1 - older));
        enum error error =
            record_log_open(&crash_disk_os, sample_folder, &sample_identity, NULL, NULL, &log);
        assert_int_equal(error, beyond ? ERROR_RECORD_CUT : ERROR_OK);
        if (!error)
            record_log_close(log);
    }
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
            assert_int_equal(sample_log_check(true, NULL, &summary), rows[i].checked);
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
    assert_int_equal(sample_log_check(false, NULL, &summary), ERROR_RECORD_FRAME);
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
    assert_int_equal(sample_log_check(true, NULL, &summary), ERROR_RECORD_INDEX);
    assert_int_equal(sample_log_check(false, NULL, &summary), ERROR_RECORD_INDEX);
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
    assert_int_equal(sample_log_check(true, NULL, &summary), ERROR_RECORD_TAG);
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
                &crash_disk_os, sample_folder, &sample_identity, sample_key, rows[i].segment_size,
                NULL),
            ERROR_OK);
        struct record_log *log = sample_log_open(&crash_disk_os, sample_folder);
        for (uint64_t k = 0; k < rows[i].records; k++) {
            if (k == 3)
                memcpy(old, crash_disk_content("log/00000001.records", &size), sizeof old);
            sample_log_append(log, k);
        }
        record_log_close(log);
        uint8_t *bytes = crash_disk_content("log/00000001.records", &size);
        memcpy(bytes + SEGMENT_BLOCK, old + SEGMENT_BLOCK, sizeof old - SEGMENT_BLOCK);
        assert_int_equal(open_with(NULL), rows[i].error);
        assert_int_equal(sample_log_check(true, NULL, &summary), rows[i].error);
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
    assert_int_equal(sample_log_check(true, NULL, &summary), ERROR_RECORD_KEY);
    assert_int_equal(sample_log_check(false, NULL, &summary), ERROR_OK); /* nobody else can know */
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
    struct record_log *log = sample_log_new();
    struct record_head head, early_head;
    struct record_summary summary;
    struct bytes early = {0};
    uint64_t i = 0;
    for (size_t size; !crash_disk_content("log/00000004.records", &size); i++) {
        sample_log_append(log, i);
        if (i == 100) {
            record_log_head(log, &early_head);
            early = copy_segment(1);
        }
    }
    for (uint64_t end = i + 20; i < end; i++)
        sample_log_append(log, i);
    record_log_close(log);
    log = sample_log_open(&crash_disk_os, sample_folder);
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
    assert_int_equal(
        sample_log_check(true, NULL, &summary), ERROR_OK); /* as an export it is whole, */
    assert_int_equal(
        sample_log_check(true, &head, &summary), ERROR_RECORD_HEAD); /* but not the known log */
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
    log = sample_log_open(&crash_disk_os, sample_folder);
    sample_log_append(log, head.size);
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
    assert_int_equal(sample_log_check(true, &head, &summary), ERROR_OK);
    assert_int_equal(summary.keys, RECORD_KEYS_REMOVED);
    assert_int_equal(sample_log_check(false, &head, &summary), ERROR_OK);
    assert_int_equal(open_with(NULL), ERROR_RECORD_NO_KEY);
    first_segment()[SMALL - 1] = 1;
    assert_int_equal(sample_log_check(false, &head, &summary), ERROR_RECORD_PADDING);
    crash_disk_image_free(image);
}

static int open_without_second(const char *path, int flags, mode_t mode)
{
    if (strstr(path, "00000002.records")) {
        errno = EMFILE;
        return -1;
    }
    return crash_disk_os.open(path, flags, mode);
}

/* A segment that cannot be opened at the moment is not one that was cut off: a guard that took it
 * so would latch for good. */
static void a_segment_that_cannot_be_opened_is_no_cut(void **state)
{
    (void)state;
    struct record_log *log = sample_log_new();
    struct record_head head;
    for (uint64_t i = 0; crash_disk_content("log/00000002.records", &(size_t){0}) == NULL; i++)
        sample_log_append(log, i);
    record_log_head(log, &head);
    record_log_close(log);
    struct os os = crash_disk_os;
    os.open = open_without_second;
    struct record_summary summary;
    const struct record_expectation expected = {.heads = &head, .head_count = 1};
    uint64_t count = 0;
    assert_int_equal(
        record_folder_check(
            &os, sample_folder, &expected, sample_log_count, &count, NULL, &summary),
        error_from_errno(EMFILE));
    assert_int_equal(sample_log_check(true, &head, &summary), ERROR_OK);
    assert_int_equal(summary.segments, 2);
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
        cmocka_unit_test(every_flipped_bit_is_found),
        cmocka_unit_test(cutting_the_tail_is_found),
        cmocka_unit_test(rewriting_records_is_found),
        cmocka_unit_test(reordering_records_is_found),
        cmocka_unit_test(old_keys_put_back_are_found),
        cmocka_unit_test(the_key_of_another_log_is_found),
        cmocka_unit_test(segments_exchanged_or_restored_are_found),
        cmocka_unit_test(an_export_has_no_keys_and_checks),
        cmocka_unit_test(a_segment_that_cannot_be_opened_is_no_cut),
    };
    return cmocka_run_group_tests_name("record_tamper", tests, NULL, tear_down);
}

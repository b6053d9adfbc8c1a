/* Segments of many chunks: what is read ahead by a thread is what is there, in its order, whether
 * the reading ends early, fails, finds damage, or no thread is to be had. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "guard/record_check.h"
#include "guard/segment.h"

enum { RECORDS = 4000, LARGE_EVERY = 500 };

static char folder[] = "/tmp/record-ahead-XXXXXX";
static const struct record_identity identity = {.epoch = 3};
static const uint8_t first_key[RECORD_KEY_SIZE] = {9};
static uint8_t room[RECORD_PAYLOAD_MAX];

static bool no_threads;
static unsigned threads;

int __real_pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *context);
int __wrap_pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *context);

int __wrap_pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *context)
{
    if (no_threads)
        return EAGAIN;
    threads++;
    return __real_pthread_create(thread, attributes, start, context);
}

/* Of all lengths, some as long as a record may be. */
static struct bytes payload_of(uint64_t index)
{
    size_t length =
        index % LARGE_EVERY == 7 ? RECORD_PAYLOAD_MAX : 1 + (size_t)(index * 7919 % 2000);
    memset(room, (int)(index % 251), length);
    store_u64(room, index); /* cut off where it is shorter */
    return (struct bytes){room, length};
}

static int no_sync(int file)
{
    (void)file;
    return 0;
}

static int make_log(void **state)
{
    (void)state;
    struct os os = os_system;
    struct record_log *log;
    uint64_t index;
    os.fdatasync = no_sync; /* nothing here is about durability */
    assert_non_null(mkdtemp(folder));
    assert_int_equal(record_log_create(&os, folder, &identity, first_key, 0, NULL), ERROR_OK);
    assert_int_equal(record_log_open(&os, folder, &identity, NULL, NULL, &log), ERROR_OK);
    for (uint64_t i = 0; i < RECORDS; i++)
        assert_int_equal(record_log_append(log, payload_of(i), NULL, &index), ERROR_OK);
    record_log_close(log);
    return 0;
}

static int remove_log(void **state)
{
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

/* Looks at each record, and ends the reading at one of them. */
struct looking {
    uint64_t seen, until;
};

static enum error look(void *context, const struct record *record, struct fault *fault)
{
    struct looking *looking = context;
    if (record->index == looking->until)
        return fault_place(fault, ERROR_CANCELLED, "record");
    struct bytes payload = payload_of(looking->seen);
    struct digest leaf = tree_leaf(payload);
    assert_int_equal(record->index, looking->seen);
    assert_true(bytes_equal(record->payload, payload));
    assert_true(digest_equal(&record->leaf, &leaf));
    looking->seen++;
    return ERROR_OK;
}

static enum error check(const struct os *os, struct looking *looking, struct fault *fault)
{
    const struct record_expectation expected = {.identity = &identity, .first_key = first_key};
    struct record_summary summary;
    enum error error = record_folder_check(os, folder, &expected, look, looking, fault, &summary);
    if (!error) {
        assert_int_equal(summary.head.size, RECORDS);
        assert_true(summary.segments > 1);
    }
    return error;
}

static void every_record_comes_in_its_order(void **state)
{
    (void)state;
    for (int alone = 0; alone < 2; alone++) {
        struct looking looking = {.until = UINT64_MAX};
        no_threads = alone;
        threads = 0;
        assert_int_equal(check(&os_system, &looking, NULL), ERROR_OK);
        assert_int_equal(looking.seen, RECORDS);
        assert_int_equal(threads > 0, !alone);
    }
    no_threads = false;
}

static void reading_ends_anywhere(void **state)
{
    (void)state;
    for (uint64_t until = 0; until < RECORDS; until += 97) {
        struct looking looking = {.until = until};
        assert_int_equal(check(&os_system, &looking, NULL), ERROR_CANCELLED);
        assert_int_equal(looking.seen, until);
    }
}

static long reads, fails_at;

static ssize_t failing_pread(int file, void *data, size_t size, off_t offset)
{
    if (reads++ == fails_at) {
        errno = EIO;
        return -1;
    }
    /* Never all at once. */
    return pread(file, data, size > 5000 ? size - 5000 : size, offset);
}

static void each_read_may_fail(void **state)
{
    (void)state;
    struct os os = os_system;
    os.pread = failing_pread;
    enum error error = ERROR_IO;
    for (fails_at = 0; error; fails_at++) {
        struct looking looking = {.until = UINT64_MAX};
        struct fault fault = {0};
        reads = 0;
        error = check(&os, &looking, &fault);
        assert_true(error == ERROR_OK || error == ERROR_IO);
        assert_int_equal(fault.error, error);
    }
    assert_true(fails_at > 40);
}

/* The offset of a record in the first segment. */
static off_t offset_of(uint64_t index)
{
    off_t offset = SEGMENT_RECORDS;
    for (uint64_t i = 0; i < index; i++)
        offset += (off_t)segment_frame_size(payload_of(i).length);
    return offset;
}

static void flip(off_t offset)
{
    char path[100];
    uint8_t byte;
    snprintf(path, sizeof path, "%s/00000001.records", folder);
    int file = open(path, O_RDWR);
    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, offset), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(file, &byte, 1, offset), 1);
    close(file);
}

static void damage_is_found_where_it_is(void **state)
{
    (void)state;
    for (uint64_t index = 3; index < 2500; index += 311) {
        struct looking looking = {.until = UINT64_MAX};
        struct fault fault = {0};
        char place[40];
        off_t offset = offset_of(index);
        flip(offset + 20);
        assert_int_equal(check(&os_system, &looking, &fault), ERROR_RECORD_FRAME);
        assert_int_equal(looking.seen, index);
        snprintf(place, sizeof place, "offset %lld", (long long)offset);
        assert_non_null(strstr(fault.place, place));
        flip(offset + 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_comes_in_its_order),
        cmocka_unit_test(reading_ends_anywhere),
        cmocka_unit_test(each_read_may_fail),
        cmocka_unit_test(damage_is_found_where_it_is),
    };
    return cmocka_run_group_tests(tests, make_log, remove_log);
}

/* The record log when the power fails, calls fail, or the process is killed: every record that was
 * acknowledged is there afterwards, and nothing looks like tampering.
 * ENDUSE_KILL_ROUNDS: how often the writer is killed (20). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "crash_disk.h"
#include "guard/record_check.h"

enum { SMALL = RECORD_SEGMENT_SIZE_MIN };

static const struct record_identity identity = {.guard = {{1, 2, 3}}, .epoch = 7};
static const uint8_t first_key[RECORD_KEY_SIZE] = {9, 8, 7, 6, 5};
static const char folder[] = "log";

/* The payload of record index: its length and bytes follow from the index. */
static struct bytes payload_of(uint64_t index, uint8_t *room)
{
    size_t length = 1 + (size_t)(index * 2654435761u % 700);
    if (index % 9 == 4)
        length = 20000 + (size_t)index; /* several sectors, so that it can tear */
    for (size_t i = 0; i < length; i++)
        room[i] = (uint8_t)(index + i * 7 + 1);
    return (struct bytes){room, length};
}

static enum error compare(void *context, const struct record *record, struct fault *fault)
{
    static uint8_t room[RECORD_PAYLOAD_MAX];
    uint64_t *seen = context;
    struct bytes expected = payload_of(record->index, room);
    if (record->index != *seen || !bytes_equal(record->payload, expected))
        return fault_set(fault, ERROR_INTERNAL, "test", "the record", "another");
    (*seen)++;
    return ERROR_OK;
}

/* What a workload was told. */
struct told {
    bool created;
    uint64_t acknowledged; /* records */
};

static enum error append(struct record_log *log, uint64_t count, struct told *told)
{
    static uint8_t rooms[8][RECORD_PAYLOAD_MAX];
    struct bytes payloads[8];
    for (uint64_t i = 0; i < count; i++)
        payloads[i] = payload_of(told->acknowledged + i, rooms[i]);
    uint64_t first = 0;
    enum error error = record_log_append_batch(log, payloads, count, NULL, &first);
    if (!error) {
        assert_int_equal(first, told->acknowledged);
        told->acknowledged += count;
    }
    return error;
}

/* Makes a log of three segments, in groups of one to four records, with a clean reopening and a
 * prepared segment on the way. Goes on after errors, as a badly written guard might. */
static void work(struct told *told)
{
    struct record_log *log = NULL;
    if (record_log_create(&crash_disk_os, folder, &identity, first_key, SMALL, NULL))
        return;
    told->created = true;
    for (int round = 0; round < 2; round++) {
        if (record_log_open(&crash_disk_os, folder, &identity, NULL, NULL, &log))
            return;
        /* More than was acknowledged may be there: a failed call may have reached the disk. */
        struct record_head head;
        record_log_head(log, &head);
        assert_true(head.size >= told->acknowledged);
        told->acknowledged = head.size;
        for (uint64_t i = 0; i < 17; i++) {
            enum error error = append(log, 1 + (i + (uint64_t)round) % 4, told);
            if (error)
                assert_int_equal(append(log, 1, told), ERROR_RECORD_DEAD);
            if (i == 6 + (uint64_t)round)
                error = record_log_prepare(log, NULL);
            if (i == 11)
                error = record_log_seal(log, NULL);
        }
        record_log_close(log);
    }
}

/* Opens what a crash left and checks everything that was acknowledged; NULL for an error. */
static struct record_log *recover(const struct told *told, struct record_head *ret_head)
{
    struct record_log *log = NULL;
    struct fault fault = {0};
    char text[400];
    enum error error = record_log_open(&crash_disk_os, folder, &identity, NULL, &fault, &log);
    if (error == ERROR_NOT_FOUND && !told->created)
        return NULL;
    if (error)
        fail_msg("recovery: %s", fault_text(&fault, text, sizeof text));
    struct record_head head;
    record_log_head(log, &head);
    if (head.size < told->acknowledged)
        fail_msg(
            "%llu records of %llu", (unsigned long long)head.size,
            (unsigned long long)told->acknowledged);
    *ret_head = head;
    return log;
}

/* The power goes while the log is open: its memory is given back, the disk is what it is. */
static void lose_power(struct record_log *log, uint64_t seed)
{
    crash_disk_cut_after(0);
    record_log_close(log);
    crash_disk_crash(CRASH_KEEPS_SOME, seed);
}

/* The recovered log goes on, through one more crash, and is whole to an auditor. */
static void go_on(struct record_log *log, const struct record_head *head, uint64_t seed)
{
    struct told told = {.created = true, .acknowledged = head->size};
    struct record_head later;
    assert_int_equal(append(log, 1, &told), ERROR_OK);
    assert_int_equal(append(log, 2, &told), ERROR_OK);
    lose_power(log, seed);
    log = recover(&told, &later);
    assert_non_null(log);
    assert_int_equal(later.size, head->size + 3);
    assert_int_equal(append(log, 1, &told), ERROR_OK);
    record_log_close(log);
    uint64_t seen = 0;
    struct record_summary summary;
    struct fault fault = {0};
    char text[400];
    const struct record_head heads[] = {*head, later};
    const struct record_expectation expected = {
        .identity = &identity, .first_key = first_key, .heads = heads, .head_count = 2};
    if (record_folder_check(&crash_disk_os, folder, &expected, compare, &seen, &fault, &summary))
        fail_msg("check: %s", fault_text(&fault, text, sizeof text));
    assert_int_equal(seen, head->size + 4);
    assert_int_equal(summary.head.size, seen);
}

/* Recovers from one state, now and then with a second crash in the recovery. */
static void survive(const struct told *told, uint64_t seed)
{
    struct record_head head;
    struct record_log *log = NULL;
    if (seed % 3 == 0) {
        crash_disk_cut_after((long)(seed / 3 % 12));
        if (record_log_open(&crash_disk_os, folder, &identity, NULL, NULL, &log) == ERROR_OK)
            record_log_close(log);
        crash_disk_crash(CRASH_KEEPS_SOME, seed * 31);
    }
    log = recover(told, &head);
    if (log)
        go_on(log, &head, seed * 13 + 5);
}

static void every_crash_is_survived(void **state)
{
    (void)state;
    struct told told = {0};
    crash_disk_reset();
    work(&told);
    long calls = crash_disk_calls();
    assert_true(told.acknowledged > 70);
    size_t size;
    assert_non_null(crash_disk_content("log/00000003.records", &size));
    assert_true(calls > 100 && calls < 1000);
    for (long cut = 0; cut <= calls; cut++) {
        told = (struct told){0};
        crash_disk_reset();
        crash_disk_cut_after(cut);
        work(&told);
        struct crash_disk_image *image = crash_disk_save();
        for (uint64_t seed = 0; seed < 14; seed++) {
            crash_disk_restore(image);
            crash_disk_crash(
                seed == 0   ? CRASH_KEEPS_ALL
                : seed == 1 ? CRASH_LOSES_ALL
                            : CRASH_KEEPS_SOME,
                seed * 7919 + (uint64_t)cut);
            survive(&told, seed + (uint64_t)cut * 5);
        }
        crash_disk_image_free(image);
    }
}

static void every_failing_call_stops_the_log_and_loses_nothing(void **state)
{
    (void)state;
    static const int numbers[] = {EIO, ENOSPC};
    for (size_t kind = 0; kind < 2; kind++) {
        for (long n = 0;; n++) {
            struct told told = {0};
            crash_disk_reset();
            crash_disk_fail_at(n, numbers[kind]);
            work(&told);
            bool struck = crash_disk_has_struck();
            struct crash_disk_image *image = crash_disk_save();
            for (uint64_t seed = 0; seed < 4; seed++) {
                crash_disk_restore(image);
                /* Seed 0: no crash, only a new opening. */
                crash_disk_crash(seed == 0 ? CRASH_KEEPS_ALL : CRASH_KEEPS_SOME, seed + 1);
                survive(&told, 1 + seed * 3);
            }
            crash_disk_image_free(image);
            if (!struck)
                break;
        }
    }
}

static void a_failed_write_is_told_once_and_then_the_log_is_dead(void **state)
{
    (void)state;
    struct told told = {0};
    struct record_log *log;
    struct fault fault;
    struct record_head before, after;
    crash_disk_reset();
    assert_int_equal(
        record_log_create(&crash_disk_os, folder, &identity, first_key, SMALL, NULL), ERROR_OK);
    assert_int_equal(
        record_log_open(&crash_disk_os, folder, &identity, NULL, NULL, &log), ERROR_OK);
    assert_int_equal(append(log, 3, &told), ERROR_OK);
    assert_int_equal(record_log_state(log, &fault), ERROR_OK);
    record_log_head(log, &before);
    uint64_t index = 99;
    crash_disk_fail_at(2, EIO); /* the fdatasync */
    assert_int_equal(record_log_append(log, BYTES_LITERAL("lost"), &fault, &index), ERROR_IO);
    long calls = crash_disk_calls();
    assert_int_equal(
        record_log_append(log, BYTES_LITERAL("more"), &fault, &index), ERROR_RECORD_DEAD);
    assert_int_equal(fault.error, ERROR_RECORD_DEAD);
    assert_non_null(strstr(fault.found, strerror(EIO)));
    assert_int_equal(record_log_seal(log, &fault), ERROR_RECORD_DEAD);
    assert_int_equal(record_log_state(log, &fault), ERROR_RECORD_DEAD);
    assert_int_equal(record_log_prepare(log, &fault), ERROR_OK);
    assert_int_equal(index, 99);
    record_log_head(log, &after);
    assert_int_equal(after.size, 3);
    assert_true(digest_equal(&after.root, &before.root));
    assert_true(digest_equal(&after.tag, &before.tag));
    record_log_close(log);
    assert_int_equal(crash_disk_calls(), calls); /* nothing was written or synced again */
}

static void preparing_may_fail_without_stopping_the_log(void **state)
{
    (void)state;
    struct told told = {0};
    struct record_log *log;
    crash_disk_reset();
    assert_int_equal(
        record_log_create(&crash_disk_os, folder, &identity, first_key, SMALL, NULL), ERROR_OK);
    assert_int_equal(
        record_log_open(&crash_disk_os, folder, &identity, NULL, NULL, &log), ERROR_OK);
    while (told.acknowledged < 23)
        assert_int_equal(append(log, 1, &told), ERROR_OK);
    crash_disk_fail_at(1, ENOSPC);
    assert_int_equal(record_log_prepare(log, NULL), ERROR_NO_SPACE);
    assert_true(crash_disk_has_struck());
    assert_int_equal(append(log, 1, &told), ERROR_OK);
    assert_int_equal(record_log_prepare(log, NULL), ERROR_OK);
    long before = crash_disk_calls();
    assert_int_equal(record_log_prepare(log, NULL), ERROR_OK); /* there is one */
    assert_int_equal(crash_disk_calls(), before);
    record_log_close(log);
    assert_int_equal(
        record_log_open(&crash_disk_os, folder, &identity, NULL, NULL, &log), ERROR_OK);
    record_log_close(log);
}

/* The child: appends as fast as it can and tells each acknowledged count through the pipe. */
static void write_until_killed(const char *path, int pipe_end)
{
    struct record_log *log;
    struct record_head head;
    if (record_log_open(&os_system, path, &identity, NULL, NULL, &log))
        _exit(3);
    record_log_head(log, &head);
    struct told told = {.created = true, .acknowledged = head.size};
    if (write(pipe_end, &told.acknowledged, sizeof told.acknowledged) < 0)
        _exit(4);
    for (uint64_t i = 0;; i++) {
        if (append(log, 1 + i % 5, &told))
            _exit(5);
        if (i % 16 == 7 && record_log_prepare(log, NULL))
            _exit(6);
        if (write(pipe_end, &told.acknowledged, sizeof told.acknowledged) < 0)
            _exit(7);
    }
}

static uint64_t last_told(int pipe_end, uint64_t told)
{
    uint64_t counts[512];
    ssize_t got;
    while ((got = read(pipe_end, counts, sizeof counts)) > 0) {
        assert_int_equal((size_t)got % sizeof *counts, 0);
        told = counts[(size_t)got / sizeof *counts - 1];
    }
    return told;
}

static void remove_log(const char *path)
{
    char file[200];
    for (int number = 1; number < 10000; number++) {
        snprintf(file, sizeof file, "%s/%08d.records", path, number);
        if (unlink(file) != 0)
            break;
    }
    snprintf(file, sizeof file, "%s/next.records", path);
    unlink(file);
    snprintf(file, sizeof file, "%s/lock", path);
    unlink(file);
    rmdir(path);
}

static void a_killed_writer_loses_no_acknowledged_record(void **state)
{
    (void)state;
    const char *text = getenv("ENDUSE_KILL_ROUNDS");
    long rounds = text ? atol(text) : 20;
    char path[] = "/tmp/enduse-kill-XXXXXX";
    assert_non_null(mkdtemp(path));
    assert_int_equal(
        record_log_create(&os_system, path, &identity, first_key, SMALL, NULL), ERROR_OK);
    uint64_t told = 0;
    unsigned seed = (unsigned)getpid();
    for (long round = 0; round < rounds; round++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(ends[0]);
            write_until_killed(path, ends[1]);
        }
        close(ends[1]);
        struct timespec pause = {0, 1000000L * (1 + rand_r(&seed) % 80)};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        told = last_told(ends[0], told);
        close(ends[0]);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status)); /* it met no error of its own */

        struct record_log *log;
        struct record_head head;
        struct fault fault = {0};
        if (record_log_open(&os_system, path, &identity, NULL, &fault, &log)) {
            char words[400];
            fail_msg("round %ld: %s", round, fault_text(&fault, words, sizeof words));
        }
        record_log_head(log, &head);
        assert_true(head.size >= told);
        uint64_t seen = 0;
        if (head.size)
            assert_int_equal(record_log_read(log, 0, head.size, compare, &seen, &fault), ERROR_OK);
        record_log_close(log);
        told = head.size;
    }
    struct record_summary summary;
    const struct record_expectation expected = {.identity = &identity, .first_key = first_key};
    uint64_t seen = 0;
    assert_int_equal(
        record_folder_check(&os_system, path, &expected, compare, &seen, NULL, &summary), ERROR_OK);
    assert_int_equal(summary.head.size, told);
    print_message(
        "%ld kills, %llu records in %u segments\n", rounds, (unsigned long long)told,
        summary.segments);
    remove_log(path);
}

static int reset(void **state)
{
    (void)state;
    crash_disk_reset();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_crash_is_survived),
        cmocka_unit_test(every_failing_call_stops_the_log_and_loses_nothing),
        cmocka_unit_test(a_failed_write_is_told_once_and_then_the_log_is_dead),
        cmocka_unit_test(preparing_may_fail_without_stopping_the_log),
        cmocka_unit_test(a_killed_writer_loses_no_acknowledged_record),
    };
    return cmocka_run_group_tests_name("record_crash", tests, NULL, reset);
}

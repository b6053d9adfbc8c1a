/* store: what happens when the machine fails: killed at any moment, locked out, a full or failing
 * disk, no memory, no clock, no random bytes. Nothing is ever half done, and nothing acknowledged
 * is lost. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "failing_alloc.h"
#include "failing_vfs.h"
#include "office_database.h"
#include "store/store.h"

static struct office_database office;
static struct audit_report report;

static int set_up(void **state)
{
    (void)state;
    office_database_init(&office);
    office_live(&office);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    office_database_free(&office);
    return 0;
}

static void sound(void)
{
    const struct audit_options options = {.demo_allowed = true};
    OFFICE_OK(&office, store_verify(office.path, &options, &office.fault, &report));
    char text[600];
    if (report.finding_count)
        fail_msg("%s", fault_text(&report.findings[0].fault, text, sizeof text));
}

static uint64_t size(void)
{
    struct store_head head;
    OFFICE_OK(&office, store_head(office.reader, &office.arena, &office.fault, &head));
    return head.size;
}

static const char *exporter(unsigned number)
{
    static char text[24];
    snprintf(text, sizeof text, "EX-%06u", number);
    return text;
}

static struct bytes submission(unsigned number)
{
    char name[40];
    snprintf(name, sizeof name, "exporter/%s", exporter(number));
    return office_act(
        &office.script, WORLD_D1, name, 0, "draft", body_exporter(&office.script.world));
}

/* --- Killed ------------------------------------------------------------------------------- */

enum { GROUP = 3 };

/* The child: groups of acts for ever; after each commit the next number goes into the pipe. */
static void write_until_killed(int acknowledge, unsigned next)
{
    struct store *store;
    const struct store_options options = {.os = &database_os, .keys = office.keys};
    if (store_open(office.path, &options, NULL, &store) != ERROR_OK)
        _exit(1);
    for (;;) {
        struct store_job jobs[GROUP];
        for (unsigned i = 0; i < GROUP; i++)
            jobs[i] = (struct store_job){.kind = STORE_ACT, .bytes = submission(next + i)};
        if (store_apply(store, jobs, GROUP, NULL) != ERROR_OK)
            _exit(2);
        for (unsigned i = 0; i < GROUP; i++) {
            if (jobs[i].answer.error)
                _exit(3);
        }
        next += GROUP;
        if (write(acknowledge, &next, sizeof next) != sizeof next)
            _exit(4);
    }
}

/* Kills the child after it acknowledged some groups: it is somewhere in the next. */
static unsigned kill_one(unsigned next, unsigned groups)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        office.script.acts = 1000 + next;
        write_until_killed(ends[1], next);
    }
    close(ends[1]);
    unsigned acknowledged = next, word;
    for (unsigned i = 0; i < groups; i++) {
        assert_int_equal(read(ends[0], &word, sizeof word), sizeof word);
        acknowledged = word;
    }
    kill(child, SIGKILL);
    while (read(ends[0], &word, sizeof word) == sizeof word)
        acknowledged = word;
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    return acknowledged;
}

static void killed_at_any_moment_it_loses_no_acknowledged_act(void **state)
{
    (void)state;
    unsigned rounds = getenv("ENDUSE_DEEP") ? 200 : 20, next = 0;
    store_close(office.store);
    office.store = NULL;
    for (unsigned round = 0; round < rounds; round++) {
        unsigned acknowledged = kill_one(next, 1 + round % 5);
        assert_true(acknowledged > next);
        for (unsigned i = next; i < acknowledged; i++)
            assert_non_null(office_find(&office, FILE_EXPORTER, exporter(i)));
        /* The group that it was in is there whole, or not at all. */
        bool whole = office_find(&office, FILE_EXPORTER, exporter(acknowledged)) != NULL;
        for (unsigned i = 1; i < GROUP; i++)
            assert_int_equal(
                office_find(&office, FILE_EXPORTER, exporter(acknowledged + i)) != NULL, whole);
        next = acknowledged + (whole ? GROUP : 0);
        assert_int_equal(size(), OFFICE_EVENTS + next);
        arena_free(&office.arena);
        if (round % 10 == 9)
            sound();
    }
    sound();
}

/* --- Locked out --------------------------------------------------------------------------- */

static void a_database_that_is_locked_is_busy_and_unchanged(void **state)
{
    (void)state;
    sqlite3 *raw;
    const struct store_options options = {.os = &database_os, .keys = office.keys, .busy_wait = 20};
    store_close(office.store);
    OFFICE_OK(&office, store_open(office.path, &options, &office.fault, &office.store));
    assert_int_equal(sqlite3_open(office.path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    struct store_job jobs[] = {
        {.kind = STORE_ACT, .bytes = submission(1)}, {.kind = STORE_ACT, .bytes = submission(2)}};
    struct fault fault = {0};
    assert_int_equal(store_apply(office.store, jobs, 2, &fault), ERROR_BUSY);
    assert_int_equal(jobs[1].answer.outcome, STORE_REFUSED);
    assert_int_equal(jobs[1].answer.error, ERROR_BUSY);
    assert_int_equal(size(), OFFICE_EVENTS); /* readers go on */
    struct store *second = NULL;
    assert_int_equal(store_open(office.path, &options, &fault, &second), ERROR_BUSY);
    struct rebuild_report rebuilt;
    assert_int_equal(store_rebuild(office.path, NULL, &fault, &rebuilt), ERROR_BUSY);
    assert_int_equal(sqlite3_exec(raw, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
    OFFICE_OK(&office, store_apply(office.store, jobs, 2, &office.fault));
    assert_int_equal(jobs[1].answer.outcome, STORE_ACCEPTED);
    sound();
}

/* --- Disks -------------------------------------------------------------------------------- */

static void a_full_disk_changes_nothing(void **state)
{
    (void)state;
    struct stat file;
    char path[300];
    struct rlimit before, small;
    snprintf(path, sizeof path, "%s-wal", office.path);
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = (rlim_t)file.st_size + 40000;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    struct store_job job = {.kind = STORE_ACT};
    enum error error = ERROR_OK;
    unsigned number = 0;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    while (!error && number < 1000) {
        job.bytes = submission(number++);
        error = store_apply(office.store, &job, 1, &office.fault);
    }
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(error, ERROR_NO_SPACE);
    assert_int_equal(job.answer.error, ERROR_NO_SPACE);
    assert_int_equal(size(), OFFICE_EVENTS + number - 1);
    assert_null(office_find(&office, FILE_EXPORTER, exporter(number - 1)));
    /* Room was made: the same bytes again. */
    OFFICE_OK(&office, store_apply(office.store, &job, 1, &office.fault));
    assert_int_equal(job.answer.outcome, STORE_ACCEPTED);
    sound();
}

/* The n-th write fails, and all after it, for every n of one group; then the disk is well again. */
static void fail_each_write(unsigned first, int result, enum error expected)
{
    const struct store_options options = {
        .os = &database_os, .keys = office.keys, .vfs = FAILING_VFS};
    failing_vfs_after(-1, SQLITE_OK);
    store_close(office.store);
    OFFICE_OK(&office, store_open(office.path, &options, &office.fault, &office.store));
    for (long n = 0;; n++) {
        struct store_job jobs[] = {
            {.kind = STORE_ACT, .bytes = submission(first + 2 * (unsigned)n)},
            {.kind = STORE_ACT, .bytes = submission(first + 2 * (unsigned)n + 1)}};
        uint64_t before = size();
        failing_vfs_after(n, result);
        enum error error = store_apply(office.store, jobs, 2, &office.fault);
        bool failed = failing_vfs_stop();
        if (!failed) {
            OFFICE_OK(&office, error);
            assert_true(n > 2);
            break;
        }
        if (!error) {
            /* It failed when the log was moved into the file after the commit: harmless. */
            assert_int_equal(size(), before + 2);
            continue;
        }
        assert_int_equal(error, expected);
        assert_int_equal(size(), before);
        OFFICE_OK(&office, store_apply(office.store, jobs, 2, &office.fault));
        assert_int_equal(jobs[0].answer.outcome, STORE_ACCEPTED);
        assert_int_equal(size(), before + 2);
    }
    sound();
}

static void each_failing_write_changes_nothing(void **state)
{
    (void)state;
    fail_each_write(1000, SQLITE_IOERR_WRITE, ERROR_IO);
    fail_each_write(2000, SQLITE_FULL, ERROR_NO_SPACE);
}

/* --- Memory, clock, random bytes ---------------------------------------------------------- */

static void each_failing_allocation_changes_nothing(void **state)
{
    (void)state;
    struct renewal renewal = office_first_renewal(&office);
    struct buffer bytes = {0};
    WORLD_SIGN(&office.script.world, INSTRUMENT_RENEWAL, &renewal, &bytes, NULL, WORLD_GUARD);
    struct order cut = world_order(&office.script.world, "OR-1", ORDER_SUSPEND, NULL);
    struct store_job jobs[] = {
        {.kind = STORE_ACT, .bytes = submission(1)},
        {.kind = STORE_ACT, .bytes = OFFICE_ORDER(&office.script, &cut, WORLD_D1)},
        {.kind = STORE_RENEWAL, .bytes = buffer_view(&bytes)},
    };
    uint64_t before = size();
    for (long n = 0;; n++) {
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = store_apply(office.store, jobs, 3, &fault);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            assert_int_equal(jobs[2].answer.outcome, STORE_LEASE);
            break;
        }
        if (error != ERROR_MEMORY)
            fail_msg("allocation %ld: %s", n, error_name(error));
        assert_int_equal(jobs[0].answer.outcome, STORE_REFUSED);
        assert_int_equal(size(), before);
        arena_free(&office.arena);
    }
    store_answer_free(&jobs[2].answer);
    buffer_free(&bytes);
    assert_int_equal(size(), before + 3); /* act, order, delivery */
    sound();
}

static void opening_and_reading_survive_failing_allocations(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        struct store *store = NULL;
        struct store_reader *reader = NULL;
        struct arena arena = {0};
        struct event *events;
        struct office stands;
        size_t count;
        const void *content;
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = store_open(office.path, NULL, &fault, &store);
        if (!error)
            error = store_reader_open(NULL, office.path, &fault, &reader);
        if (!error)
            error = store_load(reader, FILE_LICENCE, "IL-2026-0017", &arena, &fault, &content);
        if (!error)
            error = store_events(reader, 0, 50, &arena, &fault, &events, &count);
        if (!error)
            error = store_office(reader, WORLD_NOW, &arena, &fault, &stands);
        bool failed = failing_alloc_stop();
        store_reader_close(reader);
        store_close(store);
        arena_free(&arena);
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        if (!failed)
            break;
    }
}

static void verifying_survives_failing_allocations(void **state)
{
    (void)state;
    const struct audit_options options = {.demo_allowed = true};
    /* Each fails in its turn; every seventh is enough here, for a verification makes thousands. */
    for (long n = 0;; n += getenv("ENDUSE_DEEP") ? 1 : 97) {
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = store_verify(office.path, &options, &fault, &report);
        bool failed = failing_alloc_stop();
        if (error != (failed ? ERROR_MEMORY : ERROR_OK))
            fail_msg(
                "allocation %ld: %s, %zu findings, %s", n, error_name(error), report.finding_count,
                report.findings[0].fault.place);
        if (!failed)
            break;
    }
    assert_int_equal(report.finding_count, 0);
}

static int no_clock(clockid_t clock, struct timespec *ret_time)
{
    (void)clock;
    (void)ret_time;
    return -1;
}

static int no_random(void *data, size_t length)
{
    (void)data;
    (void)length;
    return -1;
}

static void without_a_clock_or_random_bytes_nothing_is_written(void **state)
{
    (void)state;
    struct os broken = database_os;
    const struct store_options options = {.os = &broken, .keys = office.keys};
    store_close(office.store);
    OFFICE_OK(&office, store_open(office.path, &options, &office.fault, &office.store));
    struct store_job job = {.kind = STORE_ACT, .bytes = submission(1)};
    broken.clock = no_clock;
    assert_int_equal(store_apply(office.store, &job, 1, &office.fault), ERROR_CLOCK);
    broken.clock = database_os.clock;
    broken.random = no_random;
    assert_int_equal(store_apply(office.store, &job, 1, &office.fault), ERROR_RANDOM);
    assert_int_equal(size(), OFFICE_EVENTS);
    broken.random = database_os.random;
    OFFICE_OK(&office, store_apply(office.store, &job, 1, &office.fault));
    assert_int_equal(job.answer.outcome, STORE_ACCEPTED);
    sound();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(killed_at_any_moment_it_loses_no_acknowledged_act),
        TEST(a_database_that_is_locked_is_busy_and_unchanged),
        TEST(a_full_disk_changes_nothing),
        TEST(each_failing_write_changes_nothing),
        TEST(each_failing_allocation_changes_nothing),
        TEST(opening_and_reading_survive_failing_allocations),
        TEST(verifying_survives_failing_allocations),
        TEST(without_a_clock_or_random_bytes_nothing_is_written),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

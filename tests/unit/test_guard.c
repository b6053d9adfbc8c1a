/* A guard's life: enrolment, leases, declarations, uses, records. */
#include "guard_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "guard/inside.h"

static struct guard_fixture fixture;

static int setup(void **state)
{
    (void)state;
    fixture_init(&fixture, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_free(&fixture);
    return 0;
}

static enum enduse_reason begin_refused(struct enduse_declaration *declared)
{
    struct enduse_verdict verdict;
    uint64_t use = 0;
    assert_int_equal(
        enduse_begin(fixture.guard, declared, "location", "c1", &use, &verdict), ENDUSE_REFUSED);
    assert_int_equal(use, 0);
    assert_int_equal(verdict.permitted, 0);
    assert_true(verdict.words[0]);
    return verdict.reason;
}

/* --- Uses --------------------------------------------------------------------------------- */

static void a_use_from_end_to_end(void **state)
{
    (void)state;
    unsigned counts[ENTRY_RESTORED + 1];
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    uint64_t use = fixture_begin(&fixture, declared);
    assert_int_equal(enduse_must_stop(fixture.guard, use, NULL), 0);
    struct enduse_status status = {.size = sizeof status};
    assert_int_equal(enduse_status(fixture.guard, &status), ENDUSE_OK);
    assert_int_equal(status.running, 1);
    assert_string_equal(status.installation, "IN-0001");
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_UNKNOWN);
    assert_int_equal(enduse_must_stop(fixture.guard, use, NULL), 1);
    enduse_declaration_free(fixture.guard, declared);
    fixture_close(&fixture);
    fixture_count_records(&fixture, counts);
    assert_int_equal(counts[ENTRY_BOOT], 1);
    assert_int_equal(counts[ENTRY_DECLARED], 1);
    assert_int_equal(counts[ENTRY_BEGIN], 1);
    assert_int_equal(counts[ENTRY_END], 1);
    assert_int_equal(counts[ENTRY_LEASE], 1);
}

static void no_lease_no_use(void **state)
{
    (void)state;
    struct enduse_verdict verdict;
    struct enduse_declaration *declared = NULL;
    struct world *world = &fixture.world;
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_int_equal(
        enduse_declare(
            fixture.guard, world->declaration_bytes.data, world->declaration_bytes.length,
            world->approval_bytes.data, world->approval_bytes.length, &declared, &verdict, NULL),
        ENDUSE_REFUSED);
    assert_int_equal(verdict.reason, ENDUSE_REASON_NO_LEASE);
    assert_int_equal(begin_refused(declared), ENDUSE_REASON_NO_LEASE);
    /* What was refused was not used up: with a lease it begins. */
    fixture_renew(&fixture);
    uint64_t use = fixture_begin(&fixture, declared);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    enduse_declaration_free(fixture.guard, declared);
}

static enum enduse_reason
declare_again(const struct buffer *bytes, struct enduse_declaration **ret_declared)
{
    struct enduse_verdict verdict;
    struct enduse_declaration *declared = NULL;
    int result = enduse_declare(
        fixture.guard, bytes->data, bytes->length, fixture.world.approval_bytes.data,
        fixture.world.approval_bytes.length, &declared, &verdict, NULL);
    assert_int_equal(result, verdict.reason ? ENDUSE_REFUSED : ENDUSE_OK);
    if (ret_declared)
        *ret_declared = declared;
    else
        enduse_declaration_free(fixture.guard, declared);
    return verdict.reason;
}

static void a_declaration_is_accepted_once(void **state)
{
    (void)state;
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    const struct buffer *bytes = &fixture.world.declaration_bytes;
    struct enduse_declaration *again;
    assert_int_equal(declare_again(bytes, &again), ENDUSE_REASON_REPLAY);
    assert_int_equal(begin_refused(again), ENDUSE_REASON_REPLAY);
    enduse_declaration_free(fixture.guard, again);
    /* Several uses under one declaration, while it is open. */
    uint64_t first = fixture_begin(&fixture, declared), second = fixture_begin(&fixture, declared);
    assert_int_not_equal(first, second);
    enduse_end(fixture.guard, first);
    enduse_end(fixture.guard, second);
    enduse_declaration_free(fixture.guard, declared);
    /* After a restart the records know it. */
    fixture_close(&fixture);
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    fixture_renew(&fixture);
    assert_int_equal(declare_again(bytes, NULL), ENDUSE_REASON_REPLAY);
}

static void only_what_was_declared(void **state)
{
    (void)state;
    struct enduse_verdict verdict;
    uint64_t use;
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    assert_int_equal(
        enduse_begin(fixture.guard, declared, "stored-data", "c1", &use, &verdict), ENDUSE_REFUSED);
    assert_int_equal(verdict.reason, ENDUSE_REASON_FUNCTION);
    assert_int_equal(
        enduse_begin(fixture.guard, declared, "location", "c2", &use, &verdict), ENDUSE_REFUSED);
    assert_int_equal(verdict.reason, ENDUSE_REASON_FUNCTION);
    assert_int_equal(verdict.recorded, 1);
    enduse_declaration_free(fixture.guard, declared);
}

static void outside_the_terms(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct enduse_declaration *declared;
    char text[2000];
    fixture_active(&fixture);
    world_fact(&fixture.world, "purpose", datum_of_text("other"));
    fixture_sign_declaration(&fixture, 9, &bytes);
    assert_int_equal(declare_again(&bytes, &declared), ENDUSE_REASON_NO_CLAUSE);
    assert_int_equal(begin_refused(declared), ENDUSE_REASON_NO_CLAUSE);
    size_t length = enduse_explain(fixture.guard, declared, text, sizeof text);
    assert_true(length > 0 && length < sizeof text);
    assert_non_null(strstr(text, "purpose"));
    char cut[8];
    assert_int_equal(enduse_explain(fixture.guard, declared, cut, sizeof cut), length);
    assert_int_equal(strlen(cut), sizeof cut - 1);
    enduse_declaration_free(fixture.guard, declared);
    buffer_free(&bytes);
}

static void not_valid_documents(void **state)
{
    (void)state;
    struct enduse_verdict verdict;
    struct enduse_declaration *declared = NULL;
    struct world *world = &fixture.world;
    struct enduse_fault fault;
    fixture_active(&fixture);
    const struct {
        struct bytes declaration, approval;
    } rows[] = {
        {BYTES_LITERAL("junk"), buffer_view(&world->approval_bytes)},
        {buffer_view(&world->declaration_bytes), {0}},
        {buffer_view(&world->declaration_bytes), BYTES_LITERAL("junk")},
        {buffer_view(&world->approval_bytes), buffer_view(&world->approval_bytes)},
        {buffer_view(&world->declaration_bytes), buffer_view(&world->declaration_bytes)},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(
            enduse_declare(
                fixture.guard, rows[i].declaration.data, rows[i].declaration.length,
                rows[i].approval.data, rows[i].approval.length, &declared, &verdict, &fault),
            ENDUSE_INVALID);
        assert_null(declared);
        assert_true(fault.number > 0 && fault.text[0]);
    }
}

/* --- Entries ------------------------------------------------------------------------------ */

/* What is put down directly, on the deciding path, is what the table says, bit for bit. */
static void assert_as_by_the_table(const struct entry *entry)
{
    uint8_t room[ENTRY_SIZE_MAX];
    struct bytes payload;
    struct buffer table = {0};
    enum error error = entry_encode(entry, NULL, room, &payload);
    assert_int_equal(layout_encode(&entry_layout, entry, NULL, &table), error);
    if (!error)
        assert_true(bytes_equal(payload, buffer_view(&table)));
    buffer_free(&table);
}

static void entries_of_uses_are_the_tables(void **state)
{
    (void)state;
    static const enum entry_kind kinds[] = {ENTRY_BEGIN, ENTRY_REFUSAL, ENTRY_STOP, ENTRY_END};
    static const uint64_t numbers[] = {
        0, 1, 23, 24, 255, 256, 65535, 65536, UINT32_MAX, UINT64_C(1) << 32, INT64_MAX, UINT64_MAX};
    static const millis times[] = {-1, 0, 1, WORLD_NOW, FIELD_TIME_LAST, FIELD_TIME_LAST + 1};
    static const char *const many[ENTRY_CLAUSES_MAX + 1] = {
        "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11",
        "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22",
        "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33"};
    const struct {
        const char *const *texts;
        size_t count;
    } clauses[] = {
        {NULL, 0},
        {(const char *const[]){"6.1"}, 1},
        {(const char *const[]){"6", "6.1", "L2", "OR-2026-0034/1"}, 4},
        {(const char *const[]){"6.1", "6"}, 2},   /* out of order */
        {(const char *const[]){"6.1", "6.1"}, 2}, /* twice */
        {(const char *const[]){""}, 1},           /* empty */
        {(const char *const[]){"6 1"}, 1},        /* taken, and yet not plain */
        {(const char *const[]){"\u00a7 6"}, 1},
        {(const char *const[]){"6\n"}, 1}, /* refused */
        {(const char *const[]){"\xff"}, 1},
        {(const char *const[]){"0123456789012345678901234567890123456789"}, 1},
        {(const char *const[]){"01234567890123456789012345678901234567890"}, 1},
        {many, ENTRY_CLAUSES_MAX},
        {many, ENTRY_CLAUSES_MAX + 1},
    };
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
            assert_as_by_the_table(&(struct entry){.kind = kinds[kind], .use = numbers[i]});
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
            assert_as_by_the_table(&(struct entry){.kind = kinds[kind], .reason = numbers[i]});
        for (size_t i = 0; i < sizeof times / sizeof *times; i++)
            assert_as_by_the_table(
                &(struct entry){.kind = kinds[kind], .time = times[i], .wall = WORLD_NOW});
        for (size_t i = 0; i < sizeof times / sizeof *times; i++)
            assert_as_by_the_table(&(struct entry){.kind = kinds[kind], .wall = times[i]});
        for (size_t i = 0; i < sizeof clauses / sizeof *clauses; i++)
            assert_as_by_the_table(&(struct entry){
                .kind = kinds[kind],
                .time = WORLD_NOW,
                .use = 65537,
                .id = {{1, 2, 3}},
                .declaration = {{0, 0, 4}},
                .clauses = clauses[i].texts,
                .clauses_count = clauses[i].count,
            });
    }
}

/* --- Numbers ------------------------------------------------------------------------------ */

static void few(struct world *world)
{
    world->licence.maximum_active_uses = 2;
    world->licence.maximum_uses_in_period = 4;
    world->licence.uses_period = 90 * MILLIS_DAY;
    world->licence.maximum_unacknowledged = 12;
}

static int setup_few(void **state)
{
    (void)state;
    fixture_init(&fixture, few);
    fixture_active(&fixture);
    return 0;
}

static void never_more_than_licensed(void **state)
{
    (void)state;
    struct enduse_declaration *declared = fixture_declare(&fixture);
    uint64_t first = fixture_begin(&fixture, declared), second = fixture_begin(&fixture, declared);
    assert_int_equal(begin_refused(declared), ENDUSE_REASON_CLAUSE);
    enduse_end(fixture.guard, first);
    first = fixture_begin(&fixture, declared);
    enduse_end(fixture.guard, first);
    enduse_end(fixture.guard, second);
    fixture_renew(&fixture);
    enduse_end(fixture.guard, fixture_begin(&fixture, declared));
    /* Four in the period, counted across a restart. */
    assert_int_equal(begin_refused(declared), ENDUSE_REASON_CLAUSE);
    enduse_declaration_free(fixture.guard, declared);
    fixture_close(&fixture);
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    fixture_renew(&fixture);
    struct buffer bytes = {0};
    fixture_sign_declaration(&fixture, 8, &bytes);
    assert_int_equal(declare_again(&bytes, &declared), ENDUSE_REASON_NONE);
    assert_int_equal(begin_refused(declared), ENDUSE_REASON_CLAUSE);
    enduse_declaration_free(fixture.guard, declared);
    buffer_free(&bytes);
}

static void unacknowledged_records_refuse(void **state)
{
    (void)state;
    struct enduse_declaration *declared = fixture_declare(&fixture);
    fixture.authority.acknowledges = false;
    fixture_renew(&fixture);
    enum enduse_reason reason = ENDUSE_REASON_NONE;
    for (int i = 0; i < 20 && reason != ENDUSE_REASON_UNACKNOWLEDGED; i++) {
        struct enduse_verdict verdict;
        uint64_t use;
        if (enduse_begin(fixture.guard, declared, "location", "c1", &use, &verdict) == ENDUSE_OK)
            enduse_end(fixture.guard, use);
        reason = verdict.reason;
    }
    assert_int_equal(reason, ENDUSE_REASON_UNACKNOWLEDGED);
    fixture.authority.acknowledges = true;
    fixture_renew(&fixture);
    assert_int_not_equal(begin_refused(declared), ENDUSE_REASON_UNACKNOWLEDGED);
    enduse_declaration_free(fixture.guard, declared);
}

/* --- Returns ------------------------------------------------------------------------------ */

static void a_return_each_period(void **state)
{
    (void)state;
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    enduse_end(fixture.guard, fixture_begin(&fixture, declared));
    enduse_end(fixture.guard, fixture_begin(&fixture, declared));
    enduse_declaration_free(fixture.guard, declared);
    fixture_renew(&fixture); /* notes where the period began */
    fixture_pass(MILLIS_HOUR);
    fixture_renew(&fixture);
    struct renewal *renewal = &fixture.authority.renewal;
    assert_int_equal(renewal->returns_count, 1);
    struct signer guard = signer_of_key(&fixture.enrolled.key);
    struct document document;
    struct usage_return value;
    assert_int_equal(
        usage_return_open(
            renewal->returns[0], &fixture.world.authority, &guard, &fixture.authority.arena, NULL,
            &document, &value),
        ERROR_OK);
    assert_int_equal(value.begun, 2);
    assert_int_equal(value.within, 3); /* the declaration, and two uses */
    assert_int_equal(value.until - value.from, MILLIS_HOUR);
    bool found = false;
    for (size_t i = 0; i < value.counts_count; i++)
        found = found || (strcmp(value.counts[i].field, "function") == 0 &&
                          strcmp(value.counts[i].value, "location") == 0);
    assert_true(found);
    fixture_renew(&fixture);
    assert_int_equal(renewal->returns_count, 0);
}

/* --- Failures ----------------------------------------------------------------------------- */

static void deciding_takes_no_memory(void **state)
{
    (void)state;
    struct enduse_verdict verdict;
    uint64_t use;
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    failing_alloc_always_after(0);
    int begun = enduse_begin(fixture.guard, declared, "location", "c1", &use, &verdict);
    int stop = enduse_must_stop(fixture.guard, use, NULL);
    int ended = enduse_end(fixture.guard, use);
    bool asked = failing_alloc_stop();
    assert_int_equal(begun, ENDUSE_OK);
    assert_int_equal(stop, 0);
    assert_int_equal(ended, ENDUSE_OK);
    assert_false(asked);
    enduse_declaration_free(fixture.guard, declared);
}

/* Every one in the deep run; else each of the first, then fewer and fewer. */
static long next(long n)
{
    return getenv("ENDUSE_DEEP") ? n + 1 : n + 1 + n / 8;
}

static void memory_fails_at_opening(void **state)
{
    (void)state;
    fixture_active(&fixture);
    fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, 0);
    fixture_renew(&fixture);
    fixture_close(&fixture);
    bool failed = true;
    for (long n = 0; failed; n = next(n)) {
        failing_alloc_after(n);
        int result = fixture_open(&fixture);
        failed = failing_alloc_stop();
        if (result == ENDUSE_OK) {
            /* Whatever went wrong, it is not taken for tampering. */
            assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_SUSPENDED);
            fixture_close(&fixture);
        } else {
            assert_int_equal(result, ENDUSE_FAILED);
            assert_true(fixture.fault.text[0]);
        }
    }
}

static void memory_fails_in_a_lease(void **state)
{
    (void)state;
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    uint64_t use = fixture_begin(&fixture, declared);
    fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, 0);
    fixture.authority.loses_answer = true;
    struct fault fault;
    millis wait;
    assert_int_equal(guard_renew(fixture.guard, &fault, &wait), ERROR_UNREACHABLE);
    struct buffer lease = {0};
    buffer_append_bytes(&lease, buffer_view(&fixture.authority.lease));
    enum error error = ERROR_MEMORY;
    for (long n = 0; error; n = next(n)) {
        bool news;
        failing_alloc_after(n);
        error = guard_take_lease(fixture.guard, buffer_view(&lease), NULL, &news);
        failing_alloc_stop();
        enum enduse_state now = fixture_state(&fixture);
        assert_true(now == ENDUSE_STATE_ACTIVE || now == ENDUSE_STATE_SUSPENDED);
    }
    guard_tick(fixture.guard);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_SUSPENDED);
    assert_int_equal(enduse_must_stop(fixture.guard, use, NULL), 1);
    enduse_end(fixture.guard, use);
    enduse_declaration_free(fixture.guard, declared);
    fixture.authority.loses_answer = false;
    fixture_renew(&fixture);
    assert_int_equal(fixture.authority.renewal.receipts_count, 1);
    buffer_free(&lease);
}

/* The n-th call that touches the disk fails. */
static long io_calls, io_fails_at;

static bool io_fails(void)
{
    if (io_calls++ != io_fails_at)
        return false;
    errno = EIO;
    return true;
}

static int failing_open(const char *path, int flags, mode_t mode)
{
    return io_fails() ? -1 : fixture_os()->open(path, flags, mode);
}

static ssize_t failing_read(int file, void *data, size_t size)
{
    return io_fails() ? -1 : read(file, data, size);
}

static ssize_t failing_pread(int file, void *data, size_t size, off_t offset)
{
    return io_fails() ? -1 : pread(file, data, size, offset);
}

static ssize_t failing_pwrite(int file, const void *data, size_t size, off_t offset)
{
    return io_fails() ? -1 : pwrite(file, data, size, offset);
}

static int failing_fsync(int file)
{
    return io_fails() ? -1 : fsync(file);
}

static int failing_fdatasync(int file)
{
    return io_fails() ? -1 : fdatasync(file);
}

static int failing_rename(const char *from, const char *to)
{
    return io_fails() ? -1 : rename(from, to);
}

/* A whole short life; every step may fail. What was permitted must have been recorded. */
static void live(void)
{
    struct enduse_verdict verdict;
    struct enduse_declaration *declared = NULL;
    struct fault fault;
    millis wait;
    uint64_t use;
    static struct buffer bytes;
    fixture_sign_declaration(&fixture, (uint8_t)(io_fails_at % 255 + 1), &bytes);
    if (fixture_open(&fixture) != ENDUSE_OK)
        return;
    enum error error = guard_renew(fixture.guard, &fault, &wait);
    int result = enduse_declare(
        fixture.guard, bytes.data, bytes.length, fixture.world.approval_bytes.data,
        fixture.world.approval_bytes.length, &declared, &verdict, NULL);
    if (result == ENDUSE_OK || result == ENDUSE_REFUSED) {
        if (enduse_begin(fixture.guard, declared, "location", "c1", &use, &verdict) == ENDUSE_OK) {
            assert_int_equal(verdict.recorded, 1);
            enduse_end(fixture.guard, use);
        }
        enduse_declaration_free(fixture.guard, declared);
    }
    (void)error;
    fixture_close(&fixture);
    buffer_free(&bytes);
    bytes = (struct buffer){0};
}

static void the_disk_fails(void **state)
{
    (void)state;
    struct os failing = *fixture_os();
    failing.open = failing_open;
    failing.read = failing_read;
    failing.pread = failing_pread;
    failing.pwrite = failing_pwrite;
    failing.fsync = failing_fsync;
    failing.fdatasync = failing_fdatasync;
    failing.rename = failing_rename;
    fixture_active(&fixture);
    fixture_close(&fixture);
    for (io_fails_at = 0;; io_fails_at++) {
        io_calls = 0;
        fixture.os = &failing;
        live();
        if (io_calls <= io_fails_at)
            break; /* it went through without a failure */
        fixture.os = NULL;
        if (fixture_open(&fixture) != ENDUSE_OK)
            fail_msg("call %ld: %s", io_fails_at, fixture.fault.text);
        fixture_renew(&fixture);
        assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_ACTIVE);
        fixture_close(&fixture);
    }
    assert_true(io_fails_at > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_use_from_end_to_end, setup, teardown),
        cmocka_unit_test_setup_teardown(no_lease_no_use, setup, teardown),
        cmocka_unit_test_setup_teardown(a_declaration_is_accepted_once, setup, teardown),
        cmocka_unit_test_setup_teardown(only_what_was_declared, setup, teardown),
        cmocka_unit_test_setup_teardown(outside_the_terms, setup, teardown),
        cmocka_unit_test_setup_teardown(not_valid_documents, setup, teardown),
        cmocka_unit_test(entries_of_uses_are_the_tables),
        cmocka_unit_test_setup_teardown(never_more_than_licensed, setup_few, teardown),
        cmocka_unit_test_setup_teardown(unacknowledged_records_refuse, setup_few, teardown),
        cmocka_unit_test_setup_teardown(a_return_each_period, setup, teardown),
        cmocka_unit_test_setup_teardown(deciding_takes_no_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_fails_at_opening, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_fails_in_a_lease, setup, teardown),
        cmocka_unit_test_setup_teardown(the_disk_fails, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a guard must hold to beyond its states and leases: how it starts, what is durable before
 * what, failing disks, receipts over a restart, approvals and operators that end. */
#include "guard_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "form/form.h"
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

static enum enduse_reason begin(struct enduse_declaration *declared)
{
    struct enduse_verdict verdict;
    uint64_t use = 0;
    int result = enduse_begin(fixture.guard, declared, "location", "c1", &use, &verdict);
    assert_int_equal(result, verdict.reason ? ENDUSE_REFUSED : ENDUSE_OK);
    if (use)
        assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    return verdict.reason;
}

/* That the use was told to stop, for this reason. */
static void assert_stopped(uint64_t use, enum enduse_reason reason)
{
    struct enduse_verdict verdict;
    assert_int_equal(enduse_must_stop(fixture.guard, use, &verdict), 1);
    assert_int_equal(verdict.reason, reason);
    assert_int_equal(fixture.stopped_use, use);
}

static void assert_does_not_open(enum error error)
{
    assert_int_equal(fixture_open(&fixture), ENDUSE_FAILED);
    assert_int_equal(fixture.fault.number, error);
    assert_null(fixture.guard);
}

/* --- Starting ------------------------------------------------------------------------------- */

static const char *time_offsets; /* what the kernel says; NULL: it has no time namespaces */

static int open_offsets(const char *path, int flags, mode_t mode)
{
    if (strcmp(path, "/proc/self/timens_offsets") != 0)
        return fixture_os()->open(path, flags, mode);
    if (!time_offsets) {
        errno = ENOENT;
        return -1;
    }
    char name[] = "/tmp/guard-offsets-XXXXXX";
    int file = mkstemp(name);
    assert_true(file >= 0);
    unlink(name);
    size_t length = strlen(time_offsets);
    assert_int_equal(write(file, time_offsets, length), length);
    lseek(file, 0, SEEK_SET);
    return file;
}

static void a_time_namespace_with_an_offset_refuses_the_start(void **state)
{
    (void)state;
    static const char *const moved[] = {
        "monotonic           0         0\nboottime        86400         0\n",
        "monotonic           0         0\nboottime            0         1\n",
        "monotonic           0         0\nboottime           -1 999999999\n",
        "monotonic          10         0\nboottime            0         0\n",
    };
    struct os os = *fixture_os();
    os.open = open_offsets;
    fixture.os = &os;
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
        time_offsets = moved[i];
        assert_does_not_open(ERROR_GUARD_TIME_NAMESPACE);
    }
    time_offsets = "monotonic           0         0\nboottime            0         0\n";
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    fixture_close(&fixture);
    time_offsets = NULL;
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    fixture_close(&fixture); /* it goes by this function's table */
    fixture.os = NULL;
}

static void one_process_holds_the_folder(void **state)
{
    (void)state;
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    struct enduse_guard *first = fixture.guard;
    fixture.guard = NULL;
    assert_does_not_open(ERROR_BUSY);
    enduse_close(first);
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
}

/* What a child of fork gets from each call: a bit for each that is not as it should be. */
static unsigned try_everything(struct enduse_declaration *declared, uint64_t use)
{
    struct enduse_verdict verdict;
    struct enduse_declaration *other;
    struct enduse_status now = {.size = sizeof now};
    uint64_t another;
    const struct world *world = &fixture.world;
    const bool wrong[] = {
        enduse_begin(fixture.guard, declared, "location", "c1", &another, &verdict) != ENDUSE_USAGE,
        enduse_must_stop(fixture.guard, use, &verdict) != 1,
        enduse_end(fixture.guard, use) != ENDUSE_USAGE,
        enduse_status(fixture.guard, &now) != ENDUSE_USAGE,
        enduse_wait_active(fixture.guard, 0, &verdict) != ENDUSE_USAGE,
        enduse_declare(
            fixture.guard, world->declaration_bytes.data, world->declaration_bytes.length,
            world->approval_bytes.data, world->approval_bytes.length, &other, &verdict,
            NULL) != ENDUSE_USAGE,
        enduse_explain(fixture.guard, declared, NULL, 0) != 0,
    };
    unsigned bits = 0;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        bits |= (unsigned)wrong[i] << i;
    enduse_declaration_free(fixture.guard, declared);
    enduse_close(fixture.guard);
    return bits;
}

static void a_child_of_fork_has_no_guard(void **state)
{
    (void)state;
    unsigned counts[ENTRY_RESTORED + 1];
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    uint64_t use = fixture_begin(&fixture, declared);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit((int)try_everything(declared, use));
    int end;
    assert_int_equal(waitpid(child, &end, 0), child);
    assert_true(WIFEXITED(end));
    assert_int_equal(WEXITSTATUS(end), 0);
    /* The parent's use and records are as they were. */
    assert_int_equal(enduse_must_stop(fixture.guard, use, NULL), 0);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    enduse_declaration_free(fixture.guard, declared);
    fixture_close(&fixture);
    fixture_count_records(&fixture, counts);
    assert_int_equal(counts[ENTRY_BEGIN], 1);
    assert_int_equal(counts[ENTRY_END], 1);
}

static void only_the_pinned_root_is_trusted(void **state)
{
    (void)state;
    fixture.world.authority.bytes[0] ^= 1;
    assert_int_equal(fixture_open(&fixture), ENDUSE_FAILED);
    assert_null(fixture.guard);
    fixture.world.authority.bytes[0] ^= 1;
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
}

static void a_demonstration_root_must_be_allowed(void **state)
{
    (void)state;
    struct enduse_options options = {
        .size = sizeof options,
        .folder = fixture.folder,
        .root_digest = fixture.world.authority.bytes,
    };
    struct guard_means means = {.os = fixture_os(), .no_threads = true};
    assert_int_equal(guard_open(&options, &means, &fixture.guard, &fixture.fault), ENDUSE_FAILED);
    assert_int_equal(fixture.fault.number, ERROR_ROOT_DEMO);
    options.allow_demo = 1;
    assert_int_equal(guard_open(&options, &means, &fixture.guard, &fixture.fault), ENDUSE_OK);
}

/* --- What is durable before what ------------------------------------------------------------ */

/* What the disk was asked for, and the guard's state at that moment. */
struct step {
    char what; /* 'r'ename to an order's name, 'f'sync, 'd'atasync */
    enum enduse_state state;
};

static struct step steps[200];
static size_t step_count;

static void note(char what)
{
    struct enduse_status now = {.size = sizeof now};
    if (!fixture.guard || step_count == sizeof steps / sizeof *steps)
        return;
    assert_int_equal(enduse_status(fixture.guard, &now), ENDUSE_OK);
    steps[step_count++] = (struct step){what, now.state};
}

static int noting_rename(const char *from, const char *to)
{
    if (strstr(to, "/orders/"))
        note('r');
    return rename(from, to);
}

static int noting_fsync(int file)
{
    note('f');
    return fsync(file);
}

static int noting_fdatasync(int file)
{
    note('d');
    return fdatasync(file);
}

static void an_order_is_durable_before_it_has_an_effect(void **state)
{
    (void)state;
    struct os os = *fixture_os();
    os.rename = noting_rename;
    os.fsync = noting_fsync;
    os.fdatasync = noting_fdatasync;
    fixture.os = &os;
    fixture_active(&fixture);
    fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, 0);
    step_count = 0;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_SUSPENDED);
    size_t named = 0;
    while (named < step_count && steps[named].what != 'r')
        named++;
    /* Its content before its name, the name in the folder, the record; then the effect; and then
     * the lease that brought it. */
    assert_true(named >= 1 && named + 3 < step_count);
    assert_int_equal(steps[named - 1].what, 'f');
    assert_int_equal(steps[named + 1].what, 'f');
    assert_int_equal(steps[named + 2].what, 'd');
    for (size_t i = 0; i <= named + 2; i++)
        assert_int_equal(steps[i].state, ENDUSE_STATE_ACTIVE);
    for (size_t i = named + 3; i < step_count; i++)
        assert_int_equal(steps[i].state, ENDUSE_STATE_SUSPENDED);
    fixture_close(&fixture);
    fixture.os = NULL;
}

static unsigned compared;

/* The authority has the request: then the state file has it too. */
static void compare_with_state(const struct fake_authority *authority, void *context)
{
    (void)context;
    struct arena arena = {0};
    struct saved saved;
    assert_int_equal(saved_read(&os_system, fixture.folder, &arena, NULL, &saved), ERROR_OK);
    assert_true(bytes_equal(saved.request, buffer_view(&authority->last_renewal)));
    assert_true(id_equal(&saved.request_id, &authority->renewal.request));
    arena_free(&arena);
    compared++;
}

static void a_request_is_durable_before_it_is_sent(void **state)
{
    (void)state;
    fixture.authority.commit = compare_with_state;
    compared = 0;
    fixture_active(&fixture);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(compared, 2);
}

static void a_request_tells_boot_and_boot_time(void **state)
{
    (void)state;
    const struct renewal *renewal = &fixture.authority.renewal;
    fixture_active(&fixture);
    fixture_pass(7 * MILLIS_SECOND);
    millis first_sent = fixture_boot;
    fixture.authority.loses_answer = true;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_UNREACHABLE);
    assert_memory_equal(renewal->boot.bytes, fixture_boot_id, sizeof fixture_boot_id);
    assert_int_equal(renewal->boot_time, first_sent);
    /* Sent again it still tells when it was first sent. */
    fixture_pass(MILLIS_SECOND);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_UNREACHABLE);
    assert_int_equal(renewal->boot_time, first_sent);
}

static void the_margin_is_a_tenth_but_two_seconds_at_least(void **state)
{
    (void)state;
    static const struct {
        millis ttl, span;
    } rows[] = {{3, 1}, {10, 8}, {20, 18}, {21, 19}, {30, 27}, {60, 54}, {3600, 3240}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        millis span = lease_span(rows[i].ttl * MILLIS_SECOND);
        assert_true(span <= rows[i].span * MILLIS_SECOND);
        assert_true(span > (rows[i].span - 1) * MILLIS_SECOND);
    }
    assert_int_equal(lease_span(21 * MILLIS_SECOND), 18900);
    assert_true(lease_span(MILLIS_SECOND) <= 0);
}

static void a_lease_of_another_licence_gives_no_time(void **state)
{
    (void)state;
    struct fault fault;
    struct world *world = &fixture.world;
    fixture_active(&fixture);
    assert_true(fixture_status(&fixture).lease_left > 0);
    fixture_close(&fixture);
    struct licence licence = world->licence;
    struct buffer bytes = {0};
    licence.number = "IL-2026-0018";
    WORLD_SIGN(world, INSTRUMENT_LICENCE, &licence, &bytes, NULL, WORLD_D1, WORLD_F1);
    assert_int_equal(
        guard_replace_document(fixture_os(), fixture.folder, buffer_view(&bytes), true, &fault),
        ERROR_OK);
    buffer_free(&bytes);
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_true(fixture_status(&fixture).lease_left <= 0);
}

/* --- A failing disk ------------------------------------------------------------------------- */

static bool fails_next;
static unsigned syncs, writes;

static int failing_fdatasync(int file)
{
    syncs++;
    if (!fails_next)
        return fdatasync(file);
    fails_next = false;
    errno = EIO;
    return -1;
}

static ssize_t counting_pwrite(int file, const void *data, size_t size, off_t offset)
{
    writes++;
    return pwrite(file, data, size, offset);
}

static void an_fsync_error_stops_and_denies(void **state)
{
    (void)state;
    struct os os = *fixture_os();
    os.fdatasync = failing_fdatasync;
    os.pwrite = counting_pwrite;
    fixture.os = &os;
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    uint64_t use = fixture_begin(&fixture, declared);
    fails_next = true;
    assert_int_equal(begin(declared), ENDUSE_REASON_RECORD);
    /* Never again, though the disk would work: not for a use, nor for a stop or an end. */
    syncs = writes = 0;
    assert_int_equal(begin(declared), ENDUSE_REASON_RECORD);
    guard_tick(fixture.guard);
    assert_stopped(use, ENDUSE_REASON_RECORD);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    assert_int_equal(syncs, 0);
    assert_int_equal(writes, 0);
    assert_int_equal(fixture_status(&fixture).running, 0);
    /* The renewal channel is open; and no lease makes the log alive. */
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(begin(declared), ENDUSE_REASON_RECORD);
    enduse_declaration_free(fixture.guard, declared);
    fixture_close(&fixture);
    /* The next start sees what the disk holds, and goes on. */
    unsigned counts[ENTRY_RESTORED + 1];
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_ACTIVE);
    fixture_close(&fixture);
    fixture.os = NULL;
    fixture_count_records(&fixture, counts);
    assert_int_equal(counts[ENTRY_BEGIN], counts[ENTRY_END] + counts[ENTRY_CLOSED]);
    assert_true(counts[ENTRY_CLOSED] >= 1);
}

/* --- Messages ------------------------------------------------------------------------------- */

static void change_request(struct lease *lease, void *context)
{
    (void)context;
    lease->request.bytes[0] ^= 1;
}

static void bad_messages_are_counted(void **state)
{
    (void)state;
    struct fake_authority *authority = &fixture.authority;
    fixture_active(&fixture);
    assert_int_equal(fixture_status(&fixture).dropped, 0);
    struct digest previous = authority->previous;
    authority->change_lease = change_request;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_GUARD_LEASE);
    assert_int_equal(fixture_status(&fixture).dropped, 1);
    authority->change_lease = NULL;
    authority->status = 200;
    authority->body = BYTES_LITERAL("junk");
    assert_int_not_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_status(&fixture).dropped, 2);
    /* Nothing was received here. */
    authority->offline = true;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_UNREACHABLE);
    assert_int_equal(fixture_status(&fixture).dropped, 2);
    authority->offline = false;
    authority->status = 0;
    authority->lease.length = 0;
    authority->sequence--;
    authority->previous = previous;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    /* Kept with the state that followed. */
    fixture_close(&fixture);
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_int_equal(fixture_status(&fixture).dropped, 2);
}

/* --- Receipts ------------------------------------------------------------------------------- */

/* Receipts that have reached the authority in requests it had not answered before. */
struct received {
    struct id request;
    size_t receipts;
};

static void count_receipts(const struct fake_authority *authority, void *context)
{
    struct received *received = context;
    if (id_equal(&received->request, &authority->renewal.request))
        return;
    received->request = authority->renewal.request;
    received->receipts += authority->renewal.receipts_count;
}

static void a_receipt_goes_out_once_over_restarts(void **state)
{
    (void)state;
    struct received received = {0};
    struct fake_authority *authority = &fixture.authority;
    authority->commit = count_receipts;
    authority->commit_context = &received;
    fixture_active(&fixture);
    fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, 0);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(received.receipts, 0);
    /* Restarted before it is signed; and while nobody knows whether it has arrived. */
    fixture_close(&fixture);
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    authority->loses_answer = true;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_UNREACHABLE);
    assert_int_equal(received.receipts, 1);
    fixture_close(&fixture);
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    authority->loses_answer = false;
    for (int i = 0; i < 3; i++)
        assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    fixture_close(&fixture);
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(received.receipts, 1);
}

static void each_obeyed_order_has_its_receipt(void **state)
{
    (void)state;
    struct received received = {0};
    fixture.authority.commit = count_receipts;
    fixture.authority.commit_context = &received;
    fixture_active(&fixture);
    size_t first = fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, 0);
    fixture_order(&fixture, "OR-2", ORDER_DISCONNECT, NULL, 0);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    fixture_lift(&fixture, "OR-3", first, true);
    for (int i = 0; i < 4; i++)
        assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(received.receipts, 3);
}

/* --- Ends ----------------------------------------------------------------------------------- */

static struct form form;
static struct arena form_arena;

static int read_form(void **state)
{
    (void)state;
    struct bytes scenarios;
    assert_int_equal(
        form_read(&os_system, FORM_FOLDER, &form_arena, NULL, &form, &scenarios), ERROR_OK);
    return 0;
}

static int free_form(void **state)
{
    (void)state;
    arena_free(&form_arena);
    return 0;
}

static void with_conditions(struct world *world)
{
    world->licence.clauses = form.conditions;
}

static int setup_form(void **state)
{
    (void)state;
    fixture_init_form(&fixture, &form, with_conditions);
    return 0;
}

static void a_withdrawn_approval_stops_what_runs(void **state)
{
    (void)state;
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    uint64_t use = fixture_begin(&fixture, declared);
    struct approval withdrawal = {
        .number = "W-2026-119",
        .kind = APPROVAL_WITHDRAWAL,
        .body = "XA-court",
        .certificate = fixture.world.certificate_digest,
        .file = "F-77/2026",
        .issued = WORLD_NOW,
        .withdraws = fixture.world.approval_digest,
    };
    WORLD_SIGN(
        &fixture.world, INSTRUMENT_APPROVAL, &withdrawal, &fixture.authority.withdrawal, NULL,
        WORLD_COURT);
    assert_int_equal(enduse_must_stop(fixture.guard, use, NULL), 0);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_stopped(use, ENDUSE_REASON_CLAUSE);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    assert_int_equal(begin(declared), ENDUSE_REASON_CLAUSE);
    enduse_declaration_free(fixture.guard, declared);
    /* It is stored: over a restart too. */
    fixture_close(&fixture);
    fixture.authority.withdrawal.length = 0;
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    struct buffer bytes = {0};
    struct enduse_verdict verdict;
    fixture_sign_declaration(&fixture, 9, &bytes);
    assert_int_equal(
        enduse_declare(
            fixture.guard, bytes.data, bytes.length, fixture.world.approval_bytes.data,
            fixture.world.approval_bytes.length, &declared, &verdict, NULL),
        ENDUSE_REFUSED);
    assert_int_equal(verdict.reason, ENDUSE_REASON_CLAUSE);
    enduse_declaration_free(fixture.guard, declared);
    buffer_free(&bytes);
}

static void short_approval(struct world *world)
{
    with_conditions(world);
    world->approval.expires = WORLD_NOW + 10 * MILLIS_SECOND;
}

static int setup_short_approval(void **state)
{
    (void)state;
    fixture_init_form(&fixture, &form, short_approval);
    return 0;
}

/* The use ends when ten seconds have passed, and the guard knows beforehand that it will. */
static void assert_ends_after_ten_seconds(enum enduse_reason reason)
{
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    uint64_t use = fixture_begin(&fixture, declared);
    struct now now = guard_now(fixture.guard);
    assert_int_equal(guard_next_due(fixture.guard, &now), fixture_boot + 10 * MILLIS_SECOND);
    fixture_pass(10 * MILLIS_SECOND - 1);
    guard_tick(fixture.guard);
    assert_int_equal(enduse_must_stop(fixture.guard, use, NULL), 0);
    fixture_pass(1);
    guard_tick(fixture.guard);
    assert_stopped(use, reason);
    enduse_declaration_free(fixture.guard, declared);
}

static void an_approvals_end_stops_what_runs(void **state)
{
    (void)state;
    assert_ends_after_ten_seconds(ENDUSE_REASON_CLAUSE);
}

static void short_operator(struct world *world)
{
    struct roll_operator *operators = ARENA_NEW(&world->arena, struct roll_operator);
    assert_non_null(operators);
    *operators = world->roll.operators[0];
    operators->until = WORLD_NOW + 10 * MILLIS_SECOND;
    world->roll.operators = operators;
}

static int setup_short_operator(void **state)
{
    (void)state;
    fixture_init(&fixture, short_operator);
    return 0;
}

static void an_operators_end_stops_what_runs(void **state)
{
    (void)state;
    assert_ends_after_ten_seconds(ENDUSE_REASON_OPERATOR);
}

/* --- What the operator is told -------------------------------------------------------------- */

/* The file that the verdict names is there, and is the document of that digest (NULL: of any). */
static void assert_document(const struct enduse_verdict *verdict, const struct digest *digest)
{
    struct buffer bytes = {0};
    struct unverified_envelope envelope;
    assert_int_equal(
        folder_read(&os_system, fixture.folder, verdict->document, NULL, &bytes), ERROR_OK);
    assert_int_equal(cose_peek_unverified(buffer_view(&bytes), NULL, &envelope), ERROR_OK);
    if (digest)
        assert_true(digest_equal(&envelope.digest, digest));
    buffer_free(&bytes);
}

static void refused(struct enduse_declaration *declared, struct enduse_verdict *ret_verdict)
{
    uint64_t use;
    assert_int_equal(
        enduse_begin(fixture.guard, declared, "location", "c1", &use, ret_verdict), ENDUSE_REFUSED);
    assert_true(ret_verdict->words[0]);
    assert_true(ret_verdict->contact[0]);
}

static void a_refusal_names_the_signed_document(void **state)
{
    (void)state;
    struct enduse_verdict verdict;
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    size_t limit = fixture_order(
        &fixture, "OR-1", ORDER_LIMIT,
        "@clause(\"1\") @title(\"No location\") forbid (principal, action, resource) when { "
        "context.function == EndUse::Function::\"location\" };",
        0);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    refused(declared, &verdict);
    assert_int_equal(verdict.reason, ENDUSE_REASON_CLAUSE);
    assert_string_equal(verdict.clauses[0], "OR-1/1");
    assert_document(&verdict, &fixture.authority.order_digests[limit]);
    size_t stop = fixture_order(&fixture, "OR-2", ORDER_SUSPEND, NULL, 0);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    refused(declared, &verdict);
    assert_int_equal(verdict.reason, ENDUSE_REASON_SUSPENDED);
    assert_string_equal(verdict.clauses[0], "OR-2");
    assert_true(verdict.since > 0);
    assert_document(&verdict, &fixture.authority.order_digests[stop]);
    enduse_declaration_free(fixture.guard, declared);
}

static void a_refusal_by_no_clause_names_the_certificate(void **state)
{
    (void)state;
    struct enduse_verdict verdict;
    struct enduse_declaration *declared;
    struct buffer bytes = {0};
    fixture_active(&fixture);
    world_fact(&fixture.world, "purpose", datum_of_text("other"));
    fixture_sign_declaration(&fixture, 9, &bytes);
    assert_int_equal(
        enduse_declare(
            fixture.guard, bytes.data, bytes.length, fixture.world.approval_bytes.data,
            fixture.world.approval_bytes.length, &declared, &verdict, NULL),
        ENDUSE_REFUSED);
    assert_int_equal(verdict.reason, ENDUSE_REASON_NO_CLAUSE);
    assert_document(&verdict, &fixture.world.certificate_digest);
    enduse_declaration_free(fixture.guard, declared);
    buffer_free(&bytes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_time_namespace_with_an_offset_refuses_the_start),
        TEST(one_process_holds_the_folder),
        TEST(a_child_of_fork_has_no_guard),
        TEST(only_the_pinned_root_is_trusted),
        TEST(a_demonstration_root_must_be_allowed),
        TEST(an_order_is_durable_before_it_has_an_effect),
        TEST(a_request_is_durable_before_it_is_sent),
        TEST(a_request_tells_boot_and_boot_time),
        TEST(the_margin_is_a_tenth_but_two_seconds_at_least),
        TEST(a_lease_of_another_licence_gives_no_time),
        TEST(an_fsync_error_stops_and_denies),
        TEST(bad_messages_are_counted),
        TEST(a_receipt_goes_out_once_over_restarts),
        TEST(each_obeyed_order_has_its_receipt),
        cmocka_unit_test_setup_teardown(a_withdrawn_approval_stops_what_runs, setup_form, teardown),
        cmocka_unit_test_setup_teardown(
            an_approvals_end_stops_what_runs, setup_short_approval, teardown),
        cmocka_unit_test_setup_teardown(
            an_operators_end_stops_what_runs, setup_short_operator, teardown),
        TEST(a_refusal_names_the_signed_document),
        TEST(a_refusal_by_no_clause_names_the_certificate),
    };
    return cmocka_run_group_tests(tests, read_form, free_form);
}

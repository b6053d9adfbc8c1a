/* A guard whose process is killed at any moment: what was acknowledged is in the records, no use
 * stays open, and nothing looks like a copy or like tampering. 20 rounds; 200 with ENDUSE_DEEP. */
#include "guard_fixture.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { USES_MAX = 1 << 16, LEASE_MAX = 8192, WORKERS = 2 };

/* What the authority remembers: two versions, of which `current` says which one counts. */
struct memory {
    uint64_t sequence;
    struct digest previous;
    struct id request;
    size_t length;
    uint8_t lease[LEASE_MAX];
};

/* Shared with the process that is killed. */
struct shared {
    _Atomic unsigned current;
    struct memory memories[2];
    _Atomic size_t begun, ended; /* places taken; a number in one is acknowledged */
    _Atomic uint64_t begun_uses[USES_MAX], ended_uses[USES_MAX];
    _Atomic unsigned renewals;
};

static struct guard_fixture fixture;
static struct shared *shared;

static void commit(const struct fake_authority *authority, void *context)
{
    (void)context;
    unsigned next = 1 - atomic_load(&shared->current);
    struct memory *memory = &shared->memories[next];
    if (authority->lease.length > LEASE_MAX)
        abort();
    memory->sequence = authority->sequence;
    memory->previous = authority->previous;
    memory->request = authority->request;
    memory->length = authority->lease.length;
    memcpy(memory->lease, authority->lease.data, authority->lease.length);
    atomic_store(&shared->current, next);
    atomic_fetch_add(&shared->renewals, 1);
}

static void recall(void)
{
    const struct memory *memory = &shared->memories[atomic_load(&shared->current)];
    struct fake_authority *authority = &fixture.authority;
    authority->sequence = memory->sequence;
    authority->previous = memory->previous;
    authority->request = memory->request;
    buffer_clear(&authority->lease);
    buffer_append(&authority->lease, memory->lease, memory->length);
}

/* --- The process that is killed ------------------------------------------------------------- */

static void *work(void *context)
{
    for (;;) {
        struct enduse_verdict verdict;
        uint64_t use;
        if (enduse_begin(fixture.guard, context, "location", "c1", &use, &verdict) != ENDUSE_OK)
            _exit(3);
        size_t place = atomic_fetch_add(&shared->begun, 1);
        if (place < USES_MAX)
            atomic_store(&shared->begun_uses[place], use);
        if (enduse_end(fixture.guard, use) != ENDUSE_OK)
            _exit(4);
        place = atomic_fetch_add(&shared->ended, 1);
        if (place < USES_MAX)
            atomic_store(&shared->ended_uses[place], use);
    }
    return NULL;
}

static void run_until_killed(const struct buffer *declaration)
{
    struct enduse_verdict verdict;
    struct enduse_declaration *declared;
    struct fault fault;
    millis wait;
    pthread_t threads[WORKERS];
    if (fixture_open(&fixture) != ENDUSE_OK ||
        guard_renew(fixture.guard, &fault, &wait) != ERROR_OK ||
        enduse_declare(
            fixture.guard, declaration->data, declaration->length,
            fixture.world.approval_bytes.data, fixture.world.approval_bytes.length, &declared,
            &verdict, NULL) != ENDUSE_OK)
        _exit(2);
    for (size_t i = 0; i < WORKERS; i++)
        pthread_create(&threads[i], NULL, work, declared);
    while (guard_renew(fixture.guard, &fault, &wait) == ERROR_OK)
        continue;
    _exit(5);
}

/* --- Afterwards --------------------------------------------------------------------------- */

struct seen_uses {
    uint64_t *begun, *ended;
    size_t begun_count, ended_count, room;
};

static enum error
collect(void *context, const struct record *record, const struct entry *entry, struct fault *fault)
{
    struct seen_uses *seen = context;
    (void)record;
    (void)fault;
    assert_true(seen->begun_count < seen->room && seen->ended_count < seen->room);
    if (entry->kind == ENTRY_BEGIN)
        seen->begun[seen->begun_count++] = entry->use;
    else if (entry->kind == ENTRY_END || entry->kind == ENTRY_CLOSED)
        seen->ended[seen->ended_count++] = entry->use;
    else
        assert_int_not_equal(entry->kind, ENTRY_LATCH);
    return ERROR_OK;
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

static void check_records(void)
{
    struct seen_uses seen = {.room = 4 * USES_MAX};
    struct record_summary summary;
    struct fault fault = {0};
    seen.begun = calloc(seen.room, sizeof *seen.begun);
    seen.ended = calloc(seen.room, sizeof *seen.ended);
    assert_true(seen.begun && seen.ended);
    enum error error = guard_records_check(
        &os_system, fixture.folder, fixture.enrolled.first_key, collect, &seen, &fault, &summary);
    if (error)
        fail_msg("%s: %s", fault.place, error_words(error));
    assert_true(summary.tags_checked);
    qsort(seen.begun, seen.begun_count, sizeof *seen.begun, compare);
    qsort(seen.ended, seen.ended_count, sizeof *seen.ended, compare);
    /* Each use that began has one end, and no number was given twice. */
    assert_int_equal(seen.begun_count, seen.ended_count);
    for (size_t i = 0; i < seen.begun_count; i++) {
        assert_int_equal(seen.begun[i], seen.ended[i]);
        assert_true(i == 0 || seen.begun[i - 1] < seen.begun[i]);
    }
    for (size_t i = 0; i < atomic_load(&shared->begun) && i < USES_MAX; i++) {
        uint64_t use = atomic_load(&shared->begun_uses[i]);
        assert_true(
            use == 0 || bsearch(&use, seen.begun, seen.begun_count, sizeof use, compare) != NULL);
    }
    free(seen.begun);
    free(seen.ended);
}

/* Until the child has begun a use, however busy the machine; or has ended, which the round reports.
 */
static void wait_for_a_use(pid_t child)
{
    size_t before = atomic_load(&shared->begun);
    siginfo_t ended = {0};
    while (atomic_load(&shared->begun) == before &&
           waitid(P_PID, (id_t)child, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == 0)
        sched_yield();
}

static void killed_at_any_moment(void **state)
{
    (void)state;
    unsigned rounds = getenv("ENDUSE_DEEP") ? 200 : 20;
    struct buffer declaration = {0};
    uint32_t random = 12345;
    for (unsigned round = 1; round <= rounds; round++) {
        fixture_sign_declaration(&fixture, (uint8_t)round, &declaration);
        random = random * 1664525 + 1013904223;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            run_until_killed(&declaration);
        /* Every other round dies at any moment of opening or work, the others in the midst of work.
         */
        if (round % 2 == 0)
            wait_for_a_use(child);
        usleep(random >> 16 & 0x1FFFF); /* up to 131 ms */
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        /* It did not end by itself, or say that something is wrong. */
        assert_true(WIFSIGNALED(status));
        recall();
        if (fixture_open(&fixture) != ENDUSE_OK)
            fail_msg("%s", fixture.fault.text);
        fixture_renew(&fixture);
        assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_ACTIVE);
        fixture_close(&fixture);
        check_records();
    }
    assert_true(atomic_load(&shared->begun) > 0);
    assert_true(atomic_load(&shared->renewals) > rounds);
    buffer_free(&declaration);
}

static void many(struct world *world)
{
    world->licence.maximum_uses_in_period = 0;
    world->licence.uses_period = 0;
    world->licence.maximum_unacknowledged = UINT64_C(1) << 40;
}

static int setup(void **state)
{
    (void)state;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    fixture_init(&fixture, many);
    fixture.os = &os_system;
    fixture.authority.commit = commit;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_free(&fixture);
    munmap(shared, sizeof *shared);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(killed_at_any_moment, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A guard with its threads: an order reaches the uses by itself, many threads use it at once, and
 * closing ends all of it. Run it under ThreadSanitizer too: -Db_sanitize=thread. */
#include "guard_fixture.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

enum { WORKERS = 4, ORDERS = 4 };

static struct guard_fixture fixture;

static void many(struct world *world)
{
    world->licence.maximum_active_uses = 3; /* fewer than there are threads */
    world->licence.maximum_uses_in_period = 0;
    world->licence.uses_period = 0;
    world->licence.maximum_unacknowledged = UINT64_C(1) << 40;
}

static int setup(void **state)
{
    (void)state;
    struct enduse_verdict verdict;
    fixture_init(&fixture, many);
    fixture.os = &os_system;
    fixture.threads = true;
    fixture.authority.parks = true;
    if (fixture_open(&fixture) != ENDUSE_OK)
        fail_msg("%s", fixture.fault.text);
    assert_int_equal(enduse_wait_active(fixture.guard, 20000, &verdict), ENDUSE_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_free(&fixture);
    return 0;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Until all news is taken over, and the next renewal waits. */
static void await_parked(void)
{
    for (bool taken = false; !taken;) {
        poll(NULL, 0, 1);
        pthread_mutex_lock(&fixture.authority.lock);
        taken = fixture.authority.parked && fixture.authority.told == fixture.authority.news;
        pthread_mutex_unlock(&fixture.authority.lock);
    }
}

static void an_order_is_obeyed_by_itself(void **state)
{
    (void)state;
    struct enduse_declaration *declared = fixture_declare(&fixture);
    uint64_t use = fixture_begin(&fixture, declared);
    struct pollfd stop = {.fd = enduse_stop_descriptor(fixture.guard), .events = POLLIN};
    double start = seconds();
    pthread_mutex_lock(&fixture.authority.lock);
    fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, 0);
    fixture_news(&fixture);
    pthread_mutex_unlock(&fixture.authority.lock);
    assert_int_equal(poll(&stop, 1, 20000), 1);
    print_message("order to obedience: %.1f ms\n", (seconds() - start) * 1e3);
    assert_int_equal(enduse_must_stop(fixture.guard, use, NULL), 1);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    assert_int_equal(poll(&stop, 1, 0), 0);
    /* The receipt goes out at once, in the renewal that is parked then. */
    for (bool received = false; !received;) {
        pthread_mutex_lock(&fixture.authority.lock);
        received = fixture.authority.renewal.receipts_count == 1;
        pthread_mutex_unlock(&fixture.authority.lock);
        poll(NULL, 0, 1);
    }
    enduse_declaration_free(fixture.guard, declared);
}

static atomic_bool over;
static atomic_uint running, most, permitted;

static void *work(void *declared)
{
    while (!atomic_load(&over)) {
        struct enduse_verdict verdict;
        uint64_t use;
        if (enduse_begin(fixture.guard, declared, "location", "c1", &use, &verdict) != ENDUSE_OK)
            continue;
        unsigned now = atomic_fetch_add(&running, 1) + 1, before = atomic_load(&most);
        while (now > before && !atomic_compare_exchange_weak(&most, &before, now))
            continue;
        atomic_fetch_add(&permitted, 1);
        enduse_must_stop(fixture.guard, use, &verdict);
        atomic_fetch_sub(&running, 1);
        enduse_end(fixture.guard, use);
    }
    return NULL;
}

static void never_more_than_licensed_at_once(void **state)
{
    (void)state;
    pthread_t threads[WORKERS];
    struct enduse_declaration *declared = fixture_declare(&fixture);
    for (int i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, declared), 0);
    for (unsigned round = 0; round < ORDERS; round++) {
        static const char *const numbers[] = {"OR-1", "OR-2", "OR-3", "OR-4"};
        pthread_mutex_lock(&fixture.authority.lock);
        if (round % 2)
            fixture_lift(&fixture, numbers[round], round - 1, true);
        else
            fixture_order(&fixture, numbers[round], ORDER_SUSPEND, NULL, 0);
        fixture_news(&fixture);
        pthread_mutex_unlock(&fixture.authority.lock);
        await_parked();
    }
    atomic_store(&over, true);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    assert_true(atomic_load(&permitted) > 0);
    assert_true(atomic_load(&most) <= 3);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_ACTIVE);
    enduse_declaration_free(fixture.guard, declared);
}

static void closing_ends_what_runs(void **state)
{
    (void)state;
    unsigned counts[ENTRY_RESTORED + 1];
    struct enduse_declaration *declared = fixture_declare(&fixture);
    fixture_begin(&fixture, declared);
    fixture_begin(&fixture, declared);
    fixture_close(&fixture);
    fixture_count_records(&fixture, counts);
    assert_int_equal(counts[ENTRY_BEGIN], 2);
    assert_int_equal(counts[ENTRY_END], 2);
}

/* The renewal that waits is cancelled; the receipt of what closing ended goes out all the same. */
static void closing_delivers_the_receipt(void **state)
{
    (void)state;
    struct enduse_declaration *declared = fixture_declare(&fixture);
    fixture_begin(&fixture, declared);
    pthread_mutex_lock(&fixture.authority.lock);
    fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, 0);
    fixture_news(&fixture);
    pthread_mutex_unlock(&fixture.authority.lock);
    await_parked();
    assert_int_equal(fixture.authority.renewal.receipts_count, 0);
    fixture_close(&fixture);
    assert_int_equal(fixture.authority.renewal.receipts_count, 1);
    assert_true(fixture.authority.hurried);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_order_is_obeyed_by_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(never_more_than_licensed_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(closing_ends_what_runs, setup, teardown),
        cmocka_unit_test_setup_teardown(closing_delivers_the_receipt, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

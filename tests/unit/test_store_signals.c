/* store: what the server notices by itself in renewals that do not come and in returns that do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "office_database.h"

static struct office_database office;

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

/* How many acts are due now; does them. */
static size_t do_due(millis *ret_next)
{
    struct arena arena = {0};
    struct bytes *acts;
    size_t count;
    OFFICE_OK(&office, store_due(office.store, 8, &arena, &office.fault, &acts, &count, ret_next));
    for (size_t i = 0; i < count; i++) {
        struct store_answer answer = office_do(&office, STORE_ACT, acts[i]);
        office.fault = answer.fault;
        OFFICE_OK(&office, answer.error);
        assert_int_equal(answer.file_kind, FILE_SIGNAL);
    }
    arena_free(&arena);
    return count;
}

static size_t files_of(enum file_kind kind)
{
    const struct store_query query = {.kind = kind, .parent = "IL-2026-0017", .limit = 10};
    struct store_entry *entries;
    size_t count;
    OFFICE_OK(
        &office, store_list(office.reader, &query, &office.arena, &office.fault, &entries, &count));
    return count;
}

static void an_installation_that_does_not_renew_is_noticed_once(void **state)
{
    (void)state;
    millis next = 0;
    struct renewal renewal = office_first_renewal(&office);
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    millis overdue = office_clock + office_lease(&office, &job).ttl + SIGNAL_OVERDUE_AFTER;
    renewal = office_next_renewal(&office, &renewal, &job);
    store_answer_free(&job.answer);
    assert_int_equal(do_due(&next), 0);
    assert_int_equal(next, overdue);
    office_clock = overdue - 1;
    assert_int_equal(do_due(&next), 0);
    office_clock = overdue;
    assert_int_equal(do_due(&next), 1);
    assert_int_equal(files_of(FILE_SIGNAL), 1);
    assert_int_equal(files_of(FILE_CASE), 1);
    assert_int_equal(do_due(&next), 0);
    office_clock += MILLIS_DAY;
    assert_int_equal(do_due(&next), 0);
    /* It comes back, and is watched anew: the second time feeds the case that is open. */
    renewal.in_force = (struct digest){{1}}; /* it wants an answer at once */
    job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(job.answer.outcome, STORE_LEASE);
    store_answer_free(&job.answer);
    assert_int_equal(do_due(&next), 0);
    assert_true(next > office_clock);
    office_clock = next;
    assert_int_equal(do_due(&next), 1);
    assert_int_equal(files_of(FILE_SIGNAL), 2);
    assert_int_equal(files_of(FILE_CASE), 1);
    const struct audit_options options = {.demo_allowed = true};
    struct audit_report report;
    OFFICE_OK(&office, store_verify(office.path, &options, &office.fault, &report));
    assert_int_equal(report.finding_count, 0);
}

/* After a lease that says revoked nothing is waited for. */
static void nobody_waits_for_a_revoked_installation(void **state)
{
    (void)state;
    millis next = 0;
    struct order revoke = world_order(&office.script.world, "OR-1", ORDER_REVOKE, NULL);
    office_do(&office, STORE_ACT, OFFICE_ORDER(&office.script, &revoke, WORLD_D1, WORLD_F1));
    struct renewal renewal = office_first_renewal(&office);
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(office_lease(&office, &job).state, LEASE_REVOKED);
    store_answer_free(&job.answer);
    const struct order_file *order = office_load(&office, FILE_ORDER, "OR-1");
    assert_int_equal(order->deliveries_count, 1);
    assert_string_equal(order->deliveries[0].installation, "IN-0001");
    office_clock += 2 * MILLIS_DAY;
    assert_int_equal(do_due(&next), 0);
    assert_int_equal(files_of(FILE_SIGNAL), 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_installation_that_does_not_renew_is_noticed_once),
        TEST(nobody_waits_for_a_revoked_installation),
    };
    return cmocka_run_group_tests_name("store_signals", tests, NULL, NULL);
}

/* The table of states: in each state, what new and running uses may do, and what leads out of it.
 */
#include "guard_fixture.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct guard_fixture fixture;
static struct enduse_declaration *declared;
static uint64_t use;

/* The world's small form has no approval in its vocabulary; the declaration carries one anyway. */
static int setup(void **state)
{
    (void)state;
    fixture_init(&fixture, NULL);
    fixture_active(&fixture);
    declared = fixture_declare(&fixture);
    use = fixture_begin(&fixture, declared);
    return 0;
}

static void shorten(struct world *world)
{
    world->licence.until = WORLD_NOW + 10 * MILLIS_SECOND;
}

static int setup_short(void **state)
{
    (void)state;
    fixture_init(&fixture, shorten);
    fixture_active(&fixture);
    declared = fixture_declare(&fixture);
    use = fixture_begin(&fixture, declared);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_free(&fixture);
    return 0;
}

static enum enduse_reason begin(void)
{
    struct enduse_verdict verdict;
    uint64_t number = 0;
    int result = enduse_begin(fixture.guard, declared, "location", "c1", &number, &verdict);
    assert_int_equal(result, verdict.reason ? ENDUSE_REFUSED : ENDUSE_OK);
    if (number)
        assert_int_equal(enduse_end(fixture.guard, number), ENDUSE_OK);
    return verdict.reason;
}

static bool descriptor_is_readable(void)
{
    struct pollfd file = {.fd = enduse_stop_descriptor(fixture.guard), .events = POLLIN};
    return poll(&file, 1, 0) == 1;
}

/* That the running use was told to stop, for this reason, and that nothing new begins. */
static void assert_stopped(enum enduse_reason reason)
{
    struct enduse_verdict verdict;
    assert_int_equal(enduse_must_stop(fixture.guard, use, &verdict), 1);
    assert_int_equal(verdict.reason, reason);
    assert_true(verdict.since > 0);
    assert_int_equal(fixture.stops, 1);
    assert_int_equal(fixture.stopped_use, use);
    assert_int_equal(fixture.stop_verdict.reason, reason);
    assert_true(descriptor_is_readable());
    assert_int_equal(begin(), reason);
}

static void assert_running(void)
{
    assert_int_equal(enduse_must_stop(fixture.guard, use, NULL), 0);
    assert_int_equal(fixture.stops, 0);
    assert_false(descriptor_is_readable());
}

/* --- Active, limited ---------------------------------------------------------------------- */

static void active(void **state)
{
    (void)state;
    fixture_renew(&fixture);
    assert_running();
    assert_int_equal(begin(), ENDUSE_REASON_NONE);
}

static void limited_stops_what_is_outside(void **state)
{
    (void)state;
    fixture_order(
        &fixture, "OR-1", ORDER_LIMIT,
        "@clause(\"1\") @title(\"No location\") forbid (principal, action, resource) when { "
        "context.function == EndUse::Function::\"location\" };",
        0);
    fixture.authority.state = LEASE_LIMITED;
    fixture_renew(&fixture);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_LIMITED);
    assert_stopped(ENDUSE_REASON_CLAUSE);
    assert_string_equal(fixture.stop_verdict.clauses[0], "OR-1/1");
    assert_string_equal(fixture.stop_verdict.issuer, "order OR-1/1");
}

static void limited_leaves_what_is_within(void **state)
{
    (void)state;
    fixture_order(
        &fixture, "OR-1", ORDER_LIMIT,
        "@clause(\"1\") forbid (principal, action, resource) when { context.function == "
        "EndUse::Function::\"stored-data\" };",
        0);
    fixture.authority.state = LEASE_LIMITED;
    fixture_renew(&fixture);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_LIMITED);
    assert_running();
    assert_int_equal(begin(), ENDUSE_REASON_NONE);
}

static void invalid_clauses_of_an_order_suspend(void **state)
{
    (void)state;
    fixture_order(
        &fixture, "OR-1", ORDER_LIMIT,
        "@clause(\"1\") forbid (principal, action, resource) when { context.nothing == 1 };", 0);
    fixture_renew(&fixture);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_SUSPENDED);
    assert_stopped(ENDUSE_REASON_SUSPENDED);
}

/* --- Suspended, disconnected, revoked ------------------------------------------------------- */

static void lifted_by_both_only(enum order_kind kind, enum enduse_reason reason)
{
    size_t order = fixture_order(&fixture, "OR-1", kind, NULL, 0);
    fixture_renew(&fixture);
    assert_stopped(reason);
    assert_string_equal(fixture.stop_verdict.clauses[0], "OR-1");
    assert_string_equal(fixture.stop_verdict.contact, "orders@authority.example");
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    assert_false(descriptor_is_readable());
    /* One ministry alone cannot lift it: the whole message is dropped. */
    fixture_lift(&fixture, "OR-2", order, false);
    struct fault fault = {0};
    millis wait;
    assert_int_equal(guard_renew(fixture.guard, &fault, &wait), ERROR_SIGNERS_MISSING);
    assert_true(wait > 0);
    assert_int_equal(begin(), reason);
    buffer_free(&fixture.authority.orders[--fixture.authority.order_count]);
    fixture.authority.lease.length = 0;
    fixture.authority.sequence--;
    fixture.authority.previous = fixture.authority.renewal.previous;
    /* Both can. */
    fixture_lift(&fixture, "OR-3", order, true);
    fixture_renew(&fixture);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_ACTIVE);
    assert_int_equal(begin(), ENDUSE_REASON_NONE);
}

static void suspended(void **state)
{
    (void)state;
    lifted_by_both_only(ORDER_SUSPEND, ENDUSE_REASON_SUSPENDED);
}

static void disconnected(void **state)
{
    (void)state;
    lifted_by_both_only(ORDER_DISCONNECT, ENDUSE_REASON_DISCONNECTED);
}

static void revoked_for_good(void **state)
{
    (void)state;
    size_t order = fixture_order(&fixture, "OR-1", ORDER_REVOKE, NULL, 0);
    fixture_renew(&fixture);
    assert_stopped(ENDUSE_REASON_REVOKED);
    fixture_lift(&fixture, "OR-2", order, true);
    fixture_renew(&fixture);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_REVOKED);
    assert_int_equal(begin(), ENDUSE_REASON_REVOKED);
}

static void revoked_has_no_wind_down(void **state)
{
    (void)state;
    fixture_order(&fixture, "OR-1", ORDER_REVOKE, NULL, WORLD_NOW + MILLIS_HOUR);
    fixture_renew(&fixture);
    assert_stopped(ENDUSE_REASON_REVOKED);
}

static void winds_down(void **state)
{
    (void)state;
    fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, WORLD_NOW + 30 * MILLIS_SECOND);
    fixture.authority.state = LEASE_SUSPENDED;
    fixture_renew(&fixture);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_SUSPENDED);
    assert_int_equal(begin(), ENDUSE_REASON_SUSPENDED);
    assert_running();
    fixture_pass(29 * MILLIS_SECOND);
    guard_tick(fixture.guard);
    assert_running();
    fixture_pass(MILLIS_SECOND);
    guard_tick(fixture.guard);
    assert_stopped(ENDUSE_REASON_SUSPENDED);
}

static void a_lease_tightens(void **state)
{
    (void)state;
    fixture.authority.state = LEASE_DISCONNECTED;
    fixture_renew(&fixture);
    assert_stopped(ENDUSE_REASON_DISCONNECTED);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    /* What only a lease took, the next lease gives back. */
    fixture.authority.state = LEASE_ACTIVE;
    fixture_renew(&fixture);
    assert_int_equal(begin(), ENDUSE_REASON_NONE);
}

static void a_lease_never_loosens(void **state)
{
    (void)state;
    fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, 0);
    fixture_renew(&fixture);
    /* The authority forgets it: the stored order stays. */
    buffer_free(&fixture.authority.orders[--fixture.authority.order_count]);
    fixture_renew(&fixture);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_SUSPENDED);
    assert_stopped(ENDUSE_REASON_SUSPENDED);
}

static void orders_survive_a_restart(void **state)
{
    (void)state;
    size_t order = fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, 0);
    fixture_renew(&fixture);
    fixture_close(&fixture);
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_SUSPENDED);
    fixture_lift(&fixture, "OR-2", order, true);
    fixture_renew(&fixture);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_ACTIVE);
    fixture_close(&fixture);
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_int_equal(fixture_state(&fixture), ENDUSE_STATE_ACTIVE);
}

/* --- Expiry ------------------------------------------------------------------------------- */

/* TTL 60 s, less 6 s. */
static void lease_expired(void **state)
{
    (void)state;
    fixture_pass(53 * MILLIS_SECOND);
    guard_tick(fixture.guard);
    assert_running();
    fixture_pass(MILLIS_SECOND);
    /* The use itself sees it, before anybody tells. */
    assert_int_equal(enduse_must_stop(fixture.guard, use, NULL), 1);
    guard_tick(fixture.guard);
    assert_stopped(ENDUSE_REASON_LEASE_EXPIRED);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    fixture_renew(&fixture);
    assert_int_equal(begin(), ENDUSE_REASON_NONE);
}

static void licence_expired(void **state)
{
    (void)state;
    fixture_pass(10 * MILLIS_SECOND - 1);
    guard_tick(fixture.guard);
    assert_running();
    fixture_pass(1);
    guard_tick(fixture.guard);
    assert_stopped(ENDUSE_REASON_LICENCE_EXPIRED);
}

static void an_extension_by_both(void **state)
{
    (void)state;
    struct order order = world_order(&fixture.world, "OR-1", ORDER_EXTEND, NULL);
    struct fake_authority *authority = &fixture.authority;
    order.until = fixture.world.licence.until + 10 * MILLIS_SECOND;
    WORLD_SIGN(
        &fixture.world, INSTRUMENT_ORDER, &order, &authority->orders[0],
        &authority->order_digests[0], WORLD_D1, WORLD_F2);
    authority->order_count = 1;
    fixture_renew(&fixture);
    fixture_pass(20 * MILLIS_SECOND - 1);
    guard_tick(fixture.guard);
    assert_running();
    assert_int_equal(begin(), ENDUSE_REASON_NONE);
    fixture_pass(1);
    guard_tick(fixture.guard);
    assert_stopped(ENDUSE_REASON_LICENCE_EXPIRED);
}

/* --- Offline ------------------------------------------------------------------------------ */

static void offline_with_notices(void **state)
{
    (void)state;
    static const struct {
        millis span;
        int notice;
        unsigned notices;
    } steps[] = {{26, -1, 0}, {1, 50, 1}, {13, 50, 1}, {1, 25, 2}, {8, 10, 3}, {4, 10, 3}};
    struct fault fault;
    millis wait;
    fixture.authority.offline = true;
    fixture.last_notice = -1;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        fixture_pass(steps[i].span * MILLIS_SECOND);
        assert_int_equal(guard_renew(fixture.guard, &fault, &wait), ERROR_UNREACHABLE);
        assert_true(wait > 0 && wait <= 30000);
        guard_tick(fixture.guard);
        assert_running();
        assert_int_equal(fixture.last_notice, steps[i].notice);
        assert_int_equal(fixture.notices, steps[i].notices);
    }
    fixture_pass(2 * MILLIS_SECOND);
    guard_tick(fixture.guard);
    assert_int_equal(fixture.last_notice, 0);
    assert_stopped(ENDUSE_REASON_LEASE_EXPIRED);
    struct enduse_status status = {.size = sizeof status};
    assert_int_equal(enduse_status(fixture.guard, &status), ENDUSE_OK);
    assert_int_equal(status.online, 0);
    assert_true(status.lease_left <= 0);
}

/* --- Receipts ----------------------------------------------------------------------------- */

static void receipts_say_how_many_stopped(void **state)
{
    (void)state;
    fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, 0);
    fixture_renew(&fixture);
    /* Not obeyed while the use has not ended. */
    fixture_renew(&fixture);
    assert_int_equal(fixture.authority.renewal.receipts_count, 0);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    fixture_renew(&fixture);
    assert_int_equal(fixture.authority.renewal.receipts_count, 1);
    struct signer guard = signer_of_key(&fixture.enrolled.key);
    struct document document;
    struct receipt receipt;
    assert_int_equal(
        receipt_open(
            fixture.authority.renewal.receipts[0], &fixture.world.authority, &guard,
            &fixture.authority.arena, NULL, &document, &receipt),
        ERROR_OK);
    assert_int_equal(receipt.stopped, 1);
    assert_int_equal(receipt.state, LEASE_SUSPENDED);
    assert_true(digest_equal(&receipt.order, &fixture.authority.order_digests[0]));
    /* Answered: it does not go out again. */
    fixture_renew(&fixture);
    assert_int_equal(fixture.authority.renewal.receipts_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(active, setup, teardown),
        cmocka_unit_test_setup_teardown(limited_stops_what_is_outside, setup, teardown),
        cmocka_unit_test_setup_teardown(limited_leaves_what_is_within, setup, teardown),
        cmocka_unit_test_setup_teardown(invalid_clauses_of_an_order_suspend, setup, teardown),
        cmocka_unit_test_setup_teardown(suspended, setup, teardown),
        cmocka_unit_test_setup_teardown(disconnected, setup, teardown),
        cmocka_unit_test_setup_teardown(revoked_for_good, setup, teardown),
        cmocka_unit_test_setup_teardown(revoked_has_no_wind_down, setup, teardown),
        cmocka_unit_test_setup_teardown(winds_down, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lease_tightens, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lease_never_loosens, setup, teardown),
        cmocka_unit_test_setup_teardown(orders_survive_a_restart, setup, teardown),
        cmocka_unit_test_setup_teardown(lease_expired, setup, teardown),
        cmocka_unit_test_setup_teardown(licence_expired, setup_short, teardown),
        cmocka_unit_test_setup_teardown(an_extension_by_both, setup_short, teardown),
        cmocka_unit_test_setup_teardown(offline_with_notices, setup, teardown),
        cmocka_unit_test_setup_teardown(receipts_say_how_many_stopped, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

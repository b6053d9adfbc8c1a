/* authority: orders, what they take away and who gives it back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

/* A guard lets a stored order go only for a signed lift, which reaches it in a lease. */
static void leases_carry_what_was_given_back(void **state)
{
    (void)state;
    everything();
    struct order cut = an_order("OR-1", ORDER_DISCONNECT);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    struct order restore = an_order("OR-2", ORDER_RESTORE);
    restore.lifts = digest_of("OR-1");
    IS(ERROR_OK, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_false(carries("OR-1"));
    assert_true(carries("OR-2"));
    assert_int_equal(licence_file()->base.state, LICENCE_ACTIVE);
    /* an extension, of which the newest is enough */
    struct order extend = an_order("OR-3", ORDER_EXTEND);
    extend.until = office.world.licence.until + MILLIS_DAY;
    IS(ERROR_OK, ISSUE(WORLD_D1, &extend, WORLD_D1, WORLD_F1));
    extend.number = "OR-4";
    extend.until += MILLIS_DAY;
    IS(ERROR_OK, ISSUE(WORLD_D1, &extend, WORLD_D1, WORLD_F1));
    assert_false(carries("OR-3"));
    assert_true(carries("OR-4"));
    assert_int_equal(licence_file()->orders_count, 2);
    /* a restoration does not lift itself away */
    restore.number = "OR-5";
    restore.lifts = digest_of("OR-2");
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
}

static void a_lift_reaches_as_far_as_it_says(void **state)
{
    (void)state;
    everything();
    IS(ERROR_OK, ACT(WORLD_D1, "installation/IN-0002", "enrol", enrolment(WORLD_STRANGER)));
    static const char *const first[] = {"IN-0001"}, *const second[] = {"IN-0002"};
    struct order cut = an_order("OR-1", ORDER_DISCONNECT);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    /* for one installation: not what both ministries took from all */
    struct order restore = an_order("OR-2", ORDER_RESTORE);
    restore.lifts = digest_of("OR-1");
    restore.installations = first;
    restore.installations_count = 1;
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_int_equal(licence_file()->base.state, LICENCE_DISCONNECTED);
    restore.installations_count = 0;
    IS(ERROR_OK, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_int_equal(licence_file()->base.state, LICENCE_ACTIVE);
    /* an order for one is lifted for that one, not for another */
    struct order partial = an_order("OR-3", ORDER_SUSPEND);
    partial.installations = first;
    partial.installations_count = 1;
    IS(ERROR_OK, ISSUE(WORLD_D1, &partial, WORLD_D1));
    restore = an_order("OR-4", ORDER_RESTORE);
    restore.lifts = digest_of("OR-3");
    restore.installations = second;
    restore.installations_count = 1;
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    restore.installations = first;
    IS(ERROR_OK, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_false(carries("OR-3"));
    /* an extension is for the licence, not for an installation of it */
    struct order extend = an_order("OR-5", ORDER_EXTEND);
    extend.until = office.world.licence.until + MILLIS_DAY;
    extend.installations = first;
    extend.installations_count = 1;
    assert_int_equal(order_check(&extend, NULL), ERROR_DOCUMENT_RULE);
}

/* A guard that is to be restored after a latch names an order as what latched it. */
static void a_latch_does_not_pass_for_an_order(void **state)
{
    (void)state;
    everything();
    static const char *const first[] = {"IN-0001"};
    struct order partial = an_order("OR-1", ORDER_SUSPEND);
    partial.installations = first;
    partial.installations_count = 1;
    IS(ERROR_OK, ISSUE(WORLD_D1, &partial, WORLD_D1));
    struct digest latch = digest_of("OR-1");
    IS(ERROR_OK, ACT(WORLD_LEASE, "installation/IN-0001", "latch",
                     BODY(
                         {"latch", datum_of_bytes(digest_view(&latch))},
                         T("reason", "The guard says that it is latched."))));
    struct order restore = an_order("OR-2", ORDER_RESTORE);
    restore.lifts = latch;
    restore.installations = first;
    restore.installations_count = 1;
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &restore, WORLD_D1, WORLD_F1));
    assert_true(carries("OR-1"));
}

/* However many orders one ministry issues, the licence can still be stopped. */
static void there_is_always_room_to_stop(void **state)
{
    (void)state;
    everything();
    struct order hold = an_order("OR-0", ORDER_HOLD);
    hold.records_from = WORLD_NOW - MILLIS_DAY;
    hold.records_until = WORLD_NOW;
    struct licence_order *orders =
        ARENA_ARRAY(&office.arena, struct licence_order, LEASE_ORDERS_MAX);
    assert_non_null(orders);
    for (size_t i = 0; i < LEASE_ORDERS_MAX - LICENCE_ORDERS_KEPT; i++)
        orders[i] = (struct licence_order){.number = "OR-0", .kind = ORDER_HOLD, .digest = {{1}}};
    struct licence_file file = *licence_file();
    file.orders = orders;
    file.orders_count = LEASE_ORDERS_MAX - LICENCE_ORDERS_KEPT;
    struct outcome outcome = {.changes = {{FILE_LICENCE, &file, false}}, .change_count = 1};
    keep(&outcome);
    IS(ERROR_OFFICE_CONDITION, ISSUE(WORLD_D1, &hold, WORLD_D1));
    struct order cut = an_order("OR-1", ORDER_DISCONNECT);
    IS(ERROR_OK, ISSUE(WORLD_F1, &cut, WORLD_F1));
    assert_int_equal(licence_file()->base.state, LICENCE_DISCONNECTED);
    /* nor does one order fill the lease */
    char *reason = arena_alloc(&office.arena, LEASE_ORDER_BYTES_MAX + 1);
    assert_non_null(reason);
    memset(reason, 'x', LEASE_ORDER_BYTES_MAX);
    cut.number = "OR-2";
    cut.reason = reason;
    IS(ERROR_TOO_LARGE, ISSUE(WORLD_F1, &cut, WORLD_F1));
}

/* What is held or to be disclosed can be let go again. */
static void holds_are_lifted(void **state)
{
    (void)state;
    everything();
    struct order hold = an_order("OR-1", ORDER_HOLD);
    hold.records_from = WORLD_NOW - MILLIS_DAY;
    hold.records_until = WORLD_NOW;
    IS(ERROR_OK, ISSUE(WORLD_D1, &hold, WORLD_D1));
    struct order lift = an_order("OR-2", ORDER_LIFT);
    lift.lifts = digest_of("OR-1");
    IS(ERROR_OK, ISSUE(WORLD_D1, &lift, WORLD_D1, WORLD_F1));
    assert_int_equal(state_of(FILE_ORDER, "OR-1"), ORDER_LIFTED);
}

/* A receipt counts of an installation that the order is for, once. */
static void receipts_come_from_addressees(void **state)
{
    (void)state;
    everything();
    IS(ERROR_OK, ACT(WORLD_D1, "installation/IN-0002", "enrol", enrolment(WORLD_STRANGER)));
    static const char *const first[] = {"IN-0001"};
    struct order cut = an_order("OR-1", ORDER_SUSPEND);
    cut.installations = first;
    cut.installations_count = 1;
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    struct receipt receipt = {
        .installation = "IN-0002",
        .order = digest_of("OR-1"),
        .received = WORLD_NOW,
        .obeyed = WORLD_NOW,
        .state = LEASE_SUSPENDED,
    };
    struct outcome outcome;
    static const char *const not_for[] = {"IN-0002", "IN-0009"};
    for (size_t i = 0; i < 2; i++) {
        receipt.installation = not_for[i];
        IS(ERROR_OFFICE_CONDITION,
           authority_receipt(
               &view, &receipt, "OR-1", WORLD_NOW, &office.arena, &office.fault, &outcome));
    }
    receipt.installation = "IN-0001";
    for (size_t i = 0; i < 2; i++) {
        IS(ERROR_OK,
           authority_receipt(
               &view, &receipt, "OR-1", WORLD_NOW, &office.arena, &office.fault, &outcome));
        assert_int_equal(outcome.change_count, i == 0 ? 1 : 0);
        keep(&outcome);
    }
}

/* A time of obedience before the order, or one that has not come, is kept and marked: it is the
 * guard's signed word, and no time to obey. */
static void receipts_of_impossible_times_are_marked(void **state)
{
    (void)state;
    static const struct {
        millis obeyed, arrived;
        enum receipt_doubt doubt;
    } rows[] = {
        {WORLD_NOW, WORLD_NOW, 0},
        {WORLD_NOW - 1, WORLD_NOW + 5, RECEIPT_BEFORE_ORDER},
        {0, WORLD_NOW, RECEIPT_BEFORE_ORDER},
        {WORLD_NOW + GUARD_AHEAD_MAX, WORLD_NOW, 0},
        {WORLD_NOW + GUARD_AHEAD_MAX + 1, WORLD_NOW, RECEIPT_AHEAD},
        {FIELD_TIME_LAST, WORLD_NOW, RECEIPT_AHEAD},
        {WORLD_NOW + MILLIS_HOUR, WORLD_NOW + MILLIS_HOUR, 0},
    };
    everything();
    struct order cut = an_order("OR-1", ORDER_SUSPEND);
    IS(ERROR_OK, ISSUE(WORLD_D1, &cut, WORLD_D1));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct receipt receipt = {
            .installation = "IN-0001",
            .order = digest_of("OR-1"),
            .received = rows[i].obeyed < WORLD_NOW ? 0 : WORLD_NOW,
            .obeyed = rows[i].obeyed,
            .state = LEASE_SUSPENDED,
        };
        struct outcome outcome;
        IS(ERROR_OK,
           authority_receipt(
               &view, &receipt, "OR-1", rows[i].arrived, &office.arena, &office.fault, &outcome));
        const struct order_file *file = outcome.changes[0].content;
        assert_int_equal(file->receipts_count, 1);
        assert_int_equal(file->receipts[0].obeyed, rows[i].obeyed);
        assert_int_equal(file->receipts[0].doubt, rows[i].doubt);
        millis took = -1;
        assert_int_equal(order_time_to_obey(file, &file->receipts[0], &took), !rows[i].doubt);
        assert_int_equal(took, rows[i].doubt ? -1 : rows[i].obeyed - WORLD_NOW);
    }
}

/* Who confirmed is who signed for the other ministry, not who brought the paper. */
static void both_signatures_are_noted_as_two_people(void **state)
{
    (void)state;
    everything();
    struct order revoke = an_order("OR-1", ORDER_REVOKE);
    IS(ERROR_OK, ISSUE(WORLD_D1, &revoke, WORLD_D1, WORLD_F2));
    const struct order_file *file = (const void *)base_of(FILE_ORDER, "OR-1");
    assert_string_equal(file->issued.person, "D-01");
    assert_string_equal(file->confirmed.person, "F-02");
    assert_int_equal(file->ministry, MINISTRY_DEFENCE);
}

/* The next root without D1, whose signature on the licence stays what it was. */
static void root_without_d1(struct root_chain *ret_chain, struct buffer *root)
{
    struct world *world = &office.world;
    struct root_ministry ministries[2] = {world->root.ministries[0], world->root.ministries[1]};
    ministries[0].people++;
    ministries[0].people_count--;
    struct root next = world->root;
    next.version = 2;
    next.previous = world->authority;
    next.ministries = ministries;
    WORLD_SIGN(world, INSTRUMENT_ROOT, &next, root, NULL, WORLD_D2, WORLD_F1);
    const struct bytes roots[] = {buffer_view(&world->root_bytes), buffer_view(root)};
    assert_int_equal(root_chain_open(roots, 2, NULL, true, NULL, ret_chain), ERROR_OK);
}

static void a_licence_is_limited_after_its_signatory_has_left(void **state)
{
    (void)state;
    everything();
    struct root_chain chain;
    struct buffer root = {0};
    root_without_d1(&chain, &root);
    office.office.chain = &chain;
    struct order limit = an_order("OR-1", ORDER_LIMIT);
    IS(ERROR_OFFICE_STRANGER, ISSUE(WORLD_D1, &limit, WORLD_D1));
    IS(ERROR_OK, ISSUE(WORLD_D2, &limit, WORLD_D2));
    assert_int_equal(licence_file()->base.state, LICENCE_LIMITED);
    root_chain_close(&chain);
    buffer_free(&root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(leases_carry_what_was_given_back),
        LIFE(a_lift_reaches_as_far_as_it_says),
        LIFE(a_latch_does_not_pass_for_an_order),
        LIFE(there_is_always_room_to_stop),
        LIFE(holds_are_lifted),
        LIFE(receipts_come_from_addressees),
        LIFE(receipts_of_impossible_times_are_marked),
        LIFE(both_signatures_are_noted_as_two_people),
        LIFE(a_licence_is_limited_after_its_signatory_has_left),
    };
    return cmocka_run_group_tests_name("authority_orders", tests, NULL, NULL);
}

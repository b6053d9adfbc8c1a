/* authority: renewals judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authority_world.h"

/* --- Renewals ----------------------------------------------------------------------------- */

static struct {
    struct renewal renewal;
    struct contact contact;
    bool contacted;
    millis time;
    struct lease lease;
} guard;

static enum renewal_answer ask(bool parked)
{
    struct renewal_case facts = {
        .office = &office.office,
        .installation = (const void *)base_of(FILE_INSTALLATION, "IN-0001"),
        .licence = (const void *)base_of(FILE_LICENCE, "IL-2026-0017"),
        .certificate_digest = office.world.certificate_digest,
        .lease_ttl = MILLIS_MINUTE,
        .contact = guard.contacted ? &guard.contact : NULL,
        .renewal = &guard.renewal,
        .renewal_digest = sha256_of(BYTES_ARRAY(guard.renewal.request.bytes)),
        .time = guard.time,
    };
    millis wait;
    return renewal_judge(&facts, parked, &office.arena, &office.fault, &guard.lease, &wait);
}

/* What the store does with a lease: sign, keep, answer. And the guard: ask again from it. */
static void answered(uint8_t next_request)
{
    guard.contact = (struct contact){
        .installation = "IN-0001",
        .request = guard.renewal.request,
        .request_digest = sha256_of(BYTES_ARRAY(guard.renewal.request.bytes)),
        .lease_digest = {{(uint8_t)guard.lease.sequence, 77}},
        .epoch = guard.lease.epoch,
        .sequence = guard.lease.sequence,
        .state = guard.lease.state,
        .boot = guard.renewal.boot,
        .boot_time = guard.renewal.boot_time,
        .time = guard.time,
        .answered = guard.time,
        .made_after = guard.contacted ? guard.contact.answered : guard.time,
        .head = guard.lease.acknowledged,
    };
    guard.contacted = true;
    guard.renewal.request = (struct id){{next_request}};
    guard.renewal.epoch = guard.lease.epoch;
    guard.renewal.sequence = guard.lease.sequence;
    guard.renewal.previous = guard.contact.lease_digest;
    guard.renewal.boot_time += 1000;
    guard.time += 1000;
}

static void first_lease(void)
{
    memset(&guard, 0, sizeof guard);
    guard.time = WORLD_NOW;
    guard.renewal = (struct renewal){
        .request = {{1}},
        .installation = "IN-0001",
        .licence = office.world.licence_digest,
        .boot = {{1}},
        .boot_time = 50000,
        .head = {.size = 1, .root = {{1}}},
    };
    assert_int_equal(ask(false), RENEWAL_LEASE);
    assert_int_equal(guard.lease.sequence, 1);
    assert_int_equal(guard.lease.state, LEASE_ACTIVE);
    assert_int_equal(guard.lease.acknowledged.size, 1);
    answered(2);
}

static void renewals_wait_until_something_changes(void **state)
{
    (void)state;
    everything();
    first_lease();
    assert_int_equal(ask(false), RENEWAL_WAIT);
    assert_int_equal(ask(true), RENEWAL_LEASE);
    assert_int_equal(guard.lease.sequence, 2);
    struct order cut = an_order("OR-1", ORDER_DISCONNECT);
    IS(ERROR_OK,
       ACT(WORLD_D1, "order/OR-1", "issue", instrument(SIGNED(INSTRUMENT_ORDER, &cut, WORLD_D1))));
    assert_int_equal(ask(false), RENEWAL_LEASE);
    assert_int_equal(guard.lease.state, LEASE_DISCONNECTED);
    assert_int_equal(renewal_park_limit(MILLIS_MINUTE), 20000);
    assert_int_equal(renewal_park_limit(30 * MILLIS_SECOND), 10000);
}

static void the_same_request_gets_the_same_lease(void **state)
{
    (void)state;
    everything();
    first_lease();
    guard.renewal.request = guard.contact.request;
    assert_int_equal(ask(false), RENEWAL_AGAIN);
    guard.contact.request_digest.bytes[0] ^= 1;
    assert_int_equal(ask(false), RENEWAL_REFUSED);
}

static void two_successors_of_one_lease_are_a_clone(void **state)
{
    (void)state;
    everything();
    first_lease();
    struct renewal twin = guard.renewal; /* both hold lease 1 */
    assert_int_equal(ask(true), RENEWAL_LEASE);
    answered(3);
    struct renewal own = guard.renewal;
    guard.renewal = twin;
    guard.renewal.request = (struct id){{9}};
    assert_int_equal(ask(false), RENEWAL_CLONE);
    static const struct digest latch = {{5}};
    IS(ERROR_OK, ACT(WORLD_LEASE, "installation/IN-0001", "clone",
                     BODY(
                         {"latch", datum_of_bytes(digest_view(&latch))},
                         T("reason", "Two guards continued one lease."))));
    assert_int_equal(ask(false), RENEWAL_FORKED);
    guard.renewal = own;
    assert_int_equal(ask(false), RENEWAL_LEASE);
    assert_int_equal(guard.lease.state, LEASE_SUSPENDED);
    /* Both ministries restore it, naming the latch. */
    struct order restore = an_order("OR-9", ORDER_RESTORE);
    static const char *const named[] = {"IN-0001"};
    restore.installations = named;
    restore.installations_count = 1;
    restore.lifts = (struct digest){{6}};
    IS(ERROR_OFFICE_CONDITION,
       ACT(WORLD_D1, "order/OR-9", "issue",
           instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_D1, WORLD_F1))));
    restore.lifts = latch;
    IS(ERROR_OK, ACT(WORLD_D1, "order/OR-9", "issue",
                     instrument(SIGNED(INSTRUMENT_ORDER, &restore, WORLD_D1, WORLD_F1))));
    assert_int_equal(state_of(FILE_INSTALLATION, "IN-0001"), INSTALLATION_ENROLLED);
}

/* The bytes of an earlier request that come late, from a connection that nobody reads any more. */
static void a_late_copy_is_no_clone(void **state)
{
    (void)state;
    everything();
    first_lease();
    struct renewal late = guard.renewal; /* on lease 1 */
    assert_int_equal(ask(true), RENEWAL_LEASE);
    answered(3);
    assert_int_equal(ask(true), RENEWAL_LEASE);
    answered(4);
    struct renewal newest = guard.renewal; /* on lease 3 */
    guard.renewal = late;
    assert_int_equal(ask(true), RENEWAL_FORKED);
    /* the same from another boot, or sent since, was made by somebody else */
    guard.renewal.boot = (struct id){{2}};
    assert_int_equal(ask(true), RENEWAL_CLONE);
    guard.renewal.boot = late.boot;
    guard.renewal.boot_time = newest.boot_time;
    assert_int_equal(ask(true), RENEWAL_CLONE);
    guard.renewal = newest;
    assert_int_equal(ask(true), RENEWAL_LEASE);
}

static void a_wrong_clock_hides_no_rollback(void **state)
{
    (void)state;
    everything();
    first_lease();
    static const struct digest latch = {{5}};
    IS(ERROR_OK, ACT(WORLD_LEASE, "installation/IN-0001", "clock",
                     BODY(
                         {"latch", datum_of_bytes(digest_view(&latch))},
                         T("reason", "The guard's clock ran ahead."))));
    guard.renewal.boot_time += MILLIS_HOUR;
    assert_int_equal(ask(true), RENEWAL_LEASE);
    guard.renewal.head.size = 0;
    assert_int_equal(ask(true), RENEWAL_LATCHED);
}

/* What was acknowledged stays so, whatever a guard shows later: also one that is latched, again and
 * again, and also with another log of the same length. */
static void what_was_acknowledged_never_goes_back(void **state)
{
    (void)state;
    everything();
    first_lease();
    guard.renewal.head = (struct head){.size = 9, .root = {{9}}};
    assert_int_equal(ask(true), RENEWAL_LEASE);
    answered(3);
    static const struct head lost[] = {
        {.size = 4, .root = {{4}}}, {.size = 9, .root = {{8}}}, {.size = 0, .root = {{0xe3}}}};
    static const struct digest latch = {{5}};
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
        guard.renewal.head = lost[i];
        if (i == 0) {
            assert_int_equal(ask(true), RENEWAL_LATCHED);
            IS(ERROR_OK, ACT(WORLD_LEASE, "installation/IN-0001", "latch",
                             BODY(
                                 {"latch", datum_of_bytes(digest_view(&latch))},
                                 T("reason", "The log was cut off."))));
        }
        assert_int_equal(ask(true), RENEWAL_LEASE);
        assert_int_equal(guard.lease.state, LEASE_SUSPENDED);
        assert_int_equal(guard.lease.acknowledged.size, 9);
        assert_int_equal(guard.lease.acknowledged.root.bytes[0], 9);
        answered((uint8_t)(4 + i));
    }
    /* The log of a latched guard goes on where it is whole. */
    guard.renewal.head = (struct head){.size = 12, .root = {{12}}};
    assert_int_equal(ask(true), RENEWAL_LEASE);
    assert_int_equal(guard.lease.acknowledged.size, 12);
}

/* Nothing that a guard may send is beyond what the comparison can hold. */
static void clocks_at_the_ends_of_their_range(void **state)
{
    (void)state;
    everything();
    first_lease();
    guard.contact.boot_time = INT64_MAX;
    guard.renewal.boot_time = 1;
    assert_int_equal(ask(true), RENEWAL_CLOCK);
    guard.contact.boot_time = 1;
    guard.renewal.boot_time = INT64_MAX;
    assert_int_equal(ask(true), RENEWAL_CLOCK);
}

static void clocks_and_heads_must_go_on(void **state)
{
    (void)state;
    everything();
    first_lease();
    struct renewal good = guard.renewal;
    guard.renewal.boot_time += 10 * MILLIS_SECOND; /* the guard ran ahead */
    assert_int_equal(ask(true), RENEWAL_CLOCK);
    guard.renewal.boot_time = guard.contact.boot_time - 1; /* or backwards */
    assert_int_equal(ask(true), RENEWAL_CLOCK);
    guard.renewal.boot = (struct id){{2}}; /* another boot: nothing to compare */
    assert_int_equal(ask(true), RENEWAL_LEASE);
    guard.renewal = good;
    guard.time += MILLIS_HOUR; /* a renewal that was long on its way */
    assert_int_equal(ask(true), RENEWAL_LEASE);
    guard.renewal.head.size = 0;
    assert_int_equal(ask(true), RENEWAL_LATCHED);
    guard.renewal.head = (struct head){.size = 1, .root = {{2}}};
    assert_int_equal(ask(true), RENEWAL_LATCHED);
    guard.renewal.head = (struct head){.size = 2, .root = {{2}}};
    assert_int_equal(ask(true), RENEWAL_LEASE);
    guard.renewal.latch = (struct digest){{1}};
    assert_int_equal(ask(true), RENEWAL_LATCHED);
    guard.renewal = good;
    guard.renewal.licence.bytes[0] ^= 1;
    assert_int_equal(ask(true), RENEWAL_REFUSED);
    guard.renewal = good;
    guard.time = office.world.delegation.until;
    assert_int_equal(ask(true), RENEWAL_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIFE(renewals_wait_until_something_changes),   LIFE(the_same_request_gets_the_same_lease),
        LIFE(two_successors_of_one_lease_are_a_clone), LIFE(a_late_copy_is_no_clone),
        LIFE(a_wrong_clock_hides_no_rollback),         LIFE(what_was_acknowledged_never_goes_back),
        LIFE(clocks_at_the_ends_of_their_range),       LIFE(clocks_and_heads_must_go_on),
    };
    return cmocka_run_group_tests_name("authority_leases", tests, NULL, NULL);
}

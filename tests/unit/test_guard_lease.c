/* Leases, requests and the chain: what is taken, what is dropped, what latches; clocks and boots.
 */
#include "guard_fixture.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "guard/folder.h"

static struct guard_fixture fixture;

static int setup(void **state)
{
    (void)state;
    fixture_init(&fixture, NULL);
    fixture_active(&fixture);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_free(&fixture);
    return 0;
}

static void reopen(void)
{
    fixture_close(&fixture);
    if (fixture_open(&fixture) != ENDUSE_OK)
        fail_msg("%s", fixture.fault.text);
}

/* --- Requests ----------------------------------------------------------------------------- */

static void a_request_is_sent_until_answered(void **state)
{
    (void)state;
    struct fake_authority *authority = &fixture.authority;
    authority->loses_answer = true;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_UNREACHABLE);
    struct buffer sent = {0};
    buffer_append_bytes(&sent, buffer_view(&authority->last_renewal));
    uint64_t sequence = authority->sequence;
    /* A lost answer, twice, and a restart: the same bytes, and the same lease. */
    assert_int_equal(fixture_try_renew(&fixture), ERROR_UNREACHABLE);
    assert_true(bytes_equal(buffer_view(&sent), buffer_view(&authority->last_renewal)));
    reopen();
    authority->loses_answer = false;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_true(bytes_equal(buffer_view(&sent), buffer_view(&authority->last_renewal)));
    assert_int_equal(authority->resent, 2);
    assert_int_equal(authority->sequence, sequence);
    /* The next goes on from there. */
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_false(bytes_equal(buffer_view(&sent), buffer_view(&authority->last_renewal)));
    assert_int_equal(authority->renewal.sequence, sequence);
    buffer_free(&sent);
}

static void time_is_counted_from_the_sending(void **state)
{
    (void)state;
    struct fake_authority *authority = &fixture.authority;
    authority->loses_answer = true;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_UNREACHABLE);
    fixture_pass(20 * MILLIS_SECOND);
    authority->loses_answer = false;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_status(&fixture).lease_left, 34 * MILLIS_SECOND);
}

static void another_boot_has_no_time(void **state)
{
    (void)state;
    struct fake_authority *authority = &fixture.authority;
    authority->loses_answer = true;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_UNREACHABLE);
    uint64_t sequence = authority->sequence;
    fixture_close(&fixture);
    memset(fixture_boot_id, 0xB1, sizeof fixture_boot_id);
    fixture_boot = 5 * MILLIS_SECOND;
    fixture_wall += 10 * MILLIS_SECOND;
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_true(fixture_status(&fixture).lease_left <= 0);
    authority->loses_answer = false;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK); /* the chain goes on ... */
    assert_true(fixture_status(&fixture).lease_left <= 0);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK); /* ... and this one gives time */
    assert_int_equal(authority->sequence, sequence + 1);
    assert_int_equal(fixture_status(&fixture).lease_left, 54 * MILLIS_SECOND);
}

static void a_restart_keeps_the_lease(void **state)
{
    (void)state;
    fixture_pass(10 * MILLIS_SECOND);
    reopen();
    assert_int_equal(fixture_status(&fixture).lease_left, 44 * MILLIS_SECOND);
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_ACTIVE);
}

/* --- Opening -------------------------------------------------------------------------------- */

/* What is in the way of a new use. */
static enum enduse_reason in_the_way(void)
{
    struct enduse_verdict verdict;
    int result = enduse_wait_active(fixture.guard, 0, &verdict);
    assert_int_equal(result, verdict.reason ? ENDUSE_REFUSED : ENDUSE_OK);
    return verdict.reason;
}

static void an_opened_guard_asks_before_it_permits(void **state)
{
    (void)state;
    struct fake_authority *authority = &fixture.authority;
    reopen();
    assert_int_equal(in_the_way(), ENDUSE_REASON_OPENING);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_true(authority->hurried);
    assert_int_equal(in_the_way(), ENDUSE_REASON_NONE);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_false(authority->hurried);
}

static void an_answer_to_what_was_asked_earlier_is_not_enough(void **state)
{
    (void)state;
    struct fake_authority *authority = &fixture.authority;
    authority->loses_answer = true;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_UNREACHABLE);
    authority->loses_answer = false;
    reopen();
    unsigned resent = authority->resent;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(authority->resent, resent + 1);
    assert_true(authority->hurried);
    assert_int_equal(in_the_way(), ENDUSE_REASON_OPENING);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_true(authority->hurried);
    assert_int_equal(in_the_way(), ENDUSE_REASON_NONE);
}

static void an_opened_guard_out_of_reach_goes_by_its_lease(void **state)
{
    (void)state;
    struct fake_authority *authority = &fixture.authority;
    reopen();
    authority->offline = true;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_UNREACHABLE);
    assert_int_equal(in_the_way(), ENDUSE_REASON_NONE);
    /* Refused is heard as well. */
    reopen();
    authority->offline = false;
    authority->status = 409;
    assert_int_equal(in_the_way(), ENDUSE_REASON_OPENING);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_GUARD_REPLY);
    assert_int_equal(in_the_way(), ENDUSE_REASON_NONE);
    /* No answer at all: five seconds. */
    reopen();
    fixture_pass(4999);
    guard_tick(fixture.guard);
    assert_int_equal(in_the_way(), ENDUSE_REASON_OPENING);
    fixture_pass(1);
    guard_tick(fixture.guard);
    assert_int_equal(in_the_way(), ENDUSE_REASON_NONE);
}

/* --- Messages that are dropped -------------------------------------------------------------- */

static void other_installation(struct lease *lease, void *context)
{
    (void)context;
    lease->installation = "IN-0002";
}

static void other_guard(struct lease *lease, void *context)
{
    (void)context;
    lease->guard.bytes[0] ^= 1;
}

static void other_licence(struct lease *lease, void *context)
{
    (void)context;
    lease->licence.bytes[0] ^= 1;
}

static void other_certificate(struct lease *lease, void *context)
{
    (void)context;
    lease->certificate.bytes[0] ^= 1;
}

static void other_request(struct lease *lease, void *context)
{
    (void)context;
    lease->request.bytes[0] ^= 1;
}

static void other_previous(struct lease *lease, void *context)
{
    (void)context;
    lease->previous.bytes[0] ^= 1;
}

static void no_previous(struct lease *lease, void *context)
{
    (void)context;
    lease->previous = (struct digest){0};
}

static void same_sequence(struct lease *lease, void *context)
{
    (void)context;
    lease->sequence--;
}

static void skipped_sequence(struct lease *lease, void *context)
{
    (void)context;
    lease->sequence++;
}

static void other_root(struct lease *lease, void *context)
{
    (void)context;
    lease->acknowledged.root.bytes[0] ^= 1;
}

static void longer_log(struct lease *lease, void *context)
{
    (void)context;
    lease->acknowledged.size += 100;
}

static void other_delegation(struct lease *lease, void *context)
{
    (void)context;
    lease->delegation++;
}

static void after_the_delegation(struct lease *lease, void *context)
{
    (void)context;
    lease->time += 30 * MILLIS_DAY;
}

static void longer_than_certified(struct lease *lease, void *context)
{
    (void)context;
    lease->ttl++;
}

static void bad_leases_change_nothing(void **state)
{
    (void)state;
    static void (*const changes[])(struct lease * lease, void *context) = {
        other_installation,   other_guard,
        other_licence,        other_certificate,
        other_request,        other_previous,
        no_previous,          same_sequence,
        skipped_sequence,     other_root,
        longer_log,           other_delegation,
        after_the_delegation, longer_than_certified,
    };
    struct fake_authority *authority = &fixture.authority;
    fixture_pass(MILLIS_SECOND);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        uint64_t sequence = authority->sequence;
        struct digest previous = authority->previous;
        authority->change_lease = changes[i];
        enum error error = fixture_try_renew(&fixture);
        assert_true(
            error == ERROR_GUARD_LEASE || error == ERROR_DOCUMENT_REFERENCE ||
            error == ERROR_DOCUMENT_RULE);
        assert_int_equal(fixture_status(&fixture).lease_left, 53 * MILLIS_SECOND);
        assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_ACTIVE);
        authority->sequence = sequence;
        authority->previous = previous;
        authority->lease.length = 0; /* it has not answered */
    }
    authority->change_lease = NULL;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_status(&fixture).lease_left, 54 * MILLIS_SECOND);
}

static void near_the_delegations_end(struct lease *lease, void *context)
{
    const struct delegation *delegation = context;
    lease->time = delegation->until - 5 * MILLIS_SECOND;
}

static void a_lease_ends_with_its_delegation(void **state)
{
    (void)state;
    fixture.authority.change_lease = near_the_delegations_end;
    fixture.authority.change_context = &fixture.world.delegation;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_status(&fixture).lease_left, 5 * MILLIS_SECOND);
}

static void a_strangers_lease_is_dropped(void **state)
{
    (void)state;
    struct fake_authority *authority = &fixture.authority;
    static const enum world_key keys[] = {WORLD_STRANGER, WORLD_D1, WORLD_LOG, WORLD_GUARD};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        uint64_t sequence = authority->sequence;
        struct digest previous = authority->previous;
        authority->lease_key = keys[i];
        assert_int_not_equal(fixture_try_renew(&fixture), ERROR_OK);
        authority->sequence = sequence;
        authority->previous = previous;
        authority->lease.length = 0;
    }
    authority->lease_key = WORLD_LEASE;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
}

static void an_old_lease_is_dropped(void **state)
{
    (void)state;
    struct fake_authority *authority = &fixture.authority;
    struct buffer old = {0};
    buffer_append_bytes(&old, buffer_view(&authority->lease));
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    authority->status = 200;
    authority->body = buffer_view(&old);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_GUARD_LEASE);
    authority->status = 0;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    buffer_free(&old);
}

static void answers_that_are_no_leases(void **state)
{
    (void)state;
    static const unsigned statuses[] = {204, 301, 400, 401, 403, 404, 409, 429, 500, 503};
    struct fake_authority *authority = &fixture.authority;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        authority->status = statuses[i];
        authority->body = (struct bytes){0};
        assert_int_equal(fixture_try_renew(&fixture), ERROR_GUARD_REPLY);
        assert_int_equal(fixture_status(&fixture).online, 0);
        assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_ACTIVE);
    }
    authority->status = 200;
    authority->body = BYTES_LITERAL("\xd2\x84junk");
    assert_int_not_equal(fixture_try_renew(&fixture), ERROR_OK);
    authority->status = 0;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_status(&fixture).online, 1);
}

/* --- Epochs and delegations ----------------------------------------------------------------- */

static void a_new_epoch_begins_anew(void **state)
{
    (void)state;
    struct fake_authority *authority = &fixture.authority;
    struct world *world = &fixture.world;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    /* The server has lost its state: both ministries sign a delegation of a new epoch. */
    world->delegation.version = 2;
    world->delegation.epoch = 2;
    world->delegation.lease_key = world_key(world, WORLD_STRANGER);
    buffer_clear(&world->delegation_bytes);
    WORLD_SIGN(
        world, INSTRUMENT_DELEGATION, &world->delegation, &world->delegation_bytes, NULL, WORLD_D1,
        WORLD_F1);
    authority->epoch = 2;
    authority->sequence = 0;
    authority->lease_key = WORLD_STRANGER;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(authority->renewal.epoch, 2);
    assert_int_equal(authority->renewal.sequence, 1);
    /* The old epoch never returns, though its delegation is authentic. */
    world->delegation.version = 1;
    world->delegation.epoch = 1;
    world->delegation.lease_key = world_key(world, WORLD_LEASE);
    buffer_clear(&world->delegation_bytes);
    WORLD_SIGN(
        world, INSTRUMENT_DELEGATION, &world->delegation, &world->delegation_bytes, NULL, WORLD_D1,
        WORLD_F1);
    authority->epoch = 1;
    authority->lease_key = WORLD_LEASE;
    assert_int_not_equal(fixture_try_renew(&fixture), ERROR_OK);
}

/* --- Latches ------------------------------------------------------------------------------ */

static void run(const char *command)
{
    assert_int_equal(system(command), 0);
}

/* A part of the folder ("" for all of it) as it is now, beside it; and put back. */
static void keep(const char *name)
{
    char command[400];
    snprintf(command, sizeof command, "cp -a %s/%s %s.kept", fixture.folder, name, fixture.folder);
    run(command);
}

static void put_back(const char *name)
{
    char command[400];
    snprintf(
        command, sizeof command, "rm -rf %s%s%s && mv %s.kept %s%s%s", fixture.folder,
        name[0] ? "/" : "", name, fixture.folder, fixture.folder, name[0] ? "/" : "", name);
    run(command);
}

static void assert_latched(void)
{
    if (fixture_open(&fixture) != ENDUSE_OK)
        fail_msg("%s", fixture.fault.text);
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_LATCHED);
    assert_true(fixture_status(&fixture).latch[0]);
    /* The renewal channel stays open, and says so. */
    enum error error = fixture_try_renew(&fixture);
    assert_true(error == ERROR_OK || error == ERROR_GUARD_LEASE);
    assert_true(digest_is_set(&fixture.authority.renewal.latch));
    assert_non_null(fixture.authority.renewal.latch_reason);
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_LATCHED);
}

static void an_old_state_file_latches(void **state)
{
    (void)state;
    keep("state");
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    fixture_close(&fixture);
    put_back("state");
    assert_latched();
}

static void a_missing_state_file_latches(void **state)
{
    (void)state;
    fixture_close(&fixture);
    char path[128];
    snprintf(path, sizeof path, "%s/state", fixture.folder);
    assert_int_equal(unlink(path), 0);
    assert_latched();
}

static void an_old_log_latches(void **state)
{
    (void)state;
    fixture_close(&fixture);
    keep("records");
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    fixture_close(&fixture);
    put_back("records");
    assert_latched();
    /* It stays so. */
    reopen();
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_LATCHED);
}

static void a_missing_order_latches(void **state)
{
    (void)state;
    fixture_order(&fixture, "OR-1", ORDER_SUSPEND, NULL, 0);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    fixture_close(&fixture);
    char command[200];
    snprintf(command, sizeof command, "rm %s/orders/*.order", fixture.folder);
    assert_int_equal(system(command), 0);
    assert_latched();
}

static void a_damaged_record_latches(void **state)
{
    (void)state;
    fixture_close(&fixture);
    char path[128];
    uint8_t byte;
    snprintf(path, sizeof path, "%s/records/00000001.records", fixture.folder);
    int file = open(path, O_RDWR);
    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, 12288 + 60), 1);
    byte ^= 1;
    assert_int_equal(pwrite(file, &byte, 1, 12288 + 60), 1);
    close(file);
    assert_latched();
}

static void restored_by_both_naming_the_latch(void **state)
{
    (void)state;
    struct fake_authority *authority = &fixture.authority;
    /* The folder was copied, the copy ran on, and the copy's renewal is shown to the original. */
    fixture_close(&fixture);
    keep("");
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    assert_int_equal(enduse_end(fixture.guard, fixture_begin(&fixture, declared)), ENDUSE_OK);
    enduse_declaration_free(fixture.guard, declared);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    struct buffer evidence = {0};
    buffer_append_bytes(&evidence, buffer_view(&authority->last_renewal));
    fixture_close(&fixture);
    put_back("");
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_ACTIVE);
    authority->status = 409;
    authority->body = buffer_view(&evidence);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_GUARD_FORK);
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_LATCHED);
    reopen();
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_LATCHED);
    authority->status = 0;
    authority->epoch = 2;
    authority->sequence = 0;
    struct world *world = &fixture.world;
    world->delegation.version = 2;
    world->delegation.epoch = 2;
    buffer_clear(&world->delegation_bytes);
    WORLD_SIGN(
        world, INSTRUMENT_DELEGATION, &world->delegation, &world->delegation_bytes, NULL, WORLD_D1,
        WORLD_F1);
    authority->lease.length = 0;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_true(digest_is_set(&authority->renewal.latch));
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_LATCHED);
    struct order order = world_order(world, "OR-9", ORDER_RESTORE, NULL);
    order.lifts = authority->renewal.latch;
    WORLD_SIGN(
        world, INSTRUMENT_ORDER, &order, &authority->orders[0], &authority->order_digests[0],
        WORLD_D1, WORLD_F1);
    authority->order_count = 1;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_ACTIVE);
    reopen();
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_ACTIVE);
    /* What restored this latch does not restore the next, for the same reason and in the same boot.
     */
    authority->status = 409;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_GUARD_FORK);
    authority->status = 0;
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_LATCHED);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    assert_int_equal(fixture_status(&fixture).state, ENDUSE_STATE_LATCHED);
    assert_false(digest_equal(&authority->renewal.latch, &order.lifts));
    buffer_free(&evidence);
}

/* --- Clocks ------------------------------------------------------------------------------- */

static void the_wall_clock_may_only_shorten(void **state)
{
    (void)state;
    fixture_wall -= MILLIS_DAY;
    assert_int_equal(fixture_status(&fixture).lease_left, 54 * MILLIS_SECOND);
    fixture_boot += 54 * MILLIS_SECOND;
    assert_true(fixture_status(&fixture).lease_left <= 0);
    assert_int_equal(fixture_try_renew(&fixture), ERROR_OK);
    fixture_wall += MILLIS_HOUR;
    assert_true(fixture_status(&fixture).lease_left <= 0);
}

static void a_suspended_machine_loses_its_time(void **state)
{
    (void)state;
    fixture_boot += MILLIS_HOUR; /* CLOCK_BOOTTIME counts sleep */
    assert_true(fixture_status(&fixture).lease_left <= 0);
}

static void a_clock_that_goes_back(void **state)
{
    (void)state;
    struct enduse_verdict verdict;
    fixture_boot -= 1;
    assert_int_equal(enduse_wait_active(fixture.guard, 0, &verdict), ENDUSE_REFUSED);
    assert_int_equal(verdict.reason, ENDUSE_REASON_CLOCK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_is_sent_until_answered, setup, teardown),
        cmocka_unit_test_setup_teardown(time_is_counted_from_the_sending, setup, teardown),
        cmocka_unit_test_setup_teardown(another_boot_has_no_time, setup, teardown),
        cmocka_unit_test_setup_teardown(a_restart_keeps_the_lease, setup, teardown),
        cmocka_unit_test_setup_teardown(an_opened_guard_asks_before_it_permits, setup, teardown),
        cmocka_unit_test_setup_teardown(
            an_answer_to_what_was_asked_earlier_is_not_enough, setup, teardown),
        cmocka_unit_test_setup_teardown(
            an_opened_guard_out_of_reach_goes_by_its_lease, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_leases_change_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_lease_ends_with_its_delegation, setup, teardown),
        cmocka_unit_test_setup_teardown(a_strangers_lease_is_dropped, setup, teardown),
        cmocka_unit_test_setup_teardown(an_old_lease_is_dropped, setup, teardown),
        cmocka_unit_test_setup_teardown(answers_that_are_no_leases, setup, teardown),
        cmocka_unit_test_setup_teardown(a_new_epoch_begins_anew, setup, teardown),
        cmocka_unit_test_setup_teardown(an_old_state_file_latches, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_state_file_latches, setup, teardown),
        cmocka_unit_test_setup_teardown(an_old_log_latches, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_order_latches, setup, teardown),
        cmocka_unit_test_setup_teardown(a_damaged_record_latches, setup, teardown),
        cmocka_unit_test_setup_teardown(restored_by_both_naming_the_latch, setup, teardown),
        cmocka_unit_test_setup_teardown(the_wall_clock_may_only_shorten, setup, teardown),
        cmocka_unit_test_setup_teardown(a_suspended_machine_loses_its_time, setup, teardown),
        cmocka_unit_test_setup_teardown(a_clock_that_goes_back, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

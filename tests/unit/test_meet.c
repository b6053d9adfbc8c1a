/* The guard and the authority's server, both real, over HTTP on loopback: what each does to the
 * other. Their parts are tested by themselves elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "meet_fixture.h"

static struct meet meet;

static int set_up(void **state)
{
    (void)state;
    meet_init(&meet);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    meet_free(&meet);
    return 0;
}

static uint64_t running_use(void)
{
    meet_open(&meet);
    meet_wait_active(&meet);
    meet_declare(&meet);
    uint64_t use = meet_use(&meet);
    meet_settled(&meet);
    return use;
}

/* --- Orders and their ends ------------------------------------------------------------------ */

static void a_first_lease_permits_a_declared_use(void **state)
{
    (void)state;
    uint64_t use = running_use();
    assert_int_equal(meet_state(&meet), ENDUSE_STATE_ACTIVE);
    assert_int_equal(enduse_must_stop(meet.guard, use, NULL), 0);
    assert_int_equal(enduse_end(meet.guard, use), ENDUSE_OK);
    const struct contact *contact = meet_contact(&meet);
    assert_int_equal(contact->epoch, 1);
    assert_true(contact->sequence >= 1);
}

static void a_limit_stops_a_use_until_it_is_lifted(void **state)
{
    (void)state;
    uint64_t use = running_use();
    struct digest limit = meet_order(&meet, ORDER_LIMIT, NULL);
    meet_await_stop(&meet, use);
    assert_int_equal(meet.verdict.reason, ENDUSE_REASON_CLAUSE);
    assert_int_equal(meet.verdict.clause_count, 1);
    assert_int_equal(enduse_end(meet.guard, use), ENDUSE_OK);
    assert_int_equal(meet_state(&meet), ENDUSE_STATE_LIMITED);
    assert_int_equal(meet_begin(&meet, &use), ENDUSE_REFUSED);
    meet_settled(&meet);
    meet_order(&meet, ORDER_LIFT, &limit);
    meet_settled(&meet);
    assert_int_equal(meet_state(&meet), ENDUSE_STATE_ACTIVE);
    use = meet_use(&meet);
    assert_int_equal(enduse_end(meet.guard, use), ENDUSE_OK);
}

static void a_disconnection_stops_all_until_it_is_restored(void **state)
{
    (void)state;
    uint64_t use = running_use();
    struct digest cut = meet_order(&meet, ORDER_DISCONNECT, NULL);
    const char *number = meet_order_number(&meet);
    meet_await_stop(&meet, use);
    assert_int_equal(meet.verdict.reason, ENDUSE_REASON_DISCONNECTED);
    assert_string_equal(meet.verdict.clauses[0], number);
    assert_string_equal(meet.verdict.contact, "orders@authority.example");
    assert_int_equal(enduse_end(meet.guard, use), ENDUSE_OK);
    meet_settled(&meet);
    /* The receipt is there by now: one use was stopped. */
    const struct order_file *file = meet_order_file(&meet, number);
    assert_int_equal(file->receipts_count, 1);
    assert_int_equal(file->receipts[0].stopped, 1);
    /* and which lease brought the order */
    assert_int_equal(file->deliveries_count, 1);
    assert_string_equal(file->deliveries[0].installation, MEET_INSTALLATION);
    assert_true(file->deliveries[0].time >= file->issued.time);
    assert_int_equal(file->progress, ORDER_OBEYED);
    meet_order(&meet, ORDER_RESTORE, &cut);
    meet_wait_active(&meet);
    assert_int_equal(meet_state(&meet), ENDUSE_STATE_ACTIVE);
    use = meet_use(&meet);
    assert_int_equal(enduse_end(meet.guard, use), ENDUSE_OK);
}

/* An approving body takes its approval back: the use under it stops as soon as the office has it,
 * for the guard's renewal waits there. Nothing gives it back; another approval would be another. */
static void a_withdrawn_approval_stops_its_use(void **state)
{
    (void)state;
    struct office_script *script = &meet.office.script;
    uint64_t use = running_use();
    uint64_t sequence = meet_contact(&meet)->sequence;
    /* Of another approval: told to the guard, and no use of ours. */
    struct digest other = sha256_of(BYTES_LITERAL("another approval"));
    assert_int_equal(
        service_act(
            &meet.office,
            office_withdrawal(script, "WD-1", &script->world.certificate_digest, &other)),
        201);
    meet_settled_after(&meet, sequence);
    assert_int_equal(enduse_must_stop(meet.guard, use, NULL), 0);
    assert_int_equal(
        service_act(
            &meet.office,
            office_withdrawal(
                script, "WD-2", &script->world.certificate_digest, &script->world.approval_digest)),
        201);
    meet_await_stop(&meet, use);
    assert_int_equal(meet.verdict.reason, ENDUSE_REASON_CLAUSE);
    assert_int_equal(enduse_end(meet.guard, use), ENDUSE_OK);
    assert_int_equal(meet_begin(&meet, &use), ENDUSE_REFUSED);
    /* The guard has it in its folder, and the next lease need not carry it. */
    meet_settled(&meet);
    meet_close(&meet);
    meet_open(&meet);
    meet_wait_active(&meet);
    assert_int_equal(meet_state(&meet), ENDUSE_STATE_ACTIVE);
    assert_int_equal(meet_try_declare(&meet), ENDUSE_REFUSED);
}

/* --- Certificates that end ------------------------------------------------------------------ */

static void does(struct bytes act)
{
    assert_int_equal(service_act(&meet.office, act), 201);
}

/* The licence's end is a rule's: nobody signs an order, and the use stops all the same. */
static void stopped_by_lapse(uint64_t use)
{
    meet_await_stop(&meet, use);
    assert_int_equal(meet.verdict.reason, ENDUSE_REASON_SUSPENDED);
    assert_int_equal(enduse_end(meet.guard, use), ENDUSE_OK);
    assert_int_equal(meet_begin(&meet, &use), ENDUSE_REFUSED);
    meet_settled(&meet);
    assert_int_equal(meet_contact(&meet)->state, LEASE_SUSPENDED);
}

static void a_superseded_certificate_stops_the_uses_under_it(void **state)
{
    (void)state;
    struct office_script *script = &meet.office.script;
    struct certificate newer = script->world.certificate;
    struct bytes acts[OFFICE_CERTIFICATE];
    uint64_t use = running_use();
    newer.number = "EC-2026-0010";
    office_certificate(script, &newer, "A-1", acts);
    for (size_t i = 0; i < OFFICE_CERTIFICATE; i++)
        does(acts[i]);
    stopped_by_lapse(use);
}

static void a_withdrawn_certificate_stops_the_uses_under_it(void **state)
{
    (void)state;
    static const char file[] = "certificate/EC-2026-0009";
    struct office_script *script = &meet.office.script;
    struct datum why = OFFICE_BODY(script, {"reason", datum_of_text("Used against a journalist.")});
    uint64_t use = running_use();
    does(office_act(script, WORLD_F1, file, OFFICE_CERTIFICATE, "ask-withdrawal", why));
    /* One ministry alone ends nothing for good. */
    meet_settled(&meet);
    assert_int_equal(enduse_must_stop(meet.guard, use, NULL), 0);
    does(office_act(script, WORLD_D1, file, OFFICE_CERTIFICATE + 1, "withdraw", why));
    stopped_by_lapse(use);
}

/* --- A licence that is given back ----------------------------------------------------------- */

/* Somebody of the exporter, with the stranger's key. */
static void exporter_enrolled(void)
{
    struct office_script *script = &meet.office.script;
    const struct private_key *key = script->world.keys[WORLD_STRANGER];
    struct datum document_key = OFFICE_BODY(
        script, {"kind", datum_of_text("key")}, {"type", datum_of_text("ed25519")},
        {"public-key", datum_of_bytes(public_key_view(private_key_public(key)))});
    struct key_id id = private_key_id(key);
    char text[KEY_ID_TEXT_SIZE];
    does(office_act(
        script, WORLD_D1, "account/X-1", 0, "enrol",
        OFFICE_BODY(
            script, {"kind", datum_of_text("exporter")}, {"name", datum_of_text("An Officer")},
            {"organisation", datum_of_text("EX-0031")}, {"key", document_key},
            {"until", datum_of_text("2027-01-01T00:00:00Z")})));
    does(office_act(
        script, WORLD_D2, "account/X-1", 1, "confirm",
        OFFICE_BODY(script, {"fingerprint", datum_of_text(key_id_text(&id, text))})));
}

/* The exporter alone ends nothing; an officer accepts, and the use stops. */
static void a_surrendered_licence_stops_its_uses(void **state)
{
    (void)state;
    enum { VERSION = 4 }; /* of the licence: proposed, countersigned, two installations */
    static const char file[] = "licence/IL-2026-0017";
    struct office_script *script = &meet.office.script;
    uint64_t use = running_use();
    exporter_enrolled();
    does(office_act(
        script, WORLD_STRANGER, file, VERSION, "surrender",
        OFFICE_BODY(script, {"reason", datum_of_text("No longer needed.")})));
    meet_settled(&meet);
    assert_int_equal(enduse_must_stop(meet.guard, use, NULL), 0);
    const struct datum nothing = {.kind = DATUM_MAP};
    does(office_act(script, WORLD_F1, file, VERSION + 1, "accept-surrender", nothing));
    stopped_by_lapse(use);
}

/* --- Servers and guards that end ------------------------------------------------------------ */

static void a_server_that_starts_again_keeps_the_lease(void **state)
{
    (void)state;
    uint64_t use = running_use();
    uint64_t sequence = meet_contact(&meet)->sequence;
    service_fixture_stop(&meet.office);
    assert_int_equal(enduse_must_stop(meet.guard, use, NULL), 0);
    service_fixture_start(&meet.office);
    /* Its renewal, told to come again, comes again as it was. */
    meet_settled(&meet);
    assert_int_equal(enduse_must_stop(meet.guard, use, NULL), 0);
    meet_order(&meet, ORDER_SUSPEND, NULL);
    meet_await_stop(&meet, use);
    assert_int_equal(meet.verdict.reason, ENDUSE_REASON_SUSPENDED);
    assert_true(meet_contact(&meet)->sequence > sequence);
}

static void a_server_that_is_killed_stops_no_use(void **state)
{
    (void)state;
    service_fixture_stop(&meet.office);
    pid_t server = meet_spawn_server(&meet);
    meet_open(&meet);
    meet_wait_active(&meet);
    meet_declare(&meet);
    uint64_t use = meet_use(&meet);
    uint64_t sequence = meet_contact(&meet)->sequence;
    assert_int_equal(kill(server, SIGKILL), 0);
    assert_int_equal(waitpid(server, NULL, 0), server);
    /* Nobody is there: the lease goes on, for uses that run and for new ones. */
    assert_int_equal(enduse_must_stop(meet.guard, use, NULL), 0);
    uint64_t other = meet_use(&meet);
    service_fixture_start(&meet.office);
    meet_settled(&meet);
    assert_int_equal(enduse_must_stop(meet.guard, use, NULL), 0);
    meet_order(&meet, ORDER_DISCONNECT, NULL);
    meet_await_stop(&meet, use);
    meet_await_stop(&meet, other);
    assert_int_equal(meet_contact(&meet)->epoch, 1);
    assert_true(meet_contact(&meet)->sequence > sequence);
}

static void a_guard_that_is_opened_again_continues_its_lease(void **state)
{
    (void)state;
    (void)running_use();
    uint64_t sequence = meet_contact(&meet)->sequence;
    meet_close(&meet); /* the use with it */
    (void)running_use();
    meet_order(&meet, ORDER_SUSPEND, NULL);
    meet_settled(&meet);
    assert_int_equal(meet_state(&meet), ENDUSE_STATE_SUSPENDED);
    assert_true(meet_contact(&meet)->sequence > sequence);
    /* And it holds its order when it is opened again. */
    meet_close(&meet);
    meet_open(&meet);
    assert_int_equal(meet_state(&meet), ENDUSE_STATE_SUSPENDED);
}

static void an_order_of_meanwhile_is_known_before_the_first_use(void **state)
{
    (void)state;
    (void)running_use();
    meet_close(&meet);
    meet_order(&meet, ORDER_LIMIT, NULL);
    meet_open(&meet);
    meet_wait_active(&meet);
    /* At the very moment at which uses become possible. */
    assert_int_equal(meet_state(&meet), ENDUSE_STATE_LIMITED);
}

static void opening_without_news_waits_for_no_parked_answer(void **state)
{
    (void)state;
    (void)running_use();
    meet_close(&meet);
    meet_open(&meet);
    meet_wait_active(&meet);
    struct enduse_status status = {.size = sizeof status};
    assert_int_equal(enduse_status(meet.guard, &status), ENDUSE_OK);
    /* Answered, not given up after five seconds. */
    assert_int_equal(status.online, 1);
    meet_declare(&meet);
    (void)meet_use(&meet);
}

static void opening_out_of_reach_goes_by_the_lease(void **state)
{
    (void)state;
    (void)running_use();
    meet_close(&meet);
    service_fixture_stop(&meet.office);
    meet_open(&meet);
    meet_wait_active(&meet);
    struct enduse_status status = {.size = sizeof status};
    assert_int_equal(enduse_status(meet.guard, &status), ENDUSE_OK);
    assert_int_equal(status.online, 0);
    meet_declare(&meet);
    (void)meet_use(&meet);
    service_fixture_start(&meet.office);
}

static void a_copy_of_a_guard_latches(void **state)
{
    (void)state;
    char copy[260], command[600];
    (void)running_use();
    meet_close(&meet);
    snprintf(copy, sizeof copy, "%s/copy", meet.base);
    snprintf(command, sizeof command, "cp -r '%s' '%s'", meet.folder, copy);
    assert_int_equal(system(command), 0);
    meet_open(&meet);
    meet_wait_active(&meet);
    meet_settled(&meet);
    struct enduse_guard *other = meet_open_folder(&meet, copy);
    struct enduse_verdict verdict;
    struct enduse_status status = {.size = sizeof status};
    /* Shown what the original signed since, it knows that it is not alone. */
    do {
        if (enduse_wait_active(other, 10, &verdict) == ENDUSE_OK)
            sched_yield();
        assert_int_equal(enduse_status(other, &status), ENDUSE_OK);
    } while (status.state != ENDUSE_STATE_LATCHED);
    assert_non_null(strstr(status.latch, "fork"));
    enduse_close(other);
    meet_declare(&meet);
    (void)meet_use(&meet);
}

/* --- What the office learns ----------------------------------------------------------------- */

static void a_guard_that_closes_tells_that_it_obeyed(void **state)
{
    (void)state;
    uint64_t use = running_use();
    meet_order(&meet, ORDER_DISCONNECT, NULL);
    meet_await_stop(&meet, use);
    meet_close(&meet); /* and ends the use */
    const struct order_file *file = meet_order_file(&meet, meet_order_number(&meet));
    assert_int_equal(file->receipts_count, 1);
    assert_int_equal(file->receipts[0].stopped, 1);
}

static void a_return_comes_at_the_end_of_its_period(void **state)
{
    (void)state;
    uint64_t use = running_use();
    assert_int_equal(meet_contact(&meet)->return_until, 0);
    assert_int_equal(enduse_end(meet.guard, use), ENDUSE_OK);
    meet_server_ahead(MILLIS_HOUR);
    struct digest limit = meet_order(&meet, ORDER_LIMIT, NULL);
    meet_settled(&meet);
    (void)meet_order(&meet, ORDER_LIFT, &limit);
    meet_settled(&meet);
    const struct contact *contact = meet_contact(&meet);
    assert_int_equal(contact->return_until, WORLD_NOW + MILLIS_HOUR);
    assert_int_equal(contact->within, 2); /* as declared, and as begun */
    assert_int_equal(contact->begun, 1);
    assert_int_equal(contact->stopped, 0);
}

int main(int count, char **arguments)
{
    if (meet_serve(count, arguments))
        return 1;
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_first_lease_permits_a_declared_use),
        TEST(a_limit_stops_a_use_until_it_is_lifted),
        TEST(a_disconnection_stops_all_until_it_is_restored),
        TEST(a_withdrawn_approval_stops_its_use),
        TEST(a_superseded_certificate_stops_the_uses_under_it),
        TEST(a_withdrawn_certificate_stops_the_uses_under_it),
        TEST(a_surrendered_licence_stops_its_uses),
        TEST(a_server_that_starts_again_keeps_the_lease),
        TEST(a_server_that_is_killed_stops_no_use),
        TEST(a_guard_that_is_opened_again_continues_its_lease),
        TEST(an_order_of_meanwhile_is_known_before_the_first_use),
        TEST(opening_without_news_waits_for_no_parked_answer),
        TEST(opening_out_of_reach_goes_by_the_lease),
        TEST(a_guard_that_closes_tells_that_it_obeyed),
        TEST(a_copy_of_a_guard_latches),
        TEST(a_return_comes_at_the_end_of_its_period),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

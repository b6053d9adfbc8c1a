/* store: withdrawals of approvals on their way into leases. Each installation under the certificate
 * gets each of them once; none is left out, however many there are. */
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

/* The digest of the n-th approval, which the office does not know. */
static struct digest approval(unsigned n)
{
    struct digest digest = {{0}};
    store_u64(digest.bytes, n + 1);
    return digest;
}

static struct bytes entry(unsigned n, const struct digest *certificate)
{
    char text[40];
    snprintf(text, sizeof text, "WD-%u", n);
    const char *number = arena_text(&office.script.arena, bytes_of(text));
    assert_non_null(number);
    struct digest digest = approval(n);
    return office_withdrawal(&office.script, number, certificate, &digest);
}

static void enter(unsigned n)
{
    struct store_answer answer =
        office_do(&office, STORE_ACT, entry(n, &office.script.world.certificate_digest));
    office.fault = answer.fault;
    OFFICE_OK(&office, answer.error);
    assert_int_equal(answer.outcome, STORE_ACCEPTED);
    assert_int_equal(answer.changes[0].kind, FILE_WITHDRAWAL);
}

/* Which of the approvals the lease withdraws, as a guard opens them: a bit for each of the first.
 */
static unsigned withdrawn(const struct lease *lease)
{
    const struct world *world = &office.script.world;
    struct digest before = {{0}};
    unsigned bits = 0;
    for (size_t i = 0; i < lease->withdrawals_count; i++) {
        struct document document;
        struct approval withdrawal;
        OFFICE_OK(
            &office,
            approval_open(
                lease->withdrawals[i], &world->authority, &world->certificate,
                &world->certificate_digest, &office.arena, &office.fault, &document, &withdrawal));
        assert_int_equal(withdrawal.kind, APPROVAL_WITHDRAWAL);
        assert_true(digest_compare(&before, &document.digest) < 0);
        before = document.digest;
        bits |= 1u << (load_u64(withdrawal.withdraws.bytes) - 1);
    }
    return bits;
}

static struct lease renew(struct renewal *renewal)
{
    struct store_job job = office_renew(&office, renewal, WORLD_GUARD);
    office.fault = job.answer.fault;
    OFFICE_OK(&office, job.answer.error);
    assert_int_equal(job.answer.outcome, STORE_LEASE);
    struct lease lease = office_lease(&office, &job);
    *renewal = office_next_renewal(&office, renewal, &job);
    store_answer_free(&job.answer);
    return lease;
}

static enum store_outcome outcome_of(const struct renewal *renewal)
{
    struct store_job job = office_renew(&office, renewal, WORLD_GUARD);
    enum store_outcome outcome = job.answer.outcome;
    store_answer_free(&job.answer);
    return outcome;
}

static void sound(void)
{
    const struct audit_options options = {.demo_allowed = true};
    struct audit_report report;
    struct rebuild_report rebuilt;
    OFFICE_OK(&office, store_verify(office.path, &options, &office.fault, &report));
    assert_int_equal(report.finding_count, 0);
    OFFICE_OK(&office, store_rebuild(office.path, &options, &office.fault, &rebuilt));
    assert_int_equal(rebuilt.changed, 0);
}

static void the_next_lease_carries_a_withdrawal_once(void **state)
{
    (void)state;
    struct renewal renewal = office_first_renewal(&office);
    struct lease lease = renew(&renewal);
    assert_int_equal(lease.withdrawals_count, 0);
    assert_int_equal(outcome_of(&renewal), STORE_WAIT);
    enter(0);
    enter(1);
    /* The one that waited gets its answer, and so does the same one sent again. */
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(job.answer.outcome, STORE_LEASE);
    lease = office_lease(&office, &job);
    assert_int_equal(withdrawn(&lease), 3);
    assert_int_equal(lease.state, LEASE_ACTIVE);
    struct store_job again = {.kind = STORE_RENEWAL, .bytes = job.bytes};
    OFFICE_OK(&office, store_apply(office.store, &again, 1, &office.fault));
    assert_true(bytes_equal(buffer_view(&again.answer.lease), buffer_view(&job.answer.lease)));
    store_answer_free(&again.answer);
    renewal = office_next_renewal(&office, &renewal, &job);
    store_answer_free(&job.answer);
    /* It holds them now. */
    assert_int_equal(outcome_of(&renewal), STORE_WAIT);
    office_reopen(&office);
    assert_int_equal(outcome_of(&renewal), STORE_WAIT);
    enter(2);
    lease = renew(&renewal);
    assert_int_equal(withdrawn(&lease), 4);
    sound();
}

static void a_new_installation_hears_of_all(void **state)
{
    (void)state;
    enter(0);
    enter(1);
    office_do(&office, STORE_ACT, office_enrol(&office.script, "IN-0002", WORLD_STRANGER));
    struct renewal renewal = office_first_renewal(&office);
    struct lease lease = renew(&renewal);
    assert_int_equal(withdrawn(&lease), 3);
    renewal = office_first_renewal(&office);
    renewal.installation = "IN-0002";
    struct store_job job = office_renew(&office, &renewal, WORLD_STRANGER);
    assert_int_equal(job.answer.outcome, STORE_LEASE);
    lease = office_lease(&office, &job);
    assert_int_equal(withdrawn(&lease), 3);
    store_answer_free(&job.answer);
}

/* A guard would refuse a lease with a withdrawal under a certificate that is not its own. */
static void another_certificates_withdrawals_are_not_carried(void **state)
{
    (void)state;
    struct certificate other = office.script.world.certificate;
    struct bytes acts[OFFICE_CERTIFICATE];
    other.number = "EC-2026-0010";
    office_certificate(&office.script, &other, "A-1", acts);
    for (size_t i = 0; i < OFFICE_CERTIFICATE; i++)
        assert_int_equal(office_do(&office, STORE_ACT, acts[i]).outcome, STORE_ACCEPTED);
    const struct certificate_file *file = office_load(&office, FILE_CERTIFICATE, "EC-2026-0010");
    assert_int_equal(
        office_do(&office, STORE_ACT, entry(5, &file->digest)).outcome, STORE_ACCEPTED);
    struct renewal renewal = office_first_renewal(&office);
    struct lease lease = renew(&renewal);
    assert_int_equal(lease.withdrawals_count, 0);
    assert_int_equal(outcome_of(&renewal), STORE_WAIT);
}

/* More than one lease takes: nothing may begin until all are there. */
static void none_is_left_out(void **state)
{
    (void)state;
    enum { MANY = LEASE_WITHDRAWALS_MAX / 4 + 1 };
    struct renewal renewal = office_first_renewal(&office);
    struct lease lease = renew(&renewal);
    for (unsigned i = 0; i < MANY; i++)
        enter(i);
    lease = renew(&renewal);
    assert_int_equal(lease.withdrawals_count, MANY - 1);
    assert_int_equal(lease.state, LEASE_SUSPENDED);
    lease = renew(&renewal);
    assert_int_equal(lease.withdrawals_count, 1);
    assert_int_equal(lease.state, LEASE_ACTIVE);
    assert_int_equal(outcome_of(&renewal), STORE_WAIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(the_next_lease_carries_a_withdrawal_once),
        TEST(a_new_installation_hears_of_all),
        TEST(another_certificates_withdrawals_are_not_carried),
        TEST(none_is_left_out),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

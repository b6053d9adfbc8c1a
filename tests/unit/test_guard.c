/* A guard's life: enrolment, leases, declarations, uses, records. */
#include "guard_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

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

static enum enduse_reason begin_refused(struct enduse_declaration *declared)
{
    struct enduse_verdict verdict;
    uint64_t use = 0;
    assert_int_equal(
        enduse_begin(fixture.guard, declared, "location", "c1", &use, &verdict), ENDUSE_REFUSED);
    assert_int_equal(use, 0);
    assert_int_equal(verdict.permitted, 0);
    assert_true(verdict.words[0]);
    return verdict.reason;
}

/* --- Uses --------------------------------------------------------------------------------- */

static void a_use_from_end_to_end(void **state)
{
    (void)state;
    unsigned counts[ENTRY_RESTORED + 1];
    fixture_active(&fixture);
    struct enduse_declaration *declared = fixture_declare(&fixture);
    uint64_t use = fixture_begin(&fixture, declared);
    assert_int_equal(enduse_must_stop(fixture.guard, use, NULL), 0);
    struct enduse_status status = {.size = sizeof status};
    assert_int_equal(enduse_status(fixture.guard, &status), ENDUSE_OK);
    assert_int_equal(status.running, 1);
    assert_string_equal(status.installation, "IN-0001");
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_UNKNOWN);
    assert_int_equal(enduse_must_stop(fixture.guard, use, NULL), 1);
    enduse_declaration_free(fixture.guard, declared);
    fixture_close(&fixture);
    fixture_count_records(&fixture, counts);
    assert_int_equal(counts[ENTRY_BOOT], 1);
    assert_int_equal(counts[ENTRY_DECLARED], 1);
    assert_int_equal(counts[ENTRY_BEGIN], 1);
    assert_int_equal(counts[ENTRY_END], 1);
    assert_int_equal(counts[ENTRY_LEASE], 1);
}

static void no_lease_no_use(void **state)
{
    (void)state;
    struct enduse_verdict verdict;
    struct enduse_declaration *declared = NULL;
    struct world *world = &fixture.world;
    assert_int_equal(fixture_open(&fixture), ENDUSE_OK);
    assert_int_equal(
        enduse_declare(
            fixture.guard, world->declaration_bytes.data, world->declaration_bytes.length,
            world->approval_bytes.data, world->approval_bytes.length, &declared, &verdict, NULL),
        ENDUSE_REFUSED);
    assert_int_equal(verdict.reason, ENDUSE_REASON_NO_LEASE);
    assert_int_equal(begin_refused(declared), ENDUSE_REASON_NO_LEASE);
    /* What was refused was not used up: with a lease it begins. */
    fixture_renew(&fixture);
    uint64_t use = fixture_begin(&fixture, declared);
    assert_int_equal(enduse_end(fixture.guard, use), ENDUSE_OK);
    enduse_declaration_free(fixture.guard, declared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_use_from_end_to_end, setup, teardown),
        cmocka_unit_test_setup_teardown(no_lease_no_use, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

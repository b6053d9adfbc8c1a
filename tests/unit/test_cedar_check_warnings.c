/* Warnings of the strict validator: the verdicts on impossible policies are the official engine's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "failing_alloc.h"

static const char schema_text[] =
    "entity U {a: Long}; entity D; action v appliesTo {principal: U, resource: D};"
    "action e appliesTo {principal: [U, D], resource: D};";

static struct cedar_schema *schema;

static int set_up(void **state)
{
    (void)state;
    return cedar_schema_parse(BYTES_LITERAL(schema_text), NULL, &schema) ? 1 : 0;
}

static int tear_down(void **state)
{
    (void)state;
    cedar_schema_free(schema);
    return 0;
}

static struct cedar_policies *read_set(const char *text)
{
    struct cedar_policies *set;
    assert_int_equal(cedar_policies_create(&set), ERROR_OK);
    assert_int_equal(cedar_policies_add_with_templates(set, bytes_of(text), NULL, NULL), ERROR_OK);
    return set;
}

static const struct cedar_policy *only(const struct cedar_policies *set)
{
    return cedar_policies_count(set) ? cedar_policies_at(set, 0) : cedar_templates_at(set, 0);
}

static const struct {
    bool impossible;
    const char *text;
} rows[] = {
    {true, "permit(principal, action, resource) when { false };"},
    {true, "permit(principal, action, resource) unless { true };"},
    {true, "permit(principal, action, resource) when { principal is D && resource is U };"},
    {false, "permit(principal, action, resource) when { principal is D };"},
    {true, "permit(principal, action == Action::\"v\", resource) when { principal is D };"},
    {true, "permit(principal == ?principal, action == Action::\"v\", resource)"
           "when { principal is D };"},
    {true, "forbid(principal, action, resource) when { true } when { 1 == 2 };"},
    {true, "permit(principal, action, resource) when { false && 1 == \"a\" };"},
    /* && and || of literals are literals; other expressions of which the value is known are not. */
    {true, "permit(principal, action, resource) unless { (true && true) != false };"},
    {true, "permit(principal, action, resource) when { (true && false) == true };"},
    {true, "permit(principal, action, resource) when { (false && true) == true };"},
    {true, "permit(principal, action, resource) when { (true || false) == false };"},
    {true, "permit(principal, action, resource) when { (false || false) == true };"},
    {false, "permit(principal, action, resource) when { (principal is U || true) == true };"},
    {false, "permit(principal, action, resource) when { (true && principal is U) == false };"},
    {false, "permit(principal, action, resource) when { (1 && true) == false };"},
    {false, "permit(principal, action, resource) when { (true && 1) == false };"},
    {true, "permit(principal, action, resource) when { (false || true && true) == false };"},
    {false, "permit(principal, action, resource) when { !true == true };"},
    {false, "permit(principal, action, resource) when { (true == false) == true };"},
    {false, "permit(principal, action, resource);"},
    {false, "permit(principal is U, action, resource) when { principal.a == 1 };"},
    /* An error in a policy is no warning. */
    {false, "permit(principal is U, action, resource) when { principal.b == 1 };"},
    {false, "permit(principal == D::\"x\", action == Action::\"v\", resource);"},
};

static void test_impossible(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cedar_policies *set = read_set(rows[i].text);
        enum error error = cedar_check_warnings(schema, only(set), NULL, NULL);
        if (error != (rows[i].impossible ? ERROR_CHECK_IMPOSSIBLE : ERROR_OK))
            fail_msg("%s: %s", rows[i].text, error_name(error));
        cedar_policies_free(set);
    }
}

/* Types of actions are related as their actions are: an Action is in an M::Action, an N::Action in
 * an Action, but no N::Action in an M::Action. What stands in `if` is known by its type only. */
static void test_action_types(void **state)
{
    (void)state;
    static const char text[] =
        "entity U; action g; action view in [M::Action::\"ab\"] appliesTo {principal: U, resource: "
        "U};"
        "namespace M { action ab; } namespace N { action edit in [Action::\"g\"]; }";
    static const struct {
        bool impossible;
        const char *left, *right;
    } relations[] = {
        {true, "N::Action::\"edit\"", "M::Action::\"ab\""},
        {true, "Action::\"view\"", "N::Action::\"edit\""},
        {false, "Action::\"view\"", "M::Action::\"ab\""},
        {false, "Action::\"g\"", "M::Action::\"ab\""},
        {false, "N::Action::\"edit\"", "Action::\"view\""},
    };
    struct cedar_schema *types;
    assert_int_equal(cedar_schema_parse(BYTES_LITERAL(text), NULL, &types), ERROR_OK);
    for (size_t i = 0; i < sizeof relations / sizeof *relations; i++) {
        char policy[256];
        const char *right = relations[i].right;
        snprintf(
            policy, sizeof policy,
            "permit(principal, action, resource) when { %s in (if true then %s else %s) };",
            relations[i].left, right, right);
        struct cedar_policies *set = read_set(policy);
        enum error error = cedar_check_warnings(types, only(set), NULL, NULL);
        if (error != (relations[i].impossible ? ERROR_CHECK_IMPOSSIBLE : ERROR_OK))
            fail_msg("%s: %s", policy, error_name(error));
        cedar_policies_free(set);
    }
    cedar_schema_free(types);
}

static void test_direction(void **state)
{
    (void)state;
    struct cedar_findings findings = {0};
    struct fault fault = {0};
    struct cedar_policies *set = read_set("permit(principal, action, resource);\n"
                                          "permit(principal, action, resource)\n"
                                          "when { \"\u00e9\u202e\" == \"x\" } // \u2066\n;");
    assert_int_equal(
        cedar_check_warnings(schema, cedar_policies_at(set, 0), &findings, &fault), ERROR_OK);
    assert_int_equal(
        cedar_check_warnings(schema, cedar_policies_at(set, 1), &findings, &fault),
        ERROR_CHECK_IMPOSSIBLE);
    assert_int_equal(findings.count, 3);
    assert_int_equal(findings.items[1].fault.error, ERROR_CHECK_DIRECTION);
    assert_string_equal(findings.items[1].fault.place, "policy1: line 3, column 10");
    assert_string_equal(findings.items[1].fault.found, "U+202E");
    assert_string_equal(findings.items[2].fault.found, "U+2066");
    cedar_findings_free(&findings);
    cedar_policies_free(set);
    /* Their neighbours are no controls of direction. */
    set = read_set("permit(principal, action, resource) // \u2029\u202f\u2065\u206a\n;");
    assert_int_equal(cedar_check_warnings(schema, only(set), NULL, &fault), ERROR_OK);
    cedar_policies_free(set);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct cedar_policies *set = read_set(
        "permit(principal, action, resource) when { {a: [1]} == {a: [2]} && \"\u202e\" == \"\" "
        "&& false };");
    for (long n = 0;; n++) {
        struct cedar_findings findings = {0};
        failing_alloc_after(n);
        enum error error = cedar_check_warnings(schema, only(set), &findings, NULL);
        bool failed = failing_alloc_stop();
        cedar_findings_free(&findings);
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_CHECK_IMPOSSIBLE);
        if (!failed)
            break;
    }
    cedar_policies_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_impossible),
        cmocka_unit_test(test_action_types),
        cmocka_unit_test(test_direction),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* Strict validation of policies: what findings say, how many are kept, and when checking stops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "cedar_check_schema.h"
#include "failing_alloc.h"

static struct cedar_policies *parse_policies(const char *text)
{
    struct cedar_policies *policies = NULL;
    struct fault fault = {0};
    char words[500];
    assert_int_equal(cedar_policies_create(&policies), ERROR_OK);
    if (cedar_policies_add(policies, bytes_of(text), NULL, &fault))
        fail_msg("%s\n%s", text, fault_text(&fault, words, sizeof words));
    return policies;
}

static void findings_tell_where_and_what(void **state)
{
    (void)state;
    struct cedar_schema *schema = parse_schema();
    struct cedar_policies *policies =
        parse_policies("permit(principal, action, resource);\n"
                       "permit(principal is U, action, resource) when {\n"
                       "  principal.ll == 1 && context.c == 1\n"
                       "} unless { principal in Gg::\"x\" };\n"
                       "permit(principal, action == Action::\"edt\", resource);\n");
    struct cedar_findings findings = {0};
    struct fault fault = {0};
    assert_int_equal(
        cedar_check_policies(schema, policies, &findings, &fault), ERROR_CHECK_ENTITY_TYPE);
    static const char *const expected[] = {
        "policy1: line 4, column 25: an entity type that the schema does not have "
        "(expected an entity type of the schema; perhaps \"G\", found \"Gg\")",
        "policy1: line 3, column 13: an attribute that the schema does not have here "
        "(expected an attribute that is declared; perhaps \"l\", found \"ll\" of U)",
        "policy1: line 3, column 32: an attribute that the schema does not have here "
        "(expected an attribute that is declared, found \"c\" of the context of "
        "Action::\"edit\")",
        "policy2: line 5, column 29: an action that the schema does not have "
        "(expected an action of the schema; perhaps Action::\"edit\", found Action::\"edt\")",
        "policy2: line 5, column 1: no action applies to such a principal and resource "
        "(expected a scope that some action of the schema applies to, found one that none does)",
    };
    assert_int_equal(findings.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < findings.count; i++) {
        char words[500];
        assert_string_equal(fault_text(&findings.items[i].fault, words, sizeof words), expected[i]);
        assert_true(bytes_equal_text(findings.items[i].policy, i < 3 ? "policy1" : "policy2"));
    }
    assert_string_equal(fault.place, findings.items[0].fault.place);
    assert_int_equal(findings.items[1].span.start.line, 3);
    cedar_findings_free(&findings);

    findings.limit = 2;
    assert_int_equal(
        cedar_check_policies(schema, policies, &findings, NULL), ERROR_CHECK_ENTITY_TYPE);
    assert_int_equal(findings.count, 2);
    cedar_findings_free(&findings);
    assert_int_equal(
        cedar_check_policy(schema, cedar_policies_at(policies, 0), NULL, &fault), ERROR_OK);
    cedar_policies_free(policies);
    cedar_schema_free(schema);
}

/* Names and types too long for a message are cut, at a character; and what nobody named is not
 * guessed at. */
static void long_names_are_cut(void **state)
{
    (void)state;
    static const struct {
        const char *condition, *words;
    } rows[] = {
        {"principal.x == 1",
         "(expected one type, found {\"1\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"},
        {"principal.zz == 1",
         "an attribute that the schema does not have here (expected an attribute that is declared,"
         " found \"zz\" of LongNamespaceLongNamespaceLongNamespaceLongNamespace::User)"},
        {"context.zz == 1",
         "found \"zz\" of the context of LongNamespaceLongNamespaceLongNamespaceL::\"go\")"},
        {"principal[\"\"] == 1", "(expected an attribute that is declared, found \"\" of"},
        {"principal[\"wx:z\"] == 1", "perhaps \"wx:y\""},
        {"principal.abcdefghijk == 1", "perhaps \"abcdefghij\""},
        {"principal.nameThatIsLongerThanFortyEightCharactersAndSoNotCompared == 1",
         "(expected an attribute that is declared, found \"nameThat"},
    };
    static const char text[] =
        "namespace LongNamespaceLongNamespaceLongNamespaceLongNamespace {"
        "entity User {x: "
        "{\"1\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"
        "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"
        "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"
        "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"
        "\": Long}, \"wx:y\": Long, abcd: Long, abcdefg: Long, abcdefghij: Long, abcdefghijkl: "
        "Long,"
        "nameThatIsLongerThanFortyEightCharactersAndSoNotComparedEither: Long};"
        "action go appliesTo {principal: User, resource: User}; }";
    struct cedar_schema *schema = NULL;
    assert_int_equal(cedar_schema_parse(BYTES_LITERAL(text), NULL, &schema), ERROR_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer policy = {0};
        struct fault fault = {0};
        char words[600];
        buffer_printf(
            &policy, "permit(principal, action, resource) when { %s };", rows[i].condition);
        struct cedar_policies *policies = parse_policies(buffer_text(&policy));
        enum error error = cedar_check_policies(schema, policies, NULL, &fault);
        assert_int_not_equal(error, ERROR_OK);
        fault_text(&fault, words, sizeof words);
        if (!strstr(words, rows[i].words))
            fail_msg("%s\n%s", rows[i].condition, words);
        assert_true(bytes_are_utf8(bytes_of(words), NULL));
        cedar_policies_free(policies);
        buffer_free(&policy);
    }
    cedar_schema_free(schema);
    /* Entities and actions of such a namespace, and a policy with such an id. */
    static const struct {
        enum error error;
        const char *policy;
    } unknown[] = {
        {ERROR_CHECK_ACTION, "permit(principal, action == %s::Action::\"stay\", resource);"},
        {ERROR_CHECK_ACTION,
         "permit(principal, action in [%1$s::Action::\"go\", %1$sr::Action::\"go\"], resource);"},
        {ERROR_CHECK_ENTITY_TYPE, "permit(principal == %s::Kind::\"x\", action, resource);"},
        {ERROR_CHECK_ENTITY, "permit(principal == %s::E::\"x\", action, resource);"},
        {ERROR_CHECK_ATTRIBUTE,
         "permit(principal is %s::U, action, resource) when { principal.big.x == 1 };"},
    };
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        struct buffer longer = {0}, policy = {0}, declared = {0};
        struct cedar_policies *policies = NULL;
        struct cedar_findings findings = {0};
        struct bytes id;
        for (int k = 0; k < 30; k++)
            buffer_append_text(&longer, "Long");
        buffer_printf(
            &declared, "namespace %s {entity E enum [\"a\"]; entity U {big: {",
            buffer_text(&longer));
        /* A type that is too long to be printed whole. */
        for (int k = 0; k < 500; k++)
            buffer_printf(&declared, "attribute%d: Long, ", k);
        buffer_append_text(&declared, "}}; action go appliesTo {principal: [E, U], resource: U};}");
        assert_int_equal(cedar_schema_parse(buffer_view(&declared), NULL, &schema), ERROR_OK);
        buffer_printf(&policy, unknown[i].policy, buffer_text(&longer));
        id = buffer_view(&longer);
        assert_int_equal(cedar_policies_create(&policies), ERROR_OK);
        assert_int_equal(
            cedar_policies_add_with_ids(policies, buffer_view(&policy), &id, 1, NULL), ERROR_OK);
        assert_int_equal(cedar_check_policies(schema, policies, &findings, NULL), unknown[i].error);
        assert_true(bytes_equal(findings.items[0].policy, id));
        cedar_findings_free(&findings);
        cedar_policies_free(policies);
        cedar_schema_free(schema);
        buffer_free(&longer);
        buffer_free(&policy);
        buffer_free(&declared);
    }
}

/* As many findings as are kept, and one that comes too often. */
static void findings_are_bounded(void **state)
{
    (void)state;
    struct cedar_schema *schema = parse_schema();
    struct buffer text = {0};
    struct cedar_findings findings = {0};
    buffer_append_text(&text, "permit(principal is U, action == Action::\"view\", resource)");
    for (int i = 0; i < CEDAR_CHECK_FINDINGS_MAX + 10; i++)
        buffer_printf(&text, " when { principal.zz%d == 1 }", i);
    buffer_append_text(&text, "; permit(principal is U, action, resource) when { principal.zz };");
    struct cedar_policies *policies = parse_policies(buffer_text(&text));
    assert_int_equal(
        cedar_check_policies(schema, policies, &findings, NULL), ERROR_CHECK_ATTRIBUTE);
    assert_int_equal(findings.count, CEDAR_CHECK_FINDINGS_MAX + 1);
    cedar_findings_free(&findings);
    cedar_policies_free(policies);
    cedar_schema_free(schema);
    buffer_free(&text);
}

static void much_work_is_an_error(void **state)
{
    (void)state;
    struct cedar_schema *schema = NULL;
    struct buffer text = {0}, policy = {0};
    for (int i = 0; i < 300; i++)
        buffer_printf(&text, "entity E%d;", i);
    buffer_append_text(&text, "action a appliesTo {principal: [E0");
    for (int i = 1; i < 300; i++)
        buffer_printf(&text, ", E%d", i);
    buffer_append_text(&text, "], resource: [E0");
    for (int i = 1; i < 300; i++)
        buffer_printf(&text, ", E%d", i);
    buffer_append_text(&text, "]};");
    assert_int_equal(cedar_schema_parse(buffer_view(&text), NULL, &schema), ERROR_OK);
    buffer_append_text(&policy, "permit(principal, action, resource) when {1 < 2");
    for (int i = 0; i < 600; i++)
        buffer_append_text(&policy, " && 1 < 2");
    buffer_append_text(&policy, "};");
    struct cedar_policies *policies = parse_policies(buffer_text(&policy));
    struct fault fault = {0};
    assert_int_equal(cedar_check_policies(schema, policies, NULL, &fault), ERROR_CHECK_LIMIT);
    assert_string_not_equal(fault.place, "");
    assert_int_equal(
        cedar_check_level(schema, cedar_policies_at(policies, 0), 9, NULL, &fault),
        ERROR_CHECK_LIMIT);
    cedar_policies_free(policies);
    /* Then nothing can be said about what comes after, nor whether the whole is impossible. */
    buffer_clear(&policy);
    buffer_append_text(&policy, "permit(principal, action, resource) when {1 < 2");
    for (int i = 0; i < 600; i++)
        buffer_append_text(&policy, " && 1 < 2");
    buffer_append_text(&policy, " && false} when {1 == 2} when {principal.zz};");
    policies = parse_policies(buffer_text(&policy));
    assert_int_equal(
        cedar_check_warnings(schema, cedar_policies_at(policies, 0), NULL, &fault), ERROR_OK);
    cedar_policies_free(policies);
    /* Of 256 steps for each environment, so that the last step is one to the next environment. */
    buffer_clear(&policy);
    buffer_append_text(&policy, "permit(principal, action, resource) when {1 < 2");
    for (int i = 1; i < 63; i++)
        buffer_append_text(&policy, " && 1 < 2");
    buffer_append_text(&policy, " && !!false};");
    policies = parse_policies(buffer_text(&policy));
    assert_int_equal(
        cedar_check_warnings(schema, cedar_policies_at(policies, 0), NULL, &fault), ERROR_OK);
    cedar_policies_free(policies);
    cedar_schema_free(schema);
    buffer_free(&text);
    buffer_free(&policy);
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    struct cedar_schema *schema = parse_schema();
    struct cedar_policies *policies = parse_policies(
        "permit(principal == Foo::\"u\", action in [Action::\"a\", Action::\"b\"], resource) when "
        "{\n"
        "  [Foo::\"x\", Foo::\"y\"] == [principal] };"
        "permit(principal is U, action == Action::\"view\", resource) when {\n"
        "  context has oo.k.m && context.oo.k.m == 1 && principal.hasTag(\"a\") &&\n"
        "  [{a: [true]}, {a: [principal.bb]}] == [{a: [false]}] && ip(\"1.1.1.1\").isIpv4() &&\n"
        "  (if principal.bb then principal has o else principal has o) && principal.o == 1\n"
        "};"
        "permit(principal is U, action, resource) when { principal.zz };"
        "permit(principal == U::\"u\", action in [Action::\"a\", Action::\"b\"], resource) when {\n"
        "  [Foo::\"x\", Foo::\"y\"] == [principal] } when { principal.zz } unless { context.zz };");
    for (long n = 0;; n++) {
        struct cedar_findings findings = {0};
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = cedar_check_policies(schema, policies, &findings, &fault);
        bool failed = failing_alloc_stop();
        if (failed && error == ERROR_MEMORY)
            assert_int_equal(fault.error, ERROR_MEMORY);
        else /* what only makes words shorter may fail */
            assert_int_equal(error, ERROR_CHECK_ENTITY_TYPE);
        cedar_findings_free(&findings);
        if (!failed) {
            assert_true(n > 3);
            break;
        }
    }
    /* And when there is no more from then on. */
    for (long n = 0; n < 2000; n++) {
        failing_alloc_always_after(n);
        enum error error = cedar_check_policies(schema, policies, NULL, NULL);
        bool failed = failing_alloc_stop();
        if (!failed)
            break;
        assert_true(error == ERROR_MEMORY || error == ERROR_CHECK_ENTITY_TYPE);
    }
    cedar_policies_free(policies);
    cedar_schema_free(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_tell_where_and_what), cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(findings_are_bounded),         cmocka_unit_test(much_work_is_an_error),
        cmocka_unit_test(no_memory_is_an_error),
    };
    return cmocka_run_group_tests_name("cedar_check_findings", tests, NULL, NULL);
}

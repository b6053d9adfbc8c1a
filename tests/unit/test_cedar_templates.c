/* Templates and their links: what is read, what a link may fill, what it means and how it is
 * checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "cedar_check_schema.h"
#include "failing_alloc.h"

static const char text[] =
    "permit (principal == ?principal, action, resource);\n"
    "@why(\"kin\")\n"
    "forbid (principal, action, resource in ?resource) when { principal in resource };\n"
    "permit (principal is U in ?principal, action, resource is D in ((?resource)));\n"
    "permit (principal, action, resource) when { false };\n";

static struct cedar_policies *read_set(const char *source)
{
    struct cedar_policies *set = NULL;
    struct fault fault = {0};
    char words[500];
    assert_int_equal(cedar_policies_create(&set), ERROR_OK);
    if (cedar_policies_add_with_templates(set, bytes_of(source), NULL, &fault))
        fail_msg("%s", fault_text(&fault, words, sizeof words));
    return set;
}

static struct cedar_entity_name entity(const char *type, const char *id)
{
    return (struct cedar_entity_name){.type = bytes_of(type), .id = bytes_of(id)};
}

static enum error link_policy(
    struct cedar_policies *set, const char *template, const char *id,
    const struct cedar_entity_name *principal, const struct cedar_entity_name *resource,
    struct fault *fault)
{
    struct cedar_slots slots = {principal, resource};
    return cedar_policies_link(set, bytes_of(template), bytes_of(id), &slots, fault);
}

static void assert_prints(const struct cedar_policy *policy, const char *expected)
{
    struct buffer out = {0};
    cedar_print_policy(&out, policy);
    assert_string_equal(buffer_text(&out), expected);
    buffer_free(&out);
}

static void test_reading(void **state)
{
    (void)state;
    struct cedar_policies *set = read_set(text);
    size_t index = 9;
    assert_int_equal(cedar_policies_count(set), 1);
    assert_int_equal(cedar_templates_count(set), 3);
    /* N counts both: the one policy is the fourth of the text. */
    assert_true(cedar_policies_find(set, BYTES_LITERAL("policy3"), &index));
    assert_int_equal(index, 0);
    assert_false(cedar_policies_find(set, BYTES_LITERAL("policy0"), &index));
    assert_true(cedar_templates_find(set, BYTES_LITERAL("policy2"), &index));
    assert_int_equal(index, 2);
    assert_false(cedar_templates_find(set, BYTES_LITERAL("policy3"), &index));
    assert_true(cedar_policy_is_template(cedar_templates_at(set, 1)));
    assert_false(cedar_policy_is_template(cedar_policies_at(set, 0)));
    assert_prints(
        cedar_templates_at(set, 1), "@why(\"kin\")\nforbid (principal, action, resource in "
                                    "?resource)\nwhen { principal in resource };\n");
    assert_prints(
        cedar_templates_at(set, 2), "permit (principal is U in ?principal, action, resource is D "
                                    "in ?resource);\n");
    cedar_policies_free(set);
}

static void test_refused_texts(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "permit(principal == ?resource, action, resource);",
        "permit(principal, action, resource == ?principal);",
        "permit(principal, action == ?action, resource);",
        "permit(principal, action in [?principal], resource);",
        "permit(principal in ?other, action, resource);",
        "permit(principal, action, resource) when { ?principal == principal };",
        "permit(principal == ?principal, action, resource) when { principal in ?principal };",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct cedar_policies *set;
        assert_int_equal(cedar_policies_create(&set), ERROR_OK);
        assert_int_equal(
            cedar_policies_add_with_templates(set, bytes_of(texts[i]), NULL, NULL),
            ERROR_CEDAR_TEMPLATE);
        assert_int_equal(cedar_templates_count(set), 0);
        cedar_policies_free(set);
    }
}

/* Errors behind a slot, and names for templates. */
static void test_texts(void **state)
{
    (void)state;
    static const struct {
        enum error error;
        const char *text;
    } rows[] = {
        {ERROR_OK, "permit(principal == ((?principal)), action, resource in (?resource));"},
        {ERROR_CEDAR_TOKEN, "permit(principal == ?principal#"},
        {ERROR_CEDAR_TOKEN, "permit(principal == (?principal#"},
        {ERROR_CEDAR_TOKEN, "permit(principal == (?principal)#"},
        {ERROR_CEDAR_SYNTAX, "permit(principal == (?principal, action, resource);"},
        {ERROR_CEDAR_SYNTAX, "permit(principal == ((?principal), action, resource);"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cedar_policies *set;
        assert_int_equal(cedar_policies_create(&set), ERROR_OK);
        enum error error =
            cedar_policies_add_with_templates(set, bytes_of(rows[i].text), NULL, NULL);
        if (error != rows[i].error)
            fail_msg("%s: %s", rows[i].text, error_name(error));
        cedar_policies_free(set);
    }
    const struct cedar_naming naming = {.prefix = BYTES_LITERAL("t/")};
    struct cedar_policies *set;
    size_t index;
    assert_int_equal(cedar_policies_create(&set), ERROR_OK);
    assert_int_equal(
        cedar_policies_add_with_templates(set, bytes_of(rows[0].text), &naming, NULL), ERROR_OK);
    assert_true(cedar_templates_find(set, BYTES_LITERAL("t/policy0"), &index));
    assert_false(cedar_policies_find(set, BYTES_LITERAL("t/policy0"), &index));
    cedar_policies_free(set);
}

static void test_linking(void **state)
{
    (void)state;
    struct cedar_policies *set = read_set(text);
    struct cedar_entity_name u = entity("U", "a\"b"), d = entity("D", "x");
    struct fault fault = {0};
    assert_int_equal(link_policy(set, "policy2", "l", &u, &d, &fault), ERROR_OK);
    size_t index;
    assert_true(cedar_policies_find(set, BYTES_LITERAL("l"), &index));
    const struct cedar_policy *link = cedar_policies_at(set, index);
    assert_prints(
        link, "permit (principal is U in U::\"a\\\"b\", action, resource is D in D::\"x\");\n");
    assert_ptr_equal(link->template, cedar_templates_at(set, 2));
    assert_true(link->principal.slot);
    assert_false(cedar_policy_is_template(link));
    assert_prints(
        cedar_templates_at(set, 2), "permit (principal is U in ?principal, action, resource is D "
                                    "in ?resource);\n");
    cedar_policies_free(set);
}

static void test_refused_links(void **state)
{
    (void)state;
    struct cedar_policies *set = read_set(text);
    struct cedar_entity_name u = entity("U", "u"), d = entity("D", "d");
    struct fault fault = {0};
    assert_int_equal(link_policy(set, "policy9", "l", &u, NULL, &fault), ERROR_NOT_FOUND);
    assert_string_equal(fault.found, "\"policy9\"");
    assert_int_equal(link_policy(set, "policy3", "l", NULL, NULL, &fault), ERROR_NOT_FOUND);
    assert_int_equal(link_policy(set, "policy0", "l", NULL, NULL, &fault), ERROR_CEDAR_SLOTS);
    assert_string_equal(fault.expected, "?principal");
    assert_string_equal(fault.found, "none");
    assert_int_equal(link_policy(set, "policy0", "l", &u, &d, &fault), ERROR_CEDAR_SLOTS);
    assert_string_equal(fault.found, "both slots");
    assert_int_equal(link_policy(set, "policy1", "l", &u, NULL, &fault), ERROR_CEDAR_SLOTS);
    assert_int_equal(link_policy(set, "policy2", "l", &u, NULL, &fault), ERROR_CEDAR_SLOTS);
    assert_int_equal(
        link_policy(set, "policy0", "policy3", &u, NULL, &fault), ERROR_CEDAR_DUPLICATE_POLICY);
    assert_int_equal(
        link_policy(set, "policy0", "policy0", &u, NULL, &fault), ERROR_CEDAR_DUPLICATE_POLICY);
    assert_int_equal(cedar_policies_count(set), 1);
    /* A text that brings one id again leaves neither its policies nor its templates behind. */
    const struct bytes ids[] = {BYTES_LITERAL("n0"), BYTES_LITERAL("n1"), BYTES_LITERAL("policy2")};
    struct bytes three =
        BYTES_LITERAL("permit(principal == ?principal,action,resource);"
                      "permit(principal,action,resource);permit(principal,action,resource);");
    assert_int_equal(
        cedar_policies_add_with_ids(set, three, ids, 3, &fault), ERROR_CEDAR_DUPLICATE_POLICY);
    assert_int_equal(cedar_policies_add_with_ids(set, three, ids, 2, NULL), ERROR_CEDAR_POLICY_ID);
    assert_int_equal(cedar_policies_add_with_ids(set, three, ids, 4, NULL), ERROR_CEDAR_POLICY_ID);
    assert_int_equal(cedar_policies_add_with_ids(set, three, NULL, 0, NULL), ERROR_CEDAR_POLICY_ID);
    assert_int_equal(cedar_policies_count(set), 1);
    assert_int_equal(cedar_templates_count(set), 3);
    size_t index;
    assert_false(cedar_templates_find(set, ids[0], &index));
    assert_false(cedar_policies_find(set, ids[1], &index));
    assert_true(cedar_templates_find(set, ids[2], &index));
    cedar_policies_free(set);
}

/* The decision on whether user "u" may do anything to thing "d". */
static enum cedar_decision decide(const struct cedar_policies *set)
{
    struct cedar_symbols *symbols;
    struct cedar_program *program;
    struct cedar_request request = {0};
    struct cedar_response response;
    assert_int_equal(cedar_symbols_create(NULL, 1, &symbols), ERROR_OK);
    assert_int_equal(cedar_compile(set, symbols, NULL, &program), ERROR_OK);
    assert_int_equal(
        cedar_intern_uid(symbols, BYTES_LITERAL("U"), BYTES_LITERAL("u"), &request.principal),
        ERROR_OK);
    assert_int_equal(
        cedar_intern_uid(symbols, BYTES_LITERAL("Action"), BYTES_LITERAL("v"), &request.action),
        ERROR_OK);
    assert_int_equal(
        cedar_intern_uid(symbols, BYTES_LITERAL("D"), BYTES_LITERAL("d"), &request.resource),
        ERROR_OK);
    void *scratch = malloc(cedar_program_scratch_size(program));
    assert_non_null(scratch);
    cedar_authorize(program, &request, NULL, scratch, &response);
    free(scratch);
    cedar_program_free(program);
    cedar_symbols_free(symbols);
    return response.decision;
}

static void test_meaning(void **state)
{
    (void)state;
    struct cedar_policies *set =
        read_set("permit (principal == ?principal, action, resource in ?resource);"
                 "forbid (principal, action, resource == ?resource);");
    struct cedar_entity_name u = entity("U", "u"), other = entity("U", "v"), d = entity("D", "d");
    assert_int_equal(decide(set), CEDAR_DENY); /* a template alone does nothing */
    assert_int_equal(link_policy(set, "policy0", "a", &other, &d, NULL), ERROR_OK);
    assert_int_equal(decide(set), CEDAR_DENY);
    assert_int_equal(link_policy(set, "policy0", "b", &u, &d, NULL), ERROR_OK);
    assert_int_equal(decide(set), CEDAR_ALLOW);
    assert_int_equal(link_policy(set, "policy1", "c", NULL, &d, NULL), ERROR_OK);
    assert_int_equal(decide(set), CEDAR_DENY);
    cedar_policies_free(set);
}

struct check_row {
    enum error error; /* of the template */
    const char *text;
};

static const struct check_row check_rows[] = {
    {ERROR_OK, "permit(principal == ?principal, action, resource == ?resource);"},
    {ERROR_OK, "permit(principal in ?principal, action == Action::\"view\", resource)"
               "when { resource.n == \"a\" };"},
    {ERROR_OK, "permit(principal is U in ?principal, action, resource);"},
    {ERROR_CHECK_ENTITY_TYPE, "permit(principal is X in ?principal, action, resource);"},
    {ERROR_CHECK_APPLIES, "permit(principal is D in ?principal, action, resource);"},
    {ERROR_CHECK_ATTRIBUTE, "permit(principal in ?principal, action == Action::\"view\", resource)"
                            "when { resource.m == 1 };"},
};

static void test_checking(void **state)
{
    (void)state;
    struct cedar_schema *schema = parse_schema();
    for (size_t i = 0; i < sizeof check_rows / sizeof *check_rows; i++) {
        struct cedar_policies *set = read_set(check_rows[i].text);
        enum error error = cedar_check_policies(schema, set, NULL, NULL);
        if (error != check_rows[i].error)
            fail_msg("%s: %s", check_rows[i].text, error_name(error));
        cedar_policies_free(set);
    }
    struct cedar_policies *set = read_set(check_rows[0].text);
    struct cedar_entity_name u = entity("U", "u"), d = entity("D", "d"), x = entity("X", "x");
    assert_int_equal(link_policy(set, "policy0", "good", &u, &d, NULL), ERROR_OK);
    assert_int_equal(cedar_check_policies(schema, set, NULL, NULL), ERROR_OK);
    assert_int_equal(link_policy(set, "policy0", "bad", &x, &d, NULL), ERROR_OK);
    assert_int_equal(cedar_check_policies(schema, set, NULL, NULL), ERROR_CHECK_ENTITY_TYPE);
    cedar_policies_free(set);
    cedar_schema_free(schema);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct cedar_entity_name u = entity("U", "u"), d = entity("D", "d");
    for (long n = 0;; n++) {
        struct cedar_policies *set;
        assert_int_equal(cedar_policies_create(&set), ERROR_OK);
        failing_alloc_after(n);
        enum error error = cedar_policies_add_with_templates(set, BYTES_LITERAL(text), NULL, NULL);
        size_t count = cedar_policies_count(set) + cedar_templates_count(set);
        enum error linked = error ? error : link_policy(set, "policy2", "l", &u, &d, NULL);
        bool failed = failing_alloc_stop();
        assert_int_equal(count, error ? 0 : 4);
        assert_int_equal(cedar_policies_count(set), error ? 0 : linked ? 1 : 2);
        cedar_policies_free(set);
        if (!failed) {
            assert_int_equal(linked, ERROR_OK);
            break;
        }
        assert_int_equal(linked, ERROR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),       cmocka_unit_test(test_refused_texts),
        cmocka_unit_test(test_texts),         cmocka_unit_test(test_linking),
        cmocka_unit_test(test_refused_links), cmocka_unit_test(test_meaning),
        cmocka_unit_test(test_checking),      cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* cedar: memory runs out wherever it is asked for, piece by piece: compiling whatever an expression
 * is made of and wherever its code has to grow, printing values, reading JSON of every form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "cedar/policy_json.h"
#include "failing_alloc.h"

/* An expression with a part of every kind, none of which is known before the request is. */
static const char every_kind[] =
    "if principal == User::\"a\" && !(-context.n < 1 || context.n + 1 - 2 * 3 >= 2) then\n"
    "  [context.a, {b: context.c, d: [1, context.e]}, context[\"f g\"]].contains(ip(context.h))\n"
    "else if principal is User in Group::\"g\" || principal is User || context has i.j then\n"
    "  context.k like \"a*b\" && context.l != 4 && principal in [resource, Group::\"h\"] &&\n"
    "  context.m.isEmpty() && resource.hasTag(\"t\") && resource.getTag(context.o).p &&\n"
    "  decimal() == 1 && context.q == {r: 1, s: 2, t: 3, u: 4}\n"
    "else (if context.v then principal else resource).w.containsAny([context.x]) ||\n"
    "  (principal.y has z && context has \"\" && context <= context)";

static struct cedar_policies *policies_of(const char *text)
{
    struct cedar_policies *policies = NULL;
    struct fault fault = {0};
    char words[500];
    assert_int_equal(cedar_policies_create(&policies), ERROR_OK);
    if (cedar_policies_add_with_templates(policies, bytes_of(text), NULL, &fault))
        fail_msg("%s\n%s", text, fault_text(&fault, words, sizeof words));
    return policies;
}

static void reading_every_kind(void **state)
{
    (void)state;
    struct buffer text = {0};
    buffer_printf(
        &text,
        "@a @b(\"c\") permit(principal is A::B in ?principal, action in [Action::\"x\", "
        "Action::\"y\"], resource == (?resource)) when { %s } unless { -1 == --2 && --(3) == 1 };",
        every_kind);
    for (long n = 0;; n++) {
        struct cedar_policies *policies = NULL;
        struct fault fault = {0};
        assert_int_equal(cedar_policies_create(&policies), ERROR_OK);
        failing_alloc_after(n);
        enum error error =
            cedar_policies_add_with_templates(policies, buffer_view(&text), NULL, &fault);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        assert_int_equal(fault.error, error);
        assert_int_equal(cedar_templates_count(policies), failed ? 0 : 1);
        cedar_policies_free(policies);
        if (!failed)
            break;
    }
    buffer_free(&text);
}

/* Compiles with each allocation failing in turn. */
static void compile_without(const char *text)
{
    struct cedar_policies *policies = policies_of(text);
    for (long n = 0;; n++) {
        struct cedar_symbols *symbols = NULL;
        struct cedar_program *program = NULL;
        struct fault fault = {0};
        assert_int_equal(cedar_symbols_create(NULL, 1, &symbols), ERROR_OK);
        failing_alloc_after(n);
        enum error error = cedar_compile(policies, symbols, &fault, &program);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        assert_int_equal(fault.error, error);
        if (failed)
            assert_null(program);
        cedar_program_free(program);
        cedar_symbols_free(symbols);
        if (!failed)
            break;
    }
    cedar_policies_free(policies);
}

/* Code grows by doubling: with so many instructions before it, each of an expression's is once the
 * one for which there is no room. */
static void compiling_every_kind_at_every_length(void **state)
{
    (void)state;
    enum { FIRST_ROOM = 64 };
    for (int before = 2; before < FIRST_ROOM + 2; before++) {
        struct buffer text = {0};
        buffer_append_text(&text, "permit(principal, action, resource)");
        /* Three instructions make the number odd, two are each of the others. */
        if (before % 2)
            buffer_append_text(&text, " when { !context.n }");
        for (int i = 0; i < (before % 2 ? before - 3 : before) / 2; i++)
            buffer_append_text(&text, " when { context.n }");
        buffer_printf(&text, " when { %s };", every_kind);
        compile_without(buffer_text(&text));
        buffer_free(&text);
    }
}

static void evaluating_and_printing(void **state)
{
    (void)state;
    static const char text[] =
        "[[{a: 1, \"if\": 2, \"b c\": [U::\"x\"]}, {}], ip(\"::1\"), decimal(\"1.5\"),\n"
        " decimal(\"-1.5\"), datetime(\"2026-01-01\"), datetime(\"1969-12-31\"), "
        "duration(\"1d\"),\n"
        " duration(\"-1d\"), \"text\", U::\"y\", true, 1, -1, [2, 1]]";
    static const char printed[] =
        "[true, -1, 1, \"text\", U::\"y\", [1, 2], [{\"b c\": [U::\"x\"], \"if\": 2, a: 1}, {}],"
        " decimal(\"-1.5\"), decimal(\"1.5\"), datetime(\"1969-12-31\"), datetime(\"2026-01-01\"),"
        " duration(\"-1d\"), duration(\"1d\"), ip(\"::1\")]";
    struct cedar_request request = {0};
    for (long n = 0;; n++) {
        struct arena arena = {0};
        struct cedar_symbols *symbols = NULL;
        struct buffer out = {0};
        const struct cedar_expr *expr;
        struct cedar_value value;
        struct fault fault = {0};
        assert_int_equal(cedar_symbols_create(NULL, 1, &symbols), ERROR_OK);
        failing_alloc_after(n);
        enum error error = cedar_expr_parse(BYTES_LITERAL(text), &arena, &fault, &expr);
        if (!error)
            error = cedar_evaluate(expr, symbols, &request, NULL, &arena, &fault, &value);
        bool evaluated = !error;
        if (evaluated)
            cedar_print_value(&out, value);
        bool failed = failing_alloc_stop();
        assert_int_equal(evaluated ? out.error : error, failed ? ERROR_MEMORY : ERROR_OK);
        if (!evaluated)
            assert_int_equal(fault.error, error);
        if (!failed)
            assert_string_equal(buffer_text(&out), printed);
        buffer_free(&out);
        cedar_symbols_free(symbols);
        arena_free(&arena);
        if (!failed)
            break;
    }
}

/* A buffer that has failed keeps its first error, whatever is printed into it later. */
static void a_failed_buffer_stays_as_it_is(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct cedar_symbols *symbols = NULL;
    const struct cedar_expr *expr;
    struct cedar_value value;
    struct cedar_request request = {0};
    assert_int_equal(cedar_symbols_create(NULL, 1, &symbols), ERROR_OK);
    static const char *const texts[] = {"[1, {a: [2]}, {}]", "{a: [2], b: {}}"};
    for (long n = 0; n < 12; n++) {
        struct buffer out = {.limit = 1};
        const char *text = texts[n % 2];
        assert_int_equal(cedar_expr_parse(bytes_of(text), &arena, NULL, &expr), ERROR_OK);
        assert_int_equal(
            cedar_evaluate(expr, symbols, &request, NULL, &arena, NULL, &value), ERROR_OK);
        buffer_append_text(&out, "too long");
        assert_int_equal(out.error, ERROR_TOO_LARGE);
        failing_alloc_after(n / 2);
        cedar_print_value(&out, value);
        (void)failing_alloc_stop();
        assert_int_equal(out.error, ERROR_TOO_LARGE);
        buffer_free(&out);
    }
    cedar_symbols_free(symbols);
    arena_free(&arena);
}

static void policies_to_json_and_back(void **state)
{
    (void)state;
    struct buffer text = {0}, json_text = {0};
    struct arena arena = {0};
    struct json_writer writer;
    const struct json *json;
    buffer_printf(
        &text,
        "@a @b(\"c\") permit(principal is A::B in ?principal, action in [Action::\"x\", "
        "Action::\"y\"], resource == ?resource) when { %s };"
        "permit(principal, action, resource) when { {} == {a: [true, \"x\"]} };",
        every_kind);
    struct cedar_policies *policies = policies_of(buffer_text(&text));
    json_writer_begin(&writer, &json_text, 0);
    cedar_json_policies_write(&writer, policies);
    assert_int_equal(json_writer_end(&writer), ERROR_OK);
    assert_int_equal(json_parse(buffer_view(&json_text), &arena, NULL, &json), ERROR_OK);
    for (long n = 0;; n++) {
        struct cedar_policies *again = NULL;
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = cedar_json_policies_read(json, &fault, &again);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        assert_int_equal(fault.error, error);
        if (failed)
            assert_null(again);
        cedar_policies_free(again);
        if (!failed)
            break;
    }
    cedar_policies_free(policies);
    arena_free(&arena);
    buffer_free(&text);
    buffer_free(&json_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_every_kind),
        cmocka_unit_test(compiling_every_kind_at_every_length),
        cmocka_unit_test(evaluating_and_printing),
        cmocka_unit_test(a_failed_buffer_stays_as_it_is),
        cmocka_unit_test(policies_to_json_and_back),
    };
    return cmocka_run_group_tests_name("cedar_memory", tests, NULL, NULL);
}

/* Levels of policies (RFC 76): for each policy the least level that it passes at. The levels are
 * the official engine's (cedar-policy-cli 4.12, `validate --level`). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "failing_alloc.h"

static const char schema_text[] =
    "entity Group in [Group];\n"
    "entity User in [Group] {boss: User, home: Album, on?: User, rec: {owner: User, n: Long}}\n"
    "  tags User;\n"
    "entity Album in [Album] {owner: User, private: Bool};\n"
    "action all;\n"
    "action view in [all] appliesTo {principal: User, resource: Album,\n"
    "  context: {friend: User, n: Long, deep: {album: Album}}};\n"
    "action edit in [all] appliesTo {principal: User, resource: Album,\n"
    "  context: {friend: User, n: Long, deep: {album: Album}}};\n";

enum { NEVER = -1, HIGH = 1000 };

#define WHEN(body) "permit(principal, action == Action::\"view\", resource) when { " body " };"

static const struct {
    int level;
    const char *text;
} rows[] = {
    {0, "permit(principal, action, resource);"},
    {0, "permit(principal == User::\"a\", action == Action::\"view\", resource is Album);"},
    {1, "permit(principal in Group::\"g\", action, resource);"},
    {1, "permit(principal is User in Group::\"g\", action, resource);"},
    {1, "permit(principal, action, resource in Album::\"a\");"},
    {1, "permit(principal, action in Action::\"all\", resource);"},
    {1, "permit(principal, action in [Action::\"view\", Action::\"edit\"], resource);"},
    {1, "permit(principal in ?principal, action, resource);"},
    {0, "permit(principal == ?principal, action, resource);"},
    {0, WHEN("context.n > 1 && context.friend == principal")},
    {0, WHEN("principal is User && resource == Album::\"x\"")},
    {0, WHEN("[principal, User::\"x\"].contains(context.friend)")},
    {1, WHEN("principal.boss == User::\"x\"")},
    {1, WHEN("principal has on")},
    {1, WHEN("principal has on && principal.on == principal")},
    {1, WHEN("principal in resource.owner || principal in [Group::\"x\"]")},
    {1, WHEN("principal is User in Group::\"g\"")},
    {1, WHEN("principal.hasTag(\"x\")")},
    {1, WHEN("principal.hasTag(\"x\") && principal.getTag(\"x\") == principal")},
    {2, WHEN("principal.hasTag(\"x\") && principal.getTag(\"x\").boss == principal")},
    {1, WHEN("context.friend.boss == principal")},
    {1, WHEN("context.deep.album.private")},
    {2, WHEN("context.deep.album.owner in Group::\"x\"")},
    {2, WHEN("principal.boss.boss == principal")},
    {3, WHEN("principal.boss.boss.boss == principal")},
    {4, WHEN("principal.boss.home.owner.boss == principal")},
    {2, WHEN("resource.owner in Group::\"x\"")},
    {2, WHEN("principal has boss.boss")},
    {1, WHEN("principal has rec.owner")},
    {2, WHEN("principal has rec.owner.boss")},
    {1, WHEN("principal.rec.owner == principal && principal.rec.n > 0")},
    {2, WHEN("principal.rec.owner.boss == principal")},
    /* Of a record that the policy makes, the field that is taken counts, and what all of them ask.
     */
    {1, WHEN("{a: principal, b: context.friend}.a.boss == principal")},
    {1, WHEN("{a: principal, b: principal.boss}.a.boss == principal")},
    {2, WHEN("{a: principal, b: principal.boss}.b.boss == principal")},
    {2, WHEN("{a: principal, b: principal.boss.boss}.a.boss == principal")},
    {1, WHEN("{a: {b: principal}}.a.b.boss == principal")},
    {2, WHEN("(if context.n > 1 then principal else principal.boss).boss == principal")},
    {1, WHEN("(if context.n > 1 then principal else context.friend).boss == principal")},
    {2, WHEN("(if context.n > 1 then principal.boss else principal).boss == principal")},
    {2, WHEN("(if context.n > 1 then principal.rec else {owner: principal, n: 1}).owner.boss"
             " == principal")},
    {2, WHEN("(if context.n > 1 then {owner: principal, n: 1} else principal.rec).owner.boss"
             " == principal")},
    {2,
     WHEN("(if principal.boss.boss == principal then principal else principal).boss == principal")},
    {2, WHEN("(if context.n > 1 then {a: {c: principal}} else {a: {c: principal.boss}}).a.c.boss"
             " == principal")},
    {NEVER, WHEN("(if context.n > 1 then principal else User::\"x\").boss == principal")},
    /* What the policy names itself is reached from nowhere; but for the action of the request. */
    {NEVER, WHEN("User::\"x\".boss == principal")},
    {NEVER, WHEN("User::\"x\" in Group::\"g\"")},
    {NEVER, WHEN("{a: User::\"x\"}.a.boss == principal")},
    {NEVER, WHEN("User::\"x\" has on")},
    {1, WHEN("Action::\"view\" in Action::\"all\"")},
    {NEVER, WHEN("Action::\"edit\" in Action::\"all\"")},
    {1, WHEN("action in [Action::\"all\"]")},
    /* What cannot be reached is not looked at. */
    {0, WHEN("false && principal.boss.boss == principal")},
    {0, WHEN("true || principal.boss.boss == principal")},
    {0, WHEN("principal is Album && principal.owner == User::\"x\"")},
    {1, WHEN("if true then principal.boss == principal else principal.boss.boss == principal")},
    {2, "permit(principal, action, resource) when { principal.boss == principal }"
        "unless { principal.boss.boss == principal };"},
};

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

static void expect(const char *text, uint32_t level, enum error expected)
{
    struct cedar_policies *set = read_set(text);
    enum error error = cedar_check_policy(schema, only(set), NULL, NULL);
    if (error)
        fail_msg("%s: is not valid: %s", text, error_name(error));
    error = cedar_check_level(schema, only(set), level, NULL, NULL);
    if (error != expected)
        fail_msg("%s: level %u: %s", text, level, error_name(error));
    cedar_policies_free(set);
}

static void test_levels(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].level == NEVER) {
            expect(rows[i].text, HIGH, ERROR_CHECK_LEVEL);
            continue;
        }
        expect(rows[i].text, (uint32_t)rows[i].level, ERROR_OK);
        expect(rows[i].text, HIGH, ERROR_OK);
        if (rows[i].level > 0)
            expect(rows[i].text, (uint32_t)rows[i].level - 1, ERROR_CHECK_LEVEL);
    }
}

static void test_findings(void **state)
{
    (void)state;
    struct cedar_policies *set =
        read_set("permit(principal in Group::\"g\", action, resource)\n"
                 "when { principal.boss.boss == principal && User::\"x\" has on };");
    struct cedar_findings findings = {0};
    struct fault fault = {0};
    assert_int_equal(cedar_check_level(schema, only(set), 1, &findings, &fault), ERROR_CHECK_LEVEL);
    assert_int_equal(findings.count, 2);
    assert_string_equal(fault.found, "level 2");
    assert_string_equal(fault.expected, "level 1 at most");
    struct bytes source = only(set)->source;
    assert_true(
        bytes_equal_text(cedar_span_text(source, findings.items[0].span), "principal.boss"));
    assert_true(bytes_equal_text(cedar_span_text(source, findings.items[1].span), "User::\"x\""));
    cedar_findings_free(&findings);
    assert_int_equal(cedar_check_level(schema, only(set), 0, &findings, NULL), ERROR_CHECK_LEVEL);
    /* The scope too. One at a place: `principal` stands for principal.boss, which begins there. */
    assert_int_equal(findings.count, 3);
    cedar_findings_free(&findings);
    cedar_policies_free(set);
}

static enum error add_actions(void)
{
    struct cedar_symbols *symbols;
    struct cedar_entities *entities = NULL;
    struct arena arena = {0};
    enum error error = cedar_symbols_create(NULL, 1, &symbols);
    if (error)
        return error;
    error = cedar_entities_create(NULL, &entities);
    if (!error)
        error = cedar_add_actions(schema, symbols, &arena, entities, NULL);
    cedar_entities_free(entities);
    cedar_symbols_free(symbols);
    arena_free(&arena);
    return error;
}

static void test_memory(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        failing_alloc_after(n);
        enum error error = add_actions();
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
    }
    struct cedar_policies *set = read_set(WHEN(
        "(if context.n > 1 then {a: principal} else {a: context.friend}).a.boss == principal"));
    for (long n = 0;; n++) {
        failing_alloc_after(n);
        enum error error = cedar_check_level(schema, only(set), 1, NULL, NULL);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
    }
    cedar_policies_free(set);
}

/* The schema's actions as entities, beside those that are there already. */
static void test_actions(void **state)
{
    (void)state;
    struct cedar_symbols *symbols;
    struct cedar_entities *entities;
    struct arena arena = {0};
    struct cedar_entity there = {0};
    const struct cedar_uid *all, *view;
    assert_int_equal(cedar_symbols_create(NULL, 1, &symbols), ERROR_OK);
    assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
    assert_int_equal(
        cedar_intern_uid(symbols, BYTES_LITERAL("Action"), BYTES_LITERAL("edit"), &there.uid),
        ERROR_OK);
    assert_int_equal(cedar_entities_add(entities, &there, NULL), ERROR_OK);
    assert_int_equal(cedar_add_actions(schema, symbols, &arena, entities, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_count(entities), 3);
    assert_int_equal(cedar_entities_freeze(entities, NULL), ERROR_OK);
    all = cedar_find_uid(symbols, BYTES_LITERAL("Action"), BYTES_LITERAL("all"));
    view = cedar_find_uid(symbols, BYTES_LITERAL("Action"), BYTES_LITERAL("view"));
    assert_true(cedar_entities_in(entities, view, all));
    assert_false(cedar_entities_in(entities, there.uid, all));
    /* That one is not as the schema has it, and the check says so. */
    assert_int_equal(cedar_check_entities(schema, entities, NULL), ERROR_CHECK_PARENT);
    cedar_entities_free(entities);
    cedar_symbols_free(symbols);
    arena_free(&arena);
    /* A table that makes no names has none for them, or for a group that comes later. */
    struct fault fault = {0};
    struct cedar_schema *other;
    assert_int_equal(
        cedar_schema_parse(BYTES_LITERAL("action edit in [all]; action all;"), NULL, &other),
        ERROR_OK);
    assert_int_equal(cedar_symbols_create(NULL, 1, &symbols), ERROR_OK);
    assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
    assert_int_equal(
        cedar_intern_uid(symbols, BYTES_LITERAL("Action"), BYTES_LITERAL("edit"), &there.uid),
        ERROR_OK);
    cedar_symbols_freeze(symbols);
    assert_int_equal(cedar_add_actions(schema, symbols, &arena, entities, &fault), ERROR_STATE);
    assert_int_equal(cedar_add_actions(other, symbols, &arena, entities, &fault), ERROR_STATE);
    cedar_schema_free(other);
    assert_int_equal(fault.error, ERROR_STATE);
    assert_int_equal(cedar_entities_count(entities), 0);
    cedar_entities_free(entities);
    cedar_symbols_free(symbols);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_actions),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* Strict validation of policies: what passes, what is refused and where. The verdicts of the
 * policies here are those of the official engine. */
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

/* The errors of a policy's findings, in order; their number is returned. */
static size_t
check_text(const struct cedar_schema *schema, const char *text, enum error *errors, size_t room)
{
    struct cedar_policies *policies = parse_policies(text);
    struct cedar_findings findings = {0};
    struct fault fault = {0};
    enum error error = cedar_check_policies(schema, policies, &findings, &fault);
    assert_int_equal(error, findings.count ? findings.items[0].fault.error : ERROR_OK);
    assert_int_equal(fault.error, error);
    assert_int_equal(cedar_check_policies(schema, policies, NULL, NULL), error);
    size_t count = findings.count;
    for (size_t i = 0; i < count && i < room; i++)
        errors[i] = findings.items[i].fault.error;
    cedar_findings_free(&findings);
    cedar_policies_free(policies);
    return count;
}

/* rows: conditions with the one error that is expected of each, ERROR_OK for none. */
struct row {
    const char *text;
    enum error error;
};

static void assert_policy(const struct cedar_schema *schema, const char *text, enum error expected)
{
    enum error errors[4] = {ERROR_OK};
    size_t count = check_text(schema, text, errors, 4);
    if (count != (expected ? 1 : 0) || errors[0] != expected)
        fail_msg(
            "%s\n%zu findings, the first %s; expected %s", text, count, error_name(errors[0]),
            error_name(expected));
}

static void assert_conditions(const struct row *rows, size_t count)
{
    struct cedar_schema *schema = parse_schema();
    for (size_t i = 0; i < count; i++) {
        char text[400];
        snprintf(
            text, sizeof text,
            "permit(principal is U, action == Action::\"view\", resource) when { %s };",
            rows[i].text);
        assert_policy(schema, text, rows[i].error);
    }
    cedar_schema_free(schema);
}

static void unknown_names_are_refused_anywhere(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"principal == Foo::\"x\"", ERROR_CHECK_ENTITY_TYPE},
        {"false && principal == Foo::\"x\"", ERROR_CHECK_ENTITY_TYPE},
        {"false && principal is Foo", ERROR_CHECK_ENTITY_TYPE},
        {"true || principal in [U::\"a\", N::B::\"x\"]", ERROR_CHECK_ENTITY_TYPE},
        {"if true then true else Foo::\"x\".l == 1", ERROR_CHECK_ENTITY_TYPE},
        {"false && {a: [Foo::\"x\"]} == {a: [G::\"x\"]}", ERROR_CHECK_ENTITY_TYPE},
        {"false && [1].contains(Foo::\"x\")", ERROR_CHECK_ENTITY_TYPE},
        {"false && Foo::\"x\" has l", ERROR_CHECK_ENTITY_TYPE},
        {"false && E::\"z\" == E::\"x\"", ERROR_CHECK_ENTITY},
        {"E::\"z\" == E::\"x\"", ERROR_CHECK_ENTITY},
        {"false && Action::\"nope\" == action", ERROR_CHECK_ACTION},
        {"false && Q::Action::\"nope\" == action", ERROR_CHECK_ACTION},
        {"false && N::Action::\"view\" == action", ERROR_CHECK_ACTION},
        {"principal is Q::Action", ERROR_OK}, /* a question that any entity answers with no */
        {"action is Action", ERROR_OK},
        {"principal == N::A::\"x\"", ERROR_OK},
        {"false && principal is U in Foo::\"x\"", ERROR_CHECK_ENTITY_TYPE},
        {"false && Foo::\"x\".l == 1", ERROR_CHECK_ENTITY_TYPE},
        {"false && Foo::\"x\" like \"a\"", ERROR_CHECK_ENTITY_TYPE},
        {"false && !(Foo::\"x\")", ERROR_CHECK_ENTITY_TYPE},
        {"false && principal is Reaction", ERROR_CHECK_ENTITY_TYPE},
        {"false && Foo::\"x\" is U", ERROR_CHECK_ENTITY_TYPE},
        {"false && principal is MyAction", ERROR_CHECK_ENTITY_TYPE},
        {"false && MyAction::\"view\" == action", ERROR_CHECK_ENTITY_TYPE},
    };
    assert_conditions(rows, sizeof rows / sizeof *rows);
}

static void scopes_must_apply(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"permit(principal, action, resource);", ERROR_OK},
        {"permit(principal == U::\"x\", action, resource);", ERROR_OK},
        {"permit(principal in G::\"x\", action, resource);", ERROR_OK},
        {"permit(principal is U in G::\"x\", action, resource);", ERROR_OK},
        {"permit(principal is U in U::\"x\", action, resource);", ERROR_OK},
        {"permit(principal, action in Action::\"grp\", resource);", ERROR_OK},
        {"permit(principal, action in [Action::\"top\", Action::\"edit\"], resource is D);",
         ERROR_OK},
        {"permit(principal, action, resource == E::\"x\");", ERROR_OK},
        {"permit(principal == E::\"x\", action, resource);", ERROR_CHECK_APPLIES},
        {"permit(principal in D::\"x\", action, resource);", ERROR_CHECK_APPLIES},
        {"permit(principal == G::\"x\", action, resource);", ERROR_CHECK_APPLIES},
        {"permit(principal is U in D::\"x\", action, resource);", ERROR_CHECK_APPLIES},
        {"permit(principal is Action, action, resource);", ERROR_CHECK_APPLIES},
        {"permit(principal == Action::\"view\", action, resource);", ERROR_CHECK_APPLIES},
        {"permit(principal, action == Action::\"grp\", resource);", ERROR_CHECK_APPLIES},
        {"permit(principal, action in [], resource);", ERROR_CHECK_APPLIES},
        {"permit(principal is N::A, action == Action::\"view\", resource);", ERROR_CHECK_APPLIES},
        {"permit(principal is U, action, resource is N::A);", ERROR_CHECK_APPLIES},
        {"permit(principal is H, action == Action::\"edit\", resource);", ERROR_CHECK_APPLIES},
        {"permit(principal, action in [Action::\"grp\", Action::\"nope\"], resource);",
         ERROR_CHECK_ACTION},
        {"permit(principal is N::Action, action, resource);", ERROR_CHECK_APPLIES},
        {"permit(principal, action == Action::\"view\", resource == E::\"x\");",
         ERROR_CHECK_APPLIES},
        {"permit(principal, action == Action::\"edit\", resource == E::\"z\");",
         ERROR_CHECK_ENTITY},
        {"permit(principal is H in G::\"x\", action, resource);", ERROR_OK},
        {"permit(principal is U, action, resource is E) when {principal.zz};",
         ERROR_CHECK_ATTRIBUTE},
        {"permit(principal is H, action, resource) when {principal.zz};", ERROR_CHECK_ATTRIBUTE},
    };
    struct cedar_schema *schema = parse_schema();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_policy(schema, rows[i].text, rows[i].error);
    static const char *const unknown[] = {
        "permit(principal is Foo, action, resource);",
        "permit(principal is Foo in G::\"x\", action, resource);",
    };
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        enum error errors[3];
        assert_int_equal(check_text(schema, unknown[i], errors, 3), 2);
        assert_int_equal(errors[0], ERROR_CHECK_ENTITY_TYPE);
        assert_int_equal(errors[1], ERROR_CHECK_APPLIES);
    }
    cedar_schema_free(schema);
}

static void every_environment_of_the_scope_counts(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"permit(principal, action, resource) when {principal is U && principal.l == 1};",
         ERROR_OK},
        {"permit(principal, action, resource) when {principal has l && principal.l == 1};",
         ERROR_OK},
        {"permit(principal, action, resource) when {context has c && context.c == 1};", ERROR_OK},
        {"permit(principal, action, resource) when {action in Action::\"grp\" && context.c == 1};",
         ERROR_OK},
        {"permit(principal, action, resource) when {principal is U && context.c == 1};",
         ERROR_CHECK_ATTRIBUTE},
        {"permit(principal, action, resource) when {principal.n == \"\"};", ERROR_CHECK_ATTRIBUTE},
        {"permit(principal is H, action, resource) when {principal.n == \"\"};",
         ERROR_CHECK_ATTRIBUTE},
        {"permit(principal == U::\"u\", action, resource) when {principal.n == \"\"};", ERROR_OK},
        {"permit(principal, action in [Action::\"view\", Action::\"edit\"], resource);", ERROR_OK},
        /* A set has elements of one type, the list of a scope too. */
        {"permit(principal, action in [Action::\"view\", N::Action::\"go\"], resource);",
         ERROR_CHECK_TYPES_DIFFER},
        {"permit(principal is U, action in [N::Action::\"go\", Action::\"view\"], resource);",
         ERROR_CHECK_TYPES_DIFFER},
    };
    struct cedar_schema *schema = parse_schema();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_policy(schema, rows[i].text, rows[i].error);
    cedar_schema_free(schema);
}

static void attributes_must_be_declared_and_there(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"principal.u.u.zz", ERROR_CHECK_ATTRIBUTE},
        {"principal.r.zz == 1", ERROR_CHECK_ATTRIBUTE},
        {"context.zz", ERROR_CHECK_ATTRIBUTE},
        {"{a: 1}.b == 1", ERROR_CHECK_ATTRIBUTE},
        {"action.zz == 1", ERROR_CHECK_ATTRIBUTE},
        {"E::\"x\".zz == 1", ERROR_CHECK_ATTRIBUTE},
        {"principal.u.u.u.n == \"\"", ERROR_OK},
        {"U::\"a\".l == 1", ERROR_OK},
        {"{a: principal}.a.n == \"\"", ERROR_OK},
        {"principal[\"l\"] == 1", ERROR_OK},

        {"principal.o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"principal[\"o\"] == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"context.oc == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"principal has o && principal.o == 1", ERROR_OK},
        {"principal has \"o\" && principal[\"o\"] == 1", ERROR_OK},
        {"principal has o || principal.o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"!(principal has o) || principal.o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"!(principal has o) && principal.o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"(principal has o && principal.bb) && principal.o == 1", ERROR_OK},
        {"(principal.bb && principal has o) && principal.o == 1", ERROR_OK},
        {"(principal has o || principal has o) && principal.o == 1", ERROR_OK},
        {"(principal has o || principal.bb) && principal.o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"(principal has o || principal has ou) && principal.o == 1",
         ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"(principal has ou || principal has o) && principal.o == 1",
         ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"(principal has o || false) && principal.o == 1", ERROR_OK},
        {"(false || principal has o) && principal.o == 1", ERROR_OK},
        {"if principal has o then principal.o == 1 else false", ERROR_OK},
        {"if principal has o then true else principal.o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"if !(principal has o) then false else principal.o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"(if principal.bb then principal has o else principal has o) && principal.o == 1",
         ERROR_OK},
        {"(if principal has o then true else principal has o) && principal.o == 1", ERROR_OK},
        {"(if principal has o then true else false) && principal.o == 1",
         ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"(if true then principal has o else false) && principal.o == 1", ERROR_OK},
        {"principal.u has o && principal.o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"principal has o && principal.u.o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"principal.u has o && principal.u.o == 1", ERROR_OK},
        {"U::\"a\" has o && U::\"a\".o == 1", ERROR_OK},
        {"U::\"a\" has o && U::\"b\".o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"(if principal.bb then principal else principal) has o && "
         "(if principal.bb then principal else principal).o == 1",
         ERROR_OK},
        {"principal has o && [principal.o] == [1]", ERROR_OK},

        {"context has oo.k.m && context.oo.k.m == 1", ERROR_OK},
        {"context has oo.k && context.oo.k.m == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"context has oo.k && context.oo.k has m && context.oo.k.m == 1", ERROR_OK},
        {"context has oo && context.oo has k.m && context.oo.k.m == 1", ERROR_OK},
        {"principal has ou.ou.o && principal.ou.ou.o == 1", ERROR_OK},
        {"principal has r.a", ERROR_OK},
        {"principal has u.zz.yy", ERROR_OK}, /* never */
        {"principal has r.a.b", ERROR_CHECK_TYPE},
        {"principal.n has foo", ERROR_CHECK_TYPE},
        {"principal.s.foo == 1", ERROR_CHECK_TYPE},
        {"principal.zz.foo == 1", ERROR_CHECK_ATTRIBUTE},
        /* What is wrong inside is told once, and not again of what is around it. */
        {"(principal.zz && principal.bb) == 1", ERROR_CHECK_ATTRIBUTE},
        {"(principal.bb && principal.zz) == 1", ERROR_CHECK_ATTRIBUTE},
        {"(principal.zz || principal.bb) == 1", ERROR_CHECK_ATTRIBUTE},
        {"(principal.bb || principal.zz) == 1", ERROR_CHECK_ATTRIBUTE},
        {"principal.zz has foo", ERROR_CHECK_ATTRIBUTE},
        {"[principal.zz, 1] == [1]", ERROR_CHECK_ATTRIBUTE},
        {"[1, principal.zz, 1] == [1]", ERROR_CHECK_ATTRIBUTE},
        {"{a: principal.zz, b: 1} == {a: 1, b: 1}", ERROR_CHECK_ATTRIBUTE},
        {"principal.zz || principal.bb", ERROR_CHECK_ATTRIBUTE},
        {"principal.bb && principal.zz && principal.bb", ERROR_CHECK_ATTRIBUTE},
        {"if principal.bb then principal.zz else 1 == 1", ERROR_CHECK_ATTRIBUTE},
        {"if principal.bb then true else principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"if principal.zz then true else false", ERROR_CHECK_ATTRIBUTE},
        {"!principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"principal.u.zz.hasTag(\"a\")", ERROR_CHECK_ATTRIBUTE},
        {"principal.zz is U", ERROR_CHECK_ATTRIBUTE},
        {"principal.zz in principal", ERROR_CHECK_ATTRIBUTE},
        {"principal.zz == 1", ERROR_CHECK_ATTRIBUTE},
        {"principal.zz.contains(1)", ERROR_CHECK_ATTRIBUTE},
        {"(principal has o && principal.bb || principal has o && principal.l == 1) && principal.o "
         "== 1",
         ERROR_OK},
        {"(if principal has o then principal.bb else false) && principal.o == 1",
         ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"(if principal.bb then principal has o else principal has ou) && principal.o == 1",
         ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"!!(principal has o) && principal.o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
    };
    assert_conditions(rows, sizeof rows / sizeof *rows);
}

static void what_cannot_be_reached_is_not_checked(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"false && principal.zz", ERROR_OK},
        {"true || principal.zz", ERROR_OK},
        {"principal has zz && principal.zz", ERROR_OK},
        {"!(principal has zz) || principal.zz", ERROR_OK},
        {"if principal has zz then principal.zz else true", ERROR_OK},
        {"principal.r has a || principal.zz", ERROR_OK},
        {"principal has n || principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"{a: 1} has b && principal.zz", ERROR_OK},
        {"principal has o && (principal has o || principal.zz)", ERROR_OK},
        {"principal is D && principal.zz", ERROR_OK},
        {"principal is U || principal.zz", ERROR_OK},
        {"principal is U in D::\"x\" && principal.zz", ERROR_OK},
        {"principal is D in 1", ERROR_OK},
        {"principal in resource && principal.zz", ERROR_OK},
        {"principal in principal || principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"U::\"a\" in G::\"b\" && principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"principal in U::\"b\" && principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"U::\"a\" in [D::\"b\"] && principal.zz", ERROR_OK},
        {"G::\"a\" in U::\"a\" && principal.zz", ERROR_OK},
        {"action in Action::\"grp\" || principal.zz", ERROR_OK},
        {"action in Action::\"top\" || principal.zz", ERROR_OK},
        {"action in Action::\"edit\" && principal.zz", ERROR_OK},
        {"action in [Action::\"edit\", Action::\"grp\"] || principal.zz", ERROR_OK},
        {"action in [Action::\"edit\"] && principal.zz", ERROR_OK},
        {"action in action || principal.zz", ERROR_OK},
        {"Action::\"view\" in Action::\"top\" || principal.zz", ERROR_OK},
        {"Action::\"grp\" in action && principal.zz", ERROR_OK},
        {"action in N::Action::\"go\" && principal.zz", ERROR_OK},
        {"principal.act in N::Action::\"go\" && principal.zz", ERROR_OK},
        {"action in [principal.act] || principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"action == Action::\"view\" || principal.zz", ERROR_OK},
        {"action != Action::\"view\" && principal.zz", ERROR_OK},
        {"action == principal.act || principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"1 == 2 && principal.zz", ERROR_OK},
        {"1 != 2 || principal.zz", ERROR_OK},
        {"\"a\" == \"a\" || principal.zz", ERROR_OK},
        {"true == false && principal.zz", ERROR_OK},
        {"1 < 2 || principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"-(1) == -1 || principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"principal == principal || principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"principal != resource || principal.zz", ERROR_OK},
        {"!true && principal.zz", ERROR_OK},
        {"{a: true}.a || principal.zz", ERROR_OK},
        {"(if principal.bb then true else true) || principal.zz", ERROR_OK},
        {"(if principal.bb then true else false) || principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"resource.hasTag(\"a\") && principal.zz", ERROR_OK},
        {"principal.hasTag(\"a\") && (principal.hasTag(\"a\") || principal.zz)", ERROR_OK},
        {"false && decimal(\"x\") == decimal(\"1.0\")", ERROR_OK},
        {"false && [] == []", ERROR_OK},
        {"principal.bb && principal.l", ERROR_CHECK_TYPE},
        {"principal.bb || principal.l", ERROR_CHECK_TYPE},
        {"true && principal.l", ERROR_CHECK_TYPE},
        {"(if principal.bb then {a: true} else {a: false}).a || principal.zz",
         ERROR_CHECK_ATTRIBUTE},
        {"(if principal.bb then {a: false} else {a: true}).a && principal.zz",
         ERROR_CHECK_ATTRIBUTE},
        {"(if principal.bb then {a: true} else {a: true}).a || principal.zz", ERROR_OK},
        {"(if principal.bb then {a: true, b: true} else {a: true, b: false}).b || principal.zz",
         ERROR_CHECK_ATTRIBUTE},
        {"(if principal.bb then {a: true, b: true} else {a: false, b: true}).a || principal.zz",
         ERROR_CHECK_ATTRIBUTE},
        {"(if principal.bb then {a: true, b: true} else {a: true, b: false}).a || principal.zz",
         ERROR_OK},
        {"(if principal.bb then {a: 1 < 2} else {a: true}).a || principal.zz",
         ERROR_CHECK_ATTRIBUTE},
        {"(if principal.bb then {a: true} else {a: 1 < 2}).a || principal.zz",
         ERROR_CHECK_ATTRIBUTE},
        {"(if principal.bb then {a: 1 < 2, b: true} else {a: true, b: 1 < 2}).a || principal.zz",
         ERROR_CHECK_ATTRIBUTE},
        {"(if principal.bb then {a: 1 < 2, b: true} else {a: true, b: 1 < 2}).b || principal.zz",
         ERROR_CHECK_ATTRIBUTE},
        {"[true, false].contains(true) || principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"\"a\" == \"b\" && principal.zz", ERROR_OK},
        {"U::\"a\" == U::\"b\" && principal.zz", ERROR_OK},
        {"U::\"a\" == D::\"a\" && principal.zz", ERROR_OK},
        {"U::\"a\" == U::\"a\" || principal.zz", ERROR_OK},
        {"true == true || principal.zz", ERROR_OK},
        {"1 == true && principal.zz", ERROR_OK},
        {"action in principal && principal.zz", ERROR_OK},
        {"action in principal.sg && principal.zz", ERROR_OK},
        {"action in [Action::\"view\", Action::\"edit\"] || principal.zz", ERROR_OK},
        {"action in [action, principal.act] || principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"1 == 1 || principal.zz", ERROR_OK},
        {"principal.bb || true || principal.zz", ERROR_OK},
        {"(principal.bb || true) || principal.zz", ERROR_OK},
        {"(principal.bb || principal has n) || principal.zz", ERROR_CHECK_ATTRIBUTE},
        {"action in G::\"x\" && principal.zz", ERROR_OK},
        {"(action == Action::\"edit\" || action in Action::\"edit\") && principal.zz", ERROR_OK},
        {"(false || false) && principal.zz", ERROR_OK},
        {"!(principal.bb && false) || principal.zz", ERROR_OK},
    };
    assert_conditions(rows, sizeof rows / sizeof *rows);
}

static void operands_must_be_of_the_right_type(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"principal.l < 1", ERROR_OK},
        {"principal.dt < principal.dt", ERROR_OK},
        {"principal.du >= principal.du", ERROR_OK},
        {"principal.l < \"a\"", ERROR_CHECK_TYPE},
        {"principal.s < 1", ERROR_CHECK_TYPE},
        {"principal.d < 1", ERROR_CHECK_TYPE},
        {"principal.dt < principal.du", ERROR_CHECK_TYPES_DIFFER},
        {"principal.l + 1 == 2", ERROR_OK},
        {"principal.n + 1 == 2", ERROR_CHECK_TYPE},
        {"principal.l - true == 2", ERROR_CHECK_TYPE},
        {"-principal.n == 1", ERROR_CHECK_TYPE},
        {"!principal.l", ERROR_CHECK_TYPE},
        {"principal.l like \"a\"", ERROR_CHECK_TYPE},
        {"principal.n like \"a*\"", ERROR_OK},
        {"principal.l is U", ERROR_CHECK_TYPE},
        {"principal is U in 1", ERROR_CHECK_TYPE},
        {"principal in 1", ERROR_CHECK_TYPE},
        {"principal in [1]", ERROR_CHECK_TYPE},
        {"1 in principal", ERROR_CHECK_TYPE},
        {"context in principal", ERROR_CHECK_TYPE},
        {"principal in principal.sg", ERROR_OK},
        {"principal.n.isEmpty()", ERROR_CHECK_TYPE},
        {"principal.s.isEmpty()", ERROR_OK},
        {"principal.l", ERROR_CHECK_TYPE},
        {"context", ERROR_CHECK_TYPE},
        {"if 1 then true else false", ERROR_CHECK_TYPE},
        {"if true then 1 else 2", ERROR_CHECK_TYPE},

        {"principal.l == principal.n", ERROR_CHECK_TYPES_DIFFER},
        {"principal == 1", ERROR_CHECK_TYPES_DIFFER},
        {"context == principal", ERROR_CHECK_TYPES_DIFFER},
        {"1 == \"a\"", ERROR_OK}, /* two literals: known to be false */
        {"principal.s == principal.ss", ERROR_CHECK_TYPES_DIFFER},
        {"principal.sg == [G::\"x\"]", ERROR_OK},
        {"principal.sg == [U::\"x\"]", ERROR_CHECK_TYPES_DIFFER},
        {"principal.r == {a: 1}", ERROR_CHECK_TYPES_DIFFER},
        {"principal.r == {a: 1, b: 2, q: {z: 1}}", ERROR_CHECK_TYPES_DIFFER}, /* optional there */
        {"{b: 1, a: 2} == {a: 1, b: 2}", ERROR_OK},
        {"{} == {}", ERROR_OK},
        {"{a: 1} == {a: 1, b: 2}", ERROR_CHECK_TYPES_DIFFER},
        {"{a: 1, b: 2} == {a: 1}", ERROR_CHECK_TYPES_DIFFER},
        {"[true, principal.bb].contains(false)", ERROR_OK},
        {"[{a: true}, {a: false}] == [{a: principal.bb}]", ERROR_OK},
        {"[[true]] == [[false, principal.bb]]", ERROR_OK},
        {"[{a: 1}, {b: 1}] == [{a: 1}]", ERROR_CHECK_TYPES_DIFFER},
        {"[1, \"a\"] == [1]", ERROR_CHECK_TYPES_DIFFER},
        {"[U::\"a\", D::\"b\"].contains(principal)", ERROR_CHECK_TYPES_DIFFER},
        {"principal in [G::\"x\", U::\"y\"]", ERROR_CHECK_TYPES_DIFFER},
        {"[U::\"a\"].contains(resource)", ERROR_CHECK_TYPES_DIFFER},
        {"principal.s.contains(principal.l)", ERROR_OK},
        {"principal.s.contains(true)", ERROR_CHECK_TYPES_DIFFER},
        {"principal.s.containsAll([1, 2])", ERROR_OK},
        {"principal.s.containsAny(principal.ss)", ERROR_CHECK_TYPES_DIFFER},
        {"principal.s.containsAll(1)", ERROR_CHECK_TYPE},
        {"if principal.bb then 1 else \"a\"", ERROR_CHECK_TYPES_DIFFER},
        {"(if principal.bb then principal else resource) == principal", ERROR_CHECK_TYPES_DIFFER},
        {"(if principal.bb then {a: true} else {a: false}).a", ERROR_OK},
        {"principal.s.contains([])", ERROR_CHECK_EMPTY_SET},
        {"[].isEmpty()", ERROR_CHECK_EMPTY_SET},
        {"principal in []", ERROR_CHECK_EMPTY_SET},
        {"{r: principal.r} == {r: {a: 1, b: 2, q: {z: 1}}}", ERROR_CHECK_TYPES_DIFFER},
        {"[{a: 1, t: true}, {a: 2, t: false}].contains({a: 1, t: principal.bb})", ERROR_OK},
        {"[{a: true, t: 1}, {a: principal.bb, t: 2}] == [{a: false, t: 1}]", ERROR_OK},
        {"[{a: principal.bb, t: 1}, {a: true, t: 2}] == [{a: false, t: 1}]", ERROR_OK},
        {"[[true], [principal.bb]].contains([false])", ERROR_OK},
        {"[{a: true}, {a: 1 < principal.l}] == [{a: false}]", ERROR_OK},
        {"[[true], [1 < principal.l]] == [[false]]", ERROR_OK},
        {"[{a: 1 < principal.l}, {a: true}] == [{a: false}]", ERROR_OK},
        {"[[principal.bb], [true]].contains([false])", ERROR_OK},
        {"principal.bb == 1", ERROR_CHECK_TYPES_DIFFER},
        {"(if principal.bb then {a: true, b: principal.bb} else {a: principal.bb, b: true}).b",
         ERROR_OK},
        {"[principal, principal.u].contains(principal)", ERROR_OK},
        {"[U::\"a\", principal] == [principal]", ERROR_OK},
        {"principal.sg.containsAll([G::\"a\"])", ERROR_OK},
        {"principal.sg.containsAny([U::\"a\"])", ERROR_CHECK_TYPES_DIFFER},
        {"[principal.l, principal.d] == [1]", ERROR_CHECK_TYPES_DIFFER},
        {"principal.s == principal.s", ERROR_OK},
        {"[1].contains(\"a\")", ERROR_CHECK_TYPES_DIFFER},
        {"[{a: 1}].contains({a: 1, b: 2})", ERROR_CHECK_TYPES_DIFFER},
        {"[{a: 1, b: 2}].contains({a: 1})", ERROR_CHECK_TYPES_DIFFER},
    };
    assert_conditions(rows, sizeof rows / sizeof *rows);
}

static void tags_and_extension_values(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"principal.hasTag(\"a\")", ERROR_OK},
        {"principal.getTag(\"a\") == \"b\"", ERROR_CHECK_OPTIONAL_TAG},
        {"principal.hasTag(\"a\") && principal.getTag(\"a\") == \"b\"", ERROR_OK},
        {"principal.hasTag(\"a\") && principal.getTag(\"b\") == \"b\"", ERROR_CHECK_OPTIONAL_TAG},
        {"principal.hasTag(principal.n) && principal.getTag(principal.n) == \"b\"", ERROR_OK},
        {"principal.hasTag(\"a\") && principal.getTag(\"a\") == 1", ERROR_CHECK_TYPES_DIFFER},
        {"resource.getTag(\"a\") == \"\"", ERROR_CHECK_TAG},
        {"resource.hasTag(\"a\") && resource.getTag(\"a\") == \"\"", ERROR_OK},
        {"action.getTag(\"a\") == \"\"", ERROR_CHECK_TAG},
        {"principal.hasTag(1)", ERROR_CHECK_TYPE},
        {"principal.n.hasTag(\"a\")", ERROR_CHECK_TYPE},

        {"principal.d.lessThan(decimal(\"1.0\"))", ERROR_OK},
        {"principal.d.lessThan(1)", ERROR_CHECK_TYPE},
        {"principal.ip.isInRange(ip(\"10.0.0.0/8\"))", ERROR_OK},
        {"principal.l.isIpv4()", ERROR_CHECK_TYPE},
        {"principal.dt.offset(principal.du) == principal.dt", ERROR_OK},
        {"principal.dt.offset(principal.dt) == principal.dt", ERROR_CHECK_TYPE},
        {"principal.dt.durationSince(principal.dt) == principal.du", ERROR_OK},
        {"principal.dt.toDate() == principal.dt && principal.dt.toTime() == principal.du",
         ERROR_OK},
        {"principal.du.toDays() + principal.du.toHours() == 1", ERROR_OK},
        {"principal.dt.toDays() == 1", ERROR_CHECK_TYPE},
        {"ip(principal.n).isIpv4()", ERROR_CHECK_NOT_LITERAL},
        {"ip(if principal.bb then \"1.1.1.1\" else \"2.2.2.2\").isIpv4()", ERROR_CHECK_NOT_LITERAL},
        {"ip(1).isIpv4()", ERROR_CHECK_TYPE},
        {"ip(\"x\").isIpv4()", ERROR_CHECK_EXTENSION},
        {"decimal(\"1\") == principal.d", ERROR_CHECK_EXTENSION},
        {"datetime(\"2026-02-30\") == principal.dt", ERROR_CHECK_EXTENSION},
        {"duration(\"1h1d\") == principal.du", ERROR_CHECK_EXTENSION},
        {"ip(\"1.1.1.1\", \"2.2.2.2\").isIpv4()", ERROR_CHECK_ARITY},
        {"principal.ip.isIpv4(1)", ERROR_CHECK_ARITY},
        {"principal.n.getTag(\"a\") == \"\"", ERROR_CHECK_TYPE},
        {"principal.dt.offset(principal.du) < principal.dt", ERROR_OK},
        {"principal.dt.durationSince(principal.dt) < principal.du", ERROR_OK},
        {"principal.dt.durationSince(principal.du) < principal.du", ERROR_CHECK_TYPE},
        {"principal.du.toSeconds() < 1", ERROR_OK},
        {"principal.d.lessThan(principal.l)", ERROR_CHECK_TYPE},
        {"principal.hasTag(\"a\") && principal.u.getTag(\"a\") == \"b\"", ERROR_CHECK_OPTIONAL_TAG},
        {"principal.hasTag(\"a\") || principal.getTag(\"a\") == \"b\"", ERROR_CHECK_OPTIONAL_TAG},
        {"principal has o && principal.getTag(\"o\") == \"b\"", ERROR_CHECK_OPTIONAL_TAG},
        {"principal.hasTag(\"o\") && principal.o == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
    };
    assert_conditions(rows, sizeof rows / sizeof *rows);
}

static void conditions_are_joined(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"when {principal has o} when {principal.o == 1}", ERROR_OK},
        {"when {principal has o} unless {principal.o == 1}", ERROR_OK},
        {"unless {principal has o} when {principal.o == 1}", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"unless {!(principal has o)} when {principal.o == 1}", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"when {principal.o == 1} when {principal has o}", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"when {false} when {principal.o == 1}", ERROR_OK},
        {"unless {true} when {principal.o == 1}", ERROR_OK},
        {"unless {false} when {principal.o == 1}", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
    };
    struct cedar_schema *schema = parse_schema();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[300];
        snprintf(
            text, sizeof text, "forbid(principal is U, action == Action::\"view\", resource) %s;",
            rows[i].text);
        assert_policy(schema, text, rows[i].error);
    }
    cedar_schema_free(schema);
}

/* What `has` establishes holds for the same expression and for no other. */
static void capabilities_are_of_equal_expressions(void **state)
{
    (void)state;
    static const char *const conditions[] = {
        "principal.bb",
        "principal.u.bb",
        "1 < principal.l",
        "principal.l == 1",
        "context.c == 1",
        "principal.r.a == 1",
        "2 < principal.l",
        "1 <= principal.l",
        "1 > principal.l",
        "1 >= principal.l",
        "1 == principal.l",
        "1 != principal.l",
        "principal.l + 1 < 3",
        "principal.l - 1 < 3",
        "principal.l * 1 < 3",
        "-principal.l < 3",
        "!principal.bb",
        "principal.bb && principal.u.bb",
        "principal.bb || principal.u.bb",
        "[true, principal.bb] == [false, principal.bb]",
        "[true, principal.bb] == [false]",
        "principal in G::\"a\"",
        "principal in G::\"b\"",
        "principal in U::\"a\"",
        "principal in principal.sg",
        "principal has o",
        "principal has ou",
        "principal has ou.o",
        "principal has ou.l",
        "principal.u has o",
        "principal.u has ou.o",
        "principal is U",
        "principal is H",
        "principal.u is U",
        "principal.n like \"a*\"",
        "principal.n like \"b*\"",
        "principal.n like \"a\"",
        "principal.u.n like \"a*\"",
        "principal.u is U in G::\"a\"",
        "principal.u is U in G::\"b\"",
        "principal is U in G::\"a\"",
        "principal.n == \"a\"",
        "principal.n == \"b\"",
        "[1, 2] == principal.s",
        "[1, 3] == principal.s",
        "[1] == principal.s",
        "{a: 1, b: principal.l} == {a: 1, b: 2}",
        "{a: 1, b: principal.l} == {a: 1, b: 3}",
        "{a: 1, c: principal.l} == {a: 1, c: 2}",
        "{a: 1} == {a: principal.l}",
        "principal.s.contains(1)",
        "principal.s.contains(2)",
        "principal.s.containsAll(principal.s)",
        "principal.s.isEmpty()",
        "if principal.bb then principal.bb else principal.u.bb",
        "principal.hasTag(\"a\")",
        "principal.d.lessThan(decimal(\"1.0\"))",
    };
    struct cedar_schema *schema = parse_schema();
    size_t count = sizeof conditions / sizeof *conditions;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            char text[600];
            snprintf(
                text, sizeof text,
                "permit(principal is U, action == Action::\"view\", resource) when {\n"
                "  (if %s then principal else principal.u) has o &&\n"
                "  (if (%s) then principal else principal.u).o == 1 };",
                conditions[i], conditions[k]);
            assert_policy(schema, text, i == k ? ERROR_OK : ERROR_CHECK_OPTIONAL_ATTRIBUTE);
        }
    cedar_schema_free(schema);
    static const struct row rows[] = {
        {"{a: principal, b: 1}.a has o && {b: 1, a: principal}.a.o == 1", ERROR_OK},
        {"principal has ou && principal.ou has o && principal.o == 1",
         ERROR_CHECK_OPTIONAL_ATTRIBUTE},
        {"principal.hasTag(principal.n) && principal.getTag(principal.u.n) == \"\"",
         ERROR_CHECK_OPTIONAL_TAG},
        {"principal.hasTag(if principal.bb then \"a\" else \"b\") && principal.getTag(if "
         "principal.bb then \"a\" else \"b\") == \"\"",
         ERROR_OK},
        {"{a: principal, b: 1}.a has o && {b: 2, a: principal}.a.o == 1",
         ERROR_CHECK_OPTIONAL_ATTRIBUTE},
    };
    assert_conditions(rows, sizeof rows / sizeof *rows);
}

/* The two names have one FNV-1a hash, by which capabilities are looked up first. */
static void an_attribute_is_no_other_of_the_same_hash(void **state)
{
    (void)state;
    struct cedar_schema *schema = NULL;
    assert_int_equal(
        cedar_schema_parse(
            BYTES_LITERAL("entity U {costarring?: Long, liquid?: Long};"
                          "action a appliesTo {principal: U, resource: U};"),
            NULL, &schema),
        ERROR_OK);
    assert_policy(
        schema,
        "permit(principal, action, resource) when { principal has liquid && principal.liquid == 1 "
        "};",
        ERROR_OK);
    assert_policy(
        schema,
        "permit(principal, action, resource) when { principal has costarring && "
        "principal.liquid == 1 };",
        ERROR_CHECK_OPTIONAL_ATTRIBUTE);
    cedar_schema_free(schema);
}

/* Calls of one function with more and fewer arguments, both of which are wrong anyway. */
static void calls_are_equal_by_all_arguments(void **state)
{
    (void)state;
    struct cedar_schema *schema = parse_schema();
    enum error errors[3];
    assert_int_equal(
        check_text(
            schema,
            "permit(principal is U, action == Action::\"view\", resource) when {\n"
            "  (if ip(\"::1\").isIpv4() then principal else principal.u) has o &&\n"
            "  (if ip(\"::1\", \"::1\").isIpv4() then principal else principal.u).o == 1 };",
            errors, 3),
        2);
    assert_int_equal(errors[0], ERROR_CHECK_ARITY);
    assert_int_equal(errors[1], ERROR_CHECK_OPTIONAL_ATTRIBUTE);
    cedar_schema_free(schema);
}

/* An attribute may have the empty name; a tag's key is none. */
static void an_attribute_is_no_tag(void **state)
{
    (void)state;
    struct cedar_schema *schema = NULL;
    assert_int_equal(
        cedar_schema_parse(
            BYTES_LITERAL("entity U {\"\"?: Long} tags String;"
                          "action a appliesTo {principal: U, resource: U};"),
            NULL, &schema),
        ERROR_OK);
    static const struct row rows[] = {
        {"principal has \"\" && principal[\"\"] == 1", ERROR_OK},
        {"principal.hasTag(\"\") && principal.getTag(\"\") == \"\"", ERROR_OK},
        {"principal has \"\" && principal.getTag(\"\") == \"\"", ERROR_CHECK_OPTIONAL_TAG},
        {"principal.hasTag(\"\") && principal[\"\"] == 1", ERROR_CHECK_OPTIONAL_ATTRIBUTE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[200];
        snprintf(
            text, sizeof text, "permit(principal, action, resource) when { %s };", rows[i].text);
        assert_policy(schema, text, rows[i].error);
    }
    cedar_schema_free(schema);
}

static void repeat(struct buffer *buffer, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buffer_append_text(buffer, text);
}

static void long_policies_are_checked(void **state)
{
    (void)state;
    static const char head[] = "permit(principal is U, action == Action::\"view\", resource)";
    struct cedar_schema *schema = parse_schema();
    struct buffer text = {0};
    buffer_append_text(&text, head);
    repeat(&text, " when {principal has o}", 20000);
    buffer_append_text(&text, " when {principal.o == 1};");
    assert_policy(schema, buffer_text(&text), ERROR_OK);
    buffer_clear(&text);
    buffer_append_text(&text, head);
    buffer_append_text(&text, " when {principal has o");
    repeat(&text, " && principal has o", CEDAR_TREE_DEPTH_MAX - 100);
    buffer_append_text(&text, " && principal.ou == principal};");
    assert_policy(schema, buffer_text(&text), ERROR_CHECK_OPTIONAL_ATTRIBUTE);
    buffer_clear(&text);
    buffer_append_text(&text, head);
    buffer_append_text(&text, " when {principal has ou");
    repeat(&text, ".ou", CEDAR_TREE_DEPTH_MAX - 100);
    buffer_append_text(&text, " && principal");
    repeat(&text, ".ou", CEDAR_TREE_DEPTH_MAX - 99);
    buffer_append_text(&text, ".l == 1};");
    assert_policy(schema, buffer_text(&text), ERROR_OK);
    buffer_free(&text);
    cedar_schema_free(schema);
}

/* The form of December 2021: its vocabulary, clauses, licence conditions. */
static struct buffer read_form(const char *name)
{
    char path[400];
    struct buffer text = {0};
    struct fault fault = {0};
    char words[500];
    snprintf(path, sizeof path, "%s/%s", FORM_FOLDER, name);
    if (os_read_file(&os_system, path, 1 << 20, &fault, &text))
        fail_msg("%s", fault_text(&fault, words, sizeof words));
    return text;
}

static void the_form_is_valid(void **state)
{
    (void)state;
    struct buffer vocabulary = read_form("vocabulary.cedarschema");
    struct cedar_schema *schema = NULL;
    struct fault fault = {0};
    char words[500];
    if (cedar_schema_parse(buffer_view(&vocabulary), &fault, &schema))
        fail_msg("%s", fault_text(&fault, words, sizeof words));
    static const char *const files[] = {"clauses.cedar", "licence-conditions.cedar"};
    for (size_t i = 0; i < 2; i++) {
        struct buffer text = read_form(files[i]);
        struct cedar_policies *policies = parse_policies(buffer_text(&text));
        if (cedar_check_policies(schema, policies, NULL, &fault))
            fail_msg("%s: %s", files[i], fault_text(&fault, words, sizeof words));
        assert_true(cedar_policies_count(policies) > 0);
        cedar_policies_free(policies);
        buffer_free(&text);
    }
    /* Every attribute of an entity type and of the context says who may state it. */
    size_t count;
    const struct cedar_entity_type *types = cedar_schema_entity_types(schema, &count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < types[i].attributes.count; k++)
            assert_non_null(
                cedar_schema_annotation(&types[i].attributes.attributes[k].annotations, "source"));
    cedar_schema_free(schema);
    buffer_free(&vocabulary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_names_are_refused_anywhere),
        cmocka_unit_test(scopes_must_apply),
        cmocka_unit_test(every_environment_of_the_scope_counts),
        cmocka_unit_test(attributes_must_be_declared_and_there),
        cmocka_unit_test(what_cannot_be_reached_is_not_checked),
        cmocka_unit_test(operands_must_be_of_the_right_type),
        cmocka_unit_test(tags_and_extension_values),
        cmocka_unit_test(conditions_are_joined),
        cmocka_unit_test(capabilities_are_of_equal_expressions),
        cmocka_unit_test(an_attribute_is_no_other_of_the_same_hash),
        cmocka_unit_test(calls_are_equal_by_all_arguments),
        cmocka_unit_test(an_attribute_is_no_tag),
        cmocka_unit_test(long_policies_are_checked),
        cmocka_unit_test(the_form_is_valid),
    };
    return cmocka_run_group_tests_name("cedar_check", tests, NULL, NULL);
}

/* verdict: what a declared use is judged to be never hangs on the moment at which it was opened or
 * judged before. Each judgement is compared with a fresh Cedar decision over all clauses: the
 * form's clauses, the model conditions, conditions that read each fact of the moment in every
 * position, and orders from every template. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../oracle/random.h"
#include "verdict/use.h"
#include "verdict_world.h"

static void set_text(const char *name, const char *text)
{
    world_fact(&world, name, datum_of_text(text));
}

/* --- Declared uses ------------------------------------------------------------------------ */

static void no_change(void) {}

static void no_approval(void)
{
    with_approval = false;
}

static void serious_crime(void)
{
    set_text("matter", "serious-crime");
    set_text("offence", "XA-201");
}

static void unknown_offence(void)
{
    set_text("offence", "XA-999");
    world.approval.offence = "XA-999";
}

static void no_offence(void)
{
    world_fact(&world, "offence", (struct datum){0});
}

static void other_function(void)
{
    set_text("function", "stored-data");
}

static void other_territory(void)
{
    set_text("territory", "XB");
}

static void urgent(void)
{
    world.approval.body = "XA-prosecutor";
    world.approval.kind = APPROVAL_URGENT;
    world.approval.life_at_risk = true;
    world.approval.expires = world.approval.issued + 72 * MILLIS_HOUR;
}

static void unknown_agency(void)
{
    world.roll.agency = "XB-police";
}

static void offence_over_soon(void)
{
    /* The world's own array, in its arena. */
    struct offence *offence = (struct offence *)(uintptr_t)&world.certificate.offences[0];
    offence->in_force_until = WORLD_NOW + MILLIS_HOUR;
}

static void (*const changes[])(void) = {
    no_change,      no_approval,     serious_crime, unknown_offence, no_offence,
    other_function, other_territory, urgent,        unknown_agency,  offence_over_soon,
};

/* --- Moments ------------------------------------------------------------------------------ */

/* At, and on both sides of, what the clauses compare with. */
static struct moment any_moment(uint64_t *seed)
{
    const millis times[] = {
        0,
        WORLD_NOW,
        WORLD_NOW + MILLIS_HOUR,
        world.approval.issued,
        world.approval.expires,
        world.certificate.from,
        world.certificate.until,
        world.licence.from,
        world.licence.until,
        INT64_C(253402300799999),
    };
    static const uint64_t counts[] = {0, 1, 9, 10, 11, 1499, 1500, UINT64_MAX};
    struct moment made = {
        .time = times[random_below(seed, sizeof times / sizeof *times)],
        .running = random_below(seed, 2),
        .other_active_uses = counts[random_below(seed, sizeof counts / sizeof *counts)],
        .uses_in_period = counts[random_below(seed, sizeof counts / sizeof *counts)],
        .approval_withdrawn = random_below(seed, 2),
    };
    if (made.time > 0)
        made.time += (millis)random_below(seed, 3) - 1;
    return made;
}

/* --- Clauses ------------------------------------------------------------------------------ */

/* Conditions of a licence beyond the model: what a licence may say of the moment. */
static const char *const conditions[] = {
    "when { context.running }",
    "unless { context.running }",
    "when { !context.running && context.time > resource.licenceFrom }",
    "when { context.running || resource.usesInPeriod > 10 }",
    "when { resource.usesInPeriod + 9223372036854775807 < 0 }",
    "when { context.running && resource.otherActiveUses - 9223372036854775807 - 3 < 0 }",
    "when { resource.otherActiveUses * 3 > resource.maximumActiveUses }",
    "when { [resource.otherActiveUses, 10].contains(resource.usesInPeriod) }",
    "when { [context.running] == [context.intentional] }",
    "when { {a: context.running, b: context.intentional} == {a: true, b: true} }",
    "when { context has approval && context.approval.withdrawn }",
    "when { context has approval && [context.approval] == [context.approval] }",
    "when { context has approval && context.approval.kind == EndUse::ApprovalKind::\"urgent\" }",
    "when { context has approval } unless { context.approval.withdrawn || context.running }",
    "when { context has offence && !context.offence.inForce }",
    "unless { context has offence && context.offence.inForce }",
    "when { context has offence && context.offence.maximumMonths > 70 } unless { context.running }",
    "when { if context.running then context.intentional else resource.usesInPeriod > 1 }",
    "when { if context.intentional then context.running else true }",
    "when { context.time.toTime() > duration(\"8h\") }",
    "when { context.time.durationSince(context.conductSince) < duration(\"1d\") }",
    "when { context.time.offset(duration(\"1d\")) > resource.licenceUntil }",
    "when { context == context && context.intentional }",
    "when { context.function == EndUse::Function::\"stored-data\" }",
};

static void set_conditions(void)
{
    struct buffer text = {0};
    buffer_append_text(&text, form.conditions);
    for (size_t i = 0; i < sizeof conditions / sizeof *conditions; i++)
        buffer_printf(
            &text,
            "@clause(\"M%zu\") @title(\"More\")\nforbid (principal, action, resource)\n%s;\n", i,
            conditions[i]);
    world.licence.clauses = arena_text(&world.arena, buffer_view(&text));
    buffer_free(&text);
    assert_non_null(world.licence.clauses);
}

enum { ORDERS_MAX = 16 };

/* An order from each template of the form. */
static size_t make_orders(struct order orders[ORDERS_MAX], struct terms_order list[ORDERS_MAX])
{
    static const struct {
        const char *template, *parameter, *value;
        enum order_kind kind;
    } fillings[] = {
        {"limit-functions", "functions", "stored-data", ORDER_LIMIT},
        {"limit-territories", "territories", "XA", ORDER_LIMIT},
        {"limit-matters", "matters", "serious-crime", ORDER_LIMIT},
        {"exclude-offences", "offences", "XA-114", ORDER_LIMIT},
        {"elevated-approval", NULL, NULL, ORDER_LIMIT},
        {"limit-active-uses", "most", "9", ORDER_LIMIT},
        {"no-new-uses", NULL, NULL, ORDER_LIMIT},
        {"wind-down", "until", "2026-03-02T10:00:00Z", ORDER_LIMIT},
        {"suspend", NULL, NULL, ORDER_SUSPEND},
        {"disconnect", NULL, NULL, ORDER_DISCONNECT},
    };
    size_t count = sizeof fillings / sizeof *fillings;
    for (size_t i = 0; i < count; i++) {
        struct form_argument argument = {fillings[i].parameter, &fillings[i].value, 1};
        struct buffer text = {0};
        struct fault fault = {0};
        char number[16];
        must(
            form_order_fill(
                &form, fillings[i].template, &argument, fillings[i].parameter != NULL, &fault,
                &text),
            &fault);
        snprintf(number, sizeof number, "OR-%zu", i);
        bool limit = fillings[i].kind == ORDER_LIMIT;
        orders[i] = world_order(
            &world, arena_text(&world.arena, bytes_of(number)), fillings[i].kind,
            limit ? arena_text(&world.arena, buffer_view(&text)) : NULL);
        if (!limit)
            orders[i].wind_down_until = WORLD_NOW + MILLIS_HOUR;
        list[i] = (struct terms_order){.order = &orders[i], .digest = {{(uint8_t)(i + 1)}}};
        buffer_free(&text);
    }
    assert_int_equal(count, form.templates_count);
    return count;
}

/* --- Comparing ---------------------------------------------------------------------------- */

static void assert_as_fresh(struct declared_use *use, const struct moment *at, void *scratch)
{
    struct cedar_response judged, fresh;
    use_judge(use, at, &judged);
    cedar_authorize(use->terms->program, &use->request, use->entities, scratch, &fresh);
    assert_int_equal(judged.decision, fresh.decision);
    assert_int_equal(judged.determining_count, fresh.determining_count);
    for (size_t i = 0; i < fresh.determining_count; i++)
        assert_int_equal(judged.determining[i], fresh.determining[i]);
    assert_int_equal(judged.error_count, fresh.error_count);
    for (size_t i = 0; i < fresh.error_count; i++) {
        assert_int_equal(judged.errors[i].policy, fresh.errors[i].policy);
        assert_int_equal(judged.errors[i].error, fresh.errors[i].error);
        assert_int_equal(judged.errors[i].span.start.offset, fresh.errors[i].span.start.offset);
    }
}

static void judge_at_many_moments(const struct terms_order *orders, size_t count, uint64_t *seed)
{
    struct terms *terms = open_terms(orders, count);
    assert_null(terms_suspended_by(terms));
    struct declared_use *use = open_use(terms);
    void *scratch = malloc(cedar_program_scratch_size(terms->program));
    assert_non_null(scratch);
    for (int i = 0; i < 300; i++) {
        struct moment at = any_moment(seed);
        assert_as_fresh(use, &at, scratch);
    }
    free(scratch);
    declared_use_close(use);
    terms_close(terms);
}

static void each_judgement_is_as_fresh(void **state)
{
    uint64_t seed = 21;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct order orders[ORDERS_MAX];
        struct terms_order list[ORDERS_MAX];
        changes[i]();
        judge_at_many_moments(NULL, 0, &seed);
        size_t count = make_orders(orders, list);
        judge_at_many_moments(list, count, &seed);
        set_conditions();
        judge_at_many_moments(NULL, 0, &seed);
        judge_at_many_moments(list, count, &seed);
        verdict_world_end(state);
        verdict_world_begin(state);
    }
}

/* Uses opened as if at different moments: their slots hold anything when they are settled. */
static void the_slots_at_opening_do_not_matter(void **state)
{
    (void)state;
    uint64_t seed = 22;
    set_conditions();
    struct terms *terms = open_terms(NULL, 0);
    struct declared_use *use = open_use(terms);
    void *scratch = malloc(cedar_program_scratch_size(terms->program));
    assert_non_null(scratch);
    const struct cedar_value *slots[] = {
        use->time,           use->running,   use->other_active_uses,
        use->uses_in_period, use->withdrawn, use->offences[0].in_force,
    };
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        assert_non_null(slots[i]);
    for (int round = 0; round < 40; round++) {
        struct moment at = any_moment(&seed);
        struct cedar_response ignored;
        use_judge(use, &at, &ignored); /* fills the slots */
        cedar_settle(
            terms->program, &use->request, use->entities, slots, sizeof slots / sizeof *slots,
            use->scratch, use->memo);
        for (int i = 0; i < 40; i++) {
            at = any_moment(&seed);
            assert_as_fresh(use, &at, scratch);
        }
    }
    free(scratch);
    declared_use_close(use);
    terms_close(terms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            each_judgement_is_as_fresh, verdict_world_begin, verdict_world_end),
        cmocka_unit_test_setup_teardown(
            the_slots_at_opening_do_not_matter, verdict_world_begin, verdict_world_end),
    };
    return cmocka_run_group_tests_name(
        "verdict_settle", tests, verdict_world_read_form, verdict_world_free_form);
}

/* cedar: settled decisions. Whatever the slots hold when a request is settled and whatever they
 * hold later, the response is that of a fresh decision, in every part; and what no slot can change
 * is indeed not run again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../oracle/random.h"
#include "cedar/cedar.h"
#include "failing_alloc.h"

enum { SLOT_COUNT = 7, VALUE_COUNT = 4 };

/* A world whose every scalar that may change is a slot. */
struct world {
    struct arena arena;
    struct cedar_symbols *symbols;
    struct cedar_policies *policies;
    struct cedar_program *program;
    struct cedar_entities *entities;
    struct cedar_request request;
    struct cedar_value *slots[SLOT_COUNT];
    void *scratch, *fresh_scratch, *memo;
};

/* Which slot is which: time and running of the context, withdrawn and deep of records in it, uses
 * and left of the resource, inForce of an entity that the context names. */
enum { TIME, RUNNING, WITHDRAWN, DEEP, USES, LEFT, IN_FORCE };

static const struct cedar_value values[SLOT_COUNT][VALUE_COUNT] = {
    [TIME] =
        {{.kind = CEDAR_DATETIME, .number = 0},
         {.kind = CEDAR_DATETIME, .number = 1000},
         {.kind = CEDAR_DATETIME, .number = 1001},
         {.kind = CEDAR_DATETIME, .number = INT64_MAX}},
    [RUNNING] = {{.bits = 0}, {.bits = 1}, {.bits = 0}, {.bits = 1}},
    [WITHDRAWN] = {{.bits = 0}, {.bits = 1}, {.bits = 0}, {.bits = 1}},
    [DEEP] =
        {{.kind = CEDAR_LONG, .number = 0},
         {.kind = CEDAR_LONG, .number = 1},
         {.kind = CEDAR_LONG, .number = 7},
         {.kind = CEDAR_LONG, .number = INT64_MAX}},
    [USES] =
        {{.kind = CEDAR_LONG, .number = 0},
         {.kind = CEDAR_LONG, .number = 1},
         {.kind = CEDAR_LONG, .number = 3},
         {.kind = CEDAR_LONG, .number = INT64_MAX}},
    [LEFT] =
        {{.kind = CEDAR_DECIMAL, .number = 0},
         {.kind = CEDAR_DECIMAL, .number = 1},
         {.kind = CEDAR_DECIMAL, .number = 10000},
         {.kind = CEDAR_DECIMAL, .number = -10000}},
    [IN_FORCE] = {{.bits = 0}, {.bits = 1}, {.bits = 0}, {.bits = 1}},
};

static const struct cedar_uid *uid(struct world *world, const char *type, const char *id)
{
    const struct cedar_uid *found;
    assert_int_equal(
        cedar_intern_uid(world->symbols, bytes_of(type), bytes_of(id), &found), ERROR_OK);
    return found;
}

static const struct cedar_string *string(struct world *world, const char *text)
{
    const struct cedar_string *found;
    assert_int_equal(cedar_intern(world->symbols, bytes_of(text), &found), ERROR_OK);
    return found;
}

static struct cedar_record *
record(struct world *world, const struct cedar_field *fields, size_t count)
{
    struct cedar_record *made;
    assert_int_equal(cedar_record_build(&world->arena, fields, count, NULL, &made), ERROR_OK);
    return made;
}

static struct cedar_value *slot(struct world *world, struct cedar_record *in, const char *name)
{
    struct cedar_value *found = cedar_record_slot(in, string(world, name));
    assert_non_null(found);
    return found;
}

static void make_context(struct world *world)
{
    struct cedar_value file = cedar_value_string(string(world, "F-1")), words;
    struct cedar_value elements[] = {file, cedar_value_long(1), cedar_value_bool(true)};
    assert_int_equal(cedar_set_build(&world->arena, elements, 3, NULL, &words), ERROR_OK);
    struct cedar_field inner[] = {{string(world, "deep"), values[DEEP][0]}};
    struct cedar_record *details = record(world, inner, 1);
    struct cedar_field quiet[] = {{string(world, "x"), cedar_value_long(1)}};
    struct cedar_field approval[] = {
        {string(world, "file"), file},
        {string(world, "withdrawn"), values[WITHDRAWN][0]},
        {string(world, "details"), cedar_value_record(details)},
        {string(world, "quiet"), cedar_value_record(record(world, quiet, 1))},
    };
    struct cedar_record *approved = record(world, approval, 4);
    struct cedar_field context[] = {
        {string(world, "time"), values[TIME][0]},
        {string(world, "running"), values[RUNNING][0]},
        {string(world, "file"), file},
        {string(world, "words"), words},
        {string(world, "approval"), cedar_value_record(approved)},
        {string(world, "offence"), cedar_value_entity(uid(world, "Offence", "o"))},
        {string(world, "nobody"), cedar_value_entity(uid(world, "Offence", "none"))},
        {string(world, "agreed"), cedar_value_bool(true)},
    };
    struct cedar_record *made = record(world, context, sizeof context / sizeof *context);
    world->request.context = made;
    world->slots[TIME] = slot(world, made, "time");
    world->slots[RUNNING] = slot(world, made, "running");
    world->slots[WITHDRAWN] = slot(world, approved, "withdrawn");
    world->slots[DEEP] = slot(world, details, "deep");
}

static void make_entities(struct world *world)
{
    const struct cedar_uid *group = uid(world, "Group", "g"), *read = uid(world, "Action", "read");
    struct cedar_field same[] = {{string(world, "x"), cedar_value_long(1)}};
    struct cedar_field uses[] = {
        {string(world, "uses"), values[USES][0]},
        {string(world, "left"), values[LEFT][0]},
        {string(world, "limit"), cedar_value_long(3)},
        {string(world, "quiet"), cedar_value_record(record(world, same, 1))},
    };
    struct cedar_field state[] = {
        {string(world, "inForce"), values[IN_FORCE][0]},
        {string(world, "months"), cedar_value_long(72)},
    };
    struct cedar_field tags[] = {{string(world, "colour"), cedar_value_long(5)}};
    struct cedar_record *resource = record(world, uses, 4), *offence = record(world, state, 2);
    const struct cedar_entity entities[] = {
        {world->request.principal, NULL, NULL, &group, 1},
        {world->request.action, NULL, NULL, &read, 1},
        {world->request.resource, resource, record(world, tags, 1), NULL, 0},
        {uid(world, "Offence", "o"), offence, NULL, NULL, 0},
    };
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        assert_int_equal(cedar_entities_add(world->entities, &entities[i], NULL), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(world->entities, NULL), ERROR_OK);
    world->slots[USES] = slot(world, resource, "uses");
    world->slots[LEFT] = slot(world, resource, "left");
    world->slots[IN_FORCE] = slot(world, offence, "inForce");
}

static void world_start(struct world *world, const char *text)
{
    char message[512];
    struct fault fault = {0};
    *world = (struct world){0};
    assert_int_equal(cedar_symbols_create(NULL, 5, &world->symbols), ERROR_OK);
    assert_int_equal(cedar_policies_create(&world->policies), ERROR_OK);
    if (cedar_policies_add(world->policies, bytes_of(text), NULL, &fault) ||
        cedar_compile(world->policies, world->symbols, &fault, &world->program))
        fail_msg("%s: %s", fault_text(&fault, message, sizeof message), text);
    assert_int_equal(cedar_entities_create(NULL, &world->entities), ERROR_OK);
    world->request.principal = uid(world, "User", "ann");
    world->request.action = uid(world, "Action", "use");
    world->request.resource = uid(world, "System", "s");
    make_context(world);
    make_entities(world);
    world->scratch = malloc(cedar_program_scratch_size(world->program));
    world->fresh_scratch = malloc(cedar_program_scratch_size(world->program));
    world->memo = malloc(cedar_program_memo_size(world->program));
    assert_true(world->scratch && world->fresh_scratch && world->memo);
}

static void world_end(struct world *world)
{
    free(world->scratch);
    free(world->fresh_scratch);
    free(world->memo);
    cedar_program_free(world->program);
    cedar_policies_free(world->policies);
    cedar_entities_free(world->entities);
    cedar_symbols_free(world->symbols);
    arena_free(&world->arena);
}

static void settle(struct world *world, const struct cedar_value *const *slots, size_t count)
{
    cedar_settle(
        world->program, &world->request, world->entities, slots, count, world->scratch,
        world->memo);
}

static void set_slots(struct world *world, uint64_t *seed)
{
    for (size_t i = 0; i < SLOT_COUNT; i++)
        *world->slots[i] = values[i][random_below(seed, VALUE_COUNT)];
}

/* Compares what the memo says with a fresh decision. */
static void assert_as_fresh(struct world *world, const char *text)
{
    struct cedar_response settled, fresh;
    cedar_authorize(world->program, &world->request, world->entities, world->fresh_scratch, &fresh);
    cedar_authorize_settled(world->memo, &settled);
    bool same = settled.decision == fresh.decision &&
                settled.determining_count == fresh.determining_count &&
                settled.error_count == fresh.error_count;
    for (size_t i = 0; same && i < fresh.determining_count; i++)
        same = settled.determining[i] == fresh.determining[i];
    for (size_t i = 0; same && i < fresh.error_count; i++) {
        const struct cedar_policy_error *a = &settled.errors[i], *b = &fresh.errors[i];
        same = a->policy == b->policy && a->error == b->error &&
               a->span.start.offset == b->span.start.offset && a->span.end == b->span.end;
    }
    if (!same)
        fail_msg("settled is not as fresh: %s", text);
}

/* Settles under random values and decides under others, several times over. */
static void try_policies(const char *text, uint64_t *seed)
{
    struct world world;
    world_start(&world, text);
    for (int round = 0; round < 6; round++) {
        const struct cedar_value *slots[SLOT_COUNT];
        for (size_t i = 0; i < SLOT_COUNT; i++)
            slots[i] = world.slots[i];
        set_slots(&world, seed);
        settle(&world, slots, SLOT_COUNT);
        memset(slots, 0, sizeof slots);
        for (int change = 0; change < 12; change++) {
            set_slots(&world, seed);
            assert_as_fresh(&world, text);
        }
    }
    world_end(&world);
}

/* --- Policies by hand --------------------------------------------------------------------- */

/* Each is a `when` and an `unless`, of a permit and of a forbid. */
static const char *const conditions[] = {
    "true",
    "context.running",
    "!context.running",
    "context.time < datetime(\"1970-01-01T00:00:01.001Z\")",
    "context.agreed && context.running",
    "context.running && context.agreed",
    "context.running || context.agreed",
    "context.agreed || context.running",
    "!context.agreed || context.running",
    "!context.agreed && context.gone",
    "context.running && context.gone",
    "context.running || context.gone",
    "context.running || context.file",
    "context.gone",
    "context.file",
    "if context.running then context.agreed else context.gone",
    "if context.agreed then context.running else context.gone",
    "if context.agreed then context.approval.withdrawn else context.running",
    "(if context.agreed then context.approval else context).withdrawn",
    "(if context.running then context.approval else context.approval).file == \"F-1\"",
    "context.approval.withdrawn",
    "context.approval.file == context.file",
    "context.approval.details.deep == 7",
    "context.approval has withdrawn",
    "context has approval.withdrawn",
    "context has approval.details.deep",
    "context has approval.details.deep && context.approval.details.deep > 0",
    "context has running",
    "context has gone || context.running",
    "context.approval.withdrawn has x",
    "context.time has x",
    "context.running has x.y",
    "context == context",
    "context.approval == context.approval",
    "context.approval == {file: \"F-1\", withdrawn: true, details: {deep: 7}, quiet: {x: 1}}",
    "context.approval == {file: \"F-1\", withdrawn: false, details: {deep: 0}, quiet: {x: 1}}",
    "context.approval != {file: \"F-1\", withdrawn: true, details: {deep: 1}, quiet: {x: 1}}",
    "context.approval.details == {deep: 7}",
    "{deep: 7} == context.approval.details",
    "context.approval.quiet == {x: 1}",
    "context.approval.quiet == resource.quiet",
    "[context.approval.details].contains({deep: 1})",
    "[context.approval.details, {deep: 7}].containsAll([{deep: 1}])",
    "[[context.approval.details]].contains([{deep: 7}])",
    "[context.approval.details, {deep: 7}] == [{deep: 7}]",
    ("[context.approval].contains(\n"
     "{file: \"F-1\", withdrawn: true, details: {deep: 7}, quiet: {x: 1}})"),
    "{a: context.approval.details}.a.deep == 1",
    "{a: context.approval.details, b: 1}.b == 1",
    "{a: context.approval.details} == {a: {deep: 1}}",
    "{a: context}.a.running",
    "{a: {b: context.approval}}.a.b.details.deep < 2",
    "{a: context.running, b: 2}.b == 2",
    "[context.running, true] == [true]",
    "[context.running].contains(true)",
    "[1, context.approval.details.deep].containsAny([7, 8])",
    "context.words.contains(context.running)",
    "context.words.contains(context.approval.details.deep)",
    "context.words.contains(context.approval)",
    "context.words.contains(\"F-1\")",
    "[context.file, context.running].contains(\"F-1\")",
    "context.approval in [principal]",
    "context.approval is User",
    "context.approval",
    "context",
    "context.approval.quiet",
    "context.approval < 1",
    "resource.uses >= resource.limit",
    "resource.uses + 1 > resource.limit",
    "1 + resource.uses > 0",
    "-resource.uses < 0 && resource.uses * 2 > 0",
    "9223372036854775807 - resource.uses - 1 >= 0",
    "resource.left.lessThan(decimal(\"0.5\"))",
    "resource.limit == 3",
    "resource has uses && resource.uses == 3",
    "resource has gone.x || resource.limit == 3",
    "resource.quiet == {x: 1}",
    "resource.getTag(\"colour\") == 5",
    "resource.hasTag(context.file) || context.running",
    "resource.getTag(\"gone\") == 5 || context.running",
    "context.offence.inForce",
    "context.offence.months >= 72",
    "context.offence.months >= 72 && context.offence.inForce",
    "context.offence == Offence::\"o\" && !context.offence.inForce",
    "context.offence has inForce",
    "context.nobody.inForce || context.running",
    "context.nobody has inForce || context.running",
    "context.running || context.nobody.inForce",
    "Offence::\"o\".inForce",
    "[Offence::\"o\"].contains(context.offence)",
    "(if context.running then context.offence else context.nobody).inForce",
    "(if context.running then principal else resource) in Group::\"g\"",
    "principal in Group::\"g\" && context.running",
    "principal is User in Group::\"g\"",
    "(if context.running then principal else resource) is User in Group::\"g\"",
    "context.time.offset(duration(\"1ms\")) > datetime(\"1970-01-01\")",
    "context.time.durationSince(datetime(\"1969-12-31\")).toDays() == 1",
    "context.time.toDate() == datetime(\"1970-01-01\")",
    "context.file like \"F*\"",
    "context.agreed && context.file like \"F*\" && {a: [1, 2]}.a.contains(2) && context.running",
    "{x: 1, y: context.agreed}.y && [1, 2, 3].contains(resource.limit) && resource.uses == 1",
    "(context.agreed && context.running) == (context.approval.withdrawn || context.agreed)",
    "context.running == context.approval.withdrawn",
    "[1, 2].contains(if context.running then 1 else 3)",
    "decimal(context.file) == resource.left",
    "context.time > 1",
    "1 + context.running == 2",
    "context.running.x",
    "context.time.x == 1",
};

enum { CONDITION_COUNT = sizeof conditions / sizeof *conditions };

static void each_condition_alone(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (size_t i = 0; i < CONDITION_COUNT; i++) {
        char text[1200];
        snprintf(
            text, sizeof text,
            "permit(principal, action, resource) when { %s };\n"
            "forbid(principal, action, resource) when { context.agreed } unless { %s };\n"
            "permit(principal, action, resource) when { %s } unless { context.running };\n"
            "forbid(principal, action, resource) unless { context.running } when { %s };\n",
            conditions[i], conditions[i], conditions[i], conditions[i]);
        try_policies(text, &seed);
    }
}

/* Rules under several names, and rules that the request does not come under. */
static const char *const scopes[] = {
    "principal, action, resource",
    "principal, action in [Action::\"use\", Action::\"read\"], resource",
    "principal == User::\"ann\", action == Action::\"use\", resource is System",
    "principal in Group::\"g\", action, resource",
    "principal is User, action in Action::\"read\", resource == System::\"s\"",
    "principal == User::\"bob\", action, resource",
    "principal, action == Action::\"read\", resource",
};

static void all_conditions_together(void **state)
{
    (void)state;
    uint64_t seed = 12;
    struct buffer text = {0};
    for (int round = 0; round < 12; round++) {
        buffer_clear(&text);
        for (size_t i = 0; i < 3 * CONDITION_COUNT; i++)
            buffer_printf(
                &text, "%s(%s) %s { %s };\n", random_below(&seed, 2) ? "permit" : "forbid",
                scopes[random_below(&seed, sizeof scopes / sizeof *scopes)],
                random_below(&seed, 2) ? "when" : "unless",
                conditions[random_below(&seed, CONDITION_COUNT)]);
        try_policies(buffer_text(&text), &seed);
    }
    buffer_free(&text);
}

/* --- Policies made at random -------------------------------------------------------------- */

static const char *pick(uint64_t *seed, const char *const *list, size_t count)
{
    return list[random_below(seed, count)];
}

#define PICK(seed, ...)                                                                            \
    pick(                                                                                          \
        seed, (const char *const[]){__VA_ARGS__},                                                  \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void add_bool(struct buffer *text, uint64_t *seed, int depth);

static void add_long(struct buffer *text, uint64_t *seed, int depth)
{
    if (depth <= 0 || random_below(seed, 2)) {
        buffer_append_text(
            text, PICK(
                      seed, "resource.uses", "resource.limit", "context.approval.details.deep",
                      "context.offence.months", "1", "7", "resource.gone",
                      "{a: context.approval.details}.a.deep", "resource.getTag(\"colour\")"));
        return;
    }
    buffer_append_text(text, "(");
    bool choice = random_below(seed, 3) == 0;
    if (choice) {
        buffer_append_text(text, "if ");
        add_bool(text, seed, depth - 1);
        buffer_append_text(text, " then ");
    }
    add_long(text, seed, depth - 1);
    buffer_append_text(text, choice ? " else " : PICK(seed, " + ", " - ", " * "));
    add_long(text, seed, depth - 1);
    buffer_append_text(text, ")");
}

static void add_record(struct buffer *text, uint64_t *seed, int depth)
{
    size_t kind = random_below(seed, depth > 0 ? 7 : 4);
    if (kind == 4) {
        buffer_append_text(text, "{deep: ");
        add_long(text, seed, depth - 1);
        buffer_append_text(text, "}");
    } else if (kind == 5) {
        buffer_append_text(text, "(if ");
        add_bool(text, seed, depth - 1);
        buffer_append_text(text, " then ");
        add_record(text, seed, depth - 1);
        buffer_append_text(text, " else ");
        add_record(text, seed, depth - 1);
        buffer_append_text(text, ")");
    } else {
        buffer_append_text(
            text, PICK(
                      seed, "context.approval", "context.approval.details", "context", "{deep: 7}",
                      "context.approval.quiet", "resource.quiet", "{a: context.approval}.a"));
    }
}

static void add_pair(
    struct buffer *text, uint64_t *seed, int depth, const char *between,
    void (*add)(struct buffer *, uint64_t *, int))
{
    add(text, seed, depth - 1);
    buffer_append_text(text, between);
    add(text, seed, depth - 1);
}

static void add_bool(struct buffer *text, uint64_t *seed, int depth)
{
    buffer_append_text(text, "(");
    switch (depth > 0 ? random_below(seed, 10) : 9) {
    case 0:
    case 1:
        add_pair(text, seed, depth, PICK(seed, " && ", " || "), add_bool);
        break;
    case 2:
        add_pair(text, seed, depth, PICK(seed, " == ", " != "), add_bool);
        break;
    case 3:
        buffer_append_text(text, "!(");
        add_pair(text, seed, depth, " && ", add_bool);
        buffer_append_text(text, ")");
        break;
    case 4:
        add_pair(text, seed, depth, PICK(seed, " < ", " >= ", " == "), add_long);
        break;
    case 5:
        add_pair(text, seed, depth, PICK(seed, " == ", " != "), add_record);
        break;
    case 6:
        buffer_append_text(text, "[");
        add_record(text, seed, depth - 1);
        buffer_append_text(text, ", ");
        add_long(text, seed, depth - 1);
        buffer_append_text(text, "].contains(");
        (random_below(seed, 2) ? add_record : add_long)(text, seed, depth - 1);
        buffer_append_text(text, ")");
        break;
    case 7:
        add_record(text, seed, depth - 1);
        buffer_append_text(text, PICK(seed, " has deep", " has details.deep", " has running"));
        break;
    case 8:
        add_record(text, seed, depth - 1);
        buffer_append_text(
            text, PICK(seed, ".running", ".withdrawn", ".agreed", ".deep == 1", ".x == 1"));
        break;
    default:
        buffer_append_text(
            text, PICK(
                      seed, "context.running", "context.approval.withdrawn", "context.agreed",
                      "context.offence.inForce", "context.time < datetime(\"1970-01-02\")",
                      "resource.left.lessThan(decimal(\"0.5\"))", "principal in Group::\"g\"",
                      "true", "false", "context has gone", "context.gone"));
    }
    buffer_append_text(text, ")");
}

static void policies_made_at_random(void **state)
{
    (void)state;
    uint64_t seed = 13;
    struct buffer text = {0};
    for (int round = 0; round < 300; round++) {
        buffer_clear(&text);
        for (int i = 0; i < 8; i++) {
            buffer_printf(
                &text, "%s(%s)", PICK(&seed, "permit", "forbid"),
                scopes[random_below(&seed, sizeof scopes / sizeof *scopes)]);
            for (size_t k = random_below(&seed, 4); k > 0; k--) {
                buffer_append_text(&text, PICK(&seed, " when { ", " unless { "));
                add_bool(&text, &seed, 4);
                buffer_append_text(&text, " }");
            }
            buffer_append_text(&text, ";\n");
        }
        try_policies(buffer_text(&text), &seed);
    }
    buffer_free(&text);
}

/* --- What is settled is not run again ----------------------------------------------------- */

/* A slot that was not named when settling is changed all the same: where the condition before it is
 * settled nothing shows. That is how a test can see what is run. */
static void what_no_slot_changes_is_run_once(void **state)
{
    (void)state;
    static const struct {
        const char *condition;
        int watched, changed; /* -1: none */
        bool shows;
    } rows[] = {
        {"context.running", -1, RUNNING, false},
        {"context.running", USES, RUNNING, false},
        {"context.running", RUNNING, RUNNING, true},
        {"!context.running && resource.uses == 0", USES, RUNNING, false},
        {"!context.running && resource.uses == 0", RUNNING, USES, true},
        {"!context.running && resource.uses == 0", RUNNING, RUNNING, true},
        {"context.running || resource.uses == 0", USES, RUNNING, false},
        {"if context.running then false else resource.uses == 0", USES, RUNNING, false},
        {"!context.running } when { resource.uses == 0", USES, RUNNING, false},
        {"context.approval.file == \"F-1\" && !context.running", WITHDRAWN, RUNNING, false},
        {"context.approval has withdrawn && !context.running", WITHDRAWN, RUNNING, false},
        {"context has approval.withdrawn && !context.running", WITHDRAWN, RUNNING, false},
        {"context.approval.quiet == {x: 1} && !context.running", WITHDRAWN, RUNNING, false},
        {"context.offence == Offence::\"o\" && !context.running", IN_FORCE, RUNNING, false},
        {"context.offence.months == 72 && !context.running", IN_FORCE, RUNNING, false},
        {"context.words.contains(\"F-1\") && !context.running", RUNNING, DEEP, false},
        {"context.approval != {} && !context.running", DEEP, RUNNING, true},
        {"context != {} && !context.running", DEEP, RUNNING, true},
        {"(context.words.x == 1 || true) && !context.running", RUNNING, RUNNING, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world world;
        struct cedar_response response;
        char text[512];
        snprintf(
            text, sizeof text,
            "forbid(principal, action, resource) when { [context.time, context.running,\n"
            "context.approval, resource.uses, context.offence.inForce].contains(0 - 1) };\n"
            "permit(principal, action, resource) when { %s };",
            rows[i].condition);
        world_start(&world, text);
        const struct cedar_value *watched =
            rows[i].watched < 0 ? NULL : world.slots[rows[i].watched];
        settle(&world, &watched, rows[i].watched >= 0);
        cedar_authorize_settled(world.memo, &response);
        enum cedar_decision before = response.decision;
        *world.slots[rows[i].changed] = values[rows[i].changed][1];
        cedar_authorize_settled(world.memo, &response);
        if ((response.decision != before) != rows[i].shows)
            fail_msg("row %zu: %s", i, rows[i].condition);
        world_end(&world);
    }
}

static void settling_and_deciding_allocate_nothing(void **state)
{
    (void)state;
    struct world world;
    struct cedar_response response;
    world_start(
        &world, "permit(principal, action, resource) when { [context.running, 1] != [] };\n"
                "permit(principal, action, resource) when { context.gone };");
    const struct cedar_value *slots[] = {world.slots[RUNNING]};
    failing_alloc_after(0);
    settle(&world, slots, 1);
    cedar_authorize_settled(world.memo, &response);
    assert_false(failing_alloc_stop());
    assert_int_equal(failing_alloc_count(), 0);
    assert_int_equal(response.decision, CEDAR_ALLOW);
    assert_int_equal(response.error_count, 1);
    world_end(&world);
}

/* Each is found by its action and by what that is in, and listed once all the same. */
static void policies_under_several_names(void **state)
{
    (void)state;
    struct buffer text = {0};
    uint64_t seed = 15;
    for (int i = 0; i < 64; i++)
        buffer_append_text(
            &text, "permit(principal, action in [Action::\"use\", Action::\"read\"], resource)\n"
                   "when { context.running };\n");
    try_policies(buffer_text(&text), &seed);
    buffer_free(&text);
}

static void no_policies_at_all(void **state)
{
    (void)state;
    uint64_t seed = 14;
    try_policies("", &seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_condition_alone),
        cmocka_unit_test(all_conditions_together),
        cmocka_unit_test(policies_made_at_random),
        cmocka_unit_test(what_no_slot_changes_is_run_once),
        cmocka_unit_test(settling_and_deciding_allocate_nothing),
        cmocka_unit_test(policies_under_several_names),
        cmocka_unit_test(no_policies_at_all),
    };
    return cmocka_run_group_tests_name("cedar_settle", tests, NULL, NULL);
}

/* cedar: what is large, deep, wide or repeated takes memory and steps in proportion, or meets a
 * limit that is named; nothing crashes and nothing hangs. Numbers are small here and as large as
 * they can be with ENDUSE_DEEP. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "cedar/data_json.h"
#include "cedar/policy_json.h"
#include "cedar/schema_json.h"
#include "failing_alloc.h"

/* As many as usual, or in the long run. */
static size_t many(size_t usual, size_t deep)
{
    return getenv("ENDUSE_DEEP") ? deep : usual;
}

static void repeat(struct buffer *buffer, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buffer_append_text(buffer, text);
}

static struct cedar_symbols *new_symbols(void)
{
    struct cedar_symbols *symbols = NULL;
    assert_int_equal(cedar_symbols_create(NULL, 7, &symbols), ERROR_OK);
    return symbols;
}

static const struct cedar_uid *
uid(struct cedar_symbols *symbols, const char *type, const char *prefix, size_t number)
{
    const struct cedar_uid *found;
    char id[32];
    snprintf(id, sizeof id, "%s%zu", prefix, number);
    assert_int_equal(cedar_intern_uid(symbols, bytes_of(type), bytes_of(id), &found), ERROR_OK);
    return found;
}

/* Reads a text, which is freed, as policies; the fault's words when it is refused. */
static enum error
read_policies(struct buffer *text, struct fault *fault, struct cedar_policies **ret_policies)
{
    *fault = (struct fault){0};
    assert_int_equal(cedar_policies_create(ret_policies), ERROR_OK);
    enum error error = cedar_policies_add(*ret_policies, buffer_view(text), NULL, fault);
    assert_int_equal(text->error, ERROR_OK);
    buffer_free(text);
    return error;
}

static void assert_refused(struct buffer *text, enum error expected, const char *limit)
{
    struct fault fault;
    struct cedar_policies *policies;
    assert_int_equal(read_policies(text, &fault, &policies), expected);
    assert_string_equal(fault.expected, limit);
    assert_int_equal(cedar_policies_count(policies), 0);
    cedar_policies_free(policies);
}

/* What an expression is; its text is freed. */
static struct cedar_value evaluate(struct buffer *text, struct arena *arena)
{
    static const struct cedar_request nothing;
    struct cedar_symbols *symbols = new_symbols();
    const struct cedar_expr *expr;
    struct cedar_value value;
    assert_int_equal(cedar_expr_parse(buffer_view(text), arena, NULL, &expr), ERROR_OK);
    assert_int_equal(cedar_evaluate(expr, symbols, &nothing, NULL, arena, NULL, &value), ERROR_OK);
    assert_int_equal(value.kind, CEDAR_BOOL);
    cedar_symbols_free(symbols);
    buffer_free(text);
    return value;
}

/* --- Text ---------------------------------------------------------------------------------- */

static void long_lists_in_text(void **state)
{
    (void)state;
    struct buffer text = {0};
    buffer_append_text(&text, "permit(principal,action,resource)when{[");
    repeat(&text, "1,", CEDAR_ELEMENTS_MAX + 1);
    buffer_append_text(&text, "]==1};");
    assert_refused(&text, ERROR_TOO_LARGE, "at most 1048576 elements");
    buffer_append_text(&text, "permit(principal,action in[");
    repeat(&text, "Action::\"\",", CEDAR_ELEMENTS_MAX + 1);
    buffer_append_text(&text, "],resource);");
    assert_refused(&text, ERROR_TOO_LARGE, "at most 1048576 of a kind");
}

static void many_annotations(void **state)
{
    (void)state;
    static const size_t counts[] = {CEDAR_ANNOTATIONS_MAX, CEDAR_ANNOTATIONS_MAX + 1, 150000};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        size_t count = counts[c];
        bool fits = count <= CEDAR_ANNOTATIONS_MAX;
        struct buffer text = {0}, json_text = {0}, schema_text = {0};
        struct arena arena = {0};
        struct cedar_policies *policies;
        struct cedar_schema *schema = NULL;
        struct fault fault;
        const struct json *json;
        buffer_append_text(&json_text, "{\"annotations\":{");
        for (size_t i = 0; i < count; i++) {
            buffer_printf(&text, "@a%zu ", i);
            buffer_printf(&json_text, "%s\"a%zu\":null", i ? "," : "", i);
        }
        buffer_append_text(
            &json_text, "},\"effect\":\"permit\",\"principal\":{\"op\":\"All\"},\"action\":{\"op\":"
                        "\"All\"},\"resource\":{\"op\":\"All\"},\"conditions\":[]}");
        if (text.length < CEDAR_SCHEMA_TEXT_MAX - 10) {
            buffer_append_bytes(&schema_text, buffer_view(&text));
            buffer_append_text(&schema_text, "entity A;");
            assert_int_equal(
                cedar_schema_parse(buffer_view(&schema_text), &fault, &schema),
                fits ? ERROR_OK : ERROR_SCHEMA_LIMIT);
            cedar_schema_free(schema);
        }
        buffer_append_text(&text, "permit(principal,action,resource);");
        assert_int_equal(
            read_policies(&text, &fault, &policies), fits ? ERROR_OK : ERROR_TOO_LARGE);
        assert_string_equal(fault.expected, fits ? "" : "at most 256 annotations");
        cedar_policies_free(policies);
        assert_int_equal(json_parse(buffer_view(&json_text), &arena, NULL, &json), ERROR_OK);
        assert_int_equal(cedar_policies_create(&policies), ERROR_OK);
        assert_int_equal(
            cedar_json_policy_add(policies, json, BYTES_LITERAL("p"), &fault),
            fits ? ERROR_OK : ERROR_TOO_LARGE);
        cedar_policies_free(policies);
        arena_free(&arena);
        buffer_clear(&json_text);
        buffer_append_text(
            &json_text, "{\"\":{\"actions\":{},\"entityTypes\":{\"A\":{\"annotations\":{");
        for (size_t i = 0; i < count; i++)
            buffer_printf(&json_text, "%s\"a%zu\":null", i ? "," : "", i);
        buffer_append_text(&json_text, "}}}}}");
        schema = NULL;
        assert_int_equal(
            cedar_schema_json_parse(buffer_view(&json_text), &fault, &schema),
            fits ? ERROR_OK : ERROR_SCHEMA_LIMIT);
        cedar_schema_free(schema);
        buffer_free(&json_text);
        buffer_free(&schema_text);
    }
}

static void long_tokens(void **state)
{
    (void)state;
    enum { LENGTH = 1 << 19 };
    struct buffer text = {0};
    struct arena arena = {0};
    buffer_append_text(&text, "permit(principal,action,resource)when{");
    repeat(&text, "1", LENGTH);
    buffer_append_text(&text, "==1};");
    assert_refused(&text, ERROR_CEDAR_INTEGER, "at most 9223372036854775807");
    buffer_append_text(&text, "permit(principal is ");
    repeat(&text, "A::", LENGTH / 4);
    buffer_append_text(&text, "A,action,resource)when{context.");
    repeat(&text, "a", LENGTH);
    buffer_append_text(&text, "};//");
    repeat(&text, " ", LENGTH);
    struct fault fault;
    struct cedar_policies *policies;
    assert_int_equal(read_policies(&text, &fault, &policies), ERROR_OK);
    assert_int_equal(cedar_policies_at(policies, 0)->principal.type.length, LENGTH / 4 * 3 + 1);
    cedar_policies_free(policies);
    /* Strings that differ in their last character, and so do not. */
    for (int same = 0; same <= 1; same++) {
        buffer_append_text(&text, "[\"");
        repeat(&text, "\\n", LENGTH);
        buffer_append_text(&text, "a\", \"b\"].contains(\"");
        repeat(&text, "\\u{a}", LENGTH);
        buffer_append_text(&text, same ? "a\")" : "b\")");
        assert_int_equal(evaluate(&text, &arena).boolean, same);
        arena_free(&arena);
    }
}

/* Patterns with which a matcher that goes back would take time without end. */
static void patterns_that_tempt_to_go_back(void **state)
{
    (void)state;
    enum { LENGTH = 1 << 18 };
    static const struct {
        const char *before, *repeated, *after;
        size_t times;
        bool matches;
    } rows[] = {
        {"", "a*", "b", LENGTH / 2, false},      {"", "*a", "*b*", LENGTH / 2, false},
        {"", "*a", "*", LENGTH / 2, true},       {"*", "a", "b*", LENGTH / 2, false},
        {"*b", "a", "*", LENGTH / 2, false},     {"*", "aaaa*", "a", LENGTH / 4 - 1, true},
        {"*", "aaaa*", "a", LENGTH / 4, false},  {"*", "*", "*", LENGTH, true},
        {"a*b*", "a*", "*c", LENGTH / 2, false}, {"*", "aa*", "\\*", LENGTH / 4, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct buffer text = {0};
        buffer_append_text(&text, "\"");
        repeat(&text, "a", LENGTH);
        buffer_append_text(&text, "\" like \"");
        buffer_append_text(&text, rows[i].before);
        repeat(&text, rows[i].repeated, rows[i].times);
        buffer_append_text(&text, rows[i].after);
        buffer_append_text(&text, "\"");
        if (evaluate(&text, &arena).boolean != rows[i].matches)
            fail_msg("row %zu", i);
        arena_free(&arena);
    }
}

/* --- Values and JSON ----------------------------------------------------------------------- */

static void large_values(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fault fault = {0};
    struct cedar_value value, element = cedar_value_bool(true);
    struct cedar_record *record;
    struct cedar_field field = {0};
    /* Refused by their number, before any is looked at. */
    assert_int_equal(
        cedar_set_build(&arena, &element, CEDAR_ELEMENTS_MAX + 1, &fault, &value), ERROR_TOO_LARGE);
    assert_string_equal(fault.expected, "at most 1048576 elements");
    assert_int_equal(
        cedar_record_build(&arena, &field, CEDAR_ELEMENTS_MAX + 1, &fault, &record),
        ERROR_TOO_LARGE);
    assert_string_equal(fault.expected, "at most 1048576 keys");
    assert_int_equal(arena.used, 0);
    /* One that is as large as may be, and of no more than its own size. */
    size_t count = many(1 << 16, CEDAR_ELEMENTS_MAX);
    struct cedar_value *numbers = calloc(count, sizeof *numbers);
    assert_non_null(numbers);
    for (size_t i = 0; i < count; i++)
        numbers[i] = cedar_value_long((int64_t)(i * 7919 % count / 2));
    assert_int_equal(cedar_set_build(&arena, numbers, count, &fault, &value), ERROR_OK);
    assert_int_equal(value.set->count, count / 2);
    assert_true(arena.used <= (count + 16) * sizeof *numbers);
    for (size_t i = 0; i < count; i += count / 64) {
        assert_true(cedar_set_has(value.set, cedar_value_long((int64_t)i / 2)));
        assert_false(cedar_set_has(value.set, cedar_value_long(-(int64_t)i - 1)));
    }
    free(numbers);
    arena_free(&arena);
}

static void deep_json(void **state)
{
    (void)state;
    static const struct {
        const char *open, *inside, *close;
        size_t levels;
        enum error error;
    } rows[] = {
        {"[", "1", "]", CEDAR_VALUE_DEPTH_MAX - 1, ERROR_OK},
        {"[", "1", "]", CEDAR_VALUE_DEPTH_MAX, ERROR_CEDAR_VALUE_DEPTH},
        {"{\"a\":", "1", "}", CEDAR_VALUE_DEPTH_MAX - 1, ERROR_OK},
        {"{\"a\":", "1", "}", CEDAR_VALUE_DEPTH_MAX, ERROR_CEDAR_VALUE_DEPTH},
        {"[", "1", "]", JSON_DEPTH_MAX, ERROR_CEDAR_VALUE_DEPTH},
        {"[", "1", "]", JSON_DEPTH_MAX + 1, ERROR_JSON_DEPTH},
        {"[", "1", "]", 1000000, ERROR_JSON_DEPTH},
        {"{\"a\":", "1", "}", 1000000, ERROR_JSON_DEPTH},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct buffer text = {0};
        struct cedar_symbols *symbols = new_symbols();
        struct cedar_value value;
        const struct json *json;
        struct fault fault = {0};
        repeat(&text, rows[i].open, rows[i].levels);
        buffer_append_text(&text, rows[i].inside);
        repeat(&text, rows[i].close, rows[i].levels);
        enum error error = json_parse(buffer_view(&text), &arena, &fault, &json);
        if (!error)
            error = cedar_json_value(json, symbols, &arena, &fault, &value);
        if (error != rows[i].error)
            fail_msg("row %zu: %s", i, error_name(error));
        assert_int_equal(fault.error, error);
        cedar_symbols_free(symbols);
        buffer_free(&text);
        arena_free(&arena);
    }
    /* Policies: two levels of JSON for each of an expression. */
    for (size_t levels = 100; levels < 200000; levels *= 1000) {
        struct arena arena = {0};
        struct buffer text = {0};
        struct cedar_policies *policies;
        const struct json *json = NULL;
        struct fault fault = {0};
        buffer_append_text(
            &text, "{\"effect\":\"permit\",\"principal\":{\"op\":\"All\"},\"action\":{\"op\":"
                   "\"All\"},\"resource\":{\"op\":\"All\"},\"conditions\":[{\"kind\":\"when\","
                   "\"body\":");
        repeat(&text, "{\"!\":{\"arg\":", levels);
        buffer_append_text(&text, "{\"Value\":true}");
        repeat(&text, "}}", levels);
        buffer_append_text(&text, "}]}");
        enum error error = json_parse(buffer_view(&text), &arena, &fault, &json);
        assert_int_equal(cedar_policies_create(&policies), ERROR_OK);
        if (!error)
            error = cedar_json_policy_add(policies, json, BYTES_LITERAL("p"), &fault);
        assert_int_equal(error, levels == 100 ? ERROR_OK : ERROR_JSON_DEPTH);
        cedar_policies_free(policies);
        buffer_free(&text);
        arena_free(&arena);
    }
}

/* --- Entities ------------------------------------------------------------------------------ */

static void too_many_parents(void **state)
{
    (void)state;
    struct cedar_symbols *symbols = new_symbols();
    struct cedar_entities *entities;
    const struct cedar_uid *parent = uid(symbols, "G", "g", 0);
    const struct cedar_entity entity = {
        .uid = uid(symbols, "E", "e", 0),
        .parents = &parent,
        .parent_count = CEDAR_PARENTS_MAX + 1};
    struct fault fault = {0};
    assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
    assert_int_equal(cedar_entities_add(entities, &entity, &fault), ERROR_TOO_LARGE);
    assert_string_equal(fault.place, "E::\"e0\"");
    assert_int_equal(cedar_entities_count(entities), 0);
    cedar_entities_free(entities);
    cedar_symbols_free(symbols);
}

/* Each in one of a thousand groups, each of which is in one of ten. */
static void many_entities(void **state)
{
    (void)state;
    size_t count = many(20000, 1000000);
    struct cedar_symbols *symbols = new_symbols();
    struct cedar_entities *entities;
    const struct cedar_uid **names = calloc(count, sizeof *names), *groups[1000], *tops[10];
    assert_non_null(names);
    for (size_t i = 0; i < count; i++)
        names[i] = uid(symbols, "E", "e", i);
    for (size_t i = 0; i < 1000; i++)
        groups[i] = uid(symbols, "G", "g", i);
    for (size_t i = 0; i < 10; i++)
        tops[i] = uid(symbols, "T", "t", i);
    assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
    failing_alloc_after(LONG_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct cedar_entity entity = {
            .uid = names[i], .parents = &groups[i % 1000], .parent_count = 1};
        assert_int_equal(cedar_entities_add(entities, &entity, NULL), ERROR_OK);
    }
    for (size_t i = 0; i < 1000; i++) {
        const struct cedar_entity entity = {
            .uid = groups[i], .parents = &tops[i % 10], .parent_count = 1};
        assert_int_equal(cedar_entities_add(entities, &entity, NULL), ERROR_OK);
    }
    assert_int_equal(cedar_entities_freeze(entities, NULL), ERROR_OK);
    (void)failing_alloc_stop();
    /* Blocks of a MiB, lists that double: far fewer than there are entities. */
    assert_true((size_t)failing_alloc_count() < 100 + count / 1000);
    assert_int_equal(cedar_entities_count(entities), count + 1000);
    for (size_t i = 0; i < count; i += 997) {
        assert_true(cedar_entities_in(entities, names[i], tops[i % 10]));
        assert_false(cedar_entities_in(entities, names[i], tops[(i + 1) % 10]));
    }
    cedar_entities_free(entities);
    cedar_symbols_free(symbols);
    free(names);
}

/* One below very many, and very many below one another. */
static void wide_and_long_hierarchies(void **state)
{
    (void)state;
    size_t count = many(20000, CEDAR_PARENTS_MAX);
    struct cedar_symbols *symbols = new_symbols();
    struct cedar_entities *entities;
    const struct cedar_uid **names = calloc(count, sizeof *names);
    assert_non_null(names);
    for (size_t i = 0; i < count; i++)
        names[i] = uid(symbols, "E", "e", i);
    struct cedar_entity wide = {
        .uid = uid(symbols, "W", "w", 0), .parents = names, .parent_count = count};
    assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
    assert_int_equal(cedar_entities_add(entities, &wide, NULL), ERROR_OK);
    assert_int_equal(cedar_entities_freeze(entities, NULL), ERROR_OK);
    for (size_t i = 0; i < count; i += 997)
        assert_true(cedar_entities_in(entities, wide.uid, names[i]));
    assert_false(cedar_entities_in(entities, wide.uid, uid(symbols, "E", "f", 0)));
    cedar_entities_free(entities);
    /* Of a chain all ancestors together are half its square: at 8,193 they are too many. */
    static const struct {
        size_t length;
        enum error error;
    } chains[] = {
        {1000, ERROR_OK}, {8192, ERROR_OK}, {8194, ERROR_TOO_LARGE}, {50000, ERROR_TOO_LARGE}};
    for (size_t c = 0; c < many(1, sizeof chains / sizeof *chains); c++) {
        struct fault fault = {0};
        assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
        for (size_t i = 0; i + 1 < chains[c].length; i++) {
            struct cedar_entity link = {
                .uid = names[i], .parents = &names[i + 1], .parent_count = 1};
            assert_int_equal(cedar_entities_add(entities, &link, NULL), ERROR_OK);
        }
        assert_int_equal(cedar_entities_freeze(entities, &fault), chains[c].error);
        assert_int_equal(fault.error, chains[c].error);
        cedar_entities_free(entities);
    }
    /* A ring is found however long it is. */
    assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
    for (size_t i = 0; i < count; i++) {
        struct cedar_entity link = {
            .uid = names[i], .parents = &names[(i + 1) % count], .parent_count = 1};
        assert_int_equal(cedar_entities_add(entities, &link, NULL), ERROR_OK);
    }
    assert_int_equal(cedar_entities_freeze(entities, NULL), ERROR_CEDAR_CYCLE);
    cedar_entities_free(entities);
    cedar_symbols_free(symbols);
    free(names);
}

/* --- Policies ------------------------------------------------------------------------------ */

/* As many as a set may have, in texts that are as long as a text may be. */
static void assert_policies_are_limited(void)
{
    static const char policy[] = "permit(principal,action,resource);";
    struct cedar_policies *policies;
    struct buffer text = {0};
    struct fault fault = {0};
    size_t in_a_text = CEDAR_POLICIES_MAX / 4;
    repeat(&text, policy, in_a_text);
    assert_int_equal(cedar_policies_create(&policies), ERROR_OK);
    for (int i = 0; i < 4; i++) {
        char prefix[8];
        snprintf(prefix, sizeof prefix, "%d/", i);
        const struct cedar_naming naming = {.prefix = bytes_of(prefix)};
        assert_int_equal(cedar_policies_add(policies, buffer_view(&text), &naming, NULL), ERROR_OK);
    }
    assert_int_equal(
        cedar_policies_add(policies, BYTES_LITERAL(policy), NULL, &fault), ERROR_TOO_LARGE);
    assert_string_equal(fault.expected, "at most 1048576 policies");
    assert_int_equal(cedar_policies_count(policies), CEDAR_POLICIES_MAX);
    cedar_policies_free(policies);
    buffer_free(&text);
}

static void many_policies(void **state)
{
    (void)state;
    size_t count = many(5000, 100000);
    struct buffer text = {0};
    struct fault fault;
    struct cedar_policies *policies;
    struct cedar_program *program;
    struct cedar_symbols *symbols = new_symbols();
    for (size_t i = 0; i < count; i++)
        buffer_printf(
            &text,
            "permit(principal == User::\"u%zu\", action == Action::\"view\", resource)"
            " when { context has n || [%zu, 1].contains(%zu) };\n",
            i, i, i);
    assert_int_equal(read_policies(&text, &fault, &policies), ERROR_OK);
    failing_alloc_after(LONG_MAX);
    assert_int_equal(cedar_compile(policies, symbols, NULL, &program), ERROR_OK);
    (void)failing_alloc_stop();
    /* A stack for what each policy computes beforehand, besides blocks and lists. */
    assert_true((size_t)failing_alloc_count() < 200 + 8 * count);
    size_t scratch_size = cedar_program_scratch_size(program);
    assert_true(scratch_size < 1000 + 64 * count);
    void *scratch = malloc(scratch_size);
    assert_non_null(scratch);
    for (size_t i = 0; i < count; i += count / 10) {
        const struct cedar_request request = {
            .principal = uid(symbols, "User", "u", i),
            .action = uid(symbols, "Action", "view", 0),
            .resource = uid(symbols, "File", "f", 0),
        };
        struct cedar_request asked = request;
        struct cedar_response response;
        assert_int_equal(
            cedar_intern_uid(
                symbols, BYTES_LITERAL("Action"), BYTES_LITERAL("view"), &asked.action),
            ERROR_OK);
        failing_alloc_after(0);
        cedar_authorize(program, &asked, NULL, scratch, &response);
        assert_false(failing_alloc_stop());
        assert_int_equal(response.decision, CEDAR_ALLOW);
        assert_int_equal(response.determining_count, 1);
        assert_int_equal(response.determining[0], i);
        cedar_authorize(program, &request, NULL, scratch, &response);
        assert_int_equal(response.decision, CEDAR_DENY);
    }
    free(scratch);
    cedar_program_free(program);
    cedar_policies_free(policies);
    cedar_symbols_free(symbols);
    if (getenv("ENDUSE_DEEP")) /* half a GiB */
        assert_policies_are_limited();
}

/* An explanation tells of so much and no more, however much a condition asks. */
static void long_explanations(void **state)
{
    (void)state;
    size_t count = many(2000, 100000);
    struct buffer text = {0};
    struct arena arena = {0};
    struct fault fault;
    struct cedar_policies *policies;
    struct cedar_program *program;
    struct cedar_symbols *symbols = new_symbols();
    struct cedar_explanation explanation;
    buffer_append_text(&text, "permit(principal, action, resource) when { [");
    for (size_t i = 0; i < count; i++)
        buffer_printf(&text, "context.a%zu, ", i);
    buffer_append_text(&text, "principal].isEmpty() };");
    assert_int_equal(read_policies(&text, &fault, &policies), ERROR_OK);
    assert_int_equal(cedar_compile(policies, symbols, NULL, &program), ERROR_OK);
    const struct cedar_request request = {
        .principal = uid(symbols, "U", "u", 0),
        .action = uid(symbols, "Action", "a", 0),
        .resource = uid(symbols, "R", "r", 0),
    };
    assert_int_equal(
        cedar_explain(program, symbols, &request, NULL, &arena, NULL, &explanation), ERROR_OK);
    assert_int_equal(explanation.permit_count, 1);
    assert_int_equal(explanation.permits[0].condition_count, 1);
    assert_int_equal(explanation.permits[0].conditions[0].seen_count, CEDAR_SEEN_MAX);
    arena_free(&arena);
    cedar_program_free(program);
    cedar_policies_free(policies);
    cedar_symbols_free(symbols);
}

/* --- Schemas and checking ------------------------------------------------------------------ */

static struct cedar_schema *read_schema(struct buffer *text)
{
    struct cedar_schema *schema = NULL;
    struct fault fault = {0};
    if (cedar_schema_parse(buffer_view(text), &fault, &schema))
        fail_msg("%s %s", fault.place, error_name(fault.error));
    buffer_free(text);
    return schema;
}

static void many_types_and_choices(void **state)
{
    (void)state;
    size_t count = many(1000, CEDAR_SCHEMA_DECLARATIONS_MAX - 2), choices = 60000;
    struct buffer text = {0}, name = {0};
    struct fault fault;
    struct cedar_policies *policies;
    buffer_append_text(&text, "entity E0; entity C enum [\"0\"");
    for (size_t i = 1; i < choices; i++)
        buffer_printf(&text, ",\"%zu\"", i);
    buffer_append_text(&text, "];");
    for (size_t i = 1; i < count; i++)
        buffer_printf(&text, "entity E%zu in[E%zu];", i, i - 1);
    buffer_append_text(&text, "action a appliesTo {principal: C, resource: C};");
    struct cedar_schema *schema = read_schema(&text);
    buffer_printf(&name, "E%zu", count - 1);
    const struct cedar_entity_type *first = cedar_schema_entity_type(schema, BYTES_LITERAL("E0"));
    const struct cedar_entity_type *last = cedar_schema_entity_type(schema, buffer_view(&name));
    assert_true(cedar_schema_type_descends(schema, last, first));
    assert_false(cedar_schema_type_descends(schema, first, last));
    buffer_free(&name);
    /* Each choice is looked up, and so is what is none: as many as there are steps for. */
    buffer_append_text(&text, "permit(principal, action, resource) when { [");
    for (size_t i = 0; i < choices; i++)
        buffer_printf(&text, "C::\"%zu\",", i);
    buffer_append_text(&text, "].contains(principal) };");
    assert_int_equal(read_policies(&text, &fault, &policies), ERROR_OK);
    assert_int_equal(cedar_check_policies(schema, policies, NULL, &fault), ERROR_OK);
    cedar_policies_free(policies);
    /* What nobody will read is not put into words. */
    buffer_append_text(&text, "permit(principal, action, resource) when { false && [");
    for (size_t i = 0; i < choices; i++)
        buffer_printf(&text, "C::\"x%zu\", E%zux::\"\", Action::\"y%zu\",", i, i, i);
    buffer_append_text(&text, "].contains(principal) };");
    assert_int_equal(read_policies(&text, &fault, &policies), ERROR_OK);
    struct cedar_findings findings = {.limit = 3};
    assert_int_equal(cedar_check_policies(schema, policies, &findings, &fault), ERROR_CHECK_ENTITY);
    assert_int_equal(findings.count, 3);
    cedar_findings_free(&findings);
    cedar_policies_free(policies);
    cedar_schema_free(schema);
}

/* Policies of which checking would take steps without end: in comparing records, in comparing
 * paths, and in going through what is known. */
static void checking_ends(void **state)
{
    (void)state;
    struct buffer text = {0}, policy[3] = {{0}, {0}, {0}};
    buffer_append_text(
        &text, "entity U {o?: Long, u: U, l: Long"
               "}; action a appliesTo {principal: U, resource: U};");
    struct cedar_schema *schema = read_schema(&text);
    for (int i = 0; i < 3; i++)
        buffer_append_text(&policy[i], "permit(principal, action, resource)");
    /* One record with its fields in order, and one in the other. */
    enum { FIELDS = 6000 };
    for (int times = 0; times < 3; times++) {
        buffer_append_text(&policy[0], " when { {o: principal");
        for (int i = 0; i < FIELDS; i++)
            buffer_printf(&policy[0], ", f%d: 1", times % 2 ? FIELDS - i : i + 1);
        buffer_append_text(&policy[0], times ? "}.o.o == 1 }" : "}.o has o }");
    }
    /* A path that is as long as may be, known and asked for again and again. */
    enum { PATH = CEDAR_TREE_DEPTH_MAX - 10 };
    for (int times = 0; times < 8000; times++) {
        if (times == 20 && policy[1].length > CEDAR_TEXT_MAX - 20 * PATH)
            break;
        buffer_append_text(&policy[1], " when { principal");
        repeat(&policy[1], ".u", PATH);
        buffer_append_text(&policy[1], times ? ".o == 1 }" : " has o }");
    }
    /* So much that is known that looking through it takes all steps. */
    for (int i = 0; i < 6000; i++)
        buffer_printf(
            &policy[2], " when { (if %d < principal.l then principal else resource) has o }", i);
    for (int i = 0; i < 2000; i++)
        buffer_append_text(&policy[2], " when { principal has o }");
    for (int i = 0; i < 3; i++) {
        struct cedar_policies *policies;
        struct fault fault;
        buffer_append_text(&policy[i], ";");
        assert_int_equal(read_policies(&policy[i], &fault, &policies), ERROR_OK);
        enum error error = cedar_check_policies(schema, policies, NULL, &fault);
        if (error != ERROR_CHECK_LIMIT)
            fail_msg("policy %d: %s %s", i, error_name(error), fault.place);
        assert_string_equal(fault.expected, "a policy that is checked in 16777216 steps");
        cedar_policies_free(policies);
    }
    cedar_schema_free(schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_lists_in_text),
        cmocka_unit_test(many_annotations),
        cmocka_unit_test(long_tokens),
        cmocka_unit_test(patterns_that_tempt_to_go_back),
        cmocka_unit_test(large_values),
        cmocka_unit_test(deep_json),
        cmocka_unit_test(too_many_parents),
        cmocka_unit_test(many_entities),
        cmocka_unit_test(wide_and_long_hierarchies),
        cmocka_unit_test(many_policies),
        cmocka_unit_test(long_explanations),
        cmocka_unit_test(many_types_and_choices),
        cmocka_unit_test(checking_ends),
    };
    return cmocka_run_group_tests_name("cedar_limits", tests, NULL, NULL);
}

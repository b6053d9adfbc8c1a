/* Values, requests and entities against a schema: what conforms, what does not and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "cedar_check_schema.h"
#include "failing_alloc.h"

/* Data: made of expressions without variables. */

struct world {
    struct cedar_schema *schema;
    struct cedar_symbols *symbols;
    struct arena arena;
};

static void world_begin(struct world *world)
{
    *world = (struct world){.schema = parse_schema()};
    assert_int_equal(cedar_symbols_create(NULL, 1, &world->symbols), ERROR_OK);
}

static void world_end(struct world *world)
{
    arena_free(&world->arena);
    cedar_symbols_free(world->symbols);
    cedar_schema_free(world->schema);
}

static struct cedar_value value_of(struct world *world, const char *text)
{
    const struct cedar_expr *expr = NULL;
    struct cedar_value value = {0};
    struct cedar_request request = {0};
    struct fault fault = {0};
    char words[500];
    if (cedar_expr_parse(bytes_of(text), &world->arena, &fault, &expr) ||
        cedar_evaluate(expr, world->symbols, &request, NULL, &world->arena, &fault, &value))
        fail_msg("%s: %s", text, fault_text(&fault, words, sizeof words));
    return value;
}

static const struct cedar_uid *uid_of(struct world *world, const char *type, const char *id)
{
    const struct cedar_uid *uid = NULL;
    assert_int_equal(
        cedar_intern_uid(world->symbols, bytes_of(type), bytes_of(id), &uid), ERROR_OK);
    return uid;
}

static const struct cedar_record *record_of(struct world *world, const char *text)
{
    if (!text)
        return NULL;
    struct cedar_value value = value_of(world, text);
    assert_int_equal(value.kind, CEDAR_RECORD);
    return value.record;
}

static void values_must_conform(void **state)
{
    (void)state;
    static const struct {
        const char *attribute, *value, *words; /* NULL: it conforms */
    } rows[] = {
        {"n", "\"x\"", NULL},
        {"l", "1", NULL},
        {"bb", "true", NULL},
        {"d", "decimal(\"1.0\")", NULL},
        {"dt", "datetime(\"2026-01-01\")", NULL},
        {"du", "duration(\"1h\")", NULL},
        {"ip", "ip(\"::1\")", NULL},
        {"s", "[1, 2]", NULL},
        {"s", "[]", NULL},
        {"u", "U::\"any\"", NULL},
        {"act", "Action::\"view\"", NULL},
        {"r", "{a: 1}", NULL},
        {"r", "{q: {z: 1}, b: 2, a: 1}", NULL},
        {"n", "1", "$: a value of the wrong type (expected String, found Long)"},
        {"l", "decimal(\"1.0\")", "$: a value of the wrong type (expected Long, found decimal)"},
        {"s", "[1, \"a\"]", "$: a value of the wrong type (expected Long, found String)"},
        {"s", "{}", "$: a value of the wrong type (expected Set<Long>, found Record)"},
        {"sg", "[G::\"x\", D::\"x\"]", "$: a value of the wrong type (expected G, found D::\"x\")"},
        {"act", "Action::\"viwe\"",
         "$: an action that the schema does not have (expected an action of the schema; perhaps "
         "Action::\"view\", found Action::\"viwe\")"},
        {"act", "N::Action::\"go\"",
         "$: a value of the wrong type (expected Action, found N::Action::\"go\")"},
        {"r", "1", "$: a value of the wrong type (expected a record, found Long)"},
        {"r", "{b: 1}", "$.a: a required attribute is missing (expected Long)"},
        {"r", "{a: 1, q: {z: \"\"}}",
         "$.q.z: a value of the wrong type (expected Long, found String)"},
        {"r", "{a: 1, bb: 2}",
         "$.bb: an attribute that the schema does not have here (expected an attribute that is "
         "declared; perhaps \"b\", found \"bb\")"},
        {"r", "{a: \"\", b: \"\", q: 1}",
         "$.a: a value of the wrong type (expected Long, found String)"},
        {"n", "duration(\"1h\")", "$: a value of the wrong type (expected String, found duration)"},
        {"l", "datetime(\"2026-01-01\")",
         "$: a value of the wrong type (expected Long, found datetime)"},
        {"ip", "\"1.2.3.4\"", "$: a value of the wrong type (expected ipaddr, found String)"},
        {"d", "ip(\"::1\")", "$: a value of the wrong type (expected decimal, found ipaddr)"},
        {"u", "1", "$: a value of the wrong type (expected U, found Long)"},
        {"u", "[U::\"a\"]", "$: a value of the wrong type (expected U, found Set)"},
        {"u", "{}", "$: a value of the wrong type (expected U, found Record)"},
        {"u", "G::\"g\"", "$: a value of the wrong type (expected U, found G::\"g\")"},
        {"u", "UuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuU::\"g\"",
         "$: a value of the wrong type (expected U, found "
         "Uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu::\"g\")"},
        {"r", "[1]", "$: a value of the wrong type (expected a record, found Set)"},
        {"r", "U::\"a\"", "$: a value of the wrong type (expected a record, found U::\"a\")"},
        {"s", "U::\"a\"", "$: a value of the wrong type (expected Set<Long>, found U::\"a\")"},
        {"s", "1", "$: a value of the wrong type (expected Set<Long>, found Long)"},
        {"n", "[1]", "$: a value of the wrong type (expected String, found Set)"},
        {"n", "{}", "$: a value of the wrong type (expected String, found Record)"},
        {"s", "[\"a\", 1]", "$: a value of the wrong type (expected Long, found String)"},
        {"r", "{q: {z: \"\"}, b: \"\", a: 1}",
         "$.b: a value of the wrong type (expected Long, found String)"},
        {"r", "{b: \"\", zz: 1, a: 1}",
         "$.b: a value of the wrong type (expected Long, found String)"},
        {"r", "{zz: 1, b: \"\", a: 1}",
         "$.b: a value of the wrong type (expected Long, found String)"},
        {"r", "{q: {}, b: 1}", "$.a: a required attribute is missing (expected Long)"},
    };
    struct world world;
    world_begin(&world);
    const struct cedar_entity_type *type =
        cedar_schema_entity_type(world.schema, BYTES_LITERAL("U"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault = {0};
        char words[500];
        const struct cedar_attribute *attribute =
            cedar_record_type_attribute(&type->attributes, bytes_of(rows[i].attribute));
        enum error error = cedar_check_value(
            world.schema, attribute->type, value_of(&world, rows[i].value), &fault);
        assert_int_equal(fault.error, error);
        if (!rows[i].words) {
            assert_int_equal(error, ERROR_OK);
            continue;
        }
        assert_string_equal(fault_text(&fault, words, sizeof words), rows[i].words);
        assert_int_equal(
            cedar_check_value(world.schema, attribute->type, value_of(&world, rows[i].value), NULL),
            error);
    }
    /* A record that is not there is an empty one. */
    struct fault fault = {0};
    static const struct cedar_record_type none;
    assert_int_equal(cedar_check_record(world.schema, &none, NULL, &fault), ERROR_OK);
    assert_int_equal(
        cedar_check_record(world.schema, &none, record_of(&world, "{}"), &fault), ERROR_OK);
    assert_int_equal(
        cedar_check_record(world.schema, &none, record_of(&world, "{a: 1}"), &fault),
        ERROR_CHECK_ATTRIBUTE);
    assert_string_equal(fault.place, "$.a");
    assert_int_equal(
        cedar_check_record(world.schema, &type->attributes, NULL, &fault), ERROR_CHECK_MISSING);
    assert_string_equal(fault.place, "$.n");
    world_end(&world);
}

static void requests_must_conform(void **state)
{
    (void)state;
    static const struct {
        const char *principal, *action[2], *resource[2], *context;
        enum error error;
        const char *place;
    } rows[] = {
        {"U", {"Action", "view"}, {"D", "d"}, "{c: 1}", ERROR_OK, ""},
        {"H", {"Action", "view"}, {"D", "d"}, "{c: 1, oo: {k: {}}}", ERROR_OK, ""},
        {"U", {"Action", "edit"}, {"E", "x"}, NULL, ERROR_OK, ""},
        {"U", {"Action", "edit"}, {"E", "z"}, NULL, ERROR_CHECK_ENTITY, "resource"},
        {"U", {"Action", "edit"}, {"N::A", "z"}, NULL, ERROR_CHECK_APPLIES, "resource"},
        {"D", {"Action", "edit"}, {"D", "d"}, NULL, ERROR_CHECK_APPLIES, "principal"},
        {"Q", {"Action", "edit"}, {"D", "d"}, NULL, ERROR_CHECK_ENTITY_TYPE, "principal"},
        {"U", {"Action", "grp"}, {"D", "d"}, NULL, ERROR_CHECK_APPLIES, "action"},
        {"U", {"Action", "nope"}, {"D", "d"}, NULL, ERROR_CHECK_ACTION, "action"},
        {"U", {"N::Action", "view"}, {"D", "d"}, NULL, ERROR_CHECK_ACTION, "action"},
        {"U", {"Action", "view"}, {"D", "d"}, NULL, ERROR_CHECK_MISSING, "context: $.c"},
        {"U", {"Action", "view"}, {"D", "d"}, "{c: true}", ERROR_CHECK_VALUE, "context: $.c"},
        {"U",
         {"Action", "view"},
         {"D", "d"},
         "{c: 1, oo: {k: {m: \"\"}}}",
         ERROR_CHECK_VALUE,
         "context: $.oo.k.m"},
        {"U", {"Action", "edit"}, {"D", "d"}, "{c: 1}", ERROR_CHECK_ATTRIBUTE, "context: $.c"},
    };
    struct world world;
    world_begin(&world);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault = {0};
        const struct cedar_request request = {
            .principal = uid_of(&world, rows[i].principal, "p"),
            .action = uid_of(&world, rows[i].action[0], rows[i].action[1]),
            .resource = uid_of(&world, rows[i].resource[0], rows[i].resource[1]),
            .context = record_of(&world, rows[i].context),
        };
        assert_int_equal(cedar_check_request(world.schema, &request, &fault), rows[i].error);
        assert_string_equal(fault.place, rows[i].place);
        assert_int_equal(cedar_check_request(world.schema, &request, NULL), rows[i].error);
    }
    world_end(&world);
}

static void entities_must_conform(void **state)
{
    (void)state;
    static const struct {
        const char *uid[2], *attributes, *tags, *parents[2][2];
        enum error error;
        const char *place;
    } rows[] = {
        {{"D", "d"}, "{n: \"\"}", NULL, {{0}}, ERROR_OK, ""},
        {{"F", "f"}, NULL, NULL, {{"E", "x"}, {"G", "any"}}, ERROR_OK, ""}, /* through H */
        {{"E", "x"}, NULL, NULL, {{0}}, ERROR_OK, ""},
        {{"G", "g"}, NULL, NULL, {{"G", "h"}}, ERROR_OK, ""},
        {{"Q", "q"}, NULL, NULL, {{0}}, ERROR_CHECK_ENTITY_TYPE, "Q::\"q\""},
        {{"D", "d"}, NULL, NULL, {{0}}, ERROR_CHECK_MISSING, "D::\"d\": $.n"},
        {{"U", "u"}, "{n: \"\"}", NULL, {{0}}, ERROR_CHECK_MISSING, "U::\"u\": $.l"},
        {{"U", "u"}, "{n: \"\", l: 1}", NULL, {{0}}, ERROR_CHECK_MISSING, "U::\"u\": $.r"},
        {{"D", "d"}, "{n: 1}", NULL, {{0}}, ERROR_CHECK_VALUE, "D::\"d\": $.n"},
        {{"D", "d"}, "{n: \"\", m: 1}", NULL, {{0}}, ERROR_CHECK_ATTRIBUTE, "D::\"d\": $.m"},
        {{"F", "f"},
         "{deep: [{k: [1]}, {k: [true]}]}",
         NULL,
         {{0}},
         ERROR_CHECK_VALUE,
         "F::\"f\": $.deep.k"},
        {{"F", "f"}, "{e: E::\"z\"}", NULL, {{0}}, ERROR_CHECK_ENTITY, "F::\"f\": $.e"},
        {{"F", "f"}, "{act: Action::\"nope\"}", NULL, {{0}}, ERROR_CHECK_ACTION, "F::\"f\": $.act"},
        {{"F", "f"}, NULL, NULL, {{"E", "z"}}, ERROR_CHECK_ENTITY, "F::\"f\": parent"},
        {{"F", "f"}, NULL, NULL, {{"D", "z"}}, ERROR_CHECK_PARENT, "F::\"f\""},
        {{"F", "f"}, NULL, NULL, {{"F", "g"}}, ERROR_CHECK_PARENT, "F::\"f\""},
        {{"F", "f"}, NULL, NULL, {{"Q", "g"}}, ERROR_CHECK_PARENT, "F::\"f\""},
        {{"F", "f"}, NULL, "{a: \"\"}", {{0}}, ERROR_CHECK_TAG, "F::\"f\": $.tags.a"},
        {{"F", "f"}, NULL, "{b: 1, a: 2, c: 3}", {{0}}, ERROR_CHECK_TAG, "F::\"f\": $.tags.a"},
        {{"T", "t"}, NULL, "{a: 1, b: 2}", {{0}}, ERROR_OK, ""},
        {{"T", "t"}, NULL, "{a: 1, b: \"\"}", {{0}}, ERROR_CHECK_VALUE, "T::\"t\": $.tags.b"},
        {{"T", "t"},
         NULL,
         "{d: \"\", a: 1, b: \"\", c: \"\"}",
         {{0}},
         ERROR_CHECK_VALUE,
         "T::\"t\": $.tags.b"},
        {{"E", "z"}, NULL, NULL, {{0}}, ERROR_CHECK_ENTITY, "entity"},
        {{"E", "x"}, "{a: 1}", NULL, {{0}}, ERROR_CHECK_ATTRIBUTE, "E::\"x\": $.a"},
        {{"E", "x"}, NULL, NULL, {{"G", "g"}}, ERROR_CHECK_PARENT, "E::\"x\""},
        {{"E", "x"}, NULL, "{a: \"\"}", {{0}}, ERROR_CHECK_TAG, "E::\"x\": $.tags.a"},

        {{"Action", "view"}, NULL, NULL, {{"Action", "grp"}, {"Action", "top"}}, ERROR_OK, ""},
        {{"Action", "edit"}, NULL, NULL, {{0}}, ERROR_OK, ""},
        {{"Action", "view"},
         NULL,
         NULL,
         {{"Action", "grp"}},
         ERROR_CHECK_PARENT,
         "Action::\"view\""},
        {{"Action", "edit"},
         NULL,
         NULL,
         {{"Action", "grp"}},
         ERROR_CHECK_PARENT,
         "Action::\"edit\""},
        {{"Action", "edit"}, NULL, NULL, {{"G", "g"}}, ERROR_CHECK_PARENT, "Action::\"edit\""},
        {{"Action", "nope"}, NULL, NULL, {{0}}, ERROR_CHECK_ACTION, "entity"},
        {{"Action", "edit"}, "{a: 1}", NULL, {{0}}, ERROR_CHECK_ATTRIBUTE, "Action::\"edit\": $.a"},
        {{"Action", "edit"},
         NULL,
         "{a: \"\"}",
         {{0}},
         ERROR_CHECK_TAG,
         "Action::\"edit\": $.tags.a"},
    };
    struct world world;
    world_begin(&world);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault = {0};
        const struct cedar_uid *parents[2];
        struct cedar_record *attributes = NULL;
        struct cedar_entity entity = {.uid = uid_of(&world, rows[i].uid[0], rows[i].uid[1])};
        if (rows[i].attributes) {
            /* The store takes attributes that may be changed; what was evaluated is copied. */
            const struct cedar_record *record = record_of(&world, rows[i].attributes);
            attributes = ARENA_NEW(&world.arena, struct cedar_record);
            *attributes = *record;
        }
        entity.attributes = attributes;
        entity.tags = record_of(&world, rows[i].tags);
        entity.parents = parents;
        for (; entity.parent_count < 2 && rows[i].parents[entity.parent_count][0];
             entity.parent_count++)
            parents[entity.parent_count] = uid_of(
                &world, rows[i].parents[entity.parent_count][0],
                rows[i].parents[entity.parent_count][1]);
        enum error error = cedar_check_entity(world.schema, NULL, &entity, &fault);
        if (error != rows[i].error || strcmp(fault.place, rows[i].place) != 0)
            fail_msg("row %zu: %s at %s", i, error_name(error), fault.place);
        assert_int_equal(cedar_check_entity(world.schema, NULL, &entity, NULL), error);
    }
    world_end(&world);
}

static void groups_of_actions_may_stand_in_the_store(void **state)
{
    (void)state;
    struct world world;
    world_begin(&world);
    const struct cedar_uid *view = uid_of(&world, "Action", "view"),
                           *group = uid_of(&world, "Action", "grp"),
                           *top = uid_of(&world, "Action", "top");
    for (int whole = 0; whole < 2; whole++) {
        struct cedar_entities *entities = NULL;
        struct fault fault = {0};
        const struct cedar_uid *const both[] = {group, top};
        const struct cedar_entity first = {
            .uid = view, .parents = both, .parent_count = 1 + (size_t)whole};
        const struct cedar_entity second = {.uid = group, .parents = &top, .parent_count = whole};
        assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
        assert_int_equal(cedar_entities_add(entities, &first, NULL), ERROR_OK);
        assert_int_equal(cedar_entities_add(entities, &second, NULL), ERROR_OK);
        assert_int_equal(cedar_entities_freeze(entities, NULL), ERROR_OK);
        assert_int_equal(
            cedar_check_entities(world.schema, entities, &fault),
            whole ? ERROR_OK : ERROR_CHECK_PARENT);
        assert_string_equal(fault.place, whole ? "" : "Action::\"view\"");
        for (long n = 0;; n++) {
            failing_alloc_after(n);
            enum error error = cedar_check_entity(world.schema, entities, &first, &fault);
            if (!failing_alloc_stop())
                break;
            assert_int_equal(error, ERROR_MEMORY);
            assert_string_equal(fault.place, "Action::\"view\"");
        }
        cedar_entities_free(entities);
    }
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_must_conform),
        cmocka_unit_test(requests_must_conform),
        cmocka_unit_test(entities_must_conform),
        cmocka_unit_test(groups_of_actions_may_stand_in_the_store),
    };
    return cmocka_run_group_tests_name("cedar_check_data", tests, NULL, NULL);
}

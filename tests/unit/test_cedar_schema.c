/* Schemas: the grammar, the rules of names, what is refused and where, the resolved model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/schema.h"
#include "failing_alloc.h"

static struct cedar_schema *parsed(const char *text)
{
    struct cedar_schema *schema = NULL;
    struct fault fault = {0};
    char words[500];
    if (cedar_schema_parse(bytes_of(text), &fault, &schema))
        fail_msg("%s\n%s", text, fault_text(&fault, words, sizeof words));
    return schema;
}

static const struct cedar_entity_type *type_of(const struct cedar_schema *schema, const char *name)
{
    const struct cedar_entity_type *type = cedar_schema_entity_type(schema, bytes_of(name));
    assert_non_null(type);
    return type;
}

static const struct cedar_attribute *
attribute_of(const struct cedar_record_type *record, const char *name)
{
    const struct cedar_attribute *attribute = cedar_record_type_attribute(record, bytes_of(name));
    assert_non_null(attribute);
    return attribute;
}

/* The type of the attribute x of the entity type A, as text. */
static void assert_type(const char *schema_text, const char *expected)
{
    struct cedar_schema *schema = parsed(schema_text);
    struct buffer buffer = {0};
    const struct cedar_entity_type *holder = cedar_schema_entity_type(schema, bytes_of("A"));
    if (!holder)
        holder = type_of(schema, "N::A");
    cedar_print_type(&buffer, attribute_of(&holder->attributes, "x")->type);
    assert_string_equal(buffer_text(&buffer), expected);
    buffer_free(&buffer);
    cedar_schema_free(schema);
}

static const char vocabulary[] =
    "// A small vocabulary.\n"
    "@version(\"1\") @draft\n"
    "namespace EndUse {\n"
    "  entity State, Region;\n"
    "  entity Agency in [State] = { @source(\"certificate\") governmental: Bool, };\n"
    "  entity Operator in Agency;\n"
    "  @closed entity Purpose enum [\"investigation\", \"prevention\", \"a\\u{62}c\"];\n"
    "  entity Offence in [State, Region] {\n"
    "    @source(\"certificate\") @unit(\"months\") maximum: Long,\n"
    "    \"with space\"?: Set<Purpose>,\n"
    "  } tags Set<String>;\n"
    "  type Approval = { body: Agency, kind?: Purpose, expires: datetime };\n"
    "  action act, \"all acts\";\n"
    "  @about(\"a use\")\n"
    "  action use in [act, EndUse::Action::\"all acts\"] appliesTo {\n"
    "    context: { time: datetime, @source(\"approval\") approval?: Approval },\n"
    "    resource: [Agency, Offence, Agency],\n"
    "    principal: Operator,\n"
    "  };\n"
    "  action see appliesTo { principal: State, resource: State, context: Approval };\n"
    "}\n";

static void the_model_is_what_the_text_says(void **state)
{
    (void)state;
    struct cedar_schema *schema = parsed(vocabulary);
    size_t count;
    const struct cedar_entity_type *types = cedar_schema_entity_types(schema, &count);
    static const char *const names[] = {"State",    "Region",  "Agency",
                                        "Operator", "Purpose", "Offence"};
    assert_int_equal(count, 6);
    for (size_t i = 0; i < count; i++) {
        char full[40];
        snprintf(full, sizeof full, "EndUse::%s", names[i]);
        assert_true(bytes_equal_text(types[i].name, full));
        assert_int_equal(types[i].index, i);
        assert_ptr_equal(type_of(schema, full), &types[i]);
        assert_ptr_equal(types[i].type.entity_type, &types[i]);
    }
    assert_int_equal(types[2].place.line, 5);
    assert_int_equal(types[2].place.column, 10);

    const struct cedar_entity_type *purpose = type_of(schema, "EndUse::Purpose");
    assert_true(purpose->is_enum);
    assert_int_equal(purpose->choice_count, 3);
    assert_true(cedar_entity_type_has_id(purpose, BYTES_LITERAL("abc")));
    assert_false(cedar_entity_type_has_id(purpose, BYTES_LITERAL("other")));
    assert_true(cedar_entity_type_has_id(&types[0], BYTES_LITERAL("any")));
    assert_non_null(cedar_schema_annotation(&purpose->annotations, "closed"));

    const struct cedar_entity_type *offence = type_of(schema, "EndUse::Offence");
    assert_int_equal(offence->attributes.count, 2);
    assert_true(bytes_equal_text(offence->attributes.attributes[0].name, "maximum"));
    const struct cedar_attribute *maximum = attribute_of(&offence->attributes, "maximum");
    assert_true(maximum->required);
    assert_int_equal(maximum->type->kind, CEDAR_TYPE_LONG);
    assert_int_equal(maximum->place.line, 9);
    assert_int_equal(maximum->place.column, 44);
    const struct bytes *source = cedar_schema_annotation(&maximum->annotations, "source");
    assert_non_null(source);
    assert_true(bytes_equal_text(*source, "certificate"));
    assert_null(cedar_schema_annotation(&maximum->annotations, "sourc"));
    assert_int_equal(maximum->annotations.count, 2);
    assert_false(attribute_of(&offence->attributes, "with space")->required);
    assert_null(cedar_record_type_attribute(&offence->attributes, BYTES_LITERAL("Maximum")));
    assert_int_equal(offence->tags->kind, CEDAR_TYPE_SET);
    assert_int_equal(offence->member_of_count, 2);
    assert_ptr_equal(offence->member_of[1], &types[1]);
    assert_null(types[0].tags);

    size_t namespace_count;
    const struct cedar_namespace *namespaces = cedar_schema_namespaces(schema, &namespace_count);
    assert_int_equal(namespace_count, 1);
    assert_true(bytes_equal_text(namespaces[0].name, "EndUse"));
    const struct bytes *version = cedar_schema_annotation(&namespaces[0].annotations, "version");
    assert_true(bytes_equal_text(*version, "1"));
    assert_false(namespaces[0].annotations.items[1].has_value);

    const struct cedar_common_type *commons = cedar_schema_common_types(schema, &count);
    assert_int_equal(count, 1);
    assert_true(bytes_equal_text(commons[0].name, "EndUse::Approval"));
    struct buffer buffer = {0};
    cedar_print_type(&buffer, commons[0].type);
    assert_string_equal(
        buffer_text(&buffer), "{body: EndUse::Agency, kind?: EndUse::Purpose, expires: datetime}");
    buffer_free(&buffer);
    cedar_schema_free(schema);
}

static void actions_know_what_they_apply_to(void **state)
{
    (void)state;
    struct cedar_schema *schema = parsed(vocabulary);
    size_t count;
    const struct cedar_action *actions = cedar_schema_actions(schema, &count);
    assert_int_equal(count, 4);
    const struct bytes type = BYTES_LITERAL("EndUse::Action");
    const struct cedar_action *use = cedar_schema_action(schema, type, BYTES_LITERAL("use"));
    assert_ptr_equal(use, &actions[2]);
    assert_null(cedar_schema_action(schema, BYTES_LITERAL("Action"), BYTES_LITERAL("use")));
    assert_true(use->applies);
    assert_false(actions[0].applies);
    assert_int_equal(use->principal_count, 1);
    assert_int_equal(use->resource_count, 2); /* Agency once */
    assert_ptr_equal(use->resources[1], type_of(schema, "EndUse::Offence"));
    assert_int_equal(use->context.count, 2);
    const struct cedar_attribute *approval = attribute_of(&use->context, "approval");
    assert_false(approval->required);
    assert_int_equal(approval->type->kind, CEDAR_TYPE_RECORD);
    assert_ptr_equal(
        attribute_of(approval->type->record, "body")->type->entity_type,
        type_of(schema, "EndUse::Agency"));
    assert_non_null(cedar_schema_annotation(&approval->annotations, "source"));
    assert_int_equal(actions[3].context.count, 3);
    assert_non_null(cedar_schema_annotation(&use->annotations, "about"));

    assert_true(use->type->is_action);
    assert_ptr_equal(use->type, cedar_schema_entity_type(schema, type));
    assert_true(cedar_schema_action_descends(schema, use, &actions[0]));
    assert_true(cedar_schema_action_descends(schema, use, &actions[1]));
    assert_false(cedar_schema_action_descends(schema, &actions[0], use));
    assert_false(cedar_schema_action_descends(schema, use, use));
    cedar_schema_free(schema);
}

static void descent_is_transitive(void **state)
{
    (void)state;
    struct cedar_schema *schema =
        parsed("entity A in B; entity B in [C, D]; entity C; entity D in D;"
               "action a in b; action b in M::Action::\"c\";"
               "namespace M { action c; }");
    const struct cedar_entity_type *a = type_of(schema, "A"), *b = type_of(schema, "B"),
                                   *c = type_of(schema, "C"), *d = type_of(schema, "D");
    assert_true(cedar_schema_type_descends(schema, a, b));
    assert_true(cedar_schema_type_descends(schema, a, c));
    assert_true(cedar_schema_type_descends(schema, a, d));
    assert_true(cedar_schema_type_descends(schema, d, d));
    assert_false(cedar_schema_type_descends(schema, a, a));
    assert_false(cedar_schema_type_descends(schema, c, d));
    assert_false(cedar_schema_type_descends(schema, b, a));
    assert_true(cedar_schema_type_descends(
        schema, type_of(schema, "Action"), type_of(schema, "M::Action")));
    assert_false(cedar_schema_type_descends(
        schema, type_of(schema, "M::Action"), type_of(schema, "Action")));
    assert_false(cedar_schema_type_descends(schema, a, type_of(schema, "Action")));
    size_t count;
    const struct cedar_action *actions = cedar_schema_actions(schema, &count);
    assert_true(cedar_schema_action_descends(schema, &actions[0], &actions[2]));
    cedar_schema_free(schema);
}

static void names_mean_what_is_nearest(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"entity A {x: B}; type B = Long;", "Long"},
        {"entity A {x: B}; entity B;", "B"},
        {"entity A {x: B}; entity B; type B = Long;", "Long"}, /* common before entity */
        {"namespace N { entity A {x: B}; entity B; }", "N::B"},
        {"namespace N { entity A {x: B}; } entity B;", "B"},
        {"namespace N { entity A {x: M::B}; } namespace M { entity B; }", "M::B"},
        {"entity A {x: Long};", "Long"},
        {"entity A {x: __cedar::Long};", "Long"},
        {"entity A {x: Long}; entity Long;", "Long"},
        {"entity A {x: ipaddr}; type ipaddr = String;", "String"},
        {"entity A {x: __cedar::ipaddr}; type ipaddr = String;", "ipaddr"},
        {"namespace N { entity A {x: Bool}; entity Bool; }", "N::Bool"},
        {"entity A {x: Action}; action a;", "Action"},
        {"namespace N { entity A {x: Action}; action a; }", "N::Action"},
        {"namespace N { entity A {x: Action}; } action a;", "Action"},
        {"namespace N { entity A {x: Action}; type Action = Bool; action a; }", "Bool"},
        {"entity A {x: Set}; entity Set;", "Set"},
        {"entity A {x: Set < Set<{y?: decimal,}> >};", "Set<Set<{y?: decimal}>>"},
        {"entity A = {x: {\"if\": duration, \"a b\"?: {}}};", "{\"if\": duration, \"a b\"?: {}}"},
        {"entity A {x: T}; type T = Set<U>; type U = {a: V}; type V = V2; type V2 = Bool;",
         "Set<{a: Bool}>"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_type(rows[i][0], rows[i][1]);
}

static void what_the_grammar_allows(void **state)
{
    (void)state;
    static const char *const good[] = {
        "",
        "// only a comment",
        "entity A;entity B{};entity C={};",
        "entity A, B in [] tags Long;",
        "entity A in [A, A];",
        "entity entity, namespace, type, action, tags, enum, Set, principal;",
        "entity A {Set: Long, type: Long, principal: Long, enum: Long, __cedar: Bool, _: Long};",
        "type type = Long; type principal = type;",
        "action \"\", principal, in_, __cedar; action b attributes {};",
        "action a in Action::\"b\"; action b;",
        "namespace N { action a in b; } action b;",
        "namespace N { action a in Action::\"b\"; } action b;",
        "@in @if(\"x\") @entity @__cedar(\"\") entity A;",
        "namespace A::B::C { entity D; } namespace A { entity D; }",
        "entity A; action a appliesTo {resource: A, context: {}, principal: [A]};",
        "entity A enum [\"\"]; entity B in A;",
        "entity A enum [\"x\", \"x\"];",
        "entity A;\v\f\r\n\tentity B;\xC2\xA0\xE2\x80\xA8 entity C; // \r entity D;",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        cedar_schema_free(parsed(good[i]));
}

struct refusal {
    const char *text;
    enum error error;
    const char *place;
    const char *words; /* somewhere in expected or found */
};

static void assert_refused(const struct refusal *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct cedar_schema *schema = (struct cedar_schema *)(uintptr_t)16;
        struct fault fault = {0};
        char words[500];
        enum error error = cedar_schema_parse(bytes_of(rows[i].text), &fault, &schema);
        fault_text(&fault, words, sizeof words);
        if (error != rows[i].error || strcmp(fault.place, rows[i].place) != 0 ||
            !strstr(words, rows[i].words))
            fail_msg("%s\n%s: %s", rows[i].text, error_name(error), words);
        assert_int_equal(fault.error, error);
        assert_int_equal((uintptr_t)schema, 16); /* untouched */
        assert_int_equal(cedar_schema_parse(bytes_of(rows[i].text), NULL, &schema), error);
    }
}

static void bad_syntax_is_refused_at_its_place(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {";", ERROR_SCHEMA_SYNTAX, "line 1, column 1", "`entity`"},
        {"entity", ERROR_SCHEMA_SYNTAX, "line 1, column 7", "the end of the text"},
        {"entity A", ERROR_SCHEMA_SYNTAX, "line 1, column 9", "`;`"},
        {"\n entity \"A\";", ERROR_SCHEMA_SYNTAX, "line 2, column 9", "a string"},
        {"entity A,;", ERROR_SCHEMA_SYNTAX, "line 1, column 10", "a name for the type"},
        {"entity A::B;", ERROR_SCHEMA_SYNTAX, "line 1, column 9", "`::`"},
        {"entity A in [A,];", ERROR_SCHEMA_SYNTAX, "line 1, column 16", "`]`"},
        {"entity A = ;", ERROR_SCHEMA_SYNTAX, "line 1, column 12", "`{`"},
        {"entity A enum [];", ERROR_SCHEMA_SYNTAX, "line 1, column 16", "a string"},
        {"entity A enum [\"a\",];", ERROR_SCHEMA_SYNTAX, "line 1, column 20", "a string"},
        {"entity A in B enum [\"a\"];", ERROR_SCHEMA_SYNTAX, "line 1, column 15", "`enum`"},
        {"entity A enum [\"a\"] tags Long;", ERROR_SCHEMA_SYNTAX, "line 1, column 21", "`tags`"},
        {"entity A {x: Long,,};", ERROR_SCHEMA_SYNTAX, "line 1, column 19", "attribute"},
        {"entity A {x: Long y: Long};", ERROR_SCHEMA_SYNTAX, "line 1, column 19", "`,` or `}`"},
        {"entity A {x Long};", ERROR_SCHEMA_SYNTAX, "line 1, column 13", "`?` or `:`"},
        {"entity A {x?? : Long};", ERROR_SCHEMA_SYNTAX, "line 1, column 13", "`:`"},
        {"entity A {x: Set<>};", ERROR_SCHEMA_SYNTAX, "line 1, column 18", "a type"},
        {"entity A {x: Set<Long};", ERROR_SCHEMA_SYNTAX, "line 1, column 22", "`>`"},
        {"entity A {x: B::};", ERROR_SCHEMA_SYNTAX, "line 1, column 17", "name of a type"},
        {"entity A tags Long {};", ERROR_SCHEMA_SYNTAX, "line 1, column 20", "`;`"},
        {"type A = @doc Long;", ERROR_SCHEMA_SYNTAX, "line 1, column 10", "a type"},
        {"type \"A\" = Long;", ERROR_SCHEMA_SYNTAX, "line 1, column 6", "a string"},
        {"action a b;", ERROR_SCHEMA_SYNTAX, "line 1, column 10", "`b`"},
        {"action a in [];", ERROR_SCHEMA_SYNTAX, "line 1, column 14", "name of an action"},
        {"action a in Action::b;", ERROR_SCHEMA_SYNTAX, "line 1, column 22", "a string"},
        {"action a in N::Action\"b\";", ERROR_SCHEMA_SYNTAX, "line 1, column 22", "`::`"},
        {"action a in [N::M::Action \"b\"];", ERROR_SCHEMA_SYNTAX, "line 1, column 27", "`::`"},
        {"action a appliesTo {};", ERROR_SCHEMA_SYNTAX, "line 1, column 21", "`principal`"},
        {"action a attributes {x: Long};", ERROR_SCHEMA_SYNTAX, "line 1, column 22", "attributes"},
        {"namespace N { namespace M {} }", ERROR_SCHEMA_SYNTAX, "line 1, column 15", "`}`"},
        {"namespace N {};", ERROR_SCHEMA_SYNTAX, "line 1, column 15", "`namespace`"},
        {"namespace N { @a }", ERROR_SCHEMA_SYNTAX, "line 1, column 18", "`entity`"},
        {"@a", ERROR_SCHEMA_SYNTAX, "line 1, column 3", "the end of the text"},
        {"@a() entity A;", ERROR_SCHEMA_SYNTAX, "line 1, column 4", "a string"},
        {"@a(\"x\" entity A;", ERROR_SCHEMA_SYNTAX, "line 1, column 8", "`)`"},
        {"entity A; /* x */", ERROR_SCHEMA_SYNTAX, "line 1, column 11", "`/`"},
        {"entity A {'x': Long};", ERROR_CEDAR_TOKEN, "line 1, column 11", "'"},
        {"entity \xC3\xA9;", ERROR_CEDAR_TOKEN, "line 1, column 8", "\xC3\xA9"},
        {"@a(\"x\\*\") entity A;", ERROR_CEDAR_ESCAPE, "line 1, column 6", "\\\\*"},
        {"@a(\"x\r\") entity A;", ERROR_CEDAR_ESCAPE, "line 1, column 6", "carriage return"},
        {"@a(\"x", ERROR_CEDAR_STRING, "line 1, column 4", ""},
    };
    assert_refused(rows, sizeof rows / sizeof *rows);
    struct cedar_schema *schema;
    assert_int_equal(
        cedar_schema_parse(BYTES_LITERAL("entity A; \xFF"), NULL, &schema), ERROR_UTF8);
}

static void bad_declarations_are_refused_at_their_place(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {"entity A, A;", ERROR_SCHEMA_DUPLICATE, "line 1, column 11", "entity type"},
        {"entity A;\nentity A;", ERROR_SCHEMA_DUPLICATE, "line 2, column 8", "\"A\""},
        {"entity B, A;\nentity A;\nentity B;", ERROR_SCHEMA_DUPLICATE, "line 2, column 8", "\"A\""},
        {"entity B, A;\nentity B;\nentity A;", ERROR_SCHEMA_DUPLICATE, "line 2, column 8", "\"B\""},
        {"entity A, A, A;", ERROR_SCHEMA_DUPLICATE, "line 1, column 11", "\"A\""},
        {"action a in ["
         "LongNamespaceLongNamespaceLongNamespaceLongNamespaceLongNamespace::Action::\"x\"];",
         ERROR_SCHEMA_UNKNOWN_ACTION, "line 1, column 14", "LongNamespaceLongNamespaceLong"},
        {"type A = Long; type A = Long;", ERROR_SCHEMA_DUPLICATE, "line 1, column 21", "common"},
        {"action a, \"a\";", ERROR_SCHEMA_DUPLICATE, "line 1, column 11", "action"},
        {"namespace N {} namespace N {}", ERROR_SCHEMA_DUPLICATE, "line 1, column 26", "\"N\""},
        {"entity A {x: Long, \"x\": Bool};", ERROR_SCHEMA_DUPLICATE, "line 1, column 20",
         "attribute"},
        {"@a @a(\"\") entity A;", ERROR_SCHEMA_DUPLICATE, "line 1, column 4", "annotation"},
        {"entity A; action a appliesTo {principal: A, principal: A, resource: A};",
         ERROR_SCHEMA_DUPLICATE, "line 1, column 45", "principal"},
        {"entity A; action a appliesTo {context: {}, principal: A, resource: A, context: {}};",
         ERROR_SCHEMA_DUPLICATE, "line 1, column 71", "context"},

        {"entity if;", ERROR_SCHEMA_RESERVED, "line 1, column 8", "\"if\""},
        {"entity A {in: Long};", ERROR_SCHEMA_RESERVED, "line 1, column 11", "\"in\""},
        {"entity __cedar;", ERROR_SCHEMA_RESERVED, "line 1, column 8", "__cedar"},
        {"namespace N::__cedar {}", ERROR_SCHEMA_RESERVED, "line 1, column 11", "__cedar"},
        {"type Record = Long;", ERROR_SCHEMA_RESERVED, "line 1, column 6", "Record"},
        {"namespace N { type Bool = Long; }", ERROR_SCHEMA_RESERVED, "line 1, column 20", "Bool"},
        {"namespace N { entity Action; }", ERROR_SCHEMA_RESERVED, "line 1, column 22", "actions"},

        {"entity A; namespace N { entity A; }", ERROR_SCHEMA_SHADOWED, "line 1, column 32",
         "\"A\""},
        {"entity A; namespace N { type A = Long; }", ERROR_SCHEMA_SHADOWED, "line 1, column 30",
         "\"A\""},
        {"type A = Long; namespace N { entity A; }", ERROR_SCHEMA_SHADOWED, "line 1, column 37",
         "\"A\""},
        {"action a; namespace N { action a; }", ERROR_SCHEMA_SHADOWED, "line 1, column 32",
         "\"a\""},

        {"entity A {x: Strng};", ERROR_SCHEMA_UNKNOWN_TYPE, "line 1, column 14", "\"String\""},
        {"entity A {x: Boolean};", ERROR_SCHEMA_UNKNOWN_TYPE, "line 1, column 14", "\"Bool\""},
        {"entity A {x: __cedar::Set};", ERROR_SCHEMA_UNKNOWN_TYPE, "line 1, column 14", "Set"},
        {"entity A {x: Set};", ERROR_SCHEMA_UNKNOWN_TYPE, "line 1, column 14", "Set"},
        {"entity A {x: Action};", ERROR_SCHEMA_UNKNOWN_TYPE, "line 1, column 14", "Action"},
        {"namespace N { entity Agency; } entity A tags Agency;", ERROR_SCHEMA_UNKNOWN_TYPE,
         "line 1, column 46", "\"N::Agency\""},
        {"entity A {x: N::B}; namespace M { entity B; }", ERROR_SCHEMA_UNKNOWN_TYPE,
         "line 1, column 14", "\"M::B\""},

        {"entity Agency; entity A in Agencey;", ERROR_SCHEMA_UNKNOWN_ENTITY_TYPE,
         "line 1, column 28", "\"Agency\""},
        {"type B = Long; entity A in B;", ERROR_SCHEMA_UNKNOWN_ENTITY_TYPE, "line 1, column 28",
         "\"B\""},
        {"entity A in Action; action a;", ERROR_SCHEMA_UNKNOWN_ENTITY_TYPE, "line 1, column 13",
         "Action"},
        {"type B = A; entity A; action a appliesTo {principal: B, resource: A};",
         ERROR_SCHEMA_UNKNOWN_ENTITY_TYPE, "line 1, column 54", "\"B\""},

        {"action use in acts; action act;", ERROR_SCHEMA_UNKNOWN_ACTION, "line 1, column 15",
         "perhaps Action::\"act\""},
        {"namespace N { action a in N::Action::\"b\"; } action b;", ERROR_SCHEMA_UNKNOWN_ACTION,
         "line 1, column 27", "N::Action::\"b\""},
        {"entity A; action a in A::\"x\";", ERROR_SCHEMA_UNKNOWN_ACTION, "line 1, column 23",
         "A::\"x\""},

        {"type A = A;", ERROR_SCHEMA_TYPE_CYCLE, "line 1, column 10", "\"A\""},
        {"type A = {x: Set<B>}; type B = {y?: A};", ERROR_SCHEMA_TYPE_CYCLE, "line 1, column 37",
         "\"A\""},
        {"action a in a;", ERROR_SCHEMA_ACTION_CYCLE, "line 1, column 8", "\"a\""},
        {"action x in b; action a in b; action b in c; action c in a;", ERROR_SCHEMA_ACTION_CYCLE,
         "line 1, column 23", "\"a\""},

        {"type C = Long; entity A; action a appliesTo {principal: A, resource: A, context: C};",
         ERROR_SCHEMA_CONTEXT, "line 1, column 82", "\"C\""},
        {"entity A; action a appliesTo {principal: A, resource: A, context: A};",
         ERROR_SCHEMA_CONTEXT, "line 1, column 67", "\"A\""},
        {"entity A; action a appliesTo {principal: A, resource: A, context: Set<Long>};",
         ERROR_SCHEMA_CONTEXT, "line 1, column 67", "Set"},
        {"entity A; action a appliesTo {principal: A};", ERROR_SCHEMA_APPLIES, "line 1, column 20",
         "no `resource`"},
        {"entity A; action a appliesTo {context: {}};", ERROR_SCHEMA_APPLIES, "line 1, column 20",
         "no `principal`"},
        {"entity A; action a appliesTo {principal: [], resource: A};", ERROR_SCHEMA_APPLIES,
         "line 1, column 42", "[]"},
    };
    assert_refused(rows, sizeof rows / sizeof *rows);
}

static enum error parse_buffer(struct buffer *buffer, struct fault *fault)
{
    struct cedar_schema *schema = NULL;
    assert_int_equal(buffer->error, ERROR_OK);
    enum error error = cedar_schema_parse(buffer_view(buffer), fault, &schema);
    if (!error)
        cedar_schema_free(schema);
    buffer_free(buffer);
    return error;
}

static void append_times(struct buffer *buffer, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buffer_append_text(buffer, text);
}

static enum error parse_nested_sets(size_t levels)
{
    struct buffer buffer = {0};
    buffer_append_text(&buffer, "type A = ");
    append_times(&buffer, "Set<", levels - 2);
    buffer_append_text(&buffer, "Long");
    append_times(&buffer, ">", levels - 2);
    buffer_append_text(&buffer, ";");
    return parse_buffer(&buffer, NULL);
}

static enum error parse_chain(size_t length, bool backwards)
{
    struct buffer buffer = {0};
    for (size_t i = 0; i < length; i++) {
        size_t k = backwards ? length - 1 - i : i;
        buffer_printf(&buffer, "type T%zu = T%zu;", k, k + 1);
    }
    buffer_printf(&buffer, "type T%zu = Long;", length);
    return parse_buffer(&buffer, NULL);
}

/* Each type has two attributes of the next: 2 to the power of levels in all. */
static enum error parse_doubling(size_t levels)
{
    struct buffer buffer = {0};
    for (size_t i = 0; i < levels; i++)
        buffer_printf(&buffer, "type T%zu = {a: T%zu, b: T%zu};", i, i + 1, i + 1);
    buffer_printf(&buffer, "type T%zu = Long;", levels);
    return parse_buffer(&buffer, NULL);
}

static void limits_are_errors(void **state)
{
    (void)state;
    assert_int_equal(parse_nested_sets(CEDAR_SCHEMA_DEPTH_MAX), ERROR_OK);
    assert_int_equal(parse_nested_sets(CEDAR_SCHEMA_DEPTH_MAX + 1), ERROR_SCHEMA_LIMIT);
    assert_int_equal(parse_nested_sets(100000), ERROR_SCHEMA_LIMIT);
    for (int backwards = 0; backwards < 2; backwards++) {
        assert_int_equal(parse_chain(CEDAR_SCHEMA_DEPTH_MAX - 2, backwards), ERROR_OK);
        assert_int_equal(parse_chain(CEDAR_SCHEMA_DEPTH_MAX - 1, backwards), ERROR_SCHEMA_LIMIT);
        assert_int_equal(parse_chain(4000, backwards), ERROR_SCHEMA_LIMIT);
    }
    assert_int_equal(parse_doubling(14), ERROR_OK);
    assert_int_equal(parse_doubling(16), ERROR_SCHEMA_LIMIT);
    assert_int_equal(parse_doubling(30), ERROR_SCHEMA_LIMIT);

    struct buffer buffer = {0};
    struct fault fault = {0};
    for (size_t i = 0; i <= CEDAR_SCHEMA_DECLARATIONS_MAX; i++)
        buffer_printf(&buffer, "entity E%zu;\n", i);
    assert_int_equal(parse_buffer(&buffer, &fault), ERROR_SCHEMA_LIMIT);
    assert_string_equal(fault.place, "line 4097, column 1");
    static const char *const kinds[] = {"action a%zu;\n", "type T%zu = Long;\n"};
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        for (size_t i = 0; i <= CEDAR_SCHEMA_DECLARATIONS_MAX; i++)
            buffer_printf(&buffer, kinds[kind], i);
        assert_int_equal(parse_buffer(&buffer, &fault), ERROR_SCHEMA_LIMIT);
        assert_string_equal(fault.place, "line 4097, column 1");
    }
    /* Where the last level is a name that needs none, and where it is one too many. */
    append_times(&buffer, "entity A {a: ", 1);
    append_times(&buffer, "{a: ", CEDAR_SCHEMA_DEPTH_MAX + 1);
    assert_int_equal(parse_buffer(&buffer, &fault), ERROR_SCHEMA_LIMIT);
    append_times(&buffer, " ", CEDAR_SCHEMA_TEXT_MAX + 1);
    struct buffer out = {0};
    assert_int_equal(cedar_schema_format(buffer_view(&buffer), &fault, &out), ERROR_SCHEMA_LIMIT);
    assert_int_equal(parse_buffer(&buffer, &fault), ERROR_SCHEMA_LIMIT);
    assert_int_equal(
        cedar_schema_format(BYTES_LITERAL("entity;"), &fault, &out), ERROR_SCHEMA_SYNTAX);
    assert_int_equal(out.length, 0);
    assert_int_equal(cedar_schema_format(BYTES_LITERAL("entity A {};"), &fault, &out), ERROR_OK);
    assert_string_equal(buffer_text(&out), "entity A;\n");
    buffer_free(&out);
}

static void types_are_equal_by_what_they_hold(void **state)
{
    (void)state;
    struct cedar_schema *schema = parsed(
        "type A = {x: Long, y?: Set<E>}; type B = {y?: Set<E>, x: Long}; entity E, F;"
        "type C = {x: Long, y: Set<E>}; type D = {x: Long, y?: Set<F>};"
        "type G = {x: Long, z?: Set<E>}; type H = {x: Long}; type I = {x: Bool, y?: Set<E>};");
    size_t count;
    const struct cedar_common_type *commons = cedar_schema_common_types(schema, &count);
    assert_true(cedar_type_equal(commons[0].type, commons[0].type));
    assert_true(cedar_type_equal(commons[0].type, commons[1].type));
    for (size_t i = 2; i < count; i++)
        assert_false(cedar_type_equal(commons[0].type, commons[i].type));
    cedar_schema_free(schema);
}

/* Each row changes one thing; order, names of common types and annotations change nothing. */
static void schemas_are_equal_by_what_they_mean(void **state)
{
    (void)state;
    static const char base[] =
        "entity A in [B, C] {x: Long, y?: {z: Set<A>}} tags String; entity B; entity C;"
        "entity E enum [\"a\", \"b\"];"
        "action g; action h; action k in [g, h] appliesTo {principal: [A, B], resource: C,"
        "context: {a: Long}};";
    static const struct {
        const char *text;
        bool equal;
    } rows[] = {
        {"entity C; entity B; entity A in [C, B] {y?: T, x: Long} tags String;"
         "type T = {z: Set<A>}; entity E enum [\"b\", \"a\"]; @x action g;"
         "action k in [h, g, h] appliesTo {context: {a: Long}, resource: [C], principal: [B, A]};"
         "action h;",
         true},
        {"entity A in [B, C] {x: Long, y: {z: Set<A>}} tags String; entity B; entity C;"
         "entity E enum [\"a\", \"b\"]; action g; action h; action k in [g, h] appliesTo {"
         "principal: [A, B], resource: C, context: {a: Long}};",
         false},
#define REST                                                                                       \
    " entity B; entity C; entity E enum [\"a\", \"b\"]; action g; action h; action k in [g, h]"    \
    " appliesTo {principal: [A, B], resource: C, context: {a: Long}};"
        {"entity A in [B, C] {x: Long, y?: {z: Set<A>}} tags String;" REST, true},
        {"entity A in [B] {x: Long, y?: {z: Set<A>}} tags String;" REST, false},
        {"entity A in [B, B] {x: Long, y?: {z: Set<A>}} tags String;" REST, false},
        {"entity A in [B, A] {x: Long, y?: {z: Set<A>}} tags String;" REST, false},
        {"entity A in [B, C] {x: Long, y?: {z: Set<A>}};" REST, false},
        {"entity A in [B, C] {x: Long, y?: {z: Set<A>}} tags Long;" REST, false},
        {"entity A in [B, C] {x: Long} tags String;" REST, false},
        {"entity A in [B, C] {x: Long, yy?: {z: Set<A>}} tags String;" REST, false},
        {"entity A in [B, C] {x: String, y?: {z: Set<A>}} tags String;" REST, false},
        {"entity A in [B, C] {x: Long, y?: {z: Set<B>}} tags String;" REST, false},
        {"entity A in [B, C] {x: Long, y?: {zz: Set<A>}} tags String;" REST, false},
        {"entity A in [B, C] {x: Long, y?: {z: A}} tags String;" REST, false},
        {"entity A enum [\"a\", \"b\"];" REST, false},
        {"entity A in [B, C] {x: Long, y?: {z: Set<A>}} tags String; entity More;" REST, false},
        {"entity A in [B, C] {x: Long, y?: {z: Set<A>}} tags String; action more;" REST, false},
#undef REST
#define FIRST "entity A in [B, C] {x: Long, y?: {z: Set<A>}} tags String; entity B; entity C; "
#define LAST                                                                                       \
    " action g; action h; action k in [g, h]"                                                      \
    " appliesTo {principal: [A, B], resource: C, context: {a: Long}};"
        {FIRST "entity E enum [\"a\"];" LAST, false},
        {FIRST "entity E enum [\"a\", \"c\"];" LAST, false},
        {FIRST "entity E;" LAST, false},
        {FIRST "entity D enum [\"a\", \"b\"];" LAST, false},
#undef LAST
#define KINDS FIRST "entity E enum [\"a\", \"b\"]; action g; action h; "
        {KINDS "action k in [g, h];", false},
        {KINDS "action k in [g] appliesTo {principal: [A, B], resource: C, context: {a: Long}};",
         false},
        {KINDS "action l; action k in [g, h, l] appliesTo {principal: [A, B], resource: C,"
               "context: {a: Long}};",
         false},
        {KINDS "action k in [g, h] appliesTo {principal: [A], resource: C, context: {a: Long}};",
         false},
        {KINDS "action k in [g, h] appliesTo {principal: [A, C], resource: C, context: {a: Long}};",
         false},
        {KINDS "action k in [g, h] appliesTo {principal: [A, B], resource: B, context: {a: Long}};",
         false},
        {KINDS "action k in [g, h] appliesTo {principal: [A, B], resource: C};", false},
        {KINDS "action kk in [g, h] appliesTo {principal: [A, B], resource: C,"
               "context: {a: Long}};",
         false},
#undef KINDS
#undef FIRST
    };
    struct cedar_schema *first = NULL;
    assert_int_equal(cedar_schema_parse(BYTES_LITERAL(base), NULL, &first), ERROR_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cedar_schema *second = NULL;
        struct fault fault = {0};
        if (cedar_schema_parse(bytes_of(rows[i].text), &fault, &second))
            fail_msg("%s: %s %s", rows[i].text, fault.place, error_name(fault.error));
        if (cedar_schema_equal(first, second) != rows[i].equal ||
            cedar_schema_equal(second, first) != rows[i].equal)
            fail_msg("row %zu: %s", i, rows[i].text);
        cedar_schema_free(second);
    }
    cedar_schema_free(first);
    /* Of actions of one name in two namespaces, and groups that only their namespace tells apart.
     */
    static const char spaces[] = "entity A; namespace N {action g; action k in [g];}"
                                 "namespace M {action g; action k in [N::Action::\"g\"];}";
    static const char other[] = "entity A; namespace N {action g; action k in [g];}"
                                "namespace M {action g; action k in [g];}";
    struct cedar_schema *second = NULL;
    assert_int_equal(cedar_schema_parse(BYTES_LITERAL(spaces), NULL, &first), ERROR_OK);
    assert_int_equal(cedar_schema_parse(BYTES_LITERAL(other), NULL, &second), ERROR_OK);
    assert_true(cedar_schema_equal(first, first));
    assert_false(cedar_schema_equal(first, second));
    cedar_schema_free(first);
    cedar_schema_free(second);
    cedar_schema_free(NULL);
    static const struct cedar_type one = {.kind = CEDAR_TYPE_LONG},
                                   same = {.kind = CEDAR_TYPE_LONG};
    assert_true(cedar_type_equal(&one, &same));
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        struct cedar_schema *schema = NULL;
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = cedar_schema_parse(bytes_of(vocabulary), &fault, &schema);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            cedar_schema_free(schema);
            assert_true(n > 3);
            break;
        }
        if (error == ERROR_OK) { /* sorting falls back to doing without */
            cedar_schema_free(schema);
            continue;
        }
        assert_int_equal(error, ERROR_MEMORY);
        assert_int_equal(fault.error, ERROR_MEMORY);
        assert_null(schema);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_model_is_what_the_text_says),
        cmocka_unit_test(actions_know_what_they_apply_to),
        cmocka_unit_test(descent_is_transitive),
        cmocka_unit_test(names_mean_what_is_nearest),
        cmocka_unit_test(what_the_grammar_allows),
        cmocka_unit_test(bad_syntax_is_refused_at_its_place),
        cmocka_unit_test(bad_declarations_are_refused_at_their_place),
        cmocka_unit_test(limits_are_errors),
        cmocka_unit_test(types_are_equal_by_what_they_hold),
        cmocka_unit_test(schemas_are_equal_by_what_they_mean),
        cmocka_unit_test(no_memory_is_an_error),
    };
    return cmocka_run_group_tests_name("cedar_schema", tests, NULL, NULL);
}

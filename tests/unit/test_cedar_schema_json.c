/* Schemas in the JSON syntax: what is read, what is refused where, and translation both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/schema_json.h"
#include "failing_alloc.h"

/* JSON with ' for ". */
static struct buffer quoted(const char *text)
{
    struct buffer buffer = {0};
    for (; *text; text++)
        buffer_append_byte(&buffer, *text == '\'' ? '"' : (uint8_t)*text);
    return buffer;
}

static enum error parse(const char *text, struct fault *fault, struct cedar_schema **ret_schema)
{
    struct buffer json = quoted(text);
    enum error error = cedar_schema_json_parse(buffer_view(&json), fault, ret_schema);
    buffer_free(&json);
    return error;
}

/* A schema with everything, as the official engine (4.12) translates it to JSON and to text. */
static const char text[] =
    "@only action o; type X = Top; entity Top;\n"
    "@a(\"x\") namespace N {\n"
    "  @doc(\"y\") @b entity A, B in [A, M::C] = {\n"
    "    @q a?: Set<{x: Long, y: B}>, \"b c\": __cedar::String, bo: Bool, d: decimal, t: T\n"
    "  } tags Set<String>;\n"
    "  type T = {a: String}; entity E enum [\"a\", \"b\"];\n"
    "  action \"x y\", z in [Action::\"g\", g] appliesTo {principal: [A], resource: B, context: "
    "T};\n"
    "  action g in M::Action::\"q\";\n"
    "  action k appliesTo {principal: A, resource: [A, B], context: {a: Long}};\n"
    "}\n"
    "namespace M { entity C; action q; }\n";

static const char json[] =
    "{'':{'commonTypes':{'X':{'type':'EntityOrCommon','name':'Top'}},'entityTypes':{'Top':{}},"
    "'actions':{'o':{'appliesTo':{'resourceTypes':[],'principalTypes':[]},'annotations':{'only':''"
    "}}}},'M':{'entityTypes':{'C':{}},'actions':{'q':{'appliesTo':{'resourceTypes':[],"
    "'principalTypes':[]}}}},'N':{'commonTypes':{'T':{'type':'Record','attributes':{'a':{'type':"
    "'EntityOrCommon','name':'String'}}}},'entityTypes':{'A':{'memberOfTypes':['A','M::C'],"
    "'shape':{'type':'Record','attributes':{'a':{'type':'Set','element':{'type':'Record',"
    "'attributes':{'x':{'type':'EntityOrCommon','name':'Long'},'y':{'type':'EntityOrCommon',"
    "'name':'B'}}},'annotations':{'q':''},'required':false},'b c':{'type':'EntityOrCommon','name':"
    "'__cedar::String'},'bo':{'type':'EntityOrCommon','name':'Bool'},'d':{'type':'EntityOrCommon',"
    "'name':'decimal'},'t':{'type':'EntityOrCommon','name':'T'}}},'tags':{'type':'Set','element':{"
    "'type':'EntityOrCommon','name':'String'}},'annotations':{'b':'','doc':'y'}},'B':{"
    "'memberOfTypes':['A','M::C'],'shape':{'type':'Record','attributes':{'a':{'type':'Set',"
    "'element':{'type':'Record','attributes':{'x':{'type':'EntityOrCommon','name':'Long'},'y':{"
    "'type':'EntityOrCommon','name':'B'}}},'annotations':{'q':''},'required':false},'b c':{'type':"
    "'EntityOrCommon','name':'__cedar::String'},'bo':{'type':'EntityOrCommon','name':'Bool'},'d':{"
    "'type':'EntityOrCommon','name':'decimal'},'t':{'type':'EntityOrCommon','name':'T'}}},'tags':{"
    "'type':'Set','element':{'type':'EntityOrCommon','name':'String'}}},'E':{'enum':['a','b']}},"
    "'actions':{'g':{'appliesTo':{'resourceTypes':[],'principalTypes':[]},'memberOf':[{'id':'q',"
    "'type':'M::Action'}]},'k':{'appliesTo':{'resourceTypes':['A','B'],'principalTypes':['A'],"
    "'context':{'type':'Record','attributes':{'a':{'type':'EntityOrCommon','name':'Long'}}}}},"
    "'x y':{'appliesTo':{'resourceTypes':['B'],'principalTypes':['A'],'context':{'type':'T'}},"
    "'memberOf':[{'id':'g','type':'Action'},{'id':'g'}]},'z':{'appliesTo':{'resourceTypes':['B'],"
    "'principalTypes':['A'],'context':{'type':'T'}},'memberOf':[{'id':'g','type':'Action'},{'id':"
    "'g'}]}},'annotations':{'a':'x'}}}";

static const char formatted[] = "type X = Top;\n"
                                "\n"
                                "entity Top;\n"
                                "\n"
                                "@only\n"
                                "action \"o\";\n"
                                "\n"
                                "@a(\"x\")\n"
                                "namespace N {\n"
                                "  type T = {\n"
                                "    a: String\n"
                                "  };\n"
                                "\n"
                                "  @doc(\"y\")\n"
                                "  @b\n"
                                "  entity A in [A, M::C] = {\n"
                                "    @q\n"
                                "    a?: Set<{\n"
                                "      x: Long,\n"
                                "      y: B\n"
                                "    }>,\n"
                                "    \"b c\": __cedar::String,\n"
                                "    bo: Bool,\n"
                                "    d: decimal,\n"
                                "    t: T\n"
                                "  } tags Set<String>;\n";

static void test_translation(void **state)
{
    (void)state;
    struct cedar_schema *from_text = NULL, *from_json = NULL, *again = NULL;
    struct buffer out = {0}, in = quoted(json);
    assert_int_equal(cedar_schema_parse(BYTES_LITERAL(text), NULL, &from_text), ERROR_OK);
    assert_int_equal(parse(json, NULL, &from_json), ERROR_OK);
    assert_true(cedar_schema_equal(from_text, from_json));
    assert_int_equal(cedar_schema_to_json(BYTES_LITERAL(text), NULL, &out), ERROR_OK);
    assert_int_equal(cedar_schema_json_parse(buffer_view(&out), NULL, &again), ERROR_OK);
    assert_true(cedar_schema_equal(from_text, again));
    cedar_schema_free(again);
    buffer_clear(&out);
    assert_int_equal(cedar_schema_to_text(buffer_view(&in), NULL, &out), ERROR_OK);
    assert_int_equal(cedar_schema_parse(buffer_view(&out), NULL, &again), ERROR_OK);
    assert_true(cedar_schema_equal(from_text, again));
    buffer_clear(&out);
    assert_int_equal(cedar_schema_format(BYTES_LITERAL(text), NULL, &out), ERROR_OK);
    assert_memory_equal(out.data, formatted, sizeof formatted - 1);
    size_t once = out.length;
    struct buffer copy = {0};
    buffer_append_bytes(&copy, buffer_view(&out));
    assert_int_equal(cedar_schema_format(buffer_view(&copy), NULL, &out), ERROR_OK);
    assert_int_equal(out.length, 2 * once);
    assert_memory_equal(out.data, out.data + once, once);
    buffer_free(&copy);
    buffer_free(&in);
    buffer_free(&out);
    cedar_schema_free(again);
    cedar_schema_free(from_json);
    cedar_schema_free(from_text);
}

/* Schemas without one thing or another: through JSON and back they mean the same. */
static void test_shapes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "entity A;",
        "action a;",
        "type T = {};",
        "type T = {a: {}};",
        "entity A {};",
        "entity A in [A];",
        "entity A = {\"if\": Long, \"b c\"?: {}} tags {};",
        "entity A; action a appliesTo {principal: A, resource: A};",
        "entity A; action a appliesTo {principal: A, resource: A, context: {}};",
        "entity A; type T = {}; action a appliesTo {principal: A, resource: A, context: T};",
        "namespace N {}",
        "namespace N {} namespace M {entity A;}",
        "@a namespace N {@b(\"c\") @d type T = Long; @e entity A {@f a: T}; @g action h;}",
        "@a @b @c @d @e @f entity A;",
        "namespace N {entity A; action a appliesTo {principal: A, resource: A};} entity B;",
        "namespace N {type T = Long;} type U = N::T;",
        "namespace N {action a;} action b in [N::Action::\"a\"];",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buffer as_json = {0}, as_text = {0};
        struct cedar_schema *first = NULL, *second = NULL, *third = NULL;
        assert_int_equal(cedar_schema_parse(bytes_of(texts[i]), NULL, &first), ERROR_OK);
        assert_int_equal(cedar_schema_to_json(bytes_of(texts[i]), NULL, &as_json), ERROR_OK);
        assert_int_equal(cedar_schema_json_parse(buffer_view(&as_json), NULL, &second), ERROR_OK);
        assert_int_equal(cedar_schema_to_text(buffer_view(&as_json), NULL, &as_text), ERROR_OK);
        assert_int_equal(cedar_schema_parse(buffer_view(&as_text), NULL, &third), ERROR_OK);
        if (!cedar_schema_equal(first, second) || !cedar_schema_equal(first, third))
            fail_msg("%s\n%s", buffer_text(&as_json), buffer_text(&as_text));
        cedar_schema_free(first);
        cedar_schema_free(second);
        cedar_schema_free(third);
        buffer_free(&as_json);
        buffer_free(&as_text);
    }
}

#define ENTITY(body) "{'':{'entityTypes':{'A':" body ",'B':{}},'actions':{}}}"
#define TYPE(type) ENTITY("{'shape':{'type':'Record','attributes':{'x':" type "}}}")
#define ACTION(body) "{'':{'entityTypes':{'A':{}},'actions':{'a':" body "}}}"

/* Forms that text does not have, and the text that means the same. */
static const struct {
    const char *json, *text;
} readings[] = {
    {"{}", ""},
    {TYPE("{'type':'String'}"), "entity A {x: String}; entity B;"},
    {TYPE("{'type':'Boolean','required':true}"), "entity A {x: Bool}; entity B;"},
    {TYPE("{'type':'Bool'}"), "entity A {x: Bool}; entity B;"},
    {TYPE("{'type':'decimal'}"), "entity A {x: decimal}; entity B;"},
    {TYPE("{'type':'Extension','name':'ipaddr'}"), "entity A {x: ipaddr}; entity B;"},
    {TYPE("{'type':'__cedar::Long'}"), "entity A {x: Long}; entity B;"},
    {TYPE("{'type':'Long','annotations':{'a':null,'b':'c'}}"), "entity A {x: Long}; entity B;"},
    {TYPE("{'type':'Record','attributes':{}}"), "entity A {x: {}}; entity B;"},
    {TYPE("{'type':'Entity','name':'B'}"), "entity A {x: B}; entity B;"},
    {TYPE("{'type':'Record','attributes':{},'additionalAttributes':false,'required':false}"),
     "entity A {x?: {}}; entity B;"},
    {"{'':{'entityTypes':{'A':{'shape':{'type':'T'}}},'actions':{},'commonTypes':{'T':{'type':"
     "'Record','attributes':{'x':{'type':'Long'}}}}}}",
     "entity A {x: Long};"},
    /* A type of its own named String hides the built-in one only where JSON lets it. */
    {"{'':{'entityTypes':{'A':{'tags':{'type':'String'}},'String':{}},'actions':{}}}",
     "entity A tags __cedar::String; entity String;"},
    {"{'':{'entityTypes':{'A':{'tags':{'type':'EntityOrCommon','name':'String'}},'String':{}},"
     "'actions':{}}}",
     "entity A tags String; entity String;"},
    {ENTITY("{'memberOfTypes':null,'shape':null,'tags':null}"), "entity A; entity B;"},
    {ACTION("{'memberOf':null,'appliesTo':null,'attributes':null}"), "entity A; action a;"},
    {ACTION("{'appliesTo':{'principalTypes':[],'resourceTypes':['A']}}"), "entity A; action a;"},
};

static void test_readings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        struct cedar_schema *from_text = NULL, *from_json = NULL;
        struct fault fault = {0};
        if (parse(readings[i].json, &fault, &from_json))
            fail_msg("%s: %s %s", readings[i].json, fault.place, error_name(fault.error));
        assert_int_equal(
            cedar_schema_parse(bytes_of(readings[i].text), NULL, &from_text), ERROR_OK);
        if (!cedar_schema_equal(from_text, from_json))
            fail_msg("%s is not %s", readings[i].json, readings[i].text);
        cedar_schema_free(from_json);
        cedar_schema_free(from_text);
    }
}

static const struct {
    enum error error;
    const char *json, *place; /* the end of the fault's place */
} refused[] = {
    {ERROR_JSON_TYPE, "[]", ""},
    {ERROR_JSON_MISSING, "{'':{'actions':{}}}", "$[\"\"]"},
    {ERROR_JSON_MISSING, "{'':{'entityTypes':{}}}", "$[\"\"]"},
    {ERROR_JSON_UNKNOWN, "{'':{'entityTypes':{},'actions':{},'x':1}}", ".x"},
    {ERROR_SCHEMA_SYNTAX, "{'':{'entityTypes':{},'actions':{},'annotations':{}}}", "$[\"\"]"},
    {ERROR_SCHEMA_SYNTAX, "{'N M':{'entityTypes':{},'actions':{}}}", "$[\"N M\"]"},
    {ERROR_SCHEMA_SYNTAX, "{'':{'entityTypes':{'A B':{}},'actions':{}}}", "entityTypes[\"A B\"]"},
    {ERROR_SCHEMA_RESERVED, "{'':{'entityTypes':{'if':{}},'actions':{}}}", "entityTypes.if"},
    {ERROR_SCHEMA_RESERVED, "{'':{'entityTypes':{'Action':{}},'actions':{}}}", "column 30"},
    {ERROR_SCHEMA_RESERVED,
     "{'':{'entityTypes':{},'actions':{},'commonTypes':{'Long':{'type':'String'}}}}", ""},
    {ERROR_JSON_UNKNOWN, ENTITY("{'x':1}"), ".A.x"},
    {ERROR_JSON_UNKNOWN, ENTITY("{'enum':['a'],'memberOfTypes':[]}"), ".memberOfTypes"},
    {ERROR_SCHEMA_SYNTAX, ENTITY("{'enum':[]}"), ".A.enum"},
    {ERROR_SCHEMA_CONTEXT, ENTITY("{'shape':{'type':'String'}}"), ".A.shape"},
    {ERROR_JSON_MISSING, ENTITY("{'shape':{'type':'Record'}}"), ".A.shape"},
    {ERROR_SCHEMA_UNKNOWN_ENTITY_TYPE, ENTITY("{'memberOfTypes':['C']}"), ""},
    {ERROR_SCHEMA_SYNTAX, ENTITY("{'memberOfTypes':['']}"), ".memberOfTypes[0]"},
    {ERROR_JSON_UNKNOWN, ENTITY("{'tags':{'type':'String','required':true}}"), ".required"},
    {ERROR_JSON_UNKNOWN, ENTITY("{'tags':{'type':'String','name':'x'}}"), ".name"},
    {ERROR_SCHEMA_UNKNOWN_TYPE, TYPE("{'type':'B'}"), "column 69"},
    {ERROR_SCHEMA_UNKNOWN_TYPE, TYPE("{'type':'Entity','name':'Long'}"), ""},
    {ERROR_SCHEMA_UNKNOWN_TYPE, TYPE("{'type':'Extension','name':'ip'}"), ".x.name"},
    {ERROR_SCHEMA_SYNTAX, TYPE("{'type':'Record','attributes':{},'additionalAttributes':true}"),
     ".additionalAttributes"},
    {ERROR_JSON_MISSING, TYPE("{'type':'Set'}"), ".x"},
    {ERROR_JSON_TYPE, TYPE("{'type':'Long','required':1}"), ".required"},
    {ERROR_JSON_TYPE, TYPE("{'type':'Long','annotations':{'a':1}}"), ".annotations.a"},
    {ERROR_JSON_MISSING, ACTION("{'appliesTo':{'principalTypes':['A']}}"), ".appliesTo"},
    {ERROR_SCHEMA_SYNTAX, ACTION("{'attributes':{}}"), ".a"},
    {ERROR_SCHEMA_UNKNOWN_ACTION, ACTION("{'memberOf':[{'id':'b'}]}"), ""},
    {ERROR_SCHEMA_ACTION_CYCLE, ACTION("{'memberOf':[{'id':'a'}]}"), ""},
    {ERROR_SCHEMA_CONTEXT,
     ACTION("{'appliesTo':{'principalTypes':['A'],'resourceTypes':['A'],'context':{'type':'Long'}}"
            "}"),
     ".context"},
    {ERROR_JSON_UNKNOWN,
     "{'':{'entityTypes':{},'actions':{},'commonTypes':{'T':{'type':'Long','required':true}}}}",
     ".required"},
    {ERROR_JSON_TYPE, "{'':1}", "$[\"\"]"},
    {ERROR_JSON_TYPE, "{'':{'entityTypes':{'A':1},'actions':{}}}", "entityTypes.A"},
    {ERROR_JSON_TYPE, "{'':{'entityTypes':{},'actions':{'a':1}}}", "actions.a"},
    {ERROR_JSON_TYPE, "{'':{'entityTypes':{},'actions':{},'commonTypes':{'T':1}}}",
     "commonTypes.T"},
    {ERROR_JSON_MISSING, "{'':{'entityTypes':{},'actions':{},'commonTypes':{'T':{}}}}",
     "commonTypes.T"},
    {ERROR_SCHEMA_SYNTAX, "{'N::':{'entityTypes':{},'actions':{}}}", "$[\"N::\"]"},
    {ERROR_SCHEMA_SYNTAX, "{'N:M':{'entityTypes':{},'actions':{}}}", "$[\"N:M\"]"},
    {ERROR_SCHEMA_SYNTAX, "{'N::if':{'entityTypes':{},'actions':{}}}", "$[\"N::if\"]"},
    {ERROR_SCHEMA_RESERVED, "{'__cedar':{'entityTypes':{},'actions':{}}}", ""},
    {ERROR_SCHEMA_SYNTAX, "{'':{'entityTypes':{},'actions':{'a':{'annotations':{'b c':''}}}}}",
     ".annotations[\"b c\"]"},
    {ERROR_JSON_TYPE, ENTITY("{'shape':1}"), ".shape"},
    {ERROR_SCHEMA_CONTEXT, ENTITY("{'shape':{'type':'Set','element':{'type':'Long'}}}"), ".shape"},
    {ERROR_JSON_TYPE, ENTITY("{'memberOfTypes':[1]}"), ".memberOfTypes[0]"},
    {ERROR_JSON_TYPE, ENTITY("{'enum':[1]}"), ".enum[0]"},
    {ERROR_JSON_TYPE, ENTITY("{'enum':'a'}"), ".enum"},
    {ERROR_JSON_TYPE, ENTITY("{'tags':{'type':1}}"), ".tags.type"},
    {ERROR_JSON_MISSING, ENTITY("{'tags':{}}"), ".tags"},
    {ERROR_JSON_MISSING, TYPE("{'type':'Extension'}"), ".x"},
    {ERROR_JSON_MISSING, TYPE("{'type':'Entity'}"), ".x"},
    {ERROR_SCHEMA_SYNTAX, TYPE("{'type':'Entity','name':''}"), ".x.name"},
    {ERROR_JSON_UNKNOWN, TYPE("{'type':'T','name':'x'}"), ".name"},
    {ERROR_SCHEMA_SYNTAX, TYPE("{'type':'a b'}"), ".x.type"},
    {ERROR_JSON_TYPE, TYPE("{'type':'Record','attributes':{},'additionalAttributes':1}"),
     ".additionalAttributes"},
    {ERROR_JSON_UNKNOWN, TYPE("{'type':'Record','attributes':{},'x':1}"), ".x"},
    {ERROR_JSON_TYPE, ACTION("{'memberOf':[1]}"), ".memberOf[0]"},
    {ERROR_JSON_UNKNOWN, ACTION("{'memberOf':[{'id':'a','x':1}]}"), ".x"},
    {ERROR_JSON_MISSING, ACTION("{'memberOf':[{'type':'Action'}]}"), ".memberOf[0]"},
    {ERROR_JSON_TYPE, ACTION("{'memberOf':[{'id':1}]}"), ".id"},
    {ERROR_JSON_UNKNOWN, ACTION("{'appliesTo':{'x':1}}"), ".x"},
    {ERROR_JSON_UNKNOWN, ACTION("{'x':1}"), ".x"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct fault fault = {0};
        struct cedar_schema *schema = NULL;
        enum error error = parse(refused[i].json, &fault, &schema);
        if (error != refused[i].error || fault.error != error ||
            !text_ends(fault.place, refused[i].place))
            fail_msg("%s: %s at %s", refused[i].json, error_name(error), fault.place);
        assert_null(schema);
    }
}

/* What JSON can say and text cannot. */
static void test_untranslatable(void **state)
{
    (void)state;
    static const struct {
        enum error error;
        const char *json;
    } rows[] = {
        {ERROR_SCHEMA_CONTEXT, "{'':{'entityTypes':{'A':{'shape':{'type':'T'}}},'actions':{},"
                               "'commonTypes':{'T':{'type':'Record','attributes':{}}}}}"},
        {ERROR_SCHEMA_SHADOWED,
         "{'':{'entityTypes':{'T':{},'A':{'tags':{'type':'Entity','name':'T'}}},'actions':{},"
         "'commonTypes':{'T':{'type':'String'}}}}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer in = quoted(rows[i].json), out = {0};
        struct fault fault = {0};
        assert_int_equal(cedar_schema_to_text(buffer_view(&in), &fault, &out), rows[i].error);
        assert_int_equal(fault.error, rows[i].error);
        buffer_free(&in);
        buffer_free(&out);
    }
}

/* As many declarations of a kind as a schema may have, and one more; in one namespace, and in two
 * of which neither has too many. */
static void test_limits(void **state)
{
    (void)state;
    static const char *const kinds[][2] = {
        {"{%s'entityTypes':{%s},'actions':{}}", "%s'E%d':{}"},
        {"{%s'entityTypes':{},'actions':{%s}}", "%s'a%d':{}"},
        {"{%s'entityTypes':{},'actions':{},'commonTypes':{%s}}", "%s'T%d':{'type':'Long'}"},
    };
    for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
        for (int spaces = 1; spaces <= 2; spaces++) {
            for (int more = 0; more <= 1; more++) {
                struct buffer all = {0};
                struct cedar_schema *schema = NULL;
                struct fault fault = {0};
                int count = CEDAR_SCHEMA_DECLARATIONS_MAX / spaces;
                buffer_append_text(&all, "{");
                for (int space = 0; space < spaces; space++) {
                    struct buffer list = {0};
                    for (int i = 0; i < count + (space == 0 ? more : 0); i++)
                        buffer_printf(&list, kinds[kind][1], i ? "," : "", i);
                    buffer_printf(&all, "%s'N%d':", space ? "," : "", space);
                    buffer_printf(&all, kinds[kind][0], "", buffer_text(&list));
                    buffer_free(&list);
                }
                buffer_append_text(&all, "}");
                assert_int_equal(
                    parse(buffer_text(&all), &fault, &schema),
                    more ? ERROR_SCHEMA_LIMIT : ERROR_OK);
                cedar_schema_free(schema);
                buffer_free(&all);
            }
        }
    }
    struct buffer spaces = {0};
    struct cedar_schema *schema = NULL;
    struct fault fault = {0};
    uint8_t *end = buffer_reserve(&spaces, CEDAR_SCHEMA_JSON_MAX + 1);
    assert_non_null(end);
    memset(end, ' ', CEDAR_SCHEMA_JSON_MAX + 1);
    memcpy(end, "{}", 2);
    struct bytes text_of_all = {end, CEDAR_SCHEMA_JSON_MAX};
    assert_int_equal(cedar_schema_json_parse(text_of_all, &fault, &schema), ERROR_OK);
    cedar_schema_free(schema);
    text_of_all.length++;
    assert_int_equal(cedar_schema_json_parse(text_of_all, &fault, &schema), ERROR_SCHEMA_LIMIT);
    assert_string_equal(fault.found, "4194305 bytes");
    buffer_free(&spaces);
}

/* Places are right far into a long text, across lines and wide characters. */
static void test_places(void **state)
{
    (void)state;
    struct buffer in = {0};
    struct fault fault = {0};
    struct cedar_schema *schema;
    buffer_append_text(&in, "{\"\": {\"actions\": {}, \"entityTypes\": {\n");
    for (int i = 0; i < 500; i++)
        buffer_printf(&in, "\"E%d\": {\"annotations\": {\"a\": \"\u00e9\"}},\n", i);
    buffer_append_text(
        &in, "\"F\": {\"annotations\": {\"a\": \"\u00e9\"}, \"memberOfTypes\": [\"G\"]}}}}");
    assert_int_equal(
        cedar_schema_json_parse(buffer_view(&in), &fault, &schema),
        ERROR_SCHEMA_UNKNOWN_ENTITY_TYPE);
    assert_string_equal(fault.place, "line 502, column 52");
    buffer_free(&in);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct buffer in = quoted(json);
    for (long n = 0;; n++) {
        struct buffer out = {0};
        struct fault fault = {0};
        failing_alloc_after(n);
        enum error error = cedar_schema_to_text(buffer_view(&in), &fault, &out);
        if (!error)
            error = cedar_schema_to_json(BYTES_LITERAL(text), &fault, &out);
        bool failed = failing_alloc_stop();
        buffer_free(&out);
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        if (!failed)
            break;
        assert_int_equal(fault.error, ERROR_MEMORY);
    }
    buffer_free(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_translation),    cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_readings),       cmocka_unit_test(test_refused),
        cmocka_unit_test(test_untranslatable), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_places),         cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

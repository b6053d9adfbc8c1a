/* Entities, contexts and requests from JSON: the escapes, and what a schema lets be left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "cedar/data_json.h"
#include "failing_alloc.h"

static const char schema_text[] =
    "entity U in [G] {boss?: U, at?: ipaddr, all?: Set<U>, r?: {d: decimal, any?: String}}"
    "  tags datetime;\n"
    "entity G;\n"
    "action go appliesTo {principal: U, resource: G, context: {by?: U, for?: duration}};\n";

struct fixture {
    struct arena arena;
    struct cedar_schema *schema;
    struct cedar_symbols *symbols;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    assert_int_equal(
        cedar_schema_parse(BYTES_LITERAL(schema_text), NULL, &fixture->schema), ERROR_OK);
    assert_int_equal(cedar_symbols_create(NULL, 1, &fixture->symbols), ERROR_OK);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    cedar_schema_free(fixture->schema);
    cedar_symbols_free(fixture->symbols);
    arena_free(&fixture->arena);
    free(fixture);
    return 0;
}

/* JSON with ' for ". */
static const struct json *parse(struct arena *arena, const char *text)
{
    struct buffer quoted = {0};
    const struct json *json = NULL;
    for (; *text; text++)
        buffer_append_byte(&quoted, *text == '\'' ? '"' : (uint8_t)*text);
    assert_int_equal(json_parse(buffer_view(&quoted), arena, NULL, &json), ERROR_OK);
    buffer_free(&quoted);
    return json;
}

/* Attributes of a U, and what they are without a schema and with. NULL: refused with error. */
static const struct {
    const char *json, *plain, *typed;
    enum error error;
} rows[] = {
    {"{'boss':{'type':'U','id':'b'}}", "{boss: {id: \"b\", type: \"U\"}}", "{boss: U::\"b\"}",
     ERROR_OK},
    {"{'boss':{'__entity':{'type':'U','id':'b'}}}", "{boss: U::\"b\"}", "{boss: U::\"b\"}",
     ERROR_OK},
    {"{'at':'1.2.3.4'}", "{at: \"1.2.3.4\"}", "{at: ip(\"1.2.3.4\")}", ERROR_OK},
    {"{'at':{'fn':'ip','arg':'::1'}}", "{at: {arg: \"::1\", fn: \"ip\"}}", "{at: ip(\"::1\")}",
     ERROR_OK},
    {"{'at':{'__extn':{'fn':'ip','arg':'::1'}}}", "{at: ip(\"::1\")}", "{at: ip(\"::1\")}",
     ERROR_OK},
    {"{'all':[{'type':'U','id':'a'},{'__entity':{'type':'U','id':'b'}}]}",
     "{all: [U::\"b\", {id: \"a\", type: \"U\"}]}", "{all: [U::\"a\", U::\"b\"]}", ERROR_OK},
    {"{'r':{'d':'1.5','any':'1.5'}}", "{r: {any: \"1.5\", d: \"1.5\"}}",
     "{r: {any: \"1.5\", d: decimal(\"1.5\")}}", ERROR_OK},
    /* What the schema does not have, or has as something else, is read as without one: the check
     * says what is wrong with it. */
    {"{'x':{'type':'U','id':'b'},'boss':'b'}", "{boss: \"b\", x: {id: \"b\", type: \"U\"}}",
     "{boss: \"b\", x: {id: \"b\", type: \"U\"}}", ERROR_OK},
    {"{'at':[1],'r':{'d':'1.5','any':{}},'all':1}", "{all: 1, at: [1], r: {any: {}, d: \"1.5\"}}",
     "{all: 1, at: [1], r: {any: {}, d: decimal(\"1.5\")}}", ERROR_OK},
    {"{'at':'1.2.3'}", "{at: \"1.2.3\"}", NULL, ERROR_CEDAR_EXTENSION},
    {"{'boss':{'type':'U'}}", "{boss: {type: \"U\"}}", NULL, ERROR_JSON_MISSING},
    {"{'boss':{'type':'U','id':'b','x':1}}", "{boss: {id: \"b\", type: \"U\", x: 1}}", NULL,
     ERROR_JSON_UNKNOWN},
    {"{'at':{'fn':'contains','arg':'::1'}}", "{at: {arg: \"::1\", fn: \"contains\"}}", NULL,
     ERROR_CEDAR_FUNCTION},
};

static void assert_record(const struct cedar_record *record, const char *expected)
{
    struct buffer out = {0};
    cedar_print_value(&out, cedar_value_record(record));
    assert_string_equal(buffer_text(&out), expected);
    buffer_free(&out);
}

static void test_attributes(void **state)
{
    struct fixture *fixture = *state;
    const struct cedar_entity_type *type =
        cedar_schema_entity_type(fixture->schema, BYTES_LITERAL("U"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct json *json = parse(&fixture->arena, rows[i].json);
        struct cedar_record *record = NULL;
        struct fault fault = {0};
        assert_int_equal(
            cedar_json_record(json, fixture->symbols, &fixture->arena, &fault, &record), ERROR_OK);
        assert_record(record, rows[i].plain);
        enum error error = cedar_json_record_typed(
            json, &type->attributes, fixture->symbols, &fixture->arena, &fault, &record);
        if (error != rows[i].error)
            fail_msg("%s: %s", rows[i].json, error_name(error));
        if (rows[i].typed)
            assert_record(record, rows[i].typed);
        else
            assert_int_equal(fault.error, error);
    }
}

/* Values without a schema: as they print, or the error and the end of its place. */
static void test_values(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *json, *printed;
        enum error error;
        const char *place;
    } values[] = {
        {"true", "true", ERROR_OK, ""},
        {"-9223372036854775808", "-9223372036854775808", ERROR_OK, ""},
        {"'a'", "\"a\"", ERROR_OK, ""},
        {"[1, [2], {}, 1]", "[1, [2], {}]", ERROR_OK, ""},
        {"{'__extn':{'fn':'ip','arg':'::1'},'x':1}", "{__extn: {arg: \"::1\", fn: \"ip\"}, x: 1}",
         ERROR_OK, ""},
        {"{'__entity':{'type':'U','id':'u'},'x':1}", "{__entity: {id: \"u\", type: \"U\"}, x: 1}",
         ERROR_OK, ""},
        {"{'__extn':{'fn':'offset','args':[{'__extn':{'fn':'datetime','arg':'2026-01-01'}},"
         "{'__extn':{'fn':'duration','arg':'1h'}}]}}",
         "datetime(\"2026-01-01T01:00:00Z\")", ERROR_OK, ""},
        {"{'__extn':{'fn':'ip','args':['1.2.3.4']}}", "ip(\"1.2.3.4\")", ERROR_OK, ""},
        {"{'__extn':{'fn':'isIpv4','args':[{'__extn':{'fn':'ip','arg':'1.2.3.4'}}]}}", "true",
         ERROR_OK, ""},
        {"null", NULL, ERROR_JSON_TYPE, "column 1"},
        {"[1,null]", NULL, ERROR_JSON_TYPE, "$[1]"},
        {"{'a':{'b':null}}", NULL, ERROR_JSON_TYPE, "$.a.b"},
        {"1.5", NULL, ERROR_JSON_TYPE, "column 1"},
        {"9223372036854775808", NULL, ERROR_JSON_RANGE, "column 1"},
        {"{'__entity':{'type':'U'}}", NULL, ERROR_JSON_MISSING, "$.__entity"},
        {"{'__entity':{'id':'u'}}", NULL, ERROR_JSON_MISSING, "$.__entity"},
        {"{'__entity':{'type':'U','id':'u','x':1}}", NULL, ERROR_JSON_UNKNOWN, "$.__entity.x"},
        {"{'__entity':{'__entity':{'type':'U','id':'u'},'x':1}}", NULL, ERROR_JSON_UNKNOWN,
         "$.__entity.__entity"},
        {"{'__entity':{'type':'not a type','id':'x'}}", NULL, ERROR_CEDAR_SYNTAX,
         "$.__entity.type"},
        {"{'__entity':{'type':'__cedar::U','id':'x'}}", NULL, ERROR_CEDAR_SYNTAX,
         "$.__entity.type"},
        {"{'__expr':'1'}", NULL, ERROR_JSON_UNKNOWN, "column 1"},
        {"[{'__expr':'1'}]", NULL, ERROR_JSON_UNKNOWN, "$[0]"},
        {"{'__extn':{'arg':'1'}}", NULL, ERROR_JSON_MISSING, "$.__extn"},
        {"{'__extn':{'fn':'ip'}}", NULL, ERROR_JSON_MISSING, "$.__extn"},
        {"{'__extn':{'fn':'iq','arg':'::1'}}", NULL, ERROR_CEDAR_FUNCTION, "$.__extn.fn"},
        {"{'__extn':{'fn':'contains','args':[[1],1]}}", NULL, ERROR_CEDAR_FUNCTION, "$.__extn.fn"},
        {"{'__extn':{'fn':'offset','arg':'1h'}}", NULL, ERROR_CEDAR_FUNCTION, "$.__extn"},
        {"{'__extn':{'fn':'ip','arg':'1.2.3'}}", NULL, ERROR_CEDAR_EXTENSION, "$.__extn"},
        {"{'__extn':{'fn':'ip','arg':1}}", NULL, ERROR_JSON_TYPE, "$.__extn.arg"},
        {"{'__extn':{'fn':'ip','args':['1.2.3.4','1.2.3.4']}}", NULL, ERROR_CEDAR_ARITY,
         "$.__extn.args"},
        {"{'__extn':{'fn':'ip','args':[null]}}", NULL, ERROR_JSON_TYPE, "$.__extn.args[0]"},
        {"{'__extn':{'fn':'ip','args':[1]}}", NULL, ERROR_CEDAR_TYPE, "$.__extn"},
        {"{'__extn':{'fn':'isInRange','args':[1,2]}}", NULL, ERROR_CEDAR_TYPE, "$.__extn"},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct cedar_value value;
        struct fault fault = {0};
        struct buffer out = {0};
        enum error error = cedar_json_value(
            parse(&fixture->arena, values[i].json), fixture->symbols, &fixture->arena, &fault,
            &value);
        if (error != values[i].error || !text_ends(fault.place, values[i].place))
            fail_msg("%s: %s at %s", values[i].json, error_name(error), fault.place);
        if (!error) {
            cedar_print_value(&out, value);
            assert_string_equal(buffer_text(&out), values[i].printed);
        }
        buffer_free(&out);
        assert_int_equal(
            cedar_json_value(
                parse(&fixture->arena, values[i].json), fixture->symbols, &fixture->arena, NULL,
                &value),
            error);
    }
}

/* Entities that are refused, and where. */
static void test_refused_entities(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        enum error error;
        const char *json, *place;
    } refused[] = {
        {ERROR_OK, "[{'uid':{'type':'Q','id':'q'},'attrs':{'a':1},'parents':[]}]", ""},
        {ERROR_OK, "[{'uid':{'__entity':{'type':'G','id':'g'}},'attrs':{},'parents':[]}]", ""},
        {ERROR_JSON_TYPE, "{}", "column 1"},
        {ERROR_JSON_TYPE, "[1]", "$[0]"},
        {ERROR_JSON_UNKNOWN, "[{'uid':{'type':'U','id':'u'},'attrs':{},'parents':[],'x':1}]",
         "$[0].x"},
        {ERROR_JSON_MISSING, "[{'attrs':{},'parents':[]}]", "$[0]"},
        {ERROR_JSON_TYPE, "[{'uid':'U','attrs':{},'parents':[]}]", "$[0].uid"},
        {ERROR_JSON_MISSING, "[{'uid':{'type':'U'},'attrs':{},'parents':[]}]", "$[0].uid"},
        {ERROR_JSON_MISSING, "[{'uid':{'type':'U','id':'u'},'parents':[]}]", "$[0]"},
        {ERROR_JSON_MISSING, "[{'uid':{'type':'U','id':'u'},'attrs':{}}]", "$[0]"},
        {ERROR_JSON_TYPE, "[{'uid':{'type':'U','id':'u'},'attrs':{'a':null},'parents':[]}]",
         "$[0].attrs.a"},
        {ERROR_JSON_TYPE, "[{'uid':{'type':'U','id':'u'},'attrs':{},'parents':{}}]",
         "$[0].parents"},
        {ERROR_JSON_MISSING, "[{'uid':{'type':'U','id':'u'},'attrs':{},'parents':[{'id':'g'}]}]",
         "$[0].parents[0]"},
        {ERROR_JSON_TYPE, "[{'uid':{'type':'U','id':'u'},'attrs':{},'parents':[],'tags':1}]",
         "$[0].tags"},
        {ERROR_CEDAR_EXTENSION,
         "[{'uid':{'type':'U','id':'u'},'attrs':{},'parents':[],'tags':{'a':'x'}}]", "$[0].tags.a"},
        {ERROR_CEDAR_DUPLICATE_ENTITY,
         "[{'uid':{'type':'G','id':'g'},'attrs':{},'parents':[]},"
         "{'uid':{'type':'G','id':'g'},'attrs':{'a':1},'parents':[]}]",
         "$[1]"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct cedar_entities *entities;
        struct fault fault = {0};
        assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
        enum error error = cedar_json_entities_typed(
            parse(&fixture->arena, refused[i].json), fixture->schema, fixture->symbols,
            &fixture->arena, entities, &fault);
        if (error != refused[i].error || !text_ends(fault.place, refused[i].place))
            fail_msg("%s: %s at %s", refused[i].json, error_name(error), fault.place);
        cedar_entities_free(entities);
    }
}

static void test_entities(void **state)
{
    struct fixture *fixture = *state;
    struct cedar_entities *entities;
    struct fault fault = {0};
    const struct json *json = parse(
        &fixture->arena, "[{'uid':{'type':'U','id':'u'},'attrs':{'at':'10.0.0.0/8'},'parents':["
                         "{'type':'G','id':'g'}],'tags':{'since':'2026-03-02'}}]");
    assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
    assert_int_equal(
        cedar_json_entities_typed(
            json, fixture->schema, fixture->symbols, &fixture->arena, entities, &fault),
        ERROR_OK);
    assert_int_equal(cedar_check_entities(fixture->schema, entities, &fault), ERROR_OK);
    assert_record(cedar_entities_at(entities, 0)->attributes, "{at: ip(\"10.0.0.0/8\")}");
    assert_record(cedar_entities_at(entities, 0)->tags, "{since: datetime(\"2026-03-02\")}");
    cedar_entities_free(entities);
    /* Without the schema the same are strings, which the schema then refuses. */
    assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
    assert_int_equal(
        cedar_json_entities(json, fixture->symbols, &fixture->arena, entities, &fault), ERROR_OK);
    assert_int_equal(cedar_check_entities(fixture->schema, entities, &fault), ERROR_CHECK_VALUE);
    cedar_entities_free(entities);
}

static enum error read_request(
    struct fixture *fixture, const char *text, struct fault *fault, struct cedar_request *request)
{
    return cedar_json_request(
        parse(&fixture->arena, text), fixture->schema, fixture->symbols, &fixture->arena, fault,
        request);
}

static void test_requests(void **state)
{
    struct fixture *fixture = *state;
    struct cedar_request request = {0}, same = {0};
    struct fault fault = {0};
    assert_int_equal(
        read_request(
            fixture,
            "{'principal':'U::\\'u\\'','action':{'type':'Action','id':'go'},'resource':"
            "{'__entity':{'type':'G','id':'g'}},'context':{'by':{'type':'U','id':'v'},'for':'1h'}}",
            &fault, &request),
        ERROR_OK);
    assert_record(request.context, "{by: U::\"v\", for: duration(\"1h\")}");
    assert_int_equal(cedar_check_request(fixture->schema, &request, &fault), ERROR_OK);
    assert_int_equal(
        read_request(
            fixture,
            "{'principal':{'type':'U','id':'u'},'action':'Action::\\'go\\'','resource':"
            "'G::\\'g\\''}",
            &fault, &same),
        ERROR_OK);
    assert_ptr_equal(same.principal, request.principal);
    assert_ptr_equal(same.action, request.action);
    assert_ptr_equal(same.resource, request.resource);
    assert_null(same.context);
    static const struct {
        enum error error;
        const char *json, *place;
    } refused[] = {
        {ERROR_JSON_TYPE, "[]", "column 1"},
        {ERROR_JSON_MISSING, "{'principal':'U::\\'u\\'','resource':'G::\\'g\\''}", ""},
        {ERROR_JSON_MISSING, "{'principal':'U::\\'u\\'','action':'Action::\\'go\\''}", ""},
        {ERROR_CEDAR_SYNTAX, "{'principal':''}", "$.principal"},
        {ERROR_CEDAR_TOKEN, "{'principal':'#'}", "$.principal"},
        {ERROR_CEDAR_SYNTAX, "{'principal':'1'}", "$.principal"},
        {ERROR_CEDAR_SYNTAX, "{'principal':'U::1'}", "$.principal"},
        {ERROR_JSON_MISSING, "{'action':'Action::\\'go\\'','resource':'G::\\'g\\''}", ""},
        {ERROR_CEDAR_SYNTAX, "{'principal':'U','action':'','resource':''}", "$.principal"},
        {ERROR_CEDAR_SYNTAX, "{'principal':'U::\\'u\\' x'}", "$.principal"},
        {ERROR_JSON_TYPE, "{'principal':1}", "$.principal"},
        {ERROR_CEDAR_EXTENSION,
         "{'principal':'U::\\'u\\'','action':'Action::\\'go\\'','resource':'G::\\'g\\'','context':"
         "{'for':'long'}}",
         "$.context.for"},
    };
    /* Of an action that the schema does not have, and without a schema, all is as it stands. */
    static const char other[] = "{'principal':'U::\\'u\\'','action':'Action::\\'stay\\'',"
                                "'resource':'G::\\'g\\'','context':{'for':'1h'}}";
    assert_int_equal(read_request(fixture, other, &fault, &same), ERROR_OK);
    assert_record(same.context, "{for: \"1h\"}");
    assert_int_equal(
        cedar_json_request(
            parse(&fixture->arena, other), NULL, fixture->symbols, &fixture->arena, &fault, &same),
        ERROR_OK);
    assert_record(same.context, "{for: \"1h\"}");
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        enum error error = read_request(fixture, refused[i].json, &fault, &request);
        if (error != refused[i].error || !text_ends(fault.place, refused[i].place))
            fail_msg("%s: %s at %s", refused[i].json, error_name(error), fault.place);
    }
}

static void test_no_memory(void **state)
{
    struct fixture *fixture = *state;
    const struct json *json = parse(
        &fixture->arena,
        "[{'uid':{'type':'U','id':'u'},'attrs':{'at':'10.0.0.0/8','all':[{'type':'U','id':'n'}],"
        "'x':{'y':'z','f':{'__extn':{'fn':'ip','args':['::1']}}}},"
        "'parents':[{'type':'G','id':'g'}],'tags':{'since':'2026-03-02'}}]");
    for (long n = 0;; n++) {
        struct arena arena = {0};
        struct cedar_symbols *symbols;
        struct cedar_entities *entities;
        struct fault fault = {0};
        assert_int_equal(cedar_symbols_create(NULL, 1, &symbols), ERROR_OK);
        assert_int_equal(cedar_entities_create(NULL, &entities), ERROR_OK);
        failing_alloc_after(n);
        enum error error =
            cedar_json_entities_typed(json, fixture->schema, symbols, &arena, entities, &fault);
        bool failed = failing_alloc_stop();
        assert_int_equal(fault.error, error);
        cedar_entities_free(entities);
        cedar_symbols_free(symbols);
        arena_free(&arena);
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        if (!failed)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_attributes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_entities, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_entities, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_requests, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Policies, templates and links in the JSON form: as the official engine writes them, back to text,
 * and what is refused where. */
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

/* The JSON is what the official engine (4.12) gives for the text; ' stands for ". */
static const struct {
    const char *text, *json;
} pairs[] = {
    {"@a @b(\"x\\\"y\") forbid(principal == ?principal, action in [N::Action::\"x\"],"
     " resource is T in ?resource);",
     "{'effect':'forbid','principal':{'op':'==','slot':'?principal'},'action':{'op':'in',"
     "'entity':{'type':'N::Action','id':'x'}},'resource':{'op':'is','entity_type':'T',"
     "'in':{'slot':'?resource'}},'conditions':[],'annotations':{'a':null,'b':'x\\'y'}}"},
    {"permit(principal in N::U::\"u\", action == Action::\"v\", resource is T);",
     "{'effect':'permit','principal':{'op':'in','entity':{'type':'N::U','id':'u'}},"
     "'action':{'op':'==','entity':{'type':'Action','id':'v'}},'resource':{'op':'is',"
     "'entity_type':'T'},'conditions':[]}"},
    {"permit(principal is U in G::\"g\", action in [Action::\"v\", Action::\"w\"],"
     " resource == D::\"\\0\");",
     "{'effect':'permit','principal':{'op':'is','entity_type':'U',"
     "'in':{'entity':{'type':'G','id':'g'}}},'action':{'op':'in',"
     "'entities':[{'type':'Action','id':'v'},{'type':'Action','id':'w'}]},"
     "'resource':{'op':'==','entity':{'type':'D','id':'\\u0000'}},'conditions':[]}"},
    {"permit(principal, action in [], resource) unless { context.x } when { true };",
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'in','entities':[]},"
     "'resource':{'op':'All'},'conditions':[{'kind':'unless',"
     "'body':{'.':{'left':{'Var':'context'},'attr':'x'}}},{'kind':'when',"
     "'body':{'Value':true}}]}"},
    {"permit(principal,action,"
     "resource)when{principal has a.b.c && action has \"d e\" && -5 < -(5) && - -3 == 1};",
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},"
     "'resource':{'op':'All'},'conditions':[{'kind':'when',"
     "'body':{'&&':{'left':{'&&':{'left':{'&&':{'left':{'&&':{'left':{'&&':{'left':{'ha"
     "s':{'left':{'Var':'principal'},'attr':'a'}},"
     "'right':{'has':{'left':{'.':{'left':{'Var':'principal'},'attr':'a'}},'attr':'b'}}}},"
     "'right':{'has':{'left':{'.':{'left':{'.':{'left':{'Var':'principal'},'attr':'a'}},"
     "'attr':'b'}},'attr':'c'}}}},'right':{'has':{'left':{'Var':'action'},'attr':'d e'}}}},"
     "'right':{'<':{'left':{'Value':-5},'right':{'neg':{'arg':{'Value':5}}}}}}},"
     "'right':{'==':{'left':{'neg':{'arg':{'Value':-3}}},'right':{'Value':1}}}}}}]}"},
    {"permit(principal,action,resource)when{context.x[\"a b\"] like \"a*\\*é*\"};",
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},"
     "'resource':{'op':'All'},'conditions':[{'kind':'when',"
     "'body':{'like':{'left':{'.':{'left':{'.':{'left':{'Var':'context'},'attr':'x'}},"
     "'attr':'a b'}},'pattern':[{'Literal':'a'},'Wildcard',{'Literal':'*'},{'Literal':'é'},"
     "'Wildcard']}}}]}"},
    {"permit(principal,action,resource)when{[1,\"a\",{a:-1,\"b c\":[]},U::\"u\","
     "false].contains(ip(\"1.2.3.4\"))};",
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},"
     "'resource':{'op':'All'},'conditions':[{'kind':'when',"
     "'body':{'contains':{'left':{'Set':[{'Value':1},{'Value':'a'},"
     "{'Record':{'a':{'Value':-1},'b c':{'Set':[]}}},{'Value':{'__entity':{'type':'U',"
     "'id':'u'}}},{'Value':false}]},'right':{'ip':[{'Value':'1.2.3.4'}]}}}}]}"},
    {"permit(principal,action,"
     "resource)when{decimal(\"1.0\").lessThan(decimal()) || ip().isIpv4() || context.a."
     "isEmpty()};",
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},"
     "'resource':{'op':'All'},'conditions':[{'kind':'when',"
     "'body':{'||':{'left':{'||':{'left':{'lessThan':[{'decimal':[{'Value':'1.0'}]},"
     "{'decimal':[]}]},'right':{'isIpv4':[{'ip':[]}]}}},"
     "'right':{'isEmpty':{'arg':{'.':{'left':{'Var':'context'},'attr':'a'}}}}}}}]}"},
    {"permit(principal,action,"
     "resource)when{principal is U in G::\"g\" && resource is D && principal.hasTag(\"a"
     "\") && principal.getTag(\"x\") == 1};",
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},"
     "'resource':{'op':'All'},'conditions':[{'kind':'when',"
     "'body':{'&&':{'left':{'&&':{'left':{'&&':{'left':{'is':{'left':{'Var':'principal'},"
     "'entity_type':'U','in':{'Value':{'__entity':{'type':'G','id':'g'}}}}},"
     "'right':{'is':{'left':{'Var':'resource'},'entity_type':'D'}}}},"
     "'right':{'hasTag':{'left':{'Var':'principal'},'right':{'Value':'a'}}}}},"
     "'right':{'==':{'left':{'getTag':{'left':{'Var':'principal'},'right':{'Value':'x'}}},"
     "'right':{'Value':1}}}}}}]}"},
    {"permit(principal,action,resource)when{if !true then {} else !!!!(!!false)};",
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},"
     "'resource':{'op':'All'},'conditions':[{'kind':'when',"
     "'body':{'if-then-else':{'if':{'!':{'arg':{'Value':true}}},'then':{'Record':{}},"
     "'else':{'!':{'arg':{'!':{'arg':{'!':{'arg':{'!':{'arg':{'!':{'arg':{'!':{'arg':{'"
     "Value':false}}}}}}}}}}}}}}}}]}"},
    {"permit(principal,action,"
     "resource)when{(if 1 != 2 then 3 else 4) >= 2 && 1 > 2 && 1 <= 2 && (1 - 2) - (3 +"
     " 4) * -5 == 5 || (1 == 2) == (3 in 4)};",
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},"
     "'resource':{'op':'All'},'conditions':[{'kind':'when',"
     "'body':{'||':{'left':{'&&':{'left':{'&&':{'left':{'&&':{'left':{'>=':{'left':{'if"
     "-then-else':{'if':{'!=':{'left':{'Value':1},'right':{'Value':2}}},'then':{'Value':3},"
     "'else':{'Value':4}}},'right':{'Value':2}}},'right':{'>':{'left':{'Value':1},"
     "'right':{'Value':2}}}}},'right':{'<=':{'left':{'Value':1},'right':{'Value':2}}}}},"
     "'right':{'==':{'left':{'-':{'left':{'-':{'left':{'Value':1},'right':{'Value':2}}},"
     "'right':{'*':{'left':{'+':{'left':{'Value':3},'right':{'Value':4}}},"
     "'right':{'Value':-5}}}}},'right':{'Value':5}}}}},"
     "'right':{'==':{'left':{'==':{'left':{'Value':1},'right':{'Value':2}}},"
     "'right':{'in':{'left':{'Value':3},'right':{'Value':4}}}}}}}}]}"},
    {"permit(principal,action,resource)when{context.s.containsAny([1]).containsAll(2)};",
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},"
     "'resource':{'op':'All'},'conditions':[{'kind':'when',"
     "'body':{'containsAll':{'left':{'containsAny':{'left':{'.':{'left':{'Var':'context'},"
     "'attr':'s'}},'right':{'Set':[{'Value':1}]}}},'right':{'Value':2}}}}]}"},
    {"permit(principal,action,"
     "resource)when{datetime(\"2020-01-01\").offset(duration(\"1h\")).toDate() == conte"
     "xt};",
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},"
     "'resource':{'op':'All'},'conditions':[{'kind':'when',"
     "'body':{'==':{'left':{'toDate':[{'offset':[{'datetime':[{'Value':'2020-01-01'}]},"
     "{'duration':[{'Value':'1h'}]}]}]},'right':{'Var':'context'}}}}]}"},
};

/* JSON with ' for ". */
static const struct json *parse_json(const char *text, struct arena *arena)
{
    struct buffer quoted = {0};
    const struct json *json = NULL;
    for (; *text; text++)
        buffer_append_byte(&quoted, *text == '\'' ? '"' : (uint8_t)*text);
    assert_int_equal(json_parse(buffer_view(&quoted), arena, NULL, &json), ERROR_OK);
    buffer_free(&quoted);
    return json;
}

static struct cedar_policies *new_set(void)
{
    struct cedar_policies *set = NULL;
    assert_int_equal(cedar_policies_create(&set), ERROR_OK);
    return set;
}

static struct cedar_policies *read_text(const char *text)
{
    struct cedar_policies *set = new_set();
    assert_int_equal(cedar_policies_add_with_templates(set, bytes_of(text), NULL, NULL), ERROR_OK);
    return set;
}

static const struct cedar_policy *only(const struct cedar_policies *set)
{
    assert_int_equal(cedar_policies_count(set) + cedar_templates_count(set), 1);
    return cedar_policies_count(set) ? cedar_policies_at(set, 0) : cedar_templates_at(set, 0);
}

/* A policy's JSON with ' for ". */
static const char *json_of(const struct cedar_policy *policy, struct buffer *out)
{
    struct json_writer writer;
    buffer_clear(out);
    json_writer_begin(&writer, out, 0);
    cedar_json_policy_write(&writer, policy);
    assert_int_equal(json_writer_end(&writer), ERROR_OK);
    for (size_t i = 0; i < out->length; i++) {
        if (out->data[i] == '"')
            out->data[i] = '\'';
    }
    return buffer_text(out);
}

static void test_both_ways(void **state)
{
    (void)state;
    struct buffer once = {0}, twice = {0};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        char words[500];
        struct cedar_policies *from_text = read_text(pairs[i].text), *from_json = new_set();
        assert_string_equal(json_of(only(from_text), &once), pairs[i].json);
        if (cedar_json_policy_add(
                from_json, parse_json(pairs[i].json, &arena), BYTES_LITERAL("p"), &fault))
            fail_msg("%s\n%s", pairs[i].json, fault_text(&fault, words, sizeof words));
        assert_string_equal(json_of(only(from_json), &twice), buffer_text(&once));
        assert_true(bytes_equal_text(only(from_json)->id, "p"));
        arena_free(&arena);
        cedar_policies_free(from_text);
        cedar_policies_free(from_json);
    }
    buffer_free(&once);
    buffer_free(&twice);
}

/* Forms that are read but never written. */
static const struct {
    const char *body, *text;
} readings[] = {
    {"{'Value':{'a':[1,{'__extn':{'fn':'ip','arg':'1.2.3.4'}}],'b':{'__entity':{'type':'A::B',"
     "'id':'c'}}}}",
     "{a: [1, ip(\"1.2.3.4\")], b: A::B::\"c\"}"},
    {"{'Value':{'__extn':{'fn':'offset','args':[{'__extn':{'fn':'datetime','arg':'2020-01-01'}},"
     "{'__extn':{'fn':'duration','arg':'1h'}}]}}}",
     "datetime(\"2020-01-01\").offset(duration(\"1h\"))"},
    {"{'Value':{'__extn':1,'x':2}}", "{__extn: 1, x: 2}"},
    {"{'Value':{'__expr':1,'x':2}}", "{__expr: 1, x: 2}"},
    {"{'Value':{'__entity':{'__entity':{'type':'A','id':'b'}}}}", "A::\"b\""},
    {"{'Value':{'__entity':1,'x':2}}", "{__entity: 1, x: 2}"},
    {"{'Value':{'x':1}}", "{x: 1}"},
    {"{'Value':{'__extn':{'fn':'ip','args':[]}}}", "ip()"},
    {"{'like':{'left':{'Var':'context'},'pattern':[]}}", "context like \"\""},
    {"{'like':{'left':{'Var':'context'},'pattern':[{'Literal':'a'},'Wildcard',{'Literal':'b'}]}}",
     "context like \"a*b\""},
    {"{'is':{'left':{'Var':'principal'},'entity_type':'A','in':{'Var':'resource'}}}",
     "principal is A in resource"},
    {"{'Value':'a\\nb'}", "\"a\\nb\""},
    {"{'neg':{'arg':{'Value':-9223372036854775808}}}", "-(-9223372036854775808)"},
    {"{'like':{'left':{'Var':'context'},'pattern':['Wildcard',{'Literal':'a*'},{'Literal':''},"
     "'Wildcard','Wildcard']}}",
     "context like \"*a\\***\""},
    {"{'has':{'left':{'==':{'left':{'Value':1},'right':{'Value':2}}},'attr':'if'}}",
     "(1 == 2) has \"if\""},
    {"{'!':{'arg':{'!':{'arg':{'!':{'arg':{'!':{'arg':{'!':{'arg':{'Var':'context'}}}}}}}}}}}",
     "!!!!(!context)"},
};

static void test_readings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        struct arena arena = {0};
        struct buffer policy = {0}, printed = {0};
        struct cedar_policies *set = new_set();
        buffer_printf(
            &policy,
            "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},'resource':{'op':"
            "'All'},'conditions':[{'kind':'when','body':%s}]}",
            readings[i].body);
        const struct json *json = parse_json(buffer_text(&policy), &arena);
        assert_int_equal(cedar_json_policy_add(set, json, BYTES_LITERAL("p"), NULL), ERROR_OK);
        cedar_print_expr(&printed, only(set)->conditions[0].body);
        assert_string_equal(buffer_text(&printed), readings[i].text);
        cedar_policies_free(set);
        buffer_free(&policy);
        buffer_free(&printed);
        arena_free(&arena);
    }
}

#define HEAD                                                                                       \
    "'effect':'permit','principal':{'op':'All'},'action':{'op':'All'},'resource':{'op':'All'}"
#define WHEN(body) "{" HEAD ",'conditions':[{'kind':'when','body':" body "}]}"

static const struct {
    enum error error;
    const char *json, *place; /* the end of the fault's place */
} refused[] = {
    {ERROR_JSON_TYPE, "[]", ""},
    {ERROR_JSON_MISSING, "{" HEAD "}", ""},
    {ERROR_JSON_UNKNOWN, "{" HEAD ",'conditions':[],'x':1}", "$.x"},
    {ERROR_CEDAR_SYNTAX, "{'effect':'allow'}", "$.effect"},
    {ERROR_CEDAR_SCOPE, "{'effect':'permit','principal':{'op':'!='}}", "$.principal.op"},
    {ERROR_JSON_UNKNOWN, "{'effect':'permit','principal':{'op':'All','slot':'?principal'}}",
     "$.principal.slot"},
    {ERROR_CEDAR_TEMPLATE, "{'effect':'permit','principal':{'op':'==','slot':'?resource'}}",
     "$.principal.slot"},
    {ERROR_JSON_MISSING, "{'effect':'permit','principal':{'op':'=='}}", "$.principal"},
    {ERROR_JSON_MISSING,
     "{'effect':'permit','principal':{'op':'==','slot':'?principal','entity':{'type':'A','id':''}"
     "}}",
     "$.principal"},
    {ERROR_CEDAR_SCOPE, "{'effect':'permit','principal':{'op':'in','entities':[]}}",
     "$.principal.entities"},
    {ERROR_CEDAR_SYNTAX, "{'effect':'permit','principal':{'op':'is','entity_type':'A B'}}",
     "$.principal.entity_type"},
    {ERROR_CEDAR_SYNTAX,
     "{'effect':'permit','principal':{'op':'==','entity':{'type':'A::if','id':''}}}",
     "$.principal.entity.type"},
    {ERROR_CEDAR_SCOPE,
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'is','entity_type':'A'}}",
     "$.action"},
    {ERROR_CEDAR_TEMPLATE,
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'==','slot':'?action'}}",
     "$.action.slot"},
    /* What only reading the text again finds: an action of another type. */
    {ERROR_CEDAR_SCOPE,
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'==','entity':{'type':'A','id':''"
     "}},'resource':{'op':'All'},'conditions':[]}",
     ""},
    {ERROR_CEDAR_SYNTAX, "{" HEAD ",'conditions':[{'kind':'if','body':{'Value':1}}]}",
     "$.conditions[0].kind"},
    {ERROR_CEDAR_SYNTAX, "{" HEAD ",'conditions':[],'annotations':{'a b':null}}",
     "$.annotations[\"a b\"]"},
    {ERROR_JSON_TYPE, "{" HEAD ",'conditions':[],'annotations':{'a':1}}", "$.annotations.a"},
    {ERROR_CEDAR_SYNTAX, WHEN("{}"), ".body"},
    {ERROR_CEDAR_SYNTAX, WHEN("{'Value':1,'Var':'context'}"), ".body"},
    {ERROR_CEDAR_SYNTAX, WHEN("{'Var':'subject'}"), ".body.Var"},
    {ERROR_CEDAR_TEMPLATE, WHEN("{'Slot':'?principal'}"), ".body.Slot"},
    {ERROR_CEDAR_FUNCTION, WHEN("{'foo':[]}"), ".body.foo"},
    {ERROR_JSON_TYPE, WHEN("{'contains':[{'Value':1},{'Value':2}]}"), ".body.contains"},
    {ERROR_CEDAR_ARITY, WHEN("{'isIpv4':[]}"), ".body.isIpv4"},
    {ERROR_JSON_MISSING, WHEN("{'==':{'left':{'Value':1}}}"), ".body[\"==\"]"},
    {ERROR_JSON_UNKNOWN, WHEN("{'!':{'arg':{'Value':1},'x':1}}"), ".x"},
    {ERROR_JSON_TYPE, WHEN("{'Value':null}"), ".body.Value"},
    {ERROR_JSON_TYPE, WHEN("{'Value':1.5}"), ".body.Value"},
    {ERROR_JSON_RANGE, WHEN("{'Value':9223372036854775808}"), ".body.Value"},
    {ERROR_JSON_UNKNOWN, WHEN("{'Value':{'__expr':'1'}}"), ".body.Value"},
    {ERROR_CEDAR_FUNCTION, WHEN("{'Value':{'__extn':{'fn':'contains','arg':1}}}"), "__extn"},
    {ERROR_JSON_TYPE, WHEN("{'like':{'left':{'Value':1},'pattern':'a'}}"), ".pattern"},
    {ERROR_JSON_TYPE, WHEN("{'like':{'left':{'Value':1},'pattern':['wildcard']}}"), ".pattern[0]"},
    {ERROR_CEDAR_SYNTAX, WHEN("{'is':{'left':{'Value':1},'entity_type':''}}"), ".entity_type"},
    {ERROR_CEDAR_SYNTAX, WHEN("{'is':{'left':{'Value':1},'entity_type':'A:B'}}"), ".entity_type"},
    {ERROR_CEDAR_SYNTAX, WHEN("{'is':{'left':{'Value':1},'entity_type':'A::'}}"), ".entity_type"},
    {ERROR_JSON_UNKNOWN, WHEN("{'is':{'left':{'Value':1},'entity_type':'A','x':1}}"), ".x"},
    {ERROR_JSON_MISSING, WHEN("{'is':{'left':{'Value':1}}}"), ".is"},
    {ERROR_JSON_MISSING, WHEN("{'is':{'entity_type':'A'}}"), ".is"},
    {ERROR_JSON_TYPE, WHEN("{'is':{'left':{'Value':1},'entity_type':'A','in':1}}"), ".in"},
    {ERROR_JSON_TYPE, "{'effect':1}", "$.effect"},
    {ERROR_JSON_MISSING, "{}", ""},
    {ERROR_JSON_MISSING, "{'effect':'permit'}", ""},
    {ERROR_JSON_MISSING, "{'effect':'permit','principal':{}}", "$.principal"},
    {ERROR_JSON_TYPE, "{'effect':'permit','principal':{'op':1}}", "$.principal.op"},
    {ERROR_JSON_UNKNOWN, "{'effect':'permit','principal':{'op':'==','x':1}}", "$.principal.x"},
    {ERROR_JSON_TYPE, "{'effect':'permit','principal':{'op':'==','slot':1}}", "$.principal.slot"},
    {ERROR_JSON_UNKNOWN, "{'effect':'permit','principal':{'op':'is','entity_type':'A','x':1}}",
     "$.principal.x"},
    {ERROR_JSON_UNKNOWN,
     "{'effect':'permit','principal':{'op':'is','entity_type':'A','in':{'x':1}}}",
     "$.principal.in.x"},
    {ERROR_JSON_MISSING, "{'effect':'permit','principal':{'op':'is'}}", "$.principal"},
    {ERROR_JSON_TYPE,
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'in','entities':{}}}",
     "$.action.entities"},
    {ERROR_CEDAR_SCOPE,
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'==','entities':[]}}",
     "$.action.entities"},
    {ERROR_JSON_MISSING,
     "{'effect':'permit','principal':{'op':'All'},'action':{'op':'in','entities':[],'entity':{"
     "'type':'Action','id':''}}}",
     "$.action"},
    {ERROR_JSON_MISSING, "{'effect':'permit','principal':{'op':'All'},'action':{'op':'All'}}", ""},
    {ERROR_JSON_UNKNOWN, "{'effect':'permit','principal':{'op':'==','entity':{'x':1}}}",
     "$.principal.entity.x"},
    {ERROR_JSON_MISSING, "{'effect':'permit','principal':{'op':'==','entity':{'type':'A'}}}",
     "$.principal.entity"},
    {ERROR_JSON_UNKNOWN,
     "{'effect':'permit','principal':{'op':'==','entity':{'__entity':{'type':'A','id':''},"
     "'type':'A'}}}",
     "$.principal.entity.__entity"},
    {ERROR_JSON_TYPE, "{" HEAD ",'conditions':{}}", "$.conditions"},
    {ERROR_JSON_UNKNOWN, "{" HEAD ",'conditions':[{'x':1}]}", "$.conditions[0].x"},
    {ERROR_JSON_MISSING, "{" HEAD ",'conditions':[{'body':{'Value':1}}]}", "$.conditions[0]"},
    {ERROR_JSON_MISSING, "{" HEAD ",'conditions':[{'kind':'when'}]}", "$.conditions[0]"},
    {ERROR_JSON_TYPE, "{" HEAD ",'conditions':[],'annotations':[]}", "$.annotations"},
    {ERROR_JSON_TYPE, WHEN("{'Set':{}}"), ".body.Set"},
    {ERROR_JSON_TYPE, WHEN("{'Set':[1]}"), ".body.Set[0]"},
    {ERROR_JSON_TYPE, WHEN("{'Record':[]}"), ".body.Record"},
    {ERROR_JSON_TYPE, WHEN("{'Record':{'a':1}}"), ".body.Record.a"},
    {ERROR_JSON_TYPE, WHEN("{'Var':1}"), ".body.Var"},
    {ERROR_JSON_UNKNOWN, WHEN("{'.':{'left':{'Value':1},'attr':'a','x':1}}"), ".x"},
    {ERROR_JSON_MISSING, WHEN("{'.':{'left':{'Value':1}}}"), ".body[\".\"]"},
    {ERROR_JSON_MISSING, WHEN("{'has':{'attr':'a'}}"), ".body.has"},
    {ERROR_JSON_UNKNOWN, WHEN("{'like':{'left':{'Value':1},'pattern':[],'x':1}}"), ".x"},
    {ERROR_JSON_UNKNOWN, WHEN("{'like':{'left':{'Value':1},'pattern':[{'literal':'a'}]}}"),
     ".literal"},
    {ERROR_JSON_TYPE, WHEN("{'like':{'left':{'Value':1},'pattern':[{'Literal':1}]}}"), ".Literal"},
    {ERROR_JSON_MISSING, WHEN("{'like':{'left':{'Value':1},'pattern':[{}]}}"), ".pattern[0]"},
    {ERROR_JSON_UNKNOWN,
     WHEN("{'if-then-else':{'if':{'Value':1},'then':{'Value':1},'else':{'Value':1},'x':1}}"), ".x"},
    {ERROR_JSON_MISSING, WHEN("{'if-then-else':{'if':{'Value':1},'then':{'Value':1}}}"),
     ".body.if-then-else"},
    {ERROR_JSON_MISSING, WHEN("{'contains':{'left':{'Value':1}}}"), ".body.contains"},
    {ERROR_JSON_UNKNOWN, WHEN("{'isEmpty':{'arg':{'Value':1},'left':1}}"), ".left"},
    {ERROR_JSON_TYPE, WHEN("{'ip':{}}"), ".body.ip"},
    {ERROR_JSON_TYPE, WHEN("{'Value':[null]}"), ".Value[0]"},
    {ERROR_JSON_TYPE, WHEN("{'Value':{'a':null}}"), ".Value.a"},
    {ERROR_JSON_UNKNOWN, WHEN("{'Value':{'__extn':{'fn':'ip','arg':'::1','x':1}}}"), ".x"},
    {ERROR_JSON_UNKNOWN, WHEN("{'Value':{'__extn':{'fn':'ip','arg':'::1','args':[]}}}"), ".__extn"},
    {ERROR_JSON_MISSING, WHEN("{'Value':{'__extn':{'arg':'::1'}}}"), ".__extn"},
    {ERROR_JSON_MISSING, WHEN("{'Value':{'__extn':{'fn':'ip'}}}"), ".__extn"},
    {ERROR_CEDAR_FUNCTION, WHEN("{'Value':{'__extn':{'fn':'ipp','arg':'::1'}}}"), ".__extn"},
    {ERROR_JSON_TYPE, WHEN("{'Value':{'__extn':{'fn':'ip','arg':null}}}"), ".arg"},
    {ERROR_JSON_TYPE, WHEN("{'Value':{'__extn':{'fn':'ip','args':[null]}}}"), ".args[0]"},
    {ERROR_CEDAR_ARITY, WHEN("{'Value':{'__extn':{'fn':'isIpv4','args':[]}}}"), ".__extn"},
    {ERROR_JSON_MISSING, WHEN("{'Value':{'__entity':{'type':'A'}}}"), ".__entity"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        struct cedar_policies *set = new_set();
        enum error error = cedar_json_policy_add(
            set, parse_json(refused[i].json, &arena), BYTES_LITERAL("p"), &fault);
        if (error != refused[i].error || fault.error != error ||
            !text_ends(fault.place, refused[i].place))
            fail_msg("%s: %s at %s", refused[i].json, error_name(error), fault.place);
        assert_int_equal(cedar_policies_count(set) + cedar_templates_count(set), 0);
        cedar_policies_free(set);
        arena_free(&arena);
    }
}

#define STATIC "{" HEAD ",'conditions':[]}"
#define TEMPLATE                                                                                   \
    "{'effect':'permit','principal':{'op':'==','slot':'?principal'},'action':{'op':'All'},"        \
    "'resource':{'op':'All'},'conditions':[]}"
#define VALUES "'values':{'?principal':{'type':'U','id':'u'}}"

static const char whole_set[] =
    "{'staticPolicies':{'s':" STATIC "},'templates':{'t':" TEMPLATE "},'templateLinks':["
    "{'templateId':'t','newId':'l'," VALUES "}]}";

static const struct {
    enum error error;
    const char *json;
} refused_sets[] = {
    {ERROR_JSON_MISSING, "{}"},
    {ERROR_JSON_UNKNOWN, "{'staticPolicies':{},'policies':{}}"},
    {ERROR_JSON_TYPE, "{'staticPolicies':[]}"},
    {ERROR_CEDAR_TEMPLATE, "{'staticPolicies':{'t':" TEMPLATE "}}"},
    {ERROR_CEDAR_TEMPLATE, "{'templates':{'s':" STATIC "}}"},
    {ERROR_CEDAR_DUPLICATE_POLICY,
     "{'staticPolicies':{'t':" STATIC "},'templates':{'t':" TEMPLATE "}}"},
    {ERROR_NOT_FOUND, "{'templateLinks':[{'templateId':'t','newId':'l'," VALUES "}]}"},
    {ERROR_CEDAR_SLOTS, "{'templates':{'t':" TEMPLATE "},'templateLinks':[{'templateId':'t',"
                        "'newId':'l','values':{}}]}"},
    {ERROR_JSON_UNKNOWN, "{'templates':{'t':" TEMPLATE "},'templateLinks':[{'templateId':'t',"
                         "'newId':'l','values':{'?action':{'type':'A','id':''}}}]}"},
    {ERROR_JSON_TYPE, "{'templateLinks':{}}"},
    {ERROR_JSON_TYPE, "{'templateLinks':[1]}"},
    {ERROR_JSON_UNKNOWN, "{'templateLinks':[{'x':1}]}"},
    {ERROR_JSON_MISSING, "{'templateLinks':[{'newId':'l'," VALUES "}]}"},
    {ERROR_JSON_MISSING, "{'templateLinks':[{'templateId':'t'," VALUES "}]}"},
    {ERROR_JSON_MISSING, "{'templateLinks':[{'templateId':'t','newId':'l'}]}"},
    {ERROR_JSON_MISSING, "{'templates':{'t':" TEMPLATE "},'templateLinks':[{'templateId':'t',"
                         "'newId':'l','values':{'?principal':{'type':'A'}}}]}"},
    {ERROR_JSON_MISSING, "{'templateLinks':[{'templateId':'t','newId':'l','values':{"
                         "'?resource':{'type':'A'}}}]}"},
    {ERROR_JSON_TYPE, "{'staticPolicies':{'s':1}}"},
    {ERROR_JSON_TYPE, "[]"},
    {ERROR_CEDAR_DUPLICATE_POLICY,
     "{'templates':{'t':" TEMPLATE "},'templateLinks':[{'templateId':'t','newId':'t'," VALUES
     "}]}"},
};

static void test_sets(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct cedar_policies *set = NULL;
    struct buffer out = {0};
    struct json_writer writer;
    size_t index;
    const struct json *json = parse_json(whole_set, &arena);
    assert_int_equal(cedar_json_policies_read(json, NULL, &set), ERROR_OK);
    assert_int_equal(cedar_policies_count(set), 2);
    assert_true(cedar_policies_find(set, BYTES_LITERAL("l"), &index));
    assert_true(bytes_equal_text(cedar_policies_at(set, index)->principal.entities[0].id, "u"));
    /* By itself a link is a policy that names the entity. */
    assert_string_equal(
        json_of(cedar_policies_at(set, index), &out),
        "{'effect':'permit','principal':{'op':'==','entity':{'type':'U','id':'u'}},'action':{'op':"
        "'All'},'resource':{'op':'All'},'conditions':[]}");
    buffer_clear(&out);
    json_writer_begin(&writer, &out, 0);
    cedar_json_policies_write(&writer, set);
    assert_int_equal(json_writer_end(&writer), ERROR_OK);
    for (size_t i = 0; i < out.length; i++)
        out.data[i] = out.data[i] == '"' ? '\'' : out.data[i];
    assert_string_equal(buffer_text(&out), whole_set);
    cedar_policies_free(set);
    /* Both slots; the resource's alone; and no links at all. */
    static const char *const others[] = {
        "{'staticPolicies':{},'templates':{'t':{'effect':'forbid','principal':{'op':'is',"
        "'entity_type':'U','in':{'slot':'?principal'}},'action':{'op':'All'},'resource':{'op':'in'"
        ",'slot':'?resource'},'conditions':[]},'u':{'effect':'permit','principal':{'op':'All'},"
        "'action':{'op':'All'},'resource':{'op':'==','slot':'?resource'},'conditions':[]}},"
        "'templateLinks':[{'templateId':'t','newId':'l','values':{'?principal':{'type':'U','id':"
        "'u'},'?resource':{'type':'R','id':'r'}}},{'templateId':'u','newId':'m','values':{"
        "'?resource':{'type':'R','id':'r'}}}]}",
        "{'staticPolicies':{'s':" STATIC "},'templates':{},'templateLinks':[]}",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        set = NULL;
        buffer_clear(&out);
        assert_int_equal(
            cedar_json_policies_read(parse_json(others[i], &arena), NULL, &set), ERROR_OK);
        json_writer_begin(&writer, &out, 0);
        cedar_json_policies_write(&writer, set);
        assert_int_equal(json_writer_end(&writer), ERROR_OK);
        for (size_t k = 0; k < out.length; k++)
            out.data[k] = out.data[k] == '"' ? '\'' : out.data[k];
        assert_string_equal(buffer_text(&out), others[i]);
        cedar_policies_free(set);
    }
    set = NULL;
    assert_int_equal(
        cedar_json_policies_read(
            parse_json("{'staticPolicies':{'s':" STATIC "}}", &arena), NULL, &set),
        ERROR_OK);
    cedar_policies_free(set);
    for (size_t i = 0; i < sizeof refused_sets / sizeof *refused_sets; i++) {
        struct cedar_policies *untouched = NULL;
        struct fault fault = {0};
        enum error error =
            cedar_json_policies_read(parse_json(refused_sets[i].json, &arena), &fault, &untouched);
        if (error != refused_sets[i].error || fault.error != error)
            fail_msg("%s: %s", refused_sets[i].json, error_name(error));
        assert_null(untouched);
    }
    buffer_free(&out);
    arena_free(&arena);
}

static void test_no_memory(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct json *whole = parse_json(whole_set, &arena);
    const struct json *value = parse_json(
        "{" HEAD ",'conditions':[{'kind':'unless','body':{'==':{'left':{'Value':{'a':[1,{'__extn':{"
        "'fn':'ip','arg':'::1'}},{'__extn':{'fn':'ip','args':['::1']}}]}},'right':{'Record':{'b':{"
        "'Var':'context'}}}}}}],'annotations':{'c':'d','e':null}}",
        &arena);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const struct json *one = parse_json(pairs[i].json, &arena);
        for (long n = 0;; n++) {
            struct cedar_policies *set = NULL;
            struct fault fault = {0};
            failing_alloc_after(n);
            enum error error = cedar_json_policies_read(whole, &fault, &set);
            if (!error)
                error = cedar_json_policy_add(set, one, BYTES_LITERAL("new"), &fault);
            if (!error)
                error = cedar_json_policy_add(set, value, BYTES_LITERAL("other"), &fault);
            bool failed = failing_alloc_stop();
            cedar_policies_free(set);
            assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
            assert_int_equal(fault.error, error);
            if (!failed)
                break;
        }
    }
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways), cmocka_unit_test(test_readings),
        cmocka_unit_test(test_refused),   cmocka_unit_test(test_sets),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

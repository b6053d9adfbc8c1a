/* verdict: what terms are made of, and what they are not made of: facts, orders, licences,
 * vocabularies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "verdict_world.h"

static struct offence *changed_offence(size_t index)
{
    return (struct offence *)(uintptr_t)&world.certificate.offences[index];
}

static void set_text(const char *name, const char *text)
{
    world_fact(&world, name, datum_of_text(text));
}

/* --- Facts -------------------------------------------------------------------------------- */

static void facts_are_held_to_the_vocabulary(void **state)
{
    (void)state;
    const struct datum none = {0};
    const struct {
        const char *name;
        struct datum value;
        enum error error;
        const char *place;
    } facts[] = {
        {"weather", datum_of_text("fair"), ERROR_VERDICT_FACT_UNKNOWN, "declaration: weather"},
        {"", datum_of_text("fair"), ERROR_VERDICT_FACT_UNKNOWN, "declaration: \"\""},
        {"time", datum_of_text("2026-03-02T09:00:00Z"), ERROR_VERDICT_FACT_SOURCE,
         "declaration: time"},
        {"running", datum_of_bool(true), ERROR_VERDICT_FACT_SOURCE, "declaration: running"},
        {"approval", datum_of_text("W-2026-118"), ERROR_VERDICT_FACT_SOURCE,
         "declaration: approval"},
        {"file", datum_of_text("F-77/2026"), ERROR_VERDICT_FACT_SOURCE, "declaration: file"},
        {"purpose", none, ERROR_VERDICT_FACT_MISSING, "declaration: purpose"},
        {"protections", none, ERROR_VERDICT_FACT_MISSING, "declaration: protections"},
        {"intentional", datum_of_text("true"), ERROR_VERDICT_FACT_VALUE,
         "declaration: intentional"},
        {"intentional", datum_of_integer(1), ERROR_VERDICT_FACT_VALUE, "declaration: intentional"},
        {"subject", datum_of_integer(7), ERROR_VERDICT_FACT_VALUE, "declaration: subject"},
        {"subject", datum_of_bytes(BYTES_LITERAL("c1")), ERROR_VERDICT_FACT_VALUE,
         "declaration: subject"},
        {"function", WORLD_TEXTS(&world, "location"), ERROR_VERDICT_FACT_VALUE,
         "declaration: function"},
        {"conduct", datum_of_text("violence"), ERROR_VERDICT_FACT_VALUE, "declaration: conduct"},
        {"conductSince", datum_of_text("yesterday"), ERROR_VERDICT_FACT_VALUE,
         "declaration: conductSince"},
        {"conductSince", datum_of_integer(WORLD_NOW), ERROR_VERDICT_FACT_VALUE,
         "declaration: conductSince"},
        {"purpose", datum_of_text("curiosity"), ERROR_VERDICT_FACT_VALUE, "declaration: purpose"},
        {"conduct", WORLD_TEXTS(&world, "violence", "opinion"), ERROR_VERDICT_FACT_VALUE,
         "declaration: conduct"},
        {"conduct", WORLD_TEXTS(&world, "threat", "violence", "threat"), ERROR_VERDICT_FACT_VALUE,
         "declaration: conduct"},
    };
    const struct datum before = world.declaration.facts;
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        world_fact(&world, facts[i].name, facts[i].value);
        assert_refused(facts[i].error, facts[i].place);
        world.declaration.facts = before;
    }
}

/* Every fact but the offence, whose absence is a clause's to judge. */
static void no_fact_is_left_out(void **state)
{
    (void)state;
    static const char *const names[] = {
        "acts",        "aims",          "conduct",   "conductSince", "function",
        "intentional", "matter",        "purpose",   "protections",  "reasons",
        "subject",     "seriousDamage", "territory",
    };
    const struct datum before = world.declaration.facts;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char place[64];
        snprintf(place, sizeof place, "declaration: %s", names[i]);
        world_fact(&world, names[i], (struct datum){0});
        assert_refused(ERROR_VERDICT_FACT_MISSING, place);
        world.declaration.facts = before;
    }
    world_fact(&world, "offence", (struct datum){0});
    assert_verdict("forbidden 8.2 8.4");
}

static void faults_say_what_was_expected(void **state)
{
    (void)state;
    struct terms *terms = open_terms(NULL, 0);
    struct use_sources sources = use_sources();
    struct declared_use *use = NULL;
    struct fault fault = {0};
    set_text("purpose", "curiosity");
    assert_int_equal(declared_use_open(terms, &sources, &fault, &use), ERROR_VERDICT_FACT_VALUE);
    assert_string_equal(fault.expected, "investigation, prevention, other");
    assert_string_equal(fault.found, "\"curiosity\"");
    set_text("purpose", "prevention");
    set_text("conductSince", "2026-02-30T00:00:00Z");
    assert_int_equal(declared_use_open(terms, &sources, &fault, &use), ERROR_VERDICT_FACT_VALUE);
    assert_string_equal(fault.place, "declaration: conductSince");
    assert_string_equal(fault.expected, "a time such as 2026-03-02T09:00:00Z");
    assert_string_equal(fault.found, "\"2026-02-30T00:00:00Z\"");
    terms_close(terms);
}

static void lists_are_bounded(void **state)
{
    (void)state;
    static const char *texts[1025];
    for (size_t i = 0; i < 1025; i++)
        texts[i] = "violence";
    world_fact(&world, "conduct", world_texts(&world, texts, 1025));
    assert_refused(ERROR_VERDICT_FACT_VALUE, "declaration: conduct");
    world.declaration.facts = datum_of_text("no map");
    assert_refused(ERROR_VERDICT_FACT_VALUE, "declaration: facts");
}

/* What is optional may be left out; the clauses then see that it is not there. */
static void an_optional_fact_may_be_left_out(void **state)
{
    (void)state;
    world_fact(&world, "offence", (struct datum){0});
    assert_verdict("forbidden 8.2 8.4");
}

static void a_withdrawal_is_no_approval(void **state)
{
    (void)state;
    world.approval = (struct approval){
        .number = "W-2026-119",
        .kind = APPROVAL_WITHDRAWAL,
        .body = "XA-court",
        .file = "F-77/2026",
        .issued = WORLD_NOW,
        .withdraws = world.approval_digest,
    };
    assert_refused(ERROR_VERDICT_FACT_VALUE, "declaration: approval");
}

/* --- Orders ------------------------------------------------------------------------------- */

static const char *fill(const char *name, const char *parameter, const char *value)
{
    static struct buffer text;
    buffer_free(&text);
    text = (struct buffer){0};
    struct form_argument argument = {parameter, &value, 1};
    struct fault fault = {0};
    must(form_order_fill(&form, name, &argument, parameter ? 1 : 0, &fault, &text), &fault);
    const char *kept = arena_text(&world.arena, buffer_view(&text));
    buffer_free(&text);
    assert_non_null(kept);
    return kept;
}

static void each_template_limits(void **state)
{
    const struct {
        const char *name, *parameter, *value, *expected;
        bool running;
    } orders[] = {
        {"limit-functions", "functions", "stored-data", "forbidden OR-1/O1", false},
        {"limit-functions", "functions", "location", "within 4", false},
        {"limit-territories", "territories", "XB", "forbidden OR-1/O2", false},
        {"limit-matters", "matters", "serious-crime", "forbidden OR-1/O3", false},
        {"limit-matters", "matters", "terrorist-act", "within 4", false},
        {"exclude-offences", "offences", "XA-114", "forbidden OR-1/O4", false},
        {"exclude-offences", "offences", "XA-201", "within 4", false},
        {"elevated-approval", NULL, NULL, "forbidden OR-1/O5", false},
        {"limit-active-uses", "most", "0", "forbidden OR-1/O6", false},
        {"limit-active-uses", "most", "1", "within 4", false},
        {"no-new-uses", NULL, NULL, "forbidden OR-1/O7", false},
        {"no-new-uses", NULL, NULL, "within 4", true},
        {"wind-down", "until", "2026-03-02T10:00:00Z", "forbidden OR-1/O8", false},
        {"wind-down", "until", "2026-03-02T10:00:00Z", "within 4", true},
        {"wind-down", "until", "2026-03-02T09:00:00Z", "forbidden OR-1/O8", true},
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct order order = world_order(
            &world, "OR-1", ORDER_LIMIT,
            fill(orders[i].name, orders[i].parameter, orders[i].value));
        moment.running = orders[i].running;
        assert_verdict_with(&order, orders[i].expected);
    }
    (void)state;
}

static void stops_stop_everything(void **state)
{
    (void)state;
    const struct {
        enum order_kind kind;
        const char *title;
    } kinds[] = {
        {ORDER_SUSPEND, "Suspended"},
        {ORDER_DISCONNECT, "Disconnected"},
        {ORDER_REVOKE, "Revoked"}};
    for (size_t i = 0; i < 3; i++) {
        struct order order = world_order(&world, "OR-2", kinds[i].kind, NULL);
        struct terms_order orders = {.order = &order, .digest = {{2}}};
        struct terms *terms = open_terms(&orders, 1);
        const struct terms_clause *clause = terms_clause(terms, terms_clause_count(terms) - 1);
        assert_int_equal(clause->source, CLAUSE_ORDER);
        assert_string_equal(clause->title, kinds[i].title);
        assert_false(clause->permit);
        assert_null(terms_suspended_by(terms));
        terms_close(terms);
        for (int running = 0; running < 2; running++) {
            moment.running = running;
            assert_verdict_with(&order, "forbidden OR-2");
        }

        /* With a wind-down: what runs may end in order, nothing begins. */
        order.wind_down_until = WORLD_NOW + MILLIS_HOUR;
        moment.running = true;
        assert_verdict_with(&order, "within 4");
        moment.time = WORLD_NOW + MILLIS_HOUR - 1;
        assert_verdict_with(&order, "within 4");
        moment.time = WORLD_NOW + MILLIS_HOUR;
        assert_verdict_with(&order, "forbidden OR-2");
        moment = (struct moment){.time = WORLD_NOW};
        assert_verdict_with(&order, "forbidden OR-2");
    }
}

static void other_orders_have_no_clause(void **state)
{
    (void)state;
    static const enum order_kind kinds[] = {ORDER_DISCLOSE, ORDER_HOLD, ORDER_LIFT, ORDER_RESTORE};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct order order = world_order(&world, "OR-3", kinds[i], NULL);
        assert_verdict_with(&order, "within 4");
    }
}

static void an_extension_moves_the_end(void **state)
{
    (void)state;
    world.licence.until = WORLD_NOW;
    struct order order = world_order(&world, "OR-4", ORDER_EXTEND, NULL);
    order.until = WORLD_NOW + MILLIS_DAY;
    assert_verdict("forbidden L4");
    assert_verdict_with(&order, "within 4");
    /* Never back. */
    order.until = WORLD_NOW - MILLIS_DAY;
    moment.time = WORLD_NOW - 1;
    assert_verdict_with(&order, "within 4");
}

static void an_order_that_is_not_valid_suspends(void **state)
{
    (void)state;
    static const char *const clauses[] = {
        "no policy at all",
        "// none\n",
        "forbid (principal, action, resource);", /* has no number */
        "@clause(\"1\") forbid (principal, action, resource) when { context.weather == 1 };",
        "@clause(\"1\") permit (principal, action, resource);",
        "@clause(\"1\") forbid (principal, action, resource) when { false };"
        "@clause(\"1\") forbid (principal, action, resource) when { false };",
        NULL,
    };
    for (size_t i = 0; i < sizeof clauses / sizeof *clauses; i++) {
        struct order order = world_order(&world, "OR-5", ORDER_LIMIT, clauses[i]);
        order.wind_down_until = WORLD_NOW + MILLIS_HOUR; /* which a limit cannot have */
        struct terms_order orders = {.order = &order, .digest = {{5}}};
        struct terms *terms = open_terms(&orders, 1);
        assert_string_equal(terms_suspended_by(terms), "OR-5");
        assert_verdict_under(terms, "forbidden OR-5");
        moment.running = true;
        assert_verdict_under(terms, "forbidden OR-5");
        terms_close(terms);
    }
}

static void orders_add_up(void **state)
{
    (void)state;
    struct order all[] = {
        world_order(
            &world, "OR-6", ORDER_LIMIT, fill("limit-functions", "functions", "stored-data")),
        world_order(&world, "OR-7", ORDER_DISCONNECT, NULL),
        world_order(&world, "OR-8", ORDER_LIMIT, "broken"),
    };
    const struct terms_order orders[] = {{&all[0], {{6}}}, {&all[1], {{7}}}, {&all[2], {{8}}}};
    struct terms *terms = open_terms(orders, 3);
    assert_verdict_under(terms, "forbidden OR-6/O1 OR-7 OR-8");
    assert_string_equal(terms_suspended_by(terms), "OR-8");
    terms_close(terms);

    /* One document twice is refused: its clauses could not be told apart. */
    const struct terms_order twice[] = {{&all[1], {{7}}}, {&all[1], {{7}}}};
    struct terms_sources sources = sources_of(twice, 2);
    struct fault fault = {0};
    terms = NULL;
    assert_int_equal(terms_open(&sources, &fault, &terms), ERROR_CEDAR_DUPLICATE_POLICY);
    assert_null(terms);
    assert_true(text_starts(fault.place, "order OR-7: "));
}

/* --- Terms -------------------------------------------------------------------------------- */

static void assert_terms_refused(
    const struct terms_sources *sources, enum error error, const char *place, const char *expected)
{
    struct fault fault = {0};
    struct terms *terms = NULL;
    enum error found = terms_open(sources, &fault, &terms);
    if (found != error || !text_starts(fault.place, place) ||
        (expected && strcmp(fault.expected, expected) != 0))
        fail_msg(
            "%s, %s, %s: not %s, %s", error_name(found), fault.place, fault.expected,
            error_name(error), place);
    assert_null(terms);
    assert_int_equal(fault.error, error);
    assert_int_equal(terms_open(sources, NULL, &terms), error);
}

static void a_licence_only_takes_away(void **state)
{
    (void)state;
    struct terms_sources sources = sources_of(NULL, 0);
    world.licence.clauses = "@clause(\"L1\")\npermit (principal, action, resource);";
    assert_terms_refused(&sources, ERROR_VERDICT_PERMIT, "licence IL-2026-0017", "forbid only");
    world.licence.clauses =
        "@clause(\"L1\") forbid (principal, action, resource) when { context.weather };";
    assert_terms_refused(&sources, ERROR_CHECK_ATTRIBUTE, "licence IL-2026-0017", NULL);
    world.licence.clauses = "forbid (principal, action, resource);";
    assert_terms_refused(&sources, ERROR_CEDAR_POLICY_ID, "licence IL-2026-0017", NULL);
    world.licence.clauses = NULL;
    world.form.clauses =
        "@clause(\"1\") permit (principal, action, resource) when { context.time == 1 };";
    assert_terms_refused(&sources, ERROR_CHECK_TYPES_DIFFER, "certificate EC-2026-0009", NULL);
}

static void a_model_condition_holds_unless_the_licence_replaces_it(void **state)
{
    (void)state;
    struct terms_sources sources = sources_of(NULL, 0);
    set_text("territory", "XB");
    world.licence.clauses = NULL;
    assert_verdict("forbidden L2");
    world.licence.clauses = "@clause(\"L9\") forbid (principal, action, resource) when { false };";
    assert_verdict("forbidden L2");
    world.licence.clauses = "@clause(\"L2\") forbid (principal, action, resource) when { false };";
    assert_verdict("within 4");
    moment.other_active_uses = world.licence.maximum_active_uses;
    assert_verdict("forbidden L3");
    /* The form's conditions take away too, whoever wrote them. */
    world.form.conditions = "// none\n\n@clause(\"L9\") permit (principal, action, resource);";
    assert_terms_refused(&sources, ERROR_VERDICT_PERMIT, "certificate EC-2026-0009", "forbid only");
    world.form.conditions = "@clause(\"L9\") forbid (principal, action, resource) when { 1 };";
    assert_terms_refused(&sources, ERROR_CHECK_TYPE, "certificate EC-2026-0009", NULL);
}

/* Without a licence nothing is licensed: a caller must say that it judges the certificate alone. */
static void a_certificate_alone_is_judged_only_on_demand(void **state)
{
    (void)state;
    struct terms_sources sources = sources_of(NULL, 0);
    sources.certificate_alone = true;
    assert_terms_refused(&sources, ERROR_VERDICT_LICENCE, "licence", NULL);
    sources.licence = NULL;
    sources.certificate_alone = false;
    assert_terms_refused(&sources, ERROR_VERDICT_LICENCE, "licence", NULL);

    sources.certificate_alone = true;
    sources.installation = NULL;
    struct terms *terms = NULL;
    assert_int_equal(terms_open(&sources, NULL, &terms), ERROR_OK);
    assert_false(terms_licensed(terms));
    assert_verdict_under(terms, "within 4");
    struct declared_use *use = open_use(terms);
    struct buffer text = {0};
    assert_int_equal(declared_use_explain(use, &moment, &text), ERROR_OK);
    assert_true(text_starts(
        buffer_text(&text), "Judged by the certificate alone; without a licence no use may begin.\n"
                            "Within the terms.\n"));
    buffer_free(&text);
    declared_use_close(use);
    set_text("purpose", "other");
    assert_verdict_under(terms, "forbidden 3");
    terms_close(terms);

    /* What the licence would say is at its least: a form whose clauses ask are answered no. */
    world.form.clauses = "@clause(\"1\") permit (principal, action, resource);"
                         "@clause(\"2\") forbid (principal, action, resource) unless {"
                         "  resource.functions.contains(context.function) };"
                         "@clause(\"3\") forbid (principal, action, resource) unless {"
                         "  context.time < resource.licenceUntil };"
                         "@clause(\"4\") forbid (principal, action, resource) unless {"
                         "  resource.otherActiveUses < resource.maximumActiveUses };"
                         "@clause(\"5\") forbid (principal, action, resource) unless {"
                         "  resource.usesInPeriod < resource.maximumUsesInPeriod };";
    assert_int_equal(terms_open(&sources, NULL, &terms), ERROR_OK);
    assert_verdict_under(terms, "forbidden 2 3 4 5");
    terms_close(terms);
}

/* The form's vocabulary with one text replaced. */
static void change_vocabulary(const char *before, const char *after)
{
    const char *at = strstr(form.vocabulary, before);
    assert_non_null(at);
    struct buffer text = {0};
    buffer_append(&text, form.vocabulary, (size_t)(at - form.vocabulary));
    buffer_append_text(&text, after);
    buffer_append_text(&text, at + strlen(before));
    world.form.vocabulary = arena_text(&world.arena, buffer_view(&text));
    buffer_free(&text);
    assert_non_null(world.form.vocabulary);
}

/* A vocabulary may only ask for what somebody states, each of the right one. */
static void a_vocabulary_asks_for_what_is_stated(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after, *place, *expected;
    } changes[] = {
        {"maximumMonths: Long,", "maximumMonths: Long, @source(\"certificate\") rank: Long,",
         "vocabulary: Offence: \"rank\"", "an attribute that an instrument states"},
        {"@source(\"certificate\") accepted", "@source(\"declaration\") accepted",
         "vocabulary: Offence: accepted", "certificate"},
        {"@source(\"licence\") maximumActiveUses", "maximumActiveUses",
         "vocabulary: Installation: maximumActiveUses", "licence"},
        {"maximumActiveUses: Long", "maximumActiveUses: String",
         "vocabulary: Installation: maximumActiveUses", "Long"},
        {"inForceFrom: datetime", "inForceFrom: Long", "vocabulary: Offence: inForceFrom",
         "datetime"},
        {"functions: Set<Function>,", "functions: Set<Long>,",
         "vocabulary: Installation: functions", "a set of String or of an entity"},
        {"@source(\"approval\") body", "@source(\"declaration\") body",
         "vocabulary: approval: body", "approval"},
        {"@source(\"approval\") approval?", "@source(\"declaration\") approval?",
         "vocabulary: \"approval\"", NULL},
        {"@source(\"declaration\") purpose", "@source(\"guard\") purpose",
         "vocabulary: \"purpose\"", "@source(\"declaration\")"},
        {"@source(\"declaration\") purpose", "purpose", "vocabulary: \"purpose\"",
         "@source(\"declaration\")"},
        {"intentional: Bool", "intentional: { yes: Bool }", "vocabulary: \"intentional\"", NULL},
        {"intentional: Bool", "intentional: Set<Bool>", "vocabulary: \"intentional\"", NULL},
        {"@source(\"guard\") time", "@source(\"declaration\") time", "vocabulary: \"time\"",
         "@source(\"guard\")"},
        {"running: Bool", "running?: Bool", "vocabulary: \"running\"", "Bool, required"},
        {"@source(\"guard\") running: Bool,", "", "vocabulary: \"running\"", NULL},
        {"@source(\"declaration\") file: String", "@source(\"declaration\") file: Function",
         "vocabulary: \"file\"", "String"},
        {"entity Offence in [State]", "entity Offence", "vocabulary: \"EndUse::Offence\"", "State"},
        {"entity Offence in [State]", "entity Offence in [State, Agency]",
         "vocabulary: \"EndUse::Offence\"", "State"},
        {"entity Function;", "entity Function in [State];", "vocabulary: \"EndUse::Function\"",
         "no type above it"},
        {"entity Function;", "entity Function { @source(\"licence\") x: Long };",
         "vocabulary: Function: \"x\"", NULL},
        {"entity Function;", "entity Function tags String;", "vocabulary: \"EndUse::Function\"",
         "no tags, which no instrument states"},
        {"action use appliesTo", "action all; action use in [all] appliesTo", "vocabulary: \"use\"",
         "an action in no group"},
        {"principal: [Operator]", "principal: [Operator, Agency]", "vocabulary: \"use\"", NULL},
        {"resource: [Installation]", "resource: [Function]", "vocabulary: \"use\"", NULL},
        {"action use", "action misuse", "vocabulary: \"EndUse::Action::use\"", NULL},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        change_vocabulary(changes[i].before, changes[i].after);
        struct terms_sources sources = sources_of(NULL, 0);
        assert_terms_refused(
            &sources, ERROR_VERDICT_VOCABULARY, changes[i].place, changes[i].expected);
    }
    change_vocabulary("entity State;", "entity State");
    struct terms_sources sources = sources_of(NULL, 0);
    assert_terms_refused(&sources, ERROR_SCHEMA_SYNTAX, "vocabulary: line ", NULL);
}

/* Values that certificate and licence state are held to the vocabulary before any declaration. */
static void documents_are_held_to_the_vocabulary(void **state)
{
    (void)state;
    static const char *const unknown[] = {"dancing"};
    changed_offence(1)->acts = unknown;
    changed_offence(1)->acts_count = 1;
    struct terms_sources sources = sources_of(NULL, 0);
    assert_terms_refused(&sources, ERROR_VERDICT_FACT_VALUE, "XA-201: Offence: acts", NULL);
    changed_offence(1)->acts_count = 0;
    change_vocabulary("entity Function;", "entity Function enum [\"location\"];");
    sources = sources_of(NULL, 0);
    assert_terms_refused(&sources, ERROR_VERDICT_FACT_VALUE, "Installation: functions", "location");
    change_vocabulary("entity State;", "entity State enum [\"XB\"];");
    sources = sources_of(NULL, 0);
    assert_terms_refused(&sources, ERROR_CHECK_ENTITY, "", NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, verdict_world_begin, verdict_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(facts_are_held_to_the_vocabulary),
        TEST(no_fact_is_left_out),
        TEST(faults_say_what_was_expected),
        TEST(lists_are_bounded),
        TEST(an_optional_fact_may_be_left_out),
        TEST(a_withdrawal_is_no_approval),
        TEST(each_template_limits),
        TEST(stops_stop_everything),
        TEST(other_orders_have_no_clause),
        TEST(an_extension_moves_the_end),
        TEST(an_order_that_is_not_valid_suspends),
        TEST(orders_add_up),
        TEST(a_licence_only_takes_away),
        TEST(a_model_condition_holds_unless_the_licence_replaces_it),
        TEST(a_certificate_alone_is_judged_only_on_demand),
        TEST(a_vocabulary_asks_for_what_is_stated),
        TEST(documents_are_held_to_the_vocabulary),
    };
    return cmocka_run_group_tests_name(
        "verdict terms", tests, verdict_world_read_form, verdict_world_free_form);
}

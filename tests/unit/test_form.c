/* The form's folder: read, checked in itself, put side by side, and its order templates filled. The
 * worked examples are in test_form_scenarios.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cedar/cedar.h"
#include "failing_alloc.h"
#include "form/form.h"
#include "form_world.h"

/* --- The form of December 2021 ------------------------------------------------------------- */

static struct arena shared;
static struct form december;

static int read_december(void **state)
{
    (void)state;
    struct fault fault;
    enum error error = form_read(&os_system, FORM_FOLDER, &shared, &fault, &december, NULL);
    if (error != ERROR_OK)
        print_error("%s: %s\n", fault.place, error_words(error));
    return error != ERROR_OK;
}

static int free_december(void **state)
{
    (void)state;
    arena_free(&shared);
    return 0;
}

static void the_form_reads(void **state)
{
    (void)state;
    assert_string_equal(december.number, "IL-2021-12");
    assert_int_equal(december.version, 1);
    assert_int_equal(december.ministries_count, 2);
    assert_string_equal(december.prevailing, "en");
    assert_true(december.contents_count > 30);
    assert_string_equal(december.contents[0].number, "1");
    assert_int_equal(december.contents[0].coverage, COVERAGE_PROCEDURE);
    assert_int_equal(december.templates_count, 10);
    assert_string_equal(december.templates[0].name, "limit-functions");
    assert_int_equal(december.templates[0].parameters[0].type, TEMPLATE_ENTITIES);
    assert_string_equal(december.templates[0].parameters[0].entity, "EndUse::Function");
}

static void the_form_holds_in_itself(void **state)
{
    (void)state;
    struct form_report report = {0};
    struct fault fault = {0};
    enum error error = form_check_form(&december, &fault, &report);
    for (size_t i = 0; i < report.fault_count; i++) {
        char text[512];
        print_error("%s\n", fault_text(&report.faults[i], text, sizeof text));
    }
    assert_int_equal(error, ERROR_OK);
    assert_int_equal(report.fault_total, 0);
    assert_int_equal(report.clause_count, december.contents_count);
    size_t clauses = 0;
    for (int i = COVERAGE_EXECUTABLE; i <= COVERAGE_AUDIT; i++)
        clauses += report.coverage[i];
    assert_int_equal(clauses, report.clause_count);
    assert_int_equal(report.permit_count, 2);
    assert_true(report.forbid_count > 20);
    assert_int_equal(report.condition_count, 5);
    assert_int_equal(report.template_count, 10);
    assert_int_equal(report.attribute_count, 51);
    form_report_free(&report);
}

static void a_form_survives_its_payload(void **state)
{
    (void)state;
    struct buffer payload = {0}, again = {0};
    struct arena arena = {0};
    struct form decoded;
    assert_int_equal(layout_encode(&form_layout, &december, NULL, &payload), ERROR_OK);
    assert_int_equal(
        layout_decode(&form_layout, buffer_view(&payload), &arena, NULL, &decoded), ERROR_OK);
    assert_int_equal(layout_encode(&form_layout, &decoded, NULL, &again), ERROR_OK);
    assert_true(bytes_equal(buffer_view(&payload), buffer_view(&again)));
    struct form_report report = {0};
    assert_int_equal(form_check_form(&decoded, NULL, &report), ERROR_OK);
    form_report_free(&report);
    arena_free(&arena);
    buffer_free(&payload);
    buffer_free(&again);
}

/* --- Text beside policies ------------------------------------------------------------------ */

static const struct form_article *find_article(const struct form_articles *all, const char *number)
{
    for (size_t i = 0; i < all->count; i++) {
        if (strcmp(all->items[i].clause->number, number) == 0)
            return &all->items[i];
    }
    return NULL;
}

static void text_and_policies_stand_side_by_side(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct form_articles articles;
    assert_int_equal(form_articles_make(&december, &arena, NULL, &articles), ERROR_OK);
    assert_int_equal(articles.count, december.contents_count);

    const struct form_article *crime = find_article(&articles, "5");
    assert_int_equal(crime->policy_count, 1);
    assert_true(crime->policies[0]->permit);
    assert_string_equal(crime->policies[0]->file, "clauses.cedar");
    assert_non_null(strstr(crime->policies[0]->text, "@clause(\"5\")"));
    assert_int_equal(strncmp(crime->policies[0]->body, "permit (principal", 17), 0);
    assert_non_null(strstr(crime->policies[0]->body, "maximumMonths >= 72"));

    /* A template's policy is shown with its slot, whole. */
    const struct form_article *breach = find_article(&articles, "9");
    assert_int_equal(breach->policy_count, 10);
    const struct form_policy *limit = breach->policies[0];
    assert_string_equal(limit->number, "O1");
    assert_string_equal(limit->file, "orders/limit-functions.cedar");
    assert_string_equal(
        limit->body, "forbid (principal, action == EndUse::Action::\"use\", resource)\n"
                     "unless { {{functions}}.contains(context.function) };");
    const struct form_article *licence = find_article(&articles, "1.3");
    assert_int_equal(licence->policy_count, 5);
    assert_int_equal(find_article(&articles, "2.1")->policy_count, 0);
    arena_free(&arena);
}

static void a_form_is_printed_for_a_person(void **state)
{
    (void)state;
    struct buffer out = {0};
    assert_int_equal(form_print(&december, NULL, &out), ERROR_OK);
    const char *text = buffer_text(&out);
    assert_non_null(strstr(text, "\n6.1  Offences of expression and status\n"));
    assert_non_null(strstr(text, "  - kidnapping or the taking of hostages;\n"));
    assert_non_null(strstr(text, "\n  5, permits (clauses.cedar:"));
    assert_non_null(strstr(text, "\n    unless { {{functions}}.contains(context.function) };\n"));
    assert_non_null(strstr(text, "  Basis: reported. Kept: by procedure.\n"));
    buffer_free(&out);
}

/* --- What does not hold -------------------------------------------------------------------- */

static const struct {
    const char *file, *before, *after;
    enum error error;
    const char *place; /* the fault's place begins so */
} broken[] = {
    /* files */
    {"form.json", NULL, NULL, ERROR_NOT_FOUND, "/tmp/"},
    {"text.md", NULL, NULL, ERROR_NOT_FOUND, "/tmp/"},
    {"orders/suspend.cedar", NULL, NULL, ERROR_NOT_FOUND, "/tmp/"},
    {"clauses.cedar", "", "", ERROR_FORM_EMPTY, "clauses.cedar"},
    {"clauses.cedar", "// Default", "// \x01", ERROR_FORM_CHARACTER,
     "clauses.cedar: line 3, column 4"},
    {"vocabulary.cedarschema", "// @source", "// \xFF", ERROR_UTF8,
     "vocabulary.cedarschema: line 3, column 4"},
    /* form.json */
    {"form.json", "{", "[", ERROR_JSON_SYNTAX, "form.json: line"},
    {"form.json", "\"version\": 1", "\"version\": 0", ERROR_FORM_SETTING, "form.json: line 3"},
    {"form.json", "\"version\": 1", "\"version\": \"1\"", ERROR_JSON_TYPE, "form.json: line 3"},
    {"form.json", "\"version\": 1", "\"edition\": 1", ERROR_JSON_UNKNOWN, "form.json: line 3"},
    {"form.json", "\"number\": \"IL-2021-12\",", "", ERROR_JSON_MISSING, "form.json: line 1"},
    {"form.json", "IL-2021-12", "", ERROR_FORM_SETTING, "form.json: line 2"},
    {"form.json", "2021-12-06T", "2021-13-06T", ERROR_TIME_TEXT, "form.json: line 6"},
    {"form.json", "\"Ministry of Defence\", ", "\"Z\", ", ERROR_FORM_SETTING, "form.json: line 5"},
    {"form.json", "[\"en\"]", "[]", ERROR_FORM_EMPTY, "form.json: line 7"},
    {"form.json", "\"prevailing\": \"en\"", "\"prevailing\": \"he\"", ERROR_DOCUMENT_RULE,
     "prevailing"},
    {"form.json", "form of December 2021", "form of May", ERROR_FORM_SETTING,
     "text.md: line 1, column 3"},
    /* text.md */
    {"text.md", "## 2 The", "## 3 The", ERROR_FORM_NUMBER, "text.md: line"},
    {"text.md", "> Executed by: 1.1\n", "> Executed by: 1.1, 1.9\n", ERROR_FORM_POLICY_UNKNOWN,
     "text.md: line"},
    {"text.md", "> Executed by: 1.2\n", "> Executed by: 1.1\n", ERROR_FORM_POLICY_UNNAMED,
     "clauses.cedar: line"},
    {"text.md", "L1, L2, L3, L4, L5", "L1, L2, L3, L5", ERROR_FORM_POLICY_UNNAMED,
     "licence-conditions.cedar: line"},
    {"text.md", "O9, O10", "O9", ERROR_FORM_POLICY_UNNAMED, "orders/disconnect.cedar: line 2"},
    {"text.md", "### 6.1 Offences of", "### 6.1 Crimes of", ERROR_FORM_POLICY_DIFFERS,
     "clauses.cedar: line"},
    /* vocabulary */
    {"vocabulary.cedarschema", "entity State;", "entity State", ERROR_SCHEMA_SYNTAX,
     "vocabulary.cedarschema: line 10"},
    {"vocabulary.cedarschema", "@source(\"certificate\") governmental", "governmental",
     ERROR_FORM_SOURCE, "vocabulary.cedarschema: line 11"},
    {"vocabulary.cedarschema", "@source(\"certificate\") governmental",
     "@source(\"press\") governmental", ERROR_FORM_SOURCE, "vocabulary.cedarschema: line 11"},
    {"vocabulary.cedarschema", "@source(\"approval\") kind", "kind", ERROR_FORM_SOURCE,
     "vocabulary.cedarschema: line"},
    {"vocabulary.cedarschema", "@source(\"guard\") time", "@source time", ERROR_FORM_SOURCE,
     "vocabulary.cedarschema: line"},
    {"vocabulary.cedarschema", "maximumMonths: Long", "maximumYears: Long", ERROR_CHECK_ATTRIBUTE,
     "clauses.cedar: 5: line"},
    /* clauses */
    {"clauses.cedar", "forbid (principal", "forbit (principal", ERROR_CEDAR_SYNTAX,
     "clauses.cedar: line 9"},
    {"clauses.cedar", "@clause(\"1.2\") ", "", ERROR_CEDAR_POLICY_ID, "clauses.cedar: line"},
    {"clauses.cedar", "@clause(\"1.2\")", "@clause(\"1.1\")", ERROR_CEDAR_DUPLICATE_POLICY,
     "clauses.cedar: line"},
    {"clauses.cedar", "@clause(\"1.2\")", "@clause(\"L9\")", ERROR_FORM_POLICY_NUMBER,
     "clauses.cedar: line"},
    {"clauses.cedar", "@clause(\"1.2\")", "@clause(\"12.1\")", ERROR_FORM_POLICY_DIFFERS,
     "clauses.cedar: line"},
    {"clauses.cedar", "@title(\"A complete declaration\") ", "", ERROR_FORM_POLICY_WORDS,
     "clauses.cedar: line 8, column 1"},
    {"clauses.cedar", "@title(\"A complete declaration\")", "@title", ERROR_FORM_POLICY_WORDS,
     "clauses.cedar: line 8, column 1"},
    {"clauses.cedar", "@basis(\"ours\")", "@basis(\"theirs\")", ERROR_FORM_POLICY_WORDS,
     "clauses.cedar: line 8, column 1"},
    {"clauses.cedar", "@basis(\"ours\")", "@basis(\"construed\")", ERROR_FORM_POLICY_DIFFERS,
     "clauses.cedar: line 8, column 1"},
    {"clauses.cedar", "context.file == \"\"", "context.file == 1", ERROR_CHECK_TYPES_DIFFER,
     "clauses.cedar: 1.1: line 11"},
    /* conditions */
    {"licence-conditions.cedar", "forbid (", "permit (", ERROR_FORM_PERMITS,
     "licence-conditions.cedar: line 6"},
    {"licence-conditions.cedar", "@clause(\"L1\")", "@clause(\"1\")", ERROR_FORM_POLICY_NUMBER,
     "licence-conditions.cedar: line 6"},
    /* orders.json */
    {"orders.json", "\"limit-functions\"", "\"../form\"", ERROR_FORM_TEMPLATE, "orders.json: line"},
    {"orders.json", "\"limit-functions\"", "\"\"", ERROR_FORM_SETTING, "orders.json: line"},
    {"orders.json", "\"limit-functions\", \"kind\": \"limit\"",
     "\"limit-functions\", \"kind\": \"lift\"", ERROR_FORM_TEMPLATE, "orders.json: line"},
    {"orders.json", "\"type\": \"entities\"", "\"type\": \"text\"", ERROR_FORM_TEMPLATE,
     "orders.json: line"},
    {"orders.json", "\"entity\": \"EndUse::Function\",", "", ERROR_JSON_MISSING,
     "orders.json: line"},
    {"orders.json", "EndUse::Function", "EndUse::Functions", ERROR_FORM_TEMPLATE,
     "orders/limit-functions.cedar"},
    {"orders.json", "\"type\": \"number\"", "\"type\": \"number\", \"entity\": \"EndUse::State\"",
     ERROR_FORM_TEMPLATE, "orders.json: line"},
    {"orders.json", "\"limit-territories\"", "\"limit-functions\"", ERROR_DOCUMENT_RULE, ""},
    {"orders.json", "\"kind\": \"suspend\"", "\"kind\": \"limit\"", ERROR_OK, ""},
    {"orders.json", "\"name\": \"no-new-uses\", \"kind\": \"limit\"",
     "\"name\": \"no-new-uses\", \"kind\": \"suspend\"", ERROR_FORM_TEMPLATE,
     "orders/no-new-uses.cedar: line 2"},
    /* templates */
    {"orders/limit-functions.cedar", "{{functions}}", "{{function}}", ERROR_FORM_SLOT,
     "orders/limit-functions.cedar: line 4, column 10"},
    {"orders/limit-functions.cedar", "{{functions}}", "{{functions}", ERROR_FORM_SLOT,
     "orders/limit-functions.cedar: line 4, column 10"},
    {"orders/limit-functions.cedar", "{{functions}}", "{{ functions }}", ERROR_FORM_SLOT,
     "orders/limit-functions.cedar: line 4, column 10"},
    {"orders/limit-functions.cedar", "{{functions}}", "[EndUse::Function::\"x\"]", ERROR_FORM_SLOT,
     "orders/limit-functions.cedar: line 1, column 1"},
    {"orders/limit-functions.cedar", "{{functions}}", "[EndUse::Function::\"{{functions}}\"]",
     ERROR_FORM_SLOT, "orders/limit-functions.cedar: line 4, column 30"},
    {"orders/limit-functions.cedar", "// O1", "// {{functions}}", ERROR_FORM_SLOT,
     "orders/limit-functions.cedar: line 1, column 4"},
    {"orders/limit-functions.cedar", "forbid", "permit", ERROR_FORM_PERMITS,
     "orders/limit-functions.cedar: line 2"},
    {"orders/limit-functions.cedar", "@clause(\"O1\")", "@clause(\"O2\")", ERROR_FORM_POLICY_NUMBER,
     "orders/limit-territories.cedar: line 2"},
    {"orders/limit-functions.cedar", "@clause(\"O1\")", "@clause(\"L1\")", ERROR_FORM_POLICY_NUMBER,
     "orders/limit-functions.cedar: line 2"},
    {"orders/limit-functions.cedar", "context.function", "context.purpose",
     ERROR_CHECK_TYPES_DIFFER, "orders/limit-functions.cedar: O1: line 4"},
    {"orders/no-new-uses.cedar", "", "// nothing\n", ERROR_FORM_TEMPLATE,
     "orders/no-new-uses.cedar: line 1"},
};

static void what_does_not_hold_is_found_at_its_place(void **state)
{
    (void)state;
    size_t others = 0;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        char path[FORM_WORLD_PATH];
        form_world_make(path, broken[i].file, broken[i].before, broken[i].after);
        struct arena arena = {0};
        struct form_report report = {0};
        struct fault fault = {0};
        struct form form;
        enum error error = form_read(&os_system, path, &arena, &fault, &form, NULL);
        if (error == ERROR_OK)
            error = form_check_form(&form, &fault, &report);
        form_world_remove(path);
        if (error != broken[i].error || !text_starts(fault.place, broken[i].place)) {
            char text[512];
            print_error(
                "row %zu: %s: %s\n", i, error_name(error), fault_text(&fault, text, sizeof text));
            others++;
        }
        form_report_free(&report);
        arena_free(&arena);
    }
    assert_int_equal(others, 0);
}

/* A form that was signed as one file is held to the same: its list of clauses too. */
static void the_list_of_clauses_is_that_of_the_text(void **state)
{
    (void)state;
    struct form_clause contents[64];
    assert_true(december.contents_count <= 64);
    for (int row = 0; row < 4; row++) {
        struct form form = december;
        memcpy(contents, december.contents, december.contents_count * sizeof *contents);
        form.contents = contents;
        if (row == 0)
            contents[3].title = "Another title";
        else if (row == 1)
            contents[3].coverage = COVERAGE_AUDIT;
        else if (row == 2)
            contents[0].note = NULL;
        else
            form.contents_count--;
        struct form_report report = {0};
        struct fault fault = {0};
        assert_int_equal(form_check_form(&form, &fault, &report), ERROR_FORM_CONTENTS);
        assert_int_equal(report.fault_total, 1);
        form_report_free(&report);
    }
}

static void a_form_that_permits_nothing_is_no_form(void **state)
{
    (void)state;
    struct form form = december;
    struct buffer text = {0};
    buffer_append_text(&text, december.clauses);
    const char *clauses = buffer_text(&text);
    char *permit;
    while ((permit = strstr((char *)text.data, "permit (")) != NULL)
        memcpy(permit, "forbid", 6);
    form.clauses = clauses;
    struct form_report report = {0};
    assert_int_equal(form_check_form(&form, NULL, &report), ERROR_FORM_NO_PERMIT);
    form_report_free(&report);
    buffer_free(&text);
}

static void a_report_keeps_all_faults_up_to_its_limit(void **state)
{
    (void)state;
    struct form form = december;
    struct buffer text = {0};
    /* Every attribute loses its source. */
    for (const char *at = december.vocabulary; *at;) {
        if (text_starts(at, "@source(")) {
            at = strchr(at, ')') + 1;
            continue;
        }
        buffer_append_byte(&text, (uint8_t)*at++);
    }
    form.vocabulary = buffer_text(&text);
    struct form_report report = {0};
    struct fault fault = {0};
    assert_int_equal(form_check_form(&form, &fault, &report), ERROR_FORM_SOURCE);
    assert_int_equal(report.fault_total, 51);
    assert_int_equal(report.fault_count, 51);
    assert_string_equal(fault.place, report.faults[0].place);
    for (int i = 0; i < 2; i++)
        assert_int_equal(form_check_form(&form, NULL, &report), ERROR_FORM_SOURCE);
    assert_int_equal(report.fault_total, 153);
    assert_int_equal(report.fault_count, FORM_REPORT_FAULTS_MAX);
    form_report_free(&report);
    assert_null(report.faults);
    buffer_free(&text);
}

/* --- Order templates ----------------------------------------------------------------------- */

static enum error fill(
    const char *template, const char *name, const char *const *values, size_t count,
    struct fault *fault, struct buffer *out)
{
    struct form_argument argument = {name, values, count};
    return form_order_fill(&december, template, &argument, name ? 1 : 0, fault, out);
}

static void templates_are_filled(void **state)
{
    (void)state;
    struct buffer out = {0};
    const char *functions[] = {"location", "stored-data"};
    assert_int_equal(fill("limit-functions", "functions", functions, 2, NULL, &out), ERROR_OK);
    assert_non_null(strstr(
        buffer_text(&out),
        "unless { [EndUse::Function::\"location\", EndUse::Function::\"stored-data\"]"
        ".contains(context.function) };\n"));
    buffer_clear(&out);
    const char *time = "2026-03-09T14:00:00+02:00";
    assert_int_equal(fill("wind-down", "until", &time, 1, NULL, &out), ERROR_OK);
    assert_non_null(strstr(buffer_text(&out), "context.time < datetime(\"2026-03-09T12:00:00Z\")"));
    buffer_clear(&out);
    const char *most = "9223372036854775807";
    assert_int_equal(fill("limit-active-uses", "most", &most, 1, NULL, &out), ERROR_OK);
    assert_non_null(strstr(buffer_text(&out), ">= 9223372036854775807 }"));
    buffer_clear(&out);
    assert_int_equal(fill("disconnect", NULL, NULL, 0, NULL, &out), ERROR_OK);
    assert_non_null(strstr(buffer_text(&out), "forbid (principal, action, resource);"));
    assert_non_null(form_template(&december, "disconnect"));
    assert_null(form_template(&december, "disconnected"));
    buffer_free(&out);
}

/* Whatever an id holds, it is one literal: the filled text has one policy, and the set in it the
 * one entity of that very id. */
static void no_id_can_say_more_than_an_id(void **state)
{
    (void)state;
    static const char *const ids[] = {
        "\"",
        "\\",
        "\\\"",
        "x\"].contains(context.function) }; permit (principal, action, resource); //",
        "\"] || true || [EndUse::Function::\"x",
        "\n",
        "\r\n//",
        "//",
        "/* */",
        "{{functions}}",
        "}}",
        "\\u{22}",
        "\\x22",
        "\x01\x1F\x7F",
        "\xC3\xA9",
        "\xE2\x80\xAE",
        "\xF0\x9F\x98\x80",
        "*",
        "%s%n",
        " ",
    };
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        struct buffer out = {0};
        assert_int_equal(fill("limit-functions", "functions", &ids[i], 1, NULL, &out), ERROR_OK);
        struct cedar_policies *policies;
        assert_int_equal(cedar_policies_create(&policies), ERROR_OK);
        assert_int_equal(cedar_policies_add(policies, buffer_view(&out), NULL, NULL), ERROR_OK);
        assert_int_equal(cedar_policies_count(policies), 1);
        const struct cedar_policy *policy = cedar_policies_at(policies, 0);
        assert_int_equal(policy->effect, CEDAR_FORBID);
        assert_int_equal(policy->condition_count, 1);
        const struct cedar_expr *contains = policy->conditions[0].body;
        assert_int_equal(contains->kind, CEDAR_EXPR_CALL);
        const struct cedar_expr *set = contains->call.arguments[0];
        assert_int_equal(set->kind, CEDAR_EXPR_SET);
        assert_int_equal(set->set.count, 1);
        assert_int_equal(set->set.elements[0]->kind, CEDAR_EXPR_ENTITY);
        assert_true(bytes_equal_text(set->set.elements[0]->entity.id, ids[i]));
        cedar_policies_free(policies);
        buffer_free(&out);
    }
}

static void arguments_must_be_those_of_the_template(void **state)
{
    (void)state;
    struct fault fault = {0};
    struct buffer out = {0};
    const char *one = "location", *bad_utf8 = "\xFF", *empty = "", *matter = "war";
    assert_int_equal(fill("limits", "functions", &one, 1, &fault, &out), ERROR_NOT_FOUND);
    assert_int_equal(fill("limit-functions", NULL, NULL, 0, &fault, &out), ERROR_FORM_ARGUMENT);
    assert_int_equal(
        fill("limit-functions", "function", &one, 1, &fault, &out), ERROR_FORM_ARGUMENT);
    assert_int_equal(fill("suspend", "functions", &one, 1, &fault, &out), ERROR_FORM_ARGUMENT);
    struct form_argument twice[] = {{"functions", &one, 1}, {"functions", &one, 1}};
    assert_int_equal(
        form_order_fill(&december, "limit-functions", twice, 2, &fault, &out), ERROR_FORM_ARGUMENT);

    static const struct {
        const char *template, *name, *value;
    } rows[] = {
        {"wind-down", "until", "tomorrow"},
        {"wind-down", "until", "2026-03-09"},
        {"wind-down", "until", "2026-03-09T12:00:00Z\") || datetime(\"2026-03-09T12:00:00Z"},
        {"limit-active-uses", "most", "-1"},
        {"limit-active-uses", "most", "1.5"},
        {"limit-active-uses", "most", "1 || true"},
        {"limit-active-uses", "most", ""},
        {"limit-active-uses", "most", "9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(
            fill(rows[i].template, rows[i].name, &rows[i].value, 1, &fault, &out),
            ERROR_FORM_ARGUMENT_VALUE);
        assert_string_equal(fault.place, rows[i].name);
    }
    assert_int_equal(
        fill("limit-functions", "functions", &bad_utf8, 1, &fault, &out),
        ERROR_FORM_ARGUMENT_VALUE);
    assert_int_equal(
        fill("limit-functions", "functions", &empty, 1, &fault, &out), ERROR_FORM_ARGUMENT_VALUE);
    assert_int_equal(
        fill("limit-functions", "functions", NULL, 0, &fault, &out), ERROR_FORM_ARGUMENT_VALUE);
    assert_int_equal(
        fill("limit-matters", "matters", &matter, 1, &fault, &out), ERROR_FORM_ARGUMENT_VALUE);
    const char *many[FORM_ARGUMENT_IDS_MAX + 1];
    for (size_t i = 0; i <= FORM_ARGUMENT_IDS_MAX; i++)
        many[i] = "x";
    assert_int_equal(
        fill("limit-functions", "functions", many, FORM_ARGUMENT_IDS_MAX + 1, &fault, &out),
        ERROR_FORM_ARGUMENT_VALUE);
    const char *two[] = {"1", "2"};
    assert_int_equal(
        fill("limit-active-uses", "most", two, 2, &fault, &out), ERROR_FORM_ARGUMENT_VALUE);
    assert_int_equal(out.length, 0);
    buffer_free(&out);
}

/* --- Keeping ------------------------------------------------------------------------------- */

/* The form's payload under another number, and with another text where there is one. */
static void payload_of(const char *number, const char *text, struct buffer *ret_payload)
{
    struct form other = december;
    other.number = number;
    if (text)
        other.text = text;
    assert_int_equal(layout_encode(&form_layout, &other, NULL, ret_payload), ERROR_OK);
}

/* Reads it from bytes that are gone afterwards. */
static const struct read_form *
read_kept(struct form_keeper *keeper, const char *number, const char *text, struct arena *arena)
{
    struct buffer payload = {0};
    const struct read_form *form = NULL;
    payload_of(number, text, &payload);
    assert_int_equal(form_keeper_read(keeper, buffer_view(&payload), arena, NULL, &form), ERROR_OK);
    memset(payload.data, 0, payload.length);
    buffer_free(&payload);
    return form;
}

static void a_form_is_read_once(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct form_articles articles;
    struct form_keeper *keeper = form_keeper_new();
    const struct read_form *form = read_kept(keeper, "A", NULL, &arena);
    arena_free(&arena); /* what is kept is not in it */
    assert_ptr_equal(read_kept(keeper, "A", NULL, &arena), form);
    assert_string_equal(form->form.number, "A");
    assert_int_equal(form_articles_make(&december, &arena, NULL, &articles), ERROR_OK);
    assert_int_equal(form->articles.count, articles.count);
    for (size_t i = 0; i < articles.count; i++)
        assert_string_equal(form->articles.items[i].clause->title, articles.items[i].clause->title);
    assert_string_equal(read_kept(keeper, "B", NULL, &arena)->form.number, "B");
    form_keeper_free(keeper);
    arena_free(&arena);
}

/* What fits no more is read for whoever asks, each time. */
static void a_keeper_holds_so_many_forms(void **state)
{
    (void)state;
    struct arena arena = {0}, other = {0};
    struct form_keeper *keeper = form_keeper_new();
    char number[20];
    for (size_t i = 0; i < FORM_KEPT_MAX; i++) {
        snprintf(number, sizeof number, "F%zu", i);
        assert_non_null(read_kept(keeper, number, NULL, &arena));
    }
    const struct read_form *last = read_kept(keeper, number, NULL, &arena);
    assert_ptr_equal(read_kept(keeper, number, NULL, &other), last);
    const struct read_form *more = read_kept(keeper, "G", NULL, &arena);
    assert_string_equal(more->form.number, "G");
    assert_true(more->articles.count > 0);
    assert_ptr_not_equal(read_kept(keeper, "G", NULL, &other), more);
    form_keeper_free(keeper);
    arena_free(&arena);
    arena_free(&other);
}

static void a_form_that_does_not_fit_together_is_kept_without_articles(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fault fault = {0};
    const struct read_form *form;
    struct form_keeper *keeper = form_keeper_new();
    form = read_kept(keeper, "A", "no clauses", &arena);
    assert_int_equal(form->articles.count, 0);
    assert_true(form->misfit.error != ERROR_OK);
    assert_non_null(strstr(form->misfit.place, "text.md"));
    assert_ptr_equal(read_kept(keeper, "A", "no clauses", &arena), form);
    assert_int_not_equal(
        form_keeper_read(keeper, BYTES_LITERAL("no form"), &arena, &fault, &form), ERROR_OK);
    assert_non_null(strstr(fault.place, "form"));
    form_keeper_free(keeper);
    arena_free(&arena);
}

/* --- Allocation failures ------------------------------------------------------------------- */

static enum error read_and_check(void)
{
    struct arena arena = {0};
    struct form_report report = {0};
    struct form form;
    enum error error = form_read(&os_system, FORM_FOLDER, &arena, NULL, &form, NULL);
    if (error == ERROR_OK)
        error = form_check_form(&form, NULL, &report);
    form_report_free(&report);
    arena_free(&arena);
    return error;
}

static enum error fill_an_order(void)
{
    struct buffer out = {0};
    const char *function = "location";
    enum error error = fill("limit-functions", "functions", &function, 1, NULL, &out);
    assert_true((error == ERROR_OK) == (out.length > 0));
    buffer_free(&out);
    return error;
}

static enum error print_the_form(void)
{
    struct buffer out = {0};
    enum error error = form_print(&december, NULL, &out);
    buffer_free(&out);
    return error;
}

static struct buffer kept_payload;

static enum error keep_the_form(void)
{
    struct arena arena = {0};
    const struct read_form *form = NULL;
    struct form_keeper *keeper = form_keeper_new();
    enum error error =
        keeper ? form_keeper_read(keeper, buffer_view(&kept_payload), &arena, NULL, &form)
               : ERROR_MEMORY;
    assert_true((error == ERROR_OK) == (form != NULL));
    form_keeper_free(keeper);
    arena_free(&arena);
    return error;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    enum error (*const works[])(void) = {
        read_and_check, fill_an_order, print_the_form, keep_the_form};
    payload_of("A", NULL, &kept_payload);
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        for (long n = 0;; n = failing_alloc_next(n)) {
            failing_alloc_after(n);
            enum error error = works[i]();
            if (!failing_alloc_stop()) {
                assert_int_equal(error, ERROR_OK);
                assert_true(n > 10);
                break;
            }
            assert_int_equal(error, ERROR_MEMORY);
        }
    }
    buffer_free(&kept_payload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_reads),
        cmocka_unit_test(the_form_holds_in_itself),
        cmocka_unit_test(a_form_survives_its_payload),
        cmocka_unit_test(text_and_policies_stand_side_by_side),
        cmocka_unit_test(a_form_is_printed_for_a_person),
        cmocka_unit_test(what_does_not_hold_is_found_at_its_place),
        cmocka_unit_test(the_list_of_clauses_is_that_of_the_text),
        cmocka_unit_test(a_form_that_permits_nothing_is_no_form),
        cmocka_unit_test(a_report_keeps_all_faults_up_to_its_limit),
        cmocka_unit_test(templates_are_filled),
        cmocka_unit_test(no_id_can_say_more_than_an_id),
        cmocka_unit_test(arguments_must_be_those_of_the_template),
        cmocka_unit_test(a_form_is_read_once),
        cmocka_unit_test(a_keeper_holds_so_many_forms),
        cmocka_unit_test(a_form_that_does_not_fit_together_is_kept_without_articles),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, read_december, free_december);
}

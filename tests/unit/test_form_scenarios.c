/* The worked examples of a form, judged by the path of every use; folders checked and built. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "form/form.h"
#include "form/merge.h"
#include "form_world.h"

static void print_report(const struct form_report *report)
{
    for (size_t i = 0; i < report->fault_count; i++) {
        char text[512];
        print_error("%s\n", fault_text(&report->faults[i], text, sizeof text));
    }
}

/* --- The form of December 2021 ------------------------------------------------------------- */

static void every_example_of_december_2021_holds(void **state)
{
    (void)state;
    struct form_report report = {0};
    struct fault fault = {0};
    enum error error = form_check(&os_system, FORM_FOLDER, &fault, &report);
    print_report(&report);
    assert_int_equal(error, ERROR_OK);
    assert_true(report.scenario_count >= 219);
    assert_int_equal(report.scenarios_held, report.scenario_count);
    assert_int_equal(report.fault_total, 0);
    form_report_free(&report);
}

/* docs/form.md says which examples show what; in quotes stand their names. */
static void the_documentation_names_examples_that_exist(void **state)
{
    (void)state;
    struct buffer docs = {0}, examples = {0}, office = {0};
    const struct {
        const char *path;
        struct buffer *content;
    } files[] = {
        {FORM_FOLDER "/../../docs/form.md", &docs},
        {FORM_FOLDER "/scenarios.json", &examples},
        {FORM_FOLDER "/../../tests/scenarios/form_office.sh", &office},
    };
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(
            os_read_file(&os_system, files[i].path, 1 << 20, NULL, files[i].content), ERROR_OK);
    const char *at = strstr(buffer_text(&docs), "## What is asked of the form");
    assert_non_null(at);
    const char *end = strstr(at, "\n## ");
    assert_non_null(end);
    size_t named = 0, missing = 0;
    for (const char *open; (open = strchr(at, '"')) && open < end; named++) {
        const char *close = strchr(open + 1, '"');
        assert_true(close && close < end);
        char name[128];
        assert_true((size_t)(close + 1 - open) < sizeof name);
        memcpy(name, open, (size_t)(close + 1 - open));
        name[close + 1 - open] = '\0';
        at = close + 1;
        if (strstr(buffer_text(&examples), name) || strstr(buffer_text(&office), name))
            continue;
        print_error("no example %s\n", name);
        missing++;
    }
    assert_true(named > 40);
    assert_int_equal(missing, 0);
    buffer_free(&docs);
    buffer_free(&examples);
    buffer_free(&office);
}

static void a_folder_builds_to_the_same_payload_each_time(void **state)
{
    (void)state;
    struct buffer payload = {0}, again = {0};
    assert_int_equal(form_build(&os_system, FORM_FOLDER, NULL, &payload), ERROR_OK);
    assert_int_equal(form_build(&os_system, FORM_FOLDER, NULL, &again), ERROR_OK);
    assert_true(bytes_equal(buffer_view(&payload), buffer_view(&again)));

    /* The payload is the instrument, whole: it holds in itself, and the examples hold for it. */
    struct arena arena = {0};
    struct form form;
    struct bytes scenarios;
    assert_int_equal(form_read(&os_system, FORM_FOLDER, &arena, NULL, &form, &scenarios), ERROR_OK);
    struct digest digest = sha256_of(scenarios);
    assert_true(digest_equal(&form.scenarios, &digest));
    assert_int_equal(
        layout_decode(&form_layout, buffer_view(&payload), &arena, NULL, &form), ERROR_OK);
    assert_true(digest_equal(&form.scenarios, &digest));
    struct form_report report = {0};
    assert_int_equal(form_check_form(&form, NULL, &report), ERROR_OK);
    assert_int_equal(form_check_scenarios(&form, scenarios, NULL, &report), ERROR_OK);
    form_report_free(&report);
    arena_free(&arena);
    buffer_free(&payload);
    buffer_free(&again);
}

static void a_folder_that_does_not_hold_is_not_built(void **state)
{
    (void)state;
    char path[FORM_WORLD_PATH];
    form_world_make(path, "clauses.cedar", ">= 72", ">= 71");
    struct buffer payload = {0};
    struct fault fault = {0};
    assert_int_equal(form_build(&os_system, path, &fault, &payload), ERROR_FORM_SCENARIO_DIFFERS);
    assert_int_equal(payload.length, 0);
    assert_non_null(strstr(fault.place, "serious crime: one month under six years"));
    assert_string_equal(fault.expected, "outside: no clause permits");
    assert_string_equal(fault.found, "within: 5");
    form_world_remove(path);
}

/* Each clause matters: with its condition weakened, some example no longer holds. The list is short
 * of nothing that a mistake in editing could change: a number, a bound, an operator, a list. */
static const struct {
    const char *file, *before, *after;
} weakened[] = {
    {"clauses.cedar", "context.file == \"\" || ", ""},
    {"clauses.cedar", "context.subject == \"\" ||", ""},
    {"clauses.cedar", "context.conduct.isEmpty() || context.reasons.isEmpty()",
     "context.reasons.isEmpty()"},
    {"clauses.cedar", "context.time < resource.certificateUntil",
     "context.time <= resource.certificateUntil"},
    {"clauses.cedar", "resource.certificateFrom <= context.time",
     "resource.certificateFrom < context.time"},
    {"clauses.cedar", "principal in resource.licensee && ", ""},
    {"clauses.cedar", " && resource.licensee.governmental", ""},
    {"clauses.cedar", "[EndUse::Purpose::\"investigation\", ",
     "[EndUse::Purpose::\"investigation\", EndUse::Purpose::\"other\", "},
    {"clauses.cedar", "context.conductSince <= context.time",
     "context.conductSince < context.time"},
    {"clauses.cedar", "context.conductSince <= context.approval.issued", "true"},
    {"clauses.cedar", "context.conductSince <= context.approval.issued",
     "context.conductSince < context.approval.issued"},
    {"clauses.cedar", "context.intentional && ", ""},
    {"clauses.cedar", "context.seriousDamage && ", ""},
    {"clauses.cedar", "!context.aims.isEmpty() &&", ""},
    {"clauses.cedar", "!context.acts.isEmpty() && ", ""},
    {"clauses.cedar", "context.acts != [EndUse::Act::\"threat-of-such-act\"] &&", ""},
    {"clauses.cedar", "context.offence.acts.containsAll(context.acts)",
     "context.offence.acts.containsAny(context.acts)"},
    {"clauses.cedar", ">= 72", "> 72"},
    {"clauses.cedar", "context has offence && !context.offence.accepted", "false"},
    {"clauses.cedar", "context.offence.inForce && ", ""},
    {"clauses.cedar", "context.offence.inForceFrom <= context.conductSince", "true"},
    {"clauses.cedar", "].containsAll(context.conduct)", "].containsAny(context.conduct)"},
    {"clauses.cedar",
     "EndUse::Conduct::\"presenting-data-about-the-state\", "
     "EndUse::Conduct::\"journalism\",",
     "EndUse::Conduct::\"journalism\","},
    {"clauses.cedar", "!context.offence.completedBy.isEmpty()", "false"},
    {"clauses.cedar", "EndUse::Reason::\"political-affiliation\", EndUse::Reason::\"age\",",
     "EndUse::Reason::\"age\","},
    {"clauses.cedar", "].containsAll(context.reasons)\n};", "].containsAny(context.reasons)\n};"},
    {"clauses.cedar", " && context.protections.isEmpty()", ""},
    {"clauses.cedar", " || !context.protections.isEmpty())", ")"},
    {"clauses.cedar", "contains(EndUse::Reason::\"other\")", "contains(EndUse::Reason::\"age\")"},
    {"clauses.cedar", " && !context.approval.withdrawn", ""},
    {"clauses.cedar", "context.approval.body in resource.acquiringState &&", ""},
    {"clauses.cedar", "context.approval.issued <= context.time &&",
     "context.approval.issued < context.time &&"},
    {"clauses.cedar", "context.time < context.approval.expires",
     "context.time <= context.approval.expires"},
    {"clauses.cedar", "!context.approval.body.independent", "false"},
    {"clauses.cedar", " && context.approval.findsLifeAtRisk", ""},
    {"clauses.cedar", "context.approval.kind == EndUse::ApprovalKind::\"urgent\" &&", ""},
    {"clauses.cedar", "<= duration(\"72h\")", "< duration(\"72h\")"},
    {"clauses.cedar", "<= duration(\"72h\")", "<= duration(\"73h\")"},
    {"clauses.cedar", "!context.approval.findsPrivacyLawMet", "false"},
    {"clauses.cedar", "context.approval.file == context.file &&", ""},
    {"clauses.cedar", " && context.approval.subject == context.subject", ""},
    {"clauses.cedar", "context.approval.functions.contains(context.function) &&", ""},
    {"clauses.cedar", " && context.approval.offence == context.offence", ""},
    {"clauses.cedar", "> resource.longestApproval", ">= resource.longestApproval"},
    {"licence-conditions.cedar", "resource.functions.contains(context.function)", "true"},
    {"licence-conditions.cedar", "!context.running && resource.otherActiveUses",
     "resource.otherActiveUses"},
    {"licence-conditions.cedar", "resource.otherActiveUses >=", "resource.otherActiveUses >"},
    {"licence-conditions.cedar", "context.time < resource.licenceUntil",
     "context.time <= resource.licenceUntil"},
    {"licence-conditions.cedar", "resource.usesInPeriod >=", "resource.usesInPeriod >"},
    {"orders/no-new-uses.cedar", "unless { context.running }", "unless { true }"},
    {"orders/wind-down.cedar", "context.time < {{until}}", "context.time <= {{until}}"},
    {"orders/limit-active-uses.cedar", "!context.running && ", ""},
};

/* One in three of the list without ENDUSE_DEEP. */
static void a_weakened_clause_fails_an_example(void **state)
{
    (void)state;
    size_t unnoticed = 0;
    const size_t step = getenv("ENDUSE_DEEP") ? 1 : 3;
    for (size_t i = 0; i < sizeof weakened / sizeof *weakened; i += step) {
        char path[FORM_WORLD_PATH];
        form_world_make(path, weakened[i].file, weakened[i].before, weakened[i].after);
        struct form_report report = {0};
        enum error error = form_check(&os_system, path, NULL, &report);
        form_world_remove(path);
        if (error != ERROR_FORM_SCENARIO_DIFFERS) {
            print_error("row %zu: %s\n", i, error_name(error));
            print_report(&report);
            unnoticed++;
        }
        form_report_free(&report);
    }
    assert_int_equal(unnoticed, 0);
}

/* --- Examples that are not of the documented form ------------------------------------------ */

static const struct {
    const char *before, *after;
    enum error error;
    const char *place;
} malformed[] = {
    {"{", "[", ERROR_JSON_SYNTAX, "scenarios.json: line"},
    {"\"scenarios\"", "\"examples\"", ERROR_JSON_UNKNOWN, "scenarios.json: line"},
    {"\"base\": {", "\"base\": null, \"about\": {", ERROR_JSON_DUPLICATE, "scenarios.json: line"},
    {"\"licence\": {", "\"license\": {", ERROR_JSON_UNKNOWN, "scenarios.json: line"},
    {"\"running\": false,", "", ERROR_JSON_MISSING, "scenarios.json: line"},
    {"\"longestApproval\": \"90d\"", "\"longestApproval\": \"90\"", ERROR_FORM_SCENARIO,
     "scenarios.json: line 13"},
    {"\"longestApproval\": \"90d\"", "\"longestApproval\": 90", ERROR_JSON_TYPE,
     "scenarios.json: line 13"},
    {"\"certificateFrom\": \"2026", "\"certificateFrom\": \"26", ERROR_TIME_TEXT,
     "scenarios.json: line 11"},
    {"\"XA-110\": {", "\"\": {", ERROR_FORM_SCENARIO, "scenarios.json: line"},
    {"\"maximumMonths\": 9999", "\"maximumMonths\": -1", ERROR_JSON_RANGE, "scenarios.json: line"},
    {"\"maximumMonths\": 9999", "\"maximumYears\": 9", ERROR_JSON_UNKNOWN, "scenarios.json: line"},
    {"[\"attack-on-life\", \"threat-of-such-act\"]", "[\"attack-on-life\", \"attack-on-life\"]",
     ERROR_FORM_SCENARIO, "scenarios.json: line"},
    {"[\"attack-on-life\", \"threat-of-such-act\"]", "[\"attack-on-life\\u0000\"]",
     ERROR_FORM_SCENARIO, "scenarios.json: line"},
    {"\"kind\": \"ordinary\"", "\"kind\": \"usual\"", ERROR_FORM_SCENARIO, "scenarios.json: line"},
    {"\"purpose\": \"prevention\",", "", ERROR_VERDICT_FACT_MISSING, "scenarios.json: "},
    {"\"purpose\": \"prevention\",", "\"purpose\": \"revenge\",", ERROR_VERDICT_FACT_VALUE,
     "scenarios.json: "},
    {"\"purpose\": \"prevention\",", "\"purpose\": \"prevention\", \"mood\": \"x\",",
     ERROR_VERDICT_FACT_UNKNOWN, "scenarios.json: "},
    {"\"purpose\": \"prevention\",", "\"purpose\": \"prevention\", \"running\": true,",
     ERROR_VERDICT_FACT_SOURCE, "scenarios.json: "},
    {"\"expect\": \"within\"", "\"expect\": \"allow\"", ERROR_FORM_SCENARIO,
     "scenarios.json: line"},
    {"\"expect\": \"within\"", "\"expect\": \"outside\"", ERROR_FORM_SCENARIO_DIFFERS,
     "scenarios.json: terrorist act: an attack on people's lives: line"},
    {"\"clauses\": [\"4\"]", "\"clauses\": [\"4\", \"5\"]", ERROR_FORM_SCENARIO_DIFFERS,
     "scenarios.json: terrorist act"},
    {"\"clauses\": [\"4\"]", "\"clauses\": []", ERROR_FORM_SCENARIO_DIFFERS,
     "scenarios.json: terrorist act"},
    {"\"name\": \"terrorist aim: all three\"", "\"name\": \"purpose: another\"",
     ERROR_FORM_SCENARIO_NAME, "scenarios.json: line"},
    {"\"name\": \"terrorist aim: all three\"", "\"name\": \"\"", ERROR_FORM_SCENARIO,
     "scenarios.json: line"},
    {"\"template\": \"suspend\"", "\"template\": \"suspension\"", ERROR_NOT_FOUND,
     "scenarios.json: line"},
    {"\"parameters\": {\"most\": 2}", "\"parameters\": {\"most\": -2}", ERROR_FORM_ARGUMENT_VALUE,
     "scenarios.json: line"},
    {"\"parameters\": {\"most\": 2}", "\"parameters\": {}", ERROR_FORM_ARGUMENT,
     "scenarios.json: line"},
    {"\"parameters\": {\"most\": 2}", "\"parameters\": {\"most\": true}", ERROR_JSON_TYPE,
     "scenarios.json: line"},
    /* The only scenario that L1 decides expects something else: L1 is untested. */
    {"\"clauses\": [\"L1\"]", "\"clauses\": [\"L2\"]", ERROR_FORM_SCENARIO_DIFFERS,
     "scenarios.json: a function approved but not licensed"},
};

static void a_malformed_example_is_refused_at_its_place(void **state)
{
    (void)state;
    size_t others = 0;
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        char path[FORM_WORLD_PATH];
        form_world_make(path, "scenarios.json", malformed[i].before, malformed[i].after);
        struct form_report report = {0};
        struct fault fault = {0};
        enum error error = form_check(&os_system, path, &fault, &report);
        form_world_remove(path);
        if (error != malformed[i].error || !text_starts(fault.place, malformed[i].place)) {
            char text[512];
            print_error(
                "row %zu: %s: %s\n", i, error_name(error), fault_text(&fault, text, sizeof text));
            others++;
        }
        form_report_free(&report);
    }
    assert_int_equal(others, 0);
}

static void a_policy_that_decides_no_example_is_found(void **state)
{
    (void)state;
    char path[FORM_WORLD_PATH];
    form_world_make(path, "scenarios.json", "\"clauses\": [\"L1\"]", "\"clauses\": [\"L2\"]");
    struct form_report report = {0};
    form_check(&os_system, path, NULL, &report);
    form_world_remove(path);
    assert_int_equal(report.fault_total, 2);
    assert_int_equal(report.faults[1].error, ERROR_FORM_UNTESTED);
    assert_string_equal(report.faults[1].place, "licence-conditions.cedar: line 6, column 1");
    assert_string_equal(report.faults[1].found, "L1");
    assert_int_equal(report.scenarios_held, report.scenario_count - 1);
    form_report_free(&report);
}

static void a_fault_of_the_base_is_reported_once(void **state)
{
    (void)state;
    char path[FORM_WORLD_PATH];
    form_world_make(path, "scenarios.json", "\"running\": false,", "");
    struct form_report report = {0};
    form_check(&os_system, path, NULL, &report);
    form_world_remove(path);
    /* Once for the base, and for scenarios that bring the member themselves, their own. */
    assert_true(report.fault_total < 20);
    assert_int_equal(report.faults[0].error, ERROR_JSON_MISSING);
    assert_true(report.scenarios_held < report.scenario_count / 2);
    form_report_free(&report);
}

/* --- Merge patches ------------------------------------------------------------------------- */

/* The examples of RFC 7396, appendix A, that have an object on both sides; what is looked up is the
 * member "a" (or the path in it), as JSON text. */
static const struct {
    const char *base, *patch, *path, *found;
} merges[] = {
    {"{\"a\":\"b\"}", "{\"a\":\"c\"}", "a", "\"c\""},
    {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "a", "\"b\""},
    {"{\"a\":\"b\"}", "{\"b\":\"c\"}", "b", "\"c\""},
    {"{\"a\":\"b\"}", "{\"a\":null}", "a", ""},
    {"{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "b", "\"c\""},
    {"{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "a", "\"c\""},
    {"{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "a", "[\"b\"]"},
    {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "a.b", "\"d\""},
    {"{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "a.c", ""},
    {"{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "a", "[1]"},
    {"{\"e\":null}", "{\"a\":1}", "e", "null"},
    {"{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "a.bb.ccc", ""},
};

static void patches_merge_as_rfc_7396_has_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof merges / sizeof *merges; i++) {
        struct arena arena = {0};
        struct merged at = {0};
        assert_int_equal(json_parse(bytes_of(merges[i].base), &arena, NULL, &at.base), ERROR_OK);
        assert_int_equal(json_parse(bytes_of(merges[i].patch), &arena, NULL, &at.patch), ERROR_OK);
        for (const char *step = merges[i].path; *step;) {
            size_t length = strcspn(step, ".");
            at = merged_find(at, (struct bytes){(const uint8_t *)step, length});
            step += length + (step[length] == '.');
        }
        struct buffer text = {0};
        if (merged_there(at)) {
            struct json_writer writer;
            json_writer_begin(&writer, &text, 0);
            json_write_value(&writer, merged_value(at));
            assert_int_equal(json_writer_end(&writer), ERROR_OK);
        } else {
            buffer_append_text(&text, "");
        }
        if (!bytes_equal_text(buffer_view(&text), merges[i].found))
            print_error("row %zu\n", i);
        assert_true(bytes_equal_text(buffer_view(&text), merges[i].found));
        buffer_free(&text);
        arena_free(&arena);
    }
}

static void merged_names_come_once(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct merged object = {0};
    assert_int_equal(
        json_parse(BYTES_LITERAL("{\"a\":1,\"b\":2,\"c\":3}"), &arena, NULL, &object.base),
        ERROR_OK);
    assert_int_equal(
        json_parse(
            BYTES_LITERAL("{\"d\":4,\"b\":null,\"c\":5,\"e\":null}"), &arena, NULL, &object.patch),
        ERROR_OK);
    static const char *const names[] = {"a", "c", "d"};
    struct bytes name;
    for (size_t i = 0; i < 3; i++) {
        assert_true(merged_name_at(object, i, &name));
        assert_true(bytes_equal_text(name, names[i]));
    }
    assert_false(merged_name_at(object, 3, &name));
    arena_free(&arena);
}

/* --- Allocation failures ------------------------------------------------------------------- */

/* One scenario of each kind is enough to pass every allocation of the reading and judging. */
static const char few[] =
    "{\"about\":[],\"base\":%.*s,\"scenarios\":["
    "{\"name\":\"a\",\"change\":{},\"expect\":\"within\",\"clauses\":[\"4\"]},"
    "{\"name\":\"b\",\"orders\":[{\"template\":\"limit-functions\",\"parameters\":"
    "{\"functions\":[\"stored-data\"]}},{\"template\":\"suspend\",\"parameters\":{}}],"
    "\"change\":{\"approval\":null},\"expect\":\"outside\",\"clauses\":[\"8\",\"O1\",\"O9\"]}]}";

static void each_allocation_may_fail(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct form form;
    struct bytes text;
    struct buffer scenarios = {0}, base = {0};
    assert_int_equal(form_read(&os_system, FORM_FOLDER, &arena, NULL, &form, &text), ERROR_OK);
    const struct json *root;
    assert_int_equal(json_parse(text, &arena, NULL, &root), ERROR_OK);
    struct json_writer writer;
    json_writer_begin(&writer, &base, 0);
    json_write_value(&writer, json_find(root, "base"));
    assert_int_equal(json_writer_end(&writer), ERROR_OK);
    buffer_printf(&scenarios, few, (int)base.length, (const char *)base.data);
    assert_non_null(buffer_text(&scenarios));

    for (long n = 0;; n = failing_alloc_next(n)) {
        struct form_report report = {0};
        failing_alloc_after(n);
        enum error error = form_check_scenarios(&form, buffer_view(&scenarios), NULL, &report);
        bool failed = failing_alloc_stop();
        if (failed && error != ERROR_MEMORY && error != ERROR_FORM_UNTESTED) {
            print_error("allocation %ld\n", n);
            print_report(&report);
        }
        /* Most policies decide neither example, which is what a check that ran says. */
        assert_true(error == ERROR_FORM_UNTESTED || (failed && error == ERROR_MEMORY));
        if (error == ERROR_FORM_UNTESTED)
            assert_int_equal(report.scenarios_held, 2);
        form_report_free(&report);
        if (!failed) {
            assert_true(n > 100);
            break;
        }
    }
    buffer_free(&scenarios);
    buffer_free(&base);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_of_december_2021_holds),
        cmocka_unit_test(the_documentation_names_examples_that_exist),
        cmocka_unit_test(a_folder_builds_to_the_same_payload_each_time),
        cmocka_unit_test(a_folder_that_does_not_hold_is_not_built),
        cmocka_unit_test(a_weakened_clause_fails_an_example),
        cmocka_unit_test(a_malformed_example_is_refused_at_its_place),
        cmocka_unit_test(a_policy_that_decides_no_example_is_found),
        cmocka_unit_test(a_fault_of_the_base_is_reported_once),
        cmocka_unit_test(patches_merge_as_rfc_7396_has_it),
        cmocka_unit_test(merged_names_come_once),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

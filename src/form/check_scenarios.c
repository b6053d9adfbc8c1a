/* Judging the worked examples of a form, by the same path as every use. */
#include <stdio.h>
#include <string.h>

#include "form/report.h"
#include "form/scenario.h"

static const char file[] = "scenarios.json";

/* --- Judging ------------------------------------------------------------------------------- */

/* "within: 4", "outside: 6, 6.2", "outside: no clause permits". */
static const char *
words(bool within, const char *const *clauses, size_t count, char *text, size_t size)
{
    int used = snprintf(text, size, within ? "within: " : "outside: ");
    size_t at = (size_t)used;
    for (size_t i = 0; i < count && at < size; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%s", i > 0 ? ", " : "", clauses[i]);
    if (count == 0)
        snprintf(text + at, size - at, "no clause permits");
    return text;
}

/* The fault of a scenario whose verdict is not the expected one, at its place in the file. */
static enum error
compare(const struct scenario *scenario, const struct scenario_verdict *found, struct fault *fault)
{
    bool same = found->within == scenario->within && found->count == scenario->clause_count;
    for (size_t i = 0; i < found->count && same; i++)
        same = strcmp(found->clauses[i], scenario->clauses[i]) == 0;
    if (same)
        return ERROR_OK;
    char expected[160], actual[160];
    words(scenario->within, scenario->clauses, scenario->clause_count, expected, sizeof expected);
    words(found->within, found->clauses, found->count, actual, sizeof actual);
    return json_fault(scenario->json, fault, ERROR_FORM_SCENARIO_DIFFERS, expected, "%s", actual);
}

static enum error judge(
    const struct form *form, const struct scenario *scenario, const struct form_articles *articles,
    struct arena *arena, struct fault *fault)
{
    struct scenario_verdict found;
    enum error error = scenario_judge(form, scenario, articles, arena, fault, &found);
    return error != ERROR_OK ? error : compare(scenario, &found, fault);
}

/* --- All of them --------------------------------------------------------------------------- */

struct examples {
    const struct form *form;
    struct form_report *report;
    struct form_articles articles;
    bool *tested; /* by policy: some scenario is decided by it */
    bool unread;  /* some scenario could not be read: what it tests is not known */
    const struct json *base, *list;
};

static void note_tested(struct examples *examples, const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->clause_count; i++) {
        for (size_t k = 0; k < examples->articles.policy_count; k++) {
            if (strcmp(scenario->clauses[i], examples->articles.policies[k].number) == 0)
                examples->tested[k] = true;
        }
    }
}

/* Reads and judges one scenario in an arena of its own. Returns ERROR_MEMORY only. */
static enum error check_one(struct examples *examples, const struct json *json)
{
    struct arena arena = {0};
    struct fault fault = {0};
    struct scenario scenario;
    enum error error =
        scenario_read(examples->form, examples->base, json, &arena, &fault, &scenario);
    if (error != ERROR_OK) {
        fault_within(&fault, error, "%s", file);
        examples->unread = true;
    } else {
        note_tested(examples, &scenario);
        error = judge(examples->form, &scenario, &examples->articles, &arena, &fault);
        if (error != ERROR_OK)
            fault_within(&fault, error, "%s: %s", file, scenario.name);
    }
    examples->report->scenario_count++;
    examples->report->scenarios_held += error == ERROR_OK;
    if (error != ERROR_OK)
        error = report_add(examples->report, error, &fault);
    arena_free(&arena);
    return error;
}

/* Names are what people call scenarios by. */
static enum error check_names(struct examples *examples)
{
    size_t count = json_count(examples->list);
    for (size_t i = 0; i < count; i++) {
        const struct json *name = json_find(json_at(examples->list, i), "name");
        for (size_t k = 0; name && k < i; k++) {
            const struct json *other = json_find(json_at(examples->list, k), "name");
            if (!other || !bytes_equal(json_characters(name), json_characters(other)))
                continue;
            struct fault fault = {0};
            json_fault(name, &fault, ERROR_FORM_SCENARIO_NAME, "another name", NULL);
            fault_within(&fault, ERROR_FORM_SCENARIO_NAME, "%s", file);
            enum error error = report_add(examples->report, fault.error, &fault);
            if (error != ERROR_OK)
                return error;
        }
    }
    return ERROR_OK;
}

static enum error check_tested(struct examples *examples)
{
    for (size_t i = 0; i < examples->articles.policy_count; i++) {
        const struct form_policy *policy = &examples->articles.policies[i];
        if (examples->tested[i])
            continue;
        struct fault fault = {0};
        char place[160];
        snprintf(
            place, sizeof place, "%s: line %u, column %u", policy->file, policy->line,
            policy->column);
        fault_set(
            &fault, ERROR_FORM_UNTESTED, place, "a worked example that it decides", "%s",
            policy->number);
        enum error error = report_add(examples->report, fault.error, &fault);
        if (error != ERROR_OK)
            return error;
    }
    return ERROR_OK;
}

static enum error check_all(struct examples *examples)
{
    enum error error = check_names(examples);
    for (size_t i = 0; i < json_count(examples->list) && error == ERROR_OK; i++)
        error = check_one(examples, json_at(examples->list, i));
    return error == ERROR_OK && !examples->unread ? check_tested(examples) : error;
}

enum error form_check_scenarios(
    const struct form *form, struct bytes scenarios, struct fault *fault,
    struct form_report *report)
{
    struct examples examples = {.form = form, .report = report};
    struct arena arena = {0};
    struct fault broken = {0};
    size_t before = report->fault_total;
    enum error error = form_articles_make(form, &arena, &broken, &examples.articles);
    if (error == ERROR_OK) {
        examples.tested = ARENA_ARRAY(&arena, bool, examples.articles.policy_count);
        error = examples.tested ? ERROR_OK : fault_place(&broken, ERROR_MEMORY, "%s", file);
    }
    if (error == ERROR_OK)
        error = scenarios_parse(scenarios, &arena, &broken, &examples.base, &examples.list);
    error = error != ERROR_OK ? report_add(report, error, &broken) : check_all(&examples);
    arena_free(&arena);
    return report_result(report, before, error, fault);
}

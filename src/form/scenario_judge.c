/* Worked examples taken from their file, and judged under a form by the same path as every use. */
#include <stdlib.h>
#include <string.h>

#include "form/scenario.h"

/* The form's number of the policy that an order's clause came from. An order that stops everything
 * has no text of its own: its template's only policy stands for it. */
static const char *order_policy(
    const struct scenario *scenario, const struct form_articles *articles,
    const struct terms_clause *clause)
{
    for (size_t i = 0; i < scenario->order_count; i++) {
        if (clause->instrument.bytes[0] != i + 1)
            continue;
        const struct order_template *template = scenario->templates[i];
        const char *slash = strrchr(clause->number, '/');
        for (size_t k = 0; k < articles->policy_count; k++) {
            const struct form_policy *policy = &articles->policies[k];
            bool here = text_starts(policy->file, "orders/") &&
                        strncmp(policy->file + 7, template->name, strlen(template->name)) == 0 &&
                        strcmp(policy->file + 7 + strlen(template->name), ".cedar") == 0;
            bool whole = scenario->orders[i].kind != ORDER_LIMIT;
            if (here && (whole || (slash && strcmp(slash + 1, policy->number) == 0)))
                return policy->number;
        }
    }
    return clause->number;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The terms go, the numbers stay: they are copied. */
static enum error determined_by(
    const struct scenario *scenario, const struct form_articles *articles,
    const struct terms *terms, const struct verdict *verdict, struct arena *arena,
    struct scenario_verdict *ret_verdict)
{
    struct scenario_verdict found = {.within = verdict->outcome == VERDICT_WITHIN};
    for (size_t i = 0; i < verdict->clause_count; i++) {
        const struct terms_clause *clause = terms_clause(terms, verdict->clauses[i]);
        const char *number = clause->source == CLAUSE_ORDER
                                 ? order_policy(scenario, articles, clause)
                                 : clause->number;
        found.clauses[found.count] = arena_text(arena, bytes_of(number));
        if (!found.clauses[found.count++])
            return ERROR_MEMORY;
    }
    qsort(found.clauses, found.count, sizeof *found.clauses, compare_texts);
    *ret_verdict = found;
    return ERROR_OK;
}

static enum error judge_use(
    const struct scenario *scenario, const struct form_articles *articles,
    const struct terms *terms, struct arena *arena, struct fault *fault,
    struct scenario_verdict *ret_verdict)
{
    struct use_sources stated = {
        .declaration = &scenario->declaration,
        .roll = &scenario->roll,
        .approval = scenario->has_approval ? &scenario->approval : NULL,
    };
    struct declared_use *use;
    enum error error = declared_use_open(terms, &stated, fault, &use);
    if (error != ERROR_OK)
        return error;
    struct verdict verdict = declared_use_judge(use, &scenario->moment);
    if (verdict.outcome == VERDICT_ERRED)
        error = json_fault(
            scenario->json, fault, ERROR_FORM_SCENARIO_DIFFERS, "a verdict", "clause %s erred",
            terms_clause(terms, verdict.erred)->number);
    else if (determined_by(scenario, articles, terms, &verdict, arena, ret_verdict) != ERROR_OK)
        error = fault_place(fault, ERROR_MEMORY, "%s", scenario->name);
    declared_use_close(use);
    return error;
}

enum error scenario_judge(
    const struct form *form, const struct scenario *scenario, const struct form_articles *articles,
    struct arena *arena, struct fault *fault, struct scenario_verdict *ret_verdict)
{
    struct terms_order orders[SCENARIO_ORDERS_MAX];
    for (size_t i = 0; i < scenario->order_count; i++) {
        orders[i] = (struct terms_order){.order = &scenario->orders[i]};
        orders[i].digest.bytes[0] = (uint8_t)(i + 1);
    }
    struct terms_sources sources = {
        .form = form,
        .certificate = &scenario->certificate,
        .certificate_digest = {{0xC0}},
        .licence = &scenario->licence,
        .licence_digest = {{0xC1}},
        .installation = "installation-1",
        .orders = orders,
        .order_count = scenario->order_count,
    };
    struct terms *terms;
    enum error error = terms_open(&sources, fault, &terms);
    if (error != ERROR_OK)
        return error;
    error = judge_use(scenario, articles, terms, arena, fault, ret_verdict);
    terms_close(terms);
    return error;
}

enum error scenarios_parse(
    struct bytes text, struct arena *arena, struct fault *fault, const struct json **ret_base,
    const struct json **ret_list)
{
    static const char *const members[] = {"about", "base", "scenarios", NULL};
    const struct json *root, *base, *list;
    enum error error = json_parse(text, arena, fault, &root);
    if (error == ERROR_OK)
        error = json_allow(root, members, fault);
    if (error == ERROR_OK)
        error = json_get(root, "base", JSON_OBJECT, fault, &base);
    if (error == ERROR_OK)
        error = json_get(root, "scenarios", JSON_ARRAY, fault, &list);
    if (error == ERROR_OK && json_count(list) == 0)
        error = json_fault(list, fault, ERROR_FORM_EMPTY, "a worked example", "none");
    if (error != ERROR_OK)
        return fault_within(fault, error, "scenarios.json");
    *ret_base = base;
    *ret_list = list;
    return ERROR_OK;
}

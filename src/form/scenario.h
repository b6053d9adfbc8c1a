/* Worked examples as documents: a scenario's JSON, merged with its base, becomes the certificate,
 * licence, roll, approval, declaration and orders that verdict/ judges. What is made of the verdict
 * is check_scenarios.c's and compare.c's. */
#ifndef ENDUSE_FORM_SCENARIO_H
#define ENDUSE_FORM_SCENARIO_H

#include "form/form.h"
#include "json/json.h"
#include "verdict/verdict.h"

enum {
    SCENARIO_ORDERS_MAX = 8,   /* orders in one scenario */
    SCENARIO_CLAUSES_MAX = 32, /* clauses that determine its verdict */
};

/* One worked example, ready to be judged. Everything is in the arena it was read into. */
struct scenario {
    const struct json *json;
    const char *name;
    bool within;                /* expected: within the terms */
    const char *const *clauses; /* expected: what determines the verdict */
    size_t clause_count;

    struct certificate certificate;
    struct licence licence;
    struct roll roll;
    struct approval approval;
    bool has_approval;
    struct declaration declaration;
    struct moment moment;
    const struct order_template *templates[SCENARIO_ORDERS_MAX]; /* of each order */
    struct order orders[SCENARIO_ORDERS_MAX];
    size_t order_count;
};

/* Reads one scenario on its base. The numbers of the clauses are checked by the caller. Errors with
 * line, column and path: json's rows, FORM_SCENARIO, those of form_order_fill, MEMORY. */
enum error scenario_read(
    const struct form *form, const struct json *base, const struct json *json, struct arena *arena,
    struct fault *fault, struct scenario *ret_scenario);

/* What a scenario came to: the numbers of the policies that determined it, as the form has them,
 * ascending. */
struct scenario_verdict {
    bool within;
    const char *clauses[SCENARIO_CLAUSES_MAX];
    size_t count;
};

/* Judges a scenario that was read on this form (scenario_judge.c). The numbers are in arena. Errors
 * of verdict/, and FORM_SCENARIO_DIFFERS where a clause erred. */
enum error scenario_judge(
    const struct form *form, const struct scenario *scenario, const struct form_articles *articles,
    struct arena *arena, struct fault *fault, struct scenario_verdict *ret_verdict);

/* The worked examples of scenarios.json as its base and its list; at least one. Faults begin with
 * the file's name. */
enum error scenarios_parse(
    struct bytes text, struct arena *arena, struct fault *fault, const struct json **ret_base,
    const struct json **ret_list);

#endif

/* Checking a policy: its names, whether its scope applies to anything, and its conditions in every
 * request environment that the scope lets through. */
#include "cedar/checker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cedar_findings_free(struct cedar_findings *findings)
{
    free(findings->items);
    *findings = (struct cedar_findings){.limit = findings->limit};
}

/* Whether this policy has that error at that place already, of another environment. */
static bool is_repeated(const struct checker *checker, enum error error, struct cedar_span span)
{
    const struct cedar_findings *findings = checker->findings;
    for (size_t i = checker->first_finding; i < findings->count; i++)
        if (findings->items[i].fault.error == error &&
            findings->items[i].span.start.offset == span.start.offset)
            return true;
    return false;
}

/* Whether there is to be no further finding, or none of this policy. */
static bool is_full(const struct checker *checker)
{
    const struct cedar_findings *findings = checker->findings;
    return (findings->limit && findings->count >= findings->limit) ||
           findings->count - checker->first_finding >= CEDAR_CHECK_FINDINGS_MAX;
}

bool cedar_checker_listens(const struct checker *checker)
{
    return !checker->error || (checker->findings && !is_full(checker));
}

static void keep(struct checker *checker, const struct fault *fault, struct cedar_span span)
{
    struct cedar_findings *findings = checker->findings;
    if (is_full(checker))
        return;
    if (findings->count == findings->room) {
        size_t room = findings->room ? 2 * findings->room : 8;
        struct cedar_finding *grown = reallocarray(findings->items, room, sizeof *grown);
        if (!grown) {
            cedar_checker_no_memory(checker);
            return;
        }
        findings->items = grown;
        findings->room = room;
    }
    findings->items[findings->count++] =
        (struct cedar_finding){.policy = checker->policy->id, .span = span, .fault = *fault};
}

void cedar_checker_report(
    struct checker *checker, enum error error, struct cedar_span span, const char *expected,
    const char *found, ...)
{
    struct fault fault = {0};
    if (checker->only_level && error != ERROR_CHECK_LEVEL && error != ERROR_CHECK_LIMIT)
        return;
    if (checker->stopped || (checker->findings && is_repeated(checker, error, span)))
        return;
    char words[sizeof fault.found];
    va_list arguments;
    va_start(arguments, found);
    vsnprintf(words, sizeof words, found, arguments);
    va_end(arguments);
    struct bytes id = checker->policy->id;
    cedar_fault(&fault, error, span.start, expected, "%s", words);
    fault_within(
        &fault, error, "%.*s", (int)(id.length > 80 ? 80 : id.length), (const char *)id.data);
    if (!checker->error) {
        checker->error = error;
        if (checker->fault)
            *checker->fault = fault;
    }
    if (checker->findings)
        keep(checker, &fault, span);
}

bool cedar_checker_step(struct checker *checker, struct cedar_span span)
{
    if (checker->stopped)
        return false;
    if (++checker->steps <= CEDAR_CHECK_STEPS_MAX)
        return true;
    cedar_checker_report(
        checker, ERROR_CHECK_LIMIT, span, "a policy that is checked in 16777216 steps", "more");
    checker->stopped = ERROR_CHECK_LIMIT;
    return false;
}

void cedar_checker_no_memory(struct checker *checker)
{
    if (!checker->stopped)
        checker->stopped = fault_set(checker->fault, ERROR_MEMORY, "check", NULL, NULL);
}

/* Whether an entity of the type can meet a constraint on principal or resource. */
static bool type_meets(
    const struct checker *checker, const struct cedar_scope *scope,
    const struct cedar_entity_type *type)
{
    bool of_type = scope->kind != CEDAR_SCOPE_IS && scope->kind != CEDAR_SCOPE_IS_IN;
    if (!of_type && !bytes_equal(scope->type, type->name))
        return false;
    if (!scope->count) /* no entity, or a slot that any could fill */
        return true;
    const struct cedar_entity_type *named =
        cedar_schema_entity_type(checker->schema, scope->entities[0].type);
    if (!named)
        return false;
    return named == type || (scope->kind != CEDAR_SCOPE_EQUAL &&
                             cedar_schema_type_descends(checker->schema, type, named));
}

static bool action_meets(
    const struct checker *checker, const struct cedar_scope *scope,
    const struct cedar_action *action)
{
    if (scope->kind == CEDAR_SCOPE_ANY)
        return true;
    for (size_t i = 0; i < scope->count; i++) {
        const struct cedar_action *named =
            cedar_schema_action(checker->schema, scope->entities[i].type, scope->entities[i].id);
        if (named &&
            (named == action || (scope->kind == CEDAR_SCOPE_IN &&
                                 cedar_schema_action_descends(checker->schema, action, named))))
            return true;
    }
    return false;
}

/* All conditions are joined by &&: what one `when` establishes holds in those after it, and behind
 * one that is known to be false nothing is looked at. */
static void conditions(struct checker *checker)
{
    const struct cedar_policy *policy = checker->policy;
    const struct capabilities *known = NULL;
    for (size_t i = 0; i < policy->condition_count && !checker->stopped; i++) {
        const struct cedar_condition *condition = &policy->conditions[i];
        struct typed typed = cedar_check_boolean(checker, condition->body, known);
        enum cedar_type_kind ends = condition->unless ? CEDAR_TYPE_TRUE : CEDAR_TYPE_FALSE;
        if (typed.type && typed.type->kind == ends)
            return;
        if (!condition->unless)
            known = cedar_capabilities_either(checker, known, typed.known);
    }
    checker->possible = true;
}

/* The environments of one action that the scope lets through; true when there are any. */
static bool environments(struct checker *checker, const struct cedar_action *action)
{
    const struct cedar_policy *policy = checker->policy;
    bool any = false;
    for (size_t i = 0; i < action->principal_count && !checker->stopped; i++) {
        if (!type_meets(checker, &policy->principal, action->principals[i]))
            continue;
        for (size_t k = 0; k < action->resource_count; k++) {
            if (!cedar_checker_step(checker, policy->span))
                return any;
            if (!type_meets(checker, &policy->resource, action->resources[k]))
                continue;
            any = true;
            checker->environment = (struct environment){
                .action = action,
                .principal = action->principals[i],
                .resource = action->resources[k],
                .context = {.kind = CEDAR_TYPE_RECORD, .record = &action->context},
            };
            cedar_level_scope(checker);
            conditions(checker);
            arena_free(&checker->arena);
        }
    }
    return any;
}

/* Whether any environment was looked at. */
static bool check_environments(struct checker *checker)
{
    size_t count;
    const struct cedar_action *actions = cedar_schema_actions(checker->schema, &count);
    bool any = false;
    for (size_t i = 0; i < count && !checker->stopped; i++)
        if (action_meets(checker, &checker->policy->action, &actions[i]))
            any = environments(checker, &actions[i]) || any;
    return any;
}

static void check(struct checker *checker)
{
    cedar_check_names(checker);
    if (!check_environments(checker))
        cedar_checker_report(
            checker, ERROR_CHECK_APPLIES, checker->policy->span,
            "a scope that some action of the schema applies to", "one that none does");
    arena_free(&checker->arena);
}

static struct checker begin(
    const struct cedar_schema *schema, const struct cedar_policy *policy,
    struct cedar_findings *findings, struct fault *fault)
{
    return (struct checker){
        .schema = schema,
        .policy = policy,
        .findings = findings,
        .first_finding = findings ? findings->count : 0,
        .fault = fault,
    };
}

enum error cedar_check_policy(
    const struct cedar_schema *schema, const struct cedar_policy *policy,
    struct cedar_findings *findings, struct fault *fault)
{
    struct checker checker = begin(schema, policy, findings, fault);
    check(&checker);
    return checker.stopped == ERROR_MEMORY ? ERROR_MEMORY : checker.error;
}

enum error cedar_check_level(
    const struct cedar_schema *schema, const struct cedar_policy *policy, uint32_t level,
    struct cedar_findings *findings, struct fault *fault)
{
    struct checker checker = begin(schema, policy, findings, fault);
    checker.only_level = true;
    checker.level = level;
    (void)check_environments(&checker);
    arena_free(&checker.arena);
    return checker.stopped == ERROR_MEMORY ? ERROR_MEMORY : checker.error;
}

enum error cedar_check_policies(
    const struct cedar_schema *schema, const struct cedar_policies *policies,
    struct cedar_findings *findings, struct fault *fault)
{
    enum error first = ERROR_OK;
    size_t count = cedar_policies_count(policies);
    for (size_t i = 0; i < count + cedar_templates_count(policies); i++) {
        const struct cedar_policy *policy =
            i < count ? cedar_policies_at(policies, i) : cedar_templates_at(policies, i - count);
        enum error error = cedar_check_policy(schema, policy, findings, first ? NULL : fault);
        if (error == ERROR_MEMORY)
            return fault_set(fault, ERROR_MEMORY, "check", NULL, NULL);
        if (!first)
            first = error;
    }
    return first;
}

static void warn_of_direction(struct checker *checker)
{
    struct bytes text = cedar_policy_text(checker->policy);
    struct cedar_span at = checker->policy->span;
    for (size_t i = 0; i < text.length && !checker->stopped; i++) {
        if (text_reorders(bytes_slice(text, i, 3))) {
            at.end = at.start.offset + 3;
            cedar_checker_report(
                checker, ERROR_CHECK_DIRECTION, at, "text in one direction", "U+%04X",
                text.data[i + 1] == 0x80 ? 0x2000 + (text.data[i + 2] & 0x3F)
                                         : 0x2040 + (text.data[i + 2] & 0x3F));
        }
        at.start.offset++;
        if (text.data[i] == '\n') {
            at.start.line++;
            at.start.column = 1;
        } else if ((text.data[i] & 0xC0) != 0x80) {
            at.start.column++;
        }
    }
}

enum error cedar_check_warnings(
    const struct cedar_schema *schema, const struct cedar_policy *policy,
    struct cedar_findings *findings, struct fault *fault)
{
    struct checker quiet = {.schema = schema, .policy = policy};
    struct checker checker = begin(schema, policy, findings, fault);
    bool any = check_environments(&quiet);
    arena_free(&quiet.arena);
    if (quiet.stopped == ERROR_MEMORY)
        return fault_set(fault, ERROR_MEMORY, "check", NULL, NULL);
    if (any && !quiet.possible && !quiet.stopped)
        cedar_checker_report(
            &checker, ERROR_CHECK_IMPOSSIBLE, policy->span, "conditions that can be true",
            "false for every request");
    warn_of_direction(&checker);
    return checker.stopped == ERROR_MEMORY ? ERROR_MEMORY : checker.error;
}

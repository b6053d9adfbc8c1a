/* Explaining a refusal: the parts of each permit's conditions, evaluated one by one. */
#include "cedar/explain.h"

#include "cedar/inside.h"
#include "cedar/limits.h"
#include "cedar/print.h"

/* What an explanation carries along. */
struct explainer {
    const struct cedar_program *program;
    struct cedar_symbols *symbols;
    const struct cedar_request *request;
    const struct cedar_entities *entities;
    struct arena *arena;
};

/* Lists that grow at their end and become arrays when they are complete. */
struct seen_item {
    struct seen_item *next;
    struct cedar_seen seen;
};

struct failed_item {
    struct failed_item *next;
    struct cedar_failed_condition failed;
};

struct permit_item {
    struct permit_item *next;
    struct cedar_failed_permit permit;
};

/* What is seen in one part of a condition. */
struct sight {
    struct explainer *explainer;
    struct bytes source;
    struct seen_item *first, **last;
    size_t count;
};

static enum error print_kept(struct arena *arena, struct cedar_value value, struct bytes *ret_text)
{
    struct buffer buffer = {0};
    cedar_print_value(&buffer, value);
    struct bytes text = buffer.error ? (struct bytes){0} : arena_copy(arena, buffer_view(&buffer));
    buffer_free(&buffer);
    if (!text.data)
        return ERROR_MEMORY;
    *ret_text = text;
    return ERROR_OK;
}

/* Notes what the expression is, under the given words, once. What cannot be evaluated for another
 * reason than that something is not there is not noted: the failure itself says it. */
static enum error note(struct sight *sight, const struct cedar_expr *expr, struct bytes words)
{
    struct explainer *explainer = sight->explainer;
    if (sight->count == CEDAR_SEEN_MAX)
        return ERROR_OK;
    for (const struct seen_item *item = sight->first; item; item = item->next) {
        if (bytes_equal(item->seen.source, words))
            return ERROR_OK;
    }
    struct cedar_value value;
    struct seen_item *item = ARENA_NEW(explainer->arena, struct seen_item);
    if (!item)
        return ERROR_MEMORY;
    item->seen.source = words;
    enum error error = cedar_evaluate(
        expr, explainer->symbols, explainer->request, explainer->entities, explainer->arena, NULL,
        &value);
    switch (error) {
    case ERROR_OK:
        error = print_kept(explainer->arena, value, &item->seen.value);
        if (error)
            return error;
        break;
    case ERROR_CEDAR_ATTRIBUTE:
    case ERROR_CEDAR_TAG:
    case ERROR_CEDAR_ENTITY:
        item->seen.absent = true;
        break;
    case ERROR_MEMORY:
        return error;
    default:
        return ERROR_OK;
    }
    *sight->last = item;
    sight->last = &item->next;
    sight->count++;
    return ERROR_OK;
}

/* `e has a.b`: what e.a.b is, which nobody wrote: the words are made. */
static enum error note_has(struct sight *sight, const struct cedar_expr *expr)
{
    struct arena *arena = sight->explainer->arena;
    const struct cedar_expr *operand = expr->has.operand;
    for (size_t i = 0; i < expr->has.count; i++) {
        struct cedar_expr *get = ARENA_NEW(arena, struct cedar_expr);
        if (!get)
            return ERROR_MEMORY;
        *get = (struct cedar_expr){
            .kind = CEDAR_EXPR_GET,
            .depth = operand->depth + 1,
            .span = expr->span,
            .get = {operand, expr->has.path[i].name, expr->has.path[i].span},
        };
        operand = get;
    }
    struct buffer buffer = {0};
    cedar_print_expr(&buffer, operand);
    struct bytes words = buffer.error ? (struct bytes){0} : arena_copy(arena, buffer_view(&buffer));
    buffer_free(&buffer);
    return words.data ? note(sight, operand, words) : ERROR_MEMORY;
}

/* Whether an expression is a variable, or attributes and tags reached from one. */
static bool is_access(const struct cedar_expr *expr)
{
    while (expr->kind == CEDAR_EXPR_GET)
        expr = expr->get.operand;
    return expr->kind == CEDAR_EXPR_VARIABLE;
}

static enum error
look_at_all(struct sight *sight, const struct cedar_expr *const *list, size_t count);

/* Notes the largest accesses in an expression, in the order of the text. */
static enum error look_at(struct sight *sight, const struct cedar_expr *expr)
{
    enum error error = ERROR_OK;
    if (is_access(expr))
        return note(sight, expr, cedar_span_text(sight->source, expr->span));
    switch (expr->kind) {
    case CEDAR_EXPR_BOOL:
    case CEDAR_EXPR_LONG:
    case CEDAR_EXPR_STRING:
    case CEDAR_EXPR_ENTITY:
    case CEDAR_EXPR_VARIABLE:
        return ERROR_OK;
    case CEDAR_EXPR_IF:
        return look_at_all(sight, expr->operands, 3);
    case CEDAR_EXPR_NOT:
    case CEDAR_EXPR_NEGATE:
        return look_at(sight, expr->operands[0]);
    case CEDAR_EXPR_GET:
        return look_at(sight, expr->get.operand);
    case CEDAR_EXPR_HAS:
        return is_access(expr->has.operand) ? note_has(sight, expr)
                                            : look_at(sight, expr->has.operand);
    case CEDAR_EXPR_LIKE:
        return look_at(sight, expr->like.operand);
    case CEDAR_EXPR_IS:
        error = look_at(sight, expr->is.operand);
        return error || !expr->is.in ? error : look_at(sight, expr->is.in);
    case CEDAR_EXPR_SET:
        return look_at_all(sight, expr->set.elements, expr->set.count);
    case CEDAR_EXPR_RECORD:
        for (size_t i = 0; !error && i < expr->record.count; i++)
            error = look_at(sight, expr->record.fields[i].value);
        return error;
    case CEDAR_EXPR_CALL:
        if (expr->call.function == CEDAR_FUNCTION_GET_TAG)
            return note(sight, expr, cedar_span_text(sight->source, expr->span));
        return look_at_all(sight, expr->call.arguments, expr->call.count);
    default:
        return look_at_all(sight, expr->operands, 2);
    }
}

static enum error
look_at_all(struct sight *sight, const struct cedar_expr *const *list, size_t count)
{
    enum error error = ERROR_OK;
    for (size_t i = 0; !error && i < count; i++)
        error = look_at(sight, list[i]);
    return error;
}

/* A permit being explained. */
struct account {
    struct explainer *explainer;
    const struct cedar_policy *policy;
    struct failed_item *first, **last;
    size_t count;
};

static enum error
add_failed(struct account *account, const struct cedar_expr *part, bool unless, enum error why)
{
    struct arena *arena = account->explainer->arena;
    struct sight sight = {.explainer = account->explainer, .source = account->policy->source};
    sight.last = &sight.first;
    enum error error = look_at(&sight, part);
    if (error)
        return error;
    struct failed_item *item = ARENA_NEW(arena, struct failed_item);
    struct cedar_seen *seen = ARENA_ARRAY(arena, struct cedar_seen, sight.count);
    if (!item || !seen)
        return ERROR_MEMORY;
    size_t count = 0;
    for (const struct seen_item *each = sight.first; each; each = each->next)
        seen[count++] = each->seen;
    item->failed = (struct cedar_failed_condition){
        .unless = unless,
        .error = why,
        .span = part->span,
        .source = cedar_span_text(account->policy->source, part->span),
        .seen = seen,
        .seen_count = count,
    };
    *account->last = item;
    account->last = &item->next;
    account->count++;
    return ERROR_OK;
}

/* A part holds if it is true in a `when`, false in an `unless`. */
static enum error weigh(struct account *account, const struct cedar_expr *part, bool unless)
{
    struct explainer *explainer = account->explainer;
    struct cedar_value value;
    enum error error = cedar_evaluate(
        part, explainer->symbols, explainer->request, explainer->entities, explainer->arena, NULL,
        &value);
    if (error == ERROR_MEMORY)
        return error;
    if (!error && value.kind != CEDAR_BOOL)
        error = ERROR_CEDAR_TYPE;
    if (error && account->count > 0)
        return ERROR_OK; /* an earlier part keeps evaluation from coming here */
    if (!error && value.boolean != unless)
        return ERROR_OK;
    return add_failed(account, part, unless, error);
}

/* The conjuncts of a `when`, the disjuncts of an `unless`, in the order of the text. They lean to
 * the left, so that going down the right side is no deep recursion and the left is a loop. */
static enum error weigh_parts(struct account *account, const struct cedar_condition *condition)
{
    enum cedar_expr_kind junction = condition->unless ? CEDAR_EXPR_OR : CEDAR_EXPR_AND;
    const struct cedar_expr *expr = condition->body;
    size_t count = 1;
    for (const struct cedar_expr *at = expr; at->kind == junction; at = at->operands[0])
        count++;
    const struct cedar_expr **parts =
        ARENA_ARRAY(account->explainer->arena, const struct cedar_expr *, count);
    if (!parts)
        return ERROR_MEMORY;
    for (size_t i = count; i-- > 1; expr = expr->operands[0])
        parts[i] = expr->operands[1];
    parts[0] = expr;
    enum error error = ERROR_OK;
    for (size_t i = 0; !error && i < count; i++)
        error = weigh(account, parts[i], condition->unless);
    return error;
}

static enum error
explain_permit(struct explainer *explainer, uint32_t index, struct permit_item **ret_item)
{
    const struct cedar_policy *policy = cedar_policies_at(explainer->program->policies, index);
    struct account account = {.explainer = explainer, .policy = policy};
    account.last = &account.first;
    for (size_t i = 0; i < policy->condition_count; i++) {
        enum error error = weigh_parts(&account, &policy->conditions[i]);
        if (error)
            return error;
    }
    *ret_item = NULL;
    if (account.count == 0)
        return ERROR_OK;
    struct permit_item *item = ARENA_NEW(explainer->arena, struct permit_item);
    struct cedar_failed_condition *conditions =
        ARENA_ARRAY(explainer->arena, struct cedar_failed_condition, account.count);
    if (!item || !conditions)
        return ERROR_MEMORY;
    size_t count = 0;
    for (const struct failed_item *each = account.first; each; each = each->next)
        conditions[count++] = each->failed;
    item->permit = (struct cedar_failed_permit){index, conditions, count};
    *ret_item = item;
    return ERROR_OK;
}

static enum error
explain_all(struct explainer *explainer, struct cedar_explanation *ret_explanation)
{
    struct cedar_machine machine;
    struct permit_item *first = NULL, **last = &first;
    size_t count = 0;
    cedar_machine_start(&machine, explainer->request, explainer->entities, NULL, NULL);
    for (uint32_t i = 0; i < explainer->program->count; i++) {
        const struct cedar_rule *rule = &explainer->program->rules[i];
        if (rule->forbid || !cedar_rule_matches(rule, &machine))
            continue;
        enum error error = explain_permit(explainer, i, last);
        if (error)
            return error;
        if (*last) {
            last = &(*last)->next;
            count++;
        }
    }
    struct cedar_failed_permit *permits =
        ARENA_ARRAY(explainer->arena, struct cedar_failed_permit, count);
    if (!permits)
        return ERROR_MEMORY;
    size_t at = 0;
    for (const struct permit_item *item = first; item; item = item->next)
        permits[at++] = item->permit;
    *ret_explanation = (struct cedar_explanation){permits, count};
    return ERROR_OK;
}

enum error cedar_explain(
    const struct cedar_program *program, struct cedar_symbols *symbols,
    const struct cedar_request *request, const struct cedar_entities *entities, struct arena *arena,
    struct fault *fault, struct cedar_explanation *ret_explanation)
{
    struct explainer explainer = {program, symbols, request, entities, arena};
    enum error error = explain_all(&explainer, ret_explanation);
    return error ? fault_set(fault, error, NULL, NULL, NULL) : ERROR_OK;
}

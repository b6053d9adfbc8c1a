/* Names in a policy that the schema does not have: refused wherever they stand, even where no
 * request can reach them. */
#include "cedar/checker.h"

#include "cedar/names.h"
#include "cedar/schema_model.h"

/* Whether the last part of a type's path is `Action`: such types belong to actions. */
static bool is_action_type(struct bytes type)
{
    static const struct bytes name = {(const uint8_t *)"Action", 6};
    size_t start = type.length < name.length ? 0 : type.length - name.length;
    return bytes_equal(bytes_slice(type, start, name.length), name) &&
           (start == 0 || type.data[start - 1] == ':');
}

static void unknown_type(struct checker *checker, struct bytes type, struct cedar_span span)
{
    if (!cedar_checker_listens(checker))
        return;
    char words[NEAREST_WORDS_SIZE], quoted[100];
    struct nearest nearest = {.wanted = type};
    cedar_nearest_consider_all(&nearest, &checker->schema->types_by_name);
    cedar_checker_report(
        checker, ERROR_CHECK_ENTITY_TYPE, span,
        cedar_nearest_words(&nearest, "an entity type of the schema", words), "%s",
        quote_text(type, quoted, sizeof quoted));
}

static void unknown_action(struct checker *checker, const struct cedar_entity_name *name)
{
    if (!cedar_checker_listens(checker))
        return;
    char words[NEAREST_WORDS_SIZE], quoted[60];
    struct nearest nearest = {.wanted = name->id};
    cedar_nearest_consider_all(&nearest, &checker->schema->actions_by_name);
    cedar_checker_report(
        checker, ERROR_CHECK_ACTION, name->span,
        cedar_nearest_words(&nearest, "an action of the schema", words), "%.*s::%s",
        (int)(name->type.length > 80 ? 80 : name->type.length), (const char *)name->type.data,
        quote_text(name->id, quoted, sizeof quoted));
}

static void unknown_choice(
    struct checker *checker, const struct cedar_entity_name *name,
    const struct cedar_entity_type *type)
{
    if (!cedar_checker_listens(checker))
        return;
    char words[NEAREST_WORDS_SIZE], quoted[60];
    struct nearest nearest = {.wanted = name->id};
    for (size_t i = 0; i < type->choice_count; i++)
        cedar_nearest_consider(&nearest, type->name, type->choices[i]);
    cedar_checker_report(
        checker, ERROR_CHECK_ENTITY, name->span,
        cedar_nearest_words(&nearest, "one that its type enumerates", words), "%.*s::%s",
        (int)(name->type.length > 80 ? 80 : name->type.length), (const char *)name->type.data,
        quote_text(name->id, quoted, sizeof quoted));
}

static void entity(struct checker *checker, const struct cedar_entity_name *name)
{
    if (is_action_type(name->type)) {
        if (!cedar_schema_action(checker->schema, name->type, name->id))
            unknown_action(checker, name);
        return;
    }
    const struct cedar_entity_type *type = cedar_schema_entity_type(checker->schema, name->type);
    if (!type)
        unknown_type(checker, name->type, name->span);
    else if (!cedar_entity_type_has_id(type, name->id))
        unknown_choice(checker, name, type);
}

/* `is NS::Action` is a question that any type answers: false where there are no such actions. */
static void type_name(struct checker *checker, struct bytes type, struct cedar_span span)
{
    if (!is_action_type(type) && !cedar_schema_entity_type(checker->schema, type))
        unknown_type(checker, type, span);
}

static void expression(struct checker *checker, const struct cedar_expr *expr);

static void operands(struct checker *checker, const struct cedar_expr *expr, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expression(checker, expr->operands[i]);
}

static void expression(struct checker *checker, const struct cedar_expr *expr)
{
    if (!cedar_checker_step(checker, expr->span))
        return;
    switch (expr->kind) {
    case CEDAR_EXPR_BOOL:
    case CEDAR_EXPR_LONG:
    case CEDAR_EXPR_STRING:
    case CEDAR_EXPR_VARIABLE:
        break;
    case CEDAR_EXPR_ENTITY:
        entity(checker, &expr->entity);
        break;
    case CEDAR_EXPR_IF:
        operands(checker, expr, 3);
        break;
    case CEDAR_EXPR_NOT:
    case CEDAR_EXPR_NEGATE:
        operands(checker, expr, 1);
        break;
    case CEDAR_EXPR_AND:
    case CEDAR_EXPR_OR:
    case CEDAR_EXPR_EQUAL:
    case CEDAR_EXPR_NOT_EQUAL:
    case CEDAR_EXPR_LESS:
    case CEDAR_EXPR_LESS_EQUAL:
    case CEDAR_EXPR_GREATER:
    case CEDAR_EXPR_GREATER_EQUAL:
    case CEDAR_EXPR_IN:
    case CEDAR_EXPR_ADD:
    case CEDAR_EXPR_SUBTRACT:
    case CEDAR_EXPR_MULTIPLY:
        operands(checker, expr, 2);
        break;
    case CEDAR_EXPR_GET:
        expression(checker, expr->get.operand);
        break;
    case CEDAR_EXPR_HAS:
        expression(checker, expr->has.operand);
        break;
    case CEDAR_EXPR_LIKE:
        expression(checker, expr->like.operand);
        break;
    case CEDAR_EXPR_IS:
        expression(checker, expr->is.operand);
        type_name(checker, expr->is.type, expr->is.type_span);
        if (expr->is.in)
            expression(checker, expr->is.in);
        break;
    case CEDAR_EXPR_SET:
        for (size_t i = 0; i < expr->set.count; i++)
            expression(checker, expr->set.elements[i]);
        break;
    case CEDAR_EXPR_RECORD:
        for (size_t i = 0; i < expr->record.count; i++)
            expression(checker, expr->record.fields[i].value);
        break;
    case CEDAR_EXPR_CALL:
        for (size_t i = 0; i < expr->call.count; i++)
            expression(checker, expr->call.arguments[i]);
        break;
    }
}

static void scope(struct checker *checker, const struct cedar_scope *scope)
{
    if (scope->kind == CEDAR_SCOPE_IS || scope->kind == CEDAR_SCOPE_IS_IN)
        type_name(checker, scope->type, scope->type_span);
    for (size_t i = 0; i < scope->count; i++)
        if (cedar_checker_step(checker, scope->span))
            entity(checker, &scope->entities[i]);
}

/* The actions of a list are the elements of a set, and those have one type: no list names actions
 * of two namespaces. */
static void action_types(struct checker *checker, const struct cedar_scope *action)
{
    for (size_t i = 1; i < action->count; i++) {
        const struct cedar_entity_name *first = &action->entities[0], *name = &action->entities[i];
        if (!bytes_equal(first->type, name->type))
            cedar_checker_report(
                checker, ERROR_CHECK_TYPES_DIFFER, name->span, "one type", "%.*s and %.*s",
                (int)(first->type.length > 70 ? 70 : first->type.length), first->type.data,
                (int)(name->type.length > 70 ? 70 : name->type.length), name->type.data);
    }
}

void cedar_check_names(struct checker *checker)
{
    const struct cedar_policy *policy = checker->policy;
    scope(checker, &policy->principal);
    scope(checker, &policy->action);
    action_types(checker, &policy->action);
    scope(checker, &policy->resource);
    for (size_t i = 0; i < policy->condition_count; i++)
        expression(checker, policy->conditions[i].body);
}

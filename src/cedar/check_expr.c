/* The type of an expression in a request environment: the rules of the language's strict mode.
 * Booleans whose value is known have a type of their own, so that what cannot be reached is not
 * checked (`resource is Photo && resource.album …` where the resource is no Photo). */
#include "cedar/checker.h"

#include "cedar/names.h"

#include <stdio.h>
#include <string.h>

static const struct bytes nothing = {0};

struct typed cedar_typed_failed(void)
{
    return (struct typed){0};
}

struct typed cedar_typed_simple(enum cedar_type_kind kind)
{
    return (struct typed){.type = cedar_type_simple(kind)};
}

struct typed cedar_typed_boolean(bool value)
{
    return cedar_typed_simple(value ? CEDAR_TYPE_TRUE : CEDAR_TYPE_FALSE);
}

void cedar_checker_report_type(
    struct checker *checker, const struct cedar_expr *expr, const char *expected,
    const struct cedar_type *found)
{
    char words[TYPE_WORDS_SIZE];
    cedar_checker_report(
        checker, ERROR_CHECK_TYPE, expr->span, expected, "%s",
        cedar_type_words(found, words, sizeof words));
}

void cedar_checker_report_difference(
    struct checker *checker, struct cedar_span span, const struct cedar_type *a,
    const struct cedar_type *b)
{
    char left[72], right[72];
    cedar_checker_report(
        checker, ERROR_CHECK_TYPES_DIFFER, span, "one type", "%s and %s",
        cedar_type_words(a, left, sizeof left), cedar_type_words(b, right, sizeof right));
}

/* Checks an expression that must be of the kind; reports it otherwise. Returns its type, or NULL.
 */
const struct cedar_type *cedar_check_kind(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known,
    enum cedar_type_kind kind, const char *expected)
{
    const struct cedar_type *type = cedar_check_expr(checker, expr, known).type;
    if (type && type->kind != kind) {
        cedar_checker_report_type(checker, expr, expected, type);
        return NULL;
    }
    return type;
}

struct typed cedar_check_entity_expr(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    struct typed typed = cedar_check_expr(checker, expr, known);
    if (typed.type && typed.type->kind != CEDAR_TYPE_ENTITY) {
        cedar_checker_report_type(checker, expr, "an entity", typed.type);
        return cedar_typed_failed();
    }
    return typed;
}

struct typed cedar_check_boolean(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    struct typed typed = cedar_check_expr(checker, expr, known);
    if (typed.type && !cedar_type_is_boolean(typed.type)) {
        cedar_checker_report_type(checker, expr, "Bool", typed.type);
        return cedar_typed_failed();
    }
    return typed;
}

static bool is_kind(struct typed typed, enum cedar_type_kind kind)
{
    return typed.type && typed.type->kind == kind;
}

/* What is false on the left is false, whatever stands on the right; what the left establishes holds
 * on the right; both hold when the whole is true. */
static struct typed conjunction(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    struct typed left = cedar_check_boolean(checker, expr->operands[0], known);
    if (is_kind(left, CEDAR_TYPE_FALSE))
        return cedar_typed_boolean(false);
    struct typed right = cedar_check_boolean(
        checker, expr->operands[1], cedar_capabilities_either(checker, known, left.known));
    if (!left.type || !right.type)
        return cedar_typed_failed();
    if (is_kind(right, CEDAR_TYPE_FALSE))
        return cedar_typed_boolean(false);
    return (struct typed){
        .type = is_kind(left, CEDAR_TYPE_TRUE) ? right.type : cedar_type_simple(CEDAR_TYPE_BOOL),
        .known = cedar_capabilities_either(checker, left.known, right.known),
    };
}

static struct typed disjunction(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    struct typed left = cedar_check_boolean(checker, expr->operands[0], known);
    if (is_kind(left, CEDAR_TYPE_TRUE))
        return cedar_typed_boolean(true);
    struct typed right = cedar_check_boolean(checker, expr->operands[1], known);
    if (!left.type || !right.type)
        return cedar_typed_failed();
    if (is_kind(left, CEDAR_TYPE_FALSE))
        return right;
    if (is_kind(right, CEDAR_TYPE_TRUE))
        return cedar_typed_boolean(true);
    if (is_kind(right, CEDAR_TYPE_FALSE))
        return left;
    return (struct typed){
        .type = cedar_type_simple(CEDAR_TYPE_BOOL),
        .known = cedar_capabilities_both(checker, left.known, right.known),
    };
}

/* A branch that cannot be taken is not checked. */
static struct typed if_then_else(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    struct typed condition = cedar_check_boolean(checker, expr->operands[0], known);
    if (is_kind(condition, CEDAR_TYPE_FALSE))
        return cedar_check_expr(checker, expr->operands[2], known);
    struct typed then = cedar_check_expr(
        checker, expr->operands[1], cedar_capabilities_either(checker, known, condition.known));
    then.known = cedar_capabilities_either(checker, condition.known, then.known);
    if (is_kind(condition, CEDAR_TYPE_TRUE))
        return then;
    struct typed otherwise = cedar_check_expr(checker, expr->operands[2], known);
    if (!condition.type || !then.type || !otherwise.type)
        return cedar_typed_failed();
    const struct cedar_type *type = cedar_type_join(checker, expr->span, then.type, otherwise.type);
    if (!type) {
        cedar_checker_report_difference(checker, expr->span, then.type, otherwise.type);
        return cedar_typed_failed();
    }
    return (struct typed){
        .type = type,
        .known = cedar_capabilities_both(checker, then.known, otherwise.known),
        .reach = cedar_reach_either(checker, then.reach, otherwise.reach),
    };
}

static struct typed
negation(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    struct typed operand = cedar_check_boolean(checker, expr->operands[0], known);
    if (!operand.type || is_kind(operand, CEDAR_TYPE_BOOL))
        return (struct typed){.type = operand.type};
    return cedar_typed_boolean(is_kind(operand, CEDAR_TYPE_FALSE));
}

/* The literal that an expression is, in the environment: the variable `action` is one too, and so
 * is what && or || makes of two literals. */
static bool literal(
    const struct checker *checker, const struct cedar_expr *expr, struct cedar_expr *ret_literal)
{
    struct cedar_expr left, right;
    *ret_literal = *expr;
    switch (expr->kind) {
    case CEDAR_EXPR_AND:
    case CEDAR_EXPR_OR:
        if (!literal(checker, expr->operands[0], &left) ||
            !literal(checker, expr->operands[1], &right) || left.kind != CEDAR_EXPR_BOOL ||
            right.kind != CEDAR_EXPR_BOOL)
            return false;
        ret_literal->kind = CEDAR_EXPR_BOOL;
        ret_literal->boolean = expr->kind == CEDAR_EXPR_AND ? left.boolean && right.boolean
                                                            : left.boolean || right.boolean;
        return true;
    case CEDAR_EXPR_BOOL:
    case CEDAR_EXPR_LONG:
    case CEDAR_EXPR_STRING:
    case CEDAR_EXPR_ENTITY:
        return true;
    case CEDAR_EXPR_VARIABLE:
        if (expr->variable != CEDAR_ACTION)
            return false;
        ret_literal->kind = CEDAR_EXPR_ENTITY;
        ret_literal->entity = (struct cedar_entity_name){
            .type = checker->environment.action->type->name,
            .id = checker->environment.action->id,
        };
        return true;
    default:
        return false;
    }
}

static bool same_literal(const struct cedar_expr *a, const struct cedar_expr *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == CEDAR_EXPR_BOOL)
        return a->boolean == b->boolean;
    if (a->kind == CEDAR_EXPR_LONG)
        return a->number == b->number;
    if (a->kind == CEDAR_EXPR_STRING)
        return bytes_equal(a->string, b->string);
    return bytes_equal(a->entity.type, b->entity.type) && bytes_equal(a->entity.id, b->entity.id);
}

/* Of two literals, and of entities of different types, the answer is known. Otherwise both sides
 * must be of one type. */
static struct typed
equality(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    const struct cedar_expr *left = expr->operands[0], *right = expr->operands[1];
    bool unequal = expr->kind == CEDAR_EXPR_NOT_EQUAL;
    const struct cedar_type *a = cedar_check_expr(checker, left, known).type;
    const struct cedar_type *b = cedar_check_expr(checker, right, known).type;
    struct cedar_expr x, y;
    if (literal(checker, left, &x) && literal(checker, right, &y))
        return cedar_typed_boolean(same_literal(&x, &y) != unequal);
    if (!a || !b || cedar_type_join(checker, expr->span, a, b))
        return cedar_typed_simple(CEDAR_TYPE_BOOL);
    if (a->kind == CEDAR_TYPE_ENTITY && b->kind == CEDAR_TYPE_ENTITY)
        return cedar_typed_boolean(unequal);
    cedar_checker_report_difference(checker, expr->span, a, b);
    return cedar_typed_simple(CEDAR_TYPE_BOOL);
}

static bool is_ordered(const struct cedar_type *type)
{
    return type->kind == CEDAR_TYPE_LONG || type->kind == CEDAR_TYPE_DATETIME ||
           type->kind == CEDAR_TYPE_DURATION;
}

static struct typed
comparison(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    const struct cedar_type *sides[2];
    bool ordered = true;
    for (size_t i = 0; i < 2; i++) {
        sides[i] = cedar_check_expr(checker, expr->operands[i], known).type;
        if (sides[i] && !is_ordered(sides[i]))
            cedar_checker_report_type(
                checker, expr->operands[i], "Long, datetime or duration", sides[i]);
        ordered = ordered && sides[i] && is_ordered(sides[i]);
    }
    if (ordered && sides[0]->kind != sides[1]->kind)
        cedar_checker_report_difference(checker, expr->span, sides[0], sides[1]);
    return cedar_typed_simple(CEDAR_TYPE_BOOL);
}

static struct typed arithmetic(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known,
    size_t operands)
{
    for (size_t i = 0; i < operands; i++)
        (void)cedar_check_kind(checker, expr->operands[i], known, CEDAR_TYPE_LONG, "Long");
    return cedar_typed_simple(CEDAR_TYPE_LONG);
}

/* The action that an expression certainly is, or NULL. */
static const struct cedar_action *
action_of(const struct checker *checker, const struct cedar_expr *expr)
{
    struct cedar_expr name; /* of an entity, because that is what its type is */
    if (!literal(checker, expr, &name))
        return NULL;
    return cedar_schema_action(checker->schema, name.entity.type, name.entity.id);
}

/* Whether action is, or is in, the entity that expr names. */
static bool action_in(
    const struct checker *checker, const struct cedar_action *action, const struct cedar_expr *expr)
{
    const struct cedar_action *group = action_of(checker, expr);
    return group &&
           (group == action || cedar_schema_action_descends(checker->schema, action, group));
}

/* `in` of an action that is known, in entities that are all named: the answer is known, too. */
static bool action_in_literals(
    const struct checker *checker, const struct cedar_expr *left, const struct cedar_expr *right,
    struct typed *ret_typed)
{
    const struct cedar_action *action = action_of(checker, left);
    struct cedar_expr name;
    if (!action)
        return false;
    if (right->kind != CEDAR_EXPR_SET) {
        if (!literal(checker, right, &name))
            return false;
        *ret_typed = cedar_typed_boolean(action_in(checker, action, right));
        return true;
    }
    bool found = false;
    for (size_t i = 0; i < right->set.count; i++) {
        if (!literal(checker, right->set.elements[i], &name))
            return false;
        found = found || action_in(checker, action, right->set.elements[i]);
    }
    *ret_typed = cedar_typed_boolean(found);
    return true;
}

/* left in right; false where the types say that it cannot be. */
static struct typed membership(
    struct checker *checker, const struct cedar_expr *left, const struct cedar_expr *right,
    const struct capabilities *known)
{
    struct typed entity = cedar_check_entity_expr(checker, left, known);
    const struct cedar_type *below = entity.type;
    cedar_level_access(checker, left, entity.reach);
    const struct cedar_type *above = cedar_check_expr(checker, right, known).type;
    if (above && above->kind == CEDAR_TYPE_SET && above->element->kind == CEDAR_TYPE_ENTITY)
        above = above->element;
    if (above && above->kind != CEDAR_TYPE_ENTITY) {
        cedar_checker_report_type(checker, right, "an entity or a set of entities", above);
        above = NULL;
    }
    struct typed typed;
    if (!below || !above)
        return cedar_typed_simple(CEDAR_TYPE_BOOL);
    if (action_in_literals(checker, left, right, &typed))
        return typed;
    if (below->entity_type == above->entity_type ||
        cedar_schema_type_descends(checker->schema, below->entity_type, above->entity_type))
        return cedar_typed_simple(CEDAR_TYPE_BOOL);
    return cedar_typed_boolean(false);
}

static struct typed
type_test(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    const struct cedar_type *operand =
        cedar_check_kind(checker, expr->is.operand, known, CEDAR_TYPE_ENTITY, "an entity");
    if (operand && !bytes_equal(operand->entity_type->name, expr->is.type))
        return cedar_typed_boolean(false);
    if (expr->is.in)
        return membership(checker, expr->is.operand, expr->is.in, known);
    return operand ? cedar_typed_boolean(true) : cedar_typed_simple(CEDAR_TYPE_BOOL);
}

/* The attributes of an entity or record; NULL, and reported, for anything else. */
static const struct cedar_record_type *
attributes_of(struct checker *checker, const struct cedar_expr *expr, const struct cedar_type *type)
{
    if (type->kind == CEDAR_TYPE_ENTITY)
        return &type->entity_type->attributes;
    if (type->kind == CEDAR_TYPE_RECORD)
        return type->record;
    cedar_checker_report_type(checker, expr, "an entity or a record", type);
    return NULL;
}

/* `subject.name` as an expression of its own, for the steps of `has a.b.c`. */
static const struct cedar_expr *get_expr(
    struct checker *checker, const struct cedar_expr *subject,
    const struct cedar_attribute_name *name)
{
    struct cedar_expr *made = ARENA_NEW(&checker->arena, struct cedar_expr);
    if (!made) {
        cedar_checker_no_memory(checker);
        return NULL;
    }
    made->kind = CEDAR_EXPR_GET;
    made->span = subject->span;
    made->get.operand = subject;
    made->get.name = name->name;
    made->get.name_span = name->span;
    return made;
}

/* `e has a.b.c` is `e has a && e.a has b && e.a.b has c`. An attribute that is not declared is
 * never there. A required one is there in a record; an entity itself may be missing. */
static struct typed
has(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    const struct cedar_expr *subject = expr->has.operand;
    struct typed owner = cedar_check_expr(checker, subject, known);
    const struct cedar_type *type = owner.type;
    struct reach reach = owner.reach;
    struct typed whole = cedar_typed_boolean(true);
    for (size_t i = 0; i < expr->has.count && type; i++) {
        struct bytes name = expr->has.path[i].name;
        const struct cedar_record_type *record = attributes_of(checker, subject, type);
        if (!record || !cedar_checker_step(checker, expr->span))
            return cedar_typed_failed();
        if (type->kind == CEDAR_TYPE_ENTITY)
            cedar_level_access(checker, subject, reach);
        reach = type->kind == CEDAR_TYPE_ENTITY ? cedar_reach_beyond(reach)
                                                : cedar_reach_field(checker, reach, name);
        const struct cedar_attribute *attribute = cedar_record_type_attribute(record, name);
        if (!attribute)
            return cedar_typed_boolean(false);
        bool certain = (attribute->required && type->kind == CEDAR_TYPE_RECORD) ||
                       cedar_capabilities_have_attribute(checker, known, subject, name);
        if (!certain) {
            whole.type = cedar_type_simple(CEDAR_TYPE_BOOL);
            whole.known = cedar_capabilities_either(
                checker, whole.known, cedar_capability_attribute(checker, subject, name));
        }
        type = attribute->type;
        if (i + 1 < expr->has.count)
            subject = get_expr(checker, subject, &expr->has.path[i]);
        if (!subject)
            return cedar_typed_failed();
    }
    return type ? whole : cedar_typed_failed();
}

/* What a record or entity is called in a report: its type, or whose context it is. */
static const char *owner_words(
    const struct checker *checker, const struct cedar_expr *expr, const struct cedar_type *type,
    char *text, size_t size)
{
    if (expr->kind != CEDAR_EXPR_VARIABLE || expr->variable != CEDAR_CONTEXT)
        return cedar_type_words(type, text, size);
    char id[60];
    const struct cedar_action *action = checker->environment.action;
    snprintf(
        text, size, "the context of %.*s::%s",
        (int)(action->type->name.length > 40 ? 40 : action->type->name.length),
        (const char *)action->type->name.data, quote_text(action->id, id, sizeof id));
    return text;
}

static void report_attribute(
    struct checker *checker, enum error error, const struct cedar_expr *expr,
    const struct cedar_type *type, const struct cedar_record_type *record)
{
    if (!cedar_checker_listens(checker))
        return;
    char owner[TYPE_WORDS_SIZE], quoted[60], words[NEAREST_WORDS_SIZE];
    struct nearest nearest = {.wanted = expr->get.name};
    const char *expected = "`has` before it, joined by &&";
    if (error == ERROR_CHECK_ATTRIBUTE) {
        for (size_t i = 0; i < record->count; i++)
            cedar_nearest_consider(&nearest, nothing, record->attributes[i].name);
        expected = cedar_nearest_words(&nearest, "an attribute that is declared", words);
    }
    cedar_checker_report(
        checker, error, expr->get.name_span, expected, "%s of %s",
        quote_text(expr->get.name, quoted, sizeof quoted),
        owner_words(checker, expr->get.operand, type, owner, sizeof owner));
}

static struct typed
get(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    const struct cedar_expr *subject = expr->get.operand;
    struct typed owner = cedar_check_expr(checker, subject, known);
    const struct cedar_type *type = owner.type;
    const struct cedar_record_type *record = type ? attributes_of(checker, subject, type) : NULL;
    if (!record)
        return cedar_typed_failed();
    bool of_entity = type->kind == CEDAR_TYPE_ENTITY;
    if (of_entity)
        cedar_level_access(checker, subject, owner.reach);
    const struct cedar_attribute *attribute = cedar_record_type_attribute(record, expr->get.name);
    if (!attribute) {
        report_attribute(checker, ERROR_CHECK_ATTRIBUTE, expr, type, record);
        return cedar_typed_failed();
    }
    if (!attribute->required &&
        !cedar_capabilities_have_attribute(checker, known, subject, expr->get.name))
        report_attribute(checker, ERROR_CHECK_OPTIONAL_ATTRIBUTE, expr, type, record);
    return (struct typed){
        .type = attribute->type,
        .reach = of_entity ? cedar_reach_beyond(owner.reach)
                           : cedar_reach_field(checker, owner.reach, expr->get.name),
    };
}

static struct typed
set(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    if (!expr->set.count) {
        cedar_checker_report(
            checker, ERROR_CHECK_EMPTY_SET, expr->span, "at least one element, or .isEmpty()",
            "[]");
        return cedar_typed_failed();
    }
    const struct cedar_type *element = NULL;
    bool whole = true;
    for (size_t i = 0; i < expr->set.count; i++) {
        const struct cedar_expr *from = expr->set.elements[i];
        const struct cedar_type *next = cedar_check_expr(checker, from, known).type;
        const struct cedar_type *joined = !next ? NULL
                                          : element
                                              ? cedar_type_join(checker, from->span, element, next)
                                              : next;
        if (next && !joined)
            cedar_checker_report_difference(checker, from->span, element, next);
        whole = whole && joined;
        element = joined ? joined : element;
    }
    return whole ? (struct typed){.type = cedar_type_set(checker, element)} : cedar_typed_failed();
}

static struct typed
record(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    size_t count = expr->record.count;
    struct cedar_attribute *attributes =
        ARENA_ARRAY(&checker->arena, struct cedar_attribute, count + 1);
    struct reach *fields = ARENA_ARRAY(&checker->arena, struct reach, count + 1);
    if (!attributes || !fields) {
        cedar_checker_no_memory(checker);
        return cedar_typed_failed();
    }
    bool whole = true;
    for (size_t i = 0; i < count; i++) {
        const struct cedar_field_expr *field = &expr->record.fields[i];
        struct typed value = cedar_check_expr(checker, field->value, known);
        attributes[i] =
            (struct cedar_attribute){.name = field->key, .type = value.type, .required = true};
        fields[i] = value.reach;
        whole = whole && value.type;
    }
    if (!whole)
        return cedar_typed_failed();
    return (struct typed){
        .type = cedar_type_record(checker, attributes, count),
        .reach = cedar_reach_record(checker, expr, fields),
    };
}

static struct typed variable(const struct checker *checker, enum cedar_variable variable)
{
    const struct environment *environment = &checker->environment;
    const struct reach given = {.level = 1};
    switch (variable) {
    case CEDAR_PRINCIPAL:
        return (struct typed){.type = &environment->principal->type, .reach = given};
    case CEDAR_ACTION:
        return (struct typed){.type = &environment->action->type->type, .reach = given};
    case CEDAR_RESOURCE:
        return (struct typed){.type = &environment->resource->type, .reach = given};
    case CEDAR_CONTEXT:
        return (struct typed){.type = &environment->context, .reach = given};
    }
    return cedar_typed_failed();
}

/* An entity of a type that the schema does not have is reported by check_names.c. The action of the
 * request is that of the variable, also by its name. */
static struct typed entity(const struct checker *checker, const struct cedar_entity_name *name)
{
    const struct cedar_entity_type *type = cedar_schema_entity_type(checker->schema, name->type);
    const struct cedar_action *action = checker->environment.action;
    bool given = type == action->type && bytes_equal(name->id, action->id);
    return type ? (struct typed){.type = &type->type, .reach.level = given} : cedar_typed_failed();
}

struct typed cedar_check_expr(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    if (!cedar_checker_step(checker, expr->span))
        return cedar_typed_failed();
    switch (expr->kind) {
    case CEDAR_EXPR_BOOL:
        return cedar_typed_boolean(expr->boolean);
    case CEDAR_EXPR_LONG:
        return cedar_typed_simple(CEDAR_TYPE_LONG);
    case CEDAR_EXPR_STRING:
        return cedar_typed_simple(CEDAR_TYPE_STRING);
    case CEDAR_EXPR_ENTITY:
        return entity(checker, &expr->entity);
    case CEDAR_EXPR_VARIABLE:
        return variable(checker, expr->variable);
    case CEDAR_EXPR_IF:
        return if_then_else(checker, expr, known);
    case CEDAR_EXPR_AND:
        return conjunction(checker, expr, known);
    case CEDAR_EXPR_OR:
        return disjunction(checker, expr, known);
    case CEDAR_EXPR_NOT:
        return negation(checker, expr, known);
    case CEDAR_EXPR_NEGATE:
        return arithmetic(checker, expr, known, 1);
    case CEDAR_EXPR_EQUAL:
    case CEDAR_EXPR_NOT_EQUAL:
        return equality(checker, expr, known);
    case CEDAR_EXPR_LESS:
    case CEDAR_EXPR_LESS_EQUAL:
    case CEDAR_EXPR_GREATER:
    case CEDAR_EXPR_GREATER_EQUAL:
        return comparison(checker, expr, known);
    case CEDAR_EXPR_IN:
        return membership(checker, expr->operands[0], expr->operands[1], known);
    case CEDAR_EXPR_ADD:
    case CEDAR_EXPR_SUBTRACT:
    case CEDAR_EXPR_MULTIPLY:
        return arithmetic(checker, expr, known, 2);
    case CEDAR_EXPR_GET:
        return get(checker, expr, known);
    case CEDAR_EXPR_HAS:
        return has(checker, expr, known);
    case CEDAR_EXPR_LIKE:
        (void)cedar_check_kind(checker, expr->like.operand, known, CEDAR_TYPE_STRING, "String");
        return cedar_typed_simple(CEDAR_TYPE_BOOL);
    case CEDAR_EXPR_IS:
        return type_test(checker, expr, known);
    case CEDAR_EXPR_SET:
        return set(checker, expr, known);
    case CEDAR_EXPR_RECORD:
        return record(checker, expr, known);
    case CEDAR_EXPR_CALL:
        return cedar_check_call(checker, expr, known);
    }
    return cedar_typed_failed();
}

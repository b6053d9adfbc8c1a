/* The types of calls: methods of sets and entities, extension values and their methods. */
#include "cedar/checker.h"

#include "cedar/extension.h"

/* contains: the element must be of the set's type; containsAll, containsAny: both sets of one. */
static struct typed
set_method(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    const struct cedar_expr *other = expr->call.arguments[1];
    const struct cedar_type *inner =
        cedar_check_kind(checker, expr->call.arguments[0], known, CEDAR_TYPE_SET, "a set");
    const struct cedar_type *outer;
    if (expr->call.function == CEDAR_FUNCTION_CONTAINS) {
        outer = cedar_check_expr(checker, other, known).type;
        inner = inner ? inner->element : NULL;
    } else {
        outer = cedar_check_kind(checker, other, known, CEDAR_TYPE_SET, "a set");
    }
    if (inner && outer && !cedar_type_join(checker, expr->span, inner, outer))
        cedar_checker_report_difference(checker, expr->span, inner, outer);
    return cedar_typed_simple(CEDAR_TYPE_BOOL);
}

/* The type of an entity's tags, its receiver and key checked. The type of *ret_entity is NULL when
 * the receiver is not an entity. */
static const struct cedar_type *tags_of(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known,
    struct typed *ret_entity)
{
    *ret_entity = cedar_check_entity_expr(checker, expr->call.arguments[0], known);
    (void)cedar_check_kind(checker, expr->call.arguments[1], known, CEDAR_TYPE_STRING, "String");
    if (!ret_entity->type)
        return NULL;
    cedar_level_access(checker, expr->call.arguments[0], ret_entity->reach);
    return ret_entity->type->entity_type->tags;
}

static struct typed
has_tag(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    const struct cedar_expr *subject = expr->call.arguments[0], *tag = expr->call.arguments[1];
    struct typed entity;
    const struct cedar_type *tags = tags_of(checker, expr, known, &entity);
    if (!entity.type)
        return cedar_typed_simple(CEDAR_TYPE_BOOL);
    if (!tags)
        return cedar_typed_boolean(false);
    if (cedar_capabilities_have_tag(checker, known, subject, tag))
        return cedar_typed_boolean(true);
    return (struct typed){
        .type = cedar_type_simple(CEDAR_TYPE_BOOL),
        .known = cedar_capability_tag(checker, subject, tag)};
}

static struct typed
get_tag(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    const struct cedar_expr *subject = expr->call.arguments[0], *tag = expr->call.arguments[1];
    struct typed entity;
    const struct cedar_type *tags = tags_of(checker, expr, known, &entity);
    char words[100];
    if (!entity.type)
        return cedar_typed_failed();
    if (!tags) {
        cedar_checker_report(
            checker, ERROR_CHECK_TAG, expr->call.name_span, "an entity type with tags", "%s",
            cedar_type_words(entity.type, words, sizeof words));
        return cedar_typed_failed();
    }
    if (!cedar_capabilities_have_tag(checker, known, subject, tag))
        cedar_checker_report(
            checker, ERROR_CHECK_OPTIONAL_TAG, expr->call.name_span,
            "`hasTag` with the same key before it, joined by &&", "getTag on %s",
            cedar_type_words(entity.type, words, sizeof words));
    return (struct typed){.type = tags, .reach = cedar_reach_beyond(entity.reach)};
}

/* decimal("1.0") and its like: "constructors are applied to literals only", so that a text that
 * makes no value is found here and never when a request is judged. */
static struct typed constructor(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known,
    enum cedar_type_kind kind)
{
    const struct cedar_expr *text = expr->call.arguments[0];
    char quoted[100];
    if (text->kind != CEDAR_EXPR_STRING) {
        const struct cedar_type *type =
            cedar_check_kind(checker, text, known, CEDAR_TYPE_STRING, "a string literal");
        if (type)
            cedar_checker_report(
                checker, ERROR_CHECK_NOT_LITERAL, text->span, "a string literal",
                "another expression");
        return cedar_typed_simple(kind);
    }
    struct cedar_value value;
    enum error error =
        cedar_extension_build(&checker->arena, expr->call.function, text->string, NULL, &value);
    if (error == ERROR_MEMORY)
        cedar_checker_no_memory(checker);
    else if (error)
        cedar_checker_report(
            checker, ERROR_CHECK_EXTENSION, text->span, NULL, "%s",
            quote_text(text->string, quoted, sizeof quoted));
    return cedar_typed_simple(kind);
}

/* The methods of extension types: what they take and what they give. */
static const struct signature {
    enum cedar_type_kind receiver, argument; /* argument is looked at when the arity is 2 */
    enum cedar_type_kind result;
} signatures[CEDAR_FUNCTION_COUNT] = {
#define METHOD(name, receiver, argument, result)                                                   \
    [CEDAR_FUNCTION_##name] = {CEDAR_TYPE_##receiver, CEDAR_TYPE_##argument, CEDAR_TYPE_##result}
    METHOD(LESS_THAN, DECIMAL, DECIMAL, BOOL),
    METHOD(LESS_THAN_OR_EQUAL, DECIMAL, DECIMAL, BOOL),
    METHOD(GREATER_THAN, DECIMAL, DECIMAL, BOOL),
    METHOD(GREATER_THAN_OR_EQUAL, DECIMAL, DECIMAL, BOOL),
    METHOD(IS_IPV4, IPADDR, IPADDR, BOOL),
    METHOD(IS_IPV6, IPADDR, IPADDR, BOOL),
    METHOD(IS_LOOPBACK, IPADDR, IPADDR, BOOL),
    METHOD(IS_MULTICAST, IPADDR, IPADDR, BOOL),
    METHOD(IS_IN_RANGE, IPADDR, IPADDR, BOOL),
    METHOD(OFFSET, DATETIME, DURATION, DATETIME),
    METHOD(DURATION_SINCE, DATETIME, DATETIME, DURATION),
    METHOD(TO_DATE, DATETIME, DATETIME, DATETIME),
    METHOD(TO_TIME, DATETIME, DATETIME, DURATION),
    METHOD(TO_MILLISECONDS, DURATION, DURATION, LONG),
    METHOD(TO_SECONDS, DURATION, DURATION, LONG),
    METHOD(TO_MINUTES, DURATION, DURATION, LONG),
    METHOD(TO_HOURS, DURATION, DURATION, LONG),
    METHOD(TO_DAYS, DURATION, DURATION, LONG),
#undef METHOD
};

static struct typed
method(struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    const struct signature *signature = &signatures[expr->call.function];
    for (size_t i = 0; i < expr->call.count; i++) {
        enum cedar_type_kind kind = i == 0 ? signature->receiver : signature->argument;
        char words[TYPE_WORDS_SIZE];
        (void)cedar_check_kind(
            checker, expr->call.arguments[i], known, kind,
            cedar_type_words(cedar_type_simple(kind), words, sizeof words));
    }
    return cedar_typed_simple(signature->result);
}

struct typed cedar_check_call(
    struct checker *checker, const struct cedar_expr *expr, const struct capabilities *known)
{
    size_t arity = cedar_function_arity(expr->call.function);
    if (expr->call.count != arity) {
        cedar_checker_report(
            checker, ERROR_CHECK_ARITY, expr->call.name_span, NULL, "%zu, and %s takes %zu",
            expr->call.count, cedar_function_name(expr->call.function), arity);
        return cedar_typed_failed();
    }
    switch (expr->call.function) {
    case CEDAR_FUNCTION_CONTAINS:
    case CEDAR_FUNCTION_CONTAINS_ALL:
    case CEDAR_FUNCTION_CONTAINS_ANY:
        return set_method(checker, expr, known);
    case CEDAR_FUNCTION_IS_EMPTY:
        (void)cedar_check_kind(checker, expr->call.arguments[0], known, CEDAR_TYPE_SET, "a set");
        return cedar_typed_simple(CEDAR_TYPE_BOOL);
    case CEDAR_FUNCTION_HAS_TAG:
        return has_tag(checker, expr, known);
    case CEDAR_FUNCTION_GET_TAG:
        return get_tag(checker, expr, known);
    case CEDAR_FUNCTION_DECIMAL:
        return constructor(checker, expr, known, CEDAR_TYPE_DECIMAL);
    case CEDAR_FUNCTION_IP:
        return constructor(checker, expr, known, CEDAR_TYPE_IPADDR);
    case CEDAR_FUNCTION_DATETIME:
        return constructor(checker, expr, known, CEDAR_TYPE_DATETIME);
    case CEDAR_FUNCTION_DURATION:
        return constructor(checker, expr, known, CEDAR_TYPE_DURATION);
    default:
        return method(checker, expr, known);
    }
}

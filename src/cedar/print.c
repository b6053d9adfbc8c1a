/* The canonical text of expressions and policies. Parentheses stand exactly where the grammar's
 * precedence asks for them. Values are in print_value.c. */
#include "cedar/print.h"

#include <inttypes.h>

#include "cedar/lexer.h"
#include "cedar/limits.h"

/* How tightly an expression binds, loosest first. */
enum binding {
    BINDS_IF,
    BINDS_OR,
    BINDS_AND,
    BINDS_RELATION,
    BINDS_SUM,
    BINDS_PRODUCT,
    BINDS_UNARY,
    BINDS_MEMBER,
};

static enum binding binding_of(const struct cedar_expr *expr)
{
    switch (expr->kind) {
    case CEDAR_EXPR_IF:
        return BINDS_IF;
    case CEDAR_EXPR_OR:
        return BINDS_OR;
    case CEDAR_EXPR_AND:
        return BINDS_AND;
    case CEDAR_EXPR_EQUAL:
    case CEDAR_EXPR_NOT_EQUAL:
    case CEDAR_EXPR_LESS:
    case CEDAR_EXPR_LESS_EQUAL:
    case CEDAR_EXPR_GREATER:
    case CEDAR_EXPR_GREATER_EQUAL:
    case CEDAR_EXPR_IN:
    case CEDAR_EXPR_HAS:
    case CEDAR_EXPR_LIKE:
    case CEDAR_EXPR_IS:
        return BINDS_RELATION;
    case CEDAR_EXPR_ADD:
    case CEDAR_EXPR_SUBTRACT:
        return BINDS_SUM;
    case CEDAR_EXPR_MULTIPLY:
        return BINDS_PRODUCT;
    case CEDAR_EXPR_NOT:
    case CEDAR_EXPR_NEGATE:
        return BINDS_UNARY;
    case CEDAR_EXPR_LONG:
        return expr->number < 0 ? BINDS_UNARY : BINDS_MEMBER;
    default:
        return BINDS_MEMBER;
    }
}

/* The escapes of a string's characters; in a pattern a star too. */
static void print_escaped(struct buffer *buffer, struct bytes text, bool pattern)
{
    for (size_t i = 0; i < text.length; i++) {
        uint8_t byte = text.data[i];
        switch (byte) {
        case '\n':
            buffer_append_text(buffer, "\\n");
            break;
        case '\r':
            buffer_append_text(buffer, "\\r");
            break;
        case '\t':
            buffer_append_text(buffer, "\\t");
            break;
        case '\0':
            buffer_append_text(buffer, "\\0");
            break;
        case '"':
        case '\\':
            buffer_append_byte(buffer, '\\');
            buffer_append_byte(buffer, byte);
            break;
        default:
            if (byte < 0x20 || byte == 0x7F)
                buffer_printf(buffer, "\\u{%x}", byte);
            else if (pattern && byte == '*')
                buffer_append_text(buffer, "\\*");
            else
                buffer_append_byte(buffer, byte);
        }
    }
}

void cedar_print_string(struct buffer *buffer, struct bytes string)
{
    buffer_append_byte(buffer, '"');
    print_escaped(buffer, string, false);
    buffer_append_byte(buffer, '"');
}

static void print_entity(struct buffer *buffer, const struct cedar_entity_name *entity)
{
    buffer_append_bytes(buffer, entity->type);
    buffer_append_text(buffer, "::");
    cedar_print_string(buffer, entity->id);
}

static bool is_plain(struct bytes name)
{
    return cedar_is_identifier(name) && !cedar_word_is_reserved(name);
}

/* A key or attribute: as a word where it can be one, else in quotes. */
static void print_name(struct buffer *buffer, struct bytes name)
{
    if (is_plain(name))
        buffer_append_bytes(buffer, name);
    else
        cedar_print_string(buffer, name);
}

/* An operand that must bind at least so tightly. */
static void
print_operand(struct buffer *buffer, const struct cedar_expr *expr, enum binding at_least)
{
    bool parentheses = binding_of(expr) < at_least;
    if (parentheses)
        buffer_append_byte(buffer, '(');
    cedar_print_expr(buffer, expr);
    if (parentheses)
        buffer_append_byte(buffer, ')');
}

static const char *operator_of(enum cedar_expr_kind kind)
{
    switch (kind) {
    case CEDAR_EXPR_OR:
        return " || ";
    case CEDAR_EXPR_AND:
        return " && ";
    case CEDAR_EXPR_EQUAL:
        return " == ";
    case CEDAR_EXPR_NOT_EQUAL:
        return " != ";
    case CEDAR_EXPR_LESS:
        return " < ";
    case CEDAR_EXPR_LESS_EQUAL:
        return " <= ";
    case CEDAR_EXPR_GREATER:
        return " > ";
    case CEDAR_EXPR_GREATER_EQUAL:
        return " >= ";
    case CEDAR_EXPR_IN:
        return " in ";
    case CEDAR_EXPR_ADD:
        return " + ";
    case CEDAR_EXPR_SUBTRACT:
        return " - ";
    default:
        return " * ";
    }
}

/* All associate to the left, except relations, which do not associate. */
static void print_binary(struct buffer *buffer, const struct cedar_expr *expr)
{
    enum binding binding = binding_of(expr);
    print_operand(buffer, expr->operands[0], binding == BINDS_RELATION ? BINDS_SUM : binding);
    buffer_append_text(buffer, operator_of(expr->kind));
    print_operand(buffer, expr->operands[1], binding + 1);
}

/* At most four signs stand together. An integer stays apart: `-5` would be another literal. */
static void print_unary(struct buffer *buffer, const struct cedar_expr *expr)
{
    enum cedar_expr_kind kind = expr->kind;
    for (int i = 0; i < CEDAR_UNARY_MAX && expr->kind == kind; i++) {
        buffer_append_byte(buffer, kind == CEDAR_EXPR_NOT ? '!' : '-');
        expr = expr->operands[0];
    }
    bool integer = kind == CEDAR_EXPR_NEGATE && expr->kind == CEDAR_EXPR_LONG;
    print_operand(buffer, expr, integer ? BINDS_MEMBER + 1 : BINDS_MEMBER);
}

static void print_list(struct buffer *buffer, const struct cedar_expr *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buffer_append_text(buffer, ", ");
        cedar_print_expr(buffer, list[i]);
    }
}

static void print_record(struct buffer *buffer, const struct cedar_expr *expr)
{
    buffer_append_byte(buffer, '{');
    for (size_t i = 0; i < expr->record.count; i++) {
        const struct cedar_field_expr *field = &expr->record.fields[i];
        buffer_append_text(buffer, i ? ", " : "");
        print_name(buffer, field->key);
        buffer_append_text(buffer, ": ");
        cedar_print_expr(buffer, field->value);
    }
    buffer_append_byte(buffer, '}');
}

static void print_call(struct buffer *buffer, const struct cedar_expr *expr)
{
    size_t first = 0;
    if (cedar_function_is_method(expr->call.function)) {
        print_operand(buffer, expr->call.arguments[0], BINDS_MEMBER);
        buffer_append_byte(buffer, '.');
        first = 1;
    }
    buffer_printf(buffer, "%s(", cedar_function_name(expr->call.function));
    print_list(buffer, expr->call.arguments + first, expr->call.count - first);
    buffer_append_byte(buffer, ')');
}

static void print_get(struct buffer *buffer, const struct cedar_expr *expr)
{
    print_operand(buffer, expr->get.operand, BINDS_MEMBER);
    if (is_plain(expr->get.name)) {
        buffer_append_byte(buffer, '.');
        buffer_append_bytes(buffer, expr->get.name);
    } else {
        buffer_append_byte(buffer, '[');
        cedar_print_string(buffer, expr->get.name);
        buffer_append_byte(buffer, ']');
    }
}

static void print_has(struct buffer *buffer, const struct cedar_expr *expr)
{
    print_operand(buffer, expr->has.operand, BINDS_SUM);
    buffer_append_text(buffer, " has ");
    for (size_t i = 0; i < expr->has.count; i++) {
        buffer_append_text(buffer, i ? "." : "");
        print_name(buffer, expr->has.path[i].name);
    }
}

static void print_like(struct buffer *buffer, const struct cedar_expr *expr)
{
    print_operand(buffer, expr->like.operand, BINDS_SUM);
    buffer_append_text(buffer, " like \"");
    for (size_t i = 0; i < expr->like.count; i++) {
        buffer_append_text(buffer, i ? "*" : "");
        print_escaped(buffer, expr->like.pieces[i], true);
    }
    buffer_append_byte(buffer, '"');
}

static void print_is(struct buffer *buffer, const struct cedar_expr *expr)
{
    print_operand(buffer, expr->is.operand, BINDS_SUM);
    buffer_append_text(buffer, " is ");
    buffer_append_bytes(buffer, expr->is.type);
    if (expr->is.in) {
        buffer_append_text(buffer, " in ");
        print_operand(buffer, expr->is.in, BINDS_SUM);
    }
}

static void print_if(struct buffer *buffer, const struct cedar_expr *expr)
{
    buffer_append_text(buffer, "if ");
    cedar_print_expr(buffer, expr->operands[0]);
    buffer_append_text(buffer, " then ");
    cedar_print_expr(buffer, expr->operands[1]);
    buffer_append_text(buffer, " else ");
    cedar_print_expr(buffer, expr->operands[2]);
}

void cedar_print_expr(struct buffer *buffer, const struct cedar_expr *expr)
{
    static const char *const variables[] = {
        [CEDAR_PRINCIPAL] = "principal",
        [CEDAR_ACTION] = "action",
        [CEDAR_RESOURCE] = "resource",
        [CEDAR_CONTEXT] = "context",
    };
    switch (expr->kind) {
    case CEDAR_EXPR_BOOL:
        buffer_append_text(buffer, expr->boolean ? "true" : "false");
        break;
    case CEDAR_EXPR_LONG:
        buffer_printf(buffer, "%" PRId64, expr->number);
        break;
    case CEDAR_EXPR_STRING:
        cedar_print_string(buffer, expr->string);
        break;
    case CEDAR_EXPR_ENTITY:
        print_entity(buffer, &expr->entity);
        break;
    case CEDAR_EXPR_VARIABLE:
        buffer_append_text(buffer, variables[expr->variable]);
        break;
    case CEDAR_EXPR_IF:
        print_if(buffer, expr);
        break;
    case CEDAR_EXPR_NOT:
    case CEDAR_EXPR_NEGATE:
        print_unary(buffer, expr);
        break;
    case CEDAR_EXPR_GET:
        print_get(buffer, expr);
        break;
    case CEDAR_EXPR_HAS:
        print_has(buffer, expr);
        break;
    case CEDAR_EXPR_LIKE:
        print_like(buffer, expr);
        break;
    case CEDAR_EXPR_IS:
        print_is(buffer, expr);
        break;
    case CEDAR_EXPR_SET:
        buffer_append_byte(buffer, '[');
        print_list(buffer, expr->set.elements, expr->set.count);
        buffer_append_byte(buffer, ']');
        break;
    case CEDAR_EXPR_RECORD:
        print_record(buffer, expr);
        break;
    case CEDAR_EXPR_CALL:
        print_call(buffer, expr);
        break;
    default:
        print_binary(buffer, expr);
    }
}

static void
print_scope(struct buffer *buffer, const char *variable, const struct cedar_scope *scope)
{
    buffer_append_text(buffer, variable);
    if (scope->kind == CEDAR_SCOPE_IS || scope->kind == CEDAR_SCOPE_IS_IN) {
        buffer_append_text(buffer, " is ");
        buffer_append_bytes(buffer, scope->type);
    }
    if (scope->kind == CEDAR_SCOPE_EQUAL)
        buffer_append_text(buffer, " == ");
    else if (scope->kind == CEDAR_SCOPE_IN || scope->kind == CEDAR_SCOPE_IS_IN)
        buffer_append_text(buffer, " in ");
    if (scope->list)
        buffer_append_byte(buffer, '[');
    for (size_t i = 0; i < scope->count; i++) {
        buffer_append_text(buffer, i ? ", " : "");
        print_entity(buffer, &scope->entities[i]);
    }
    if (scope->slot && scope->count == 0)
        buffer_printf(buffer, "?%s", variable);
    if (scope->list)
        buffer_append_byte(buffer, ']');
}

void cedar_print_policy(struct buffer *buffer, const struct cedar_policy *policy)
{
    for (size_t i = 0; i < policy->annotation_count; i++) {
        const struct cedar_annotation *annotation = &policy->annotations[i];
        buffer_append_byte(buffer, '@');
        buffer_append_bytes(buffer, annotation->name);
        if (annotation->has_value) {
            buffer_append_byte(buffer, '(');
            cedar_print_string(buffer, annotation->value);
            buffer_append_byte(buffer, ')');
        }
        buffer_append_byte(buffer, '\n');
    }
    buffer_append_text(buffer, policy->effect == CEDAR_FORBID ? "forbid (" : "permit (");
    print_scope(buffer, "principal", &policy->principal);
    buffer_append_text(buffer, ", ");
    print_scope(buffer, "action", &policy->action);
    buffer_append_text(buffer, ", ");
    print_scope(buffer, "resource", &policy->resource);
    buffer_append_byte(buffer, ')');
    for (size_t i = 0; i < policy->condition_count; i++) {
        buffer_append_text(buffer, policy->conditions[i].unless ? "\nunless { " : "\nwhen { ");
        cedar_print_expr(buffer, policy->conditions[i].body);
        buffer_append_text(buffer, " }");
    }
    buffer_append_text(buffer, ";\n");
}

/* The parser of expressions: precedence from `||` down to names, by recursive descent. What a name
 * or operator means is not looked at, except that functions must exist and get their arguments. */
#include "cedar/parse_list.h"

#include <stdio.h>

#include "cedar/limits.h"
#include "cedar/policies.h"

/* Arguments in parentheses after a function's or method's name; receiver is NULL for a function. */
static enum error parse_call(
    struct cedar_parser *parser, enum cedar_function function, struct cedar_span name_span,
    struct cedar_position start, const struct cedar_expr *receiver,
    const struct cedar_expr **ret_expr)
{
    struct cedar_list list = {0};
    struct cedar_list_item *item;
    struct cedar_expr *node;
    enum error error = cedar_parser_next(parser);
    if (!error && receiver && !(error = cedar_list_add(parser, &list, &item)))
        item->expr = receiver;
    if (error ||
        (error = cedar_list_read(parser, CEDAR_TOKEN_RIGHT_PARENTHESIS, "`,` or `)`", &list)))
        return error;
    size_t implied = receiver ? 1 : 0, arity = cedar_function_arity(function);
    /* The language refuses wrong arguments of its own methods here, but of an extension's functions
     * only when they are evaluated (and validated). */
    if (list.count != arity && !cedar_function_is_extension(function)) {
        char expected[32];
        snprintf(expected, sizeof expected, "%zu", arity - implied);
        return cedar_fault(
            parser->fault, ERROR_CEDAR_ARITY, name_span.start, expected, "%zu for %s",
            list.count - implied, cedar_function_name(function));
    }
    if ((error = cedar_expr_add(parser, CEDAR_EXPR_CALL, start, cedar_list_depth(&list), &node)) ||
        (error = cedar_list_expressions(parser, &list, &node->call.arguments)))
        return error;
    node->call.function = function;
    node->call.count = list.count;
    node->call.name_span = name_span;
    *ret_expr = node;
    return ERROR_OK;
}

/* The function of a name that stands before `(`. */
static enum error find_function(
    struct cedar_parser *parser, struct bytes name, struct cedar_span span, bool method,
    enum cedar_function *ret_function)
{
    enum cedar_function function = cedar_function_find(name);
    char found[64];
    quote_text(name, found, sizeof found);
    if (function == CEDAR_FUNCTION_COUNT)
        return cedar_fault(
            parser->fault, ERROR_CEDAR_FUNCTION, span.start,
            method ? "a method of the language" : "a function of the language", "%s", found);
    if (cedar_function_is_method(function) != method)
        return cedar_fault(
            parser->fault, ERROR_CEDAR_FUNCTION, span.start, method ? "a method" : "a function",
            method ? "the function %s" : "the method %s", found);
    *ret_function = function;
    return ERROR_OK;
}

static enum error parse_variable(
    struct cedar_parser *parser, struct bytes word, struct cedar_position start,
    const struct cedar_expr **ret_expr)
{
    static const char *const variables[] = {
        [CEDAR_PRINCIPAL] = "principal",
        [CEDAR_ACTION] = "action",
        [CEDAR_RESOURCE] = "resource",
        [CEDAR_CONTEXT] = "context",
    };
    for (enum cedar_variable i = 0; i < sizeof variables / sizeof *variables; i++) {
        if (!bytes_equal_text(word, variables[i]))
            continue;
        struct cedar_expr *node;
        enum error error = cedar_expr_add(parser, CEDAR_EXPR_VARIABLE, start, 0, &node);
        if (error)
            return error;
        node->variable = i;
        *ret_expr = node;
        return ERROR_OK;
    }
    char found[64];
    return cedar_fault(
        parser->fault, ERROR_CEDAR_SYNTAX, start,
        "principal, action, resource, context, a literal, or Type::\"id\"", "%s",
        quote_text(word, found, sizeof found));
}

/* What begins with an identifier: a literal, a variable, an entity, a function's call. */
static enum error parse_name(struct cedar_parser *parser, const struct cedar_expr **ret_expr)
{
    struct cedar_position start = parser->token.span.start;
    struct cedar_expr *node;
    enum error error;
    bool is_true = cedar_token_is(&parser->token, "true");
    if (is_true || cedar_token_is(&parser->token, "false")) {
        if ((error = cedar_parser_next(parser)) ||
            (error = cedar_expr_add(parser, CEDAR_EXPR_BOOL, start, 0, &node)))
            return error;
        node->boolean = is_true;
        *ret_expr = node;
        return ERROR_OK;
    }
    struct bytes path;
    bool is_entity;
    if ((error = cedar_parser_path(parser, &path, &is_entity)))
        return error;
    if (is_entity) {
        struct cedar_entity_name entity;
        if ((error = cedar_parser_entity_id(parser, path, start, &entity)) ||
            (error = cedar_expr_add(parser, CEDAR_EXPR_ENTITY, start, 0, &node)))
            return error;
        node->entity = entity;
        *ret_expr = node;
        return ERROR_OK;
    }
    if (parser->token.kind == CEDAR_TOKEN_LEFT_PARENTHESIS) {
        struct cedar_span span = cedar_parser_span(parser, start);
        enum cedar_function function;
        if ((error = find_function(parser, path, span, false, &function)))
            return error;
        return parse_call(parser, function, span, start, NULL, ret_expr);
    }
    return parse_variable(parser, path, start, ret_expr);
}

static enum error parse_literal(
    struct cedar_parser *parser, enum cedar_expr_kind kind, const struct cedar_expr **ret_expr)
{
    struct cedar_token token = parser->token;
    struct bytes string = {0};
    struct cedar_expr *node;
    enum error error = ERROR_OK;
    if (kind == CEDAR_EXPR_STRING)
        error = cedar_string_decode(&token, parser->arena, parser->fault, &string);
    else if (token.value > INT64_MAX) /* 2^63 is an integer only after `-` */
        error = cedar_parser_unexpected(parser, ERROR_CEDAR_INTEGER, "at most 9223372036854775807");
    if (error || (error = cedar_parser_next(parser)) ||
        (error = cedar_expr_add(parser, kind, token.span.start, 0, &node)))
        return error;
    if (kind == CEDAR_EXPR_STRING)
        node->string = string;
    else
        node->number = (int64_t)token.value;
    *ret_expr = node;
    return ERROR_OK;
}

static enum error parse_primary(struct cedar_parser *parser, const struct cedar_expr **ret_expr)
{
    enum error error;
    switch (parser->token.kind) {
    case CEDAR_TOKEN_IDENTIFIER:
        return parse_name(parser, ret_expr);
    case CEDAR_TOKEN_STRING:
        return parse_literal(parser, CEDAR_EXPR_STRING, ret_expr);
    case CEDAR_TOKEN_INTEGER:
        return parse_literal(parser, CEDAR_EXPR_LONG, ret_expr);
    case CEDAR_TOKEN_LEFT_PARENTHESIS:
        if ((error = cedar_parser_next(parser)) ||
            (error = cedar_parse_expression(parser, ret_expr)))
            return error;
        return cedar_parser_expect(parser, CEDAR_TOKEN_RIGHT_PARENTHESIS, "`)`");
    case CEDAR_TOKEN_LEFT_BRACKET:
        return cedar_parse_set(parser, ret_expr);
    case CEDAR_TOKEN_LEFT_BRACE:
        return cedar_parse_record(parser, ret_expr);
    case CEDAR_TOKEN_SLOT:
        return cedar_parser_unexpected(parser, ERROR_CEDAR_TEMPLATE, "an expression");
    default:
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, "an expression");
    }
}

/* `.name`, `.method(…)` or `["name"]` after operand. */
static enum error parse_access(
    struct cedar_parser *parser, struct cedar_position start, const struct cedar_expr *operand,
    const struct cedar_expr **ret_expr)
{
    bool bracket = parser->token.kind == CEDAR_TOKEN_LEFT_BRACKET;
    struct bytes name;
    struct cedar_expr *node;
    enum error error = cedar_parser_next(parser);
    if (error)
        return error;
    struct cedar_span span = parser->token.span;
    if (bracket) {
        if (parser->token.kind != CEDAR_TOKEN_STRING)
            return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, "an attribute in quotes");
        if ((error = cedar_parse_key(parser, NULL, &name, &span)) ||
            (error = cedar_parser_expect(parser, CEDAR_TOKEN_RIGHT_BRACKET, "`]`")))
            return error;
    } else {
        if ((error = cedar_parser_identifier(parser, "an attribute or method", &name)))
            return error;
        if (parser->token.kind == CEDAR_TOKEN_LEFT_PARENTHESIS) {
            enum cedar_function function;
            if ((error = find_function(parser, name, span, true, &function)))
                return error;
            return parse_call(parser, function, span, start, operand, ret_expr);
        }
    }
    if ((error = cedar_expr_add(parser, CEDAR_EXPR_GET, start, operand->depth, &node)))
        return error;
    node->get.operand = operand;
    node->get.name = name;
    node->get.name_span = span;
    *ret_expr = node;
    return ERROR_OK;
}

static enum error parse_member(struct cedar_parser *parser, const struct cedar_expr **ret_expr)
{
    struct cedar_position start = parser->token.span.start;
    enum error error = parse_primary(parser, ret_expr);
    while (!error && (parser->token.kind == CEDAR_TOKEN_DOT ||
                      parser->token.kind == CEDAR_TOKEN_LEFT_BRACKET))
        error = parse_access(parser, start, *ret_expr, ret_expr);
    return error;
}

/* Reads an integer that a `-` at start stands right before, if no access follows it: `-1` is a
 * literal, `-1.x` is the negation of `1.x`. Without one, *ret_expr is NULL. */
static enum error parse_negative(
    struct cedar_parser *parser, struct cedar_position start, const struct cedar_expr **ret_expr)
{
    *ret_expr = NULL;
    if (parser->token.kind != CEDAR_TOKEN_INTEGER)
        return ERROR_OK;
    struct cedar_parser ahead = *parser;
    struct cedar_expr *node;
    enum error error = cedar_parser_next(&ahead);
    if (error || ahead.token.kind == CEDAR_TOKEN_DOT ||
        ahead.token.kind == CEDAR_TOKEN_LEFT_BRACKET)
        return error;
    uint64_t value = parser->token.value;
    *parser = ahead;
    if ((error = cedar_expr_add(parser, CEDAR_EXPR_LONG, start, 0, &node)))
        return error;
    node->number = (int64_t)(0 - value);
    *ret_expr = node;
    return ERROR_OK;
}

/* `!` or `-`, at most four in a row and not mixed. */
static enum error parse_unary(struct cedar_parser *parser, const struct cedar_expr **ret_expr)
{
    enum cedar_token_kind sign = parser->token.kind;
    if (sign != CEDAR_TOKEN_NOT && sign != CEDAR_TOKEN_MINUS)
        return parse_member(parser, ret_expr);
    struct cedar_position starts[CEDAR_UNARY_MAX];
    size_t count = 0;
    enum error error;
    while (parser->token.kind == sign) {
        if (count == CEDAR_UNARY_MAX)
            return cedar_parser_unexpected(parser, ERROR_CEDAR_UNARY, NULL);
        starts[count++] = parser->token.span.start;
        if ((error = cedar_parser_next(parser)))
            return error;
    }
    const struct cedar_expr *operand = NULL;
    if (sign == CEDAR_TOKEN_MINUS) {
        if ((error = parse_negative(parser, starts[count - 1], &operand)))
            return error;
        if (operand)
            count--;
    }
    if (!operand && (error = parse_member(parser, &operand)))
        return error;
    while (count > 0) {
        struct cedar_expr *node;
        enum cedar_expr_kind kind = sign == CEDAR_TOKEN_NOT ? CEDAR_EXPR_NOT : CEDAR_EXPR_NEGATE;
        if ((error = cedar_expr_add(parser, kind, starts[--count], operand->depth, &node)))
            return error;
        node->operands[0] = operand;
        operand = node;
    }
    *ret_expr = operand;
    return ERROR_OK;
}

/* The operators that associate to the left, by precedence; relations stand between AND and SUM. */
enum level { LEVEL_OR, LEVEL_AND, LEVEL_SUM, LEVEL_PRODUCT };

static bool
operator_at(enum level level, enum cedar_token_kind token, enum cedar_expr_kind *ret_kind)
{
    static const struct {
        enum level level;
        enum cedar_token_kind token;
        enum cedar_expr_kind kind;
    } operators[] = {
        {LEVEL_OR, CEDAR_TOKEN_OR, CEDAR_EXPR_OR},
        {LEVEL_AND, CEDAR_TOKEN_AND, CEDAR_EXPR_AND},
        {LEVEL_SUM, CEDAR_TOKEN_PLUS, CEDAR_EXPR_ADD},
        {LEVEL_SUM, CEDAR_TOKEN_MINUS, CEDAR_EXPR_SUBTRACT},
        {LEVEL_PRODUCT, CEDAR_TOKEN_STAR, CEDAR_EXPR_MULTIPLY},
    };
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (operators[i].level == level && operators[i].token == token) {
            *ret_kind = operators[i].kind;
            return true;
        }
    }
    return false;
}

static enum error add_binary(
    struct cedar_parser *parser, enum cedar_expr_kind kind, struct cedar_position start,
    const struct cedar_expr *left, const struct cedar_expr *right,
    const struct cedar_expr **ret_expr)
{
    struct cedar_expr *node;
    enum error error = cedar_expr_add(parser, kind, start, cedar_expr_deeper(left, right), &node);
    if (error)
        return error;
    node->operands[0] = left;
    node->operands[1] = right;
    *ret_expr = node;
    return ERROR_OK;
}

static enum error parse_relation(struct cedar_parser *parser, const struct cedar_expr **ret_expr);

static enum error
parse_level(struct cedar_parser *parser, enum level level, const struct cedar_expr **ret_expr)
{
    if (level > LEVEL_PRODUCT)
        return parse_unary(parser, ret_expr);
    struct cedar_position start = parser->token.span.start;
    const struct cedar_expr *left = NULL;
    for (enum cedar_expr_kind kind = CEDAR_EXPR_BOOL;;) {
        const struct cedar_expr *right = NULL;
        enum error error = level == LEVEL_AND ? parse_relation(parser, &right)
                                              : parse_level(parser, level + 1, &right);
        if (!error && left)
            error = add_binary(parser, kind, start, left, right, &right);
        if (error)
            return error;
        left = right;
        if (!operator_at(level, parser->token.kind, &kind))
            break;
        if ((error = cedar_parser_next(parser)))
            return error;
    }
    *ret_expr = left;
    return ERROR_OK;
}

/* `has name`, `has a.b.c` or `has "name"`. */
static enum error parse_has(
    struct cedar_parser *parser, struct cedar_position start, const struct cedar_expr *operand,
    const struct cedar_expr **ret_expr)
{
    struct cedar_list list = {0};
    struct cedar_expr *node;
    bool more = true;
    enum error error = cedar_parser_next(parser);
    while (!error && more) {
        struct cedar_list_item *item;
        bool string = parser->token.kind == CEDAR_TOKEN_STRING && list.count == 0;
        const char *expected = list.count ? "an attribute" : "an attribute, or one in quotes";
        if ((error = cedar_list_add(parser, &list, &item)))
            return error;
        item->key_span = parser->token.span;
        error = string ? cedar_parse_key(parser, expected, &item->key, &item->key_span)
                       : cedar_parser_identifier(parser, expected, &item->key);
        if (!error && string && parser->token.kind == CEDAR_TOKEN_DOT)
            return cedar_parser_unexpected(
                parser, ERROR_CEDAR_SYNTAX, "no path after an attribute in quotes");
        if (!error)
            error = cedar_parser_take(parser, CEDAR_TOKEN_DOT, &more);
    }
    /* Each step is a level, as it is in `operand.a.b.c`. */
    uint32_t depth = operand->depth + (uint32_t)list.count - 1;
    if (error || (error = cedar_expr_add(parser, CEDAR_EXPR_HAS, start, depth, &node)))
        return error;
    struct cedar_attribute_name *path =
        ARENA_ARRAY(parser->arena, struct cedar_attribute_name, list.count);
    if (!path)
        return cedar_parser_no_memory(parser);
    size_t count = 0;
    for (const struct cedar_list_item *item = list.first; item; item = item->next)
        path[count++] = (struct cedar_attribute_name){item->key, item->key_span};
    node->has.operand = operand;
    node->has.path = path;
    node->has.count = count;
    *ret_expr = node;
    return ERROR_OK;
}

static enum error parse_like(
    struct cedar_parser *parser, struct cedar_position start, const struct cedar_expr *operand,
    const struct cedar_expr **ret_expr)
{
    struct cedar_expr *node;
    const struct bytes *pieces;
    size_t count;
    enum error error = cedar_parser_next(parser);
    if (error)
        return error;
    struct cedar_token token = parser->token;
    if (token.kind != CEDAR_TOKEN_STRING)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, "a pattern in quotes");
    if ((error = cedar_pattern_decode(&token, parser->arena, parser->fault, &pieces, &count)) ||
        (error = cedar_parser_next(parser)) ||
        (error = cedar_expr_add(parser, CEDAR_EXPR_LIKE, start, operand->depth, &node)))
        return error;
    node->like.operand = operand;
    node->like.pieces = pieces;
    node->like.count = count;
    node->like.pattern_span = token.span;
    *ret_expr = node;
    return ERROR_OK;
}

static enum error parse_is(
    struct cedar_parser *parser, struct cedar_position start, const struct cedar_expr *operand,
    const struct cedar_expr **ret_expr)
{
    struct cedar_expr *node;
    struct bytes type;
    struct cedar_span type_span;
    const struct cedar_expr *in = NULL;
    enum error error = cedar_parser_next(parser);
    if (error || (error = cedar_parser_type(parser, &type, &type_span)))
        return error;
    if (cedar_token_is(&parser->token, "in")) {
        if ((error = cedar_parser_next(parser)) || (error = parse_level(parser, LEVEL_SUM, &in)))
            return error;
    }
    uint32_t depth = in ? cedar_expr_deeper(operand, in) : operand->depth;
    if ((error = cedar_expr_add(parser, CEDAR_EXPR_IS, start, depth, &node)))
        return error;
    node->is.operand = operand;
    node->is.type = type;
    node->is.type_span = type_span;
    node->is.in = in;
    *ret_expr = node;
    return ERROR_OK;
}

/* Whether the token is a relational operator between two sums, and which. */
static bool relation_at(const struct cedar_token *token, enum cedar_expr_kind *ret_kind)
{
    switch (token->kind) {
    case CEDAR_TOKEN_EQUAL:
        *ret_kind = CEDAR_EXPR_EQUAL;
        return true;
    case CEDAR_TOKEN_NOT_EQUAL:
        *ret_kind = CEDAR_EXPR_NOT_EQUAL;
        return true;
    case CEDAR_TOKEN_LESS:
        *ret_kind = CEDAR_EXPR_LESS;
        return true;
    case CEDAR_TOKEN_LESS_EQUAL:
        *ret_kind = CEDAR_EXPR_LESS_EQUAL;
        return true;
    case CEDAR_TOKEN_GREATER:
        *ret_kind = CEDAR_EXPR_GREATER;
        return true;
    case CEDAR_TOKEN_GREATER_EQUAL:
        *ret_kind = CEDAR_EXPR_GREATER_EQUAL;
        return true;
    default:
        *ret_kind = CEDAR_EXPR_IN;
        return cedar_token_is(token, "in");
    }
}

static bool is_relational(const struct cedar_token *token)
{
    enum cedar_expr_kind kind;
    return relation_at(token, &kind) || cedar_token_is(token, "has") ||
           cedar_token_is(token, "like") || cedar_token_is(token, "is");
}

/* At most one relational operator: "they do not chain". What Cedar has not is refused by name. */
static enum error parse_relation(struct cedar_parser *parser, const struct cedar_expr **ret_expr)
{
    struct cedar_position start = parser->token.span.start;
    const struct cedar_expr *left, *right;
    enum cedar_expr_kind kind;
    enum error error = parse_level(parser, LEVEL_SUM, &left);
    if (error)
        return error;
    const struct cedar_token *token = &parser->token;
    if (cedar_token_is(token, "has"))
        error = parse_has(parser, start, left, &left);
    else if (cedar_token_is(token, "like"))
        error = parse_like(parser, start, left, &left);
    else if (cedar_token_is(token, "is"))
        error = parse_is(parser, start, left, &left);
    else if (
        relation_at(token, &kind) && !(error = cedar_parser_next(parser)) &&
        !(error = parse_level(parser, LEVEL_SUM, &right)))
        error = add_binary(parser, kind, start, left, right, &left);
    if (error)
        return error;
    if (is_relational(token))
        return cedar_parser_unexpected(parser, ERROR_CEDAR_CHAINED, NULL);
    if (token->kind == CEDAR_TOKEN_SLASH || token->kind == CEDAR_TOKEN_PERCENT ||
        token->kind == CEDAR_TOKEN_ASSIGN)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_OPERATOR, NULL);
    *ret_expr = left;
    return ERROR_OK;
}

static enum error expect_word(struct cedar_parser *parser, const char *word, const char *expected)
{
    if (!cedar_token_is(&parser->token, word))
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, expected);
    return cedar_parser_next(parser);
}

static enum error parse_if(struct cedar_parser *parser, const struct cedar_expr **ret_expr)
{
    struct cedar_position start = parser->token.span.start;
    const struct cedar_expr *condition, *then, *otherwise;
    struct cedar_expr *node;
    enum error error = cedar_parser_next(parser);
    if (error || (error = cedar_parse_expression(parser, &condition)) ||
        (error = expect_word(parser, "then", "`then`")) ||
        (error = cedar_parse_expression(parser, &then)) ||
        (error = expect_word(parser, "else", "`else`")) ||
        (error = cedar_parse_expression(parser, &otherwise)))
        return error;
    uint32_t depth = cedar_expr_deeper(then, otherwise);
    if (condition->depth > depth)
        depth = condition->depth;
    if ((error = cedar_expr_add(parser, CEDAR_EXPR_IF, start, depth, &node)))
        return error;
    node->operands[0] = condition;
    node->operands[1] = then;
    node->operands[2] = otherwise;
    *ret_expr = node;
    return ERROR_OK;
}

enum error cedar_parse_expression(struct cedar_parser *parser, const struct cedar_expr **ret_expr)
{
    if (parser->nesting == CEDAR_NESTING_MAX)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_NESTING, "at most 200 levels");
    parser->nesting++;
    enum error error = cedar_token_is(&parser->token, "if")
                           ? parse_if(parser, ret_expr)
                           : parse_level(parser, LEVEL_OR, ret_expr);
    parser->nesting--;
    return error;
}

enum error cedar_expr_parse(
    struct bytes text, struct arena *arena, struct fault *fault, const struct cedar_expr **ret_expr)
{
    struct cedar_parser parser;
    const struct cedar_expr *expr;
    enum error error = cedar_parser_start(&parser, text, arena, fault);
    if (error || (error = cedar_parse_expression(&parser, &expr)))
        return error;
    if (parser.token.kind != CEDAR_TOKEN_END)
        return cedar_parser_unexpected(
            &parser, ERROR_CEDAR_SYNTAX, "an operator or the end of the text");
    *ret_expr = expr;
    return ERROR_OK;
}

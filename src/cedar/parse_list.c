/* The parts of expressions that are lists: sets, records, arguments; and the making of nodes. */
#include "cedar/parse_list.h"

#include <stdlib.h>

#include "cedar/limits.h"

enum error cedar_list_add(
    struct cedar_parser *parser, struct cedar_list *list, struct cedar_list_item **ret_item)
{
    if (list->count == CEDAR_ELEMENTS_MAX)
        return cedar_parser_unexpected(parser, ERROR_TOO_LARGE, "at most 1048576 elements");
    struct cedar_list_item *item = ARENA_NEW(parser->arena, struct cedar_list_item);
    if (!item)
        return cedar_parser_no_memory(parser);
    if (!list->first)
        list->last = &list->first;
    *list->last = item;
    list->last = &item->next;
    list->count++;
    *ret_item = item;
    return ERROR_OK;
}

/* The expressions of a list as an array. */
enum error cedar_list_expressions(
    struct cedar_parser *parser, const struct cedar_list *list,
    const struct cedar_expr *const **ret_all)
{
    const struct cedar_expr **all =
        ARENA_ARRAY(parser->arena, const struct cedar_expr *, list->count);
    if (!all)
        return cedar_parser_no_memory(parser);
    size_t count = 0;
    for (const struct cedar_list_item *item = list->first; item; item = item->next)
        all[count++] = item->expr;
    *ret_all = all;
    return ERROR_OK;
}

/* A node whose span reaches from start to the last token; depth is that of its cedar_list_depth
 * operand. */
enum error cedar_expr_add(
    struct cedar_parser *parser, enum cedar_expr_kind kind, struct cedar_position start,
    uint32_t depth, struct cedar_expr **ret_node)
{
    if (depth >= CEDAR_TREE_DEPTH_MAX)
        return cedar_fault(
            parser->fault, ERROR_CEDAR_NESTING, start, "at most 1000 levels of operators", NULL);
    struct cedar_expr *node = ARENA_NEW(parser->arena, struct cedar_expr);
    if (!node)
        return cedar_parser_no_memory(parser);
    node->kind = kind;
    node->depth = depth + 1;
    node->span = cedar_parser_span(parser, start);
    *ret_node = node;
    return ERROR_OK;
}

uint32_t cedar_expr_deeper(const struct cedar_expr *a, const struct cedar_expr *b)
{
    return a->depth > b->depth ? a->depth : b->depth;
}

uint32_t cedar_list_depth(const struct cedar_list *list)
{
    uint32_t depth = 0;
    for (const struct cedar_list_item *item = list->first; item; item = item->next) {
        if (item->expr->depth > depth)
            depth = item->expr->depth;
    }
    return depth;
}

/* Expressions separated by commas up to the closing token, a comma after the last allowed. */
enum error cedar_list_read(
    struct cedar_parser *parser, enum cedar_token_kind close, const char *expected,
    struct cedar_list *list)
{
    enum error error = ERROR_OK;
    while (parser->token.kind != close) {
        struct cedar_list_item *item;
        bool comma;
        if ((error = cedar_list_add(parser, list, &item)) ||
            (error = cedar_parse_expression(parser, &item->expr)) ||
            (error = cedar_parser_take(parser, CEDAR_TOKEN_COMMA, &comma)))
            return error;
        if (!comma)
            break;
    }
    return cedar_parser_expect(parser, close, expected);
}

enum error cedar_parse_set(struct cedar_parser *parser, const struct cedar_expr **ret_expr)
{
    struct cedar_position start = parser->token.span.start;
    struct cedar_list list = {0};
    struct cedar_expr *node;
    enum error error = cedar_parser_next(parser);
    if (error ||
        (error = cedar_list_read(parser, CEDAR_TOKEN_RIGHT_BRACKET, "`,` or `]`", &list)) ||
        (error = cedar_expr_add(parser, CEDAR_EXPR_SET, start, cedar_list_depth(&list), &node)) ||
        (error = cedar_list_expressions(parser, &list, &node->set.elements)))
        return error;
    node->set.count = list.count;
    *ret_expr = node;
    return ERROR_OK;
}

/* A key: an identifier that is no reserved word, or a string. */
enum error cedar_parse_key(
    struct cedar_parser *parser, const char *expected, struct bytes *ret_key,
    struct cedar_span *ret_span)
{
    *ret_span = parser->token.span;
    if (parser->token.kind != CEDAR_TOKEN_STRING)
        return cedar_parser_identifier(parser, expected, ret_key);
    enum error error = cedar_string_decode(&parser->token, parser->arena, parser->fault, ret_key);
    return error ? error : cedar_parser_next(parser);
}

static int compare_fields(const void *a, const void *b)
{
    const struct cedar_field_expr *const *left = a, *const *right = b;
    int order = bytes_compare((*left)->key, (*right)->key);
    if (order)
        return order;
    uint32_t x = (*left)->key_span.start.offset, y = (*right)->key_span.start.offset;
    return (x > y) - (x < y);
}

/* "Duplicate keys are refused": the first key in the text that stood there before. */
static enum error
check_keys_unique(struct cedar_parser *parser, const struct cedar_field_expr *fields, size_t count)
{
    const struct cedar_field_expr **sorted =
        ARENA_ARRAY(parser->arena, const struct cedar_field_expr *, count);
    if (!sorted)
        return cedar_parser_no_memory(parser);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &fields[i];
    qsort(sorted, count, sizeof *sorted, compare_fields);
    const struct cedar_field_expr *second = NULL;
    for (size_t i = 1; i < count; i++) {
        if (bytes_equal(sorted[i - 1]->key, sorted[i]->key) &&
            (!second || sorted[i]->key_span.start.offset < second->key_span.start.offset))
            second = sorted[i];
    }
    if (!second)
        return ERROR_OK;
    char found[64];
    return cedar_fault(
        parser->fault, ERROR_CEDAR_DUPLICATE_KEY, second->key_span.start, NULL, "%s",
        quote_text(second->key, found, sizeof found));
}

static enum error read_fields(struct cedar_parser *parser, struct cedar_list *list)
{
    enum error error = ERROR_OK;
    while (parser->token.kind != CEDAR_TOKEN_RIGHT_BRACE) {
        struct cedar_list_item *item;
        bool comma;
        if ((error = cedar_list_add(parser, list, &item)) ||
            (error = cedar_parse_key(parser, "a key or `}`", &item->key, &item->key_span)) ||
            (error = cedar_parser_expect(parser, CEDAR_TOKEN_COLON, "`:` after a key")) ||
            (error = cedar_parse_expression(parser, &item->expr)) ||
            (error = cedar_parser_take(parser, CEDAR_TOKEN_COMMA, &comma)))
            return error;
        if (!comma)
            break;
    }
    return cedar_parser_expect(parser, CEDAR_TOKEN_RIGHT_BRACE, "`,` or `}`");
}

enum error cedar_parse_record(struct cedar_parser *parser, const struct cedar_expr **ret_expr)
{
    struct cedar_position start = parser->token.span.start;
    struct cedar_list list = {0};
    struct cedar_expr *node;
    enum error error = cedar_parser_next(parser);
    if (error || (error = read_fields(parser, &list)) ||
        (error = cedar_expr_add(parser, CEDAR_EXPR_RECORD, start, cedar_list_depth(&list), &node)))
        return error;
    struct cedar_field_expr *fields =
        ARENA_ARRAY(parser->arena, struct cedar_field_expr, list.count);
    if (!fields)
        return cedar_parser_no_memory(parser);
    size_t count = 0;
    for (const struct cedar_list_item *item = list.first; item; item = item->next)
        fields[count++] = (struct cedar_field_expr){item->key, item->key_span, item->expr};
    if ((error = check_keys_unique(parser, fields, count)))
        return error;
    node->record.fields = fields;
    node->record.count = count;
    *ret_expr = node;
    return ERROR_OK;
}

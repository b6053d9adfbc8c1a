/* Lists and nodes, for the parser of expressions. Internal to cedar/. */
#ifndef ENDUSE_CEDAR_PARSE_LIST_H
#define ENDUSE_CEDAR_PARSE_LIST_H

#include "cedar/parser.h"

/* A list that grows in the arena until its length is known. */
struct cedar_list_item {
    struct cedar_list_item *next;
    const struct cedar_expr *expr;
    struct cedar_span key_span;
    struct bytes key; /* of a record's field, or a step of an attribute path */
};

struct cedar_list {
    struct cedar_list_item *first, **last;
    size_t count;
};

enum error cedar_list_add(
    struct cedar_parser *parser, struct cedar_list *list, struct cedar_list_item **ret_item);

/* The expressions of a list as an array. */
enum error cedar_list_expressions(
    struct cedar_parser *parser, const struct cedar_list *list,
    const struct cedar_expr *const **ret_all);

/* The levels of the deepest expression in a list. */
uint32_t cedar_list_depth(const struct cedar_list *list);

/* Reads expressions separated by commas up to the closing token, which expected names. */
enum error cedar_list_read(
    struct cedar_parser *parser, enum cedar_token_kind close, const char *expected,
    struct cedar_list *list);

/* Makes a node whose span reaches from start to the last token; depth is that of its deepest
 * operand. */
enum error cedar_expr_add(
    struct cedar_parser *parser, enum cedar_expr_kind kind, struct cedar_position start,
    uint32_t depth, struct cedar_expr **ret_node);
uint32_t cedar_expr_deeper(const struct cedar_expr *a, const struct cedar_expr *b);

enum error cedar_parse_set(struct cedar_parser *parser, const struct cedar_expr **ret_expr);
enum error cedar_parse_record(struct cedar_parser *parser, const struct cedar_expr **ret_expr);

/* Reads a key: an identifier that is no reserved word, or a string. */
enum error cedar_parse_key(
    struct cedar_parser *parser, const char *expected, struct bytes *ret_key,
    struct cedar_span *ret_span);

#endif

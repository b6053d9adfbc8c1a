/* What the parsers of expressions and of policies share: the current token, and steps over it.
 * Internal to cedar/; callers use policies.h. */
#ifndef ENDUSE_CEDAR_PARSER_H
#define ENDUSE_CEDAR_PARSER_H

#include "cedar/lexer.h"
#include "cedar/tree.h"

struct cedar_parser {
    struct cedar_lexer lexer; /* after token */
    struct cedar_token token; /* the one to be looked at */
    uint32_t end;             /* of the token before it */
    unsigned nesting;
    bool slots;          /* whether scopes may have slots */
    struct arena *arena; /* where the tree is made */
    struct fault *fault;
};

/* Starts at the first token of source, which the tree points into. */
enum error cedar_parser_start(
    struct cedar_parser *parser, struct bytes source, struct arena *arena, struct fault *fault);

/* Steps over the current token. */
enum error cedar_parser_next(struct cedar_parser *parser);

/* Steps over the current token if it is of the kind; whether it did is in *ret_taken. */
enum error
cedar_parser_take(struct cedar_parser *parser, enum cedar_token_kind kind, bool *ret_taken);

/* Steps over a token of the kind, or ERROR_CEDAR_SYNTAX; expected names it. */
enum error
cedar_parser_expect(struct cedar_parser *parser, enum cedar_token_kind kind, const char *expected);

/* An error at the current token, which is found. */
enum error
cedar_parser_unexpected(struct cedar_parser *parser, enum error error, const char *expected);

enum error cedar_parser_no_memory(struct cedar_parser *parser);

/* The span from start to the end of the last token. */
struct cedar_span cedar_parser_span(const struct cedar_parser *parser, struct cedar_position start);

/* Reads an identifier that is no reserved word. */
enum error
cedar_parser_identifier(struct cedar_parser *parser, const char *expected, struct bytes *ret_word);

/* Reads A::B::C; stops before a `::` that a string follows, with *ret_entity true. */
enum error cedar_parser_path(struct cedar_parser *parser, struct bytes *ret_path, bool *ret_entity);

/* Reads A::B (a type), and A::B::"id" (the name of an entity). */
enum error
cedar_parser_type(struct cedar_parser *parser, struct bytes *ret_type, struct cedar_span *ret_span);
enum error cedar_parser_entity(
    struct cedar_parser *parser, const char *expected, struct cedar_entity_name *ret_entity);

/* Reads the `::"id"` of an entity whose path was read from start. */
enum error cedar_parser_entity_id(
    struct cedar_parser *parser, struct bytes path, struct cedar_position start,
    struct cedar_entity_name *ret_entity);

/* Reads an expression. */
enum error cedar_parse_expression(struct cedar_parser *parser, const struct cedar_expr **ret_expr);

/* Reads a policy, without giving it an id. */
enum error cedar_parse_policy(struct cedar_parser *parser, struct cedar_policy *ret_policy);

#endif

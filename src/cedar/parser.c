/* Stepping over tokens, and the names that expressions and policies both have. */
#include "cedar/parser.h"

#include <string.h>

#include "cedar/policies.h"

enum error cedar_parser_start(
    struct cedar_parser *parser, struct bytes source, struct arena *arena, struct fault *fault)
{
    *parser = (struct cedar_parser){.arena = arena, .fault = fault};
    enum error error = cedar_lexer_start(source, fault, &parser->lexer);
    return error ? error : cedar_parser_next(parser);
}

enum error cedar_parser_next(struct cedar_parser *parser)
{
    parser->end = parser->token.span.end;
    return cedar_lexer_next(&parser->lexer, parser->fault, &parser->token);
}

enum error
cedar_parser_take(struct cedar_parser *parser, enum cedar_token_kind kind, bool *ret_taken)
{
    bool taken = parser->token.kind == kind;
    enum error error = taken ? cedar_parser_next(parser) : ERROR_OK;
    *ret_taken = taken;
    return error;
}

enum error
cedar_parser_expect(struct cedar_parser *parser, enum cedar_token_kind kind, const char *expected)
{
    if (parser->token.kind != kind)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, expected);
    return cedar_parser_next(parser);
}

enum error
cedar_parser_unexpected(struct cedar_parser *parser, enum error error, const char *expected)
{
    char words[CEDAR_TOKEN_WORDS_SIZE];
    return cedar_fault(
        parser->fault, error, parser->token.span.start, expected, "%s",
        cedar_token_words(&parser->token, words));
}

enum error cedar_parser_no_memory(struct cedar_parser *parser)
{
    return fault_set(parser->fault, ERROR_MEMORY, NULL, NULL, NULL);
}

struct cedar_span cedar_parser_span(const struct cedar_parser *parser, struct cedar_position start)
{
    return (struct cedar_span){start, parser->end};
}

enum error
cedar_parser_identifier(struct cedar_parser *parser, const char *expected, struct bytes *ret_word)
{
    if (parser->token.kind != CEDAR_TOKEN_IDENTIFIER)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, expected);
    struct bytes word = parser->token.text;
    if (cedar_word_is_reserved(word))
        return cedar_parser_unexpected(parser, ERROR_CEDAR_RESERVED, expected);
    enum error error = cedar_parser_next(parser);
    if (!error)
        *ret_word = word;
    return error;
}

/* The token after the current one. */
static enum error look_ahead(struct cedar_parser *parser, enum cedar_token_kind *ret_kind)
{
    struct cedar_lexer lexer = parser->lexer;
    struct cedar_token token;
    enum error error = cedar_lexer_next(&lexer, parser->fault, &token);
    if (!error)
        *ret_kind = token.kind;
    return error;
}

enum error cedar_parser_path(struct cedar_parser *parser, struct bytes *ret_path, bool *ret_entity)
{
    struct bytes word;
    struct buffer path = {0};
    enum error error = cedar_parser_identifier(parser, "a name", &word);
    if (error)
        return error;
    bool entity = false;
    while (parser->token.kind == CEDAR_TOKEN_PATH) {
        enum cedar_token_kind after;
        error = look_ahead(parser, &after);
        entity = !error && after == CEDAR_TOKEN_STRING;
        if (error || entity)
            break;
        if (path.length == 0)
            buffer_append_bytes(&path, word);
        if ((error = cedar_parser_next(parser)) ||
            (error = cedar_parser_identifier(parser, "a name after ::", &word)))
            break;
        buffer_append_text(&path, "::");
        buffer_append_bytes(&path, word);
    }
    if (!error && path.error)
        error = cedar_parser_no_memory(parser);
    if (!error && path.length) {
        /* The words may stand apart in the source; the path has no white space. */
        word = arena_copy(parser->arena, buffer_view(&path));
        error = word.data ? ERROR_OK : cedar_parser_no_memory(parser);
    }
    buffer_free(&path);
    if (error)
        return error;
    *ret_path = word;
    *ret_entity = entity;
    return ERROR_OK;
}

enum error
cedar_parser_type(struct cedar_parser *parser, struct bytes *ret_type, struct cedar_span *ret_span)
{
    struct cedar_position start = parser->token.span.start;
    struct bytes type;
    bool entity;
    enum error error = cedar_parser_path(parser, &type, &entity);
    if (error)
        return error;
    if (entity)
        return cedar_parser_unexpected(
            parser, ERROR_CEDAR_SYNTAX, "a type's name alone, without an id");
    *ret_type = type;
    *ret_span = cedar_parser_span(parser, start);
    return ERROR_OK;
}

enum error cedar_parser_entity_id(
    struct cedar_parser *parser, struct bytes path, struct cedar_position start,
    struct cedar_entity_name *ret_entity)
{
    struct cedar_entity_name entity = {.type = path};
    enum error error = cedar_parser_expect(parser, CEDAR_TOKEN_PATH, "::");
    if (error)
        return error;
    if (parser->token.kind != CEDAR_TOKEN_STRING)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, "an entity's id in quotes");
    if ((error = cedar_string_decode(&parser->token, parser->arena, parser->fault, &entity.id)) ||
        (error = cedar_parser_next(parser)))
        return error;
    entity.span = cedar_parser_span(parser, start);
    *ret_entity = entity;
    return ERROR_OK;
}

enum error cedar_parser_entity(
    struct cedar_parser *parser, const char *expected, struct cedar_entity_name *ret_entity)
{
    struct cedar_position start = parser->token.span.start;
    struct bytes path;
    bool entity;
    if (parser->token.kind != CEDAR_TOKEN_IDENTIFIER)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, expected);
    enum error error = cedar_parser_path(parser, &path, &entity);
    if (error)
        return error;
    if (!entity)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, "::\"id\" after a type");
    return cedar_parser_entity_id(parser, path, start, ret_entity);
}

enum error cedar_entity_name_parse(
    struct bytes text, struct arena *arena, struct fault *fault,
    struct cedar_entity_name *ret_entity)
{
    struct cedar_parser parser;
    struct cedar_entity_name entity;
    enum error error = cedar_parser_start(&parser, text, arena, fault);
    if (error || (error = cedar_parser_entity(&parser, "Type::\"id\"", &entity)))
        return error;
    if (parser.token.kind != CEDAR_TOKEN_END)
        return cedar_parser_unexpected(&parser, ERROR_CEDAR_SYNTAX, "nothing after the id");
    *ret_entity = entity;
    return ERROR_OK;
}

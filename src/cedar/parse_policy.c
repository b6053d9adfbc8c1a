/* The parser of policies: annotations, effect, scope, conditions. */
#include "cedar/parser.h"

#include <string.h>

#include "cedar/limits.h"

/* Lists of the arena that grow by doubling: annotations, entities, conditions. */
static enum error make_room(
    struct cedar_parser *parser, const void *items, size_t count, size_t size, void **ret_items)
{
    /* Room for 1, 2, 4, …: full when count is a power of two, or at the start. */
    if (count & (count - 1))
        return ERROR_OK;
    if (count >= CEDAR_ELEMENTS_MAX)
        return cedar_parser_unexpected(parser, ERROR_TOO_LARGE, "at most 1048576 of a kind");
    void *grown = arena_array(parser->arena, count ? count * 2 : 1, size);
    if (!grown)
        return cedar_parser_no_memory(parser);
    if (count)
        memcpy(grown, items, count * size);
    *ret_items = grown;
    return ERROR_OK;
}

static enum error
parse_annotation(struct cedar_parser *parser, struct cedar_annotation *ret_annotation)
{
    struct cedar_position start = parser->token.span.start;
    struct cedar_annotation annotation = {0};
    bool parenthesis;
    enum error error = cedar_parser_next(parser);
    if (error)
        return error;
    /* Any identifier may name an annotation, reserved words too. */
    if (parser->token.kind != CEDAR_TOKEN_IDENTIFIER)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, "an annotation's name");
    annotation.name = parser->token.text;
    if ((error = cedar_parser_next(parser)) ||
        (error = cedar_parser_take(parser, CEDAR_TOKEN_LEFT_PARENTHESIS, &parenthesis)))
        return error;
    if (parenthesis) {
        if (parser->token.kind != CEDAR_TOKEN_STRING)
            return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, "a string");
        if ((error = cedar_string_decode(
                 &parser->token, parser->arena, parser->fault, &annotation.value)) ||
            (error = cedar_parser_next(parser)) ||
            (error = cedar_parser_expect(parser, CEDAR_TOKEN_RIGHT_PARENTHESIS, "`)`")))
            return error;
        annotation.has_value = true;
    }
    annotation.span = cedar_parser_span(parser, start);
    *ret_annotation = annotation;
    return ERROR_OK;
}

static enum error parse_annotations(struct cedar_parser *parser, struct cedar_policy *policy)
{
    struct cedar_annotation *annotations = NULL;
    size_t count = 0;
    while (parser->token.kind == CEDAR_TOKEN_AT) {
        void *room = annotations;
        struct cedar_annotation annotation = {0};
        if (count == CEDAR_ANNOTATIONS_MAX)
            return cedar_parser_unexpected(parser, ERROR_TOO_LARGE, "at most 256 annotations");
        enum error error = make_room(parser, annotations, count, sizeof *annotations, &room);
        if (error || (error = parse_annotation(parser, &annotation)))
            return error;
        for (size_t i = 0; i < count; i++) {
            if (bytes_equal(annotations[i].name, annotation.name)) {
                char found[64];
                return cedar_fault(
                    parser->fault, ERROR_CEDAR_DUPLICATE_ANNOTATION, annotation.span.start, NULL,
                    "%s", quote_text(annotation.name, found, sizeof found));
            }
        }
        annotations = room;
        annotations[count++] = annotation;
    }
    policy->annotations = annotations;
    policy->annotation_count = count;
    return ERROR_OK;
}

/* The last name of an action's type must be Action: "Action", "EndUse::Action". */
static enum error check_action(struct cedar_parser *parser, const struct cedar_entity_name *entity)
{
    struct bytes type = entity->type;
    size_t last = type.length;
    while (last > 0 && type.data[last - 1] != ':')
        last--;
    if (bytes_equal_text(bytes_slice(type, last, type.length - last), "Action"))
        return ERROR_OK;
    char found[96];
    return cedar_fault(
        parser->fault, ERROR_CEDAR_SCOPE, entity->span.start, "an entity of type Action", "%s",
        quote_text(type, found, sizeof found));
}

/* Where a scope is read. */
struct place {
    bool action;
    const char *slot; /* the only one that may stand here, or NULL */
    const char *entity_expected;
};

static enum error read_entity(
    struct cedar_parser *parser, const struct place *place, struct cedar_entity_name *ret_entity)
{
    size_t parentheses = 0;
    enum error error;
    for (; parser->token.kind == CEDAR_TOKEN_LEFT_PARENTHESIS; parentheses++) {
        if ((error = cedar_parser_next(parser)))
            return error;
    }
    if (parser->token.kind == CEDAR_TOKEN_SLOT)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_TEMPLATE, place->entity_expected);
    if (parser->token.kind == CEDAR_TOKEN_LEFT_BRACKET)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SCOPE, place->entity_expected);
    if ((error = cedar_parser_entity(parser, place->entity_expected, ret_entity)))
        return error;
    for (; parentheses > 0; parentheses--) {
        if ((error = cedar_parser_expect(parser, CEDAR_TOKEN_RIGHT_PARENTHESIS, "`)`")))
            return error;
    }
    return place->action ? check_action(parser, ret_entity) : ERROR_OK;
}

static enum error
read_entities(struct cedar_parser *parser, const struct place *place, struct cedar_scope *scope)
{
    struct cedar_entity_name *entities = NULL;
    size_t count = 0;
    enum error error = cedar_parser_next(parser);
    while (!error && parser->token.kind != CEDAR_TOKEN_RIGHT_BRACKET) {
        void *room = entities;
        bool comma;
        if ((error = make_room(parser, entities, count, sizeof *entities, &room)) ||
            (error = read_entity(parser, place, (struct cedar_entity_name *)room + count)) ||
            (error = cedar_parser_take(parser, CEDAR_TOKEN_COMMA, &comma)))
            return error;
        entities = room;
        count++;
        if (!comma)
            break;
    }
    if (error || (error = cedar_parser_expect(parser, CEDAR_TOKEN_RIGHT_BRACKET, "`,` or `]`")))
        return error;
    scope->list = true;
    scope->entities = entities;
    scope->count = count;
    return ERROR_OK;
}

/* A slot may stand in parentheses, as an entity may. */
static enum error read_slot(
    struct cedar_parser *parser, const struct place *place, struct cedar_scope *scope,
    bool *ret_read)
{
    struct cedar_parser ahead = *parser;
    size_t parentheses = 0;
    enum error error = ERROR_OK;
    *ret_read = false;
    for (; ahead.token.kind == CEDAR_TOKEN_LEFT_PARENTHESIS; parentheses++) {
        if ((error = cedar_parser_next(&ahead)))
            return error;
    }
    if (!parser->slots || !place->slot || ahead.token.kind != CEDAR_TOKEN_SLOT ||
        !bytes_equal_text(ahead.token.text, place->slot))
        return ERROR_OK;
    *parser = ahead;
    error = cedar_parser_next(parser);
    for (; !error && parentheses > 0; parentheses--)
        error = cedar_parser_expect(parser, CEDAR_TOKEN_RIGHT_PARENTHESIS, "`)`");
    scope->slot = true;
    *ret_read = true;
    return error;
}

static enum error
read_one_entity(struct cedar_parser *parser, const struct place *place, struct cedar_scope *scope)
{
    bool slot;
    enum error error = read_slot(parser, place, scope, &slot);
    if (error || slot)
        return error;
    struct cedar_entity_name *entity = ARENA_NEW(parser->arena, struct cedar_entity_name);
    if (!entity)
        return cedar_parser_no_memory(parser);
    scope->entities = entity;
    scope->count = 1;
    return read_entity(parser, place, entity);
}

/* What follows `in`: an entity; for the action also a list of them. Parentheses may stand around.
 */
static enum error
read_in(struct cedar_parser *parser, const struct place *place, struct cedar_scope *scope)
{
    if (!place->action)
        return read_one_entity(parser, place, scope);
    struct cedar_parser ahead = *parser;
    size_t parentheses = 0;
    enum error error;
    for (; ahead.token.kind == CEDAR_TOKEN_LEFT_PARENTHESIS; parentheses++) {
        if ((error = cedar_parser_next(&ahead)))
            return error;
    }
    if (ahead.token.kind != CEDAR_TOKEN_LEFT_BRACKET)
        return read_one_entity(parser, place, scope);
    *parser = ahead;
    error = read_entities(parser, place, scope);
    for (; !error && parentheses > 0; parentheses--)
        error = cedar_parser_expect(parser, CEDAR_TOKEN_RIGHT_PARENTHESIS, "`)`");
    return error;
}

static enum error
read_is(struct cedar_parser *parser, const struct place *place, struct cedar_scope *scope)
{
    if (place->action)
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SCOPE, "==, in, or nothing");
    enum error error = cedar_parser_next(parser);
    if (error || (error = cedar_parser_type(parser, &scope->type, &scope->type_span)))
        return error;
    if (!cedar_token_is(&parser->token, "in"))
        return ERROR_OK;
    scope->kind = CEDAR_SCOPE_IS_IN;
    error = cedar_parser_next(parser);
    return error ? error : read_one_entity(parser, place, scope);
}

static enum error
parse_scope(struct cedar_parser *parser, const char *variable, struct cedar_scope *ret_scope)
{
    struct place place = {.action = strcmp(variable, "action") == 0};
    place.entity_expected =
        place.action ? "an action, or a list of actions after in" : "Type::\"id\"";
    if (!place.action)
        place.slot = strcmp(variable, "principal") == 0 ? "?principal" : "?resource";
    struct cedar_position start = parser->token.span.start;
    struct cedar_scope scope = {.kind = CEDAR_SCOPE_ANY};
    if (!cedar_token_is(&parser->token, variable))
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SCOPE, variable);
    enum error error = cedar_parser_next(parser);
    if (error)
        return error;
    if (parser->token.kind == CEDAR_TOKEN_EQUAL) {
        scope.kind = CEDAR_SCOPE_EQUAL;
        if (!(error = cedar_parser_next(parser)))
            error = read_one_entity(parser, &place, &scope);
    } else if (cedar_token_is(&parser->token, "in")) {
        scope.kind = CEDAR_SCOPE_IN;
        if (!(error = cedar_parser_next(parser)))
            error = read_in(parser, &place, &scope);
    } else if (cedar_token_is(&parser->token, "is")) {
        scope.kind = CEDAR_SCOPE_IS;
        error = read_is(parser, &place, &scope);
    } else if (
        parser->token.kind != CEDAR_TOKEN_COMMA &&
        parser->token.kind != CEDAR_TOKEN_RIGHT_PARENTHESIS) {
        error = cedar_parser_unexpected(
            parser, ERROR_CEDAR_SCOPE, place.action ? "==, in, or `,`" : "==, in, is, or `,`");
    }
    if (error)
        return error;
    scope.span = cedar_parser_span(parser, start);
    *ret_scope = scope;
    return ERROR_OK;
}

/* `(principal …, action …, resource …)`; a comma after the last is allowed. */
static enum error parse_head(struct cedar_parser *parser, struct cedar_policy *policy)
{
    bool comma;
    enum error error = cedar_parser_expect(parser, CEDAR_TOKEN_LEFT_PARENTHESIS, "`(`");
    if (error || (error = parse_scope(parser, "principal", &policy->principal)) ||
        (error = cedar_parser_expect(parser, CEDAR_TOKEN_COMMA, "`,` and action")) ||
        (error = parse_scope(parser, "action", &policy->action)) ||
        (error = cedar_parser_expect(parser, CEDAR_TOKEN_COMMA, "`,` and resource")) ||
        (error = parse_scope(parser, "resource", &policy->resource)) ||
        (error = cedar_parser_take(parser, CEDAR_TOKEN_COMMA, &comma)))
        return error;
    return cedar_parser_expect(parser, CEDAR_TOKEN_RIGHT_PARENTHESIS, "`)`");
}

static enum error parse_conditions(struct cedar_parser *parser, struct cedar_policy *policy)
{
    struct cedar_condition *conditions = NULL;
    size_t count = 0;
    while (parser->token.kind == CEDAR_TOKEN_IDENTIFIER) {
        void *room = conditions;
        struct cedar_position start = parser->token.span.start;
        struct cedar_condition condition = {.unless = cedar_token_is(&parser->token, "unless")};
        if (!condition.unless && !cedar_token_is(&parser->token, "when"))
            return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, "when, unless, or `;`");
        enum error error = make_room(parser, conditions, count, sizeof *conditions, &room);
        if (error || (error = cedar_parser_next(parser)) ||
            (error = cedar_parser_expect(parser, CEDAR_TOKEN_LEFT_BRACE, "`{`")) ||
            (error = cedar_parse_expression(parser, &condition.body)) ||
            (error = cedar_parser_expect(parser, CEDAR_TOKEN_RIGHT_BRACE, "an operator or `}`")))
            return error;
        condition.span = cedar_parser_span(parser, start);
        conditions = room;
        conditions[count++] = condition;
    }
    policy->conditions = conditions;
    policy->condition_count = count;
    return ERROR_OK;
}

enum error cedar_parse_policy(struct cedar_parser *parser, struct cedar_policy *ret_policy)
{
    struct cedar_position start = parser->token.span.start;
    struct cedar_policy policy = {.source = parser->lexer.source};
    enum error error = parse_annotations(parser, &policy);
    if (error)
        return error;
    policy.effect = cedar_token_is(&parser->token, "forbid") ? CEDAR_FORBID : CEDAR_PERMIT;
    if (policy.effect == CEDAR_PERMIT && !cedar_token_is(&parser->token, "permit"))
        return cedar_parser_unexpected(parser, ERROR_CEDAR_SYNTAX, "permit or forbid");
    if ((error = cedar_parser_next(parser)) || (error = parse_head(parser, &policy)) ||
        (error = parse_conditions(parser, &policy)) ||
        (error = cedar_parser_expect(parser, CEDAR_TOKEN_SEMICOLON, "when, unless, or `;`")))
        return error;
    policy.span = cedar_parser_span(parser, start);
    *ret_policy = policy;
    return ERROR_OK;
}

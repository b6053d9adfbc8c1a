/* The grammar of the human schema syntax (Cedar 4.5): text to declarations with places. What the
 * names in them mean is schema_resolve.c's matter. */
#include "cedar/schema_source.h"

#include "cedar/lexer.h"

/* The first error is kept and the token becomes the end of the text, so that every loop stops;
 * functions that make something return NULL or an empty list then, and nobody uses it. */
struct parser {
    struct cedar_lexer lexer;
    struct cedar_token token; /* the one not yet consumed */
    struct arena *nodes;
    struct arena *kept;
    struct fault *fault;
    enum error error;
    unsigned depth;
    const struct source_namespace *space;
    struct source_schema schema;
    /* Where the next node of each list goes. */
    struct source_namespace **last_namespace;
    struct source_entity **last_entity;
    struct source_action **last_action;
    struct source_common **last_common;
};

static void stop(struct parser *parser, enum error error)
{
    if (!parser->error)
        parser->error = error;
    parser->token.kind = CEDAR_TOKEN_END;
}

static void refuse(struct parser *parser, const char *expected)
{
    char words[CEDAR_TOKEN_WORDS_SIZE];
    if (!parser->error)
        stop(
            parser, cedar_fault(
                        parser->fault, ERROR_SCHEMA_SYNTAX, parser->token.span.start, expected,
                        "%s", cedar_token_words(&parser->token, words)));
}

static void refuse_name(
    struct parser *parser, enum error error, struct cedar_position at, const char *expected,
    struct bytes name)
{
    char quoted[100];
    if (!parser->error)
        stop(
            parser,
            cedar_fault(
                parser->fault, error, at, expected, "%s", quote_text(name, quoted, sizeof quoted)));
}

static void no_memory(struct parser *parser)
{
    if (!parser->error)
        stop(parser, fault_set(parser->fault, ERROR_MEMORY, "schema", NULL, NULL));
}

static void *node(struct parser *parser, size_t size)
{
    void *made = parser->error ? NULL : arena_alloc(parser->nodes, size);
    if (!made)
        no_memory(parser);
    return made;
}

static void advance(struct parser *parser)
{
    if (parser->error)
        return;
    enum error error = cedar_lexer_next(&parser->lexer, parser->fault, &parser->token);
    if (error)
        stop(parser, error);
}

static bool at(const struct parser *parser, enum cedar_token_kind kind)
{
    return !parser->error && parser->token.kind == kind;
}

static bool at_word(const struct parser *parser, const char *word)
{
    return at(parser, CEDAR_TOKEN_IDENTIFIER) && cedar_token_is(&parser->token, word);
}

static bool accept(struct parser *parser, enum cedar_token_kind kind)
{
    if (!at(parser, kind))
        return false;
    advance(parser);
    return !parser->error;
}

static void expect(struct parser *parser, enum cedar_token_kind kind, const char *expected)
{
    if (!at(parser, kind))
        refuse(parser, expected);
    else
        advance(parser);
}

/* After an item of a list: true when a comma and so another item follows. */
static bool more(struct parser *parser)
{
    return accept(parser, CEDAR_TOKEN_COMMA);
}

/* An identifier that may be a name: `in`, `if`, `true` and so on may not. `__cedar` may where an
 * attribute or action is named or a path begins; names of declarations are looked at later. */
static struct bytes identifier(struct parser *parser, const char *expected)
{
    struct bytes text = parser->token.text;
    if (!at(parser, CEDAR_TOKEN_IDENTIFIER)) {
        refuse(parser, expected);
    } else if (cedar_word_is_reserved(text) && !bytes_equal_text(text, "__cedar")) {
        refuse_name(parser, ERROR_SCHEMA_RESERVED, parser->token.span.start, expected, text);
    }
    advance(parser);
    return text;
}

static struct bytes string(struct parser *parser)
{
    struct bytes decoded = {0};
    if (!at(parser, CEDAR_TOKEN_STRING)) {
        refuse(parser, "a string");
        return decoded;
    }
    enum error error = cedar_string_decode(&parser->token, parser->kept, parser->fault, &decoded);
    if (error)
        stop(parser, error);
    advance(parser);
    return decoded;
}

/* IDENT or STR. */
static struct bytes name_or_string(struct parser *parser, const char *expected)
{
    return at(parser, CEDAR_TOKEN_STRING) ? string(parser) : identifier(parser, expected);
}

/* More of a path whose first part was read: {'::' IDENT}, joined without white space; or, with a
 * string after it, {'::' IDENT} '::' as far as the string. */
static struct bytes
path_rest(struct parser *parser, struct bytes first, const char *expected, bool before_string)
{
    struct buffer joined = {.limit = CEDAR_TEXT_MAX};
    bool ended = !before_string;
    while (accept(parser, CEDAR_TOKEN_PATH)) {
        ended = ended || at(parser, CEDAR_TOKEN_STRING);
        if (before_string && ended)
            break;
        if (joined.length == 0)
            buffer_append_bytes(&joined, first);
        buffer_append_text(&joined, "::");
        buffer_append_bytes(&joined, identifier(parser, expected));
    }
    struct bytes path = first;
    if (!ended)
        refuse(parser, "`::` and a string");
    if (joined.error) {
        no_memory(parser);
    } else if (joined.length && !parser->error) {
        path = arena_copy(parser->kept, buffer_view(&joined));
        if (!path.data)
            no_memory(parser);
    }
    buffer_free(&joined);
    return path;
}

/* {'@' ANYIDENT ['(' STR ')']}: any word may name an annotation, keywords too. */
static struct cedar_schema_annotations annotations(struct parser *parser)
{
    struct cedar_schema_annotations list = {0};
    struct cedar_annotation *items = NULL;
    size_t room = 0;
    while (at(parser, CEDAR_TOKEN_AT)) {
        struct cedar_annotation item = {.span = parser->token.span};
        if (list.count == CEDAR_ANNOTATIONS_MAX)
            stop(
                parser, cedar_fault(
                            parser->fault, ERROR_SCHEMA_LIMIT, item.span.start,
                            "at most 256 annotations", "one more"));
        advance(parser);
        item.name = parser->token.text;
        for (size_t i = 0; i < list.count; i++)
            if (at(parser, CEDAR_TOKEN_IDENTIFIER) && bytes_equal(items[i].name, item.name))
                refuse_name(
                    parser, ERROR_SCHEMA_DUPLICATE, item.span.start, "an annotation once",
                    item.name);
        expect(parser, CEDAR_TOKEN_IDENTIFIER, "the name of an annotation");
        if (accept(parser, CEDAR_TOKEN_LEFT_PARENTHESIS)) {
            item.has_value = true;
            item.value = string(parser);
            item.span.end = parser->token.span.end;
            expect(parser, CEDAR_TOKEN_RIGHT_PARENTHESIS, "`)`");
        }
        if (list.count == room) {
            room = room ? 2 * room : 4;
            struct cedar_annotation *grown =
                parser->error ? NULL : ARENA_ARRAY(parser->kept, struct cedar_annotation, room);
            if (!grown) {
                no_memory(parser);
                break;
            }
            for (size_t i = 0; i < list.count; i++)
                grown[i] = items[i];
            items = grown;
        }
        items[list.count++] = item;
    }
    list.items = items;
    return list;
}

static struct source_name *name_at(struct parser *parser)
{
    struct source_name *name = node(parser, sizeof *name);
    if (name)
        name->at = parser->token.span.start;
    return name;
}

static struct source_name *entity_type_path(struct parser *parser)
{
    struct source_name *name = name_at(parser);
    if (name)
        name->text = path_rest(
            parser, identifier(parser, "the name of an entity type"), "the name of an entity type",
            false);
    return name;
}

static struct source_name *declared_type(struct parser *parser)
{
    struct source_name *name = name_at(parser);
    if (name)
        name->text = identifier(parser, "a name for the type");
    if (name && bytes_equal_text(name->text, "__cedar"))
        refuse_name(parser, ERROR_SCHEMA_RESERVED, name->at, "a name for the type", name->text);
    return name;
}

static struct source_name *declared_action(struct parser *parser)
{
    struct source_name *name = name_at(parser);
    if (name)
        name->text = name_or_string(parser, "a name for the action");
    return name;
}

static struct source_name *choice(struct parser *parser)
{
    struct source_name *name = name_at(parser);
    if (name)
        name->text = string(parser);
    return name;
}

struct names {
    const struct source_name *first;
    size_t count;
};

/* ITEM {',' ITEM} */
static struct names names(struct parser *parser, struct source_name *(*item)(struct parser *))
{
    struct source_name *first = NULL, **last = &first;
    size_t count = 0;
    do {
        *last = item(parser);
        if (!*last)
            break;
        last = &(*last)->next;
        count++;
    } while (more(parser));
    return (struct names){first, count};
}

/* Path | '[' [Path {',' Path}] ']' */
static struct names entity_types(struct parser *parser)
{
    struct names list = {0};
    if (!accept(parser, CEDAR_TOKEN_LEFT_BRACKET)) {
        list.first = entity_type_path(parser);
        list.count = list.first ? 1 : 0;
        return list;
    }
    if (!at(parser, CEDAR_TOKEN_RIGHT_BRACKET))
        list = names(parser, entity_type_path);
    expect(parser, CEDAR_TOKEN_RIGHT_BRACKET, "`,` or `]`");
    return list;
}

static const struct source_type *type(struct parser *parser);

/* '{' [Attribute {',' Attribute} [',']] '}'; Attribute := {Annotation} Name ['?'] ':' Type */
static struct source_type *record(struct parser *parser)
{
    struct source_type *made = node(parser, sizeof *made);
    if (!made)
        return NULL;
    made->kind = SOURCE_TYPE_RECORD;
    made->at = parser->token.span.start;
    struct source_attribute *first = NULL, **last = &first;
    expect(parser, CEDAR_TOKEN_LEFT_BRACE, "`{`");
    while (!parser->error && !at(parser, CEDAR_TOKEN_RIGHT_BRACE)) {
        struct source_attribute *attribute = node(parser, sizeof *attribute);
        if (!attribute)
            break;
        attribute->annotations = annotations(parser);
        attribute->at = parser->token.span.start;
        attribute->name = name_or_string(parser, "the name of an attribute, or `}`");
        attribute->required = !accept(parser, CEDAR_TOKEN_QUESTION);
        expect(parser, CEDAR_TOKEN_COLON, attribute->required ? "`?` or `:`" : "`:`");
        attribute->type = type(parser);
        *last = attribute;
        last = &attribute->next;
        made->attribute_count++;
        if (!more(parser))
            break;
    }
    expect(parser, CEDAR_TOKEN_RIGHT_BRACE, "`,` or `}`");
    made->attributes = first;
    return made;
}

/* Path | 'Set' '<' Type '>' | Record. `Set` alone is a path, as any name is. */
static const struct source_type *type_inside(struct parser *parser)
{
    if (at(parser, CEDAR_TOKEN_LEFT_BRACE))
        return record(parser);
    struct source_type *made = node(parser, sizeof *made);
    if (!made)
        return NULL;
    bool set = at_word(parser, "Set");
    made->at = parser->token.span.start;
    struct bytes first = identifier(parser, "a type");
    if (set && accept(parser, CEDAR_TOKEN_LESS)) {
        made->kind = SOURCE_TYPE_SET;
        made->element = type(parser);
        expect(parser, CEDAR_TOKEN_GREATER, "`>`");
    } else {
        made->kind = SOURCE_TYPE_PATH;
        made->path = path_rest(parser, first, "the name of a type", false);
    }
    return made;
}

static const struct source_type *type(struct parser *parser)
{
    if (parser->depth == CEDAR_SCHEMA_DEPTH_MAX && !parser->error)
        stop(
            parser, cedar_fault(
                        parser->fault, ERROR_SCHEMA_LIMIT, parser->token.span.start,
                        "at most 64 levels of types", "one more"));
    parser->depth++;
    const struct source_type *made = parser->error ? NULL : type_inside(parser);
    parser->depth--;
    return made;
}

/* 'enum' '[' STR {',' STR} ']', or ['in' EntTypes] [['='] Record] ['tags' Type] */
static void entity_body(struct parser *parser, struct source_entity *entity)
{
    if (at_word(parser, "enum")) {
        advance(parser);
        expect(parser, CEDAR_TOKEN_LEFT_BRACKET, "`[`");
        struct names choices = names(parser, choice);
        entity->choices = choices.first;
        entity->choice_count = choices.count;
        expect(parser, CEDAR_TOKEN_RIGHT_BRACKET, "`,` or `]`");
        return;
    }
    if (at_word(parser, "in")) {
        advance(parser);
        struct names parents = entity_types(parser);
        entity->parents = parents.first;
        entity->parent_count = parents.count;
    }
    bool assign = accept(parser, CEDAR_TOKEN_ASSIGN);
    if (assign || at(parser, CEDAR_TOKEN_LEFT_BRACE))
        entity->shape = record(parser);
    if (at_word(parser, "tags")) {
        advance(parser);
        entity->tags = type(parser);
    }
}

/* 'entity' IDENT {',' IDENT} Body ';' */
static void entity(struct parser *parser, struct cedar_schema_annotations kept)
{
    advance(parser);
    struct names declared = names(parser, declared_type);
    struct source_entity body = {.space = parser->space, .annotations = kept};
    entity_body(parser, &body);
    expect(parser, CEDAR_TOKEN_SEMICOLON, "`;`");
    for (const struct source_name *name = declared.first; name; name = name->next) {
        struct source_entity *made = node(parser, sizeof *made);
        if (!made)
            return;
        *made = body;
        made->name = *name;
        *parser->last_entity = made;
        parser->last_entity = &made->next;
        parser->schema.entity_count++;
    }
}

/* Path '::' STR | Name */
static struct source_action_name *action_group(struct parser *parser)
{
    struct source_action_name *group = node(parser, sizeof *group);
    if (!group)
        return NULL;
    group->at = parser->token.span.start;
    bool quoted = at(parser, CEDAR_TOKEN_STRING);
    struct bytes first = name_or_string(parser, "the name of an action");
    if (quoted || !at(parser, CEDAR_TOKEN_PATH)) {
        group->id = first;
        return group;
    }
    group->type = path_rest(parser, first, "`Action`, or an action's name in quotes", true);
    group->id = string(parser);
    return group;
}

/* QualName | '[' QualName {',' QualName} ']' */
static void action_groups(struct parser *parser, struct source_action *action)
{
    struct source_action_name *first = NULL, **last = &first;
    bool list = accept(parser, CEDAR_TOKEN_LEFT_BRACKET);
    do {
        *last = action_group(parser);
        if (!*last)
            break;
        last = &(*last)->next;
        action->group_count++;
    } while (list && more(parser));
    if (list)
        expect(parser, CEDAR_TOKEN_RIGHT_BRACKET, "`,` or `]`");
    action->groups = first;
}

/* ('principal' | 'resource') ':' EntTypes, neither of them empty */
static void applies_to_types(struct parser *parser, const struct source_name **list, size_t *count)
{
    struct cedar_span name = parser->token.span;
    if (*count)
        refuse_name(
            parser, ERROR_SCHEMA_DUPLICATE, name.start, "each member once", parser->token.text);
    advance(parser);
    expect(parser, CEDAR_TOKEN_COLON, "`:`");
    struct cedar_position start = parser->token.span.start;
    struct names types = entity_types(parser);
    if (!types.count && !parser->error)
        stop(
            parser,
            cedar_fault(
                parser->fault, ERROR_SCHEMA_APPLIES, start, "at least one entity type", "[]"));
    *list = types.first;
    *count = types.count;
}

/* 'context' ':' (Path | Record) */
static void applies_to_context(struct parser *parser, struct source_action *action)
{
    if (action->context)
        refuse_name(
            parser, ERROR_SCHEMA_DUPLICATE, parser->token.span.start, "each member once",
            parser->token.text);
    advance(parser);
    expect(parser, CEDAR_TOKEN_COLON, "`:`");
    action->context = type(parser);
    if (action->context && action->context->kind == SOURCE_TYPE_SET && !parser->error)
        stop(
            parser, cedar_fault(
                        parser->fault, ERROR_SCHEMA_CONTEXT, action->context->at,
                        "a record, or the name of a common type that is one", "Set<>"));
}

/* 'appliesTo' '{' Member {',' Member} [','] '}' with both principal and resource */
static void applies_to(struct parser *parser, struct source_action *action)
{
    struct cedar_position start = parser->token.span.start;
    advance(parser);
    expect(parser, CEDAR_TOKEN_LEFT_BRACE, "`{`");
    do {
        if (at_word(parser, "principal"))
            applies_to_types(parser, &action->principals, &action->principal_count);
        else if (at_word(parser, "resource"))
            applies_to_types(parser, &action->resources, &action->resource_count);
        else if (at_word(parser, "context"))
            applies_to_context(parser, action);
        else
            refuse(parser, "`principal`, `resource` or `context`");
    } while (more(parser) && !at(parser, CEDAR_TOKEN_RIGHT_BRACE));
    expect(parser, CEDAR_TOKEN_RIGHT_BRACE, "`,` or `}`");
    if (!parser->error && !(action->principal_count && action->resource_count))
        stop(
            parser,
            cedar_fault(
                parser->fault, ERROR_SCHEMA_APPLIES, start, "both `principal` and `resource`",
                "no `%s`", action->principal_count ? "resource" : "principal"));
    action->applies = true;
}

/* 'action' Name {',' Name} ['in' Groups] [AppliesTo] ['attributes' '{' '}'] ';' */
static void action(struct parser *parser, struct cedar_schema_annotations kept)
{
    advance(parser);
    struct names declared = names(parser, declared_action);
    struct source_action body = {.space = parser->space, .annotations = kept};
    if (at_word(parser, "in")) {
        advance(parser);
        action_groups(parser, &body);
    }
    if (at_word(parser, "appliesTo"))
        applies_to(parser, &body);
    if (at_word(parser, "attributes")) {
        advance(parser);
        expect(parser, CEDAR_TOKEN_LEFT_BRACE, "`{`");
        expect(parser, CEDAR_TOKEN_RIGHT_BRACE, "`}`: actions have no attributes");
    }
    expect(parser, CEDAR_TOKEN_SEMICOLON, "`;`");
    for (const struct source_name *name = declared.first; name; name = name->next) {
        struct source_action *made = node(parser, sizeof *made);
        if (!made)
            return;
        *made = body;
        made->name = *name;
        *parser->last_action = made;
        parser->last_action = &made->next;
        parser->schema.action_count++;
    }
}

/* 'type' IDENT '=' Type ';' */
static void common(struct parser *parser, struct cedar_schema_annotations kept)
{
    advance(parser);
    struct source_common *made = node(parser, sizeof *made);
    const struct source_name *name = declared_type(parser);
    if (!made || !name)
        return;
    made->space = parser->space;
    made->annotations = kept;
    made->name = *name;
    expect(parser, CEDAR_TOKEN_ASSIGN, "`=`");
    made->type = type(parser);
    expect(parser, CEDAR_TOKEN_SEMICOLON, "`;`");
    *parser->last_common = made;
    parser->last_common = &made->next;
    parser->schema.common_count++;
}

static void limit_declarations(struct parser *parser, struct cedar_position start)
{
    const struct source_schema *schema = &parser->schema;
    if (parser->error || (schema->entity_count <= CEDAR_SCHEMA_DECLARATIONS_MAX &&
                          schema->action_count <= CEDAR_SCHEMA_DECLARATIONS_MAX &&
                          schema->common_count <= CEDAR_SCHEMA_DECLARATIONS_MAX))
        return;
    stop(
        parser,
        cedar_fault(
            parser->fault, ERROR_SCHEMA_LIMIT, start,
            "at most 4096 entity types, as many actions and as many common types", "one more"));
}

static void declaration(struct parser *parser, struct cedar_schema_annotations kept)
{
    struct cedar_position start = parser->token.span.start;
    if (at_word(parser, "entity"))
        entity(parser, kept);
    else if (at_word(parser, "action"))
        action(parser, kept);
    else if (at_word(parser, "type"))
        common(parser, kept);
    else if (parser->space)
        refuse(parser, "`entity`, `action`, `type` or `}`");
    else
        refuse(parser, "`namespace`, `entity`, `action` or `type`");
    limit_declarations(parser, start);
}

/* 'namespace' Path '{' {{Annotation} Declaration} '}' */
static void namespace(struct parser *parser, struct cedar_schema_annotations kept)
{
    static const char expected[] = "a name for the namespace";
    advance(parser);
    struct source_namespace *made = node(parser, sizeof *made);
    if (!made)
        return;
    made->name.at = parser->token.span.start;
    struct bytes first = identifier(parser, expected);
    made->name.text = path_rest(parser, first, expected, false);
    made->annotations = kept;
    *parser->last_namespace = made;
    parser->last_namespace = &made->next;
    parser->schema.namespace_count++;
    expect(parser, CEDAR_TOKEN_LEFT_BRACE, "`{`");
    parser->space = made;
    while (!parser->error && !at(parser, CEDAR_TOKEN_RIGHT_BRACE))
        declaration(parser, annotations(parser));
    parser->space = NULL;
    expect(parser, CEDAR_TOKEN_RIGHT_BRACE, "`}`");
}

enum error cedar_schema_source_parse(
    struct bytes text, struct arena *nodes, struct arena *kept, struct fault *fault,
    struct source_schema *ret_schema)
{
    struct parser parser = {.nodes = nodes, .kept = kept, .fault = fault};
    parser.last_namespace = &parser.schema.namespaces;
    parser.last_entity = &parser.schema.entities;
    parser.last_action = &parser.schema.actions;
    parser.last_common = &parser.schema.commons;
    enum error error = cedar_lexer_start(text, fault, &parser.lexer);
    if (error)
        return error;
    advance(&parser);
    while (!parser.error && !at(&parser, CEDAR_TOKEN_END)) {
        struct cedar_schema_annotations kept_annotations = annotations(&parser);
        if (at_word(&parser, "namespace"))
        namespace(&parser, kept_annotations);
        else declaration(&parser, kept_annotations);
    }
    if (parser.error)
        return parser.error;
    *ret_schema = parser.schema;
    return ERROR_OK;
}

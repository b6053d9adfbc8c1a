/* Names of a schema: the full name of everything declared, and what a name means where it stands
 * (Cedar's RFC 24 and 70):
 * - in namespace N, an unqualified name X means N::X where that is declared, else X of the empty
 *   namespace, else a built-in type; a qualified name is meant as written;
 * - a namespace may not declare what the empty namespace declares too. */
#include "cedar/schema_resolver.h"

#include <string.h>

static const struct bytes nothing = {0};

enum error cedar_resolver_no_memory(struct resolver *resolver)
{
    return fault_set(resolver->fault, ERROR_MEMORY, "schema", NULL, NULL);
}

enum error cedar_resolver_refuse(
    struct resolver *resolver, enum error error, struct cedar_position at, const char *expected,
    struct bytes name)
{
    char quoted[RESOLVER_QUOTE_SIZE];
    return cedar_fault(
        resolver->fault, error, at, expected, "%s", quote_text(name, quoted, sizeof quoted));
}

struct bytes cedar_resolver_space(const struct source_namespace *space)
{
    return space ? space->name.text : nothing;
}

/* space::name, or name in the empty namespace; data is NULL when there is no memory. */
static struct bytes full_name(struct resolver *resolver, struct bytes space, struct bytes name)
{
    if (!space.length)
        return name;
    size_t length = space.length + 2 + name.length;
    uint8_t *data = ARENA_ARRAY(&resolver->schema->arena, uint8_t, length);
    if (!data)
        return nothing;
    memcpy(data, space.data, space.length);
    memcpy(data + space.length, "::", 2);
    memcpy(data + space.length + 2, name.data, name.length);
    return (struct bytes){data, length};
}

static bool is_qualified(struct bytes name)
{
    for (size_t i = 0; i < name.length; i++)
        if (name.data[i] == ':')
            return true;
    return false;
}

enum error cedar_resolver_meanings(
    struct resolver *resolver, const struct source_namespace *space, struct bytes path,
    struct meanings *ret_meanings)
{
    struct meanings meanings = {0};
    if (space && !is_qualified(path)) {
        struct bytes local = full_name(resolver, cedar_resolver_space(space), path);
        if (!local.data)
            return cedar_resolver_no_memory(resolver);
        meanings.names[meanings.count++] = local;
    }
    meanings.names[meanings.count++] = path;
    *ret_meanings = meanings;
    return ERROR_OK;
}

/* Whether one of the path's parts is `__cedar`, which nothing declared may have. */
static bool has_reserved_part(struct bytes path)
{
    for (size_t from = 0; from <= path.length;) {
        size_t to = from;
        while (to < path.length && path.data[to] != ':')
            to++;
        if (bytes_equal_text(bytes_slice(path, from, to - from), "__cedar"))
            return true;
        from = to + 2;
    }
    return false;
}

/* An index of count entries, empty yet. */
static enum error new_index(struct resolver *resolver, size_t count, struct name_index *ret_index)
{
    struct name_entry *entries = NULL;
    if (count) {
        entries = ARENA_ARRAY(&resolver->schema->arena, struct name_entry, count);
        if (!entries)
            return cedar_resolver_no_memory(resolver);
    }
    *ret_index = (struct name_index){.entries = entries, .count = 0};
    return ERROR_OK;
}

static enum error name_namespaces(struct resolver *resolver)
{
    struct cedar_schema *schema = resolver->schema;
    size_t count = resolver->source->namespace_count;
    struct name_index index;
    enum error error = new_index(resolver, count, &index);
    if (error)
        return error;
    schema->namespaces = ARENA_ARRAY(&schema->arena, struct cedar_namespace, count + 1);
    if (!schema->namespaces)
        return cedar_resolver_no_memory(resolver);
    for (const struct source_namespace *source = resolver->source->namespaces; source;
         source = source->next) {
        if (has_reserved_part(source->name.text))
            return cedar_resolver_refuse(
                resolver, ERROR_SCHEMA_RESERVED, source->name.at, "a name without `__cedar`",
                source->name.text);
        cedar_names_add(&index, nothing, source->name.text, schema->namespace_count);
        schema->namespaces[schema->namespace_count++] = (struct cedar_namespace){
            .name = source->name.text,
            .annotations = source->annotations,
            .place = source->name.at,
        };
    }
    uint32_t duplicate;
    if (!cedar_names_sort(&index, &duplicate))
        return cedar_resolver_refuse(
            resolver, ERROR_SCHEMA_DUPLICATE, schema->namespaces[duplicate].place,
            "each namespace once", schema->namespaces[duplicate].name);
    return ERROR_OK;
}

static enum error name_commons(struct resolver *resolver)
{
    static const char *const reserved[] = {
        "Bool", "Boolean", "Entity", "Extension", "Long", "Record", "Set", "String",
    };
    struct cedar_schema *schema = resolver->schema;
    size_t count = resolver->source->common_count, i = 0;
    enum error error = new_index(resolver, count, &schema->commons_by_name);
    if (error)
        return error;
    schema->commons = ARENA_ARRAY(&schema->arena, struct cedar_common_type, count + 1);
    resolver->commons = ARENA_ARRAY(resolver->scratch, struct common_state, count + 1);
    if (!schema->commons || !resolver->commons)
        return cedar_resolver_no_memory(resolver);
    for (const struct source_common *source = resolver->source->commons; source;
         source = source->next, i++) {
        for (size_t k = 0; k < sizeof reserved / sizeof *reserved; k++)
            if (bytes_equal_text(source->name.text, reserved[k]))
                return cedar_resolver_refuse(
                    resolver, ERROR_SCHEMA_RESERVED, source->name.at,
                    "a name that is not the language's own", source->name.text);
        struct bytes name =
            full_name(resolver, cedar_resolver_space(source->space), source->name.text);
        if (!name.data)
            return cedar_resolver_no_memory(resolver);
        schema->commons[i] = (struct cedar_common_type){
            .name = name,
            .annotations = source->annotations,
            .place = source->name.at,
        };
        resolver->commons[i].source = source;
        cedar_names_add(&schema->commons_by_name, nothing, name, i);
    }
    schema->common_count = count;
    uint32_t duplicate;
    if (!cedar_names_sort(&schema->commons_by_name, &duplicate))
        return cedar_resolver_refuse(
            resolver, ERROR_SCHEMA_DUPLICATE, schema->commons[duplicate].place,
            "each common type once", schema->commons[duplicate].name);
    return ERROR_OK;
}

static enum error name_entity_types(struct resolver *resolver)
{
    struct cedar_schema *schema = resolver->schema;
    size_t count = resolver->source->entity_count, i = 0;
    enum error error = new_index(resolver, count, &schema->types_by_name);
    if (error)
        return error;
    /* Behind them the types of actions, at most one an action. */
    schema->types = ARENA_ARRAY(
        &schema->arena, struct cedar_entity_type, count + resolver->source->action_count + 1);
    if (!schema->types)
        return cedar_resolver_no_memory(resolver);
    for (const struct source_entity *source = resolver->source->entities; source;
         source = source->next, i++) {
        if (bytes_equal_text(source->name.text, "Action"))
            return cedar_resolver_refuse(
                resolver, ERROR_SCHEMA_RESERVED, source->name.at,
                "a name other than that of the type of actions", source->name.text);
        struct bytes name =
            full_name(resolver, cedar_resolver_space(source->space), source->name.text);
        if (!name.data)
            return cedar_resolver_no_memory(resolver);
        schema->types[i] = (struct cedar_entity_type){
            .name = name,
            .type = {.kind = CEDAR_TYPE_ENTITY, .entity_type = &schema->types[i]},
            .index = i,
            .annotations = source->annotations,
            .place = source->name.at,
        };
        cedar_names_add(&schema->types_by_name, nothing, name, i);
    }
    schema->type_count = count;
    uint32_t duplicate;
    if (!cedar_names_sort(&schema->types_by_name, &duplicate))
        return cedar_resolver_refuse(
            resolver, ERROR_SCHEMA_DUPLICATE, schema->types[duplicate].place,
            "each entity type once", schema->types[duplicate].name);
    return ERROR_OK;
}

/* The type of the actions of a namespace, made when first asked for. */
static enum error action_type(
    struct resolver *resolver, const struct source_namespace *space, size_t *made,
    const struct cedar_entity_type **ret_type)
{
    struct cedar_schema *schema = resolver->schema;
    struct bytes space_text = cedar_resolver_space(space);
    for (size_t i = *made; i-- > 0;) {
        const struct cedar_entity_type *type = &schema->types[schema->type_count + i];
        size_t length = space_text.length ? space_text.length + 2 : 0;
        if (type->name.length == length + 6 &&
            bytes_equal(bytes_slice(type->name, 0, space_text.length), space_text)) {
            *ret_type = type;
            return ERROR_OK;
        }
    }
    struct bytes name = full_name(resolver, space_text, BYTES_LITERAL("Action"));
    if (!name.data)
        return cedar_resolver_no_memory(resolver);
    size_t index = schema->type_count + (*made)++;
    schema->types[index] = (struct cedar_entity_type){
        .name = name,
        .type = {.kind = CEDAR_TYPE_ENTITY, .entity_type = &schema->types[index]},
        .index = index,
        .is_action = true,
    };
    cedar_names_add(&schema->action_types_by_name, nothing, name, index);
    *ret_type = &schema->types[index];
    return ERROR_OK;
}

static enum error name_actions(struct resolver *resolver)
{
    struct cedar_schema *schema = resolver->schema;
    size_t count = resolver->source->action_count, made = 0, i = 0;
    enum error error = new_index(resolver, count, &schema->actions_by_name);
    if (!error)
        error = new_index(resolver, count, &schema->action_types_by_name);
    if (error)
        return error;
    schema->actions = ARENA_ARRAY(&schema->arena, struct cedar_action, count + 1);
    if (!schema->actions)
        return cedar_resolver_no_memory(resolver);
    for (const struct source_action *source = resolver->source->actions; source;
         source = source->next, i++) {
        struct cedar_action *action = &schema->actions[i];
        *action = (struct cedar_action){
            .id = source->name.text,
            .index = i,
            .applies = source->applies,
            .annotations = source->annotations,
            .place = source->name.at,
        };
        error = action_type(resolver, source->space, &made, &action->type);
        if (error)
            return error;
        cedar_names_add(&schema->actions_by_name, action->type->name, action->id, i);
    }
    schema->action_count = count;
    uint32_t duplicate;
    (void)cedar_names_sort(&schema->action_types_by_name, &duplicate);
    if (!cedar_names_sort(&schema->actions_by_name, &duplicate))
        return cedar_resolver_refuse(
            resolver, ERROR_SCHEMA_DUPLICATE, schema->actions[duplicate].place, "each action once",
            schema->actions[duplicate].id);
    return ERROR_OK;
}

static bool type_in_empty_namespace(const struct cedar_schema *schema, struct bytes name)
{
    return cedar_names_find(&schema->commons_by_name, nothing, name) ||
           cedar_names_find(&schema->types_by_name, nothing, name);
}

/* "A namespace may not declare a type or action that the empty namespace declares" (RFC 70). */
static enum error refuse_shadowing(struct resolver *resolver)
{
    static const char expected[] = "a name that the empty namespace does not declare";
    const struct cedar_schema *schema = resolver->schema;
    for (const struct source_common *source = resolver->source->commons; source;
         source = source->next)
        if (source->space && type_in_empty_namespace(schema, source->name.text))
            return cedar_resolver_refuse(
                resolver, ERROR_SCHEMA_SHADOWED, source->name.at, expected, source->name.text);
    for (const struct source_entity *source = resolver->source->entities; source;
         source = source->next)
        if (source->space && type_in_empty_namespace(schema, source->name.text))
            return cedar_resolver_refuse(
                resolver, ERROR_SCHEMA_SHADOWED, source->name.at, expected, source->name.text);
    for (const struct source_action *source = resolver->source->actions; source;
         source = source->next)
        if (source->space &&
            cedar_names_find(&schema->actions_by_name, BYTES_LITERAL("Action"), source->name.text))
            return cedar_resolver_refuse(
                resolver, ERROR_SCHEMA_SHADOWED, source->name.at, expected, source->name.text);
    return ERROR_OK;
}

enum error cedar_resolver_name_all(struct resolver *resolver)
{
    enum error error = name_namespaces(resolver);
    if (!error)
        error = name_commons(resolver);
    if (!error)
        error = name_entity_types(resolver);
    if (!error)
        error = name_actions(resolver);
    return error ? error : refuse_shadowing(resolver);
}

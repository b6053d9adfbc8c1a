/* From declarations to a schema: full names, what each name means where it stands, and that
 * nothing contains itself. The rules of names (Cedar's RFC 24 and 70):
 * - in namespace N, an unqualified name X means N::X where that is declared, else X of the empty
 *   namespace, else a built-in type; a qualified name is meant as written;
 * - of one name, a common type goes before an entity type;
 * - a namespace may not declare what the empty namespace declares too. */
#include "cedar/schema_model.h"
#include "cedar/schema_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A resolved type with what its limits count. */
struct resolved {
    const struct cedar_type *type;
    unsigned depth; /* levels, the name of a common type being one */
    size_t parts;
};

struct common_state {
    const struct source_common *source;
    enum { COMMON_NEW, COMMON_BEGUN, COMMON_DONE } progress;
    struct resolved resolved;
};

struct resolver {
    const struct source_schema *source;
    struct cedar_schema *schema;
    struct arena *scratch;
    struct fault *fault;
    struct common_state *commons;
};

enum { QUOTE_SIZE = 100 }; /* of names in faults */

static const struct bytes nothing = {0};

static const struct {
    const char *name;
    struct cedar_type type;
} built_in[] = {
    {"Bool", {.kind = CEDAR_TYPE_BOOL}},         {"Long", {.kind = CEDAR_TYPE_LONG}},
    {"String", {.kind = CEDAR_TYPE_STRING}},     {"decimal", {.kind = CEDAR_TYPE_DECIMAL}},
    {"ipaddr", {.kind = CEDAR_TYPE_IPADDR}},     {"datetime", {.kind = CEDAR_TYPE_DATETIME}},
    {"duration", {.kind = CEDAR_TYPE_DURATION}},
};

static enum error no_memory(struct resolver *resolver)
{
    return fault_set(resolver->fault, ERROR_MEMORY, "schema", NULL, NULL);
}

/* As cedar_fault with a name found. */
static enum error refuse(
    struct resolver *resolver, enum error error, struct cedar_position at, const char *expected,
    struct bytes name)
{
    char quoted[QUOTE_SIZE];
    return cedar_fault(
        resolver->fault, error, at, expected, "%s", quote_text(name, quoted, sizeof quoted));
}

static struct bytes space_name(const struct source_namespace *space)
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
            return no_memory(resolver);
    }
    *ret_index = (struct name_index){.entries = entries, .count = 0};
    return ERROR_OK;
}

static void
index_add(struct name_index *index, struct bytes qualifier, struct bytes name, size_t position)
{
    index->entries[index->count++] = (struct name_entry){qualifier, name, (uint32_t)position};
}

/* 1. Full names */

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
        return no_memory(resolver);
    for (const struct source_namespace *source = resolver->source->namespaces; source;
         source = source->next) {
        if (has_reserved_part(source->name.text))
            return refuse(
                resolver, ERROR_SCHEMA_RESERVED, source->name.at, "a name without `__cedar`",
                source->name.text);
        index_add(&index, nothing, source->name.text, schema->namespace_count);
        schema->namespaces[schema->namespace_count++] = (struct cedar_namespace){
            .name = source->name.text,
            .annotations = source->annotations,
            .place = source->name.at,
        };
    }
    uint32_t duplicate;
    if (!names_sort(&index, &duplicate))
        return refuse(
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
        return no_memory(resolver);
    for (const struct source_common *source = resolver->source->commons; source;
         source = source->next, i++) {
        for (size_t k = 0; k < sizeof reserved / sizeof *reserved; k++)
            if (bytes_equal_text(source->name.text, reserved[k]))
                return refuse(
                    resolver, ERROR_SCHEMA_RESERVED, source->name.at,
                    "a name that is not the language's own", source->name.text);
        struct bytes name = full_name(resolver, space_name(source->space), source->name.text);
        if (!name.data)
            return no_memory(resolver);
        schema->commons[i] = (struct cedar_common_type){
            .name = name,
            .annotations = source->annotations,
            .place = source->name.at,
        };
        resolver->commons[i].source = source;
        index_add(&schema->commons_by_name, nothing, name, i);
    }
    schema->common_count = count;
    uint32_t duplicate;
    if (!names_sort(&schema->commons_by_name, &duplicate))
        return refuse(
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
        return no_memory(resolver);
    for (const struct source_entity *source = resolver->source->entities; source;
         source = source->next, i++) {
        if (bytes_equal_text(source->name.text, "Action"))
            return refuse(
                resolver, ERROR_SCHEMA_RESERVED, source->name.at,
                "a name other than that of the type of actions", source->name.text);
        struct bytes name = full_name(resolver, space_name(source->space), source->name.text);
        if (!name.data)
            return no_memory(resolver);
        schema->types[i] = (struct cedar_entity_type){
            .name = name,
            .type = {.kind = CEDAR_TYPE_ENTITY, .entity_type = &schema->types[i]},
            .index = i,
            .annotations = source->annotations,
            .place = source->name.at,
        };
        index_add(&schema->types_by_name, nothing, name, i);
    }
    schema->type_count = count;
    uint32_t duplicate;
    if (!names_sort(&schema->types_by_name, &duplicate))
        return refuse(
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
    struct bytes space_text = space_name(space);
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
        return no_memory(resolver);
    size_t index = schema->type_count + (*made)++;
    schema->types[index] = (struct cedar_entity_type){
        .name = name,
        .type = {.kind = CEDAR_TYPE_ENTITY, .entity_type = &schema->types[index]},
        .index = index,
        .is_action = true,
    };
    index_add(&schema->action_types_by_name, nothing, name, index);
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
        return no_memory(resolver);
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
        index_add(&schema->actions_by_name, action->type->name, action->id, i);
    }
    schema->action_count = count;
    uint32_t duplicate;
    (void)names_sort(&schema->action_types_by_name, &duplicate);
    if (!names_sort(&schema->actions_by_name, &duplicate))
        return refuse(
            resolver, ERROR_SCHEMA_DUPLICATE, schema->actions[duplicate].place, "each action once",
            schema->actions[duplicate].id);
    return ERROR_OK;
}

/* "A namespace may not declare a type or action that the empty namespace declares" (RFC 70). */
static enum error refuse_shadowing(struct resolver *resolver)
{
    static const char expected[] = "a name that the empty namespace does not declare";
    const struct cedar_schema *schema = resolver->schema;
    for (const struct source_common *source = resolver->source->commons; source;
         source = source->next)
        if (source->space && (names_find(&schema->commons_by_name, nothing, source->name.text) ||
                              names_find(&schema->types_by_name, nothing, source->name.text)))
            return refuse(
                resolver, ERROR_SCHEMA_SHADOWED, source->name.at, expected, source->name.text);
    for (const struct source_entity *source = resolver->source->entities; source;
         source = source->next)
        if (source->space && (names_find(&schema->commons_by_name, nothing, source->name.text) ||
                              names_find(&schema->types_by_name, nothing, source->name.text)))
            return refuse(
                resolver, ERROR_SCHEMA_SHADOWED, source->name.at, expected, source->name.text);
    for (const struct source_action *source = resolver->source->actions; source;
         source = source->next)
        if (source->space &&
            names_find(&schema->actions_by_name, BYTES_LITERAL("Action"), source->name.text))
            return refuse(
                resolver, ERROR_SCHEMA_SHADOWED, source->name.at, expected, source->name.text);
    return ERROR_OK;
}

/* 2. Types */

static enum error resolve_type(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_type *source, unsigned level, struct resolved *ret_resolved);

static enum error refuse_depth(struct resolver *resolver, struct cedar_position at)
{
    return cedar_fault(
        resolver->fault, ERROR_SCHEMA_LIMIT, at, "at most 64 levels of types", "one more");
}

/* Adds a part to a type, within the limits. */
static enum error grow(
    struct resolver *resolver, struct cedar_position at, const struct resolved *part,
    struct resolved *whole)
{
    if (whole->depth < part->depth + 1)
        whole->depth = part->depth + 1;
    whole->parts += part->parts;
    if (whole->depth > CEDAR_SCHEMA_DEPTH_MAX)
        return refuse_depth(resolver, at);
    if (whole->parts > CEDAR_SCHEMA_TYPE_MAX)
        return cedar_fault(
            resolver->fault, ERROR_SCHEMA_LIMIT, at, "at most 65536 parts in a type", "more");
    return ERROR_OK;
}

static enum error resolve_common(
    struct resolver *resolver, size_t index, struct cedar_position at, unsigned level,
    struct resolved *ret_resolved)
{
    struct common_state *state = &resolver->commons[index];
    if (state->progress == COMMON_BEGUN)
        return refuse(
            resolver, ERROR_SCHEMA_TYPE_CYCLE, at, "a type made without it",
            resolver->schema->commons[index].name);
    if (state->progress == COMMON_NEW) {
        struct resolved inner;
        state->progress = COMMON_BEGUN;
        enum error error =
            resolve_type(resolver, state->source->space, state->source->type, level, &inner);
        if (error)
            return error;
        state->resolved.type = inner.type;
        error = grow(resolver, state->source->name.at, &inner, &state->resolved);
        if (error)
            return error;
        state->progress = COMMON_DONE;
        resolver->schema->commons[index].type = inner.type;
    }
    *ret_resolved = state->resolved;
    return ERROR_OK;
}

/* The built-in type of that name, with or without `__cedar::` before it, or NULL. */
static const struct cedar_type *find_built_in(struct bytes path)
{
    static const struct bytes prefix = {(const uint8_t *)"__cedar::", 9};
    if (bytes_equal(bytes_slice(path, 0, prefix.length), prefix))
        path = bytes_slice(path, prefix.length, path.length);
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
        if (bytes_equal_text(path, built_in[i].name))
            return &built_in[i].type;
    return NULL;
}

static enum error
unknown_type(struct resolver *resolver, struct bytes path, struct cedar_position at)
{
    struct nearest nearest = {.wanted = path};
    nearest_consider_all(&nearest, &resolver->schema->commons_by_name);
    nearest_consider_all(&nearest, &resolver->schema->types_by_name);
    for (size_t i = 0; i < sizeof built_in / sizeof *built_in; i++)
        nearest_consider(&nearest, nothing, bytes_of(built_in[i].name));
    char words[NEAREST_WORDS_SIZE];
    return refuse(
        resolver, ERROR_SCHEMA_UNKNOWN_TYPE, at,
        nearest_words(&nearest, "a type that is declared or built in", words), path);
}

/* The meanings that a path may have in a namespace, in the order in which they are tried. */
struct meanings {
    struct bytes names[2];
    size_t count;
};

static enum error meanings_of(
    struct resolver *resolver, const struct source_namespace *space, struct bytes path,
    struct meanings *ret_meanings)
{
    struct meanings meanings = {0};
    if (space && !is_qualified(path)) {
        struct bytes local = full_name(resolver, space_name(space), path);
        if (!local.data)
            return no_memory(resolver);
        meanings.names[meanings.count++] = local;
    }
    meanings.names[meanings.count++] = path;
    *ret_meanings = meanings;
    return ERROR_OK;
}

static enum error resolve_path(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_type *source, unsigned level, struct resolved *ret_resolved)
{
    const struct cedar_schema *schema = resolver->schema;
    struct meanings meanings;
    enum error error = meanings_of(resolver, space, source->path, &meanings);
    if (error)
        return error;
    for (size_t i = 0; i < meanings.count; i++) {
        const struct name_entry *entry =
            names_find(&schema->commons_by_name, nothing, meanings.names[i]);
        if (entry)
            return resolve_common(resolver, entry->index, source->at, level + 1, ret_resolved);
        const struct cedar_entity_type *type = cedar_schema_entity_type(schema, meanings.names[i]);
        if (type) {
            *ret_resolved = (struct resolved){.type = &type->type, .depth = 1, .parts = 1};
            return ERROR_OK;
        }
    }
    const struct cedar_type *type = find_built_in(source->path);
    if (!type)
        return unknown_type(resolver, source->path, source->at);
    *ret_resolved = (struct resolved){.type = type, .depth = 1, .parts = 1};
    return ERROR_OK;
}

/* Makes a record type of attributes in source order, with its index by name. */
static enum error resolve_record(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_type *source, unsigned level, struct cedar_record_type *ret_record,
    struct resolved *ret_resolved)
{
    struct arena *arena = &resolver->schema->arena;
    size_t count = source->attribute_count, i = 0;
    struct resolved whole = {.depth = 1, .parts = 1};
    struct name_index index;
    struct cedar_attribute *attributes = ARENA_ARRAY(arena, struct cedar_attribute, count + 1);
    uint32_t *by_name = ARENA_ARRAY(arena, uint32_t, count + 1);
    struct name_entry *entries = ARENA_ARRAY(resolver->scratch, struct name_entry, count + 1);
    if (!attributes || !by_name || !entries)
        return no_memory(resolver);
    index = (struct name_index){.entries = entries};
    for (const struct source_attribute *from = source->attributes; from; from = from->next, i++) {
        struct resolved inner;
        enum error error = resolve_type(resolver, space, from->type, level + 1, &inner);
        if (!error)
            error = grow(resolver, from->at, &inner, &whole);
        if (error)
            return error;
        attributes[i] = (struct cedar_attribute){
            .name = from->name,
            .type = inner.type,
            .required = from->required,
            .annotations = from->annotations,
            .place = from->at,
        };
        index_add(&index, nothing, from->name, i);
    }
    uint32_t duplicate;
    if (!names_sort(&index, &duplicate))
        return refuse(
            resolver, ERROR_SCHEMA_DUPLICATE, attributes[duplicate].place, "each attribute once",
            attributes[duplicate].name);
    for (size_t k = 0; k < count; k++)
        by_name[k] = index.entries[k].index;
    *ret_record = (struct cedar_record_type){attributes, count, by_name};
    *ret_resolved = whole;
    return ERROR_OK;
}

static enum error resolve_compound(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_type *source, unsigned level, struct resolved *ret_resolved)
{
    struct arena *arena = &resolver->schema->arena;
    struct cedar_type *type = ARENA_NEW(arena, struct cedar_type);
    if (!type)
        return no_memory(resolver);
    struct resolved whole = {.depth = 1, .parts = 1}, inner;
    enum error error;
    if (source->kind == SOURCE_TYPE_SET) {
        error = resolve_type(resolver, space, source->element, level + 1, &inner);
        if (!error)
            error = grow(resolver, source->at, &inner, &whole);
        if (error)
            return error;
        type->kind = CEDAR_TYPE_SET;
        type->element = inner.type;
    } else {
        struct cedar_record_type *record = ARENA_NEW(arena, struct cedar_record_type);
        if (!record)
            return no_memory(resolver);
        error = resolve_record(resolver, space, source, level, record, &whole);
        if (error)
            return error;
        type->kind = CEDAR_TYPE_RECORD;
        type->record = record;
    }
    whole.type = type;
    *ret_resolved = whole;
    return ERROR_OK;
}

static enum error resolve_type(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_type *source, unsigned level, struct resolved *ret_resolved)
{
    if (level > CEDAR_SCHEMA_DEPTH_MAX)
        return refuse_depth(resolver, source->at);
    if (source->kind == SOURCE_TYPE_PATH)
        return resolve_path(resolver, space, source, level, ret_resolved);
    return resolve_compound(resolver, space, source, level, ret_resolved);
}

static enum error resolve_commons(struct resolver *resolver)
{
    for (size_t i = 0; i < resolver->schema->common_count; i++) {
        struct resolved resolved;
        enum error error =
            resolve_common(resolver, i, resolver->schema->commons[i].place, 1, &resolved);
        if (error)
            return error;
    }
    return ERROR_OK;
}

/* 3. Entity types and actions */

/* The listed entity types that a list of paths names, without repetitions, in its order. */
static enum error resolve_entity_types(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_name *names, size_t count,
    const struct cedar_entity_type *const **ret_types, size_t *ret_count)
{
    struct cedar_schema *schema = resolver->schema;
    const struct cedar_entity_type **types =
        ARENA_ARRAY(&schema->arena, const struct cedar_entity_type *, count + 1);
    uint64_t *seen = ARENA_ARRAY(resolver->scratch, uint64_t, schema->type_count / 64 + 1);
    size_t kept = 0;
    if (!types || !seen)
        return no_memory(resolver);
    for (const struct source_name *name = names; name; name = name->next) {
        struct meanings meanings;
        enum error error = meanings_of(resolver, space, name->text, &meanings);
        if (error)
            return error;
        const struct name_entry *entry = NULL;
        for (size_t i = 0; i < meanings.count && !entry; i++)
            entry = names_find(&schema->types_by_name, nothing, meanings.names[i]);
        if (!entry) {
            struct nearest nearest = {.wanted = name->text};
            nearest_consider_all(&nearest, &schema->types_by_name);
            char words[NEAREST_WORDS_SIZE];
            return refuse(
                resolver, ERROR_SCHEMA_UNKNOWN_ENTITY_TYPE, name->at,
                nearest_words(&nearest, "an entity type that is declared", words), name->text);
        }
        uint64_t bit = UINT64_C(1) << (entry->index % 64);
        if (!(seen[entry->index / 64] & bit))
            types[kept++] = &schema->types[entry->index];
        seen[entry->index / 64] |= bit;
    }
    *ret_types = types;
    *ret_count = kept;
    return ERROR_OK;
}

static enum error resolve_choices(
    struct resolver *resolver, const struct source_entity *source, struct cedar_entity_type *type)
{
    struct bytes *choices =
        ARENA_ARRAY(&resolver->schema->arena, struct bytes, source->choice_count);
    if (!choices)
        return no_memory(resolver);
    for (const struct source_name *choice = source->choices; choice; choice = choice->next)
        choices[type->choice_count++] = choice->text;
    type->is_enum = true;
    type->choices = choices;
    return ERROR_OK;
}

static enum error resolve_entity(
    struct resolver *resolver, const struct source_entity *source, struct cedar_entity_type *type)
{
    struct resolved resolved;
    if (source->choice_count)
        return resolve_choices(resolver, source, type);
    enum error error = resolve_entity_types(
        resolver, source->space, source->parents, source->parent_count, &type->member_of,
        &type->member_of_count);
    if (!error && source->shape)
        error =
            resolve_record(resolver, source->space, source->shape, 1, &type->attributes, &resolved);
    if (!error && source->tags) {
        error = resolve_type(resolver, source->space, source->tags, 1, &resolved);
        if (!error)
            type->tags = resolved.type;
    }
    return error;
}

static enum error resolve_group(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_action_name *group, const struct cedar_action **ret_action)
{
    const struct cedar_schema *schema = resolver->schema;
    struct bytes type = group->type.length ? group->type : BYTES_LITERAL("Action");
    struct meanings meanings;
    enum error error = meanings_of(resolver, space, type, &meanings);
    if (error)
        return error;
    for (size_t i = 0; i < meanings.count; i++) {
        const struct cedar_action *action =
            cedar_schema_action(schema, meanings.names[i], group->id);
        if (action) {
            *ret_action = action;
            return ERROR_OK;
        }
    }
    struct nearest nearest = {.wanted = group->id};
    nearest_consider_all(&nearest, &schema->actions_by_name);
    char words[NEAREST_WORDS_SIZE];
    char quoted[QUOTE_SIZE];
    return cedar_fault(
        resolver->fault, ERROR_SCHEMA_UNKNOWN_ACTION, group->at,
        nearest_words(&nearest, "an action that is declared", words), "%.*s::%s",
        (int)(type.length > 60 ? 60 : type.length), (const char *)type.data,
        quote_text(group->id, quoted, sizeof quoted));
}

/* A context is a record, or the name of a common type that is one. */
static enum error resolve_context(
    struct resolver *resolver, const struct source_action *source, struct cedar_action *action)
{
    struct resolved resolved;
    const struct source_type *context = source->context;
    if (context->kind == SOURCE_TYPE_RECORD)
        return resolve_record(resolver, source->space, context, 1, &action->context, &resolved);
    enum error error = resolve_path(resolver, source->space, context, 1, &resolved);
    if (error)
        return error;
    if (resolved.type->kind != CEDAR_TYPE_RECORD)
        return refuse(
            resolver, ERROR_SCHEMA_CONTEXT, context->at,
            "a record, or the name of a common type that is one", context->path);
    action->context = *resolved.type->record;
    return ERROR_OK;
}

static enum error resolve_action(
    struct resolver *resolver, const struct source_action *source, struct cedar_action *action)
{
    const struct cedar_action **groups =
        ARENA_ARRAY(&resolver->schema->arena, const struct cedar_action *, source->group_count + 1);
    if (!groups)
        return no_memory(resolver);
    enum error error = ERROR_OK;
    for (const struct source_action_name *group = source->groups; group && !error;
         group = group->next)
        error = resolve_group(resolver, source->space, group, &groups[action->member_of_count++]);
    action->member_of = groups;
    if (!error)
        error = resolve_entity_types(
            resolver, source->space, source->principals, source->principal_count,
            &action->principals, &action->principal_count);
    if (!error)
        error = resolve_entity_types(
            resolver, source->space, source->resources, source->resource_count, &action->resources,
            &action->resource_count);
    if (!error && source->context)
        error = resolve_context(resolver, source, action);
    return error;
}

static enum error resolve_declarations(struct resolver *resolver)
{
    enum error error = ERROR_OK;
    size_t i = 0;
    for (const struct source_entity *source = resolver->source->entities; source && !error;
         source = source->next)
        error = resolve_entity(resolver, source, &resolver->schema->types[i++]);
    i = 0;
    for (const struct source_action *source = resolver->source->actions; source && !error;
         source = source->next)
        error = resolve_action(resolver, source, &resolver->schema->actions[i++]);
    return error;
}

/* 4. What is below what */

static enum error new_descent(struct resolver *resolver, size_t count, struct descent *ret_descent)
{
    size_t words = count / 64 + 1;
    uint64_t *bits = ARENA_ARRAY(&resolver->schema->arena, uint64_t, count * words + 1);
    if (!bits)
        return no_memory(resolver);
    *ret_descent = (struct descent){bits, words};
    return ERROR_OK;
}

static void descent_put(struct descent *descent, size_t below, size_t above)
{
    descent->bits[below * descent->words + above / 64] |= UINT64_C(1) << (above % 64);
}

/* The transitive closure: what is below k is below all that k is below. */
static void descent_close(struct descent *descent, size_t count)
{
    size_t words = descent->words;
    for (size_t k = 0; k < count; k++) {
        const uint64_t *from = descent->bits + k * words;
        for (size_t i = 0; i < count; i++) {
            if (i == k || !descent_has(descent, i, k))
                continue;
            uint64_t *to = descent->bits + i * words;
            for (size_t word = 0; word < words; word++)
                to[word] |= from[word];
        }
    }
}

static enum error relate_actions(struct resolver *resolver)
{
    struct cedar_schema *schema = resolver->schema;
    enum error error = new_descent(resolver, schema->action_count, &schema->action_descent);
    if (error)
        return error;
    for (size_t i = 0; i < schema->action_count; i++)
        for (size_t k = 0; k < schema->actions[i].member_of_count; k++)
            descent_put(&schema->action_descent, i, schema->actions[i].member_of[k]->index);
    descent_close(&schema->action_descent, schema->action_count);
    for (size_t i = 0; i < schema->action_count; i++)
        if (descent_has(&schema->action_descent, i, i))
            return refuse(
                resolver, ERROR_SCHEMA_ACTION_CYCLE, schema->actions[i].place,
                "groups that it does not contain itself", schema->actions[i].id);
    return ERROR_OK;
}

static enum error relate_types(struct resolver *resolver)
{
    struct cedar_schema *schema = resolver->schema;
    size_t count = schema->type_count + schema->action_types_by_name.count;
    enum error error = new_descent(resolver, count, &schema->type_descent);
    if (error)
        return error;
    for (size_t i = 0; i < schema->type_count; i++)
        for (size_t k = 0; k < schema->types[i].member_of_count; k++)
            descent_put(&schema->type_descent, i, schema->types[i].member_of[k]->index);
    for (size_t i = 0; i < schema->action_count; i++)
        for (size_t k = 0; k < schema->actions[i].member_of_count; k++)
            descent_put(
                &schema->type_descent, schema->actions[i].type->index,
                schema->actions[i].member_of[k]->type->index);
    descent_close(&schema->type_descent, count);
    return ERROR_OK;
}

static enum error resolve(struct resolver *resolver)
{
    static enum error (*const steps[])(struct resolver *) = {
        name_namespaces, name_commons,         name_entity_types, name_actions, refuse_shadowing,
        resolve_commons, resolve_declarations, relate_actions,    relate_types,
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        enum error error = steps[i](resolver);
        if (error)
            return error;
    }
    return ERROR_OK;
}

enum error
cedar_schema_parse(struct bytes text, struct fault *fault, struct cedar_schema **ret_schema)
{
    if (text.length > CEDAR_SCHEMA_TEXT_MAX)
        return fault_set(
            fault, ERROR_SCHEMA_LIMIT, "schema", "at most 1048576 bytes", "%zu bytes", text.length);
    struct cedar_schema *schema = calloc(1, sizeof *schema);
    if (!schema)
        return fault_set(fault, ERROR_MEMORY, "schema", NULL, NULL);
    struct arena scratch = {0};
    struct source_schema source;
    struct resolver resolver = {
        .source = &source, .schema = schema, .scratch = &scratch, .fault = fault};
    struct bytes kept = arena_copy(&schema->arena, text);
    enum error error = kept.data ? ERROR_OK : no_memory(&resolver);
    if (!error)
        error = schema_source_parse(kept, &scratch, &schema->arena, fault, &source);
    if (!error)
        error = resolve(&resolver);
    arena_free(&scratch);
    if (error) {
        cedar_schema_free(schema);
        return error;
    }
    *ret_schema = schema;
    return ERROR_OK;
}

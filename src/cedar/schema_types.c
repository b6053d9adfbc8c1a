/* Types of a schema: common types put in where they are named, attributes indexed, and nothing that
 * contains itself or is too deep. Of one name, a common type goes before an entity type. */
#include "cedar/schema_resolver.h"

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
        return cedar_resolver_refuse(
            resolver, ERROR_SCHEMA_TYPE_CYCLE, at, "a type made without it",
            resolver->schema->commons[index].name);
    if (state->progress == COMMON_NEW) {
        struct resolved inner;
        state->progress = COMMON_BEGUN;
        enum error error =
            cedar_resolver_type(resolver, state->source->space, state->source->type, level, &inner);
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

static enum error unknown_type(struct resolver *resolver, const struct source_type *source)
{
    struct nearest nearest = {.wanted = source->path};
    const char *known = "a type that is declared or built in";
    if (source->meaning != SOURCE_ENTITY)
        cedar_nearest_consider_all(&nearest, &resolver->schema->commons_by_name);
    else
        known = "an entity type that is declared";
    if (source->meaning != SOURCE_COMMON)
        cedar_nearest_consider_all(&nearest, &resolver->schema->types_by_name);
    else
        known = "a common type that is declared or built in";
    for (size_t i = 0; source->meaning != SOURCE_ENTITY && i < sizeof built_in / sizeof *built_in;
         i++)
        cedar_nearest_consider(&nearest, nothing, bytes_of(built_in[i].name));
    char words[NEAREST_WORDS_SIZE];
    return cedar_resolver_refuse(
        resolver, ERROR_SCHEMA_UNKNOWN_TYPE, source->at,
        cedar_nearest_words(&nearest, known, words), source->path);
}

enum error cedar_resolver_path(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_type *source, unsigned level, struct resolved *ret_resolved)
{
    const struct cedar_schema *schema = resolver->schema;
    struct meanings meanings;
    enum error error = cedar_resolver_meanings(resolver, space, source->path, &meanings);
    if (error)
        return error;
    bool common = source->meaning == SOURCE_ANY || source->meaning == SOURCE_COMMON;
    bool entity = source->meaning == SOURCE_ANY || source->meaning == SOURCE_ENTITY;
    for (size_t i = 0; i < meanings.count; i++) {
        const struct name_entry *entry =
            common ? cedar_names_find(&schema->commons_by_name, nothing, meanings.names[i]) : NULL;
        if (entry)
            return resolve_common(resolver, entry->index, source->at, level + 1, ret_resolved);
        const struct cedar_entity_type *type =
            entity ? cedar_schema_entity_type(schema, meanings.names[i]) : NULL;
        if (type) {
            *ret_resolved = (struct resolved){.type = &type->type, .depth = 1, .parts = 1};
            return ERROR_OK;
        }
    }
    const struct cedar_type *type =
        source->meaning == SOURCE_ENTITY ? NULL : find_built_in(source->path);
    if (!type)
        return unknown_type(resolver, source);
    *ret_resolved = (struct resolved){.type = type, .depth = 1, .parts = 1};
    return ERROR_OK;
}

/* Makes a record type of attributes in source order, with its index by name. */
enum error cedar_resolver_record(
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
        return cedar_resolver_no_memory(resolver);
    index = (struct name_index){.entries = entries};
    for (const struct source_attribute *from = source->attributes; from; from = from->next, i++) {
        struct resolved inner;
        enum error error = cedar_resolver_type(resolver, space, from->type, level + 1, &inner);
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
        cedar_names_add(&index, nothing, from->name, i);
    }
    uint32_t duplicate;
    if (!cedar_names_sort(&index, &duplicate))
        return cedar_resolver_refuse(
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
        return cedar_resolver_no_memory(resolver);
    struct resolved whole = {.depth = 1, .parts = 1}, inner;
    enum error error;
    if (source->kind == SOURCE_TYPE_SET) {
        error = cedar_resolver_type(resolver, space, source->element, level + 1, &inner);
        if (!error)
            error = grow(resolver, source->at, &inner, &whole);
        if (error)
            return error;
        type->kind = CEDAR_TYPE_SET;
        type->element = inner.type;
    } else {
        struct cedar_record_type *record = ARENA_NEW(arena, struct cedar_record_type);
        if (!record)
            return cedar_resolver_no_memory(resolver);
        error = cedar_resolver_record(resolver, space, source, level, record, &whole);
        if (error)
            return error;
        type->kind = CEDAR_TYPE_RECORD;
        type->record = record;
    }
    whole.type = type;
    *ret_resolved = whole;
    return ERROR_OK;
}

enum error cedar_resolver_type(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_type *source, unsigned level, struct resolved *ret_resolved)
{
    if (level > CEDAR_SCHEMA_DEPTH_MAX)
        return refuse_depth(resolver, source->at);
    if (source->kind == SOURCE_TYPE_PATH)
        return cedar_resolver_path(resolver, space, source, level, ret_resolved);
    return resolve_compound(resolver, space, source, level, ret_resolved);
}

enum error cedar_resolver_common_types(struct resolver *resolver)
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

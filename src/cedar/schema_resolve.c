/* From text to a schema: what entity types and actions name, and what is below what. Names are
 * given and found in schema_names.c, types in schema_types.c. */
#include "cedar/schema_resolver.h"

#include <stdlib.h>

static const struct bytes nothing = {0};

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
        return cedar_resolver_no_memory(resolver);
    for (const struct source_name *name = names; name; name = name->next) {
        struct meanings meanings;
        enum error error = cedar_resolver_meanings(resolver, space, name->text, &meanings);
        if (error)
            return error;
        const struct name_entry *entry = NULL;
        for (size_t i = 0; i < meanings.count && !entry; i++)
            entry = cedar_names_find(&schema->types_by_name, nothing, meanings.names[i]);
        if (!entry) {
            struct nearest nearest = {.wanted = name->text};
            cedar_nearest_consider_all(&nearest, &schema->types_by_name);
            char words[NEAREST_WORDS_SIZE];
            return cedar_resolver_refuse(
                resolver, ERROR_SCHEMA_UNKNOWN_ENTITY_TYPE, name->at,
                cedar_nearest_words(&nearest, "an entity type that is declared", words),
                name->text);
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
    struct arena *arena = &resolver->schema->arena;
    size_t count = source->choice_count;
    struct bytes *choices = ARENA_ARRAY(arena, struct bytes, count);
    uint32_t *by_choice = ARENA_ARRAY(arena, uint32_t, count);
    struct name_index index = {.entries = ARENA_ARRAY(resolver->scratch, struct name_entry, count)};
    if (!choices || !by_choice || !index.entries)
        return cedar_resolver_no_memory(resolver);
    for (const struct source_name *choice = source->choices; choice; choice = choice->next) {
        cedar_names_add(&index, nothing, choice->text, type->choice_count);
        choices[type->choice_count++] = choice->text;
    }
    uint32_t duplicate; /* which is allowed */
    (void)cedar_names_sort(&index, &duplicate);
    for (size_t i = 0; i < count; i++)
        by_choice[i] = index.entries[i].index;
    type->is_enum = true;
    type->choices = choices;
    type->by_choice = by_choice;
    return ERROR_OK;
}

/* Where a record must stand: one, or the name of a common type that is one. */
static enum error resolve_record(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_type *source, struct cedar_record_type *ret_record)
{
    struct resolved resolved;
    if (source->kind == SOURCE_TYPE_RECORD)
        return cedar_resolver_record(resolver, space, source, 1, ret_record, &resolved);
    enum error error = cedar_resolver_path(resolver, space, source, 1, &resolved);
    if (error)
        return error;
    if (resolved.type->kind != CEDAR_TYPE_RECORD)
        return cedar_resolver_refuse(
            resolver, ERROR_SCHEMA_CONTEXT, source->at,
            "a record, or the name of a common type that is one", source->path);
    *ret_record = *resolved.type->record;
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
        error = resolve_record(resolver, source->space, source->shape, &type->attributes);
    if (!error && source->tags) {
        error = cedar_resolver_type(resolver, source->space, source->tags, 1, &resolved);
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
    enum error error = cedar_resolver_meanings(resolver, space, type, &meanings);
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
    cedar_nearest_consider_all(&nearest, &schema->actions_by_name);
    char words[NEAREST_WORDS_SIZE];
    char quoted[RESOLVER_QUOTE_SIZE];
    return cedar_fault(
        resolver->fault, ERROR_SCHEMA_UNKNOWN_ACTION, group->at,
        cedar_nearest_words(&nearest, "an action that is declared", words), "%.*s::%s",
        (int)(type.length > 60 ? 60 : type.length), (const char *)type.data,
        quote_text(group->id, quoted, sizeof quoted));
}

static enum error resolve_action(
    struct resolver *resolver, const struct source_action *source, struct cedar_action *action)
{
    const struct cedar_action **groups =
        ARENA_ARRAY(&resolver->schema->arena, const struct cedar_action *, source->group_count + 1);
    if (!groups)
        return cedar_resolver_no_memory(resolver);
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
        error = resolve_record(resolver, source->space, source->context, &action->context);
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

static enum error new_descent(struct resolver *resolver, size_t count, struct descent *ret_descent)
{
    size_t words = count / 64 + 1;
    uint64_t *bits = ARENA_ARRAY(&resolver->schema->arena, uint64_t, count * words + 1);
    if (!bits)
        return cedar_resolver_no_memory(resolver);
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
            if (i == k || !cedar_descent_has(descent, i, k))
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
        if (cedar_descent_has(&schema->action_descent, i, i))
            return cedar_resolver_refuse(
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
    descent_close(&schema->type_descent, count);
    /* A type of actions is below another where an action of it is in one of that: not where only
     * some other action of a type between them is. */
    for (size_t i = 0; i < schema->action_count; i++)
        for (size_t k = 0; k < schema->action_count; k++)
            if (cedar_descent_has(&schema->action_descent, i, k))
                descent_put(
                    &schema->type_descent, schema->actions[i].type->index,
                    schema->actions[k].type->index);
    return ERROR_OK;
}

enum error cedar_schema_resolve(
    const struct source_schema *source, struct arena *scratch, struct fault *fault,
    struct cedar_schema *schema)
{
    static enum error (*const steps[])(struct resolver *) = {
        cedar_resolver_name_all,
        cedar_resolver_common_types,
        resolve_declarations,
        relate_actions,
        relate_types,
    };
    struct resolver resolver = {
        .source = source, .schema = schema, .scratch = scratch, .fault = fault};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        enum error error = steps[i](&resolver);
        if (error)
            return error;
    }
    return ERROR_OK;
}

enum error cedar_schema_create(struct cedar_schema **ret_schema)
{
    struct cedar_schema *schema = calloc(1, sizeof *schema);
    if (!schema)
        return ERROR_MEMORY;
    *ret_schema = schema;
    return ERROR_OK;
}

struct arena *cedar_schema_arena(struct cedar_schema *schema)
{
    return &schema->arena;
}

enum error cedar_schema_text_size(struct bytes text, struct fault *fault)
{
    if (text.length <= CEDAR_SCHEMA_TEXT_MAX)
        return ERROR_OK;
    return fault_set(
        fault, ERROR_SCHEMA_LIMIT, "schema", "at most 1048576 bytes", "%zu bytes", text.length);
}

enum error
cedar_schema_parse(struct bytes text, struct fault *fault, struct cedar_schema **ret_schema)
{
    enum error error = cedar_schema_text_size(text, fault);
    if (error)
        return error;
    struct cedar_schema *schema;
    if ((error = cedar_schema_create(&schema)))
        return fault_set(fault, error, "schema", NULL, NULL);
    struct arena scratch = {0};
    struct source_schema source;
    struct bytes kept = arena_copy(&schema->arena, text);
    error = kept.data ? ERROR_OK : fault_set(fault, ERROR_MEMORY, "schema", NULL, NULL);
    if (!error)
        error = cedar_schema_source_parse(kept, &scratch, &schema->arena, fault, &source);
    if (!error)
        error = cedar_schema_resolve(&source, &scratch, fault, schema);
    arena_free(&scratch);
    if (error) {
        cedar_schema_free(schema);
        return error;
    }
    *ret_schema = schema;
    return ERROR_OK;
}

enum error cedar_schema_format(struct bytes text, struct fault *fault, struct buffer *out)
{
    enum error error = cedar_schema_text_size(text, fault);
    if (error)
        return error;
    struct arena nodes = {0}, kept = {0};
    struct source_schema source;
    error = cedar_schema_source_parse(text, &nodes, &kept, fault, &source);
    if (!error)
        error = cedar_schema_source_print(&source, fault, out);
    arena_free(&nodes);
    arena_free(&kept);
    return error;
}

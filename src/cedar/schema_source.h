/* A schema as it is written: declarations with their places, names not yet looked up. Made by
 * schema_parse.c and schema_json.c, consumed by schema_resolve.c and by what writes schemas. The
 * nodes live in one arena, the bytes that they show (names, ids, annotations) in another, which the
 * resolved schema keeps.
 */
#ifndef ENDUSE_CEDAR_SCHEMA_SOURCE_H
#define ENDUSE_CEDAR_SCHEMA_SOURCE_H

#include "cedar/schema.h"

/* A name or path ("Agency", "EndUse::Agency"), or a decoded string where strings are names too. */
struct source_name {
    struct bytes text;
    struct cedar_position at;
    struct source_name *next;
};

enum source_type_kind {
    SOURCE_TYPE_PATH,   /* path */
    SOURCE_TYPE_SET,    /* element */
    SOURCE_TYPE_RECORD, /* attributes */
};

/* What a path may mean. In text it may mean any; JSON says which. */
enum source_meaning {
    SOURCE_ANY,
    SOURCE_ENTITY,
    SOURCE_COMMON,   /* a common type; or a built-in one, where none has the name */
    SOURCE_BUILT_IN, /* whatever else has the name; written `__cedar::` with it in text */
};

struct source_type {
    enum source_type_kind kind;
    struct cedar_position at;
    struct bytes path;
    enum source_meaning meaning; /* of path */
    const struct source_type *element;
    const struct source_attribute *attributes;
    size_t attribute_count;
};

struct source_attribute {
    struct bytes name;
    struct cedar_position at;
    bool required;
    const struct source_type *type;
    struct cedar_schema_annotations annotations;
    struct source_attribute *next;
};

/* namespace A::B { ... }; declarations outside of all have NULL for theirs. */
struct source_namespace {
    struct source_name name;
    struct cedar_schema_annotations annotations;
    struct source_namespace *next;
};

/* entity A, B in [...] = { ... } tags T; or entity A enum [...]; one node for each name. */
struct source_entity {
    const struct source_namespace *space;
    struct source_name name;
    struct cedar_schema_annotations annotations;
    const struct source_name *parents;
    size_t parent_count;
    const struct source_type *shape; /* a record, or (JSON only) the path of one, or NULL */
    const struct source_type *tags;  /* or NULL */
    const struct source_name *choices;
    size_t choice_count; /* 0: not an enum */
    struct source_entity *next;
};

/* A group after `in`: `use`, "use" (type is empty) or NS::Action::"use". */
struct source_action_name {
    struct bytes type;
    struct bytes id;
    struct cedar_position at;
    struct source_action_name *next;
};

/* action a, "b" in [...] appliesTo { ... }; one node for each name. */
struct source_action {
    const struct source_namespace *space;
    struct source_name name;
    struct cedar_schema_annotations annotations;
    const struct source_action_name *groups;
    size_t group_count;
    bool applies;
    const struct source_name *principals;
    size_t principal_count;
    const struct source_name *resources;
    size_t resource_count;
    const struct source_type *context; /* a path or a record, or NULL */
    struct source_action *next;
};

/* type A = ...; */
struct source_common {
    const struct source_namespace *space;
    struct source_name name;
    struct cedar_schema_annotations annotations;
    const struct source_type *type;
    struct source_common *next;
};

/* Everything in a text, each list in source order. */
struct source_schema {
    struct source_namespace *namespaces;
    struct source_entity *entities;
    struct source_action *actions;
    struct source_common *commons;
    size_t namespace_count, entity_count, action_count, common_count;
};

/* Reads text. Nodes come from nodes; bytes are views into text or decoded into kept, so that both
 * must live as long as the names are used. Refuses what the grammar refuses, reserved names and
 * repeated annotations, attributes and appliesTo members; whether names exist is not asked. */
MUST_CHECK
enum error cedar_schema_source_parse(
    struct bytes text, struct arena *nodes, struct arena *kept, struct fault *fault,
    struct source_schema *ret_schema);

/* An empty schema to resolve a source into, and its arena. */
MUST_CHECK enum error cedar_schema_create(struct cedar_schema **ret_schema);
struct arena *cedar_schema_arena(struct cedar_schema *schema);

/* Refuses a text above CEDAR_SCHEMA_TEXT_MAX (ERROR_SCHEMA_LIMIT). */
MUST_CHECK enum error cedar_schema_text_size(struct bytes text, struct fault *fault);

/* Resolves a source into a schema of which the arena has all bytes that the source shows. scratch
 * is for the time of the call. In schema_resolve.c. */
MUST_CHECK
enum error cedar_schema_resolve(
    const struct source_schema *source, struct arena *scratch, struct fault *fault,
    struct cedar_schema *schema);

/* Appends the canonical text of a source: namespaces in their order, in each the common types, then
 * the entity types, then the actions. Fails (ERROR_SCHEMA_CONTEXT) for what only JSON can say: an
 * entity's attributes by the name of a type. In schema_print.c. */
MUST_CHECK
enum error cedar_schema_source_print(
    const struct source_schema *source, struct fault *fault, struct buffer *buffer);

#endif

/* A schema as it is written: declarations with their places, names not yet looked up. Made by
 * schema_parse.c, consumed by schema_resolve.c, seen by nobody else. The nodes live in one arena,
 * the bytes that they show (names, ids, annotations) in another, which the resolved schema keeps.
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

struct source_type {
    enum source_type_kind kind;
    struct cedar_position at;
    struct bytes path;
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
    const struct source_type *shape; /* a record, or NULL */
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

#endif

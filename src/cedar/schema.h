/* Schemas: which entity types, attributes, tags and actions exist, as the human syntax of Cedar 4.5
 * states them (the JSON syntax is read in schema_json.h), with all names resolved. Checking
 * policies and data against one is check.h.
 *
 * A schema is immutable once parsed and may be shared by threads. Everything that is reached from
 * it lives as long as it does and is listed in source order. Names are fully qualified
 * ("EndUse::Operator"); comparing two pointers to struct cedar_entity_type or struct cedar_action
 * of one schema compares what they name.
 */
#ifndef ENDUSE_CEDAR_SCHEMA_H
#define ENDUSE_CEDAR_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cedar/limits.h"
#include "cedar/position.h"
#include "cedar/tree.h"

struct cedar_schema;

/* The annotations of a declaration or attribute, in source order, their names unique. */
struct cedar_schema_annotations {
    const struct cedar_annotation *items;
    size_t count;
};

enum cedar_type_kind {
    CEDAR_TYPE_BOOL,
    CEDAR_TYPE_LONG,
    CEDAR_TYPE_STRING,
    CEDAR_TYPE_DECIMAL,
    CEDAR_TYPE_IPADDR,
    CEDAR_TYPE_DATETIME,
    CEDAR_TYPE_DURATION,
    CEDAR_TYPE_SET,    /* of element */
    CEDAR_TYPE_RECORD, /* with record's attributes and no others */
    CEDAR_TYPE_ENTITY, /* of entity_type */
    /* Only of expressions, never in a schema: a Bool of which the value is known. */
    CEDAR_TYPE_TRUE,
    CEDAR_TYPE_FALSE,
};

/* A resolved type: names of common types are gone. Only the member that kind names is set. */
struct cedar_type {
    enum cedar_type_kind kind;
    union {
        const struct cedar_type *element;
        const struct cedar_record_type *record;
        const struct cedar_entity_type *entity_type;
    };
};

/* One attribute of a record or an entity type. */
struct cedar_attribute {
    struct bytes name; /* unescaped; any UTF-8, U+0000 too */
    const struct cedar_type *type;
    bool required; /* false: written `name?` */
    struct cedar_schema_annotations annotations;
    struct cedar_position place; /* of the name */
};

struct cedar_record_type {
    const struct cedar_attribute *attributes; /* in source order */
    size_t count;
    const uint32_t *by_name; /* indexes of attributes, ordered by name: for lookup */
};

/* An entity type. An action's type ("Action", "EndUse::Action") is one too, with is_action set,
 * found by name but not listed. */
struct cedar_entity_type {
    struct bytes name;
    struct cedar_type type; /* of its entities */
    size_t index;   /* dense, from 0: listed types first, in their order, then action types */
    bool is_action; /* the type of actions: no attributes, no tags */
    bool is_enum;   /* its entities are the choices and no others; no attributes, no parents */
    const struct bytes *choices; /* of an enum, unescaped */
    size_t choice_count;
    const uint32_t *by_choice; /* indexes of choices, in their order: for lookup */
    struct cedar_record_type attributes;
    const struct cedar_type *tags;                    /* NULL: no tags */
    const struct cedar_entity_type *const *member_of; /* the types after `in`, as written */
    size_t member_of_count;
    struct cedar_schema_annotations annotations;
    struct cedar_position place;
};

struct cedar_action {
    const struct cedar_entity_type *type;        /* "EndUse::Action" */
    struct bytes id;                             /* "use", unescaped */
    size_t index;                                /* its position in the list */
    const struct cedar_action *const *member_of; /* the groups after `in`, as written */
    size_t member_of_count;
    bool applies; /* has an appliesTo: without one it is only a group and no request has it */
    const struct cedar_entity_type *const *principals;
    size_t principal_count;
    const struct cedar_entity_type *const *resources;
    size_t resource_count;
    struct cedar_record_type context; /* empty where none is written */
    struct cedar_schema_annotations annotations;
    struct cedar_position place;
};

/* type NAME = ...; kept for its annotations and for printing. */
struct cedar_common_type {
    struct bytes name;
    const struct cedar_type *type;
    struct cedar_schema_annotations annotations;
    struct cedar_position place;
};

/* namespace NAME { ... } */
struct cedar_namespace {
    struct bytes name;
    struct cedar_schema_annotations annotations;
    struct cedar_position place;
};

/* Reads a schema. text is copied. *ret_schema is freed with cedar_schema_free.
 *
 * Accepts what the official engine (4.12) accepts, with one exception: an attribute that a record
 * states twice is refused (there the last one counts), because such a text has two readings.
 *
 * Errors, each with "line L, column C", the name and, for a name that is not known, the nearest
 * known one: SCHEMA_SYNTAX, SCHEMA_DUPLICATE, SCHEMA_RESERVED, SCHEMA_UNKNOWN_TYPE,
 * SCHEMA_UNKNOWN_ENTITY_TYPE, SCHEMA_UNKNOWN_ACTION, SCHEMA_TYPE_CYCLE, SCHEMA_ACTION_CYCLE,
 * SCHEMA_CONTEXT, SCHEMA_SHADOWED, SCHEMA_APPLIES, SCHEMA_LIMIT, UTF8, MEMORY; of single tokens
 * CEDAR_TOKEN, CEDAR_STRING, CEDAR_ESCAPE, CEDAR_INTEGER. */
MUST_CHECK
enum error
cedar_schema_parse(struct bytes text, struct fault *fault, struct cedar_schema **ret_schema);

/* Appends the canonical text of a schema's text: one layout, comments not kept. Formatting that
 * again changes nothing. Only the grammar is asked, not what names mean. Errors as
 * cedar_schema_parse. */
MUST_CHECK
enum error cedar_schema_format(struct bytes text, struct fault *fault, struct buffer *out);

/* Whether two schemas mean the same: the same entity types, actions and attributes of the same
 * types, in whatever order and by whatever names of common types. Annotations are not compared. */
bool cedar_schema_equal(const struct cedar_schema *a, const struct cedar_schema *b);

void cedar_schema_free(struct cedar_schema *schema); /* NULL is fine */

/* Everything of a kind, in source order. */
const struct cedar_namespace *
cedar_schema_namespaces(const struct cedar_schema *schema, size_t *ret_count);
const struct cedar_common_type *
cedar_schema_common_types(const struct cedar_schema *schema, size_t *ret_count);
const struct cedar_entity_type *
cedar_schema_entity_types(const struct cedar_schema *schema, size_t *ret_count);
const struct cedar_action *
cedar_schema_actions(const struct cedar_schema *schema, size_t *ret_count);

/* The entity type of that full name ("EndUse::Agency", "EndUse::Action"), or NULL. */
const struct cedar_entity_type *
cedar_schema_entity_type(const struct cedar_schema *schema, struct bytes name);

/* The action of that full type name ("EndUse::Action") and id ("use"), or NULL. */
const struct cedar_action *
cedar_schema_action(const struct cedar_schema *schema, struct bytes type, struct bytes id);

/* The attribute of that name, or NULL. */
const struct cedar_attribute *
cedar_record_type_attribute(const struct cedar_record_type *record, struct bytes name);

/* Whether id is one of the choices of an enum; true for any id of another type. */
bool cedar_entity_type_has_id(const struct cedar_entity_type *type, struct bytes id);

/* Whether an entity of type child can have one of type ancestor above it, at any distance. Not
 * reflexive: a type is below itself only where it says so (`entity Folder in [Folder]`). */
bool cedar_schema_type_descends(
    const struct cedar_schema *schema, const struct cedar_entity_type *child,
    const struct cedar_entity_type *ancestor);

/* Whether action is in group, at any distance; not reflexive. */
bool cedar_schema_action_descends(
    const struct cedar_schema *schema, const struct cedar_action *action,
    const struct cedar_action *group);

/* The value of the first annotation of that name ("source"), or NULL where there is none. */
const struct bytes *
cedar_schema_annotation(const struct cedar_schema_annotations *annotations, const char *name);

/* Appends the type as a schema writes it: Set<EndUse::Act>, { "body": ..., "offence"?: ... }. */
void cedar_print_type(struct buffer *buffer, const struct cedar_type *type);

/* Whether two types are the same: records by their attributes, whatever their order. */
bool cedar_type_equal(const struct cedar_type *a, const struct cedar_type *b);

#endif

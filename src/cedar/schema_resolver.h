/* What the parts of resolving a schema share: from declarations (schema_source.h) to the model
 * (schema_model.h). For schema_*.c only. */
#ifndef ENDUSE_CEDAR_SCHEMA_RESOLVER_H
#define ENDUSE_CEDAR_SCHEMA_RESOLVER_H

#include "cedar/schema_model.h"
#include "cedar/schema_source.h"

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
    struct arena *scratch; /* until resolving ends */
    struct fault *fault;
    struct common_state *commons; /* as schema->commons */
};

enum { RESOLVER_QUOTE_SIZE = 100 }; /* of names in faults */

/* schema_names.c */

/* Gives every namespace, common type, entity type and action its full name and place in the model,
 * and refuses names that are reserved, repeated or hidden. */
enum error cedar_resolver_name_all(struct resolver *resolver);

/* The namespace's name; empty for declarations outside of all. */
struct bytes cedar_resolver_space(const struct source_namespace *space);

/* The meanings that a path may have in a namespace, in the order in which they are tried. */
struct meanings {
    struct bytes names[2];
    size_t count;
};

enum error cedar_resolver_meanings(
    struct resolver *resolver, const struct source_namespace *space, struct bytes path,
    struct meanings *ret_meanings);

/* Fills the fault: out of memory; an error with the name found. */
enum error cedar_resolver_no_memory(struct resolver *resolver);
enum error cedar_resolver_refuse(
    struct resolver *resolver, enum error error, struct cedar_position at, const char *expected,
    struct bytes name);

/* schema_types.c */

/* Resolves all common types. */
enum error cedar_resolver_common_types(struct resolver *resolver);

/* Resolves a type, a path or a record as it is written in a namespace. level is that of the types
 * around it, 1 outermost. */
enum error cedar_resolver_type(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_type *source, unsigned level, struct resolved *ret_resolved);
enum error cedar_resolver_path(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_type *source, unsigned level, struct resolved *ret_resolved);
enum error cedar_resolver_record(
    struct resolver *resolver, const struct source_namespace *space,
    const struct source_type *source, unsigned level, struct cedar_record_type *ret_record,
    struct resolved *ret_resolved);

#endif

/* What struct cedar_schema is. For schema*.c only. */
#ifndef ENDUSE_CEDAR_SCHEMA_MODEL_H
#define ENDUSE_CEDAR_SCHEMA_MODEL_H

#include "cedar/names.h"
#include "cedar/schema.h"

/* count rows of count bits each: bit k of row i says that thing i is below thing k. */
struct descent {
    uint64_t *bits;
    size_t words; /* of a row */
};

struct cedar_schema {
    struct arena arena; /* everything below, and the text */
    struct cedar_namespace *namespaces;
    size_t namespace_count;
    struct cedar_common_type *commons;
    size_t common_count;
    struct name_index commons_by_name;
    struct cedar_entity_type *types; /* the listed ones, then the types of actions */
    size_t type_count;               /* of the listed ones */
    struct name_index types_by_name; /* of the listed ones */
    struct name_index action_types_by_name;
    struct cedar_action *actions;
    size_t action_count;
    struct name_index actions_by_name;
    struct descent type_descent;
    struct descent action_descent;
};

bool cedar_descent_has(const struct descent *descent, size_t below, size_t above);

#endif

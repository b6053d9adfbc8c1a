/* What a struct terms holds; for the files of verdict/. */
#ifndef ENDUSE_VERDICT_TERMS_H
#define ENDUSE_VERDICT_TERMS_H

#include "verdict/facts.h"
#include "verdict/verdict.h"

struct terms {
    struct arena arena;
    struct certificate certificate; /* copies, in arena */
    struct licence licence;
    bool has_licence;
    const char *installation;
    const struct cedar_action *action;
    struct cedar_schema *schema;
    struct cedar_policies *policies;
    struct cedar_symbols *symbols; /* frozen once open */
    struct cedar_program *program;
    struct cedar_entities *entities; /* what no declaration changes: state, agency, bodies */
    struct terms_clause *clauses;    /* by index in policies */
    size_t clause_count, clause_room;
    const char *suspended_by;
};

/* The vocabulary's entity type of this short name ("Offence"), or NULL. */
const struct cedar_entity_type *terms_type(const struct terms *terms, const char *name);

/* Adds an entity with the attributes that the vocabulary gives its type, under parent (NULL: none).
 * Nothing is done when the vocabulary has no such type. ret_record may be NULL. */
enum error terms_add_entity(
    const struct terms *terms, const struct fact_maker *maker, struct cedar_entities *entities,
    const char *type, const char *id, const struct cedar_uid *parent,
    const struct fact_sources *sources, struct fault *fault, struct cedar_record **ret_record);

#endif

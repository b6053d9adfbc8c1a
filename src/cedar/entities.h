/* The entity store: who exists, with what attributes and tags, under whom. Built, then frozen, with
 * every entity's ancestors computed; a lookup costs the same however many there are. */
#ifndef ENDUSE_CEDAR_ENTITIES_H
#define ENDUSE_CEDAR_ENTITIES_H

#include "cedar/value.h"

/* What the caller says of one entity. Nothing is copied but the list of parents: names, attributes
 * and tags must outlive the store. */
struct cedar_entity {
    const struct cedar_uid *uid;
    struct cedar_record *attributes;        /* NULL: none */
    const struct cedar_record *tags;        /* NULL: none; keys are the tags' names */
    const struct cedar_uid *const *parents; /* need not be in the store themselves */
    size_t parent_count;
};

struct cedar_entities;

/* Makes an empty store, on base (NULL, or a frozen store that must outlive this one): lookups go to
 * this store first, then to base. ERROR_STATE: base is not frozen. */
enum error
cedar_entities_create(const struct cedar_entities *base, struct cedar_entities **ret_entities);

/* Adds one. The same entity twice is allowed if all of it is equal, here or in base
 * (ERROR_CEDAR_DUPLICATE_ENTITY otherwise). An entity that has parents must not be one that
 * entities of base name as parent while base lacks it: their ancestors are settled
 * (ERROR_CEDAR_OVERLAY). ERROR_TOO_LARGE, ERROR_MEMORY, ERROR_STATE (frozen). On failure the store
 * is as before. */
enum error cedar_entities_add(
    struct cedar_entities *entities, const struct cedar_entity *entity, struct fault *fault);

/* Computes the ancestors and ends all adding; the store may then be used by several threads.
 * ERROR_CEDAR_CYCLE names an entity that is its own ancestor; ERROR_TOO_LARGE
 * (CEDAR_ANCESTORS_MAX), ERROR_MEMORY. On failure the store can only be freed. */
enum error cedar_entities_freeze(struct cedar_entities *entities, struct fault *fault);

void cedar_entities_free(struct cedar_entities *entities);

/* The entity, or NULL when it is neither here nor in base. Frozen or not. */
const struct cedar_entity *
cedar_entities_find(const struct cedar_entities *entities, const struct cedar_uid *uid);

/* The entities of this store (not of base) in the order of adding, for index below count. */
size_t cedar_entities_count(const struct cedar_entities *entities);
const struct cedar_entity *cedar_entities_at(const struct cedar_entities *entities, size_t index);

/* Whether uid is ancestor, or has it above it: `uid in ancestor`. Frozen stores only. */
bool cedar_entities_in(
    const struct cedar_entities *entities, const struct cedar_uid *uid,
    const struct cedar_uid *ancestor);

#endif

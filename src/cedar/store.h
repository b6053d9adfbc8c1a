/* The inside of an entity store, for the evaluator. Internal to cedar/. */
#ifndef ENDUSE_CEDAR_STORE_H
#define ENDUSE_CEDAR_STORE_H

#include "cedar/entities.h"

/* One name that the store knows: an entity, or (defined is false) only somebody's parent. */
struct cedar_node {
    struct cedar_entity entity;               /* parents sorted by address, without duplicates */
    const struct cedar_uid *const *ancestors; /* sorted by address; set by freezing */
    uint32_t ancestor_count;
    uint32_t mark; /* of the walk that computes ancestors */
    bool defined;
};

/* The node of an entity that exists, or NULL. entities may be NULL. */
const struct cedar_node *
cedar_node_find(const struct cedar_entities *entities, const struct cedar_uid *uid);

/* Whether the node's entity has ancestor above it (not: is it). */
bool cedar_node_below(const struct cedar_node *node, const struct cedar_uid *ancestor);

#endif

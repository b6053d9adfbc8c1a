/* The entity store: nodes by name, and the closure of the relation to parents. */
#include "cedar/entities.h"

#include <stdlib.h>
#include <string.h>

#include "cedar/limits.h"
#include "cedar/print.h"
#include "cedar/store.h"

struct cedar_entities {
    const struct cedar_entities *base;
    bool frozen;
    struct arena arena;
    struct cedar_node **all; /* in the order of adding; after freezing, then mere parents */
    size_t count, all_count, room;
    struct cedar_node **slots; /* by the hash of the name, open addressing, half full at most */
    size_t slot_count;
};

enum error
cedar_entities_create(const struct cedar_entities *base, struct cedar_entities **ret_entities)
{
    if (base && !base->frozen)
        return ERROR_STATE;
    struct cedar_entities *entities = calloc(1, sizeof *entities);
    if (!entities)
        return ERROR_MEMORY;
    entities->base = base;
    *ret_entities = entities;
    return ERROR_OK;
}

void cedar_entities_free(struct cedar_entities *entities)
{
    if (!entities)
        return;
    arena_free(&entities->arena);
    free(entities->all);
    free(entities->slots);
    free(entities);
}

/* The node of a name in this store alone, defined or not. */
static struct cedar_node *
find_here(const struct cedar_entities *entities, const struct cedar_uid *uid)
{
    if (!entities->slot_count)
        return NULL;
    size_t mask = entities->slot_count - 1, slot = uid->hash & mask;
    struct cedar_node *node;
    while ((node = entities->slots[slot]) && node->entity.uid != uid)
        slot = (slot + 1) & mask;
    return node;
}

const struct cedar_node *
cedar_node_find(const struct cedar_entities *entities, const struct cedar_uid *uid)
{
    for (; entities; entities = entities->base) {
        const struct cedar_node *node = find_here(entities, uid);
        if (node && node->defined)
            return node;
    }
    return NULL;
}

static bool
has_address(const struct cedar_uid *const *sorted, size_t count, const struct cedar_uid *uid)
{
    size_t low = 0, high = count;
    while (high - low > 8) {
        size_t middle = low + (high - low) / 2;
        if ((uintptr_t)sorted[middle] <= (uintptr_t)uid)
            low = middle;
        else
            high = middle;
    }
    for (; low < high; low++) {
        if (sorted[low] == uid)
            return true;
    }
    return false;
}

bool cedar_node_below(const struct cedar_node *node, const struct cedar_uid *ancestor)
{
    return has_address(node->ancestors, node->ancestor_count, ancestor);
}

const struct cedar_entity *
cedar_entities_find(const struct cedar_entities *entities, const struct cedar_uid *uid)
{
    const struct cedar_node *node = cedar_node_find(entities, uid);
    return node ? &node->entity : NULL;
}

size_t cedar_entities_count(const struct cedar_entities *entities)
{
    return entities->count;
}

const struct cedar_entity *cedar_entities_at(const struct cedar_entities *entities, size_t index)
{
    return &entities->all[index]->entity;
}

bool cedar_entities_in(
    const struct cedar_entities *entities, const struct cedar_uid *uid,
    const struct cedar_uid *ancestor)
{
    if (uid == ancestor)
        return true;
    const struct cedar_node *node = cedar_node_find(entities, uid);
    return node && cedar_node_below(node, ancestor);
}

static int compare_addresses(const void *a, const void *b)
{
    const struct cedar_uid *const *x = a, *const *y = b;
    return ((uintptr_t)*x > (uintptr_t)*y) - ((uintptr_t)*x < (uintptr_t)*y);
}

/* Sorts names by address and drops duplicates; returns how many are left. */
static size_t arrange(const struct cedar_uid **uids, size_t count)
{
    size_t kept = 0;
    if (count > 1)
        qsort(uids, count, sizeof *uids, compare_addresses);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || uids[kept - 1] != uids[i])
            uids[kept++] = uids[i];
    }
    return kept;
}

static bool records_same(const struct cedar_record *a, const struct cedar_record *b)
{
    if (!a || !b)
        return (!a || a->count == 0) && (!b || b->count == 0);
    return cedar_value_equal(cedar_value_record(a), cedar_value_record(b));
}

static bool entities_same(const struct cedar_entity *a, const struct cedar_entity *b)
{
    return records_same(a->attributes, b->attributes) && records_same(a->tags, b->tags) &&
           a->parent_count == b->parent_count &&
           (a->parent_count == 0 ||
            memcmp(a->parents, b->parents, a->parent_count * sizeof *a->parents) == 0);
}

static enum error refuse(struct fault *fault, enum error error, const struct cedar_uid *uid)
{
    struct buffer name = {0};
    cedar_print_uid(&name, uid);
    const char *text = buffer_text(&name);
    fault_place(fault, error, "%s", text ? text : "");
    buffer_free(&name);
    return error;
}

/* Makes room for one more node in the list and the table, so that putting it cannot fail. */
static enum error make_room(struct cedar_entities *entities)
{
    if (entities->all_count == entities->room) {
        size_t room = entities->room ? entities->room * 2 : 32;
        struct cedar_node **all = realloc(entities->all, room * sizeof *all);
        if (!all)
            return ERROR_MEMORY;
        entities->all = all;
        entities->room = room;
    }
    size_t slot_count = entities->slot_count ? entities->slot_count : 64;
    if (slot_count < (entities->all_count + 1) * 2)
        slot_count *= 2;
    if (slot_count == entities->slot_count)
        return ERROR_OK;
    struct cedar_node **slots = calloc(slot_count, sizeof(struct cedar_node *));
    if (!slots)
        return ERROR_MEMORY;
    for (size_t i = 0; i < entities->all_count; i++) {
        size_t slot = entities->all[i]->entity.uid->hash & (slot_count - 1);
        while (slots[slot])
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = entities->all[i];
    }
    free(entities->slots);
    entities->slots = slots;
    entities->slot_count = slot_count;
    return ERROR_OK;
}

static void put(struct cedar_entities *entities, struct cedar_node *node)
{
    size_t mask = entities->slot_count - 1, slot = node->entity.uid->hash & mask;
    while (entities->slots[slot])
        slot = (slot + 1) & mask;
    entities->slots[slot] = node;
    entities->all[entities->all_count++] = node;
}

/* Whether a store below knows the name, which is defined in none, as somebody's parent. */
static bool is_settled_below(const struct cedar_entities *base, const struct cedar_uid *uid)
{
    while (base && !find_here(base, uid))
        base = base->base;
    return base != NULL;
}

static enum error
copy_entity(struct arena *arena, const struct cedar_entity *entity, struct cedar_node **ret_node)
{
    struct cedar_node *node = ARENA_NEW(arena, struct cedar_node);
    const struct cedar_uid **parents =
        ARENA_ARRAY(arena, const struct cedar_uid *, entity->parent_count);
    if (!node || !parents)
        return ERROR_MEMORY;
    if (entity->parent_count)
        memcpy(parents, entity->parents, entity->parent_count * sizeof *parents);
    node->entity = *entity;
    node->entity.parents = parents;
    node->entity.parent_count = arrange(parents, entity->parent_count);
    node->defined = true;
    *ret_node = node;
    return ERROR_OK;
}

enum error cedar_entities_add(
    struct cedar_entities *entities, const struct cedar_entity *entity, struct fault *fault)
{
    if (entities->frozen)
        return refuse(fault, ERROR_STATE, entity->uid);
    if (entities->count == CEDAR_ENTITIES_MAX || entity->parent_count > CEDAR_PARENTS_MAX)
        return refuse(fault, ERROR_TOO_LARGE, entity->uid);
    struct cedar_node *node;
    enum error error = copy_entity(&entities->arena, entity, &node);
    if (error)
        return refuse(fault, error, entity->uid);
    const struct cedar_node *before = cedar_node_find(entities, entity->uid);
    if (before)
        return entities_same(&before->entity, &node->entity)
                   ? ERROR_OK
                   : refuse(fault, ERROR_CEDAR_DUPLICATE_ENTITY, entity->uid);
    if (entity->parent_count && is_settled_below(entities->base, entity->uid))
        return refuse(fault, ERROR_CEDAR_OVERLAY, entity->uid);
    if ((error = make_room(entities)))
        return refuse(fault, error, entity->uid);
    put(entities, node);
    entities->count++;
    return ERROR_OK;
}

/* Names each parent that is defined nowhere, so that a store above knows. */
static enum error add_mere_parents(struct cedar_entities *entities)
{
    for (size_t i = 0; i < entities->count; i++) {
        const struct cedar_entity *entity = &entities->all[i]->entity;
        for (size_t k = 0; k < entity->parent_count; k++) {
            const struct cedar_uid *parent = entity->parents[k];
            if (find_here(entities, parent) || cedar_node_find(entities->base, parent))
                continue;
            struct cedar_node *node = ARENA_NEW(&entities->arena, struct cedar_node);
            if (!node || make_room(entities))
                return ERROR_MEMORY;
            node->entity.uid = parent;
            put(entities, node);
        }
    }
    return ERROR_OK;
}

/* The walk over parents, without recursion: a chain may be as long as the store. */
enum { MARK_NEW, MARK_OPEN, MARK_DONE };

struct walk {
    struct cedar_entities *entities;
    struct cedar_node **stack;
    size_t depth;
    const struct cedar_uid **gathered; /* room for a node's ancestors, with duplicates */
    size_t gathered_room, total;
};

static enum error gather(struct walk *walk, size_t *count, const struct cedar_node *parent)
{
    size_t needed = *count + 1 + parent->ancestor_count;
    if (needed > CEDAR_ANCESTORS_MAX)
        return ERROR_TOO_LARGE;
    if (needed > walk->gathered_room) {
        size_t room = needed * 2;
        const struct cedar_uid **grown = realloc(walk->gathered, room * sizeof *grown);
        if (!grown)
            return ERROR_MEMORY;
        walk->gathered = grown;
        walk->gathered_room = room;
    }
    walk->gathered[(*count)++] = parent->entity.uid;
    if (parent->ancestor_count)
        memcpy(
            walk->gathered + *count, parent->ancestors,
            parent->ancestor_count * sizeof *walk->gathered);
    *count += parent->ancestor_count;
    return ERROR_OK;
}

/* The parents' nodes here, or in a store below, where they are settled. Never NULL: each parent is
 * at least a mere one. */
static struct cedar_node *parent_here(const struct walk *walk, const struct cedar_uid *parent)
{
    return find_here(walk->entities, parent);
}

/* All parents are done: their ancestors and they are the node's. */
static enum error close_node(struct walk *walk, struct cedar_node *node)
{
    size_t count = 0;
    for (size_t i = 0; i < node->entity.parent_count; i++) {
        const struct cedar_uid *uid = node->entity.parents[i];
        const struct cedar_node *parent = parent_here(walk, uid);
        if (!parent)
            parent = cedar_node_find(walk->entities->base, uid);
        enum error error = gather(walk, &count, parent);
        if (error)
            return error;
    }
    count = arrange(walk->gathered, count);
    walk->total += count;
    if (walk->total > CEDAR_ANCESTORS_MAX)
        return ERROR_TOO_LARGE;
    const struct cedar_uid **ancestors =
        ARENA_ARRAY(&walk->entities->arena, const struct cedar_uid *, count);
    if (!ancestors)
        return ERROR_MEMORY;
    if (count)
        memcpy(ancestors, walk->gathered, count * sizeof *ancestors);
    node->ancestors = ancestors;
    node->ancestor_count = (uint32_t)count;
    node->mark = MARK_DONE;
    return ERROR_OK;
}

/* Puts the node's unfinished parents on the stack; one that is open already is below it there. */
static enum error open_node(struct walk *walk, struct cedar_node *node, struct fault *fault)
{
    node->mark = MARK_OPEN;
    for (size_t i = 0; i < node->entity.parent_count; i++) {
        struct cedar_node *parent = parent_here(walk, node->entity.parents[i]);
        if (parent && parent->mark == MARK_OPEN)
            return refuse(fault, ERROR_CEDAR_CYCLE, parent->entity.uid);
        if (!parent || parent->mark == MARK_DONE)
            continue;
        walk->stack[walk->depth++] = parent;
    }
    return ERROR_OK;
}

static enum error walk_from(struct walk *walk, struct cedar_node *node, struct fault *fault)
{
    walk->stack[walk->depth++] = node;
    while (walk->depth > 0) {
        enum error error = ERROR_OK;
        node = walk->stack[walk->depth - 1];
        if (node->mark == MARK_NEW) {
            error = open_node(walk, node, fault);
        } else {
            walk->depth--;
            /* A node may stand on the stack twice, as the parent of two; the first time does it. */
            if (node->mark == MARK_OPEN && (error = close_node(walk, node)))
                fault_set(fault, error, NULL, NULL, NULL);
        }
        if (error)
            return error;
    }
    return ERROR_OK;
}

enum error cedar_entities_freeze(struct cedar_entities *entities, struct fault *fault)
{
    if (entities->frozen)
        return ERROR_OK;
    enum error error = add_mere_parents(entities);
    if (error)
        return fault_set(fault, error, NULL, NULL, NULL);
    /* A node is put on the stack at most once for each child that opens it. */
    size_t most = 1;
    for (size_t i = 0; i < entities->all_count; i++)
        most += 1 + entities->all[i]->entity.parent_count;
    struct walk walk = {.entities = entities};
    walk.stack = malloc(most * sizeof(struct cedar_node *));
    if (!walk.stack)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    for (size_t i = 0; !error && i < entities->all_count; i++) {
        if (entities->all[i]->mark == MARK_NEW)
            error = walk_from(&walk, entities->all[i], fault);
    }
    free(walk.stack);
    free(walk.gathered);
    if (!error)
        entities->frozen = true;
    return error;
}

/* The scope index: each rule stands under the one key that tells it apart best, so that a request
 * looks only at rules that share a name or type with it. */
#include <stdlib.h>

#include "cedar/hash.h"
#include "cedar/inside.h"

static uint64_t hash_of(enum cedar_key_kind kind, const void *name)
{
    if (!name)
        return 0;
    bool is_type = kind == CEDAR_KEY_PRINCIPAL_TYPE || kind == CEDAR_KEY_RESOURCE_TYPE;
    return is_type ? ((const struct cedar_string *)name)->hash
                   : ((const struct cedar_uid *)name)->hash;
}

static struct cedar_bucket *
slot_of(const struct cedar_index *index, const void *name, uint64_t hash)
{
    uint32_t mask = index->slot_count - 1, slot = (uint32_t)hash & mask;
    while (index->slots[slot].count && index->slots[slot].name != name)
        slot = (slot + 1) & mask;
    return &index->slots[slot];
}

const struct cedar_bucket *
cedar_index_find(const struct cedar_index *index, const void *name, uint64_t hash)
{
    if (!index->count)
        return NULL;
    const struct cedar_bucket *bucket = slot_of(index, name, hash);
    return bucket->count ? bucket : NULL;
}

/* The names of one kind that a rule could stand under: it must then stand under all of them. */
static uint32_t
names_of(const struct cedar_rule *rule, enum cedar_key_kind kind, const void *const **ret_names)
{
    const struct cedar_constraint *constraint =
        kind == CEDAR_KEY_ACTION                                          ? &rule->action
        : kind == CEDAR_KEY_PRINCIPAL || kind == CEDAR_KEY_PRINCIPAL_TYPE ? &rule->principal
                                                                          : &rule->resource;
    if (kind == CEDAR_KEY_PRINCIPAL_TYPE || kind == CEDAR_KEY_RESOURCE_TYPE) {
        /* The type of `is`, and that of the entity of `==`. */
        if (constraint->type)
            *ret_names = (const void *const *)&constraint->type;
        else if (constraint->kind == CEDAR_SCOPE_EQUAL)
            *ret_names = (const void *const *)&constraint->uids[0]->type;
        else
            return 0;
        return 1;
    }
    *ret_names = (const void *const *)constraint->uids;
    return constraint->count;
}

/* `action in []` matches nothing, so that the rule need not be found at all. */
static bool never_matches(const struct cedar_rule *rule)
{
    return rule->action.kind == CEDAR_SCOPE_IN && rule->action.count == 0;
}

static enum error make_slots(struct cedar_index *index, size_t names)
{
    if (names == 0)
        return ERROR_OK;
    if (names > UINT32_MAX / 4)
        return ERROR_TOO_LARGE;
    uint32_t slot_count = 4;
    while (slot_count < names * 2)
        slot_count *= 2;
    index->slots = calloc(slot_count, sizeof *index->slots);
    if (!index->slots)
        return ERROR_MEMORY;
    index->slot_count = slot_count;
    return ERROR_OK;
}

/* Counts, for each name of a kind, the rules that could stand under it. */
static enum error count_rules(
    const struct cedar_program *program, enum cedar_key_kind kind, struct cedar_index *counts)
{
    size_t names = 0;
    const void *const *list;
    for (uint32_t i = 0; i < program->count; i++)
        names += names_of(&program->rules[i], kind, &list);
    enum error error = make_slots(counts, names);
    for (uint32_t i = 0; !error && i < program->count; i++) {
        uint32_t count = names_of(&program->rules[i], kind, &list);
        for (uint32_t k = 0; k < count; k++) {
            struct cedar_bucket *bucket = slot_of(counts, list[k], hash_of(kind, list[k]));
            bucket->name = list[k];
            bucket->count++;
        }
    }
    return error;
}

/* The kind under which the rule has the fewest neighbours; of equals the first. */
static enum cedar_key_kind
choose(const struct cedar_rule *rule, const struct cedar_index counts[CEDAR_KEY_ANY])
{
    enum cedar_key_kind best = CEDAR_KEY_ANY;
    uint32_t fewest = UINT32_MAX;
    for (enum cedar_key_kind kind = 0; kind < CEDAR_KEY_ANY; kind++) {
        const void *const *names;
        uint32_t count = names_of(rule, kind, &names), most = 0;
        for (uint32_t k = 0; k < count; k++) {
            uint32_t here = slot_of(&counts[kind], names[k], hash_of(kind, names[k]))->count;
            if (here > most)
                most = here;
        }
        if (count && most < fewest) {
            fewest = most;
            best = kind;
        }
    }
    return best;
}

/* Puts a rule under a name, once. Buckets grow in the arena by doubling. */
static enum error
put(struct cedar_program *program, enum cedar_key_kind kind, const void *name, uint32_t rule)
{
    struct cedar_index *index = &program->indexes[kind];
    struct cedar_bucket *bucket = slot_of(index, name, hash_of(kind, name));
    uint32_t count = bucket->count;
    if (count && bucket->rules[count - 1] == rule)
        return ERROR_OK;
    if ((count & (count - 1)) == 0) {
        uint32_t *rules = ARENA_ARRAY(&program->arena, uint32_t, count ? (size_t)count * 2 : 1);
        if (!rules)
            return ERROR_MEMORY;
        for (uint32_t i = 0; i < count; i++)
            rules[i] = bucket->rules[i];
        bucket->rules = rules;
    }
    index->count += count == 0;
    bucket->name = name;
    bucket->rules[bucket->count++] = rule;
    return ERROR_OK;
}

static enum error
put_all(struct cedar_program *program, const struct cedar_index counts[CEDAR_KEY_ANY])
{
    for (uint32_t i = 0; i < program->count; i++) {
        const struct cedar_rule *rule = &program->rules[i];
        if (never_matches(rule))
            continue;
        enum cedar_key_kind kind = choose(rule, counts);
        const void *const *names, *none = NULL;
        uint32_t count = 1;
        if (kind == CEDAR_KEY_ANY)
            names = &none;
        else
            count = names_of(rule, kind, &names);
        for (uint32_t k = 0; k < count; k++) {
            enum error error = put(program, kind, names[k], i);
            if (error)
                return error;
        }
    }
    return ERROR_OK;
}

enum error cedar_index_build(struct cedar_program *program)
{
    struct cedar_index counts[CEDAR_KEY_ANY] = {0};
    enum error error = make_slots(&program->indexes[CEDAR_KEY_ANY], 1);
    for (enum cedar_key_kind kind = 0; !error && kind < CEDAR_KEY_ANY; kind++) {
        error = count_rules(program, kind, &counts[kind]);
        /* At most as many names are used as could be. */
        if (!error && counts[kind].slot_count)
            error = make_slots(&program->indexes[kind], counts[kind].slot_count / 2);
    }
    if (!error)
        error = put_all(program, counts);
    for (enum cedar_key_kind kind = 0; kind < CEDAR_KEY_ANY; kind++)
        free(counts[kind].slots);
    return error;
}

void cedar_index_free(struct cedar_program *program)
{
    for (enum cedar_key_kind kind = 0; kind < CEDAR_KEY_KINDS; kind++)
        free(program->indexes[kind].slots);
}

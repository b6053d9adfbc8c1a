/* The inside of a compiled program: policies as code, and the index that finds those that a request
 * can come under. Internal to cedar/. */
#ifndef ENDUSE_CEDAR_INSIDE_H
#define ENDUSE_CEDAR_INSIDE_H

#include "cedar/code.h"

/* A constraint of a scope, its names interned. */
struct cedar_constraint {
    enum cedar_scope_kind kind;
    uint32_t count;
    const struct cedar_string *type;
    const struct cedar_uid *const *uids;
};

struct cedar_rule {
    bool forbid;
    uint32_t first; /* instruction of its conditions */
    struct cedar_constraint principal, action, resource;
};

/* By what a rule is found. It stands under one key only (or under one for each action of its list),
 * the one that it shares with the fewest others. */
enum cedar_key_kind {
    CEDAR_KEY_ACTION, /* uid: the action or what it is in */
    CEDAR_KEY_PRINCIPAL_TYPE,
    CEDAR_KEY_RESOURCE_TYPE,
    CEDAR_KEY_PRINCIPAL, /* uid: the principal or what it is in */
    CEDAR_KEY_RESOURCE,
    CEDAR_KEY_ANY, /* no key: looked at for each request */
    CEDAR_KEY_KINDS,
};

/* All rules under one key, in ascending order. */
struct cedar_bucket {
    const void *name; /* struct cedar_uid or, of a type, struct cedar_string */
    uint32_t *rules;
    uint32_t count;
};

/* The buckets of one kind by the hash of their names, open addressing. */
struct cedar_index {
    struct cedar_bucket *slots;
    uint32_t slot_count, count;
};

struct cedar_program {
    const struct cedar_policies *policies;
    struct arena arena;
    struct cedar_code code;
    struct cedar_rule *rules;
    uint32_t count;
    struct cedar_index indexes[CEDAR_KEY_KINDS];
    uint32_t heap; /* the most that one policy's conditions need */
};

/* Builds the indexes of a program whose rules are complete. In index.c. */
enum error cedar_index_build(struct cedar_program *program);
void cedar_index_free(struct cedar_program *program);

/* The bucket of a name, or NULL. */
const struct cedar_bucket *
cedar_index_find(const struct cedar_index *index, const void *name, uint64_t hash);

/* Whether the request comes under the rule's scope. nodes are the machine's. In authorize.c. */
bool cedar_rule_matches(const struct cedar_rule *rule, const struct cedar_machine *machine);

#endif

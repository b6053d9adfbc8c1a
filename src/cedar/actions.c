/* The entities that a schema itself has: its actions, under their groups. */
#include "cedar/check.h"

static enum error add_action(
    const struct cedar_action *action, struct cedar_symbols *symbols, struct arena *arena,
    struct cedar_entities *entities, struct fault *fault)
{
    struct cedar_entity entity = {.parent_count = action->member_of_count};
    enum error error = cedar_intern_uid(symbols, action->type->name, action->id, &entity.uid);
    if (error)
        return fault_set(fault, error, NULL, NULL, NULL);
    if (cedar_entities_find(entities, entity.uid))
        return ERROR_OK;
    const struct cedar_uid **parents =
        ARENA_ARRAY(arena, const struct cedar_uid *, action->member_of_count);
    if (!parents)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    for (size_t i = 0; i < action->member_of_count; i++) {
        const struct cedar_action *group = action->member_of[i];
        error = cedar_intern_uid(symbols, group->type->name, group->id, &parents[i]);
        if (error)
            return fault_set(fault, error, NULL, NULL, NULL);
    }
    entity.parents = parents;
    return cedar_entities_add(entities, &entity, fault);
}

enum error cedar_add_actions(
    const struct cedar_schema *schema, struct cedar_symbols *symbols, struct arena *arena,
    struct cedar_entities *entities, struct fault *fault)
{
    size_t count;
    const struct cedar_action *actions = cedar_schema_actions(schema, &count);
    enum error error = ERROR_OK;
    for (size_t i = 0; !error && i < count; i++)
        error = add_action(&actions[i], symbols, arena, entities, fault);
    return error;
}

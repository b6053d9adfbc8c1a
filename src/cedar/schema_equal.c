/* Whether two schemas mean the same. Names are compared, since the two have nothing in common. */
#include "cedar/schema.h"

static bool record_equal(const struct cedar_record_type *a, const struct cedar_record_type *b);

static bool type_equal(const struct cedar_type *a, const struct cedar_type *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case CEDAR_TYPE_SET:
        return type_equal(a->element, b->element);
    case CEDAR_TYPE_RECORD:
        return record_equal(a->record, b->record);
    case CEDAR_TYPE_ENTITY:
        return bytes_equal(a->entity_type->name, b->entity_type->name);
    default:
        return true;
    }
}

static bool record_equal(const struct cedar_record_type *a, const struct cedar_record_type *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct cedar_attribute *x = &a->attributes[a->by_name[i]];
        const struct cedar_attribute *y = &b->attributes[b->by_name[i]];
        if (!bytes_equal(x->name, y->name) || x->required != y->required ||
            !type_equal(x->type, y->type))
            return false;
    }
    return true;
}

/* Lists of types have no repetitions, so that as many with the same names are the same. */
static bool types_equal(
    const struct cedar_entity_type *const *a, size_t a_count,
    const struct cedar_entity_type *const *b, size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++) {
        bool found = false;
        for (size_t k = 0; k < b_count && !found; k++)
            found = bytes_equal(a[i]->name, b[k]->name);
        if (!found)
            return false;
    }
    return true;
}

static bool entity_equal(const struct cedar_entity_type *a, const struct cedar_entity_type *b)
{
    if (a->is_enum != b->is_enum || a->choice_count != b->choice_count)
        return false;
    for (size_t i = 0; i < a->choice_count; i++) {
        if (!cedar_entity_type_has_id(b, a->choices[i]))
            return false;
    }
    if ((a->tags != NULL) != (b->tags != NULL) || (a->tags && !type_equal(a->tags, b->tags)))
        return false;
    return types_equal(a->member_of, a->member_of_count, b->member_of, b->member_of_count) &&
           record_equal(&a->attributes, &b->attributes);
}

/* Groups may be repeated: each of one must be in the other, both ways. */
static bool groups_within(const struct cedar_action *a, const struct cedar_action *b)
{
    for (size_t i = 0; i < a->member_of_count; i++) {
        bool found = false;
        for (size_t k = 0; k < b->member_of_count && !found; k++)
            found = bytes_equal(a->member_of[i]->id, b->member_of[k]->id) &&
                    bytes_equal(a->member_of[i]->type->name, b->member_of[k]->type->name);
        if (!found)
            return false;
    }
    return true;
}

static bool action_equal(const struct cedar_action *a, const struct cedar_action *b)
{
    if (a->applies != b->applies || !groups_within(a, b) || !groups_within(b, a))
        return false;
    if (!a->applies) /* nobody sees its context */
        return true;
    return types_equal(a->principals, a->principal_count, b->principals, b->principal_count) &&
           types_equal(a->resources, a->resource_count, b->resources, b->resource_count) &&
           record_equal(&a->context, &b->context);
}

bool cedar_schema_equal(const struct cedar_schema *a, const struct cedar_schema *b)
{
    size_t count, other_count;
    const struct cedar_entity_type *types = cedar_schema_entity_types(a, &count);
    (void)cedar_schema_entity_types(b, &other_count);
    if (count != other_count)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct cedar_entity_type *other = cedar_schema_entity_type(b, types[i].name);
        if (!other || !entity_equal(&types[i], other))
            return false;
    }
    const struct cedar_action *actions = cedar_schema_actions(a, &count);
    (void)cedar_schema_actions(b, &other_count);
    if (count != other_count)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct cedar_action *other =
            cedar_schema_action(b, actions[i].type->name, actions[i].id);
        if (!other || !action_equal(&actions[i], other))
            return false;
    }
    return true;
}

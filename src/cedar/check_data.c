/* Data against a schema: values, requests, entities. Looking whether data conforms and telling a
 * person why it does not are kept apart: the first is what happens almost always. */
#include "cedar/check.h"

#include "cedar/names.h"

#include <stdio.h>
#include <string.h>

static struct bytes text_of(const struct cedar_string *string)
{
    return cedar_string_bytes(string);
}

static const struct cedar_action *
action_named(const struct cedar_schema *schema, const struct cedar_uid *uid)
{
    return cedar_schema_action(schema, text_of(uid->type), text_of(uid->id));
}

/* The value's type where it is one of those that have no parts. */
static bool is_simple(enum cedar_kind kind, enum cedar_type_kind *ret_type)
{
    switch (kind) {
    case CEDAR_BOOL:
        *ret_type = CEDAR_TYPE_BOOL;
        return true;
    case CEDAR_LONG:
        *ret_type = CEDAR_TYPE_LONG;
        return true;
    case CEDAR_STRING:
        *ret_type = CEDAR_TYPE_STRING;
        return true;
    case CEDAR_DECIMAL:
        *ret_type = CEDAR_TYPE_DECIMAL;
        return true;
    case CEDAR_DATETIME:
        *ret_type = CEDAR_TYPE_DATETIME;
        return true;
    case CEDAR_DURATION:
        *ret_type = CEDAR_TYPE_DURATION;
        return true;
    case CEDAR_IPADDR:
        *ret_type = CEDAR_TYPE_IPADDR;
        return true;
    case CEDAR_ENTITY:
    case CEDAR_SET:
    case CEDAR_RECORD:
        return false;
    }
    return false;
}

/* Whether the entity may be named at all: a choice where they are enumerated, a declared action. */
static bool may_be_named(
    const struct cedar_schema *schema, const struct cedar_entity_type *type,
    const struct cedar_uid *uid)
{
    return type->is_action ? action_named(schema, uid) != NULL
                           : cedar_entity_type_has_id(type, text_of(uid->id));
}

static bool conforms(
    const struct cedar_schema *schema, const struct cedar_type *type, struct cedar_value value);

/* "No attribute that is not declared; each declared one of its type; the required ones present." */
static bool record_conforms(
    const struct cedar_schema *schema, const struct cedar_record_type *type,
    const struct cedar_record *record)
{
    size_t count = record ? record->count : 0, required = 0;
    for (size_t i = 0; i < count; i++) {
        const struct cedar_attribute *attribute =
            cedar_record_type_attribute(type, text_of(record->keys[i]));
        if (!attribute || !conforms(schema, attribute->type, record->values[i]))
            return false;
        required += attribute->required;
    }
    for (size_t i = 0; i < type->count; i++)
        required -= type->attributes[i].required;
    return required == 0;
}

static bool
conforms(const struct cedar_schema *schema, const struct cedar_type *type, struct cedar_value value)
{
    enum cedar_type_kind kind;
    if (is_simple(value.kind, &kind))
        return kind == type->kind;
    if (type->kind == CEDAR_TYPE_ENTITY)
        return value.kind == CEDAR_ENTITY &&
               bytes_equal(text_of(value.entity->type), type->entity_type->name) &&
               may_be_named(schema, type->entity_type, value.entity);
    if (type->kind == CEDAR_TYPE_RECORD)
        return value.kind == CEDAR_RECORD && record_conforms(schema, type->record, value.record);
    if (type->kind != CEDAR_TYPE_SET || value.kind != CEDAR_SET)
        return false;
    for (size_t i = 0; i < value.set->count; i++)
        if (!conforms(schema, type->element, value.set->elements[i]))
            return false;
    return true;
}

/* Explaining: each of these is called with what does not conform. The path is put together from
 * its end, on the way out. */

enum { UID_WORDS_SIZE = 110, EXPECTED_SIZE = 160 };

static const char *uid_words(const struct cedar_uid *uid, char text[UID_WORDS_SIZE])
{
    char id[60];
    struct bytes type = text_of(uid->type);
    snprintf(
        text, UID_WORDS_SIZE, "%.*s::%s", (int)(type.length > 48 ? 48 : type.length),
        (const char *)type.data, quote_text(text_of(uid->id), id, sizeof id));
    return text;
}

/* Why an entity may not be named although its type is declared. */
static enum error explain_name(
    const struct cedar_schema *schema, const struct cedar_entity_type *type,
    const struct cedar_uid *uid, struct fault *fault)
{
    char words[UID_WORDS_SIZE], expected[NEAREST_WORDS_SIZE];
    struct nearest nearest = {.wanted = text_of(uid->id)};
    size_t count;
    if (type->is_action) {
        const struct cedar_action *actions = cedar_schema_actions(schema, &count);
        for (size_t i = 0; i < count; i++)
            cedar_nearest_consider(&nearest, actions[i].type->name, actions[i].id);
        return fault_set(
            fault, ERROR_CHECK_ACTION, NULL,
            cedar_nearest_words(&nearest, "an action of the schema", expected), "%s",
            uid_words(uid, words));
    }
    for (size_t i = 0; i < type->choice_count; i++)
        cedar_nearest_consider(&nearest, type->name, type->choices[i]);
    return fault_set(
        fault, ERROR_CHECK_ENTITY, NULL,
        cedar_nearest_words(&nearest, "one that its type enumerates", expected), "%s",
        uid_words(uid, words));
}

static enum error
explain_kind(const struct cedar_type *type, struct cedar_value value, struct fault *fault)
{
    char words[UID_WORDS_SIZE], expected[EXPECTED_SIZE];
    struct buffer buffer = {.limit = EXPECTED_SIZE - 1};
    if (type->kind == CEDAR_TYPE_RECORD)
        buffer_append_text(&buffer, "a record");
    else
        cedar_print_type(&buffer, type);
    struct bytes printed = buffer_view(&buffer);
    snprintf(expected, sizeof expected, "%.*s", (int)printed.length, (const char *)printed.data);
    buffer_free(&buffer);
    return fault_set(
        fault, ERROR_CHECK_VALUE, NULL, expected, "%s",
        value.kind == CEDAR_ENTITY ? uid_words(value.entity, words) : cedar_kind_name(value.kind));
}

static enum error explain(
    const struct cedar_schema *schema, const struct cedar_type *type, struct cedar_value value,
    struct fault *fault, struct path *path);

static enum error explain_missing(
    const struct cedar_record_type *type, const struct cedar_record *record, struct fault *fault,
    struct path *path)
{
    for (size_t i = 0; i < type->count; i++) {
        const struct cedar_attribute *attribute = &type->attributes[i];
        size_t k = 0, count = record ? record->count : 0;
        while (k < count && !bytes_equal(text_of(record->keys[k]), attribute->name))
            k++;
        if (k < count || !attribute->required)
            continue;
        struct buffer buffer = {.limit = EXPECTED_SIZE};
        path_key(path, attribute->name);
        cedar_print_type(&buffer, attribute->type);
        enum error error = fault_set(fault, ERROR_CHECK_MISSING, NULL, buffer_text(&buffer), NULL);
        buffer_free(&buffer);
        return error;
    }
    return fault_set(fault, ERROR_INTERNAL, NULL, NULL, NULL);
}

/* Of several attributes that do not conform, tells of the first by name: the order of a record's
 * keys is that of addresses. */
static enum error explain_record(
    const struct cedar_schema *schema, const struct cedar_record_type *type,
    const struct cedar_record *record, struct fault *fault, struct path *path)
{
    size_t count = record ? record->count : 0, worst = count;
    const struct cedar_attribute *attribute;
    for (size_t i = 0; i < count; i++) {
        attribute = cedar_record_type_attribute(type, text_of(record->keys[i]));
        if (attribute && conforms(schema, attribute->type, record->values[i]))
            continue;
        if (worst == count ||
            bytes_compare(text_of(record->keys[i]), text_of(record->keys[worst])) < 0)
            worst = i;
    }
    if (worst == count)
        return explain_missing(type, record, fault, path);
    struct bytes key = text_of(record->keys[worst]);
    attribute = cedar_record_type_attribute(type, key);
    enum error error;
    if (attribute) {
        error = explain(schema, attribute->type, record->values[worst], fault, path);
    } else {
        char expected[NEAREST_WORDS_SIZE], quoted[60];
        struct nearest nearest = {.wanted = key};
        for (size_t i = 0; i < type->count; i++)
            cedar_nearest_consider(&nearest, (struct bytes){0}, type->attributes[i].name);
        error = fault_set(
            fault, ERROR_CHECK_ATTRIBUTE, NULL,
            cedar_nearest_words(&nearest, "an attribute that is declared", expected), "%s",
            quote_text(key, quoted, sizeof quoted));
    }
    path_key(path, key);
    return error;
}

static enum error explain(
    const struct cedar_schema *schema, const struct cedar_type *type, struct cedar_value value,
    struct fault *fault, struct path *path)
{
    if (type->kind == CEDAR_TYPE_RECORD && value.kind == CEDAR_RECORD)
        return explain_record(schema, type->record, value.record, fault, path);
    if (type->kind == CEDAR_TYPE_ENTITY && value.kind == CEDAR_ENTITY &&
        bytes_equal(text_of(value.entity->type), type->entity_type->name))
        return explain_name(schema, type->entity_type, value.entity, fault);
    if (type->kind == CEDAR_TYPE_SET && value.kind == CEDAR_SET)
        for (size_t i = 0; i < value.set->count; i++)
            if (!conforms(schema, type->element, value.set->elements[i]))
                return explain(schema, type->element, value.set->elements[i], fault, path);
    return explain_kind(type, value, fault);
}

static enum error
placed(struct fault *fault, enum error error, struct path *path, const char *place)
{
    if (fault) {
        snprintf(fault->place, sizeof fault->place, "%s", path_text(path));
        if (place)
            return fault_within(fault, error, "%s", place);
    }
    return error;
}

static enum error check_record(
    const struct cedar_schema *schema, const struct cedar_record_type *type,
    const struct cedar_record *record, const char *place, struct fault *fault)
{
    if (record_conforms(schema, type, record))
        return ERROR_OK;
    struct path path;
    path_begin(&path);
    enum error error = explain_record(schema, type, record, fault, &path);
    return placed(fault, error, &path, place);
}

enum error cedar_check_value(
    const struct cedar_schema *schema, const struct cedar_type *type, struct cedar_value value,
    struct fault *fault)
{
    if (conforms(schema, type, value))
        return ERROR_OK;
    struct path path;
    path_begin(&path);
    enum error error = explain(schema, type, value, fault, &path);
    return placed(fault, error, &path, NULL);
}

enum error cedar_check_record(
    const struct cedar_schema *schema, const struct cedar_record_type *type,
    const struct cedar_record *record, struct fault *fault)
{
    return check_record(schema, type, record, NULL, fault);
}

/* Whether principal or resource is of one of the types that the action applies to. */
static enum error check_variable(
    const struct cedar_schema *schema, const struct cedar_entity_type *const *types, size_t count,
    const struct cedar_uid *uid, const char *place, struct fault *fault)
{
    char words[UID_WORDS_SIZE], expected[NEAREST_WORDS_SIZE];
    struct nearest nearest = {.wanted = text_of(uid->type)};
    for (size_t i = 0; i < count; i++) {
        if (bytes_equal(types[i]->name, text_of(uid->type))) {
            if (may_be_named(schema, types[i], uid))
                return ERROR_OK;
            return fault_within(fault, explain_name(schema, types[i], uid, fault), "%s", place);
        }
        cedar_nearest_consider(&nearest, (struct bytes){0}, types[i]->name);
    }
    bool known = cedar_schema_entity_type(schema, text_of(uid->type)) != NULL;
    return fault_set(
        fault, known ? ERROR_CHECK_APPLIES : ERROR_CHECK_ENTITY_TYPE, place,
        cedar_nearest_words(&nearest, "an entity of a type that the action applies to", expected),
        "%s", uid_words(uid, words));
}

enum error cedar_check_request(
    const struct cedar_schema *schema, const struct cedar_request *request, struct fault *fault)
{
    const struct cedar_action *action = action_named(schema, request->action);
    if (!action) {
        static const struct cedar_entity_type any = {.is_action = true};
        return fault_within(fault, explain_name(schema, &any, request->action, fault), "action");
    }
    char words[UID_WORDS_SIZE];
    if (!action->applies)
        return fault_set(
            fault, ERROR_CHECK_APPLIES, "action", "an action with an appliesTo", "%s",
            uid_words(request->action, words));
    enum error error = check_variable(
        schema, action->principals, action->principal_count, request->principal, "principal",
        fault);
    if (!error)
        error = check_variable(
            schema, action->resources, action->resource_count, request->resource, "resource",
            fault);
    if (!error)
        error = check_record(schema, &action->context, request->context, "context", fault);
    return error;
}

/* Puts into the set all groups above an entity that is an action, and refuses others. */
static enum error gather_groups(
    const struct cedar_schema *schema, const struct cedar_entities *entities,
    const struct cedar_entity *entity, const struct cedar_action *action, bool *seen,
    const struct cedar_entity **stack, const char *place, struct fault *fault)
{
    char words[UID_WORDS_SIZE];
    size_t depth = 0;
    stack[depth++] = entity;
    while (depth > 0) {
        const struct cedar_entity *below = stack[--depth];
        for (size_t i = 0; i < below->parent_count; i++) {
            const struct cedar_action *group = action_named(schema, below->parents[i]);
            if (!group || !cedar_schema_action_descends(schema, action, group))
                return fault_set(
                    fault, ERROR_CHECK_PARENT, place, "a group of the schema", "%s",
                    uid_words(below->parents[i], words));
            if (seen[group->index])
                continue;
            seen[group->index] = true;
            const struct cedar_entity *above =
                entities ? cedar_entities_find(entities, below->parents[i]) : NULL;
            if (above)
                stack[depth++] = above;
        }
    }
    return ERROR_OK;
}

/* "An action is as the schema defines it": its groups, and neither attributes nor tags. */
static enum error check_action(
    const struct cedar_schema *schema, const struct cedar_entities *entities,
    const struct cedar_entity *entity, const char *place, struct fault *fault)
{
    size_t count;
    const struct cedar_action *actions = cedar_schema_actions(schema, &count);
    const struct cedar_action *action = action_named(schema, entity->uid);
    struct arena arena = {0};
    bool *seen = ARENA_ARRAY(&arena, bool, count + 1);
    const struct cedar_entity **stack = ARENA_ARRAY(&arena, const struct cedar_entity *, count + 1);
    enum error error = ERROR_OK;
    if (!seen || !stack)
        error = fault_set(fault, ERROR_MEMORY, place, NULL, NULL);
    if (!error)
        error = gather_groups(schema, entities, entity, action, seen, stack, place, fault);
    for (size_t i = 0; i < count && !error; i++) {
        char quoted[80];
        if (cedar_schema_action_descends(schema, action, &actions[i]) && !seen[i])
            error = fault_set(
                fault, ERROR_CHECK_PARENT, place, "each group that the schema puts it in",
                "none named %s", quote_text(actions[i].id, quoted, sizeof quoted));
    }
    arena_free(&arena);
    return error;
}

static enum error check_tags(
    const struct cedar_schema *schema, const struct cedar_entity_type *type,
    const struct cedar_record *tags, const char *place, struct fault *fault)
{
    size_t count = tags ? tags->count : 0, worst = count;
    for (size_t i = 0; i < count; i++) {
        if (type->tags && conforms(schema, type->tags, tags->values[i]))
            continue;
        if (worst == count || bytes_compare(text_of(tags->keys[i]), text_of(tags->keys[worst])) < 0)
            worst = i;
    }
    if (worst == count)
        return ERROR_OK;
    struct path path;
    path_begin(&path);
    enum error error = type->tags ? explain(schema, type->tags, tags->values[worst], fault, &path)
                                  : fault_set(fault, ERROR_CHECK_TAG, NULL, "no tags", NULL);
    path_key(&path, text_of(tags->keys[worst]));
    path_key(&path, BYTES_LITERAL("tags"));
    return placed(fault, error, &path, place);
}

static enum error check_parents(
    const struct cedar_schema *schema, const struct cedar_entity_type *type,
    const struct cedar_entity *entity, const char *place, struct fault *fault)
{
    char words[UID_WORDS_SIZE];
    for (size_t i = 0; i < entity->parent_count; i++) {
        const struct cedar_uid *parent = entity->parents[i];
        const struct cedar_entity_type *above =
            cedar_schema_entity_type(schema, text_of(parent->type));
        if (!above || !cedar_schema_type_descends(schema, type, above))
            return fault_set(
                fault, ERROR_CHECK_PARENT, place, "a parent of a type that the schema names", "%s",
                uid_words(parent, words));
        if (!may_be_named(schema, above, parent))
            return fault_within(
                fault, explain_name(schema, above, parent, fault), "%s: parent", place);
    }
    return ERROR_OK;
}

enum error cedar_check_entity(
    const struct cedar_schema *schema, const struct cedar_entities *entities,
    const struct cedar_entity *entity, struct fault *fault)
{
    char place[UID_WORDS_SIZE];
    uid_words(entity->uid, place);
    const struct cedar_entity_type *type =
        cedar_schema_entity_type(schema, text_of(entity->uid->type));
    if (!type) {
        char expected[NEAREST_WORDS_SIZE];
        struct nearest nearest = {.wanted = text_of(entity->uid->type)};
        size_t count;
        const struct cedar_entity_type *types = cedar_schema_entity_types(schema, &count);
        for (size_t i = 0; i < count; i++)
            cedar_nearest_consider(&nearest, (struct bytes){0}, types[i].name);
        return fault_set(
            fault, ERROR_CHECK_ENTITY_TYPE, place,
            cedar_nearest_words(&nearest, "an entity type of the schema", expected), NULL);
    }
    if (!may_be_named(schema, type, entity->uid))
        return fault_within(fault, explain_name(schema, type, entity->uid, fault), "entity");
    enum error error = check_record(schema, &type->attributes, entity->attributes, place, fault);
    if (!error)
        error = check_tags(schema, type, entity->tags, place, fault);
    if (error)
        return error;
    return type->is_action ? check_action(schema, entities, entity, place, fault)
                           : check_parents(schema, type, entity, place, fault);
}

enum error cedar_check_entities(
    const struct cedar_schema *schema, const struct cedar_entities *entities, struct fault *fault)
{
    for (size_t i = 0; i < cedar_entities_count(entities); i++) {
        enum error error =
            cedar_check_entity(schema, entities, cedar_entities_at(entities, i), fault);
        if (error)
            return error;
    }
    return ERROR_OK;
}

/* Questions to a schema: looking things up, comparing and printing types. Making one is in
 * schema_parse.c and schema_resolve.c. */
#include "cedar/schema.h"

#include "cedar/lexer.h"
#include "cedar/print.h"
#include "cedar/schema_model.h"

#include <stdlib.h>
#include <string.h>

void cedar_schema_free(struct cedar_schema *schema)
{
    if (!schema)
        return;
    arena_free(&schema->arena);
    free(schema);
}

const struct cedar_namespace *
cedar_schema_namespaces(const struct cedar_schema *schema, size_t *ret_count)
{
    *ret_count = schema->namespace_count;
    return schema->namespaces;
}

const struct cedar_common_type *
cedar_schema_common_types(const struct cedar_schema *schema, size_t *ret_count)
{
    *ret_count = schema->common_count;
    return schema->commons;
}

const struct cedar_entity_type *
cedar_schema_entity_types(const struct cedar_schema *schema, size_t *ret_count)
{
    *ret_count = schema->type_count;
    return schema->types;
}

const struct cedar_action *
cedar_schema_actions(const struct cedar_schema *schema, size_t *ret_count)
{
    *ret_count = schema->action_count;
    return schema->actions;
}

const struct cedar_entity_type *
cedar_schema_entity_type(const struct cedar_schema *schema, struct bytes name)
{
    const struct bytes none = {0};
    const struct name_entry *entry = cedar_names_find(&schema->types_by_name, none, name);
    if (!entry)
        entry = cedar_names_find(&schema->action_types_by_name, none, name);
    return entry ? &schema->types[entry->index] : NULL;
}

const struct cedar_action *
cedar_schema_action(const struct cedar_schema *schema, struct bytes type, struct bytes id)
{
    const struct name_entry *entry = cedar_names_find(&schema->actions_by_name, type, id);
    return entry ? &schema->actions[entry->index] : NULL;
}

const struct cedar_attribute *
cedar_record_type_attribute(const struct cedar_record_type *record, struct bytes name)
{
    size_t low = 0, high = record->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct cedar_attribute *attribute = &record->attributes[record->by_name[middle]];
        int order = bytes_compare(attribute->name, name);
        if (order == 0)
            return attribute;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

bool cedar_entity_type_has_id(const struct cedar_entity_type *type, struct bytes id)
{
    if (!type->is_enum)
        return true;
    size_t low = 0, high = type->choice_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = bytes_compare(type->choices[type->by_choice[middle]], id);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

bool cedar_descent_has(const struct descent *descent, size_t below, size_t above)
{
    return descent->bits[below * descent->words + above / 64] >> (above % 64) & 1;
}

bool cedar_schema_type_descends(
    const struct cedar_schema *schema, const struct cedar_entity_type *child,
    const struct cedar_entity_type *ancestor)
{
    return cedar_descent_has(&schema->type_descent, child->index, ancestor->index);
}

bool cedar_schema_action_descends(
    const struct cedar_schema *schema, const struct cedar_action *action,
    const struct cedar_action *group)
{
    return cedar_descent_has(&schema->action_descent, action->index, group->index);
}

const struct bytes *
cedar_schema_annotation(const struct cedar_schema_annotations *annotations, const char *name)
{
    for (size_t i = 0; i < annotations->count; i++)
        if (bytes_equal_text(annotations->items[i].name, name))
            return &annotations->items[i].value;
    return NULL;
}

bool cedar_type_equal(const struct cedar_type *a, const struct cedar_type *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case CEDAR_TYPE_SET:
        return cedar_type_equal(a->element, b->element);
    case CEDAR_TYPE_ENTITY:
        return a->entity_type == b->entity_type;
    case CEDAR_TYPE_RECORD:
        if (a->record->count != b->record->count)
            return false;
        for (size_t i = 0; i < a->record->count; i++) {
            const struct cedar_attribute *x = &a->record->attributes[a->record->by_name[i]];
            const struct cedar_attribute *y = &b->record->attributes[b->record->by_name[i]];
            if (x->required != y->required || !bytes_equal(x->name, y->name) ||
                !cedar_type_equal(x->type, y->type))
                return false;
        }
        return true;
    default:
        return true;
    }
}

static void print_record(struct buffer *buffer, const struct cedar_record_type *record)
{
    buffer_append_text(buffer, "{");
    for (size_t i = 0; i < record->count && !buffer->error; i++) {
        const struct cedar_attribute *attribute = &record->attributes[i];
        buffer_append_text(buffer, i ? ", " : "");
        if (cedar_is_identifier(attribute->name) && !cedar_word_is_reserved(attribute->name))
            buffer_append_bytes(buffer, attribute->name);
        else
            cedar_print_string(buffer, attribute->name);
        buffer_append_text(buffer, attribute->required ? ": " : "?: ");
        cedar_print_type(buffer, attribute->type);
    }
    buffer_append_text(buffer, "}");
}

void cedar_print_type(struct buffer *buffer, const struct cedar_type *type)
{
    static const char *const words[] = {
        [CEDAR_TYPE_BOOL] = "Bool",         [CEDAR_TYPE_LONG] = "Long",
        [CEDAR_TYPE_STRING] = "String",     [CEDAR_TYPE_DECIMAL] = "decimal",
        [CEDAR_TYPE_IPADDR] = "ipaddr",     [CEDAR_TYPE_DATETIME] = "datetime",
        [CEDAR_TYPE_DURATION] = "duration", [CEDAR_TYPE_TRUE] = "true",
        [CEDAR_TYPE_FALSE] = "false",
    };
    switch (type->kind) {
    case CEDAR_TYPE_SET:
        buffer_append_text(buffer, "Set<");
        cedar_print_type(buffer, type->element);
        buffer_append_text(buffer, ">");
        break;
    case CEDAR_TYPE_RECORD:
        print_record(buffer, type->record);
        break;
    case CEDAR_TYPE_ENTITY:
        buffer_append_bytes(buffer, type->entity_type->name);
        break;
    default:
        buffer_append_text(buffer, words[type->kind]);
        break;
    }
}

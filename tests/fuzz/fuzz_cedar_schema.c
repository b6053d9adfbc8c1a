/* Schemas from any bytes. What is accepted must be found by its names, in order, with descent that
 * is transitive; what is refused must say where. */
#include <string.h>

#include "cedar/schema.h"
#include "check.h"

static void record(const struct cedar_record_type *type)
{
    for (size_t i = 0; i < type->count; i++) {
        const struct cedar_attribute *attribute = &type->attributes[i];
        check(cedar_record_type_attribute(type, attribute->name) == attribute);
        check(cedar_type_equal(attribute->type, attribute->type));
        if (attribute->type->kind == CEDAR_TYPE_RECORD)
            record(attribute->type->record);
        if (i > 0)
            check(
                bytes_compare(
                    type->attributes[type->by_name[i - 1]].name,
                    type->attributes[type->by_name[i]].name) < 0);
    }
}

/* What is above a parent is above its child. */
static void descent(const struct cedar_schema *schema, const struct cedar_entity_type *child)
{
    size_t count;
    const struct cedar_entity_type *types = cedar_schema_entity_types(schema, &count);
    for (size_t i = 0; i < child->member_of_count; i++) {
        const struct cedar_entity_type *parent = child->member_of[i];
        check(cedar_schema_type_descends(schema, child, parent));
        for (size_t k = 0; k < count && k < 50; k++)
            check(
                !cedar_schema_type_descends(schema, parent, &types[k]) ||
                cedar_schema_type_descends(schema, child, &types[k]));
    }
}

static void model(const struct cedar_schema *schema)
{
    size_t count;
    const struct cedar_entity_type *types = cedar_schema_entity_types(schema, &count);
    for (size_t i = 0; i < count; i++) {
        check(types[i].index == i && !types[i].is_action);
        check(cedar_schema_entity_type(schema, types[i].name) == &types[i]);
        record(&types[i].attributes);
        descent(schema, &types[i]);
    }
    const struct cedar_action *actions = cedar_schema_actions(schema, &count);
    for (size_t i = 0; i < count; i++) {
        check(cedar_schema_action(schema, actions[i].type->name, actions[i].id) == &actions[i]);
        check(actions[i].applies == (actions[i].principal_count > 0));
        check(actions[i].applies == (actions[i].resource_count > 0));
        check(!cedar_schema_action_descends(schema, &actions[i], &actions[i]));
        record(&actions[i].context);
    }
    struct buffer buffer = {.limit = 10000};
    const struct cedar_common_type *commons = cedar_schema_common_types(schema, &count);
    for (size_t i = 0; i < count; i++)
        cedar_print_type(&buffer, commons[i].type);
    check(bytes_are_utf8(buffer_view(&buffer), NULL));
    buffer_free(&buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cedar_schema *schema = NULL;
    struct fault fault = {0};
    enum error error = cedar_schema_parse((struct bytes){data, size}, &fault, &schema);
    check(fault.error == error);
    check(!error == (schema != NULL));
    if (schema)
        model(schema);
    else
        check(fault.place[0] != '\0');
    cedar_schema_free(schema);
    return 0;
}

/* Writing a schema's source in Cedar's JSON syntax. */
#include "cedar/schema_json_write.h"

#include "json/json.h"

static void
write_annotations(struct json_writer *writer, const struct cedar_schema_annotations *annotations)
{
    if (!annotations->count)
        return;
    json_put_object(writer, "annotations");
    for (size_t i = 0; i < annotations->count; i++) {
        json_write_name_bytes(writer, annotations->items[i].name);
        /* Without a value is with the empty one, and so the official engine writes it. */
        json_write_string_bytes(writer, annotations->items[i].value);
    }
    json_write_object_end(writer);
}

static void
write_names(struct json_writer *writer, const char *name, const struct source_name *list)
{
    json_put_array(writer, name);
    for (; list; list = list->next)
        json_write_string_bytes(writer, list->text);
    json_write_array_end(writer);
}

static void write_type(struct json_writer *writer, const struct source_type *type);

/* The members of a type's object, which is open. */
static void write_members(struct json_writer *writer, const struct source_type *type)
{
    switch (type->kind) {
    case SOURCE_TYPE_PATH:
        json_put_string(writer, "type", "EntityOrCommon");
        json_put_string_bytes(writer, "name", type->path);
        break;
    case SOURCE_TYPE_SET:
        json_put_string(writer, "type", "Set");
        json_write_name(writer, "element");
        write_type(writer, type->element);
        break;
    case SOURCE_TYPE_RECORD:
        json_put_string(writer, "type", "Record");
        json_put_object(writer, "attributes");
        for (const struct source_attribute *attribute = type->attributes; attribute;
             attribute = attribute->next) {
            json_write_name_bytes(writer, attribute->name);
            json_write_object(writer);
            write_members(writer, attribute->type);
            write_annotations(writer, &attribute->annotations);
            if (!attribute->required)
                json_put_bool(writer, "required", false);
            json_write_object_end(writer);
        }
        json_write_object_end(writer);
        break;
    }
}

static void write_type(struct json_writer *writer, const struct source_type *type)
{
    json_write_object(writer);
    write_members(writer, type);
    json_write_object_end(writer);
}

static void write_entity(struct json_writer *writer, const struct source_entity *entity)
{
    json_write_name_bytes(writer, entity->name.text);
    json_write_object(writer);
    if (entity->choices)
        write_names(writer, "enum", entity->choices);
    if (entity->parents)
        write_names(writer, "memberOfTypes", entity->parents);
    if (entity->shape && entity->shape->attribute_count) {
        json_write_name(writer, "shape");
        write_type(writer, entity->shape);
    }
    if (entity->tags) {
        json_write_name(writer, "tags");
        write_type(writer, entity->tags);
    }
    write_annotations(writer, &entity->annotations);
    json_write_object_end(writer);
}

static void write_groups(struct json_writer *writer, const struct source_action_name *groups)
{
    json_put_array(writer, "memberOf");
    for (; groups; groups = groups->next) {
        json_write_object(writer);
        json_put_string_bytes(writer, "id", groups->id);
        if (groups->type.length)
            json_put_string_bytes(writer, "type", groups->type);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}

static void write_action(struct json_writer *writer, const struct source_action *action)
{
    json_write_name_bytes(writer, action->name.text);
    json_write_object(writer);
    json_put_object(writer, "appliesTo");
    write_names(writer, "resourceTypes", action->resources);
    write_names(writer, "principalTypes", action->principals);
    if (action->context && action->context->kind == SOURCE_TYPE_PATH) {
        json_put_object(writer, "context");
        json_put_string_bytes(writer, "type", action->context->path);
        json_write_object_end(writer);
    } else if (action->context) {
        json_write_name(writer, "context");
        write_type(writer, action->context);
    }
    json_write_object_end(writer);
    if (action->groups)
        write_groups(writer, action->groups);
    write_annotations(writer, &action->annotations);
    json_write_object_end(writer);
}

static void write_common(struct json_writer *writer, const struct source_common *common)
{
    json_write_name_bytes(writer, common->name.text);
    json_write_object(writer);
    write_members(writer, common->type);
    write_annotations(writer, &common->annotations);
    json_write_object_end(writer);
}

/* What is declared in a namespace (NULL: outside of all) and whether there is anything. */
static bool has_any(const struct source_schema *source, const struct source_namespace *space)
{
    for (const struct source_common *item = source->commons; item; item = item->next) {
        if (item->space == space)
            return true;
    }
    for (const struct source_entity *item = source->entities; item; item = item->next) {
        if (item->space == space)
            return true;
    }
    for (const struct source_action *item = source->actions; item; item = item->next) {
        if (item->space == space)
            return true;
    }
    return false;
}

static bool has_commons(const struct source_schema *source, const struct source_namespace *space)
{
    for (const struct source_common *item = source->commons; item; item = item->next) {
        if (item->space == space)
            return true;
    }
    return false;
}

static void write_namespace(
    struct json_writer *writer, const struct source_schema *source,
    const struct source_namespace *space)
{
    json_write_name_bytes(writer, space ? space->name.text : (struct bytes){0});
    json_write_object(writer);
    if (has_commons(source, space)) {
        json_put_object(writer, "commonTypes");
        for (const struct source_common *item = source->commons; item; item = item->next) {
            if (item->space == space)
                write_common(writer, item);
        }
        json_write_object_end(writer);
    }
    json_put_object(writer, "entityTypes");
    for (const struct source_entity *item = source->entities; item; item = item->next) {
        if (item->space == space)
            write_entity(writer, item);
    }
    json_write_object_end(writer);
    json_put_object(writer, "actions");
    for (const struct source_action *item = source->actions; item; item = item->next) {
        if (item->space == space)
            write_action(writer, item);
    }
    json_write_object_end(writer);
    if (space)
        write_annotations(writer, &space->annotations);
    json_write_object_end(writer);
}

enum error cedar_schema_source_to_json(
    const struct source_schema *source, struct fault *fault, struct buffer *out)
{
    struct json_writer writer;
    json_writer_begin(&writer, out, 2);
    json_write_object(&writer);
    if (has_any(source, NULL))
        write_namespace(&writer, source, NULL);
    for (const struct source_namespace *space = source->namespaces; space; space = space->next)
        write_namespace(&writer, source, space);
    json_write_object_end(&writer);
    enum error error = json_writer_end(&writer);
    return error ? fault_set(fault, error, "schema", NULL, NULL) : ERROR_OK;
}

/* Reading Cedar's JSON forms of data into values and entities, with a schema or without. Depth is
 * bounded by the reader of JSON and again by values themselves. */
#include "cedar/data_json.h"

#include <stdlib.h>

#include "cedar/code.h"
#include "cedar/extension.h"
#include "cedar/policy_json_read.h"

/* What all reading carries along. */
struct reader {
    struct cedar_symbols *symbols;
    struct arena *arena;
    struct fault *fault;
};

/* type, here and below, is what the schema expects, or NULL: it says how forms that could mean
 * several things are read. Whether the value is of the type is not asked. */
static enum error read_value(
    struct reader *reader, const struct json *json, const struct cedar_type *type,
    struct cedar_value *ret_value);

/* Names the place of an error that came from making something out of json. */
static enum error at_place(struct reader *reader, const struct json *json, enum error error)
{
    if (!error)
        return ERROR_OK;
    struct fault inner = {0};
    if (reader->fault && reader->fault->error == error)
        inner = *reader->fault;
    json_fault(
        json, reader->fault, error, inner.expected, inner.found[0] ? "%s" : NULL, inner.found);
    return error;
}

enum error cedar_json_uid(
    const struct json *json, struct cedar_symbols *symbols, struct fault *fault,
    const struct cedar_uid **ret_uid)
{
    struct reader reader = {symbols, NULL, fault};
    struct cedar_json_reading reading = {NULL, fault};
    struct cedar_entity_name name;
    enum error error = cedar_json_entity_name(&reading, json, &name);
    if (error)
        return error;
    return at_place(&reader, json, cedar_intern_uid(symbols, name.type, name.id, ret_uid));
}

/* A constructor of a string, or a method of values: {"fn": "offset", "args": [ … ]}. */
static enum error call_extension(
    struct reader *reader, const struct json *json, enum cedar_function function,
    const struct json *arguments, struct cedar_value *ret_value)
{
    struct cedar_value values[2];
    size_t count = json_count(arguments);
    if (count != cedar_function_arity(function)) /* none has more than two */
        return json_fault(arguments, reader->fault, ERROR_CEDAR_ARITY, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        enum error error = read_value(reader, json_at(arguments, i), NULL, &values[i]);
        if (error)
            return error;
    }
    static const struct cedar_request nothing;
    struct cedar_machine machine;
    void *heap = arena_alloc(reader->arena, cedar_heap_ip());
    if (!heap)
        return at_place(reader, json, ERROR_MEMORY);
    cedar_machine_start(&machine, &nothing, NULL, NULL, heap);
    enum error error = cedar_call(&machine, function, values);
    if (error)
        return json_fault(json, reader->fault, error, NULL, NULL);
    *ret_value = values[0];
    return ERROR_OK;
}

static enum error
read_extension(struct reader *reader, const struct json *json, struct cedar_value *ret_value)
{
    struct bytes name, text;
    enum error error = json_get_string(json, "fn", reader->fault, &name);
    if (error)
        return error;
    enum cedar_function function = cedar_function_find(name);
    if (function == CEDAR_FUNCTION_COUNT || !cedar_function_is_extension(function))
        return json_fault(
            json_find(json, "fn"), reader->fault, ERROR_CEDAR_FUNCTION, "an extension function",
            NULL);
    const struct json *arguments = json_find(json, "args");
    if (arguments)
        return call_extension(reader, json, function, arguments, ret_value);
    if ((error = json_get_string(json, "arg", reader->fault, &text)))
        return error;
    error = cedar_extension_build(reader->arena, function, text, reader->fault, ret_value);
    return at_place(reader, json, error);
}

static enum error read_set(
    struct reader *reader, const struct json *json, const struct cedar_type *type,
    struct cedar_value *ret_value)
{
    size_t count = json_count(json);
    const struct cedar_type *element = type && type->kind == CEDAR_TYPE_SET ? type->element : NULL;
    struct cedar_value *values = calloc(count + 1, sizeof *values);
    if (!values)
        return at_place(reader, json, ERROR_MEMORY);
    enum error error = ERROR_OK;
    for (size_t i = 0; !error && i < count; i++)
        error = read_value(reader, json_at(json, i), element, &values[i]);
    if (!error)
        error = at_place(
            reader, json, cedar_set_build(reader->arena, values, count, reader->fault, ret_value));
    free(values);
    return error;
}

/* The types of a record's fields: each its own, or all the same, or unknown. */
struct field_types {
    const struct cedar_record_type *record;
    const struct cedar_type *every;
};

static const struct cedar_type *field_type(const struct field_types *types, struct bytes name)
{
    if (!types->record)
        return types->every;
    const struct cedar_attribute *attribute = cedar_record_type_attribute(types->record, name);
    return attribute ? attribute->type : NULL;
}

static enum error read_record(
    struct reader *reader, const struct json *json, const struct field_types *types,
    struct cedar_record **ret_record)
{
    size_t count = json_count(json);
    enum error error = json_expect(json, JSON_OBJECT, reader->fault);
    if (error)
        return error;
    struct cedar_field *fields = calloc(count + 1, sizeof *fields);
    if (!fields)
        return at_place(reader, json, ERROR_MEMORY);
    for (size_t i = 0; !error && i < count; i++) {
        const struct json *member = json_at(json, i);
        error = at_place(
            reader, member, cedar_intern(reader->symbols, json_name_at(json, i), &fields[i].key));
        if (!error)
            error = read_value(
                reader, member, field_type(types, json_name_at(json, i)), &fields[i].value);
    }
    if (!error)
        error = at_place(
            reader, json,
            cedar_record_build(reader->arena, fields, count, reader->fault, ret_record));
    free(fields);
    return error;
}

static enum error
read_entity_value(struct reader *reader, const struct json *json, struct cedar_value *ret_value)
{
    const struct cedar_uid *uid;
    enum error error = cedar_json_uid(json, reader->symbols, reader->fault, &uid);
    if (!error)
        *ret_value = cedar_value_entity(uid);
    return error;
}

/* The constructor of an extension type; CEDAR_FUNCTION_COUNT for other types. */
static enum cedar_function constructor_of(const struct cedar_type *type)
{
    switch (type ? type->kind : CEDAR_TYPE_BOOL) {
    case CEDAR_TYPE_DECIMAL:
        return CEDAR_FUNCTION_DECIMAL;
    case CEDAR_TYPE_IPADDR:
        return CEDAR_FUNCTION_IP;
    case CEDAR_TYPE_DATETIME:
        return CEDAR_FUNCTION_DATETIME;
    case CEDAR_TYPE_DURATION:
        return CEDAR_FUNCTION_DURATION;
    default:
        return CEDAR_FUNCTION_COUNT;
    }
}

/* The escapes; then {"type", "id"} where an entity is expected and {"fn", "arg"} where an extension
 * value is; then a record. */
static enum error read_object(
    struct reader *reader, const struct json *json, const struct cedar_type *type,
    struct cedar_value *ret_value)
{
    const struct json *entity = json_find(json, "__entity");
    const struct json *extension = json_find(json, "__extn");
    struct field_types fields = {0};
    struct cedar_record *record;
    if (json_count(json) == 1 && entity)
        return read_entity_value(reader, entity, ret_value);
    if (json_count(json) == 1 && extension)
        return read_extension(reader, extension, ret_value);
    if (json_count(json) == 1 && json_find(json, "__expr"))
        return cedar_json_no_expr(json, reader->fault);
    if (type && type->kind == CEDAR_TYPE_ENTITY)
        return read_entity_value(reader, json, ret_value);
    if (constructor_of(type) != CEDAR_FUNCTION_COUNT)
        return read_extension(reader, json, ret_value);
    if (type && type->kind == CEDAR_TYPE_RECORD)
        fields.record = type->record;
    enum error error = read_record(reader, json, &fields, &record);
    if (!error)
        *ret_value = cedar_value_record(record);
    return error;
}

/* A string, or what a constructor makes of it where an extension value is expected. */
static enum error read_string(
    struct reader *reader, const struct json *json, const struct cedar_type *type,
    struct cedar_value *ret_value)
{
    enum cedar_function constructor = constructor_of(type);
    struct bytes text = json_characters(json);
    const struct cedar_string *string;
    enum error error;
    if (constructor != CEDAR_FUNCTION_COUNT) {
        error = cedar_extension_build(reader->arena, constructor, text, reader->fault, ret_value);
    } else if (!(error = cedar_intern(reader->symbols, text, &string))) {
        *ret_value = cedar_value_string(string);
    }
    return at_place(reader, json, error);
}

static enum error read_value(
    struct reader *reader, const struct json *json, const struct cedar_type *type,
    struct cedar_value *ret_value)
{
    int64_t number = 0;
    bool boolean = false;
    enum error error;
    switch (json_type(json)) {
    case JSON_BOOL:
        if (!(error = json_bool(json, reader->fault, &boolean)))
            *ret_value = cedar_value_bool(boolean);
        return error;
    case JSON_NUMBER:
        if (!(error = json_i64(json, reader->fault, &number)))
            *ret_value = cedar_value_long(number);
        return error;
    case JSON_STRING:
        return read_string(reader, json, type, ret_value);
    case JSON_ARRAY:
        return read_set(reader, json, type, ret_value);
    case JSON_OBJECT:
        return read_object(reader, json, type, ret_value);
    case JSON_NULL:
        break;
    }
    return json_fault(json, reader->fault, ERROR_JSON_TYPE, "a value of Cedar", "null");
}

enum error cedar_json_value(
    const struct json *json, struct cedar_symbols *symbols, struct arena *arena,
    struct fault *fault, struct cedar_value *ret_value)
{
    return cedar_json_value_typed(json, NULL, symbols, arena, fault, ret_value);
}

enum error cedar_json_value_typed(
    const struct json *json, const struct cedar_type *type, struct cedar_symbols *symbols,
    struct arena *arena, struct fault *fault, struct cedar_value *ret_value)
{
    struct reader reader = {symbols, arena, fault};
    return read_value(&reader, json, type, ret_value);
}

enum error cedar_json_record(
    const struct json *json, struct cedar_symbols *symbols, struct arena *arena,
    struct fault *fault, struct cedar_record **ret_record)
{
    return cedar_json_record_typed(json, NULL, symbols, arena, fault, ret_record);
}

enum error cedar_json_record_typed(
    const struct json *json, const struct cedar_record_type *type, struct cedar_symbols *symbols,
    struct arena *arena, struct fault *fault, struct cedar_record **ret_record)
{
    struct reader reader = {symbols, arena, fault};
    struct field_types fields = {.record = type};
    return read_record(&reader, json, &fields, ret_record);
}

static enum error
read_parents(struct reader *reader, const struct json *json, struct cedar_entity *entity)
{
    const struct json *parents;
    enum error error = json_get(json, "parents", JSON_ARRAY, reader->fault, &parents);
    if (error)
        return error;
    size_t count = json_count(parents);
    const struct cedar_uid **uids = ARENA_ARRAY(reader->arena, const struct cedar_uid *, count);
    if (!uids)
        return at_place(reader, parents, ERROR_MEMORY);
    for (size_t i = 0; !error && i < count; i++)
        error = cedar_json_uid(json_at(parents, i), reader->symbols, reader->fault, &uids[i]);
    entity->parents = uids;
    entity->parent_count = count;
    return error;
}

static enum error read_entity(
    struct reader *reader, const struct json *json, const struct cedar_schema *schema,
    struct cedar_entities *entities)
{
    static const char *const names[] = {"uid", "attrs", "parents", "tags", NULL};
    struct cedar_entity entity = {0};
    const struct json *uid, *attributes, *tags = json_find(json, "tags");
    struct cedar_record *record;
    enum error error = json_allow(json, names, reader->fault);
    if (error || (error = json_get(json, "uid", JSON_OBJECT, reader->fault, &uid)) ||
        (error = cedar_json_uid(uid, reader->symbols, reader->fault, &entity.uid)))
        return error;
    const struct cedar_entity_type *type =
        schema ? cedar_schema_entity_type(schema, cedar_string_bytes(entity.uid->type)) : NULL;
    const struct field_types attribute_types = {.record = type ? &type->attributes : NULL};
    const struct field_types tag_types = {.every = type ? type->tags : NULL};
    if ((error = json_get(json, "attrs", JSON_OBJECT, reader->fault, &attributes)) ||
        (error = read_record(reader, attributes, &attribute_types, &entity.attributes)) ||
        (error = read_parents(reader, json, &entity)))
        return error;
    if (tags) {
        if ((error = read_record(reader, tags, &tag_types, &record)))
            return error;
        entity.tags = record;
    }
    return at_place(reader, json, cedar_entities_add(entities, &entity, reader->fault));
}

enum error cedar_json_entities(
    const struct json *json, struct cedar_symbols *symbols, struct arena *arena,
    struct cedar_entities *entities, struct fault *fault)
{
    return cedar_json_entities_typed(json, NULL, symbols, arena, entities, fault);
}

enum error cedar_json_entities_typed(
    const struct json *json, const struct cedar_schema *schema, struct cedar_symbols *symbols,
    struct arena *arena, struct cedar_entities *entities, struct fault *fault)
{
    struct reader reader = {symbols, arena, fault};
    enum error error = json_expect(json, JSON_ARRAY, fault);
    for (size_t i = 0; !error && i < json_count(json); i++)
        error = read_entity(&reader, json_at(json, i), schema, entities);
    return error;
}

/* {"type", "id"}, {"__entity": …}, or the text Type::"id". */
static enum error read_request_uid(
    struct reader *reader, const struct json *json, const char *name,
    const struct cedar_uid **ret_uid)
{
    const struct json *member = json_find(json, name);
    struct cedar_entity_name entity;
    if (!member)
        return json_get(json, name, JSON_OBJECT, reader->fault, &member);
    if (json_type(member) != JSON_STRING)
        return cedar_json_uid(member, reader->symbols, reader->fault, ret_uid);
    enum error error =
        cedar_entity_name_parse(json_characters(member), reader->arena, reader->fault, &entity);
    if (!error)
        error = cedar_intern_uid(reader->symbols, entity.type, entity.id, ret_uid);
    return at_place(reader, member, error);
}

/* The type of the action's context, or NULL. */
static const struct cedar_record_type *
context_type(const struct cedar_schema *schema, const struct cedar_uid *uid)
{
    if (!schema)
        return NULL;
    const struct cedar_action *action =
        cedar_schema_action(schema, cedar_string_bytes(uid->type), cedar_string_bytes(uid->id));
    return action ? &action->context : NULL;
}

enum error cedar_json_request(
    const struct json *json, const struct cedar_schema *schema, struct cedar_symbols *symbols,
    struct arena *arena, struct fault *fault, struct cedar_request *ret_request)
{
    struct reader reader = {symbols, arena, fault};
    struct cedar_request request = {0};
    enum error error = json_expect(json, JSON_OBJECT, fault);
    if (error || (error = read_request_uid(&reader, json, "principal", &request.principal)) ||
        (error = read_request_uid(&reader, json, "action", &request.action)) ||
        (error = read_request_uid(&reader, json, "resource", &request.resource)))
        return error;
    const struct json *context = json_find(json, "context");
    if (context) {
        struct cedar_record *record;
        error = cedar_json_record_typed(
            context, context_type(schema, request.action), symbols, arena, fault, &record);
        if (error)
            return error;
        request.context = record;
    }
    *ret_request = request;
    return ERROR_OK;
}

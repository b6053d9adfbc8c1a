/* Reading schemas in Cedar's JSON syntax into the same source that text becomes, which is then
 * resolved in the same way. */
#include "cedar/schema_json.h"

#include <stdlib.h>

#include "cedar/lexer.h"
#include "cedar/schema_json_write.h"
#include "cedar/schema_source.h"

/* Lines and columns are counted once, at every STEP bytes. */
enum { STEP = 4096 };

/* The first error stops everything: functions that make something return NULL then. */
struct reader {
    struct bytes text;
    struct cedar_position *steps; /* the position at each STEP bytes */
    struct arena *nodes;
    struct arena *kept;
    struct fault *fault;
    enum error error;
    const struct source_namespace *space;
    struct source_schema schema;
    struct source_namespace **last_namespace;
    struct source_entity **last_entity;
    struct source_action **last_action;
    struct source_common **last_common;
};

static void stop(struct reader *reader, enum error error)
{
    if (!reader->error)
        reader->error = error;
}

static void no_memory(struct reader *reader)
{
    if (!reader->error)
        stop(reader, fault_set(reader->fault, ERROR_MEMORY, "schema", NULL, NULL));
}

static void refuse(
    struct reader *reader, const struct json *json, enum error error, const char *expected,
    struct bytes found)
{
    char quoted[100];
    if (!reader->error)
        stop(
            reader, json_fault(
                        json, reader->fault, error, expected, found.data ? "%s" : NULL,
                        found.data ? quote_text(found, quoted, sizeof quoted) : ""));
}

static void *node(struct reader *reader, size_t size)
{
    void *made = reader->error ? NULL : arena_alloc(reader->nodes, size);
    if (!made)
        no_memory(reader);
    return made;
}

static struct bytes keep(struct reader *reader, struct bytes bytes)
{
    struct bytes copy = {0};
    if (!reader->error)
        copy = arena_copy(reader->kept, bytes);
    if (!copy.data)
        no_memory(reader);
    return copy;
}

/* --- Places --- */

static void advance(struct bytes text, struct cedar_position *position, size_t to)
{
    for (; position->offset < to; position->offset++) {
        uint8_t byte = text.data[position->offset];
        if (byte == '\n') {
            position->line++;
            position->column = 1;
        } else if ((byte & 0xC0) != 0x80) {
            position->column++;
        }
    }
}

static enum error count_lines(struct reader *reader)
{
    size_t count = reader->text.length / STEP + 1;
    struct cedar_position at = {.line = 1, .column = 1};
    reader->steps = ARENA_ARRAY(reader->nodes, struct cedar_position, count);
    if (!reader->steps)
        return fault_set(reader->fault, ERROR_MEMORY, "schema", NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        advance(reader->text, &at, i * STEP);
        reader->steps[i] = at;
    }
    return ERROR_OK;
}

static struct cedar_position place(const struct reader *reader, const struct json *json)
{
    size_t offset = json_offset(json);
    struct cedar_position at = reader->steps[offset / STEP];
    advance(reader->text, &at, offset);
    return at;
}

/* --- Members: each gives NULL, or what is empty, once there is an error --- */

static bool is_object(struct reader *reader, const struct json *json)
{
    if (!reader->error)
        stop(reader, json_expect(json, JSON_OBJECT, reader->fault));
    return !reader->error;
}

static bool allow(struct reader *reader, const struct json *json, const char *const *names)
{
    if (!reader->error)
        stop(reader, json_allow(json, names, reader->fault));
    return !reader->error;
}

static const struct json *
required(struct reader *reader, const struct json *json, const char *name, enum json_type type)
{
    const struct json *member = NULL;
    if (!reader->error)
        stop(reader, json_get(json, name, type, reader->fault, &member));
    return reader->error ? NULL : member;
}

/* A member that may be missing or null. */
static const struct json *
optional(struct reader *reader, const struct json *json, const char *name, enum json_type type)
{
    const struct json *member = reader->error ? NULL : json_find(json, name);
    if (!member || json_type(member) == JSON_NULL)
        return NULL;
    stop(reader, json_expect(member, type, reader->fault));
    return reader->error ? NULL : member;
}

static struct bytes string(struct reader *reader, const struct json *json)
{
    struct bytes characters = {0};
    if (!reader->error)
        stop(reader, json_string(json, reader->fault, &characters));
    return reader->error ? characters : keep(reader, characters);
}

/* Names between `::`. `__cedar` may begin the path of a type; whether a name may be declared is
 * looked at later. */
static bool is_path(struct bytes text)
{
    for (size_t from = 0;;) {
        size_t to = from;
        while (to < text.length && text.data[to] != ':')
            to++;
        struct bytes part = bytes_slice(text, from, to - from);
        bool reserved = cedar_word_is_reserved(part) && !bytes_equal_text(part, "__cedar");
        if (!cedar_is_identifier(part) || reserved)
            return false;
        if (to == text.length)
            return true;
        if (!bytes_equal_text(bytes_slice(text, to, 2), "::"))
            return false;
        from = to + 2;
    }
}

static struct bytes path(struct reader *reader, const struct json *json)
{
    struct bytes text = string(reader, json);
    if (!reader->error && !is_path(text))
        refuse(reader, json, ERROR_SCHEMA_SYNTAX, "the name of a type", text);
    return text;
}

/* The name of a declaration: one identifier, which is not reserved. */
static struct source_name
declared(struct reader *reader, const struct json *json, struct bytes name)
{
    struct source_name made = {.at = place(reader, json)};
    if (!cedar_is_identifier(name) || cedar_word_is_reserved(name))
        refuse(
            reader, json, cedar_is_identifier(name) ? ERROR_SCHEMA_RESERVED : ERROR_SCHEMA_SYNTAX,
            "a name for the type", name);
    else
        made.text = keep(reader, name);
    return made;
}

static struct cedar_schema_annotations annotations(struct reader *reader, const struct json *owner)
{
    struct cedar_schema_annotations list = {0};
    const struct json *json = optional(reader, owner, "annotations", JSON_OBJECT);
    if (!json)
        return list;
    size_t count = json_count(json);
    if (count > CEDAR_ANNOTATIONS_MAX)
        refuse(reader, json, ERROR_SCHEMA_LIMIT, "at most 256 annotations", (struct bytes){0});
    struct cedar_annotation *items = ARENA_ARRAY(reader->kept, struct cedar_annotation, count);
    if (!items)
        no_memory(reader);
    for (size_t i = 0; !reader->error && i < count; i++) {
        const struct json *value = json_at(json, i);
        if (!cedar_is_identifier(json_name_at(json, i)))
            refuse(
                reader, value, ERROR_SCHEMA_SYNTAX, "the name of an annotation",
                json_name_at(json, i));
        items[i].name = keep(reader, json_name_at(json, i));
        items[i].has_value = json_type(value) != JSON_NULL;
        if (items[i].has_value)
            items[i].value = string(reader, value);
    }
    list.items = items;
    list.count = reader->error ? 0 : count;
    return list;
}

struct names {
    const struct source_name *first;
    size_t count;
};

/* An array of strings, each read by read. */
static struct names names(
    struct reader *reader, const struct json *json,
    struct bytes (*read)(struct reader *reader, const struct json *json))
{
    struct source_name *first = NULL, **last = &first;
    size_t count = json ? json_count(json) : 0;
    for (size_t i = 0; i < count; i++) {
        struct source_name *name = node(reader, sizeof *name);
        if (!name)
            break;
        name->at = place(reader, json_at(json, i));
        name->text = read(reader, json_at(json, i));
        *last = name;
        last = &name->next;
    }
    return (struct names){first, count};
}

/* --- Types --- */

static const struct source_type *type(struct reader *reader, const struct json *json, bool field);

/* {"NAME": {type…, "required": …, "annotations": …}} */
static void attributes(struct reader *reader, const struct json *json, struct source_type *record)
{
    struct source_attribute *first = NULL, **last = &first;
    size_t count = json ? json_count(json) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct json *member = json_at(json, i);
        struct source_attribute *attribute = node(reader, sizeof *attribute);
        if (!attribute)
            break;
        attribute->name = keep(reader, json_name_at(json, i));
        attribute->at = place(reader, member);
        attribute->type = type(reader, member, true);
        attribute->required = true;
        const struct json *need = reader->error ? NULL : json_find(member, "required");
        if (need)
            stop(reader, json_bool(need, reader->fault, &attribute->required));
        if (!reader->error)
            attribute->annotations = annotations(reader, member);
        *last = attribute;
        last = &attribute->next;
    }
    record->attributes = first;
    record->attribute_count = count;
}

/* Which members the object of a type has, by the value of its "type". */
static const char *const plain_members[] = {"type", NULL};
static const char *const named_members[] = {"type", "name", NULL};
static const char *const set_members[] = {"type", "element", NULL};
static const char *const record_members[] = {
    "type",
    "attributes",
    "additionalAttributes",
    NULL,
};

static const struct form {
    const char *word;
    const char *const *members;
    enum source_type_kind kind;
    enum source_meaning meaning;
    const char *built_in; /* the name that the word means */
} forms[] = {
    {"String", plain_members, SOURCE_TYPE_PATH, SOURCE_BUILT_IN, "String"},
    {"Long", plain_members, SOURCE_TYPE_PATH, SOURCE_BUILT_IN, "Long"},
    {"Boolean", plain_members, SOURCE_TYPE_PATH, SOURCE_BUILT_IN, "Bool"},
    {"Set", set_members, SOURCE_TYPE_SET, SOURCE_ANY, NULL},
    {"Record", record_members, SOURCE_TYPE_RECORD, SOURCE_ANY, NULL},
    {"Entity", named_members, SOURCE_TYPE_PATH, SOURCE_ENTITY, NULL},
    {"EntityOrCommon", named_members, SOURCE_TYPE_PATH, SOURCE_ANY, NULL},
    {"Extension", named_members, SOURCE_TYPE_PATH, SOURCE_BUILT_IN, NULL},
};

/* As json_allow; the type of an attribute also says whether it is required, and its annotations. */
static void allow_members(
    struct reader *reader, const struct json *json, const char *const *members, bool field)
{
    const char *all[8] = {0};
    size_t count = 0;
    for (; members[count]; count++)
        all[count] = members[count];
    if (field) {
        all[count++] = "required";
        all[count] = "annotations";
    }
    (void)allow(reader, json, all);
}

static void record(struct reader *reader, const struct json *json, struct source_type *made)
{
    const struct json *open = json_find(json, "additionalAttributes");
    bool additional = false;
    if (open && !reader->error)
        stop(reader, json_bool(open, reader->fault, &additional));
    if (additional)
        refuse(
            reader, open, ERROR_SCHEMA_SYNTAX, "false: records have no other attributes",
            (struct bytes){0});
    attributes(reader, required(reader, json, "attributes", JSON_OBJECT), made);
}

static void extension(struct reader *reader, const struct json *json, struct bytes name)
{
    static const char *const known[] = {"ipaddr", "decimal", "datetime", "duration"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (bytes_equal_text(name, known[i]))
            return;
    }
    refuse(reader, json, ERROR_SCHEMA_UNKNOWN_TYPE, "ipaddr, decimal, datetime or duration", name);
}

static void type_by_form(
    struct reader *reader, const struct json *json, const struct form *form,
    struct source_type *made)
{
    made->kind = form->kind;
    made->meaning = form->meaning;
    if (form->kind == SOURCE_TYPE_SET) {
        const struct json *element = required(reader, json, "element", JSON_OBJECT);
        made->element = element ? type(reader, element, false) : NULL;
    } else if (form->kind == SOURCE_TYPE_RECORD) {
        record(reader, json, made);
    } else if (form->built_in) {
        made->path = bytes_of(form->built_in);
    } else {
        const struct json *name = required(reader, json, "name", JSON_STRING);
        made->path = name ? path(reader, name) : (struct bytes){0};
        if (form->meaning == SOURCE_BUILT_IN && name)
            extension(reader, name, made->path);
    }
}

/* field: of an attribute. */
static const struct source_type *type(struct reader *reader, const struct json *json, bool field)
{
    struct source_type *made = node(reader, sizeof *made);
    const struct json *word = required(reader, json, "type", JSON_STRING);
    if (!made || !word)
        return NULL;
    made->at = place(reader, json);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (!bytes_equal_text(json_characters(word), forms[i].word))
            continue;
        allow_members(reader, json, forms[i].members, field);
        if (!reader->error)
            type_by_form(reader, json, &forms[i], made);
        return made;
    }
    allow_members(reader, json, plain_members, field);
    made->kind = SOURCE_TYPE_PATH;
    made->meaning = SOURCE_COMMON;
    made->path = reader->error ? (struct bytes){0} : path(reader, word);
    return made;
}

/* A type that must be a record, or the name of one. */
static const struct source_type *record_type(struct reader *reader, const struct json *json)
{
    const struct source_type *made = json ? type(reader, json, false) : NULL;
    bool record = !made || reader->error || made->kind == SOURCE_TYPE_RECORD;
    if (!record && (made->kind == SOURCE_TYPE_SET || made->meaning == SOURCE_BUILT_IN))
        refuse(
            reader, json, ERROR_SCHEMA_CONTEXT,
            "a record, or the name of a common type that is one", (struct bytes){0});
    return made;
}

/* --- Declarations --- */

static void entity(struct reader *reader, const struct json *json, struct bytes name)
{
    static const char *const members[] = {"memberOfTypes", "shape", "tags", "annotations", NULL};
    static const char *const enum_members[] = {"enum", "annotations", NULL};
    struct source_entity *made = node(reader, sizeof *made);
    if (!made || !is_object(reader, json))
        return;
    const struct json *choices = json_find(json, "enum");
    if (!allow(reader, json, choices ? enum_members : members))
        return;
    made->space = reader->space;
    made->name = declared(reader, json, name);
    made->annotations = annotations(reader, json);
    if (choices) {
        const struct json *list = required(reader, json, "enum", JSON_ARRAY);
        struct names all = names(reader, list, string);
        if (list && !all.count)
            refuse(reader, list, ERROR_SCHEMA_SYNTAX, "at least one entity", (struct bytes){0});
        made->choices = all.first;
        made->choice_count = all.count;
    } else {
        struct names all = names(reader, optional(reader, json, "memberOfTypes", JSON_ARRAY), path);
        made->parents = all.first;
        made->parent_count = all.count;
        made->shape = record_type(reader, optional(reader, json, "shape", JSON_OBJECT));
        const struct json *tags = optional(reader, json, "tags", JSON_OBJECT);
        made->tags = tags ? type(reader, tags, false) : NULL;
    }
    *reader->last_entity = made;
    reader->last_entity = &made->next;
    reader->schema.entity_count++;
}

/* [{"id": …, "type": …}] */
static void groups(struct reader *reader, const struct json *json, struct source_action *action)
{
    static const char *const members[] = {"id", "type", NULL};
    struct source_action_name *first = NULL, **last = &first;
    size_t count = json ? json_count(json) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct json *member = json_at(json, i);
        struct source_action_name *group = node(reader, sizeof *group);
        if (!group || !allow(reader, member, members))
            return;
        const struct json *id = required(reader, member, "id", JSON_STRING);
        const struct json *named = optional(reader, member, "type", JSON_STRING);
        group->at = place(reader, member);
        group->id = id ? string(reader, id) : (struct bytes){0};
        group->type = named ? path(reader, named) : (struct bytes){0};
        *last = group;
        last = &group->next;
    }
    action->groups = first;
    action->group_count = count;
}

static void applies_to(struct reader *reader, const struct json *json, struct source_action *action)
{
    static const char *const members[] = {"principalTypes", "resourceTypes", "context", NULL};
    if (!json || !allow(reader, json, members))
        return;
    struct names principals =
        names(reader, required(reader, json, "principalTypes", JSON_ARRAY), path);
    struct names resources =
        names(reader, required(reader, json, "resourceTypes", JSON_ARRAY), path);
    action->principals = principals.first;
    action->principal_count = principals.count;
    action->resources = resources.first;
    action->resource_count = resources.count;
    action->context = record_type(reader, optional(reader, json, "context", JSON_OBJECT));
    /* JSON may say that an action applies to no types, which is: that it applies to nothing. */
    action->applies = principals.count && resources.count;
}

static void action(struct reader *reader, const struct json *json, struct bytes id)
{
    static const char *const members[] = {
        "memberOf", "appliesTo", "attributes", "annotations", NULL,
    };
    struct source_action *made = node(reader, sizeof *made);
    if (!made || !allow(reader, json, members))
        return;
    made->space = reader->space;
    made->name = (struct source_name){.text = keep(reader, id), .at = place(reader, json)};
    made->annotations = annotations(reader, json);
    groups(reader, optional(reader, json, "memberOf", JSON_ARRAY), made);
    applies_to(reader, optional(reader, json, "appliesTo", JSON_OBJECT), made);
    if (optional(reader, json, "attributes", JSON_OBJECT))
        refuse(
            reader, json, ERROR_SCHEMA_SYNTAX, "no `attributes`: actions have none",
            (struct bytes){0});
    *reader->last_action = made;
    reader->last_action = &made->next;
    reader->schema.action_count++;
}

static void common(struct reader *reader, const struct json *json, struct bytes name)
{
    struct source_common *made = node(reader, sizeof *made);
    if (!made || !is_object(reader, json))
        return;
    made->space = reader->space;
    made->name = declared(reader, json, name);
    made->annotations = annotations(reader, json);
    made->type = type(reader, json, true);
    if (!reader->error && json_find(json, "required"))
        refuse(
            reader, json_find(json, "required"), ERROR_JSON_UNKNOWN, "a type", (struct bytes){0});
    *reader->last_common = made;
    reader->last_common = &made->next;
    reader->schema.common_count++;
}

/* Each member of an object, which may be missing. */
static void each(
    struct reader *reader, const struct json *json,
    void (*read)(struct reader *reader, const struct json *json, struct bytes name))
{
    size_t count = json ? json_count(json) : 0;
    if (count > CEDAR_SCHEMA_DECLARATIONS_MAX)
        refuse(reader, json, ERROR_SCHEMA_LIMIT, "at most 4096 declarations", (struct bytes){0});
    for (size_t i = 0; !reader->error && i < count; i++)
        read(reader, json_at(json, i), json_name_at(json, i));
}

static void limit_declarations(struct reader *reader, const struct json *json)
{
    const struct source_schema *schema = &reader->schema;
    if (schema->entity_count > CEDAR_SCHEMA_DECLARATIONS_MAX ||
        schema->action_count > CEDAR_SCHEMA_DECLARATIONS_MAX ||
        schema->common_count > CEDAR_SCHEMA_DECLARATIONS_MAX)
        refuse(
            reader, json, ERROR_SCHEMA_LIMIT,
            "at most 4096 entity types, as many actions and as many common types",
            (struct bytes){0});
}

/* One namespace; the empty name is that of none. */
static void namespace(struct reader *reader, const struct json *json, struct bytes name)
{
    static const char *const members[] = {
        "entityTypes", "actions", "commonTypes", "annotations", NULL,
    };
    if (!allow(reader, json, members))
        return;
    struct source_namespace *made = node(reader, sizeof *made);
    if (made && name.length) {
        made->name = (struct source_name){.text = keep(reader, name), .at = place(reader, json)};
        if (!is_path(name))
            refuse(reader, json, ERROR_SCHEMA_SYNTAX, "a name for the namespace", name);
        made->annotations = annotations(reader, json);
        *reader->last_namespace = made;
        reader->last_namespace = &made->next;
        reader->schema.namespace_count++;
        reader->space = made;
    } else if (json_find(json, "annotations")) {
        refuse(
            reader, json, ERROR_SCHEMA_SYNTAX, "no annotations on the empty namespace",
            (struct bytes){0});
    }
    each(reader, optional(reader, json, "commonTypes", JSON_OBJECT), common);
    each(reader, required(reader, json, "entityTypes", JSON_OBJECT), entity);
    each(reader, required(reader, json, "actions", JSON_OBJECT), action);
    limit_declarations(reader, json);
    reader->space = NULL;
}

/* Reads JSON text into a source. Nodes come from nodes, which also has the JSON; bytes are in kept.
 */
static enum error read_source(
    struct bytes text, struct arena *nodes, struct arena *kept, struct fault *fault,
    struct source_schema *ret_schema)
{
    struct reader reader = {.text = text, .nodes = nodes, .kept = kept, .fault = fault};
    const struct json *json;
    reader.last_namespace = &reader.schema.namespaces;
    reader.last_entity = &reader.schema.entities;
    reader.last_action = &reader.schema.actions;
    reader.last_common = &reader.schema.commons;
    if (text.length > CEDAR_SCHEMA_JSON_MAX)
        return fault_set(
            fault, ERROR_SCHEMA_LIMIT, "schema", "at most 4194304 bytes", "%zu bytes", text.length);
    enum error error = json_parse(text, nodes, fault, &json);
    if (error || (error = count_lines(&reader)))
        return error;
    if (is_object(&reader, json))
        each(&reader, json, namespace);
    if (reader.error)
        return reader.error;
    *ret_schema = reader.schema;
    return ERROR_OK;
}

/* Reads and resolves; the source is for those who write it again. */
static enum error load(
    struct bytes text, struct arena *nodes, struct fault *fault, struct source_schema *source,
    struct cedar_schema **ret_schema)
{
    struct cedar_schema *schema;
    enum error error = cedar_schema_create(&schema);
    if (error)
        return fault_set(fault, error, "schema", NULL, NULL);
    error = read_source(text, nodes, cedar_schema_arena(schema), fault, source);
    if (!error)
        error = cedar_schema_resolve(source, nodes, fault, schema);
    if (error) {
        cedar_schema_free(schema);
        return error;
    }
    *ret_schema = schema;
    return ERROR_OK;
}

enum error
cedar_schema_json_parse(struct bytes text, struct fault *fault, struct cedar_schema **ret_schema)
{
    struct arena nodes = {0};
    struct source_schema source;
    enum error error = load(text, &nodes, fault, &source, ret_schema);
    arena_free(&nodes);
    return error;
}

enum error cedar_schema_to_json(struct bytes text, struct fault *fault, struct buffer *out)
{
    struct arena nodes = {0}, kept = {0};
    struct source_schema source;
    struct cedar_schema *schema;
    enum error error = cedar_schema_parse(text, fault, &schema);
    if (error)
        return error;
    cedar_schema_free(schema);
    error = cedar_schema_source_parse(text, &nodes, &kept, fault, &source);
    if (!error)
        error = cedar_schema_source_to_json(&source, fault, out);
    arena_free(&nodes);
    arena_free(&kept);
    return error;
}

/* Text has one kind of name where JSON has three: what it says must be read back to see that it
 * says the same. */
static enum error
check_meaning(const struct cedar_schema *schema, struct bytes text, struct fault *fault)
{
    struct cedar_schema *again;
    enum error error = cedar_schema_parse(text, fault, &again);
    if (error)
        return error;
    if (!cedar_schema_equal(schema, again))
        error = fault_set(
            fault, ERROR_SCHEMA_SHADOWED, "schema", "names that mean the same in text", NULL);
    cedar_schema_free(again);
    return error;
}

enum error cedar_schema_to_text(struct bytes json, struct fault *fault, struct buffer *out)
{
    struct arena nodes = {0};
    struct source_schema source;
    struct cedar_schema *schema;
    size_t before = out->length;
    enum error error = load(json, &nodes, fault, &source, &schema);
    if (!error) {
        error = cedar_schema_source_print(&source, fault, out);
        if (!error)
            error = check_meaning(
                schema, bytes_slice(buffer_view(out), before, out->length - before), fault);
        cedar_schema_free(schema);
    }
    arena_free(&nodes);
    return error;
}

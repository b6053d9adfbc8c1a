/* Whether everything that a vocabulary asks for is stated by somebody. */
#include "verdict/vocabulary.h"

#include <string.h>

static const char prefix[] = "EndUse::";

struct bytes vocabulary_short_name(struct bytes name)
{
    struct bytes space = bytes_slice(name, 0, sizeof prefix - 1);
    return bytes_slice(
        name, bytes_equal_text(space, prefix) ? sizeof prefix - 1 : SIZE_MAX, SIZE_MAX);
}

static enum error
refuse(struct fault *fault, struct bytes name, const char *expected, const char *found)
{
    char place[80];
    quote_text(name, place, sizeof place);
    return fault_set(fault, ERROR_VERDICT_VOCABULARY, place, expected, found ? "%s" : NULL, found);
}

/* --- Entity types ------------------------------------------------------------------------- */

/* What instruments put above the entities of a type; a type without a row has nothing above. */
static const struct {
    const char *type;
    const char *above;
} places[] = {
    {"Agency", "State"},
    {"Operator", "Agency"},
    {"Offence", "State"},
    {"ApprovingBody", "State"},
};

static const char *above(struct bytes name)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (bytes_equal_text(name, places[i].type))
            return places[i].above;
    }
    return NULL;
}

static enum error
check_place(const struct cedar_entity_type *type, struct bytes name, struct fault *fault)
{
    const char *wanted = above(name);
    if (!wanted)
        return type->member_of_count == 0
                   ? ERROR_OK
                   : refuse(fault, type->name, "no type above it", "\"in\" another type");
    if (type->member_of_count == 1 &&
        bytes_equal_text(vocabulary_short_name(type->member_of[0]->name), wanted))
        return ERROR_OK;
    return refuse(fault, type->name, wanted, "not \"in\" this type, or in others too");
}

static enum error check_type(const struct cedar_entity_type *type, struct fault *fault)
{
    char owner[64] = "";
    struct bytes name = vocabulary_short_name(type->name);
    if (name.length < sizeof owner && name.length)
        memcpy(owner, name.data, name.length);
    if (type->tags)
        return refuse(fault, type->name, "no tags, which no instrument states", "tags");
    enum error error = check_place(type, name, fault);
    return error ? error : fact_record_check(owner, &type->attributes, fault);
}

/* --- The action and its context ----------------------------------------------------------- */

static bool
applies_to_one(const struct cedar_entity_type *const *types, size_t count, const char *name)
{
    return count == 1 && bytes_equal_text(vocabulary_short_name(types[0]->name), name);
}

/* A fact of the moment: the terms themselves speak of it where an order lets uses wind down. */
static enum error check_moment(
    const struct cedar_action *action, const char *name, enum cedar_type_kind kind,
    struct fault *fault)
{
    const struct cedar_attribute *attribute =
        cedar_record_type_attribute(&action->context, bytes_of(name));
    if (!attribute)
        return refuse(fault, bytes_of(name), "a fact of the context", "none");
    if (!attribute->required || attribute->type->kind != kind)
        return refuse(
            fault, bytes_of(name),
            kind == CEDAR_TYPE_BOOL ? "Bool, required" : "datetime, required", "another type");
    if (!fact_has_source(attribute, "guard"))
        return refuse(fault, bytes_of(name), "@source(\"guard\")", "another source");
    return ERROR_OK;
}

static enum error check_fact(const struct cedar_attribute *attribute, struct fault *fault)
{
    bool moment =
        bytes_equal_text(attribute->name, "time") || bytes_equal_text(attribute->name, "running");
    bool approval = bytes_equal_text(attribute->name, "approval");
    if (moment)
        return ERROR_OK; /* check_moment's */
    if (approval) {
        if (!fact_has_source(attribute, "approval") || attribute->type->kind != CEDAR_TYPE_RECORD)
            return refuse(fault, attribute->name, "a record with @source(\"approval\")", "another");
        return fact_record_check("approval", attribute->type->record, fault);
    }
    if (!fact_has_source(attribute, "declaration"))
        return refuse(fault, attribute->name, "@source(\"declaration\")", "another source");
    /* The file's reference stands in the declaration itself, as a text. */
    if (bytes_equal_text(attribute->name, "file") && attribute->type->kind != CEDAR_TYPE_STRING)
        return refuse(fault, attribute->name, "String", "another type");
    if (!fact_declarable(attribute->type))
        return refuse(
            fault, attribute->name,
            "Bool, Long, String, datetime, duration, an entity, or a set of the last four",
            "another type");
    return ERROR_OK;
}

static enum error check_action(const struct cedar_action *action, struct fault *fault)
{
    if (!action)
        return refuse(fault, BYTES_LITERAL("EndUse::Action::use"), "this action", "none");
    /* A clause may name the group; the entity of the action would have to stand below it. */
    if (action->member_of_count)
        return refuse(fault, action->id, "an action in no group", "one in a group");
    if (!applies_to_one(action->principals, action->principal_count, "Operator") ||
        !applies_to_one(action->resources, action->resource_count, "Installation"))
        return refuse(fault, action->id, "principal Operator, resource Installation", "others");
    enum error error = check_moment(action, "time", CEDAR_TYPE_DATETIME, fault);
    if (!error)
        error = check_moment(action, "running", CEDAR_TYPE_BOOL, fault);
    for (size_t i = 0; i < action->context.count && !error; i++)
        error = check_fact(&action->context.attributes[i], fault);
    return error;
}

enum error vocabulary_check(const struct cedar_schema *schema, struct fault *fault)
{
    size_t count;
    const struct cedar_entity_type *types = cedar_schema_entity_types(schema, &count);
    enum error error = ERROR_OK;
    for (size_t i = 0; i < count && !error; i++)
        error = check_type(&types[i], fault);
    if (!error)
        error = check_action(
            cedar_schema_action(schema, BYTES_LITERAL("EndUse::Action"), BYTES_LITERAL("use")),
            fault);
    return error ? fault_within(fault, error, "vocabulary") : ERROR_OK;
}

/* Reading policies, templates and links in Cedar's JSON form: to a tree, to canonical text, to the
 * set. Expressions are read in policy_json_expr.c. */
#include "cedar/policy_json.h"

#include <stdlib.h>

#include "cedar/lexer.h"
#include "cedar/policy_json_read.h"
#include "cedar/print.h"

/* Which scope is read, as in the text: principal and resource have slots and `is`, actions lists.
 */
struct place {
    const char *slot; /* or NULL */
    bool action;
};

static enum error read_slot(
    struct cedar_json_reading *reading, const struct json *json, const struct place *place,
    struct cedar_scope *scope)
{
    struct bytes name;
    enum error error = json_get_string(json, "slot", reading->fault, &name);
    if (error)
        return error;
    if (!place->slot || !bytes_equal_text(name, place->slot))
        return json_fault(
            json_find(json, "slot"), reading->fault, ERROR_CEDAR_TEMPLATE,
            place->slot ? place->slot : "no slot", NULL);
    scope->slot = true;
    return ERROR_OK;
}

/* "entity", or "slot", or, of an action's `in`, "entities". */
static enum error read_entities(
    struct cedar_json_reading *reading, const struct json *json, const struct place *place,
    struct cedar_scope *scope)
{
    const struct json *one = json_find(json, "entity"), *many = json_find(json, "entities");
    if ((one != NULL) + (many != NULL) + (json_find(json, "slot") != NULL) != 1)
        return json_fault(
            json, reading->fault, ERROR_JSON_MISSING, "one of entity, entities and slot", NULL);
    if (!one && !many)
        return read_slot(reading, json, place, scope);
    if (many && !(place->action && scope->kind == CEDAR_SCOPE_IN))
        return json_fault(many, reading->fault, ERROR_CEDAR_SCOPE, "one entity", NULL);
    enum error error = many ? json_expect(many, JSON_ARRAY, reading->fault) : ERROR_OK;
    if (error)
        return error;
    size_t count = many ? json_count(many) : 1;
    struct cedar_entity_name *entities =
        ARENA_ARRAY(reading->arena, struct cedar_entity_name, count);
    if (!entities)
        return cedar_json_no_memory(reading);
    for (size_t i = 0; !error && i < count; i++)
        error = cedar_json_entity_name(reading, many ? json_at(many, i) : one, &entities[i]);
    scope->entities = entities;
    scope->count = count;
    scope->list = many != NULL;
    return error;
}

static enum error read_is(
    struct cedar_json_reading *reading, const struct json *json, const struct place *place,
    struct cedar_scope *scope)
{
    static const char *const names[] = {"op", "entity_type", "in", NULL};
    static const char *const in_names[] = {"entity", "slot", NULL};
    const struct json *in = json_find(json, "in");
    enum error error = json_allow(json, names, reading->fault);
    if (error || (error = cedar_json_path(reading, json, "entity_type", &scope->type)))
        return error;
    if (place->action)
        return json_fault(json, reading->fault, ERROR_CEDAR_SCOPE, "==, in or All", "is");
    scope->kind = in ? CEDAR_SCOPE_IS_IN : CEDAR_SCOPE_IS;
    if (!in)
        return ERROR_OK;
    error = json_allow(in, in_names, reading->fault);
    return error ? error : read_entities(reading, in, place, scope);
}

static enum error read_scope(
    struct cedar_json_reading *reading, const struct json *policy, const char *variable,
    const struct place *place, struct cedar_scope *scope)
{
    static const char *const names[] = {"op", "entity", "entities", "slot", NULL};
    const struct json *json;
    struct bytes op;
    enum error error = json_get(policy, variable, JSON_OBJECT, reading->fault, &json);
    if (error || (error = json_get_string(json, "op", reading->fault, &op)))
        return error;
    scope->kind = CEDAR_SCOPE_ANY;
    if (bytes_equal_text(op, "All"))
        return json_allow(json, (const char *const[]){"op", NULL}, reading->fault);
    if (bytes_equal_text(op, "is"))
        return read_is(reading, json, place, scope);
    scope->kind = bytes_equal_text(op, "in") ? CEDAR_SCOPE_IN : CEDAR_SCOPE_EQUAL;
    if (scope->kind == CEDAR_SCOPE_EQUAL && !bytes_equal_text(op, "=="))
        return json_fault(
            json_find(json, "op"), reading->fault, ERROR_CEDAR_SCOPE, "All, ==, in or is", NULL);
    error = json_allow(json, names, reading->fault);
    return error ? error : read_entities(reading, json, place, scope);
}

static enum error read_conditions(
    struct cedar_json_reading *reading, const struct json *policy, struct cedar_policy *made)
{
    static const char *const names[] = {"kind", "body", NULL};
    const struct json *list;
    enum error error = json_get(policy, "conditions", JSON_ARRAY, reading->fault, &list);
    if (error)
        return error;
    size_t count = json_count(list);
    struct cedar_condition *conditions = ARENA_ARRAY(reading->arena, struct cedar_condition, count);
    if (!conditions)
        return cedar_json_no_memory(reading);
    for (size_t i = 0; i < count; i++) {
        const struct json *json = json_at(list, i), *body;
        struct bytes kind;
        if ((error = json_allow(json, names, reading->fault)) ||
            (error = json_get_string(json, "kind", reading->fault, &kind)) ||
            (error = json_get(json, "body", JSON_OBJECT, reading->fault, &body)) ||
            (error = cedar_json_expr(reading, body, &conditions[i].body)))
            return error;
        conditions[i].unless = bytes_equal_text(kind, "unless");
        if (!conditions[i].unless && !bytes_equal_text(kind, "when"))
            return json_fault(
                json_find(json, "kind"), reading->fault, ERROR_CEDAR_SYNTAX, "when or unless",
                NULL);
    }
    made->conditions = conditions;
    made->condition_count = count;
    return ERROR_OK;
}

/* {"id": "x", "beta": null}: a string, or null for an annotation without a value. */
static enum error read_annotations(
    struct cedar_json_reading *reading, const struct json *policy, struct cedar_policy *made)
{
    const struct json *json = json_find(policy, "annotations");
    enum error error = json ? json_expect(json, JSON_OBJECT, reading->fault) : ERROR_OK;
    if (error || !json)
        return error;
    size_t count = json_count(json);
    struct cedar_annotation *annotations =
        ARENA_ARRAY(reading->arena, struct cedar_annotation, count);
    if (!annotations)
        return cedar_json_no_memory(reading);
    for (size_t i = 0; !error && i < count; i++) {
        const struct json *value = json_at(json, i);
        annotations[i].name = json_name_at(json, i);
        annotations[i].has_value = json_type(value) != JSON_NULL;
        if (!cedar_is_identifier(annotations[i].name))
            return json_fault(
                value, reading->fault, ERROR_CEDAR_SYNTAX, "an annotation's name", NULL);
        if (annotations[i].has_value)
            error = json_string(value, reading->fault, &annotations[i].value);
    }
    made->annotations = annotations;
    made->annotation_count = count;
    return error;
}

static enum error
read_policy(struct cedar_json_reading *reading, const struct json *json, struct cedar_policy *made)
{
    static const char *const names[] = {
        "effect", "principal", "action", "resource", "conditions", "annotations", NULL,
    };
    static const struct place principal = {.slot = "?principal"}, action = {.action = true},
                              resource = {.slot = "?resource"};
    struct bytes effect;
    enum error error = json_allow(json, names, reading->fault);
    if (error || (error = json_get_string(json, "effect", reading->fault, &effect)))
        return error;
    made->effect = bytes_equal_text(effect, "forbid") ? CEDAR_FORBID : CEDAR_PERMIT;
    if (made->effect == CEDAR_PERMIT && !bytes_equal_text(effect, "permit"))
        return json_fault(
            json_find(json, "effect"), reading->fault, ERROR_CEDAR_SYNTAX, "permit or forbid",
            NULL);
    if ((error = read_scope(reading, json, "principal", &principal, &made->principal)) ||
        (error = read_scope(reading, json, "action", &action, &made->action)) ||
        (error = read_scope(reading, json, "resource", &resource, &made->resource)) ||
        (error = read_conditions(reading, json, made)))
        return error;
    return read_annotations(reading, json, made);
}

/* Adds a policy of which the place in the JSON is known, so that what its text is refused for is
 * said there. */
static enum error add_policy(
    struct cedar_policies *policies, const struct json *json, struct bytes id, struct fault *fault,
    bool *ret_template)
{
    struct arena arena = {0};
    struct fault inner = {0};
    struct cedar_json_reading reading = {&arena, fault};
    struct cedar_policy policy = {0};
    struct buffer text = {0};
    enum error error = read_policy(&reading, json, &policy);
    if (!error) {
        cedar_print_policy(&text, &policy);
        if ((error = text.error))
            fault_set(fault, error, NULL, NULL, NULL);
    }
    if (!error) {
        error = cedar_policies_add_with_ids(policies, buffer_view(&text), &id, 1, &inner);
        if (error && error != ERROR_MEMORY)
            json_fault(json, fault, error, inner.expected, "%s", inner.found);
        else if (error)
            fault_set(fault, error, NULL, NULL, NULL);
    }
    *ret_template = cedar_policy_is_template(&policy);
    buffer_free(&text);
    arena_free(&arena);
    return error;
}

enum error cedar_json_policy_add(
    struct cedar_policies *policies, const struct json *json, struct bytes id, struct fault *fault)
{
    bool template;
    return add_policy(policies, json, id, fault, &template);
}

/* The policies of an object under their ids, all of them templates or none. */
static enum error add_all(
    struct cedar_policies *policies, const struct json *json, bool templates, struct fault *fault)
{
    if (!json)
        return ERROR_OK;
    enum error error = json_expect(json, JSON_OBJECT, fault);
    for (size_t i = 0; !error && i < json_count(json); i++) {
        bool template;
        error = add_policy(policies, json_at(json, i), json_name_at(json, i), fault, &template);
        if (!error && template != templates)
            error = json_fault(
                json_at(json, i), fault, ERROR_CEDAR_TEMPLATE,
                templates ? "a slot in a template" : "no slot in a static policy", NULL);
    }
    return error;
}

static enum error read_link(
    struct cedar_policies *policies, const struct json *json, struct cedar_json_reading *reading)
{
    static const char *const names[] = {"templateId", "newId", "values", NULL};
    static const char *const slot_names[] = {"?principal", "?resource", NULL};
    struct cedar_entity_name entities[2];
    const struct json *values;
    struct bytes template, id;
    struct fault *fault = reading->fault, inner = {0};
    enum error error = json_allow(json, names, fault);
    if (error || (error = json_get_string(json, "templateId", fault, &template)) ||
        (error = json_get_string(json, "newId", fault, &id)) ||
        (error = json_get(json, "values", JSON_OBJECT, fault, &values)) ||
        (error = json_allow(values, slot_names, fault)))
        return error;
    const struct json *given[] = {
        json_find(values, slot_names[0]), json_find(values, slot_names[1])};
    for (size_t i = 0; !error && i < 2; i++) {
        if (given[i])
            error = cedar_json_entity_name(reading, given[i], &entities[i]);
    }
    struct cedar_slots slots = {given[0] ? &entities[0] : NULL, given[1] ? &entities[1] : NULL};
    if (error)
        return error;
    error = cedar_policies_link(policies, template, id, &slots, &inner);
    if (error)
        json_fault(json, fault, error, inner.expected, "%s", inner.found);
    return error;
}

static enum error
read_set(const struct json *json, struct fault *fault, struct cedar_policies *policies)
{
    static const char *const names[] = {"staticPolicies", "templates", "templateLinks", NULL};
    const struct json *links = json_find(json, "templateLinks");
    struct arena arena = {0};
    struct cedar_json_reading reading = {&arena, fault};
    enum error error = json_allow(json, names, fault);
    if (!error && json_count(json) == 0)
        error = json_fault(
            json, fault, ERROR_JSON_MISSING, "staticPolicies, templates or templateLinks", NULL);
    if (!error)
        error = add_all(policies, json_find(json, "staticPolicies"), false, fault);
    if (!error)
        error = add_all(policies, json_find(json, "templates"), true, fault);
    if (!error && links)
        error = json_expect(links, JSON_ARRAY, fault);
    for (size_t i = 0; !error && links && i < json_count(links); i++)
        error = read_link(policies, json_at(links, i), &reading);
    arena_free(&arena);
    return error;
}

enum error cedar_json_policies_read(
    const struct json *json, struct fault *fault, struct cedar_policies **ret_policies)
{
    struct cedar_policies *policies;
    enum error error = cedar_policies_create(&policies);
    if (error)
        return fault_set(fault, error, NULL, NULL, NULL);
    if ((error = read_set(json, fault, policies))) {
        cedar_policies_free(policies);
        return error;
    }
    *ret_policies = policies;
    return ERROR_OK;
}

/* What `enduse cedar ...` is given: policies, links, schema, entities and a request, read from
 * files, each held to the schema as far as there is one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cedar/data_json.h"
#include "cedar/policy_json.h"
#include "cedar/schema_json.h"
#include "cli/cedar.h"

void cedar_given_free(struct cedar_given *given)
{
    free(given->scratch);
    cedar_program_free(given->program);
    cedar_entities_free(given->entities);
    cedar_symbols_free(given->symbols);
    cedar_policies_free(given->policies);
    cedar_schema_free(given->schema);
    *given = (struct cedar_given){.call = given->call};
}

/* --- Files ---------------------------------------------------------------------------------- */

static enum error read_standard_input(const struct os *os, struct buffer *content)
{
    for (;;) {
        uint8_t part[16384];
        ssize_t size = os->read(STDIN_FILENO, part, sizeof part);
        if (size == 0)
            return content->error;
        if (size < 0 && errno != EINTR)
            return error_from_errno(errno);
        if (size > 0)
            buffer_append(content, part, (size_t)size);
        if (content->error)
            return content->error;
    }
}

int cedar_read_text(struct call *call, const char *path, struct cedar_text *ret_text)
{
    struct cedar_text text = {.name = path ? path : "standard input"};
    struct buffer content = {.limit = CEDAR_FILE_MAX};
    struct fault fault = {0};
    enum error error;
    if (path)
        error = os_read_file(call->os, path, CEDAR_FILE_MAX, &fault, &content);
    else
        error = read_standard_input(call->os, &content);
    if (!error) {
        text.bytes = arena_copy(&call->arena, buffer_view(&content));
        error = text.bytes.data ? ERROR_OK : ERROR_MEMORY;
    }
    buffer_free(&content);
    if (error) {
        fault_set(&fault, error, NULL, NULL, NULL);
        return cedar_fail(call, &text, &fault);
    }
    *ret_text = text;
    return 0;
}

int cedar_read_json(
    struct call *call, const char *path, struct cedar_text *ret_text, const struct json **ret_json)
{
    struct fault fault = {0};
    int code = cedar_read_text(call, path, ret_text);
    if (!code && json_parse(ret_text->bytes, &call->arena, &fault, ret_json))
        code = cedar_fail(call, ret_text, &fault);
    return code;
}

int cedar_choose(
    struct call *call, const char *option, const char *first, const char *second, bool *ret_second)
{
    const char *value = call_option(call, option);
    *ret_second = value && strcmp(value, second) == 0;
    if (!value || *ret_second || strcmp(value, first) == 0)
        return 0;
    char quoted[64];
    return call_usage(
        call, "--%s is %s or %s, not %s", option, first, second,
        quote_text(bytes_of(value), quoted, sizeof quoted));
}

/* --- Policies ------------------------------------------------------------------------------- */

/* A policy by itself, which has the id that the official program gives it; or a whole set. */
static enum error take_json_policies(
    const struct json *json, struct fault *fault, struct cedar_policies **ret_policies)
{
    if (!json_find(json, "effect"))
        return cedar_json_policies_read(json, fault, ret_policies);
    struct cedar_policies *policies;
    enum error error = cedar_policies_create(&policies);
    if (error)
        return fault_set(fault, error, NULL, NULL, NULL);
    error = cedar_json_policy_add(policies, json, BYTES_LITERAL("JSON policy"), fault);
    if (error)
        cedar_policies_free(policies);
    else
        *ret_policies = policies;
    return error;
}

static int read_json_policies(struct cedar_given *given)
{
    struct fault fault = {0};
    const struct json *json;
    int code = cedar_read_json(
        given->call, call_option(given->call, "policies"), &given->policies_text, &json);
    if (!code && take_json_policies(json, &fault, &given->policies))
        code = cedar_fail(given->call, &given->policies_text, &fault);
    return code;
}

static int read_text_policies(struct cedar_given *given)
{
    static const struct cedar_naming naming = {.annotation = "id", .optional = true};
    struct fault fault = {0};
    int code =
        cedar_read_text(given->call, call_option(given->call, "policies"), &given->policies_text);
    if (code)
        return code;
    if (cedar_policies_create(&given->policies))
        return cedar_no_memory(given->call);
    if (cedar_policies_add_with_templates(
            given->policies, given->policies_text.bytes, &naming, &fault))
        return cedar_fail(given->call, &given->policies_text, &fault);
    return 0;
}

int cedar_read_policies_as(struct cedar_given *given, bool json)
{
    given->json_policies = json;
    return json ? read_json_policies(given) : read_text_policies(given);
}

int cedar_read_policies(struct cedar_given *given)
{
    bool json;
    int code = cedar_choose(given->call, "policy-format", "cedar", "json", &json);
    if (!code)
        code = cedar_read_policies_as(given, json);
    const char *links = call_option(given->call, "template-linked");
    if (!code && links)
        code = cedar_add_links(given, links);
    return code;
}

int cedar_compile_policies(struct cedar_given *given)
{
    struct fault fault = {0};
    if (cedar_compile(given->policies, given->symbols, &fault, &given->program))
        return cedar_fail(given->call, &given->policies_text, &fault);
    given->scratch = malloc(cedar_program_scratch_size(given->program));
    return given->scratch ? 0 : cedar_no_memory(given->call);
}

int cedar_read_entity_name(
    struct call *call, const char *option, const char *text, struct cedar_entity_name *ret_name)
{
    struct fault fault = {0};
    struct cedar_text shown = {.name = option, .bytes = bytes_of(text)};
    if (cedar_entity_name_parse(shown.bytes, &call->arena, &fault, ret_name))
        return cedar_fail(call, &shown, &fault);
    return 0;
}

/* --- Schema and data ------------------------------------------------------------------------ */

int cedar_read_schema(struct cedar_given *given)
{
    const char *path = call_option(given->call, "schema");
    struct fault fault = {0};
    bool is_json;
    int code = cedar_choose(given->call, "schema-format", "cedar", "json", &is_json);
    if (code || !path || (code = cedar_read_text(given->call, path, &given->schema_text)))
        return code;
    struct bytes text = given->schema_text.bytes;
    enum error error = is_json ? cedar_schema_json_parse(text, &fault, &given->schema)
                               : cedar_schema_parse(text, &fault, &given->schema);
    return error ? cedar_fail(given->call, &given->schema_text, &fault) : 0;
}

int cedar_make_symbols(struct cedar_given *given)
{
    uint64_t seed;
    if (given->call->os->random(&seed, sizeof seed) < 0)
        seed = 0; /* the hashes then are those of any run */
    return cedar_symbols_create(NULL, seed, &given->symbols) ? cedar_no_memory(given->call) : 0;
}

/* Where a path like "$.a.b" leads in JSON, as far as its names are plain and there. */
static const struct json *follow(const struct json *json, const char *path)
{
    while (path && *path == '.') {
        size_t length = strcspn(++path, ".[");
        const struct json *member =
            json_find_bytes(json, (struct bytes){(const uint8_t *)path, length});
        if (!member)
            break;
        json = member;
        path += length;
    }
    return json;
}

/* Puts the fault, of which the place ends with a path, at the place of that in JSON. */
static enum error at_path(struct fault *fault, enum error error, const struct json *json)
{
    const char *path = strstr(fault->place, "$.");
    struct json_place place = json_place(follow(json, path ? path + 1 : NULL));
    return fault_in_text(fault, error, place.line, place.column);
}

/* The item of the array that names the entity, or the array. */
static const struct json *
item_of(const struct json *array, struct cedar_symbols *symbols, const struct cedar_uid *uid)
{
    for (size_t i = 0; i < json_count(array); i++) {
        const struct cedar_uid *named;
        const struct json *name = json_find(json_at(array, i), "uid");
        if (name && !cedar_json_uid(name, symbols, NULL, &named) && named == uid)
            return json_at(array, i);
    }
    return array;
}

static int check_entities(
    struct cedar_given *given, const struct cedar_text *text, const struct json *json,
    const struct cedar_entities *entities)
{
    struct fault fault = {0};
    for (size_t i = 0; given->schema && i < cedar_entities_count(entities); i++) {
        const struct cedar_entity *entity = cedar_entities_at(entities, i);
        enum error error = cedar_check_entity(given->schema, entities, entity, &fault);
        if (error) {
            const struct json *item = item_of(json, given->symbols, entity->uid);
            const struct json *attributes = json_find(item, "attrs");
            bool of_attribute = attributes && strstr(fault.place, "$.");
            at_path(&fault, error, of_attribute ? attributes : item);
            return cedar_fail(given->call, text, &fault);
        }
    }
    return 0;
}

int cedar_take_entities(
    struct cedar_given *given, const struct cedar_text *text, const struct json *json,
    struct cedar_entities **ret_entities)
{
    struct arena *arena = &given->call->arena;
    struct fault fault = {0};
    struct cedar_entities *entities;
    if (cedar_entities_create(NULL, &entities))
        return cedar_no_memory(given->call);
    int code = 0;
    if (cedar_json_entities_typed(json, given->schema, given->symbols, arena, entities, &fault) ||
        (given->schema &&
         cedar_add_actions(given->schema, given->symbols, arena, entities, &fault)) ||
        cedar_entities_freeze(entities, &fault))
        code = cedar_fail(given->call, text, &fault);
    if (!code)
        code = check_entities(given, text, json, entities);
    if (code)
        cedar_entities_free(entities);
    else
        *ret_entities = entities;
    return code;
}

int cedar_read_entities(struct cedar_given *given)
{
    const char *path = call_option(given->call, "entities");
    struct cedar_text text = {.name = "entities"};
    const struct json *json;
    if (path) {
        int code = cedar_read_json(given->call, path, &text, &json);
        return code ? code : cedar_take_entities(given, &text, json, &given->entities);
    }
    /* None were given; the actions of the schema there are all the same. */
    if (json_parse(BYTES_LITERAL("[]"), &given->call->arena, NULL, &json))
        return cedar_no_memory(given->call);
    return cedar_take_entities(given, &text, json, &given->entities);
}

/* --- The request ---------------------------------------------------------------------------- */

static const struct cedar_action *action_of(const struct cedar_given *given)
{
    const struct cedar_uid *uid = given->request.action;
    return given->schema
               ? cedar_schema_action(
                     given->schema, cedar_string_bytes(uid->type), cedar_string_bytes(uid->id))
               : NULL;
}

/* A context is read as the schema has it for the action, so that much is held in any case. */
static enum error check_context(const struct cedar_given *given, struct fault *fault)
{
    const struct cedar_action *action = action_of(given);
    if (!given->request.context)
        return ERROR_OK;
    if (!action)
        return fault_set(fault, ERROR_CHECK_ACTION, "action", "an action of the schema", NULL);
    return cedar_check_record(given->schema, &action->context, given->request.context, fault);
}

/* The member of a request that the fault's place begins with; the request. */
static const struct json *member_of(const struct json *request, const struct fault *fault)
{
    size_t length = strcspn(fault->place, ":");
    const struct json *member =
        json_find_bytes(request, (struct bytes){(const uint8_t *)fault->place, length});
    return member ? member : request;
}

/* Holds the request to the schema. json is what text is: of the request, of its context alone, or
 * NULL. */
static int check_request(
    struct cedar_given *given, const struct cedar_text *text, const struct json *json,
    bool only_context)
{
    static const struct cedar_text options = {.name = "the request"};
    struct fault fault = {0};
    bool unchecked;
    int code = cedar_choose(given->call, "request-validation", "true", "false", &unchecked);
    if (code || !given->schema)
        return code;
    enum error error = unchecked ? check_context(given, &fault)
                                 : cedar_check_request(given->schema, &given->request, &fault);
    if (!error)
        return 0;
    if (!json || (only_context && !text_starts(fault.place, "context")))
        return cedar_fail(given->call, &options, &fault);
    at_path(&fault, error, only_context ? json : member_of(json, &fault));
    return cedar_fail(given->call, text, &fault);
}

static int take_uid(struct cedar_given *given, const char *option, const struct cedar_uid **ret_uid)
{
    struct cedar_entity_name name;
    const char *value = call_option(given->call, option + strlen("--"));
    if (!value)
        return call_usage(
            given->call,
            "%s is missing: --principal, --action and --resource make a request, or "
            "--request-json",
            option);
    int code = cedar_read_entity_name(given->call, option, value, &name);
    if (!code && cedar_intern_uid(given->symbols, name.type, name.id, ret_uid))
        code = cedar_no_memory(given->call);
    return code;
}

static int read_context(
    struct cedar_given *given, const char *path, struct cedar_text *text,
    const struct json **ret_json)
{
    struct fault fault = {0};
    struct cedar_record *record;
    const struct cedar_action *action = action_of(given);
    int code = cedar_read_json(given->call, path, text, ret_json);
    if (!code && cedar_json_record_typed(
                     *ret_json, action ? &action->context : NULL, given->symbols,
                     &given->call->arena, &fault, &record))
        code = cedar_fail(given->call, text, &fault);
    if (!code)
        given->request.context = record;
    return code;
}

static int read_request_json(struct cedar_given *given, const char *path)
{
    static const char *const others[] = {"principal", "action", "resource", "context"};
    struct fault fault = {0};
    struct cedar_text text;
    const struct json *json;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (call_option(given->call, others[i]))
            return call_usage(given->call, "--request-json says it all: no --%s", others[i]);
    }
    int code = cedar_read_json(given->call, path, &text, &json);
    if (!code &&
        cedar_json_request(
            json, given->schema, given->symbols, &given->call->arena, &fault, &given->request))
        code = cedar_fail(given->call, &text, &fault);
    return code ? code : check_request(given, &text, json, false);
}

int cedar_read_request(struct cedar_given *given)
{
    const char *whole = call_option(given->call, "request-json");
    const char *context = call_option(given->call, "context");
    struct cedar_text text = {0};
    const struct json *json = NULL;
    if (whole)
        return read_request_json(given, whole);
    int code = take_uid(given, "--principal", &given->request.principal);
    if (!code)
        code = take_uid(given, "--action", &given->request.action);
    if (!code)
        code = take_uid(given, "--resource", &given->request.resource);
    if (!code && context)
        code = read_context(given, context, &text, &json);
    return code ? code : check_request(given, &text, json, true);
}

/* Our engine's answer to a case: reading, validating, deciding. What it writes is in
 * round_trips.c. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cedar/data_json.h"
#include "ours.h"
#include "reference.h"

void must(enum error error)
{
    if (error)
        abort();
}

static void append_line(struct buffer *out, const char *format, va_list arguments)
{
    char line[256];
    vsnprintf(line, sizeof line, format, arguments);
    buffer_printf(out, "%s\n", line);
}

void say(struct answer *answer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    append_line(&answer->lines, format, arguments);
    va_end(arguments);
}

void complain(struct answer *answer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    append_line(&answer->complaints, format, arguments);
    va_end(arguments);
}

/* --- Reading -------------------------------------------------------------------------------- */

static enum error add_template(struct ours *ours, const struct sample *sample, uint32_t index)
{
    char id[16];
    snprintf(id, sizeof id, "t%u", index);
    const struct bytes ids = bytes_of(id);
    size_t before = cedar_policies_count(ours->policies);
    enum error error = cedar_policies_add_with_ids(
        ours->policies, buffer_view(&sample->templates[index]), &ids, 1, NULL);
    /* What has no slot is no template. */
    return error || cedar_policies_count(ours->policies) == before ? error : ERROR_CEDAR_TEMPLATE;
}

static enum error add_link(struct ours *ours, const struct link_text *link, uint32_t index)
{
    char template[16], id[16];
    snprintf(template, sizeof template, "t%u", link->template);
    snprintf(id, sizeof id, "l%u", index);
    const struct cedar_entity_name principal = {
        .type = bytes_of(link->principal_type), .id = bytes_of(link->principal_id)};
    const struct cedar_entity_name resource = {
        .type = bytes_of(link->resource_type), .id = bytes_of(link->resource_id)};
    const struct cedar_slots slots = {
        link->has_principal ? &principal : NULL, link->has_resource ? &resource : NULL};
    return cedar_policies_link(ours->policies, bytes_of(template), bytes_of(id), &slots, NULL);
}

static void read_policies(struct ours *ours, const struct sample *sample)
{
    must(cedar_policies_create(&ours->policies));
    enum error error =
        cedar_policies_add(ours->policies, buffer_view(&sample->policies), NULL, NULL);
    for (uint32_t i = 0; !error && i < sample->template_count; i++)
        error = add_template(ours, sample, i);
    for (uint32_t i = 0; !error && i < sample->link_count; i++)
        error = add_link(ours, &sample->links[i], i);
    if (error) {
        cedar_policies_free(ours->policies);
        ours->policies = NULL;
        return;
    }
    must(cedar_compile(ours->policies, ours->symbols, NULL, &ours->program));
    ours->scratch = malloc(cedar_program_scratch_size(ours->program));
    ours->settled_scratch = malloc(cedar_program_scratch_size(ours->program));
    ours->memo = malloc(cedar_program_memo_size(ours->program));
    if (!ours->scratch || !ours->settled_scratch || !ours->memo)
        abort();
}

/* The official engine takes a schema's actions, with what they are in, into every store. */
static enum error add_actions(struct ours *ours, struct cedar_entities *entities)
{
    size_t count;
    const struct cedar_action *actions = cedar_schema_actions(ours->schema, &count);
    enum error error = ERROR_OK;
    for (size_t i = 0; !error && i < count; i++) {
        const struct cedar_action *action = &actions[i];
        struct cedar_entity entity = {.parent_count = action->member_of_count};
        const struct cedar_uid **parents =
            ARENA_ARRAY(&ours->arena, const struct cedar_uid *, action->member_of_count + 1);
        if (!parents)
            abort();
        for (size_t k = 0; k < action->member_of_count; k++)
            must(cedar_intern_uid(
                ours->symbols, action->member_of[k]->type->name, action->member_of[k]->id,
                &parents[k]));
        must(cedar_intern_uid(ours->symbols, action->type->name, action->id, &entity.uid));
        entity.parents = parents;
        if (!cedar_entities_find(entities, entity.uid))
            error = cedar_entities_add(entities, &entity, NULL);
    }
    return error;
}

/* The entities of the case; NULL when they are refused. Whether they conform is asked before the
 * actions of the schema are added: an action that is given must itself name all above it. */
static struct cedar_entities *read_entities(struct ours *ours, bool typed, bool with_actions)
{
    struct cedar_entities *entities;
    const struct cedar_schema *schema = typed ? ours->schema : NULL;
    must(cedar_entities_create(NULL, &entities));
    enum error error = cedar_json_entities_typed(
        ours->entities_json, schema, ours->symbols, &ours->arena, entities, NULL);
    if (!error && with_actions)
        error = add_actions(ours, entities);
    if (!error)
        error = cedar_entities_freeze(entities, NULL);
    if (!error && typed && !with_actions)
        error = cedar_check_entities(schema, entities, NULL);
    if (!error)
        return entities;
    cedar_entities_free(entities);
    return NULL;
}

static void read_all_entities(struct ours *ours)
{
    ours->entities = read_entities(ours, false, false);
    struct cedar_entities *given = ours->schema ? read_entities(ours, true, false) : NULL;
    if (given)
        ours->typed_entities = read_entities(ours, true, true);
    cedar_entities_free(given);
}

/* --- Judging -------------------------------------------------------------------------------- */

static bool is_impossible(const struct ours *ours, const struct cedar_policy *policy)
{
    struct cedar_findings findings = {0};
    bool impossible = false;
    if (cedar_check_warnings(ours->schema, policy, &findings, NULL) == ERROR_MEMORY)
        abort();
    for (size_t i = 0; i < findings.count; i++)
        impossible = impossible || findings.items[i].fault.error == ERROR_CHECK_IMPOSSIBLE;
    cedar_findings_free(&findings);
    return impossible;
}

static int compare_ids(const void *a, const void *b)
{
    return bytes_compare(*(const struct bytes *)a, *(const struct bytes *)b);
}

static void append_ids(struct buffer *out, struct bytes *ids, size_t count)
{
    qsort(ids, count, sizeof *ids, compare_ids);
    for (size_t i = 0; i < count; i++) {
        buffer_append_text(out, i ? " " : "");
        buffer_append_bytes(out, ids[i]);
    }
}

/* Room for the ids of all policies and templates. */
static struct bytes *room_for_ids(struct ours *ours)
{
    size_t count = cedar_policies_count(ours->policies) + cedar_templates_count(ours->policies);
    struct bytes *ids = ARENA_ARRAY(&ours->arena, struct bytes, count + 1);
    if (!ids)
        abort();
    return ids;
}

/* A link of a template that is refused is not looked at, and that a link can never hold is not
 * said: the official engine judges links by their slots alone. */
static void validate(struct ours *ours, struct answer *answer)
{
    struct bytes *invalid = room_for_ids(ours), *impossible = room_for_ids(ours);
    size_t invalid_count = 0, impossible_count = 0;
    size_t policies = cedar_policies_count(ours->policies);
    size_t templates = cedar_templates_count(ours->policies);
    for (size_t i = 0; i < policies + templates; i++) {
        const struct cedar_policy *policy = i < policies
                                                ? cedar_policies_at(ours->policies, i)
                                                : cedar_templates_at(ours->policies, i - policies);
        if (policy->template && cedar_check_policy(ours->schema, policy->template, NULL, NULL))
            continue;
        if (cedar_check_policy(ours->schema, policy, NULL, NULL))
            invalid[invalid_count++] = policy->id;
        else if (!policy->template && is_impossible(ours, policy))
            impossible[impossible_count++] = policy->id;
    }
    ours->valid = policies && !invalid_count;
    buffer_append_text(&answer->lines, "invalid\t");
    append_ids(&answer->lines, invalid, invalid_count);
    buffer_append_text(&answer->lines, "\nimpossible\t");
    append_ids(&answer->lines, impossible, impossible_count);
    buffer_append_text(&answer->lines, "\n");
}

/* Settling beforehand, with every scalar of the context as it is, must change nothing. */
static void check_settled(
    struct ours *ours, const struct cedar_request *request, const struct cedar_entities *entities,
    const struct cedar_response *response, size_t number, struct answer *answer)
{
    struct cedar_response settled;
    cedar_settle(ours->program, request, entities, NULL, 0, ours->settled_scratch, ours->memo);
    cedar_authorize_settled(ours->memo, &settled);
    bool same = settled.decision == response->decision &&
                settled.determining_count == response->determining_count &&
                settled.error_count == response->error_count;
    for (size_t i = 0; same && i < settled.determining_count; i++)
        same = settled.determining[i] == response->determining[i];
    for (size_t i = 0; same && i < settled.error_count; i++)
        same = settled.errors[i].policy == response->errors[i].policy;
    if (!same)
        complain(answer, "settled: request %zu: another response", number);
}

/* conforming: request and entities conform to the schema, and the policies are valid. */
static void decide(
    struct ours *ours, const struct cedar_request *request, const struct cedar_entities *entities,
    bool conforming, size_t number, struct answer *answer)
{
    struct cedar_response response;
    struct bytes *ids = room_for_ids(ours);
    cedar_authorize(ours->program, request, entities, ours->scratch, &response);
    answer->requests++;
    answer->allowed += response.decision == CEDAR_ALLOW;
    answer->failed += response.error_count > 0;
    buffer_printf(
        &answer->lines, "request %zu\t%s; because ", number,
        response.decision == CEDAR_ALLOW ? "allow" : "deny");
    for (size_t i = 0; i < response.determining_count; i++)
        ids[i] = cedar_policies_at(ours->policies, response.determining[i])->id;
    append_ids(&answer->lines, ids, response.determining_count);
    buffer_append_text(&answer->lines, "; failed ");
    for (size_t i = 0; i < response.error_count; i++)
        ids[i] = cedar_policies_at(ours->policies, response.errors[i].policy)->id;
    append_ids(&answer->lines, ids, response.error_count);
    buffer_append_text(&answer->lines, "\n");
    for (size_t i = 0; conforming && i < response.error_count; i++)
        if (response.errors[i].error != ERROR_CEDAR_OVERFLOW &&
            response.errors[i].error != ERROR_CEDAR_ENTITY)
            complain(
                answer, "validation: request %zu: a valid policy fails: %s", number,
                error_name(response.errors[i].error));
    if (!reference_agrees(ours->policies, request, entities, &response, &ours->arena))
        complain(answer, "reference: request %zu: another response", number);
    check_settled(ours, request, entities, &response, number, answer);
}

static void judge_request(struct ours *ours, size_t number, struct answer *answer)
{
    struct cedar_request request = {0};
    const struct json *json = ours->requests_json[number];
    if (ours->schema) {
        bool conforms =
            !cedar_json_request(json, ours->schema, ours->symbols, &ours->arena, NULL, &request) &&
            !cedar_check_request(ours->schema, &request, NULL);
        say(answer, "conforms %zu\t%s", number, conforms ? "yes" : "no");
        answer->conforming += conforms;
        if (conforms && ours->typed_entities) {
            decide(ours, &request, ours->typed_entities, ours->valid, number, answer);
            return;
        }
    }
    if (!ours->entities ||
        cedar_json_request(json, NULL, ours->symbols, &ours->arena, NULL, &request))
        say(answer, "request %zu\trefused", number);
    else
        decide(ours, &request, ours->entities, false, number, answer);
}

struct ours *ours_judge(const struct sample *sample, struct answer *answer)
{
    struct ours *ours = calloc(1, sizeof *ours);
    if (!ours)
        abort();
    must(cedar_symbols_create(NULL, 1, &ours->symbols));
    must(json_parse(buffer_view(&sample->entities), &ours->arena, NULL, &ours->entities_json));
    for (size_t i = 0; i < REQUESTS; i++)
        must(json_parse(
            buffer_view(&sample->requests[i]), &ours->arena, NULL, &ours->requests_json[i]));
    bool refused = cedar_schema_parse(buffer_view(&sample->schema), NULL, &ours->schema);
    say(answer, "schema\t%s", refused ? "refused" : "accepted");
    read_policies(ours, sample);
    say(answer, "policies\t%s", ours->policies ? "accepted" : "refused");
    if (!ours->policies)
        return ours;
    if (ours->schema)
        validate(ours, answer);
    answer->valid = ours->valid;
    read_all_entities(ours);
    for (size_t i = 0; i < REQUESTS; i++)
        judge_request(ours, i, answer);
    if (ours->schema && answer->conforming)
        say(answer, "entities conform\t%s", ours->typed_entities ? "yes" : "no");
    if (sample->with_round_trips)
        ours_judge_texts(ours, answer);
    return ours;
}

void ours_free(struct ours *ours)
{
    free(ours->scratch);
    free(ours->settled_scratch);
    free(ours->memo);
    cedar_program_free(ours->program);
    cedar_policies_free(ours->policies);
    cedar_entities_free(ours->entities);
    cedar_entities_free(ours->typed_entities);
    cedar_symbols_free(ours->symbols);
    cedar_schema_free(ours->schema);
    arena_free(&ours->arena);
    free(ours);
}

void answer_free(struct answer *answer)
{
    buffer_free(&answer->lines);
    buffer_free(&answer->complaints);
}

/* --- The question --------------------------------------------------------------------------- */

static void put_slot(struct json_writer *writer, const char *name, const char *type, const char *id)
{
    json_put_object(writer, name);
    json_put_string(writer, "type", type);
    json_put_string(writer, "id", id);
    json_write_object_end(writer);
}

static void put_links(struct json_writer *writer, const struct sample *sample)
{
    char id[16];
    json_put_array(writer, "links");
    for (uint32_t i = 0; i < sample->link_count; i++) {
        const struct link_text *link = &sample->links[i];
        json_write_object(writer);
        snprintf(id, sizeof id, "t%u", link->template);
        json_put_string(writer, "templateId", id);
        snprintf(id, sizeof id, "l%u", i);
        json_put_string(writer, "newId", id);
        json_put_object(writer, "values");
        if (link->has_principal)
            put_slot(writer, "?principal", link->principal_type, link->principal_id);
        if (link->has_resource)
            put_slot(writer, "?resource", link->resource_type, link->resource_id);
        json_write_object_end(writer);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}

void ours_question(const struct sample *sample, const struct ours *ours, struct buffer *out)
{
    struct json_writer writer;
    json_writer_begin(&writer, out, 0);
    json_write_object(&writer);
    json_put_string_bytes(&writer, "schema", buffer_view(&sample->schema));
    json_put_string_bytes(&writer, "policies", buffer_view(&sample->policies));
    json_put_array(&writer, "templates");
    for (uint32_t i = 0; i < sample->template_count; i++)
        json_write_string_bytes(&writer, buffer_view(&sample->templates[i]));
    json_write_array_end(&writer);
    put_links(&writer, sample);
    json_write_name(&writer, "entities");
    json_write_value(&writer, ours->entities_json);
    json_put_array(&writer, "requests");
    for (size_t i = 0; i < REQUESTS; i++)
        json_write_value(&writer, ours->requests_json[i]);
    json_write_array_end(&writer);
    if (sample->with_round_trips && ours->policies)
        ours_put_texts(&writer, sample, ours);
    json_write_object_end(&writer);
    must(json_writer_end(&writer));
    buffer_append_byte(out, '\n');
}

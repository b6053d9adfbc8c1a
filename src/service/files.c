/* One file of the office: with the acts that are possible on it, its state in the public register,
 * its signed document. Lists are in list.c. */
#include <string.h>

#include "authority/register.h"
#include "json/json.h"
#include "service/core.h"
#include "service/handlers.h"
#include "service/now.h"
#include "service/refusal.h"

static enum error
find_kind(const struct http_request *request, struct fault *fault, enum file_kind *ret_kind)
{
    const char *word = http_parameter(request, "kind");
    *ret_kind = file_by_word(bytes_of(word));
    if (*ret_kind == FILE_NONE)
        return fault_set(fault, ERROR_NOT_FOUND, "kind", "a kind of file", "\"%.40s\"", word);
    return ERROR_OK;
}

enum error find_visible_kind(
    struct reading *reading, const struct http_request *request, enum file_kind *ret_kind)
{
    enum error error = find_kind(request, &reading->fault, ret_kind);
    return error ? error : reader_sees(&reading->who, *ret_kind, &reading->fault);
}

/* --- One file ----------------------------------------------------------------------------- */

static enum error not_there(struct reading *reading, enum file_kind kind, const char *number)
{
    return fault_set(
        &reading->fault, ERROR_NOT_FOUND, "number", "the number of a file", "%s/%.64s",
        file_word(kind), number);
}

static enum error load_kind(
    struct reading *reading, enum file_kind kind, const char *number, const void **ret_content)
{
    enum error error =
        store_load(reading->reader, kind, number, &reading->arena, &reading->fault, ret_content);
    return error == ERROR_NOT_FOUND ? not_there(reading, kind, number) : error;
}

enum error file_is_visible(
    struct reading *reading, enum file_kind kind, const void *content, bool *ret_visible)
{
    *ret_visible = reader_sight(&reading->who, kind) == SIGHT_ALL;
    if (*ret_visible)
        return ERROR_OK;
    return reader_owns(
        &reading->who, &reading->view, kind, content, &reading->arena, &reading->fault,
        ret_visible);
}

/* A file of somebody else is not there, for all that the answer tells. */
enum error load_visible_file(
    struct reading *reading, enum file_kind kind, const char *number, const void **ret_content)
{
    bool visible = false;
    enum error error = reader_sees(&reading->who, kind, &reading->fault);
    if (!error)
        error = load_kind(reading, kind, number, ret_content);
    if (!error)
        error = file_is_visible(reading, kind, *ret_content, &visible);
    return error || visible ? error : not_there(reading, kind, number);
}

enum error find_visible_file(
    struct reading *reading, const struct http_request *request, enum file_kind *ret_kind,
    const void **ret_content)
{
    enum error error = find_kind(request, &reading->fault, ret_kind);
    return error ? error
                 : load_visible_file(
                       reading, *ret_kind, http_parameter(request, "number"), ret_content);
}

/* For whom it is asked what is possible: ?person=D-07, of the root; else for whoever is logged in;
 * for anybody where nobody is. */
static enum error
find_person(struct reading *reading, const struct http_request *request, struct actor *ret_actor)
{
    const char *id = http_query(request, "person");
    if (!id) {
        *ret_actor = reading->who;
        return ERROR_OK;
    }
    const struct office *office;
    struct signer signer;
    enum error error = reading_office(reading, &office);
    const struct root_person *person =
        error ? NULL : root_person_by_id(&office->chain->current, id, NULL);
    if (!error && !person)
        error = fault_set(
            &reading->fault, ERROR_USAGE, "person", "a person of the root", "\"%.40s\"", id);
    if (error)
        return error;
    struct key_id key = document_key_id(&person->key);
    return reading_actor(reading, &key, ret_actor, &signer);
}

static void put_roles(struct json_writer *writer, const struct transition *transition)
{
    json_put_array(writer, "roles");
    for (enum role_index role = 0; role < ROLE_COUNT; role++) {
        if (transition->roles & (1u << role))
            json_write_string(writer, role_word(role));
    }
    json_write_array_end(writer);
    if (transition->ministry != ANY_MINISTRY)
        json_put_string(
            writer, "ministry",
            ministry_word(
                transition->ministry == DEFENCE_ONLY ? MINISTRY_DEFENCE : MINISTRY_FOREIGN));
}

/* The acts that the kind has, which of them the state allows, and for a person why not. */
static void put_acts(
    struct json_writer *writer, enum file_kind kind, const void *content, const struct actor *actor)
{
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    json_put_array(writer, "acts");
    for (size_t i = 0; i < count; i++) {
        struct fault fault = {0};
        bool possible = rows[i].from & STATE(((const struct file_base *)content)->state);
        if (actor->kind)
            possible = transition_open(&rows[i], actor, kind, content, &fault) == ERROR_OK;
        if (rows[i].from == STATE_NEW)
            continue; /* what opens a file is not done on one that is there */
        json_write_object(writer);
        json_put_string(writer, "verb", rows[i].verb);
        json_put_string(writer, "words", rows[i].words);
        put_roles(writer, &rows[i]);
        json_put_bool(writer, "possible", possible);
        if (fault.error) {
            char text[500];
            json_put_string(writer, "reason", fault_text(&fault, text, sizeof text));
        }
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
}

HANDLER(get_file)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    enum file_kind kind = FILE_NONE;
    const void *content = NULL;
    const char *contact = NULL;
    const void *now = NULL;
    struct actor actor;
    enum error error = find_visible_file(&reading, request, &kind, &content);
    if (!error)
        error = now_of(&reading, kind, content, &reading.arena, &now);
    if (!error && kind == FILE_COMPLAINANT)
        error = store_sealed(
            reading.reader, ((const struct file_base *)content)->number, &reading.arena,
            &reading.fault, &contact);
    if (!error)
        error = find_person(&reading, request, &actor);
    if (error)
        return reading_failed(&reading, response);
    const struct file_base *base = content;
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    json_put_string(&writer, "kind", file_word(kind));
    json_put_string(&writer, "number", base->number);
    json_put_u64(&writer, "version", base->version);
    json_put_string(&writer, "state", file_state_word(kind, base->state));
    json_write_name(&writer, "content");
    layout_write_json(file_layout(kind), content, &writer);
    if (now) {
        json_write_name(&writer, "now");
        layout_write_json(now_layout(kind), now, &writer);
    }
    if (contact)
        json_put_string(&writer, "contact", contact);
    put_acts(&writer, kind, content, &actor);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    response_tag(response, request);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

HANDLER(get_register)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    enum file_kind kind = FILE_NONE;
    const void *content = NULL;
    enum error error = find_kind(request, &reading.fault, &kind);
    if (!error && sight_of_anyone(kind) != SIGHT_STATE)
        error = fault_set(
            &reading.fault, ERROR_NOT_FOUND, "kind", "a kind in the public register", "%s",
            file_word(kind));
    if (!error)
        error = load_kind(&reading, kind, http_parameter(request, "number"), &content);
    if (error)
        return reading_failed(&reading, response);
    const struct file_base *base = content;
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    json_put_string(&writer, "kind", file_word(kind));
    json_put_string(&writer, "number", base->number);
    json_put_string(&writer, "state", file_state_word(kind, base->state));
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

HANDLER(get_document)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    enum file_kind kind = FILE_NONE;
    const void *content = NULL;
    enum error error = find_visible_file(&reading, request, &kind, &content);
    struct bytes document = error ? (struct bytes){0} : file_instrument(kind, content);
    if (!error && !document.length)
        error = fault_set(
            &reading.fault, ERROR_NOT_FOUND, "document", "a file with a signed document", "%s",
            file_word(kind));
    if (error)
        return reading_failed(&reading, response);
    response_document(response, request, document);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

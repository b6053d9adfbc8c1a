/* The files of the office: lists, one file with the acts that are possible on it, its signed
 * document. */
#include <string.h>

#include "json/json.h"
#include "service/core.h"
#include "service/handlers.h"
#include "service/refusal.h"

enum { LIST_STANDARD = 100, LIST_MAX = 1000 };

static void put_time(struct json_writer *writer, const char *name, millis time)
{
    char text[TIME_TEXT_SIZE];
    json_put_string(writer, name, time_text(time, text));
}

static enum error
find_kind(const struct http_request *request, struct fault *fault, enum file_kind *ret_kind)
{
    const char *word = http_parameter(request, "kind");
    *ret_kind = file_by_word(bytes_of(word));
    if (*ret_kind == FILE_NONE)
        return fault_set(fault, ERROR_NOT_FOUND, "kind", "a kind of file", "\"%.40s\"", word);
    return ERROR_OK;
}

/* --- Lists -------------------------------------------------------------------------------- */

static enum error
find_state(enum file_kind kind, const char *word, struct fault *fault, int *ret_state)
{
    for (int state = 1; strcmp(file_state_word(kind, state), "new") != 0; state++) {
        if (strcmp(file_state_word(kind, state), word) == 0) {
            *ret_state = state;
            return ERROR_OK;
        }
    }
    return fault_set(
        fault, ERROR_USAGE, "state", "a state of this kind of file", "\"%.40s\"", word);
}

static enum error
read_query(const struct http_request *request, struct fault *fault, struct store_query *ret_query)
{
    struct store_query query = {
        .parent = http_query(request, "parent"),
        .after = http_query(request, "after"),
        .limit = LIST_STANDARD,
    };
    const char *state = http_query(request, "state"), *limit = http_query(request, "limit");
    enum error error = find_kind(request, fault, &query.kind);
    if (!error && state)
        error = find_state(query.kind, state, fault, &query.state);
    if (!error && limit) {
        uint64_t number = 0;
        error = number_parse(bytes_of(limit), LIST_MAX, fault, &number);
        if (error || number == 0)
            error = fault_set(fault, ERROR_USAGE, "limit", "1 to 1000", "\"%.40s\"", limit);
        query.limit = (size_t)number;
    }
    if (!error)
        *ret_query = query;
    return error;
}

static void
put_entry(struct json_writer *writer, enum file_kind kind, const struct store_entry *entry)
{
    const struct file_base *base = entry->content;
    json_write_object(writer);
    json_put_string(writer, "number", entry->number);
    json_put_u64(writer, "version", entry->version);
    json_put_string(writer, "state", file_state_word(kind, entry->state));
    if (*entry->parent)
        json_put_string(writer, "parent", entry->parent);
    put_time(writer, "opened", base->opened);
    put_time(writer, "changed", base->changed);
    json_write_object_end(writer);
}

HANDLER(get_files)
{
    (void)route, (void)exchange;
    struct reading reading;
    if (reading_begin(context, response, &reading))
        return HTTP_ANSWERED;
    struct store_query query;
    struct store_entry *entries = NULL;
    size_t count = 0;
    enum error error = read_query(request, &reading.fault, &query);
    if (!error)
        error =
            store_list(reading.reader, &query, &reading.arena, &reading.fault, &entries, &count);
    if (error)
        return reading_failed(&reading, response);
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    json_put_string(&writer, "kind", file_word(query.kind));
    json_put_array(&writer, "files");
    for (size_t i = 0; i < count; i++)
        put_entry(&writer, query.kind, &entries[i]);
    json_write_array_end(&writer);
    if (count && count == query.limit)
        json_put_string(&writer, "next", entries[count - 1].number);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

/* --- One file ----------------------------------------------------------------------------- */

static enum error load(
    struct reading *reading, const struct http_request *request, enum file_kind *ret_kind,
    const void **ret_content)
{
    enum error error = find_kind(request, &reading->fault, ret_kind);
    if (error)
        return error;
    const char *number = http_parameter(request, "number");
    error = store_load(
        reading->reader, *ret_kind, number, &reading->arena, &reading->fault, ret_content);
    if (error == ERROR_NOT_FOUND)
        fault_set(
            &reading->fault, error, "number", "the number of a file", "%s/%.64s",
            file_word(*ret_kind), number);
    return error;
}

/* Who asks what is possible for whom: ?person=D-07; none: for anybody. */
static enum error find_person(
    const struct http_request *request, const struct office *office, struct fault *fault,
    struct actor *ret_actor)
{
    const char *id = http_query(request, "person");
    if (!id)
        return ERROR_OK;
    enum ministry_id ministry;
    const struct root_person *person = root_person_by_id(&office->chain->current, id, &ministry);
    if (!person)
        return fault_set(fault, ERROR_USAGE, "person", "a person of the root", "\"%.40s\"", id);
    *ret_actor = (struct actor){
        .kind = ACTOR_OFFICER,
        .id = person->id,
        .roles = roles_of_person(person),
        .ministry = ministry,
        .person = person,
        .key = document_key_id(&person->key),
    };
    return ERROR_OK;
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
    (void)route, (void)exchange;
    struct reading reading;
    if (reading_begin(context, response, &reading))
        return HTTP_ANSWERED;
    enum file_kind kind = FILE_NONE;
    const void *content = NULL;
    struct office office;
    struct actor actor = {0};
    enum error error = load(&reading, request, &kind, &content);
    if (!error)
        error = store_office(reading.reader, reading.time, &reading.arena, &reading.fault, &office);
    if (!error)
        error = find_person(request, &office, &reading.fault, &actor);
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
    put_acts(&writer, kind, content, &actor);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

HANDLER(get_document)
{
    (void)route, (void)exchange;
    struct reading reading;
    if (reading_begin(context, response, &reading))
        return HTTP_ANSWERED;
    enum file_kind kind = FILE_NONE;
    const void *content = NULL;
    enum error error = load(&reading, request, &kind, &content);
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

/* Hearings, as their parties read them. */
#include "service/hearings.h"

#include "json/json.h"
#include "service/handlers.h"

enum { CHUNK = 100 }; /* cases read at a time */

/* --- One ---------------------------------------------------------------------------------- */

/* Of this case, if there is one for the reader. The texts are the file's. */
static enum error find(
    struct reading *reading, const struct case_file *file, struct hearing *ret_hearing,
    bool *ret_is)
{
    const void *licence = NULL;
    *ret_is = false;
    if (!file->licence)
        return ERROR_OK;
    enum error error = reading->view.find(
        reading->view.context, FILE_LICENCE, file->licence, &reading->fault, &licence);
    if (!error && licence)
        *ret_is =
            hearing_of(file, hearing_track(&reading->who, licence), reading->time, ret_hearing);
    return error;
}

enum error hearing_load(
    struct reading *reading, const char *number, const void **ret_case, struct hearing *ret_hearing)
{
    const void *file = NULL;
    struct hearing hearing;
    bool is = false;
    enum error error = reader_is_heard(&reading->who, &reading->fault);
    if (!error)
        error =
            store_load(reading->reader, FILE_CASE, number, &reading->arena, &reading->fault, &file);
    if (!error)
        error = find(reading, file, &hearing, &is);
    if (error == ERROR_NOT_FOUND || (!error && !is))
        return fault_set(
            &reading->fault, ERROR_NOT_FOUND, "hearing",
            "the number of a case that you are heard in", "%.64s", number);
    if (error)
        return error;
    *ret_case = file;
    *ret_hearing = hearing;
    return ERROR_OK;
}

/* --- Several ------------------------------------------------------------------------------ */

struct found {
    struct hearing *items;
    size_t count, capacity;
};

static enum error add(struct reading *reading, const char *number, struct found *found)
{
    if (found->count == found->capacity) {
        size_t capacity = found->capacity ? 2 * found->capacity : 8;
        struct hearing *items = ARENA_ARRAY(&reading->arena, struct hearing, capacity);
        if (!items)
            return fault_place(&reading->fault, ERROR_MEMORY, "hearings");
        for (size_t i = 0; i < found->count; i++)
            items[i] = found->items[i];
        found->items = items;
        found->capacity = capacity;
    }
    const void *file;
    enum error error = hearing_load(reading, number, &file, &found->items[found->count]);
    found->count += error == ERROR_OK;
    return error;
}

/* Those of a chunk, which is read into an arena of its own: most cases are of others. */
static enum error
add_chunk(struct reading *reading, struct store_query *query, struct found *found, bool *ret_more)
{
    struct arena arena = {0};
    struct store_entry *entries = NULL;
    size_t count = 0;
    enum error error =
        store_list(reading->reader, query, &arena, &reading->fault, &entries, &count);
    for (size_t i = 0; i < count && !error; i++) {
        struct hearing hearing;
        bool is;
        error = find(reading, entries[i].content, &hearing, &is);
        if (!error && is)
            error = add(reading, hearing.number, found);
    }
    *ret_more = !error && count == query->limit;
    if (*ret_more) {
        query->after = arena_text(&reading->arena, bytes_of(entries[count - 1].number));
        if (!query->after)
            error = fault_place(&reading->fault, ERROR_MEMORY, "hearings");
    }
    arena_free(&arena);
    return error;
}

static enum error add_all(struct reading *reading, struct store_query query, struct found *found)
{
    enum error error = ERROR_OK;
    query.kind = FILE_CASE;
    query.limit = CHUNK;
    for (bool more = true; more && !error;)
        error = add_chunk(reading, &query, found, &more);
    return error;
}

enum error
hearings_open(struct reading *reading, const struct hearing **ret_hearings, size_t *ret_count)
{
    static const enum case_state states[] = {CASE_HEARING, CASE_DECIDED, CASE_OBJECTED};
    struct found found = {0};
    enum error error = reader_is_heard(&reading->who, &reading->fault);
    for (size_t i = 0; i < sizeof states / sizeof *states && !error; i++)
        error = add_all(reading, (struct store_query){.state = states[i]}, &found);
    *ret_hearings = found.items;
    *ret_count = error ? 0 : found.count;
    return error;
}

enum error hearings_of_licence(
    struct reading *reading, const char *licence, const struct hearing **ret_hearings,
    size_t *ret_count)
{
    struct found found = {0};
    bool heard = reader_is_heard(&reading->who, NULL) == ERROR_OK;
    enum error error =
        heard ? add_all(reading, (struct store_query){.parent = licence}, &found) : ERROR_OK;
    *ret_hearings = found.items;
    *ret_count = error ? 0 : found.count;
    return error;
}

/* --- The API ------------------------------------------------------------------------------ */

HANDLER(get_hearing)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    const void *file;
    struct hearing hearing;
    if (hearing_load(&reading, http_parameter(request, "number"), &file, &hearing))
        return reading_failed(&reading, response);
    struct json_writer writer;
    response_json(response, 200, &writer);
    layout_write_json(&hearing_layout, &hearing, &writer);
    response_json_end(response, &writer);
    response_tag(response, request);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

HANDLER(get_hearings)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    const struct hearing *hearings = NULL;
    size_t count = 0;
    if (hearings_open(&reading, &hearings, &count))
        return reading_failed(&reading, response);
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    json_put_array(&writer, "hearings");
    for (size_t i = 0; i < count; i++)
        layout_write_json(&hearing_layout, &hearings[i], &writer);
    json_write_array_end(&writer);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    response_tag(response, request);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

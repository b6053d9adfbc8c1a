/* Lists of files: by parent, by state, by what they say; those that the reader sees. */
#include "service/list.h"

#include <string.h>

#include "json/json.h"
#include "service/handlers.h"

enum {
    LIST_STANDARD = 100,
    LIST_MAX = 1000,
    WORDS_MAX = 200, /* bytes of what is looked for */
    CHUNK = 250,     /* files read at a time */
    LOOKED_AT = 2500 /* files that one request looks at; where to go on is told */
};

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

/* A cursor is the number of the last file that was looked at. It is written so that nobody takes it
 * for one, and makes their own. */
static enum error read_cursor(struct reading *reading, const char *cursor, const char **ret_after)
{
    struct buffer number = {0};
    enum error error = base64url_parse(bytes_of(cursor), NULL, &number);
    const char *text = error ? NULL : buffer_text(&number);
    if (text && strlen(text) == number.length && rule_name(text, "cursor", NULL) == ERROR_OK)
        *ret_after = arena_text(&reading->arena, buffer_view(&number));
    else
        error = fault_set(
            &reading->fault, ERROR_USAGE, "cursor", "the `next` of an answer", "\"%.40s\"", cursor);
    if (!error && !*ret_after)
        error = fault_place(&reading->fault, ERROR_MEMORY, "cursor");
    buffer_free(&number);
    return error;
}

static enum error read_limit(const char *text, struct fault *fault, size_t *ret_limit)
{
    uint64_t number = 0;
    if (number_parse(bytes_of(text), LIST_MAX, NULL, &number) || number == 0)
        return fault_set(fault, ERROR_USAGE, "limit", "1 to 1000", "\"%.40s\"", text);
    *ret_limit = (size_t)number;
    return ERROR_OK;
}

enum error
list_read(struct reading *reading, const struct http_request *request, struct asked *ret_asked)
{
    struct fault *fault = &reading->fault;
    struct asked asked = {
        .query = {.parent = http_query(request, "parent"), .limit = CHUNK},
        .words = http_query(request, "q"),
        .limit = LIST_STANDARD,
    };
    const char *state = http_query(request, "state"), *limit = http_query(request, "limit");
    const char *cursor = http_query(request, "cursor");
    enum error error = find_visible_kind(reading, request, &asked.query.kind);
    if (!error && state)
        error = find_state(asked.query.kind, state, fault, &asked.query.state);
    if (!error && limit)
        error = read_limit(limit, fault, &asked.limit);
    if (!error && cursor)
        error = read_cursor(reading, cursor, &asked.query.after);
    if (!error && asked.words && (!*asked.words || strlen(asked.words) > WORDS_MAX))
        error = fault_set(fault, ERROR_USAGE, "q", "1 to 200 bytes of text", NULL);
    if (!error)
        *ret_asked = asked;
    return error;
}

static enum error put_entry(
    struct reading *reading, enum file_kind kind, const struct store_entry *entry,
    struct arena *arena, void *context)
{
    (void)reading, (void)arena;
    struct json_writer *writer = context;
    json_write_object(writer);
    json_put_string(writer, "number", entry->number);
    json_put_u64(writer, "version", entry->version);
    json_put_string(writer, "state", file_state_word(kind, entry->state));
    if (*entry->parent)
        json_put_string(writer, "parent", entry->parent);
    put_time(writer, "opened", entry->opened);
    put_time(writer, "changed", entry->changed);
    json_write_object_end(writer);
    return ERROR_OK;
}

/* Whether the reader sees it, and it says what is looked for. */
static enum error
is_listed(struct reading *reading, const struct asked *asked, const void *content, bool *ret_listed)
{
    const enum file_kind kind = asked->query.kind;
    enum error error = file_is_visible(reading, kind, content, ret_listed);
    if (!error && *ret_listed && asked->words)
        *ret_listed = layout_holds_text(file_layout(kind), content, asked->words);
    return error;
}

/* Looks at the files of a chunk, until enough are listed; *looked is how many were looked at. */
static enum error list_chunk(
    struct reading *reading, const struct asked *asked, const struct store_entry *entries,
    size_t count, struct arena *arena, list_put *put, void *context, size_t *listed,
    size_t *ret_looked)
{
    size_t i = 0;
    for (; i < count && *listed < asked->limit; i++) {
        enum file_kind kind = asked->query.kind;
        bool wanted = asked->query.without_content;
        enum error error =
            wanted ? ERROR_OK : is_listed(reading, asked, entries[i].content, &wanted);
        if (error)
            return error;
        if (!wanted)
            continue;
        error = put(reading, kind, &entries[i], arena, context);
        if (error)
            return error;
        ++*listed;
    }
    *ret_looked = i;
    return ERROR_OK;
}

enum error list_each(
    struct reading *reading, struct asked *asked, list_put *put, void *context,
    const char **ret_after)
{
    size_t listed = 0, all = 0;
    for (;;) {
        struct arena arena = {0};
        struct store_entry *entries = NULL;
        size_t count = 0, looked = 0;
        enum error error =
            store_list(reading->reader, &asked->query, &arena, &reading->fault, &entries, &count);
        if (!error)
            error =
                list_chunk(reading, asked, entries, count, &arena, put, context, &listed, &looked);
        all += looked;
        bool more = looked < count || count == asked->query.limit;
        if (!error && more && looked) {
            const char *last = entries[looked - 1].number;
            asked->query.after = arena_text(&reading->arena, bytes_of(last));
            if (!asked->query.after)
                error = fault_place(&reading->fault, ERROR_MEMORY, "list");
        }
        arena_free(&arena);
        if (error || !more || listed == asked->limit || all >= LOOKED_AT) {
            *ret_after = more ? asked->query.after : NULL;
            return error;
        }
    }
}

/* Where the reader sees all of the kind, and nothing is looked for in them, what the files hold
 * needs not be read. One more than is shown says whether there is more. */
static void leave_content_out(const struct reading *reading, struct asked *asked)
{
    if (asked->words || reader_sight(&reading->who, asked->query.kind) != SIGHT_ALL)
        return;
    asked->query.without_content = true;
    asked->query.limit = asked->limit < CHUNK ? asked->limit + 1 : CHUNK;
}

HANDLER(get_files)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct asked asked;
    const char *after = NULL;
    enum error error = list_read(&reading, request, &asked);
    if (error)
        return reading_failed(&reading, response);
    leave_content_out(&reading, &asked);
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    json_put_string(&writer, "kind", file_word(asked.query.kind));
    json_put_array(&writer, "files");
    error = list_each(&reading, &asked, put_entry, &writer, &after);
    if (error)
        return reading_failed(&reading, response);
    json_write_array_end(&writer);
    if (after)
        put_bytes(&writer, "next", bytes_of(after));
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    response_tag(response, request);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

/* Rows of events: see rows.h. */
#include <stdlib.h>
#include <string.h>

#include "store/rows.h"

enum error stored(enum error error, struct fault *fault, const char *place)
{
    if (!error || error == ERROR_MEMORY)
        return error;
    if (fault)
        fault->error = ERROR_STORE_DAMAGED;
    return fault_within(fault, ERROR_STORE_DAMAGED, "stored %s", place);
}

static enum error
bad(struct query *query, const char *column, const char *expected, struct fault *fault)
{
    enum error error = fault_set(fault, ERROR_STORE_EVENT_COLUMN, column, expected, NULL);
    return fault_within(fault, error, "event %lld", (long long)column_integer(query, 0));
}

enum error column_digest(
    struct query *query, int column, enum error damaged, struct fault *fault,
    struct digest *ret_digest)
{
    struct bytes bytes = column_bytes(query, column);
    if (bytes.length != DIGEST_SIZE)
        return fault_set(
            fault, damaged, sql_statements[query->name].name, "32 bytes", "%zu", bytes.length);
    memcpy(ret_digest->bytes, bytes.data, DIGEST_SIZE);
    return ERROR_OK;
}

/* A text without zero bytes inside, which a C string could not show. */
static const char *text_of(struct query *query, int column, struct arena *arena)
{
    struct bytes bytes = column_bytes(query, column);
    if (bytes.length && memchr(bytes.data, 0, bytes.length))
        return NULL;
    return column_text(query, column, arena);
}

enum error
event_of_row(struct query *query, struct arena *arena, struct fault *fault, struct event *ret_event)
{
    struct event event = {
        .sequence = (uint64_t)column_integer(query, 0),
        .time = column_integer(query, 1),
        .type = event_by_word(column_bytes(query, 2)),
        .version = (uint64_t)column_integer(query, 3),
        .file_version = (uint64_t)column_integer(query, 6),
        .file_number = text_of(query, 5, arena),
        .actor = text_of(query, 7, arena),
        .body = column_copy(query, 9, arena),
        .salt = column_copy(query, 10, arena),
    };
    if (query->error)
        return query->error;
    struct bytes kind = column_bytes(query, 4), act = column_bytes(query, 8);
    if (!event.type)
        return bad(query, "type", "a type of event", fault);
    if (!event.file_number || !event.actor)
        return bad(query, event.actor ? "file number" : "actor", "text", fault);
    event.file_kind = kind.length ? file_by_word(kind) : FILE_NONE;
    if (kind.length && !event.file_kind)
        return bad(query, "file kind", "a kind of file", fault);
    if (!column_is_null(query, 8) && act.length != ID_SIZE)
        return bad(query, "act", "16 bytes", fault);
    if (act.length)
        memcpy(event.act.bytes, act.data, ID_SIZE);
    if (column_bytes(query, 11).length != DIGEST_SIZE)
        return bad(query, "leaf", "32 bytes", fault);
    memcpy(event.leaf.bytes, column_bytes(query, 11).data, DIGEST_SIZE);
    *ret_event = event;
    return ERROR_OK;
}

enum error event_insert(struct database *database, const struct event *event, struct fault *fault)
{
    struct query query;
    query_begin(&query, database, SQL_EVENT_ADD, fault);
    query_integer(&query, 1, (int64_t)event->sequence);
    query_integer(&query, 2, event->time);
    query_text(&query, 3, event_word(event->type));
    query_integer(&query, 4, (int64_t)event->version);
    query_text(&query, 5, event->file_kind ? file_word(event->file_kind) : "");
    query_text(&query, 6, event->file_number);
    query_integer(&query, 7, (int64_t)event->file_version);
    query_text(&query, 8, event->actor);
    if (id_is_set(&event->act))
        query_blob(&query, 9, BYTES_ARRAY(event->act.bytes));
    query_blob(&query, 10, event->body);
    if (event->salt.length)
        query_blob(&query, 11, event->salt);
    query_blob(&query, 12, digest_view(&event->leaf));
    return query_finish(&query);
}

enum error event_of_act(
    struct database *database, const struct id *act, struct arena *arena, struct fault *fault,
    struct event *ret_event, bool *ret_found)
{
    struct query query;
    query_begin(&query, database, SQL_EVENT_BY_ACT, fault);
    query_blob(&query, 1, BYTES_ARRAY(act->bytes));
    bool found = query_row(&query);
    struct event event = {0};
    enum error row = found ? event_of_row(&query, arena, fault, &event) : ERROR_OK;
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (error)
        return error;
    *ret_event = event;
    *ret_found = found;
    return ERROR_OK;
}

enum error event_rows(
    struct query *query, size_t limit, struct arena *arena, struct fault *fault,
    struct event **ret_events, size_t *ret_count)
{
    struct event *events = NULL;
    size_t count = 0, room = 0;
    enum error row = ERROR_OK;
    while (!row && count < limit && query_row(query)) {
        if (count == room) {
            size_t more = room ? 2 * room : 16;
            struct event *larger = ARENA_ARRAY(arena, struct event, more);
            if (!larger) {
                row = fault_place(fault, ERROR_MEMORY, "events");
                break;
            }
            if (count)
                memcpy(larger, events, count * sizeof *events);
            events = larger;
            room = more;
        }
        row = event_of_row(query, arena, fault, &events[count]);
        count += !row;
    }
    enum error error = query_end(query);
    if (!error)
        error = row;
    if (error)
        return error;
    *ret_events = events;
    *ret_count = count;
    return ERROR_OK;
}

enum error event_roots(
    struct database *database, struct arena *arena, struct fault *fault, struct bytes **ret_roots,
    size_t *ret_count)
{
    enum { LIMIT = 4096 }; /* each is a rare act of state */
    struct bytes *roots = ARENA_ARRAY(arena, struct bytes, LIMIT);
    if (!roots)
        return fault_place(fault, ERROR_MEMORY, "events");
    struct query query;
    query_begin(&query, database, SQL_EVENT_ROOTS, fault);
    size_t count = 0;
    enum error row = ERROR_OK;
    while (!row && count < LIMIT && query_row(&query)) {
        struct event_body body;
        row =
            stored(event_body_decode(column_bytes(&query, 0), arena, fault, &body), fault, "event");
        if (!row)
            roots[count++] = body.instrument;
    }
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (error)
        return error;
    *ret_roots = roots;
    *ret_count = count;
    return ERROR_OK;
}

enum error
event_last(struct database *database, struct fault *fault, uint64_t *ret_count, millis *ret_time)
{
    struct query query;
    query_begin(&query, database, SQL_EVENT_LAST, fault);
    uint64_t count = 0;
    millis time = 0;
    if (query_row(&query)) {
        count = (uint64_t)column_integer(&query, 0);
        time = column_integer(&query, 1);
    }
    enum error error = query_end(&query);
    if (error)
        return error;
    *ret_count = count;
    *ret_time = time;
    return ERROR_OK;
}

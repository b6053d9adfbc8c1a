/* The log of events, for whoever verifies it: checkpoint, events as they are stored, proofs. */
#include <stdio.h>
#include <string.h>

#include "json/json.h"
#include "service/core.h"
#include "service/handlers.h"
#include "service/refusal.h"

enum {
    EVENTS_STANDARD = 100,
    EVENTS_MAX = 1000,
    EVENTS_BYTES = 4 << 20, /* after so many bytes an answer ends; `next` says where to go on */
};

HANDLER(get_checkpoint)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct store_head head;
    enum error error = store_signed_head(reading.reader, &reading.arena, &reading.fault, &head);
    if (error == ERROR_NOT_FOUND)
        fault_set(
            &reading.fault, error, "checkpoint", "a delegated log key that has signed one", NULL);
    if (error)
        return reading_failed(&reading, response);
    response->status = 200;
    response->type = "text/plain; charset=utf-8";
    buffer_append_bytes(&response->content, head.note);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

/* --- Events ------------------------------------------------------------------------------- */

/* A number of the query, or the standard. */
static enum error number_of(
    const struct http_request *request, const char *name, uint64_t most, uint64_t standard,
    struct fault *fault, uint64_t *ret_number)
{
    const char *text = http_query(request, name);
    if (!text) {
        *ret_number = standard;
        return ERROR_OK;
    }
    if (number_parse(bytes_of(text), most, NULL, ret_number) == ERROR_OK)
        return ERROR_OK;
    char expected[48];
    snprintf(expected, sizeof expected, "0 to %llu", (unsigned long long)most);
    return fault_set(fault, ERROR_USAGE, name, expected, "\"%.40s\"", text);
}

/* What an event holds is for those who see the kind of file that it is about; that it happened, and
 * its leaf, for all who may read events. */
static void
put_event(struct json_writer *writer, const struct event *event, const struct actor *reader)
{
    bool whole = !event->file_kind || reader_sight(reader, event->file_kind) == SIGHT_ALL;
    char text[DIGEST_TEXT_SIZE];
    json_write_object(writer);
    json_put_u64(writer, "sequence", event->sequence);
    json_put_string(writer, "time", time_text(event->time, text));
    json_put_string(writer, "type", event_word(event->type));
    json_put_u64(writer, "version", event->version);
    if (event->file_kind) {
        struct buffer file = {0};
        buffer_printf(&file, "%s/%s", file_word(event->file_kind), event->file_number);
        json_put_string_bytes(writer, "file", buffer_view(&file));
        buffer_free(&file);
        json_put_u64(writer, "file-version", event->file_version);
    }
    json_put_string(writer, "actor", event->actor);
    if (event->type == EVENT_ACT || event->type == EVENT_DELEGATION)
        json_put_string(writer, "act", hex_text(BYTES_ARRAY(event->act.bytes), text));
    if (whole)
        put_bytes(writer, "body", event->body);
    if (whole && event->salt.length)
        put_bytes(writer, "salt", event->salt);
    json_put_string(writer, "leaf", digest_text(&event->leaf, text));
    json_write_object_end(writer);
}

/* Which events are asked for: all, or those about one file. */
struct wanted_events {
    enum file_kind kind; /* FILE_NONE: all */
    const char *number;
    uint64_t from, count;
};

static enum error read_file(const char *file, struct fault *fault, struct wanted_events *wanted)
{
    const char *slash = strchr(file, '/');
    struct bytes kind = {(const uint8_t *)file, slash ? (size_t)(slash - file) : 0};
    wanted->kind = file_by_word(kind);
    if (!wanted->kind || !slash[1])
        return fault_set(
            fault, ERROR_USAGE, "file", "a kind of file, a slash and a number", "\"%.60s\"", file);
    wanted->number = slash + 1;
    return ERROR_OK;
}

static enum error read_wanted(
    const struct http_request *request, struct fault *fault, struct wanted_events *ret_wanted)
{
    struct wanted_events wanted = {0};
    const char *file = http_query(request, "file");
    enum error error = number_of(request, "from", INT64_MAX, 0, fault, &wanted.from);
    if (!error)
        error = number_of(request, "count", EVENTS_MAX, EVENTS_STANDARD, fault, &wanted.count);
    if (!error && file)
        error = read_file(file, fault, &wanted);
    if (!error)
        *ret_wanted = wanted;
    return error;
}

/* The next event from a sequence on; *ret_event NULL: there is none. */
static enum error next_event(
    struct reading *reading, const struct wanted_events *wanted, uint64_t from, struct arena *arena,
    struct event **ret_event)
{
    size_t found = 0;
    struct event *event = NULL;
    enum error error =
        wanted->kind
            ? store_file_events(
                  reading->reader, wanted->kind, wanted->number, from, 1, arena, &reading->fault,
                  &event, &found)
            : store_events(reading->reader, from, 1, arena, &reading->fault, &event, &found);
    *ret_event = !error && found == 1 ? event : NULL;
    return error;
}

HANDLER(get_events)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct wanted_events wanted;
    struct store_head head;
    enum error error = read_wanted(request, &reading.fault, &wanted);
    if (!error)
        error = store_head(reading.reader, &reading.arena, &reading.fault, &head);
    if (error)
        return reading_failed(&reading, response);
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    json_put_u64(&writer, "size", head.size);
    json_put_array(&writer, "events");
    uint64_t next = wanted.from;
    bool more = true;
    /* One at a time: their bodies can be large, and only one is held in memory. */
    for (uint64_t i = 0; i < wanted.count && next < head.size && more && !error; i++) {
        struct arena arena = {0};
        struct event *event;
        error = next_event(&reading, &wanted, next, &arena, &event);
        more = event && event->sequence < head.size;
        if (more) {
            put_event(&writer, event, &reading.who);
            next = event->sequence + 1;
        }
        arena_free(&arena);
        if (response->content.length > EVENTS_BYTES)
            break;
    }
    if (error)
        return reading_failed(&reading, response);
    json_write_array_end(&writer);
    if (more && next < head.size)
        json_put_u64(&writer, "next", next);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

/* --- Proofs ------------------------------------------------------------------------------- */

static void put_proof(struct json_writer *writer, const struct proof *proof)
{
    char text[DIGEST_TEXT_SIZE];
    json_put_array(writer, "hashes");
    for (size_t i = 0; i < proof->count; i++)
        json_write_string(writer, digest_text(&proof->hashes[i], text));
    json_write_array_end(writer);
}

/* The size that a proof is for: the query's, which must be one that the log has had, or else that
 * of the newest checkpoint, so that the proof can be checked against it (*ret_head; its size is 0
 * where there is none that holds the event). */
static enum error find_size(
    struct reading *reading, const struct http_request *request, const char *name, uint64_t index,
    struct store_head *ret_head, uint64_t *ret_size)
{
    struct store_head newest, head = {0};
    uint64_t size = 0;
    enum error error = store_head(reading->reader, &reading->arena, &reading->fault, &newest);
    if (!error) {
        error = store_signed_head(reading->reader, &reading->arena, &reading->fault, &head);
        error = error == ERROR_NOT_FOUND ? ERROR_OK : error;
    }
    uint64_t standard = head.size > index ? head.size : newest.size;
    if (!error)
        error = number_of(request, name, INT64_MAX, standard, &reading->fault, &size);
    if (!error && size > newest.size)
        error = fault_set(
            &reading->fault, ERROR_PROOF_RANGE, name, "at most the size of the log", "%llu of %llu",
            (unsigned long long)size, (unsigned long long)newest.size);
    if (error)
        return error;
    *ret_head = head.size == size ? head : (struct store_head){0};
    *ret_size = size;
    return ERROR_OK;
}

HANDLER(get_proof)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    uint64_t index = 0, size = 0;
    struct store_head head = {0};
    struct proof proof;
    enum error error = number_parse(
        bytes_of(http_parameter(request, "sequence")), INT64_MAX, &reading.fault, &index);
    if (!error)
        error = find_size(&reading, request, "size", index, &head, &size);
    if (!error)
        error = store_inclusion(reading.reader, index, size, &reading.fault, &proof);
    if (error)
        return reading_failed(&reading, response);
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    json_put_u64(&writer, "sequence", index);
    json_put_u64(&writer, "size", size);
    put_proof(&writer, &proof);
    if (head.note.length)
        json_put_string_bytes(&writer, "checkpoint", head.note);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

HANDLER(get_consistency)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    uint64_t before = 0, size = 0;
    struct store_head head = {0};
    struct proof proof;
    enum error error = number_of(request, "from", INT64_MAX, 0, &reading.fault, &before);
    if (!error)
        error = find_size(&reading, request, "to", 0, &head, &size);
    if (!error)
        error = store_consistency(reading.reader, before, size, &reading.fault, &proof);
    if (error)
        return reading_failed(&reading, response);
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    json_put_u64(&writer, "from", before);
    json_put_u64(&writer, "to", size);
    put_proof(&writer, &proof);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

/* An act and its instrument, as a form brings them back; and as files, for whoever signs with a key
 * file. */
#include "site/act_sent.h"

#include <string.h>

#include "json/json.h"
#include "site/entry.h"
#include "site/handlers.h"

/* The bytes of a pair in base64url, in the reading's arena; none where there is no such pair. */
static enum error read_bytes(
    struct reading *reading, struct http_pairs pairs, const char *name, struct bytes *ret_bytes)
{
    const char *text = http_pair(pairs, name);
    struct buffer bytes = {0};
    enum error error = base64url_parse(bytes_of(text ? text : ""), &reading->fault, &bytes);
    if (!error) {
        *ret_bytes = arena_copy(&reading->arena, buffer_view(&bytes));
        if (bytes.length && !ret_bytes->data)
            error = fault_place(&reading->fault, ERROR_MEMORY, name);
    }
    buffer_free(&bytes);
    return error;
}

enum error act_sent_read(
    struct reading *reading, struct http_pairs pairs, struct act *ret_act,
    struct bytes *ret_payload)
{
    struct bytes payload = {0};
    struct act act;
    enum error error = read_bytes(reading, pairs, "act", &payload);
    if (!error)
        error = layout_decode(&act_layout, payload, &reading->arena, &reading->fault, &act);
    if (!error)
        error = act_check(&act, &reading->fault);
    if (error)
        return error;
    *ret_act = act;
    *ret_payload = payload;
    return ERROR_OK;
}

enum error act_sent_document(
    struct reading *reading, enum file_kind kind, struct http_pairs pairs,
    struct carried *ret_carried)
{
    struct carried carried = {.type = instrument_by_word(file_word(kind))};
    if (!http_pair(pairs, "document") || !carried.type)
        return ERROR_OK;
    const struct layout *layout = instrument_layout(carried.type);
    void *value = arena_alloc(&reading->arena, layout->size);
    enum error error = value ? read_bytes(reading, pairs, "document", &carried.payload)
                             : fault_place(&reading->fault, ERROR_MEMORY, "document");
    if (!error)
        error = layout_decode(layout, carried.payload, &reading->arena, &reading->fault, value);
    if (!error)
        *ret_carried = carried;
    return error;
}

/* --- As files ----------------------------------------------------------------------------- */

static enum error put_body(const struct act *act, struct reading *reading, struct buffer *content)
{
    struct json_writer writer;
    json_writer_begin(&writer, content, 2);
    datum_write_json(&act->body, &writer);
    enum error error = json_writer_end(&writer);
    return error ? fault_place(&reading->fault, error, "act") : ERROR_OK;
}

static enum error put_document(
    struct reading *reading, const struct act *act, struct http_pairs pairs, struct buffer *content)
{
    enum file_kind kind;
    const char *number;
    struct carried carried = {0};
    enum error error = file_name_split(act->file, &reading->fault, &kind, &number);
    if (!error)
        error = act_sent_document(reading, kind, pairs, &carried);
    if (!error && !carried.payload.length)
        error = fault_set(
            &reading->fault, ERROR_USAGE, "document", "an act with a document to sign", "none");
    if (!error)
        buffer_append_bytes(content, carried.payload);
    return error ? error : content->error;
}

HANDLER(post_act_file)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct http_pairs pairs = {0};
    struct act act;
    struct bytes payload;
    enum error error = entry_read(&reading, request, &pairs);
    if (!error)
        error = act_sent_read(&reading, pairs, &act, &payload);
    const char *which = error ? NULL : http_pair(pairs, "file");
    bool document = which && strcmp(which, "document") == 0;
    if (!error)
        error = document ? put_document(&reading, &act, pairs, &response->content)
                         : put_body(&act, &reading, &response->content);
    if (error)
        return reading_failed(&reading, response);
    response->status = 200;
    response->type = document ? "application/octet-stream" : "application/json";
    http_header(response, "Cache-Control", "no-store");
    http_header(
        response, "Content-Disposition", "attachment; filename=\"%s\"",
        document ? "document.payload" : "act.json");
    reading_end(&reading);
    return HTTP_ANSWERED;
}

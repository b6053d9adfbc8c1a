/* Readings and answers, for all handlers. */
#include "service/core.h"

#include "json/json.h"
#include "service/refusal.h"

enum error
reading_begin(struct service *service, struct http_response *response, struct reading *ret_reading)
{
    struct reading reading = {.service = service};
    enum error error = readers_take(service->readers, &reading.fault, &reading.reader);
    if (!error) {
        error = store_snapshot_begin(reading.reader, &reading.fault);
        if (!error && (error = os_wall_time(service->os, &reading.time)))
            store_snapshot_end(reading.reader);
        if (error)
            readers_give(service->readers, reading.reader);
    }
    if (error) {
        reading.fault.error = error;
        refusal_answer(response, &reading.fault);
        return error;
    }
    *ret_reading = reading;
    return ERROR_OK;
}

void reading_end(struct reading *reading)
{
    store_snapshot_end(reading->reader);
    readers_give(reading->service->readers, reading->reader);
    arena_free(&reading->arena);
}

enum http_outcome reading_failed(struct reading *reading, struct http_response *response)
{
    refusal_answer(response, &reading->fault);
    reading_end(reading);
    return HTTP_ANSWERED;
}

void response_json(struct http_response *response, unsigned status, struct json_writer *writer)
{
    response->status = status;
    response->type = "application/json";
    json_writer_begin(writer, &response->content, 0);
}

enum http_outcome response_json_end(struct http_response *response, struct json_writer *writer)
{
    enum error error = json_writer_end(writer);
    if (error && !response->error)
        response->error = error; /* becomes a plain 500 */
    buffer_append_byte(&response->content, '\n');
    return HTTP_ANSWERED;
}

enum http_outcome response_document(
    struct http_response *response, const struct http_request *request, struct bytes document)
{
    struct digest digest = sha256_of(document);
    response->status = 200;
    response->type = "application/cose";
    if (!http_etag(response, request, digest_view(&digest)))
        buffer_append_bytes(&response->content, document);
    return HTTP_ANSWERED;
}

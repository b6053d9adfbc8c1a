/* Complaints by anyone, without an account: made once, and followed by a reference and a secret. */
#include <string.h>

#include "authority/complaint.h"
#include "service/core.h"
#include "service/handlers.h"
#include "service/refusal.h"
#include "service/tries.h"

static enum http_outcome refused(struct http_response *response, struct fault *fault)
{
    refusal_answer(response, fault);
    return HTTP_ANSWERED;
}

bool complaint_is_one_too_many(
    struct service *service, const struct http_request *request, millis *ret_wait)
{
    millis now;
    return os_boot_time(service->os, &now) ||
           !limiter_take(service->complaints, request->peer, now, ret_wait);
}

HANDLER(post_complaint)
{
    (void)route;
    struct service *service = context;
    struct arena arena = {0};
    struct fault fault = {0};
    struct complaint complaint;
    millis wait = 0;
    if (complaint_is_one_too_many(service, request, &wait)) {
        refuse_for_now(response, wait);
        return HTTP_ANSWERED;
    }
    enum error error = complaint_read(request->body, &arena, &fault, &complaint);
    arena_free(&arena);
    if (!error)
        error =
            writer_submit(service->writer, exchange, &(struct writer_job){.kind = STORE_COMPLAINT});
    if (!error)
        return HTTP_PARKED;
    fault.error = error;
    return refused(response, &fault);
}

void answer_complaint(const struct store_answer *answer, struct http_response *response)
{
    struct json_writer writer;
    response_json(response, 201, &writer);
    json_write_object(&writer);
    json_put_string(&writer, "reference", answer->reference);
    json_put_string(&writer, "secret", answer->secret);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
}

/* --- Following ---------------------------------------------------------------------------- */

/* What a wrong secret says too: nobody learns which references there are. */
static enum error
not_there(struct reading *reading, const struct http_request *request, const char *reference)
{
    tries_failed(reading, request, reference);
    return fault_set(
        &reading->fault, ERROR_NOT_FOUND, "complaint",
        "the reference of a complaint and its secret", NULL);
}

enum error complaint_find(
    struct reading *reading, const struct http_request *request, const char *reference,
    const char *secret, const struct case_file **ret_case)
{
    const void *content;
    enum error error = store_load(
        reading->reader, FILE_COMPLAINANT, reference, &reading->arena, &reading->fault, &content);
    if (error == ERROR_NOT_FOUND || (!error && !secret))
        return not_there(reading, request, reference);
    if (error)
        return error;
    const struct complainant_file *complainant = content;
    struct digest given = complaint_secret(secret);
    if (!digest_equal(&given, &complainant->secret))
        return not_there(reading, request, reference);
    error = store_load(
        reading->reader, FILE_CASE, complainant->case_number, &reading->arena, &reading->fault,
        &content);
    if (!error)
        *ret_case = content;
    return error;
}

HANDLER(get_complaint)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    const struct case_file *file = NULL;
    const char *reference = http_parameter(request, "reference");
    if (!tries_left(&reading, request, reference, response))
        return HTTP_ANSWERED;
    if (complaint_find(
            &reading, request, reference, http_field(request, "Complaint-Secret"), &file))
        return reading_failed(&reading, response);
    char opened[TIME_TEXT_SIZE], changed[TIME_TEXT_SIZE];
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    json_put_string(&writer, "reference", file->base.number);
    json_put_string(&writer, "state", file_state_word(FILE_CASE, file->base.state));
    json_put_string(&writer, "opened", time_text(file->base.opened, opened));
    json_put_string(&writer, "changed", time_text(file->base.changed, changed));
    /* What was found about others is told to the parties, and published where that is decided. */
    if (file->base.state == CASE_CLOSED)
        json_put_bool(&writer, "breach", file->decision.outcome > CASE_NO_BREACH);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

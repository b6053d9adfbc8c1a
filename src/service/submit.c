/* What changes something: acts of people, roots, renewals of guards. A handler looks at what came
 * as far as that needs no key, so that malformed bytes never reach the writer; the writer's answer
 * becomes the response here too. */
#include <string.h>

#include "json/json.h"
#include "service/core.h"
#include "service/handlers.h"
#include "service/refusal.h"

static enum http_outcome refused(struct http_response *response, struct fault *fault)
{
    refusal_answer(response, fault);
    return HTTP_ANSWERED;
}

static enum http_outcome hand_on(
    struct service *service, struct http_exchange *exchange, enum store_job_kind kind,
    const struct writer_renewal *renewal, struct http_response *response)
{
    const struct writer_job job = {.kind = kind, .renewal = renewal};
    enum error error = writer_submit(service->writer, exchange, &job);
    if (!error)
        return HTTP_PARKED;
    struct fault fault = {.error = error};
    return refused(response, &fault);
}

static enum http_outcome post(
    struct service *service, struct http_exchange *exchange, const struct http_request *request,
    enum instrument_type type, enum store_job_kind kind, struct http_response *response)
{
    struct arena arena = {0};
    struct fault fault = {0};
    void *value = NULL;
    enum error error = decode_document(request->body, type, &arena, &fault, &value);
    arena_free(&arena);
    return error ? refused(response, &fault) : hand_on(service, exchange, kind, NULL, response);
}

HANDLER(post_act)
{
    (void)route;
    return post(context, exchange, request, INSTRUMENT_ACT, STORE_ACT, response);
}

HANDLER(post_root)
{
    (void)route;
    return post(context, exchange, request, INSTRUMENT_ROOT, STORE_ROOT, response);
}

/* --- Renewals ----------------------------------------------------------------------------- */

/* The licence of the installation that a renewal names: by both it waits for what changes. */
static enum error
find_licence(struct reading *reading, const struct renewal *renewal, const char **ret_licence)
{
    const void *content;
    enum error error = store_load(
        reading->reader, FILE_INSTALLATION, renewal->installation, &reading->arena, &reading->fault,
        &content);
    if (error == ERROR_NOT_FOUND)
        return fault_set(
            &reading->fault, ERROR_STORE_INSTALLATION, "renewal: installation",
            "an enrolled installation", "%.64s", renewal->installation);
    if (!error)
        *ret_licence = ((const struct installation_file *)content)->licence;
    return error;
}

/* RFC 7240: a guard that was just opened, or is about to close, prefers an answer to news. */
static bool wants_answer_at_once(const struct http_request *request)
{
    const char *prefer = http_field(request, "Prefer");
    return prefer && strcmp(prefer, "wait=0") == 0;
}

HANDLER(post_renewal)
{
    struct service *service = context;
    struct reading reading;
    if (reading_begin(service, route, request, response, &reading))
        return HTTP_ANSWERED;
    void *value = NULL;
    const char *licence = NULL;
    const struct renewal *renewal = NULL;
    enum error error =
        decode_document(request->body, INSTRUMENT_RENEWAL, &reading.arena, &reading.fault, &value);
    if (!error) {
        renewal = value;
        error = find_licence(&reading, renewal, &licence);
    }
    if (error)
        return reading_failed(&reading, response);
    const struct writer_renewal waiting = {
        .installation = renewal->installation,
        .licence = licence,
        .at_once = wants_answer_at_once(request),
    };
    enum http_outcome outcome = hand_on(service, exchange, STORE_RENEWAL, &waiting, response);
    reading_end(&reading);
    return outcome;
}

/* --- Answers ------------------------------------------------------------------------------ */

static void answer_renewal(const struct store_answer *answer, struct http_response *response)
{
    if (answer->outcome == STORE_LEASE) {
        response->status = 200;
        response->type = "application/cose";
        buffer_append_bytes(&response->content, buffer_view(&answer->lease));
        return;
    }
    /* Signed by the guard, but another renewal of it went before: it is shown that one. */
    if (answer->evidence.length) {
        response->status = 409;
        response->type = "application/cose";
        buffer_append_bytes(&response->content, buffer_view(&answer->evidence));
        return;
    }
    refusal_answer(response, &answer->fault);
    if (answer->error == ERROR_COSE_UNKNOWN_KEY || answer->error == ERROR_COSE_KIND)
        http_problem(
            response, 401, "unknown-signer", "Not signed with the installation's key",
            "Sign with the key that was enrolled for this installation.", &answer->fault);
    /* Signed by the guard, but not what follows the lease that it was given last. */
    if (answer->error == ERROR_DOCUMENT_REFERENCE)
        http_problem(
            response, 409, "not-the-successor", "The renewal does not continue the lease",
            "Send again what was sent first. A guard that lost its lease is restored by an order "
            "of both ministries.",
            &answer->fault);
}

static void answer_accepted(
    enum store_job_kind kind, const struct store_answer *answer, struct http_response *response)
{
    struct json_writer writer;
    response_json(response, answer->outcome == STORE_ACCEPTED ? 201 : 200, &writer);
    json_write_object(&writer);
    json_put_u64(&writer, "event", answer->event);
    if (kind == STORE_ACT) {
        struct buffer file = {0};
        buffer_printf(&file, "%s/%s", file_word(answer->file_kind), answer->file_number);
        json_put_string_bytes(&writer, "file", buffer_view(&file));
        json_put_u64(&writer, "version", answer->file_version);
        buffer_free(&file);
    }
    json_write_object_end(&writer);
    response_json_end(response, &writer);
}

void submit_answer(
    void *context, const struct http_request *request, enum store_job_kind kind,
    const struct store_answer *answer, struct http_response *response)
{
    (void)context, (void)request;
    if (answer->outcome == STORE_REFUSED || kind == STORE_RENEWAL) {
        if (kind == STORE_RENEWAL)
            answer_renewal(answer, response);
        else
            refusal_answer(response, &answer->fault);
        if (answer->error == ERROR_OFFICE_VERSION)
            http_header(response, "File-Version", "%llu", (unsigned long long)answer->file_version);
        return;
    }
    if (kind == STORE_COMPLAINT)
        answer_complaint(answer, response);
    else
        answer_accepted(kind, answer, response);
}

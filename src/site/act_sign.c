/* From the page that shows an act to its signature. At a demonstration the server signs for whom it
 * plays; a passkey is asked at the sign origin; elsewhere the server has nobody's key. */
#include <string.h>

#include "service/refusal.h"
#include "site/act.h"
#include "site/act_sent.h"
#include "site/entry.h"
#include "site/handlers.h"
#include "site/signing.h"

/* What is being signed. */
struct signing {
    struct act act;
    struct bytes payload; /* of the act, as it was shown */
    struct carried carried;
};

/* The instrument that the act is to carry, where it has none yet and the office knows it, or it was
 * drafted for an act that opens the file. */
static enum error
find_carried(struct reading *reading, struct http_pairs pairs, struct signing *signing)
{
    enum file_kind kind;
    const char *number;
    const void *content = NULL;
    enum error error = file_name_split(signing->act.file, &reading->fault, &kind, &number);
    const struct transition *row = error ? NULL : act_row(kind, signing->act.verb);
    if (error || !row || datum_member(&signing->act.body, "instrument"))
        return error;
    error = store_load(reading->reader, kind, number, &reading->arena, &reading->fault, &content);
    if (error == ERROR_NOT_FOUND) {
        reading->fault = (struct fault){0};
        return carries_instrument(row->body)
                   ? act_sent_document(reading, kind, pairs, &signing->carried)
                   : ERROR_OK;
    }
    bool visible = false;
    if (!error)
        error = file_is_visible(reading, kind, content, &visible);
    if (!error && visible)
        error = carried_find(row, kind, content, &reading->fault, &signing->carried);
    return error;
}

/* Nobody signs one document twice; said before anything is signed. */
static enum error check_first_time(struct reading *reading, const struct signing *signing)
{
    struct unverified_envelope envelope = {0};
    enum error error = ERROR_OK;
    if (signing->carried.existing.length)
        error = cose_peek_unverified(signing->carried.existing, &reading->fault, &envelope);
    for (size_t i = 0; i < envelope.count && !error; i++) {
        if (key_id_equal(&envelope.kids[i], &reading->who.key))
            error = fault_set(
                &reading->fault, ERROR_OFFICE_OWN_ACT, signing->act.verb, "another person", "%s",
                reading->who.id);
    }
    return error;
}

/* The persona's signature on the payload; in the reading's arena. */
static enum error sign_as_persona(
    struct reading *reading, enum instrument_type type, struct bytes payload, struct bytes existing,
    struct bytes *ret_document)
{
    struct service *service = reading->service;
    struct buffer document = {0};
    const struct cose_statement statement = document_statement(type, &service->authority, payload);
    enum error error = personas_sign(
        service->personas, &reading->who.key, &statement, existing, &reading->fault, &document);
    if (!error)
        *ret_document = arena_copy(&reading->arena, buffer_view(&document));
    buffer_free(&document);
    return !error && !ret_document->data ? fault_place(&reading->fault, ERROR_MEMORY, "act")
                                         : error;
}

static enum error submit_as_persona(
    struct reading *reading, const struct signing *signing, struct http_exchange *exchange)
{
    struct bytes payload = signing->payload, document = {0};
    enum error error = ERROR_OK;
    if (signing->carried.type) {
        error = sign_as_persona(
            reading, signing->carried.type, signing->carried.payload, signing->carried.existing,
            &document);
        if (!error)
            error = carried_put(payload, document, &reading->arena, &reading->fault, &payload);
    }
    if (!error)
        error = sign_as_persona(reading, INSTRUMENT_ACT, payload, (struct bytes){0}, &document);
    const struct writer_job job = {
        .kind = STORE_ACT, .document = document, .answer = signing_answer};
    if (!error)
        error = reading->fault.error = writer_submit(reading->service->writer, exchange, &job);
    return error;
}

static enum error
ask_passkey(struct reading *reading, const struct signing *signing, struct http_response *response)
{
    struct pending_item item = {
        .signer = reading->who.key, .type = INSTRUMENT_ACT, .payload = signing->payload};
    if (signing->carried.type)
        item = (struct pending_item){
            .signer = reading->who.key,
            .type = signing->carried.type,
            .payload = signing->carried.payload,
            .existing = signing->carried.existing,
            .act = signing->payload,
        };
    return signing_begin(reading, &item, response);
}

HANDLER(post_act_sign)
{
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct http_pairs pairs = {0};
    struct signing signing = {0};
    enum signing_way way = SIGNING_KEY_FILE;
    enum error error = entry_read(&reading, request, &pairs);
    if (!error)
        error = act_sent_read(&reading, pairs, &signing.act, &signing.payload);
    if (!error)
        error = find_carried(&reading, pairs, &signing);
    if (!error)
        error = check_first_time(&reading, &signing);
    if (!error)
        error = signing_way(&reading, &way);
    if (!error && way == SIGNING_KEY_FILE)
        error = fault_set(
            &reading.fault, ERROR_USAGE, "signature", "a key that signs here", "a key file");
    if (!error && way == SIGNING_PERSONA)
        error = submit_as_persona(&reading, &signing, exchange);
    if (!error && way == SIGNING_PASSKEY)
        error = ask_passkey(&reading, &signing, response);
    if (error)
        return reading_failed(&reading, response);
    reading_end(&reading);
    return way == SIGNING_PERSONA ? HTTP_PARKED : HTTP_ANSWERED;
}

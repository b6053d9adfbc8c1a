/* Signing what a page has prepared. */
#include "site/signing.h"

#include <stdio.h>
#include <string.h>

#include "authority/files.h"
#include "service/refusal.h"

/* --- Instruments inside acts -------------------------------------------------------------- */

static const char instrument[] = "instrument";

bool carries_instrument(const struct layout *body)
{
    for (size_t i = 0; body && i < body->field_count; i++) {
        if (strcmp(body->fields[i].name, instrument) == 0)
            return true;
    }
    return false;
}

/* The type is said by the kind of file: a licence's instrument is a licence. */
static enum instrument_type type_of(enum file_kind kind)
{
    return instrument_by_word(file_word(kind));
}

/* What is to be signed first: a draft, or an offer. */
static struct bytes draft_of(enum file_kind kind, const void *content)
{
    if (kind == FILE_ORDER)
        return ((const struct order_file *)content)->payload;
    if (kind == FILE_CERTIFICATE)
        return ((const struct certificate_file *)content)->payload;
    return (struct bytes){0};
}

enum error file_payload(
    enum file_kind kind, const void *content, struct fault *fault, struct bytes *ret_payload)
{
    struct bytes document = file_instrument(kind, content);
    struct unverified_envelope envelope = {.payload = draft_of(kind, content)};
    enum error error =
        document.length ? cose_peek_unverified(document, fault, &envelope) : ERROR_OK;
    if (!error)
        *ret_payload = envelope.payload;
    return error;
}

enum error carried_find(
    const struct transition *row, enum file_kind kind, const void *content, struct fault *fault,
    struct carried *ret_carried)
{
    struct carried carried = {0};
    if (carries_instrument(row->body) && content) {
        carried.existing = file_instrument(kind, content);
        enum error error = file_payload(kind, content, fault, &carried.payload);
        if (error)
            return error;
        if (carried.payload.length)
            carried.type = type_of(kind);
    }
    *ret_carried = carried;
    return ERROR_OK;
}

enum error carried_body(
    const struct datum *body, struct bytes bytes, struct arena *arena, struct fault *fault,
    struct datum *ret_body)
{
    size_t count = body->map.count;
    struct datum_member *members = ARENA_ARRAY(arena, struct datum_member, count + 1);
    if (!members)
        return fault_place(fault, ERROR_MEMORY, "act");
    for (size_t i = 0; i < count; i++)
        members[i] = body->map.members[i];
    members[count] = (struct datum_member){instrument, datum_of_bytes(bytes)};
    return datum_map(members, count + 1, fault, ret_body);
}

enum error carried_put(
    struct bytes bytes, struct bytes signed_bytes, struct arena *arena, struct fault *fault,
    struct bytes *ret_act)
{
    struct act act;
    enum error error = layout_decode(&act_layout, bytes, arena, fault, &act);
    if (!error)
        error = carried_body(&act.body, signed_bytes, arena, fault, &act.body);
    return error ? error : layout_encode_in(&act_layout, &act, arena, fault, ret_act);
}

/* --- Who signs how ------------------------------------------------------------------------ */

enum error signing_way(struct reading *reading, enum signing_way *ret_way)
{
    char origin[ORIGIN_TEXT_SIZE];
    struct actor actor;
    struct signer signer;
    *ret_way = SIGNING_PERSONA;
    if (personas_have(reading->service->personas, &reading->who.key))
        return ERROR_OK;
    enum error error = reading_actor(reading, &reading->who.key, &actor, &signer);
    if (error)
        return error;
    bool here = signer.kind == SIGNER_PASSKEY &&
                strcmp(signer.origin, sign_origin(reading->service, origin)) == 0;
    *ret_way = here ? SIGNING_PASSKEY : SIGNING_KEY_FILE;
    return ERROR_OK;
}

void signing_policy(
    const struct service *service, const struct http_request *request,
    struct http_response *response)
{
    char origin[ORIGIN_TEXT_SIZE];
    if (is_at_sign_origin(service, request))
        page_origin(service, origin);
    else
        sign_origin(service, origin);
    http_header(
        response, "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "form-action 'self' %s; base-uri 'none'; frame-ancestors 'none'",
        origin);
}

enum error signing_begin(
    struct reading *reading, const struct pending_item *item, struct http_response *response)
{
    char id[PENDING_ID_SIZE], origin[ORIGIN_TEXT_SIZE];
    enum error error = pending_add(
        reading->service->pending, reading->service->os, item, reading->clock, &reading->fault, id);
    if (error)
        return error;
    response->status = 303;
    http_header(response, "Location", "%s/sign/%s", sign_origin(reading->service, origin), id);
    return ERROR_OK;
}

enum error signing_begin_login(
    struct reading *reading, const struct key_id *signer, struct bytes login,
    struct http_response *response)
{
    char origin[ORIGIN_TEXT_SIZE];
    struct buffer bytes = {0}, id = {0};
    buffer_append_bytes(&bytes, key_id_view(signer));
    buffer_append_bytes(&bytes, login);
    enum error error = bytes.error;
    if (!error)
        error = sessions_seal(reading->service->sessions, buffer_view(&bytes), &id);
    const char *text = error ? NULL : buffer_text(&id);
    if (text) {
        response->status = 303;
        http_header(
            response, "Location", "%s/sign/%s", sign_origin(reading->service, origin), text);
    } else {
        error = fault_place(&reading->fault, ERROR_MEMORY, "login");
    }
    buffer_free(&bytes);
    buffer_free(&id);
    return error;
}

static enum error find_login(struct reading *reading, const char *id, struct pending_item *ret_item)
{
    struct sessions *sessions = reading->service->sessions;
    struct pending_item item = {.type = INSTRUMENT_LOGIN};
    struct bytes bytes;
    struct login login;
    enum error error = sessions_unseal(sessions, id, &reading->arena, &reading->fault, &bytes);
    if (error)
        return error;
    memcpy(item.signer.bytes, bytes.data, sizeof item.signer.bytes);
    item.payload = bytes_slice(bytes, sizeof item.signer.bytes, bytes.length);
    error = layout_decode(&login_layout, item.payload, &reading->arena, &reading->fault, &login);
    if (!error && sessions_check(sessions, login.challenge, reading->clock, NULL))
        error = fault_set(
            &reading->fault, ERROR_NOT_FOUND, "what is to be signed",
            "prepared less than two minutes ago", NULL);
    if (!error)
        *ret_item = item;
    return error;
}

enum error signing_find(struct reading *reading, const char *id, struct pending_item *ret_item)
{
    return strlen(id) == PENDING_ID_SIZE - 1 ? pending_find(
                                                   reading->service->pending, id, reading->clock,
                                                   &reading->arena, &reading->fault, ret_item)
                                             : find_login(reading, id, ret_item);
}

void signing_answer(
    void *context, const struct http_request *request, enum store_job_kind kind,
    const struct store_answer *answer, struct http_response *response)
{
    (void)context, (void)request, (void)kind;
    if (answer->outcome == STORE_REFUSED) {
        refusal_answer(response, &answer->fault);
        return;
    }
    struct buffer path = {0};
    buffer_printf(&path, "/register/%s/", file_word(answer->file_kind));
    http_percent_append(&path, bytes_of(answer->file_number));
    buffer_printf(&path, "?done=%llu", (unsigned long long)answer->event);
    const char *text = buffer_text(&path);
    http_redirect(response, text ? text : "/queue");
    buffer_free(&path);
}

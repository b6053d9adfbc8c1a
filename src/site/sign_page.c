/* At the sign origin: what waits for a person's passkey is shown, and signed. Nobody is signed in
 * here; whoever has the passkey is who signs. */
#include <string.h>

#include "assets/assets.h"
#include "service/refusal.h"
#include "service/tries.h"
#include "site/act.h"
#include "site/assertion.h"
#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/entry.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/values.h"
#include "site/words.h"

/* What is to be signed, by whom. */
struct signing {
    struct reading *reading;
    const char *id;
    struct pending_item item;
    struct actor actor;
    struct signer signer;
    struct cose_statement statement;
    struct digest challenge;
};

static enum error
find(struct reading *reading, const struct http_request *request, struct signing *ret_signing)
{
    struct signing signing = {.reading = reading, .id = http_parameter(request, "id")};
    struct service *service = reading->service;
    char origin[ORIGIN_TEXT_SIZE];
    enum error error = signing_find(reading, signing.id, &signing.item);
    if (!error)
        error = reading_actor(reading, &signing.item.signer, &signing.actor, &signing.signer);
    if (!error && (signing.signer.kind != SIGNER_PASSKEY ||
                   strcmp(signing.signer.origin, sign_origin(service, origin)) != 0))
        error = fault_set(
            &reading->fault, ERROR_PASSKEY_ORIGIN, "signature", sign_origin(service, origin), "%s",
            signing.signer.origin ? signing.signer.origin : "a key file");
    signing.statement =
        document_statement(signing.item.type, &service->authority, signing.item.payload);
    if (!error)
        error = cose_challenge(
            &signing.statement, &signing.item.signer, &reading->fault, &signing.challenge);
    if (!error)
        *ret_signing = signing;
    return error;
}

/* --- Showing it --------------------------------------------------------------------------- */

/* An act: what it does to which file, and what it says. */
static enum error show_act(const struct signing *signing, struct view_sign *view)
{
    struct reading *reading = signing->reading;
    struct arena *arena = &reading->arena;
    struct act act;
    enum file_kind kind;
    const char *number;
    enum error error =
        layout_decode(&act_layout, signing->item.payload, arena, &reading->fault, &act);
    if (!error)
        error = file_name_split(act.file, &reading->fault, &kind, &number);
    const struct transition *row = error ? NULL : act_row(kind, act.verb);
    if (!error && !row)
        error = fault_set(
            &reading->fault, ERROR_OFFICE_VERB, file_word(kind), "an act of its life-cycle", "%s",
            act.verb);
    if (error)
        return error;
    view->heading = words_format(
        arena, "%s: %s %s", act_label(arena, row), kind_words(arena, kind).one, number);
    view->lead = words_format(arena, "%s.", row->words);
    view->cancel = values_href(arena, kind, number);
    return values_of_body(
        transition_body(row), &act.body, arena, &reading->fault, &view->values.items,
        &view->values.count);
}

/* A login: for reading, at the address that it names. */
static enum error show_login(const struct signing *signing, struct view_sign *view)
{
    struct reading *reading = signing->reading;
    struct arena *arena = &reading->arena;
    struct login login;
    enum error error =
        layout_decode(&login_layout, signing->item.payload, arena, &reading->fault, &login);
    if (error)
        return error;
    view->heading = "Sign in";
    view->lead = words_format(
        arena, "At %s, to read what you may. Nothing else is signed with this.", login.origin);
    view->cancel = "/queue";
    return ERROR_OK;
}

static enum error show_document(const struct signing *signing, struct view_sign *view)
{
    struct reading *reading = signing->reading;
    enum instrument_type type = signing->item.type;
    view->heading = words_format(&reading->arena, "Sign the %s", instrument_word(type));
    view->lead = "First the document itself; then the act that brings it to the office.";
    view->cancel = "/queue";
    return values_of_payload(
        instrument_layout(type), signing->item.payload, &reading->arena, &reading->fault,
        &view->values.items, &view->values.count);
}

static enum error show_item(const struct signing *signing, struct view_sign *view)
{
    switch (signing->item.type) {
    case INSTRUMENT_ACT:
        return show_act(signing, view);
    case INSTRUMENT_LOGIN:
        return show_login(signing, view);
    default:
        return show_document(signing, view);
    }
}

HANDLER(get_sign_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct signing signing;
    enum error error = find(&reading, request, &signing);
    if (error)
        return reading_failed(&reading, response);
    const struct digest digest = sha256_of(signing.item.payload);
    char text[DIGEST_TEXT_SIZE];
    struct view_sign view = {
        .action = words_format(&reading.arena, "/sign/%s", signing.id),
        .signer = signing.actor.id,
        .digest = arena_text(&reading.arena, bytes_of(digest_text(&digest, text))),
        .challenge = words_base64url(&reading.arena, digest_view(&signing.challenge)),
        .rp_id = signing.signer.rp_id,
        .script = ASSET_SIGN_JS,
    };
    error = show_item(&signing, &view);
    if (!error)
        error = frame_make(&reading, view.heading, NULL, &view.frame);
    if (error)
        return reading_failed(&reading, response);
    view.frame.signs = true;
    signing_policy(reading.service, request, response);
    sign_page(&response->content, &view);
    return page_done(&reading, response);
}

/* --- Signing it --------------------------------------------------------------------------- */

/* The document with the passkey's signature, which is verified; in the reading's arena. */
static enum error
attach(const struct signing *signing, struct http_pairs pairs, struct bytes *ret_document)
{
    struct reading *reading = signing->reading;
    struct passkey_assertion assertion;
    struct buffer document = {0};
    enum error error = assertion_of_form(pairs, &reading->arena, &reading->fault, &assertion);
    if (!error)
        error = passkey_verify(
            &signing->signer, digest_view(&signing->challenge), &assertion, &reading->fault);
    if (!error)
        error = cose_attach_passkey(
            &signing->statement, signing->item.existing, &signing->item.signer, &assertion,
            &reading->fault, &document);
    struct bytes copy =
        error ? (struct bytes){0} : arena_copy(&reading->arena, buffer_view(&document));
    buffer_free(&document);
    if (!error && !copy.data)
        error = fault_place(&reading->fault, ERROR_MEMORY, "signature");
    if (!error)
        *ret_document = copy;
    return error;
}

/* An instrument is signed: the act that carries it is next. */
static enum error
go_on_to_act(const struct signing *signing, struct bytes document, struct http_response *response)
{
    struct reading *reading = signing->reading;
    struct pending_item item = {.signer = signing->item.signer, .type = INSTRUMENT_ACT};
    enum error error =
        carried_put(signing->item.act, document, &reading->arena, &reading->fault, &item.payload);
    return error ? error : signing_begin(reading, &item, response);
}

/* A login is signed: the session is opened where the pages are, which takes it once. */
static enum error go_on_to_session(
    const struct signing *signing, struct bytes document, struct http_response *response)
{
    struct reading *reading = signing->reading;
    struct service *service = reading->service;
    char id[PENDING_ID_SIZE], origin[ORIGIN_TEXT_SIZE];
    const struct pending_item item = {
        .signer = signing->item.signer,
        .type = INSTRUMENT_LOGIN,
        .payload = signing->item.payload,
        .existing = document,
    };
    enum error error =
        pending_add(service->pending, service->os, &item, reading->clock, &reading->fault, id);
    if (error)
        return error;
    response->status = 303;
    http_header(response, "Location", "%s/sign-in/enter?id=%s", page_origin(service, origin), id);
    return ERROR_OK;
}

HANDLER(post_sign_page)
{
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct service *service = reading.service;
    struct signing signing;
    struct http_pairs pairs = {0};
    struct bytes document = {0};
    bool submitted = false;
    enum error error = find(&reading, request, &signing);
    if (!error && !tries_left(&reading, request, signing.actor.id, response))
        return HTTP_ANSWERED;
    if (!error)
        error = entry_read_signing(&reading, request, &pairs);
    if (!error) {
        error = attach(&signing, pairs, &document);
        if (error && refusal_of(error).status == 401)
            tries_failed(&reading, request, signing.actor.id);
    }
    if (!error && signing.item.type == INSTRUMENT_LOGIN) {
        error = go_on_to_session(&signing, document, response);
    } else if (!error && signing.item.type != INSTRUMENT_ACT) {
        error = go_on_to_act(&signing, document, response);
    } else if (!error) {
        const struct writer_job job = {
            .kind = STORE_ACT, .document = document, .answer = signing_answer};
        error = reading.fault.error = writer_submit(service->writer, exchange, &job);
        submitted = !error;
    }
    if (error)
        return reading_failed(&reading, response);
    pending_drop(service->pending, signing.id);
    reading_end(&reading);
    return submitted ? HTTP_PARKED : HTTP_ANSWERED;
}

/* At the sign origin: making a passkey. What comes of it is a public key, which the office enrols
 * as any other; nothing is kept here. */
#include <string.h>

#include "assets/assets.h"
#include "json/json.h"
#include "site/assertion.h"
#include "service/tries.h"
#include "site/authority_pages.h"
#include "site/entry.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/language.h"
#include "site/passkey_key.h"
#include "site/words.h"

/* The page; key NULL: there is none yet. */
static enum http_outcome
show(struct reading *reading, struct view_passkey *view, struct http_response *response)
{
    if (frame_make(
            reading, view->key ? PHRASE("Your passkey is made") : PHRASE("Make a passkey"), NULL,
            &view->frame))
        return reading_failed(reading, response);
    view->script = ASSET_SIGN_JS;
    view->frame.signs = true;
    passkey_page(&response->content, view);
    return page_done(reading, response);
}

HANDLER(get_passkey_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    uint8_t challenge[CHALLENGE_SIZE];
    char origin[ORIGIN_TEXT_SIZE];
    struct view_passkey view = {
        .rp_id = rp_of_origin(sign_origin(reading.service, origin), &reading.arena),
        .action = "/passkey",
    };
    enum error error =
        sessions_challenge(reading.service->sessions, reading.clock, &reading.fault, challenge);
    if (!error) {
        view.challenge = words_base64url(&reading.arena, BYTES_ARRAY(challenge));
        if (!view.challenge || !view.rp_id)
            error = fault_place(&reading.fault, ERROR_MEMORY, "page");
    }
    return error ? reading_failed(&reading, response) : show(&reading, &view, response);
}

/* The new key: read from what was created, and proven by the assertion. */
static enum error
take_key(struct reading *reading, struct http_pairs pairs, struct signer *ret_signer)
{
    struct arena *arena = &reading->arena;
    struct bytes created, challenge;
    struct passkey_assertion assertion;
    struct public_key key;
    char origin[ORIGIN_TEXT_SIZE];
    enum error error = bytes_of_form(pairs, "created", arena, &reading->fault, &created);
    if (!error)
        error = bytes_of_form(pairs, "challenge", arena, &reading->fault, &challenge);
    if (!error)
        error =
            sessions_check(reading->service->sessions, challenge, reading->clock, &reading->fault);
    if (!error)
        error = assertion_of_form(pairs, arena, &reading->fault, &assertion);
    if (!error)
        error = passkey_key_read(created, &reading->fault, &key);
    const char *own = arena_text(arena, bytes_of(sign_origin(reading->service, origin)));
    const char *rp = rp_of_origin(origin, arena);
    if (!error && (!own || !rp))
        error = fault_place(&reading->fault, ERROR_MEMORY, "passkey");
    if (error)
        return error;
    *ret_signer = signer_of_passkey(&key, rp, own);
    return passkey_verify(ret_signer, challenge, &assertion, &reading->fault);
}

/* The key as documents have it. */
static enum error
write_key(struct reading *reading, const struct signer *signer, struct view_passkey *view)
{
    const struct document_key key = {
        .kind = SIGNER_PASSKEY,
        .type = signer->key.type,
        .public_key = public_key_view(&signer->key),
        .rp_id = signer->rp_id,
        .origin = signer->origin,
    };
    struct buffer text = {0};
    struct json_writer writer;
    char id[KEY_ID_TEXT_SIZE];
    json_writer_begin(&writer, &text, 0);
    layout_write_json(&document_key_layout, &key, &writer);
    enum error error = json_writer_end(&writer);
    view->key = error ? NULL : arena_text(&reading->arena, buffer_view(&text));
    view->fingerprint = arena_text(&reading->arena, bytes_of(key_id_text(&signer->id, id)));
    view->origin = signer->origin;
    buffer_free(&text);
    return view->key && view->fingerprint ? ERROR_OK
                                          : fault_place(&reading->fault, ERROR_MEMORY, "page");
}

HANDLER(post_passkey_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    if (!work_left(&reading, request, response))
        return HTTP_ANSWERED;
    struct http_pairs pairs = {0};
    struct signer signer;
    struct view_passkey view = {0};
    enum error error = entry_read_signing(&reading, request, &pairs);
    if (!error)
        error = take_key(&reading, pairs, &signer);
    if (!error)
        error = write_key(&reading, &signer, &view);
    return error ? reading_failed(&reading, response) : show(&reading, &view, response);
}

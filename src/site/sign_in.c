/* Signing in and out. A session only reads; acts are signed one by one. */
#include <string.h>

#include "service/log.h"
#include "service/refusal.h"
#include "service/tries.h"
#include "site/authority_pages.h"
#include "site/entry.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/language.h"
#include "site/sign_in.h"
#include "site/signing.h"
#include "site/words.h"

/* Those whom the server plays and the office knows now, as they are known. */
static enum error add_personas(struct reading *reading, struct view_sign_in *view)
{
    const struct personas *personas = reading->service->personas;
    size_t count = personas_count(personas);
    const struct office *office;
    enum error error = reading_office(reading, &office);
    view->personas.items = ARENA_ARRAY(&reading->arena, struct view_persona, count + 1);
    if (!error && !view->personas.items)
        error = fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < count && !error; i++) {
        struct actor actor;
        struct signer signer;
        const struct key_id key = personas_key(personas, i);
        char text[KEY_ID_TEXT_SIZE];
        if (actor_find(office, &reading->view, &key, reading->time, NULL, &actor, &signer))
            continue;
        const char *name = actor.person    ? actor.person->name
                           : actor.account ? actor.account->name
                                           : NULL;
        view->personas.items[view->personas.count++] = (struct view_persona){
            .id = actor.id,
            .name = name,
            .role = frame_role(&reading->arena, &actor),
            .key = arena_text(&reading->arena, bytes_of(key_id_text(&key, text))),
        };
    }
    return error;
}

static enum http_outcome show(
    struct reading *reading, const struct http_request *request, struct view_sign_in *view,
    struct http_response *response)
{
    char origin[ORIGIN_TEXT_SIZE];
    view->passkeys = *sign_origin(reading->service, origin);
    enum error error = frame_make(
        reading, view->mistake ? PHRASE("Error: Sign in") : PHRASE("Sign in"), NULL, &view->frame);
    if (!error)
        error = add_personas(reading, view);
    if (error)
        return reading_failed(reading, response);
    signing_policy(reading->service, request, response);
    sign_in_page(&response->content, view);
    return page_done(reading, response);
}

HANDLER(get_sign_in)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct view_sign_in view = {.next = entry_path(http_query(request, "next"))};
    return show(&reading, request, &view, response);
}

enum http_outcome sign_in_again(
    struct reading *reading, const struct http_request *request, struct http_pairs pairs,
    struct http_response *response)
{
    struct view_sign_in view = {
        .next = entry_path(http_pair(pairs, "next")),
        .mistake = PHRASE("Nobody with a passkey is known here by that name"),
    };
    reading->fault = (struct fault){0};
    return show(reading, request, &view, response);
}

/* --- Sessions ----------------------------------------------------------------------------- */

static void
set_cookie(const struct service *service, struct http_response *response, const char *token)
{
    cookie_set(service, response, session_cookie(service), token, 0);
}

/* The person whose key the form names, as the office knows them now. */
static enum error
find_persona(struct reading *reading, struct http_pairs pairs, struct actor *ret_actor)
{
    struct key_id key;
    struct signer signer;
    const char *text = http_pair(pairs, "persona");
    enum error error = key_id_parse(bytes_of(text ? text : ""), &reading->fault, &key);
    if (!error && !personas_have(reading->service->personas, &key))
        error = fault_set(
            &reading->fault, ERROR_OFFICE_STRANGER, "persona", "somebody whom this server plays",
            NULL);
    return error ? error : reading_actor(reading, &key, ret_actor, &signer);
}

static enum error open_session(struct reading *reading, const struct actor *actor, char token[])
{
    struct sessions *sessions = reading->service->sessions;
    uint8_t challenge[CHALLENGE_SIZE];
    enum error error = sessions_challenge(sessions, reading->clock, &reading->fault, challenge);
    return error ? error
                 : sessions_open(
                       sessions, BYTES_ARRAY(challenge), &actor->key, reading->clock,
                       &reading->fault, token);
}

void sign_in_log(const struct reading *reading, const char *person, const char *peer)
{
    struct log_line line;
    log_begin(&line, reading->fault.error ? "warn" : "info", "sign-in");
    log_text(&line, "person", person);
    log_text(&line, "peer", peer);
    if (reading->fault.error)
        log_fault(&line, &reading->fault);
    log_end(&line, reading->service->log);
}

/* With what its pages are told. */
static void close_session(const struct reading *reading)
{
    (void)sessions_close(reading->service->sessions, reading->token, reading->clock);
    live_look(reading->service->live);
}

void sign_in_end(
    struct reading *reading, char token[TOKEN_TEXT_SIZE], const char *next,
    struct http_response *response)
{
    /* Whoever was signed in here before is not any more: no session outlives a sign-in, nor can one
     * be fixed from outside. */
    if (reading->token.length)
        close_session(reading);
    set_cookie(reading->service, response, token);
    secret_wipe(token, TOKEN_TEXT_SIZE);
    http_redirect(response, next ? next : "/queue");
    reading_end(reading);
}

HANDLER(post_sign_in)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct http_pairs pairs = {0};
    struct actor actor = {0};
    char token[TOKEN_TEXT_SIZE];
    if (!tries_left(&reading, request, NULL, response))
        return HTTP_ANSWERED;
    enum error error = entry_read(&reading, request, &pairs);
    if (!error)
        error = find_persona(&reading, pairs, &actor);
    if (!error)
        error = open_session(&reading, &actor, token);
    sign_in_log(&reading, actor.id, request->peer);
    if (error) {
        tries_failed(&reading, request, NULL);
        return reading_failed(&reading, response);
    }
    sign_in_end(&reading, token, entry_path(http_pair(pairs, "next")), response);
    return HTTP_ANSWERED;
}

/* With a key file: a login that a command signed, pasted. It names where it may be used, and is
 * good once, within two minutes. */
HANDLER(post_sign_in_key)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct http_pairs pairs = {0};
    struct actor actor;
    struct bytes login = {0};
    char token[TOKEN_TEXT_SIZE];
    enum error error = entry_read(&reading, request, &pairs);
    const char *text = error ? NULL : http_pair(pairs, "login");
    if (!error)
        error = entry_base64(&reading, bytes_of(text ? text : ""), &login);
    if (error)
        return reading_failed(&reading, response);
    if (login_enter(&reading, request, login, response, token, &actor))
        sign_in_end(&reading, token, entry_path(http_pair(pairs, "next")), response);
    return HTTP_ANSWERED;
}

HANDLER(post_sign_out)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct http_pairs pairs;
    if (entry_read(&reading, request, &pairs))
        return reading_failed(&reading, response);
    close_session(&reading);
    set_cookie(reading.service, response, "");
    http_redirect(response, "/");
    reading_end(&reading);
    return HTTP_ANSWERED;
}

/* Signing in with a passkey: the login is prepared here, signed at the sign origin, and taken here
 * from the same browser. */
#include <stdio.h>
#include <string.h>

#include "service/log.h"
#include "service/refusal.h"
#include "service/tries.h"
#include "site/entry.h"
#include "site/handlers.h"
#include "site/sign_in.h"
#include "site/signing.h"

/* The key of a person, by what the root or their account calls them. */
static enum error find_key(struct reading *reading, const char *id, struct key_id *ret_key)
{
    const struct office *office;
    const void *content = NULL;
    const struct document_key *key = NULL;
    enum error error = reading_office(reading, &office);
    const struct root_person *person =
        error ? NULL : root_person_by_id(&office->chain->current, id, NULL);
    if (person)
        key = &person->key;
    else if (!error && rule_name(id, "person", NULL) == ERROR_OK)
        error = store_load(
            reading->reader, FILE_ACCOUNT, id, &reading->arena, &reading->fault, &content);
    if (content)
        key = &((const struct account_file *)content)->key;
    if (error && error != ERROR_NOT_FOUND)
        return error;
    if (!key || key->kind != SIGNER_PASSKEY)
        return fault_set(
            &reading->fault, ERROR_OFFICE_STRANGER, "person", "somebody with a passkey",
            "\"%.40s\"", id);
    *ret_key = document_key_id(key);
    return ERROR_OK;
}

/* The login that the person is to sign; encoded, in the reading's arena. */
static enum error make_login(struct reading *reading, struct bytes *ret_login)
{
    uint8_t challenge[CHALLENGE_SIZE];
    char origin[ORIGIN_TEXT_SIZE];
    enum error error =
        sessions_challenge(reading->service->sessions, reading->clock, &reading->fault, challenge);
    const struct login login = {
        .challenge = BYTES_ARRAY(challenge),
        .origin = page_origin(reading->service, origin),
        .time = reading->time,
    };
    return error ? error
                 : layout_encode_in(
                       &login_layout, &login, &reading->arena, &reading->fault, ret_login);
}

/* Whoever began it is the one who ends it: a link to somebody else's login opens nothing. The
 * cookie has the digest of the login that this browser began. */
static const char *enter_cookie(const struct service *service)
{
    return HOST_COOKIE(service, "enduse-enter");
}

/* "": takes the cookie away. */
static void
set_enter_cookie(const struct service *service, struct http_response *response, const char *value)
{
    cookie_set(
        service, response, enter_cookie(service), value, (int)(CHALLENGE_LIFE / MILLIS_SECOND));
}

HANDLER(post_sign_in_passkey)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct http_pairs pairs = {0};
    struct key_id key;
    struct bytes login = {0};
    if (!tries_left(&reading, request, NULL, response))
        return HTTP_ANSWERED;
    enum error error = entry_read(&reading, request, &pairs);
    const char *person = http_pair(pairs, "person");
    if (!error)
        error = find_key(&reading, person ? person : "", &key);
    if (error == ERROR_OFFICE_STRANGER) {
        /* Nobody tries out who there is. */
        tries_failed(&reading, request, NULL);
        return sign_in_again(&reading, request, pairs, response);
    }
    if (!error)
        error = make_login(&reading, &login);
    if (!error)
        error = signing_begin_login(&reading, &key, login, response);
    if (error)
        return reading_failed(&reading, response);
    const struct digest digest = sha256_of(login);
    char text[DIGEST_TEXT_SIZE];
    set_enter_cookie(reading.service, response, digest_text(&digest, text));
    reading_end(&reading);
    return HTTP_ANSWERED;
}

/* The signed login that the browser has come back with. */
static enum error take_login(
    struct reading *reading, const struct http_request *request, struct actor *ret_actor,
    char token[])
{
    struct service *service = reading->service;
    const char *id = http_query(request, "id");
    struct pending_item item;
    struct signer signer;
    struct document document;
    struct login login;
    char text[DIGEST_TEXT_SIZE];
    enum error error = pending_find(
        service->pending, id ? id : "", reading->clock, &reading->arena, &reading->fault, &item);
    if (!error && (item.type != INSTRUMENT_LOGIN || !item.existing.length))
        error = fault_place(&reading->fault, ERROR_NOT_FOUND, "login");
    const struct digest began = error ? (struct digest){0} : sha256_of(item.payload);
    if (!error &&
        !bytes_equal_text(cookie_value(request, enter_cookie(service)), digest_text(&began, text)))
        error = fault_set(
            &reading->fault, ERROR_SESSION_FORM, "login", "one that this browser began", NULL);
    if (!error)
        error = reading_actor(reading, &item.signer, ret_actor, &signer);
    if (!error)
        error = login_open(
            item.existing, &service->authority, &signer, &reading->arena, &reading->fault,
            &document, &login);
    if (!error)
        error = origin_check(service, login.origin, "login: origin", &reading->fault);
    if (!error)
        error = sessions_open(
            service->sessions, login.challenge, &ret_actor->key, reading->clock, &reading->fault,
            token);
    if (!error)
        pending_drop(service->pending, id);
    return error;
}

HANDLER(get_sign_in_enter)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct actor actor = {0};
    char token[TOKEN_TEXT_SIZE];
    enum error error = take_login(&reading, request, &actor, token);
    sign_in_log(&reading, actor.id, request->peer);
    if (error) {
        /* Told as it is; a 401 would lead round in a circle. */
        http_problem(
            response, 400, "login", "The sign-in did not work", "Sign in again.", &reading.fault);
        reading_end(&reading);
        return HTTP_ANSWERED;
    }
    set_enter_cookie(reading.service, response, "");
    sign_in_end(&reading, token, NULL, response);
    return HTTP_ANSWERED;
}

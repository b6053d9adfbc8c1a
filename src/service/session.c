/* Logging in and out: a person signs a challenge of this server, and gets a token to read with.
 * Nothing that is done at the authority needs one: acts are signed themselves. */
#include <stdio.h>
#include <string.h>

#include "json/json.h"
#include "service/core.h"
#include "service/handlers.h"
#include "service/log.h"
#include "service/refusal.h"
#include "service/tries.h"

HANDLER(get_challenge)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    uint8_t challenge[CHALLENGE_SIZE];
    enum error error =
        sessions_challenge(reading.service->sessions, reading.clock, &reading.fault, challenge);
    if (error)
        return reading_failed(&reading, response);
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    put_bytes(&writer, "challenge", BYTES_ARRAY(challenge));
    json_put_u64(&writer, "seconds", CHALLENGE_LIFE / MILLIS_SECOND);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

/* --- Logging in --------------------------------------------------------------------------- */

/* A login as it comes in. */
struct entering {
    struct bytes body;
    const char *peer;
    struct actor actor;         /* who it says it is */
    struct signer signer;       /* of that person */
    char key[KEY_ID_TEXT_SIZE]; /* by which failures are counted */
    bool known;                 /* the key is a person's */
};

/* Whose key the envelope names: a person of the root, or somebody with an account. */
static enum error find_person(struct reading *reading, struct entering *entering)
{
    struct unverified_envelope envelope;
    enum error error = cose_peek_unverified(entering->body, &reading->fault, &envelope);
    if (!error)
        error = reading_actor(reading, &envelope.kids[0], &entering->actor, &entering->signer);
    if (!error && entering->actor.kind == ACTOR_SERVER)
        error = fault_set(
            &reading->fault, ERROR_OFFICE_STRANGER, "login", "a person", "%s", entering->actor.id);
    if (error)
        return error;
    key_id_text(&envelope.kids[0], entering->key);
    entering->known = true;
    return ERROR_OK;
}

/* Verifies the login, and opens the session. */
static enum error enter(struct reading *reading, struct entering *entering, char token[])
{
    struct service *service = reading->service;
    struct document document;
    struct login login;
    enum error error = login_open(
        entering->body, &service->authority, &entering->signer, &reading->arena, &reading->fault,
        &document, &login);
    if (!error)
        error = origin_check(service, login.origin, "login: origin", &reading->fault);
    if (!error)
        error = sessions_open(
            service->sessions, login.challenge, &entering->actor.key, reading->clock,
            &reading->fault, token);
    return error;
}

static void log_login(const struct reading *reading, const struct entering *entering)
{
    struct log_line line;
    log_begin(&line, reading->fault.error ? "warn" : "info", "login");
    log_text(&line, "person", entering->known ? entering->actor.id : NULL);
    log_text(&line, "peer", entering->peer);
    if (reading->fault.error)
        log_fault(&line, &reading->fault);
    log_end(&line, reading->service->log);
}

/* Counted for a key of a person by address and key: a flood of invented keys keeps nobody out who
 * comes from behind the same proxy. */
static void failed(
    struct reading *reading, const struct entering *entering, const struct http_request *request,
    struct http_response *response)
{
    if (refusal_of(reading->fault.error).status == 401)
        tries_failed(reading, request, entering->known ? entering->key : NULL);
    log_login(reading, entering);
    (void)reading_failed(reading, response);
}

bool login_enter(
    struct reading *reading, const struct http_request *request, struct bytes login,
    struct http_response *response, char token[TOKEN_TEXT_SIZE], struct actor *ret_actor)
{
    struct entering entering = {.body = login, .peer = request->peer};
    void *value = NULL;
    if (decode_document(login, INSTRUMENT_LOGIN, &reading->arena, &reading->fault, &value)) {
        (void)reading_failed(reading, response);
        return false;
    }
    enum error error = find_person(reading, &entering);
    if (!tries_left(reading, request, entering.known ? entering.key : NULL, response))
        return false;
    if (!error)
        error = enter(reading, &entering, token);
    if (error) {
        failed(reading, &entering, request, response);
        return false;
    }
    log_login(reading, &entering);
    *ret_actor = entering.actor;
    return true;
}

static void answer(
    const struct reading *reading, const struct actor *actor, const char *token,
    struct http_response *response)
{
    const struct settings *settings = reading->service->settings;
    struct json_writer writer;
    response_json(response, 201, &writer);
    json_write_object(&writer);
    json_put_string(&writer, "token", token);
    json_put_string(&writer, "person", actor->id);
    json_put_u64(&writer, "idle", (uint64_t)settings->session_idle / MILLIS_SECOND);
    put_time(&writer, "ends", reading->time + settings->session_longest);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
}

HANDLER(post_session)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct actor actor;
    char token[TOKEN_TEXT_SIZE];
    if (!login_enter(&reading, request, request->body, response, token, &actor))
        return HTTP_ANSWERED;
    answer(&reading, &actor, token, response);
    secret_wipe(token, sizeof token);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

HANDLER(delete_session)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    if (!sessions_close(reading.service->sessions, bearer_token(request), reading.clock)) {
        fault_set(
            &reading.fault, ERROR_SESSION_TOKEN, "Authorization", "the token of a session", NULL);
        return reading_failed(&reading, response);
    }
    live_look(reading.service->live);
    response->status = 204;
    reading_end(&reading);
    return HTTP_ANSWERED;
}

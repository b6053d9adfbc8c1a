/* Logging in and out. */
#include "cli/session.h"

#include <string.h>

#include "cli/api.h"
#include "cli/instrument.h"

enum error
session_origin(struct call *call, const char *url, struct fault *fault, const char **ret_origin)
{
    static const struct {
        const char *scheme, *port;
    } own[] = {{"http://", ":80"}, {"https://", ":443"}};
    const char *host = strstr(url, "://");
    size_t length = host ? (size_t)(host - url) + 3 + strcspn(host + 3, "/?#") : strlen(url);
    char *origin = arena_text(&call->arena, (struct bytes){(const uint8_t *)url, length});
    if (!origin)
        return fault_place(fault, ERROR_MEMORY, "--url");
    for (char *at = origin; *at; at++) {
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (text_starts(origin, own[i].scheme) && text_ends(origin, own[i].port))
            origin[length - strlen(own[i].port)] = '\0';
    }
    *ret_origin = origin;
    return ERROR_OK;
}

/* The challenge of the server. */
static enum error
fetch_challenge(struct call *call, struct fault *fault, struct bytes *ret_challenge)
{
    struct api_reply reply;
    enum error error = api_get_open(call, "/api/v1/session/challenge", fault, &reply);
    if (!error && (reply.status != 200 || !reply.root))
        error = fault_set(
            fault, ERROR_HTTP_REPLY, "logging in", "a challenge from the authority", "status %u",
            reply.status);
    const struct json *text = NULL;
    if (!error)
        error = json_get(reply.root, "challenge", JSON_STRING, fault, &text);
    return error ? error : bytes_from_json(text, &call->arena, fault, ret_challenge);
}

static enum error
sign_login(struct call *call, struct bytes challenge, struct fault *fault, struct buffer *ret_bytes)
{
    struct login login = {.challenge = challenge};
    struct digest authority;
    struct private_key *key = NULL;
    enum error error = session_origin(call, call_option(call, "url"), fault, &login.origin);
    if (!error)
        error = authority_of_call(call, INSTRUMENT_LOGIN, fault, &authority);
    if (!error && (error = os_wall_time(call->os, &login.time)) != ERROR_OK)
        fault_place(fault, error, "the clock");
    if (!error)
        error = key_of_call(call, fault, &key);
    if (!error)
        error = document_sign(INSTRUMENT_LOGIN, &login, &authority, key, fault, ret_bytes);
    return error;
}

enum error session_open(struct call *call, struct fault *fault)
{
    struct bytes challenge, token = {0};
    struct buffer bytes = {0};
    struct api_reply reply;
    if (!call_option(call, "key"))
        return fault_set(fault, ERROR_SESSION_NONE, "--key", "your private key", "none");
    enum error error = fetch_challenge(call, fault, &challenge);
    if (!error)
        error = sign_login(call, challenge, fault, &bytes);
    if (!error)
        error = api_post(call, "/api/v1/session", buffer_view(&bytes), fault, &reply);
    buffer_free(&bytes);
    if (!error && (reply.status != 201 || !reply.root))
        error = api_fault(&reply, fault);
    if (!error)
        error = json_get_string(reply.root, "token", fault, &token);
    if (error)
        return fault_within(fault, error, "logging in");
    call->token = arena_text(&call->arena, token);
    return call->token ? ERROR_OK : fault_place(fault, ERROR_MEMORY, "logging in");
}

void session_close(struct call *call)
{
    struct fault fault = {0};
    if (call->token)
        (void)api_delete(call, "/api/v1/session", &fault);
    call->token = NULL;
}

/* --- A login for the pages ----------------------------------------------------------------- */

/* enduse login */
static int run_login(struct call *call)
{
    struct fault fault = {0};
    struct bytes challenge;
    struct buffer bytes = {0}, text = {0};
    enum error error = fetch_challenge(call, &fault, &challenge);
    if (!error)
        error = sign_login(call, challenge, &fault, &bytes);
    if (!error) {
        base64url_append(&text, buffer_view(&bytes));
        error = text.error ? fault_place(&fault, text.error, "the login") : ERROR_OK;
    }
    if (!error)
        fprintf(call->out, "%s\n", buffer_text(&text));
    buffer_free(&bytes);
    buffer_free(&text);
    return error ? call_fail(call, &fault) : EXIT_DONE;
}

static const struct command_option login_options[] = {
    OPTION_URL,
    OPTIONS_LOGIN,
    OPTION_CA_FILE,
    {0},
};

static const struct command rows[] = {
    {
        .name = "login",
        .summary = "Sign a login, to sign in to the authority's pages with a key file",
        .options = login_options,
        .text =
            "Prints a login that is signed for the address of --url: paste it into the page that\n"
            "signs in. It is good once, there alone, for two minutes.\n",
        .examples = "enduse login --url https://office.example --key reviewer.key\n",
        .run = run_login,
    },
};

const struct command_rows session_commands = COMMAND_ROWS(rows);

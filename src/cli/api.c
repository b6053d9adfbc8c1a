/* Calls of the authority's API, and its problems (RFC 9457) as faults. */
#include "cli/api.h"

#include <string.h>
#include <time.h>

#include "cli/session.h"
#include "crypto/crypto.h"
#include "http/client.h"

enum { TRIES = 3, RESPONSE_MAX = 64 << 20, LONGEST_LINE = 120 };

static enum error one_call(
    struct call *call, const struct http_call *request, struct fault *fault,
    struct http_reply *ret_reply)
{
    struct http_client *client = NULL;
    const struct http_client_options options = {.ca_file = call_option(call, "ca-file")};
    enum error error = http_client_open(&options, fault, &client);
    if (!error)
        error = http_client_call(client, request, fault, ret_reply);
    http_client_close(client);
    return error;
}

static void wait_for(millis time)
{
    if (time < 200)
        time = 200;
    if (time > 5 * MILLIS_SECOND)
        time = 5 * MILLIS_SECOND;
    struct timespec rest = {time / MILLIS_SECOND, time % MILLIS_SECOND * 1000000};
    (void)nanosleep(&rest, NULL);
}

static enum error take(
    struct call *call, struct http_reply *answer, const char *url, struct fault *fault,
    struct api_reply *ret_reply)
{
    struct api_reply reply = {.status = answer->status};
    enum error error = ERROR_OK;
    reply.body = arena_copy(&call->arena, buffer_view(&answer->body));
    reply.json = text_ends(answer->type, "json");
    if (!reply.body.data)
        error = fault_place(fault, ERROR_MEMORY, "%s", url);
    if (!error && reply.json && reply.body.length) {
        error = json_parse(reply.body, &call->arena, fault, &reply.root);
        if (error)
            fault_within(fault, error, "%s", url);
    }
    http_reply_free(answer);
    if (!error)
        *ret_reply = reply;
    return error;
}

/* One request, sent again where that is safe and may help. */
static enum error persist(
    struct call *call, const struct http_call *request, struct fault *fault,
    struct http_reply *ret_reply)
{
    enum error error = ERROR_OK;
    for (int i = 0; i < TRIES; i++) {
        error = one_call(call, request, fault, ret_reply);
        /* A connection lost on the way may have delivered it: the same bytes are safe. */
        bool lost = error == ERROR_TIMEOUT || error == ERROR_HTTP_REPLY ||
                    (error == ERROR_UNREACHABLE && request->body.length);
        bool again = lost || (!error && ret_reply->status == 503);
        if (!again || i == TRIES - 1)
            break;
        wait_for(error ? 0 : ret_reply->retry_after);
        if (!error)
            http_reply_free(ret_reply);
    }
    return error;
}

/* The URL of a path below --url; in arena. */
static enum error
url_of(struct call *call, const char *path, struct fault *fault, const char **ret_url)
{
    const char *base = call_option(call, "url");
    size_t length = strlen(base);
    while (length && base[length - 1] == '/')
        length--;
    struct buffer url = {0};
    buffer_append(&url, base, length);
    buffer_append_text(&url, path);
    *ret_url = url.error ? NULL : arena_text(&call->arena, buffer_view(&url));
    buffer_free(&url);
    return *ret_url ? ERROR_OK : fault_place(fault, ERROR_MEMORY, "--url");
}

static enum error make_call(
    struct call *call, const char *method, const char *path, struct bytes document,
    struct fault *fault, struct api_reply *ret_reply)
{
    struct buffer bearer = {0};
    const char *url;
    buffer_printf(&bearer, "Bearer %s", call->token ? call->token : "");
    const struct http_client_field field = {"Authorization", buffer_text(&bearer)};
    struct http_reply answer = {0};
    enum error error =
        field.value ? url_of(call, path, fault, &url) : fault_place(fault, ERROR_MEMORY, "--url");
    if (!error) {
        const struct http_call request = {
            .method = method,
            .url = url,
            .type = document.length ? "application/cose" : NULL,
            .body = document,
            .fields = &field,
            .field_count = call->token ? 1 : 0,
            .response_max = RESPONSE_MAX,
        };
        error = persist(call, &request, fault, &answer);
    }
    if (!error)
        error = take(call, &answer, url, fault, ret_reply);
    secret_buffer_free(&bearer);
    return error;
}

enum error api_call_once(
    struct call *call, const struct http_call *request, const char *path, struct fault *fault,
    struct api_reply *ret_reply)
{
    struct http_call complete = *request;
    struct http_reply answer = {0};
    enum error error = url_of(call, path, fault, &complete.url);
    complete.response_max = RESPONSE_MAX;
    if (!error)
        error = one_call(call, &complete, fault, &answer);
    return error ? error : take(call, &answer, complete.url, fault, ret_reply);
}

enum error
api_get_open(struct call *call, const char *path, struct fault *fault, struct api_reply *ret_reply)
{
    return make_call(call, "GET", path, (struct bytes){0}, fault, ret_reply);
}

enum error
api_get(struct call *call, const char *path, struct fault *fault, struct api_reply *ret_reply)
{
    enum error error = api_get_open(call, path, fault, ret_reply);
    if (error || ret_reply->status != 401 || call->token || !call_option(call, "key"))
        return error;
    error = session_open(call, fault);
    return error ? error : api_get_open(call, path, fault, ret_reply);
}

enum error api_post(
    struct call *call, const char *path, struct bytes document, struct fault *fault,
    struct api_reply *ret_reply)
{
    return make_call(call, "POST", path, document, fault, ret_reply);
}

enum error api_delete(struct call *call, const char *path, struct fault *fault)
{
    struct api_reply reply;
    return make_call(call, "DELETE", path, (struct bytes){0}, fault, &reply);
}

/* --- Problems ----------------------------------------------------------------------------- */

/* A text of the problem, cut to fit, without control characters: it goes to a terminal. */
static void copy_text(const struct json *problem, const char *name, char *text, size_t size)
{
    struct bytes found = {0};
    const struct json *member = json_find(problem, name);
    if (member && json_type(member) == JSON_STRING)
        found = json_characters(member);
    size_t used = found.length < size - 1 ? found.length : size - 1;
    for (size_t i = 0; i < used; i++)
        text[i] = found.data[i] < 0x20 || found.data[i] == 0x7F ? ' ' : (char)found.data[i];
    text[used] = '\0';
}

/* The fault of a problem that has one; its error is ERROR_OK where there is none. */
static void read_fault(const struct json *problem, struct fault *ret_fault)
{
    uint64_t number = 0;
    const struct json *error = json_find(problem, "error");
    *ret_fault = (struct fault){0};
    if (!error || json_u64_max(error, 9999, NULL, &number) != ERROR_OK || number == 0)
        return;
    ret_fault->error = (enum error)number;
    copy_text(problem, "place", ret_fault->place, sizeof ret_fault->place);
    copy_text(problem, "expected", ret_fault->expected, sizeof ret_fault->expected);
    copy_text(problem, "found", ret_fault->found, sizeof ret_fault->found);
}

static bool is_problem(const struct api_reply *reply)
{
    return reply->root && json_type(reply->root) == JSON_OBJECT;
}

enum error api_fault(const struct api_reply *reply, struct fault *fault)
{
    struct fault told = {0};
    if (is_problem(reply))
        read_fault(reply->root, &told);
    if (!told.error)
        return fault_set(
            fault, ERROR_HTTP_REPLY, "the authority", "an answer of enduse serve", "status %u",
            reply->status);
    if (fault)
        *fault = told;
    return fault_within(fault, told.error, "refused (%u)", reply->status);
}

int api_refused(struct call *call, const struct api_reply *reply)
{
    struct fault fault = {0};
    char title[120] = "", detail[400] = "";
    enum error error = api_fault(reply, &fault);
    if (!is_problem(reply))
        return call_fail_hint(call, &fault, "Check --url (or ENDUSE_URL).");
    copy_text(reply->root, "title", title, sizeof title);
    copy_text(reply->root, "detail", detail, sizeof detail);
    const char *hint = detail[0] ? detail : "Look at the authority's log.";
    if (error == ERROR_HTTP_REPLY) {
        fprintf(call->err, "enduse: the authority: %s (status %u)\n", title, reply->status);
        fprintf(call->err, "%s\n", hint);
        return EXIT_ERROR;
    }
    /* What a program does about these, the command does by itself, given a key. */
    bool login = error == ERROR_SESSION_NONE || error == ERROR_SESSION_TOKEN;
    return call_fail_hint(call, &fault, login ? hint_of_error(error) : hint);
}

/* --- Answers as lines --------------------------------------------------------------------- */

static void print_indent(unsigned depth, struct buffer *text)
{
    for (unsigned i = 0; i < depth; i++)
        buffer_append_text(text, "  ");
}

static void print_clean(struct bytes found, struct buffer *text)
{
    for (size_t i = 0; i < found.length; i++)
        buffer_append_byte(
            text, found.data[i] < 0x20 || found.data[i] == 0x7F ? ' ' : found.data[i]);
}

static void print_json(const struct json *json, unsigned depth, struct buffer *text);

static void
print_member(struct bytes name, const struct json *value, unsigned depth, struct buffer *text)
{
    bool nested = json_count(value) > 0;
    print_indent(depth, text);
    print_clean(name, text);
    buffer_append_text(text, nested ? ":\n" : ": ");
    print_json(value, nested ? depth + 1 : depth, text);
}

static void print_json(const struct json *json, unsigned depth, struct buffer *text)
{
    struct bytes characters = json_characters(json);
    switch (json_type(json)) {
    case JSON_OBJECT:
        if (json_count(json) == 0)
            buffer_append_text(text, "none\n");
        for (size_t i = 0; i < json_count(json); i++)
            print_member(json_name_at(json, i), json_at(json, i), depth, text);
        return;
    case JSON_ARRAY:
        if (json_count(json) == 0)
            buffer_append_text(text, "none\n");
        for (size_t i = 0; i < json_count(json); i++) {
            bool nested = json_type(json_at(json, i)) == JSON_OBJECT;
            print_indent(depth, text);
            buffer_append_text(text, nested ? "-\n" : "- ");
            print_json(json_at(json, i), nested ? depth + 1 : depth, text);
        }
        return;
    case JSON_BOOL: {
        bool value = false;
        (void)json_bool(json, NULL, &value);
        buffer_append_text(text, value ? "yes\n" : "no\n");
        return;
    }
    case JSON_NULL:
        buffer_append_text(text, "none\n");
        return;
    default:
        /* A document in base64url says nothing to a person; --json has it. */
        if (characters.length > LONGEST_LINE && !memchr(characters.data, ' ', characters.length))
            buffer_printf(text, "%zu characters", characters.length);
        else
            print_clean(characters, text);
        buffer_append_byte(text, '\n');
    }
}

int api_print(struct call *call, const struct api_reply *reply)
{
    struct buffer text = {0};
    if (!reply->root) {
        buffer_append_bytes(&text, reply->body);
    } else if (call->json) {
        struct json_writer writer;
        call_json_begin(&writer, &text);
        json_write_value(&writer, reply->root);
        return call_json_end(call, &writer, &text);
    } else {
        print_json(reply->root, 0, &text);
    }
    int code = call_print(call, &text);
    buffer_free(&text);
    return code;
}

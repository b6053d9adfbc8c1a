/* Calls of the authority's API, and its problems (RFC 9457) as faults. */
#include "cli/api.h"

#include <string.h>
#include <time.h>

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

static enum error make_call(
    struct call *call, const char *path, struct bytes document, struct fault *fault,
    struct api_reply *ret_reply)
{
    const char *base = call_option(call, "url");
    size_t length = strlen(base);
    while (length && base[length - 1] == '/')
        length--;
    struct buffer url = {0};
    buffer_append(&url, base, length);
    buffer_append_text(&url, path);
    const char *text = buffer_text(&url);
    if (!text)
        return fault_place(fault, ERROR_MEMORY, "--url");
    struct http_call request = {
        .method = document.length ? "POST" : "GET",
        .url = text,
        .type = document.length ? "application/cose" : NULL,
        .body = document,
        .response_max = RESPONSE_MAX,
    };
    struct http_reply answer = {0};
    enum error error = ERROR_OK;
    for (int i = 0; i < TRIES; i++) {
        error = one_call(call, &request, fault, &answer);
        /* A connection lost on the way may have delivered it: the same bytes are safe. */
        bool lost = error == ERROR_TIMEOUT || error == ERROR_HTTP_REPLY ||
                    (error == ERROR_UNREACHABLE && document.length);
        bool again = lost || (!error && answer.status == 503);
        if (!again || i == TRIES - 1)
            break;
        wait_for(error ? 0 : answer.retry_after);
        if (!error)
            http_reply_free(&answer);
    }
    if (!error)
        error = take(call, &answer, text, fault, ret_reply);
    buffer_free(&url);
    return error;
}

enum error
api_get(struct call *call, const char *path, struct fault *fault, struct api_reply *ret_reply)
{
    return make_call(call, path, (struct bytes){0}, fault, ret_reply);
}

enum error api_post(
    struct call *call, const char *path, struct bytes document, struct fault *fault,
    struct api_reply *ret_reply)
{
    return make_call(call, path, document, fault, ret_reply);
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

int api_refused(struct call *call, const struct api_reply *reply)
{
    struct fault fault = {.error = ERROR_HTTP_REPLY};
    const struct json *problem = reply->root;
    uint64_t number = 0;
    char title[120] = "", detail[400] = "";
    if (!problem || json_type(problem) != JSON_OBJECT) {
        fault_set(
            &fault, ERROR_HTTP_REPLY, "the authority", "an answer of enduse serve", "status %u",
            reply->status);
        return call_fail_hint(call, &fault, "Check --url (or ENDUSE_URL).");
    }
    copy_text(problem, "title", title, sizeof title);
    copy_text(problem, "detail", detail, sizeof detail);
    const char *hint = detail[0] ? detail : "Look at the authority's log.";
    const struct json *error = json_find(problem, "error");
    if (!error || json_u64_max(error, 9999, NULL, &number) != ERROR_OK || number == 0) {
        fprintf(call->err, "enduse: the authority: %s (status %u)\n", title, reply->status);
        fprintf(call->err, "%s\n", hint);
        return EXIT_ERROR;
    }
    fault.error = (enum error)number;
    copy_text(problem, "place", fault.place, sizeof fault.place);
    copy_text(problem, "expected", fault.expected, sizeof fault.expected);
    copy_text(problem, "found", fault.found, sizeof fault.found);
    fault_within(&fault, fault.error, "refused (%u)", reply->status);
    return call_fail_hint(call, &fault, hint);
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

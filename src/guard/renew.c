/* Reaching the authority over HTTP: the only file of the guard that knows of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard/inside.h"
#include "http/client.h"

enum { ANSWER_MAX = FOLDER_DOCUMENT_MAX };

struct line {
    struct http_client *client;
    char *url; /* without a slash at its end */
};

static enum error exchange(
    void *context, const struct guard_call *call, struct fault *fault,
    struct guard_reply *ret_reply)
{
    struct line *line = context;
    char url[2048];
    int length = snprintf(url, sizeof url, "%s%s", line->url, call->path);
    if (length < 0 || (size_t)length >= sizeof url)
        return fault_place(fault, ERROR_TOO_LARGE, "url");
    /* RFC 7240: how long the sender would have the server wait. */
    static const struct http_client_field at_once = {"Prefer", "wait=0"};
    struct http_call http = {
        .method = call->method,
        .url = url,
        .type = call->body.length ? "application/cose" : NULL,
        .body = call->body,
        .fields = &at_once,
        .field_count = call->at_once,
        .timeout = call->timeout,
        .response_max = ANSWER_MAX,
    };
    struct http_reply reply;
    enum error error = http_client_call(line->client, &http, fault, &reply);
    if (error)
        return error;
    *ret_reply = (struct guard_reply){
        .status = reply.status,
        .cose = strcmp(reply.type, "application/cose") == 0,
        .retry_after = reply.retry_after,
        .body = reply.body,
    };
    return ERROR_OK;
}

static void cancel(void *context)
{
    struct line *line = context;
    http_client_cancel(line->client);
}

static void close_line(void *context)
{
    struct line *line = context;
    http_client_close(line->client);
    free(line->url);
    free(line);
}

enum error
guard_http_transport(const char *url, struct fault *fault, struct guard_transport *ret_transport)
{
    if (!text_starts(url, "http://") && !text_starts(url, "https://"))
        return fault_set(fault, ERROR_USAGE, "url", "http:// or https://", "%s", url);
    struct line *line = calloc(1, sizeof *line);
    char *copy = strdup(url);
    enum error error = line && copy ? http_client_open(NULL, fault, &line->client)
                                    : fault_place(fault, ERROR_MEMORY, "url");
    if (error) {
        free(line);
        free(copy);
        return error;
    }
    size_t length = strlen(copy);
    while (length && copy[length - 1] == '/')
        copy[--length] = '\0';
    line->url = copy;
    *ret_transport = (struct guard_transport){
        .context = line, .exchange = exchange, .cancel = cancel, .close = close_line};
    return ERROR_OK;
}

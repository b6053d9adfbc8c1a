/* What an open page hears of changes by: one stream of events, on what the page is about. What has
 * changed it then asks for as any reader does. */
#include "service/live.h"

#include <string.h>

#include "site/handlers.h"

/* The topic of a file that the reader sees; another is not there. */
static enum error read_file(struct reading *reading, const char *number, struct live_topic *topic)
{
    const void *content = NULL;
    bool visible = false;
    enum error error = store_load(
        reading->reader, topic->kind, number, &reading->arena, &reading->fault, &content);
    if (!error)
        error = file_is_visible(reading, topic->kind, content, &visible);
    if (error == ERROR_NOT_FOUND || (!error && !visible))
        return fault_set(
            &reading->fault, ERROR_NOT_FOUND, "topic", "the number of a file", "%s/%.64s",
            file_word(topic->kind), number);
    if (!error)
        memcpy(topic->number, number, strnlen(number, sizeof topic->number - 1));
    return error;
}

static enum error
read_topic(struct reading *reading, const char *text, struct live_topic *ret_topic)
{
    struct live_topic topic = {0};
    const char *slash = strchrnul(text, '/');
    enum error error = ERROR_OK;
    if (strcmp(text, "queue") != 0) {
        topic.kind = file_by_word((struct bytes){(const uint8_t *)text, (size_t)(slash - text)});
        error = topic.kind ? reader_sees(&reading->who, topic.kind, &reading->fault)
                           : fault_set(
                                 &reading->fault, ERROR_NOT_FOUND, "topic",
                                 "queue, or a kind of file", "\"%.40s\"", text);
    }
    if (!error && *slash)
        error = read_file(reading, slash + 1, &topic);
    if (!error)
        *ret_topic = topic;
    return error;
}

static enum error
read_topics(struct reading *reading, const struct http_request *request, struct live_watch *watch)
{
    enum error error = ERROR_OK;
    for (size_t i = 0; i < request->query.count && !error; i++) {
        const struct http_pair *pair = &request->query.items[i];
        if (strcmp(pair->name, "topic") != 0)
            continue;
        error =
            watch->topic_count < LIVE_TOPICS
                ? read_topic(reading, pair->value, &watch->topics[watch->topic_count++])
                : fault_set(&reading->fault, ERROR_USAGE, "topic", "at most eight of them", NULL);
    }
    if (!error && !watch->topic_count)
        error = fault_set(&reading->fault, ERROR_USAGE, "topic", "what the page is about", "none");
    return error;
}

/* On which event the page stands: what the browser heard last, where it comes again (section 9.2.4
 * of the standard), else what the page said. Anything else is taken for nothing known. */
static enum error
read_since(struct reading *reading, const struct http_request *request, struct live_watch *watch)
{
    struct store_head head;
    const char *last = http_field(request, "Last-Event-ID");
    const char *text = last && *last ? last : http_query(request, "since");
    enum error error = store_head(reading->reader, &reading->arena, &reading->fault, &head);
    if (error)
        return error;
    watch->behind = !text || number_parse(bytes_of(text), UINT64_MAX, NULL, &watch->since) ||
                    watch->since != head.size;
    watch->since = head.size;
    return ERROR_OK;
}

HANDLER(get_live)
{
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct service *service = reading.service;
    struct live_watch watch = {.person = reading.who.key};
    enum error error = read_topics(&reading, request, &watch);
    if (!error)
        error = read_since(&reading, request, &watch);
    if (error || !sessions_digest(reading.token, &watch.session))
        return reading_failed(&reading, response);
    reading_end(&reading);
    response->status = 200;
    response->type = "text/event-stream";
    http_header(response, "Cache-Control", "no-store");
    if (request->head)
        return HTTP_ANSWERED;
    error = live_open(service->live, exchange, &watch, response);
    if (error == ERROR_BUSY)
        refuse_for_now(response, LIVE_RETRY);
    else if (error)
        response->error = error;
    return HTTP_ANSWERED;
}

/* Addresses of work queues. */
#include "site/queue_query.h"

#include <stdio.h>
#include <string.h>

static const char *const scopes[] = {
    [QUEUE_MINE] = "mine", [QUEUE_TEAM] = "team", [QUEUE_ALL] = "all"};
static const char *const orders[] = {
    [STORE_BY_NUMBER] = "number", [STORE_BY_EVENT] = "waiting", [STORE_BY_DEADLINE] = "clock"};

enum { ORDER_COUNT = sizeof orders / sizeof *orders };

const char *queue_scope_word(enum queue_scope scope)
{
    return scopes[scope];
}

const char *queue_order_word(enum store_order order)
{
    return orders[order];
}

/* --- Reading ------------------------------------------------------------------------------ */

static enum error
unknown(struct fault *fault, const char *place, const char *expected, const char *found)
{
    return fault_set(fault, ERROR_USAGE, place, expected, "\"%.40s\"", found);
}

static enum error read_scope(const char *text, struct fault *fault, enum queue_scope *ret_scope)
{
    for (enum queue_scope scope = QUEUE_MINE; scope <= QUEUE_ALL; scope++) {
        if (strcmp(scopes[scope], text) == 0) {
            *ret_scope = scope;
            return ERROR_OK;
        }
    }
    return unknown(fault, "show", "mine, team or all", text);
}

static enum error read_order(const char *text, struct fault *fault, enum store_order *ret_order)
{
    for (size_t i = 0; i < ORDER_COUNT; i++) {
        if (strcmp(orders[i], text) == 0) {
            *ret_order = (enum store_order)i;
            return ERROR_OK;
        }
    }
    return unknown(fault, "sort", "clock, waiting or number", text);
}

static enum error read_kind(struct reading *reading, const char *text, enum file_kind *ret_kind)
{
    enum file_kind kind = file_by_word(bytes_of(text));
    if (kind == FILE_NONE)
        return unknown(&reading->fault, "kind", "a kind of file", text);
    enum error error = reader_sees(&reading->who, kind, &reading->fault);
    if (!error)
        *ret_kind = kind;
    return error;
}

/* The word as the tables have it. */
static enum error
read_state(const char *text, enum file_kind only, struct fault *fault, const char **ret_state)
{
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        for (int state = 1; (only == FILE_NONE || only == kind); state++) {
            const char *word = file_state_word(kind, state);
            if (strcmp(word, "new") == 0)
                break;
            if (strcmp(word, text) == 0) {
                *ret_state = word;
                return ERROR_OK;
            }
        }
    }
    return unknown(fault, "state", "a state of this kind of file", text);
}

/* "EVENT", "DEADLINE.EVENT" or a number, by the order. */
static enum error read_place(
    struct reading *reading, const char *text, enum store_order order,
    struct queue_place *ret_place)
{
    struct queue_place place = {.begun = true};
    struct fault *fault = &reading->fault;
    struct bytes event = bytes_of(text);
    if (order == STORE_BY_NUMBER) {
        if (rule_name(text, "after", NULL))
            return unknown(fault, "after", "the number of a file", text);
        place.number = text;
        *ret_place = place;
        return ERROR_OK;
    }
    const char *point = strchr(text, '.');
    uint64_t deadline = 0;
    bool good = true;
    if (order == STORE_BY_DEADLINE) {
        good = point && number_parse(
                            (struct bytes){(const uint8_t *)text, (size_t)(point - text)},
                            CLOCK_NONE, NULL, &deadline) == ERROR_OK;
        event = point ? bytes_of(point + 1) : event;
    }
    place.deadline = (millis)deadline;
    if (!good || number_parse(event, INT64_MAX - 1, NULL, &place.event))
        return unknown(fault, "after", "the place that a page's next one begins after", text);
    *ret_place = place;
    return ERROR_OK;
}

enum error
queue_query_read(struct reading *reading, struct http_pairs pairs, struct queue_query *ret_query)
{
    struct queue_query query = {.scope = QUEUE_MINE, .order = STORE_BY_DEADLINE};
    const char *show = http_pair(pairs, "show"), *sort = http_pair(pairs, "sort");
    const char *kind = http_pair(pairs, "kind"), *state = http_pair(pairs, "state");
    const char *after = http_pair(pairs, "after");
    enum error error = ERROR_OK;
    if (show && *show)
        error = read_scope(show, &reading->fault, &query.scope);
    if (!error && sort && *sort)
        error = read_order(sort, &reading->fault, &query.order);
    if (!error && kind && *kind)
        error = read_kind(reading, kind, &query.kind);
    if (!error && state && *state)
        error = read_state(state, query.kind, &reading->fault, &query.state);
    if (!error && after && *after)
        error = read_place(reading, after, query.order, &query.after);
    if (!error)
        *ret_query = query;
    return error;
}

/* --- Writing ------------------------------------------------------------------------------ */

static void put(struct buffer *text, const char *name, const char *value)
{
    bool first = !text->length || !memchr(text->data, '?', text->length);
    buffer_printf(text, "%s%s=", first ? "?" : "&", name);
    http_percent_append(text, bytes_of(value));
}

static void put_place(struct buffer *text, const struct queue_query *query)
{
    char place[60];
    const struct queue_place *after = &query->after;
    if (query->order == STORE_BY_DEADLINE)
        snprintf(
            place, sizeof place, "%lld.%llu", (long long)after->deadline,
            (unsigned long long)after->event);
    else
        snprintf(place, sizeof place, "%llu", (unsigned long long)after->event);
    put(text, "after", query->order == STORE_BY_NUMBER ? after->number : place);
}

const char *queue_query_href(struct arena *arena, const struct queue_query *query)
{
    struct buffer text = {0};
    buffer_append_text(&text, "/queue");
    if (query->scope != QUEUE_MINE)
        put(&text, "show", scopes[query->scope]);
    if (query->kind)
        put(&text, "kind", file_word(query->kind));
    if (query->state)
        put(&text, "state", query->state);
    if (query->order != STORE_BY_DEADLINE)
        put(&text, "sort", orders[query->order]);
    if (query->after.begun)
        put_place(&text, query);
    const char *href = text.error ? NULL : arena_text(arena, buffer_view(&text));
    buffer_free(&text);
    return href;
}

/* Kept views. The cookie's value is in base64url: a line for each view, name, tab and address,
 * and before them the tag. */
#include "site/queue_views.h"

#include <string.h>

enum {
    COOKIE_MAX = 3500, /* bytes: browsers keep 4096 of a cookie with its attributes */
    KEPT_DAYS = 365,
};

static const char *cookie_name(const struct service *service)
{
    return HOST_COOKIE(service, "enduse-views");
}

/* The tag of a person's views. */
static enum error make_tag(struct reading *reading, struct bytes lines, struct digest *ret_tag)
{
    struct buffer text = {0};
    buffer_printf(&text, "%s\n", reading->who.id);
    buffer_append_bytes(&text, lines);
    enum error error = text.error;
    if (!error)
        *ret_tag = hmac_of(digest_view(&reading->service->views_secret), buffer_view(&text));
    buffer_free(&text);
    return error ? fault_place(&reading->fault, ERROR_MEMORY, "views") : ERROR_OK;
}

/* --- Reading ------------------------------------------------------------------------------ */

static bool is_name(const char *name)
{
    size_t length = strlen(name);
    return length && length <= QUEUE_VIEW_NAME_MAX && bytes_are_utf8(bytes_of(name), NULL) &&
           text_find_hidden(bytes_of(name), false) == length;
}

/* Splits the lines, which end with the text; false where they are not such. */
static bool split(char *text, struct queue_views *views)
{
    while (*text) {
        char *tab = strchr(text, '\t'), *end = strchr(text, '\n');
        if (!tab || !end || tab > end || views->count == QUEUE_VIEWS_MAX)
            return false;
        *tab = *end = '\0';
        views->items[views->count++] = (struct queue_view){text, tab + 1};
        text = end + 1;
    }
    return true;
}

static enum error read_value(struct reading *reading, struct bytes value, struct queue_views *views)
{
    struct digest tag;
    const struct bytes given = {value.data, DIGEST_SIZE};
    const struct bytes lines = {value.data + DIGEST_SIZE, value.length - DIGEST_SIZE};
    enum error error = make_tag(reading, lines, &tag);
    if (error || !secret_equal(given, digest_view(&tag)))
        return error;
    char *text = (char *)(uintptr_t)arena_text(&reading->arena, lines);
    if (!text)
        return fault_place(&reading->fault, ERROR_MEMORY, "views");
    if (!split(text, views))
        views->count = 0;
    return ERROR_OK;
}

enum error queue_views_read(
    struct reading *reading, const struct http_request *request, struct queue_views *ret_views)
{
    struct queue_views views = {0};
    struct buffer value = {0};
    const struct bytes text = cookie_value(request, cookie_name(reading->service));
    enum error error = ERROR_OK;
    if (text.length <= COOKIE_MAX && base64url_parse(text, NULL, &value) == ERROR_OK &&
        value.length > DIGEST_SIZE)
        error = read_value(reading, buffer_view(&value), &views);
    buffer_free(&value);
    if (!error)
        *ret_views = views;
    return error;
}

/* --- Changing ----------------------------------------------------------------------------- */

enum error
queue_views_keep(struct queue_views *views, const char *name, const char *href, struct fault *fault)
{
    if (!is_name(name))
        return fault_set(
            fault, ERROR_USAGE, "name", "a name for the view, in one line of at most 60 bytes",
            *name ? "%zu bytes" : NULL, strlen(name));
    queue_views_forget(views, name);
    if (views->count == QUEUE_VIEWS_MAX)
        return fault_set(
            fault, ERROR_TOO_LARGE, "name", "at most 12 views: forget one first", NULL);
    views->items[views->count++] = (struct queue_view){name, href};
    return ERROR_OK;
}

void queue_views_forget(struct queue_views *views, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < views->count; i++) {
        if (strcmp(views->items[i].name, name) != 0)
            views->items[kept++] = views->items[i];
    }
    views->count = kept;
}

/* --- Writing ------------------------------------------------------------------------------ */

enum error queue_views_write(
    struct reading *reading, const struct queue_views *views, struct http_response *response)
{
    const struct service *service = reading->service;
    struct buffer lines = {0}, value = {0}, text = {0};
    struct digest tag;
    for (size_t i = 0; i < views->count; i++)
        buffer_printf(&lines, "%s\t%s\n", views->items[i].name, views->items[i].href);
    enum error error = make_tag(reading, buffer_view(&lines), &tag);
    if (!error) {
        buffer_append_bytes(&value, digest_view(&tag));
        buffer_append_bytes(&value, buffer_view(&lines));
        base64url_append(&text, buffer_view(&value));
        if (lines.error || value.error || text.error)
            error = fault_place(&reading->fault, ERROR_MEMORY, "views");
    }
    if (!error)
        cookie_set(
            service, response, cookie_name(service), views->count ? buffer_text(&text) : "",
            KEPT_DAYS * 24 * 3600);
    buffer_free(&lines);
    buffer_free(&value);
    buffer_free(&text);
    return error;
}

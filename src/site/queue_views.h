/* Views of the work queue that a person keeps: addresses with names, in a cookie of that browser,
 * under a tag of the server's for that person. They are read by nobody else, and no act of anybody:
 * nothing of them is in the office's log. Internal to site/. */
#ifndef ENDUSE_SITE_QUEUE_VIEWS_H
#define ENDUSE_SITE_QUEUE_VIEWS_H

#include "site/queue_query.h"

enum {
    QUEUE_VIEWS_MAX = 12,
    QUEUE_VIEW_NAME_MAX = 60, /* bytes */
};

struct queue_view {
    const char *name;
    const char *href; /* as queue_query_href */
};

struct queue_views {
    struct queue_view items[QUEUE_VIEWS_MAX];
    size_t count;
};

/* The person's, from the request; in the reading's arena. A cookie that the server did not make for
 * this person, or that holds anything else, is none. ERROR_MEMORY. */
enum error queue_views_read(
    struct reading *reading, const struct http_request *request, struct queue_views *ret_views);

/* Keeps a view under a name, in the place of one that has it. ERROR_USAGE: the name is empty, too
 * long or of more than one line; ERROR_TOO_LARGE: there are enough. */
enum error queue_views_keep(
    struct queue_views *views, const char *name, const char *href, struct fault *fault);

/* No matter when there is none of that name. */
void queue_views_forget(struct queue_views *views, const char *name);

/* Hands them to the browser. ERROR_MEMORY. */
enum error queue_views_write(
    struct reading *reading, const struct queue_views *views, struct http_response *response);

#endif

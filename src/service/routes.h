/* The table of what the server answers. It makes the router's table, and docs/api.md is held to it.
 */
#ifndef ENDUSE_SERVICE_ROUTES_H
#define ENDUSE_SERVICE_ROUTES_H

#include "http/http.h"
#include "service/access.h"

struct service_row {
    enum http_method method;
    const char *pattern;
    http_handler handler;
    const char *accepts; /* media types of the body; NULL: none */
    size_t body_max;
    unsigned flags;              /* of the route */
    const char *words;           /* what it is for */
    const struct access *access; /* whose request it is */
    const char *query;           /* parameters, or NULL */
    const char *answers;         /* statuses besides those that every row can have */
};

extern const struct service_row service_rows[];
extern const size_t service_row_count;

/* docs/api.md, as the table has it. */
void service_document(struct buffer *ret_text);

#endif

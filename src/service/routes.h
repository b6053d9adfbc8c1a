/* The table of what the server answers. It makes the router's table, docs/api.md and
 * docs/openapi.json are made from it, and tests hold them to it. */
#ifndef ENDUSE_SERVICE_ROUTES_H
#define ENDUSE_SERVICE_ROUTES_H

#include "http/http.h"
#include "service/access.h"

enum { ROUTE_QUERY_MAX = 5, ROUTE_ANSWERS_MAX = 8 };

/* A parameter of the query; none is needed. */
struct route_query {
    const char *name;  /* NULL ends the list */
    uint64_t most;     /* of a number; 0: a text */
    const char *words; /* what it is, or NULL */
};

/* A status that the row can answer with, besides those that every row can have. Refusals are
 * problems where nothing else is said. */
struct route_answer {
    unsigned status;    /* 0 ends the list */
    const char *words;  /* when, or what; NULL: the status says it */
    const char *type;   /* media type; NULL: none, or a problem's */
    const char *schema; /* of JSON: a row of answers.c */
};

struct service_row {
    enum http_method method;
    const char *pattern;
    http_handler handler;
    const char *accepts; /* media types of the body; NULL: none */
    size_t body_max;
    unsigned flags;              /* of the route */
    bool signs;                  /* at --sign-origin, and nowhere else */
    const char *words;           /* what it is for */
    const struct access *access; /* whose request it is */
    struct route_query query[ROUTE_QUERY_MAX + 1];
    struct route_answer answers[ROUTE_ANSWERS_MAX + 1];
};

extern const struct service_row service_rows[];
extern const size_t service_row_count;

/* docs/api.md and docs/openapi.json, as the tables have them. */
void service_document(struct buffer *ret_text);
enum error service_openapi(struct buffer *ret_text);

#endif

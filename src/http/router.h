/* Which row of the table serves a path. Internal to http/. */
#ifndef ENDUSE_HTTP_ROUTER_H
#define ENDUSE_HTTP_ROUTER_H

#include "http/server.h"

struct router;

/* Checks the whole table and makes a router of it. ERROR_USAGE: the place names the row. */
enum error router_new(
    const struct http_route *routes, size_t count, struct fault *fault, struct router **ret_router);
void router_free(struct router *router);

/* The answer to a path: the row, or, where only other methods are served, which (a bit each). */
struct router_match {
    const struct http_route *route; /* NULL: none */
    unsigned methods;               /* bit 1 << method; 0 where no row matches the path */
};

/* Finds the row, and fills parameters (from arena, their values pointing to segments where they
 * can). ERROR_MEMORY only. */
enum error router_find(
    const struct router *router, enum http_method method, const char *const *segments, size_t count,
    struct arena *arena, struct router_match *ret_match, struct http_pairs *ret_parameters);

#endif

/* The router: the caller's patterns as a tree of segments. A path walks down it; at each step a
 * literal is tried before {name}, and {name} before {name...}. */
#include "http/router.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { METHODS = HTTP_DELETE + 1, NONE = -1 };

enum kind { LITERAL, PARAMETER, REST };

struct node {
    enum kind kind;
    const char *literal; /* of kind LITERAL */
    int first_child, next_sibling;
    const struct http_route *rows[METHODS];
};

/* Where in a pattern its parameters stand, and their names. */
struct shape {
    size_t count;
    struct {
        size_t segment;
        const char *name;
        bool rest;
    } parameters[HTTP_PARAMETERS_MAX];
};

struct router {
    const struct http_route *routes;
    struct shape *shapes; /* one for each route */
    struct node *nodes;   /* the first is the root */
    size_t node_count;
    struct arena arena; /* the texts */
};

struct segment {
    enum kind kind;
    const char *text; /* the literal or the parameter's name */
};

static enum error bad_row(struct fault *fault, size_t row, const char *expected, const char *found)
{
    fault_set(fault, ERROR_USAGE, NULL, expected, "%s", found);
    return fault_within(fault, ERROR_USAGE, "route %zu", row);
}

static bool is_name(const char *text)
{
    return *text && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text);
}

/* Reads one segment of a pattern: a literal of unreserved characters, {name} or {name...}. */
static enum error read_segment(
    struct bytes text, struct arena *arena, const char **ret_expected, struct segment *ret_segment)
{
    char *copy = arena_text(arena, text);
    if (!copy)
        return ERROR_MEMORY;
    size_t length = text.length;
    struct segment segment = {LITERAL, copy};
    if (copy[0] == '{') {
        if (copy[length - 1] != '}') {
            *ret_expected = "} at the end of the segment";
            return ERROR_USAGE;
        }
        copy[length - 1] = '\0';
        segment = (struct segment){PARAMETER, copy + 1};
        if (text_ends(copy, "...")) {
            segment.kind = REST;
            copy[length - 4] = '\0';
        }
        if (!is_name(segment.text)) {
            *ret_expected = "a name of a-z, 0-9 and _ in braces";
            return ERROR_USAGE;
        }
    } else if (strpbrk(copy, "{}%?#\\") || strcmp(copy, ".") == 0 || strcmp(copy, "..") == 0) {
        *ret_expected = "a literal segment, decoded";
        return ERROR_USAGE;
    }
    *ret_segment = segment;
    return ERROR_OK;
}

static int find_child(const struct router *router, int parent, struct segment segment)
{
    int child = router->nodes[parent].first_child;
    while (child != NONE) {
        const struct node *node = &router->nodes[child];
        if (node->kind == segment.kind &&
            (segment.kind != LITERAL || strcmp(node->literal, segment.text) == 0))
            break;
        child = node->next_sibling;
    }
    return child;
}

/* The child for a segment of a pattern, made where missing; literals come first in the list. There
 * is room: router_new counted all segments. */
static int need_child(struct router *router, int parent, struct segment segment)
{
    int child = find_child(router, parent, segment);
    if (child != NONE)
        return child;
    child = (int)router->node_count++;
    struct node *node = &router->nodes[child];
    *node = (struct node){
        .kind = segment.kind,
        .literal = segment.kind == LITERAL ? segment.text : NULL,
        .first_child = NONE,
    };
    int *link = &router->nodes[parent].first_child;
    while (*link != NONE && router->nodes[*link].kind <= segment.kind)
        link = &router->nodes[*link].next_sibling;
    node->next_sibling = *link;
    *link = child;
    return child;
}

static enum error add_parameter(struct shape *shape, size_t place, struct segment segment)
{
    if (shape->count == HTTP_PARAMETERS_MAX)
        return ERROR_USAGE;
    for (size_t i = 0; i < shape->count; i++) {
        if (strcmp(shape->parameters[i].name, segment.text) == 0)
            return ERROR_USAGE;
    }
    shape->parameters[shape->count].segment = place;
    shape->parameters[shape->count].name = segment.text;
    shape->parameters[shape->count].rest = segment.kind == REST;
    shape->count++;
    return ERROR_OK;
}

/* Enters the pattern of a row into the tree. */
static enum error add_row(struct router *router, size_t row, struct fault *fault)
{
    const struct http_route *route = &router->routes[row];
    const char *at = route->pattern;
    int node = 0;
    size_t place = 0;
    while (at[0] == '/' && at[1] != '\0') {
        at++;
        size_t length = strcspn(at, "/");
        if (place == HTTP_SEGMENTS_MAX || length == 0)
            return bad_row(fault, row, "1 to 16 segments, none empty", route->pattern);
        struct segment segment;
        const char *expected = NULL;
        enum error error = read_segment(
            (struct bytes){(const uint8_t *)at, length}, &router->arena, &expected, &segment);
        if (error == ERROR_MEMORY)
            return fault_place(fault, error, "route %zu", row);
        if (error)
            return bad_row(fault, row, expected, route->pattern);
        at += length;
        if (segment.kind == REST && *at)
            return bad_row(fault, row, "{name...} as the last segment", route->pattern);
        if (segment.kind != LITERAL && add_parameter(&router->shapes[row], place, segment))
            return bad_row(fault, row, "at most 8 names, each once", route->pattern);
        node = need_child(router, node, segment);
        place++;
    }
    if (at[0] != '\0' && strcmp(route->pattern, "/") != 0)
        return bad_row(fault, row, "/ before each segment, none at the end", route->pattern);
    const struct http_route **slot = &router->nodes[node].rows[route->method];
    if (*slot)
        return bad_row(fault, row, "one row for a method and path", route->pattern);
    *slot = route;
    return ERROR_OK;
}

static enum error check_row(const struct http_route *route, size_t row, struct fault *fault)
{
    if ((unsigned)route->method >= METHODS)
        return bad_row(fault, row, "a method", "another number");
    if (!route->pattern || route->pattern[0] != '/')
        return bad_row(fault, row, "a pattern that begins with /", "something else");
    if (!route->handler)
        return bad_row(fault, row, "a handler", route->pattern);
    if (route->body_max > HTTP_BODY_MAX)
        return bad_row(fault, row, "a body of at most HTTP_BODY_MAX", route->pattern);
    if (route->body_max && (!route->accepts || !*route->accepts))
        return bad_row(fault, row, "media types with body_max", route->pattern);
    return ERROR_OK;
}

enum error router_new(
    const struct http_route *routes, size_t count, struct fault *fault, struct router **ret_router)
{
    size_t nodes = 1;
    for (size_t row = 0; row < count; row++) {
        enum error error = check_row(&routes[row], row, fault);
        if (error)
            return error;
        for (const char *at = routes[row].pattern; *at; at++)
            nodes += *at == '/';
    }
    struct router *router = calloc(1, sizeof *router);
    enum error error = router ? ERROR_OK : fault_place(fault, ERROR_MEMORY, "routes");
    if (!error) {
        router->routes = routes;
        router->shapes = calloc(count ? count : 1, sizeof *router->shapes);
        router->nodes = calloc(nodes, sizeof *router->nodes);
        if (!router->shapes || !router->nodes)
            error = fault_place(fault, ERROR_MEMORY, "routes");
    }
    if (!error) {
        router->nodes[0] = (struct node){.first_child = NONE, .next_sibling = NONE};
        router->node_count = 1;
    }
    for (size_t row = 0; !error && row < count; row++)
        error = add_row(router, row, fault);
    if (error) {
        router_free(router);
        return error;
    }
    *ret_router = router;
    return ERROR_OK;
}

void router_free(struct router *router)
{
    if (!router)
        return;
    free(router->shapes);
    free(router->nodes);
    arena_free(&router->arena);
    free(router);
}

struct walk {
    const struct router *router;
    enum http_method method;
    const char *const *segments;
    size_t count;
    unsigned methods; /* of all rows that match the path */
};

static const struct http_route *arrive(struct walk *walk, int at)
{
    const struct node *node = &walk->router->nodes[at];
    for (unsigned method = 0; method < METHODS; method++)
        walk->methods |= node->rows[method] ? 1U << method : 0;
    return node->rows[walk->method];
}

/* Depth is bounded by HTTP_SEGMENTS_MAX, width by the table. */
static const struct http_route *descend(struct walk *walk, int at, size_t place)
{
    if (place == walk->count)
        return arrive(walk, at);
    const char *segment = walk->segments[place];
    for (int child = walk->router->nodes[at].first_child; child != NONE;
         child = walk->router->nodes[child].next_sibling) {
        const struct node *node = &walk->router->nodes[child];
        const struct http_route *route = NULL;
        if (node->kind == REST)
            route = arrive(walk, child);
        else if (node->kind == PARAMETER || strcmp(node->literal, segment) == 0)
            route = descend(walk, child, place + 1);
        if (route)
            return route;
    }
    return NULL;
}

/* The segments from one on, joined by /. NULL when there is no memory. */
static const char *join(const char *const *segments, size_t count, struct arena *arena)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += strlen(segments[i]) + 1;
    char *text = arena_alloc(arena, size), *at = text;
    for (size_t i = 0; text && i < count; i++) {
        if (i)
            *at++ = '/';
        at = stpcpy(at, segments[i]);
    }
    return text;
}

static enum error fill_parameters(
    const struct shape *shape, const char *const *segments, size_t count, struct arena *arena,
    struct http_pairs *ret_parameters)
{
    struct http_pair *pairs = ARENA_ARRAY(arena, struct http_pair, shape->count);
    if (!pairs)
        return ERROR_MEMORY;
    for (size_t i = 0; i < shape->count; i++) {
        size_t place = shape->parameters[i].segment;
        const char *value = segments[place];
        if (shape->parameters[i].rest)
            value = join(segments + place, count - place, arena);
        if (!value)
            return ERROR_MEMORY;
        pairs[i] = (struct http_pair){shape->parameters[i].name, value};
    }
    *ret_parameters = (struct http_pairs){pairs, shape->count};
    return ERROR_OK;
}

static bool any_empty(const char *const *segments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (segments[i][0] == '\0')
            return true;
    }
    return false;
}

enum error router_find(
    const struct router *router, enum http_method method, const char *const *segments, size_t count,
    struct arena *arena, struct router_match *ret_match, struct http_pairs *ret_parameters)
{
    struct walk walk = {router, method, segments, count, 0};
    const struct http_route *route = NULL;
    /* An empty segment matches nothing, also not as part of a {name...}. */
    if (!any_empty(segments, count))
        route = descend(&walk, 0, 0);
    struct http_pairs parameters = {NULL, 0};
    if (route && router->shapes[route - router->routes].count) {
        enum error error = fill_parameters(
            &router->shapes[route - router->routes], segments, count, arena, &parameters);
        if (error)
            return error;
    }
    *ret_match = (struct router_match){route, walk.methods};
    *ret_parameters = parameters;
    return ERROR_OK;
}

/* What a handler sees of a request: everything decoded, checked and complete. */
#ifndef ENDUSE_HTTP_REQUEST_H
#define ENDUSE_HTTP_REQUEST_H

#include "base/base.h"

/* Limits of what is accepted from the network. A request beyond one is answered, not served. */
enum {
    HTTP_TARGET_MAX = 4096,          /* bytes of path and query as sent: 414 */
    HTTP_SEGMENTS_MAX = 16,          /* path segments: 404 */
    HTTP_PARAMETERS_MAX = 8,         /* {name} segments in one pattern */
    HTTP_PAIRS_MAX = 256,            /* pairs in a query or a form: 400 */
    HTTP_FIELDS_MAX = 64,            /* header fields: 431 */
    HTTP_CONNECTION_MEMORY = 32768,  /* bytes for the head of a request: 431 */
    HTTP_BODY_MAX = 64 * 1024 * 1024 /* no route may ask for more */
};

enum http_method {
    HTTP_GET, /* HEAD too: the server leaves the body out */
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
};

/* "GET" and so on. Static storage. */
const char *http_method_text(enum http_method method);

/* A header field, a path parameter, or a pair of a query or form. Both texts end with a zero
 * byte, are UTF-8, and hold no zero byte before it. */
struct http_pair {
    const char *name;
    const char *value;
};

struct http_pairs {
    const struct http_pair *items;
    size_t count;
};

/* A whole request. It and everything it points to lives until the handler has returned, and where
 * the handler parked the exchange, until http_complete or http_drop. */
struct http_request {
    uint64_t id; /* counts this server's requests, from 1: for logs */
    enum http_method method;
    bool head;                    /* HEAD: compute the same answer as for GET */
    const char *path;             /* as sent, without the query; for logs, never for decisions */
    struct http_pairs parameters; /* {name} segments of the route's pattern, decoded */
    struct http_pairs query;      /* in the order sent, decoded, repetitions kept */
    struct http_pairs fields;     /* header fields in the order sent; compare names without case */
    const char *type;             /* media type of the body in lower case, without parameters; "" */
    struct bytes body;
    const char *peer; /* the other end's numeric address without port, or "unix" */
};

/* The first value of that name, or NULL. http_field compares without regard to case, as RFC 9110
 * section 5.1 has it. A path parameter of the route's own pattern is never NULL. */
const char *http_parameter(const struct http_request *request, const char *name);
const char *http_query(const struct http_request *request, const char *name);
const char *http_field(const struct http_request *request, const char *name);

/* The first value of that name in any list of pairs, or NULL. */
const char *http_pair(struct http_pairs pairs, const char *name);

/* Reads application/x-www-form-urlencoded (a query, or the body of a page's form) into arena.
 * Strict: ERROR_HTTP_PERCENT for a bad %XX, ERROR_UTF8, ERROR_HTTP_CHARACTER for a control
 * character other than tab, CR and LF or for a byte that must be encoded, ERROR_TOO_LARGE for more
 * than HTTP_PAIRS_MAX. Empty pairs between two & are left out. */
enum error http_form_parse(
    struct bytes text, struct arena *arena, struct fault *fault, struct http_pairs *ret_pairs);

/* Reads the path of a request (RFC 3986 section 3.3) into decoded segments; "/" has none. Refused:
 * what does not begin with / or holds a character that must be encoded (ERROR_HTTP_CHARACTER), a
 * bad %XX (ERROR_HTTP_PERCENT), and, before or after decoding, a control character, / \ inside a
 * segment, and the segments . and .. (ERROR_HTTP_PATH); not UTF-8 (ERROR_UTF8); more than
 * HTTP_SEGMENTS_MAX (ERROR_TOO_LARGE). An empty segment stays: no pattern matches it. */
enum error http_path_parse(
    struct bytes path, struct arena *arena, struct fault *fault,
    const char *ret_segments[HTTP_SEGMENTS_MAX], size_t *ret_count);

/* Appends text so that it is one path segment or one query value: everything but the unreserved
 * characters of RFC 3986 section 2.3 as %XX. The inverse of the two readers above. */
void http_percent_append(struct buffer *buffer, struct bytes text);

#endif

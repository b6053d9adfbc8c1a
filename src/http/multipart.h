/* Forms with files: multipart/form-data (RFC 7578, RFC 2046 section 5.1), as browsers send them
 * and no other way. */
#ifndef ENDUSE_HTTP_MULTIPART_H
#define ENDUSE_HTTP_MULTIPART_H

#include "http/request.h"

enum {
    HTTP_PARTS_MAX = 32,       /* parts of one form */
    HTTP_PART_HEAD_MAX = 1024, /* bytes of one part's header fields */
    HTTP_BOUNDARY_MAX = 70,    /* characters, RFC 2046 section 5.1.1 */
};

/* One part. Both texts end with a zero byte, are UTF-8 without control characters, and are as they
 * were sent: browsers write a quotation mark as %22. */
struct http_part {
    const char *name;
    const char *file;     /* what the file is called there; NULL: it is none */
    struct bytes content; /* borrows from the body; any bytes */
};

struct http_parts {
    const struct http_part *items;
    size_t count;
};

/* Reads the whole body of a form whose Content-Type field is type. Strict: nothing before the first
 * boundary or after the last; lines end with CR LF; each part says "form-data" and its name, at
 * most once each Content-Disposition and Content-Type, and nothing else. No part at all is a form
 * too. ERROR_HTTP_FIELD for Content-Type itself, ERROR_HTTP_CHARACTER with the offset for what is
 * not as said, ERROR_UTF8, ERROR_TOO_LARGE, ERROR_MEMORY. */
enum error http_multipart_parse(
    struct bytes body, const char *type, struct arena *arena, struct fault *fault,
    struct http_parts *ret_parts);

/* The first part of that name, or NULL. */
const struct http_part *http_part(struct http_parts parts, const char *name);

#endif

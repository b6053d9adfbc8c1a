/* What a handler gives back: status, header fields, body; and problem details (RFC 9457). */
#ifndef ENDUSE_HTTP_RESPONSE_H
#define ENDUSE_HTTP_RESPONSE_H

#include "http/request.h"

/* Start with a zeroed struct; set status and type, append to content, then leave it to the server:
 * after a handler returned HTTP_ANSWERED, or after http_complete, the server owns what it holds.
 * Elsewhere end with http_response_free. A failure is remembered in error (or in content.error) and
 * the answer becomes a plain 500, so a handler need not ask. */
struct http_response {
    unsigned status;       /* 200..599; 0 is an error of the handler: 500 */
    const char *type;      /* media type of the body, static; NULL when there is no body */
    struct buffer content; /* the body, owned */
    struct bytes borrowed; /* or a body that someone else owns, used when its length is not 0 */
    void (*release)(void *context); /* called once when borrowed is not needed any more; NULL: */
    void *context;                  /* borrowed lives as long as the server (static) */
    struct http_stream *stream;     /* or one that goes on: stream.h; the exchange has it */
    bool packs; /* content goes packed by gzip to clients that take it. Its length then tells
                   something of it: only where nobody else chose a part of what one may read */
    struct buffer fields; /* written by http_header only */
    enum error error;
};

/* Adds a header field. The name is a token in static storage; the value is formatted, and an empty
 * one adds nothing. A value with CR, LF or anything but printable ASCII, or longer than 4096
 * bytes, is ERROR_HTTP_FIELD in response->error; so are Content-Type (see type), Content-Length,
 * Connection, Date and the like, which the server writes. A field added here replaces the server's
 * default of that name (Cache-Control, say). */
PRINTF_LIKE(3, 4)
void http_header(struct http_response *response, const char *name, const char *format, ...);

/* Sets a strong ETag (RFC 9110 section 8.8.3) from bytes, a digest say (at most 64 bytes), and when
 * the request's If-None-Match holds it, turns the answer into 304 without body and returns true.
 * Call it when the response is otherwise ready, or before making an expensive body. */
bool http_etag(
    struct http_response *response, const struct http_request *request, struct bytes digest);

/* Answers 303 See Other to a path of this server: after a form was accepted. */
void http_redirect(struct http_response *response, const char *path);

/* Replaces the response by a problem (RFC 9457, application/problem+json):
 *   type     "urn:enduse:problem:SLUG" ("about:blank" when slug is NULL)
 *   title    short and the same for each slug; detail: what happened this time (may be NULL)
 *   status
 *   error, code, place, expected, found   from the fault: the row's number and name, then its texts
 *            (left out where empty; fault may be NULL or hold ERROR_OK)
 * The fields added so far stay. */
void http_problem(
    struct http_response *response, unsigned status, const char *slug, const char *title,
    const char *detail, const struct fault *fault);

/* Frees what it holds, calling release where there is one; the struct is zeroed. */
void http_response_free(struct http_response *response);

#endif

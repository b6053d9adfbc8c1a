/* Forms that come back from a browser. Whoever reads pages has a session, which the browser names
 * by itself to whatever asks it to; so a form counts only when it comes from a page of this server
 * (Origin) and holds the token that only pages of this session have. Internal to site/. */
#ifndef ENDUSE_SITE_ENTRY_H
#define ENDUSE_SITE_ENTRY_H

#include "http/multipart.h"
#include "service/core.h"

/* The token of the session's forms: a text that tells nothing of the session's own, and another in
 * each page under a mask that is drawn for it, so that how well pages are packed tells nothing of
 * it either. NULL without a session. ERROR_MEMORY, and those of random_fill. */
enum error entry_token(struct reading *reading, const char **ret_token);

/* Reads the form in the request's body, and holds it to both; in the reading's arena. A reader who
 * is not signed in has no token to show. ERROR_SESSION_ORIGIN, ERROR_SESSION_FORM, and those of
 * http_form_parse. */
enum error entry_read(
    struct reading *reading, const struct http_request *request, struct http_pairs *ret_pairs);

/* The same of a form with files (multipart/form-data). Errors of http_multipart_parse. */
enum error entry_read_parts(
    struct reading *reading, const struct http_request *request, struct http_parts *ret_parts);

/* The same at the sign origin, where nobody is signed in: the form comes from a page of that
 * origin.
 */
enum error entry_read_signing(
    struct reading *reading, const struct http_request *request, struct http_pairs *ret_pairs);

/* The bytes of base64 with either alphabet and any white space, as mail and people leave it; in the
 * reading's arena. ERROR_BASE64, ERROR_MEMORY. */
enum error entry_base64(struct reading *reading, struct bytes text, struct bytes *ret_bytes);

/* A path of this server that may be gone on to after a form; NULL where it is none. */
const char *entry_path(const char *text);

#endif

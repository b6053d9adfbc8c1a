/* What ways of signing in share. Internal to site/. */
#ifndef ENDUSE_SITE_SIGN_IN_H
#define ENDUSE_SITE_SIGN_IN_H

#include "service/core.h"

/* Ends the session that was open in this browser, sets the cookie of the new one, wipes its token,
 * leads to next (NULL: the work queue), and ends the reading. */
void sign_in_end(
    struct reading *reading, char token[TOKEN_TEXT_SIZE], const char *next,
    struct http_response *response);

/* The sign-in page again, with what was wrong. */
enum http_outcome sign_in_again(
    struct reading *reading, const struct http_request *request, struct http_pairs pairs,
    struct http_response *response);

/* A line of the log about a sign-in, with the reading's fault where it failed. */
void sign_in_log(const struct reading *reading, const char *person, const char *peer);

#endif

/* Tries at what somebody has to know or to hold, a secret or a key. Those that fail are counted by
 * address and by what was tried at (a person's key, a report's reference): guessing is slow, and
 * whoever guesses keeps nobody out who comes from elsewhere, nor themselves from something else. */
#ifndef ENDUSE_SERVICE_TRIES_H
#define ENDUSE_SERVICE_TRIES_H

#include "service/core.h"

/* Whether this address may try again at this (NULL: at nothing that is known). If not, the refusal
 * is made and the reading is over. */
bool tries_left(
    struct reading *reading, const struct http_request *request, const char *at,
    struct http_response *response);

/* Counts a try that failed. */
void tries_failed(struct reading *reading, const struct http_request *request, const char *at);

/* Whether this address may send something that takes long to check, which is counted each time; if
 * not, the refusal is made and the reading is over. */
bool work_left(
    struct reading *reading, const struct http_request *request, struct http_response *response);

#endif

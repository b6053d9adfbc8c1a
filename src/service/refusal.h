/* Which status an error gets at the API, under which name, and what to do about it. */
#ifndef ENDUSE_SERVICE_REFUSAL_H
#define ENDUSE_SERVICE_REFUSAL_H

#include "http/http.h"

struct refusal {
    unsigned status;
    const char *slug, *title;
    const char *advice; /* what the sender can do; becomes the problem's detail */
};

struct refusal refusal_of(enum error error);

/* All that there are, some under one name several times. */
size_t refusal_count(void);
struct refusal refusal_at(size_t index);

/* Makes the problem (RFC 9457) of a fault. What is the server's own trouble says nothing of its
 * inside: the log has it, under the request's id. */
void refusal_answer(struct http_response *response, const struct fault *fault);

#endif

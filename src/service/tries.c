/* Counting tries, for all handlers. */
#include "service/tries.h"

#include <stdio.h>

enum { WHO_SIZE = 200 };

/* By what a try is counted. What is longer than what anything is called is cut. */
static const char *
who_tries(const struct http_request *request, const char *at, char text[WHO_SIZE])
{
    snprintf(text, WHO_SIZE, "%s%s%s", request->peer, at ? " " : "", at ? at : "");
    return text;
}

static bool refused(struct reading *reading, struct http_response *response, millis wait)
{
    refuse_for_now(response, wait);
    reading_end(reading);
    return false;
}

bool tries_left(
    struct reading *reading, const struct http_request *request, const char *at,
    struct http_response *response)
{
    char who[WHO_SIZE];
    millis wait;
    return limiter_has(
               reading->service->failures, who_tries(request, at, who), reading->clock, &wait) ||
           refused(reading, response, wait);
}

void tries_failed(struct reading *reading, const struct http_request *request, const char *at)
{
    char who[WHO_SIZE];
    millis wait;
    (void)limiter_take(
        reading->service->failures, who_tries(request, at, who), reading->clock, &wait);
}

bool work_left(
    struct reading *reading, const struct http_request *request, struct http_response *response)
{
    millis wait;
    return limiter_take(reading->service->work, request->peer, reading->clock, &wait) ||
           refused(reading, response, wait);
}

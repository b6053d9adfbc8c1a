/* What a browser gets instead of a problem. Internal to service/. */
#ifndef ENDUSE_SERVICE_PROBLEM_PAGE_H
#define ENDUSE_SERVICE_PROBLEM_PAGE_H

#include "service/core.h"

/* Makes a page of a response that is a problem (http_problem); request is its id. */
void page_of_problem(
    const struct service *service, const char *request, struct http_response *response);

#endif

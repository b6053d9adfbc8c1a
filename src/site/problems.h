/* What a browser gets instead of a problem. Internal to site/. */
#ifndef ENDUSE_SITE_PROBLEMS_H
#define ENDUSE_SITE_PROBLEMS_H

#include "service/core.h"

/* Makes a page of a response that is a problem (http_problem); id is the request's. Whoever looked
 * at a page without being signed in is led to the page for that. The page says who reads it, as
 * others do, where that can be found out. */
void problem_page_make(
    struct service *service, const struct http_request *request, const char *id,
    struct http_response *response);

#endif

/* Pages that say the same to everybody: help, accessibility, privacy. */
#include "site/authority_pages.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/language.h"

typedef void about_page(struct buffer *out, const struct view_about *view);

static enum http_outcome answer(
    struct service *service, const struct http_route *route, const struct http_request *request,
    struct http_response *response, const char *title, about_page *page)
{
    struct reading reading;
    if (reading_begin(service, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct view_about view = {0};
    if (frame_make(&reading, title, NULL, &view.frame))
        return reading_failed(&reading, response);
    page(&response->content, &view);
    return page_done(&reading, response);
}

HANDLER(get_help)
{
    (void)exchange;
    return answer(context, route, request, response, PHRASE("Help"), help_page);
}

HANDLER(get_accessibility)
{
    (void)exchange;
    return answer(context, route, request, response, PHRASE("Accessibility"), accessibility_page);
}

HANDLER(get_privacy)
{
    (void)exchange;
    return answer(context, route, request, response, PHRASE("Privacy"), privacy_page);
}

/* The front page, and what the pages are made of. */
#include "assets/assets.h"
#include "site/authority_pages.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/language.h"

HANDLER(get_home)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct view_home view = {0};
    if (frame_make(&reading, PHRASE("Export-control authority"), NULL, &view.frame))
        return reading_failed(&reading, response);
    home_page(&response->content, &view);
    return page_done(&reading, response);
}

HANDLER(get_asset)
{
    /* The route that http_assets_answer wants has the table as its data. */
    struct http_route own = *route;
    own.data = &assets;
    return http_assets_answer(context, &own, exchange, request, response);
}

/* The licence page: its own, because it has what no other file has: leases, orders and returns. */
#include "site/authority_pages.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/licence_view.h"
#include "site/words.h"

enum http_outcome licence_page_answer(
    struct reading *reading, const struct http_request *request, struct http_response *response)
{
    struct view_licence view = {0};
    enum error error = licence_view_make(reading, http_parameter(request, "number"), &view);
    if (!error)
        error = frame_make(
            reading, words_format(&reading->arena, "Licence %s — %s", view.number, view.state.word),
            "/register/licence", &view.frame);
    if (!error)
        error = frame_live(
            reading, words_format(&reading->arena, "licence/%s", view.number), &view.frame);
    if (error)
        return reading_failed(reading, response);
    licence_page(&response->content, &view);
    return page_done(reading, response);
}

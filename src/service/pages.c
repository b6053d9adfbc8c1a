/* The pages: the list of licences, one licence, and what a browser gets instead of a problem. */
#include <string.h>

#include "assets/assets.h"
#include "service/authority_pages.h"
#include "service/handlers.h"
#include "service/licence_view.h"
#include "service/problem_page.h"
#include "service/words.h"

enum { LICENCES_SHOWN = 50 };

static const char html[] = "text/html; charset=utf-8";

static struct view_frame frame_of(const struct service *service, const char *title)
{
    return (struct view_frame){
        .title = title,
        .office = service->name,
        .styles = ASSET_ENDUSE_CSS,
        .demo = service->demo,
        .licences = true,
    };
}

/* What the page stands on. */
static enum error show_head(struct reading *reading, struct view_frame *frame)
{
    struct store_head head;
    enum error error = store_head(reading->reader, &reading->arena, &reading->fault, &head);
    if (error)
        return error;
    struct view_moment now = words_moment(&reading->arena, reading->time);
    frame->footer = words_format(
        &reading->arena, "Log of %llu events, as of %s, %s", (unsigned long long)head.size,
        now.date, now.time);
    return ERROR_OK;
}

/* --- Licences ----------------------------------------------------------------------------- */

static struct view_licence_row row_of(struct arena *arena, const struct licence_file *file)
{
    return (struct view_licence_row){
        .number = file->base.number,
        .state = words_licence_state(file->base.state),
        .country = file->state,
        .agency = file->agency,
        .exporter = file->exporter,
        .product = file->product,
        .until = words_date(arena, file->until),
        .installations = words_format(
            arena, "%llu of %llu", (unsigned long long)file->installations,
            (unsigned long long)file->maximum_installations),
    };
}

static enum error
list_licences(struct reading *reading, const char *after, struct view_licences *view)
{
    const struct store_query query = {
        .kind = FILE_LICENCE, .after = after, .limit = LICENCES_SHOWN};
    struct store_entry *entries = NULL;
    size_t count = 0;
    uint64_t all = 0;
    enum error error =
        store_list(reading->reader, &query, &reading->arena, &reading->fault, &entries, &count);
    if (!error)
        error = store_count(reading->reader, &query, &reading->fault, &all);
    if (!error)
        error = show_head(reading, &view->frame);
    if (error)
        return error;
    view->rows.items = ARENA_ARRAY(&reading->arena, struct view_licence_row, count);
    if (count && !view->rows.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < count; i++)
        view->rows.items[i] = row_of(&reading->arena, entries[i].content);
    view->rows.count = count;
    view->count =
        all ? words_count(&reading->arena, all, "licence") : "No licence was proposed yet.";
    if (count == LICENCES_SHOWN)
        view->next = entries[count - 1].number;
    return ERROR_OK;
}

HANDLER(get_licences_page)
{
    (void)exchange;
    struct service *service = context;
    struct reading reading;
    if (reading_begin(service, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct view_licences view = {.frame = frame_of(service, "Licences")};
    if (list_licences(&reading, http_query(request, "after"), &view))
        return reading_failed(&reading, response);
    response->status = 200;
    response->type = html;
    licences_page(&response->content, &view);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

HANDLER(get_licence_page)
{
    (void)exchange;
    struct service *service = context;
    struct reading reading;
    if (reading_begin(service, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct view_licence view = {0};
    enum error error = licence_view_make(&reading, http_parameter(request, "number"), &view);
    if (!error) {
        view.frame = frame_of(
            service, words_format(&reading.arena, "Licence %s — %s", view.number, view.state.word));
        error = show_head(&reading, &view.frame);
    }
    if (error)
        return reading_failed(&reading, response);
    response->status = 200;
    response->type = html;
    licence_page(&response->content, &view);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

HANDLER(get_asset)
{
    /* The route that http_assets_answer wants has the table as its data. */
    struct http_route own = *route;
    own.data = &assets;
    return http_assets_answer(context, &own, exchange, request, response);
}

/* --- Problems ----------------------------------------------------------------------------- */

static const struct {
    unsigned status;
    const char *heading, *text;
} problems[] = {
    {400, "That address cannot be read",
     "Something in the address is not as it should be. Check it, or start from the licences."},
    {401, "Not without a login",
     "These pages are shown at demonstrations only. Log in with: enduse file show --key FILE."},
    {404, "Page not found",
     "There is nothing at this address. Check the number, or look for it among the licences."},
    {405, "Not for a browser", "This address takes what programs send, not a visit."},
    {429, "Too many requests", "Wait a moment, then load the page again."},
    {503, "Not available at the moment", "Wait a moment, then load the page again."},
    {500, "Something went wrong here",
     "Nothing was changed. Tell whoever runs the server what you were looking at."},
};

void page_of_problem(
    const struct service *service, const char *request, struct http_response *response)
{
    size_t i = 0;
    while (problems[i].status != response->status && problems[i].status != 500)
        i++;
    struct view_problem view = {
        .frame = frame_of(service, problems[i].heading),
        .heading = problems[i].heading,
        .text = problems[i].text,
        .request = request,
        .status = response->status,
    };
    view.frame.licences = false;
    buffer_clear(&response->content);
    response->type = html;
    problem_page(&response->content, &view);
}

/* Problems as pages. */
#include "site/problems.h"

#include <string.h>

#include "json/json.h"
#include "site/authority_pages.h"
#include "site/frame.h"
#include "site/language.h"

static const struct {
    unsigned status;
    const char *heading, *text;
} problems[] = {
    {400, PHRASE("That cannot be read"),
     PHRASE("Something in the address or the form is not as it should be. Nothing was changed.")},
    {401, PHRASE("Not signed in"),
     PHRASE(
         "The session has ended, or the form came from another site. Nothing was changed. Sign in, "
         "then try again.")},
    {403, PHRASE("Not for you"),
     PHRASE("Your role does not see or do this. Somebody whose role does must.")},
    {404, PHRASE("Page not found"),
     PHRASE("There is nothing at this address that you may see. Check the number, or look for it "
            "in the "
            "registers.")},
    {405, PHRASE("Not for a browser"),
     PHRASE("This address takes what programs send, not a visit.")},
    {409, PHRASE("The file has changed"),
     PHRASE(
         "Somebody else has acted on it since you looked. Nothing was changed by you. Look at it "
         "again, then decide anew.")},
    {413, PHRASE("Too large"),
     PHRASE("What you sent is larger than is taken here. Nothing was changed.")},
    {422, PHRASE("It was not done"),
     PHRASE("A rule of the office does not hold. Nothing was changed.")},
    {429, PHRASE("Too many requests"),
     PHRASE("This address has asked for too much, or tried too often. Nobody else is kept out by "
            "it.")},
    {503, PHRASE("Not available at the moment"),
     PHRASE("Wait a moment, then load the page again.")},
    {500, PHRASE("Something went wrong here"),
     PHRASE("Nothing was changed. Tell whoever runs the server what you were looking at.")},
};

/* To /sign-in, and back to where somebody wanted to be. */
static void lead_to_sign_in(const struct http_request *request, struct http_response *response)
{
    struct buffer path = {0};
    buffer_append_text(&path, "/sign-in?next=");
    http_percent_append(&path, bytes_of(request->path));
    const char *text = buffer_text(&path);
    buffer_clear(&response->content);
    response->type = NULL;
    http_redirect(response, text ? text : "/sign-in");
    buffer_free(&path);
}

/* What the problem itself says, in a line: what was expected and found, or else what to do. */
static const char *what_it_says(struct bytes content, struct arena *arena)
{
    static const char *const names[] = {"detail", "place", "expected", "found"};
    const struct json *json;
    const char *texts[4];
    struct buffer line = {0};
    if (json_parse(content, arena, NULL, &json))
        return NULL;
    for (size_t i = 0; i < 4; i++) {
        const struct json *member = json_find(json, names[i]);
        struct bytes text = member ? json_characters(member) : (struct bytes){0};
        texts[i] = text.length ? arena_text(arena, text) : NULL;
    }
    if (texts[1])
        buffer_printf(&line, "%s: ", texts[1]);
    if (texts[2])
        buffer_printf(&line, "expected %s", texts[2]);
    if (texts[3])
        buffer_printf(&line, "%s%s", texts[2] ? ", found " : "", texts[3]);
    if (!line.length && texts[0])
        buffer_append_text(&line, texts[0]);
    const char *text = line.error || !line.length ? NULL : arena_text(arena, buffer_view(&line));
    buffer_free(&line);
    return text;
}

void problem_page_make(
    struct service *service, const struct http_request *request, const char *id,
    struct http_response *response)
{
    if (response->status == 401 && request->method == HTTP_GET && request->path) {
        lead_to_sign_in(request, response);
        return;
    }
    struct reading reading;
    page_reading_begin(service, request, &reading);
    size_t i = 0;
    while (problems[i].status != response->status && problems[i].status != 500)
        i++;
    struct view_problem view = {
        .heading = problems[i].heading,
        .text = problems[i].text,
        .request = id,
        .what = response->status < 500
                    ? what_it_says(buffer_view(&response->content), &reading.arena)
                    : NULL,
        .status = response->status,
    };
    /* Where something went wrong, more may. */
    if (frame_make(&reading, problems[i].heading, NULL, &view.frame))
        view.frame = frame_plain(service, request, problems[i].heading);
    view.frame.signs = is_at_sign_origin(service, request);
    buffer_clear(&response->content);
    response->type = "text/html; charset=utf-8";
    problem_page(&response->content, &view);
    page_reading_end(&reading);
}

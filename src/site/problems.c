/* Problems as pages. */
#include "site/problems.h"

#include <string.h>

#include "json/json.h"
#include "site/authority_pages.h"
#include "site/frame.h"
#include "site/language.h"

/* What is said of the problem of a PDF, whose document is there without it. */
static const char stands[] =
    PHRASE("The signed document itself is there, at the file, and it is what counts. The file's "
           "page is there, too, and your browser can print it.");

static const struct {
    unsigned status;
    const char *heading, *text;
    const char *slug; /* of this problem alone, before the others of its status; or NULL */
} problems[] = {
    {400, PHRASE("That cannot be read"),
     PHRASE("Something in the address or the form is not as it should be. Nothing was changed."),
     NULL},
    {401, PHRASE("Not signed in"),
     PHRASE(
         "The session has ended, or the form came from another site. Nothing was changed. Sign in, "
         "then try again."),
     NULL},
    {403, PHRASE("Not for you"),
     PHRASE("Your role does not see or do this. Somebody whose role does must."), NULL},
    {404, PHRASE("Page not found"),
     PHRASE("There is nothing at this address that you may see. Check the number, or look for it "
            "in the "
            "registers."),
     NULL},
    {405, PHRASE("Not for a browser"),
     PHRASE("This address takes what programs send, not a visit."), NULL},
    {409, PHRASE("The file has changed"),
     PHRASE(
         "Somebody else has acted on it since you looked. Nothing was changed by you. Look at it "
         "again, then decide anew."),
     NULL},
    {413, PHRASE("Too large"),
     PHRASE("What you sent is larger than is taken here. Nothing was changed."), NULL},
    {422, PHRASE("It was not done"),
     PHRASE("A rule of the office does not hold. Nothing was changed."), NULL},
    {429, PHRASE("Too many requests"),
     PHRASE("This address has asked for too much, or tried too often. Nobody else is kept out by "
            "it."),
     NULL},
    {503, PHRASE("Too long for a PDF"), stands, "pdf-too-long"},
    {503, PHRASE("No PDF is made here"), stands, "no-pdf"},
    {503, PHRASE("The PDF could not be made"), stands, "pdf"},
    {503, PHRASE("Not available at the moment"), PHRASE("Wait a moment, then load the page again."),
     NULL},
    {500, PHRASE("Something went wrong here"),
     PHRASE("Nothing was changed. Tell whoever runs the server what you were looking at."), NULL},
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

/* Which of them it is. */
static size_t find_problem(unsigned status, struct bytes content, struct arena *arena)
{
    static const char urn[] = "urn:enduse:problem:";
    const struct json *json;
    const struct json *type =
        json_parse(content, arena, NULL, &json) ? NULL : json_find(json, "type");
    const char *slug = type ? arena_text(arena, json_characters(type)) : NULL;
    slug = slug && text_starts(slug, urn) ? slug + strlen(urn) : "";
    size_t i = 0;
    while (problems[i].status != 500 && (problems[i].status != status ||
                                         (problems[i].slug && strcmp(problems[i].slug, slug) != 0)))
        i++;
    return i;
}

/* The page of the file whose PDF was asked for; or NULL. */
static const char *file_of_pdf(const struct http_request *request, struct arena *arena)
{
    static const char end[] = "/pdf";
    size_t length = request->path ? strlen(request->path) : 0;
    if (length < strlen(end) || strcmp(request->path + length - strlen(end), end) != 0)
        return NULL;
    return arena_text(arena, bytes_slice(bytes_of(request->path), 0, length - strlen(end)));
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
    size_t i = find_problem(response->status, buffer_view(&response->content), &reading.arena);
    struct view_problem view = {
        .heading = problems[i].heading,
        .text = problems[i].text,
        .request = id,
        .what = response->status < 500
                    ? what_it_says(buffer_view(&response->content), &reading.arena)
                    : NULL,
        .status = response->status,
        .file = problems[i].slug ? file_of_pdf(request, &reading.arena) : NULL,
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

/* Following a report, with its reference and secret: in the form's body, never in an address. */
#include <string.h>

#include "service/tries.h"
#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/entry.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/language.h"
#include "site/words.h"

/* The state of the case in a word, as whoever reported reads it. */
static const char *word_of(const struct case_file *file)
{
    switch ((enum case_state)file->base.state) {
    case CASE_RECEIVED:
        return PHRASE("Received");
    case CASE_TRIAGED:
        return PHRASE("Triaged");
    case CASE_INVESTIGATING:
        return PHRASE("Investigating");
    case CASE_HEARING:
        return PHRASE("Hearing");
    case CASE_DECIDED:
        return PHRASE("Decided");
    case CASE_OBJECTED:
        return PHRASE("Objected");
    case CASE_CLOSED:
        break;
    }
    return PHRASE("Closed");
}

/* What a state of the case means to who reported. What was found about others is told to the
 * parties, and published where that is decided. */
static const char *meaning_of(const struct case_file *file)
{
    switch ((enum case_state)file->base.state) {
    case CASE_RECEIVED:
        return PHRASE("It waits for an officer to look at it.");
    case CASE_TRIAGED:
    case CASE_INVESTIGATING:
        return PHRASE("An officer is looking into it.");
    case CASE_HEARING:
        return PHRASE("The exporter and the state are being heard.");
    case CASE_DECIDED:
    case CASE_OBJECTED:
        return PHRASE("It was decided; the parties may object to the decision.");
    case CASE_CLOSED:
        break;
    }
    if (!file->decision.outcome)
        return PHRASE("It was closed without a decision.");
    return file->decision.outcome > CASE_NO_BREACH ? PHRASE("It is closed. A breach was found.")
                                                   : PHRASE("It is closed. No breach was found.");
}

static enum http_outcome
show(struct reading *reading, struct view_follow *view, struct http_response *response)
{
    struct view_mistake mistake = {"#reference", view->error};
    if (view->error) {
        view->mistakes.items = &mistake;
        view->mistakes.count = 1;
    }
    size_t language = language_on(reading->request, follow_page_languages);
    const char *title =
        view->error ? PHRASE("Error: Follow your report") : PHRASE("Follow your report");
    if (view->state.word)
        title = words_format(
            &reading->arena, "%s — %s", page_phrase(language, PHRASE("Your report")),
            page_phrase(language, view->state.word));
    if (frame_make(reading, title, "/report", &view->frame))
        return reading_failed(reading, response);
    follow_page(&response->content, view);
    return page_done(reading, response);
}

HANDLER(get_follow)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct view_follow view = {0};
    return show(&reading, &view, response);
}

/* Without the white space that comes along when something is copied. */
static const char *take(struct reading *reading, struct http_pairs pairs, const char *name)
{
    const char *value = http_pair(pairs, name);
    value = value ? value + strspn(value, " \t\r\n") : "";
    const struct bytes text = {(const uint8_t *)value, strcspn(value, " \t\r\n")};
    return arena_text(&reading->arena, text);
}

HANDLER(post_follow)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct http_pairs pairs = {0};
    struct view_follow view = {0};
    const struct case_file *file = NULL;
    enum error error = entry_read(&reading, request, &pairs);
    if (error)
        return reading_failed(&reading, response);
    view.reference = take(&reading, pairs, "reference");
    const char *secret = take(&reading, pairs, "secret");
    if (!view.reference || !secret) {
        fault_place(&reading.fault, ERROR_MEMORY, "page");
        return reading_failed(&reading, response);
    }
    if (!tries_left(&reading, request, view.reference, response))
        return HTTP_ANSWERED;
    error = complaint_find(&reading, request, view.reference, secret, &file);
    if (error == ERROR_NOT_FOUND) {
        reading.fault = (struct fault){0};
        view.error = PHRASE("There is no report with this reference and this secret. Check both.");
    } else if (error) {
        return reading_failed(&reading, response);
    } else {
        size_t language = language_on(request, follow_page_languages);
        view.state = state_label(&reading.arena, FILE_CASE, file->base.state);
        view.state.word = word_of(file);
        view.opened = language_date(&reading.arena, language, file->base.opened);
        view.changed = language_date(&reading.arena, language, file->base.changed);
        view.meaning = meaning_of(file);
    }
    return show(&reading, &view, response);
}

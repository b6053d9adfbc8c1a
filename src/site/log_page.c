/* The log's page: its newest signed head, its newest events, and how anybody can check it. */
#include <string.h>

#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/language.h"
#include "site/words.h"

enum { SHOWN = 20 };

/* What anyone may know of an event: which file it is about only where the whole file is for anyone.
 * That something happened, and its leaf, the tree itself says. */
static const char *event_words(struct arena *arena, size_t language, const struct event *event)
{
    static const char *const words[] = {
        [EVENT_ROOT] = PHRASE("The authority’s root"),
        [EVENT_ACT] = PHRASE("An act"),
        [EVENT_DELEGATION] = PHRASE("A delegation of the server’s keys"),
        [EVENT_RECEIPT] = PHRASE("A system’s receipt of an order"),
        [EVENT_RETURN] = PHRASE("A system’s return"),
    };
    if (event->type == EVENT_ACT && event->file_kind &&
        sight_of_anyone(event->file_kind) == SIGHT_ALL)
        return LANGUAGE_SAY(
            arena, language, PHRASE("An act on a file: {0} {1}"),
            page_phrase(language, kind_words(arena, event->file_kind).one), event->file_number);
    return words[event->type];
}

/* The newest events, newest first. */
static enum error
list_events(struct reading *reading, size_t language, uint64_t size, struct view_log *view)
{
    struct arena *arena = &reading->arena;
    view->events.items = ARENA_ARRAY(arena, struct view_log_event, SHOWN);
    if (!view->events.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    /* One at a time: their bodies can be large, and only one is held in memory. */
    for (uint64_t i = size; i > 0 && view->events.count < SHOWN; i--) {
        struct arena own = {0};
        struct event *event = NULL;
        size_t count = 0;
        enum error error =
            store_events(reading->reader, i - 1, 1, &own, &reading->fault, &event, &count);
        if (!error && count) {
            char text[DIGEST_TEXT_SIZE];
            struct view_moment when = words_moment(arena, event->time);
            view->events.items[view->events.count++] = (struct view_log_event){
                .sequence = words_number(arena, event->sequence),
                .date = language_date(arena, language, event->time),
                .time = when.time,
                .what = event_words(arena, language, event),
                .leaf = arena_text(arena, bytes_of(digest_text(&event->leaf, text))),
            };
        }
        arena_free(&own);
        if (error)
            return error;
    }
    return ERROR_OK;
}

static enum error make(struct reading *reading, struct view_log *view)
{
    struct arena *arena = &reading->arena;
    size_t language = language_on(reading->request, log_page_languages);
    struct store_head head, signed_head = {0};
    char text[DIGEST_TEXT_SIZE];
    enum error error = store_head(reading->reader, arena, &reading->fault, &head);
    if (!error)
        error = store_signed_head(reading->reader, arena, &reading->fault, &signed_head);
    if (error && error != ERROR_NOT_FOUND)
        return error;
    reading->fault = (struct fault){0};
    view->size = words_number(arena, head.size);
    view->authority = arena_text(arena, bytes_of(digest_text(&reading->service->authority, text)));
    if (signed_head.note.length) {
        view->note = arena_text(arena, signed_head.note);
        view->signed_size = words_number(arena, signed_head.size);
        if (signed_head.size < head.size)
            view->unsigned_count = head.size - signed_head.size == 1
                                       ? page_phrase(language, PHRASE("1 event"))
                                       : LANGUAGE_SAY(
                                             arena, language, PHRASE("{0} events"),
                                             words_number(arena, head.size - signed_head.size));
    }
    error = list_events(reading, language, head.size, view);
    return error ? error : frame_make(reading, PHRASE("Log"), "/log", &view->frame);
}

HANDLER(get_log_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct view_log view = {0};
    if (make(&reading, &view))
        return reading_failed(&reading, response);
    log_page(&response->content, &view);
    return page_done(&reading, response);
}

/* Looking for something in all that the reader sees: kind by kind, by what files say. */
#include <string.h>

#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/register.h"
#include "site/words.h"

enum { EACH = 5, WORDS_MAX = 200 };

/* The files of a kind that say the words, their number among them. */
static enum error
find_kind(struct reading *reading, enum file_kind kind, const char *words, struct view_found *found)
{
    struct arena *arena = &reading->arena;
    struct register_query asked = {.query = {.kind = kind}, .words = words};
    const char *next = NULL;
    enum error error =
        register_list(reading, &asked, EACH, &found->rows.items, &found->rows.count, &next);
    if (error)
        return error;
    struct buffer more = {0};
    buffer_printf(&more, "/register/%s?q=", file_word(kind));
    http_percent_append(&more, bytes_of(words));
    found->title = kind_words(arena, kind).many;
    found->more = next && !more.error ? arena_text(arena, buffer_view(&more)) : NULL;
    buffer_free(&more);
    return ERROR_OK;
}

static enum error find(struct reading *reading, const char *words, struct view_search *view)
{
    size_t files = 0;
    view->found.items = ARENA_ARRAY(&reading->arena, struct view_found, FILE_KIND_LAST);
    if (!view->found.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        struct view_found found = {0};
        if (reader_sight(&reading->who, kind) < SIGHT_OWN)
            continue;
        enum error error = find_kind(reading, kind, words, &found);
        if (error)
            return error;
        files += found.rows.count;
        if (found.rows.count || found.more)
            view->found.items[view->found.count++] = found;
    }
    view->count = words_format(
        &reading->arena, "%s found.",
        files ? words_count(&reading->arena, files, "file") : "nothing");
    return ERROR_OK;
}

HANDLER(get_search)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    const char *words = http_query(request, "q");
    bool good = words && *words && strlen(words) <= WORDS_MAX;
    struct view_search view = {.words = good ? words : NULL};
    enum error error = good ? find(&reading, words, &view) : ERROR_OK;
    if (!error)
        error = frame_make(
            &reading, good ? words_format(&reading.arena, "Search: %s", words) : "Search", NULL,
            &view.frame);
    if (error)
        return reading_failed(&reading, response);
    view.frame.search = view.words;
    search_page(&response->content, &view);
    return page_done(&reading, response);
}

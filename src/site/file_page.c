/* A file of any kind: what it says, what happened, and what its reader can do. */
#include <string.h>

#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/timeline.h"
#include "site/values.h"
#include "site/words.h"

enum { UNDER_MAX = 12 };

/* A page under way. */
struct maker {
    struct reading *reading;
    enum file_kind kind;
    const struct file_base *base;
    const void *content;
    struct view_file view;
};

static enum error no_memory(struct maker *maker)
{
    return fault_place(&maker->reading->fault, ERROR_MEMORY, "page");
}

/* --- What can be done --------------------------------------------------------------------- */

static const char *
act_href(struct arena *arena, enum file_kind kind, const char *verb, const char *number)
{
    struct buffer path = {0};
    buffer_printf(&path, "/act/%s/%s?number=", file_word(kind), verb);
    http_percent_append(&path, bytes_of(number));
    const char *text = path.error ? NULL : arena_text(arena, buffer_view(&path));
    buffer_free(&path);
    return text;
}

/* Why not, in words that somebody can do something about. */
static const char *why_shut(struct arena *arena, const struct fault *fault)
{
    switch (fault->error) {
    case ERROR_OFFICE_OWN_ACT:
        return "Another person must: you had a part in it.";
    case ERROR_OFFICE_ROLE:
        return words_format(arena, "For: %s.", fault->expected);
    default:
        return words_format(arena, "%s.", words_capital(arena, error_words(fault->error)));
    }
}

/* What the state allows: open to the reader, or shut with the reason. */
static enum error add_acts(struct maker *maker)
{
    struct reading *reading = maker->reading;
    struct arena *arena = &reading->arena;
    size_t count;
    const struct transition *rows = lifecycle(maker->kind, &count);
    struct view_step *open = ARENA_ARRAY(arena, struct view_step, count + 1);
    struct view_step *shut = ARENA_ARRAY(arena, struct view_step, count + 1);
    if (!open || !shut)
        return no_memory(maker);
    maker->view.open.items = open;
    maker->view.shut.items = shut;
    for (size_t i = 0; i < count; i++) {
        const struct transition *row = &rows[i];
        struct fault fault = {0};
        if (!(row->from & STATE(maker->base->state)) || row->roles == ROLE_SERVER)
            continue;
        enum error error = transition_open(row, &reading->who, maker->kind, maker->content, &fault);
        if (!error)
            error = actor_may_touch(
                &reading->view, &reading->who, maker->kind, maker->base->number, maker->content,
                &fault);
        struct view_step step = {.title = act_label(arena, row), .text = row->words};
        if (error) {
            step.text = why_shut(arena, &fault);
            shut[maker->view.shut.count++] = step;
        } else {
            step.href = act_href(arena, maker->kind, row->verb, maker->base->number);
            open[maker->view.open.count++] = step;
        }
    }
    return ERROR_OK;
}

/* --- What hangs on it --------------------------------------------------------------------- */

static enum error add_under(struct maker *maker)
{
    struct reading *reading = maker->reading;
    struct arena *arena = &reading->arena;
    maker->view.under.items = ARENA_ARRAY(arena, struct view_link, UNDER_MAX);
    if (!maker->view.under.items)
        return no_memory(maker);
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        const struct store_query query = {.kind = kind, .parent = maker->base->number};
        uint64_t count = 0;
        if (lifecycle_of(kind)->parent_kind != maker->kind || kind == maker->kind ||
            reader_sight(&reading->who, kind) < SIGHT_OWN || maker->view.under.count == UNDER_MAX)
            continue;
        enum error error = store_count(reading->reader, &query, &reading->fault, &count);
        if (error)
            return error;
        if (!count)
            continue;
        maker->view.under.items[maker->view.under.count++] = (struct view_link){
            .href =
                words_format(arena, "/register/%s?parent=%s", file_word(kind), maker->base->number),
            .words = kind_words(arena, kind).many,
            .count = words_format(arena, "%llu", (unsigned long long)count),
        };
    }
    return ERROR_OK;
}

/* --- The page ----------------------------------------------------------------------------- */

/* After an act: what the log has of it. */
static void add_notice(struct maker *maker, const struct http_request *request)
{
    struct arena *arena = &maker->reading->arena;
    const char *done = http_query(request, "done");
    uint64_t event;
    if (!done || number_parse(bytes_of(done), INT64_MAX, NULL, &event))
        return;
    maker->view.notice = (struct view_notice){
        .title = "Done",
        .text =
            words_format(arena, "Your act is event %llu of the log.", (unsigned long long)event),
    };
}

static enum error make(struct maker *maker)
{
    struct reading *reading = maker->reading;
    struct arena *arena = &reading->arena;
    struct view_file *view = &maker->view;
    struct kind_words words = kind_words(arena, maker->kind);
    view->kind = words.one;
    view->kinds = words.many;
    view->kind_href = words_format(arena, "/register/%s", file_word(maker->kind));
    view->number = maker->base->number;
    view->state = state_label(arena, maker->kind, maker->base->state);
    view->lead = values_summary(maker->kind, maker->content);
    if (file_instrument(maker->kind, maker->content).length)
        view->document = words_format(
            arena, "/register/%s/%s/document", file_word(maker->kind), maker->base->number);
    enum error error = frame_make(
        reading,
        words_format(arena, "%s %s — %s", words.one, maker->base->number, view->state.word),
        view->kind_href, &view->frame);
    if (!error)
        error = values_make(
            file_layout(maker->kind), maker->content, arena, &reading->fault, &view->values.items,
            &view->values.count);
    if (!error)
        error = add_under(maker);
    if (!error)
        error = add_acts(maker);
    if (!error)
        error = timeline_make(
            reading, maker->kind, maker->base->number, &view->events.items, &view->events.count,
            &view->events_cut);
    return error;
}

HANDLER(get_file_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct maker maker = {.reading = &reading};
    if (find_visible_file(&reading, request, &maker.kind, &maker.content))
        return reading_failed(&reading, response);
    if (maker.kind == FILE_LICENCE)
        return licence_page_answer(&reading, request, response);
    maker.base = maker.content;
    add_notice(&maker, request);
    if (make(&maker))
        return reading_failed(&reading, response);
    file_page(&response->content, &maker.view);
    return page_done(&reading, response);
}

/* The work queue: files on which their reader can take the next step, longest waiting first. */
#include <stdlib.h>
#include <string.h>

#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/values.h"
#include "site/words.h"

enum {
    SHOWN = 60,
    LOOKED_AT = 2000, /* files of a kind, in a state */
    CHUNK = 200,
};

/* A file that waits. */
struct item {
    millis since;
    struct view_queue_row row;
};

struct gathered {
    struct item items[SHOWN];
    size_t count;
    uint64_t all;
};

/* States in which a file is nobody's work, though something could be done with it. */
static bool is_at_rest(enum file_kind kind, int state)
{
    static const char *const shapes[] = {"active", "expired", "revoked", "disconnected"};
    struct arena arena = {0};
    const char *shape = state_label(&arena, kind, state).shape;
    bool rest = false;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        rest = rest || strcmp(shape, shapes[i]) == 0;
    /* Under an order they run, or do not, until the next one. */
    if (kind == FILE_LICENCE || kind == FILE_INSTALLATION)
        rest = rest || strcmp(shape, "limited") == 0 || strcmp(shape, "suspended") == 0;
    arena_free(&arena);
    return rest;
}

/* Whether a file in the state can be the reader's work, as far as the roles say. */
static bool may_be_work(const struct actor *who, enum file_kind kind, int state)
{
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    bool may = false;
    for (size_t i = 0; i < count; i++)
        may = may || (rows[i].from & STATE(state) && rows[i].roles & who->roles);
    return may && !is_at_rest(kind, state);
}

/* The first act that is the reader's to do now; NULL when there is none. */
static const struct transition *
next_step(struct reading *reading, enum file_kind kind, const struct store_entry *entry)
{
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    for (size_t i = 0; i < count; i++) {
        /* What ends a file early is no work that waits. */
        bool leads_on = rows[i].to != rows[i].from;
        if (leads_on && !transition_open(&rows[i], &reading->who, kind, entry->content, NULL) &&
            !actor_may_touch(
                &reading->view, &reading->who, kind, entry->number, entry->content, NULL))
            return &rows[i];
    }
    return NULL;
}

static int longest_first(const void *a, const void *b)
{
    millis first = ((const struct item *)a)->since, second = ((const struct item *)b)->since;
    return (first > second) - (first < second);
}

static void
add(struct reading *reading, enum file_kind kind, const struct store_entry *entry,
    const struct transition *row, struct gathered *gathered)
{
    struct arena *arena = &reading->arena;
    const struct file_base *base = entry->content;
    gathered->all++;
    if (gathered->count == SHOWN)
        return;
    gathered->items[gathered->count++] = (struct item){
        .since = base->changed,
        .row =
            {
                .href = values_href(arena, kind, entry->number),
                .title = row->words,
                .number = words_format(arena, "%s %s", kind_words(arena, kind).one, entry->number),
                .state = state_label(arena, kind, entry->state),
                .summary = arena_text(arena, bytes_of(values_summary(kind, entry->content))),
                .since = words_span(arena, reading->time - base->changed),
            },
    };
}

static enum error
gather_state(struct reading *reading, enum file_kind kind, int state, struct gathered *gathered)
{
    struct store_query query = {.kind = kind, .state = state, .limit = CHUNK};
    for (size_t looked = 0; looked < LOOKED_AT;) {
        struct arena chunk = {0};
        struct store_entry *entries = NULL;
        size_t count = 0;
        enum error error =
            store_list(reading->reader, &query, &chunk, &reading->fault, &entries, &count);
        for (size_t i = 0; i < count && !error; i++) {
            bool visible = false;
            error = file_is_visible(reading, kind, entries[i].content, &visible);
            const struct transition *row =
                !error && visible ? next_step(reading, kind, &entries[i]) : NULL;
            if (row)
                add(reading, kind, &entries[i], row, gathered);
        }
        if (!error && count) {
            query.after = arena_text(&reading->arena, bytes_of(entries[count - 1].number));
            if (!query.after)
                error = fault_place(&reading->fault, ERROR_MEMORY, "page");
        }
        looked += count;
        arena_free(&chunk);
        if (error || count < CHUNK)
            return error;
    }
    return ERROR_OK;
}

static enum error
gather_kind(struct reading *reading, enum file_kind kind, struct gathered *gathered)
{
    enum error error = ERROR_OK;
    for (int state = 1; !error && strcmp(file_state_word(kind, state), "new") != 0; state++) {
        if (may_be_work(&reading->who, kind, state))
            error = gather_state(reading, kind, state, gathered);
    }
    return error;
}

static enum error gather(struct reading *reading, struct view_queue *view)
{
    struct gathered *gathered = ARENA_NEW(&reading->arena, struct gathered);
    view->rows.items = ARENA_ARRAY(&reading->arena, struct view_queue_row, SHOWN);
    if (!gathered || !view->rows.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    *gathered = (struct gathered){0};
    enum error error = ERROR_OK;
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST && !error; kind++) {
        if (reader_sight(&reading->who, kind) >= SIGHT_OWN)
            error = gather_kind(reading, kind, gathered);
    }
    if (error)
        return error;
    qsort(gathered->items, gathered->count, sizeof *gathered->items, longest_first);
    for (size_t i = 0; i < gathered->count; i++)
        view->rows.items[i] = gathered->items[i].row;
    view->rows.count = gathered->count;
    view->cut = gathered->all > gathered->count;
    view->count = words_format(
        &reading->arena, "%s for you.",
        gathered->all == 1
            ? "One file waits"
            : words_format(&reading->arena, "%llu files wait", (unsigned long long)gathered->all));
    return ERROR_OK;
}

HANDLER(get_queue)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct view_queue view = {0};
    enum error error = frame_make(&reading, "Work queue", "/queue", &view.frame);
    if (!error)
        error = gather(&reading, &view);
    if (error)
        return reading_failed(&reading, response);
    struct view_moment now = words_moment(&reading.arena, reading.time);
    view.now = words_format(&reading.arena, "%s, %s", now.date, now.time);
    queue_page(&response->content, &view);
    return page_done(&reading, response);
}

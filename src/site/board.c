/* Cases as a board: a column for each state of their life-cycle, the longest waiting first. */
#include <string.h>

#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/clock_view.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/values.h"
#include "site/words.h"

enum { SHOWN = 20 }; /* cards of a column */

static int count_states(enum file_kind kind)
{
    int count = 0;
    while (strcmp(file_state_word(kind, count + 1), "new") != 0)
        count++;
    return count;
}

static enum error
make_card(struct reading *reading, const struct case_file *file, struct view_card *ret_card)
{
    struct arena *arena = &reading->arena;
    const char *origins[] = {
        [CASE_COMPLAINT] = "Complaint",     [CASE_SIGNAL] = "Signal",
        [CASE_INSPECTION] = "Inspection",   [CASE_DELISTING] = "Delisting",
        [CASE_SELF_REPORT] = "Self-report", [CASE_OTHER] = "Other origin",
    };
    struct view_card card = {
        .href = values_href(arena, FILE_CASE, file->base.number),
        .number = arena_text(arena, bytes_of(file->base.number)),
        .what = file->what ? arena_text(arena, bytes_of(file->what)) : NULL,
        .origin = origins[file->origin],
        .since = words_format(
            arena, "Waiting for %s", words_span(arena, reading->time - file->base.changed)),
        .measures =
            file->interim_count ? words_count(arena, file->interim_count, "interim measure") : NULL,
        .held = file->held.person != NULL,
    };
    if (file->licence) {
        card.licence = arena_text(arena, bytes_of(file->licence));
        card.licence_href = values_href(arena, FILE_LICENCE, file->licence);
    }
    enum urgency urgency;
    enum error error = clock_view_make(reading, FILE_CASE, file, &card.clock, &urgency);
    if (!error)
        *ret_card = card;
    return error;
}

static enum error add_cards(
    struct reading *reading, const struct store_query *query, struct view_board_column *column)
{
    struct arena chunk = {0};
    struct store_entry *entries = NULL;
    size_t count = 0;
    column->cards.items = ARENA_ARRAY(&reading->arena, struct view_card, query->limit);
    if (!column->cards.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    enum error error =
        store_list(reading->reader, query, &chunk, &reading->fault, &entries, &count);
    for (size_t i = 0; i < count && !error; i++) {
        bool visible = false;
        error = file_is_visible(reading, FILE_CASE, entries[i].content, &visible);
        if (!error && visible)
            error =
                make_card(reading, entries[i].content, &column->cards.items[column->cards.count++]);
    }
    arena_free(&chunk);
    return error;
}

static enum error
add_column(struct reading *reading, int state, uint64_t *all, struct view_board_column *column)
{
    struct arena *arena = &reading->arena;
    const char *word = file_state_word(FILE_CASE, state);
    uint64_t count = 0;
    const struct store_query query = {
        .kind = FILE_CASE,
        .state = state,
        .order = STORE_BY_EVENT,
        .limit = SHOWN,
    };
    enum error error = store_count(reading->reader, &query, &reading->fault, &count);
    /* Closed cases wait for nobody: the list has them. */
    const bool closed = state == CASE_CLOSED;
    if (!error && !closed)
        error = add_cards(reading, &query, column);
    if (error)
        return error;
    column->id = word;
    column->state = state_label(arena, FILE_CASE, state);
    column->href = words_format(arena, "/register/case?state=%s", word);
    column->count = words_number(arena, count);
    if (count > (closed ? 0 : SHOWN))
        column->more =
            count == 1
                ? words_format(arena, "The one that is %s", word)
                : words_format(arena, "All %s that are %s", words_number(arena, count), word);
    *all += closed ? 0 : count;
    return ERROR_OK;
}

static enum error make(struct reading *reading, struct view_board *view)
{
    const int states = count_states(FILE_CASE);
    uint64_t open = 0;
    view->columns.items = ARENA_ARRAY(&reading->arena, struct view_board_column, (size_t)states);
    if (!view->columns.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    enum error error = reader_sees(&reading->who, FILE_CASE, &reading->fault);
    for (int state = 1; state <= states && !error; state++)
        error = add_column(reading, state, &open, &view->columns.items[view->columns.count++]);
    view->count = open == 1 ? "One case is open."
                            : words_format(
                                  &reading->arena, "%s cases are open.",
                                  open ? words_number(&reading->arena, open) : "No");
    return error;
}

HANDLER(get_board)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct view_board view = {0};
    enum error error = make(&reading, &view);
    if (!error)
        error = frame_make(&reading, "Cases as a board", "/register/case", &view.frame);
    if (error)
        return reading_failed(&reading, response);
    board_page(&response->content, &view);
    return page_done(&reading, response);
}

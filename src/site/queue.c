/* The work queue: files that wait, for the reader, the reader's colleagues or anybody; with the
 * clocks of their steps. The views that the reader keeps of it. */
#include <string.h>

#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/clock_view.h"
#include "site/entry.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/hearing.h"
#include "site/queue_views.h"
#include "site/queue_walk.h"
#include "site/values.h"
#include "site/words.h"

/* One event changes a few files at most, which a page does not part. */
enum { ROWS_MAX = QUEUE_SHOWN + 8 * FILE_KIND_LAST };

/* A page under way. */
struct maker {
    struct reading *reading;
    struct queue_query query;
    struct queue_views views;
    struct queue_walk walk;
    struct view_queue view;
    struct view_queue_row *rows;
    size_t row_count;
    enum urgency urgency; /* of the last row */
};

/* --- Rows --------------------------------------------------------------------------------- */

/* "desk officer or reviewer, foreign ministry". */
static const char *roles_words(struct arena *arena, const struct transition *step)
{
    const char *words = NULL;
    for (enum role_index role = 0; role < ROLE_COUNT; role++) {
        if (role == ROLE_INDEX_SERVER || !(step->roles & 1u << role))
            continue;
        words = words ? words_format(arena, "%s or %s", words, role_words(role)) : role_words(role);
    }
    if (step->ministry != ANY_MINISTRY)
        words = words_format(
            arena, "%s, %s", words,
            ministry_word(step->ministry == DEFENCE_ONLY ? MINISTRY_DEFENCE : MINISTRY_FOREIGN));
    return words ? words_capital(arena, words) : NULL;
}

static const char *whose_words(const struct actor *who, enum queue_scope whose)
{
    if (whose == QUEUE_MINE)
        return "You";
    if (whose == QUEUE_ALL)
        return "Others";
    return who->kind == ACTOR_OFFICER ? "Your ministry" : "Your organisation";
}

/* Ordered by clock, rows are below headings that say how pressing they are. */
static const char *group_title(struct arena *arena, enum urgency urgency, millis now)
{
    switch (urgency) {
    case URGENCY_LATE:
        return "Late";
    case URGENCY_TODAY:
        return words_format(arena, "Due today, %s", words_date(arena, now));
    case URGENCY_WEEK:
        return "Due within 5 working days";
    case URGENCY_LATER:
        return "Due later";
    case URGENCY_STOPPED:
        return "Clock stopped";
    case URGENCY_NONE:
        break;
    }
    return "No deadline, longest waiting first";
}

static void add_to_group(struct maker *maker, enum urgency urgency)
{
    struct view_queue *view = &maker->view;
    const bool grouped = maker->query.order == STORE_BY_DEADLINE;
    if (!view->groups.count || (grouped && urgency != maker->urgency)) {
        struct view_queue_group *group = &view->groups.items[view->groups.count++];
        *group = (struct view_queue_group){0};
        group->rows.items = &maker->rows[maker->row_count];
        if (grouped)
            group->title = group_title(&maker->reading->arena, urgency, maker->reading->time);
    }
    maker->urgency = urgency;
    view->groups.items[view->groups.count - 1].rows.count++;
}

static enum error add_row(struct reading *reading, const struct queue_item *item, void *context)
{
    struct maker *maker = context;
    struct arena *arena = &reading->arena;
    const struct store_entry *entry = item->entry;
    enum urgency urgency;
    if (maker->row_count == ROWS_MAX)
        return ERROR_OK;
    struct view_queue_row row = {
        .href = values_href(arena, item->kind, entry->number),
        .title = item->step->words,
        .kind = kind_words(arena, item->kind).one,
        .number = arena_text(arena, bytes_of(entry->number)),
        .state = state_label(arena, item->kind, entry->state),
        .summary = arena_text(arena, bytes_of(values_summary(item->kind, entry->content))),
        .since = words_span(arena, reading->time - entry->changed),
        .whose = whose_words(&reading->who, item->whose),
        .roles = item->whose == QUEUE_MINE ? NULL : roles_words(arena, item->step),
    };
    enum error error = clock_view_make(reading, item->kind, entry->content, &row.clock, &urgency);
    if (error)
        return error;
    add_to_group(maker, urgency);
    maker->rows[maker->row_count++] = row;
    return ERROR_OK;
}

static enum error make_rows(struct maker *maker)
{
    struct reading *reading = maker->reading;
    struct view_queue *view = &maker->view;
    maker->rows = ARENA_ARRAY(&reading->arena, struct view_queue_row, ROWS_MAX);
    view->groups.items = ARENA_ARRAY(&reading->arena, struct view_queue_group, ROWS_MAX);
    if (!maker->rows || !view->groups.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    return queue_walk_page(reading, &maker->query, add_row, maker, &maker->walk);
}

/* --- Around them -------------------------------------------------------------------------- */

static const char *waits_for(const struct actor *who, enum queue_scope scope)
{
    if (scope == QUEUE_MINE)
        return "for you";
    if (scope == QUEUE_ALL)
        return "for anybody";
    return who->kind == ACTOR_OFFICER ? "for your ministry" : "for your organisation";
}

/* "At least 300 files wait for you." */
static const char *count_words(struct maker *maker)
{
    struct arena *arena = &maker->reading->arena;
    const uint64_t count = maker->walk.counts[maker->query.scope];
    const char *whom = waits_for(&maker->reading->who, maker->query.scope);
    if (maker->query.after.begun)
        return words_format(
            arena, "%s on this page.", words_count(arena, maker->row_count, "file"));
    if (!count && maker->walk.whole)
        return words_format(arena, "Nothing waits %s.", whom);
    if (count == 1 && maker->walk.whole)
        return words_format(arena, "One file waits %s.", whom);
    return words_format(
        arena, "%s%s wait %s.", maker->walk.whole ? "" : "At least ",
        words_count(arena, count, "file"), whom);
}

static enum error add_tabs(struct maker *maker)
{
    struct reading *reading = maker->reading;
    struct view_queue *view = &maker->view;
    const char *const words[] = {
        [QUEUE_MINE] = "Mine",
        [QUEUE_TEAM] = reading->who.kind == ACTOR_OFFICER ? "My ministry’s" : "My organisation’s",
        [QUEUE_ALL] = "All",
    };
    view->tabs.items = ARENA_ARRAY(&reading->arena, struct view_link, QUEUE_SCOPE_LAST);
    if (!view->tabs.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (enum queue_scope scope = QUEUE_MINE; scope <= QUEUE_ALL; scope++) {
        struct queue_query query = maker->query;
        query.scope = scope;
        query.after = (struct queue_place){0};
        const char *count = words_number(&reading->arena, maker->walk.counts[scope]);
        view->tabs.items[view->tabs.count++] = (struct view_link){
            .href = queue_query_href(&reading->arena, &query),
            .words = words[scope],
            .count = maker->query.after.begun ? NULL
                     : maker->walk.whole      ? count
                                              : words_format(&reading->arena, "%s+", count),
            .current = scope == maker->query.scope,
        };
    }
    return ERROR_OK;
}

static struct view_sort sort_link(struct maker *maker, enum store_order order)
{
    struct queue_query query = maker->query;
    query.order = order;
    query.after = (struct queue_place){0};
    return (struct view_sort){
        .href = queue_query_href(&maker->reading->arena, &query),
        .words = queue_order_word(order),
        .current = order == maker->query.order,
    };
}

/* Kinds of which the reader sees files that can wait. */
static bool is_offered(const struct reading *reading, enum file_kind kind)
{
    bool waits = false;
    for (int state = 1; !waits && strcmp(file_state_word(kind, state), "new") != 0; state++)
        waits = queue_state_waits(kind, state);
    return waits && reader_sight(&reading->who, kind) >= SIGHT_OWN;
}

static void add_state(struct maker *maker, enum file_kind kind, int state)
{
    struct view_queue *view = &maker->view;
    const char *word = file_state_word(kind, state);
    for (size_t i = 0; i < view->states.count; i++) {
        if (strcmp(view->states.items[i].value, word) == 0)
            return;
    }
    view->states.items[view->states.count++] = (struct view_option){
        .value = word,
        .words = state_label(&maker->reading->arena, kind, state).word,
        .chosen = maker->query.state && strcmp(maker->query.state, word) == 0,
    };
}

static enum error add_filter(struct maker *maker)
{
    enum { STATES_MAX = FILE_KIND_LAST * 16 };
    struct reading *reading = maker->reading;
    struct view_queue *view = &maker->view;
    view->kinds.items = ARENA_ARRAY(&reading->arena, struct view_option, FILE_KIND_LAST + 1);
    view->states.items = ARENA_ARRAY(&reading->arena, struct view_option, STATES_MAX);
    if (!view->kinds.items || !view->states.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    view->kinds.items[view->kinds.count++] =
        (struct view_option){"", "Any", maker->query.kind == FILE_NONE};
    view->states.items[view->states.count++] = (struct view_option){"", "Any", !maker->query.state};
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        if (!is_offered(reading, kind))
            continue;
        view->kinds.items[view->kinds.count++] = (struct view_option){
            file_word(kind), kind_words(&reading->arena, kind).many, kind == maker->query.kind};
        for (int state = 1; strcmp(file_state_word(kind, state), "new") != 0; state++) {
            if ((!maker->query.kind || maker->query.kind == kind) &&
                queue_state_waits(kind, state) && view->states.count < STATES_MAX)
                add_state(maker, kind, state);
        }
    }
    return ERROR_OK;
}

static enum error add_views(struct maker *maker)
{
    struct arena *arena = &maker->reading->arena;
    struct view_queue *view = &maker->view;
    struct queue_query query = maker->query;
    query.after = (struct queue_place){0};
    const char *here = queue_query_href(arena, &query);
    view->views.items = ARENA_ARRAY(arena, struct view_saved, QUEUE_VIEWS_MAX);
    if (!view->views.items || !here)
        return fault_place(&maker->reading->fault, ERROR_MEMORY, "page");
    bool kept = false;
    for (size_t i = 0; i < maker->views.count; i++) {
        const struct queue_view *one = &maker->views.items[i];
        bool current = strcmp(one->href, here) == 0;
        view->views.items[view->views.count++] = (struct view_saved){one->name, one->href, current};
        kept = kept || current;
    }
    view->keeps = !kept && strcmp(here, "/queue") != 0;
    return ERROR_OK;
}

/* Pages of different work have different titles. */
static const char *title(const struct maker *maker)
{
    struct arena *arena = &maker->reading->arena;
    const struct queue_query *query = &maker->query;
    const char *words = "Work queue";
    if (query->scope != QUEUE_MINE)
        words = words_format(arena, "%s, %s", words, queue_scope_word(query->scope));
    if (query->kind)
        words = words_format(arena, "%s, %s", words, kind_words(arena, query->kind).many);
    if (query->state)
        words = words_format(arena, "%s, %s", words, query->state);
    if (query->order != STORE_BY_DEADLINE)
        words = words_format(arena, "%s, by %s", words, queue_order_word(query->order));
    return query->after.begun ? words_format(arena, "%s, a further page", words) : words;
}

static void add_pages(struct maker *maker)
{
    struct arena *arena = &maker->reading->arena;
    struct view_queue *view = &maker->view;
    struct queue_query query = maker->query;
    query.after = (struct queue_place){0};
    if (maker->query.after.begun)
        view->first = queue_query_href(arena, &query);
    /* By number the place is that of a file which the reader may not see. */
    bool nameless = maker->walk.cut && query.order == STORE_BY_NUMBER;
    if (maker->walk.cut)
        view->cut = nameless ? "Not all files could be looked at in this order. Sort by clock or "
                               "waiting to go through all of them."
                             : "Only a part of the files was looked at for this page; the next "
                               "page goes on there.";
    if (!maker->walk.more || nameless)
        return;
    query.after = maker->walk.place;
    view->next = queue_query_href(arena, &query);
}

static void describe(struct maker *maker)
{
    struct reading *reading = maker->reading;
    struct view_queue *view = &maker->view;
    const struct queue_query *query = &maker->query;
    struct view_moment now = words_moment(&reading->arena, reading->time);
    struct queue_query all = {.scope = query->scope, .order = query->order};
    view->now = words_format(&reading->arena, "%s, %s", now.date, now.time);
    view->count = count_words(maker);
    view->show = queue_scope_word(query->scope);
    view->sort = queue_order_word(query->order);
    view->kind = query->kind ? file_word(query->kind) : NULL;
    view->state = query->state;
    view->clear = query->kind || query->state ? queue_query_href(&reading->arena, &all) : NULL;
    view->by_number = sort_link(maker, STORE_BY_NUMBER);
    view->by_waiting = sort_link(maker, STORE_BY_EVENT);
    view->by_clock = sort_link(maker, STORE_BY_DEADLINE);
    view->empty = query->kind || query->state ? "Nothing fits the filter."
                  : maker->walk.cut           ? "None of the files that were looked at is one."
                                              : view->count;
    view->board = reader_sight(&reading->who, FILE_CASE) >= SIGHT_OWN ? "/cases" : NULL;
}

/* --- Pages -------------------------------------------------------------------------------- */

/* Where the reader is a party. */
static enum error add_hearings(struct maker *maker)
{
    struct reading *reading = maker->reading;
    struct view_queue *view = &maker->view;
    const struct hearing *hearings = NULL;
    size_t count = 0;
    if (reader_is_heard(&reading->who, NULL))
        return ERROR_OK;
    enum error error = hearings_open(reading, &hearings, &count);
    return error ? error : hearing_links(reading, hearings, count, &view->hearings);
}

static enum error make(struct maker *maker)
{
    enum error error = frame_make(maker->reading, title(maker), "/queue", &maker->view.frame);
    if (!error)
        error = frame_live(maker->reading, "queue", &maker->view.frame);
    if (!error)
        error = make_rows(maker);
    if (!error)
        error = add_tabs(maker);
    if (!error)
        error = add_filter(maker);
    if (!error)
        error = add_views(maker);
    if (!error)
        error = add_hearings(maker);
    if (error)
        return error;
    describe(maker);
    add_pages(maker);
    return ERROR_OK;
}

HANDLER(get_queue)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct maker maker = {.reading = &reading};
    enum error error = queue_query_read(&reading, request->query, &maker.query);
    if (!error)
        error = queue_views_read(&reading, request, &maker.views);
    if (!error)
        error = make(&maker);
    if (error)
        return reading_failed(&reading, response);
    queue_page(&response->content, &maker.view);
    return page_done(&reading, response);
}

/* The page again, with what is wrong with the name. */
static enum http_outcome
ask_again(struct maker *maker, const char *name, struct http_response *response)
{
    struct reading *reading = maker->reading;
    const char *expected = arena_text(&reading->arena, bytes_of(reading->fault.expected));
    maker->view.name = name;
    maker->view.mistake = words_format(
        &reading->arena, "%s %s", reading->fault.error == ERROR_USAGE ? "Give" : "Keep", expected);
    reading->fault = (struct fault){0};
    if (make(maker))
        return reading_failed(reading, response);
    maker->view.keeps = true;
    queue_page(&response->content, &maker->view);
    enum http_outcome outcome = page_done(reading, response);
    response->status = 422;
    return outcome;
}

HANDLER(post_queue_views)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct maker maker = {.reading = &reading};
    struct http_pairs pairs;
    const char *href = NULL, *name = "", *forget = NULL;
    enum error error = entry_read(&reading, request, &pairs);
    if (!error)
        error = queue_query_read(&reading, pairs, &maker.query);
    if (!error)
        error = queue_views_read(&reading, request, &maker.views);
    if (!error) {
        maker.query.after = (struct queue_place){0};
        href = queue_query_href(&reading.arena, &maker.query);
        error = href ? ERROR_OK : fault_place(&reading.fault, ERROR_MEMORY, "page");
    }
    if (error)
        return reading_failed(&reading, response);
    forget = http_pair(pairs, "forget");
    name = http_pair(pairs, "name");
    if (forget)
        queue_views_forget(&maker.views, forget);
    else if (queue_views_keep(&maker.views, name ? name : "", href, &reading.fault))
        return ask_again(&maker, name, response);
    if (queue_views_write(&reading, &maker.views, response))
        return reading_failed(&reading, response);
    http_header(response, "Location", "%s", href);
    response->status = 303;
    reading_end(&reading);
    return HTTP_ANSWERED;
}

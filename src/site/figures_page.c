/* The page of the transparency figures: six figures, three charts, one table. */
#include <string.h>

#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/figures_rows.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/words.h"

enum {
    BASE = 190,        /* where columns stand, in pixels from the top */
    TALLEST = 156,     /* the highest column */
    SHARE_STEP = 43,   /* from bar to bar */
    HEADING_STEP = 26, /* a heading between them */
    SHARE_OF = 1000,   /* uses, of which a share in per cent is given */
    SHARES_EACH = 4,   /* matters, and purposes, in the chart */
};

/* A page under way. */
struct maker {
    struct reading *reading;
    struct arena *arena;
    struct figures figures;
    struct figure_row rows[FIGURE_ROWS_MAX];
    size_t count;
    struct view_figures view;
};

static const struct figure_row *
find(const struct maker *maker, const char *figure, const char *of, millis quarter)
{
    return figure_find(maker->rows, maker->count, figure, of, quarter);
}

static enum error no_memory(struct maker *maker)
{
    return fault_place(&maker->reading->fault, ERROR_MEMORY, "page");
}

/* A count as it is given, in words. */
static const char *given_words(const struct maker *maker, const struct figure_row *row)
{
    if (!row || row->given == FIGURE_UNDER)
        return "under 10";
    return row->given == FIGURE_WITHHELD ? "not given" : words_number(maker->arena, row->count);
}

/* "serious-crime" as "Serious crime". */
static const char *word_words(const struct maker *maker, const char *word)
{
    char *text = arena_text(maker->arena, bytes_of(word));
    for (char *at = text; at && *at; at++)
        *at = *at == '-' ? ' ' : *at;
    return text ? words_capital(maker->arena, text) : NULL;
}

/* NULL: of so few, in whole tens, a share says nothing. */
static const char *per_cent(struct maker *maker, uint64_t part, uint64_t whole)
{
    if (whole < SHARE_OF)
        return NULL;
    uint64_t tenths = (part * 1000 + whole / 2) / whole;
    return words_format(
        maker->arena, "%llu.%llu", (unsigned long long)(tenths / 10),
        (unsigned long long)(tenths % 10));
}

/* --- Six figures -------------------------------------------------------------------------- */

static struct view_figure
figure_of(const struct maker *maker, const char *label, const char *figure, const char *note)
{
    const struct figure_row *row = find(maker, figure, "", 0);
    struct view_figure view = {.label = label, .note = note};
    if (row->given == FIGURE_GIVEN) {
        view.value = words_number(maker->arena, row->count);
    } else {
        view.before = "under";
        view.value = "10";
    }
    return view;
}

static struct view_figure outside_figure(struct maker *maker)
{
    const struct figure_row *judged = find(maker, "uses-declared", "", 0);
    const struct figure_row *outside = find(maker, "uses-outside", "", 0);
    struct view_figure view = {.label = "Uses outside the terms", .before = "under", .value = "10"};
    const char *whole = given_words(maker, judged);
    view.note = words_format(maker->arena, "of %s declared uses; each was refused", whole);
    if (outside->given != FIGURE_GIVEN)
        return view;
    view.before = NULL;
    view.value = per_cent(maker, outside->count, judged->count);
    view.unit = "%";
    if (!view.value) {
        view.value = given_words(maker, outside);
        view.unit = NULL;
        return view;
    }
    view.note = words_format(
        maker->arena, "%s of %s declared uses; each was refused", given_words(maker, outside),
        whole);
    return view;
}

static struct view_figure obey_figure(struct maker *maker)
{
    const struct figure_row *row = find(maker, "median-ms-to-obey", "", 0);
    if (row->given != FIGURE_GIVEN)
        return (struct view_figure){
            .label = "Median time to obey",
            .value = "–",
            .note = "given from ten receipts on, and there are fewer",
        };
    return (struct view_figure){
        .label = "Median time to obey",
        .value = words_span(maker->arena, (millis)row->count),
        .note = "from an order’s signature to the system’s receipt",
    };
}

static enum error make_six(struct maker *maker)
{
    struct view_figure *six = ARENA_ARRAY(maker->arena, struct view_figure, 6);
    if (!six)
        return no_memory(maker);
    six[0] =
        figure_of(maker, "Licences granted", "licences-granted", "each signed by both ministries");
    six[1] = figure_of(
        maker, "Licences refused", "licences-refused", "applications that both ministries refused");
    six[2] = figure_of(maker, "Licences revoked", "licences-revoked", "for good");
    six[3] = figure_of(
        maker, "Orders that took away", "orders-that-took-away",
        "limited, suspended or disconnected a system");
    six[4] = obey_figure(maker);
    six[5] = outside_figure(maker);
    maker->view.six.items = six;
    maker->view.six.count = 6;
    return ERROR_OK;
}

/* --- Charts ------------------------------------------------------------------------------- */

/* A column of a chart; places are in tenths of a per cent. */
static struct view_column column_of(
    const struct maker *maker, const struct figure_row *row, uint64_t most, unsigned left,
    unsigned width)
{
    struct view_column view = {
        .x = words_format(maker->arena, "%u.%u", left / 10, left % 10),
        .width = words_format(maker->arena, "%u.%u", width / 10, width % 10),
        .middle =
            words_format(maker->arena, "%u.%u", (left + width / 2) / 10, (left + width / 2) % 10),
        .value = "–",
        .value_y = words_format(maker->arena, "%d", BASE - 6),
    };
    if (!row || row->given != FIGURE_GIVEN)
        return view;
    unsigned height = (unsigned)(row->count * TALLEST / most);
    view.y = words_format(maker->arena, "%u", BASE - height);
    view.height = words_format(maker->arena, "%u", height);
    view.value = words_number(maker->arena, row->count);
    view.value_y = words_format(maker->arena, "%u", BASE - height - 6);
    return view;
}

static uint64_t larger(uint64_t most, const struct figure_row *row)
{
    return row && row->given == FIGURE_GIVEN && row->count > most ? row->count : most;
}

static const char *quarter_words(const struct maker *maker, millis from, bool year_too)
{
    int64_t year;
    unsigned month, day;
    civil_from_days(from / MILLIS_DAY, &year, &month, &day);
    return year_too ? words_format(maker->arena, "Q%u %lld", month / 3 + 1, (long long)year)
                    : words_format(maker->arena, "Q%u", month / 3 + 1);
}

/* Granted beside refused, the oldest quarter at the left. */
static enum error make_decisions(struct maker *maker)
{
    struct view_figures *view = &maker->view;
    const unsigned slot = 1000 / FIGURES_QUARTERS;
    uint64_t most = 1;
    view->decisions.items = ARENA_ARRAY(maker->arena, struct view_column, 2 * FIGURES_QUARTERS);
    view->decision_ticks.items = ARENA_ARRAY(maker->arena, struct view_tick, 2 * FIGURES_QUARTERS);
    if (!view->decisions.items || !view->decision_ticks.items)
        return no_memory(maker);
    for (size_t i = 0; i < FIGURES_QUARTERS; i++) {
        millis from = maker->figures.quarters[i].from;
        most = larger(most, find(maker, "licences-granted", "", from));
        most = larger(most, find(maker, "licences-refused", "", from));
    }
    view->decided = most > 1;
    for (unsigned i = 0; i < FIGURES_QUARTERS; i++) {
        millis from = maker->figures.quarters[FIGURES_QUARTERS - 1 - i].from;
        const struct figure_row *granted = find(maker, "licences-granted", "", from);
        const struct figure_row *refused = find(maker, "licences-refused", "", from);
        const char *middle = words_format(
            maker->arena, "%u.%u", (i * slot + slot / 2) / 10, (i * slot + slot / 2) % 10);
        const char *quarter = quarter_words(maker, from, false);
        struct view_column *columns = &view->decisions.items[view->decisions.count];
        columns[0] = column_of(maker, granted, most, i * slot + 10, 50);
        columns[1] = column_of(maker, refused, most, i * slot + 64, 50);
        columns[1].second = true;
        view->decisions.count += 2;
        view->decision_ticks.items[view->decision_ticks.count++] =
            (struct view_tick){middle, "208", quarter};
        /* The year stands below its first quarter. */
        if (i == 0 || strcmp(quarter, "Q1") == 0)
            view->decision_ticks.items[view->decision_ticks.count++] =
                (struct view_tick){middle, "227", quarter_words(maker, from, true) + 3};
    }
    return ERROR_OK;
}

/* What was declared: the words of a figure, most frequent first. */
static void
add_shares(struct maker *maker, const char *heading, const char *figure, uint64_t most, unsigned *y)
{
    struct view_figures *view = &maker->view;
    size_t shown = 0;
    for (size_t i = 0; i < maker->count && shown < SHARES_EACH; i++) {
        const struct figure_row *row = &maker->rows[i];
        if (strcmp(row->figure, figure) != 0 || row->given != FIGURE_GIVEN)
            continue;
        if (!shown++) {
            view->shares.items[view->shares.count++] = (struct view_share){
                .label = heading, .label_y = words_format(maker->arena, "%u", *y + 14)};
            *y += HEADING_STEP;
        }
        unsigned width = (unsigned)(row->count * 800 / most);
        view->shares.items[view->shares.count++] = (struct view_share){
            .label = word_words(maker, row->of),
            .value = words_number(maker->arena, row->count),
            .width = words_format(maker->arena, "%u.%u", width / 10, width % 10),
            .label_y = words_format(maker->arena, "%u", *y + 14),
            .bar_y = words_format(maker->arena, "%u", *y + 21),
            .value_y = words_format(maker->arena, "%u", *y + 31),
        };
        *y += SHARE_STEP;
    }
}

/* The same in a table, with how many were outside the terms. */
static void add_declared(struct maker *maker, const char *figure, const char *outside)
{
    for (size_t i = 0; i < maker->count; i++) {
        const struct figure_row *row = &maker->rows[i];
        if (strcmp(row->figure, figure) != 0)
            continue;
        maker->view.declared.items[maker->view.declared.count++] = (struct view_counted){
            .label = word_words(maker, row->of),
            .count = given_words(maker, row),
            .more = given_words(maker, find(maker, outside, row->of, 0)),
        };
    }
}

static enum error make_shares(struct maker *maker)
{
    struct view_figures *view = &maker->view;
    uint64_t most = 1;
    unsigned y = 0;
    view->shares.items = ARENA_ARRAY(maker->arena, struct view_share, 2 * (SHARES_EACH + 1));
    view->declared.items = ARENA_ARRAY(maker->arena, struct view_counted, 2 * FIGURES_WORDS);
    if (!view->shares.items || !view->declared.items)
        return no_memory(maker);
    for (size_t i = 0; i < maker->count; i++) {
        if (text_starts(maker->rows[i].figure, "uses-by-"))
            most = larger(most, &maker->rows[i]);
    }
    add_shares(maker, "Ground", "uses-by-matter", most, &y);
    add_shares(maker, "Purpose", "uses-by-purpose", most, &y);
    view->shares_height = words_format(maker->arena, "%u", y + 5);
    add_declared(maker, "uses-by-matter", "uses-outside-by-matter");
    add_declared(maker, "uses-by-purpose", "uses-outside-by-purpose");
    return ERROR_OK;
}

static enum error make_spans(struct maker *maker)
{
    static const char *const ticks[] = {"under 0.1", "0.1–0.2", "0.2–0.5", "0.5–1", "1 or more"};
    struct view_figures *view = &maker->view;
    const struct figures *figures = &maker->figures;
    const struct figure_row *rows = find(maker, "receipts-by-time-to-obey", "under 0.1 s", 0);
    uint64_t most = 1, quick = figures->receipts - figures->spans[FIGURES_SPAN_MORE];
    view->spans.items = ARENA_ARRAY(maker->arena, struct view_column, FIGURES_SPAN_COUNT);
    view->span_ticks.items = ARENA_ARRAY(maker->arena, struct view_tick, FIGURES_SPAN_COUNT + 1);
    view->obeyed.items = ARENA_ARRAY(maker->arena, struct view_counted, FIGURES_SPAN_COUNT);
    if (!view->spans.items || !view->span_ticks.items || !view->obeyed.items)
        return no_memory(maker);
    for (size_t i = 0; i < FIGURES_SPAN_COUNT; i++)
        most = larger(most, &rows[i]);
    view->received = most > 1;
    for (unsigned i = 0; i < FIGURES_SPAN_COUNT; i++) {
        view->spans.items[i] = column_of(maker, &rows[i], most, 20 + i * 200, 160);
        view->spans.items[i].second = i == FIGURES_SPAN_MORE;
        view->span_ticks.items[i] =
            (struct view_tick){words_format(maker->arena, "%u", 10 + i * 20), "208", ticks[i]};
        view->obeyed.items[i] =
            (struct view_counted){.label = rows[i].of, .count = given_words(maker, &rows[i])};
    }
    view->span_ticks.items[FIGURES_SPAN_COUNT] = (struct view_tick){"50", "227", "seconds"};
    view->spans.count = view->obeyed.count = FIGURES_SPAN_COUNT;
    view->span_ticks.count = FIGURES_SPAN_COUNT + 1;
    view->obeyed_title = "How long obeying takes";
    if (figures->receipts >= FIGURES_LEAST)
        view->obeyed_title = words_format(
            maker->arena, "%llu of 100 obey within a second",
            (unsigned long long)(quick * 100 / figures->receipts));
    view->obeyed_note = words_format(
        maker->arena, "Receipts of orders, by time to obey; in all %s",
        figures->receipts < FIGURES_LEAST ? "under 10"
                                          : words_number(maker->arena, figures->receipts));
    return ERROR_OK;
}

/* --- Tables ------------------------------------------------------------------------------- */

static enum error make_quarters(struct maker *maker)
{
    struct view_figures *view = &maker->view;
    view->quarters.items = ARENA_ARRAY(maker->arena, struct view_quarter, FIGURES_QUARTERS);
    if (!view->quarters.items)
        return no_memory(maker);
    for (size_t i = 0; i < FIGURES_QUARTERS; i++) {
        millis from = maker->figures.quarters[i].from;
        const struct figure_row *judged = find(maker, "uses-declared", "", from);
        const struct figure_row *outside = find(maker, "uses-outside", "", from);
        view->quarters.items[view->quarters.count++] = (struct view_quarter){
            .label = i ? quarter_words(maker, from, true)
                       : words_format(maker->arena, "%s so far", quarter_words(maker, from, true)),
            .granted = given_words(maker, find(maker, "licences-granted", "", from)),
            .refused = given_words(maker, find(maker, "licences-refused", "", from)),
            .revoked = given_words(maker, find(maker, "licences-revoked", "", from)),
            .orders = given_words(maker, find(maker, "orders-that-took-away", "", from)),
            .judged = given_words(maker, judged),
            .outside = given_words(maker, outside),
            .share = outside->given == FIGURE_GIVEN ? per_cent(maker, outside->count, judged->count)
                                                    : NULL,
        };
    }
    return ERROR_OK;
}

/* The rows of a figure that has several, with their words. */
static enum error make_list(
    struct maker *maker, const char *figure, size_t most, struct view_counted **ret_items,
    size_t *ret_count)
{
    struct view_counted *items = ARENA_ARRAY(maker->arena, struct view_counted, most);
    size_t count = 0;
    if (!items)
        return no_memory(maker);
    for (size_t i = 0; i < maker->count; i++) {
        const struct figure_row *row = &maker->rows[i];
        if (strcmp(row->figure, figure) == 0)
            items[count++] = (struct view_counted){
                .label = word_words(maker, row->of), .count = given_words(maker, row)};
    }
    *ret_items = items;
    *ret_count = count;
    return ERROR_OK;
}

static enum error make_lists(struct maker *maker)
{
    struct view_figures *view = &maker->view;
    enum error error =
        make_list(maker, "orders", FIGURES_ORDERS, &view->orders.items, &view->orders.count);
    return error ? error
                 : make_list(
                       maker, "applications", FIGURES_OUTCOMES, &view->applications.items,
                       &view->applications.count);
}

HANDLER(get_figures)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    static enum error (*const parts[])(struct maker *) = {
        make_six, make_decisions, make_shares, make_spans, make_quarters, make_lists,
    };
    struct maker maker = {.reading = &reading, .arena = &reading.arena};
    enum error error = figures_get(
        reading.service->figures, reading.reader, reading.time, &reading.fault, &maker.figures);
    if (!error)
        error = frame_make(&reading, "Transparency figures", "/figures", &maker.view.frame);
    if (!error)
        maker.count = figure_rows(&maker.figures, maker.rows);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !error; i++)
        error = parts[i](&maker);
    if (error)
        return reading_failed(&reading, response);
    struct view_moment made = words_moment(maker.arena, maker.figures.time);
    maker.view.over = words_format(
        maker.arena, "Transparency figures · since the log began, until %s", made.date);
    maker.view.checkpoint = words_number(maker.arena, maker.figures.size);
    figures_page(&response->content, &maker.view);
    return page_done(&reading, response);
}

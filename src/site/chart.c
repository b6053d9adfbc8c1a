/* Charts: where columns, bars and their words are. Across in tenths of a per cent, so that a chart
 * is as wide as its place; down in pixels, so that words keep their size. */
#include "site/chart.h"

#include <string.h>

#include "site/authority_pages.h"
#include "site/language.h"
#include "site/words.h"

enum {
    TICK_Y = CHART_BASE + 18,
    UNDER_Y = CHART_BASE + 37,
    COLUMN_HEIGHT = CHART_BASE + 40, /* of the whole chart */
    BAR_STEP = 43,                   /* from bar to bar */
    BAR_HEIGHT = 10,
    HEADING_STEP = 26,
    COMPACT = 10000, /* from here on a column's number is in thousands */
};

/* A chart under way. */
struct maker {
    const struct chart *chart;
    struct arena *arena;
    uint64_t most; /* of the counts that are given; 0: none is */
    struct view_chart view;
};

static const char *place(const struct maker *maker, unsigned tenths)
{
    return words_format(maker->arena, "%u.%u", tenths / 10, tenths % 10);
}

static const char *pixels(const struct maker *maker, unsigned number)
{
    return words_format(maker->arena, "%u", number);
}

static void add_text(
    struct maker *maker, const char *style, const char *anchor, unsigned x, unsigned y,
    const char *words)
{
    maker->view.texts.items[maker->view.texts.count++] = (struct view_chart_text){
        .style = style ? style : "en-chart__tick",
        .anchor = anchor,
        .x = place(maker, x),
        .dx = "0",
        .y = pixels(maker, y),
        .words = words,
    };
}

static void
add_rect(struct maker *maker, bool dark, unsigned x, unsigned y, unsigned width, unsigned height)
{
    if (!height)
        return;
    maker->view.rects.items[maker->view.rects.count++] = (struct view_chart_rect){
        .dark = dark,
        .x = place(maker, x),
        .y = pixels(maker, y),
        .width = place(maker, width),
        .height = pixels(maker, height),
    };
}

/* A column's number: one that a narrow column has room for. */
static const char *compact(const struct maker *maker, uint64_t count)
{
    if (count < COMPACT)
        return words_number(maker->arena, count);
    return LANGUAGE_SAY(
        maker->arena, maker->chart->language, PHRASE("{0} k"),
        words_format(
            maker->arena, "%llu.%llu", (unsigned long long)(count / 1000),
            (unsigned long long)(count / 100 % 10)));
}

/* --- Columns ------------------------------------------------------------------------------ */

static unsigned height_of(const struct maker *maker, const struct chart_count *count)
{
    return count->given ? (unsigned)(count->count * CHART_TALLEST / maker->most) : 0;
}

static void add_value(
    struct maker *maker, const struct chart_count *count, bool quiet, unsigned middle,
    unsigned height)
{
    add_text(
        maker, quiet ? "en-chart__value en-chart__value--quiet" : "en-chart__value", "middle",
        middle, CHART_BASE - height - 6, count->given ? compact(maker, count->count) : "–");
}

static void
add_column(struct maker *maker, const struct chart_point *point, unsigned left, unsigned slot)
{
    const struct chart *chart = maker->chart;
    const struct chart_count *first = &point->counts[0], *second = &point->counts[1];
    unsigned height = height_of(maker, first), part = height_of(maker, second);
    unsigned gap = slot / 10, width = slot - 2 * gap;
    if (chart->kind == CHART_COLUMNS && chart->series[1]) {
        width = (slot - gap) / 2 - gap / 2;
        add_rect(maker, true, left + gap / 2, CHART_BASE - height, width, height);
        add_value(maker, first, false, left + gap / 2 + width / 2, height);
        add_rect(maker, false, left + gap + width, CHART_BASE - part, width, part);
        add_value(maker, second, true, left + gap + width + width / 2, part);
    } else if (chart->kind == CHART_COLUMNS) {
        add_rect(maker, true, left + gap, CHART_BASE - height, width, height);
        add_value(maker, first, false, left + slot / 2, height);
    } else {
        /* A part whose whole is not given has nothing to stand in. */
        part = first->given && part <= height ? part : 0;
        add_rect(maker, false, left + gap, CHART_BASE - height, width, height - part);
        add_rect(maker, true, left + gap, CHART_BASE - part, width, part);
        add_value(maker, first, false, left + slot / 2, height);
    }
    add_text(maker, NULL, "middle", left + slot / 2, TICK_Y, point->tick);
    if (point->under)
        add_text(maker, NULL, "middle", left + slot / 2, UNDER_Y, point->under);
}

static void add_columns(struct maker *maker)
{
    const struct chart *chart = maker->chart;
    unsigned slot = 1000 / (unsigned)chart->count;
    for (size_t i = 0; i < chart->count; i++)
        add_column(maker, &chart->points[i], (unsigned)i * slot, slot);
    if (chart->unit)
        add_text(maker, NULL, "middle", 500, UNDER_Y, chart->unit);
    maker->view.base = pixels(maker, CHART_BASE);
    maker->view.height = pixels(maker, COLUMN_HEIGHT);
}

/* --- Bars --------------------------------------------------------------------------------- */

static void add_bars(struct maker *maker)
{
    const struct chart *chart = maker->chart;
    const struct chart_point *heading = NULL;
    /* "start" is the right edge where a text is read from there. */
    const bool mirrored = language_is_right_to_left(chart->language);
    unsigned edge = mirrored ? 1000 : 0, y = 0;
    size_t shown = 0;
    for (size_t i = 0; i < chart->count; i++) {
        const struct chart_point *point = &chart->points[i];
        const struct chart_count *count = &point->counts[0];
        if (point->heading) {
            heading = point;
            shown = 0;
        }
        if (point->heading || !count->given || !count->count ||
            (chart->most && shown == chart->most))
            continue;
        /* A heading stands where something does below it. */
        if (heading && !shown) {
            add_text(maker, NULL, "start", edge, y + 14, heading->label);
            y += HEADING_STEP;
        }
        unsigned width = (unsigned)(count->count * CHART_WIDEST / maker->most);
        unsigned end = mirrored ? edge - width : width;
        add_text(maker, "en-chart__label", "start", edge, y + 14, point->label);
        add_rect(maker, true, mirrored ? end : 0, y + 21, width, BAR_HEIGHT);
        add_text(maker, "en-chart__value", "start", end, y + 31, count->words);
        maker->view.texts.items[maker->view.texts.count - 1].dx = mirrored ? "-7" : "7";
        y += BAR_STEP;
        shown++;
    }
    maker->view.height = pixels(maker, y + 5);
}

/* --- All ---------------------------------------------------------------------------------- */

static void add_rows(struct maker *maker)
{
    const struct chart *chart = maker->chart;
    const char *heading = NULL;
    for (size_t i = 0; i < chart->count; i++) {
        const struct chart_point *point = &chart->points[i];
        if (point->heading) {
            heading = point->label;
            continue;
        }
        maker->view.rows.items[maker->view.rows.count++] = (struct view_counted){
            .group = heading,
            .label = point->label,
            .count = point->counts[0].words,
            .more = chart->series[1] ? point->counts[1].words : NULL,
        };
        heading = NULL;
    }
}

static uint64_t largest(const struct chart *chart)
{
    uint64_t most = 0;
    size_t series = chart->kind == CHART_COLUMNS && chart->series[1] ? CHART_SERIES : 1;
    for (size_t i = 0; i < chart->count; i++) {
        for (size_t k = 0; k < series; k++) {
            const struct chart_count *count = &chart->points[i].counts[k];
            if (!chart->points[i].heading && count->given && count->count > most)
                most = count->count;
        }
    }
    return most;
}

enum error chart_make(
    const struct chart *chart, struct arena *arena, struct fault *fault,
    struct view_chart *ret_view)
{
    struct maker maker = {.chart = chart, .arena = arena, .most = largest(chart)};
    struct view_chart *view = &maker.view;
    *view = (struct view_chart){
        .id = chart->id,
        .title = chart->title,
        .finding = chart->finding,
        .empty = chart->empty,
        .wide = chart->wide,
        .of = chart->of,
        .first = chart->series[0],
        .second = chart->series[1],
        .dark = chart->dark,
        .light = chart->light,
    };
    view->label = LANGUAGE_SAY(
        arena, chart->language, PHRASE("{0}. {1}. The same is in the table below."),
        page_phrase(chart->language, chart->title), chart->finding);
    view->rects.items = ARENA_ARRAY(arena, struct view_chart_rect, 2 * chart->count + 1);
    view->texts.items = ARENA_ARRAY(arena, struct view_chart_text, 4 * chart->count + 1);
    view->rows.items = ARENA_ARRAY(arena, struct view_counted, chart->count + 1);
    if (!view->label || !view->rects.items || !view->texts.items || !view->rows.items)
        return fault_place(fault, ERROR_MEMORY, "chart");
    add_rows(&maker);
    if (maker.most && chart->kind == CHART_BARS)
        add_bars(&maker);
    else if (maker.most)
        add_columns(&maker);
    *ret_view = *view;
    return ERROR_OK;
}

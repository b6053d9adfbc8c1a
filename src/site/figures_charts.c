/* The charts of the figures. They are made of rows, of what is given of each count: what may not be
 * known is not there to be drawn. */
#include <string.h>

#include "site/catalogue.h"
#include "site/chart.h"
#include "site/figures_view.h"
#include "site/words.h"

enum {
    CHARTS = 5,
    SHARE_OF = 1000, /* uses, of which a share in per cent is given */
    WORDS_EACH = 4,  /* grounds, and purposes, in the chart */
};

/* --- What the page's parts share ---------------------------------------------------------- */

enum error figures_no_memory(struct figures_maker *maker)
{
    return fault_place(&maker->reading->fault, ERROR_MEMORY, "page");
}

const struct figure_row *
figures_row(const struct figures_maker *maker, const char *figure, const char *of, millis quarter)
{
    return figure_find(maker->rows, maker->count, figure, of, quarter);
}

const char *figures_given(const struct figures_maker *maker, const struct figure_row *row)
{
    if (!row || row->given == FIGURE_UNDER)
        return "under 10";
    return row->given == FIGURE_WITHHELD ? "not given" : words_number(maker->arena, row->count);
}

const char *figures_word(const struct figures_maker *maker, const char *word)
{
    char *text = arena_text(maker->arena, bytes_of(word));
    for (char *at = text; at && *at; at++)
        *at = *at == '-' ? ' ' : *at;
    return text ? words_capital(maker->arena, text) : NULL;
}

const char *figures_per_cent(const struct figures_maker *maker, uint64_t part, uint64_t whole)
{
    if (whole < SHARE_OF)
        return NULL;
    uint64_t tenths = (part * 1000 + whole / 2) / whole;
    return words_format(
        maker->arena, "%llu.%llu", (unsigned long long)(tenths / 10),
        (unsigned long long)(tenths % 10));
}

const char *figures_quarter_words(const struct figures_maker *maker, millis from, bool year_too)
{
    int64_t year;
    unsigned month, day;
    civil_from_days(from / MILLIS_DAY, &year, &month, &day);
    return year_too ? words_format(maker->arena, "Q%u %lld", month / 3 + 1, (long long)year)
                    : words_format(maker->arena, "Q%u", month / 3 + 1);
}

/* --- Points ------------------------------------------------------------------------------- */

static bool is_given(const struct figure_row *row)
{
    return row && row->given == FIGURE_GIVEN;
}

static struct chart_count count_of(const struct figures_maker *maker, const struct figure_row *row)
{
    return (struct chart_count){
        .given = is_given(row),
        .count = is_given(row) ? row->count : 0,
        .words = figures_given(maker, row),
    };
}

static enum error add_chart(struct figures_maker *maker, const struct chart *chart)
{
    return chart_make(
        chart, maker->arena, &maker->reading->fault,
        &maker->view.charts.items[maker->view.charts.count++]);
}

/* Two figures by quarter, the oldest at the left. */
static struct chart_point *
points_of_quarters(const struct figures_maker *maker, const char *first, const char *second)
{
    struct chart_point *points = ARENA_ARRAY(maker->arena, struct chart_point, FIGURES_QUARTERS);
    for (size_t i = 0; points && i < FIGURES_QUARTERS; i++) {
        millis from = maker->figures.quarters[FIGURES_QUARTERS - 1 - i].from;
        const char *year = figures_quarter_words(maker, from, true);
        points[i] = (struct chart_point){
            .label = year,
            .tick = figures_quarter_words(maker, from, false),
            .counts =
                {
                    count_of(maker, figures_row(maker, first, "", from)),
                    count_of(maker, figures_row(maker, second, "", from)),
                },
        };
        /* The year stands below its first quarter. */
        if (year && (i == 0 || text_starts(year, "Q1")))
            points[i].under = year + strlen("Q1 ");
    }
    return points;
}

/* The rows of a figure, and beside each the same of another figure. */
static size_t points_of_words(
    const struct figures_maker *maker, const char *figure, const char *other,
    struct chart_point *points)
{
    size_t count = 0;
    for (size_t i = 0; i < maker->count; i++) {
        const struct figure_row *row = &maker->rows[i];
        if (strcmp(row->figure, figure) != 0)
            continue;
        points[count] = (struct chart_point){
            .label = figures_word(maker, row->of), .counts = {count_of(maker, row)}};
        if (other)
            points[count].counts[1] = count_of(maker, figures_row(maker, other, row->of, 0));
        count++;
    }
    return count;
}

/* --- Five charts -------------------------------------------------------------------------- */

static const char *outside_finding(const struct figures_maker *maker)
{
    const struct figure_row *judged = figures_row(maker, "uses-declared", "", 0);
    const struct figure_row *outside = figures_row(maker, "uses-outside", "", 0);
    const char *share = is_given(judged) && is_given(outside)
                            ? figures_per_cent(maker, outside->count, judged->count)
                            : NULL;
    if (share)
        return words_format(
            maker->arena, "%s\u00a0%% of all declared uses were outside the terms, and refused",
            share);
    return words_format(
        maker->arena, "Of %s declared uses %s were outside the terms, and refused",
        figures_given(maker, judged), figures_given(maker, outside));
}

static enum error make_verdicts(struct figures_maker *maker)
{
    const struct chart_point *points = points_of_quarters(maker, "uses-declared", "uses-outside");
    const struct chart chart = {
        .kind = CHART_STACKED,
        .id = "verdicts",
        .title = "Verdicts on declared uses, by quarter",
        .finding = outside_finding(maker),
        .of = "Quarter",
        .series = {"Declared", "Outside, refused"},
        .dark = "Outside the terms: refused",
        .light = "Within the terms",
        .empty = "Of no quarter ten uses were declared yet.",
        .wide = true,
        .points = points,
        .count = FIGURES_QUARTERS,
    };
    return points ? add_chart(maker, &chart) : figures_no_memory(maker);
}

static enum error make_states(struct figures_maker *maker)
{
    struct chart_point *points = ARENA_ARRAY(maker->arena, struct chart_point, FIGURES_LICENCES);
    const struct figure_row *active = figures_row(maker, "licences", "active", 0);
    const struct figure_row *granted = figures_row(maker, "licences-granted", "", 0);
    if (!points)
        return figures_no_memory(maker);
    struct chart chart = {
        .kind = CHART_BARS,
        .id = "states",
        .title = "Licences by state",
        .of = "State",
        .series = {"Licences"},
        .empty = "No count of a state is given yet.",
        .points = points,
        .count = points_of_words(maker, "licences", NULL, points),
    };
    chart.finding = words_format(
        maker->arena, "Active: %s; granted since the log began: %s", figures_given(maker, active),
        figures_given(maker, granted));
    return add_chart(maker, &chart);
}

static enum error make_decisions(struct figures_maker *maker)
{
    const struct chart_point *points =
        points_of_quarters(maker, "licences-granted", "licences-refused");
    struct chart chart = {
        .kind = CHART_COLUMNS,
        .id = "decisions",
        .title = "Licences granted and refused, by quarter",
        .of = "Quarter",
        .series = {"Granted", "Refused"},
        .dark = "Granted",
        .light = "Refused",
        .empty = "No count of a quarter is given yet.",
        .points = points,
        .count = FIGURES_QUARTERS,
    };
    chart.finding = words_format(
        maker->arena, "Granted since the log began: %s; refused: %s",
        figures_given(maker, figures_row(maker, "licences-granted", "", 0)),
        figures_given(maker, figures_row(maker, "licences-refused", "", 0)));
    return points ? add_chart(maker, &chart) : figures_no_memory(maker);
}

/* The ground that most uses were declared on: rows are by frequency. No share of all: those on
 * hidden grounds are not known. */
static const char *grounds_finding(const struct figures_maker *maker)
{
    for (size_t i = 0; i < maker->count; i++) {
        const struct figure_row *row = &maker->rows[i];
        if (strcmp(row->figure, "uses-by-matter") == 0 && is_given(row) && row->count)
            return words_format(
                maker->arena, "The most frequent ground: %s, of %s uses",
                figures_word(maker, row->of), words_number(maker->arena, row->count));
    }
    return "From the systems’ signed returns";
}

static enum error make_grounds(struct figures_maker *maker)
{
    struct chart_point *points =
        ARENA_ARRAY(maker->arena, struct chart_point, 2 * FIGURES_WORDS + 2);
    if (!points)
        return figures_no_memory(maker);
    size_t count = 0, least = 2;
    points[count++] = (struct chart_point){.label = "Ground", .heading = true};
    count += points_of_words(maker, "uses-by-matter", "uses-outside-by-matter", &points[count]);
    points[count++] = (struct chart_point){.label = "Purpose", .heading = true};
    count += points_of_words(maker, "uses-by-purpose", "uses-outside-by-purpose", &points[count]);
    const struct chart chart = {
        .kind = CHART_BARS,
        .id = "grounds",
        .title = "What uses were declared for",
        .finding = grounds_finding(maker),
        .of = "Declared",
        .series = {"Uses", "Outside"},
        .empty = "Nothing was declared ten times yet that a certificate has its systems report.",
        .most = WORDS_EACH,
        .points = points,
        .count = count > least ? count : 0,
    };
    return add_chart(maker, &chart);
}

static enum error make_obeyed(struct figures_maker *maker)
{
    static const char *const ticks[] = {"under 0.1", "0.1–0.2", "0.2–0.5", "0.5–1", "1 or more"};
    struct chart_point *points = ARENA_ARRAY(maker->arena, struct chart_point, FIGURES_SPAN_COUNT);
    if (!points)
        return figures_no_memory(maker);
    const struct figure_row *half = figures_row(maker, "median-ms-to-obey", "", 0);
    const struct figure_row *most = figures_row(maker, "nine-in-ten-ms-to-obey", "", 0);
    struct chart chart = {
        .kind = CHART_COLUMNS,
        .id = "obeyed",
        .title = "From an order to obedience",
        .finding = "Given from ten receipts on, and there are fewer",
        .of = "Time to obey",
        .series = {"Receipts"},
        .unit = "seconds",
        .empty = "No count is given yet.",
        .points = points,
        .count = points_of_words(maker, "receipts-by-time-to-obey", NULL, points),
    };
    for (size_t i = 0; i < chart.count; i++)
        points[i].tick = ticks[i];
    if (is_given(half) && is_given(most))
        chart.finding = words_format(
            maker->arena, "Half of the systems obeyed within %s, nine in ten within %s",
            words_span(maker->arena, (millis)half->count),
            words_span(maker->arena, (millis)most->count));
    return add_chart(maker, &chart);
}

enum error figures_charts_make(struct figures_maker *maker)
{
    static enum error (*const charts[CHARTS])(struct figures_maker *) = {
        make_verdicts, make_states, make_decisions, make_grounds, make_obeyed,
    };
    maker->view.charts.items = ARENA_ARRAY(maker->arena, struct view_chart, CHARTS);
    enum error error = maker->view.charts.items ? ERROR_OK : figures_no_memory(maker);
    for (size_t i = 0; i < CHARTS && !error; i++)
        error = charts[i](maker);
    return error;
}

/* The charts of the figures. They are made of rows, of what is given of each count: what may not be
 * known is not there to be drawn. */
#include <string.h>

#include "site/catalogue.h"
#include "site/chart.h"
#include "site/authority_pages.h"
#include "site/figures_view.h"
#include "site/language.h"
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
        return page_phrase(maker->language, PHRASE("under 10"));
    return row->given == FIGURE_WITHHELD ? page_phrase(maker->language, PHRASE("not given"))
                                         : words_number(maker->arena, row->count);
}

const char *figures_word(const struct figures_maker *maker, const char *word)
{
    char *text = arena_text(maker->arena, bytes_of(word));
    for (char *at = text; at && *at; at++)
        *at = *at == '-' ? ' ' : *at;
    return language_word(maker->language, words_capital(maker->arena, text));
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

struct quarter_words {
    const char *number, *year; /* "3", "2026" */
};

static void
quarter_words(const struct figures_maker *maker, millis from, struct quarter_words *ret_words)
{
    int64_t year;
    unsigned month, day;
    civil_from_days(from / MILLIS_DAY, &year, &month, &day);
    ret_words->number = words_format(maker->arena, "%u", month / 3 + 1);
    ret_words->year = words_format(maker->arena, "%lld", (long long)year);
}

const char *figures_quarter_words(const struct figures_maker *maker, millis from)
{
    struct quarter_words words;
    quarter_words(maker, from, &words);
    return LANGUAGE_SAY(
        maker->arena, maker->language, PHRASE("Q{0} {1}"), words.number, words.year);
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

static enum error add_chart(struct figures_maker *maker, struct chart *chart)
{
    chart->language = maker->language;
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
        struct quarter_words words;
        quarter_words(maker, from, &words);
        points[i] = (struct chart_point){
            .label = figures_quarter_words(maker, from),
            .tick = LANGUAGE_SAY(maker->arena, maker->language, PHRASE("Q{0}"), words.number),
            .counts =
                {
                    count_of(maker, figures_row(maker, first, "", from)),
                    count_of(maker, figures_row(maker, second, "", from)),
                },
        };
        /* The year stands below its first quarter. */
        if (i == 0 || (words.number && strcmp(words.number, "1") == 0))
            points[i].under = words.year;
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
        return LANGUAGE_SAY(
            maker->arena, maker->language,
            PHRASE("{0} % of all declared uses were outside the terms, and refused"), share);
    return LANGUAGE_SAY(
        maker->arena, maker->language,
        PHRASE("Of {0} declared uses {1} were outside the terms, and refused"),
        figures_given(maker, judged), figures_given(maker, outside));
}

static enum error make_verdicts(struct figures_maker *maker)
{
    const struct chart_point *points = points_of_quarters(maker, "uses-declared", "uses-outside");
    struct chart chart = {
        .kind = CHART_STACKED,
        .id = "verdicts",
        .title = PHRASE("Verdicts on declared uses, by quarter"),
        .finding = outside_finding(maker),
        .of = PHRASE("Quarter"),
        .series = {PHRASE("Declared"), PHRASE("Outside, refused")},
        .dark = PHRASE("Outside the terms: refused"),
        .light = PHRASE("Within the terms"),
        .empty = PHRASE("Of no quarter ten uses were declared yet."),
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
        .title = PHRASE("Licences by state"),
        .of = PHRASE("State"),
        .series = {PHRASE("Licences")},
        .empty = PHRASE("No count of a state is given yet."),
        .points = points,
        .count = points_of_words(maker, "licences", NULL, points),
    };
    chart.finding = LANGUAGE_SAY(
        maker->arena, maker->language, PHRASE("Active: {0}; granted since the log began: {1}"),
        figures_given(maker, active), figures_given(maker, granted));
    return add_chart(maker, &chart);
}

static enum error make_decisions(struct figures_maker *maker)
{
    const struct chart_point *points =
        points_of_quarters(maker, "licences-granted", "licences-refused");
    struct chart chart = {
        .kind = CHART_COLUMNS,
        .id = "decisions",
        .title = PHRASE("Licences granted and refused, by quarter"),
        .of = PHRASE("Quarter"),
        .series = {PHRASE("Granted"), PHRASE("Refused")},
        .dark = PHRASE("Granted"),
        .light = PHRASE("Refused"),
        .empty = PHRASE("No count of a quarter is given yet."),
        .points = points,
        .count = FIGURES_QUARTERS,
    };
    chart.finding = LANGUAGE_SAY(
        maker->arena, maker->language, PHRASE("Granted since the log began: {0}; refused: {1}"),
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
            return LANGUAGE_SAY(
                maker->arena, maker->language, PHRASE("The most frequent ground: {0}, of {1} uses"),
                figures_word(maker, row->of), words_number(maker->arena, row->count));
    }
    return page_phrase(maker->language, PHRASE("From the systems’ signed returns"));
}

static enum error make_grounds(struct figures_maker *maker)
{
    struct chart_point *points =
        ARENA_ARRAY(maker->arena, struct chart_point, 2 * FIGURES_WORDS + 2);
    if (!points)
        return figures_no_memory(maker);
    size_t count = 0, least = 2;
    points[count++] = (struct chart_point){
        .label = page_phrase(maker->language, PHRASE("Ground")), .heading = true};
    count += points_of_words(maker, "uses-by-matter", "uses-outside-by-matter", &points[count]);
    points[count++] = (struct chart_point){
        .label = page_phrase(maker->language, PHRASE("Purpose")), .heading = true};
    count += points_of_words(maker, "uses-by-purpose", "uses-outside-by-purpose", &points[count]);
    struct chart chart = {
        .kind = CHART_BARS,
        .id = "grounds",
        .title = PHRASE("What uses were declared for"),
        .finding = grounds_finding(maker),
        .of = PHRASE("Declared"),
        .series = {PHRASE("Uses"), PHRASE("Outside")},
        .empty =
            PHRASE("Nothing was declared ten times yet that a certificate has its systems report."),
        .most = WORDS_EACH,
        .points = points,
        .count = count > least ? count : 0,
    };
    return add_chart(maker, &chart);
}

static enum error make_obeyed(struct figures_maker *maker)
{
    static const char *const ticks[] = {
        PHRASE("under 0.1"), "0.1–0.2", "0.2–0.5", "0.5–1", PHRASE("1 or more")};
    struct chart_point *points = ARENA_ARRAY(maker->arena, struct chart_point, FIGURES_SPAN_COUNT);
    if (!points)
        return figures_no_memory(maker);
    const struct figure_row *half = figures_row(maker, "median-ms-to-obey", "", 0);
    const struct figure_row *most = figures_row(maker, "nine-in-ten-ms-to-obey", "", 0);
    struct chart chart = {
        .kind = CHART_COLUMNS,
        .id = "obeyed",
        .title = PHRASE("From an order to obedience"),
        .finding =
            page_phrase(maker->language, PHRASE("Given from ten receipts on, and there are fewer")),
        .of = PHRASE("Time to obey"),
        .series = {PHRASE("Receipts")},
        .unit = page_phrase(maker->language, PHRASE("seconds")),
        .empty = PHRASE("No count is given yet."),
        .points = points,
        .count = points_of_words(maker, "receipts-by-time-to-obey", NULL, points),
    };
    for (size_t i = 0; i < chart.count; i++)
        points[i].tick = page_phrase(maker->language, ticks[i]);
    if (is_given(half) && is_given(most))
        chart.finding = LANGUAGE_SAY(
            maker->arena, maker->language,
            PHRASE("Half of the systems obeyed within {0}, nine in ten within {1}"),
            language_span(maker->arena, maker->language, (millis)half->count),
            language_span(maker->arena, maker->language, (millis)most->count));
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

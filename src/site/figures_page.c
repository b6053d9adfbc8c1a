/* The page of the transparency figures: six figures, charts (figures_charts.c), one table. Public;
 * and, with every count as it is, for those who see every file that is counted. */
#include <string.h>

#include "site/authority_pages.h"
#include "site/figures_view.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/language.h"
#include "site/words.h"

/* --- Six figures -------------------------------------------------------------------------- */

static struct view_figure figure_of(
    const struct figures_maker *maker, const char *label, const char *figure, const char *note)
{
    const struct figure_row *row = figures_row(maker, figure, "", 0);
    struct view_figure view = {.label = label, .note = note};
    if (row->given == FIGURE_GIVEN) {
        view.value = words_number(maker->arena, row->count);
    } else {
        view.before = PHRASE("under");
        view.value = "10";
    }
    return view;
}

static struct view_figure outside_figure(struct figures_maker *maker)
{
    const struct figure_row *judged = figures_row(maker, "uses-declared", "", 0);
    const struct figure_row *outside = figures_row(maker, "uses-outside", "", 0);
    struct view_figure view = {
        .label = PHRASE("Uses outside the terms"), .before = PHRASE("under"), .value = "10"};
    const char *whole = figures_given(maker, judged);
    view.note = LANGUAGE_SAY(
        maker->arena, maker->language, PHRASE("of {0} declared uses; each was refused"), whole);
    if (outside->given != FIGURE_GIVEN)
        return view;
    view.before = NULL;
    view.value = figures_per_cent(maker, outside->count, judged->count);
    view.unit = "%";
    if (!view.value) {
        view.value = figures_given(maker, outside);
        view.unit = NULL;
        return view;
    }
    view.note = LANGUAGE_SAY(
        maker->arena, maker->language, PHRASE("{0} of {1} declared uses; each was refused"),
        figures_given(maker, outside), whole);
    return view;
}

static struct view_figure obey_figure(struct figures_maker *maker)
{
    const struct figure_row *row = figures_row(maker, "median-ms-to-obey", "", 0);
    if (row->given != FIGURE_GIVEN)
        return (struct view_figure){
            .label = PHRASE("Median time to obey"),
            .value = "–",
            .note = PHRASE("given from ten receipts on, and there are fewer"),
        };
    return (struct view_figure){
        .label = PHRASE("Median time to obey"),
        .value = language_span(maker->arena, maker->language, (millis)row->count),
        .note = PHRASE("from an order’s signature to the system’s receipt"),
    };
}

static enum error make_six(struct figures_maker *maker)
{
    struct view_figure *six = ARENA_ARRAY(maker->arena, struct view_figure, 6);
    if (!six)
        return figures_no_memory(maker);
    six[0] = figure_of(
        maker, PHRASE("Licences granted"), "licences-granted",
        PHRASE("each signed by both ministries"));
    six[1] = figure_of(
        maker, PHRASE("Licences refused"), "licences-refused",
        PHRASE("applications that both ministries refused"));
    six[2] = figure_of(maker, PHRASE("Licences revoked"), "licences-revoked", PHRASE("for good"));
    six[3] = figure_of(
        maker, PHRASE("Orders that took away"), "orders-that-took-away",
        PHRASE("limited, suspended or disconnected a system"));
    six[4] = obey_figure(maker);
    six[5] = outside_figure(maker);
    maker->view.six.items = six;
    maker->view.six.count = 6;
    return ERROR_OK;
}

/* --- Tables ------------------------------------------------------------------------------- */

static enum error make_quarters(struct figures_maker *maker)
{
    struct view_figures *view = &maker->view;
    view->quarters.items = ARENA_ARRAY(maker->arena, struct view_quarter, FIGURES_QUARTERS);
    if (!view->quarters.items)
        return figures_no_memory(maker);
    for (size_t i = 0; i < FIGURES_QUARTERS; i++) {
        millis from = maker->figures.quarters[i].from;
        const struct figure_row *judged = figures_row(maker, "uses-declared", "", from);
        const struct figure_row *outside = figures_row(maker, "uses-outside", "", from);
        view->quarters.items[view->quarters.count++] = (struct view_quarter){
            .label = i ? figures_quarter_words(maker, from)
                       : LANGUAGE_SAY(
                             maker->arena, maker->language, PHRASE("{0} so far"),
                             figures_quarter_words(maker, from)),
            .granted = figures_given(maker, figures_row(maker, "licences-granted", "", from)),
            .refused = figures_given(maker, figures_row(maker, "licences-refused", "", from)),
            .revoked = figures_given(maker, figures_row(maker, "licences-revoked", "", from)),
            .orders = figures_given(maker, figures_row(maker, "orders-that-took-away", "", from)),
            .judged = figures_given(maker, judged),
            .outside = figures_given(maker, outside),
            .share = outside->given == FIGURE_GIVEN
                         ? figures_per_cent(maker, outside->count, judged->count)
                         : NULL,
        };
    }
    return ERROR_OK;
}

/* The rows of a figure that has several, with their words. */
static enum error make_list(
    struct figures_maker *maker, const char *figure, size_t most, struct view_counted **ret_items,
    size_t *ret_count)
{
    struct view_counted *items = ARENA_ARRAY(maker->arena, struct view_counted, most);
    size_t count = 0;
    if (!items)
        return figures_no_memory(maker);
    for (size_t i = 0; i < maker->count; i++) {
        const struct figure_row *row = &maker->rows[i];
        if (strcmp(row->figure, figure) == 0)
            items[count++] = (struct view_counted){
                .label = figures_word(maker, row->of), .count = figures_given(maker, row)};
    }
    *ret_items = items;
    *ret_count = count;
    return ERROR_OK;
}

static enum error make_lists(struct figures_maker *maker)
{
    struct view_figures *view = &maker->view;
    enum error error =
        make_list(maker, "orders", FIGURES_ORDERS, &view->orders.items, &view->orders.count);
    return error ? error
                 : make_list(
                       maker, "applications", FIGURES_OUTCOMES, &view->applications.items,
                       &view->applications.count);
}

/* Whether the reader sees every file that is counted. */
static bool sees_all(const struct actor *who)
{
    static const enum file_kind counted[] = {
        FILE_LICENCE, FILE_APPLICATION, FILE_ORDER, FILE_USAGE};
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        if (reader_sight(who, counted[i]) != SIGHT_ALL)
            return false;
    }
    return true;
}

static enum http_outcome answer(struct reading *reading, bool exact, struct http_response *response)
{
    static enum error (*const parts[])(struct figures_maker *) = {
        make_six,
        figures_charts_make,
        make_quarters,
        make_lists,
    };
    struct figures_maker maker = {
        .reading = reading,
        .arena = &reading->arena,
        .language = language_on(reading->request, figures_page_languages),
    };
    enum error error = ERROR_OK;
    if (exact && !sees_all(&reading->who))
        error = fault_set(
            &reading->fault, ERROR_SESSION_SIGHT, "figures", "a person of another role", "%.64s",
            reading->who.id);
    if (!error)
        error = counting_figures(reading, &maker.figures);
    if (!error)
        error = frame_make(
            reading,
            exact ? PHRASE("Figures, every count as it is") : PHRASE("Transparency figures"),
            "/figures", &maker.view.frame);
    if (!error)
        maker.count = figure_rows(&maker.figures, exact, maker.rows);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !error; i++)
        error = parts[i](&maker);
    if (error)
        return reading_failed(reading, response);
    maker.view.exact = exact;
    maker.view.may_exact = !exact && sees_all(&reading->who);
    maker.view.over = LANGUAGE_SAY(
        maker.arena, maker.language,
        exact ? PHRASE("For the office · since the log began, until {0}, {1}")
              : PHRASE("Transparency figures · since the log began, until {0}, {1}"),
        language_date(maker.arena, maker.language, maker.figures.time),
        words_moment(maker.arena, maker.figures.time).time);
    maker.view.checkpoint = words_number(maker.arena, maker.figures.size);
    figures_page(&response->content, &maker.view);
    return page_done(reading, response);
}

HANDLER(get_figures)
{
    enum http_outcome outcome;
    struct reading reading;
    if (counting_is_awaited(context, route, exchange, response, &outcome))
        return outcome;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    return answer(&reading, false, response);
}

HANDLER(get_figures_exact)
{
    enum http_outcome outcome;
    struct reading reading;
    if (counting_is_awaited(context, route, exchange, response, &outcome))
        return outcome;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    return answer(&reading, true, response);
}

/* The figures as rows, and the rows as a table and as JSON. */
#include "site/figures_rows.h"

#include <stdio.h>
#include <string.h>

#include "csv/csv.h"
#include "json/json.h"
#include "site/handlers.h"

/* --- Rows --------------------------------------------------------------------------------- */

struct list {
    struct figure_row *rows;
    size_t count;
    bool exact;
};

static void
add(struct list *list, const char *figure, const char *of, millis quarter, enum figure_given given,
    uint64_t count)
{
    list->rows[list->count++] = (struct figure_row){
        figure, of, quarter, given, given == FIGURE_GIVEN ? count : 0,
    };
}

static enum figure_given given_of(const struct list *list, uint64_t count, bool hidden)
{
    if (list->exact)
        return FIGURE_GIVEN;
    if (count < FIGURES_LEAST)
        return FIGURE_UNDER;
    return hidden ? FIGURE_WITHHELD : FIGURE_GIVEN;
}

static void add_act(struct list *list, const char *figure, const char *of, uint64_t count)
{
    add(list, figure, of, 0, given_of(list, count, false), count);
}

static void
add_uses(struct list *list, const char *figure, const char *of, millis quarter, uint64_t count)
{
    add(list, figure, of, quarter, given_of(list, count, false),
        list->exact ? count : figures_tens(count));
}

/* What a total is given of stands in parts: none is what the others leave of it. */
static void add_parts(
    struct list *list, const char *figure, const char *const *of, const uint64_t *counts,
    size_t count)
{
    bool hidden[FIGURES_LICENCES + FIGURES_SPAN_COUNT];
    figures_hide(counts, count, hidden);
    for (size_t i = 0; i < count; i++)
        add(list, figure, of[i], 0, given_of(list, counts[i], hidden[i]), counts[i]);
}

static void add_orders(struct list *list, const struct figures *figures)
{
    /* Those that took away have a total; the others have none. */
    static const enum order_kind taking[] = {ORDER_LIMIT, ORDER_SUSPEND, ORDER_DISCONNECT};
    const char *words[3];
    uint64_t counts[3], total = 0;
    for (size_t i = 0; i < 3; i++) {
        words[i] = order_word(taking[i]);
        counts[i] = figures->orders[taking[i]];
        total += counts[i];
    }
    add_act(list, "orders-that-took-away", "", total);
    add_parts(list, "orders", words, counts, 3);
    for (enum order_kind kind = ORDER_DISCLOSE; kind <= ORDER_REVOKE; kind++)
        add_act(list, "orders", order_word(kind), figures->orders[kind]);
}

/* The states that licences are in: they add up to those granted. */
static void add_licences(struct list *list, const struct figures *figures)
{
    const char *words[FIGURES_LICENCES];
    size_t count = 0;
    for (int state = LICENCE_ACTIVE; state < FIGURES_LICENCES; state++)
        words[count++] = file_state_word(FILE_LICENCE, state);
    add_parts(list, "licences", words, &figures->licences[LICENCE_ACTIVE], count);
}

static void
add_column(struct list *list, const struct figures *figures, const char *figure, size_t offset)
{
    uint64_t counts[FIGURES_QUARTERS];
    bool hidden[FIGURES_QUARTERS];
    for (size_t i = 0; i < FIGURES_QUARTERS; i++)
        counts[i] = *(const uint64_t *)((const char *)&figures->quarters[i] + offset);
    figures_hide(counts, FIGURES_QUARTERS, hidden);
    for (size_t i = 0; i < FIGURES_QUARTERS; i++)
        add(list, figure, "", figures->quarters[i].from, given_of(list, counts[i], hidden[i]),
            counts[i]);
}

static void add_quarters(struct list *list, const struct figures *figures)
{
    add_column(list, figures, "licences-granted", offsetof(struct figures_quarter, granted));
    add_column(list, figures, "licences-refused", offsetof(struct figures_quarter, refused));
    add_column(list, figures, "licences-revoked", offsetof(struct figures_quarter, revoked));
    add_column(list, figures, "orders-that-took-away", offsetof(struct figures_quarter, orders));
    for (size_t i = 0; i < FIGURES_QUARTERS; i++) {
        const struct figures_quarter *quarter = &figures->quarters[i];
        add_uses(list, "uses-declared", "", quarter->from, quarter->judged);
        add_uses(list, "uses-outside", "", quarter->from, quarter->outside);
    }
}

static void add_words(
    struct list *list, const char *figure, const char *outside, const struct figures_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        const struct figures_word *word = &words->items[i];
        /* A word that was hardly ever said is not repeated here. */
        if (word->within + word->outside < FIGURES_LEAST && !list->exact)
            continue;
        add_uses(list, figure, word->word, 0, word->within + word->outside);
        add_uses(list, outside, word->word, 0, word->outside);
    }
}

size_t
figure_rows(const struct figures *figures, bool exact, struct figure_row rows[FIGURE_ROWS_MAX])
{
    static const char *const spans[] = {
#define FIGURES_SPAN_ROW(name, least, words) words,
        FIGURES_SPAN_TABLE(FIGURES_SPAN_ROW)
#undef FIGURES_SPAN_ROW
    };
    struct list list = {rows, 0, exact};
    add_act(&list, "licences-granted", "", figures->granted);
    add_act(&list, "licences-refused", "", figures->refused);
    add_act(&list, "licences-revoked", "", figures->revoked);
    add_licences(&list, figures);
    add_orders(&list, figures);
    add_uses(&list, "uses-declared", "", 0, figures->judged);
    add_uses(&list, "uses-outside", "", 0, figures->outside);
    for (int state = APPLICATION_SUBMITTED; state < FIGURES_OUTCOMES; state++)
        add_act(
            &list, "applications", file_state_word(FILE_APPLICATION, state),
            figures->applications[state]);
    /* A time of so few would be that of an order. */
    enum figure_given timed = figures->receipts < FIGURES_LEAST && !(exact && figures->receipts)
                                  ? FIGURE_UNDER
                                  : FIGURE_GIVEN;
    add(&list, "median-ms-to-obey", "", 0, timed, (uint64_t)figures->median);
    add(&list, "nine-in-ten-ms-to-obey", "", 0, timed, (uint64_t)figures->slow);
    add_parts(&list, "receipts-by-time-to-obey", spans, figures->spans, FIGURES_SPAN_COUNT);
    add_words(&list, "uses-by-matter", "uses-outside-by-matter", &figures->matters);
    add_words(&list, "uses-by-purpose", "uses-outside-by-purpose", &figures->purposes);
    add_quarters(&list, figures);
    return list.count;
}

const struct figure_row *figure_find(
    const struct figure_row *rows, size_t count, const char *figure, const char *of, millis quarter)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].quarter == quarter && strcmp(rows[i].figure, figure) == 0 &&
            strcmp(rows[i].of, of) == 0)
            return &rows[i];
    }
    return NULL;
}

/* --- As a table and as JSON --------------------------------------------------------------- */

static const char *note_of(const struct figure_row *row)
{
    return row->given == FIGURE_UNDER      ? "under 10"
           : row->given == FIGURE_WITHHELD ? "not given: another count could be worked out"
                                           : "";
}

static const char *quarter_text(const struct figure_row *row, char text[TIME_TEXT_SIZE])
{
    text[0] = '\0';
    if (row->quarter) {
        time_text(row->quarter, text);
        text[strlen("2026-01-01")] = '\0';
    }
    return text;
}

/* What both begin with. */
static enum error begin(
    void *context, const struct http_route *route, const struct http_request *request,
    struct http_response *response, struct reading *reading, struct figures *ret_figures)
{
    enum error error = reading_begin(context, route, request, response, reading);
    if (error)
        return error;
    error = counting_figures(reading, ret_figures);
    if (error)
        reading_failed(reading, response);
    return error;
}

HANDLER(get_figures_csv)
{
    static const char *const names[] = {"figure", "of", "quarter", "count", "note"};
    enum http_outcome outcome;
    struct reading reading;
    struct figures figures;
    if (counting_is_awaited(context, route, exchange, response, &outcome))
        return outcome;
    if (begin(context, route, request, response, &reading, &figures))
        return HTTP_ANSWERED;
    struct figure_row rows[FIGURE_ROWS_MAX];
    size_t count = figure_rows(&figures, false, rows);
    struct csv_writer writer;
    response->status = 200;
    response->type = "text/csv; charset=utf-8";
    http_header(response, "Content-Disposition", "attachment; filename=\"figures.csv\"");
    csv_writer_begin(&writer, &response->content, names, sizeof names / sizeof *names);
    for (size_t i = 0; i < count; i++) {
        char number[24] = "", text[TIME_TEXT_SIZE];
        if (rows[i].given == FIGURE_GIVEN)
            snprintf(number, sizeof number, "%llu", (unsigned long long)rows[i].count);
        csv_write(&writer, rows[i].figure);
        csv_write(&writer, rows[i].of);
        csv_write(&writer, quarter_text(&rows[i], text));
        csv_write(&writer, number);
        csv_write(&writer, note_of(&rows[i]));
    }
    enum error error = csv_writer_end(&writer);
    if (error) {
        fault_place(&reading.fault, error, "figures");
        return reading_failed(&reading, response);
    }
    reading_end(&reading);
    return HTTP_ANSWERED;
}

HANDLER(get_figures_json)
{
    enum http_outcome outcome;
    struct reading reading;
    struct figures figures;
    if (counting_is_awaited(context, route, exchange, response, &outcome))
        return outcome;
    if (begin(context, route, request, response, &reading, &figures))
        return HTTP_ANSWERED;
    struct figure_row rows[FIGURE_ROWS_MAX];
    size_t count = figure_rows(&figures, false, rows);
    struct json_writer writer;
    response_json(response, 200, &writer);
    json_write_object(&writer);
    put_time(&writer, "time", figures.time);
    json_put_u64(&writer, "log-size", figures.size);
    json_put_array(&writer, "figures");
    for (size_t i = 0; i < count; i++) {
        char text[TIME_TEXT_SIZE];
        json_write_object(&writer);
        json_put_string(&writer, "figure", rows[i].figure);
        if (*rows[i].of)
            json_put_string(&writer, "of", rows[i].of);
        if (rows[i].quarter)
            json_put_string(&writer, "quarter", quarter_text(&rows[i], text));
        if (rows[i].given == FIGURE_GIVEN)
            json_put_u64(&writer, "count", rows[i].count);
        else
            json_put_string(&writer, "note", note_of(&rows[i]));
        json_write_object_end(&writer);
    }
    json_write_array_end(&writer);
    json_write_object_end(&writer);
    response_json_end(response, &writer);
    response_tag(response, request);
    reading_end(&reading);
    return HTTP_ANSWERED;
}

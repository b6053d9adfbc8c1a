/* Counting over all files. */
#include "service/figures.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 200 }; /* files read at a time */

/* Figures in the making. */
struct making {
    struct store_reader *reader;
    struct figures *figures;
    struct fault *fault;
    const atomic_bool *given_up; /* NULL: never */
    millis *spans;               /* of all receipts, for the median */
    size_t room;
};

/* --- What is given of a count ------------------------------------------------------------- */

void figures_hide(const uint64_t *counts, size_t count, bool *ret_hidden)
{
    size_t hidden = 0, smallest = count;
    for (size_t i = 0; i < count; i++) {
        ret_hidden[i] = counts[i] < FIGURES_LEAST;
        hidden += ret_hidden[i];
        if (!ret_hidden[i] && (smallest == count || counts[i] < counts[smallest]))
            smallest = i;
    }
    if (hidden && smallest < count)
        ret_hidden[smallest] = true;
}

uint64_t figures_tens(uint64_t count)
{
    return count / 10 * 10;
}

/* --- Counting ----------------------------------------------------------------------------- */

/* The quarter that a moment is in, or NULL when it is not among the newest. */
static struct figures_quarter *quarter_of(struct figures *figures, millis time)
{
    for (size_t i = 0; i < FIGURES_QUARTERS; i++) {
        if (time >= figures->quarters[i].from)
            return &figures->quarters[i];
    }
    return NULL;
}

static void add_country(struct figures *figures, const struct licence_file *licence)
{
    size_t at = 0;
    while (at < figures->countries_count &&
           strcmp(figures->countries[at].code, licence->state) != 0)
        at++;
    struct figures_country *country = &figures->countries[at];
    if (at == FIGURES_COUNTRIES || strlen(licence->state) >= sizeof country->code)
        return;
    if (at == figures->countries_count) {
        strcpy(country->code, licence->state);
        figures->countries_count++;
    }
    country->issued++;
    if (!licence_is_live(licence))
        return;
    country->live++;
    country->installations += (uint32_t)licence->installations;
}

static enum error count_licence(struct making *making, const void *content)
{
    const struct licence_file *licence = content;
    struct figures_quarter *quarter = quarter_of(making->figures, licence->issued.time);
    if (!licence->issued.person)
        return ERROR_OK;
    making->figures->granted++;
    making->figures->licences[licence->base.state]++;
    add_country(making->figures, licence);
    if (quarter)
        quarter->granted++;
    return ERROR_OK;
}

/* When both ministries had decided: the last of their words. */
static millis decided(const struct application_file *application)
{
    const struct review *reviews[] = {
        &application->defence,     &application->foreign,       &application->defence_end,
        &application->foreign_end, &application->defence_again, &application->foreign_again,
    };
    millis last = 0;
    for (size_t i = 0; i < sizeof reviews / sizeof *reviews; i++)
        last = reviews[i]->by.time > last ? reviews[i]->by.time : last;
    return last;
}

static enum error count_application(struct making *making, const void *content)
{
    const struct application_file *application = content;
    if (application->base.state == APPLICATION_DRAFT)
        return ERROR_OK;
    making->figures->applications[application->base.state]++;
    if (application->base.state != APPLICATION_REFUSED)
        return ERROR_OK;
    struct figures_quarter *quarter = quarter_of(making->figures, decided(application));
    making->figures->refused++;
    if (quarter)
        quarter->refused++;
    return ERROR_OK;
}

static enum error add_span(struct making *making, millis span)
{
    static const millis least[] = {
#define FIGURES_SPAN_ROW(name, from, words) from,
        FIGURES_SPAN_TABLE(FIGURES_SPAN_ROW)
#undef FIGURES_SPAN_ROW
    };
    struct figures *figures = making->figures;
    if (figures->receipts == making->room) {
        size_t room = making->room ? 2 * making->room : 256;
        millis *spans = realloc(making->spans, room * sizeof *spans);
        if (!spans)
            return fault_place(making->fault, ERROR_MEMORY, "figures");
        making->spans = spans;
        making->room = room;
    }
    making->spans[figures->receipts++] = span;
    size_t at = FIGURES_SPAN_COUNT - 1;
    while (at && span < least[at])
        at--;
    figures->spans[at]++;
    return ERROR_OK;
}

static enum error count_order(struct making *making, const void *content)
{
    const struct order_file *order = content;
    struct figures *figures = making->figures;
    if (!order->issued.person)
        return ERROR_OK; /* a draft binds nobody */
    struct figures_quarter *quarter = quarter_of(figures, order->issued.time);
    figures->orders[order->kind]++;
    if (order->kind == ORDER_REVOKE) {
        figures->revoked++;
        if (quarter)
            quarter->revoked++;
    } else if (order_takes_away(order->kind) && quarter) {
        quarter->orders++;
    }
    enum error error = ERROR_OK;
    for (size_t i = 0; i < order->receipts_count && !error; i++) {
        millis span;
        if (order_time_to_obey(order, &order->receipts[i], &span))
            error = add_span(making, span);
    }
    return error;
}

static void add_word(struct figures_words *words, const struct usage_count *count)
{
    size_t at = 0;
    while (at < words->count && strcmp(words->items[at].word, count->value) != 0)
        at++;
    if (strlen(count->value) >= FIGURES_WORD_SIZE || at == FIGURES_WORDS)
        return;
    struct figures_word *word = &words->items[at];
    if (at == words->count) {
        strcpy(word->word, count->value);
        words->count++;
    }
    word->within += count->within;
    word->outside += count->outside;
}

static enum error count_usage(struct making *making, const void *content)
{
    const struct usage_file *usage = content;
    struct figures *figures = making->figures;
    figures->judged += usage->within + usage->outside;
    figures->outside += usage->outside;
    for (size_t i = 0; i < usage->quarters_count; i++) {
        const struct usage_quarter *row = &usage->quarters[i];
        struct figures_quarter *quarter = quarter_of(figures, row->from);
        if (quarter) {
            quarter->judged += row->within + row->outside;
            quarter->outside += row->outside;
        }
    }
    for (size_t i = 0; i < usage->counts_count; i++) {
        const struct usage_count *count = &usage->counts[i];
        bool matter = strcmp(count->field, "matter") == 0;
        add_word(matter ? &figures->matters : &figures->purposes, count);
    }
    return ERROR_OK;
}

/* --- All of it ---------------------------------------------------------------------------- */

typedef enum error counter(struct making *making, const void *content);

/* Every file of a kind, a chunk at a time. */
static enum error count_all(struct making *making, enum file_kind kind, counter *count_one)
{
    struct store_query query = {.kind = kind, .limit = CHUNK};
    char after[FILE_NUMBER_SIZE] = "";
    for (;;) {
        struct arena arena = {0};
        struct store_entry *entries = NULL;
        size_t count = 0;
        query.after = after;
        enum error error =
            store_list(making->reader, &query, &arena, making->fault, &entries, &count);
        for (size_t i = 0; i < count && !error; i++)
            error = count_one(making, entries[i].content);
        if (!error && count)
            memcpy(after, entries[count - 1].number, strlen(entries[count - 1].number) + 1);
        arena_free(&arena);
        if (!error && making->given_up && atomic_load(making->given_up))
            error = fault_place(making->fault, ERROR_CANCELLED, "figures");
        if (error || count < CHUNK)
            return error;
    }
}

static int by_span(const void *a, const void *b)
{
    millis first = *(const millis *)a, second = *(const millis *)b;
    return (first > second) - (first < second);
}

/* Most often declared first; the same order wherever they are as many. */
static int by_frequency(const void *a, const void *b)
{
    const struct figures_word *first = a, *second = b;
    uint64_t one = first->within + first->outside, other = second->within + second->outside;
    return one != other ? (one < other) - (one > other) : strcmp(first->word, second->word);
}

static void begin_quarters(struct figures *figures, millis time)
{
    millis from = usage_quarter_of(time);
    for (size_t i = 0; i < FIGURES_QUARTERS; i++) {
        figures->quarters[i].from = from;
        from = usage_quarter_of(from - 1);
    }
}

enum error figures_make(
    struct store_reader *reader, millis time, const atomic_bool *given_up, struct fault *fault,
    struct figures *ret_figures)
{
    static const struct {
        enum file_kind kind;
        counter *count;
    } counters[] = {
        {FILE_LICENCE, count_licence},
        {FILE_APPLICATION, count_application},
        {FILE_ORDER, count_order},
        {FILE_USAGE, count_usage},
    };
    struct figures figures = {.time = time};
    struct making making = {
        .reader = reader, .figures = &figures, .fault = fault, .given_up = given_up};
    struct arena arena = {0};
    struct store_head head;
    begin_quarters(&figures, time);
    enum error error = store_head(reader, &arena, fault, &head);
    for (size_t i = 0; i < sizeof counters / sizeof *counters && !error; i++)
        error = count_all(&making, counters[i].kind, counters[i].count);
    if (!error) {
        figures.size = head.size;
        if (figures.receipts) {
            qsort(making.spans, figures.receipts, sizeof *making.spans, by_span);
            figures.median = making.spans[(figures.receipts - 1) / 2];
            figures.slow = making.spans[(figures.receipts * 9 + 9) / 10 - 1];
        }
        qsort(
            figures.matters.items, figures.matters.count, sizeof *figures.matters.items,
            by_frequency);
        qsort(
            figures.purposes.items, figures.purposes.count, sizeof *figures.purposes.items,
            by_frequency);
        *ret_figures = figures;
    }
    free(making.spans);
    arena_free(&arena);
    return error;
}

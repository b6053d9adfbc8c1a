/* The licence page's timeline, from the events of its files; and the newest returns. */
#include <stdlib.h>
#include <string.h>

#include "site/licence_view.h"
#include "site/timeline.h"
#include "site/words.h"

/* The events of all the licence's files. */
struct gathered {
    struct event *items;
    size_t count, capacity;
    bool cut; /* a file has older ones */
};

static enum error add_history(
    const struct licence_case *facts, enum file_kind kind, const char *number,
    struct gathered *gathered)
{
    struct reading *reading = facts->reading;
    struct event *events = NULL;
    size_t count = 0;
    enum error error = store_history_but_returns(
        reading->reader, kind, number, UINT64_MAX, HISTORY_EACH, &reading->arena, &reading->fault,
        &events, &count);
    if (error)
        return error;
    for (size_t i = 0; i < count && gathered->count < gathered->capacity; i++)
        gathered->items[gathered->count++] = events[i];
    gathered->cut = gathered->cut || count == HISTORY_EACH;
    return ERROR_OK;
}

static int newest_first(const void *a, const void *b)
{
    uint64_t first = ((const struct event *)a)->sequence;
    uint64_t second = ((const struct event *)b)->sequence;
    return (first < second) - (first > second);
}

static enum error gather(const struct licence_case *facts, struct gathered *ret_gathered)
{
    struct gathered gathered = {
        .capacity = HISTORY_EACH * (1 + facts->installation_count + facts->order_count)};
    gathered.items = ARENA_ARRAY(&facts->reading->arena, struct event, gathered.capacity);
    if (!gathered.items)
        return fault_place(&facts->reading->fault, ERROR_MEMORY, "page");
    enum error error = add_history(facts, FILE_LICENCE, facts->file->base.number, &gathered);
    for (size_t i = 0; i < facts->order_count && !error; i++)
        error = add_history(facts, FILE_ORDER, facts->orders[i].number, &gathered);
    for (size_t i = 0; i < facts->installation_count && !error; i++)
        error = add_history(facts, FILE_INSTALLATION, facts->installations[i].number, &gathered);
    if (!error && gathered.count)
        qsort(gathered.items, gathered.count, sizeof *gathered.items, newest_first);
    *ret_gathered = gathered;
    return error;
}

/* --- Acts --------------------------------------------------------------------------------- */

static const struct order_file *order_of(const struct licence_case *facts, const char *number)
{
    for (size_t i = 0; i < facts->order_count; i++) {
        if (strcmp(facts->orders[i].number, number) == 0)
            return facts->orders[i].content;
    }
    return NULL;
}

static const char *reason_of(const struct licence_case *facts, const struct order_file *file)
{
    enum instrument_type type;
    struct digest digest;
    void *value;
    if (document_decode_unverified(
            file->instrument, &facts->reading->arena, NULL, &type, &digest, &value) ||
        type != INSTRUMENT_ORDER)
        return NULL;
    return ((const struct order *)value)->reason;
}

static void show_order_act(
    const struct licence_case *facts, const char *verb, const char *number, struct view_event *view)
{
    static const char *const done[] = {
        [ORDER_LIMIT] = "Limited by order",           [ORDER_SUSPEND] = "Suspended by order",
        [ORDER_DISCONNECT] = "Disconnected by order", [ORDER_DISCLOSE] = "Disclosure ordered by",
        [ORDER_HOLD] = "Records held by order",       [ORDER_LIFT] = "Limit lifted by order",
        [ORDER_RESTORE] = "Restored by order",        [ORDER_EXTEND] = "Extended by order",
        [ORDER_REVOKE] = "Revoked by order",
    };
    struct arena *arena = &facts->reading->arena;
    const struct order_file *order = order_of(facts, number);
    if (strcmp(verb, "confirm") == 0) {
        view->title = words_format(arena, "Order %s confirmed by the other ministry", number);
    } else if (strcmp(verb, "alarm") == 0) {
        view->title = words_format(arena, "Order %s was not confirmed in time", number);
        view->text = "It stays in force; the other ministry has yet to confirm it.";
    } else if (order && strcmp(verb, "issue") == 0) {
        view->title = words_format(arena, "%s %s", done[order->kind], number);
        view->text = reason_of(facts, order);
        view->shape = licence_order_shape(order->kind);
    } else {
        const char *words = timeline_words(FILE_ORDER, verb);
        view->title = words ? words_format(arena, "Order %s: %s", number, words) : NULL;
    }
}

static void
show_act(const struct licence_case *facts, const struct event *event, struct view_event *view)
{
    static const struct {
        enum file_kind kind;
        const char *verb, *title, *shape;
    } rows[] = {
        /* an installation's number stands before the words */
        {FILE_LICENCE, "propose", "Licence proposed", "pending"},
        {FILE_LICENCE, "countersign", "Licence issued", "active"},
        {FILE_LICENCE, "expire", "Licence expired", "expired"},
        {FILE_LICENCE, "lapse", "Licence lapsed: its certificate has ended", "expired"},
        {FILE_LICENCE, "replace", "Licence ended: another has taken its place", "expired"},
        {FILE_INSTALLATION, "enrol", "enrolled", NULL},
        {FILE_INSTALLATION, "clone", "suspended: two guards continued one lease", "suspended"},
        {FILE_INSTALLATION, "clock", "suspended: its clock ran otherwise than the authority’s",
         "suspended"},
        {FILE_INSTALLATION, "latch", "latched", "disconnected"},
    };
    struct arena *arena = &facts->reading->arena;
    struct act act;
    if (store_event_act(event, arena, NULL, &act))
        return;
    view->person = strcmp(event->actor, "server") != 0;
    if (event->file_kind == FILE_ORDER)
        show_order_act(facts, act.verb, event->file_number, view);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].kind != event->file_kind || strcmp(rows[i].verb, act.verb) != 0)
            continue;
        view->shape = rows[i].shape;
        view->title =
            event->file_kind == FILE_INSTALLATION
                ? words_format(arena, "Installation %s %s", event->file_number, rows[i].title)
                : rows[i].title;
        view->text = datum_text(&act.body, "reason");
    }
    view->by = timeline_person(facts->reading, &facts->office->chain->current, event->actor);
}

/* --- Receipts and returns ----------------------------------------------------------------- */

/* The instrument inside an event's body, decoded; it was verified before it became an event. */
static void *instrument_of(
    const struct licence_case *facts, const struct event *event, enum instrument_type type)
{
    struct arena *arena = &facts->reading->arena;
    struct event_body body;
    enum instrument_type found;
    struct digest digest;
    void *value;
    if (event_body_decode(event->body, arena, NULL, &body) ||
        document_decode_unverified(body.instrument, arena, NULL, &found, &digest, &value) ||
        found != type)
        return NULL;
    return value;
}

/* What the order's file has of an installation's receipt. */
static const struct order_receipt *
receipt_of(const struct order_file *order, const char *installation)
{
    for (size_t i = 0; i < order->receipts_count; i++) {
        if (strcmp(order->receipts[i].installation, installation) == 0)
            return &order->receipts[i];
    }
    return NULL;
}

static void
show_receipt(const struct licence_case *facts, const struct event *event, struct view_event *view)
{
    struct arena *arena = &facts->reading->arena;
    const struct receipt *receipt = instrument_of(facts, event, INSTRUMENT_RECEIPT);
    const struct order_file *order = order_of(facts, event->file_number);
    if (!receipt || !order)
        return;
    const char *stopped = words_count(arena, receipt->stopped, "use");
    const struct order_receipt *noted = receipt_of(order, receipt->installation);
    millis after;
    view->title =
        words_format(arena, "%s obeyed order %s", receipt->installation, event->file_number);
    if (noted && order_time_to_obey(order, noted, &after)) {
        view->text =
            words_format(arena, "After %s; %s stopped.", words_span(arena, after), stopped);
    } else {
        struct view_moment said = words_moment(arena, receipt->obeyed);
        view->text = words_format(
            arena, "At a time that cannot be, it says: %s, %s; %s stopped.", said.date, said.time,
            stopped);
    }
    view->by = words_format(arena, "receipt of %s, guard’s key", receipt->installation);
}

struct clause_count {
    const char *value;
    uint64_t outside;
};

static int most_first(const void *a, const void *b)
{
    uint64_t first = ((const struct clause_count *)a)->outside;
    uint64_t second = ((const struct clause_count *)b)->outside;
    return (first < second) - (first > second);
}

/* Adds up what a return says of each clause. */
static void add_clauses(
    const struct usage_return *value, struct clause_count *counts, size_t *count, size_t most)
{
    for (size_t i = 0; i < value->counts_count; i++) {
        const struct return_count *one = &value->counts[i];
        if (strcmp(one->field, "clause") != 0 || one->outside == 0)
            continue;
        size_t k = 0;
        while (k < *count && strcmp(counts[k].value, one->value) != 0)
            k++;
        if (k == most)
            continue;
        if (k == *count)
            counts[(*count)++] = (struct clause_count){.value = one->value};
        counts[k].outside += one->outside;
    }
}

/* A certificate's clause is a number; an order's has the order's name before it. */
static const char *clause_words(struct arena *arena, const char *clause)
{
    bool number = *clause >= '0' && *clause <= '9';
    return number ? words_format(arena, "clause %s", clause) : clause;
}

static void show_bars(
    struct arena *arena, const struct clause_count *counts, size_t count, struct view_licence *view)
{
    enum { ROW = 45, TEXT = 14, BAR = 21, VALUE = 31 };
    size_t shown = count < SHOWN_BARS ? count : SHOWN_BARS;
    struct view_bar *bars = shown ? ARENA_ARRAY(arena, struct view_bar, shown) : NULL;
    if (!bars)
        return;
    for (size_t i = 0; i < shown; i++) {
        bars[i] = (struct view_bar){
            .label = clause_words(arena, counts[i].value),
            .count = counts[i].outside,
            .width = words_format(
                arena, "%.1f", 90.0 * (double)counts[i].outside / (double)counts[0].outside),
            .text_y = words_format(arena, "%zu", i * ROW + TEXT),
            .y = words_format(arena, "%zu", i * ROW + BAR),
            .bar_y = words_format(arena, "%zu", i * ROW + VALUE),
        };
    }
    view->bars.items = bars;
    view->bars.count = shown;
    view->bars_height = words_format(arena, "%zu", shown * ROW);
    view->bars_title =
        words_format(arena, "Most refusals cite %s", clause_words(arena, counts[0].value));
}

static int greatest_first(const void *a, const void *b)
{
    uint64_t first = *(const uint64_t *)a, second = *(const uint64_t *)b;
    return (first < second) - (first > second);
}

/* Which events are the newest of all installations, newest first. */
static enum error
find_newest(const struct licence_case *facts, uint64_t **ret_sequences, size_t *ret_count)
{
    struct reading *reading = facts->reading;
    uint64_t *sequences =
        ARENA_ARRAY(&reading->arena, uint64_t, RETURNS_SOUGHT * (facts->installation_count + 1));
    size_t count = 0;
    if (!sequences)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < facts->installation_count; i++) {
        size_t found;
        enum error error = store_newest(
            reading->reader, FILE_INSTALLATION, facts->installations[i].number, RETURNS_SOUGHT,
            &reading->fault, sequences + count, &found);
        if (error)
            return error;
        count += found;
    }
    if (count)
        qsort(sequences, count, sizeof *sequences, greatest_first);
    *ret_sequences = sequences;
    *ret_count = count;
    return ERROR_OK;
}

static struct view_period
show_period(struct arena *arena, const struct event *event, const struct usage_return *value)
{
    struct view_moment from = words_moment(arena, value->from);
    struct view_moment until = words_moment(arena, value->until);
    return (struct view_period){
        .installation = value->installation,
        .from = words_format(arena, "%s, %s", from.date, from.time),
        .until = words_format(
            arena, "%s, %s%s", until.date, until.time,
            guard_time_is_ahead(value->until, event->time) ? ", which had not come" : ""),
        .within = value->within,
        .outside = value->outside,
        .begun = value->begun,
        .stopped = value->stopped,
    };
}

static enum error show_returns(const struct licence_case *facts, struct view_licence *view)
{
    enum { CLAUSES_MAX = 200 };
    struct reading *reading = facts->reading;
    struct arena *arena = &reading->arena;
    struct clause_count *counts = ARENA_ARRAY(arena, struct clause_count, CLAUSES_MAX);
    view->periods.items = ARENA_ARRAY(arena, struct view_period, SHOWN_PERIODS);
    size_t count = 0, newest_count = 0;
    uint64_t *newest = NULL;
    if (!counts || !view->periods.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    enum error error = find_newest(facts, &newest, &newest_count);
    for (size_t i = 0; i < newest_count && view->periods.count < SHOWN_PERIODS; i++) {
        struct event *event = NULL;
        size_t found = 0;
        error = store_events(reading->reader, newest[i], 1, arena, &reading->fault, &event, &found);
        if (error)
            return error;
        const struct usage_return *value =
            event->type == EVENT_RETURN ? instrument_of(facts, event, INSTRUMENT_RETURN) : NULL;
        if (!value)
            continue;
        view->periods.items[view->periods.count++] = show_period(arena, event, value);
        add_clauses(value, counts, &count, CLAUSES_MAX);
    }
    if (count)
        qsort(counts, count, sizeof *counts, most_first);
    show_bars(arena, counts, count, view);
    return error;
}

/* --- The timeline ------------------------------------------------------------------------- */

enum error licence_events_make(const struct licence_case *facts, struct view_licence *view)
{
    struct arena *arena = &facts->reading->arena;
    struct gathered gathered;
    enum error error = gather(facts, &gathered);
    if (!error)
        error = show_returns(facts, view);
    if (error)
        return error;
    view->timeline.events.items = ARENA_ARRAY(arena, struct view_event, SHOWN_EVENTS);
    if (!view->timeline.events.items)
        return fault_place(&facts->reading->fault, ERROR_MEMORY, "page");
    view->timeline.cut = gathered.cut;
    for (size_t i = 0; i < gathered.count; i++) {
        const struct event *event = &gathered.items[i];
        struct view_event one = {0};
        if (event->type == EVENT_ACT)
            show_act(facts, event, &one);
        else if (event->type == EVENT_RECEIPT)
            show_receipt(facts, event, &one);
        if (!one.title)
            continue;
        if (view->timeline.events.count == SHOWN_EVENTS) {
            view->timeline.cut = true;
            break;
        }
        one.when = words_moment(arena, event->time);
        one.digest = words_digest(arena, &event->leaf);
        view->timeline.events.items[view->timeline.events.count++] = one;
    }
    return ERROR_OK;
}

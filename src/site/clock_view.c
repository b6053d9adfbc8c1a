/* Clocks. */
#include "site/clock_view.h"

#include "site/words.h"

enum {
    WIDTH = 120,   /* of the bar */
    SEGMENTS = 15, /* more days than these are one bar */
    GAP = 2,       /* between two */
    WEEK = 5,      /* working days */
    TENTHS = 10,
};

/* A clock at a moment. */
struct shown {
    struct arena *arena;
    const struct calendar *calendar;
    struct clock clock;
    millis time;
    uint64_t gone; /* of its working days */
};

/* The last day of a period that ends with a day; in the office's time. */
static const char *last_day(const struct shown *shown)
{
    return words_date(
        shown->arena, calendar_day(shown->calendar, shown->clock.until - 1) * MILLIS_DAY);
}

static const char *days_words(struct arena *arena, uint64_t days)
{
    return words_count(arena, days, "working day");
}

/* "2 of 5 working days", "5 h of 24 h". */
static const char *share_words(const struct shown *shown)
{
    const struct clock *clock = &shown->clock;
    if (clock->days)
        return words_format(
            shown->arena, "%llu of %s", (unsigned long long)shown->gone,
            days_words(shown->arena, clock->days));
    return words_format(
        shown->arena, "%s of %s", words_span(shown->arena, shown->time - clock->from),
        words_span(shown->arena, clock->until - clock->from));
}

static const char *late_words(const struct shown *shown)
{
    millis until = shown->clock.until;
    uint64_t days = calendar_elapsed(shown->calendar, until - 1, shown->time);
    if (shown->clock.days && days)
        return words_format(shown->arena, "Late by %s", days_words(shown->arena, days));
    return words_format(shown->arena, "Late by %s", words_span(shown->arena, shown->time - until));
}

static const char *note_words(const struct shown *shown)
{
    const struct clock *clock = &shown->clock;
    if (!clock->until)
        return words_format(shown->arena, "%s, until the answer comes", clock->what);
    if (clock->days)
        return words_format(shown->arena, "%s, until %s", clock->what, last_day(shown));
    millis minute = clock->until / MILLIS_MINUTE;
    return words_format(
        shown->arena, "%s, until %s, %02d:%02d UTC", clock->what,
        words_date(shown->arena, clock->until), (int)(minute / 60 % 24), (int)(minute % 60));
}

/* --- The bar ------------------------------------------------------------------------------ */

static const char *tenths(struct arena *arena, uint64_t value)
{
    return words_format(
        arena, "%llu.%llu", (unsigned long long)(value / TENTHS),
        (unsigned long long)(value % TENTHS));
}

static void add_part(
    const struct shown *shown, struct view_clock *view, const char *kind, uint64_t from,
    uint64_t until)
{
    if (until > from)
        view->parts.items[view->parts.count++] = (struct view_clock_part){
            kind, tenths(shown->arena, from), tenths(shown->arena, until - from)};
}

/* A segment for each day, the gone ones full. */
static void add_segments(const struct shown *shown, struct view_clock *view, const char *on)
{
    const uint64_t days = shown->clock.days, all = WIDTH * TENTHS, gap = GAP * TENTHS;
    for (uint64_t i = 0; i < days; i++)
        add_part(
            shown, view, i < shown->gone ? on : "off", i * (all + gap) / days,
            (i + 1) * (all + gap) / days - gap);
}

static void add_bar(const struct shown *shown, struct view_clock *view, const char *on)
{
    const struct clock *clock = &shown->clock;
    const uint64_t all = WIDTH * TENTHS;
    uint64_t full = all;
    if (clock->days)
        full = all * shown->gone / clock->days;
    else if (shown->time < clock->until && clock->until > clock->from)
        full = shown->time < clock->from ? 0
                                         : all * (uint64_t)(shown->time - clock->from) /
                                               (uint64_t)(clock->until - clock->from);
    add_part(shown, view, on, 0, full);
    add_part(shown, view, "off", full, all);
}

static enum error make_bar(const struct shown *shown, struct fault *fault, struct view_clock *view)
{
    const char *on = view->late ? "over" : view->stopped ? "held" : "on";
    view->parts.items = ARENA_ARRAY(shown->arena, struct view_clock_part, SEGMENTS + 1);
    if (!view->parts.items)
        return fault_place(fault, ERROR_MEMORY, "page");
    if (shown->clock.days && shown->clock.days <= SEGMENTS)
        add_segments(shown, view, on);
    else
        add_bar(shown, view, on);
    return ERROR_OK;
}

/* --- All of it ---------------------------------------------------------------------------- */

static enum urgency urgency_of(const struct shown *shown)
{
    const millis deadline = clock_deadline(&shown->clock);
    if (deadline == CLOCK_NONE)
        return URGENCY_NONE;
    if (deadline == CLOCK_STOPPED)
        return URGENCY_STOPPED;
    if (shown->time >= deadline)
        return URGENCY_LATE;
    if (calendar_day(shown->calendar, deadline - 1) == calendar_day(shown->calendar, shown->time))
        return URGENCY_TODAY;
    return calendar_elapsed(shown->calendar, shown->time, deadline - 1) < WEEK ? URGENCY_WEEK
                                                                               : URGENCY_LATER;
}

enum error clock_view_make(
    struct reading *reading, enum file_kind kind, const void *content, struct view_clock *ret_clock,
    enum urgency *ret_urgency)
{
    const struct office *office;
    enum error error = reading_office(reading, &office);
    if (error)
        return error;
    struct shown shown = {
        .arena = &reading->arena,
        .calendar = &office->settings.calendar,
        .clock = file_clock(&office->settings, kind, content),
        .time = reading->time,
    };
    *ret_clock = (struct view_clock){0};
    *ret_urgency = urgency_of(&shown);
    /* Where it is only somebody's chance, nothing is left to say when it is over. */
    if (!shown.clock.what || (shown.clock.window && shown.time >= shown.clock.until))
        return ERROR_OK;
    shown.gone = clock_gone(shown.calendar, &shown.clock, shown.time);
    struct view_clock view = {
        .late = *ret_urgency == URGENCY_LATE,
        .stopped = *ret_urgency == URGENCY_STOPPED,
        .note = note_words(&shown),
    };
    const char *share = share_words(&shown);
    view.words = view.late      ? late_words(&shown)
                 : view.stopped ? words_format(shown.arena, "Stopped at %s", share)
                                : share;
    error = make_bar(&shown, &reading->fault, &view);
    if (!error)
        *ret_clock = view;
    return error;
}

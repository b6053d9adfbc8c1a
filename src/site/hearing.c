/* A hearing as its party reads it. */
#include "site/hearing.h"

#include "site/catalogue.h"
#include "site/values.h"
#include "site/words.h"

const char *hearing_href(struct arena *arena, const char *number)
{
    struct buffer path = {0};
    buffer_append_text(&path, "/hearing/");
    http_percent_append(&path, bytes_of(number));
    const char *text = path.error ? NULL : arena_text(arena, buffer_view(&path));
    buffer_free(&path);
    return text;
}

struct view_state hearing_state_label(enum hearing_state state)
{
    static const struct view_state labels[] = {
        [HEARING_CALLED] = {"Called", "pending"},   [HEARING_HEARD] = {"Heard", "pending"},
        [HEARING_DECIDED] = {"Decided", "pending"}, [HEARING_OBJECTED] = {"Objected to", "pending"},
        [HEARING_CLOSED] = {"Closed", "expired"},
    };
    return labels[state];
}

static const char *moment(struct arena *arena, millis time)
{
    struct view_moment when = words_moment(arena, time);
    return words_format(arena, "%s, %s", when.date, when.time);
}

static const char *next_after_decision(struct arena *arena, const struct hearing *hearing)
{
    if (hearing->object_until)
        return words_format(arena, "You can object until %s", moment(arena, hearing->object_until));
    return hearing->settled ? "The objection was decided on" : "The time to object is over";
}

const char *hearing_next(struct arena *arena, const struct hearing *hearing, millis time)
{
    switch (hearing->state) {
    case HEARING_CALLED:
        return time < hearing->date ? "State what you have to say, until you are heard"
                                    : "The date is past; you can state until the record is made";
    case HEARING_HEARD:
        return "Others than who investigated and who heard you decide";
    case HEARING_DECIDED:
        return next_after_decision(arena, hearing);
    case HEARING_OBJECTED:
        return hearing->objector == hearing->track
                   ? "People who had no part in the decision decide on your objection"
                   : "The other party objected; others than who decided decide on it";
    case HEARING_CLOSED:
        break;
    }
    return "Nothing: the case is closed";
}

enum error hearing_links(
    struct reading *reading, const struct hearing *hearings, size_t count,
    struct view_hearing_links *ret_links)
{
    struct arena *arena = &reading->arena;
    struct view_hearing_link *links = ARENA_ARRAY(arena, struct view_hearing_link, count + 1);
    if (!links)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < count; i++)
        links[i] = (struct view_hearing_link){
            .href = hearing_href(arena, hearings[i].number),
            .words = words_format(
                arena, "Hearing in case %s, %s", hearings[i].number,
                words_date(arena, hearings[i].date)),
            .next = hearing_next(arena, &hearings[i], reading->time),
        };
    *ret_links = (struct view_hearing_links){links, count};
    return ERROR_OK;
}

/* --- Its parts ---------------------------------------------------------------------------- */

enum { PARTS_MAX = 5, VALUES_MAX = 6 };

/* A page under way. */
struct telling {
    struct arena *arena;
    struct view_hearing *view;
    bool failed; /* no memory */
};

static void begin(struct telling *telling, const char *id, const char *title, const char *nothing)
{
    struct view_value *values = ARENA_ARRAY(telling->arena, struct view_value, VALUES_MAX);
    telling->failed = telling->failed || !values;
    size_t place = telling->view->parts.count++;
    telling->view->parts.items[place] = (struct view_hearing_part){
        .id = id,
        .title = title,
        .nothing = nothing,
        .first = place == 0,
        .values = {.items = values},
    };
}

/* A line of the newest part; none where the text is NULL. */
static void tell(struct telling *telling, const char *label, const char *text)
{
    struct view_hearing_part *part = &telling->view->parts.items[telling->view->parts.count - 1];
    if (!telling->failed && text)
        part->values.items[part->values.count++] =
            (struct view_value){.label = label, .text = text};
}

static void tell_moment(struct telling *telling, const char *label, millis time)
{
    if (time)
        tell(telling, label, moment(telling->arena, time));
}

static void tell_hearing(struct telling *telling, const struct hearing *hearing)
{
    begin(telling, "hearing", "The hearing", NULL);
    tell(telling, "Licence", hearing->licence);
    if (!telling->failed)
        telling->view->parts.items[0].values.items[0].href =
            values_href(telling->arena, FILE_LICENCE, hearing->licence);
    tell(
        telling, "You are heard as",
        hearing->track == CASE_TRACK_EXPORTER ? "The exporter" : "The acquiring state");
    tell_moment(telling, "Date", hearing->date);
    tell(telling, "Who hears you", hearing->chair);
    tell_moment(telling, "Notice was given", hearing->noticed);
    tell(telling, "Notice", hearing->notice);
}

static void tell_statement(struct telling *telling, const struct hearing *hearing)
{
    begin(
        telling, "statement", "Your statement",
        hearing->state == HEARING_CALLED ? "You have stated nothing so far."
                                         : "You stated nothing.");
    tell_moment(telling, "Entered", hearing->stated);
    tell(telling, "Statement", hearing->statement);
}

static void tell_record(struct telling *telling, const struct hearing *hearing)
{
    begin(
        telling, "record", "The record of your hearing",
        hearing->state == HEARING_CALLED ? "You were not heard yet." : "You did not come.");
    tell_moment(telling, "Heard", hearing->heard);
    tell(telling, "Record", hearing->record);
}

static const char *outcome_words(enum case_outcome outcome)
{
    static const char *const words[] = {
        [CASE_NO_BREACH] = "No breach",
        [CASE_WARNING] = "A breach; a warning, and nothing is taken away",
        [CASE_LIMIT] = "A breach; the licence is limited",
        [CASE_DISCONNECT] = "A breach; the system is disconnected",
        [CASE_REVOKE] = "A breach; the licence is revoked",
    };
    return words[outcome];
}

/* What was weighed, each with its finding. */
static void tell_factors(struct telling *telling, const struct hearing *hearing)
{
    static const char *const weights[] = {
        [CASE_AGGRAVATES] = "aggravates",
        [CASE_MITIGATES] = "mitigates",
        [CASE_NEUTRAL] = "neutral"};
    static const char *const factors[] = {
        [CASE_FACTOR_NONE] = NULL,
#define FACTOR_ROW(name, word) [CASE_FACTOR_##name] = word,
        CASE_FACTOR_TABLE(FACTOR_ROW)
#undef FACTOR_ROW
    };
    struct arena *arena = telling->arena;
    struct view_value *items = ARENA_ARRAY(arena, struct view_value, hearing->factors_count + 1);
    telling->failed = telling->failed || !items;
    if (telling->failed || !hearing->factors_count)
        return;
    for (size_t i = 0; i < hearing->factors_count; i++) {
        const struct case_factor *factor = &hearing->factors[i];
        items[i] = (struct view_value){
            .label = words_format(
                arena, "%s, %s", choice_label(arena, factors[factor->factor]),
                weights[factor->weight]),
            .text = factor->finding,
        };
    }
    struct view_hearing_part *part = &telling->view->parts.items[telling->view->parts.count - 1];
    part->values.items[part->values.count++] =
        (struct view_value){.label = "What was weighed", .items = {items, hearing->factors_count}};
}

static void tell_decision(struct telling *telling, const struct hearing *hearing)
{
    begin(telling, "decision", "The decision", "Nothing was decided yet.");
    if (!hearing->decided)
        return;
    tell_moment(telling, "Decided", hearing->decided);
    tell(
        telling, hearing->settled ? "Outcome, after the objection" : "Outcome",
        outcome_words(hearing->outcome));
    tell(telling, "Reasons", hearing->reasons);
    tell_factors(telling, hearing);
    tell_moment(telling, "You can object until", hearing->object_until);
}

static void tell_objection(struct telling *telling, const struct hearing *hearing)
{
    if (!hearing->objector)
        return;
    begin(telling, "objection", "The objection", NULL);
    if (hearing->objector != hearing->track)
        tell(telling, "Who objected", "The other party");
    tell(telling, "Your objection", hearing->objection);
    tell_moment(telling, "Decided on", hearing->settled);
    tell(telling, "Answer", hearing->answer);
}

enum error
hearing_parts(struct reading *reading, const struct hearing *hearing, struct view_hearing *view)
{
    struct telling telling = {.arena = &reading->arena, .view = view};
    view->parts.items = ARENA_ARRAY(&reading->arena, struct view_hearing_part, PARTS_MAX);
    if (!view->parts.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    tell_hearing(&telling, hearing);
    tell_statement(&telling, hearing);
    tell_record(&telling, hearing);
    tell_decision(&telling, hearing);
    tell_objection(&telling, hearing);
    return telling.failed ? fault_place(&reading->fault, ERROR_MEMORY, "page") : ERROR_OK;
}

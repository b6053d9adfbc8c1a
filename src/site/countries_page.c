/* The world as the office sees it: the countries that may acquire, on a map and in a list. That a
 * country is on the list is public, with the list's date; what was weighed for it, when it changed,
 * and what a country has of licences and installations are for those who see all of these files. */
#include <stdlib.h>
#include <string.h>

#include "assets/assets.h"
#include "assets/outline_rows.h"
#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/language.h"
#include "site/outline.h"
#include "site/values.h"
#include "site/words.h"

enum { COUNTRIES_MAX = 26 * 26, CHANGES_SHOWN = 50, DOT = 12 };

/* --- Outlines ----------------------------------------------------------------------------- */

static const struct outline outlines[] = {
#define OUTLINE_ROW(code, x, y, drawn) {code, x, y, drawn},
    OUTLINE_TABLE(OUTLINE_ROW)
#undef OUTLINE_ROW
    /* Last, after every code: so that the table is none where there are no outlines. */
    {"", 0, 0, false},
};
enum { OUTLINE_COUNT = sizeof outlines / sizeof *outlines - 1 };

static int by_code(const void *key, const void *row)
{
    return strcmp(key, ((const struct outline *)row)->code);
}

const struct outline *outline_of(const char *code)
{
    return bsearch(code, outlines, OUTLINE_COUNT, sizeof *outlines, by_code);
}

size_t outline_count(void)
{
    return OUTLINE_COUNT;
}

/* --- The page ----------------------------------------------------------------------------- */

/* A page under way. */
struct maker {
    struct reading *reading;
    struct arena *arena;
    size_t language;        /* of what is said */
    struct figures figures; /* for those inside alone */
    const struct store_entry *entries;
    size_t count;
    struct view_countries view;
};

static enum error no_memory(struct maker *maker)
{
    return fault_place(&maker->reading->fault, ERROR_MEMORY, "page");
}

static const char *date_said(const struct maker *maker, millis time)
{
    return language_date(maker->arena, maker->language, time);
}

/* A country's name in the page's language, or else as it is in the register. */
static const char *
name_said(const struct maker *maker, const struct country_file *file, const char **ret_language)
{
    const char *name = language_country(maker->language, file->base.number);
    *ret_language = language_code(name ? maker->language : 0);
    return name ? name : file->name;
}

static struct view_state state_said(const struct maker *maker, int state)
{
    struct view_state label = state_label(maker->arena, FILE_COUNTRY, state);
    label.word = language_word(maker->language, label.word);
    return label;
}

static bool sees_all(const struct actor *who)
{
    return reader_sight(who, FILE_COUNTRY) == SIGHT_ALL &&
           reader_sight(who, FILE_LICENCE) == SIGHT_ALL &&
           reader_sight(who, FILE_INSTALLATION) == SIGHT_ALL;
}

static const struct figures_country *counts_of(const struct maker *maker, const char *code)
{
    for (size_t i = 0; i < maker->figures.countries_count; i++) {
        if (strcmp(maker->figures.countries[i].code, code) == 0)
            return &maker->figures.countries[i];
    }
    return NULL;
}

/* What the reader may know of a country on the list, or, inside, of any that has a file. */
static void add_row(struct maker *maker, const struct country_file *file)
{
    struct view_countries *view = &maker->view;
    struct view_country *row = &view->rows.items[view->rows.count++];
    *row = (struct view_country){
        .code = file->base.number,
        .state = state_said(maker, file->base.state),
    };
    row->name = name_said(maker, file, &row->name_language);
    view->listed += file->base.state == COUNTRY_LISTED;
    if (!view->inside)
        return;
    const struct figures_country *counts = counts_of(maker, row->code);
    row->href = values_href(maker->arena, FILE_COUNTRY, row->code);
    row->since = file->decided.person ? date_said(maker, file->decided.time)
                                      : date_said(maker, file->proposed.time);
    row->issued = words_number(maker->arena, counts ? counts->issued : 0);
    row->live = words_number(maker->arena, counts ? counts->live : 0);
    row->installations = words_number(maker->arena, counts ? counts->installations : 0);
    if (counts && counts->live)
        row->mark = row->live;
}

/* A mark on the map, over the outline or, where a small state has none, a dot. */
static void add_mark(struct maker *maker, const struct view_country *row, int state)
{
    struct view_countries *view = &maker->view;
    const struct outline *outline = outline_of(row->code);
    if (!outline) {
        view->off_map.items[view->off_map.count++] = *row;
        return;
    }
    struct view_mark *mark = &view->marks.items[view->marks.count++];
    *mark = (struct view_mark){
        .style = state == COUNTRY_LISTED ? "listed" : "other",
        .title = LANGUAGE_SAY(
            maker->arena, maker->language, PHRASE("{0}: {1}"), row->name, row->state.word),
        .x = words_format(maker->arena, "%d", outline->x),
        .y = words_format(maker->arena, "%d", outline->y),
        .count = row->mark,
    };
    if (outline->drawn)
        mark->href = words_format(maker->arena, "%s#%s", ASSET_OUTLINES_SVG, row->code);
}

static enum error make_rows(struct maker *maker)
{
    struct view_countries *view = &maker->view;
    view->rows.items = ARENA_ARRAY(maker->arena, struct view_country, maker->count + 1);
    view->off_map.items = ARENA_ARRAY(maker->arena, struct view_country, maker->count + 1);
    view->marks.items = ARENA_ARRAY(maker->arena, struct view_mark, maker->count + 1);
    if (!view->rows.items || !view->off_map.items || !view->marks.items)
        return no_memory(maker);
    for (size_t i = 0; i < maker->count; i++) {
        const struct country_file *file = maker->entries[i].content;
        if (!view->inside && file->base.state != COUNTRY_LISTED)
            continue;
        add_row(maker, file);
        if (file->base.state == COUNTRY_LISTED || file->base.state == COUNTRY_DELISTED)
            add_mark(maker, &view->rows.items[view->rows.count - 1], file->base.state);
    }
    if (OUTLINE_COUNT) {
        view->land = ASSET_OUTLINES_SVG "#land";
        view->box = words_format(maker->arena, "0 0 %d %d", OUTLINES_WIDTH, OUTLINES_HEIGHT);
        view->dot = words_format(maker->arena, "%d", DOT);
    }
    return ERROR_OK;
}

/* --- History ------------------------------------------------------------------------------ */

struct change {
    const struct country_file *file;
    const struct country_change *change;
};

static int newest_first(const void *a, const void *b)
{
    const struct change *first = a, *second = b;
    millis one = first->change->by.time, other = second->change->by.time;
    return one != other ? (one < other) - (one > other)
                        : strcmp(first->file->base.number, second->file->base.number);
}

static enum error make_history(struct maker *maker)
{
    struct view_countries *view = &maker->view;
    size_t most = 0, count = 0;
    for (size_t i = 0; i < maker->count; i++)
        most += ((const struct country_file *)maker->entries[i].content)->changes_count;
    struct change *changes = ARENA_ARRAY(maker->arena, struct change, most + 1);
    view->history.items = ARENA_ARRAY(maker->arena, struct view_country_change, most + 1);
    if (!changes || !view->history.items)
        return no_memory(maker);
    for (size_t i = 0; i < maker->count; i++) {
        const struct country_file *file = maker->entries[i].content;
        for (size_t k = 0; k < file->changes_count; k++)
            changes[count++] = (struct change){file, &file->changes[k]};
    }
    if (count)
        qsort(changes, count, sizeof *changes, newest_first);
    view->history_cut = count > CHANGES_SHOWN;
    for (size_t i = 0; i < count && i < CHANGES_SHOWN; i++) {
        const struct country_file *file = changes[i].file;
        const struct country_change *change = changes[i].change;
        struct view_country_change *row = &view->history.items[view->history.count++];
        *row = (struct view_country_change){
            .date = date_said(maker, change->by.time),
            .code = file->base.number,
            .href = values_href(maker->arena, FILE_COUNTRY, file->base.number),
            .state = state_said(maker, (int)change->to),
            .reasons = change->reasons,
            .by = change->by.person,
        };
        row->name = name_said(maker, file, &row->name_language);
    }
    return ERROR_OK;
}

static enum error make(struct maker *maker)
{
    struct reading *reading = maker->reading;
    struct view_countries *view = &maker->view;
    const struct office *office;
    const struct store_query query = {.kind = FILE_COUNTRY, .limit = COUNTRIES_MAX};
    struct store_entry *entries = NULL;
    view->inside = sees_all(&reading->who);
    maker->language = language_on(reading->request, countries_page_languages);
    enum error error = reading_office(reading, &office);
    if (!error)
        error = store_list(
            reading->reader, &query, maker->arena, &reading->fault, &entries, &maker->count);
    if (!error && view->inside)
        error = counting_figures(reading, &maker->figures);
    if (!error)
        error =
            frame_make(reading, PHRASE("Countries that may acquire"), "/countries", &view->frame);
    maker->entries = entries;
    if (!error)
        error = make_rows(maker);
    if (!error && view->inside)
        error = make_history(maker);
    if (error)
        return error;
    view->lead =
        view->listed == 1
            ? page_phrase(
                  maker->language, PHRASE("One country may acquire a licensed cyber system."))
            : LANGUAGE_SAY(
                  maker->arena, maker->language,
                  PHRASE("{0} countries may acquire a licensed cyber system."),
                  words_number(maker->arena, view->listed));
    if (office->countries_date)
        view->dated = LANGUAGE_SAY(
            maker->arena, maker->language, PHRASE("The list is of {0}."),
            date_said(maker, office->countries_date));
    if (view->inside)
        view->counted = date_said(maker, maker->figures.time);
    return ERROR_OK;
}

HANDLER(get_countries)
{
    enum http_outcome outcome;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    if (sees_all(&reading.who) &&
        counting_is_awaited(context, route, exchange, response, &outcome)) {
        reading_end(&reading);
        return outcome;
    }
    struct maker maker = {.reading = &reading, .arena = &reading.arena};
    if (make(&maker))
        return reading_failed(&reading, response);
    countries_page(&response->content, &maker.view);
    return page_done(&reading, response);
}

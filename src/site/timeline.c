/* What happened to a file. */
#include "site/timeline.h"

#include <string.h>

#include "site/catalogue.h"
#include "site/words.h"

const char *timeline_person(struct reading *reading, const struct root *root, const char *id)
{
    enum ministry_id ministry;
    const struct root_person *person = root_person_by_id(root, id, &ministry);
    if (!person)
        return strcmp(id, "server") == 0 ? "the server, by a rule" : id;
    return words_format(&reading->arena, "%s, %s", id, ministry_word(ministry));
}

const char *timeline_words(enum file_kind kind, const char *verb)
{
    const struct transition *row = lifecycle_find(kind, verb);
    return row ? row->words : NULL;
}

/* An act: the row of the life-cycle that it was, and the reason that was given. */
static bool show_act(
    struct reading *reading, const struct root *root, const struct event *event,
    struct view_event *view)
{
    struct act act;
    if (store_event_act(event, &reading->arena, NULL, &act))
        return false;
    const struct transition *row = lifecycle_find(event->file_kind, act.verb);
    const char *reason = datum_text(&act.body, "reason");
    view->title = row ? row->words : act.verb;
    view->text = reason ? reason : datum_text(&act.body, "reasons");
    view->person = strcmp(event->actor, "server") != 0;
    view->by = timeline_person(reading, root, event->actor);
    return true;
}

static void show_other(const struct event *event, struct view_event *view)
{
    static const char *const titles[] = {
        [EVENT_RECEIPT] = "A guard’s receipt arrived",
        [EVENT_RETURN] = "A guard’s return arrived",
    };
    size_t type = event->type;
    view->title =
        type < sizeof titles / sizeof *titles && titles[type] ? titles[type] : "Noted in the log";
    view->by = event->actor && *event->actor ? event->actor : "the server";
}

enum error timeline_make(
    struct reading *reading, enum file_kind kind, const char *number, struct view_event **ret_items,
    size_t *ret_count, bool *ret_cut)
{
    struct arena *arena = &reading->arena;
    struct event *events = NULL;
    size_t count = 0;
    const struct office *office;
    enum error error = reading_office(reading, &office);
    if (!error)
        error = store_history(
            reading->reader, kind, number, UINT64_MAX, TIMELINE_SHOWN, arena, &reading->fault,
            &events, &count);
    struct view_event *items = ARENA_ARRAY(arena, struct view_event, count + 1);
    if (!error && !items)
        error = fault_place(&reading->fault, ERROR_MEMORY, "page");
    if (error)
        return error;
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct view_event){
            .when = words_moment(arena, events[i].time),
            .digest = words_digest(arena, &events[i].leaf),
        };
        if (!show_act(reading, &office->chain->current, &events[i], &items[i]))
            show_other(&events[i], &items[i]);
    }
    *ret_items = items;
    *ret_count = count;
    *ret_cut = count == TIMELINE_SHOWN;
    return ERROR_OK;
}

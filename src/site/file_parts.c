/* Parts of a file's page. */
#include "site/file_parts.h"

#include "site/catalogue.h"
#include "site/draft.h"
#include "site/words.h"

enum { UNDER_MAX = 12 };

/* --- What can be done --------------------------------------------------------------------- */

static const char *
act_href(struct arena *arena, enum file_kind kind, const char *verb, const char *number)
{
    struct buffer path = {0};
    buffer_printf(&path, "/act/%s/%s?number=", file_word(kind), verb);
    http_percent_append(&path, bytes_of(number));
    const char *text = path.error ? NULL : arena_text(arena, buffer_view(&path));
    buffer_free(&path);
    return text;
}

/* Why not, in words that somebody can do something about. */
static const char *why_shut(struct arena *arena, const struct fault *fault)
{
    switch (fault->error) {
    case ERROR_OFFICE_OWN_ACT:
        return "Another person must: you had a part in it.";
    case ERROR_OFFICE_ROLE:
        return words_format(arena, "For: %s.", fault->expected);
    default:
        return words_format(arena, "%s.", words_capital(arena, error_words(fault->error)));
    }
}

enum error file_steps_make(
    struct reading *reading, enum file_kind kind, const void *content, struct view_steps *ret_steps)
{
    struct arena *arena = &reading->arena;
    const struct file_base *base = content;
    size_t count;
    const struct transition *rows = lifecycle(kind, &count);
    struct view_steps steps = {0};
    steps.open.items = ARENA_ARRAY(arena, struct view_step, count + 1);
    steps.shut.items = ARENA_ARRAY(arena, struct view_step, count + 1);
    struct view_step draft;
    bool open = false;
    if (!steps.open.items || !steps.shut.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < count; i++) {
        const struct transition *row = &rows[i];
        struct fault fault = {0};
        if (!(row->from & STATE(base->state)) || row->roles == ROLE_SERVER)
            continue;
        enum error error = transition_open(row, &reading->who, kind, content, &fault);
        if (!error)
            error =
                actor_may_touch(&reading->view, &reading->who, kind, base->number, content, &fault);
        struct view_step step = {.title = act_label(arena, row), .text = row->words};
        if (error) {
            step.text = why_shut(arena, &fault);
            steps.shut.items[steps.shut.count++] = step;
        } else {
            step.href = act_href(arena, kind, row->verb, base->number);
            steps.open.items[steps.open.count++] = step;
        }
    }
    if (draft_step(reading, kind, content, &draft, &open)) {
        if (open)
            steps.open.items[steps.open.count++] = draft;
        else
            steps.shut.items[steps.shut.count++] = draft;
    }
    *ret_steps = steps;
    return ERROR_OK;
}

/* --- What hangs on it --------------------------------------------------------------------- */

enum error file_under_make(
    struct reading *reading, enum file_kind kind, const char *number, struct view_link **ret_items,
    size_t *ret_count)
{
    struct arena *arena = &reading->arena;
    struct view_link *items = ARENA_ARRAY(arena, struct view_link, UNDER_MAX);
    size_t shown = 0;
    if (!items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (enum file_kind under = 1; under <= (enum file_kind)FILE_KIND_LAST; under++) {
        const struct store_query query = {.kind = under, .parent = number};
        uint64_t count = 0;
        if (lifecycle_of(under)->parent_kind != kind || under == kind ||
            reader_sight(&reading->who, under) < SIGHT_OWN || shown == UNDER_MAX)
            continue;
        enum error error = store_count(reading->reader, &query, &reading->fault, &count);
        if (error)
            return error;
        if (!count)
            continue;
        items[shown++] = (struct view_link){
            .href = words_format(arena, "/register/%s?parent=%s", file_word(under), number),
            .words = kind_words(arena, under).many,
            .count = words_format(arena, "%llu", (unsigned long long)count),
        };
    }
    *ret_items = items;
    *ret_count = shown;
    return ERROR_OK;
}

/* --- After an act ------------------------------------------------------------------------- */

struct view_notice file_notice(struct reading *reading, const struct http_request *request)
{
    const char *done = http_query(request, "done");
    uint64_t event;
    if (!done || number_parse(bytes_of(done), INT64_MAX, NULL, &event))
        return (struct view_notice){0};
    return (struct view_notice){
        .title = "Done",
        .text = words_format(
            &reading->arena, "Your act is event %llu of the log.", (unsigned long long)event),
    };
}

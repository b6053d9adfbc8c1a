/* Forms of what is drafted on a page of its own. */
#include "site/entry_form.h"

#include <string.h>

#include "site/act.h"
#include "site/authority_pages.h"
#include "site/fields.h"
#include "site/frame.h"
#include "site/words.h"

static enum error make_fields(
    struct reading *reading, const struct entry_form *form, struct http_pairs pairs,
    struct view_act_form *view)
{
    struct arena *arena = &reading->arena;
    struct view_field *inside = NULL;
    size_t count = 0;
    enum error error = fields_make(form->layout, pairs, arena, &reading->fault, &inside, &count);
    if (error)
        return error;
    view->fields.items = ARENA_ARRAY(arena, struct view_field, count + 1);
    if (!view->fields.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    bool is_new = form->version == 0;
    if (is_new)
        view->fields.items[0] = number_field(form->number);
    memcpy(view->fields.items + is_new, inside, count * sizeof *inside);
    view->fields.count = count + is_new;
    return ERROR_OK;
}

enum http_outcome entry_form_show(
    struct reading *reading, const struct entry_form *form, struct http_pairs pairs,
    const struct fault *mistake, struct http_response *response)
{
    struct arena *arena = &reading->arena;
    struct view_mistake *mistakes = ARENA_NEW(arena, struct view_mistake);
    struct view_act_form view = {
        .heading = form->heading,
        .lead = form->lead,
        .action = form->action,
        .back = form->back,
        .number = form->number,
        .version =
            form->version ? words_format(arena, "%llu", (unsigned long long)form->version) : NULL,
    };
    enum error error = mistakes ? ERROR_OK : fault_place(&reading->fault, ERROR_MEMORY, "page");
    if (!error)
        error = make_fields(reading, form, pairs, &view);
    if (!error && mistake) {
        view.mistakes.items = mistakes;
        view.mistakes.count = 1;
        error = fields_mistake(
            mistake, view.fields.items, view.fields.count, arena, &reading->fault, mistakes);
    }
    if (!error)
        error = frame_make(
            reading, words_format(arena, "%s%s", mistake ? "Error: " : "", view.heading),
            form->section, &view.frame);
    if (error)
        return reading_failed(reading, response);
    act_form_page(&response->content, &view);
    return page_done(reading, response);
}

enum http_outcome entry_form_failed(
    struct reading *reading, const struct entry_form *form, struct http_pairs pairs,
    enum error error, struct http_response *response)
{
    if (!is_mistake(error))
        return reading_failed(reading, response);
    struct fault mistake = reading->fault;
    reading->fault = (struct fault){0};
    return entry_form_show(reading, form, pairs, &mistake, response);
}

enum error entry_form_read(
    struct reading *reading, const struct entry_form *form, struct http_pairs pairs,
    const void **ret_entry)
{
    struct datum map = {0};
    void *entry = arena_alloc(&reading->arena, form->layout->size);
    if (!entry)
        return fault_place(&reading->fault, ERROR_MEMORY, "form");
    enum error error = rule_name(form->number, "number", &reading->fault);
    if (!error)
        error = fields_read(form->layout, pairs, &reading->arena, &reading->fault, &map);
    if (!error)
        error = layout_read_datum(form->layout, &map, &reading->arena, &reading->fault, entry);
    if (!error)
        *ret_entry = entry;
    return error;
}

/* Filling in an act, and checking it before it is signed. */
#include <stdlib.h>
#include <string.h>

#include "service/refusal.h"
#include "site/act.h"
#include "site/act_check.h"
#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/entry.h"
#include "site/fields.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/values.h"
#include "site/words.h"

static enum error no_memory(struct reading *reading)
{
    return fault_place(&reading->fault, ERROR_MEMORY, "page");
}

/* --- The form ----------------------------------------------------------------------------- */

static enum error
make_fields(const struct making *making, struct http_pairs pairs, struct view_act_form *view)
{
    struct reading *reading = making->reading;
    struct view_field *inside = NULL;
    size_t count = 0;
    bool asks_number = !making->content;
    enum error error = fields_make(
        transition_body(making->row), pairs, &reading->arena, &reading->fault, &inside, &count);
    if (error)
        return error;
    view->fields.items = ARENA_ARRAY(&reading->arena, struct view_field, count + 1);
    if (!view->fields.items)
        return no_memory(reading);
    if (asks_number)
        view->fields.items[0] = number_field(making->number);
    view->fields.count = asks_number;
    for (size_t i = 0; i < count; i++) {
        bool known =
            making->carried.type && strcmp(inside[i].name, FIELDS_PREFIX "instrument") == 0;
        if (!known)
            view->fields.items[view->fields.count++] = inside[i];
    }
    view->nothing = view->fields.count == 0;
    return ERROR_OK;
}

/* Shows the form; mistake NULL: nobody has sent it yet. */
static enum http_outcome show_form(
    const struct making *making, struct http_pairs pairs, const struct fault *mistake,
    struct http_response *response)
{
    struct reading *reading = making->reading;
    struct view_mistake *mistakes = ARENA_NEW(&reading->arena, struct view_mistake);
    struct view_act_form view = {
        .heading = making_heading(making),
        .lead = making->row->words,
        .conditions = making->row->conditions,
        .action = making_action(making),
        .back = making_back(making),
        .number = making->number,
        .version = making->content
                       ? words_format(&reading->arena, "%llu", (unsigned long long)making->version)
                       : NULL,
    };
    enum error error = mistakes ? ERROR_OK : no_memory(reading);
    if (!error)
        error = make_fields(making, pairs, &view);
    if (!error && mistake) {
        view.mistakes.items = mistakes;
        view.mistakes.count = 1;
        error = fields_mistake(
            mistake, view.fields.items, view.fields.count, &reading->arena, &reading->fault,
            mistakes);
    }
    if (!error)
        error = frame_make(
            reading, words_format(&reading->arena, "%s%s", mistake ? "Error: " : "", view.heading),
            words_format(&reading->arena, "/register/%s", file_word(making->kind)), &view.frame);
    if (error)
        return reading_failed(reading, response);
    act_form_page(&response->content, &view);
    return page_done(reading, response);
}

HANDLER(get_act_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct making making;
    if (making_find(&reading, request, request->query, &making))
        return reading_failed(&reading, response);
    return show_form(&making, (struct http_pairs){0}, NULL, response);
}

/* --- What was filled in ------------------------------------------------------------------- */

HANDLER(post_act_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct making making;
    struct http_pairs pairs = {0};
    enum error error = entry_read(&reading, request, &pairs);
    if (!error)
        error = making_find(&reading, request, pairs, &making);
    if (error)
        return reading_failed(&reading, response);
    if (http_pair(pairs, FIELDS_MORE))
        return show_form(&making, pairs, NULL, response);
    struct datum body = {0};
    struct act act;
    struct outcome outcome;
    error = fields_read(transition_body(making.row), pairs, &reading.arena, &reading.fault, &body);
    if (!error)
        error = making_judge(&making, &body, &act, &outcome);
    if (!error)
        return act_check_show(&making, making_heading(&making), &act, &outcome, request, response);
    if (!is_mistake(error))
        return reading_failed(&reading, response);
    struct fault mistake = reading.fault;
    reading.fault = (struct fault){0};
    return show_form(&making, pairs, &mistake, response);
}

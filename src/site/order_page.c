/* Drafting an order on a licence: why, and what of it; then what it would stop, before anything is
 * signed. Issuing it is an act on the draft. */
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
#include "site/order_entry.h"
#include "site/values.h"
#include "site/words.h"

/* A page under way. */
struct ordering {
    struct making making; /* of the act that drafts the order */
    const struct order_page_kind *kind;
    const struct licence_file *licence;
};

static enum error find(
    struct reading *reading, const struct http_request *request, const char *number,
    struct ordering *ret_ordering)
{
    struct ordering ordering = {
        .making = {.reading = reading, .kind = FILE_ORDER, .number = number ? number : ""},
        .kind = order_page_kind(http_parameter(request, "word")),
    };
    const void *content = NULL;
    bool visible = false;
    if (!ordering.kind)
        return fault_set(
            &reading->fault, ERROR_NOT_FOUND, "order", "limit, suspend, disconnect, ...",
            "\"%.40s\"", http_parameter(request, "word"));
    ordering.making.row = act_row(FILE_ORDER, "draft");
    enum error error = reader_sees(&reading->who, FILE_LICENCE, &reading->fault);
    if (!error)
        error = store_load(
            reading->reader, FILE_LICENCE, http_parameter(request, "number"), &reading->arena,
            &reading->fault, &content);
    if (!error)
        error = file_is_visible(reading, FILE_LICENCE, content, &visible);
    if (!error && !visible)
        error = fault_place(&reading->fault, ERROR_NOT_FOUND, "licence");
    if (!error)
        error =
            transition_open(ordering.making.row, &reading->who, FILE_ORDER, NULL, &reading->fault);
    ordering.licence = content;
    if (!error)
        *ret_ordering = ordering;
    return error;
}

static const char *heading_of(const struct ordering *ordering)
{
    struct arena *arena = &ordering->making.reading->arena;
    return words_format(
        arena, "%s licence %s", words_capital(arena, ordering->kind->word),
        ordering->licence->base.number);
}

static enum http_outcome show_form(
    const struct ordering *ordering, struct http_pairs pairs, const struct fault *mistake,
    struct http_response *response)
{
    struct reading *reading = ordering->making.reading;
    struct arena *arena = &reading->arena;
    struct view_field *inside = NULL;
    struct view_mistake *mistakes = ARENA_NEW(arena, struct view_mistake);
    size_t count = 0;
    struct view_act_form view = {
        .heading = heading_of(ordering),
        .lead = ordering->kind->words,
        .action = words_format(
            arena, "/order/%s/%s", ordering->licence->base.number, ordering->kind->word),
        .back = values_href(arena, FILE_LICENCE, ordering->licence->base.number),
    };
    enum error error =
        fields_make(ordering->kind->entry, pairs, arena, &reading->fault, &inside, &count);
    view.fields.items = ARENA_ARRAY(arena, struct view_field, count + 1);
    if (!error && (!view.fields.items || !mistakes))
        error = fault_place(&reading->fault, ERROR_MEMORY, "page");
    if (error)
        return reading_failed(reading, response);
    view.fields.items[0] = number_field(ordering->making.number);
    memcpy(view.fields.items + 1, inside, count * sizeof *inside);
    view.fields.count = count + 1;
    if (mistake) {
        view.mistakes.items = mistakes;
        view.mistakes.count = 1;
        error = fields_mistake(
            mistake, view.fields.items, view.fields.count, arena, &reading->fault, mistakes);
    }
    if (!error)
        error = frame_make(
            reading, words_format(arena, "%s%s", mistake ? "Error: " : "", view.heading),
            "/register/licence", &view.frame);
    if (error)
        return reading_failed(reading, response);
    act_form_page(&response->content, &view);
    return page_done(reading, response);
}

HANDLER(get_order_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct ordering ordering;
    return find(&reading, request, NULL, &ordering)
               ? reading_failed(&reading, response)
               : show_form(&ordering, (struct http_pairs){0}, NULL, response);
}

/* What was filled in, as the body of the act that drafts the order. */
static enum error
read_entry(const struct ordering *ordering, struct http_pairs pairs, struct datum *ret_body)
{
    struct reading *reading = ordering->making.reading;
    const struct layout *layout = ordering->kind->entry;
    struct datum map = {0};
    void *entry = arena_alloc(&reading->arena, layout->size);
    if (!entry)
        return fault_place(&reading->fault, ERROR_MEMORY, "order");
    enum error error = rule_name(ordering->making.number, "number", &reading->fault);
    if (!error)
        error = fields_read(layout, pairs, &reading->arena, &reading->fault, &map);
    if (!error)
        error = layout_read_datum(layout, &map, &reading->arena, &reading->fault, entry);
    return error ? error
                 : order_entry_draft(
                       reading, ordering->kind, ordering->licence, ordering->making.number, entry,
                       ret_body);
}

HANDLER(post_order_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct ordering ordering;
    struct http_pairs pairs = {0};
    struct datum body;
    struct act act;
    struct outcome outcome;
    enum error error = entry_read(&reading, request, &pairs);
    if (!error)
        error = find(&reading, request, http_pair(pairs, "number"), &ordering);
    if (error)
        return reading_failed(&reading, response);
    error = read_entry(&ordering, pairs, &body);
    if (!error)
        error = making_judge(&ordering.making, &body, &act, &outcome);
    if (!error)
        return act_check_show(
            &ordering.making, heading_of(&ordering), &act, &outcome, request, response);
    if (!is_mistake(error))
        return reading_failed(&reading, response);
    struct fault mistake = reading.fault;
    reading.fault = (struct fault){0};
    return show_form(&ordering, pairs, &mistake, response);
}

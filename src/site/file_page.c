/* A file of any kind: what it says, what happened, and what its reader can do. */
#include <string.h>

#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/clock_view.h"
#include "site/compare.h"
#include "site/file_parts.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/paper_sheet.h"
#include "site/signing.h"
#include "site/timeline.h"
#include "site/values.h"
#include "site/words.h"

/* A page under way. */
struct maker {
    struct reading *reading;
    enum file_kind kind;
    const struct file_base *base;
    const void *content;
    struct view_file view;
};

/* --- What its document says --------------------------------------------------------------- */

/* The order that this one lifts, which it names by its digest, by its number. */
static enum error add_lifted(struct maker *maker, const struct order *order)
{
    struct reading *reading = maker->reading;
    struct arena *arena = &reading->arena;
    const char *number = NULL;
    enum error error = reading->view.find_by_digest(
        reading->view.context, FILE_ORDER, &order->lifts, &reading->fault, &number);
    if (error || !number)
        return error;
    const size_t count = maker->view.said.count;
    struct view_value *items = ARENA_ARRAY(arena, struct view_value, count + 1);
    if (!items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    memcpy(items, maker->view.said.items, count * sizeof *items);
    items[count] = (struct view_value){
        .label = "Order that it lifts",
        .text = number,
        .href = values_href(arena, FILE_ORDER, number),
    };
    maker->view.said.items = items;
    maker->view.said.count = count + 1;
    return ERROR_OK;
}

/* Of an order: reason, whom to ask, clauses, what it lifts, signed or still a draft. */
static enum error add_said(struct maker *maker)
{
    struct reading *reading = maker->reading;
    const struct order_file *file = maker->content;
    struct bytes payload;
    enum error error = file_payload(FILE_ORDER, file, &reading->fault, &payload);
    if (error || !payload.length)
        return error;
    struct order order;
    maker->view.said_title = file->issued.person ? "The order" : "The draft";
    error = layout_decode(&order_layout, payload, &reading->arena, &reading->fault, &order);
    if (!error)
        error = values_make(
            &order_layout, &order, &reading->arena, &reading->fault, &maker->view.said.items,
            &maker->view.said.count);
    if (!error && digest_is_set(&order.lifts))
        error = add_lifted(maker, &order);
    return error;
}

/* --- The page ----------------------------------------------------------------------------- */

static enum error make(struct maker *maker)
{
    struct reading *reading = maker->reading;
    struct arena *arena = &reading->arena;
    struct view_file *view = &maker->view;
    enum urgency urgency;
    struct kind_words words = kind_words(arena, maker->kind);
    view->kind = words.one;
    view->kinds = words.many;
    view->kind_href = words_format(arena, "/register/%s", file_word(maker->kind));
    view->number = maker->base->number;
    view->state = state_label(arena, maker->kind, maker->base->state);
    view->lead = values_summary(maker->kind, maker->content);
    if (file_instrument(maker->kind, maker->content).length)
        view->document = words_format(
            arena, "/register/%s/%s/document", file_word(maker->kind), maker->base->number);
    view->paper = paper_href(arena, maker->kind, maker->content);
    enum error error = frame_make(
        reading,
        words_format(arena, "%s %s — %s", words.one, maker->base->number, view->state.word),
        view->kind_href, &view->frame);
    if (!error)
        error = frame_live(
            reading, words_format(arena, "%s/%s", file_word(maker->kind), maker->base->number),
            &view->frame);
    if (!error)
        error = values_make(
            file_layout(maker->kind), maker->content, arena, &reading->fault, &view->values.items,
            &view->values.count);
    if (!error)
        error = clock_view_make(reading, maker->kind, maker->content, &view->clock, &urgency);
    if (!error)
        error = file_under_make(
            reading, maker->kind, view->number, &view->under.items, &view->under.count);
    if (!error && maker->kind == FILE_ORDER)
        error = add_said(maker);
    if (!error && maker->kind == FILE_FORM && maker->base->state != FORM_PROPOSED)
        error = compare_with_make(reading, view->number, &view->compare);
    if (!error)
        error = file_steps_make(reading, maker->kind, maker->content, &view->steps);
    if (!error)
        error = timeline_make(
            reading, maker->kind, view->number, &view->timeline.events.items,
            &view->timeline.events.count, &view->timeline.cut);
    return error;
}

HANDLER(get_file_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct maker maker = {.reading = &reading};
    if (hearing_page_instead(&reading, request, response))
        return HTTP_ANSWERED;
    if (find_visible_file(&reading, request, &maker.kind, &maker.content))
        return reading_failed(&reading, response);
    if (maker.kind == FILE_LICENCE)
        return licence_page_answer(&reading, request, response);
    if (maker.kind == FILE_CERTIFICATE)
        return certificate_page_answer(&reading, maker.content, request, response);
    maker.base = maker.content;
    maker.view.notice = file_notice(&reading, request);
    if (make(&maker))
        return reading_failed(&reading, response);
    file_page(&response->content, &maker.view);
    return page_done(&reading, response);
}

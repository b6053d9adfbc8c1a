/* Drafting an order on a licence: why, and what of it; then what it would stop, before anything is
 * signed. Issuing it is an act on the draft. */
#include "site/act.h"
#include "site/act_check.h"
#include "site/catalogue.h"
#include "site/entry.h"
#include "site/entry_form.h"
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
    if (!ordering.kind)
        return fault_set(
            &reading->fault, ERROR_NOT_FOUND, "order", "limit, suspend, disconnect, ...",
            "\"%.40s\"", http_parameter(request, "word"));
    ordering.making.row = act_row(FILE_ORDER, "draft");
    enum error error =
        load_visible_file(reading, FILE_LICENCE, http_parameter(request, "number"), &content);
    if (!error)
        error =
            transition_open(ordering.making.row, &reading->who, FILE_ORDER, NULL, &reading->fault);
    ordering.licence = content;
    if (!error)
        *ret_ordering = ordering;
    return error;
}

static struct entry_form form_of(const struct ordering *ordering)
{
    struct arena *arena = &ordering->making.reading->arena;
    const char *number = ordering->licence->base.number;
    return (struct entry_form){
        .heading = words_format(
            arena, "%s licence %s", words_capital(arena, ordering->kind->word), number),
        .lead = ordering->kind->words,
        .action = words_format(arena, "/order/%s/%s", number, ordering->kind->word),
        .back = values_href(arena, FILE_LICENCE, number),
        .section = "/register/licence",
        .layout = ordering->kind->entry,
        .number = ordering->making.number,
    };
}

HANDLER(get_order_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct ordering ordering;
    if (find(&reading, request, NULL, &ordering))
        return reading_failed(&reading, response);
    const struct entry_form form = form_of(&ordering);
    return entry_form_show(&reading, &form, (struct http_pairs){0}, NULL, response);
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
    const struct entry_form form = form_of(&ordering);
    const void *entry = NULL;
    error = entry_form_read(&reading, &form, pairs, &entry);
    if (!error)
        error = order_entry_draft(
            &reading, ordering.kind, ordering.licence, ordering.making.number, entry, &body);
    if (!error)
        error = making_judge(&ordering.making, &body, &act, &outcome);
    if (!error)
        return act_check_show(&ordering.making, form.heading, &act, &outcome, request, response);
    return entry_form_failed(&reading, &form, pairs, error, response);
}

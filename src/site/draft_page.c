/* Drafting an instrument on a page: what is to be decided, then the instrument as it would be,
 * before anybody signs. */
#include <string.h>

#include "site/act.h"
#include "site/act_check.h"
#include "site/catalogue.h"
#include "site/draft.h"
#include "site/entry.h"
#include "site/entry_form.h"
#include "site/fields.h"
#include "site/handlers.h"
#include "site/values.h"
#include "site/words.h"

static const struct draft_kind *const kinds[] = {&certificate_draft, &licence_draft};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

static const struct draft_kind *kind_of(const char *word)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (strcmp(file_word(kinds[i]->kind), word) == 0)
            return kinds[i];
    }
    return NULL;
}

static enum error
may_draft(const struct draft_kind *kind, const struct reading *reading, struct fault *fault)
{
    return transition_open(act_row(kind->kind, kind->verb), &reading->who, kind->kind, NULL, fault);
}

static const char *href_of(struct arena *arena, const struct draft_kind *kind, const char *number)
{
    struct buffer path = {0};
    buffer_printf(&path, "/draft/%s/", file_word(kind->kind));
    http_percent_append(&path, bytes_of(number));
    const char *text = path.error ? NULL : arena_text(arena, buffer_view(&path));
    buffer_free(&path);
    return text;
}

bool draft_step(
    struct reading *reading, enum file_kind kind, const void *content, struct view_step *ret_step,
    bool *ret_open)
{
    const struct file_base *base = content;
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const struct draft_kind *one = kinds[i];
        struct fault fault = {0};
        if (one->from != kind || one->state != base->state || (one->fits && !one->fits(content)))
            continue;
        *ret_open = may_draft(one, reading, &fault) == ERROR_OK;
        *ret_step = (struct view_step){
            .href = *ret_open ? href_of(&reading->arena, one, base->number) : NULL,
            .title = one->title,
            .text =
                *ret_open ? one->words : words_format(&reading->arena, "For: %s.", fault.expected),
        };
        return true;
    }
    return false;
}

millis draft_now(const struct drafting *drafting)
{
    return drafting->reading->time - drafting->reading->time % MILLIS_SECOND;
}

enum error draft_file(
    const struct drafting *drafting, enum file_kind kind, const char *number, const char *field,
    const void **ret_content)
{
    struct reading *reading = drafting->reading;
    enum error error =
        rule_name(number, field, NULL)
            ? ERROR_NOT_FOUND
            : store_load(
                  reading->reader, kind, number, &reading->arena, &reading->fault, ret_content);
    if (error == ERROR_NOT_FOUND)
        return fault_set(
            &reading->fault, ERROR_OFFICE_MISSING, field, "the number of a file", "%s/%.64s",
            file_word(kind), number);
    return error;
}

/* --- The page ----------------------------------------------------------------------------- */

/* A page under way. */
struct page {
    const struct draft_kind *kind;
    struct drafting drafting;
    struct making making; /* of the act that brings what is drafted */
    struct entry_form form;
};

static enum error find_from(
    struct reading *reading, const struct draft_kind *kind, const char *number,
    const void **ret_content)
{
    const void *content = NULL;
    enum error error = load_visible_file(reading, kind->from, number, &content);
    if (error)
        return error;
    int state = ((const struct file_base *)content)->state;
    if (state != kind->state || (kind->fits && !kind->fits(content)))
        return fault_set(
            &reading->fault, ERROR_OFFICE_STATE, file_word(kind->from),
            file_state_word(kind->from, kind->state), "%s", file_state_word(kind->from, state));
    *ret_content = content;
    return ERROR_OK;
}

static enum error find(
    struct reading *reading, const struct http_request *request, const char *number,
    struct page *ret_page)
{
    struct arena *arena = &reading->arena;
    const char *word = http_parameter(request, "kind"), *from = http_parameter(request, "number");
    struct page page = {.kind = kind_of(word), .drafting = {reading, NULL, number}};
    const struct draft_kind *kind = page.kind;
    if (!kind)
        return fault_set(
            &reading->fault, ERROR_NOT_FOUND, "draft", "certificate or licence", "\"%.40s\"", word);
    enum error error = find_from(reading, kind, from, &page.drafting.from);
    if (!error)
        error = may_draft(kind, reading, &reading->fault);
    if (error)
        return error;
    page.making = (struct making){
        .reading = reading,
        .kind = kind->kind,
        .row = act_row(kind->kind, kind->verb),
        .number = number,
    };
    page.form = (struct entry_form){
        .heading =
            words_format(arena, "%s: %s %s", kind->title, kind_words(arena, kind->from).one, from),
        .lead = kind->words,
        .action = href_of(arena, kind, from),
        .back = values_href(arena, kind->from, from),
        .section = words_format(arena, "/register/%s", file_word(kind->kind)),
        .layout = kind->entry,
        .number = number,
    };
    *ret_page = page;
    return ERROR_OK;
}

HANDLER(get_draft_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct page page;
    struct http_pairs pairs = {0};
    void *entry = NULL;
    enum error error = find(&reading, request, "", &page);
    if (!error) {
        entry = arena_alloc(&reading.arena, page.kind->entry->size);
        error = entry ? page.kind->suggest(&page.drafting, entry)
                      : fault_place(&reading.fault, ERROR_MEMORY, "form");
    }
    if (!error)
        error = fields_fill(page.kind->entry, entry, &reading.arena, &reading.fault, &pairs);
    return error ? reading_failed(&reading, response)
                 : entry_form_show(&reading, &page.form, pairs, NULL, response);
}

/* What was filled in, as an act that can be signed. An instrument that is signed with it is carried
 * from page to page; one that goes to others to sign first is in the act. */
static enum error
draft(struct page *page, struct http_pairs pairs, struct act *ret_act, struct outcome *ret_outcome)
{
    const void *entry = NULL;
    struct bytes payload;
    struct datum body;
    enum error error = entry_form_read(page->drafting.reading, &page->form, pairs, &entry);
    if (!error)
        error = page->kind->make(&page->drafting, entry, &payload, &body);
    if (!error && carries_instrument(page->making.row->body))
        page->making.carried = (struct carried){
            .type = instrument_by_word(file_word(page->kind->kind)), .payload = payload};
    return error ? error : making_judge(&page->making, &body, ret_act, ret_outcome);
}

HANDLER(post_draft_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct page page;
    struct http_pairs pairs = {0};
    struct act act;
    struct outcome outcome;
    enum error error = entry_read(&reading, request, &pairs);
    const char *number = error ? NULL : http_pair(pairs, "number");
    if (!error)
        error = find(&reading, request, number ? number : "", &page);
    if (error)
        return reading_failed(&reading, response);
    if (http_pair(pairs, FIELDS_MORE))
        return entry_form_show(&reading, &page.form, pairs, NULL, response);
    error = draft(&page, pairs, &act, &outcome);
    if (!error)
        return act_check_show(&page.making, page.form.heading, &act, &outcome, request, response);
    return entry_form_failed(&reading, &page.form, pairs, error, response);
}

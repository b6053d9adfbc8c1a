/* Two versions of a form beside each other (form/compare.h): the law, what executes it, and what
 * becomes of their worked examples. A signed form holds its examples' digest alone: the texts are
 * read from the server's folder, scenarios/DIGEST.json, and are the form's if they have the digest.
 * Judging them all takes a moment: it is done when it is asked for. */
#include "site/compare.h"

#include <string.h>

#include "crypto/crypto.h"
#include "form/compare.h"
#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/marks.h"
#include "site/values.h"
#include "site/words.h"

enum { FORMS_MAX = 200 };

/* One of the two. */
struct side {
    const struct form_file *file;
    struct form form;
    struct bytes scenarios; /* empty: not at this server, or not asked for */
};

/* A page under way. */
struct maker {
    struct reading *reading;
    struct arena *arena;
    struct side before, after;
    struct form_comparison comparison;
    struct view_compare view;
};

static enum error no_memory(struct reading *reading)
{
    return fault_place(&reading->fault, ERROR_MEMORY, "page");
}

static bool is_signed_by_both(int state)
{
    return state != FORM_PROPOSED;
}

/* The forms that both ministries have signed, by number; chosen: one of them, or NULL; without: one
 * that is left out, or NULL. */
static enum error list_options(
    struct reading *reading, const char *chosen, const char *without,
    struct view_option **ret_items, size_t *ret_count)
{
    struct arena *arena = &reading->arena;
    const struct store_query query = {
        .kind = FILE_FORM, .limit = FORMS_MAX, .without_content = true};
    struct store_entry *entries = NULL;
    size_t listed = 0, count = 0;
    enum error error =
        store_list(reading->reader, &query, arena, &reading->fault, &entries, &listed);
    if (error)
        return error;
    struct view_option *items = ARENA_ARRAY(arena, struct view_option, listed + 1);
    if (!items)
        return no_memory(reading);
    for (size_t i = 0; i < listed; i++) {
        const char *number = entries[i].number;
        if (!is_signed_by_both(entries[i].state) || (without && strcmp(number, without) == 0))
            continue;
        items[count++] = (struct view_option){
            .value = number, .words = number, .chosen = chosen && strcmp(number, chosen) == 0};
    }
    *ret_items = items;
    *ret_count = count;
    return ERROR_OK;
}

enum error
compare_with_make(struct reading *reading, const char *number, struct view_compare_with *ret_view)
{
    struct view_compare_with view = {.number = number};
    enum error error =
        list_options(reading, NULL, number, &view.options.items, &view.options.count);
    if (!error)
        *ret_view = view;
    return error;
}

/* --- The two ------------------------------------------------------------------------------ */

static enum error
open_side(struct reading *reading, const char *place, const char *number, struct side *ret_side)
{
    const struct office *office;
    const void *content = NULL;
    struct document document;
    struct side side = {0};
    enum error error = reading_office(reading, &office);
    if (!error)
        error = store_load(
            reading->reader, FILE_FORM, number, &reading->arena, &reading->fault, &content);
    if (error)
        return error;
    side.file = content;
    if (!is_signed_by_both(side.file->base.state))
        return fault_set(
            &reading->fault, ERROR_NOT_FOUND, place, "a form that both ministries signed", NULL);
    error = form_open(
        side.file->instrument, office->chain, &reading->arena, &reading->fault, &document,
        &side.form);
    if (!error)
        *ret_side = side;
    return error;
}

/* The form's worked examples, where the server has them. */
static enum error read_scenarios(struct maker *maker, struct side *side)
{
    const struct service *service = maker->reading->service;
    char digest[DIGEST_TEXT_SIZE];
    struct buffer text = {0};
    const char *path = words_format(
        maker->arena, "%s/scenarios/%s.json", service->settings->data,
        digest_text(&side->form.scenarios, digest));
    if (!path)
        return no_memory(maker->reading);
    enum error error =
        os_read_file(service->os, path, FORM_SCENARIOS_MAX, &maker->reading->fault, &text);
    struct digest own = sha256_of(buffer_view(&text));
    if (!error && digest_equal(&own, &side->form.scenarios)) {
        side->scenarios = arena_copy(maker->arena, buffer_view(&text));
        error = side->scenarios.data ? ERROR_OK : no_memory(maker->reading);
    } else if (error != ERROR_MEMORY) {
        error = ERROR_OK; /* the page says that they are not there */
        maker->reading->fault = (struct fault){0};
        maker->view.missing.items[maker->view.missing.count++] = (struct view_counted){
            .label = side->file->base.number, .count = arena_text(maker->arena, bytes_of(digest))};
    }
    buffer_free(&text);
    return error;
}

/* --- What differs ------------------------------------------------------------------------- */

static enum error show_differences(
    struct maker *maker, const struct form_differences *differences,
    struct view_difference **ret_items, size_t *ret_count)
{
    struct view_difference *items =
        ARENA_ARRAY(maker->arena, struct view_difference, differences->count + 1);
    if (!items)
        return no_memory(maker->reading);
    for (size_t i = 0; i < differences->count; i++) {
        const struct form_difference *one = &differences->items[i];
        struct marks before, after;
        enum error error = marks_make(
            one->before ? one->before : "", one->after ? one->after : "", maker->arena,
            &maker->reading->fault, &before, &after);
        if (error)
            return error;
        items[i] = (struct view_difference){
            .number = one->number,
            .title = *one->title ? one->title : NULL,
            .change = words_capital(maker->arena, form_change_word(one->change)),
        };
        items[i].before.items = before.items;
        items[i].before.count = before.count;
        items[i].after.items = after.items;
        items[i].after.count = after.count;
    }
    *ret_items = items;
    *ret_count = differences->count;
    return ERROR_OK;
}

static const char *outcome_words(enum form_example_outcome outcome)
{
    static const char *const words[] = {
        [EXAMPLE_WITHIN] = "Within the terms",
        [EXAMPLE_OUTSIDE] = "Outside the terms",
        [EXAMPLE_NOT_JUDGED] = "Cannot be judged",
    };
    return words[outcome];
}

/* "6, 6.2" of "outside: 6, 6.2"; why it cannot be judged, whole. */
static const char *by_words(const struct form_example_verdict *verdict)
{
    const char *colon = strstr(verdict->words, ": ");
    return verdict->outcome == EXAMPLE_NOT_JUDGED || !colon ? verdict->words : colon + 2;
}

static const char *whose(const struct form_example *example)
{
    if (example->in_before && example->in_after)
        return NULL;
    return example->in_before ? "An example of the old form" : "An example of the new form";
}

static enum error show_examples(struct maker *maker)
{
    const struct form_comparison *comparison = &maker->comparison;
    struct view_compare *view = &maker->view;
    view->examples.items =
        ARENA_ARRAY(maker->arena, struct view_example, comparison->example_count + 1);
    if (!view->examples.items)
        return no_memory(maker->reading);
    for (size_t i = 0; i < comparison->example_count; i++) {
        const struct form_example *one = &comparison->examples[i];
        if (strcmp(one->before.words, one->after.words) == 0)
            continue;
        view->examples.items[view->examples.count++] = (struct view_example){
            .name = words_capital(maker->arena, one->name),
            .whose = whose(one),
            .turned =
                (one->before.outcome == EXAMPLE_WITHIN) != (one->after.outcome == EXAMPLE_WITHIN),
            .before = outcome_words(one->before.outcome),
            .before_by = by_words(&one->before),
            .after = outcome_words(one->after.outcome),
            .after_by = by_words(&one->after),
        };
    }
    view->judged = words_count(maker->arena, comparison->example_count, "worked example");
    view->alike = words_number(maker->arena, comparison->example_count - view->examples.count);
    view->turned = words_number(maker->arena, comparison->turned);
    return ERROR_OK;
}

/* --- The page ----------------------------------------------------------------------------- */

static enum error compare(struct maker *maker, bool judge)
{
    struct reading *reading = maker->reading;
    struct view_compare *view = &maker->view;
    struct form_comparison *comparison = &maker->comparison;
    enum error error = ERROR_OK;
    view->missing.items = ARENA_ARRAY(maker->arena, struct view_counted, 2);
    if (!view->missing.items)
        return no_memory(reading);
    if (judge)
        error = read_scenarios(maker, &maker->before);
    if (judge && !error)
        error = read_scenarios(maker, &maker->after);
    if (error)
        return error;
    const struct form_side before = {&maker->before.form, maker->before.scenarios};
    const struct form_side after = {&maker->after.form, maker->after.scenarios};
    error = form_compare(&before, &after, maker->arena, &reading->fault, comparison);
    if (!error)
        error = show_differences(
            maker, &comparison->clauses, &view->clauses.items, &view->clauses.count);
    if (!error)
        error = show_differences(
            maker, &comparison->policies, &view->policies.items, &view->policies.count);
    if (!error)
        error = show_differences(
            maker, &comparison->settings, &view->settings.items, &view->settings.count);
    if (!error && judge)
        error = show_examples(maker);
    view->same = view->clauses.count + view->policies.count + view->settings.count == 0;
    view->asked = judge;
    return error;
}

static const char *value_of(const struct http_request *request, const char *name)
{
    const char *value = http_query(request, name);
    return value && *value ? value : NULL;
}

static enum error make(struct maker *maker, const struct http_request *request)
{
    struct reading *reading = maker->reading;
    struct view_compare *view = &maker->view;
    const char *before = value_of(request, "old"), *after = value_of(request, "new");
    view->compared = before && after && strcmp(before, after) != 0;
    view->twice = before && after && !view->compared;
    enum error error = list_options(
        reading, before, NULL, &view->before_options.items, &view->before_options.count);
    if (!error)
        error = list_options(
            reading, after, NULL, &view->after_options.items, &view->after_options.count);
    view->alone = view->before_options.count < 2;
    if (!error && view->compared) {
        error = open_side(reading, "old", before, &maker->before);
        if (!error)
            error = open_side(reading, "new", after, &maker->after);
        if (!error)
            error = compare(maker, value_of(request, "examples"));
        view->before = before;
        view->after = after;
    }
    if (error)
        return error;
    return frame_make(
        reading,
        view->compared ? words_format(
                             maker->arena, "%s beside %s%s", view->before, view->after,
                             view->asked ? ", with worked examples" : "")
        : view->twice ? "Error: Compare two forms"
                      : "Compare two forms",
        "/register", &view->frame);
}

HANDLER(get_compare)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct maker maker = {.reading = &reading, .arena = &reading.arena};
    if (make(&maker, request))
        return reading_failed(&reading, response);
    compare_page(&response->content, &maker.view);
    return page_done(&reading, response);
}

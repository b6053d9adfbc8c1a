/* The certificate's page: its own, because the certificate is the program that decides each use,
 * and is read as one. */
#include <string.h>

#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/certificate_view.h"
#include "site/compare.h"
#include "site/file_parts.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/entry.h"
#include "site/paper_sheet.h"
#include "site/timeline.h"
#include "site/trial.h"
#include "site/values.h"
#include "site/words.h"

enum { FIGURES = 4 };

enum error certificate_case_make(
    struct reading *reading, const struct certificate_file *file,
    struct certificate_case *ret_facts)
{
    struct arena *arena = &reading->arena;
    struct certificate_case facts = {
        .reading = reading,
        .file = file,
        .certificate = ARENA_NEW(arena, struct certificate),
        .digest = file->digest,
    };
    if (!facts.certificate)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    enum error error = layout_decode(
        &certificate_layout, file->payload, arena, &reading->fault, facts.certificate);
    const struct read_form *form = NULL;
    if (!error)
        error = form_keeper_read(
            reading->service->forms, facts.certificate->form, arena, &reading->fault, &form);
    if (error)
        return error;
    facts.form = form->form;
    facts.articles = form->articles;
    facts.misfit = &form->misfit;
    *ret_facts = facts;
    return ERROR_OK;
}

/* --- The head ----------------------------------------------------------------------------- */

/* What the state means. */
static const char *lead(struct arena *arena, const struct certificate_file *file)
{
    static const char *const words[] = {
        [CERTIFICATE_OFFERED] = "Offered to the acquiring state, which has not signed it. No "
                                "licence can be issued under it.",
        [CERTIFICATE_SIGNED] = "The acquiring state has signed. The key’s fingerprint is still to "
                               "be confirmed over a second channel.",
        [CERTIFICATE_AUTHENTICATED] = "Signed by the acquiring state, and the fingerprint is "
                                      "confirmed. It counts once both ministries have signed.",
        [CERTIFICATE_IN_FORCE] = "Beside each clause stands what the installations execute.",
        [CERTIFICATE_EXPIRED] = "Its term has ended. No use may begin and none may run under it.",
        [CERTIFICATE_WITHDRAWN] = "Both ministries have withdrawn it. No use may begin and none "
                                  "may run under it.",
        [CERTIFICATE_SUPERSEDED] = "Another certificate has taken its place.",
        [CERTIFICATE_BREACHED] = "Both ministries found that it was breached. No use may begin and "
                                 "none may run under it.",
        [CERTIFICATE_REFUSED] = "The acquiring state has refused it.",
    };
    if (file->base.state == CERTIFICATE_IN_FORCE && file->superseded_by)
        return words_format(
            arena, "%s Certificate %s takes its place on %s.", words[CERTIFICATE_IN_FORCE],
            file->superseded_by, words_date(arena, file->superseded_from));
    return words[file->base.state];
}

static void show_head(const struct certificate_case *facts, struct view_certificate *view)
{
    struct arena *arena = &facts->reading->arena;
    const struct certificate_file *file = facts->file;
    const struct certificate *certificate = facts->certificate;
    view->number = file->base.number;
    view->state = state_label(arena, FILE_CERTIFICATE, file->base.state);
    view->lead = lead(arena, file);
    view->form_title = facts->form.title;
    view->form_number = file->form;
    view->form_href = file->form ? values_href(arena, FILE_FORM, file->form) : NULL;
    view->country = certificate->state_name;
    view->agency = certificate->agency.name;
    view->product = certificate->product.id;
    view->product_class = certificate->product.control;
    view->exporter = certificate->exporter;
    view->place = certificate->place;
    view->term = words_format(
        arena, "%s until %s", words_date(arena, certificate->from),
        words_date(arena, certificate->until));
    view->application = file->application;
    view->application_href = values_href(arena, FILE_APPLICATION, file->application);
    view->digest = words_digest(arena, &facts->digest);
    if (file->instrument.length) {
        view->document =
            words_format(arena, "/register/certificate/%s/document", file->base.number);
        view->paper = paper_href(arena, FILE_CERTIFICATE, file);
    }
}

static struct view_figure coverage_figure(const struct certificate_case *facts)
{
    struct arena *arena = &facts->reading->arena;
    const struct form *form = &facts->form;
    size_t by[COVERAGE_AUDIT + 1] = {0};
    for (size_t i = 0; i < form->contents_count; i++)
        by[form->contents[i].coverage]++;
    return (struct view_figure){
        .label = "Clauses that execute",
        .value = words_format(arena, "%zu", by[COVERAGE_EXECUTABLE]),
        .unit =
            words_format(arena, "of %zu, %zu in part", form->contents_count, by[COVERAGE_PARTLY]),
        .note = words_format(
            arena, "%zu kept by procedure, %zu by audit", by[COVERAGE_PROCEDURE],
            by[COVERAGE_AUDIT]),
    };
}

static enum error show_figures(const struct certificate_case *facts, struct view_certificate *view)
{
    struct reading *reading = facts->reading;
    struct arena *arena = &reading->arena;
    const struct certificate *certificate = facts->certificate;
    struct view_figure *items = ARENA_ARRAY(arena, struct view_figure, FIGURES);
    size_t accepted = 0;
    if (!items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < certificate->offences_count; i++)
        accepted += certificate->offences[i].decision == OFFENCE_ACCEPTED;
    items[0] = coverage_figure(facts);
    items[1] = (struct view_figure){
        .label = "Offences accepted",
        .value = words_format(arena, "%zu", accepted),
        .unit =
            words_format(arena, "of %s", words_count(arena, certificate->offences_count, "line")),
        .note = "by both ministries",
    };
    items[2] = (struct view_figure){
        .label = "Signatures",
        .value = words_format(arena, "%zu", view->signatures.count),
        .note = certificate->signing == CERTIFICATE_WET_INK
                    ? "the state signed on paper; both ministries attest it"
                    : "the state’s and both ministries’ are needed",
    };
    millis left = certificate->until - reading->time;
    items[3] = (struct view_figure){
        .label = "Term ends in",
        .value = words_format(arena, "%lld", (long long)(left > 0 ? left / MILLIS_DAY : 0)),
        .unit = "days",
        .note = words_format(arena, "on %s", words_date(arena, certificate->until)),
    };
    view->figures.items = items;
    view->figures.count = FIGURES;
    return ERROR_OK;
}

/* --- The page ----------------------------------------------------------------------------- */

static void mark_deciders(struct view_certificate *view)
{
    for (size_t i = 0; i < view->trial.deciders.count; i++) {
        const char *number = view->trial.deciders.items[i].href;
        for (size_t k = 0; number && k < view->clauses.count; k++) {
            if (strcmp(view->clauses.items[k].number, number) == 0)
                view->clauses.items[k].decided = true;
        }
    }
}

/* pairs: of a declaration to try; NULL: none is asked for. */
static enum error make(
    struct reading *reading, const struct certificate_file *file, const struct http_pairs *pairs,
    struct view_certificate *view)
{
    struct arena *arena = &reading->arena;
    struct certificate_case facts;
    enum error error = certificate_case_make(reading, file, &facts);
    if (error)
        return error;
    show_head(&facts, view);
    error = certificate_clauses_make(&facts, view);
    if (!error)
        error = certificate_schedules_make(&facts, view);
    if (!error)
        error = show_figures(&facts, view);
    if (!error && file->form)
        error = compare_with_make(reading, file->form, &view->compare);
    if (!error && pairs)
        error = trial_make(&facts, *pairs, &view->trial);
    if (!error)
        error = values_make(
            file_layout(FILE_CERTIFICATE), file, arena, &reading->fault, &view->values.items,
            &view->values.count);
    if (!error)
        error = file_under_make(
            reading, FILE_CERTIFICATE, view->number, &view->under.items, &view->under.count);
    if (!error)
        error = file_steps_make(reading, FILE_CERTIFICATE, file, &view->steps);
    if (!error)
        error = timeline_make(
            reading, FILE_CERTIFICATE, view->number, &view->timeline.events.items,
            &view->timeline.events.count, &view->timeline.cut);
    if (error)
        return error;
    mark_deciders(view);
    view->trial.action =
        words_format(arena, "%s/try", values_href(arena, FILE_CERTIFICATE, view->number));
    error = frame_make(
        reading,
        words_format(
            arena, "%sCertificate %s — %s", view->trial.mistakes.count ? "Error: " : "",
            view->number, view->state.word),
        "/register/certificate", &view->frame);
    view->trial.token = view->frame.token;
    return error;
}

static enum http_outcome answer(
    struct reading *reading, const struct certificate_file *file, const struct http_pairs *pairs,
    const struct http_request *request, struct http_response *response)
{
    struct view_certificate view = {.notice = file_notice(reading, request)};
    if (make(reading, file, pairs, &view))
        return reading_failed(reading, response);
    certificate_page(&response->content, &view);
    return page_done(reading, response);
}

enum http_outcome certificate_page_answer(
    struct reading *reading, const struct certificate_file *file,
    const struct http_request *request, struct http_response *response)
{
    return answer(reading, file, NULL, request, response);
}

HANDLER(get_trial)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    enum file_kind kind;
    const void *content = NULL;
    struct http_pairs pairs = {0};
    enum error error = ERROR_OK;
    if (request->method == HTTP_POST)
        error = entry_read(&reading, request, &pairs);
    if (!error)
        error = find_visible_file(&reading, request, &kind, &content);
    if (!error && kind != FILE_CERTIFICATE)
        error = fault_set(&reading.fault, ERROR_NOT_FOUND, file_word(kind), "a certificate", NULL);
    if (error)
        return reading_failed(&reading, response);
    return answer(&reading, content, &pairs, request, response);
}

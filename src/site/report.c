/* Reporting suspected misuse, without an account: a page at a time. What was filled in goes along
 * in the form itself; nothing is kept here until it is sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "authority/complaint.h"
#include "json/json.h"
#include "service/refusal.h"
#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/entry.h"
#include "site/fields.h"
#include "site/frame.h"
#include "site/language.h"
#include "site/handlers.h"
#include "site/words.h"

/* The pages, in order. */
enum step {
    STEP_START,    /* what a report is, and what happens to who makes it */
    STEP_WHAT,     /* what happened */
    STEP_WHERE,    /* when and where */
    STEP_EVIDENCE, /* what shows it */
    STEP_CONTACT,  /* whether and how to be reached */
    STEP_CHECK,    /* everything, before it is sent */
    STEP_COUNT,
};

/* The checklist, in its order. */
static const struct {
    const char *word, *words;
} evidence[] = {
    {"court-file", PHRASE("A court's file or decision")},
    {"device", PHRASE("A device that was examined, or can be")},
    {"document", PHRASE("A document")},
    {"message", PHRASE("A message or notification that was received")},
    {"network-log", PHRASE("Logs of a network")},
    {"other", PHRASE("Something else")},
    {"publication", PHRASE("Something that was published")},
    {"witness", PHRASE("Somebody who saw it")},
};
#define COUNT_ROW(word) +1
_Static_assert(
    sizeof evidence / sizeof *evidence == 0 COMPLAINT_EVIDENCE_TABLE(COUNT_ROW),
    "words for the whole checklist");
#undef COUNT_ROW

enum {
    EVIDENCE_COUNT = sizeof evidence / sizeof *evidence,
    MISTAKES_MAX = 4,
    KEPT_MAX = 4 + EVIDENCE_COUNT,
};

static const char *const titles[STEP_COUNT] = {
    PHRASE("Report suspected misuse"),   PHRASE("What happened?"),
    PHRASE("When and where?"),           PHRASE("What shows it?"),
    PHRASE("May the office reach you?"), PHRASE("Check your report"),
};

/* A page under way. */
struct maker {
    struct reading *reading;
    struct arena *arena;
    struct http_pairs pairs;
    struct complaint complaint;
    struct view_report view;
};

static enum error no_memory(struct maker *maker)
{
    return fault_place(&maker->reading->fault, ERROR_MEMORY, "page");
}

/* --- What was filled in ------------------------------------------------------------------- */

/* Without the white space around it; "" where there is nothing. */
static const char *take_text(struct maker *maker, const char *name)
{
    const char *value = http_pair(maker->pairs, name);
    char *text = fields_lines(maker->arena, value ? value : "");
    if (!text)
        return NULL;
    text += strspn(text, " \t\n");
    size_t length = strlen(text);
    while (length && strchr(" \t\n", text[length - 1]))
        text[--length] = '\0';
    return text;
}

static bool is_ticked(const struct maker *maker, const char *word)
{
    for (size_t i = 0; i < maker->pairs.count; i++) {
        if (strcmp(maker->pairs.items[i].name, "evidence") == 0 &&
            strcmp(maker->pairs.items[i].value, word) == 0)
            return true;
    }
    return false;
}

static enum error take(struct maker *maker)
{
    struct complaint *complaint = &maker->complaint;
    const char **ticked = ARENA_ARRAY(maker->arena, const char *, EVIDENCE_COUNT);
    complaint->what = take_text(maker, "what");
    complaint->when = take_text(maker, "when");
    complaint->where = take_text(maker, "where");
    complaint->contact = take_text(maker, "contact");
    if (!ticked || !complaint->what || !complaint->when || !complaint->where || !complaint->contact)
        return no_memory(maker);
    /* The table is ascending, as the list has to be. */
    for (size_t i = 0; i < EVIDENCE_COUNT; i++) {
        if (is_ticked(maker, evidence[i].word))
            ticked[complaint->evidence_count++] = evidence[i].word;
    }
    complaint->evidence = ticked;
    return ERROR_OK;
}

/* --- Mistakes ----------------------------------------------------------------------------- */

static void
mistake(struct maker *maker, const char *href, const char *words, const char **ret_words)
{
    maker->view.mistakes.items[maker->view.mistakes.count++] = (struct view_mistake){href, words};
    *ret_words = words;
}

/* Whether a text of one line is too long, or hides something. */
static bool is_odd(const char *text, size_t most, bool lines)
{
    return strlen(text) > most || text_find_hidden(bytes_of(text), lines) < strlen(text) ||
           text_reorders(bytes_of(text));
}

/* Looks at what a page asks for. */
static void check_step(struct maker *maker, enum step step)
{
    const struct complaint *complaint = &maker->complaint;
    struct view_report *view = &maker->view;
    if (step == STEP_WHAT && !*complaint->what)
        mistake(
            maker, "#what", PHRASE("Say what happened, as far as you know it"), &view->what_error);
    else if (step == STEP_WHAT && is_odd(complaint->what, COMPLAINT_WHAT_MAX, true))
        mistake(
            maker, "#what", PHRASE("Say it in at most 16 000 plain characters"), &view->what_error);
    if (step == STEP_WHERE && !*complaint->when)
        mistake(
            maker, "#when", PHRASE("Say when it was, or that you do not know"), &view->when_error);
    else if (step == STEP_WHERE && is_odd(complaint->when, FIELD_TEXT_LIMIT, false))
        mistake(
            maker, "#when", PHRASE("Say when it was in at most 1 000 plain characters"),
            &view->when_error);
    if (step == STEP_WHERE && !*complaint->where)
        mistake(
            maker, "#where", PHRASE("Say where it was, or that you do not know"),
            &view->where_error);
    else if (step == STEP_WHERE && is_odd(complaint->where, FIELD_TEXT_LIMIT, false))
        mistake(
            maker, "#where", PHRASE("Say where it was in at most 1 000 plain characters"),
            &view->where_error);
    if (step == STEP_CONTACT && is_odd(complaint->contact, COMPLAINT_CONTACT_MAX, true))
        mistake(
            maker, "#contact", PHRASE("Say it in at most 2 000 plain characters"),
            &view->contact_error);
}

/* --- A page ------------------------------------------------------------------------------- */

static void keep(struct maker *maker, const char *name, const char *value)
{
    if (*value)
        maker->view.kept.items[maker->view.kept.count++] = (struct view_kept){name, value};
}

/* What other pages asked for goes along. */
static void keep_others(struct maker *maker, enum step step)
{
    const struct complaint *complaint = &maker->complaint;
    if (step != STEP_WHAT)
        keep(maker, "what", complaint->what);
    if (step != STEP_WHERE) {
        keep(maker, "when", complaint->when);
        keep(maker, "where", complaint->where);
    }
    if (step != STEP_CONTACT)
        keep(maker, "contact", complaint->contact);
    for (size_t i = 0; i < complaint->evidence_count && step != STEP_EVIDENCE; i++)
        keep(maker, "evidence", complaint->evidence[i]);
}

static void answer(struct maker *maker, const char *label, const char *text, const char *step)
{
    maker->view.answers.items[maker->view.answers.count++] =
        (struct view_answer){label, text, step};
}

static enum error list_answers(struct maker *maker)
{
    const struct complaint *complaint = &maker->complaint;
    size_t language = language_on(maker->reading->request, report_page_languages);
    const char *list = "", *nothing = page_phrase(language, PHRASE("Nothing that you can name"));
    for (size_t i = 0, k = 0; list && i < EVIDENCE_COUNT && k < complaint->evidence_count; i++) {
        if (strcmp(evidence[i].word, complaint->evidence[k]) != 0)
            continue;
        const char *words = page_phrase(language, evidence[i].words);
        list = words_format(maker->arena, "%s%s%s", list, k++ ? "\n" : "", words);
    }
    const char *contact =
        *complaint->contact ? complaint->contact : page_phrase(language, PHRASE("Not told"));
    answer(maker, PHRASE("What happened"), complaint->what, "1");
    answer(maker, PHRASE("When"), complaint->when, "2");
    answer(maker, PHRASE("Where"), complaint->where, "2");
    answer(maker, PHRASE("What shows it"), complaint->evidence_count ? list : nothing, "3");
    answer(maker, PHRASE("How to reach you"), contact, "4");
    return list ? ERROR_OK : no_memory(maker);
}

/* The checklist, with what is none of the others at its end. */
static void list_evidence(struct maker *maker)
{
    struct view_report *view = &maker->view;
    for (int others = 1; others >= 0; others--) {
        for (size_t i = 0; i < EVIDENCE_COUNT; i++) {
            if ((strcmp(evidence[i].word, "other") != 0) != others)
                continue;
            view->evidence.items[view->evidence.count++] = (struct view_option){
                .value = evidence[i].word,
                .words = evidence[i].words,
                .chosen = is_ticked(maker, evidence[i].word),
            };
        }
    }
}

static enum error make_view(struct maker *maker, enum step step)
{
    struct view_report *view = &maker->view;
    view->step = step;
    view->evidence.items = ARENA_ARRAY(maker->arena, struct view_option, EVIDENCE_COUNT);
    view->kept.items = ARENA_ARRAY(maker->arena, struct view_kept, KEPT_MAX);
    view->answers.items = ARENA_ARRAY(maker->arena, struct view_answer, STEP_COUNT);
    if (!view->evidence.items || !view->kept.items || !view->answers.items)
        return no_memory(maker);
    list_evidence(maker);
    if (step != STEP_START) {
        view->what = maker->complaint.what;
        view->when = maker->complaint.when;
        view->where = maker->complaint.where;
        view->contact = maker->complaint.contact;
        keep_others(maker, step);
    }
    enum error error = step == STEP_CHECK ? list_answers(maker) : ERROR_OK;
    size_t language = language_on(maker->reading->request, report_page_languages);
    const char *title = words_format(
        maker->arena, "%s%s%s%s",
        view->mistakes.count ? page_phrase(language, PHRASE("Error: ")) : "",
        page_phrase(language, titles[step]), step == STEP_START ? "" : " – ",
        step == STEP_START ? "" : page_phrase(language, titles[STEP_START]));
    return error ? error : frame_make(maker->reading, title, "/report", &view->frame);
}

static enum http_outcome show(struct maker *maker, enum step step, struct http_response *response)
{
    if (make_view(maker, step))
        return reading_failed(maker->reading, response);
    report_page(&response->content, &maker->view);
    return page_done(maker->reading, response);
}

HANDLER(get_report)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct maker maker = {.reading = &reading, .arena = &reading.arena};
    return show(&maker, STEP_START, response);
}

/* --- Sending ------------------------------------------------------------------------------ */

/* The store's answer, as a page: what is on it is shown this once. */
static void answer_report(
    void *context, const struct http_request *request, enum store_job_kind kind,
    const struct store_answer *stored, struct http_response *response)
{
    (void)kind;
    if (stored->outcome == STORE_REFUSED) {
        refusal_answer(response, &stored->fault);
        return;
    }
    static const char title[] = PHRASE("Your report was received");
    struct reading reading;
    page_reading_begin(context, request, &reading);
    struct view_reported view = {.reference = stored->reference, .secret = stored->secret};
    if (frame_make(&reading, title, "/report", &view.frame))
        view.frame = frame_plain(context, request, title);
    /* Choosing another language leads away, and what is on the page is not shown again. */
    view.frame.languages.count = 0;
    reported_page(&response->content, &view);
    page_reading_end(&reading);
    response->status = 200;
    response->type = "text/html; charset=utf-8";
    http_header(response, "Cache-Control", "no-store");
}

/* As the API takes one, which it is read as again. */
static enum error write_document(struct maker *maker, struct buffer *document)
{
    struct complaint *complaint = &maker->complaint, again;
    struct json_writer writer;
    if (!*complaint->contact)
        complaint->contact = NULL;
    json_writer_begin(&writer, document, 0);
    layout_write_json(&complaint_layout, complaint, &writer);
    enum error error = json_writer_end(&writer);
    return error ? fault_place(&maker->reading->fault, error, "report")
                 : complaint_read(
                       buffer_view(document), maker->arena, &maker->reading->fault, &again);
}

static enum http_outcome send(
    struct maker *maker, struct http_exchange *exchange, const struct http_request *request,
    struct http_response *response)
{
    struct reading *reading = maker->reading;
    struct buffer document = {0};
    millis wait = 0;
    if (complaint_is_one_too_many(reading->service, request, &wait)) {
        reading_end(reading);
        refuse_for_now(response, wait);
        return HTTP_ANSWERED;
    }
    enum error error = write_document(maker, &document);
    if (!error)
        error = writer_submit(
            reading->service->writer, exchange,
            &(struct writer_job){
                .kind = STORE_COMPLAINT,
                .document = buffer_view(&document),
                .answer = answer_report,
                .context = reading->service,
            });
    buffer_free(&document);
    if (error) {
        reading->fault.error = error;
        return reading_failed(reading, response);
    }
    reading_end(reading);
    return HTTP_PARKED;
}

/* A page's number in the form, or none. */
static enum step step_of(const struct maker *maker, const char *name)
{
    uint64_t number;
    const char *text = http_pair(maker->pairs, name);
    return text && number_parse(bytes_of(text), STEP_CHECK, NULL, &number) == ERROR_OK
               ? (enum step)number
               : STEP_COUNT;
}

HANDLER(post_report)
{
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct maker maker = {.reading = &reading, .arena = &reading.arena};
    maker.view.mistakes.items = ARENA_ARRAY(maker.arena, struct view_mistake, MISTAKES_MAX);
    enum error error =
        maker.view.mistakes.items ? entry_read(&reading, request, &maker.pairs) : no_memory(&maker);
    if (!error)
        error = take(&maker);
    if (error)
        return reading_failed(&reading, response);
    enum step from = step_of(&maker, "step"), to = step_of(&maker, "to");
    if (from == STEP_COUNT)
        return show(&maker, STEP_START, response);
    if (to != STEP_COUNT)
        return show(&maker, to, response);
    /* Everything up to this page, for who comes to a later one by another way. */
    for (enum step step = STEP_START; step <= from; step++) {
        check_step(&maker, step);
        if (maker.view.mistakes.count)
            return show(&maker, step, response);
    }
    return from == STEP_CHECK ? send(&maker, exchange, request, response)
                              : show(&maker, from + 1, response);
}

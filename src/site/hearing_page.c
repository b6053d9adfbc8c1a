/* Hearings for their parties: what they are told, and what they answer. The case stays the
 * office's. */
#include <string.h>

#include "site/act.h"
#include "site/act_check.h"
#include "site/authority_pages.h"
#include "site/entry.h"
#include "site/entry_form.h"
#include "site/fields.h"
#include "site/file_parts.h"
#include "site/frame.h"
#include "site/handlers.h"
#include "site/hearing.h"
#include "site/values.h"
#include "site/words.h"

static const char section[] = "/hearing";

/* --- What a party can say ----------------------------------------------------------------- */

/* What is filled in: one text; which party says it is known. */
struct entry {
    const char *text;
};

static const struct field statement_fields[] = {
    FIELD(1, "statement", FIELD_PROSE, struct entry, text),
};
static const struct field objection_fields[] = {
    FIELD(1, "reasons", FIELD_PROSE, struct entry, text),
};
static const struct layout statement_entry = LAYOUT("hearing", struct entry, statement_fields);
static const struct layout objection_entry = LAYOUT("hearing", struct entry, objection_fields);

static const struct answer_kind {
    const char *verb, *title, *words;
    const struct layout *entry;
} answers[] = {
    {"statement", "State what you have to say",
     "It goes into the case. A later statement takes the place of an earlier one; the log keeps "
     "both",
     &statement_entry},
    {"object", "Object to the outcome",
     "Once. People who had no part in the decision decide on it, and never for a harder outcome",
     &objection_entry},
};
enum { ANSWER_COUNT = sizeof answers / sizeof *answers };

static const struct answer_kind *answer_kind(const char *verb)
{
    for (size_t i = 0; i < ANSWER_COUNT; i++) {
        if (strcmp(answers[i].verb, verb) == 0)
            return &answers[i];
    }
    return NULL;
}

/* Whether it is the time for it. */
static bool is_open(const struct answer_kind *kind, const struct hearing *hearing)
{
    return kind->entry == &statement_entry ? hearing->state == HEARING_CALLED
                                           : hearing->object_until != 0;
}

static const char *
answer_href(struct arena *arena, const char *number, const struct answer_kind *kind)
{
    return words_format(arena, "%s/%s", hearing_href(arena, number), kind->verb);
}

/* --- Reading ------------------------------------------------------------------------------ */

HANDLER(get_hearings_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct arena *arena = &reading.arena;
    const struct hearing *hearings = NULL;
    size_t count = 0;
    struct view_hearings view = {0};
    enum error error = hearings_open(&reading, &hearings, &count);
    if (!error) {
        view.rows.items = ARENA_ARRAY(arena, struct view_hearing_row, count + 1);
        error = view.rows.items ? frame_make(&reading, "Your hearings", section, &view.frame)
                                : fault_place(&reading.fault, ERROR_MEMORY, "page");
    }
    if (error)
        return reading_failed(&reading, response);
    for (size_t i = 0; i < count; i++)
        view.rows.items[view.rows.count++] = (struct view_hearing_row){
            .href = hearing_href(arena, hearings[i].number),
            .number = hearings[i].number,
            .licence = hearings[i].licence,
            .licence_href = values_href(arena, FILE_LICENCE, hearings[i].licence),
            .state = hearing_state_label(hearings[i].state),
            .date = words_date(arena, hearings[i].date),
            .next = hearing_next(arena, &hearings[i], reading.time),
        };
    hearings_page(&response->content, &view);
    return page_done(&reading, response);
}

static enum error
make_steps(struct reading *reading, const struct hearing *hearing, struct view_steps *steps)
{
    struct arena *arena = &reading->arena;
    steps->open.items = ARENA_ARRAY(arena, struct view_step, ANSWER_COUNT);
    if (!steps->open.items)
        return fault_place(&reading->fault, ERROR_MEMORY, "page");
    for (size_t i = 0; i < ANSWER_COUNT; i++) {
        if (is_open(&answers[i], hearing))
            steps->open.items[steps->open.count++] = (struct view_step){
                .href = answer_href(arena, hearing->number, &answers[i]),
                .title = answers[i].title,
                .text = words_format(arena, "%s.", answers[i].words),
            };
    }
    return ERROR_OK;
}

HANDLER(get_hearing_page)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct arena *arena = &reading.arena;
    struct hearing hearing;
    struct view_hearing view = {.notice = file_notice(&reading, request)};
    const void *file;
    enum error error = hearing_load(&reading, http_parameter(request, "number"), &file, &hearing);
    if (!error)
        error = hearing_parts(&reading, &hearing, &view);
    if (!error)
        error = make_steps(&reading, &hearing, &view.steps);
    if (!error) {
        view.number = hearing.number;
        view.state = hearing_state_label(hearing.state);
        view.lead = words_format(arena, "%s.", hearing_next(arena, &hearing, reading.time));
        error = frame_make(
            &reading,
            words_format(arena, "Hearing in case %s — %s", hearing.number, view.state.word),
            section, &view.frame);
    }
    if (error)
        return reading_failed(&reading, response);
    hearing_page(&response->content, &view);
    return page_done(&reading, response);
}

bool hearing_page_instead(
    struct reading *reading, const struct http_request *request, struct http_response *response)
{
    bool heard = reader_is_heard(&reading->who, NULL) == ERROR_OK;
    if (!heard || file_by_word(bytes_of(http_parameter(request, "kind"))) != FILE_CASE)
        return false;
    const char *path = hearing_href(&reading->arena, http_parameter(request, "number"));
    const char *done = http_query(request, "done");
    uint64_t event = 0;
    if (done && number_parse(bytes_of(done), INT64_MAX, NULL, &event) == ERROR_OK)
        path = words_format(
            &reading->arena, "%s?done=%llu", path ? path : "", (unsigned long long)event);
    http_redirect(response, path ? path : section);
    reading_end(reading);
    return true;
}

/* --- Answering ---------------------------------------------------------------------------- */

/* A page under way. */
struct answering {
    struct making making; /* of the act on the case */
    const struct answer_kind *kind;
    struct hearing hearing;
    struct entry_form form;
};

static enum error find(
    struct reading *reading, const struct http_request *request, const char *looked_at,
    struct answering *ret_answering)
{
    struct arena *arena = &reading->arena;
    const char *number = http_parameter(request, "number"), *verb = http_parameter(request, "verb");
    struct answering page = {
        .making = {.reading = reading, .kind = FILE_CASE, .number = number},
        .kind = answer_kind(verb),
    };
    struct making *making = &page.making;
    if (!page.kind)
        return fault_set(
            &reading->fault, ERROR_NOT_FOUND, "verb", "statement or object", "\"%.40s\"", verb);
    enum error error = hearing_load(reading, number, &making->content, &page.hearing);
    if (error)
        return error;
    making->row = act_row(FILE_CASE, page.kind->verb);
    making->version = page.hearing.version;
    making->back = hearing_href(arena, number);
    error = making_check_version(making, looked_at);
    if (!error)
        error = transition_open(
            making->row, &reading->who, FILE_CASE, making->content, &reading->fault);
    page.form = (struct entry_form){
        .heading = words_format(arena, "%s: case %s", page.kind->title, number),
        .lead = page.kind->words,
        .action = answer_href(arena, number, page.kind),
        .back = making->back,
        .section = section,
        .layout = page.kind->entry,
        .number = number,
        .version = making->version,
    };
    if (!error)
        *ret_answering = page;
    return error;
}

HANDLER(get_hearing_act)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct answering page;
    if (find(&reading, request, NULL, &page))
        return reading_failed(&reading, response);
    const char *text = page.hearing.statement;
    struct http_pairs pairs = {0};
    const struct entry entry = {.text = text};
    /* What was stated is there to be gone on with. */
    if (text && page.kind->entry == &statement_entry &&
        fields_fill(&statement_entry, &entry, &reading.arena, &reading.fault, &pairs))
        return reading_failed(&reading, response);
    return entry_form_show(&reading, &page.form, pairs, NULL, response);
}

/* {track, statement or reasons}: the party's own track. */
static enum error
make_body(const struct answering *page, const struct entry *entry, struct datum *ret_body)
{
    struct reading *reading = page->making.reading;
    struct datum_member *members = ARENA_ARRAY(&reading->arena, struct datum_member, 2);
    if (!members)
        return fault_place(&reading->fault, ERROR_MEMORY, "act");
    const char *track = page->hearing.track == CASE_TRACK_EXPORTER ? "exporter" : "state";
    members[0] = (struct datum_member){"track", datum_of_text(track)};
    members[1] =
        (struct datum_member){page->kind->entry->fields[0].name, datum_of_text(entry->text)};
    return datum_map(members, 2, &reading->fault, ret_body);
}

HANDLER(post_hearing_act)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    struct answering page;
    struct http_pairs pairs = {0};
    struct datum body;
    struct act act;
    struct outcome outcome;
    const void *entry = NULL;
    enum error error = entry_read(&reading, request, &pairs);
    if (!error)
        error = find(&reading, request, http_pair(pairs, "version"), &page);
    if (error)
        return reading_failed(&reading, response);
    error = entry_form_read(&reading, &page.form, pairs, &entry);
    if (!error)
        error = make_body(&page, entry, &body);
    if (!error)
        error = making_judge(&page.making, &body, &act, &outcome);
    if (!error)
        return act_check_show(&page.making, page.form.heading, &act, &outcome, request, response);
    return entry_form_failed(&reading, &page.form, pairs, error, response);
}

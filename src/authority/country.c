/* The life-cycle of an eligible country. Taking it off the list stops nothing that is licensed:
 * each live licence there gets a review (licence_review.c), and what is new is refused meanwhile.
 */
#include "authority/country.h"

#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const country_states[] = {"proposed", "listed", "delisted", "refused", NULL};

static const struct field change_fields[] = {
    FIELD(1, "to", FIELD_CHOICE, struct country_change, to, .words = country_states),
    FIELD(2, "reasons", FIELD_PROSE, struct country_change, reasons),
    DONE_BY(3, "proposed", struct country_change, proposed),
    FIELD(4, "by", FIELD_RECORD, struct country_change, by, .layout = &done_by_layout),
};
static const struct layout change_layout = LAYOUT("change", struct country_change, change_fields);

static const struct field content_fields[] = {
    BASE_FIELDS(struct country_file, country_states),
    FIELD(6, "name", FIELD_TEXT, struct country_file, name),
    FIELD(7, "reasons", FIELD_PROSE, struct country_file, reasons),
    FIELD(
        8, "proposed-by", FIELD_CHOICE, struct country_file, proposed_by, .words = ministry_words),
    DONE_BY(9, "proposed", struct country_file, proposed),
    DONE_BY(10, "decided", struct country_file, decided),
    FIELD_MANY(
        11, "changes", FIELD_RECORDS, struct country_file, changes, .layout = &change_layout,
        .limit = COUNTRY_CHANGES_MAX, OPTIONAL),
};
static const struct layout content_layout = LAYOUT("country", struct country_file, content_fields);

enum error check_country(struct transition_call *call, const char *country)
{
    static const char expected[] = "an eligible country";
    const void *content = NULL;
    char date[TIME_TEXT_SIZE];
    enum error error =
        call->view->find(call->view->context, FILE_COUNTRY, country, call->fault, &content);
    if (error)
        return error;
    const struct country_file *file = content;
    if (file && file->base.state == COUNTRY_LISTED)
        return ERROR_OK;
    if (file && file->base.state == COUNTRY_DELISTED)
        return fault_set(
            call->fault, ERROR_OFFICE_CONDITION, call->act->verb, expected,
            "%.2s was taken off the list on %.10s", country, time_text(file->decided.time, date));
    if (!call->office->countries_date)
        return fault_set(
            call->fault, ERROR_OFFICE_CONDITION, call->act->verb, expected,
            "%.2s, and no country is on the list", country);
    return fault_set(
        call->fault, ERROR_OFFICE_CONDITION, call->act->verb, expected,
        "%.2s is not on the list of %.10s", country, time_text(call->office->countries_date, date));
}

/* --- The list ------------------------------------------------------------------------------ */

struct propose_body {
    const char *name, *reasons;
};

static const struct field propose_fields[] = {
    FIELD(1, "name", FIELD_TEXT, struct propose_body, name, OPTIONAL),
    FIELD(2, "reasons", FIELD_PROSE, struct propose_body, reasons),
};
static const struct layout propose_layout = LAYOUT("body", struct propose_body, propose_fields);

/* The standard's name; or, where it leaves the code to its users, the name that is meant. */
static enum error name_of(struct transition_call *call, const char *given, const char **ret_name)
{
    const struct file_base *base = call->content;
    enum error error = country_check(base->number, "the file's number", call->fault);
    if (error)
        return error;
    const char *name = country_name(base->number);
    if (name && given)
        return condition_fails(call, "no name for a code that has one in ISO 3166", name);
    if (!name && !given)
        return condition_fails(
            call, "a name: ISO 3166 leaves this code to its users", base->number);
    *ret_name = name ? name : given;
    return ERROR_OK;
}

static enum error propose(struct transition_call *call)
{
    const struct propose_body *body = call->body;
    struct country_file *file = call->content;
    enum error error = name_of(call, body->name, &file->name);
    if (error)
        return error;
    file->reasons = body->reasons;
    file->proposed_by = call->actor->ministry;
    note(call, &file->proposed);
    file->base.state = COUNTRY_PROPOSED;
    return ERROR_OK;
}

/* Notes the change in the file's history. What is due on the licences there hangs on it. */
static enum error
change(struct transition_call *call, enum country_state to, const char *reasons, bool proposed)
{
    struct country_file *file = call->content;
    if (file->changes_count == COUNTRY_CHANGES_MAX)
        return condition_fails(call, "at most 1024 changes of one country", NULL);
    struct country_change *changes =
        one_more(call, file->changes, file->changes_count, sizeof *file->changes);
    if (!changes)
        return ERROR_MEMORY;
    note(call, &file->decided);
    changes[file->changes_count++] = (struct country_change){
        .to = to,
        .reasons = reasons,
        .proposed = proposed ? file->proposed : (struct done_by){0},
        .by = file->decided,
    };
    file->changes = changes;
    file->base.state = to;
    call->outcome.recheck = 1u << FILE_LICENCE;
    return ERROR_OK;
}

static enum error list(struct transition_call *call)
{
    const struct country_file *file = call->content;
    enum error error = by_other_ministry(call, file->proposed_by);
    return error ? error : change(call, COUNTRY_LISTED, file->reasons, true);
}

static enum error refuse(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    return change(call, COUNTRY_REFUSED, body->reason, true);
}

static enum error delist(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    return change(call, COUNTRY_DELISTED, body->reason, false);
}

static const struct transition transitions[] = {
    {
        .verb = "propose",
        .from = STATE_NEW | STATE(COUNTRY_DELISTED) | STATE(COUNTRY_REFUSED),
        .to = STATE(COUNTRY_PROPOSED),
        .roles = ROLE_SIGNATORY,
        .body = &propose_layout,
        .words = "Propose to the other ministry that the country may acquire",
        .conditions = "a code of ISO 3166-1; a name where that has none",
        .apply = propose,
    },
    {
        .verb = "list",
        .from = STATE(COUNTRY_PROPOSED),
        .to = STATE(COUNTRY_LISTED),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct country_file, proposed)},
        .words = "Put the country on the list, as the other ministry proposed",
        .conditions = "by the other ministry",
        .apply = list,
    },
    {
        .verb = "refuse",
        .from = STATE(COUNTRY_PROPOSED),
        .to = STATE(COUNTRY_REFUSED),
        .roles = ROLE_SIGNATORY,
        .body = &reason_body_layout,
        .words = "Refuse what was proposed: the country is not put on the list",
        .apply = refuse,
    },
    {
        .verb = "delist",
        .from = STATE(COUNTRY_LISTED),
        .to = STATE(COUNTRY_DELISTED),
        .roles = ROLE_SIGNATORY,
        .body = &reason_body_layout,
        .words = "Take the country off the list; each live licence there gets a review",
        .apply = delist,
    },
};

const struct lifecycle country_lifecycle = {
    .word = "country",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
};

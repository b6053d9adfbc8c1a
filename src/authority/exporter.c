/* The life-cycle of an exporter: drafted, submitted, screened, registered or refused; removed. */
#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const exporter_states[] = {"draft",   "submitted", "screened", "registered",
                                              "refused", "removed",   NULL};
static const char *const findings[] = {"dismissed", "upheld", NULL};

static const struct field list_fields[] = {
    FIELD(1, "name", FIELD_TEXT, struct screening_list, name),
    FIELD(2, "date", FIELD_TIME, struct screening_list, date),
    FIELD(3, "digest", FIELD_DIGEST, struct screening_list, digest),
};
static const struct layout list_layout = LAYOUT("list", struct screening_list, list_fields);

static const struct field match_fields[] = {
    FIELD(1, "party", FIELD_TEXT, struct screening_match, party),
    FIELD(2, "list", FIELD_TEXT, struct screening_match, list),
    FIELD(3, "entry", FIELD_TEXT, struct screening_match, entry),
    FIELD(4, "finding", FIELD_CHOICE, struct screening_match, finding, .words = findings),
    FIELD(5, "reasons", FIELD_PROSE, struct screening_match, reasons),
};
static const struct layout match_layout = LAYOUT("match", struct screening_match, match_fields);

static const struct field content_fields[] = {
    BASE_FIELDS(struct exporter_file, exporter_states),
    FIELD(6, "name", FIELD_TEXT, struct exporter_file, name),
    FIELD(7, "address", FIELD_TEXT, struct exporter_file, address),
    FIELD(8, "country", FIELD_TEXT, struct exporter_file, country),
    FIELD_MANY(9, "owners", FIELD_TEXTS, struct exporter_file, owners),
    DONE_BY(10, "submitted", struct exporter_file, submitted),
    DONE_BY(11, "screened", struct exporter_file, screened),
    DONE_BY(12, "decided", struct exporter_file, decided),
    FIELD_MANY(13, "parties", FIELD_TEXTS, struct exporter_file, parties),
    FIELD_MANY(14, "lists", FIELD_RECORDS, struct exporter_file, lists, .layout = &list_layout),
    FIELD_MANY(
        15, "matches", FIELD_RECORDS, struct exporter_file, matches, .layout = &match_layout),
    FIELD(16, "reason", FIELD_PROSE, struct exporter_file, reason, OPTIONAL),
};
static const struct layout content_layout =
    LAYOUT("exporter", struct exporter_file, content_fields);

enum error check_exporter(struct transition_call *call, const char *number)
{
    const void *other;
    enum error error = other_file(call, FILE_EXPORTER, number, &other);
    if (error)
        return error;
    if (((const struct exporter_file *)other)->base.state != EXPORTER_REGISTERED)
        return condition_fails(call, "a registered exporter", number);
    return ERROR_OK;
}

/* --- Application to be registered --------------------------------------------------------- */

struct draft_body {
    const char *name, *address, *country;
    const char *const *owners;
    size_t owners_count;
};

static const struct field draft_fields[] = {
    FIELD(1, "name", FIELD_TEXT, struct draft_body, name),
    FIELD(2, "address", FIELD_TEXT, struct draft_body, address),
    FIELD(3, "country", FIELD_TEXT, struct draft_body, country),
    FIELD_MANY(4, "owners", FIELD_TEXTS, struct draft_body, owners),
};
static const struct layout draft_layout = LAYOUT("body", struct draft_body, draft_fields);

static enum error draft(struct transition_call *call)
{
    const struct draft_body *body = call->body;
    struct exporter_file *file = call->content;
    enum error error = country_check(body->country, "country", call->fault);
    if (error)
        return error;
    file->name = body->name;
    file->address = body->address;
    file->country = body->country;
    file->owners = body->owners;
    file->owners_count = body->owners_count;
    file->base.state = EXPORTER_DRAFT;
    return ERROR_OK;
}

static enum error submit(struct transition_call *call)
{
    struct exporter_file *file = call->content;
    /* Whoever owns it is screened with it: an exporter of which nobody is known is not. */
    if (file->owners_count == 0)
        return condition_fails(call, "the owners of the exporter", "none");
    note(call, &file->submitted);
    file->base.state = EXPORTER_SUBMITTED;
    return ERROR_OK;
}

/* --- Screening ---------------------------------------------------------------------------- */

struct screen_body {
    const char *const *parties;
    size_t parties_count;
    const struct screening_list *lists;
    size_t lists_count;
    const struct screening_match *matches;
    size_t matches_count;
};

static const struct field screen_fields[] = {
    FIELD_MANY(1, "parties", FIELD_TEXTS, struct screen_body, parties),
    FIELD_MANY(2, "lists", FIELD_RECORDS, struct screen_body, lists, .layout = &list_layout),
    FIELD_MANY(
        3, "matches", FIELD_RECORDS, struct screen_body, matches, .layout = &match_layout,
        OPTIONAL),
};
static const struct layout screen_layout = LAYOUT("body", struct screen_body, screen_fields);

static bool has_party(const struct screen_body *body, const char *name)
{
    for (size_t i = 0; i < body->parties_count; i++) {
        if (strcmp(body->parties[i], name) == 0)
            return true;
    }
    return false;
}

/* The exporter and every owner, and nobody else, so that a match is always with one of them. */
static enum error check_parties(struct transition_call *call)
{
    const struct screen_body *body = call->body;
    const struct exporter_file *file = call->content;
    size_t wanted = 1;
    if (!has_party(body, file->name))
        return condition_fails(call, "the exporter among those compared", file->name);
    for (size_t i = 0; i < file->owners_count; i++) {
        if (!has_party(body, file->owners[i]))
            return condition_fails(call, "every owner among those compared", file->owners[i]);
        wanted += strcmp(file->owners[i], file->name) != 0;
    }
    if (body->parties_count != wanted)
        return condition_fails(call, "nobody but the exporter and its owners", NULL);
    return ERROR_OK;
}

static bool has_list(const struct screen_body *body, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(body->lists[i].name, name) == 0)
            return true;
    }
    return false;
}

static enum error check_lists(struct transition_call *call)
{
    const struct screen_body *body = call->body;
    if (body->lists_count == 0)
        return condition_fails(call, "the published lists that were compared", "none");
    for (size_t i = 0; i < body->lists_count; i++) {
        const struct screening_list *list = &body->lists[i];
        if (list->date > call->time)
            return condition_fails(call, "a list that is published already", list->name);
        if (has_list(body, i, list->name))
            return condition_fails(call, "each list once", list->name);
    }
    return ERROR_OK;
}

static enum error check_matches(struct transition_call *call)
{
    const struct screen_body *body = call->body;
    for (size_t i = 0; i < body->matches_count; i++) {
        const struct screening_match *match = &body->matches[i];
        if (!has_party(body, match->party))
            return condition_fails(call, "a match with one of those compared", match->party);
        if (!has_list(body, body->lists_count, match->list))
            return condition_fails(call, "a match on a list that was compared", match->list);
    }
    return ERROR_OK;
}

/* The exporter and its owners against published lists; what was found is decided one by one. */
static enum error screen(struct transition_call *call)
{
    const struct screen_body *body = call->body;
    struct exporter_file *file = call->content;
    enum error error = check_parties(call);
    if (!error)
        error = check_lists(call);
    if (!error)
        error = check_matches(call);
    if (error)
        return error;
    file->parties = body->parties;
    file->parties_count = body->parties_count;
    file->lists = body->lists;
    file->lists_count = body->lists_count;
    file->matches = body->matches;
    file->matches_count = body->matches_count;
    note(call, &file->screened);
    file->base.state = EXPORTER_SCREENED;
    return ERROR_OK;
}

/* --- Decision ----------------------------------------------------------------------------- */

static enum error enter(struct transition_call *call)
{
    struct exporter_file *file = call->content;
    for (size_t i = 0; i < file->matches_count; i++) {
        if (file->matches[i].finding == SCREENING_UPHELD)
            return condition_fails(
                call, "a screening without a match that was upheld", file->matches[i].entry);
    }
    note(call, &file->decided);
    file->base.state = EXPORTER_REGISTERED;
    return ERROR_OK;
}

static enum error end(struct transition_call *call, int state)
{
    const struct reason_body *body = call->body;
    struct exporter_file *file = call->content;
    file->reason = body->reason;
    note(call, &file->decided);
    file->base.state = state;
    return ERROR_OK;
}

static enum error refuse(struct transition_call *call)
{
    return end(call, EXPORTER_REFUSED);
}

static enum error leave(struct transition_call *call)
{
    return end(call, EXPORTER_REMOVED);
}

/* --- Table -------------------------------------------------------------------------------- */

static const struct transition transitions[] = {
    {
        .verb = "draft",
        .from = STATE_NEW | STATE(EXPORTER_DRAFT),
        .to = STATE(EXPORTER_DRAFT),
        .roles = ROLE_DESK | ROLE_EXPORTER,
        .body = &draft_layout,
        .words = "Draft an exporter's application to be registered",
        .apply = draft,
    },
    {
        .verb = "submit",
        .from = STATE(EXPORTER_DRAFT),
        .to = STATE(EXPORTER_SUBMITTED),
        .roles = ROLE_DESK | ROLE_EXPORTER,
        .words = "Submit the application to be registered",
        .conditions = "the owners are named",
        .apply = submit,
    },
    {
        .verb = "screen",
        .from = STATE(EXPORTER_SUBMITTED) | STATE(EXPORTER_SCREENED),
        .to = STATE(EXPORTER_SCREENED),
        .roles = ROLE_DESK | ROLE_REVIEWER,
        .apart = {offsetof(struct exporter_file, submitted)},
        .body = &screen_layout,
        .words = "Record what screening against published lists found",
        .conditions = "the exporter and every owner compared; each match dismissed or upheld",
        .apply = screen,
    },
    {
        .verb = "register",
        .from = STATE(EXPORTER_SCREENED),
        .to = STATE(EXPORTER_REGISTERED),
        .roles = ROLE_REVIEWER,
        .ministry = DEFENCE_ONLY,
        .apart =
            {offsetof(struct exporter_file, submitted), offsetof(struct exporter_file, screened)},
        .words = "Register the exporter",
        .conditions = "no match was upheld",
        .apply = enter,
    },
    {
        .verb = "refuse",
        .from = STATE(EXPORTER_SUBMITTED) | STATE(EXPORTER_SCREENED),
        .to = STATE(EXPORTER_REFUSED),
        .roles = ROLE_REVIEWER,
        .ministry = DEFENCE_ONLY,
        .apart =
            {offsetof(struct exporter_file, submitted), offsetof(struct exporter_file, screened)},
        .body = &reason_body_layout,
        .words = "Refuse to register the exporter",
        .apply = refuse,
    },
    {
        .verb = "remove",
        .from = STATE(EXPORTER_REGISTERED),
        .to = STATE(EXPORTER_REMOVED),
        .roles = ROLE_SIGNATORY,
        .ministry = DEFENCE_ONLY,
        .body = &reason_body_layout,
        .words = "Remove the exporter from the register",
        .apply = leave,
    },
};

const struct lifecycle exporter_lifecycle = {
    .word = "exporter",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
};

/* The life-cycle of a ruling: asked by an operator or a state, answered by both ministries. */
#include "authority/ruling.h"

#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const ruling_states[] = {"asked", "proposed", "given", "withdrawn", NULL};
static const char *const needs_words[] = {"nothing", "clauses", NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct ruling_file, ruling_states),
    FIELD(6, "certificate", FIELD_TEXT, struct ruling_file, certificate),
    FIELD(7, "form", FIELD_TEXT, struct ruling_file, form),
    FIELD(8, "clause", FIELD_TEXT, struct ruling_file, clause),
    FIELD(9, "question", FIELD_PROSE, struct ruling_file, question),
    FIELD(10, "reading", FIELD_PROSE, struct ruling_file, reading, OPTIONAL),
    FIELD(11, "needs", FIELD_CHOICE, struct ruling_file, needs, .words = needs_words, OPTIONAL),
    FIELD(
        12, "proposed-by", FIELD_CHOICE, struct ruling_file, proposed_by, .words = ministry_words,
        OPTIONAL),
    FIELD_MANY(
        13, "clauses-in", FIELD_TEXTS, struct ruling_file, clauses_in, .limit = RULING_CLAUSES_MAX),
    FIELD(14, "reason", FIELD_PROSE, struct ruling_file, reason, OPTIONAL),
    DONE_BY(15, "asked", struct ruling_file, asked),
    DONE_BY(16, "proposed", struct ruling_file, proposed),
    DONE_BY(17, "given", struct ruling_file, given),
    DONE_BY(18, "ended", struct ruling_file, ended),
};
static const struct layout content_layout = LAYOUT("ruling", struct ruling_file, content_fields);

/* --- Asking ------------------------------------------------------------------------------- */

struct ask_body {
    const char *certificate, *clause, *question;
};

static const struct field ask_fields[] = {
    FIELD(1, "certificate", FIELD_TEXT, struct ask_body, certificate),
    FIELD(2, "clause", FIELD_TEXT, struct ask_body, clause),
    FIELD(3, "question", FIELD_PROSE, struct ask_body, question),
};
static const struct layout ask_layout = LAYOUT("body", struct ask_body, ask_fields);

static enum error check_clause(
    struct transition_call *call, const struct certificate_file *certificate_file,
    const char *number)
{
    struct certificate certificate;
    struct form form;
    enum error error = certificate_of(call, certificate_file, &certificate, &form);
    if (error)
        return error;
    for (size_t i = 0; i < form.contents_count; i++) {
        if (strcmp(form.contents[i].number, number) == 0)
            return ERROR_OK;
    }
    return condition_fails(call, "a numbered clause of the certificate's form", number);
}

static enum error ask(struct transition_call *call)
{
    const struct ask_body *body = call->body;
    struct ruling_file *file = call->content;
    const void *other;
    enum error error = other_file(call, FILE_CERTIFICATE, body->certificate, &other);
    if (error)
        return error;
    const struct certificate_file *certificate = other;
    error = check_clause(call, certificate, body->clause);
    if (error)
        return error;
    file->certificate = body->certificate;
    file->form = certificate->form;
    file->clause = body->clause;
    file->question = body->question;
    note(call, &file->asked);
    file->base.state = RULING_ASKED;
    return ERROR_OK;
}

/* --- Answering ---------------------------------------------------------------------------- */

struct reading_body {
    const char *reading;
    enum ruling_needs needs;
};

static const struct field reading_fields[] = {
    FIELD(1, "reading", FIELD_PROSE, struct reading_body, reading),
    FIELD(2, "needs", FIELD_CHOICE, struct reading_body, needs, .words = needs_words),
};
static const struct layout reading_layout = LAYOUT("body", struct reading_body, reading_fields);

/* Also in the place of the reading that was proposed: the other ministry's words, or better ones.
 */
static enum error propose(struct transition_call *call)
{
    const struct reading_body *body = call->body;
    struct ruling_file *file = call->content;
    file->reading = body->reading;
    file->needs = body->needs;
    file->proposed_by = call->actor->ministry;
    note(call, &file->proposed);
    file->base.state = RULING_PROPOSED;
    return ERROR_OK;
}

/* Each ministry signs the reading itself, not that it agrees to some other text. */
static enum error give(struct transition_call *call)
{
    const struct reading_body *body = call->body;
    struct ruling_file *file = call->content;
    enum error error = by_other_ministry(call, file->proposed_by);
    if (error)
        return error;
    if (strcmp(body->reading, file->reading) != 0 || body->needs != file->needs)
        return condition_fails(call, "the very reading that the other ministry signed", "another");
    note(call, &file->given);
    file->base.state = RULING_GIVEN;
    return ERROR_OK;
}

struct refer_body {
    const char *file; /* "form/IL-2021-12.2" */
};

static const struct field refer_fields[] = {
    FIELD(1, "file", FIELD_TEXT, struct refer_body, file),
};
static const struct layout refer_layout = LAYOUT("body", struct refer_body, refer_fields);

/* The texts of a list are kept in order, each once. */
static enum error add_file(struct transition_call *call, const char *name)
{
    struct ruling_file *file = call->content;
    size_t count = file->clauses_in_count, at = 0;
    while (at < count && strcmp(file->clauses_in[at], name) < 0)
        at++;
    if (at < count && strcmp(file->clauses_in[at], name) == 0)
        return condition_fails(call, "a file that the ruling does not name yet", name);
    if (count == RULING_CLAUSES_MAX)
        return condition_fails(call, "at most 64 files that a ruling names", name);
    const char **names = ARENA_ARRAY(call->arena, const char *, count + 1);
    if (!names)
        return fault_place(call->fault, ERROR_MEMORY, "ruling");
    for (size_t i = 0; i < count; i++)
        names[i < at ? i : i + 1] = file->clauses_in[i];
    names[at] = name;
    file->clauses_in = names;
    file->clauses_in_count = count + 1;
    return ERROR_OK;
}

static enum error refer(struct transition_call *call)
{
    const struct refer_body *body = call->body;
    const struct ruling_file *file = call->content;
    enum file_kind kind;
    const char *number;
    const void *other;
    if (file->needs != RULING_NEEDS_CLAUSES)
        return condition_fails(call, "a ruling that needs clauses", "nothing");
    enum error error = file_name_split(body->file, call->fault, &kind, &number);
    if (!error && kind != FILE_FORM && kind != FILE_LICENCE && kind != FILE_ORDER)
        error = condition_fails(call, "a form, licence or order: what has clauses", body->file);
    if (!error)
        error = other_file(call, kind, number, &other);
    return error ? error : add_file(call, body->file);
}

static enum error withdraw(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct ruling_file *file = call->content;
    file->reason = body->reason;
    note(call, &file->ended);
    file->base.state = RULING_WITHDRAWN;
    return ERROR_OK;
}

/* --- Table -------------------------------------------------------------------------------- */

#define ASKERS (ROLE_DESK | ROLE_STATE | ROLE_SUPERVISOR)

static const struct transition transitions[] = {
    {
        .verb = "ask",
        .from = STATE_NEW,
        .to = STATE(RULING_ASKED),
        .roles = ASKERS,
        .body = &ask_layout,
        .words = "Ask how a clause of a certificate reads",
        .conditions = "the clause is numbered in its form; an account: of its own state or agency",
        .apply = ask,
    },
    {
        .verb = "propose",
        .from = STATE(RULING_ASKED) | STATE(RULING_PROPOSED),
        .to = STATE(RULING_PROPOSED),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct ruling_file, asked)},
        .body = &reading_layout,
        .words = "Give one ministry's reading, and whether it needs new clauses",
        .apply = propose,
    },
    {
        .verb = "give",
        .from = STATE(RULING_PROPOSED),
        .to = STATE(RULING_GIVEN),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct ruling_file, asked), offsetof(struct ruling_file, proposed)},
        .body = &reading_layout,
        .words = "Sign the same reading for the other ministry, which gives the ruling",
        .conditions = "word for word what the other ministry signed",
        .apply = give,
    },
    {
        .verb = "refer",
        .from = STATE(RULING_GIVEN),
        .to = STATE(RULING_GIVEN),
        .roles = ROLE_DESK | ROLE_SIGNATORY,
        .body = &refer_layout,
        .words = "Name the form, licence or order that has the new clauses",
        .conditions = "the ruling needs clauses; the file is there",
        .apply = refer,
    },
    {
        .verb = "withdraw",
        .from = STATE(RULING_ASKED) | STATE(RULING_PROPOSED),
        .to = STATE(RULING_WITHDRAWN),
        .roles = ASKERS,
        .body = &reason_body_layout,
        .words = "Withdraw the question",
        .conditions = "an account: of the state or agency that the certificate is of",
        .apply = withdraw,
    },
};

const struct lifecycle ruling_lifecycle = {
    .word = "ruling",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_CERTIFICATE,
    .parent_at = offsetof(struct ruling_file, certificate),
};

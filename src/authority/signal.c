/* The life-cycle of a signal, and raising one from within another act. */
#include "authority/signal.h"

#include <stdio.h>
#include <string.h>

#include "authority/case_inside.h"
#include "authority/file_fields.h"

const char *const signal_words[] = {
#define SIGNAL_ROW(name, word) word,
    SIGNAL_TABLE(SIGNAL_ROW)
#undef SIGNAL_ROW
        NULL,
};

static const char *const states[] = {"raised", "dismissed", NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct signal_file, states),
    FIELD(6, "kind", FIELD_CHOICE, struct signal_file, kind, .words = signal_words),
    FIELD(7, "licence", FIELD_TEXT, struct signal_file, licence),
    FIELD(8, "installation", FIELD_TEXT, struct signal_file, installation, OPTIONAL),
    FIELD(9, "occasion", FIELD_TEXT, struct signal_file, occasion),
    FIELD(10, "words", FIELD_PROSE, struct signal_file, words),
    FIELD(11, "case", FIELD_TEXT, struct signal_file, case_number),
    DONE_BY(12, "raised", struct signal_file, raised),
    DONE_BY(13, "dismissed", struct signal_file, dismissed),
    FIELD(14, "reason", FIELD_PROSE, struct signal_file, reason, OPTIONAL),
};
static const struct layout content_layout = LAYOUT("signal", struct signal_file, content_fields);

/* --- One signal for one set of facts ------------------------------------------------------ */

const char *signal_number(const struct signal_facts *facts, struct arena *arena)
{
    enum { DIGITS = 16 };
    const char *word = signal_words[facts->kind - 1];
    const char *const texts[] = {
        "enduse/signal/v1", word, facts->licence, facts->installation ? facts->installation : "",
        facts->occasion};
    struct bytes parts[sizeof texts / sizeof *texts];
    /* With the zero byte after each, so that no two lists of parts are one text. */
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        parts[i] = (struct bytes){(const uint8_t *)texts[i], strlen(texts[i]) + 1};
    const struct digest digest = sha256_of_parts(parts, sizeof texts / sizeof *texts);
    char text[DIGEST_TEXT_SIZE], number[64];
    snprintf(
        number, sizeof number, CASE_BY_SIGNAL "%s-%.*s", word, DIGITS, digest_text(&digest, text));
    return arena_text(arena, bytes_of(number));
}

static enum error
fill(struct transition_call *call, const struct signal_facts *facts, struct signal_file *file)
{
    file->kind = facts->kind;
    file->licence = facts->licence;
    file->installation = facts->installation;
    file->occasion = facts->occasion;
    file->words = facts->words;
    file->raised = (struct done_by){"server", call->time};
    file->base.state = SIGNAL_RAISED;
    return case_feed(call, facts, file->base.number, &file->case_number);
}

enum error signal_raise(struct transition_call *call, const struct signal_facts *facts)
{
    const void *content = NULL;
    void *fresh;
    const char *number = signal_number(facts, call->arena);
    if (!number)
        return fault_place(call->fault, ERROR_MEMORY, "signal");
    enum error error =
        call->view->find(call->view->context, FILE_SIGNAL, number, call->fault, &content);
    if (error || content)
        return error;
    error = create_other(call, FILE_SIGNAL, number, &fresh);
    return error ? error : fill(call, facts, fresh);
}

/* --- By itself ---------------------------------------------------------------------------- */

static const struct field raise_fields[] = {
    FIELD(1, "kind", FIELD_CHOICE, struct signal_facts, kind, .words = signal_words),
    FIELD(2, "licence", FIELD_TEXT, struct signal_facts, licence),
    FIELD(3, "installation", FIELD_TEXT, struct signal_facts, installation, OPTIONAL),
    FIELD(4, "occasion", FIELD_TEXT, struct signal_facts, occasion),
    FIELD(5, "words", FIELD_PROSE, struct signal_facts, words),
};
static const struct layout raise_layout = LAYOUT("body", struct signal_facts, raise_fields);

static enum error raise(struct transition_call *call)
{
    const struct signal_facts *facts = call->body;
    struct signal_file *file = call->content;
    const void *licence;
    const char *number = signal_number(facts, call->arena);
    if (!number)
        return fault_place(call->fault, ERROR_MEMORY, "signal");
    if (strcmp(number, file->base.number) != 0)
        return condition_fails(call, "the number that these facts have", number);
    enum error error = other_file(call, FILE_LICENCE, facts->licence, &licence);
    return error ? error : fill(call, facts, file);
}

static enum error dismiss(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct signal_file *file = call->content;
    file->reason = body->reason;
    note(call, &file->dismissed);
    file->base.state = SIGNAL_DISMISSED;
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "raise",
        .from = STATE_NEW,
        .to = STATE(SIGNAL_RAISED),
        .roles = ROLE_SERVER,
        .body = &raise_layout,
        .words = "Something was noticed; it opens a case or feeds the open one",
        .rule = "an installation has not renewed for a day after its lease ended",
        .apply = raise,
    },
    {
        .verb = "dismiss",
        .from = STATE(SIGNAL_RAISED),
        .to = STATE(SIGNAL_DISMISSED),
        .roles = ROLE_DESK | ROLE_REVIEWER | ROLE_INSPECTOR,
        .body = &reason_body_layout,
        .words = "Note why the signal means nothing; its case goes on",
        .apply = dismiss,
    },
};

const struct lifecycle signal_lifecycle = {
    .word = "signal",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_LICENCE,
    .parent_at = offsetof(struct signal_file, licence),
};

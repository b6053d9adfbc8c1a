/* The life-cycle of a complainant's file: kept with the case, erased when nothing holds it. */
#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const states[] = {"kept", "erased", NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct complainant_file, states),
    FIELD(6, "case", FIELD_TEXT, struct complainant_file, case_number),
    FIELD(7, "secret", FIELD_DIGEST, struct complainant_file, secret),
    FIELD(8, "commitment", FIELD_DIGEST, struct complainant_file, commitment, OPTIONAL),
    DONE_BY(9, "erased", struct complainant_file, erased),
    FIELD(10, "reason", FIELD_PROSE, struct complainant_file, reason, OPTIONAL),
};
static const struct layout content_layout =
    LAYOUT("complainant", struct complainant_file, content_fields);

static enum error erase(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct complainant_file *file = call->content;
    const void *other;
    enum error error = other_file(call, FILE_CASE, file->case_number, &other);
    if (error)
        return error;
    const struct case_file *about = other;
    if (about->base.state != CASE_CLOSED)
        return condition_fails(
            call, "a case that is closed", file_state_word(FILE_CASE, about->base.state));
    if (about->held.person)
        return condition_fails(call, "a case that is not held", about->held.person);
    file->reason = body->reason;
    note(call, &file->erased);
    file->base.state = COMPLAINANT_ERASED;
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "erase",
        .from = STATE(COMPLAINANT_KEPT),
        .to = STATE(COMPLAINANT_ERASED),
        .roles = ROLE_DESK | ROLE_REVIEWER,
        .body = &reason_body_layout,
        .words = "Erase who complained and how to reach them, for good",
        .conditions = "the case is closed, and no legal hold is on it",
        .apply = erase,
    },
};

const struct lifecycle complainant_lifecycle = {
    .word = "complainant",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .parent_kind = FILE_CASE,
    .parent_at = offsetof(struct complainant_file, case_number),
};

/* The life-cycle of a delegation of the server's keys: signed by one ministry, then by both. */
#include <stdio.h>
#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const delegation_states[] = {"proposed", "in-force", NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct delegation_file, delegation_states),
    FIELD(6, "digest", FIELD_DIGEST, struct delegation_file, digest),
    FIELD(
        7, "instrument", FIELD_BYTES, struct delegation_file, instrument, .limit = FILE_BYTES_MAX),
    FIELD(8, "from", FIELD_TIME, struct delegation_file, from),
    FIELD(9, "until", FIELD_TIME, struct delegation_file, until),
    DONE_BY(10, "proposed", struct delegation_file, proposed),
    DONE_BY(11, "published", struct delegation_file, published),
};
static const struct layout content_layout =
    LAYOUT("delegation", struct delegation_file, content_fields);

static enum error
check_succession(struct transition_call *call, const struct delegation *delegation)
{
    const struct file_base *base = call->content;
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)delegation->version);
    if (strcmp(number, base->number) != 0)
        return condition_fails(call, "the version as the file's number", number);
    const struct delegation *current = call->office->delegation;
    if (current && (delegation->version <= current->version || delegation->epoch < current->epoch))
        return condition_fails(
            call, "a higher version than the one in force, and no lower epoch", number);
    if (call->time >= delegation->until)
        return condition_fails(call, "a delegation that has not ended", NULL);
    /* No server holds a ministry's key. */
    struct key_id lease_key = document_key_id(&delegation->lease_key);
    struct key_id log_key = document_key_id(&delegation->log_key);
    const struct root *root = &call->office->chain->current;
    if (root_person_by_key(root, &lease_key, NULL) || root_person_by_key(root, &log_key, NULL))
        return condition_fails(call, "keys that no person of a ministry uses", NULL);
    return ERROR_OK;
}

static enum error open_submitted(struct transition_call *call, bool *ret_complete)
{
    const struct instrument_body *body = call->body;
    struct delegation_file *file = call->content;
    struct document document;
    struct delegation delegation;
    enum error error = open_for_both(
        call, INSTRUMENT_DELEGATION, &file->digest, &document, &delegation, ret_complete);
    if (!error)
        error = check_succession(call, &delegation);
    if (error)
        return error;
    file->digest = document.digest;
    file->instrument = body->instrument;
    file->from = delegation.from;
    file->until = delegation.until;
    return ERROR_OK;
}

/* By one ministry first, or by both at once; then by the other. */
static enum error sign(struct transition_call *call)
{
    struct delegation_file *file = call->content;
    bool complete = false;
    enum error error = open_submitted(call, &complete);
    if (error)
        return error;
    if (file->base.version == 1)
        note(call, &file->proposed);
    if (complete)
        note(call, &file->published);
    file->base.state = complete ? DELEGATION_IN_FORCE : DELEGATION_PROPOSED;
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "propose",
        .from = STATE_NEW,
        .to = STATE(DELEGATION_PROPOSED) | STATE(DELEGATION_IN_FORCE),
        .roles = ROLE_SIGNATORY,
        .body = &instrument_body_layout,
        .words = "Sign a delegation of the server's keys",
        .apply = sign,
    },
    {
        .verb = "countersign",
        .from = STATE(DELEGATION_PROPOSED),
        .to = STATE(DELEGATION_IN_FORCE),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct delegation_file, proposed)},
        .body = &instrument_body_layout,
        .words = "Countersign the delegation, which puts it in force",
        .apply = sign,
    },
};

const struct lifecycle delegation_lifecycle = {
    .word = "delegation",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .instrument_at = offsetof(struct delegation_file, instrument),
    .digest_at = offsetof(struct delegation_file, digest),
};

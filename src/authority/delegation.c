/* The life-cycle of a delegation of the server's keys: signed by one ministry, then by both. */
#include <stdio.h>
#include <string.h>

#include "authority/inside.h"

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

static enum error propose(struct transition_call *call)
{
    struct delegation_file *file = call->content;
    bool complete = false;
    enum error error = open_submitted(call, &complete);
    if (error)
        return error;
    note(call, &file->proposed);
    if (complete)
        note(call, &file->published);
    file->base.state = complete ? DELEGATION_IN_FORCE : DELEGATION_PROPOSED;
    return ERROR_OK;
}

static enum error countersign(struct transition_call *call)
{
    struct delegation_file *file = call->content;
    bool complete = false;
    enum error error = not_own(call, &file->proposed);
    if (!error)
        error = open_submitted(call, &complete);
    if (error)
        return error;
    if (!complete)
        return condition_fails(call, "the signatures of both ministries", NULL);
    note(call, &file->published);
    file->base.state = DELEGATION_IN_FORCE;
    return ERROR_OK;
}

const struct transition delegation_transitions[] = {
    {"propose", STATE_NEW, STATE(DELEGATION_PROPOSED) | STATE(DELEGATION_IN_FORCE), ROLE_SIGNATORY,
     ANY_MINISTRY, &instrument_body_layout, "Sign a delegation of the server's keys", propose},
    {"countersign", STATE(DELEGATION_PROPOSED), STATE(DELEGATION_IN_FORCE), ROLE_SIGNATORY,
     ANY_MINISTRY, &instrument_body_layout, "Countersign the delegation, which puts it in force",
     countersign},
};
const size_t delegation_transition_count =
    sizeof delegation_transitions / sizeof *delegation_transitions;

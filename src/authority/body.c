/* The life-cycle of an approving body: entered, confirmed by its key's fingerprint, ended. */
#include "authority/body.h"

#include <string.h>

#include "authority/file_fields.h"
#include "authority/inside.h"

static const char *const states[] = {"entered", "confirmed", "ended", NULL};

static const struct field content_fields[] = {
    BASE_FIELDS(struct body_file, states),
    FIELD(6, "country", FIELD_TEXT, struct body_file, state),
    FIELD(7, "name", FIELD_TEXT, struct body_file, name),
    FIELD(8, "independent", FIELD_BOOL, struct body_file, independent),
    FIELD(9, "elevated", FIELD_BOOL, struct body_file, elevated),
    FIELD(10, "key", FIELD_RECORD, struct body_file, key, .layout = &document_key_layout),
    FIELD(11, "reason", FIELD_PROSE, struct body_file, reason, OPTIONAL),
    DONE_BY(12, "entered", struct body_file, entered),
    DONE_BY(13, "confirmed", struct body_file, confirmed),
    DONE_BY(14, "ended", struct body_file, ended),
};
static const struct layout content_layout =
    LAYOUT("approving body", struct body_file, content_fields);

static bool is_as_registered(const struct approving_body *body, const struct body_file *file)
{
    struct key_id named = document_key_id(&body->key), kept = document_key_id(&file->key);
    return strcmp(body->name, file->name) == 0 && body->independent == file->independent &&
           body->elevated == file->elevated && key_id_equal(&named, &kept);
}

enum error check_bodies(struct transition_call *call, const struct certificate *certificate)
{
    for (size_t i = 0; i < certificate->bodies_count; i++) {
        const struct approving_body *body = &certificate->bodies[i];
        const void *other;
        enum error error = other_file(call, FILE_BODY, body->id, &other);
        if (error)
            return error;
        const struct body_file *file = other;
        if (file->base.state != BODY_CONFIRMED || strcmp(file->state, certificate->state) != 0)
            return condition_fails(
                call, "approving bodies of the state whose keys were confirmed", body->id);
        if (!is_as_registered(body, file))
            return condition_fails(
                call, "approving bodies as the register has them, with the same key", body->id);
    }
    return ERROR_OK;
}

struct enter_body {
    const char *state, *name;
    bool independent, elevated;
    struct document_key key;
};

static const struct field enter_fields[] = {
    FIELD(1, "country", FIELD_TEXT, struct enter_body, state),
    FIELD(2, "name", FIELD_TEXT, struct enter_body, name),
    FIELD(3, "independent", FIELD_BOOL, struct enter_body, independent),
    FIELD(4, "elevated", FIELD_BOOL, struct enter_body, elevated),
    FIELD(5, "key", FIELD_RECORD, struct enter_body, key, .layout = &document_key_layout),
};
static const struct layout enter_layout = LAYOUT("body", struct enter_body, enter_fields);

/* A key that approves for two bodies, signs for a ministry or runs a guard would approve what it
 * asked for. */
static enum error check_key(struct transition_call *call, const struct document_key *key)
{
    struct signer signer;
    struct digest digest;
    const char *number = NULL;
    const struct office_view *view = call->view;
    enum error error = document_key_signer(key, call->fault, &signer);
    if (error)
        return error;
    memcpy(digest.bytes, signer.id.bytes, sizeof digest.bytes);
    if (root_person_by_key(&call->office->chain->current, &signer.id, NULL))
        return condition_fails(call, "a key that no person of a ministry uses", NULL);
    error = view->find_by_digest(view->context, FILE_BODY, &digest, call->fault, &number);
    if (!error && number)
        return condition_fails(call, "a key that no other body uses", number);
    if (!error)
        error =
            view->find_by_digest(view->context, FILE_INSTALLATION, &digest, call->fault, &number);
    if (!error && number)
        return condition_fails(call, "a key that no guard uses", number);
    return error;
}

static enum error enter(struct transition_call *call)
{
    const struct enter_body *body = call->body;
    struct body_file *file = call->content;
    enum error error = country_check(body->state, "country", call->fault);
    if (!error)
        error = check_key(call, &body->key);
    if (error)
        return error;
    file->state = body->state;
    file->name = body->name;
    file->independent = body->independent;
    file->elevated = body->elevated;
    file->key = body->key;
    note(call, &file->entered);
    file->base.state = BODY_ENTERED;
    return ERROR_OK;
}

static enum error confirm(struct transition_call *call)
{
    struct body_file *file = call->content;
    enum error error = check_fingerprint(call, &file->key);
    if (error)
        return error;
    note(call, &file->confirmed);
    file->base.state = BODY_CONFIRMED;
    return ERROR_OK;
}

static enum error end(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct body_file *file = call->content;
    file->reason = body->reason;
    note(call, &file->ended);
    file->base.state = BODY_ENDED;
    return ERROR_OK;
}

static const struct transition transitions[] = {
    {
        .verb = "enter",
        .from = STATE_NEW,
        .to = STATE(BODY_ENTERED),
        .roles = ROLE_DESK | ROLE_STATE,
        .body = &enter_layout,
        .words = "Enter an approving body with its key",
        .conditions = "a key that no other body, guard or person of a ministry uses; a state's "
                      "account: a body of its own",
        .apply = enter,
    },
    {
        .verb = "confirm",
        .from = STATE(BODY_ENTERED),
        .to = STATE(BODY_CONFIRMED),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .apart = {offsetof(struct body_file, entered)},
        .body = &fingerprint_body_layout,
        .words = "Confirm the key by the fingerprint that came over a second channel",
        .conditions = "the fingerprint is that of the key",
        .apply = confirm,
    },
    {
        .verb = "end",
        .from = STATE(BODY_ENTERED) | STATE(BODY_CONFIRMED),
        .to = STATE(BODY_ENDED),
        .roles = ROLE_SIGNATORY,
        .body = &reason_body_layout,
        .words = "End the body: no new certificate may name it",
        .apply = end,
    },
};

const struct lifecycle body_lifecycle = {
    .word = "body",
    .layout = &content_layout,
    .of_country = true,
    .country_at = offsetof(struct body_file, state),
    LIFECYCLE_TRANSITIONS(transitions),
    .key_at = offsetof(struct body_file, key),
};

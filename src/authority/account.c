/* The life-cycle of an account: enrolled by one officer, confirmed by another over a second
 * channel; suspended, expired, closed; its key replaced or lost. And of the root's people:
 * suspension, absence with a deputy, recusal. */
#include "authority/account_person.h"

#include <string.h>

#include "authority/file_fields.h"
#include "authority/texts.h"

static const char *const states[] = {"proposed", "active", "suspended", "expired", "closed", NULL};
static const char *const kinds[] = {"ministry", "exporter",  "state", "supervisor",
                                    "body",     "oversight", NULL};

static const struct field absence_fields[] = {
    FIELD(1, "from", FIELD_TIME, struct absence, from),
    FIELD(2, "until", FIELD_TIME, struct absence, until),
    FIELD(3, "deputy", FIELD_TEXT, struct absence, deputy, OPTIONAL),
    DONE_BY(4, "by", struct absence, by),
};
static const struct layout absence_layout = LAYOUT("absence", struct absence, absence_fields);

static const struct field recusal_fields[] = {
    FIELD(1, "file", FIELD_TEXT, struct recusal, file),
    FIELD(2, "reason", FIELD_PROSE, struct recusal, reason),
    DONE_BY(3, "by", struct recusal, by),
};
static const struct layout recusal_layout = LAYOUT("recusal", struct recusal, recusal_fields);

static const struct field content_fields[] = {
    BASE_FIELDS(struct account_file, states),
    FIELD(6, "kind", FIELD_CHOICE, struct account_file, kind, .words = kinds),
    FIELD(7, "name", FIELD_TEXT, struct account_file, name),
    FIELD(8, "organisation", FIELD_TEXT, struct account_file, organisation, OPTIONAL),
    FIELD(
        9, "key", FIELD_RECORD, struct account_file, key, .layout = &document_key_layout, OPTIONAL),
    FIELD(
        10, "next-key", FIELD_RECORD, struct account_file, next_key, .layout = &document_key_layout,
        OPTIONAL),
    FIELD(11, "until", FIELD_TIME, struct account_file, until, OPTIONAL),
    FIELD_MANY(
        12, "absences", FIELD_RECORDS, struct account_file, absences, .layout = &absence_layout,
        .limit = ACCOUNT_ABSENCES_MAX),
    FIELD_MANY(
        13, "recusals", FIELD_RECORDS, struct account_file, recusals, .layout = &recusal_layout,
        .limit = ACCOUNT_RECUSALS_MAX),
    FIELD_MANY(14, "deputises", FIELD_TEXTS, struct account_file, deputises),
    DONE_BY(15, "proposed", struct account_file, proposed),
    DONE_BY(16, "confirmed", struct account_file, confirmed),
    DONE_BY(17, "suspended", struct account_file, suspended),
    DONE_BY(18, "ended", struct account_file, ended),
    FIELD(19, "reason", FIELD_PROSE, struct account_file, reason, OPTIONAL),
    FIELD(20, "lost-key", FIELD_DIGEST, struct account_file, lost_key, OPTIONAL),
    FIELD(21, "next-until", FIELD_TIME, struct account_file, next_until, OPTIONAL),
    FIELD_MANY(22, "past-keys", FIELD_TEXTS, struct account_file, past_keys, OPTIONAL),
};
static const struct layout content_layout = LAYOUT("account", struct account_file, content_fields);

/* --- Keys --------------------------------------------------------------------------------- */

static struct digest id_of(const struct document_key *key)
{
    struct key_id id = document_key_id(key);
    struct digest digest;
    memcpy(digest.bytes, id.bytes, sizeof digest.bytes);
    return digest;
}

/* A key once known is its person's for good: what it signed would else be somebody else's. */
static enum error check_past(struct transition_call *call, const struct document_key *key)
{
    const struct office_view *view = call->view;
    const struct key_id id = document_key_id(key);
    const struct digest digest = id_of(key);
    const char *after = "";
    char text[KEY_ID_TEXT_SIZE];
    key_id_text(&id, text);
    for (;;) {
        const void *content = NULL;
        enum error error =
            view->next(view->context, FILE_ACCOUNT, NULL, after, call->fault, &content);
        if (error || !content)
            return error;
        const struct account_file *account = content;
        after = account->base.number;
        if (texts_contain(account->past_keys, account->past_keys_count, text) ||
            digest_equal(&digest, &account->lost_key))
            return condition_fails(call, "a key that was nobody's before", after);
    }
}

/* One key, one person, one part: a key that acts for two could act on its own act. */
static enum error check_key(struct transition_call *call, const struct document_key *key)
{
    struct signer signer;
    const struct account_file *file = call->content;
    const struct key_id id = document_key_id(key);
    const struct digest digest = id_of(key);
    const char *number = NULL;
    enum error error = document_key_signer(key, call->fault, &signer);
    if (error)
        return error;
    if (root_person_by_key(&call->office->chain->current, &id, NULL))
        return condition_fails(call, "a key that no person of a ministry uses", NULL);
    if (digest_equal(&digest, &file->lost_key))
        return condition_fails(call, "another key than the one that was lost", NULL);
    error = call->view->find_by_digest(
        call->view->context, FILE_ACCOUNT, &digest, call->fault, &number);
    if (!error && number)
        return condition_fails(call, "a key that no other account uses", number);
    if (!error)
        error = call->view->find_by_digest(
            call->view->context, FILE_INSTALLATION, &digest, call->fault, &number);
    if (!error && number)
        return condition_fails(call, "a key that no guard uses", number);
    return error ? error : check_past(call, key);
}

/* --- Enrolment ---------------------------------------------------------------------------- */

struct enrol_body {
    enum account_kind kind;
    const char *name, *organisation;
    struct document_key key;
    millis until;
};

static const struct field enrol_fields[] = {
    FIELD(1, "kind", FIELD_CHOICE, struct enrol_body, kind, .words = kinds),
    FIELD(2, "name", FIELD_TEXT, struct enrol_body, name),
    FIELD(3, "organisation", FIELD_TEXT, struct enrol_body, organisation),
    FIELD(4, "key", FIELD_RECORD, struct enrol_body, key, .layout = &document_key_layout),
    FIELD(5, "until", FIELD_TIME, struct enrol_body, until),
};
static const struct layout enrol_layout = LAYOUT("body", struct enrol_body, enrol_fields);

static enum error check_organisation(struct transition_call *call, const struct enrol_body *body)
{
    const void *other;
    switch (body->kind) {
    case ACCOUNT_MINISTRY:
        return condition_fails(
            call, "somebody outside the ministries; the root names their people", body->name);
    case ACCOUNT_EXPORTER:
        return other_file(call, FILE_EXPORTER, body->organisation, &other);
    case ACCOUNT_STATE:
        return country_check(body->organisation, "organisation", call->fault);
    case ACCOUNT_SUPERVISOR:
    case ACCOUNT_BODY:
    case ACCOUNT_OVERSIGHT:
        break;
    }
    return ERROR_OK;
}

static enum error check_until(struct transition_call *call, millis until)
{
    if (until > call->time)
        return ERROR_OK;
    return condition_fails(call, "an end that is still to come", NULL);
}

static enum error enrol(struct transition_call *call)
{
    const struct enrol_body *body = call->body;
    struct account_file *file = call->content;
    if (root_person_by_id(&call->office->chain->current, file->base.number, NULL))
        return condition_fails(call, "an id that no person of a ministry has", file->base.number);
    enum error error = check_organisation(call, body);
    if (!error)
        error = check_key(call, &body->key);
    if (!error)
        error = check_until(call, body->until);
    if (error)
        return error;
    file->kind = body->kind;
    file->name = body->name;
    file->organisation = body->organisation;
    file->key = body->key;
    file->until = body->until;
    note(call, &file->proposed);
    file->base.state = ACCOUNT_PROPOSED;
    return ERROR_OK;
}

struct confirm_body {
    const char *fingerprint;
};

static const struct field confirm_fields[] = {
    FIELD(1, "fingerprint", FIELD_TEXT, struct confirm_body, fingerprint),
};
const struct layout fingerprint_body_layout = LAYOUT("body", struct confirm_body, confirm_fields);

enum error check_fingerprint(struct transition_call *call, const struct document_key *key)
{
    const struct confirm_body *body = call->body;
    struct key_id stated, id = document_key_id(key);
    enum error error = key_id_parse(bytes_of(body->fingerprint), call->fault, &stated);
    if (!error && !key_id_equal(&stated, &id))
        error = condition_fails(
            call, "the fingerprint of the key that was enrolled", body->fingerprint);
    return error;
}

static enum error confirm(struct transition_call *call)
{
    struct account_file *file = call->content;
    enum error error = check_fingerprint(call, &file->key);
    if (error)
        return error;
    note(call, &file->confirmed);
    file->base.state = ACCOUNT_ACTIVE;
    return ERROR_OK;
}

/* --- Signatories of certificates ---------------------------------------------------------- */

/* A signatory's key is enrolled as the keys of all people outside the ministries are, and confirmed
 * over a second channel: the certificate only names it again. */
enum error check_signatories(struct transition_call *call, const struct certificate *certificate)
{
    const struct office_view *view = call->view;
    for (size_t i = 0; i < certificate->signatories_count; i++) {
        const struct certificate_person *person = &certificate->signatories[i];
        const struct digest digest = id_of(&person->key);
        const char *number = NULL;
        const void *other = NULL;
        enum error error =
            view->find_by_digest(view->context, FILE_ACCOUNT, &digest, call->fault, &number);
        if (!error && number)
            error = other_file(call, FILE_ACCOUNT, number, &other);
        if (error)
            return error;
        const struct account_file *account = other;
        bool known = account && account->kind == ACCOUNT_STATE &&
                     strcmp(account->organisation, certificate->state) == 0 &&
                     account->base.state == ACCOUNT_ACTIVE && call->time < account->until;
        if (!known)
            return condition_fails(
                call, "signatories whose keys are of active accounts of the state", person->id);
    }
    return ERROR_OK;
}

/* --- Replacement -------------------------------------------------------------------------- */

struct replace_body {
    struct document_key key;
    millis until;
};

static const struct field replace_fields[] = {
    FIELD(1, "key", FIELD_RECORD, struct replace_body, key, .layout = &document_key_layout),
    FIELD(2, "until", FIELD_TIME, struct replace_body, until),
};
static const struct layout replace_layout = LAYOUT("body", struct replace_body, replace_fields);

static enum error check_outsider(struct transition_call *call)
{
    const struct account_file *file = call->content;
    if (file->kind != ACCOUNT_MINISTRY)
        return ERROR_OK;
    return condition_fails(
        call, "somebody outside the ministries; the root gives their people keys",
        file->base.number);
}

static enum error replace(struct transition_call *call)
{
    const struct replace_body *body = call->body;
    struct account_file *file = call->content;
    enum error error = check_outsider(call);
    if (!error)
        error = check_key(call, &body->key);
    if (!error)
        error = check_until(call, body->until);
    if (error)
        return error;
    file->next_key = body->key;
    file->next_until = body->until;
    note(call, &file->proposed);
    return ERROR_OK;
}

static enum error confirm_key(struct transition_call *call)
{
    struct account_file *file = call->content;
    if (!file->next_key.kind)
        return condition_fails(call, "a key that was proposed", "none");
    enum error error = check_fingerprint(call, &file->next_key);
    /* Somebody else may have enrolled it meanwhile. */
    if (!error)
        error = check_key(call, &file->next_key);
    if (!error) {
        const struct key_id old = document_key_id(&file->key);
        char text[KEY_ID_TEXT_SIZE];
        const char *kept = arena_text(call->arena, bytes_of(key_id_text(&old, text)));
        error = kept ? texts_add(
                           call->arena, kept, call->fault, &file->past_keys, &file->past_keys_count)
                     : fault_place(call->fault, ERROR_MEMORY, "key");
    }
    if (error)
        return error;
    file->key = file->next_key;
    file->until = file->next_until;
    file->next_key = (struct document_key){0};
    file->next_until = 0;
    note(call, &file->confirmed);
    if (file->base.state == ACCOUNT_EXPIRED)
        file->base.state = ACCOUNT_ACTIVE;
    return ERROR_OK;
}

/* --- Suspension and loss ------------------------------------------------------------------ */

static enum error stop(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct account_file *file = call->content;
    enum error error = account_open_person(call);
    if (error)
        return error;
    file->reason = body->reason;
    note(call, &file->suspended);
    file->base.state = ACCOUNT_SUSPENDED;
    return ERROR_OK;
}

/* The key that the person acts with now, by its id. */
static bool current_key(struct transition_call *call, struct digest *ret_id)
{
    const struct account_file *file = call->content;
    const struct document_key *key = &file->key;
    if (file->kind == ACCOUNT_MINISTRY) {
        const struct root_person *person =
            root_person_by_id(&call->office->chain->current, file->base.number, NULL);
        key = person ? &person->key : NULL;
    }
    if (!key || !key->kind)
        return false;
    *ret_id = id_of(key);
    return true;
}

static enum error lose(struct transition_call *call)
{
    struct account_file *file = call->content;
    enum error error = stop(call);
    struct digest lost;
    if (!error && current_key(call, &lost))
        file->lost_key = lost;
    return error;
}

static enum error restore(struct transition_call *call)
{
    struct account_file *file = call->content;
    struct digest key;
    if (!current_key(call, &key))
        return condition_fails(call, "a person who has a key", file->base.number);
    if (digest_equal(&key, &file->lost_key))
        return condition_fails(call, "another key in the place of the one that was lost", NULL);
    file->reason = NULL;
    file->suspended = (struct done_by){0};
    file->base.state = ACCOUNT_ACTIVE;
    return ERROR_OK;
}

static enum error leave(struct transition_call *call)
{
    const struct reason_body *body = call->body;
    struct account_file *file = call->content;
    enum error error = check_outsider(call);
    if (error)
        return error;
    file->reason = body->reason;
    note(call, &file->ended);
    file->base.state = ACCOUNT_CLOSED;
    return ERROR_OK;
}

static enum error expire(struct transition_call *call)
{
    struct account_file *file = call->content;
    if (!file->until || call->time < file->until)
        return condition_fails(call, "the end of the key's time", NULL);
    file->base.state = ACCOUNT_EXPIRED;
    return ERROR_OK;
}

/* --- Table -------------------------------------------------------------------------------- */

static enum error due(const struct due_call *call, const void *content, struct due *ret_due)
{
    const struct account_file *file = content;
    if (file->base.state == ACCOUNT_ACTIVE && file->until)
        due_at(call, file->until, "expire", ret_due);
    return ERROR_OK;
}

#define MINISTRY_ROLES                                                                             \
    (ROLE_DESK | ROLE_REVIEWER | ROLE_SIGNATORY | ROLE_INSPECTOR | ROLE_CHAIR | ROLE_AUDITOR)

static const struct transition transitions[] = {
    {
        .verb = "enrol",
        .from = STATE_NEW,
        .to = STATE(ACCOUNT_PROPOSED),
        .roles = ROLE_DESK,
        .body = &enrol_layout,
        .words = "Enrol somebody outside the ministries, with a key",
        .conditions = "a key that nobody else uses or used; an organisation that the office knows",
        .apply = enrol,
    },
    {
        .verb = "confirm",
        .from = STATE(ACCOUNT_PROPOSED),
        .to = STATE(ACCOUNT_ACTIVE),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .apart = {offsetof(struct account_file, proposed)},
        .body = &fingerprint_body_layout,
        .words = "Confirm the key by the fingerprint that came over a second channel",
        .conditions = "the fingerprint is that of the key",
        .apply = confirm,
    },
    {
        .verb = "replace",
        .from = STATE(ACCOUNT_ACTIVE) | STATE(ACCOUNT_SUSPENDED) | STATE(ACCOUNT_EXPIRED),
        .to = STATE(ACCOUNT_ACTIVE) | STATE(ACCOUNT_SUSPENDED) | STATE(ACCOUNT_EXPIRED),
        .roles = ROLE_DESK,
        .body = &replace_layout,
        .words = "Propose another key, or the same person's next one",
        .conditions = "not a person of a ministry; a key that nobody uses or used",
        .apply = replace,
    },
    {
        .verb = "confirm-key",
        .from = STATE(ACCOUNT_ACTIVE) | STATE(ACCOUNT_SUSPENDED) | STATE(ACCOUNT_EXPIRED),
        .to = STATE(ACCOUNT_ACTIVE) | STATE(ACCOUNT_SUSPENDED),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .apart = {offsetof(struct account_file, proposed)},
        .body = &fingerprint_body_layout,
        .words = "Confirm the other key by its fingerprint; the old one counts no more",
        .conditions = "the fingerprint is that of the proposed key",
        .apply = confirm_key,
    },
    {
        .verb = "suspend",
        .from = STATE_NEW | STATE(ACCOUNT_ACTIVE),
        .to = STATE(ACCOUNT_SUSPENDED),
        .roles = ROLE_ADMINISTRATOR | ROLE_SIGNATORY,
        .body = &reason_body_layout,
        .words = "Suspend the person: nothing that they sign is accepted",
        .conditions = "an account, or a person of a ministry",
        .apply = stop,
    },
    {
        .verb = "lose",
        .from = STATE_NEW | STATE(ACCOUNT_ACTIVE) | STATE(ACCOUNT_SUSPENDED),
        .to = STATE(ACCOUNT_SUSPENDED),
        .roles = ROLE_DESK | ROLE_ADMINISTRATOR | ROLE_SIGNATORY,
        .body = &reason_body_layout,
        .words = "Note that the key was lost: it never counts again",
        .conditions = "an account, or a person of a ministry",
        .apply = lose,
    },
    {
        .verb = "restore",
        .from = STATE(ACCOUNT_SUSPENDED),
        .to = STATE(ACCOUNT_ACTIVE),
        .roles = ROLE_SIGNATORY,
        .apart = {offsetof(struct account_file, suspended)},
        .words = "End the suspension",
        .conditions = "the key is not one that was lost",
        .apply = restore,
    },
    {
        .verb = "close",
        .from = STATE(ACCOUNT_PROPOSED) | STATE(ACCOUNT_ACTIVE) | STATE(ACCOUNT_SUSPENDED) |
                STATE(ACCOUNT_EXPIRED),
        .to = STATE(ACCOUNT_CLOSED),
        .roles = ROLE_REVIEWER | ROLE_SIGNATORY,
        .body = &reason_body_layout,
        .words = "Close the account for good",
        .conditions = "not a person of a ministry",
        .apply = leave,
    },
    {
        .verb = "expire",
        .from = STATE(ACCOUNT_ACTIVE),
        .to = STATE(ACCOUNT_EXPIRED),
        .roles = ROLE_SERVER,
        .words = "The key's time has ended",
        .rule = "a key counts until the end that was confirmed with it",
        .apply = expire,
    },
    {
        .verb = "absent",
        .from = STATE_NEW | STATE(ACCOUNT_ACTIVE),
        .to = STATE(ACCOUNT_ACTIVE),
        .roles = MINISTRY_ROLES,
        .body = &account_absent_layout,
        .words = "Note an absence, and who stands in; nobody stands in for a signature",
        .conditions = "by the person or a signatory of the same ministry; a deputy of it too",
        .apply = account_absent,
    },
    {
        .verb = "return",
        .from = STATE(ACCOUNT_ACTIVE),
        .to = STATE(ACCOUNT_ACTIVE),
        .roles = MINISTRY_ROLES,
        .words = "Be back before the absence was to end",
        .conditions = "by the person or a signatory of the same ministry",
        .apply = account_come_back,
    },
    {
        .verb = "recuse",
        .from = STATE_NEW | STATE(ACCOUNT_ACTIVE) | STATE(ACCOUNT_SUSPENDED),
        .to = STATE(ACCOUNT_ACTIVE) | STATE(ACCOUNT_SUSPENDED),
        .roles = MINISTRY_ROLES,
        .body = &account_recuse_layout,
        .words = "Remove the person from a file, and from all that hangs on it",
        .conditions = "by the person or a signatory of the same ministry",
        .apply = account_recuse,
    },
};

const struct lifecycle account_lifecycle = {
    .word = "account",
    .layout = &content_layout,
    LIFECYCLE_TRANSITIONS(transitions),
    .key_at = offsetof(struct account_file, key),
    .due = due,
};

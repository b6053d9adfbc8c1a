/* Who acts: from the key of a signature to a person, the person's standing and roles. */
#include <string.h>

#include "authority/apply.h"
#include "authority/lifecycle.h"

const char *role_word(enum role_index role)
{
    static const char *const table[] = {
#define ROLE_ROW(name, word, words) word,
        ROLE_TABLE(ROLE_ROW)
#undef ROLE_ROW
    };
    return table[role];
}

const char *role_words(enum role_index role)
{
    static const char *const table[] = {
#define ROLE_ROW(name, word, words) words,
        ROLE_TABLE(ROLE_ROW)
#undef ROLE_ROW
    };
    return table[role];
}

unsigned roles_of_person(const struct root_person *person)
{
    unsigned roles = 0;
    for (enum role_index role = ROLE_INDEX_DESK; role < ROLE_INDEX_SERVER; role++) {
        if (root_person_has_role(person, role_word(role)))
            roles |= 1u << role;
    }
    return roles;
}

bool actor_is(const struct actor *actor, const char *person)
{
    if (strcmp(actor->id, person) == 0)
        return true;
    for (size_t i = 0; i < actor->absent_count; i++) {
        if (strcmp(actor->absent[i], person) == 0)
            return true;
    }
    return false;
}

/* --- Accounts ----------------------------------------------------------------------------- */

static enum error find_account(
    const struct office_view *view, const char *id, struct fault *fault,
    const struct account_file **ret_account)
{
    const void *content = NULL;
    enum error error = view->find(view->context, FILE_ACCOUNT, id, fault, &content);
    if (!error)
        *ret_account = content;
    return error;
}

static enum error
check_standing(const struct account_file *account, millis time, struct fault *fault)
{
    const struct file_base *base = &account->base;
    if (base->state == ACCOUNT_ACTIVE && (!account->until || time < account->until))
        return ERROR_OK;
    return fault_set(
        fault, ERROR_OFFICE_STANDING, "act", "a person whose account is active", "%.60s is %s",
        base->number,
        base->state == ACCOUNT_ACTIVE ? "expired" : file_state_word(FILE_ACCOUNT, base->state));
}

static const struct absence *current_absence(const struct account_file *account, millis time)
{
    for (size_t i = 0; i < account->absences_count; i++) {
        if (account->absences[i].from <= time && time < account->absences[i].until)
            return &account->absences[i];
    }
    return NULL;
}

/* --- Deputies ----------------------------------------------------------------------------- */

/* The actor has the roles of those who are absent just now and named him; but for a signatory's:
 * instruments count by the root's own signatories, whom nobody can stand in for. */
static enum error add_deputised(
    const struct office *office, const struct office_view *view, const char *id, millis time,
    struct fault *fault, struct actor *actor)
{
    const struct account_file *account = NULL;
    enum ministry_id ministry;
    const struct root_person *person = root_person_by_id(&office->chain->current, id, &ministry);
    enum error error = find_account(view, id, fault, &account);
    if (error || !account || !person || ministry != actor->ministry)
        return error;
    const struct absence *absence = current_absence(account, time);
    if (!absence || !absence->deputy || strcmp(absence->deputy, actor->id) != 0)
        return ERROR_OK;
    if (actor->absent_count == ACTOR_DEPUTY_MAX)
        return ERROR_OK; /* more than account.c lets one person stand in for */
    actor->roles |= roles_of_person(person) & ~(unsigned)ROLE_SIGNATORY;
    actor->absent[actor->absent_count++] = id;
    return ERROR_OK;
}

/* --- Finding ------------------------------------------------------------------------------ */

static enum error find_officer(
    const struct office *office, const struct office_view *view, const struct root_person *person,
    enum ministry_id ministry, const struct key_id *key, millis time, struct fault *fault,
    struct actor *ret_actor, struct signer *ret_signer)
{
    struct actor actor = {
        .kind = ACTOR_OFFICER,
        .id = person->id,
        .roles = roles_of_person(person),
        .ministry = ministry,
        .person = person,
        .key = *key,
    };
    const struct account_file *account = NULL;
    enum error error = document_key_signer(&person->key, fault, ret_signer);
    if (!error)
        error = find_account(view, person->id, fault, &account);
    if (!error && account)
        error = check_standing(account, time, fault);
    for (size_t i = 0; !error && account && i < account->deputises_count; i++)
        error = add_deputised(office, view, account->deputises[i], time, fault, &actor);
    actor.account = account;
    if (!error)
        *ret_actor = actor;
    return error;
}

static enum error find_server(
    const struct office *office, const struct key_id *key, struct fault *fault,
    struct actor *ret_actor, struct signer *ret_signer)
{
    enum error error = document_key_signer(&office->delegation->lease_key, fault, ret_signer);
    if (!error)
        *ret_actor =
            (struct actor){.kind = ACTOR_SERVER, .id = "server", .roles = ROLE_SERVER, .key = *key};
    return error;
}

unsigned role_of_account(enum account_kind kind)
{
    switch (kind) {
    case ACCOUNT_EXPORTER:
        return ROLE_EXPORTER;
    case ACCOUNT_STATE:
        return ROLE_STATE;
    case ACCOUNT_SUPERVISOR:
        return ROLE_SUPERVISOR;
    case ACCOUNT_BODY:
        return ROLE_BODY;
    case ACCOUNT_OVERSIGHT:
        return ROLE_OVERSIGHT;
    case ACCOUNT_MINISTRY:
        break; /* the root's people have their roles and keys from the root */
    }
    return 0;
}

/* *ret_found false where no account has the key. */
static enum error find_outsider(
    const struct office_view *view, const struct key_id *key, millis time, struct fault *fault,
    struct actor *ret_actor, struct signer *ret_signer, bool *ret_found)
{
    struct digest digest;
    const char *number = NULL;
    const struct account_file *account = NULL;
    memcpy(digest.bytes, key->bytes, sizeof digest.bytes);
    enum error error = view->find_by_digest(view->context, FILE_ACCOUNT, &digest, fault, &number);
    if (!error && number)
        error = find_account(view, number, fault, &account);
    *ret_found = !error && account;
    if (error || !account)
        return error;
    error = check_standing(account, time, fault);
    if (!error)
        error = document_key_signer(&account->key, fault, ret_signer);
    if (!error)
        *ret_actor = (struct actor){
            .kind = ACTOR_ACCOUNT,
            .id = account->base.number,
            .roles = role_of_account(account->kind),
            .organisation = account->organisation,
            .account = account,
            .key = *key,
        };
    return error;
}

enum error actor_find(
    const struct office *office, const struct office_view *view, const struct key_id *key,
    millis time, struct fault *fault, struct actor *ret_actor, struct signer *ret_signer)
{
    enum ministry_id ministry;
    const struct root_person *person = root_person_by_key(&office->chain->current, key, &ministry);
    if (person)
        return find_officer(
            office, view, person, ministry, key, time, fault, ret_actor, ret_signer);
    if (office->delegation) {
        struct key_id lease_key = document_key_id(&office->delegation->lease_key);
        if (key_id_equal(&lease_key, key))
            return find_server(office, key, fault, ret_actor, ret_signer);
    }
    bool found;
    enum error error = find_outsider(view, key, time, fault, ret_actor, ret_signer, &found);
    if (error || found)
        return error;
    char text[KEY_ID_TEXT_SIZE];
    return fault_set(
        fault, ERROR_OFFICE_STRANGER, "act", "a person whom the office knows", "key %.16s...",
        key_id_text(key, text));
}

/* --- Recusals ----------------------------------------------------------------------------- */

static bool
recused_from(const struct account_file *account, enum file_kind kind, const char *number)
{
    const char *word = file_word(kind);
    size_t length = strlen(word);
    for (size_t i = 0; i < account->recusals_count; i++) {
        const char *file = account->recusals[i].file;
        if (strncmp(file, word, length) == 0 && file[length] == '/' &&
            strcmp(file + length + 1, number) == 0)
            return true;
    }
    return false;
}

/* One step up: the file that this one hangs on. *ret_more false where there is none. */
static enum error step_up(
    const struct office_view *view, enum file_kind *kind, const char **number, const void **content,
    struct fault *fault, bool *ret_more)
{
    const struct lifecycle *lifecycle = lifecycle_of(*kind);
    const char *parent = *content && lifecycle->parent_kind ? file_parent(*kind, *content) : "";
    *ret_more = parent[0];
    if (!*ret_more)
        return ERROR_OK;
    *number = parent;
    *kind = lifecycle->parent_kind;
    return view->find(view->context, *kind, *number, fault, content);
}

static enum error not_recused(
    const struct office_view *view, const struct actor *actor, enum file_kind kind,
    const char *number, const void *content, struct fault *fault)
{
    enum error error = ERROR_OK;
    if (!actor->account || actor->account->recusals_count == 0)
        return ERROR_OK;
    /* Each file hangs on one of a kind before it: the way up ends. */
    for (bool more = true; more && !error;) {
        if (recused_from(actor->account, kind, number))
            return fault_set(
                fault, ERROR_OFFICE_RECUSED, "act", "a person who was not removed from the file",
                "%s from %s/%.60s", actor->id, file_word(kind), number);
        error = step_up(view, &kind, &number, &content, fault, &more);
    }
    return error;
}

/* --- Organisations ------------------------------------------------------------------------ */

bool actor_is_of(const struct actor *actor, const char *organisation)
{
    return organisation && actor->organisation && strcmp(organisation, actor->organisation) == 0;
}

static const char *text_at(const void *content, size_t offset)
{
    return content ? *(const char *const *)((const char *)content + offset) : NULL;
}

/* Whether a file is the organisation's own: the exporter's; the acquiring state's, or its agency's.
 * The people of other organisations act on no file. */
static bool
belongs(const struct actor *actor, enum file_kind kind, const char *number, const void *content)
{
    const struct lifecycle *lifecycle = lifecycle_of(kind);
    const char *owner = NULL;
    if ((actor->roles & ROLE_EXPORTER) && kind == FILE_EXPORTER)
        owner = number;
    else if ((actor->roles & ROLE_STATE) && lifecycle->of_country)
        owner = text_at(content, lifecycle->country_at);
    else if ((actor->roles & ROLE_SUPERVISOR) && lifecycle->agency_at)
        owner = text_at(content, lifecycle->agency_at);
    return actor_is_of(actor, owner);
}

static enum error owns(
    const struct office_view *view, const struct actor *actor, enum file_kind kind,
    const char *number, const void *content, struct fault *fault)
{
    if (actor->kind != ACTOR_ACCOUNT)
        return ERROR_OK;
    enum error error = ERROR_OK;
    for (bool more = true; more && !error;) {
        if (belongs(actor, kind, number, content))
            return ERROR_OK;
        error = step_up(view, &kind, &number, &content, fault, &more);
    }
    if (error)
        return error;
    return fault_set(
        fault, ERROR_OFFICE_ORGANISATION, "act", "a file of the person's own organisation",
        "%s of %s", actor->id, actor->organisation ? actor->organisation : "none");
}

enum error actor_may_touch(
    const struct office_view *view, const struct actor *actor, enum file_kind kind,
    const char *number, const void *content, struct fault *fault)
{
    enum error error = not_recused(view, actor, kind, number, content, fault);
    return error ? error : owns(view, actor, kind, number, content, fault);
}

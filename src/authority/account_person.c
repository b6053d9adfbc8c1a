/* What the office keeps of a person of the root: absence with a deputy, recusal. */
#include "authority/account_person.h"

#include <string.h>

/* The first act on a person of the root opens the account's file. */
enum error account_open_person(struct transition_call *call)
{
    struct account_file *file = call->content;
    if (file->base.version > 1)
        return ERROR_OK;
    const struct root_person *person =
        root_person_by_id(&call->office->chain->current, file->base.number, NULL);
    if (!person)
        return condition_fails(call, "a person of a ministry, or an account", file->base.number);
    file->kind = ACCOUNT_MINISTRY;
    file->name = person->name;
    file->base.state = ACCOUNT_ACTIVE;
    return ERROR_OK;
}

/* The person of a ministry whom the file is about: by that person, or by a signatory of the same
 * ministry. */
static enum error check_own_ministry(struct transition_call *call)
{
    const struct account_file *file = call->content;
    enum ministry_id ministry = 0;
    const struct root_person *person =
        root_person_by_id(&call->office->chain->current, file->base.number, &ministry);
    if (!person)
        return condition_fails(call, "a person of a ministry", file->base.number);
    bool oneself = strcmp(call->actor->id, file->base.number) == 0;
    if (oneself || (ministry == call->actor->ministry && (call->actor->roles & ROLE_SIGNATORY)))
        return ERROR_OK;
    return fault_set(
        call->fault, ERROR_OFFICE_ROLE, call->act->verb,
        "the person, or a signatory of the same ministry", "%s", call->actor->id);
}

/* --- Absence ------------------------------------------------------------------------------ */

struct absent_body {
    millis from, until;
    const char *deputy;
};

static const struct field absent_fields[] = {
    FIELD(1, "from", FIELD_TIME, struct absent_body, from),
    FIELD(2, "until", FIELD_TIME, struct absent_body, until),
    FIELD(3, "deputy", FIELD_TEXT, struct absent_body, deputy, OPTIONAL),
};
const struct layout account_absent_layout = LAYOUT("body", struct absent_body, absent_fields);

static bool stands_in(const struct account_file *account, const char *deputy, millis after)
{
    for (size_t i = 0; i < account->absences_count; i++) {
        const struct absence *absence = &account->absences[i];
        if (absence->until > after && absence->deputy && strcmp(absence->deputy, deputy) == 0)
            return true;
    }
    return false;
}

/* Whom the deputy stands in for after this: without those who are back, and with this person. */
static enum error
name_deputy(struct transition_call *call, const char *person, struct account_file *deputy)
{
    const char **names = ARENA_ARRAY(call->arena, const char *, deputy->deputises_count + 1);
    if (!names)
        return fault_place(call->fault, ERROR_MEMORY, "absence");
    size_t count = 0;
    bool placed = false;
    for (size_t i = 0; i < deputy->deputises_count; i++) {
        const char *name = deputy->deputises[i];
        const void *other = NULL;
        enum error error = other_file(call, FILE_ACCOUNT, name, &other);
        if (error)
            return error;
        int order = strcmp(name, person);
        if (order == 0 || !stands_in(other, deputy->base.number, call->time))
            continue;
        if (order > 0 && !placed) {
            names[count++] = person;
            placed = true;
        }
        names[count++] = name;
    }
    if (!placed)
        names[count++] = person;
    if (count > ACTOR_DEPUTY_MAX)
        return condition_fails(
            call, "a deputy who stands in for at most three others", deputy->base.number);
    deputy->deputises = names;
    deputy->deputises_count = count;
    return ERROR_OK;
}

static enum error appoint(struct transition_call *call, const char *person, const char *deputy_id)
{
    enum ministry_id own = 0, ministry = 0;
    const struct root *root = &call->office->chain->current;
    const struct root_person *deputy = root_person_by_id(root, deputy_id, &ministry);
    root_person_by_id(root, person, &own);
    if (!deputy || ministry != own || strcmp(person, deputy_id) == 0)
        return condition_fails(call, "a deputy of the same ministry", deputy_id);
    if (roles_of_person(deputy) & (ROLE_AUDITOR | ROLE_ADMINISTRATOR))
        return condition_fails(call, "a deputy who acts in files", deputy_id);
    const void *there = NULL;
    void *content;
    enum error error =
        call->view->find(call->view->context, FILE_ACCOUNT, deputy_id, call->fault, &there);
    if (!error)
        error = there ? change_other(call, FILE_ACCOUNT, deputy_id, &content)
                      : create_other(call, FILE_ACCOUNT, deputy_id, &content);
    if (error)
        return error;
    struct account_file *file = content;
    if (!there) {
        file->kind = ACCOUNT_MINISTRY;
        file->name = deputy->name;
        file->base.state = ACCOUNT_ACTIVE;
    }
    if (file->base.state != ACCOUNT_ACTIVE)
        return condition_fails(call, "a deputy whose account is active", deputy_id);
    return name_deputy(call, person, file);
}

/* Keeps the absences that are not over, and room for one more. */
static enum error
current_absences(struct transition_call *call, struct absence **ret_absences, size_t *ret_count)
{
    const struct account_file *file = call->content;
    struct absence *absences = ARENA_ARRAY(call->arena, struct absence, file->absences_count + 1);
    if (!absences)
        return fault_place(call->fault, ERROR_MEMORY, "absence");
    *ret_count = 0;
    for (size_t i = 0; i < file->absences_count; i++) {
        if (file->absences[i].until > call->time)
            absences[(*ret_count)++] = file->absences[i];
    }
    *ret_absences = absences;
    return ERROR_OK;
}

enum error account_absent(struct transition_call *call)
{
    const struct absent_body *body = call->body;
    struct account_file *file = call->content;
    struct absence *absences;
    size_t count;
    enum error error = account_open_person(call);
    if (!error)
        error = check_own_ministry(call);
    if (!error && (body->until <= body->from || body->until <= call->time))
        error = condition_fails(call, "an absence that ends after it begins, and after now", NULL);
    if (!error)
        error = current_absences(call, &absences, &count);
    if (!error && count == ACCOUNT_ABSENCES_MAX)
        error = condition_fails(call, "fewer absences to come", NULL);
    if (error)
        return error;
    absences[count] = (struct absence){body->from, body->until, body->deputy, {0}};
    note(call, &absences[count].by);
    file->absences = absences;
    file->absences_count = count + 1;
    return body->deputy ? appoint(call, file->base.number, body->deputy) : ERROR_OK;
}

/* Back before the end: the absence that lasts ends now. */
enum error account_come_back(struct transition_call *call)
{
    struct account_file *file = call->content;
    struct absence *absences;
    size_t count, kept = 0;
    enum error error = check_own_ministry(call);
    if (!error)
        error = current_absences(call, &absences, &count);
    if (error)
        return error;
    for (size_t i = 0; i < count; i++) {
        if (absences[i].from > call->time)
            absences[kept++] = absences[i];
    }
    if (kept == count)
        return condition_fails(call, "a person who is absent", file->base.number);
    file->absences = absences;
    file->absences_count = kept;
    return ERROR_OK;
}

/* --- Recusal ------------------------------------------------------------------------------ */

struct recuse_body {
    const char *file, *reason;
};

static const struct field recuse_fields[] = {
    FIELD(1, "file", FIELD_TEXT, struct recuse_body, file),
    FIELD(2, "reason", FIELD_PROSE, struct recuse_body, reason),
};
const struct layout account_recuse_layout = LAYOUT("body", struct recuse_body, recuse_fields);

/* For good: whoever was too near to a file is not nearer by being let back in. */
enum error account_recuse(struct transition_call *call)
{
    const struct recuse_body *body = call->body;
    struct account_file *file = call->content;
    enum file_kind kind;
    const char *number;
    const void *other;
    enum error error = account_open_person(call);
    if (!error)
        error = check_own_ministry(call);
    if (!error)
        error = file_name_split(body->file, call->fault, &kind, &number);
    if (!error)
        error = other_file(call, kind, number, &other);
    for (size_t i = 0; !error && i < file->recusals_count; i++) {
        if (strcmp(file->recusals[i].file, body->file) == 0)
            error = condition_fails(call, "a file from which the person was not removed", NULL);
    }
    if (!error && file->recusals_count == ACCOUNT_RECUSALS_MAX)
        error = condition_fails(call, "fewer recusals", NULL);
    if (error)
        return error;
    struct recusal *recusals =
        one_more(call, file->recusals, file->recusals_count, sizeof *file->recusals);
    if (!recusals)
        return ERROR_MEMORY;
    recusals[file->recusals_count] = (struct recusal){body->file, body->reason, {0}};
    note(call, &recusals[file->recusals_count].by);
    file->recusals = recusals;
    file->recusals_count++;
    return ERROR_OK;
}

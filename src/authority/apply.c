/* An act on a file: finding the transition, holding the act to its row, applying it. */
#include "authority/apply.h"

#include <string.h>

#include "authority/inside.h"

static const struct field instrument_fields[] = {
    FIELD(
        1, "instrument", FIELD_BYTES, struct instrument_body, instrument, .limit = FILE_BYTES_MAX),
};
const struct layout instrument_body_layout =
    LAYOUT("body", struct instrument_body, instrument_fields);

static const struct field reason_fields[] = {
    FIELD(1, "reason", FIELD_PROSE, struct reason_body, reason),
};
const struct layout reason_body_layout = LAYOUT("body", struct reason_body, reason_fields);

/* --- Rows --------------------------------------------------------------------------------- */

/* "a desk officer, reviewer or signatory" would be right too; the first role that the row names is
 * whom a person should turn to. */
static const char *role_wanted(unsigned roles)
{
    enum role_index role = 0;
    while (role + 1 < ROLE_COUNT && !(roles & (1u << role)))
        role++;
    return role_words(role);
}

static enum error
check_ministry(const struct transition *transition, const struct actor *actor, struct fault *fault)
{
    bool defence = transition->ministry == DEFENCE_ONLY;
    if (transition->ministry == ANY_MINISTRY || actor->kind != ACTOR_OFFICER ||
        actor->ministry == (defence ? MINISTRY_DEFENCE : MINISTRY_FOREIGN))
        return ERROR_OK;
    return fault_set(
        fault, ERROR_OFFICE_ROLE, transition->verb,
        defence ? "the defence ministry" : "the foreign ministry", "%s", actor->id);
}

/* Nobody reviews, countersigns or confirms what they did themselves. */
static enum error check_apart(
    const struct transition *transition, const struct actor *actor, const void *content,
    struct fault *fault)
{
    for (size_t i = 0; content && i < APART_MAX && transition->apart[i]; i++) {
        const struct done_by *earlier =
            (const void *)((const char *)content + transition->apart[i]);
        if (earlier->person && actor_is(actor, earlier->person))
            return fault_set(
                fault, ERROR_OFFICE_OWN_ACT, transition->verb, "another person", "%s", actor->id);
    }
    return ERROR_OK;
}

enum error transition_open(
    const struct transition *transition, const struct actor *actor, enum file_kind kind,
    const void *content, struct fault *fault)
{
    int state = content ? ((const struct file_base *)content)->state : 0;
    if (!(transition->from & STATE(state)))
        return fault_set(
            fault, ERROR_OFFICE_STATE, transition->verb, "a file in another state", "the %s is %s",
            file_word(kind), file_state_word(kind, state));
    if (!(transition->roles & actor->roles))
        return fault_set(
            fault, ERROR_OFFICE_ROLE, transition->verb, role_wanted(transition->roles), "%s",
            actor->id);
    enum error error = check_ministry(transition, actor, fault);
    return error ? error : check_apart(transition, actor, content, fault);
}

/* --- What transitions use ----------------------------------------------------------------- */

enum error condition_fails(struct transition_call *call, const char *expected, const char *found)
{
    return fault_set(
        call->fault, ERROR_OFFICE_CONDITION, call->act->verb, expected, found ? "%s" : NULL, found);
}

enum error not_own(struct transition_call *call, const struct done_by *earlier)
{
    if (!earlier->person || !actor_is(call->actor, earlier->person))
        return ERROR_OK;
    return fault_set(
        call->fault, ERROR_OFFICE_OWN_ACT, call->act->verb, "another person", "%s",
        call->actor->id);
}

enum error by_other_ministry(struct transition_call *call, enum ministry_id first)
{
    if (call->actor->ministry != first)
        return ERROR_OK;
    return fault_set(
        call->fault, ERROR_OFFICE_ROLE, call->act->verb, "the other ministry", "%s",
        call->actor->id);
}

void note(struct transition_call *call, struct done_by *done)
{
    *done = (struct done_by){call->actor->id, call->time};
}

void *one_more(struct transition_call *call, const void *items, size_t count, size_t size)
{
    void *copy = arena_array(call->arena, count + 1, size);
    if (!copy)
        fault_place(call->fault, ERROR_MEMORY, "act");
    else if (count)
        memcpy(copy, items, count * size);
    return copy;
}

enum error other_file(
    struct transition_call *call, enum file_kind kind, const char *number, const void **ret_content)
{
    const void *content = NULL;
    enum error error = call->view->find(call->view->context, kind, number, call->fault, &content);
    if (error)
        return error;
    if (!content)
        return fault_set(
            call->fault, ERROR_OFFICE_MISSING, call->act->verb, "a file that is there", "%s/%.60s",
            file_word(kind), number);
    *ret_content = content;
    return ERROR_OK;
}

static void *copy_of(struct transition_call *call, enum file_kind kind, const void *content)
{
    size_t size = file_layout(kind)->size;
    void *copy = arena_alloc(call->arena, size);
    if (copy && content)
        memcpy(copy, content, size);
    return copy;
}

/* Every content struct begins with its base (file.h). */
static struct file_base *base_of(void *content)
{
    return content;
}

static struct file_change *
find_change(struct transition_call *call, enum file_kind kind, const char *number)
{
    for (size_t i = 0; i < call->outcome.change_count; i++) {
        struct file_change *change = &call->outcome.changes[i];
        const struct file_base *base = change->content;
        if (change->kind == kind && strcmp(base->number, number) == 0)
            return change;
    }
    return NULL;
}

enum error change_again(
    struct transition_call *call, enum file_kind kind, const char *number, void **ret_content)
{
    struct file_change *change = find_change(call, kind, number);
    void *copy = change ? copy_of(call, kind, change->content) : NULL;
    if (!copy)
        return fault_place(
            call->fault, change ? ERROR_MEMORY : ERROR_INTERNAL, "%s/%s", file_word(kind), number);
    change->content = copy;
    *ret_content = copy;
    return ERROR_OK;
}

/* A copy of a content (NULL: a fresh one) as a change of this act. */
static enum error add_change(
    struct transition_call *call, enum file_kind kind, const void *content, void **ret_content)
{
    void *copy = copy_of(call, kind, content);
    if (!copy || call->outcome.change_count == OFFICE_CHANGES_MAX)
        return fault_place(call->fault, copy ? ERROR_INTERNAL : ERROR_MEMORY, "act");
    base_of(copy)->version++;
    base_of(copy)->changed = call->time;
    call->outcome.changes[call->outcome.change_count++] =
        (struct file_change){.kind = kind, .content = copy, .created = !content};
    *ret_content = copy;
    return ERROR_OK;
}

enum error change_other(
    struct transition_call *call, enum file_kind kind, const char *number, void **ret_content)
{
    if (find_change(call, kind, number))
        return fault_place(call->fault, ERROR_INTERNAL, "%s/%s", file_word(kind), number);
    const void *content;
    enum error error = other_file(call, kind, number, &content);
    return error ? error : add_change(call, kind, content, ret_content);
}

enum error create_other(
    struct transition_call *call, enum file_kind kind, const char *number, void **ret_content)
{
    const void *content = NULL;
    enum error error = call->view->find(call->view->context, kind, number, call->fault, &content);
    if (error)
        return error;
    if (content)
        return condition_fails(call, "no such file yet", number);
    error = add_change(call, kind, NULL, ret_content);
    if (error)
        return error;
    struct file_base *base = base_of(*ret_content);
    base->number = number;
    base->opened = call->time;
    return ERROR_OK;
}

enum error signed_by_actor(struct transition_call *call, const struct document *document)
{
    if (document_signed_by(document, &call->actor->key))
        return ERROR_OK;
    return condition_fails(
        call, "the instrument signed by the person who submits it", call->actor->id);
}

enum error
keeps_signatures(struct transition_call *call, struct bytes before, const struct document *document)
{
    struct unverified_envelope envelope;
    enum error error = cose_peek_unverified(before, call->fault, &envelope);
    for (size_t i = 0; i < envelope.count && !error; i++) {
        if (!document_signed_by(document, &envelope.kids[i]))
            error = condition_fails(call, "the signatures that were there before", "one less");
    }
    return error;
}

enum error same_document(
    struct transition_call *call, const struct document *document, const struct digest *digest)
{
    if (digest_equal(&document->digest, digest))
        return ERROR_OK;
    return condition_fails(call, "the very document of this file", "another one");
}

enum error open_for_both(
    struct transition_call *call, enum instrument_type type, const struct digest *known,
    struct document *ret_document, void *ret_value, bool *ret_complete)
{
    const struct instrument_body *body = call->body;
    const struct root_chain *chain = call->office->chain;
    const struct file_base *base = call->content;
    enum error error = document_open_by_root(
        body->instrument, type, chain, call->arena, call->fault, ret_document, ret_value);
    if (!error)
        error = signed_by_actor(call, ret_document);
    if (!error && base->version > 1)
        error = same_document(call, ret_document, known);
    if (error)
        return error;
    *ret_complete = signed_by_both(ret_document, &chain->current, NULL) == ERROR_OK;
    if (base->version > 1 && !*ret_complete)
        return condition_fails(call, "the signatures of both ministries", NULL);
    return ERROR_OK;
}

enum error decode_kept(
    struct transition_call *call, struct bytes instrument, enum instrument_type type,
    const struct digest *digest, void **ret_value)
{
    enum instrument_type found;
    struct digest found_digest;
    void *value;
    enum error error = document_decode_unverified(
        instrument, call->arena, call->fault, &found, &found_digest, &value);
    if (error)
        return error;
    if (found != type || !digest_equal(&found_digest, digest))
        return fault_place(call->fault, ERROR_INTERNAL, "%s", instrument_word(type));
    *ret_value = value;
    return ERROR_OK;
}

/* --- Applying ----------------------------------------------------------------------------- */

static enum error
check_version(const struct act *act, const struct file_base *base, struct fault *fault)
{
    uint64_t version = base ? base->version : 0;
    if (act->file_version == version)
        return ERROR_OK;
    return fault_set(
        fault, ERROR_OFFICE_VERSION, act->file, "the version that the person saw",
        "version %llu, and the act is on version %llu", (unsigned long long)version,
        (unsigned long long)act->file_version);
}

static enum error
run(struct transition_call *call, const struct transition *transition, enum file_kind kind,
    const char *number, const void *before)
{
    const struct layout *layout = transition_body(transition);
    void *body = arena_alloc(call->arena, layout->size);
    call->content = copy_of(call, kind, before);
    if (!body || !call->content)
        return fault_place(call->fault, ERROR_MEMORY, "act");
    enum error error = layout_read_datum(layout, &call->act->body, call->arena, call->fault, body);
    if (error)
        return error;
    call->body = body;
    struct file_base *base = base_of(call->content);
    base->number = number;
    base->version++;
    base->changed = call->time;
    if (!before)
        base->opened = call->time;
    call->outcome.changes[0] =
        (struct file_change){.kind = kind, .content = call->content, .created = !before};
    call->outcome.change_count = 1;
    error = transition->apply(call);
    if (error)
        return error;
    /* The table says where a transition may lead; one that goes elsewhere is our mistake. */
    if (!(transition->to & STATE(base->state)))
        return fault_place(call->fault, ERROR_INTERNAL, "%s", transition->verb);
    return ERROR_OK;
}

enum error authority_apply(
    const struct office *office, const struct office_view *view, const struct actor *actor,
    const struct act *act, millis time, struct arena *arena, struct fault *fault,
    struct outcome *ret_outcome)
{
    enum file_kind kind;
    const char *number;
    enum error error = file_name_split(act->file, fault, &kind, &number);
    if (error)
        return error;
    const struct transition *transition = lifecycle_find(kind, act->verb);
    if (!transition)
        return fault_set(
            fault, ERROR_OFFICE_VERB, "act", "an act that this kind of file has", "%s on %s",
            act->verb, act->file);
    const void *before = NULL;
    error = view->find(view->context, kind, number, fault, &before);
    if (error)
        return error;
    error = check_version(act, before, fault);
    if (!error)
        error = transition_open(transition, actor, kind, before, fault);
    if (!error && before)
        error = actor_may_touch(view, actor, kind, number, before, fault);
    if (error)
        return error;
    struct transition_call call = {
        .office = office,
        .view = view,
        .actor = actor,
        .act = act,
        .time = time,
        .arena = arena,
        .fault = fault,
    };
    error = run(&call, transition, kind, number, before);
    /* What the file hangs on may be known only now. */
    if (!error)
        error = actor_may_touch(view, actor, kind, number, call.content, fault);
    if (error)
        return fault_within(fault, error, "%s", act->file);
    *ret_outcome = call.outcome;
    return ERROR_OK;
}

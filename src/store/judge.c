/* Judging signed bytes against the files as they stand: who signed, whether the rules allow it. */
#include <string.h>

#include "store/ledger.h"

static enum error view_find(
    void *context, enum file_kind kind, const char *number, struct fault *fault,
    const void **ret_content)
{
    struct ledger_view *view = context;
    return file_find(view->database, kind, number, view->arena, fault, ret_content);
}

static enum error view_find_by_digest(
    void *context, enum file_kind kind, const struct digest *digest, struct fault *fault,
    const char **ret_number)
{
    struct ledger_view *view = context;
    return file_by_digest(view->database, kind, digest, view->arena, fault, ret_number);
}

static enum error view_next(
    void *context, enum file_kind kind, const char *parent, const char *after, struct fault *fault,
    const void **ret_content)
{
    struct ledger_view *view = context;
    const void *content = NULL;
    size_t count;
    enum error error =
        file_next(view->database, kind, parent, after, 1, view->arena, fault, &content, &count);
    if (!error)
        *ret_content = content;
    return error;
}

struct office_view ledger_view(struct ledger_view *view)
{
    return (struct office_view){
        .context = view,
        .find = view_find,
        .find_by_digest = view_find_by_digest,
        .next = view_next,
    };
}

/* The name of the file that was changed, and the version that it has now. */
static enum error about(
    enum file_kind kind, const void *content, struct arena *arena, struct fault *fault,
    struct judged *judged)
{
    const struct file_base *base = content;
    judged->file = file_name_in(arena, kind, base->number);
    if (!judged->file)
        return fault_place(fault, ERROR_MEMORY, "event");
    judged->kind = kind;
    judged->number = base->number;
    judged->version = base->version;
    return ERROR_OK;
}

/* --- Acts --------------------------------------------------------------------------------- */

/* Whose act it claims to be: the one signer's key. */
static enum error peek_signer(struct bytes bytes, struct fault *fault, struct key_id *ret_signer)
{
    struct unverified_envelope envelope;
    enum error error = cose_peek_unverified(bytes, fault, &envelope);
    if (error)
        return error;
    if (envelope.count != 1)
        return fault_set(fault, ERROR_COSE_TYPE, "act", "one signer", "%zu", envelope.count);
    *ret_signer = envelope.kids[0];
    return ERROR_OK;
}

static enum error judge_act(
    struct ledger *ledger, struct bytes bytes, millis time, struct arena *arena,
    struct fault *fault, struct judged *ret_judged)
{
    const struct office office = ledger_office(ledger, time);
    struct ledger_view view = {ledger->database, arena};
    const struct office_view files = ledger_view(&view);
    struct judged judged = {.type = EVENT_ACT, .instrument = bytes};
    struct key_id key;
    struct actor actor;
    struct signer signer;
    struct document document;
    struct act act;
    enum error error = peek_signer(bytes, fault, &key);
    if (!error)
        error = actor_find(&office, &files, &key, time, fault, &actor, &signer);
    if (!error)
        error = act_open(bytes, &ledger->chain.authority, &signer, arena, fault, &document, &act);
    if (!error)
        error = authority_apply(&office, &files, &actor, &act, time, arena, fault, &judged.outcome);
    if (error)
        return error;
    judged.act = act.id;
    judged.actor = arena_text(arena, bytes_of(actor.id));
    if (!judged.actor)
        return fault_place(fault, ERROR_MEMORY, "act");
    const struct file_change *own = &judged.outcome.changes[0];
    error = about(own->kind, own->content, arena, fault, &judged);
    if (error)
        return error;
    if (own->kind == FILE_DELEGATION)
        judged.type = EVENT_DELEGATION;
    *ret_judged = judged;
    return ERROR_OK;
}

/* --- What guards send --------------------------------------------------------------------- */

enum error ledger_installation(
    struct ledger *ledger, const char *number, struct arena *arena, struct fault *fault,
    const struct installation_file **ret_file, struct signer *ret_guard)
{
    const void *content = NULL;
    enum error error =
        file_find(ledger->database, FILE_INSTALLATION, number, arena, fault, &content);
    if (error)
        return error;
    if (!content)
        return fault_set(
            fault, ERROR_STORE_INSTALLATION, "installation", "one that is enrolled", "%.60s",
            number);
    const struct installation_file *file = content;
    error = document_key_signer(&file->guard, fault, ret_guard);
    if (!error)
        *ret_file = file;
    return error;
}

/* Decodes what claims to be of a type without verifying: to learn whose key to verify with. */
static enum error decode(
    struct bytes bytes, enum instrument_type type, struct arena *arena, struct fault *fault,
    const void **ret_value)
{
    enum instrument_type found;
    struct digest digest;
    void *value;
    enum error error = document_decode_unverified(bytes, arena, fault, &found, &digest, &value);
    if (error)
        return error;
    if (found != type)
        return fault_set(
            fault, ERROR_COSE_TYPE, "type", instrument_word(type), "%s", instrument_word(found));
    *ret_value = value;
    return ERROR_OK;
}

static enum error
refers_elsewhere(struct fault *fault, const char *place, const char *expected, const char *found)
{
    return fault_set(fault, ERROR_DOCUMENT_REFERENCE, place, expected, "%.60s", found);
}

static enum error judge_receipt(
    struct ledger *ledger, struct bytes bytes, millis time, struct arena *arena,
    struct fault *fault, struct judged *ret_judged)
{
    struct ledger_view view = {ledger->database, arena};
    const struct office_view files = ledger_view(&view);
    struct judged judged = {.type = EVENT_RECEIPT, .instrument = bytes};
    const void *claimed = NULL;
    const struct installation_file *installation;
    struct signer guard;
    struct document document;
    struct receipt receipt;
    const char *number = NULL;
    enum error error = decode(bytes, INSTRUMENT_RECEIPT, arena, fault, &claimed);
    if (!error)
        error = ledger_installation(
            ledger, ((const struct receipt *)claimed)->installation, arena, fault, &installation,
            &guard);
    if (!error)
        error = receipt_open(
            bytes, &ledger->chain.authority, &guard, arena, fault, &document, &receipt);
    if (!error)
        error = file_by_digest(ledger->database, FILE_ORDER, &receipt.order, arena, fault, &number);
    if (!error && !number)
        error = refers_elsewhere(fault, "receipt: order", "an order of this office", "another");
    const void *content = NULL;
    if (!error)
        error = file_find(ledger->database, FILE_ORDER, number, arena, fault, &content);
    if (error)
        return error;
    const struct order_file *order = content;
    if (strcmp(order->licence, installation->licence) != 0)
        return refers_elsewhere(
            fault, "receipt: order", "an order on the installation's licence", number);
    error = authority_receipt(&files, &receipt, number, time, arena, fault, &judged.outcome);
    if (error)
        return error;
    judged.actor = installation->base.number;
    judged.nothing = judged.outcome.change_count == 0;
    error = about(
        FILE_ORDER, judged.nothing ? content : judged.outcome.changes[0].content, arena, fault,
        &judged);
    if (!error)
        *ret_judged = judged;
    return error;
}

static enum error judge_return(
    struct ledger *ledger, struct bytes bytes, millis time, struct arena *arena,
    struct fault *fault, struct judged *ret_judged)
{
    const struct office office = ledger_office(ledger, time);
    struct ledger_view view = {ledger->database, arena};
    const struct office_view files = ledger_view(&view);
    struct judged judged = {.type = EVENT_RETURN, .instrument = bytes};
    const void *claimed = NULL, *licence = NULL;
    const struct installation_file *installation;
    struct signer guard;
    struct document document;
    struct usage_return value;
    enum error error = decode(bytes, INSTRUMENT_RETURN, arena, fault, &claimed);
    if (!error)
        error = ledger_installation(
            ledger, ((const struct usage_return *)claimed)->installation, arena, fault,
            &installation, &guard);
    if (!error)
        error = usage_return_open(
            bytes, &ledger->chain.authority, &guard, arena, fault, &document, &value);
    if (!error)
        error = file_find(
            ledger->database, FILE_LICENCE, installation->licence, arena, fault, &licence);
    if (error)
        return error;
    if (!licence || !digest_equal(&((const struct licence_file *)licence)->digest, &value.licence))
        return refers_elsewhere(
            fault, "return: licence", "the licence of the installation", "another one");
    error = authority_return(&office, &files, &value, licence, time, arena, fault, &judged.outcome);
    if (error)
        return error;
    /* About the installation, whose own file it leaves as it is. */
    judged.actor = installation->base.number;
    error = about(FILE_INSTALLATION, installation, arena, fault, &judged);
    if (!error)
        *ret_judged = judged;
    return error;
}

/* --- Roots and settings ------------------------------------------------------------------- */

static enum error judge_root(
    struct ledger *ledger, struct bytes bytes, struct arena *arena, struct fault *fault,
    struct judged *ret_judged)
{
    struct bytes *roots;
    size_t count;
    struct root_chain chain;
    enum error error = event_roots(ledger->database, arena, fault, &roots, &count);
    struct bytes *all = error ? NULL : ARENA_ARRAY(arena, struct bytes, count + 1);
    if (!error && !all)
        error = fault_place(fault, ERROR_MEMORY, "root");
    if (error)
        return error;
    if (count)
        memcpy(all, roots, count * sizeof *all);
    all[count] = bytes;
    /* An authority that is no demo never becomes one. */
    bool demo = count == 0 || ledger->chain.current.demo;
    error = root_chain_open(all, count + 1, NULL, demo, fault, &chain);
    if (error)
        return error;
    root_chain_close(&chain);
    *ret_judged = (struct judged){.type = EVENT_ROOT, .instrument = bytes};
    return ERROR_OK;
}

enum error ledger_judge(
    struct ledger *ledger, enum event_type type, struct bytes bytes, millis time,
    struct arena *arena, struct fault *fault, struct judged *ret_judged)
{
    switch (type) {
    case EVENT_ROOT:
        return judge_root(ledger, bytes, arena, fault, ret_judged);
    case EVENT_ACT:
    case EVENT_DELEGATION:
        return judge_act(ledger, bytes, time, arena, fault, ret_judged);
    case EVENT_RECEIPT:
        return judge_receipt(ledger, bytes, time, arena, fault, ret_judged);
    case EVENT_RETURN:
        return judge_return(ledger, bytes, time, arena, fault, ret_judged);
    case EVENT_NONE:
        break;
    }
    return fault_place(fault, ERROR_INTERNAL, "event");
}

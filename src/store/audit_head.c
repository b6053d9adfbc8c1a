/* Heads under audit: each stored one against the tree, the signed ones against the log key that was
 * delegated then; and a checkpoint that somebody kept elsewhere. */
#include <string.h>

#include "store/auditing.h"

static void differs(struct auditing *on, const char *place, const char *expected)
{
    struct fault fault = {0};
    fault_set(
        &fault, ERROR_STORE_HEAD, place, expected, "head of %llu events",
        (unsigned long long)on->head.size);
    audit_find(on, ERROR_STORE_HEAD, on->head.size ? on->head.size - 1 : UINT64_MAX, &fault);
}

/* The next head into on->head. */
static enum error read_ahead(struct auditing *on, struct fault *fault)
{
    struct query *query = &on->heads;
    arena_free(&on->head_arena);
    on->head = (struct store_head){0};
    on->head_waiting = query_row(query);
    if (!on->head_waiting)
        return query->error;
    on->head.size = (uint64_t)column_integer(query, 0);
    on->head.time = column_integer(query, 1);
    if (!column_is_null(query, 3))
        on->head.note = column_copy(query, 3, &on->head_arena);
    if (query->error)
        return query->error;
    /* A root of another length is one that differs. */
    enum error error = column_digest(query, 2, ERROR_STORE_HEAD, fault, &on->head.root);
    return error == ERROR_STORE_HEAD ? ERROR_OK : error;
}

enum error audit_heads_begin(struct auditing *on, struct fault *fault)
{
    query_begin(&on->heads, &on->database, SQL_OFFICE_HEADS, fault);
    return read_ahead(on, fault);
}

/* Opens a checkpoint by the log key of a delegation. *ret_good false: not signed by it; an error
 * only when that cannot be told. */
static enum error open_note(
    const struct delegation *delegation, struct bytes note, struct checkpoint *ret_checkpoint,
    bool *ret_good)
{
    struct signer signer;
    struct note_key key;
    enum error error = document_key_signer(&delegation->log_key, NULL, &signer);
    if (!error)
        error = note_key_make(bytes_of(delegation->origin), &signer.key, NULL, &key);
    if (!error)
        error = checkpoint_open(note, &key, NULL, ret_checkpoint);
    *ret_good = !error;
    return error == ERROR_MEMORY || error == ERROR_CRYPTO ? error : ERROR_OK;
}

static enum error check_note(struct auditing *on, const struct delegation *delegation)
{
    struct checkpoint checkpoint;
    bool good = false;
    if (!delegation) {
        differs(on, "note", "a signature only where a log key was delegated");
        return ERROR_OK;
    }
    enum error error = open_note(delegation, on->head.note, &checkpoint, &good);
    if (error)
        return error;
    if (!good)
        differs(on, "note", "the signature of the log key that was delegated then");
    else if (checkpoint.size != on->head.size || !digest_equal(&checkpoint.root, &on->head.root))
        differs(on, "note", "a checkpoint of this size and root");
    else
        on->report->signed_events = checkpoint.size;
    return ERROR_OK;
}

static enum error check_head(struct auditing *on)
{
    struct digest root = frontier_root(&on->tree);
    on->newest_head = on->head.size;
    if (!digest_equal(&root, &on->head.root))
        differs(on, "root", "the root of the events up to it");
    if (on->head.time != on->time)
        differs(on, "time", "the time of the newest event in it");
    /* Without the replay it is not known whose key it must be. */
    if (!on->replaying)
        return ERROR_OK;
    const struct office office = ledger_office(&on->ledger, on->time);
    on->newest_unsigned = !on->head.note.data && office.delegation;
    return on->head.note.data ? check_note(on, office.delegation) : ERROR_OK;
}

enum error audit_heads_at(struct auditing *on, struct fault *fault)
{
    if (on->has_kept && on->has_tree && on->tree.size == on->kept.size) {
        struct digest root = frontier_root(&on->tree);
        on->kept_found = true;
        if (!digest_equal(&root, &on->kept.root))
            audit_find(on, ERROR_STORE_HEAD, on->kept.size - 1, NULL);
    }
    while (on->has_tree && on->head_waiting && on->head.size <= on->tree.size) {
        enum error error = ERROR_OK;
        if (on->head.size < on->tree.size)
            differs(on, "size", "one of the sizes that the log went through, in order");
        else
            error = check_head(on);
        if (!error)
            error = read_ahead(on, fault);
        if (error)
            return error;
    }
    return ERROR_OK;
}

enum error audit_heads_end(struct auditing *on, struct fault *fault)
{
    uint64_t beyond = on->newest_head;
    enum error error = ERROR_OK;
    /* Heads beyond the events: the log was cut off. After a gap the tree is not known, and heads
     * say nothing more. */
    while (on->has_tree && on->head_waiting && !error) {
        beyond = on->head.size;
        error = read_ahead(on, fault);
    }
    enum error ended = query_end(&on->heads);
    arena_free(&on->head_arena);
    if (!error)
        error = ended;
    if (error || !on->has_tree)
        return error;
    if (beyond > on->tree.size)
        audit_find(on, ERROR_STORE_EVENT_MISSING, on->tree.size, NULL);
    else if (on->newest_head < on->tree.size)
        audit_find(on, ERROR_STORE_EVENT_EXTRA, on->newest_head, NULL);
    else if (on->newest_unsigned) {
        struct fault fault_unsigned = {0};
        fault_set(
            &fault_unsigned, ERROR_STORE_HEAD, "note",
            "the signature of the delegated log key on the newest head", "none");
        audit_find(on, ERROR_STORE_HEAD, on->newest_head - 1, &fault_unsigned);
    }
    return ERROR_OK;
}

/* --- A checkpoint kept elsewhere ---------------------------------------------------------- */

enum error audit_kept_begin(struct auditing *on, struct fault *fault)
{
    if (!on->options->checkpoint.length)
        return ERROR_OK;
    struct arena arena = {0};
    struct note note;
    enum error error = note_parse(&arena, on->options->checkpoint, fault, &note);
    if (!error)
        error = checkpoint_parse(note.text, fault, &on->kept);
    arena_free(&arena);
    if (error)
        return fault_within(fault, error, "checkpoint");
    on->has_kept = on->kept.size > 0;
    return ERROR_OK;
}

enum error audit_kept_end(struct auditing *on)
{
    if (!on->options->checkpoint.length)
        return ERROR_OK;
    if (on->has_kept && !on->kept_found && on->has_tree)
        audit_find(on, ERROR_STORE_EVENT_MISSING, on->tree.size, NULL);
    bool known = false;
    for (size_t i = 0; i < on->ledger.delegation_count && !known; i++) {
        struct checkpoint checkpoint;
        enum error error =
            open_note(&on->ledger.delegations[i], on->options->checkpoint, &checkpoint, &known);
        if (error)
            return error;
    }
    if (!known) {
        struct fault fault = {0};
        fault_set(
            &fault, ERROR_STORE_HEAD, "the checkpoint that was kept",
            "a signature by a log key of this authority", "none");
        audit_find(on, ERROR_STORE_HEAD, UINT64_MAX, &fault);
    }
    return ERROR_OK;
}

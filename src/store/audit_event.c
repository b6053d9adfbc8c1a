/* One event under audit: its row, its leaf, its place, and the rules. */
#include <string.h>

#include "store/auditing.h"

void audit_find(struct auditing *on, enum error error, uint64_t sequence, const struct fault *fault)
{
    struct audit_report *report = on->report;
    if (report->finding_count == AUDIT_FINDINGS_MAX)
        return;
    struct audit_finding *finding = &report->findings[report->finding_count++];
    *finding = (struct audit_finding){.error = error, .sequence = sequence};
    if (fault)
        finding->fault = *fault;
    if (sequence != UINT64_MAX)
        fault_within(&finding->fault, error, "event %llu", (unsigned long long)sequence);
    finding->fault.error = error;
}

/* --- The row ------------------------------------------------------------------------------ */

static void column_differs(struct auditing *on, const struct event *event, const char *column)
{
    struct fault fault = {0};
    fault_set(&fault, ERROR_STORE_EVENT_COLUMN, column, "what the body says", "something else");
    audit_find(on, ERROR_STORE_EVENT_COLUMN, event->sequence, &fault);
}

static bool texts_equal(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static enum error check_columns(
    struct auditing *on, const struct event *event, const struct event_body *body,
    struct arena *arena, struct fault *fault, bool *ret_holds)
{
    const char *column = NULL, *file = "";
    if (event->file_kind) {
        file = file_name_in(arena, event->file_kind, event->file_number);
        if (!file)
            return fault_place(fault, ERROR_MEMORY, "event");
    } else if (event->file_number[0]) {
        column = "file number";
    }
    if (event->version != body->version)
        column = "version";
    if (event->time != body->time)
        column = "time";
    if (!texts_equal(event->actor, body->actor))
        column = "actor";
    if (event->file_version != body->file_version)
        column = "file version";
    if (!texts_equal(file, body->file))
        column = "file";
    if (column)
        column_differs(on, event, column);
    *ret_holds = !column;
    return ERROR_OK;
}

/* The act column is the id inside the act's own bytes. */
static enum error check_act(
    struct auditing *on, const struct event *event, const struct event_body *body,
    struct arena *arena, bool *ret_holds)
{
    struct id act = {{0}};
    if (event->type == EVENT_ACT || event->type == EVENT_DELEGATION) {
        struct fault why = {0};
        enum instrument_type type;
        struct digest digest;
        void *value;
        enum error error =
            document_decode_unverified(body->instrument, arena, &why, &type, &digest, &value);
        if (error == ERROR_MEMORY)
            return error;
        if (error || type != INSTRUMENT_ACT) {
            audit_find(on, ERROR_STORE_EVENT_BODY, event->sequence, &why);
            *ret_holds = false;
            return ERROR_OK;
        }
        act = ((const struct act *)value)->id;
    }
    *ret_holds = id_equal(&act, &event->act);
    if (!*ret_holds)
        column_differs(on, event, "act");
    return ERROR_OK;
}

/* The authority's id is the digest of the first root, which the replay verifies. */
static enum error
learn_authority(struct auditing *on, const struct event *event, const struct event_body *body)
{
    struct unverified_envelope envelope;
    if (on->has_authority || event->sequence != 0 || event->type != EVENT_ROOT)
        return ERROR_OK;
    enum error error = cose_peek_unverified(body->instrument, NULL, &envelope);
    if (error)
        return error == ERROR_MEMORY ? error : ERROR_OK;
    on->authority = envelope.digest;
    on->has_authority = true;
    on->report->authority = envelope.digest;
    const struct digest *pinned = on->options->pinned;
    if (pinned && !digest_equal(pinned, &on->authority))
        audit_find(on, ERROR_STORE_AUTHORITY, 0, NULL);
    return ERROR_OK;
}

static enum error check_leaf(struct auditing *on, const struct event *event, bool *ret_holds)
{
    struct fault why = {0};
    struct digest leaf;
    /* A log begins with the root; without it no leaf can be told. */
    if (!on->has_authority) {
        fault_set(&why, ERROR_STORE_EVENT_RULE, "event 0", "the authority's first root", NULL);
        if (on->has_tree)
            audit_find(on, ERROR_STORE_EVENT_RULE, event->sequence, &why);
        on->has_tree = false;
        *ret_holds = false;
        return ERROR_OK;
    }
    enum error error = event_leaf(&on->authority, event, &why, &leaf);
    if (error == ERROR_MEMORY)
        return error;
    if (error) {
        audit_find(on, ERROR_STORE_EVENT_COLUMN, event->sequence, &why);
        on->has_tree = false;
    } else {
        if (!digest_equal(&leaf, &event->leaf))
            audit_find(on, ERROR_STORE_EVENT_LEAF, event->sequence, NULL);
        frontier_append(&on->tree, &leaf);
    }
    *ret_holds = !error && digest_equal(&leaf, &event->leaf);
    return ERROR_OK;
}

enum error audit_row(
    struct auditing *on, const struct event *event, struct arena *arena, struct fault *fault,
    bool *ret_holds)
{
    struct fault why = {0};
    struct event_body body;
    bool columns = false, act = false, leaf = false, in_order = event->time >= on->time;
    enum error error = event_body_decode(event->body, arena, &why, &body);
    if (error == ERROR_MEMORY)
        return error;
    if (error) {
        audit_find(on, ERROR_STORE_EVENT_BODY, event->sequence, &why);
    } else {
        error = learn_authority(on, event, &body);
        if (!error)
            error = check_columns(on, event, &body, arena, fault, &columns);
        if (!error)
            error = check_act(on, event, &body, arena, &act);
        if (error)
            return error;
    }
    if (!in_order)
        audit_find(on, ERROR_STORE_EVENT_TIME, event->sequence, NULL);
    else
        on->time = event->time;
    error = check_leaf(on, event, &leaf);
    if (!error)
        *ret_holds = columns && act && leaf && in_order;
    return error;
}

/* --- The rules ---------------------------------------------------------------------------- */

static bool about_signatures(enum error error)
{
    return (error >= ERROR_SIGNATURE && error <= ERROR_CRYPTO) ||
           (error >= ERROR_COSE_TAG && error <= ERROR_PASSKEY_VERIFICATION) ||
           error == ERROR_OFFICE_STRANGER || error == ERROR_SIGNERS_MISSING;
}

/* What the replay made of the bytes must be what the event says of them. */
static bool same_as_judged(const struct event *event, const struct judged *judged)
{
    return !judged->nothing && judged->type == event->type && judged->kind == event->file_kind &&
           texts_equal(judged->number, event->file_number) &&
           judged->version == event->file_version && texts_equal(judged->actor, event->actor);
}

enum error audit_replay(
    struct auditing *on, const struct event *event, struct arena *arena, struct fault *fault)
{
    struct fault why = {0};
    struct event_body body;
    struct judged judged;
    struct event again;
    enum error error = event_body_decode(event->body, arena, fault, &body);
    if (error)
        return error;
    error =
        ledger_judge(&on->ledger, event->type, body.instrument, event->time, arena, &why, &judged);
    if (error && !error_refuses(error)) {
        if (fault)
            *fault = why;
        return error;
    }
    if (!error && !same_as_judged(event, &judged))
        error = fault_set(
            &why, ERROR_STORE_EVENT_RULE, "act", "the file, version and person that it says",
            "others");
    if (error) {
        on->replaying = false;
        audit_find(
            on, about_signatures(error) ? ERROR_STORE_EVENT_SIGNATURE : ERROR_STORE_EVENT_RULE,
            event->sequence, &why);
        return ERROR_OK;
    }
    return ledger_append(&on->ledger, &judged, event->time, event->salt, arena, fault, &again);
}

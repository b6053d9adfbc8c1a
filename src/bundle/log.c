/* The office's part of a bundle: the checkpoint, each event under it, and who did each act. */
#include <string.h>

#include "bundle/inside.h"

/* --- The checkpoint ----------------------------------------------------------------------- */

/* Read with the keys that the newest root's ministries delegated: a checkpoint is as old as the
 * bundle, and an office whose root changed delegates its keys anew. */
static enum error open_checkpoint(
    struct evidence *evidence, const struct bundle_document *document, struct fault *fault)
{
    struct document opened;
    struct delegation delegation;
    struct signer signer;
    struct note_key key;
    enum error error = delegation_open(
        document->bytes, evidence_newest(evidence), &evidence->arena, fault, &opened, &delegation);
    if (!error)
        error = document_key_signer(&delegation.log_key, fault, &signer);
    if (!error)
        error = note_key_make(bytes_of(delegation.origin), &signer.key, fault, &key);
    return error ? error
                 : checkpoint_open(
                       bytes_of(evidence->bundle.checkpoint), &key, fault, &evidence->checkpoint);
}

/* One line by the log, and none that nobody here can check: a bundle holds nothing unproven. */
static enum error check_lines(struct evidence *evidence, struct fault *fault)
{
    struct note *note = ARENA_NEW(&evidence->arena, struct note);
    if (!note)
        return fault_place(fault, ERROR_MEMORY, "checkpoint");
    enum error error =
        note_parse(&evidence->arena, bytes_of(evidence->bundle.checkpoint), fault, note);
    if (!error && note->signature_count != 1)
        error = fault_set(
            fault, ERROR_BUNDLE_CHECKPOINT, "signatures", "the log's, and no other", "%zu",
            note->signature_count);
    return error ? fault_within(fault, error, "checkpoint") : ERROR_OK;
}

static enum error read_checkpoint(struct evidence *evidence, struct fault *fault)
{
    const struct bundle *bundle = &evidence->bundle;
    char digest[DIGEST_TEXT_SIZE];
    enum error error = check_lines(evidence, fault);
    if (error)
        return error;
    fault_set(
        fault, ERROR_BUNDLE_CHECKPOINT, "checkpoint", "a delegation of the log's key", "none");
    error = ERROR_BUNDLE_CHECKPOINT;
    for (size_t i = 0; i < bundle->documents_count && error; i++) {
        struct fault why = {0};
        if (bundle->documents[i].type != INSTRUMENT_DELEGATION)
            continue;
        error = open_checkpoint(evidence, &bundle->documents[i], &why);
        if (error && fault)
            *fault = why;
        if (error == ERROR_MEMORY)
            return error;
    }
    if (error)
        return fault_within(fault, error, "checkpoint");
    return evidence_say(
        evidence, true, fault,
        "the authority's log had %llu events under root %s: its key signed this checkpoint",
        (unsigned long long)evidence->checkpoint.size,
        digest_text(&evidence->checkpoint.root, digest));
}

/* --- Events ------------------------------------------------------------------------------- */

/* That the event is under the checkpoint, byte for byte. */
static enum error
prove_event(const struct evidence *evidence, const struct bundle_event *one, struct fault *fault)
{
    const struct event event = {
        .sequence = one->sequence, .type = one->type, .body = one->body, .salt = one->salt};
    struct digest leaf, hashes[PROOF_HASHES_MAX];
    enum error error = event_leaf(&evidence_newest(evidence)->authority, &event, fault, &leaf);
    if (error)
        return error == ERROR_MEMORY ? error : fault_within(fault, ERROR_BUNDLE_EVENT, "leaf");
    size_t count = one->proof.length / DIGEST_SIZE;
    if (count > PROOF_HASHES_MAX)
        return fault_place(fault, ERROR_BUNDLE_PROOF, "proof");
    if (count)
        memcpy(hashes, one->proof.data, one->proof.length);
    error = proof_check_inclusion(
        &leaf, one->sequence, evidence->checkpoint.size, hashes, count, &evidence->checkpoint.root,
        fault);
    if (error && fault)
        fault->error = ERROR_BUNDLE_EVENT;
    return error ? ERROR_BUNDLE_EVENT : ERROR_OK;
}

/* The act in the event's body, decoded; its signature is looked at later. */
static enum error
read_act(struct evidence *evidence, struct evidence_event *event, struct fault *fault)
{
    enum instrument_type type;
    struct digest digest;
    void *value;
    enum error error = document_decode_unverified(
        event->body.instrument, &evidence->arena, fault, &type, &digest, &value);
    if (error)
        return error;
    if (type != INSTRUMENT_ACT)
        return fault_set(fault, ERROR_BUNDLE_EVENT, "type", "an act", "%s", instrument_word(type));
    event->act = *(const struct act *)value;
    return ERROR_OK;
}

static enum error
read_event(struct evidence *evidence, struct evidence_event *event, struct fault *fault)
{
    const struct bundle_event *one = event->event;
    enum error error = prove_event(evidence, one, fault);
    if (!error)
        error = event_body_decode(one->body, &evidence->arena, fault, &event->body);
    if (!error && (one->type == EVENT_ACT || one->type == EVENT_DELEGATION))
        error = read_act(evidence, event, fault);
    return error ? fault_within(fault, error, "event %llu", (unsigned long long)one->sequence)
                 : ERROR_OK;
}

enum error evidence_open_log(struct evidence *evidence, struct fault *fault)
{
    const struct bundle *bundle = &evidence->bundle;
    evidence->events =
        ARENA_ARRAY(&evidence->arena, struct evidence_event, bundle->events_count + 1);
    if (!evidence->events)
        return fault_place(fault, ERROR_MEMORY, "bundle");
    enum error error = bundle->events_count ? read_checkpoint(evidence, fault) : ERROR_OK;
    for (size_t i = 0; i < bundle->events_count && !error; i++) {
        evidence->events[i].event = &bundle->events[i];
        error = read_event(evidence, &evidence->events[i], fault);
    }
    return error;
}

/* A signed document that an act carries, under whichever name its verb has for it. */
static bool carries(const struct act *act, const struct digest *digest)
{
    for (size_t i = 0; i < act->body.map.count; i++) {
        const struct datum *value = &act->body.map.members[i].value;
        struct unverified_envelope envelope;
        if (value->kind == DATUM_BYTES &&
            cose_peek_unverified(value->text, NULL, &envelope) == ERROR_OK &&
            digest_equal(&envelope.digest, digest))
            return true;
    }
    return false;
}

bool evidence_is_carried(const struct evidence *evidence, const struct digest *digest)
{
    for (size_t i = 0; i < evidence->bundle.events_count; i++) {
        const struct evidence_event *event = &evidence->events[i];
        if (event->act.verb && carries(&event->act, digest))
            return true;
    }
    return false;
}

/* --- Who did it --------------------------------------------------------------------------- */

/* Whoever an act may be by. */
struct acting {
    struct signer signer;
    const char *id; /* as the event names the actor */
    const char *by; /* in words */
};

/* People may have left since: an act is in the log, so it counts under any version of the root. */
static enum error find_person(
    struct evidence *evidence, const struct key_id *key, struct fault *fault,
    struct acting *ret_acting)
{
    for (size_t i = evidence->chain_count; i > 0; i--) {
        enum ministry_id ministry;
        const struct root_person *person =
            root_person_by_key(&evidence->chains[i - 1].current, key, &ministry);
        if (!person)
            continue;
        ret_acting->id = person->id;
        ret_acting->by = evidence_person(evidence, person, ministry);
        return ret_acting->by ? document_key_signer(&person->key, fault, &ret_acting->signer)
                              : fault_place(fault, ERROR_MEMORY, "act");
    }
    return ERROR_NOT_FOUND;
}

static enum error find_server(
    struct evidence *evidence, const struct key_id *key, struct fault *fault,
    struct acting *ret_acting)
{
    for (size_t i = 0; i < evidence->delegation_count; i++) {
        const struct document_key *lease_key = &evidence->delegations[i].lease_key;
        struct key_id id = document_key_id(lease_key);
        if (!key_id_equal(&id, key))
            continue;
        ret_acting->id = "server";
        ret_acting->by = "the server, by a rule";
        return document_key_signer(lease_key, fault, &ret_acting->signer);
    }
    return ERROR_NOT_FOUND;
}

/* A key that an act on an account enrols, or enrols in another's place. */
static enum error find_in_act(
    struct evidence *evidence, const struct act *act, const struct key_id *key, struct fault *fault,
    struct acting *ret_acting)
{
    static const char kind[] = "account/";
    if (!act->verb || !text_starts(act->file, kind))
        return ERROR_NOT_FOUND;
    for (size_t i = 0; i < act->body.map.count; i++) {
        struct document_key found;
        const struct datum *value = &act->body.map.members[i].value;
        if (value->kind != DATUM_MAP ||
            layout_read_datum(&document_key_layout, value, &evidence->arena, NULL, &found))
            continue;
        struct key_id id = document_key_id(&found);
        if (!key_id_equal(&id, key))
            continue;
        ret_acting->id = act->file + strlen(kind);
        ret_acting->by = ret_acting->id;
        return document_key_signer(&found, fault, &ret_acting->signer);
    }
    return ERROR_NOT_FOUND;
}

static enum error find_acting(
    struct evidence *evidence, const struct key_id *key, struct fault *fault,
    struct acting *ret_acting)
{
    char text[KEY_ID_TEXT_SIZE];
    enum error error = find_person(evidence, key, fault, ret_acting);
    if (error == ERROR_NOT_FOUND)
        error = find_server(evidence, key, fault, ret_acting);
    for (size_t i = 0; i < evidence->bundle.events_count && error == ERROR_NOT_FOUND; i++)
        error = find_in_act(evidence, &evidence->events[i].act, key, fault, ret_acting);
    return error == ERROR_NOT_FOUND
               ? fault_set(
                     fault, ERROR_OFFICE_STRANGER, "act",
                     "a person of the root, the server, or an account that the bundle has",
                     "key %.16s...", key_id_text(key, text))
               : error;
}

static enum error
find_actor(struct evidence *evidence, struct evidence_event *event, struct fault *fault)
{
    struct unverified_envelope envelope;
    struct acting acting;
    struct document document;
    struct act act;
    enum error error = cose_peek_unverified(event->body.instrument, fault, &envelope);
    if (!error)
        error = find_acting(evidence, &envelope.kids[0], fault, &acting);
    if (!error)
        error = act_open(
            event->body.instrument, &evidence_newest(evidence)->authority, &acting.signer,
            &evidence->arena, fault, &document, &act);
    if (error)
        return error;
    if (!event->body.actor || strcmp(event->body.actor, acting.id) != 0)
        return fault_set(
            fault, ERROR_BUNDLE_EVENT, "actor", acting.id, "%s",
            event->body.actor ? event->body.actor : "nobody");
    if (!event->body.file || strcmp(event->body.file, act.file) != 0)
        return fault_set(fault, ERROR_BUNDLE_EVENT, "file", act.file, "another");
    event->by = acting.by;
    return ERROR_OK;
}

/* What a guard sent. Of another guard than the bundle's nothing is known here. */
static enum error
open_sent(struct evidence *evidence, struct evidence_event *event, struct fault *fault)
{
    const struct digest *authority = &evidence_newest(evidence)->authority;
    struct document document;
    struct receipt receipt;
    struct usage_return value;
    const char *installation;
    if (!evidence->installation)
        return fault_set(
            fault, ERROR_BUNDLE_MISSING, "guard", "the key of the guard that sent this", "none");
    enum error error;
    if (event->event->type == EVENT_RECEIPT) {
        error = receipt_open(
            event->body.instrument, authority, &evidence->guard, &evidence->arena, fault, &document,
            &receipt);
        installation = error ? NULL : receipt.installation;
    } else {
        error = usage_return_open(
            event->body.instrument, authority, &evidence->guard, &evidence->arena, fault, &document,
            &value);
        installation = error ? NULL : value.installation;
    }
    if (error)
        return error;
    if (strcmp(installation, evidence->installation) != 0 || !event->body.actor ||
        strcmp(event->body.actor, installation) != 0)
        return fault_set(
            fault, ERROR_BUNDLE_EVENT, "installation", evidence->installation, "%.60s",
            installation);
    event->by = evidence->installation;
    return event->event->type == EVENT_RECEIPT
               ? evidence_take_receipt(evidence, &receipt, &document.digest, fault)
               : ERROR_OK;
}

/* The root event must be one of the bundle's roots, which are verified. */
static enum error
match_root(const struct evidence *evidence, const struct evidence_event *event, struct fault *fault)
{
    struct unverified_envelope envelope;
    enum error error = cose_peek_unverified(event->body.instrument, fault, &envelope);
    for (size_t i = 0; i < evidence->chain_count && !error; i++) {
        if (digest_equal(&evidence->chains[i].newest, &envelope.digest))
            return ERROR_OK;
    }
    return error ? error
                 : fault_set(fault, ERROR_BUNDLE_MISSING, "root", "it among the roots", "another");
}

static enum error
say_event(struct evidence *evidence, const struct evidence_event *event, struct fault *fault)
{
    char time[TIME_TEXT_SIZE];
    unsigned long long sequence = (unsigned long long)event->event->sequence;
    time_text(event->body.time, time);
    const char *file = event->body.file ? event->body.file : "no file";
    if (event->act.verb)
        return evidence_say(
            evidence, true, fault, "event %llu of the log, %s: %s on %s, signed by %s", sequence,
            time, event->act.verb, file, event->by);
    if (event->by)
        return evidence_say(
            evidence, true, fault,
            "event %llu of the log, %s: a %s about %s, signed by the guard of %s", sequence, time,
            event_word(event->event->type), file, event->by);
    return evidence_say(
        evidence, true, fault, "event %llu of the log, %s: a root, signed by both ministries",
        sequence, time);
}

enum error evidence_open_acts(struct evidence *evidence, struct fault *fault)
{
    enum error error = ERROR_OK;
    for (size_t i = 0; i < evidence->bundle.events_count && !error; i++) {
        struct evidence_event *event = &evidence->events[i];
        switch (event->event->type) {
        case EVENT_ACT:
        case EVENT_DELEGATION:
            error = find_actor(evidence, event, fault);
            break;
        case EVENT_RECEIPT:
        case EVENT_RETURN:
            error = open_sent(evidence, event, fault);
            break;
        case EVENT_ROOT:
            error = match_root(evidence, event, fault);
            break;
        default:
            break;
        }
        if (error)
            fault_within(fault, error, "event %llu", (unsigned long long)event->event->sequence);
        else
            error = say_event(evidence, event, fault);
    }
    return error;
}

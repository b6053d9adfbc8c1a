/* The guard's part of a bundle: whose key it is, the head of its log, what it signed, the records
 * and their opened fields. */
#include <stdio.h>
#include <string.h>

#include "bundle/inside.h"

/* --- Whose key ---------------------------------------------------------------------------- */

static enum error
take_installation(struct evidence *evidence, const char *installation, struct fault *fault)
{
    if (!evidence->installation)
        evidence->installation = installation;
    if (strcmp(evidence->installation, installation) == 0)
        return ERROR_OK;
    return fault_set(
        fault, ERROR_BUNDLE_GUARD, "installation", evidence->installation, "%.60s", installation);
}

/* Opens a lease by the delegation whose version it names. */
static enum error open_lease(
    struct evidence *evidence, struct bytes bytes, struct fault *fault, struct lease *ret_lease)
{
    struct document document;
    enum error error = fault_set(
        fault, ERROR_BUNDLE_MISSING, "lease", "the delegation of the key that signed it", "none");
    for (size_t i = 0; i < evidence->delegation_count; i++) {
        struct fault why = {0};
        error = lease_open(
            bytes, &evidence_newest(evidence)->authority, &evidence->delegations[i],
            &evidence->arena, &why, &document, ret_lease);
        if (!error || error == ERROR_MEMORY)
            return error;
        if (fault)
            *fault = why;
    }
    return error;
}

static enum error
name_by_lease(struct evidence *evidence, const struct lease *lease, struct fault *fault)
{
    if (!digest_equal(&lease->licence, &evidence->licence_digest))
        return fault_set(
            fault, ERROR_BUNDLE_STRAY, "lease: licence", "the licence of the bundle", "another");
    if (memcmp(lease->guard.bytes, evidence->guard.id.bytes, KEY_ID_SIZE) != 0)
        return fault_set(
            fault, ERROR_BUNDLE_GUARD, "lease: guard", "the key of the bundle's guard", "another");
    enum error error = take_installation(evidence, lease->installation, fault);
    if (error)
        return error;
    char time[TIME_TEXT_SIZE];
    return evidence_say(
        evidence, true, fault,
        "the guard's key is that of %s: the authority's lease of %s was given to it",
        lease->installation, time_text(lease->time, time));
}

/* What an act that enrols an installation says of the key. */
static enum error
name_by_act(struct evidence *evidence, const struct evidence_event *event, struct fault *fault)
{
    static const char kind[] = "installation/";
    if (!event->act.verb || strcmp(event->act.verb, "enrol") != 0 ||
        !text_starts(event->act.file, kind))
        return ERROR_OK;
    const struct datum *guard = datum_member(&event->act.body, "guard");
    const char *licence = datum_text(&event->act.body, "licence");
    struct bytes key = guard ? datum_bytes(guard, "public-key") : (struct bytes){0};
    if (!bytes_equal(key, evidence->bundle.guard))
        return fault_set(
            fault, ERROR_BUNDLE_GUARD, "enrol", "the key of the bundle's guard", "another");
    if (!licence || strcmp(licence, evidence->licence.number) != 0)
        return fault_set(
            fault, ERROR_BUNDLE_STRAY, "enrol", "the licence of the bundle", "another");
    const char *installation = event->act.file + strlen(kind);
    enum error error = take_installation(evidence, installation, fault);
    if (error)
        return error;
    return evidence_say(
        evidence, true, fault, "the guard's key is that of %s: event %llu enrolled it",
        installation, (unsigned long long)event->event->sequence);
}

/* --- Heads -------------------------------------------------------------------------------- */

/* A head of the size that the records are proven under; there may be several who say it. */
static enum error take_head(
    struct evidence *evidence, const struct head *head, const char *place, struct fault *fault)
{
    if (!digest_is_set(&evidence->log_root))
        evidence->log_root = head->root;
    if (digest_equal(&evidence->log_root, &head->root))
        return ERROR_OK;
    return fault_set(fault, ERROR_BUNDLE_HEAD, place, "the root that others say", "another");
}

static enum error
read_lease(struct evidence *evidence, const struct bundle_document *document, struct fault *fault)
{
    struct lease lease;
    enum error error = open_lease(evidence, document->bytes, fault, &lease);
    if (!error)
        error = name_by_lease(evidence, &lease, fault);
    if (error || !evidence->bundle.log_size || lease.acknowledged.size != evidence->bundle.log_size)
        return error;
    error = take_head(evidence, &lease.acknowledged, "lease: acknowledged", fault);
    if (error)
        return error;
    char time[TIME_TEXT_SIZE];
    return evidence_say(
        evidence, true, fault,
        "the authority had the guard's head of %llu records by %s: its lease acknowledges it",
        (unsigned long long)evidence->bundle.log_size, time_text(lease.time, time));
}

/* What a renewal or a return of the guard says. */
static enum error take_signed_head(
    struct evidence *evidence, const char *installation, const struct digest *licence,
    const struct head *head, const char *words, struct fault *fault)
{
    if (!digest_equal(licence, &evidence->licence_digest))
        return fault_set(fault, ERROR_BUNDLE_STRAY, words, "the licence of the bundle", "another");
    if (!evidence->bundle.log_size || head->size != evidence->bundle.log_size)
        return fault_set(
            fault, ERROR_BUNDLE_STRAY, words, "a head of the records' log-size", "%llu",
            (unsigned long long)head->size);
    enum error error = take_installation(evidence, installation, fault);
    if (!error)
        error = take_head(evidence, head, words, fault);
    return error ? error
                 : evidence_say(
                       evidence, true, fault,
                       "the guard's log had %llu records: its key signed this head in a %s",
                       (unsigned long long)head->size, words);
}

static enum error
read_renewal(struct evidence *evidence, const struct bundle_document *document, struct fault *fault)
{
    struct document opened;
    struct renewal value;
    enum error error = renewal_open(
        document->bytes, &evidence_newest(evidence)->authority, &evidence->guard, &evidence->arena,
        fault, &opened, &value);
    return error ? error
                 : take_signed_head(
                       evidence, value.installation, &value.licence, &value.head, "renewal", fault);
}

static enum error
read_return(struct evidence *evidence, const struct bundle_document *document, struct fault *fault)
{
    struct document opened;
    struct usage_return value;
    enum error error = usage_return_open(
        document->bytes, &evidence_newest(evidence)->authority, &evidence->guard, &evidence->arena,
        fault, &opened, &value);
    return error ? error
                 : take_signed_head(
                       evidence, value.installation, &value.licence, &value.head, "return", fault);
}

/* --- Receipts ----------------------------------------------------------------------------- */

enum error evidence_take_receipt(
    struct evidence *evidence, const struct receipt *receipt, const struct digest *digest,
    struct fault *fault)
{
    const struct evidence_order *order = evidence_order(evidence, &receipt->order);
    char time[TIME_TEXT_SIZE];
    if (!order)
        return fault_set(fault, ERROR_BUNDLE_MISSING, "order", "the order that it obeys", "none");
    for (size_t i = 0; i < evidence->receipt_count; i++) {
        if (digest_equal(&evidence->receipts[i].digest, digest))
            return ERROR_OK;
    }
    evidence->receipts[evidence->receipt_count++] = (struct evidence_receipt){*receipt, *digest};
    return evidence_say(
        evidence, true, fault,
        "the guard of %s says that it obeyed order %s at %s, with %llu uses stopped: its key "
        "signed the receipt",
        receipt->installation, order->order.number, time_text(receipt->obeyed, time),
        (unsigned long long)receipt->stopped);
}

static enum error
read_receipt(struct evidence *evidence, const struct bundle_document *document, struct fault *fault)
{
    struct document opened;
    struct receipt receipt;
    enum error error = receipt_open(
        document->bytes, &evidence_newest(evidence)->authority, &evidence->guard, &evidence->arena,
        fault, &opened, &receipt);
    if (!error)
        error = take_installation(evidence, receipt.installation, fault);
    return error ? error : evidence_take_receipt(evidence, &receipt, &document->digest, fault);
}

/* --- All that a guard signed -------------------------------------------------------------- */

/* Nothing of a guard's without its key. */
static enum error check_key(const struct evidence *evidence, struct fault *fault)
{
    for (size_t i = 0; i < evidence->bundle.documents_count; i++) {
        enum instrument_type type = evidence->bundle.documents[i].type;
        if (type == INSTRUMENT_LEASE || type == INSTRUMENT_RENEWAL || type == INSTRUMENT_RETURN ||
            type == INSTRUMENT_RECEIPT)
            return fault_set(
                fault, ERROR_BUNDLE_MISSING, "guard", "the key of the guard that it is about",
                "none, with a %s", instrument_word(type));
    }
    return ERROR_OK;
}

/* Whose key it is, before anything that it signed is believed. */
static enum error name_guard(struct evidence *evidence, struct fault *fault)
{
    struct public_key key;
    enum error error = public_key_set(KEY_ED25519, evidence->bundle.guard, fault, &key);
    if (error)
        return fault_within(fault, error, "guard");
    evidence->guard = signer_of_key(&key);
    for (size_t i = 0; i < evidence->bundle.events_count && !error; i++)
        error = name_by_act(evidence, &evidence->events[i], fault);
    if (!error)
        error = evidence_each(evidence, INSTRUMENT_LEASE, read_lease, fault);
    if (!error && !evidence->installation)
        error = fault_set(
            fault, ERROR_BUNDLE_GUARD, "guard", "a lease or an act that enrolled it", "neither");
    return error;
}

enum error evidence_open_guard(struct evidence *evidence, struct fault *fault)
{
    if (!evidence->bundle.guard.length)
        return check_key(evidence, fault);
    enum error error = name_guard(evidence, fault);
    if (!error)
        error = evidence_each(evidence, INSTRUMENT_RENEWAL, read_renewal, fault);
    if (!error)
        error = evidence_each(evidence, INSTRUMENT_RETURN, read_return, fault);
    return error ? error : evidence_each(evidence, INSTRUMENT_RECEIPT, read_receipt, fault);
}

/* --- Records ------------------------------------------------------------------------------ */

static enum error prove_record(
    const struct evidence *evidence, const struct bundle_record *record, struct fault *fault)
{
    struct digest leaf = tree_leaf(record->payload), hashes[PROOF_HASHES_MAX];
    size_t count = record->proof.length / DIGEST_SIZE;
    if (count > PROOF_HASHES_MAX)
        return fault_place(fault, ERROR_BUNDLE_PROOF, "proof");
    if (count)
        memcpy(hashes, record->proof.data, record->proof.length);
    enum error error = proof_check_inclusion(
        &leaf, record->index, evidence->bundle.log_size, hashes, count, &evidence->log_root, fault);
    if (error && fault)
        fault->error = ERROR_BUNDLE_RECORD;
    return error ? ERROR_BUNDLE_RECORD : ERROR_OK;
}

static enum error check_opening(
    const struct evidence *evidence, const struct entry *entry,
    const struct bundle_opening *opening, struct fault *fault)
{
    const struct {
        const char *field;
        const struct digest *commitment;
    } fields[] = {
        {"file", &entry->file}, {"operator", &entry->operator_id}, {"subject", &entry->subject}};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (strcmp(fields[i].field, opening->field) != 0)
            continue;
        struct digest made = entry_commitment(
            &evidence->guard.key, &entry->record, opening->field, opening->salt.data,
            bytes_of(opening->value));
        return digest_equal(&made, fields[i].commitment)
                   ? ERROR_OK
                   : fault_set(
                         fault, ERROR_BUNDLE_OPENING, opening->field, "what was committed to",
                         "another value or salt");
    }
    return fault_set(
        fault, ERROR_BUNDLE_OPENING, "field", "subject, file or operator", "%.60s", opening->field);
}

/* What the record names is there: without the orders that a guard had nothing it decided can be
 * judged again. */
static enum error
check_named(const struct evidence *evidence, const struct entry *entry, struct fault *fault)
{
    bool order = entry->kind == ENTRY_ORDER || entry->kind == ENTRY_OBEYED;
    if (order && !evidence_order(evidence, &entry->instrument))
        return fault_set(fault, ERROR_BUNDLE_MISSING, "order", "the order that it names", "none");
    if (entry->kind == ENTRY_WITHDRAWAL && !evidence_withdrawal(evidence, &entry->instrument))
        return fault_set(
            fault, ERROR_BUNDLE_MISSING, "withdrawal", "the withdrawal that it names", "none");
    return ERROR_OK;
}

/* Records of declarations are of the one declaration that is in the bundle. */
static enum error
check_subject(const struct evidence *evidence, const struct entry *entry, struct fault *fault)
{
    if (!evidence->has_declaration || !digest_is_set(&entry->declaration) ||
        digest_equal(&entry->declaration, &evidence->declaration_digest))
        return ERROR_OK;
    return fault_set(
        fault, ERROR_BUNDLE_STRAY, "declaration", "the declaration of the bundle", "another");
}

static enum error
say_record(struct evidence *evidence, const struct evidence_record *record, struct fault *fault)
{
    char time[TIME_TEXT_SIZE] = "before the first lease", opened[64] = "";
    for (size_t i = 0; i < record->record->openings_count; i++)
        snprintf(
            opened + strlen(opened), sizeof opened - strlen(opened), "%s%.20s",
            i ? ", " : "; opened: ", record->record->openings[i].field);
    if (record->entry.time)
        time_text(record->entry.time, time);
    return evidence_say(
        evidence, true, fault, "record %llu of the guard's log, %s: %s%s",
        (unsigned long long)record->record->index, time, entry_word(record->entry.kind), opened);
}

static enum error
read_record(struct evidence *evidence, struct evidence_record *record, struct fault *fault)
{
    const struct bundle_record *given = record->record;
    enum error error = prove_record(evidence, given, fault);
    if (!error)
        error = entry_decode(given->payload, &evidence->arena, fault, &record->entry);
    if (!error)
        error = check_subject(evidence, &record->entry, fault);
    if (!error)
        error = check_named(evidence, &record->entry, fault);
    for (size_t i = 0; i < given->openings_count && !error; i++)
        error = check_opening(evidence, &record->entry, &given->openings[i], fault);
    return error ? error : say_record(evidence, record, fault);
}

enum error evidence_open_records(struct evidence *evidence, struct fault *fault)
{
    const struct bundle *bundle = &evidence->bundle;
    evidence->records =
        ARENA_ARRAY(&evidence->arena, struct evidence_record, bundle->records_count + 1);
    if (!evidence->records)
        return fault_place(fault, ERROR_MEMORY, "bundle");
    if (bundle->records_count && !digest_is_set(&evidence->log_root))
        return fault_set(
            fault, ERROR_BUNDLE_HEAD, "log-size", "a signed head of that size", "none");
    enum error error = ERROR_OK;
    for (size_t i = 0; i < bundle->records_count && !error; i++) {
        evidence->records[i].record = &bundle->records[i];
        error = read_record(evidence, &evidence->records[i], fault);
        if (error)
            fault_within(fault, error, "record %llu", (unsigned long long)bundle->records[i].index);
    }
    return error;
}

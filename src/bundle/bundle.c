/* Bundles: their table, what the table cannot say, reading and writing. */
#include "bundle/bundle.h"

#include <string.h>

static const char *const type_words[] = {
#define INSTRUMENT_ROW(name, word, table, one) word,
    INSTRUMENT_TABLE(INSTRUMENT_ROW)
#undef INSTRUMENT_ROW
        NULL,
};

static const char *const event_words[] = {
#define EVENT_ROW(name, word, public) word,
    EVENT_TABLE(EVENT_ROW)
#undef EVENT_ROW
        NULL,
};

enum {
    DOCUMENT_BYTES_MAX = 17 << 20, /* a payload and its signatures */
    PROOF_BYTES_MAX = PROOF_HASHES_MAX * DIGEST_SIZE,
};

static const struct field document_fields[] = {
    FIELD(1, "type", FIELD_CHOICE, struct bundle_document, type, .words = type_words),
    FIELD(2, "digest", FIELD_DIGEST, struct bundle_document, digest),
    FIELD(3, "document", FIELD_BYTES, struct bundle_document, bytes, .limit = DOCUMENT_BYTES_MAX),
};
static const struct layout document_layout =
    LAYOUT("bundle document", struct bundle_document, document_fields);

static const struct field opening_fields[] = {
    FIELD(1, "field", FIELD_TEXT, struct bundle_opening, field),
    FIELD(2, "salt", FIELD_BYTES, struct bundle_opening, salt, .limit = ENTRY_SALT_SIZE),
    FIELD(3, "value", FIELD_PROSE, struct bundle_opening, value),
};
static const struct layout opening_layout =
    LAYOUT("bundle opening", struct bundle_opening, opening_fields);

static const struct field record_fields[] = {
    FIELD(1, "index", FIELD_UINT, struct bundle_record, index),
    FIELD(2, "payload", FIELD_BYTES, struct bundle_record, payload, .limit = ENTRY_SIZE_MAX),
    FIELD(3, "proof", FIELD_BYTES, struct bundle_record, proof, .limit = PROOF_BYTES_MAX, OPTIONAL),
    FIELD_MANY(
        4, "openings", FIELD_RECORDS, struct bundle_record, openings, .layout = &opening_layout,
        .limit = BUNDLE_OPENINGS_MAX, OPTIONAL),
};
static const struct layout record_layout =
    LAYOUT("bundle record", struct bundle_record, record_fields);

static const struct field event_fields[] = {
    FIELD(1, "sequence", FIELD_UINT, struct bundle_event, sequence),
    FIELD(2, "type", FIELD_CHOICE, struct bundle_event, type, .words = event_words),
    FIELD(
        3, "body", FIELD_BYTES, struct bundle_event, body,
        .limit = EVENT_INSTRUMENT_MAX + (1 << 12)),
    FIELD(4, "salt", FIELD_BYTES, struct bundle_event, salt, .limit = EVENT_SALT_SIZE, OPTIONAL),
    FIELD(5, "proof", FIELD_BYTES, struct bundle_event, proof, .limit = PROOF_BYTES_MAX, OPTIONAL),
};
static const struct layout event_layout = LAYOUT("bundle event", struct bundle_event, event_fields);

static const struct field fields[] = {
    FIELD(1, "version", FIELD_UINT, struct bundle, version),
    FIELD_MANY(2, "roots", FIELD_BLOBS, struct bundle, roots, .limit = BUNDLE_ROOTS_MAX),
    FIELD_MANY(
        3, "documents", FIELD_RECORDS, struct bundle, documents, .layout = &document_layout,
        .limit = BUNDLE_DOCUMENTS_MAX),
    FIELD(4, "guard", FIELD_BYTES, struct bundle, guard, .limit = ED25519_PUBLIC_SIZE, OPTIONAL),
    FIELD(5, "log-size", FIELD_UINT, struct bundle, log_size, OPTIONAL),
    FIELD_MANY(
        6, "records", FIELD_RECORDS, struct bundle, records, .layout = &record_layout,
        .limit = BUNDLE_RECORDS_MAX, OPTIONAL),
    FIELD_MANY(
        7, "events", FIELD_RECORDS, struct bundle, events, .layout = &event_layout,
        .limit = BUNDLE_EVENTS_MAX, OPTIONAL),
    FIELD(8, "checkpoint", FIELD_PROSE, struct bundle, checkpoint, OPTIONAL),
};
const struct layout bundle_layout = LAYOUT("bundle", struct bundle, fields);

/* --- Documents ---------------------------------------------------------------------------- */

/* How many of a type a bundle may hold; 0: none, since they have another place. One use or one
 * order stands on one certificate and one licence, and withdrawals are approvals too. */
static size_t most_of(enum instrument_type type)
{
    switch (type) {
    case INSTRUMENT_FORM:
    case INSTRUMENT_CERTIFICATE:
    case INSTRUMENT_LICENCE:
    case INSTRUMENT_ROLL:
    case INSTRUMENT_DECLARATION:
        return 1;
    case INSTRUMENT_NONE:
    case INSTRUMENT_ROOT:
    case INSTRUMENT_ACT:
    case INSTRUMENT_LOGIN:
        return 0;
    default:
        return BUNDLE_DOCUMENTS_MAX;
    }
}

static enum error check_document(
    const struct bundle_document *document, size_t index, size_t of_its_type, struct fault *fault)
{
    const char *word = instrument_word(document->type);
    struct unverified_envelope envelope;
    if (of_its_type > most_of(document->type))
        return fault_set(
            fault, most_of(document->type) ? ERROR_DOCUMENT_COUNT : ERROR_DOCUMENT_TYPE,
            "documents", most_of(document->type) ? "one of this type" : "no root, act or login",
            "%s", word);
    enum error error = cose_peek_unverified(document->bytes, fault, &envelope);
    if (error)
        return fault_within(fault, error, "documents %zu", index);
    char digest[DIGEST_TEXT_SIZE];
    if (strcmp(envelope.type, word) != 0)
        error = fault_set(fault, ERROR_BUNDLE_INDEX, "type", word, "%s", envelope.type);
    else if (!digest_equal(&envelope.digest, &document->digest))
        error = fault_set(
            fault, ERROR_BUNDLE_INDEX, word, "the digest of its payload", "%s",
            digest_text(&document->digest, digest));
    return error ? fault_within(fault, error, "documents %zu", index) : ERROR_OK;
}

static int compare_documents(const struct bundle_document *a, const struct bundle_document *b)
{
    return a->type != b->type ? (a->type > b->type) - (a->type < b->type)
                              : digest_compare(&a->digest, &b->digest);
}

static enum error check_documents(const struct bundle *bundle, struct fault *fault)
{
    size_t of_its_type = 0;
    bool certificate = false, licence = false;
    for (size_t i = 0; i < bundle->documents_count; i++) {
        const struct bundle_document *document = &bundle->documents[i];
        const struct bundle_document *before = i ? &bundle->documents[i - 1] : NULL;
        of_its_type = before && before->type == document->type ? of_its_type + 1 : 1;
        if (before && compare_documents(before, document) >= 0)
            return fault_place(fault, ERROR_DOCUMENT_ORDER, "documents %zu", i);
        enum error error = check_document(document, i, of_its_type, fault);
        if (error)
            return error;
        certificate = certificate || document->type == INSTRUMENT_CERTIFICATE;
        licence = licence || document->type == INSTRUMENT_LICENCE;
    }
    if (!certificate || !licence)
        return fault_set(
            fault, ERROR_BUNDLE_MISSING, "documents", certificate ? "a licence" : "a certificate",
            "none");
    return ERROR_OK;
}

/* --- Records and events ------------------------------------------------------------------- */

static enum error
check_proof(struct bytes proof, const char *place, size_t index, struct fault *fault)
{
    if (proof.length % DIGEST_SIZE == 0)
        return ERROR_OK;
    fault_set(fault, ERROR_BUNDLE_PROOF, "proof", "hashes of 32 bytes", "%zu bytes", proof.length);
    return fault_within(fault, ERROR_BUNDLE_PROOF, "%s %zu", place, index);
}

static enum error
check_openings(const struct bundle_record *record, size_t index, struct fault *fault)
{
    for (size_t i = 0; i < record->openings_count; i++) {
        const struct bundle_opening *opening = &record->openings[i];
        if (opening->salt.length != ENTRY_SALT_SIZE)
            return fault_set(
                fault, ERROR_BUNDLE_OPENING, "salt", "32 bytes", "%zu", opening->salt.length);
        if (i && strcmp(record->openings[i - 1].field, opening->field) >= 0)
            return fault_place(fault, ERROR_DOCUMENT_ORDER, "records %zu: openings %zu", index, i);
    }
    return ERROR_OK;
}

static enum error check_records(const struct bundle *bundle, struct fault *fault)
{
    bool any = bundle->records_count > 0;
    if (any != (bundle->log_size > 0))
        return fault_set(
            fault, ERROR_BUNDLE_MISSING, "log-size",
            any ? "the size of the log that the records are in" : "none without records", NULL);
    if (any && !bundle->guard.length)
        return fault_set(fault, ERROR_BUNDLE_MISSING, "guard", "the guard's public key", "none");
    if (bundle->guard.length && bundle->guard.length != ED25519_PUBLIC_SIZE)
        return fault_set(
            fault, ERROR_BUNDLE_GUARD, "guard", "32 bytes", "%zu", bundle->guard.length);
    for (size_t i = 0; i < bundle->records_count; i++) {
        const struct bundle_record *record = &bundle->records[i];
        if (i && bundle->records[i - 1].index >= record->index)
            return fault_place(fault, ERROR_DOCUMENT_ORDER, "records %zu", i);
        enum error error = check_proof(record->proof, "records", i, fault);
        if (!error)
            error = check_openings(record, i, fault);
        if (error)
            return error;
    }
    return ERROR_OK;
}

static enum error check_events(const struct bundle *bundle, struct fault *fault)
{
    if ((bundle->events_count > 0) != (bundle->checkpoint != NULL))
        return fault_set(
            fault, ERROR_BUNDLE_MISSING, "checkpoint",
            bundle->checkpoint ? "none without events" : "the checkpoint that events are under",
            NULL);
    for (size_t i = 0; i < bundle->events_count; i++) {
        const struct bundle_event *event = &bundle->events[i];
        if (i && bundle->events[i - 1].sequence >= event->sequence)
            return fault_place(fault, ERROR_DOCUMENT_ORDER, "events %zu", i);
        enum error error = check_proof(event->proof, "events", i, fault);
        if (error)
            return error;
    }
    return ERROR_OK;
}

enum error bundle_check(const struct bundle *bundle, struct fault *fault)
{
    if (bundle->version != BUNDLE_VERSION)
        return fault_set(
            fault, ERROR_BUNDLE_VERSION, "version", "1", "%llu",
            (unsigned long long)bundle->version);
    if (bundle->roots_count == 0)
        return fault_set(fault, ERROR_BUNDLE_MISSING, "roots", "the authority's root", "none");
    enum error error = check_documents(bundle, fault);
    if (!error)
        error = check_records(bundle, fault);
    return error ? error : check_events(bundle, fault);
}

/* --- Reading and writing ------------------------------------------------------------------ */

enum error bundle_decode(
    struct bytes bytes, struct arena *arena, struct fault *fault, struct bundle *ret_bundle)
{
    struct bundle bundle;
    if (bytes.length > BUNDLE_SIZE_MAX)
        return fault_set(
            fault, ERROR_TOO_LARGE, "bundle", "at most 64 MiB", "%zu bytes", bytes.length);
    enum error error = layout_decode(&bundle_layout, bytes, arena, fault, &bundle);
    if (!error)
        error = bundle_check(&bundle, fault);
    if (!error)
        *ret_bundle = bundle;
    return error;
}

enum error bundle_encode(const struct bundle *bundle, struct fault *fault, struct buffer *ret_bytes)
{
    size_t before = ret_bytes->length;
    enum error error = bundle_check(bundle, fault);
    if (!error)
        error = layout_encode(&bundle_layout, bundle, fault, ret_bytes);
    if (!error && ret_bytes->length - before > BUNDLE_SIZE_MAX) {
        error = fault_set(
            fault, ERROR_TOO_LARGE, "bundle", "at most 64 MiB", "%zu bytes",
            ret_bytes->length - before);
        ret_bytes->length = before;
    }
    return error;
}

/* Opening and signing instruments, and how many of a ministry's signatories signed. */
#include "instruments/signing.h"

#include <string.h>

size_t document_signatories(
    const struct document *document, const struct root *root, enum ministry_id ministry)
{
    size_t count = 0;
    for (size_t i = 0; i < document->signer_count; i++) {
        enum ministry_id of;
        const struct root_person *person = root_person_by_key(root, &document->signers[i], &of);
        count += person && of == ministry && root_person_has_role(person, "signatory");
    }
    return count;
}

bool document_signed_by(const struct document *document, const struct key_id *key)
{
    for (size_t i = 0; i < document->signer_count; i++) {
        if (key_id_equal(&document->signers[i], key))
            return true;
    }
    return false;
}

bool document_signed_by_ministry(
    const struct document *document, const struct root *root, enum ministry_id ministry)
{
    /* Thresholds are per ministry, never a flat count: one ministry cannot sign for the other. */
    return document_signatories(document, root, ministry) >=
           root->ministries[ministry - 1].threshold;
}

enum error
signed_by_both(const struct document *document, const struct root *root, struct fault *fault)
{
    for (enum ministry_id ministry = MINISTRY_DEFENCE; ministry <= MINISTRY_FOREIGN; ministry++) {
        if (!document_signed_by_ministry(document, root, ministry))
            return fault_set(
                fault, ERROR_SIGNERS_MISSING, instrument_word(document->type),
                "the signatures of both ministries", "%zu of %llu of the %s ministry",
                document_signatories(document, root, ministry),
                (unsigned long long)root->ministries[ministry - 1].threshold,
                ministry_word(ministry));
    }
    return ERROR_OK;
}

enum error
signed_by_one(const struct document *document, const struct root *root, struct fault *fault)
{
    if (document_signed_by_ministry(document, root, MINISTRY_DEFENCE) ||
        document_signed_by_ministry(document, root, MINISTRY_FOREIGN))
        return ERROR_OK;
    return fault_set(
        fault, ERROR_SIGNERS_MISSING, instrument_word(document->type),
        "the signatures of one ministry", "too few signatories of either");
}

/* A payload as the struct of its type, in arena, after the rules of its table and its kind. */
static enum error decode_checked(
    enum instrument_type type, struct bytes payload, struct arena *arena, struct fault *fault,
    void **ret_value)
{
    const struct layout *layout = instrument_layout(type);
    void *value = arena_alloc(arena, layout->size);
    if (!value)
        return fault_place(fault, ERROR_MEMORY, "%s", layout->name);
    enum error error = layout_decode(layout, payload, arena, fault, value);
    if (!error)
        error = document_check(type, value, fault);
    if (!error)
        *ret_value = value;
    return error;
}

/* What an envelope claims, and which instrument that is. Nothing is verified. */
static enum error peek_instrument(
    struct bytes bytes, struct fault *fault, struct unverified_envelope *ret_envelope,
    enum instrument_type *ret_type)
{
    struct unverified_envelope envelope;
    enum error error = cose_peek_unverified(bytes, fault, &envelope);
    if (error)
        return error;
    enum instrument_type type = instrument_by_word(envelope.type);
    if (type == INSTRUMENT_NONE)
        return fault_set(
            fault, ERROR_DOCUMENT_TYPE, "type", "a type of instrument", "%s", envelope.type);
    *ret_envelope = envelope;
    *ret_type = type;
    return ERROR_OK;
}

enum error document_open(
    struct bytes bytes, enum instrument_type type, const struct digest *authority,
    const struct signer *signers, size_t signer_count, struct arena *arena, struct fault *fault,
    struct document *ret_document, void *ret_value)
{
    const struct layout *layout = instrument_layout(type);
    struct envelope envelope;
    enum error error = cose_open(
        bytes, instrument_word(type), digest_view(authority), signers, signer_count, fault,
        &envelope);
    if (error)
        return fault_within(fault, error, "%s", instrument_word(type));
    if ((envelope.form == COSE_SINGLE) != instrument_has_one_signer(type))
        return fault_set(
            fault, ERROR_DOCUMENT_TYPE, instrument_word(type),
            instrument_has_one_signer(type) ? "an envelope of one signer"
                                            : "an envelope of several signers",
            "the other form");
    void *value;
    error = decode_checked(type, envelope.payload, arena, fault, &value);
    if (error)
        return error;
    struct document document = {
        .type = type,
        .digest = envelope.digest,
        .payload = envelope.payload,
        .signer_count = envelope.count,
    };
    for (size_t i = 0; i < envelope.count; i++)
        document.signers[i] = signers[envelope.signers[i]].id;
    *ret_document = document;
    memcpy(ret_value, value, layout->size);
    return ERROR_OK;
}

enum error document_open_by_root(
    struct bytes bytes, enum instrument_type type, const struct root_chain *chain,
    struct arena *arena, struct fault *fault, struct document *ret_document, void *ret_value)
{
    struct signer signers[ROOT_SIGNERS_MAX];
    size_t count = root_signers(&chain->current, signers, ROOT_SIGNERS_MAX);
    return document_open(
        bytes, type, &chain->authority, signers, count, arena, fault, ret_document, ret_value);
}

enum error document_decode_unverified(
    struct bytes bytes, struct arena *arena, struct fault *fault, enum instrument_type *ret_type,
    struct digest *ret_digest, void **ret_value)
{
    struct unverified_envelope envelope;
    enum instrument_type type;
    enum error error = peek_instrument(bytes, fault, &envelope, &type);
    if (error)
        return error;
    void *value;
    error = decode_checked(type, envelope.payload, arena, fault, &value);
    if (error)
        return error;
    *ret_type = type;
    *ret_digest = envelope.digest;
    *ret_value = value;
    return ERROR_OK;
}

struct cose_statement
document_statement(enum instrument_type type, const struct digest *authority, struct bytes payload)
{
    return (struct cose_statement){
        .form = instrument_has_one_signer(type) ? COSE_SINGLE : COSE_SEVERAL,
        .type = instrument_word(type),
        .aad = type == INSTRUMENT_ROOT ? (struct bytes){0} : digest_view(authority),
        .payload = payload,
    };
}

enum error document_sign(
    enum instrument_type type, const void *value, const struct digest *authority,
    struct private_key *key, struct fault *fault, struct buffer *ret_bytes)
{
    struct buffer payload = {0};
    /* As in reading: the table first, so that rules look at values that it has. */
    enum error error = layout_encode(instrument_layout(type), value, fault, &payload);
    if (!error)
        error = document_check(type, value, fault);
    if (!error) {
        struct cose_statement statement =
            document_statement(type, authority, buffer_view(&payload));
        error = cose_sign(&statement, (struct bytes){0}, key, fault, ret_bytes);
    }
    buffer_free(&payload);
    return error;
}

enum error document_add_signature(
    struct bytes bytes, const struct digest *authority, struct private_key *key,
    struct fault *fault, struct buffer *ret_bytes)
{
    struct unverified_envelope envelope;
    enum instrument_type type;
    enum error error = peek_instrument(bytes, fault, &envelope, &type);
    if (error)
        return error;
    struct cose_statement statement = document_statement(type, authority, envelope.payload);
    return cose_sign(&statement, bytes, key, fault, ret_bytes);
}

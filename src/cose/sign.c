/* Making envelopes and adding signatures to them. Nothing here verifies. */
#include <string.h>

#include "cose/parts.h"

static enum error check_statement(const struct cose_statement *statement, struct fault *fault)
{
    if (statement->form != COSE_SEVERAL && statement->form != COSE_SINGLE)
        return fault_place(fault, ERROR_USAGE, "form of envelope");
    if (!type_is_good(bytes_of(statement->type)))
        return fault_set(
            fault, ERROR_COSE_TYPE_FORM, "type", "up to 31 of a-z and '-'", "\"%s\"",
            statement->type);
    if (statement->aad.length > COSE_AAD_MAX)
        return fault_place(fault, ERROR_USAGE, "external_aad");
    if (statement->payload.length == 0)
        return fault_place(fault, ERROR_COSE_EMPTY, "payload");
    if (statement->payload.length > COSE_PAYLOAD_MAX)
        return fault_set(
            fault, ERROR_TOO_LARGE, "payload", "at most 16 MiB", "%zu bytes",
            statement->payload.length);
    return ERROR_OK;
}

/* The protected headers of one signer's part of a statement. In a single envelope both are one. */
struct headers {
    struct header body, signer;
};

static enum error write_headers(
    const struct cose_statement *statement, const struct key_id *id, enum signer_kind kind,
    struct fault *fault, struct headers *ret_headers)
{
    if (statement->form == COSE_SINGLE) {
        enum error error = header_write(statement->type, id, kind, fault, &ret_headers->body);
        if (!error)
            ret_headers->signer = ret_headers->body;
        return error;
    }
    enum error error = header_write(statement->type, NULL, kind, fault, &ret_headers->body);
    if (!error)
        error = header_write(NULL, id, kind, fault, &ret_headers->signer);
    return error;
}

static void begin_structure(
    const struct cose_statement *statement, const struct headers *headers,
    struct structure *ret_structure)
{
    structure_begin(
        statement->form, header_view(&headers->body), header_view(&headers->signer), statement->aad,
        statement->payload.length, ret_structure);
}

/* The envelope so far: of existing bytes, which must be about the statement, or with no signer. */
static enum error begin_parts(
    const struct cose_statement *statement, struct bytes existing, const struct headers *headers,
    struct fault *fault, struct parts *ret_parts)
{
    if (existing.length == 0) {
        *ret_parts = (struct parts){
            .form = statement->form,
            .body = header_view(&headers->body),
            .payload = statement->payload,
        };
        return ERROR_OK;
    }
    enum error error = parts_read(existing, fault, ret_parts);
    if (error)
        return fault_within(fault, error, "existing envelope");
    if (statement->form == COSE_SINGLE || ret_parts->form == COSE_SINGLE)
        return fault_place(fault, ERROR_COSE_SINGLE, "existing envelope");
    if (!bytes_equal_text(ret_parts->type, statement->type))
        return fault_set(
            fault, ERROR_COSE_DIFFERS, "existing envelope: type", statement->type, "%.*s",
            (int)ret_parts->type.length, (const char *)ret_parts->type.data);
    if (!bytes_equal(ret_parts->payload, statement->payload))
        return fault_set(
            fault, ERROR_COSE_DIFFERS, "existing envelope: payload", "the statement's", NULL);
    return ERROR_OK;
}

/* Whether a further signer with this id may join. */
static enum error
check_joining(const struct parts *parts, const struct key_id *id, struct fault *fault)
{
    char hex[KEY_ID_TEXT_SIZE];
    for (size_t i = 0; i < parts->count; i++) {
        if (key_id_equal(&parts->signers[i].kid, id))
            return fault_set(
                fault, ERROR_COSE_DUPLICATE, "existing envelope", NULL, "%s", key_id_text(id, hex));
    }
    if (parts->count == COSE_SIGNERS_MAX)
        return fault_place(fault, ERROR_COSE_SIGNERS, "existing envelope");
    return ERROR_OK;
}

/* Puts a signer where its kid belongs. */
static void insert(struct parts *parts, const struct part_signer *signer)
{
    size_t at = parts->count++;
    for (; at > 0 && key_id_compare(&parts->signers[at - 1].kid, &signer->kid) > 0; at--)
        parts->signers[at] = parts->signers[at - 1];
    parts->signers[at] = *signer;
}

/* Signs the Sig_structure, for which it must be one run of bytes. */
static enum error sign_structure(
    const struct structure *structure, struct bytes payload, struct private_key *key,
    struct fault *fault, struct signature *ret_signature)
{
    struct buffer message = {0};
    buffer_reserve(&message, structure->length + payload.length);
    message.length = 0;
    buffer_append(&message, structure->bytes, structure->length);
    buffer_append_bytes(&message, payload);
    enum error error = message.error;
    if (error)
        fault_place(fault, error, "envelope");
    else
        error = private_key_sign(key, buffer_view(&message), fault, ret_signature);
    buffer_free(&message);
    return error;
}

enum error cose_sign(
    const struct cose_statement *statement, struct bytes existing, struct private_key *key,
    struct fault *fault, struct buffer *ret_envelope)
{
    enum error error = check_statement(statement, fault);
    if (error)
        return error;
    if (private_key_public(key)->type != KEY_ED25519)
        return fault_set(
            fault, ERROR_KEY_TYPE, "private key", "ed25519", "%s",
            key_type_text(private_key_public(key)->type));
    struct key_id id = private_key_id(key);
    struct headers headers;
    struct structure structure;
    struct parts parts;
    struct signature signature;
    error = write_headers(statement, &id, SIGNER_KEY, fault, &headers);
    if (!error)
        error = begin_parts(statement, existing, &headers, fault, &parts);
    if (!error)
        error = check_joining(&parts, &id, fault);
    if (error)
        return error;
    begin_structure(statement, &headers, &structure);
    error = sign_structure(&structure, statement->payload, key, fault, &signature);
    if (error)
        return error;
    insert(
        &parts, &(struct part_signer){
                    .header = header_view(&headers.signer),
                    .kid = id,
                    .kind = SIGNER_KEY,
                    .signature = {signature.bytes, signature.length},
                });
    return parts_write(&parts, fault, ret_envelope);
}

enum error cose_challenge(
    const struct cose_statement *statement, const struct key_id *id, struct fault *fault,
    struct digest *ret_challenge)
{
    struct headers headers;
    enum error error = check_statement(statement, fault);
    if (!error)
        error = write_headers(statement, id, SIGNER_PASSKEY, fault, &headers);
    if (error)
        return error;
    struct structure structure;
    begin_structure(statement, &headers, &structure);
    *ret_challenge = structure_digest(&structure, statement->payload);
    return ERROR_OK;
}

enum error cose_attach_passkey(
    const struct cose_statement *statement, struct bytes existing, const struct key_id *id,
    const struct passkey_assertion *assertion, struct fault *fault, struct buffer *ret_envelope)
{
    struct headers headers;
    struct parts parts;
    struct buffer signature = {0};
    enum error error = check_statement(statement, fault);
    if (!error)
        error = write_headers(statement, id, SIGNER_PASSKEY, fault, &headers);
    if (!error)
        error = begin_parts(statement, existing, &headers, fault, &parts);
    if (!error)
        error = check_joining(&parts, id, fault);
    if (!error)
        error = assertion_write(assertion, fault, &signature);
    if (!error) {
        insert(
            &parts, &(struct part_signer){
                        .header = header_view(&headers.signer),
                        .kid = *id,
                        .kind = SIGNER_PASSKEY,
                        .signature = buffer_view(&signature),
                    });
        error = parts_write(&parts, fault, ret_envelope);
    }
    buffer_free(&signature);
    return error;
}

/* Opening envelopes: every signer known, every signature valid, or nothing. */
#include <stdlib.h>
#include <string.h>

#include "cose/parts.h"

/* The Sig_structure as one run of bytes, which Ed25519 needs: the payload is copied once, and each
 * signer's beginning is put right before it. */
struct message {
    uint8_t *memory; /* STRUCTURE_MAX bytes, then the payload */
    size_t payload_length;
};

static enum error message_begin(struct message *message, struct bytes payload, struct fault *fault)
{
    message->memory = malloc(STRUCTURE_MAX + payload.length);
    if (!message->memory)
        return fault_place(fault, ERROR_MEMORY, "envelope");
    memcpy(message->memory + STRUCTURE_MAX, payload.data, payload.length);
    message->payload_length = payload.length;
    return ERROR_OK;
}

static struct bytes message_of(struct message *message, const struct structure *structure)
{
    uint8_t *start = message->memory + STRUCTURE_MAX - structure->length;
    memcpy(start, structure->bytes, structure->length);
    return (struct bytes){start, structure->length + message->payload_length};
}

static enum error check_keyring_entry(const struct signer *entry, struct fault *fault)
{
    if (entry->kind == SIGNER_KEY && entry->key.type != KEY_ED25519)
        return fault_set(
            fault, ERROR_COSE_KEYRING, "keyring", "an Ed25519 key", "%s",
            key_type_text(entry->key.type));
    if (entry->kind == SIGNER_PASSKEY && (!entry->rp_id || !entry->origin))
        return fault_set(
            fault, ERROR_COSE_KEYRING, "keyring", "a passkey with rp_id and origin", NULL);
    return ERROR_OK;
}

static enum error find_signer(
    const struct part_signer *signer, const struct signer *keyring, size_t count,
    struct fault *fault, size_t *ret_index)
{
    char hex[KEY_ID_TEXT_SIZE];
    for (size_t i = 0; i < count; i++) {
        if (!key_id_equal(&keyring[i].id, &signer->kid))
            continue;
        if (keyring[i].kind != signer->kind)
            return fault_set(
                fault, ERROR_COSE_KIND, "alg",
                keyring[i].kind == SIGNER_KEY ? "-19 (Ed25519)" : "-65537 (passkey)", "%s",
                signer->kind == SIGNER_KEY ? "-19 (Ed25519)" : "-65537 (passkey)");
        enum error error = check_keyring_entry(&keyring[i], fault);
        if (!error)
            *ret_index = i;
        return error;
    }
    return fault_set(
        fault, ERROR_COSE_UNKNOWN_KEY, "kid", NULL, "%s", key_id_text(&signer->kid, hex));
}

static enum error verify_key(
    const struct signer *entry, struct bytes message, struct bytes signature, struct fault *fault)
{
    if (entry->verifier)
        return verifier_check(entry->verifier, message, signature, fault);
    return public_key_verify(&entry->key, message, signature, fault);
}

static enum error verify_passkey(
    const struct signer *entry, const struct digest *challenge, struct bytes signature,
    struct fault *fault)
{
    struct passkey_assertion assertion;
    enum error error = assertion_read(signature, fault, &assertion);
    if (!error)
        error = passkey_verify(entry, digest_view(challenge), &assertion, fault);
    return error;
}

static enum error verify_all(
    const struct parts *parts, struct bytes aad, const struct signer *keyring,
    const size_t *indices, struct fault *fault)
{
    struct message message = {0};
    enum error error = ERROR_OK;
    for (size_t i = 0; i < parts->count && !error; i++) {
        const struct part_signer *signer = &parts->signers[i];
        const struct signer *entry = &keyring[indices[i]];
        struct structure structure;
        structure_begin(
            parts->form, parts->body, signer->header, aad, parts->payload.length, &structure);
        if (signer->kind == SIGNER_PASSKEY) {
            struct digest challenge = structure_digest(&structure, parts->payload);
            error = verify_passkey(entry, &challenge, signer->signature, fault);
        } else {
            if (!message.memory)
                error = message_begin(&message, parts->payload, fault);
            if (!error)
                error =
                    verify_key(entry, message_of(&message, &structure), signer->signature, fault);
        }
        if (error)
            fault_within(fault, error, "signer %zu", i + 1);
    }
    free(message.memory);
    return error;
}

enum error cose_open(
    struct bytes data, const char *type, struct bytes aad, const struct signer *keyring,
    size_t keyring_count, struct fault *fault, struct envelope *ret_envelope)
{
    struct parts parts;
    struct envelope envelope;
    if (aad.length > COSE_AAD_MAX)
        return fault_place(fault, ERROR_USAGE, "external_aad");
    enum error error = parts_read(data, fault, &parts);
    if (error)
        return error;
    if (!bytes_equal_text(parts.type, type))
        return fault_set(
            fault, ERROR_COSE_TYPE, "type", type, "%.*s", (int)parts.type.length,
            (const char *)parts.type.data);
    for (size_t i = 0; i < parts.count; i++) {
        error = find_signer(&parts.signers[i], keyring, keyring_count, fault, &envelope.signers[i]);
        if (error)
            return fault_within(fault, error, "signer %zu", i + 1);
    }
    error = verify_all(&parts, aad, keyring, envelope.signers, fault);
    if (error)
        return error;
    envelope.form = parts.form;
    envelope.payload = parts.payload;
    envelope.digest = sha256_of(parts.payload);
    envelope.count = parts.count;
    *ret_envelope = envelope;
    return ERROR_OK;
}

enum error cose_peek_unverified(
    struct bytes data, struct fault *fault, struct unverified_envelope *ret_envelope)
{
    struct parts parts;
    enum error error = parts_read(data, fault, &parts);
    if (error)
        return error;
    struct unverified_envelope envelope = {
        .form = parts.form,
        .payload = parts.payload,
        .digest = sha256_of(parts.payload),
        .count = parts.count,
    };
    memcpy(envelope.type, parts.type.data, parts.type.length);
    for (size_t i = 0; i < parts.count; i++) {
        envelope.kids[i] = parts.signers[i].kid;
        envelope.kinds[i] = parts.signers[i].kind;
    }
    *ret_envelope = envelope;
    return ERROR_OK;
}

struct signer signer_of_key(const struct public_key *key)
{
    return (struct signer){.id = public_key_id(key), .kind = SIGNER_KEY, .key = *key};
}

struct signer signer_of_passkey(const struct public_key *key, const char *rp_id, const char *origin)
{
    return (struct signer){
        .id = public_key_id(key),
        .kind = SIGNER_PASSKEY,
        .key = *key,
        .rp_id = rp_id,
        .origin = origin,
    };
}

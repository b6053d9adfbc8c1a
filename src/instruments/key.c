/* Keys in documents: their table, and from there to a keyring's entry. */
#include "instruments/key.h"

#include <string.h>

static const char *const kinds[] = {"key", "passkey", NULL};
static const char *const types[] = {"ed25519", "es256", NULL};

static const struct field fields[] = {
    FIELD(1, "kind", FIELD_CHOICE, struct document_key, kind, .words = kinds),
    FIELD(2, "type", FIELD_CHOICE, struct document_key, type, .words = types),
    FIELD(3, "public-key", FIELD_BYTES, struct document_key, public_key, .limit = PUBLIC_KEY_MAX),
    FIELD(4, "rp-id", FIELD_TEXT, struct document_key, rp_id, OPTIONAL),
    FIELD(5, "origin", FIELD_TEXT, struct document_key, origin, OPTIONAL),
};
const struct layout document_key_layout = LAYOUT("key", struct document_key, fields);

enum error
document_key_signer(const struct document_key *key, struct fault *fault, struct signer *ret_signer)
{
    struct public_key public_key;
    enum error error = public_key_set(key->type, key->public_key, fault, &public_key);
    if (error)
        return fault_within(fault, error, "key");
    if (key->kind == SIGNER_KEY) {
        /* Kind `key` signs with Ed25519 (alg -19) and has no relying party. */
        if (key->type != KEY_ED25519)
            return fault_set(
                fault, ERROR_DOCUMENT_RULE, "key", "an ed25519 key for kind \"key\"", "es256");
        if (key->rp_id || key->origin)
            return fault_set(
                fault, ERROR_DOCUMENT_RULE, "key", "rp-id and origin only for a passkey", NULL);
        *ret_signer = signer_of_key(&public_key);
        return ERROR_OK;
    }
    if (!key->rp_id || !key->origin)
        return fault_set(fault, ERROR_DOCUMENT_RULE, "key", "rp-id and origin for a passkey", NULL);
    *ret_signer = signer_of_passkey(&public_key, key->rp_id, key->origin);
    return ERROR_OK;
}

struct key_id document_key_id(const struct document_key *key)
{
    struct digest digest = sha256_of(key->public_key);
    struct key_id id;
    memcpy(id.bytes, digest.bytes, sizeof id.bytes);
    return id;
}

struct document_key document_key_of(const struct public_key *key)
{
    return (struct document_key){
        .kind = SIGNER_KEY,
        .type = key->type,
        .public_key = public_key_view(key),
    };
}

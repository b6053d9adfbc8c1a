/* Keys as documents carry them: whose signature counts, and of which kind it is. */
#ifndef ENDUSE_INSTRUMENTS_KEY_H
#define ENDUSE_INSTRUMENTS_KEY_H

#include "cose/cose.h"
#include "instruments/field.h"

/* kind `key` is Ed25519; kind `passkey` is either type, with the WebAuthn relying party id and
 * origin under which it signs. */
struct document_key {
    enum signer_kind kind;
    enum key_type type;
    struct bytes public_key; /* 32 bytes, or the 65 bytes of an uncompressed point */
    const char *rp_id;       /* passkey only */
    const char *origin;      /* passkey only */
};

extern const struct layout document_key_layout;

/* Checks the lengths, that the point is on its curve, and that rp_id and origin are there exactly
 * for a passkey; fills *ret_signer, which borrows the texts. */
enum error
document_key_signer(const struct document_key *key, struct fault *fault, struct signer *ret_signer);

/* SHA-256 of the public key's bytes. */
struct key_id document_key_id(const struct document_key *key);

/* The entry for a key that this program holds. It borrows the bytes of *key. */
struct document_key document_key_of(const struct public_key *key);

#endif

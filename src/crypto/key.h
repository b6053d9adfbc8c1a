/* Public and private keys of the two types in use, and signatures by them. Where keys are kept is
 * in key_file.h; what signatures mean is in cose/. */
#ifndef ENDUSE_CRYPTO_KEY_H
#define ENDUSE_CRYPTO_KEY_H

#include "crypto/sha256.h"

/* Both give 128 bits. Ed25519 (RFC 8032) is for all keys that this program makes and holds; ES256
 * (ECDSA on P-256 with SHA-256) is there because most passkeys can do nothing else. */
enum key_type {
    KEY_ED25519 = 1,
    KEY_ES256 = 2,
};

/* "ed25519" or "es256", as in key files and on screens; "unknown" for another value. */
const char *key_type_text(enum key_type type);

enum {
    ED25519_PUBLIC_SIZE = 32,
    ES256_PUBLIC_SIZE = 65,
    PUBLIC_KEY_MAX = 65,
    PRIVATE_SEED_SIZE = 32, /* of either type */
    KEY_ID_SIZE = 32,
    KEY_ID_TEXT_SIZE = 2 * KEY_ID_SIZE + 1,
};

/* What names a key everywhere (the kid of an envelope): SHA-256 of the public key's bytes, in the
 * one form that struct public_key has for its type. */
struct key_id {
    uint8_t bytes[KEY_ID_SIZE];
};

bool key_id_equal(const struct key_id *a, const struct key_id *b);
int key_id_compare(const struct key_id *a, const struct key_id *b);
struct bytes key_id_view(const struct key_id *id);

/* 64 lower-case hexadecimal digits; reading takes either case (ERROR_HEX). */
const char *key_id_text(const struct key_id *id, char text[KEY_ID_TEXT_SIZE]);
MUST_CHECK enum error key_id_parse(struct bytes text, struct fault *fault, struct key_id *ret_id);

/* A public key as a plain value; copy it freely. Each type has one form only:
 *   Ed25519  the 32 bytes of RFC 8032 section 5.1.2
 *   ES256    the uncompressed point, 04 || X || Y, 65 bytes (SEC 1 section 2.3.3)
 * bytes beyond the type's length are zero. Made by public_key_set or taken from a private key. */
struct public_key {
    enum key_type type;
    uint8_t bytes[PUBLIC_KEY_MAX];
};

/* Takes a public key from outside. Refused with ERROR_KEY_BYTES: a wrong length, a point that is
 * not on the curve, a coordinate that is not reduced, and, for Ed25519, the points of small order
 * (under such a key one signature fits many messages). ERROR_KEY_TYPE: no such type. */
MUST_CHECK enum error public_key_set(
    enum key_type type, struct bytes bytes, struct fault *fault, struct public_key *ret_key);

/* The key's 32 or 65 bytes; the view lives as long as *key. */
struct bytes public_key_view(const struct public_key *key);

struct key_id public_key_id(const struct public_key *key);
bool public_key_equal(const struct public_key *a, const struct public_key *b);

enum {
    ED25519_SIGNATURE_SIZE = 64,
    SIGNATURE_MAX = 72, /* of ES256 in DER: 2 + 2 * (2 + 33) */
};

/* A signature as bytes: Ed25519 64 bytes (RFC 8032); ES256 the DER form that WebAuthn uses
 * (SEQUENCE of two INTEGER). */
struct signature {
    size_t length;
    uint8_t bytes[SIGNATURE_MAX];
};

/* Verifies with a key made ready for the call. ERROR_SIGNATURE_FORM: not in the one accepted form
 * (Ed25519: 64 bytes, s below the group's order; ES256: DER without any liberty, r and s in
 * 1..n-1). ERROR_SIGNATURE: in form, but not by this key over this message (or libcrypto ran
 * out of memory in the midst of it, which it does not tell from that). Anything else means that it
 * could not be checked (ERROR_MEMORY, ERROR_CRYPTO): refuse as well.
 * An ES256 signature has a twin with n - s that verifies too; nothing may depend on its bytes. */
MUST_CHECK enum error public_key_verify(
    const struct public_key *key, struct bytes message, struct bytes signature,
    struct fault *fault);

/* A public key made ready once for many verifications: saves decoding the key each time. For one
 * thread at a time. */
struct verifier;

MUST_CHECK enum error
verifier_new(const struct public_key *key, struct fault *fault, struct verifier **ret_verifier);

/* As public_key_verify. */
MUST_CHECK enum error verifier_check(
    struct verifier *verifier, struct bytes message, struct bytes signature, struct fault *fault);

const struct public_key *verifier_public(const struct verifier *verifier);
void verifier_free(struct verifier *verifier); /* NULL is fine */

/* A private key with its signing context: opaque, wiped when freed, for one thread at a time. */
struct private_key;

/* A new key from the table's generator. */
MUST_CHECK enum error private_key_generate(
    const struct os *os, enum key_type type, struct fault *fault, struct private_key **ret_key);

/* A key from its 32-byte seed: Ed25519's secret of RFC 8032 section 5.1.5, ES256's number d,
 * big-endian, in 1..n-1 (else ERROR_KEY_BYTES). The caller wipes its copy. */
MUST_CHECK enum error private_key_from_seed(
    enum key_type type, struct bytes seed, struct fault *fault, struct private_key **ret_key);

const struct public_key *private_key_public(const struct private_key *key);
struct key_id private_key_id(const struct private_key *key);

/* Signs. ERROR_MEMORY or ERROR_CRYPTO when libcrypto cannot. */
MUST_CHECK enum error private_key_sign(
    struct private_key *key, struct bytes message, struct fault *fault,
    struct signature *ret_signature);

void private_key_free(struct private_key *key); /* NULL is fine */

#endif

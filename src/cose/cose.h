/* The face of cose/: envelopes (COSE_Sign and COSE_Sign1, RFC 9052) around the instruments, and
 * which signers of an envelope are valid. Whose signatures an instrument needs ("two of one
 * ministry and one of the other") is in instruments/; nothing here knows a payload's content.
 *
 * One form only, deterministic CBOR (RFC 8949 section 4.2.1), normative in docs/formats.cddl:
 *
 *     several  98([<<{16: TYPE}>>, {}, payload, [[<<{1: alg, 4: kid}>>, {}, signature], ...]])
 *     single   18([<<{1: alg, 4: kid, 16: TYPE}>>, {}, payload, signature])
 *
 * TYPE is "application/enduse-NAME;v=1" in header parameter 16 (typ, RFC 9596). kid is the key_id
 * of the signer. Signers stand in the order of their kids, so that an envelope's bytes do not tell
 * who signed first. Always tagged: a file says by itself what it is. What is signed is the
 * Sig_structure of RFC 9052 section 4.4 with the authority's id (32 bytes; empty for a root) as
 * external_aad, so that no authority's document passes at another.
 *
 * Two kinds of signature:
 *   key      alg -19, Ed25519 (RFC 9864) over the Sig_structure
 *   passkey  alg -65537 (private use): the signature is CBOR [authenticatorData, clientDataJSON,
 *            signature] of a WebAuthn assertion by an ES256 or Ed25519 key, whose challenge is
 *            SHA-256 of the Sig_structure
 *
 * An instrument's digest is SHA-256 of its payload: adding signatures does not change it. */
#ifndef ENDUSE_COSE_COSE_H
#define ENDUSE_COSE_COSE_H

#include "crypto/crypto.h"

enum {
    COSE_SIGNERS_MAX = 32,
    COSE_PAYLOAD_MAX = 16 * 1024 * 1024,
    COSE_TYPE_MAX = 31,          /* characters of NAME: a-z and '-' */
    COSE_AAD_MAX = 64,           /* of external_aad; in use are 0 and 32 */
    COSE_CLIENT_DATA_MAX = 4096, /* of a passkey's clientDataJSON */
    COSE_AUTHENTICATOR_DATA_MAX = 1024,
};

enum cose_form {
    COSE_SEVERAL = 1, /* COSE_Sign, tag 98: one signer or more; signatures can be added */
    COSE_SINGLE = 2,  /* COSE_Sign1, tag 18: one signer for good */
};

enum signer_kind {
    SIGNER_KEY = 1,     /* signs the Sig_structure itself; Ed25519 only */
    SIGNER_PASSKEY = 2, /* signs through WebAuthn; ES256 or Ed25519 */
};

/* One entry of a keyring: a key that may sign, and how. A keyring is an array of them that the
 * caller keeps alive for the call; ids must differ. */
struct signer {
    struct key_id id; /* public_key_id(&key): taken as given, so compute it when enrolling */
    enum signer_kind kind;
    struct public_key key;
    const char *rp_id;         /* passkey: the relying party's id, "office.example" */
    const char *origin;        /* passkey: the whole origin, "https://office.example" */
    struct verifier *verifier; /* of key, to save work when it is used often; or NULL */
};

/* Fills a keyring's entry for a key or a passkey, with its id. The texts are borrowed. */
struct signer signer_of_key(const struct public_key *key);
struct signer
signer_of_passkey(const struct public_key *key, const char *rp_id, const char *origin);

/* What an envelope says after every one of its signatures was verified. payload points into the
 * bytes that were opened. */
struct envelope {
    enum cose_form form;
    struct bytes payload;
    struct digest digest;             /* SHA-256 of payload: the instrument's digest */
    size_t count;                     /* of signers, 1..COSE_SIGNERS_MAX */
    size_t signers[COSE_SIGNERS_MAX]; /* their indices in the keyring, by ascending kid */
};

/* Opens an envelope: decodes strictly, finds each signer in the keyring and verifies all of them.
 * It opens whole or not at all: an unknown or repeated kid, or one bad signature, refuses it.
 * type is the instrument's NAME ("licence"); aad the authority's id. The payload is not decoded.
 * Errors: rows 300..349 for what an envelope must say; the rows of CBOR (200..249) for its
 * encoding and structure (a missing kid is CBOR_KEY_MISSING, an extra header CBOR_KEY_UNKNOWN);
 * those of JSON for a passkey's client data; ERROR_SIGNATURE (also for another authority's id in
 * aad: nothing tells these apart) and ERROR_SIGNATURE_FORM; ERROR_TOO_LARGE beyond the limits
 * above; ERROR_COSE_KEYRING for an entry without what its kind needs. The fault's place names the
 * part ("signer 2: ..."). */
MUST_CHECK enum error cose_open(
    struct bytes data, const char *type, struct bytes aad, const struct signer *keyring,
    size_t keyring_count, struct fault *fault, struct envelope *ret_envelope);

/* What an envelope claims. NOTHING here was verified: good for finding the keys to verify with,
 * and for showing a document to somebody about to sign it; never for acting on it. */
struct unverified_envelope {
    enum cose_form form;
    char type[COSE_TYPE_MAX + 1]; /* NAME */
    struct bytes payload;         /* points into the bytes that were read */
    struct digest digest;
    size_t count;
    struct key_id kids[COSE_SIGNERS_MAX]; /* ascending */
    enum signer_kind kinds[COSE_SIGNERS_MAX];
};

/* Reads an envelope as strictly as cose_open does, without looking at any signature. */
MUST_CHECK enum error cose_peek_unverified(
    struct bytes data, struct fault *fault, struct unverified_envelope *ret_envelope);

/* What is to be signed: the same four for everybody who signs one document. */
struct cose_statement {
    enum cose_form form;
    const char *type;     /* NAME: "licence" */
    struct bytes aad;     /* the authority's id, or empty for a root */
    struct bytes payload; /* deterministic CBOR; 1..COSE_PAYLOAD_MAX bytes */
};

/* Signs with a private key (Ed25519, else ERROR_KEY_TYPE) and appends the envelope to
 * *ret_envelope. existing is an envelope of the same statement to which the signature is added, or
 * empty for a new one; its signatures are kept and not verified. Refused: ERROR_COSE_DUPLICATE
 * when the key signed it already, ERROR_COSE_SINGLE when its form or the statement's takes no more
 * signers, ERROR_COSE_DIFFERS when it is about another type, form or payload. ret_envelope must not
 * own the bytes of existing; on failure it is as before. */
MUST_CHECK enum error cose_sign(
    const struct cose_statement *statement, struct bytes existing, struct private_key *key,
    struct fault *fault, struct buffer *ret_envelope);

/* The challenge to hand to navigator.credentials.get for the passkey with this id (RFC 9052
 * section 4.4 has the signer's id among what is signed, so each signer's challenge differs). */
MUST_CHECK enum error cose_challenge(
    const struct cose_statement *statement, const struct key_id *id, struct fault *fault,
    struct digest *ret_challenge);

/* What an authenticator returned: AuthenticatorAssertionResponse of WebAuthn. */
struct passkey_assertion {
    struct bytes authenticator_data;
    struct bytes client_data; /* clientDataJSON */
    struct bytes signature;
};

/* Puts an assertion over cose_challenge into an envelope: as cose_sign, and it is not verified;
 * open the result with the passkey in the keyring before relying on it. */
MUST_CHECK enum error cose_attach_passkey(
    const struct cose_statement *statement, struct bytes existing, const struct key_id *id,
    const struct passkey_assertion *assertion, struct fault *fault, struct buffer *ret_envelope);

/* Verifies one assertion by itself, as a log-in does: signer's key, rp_id and origin, and this
 * challenge of any length. Also what cose_open does with each passkey's signature. The rules are
 * WebAuthn's (Level 2, section 7.2), tightened: user presence and user verification both needed,
 * crossOrigin must not be true. Signature counters are not judged: there is no state here. */
MUST_CHECK enum error passkey_verify(
    const struct signer *signer, struct bytes challenge, const struct passkey_assertion *assertion,
    struct fault *fault);

#endif

/* Inside cose/ only: an envelope taken apart, and what its signers sign. */
#ifndef ENDUSE_COSE_PARTS_H
#define ENDUSE_COSE_PARTS_H

#include "cose/cose.h"

/* Algorithms of RFC 9864 and of this program's own (private use: below -65536). */
#define ALGORITHM_ED25519 INT64_C(-19)
#define ALGORITHM_PASSKEY INT64_C(-65537)

enum { TAG_SIGN = 98, TAG_SIGN1 = 18 };

/* One signature. header is the protected header as it stands, the content of its byte string; of
 * a single envelope it is the body's. */
struct part_signer {
    struct bytes header;
    struct key_id kid;
    enum signer_kind kind;
    struct bytes signature;
};

struct parts {
    enum cose_form form;
    struct bytes body; /* the body's protected header, the content of its byte string */
    struct bytes type; /* NAME */
    struct bytes payload;
    size_t count;
    struct part_signer signers[COSE_SIGNERS_MAX];
};

/* Takes an envelope apart: strictly, views into data, no allocation. */
enum error parts_read(struct bytes data, struct fault *fault, struct parts *ret_parts);

/* Appends the envelope of these parts. As before on failure. */
enum error parts_write(const struct parts *parts, struct fault *fault, struct buffer *ret_data);

/* Room for a protected header: a map of alg, kid and type at most. */
enum { HEADER_MAX = 128 };

struct header {
    uint8_t bytes[HEADER_MAX];
    size_t length;
};

struct bytes header_view(const struct header *header);

/* The protected header with this type (or NULL) and this signer (kid or NULL, then kind is not
 * looked at). */
enum error header_write(
    const char *type, const struct key_id *kid, enum signer_kind kind, struct fault *fault,
    struct header *ret_header);

/* Whether a NAME is one: 1 to COSE_TYPE_MAX of a-z and '-', a letter first. */
bool type_is_good(struct bytes type);

/* Room for a Sig_structure up to and with the head of the payload. */
enum { STRUCTURE_MAX = 2 * HEADER_MAX + COSE_AAD_MAX + 64 };

struct structure {
    uint8_t bytes[STRUCTURE_MAX];
    size_t length;
};

/* The beginning of what a signer signs; the payload's bytes follow it. In a single envelope signer
 * is not looked at. aad is at most COSE_AAD_MAX bytes. */
void structure_begin(
    enum cose_form form, struct bytes body, struct bytes signer, struct bytes aad,
    size_t payload_length, struct structure *ret_structure);

/* A passkey's challenge: SHA-256 of the Sig_structure. */
struct digest structure_digest(const struct structure *structure, struct bytes payload);

/* Takes a passkey's signature apart and puts it together. */
enum error assertion_read(
    struct bytes signature, struct fault *fault, struct passkey_assertion *ret_assertion);
enum error assertion_write(
    const struct passkey_assertion *assertion, struct fault *fault, struct buffer *ret_signature);

#endif

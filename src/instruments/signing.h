/* Who must sign what, and the opening and signing of any instrument. */
#ifndef ENDUSE_INSTRUMENTS_SIGNING_H
#define ENDUSE_INSTRUMENTS_SIGNING_H

#include "instruments/root.h"

/* X(name, word): the types of instruments; the word is the file name's ending and stands in the
 * content type "application/enduse-WORD;v=1". */
#define INSTRUMENT_TABLE(X)                                                                        \
    X(ROOT, "root")                                                                                \
    X(FORM, "form")                                                                                \
    X(CERTIFICATE, "certificate")                                                                  \
    X(LICENCE, "licence")                                                                          \
    X(ORDER, "order")                                                                              \
    X(APPROVAL, "approval")                                                                        \
    X(DECLARATION, "declaration")                                                                  \
    X(ROLL, "roll")                                                                                \
    X(DELEGATION, "delegation")                                                                    \
    X(LEASE, "lease")                                                                              \
    X(RENEWAL, "renewal")                                                                          \
    X(RETURN, "return")                                                                            \
    X(RECEIPT, "receipt")                                                                          \
    X(ACT, "act")

enum instrument_type {
    INSTRUMENT_NONE,
#define INSTRUMENT_ROW(name, word) INSTRUMENT_##name,
    INSTRUMENT_TABLE(INSTRUMENT_ROW)
#undef INSTRUMENT_ROW
};

const char *instrument_word(enum instrument_type type);
enum instrument_type instrument_by_word(const char *word);
const struct record *instrument_record(enum instrument_type type);

/* What was verified of a signed instrument, besides its fields. */
struct document {
    enum instrument_type type;
    struct digest digest;  /* SHA-256 of the payload: the instrument's identity */
    struct bytes payload;  /* borrows from the signed bytes */
    struct key_id signers[32]; /* whose signatures verified, ascending */
    size_t signer_count;
};

/* How many of a document's signers are signatories of the ministry. */
size_t document_signatories(
    const struct document *document, const struct root *root, enum ministry_id ministry);

/* Both ministries at their thresholds, else ERROR_SIGNERS_MISSING, naming who is missing. */
enum error signed_by_both(
    const struct document *document, const struct root *root, struct fault *fault);

/* One ministry, whichever, at its threshold. */
enum error signed_by_one(
    const struct document *document, const struct root *root, struct fault *fault);

/* Verifies the envelope against the signers given and decodes the payload after the table of its
 * type into *ret_value. The caller then asks whether the signers suffice. ret_value borrows from
 * arena only. */
enum error document_open(
    struct bytes bytes, enum instrument_type type, const struct digest *authority,
    const struct signer *signers, size_t signer_count, struct arena *arena, struct fault *fault,
    struct document *ret_document, void *ret_value);

/* As document_open with every person of the root as signers. */
enum error document_open_by_root(
    struct bytes bytes, enum instrument_type type, const struct root_chain *chain,
    struct arena *arena, struct fault *fault, struct document *ret_document, void *ret_value);

/* Decodes without verifying anything: for showing a draft, never for deciding. */
enum error document_decode_unverified(
    struct bytes bytes, struct arena *arena, struct fault *fault, enum instrument_type *ret_type,
    struct digest *ret_digest, void **ret_value);

/* Encodes *value and signs it with a key. single: COSE_Sign1, for instruments of one signer. */
enum error document_sign(
    enum instrument_type type, const void *value, const struct digest *authority,
    const struct private_key *key, struct fault *fault, struct buffer *ret_bytes);

/* Adds a signature to a signed instrument of several signers, or signs a bare payload. */
enum error document_add_signature(
    struct bytes bytes, const struct digest *authority, const struct private_key *key,
    struct fault *fault, struct buffer *ret_bytes);

/* Whether instruments of the type carry one signature (COSE_Sign1) or several (COSE_Sign). */
bool instrument_has_one_signer(enum instrument_type type);

/* The rules within a document that its table cannot say: times in order, fields that belong
 * together. Called by document_open and document_sign for every type. */
enum error document_check(enum instrument_type type, const void *value, struct fault *fault);

#endif

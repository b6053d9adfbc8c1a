/* Who must sign what, and the opening and signing of any instrument. */
#ifndef ENDUSE_INSTRUMENTS_SIGNING_H
#define ENDUSE_INSTRUMENTS_SIGNING_H

#include "instruments/root.h"

/* X(name, word, table, one signer): the types of instruments. The word is the file name's ending
 * and stands in the content type "application/enduse-WORD;v=1". */
#define INSTRUMENT_TABLE(X)                                                                        \
    X(ROOT, "root", root_layout, false)                                                            \
    X(FORM, "form", form_layout, false)                                                            \
    X(CERTIFICATE, "certificate", certificate_layout, false)                                       \
    X(LICENCE, "licence", licence_layout, false)                                                   \
    X(ORDER, "order", order_layout, false)                                                         \
    X(APPROVAL, "approval", approval_layout, true)                                                 \
    X(DECLARATION, "declaration", declaration_layout, true)                                        \
    X(ROLL, "roll", roll_layout, true)                                                             \
    X(DELEGATION, "delegation", delegation_layout, false)                                          \
    X(LEASE, "lease", lease_layout, true)                                                          \
    X(RENEWAL, "renewal", renewal_layout, true)                                                    \
    X(RETURN, "return", usage_return_layout, true)                                                 \
    X(RECEIPT, "receipt", receipt_layout, true)                                                    \
    X(ACT, "act", act_layout, true)                                                                \
    X(LOGIN, "login", login_layout, true)

enum instrument_type {
    INSTRUMENT_NONE,
#define INSTRUMENT_ROW(name, word, table, one) INSTRUMENT_##name,
    INSTRUMENT_TABLE(INSTRUMENT_ROW)
#undef INSTRUMENT_ROW
};

/* Types are counted from 1 to this one. */
#define INSTRUMENT_ROW(name, word, table, one) +1
enum { INSTRUMENT_LAST = INSTRUMENT_TABLE(INSTRUMENT_ROW) };
#undef INSTRUMENT_ROW

const char *instrument_word(enum instrument_type type);
enum instrument_type instrument_by_word(const char *word);
const struct layout *instrument_layout(enum instrument_type type);

/* What was verified of a signed instrument, besides its fields. */
struct document {
    enum instrument_type type;
    struct digest digest;                    /* SHA-256 of the payload: the instrument's identity */
    struct bytes payload;                    /* borrows from the signed bytes */
    struct key_id signers[COSE_SIGNERS_MAX]; /* whose signatures verified, ascending */
    size_t signer_count;
};

/* How many of a document's signers are signatories of the ministry. */
size_t document_signatories(
    const struct document *document, const struct root *root, enum ministry_id ministry);

bool document_signed_by_ministry(
    const struct document *document, const struct root *root, enum ministry_id ministry);
bool document_signed_by(const struct document *document, const struct key_id *key);

/* Both ministries at their thresholds, else ERROR_SIGNERS_MISSING, naming who is missing. */
enum error
signed_by_both(const struct document *document, const struct root *root, struct fault *fault);

/* One ministry, whichever, at its threshold. */
enum error
signed_by_one(const struct document *document, const struct root *root, struct fault *fault);

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

/* What is signed, for cose_challenge and passkeys. It borrows payload and *authority. */
struct cose_statement
document_statement(enum instrument_type type, const struct digest *authority, struct bytes payload);

/* Checks and encodes *value (the C struct of the type), signs it with a key and appends the signed
 * instrument. authority is not used for a root. */
enum error document_sign(
    enum instrument_type type, const void *value, const struct digest *authority,
    struct private_key *key, struct fault *fault, struct buffer *ret_bytes);

/* Adds a signature to a signed instrument of several signers. Nothing is verified: whoever signs
 * looked at what document_decode_unverified shows. */
enum error document_add_signature(
    struct bytes bytes, const struct digest *authority, struct private_key *key,
    struct fault *fault, struct buffer *ret_bytes);

/* Whether instruments of the type carry one signature (COSE_Sign1) or several (COSE_Sign). */
bool instrument_has_one_signer(enum instrument_type type);

/* The rules within a document that its table cannot say: times in order, fields that belong
 * together. Called by document_open and document_sign for every type. */
enum error document_check(enum instrument_type type, const void *value, struct fault *fault);

#endif

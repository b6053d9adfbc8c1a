/* The case bundle: what a court needs about one use or one order, in one file that is verified
 * without asking anybody. The face of bundle/; docs/bundle.md says what it proves, and how.
 *
 * A bundle says nothing of its own. Every byte of it belongs to something that somebody signed, or
 * is proven under something signed, or is the number or digest by which the reader finds that; so
 * it makes no difference who put it together, and nobody signs it. What is changed, by one bit or
 * by design, does not verify.
 *
 * Reading and writing are here, verifying is in evidence.h, putting one together in draft.h.
 */
#ifndef ENDUSE_BUNDLE_BUNDLE_H
#define ENDUSE_BUNDLE_BUNDLE_H

#include "guard/guard.h"
#include "store/event.h"

enum {
    BUNDLE_VERSION = 1,
    BUNDLE_SIZE_MAX = 64 << 20, /* bytes of a file */
    BUNDLE_ROOTS_MAX = 64,
    BUNDLE_DOCUMENTS_MAX = 512,
    BUNDLE_RECORDS_MAX = 4096,
    BUNDLE_EVENTS_MAX = 4096,
    BUNDLE_OPENINGS_MAX = 3, /* of one record: file, operator, subject */
};

/* A signed document, found by its type and digest. Every type but roots, which are in a list of
 * their own, and acts, which stand in their events. */
struct bundle_document {
    enum instrument_type type;
    struct digest digest; /* SHA-256 of its payload */
    struct bytes bytes;
};

/* One field of a record of a declaration, opened: what its commitment was made of. */
struct bundle_opening {
    const char *field; /* "subject", "file" or "operator" */
    struct bytes salt; /* ENTRY_SALT_SIZE bytes */
    const char *value;
};

/* A record of the guard's log, with the proof that it is in the log of log_size records. */
struct bundle_record {
    uint64_t index;
    struct bytes payload;
    struct bytes proof; /* hashes of 32 bytes, one after the other, from the leaves up */
    const struct bundle_opening *openings;
    size_t openings_count;
};

/* An event of the office's log, with the proof that it is under the checkpoint. */
struct bundle_event {
    uint64_t sequence;
    enum event_type type;
    struct bytes body; /* as it is stored (store/event.h) */
    struct bytes salt;
    struct bytes proof;
};

struct bundle {
    uint64_t version;          /* BUNDLE_VERSION */
    const struct bytes *roots; /* signed, from version 1 on */
    size_t roots_count;
    const struct bundle_document *documents; /* ascending by type, then digest, each once */
    size_t documents_count;
    struct bytes guard;                  /* the guard's public key, Ed25519; or none */
    uint64_t log_size;                   /* of the guard's head that records are proven under */
    const struct bundle_record *records; /* ascending by index */
    size_t records_count;
    const struct bundle_event *events; /* ascending by sequence */
    size_t events_count;
    const char *checkpoint; /* the office's, a signed note; NULL: there are no events */
};

extern const struct layout bundle_layout;

/* The rules within a bundle that its table cannot say, without looking at any signature: order and
 * number of its parts, that each document is the one its entry says, lengths of keys and hashes,
 * what must be there when another part is. The fault names the part. */
MUST_CHECK enum error bundle_check(const struct bundle *bundle, struct fault *fault);

/* Decodes strictly, then bundle_check. Everything is in arena; nothing is verified. */
MUST_CHECK enum error bundle_decode(
    struct bytes bytes, struct arena *arena, struct fault *fault, struct bundle *ret_bundle);

/* bundle_check, then the one encoding of it. */
MUST_CHECK enum error
bundle_encode(const struct bundle *bundle, struct fault *fault, struct buffer *ret_bytes);

#endif

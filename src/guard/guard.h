/* The face of guard/ for the other folders: making a guard's folder (enrolment), opening it with
 * another operating system or transport than the usual ones, and checking and reading its records.
 * What a vendor calls is in include/enduse.h, which this folder implements; how the folder looks
 * is in docs/guard.md.
 */
#ifndef ENDUSE_GUARD_GUARD_H
#define ENDUSE_GUARD_GUARD_H

#include <enduse.h>

#include "guard/entry.h"
#include "guard/record_check.h"
#include "instruments/instruments.h"
#include "verdict/verdict.h"

/* --- Enrolment ---------------------------------------------------------------------------- */

/* What a guard is made of. All documents are signed and are verified before anything is written. */
struct guard_enrolment {
    const char *folder;        /* must not exist; made with mode 0700 */
    const char *installation;  /* the id that the authority gave, "IN-0001" */
    const char *url;           /* of the authority, "https://..." without a path */
    const struct bytes *roots; /* the chain from version 1 */
    size_t root_count;
    const struct digest *pinned; /* digest of root version 1; NULL: taken from the roots */
    bool allow_demo;
    struct bytes certificate, licence, roll;
    struct bytes passphrase; /* of the guard's key; empty: none */
};

/* What the authority is told, and the first key of the record log. */
struct guard_enrolled {
    struct public_key key;              /* of the guard */
    struct digest first_key_hash;       /* SHA-256 of first_key */
    uint8_t first_key[RECORD_KEY_SIZE]; /* K_0: given out once, for escrow; wipe it */
};

/* Makes the folder: a new key, a new record log, the documents, the first state. It appears whole
 * under its name or not at all: it is made as FOLDER.new and renamed. ERROR_EXISTS when either is
 * there; the documents' own errors otherwise. */
MUST_CHECK enum error guard_enrol(
    const struct os *os, const struct guard_enrolment *enrolment, struct fault *fault,
    struct guard_enrolled *ret_enrolled);

/* Puts a newer roll or licence into the folder, verified; picked up when the guard is opened next.
 * The guard must be closed (ERROR_BUSY). A licence must be of the folder's certificate; a roll must
 * have a higher version than the one there (ERROR_DOCUMENT_RULE). */
MUST_CHECK enum error guard_replace_document(
    const struct os *os, const char *folder, struct bytes document, bool allow_demo,
    struct fault *fault);

/* What a folder says of itself, for showing and for reaching the authority; nothing is verified
 * and no lock is taken. Texts live in arena. */
struct guard_identity {
    const char *installation;
    const char *url;
    struct digest authority; /* digest of the root's first version */
    struct digest certificate, licence;
    struct public_key key;
    struct digest first_key_hash;
    millis enrolled; /* wall clock */
};
MUST_CHECK enum error guard_identify(
    const struct os *os, const char *folder, struct arena *arena, struct fault *fault,
    struct guard_identity *ret_identity);

/* --- What a folder holds ------------------------------------------------------------------ */

/* The documents of a folder as they were signed, for whoever puts a case together (bundle/).
 * Nothing is verified and no lock is taken: read a copy, or a guard that is closed. Empty: none. */
struct guard_holdings {
    const char *installation;
    struct bytes key;          /* the guard's public key */
    const struct bytes *roots; /* the chain from version 1 */
    size_t root_count;
    struct bytes certificate, licence, roll;
    struct bytes delegation, lease; /* the newest */
    struct bytes request;        /* the renewal that waits for its answer, with the newest head */
    const struct bytes *returns; /* not yet acknowledged; likewise */
    size_t return_count;
    const struct bytes *receipts;
    size_t receipt_count;
};
MUST_CHECK enum error guard_holdings_read(
    const struct os *os, const char *folder, struct arena *arena, struct fault *fault,
    struct guard_holdings *ret_holdings);

/* The signed order (ENTRY_ORDER) or withdrawal (ENTRY_WITHDRAWAL) that a record names by its
 * digest. ERROR_GUARD_ROLLBACK: it is not there. */
MUST_CHECK enum error guard_stored_read(
    const struct os *os, const char *folder, enum entry_kind kind, const struct digest *digest,
    struct arena *arena, struct fault *fault, struct bytes *ret_bytes);

/* The opening of one field of a declaration's record: what its commitment was made of. It is the
 * agency's to show. ERROR_NOT_FOUND: erased, or never there. */
MUST_CHECK enum error guard_opening_read(
    const struct os *os, const char *folder, const struct id *record, const char *field,
    struct arena *arena, struct fault *fault, struct bytes *ret_salt, const char **ret_value);

/* --- Opening with other means ------------------------------------------------------------- */

/* A request to the authority; path is below the url of the authority. */
struct guard_call {
    const char *method; /* "POST", "GET" */
    const char *path;   /* "/api/v1/renewals" */
    struct bytes body;  /* application/cose; empty for GET */
    bool at_once;       /* the answer is wanted now, whether there is news or not */
    millis timeout;
};

struct guard_reply {
    unsigned status;
    bool cose; /* the body's media type is application/cose */
    millis retry_after;
    struct buffer body;
};

/* How the authority is reached. exchange blocks until the answer; cancel (any thread) makes the
 * exchange under way, or else the next one, return ERROR_CANCELLED. The one over HTTP is in
 * renew.c; tests have their own. */
struct guard_transport {
    void *context;
    enum error (*exchange)(
        void *context, const struct guard_call *call, struct fault *fault,
        struct guard_reply *ret_reply);
    void (*cancel)(void *context);
    void (*close)(void *context);
};

/* What enduse_open leaves to the library. */
struct guard_means {
    const struct os *os;                     /* NULL: os_system */
    const struct guard_transport *transport; /* NULL: HTTP */
    bool no_threads; /* nothing happens by itself: guard_renew and guard_tick are called instead */
};

/* As enduse_open. */
MUST_CHECK int guard_open(
    const struct enduse_options *options, const struct guard_means *means,
    struct enduse_guard **ret_guard, struct enduse_fault *ret_fault);

/* One exchange with the authority and all that follows from it; *ret_wait is how long to wait
 * before the next (0: at once). ERROR_OK also when the authority refused: the state says it. */
MUST_CHECK enum error
guard_renew(struct enduse_guard *guard, struct fault *fault, millis *ret_wait);

/* What is due by the clocks: uses are judged again, stops and notices are told, a return is closed.
 */
void guard_tick(struct enduse_guard *guard);

/* The reason that a verdict of the clauses is recorded and told with. */
enum enduse_reason guard_reason(enum verdict_outcome outcome);

/* --- Records ------------------------------------------------------------------------------ */

/* Is shown each record with what it says; anything but ERROR_OK ends the reading. The entry lives
 * until the visitor returns. */
typedef enum error guard_record_visitor(
    void *context, const struct record *record, const struct entry *entry, struct fault *fault);

/* Checks a folder's record log (record_check.h: every frame, tag and link; first_key may be NULL)
 * and decodes every record (ERROR_GUARD_RECORD). folder is the guard's folder, or an export: a
 * folder with the segments alone. */
MUST_CHECK enum error guard_records_check(
    const struct os *os, const char *folder, const uint8_t *first_key, guard_record_visitor *visit,
    void *context, struct fault *fault, struct record_summary *ret_summary);

#endif

/* libenduse: the guard that runs in an exported system and decides, records and stops its uses
 * under the end-use certificate that the acquiring state signed.
 *
 *     enduse_open(&options, &guard, &fault);
 *     enduse_declare(guard, declaration, size, approval, size, &declared, &verdict, &fault);
 *     enduse_begin(guard, declared, "location", subject, &use, &verdict);
 *         ... work, and stop when enduse_must_stop(guard, use, &verdict) ...
 *     enduse_end(guard, use);
 *     enduse_declaration_free(guard, declared);
 *     enduse_close(guard);
 *
 * each only when the one before returned ENDUSE_OK; README.md has it as a program, docs/guard.md
 * how it is linked and what a system does with the answers.
 *
 * This is the only header that a vendor sees. Everything named enduse_ is stable: structs that the
 * caller fills begin with their size, new members come at the end, numbers are never reused.
 *
 * Threads: every call may be made from any thread, but for enduse_open and enduse_close of one
 * guard. The library starts two threads: one renews the lease, the other watches the clocks and
 * calls the handlers; at opening a third helps to read a large log, and ends with that. All signals
 * are blocked in them. It never exits the process, never writes to standard output or error, and
 * changes no global state.
 *
 * Processes: a guard belongs to the process that opened it. In a child of fork every call with it
 * returns ENDUSE_USAGE, enduse_must_stop says 1, and enduse_close leaves everything to the parent.
 *
 * Fail closed: whatever cannot be decided, recorded or renewed refuses the use.
 */
#ifndef ENDUSE_H
#define ENDUSE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ENDUSE_MUST_CHECK __attribute__((warn_unused_result))
#else
#define ENDUSE_MUST_CHECK
#endif

/* --- Results ------------------------------------------------------------------------------ */

/* What a call returns. 0 is done (or: permitted); the numbers are stable. */
enum enduse_result {
    ENDUSE_OK = 0,
    ENDUSE_REFUSED = 1, /* the use is refused; the verdict says why */
    ENDUSE_INVALID = 2, /* the declaration or approval is not valid; the fault says where */
    ENDUSE_STOPPED = 3, /* the use was told to stop */
    ENDUSE_UNKNOWN = 4, /* no such use or declaration */
    ENDUSE_USAGE = 5,   /* the call itself is wrong: a NULL, a size, a guard of another process */
    ENDUSE_FAILED = 6,  /* the guard cannot work: no memory, no disk; the fault says what */
};

/* Where something went wrong, for a person; ends of text are always there. */
struct enduse_fault {
    int number;     /* the row of the table of errors, docs/errors.md; 0 when nothing is set */
    char text[512]; /* "PLACE: what happened (expected E, found F)" */
};

/* Why a use is refused or stopped. The numbers are stable and shown to operators. */
enum enduse_reason {
    ENDUSE_REASON_NONE = 0,
    ENDUSE_REASON_CLAUSE = 10,    /* clauses forbid it */
    ENDUSE_REASON_NO_CLAUSE = 11, /* no clause permits it */
    ENDUSE_REASON_ERROR = 12,     /* a clause could not be evaluated */
    ENDUSE_REASON_OPERATOR = 20,  /* the operator is not on the roll at this time */
    ENDUSE_REASON_FUNCTION = 21,  /* not the function or subject that was declared */
    ENDUSE_REASON_REPLAY = 22,    /* the declaration was used before */
    ENDUSE_REASON_NO_LEASE = 30,  /* no lease yet */
    ENDUSE_REASON_LEASE_EXPIRED = 31,
    ENDUSE_REASON_LICENCE_EXPIRED = 32,
    ENDUSE_REASON_CERTIFICATE_EXPIRED = 33,
    ENDUSE_REASON_OPENING = 34, /* opened a moment ago: the authority is being asked for news */
    ENDUSE_REASON_SUSPENDED = 40,
    ENDUSE_REASON_DISCONNECTED = 41,
    ENDUSE_REASON_REVOKED = 42,
    ENDUSE_REASON_LATCHED = 50, /* fork, rollback or tampering was found */
    ENDUSE_REASON_RECORD = 60,  /* the record could not be written */
    ENDUSE_REASON_UNACKNOWLEDGED =
        61,                   /* too many records that the authority has not acknowledged */
    ENDUSE_REASON_CLOCK = 70, /* the clocks contradict each other */
};

enum { ENDUSE_CLAUSES_MAX = 8, ENDUSE_NAME_SIZE = 72 };

/* What was decided. Filled by declare, begin and judgements of running uses. */
struct enduse_verdict {
    int permitted;                                      /* 1 or 0 */
    enum enduse_reason reason;                          /* NONE when permitted */
    char words[256];                                    /* the reason in plain words */
    char clauses[ENDUSE_CLAUSES_MAX][ENDUSE_NAME_SIZE]; /* determining clauses or the order, "6.1",
                                                           "L2", "OR-2026-0034" */
    unsigned clause_count;
    char issuer[ENDUSE_NAME_SIZE]; /* who issued what refuses: "certificate EC-2026-0009", ... */
    char contact[ENDUSE_NAME_SIZE * 2]; /* whom to ask */
    int64_t since;   /* milliseconds since 1970: since when it is refused; 0 unknown */
    uint64_t record; /* index of the record in the guard's log; meaningful if recorded */
    int recorded;
    char document[ENDUSE_NAME_SIZE * 2]; /* the signed document that refuses, below the guard's
                                            folder: "orders/DIGEST.order", "current.licence"; empty
                                            when it is none */
};

/* "lease-expired" and so on; static storage. */
const char *enduse_reason_word(enum enduse_reason reason);

/* --- Opening ------------------------------------------------------------------------------ */

struct enduse_guard;

/* Told on the guard's own thread; must not block nor call back into the library but for
 * enduse_must_stop, enduse_end and enduse_status. */
typedef void enduse_stop_handler(void *context, uint64_t use, const struct enduse_verdict *verdict);

/* The lease runs out: fraction is 50, 25 or 10 (per cent left), or 0 when it has. */
typedef void enduse_notice_handler(void *context, int fraction, int64_t milliseconds_left);

/* Fill size with sizeof(struct enduse_options), leave what is not needed zero. Strings are copied.
 */
struct enduse_options {
    size_t size;
    const char *folder; /* the guard's own folder: keys, state, records; see enduse(1) */
    const unsigned char *root_digest; /* 32 bytes: SHA-256 of the root's first version, pinned in
                                         the exporter's build, never read from the folder */
    const char *url;        /* of the authority; NULL: as stored when the guard was enrolled */
    const char *passphrase; /* of the guard's key; NULL: none */
    int allow_demo;         /* accept a demonstration root */
    enduse_stop_handler *on_stop;
    enduse_notice_handler *on_notice;
    void *context; /* for the handlers */
};

/* Opens the folder (one process at a time), verifies root chain, certificate, licence, roll and
 * stored orders, checks the record log, closes uses that a crash left open, and starts renewing.
 * Does not wait for the first lease: enduse_wait_active does. A lease that is still valid permits
 * nothing (ENDUSE_REASON_OPENING) until the authority was asked for orders issued meanwhile: until
 * its answer, or until it is found to be out of reach, at most 5 seconds. fault may be NULL. */
ENDUSE_MUST_CHECK int enduse_open(
    const struct enduse_options *options, struct enduse_guard **ret_guard,
    struct enduse_fault *ret_fault);

/* Ends all uses (recorded), stops renewing, closes. NULL is allowed. */
void enduse_close(struct enduse_guard *guard);

/* Waits until uses can be permitted (active or limited, with a valid lease), at most milliseconds.
 * ENDUSE_OK, or ENDUSE_REFUSED with the verdict saying what is in the way. */
ENDUSE_MUST_CHECK int enduse_wait_active(
    struct enduse_guard *guard, int64_t milliseconds, struct enduse_verdict *ret_verdict);

/* --- Uses --------------------------------------------------------------------------------- */

struct enduse_declaration;

/* Verifies a signed declaration (and approval; NULL and 0 when there is none) and judges it without
 * beginning a use; the judgement is recorded. ENDUSE_OK: within the terms. ENDUSE_REFUSED: outside;
 * *ret_declaration is set all the same, for enduse_explain. ENDUSE_INVALID: not a valid document;
 * nothing is set. Release with enduse_declaration_free. */
ENDUSE_MUST_CHECK int enduse_declare(
    struct enduse_guard *guard, const void *declaration, size_t declaration_size,
    const void *approval, size_t approval_size, struct enduse_declaration **ret_declaration,
    struct enduse_verdict *ret_verdict, struct enduse_fault *ret_fault);

/* Releases the caller's hold; uses that run under it go on. NULL is allowed. */
void enduse_declaration_free(struct enduse_guard *guard, struct enduse_declaration *declaration);

/* Judges and, when permitted, begins a use of this function on this subject commitment, both as
 * declared. The decision is durable in the guard's log before ENDUSE_OK is returned. *ret_use is a
 * number that is never given again. */
ENDUSE_MUST_CHECK int enduse_begin(
    struct enduse_guard *guard, struct enduse_declaration *declaration, const char *function,
    const char *subject, uint64_t *ret_use, struct enduse_verdict *ret_verdict);

/* Whether the use must stop now: 0, or 1 with *ret_verdict (may be NULL) saying why. Cheap: call it
 * in the loop that works. A use that must stop stays so. */
int enduse_must_stop(struct enduse_guard *guard, uint64_t use, struct enduse_verdict *ret_verdict);

/* Ends a use; must follow every begin, also after a stop. ENDUSE_UNKNOWN: no such use. */
int enduse_end(struct enduse_guard *guard, uint64_t use);

/* A file descriptor that becomes readable when some use must stop; the library reads it, callers
 * only poll. -1 when the guard is NULL. */
int enduse_stop_descriptor(const struct enduse_guard *guard);

/* --- Words -------------------------------------------------------------------------------- */

/* Writes why the declaration is within or outside the terms right now: the clauses, and where none
 * permits, the conditions that failed with their source text and the values seen. Returns the
 * length of the whole text, which is cut to size - 1 (as snprintf does); 0 on failure. */
size_t enduse_explain(
    struct enduse_guard *guard, struct enduse_declaration *declaration, char *text, size_t size);

enum enduse_state {
    ENDUSE_STATE_ACTIVE = 1,
    ENDUSE_STATE_LIMITED,
    ENDUSE_STATE_SUSPENDED,
    ENDUSE_STATE_DISCONNECTED,
    ENDUSE_STATE_REVOKED,
    ENDUSE_STATE_LATCHED,
};

/* "active", "limited" and so on; static storage. */
const char *enduse_state_word(enum enduse_state state);

struct enduse_status {
    size_t size; /* in: sizeof(struct enduse_status) */
    enum enduse_state state;
    int64_t lease_left;    /* milliseconds; 0 or less: expired or none yet */
    int64_t lease_length;  /* milliseconds */
    int online;            /* the last renewal succeeded */
    int64_t last_renewal;  /* milliseconds since 1970; 0: never */
    uint64_t running;      /* uses running */
    uint64_t records;      /* records in the log */
    uint64_t acknowledged; /* of them acknowledged by the authority */
    char installation[ENDUSE_NAME_SIZE];
    char licence[ENDUSE_NAME_SIZE];
    char latch[ENDUSE_NAME_SIZE * 2]; /* why it latched; empty otherwise */
    uint64_t dropped; /* answers of the authority that were bad or old, and changed nothing */
};

/* Fills *ret_status up to the size the caller set. Open in every state. */
int enduse_status(struct enduse_guard *guard, struct enduse_status *ret_status);

/* The library's version, "0.1.0". */
const char *enduse_version(void);

#ifdef __cplusplus
}
#endif

#endif

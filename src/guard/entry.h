/* What a record of the guard's log says: one struct, one table (docs/formats.cddl, "guard
 * records"). Made on the deciding path, so that encoding takes no memory. How records become
 * durable is in record_log.h.
 */
#ifndef ENDUSE_GUARD_ENTRY_H
#define ENDUSE_GUARD_ENTRY_H

#include "instruments/instruments.h"

/* X(NAME, word): numbers are the row's, from 1; rows are added at the end. */
#define ENTRY_TABLE(X)                                                                             \
    X(BOOT, "boot")                /* the guard was opened */                                      \
    X(DECLARED, "declared")        /* a declaration was judged */                                  \
    X(BEGIN, "begin")              /* a use was permitted and begins */                            \
    X(REFUSAL, "refusal")          /* a use was refused */                                         \
    X(STOP, "stop")                /* a running use was told to stop */                            \
    X(END, "end")                  /* a use ended */                                               \
    X(CLOSED, "closed-at-restart") /* a use that a crash left without an end */                    \
    X(STATE, "state")              /* the guard's state changed */                                 \
    X(LEASE, "lease")              /* a lease was received */                                      \
    X(ORDER, "order")              /* an order was stored */                                       \
    X(OBEYED, "obeyed")            /* and obeyed */                                                \
    X(WITHDRAWAL, "withdrawal")    /* a withdrawal of an approval was stored */                    \
    X(RETURN, "return")            /* a return was made */                                         \
    X(LATCH, "latch")              /* the guard latched */                                         \
    X(RESTORED, "restored")        /* both ministries lifted the latch */

enum entry_kind {
    ENTRY_NONE,
#define ENTRY_ROW(name, word) ENTRY_##name,
    ENTRY_TABLE(ENTRY_ROW)
#undef ENTRY_ROW
};

/* A fact that the certificate's reporting schedule asks for: {"function", "location"}. */
struct entry_fact {
    const char *field;
    const char *value;
};

enum {
    ENTRY_SIZE_MAX = 8192,  /* bytes of an encoded entry */
    ENTRY_FACTS_MAX = 32,   /* facts of one declaration that are reported */
    ENTRY_CLAUSES_MAX = 32, /* determining clauses: as many as a verdict has */
    ENTRY_SALT_SIZE = 32,
};

/* Which members are set follows from the kind; the others are zero and not encoded. */
struct entry {
    enum entry_kind kind;
    millis time;  /* the authority's, as the guard reckons it; 0 before the first lease */
    millis wall;  /* the machine's clock: recorded, never used to decide */
    uint64_t use; /* BEGIN, STOP, END, CLOSED: the use's number */
    struct id id; /* DECLARED, BEGIN: the declaration's. BOOT: the kernel's */
    struct digest declaration;  /* DECLARED, BEGIN, REFUSAL: the declaration's digest */
    struct digest approval;     /* DECLARED: the approval's digest */
    bool within;                /* DECLARED: within the terms */
    uint64_t reason;            /* enum enduse_reason, when refused or stopped */
    const char *const *clauses; /* the determining clauses by number, ascending */
    size_t clauses_count;
    struct id record; /* DECLARED: random; what the commitments are bound to */
    struct digest subject, file, operator_id; /* DECLARED: commitments */
    const struct entry_fact *facts;           /* DECLARED: what returns count */
    size_t facts_count;
    struct digest instrument; /* LEASE, ORDER, OBEYED, WITHDRAWAL, RETURN, RESTORED, LATCH */
    uint64_t epoch, sequence; /* LEASE */
    uint64_t version;         /* BOOT, LEASE: of the state file */
    uint64_t state;           /* STATE, OBEYED, BOOT: enum enduse_state */
    uint64_t stopped;         /* OBEYED: uses stopped */
    const char *words;        /* LATCH: why. ORDER: its number */
};

extern const struct layout entry_layout;

const char *entry_word(enum entry_kind kind);

/* Encodes into room of ENTRY_SIZE_MAX bytes, without memory. */
MUST_CHECK enum error entry_encode(
    const struct entry *entry, struct fault *fault, uint8_t room[ENTRY_SIZE_MAX],
    struct bytes *ret_payload);

/* ERROR_GUARD_RECORD when it is not one. Everything is copied into arena. */
MUST_CHECK enum error entry_decode(
    struct bytes payload, struct arena *arena, struct fault *fault, struct entry *ret_entry);

/* A record as one JSON object, with its index, leaf and tag where given (NULL: without), and as
 * lines for a person. */
void entry_write_json(const struct entry *entry, struct json_writer *writer);
void entry_print(const struct entry *entry, struct buffer *ret_text);

/* SHA-256(CBOR ["enduse/field/v1", guard key, record id, field name, salt, value]). */
struct digest entry_commitment(
    const struct public_key *guard, const struct id *record, const char *field,
    const uint8_t salt[ENTRY_SALT_SIZE], struct bytes value);

#endif

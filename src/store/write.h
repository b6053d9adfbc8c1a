/* The writer: the one connection that changes the database. It judges what arrives against the
 * files as they stand, and commits a whole group with one fsync. */
#ifndef ENDUSE_STORE_WRITE_H
#define ENDUSE_STORE_WRITE_H

#include "store/event.h"

/* Makes a new database: its first events are the roots, which must verify from version 1 on.
 * The file appears whole or not at all. ERROR_EXISTS when there is one.
 * demo_allowed: whether a demo root will do. */
enum error store_create(
    const struct os *os, const char *path, const struct bytes *roots, size_t root_count,
    bool demo_allowed, struct fault *fault);

/* The server's own keys, which a delegation names. Borrowed for as long as the store is open; the
 * store's thread signs with them. Either may be NULL: then nothing is signed with it. */
struct store_keys {
    struct private_key *lease; /* leases, the server's own acts */
    struct private_key *log;   /* checkpoints */
};

struct store_options {
    const struct os *os; /* clock and random bytes; NULL: os_system */
    struct store_keys keys;
    unsigned busy_wait; /* milliseconds to wait for another process's lock; 0: 2000 */
    const char *vfs;    /* SQLite's file layer, for tests of failing disks; NULL: the usual one */
};

/* The writer; used by one thread at a time. */
struct store;

/* Opens for writing. ERROR_NOT_FOUND: no such file; ERROR_STORE_FOREIGN: not a database of this
 * program; ERROR_STORE_SCHEMA: of another version of it; ERROR_BUSY: another process writes;
 * ERROR_STORE_DAMAGED: the newest head is not that of the events. */
enum error store_open(
    const char *path, const struct store_options *options, struct fault *fault,
    struct store **ret_store);
void store_close(struct store *store); /* NULL is fine */

/* The authority's id and the roots that the store stands on, current until the next call that
 * writes. */
const struct root_chain *store_chain(const struct store *store);

enum store_job_kind {
    STORE_ACT = 1, /* a person's act, or one that store_due made */
    STORE_RECEIPT, /* by itself; those inside a renewal are taken with it */
    STORE_RETURN,  /* likewise */
    STORE_RENEWAL,
    STORE_ROOT,      /* the next version of the root */
    STORE_COMPLAINT, /* of somebody without an account: JSON (authority/complaint.h), not signed */
};

enum store_outcome {
    STORE_REFUSED,  /* see error and fault; nothing was changed by this job, but that a renewal
                       which showed a clone suspends its installation (changes says so) */
    STORE_ACCEPTED, /* an event was added */
    STORE_AGAIN,    /* the same bytes were accepted before (or say nothing new): that answer */
    STORE_LEASE,    /* renewal: lease is the answer */
    STORE_WAIT,     /* renewal: nothing new yet; park it until a change or wait_until */
};

/* A file that a job changed, for waking whoever waits for it. */
struct store_change {
    enum file_kind kind;
    char number[FILE_NUMBER_SIZE];
    uint64_t version;
    int state;
};

enum { STORE_CHANGES_MAX = 16 };

enum { COMPLAINT_REFERENCE_SIZE = 16, COMPLAINT_SECRET_SIZE = 33 };

struct store_answer {
    enum store_outcome outcome;
    enum error error; /* ERROR_OK unless refused */
    struct fault fault;
    uint64_t event;           /* ACCEPTED, AGAIN: its sequence */
    enum file_kind file_kind; /* and the file that it is about */
    char file_number[FILE_NUMBER_SIZE];
    uint64_t file_version; /* after it; when refused with ERROR_OFFICE_VERSION: current */
    struct store_change changes[STORE_CHANGES_MAX];
    size_t change_count;    /* also of a renewal that changed files on its way */
    struct buffer lease;    /* LEASE: the signed lease */
    struct buffer evidence; /* renewal refused: another one that the guard signed; or empty */
    millis wait_until;      /* WAIT: the server's time */
    char reference[COMPLAINT_REFERENCE_SIZE]; /* complaint: the number of its case */
    char secret[COMPLAINT_SECRET_SIZE];       /* and by what it is followed; kept nowhere */
    size_t left_out; /* renewal: receipts and returns inside it that were refused */
};

struct store_job {
    enum store_job_kind kind;
    struct bytes bytes; /* as signed; borrowed */
    millis arrived;     /* renewal: 0 at first, then what the earlier call left here */
    bool parked;        /* renewal: it waited already */
    struct store_answer answer;
};

/* Judges the jobs in order, each against what those before it left, and commits together. On
 * ERROR_OK everything is durable and each answer holds; a refused job does not touch the others. On
 * any other error nothing has changed, every answer has outcome STORE_REFUSED with that error, and
 * the call may be made again: ERROR_BUSY (locked by another process), ERROR_NO_SPACE, ERROR_IO,
 * ERROR_MEMORY, ERROR_CLOCK, ERROR_RANDOM, ERROR_STORE_DAMAGED, ...
 *
 * Refusals of an act, besides the authority's:
 *   ERROR_STORE_ACT_ID     another act was accepted under this id
 *   ERROR_OFFICE_VERSION   the file has moved on; answer.file_version is the current one
 *   ERROR_OFFICE_STRANGER  nobody that the root or the delegation in force knows
 * of what guards send:
 *   ERROR_STORE_INSTALLATION  no such installation is enrolled
 *   ERROR_STORE_DELEGATION    no delegation of the lease key is in force
 *   ERROR_STORE_KEY           the server holds another lease key than the delegated one
 * Answers of earlier use must have been freed; every answer is set. */
enum error
store_apply(struct store *store, struct store_job *jobs, size_t count, struct fault *fault);

void store_answer_free(struct store_answer *answer);

/* The acts that are due now by a rule (expiry, unconfirmed orders), at most limit, made and signed
 * by the server's key: hand them to store_apply as STORE_ACT. The bytes are in arena. *ret_next is
 * when the next will be due (now, when there are more than limit), or 0. Without a delegated lease
 * key nothing is made and *ret_next is 0. Nothing is written. */
enum error store_due(
    struct store *store, size_t limit, struct arena *arena, struct fault *fault,
    struct bytes **ret_acts, size_t *ret_count, millis *ret_next);

/* The server's time as events will have it: the wall clock, but never before the last event. */
enum error store_time(struct store *store, struct fault *fault, millis *ret_time);

/* Moves what the write-ahead log holds into the database file; the writer does so by itself as
 * well. ERROR_BUSY when readers are in the way: harmless. */
enum error store_checkpoint_log(struct store *store, struct fault *fault);

#endif

/* The record log of a guard: appending records that are durable before the caller goes on, and
 * reading them back. How the files look is in segment.h and docs/log.md; what a record means is
 * the guard's business. Checking somebody else's log is in record_check.h.
 *
 * For several threads: every call takes care of itself. Records of threads that wait at the same
 * moment are written together and cost one fdatasync.
 */
#ifndef ENDUSE_GUARD_RECORD_LOG_H
#define ENDUSE_GUARD_RECORD_LOG_H

#include "merkle/tree.h"

enum {
    RECORD_PAYLOAD_MAX = 65535, /* bytes of a record, at least 1: an entry of a tile bundle */
    RECORD_KEY_SIZE = 32,
    RECORD_BATCH_MAX = 64,                 /* records of one record_log_append_batch */
    RECORD_SEGMENT_SIZE = 4 * 1024 * 1024, /* bytes of a segment unless said otherwise */
    RECORD_SEGMENT_SIZE_MIN = 96 * 1024,   /* one record of any length fits */
    RECORD_SEGMENT_SIZE_MAX = 64 * 1024 * 1024,
};

/* What the whole log is known by. Its owner keeps it outside the log (enrolment, state file), so
 * that a log of another guard or of another epoch is refused. */
struct record_identity {
    struct key_id guard; /* id of the guard's key */
    uint64_t epoch;      /* of the lease chain that the log belongs to; a new epoch is a new log */
};

/* The state of a log after size records. The tag is that of the last record, zeros before the
 * first. Two logs with the same head hold the same records. */
struct record_head {
    uint64_t size;
    struct digest root;
    struct digest tag;
};

struct record_log;

/* Makes an empty log in a folder that exists (ERROR_EXISTS when one is there). first_key is K_0;
 * the caller wipes its copy. segment_size 0 means RECORD_SEGMENT_SIZE, else a multiple of 4,096
 * within the limits above (ERROR_USAGE). A failure leaves no log; call again. */
MUST_CHECK enum error record_log_create(
    const struct os *os, const char *folder, const struct record_identity *identity,
    const uint8_t first_key[RECORD_KEY_SIZE], uint64_t segment_size, struct fault *fault);

/* Opens a log: reads and checks it whole, drops what a crash left of records that nobody was told
 * of, and makes what remains durable. acknowledged (may be NULL) is a head that the authority has
 * confirmed, or any other that is known; the log must begin with it.
 *
 *   ERROR_NOT_FOUND       no log in the folder
 *   ERROR_BUSY            another process has it open
 * Not explained by any crash, so that the guard latches:
 *   ERROR_RECORD_HEADER, RECORD_SIZE, RECORD_GUARD, RECORD_EPOCH, RECORD_CHAIN   a segment that is
 *                         not one, is cut, is foreign, or does not continue the one before
 *   ERROR_RECORD_FRAME, RECORD_INDEX, RECORD_PADDING   a durable record damaged, out of order, or
 *                         bytes where none may be
 *   ERROR_RECORD_TAG      a record whose checksum is right and whose tag is not
 *   ERROR_RECORD_CUT      the key is further than the records can be: the tail was cut
 *   ERROR_RECORD_KEY_OLD  the records are further than the key can be: an old key was put back
 *   ERROR_RECORD_NO_KEY   no key slot can be read, or only one that was emptied: a segment that
 *                         came after is missing
 *   ERROR_RECORD_HEAD     the acknowledged head is not in the log
 * Else what the operating system reported; the log may be opened again then. */
MUST_CHECK enum error record_log_open(
    const struct os *os, const char *folder, const struct record_identity *identity,
    const struct record_head *acknowledged, struct fault *fault, struct record_log **ret_log);

/* A log without files, for measurements: everything is done but the writing. */
MUST_CHECK enum error record_log_open_memory(
    const uint8_t first_key[RECORD_KEY_SIZE], struct fault *fault, struct record_log **ret_log);

/* Whether an error of record_log_open speaks of tampering (or a damaged disk) and not of a crash
 * or of a machine that cannot read right now: the rows listed above under "latches". */
bool record_error_is_tamper(enum error error);

/* Appends a record and returns when it is durable; *ret_index is its index from 0. On any other
 * result the caller must act as if nothing was recorded. ERROR_RECORD_PAYLOAD: empty or too long.
 * After a failed write the log is dead: this call gets the cause, all later ones
 * ERROR_RECORD_DEAD; nothing is tried again, because after a failed fsync nobody knows what the
 * disk holds. Takes no memory. */
MUST_CHECK enum error record_log_append(
    struct record_log *log, struct bytes payload, struct fault *fault, uint64_t *ret_index);

/* As record_log_append for 1..RECORD_BATCH_MAX records with neighbouring indices, durable in one
 * group; *ret_first is the index of the first. Together they must fit into one group
 * (ERROR_RECORD_PAYLOAD). After a crash before the return any number of them, from the first on,
 * may be there. */
MUST_CHECK enum error record_log_append_batch(
    struct record_log *log, const struct bytes *payloads, size_t count, struct fault *fault,
    uint64_t *ret_first);

/* The head over all durable records. Works on a dead log too: what was acknowledged stays so. */
void record_log_head(struct record_log *log, struct record_head *ret_head);

/* ERROR_OK, or ERROR_RECORD_DEAD with the cause in the fault. */
MUST_CHECK enum error record_log_state(struct record_log *log, struct fault *fault);

/* Work that an append would otherwise wait for once a segment: preallocates the next one when the
 * current one is half full. Call it now and then from a thread that may wait (the renewals'). A
 * failure (ERROR_NO_SPACE, say) does not stop the log. */
MUST_CHECK enum error record_log_prepare(struct record_log *log, struct fault *fault);

/* Overwrites the key before the current one at once, not with the next group: until then whoever
 * takes the disk can replace the last group's records. Called by record_log_close. A failure
 * stops the log. */
MUST_CHECK enum error record_log_seal(struct record_log *log, struct fault *fault);

/* One record as read. The payload lives until the visitor returns. */
struct record {
    uint64_t index;
    struct bytes payload;
    struct digest leaf; /* leaf hash in the tree */
    struct digest tag;
};

/* Is shown one record after the other; anything but ERROR_OK ends the reading with it. */
typedef enum error record_visitor(void *context, const struct record *record, struct fault *fault);

/* Shows count durable records from first on, in order (ERROR_RECORD_RANGE when they are not all
 * there). Appends go on meanwhile. Not for a log in memory
 * (ERROR_STATE). */
MUST_CHECK enum error record_log_read(
    struct record_log *log, uint64_t first, uint64_t count, record_visitor *visit, void *context,
    struct fault *fault);

/* Waits for appends under way, seals, closes, wipes the key from memory. log may be NULL. */
void record_log_close(struct record_log *log);

#endif

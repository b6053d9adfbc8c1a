/* The insides of an open record log, for the files that make it work:
 *   record_log.c      making, opening, closing, heads, reading
 *   record_append.c   callers: encoding records into the group that fills, and waiting
 *   record_commit.c   the disk: writing a group, sealing, the next segment
 *   record_recover.c  after a crash
 */
#ifndef ENDUSE_GUARD_RECORD_STATE_H
#define ENDUSE_GUARD_RECORD_STATE_H

#include <pthread.h>

#include "guard/record_chain.h"
#include "guard/record_scan.h"
#include "guard/segment.h"

/* Records that become durable together. Two of them: one fills while the other is written. */
struct record_group {
    size_t count;
    size_t length;
    uint8_t *bytes; /* RECORD_GROUP_BYTES: the frames */
    struct digest leaves[RECORD_GROUP_RECORDS];
    struct record_chain end; /* after the last record */
};

/* A segment that is preallocated but not yet part of the log. */
enum spare_state {
    SPARE_NONE,
    SPARE_IN_WORK, /* one thread makes or uses it, without the mutex */
    SPARE_READY,
};

struct record_log {
    const struct os *os;
    char *folder; /* NULL for a log in memory */
    struct record_identity identity;
    uint64_t segment_size;
    int lock_file;

    pthread_mutex_t mutex;
    pthread_cond_t changed; /* any of the members below, up to the next comment */
    enum error dead;        /* the first failure to write, else ERROR_OK */
    struct fault cause;
    bool committing; /* some thread writes the group that does not fill, without the mutex */
    unsigned filling;
    struct record_group groups[2];
    struct record_chain chain;   /* after the last record taken */
    struct record_chain settled; /* after the last durable record */
    struct frontier frontier;    /* over the durable records */
    enum spare_state spare;
    int spare_file;  /* while the spare is ready */
    uint64_t tail;   /* where the next frame goes; only the committing thread changes it */
    uint32_t number; /* of the current segment; likewise */

    /* Only the thread that is committing looks at these. */
    struct frontier ahead; /* over the records of the group being written too */
    int file;
    uint64_t generation; /* of the newest slot */
    unsigned next_slot;  /* the one to overwrite next */
    bool sealed;         /* the slots hold the current key and no other */
};

/* Files of the log that have no number. */
#define RECORD_SPARE_NAME "next.records"
#define RECORD_LOCK_NAME "lock"

/* --- record_commit.c: called without the mutex, by the one thread that is committing ------- */

/* Writes a group and its key slot, and waits until both are durable; goes on to the next segment
 * first when the group does not fit. A group without records only writes the slot. */
MUST_CHECK enum error
record_commit_group(struct record_log *log, const struct record_group *group, struct fault *fault);

/* Makes FOLDER/next.records: preallocated, zeros, durable. *ret_file is open for writing. */
MUST_CHECK enum error record_spare_make(
    const struct os *os, const char *folder, uint64_t size, struct fault *fault, int *ret_file);

/* Removes what a crash left of FOLDER/next.records, the key in it first. Fine when absent. */
MUST_CHECK enum error
record_spare_discard(const struct os *os, const char *folder, struct fault *fault);

/* Turns the spare file into the segment of that header, with one key slot, durably. */
MUST_CHECK enum error record_segment_begin(
    const struct os *os, const char *folder, int file, const struct segment_header *header,
    const struct segment_slot *slot, struct fault *fault);

/* Overwrites both key slots of a segment with zeros, durably. */
MUST_CHECK enum error
record_slots_empty(const struct os *os, int file, const char *place, struct fault *fault);

/* --- record_recover.c ---------------------------------------------------------------------- */

/* Takes over what a scan found: repairs what a crash left, makes all of it durable, and fills
 * the members of log that describe the disk. */
MUST_CHECK enum error
record_recover(struct record_log *log, const struct record_scan *scan, struct fault *fault);

#endif

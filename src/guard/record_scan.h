/* Reading a record log from its first segment to its end, with every check that can be made: the
 * common part of opening one's own log and of checking somebody's. It writes nothing. */
#ifndef ENDUSE_GUARD_RECORD_SCAN_H
#define ENDUSE_GUARD_RECORD_SCAN_H

#include "guard/record_ahead.h"
#include "guard/record_chain.h"
#include "guard/record_check.h"
#include "guard/record_reader.h"

enum {
    /* A group is what one fdatasync makes durable: so much may be torn by a crash, and no more. */
    RECORD_GROUP_BYTES = 256 * 1024,
    RECORD_GROUP_RECORDS = 1024,
};

/* Start with os, folder and expected set (visit and context if wanted) and the rest zero. End
 * with record_scan_done in any case. Holds a secret. */
struct record_scan {
    const struct os *os;
    const char *folder;
    struct record_expectation expected;
    record_visitor *visit;
    void *context;

    /* Found: */
    struct record_identity identity;
    uint32_t segments;
    uint64_t segment_size;
    struct frontier frontier;                         /* over all records */
    struct record_chain chain;                        /* after the last record */
    bool key_known;                                   /* chain.key is the key of the next record */
    enum segment_slot_form slot_forms[SEGMENT_SLOTS]; /* of the last segment */
    struct segment_slot slots[SEGMENT_SLOTS];
    unsigned newest;   /* the good slot of the highest generation */
    bool has_slot;     /* there is one */
    uint64_t tail;     /* offset in the last segment where the next frame goes */
    uint64_t used_end; /* end of what is not zero from there on; tail when clean */
    bool old_slots;    /* the segment before the last still has its keys */

    /* Working: */
    struct record_reader reader;
    struct record_ahead ahead;
    size_t next_head;
    uint64_t base_offset;  /* where the newest slot's base is in the last segment */
    uint64_t index_offset; /* and its index */
};

/* ERROR_OK when the log is whole, or differs from that only as a crash may leave it; then the
 * members above say how (record_scan_is_torn). Other errors as in record_log.h. */
MUST_CHECK enum error record_scan_run(struct record_scan *scan, struct fault *fault);

/* Whether a crash left something to repair. */
bool record_scan_is_torn(const struct record_scan *scan);

void record_scan_done(struct record_scan *scan);

#endif

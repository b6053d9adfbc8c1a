/* Checking the record log of a folder without changing it: for exports, inspections and audits.
 * Opening one's own log, with recovery, is in record_log.h.
 */
#ifndef ENDUSE_GUARD_RECORD_CHECK_H
#define ENDUSE_GUARD_RECORD_CHECK_H

#include "guard/record_log.h"

/* What is known about the log beforehand. Members that are NULL are not compared. */
struct record_expectation {
    const struct record_identity *identity;
    const uint8_t *first_key;        /* K_0, RECORD_KEY_SIZE bytes: every tag is checked */
    const struct record_head *heads; /* heads that the log must begin with, by rising size */
    size_t head_count;
};

enum record_keys {
    RECORD_KEYS_PRESENT, /* the last segment holds the guard's current key: a secret copy */
    RECORD_KEYS_REMOVED, /* its slots are zeros, as in an export */
};

/* What a check that found no fault has seen. */
struct record_summary {
    struct record_identity identity;
    struct record_head head;
    uint32_t segments;
    enum record_keys keys;
    bool tags_checked;
};

/* Reads a whole log, segment by segment, and shows every record to visit (may be NULL) once it is
 * checked: checksum, index, tag (with first_key), padding, and each segment's beginning against
 * the tree, tag and identity so far. Strict: where record_log_open repairs what a crash left,
 * this reports ERROR_RECORD_TORN. Errors beside that as of record_log_open, and
 *   ERROR_RECORD_KEY   a key in a slot is not the one that follows from first_key
 * The fault names file and offset. Nothing is written and no lock is taken: check a copy, or a
 * log that no guard has open. */
MUST_CHECK enum error record_folder_check(
    const struct os *os, const char *folder, const struct record_expectation *expectation,
    record_visitor *visit, void *context, struct fault *fault, struct record_summary *ret_summary);

#endif

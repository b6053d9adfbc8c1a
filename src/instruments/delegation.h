/* The delegation of the server's keys: the lease key, which signs leases and the server's own
 * events, and the log key, which signs checkpoints. The server holds no others. Signed by both
 * ministries, for 7 to 30 days. */
#ifndef ENDUSE_INSTRUMENTS_DELEGATION_H
#define ENDUSE_INSTRUMENTS_DELEGATION_H

#include "instruments/signing.h"

struct delegation {
    uint64_t version; /* guards keep the highest; a newer one voids older ones */
    uint64_t epoch;   /* a new epoch resets the floors of lease sequences */
    struct document_key lease_key;
    struct document_key log_key;
    const char *origin; /* the log's name: the first line of its checkpoints */
    millis from, until;
};

#define DELEGATION_SHORTEST (7 * MILLIS_DAY)
#define DELEGATION_LONGEST (30 * MILLIS_DAY)

extern const struct layout delegation_layout;

enum error delegation_check(const struct delegation *delegation, struct fault *fault);

enum error delegation_open(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct delegation *ret_delegation);

#endif

/* What an installation's guard sends and signs with its own key: the renewal of its lease, with the
 * head of its log, returns and receipts. */
#ifndef ENDUSE_INSTRUMENTS_RENEWAL_H
#define ENDUSE_INSTRUMENTS_RENEWAL_H

#include "instruments/signing.h"

/* The head of a guard's log: how many records, the root of their tree, and the last tag. */
struct head {
    uint64_t size;
    struct digest root;
    struct digest tag; /* absent where the sender does not know it */
};

extern const struct layout head_layout;

struct renewal {
    struct id request; /* from getrandom; the same bytes are sent again until answered */
    const char *installation;
    struct digest licence;
    uint64_t epoch, sequence; /* of the lease held; absent before the first */
    struct digest previous;   /* the digest of the lease held */
    struct id boot;           /* the kernel's boot id */
    millis boot_time;         /* CLOCK_BOOTTIME when first sent */
    struct head head;
    uint64_t running;    /* uses running now */
    struct digest latch; /* the digest of what latched the guard, when it is latched */
    const char *latch_reason;
    struct digest in_force; /* orders_digest of the guard's stored orders: the server answers at
                               once when its own differs; absent when there are none */
    const struct bytes *returns; /* signed returns */
    size_t returns_count;
    const struct bytes *receipts; /* signed receipts */
    size_t receipts_count;
};

extern const struct layout renewal_layout;

enum error renewal_check(const struct renewal *renewal, struct fault *fault);

/* Verifies with the guard's enrolled key. */
enum error renewal_open(
    struct bytes bytes, const struct digest *authority, const struct signer *guard,
    struct arena *arena, struct fault *fault, struct document *ret_document,
    struct renewal *ret_renewal);

#endif

/* The state file: what a guard must not forget between two starts. It is replaced whole, so that
 * after a crash it is the old or the new one; its version goes up by one each time and stands in
 * the records too, so that an old file put back is noticed. Only the renewing thread writes it.
 */
#ifndef ENDUSE_GUARD_SAVED_H
#define ENDUSE_GUARD_SAVED_H

#include "guard/folder.h"

/* An order that was taken over, until its receipt is signed. */
struct obeying {
    struct digest order;
    struct digest lease; /* that carried it */
    millis received;     /* authority time */
    uint64_t stops;      /* the guard's count of stops before it */
    millis wind_down;    /* not obeyed before then while uses run; 0: at once */
};

struct saved {
    uint64_t version;
    struct bytes delegation; /* the newest, signed */
    struct bytes lease;      /* the one held, signed */
    struct id lease_boot;    /* the boot in which its request was first sent */
    millis lease_sent;       /* CLOCK_BOOTTIME of that moment */
    millis lease_received;   /* CLOCK_BOOTTIME at the answer */
    millis lease_wall;       /* wall clock at the answer */
    bool lease_idle;         /* the answer came in a later boot than the request: no time */
    struct bytes request;    /* signed, sent and not yet answered */
    struct id request_id;
    struct id request_boot;
    millis request_sent;
    struct head head;            /* the newest that this guard signed */
    struct head acknowledged;    /* the newest that the authority has */
    millis returned_until;       /* the end of the last period for which a return was made */
    uint64_t returned_records;   /* records that returns have counted */
    const struct bytes *returns; /* signed, not yet acknowledged */
    size_t returns_count;
    const struct bytes *receipts;
    size_t receipts_count;
    uint64_t request_returns, request_receipts; /* how many of them the request carries */
    const struct obeying *obeying;
    size_t obeying_count;
    struct digest in_force; /* orders_digest of the lease held */
    uint64_t dropped;       /* messages that were dropped */
};
extern const struct layout saved_layout;

enum { SAVED_RETURNS_MAX = 16, SAVED_RECEIPTS_MAX = 64, SAVED_OBEYING_MAX = 256 };

/* Reads FOLDER/state. ERROR_GUARD_STATE: not one; ERROR_NOT_FOUND. */
enum error saved_read(
    const struct os *os, const char *folder, struct arena *arena, struct fault *fault,
    struct saved *ret_saved);

/* Writes it durably; the caller has raised the version. */
enum error saved_write(
    const struct os *os, const char *folder, const struct saved *saved, struct fault *fault);

/* A copy that shares nothing. */
enum error saved_copy(
    const struct saved *saved, struct arena *arena, struct fault *fault, struct saved *ret_copy);

#endif

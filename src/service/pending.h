/* What waits for its person's signature: prepared on one page, signed on another, at another
 * origin. In memory only, for ten minutes; lost with the server, and then prepared again. An id
 * tells nothing, and nobody can guess one. */
#ifndef ENDUSE_SERVICE_PENDING_H
#define ENDUSE_SERVICE_PENDING_H

#include "instruments/instruments.h"

enum {
    PENDING_ID_SIZE = 33,          /* 32 hexadecimal digits and a zero byte */
    PENDING_LIFE = 10 * 60 * 1000, /* ms */
    PENDING_MAX = 256,             /* beyond it the oldest goes */
    PENDING_EACH = 8,              /* of one person; beyond it likewise of theirs */
    PENDING_BYTES = 9 << 20,       /* of one: a certificate and the act around it */
};

/* One signature to be made. */
struct pending_item {
    struct key_id signer;
    enum instrument_type type;
    struct bytes payload;  /* what is signed */
    struct bytes existing; /* signed by others already; empty: by nobody */
    /* The act that carries the instrument once it is signed, encoded, with nothing in its place
     * yet; empty when it is the act itself that is signed. */
    struct bytes act;
};

struct pending;

struct pending *pending_new(void);          /* NULL: no memory */
void pending_free(struct pending *pending); /* NULL is fine */

/* The functions below may be called from any thread; now is of a clock that does not go back. */

/* Keeps a copy. ERROR_TOO_LARGE, ERROR_RANDOM, ERROR_MEMORY. */
enum error pending_add(
    struct pending *pending, const struct os *os, const struct pending_item *item, millis now,
    struct fault *fault, char ret_id[PENDING_ID_SIZE]);

/* The item, copied into arena. ERROR_NOT_FOUND: none of that id, or its time is over. */
enum error pending_find(
    struct pending *pending, const char *id, millis now, struct arena *arena, struct fault *fault,
    struct pending_item *ret_item);

/* Forgets it; no matter when it is not there. */
void pending_drop(struct pending *pending, const char *id);

#endif

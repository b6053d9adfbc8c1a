/* The receipt: an installation's word, signed by its guard, that it obeyed an order. */
#ifndef ENDUSE_INSTRUMENTS_RECEIPT_H
#define ENDUSE_INSTRUMENTS_RECEIPT_H

#include "instruments/lease.h"

struct receipt {
    const char *installation;
    struct digest order;
    struct digest lease;    /* the lease that carried it */
    millis received;        /* authority time, as the guard reckons it */
    millis obeyed;          /* when the last use to stop had stopped */
    uint64_t stopped;       /* uses stopped by it */
    enum lease_state state; /* the guard's state after it */
};

extern const struct layout receipt_layout;

enum error receipt_check(const struct receipt *receipt, struct fault *fault);

enum error receipt_open(
    struct bytes bytes, const struct digest *authority, const struct signer *guard,
    struct arena *arena, struct fault *fault, struct document *ret_document,
    struct receipt *ret_receipt);

#endif

/* The lease: short-lived leave to run, signed by the delegated lease key. It may tighten, never
 * loosen. */
#ifndef ENDUSE_INSTRUMENTS_LEASE_H
#define ENDUSE_INSTRUMENTS_LEASE_H

#include "instruments/delegation.h"
#include "instruments/renewal.h"

/* What the authority says of the installation; the guard takes the strictest of it and its orders.
 */
enum lease_state {
    LEASE_ACTIVE = 1,
    LEASE_LIMITED,
    LEASE_SUSPENDED,
    LEASE_DISCONNECTED,
    LEASE_REVOKED,
};

struct lease {
    const char *installation;
    struct digest guard; /* SHA-256 of the guard's public key */
    struct digest licence;
    struct digest certificate;
    struct id request;   /* the renewal that it answers */
    uint64_t delegation; /* the version of the delegation whose key signed */
    uint64_t epoch, sequence;
    struct digest previous; /* the digest of the lease before; absent in the first */
    millis time;            /* the authority's */
    millis ttl;
    enum lease_state state;
    const struct bytes *orders; /* the full signed orders in force, and those that gave back,
                                   ascending by digest */
    size_t orders_count;
    const struct bytes *withdrawals; /* signed withdrawals of approvals that no earlier lease of the
                                        installation carried, ascending by digest */
    size_t withdrawals_count;
    struct head acknowledged; /* the guard's head that the authority has stored */
    const char *checkpoint;   /* the newest witnessed checkpoint; may be absent */
};

enum {
    LEASE_ORDERS_MAX = 256,
    LEASE_WITHDRAWALS_MAX = 1024,
    /* Of each order and each withdrawal, so that a lease of 8 MiB, which is what guards and servers
     * keep, holds every order and a quarter of the withdrawals. */
    LEASE_ORDER_BYTES_MAX = 24 << 10,
    LEASE_WITHDRAWAL_BYTES_MAX = 4 << 10,
};

extern const struct layout lease_layout;

extern const char *const lease_state_words[];         /* by number from 1; ends with NULL */
const char *lease_state_word(enum lease_state state); /* "active", ... */

/* SHA-256 over the digests of orders in ascending order; zero for none. Guard and server compare it
 * to see whether they agree about what is in force. Sorts the array. */
struct digest orders_digest(struct digest *orders, size_t count);

/* ERROR_DOCUMENT_CARRIED: orders or withdrawals not ascending by digest, or one twice. */
enum error lease_check(const struct lease *lease, struct fault *fault);

/* Verifies with the delegation's key and that it names the delegation's version and epoch. Whether
 * it fits the request and the chain is the guard's to judge. */
enum error lease_open(
    struct bytes bytes, const struct digest *authority, const struct delegation *delegation,
    struct arena *arena, struct fault *fault, struct document *ret_document,
    struct lease *ret_lease);

#endif

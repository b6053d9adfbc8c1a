/* Orders and withdrawals that the guard has taken over: each a signed file, durable before it has
 * any effect. What they mean for the guard's state is in standing.c. */
#ifndef ENDUSE_GUARD_STORED_H
#define ENDUSE_GUARD_STORED_H

#include "guard/folder.h"

struct stored_order {
    struct stored_order *next; /* in the order in which they came; after a restart by digest */
    struct digest digest;
    struct order order;
    bool lifted; /* a lift or restoration signed by both names it */
    bool noted;  /* a receipt for it is signed, or will be */
    struct arena arena;
};

struct stored {
    struct stored_order *orders;
    size_t order_count;
    struct digest *withdrawn;   /* digests of approvals */
    struct digest *withdrawals; /* digests of the withdrawals that say so; same index */
    size_t withdrawn_count, withdrawn_room;
};

enum { STORED_MAX = 4096 }; /* orders, and withdrawals, of one installation */

/* Reads a signed document, FOLDER/NAME/DIGEST.ENDING. ERROR_GUARD_ROLLBACK: it is missing. */
enum error stored_read(
    const struct os *os, const char *folder, const char *name, const char *ending,
    const struct digest *digest, struct fault *fault, struct buffer *ret_bytes);

/* Reads one back by the digest that the records name: a folder is not listed, since what must be
 * there is known. ERROR_GUARD_ROLLBACK: it is missing, or another. */
enum error stored_read_order(
    const struct os *os, const char *folder, const struct digest *digest, struct stored *stored,
    struct fault *fault);
enum error stored_read_withdrawal(
    const struct os *os, const char *folder, const struct digest *digest, struct stored *stored,
    struct fault *fault);

/* Verifies a signed order. One that is stored already, or is for another licence or installation,
 * gives NULL in *ret_order. The result is not stored: the caller calls stored_write, then
 * stored_take (or stored_order_free). */
enum error stored_open_order(
    const struct papers *papers, const struct stored *stored, struct bytes bytes,
    struct fault *fault, struct stored_order **ret_order);
void stored_order_free(struct stored_order *order);

/* Writes a signed document durably as FOLDER/NAME/DIGEST.ENDING. */
enum error stored_write(
    const struct os *os, const char *folder, const char *name, const char *ending,
    const struct digest *digest, struct bytes bytes, struct fault *fault);

/* Puts an order into the list (which owns it then), and works out who lifts whom. */
void stored_take(struct stored *stored, struct stored_order *order);

/* Verifies a signed withdrawal; *ret_known when it is stored already. */
enum error stored_open_withdrawal(
    const struct papers *papers, const struct stored *stored, struct bytes bytes,
    struct fault *fault, struct digest *ret_digest, struct digest *ret_withdrawn, bool *ret_known);

/* Makes room for one more, so that taking cannot fail. */
enum error stored_reserve(struct stored *stored, struct fault *fault);
void stored_take_withdrawal(
    struct stored *stored, const struct digest *digest, const struct digest *withdrawn);

bool stored_is_withdrawn(const struct stored *stored, const struct digest *approval);
struct stored_order *stored_find(const struct stored *stored, const struct digest *digest);

/* Whether an order or restoration signed by both names this latch. */
bool stored_restores(const struct stored *stored, const struct digest *latch);

void stored_done(struct stored *stored);

#endif

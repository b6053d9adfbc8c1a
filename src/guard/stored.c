/* Stored orders and withdrawals. */
#include "guard/stored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum error stored_path(
    const char *folder, const char *name, const char *ending, const struct digest *digest,
    struct fault *fault, char ret_path[PATH_MAX])
{
    char file[DIGEST_TEXT_SIZE + 16], text[DIGEST_TEXT_SIZE];
    snprintf(file, sizeof file, "%s.%s", digest_text(digest, text), ending);
    return folder_path(folder, name, file, fault, ret_path);
}

enum error stored_write(
    const struct os *os, const char *folder, const char *name, const char *ending,
    const struct digest *digest, struct bytes bytes, struct fault *fault)
{
    char path[PATH_MAX];
    enum error error = stored_path(folder, name, ending, digest, fault, path);
    return error ? error : os_replace_file(os, path, bytes, 0644, fault);
}

enum error stored_read(
    const struct os *os, const char *folder, const char *name, const char *ending,
    const struct digest *digest, struct fault *fault, struct buffer *ret_bytes)
{
    char path[PATH_MAX];
    enum error error = stored_path(folder, name, ending, digest, fault, path);
    if (!error)
        error = os_read_file(os, path, FOLDER_DOCUMENT_MAX, fault, ret_bytes);
    return error == ERROR_NOT_FOUND ? fault_within(fault, ERROR_GUARD_ROLLBACK, "%s", name) : error;
}

/* --- Orders ------------------------------------------------------------------------------- */

void stored_order_free(struct stored_order *order)
{
    if (!order)
        return;
    arena_free(&order->arena);
    free(order);
}

enum error stored_open_order(
    const struct papers *papers, const struct stored *stored, struct bytes bytes,
    struct fault *fault, struct stored_order **ret_order)
{
    struct unverified_envelope envelope;
    enum error error = cose_peek_unverified(bytes, fault, &envelope);
    if (error)
        return error;
    /* The same payload was verified when it was stored; who signed it since changes nothing. */
    if (stored_find(stored, &envelope.digest)) {
        *ret_order = NULL;
        return ERROR_OK;
    }
    struct stored_order *order = calloc(1, sizeof *order);
    if (!order)
        return fault_place(fault, ERROR_MEMORY, "order");
    struct document document;
    error = order_open(bytes, &papers->chain, &order->arena, fault, &document, &order->order);
    if (!error && stored->order_count >= STORED_MAX)
        error = fault_set(fault, ERROR_TOO_LARGE, "orders", "at most 4,096", NULL);
    if (error ||
        !order_applies(&order->order, papers->licence.number, papers->enrolment.installation)) {
        stored_order_free(order);
        if (!error)
            *ret_order = NULL;
        return error;
    }
    order->digest = document.digest;
    *ret_order = order;
    return ERROR_OK;
}

/* Whether one order gives back what the other took. What was revoked comes back with a new licence
 * only; a lift itself cannot be lifted. */
static bool gives_back(const struct order *lift, const struct stored_order *other)
{
    return (lift->kind == ORDER_LIFT || lift->kind == ORDER_RESTORE) &&
           digest_equal(&lift->lifts, &other->digest) && other->order.kind != ORDER_REVOKE &&
           other->order.kind != ORDER_LIFT && other->order.kind != ORDER_RESTORE;
}

void stored_take(struct stored *stored, struct stored_order *order)
{
    struct stored_order **end = &stored->orders;
    for (; *end; end = &(*end)->next) {
        struct stored_order *other = *end;
        if (gives_back(&order->order, other))
            other->lifted = true;
        if (gives_back(&other->order, order))
            order->lifted = true; /* the lift came first: an order that comes again stays lifted */
    }
    order->next = NULL;
    *end = order;
    stored->order_count++;
}

struct stored_order *stored_find(const struct stored *stored, const struct digest *digest)
{
    for (struct stored_order *order = stored->orders; order; order = order->next) {
        if (digest_equal(&order->digest, digest))
            return order;
    }
    return NULL;
}

bool stored_restores(const struct stored *stored, const struct digest *latch)
{
    for (const struct stored_order *order = stored->orders; order; order = order->next) {
        if (order->order.kind == ORDER_RESTORE && digest_equal(&order->order.lifts, latch))
            return true;
    }
    return false;
}

/* Reads a stored document back. It was verified before it was stored, by a root that may have
 * changed since; now the record vouches for it, by the digest. */
static enum error read_back(
    const struct os *os, const char *folder, const char *name, enum instrument_type type,
    const struct digest *digest, struct arena *arena, struct fault *fault, void **ret_value)
{
    struct buffer bytes = {0};
    enum instrument_type found;
    struct digest found_digest;
    enum error error = stored_read(os, folder, name, instrument_word(type), digest, fault, &bytes);
    if (!error) {
        error = document_decode_unverified(
            buffer_view(&bytes), arena, fault, &found, &found_digest, ret_value);
        if (error && error != ERROR_MEMORY)
            error = fault_within(fault, ERROR_GUARD_ROLLBACK, "%s", name);
        else if (!error && (found != type || !digest_equal(&found_digest, digest)))
            error = fault_set(
                fault, ERROR_GUARD_ROLLBACK, name, "the document that the records name", NULL);
    }
    buffer_free(&bytes);
    return error;
}

enum error stored_read_order(
    const struct os *os, const char *folder, const struct digest *digest, struct stored *stored,
    struct fault *fault)
{
    if (stored_find(stored, digest))
        return ERROR_OK;
    struct stored_order *order = calloc(1, sizeof *order);
    if (!order)
        return fault_place(fault, ERROR_MEMORY, "order");
    void *value;
    enum error error = read_back(
        os, folder, FOLDER_ORDERS, INSTRUMENT_ORDER, digest, &order->arena, fault, &value);
    if (error) {
        stored_order_free(order);
        return error;
    }
    order->order = *(const struct order *)value;
    order->digest = *digest;
    stored_take(stored, order);
    return ERROR_OK;
}

/* --- Withdrawals -------------------------------------------------------------------------- */

enum error stored_reserve(struct stored *stored, struct fault *fault)
{
    if (stored->withdrawn_count < stored->withdrawn_room)
        return ERROR_OK;
    if (stored->withdrawn_count >= STORED_MAX)
        return fault_set(fault, ERROR_TOO_LARGE, "withdrawals", "at most 4,096", NULL);
    size_t room = stored->withdrawn_room ? 2 * stored->withdrawn_room : 16;
    struct digest *withdrawn = realloc(stored->withdrawn, room * sizeof *withdrawn);
    if (withdrawn)
        stored->withdrawn = withdrawn;
    struct digest *withdrawals =
        withdrawn ? realloc(stored->withdrawals, room * sizeof *withdrawals) : NULL;
    if (!withdrawals)
        return fault_place(fault, ERROR_MEMORY, "withdrawals");
    stored->withdrawals = withdrawals;
    stored->withdrawn_room = room;
    return ERROR_OK;
}

void stored_take_withdrawal(
    struct stored *stored, const struct digest *digest, const struct digest *withdrawn)
{
    stored->withdrawals[stored->withdrawn_count] = *digest;
    stored->withdrawn[stored->withdrawn_count++] = *withdrawn;
}

static bool contains(const struct digest *digests, size_t count, const struct digest *digest)
{
    for (size_t i = 0; i < count; i++) {
        if (digest_equal(&digests[i], digest))
            return true;
    }
    return false;
}

bool stored_is_withdrawn(const struct stored *stored, const struct digest *approval)
{
    return contains(stored->withdrawn, stored->withdrawn_count, approval);
}

enum error stored_open_withdrawal(
    const struct papers *papers, const struct stored *stored, struct bytes bytes,
    struct fault *fault, struct digest *ret_digest, struct digest *ret_withdrawn, bool *ret_known)
{
    struct unverified_envelope envelope;
    enum error error = cose_peek_unverified(bytes, fault, &envelope);
    if (error)
        return error;
    if (contains(stored->withdrawals, stored->withdrawn_count, &envelope.digest)) {
        *ret_known = true;
        return ERROR_OK;
    }
    struct arena arena = {0};
    struct document document;
    struct approval approval;
    error = approval_open(
        bytes, &papers->chain.authority, &papers->certificate, &papers->certificate_digest, &arena,
        fault, &document, &approval);
    if (!error && approval.kind != APPROVAL_WITHDRAWAL)
        error = fault_set(
            fault, ERROR_DOCUMENT_TYPE, "withdrawals", "a withdrawal of an approval",
            "an approval");
    if (!error) {
        *ret_digest = document.digest;
        *ret_withdrawn = approval.withdraws;
        *ret_known = false;
    }
    arena_free(&arena);
    return error;
}

enum error stored_read_withdrawal(
    const struct os *os, const char *folder, const struct digest *digest, struct stored *stored,
    struct fault *fault)
{
    if (contains(stored->withdrawals, stored->withdrawn_count, digest))
        return ERROR_OK;
    struct arena arena = {0};
    void *value;
    enum error error = read_back(
        os, folder, FOLDER_WITHDRAWALS, INSTRUMENT_APPROVAL, digest, &arena, fault, &value);
    if (!error)
        error = stored_reserve(stored, fault);
    if (!error)
        stored_take_withdrawal(stored, digest, &((const struct approval *)value)->withdraws);
    arena_free(&arena);
    return error;
}

void stored_done(struct stored *stored)
{
    while (stored->orders) {
        struct stored_order *order = stored->orders;
        stored->orders = order->next;
        stored_order_free(order);
    }
    free(stored->withdrawn);
    free(stored->withdrawals);
    *stored = (struct stored){0};
}

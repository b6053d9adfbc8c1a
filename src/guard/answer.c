/* What the guard receives: delegations, roots, leases with the orders in them. Nothing is believed
 * that does not verify, continue the chain, and answer the request; what does not is dropped. Only
 * the renewing thread is here. */
#include <stdlib.h>
#include <string.h>

#include "guard/inside.h"

/* --- Delegations and roots ------------------------------------------------------------------ */

enum error guard_take_delegation(
    struct enduse_guard *guard, struct bytes bytes, struct fault *fault, bool *ret_newer)
{
    struct arena arena = {0};
    struct document document;
    struct delegation delegation;
    enum error error =
        delegation_open(bytes, &guard->papers.chain, &arena, fault, &document, &delegation);
    /* The highest version counts, and epochs only rise: an older one is a message come late. */
    bool newer =
        !error && (!guard->has_delegation || (delegation.version > guard->delegation.version &&
                                              delegation.epoch >= guard->delegation.epoch));
    if (newer && (guard->saved.delegation.length != bytes.length ||
                  memcmp(guard->saved.delegation.data, bytes.data, bytes.length) != 0)) {
        struct saved next = guard->saved;
        next.delegation = bytes;
        error = guard_save(guard, &next, fault);
    }
    if (error || !newer) {
        arena_free(&arena);
        if (!error)
            *ret_newer = false;
        return error;
    }
    arena_free(&guard->delegation_arena);
    guard->delegation_arena = arena;
    guard->delegation = delegation;
    guard->has_delegation = true;
    *ret_newer = true;
    return ERROR_OK;
}

enum error guard_take_root(struct enduse_guard *guard, struct bytes bytes, struct fault *fault)
{
    struct papers *papers = &guard->papers;
    struct arena arena = {0};
    struct bytes *roots, *all;
    size_t count;
    struct root_chain chain;
    uint64_t version = papers->chain.current.version + 1;
    enum error error = folder_read_roots(guard->os, guard->folder, &arena, fault, &roots, &count);
    /* A file that is there but not in the chain was left by a crash: it comes again. */
    if (!error && count > papers->chain.current.version)
        count = (size_t)papers->chain.current.version;
    all = error ? NULL : ARENA_ARRAY(&arena, struct bytes, count + 1);
    if (!error && !all)
        error = fault_place(fault, ERROR_MEMORY, "roots");
    if (!error) {
        memcpy(all, roots, count * sizeof *roots);
        all[count] = bytes;
        /* A guard that stands on a demonstration root was allowed to, when it was opened. */
        error = root_chain_open(
            all, count + 1, &papers->enrolment.authority, papers->chain.current.demo, fault,
            &chain);
    }
    if (!error) {
        error = folder_write_root(guard->os, guard->folder, version, bytes, fault);
        if (error) {
            root_chain_close(&chain);
        } else {
            root_chain_close(&papers->chain);
            papers->chain = chain;
        }
    }
    arena_free(&arena);
    return error;
}

/* --- The log's head ------------------------------------------------------------------------- */

static enum error add_leaf(void *context, const struct record *record, struct fault *fault)
{
    (void)fault;
    frontier_append(context, &record->leaf);
    return ERROR_OK;
}

enum error guard_log_begins_with(
    struct enduse_guard *guard, const struct head *head, struct fault *fault, bool *ret_begins)
{
    const struct head *known[] = {&guard->saved.head, &guard->saved.acknowledged};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (known[i]->size == head->size && digest_is_set(&known[i]->root)) {
            *ret_begins = digest_equal(&known[i]->root, &head->root);
            return ERROR_OK;
        }
    }
    struct record_head ours = {0};
    if (guard->log)
        record_log_head(guard->log, &ours);
    if (head->size > ours.size) {
        *ret_begins = false;
        return ERROR_OK;
    }
    struct frontier frontier = {0};
    enum error error = head->size
                           ? record_log_read(guard->log, 0, head->size, add_leaf, &frontier, fault)
                           : ERROR_OK;
    if (error)
        return error;
    struct digest root = frontier_root(&frontier);
    *ret_begins = digest_equal(&root, &head->root);
    return ERROR_OK;
}

enum error guard_take_evidence(struct enduse_guard *guard, struct bytes bytes, struct fault *fault)
{
    struct arena arena = {0};
    struct document document;
    struct renewal renewal;
    struct signer self = signer_of_key(private_key_public(guard->key));
    bool begins = true;
    enum error error = renewal_open(
        bytes, &guard->papers.chain.authority, &self, &arena, fault, &document, &renewal);
    if (!error)
        error = guard_log_begins_with(guard, &renewal.head, fault, &begins);
    arena_free(&arena);
    if (error || begins)
        return error;
    pthread_mutex_lock(&guard->lock);
    bool already = guard->latch[0] != '\0';
    guard_latch(guard, "a head that this guard signed is not in its log: fork or rollback");
    pthread_mutex_unlock(&guard->lock);
    if (!already)
        guard_latch_write(guard);
    guard_wake(guard);
    return fault_place(fault, ERROR_GUARD_FORK, "renewal");
}

/* --- Leases ------------------------------------------------------------------------------- */

/* A lease on its way in. */
struct taking {
    struct enduse_guard *guard;
    struct bytes bytes;
    struct arena arena;
    struct document document;
    struct lease lease;
    struct stored_order *fresh; /* orders not stored so far, in a list */
    bool terms_change;          /* some of them change the terms */
    size_t fresh_count;
    struct digest *digests;  /* of the lease's orders */
    struct obeying *obeying; /* for those of them that no receipt is signed for */
    size_t obeying_count;
    size_t withdrawal_count; /* new ones */
    struct now now;
};

static enum error
wrong_lease(struct fault *fault, const char *place, const char *expected, const char *found)
{
    return fault_set(fault, ERROR_GUARD_LEASE, place, expected, "%s", found);
}

/* Is it for us, and the answer to what we asked? */
static enum error check_names(const struct taking *take, struct fault *fault)
{
    const struct enduse_guard *guard = take->guard;
    const struct lease *lease = &take->lease;
    struct key_id key = private_key_id(guard->key);
    if (strcmp(lease->installation, guard->papers.enrolment.installation) != 0)
        return wrong_lease(
            fault, "lease: installation", guard->papers.enrolment.installation,
            lease->installation);
    if (memcmp(lease->guard.bytes, key.bytes, DIGEST_SIZE) != 0)
        return wrong_lease(fault, "lease: guard", "this guard's key", "another");
    if (!digest_equal(&lease->licence, &guard->papers.licence_digest))
        return wrong_lease(fault, "lease: licence", "the licence in the folder", "another");
    if (!digest_equal(&lease->certificate, &guard->papers.certificate_digest))
        return wrong_lease(fault, "lease: certificate", "the certificate in the folder", "another");
    /* The certificate sets how long leases are: whoever takes the lease key cannot give more. */
    if (lease->ttl > guard->papers.certificate.lease_ttl)
        return wrong_lease(fault, "lease: ttl", "no more than the certificate's", "a longer one");
    if (!guard->saved.request.length || !id_equal(&lease->request, &guard->saved.request_id))
        return wrong_lease(fault, "lease: request", "the request waiting", "another");
    return ERROR_OK;
}

/* Does it continue the chain? Within an epoch each lease names the one before and counts one up. A
 * new epoch, which the delegation of both ministries opens, begins anew; an old one never returns.
 */
static enum error check_chain(const struct taking *take, struct fault *fault)
{
    const struct held *held = &take->guard->held;
    const struct lease *lease = &take->lease;
    if (!held->any)
        return ERROR_OK;
    if (lease->epoch < held->epoch)
        return wrong_lease(fault, "lease: epoch", "no earlier epoch", "an earlier one");
    bool names = digest_equal(&lease->previous, &held->digest);
    if (lease->epoch > held->epoch)
        return names || !digest_is_set(&lease->previous)
                   ? ERROR_OK
                   : wrong_lease(fault, "lease: previous", "the lease held, or none", "another");
    if (!names)
        return wrong_lease(fault, "lease: previous", "the lease held", "another");
    if (lease->sequence != held->sequence + 1)
        return wrong_lease(fault, "lease: sequence", "one more than held", "another");
    return ERROR_OK;
}

static enum error check_head(const struct taking *take, struct fault *fault)
{
    const struct head *head = &take->lease.acknowledged;
    struct enduse_guard *guard = take->guard;
    bool begins = true;
    if (!digest_is_set(&head->root)) /* none: nothing is acknowledged */
        return ERROR_OK;
    if (!guard->log) /* it cannot be read, and the guard is latched for that */
        return ERROR_OK;
    enum error error = guard_log_begins_with(guard, head, fault, &begins);
    if (!error && !begins)
        error = wrong_lease(
            fault, "lease: acknowledged", "a head of this guard's log", "one that is not");
    return error;
}

/* Verifies every order before any is stored. */
static enum error open_orders(struct taking *take, struct fault *fault)
{
    struct enduse_guard *guard = take->guard;
    struct stored_order **end = &take->fresh;
    size_t count = take->lease.orders_count;
    take->digests = ARENA_ARRAY(&take->arena, struct digest, count);
    take->obeying = ARENA_ARRAY(&take->arena, struct obeying, count);
    if (count && (!take->digests || !take->obeying))
        return fault_place(fault, ERROR_MEMORY, "lease: orders");
    for (size_t i = 0; i < count; i++) {
        struct unverified_envelope envelope;
        struct stored_order *order;
        enum error error =
            stored_open_order(&guard->papers, &guard->stored, take->lease.orders[i], fault, &order);
        if (!error)
            error = cose_peek_unverified(take->lease.orders[i], fault, &envelope);
        if (!error)
            take->digests[i] = envelope.digest;
        if (error)
            return fault_within(fault, error, "lease: orders[%zu]", i);
        if (!order)
            continue;
        *end = order;
        end = &order->next;
        take->fresh_count++;
        take->terms_change |=
            order->order.kind != ORDER_DISCLOSE && order->order.kind != ORDER_HOLD;
    }
    return ERROR_OK;
}

static struct bytes bytes_of_order(const struct taking *take, const struct stored_order *order)
{
    size_t i = 0;
    while (!digest_equal(&take->digests[i], &order->digest))
        i++; /* it came from there */
    return take->lease.orders[i];
}

/* Each order is durable, and in the records, before it has any effect. */
static enum error store_orders(struct taking *take, struct fault *fault)
{
    struct enduse_guard *guard = take->guard;
    for (const struct stored_order *order = take->fresh; order; order = order->next) {
        enum error error = stored_write(
            guard->os, guard->folder, FOLDER_ORDERS, "order", &order->digest,
            bytes_of_order(take, order), fault);
        if (error)
            return error;
        struct entry entry = {
            .kind = ENTRY_ORDER,
            .time = take->now.time,
            .wall = take->now.wall,
            .instrument = order->digest,
            .words = order->order.number,
        };
        /* A guard without a log takes orders too: they can only be stricter than its latch. */
        error = guard->log ? guard_record(guard, &entry, fault, NULL) : ERROR_OK;
        if (error && error != ERROR_RECORD_DEAD)
            return error;
    }
    return ERROR_OK;
}

static enum error store_withdrawals(struct taking *take, struct fault *fault)
{
    struct enduse_guard *guard = take->guard;
    for (size_t i = 0; i < take->lease.withdrawals_count; i++) {
        struct digest digest, withdrawn;
        bool known = false;
        struct bytes bytes = take->lease.withdrawals[i];
        enum error error = stored_open_withdrawal(
            &guard->papers, &guard->stored, bytes, fault, &digest, &withdrawn, &known);
        if (error)
            return fault_within(fault, error, "lease: withdrawals[%zu]", i);
        if (known)
            continue;
        error = stored_write(
            guard->os, guard->folder, FOLDER_WITHDRAWALS, "approval", &digest, bytes, fault);
        struct entry entry = {
            .kind = ENTRY_WITHDRAWAL,
            .time = take->now.time,
            .wall = take->now.wall,
            .instrument = digest,
        };
        if (!error && guard->log)
            error = guard_record(guard, &entry, fault, NULL);
        if (error && error != ERROR_RECORD_DEAD)
            return error;
        pthread_mutex_lock(&guard->lock);
        error = stored_reserve(&guard->stored, fault);
        if (!error)
            stored_take_withdrawal(&guard->stored, &digest, &withdrawn);
        pthread_mutex_unlock(&guard->lock);
        if (error)
            return error;
        take->withdrawal_count++;
    }
    return ERROR_OK;
}

/* Everything that takes away has its effect now; time is given only once the lease is saved. */
static void obey(struct taking *take)
{
    struct enduse_guard *guard = take->guard;
    pthread_mutex_lock(&guard->lock);
    while (take->fresh) {
        struct stored_order *order = take->fresh;
        take->fresh = order->next;
        stored_take(&guard->stored, order);
    }
    /* Not only the fresh ones: after a crash an order may be stored and its receipt unknown. */
    for (size_t i = 0; i < take->lease.orders_count; i++) {
        const struct stored_order *order = stored_find(&guard->stored, &take->digests[i]);
        if (!order || order->noted)
            continue;
        take->obeying[take->obeying_count++] = (struct obeying){
            .order = order->digest,
            .lease = take->document.digest,
            .received = take->now.time ? take->now.time : take->lease.time,
            .stops = guard->stops,
            .wind_down = order->order.kind == ORDER_REVOKE ? 0 : order->order.wind_down_until,
        };
    }
    if (guard->held.any && take->lease.state > guard->held.state)
        guard->held.state = take->lease.state;
    uint64_t stopped = guard_review(guard);
    pthread_mutex_unlock(&guard->lock);
    if (stopped)
        guard_wake(guard);
}

static void review(struct enduse_guard *guard)
{
    pthread_mutex_lock(&guard->lock);
    guard_review(guard);
    pthread_cond_broadcast(&guard->changed);
    pthread_mutex_unlock(&guard->lock);
    guard_wake(guard);
}

/* What the state file holds after this lease. */
static enum error save(struct taking *take, struct fault *fault)
{
    struct enduse_guard *guard = take->guard;
    struct saved next = guard->saved;
    size_t pending = next.obeying_count + take->obeying_count;
    if (pending > SAVED_OBEYING_MAX)
        pending = SAVED_OBEYING_MAX; /* the others are noted with a later lease that has them */
    size_t noted = pending - next.obeying_count;
    struct obeying *obeying = ARENA_ARRAY(&take->arena, struct obeying, pending);
    if (pending && !obeying)
        return fault_place(fault, ERROR_MEMORY, "state");
    for (size_t i = 0; i < pending; i++)
        obeying[i] =
            i < next.obeying_count ? next.obeying[i] : take->obeying[i - next.obeying_count];
    next.obeying = obeying;
    next.obeying_count = pending;
    next.in_force = orders_digest(take->digests, take->lease.orders_count);
    next.lease = take->bytes;
    next.lease_boot = next.request_boot;
    next.lease_sent = next.request_sent;
    next.lease_received = take->now.boot;
    next.lease_wall = take->now.wall;
    next.lease_idle = !id_equal(&next.request_boot, &guard->boot);
    next.acknowledged = take->lease.acknowledged;
    /* What the answered request carried has arrived. */
    if (next.request_returns)
        next.returns += next.request_returns;
    next.returns_count -= next.request_returns;
    if (next.request_receipts)
        next.receipts += next.request_receipts;
    next.receipts_count -= next.request_receipts;
    next.request = (struct bytes){0};
    next.request_id = (struct id){0};
    next.request_boot = (struct id){0};
    next.request_sent = 0;
    next.request_returns = next.request_receipts = 0;
    enum error error = guard_save(guard, &next, fault);
    pthread_mutex_lock(&guard->lock);
    for (size_t i = 0; i < noted && !error; i++)
        stored_find(&guard->stored, &take->obeying[i].order)->noted = true;
    pthread_mutex_unlock(&guard->lock);
    return error;
}

void guard_hold(struct enduse_guard *guard, const struct lease *lease, const struct digest *digest)
{
    const struct saved *saved = &guard->saved;
    struct held *held = &guard->held;
    *held = (struct held){
        .any = true,
        .epoch = lease->epoch,
        .sequence = lease->sequence,
        .digest = *digest,
        .state = lease->state,
        .time = lease->time,
        .ttl = lease->ttl,
        .received = saved->lease_received,
        .wall = saved->lease_wall,
        /* Another boot's clock says nothing about this one's. */
        .idle = saved->lease_idle || !id_equal(&saved->lease_boot, &guard->boot),
    };
    if (!held->idle) {
        /* No lease outlives the delegation of the key that signed it. */
        millis granted = lease_span(lease->ttl), delegated = guard->delegation.until - lease->time;
        held->expiry = saved->lease_sent + (granted < delegated ? granted : delegated);
    }
    if (lease->time > guard->last_time)
        guard->last_time = lease->time;
    atomic_store(&guard->deadline, held->expiry);
    guard->acknowledged = lease->acknowledged.size;
    guard->notice_length = held->expiry - held->received;
    guard->notices = 0;
    pthread_cond_broadcast(&guard->changed);
}

/* The latch goes when both ministries have named it, and the log is whole. */
static void restore(struct enduse_guard *guard)
{
    char path[PATH_MAX];
    pthread_mutex_lock(&guard->lock);
    bool restored =
        guard->latch[0] && guard->log && stored_restores(&guard->stored, &guard->latch_digest);
    struct entry entry = {
        .kind = ENTRY_RESTORED,
        .time = guard->last_time,
        .instrument = guard->latch_digest,
    };
    pthread_mutex_unlock(&guard->lock);
    if (!restored || guard_record(guard, &entry, NULL, NULL) != ERROR_OK)
        return;
    if (folder_path(guard->folder, FOLDER_LATCH, NULL, NULL, path) == ERROR_OK &&
        guard->os->unlink(path) == 0)
        (void)os_sync_folder(guard->os, guard->folder, NULL);
    pthread_mutex_lock(&guard->lock);
    guard->latch[0] = '\0';
    pthread_mutex_unlock(&guard->lock);
}

static void record_lease(const struct taking *take)
{
    struct entry entry = {
        .kind = ENTRY_LEASE,
        .time = take->lease.time,
        .wall = take->now.wall,
        .instrument = take->document.digest,
        .epoch = take->lease.epoch,
        .sequence = take->lease.sequence,
        .version = take->guard->saved.version,
    };
    (void)guard_record(take->guard, &entry, NULL, NULL);
}

static enum error check(struct taking *take, struct fault *fault)
{
    struct enduse_guard *guard = take->guard;
    enum error error = lease_open(
        take->bytes, &guard->papers.chain.authority, &guard->delegation, &take->arena, fault,
        &take->document, &take->lease);
    if (!error)
        error = check_names(take, fault);
    if (!error)
        error = check_chain(take, fault);
    if (!error)
        error = check_head(take, fault);
    if (!error)
        error = open_orders(take, fault);
    if (error)
        return error;
    return ERROR_OK;
}

static enum error take_over(struct taking *take, struct fault *fault, bool *ret_news)
{
    struct enduse_guard *guard = take->guard;
    pthread_mutex_lock(&guard->lock);
    take->now = guard_now(guard);
    bool news = !guard->held.any || take->lease.state != guard->held.state || take->fresh_count;
    pthread_mutex_unlock(&guard->lock);
    if (!take->now.usable)
        return fault_place(fault, ERROR_CLOCK, "lease");
    enum error error = store_orders(take, fault);
    if (!error)
        error = store_withdrawals(take, fault);
    if (error)
        return error;
    obey(take);
    restore(guard);
    if (take->terms_change) {
        /* Without terms nothing is permitted; the next lease tries again. */
        (void)guard_build_terms(guard, NULL);
        review(guard);
    }
    error = save(take, fault);
    if (error)
        return error;
    record_lease(take);
    pthread_mutex_lock(&guard->lock);
    guard_hold(guard, &take->lease, &take->document.digest);
    pthread_mutex_unlock(&guard->lock);
    bool no_terms = !guard->terms;
    if (no_terms)
        (void)guard_build_terms(guard, NULL);
    review(guard);
    *ret_news = news || take->withdrawal_count || no_terms;
    return ERROR_OK;
}

enum error guard_take_lease(
    struct enduse_guard *guard, struct bytes bytes, struct fault *fault, bool *ret_news)
{
    struct taking take = {.guard = guard, .bytes = bytes};
    enum error error = check(&take, fault);
    if (!error)
        error = take_over(&take, fault, ret_news);
    while (take.fresh) {
        struct stored_order *order = take.fresh;
        take.fresh = order->next;
        stored_order_free(order);
    }
    arena_free(&take.arena);
    return error;
}

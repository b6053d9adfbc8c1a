/* Leases. */
#include "instruments/lease.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instruments/rules.h"

const char *const lease_state_words[] = {"active",       "limited", "suspended",
                                         "disconnected", "revoked", NULL};

static const struct field fields[] = {
    FIELD(1, "installation", FIELD_TEXT, struct lease, installation),
    FIELD(2, "guard", FIELD_DIGEST, struct lease, guard),
    FIELD(3, "licence", FIELD_DIGEST, struct lease, licence),
    FIELD(4, "certificate", FIELD_DIGEST, struct lease, certificate),
    FIELD(5, "request", FIELD_ID, struct lease, request),
    FIELD(6, "delegation", FIELD_UINT, struct lease, delegation),
    FIELD(7, "epoch", FIELD_UINT, struct lease, epoch),
    FIELD(8, "sequence", FIELD_UINT, struct lease, sequence),
    FIELD(9, "previous", FIELD_DIGEST, struct lease, previous, OPTIONAL),
    FIELD(10, "time", FIELD_TIME, struct lease, time),
    FIELD(11, "ttl", FIELD_SPAN, struct lease, ttl),
    FIELD(12, "state", FIELD_CHOICE, struct lease, state, .words = lease_state_words),
    FIELD_MANY(13, "orders", FIELD_BLOBS, struct lease, orders, .limit = LEASE_ORDERS_MAX),
    FIELD_MANY(
        14, "withdrawals", FIELD_BLOBS, struct lease, withdrawals, .limit = LEASE_WITHDRAWALS_MAX),
    FIELD(
        15, "acknowledged", FIELD_RECORD, struct lease, acknowledged, .layout = &head_layout,
        OPTIONAL),
    FIELD(16, "checkpoint", FIELD_PROSE, struct lease, checkpoint, OPTIONAL),
};
const struct layout lease_layout = LAYOUT("lease", struct lease, fields);

const char *lease_state_word(enum lease_state state)
{
    return state >= LEASE_ACTIVE && state <= LEASE_REVOKED ? lease_state_words[state - 1] : "none";
}

/* One order for what a lease carries, that of the digests, so that the same state has one lease and
 * nothing can be there twice. It is the issuer's to keep and anybody's to check: a guard takes over
 * whatever a lease carries, in any order, with the same result. */
static enum error
check_carried(const struct bytes *documents, size_t count, const char *name, struct fault *fault)
{
    struct unverified_envelope before, envelope;
    for (size_t i = 0; i < count; i++) {
        enum error error = cose_peek_unverified(documents[i], fault, &envelope);
        if (error)
            return fault_within(fault, error, "%s[%zu]", name, i);
        char place[32], digest[DIGEST_TEXT_SIZE];
        snprintf(place, sizeof place, "%s[%zu]", name, i);
        if (i > 0 && digest_compare(&before.digest, &envelope.digest) >= 0)
            return fault_set(
                fault, ERROR_DOCUMENT_CARRIED, place, "a higher digest than the one before",
                "%.16s...", digest_text(&envelope.digest, digest));
        before = envelope;
    }
    return ERROR_OK;
}

enum error lease_check(const struct lease *lease, struct fault *fault)
{
    enum error error = rule_name(lease->installation, "installation", fault);
    if (error)
        return error;
    if (lease->sequence < 1 || lease->epoch < 1)
        return rule_broken(fault, "sequence", "an epoch and a sequence of 1 or more");
    if (lease->ttl < LEASE_TTL_SHORTEST || lease->ttl > LEASE_TTL_LONGEST)
        return rule_broken(fault, "ttl", "between 10 seconds and 7 days");
    error = check_carried(lease->orders, lease->orders_count, "orders", fault);
    return error
               ? error
               : check_carried(lease->withdrawals, lease->withdrawals_count, "withdrawals", fault);
}

enum error lease_open(
    struct bytes bytes, const struct digest *authority, const struct delegation *delegation,
    struct arena *arena, struct fault *fault, struct document *ret_document,
    struct lease *ret_lease)
{
    struct signer signer;
    struct document document;
    struct lease lease;
    enum error error = document_key_signer(&delegation->lease_key, fault, &signer);
    if (!error)
        error = document_open(
            bytes, INSTRUMENT_LEASE, authority, &signer, 1, arena, fault, &document, &lease);
    if (error)
        return error;
    if (lease.delegation != delegation->version || lease.epoch != delegation->epoch)
        return fault_set(
            fault, ERROR_DOCUMENT_REFERENCE, "lease: delegation",
            "the version and epoch of the delegation in force", "version %llu, epoch %llu",
            (unsigned long long)lease.delegation, (unsigned long long)lease.epoch);
    if (lease.time < delegation->from || lease.time >= delegation->until)
        return rule_broken(fault, "lease: time", "a time within the delegation's period");
    *ret_document = document;
    *ret_lease = lease;
    return ERROR_OK;
}

static int compare_digests(const void *a, const void *b)
{
    return digest_compare(a, b);
}

struct digest orders_digest(struct digest *orders, size_t count)
{
    if (count == 0)
        return (struct digest){0};
    qsort(orders, count, sizeof *orders, compare_digests);
    return sha256_of((struct bytes){orders[0].bytes, count * sizeof *orders});
}

/* Renewals judged: the chain of leases, clones, clocks, and when to wait. */
#include "authority/leases.h"

#include <string.h>

/* How far a guard's clock may run from ours between two renewals of one boot: 2 s for the network
 * and scheduling, and one part in 200 for the clocks. */
enum { CLOCK_SLACK = 2000, CLOCK_DRIFT = 200 };

static const struct field contact_fields[] = {
    FIELD(1, "installation", FIELD_TEXT, struct contact, installation),
    FIELD(2, "request", FIELD_ID, struct contact, request),
    FIELD(3, "request-digest", FIELD_DIGEST, struct contact, request_digest),
    FIELD(4, "lease", FIELD_BYTES, struct contact, lease, .limit = FILE_BYTES_MAX),
    FIELD(5, "lease-digest", FIELD_DIGEST, struct contact, lease_digest),
    FIELD(6, "epoch", FIELD_UINT, struct contact, epoch),
    FIELD(7, "sequence", FIELD_UINT, struct contact, sequence),
    FIELD(8, "in-force", FIELD_DIGEST, struct contact, in_force, OPTIONAL),
    FIELD(9, "state", FIELD_CHOICE, struct contact, state, .words = lease_state_words),
    FIELD(10, "boot", FIELD_ID, struct contact, boot),
    FIELD(11, "boot-time", FIELD_TIME, struct contact, boot_time),
    FIELD(12, "time", FIELD_TIME, struct contact, time),
    FIELD(13, "head", FIELD_RECORD, struct contact, head, .layout = &head_layout),
    FIELD(14, "running", FIELD_UINT, struct contact, running),
    FIELD(15, "within", FIELD_UINT, struct contact, within),
    FIELD(16, "outside", FIELD_UINT, struct contact, outside),
    FIELD(17, "begun", FIELD_UINT, struct contact, begun),
    FIELD(18, "stopped", FIELD_UINT, struct contact, stopped),
    FIELD(19, "return-until", FIELD_TIME, struct contact, return_until, OPTIONAL),
    FIELD(20, "answered", FIELD_TIME, struct contact, answered),
    FIELD(21, "made-after", FIELD_TIME, struct contact, made_after),
    FIELD(22, "renewal", FIELD_BYTES, struct contact, renewal, OPTIONAL, .limit = FILE_BYTES_MAX),
    FIELD(23, "return-digest", FIELD_DIGEST, struct contact, return_digest, OPTIONAL),
    FIELD(24, "returns-ahead", FIELD_UINT, struct contact, returns_ahead, OPTIONAL),
    FIELD(25, "withdrawals-from", FIELD_UINT, struct contact, withdrawals_from, OPTIONAL),
    FIELD(26, "watch", FIELD_TIME, struct contact, watch, OPTIONAL),
};
const struct layout contact_layout = LAYOUT("contact", struct contact, contact_fields);

millis renewal_park_limit(millis lease_ttl)
{
    millis third = lease_ttl / 3;
    return third < 20 * MILLIS_SECOND ? third : 20 * MILLIS_SECOND;
}

millis lease_watch(const struct lease *lease, const struct licence_file *licence)
{
    int state = licence->base.state;
    bool ended = state == LICENCE_REVOKED || state == LICENCE_SURRENDERED ||
                 state == LICENCE_EXPIRED || state == LICENCE_LAPSED || state == LICENCE_REPLACED;
    return ended ? 0 : lease->time + lease->ttl + SIGNAL_OVERDUE_AFTER;
}

enum lease_state lease_state_of(
    const struct licence_file *licence, const struct installation_file *installation, millis time)
{
    enum lease_state state = LEASE_SUSPENDED;
    switch (licence->base.state) {
    case LICENCE_ACTIVE:
        state = LEASE_ACTIVE;
        break;
    case LICENCE_LIMITED:
        state = LEASE_LIMITED;
        break;
    case LICENCE_DISCONNECTED:
        state = LEASE_DISCONNECTED;
        break;
    case LICENCE_REVOKED:
        state = LEASE_REVOKED;
        break;
    case LICENCE_EXHAUSTED:
        /* Each guard refuses more by itself; what was licensed may go on. */
        if (!licence->overdrawn)
            state =
                licence_state_of_orders(licence) == LICENCE_LIMITED ? LEASE_LIMITED : LEASE_ACTIVE;
        break;
    default:
        break; /* proposed, suspended, expired, surrendered: no uses */
    }
    if (time >= licence->until && state < LEASE_SUSPENDED)
        state = LEASE_SUSPENDED;
    /* Suspended by what its renewals showed, or latched by itself. */
    if (installation->base.state != INSTALLATION_ENROLLED && state < LEASE_SUSPENDED)
        state = LEASE_SUSPENDED;
    return state;
}

static enum renewal_answer
refused(struct fault *fault, const char *place, const char *expected, const char *found)
{
    fault_set(fault, ERROR_DOCUMENT_REFERENCE, place, expected, found ? "%s" : NULL, found);
    return RENEWAL_REFUSED;
}

static enum renewal_answer forked(struct fault *fault, const char *found)
{
    refused(fault, "renewal: previous", "the lease that was answered last", found);
    return RENEWAL_FORKED;
}

/* Within one boot the guard's clock and ours must have run alike since the last renewal. */
static bool clock_diverged(const struct contact *contact, const struct renewal_case *facts)
{
    if (!id_equal(&contact->boot, &facts->renewal->boot))
        return false;
    /* The guard's numbers may be any: compared before they are subtracted. */
    if (facts->renewal->boot_time < contact->boot_time)
        return true;
    millis guard = facts->renewal->boot_time - contact->boot_time;
    /* Either request may have been long on its way, for it is sent again until it is answered. So
     * the server's span is the longest that can lie between the two: from when the earlier one can
     * have been made at the earliest until now. A delay makes it longer, never the guard's: only a
     * guard that ran ahead, or went backwards, contradicts. A slow one is bounded by its lease. */
    millis server = facts->time - contact->made_after;
    return guard > server && guard - server > CLOCK_SLACK + server / CLOCK_DRIFT;
}

/* A message that was on its way while the same guard had newer ones answered: sent earlier in the
 * same boot, on a lease from before the one that the newest continued. Of that last one we know the
 * successor, so that another is a clone; of leases before it a late copy proves nothing. */
static bool is_old(const struct contact *contact, const struct renewal *renewal)
{
    bool before = renewal->epoch < contact->epoch || renewal->sequence + 1 < contact->sequence;
    return before && id_equal(&renewal->boot, &contact->boot) &&
           renewal->boot_time < contact->boot_time;
}

/* Whether the renewal continues the lease that was answered last. */
static enum renewal_answer check_chain(const struct renewal_case *facts, struct fault *fault)
{
    const struct contact *contact = facts->contact;
    const struct renewal *renewal = facts->renewal;
    if (!contact) {
        /* A server that lost its state starts a new epoch: then any lease of an older one may be
         * continued; within an epoch the first renewal holds no lease. */
        if (renewal->sequence == 0 || renewal->epoch < facts->office->delegation->epoch)
            return RENEWAL_LEASE;
        return refused(
            fault, "renewal: previous", "a first renewal, which holds no lease of this epoch",
            facts->installation->base.number);
    }
    if (renewal->epoch == contact->epoch && renewal->sequence == contact->sequence &&
        digest_equal(&renewal->previous, &contact->lease_digest))
        return RENEWAL_LEASE;
    if (is_old(contact, renewal))
        return forked(fault, "an older one");
    /* Another request than the one answered, on an older lease or none: somebody else holds the
     * newer one. Two successors of one lease are a clone. */
    return RENEWAL_CLONE;
}

static bool head_goes_on(const struct contact *contact, const struct head *head)
{
    if (!contact)
        return true;
    if (head->size < contact->head.size)
        return false;
    return head->size > contact->head.size || digest_equal(&head->root, &contact->head.root);
}

static enum renewal_answer judge_history(const struct renewal_case *facts, struct fault *fault)
{
    enum renewal_answer answer = check_chain(facts, fault);
    if (answer != RENEWAL_LEASE)
        return answer;
    const struct contact *contact = facts->contact;
    int state = facts->installation->base.state;
    /* A log that is shorter than what was acknowledged, or another of the same length: tampering,
     * whatever the guard says of itself. Looked at first: a clock that is known to be wrong must
     * not hide it. */
    if (!head_goes_on(contact, &facts->renewal->head) || digest_is_set(&facts->renewal->latch)) {
        if (state != INSTALLATION_LATCHED)
            return RENEWAL_LATCHED;
    }
    if (contact && state == INSTALLATION_ENROLLED && clock_diverged(contact, facts))
        return RENEWAL_CLOCK;
    return RENEWAL_LEASE;
}

static bool
nothing_new(const struct renewal_case *facts, const struct digest *in_force, enum lease_state state)
{
    const struct contact *contact = facts->contact;
    return contact && digest_equal(&facts->renewal->in_force, in_force) &&
           contact->state == state && contact->epoch == facts->office->delegation->epoch &&
           facts->withdrawal_count == 0 && facts->renewal->receipts_count == 0 &&
           facts->renewal->returns_count == 0;
}

enum renewal_answer renewal_judge(
    const struct renewal_case *facts, bool parked, struct arena *arena, struct fault *fault,
    struct lease *ret_lease, millis *ret_wait_until)
{
    const struct renewal *renewal = facts->renewal;
    const struct contact *contact = facts->contact;
    const struct delegation *delegation = facts->office->delegation;
    if (!delegation || facts->time < delegation->from || facts->time >= delegation->until)
        return refused(fault, "lease key", "a delegation that is in force", "none");
    if (!digest_equal(&renewal->licence, &facts->licence->digest))
        return refused(fault, "renewal: licence", "the licence of the installation", "another one");
    if (contact && id_equal(&renewal->request, &contact->request)) {
        if (digest_equal(&facts->renewal_digest, &contact->request_digest))
            return RENEWAL_AGAIN;
        return refused(
            fault, "renewal: request", "the same bytes under the same request id", "others");
    }
    enum renewal_answer answer = judge_history(facts, fault);
    bool stopped = facts->installation->base.state != INSTALLATION_ENROLLED;
    if (answer == RENEWAL_CLONE && stopped) {
        /* Known already. The clones get no lease until both ministries restored one of them. */
        return forked(fault, "another one");
    }
    if (answer != RENEWAL_LEASE)
        return answer;
    struct digest *digests = ARENA_ARRAY(arena, struct digest, facts->order_count);
    if (!digests) {
        fault_place(fault, ERROR_MEMORY, "lease");
        return RENEWAL_REFUSED;
    }
    if (facts->order_count)
        memcpy(digests, facts->order_digests, facts->order_count * sizeof *digests);
    struct digest in_force = orders_digest(digests, facts->order_count);
    enum lease_state state = lease_state_of(facts->licence, facts->installation, facts->time);
    /* Until a guard knows of all withdrawals it must not begin a use under one of them. */
    if (facts->withdrawals_left && state < LEASE_SUSPENDED)
        state = LEASE_SUSPENDED;
    millis wait_until = facts->time + renewal_park_limit(facts->lease_ttl);
    if (!parked && nothing_new(facts, &in_force, state)) {
        *ret_wait_until = wait_until;
        return RENEWAL_WAIT;
    }
    struct key_id guard = document_key_id(&facts->installation->guard);
    struct lease lease = {
        .installation = facts->installation->base.number,
        .licence = facts->licence->digest,
        .request = renewal->request,
        .delegation = delegation->version,
        .epoch = delegation->epoch,
        .sequence = contact && contact->epoch == delegation->epoch ? contact->sequence + 1 : 1,
        .previous = renewal->previous,
        .time = facts->time,
        .ttl = facts->lease_ttl,
        .state = state,
        .orders = facts->orders,
        .orders_count = facts->order_count,
        .withdrawals = facts->withdrawals,
        .withdrawals_count = facts->withdrawal_count,
        /* A head that does not go on from the one acknowledged is not acknowledged in its place:
         * the installation is latched for it, and stays measured by what it once showed. */
        .acknowledged = head_goes_on(contact, &renewal->head) ? renewal->head : contact->head,
        .certificate = facts->certificate_digest,
    };
    memcpy(lease.guard.bytes, guard.bytes, sizeof lease.guard.bytes);
    *ret_lease = lease;
    return RENEWAL_LEASE;
}

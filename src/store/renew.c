/* Renewals: what an installation's guard asks for, gathered, judged and answered in one
 * transaction; and the returns and receipts that come with it. */
#include "store/writer.h"

#include <stdlib.h>
#include <string.h>

/* One renewal on its way. Everything is in arena. */
struct renewing {
    struct store *store;
    struct store_job *job;
    millis now;
    struct arena *arena;
    struct fault *fault;
    struct office office;
    struct signer guard;
    struct renewal renewal;
    struct renewal_case facts;
    uint64_t withdrawals_from; /* of the contact after the lease */
    const char **undelivered;  /* orders that no lease has carried to the installation yet */
    size_t undelivered_count;
};

/* Withdrawals of approvals in one lease; what is more goes with the next. */
enum { WITHDRAWALS_AT_ONCE = LEASE_WITHDRAWALS_MAX / 4 };
_Static_assert(
    LEASE_ORDERS_MAX *LEASE_ORDER_BYTES_MAX + WITHDRAWALS_AT_ONCE * LEASE_WITHDRAWAL_BYTES_MAX <
        FILE_BYTES_MAX - (512 << 10),
    "a lease with all of them can be kept");

/* --- Gathering ---------------------------------------------------------------------------- */

/* Whose renewal it is, and whether that guard signed it. */
static enum error open_renewal(struct renewing *on)
{
    const struct digest *authority = &on->store->ledger.chain.authority;
    enum instrument_type type;
    struct digest digest;
    void *claimed;
    struct document document;
    enum error error =
        document_decode_unverified(on->job->bytes, on->arena, on->fault, &type, &digest, &claimed);
    if (!error && type != INSTRUMENT_RENEWAL)
        error =
            fault_set(on->fault, ERROR_COSE_TYPE, "type", "a renewal", "%s", instrument_word(type));
    if (!error)
        error = ledger_installation(
            &on->store->ledger, ((const struct renewal *)claimed)->installation, on->arena,
            on->fault, &on->facts.installation, &on->guard);
    if (!error)
        error = renewal_open(
            on->job->bytes, authority, &on->guard, on->arena, on->fault, &document, &on->renewal);
    if (error)
        return error;
    on->facts.renewal = &on->renewal;
    on->facts.renewal_digest = sha256_of(on->job->bytes);
    return ERROR_OK;
}

/* A file that another one names; without it the database is not what the rules made. */
static enum error
must_find(struct renewing *on, enum file_kind kind, const char *number, const void **ret_content)
{
    const void *content = NULL;
    enum error error =
        file_find(&on->store->database, kind, number, on->arena, on->fault, &content);
    if (!error && !content)
        error = fault_place(on->fault, ERROR_STORE_DAMAGED, "%s/%s", file_word(kind), number);
    if (!error)
        *ret_content = content;
    return error;
}

static enum error find_licence(struct renewing *on)
{
    const void *licence, *certificate;
    struct certificate decoded;
    enum error error = must_find(on, FILE_LICENCE, on->facts.installation->licence, &licence);
    if (error)
        return error;
    on->facts.licence = licence;
    error = must_find(on, FILE_CERTIFICATE, on->facts.licence->certificate, &certificate);
    if (error)
        return error;
    const struct certificate_file *file = certificate;
    /* Verified when it came into force; here only to know how long its leases are. */
    error = stored(
        layout_decode(&certificate_layout, file->payload, on->arena, on->fault, &decoded),
        on->fault, "certificate");
    if (error)
        return error;
    on->facts.lease_ttl = decoded.lease_ttl;
    on->facts.certificate_digest = file->digest;
    return ERROR_OK;
}

/* An instrument that a lease carries. */
struct carried {
    struct digest digest;
    struct bytes instrument;
};

static int by_digest(const void *a, const void *b)
{
    const struct carried *left = a, *right = b;
    return digest_compare(&left->digest, &right->digest);
}

/* Sorts them, and copies the instruments alone into room for as many. */
static void line_up(struct carried *carried, size_t count, struct bytes *instruments)
{
    qsort(carried, count, sizeof *carried, by_digest);
    for (size_t i = 0; i < count; i++)
        instruments[i] = carried[i].instrument;
}

/* Whether an order in force on the licence is for this installation. */
static enum error applies(
    struct renewing *on, const struct licence_order *order, struct bytes instrument,
    bool *ret_applies)
{
    enum instrument_type type;
    struct digest digest;
    void *value;
    *ret_applies = true;
    if (!order->partial)
        return ERROR_OK;
    enum error error = stored(
        document_decode_unverified(instrument, on->arena, on->fault, &type, &digest, &value),
        on->fault, "order");
    if (!error)
        *ret_applies = order_applies(
            value, on->facts.licence->base.number, on->facts.installation->base.number);
    return error;
}

static enum error find_orders(struct renewing *on)
{
    const struct licence_file *licence = on->facts.licence;
    size_t count = 0, room = licence->orders_count + 1;
    struct carried *orders = ARENA_ARRAY(on->arena, struct carried, room);
    struct bytes *instruments = ARENA_ARRAY(on->arena, struct bytes, room);
    struct digest *digests = ARENA_ARRAY(on->arena, struct digest, room);
    on->undelivered = ARENA_ARRAY(on->arena, const char *, room);
    on->undelivered_count = 0;
    if (!orders || !instruments || !digests || !on->undelivered)
        return fault_place(on->fault, ERROR_MEMORY, "orders");
    for (size_t i = 0; i < licence->orders_count; i++) {
        const struct licence_order *order = &licence->orders[i];
        const void *content;
        bool takes = false;
        enum error error = must_find(on, FILE_ORDER, order->number, &content);
        if (error)
            return error;
        const struct order_file *file = content;
        error = applies(on, order, file->instrument, &takes);
        if (error)
            return error;
        if (!takes)
            continue;
        orders[count++] = (struct carried){order->digest, file->instrument};
        if (!order_is_delivered(file, on->facts.installation->base.number))
            on->undelivered[on->undelivered_count++] = order->number;
    }
    line_up(orders, count, instruments);
    for (size_t i = 0; i < count; i++)
        digests[i] = orders[i].digest;
    on->facts.orders = instruments;
    on->facts.order_digests = digests;
    on->facts.order_count = count;
    return ERROR_OK;
}

static enum error read_withdrawal(
    struct renewing *on, struct query *query, struct carried *ret_carried, uint64_t *ret_event)
{
    const void *content = NULL;
    enum error error =
        column_digest(query, 1, ERROR_STORE_DAMAGED, on->fault, &ret_carried->digest);
    if (!error)
        error =
            file_decode(FILE_WITHDRAWAL, column_bytes(query, 2), on->arena, on->fault, &content);
    if (error)
        return error;
    ret_carried->instrument = ((const struct withdrawal_file *)content)->instrument;
    *ret_event = (uint64_t)column_integer(query, 0);
    return ERROR_OK;
}

/* The withdrawals that this installation's guard was not given yet. */
static enum error find_withdrawals(struct renewing *on)
{
    const struct contact *contact = on->facts.contact;
    struct carried *found = ARENA_ARRAY(on->arena, struct carried, WITHDRAWALS_AT_ONCE);
    struct bytes *instruments = ARENA_ARRAY(on->arena, struct bytes, WITHDRAWALS_AT_ONCE);
    if (!found || !instruments)
        return fault_place(on->fault, ERROR_MEMORY, "withdrawals");
    struct query query;
    on->withdrawals_from = contact ? contact->withdrawals_from : 0;
    query_begin(&query, &on->store->database, SQL_WITHDRAWAL_LIST, on->fault);
    query_text(&query, 1, on->facts.licence->certificate);
    query_integer(&query, 2, (int64_t)on->withdrawals_from);
    query_integer(&query, 3, WITHDRAWALS_AT_ONCE + 1);
    size_t count = 0;
    bool left = false;
    enum error row = ERROR_OK;
    while (!row && !left && query_row(&query)) {
        uint64_t event;
        if (count == WITHDRAWALS_AT_ONCE) {
            left = true;
        } else if ((row = read_withdrawal(on, &query, &found[count], &event)) == ERROR_OK) {
            on->withdrawals_from = event + 1;
            count++;
        }
    }
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (error)
        return error;
    line_up(found, count, instruments);
    on->facts.withdrawals = instruments;
    on->facts.withdrawal_count = count;
    on->facts.withdrawals_left = left;
    return ERROR_OK;
}

/* Where the server's own clock did not run on since the last renewal, the guard's cannot be held
 * against it: the earlier request may have been made at any time. */
static enum error forget_clock(struct renewing *on)
{
    const struct contact *known = on->facts.contact;
    if (!known || (known->made_after > on->store->clock_since && known->made_after <= on->now))
        return ERROR_OK;
    struct contact *contact = ARENA_NEW(on->arena, struct contact);
    if (!contact)
        return fault_place(on->fault, ERROR_MEMORY, "contact");
    *contact = *known;
    contact->made_after = 0;
    on->facts.contact = contact;
    return ERROR_OK;
}

static enum error gather(struct renewing *on)
{
    const char *number = on->renewal.installation;
    enum error error = ledger_installation(
        &on->store->ledger, number, on->arena, on->fault, &on->facts.installation, &on->guard);
    if (!error)
        error = find_licence(on);
    if (!error)
        error = find_orders(on);
    if (!error)
        error =
            contact_find(&on->store->database, number, on->arena, on->fault, &on->facts.contact);
    if (!error)
        error = find_withdrawals(on);
    return error ? error : forget_clock(on);
}

/* --- What comes with it ------------------------------------------------------------------- */

/* Whether a return continues those that were taken: periods neither overlap nor come twice. */
static enum error check_period(
    const struct contact *contact, const struct usage_return *value, const struct digest *digest,
    struct fault *fault, bool *ret_known)
{
    *ret_known =
        value->until <= contact->return_until || digest_equal(digest, &contact->return_digest);
    if (*ret_known || value->from >= contact->return_until)
        return ERROR_OK;
    char text[TIME_TEXT_SIZE];
    return fault_set(
        fault, ERROR_DOCUMENT_RULE, "return: from", "no time before the last return's end", "%s",
        time_text(value->from, text));
}

/* Takes a return into the events and its sums into *contact. */
static enum error take_return(
    struct store *store, struct bytes bytes, millis now, struct arena *arena, struct fault *fault,
    struct contact *contact, struct store_answer *answer)
{
    enum instrument_type type;
    struct digest digest;
    void *value;
    bool known = false;
    enum error error = document_decode_unverified(bytes, arena, fault, &type, &digest, &value);
    if (!error && type != INSTRUMENT_RETURN)
        error = fault_set(fault, ERROR_COSE_TYPE, "type", "a return", "%s", instrument_word(type));
    if (error)
        return error;
    const struct usage_return *counts = value;
    if (strcmp(counts->installation, contact->installation) != 0)
        return fault_set(
            fault, ERROR_DOCUMENT_REFERENCE, "return: installation", "the one that sends it",
            "%.60s", counts->installation);
    error = check_period(contact, counts, &digest, fault, &known);
    if (error)
        return error;
    if (known) {
        answer->outcome = STORE_AGAIN;
        return ERROR_OK;
    }
    error = store_take(store, EVENT_RETURN, bytes, now, arena, fault, answer);
    if (error)
        return error;
    contact->within += counts->within;
    contact->outside += counts->outside;
    contact->begun += counts->begun;
    contact->stopped += counts->stopped;
    contact->return_digest = digest;
    /* The counts are the guard's word like any other; the time is not one to go on from. */
    bool ahead = guard_time_is_ahead(counts->until, now);
    contact->returns_ahead += ahead;
    contact->return_until = ahead ? now + GUARD_AHEAD_MAX : counts->until;
    return ERROR_OK;
}

enum error store_take_return(
    struct store *store, struct store_job *job, millis now, struct arena *arena,
    struct fault *fault)
{
    enum instrument_type type;
    struct digest digest;
    void *value;
    const struct contact *known = NULL;
    enum error error = document_decode_unverified(job->bytes, arena, fault, &type, &digest, &value);
    if (!error && type != INSTRUMENT_RETURN)
        error = fault_set(fault, ERROR_COSE_TYPE, "type", "a return", "%s", instrument_word(type));
    if (!error)
        error = contact_find(
            &store->database, ((const struct usage_return *)value)->installation, arena, fault,
            &known);
    if (!error && !known)
        error = fault_set(
            fault, ERROR_STORE_INSTALLATION, "return: installation",
            "an installation that holds a lease", "%.60s",
            ((const struct usage_return *)value)->installation);
    if (error)
        return error;
    struct contact contact = *known;
    error = take_return(store, job->bytes, now, arena, fault, &contact, &job->answer);
    if (!error && job->answer.outcome == STORE_ACCEPTED)
        error = contact_store(&store->database, &contact, fault);
    return error;
}

/* Takes what is good of the receipts and returns; what is not is counted, and neither it nor what
 * was taken keeps the guard from its lease. */
static enum error take_enclosed(struct renewing *on, struct contact *contact)
{
    struct store_answer *answer = &on->job->answer;
    for (size_t i = 0; i < on->renewal.receipts_count; i++) {
        enum error error = store_take(
            on->store, EVENT_RECEIPT, on->renewal.receipts[i], on->now, on->arena, on->fault,
            answer);
        if (error && !error_refuses(error))
            return error;
        answer->left_out += error != ERROR_OK;
    }
    for (size_t i = 0; i < on->renewal.returns_count; i++) {
        enum error error = take_return(
            on->store, on->renewal.returns[i], on->now, on->arena, on->fault, contact, answer);
        if (error && !error_refuses(error))
            return error;
        answer->left_out += error != ERROR_OK;
    }
    return ERROR_OK;
}

/* --- Answering ---------------------------------------------------------------------------- */

/* The renewal that went before this one, which the guard signed and may not remember. */
static enum error show_renewal(struct renewing *on)
{
    struct buffer *evidence = &on->job->answer.evidence;
    buffer_append_bytes(evidence, on->facts.contact->renewal);
    return evidence->error ? fault_place(on->fault, evidence->error, "renewal") : ERROR_OK;
}

static enum error answer_again(struct renewing *on, struct bytes lease)
{
    struct store_answer *answer = &on->job->answer;
    buffer_append_bytes(&answer->lease, lease);
    if (answer->lease.error)
        return fault_place(on->fault, answer->lease.error, "lease");
    answer->outcome = STORE_LEASE;
    return ERROR_OK;
}

/* The lease's digest names it in the next renewal: of its payload, as of any instrument. */
static enum error
note_lease(struct renewing *on, const struct lease *lease, struct contact *contact)
{
    struct unverified_envelope envelope;
    struct bytes bytes = buffer_view(&on->job->answer.lease);
    enum error error = cose_peek_unverified(bytes, on->fault, &envelope);
    struct digest *digests = ARENA_ARRAY(on->arena, struct digest, on->facts.order_count + 1);
    if (!error && !digests)
        error = fault_place(on->fault, ERROR_MEMORY, "lease");
    if (error)
        return error;
    if (on->facts.order_count)
        memcpy(digests, on->facts.order_digests, on->facts.order_count * sizeof *digests);
    contact->request = on->renewal.request;
    contact->request_digest = on->facts.renewal_digest;
    contact->renewal = on->job->bytes;
    contact->lease = bytes;
    contact->lease_digest = envelope.digest;
    contact->epoch = lease->epoch;
    contact->sequence = lease->sequence;
    contact->in_force = orders_digest(digests, on->facts.order_count);
    contact->state = lease->state;
    contact->boot = on->renewal.boot;
    contact->boot_time = on->renewal.boot_time;
    /* When it came, not when it is answered: the guard's own time is of when it sent it. */
    contact->time = on->job->arrived;
    contact->made_after =
        contact->answered ? contact->answered : on->facts.installation->base.opened;
    /* Answered by a server whose clock was ahead of ours. */
    if (contact->made_after > lease->time)
        contact->made_after = lease->time;
    contact->answered = lease->time;
    contact->head = lease->acknowledged;
    contact->withdrawals_from = on->withdrawals_from;
    contact->running = on->renewal.running;
    contact->watch = lease_watch(lease, on->facts.licence);
    return contact_store(&on->store->database, contact, on->fault);
}

/* An act of the server on a file as it stands now. */
static enum error take_own_act(
    struct renewing *on, enum file_kind kind, const char *number, const char *verb,
    struct datum_member *members, size_t count)
{
    const void *content;
    struct datum body;
    struct bytes act;
    const char *name = file_name_in(on->arena, kind, number);
    enum error error =
        name ? must_find(on, kind, number, &content) : fault_place(on->fault, ERROR_MEMORY, "act");
    if (!error)
        error = datum_map(members, count, on->fault, &body);
    if (!error)
        error = server_act(
            on->store, name, ((const struct file_base *)content)->version, verb, &body, on->now,
            on->arena, on->fault, &act);
    if (!error)
        error =
            store_take(on->store, EVENT_ACT, act, on->now, on->arena, on->fault, &on->job->answer);
    return error;
}

/* Notes the orders that this lease is the first to carry to the installation. */
static enum error note_deliveries(struct renewing *on, const struct lease *lease)
{
    for (size_t i = 0; i < on->undelivered_count; i++) {
        struct datum_member members[] = {
            {"installation", datum_of_text(lease->installation)},
            {"sequence", datum_of_integer((int64_t)lease->sequence)},
        };
        enum error error = take_own_act(
            on, FILE_ORDER, on->undelivered[i], "deliver", members,
            sizeof members / sizeof *members);
        if (error && !error_refuses(error))
            return error;
        on->job->answer.left_out += error != ERROR_OK;
    }
    return ERROR_OK;
}

static enum error answer_lease(struct renewing *on, const struct lease *lease)
{
    struct contact contact = {.installation = on->facts.installation->base.number};
    if (on->facts.contact)
        contact = *on->facts.contact;
    enum error error = store_lease_key(on->store, on->office.delegation, on->fault);
    if (!error)
        error = document_sign(
            INSTRUMENT_LEASE, lease, &on->store->ledger.chain.authority, on->store->keys.lease,
            on->fault, &on->job->answer.lease);
    if (!error)
        error = take_enclosed(on, &contact);
    if (error)
        return error;
    /* From here on events of returns may be there whose sums are in the contact only. */
    error = note_lease(on, lease, &contact);
    if (!error)
        error = note_deliveries(on, lease);
    if (error)
        return error_refuses(error) ? fault_within(on->fault, ERROR_INTERNAL, "contact") : error;
    on->job->answer.outcome = STORE_LEASE;
    return ERROR_OK;
}

/* What a renewal showed of its installation becomes an act of the server on the file. */
static enum error
note_finding(struct renewing *on, const char *verb, const struct digest *latch, const char *reason)
{
    struct datum_member members[] = {
        {"latch", datum_of_bytes(digest_view(latch))},
        {"reason", datum_of_text(reason)},
    };
    enum error error = store_lease_key(on->store, on->office.delegation, on->fault);
    return error ? error
                 : take_own_act(
                       on, FILE_INSTALLATION, on->facts.installation->base.number, verb, members,
                       sizeof members / sizeof *members);
}

static enum error note_latch(struct renewing *on)
{
    const struct renewal *renewal = &on->renewal;
    if (digest_is_set(&renewal->latch))
        return note_finding(
            on, "latch", &renewal->latch,
            renewal->latch_reason ? renewal->latch_reason : "The guard says that it is latched.");
    return note_finding(
        on, "latch", &on->facts.renewal_digest,
        "The guard's log does not contain the head that was acknowledged.");
}

/* Asks the rules. *ret_done is false when the file changed and they must be asked again. */
static enum error judge(struct renewing *on, bool *ret_done)
{
    struct store_answer *answer = &on->job->answer;
    struct lease lease;
    struct fault refusal = {0};
    on->facts.office = &on->office;
    on->facts.time = on->now;
    *ret_done = true;
    switch (renewal_judge(
        &on->facts, on->job->parked, on->arena, &refusal, &lease, &answer->wait_until)) {
    case RENEWAL_LEASE:
        return answer_lease(on, &lease);
    case RENEWAL_AGAIN:
        return answer_again(on, on->facts.contact->lease);
    case RENEWAL_WAIT:
        answer->outcome = STORE_WAIT;
        return ERROR_OK;
    case RENEWAL_CLONE:
        *ret_done = false;
        return note_finding(
            on, "clone", &on->facts.renewal_digest,
            "Two guards continued one lease: the installation was copied, or set back.");
    case RENEWAL_CLOCK:
        *ret_done = false;
        return note_finding(
            on, "clock", &on->facts.renewal_digest,
            "The guard's clock ran otherwise than the authority's.");
    case RENEWAL_LATCHED:
        *ret_done = false;
        return note_latch(on);
    case RENEWAL_FORKED: {
        enum error error = show_renewal(on);
        if (error)
            return error;
        break;
    }
    case RENEWAL_REFUSED:
        break;
    }
    if (on->fault)
        *on->fault = refusal;
    return refusal.error ? refusal.error : ERROR_INTERNAL;
}

/* What was found on the way stays even when no lease follows: a clone gets none, and the
 * installation is suspended for it. So a refusal after an act of the server is an answer of its
 * own, not the undoing of the act. */
enum error store_renew(
    struct store *store, struct store_job *job, millis now, struct arena *arena,
    struct fault *fault)
{
    enum { ROUNDS = 4 }; /* each finding changes the file's state, and there are three states */
    struct renewing on = {
        .store = store,
        .job = job,
        .now = now,
        .arena = arena,
        .fault = fault,
        .office = ledger_office(&store->ledger, now),
    };
    if (!job->arrived)
        job->arrived = now;
    bool done = false;
    enum error error = open_renewal(&on);
    if (!error && !on.office.delegation)
        error = store_lease_key(store, NULL, fault);
    for (int i = 0; i < ROUNDS && !done && !error; i++) {
        error = gather(&on);
        if (!error)
            error = judge(&on, &done);
    }
    if (!error && !done)
        error = fault_place(fault, ERROR_INTERNAL, "renewal");
    return error;
}

/* What the guard sends: renewals, with returns and receipts in them. Everything that goes out is
 * durable first, and goes out again until it is answered. Only the renewing thread is here. */
#include <string.h>

#include "guard/inside.h"

enum error guard_save(struct enduse_guard *guard, struct saved *next, struct fault *fault)
{
    struct arena arena = {0};
    struct saved copy;
    next->version = guard->saved.version + 1;
    enum error error = saved_copy(next, &arena, fault, &copy);
    if (!error)
        error = saved_write(guard->os, guard->folder, &copy, fault);
    if (error) {
        arena_free(&arena);
        return error;
    }
    arena_free(&guard->saved_arena);
    guard->saved_arena = arena;
    guard->saved = copy;
    return ERROR_OK;
}

/* --- Receipts ----------------------------------------------------------------------------- */

static bool is_obeyed(const struct enduse_guard *guard, const struct obeying *one, millis time)
{
    return guard->stopping == 0 &&
           (one->wind_down == 0 || time >= one->wind_down || guard->running == 0);
}

bool guard_obedience_pending(struct enduse_guard *guard)
{
    bool pending = false;
    pthread_mutex_lock(&guard->lock);
    for (size_t i = 0; i < guard->saved.obeying_count; i++)
        pending = pending || (guard->saved.obeying[i].wind_down == 0 && guard->stopping);
    pthread_mutex_unlock(&guard->lock);
    return pending;
}

bool guard_receipts_waiting(const struct enduse_guard *guard)
{
    return guard->saved.receipts_count || guard->saved.obeying_count;
}

/* Signs into the arena. */
static enum error sign(
    struct enduse_guard *guard, enum instrument_type type, const void *value, struct arena *arena,
    struct fault *fault, struct bytes *ret_bytes)
{
    struct buffer bytes = {0};
    struct bytes copy = {0};
    enum error error =
        document_sign(type, value, &guard->papers.chain.authority, guard->key, fault, &bytes);
    if (!error) {
        copy = arena_copy(arena, buffer_view(&bytes));
        if (!copy.data)
            error = fault_place(fault, ERROR_MEMORY, "%s", instrument_word(type));
    }
    buffer_free(&bytes);
    if (!error)
        *ret_bytes = copy;
    return error;
}

static enum error sign_receipt(
    struct enduse_guard *guard, const struct obeying *one, struct arena *arena, struct fault *fault,
    struct bytes *ret_bytes)
{
    pthread_mutex_lock(&guard->lock);
    struct now now = guard_now(guard);
    enum enduse_state state = guard_state(guard, NULL);
    struct receipt receipt = {
        .installation = guard->papers.enrolment.installation,
        .order = one->order,
        .lease = one->lease,
        .received = one->received,
        .obeyed = now.time < one->received ? one->received : now.time,
        .stopped = guard->stops - one->stops,
        /* A receipt has no word for a latch; nothing runs in that state either. */
        .state = state == ENDUSE_STATE_LATCHED ? LEASE_DISCONNECTED : (enum lease_state)state,
    };
    pthread_mutex_unlock(&guard->lock);
    enum error error = sign(guard, INSTRUMENT_RECEIPT, &receipt, arena, fault, ret_bytes);
    if (error)
        return error;
    struct entry entry = {
        .kind = ENTRY_OBEYED,
        .time = receipt.obeyed,
        .wall = now.wall,
        .instrument = one->order,
        .state = state,
        .stopped = receipt.stopped,
    };
    /* The receipt goes out all the same: that an order was obeyed is true without a record. */
    (void)guard_record(guard, &entry, NULL, NULL);
    return ERROR_OK;
}

/* Orders that are obeyed by now become receipts. */
static enum error add_receipts(
    struct enduse_guard *guard, struct saved *next, struct arena *arena, struct fault *fault)
{
    struct bytes *receipts = ARENA_ARRAY(arena, struct bytes, SAVED_RECEIPTS_MAX);
    struct obeying *left = ARENA_ARRAY(arena, struct obeying, SAVED_OBEYING_MAX);
    if (!receipts || !left)
        return fault_place(fault, ERROR_MEMORY, "receipts");
    if (next->receipts_count)
        memcpy(receipts, next->receipts, next->receipts_count * sizeof *receipts);
    size_t count = next->receipts_count, left_count = 0;
    for (size_t i = 0; i < next->obeying_count; i++) {
        const struct obeying *one = &next->obeying[i];
        pthread_mutex_lock(&guard->lock);
        struct now now = guard_now(guard);
        bool obeyed = is_obeyed(guard, one, now.time);
        pthread_mutex_unlock(&guard->lock);
        if (!obeyed || count == SAVED_RECEIPTS_MAX) {
            left[left_count++] = *one;
            continue;
        }
        enum error error = sign_receipt(guard, one, arena, fault, &receipts[count]);
        if (error)
            return error;
        count++;
    }
    next->receipts = receipts;
    next->receipts_count = count;
    next->obeying = left;
    next->obeying_count = left_count;
    return ERROR_OK;
}

/* --- Returns ------------------------------------------------------------------------------ */

/* Counts records up to the end of a period. */
struct counting {
    struct tally tally;
    millis until;
    uint64_t end; /* the first record that belongs to the next period */
    bool over;
};

static enum error count_record(void *context, const struct record *record, struct fault *fault)
{
    struct counting *counting = context;
    struct arena arena = {0};
    struct entry entry;
    if (counting->over)
        return ERROR_OK;
    enum error error = entry_decode(record->payload, &arena, fault, &entry);
    if (!error && entry.time >= counting->until)
        counting->over = true;
    if (!error && !counting->over) {
        counting->end = record->index + 1;
        error = tally_add(&counting->tally, &entry);
    }
    arena_free(&arena);
    return error;
}

static enum error sign_return(
    struct enduse_guard *guard, const struct counting *counting, millis from,
    const struct head *head, struct arena *arena, struct fault *fault, struct bytes *ret_bytes)
{
    const struct tally *tally = &counting->tally;
    struct return_count *counts;
    struct usage_return value = {
        .installation = guard->papers.enrolment.installation,
        .licence = guard->papers.licence_digest,
        .from = from,
        .until = counting->until,
        .within = tally->within,
        .outside = tally->outside,
        .begun = tally->begun,
        .stopped = tally->stopped,
        .head = *head,
    };
    if (tally_counts(tally, arena, &counts, &value.counts_count) != ERROR_OK)
        return fault_place(fault, ERROR_MEMORY, "return");
    value.counts = counts;
    return sign(guard, INSTRUMENT_RETURN, &value, arena, fault, ret_bytes);
}

/* Whether the period after the last return has ended, and with which whole periods. */
static bool return_due(
    const struct enduse_guard *guard, const struct saved *saved, millis time, millis *ret_from,
    millis *ret_until)
{
    millis period = guard->papers.certificate.return_period;
    millis first = guard->papers.licence.from;
    millis from = saved->returned_until;
    if (period <= 0 || time < first || saved->returns_count >= SAVED_RETURNS_MAX)
        return false;
    if (from == 0) /* periods are counted from the licence's beginning */
        from = first + (time - first) / period * period;
    *ret_from = from;
    *ret_until = from + (time - from) / period * period;
    return true;
}

static enum error add_return(
    struct enduse_guard *guard, const struct record_head *log_head, const struct head *head,
    struct saved *next, struct arena *arena, struct fault *fault)
{
    millis from, until;
    pthread_mutex_lock(&guard->lock);
    struct now now = guard_now(guard);
    bool any = guard->held.any;
    pthread_mutex_unlock(&guard->lock);
    if (!any || !guard->log || !return_due(guard, next, now.time, &from, &until))
        return ERROR_OK;
    if (next->returned_until == 0)
        next->returned_until = from;
    if (until <= from)
        return ERROR_OK;
    struct counting counting = {
        .tally =
            {.fields = guard->papers.certificate.return_fields,
             .field_count = guard->papers.certificate.return_fields_count},
        .until = until,
        .end = next->returned_records,
    };
    struct bytes *returns = ARENA_ARRAY(arena, struct bytes, SAVED_RETURNS_MAX);
    enum error error = returns ? ERROR_OK : fault_place(fault, ERROR_MEMORY, "return");
    if (!error && log_head->size > next->returned_records)
        error = record_log_read(
            guard->log, next->returned_records, log_head->size - next->returned_records,
            count_record, &counting, fault);
    if (!error)
        error =
            sign_return(guard, &counting, from, head, arena, fault, returns + next->returns_count);
    tally_done(&counting.tally);
    if (error)
        return error;
    if (next->returns_count)
        memcpy(returns, next->returns, next->returns_count * sizeof *returns);
    next->returns = returns;
    next->returns_count++;
    next->returned_until = until;
    next->returned_records = counting.end;
    return ERROR_OK;
}

/* --- Renewals ----------------------------------------------------------------------------- */

static void fill(struct enduse_guard *guard, const struct saved *next, struct renewal *ret_renewal)
{
    struct renewal *renewal = ret_renewal;
    pthread_mutex_lock(&guard->lock);
    const struct held *held = &guard->held;
    if (held->any) {
        renewal->epoch = held->epoch;
        renewal->sequence = held->sequence;
        renewal->previous = held->digest;
    }
    renewal->running = guard->running;
    if (guard->latch[0]) {
        renewal->latch = guard->latch_digest;
        renewal->latch_reason = guard->latch; /* the first reason stays: nobody changes it */
    }
    pthread_mutex_unlock(&guard->lock);
    renewal->installation = guard->papers.enrolment.installation;
    renewal->licence = guard->papers.licence_digest;
    renewal->boot = guard->boot;
    renewal->in_force = next->in_force;
    renewal->returns = next->returns;
    renewal->returns_count = next->returns_count;
    renewal->receipts = next->receipts;
    renewal->receipts_count = next->receipts_count;
}

static enum error make_request(
    struct enduse_guard *guard, struct saved *next, struct arena *arena, struct fault *fault)
{
    enum error error = add_receipts(guard, next, arena, fault);
    struct record_head log_head = {0};
    struct head head = guard->saved.head;
    if (guard->log) {
        record_log_head(guard->log, &log_head);
        head = (struct head){log_head.size, log_head.root, log_head.tag};
    } else if (head.size == 0) {
        head.root = tree_empty_root();
    }
    if (!error)
        error = add_return(guard, &log_head, &head, next, arena, fault);
    if (error)
        return error;
    struct renewal renewal = {.head = head};
    fill(guard, next, &renewal);
    error = random_fill(guard->os, fault, renewal.request.bytes, ID_SIZE);
    /* Before anything is written: the lease is counted from here. */
    if (!error && os_boot_time(guard->os, &renewal.boot_time))
        error = fault_place(fault, ERROR_CLOCK, "renewal");
    if (!error)
        error = sign(guard, INSTRUMENT_RENEWAL, &renewal, arena, fault, &next->request);
    if (error)
        return error;
    next->request_id = renewal.request;
    next->request_boot = guard->boot;
    next->request_sent = renewal.boot_time;
    next->request_returns = next->returns_count;
    next->request_receipts = next->receipts_count;
    next->head = head;
    return guard_save(guard, next, fault);
}

enum error guard_make_request(struct enduse_guard *guard, struct fault *fault)
{
    if (guard->saved.request.length)
        return ERROR_OK;
    struct arena arena = {0};
    struct saved next = guard->saved;
    enum error error = make_request(guard, &next, &arena, fault);
    arena_free(&arena);
    return error;
}

/* The records read back. */
#include "guard/history.h"

#include <stdio.h>
#include <stdlib.h>

struct reading {
    struct enduse_guard *guard;
    struct history *history;
};

static enum error add(struct digests *digests, const struct digest *digest)
{
    if (digests->count == digests->room) {
        size_t room = digests->room ? 2 * digests->room : 32;
        struct digest *items = realloc(digests->items, room * sizeof *items);
        if (!items)
            return ERROR_MEMORY;
        digests->items = items;
        digests->room = room;
    }
    digests->items[digests->count++] = *digest;
    return ERROR_OK;
}

static void
use_began(struct enduse_guard *guard, struct history *history, const struct entry *entry)
{
    history->open[entry->use & (USE_SLOTS_MAX - 1)] = entry->use;
    if (entry->use >> USE_SLOT_BITS > history->serial)
        history->serial = entry->use >> USE_SLOT_BITS;
    guard_count_begun(guard, entry->time);
}

static void use_ended(struct history *history, const struct entry *entry)
{
    uint64_t *open = &history->open[entry->use & (USE_SLOTS_MAX - 1)];
    if (*open == entry->use)
        *open = 0;
}

static enum error accepted(struct enduse_guard *guard, const struct id *id)
{
    struct seen *seen = seen_make(guard, id);
    if (!seen)
        return ERROR_MEMORY;
    seen->accepted = true;
    return ERROR_OK;
}

static void latched(struct history *history, const struct entry *entry)
{
    history->latched = true;
    history->latch = entry->instrument;
    snprintf(
        history->latch_words, sizeof history->latch_words, "%s", entry->words ? entry->words : "");
}

static enum error
note(struct enduse_guard *guard, struct history *history, const struct entry *entry)
{
    if (entry->time > history->time)
        history->time = entry->time;
    if (entry->version > history->version)
        history->version = entry->version;
    switch (entry->kind) {
    case ENTRY_DECLARED:
        return entry->within ? accepted(guard, &entry->id) : ERROR_OK;
    case ENTRY_BEGIN:
        use_began(guard, history, entry);
        return accepted(guard, &entry->id);
    case ENTRY_END:
    case ENTRY_CLOSED:
        use_ended(history, entry);
        return ERROR_OK;
    case ENTRY_LEASE:
        history->epoch = entry->epoch;
        history->sequence = entry->sequence;
        return ERROR_OK;
    case ENTRY_ORDER:
        return add(&history->orders, &entry->instrument);
    case ENTRY_OBEYED:
        return add(&history->obeyed, &entry->instrument);
    case ENTRY_WITHDRAWAL:
        return add(&history->withdrawals, &entry->instrument);
    case ENTRY_LATCH:
        latched(history, entry);
        return ERROR_OK;
    case ENTRY_RESTORED:
        history->latched = false;
        return ERROR_OK;
    default:
        return ERROR_OK;
    }
}

static enum error visit(void *context, const struct record *record, struct fault *fault)
{
    struct reading *reading = context;
    struct arena arena = {0};
    struct entry entry;
    enum error error = entry_decode(record->payload, &arena, fault, &entry);
    if (!error) {
        error = note(reading->guard, reading->history, &entry);
        if (error)
            fault_place(fault, error, "records");
    }
    arena_free(&arena);
    return error;
}

enum error history_read(struct enduse_guard *guard, struct history *history, struct fault *fault)
{
    *history = (struct history){.open = calloc(USE_SLOTS_MAX, sizeof *history->open)};
    if (!history->open)
        return fault_place(fault, ERROR_MEMORY, "records");
    struct reading reading = {guard, history};
    struct record_head head;
    record_log_head(guard->log, &head);
    atomic_store(&guard->records, head.size);
    return head.size ? record_log_read(guard->log, 0, head.size, visit, &reading, fault) : ERROR_OK;
}

void history_done(struct history *history)
{
    free(history->open);
    free(history->orders.items);
    free(history->withdrawals.items);
    free(history->obeyed.items);
    *history = (struct history){0};
}

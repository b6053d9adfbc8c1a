/* What a guard's folder gives to a bundle: its documents, and the chosen records with their proofs
 * under a head that was signed. */
#include <stdlib.h>
#include <string.h>

#include "bundle/draft.h"

/* The records of a log, looked through once. */
struct looking {
    struct draft *draft;
    const struct os *os;
    const char *folder;
    const struct draft_choice *choice;
    struct digest *leaves; /* of all records */
    uint64_t count, room;
    uint64_t *uses; /* begun under the declaration */
    size_t use_count, use_room;
    size_t about;    /* records found that are about the declaration */
    uint64_t needed; /* a head must hold so many records: up to the last one asked for */
};

/* --- Choosing ----------------------------------------------------------------------------- */

static bool is_listed(const struct draft_choice *choice, uint64_t index)
{
    for (size_t i = 0; i < choice->index_count; i++) {
        if (choice->indices[i] == index)
            return true;
    }
    return false;
}

static bool is_of_a_use(const struct looking *looking, const struct entry *entry)
{
    for (size_t i = 0; i < looking->use_count; i++) {
        if (looking->uses[i] == entry->use)
            return true;
    }
    return false;
}

/* Doubles a list when it is full. False: no memory, and the list is as before. */
static bool grow(void **items, uint64_t *room, size_t size)
{
    uint64_t more = *room ? 2 * *room : 256;
    void *list = reallocarray(*items, more, size);
    if (!list)
        return false;
    *items = list;
    *room = more;
    return true;
}

static enum error note_use(struct looking *looking, uint64_t use, struct fault *fault)
{
    uint64_t room = looking->use_room;
    void *list = looking->uses;
    if (looking->use_count == room && !grow(&list, &room, sizeof *looking->uses))
        return fault_place(fault, ERROR_MEMORY, "records");
    looking->uses = list;
    looking->use_room = room;
    looking->uses[looking->use_count++] = use;
    return ERROR_OK;
}

/* Whether the record is about the declaration: by its digest, or as one of a use under it. */
static enum error
is_about(struct looking *looking, const struct entry *entry, struct fault *fault, bool *ret_about)
{
    const struct digest *declaration = looking->choice->declaration;
    *ret_about = false;
    if (!declaration)
        return ERROR_OK;
    bool named =
        digest_is_set(&entry->declaration) && digest_equal(&entry->declaration, declaration);
    *ret_about = named || (entry->use && is_of_a_use(looking, entry));
    return named && entry->kind == ENTRY_BEGIN ? note_use(looking, entry->use, fault) : ERROR_OK;
}

/* --- Taking ------------------------------------------------------------------------------- */

static enum error open_fields(
    struct looking *looking, const struct entry *entry, struct bundle_record *record,
    struct fault *fault)
{
    static const char *const in_order[] = {"file", "operator", "subject"};
    struct arena *arena = &looking->draft->arena;
    struct bundle_opening *openings =
        ARENA_ARRAY(arena, struct bundle_opening, BUNDLE_OPENINGS_MAX);
    if (!openings)
        return fault_place(fault, ERROR_MEMORY, "records");
    for (size_t i = 0; i < BUNDLE_OPENINGS_MAX; i++) {
        bool wanted = false;
        for (size_t k = 0; k < looking->choice->open_count; k++)
            wanted |= strcmp(looking->choice->open[k], in_order[i]) == 0;
        if (!wanted)
            continue;
        struct bundle_opening *opening = &openings[record->openings_count];
        opening->field = in_order[i];
        enum error error = guard_opening_read(
            looking->os, looking->folder, &entry->record, in_order[i], arena, fault, &opening->salt,
            &opening->value);
        if (error)
            return error;
        record->openings_count++;
    }
    record->openings = record->openings_count ? openings : NULL;
    return ERROR_OK;
}

static enum error
take_document(struct looking *looking, const struct entry *entry, struct fault *fault)
{
    struct bytes bytes;
    enum error error = guard_stored_read(
        looking->os, looking->folder, entry->kind, &entry->instrument, &looking->draft->arena,
        fault, &bytes);
    return error ? error : draft_add_document(looking->draft, bytes, fault, NULL);
}

static enum error take_record(
    struct looking *looking, const struct record *record, const struct entry *entry,
    struct fault *fault)
{
    struct draft *draft = looking->draft;
    struct bundle_record taken = {.index = record->index};
    if (draft->record_count == draft->record_room) {
        size_t room = draft->record_room ? 2 * draft->record_room : 64;
        struct bundle_record *more = ARENA_ARRAY(&draft->arena, struct bundle_record, room);
        if (!more)
            return fault_place(fault, ERROR_MEMORY, "records");
        if (draft->record_count)
            memcpy(more, draft->records, draft->record_count * sizeof *more);
        draft->records = more;
        draft->record_room = room;
    }
    taken.payload = arena_copy(&draft->arena, record->payload);
    if (!taken.payload.data)
        return fault_place(fault, ERROR_MEMORY, "records");
    enum error error = ERROR_OK;
    if (entry->kind == ENTRY_DECLARED)
        error = open_fields(looking, entry, &taken, fault);
    if (!error && (entry->kind == ENTRY_ORDER || entry->kind == ENTRY_WITHDRAWAL))
        error = take_document(looking, entry, fault);
    if (!error)
        draft->records[draft->record_count++] = taken;
    return error;
}

static enum error
look(void *context, const struct record *record, const struct entry *entry, struct fault *fault)
{
    struct looking *looking = context;
    void *list = looking->leaves;
    bool about;
    if (looking->count == looking->room && !grow(&list, &looking->room, sizeof *looking->leaves))
        return fault_place(fault, ERROR_MEMORY, "records");
    looking->leaves = list;
    looking->leaves[looking->count++] = record->leaf;
    enum error error = is_about(looking, entry, fault, &about);
    looking->about += about;
    bool order = entry->kind == ENTRY_ORDER || entry->kind == ENTRY_OBEYED ||
                 entry->kind == ENTRY_WITHDRAWAL;
    bool asked = about || is_listed(looking->choice, record->index);
    if (error || !(asked || order))
        return error;
    if (asked)
        looking->needed = record->index + 1;
    return take_record(looking, record, entry, fault);
}

/* --- The head ----------------------------------------------------------------------------- */

/* A signed document that says how long the log is. */
struct candidate {
    struct bytes bytes;
    uint64_t size;
    bool lease; /* by the authority, of what the guard had signed before */
};

/* The size that a document says; 0: none. What cannot be read says nothing. */
static uint64_t size_said(struct bytes bytes, bool *ret_lease)
{
    struct arena arena = {0};
    enum instrument_type type;
    struct digest digest;
    void *value;
    uint64_t size = 0;
    *ret_lease = false;
    if (bytes.length &&
        document_decode_unverified(bytes, &arena, NULL, &type, &digest, &value) == ERROR_OK) {
        if (type == INSTRUMENT_LEASE)
            size = ((const struct lease *)value)->acknowledged.size;
        else if (type == INSTRUMENT_RENEWAL)
            size = ((const struct renewal *)value)->head.size;
        else if (type == INSTRUMENT_RETURN)
            size = ((const struct usage_return *)value)->head.size;
        *ret_lease = type == INSTRUMENT_LEASE;
    }
    arena_free(&arena);
    return size;
}

/* Whether this head shows more than the other: one that the authority has by its lease is worth
 * most, else the earlier, which was signed nearer to the records. */
static bool is_better(const struct candidate *one, const struct candidate *other)
{
    if (!other->size)
        return true;
    return one->lease != other->lease ? one->lease : one->size < other->size;
}

static void consider(struct bytes bytes, uint64_t needed, uint64_t count, struct candidate *best)
{
    struct candidate one = {.bytes = bytes};
    one.size = size_said(bytes, &one.lease);
    if (one.size >= needed && one.size <= count && one.size && is_better(&one, best))
        *best = one;
}

static enum error take_head(
    struct looking *looking, const struct guard_holdings *holdings, const struct bytes *returns,
    size_t return_count, struct fault *fault)
{
    struct draft *draft = looking->draft;
    struct candidate best = {0};
    if (draft->record_count == 0)
        return ERROR_OK;
    uint64_t needed = looking->needed;
    if (!needed)
        needed = draft->records[draft->record_count - 1].index + 1;
    consider(holdings->lease, needed, looking->count, &best);
    consider(holdings->request, needed, looking->count, &best);
    for (size_t i = 0; i < holdings->return_count; i++)
        consider(holdings->returns[i], needed, looking->count, &best);
    for (size_t i = 0; i < return_count; i++)
        consider(returns[i], needed, looking->count, &best);
    if (!best.size)
        return fault_set(
            fault, ERROR_BUNDLE_HEAD, "records", "a signed head that reaches the last of them",
            "none of %llu records or more", (unsigned long long)needed);
    draft->log_size = best.size;
    /* Orders that came later are not under it, and changed nothing before. */
    while (draft->records[draft->record_count - 1].index >= best.size)
        draft->record_count--;
    return draft_add_document(draft, best.bytes, fault, NULL);
}

static enum error prove(struct looking *looking, struct fault *fault)
{
    struct draft *draft = looking->draft;
    struct leaf_list leaves = {looking->leaves, looking->count};
    struct tree_source source = tree_source_of(&leaves);
    for (size_t i = 0; i < draft->record_count; i++) {
        struct bundle_record *record = &draft->records[i];
        struct proof proof;
        enum error error =
            proof_make_inclusion(&source, record->index, draft->log_size, fault, &proof);
        if (error)
            return error;
        struct bytes hashes = {proof.hashes[0].bytes, proof.count * DIGEST_SIZE};
        record->proof = arena_copy(&draft->arena, hashes);
        if (!record->proof.data)
            return fault_place(fault, ERROR_MEMORY, "records");
    }
    return ERROR_OK;
}

/* --- The folder --------------------------------------------------------------------------- */

static enum error
take_documents(struct draft *draft, const struct guard_holdings *holdings, struct fault *fault)
{
    const struct bytes documents[] = {
        holdings->certificate, holdings->licence,    holdings->roll,
        holdings->lease,       holdings->delegation,
    };
    enum error error = ERROR_OK;
    draft->guard = arena_copy(&draft->arena, holdings->key);
    if (!draft->guard.data)
        return fault_place(fault, ERROR_MEMORY, "guard");
    for (size_t i = 0; i < holdings->root_count && !error; i++)
        error = draft_add_root(draft, holdings->roots[i], fault);
    for (size_t i = 0; i < sizeof documents / sizeof *documents && !error; i++) {
        if (documents[i].length)
            error = draft_add_document(draft, documents[i], fault, NULL);
    }
    for (size_t i = 0; i < holdings->receipt_count && !error; i++)
        error = draft_add_document(draft, holdings->receipts[i], fault, NULL);
    return error;
}

static enum error check_found(const struct looking *looking, struct fault *fault)
{
    const struct draft_choice *choice = looking->choice;
    if (choice->declaration && !looking->about)
        return fault_set(
            fault, ERROR_NOT_FOUND, "records", "a record about the declaration", "none");
    for (size_t i = 0; i < choice->index_count; i++) {
        if (choice->indices[i] >= looking->count)
            return fault_set(
                fault, ERROR_NOT_FOUND, "records", "a record of that number", "%llu records",
                (unsigned long long)looking->count);
    }
    return ERROR_OK;
}

enum error draft_take_guard(
    struct draft *draft, const struct os *os, const char *folder, const struct draft_choice *choice,
    const struct bytes *returns, size_t return_count, struct fault *fault)
{
    struct guard_holdings holdings;
    struct record_summary summary;
    struct looking looking = {.draft = draft, .os = os, .folder = folder, .choice = choice};
    enum error error = guard_holdings_read(os, folder, &draft->arena, fault, &holdings);
    if (!error)
        error = take_documents(draft, &holdings, fault);
    if (!error)
        error = guard_records_check(os, folder, NULL, look, &looking, fault, &summary);
    if (!error)
        error = check_found(&looking, fault);
    if (!error)
        error = take_head(&looking, &holdings, returns, return_count, fault);
    if (!error)
        error = prove(&looking, fault);
    free(looking.leaves);
    free(looking.uses);
    return error;
}

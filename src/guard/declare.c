/* Declarations: verified once, judged, admitted once; commitments for the record and their
 * openings for the agency. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard/inside.h"
#include "guard/openings.h"

/* --- Ids seen ----------------------------------------------------------------------------- */

static struct seen *place_of(struct seen *places, size_t room, uint64_t seed, const struct id *id)
{
    /* Ids are random, and the seed keeps who chooses them from choosing their places. */
    uint64_t hash = (load_u64(id->bytes) ^ seed) * UINT64_C(0x9E3779B97F4A7C15);
    hash = (hash ^ (hash >> 32) ^ load_u64(id->bytes + 8)) * UINT64_C(0xD6E8FEB86659FD93);
    size_t at = (size_t)(hash >> 16) & (room - 1);
    while (places[at].used && !id_equal(&places[at].id, id))
        at = (at + 1) & (room - 1);
    return &places[at];
}

struct seen *seen_find(struct enduse_guard *guard, const struct id *id)
{
    if (guard->seen_room == 0)
        return NULL;
    struct seen *place = place_of(guard->seen, guard->seen_room, guard->seen_seed, id);
    return place->used ? place : NULL;
}

struct seen *seen_make(struct enduse_guard *guard, const struct id *id)
{
    if (2 * guard->seen_count >= guard->seen_room) {
        size_t room = guard->seen_room ? 2 * guard->seen_room : 256;
        struct seen *larger = calloc(room, sizeof *larger);
        if (!larger)
            return NULL;
        for (size_t i = 0; i < guard->seen_room; i++) {
            if (guard->seen[i].used)
                *place_of(larger, room, guard->seen_seed, &guard->seen[i].id) = guard->seen[i];
        }
        free(guard->seen);
        guard->seen = larger;
        guard->seen_room = room;
    }
    struct seen *place = place_of(guard->seen, guard->seen_room, guard->seen_seed, id);
    if (!place->used) {
        *place = (struct seen){.id = *id, .used = true};
        guard->seen_count++;
    }
    return place;
}

/* --- The handle --------------------------------------------------------------------------- */

void declaration_close(struct enduse_declaration *declared)
{
    if (!declared)
        return;
    declared_use_close(declared->use);
    arena_free(&declared->arena);
    free(declared);
}

struct enduse_declaration *
declaration_release(struct enduse_guard *guard, struct enduse_declaration *declared)
{
    if (--declared->holders)
        return NULL;
    *(declared->previous ? &declared->previous->next : &guard->declarations) = declared->next;
    if (declared->next)
        declared->next->previous = declared->previous;
    return declared;
}

void enduse_declaration_free(struct enduse_guard *guard, struct enduse_declaration *declaration)
{
    if (!guard || !declaration || !guard_is_home(guard))
        return;
    pthread_mutex_lock(&guard->lock);
    struct enduse_declaration *over = NULL;
    if (declaration->held) {
        declaration->held = false;
        over = declaration_release(guard, declaration);
    }
    pthread_mutex_unlock(&guard->lock);
    declaration_close(over);
}

/* --- Verifying ---------------------------------------------------------------------------- */

static enum error verify(
    const struct papers *papers, struct bytes declaration, struct bytes approval,
    struct enduse_declaration *declared, struct fault *fault)
{
    struct document document;
    enum error error = declaration_open(
        declaration, &papers->enrolment.authority, &papers->roll, &papers->certificate_digest,
        &papers->licence_digest, &declared->arena, fault, &document, &declared->declaration);
    if (error)
        return error;
    declared->digest = document.digest;
    declared->person = roll_operator_by_id(&papers->roll, declared->declaration.operator_id);
    if (!declared->person)
        return fault_place(fault, ERROR_SIGNER_STRANGER, "declaration: operator");
    declared->has_approval = approval.length != 0;
    if (declared->has_approval != digest_is_set(&declared->declaration.approval))
        return fault_set(
            fault, ERROR_DOCUMENT_REFERENCE, "declaration: approval",
            "the approval that it names, and no other",
            declared->has_approval ? "one that it does not name" : "none");
    if (!declared->has_approval)
        return ERROR_OK;
    error = approval_open(
        approval, &papers->enrolment.authority, &papers->certificate, &papers->certificate_digest,
        &declared->arena, fault, &document, &declared->approval);
    if (error)
        return error;
    declared->approval_digest = document.digest;
    if (declared->approval.kind == APPROVAL_WITHDRAWAL)
        return fault_set(
            fault, ERROR_DOCUMENT_TYPE, "approval", "an approval", "a withdrawal of one");
    return rule_refers(
        &declared->declaration.approval, &document.digest, "declaration: approval", fault);
}

/* --- What the record says of it --------------------------------------------------------------- */

/* Draws salts, computes the commitments, and writes the openings durably. */
static enum error commit(
    struct enduse_guard *guard, const struct enduse_declaration *declared, struct entry *entry,
    struct fault *fault)
{
    enum { FIELDS = 3 };
    const char *subject = datum_text(&declared->declaration.facts, "subject");
    const struct {
        const char *field, *value;
        struct digest *commitment;
    } rows[FIELDS] = {
        {"subject", subject, &entry->subject},
        {"file", declared->declaration.file, &entry->file},
        {"operator", declared->declaration.operator_id, &entry->operator_id},
    };
    uint8_t salts[FIELDS][ENTRY_SALT_SIZE];
    struct opening openings[FIELDS];
    struct openings file = {.declaration = declared->digest, .fields = openings};
    enum error error = random_fill(guard->os, fault, entry->record.bytes, ID_SIZE);
    if (!error)
        error = random_fill(guard->os, fault, salts, sizeof salts);
    if (error)
        return error;
    file.record = entry->record;
    struct public_key key = *private_key_public(guard->key);
    for (size_t i = 0; i < FIELDS; i++) {
        if (!rows[i].value || !rows[i].value[0])
            continue;
        *rows[i].commitment = entry_commitment(
            &key, &entry->record, rows[i].field, salts[i], bytes_of(rows[i].value));
        openings[file.fields_count++] =
            (struct opening){rows[i].field, {salts[i], ENTRY_SALT_SIZE}, bytes_of(rows[i].value)};
    }
    error = openings_write(guard->os, guard->folder, &file, fault);
    secret_wipe(salts, sizeof salts);
    return error;
}

/* Facts as returns count them. Texts live in the declaration's arena. */
struct facts {
    struct entry_fact items[ENTRY_FACTS_MAX];
    size_t count;
};

static void add_fact(
    struct facts *facts, struct enduse_declaration *declared, const char *field, const char *value)
{
    const char *copy = arena_text(&declared->arena, bytes_of(value));
    if (copy && copy[0] && facts->count < ENTRY_FACTS_MAX)
        facts->items[facts->count++] = (struct entry_fact){field, copy};
}

static void add_datum(
    struct facts *facts, struct enduse_declaration *declared, const char *field,
    const struct datum *datum)
{
    char text[32];
    switch (datum->kind) {
    case DATUM_BOOL:
        add_fact(facts, declared, field, datum->boolean ? "true" : "false");
        break;
    case DATUM_INTEGER:
        snprintf(text, sizeof text, "%lld", (long long)datum->integer);
        add_fact(facts, declared, field, text);
        break;
    case DATUM_TEXT:
        if (datum->text.length <= FIELD_TEXT_LIMIT &&
            !memchr(datum->text.data, '\n', datum->text.length) &&
            !memchr(datum->text.data, '\t', datum->text.length))
            add_fact(facts, declared, field, (const char *)datum->text.data);
        break;
    case DATUM_LIST:
        for (size_t i = 0; i < datum->list.count; i++) {
            if (datum->list.items[i].kind == DATUM_TEXT)
                add_datum(facts, declared, field, &datum->list.items[i]);
        }
        break;
    default:
        break;
    }
}

/* An approval's pseudonym: the same for each use under it, and nothing by which to find it. */
static void add_approval(
    struct facts *facts, const struct enduse_guard *guard, struct enduse_declaration *declared)
{
    const struct bytes parts[] = {
        BYTES_LITERAL("enduse/approval/v1"),
        digest_view(&guard->papers.enrolment.first_key_hash),
        digest_view(&declared->approval_digest),
    };
    struct digest digest = sha256_of_parts(parts, sizeof parts / sizeof *parts);
    char text[DIGEST_TEXT_SIZE];
    digest_text(&digest, text);
    text[16] = '\0';
    add_fact(facts, declared, "approval", text);
}

static void gather_facts(
    const struct enduse_guard *guard, struct enduse_declaration *declared, struct facts *ret_facts)
{
    static const char *const never[] = {"subject", "file", "operator"};
    const struct certificate *certificate = &guard->papers.certificate;
    *ret_facts = (struct facts){0};
    for (size_t i = 0; i < certificate->return_fields_count; i++) {
        const char *field = certificate->return_fields[i];
        const struct datum *datum = datum_member(&declared->declaration.facts, field);
        bool private = false;
        for (size_t k = 0; k < sizeof never / sizeof *never; k++)
        private = private || strcmp(field, never[k]) == 0;
        if (strcmp(field, "approval") == 0 && declared->has_approval)
            add_approval(ret_facts, guard, declared);
        else if (datum && !private)
            add_datum(ret_facts, declared, field, datum);
    }
}

/* --- Declaring ---------------------------------------------------------------------------- */

/* Binds the declaration to the terms and puts it among the guard's. build held. */
static enum error
admit(struct enduse_guard *guard, struct enduse_declaration *declared, struct fault *fault)
{
    struct use_sources sources = {
        .declaration = &declared->declaration,
        .roll = &guard->papers.roll,
        .approval = declared->has_approval ? &declared->approval : NULL,
    };
    if (guard->terms) {
        enum error error = declared_use_open(guard->terms, &sources, fault, &declared->use);
        if (error)
            return error;
    }
    pthread_mutex_lock(&guard->lock);
    struct seen *seen = seen_make(guard, &declared->declaration.id);
    if (seen) {
        declared->serial = guard->declaration_serial++;
        declared->held = true;
        declared->holders = 1;
        declared->next = guard->declarations;
        if (declared->next)
            declared->next->previous = declared;
        guard->declarations = declared;
    }
    pthread_mutex_unlock(&guard->lock);
    return seen ? ERROR_OK : fault_place(fault, ERROR_MEMORY, "declaration");
}

/* Lock held. */
static enum enduse_reason judge(
    struct enduse_guard *guard, struct enduse_declaration *declared, const struct now *now,
    struct verdict *ret_verdict, struct enduse_verdict *ret_words)
{
    struct bar bar = guard_bar_new(guard, now);
    if (bar.reason) {
        guard_say_bar(guard, &bar, ret_words);
        return bar.reason;
    }
    struct seen *seen = seen_find(guard, &declared->declaration.id);
    enum enduse_reason reason;
    if (!seen || seen->accepted)
        reason = ENDUSE_REASON_REPLAY;
    else
        reason = guard_judge(guard, declared, now, false, guard->running, ret_verdict);
    if (!reason) {
        seen->accepted = true;
        seen->owner = declared->serial;
    }
    if (ret_verdict->outcome)
        guard_say_verdict(guard, ret_verdict, ret_words);
    else
        guard_say_reason(guard, reason, ret_words);
    return reason;
}

/* Judges and records; what cannot be recorded is refused. */
static enum enduse_reason decide(
    struct enduse_guard *guard, struct enduse_declaration *declared,
    struct enduse_verdict *ret_words)
{
    struct facts facts;
    const char *clauses[ENTRY_CLAUSES_MAX];
    struct verdict verdict = {0};
    struct entry entry = {
        .kind = ENTRY_DECLARED,
        .id = declared->declaration.id,
        .declaration = declared->digest,
        .approval = declared->approval_digest,
        .clauses = clauses,
    };
    gather_facts(guard, declared, &facts);
    entry.facts = facts.items;
    entry.facts_count = facts.count;
    enum error error = commit(guard, declared, &entry, NULL);

    uint8_t room[ENTRY_SIZE_MAX];
    struct bytes payload;
    pthread_mutex_lock(&guard->lock);
    struct now now = guard_now(guard);
    enum enduse_reason reason = judge(guard, declared, &now, &verdict, ret_words);
    entry.time = now.time;
    entry.wall = now.wall;
    entry.reason = reason;
    entry.within = reason == ENDUSE_REASON_NONE;
    if (verdict.outcome)
        entry.clauses_count = verdict_numbers(guard->terms, &verdict, clauses);
    bool wanted = reason != ENDUSE_REASON_UNACKNOWLEDGED && reason != ENDUSE_REASON_RECORD;
    if (!error && wanted)
        error = entry_encode(&entry, NULL, room, &payload);
    pthread_mutex_unlock(&guard->lock);
    if (!wanted)
        return reason;
    if (!error && !guard->log)
        error = ERROR_STATE;
    uint64_t index;
    if (!error)
        error = record_log_append(guard->log, payload, NULL, &index);
    if (!error) {
        guard_note_records(guard, index);
        ret_words->record = index;
        ret_words->recorded = 1;
        return reason;
    }
    pthread_mutex_lock(&guard->lock);
    guard_say_reason(guard, ENDUSE_REASON_RECORD, ret_words);
    pthread_mutex_unlock(&guard->lock);
    return ENDUSE_REASON_RECORD;
}

int enduse_declare(
    struct enduse_guard *guard, const void *declaration, size_t declaration_size,
    const void *approval, size_t approval_size, struct enduse_declaration **ret_declaration,
    struct enduse_verdict *ret_verdict, struct enduse_fault *ret_fault)
{
    if (!guard || !declaration || !ret_declaration || !ret_verdict ||
        (!approval && approval_size) || !guard_is_home(guard))
        return ENDUSE_USAGE;
    struct fault fault = {0};
    struct enduse_declaration *declared = calloc(1, sizeof *declared);
    enum error error = declared ? verify(
                                      &guard->papers, (struct bytes){declaration, declaration_size},
                                      (struct bytes){approval, approval_size}, declared, &fault)
                                : fault_place(&fault, ERROR_MEMORY, "declaration");
    if (!error) {
        pthread_mutex_lock(&guard->build);
        error = admit(guard, declared, &fault);
        pthread_mutex_unlock(&guard->build);
    }
    if (error) {
        declaration_close(declared);
        guard_show_fault(&fault, ret_fault);
        return error == ERROR_MEMORY || error == ERROR_RANDOM || error == ERROR_CRYPTO
                   ? ENDUSE_FAILED
                   : ENDUSE_INVALID;
    }
    enum enduse_reason reason = decide(guard, declared, ret_verdict);
    *ret_declaration = declared;
    return reason == ENDUSE_REASON_NONE ? ENDUSE_OK : ENDUSE_REFUSED;
}

/* --- Explaining --------------------------------------------------------------------------- */

size_t enduse_explain(
    struct enduse_guard *guard, struct enduse_declaration *declaration, char *text, size_t size)
{
    if (!guard || !declaration || (!text && size) || !guard_is_home(guard))
        return 0;
    struct buffer words = {0};
    struct enduse_verdict verdict;
    pthread_mutex_lock(&guard->lock);
    struct now now = guard_now(guard);
    struct bar bar = guard_bar_new(guard, &now);
    if (bar.reason) {
        guard_say_bar(guard, &bar, &verdict);
        buffer_printf(&words, "%s\n", verdict.words);
        if (verdict.issuer[0])
            buffer_printf(&words, "issued by: %s\n", verdict.issuer);
        buffer_printf(&words, "ask: %s\n", verdict.contact);
    }
    enum error error = ERROR_OK;
    if (declaration->use) {
        uint64_t begun = guard_begun_in_period(guard, now.time);
        struct moment moment = {
            .time = now.time,
            .other_active_uses = guard->running,
            .uses_in_period = begun,
            .approval_withdrawn =
                declaration->has_approval &&
                stored_is_withdrawn(&guard->stored, &declaration->approval_digest),
        };
        error = declared_use_explain(declaration->use, &moment, &words);
    }
    pthread_mutex_unlock(&guard->lock);
    size_t length = error || words.error ? 0 : words.length;
    if (size && length) {
        size_t kept = length < size - 1 ? length : size - 1;
        memcpy(text, words.data, kept);
        text[kept] = '\0';
    } else if (size) {
        text[0] = '\0';
    }
    buffer_free(&words);
    return length;
}

/* The ledger: loading its state, appending events. Judging them is in judge.c. */
#include "store/ledger.h"

#include <stdlib.h>
#include <string.h>

bool error_refuses(enum error error)
{
    switch (error) {
    case ERROR_MEMORY:
    case ERROR_IO:
    case ERROR_NO_SPACE:
    case ERROR_PERMISSION:
    case ERROR_BUSY:
    case ERROR_RANDOM:
    case ERROR_CLOCK:
    case ERROR_INTERNAL:
    case ERROR_CRYPTO:
    case ERROR_STORE_DAMAGED:
    case ERROR_STORE_FOREIGN:
    case ERROR_STORE_TREE:
    case ERROR_STORE_EVENT_COLUMN:
        return false;
    default:
        return error != ERROR_OK;
    }
}

/* --- State -------------------------------------------------------------------------------- */

static enum error load_chain(struct ledger *ledger, struct fault *fault)
{
    struct arena arena = {0};
    struct bytes *roots;
    size_t count;
    enum error error = event_roots(ledger->database, &arena, fault, &roots, &count);
    if (!error && count > 0) {
        /* Whether a demo root will do was decided when the database was made. */
        struct root_chain chain;
        error = root_chain_open(roots, count, NULL, true, fault, &chain);
        if (!error) {
            if (ledger->has_chain)
                root_chain_close(&ledger->chain);
            ledger->chain = chain;
            ledger->has_chain = true;
        }
    }
    arena_free(&arena);
    return error;
}

/* What both ministries set, or what stands before they did. */
static enum error load_settings(struct ledger *ledger, struct fault *fault)
{
    const void *content = NULL;
    enum error error = file_find(
        ledger->database, FILE_SETTINGS, SETTINGS_NUMBER, &ledger->arena, fault, &content);
    if (!error)
        ledger->settings = *settings_in_force(content);
    return error;
}

/* The date of the list of countries: of its newest change. */
static enum error load_countries_date(struct ledger *ledger, struct fault *fault)
{
    enum { AT_MOST = 1024 }; /* there are fewer codes */
    const void **countries = ARENA_ARRAY(&ledger->arena, const void *, AT_MOST);
    size_t count = 0;
    if (!countries)
        return fault_place(fault, ERROR_MEMORY, "countries");
    enum error error = file_next(
        ledger->database, FILE_COUNTRY, NULL, "", AT_MOST, &ledger->arena, fault, countries,
        &count);
    if (error)
        return error;
    ledger->countries_date = 0;
    for (size_t i = 0; i < count; i++) {
        const struct country_file *country = countries[i];
        if (country->decided.time > ledger->countries_date)
            ledger->countries_date = country->decided.time;
    }
    return ERROR_OK;
}

/* What a published delegation's file holds was verified when it was published. */
static enum error read_delegation(
    struct ledger *ledger, struct bytes body, struct delegation *ret_delegation,
    struct fault *fault)
{
    const void *content = NULL;
    enum error error = file_decode(FILE_DELEGATION, body, &ledger->arena, fault, &content);
    if (error)
        return error;
    const struct delegation_file *file = content;
    enum instrument_type type;
    struct digest digest;
    void *value;
    error =
        document_decode_unverified(file->instrument, &ledger->arena, fault, &type, &digest, &value);
    if (!error && type != INSTRUMENT_DELEGATION)
        error = fault_place(fault, ERROR_STORE_DAMAGED, "delegation/%s", file->base.number);
    if (!error)
        *ret_delegation = *(const struct delegation *)value;
    return error;
}

static enum error load_delegations(struct ledger *ledger, struct fault *fault)
{
    enum { LIMIT = 4096 }; /* one every week for 78 years */
    struct delegation *delegations = ARENA_ARRAY(&ledger->arena, struct delegation, LIMIT);
    if (!delegations)
        return fault_place(fault, ERROR_MEMORY, "delegations");
    struct query query;
    query_begin(&query, ledger->database, SQL_FILE_BODIES, fault);
    query_text(&query, 1, file_word(FILE_DELEGATION));
    query_integer(&query, 2, DELEGATION_IN_FORCE);
    size_t count = 0;
    enum error row = ERROR_OK;
    while (!row && count < LIMIT && query_row(&query)) {
        row = read_delegation(ledger, column_bytes(&query, 0), &delegations[count], fault);
        count += !row;
    }
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (!error) {
        ledger->delegations = delegations;
        ledger->delegation_count = count;
    }
    return error;
}

/* Everything that the office stands on besides the roots: settings, list and delegations. */
static enum error load_arena(struct ledger *ledger, struct fault *fault)
{
    arena_free(&ledger->arena);
    ledger->delegations = NULL;
    ledger->delegation_count = 0;
    enum error error = load_settings(ledger, fault);
    if (!error)
        error = load_countries_date(ledger, fault);
    if (!error)
        error = load_delegations(ledger, fault);
    return error;
}

enum error ledger_load(struct ledger *ledger, struct fault *fault)
{
    uint64_t size = 0;
    ledger->loaded = false;
    enum error error = event_last(ledger->database, fault, &size, &ledger->time);
    if (!error)
        error = tree_frontier(ledger->database, size, fault, &ledger->frontier);
    if (!error)
        error = load_chain(ledger, fault);
    if (!error)
        error = load_arena(ledger, fault);
    ledger->loaded = !error;
    return error;
}

void ledger_close(struct ledger *ledger)
{
    if (ledger->has_chain)
        root_chain_close(&ledger->chain);
    arena_free(&ledger->arena);
    *ledger = (struct ledger){0};
}

struct office ledger_office(const struct ledger *ledger, millis time)
{
    const struct delegation *newest = NULL;
    for (size_t i = 0; i < ledger->delegation_count; i++) {
        const struct delegation *delegation = &ledger->delegations[i];
        if (delegation->from <= time && time < delegation->until &&
            (!newest || delegation->version > newest->version))
            newest = delegation;
    }
    return (struct office){
        .chain = &ledger->chain,
        .delegation = newest,
        .settings = ledger->settings,
        .countries_date = ledger->countries_date,
    };
}

/* --- Appending ---------------------------------------------------------------------------- */

static enum error make_event(
    const struct ledger *ledger, const struct judged *judged, millis time, struct bytes salt,
    struct arena *arena, struct fault *fault, struct event *ret_event)
{
    const struct event_body body = {
        .version = EVENT_VERSION,
        .time = time,
        .actor = judged->actor,
        .file = judged->file,
        .file_version = judged->version,
        .instrument = judged->instrument,
    };
    struct bytes encoded;
    enum error error = layout_encode_in(&event_body_layout, &body, arena, fault, &encoded);
    if (error)
        return error;
    struct event event = {
        .sequence = ledger->frontier.size,
        .time = time,
        .type = judged->type,
        .version = EVENT_VERSION,
        .file_kind = judged->kind,
        .file_number = judged->number ? judged->number : "",
        .file_version = judged->version,
        .actor = judged->actor ? judged->actor : "",
        .act = judged->act,
        .body = encoded,
        .salt = event_is_public(judged->type) ? (struct bytes){0} : salt,
    };
    error = event_leaf(&ledger->chain.authority, &event, fault, &event.leaf);
    if (!error)
        *ret_event = event;
    return error;
}

/* When the server has to act on a file; 0: not before it changes. */
static enum error reckon_due(
    struct ledger *ledger, enum file_kind kind, const void *content, millis time,
    struct arena *arena, struct fault *fault, millis *ret_due)
{
    const struct office office = ledger_office(ledger, time);
    struct ledger_view view = {ledger->database, arena};
    const struct office_view files = ledger_view(&view);
    const char *verb = NULL;
    millis next = 0;
    enum error error = authority_due(&office, &files, kind, content, time, fault, &verb, &next);
    *ret_due = verb ? time : next;
    return error;
}

/* The deadline of a file's step by the settings that are in force. */
static millis
reckon_deadline(const struct ledger *ledger, enum file_kind kind, const void *content, millis time)
{
    const struct office office = ledger_office(ledger, time);
    const struct clock clock = file_clock(&office.settings, kind, content);
    return clock_deadline(&clock);
}

/* Once an act has said so, nothing is left of the contact. */
static enum error
keep_or_erase(struct database *database, const struct complainant_file *file, struct fault *fault)
{
    if (file->base.state != COMPLAINANT_ERASED)
        return ERROR_OK;
    struct query query;
    query_begin(&query, database, SQL_SEALED_ERASE, fault);
    query_text(&query, 1, file->base.number);
    return query_finish(&query);
}

/* All files first: what is due on one may hang on another that the act changes too. */
static enum error store_changes(
    struct ledger *ledger, const struct outcome *outcome, const struct event *event,
    struct arena *arena, struct fault *fault)
{
    enum error error = ERROR_OK;
    for (size_t i = 0; i < outcome->change_count && !error; i++) {
        const struct file_change *change = &outcome->changes[i];
        error = file_store(
            ledger->database, change->kind, change->content, event->sequence,
            reckon_deadline(ledger, change->kind, change->content, event->time), fault);
        if (!error && change->kind == FILE_COMPLAINANT)
            error = keep_or_erase(ledger->database, change->content, fault);
    }
    for (size_t i = 0; i < outcome->change_count && !error; i++) {
        const struct file_change *change = &outcome->changes[i];
        const struct file_base *base = change->content;
        millis due = 0;
        error = reckon_due(ledger, change->kind, change->content, event->time, arena, fault, &due);
        if (!error && due)
            error = file_set_due(
                ledger->database, change->kind, base->number, due,
                reckon_deadline(ledger, change->kind, change->content, event->time), fault);
    }
    return error;
}

/* --- What is due after an act that changes what others hang on ----------------------------- */

enum { RECHECK_AT_ONCE = 64 };

struct recheck {
    struct ledger *ledger;
    enum file_kind kind;
    const char *parent; /* NULL: all files of the kind */
    millis time;
    const char *after; /* numbers up to this one are done */
};

/* A batch of files in the order of their numbers; *ret_count 0 after the last. */
static enum error
recheck_some(struct recheck *recheck, struct arena *arena, struct fault *fault, size_t *ret_count)
{
    const void *contents[RECHECK_AT_ONCE];
    size_t count = 0;
    enum error error = file_next(
        recheck->ledger->database, recheck->kind, recheck->parent, recheck->after, RECHECK_AT_ONCE,
        arena, fault, contents, &count);
    for (size_t i = 0; i < count && !error; i++) {
        const struct file_base *base = contents[i];
        millis due = 0;
        error = reckon_due(
            recheck->ledger, recheck->kind, contents[i], recheck->time, arena, fault, &due);
        if (!error)
            error = file_set_due(
                recheck->ledger->database, recheck->kind, base->number, due,
                reckon_deadline(recheck->ledger, recheck->kind, contents[i], recheck->time), fault);
        recheck->after = base->number;
    }
    *ret_count = count;
    return error;
}

static enum error recheck_kind(
    struct ledger *ledger, enum file_kind kind, const char *parent, millis time,
    struct fault *fault)
{
    struct arena arenas[2] = {0}; /* the last batch's holds the number to go on from */
    struct recheck recheck = {ledger, kind, parent, time, ""};
    size_t count = 1;
    enum error error = ERROR_OK;
    for (unsigned turn = 0; count > 0 && !error; turn ^= 1u) {
        arena_free(&arenas[turn]);
        error = recheck_some(&recheck, &arenas[turn], fault, &count);
    }
    arena_free(&arenas[0]);
    arena_free(&arenas[1]);
    return error;
}

static enum error
recheck_due(struct ledger *ledger, const struct outcome *outcome, millis time, struct fault *fault)
{
    enum error error = ERROR_OK;
    for (int kind = 1; kind <= FILE_KIND_LAST && !error; kind++) {
        if (outcome->recheck & (1u << kind))
            error = recheck_kind(ledger, (enum file_kind)kind, outcome->recheck_under, time, fault);
    }
    return error;
}

/* Whether the act changes what the office stands on, which load_arena keeps. */
static bool changes_office(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->change_count; i++) {
        enum file_kind kind = outcome->changes[i].kind;
        if (kind == FILE_SETTINGS || kind == FILE_COUNTRY || kind == FILE_DELEGATION)
            return true;
    }
    return false;
}

enum error ledger_append(
    struct ledger *ledger, const struct judged *judged, millis time, struct bytes salt,
    struct arena *arena, struct fault *fault, struct event *ret_event)
{
    struct event event;
    /* The first root is its own authority: the digest of its payload is in the chain only then. */
    enum error error = ERROR_OK;
    if (!ledger->has_chain) {
        struct bytes first = judged->instrument;
        error = root_chain_open(&first, 1, NULL, true, fault, &ledger->chain);
        ledger->has_chain = !error;
    }
    if (!error)
        error = make_event(ledger, judged, time, salt, arena, fault, &event);
    if (!error)
        error = event_insert(ledger->database, &event, fault);
    if (!error)
        error = tree_append(ledger->database, &ledger->frontier, &event.leaf, fault);
    if (!error)
        error = store_changes(ledger, &judged->outcome, &event, arena, fault);
    if (error)
        return error;
    ledger->time = time;
    if (judged->type == EVENT_ROOT)
        error = load_chain(ledger, fault);
    else if (changes_office(&judged->outcome))
        error = load_arena(ledger, fault);
    if (!error)
        error = recheck_due(ledger, &judged->outcome, time, fault);
    if (!error)
        *ret_event = event;
    return error;
}

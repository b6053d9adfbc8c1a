/* Acts of the server itself: signed with the delegated lease key, by a rule, and judged like any
 * other; and which are due. */
#include <stdio.h>
#include <string.h>

#include "store/writer.h"

enum error
store_lease_key(struct store *store, const struct delegation *delegation, struct fault *fault)
{
    if (!delegation)
        return fault_set(
            fault, ERROR_STORE_DELEGATION, "lease key", "a delegation that is in force", "none");
    struct key_id delegated = document_key_id(&delegation->lease_key);
    struct key_id held = {0};
    if (store->keys.lease)
        held = private_key_id(store->keys.lease);
    if (store->keys.lease && key_id_equal(&delegated, &held))
        return ERROR_OK;
    char text[KEY_ID_TEXT_SIZE];
    return fault_set(
        fault, ERROR_STORE_KEY, "lease key", "the delegated one", "%.16s...",
        store->keys.lease ? key_id_text(&held, text) : "none");
}

enum error server_act(
    struct store *store, const char *file, uint64_t file_version, const char *verb,
    const struct datum *body, millis now, struct arena *arena, struct fault *fault,
    struct bytes *ret_act)
{
    struct act act = {
        .file = file, .file_version = file_version, .verb = verb, .body = *body, .time = now};
    struct buffer bytes = {0};
    enum error error = random_fill(store->os, fault, act.id.bytes, sizeof act.id.bytes);
    if (!error)
        error = document_sign(
            INSTRUMENT_ACT, &act, &store->ledger.chain.authority, store->keys.lease, fault, &bytes);
    struct bytes kept = error ? (struct bytes){0} : arena_copy(arena, buffer_view(&bytes));
    buffer_free(&bytes);
    if (!error && !kept.data)
        error = fault_place(fault, ERROR_MEMORY, "act");
    if (!error)
        *ret_act = kept;
    return error;
}

/* --- Deadlines ---------------------------------------------------------------------------- */

struct due_file {
    enum file_kind kind;
    const void *content;
    millis due;
};

/* The files that are due first, at most limit. */
static enum error list_due(
    struct store *store, size_t limit, struct arena *arena, struct fault *fault,
    struct due_file **ret_files, size_t *ret_count)
{
    struct due_file *files = ARENA_ARRAY(arena, struct due_file, limit);
    if (!files)
        return fault_place(fault, ERROR_MEMORY, "deadlines");
    struct query query;
    query_begin(&query, &store->database, SQL_FILE_DUE, fault);
    query_integer(&query, 1, (int64_t)limit);
    size_t count = 0;
    enum error row = ERROR_OK;
    while (!row && count < limit && query_row(&query)) {
        struct due_file *file = &files[count++];
        file->kind = file_by_word(column_bytes(&query, 0));
        file->due = column_integer(&query, 3);
        row = file->kind
                  ? file_decode(file->kind, column_bytes(&query, 2), arena, fault, &file->content)
                  : fault_place(fault, ERROR_STORE_DAMAGED, "file: kind");
    }
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (!error) {
        *ret_files = files;
        *ret_count = count;
    }
    return error;
}

static enum error make_due(
    struct store *store, const struct office *office, const struct due_file *file, millis now,
    struct arena *arena, struct fault *fault, struct bytes *ret_act, bool *ret_made)
{
    const char *verb = NULL;
    millis next;
    struct ledger_view view = {&store->database, arena};
    const struct office_view files = ledger_view(&view);
    enum error error =
        authority_due(office, &files, file->kind, file->content, now, fault, &verb, &next);
    *ret_made = !error && verb;
    if (error || !verb)
        return error;
    const struct file_base *base = file->content;
    const struct datum body = {.kind = DATUM_MAP};
    const char *name = file_name_in(arena, file->kind, base->number);
    if (!name)
        return fault_place(fault, ERROR_MEMORY, "deadlines");
    return server_act(store, name, base->version, verb, &body, now, arena, fault, ret_act);
}

/* --- Installations that do not renew ------------------------------------------------------ */

static enum error raise_overdue(
    struct store *store, const struct contact *contact, millis now, struct arena *arena,
    struct fault *fault, struct bytes *ret_act)
{
    const void *content = NULL;
    struct datum body;
    char occasion[40];
    snprintf(
        occasion, sizeof occasion, "lease %llu.%llu", (unsigned long long)contact->epoch,
        (unsigned long long)contact->sequence);
    enum error error = file_find(
        &store->database, FILE_INSTALLATION, contact->installation, arena, fault, &content);
    if (!error && !content)
        error = fault_place(fault, ERROR_STORE_DAMAGED, "installation/%s", contact->installation);
    if (error)
        return error;
    const struct signal_facts facts = {
        .kind = SIGNAL_OVERDUE,
        .licence = ((const struct installation_file *)content)->licence,
        .installation = contact->installation,
        .occasion = arena_text(arena, bytes_of(occasion)),
        .words = "The installation has not renewed for a day after its lease ended.",
    };
    const char *number = facts.occasion ? signal_number(&facts, arena) : NULL;
    const char *name = number ? file_name_in(arena, FILE_SIGNAL, number) : NULL;
    if (!name)
        return fault_place(fault, ERROR_MEMORY, "deadlines");
    struct datum_member members[] = {
        {"kind", datum_of_text(signal_words[facts.kind - 1])},
        {"licence", datum_of_text(facts.licence)},
        {"installation", datum_of_text(facts.installation)},
        {"occasion", datum_of_text(facts.occasion)},
        {"words", datum_of_text(facts.words)},
    };
    error = datum_map(members, sizeof members / sizeof *members, fault, &body);
    return error ? error : server_act(store, name, 0, "raise", &body, now, arena, fault, ret_act);
}

static enum error list_watched(
    struct store *store, size_t limit, struct arena *arena, struct fault *fault,
    struct contact **ret_contacts, size_t *ret_count)
{
    struct contact *contacts = ARENA_ARRAY(arena, struct contact, limit);
    if (!contacts)
        return fault_place(fault, ERROR_MEMORY, "deadlines");
    struct query query;
    query_begin(&query, &store->database, SQL_CONTACT_WATCHED, fault);
    query_integer(&query, 1, (int64_t)limit);
    size_t count = 0;
    enum error row = ERROR_OK;
    while (!row && count < limit && query_row(&query)) {
        row = stored(
            layout_decode(&contact_layout, column_bytes(&query, 0), arena, fault, &contacts[count]),
            fault, "contact");
        count += !row;
    }
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (!error) {
        *ret_contacts = contacts;
        *ret_count = count;
    }
    return error;
}

/* Adds what is overdue to the acts that are due; *next is when the first else will be. */
static enum error add_overdue(
    struct store *store, millis now, size_t limit, struct arena *arena, struct fault *fault,
    struct bytes *acts, size_t *count, millis *next)
{
    struct contact *contacts;
    size_t watched = 0;
    enum error error = list_watched(store, limit - *count + 1, arena, fault, &contacts, &watched);
    for (size_t i = 0; i < watched && !error; i++) {
        millis at = contacts[i].watch > now ? contacts[i].watch : now;
        if (contacts[i].watch > now || *count == limit) {
            *next = *next && *next < at ? *next : at;
            break;
        }
        error = raise_overdue(store, &contacts[i], now, arena, fault, &acts[*count]);
        *count += !error;
    }
    return error;
}

static enum error make_all_due(
    struct store *store, const struct office *office, millis now, size_t limit, struct arena *arena,
    struct fault *fault, struct bytes **ret_acts, size_t *ret_count, millis *ret_next)
{
    struct due_file *files;
    size_t listed, count = 0;
    millis next = 0;
    enum error error = list_due(store, limit + 1, arena, fault, &files, &listed);
    struct bytes *acts = error ? NULL : ARENA_ARRAY(arena, struct bytes, limit + 1);
    if (!error && !acts)
        error = fault_place(fault, ERROR_MEMORY, "deadlines");
    for (size_t i = 0; i < listed && !error && !next; i++) {
        bool made = false;
        if (files[i].due > now || count == limit)
            next = files[i].due > now ? files[i].due : now;
        else
            error = make_due(store, office, &files[i], now, arena, fault, &acts[count], &made);
        count += made;
    }
    if (!error)
        error = add_overdue(store, now, limit, arena, fault, acts, &count, &next);
    if (error)
        return error;
    *ret_acts = acts;
    *ret_count = count;
    *ret_next = next;
    return ERROR_OK;
}

enum error store_due(
    struct store *store, size_t limit, struct arena *arena, struct fault *fault,
    struct bytes **ret_acts, size_t *ret_count, millis *ret_next)
{
    millis now;
    enum error error = store_now(store, fault, &now);
    if (error)
        return error;
    const struct office office = ledger_office(&store->ledger, now);
    if (!store->ledger.loaded || store_lease_key(store, office.delegation, NULL) != ERROR_OK) {
        *ret_acts = NULL;
        *ret_count = 0;
        *ret_next = 0;
        return ERROR_OK;
    }
    return make_all_due(store, &office, now, limit, arena, fault, ret_acts, ret_count, ret_next);
}

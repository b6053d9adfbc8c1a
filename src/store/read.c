/* Readers: see read.h. */
#include "store/read.h"

#include <stdlib.h>
#include <string.h>

#include "store/ledger.h"

struct store_reader {
    const struct os *os;
    struct database database;
    struct ledger ledger; /* what store_office loads */
    int64_t data_version; /* when it was loaded */
};

enum error store_reader_open(
    const struct os *os, const char *path, struct fault *fault, struct store_reader **ret_reader)
{
    struct store_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return fault_place(fault, ERROR_MEMORY, "%s", path);
    reader->os = os ? os : &os_system;
    reader->ledger.database = &reader->database;
    enum error error = database_open(path, DATABASE_READ, 0, NULL, fault, &reader->database);
    if (!error) {
        error =
            database_check_schema(&reader->database, SQL_APPLICATION, SQL_SCHEMA_VERSION, fault);
        if (error)
            fault_within(fault, error, "%s", path);
    }
    if (error) {
        store_reader_close(reader);
        return error;
    }
    *ret_reader = reader;
    return ERROR_OK;
}

void store_reader_close(struct store_reader *reader)
{
    if (!reader)
        return;
    store_snapshot_end(reader);
    ledger_close(&reader->ledger);
    database_close(&reader->database);
    free(reader);
}

enum error store_snapshot_begin(struct store_reader *reader, struct fault *fault)
{
    return database_run(&reader->database, SQL_BEGIN_READING, fault);
}

void store_snapshot_end(struct store_reader *reader)
{
    database_rollback(&reader->database);
}

/* --- Files -------------------------------------------------------------------------------- */

enum error store_load(
    struct store_reader *reader, enum file_kind kind, const char *number, struct arena *arena,
    struct fault *fault, const void **ret_content)
{
    const void *content = NULL;
    enum error error = file_find(&reader->database, kind, number, arena, fault, &content);
    if (!error && !content)
        error = fault_place(fault, ERROR_NOT_FOUND, "%s/%.100s", file_word(kind), number);
    if (!error)
        *ret_content = content;
    return error;
}

static enum error entry_of_row(
    struct query *query, const struct store_query *asked, struct arena *arena, struct fault *fault,
    struct store_entry *entry)
{
    *entry = (struct store_entry){
        .number = column_text(query, 0, arena),
        .parent = column_text(query, 1, arena),
        .state = (int)column_integer(query, 2),
        .version = (uint64_t)column_integer(query, 3),
        .opened = column_integer(query, 4),
        .changed = column_integer(query, 5),
        .event = (uint64_t)column_integer(query, 6),
        .deadline = column_integer(query, 7),
    };
    if (query->error || asked->without_content)
        return query->error;
    return file_decode(asked->kind, column_bytes(query, 8), arena, fault, &entry->content);
}

static enum sql list_statement(const struct store_query *asked)
{
    if (asked->parent)
        return SQL_FILE_LIST_OF_PARENT;
    if (!asked->state)
        return SQL_FILE_LIST;
    return asked->order == STORE_BY_EVENT      ? SQL_FILE_LIST_WAITING
           : asked->order == STORE_BY_DEADLINE ? SQL_FILE_LIST_PRESSING
                                               : SQL_FILE_LIST_IN_STATE;
}

enum error store_list(
    struct store_reader *reader, const struct store_query *asked, struct arena *arena,
    struct fault *fault, struct store_entry **ret_entries, size_t *ret_count)
{
    struct store_entry *entries = ARENA_ARRAY(arena, struct store_entry, asked->limit + 1);
    if (!entries)
        return fault_place(fault, ERROR_MEMORY, "list");
    struct query query;
    const enum sql name = list_statement(asked);
    query_begin(&query, &reader->database, name, fault);
    query_text(&query, 1, file_word(asked->kind));
    query_text(&query, 2, asked->after ? asked->after : "");
    query_integer(&query, 3, (int64_t)asked->limit);
    if (name != SQL_FILE_LIST)
        query_integer(&query, 4, asked->state);
    if (asked->parent)
        query_text(&query, 5, asked->parent);
    query_integer(&query, 6, !asked->without_content);
    if (name == SQL_FILE_LIST_WAITING || name == SQL_FILE_LIST_PRESSING)
        query_integer(&query, 7, (int64_t)asked->after_event);
    if (name == SQL_FILE_LIST_PRESSING)
        query_integer(&query, 8, asked->after_deadline);
    size_t count = 0;
    enum error row = ERROR_OK;
    while (!row && count < asked->limit && query_row(&query)) {
        row = entry_of_row(&query, asked, arena, fault, &entries[count]);
        count += !row;
    }
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (error)
        return error;
    *ret_entries = entries;
    *ret_count = count;
    return ERROR_OK;
}

enum error store_count(
    struct store_reader *reader, const struct store_query *asked, struct fault *fault,
    uint64_t *ret_count)
{
    struct query query;
    const enum sql name = asked->parent  ? SQL_FILE_COUNT_OF_PARENT
                          : asked->state ? SQL_FILE_COUNT_IN_STATE
                                         : SQL_FILE_COUNT;
    query_begin(&query, &reader->database, name, fault);
    query_text(&query, 1, file_word(asked->kind));
    if (name != SQL_FILE_COUNT)
        query_integer(&query, 2, asked->state);
    if (asked->parent)
        query_text(&query, 3, asked->parent);
    uint64_t count = query_row(&query) ? (uint64_t)column_integer(&query, 0) : 0;
    enum error error = query_end(&query);
    if (!error)
        *ret_count = count;
    return error;
}

enum error store_sealed(
    struct store_reader *reader, const char *complainant, struct arena *arena, struct fault *fault,
    const char **ret_contact)
{
    struct query query;
    query_begin(&query, &reader->database, SQL_SEALED_GET, fault);
    query_text(&query, 1, complainant);
    const char *contact = query_row(&query) ? column_text(&query, 0, arena) : NULL;
    enum error error = query_end(&query);
    if (!error)
        *ret_contact = contact;
    return error;
}

enum error store_contact(
    struct store_reader *reader, const char *installation, struct arena *arena, struct fault *fault,
    const struct contact **ret_contact)
{
    return contact_find(&reader->database, installation, arena, fault, ret_contact);
}

/* --- Events ------------------------------------------------------------------------------- */

enum error store_events(
    struct store_reader *reader, uint64_t from, size_t count, struct arena *arena,
    struct fault *fault, struct event **ret_events, size_t *ret_count)
{
    struct query query;
    query_begin(&query, &reader->database, SQL_EVENT_FROM, fault);
    query_integer(&query, 1, from > INT64_MAX ? INT64_MAX : (int64_t)from);
    query_integer(&query, 2, count > INT64_MAX ? INT64_MAX : (int64_t)count);
    return event_rows(&query, count, arena, fault, ret_events, ret_count);
}

/* The events of a file on one side of a sequence. */
static enum error file_events(
    struct store_reader *reader, enum sql name, enum file_kind kind, const char *number,
    uint64_t sequence, size_t count, struct arena *arena, struct fault *fault,
    struct event **ret_events, size_t *ret_count)
{
    struct query query;
    query_begin(&query, &reader->database, name, fault);
    query_text(&query, 1, file_word(kind));
    query_text(&query, 2, number);
    query_integer(&query, 3, sequence > INT64_MAX ? INT64_MAX : (int64_t)sequence);
    query_integer(&query, 4, count > INT64_MAX ? INT64_MAX : (int64_t)count);
    return event_rows(&query, count, arena, fault, ret_events, ret_count);
}

enum error store_file_events(
    struct store_reader *reader, enum file_kind kind, const char *number, uint64_t from,
    size_t count, struct arena *arena, struct fault *fault, struct event **ret_events,
    size_t *ret_count)
{
    return file_events(
        reader, SQL_EVENT_OF_FILE, kind, number, from, count, arena, fault, ret_events, ret_count);
}

enum error store_history(
    struct store_reader *reader, enum file_kind kind, const char *number, uint64_t before,
    size_t count, struct arena *arena, struct fault *fault, struct event **ret_events,
    size_t *ret_count)
{
    return file_events(
        reader, SQL_EVENT_HISTORY, kind, number, before, count, arena, fault, ret_events,
        ret_count);
}

enum error store_history_but_returns(
    struct store_reader *reader, enum file_kind kind, const char *number, uint64_t before,
    size_t count, struct arena *arena, struct fault *fault, struct event **ret_events,
    size_t *ret_count)
{
    return file_events(
        reader, SQL_EVENT_HISTORY_BUT_RETURNS, kind, number, before, count, arena, fault,
        ret_events, ret_count);
}

enum error store_newest(
    struct store_reader *reader, enum file_kind kind, const char *number, size_t count,
    struct fault *fault, uint64_t *ret_sequences, size_t *ret_count)
{
    struct query query;
    size_t found = 0;
    query_begin(&query, &reader->database, SQL_EVENT_NEWEST, fault);
    query_text(&query, 1, file_word(kind));
    query_text(&query, 2, number);
    query_integer(&query, 3, (int64_t)count);
    while (found < count && query_row(&query))
        ret_sequences[found++] = (uint64_t)column_integer(&query, 0);
    enum error error = query_end(&query);
    if (!error)
        *ret_count = found;
    return error;
}

enum error store_event_act(
    const struct event *event, struct arena *arena, struct fault *fault, struct act *ret_act)
{
    struct event_body body;
    enum instrument_type type;
    struct digest digest;
    void *value;
    enum error error = event_body_decode(event->body, arena, fault, &body);
    if (!error)
        error = document_decode_unverified(body.instrument, arena, fault, &type, &digest, &value);
    if (!error && type != INSTRUMENT_ACT)
        error = fault_set(fault, ERROR_COSE_TYPE, "event", "an act", "%s", instrument_word(type));
    if (!error)
        *ret_act = *(const struct act *)value;
    return error;
}

enum error store_root(
    struct store_reader *reader, uint64_t version, struct arena *arena, struct fault *fault,
    struct bytes *ret_root)
{
    struct bytes *roots;
    size_t count;
    enum error error = event_roots(&reader->database, arena, fault, &roots, &count);
    if (error)
        return error;
    if (count == 0 || version > count)
        return fault_place(
            fault, ERROR_NOT_FOUND, "root version %llu", (unsigned long long)version);
    *ret_root = roots[version ? version - 1 : count - 1];
    return ERROR_OK;
}

/* --- The tree ----------------------------------------------------------------------------- */

static enum error read_head(
    struct store_reader *reader, enum sql name, struct arena *arena, struct fault *fault,
    struct store_head *ret_head)
{
    struct query query;
    query_begin(&query, &reader->database, name, fault);
    struct store_head head = {0};
    enum error row = ERROR_OK;
    bool found = query_row(&query);
    if (found) {
        head.size = (uint64_t)column_integer(&query, 0);
        head.time = column_integer(&query, 1);
        row = column_digest(&query, 2, ERROR_STORE_HEAD, fault, &head.root);
        if (!column_is_null(&query, 3))
            head.note = column_copy(&query, 3, arena);
    }
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (!error && !found)
        error = fault_place(fault, ERROR_NOT_FOUND, "head");
    if (!error)
        *ret_head = head;
    return error;
}

enum error store_head(
    struct store_reader *reader, struct arena *arena, struct fault *fault,
    struct store_head *ret_head)
{
    return read_head(reader, SQL_HEAD_NEWEST, arena, fault, ret_head);
}

enum error store_signed_head(
    struct store_reader *reader, struct arena *arena, struct fault *fault,
    struct store_head *ret_head)
{
    return read_head(reader, SQL_HEAD_NEWEST_SIGNED, arena, fault, ret_head);
}

enum error store_inclusion(
    struct store_reader *reader, uint64_t index, uint64_t size, struct fault *fault,
    struct proof *ret_proof)
{
    const struct tree_source source = {node_read, &reader->database, 1};
    return proof_make_inclusion(&source, index, size, fault, ret_proof);
}

enum error store_consistency(
    struct store_reader *reader, uint64_t old_size, uint64_t new_size, struct fault *fault,
    struct proof *ret_proof)
{
    const struct tree_source source = {node_read, &reader->database, 1};
    return proof_make_consistency(&source, old_size, new_size, fault, ret_proof);
}

/* --- The office --------------------------------------------------------------------------- */

/* Copies what lives in the ledger's arena: that is freed at the next load. */
static enum error copy_office(
    const struct office *office, struct arena *arena, struct fault *fault,
    struct office *ret_office)
{
    struct buffer bytes = {0};
    struct office copy = *office;
    struct delegation *delegation = NULL;
    enum error error = layout_encode(&office_settings_layout, &office->settings, fault, &bytes);
    if (!error)
        error = layout_decode(
            &office_settings_layout, buffer_view(&bytes), arena, fault, &copy.settings);
    if (!error && office->delegation) {
        buffer_clear(&bytes);
        delegation = ARENA_NEW(arena, struct delegation);
        error = delegation ? layout_encode(&delegation_layout, office->delegation, fault, &bytes)
                           : fault_place(fault, ERROR_MEMORY, "office");
        if (!error)
            error =
                layout_decode(&delegation_layout, buffer_view(&bytes), arena, fault, delegation);
    }
    buffer_free(&bytes);
    if (error)
        return error;
    copy.delegation = delegation;
    *ret_office = copy;
    return ERROR_OK;
}

enum error store_view(
    struct store_reader *reader, struct arena *arena, struct fault *fault,
    struct office_view *ret_view)
{
    struct ledger_view *view = ARENA_NEW(arena, struct ledger_view);
    if (!view)
        return fault_place(fault, ERROR_MEMORY, "view");
    *view = (struct ledger_view){.database = &reader->database, .arena = arena};
    *ret_view = ledger_view(view);
    return ERROR_OK;
}

enum error store_office(
    struct store_reader *reader, millis time, struct arena *arena, struct fault *fault,
    struct office *ret_office)
{
    int64_t version = 0;
    enum error error = database_number(&reader->database, SQL_DATA_VERSION, fault, &version);
    if (!error && (!reader->ledger.loaded || version != reader->data_version))
        error = ledger_load(&reader->ledger, fault);
    if (error)
        return error;
    reader->data_version = version;
    const struct office office = ledger_office(&reader->ledger, time);
    return copy_office(&office, arena, fault, ret_office);
}

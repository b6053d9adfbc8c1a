/* Verifying and rebuilding: see audit.h. */
#include "store/auditing.h"
#include "store/writer.h"

#include <stdlib.h>
#include <string.h>

/* --- Opening ------------------------------------------------------------------------------ */

/* The path as a URI, so that the file is opened read-only and not made when it is missing. */
static enum error attach(struct auditing *on, const char *path, bool writing, struct fault *fault)
{
    struct buffer uri = {0};
    buffer_append_text(&uri, "file:");
    for (const char *c = path; *c; c++) {
        if (*c == '?' || *c == '#' || *c == '%')
            buffer_printf(&uri, "%%%02x", (unsigned)*c);
        else
            buffer_append_byte(&uri, (uint8_t)*c);
    }
    buffer_append_text(&uri, writing ? "?mode=rw" : "?mode=ro");
    const char *text = buffer_text(&uri);
    enum error error = ERROR_MEMORY;
    if (text) {
        struct query query;
        query_begin(&query, &on->database, SQL_OFFICE_ATTACH, fault);
        query_text(&query, 1, text);
        error = query_finish(&query);
    }
    buffer_free(&uri);
    if (error)
        return fault_within(fault, error, "%s", path);
    return database_check_schema(
        &on->database, SQL_OFFICE_APPLICATION, SQL_OFFICE_SCHEMA_VERSION, fault);
}

static enum error
open_audit(struct auditing *on, const char *path, bool writing, struct fault *fault)
{
    enum error error = database_open(path, DATABASE_SCRATCH, 0, NULL, fault, &on->database);
    if (error)
        return error;
    on->ledger.database = &on->database;
    on->replaying = on->has_tree = true;
    error = database_make_schema(&on->database, fault);
    if (!error)
        error = attach(on, path, writing, fault);
    if (!error)
        error = database_run(&on->database, writing ? SQL_BEGIN_WRITING : SQL_BEGIN_READING, fault);
    return error;
}

static void close_audit(struct auditing *on)
{
    database_rollback(&on->database);
    arena_free(&on->head_arena);
    ledger_close(&on->ledger);
    database_close(&on->database);
}

/* --- Events ------------------------------------------------------------------------------- */

/* A row that cannot be read as an event at all. */
static void unreadable(struct auditing *on, uint64_t sequence, const struct fault *fault)
{
    audit_find(on, ERROR_STORE_EVENT_COLUMN, sequence, fault);
    on->replaying = on->has_tree = false;
}

static void check_place(struct auditing *on, uint64_t expected, uint64_t sequence)
{
    if (sequence == expected)
        return;
    struct fault fault = {0};
    fault_set(
        &fault, ERROR_STORE_EVENT_MISSING, "sequence", "events without gaps",
        "the next one is %llu", (unsigned long long)sequence);
    audit_find(on, ERROR_STORE_EVENT_MISSING, expected, &fault);
    on->replaying = on->has_tree = false;
}

static enum error audit_event(
    struct auditing *on, struct query *rows, uint64_t expected, struct arena *arena,
    struct fault *fault)
{
    struct event event;
    struct fault why = {0};
    uint64_t sequence = (uint64_t)column_integer(rows, 0);
    bool holds = false;
    check_place(on, expected, sequence);
    enum error error = event_of_row(rows, arena, &why, &event);
    if (error == ERROR_STORE_EVENT_COLUMN) {
        unreadable(on, sequence, &why);
        return ERROR_OK;
    }
    if (!error)
        error = audit_row(on, &event, arena, fault, &holds);
    if (error)
        return error;
    if (!holds)
        on->replaying = false;
    if (on->replaying)
        error = audit_replay(on, &event, arena, fault);
    if (!error && on->replaying)
        on->report->verified++;
    return error ? error : audit_heads_at(on, fault);
}

static enum error audit_events(struct auditing *on, struct fault *fault)
{
    int64_t total = 0;
    enum error error = database_number(&on->database, SQL_OFFICE_EVENT_COUNT, fault, &total);
    if (error)
        return error;
    on->report->events = (uint64_t)total;
    struct query rows;
    uint64_t expected = 0, done = 0;
    query_begin(&rows, &on->database, SQL_OFFICE_EVENTS, fault);
    while (!error && query_row(&rows)) {
        struct arena arena = {0};
        error = audit_event(on, &rows, expected, &arena, fault);
        expected = (uint64_t)column_integer(&rows, 0) + 1;
        arena_free(&arena);
        if (on->options->progress)
            on->options->progress(on->options->context, ++done, on->report->events);
    }
    enum error ended = query_end(&rows);
    return error ? error : ended;
}

/* --- Projections -------------------------------------------------------------------------- */

static enum error compare_files(struct auditing *on, struct fault *fault, uint64_t *ret_count)
{
    struct query query;
    struct arena arena = {0};
    query_begin(&query, &on->database, SQL_FILES_DIFFER, fault);
    while (query_row(&query)) {
        struct fault why = {0};
        const char *kind = column_text(&query, 0, &arena);
        const char *number = column_text(&query, 1, &arena);
        if (query.error)
            break;
        ++*ret_count;
        fault_place(&why, ERROR_STORE_PROJECTION, "%.40s/%.80s", kind, number);
        audit_find(on, ERROR_STORE_PROJECTION, UINT64_MAX, &why);
    }
    arena_free(&arena);
    return query_end(&query);
}

static enum error compare_nodes(struct auditing *on, struct fault *fault, uint64_t *ret_count)
{
    struct query query;
    query_begin(&query, &on->database, SQL_NODES_DIFFER, fault);
    while (query_row(&query)) {
        struct fault why = {0};
        ++*ret_count;
        fault_place(
            &why, ERROR_STORE_TREE, "level %lld, position %lld",
            (long long)column_integer(&query, 0), (long long)column_integer(&query, 1));
        audit_find(on, ERROR_STORE_TREE, UINT64_MAX, &why);
    }
    return query_end(&query);
}

/* --- What is sealed ----------------------------------------------------------------------- */

static void sealed_differs(struct auditing *on, const char *number)
{
    struct fault why = {0};
    fault_set(
        &why, ERROR_STORE_DAMAGED, "sealed", "what the complaint commits to", "complainant/%.64s",
        number);
    audit_find(on, ERROR_STORE_DAMAGED, UINT64_MAX, &why);
}

/* Whether the contact is there, as the complaint commits to it, or was erased by an act. */
static enum error check_sealed(
    struct auditing *on, const struct complainant_file *file, struct fault *fault,
    int64_t *ret_sealed)
{
    struct query query;
    struct arena arena = {0};
    struct digest commitment = {{0}};
    enum error error = ERROR_OK;
    query_begin(&query, &on->database, SQL_OFFICE_SEALED, fault);
    query_text(&query, 1, file->base.number);
    bool there = query_row(&query);
    if (there) {
        struct bytes salt = column_copy(&query, 0, &arena);
        const char *contact = column_text(&query, 1, &arena);
        if (!query.error)
            error = seal_commitment(salt, contact, fault, &commitment);
    }
    enum error ended = query_end(&query);
    arena_free(&arena);
    if (error || ended)
        return error ? error : ended;
    *ret_sealed += there;
    bool wanted = file->base.state == COMPLAINANT_KEPT && digest_is_set(&file->commitment);
    if (there != wanted || (there && !digest_equal(&commitment, &file->commitment)))
        sealed_differs(on, file->base.number);
    return ERROR_OK;
}

static enum error compare_sealed(struct auditing *on, struct fault *fault)
{
    struct arena arena = {0};
    const char *after = "";
    int64_t sealed = 0, rows = 0;
    enum error error = ERROR_OK;
    for (size_t count = 1; count > 0 && !error;) {
        const void *content = NULL;
        error = file_next(
            &on->database, FILE_COMPLAINANT, NULL, after, 1, &arena, fault, &content, &count);
        if (!error && count) {
            after = ((const struct file_base *)content)->number;
            error = check_sealed(on, content, fault, &sealed);
        }
    }
    arena_free(&arena);
    if (!error)
        error = database_number(&on->database, SQL_OFFICE_SEALED_COUNT, fault, &rows);
    if (!error && rows != sealed)
        sealed_differs(on, "of no complaint");
    return error;
}

static enum error check_structure(struct auditing *on, struct fault *fault)
{
    struct query query;
    query_begin(&query, &on->database, SQL_OFFICE_INTEGRITY, fault);
    struct fault why = {0};
    bool sound = query_row(&query) && bytes_equal_text(column_bytes(&query, 0), "ok");
    if (!sound && !query.error) {
        struct bytes words = column_bytes(&query, 0);
        fault_set(
            &why, ERROR_STORE_DAMAGED, "database", "ok", "%.*s",
            (int)(words.length < 120 ? words.length : 120), (const char *)words.data);
        audit_find(on, ERROR_STORE_DAMAGED, UINT64_MAX, &why);
    }
    return query_end(&query);
}

/* --- The whole ---------------------------------------------------------------------------- */

static enum error run(struct auditing *on, struct fault *fault, uint64_t *ret_changed)
{
    enum error error = audit_kept_begin(on, fault);
    if (!error)
        error = check_structure(on, fault);
    if (!error)
        error = audit_heads_begin(on, fault);
    if (!error)
        error = audit_events(on, fault);
    if (!error)
        error = audit_heads_end(on, fault);
    if (!error)
        error = audit_kept_end(on);
    if (error)
        return error;
    if (on->ledger.has_chain && on->ledger.chain.current.demo && !on->options->demo_allowed)
        audit_find(on, ERROR_ROOT_DEMO, 0, NULL);
    if (on->has_tree)
        on->report->root = frontier_root(&on->tree);
    /* What the events make is known only when all of them held. */
    if (!on->replaying)
        return ERROR_OK;
    error = compare_files(on, fault, ret_changed);
    if (!error)
        error = compare_nodes(on, fault, ret_changed);
    return error ? error : compare_sealed(on, fault);
}

/* A file that SQLite itself finds broken was checked, and found bad. */
static enum error damage_is_a_finding(struct auditing *on, enum error error, struct fault *fault)
{
    if (error != ERROR_STORE_DAMAGED)
        return error;
    audit_find(on, error, UINT64_MAX, fault);
    return ERROR_OK;
}

static const struct audit_options usual;

enum error store_verify(
    const char *path, const struct audit_options *options, struct fault *fault,
    struct audit_report *ret_report)
{
    struct audit_report *report = calloc(1, sizeof *report);
    if (!report)
        return fault_place(fault, ERROR_MEMORY, "%s", path);
    struct fault why = {0};
    struct auditing on = {.options = options ? options : &usual, .report = report};
    uint64_t changed = 0;
    enum error error = open_audit(&on, path, false, &why);
    if (!error)
        error = damage_is_a_finding(&on, run(&on, &why, &changed), &why);
    close_audit(&on);
    if (!error)
        *ret_report = *report;
    else if (fault)
        *fault = why;
    free(report);
    return error;
}

/* The first finding that is not about what a rebuild makes anew. */
static enum error refuse_unless_sound(const struct audit_report *report, struct fault *fault)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct audit_finding *finding = &report->findings[i];
        if (finding->error == ERROR_STORE_PROJECTION || finding->error == ERROR_STORE_TREE)
            continue;
        if (fault)
            *fault = finding->fault;
        return finding->error;
    }
    return ERROR_OK;
}

static enum error exchange(struct auditing *on, struct fault *fault, int64_t *ret_files)
{
    static const enum sql steps[] = {
        SQL_OFFICE_FILES_CLEAR,
        SQL_OFFICE_FILES_FILL,
        SQL_OFFICE_NODES_CLEAR,
        SQL_OFFICE_NODES_FILL,
        SQL_COMMIT,
    };
    enum error error = database_number(&on->database, SQL_FILES_COUNT, fault, ret_files);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && !error; i++)
        error = database_run(&on->database, steps[i], fault);
    return error;
}

enum error store_rebuild(
    const char *path, const struct audit_options *options, struct fault *fault,
    struct rebuild_report *ret_report)
{
    struct audit_report *report = calloc(1, sizeof *report);
    if (!report)
        return fault_place(fault, ERROR_MEMORY, "%s", path);
    struct auditing on = {.options = options ? options : &usual, .report = report};
    uint64_t changed = 0;
    int64_t files = 0;
    enum error error = open_audit(&on, path, true, fault);
    if (!error)
        error = run(&on, fault, &changed);
    if (!error)
        error = refuse_unless_sound(report, fault);
    if (!error)
        error = exchange(&on, fault, &files);
    close_audit(&on);
    if (!error)
        *ret_report = (struct rebuild_report){
            .events = report->events, .files = (uint64_t)files, .changed = changed};
    free(report);
    return error;
}

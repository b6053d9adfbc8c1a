/* store: verifying finds every change of the events, the heads and the projections; rebuilding
 * makes the projections anew, identical. The changes are made behind the program's back, in SQL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "office_database.h"
#include "store/store.h"

static struct office_database office;
static sqlite3 *raw; /* without foreign keys, as an intruder's */
static struct audit_report report;

/* The life, a withdrawal, an order with a receipt, a return, and a renewal's contact. */
static void fill(void)
{
    struct world *world = &office.script.world;
    office_live(&office);
    struct renewal renewal = office_first_renewal(&office);
    struct store_job job = office_renew(&office, &renewal, WORLD_GUARD);
    assert_int_equal(job.answer.outcome, STORE_LEASE);
    renewal = office_next_renewal(&office, &renewal, &job);
    store_answer_free(&job.answer);
    office_clock += MILLIS_SECOND;
    office_do(
        &office, STORE_ACT,
        office_withdrawal(
            &office.script, "WD-1", &world->certificate_digest, &world->approval_digest));
    struct order cut = world_order(world, "OR-1", ORDER_SUSPEND, NULL);
    office_do(&office, STORE_ACT, OFFICE_ORDER(&office.script, &cut, WORLD_F1));
    const struct order_file *order = office_load(&office, FILE_ORDER, "OR-1");
    struct receipt receipt = {
        .installation = "IN-0001",
        .order = order->digest,
        .lease = renewal.previous,
        .received = WORLD_NOW,
        .obeyed = WORLD_NOW + 7,
        .state = LEASE_SUSPENDED,
    };
    struct usage_return counts = {
        .installation = "IN-0001",
        .licence = world->licence_digest,
        .from = WORLD_NOW - MILLIS_HOUR,
        .until = WORLD_NOW,
        .within = 5,
        .head = renewal.head,
    };
    struct buffer receipt_bytes = {0}, return_bytes = {0};
    WORLD_SIGN(world, INSTRUMENT_RECEIPT, &receipt, &receipt_bytes, NULL, WORLD_GUARD);
    WORLD_SIGN(world, INSTRUMENT_RETURN, &counts, &return_bytes, NULL, WORLD_GUARD);
    office_clock += MILLIS_SECOND;
    assert_int_equal(
        office_do(&office, STORE_RECEIPT, buffer_view(&receipt_bytes)).outcome, STORE_ACCEPTED);
    assert_int_equal(
        office_do(&office, STORE_RETURN, buffer_view(&return_bytes)).outcome, STORE_ACCEPTED);
    buffer_free(&receipt_bytes);
    buffer_free(&return_bytes);
}

enum { EVENTS = OFFICE_EVENTS + 4 };

static int set_up(void **state)
{
    (void)state;
    office_database_init(&office);
    fill();
    assert_int_equal(sqlite3_open(office.path, &raw), SQLITE_OK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sqlite3_close(raw);
    office_database_free(&office);
    return 0;
}

static void sql(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = sqlite3_vmprintf(format, arguments), *words = NULL;
    va_end(arguments);
    if (sqlite3_exec(raw, text, NULL, NULL, &words) != SQLITE_OK)
        fail_msg("%s: %s", text, words);
    sqlite3_free(text);
}

static void verify(void)
{
    const struct audit_options options = {
        .os = &database_os, .pinned = &office.script.world.authority, .demo_allowed = true};
    OFFICE_OK(&office, store_verify(office.path, &options, &office.fault, &report));
}

static const struct audit_finding *found(uint64_t sequence)
{
    for (size_t i = 0; i < report.finding_count; i++) {
        if (report.findings[i].sequence == sequence)
            return &report.findings[i];
    }
    return NULL;
}

static bool found_error(enum error error)
{
    for (size_t i = 0; i < report.finding_count; i++) {
        if (report.findings[i].error == error)
            return true;
    }
    return false;
}

static void must_be_sound(int line)
{
    verify();
    char text[600];
    if (report.finding_count)
        fail_msg(
            "line %d: %zu findings, first %s", line, report.finding_count,
            fault_text(&report.findings[0].fault, text, sizeof text));
    assert_int_equal(report.verified, report.events);
}
#define SOUND() must_be_sound(__LINE__)

/* --- Events ------------------------------------------------------------------------------- */

static void a_sound_database_verifies(void **state)
{
    (void)state;
    SOUND();
    assert_int_equal(report.events, EVENTS);
    assert_int_equal(report.signed_events, EVENTS);
    assert_true(digest_equal(&report.authority, &office.script.world.authority));
    struct store_head head;
    OFFICE_OK(&office, store_head(office.reader, &office.arena, &office.fault, &head));
    assert_true(digest_equal(&report.root, &head.root));
}

/* Which bytes of an event's value to flip: all with ENDUSE_DEEP, else one: its first, its last or
 * one within, from event to event. */
static bool sampled(int64_t sequence, size_t at, size_t length)
{
    const size_t ones[] = {0, length - 1, (size_t)sequence * 7919 % length};
    return getenv("ENDUSE_DEEP") || at == ones[sequence % 3];
}

/* Flips a bit of one byte of a column, verifies, and puts it back. */
static void flip(int64_t sequence, const char *column, size_t at)
{
    sqlite3_blob *blob;
    uint8_t byte, other;
    assert_int_equal(
        sqlite3_blob_open(raw, "main", "event", column, sequence, 1, &blob), SQLITE_OK);
    assert_int_equal(sqlite3_blob_read(blob, &byte, 1, (int)at), SQLITE_OK);
    other = byte ^ (uint8_t)(1 << at % 8);
    assert_int_equal(sqlite3_blob_write(blob, &other, 1, (int)at), SQLITE_OK);
    sqlite3_blob_close(blob);
    verify();
    const struct audit_finding *finding = found((uint64_t)sequence);
    if (!finding)
        fail_msg("event %lld, %s, byte %zu: not found", (long long)sequence, column, at);
    assert_int_equal(
        sqlite3_blob_open(raw, "main", "event", column, sequence, 1, &blob), SQLITE_OK);
    assert_int_equal(sqlite3_blob_write(blob, &byte, 1, (int)at), SQLITE_OK);
    sqlite3_blob_close(blob);
}

static int length_of(int64_t sequence, const char *column)
{
    sqlite3_stmt *statement;
    char text[120];
    snprintf(
        text, sizeof text, "SELECT coalesce(length(%s), 0) FROM event WHERE sequence = %lld",
        column, (long long)sequence);
    assert_int_equal(sqlite3_prepare_v2(raw, text, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int length = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return length;
}

static void every_flipped_byte_is_found(void **state)
{
    (void)state;
    /* Those in an index cannot be opened as blobs: they are changed by UPDATE below. */
    static const char *const columns[] = {"actor", "body", "salt", "leaf"};
    for (int64_t sequence = 0; sequence < EVENTS; sequence++) {
        for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
            size_t length = (size_t)length_of(sequence, columns[c]);
            for (size_t at = 0; at < length; at++) {
                if (sampled(sequence, at, length))
                    flip(sequence, columns[c], at);
            }
        }
    }
    SOUND();
}

static void every_changed_column_is_found(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"time", "time + 1"},
        {"time", "time - 1"},
        {"type", "CASE type WHEN 'act' THEN 'receipt' ELSE 'act' END"},
        {"type", "type || 'x'"},
        {"type", "CASE type WHEN 'root' THEN 'return' ELSE 'root' END"},
        {"version", "version + 1"},
        {"file_kind", "CASE file_kind WHEN 'order' THEN 'licence' ELSE 'order' END"},
        {"file_kind", "file_kind || 'x'"},
        {"file_number", "file_number || '1'"},
        {"file_version", "file_version + 1"},
        {"actor", "actor || '1'"},
        {"act", "CASE WHEN act IS NULL THEN zeroblob(16) ELSE NULL END"},
        {"act", "randomblob(16)"},
        {"act", "x'01'"},
        {"salt", "CASE WHEN salt IS NULL THEN randomblob(32) ELSE NULL END"},
        {"leaf", "x''"},
        {"body", "x''"},
        {"body", "substr(body, 1, length(body) - 1)"},
    };
    for (int sequence = 0; sequence < EVENTS; sequence += 3) {
        for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
            /* A missing act as sixteen zeros is the same value. */
            if (i == 11 && length_of(sequence, "act") == 0)
                continue;
            sql("CREATE TEMP TABLE kept AS SELECT * FROM event WHERE sequence = %d", sequence);
            sql("UPDATE event SET %s = %s WHERE sequence = %d", changes[i][0], changes[i][1],
                sequence);
            verify();
            if (!found((uint64_t)sequence))
                fail_msg("event %d, %s = %s: not found", sequence, changes[i][0], changes[i][1]);
            sql("INSERT OR REPLACE INTO main.event SELECT * FROM temp.kept; DROP TABLE kept");
        }
    }
    SOUND();
}

static void a_missing_event_is_named(void **state)
{
    (void)state;
    for (int sequence = 0; sequence < EVENTS; sequence++) {
        sql("CREATE TEMP TABLE kept AS SELECT * FROM event WHERE sequence = %d", sequence);
        sql("DELETE FROM event WHERE sequence = %d", sequence);
        verify();
        const struct audit_finding *finding = found((uint64_t)sequence);
        assert_non_null(finding);
        assert_int_equal(finding->error, ERROR_STORE_EVENT_MISSING);
        assert_true(report.verified <= (uint64_t)sequence);
        sql("INSERT INTO main.event SELECT * FROM temp.kept; DROP TABLE kept");
    }
    SOUND();
}

static void an_inserted_event_is_named(void **state)
{
    (void)state;
    /* A copy of a good one at the end; and one in the middle, with all later ones moved on. */
    sql("INSERT INTO event SELECT %d, time, type, version, file_kind, file_number, file_version, "
        "actor, NULL, body, salt, leaf FROM event WHERE sequence = 5",
        EVENTS);
    verify();
    assert_non_null(found(EVENTS));
    assert_true(found_error(ERROR_STORE_EVENT_EXTRA));
    sql("DELETE FROM event WHERE sequence = %d", EVENTS);
    sql("UPDATE event SET sequence = sequence + 1000 WHERE sequence >= 7;"
        "UPDATE event SET sequence = sequence - 999 WHERE sequence >= 1007;"
        "INSERT INTO event SELECT 7, time, type, version, file_kind, file_number, file_version, "
        "actor, NULL, body, salt, leaf FROM event WHERE sequence = 5");
    verify();
    assert_non_null(found(7));
    assert_int_equal(report.verified, 7);
}

static void swapped_events_are_named(void **state)
{
    (void)state;
    sql("UPDATE event SET sequence = 900 WHERE sequence = 4;"
        "UPDATE event SET sequence = 4 WHERE sequence = 5;"
        "UPDATE event SET sequence = 5 WHERE sequence = 900");
    verify();
    assert_non_null(found(4));
    assert_non_null(found(5));
    assert_int_equal(report.verified, 4);
    sql("UPDATE event SET sequence = 900 WHERE sequence = 4;"
        "UPDATE event SET sequence = 4 WHERE sequence = 5;"
        "UPDATE event SET sequence = 5 WHERE sequence = 900");
    SOUND();
    /* A hole in the numbers. */
    sql("UPDATE event SET sequence = 900 WHERE sequence = 9");
    verify();
    assert_int_equal(found(9)->error, ERROR_STORE_EVENT_MISSING);
}

/* Somebody with the database and no keys, who keeps everything consistent: another time. */
static void a_consistent_forgery_is_not_under_the_signed_head(void **state)
{
    (void)state;
    struct event *events;
    size_t count;
    OFFICE_OK(
        &office,
        store_events(office.reader, EVENTS - 1, 1, &office.arena, &office.fault, &events, &count));
    struct event_body body;
    OFFICE_OK(&office, event_body_decode(events[0].body, &office.arena, &office.fault, &body));
    body.time = ++events[0].time;
    struct buffer encoded = {0};
    OFFICE_OK(&office, layout_encode(&event_body_layout, &body, &office.fault, &encoded));
    events[0].body = buffer_view(&encoded);
    OFFICE_OK(
        &office,
        event_leaf(&office.script.world.authority, &events[0], &office.fault, &events[0].leaf));
    sqlite3_stmt *statement;
    assert_int_equal(
        sqlite3_prepare_v2(
            raw, "UPDATE event SET time = ?1, body = ?2, leaf = ?3 WHERE sequence = ?4", -1,
            &statement, NULL),
        SQLITE_OK);
    sqlite3_bind_int64(statement, 1, events[0].time);
    sqlite3_bind_blob(statement, 2, encoded.data, (int)encoded.length, SQLITE_STATIC);
    sqlite3_bind_blob(statement, 3, events[0].leaf.bytes, DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 4, EVENTS - 1);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
    buffer_free(&encoded);
    verify();
    assert_int_equal(report.verified, EVENTS);
    assert_true(found_error(ERROR_STORE_HEAD));
    /* The head goes along, its signature cannot: a note of another root, or none. */
    sql("UPDATE head SET time = time + 1 WHERE size = %d", EVENTS);
    sql("UPDATE head SET note = NULL WHERE size = %d", EVENTS);
    statement = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(raw, "UPDATE head SET root = ?1 WHERE size = ?2", -1, &statement, NULL),
        SQLITE_OK);
    sqlite3_bind_blob(statement, 1, report.root.bytes, DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, EVENTS);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
    verify();
    assert_true(found_error(ERROR_STORE_HEAD));
    assert_int_equal(report.signed_events, EVENTS - 1);
}

/* --- Heads -------------------------------------------------------------------------------- */

static void changed_heads_are_found(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "root = x''",           "root = randomblob(32)", "time = time + 1",
        "size = size + 100000", "note = x'00'",          "note = substr(note, 1, length(note) - 1)",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        for (int size = EVENTS - 3; size <= EVENTS; size++) {
            sql("CREATE TEMP TABLE kept AS SELECT * FROM head");
            sql("UPDATE head SET %s WHERE size = %d", changes[i], size);
            verify();
            if (!report.finding_count)
                fail_msg("%s of head %d: not found", changes[i], size);
            sql("DELETE FROM head; INSERT INTO head SELECT * FROM temp.kept; DROP TABLE kept");
        }
    }
    sql("DELETE FROM head WHERE size = %d", EVENTS);
    verify();
    assert_int_equal(found(EVENTS - 1)->error, ERROR_STORE_EVENT_EXTRA);
}

static void a_log_cut_off_is_found_by_a_kept_checkpoint(void **state)
{
    (void)state;
    struct store_head head;
    struct audit_options options = {.pinned = &office.script.world.authority, .demo_allowed = true};
    OFFICE_OK(&office, store_head(office.reader, &office.arena, &office.fault, &head));
    options.checkpoint = head.note;
    OFFICE_OK(&office, store_verify(office.path, &options, &office.fault, &report));
    assert_int_equal(report.finding_count, 0);
    sql("DELETE FROM file; DELETE FROM node; DELETE FROM event WHERE sequence >= %d;"
        "DELETE FROM head WHERE size > %d",
        EVENTS - 2, EVENTS - 2);
    struct rebuild_report rebuilt;
    options.checkpoint = (struct bytes){0};
    OFFICE_OK(&office, store_rebuild(office.path, &options, &office.fault, &rebuilt));
    /* By itself the rest is a sound log; what was signed says that there was more. */
    OFFICE_OK(&office, store_verify(office.path, &options, &office.fault, &report));
    assert_int_equal(report.finding_count, 0);
    options.checkpoint = head.note;
    OFFICE_OK(&office, store_verify(office.path, &options, &office.fault, &report));
    assert_int_equal(found(EVENTS - 2)->error, ERROR_STORE_EVENT_MISSING);
    /* A checkpoint that no key of this authority signed says nothing. */
    uint8_t *forged = (uint8_t *)(uintptr_t)arena_copy(&office.arena, head.note).data;
    assert_non_null(forged);
    forged[head.note.length - 10] ^= 2;
    options.checkpoint = (struct bytes){forged, head.note.length};
    enum error error = store_verify(office.path, &options, &office.fault, &report);
    assert_true(error || found_error(ERROR_STORE_HEAD));
}

static void another_authority_or_a_demo_is_told(void **state)
{
    (void)state;
    const struct digest other = {{1}};
    const struct audit_options options = {.pinned = &other};
    OFFICE_OK(&office, store_verify(office.path, &options, &office.fault, &report));
    assert_true(found_error(ERROR_STORE_AUTHORITY));
    assert_true(found_error(ERROR_ROOT_DEMO));
}

/* --- Projections -------------------------------------------------------------------------- */

static char *dump(const char *select)
{
    sqlite3_stmt *statement;
    struct buffer text = {0};
    assert_int_equal(sqlite3_prepare_v2(raw, select, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
        buffer_printf(&text, "%s\n", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    char *copy = strdup(buffer_text(&text));
    assert_non_null(copy);
    buffer_free(&text);
    return copy;
}

static const char files[] =
    "SELECT kind || '|' || number || '|' || version || '|' || state || '|' || parent || '|' || "
    "event || '|' || opened || '|' || changed || '|' || coalesce(hex(digest), '-') || '|' || "
    "coalesce(due, '-') || '|' || hex(body) "
    "FROM file ORDER BY kind, number";
static const char nodes[] =
    "SELECT level || '|' || position || '|' || hex(hash) FROM node ORDER BY level, position";
static const char contacts[] = "SELECT installation || '|' || hex(body) FROM contact";

static void rebuilding_makes_identical_projections(void **state)
{
    (void)state;
    const struct audit_options options = {.demo_allowed = true};
    struct rebuild_report rebuilt;
    char *before[] = {dump(files), dump(nodes), dump(contacts)};
    OFFICE_OK(&office, store_rebuild(office.path, &options, &office.fault, &rebuilt));
    assert_int_equal(rebuilt.events, EVENTS);
    assert_int_equal(rebuilt.changed, 0);
    assert_int_equal(rebuilt.files, 19);
    char *after[] = {dump(files), dump(nodes), dump(contacts)};
    for (int i = 0; i < 3; i++) {
        assert_true(strlen(before[i]) > 10);
        assert_string_equal(before[i], after[i]);
        free(after[i]);
    }
    /* However they were spoilt. */
    static const char *const changes[] = {
        "DELETE FROM file",
        "DELETE FROM node",
        "UPDATE file SET state = 2 WHERE kind = 'licence'",
        "UPDATE file SET body = x'a0' WHERE kind = 'order'",
        "UPDATE file SET due = 1",
        "UPDATE file SET changed = 1 WHERE kind = 'licence'",
        "UPDATE node SET hash = randomblob(32) WHERE level = 1 AND position = 2",
        "INSERT INTO file VALUES ('exporter', 'EX-6666', 1, 3, '', 0, 1, 1, NULL, NULL, 9, x'a0')",
        "INSERT INTO node VALUES (9, 9, x'00')",
    };
    for (size_t c = 0; c < sizeof changes / sizeof *changes; c++) {
        sql("%s", changes[c]);
        verify();
        assert_true(found_error(ERROR_STORE_PROJECTION) || found_error(ERROR_STORE_TREE));
        assert_int_equal(report.verified, EVENTS);
        OFFICE_OK(&office, store_rebuild(office.path, &options, &office.fault, &rebuilt));
        assert_true(rebuilt.changed > 0);
        char *again[] = {dump(files), dump(nodes)};
        assert_string_equal(before[0], again[0]);
        assert_string_equal(before[1], again[1]);
        free(again[0]);
        free(again[1]);
    }
    SOUND();
    for (int i = 0; i < 3; i++)
        free(before[i]);
    /* The server goes on, though another process wrote. */
    struct store_answer answer = office_do(
        &office, STORE_ACT,
        office_act(
            &office.script, WORLD_D1, "exporter/EX-7000", 0, "draft",
            body_exporter(&office.script.world)));
    assert_int_equal(answer.outcome, STORE_ACCEPTED);
    SOUND();
}

static void a_rebuild_refuses_what_does_not_verify(void **state)
{
    (void)state;
    const struct audit_options options = {.demo_allowed = true};
    struct rebuild_report rebuilt;
    sql("UPDATE event SET time = time + 1 WHERE sequence = 6");
    sql("UPDATE file SET state = 2 WHERE kind = 'licence'");
    char *before = dump(files);
    assert_int_equal(
        store_rebuild(office.path, &options, &office.fault, &rebuilt), ERROR_STORE_EVENT_COLUMN);
    char *after = dump(files);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void a_writer_does_not_open_a_log_that_was_cut(void **state)
{
    (void)state;
    sql("DELETE FROM event WHERE sequence = %d", EVENTS - 1);
    store_close(office.store);
    office.store = NULL;
    struct store *store = NULL;
    assert_int_equal(store_open(office.path, NULL, &office.fault, &store), ERROR_STORE_DAMAGED);
    assert_null(store);
}

static void verifying_needs_a_database(void **state)
{
    (void)state;
    char path[300];
    snprintf(path, sizeof path, "%s/none%%41.db", office.folder);
    enum error error = store_verify(path, NULL, &office.fault, &report);
    assert_int_equal(error, ERROR_NOT_FOUND);
    struct rebuild_report rebuilt;
    assert_int_equal(store_rebuild(path, NULL, &office.fault, &rebuilt), ERROR_NOT_FOUND);
    sql("PRAGMA user_version = 99");
    error = store_verify(office.path, NULL, &office.fault, &report);
    assert_int_equal(error, ERROR_STORE_SCHEMA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(a_sound_database_verifies),
        TEST(every_flipped_byte_is_found),
        TEST(every_changed_column_is_found),
        TEST(a_missing_event_is_named),
        TEST(an_inserted_event_is_named),
        TEST(swapped_events_are_named),
        TEST(a_consistent_forgery_is_not_under_the_signed_head),
        TEST(changed_heads_are_found),
        TEST(a_log_cut_off_is_found_by_a_kept_checkpoint),
        TEST(another_authority_or_a_demo_is_told),
        TEST(rebuilding_makes_identical_projections),
        TEST(a_rebuild_refuses_what_does_not_verify),
        TEST(a_writer_does_not_open_a_log_that_was_cut),
        TEST(verifying_needs_a_database),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* store: no statement of every day looks through a table or sorts it. What SQLite means to do with
 * each is asked of SQLite, for the schema; the few plans that go along a whole index stop at the
 * first row or are of rare rows, and are named here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/database.h"

static const struct {
    const char *name, *plan, *why;
} allowed[] = {
    {"event_last", "SCAN event", "backwards by its key, one row"},
    {"event_roots", "SCAN event USING INDEX event_root", "the index has roots alone"},
    {"head_newest", "SCAN head", "backwards by its key, one row"},
    {"head_newest_signed", "SCAN head USING INDEX head_signed", "backwards, one row"},
};

static bool is_allowed(const char *name, const char *plan)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        if (strcmp(allowed[i].name, name) == 0 && strcmp(allowed[i].plan, plan) == 0)
            return true;
    }
    return false;
}

/* An audit reads everything, once; and settings of a connection have no plan. */
static bool is_of_audits(const char *name)
{
    static const char *const words[] = {"office_", "files_", "nodes_"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strncmp(name, words[i], strlen(words[i])) == 0)
            return true;
    }
    return strcmp(name, "table_count") == 0;
}

/* How many steps the plan has. */
static int check_plan(sqlite3 *connection, const struct sql_statement *statement)
{
    char explain[2000];
    sqlite3_stmt *plan = NULL;
    int steps = 0;
    snprintf(explain, sizeof explain, "EXPLAIN QUERY PLAN %s", statement->text);
    assert_int_equal(sqlite3_prepare_v2(connection, explain, -1, &plan, NULL), SQLITE_OK);
    for (; sqlite3_step(plan) == SQLITE_ROW; steps++) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);
        bool slow = strncmp(detail, "SCAN", 4) == 0 || strstr(detail, "TEMP B-TREE");
        if (slow && !is_allowed(statement->name, detail))
            fail_msg("%s: %s", statement->name, detail);
    }
    assert_int_equal(sqlite3_finalize(plan), SQLITE_OK);
    return steps;
}

static void no_statement_of_every_day_looks_through_a_table(void **state)
{
    (void)state;
    struct database database;
    int steps = 0;
    assert_int_equal(database_open("", DATABASE_SCRATCH, 0, NULL, NULL, &database), ERROR_OK);
    assert_int_equal(database_make_schema(&database, NULL), ERROR_OK);
    for (size_t i = 0; i < SQL_COUNT; i++) {
        const struct sql_statement *statement = &sql_statements[i];
        if (!is_of_audits(statement->name) && strncmp(statement->text, "PRAGMA", 6) != 0)
            steps += check_plan(database.connection, statement);
    }
    assert_true(steps >= 20);
    database_close(&database);
}

/* Binds so many to every parameter and runs the statement. */
static void run_with(struct database *database, enum sql name, int64_t value)
{
    struct query query;
    query_begin(&query, database, name, NULL);
    assert_non_null(query.statement);
    for (int i = 1; i <= sqlite3_bind_parameter_count(query.statement); i++)
        query_integer(&query, i, value);
    assert_int_equal(query_finish(&query), ERROR_OK);
}

/* What is bound decides nothing about the plan, so that no statement is compiled twice. */
static void no_query_is_compiled_anew_for_another_value(void **state)
{
    (void)state;
    struct database database;
    size_t count = 0;
    assert_int_equal(database_open("", DATABASE_SCRATCH, 0, NULL, NULL, &database), ERROR_OK);
    assert_int_equal(database_make_schema(&database, NULL), ERROR_OK);
    for (enum sql name = 0; name < SQL_COUNT; name++) {
        const struct sql_statement *statement = &sql_statements[name];
        if (is_of_audits(statement->name) || strncmp(statement->text, "SELECT", 6) != 0)
            continue;
        for (int64_t value = 1; value <= 3; value++)
            run_with(&database, name, value);
        int compiled =
            sqlite3_stmt_status(database.statements[name], SQLITE_STMTSTATUS_REPREPARE, 0);
        if (compiled)
            fail_msg("%s was compiled anew %d times", statement->name, compiled);
        count++;
    }
    assert_true(count >= 20);
    database_close(&database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_statement_of_every_day_looks_through_a_table),
        cmocka_unit_test(no_query_is_compiled_anew_for_another_value),
    };
    return cmocka_run_group_tests_name("store_plans", tests, NULL, NULL);
}

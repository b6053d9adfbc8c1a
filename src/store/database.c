/* A connection to SQLite: see database.h. */
#include "store/database.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

/* What the system said of the last write that failed: of the database file, or of its log.
 * (SQLite's own memory of it is of whatever it tried last.) 0 when nothing failed. */
static int write_errno(struct sqlite3 *connection)
{
    int number = 0;
    sqlite3_file *log = NULL;
    if (sqlite3_file_control(connection, NULL, SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK &&
        log && log->pMethods)
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &number);
    if (!number)
        sqlite3_file_control(connection, NULL, SQLITE_FCNTL_LAST_ERRNO, &number);
    return number;
}

/* SQLite's results as rows of our table. The words of SQLite and of the system are for the person
 * who runs the server. */
static enum error row_of(struct sqlite3 *connection, int result)
{
    switch (result & 0xff) {
    case SQLITE_OK:
        return ERROR_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERROR_BUSY;
    case SQLITE_FULL:
        return ERROR_NO_SPACE;
    case SQLITE_NOMEM:
        return ERROR_MEMORY;
    case SQLITE_CORRUPT:
    case SQLITE_CONSTRAINT:
        return ERROR_STORE_DAMAGED;
    case SQLITE_NOTADB:
        return ERROR_STORE_FOREIGN;
    case SQLITE_TOOBIG:
        return ERROR_TOO_LARGE;
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        return ERROR_PERMISSION;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
        break;
    default:
        return ERROR_INTERNAL;
    }
    if (!connection)
        return ERROR_IO;
    /* A limit on the size of files says EFBIG, a quota EDQUOT: no space, as SQLITE_FULL is. */
    bool writing = result == SQLITE_IOERR_WRITE || result == SQLITE_IOERR_FSYNC;
    switch (writing ? write_errno(connection) : sqlite3_system_errno(connection)) {
    case ENOSPC:
    case EFBIG:
    case EDQUOT:
        return ERROR_NO_SPACE;
    case ENOENT:
        return ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERROR_PERMISSION;
    default:
        return result == SQLITE_IOERR_NOMEM ? ERROR_MEMORY : ERROR_IO;
    }
}

static enum error
failed(struct sqlite3 *connection, int result, const char *place, struct fault *fault)
{
    return fault_set(
        fault, row_of(connection, result), place, NULL, "%s",
        connection ? sqlite3_errmsg(connection) : sqlite3_errstr(result));
}

enum error database_run(struct database *database, enum sql name, struct fault *fault)
{
    struct query query;
    query_begin(&query, database, name, fault);
    return query_finish(&query);
}

/* The write-ahead log is a property of the file, set when it is made; a reader finds it so. */
static enum error set_up(struct database *database, enum database_mode mode, struct fault *fault)
{
    static const enum sql always[] = {
        SQL_KEEP_REFERENCES, SQL_TRUST_NO_SCHEMA, SQL_SYNC_FULL, SQL_ERASE_FULLY};
    enum error error = ERROR_OK;
    for (size_t i = 0; i < sizeof always / sizeof *always && !error; i++)
        error = database_run(database, always[i], fault);
    if (!error && mode == DATABASE_CREATE)
        error = database_run(database, SQL_USE_WAL, fault);
    return error;
}

enum error database_open(
    const char *path, enum database_mode mode, unsigned busy_wait, const char *vfs,
    struct fault *fault, struct database *ret_database)
{
    static const int flags[] = {
        [DATABASE_READ] = SQLITE_OPEN_READONLY,
        [DATABASE_WRITE] = SQLITE_OPEN_READWRITE,
        [DATABASE_CREATE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
        [DATABASE_SCRATCH] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI,
    };
    struct database database = {0};
    /* An empty name is a temporary file that only this connection sees. */
    const char *name = mode == DATABASE_SCRATCH ? "" : path;
    int result = sqlite3_open_v2(
        name, &database.connection, flags[mode] | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
    if (result != SQLITE_OK) {
        enum error error = failed(database.connection, result, "database", fault);
        if (fault)
            error = fault_within(fault, error, "%s", path);
        sqlite3_close(database.connection);
        return error;
    }
    sqlite3_busy_timeout(database.connection, (int)(busy_wait ? busy_wait : DATABASE_BUSY_WAIT));
    /* A statement has one plan, whatever is bound to it. Without this SQLite compiles each that
     * could use a partial index anew whenever another value is bound. */
    sqlite3_db_config(database.connection, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    enum error error = set_up(&database, mode, fault);
    if (error) {
        fault_within(fault, error, "%s", path);
        database_close(&database);
        return error;
    }
    *ret_database = database;
    return ERROR_OK;
}

void database_close(struct database *database)
{
    for (size_t i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(database->statements[i]);
    sqlite3_close(database->connection);
    *database = (struct database){0};
}

enum error database_make_schema(struct database *database, struct fault *fault)
{
    int result = sqlite3_exec(database->connection, sql_schema, NULL, NULL, NULL);
    if (result != SQLITE_OK)
        return failed(database->connection, result, "schema", fault);
    return ERROR_OK;
}

enum error
database_number(struct database *database, enum sql name, struct fault *fault, int64_t *ret_number)
{
    struct query query;
    query_begin(&query, database, name, fault);
    bool found = query_row(&query);
    int64_t number = found ? column_integer(&query, 0) : 0;
    enum error error = query_end(&query);
    if (!error && !found)
        error =
            fault_set(fault, ERROR_STORE_DAMAGED, sql_statements[name].name, "a row", "%s", "none");
    if (!error)
        *ret_number = number;
    return error;
}

enum error database_check_schema(
    struct database *database, enum sql application, enum sql version, struct fault *fault)
{
    enum { APPLICATION = 0x656e6475, VERSION = 6 }; /* as schema.sql sets them */
    int64_t found_application = 0, found_version = 0;
    enum error error = database_number(database, application, fault, &found_application);
    if (!error)
        error = database_number(database, version, fault, &found_version);
    if (error)
        return error;
    if (found_application != APPLICATION)
        return fault_set(
            fault, ERROR_STORE_FOREIGN, "application id", "1701733493", "%lld",
            (long long)found_application);
    if (found_version != VERSION)
        return fault_set(
            fault, ERROR_STORE_SCHEMA, "schema", "version 6", "version %lld",
            (long long)found_version);
    return ERROR_OK;
}

enum error database_move_log(struct database *database, struct fault *fault)
{
    int result = sqlite3_wal_checkpoint_v2(
        database->connection, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (result != SQLITE_OK)
        return failed(database->connection, result, "write-ahead log", fault);
    return ERROR_OK;
}

void database_rollback(struct database *database)
{
    /* After some errors SQLite has rolled back by itself, and there is nothing to end. A rollback
     * that fails leaves the transaction to the next one, which cannot begin: it is noticed. */
    if (database->connection && !sqlite3_get_autocommit(database->connection)) {
        enum error error = database_run(database, SQL_ROLLBACK, NULL);
        (void)error;
    }
}

/* --- Queries ------------------------------------------------------------------------------ */

static void remember(struct query *query, int result)
{
    if (!query->error && result != SQLITE_OK)
        query->error = failed(
            query->database->connection, result, sql_statements[query->name].name, query->fault);
}

static void no_memory(struct query *query)
{
    if (!query->error)
        query->error =
            fault_set(query->fault, ERROR_MEMORY, sql_statements[query->name].name, NULL, NULL);
}

void query_begin(struct query *query, struct database *database, enum sql name, struct fault *fault)
{
    *query = (struct query){.database = database, .name = name, .fault = fault};
    struct sqlite3_stmt **prepared = &database->statements[name];
    if (!*prepared)
        remember(
            query, sqlite3_prepare_v3(
                       database->connection, sql_statements[name].text, -1,
                       SQLITE_PREPARE_PERSISTENT, prepared, NULL));
    query->statement = *prepared;
}

void query_integer(struct query *query, int at, int64_t value)
{
    if (!query->error)
        remember(query, sqlite3_bind_int64(query->statement, at, value));
}

void query_text(struct query *query, int at, const char *text)
{
    if (!query->error)
        remember(query, sqlite3_bind_text(query->statement, at, text, -1, SQLITE_STATIC));
}

void query_blob(struct query *query, int at, struct bytes bytes)
{
    if (query->error)
        return;
    /* No bytes are a blob of no length, not NULL. */
    remember(
        query, sqlite3_bind_blob64(
                   query->statement, at, bytes.data ? bytes.data : (const uint8_t *)"",
                   bytes.length, SQLITE_STATIC));
}

void query_null(struct query *query, int at)
{
    if (!query->error)
        remember(query, sqlite3_bind_null(query->statement, at));
}

bool query_row(struct query *query)
{
    if (query->error)
        return false;
    int result = sqlite3_step(query->statement);
    if (result == SQLITE_ROW)
        return true;
    if (result != SQLITE_DONE)
        remember(query, result);
    return false;
}

int64_t column_integer(struct query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

bool column_is_null(struct query *query, int column)
{
    return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

struct bytes column_bytes(struct query *query, int column)
{
    /* In this order: asking for the blob may convert, the length is of what it gave. */
    const void *data = sqlite3_column_blob(query->statement, column);
    int length = sqlite3_column_bytes(query->statement, column);
    return (struct bytes){data, data ? (size_t)length : 0};
}

const char *column_text(struct query *query, int column, struct arena *arena)
{
    const char *text = arena_text(arena, column_bytes(query, column));
    if (!text)
        no_memory(query);
    return text;
}

struct bytes column_copy(struct query *query, int column, struct arena *arena)
{
    struct bytes copy = arena_copy(arena, column_bytes(query, column));
    if (!copy.data)
        no_memory(query);
    return copy;
}

enum error query_end(struct query *query)
{
    if (query->statement) {
        /* What reset returns is the error of the last step again. */
        sqlite3_reset(query->statement);
        sqlite3_clear_bindings(query->statement);
    }
    return query->error;
}

enum error query_finish(struct query *query)
{
    while (query_row(query))
        ;
    return query_end(query);
}

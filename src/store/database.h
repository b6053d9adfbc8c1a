/* A connection to SQLite and its named statements: opening, running, errors. Inside store/ only;
 * no other file but database.c calls SQLite. What the statements mean is not here. */
#ifndef ENDUSE_STORE_DATABASE_H
#define ENDUSE_STORE_DATABASE_H

#include "base/base.h"
#include "store/store_sql.h"

struct sqlite3;
struct sqlite3_stmt;

/* A connection, for one thread at a time. Start with a zeroed struct; end with database_close. */
struct database {
    struct sqlite3 *connection;
    struct sqlite3_stmt *statements[SQL_COUNT]; /* prepared when first used */
};

enum database_mode { DATABASE_READ, DATABASE_WRITE, DATABASE_CREATE, DATABASE_SCRATCH };

enum { DATABASE_BUSY_WAIT = 2000 }; /* milliseconds */

/* Opens a file and sets the connection up; DATABASE_SCRATCH ignores path, and is private and
 * temporary. Nothing is said yet about what the file is. */
enum error database_open(
    const char *path, enum database_mode mode, unsigned busy_wait, const char *vfs,
    struct fault *fault, struct database *ret_database);
void database_close(struct database *database);

/* Runs the schema in a new file. */
enum error database_make_schema(struct database *database, struct fault *fault);

/* ERROR_STORE_FOREIGN or ERROR_STORE_SCHEMA unless the file is one of ours; the statements are
 * those that tell application and version of it. */
enum error database_check_schema(
    struct database *database, enum sql application, enum sql version, struct fault *fault);

/* Moves the write-ahead log into the file. */
enum error database_move_log(struct database *database, struct fault *fault);

/* Ends a transaction, if one is open, without keeping anything. */
void database_rollback(struct database *database);

/* One run of a statement. Parameters are numbered from 1, columns from 0; what is bound must live
 * until query_end, columns until the next step. The first error is remembered. */
struct query {
    struct database *database;
    struct sqlite3_stmt *statement;
    enum sql name;
    enum error error;
    struct fault *fault;
};

void query_begin(
    struct query *query, struct database *database, enum sql name, struct fault *fault);
void query_integer(struct query *query, int at, int64_t value);
void query_text(struct query *query, int at, const char *text);
void query_blob(struct query *query, int at, struct bytes bytes);
void query_null(struct query *query, int at);

/* The next row: false at the end or after an error. */
bool query_row(struct query *query);

int64_t column_integer(struct query *query, int column);
bool column_is_null(struct query *query, int column);
struct bytes column_bytes(struct query *query, int column); /* of a blob or text */

/* Copies into arena; NULL and the query's error set when there is no memory. */
const char *column_text(struct query *query, int column, struct arena *arena);
struct bytes column_copy(struct query *query, int column, struct arena *arena);

/* Ends the run and returns the first error. */
enum error query_end(struct query *query);

/* Begin, run to the end without looking at rows, end: with what was bound, or with nothing. */
enum error query_finish(struct query *query);
enum error database_run(struct database *database, enum sql name, struct fault *fault);

/* A statement of one row and one integer. ERROR_STORE_DAMAGED without the row. */
enum error
database_number(struct database *database, enum sql name, struct fault *fault, int64_t *ret_number);

#endif

-- Setting a connection up, and transactions.

-- use_wal: readers do not wait for the writer, nor it for them
PRAGMA journal_mode = WAL;

-- sync_full: a commit is on the disk when it returns
PRAGMA synchronous = FULL;

-- keep_references: foreign keys are enforced
PRAGMA foreign_keys = ON;

-- trust_no_schema: functions with side effects may not stand in the schema of a file
PRAGMA trusted_schema = OFF;

-- erase_fully: what is deleted is overwritten
PRAGMA secure_delete = ON;

-- application: what program the file belongs to
PRAGMA application_id;

-- schema_version: of which version of the program
PRAGMA user_version;

-- data_version: changes when another connection has committed
PRAGMA data_version;

-- begin_writing: takes the one write lock at once
BEGIN IMMEDIATE;

-- begin_reading: the state is the one at the first read after it
BEGIN;

-- commit: ends a transaction
COMMIT;

-- rollback: forgets a transaction
ROLLBACK;

-- table_count: 0 in a new file
SELECT count(*) FROM sqlite_schema;

-- Audits: main is a scratch database into which the events of office are replayed.

-- office_attach: the database to look at, as a URI
ATTACH ?1 AS office;

-- office_application: what program it belongs to
PRAGMA office.application_id;

-- office_schema_version: of which version of the program
PRAGMA office.user_version;

-- office_events: all events in order
SELECT sequence, time, type, version, file_kind, file_number, file_version, actor, act, body, salt,
       leaf
FROM office.event ORDER BY sequence;

-- office_event_count: how many rows there are
SELECT count(*) FROM office.event;

-- office_integrity: what SQLite finds wrong with its own structures; "ok" when nothing
PRAGMA office.integrity_check (1);

-- office_heads: all heads in order
SELECT size, time, root, note FROM office.head ORDER BY size;

-- files_differ: files that are not as the events make them
SELECT kind, number FROM (
    SELECT kind, number, version, state, parent, event, opened, changed, digest, due, deadline, body
    FROM main.file
    EXCEPT
    SELECT kind, number, version, state, parent, event, opened, changed, digest, due, deadline, body
    FROM office.file)
UNION
SELECT kind, number FROM (
    SELECT kind, number, version, state, parent, event, opened, changed, digest, due, deadline, body
    FROM office.file
    EXCEPT
    SELECT kind, number, version, state, parent, event, opened, changed, digest, due, deadline, body
    FROM main.file)
ORDER BY 1, 2;

-- nodes_differ: nodes that are not as the events make them
SELECT level, position FROM (
    SELECT level, position, hash FROM main.node EXCEPT SELECT level, position, hash FROM office.node)
UNION
SELECT level, position FROM (
    SELECT level, position, hash FROM office.node EXCEPT SELECT level, position, hash FROM main.node)
ORDER BY 1, 2;

-- office_sealed: what is sealed of one complainant
SELECT salt, contact FROM office.sealed WHERE complainant = ?1;

-- office_sealed_count: of how many something is
SELECT count(*) FROM office.sealed;

-- files_count: how many files the events make
SELECT count(*) FROM main.file;

-- office_files_clear: before the exchange
DELETE FROM office.file;

-- office_files_fill: the exchange
INSERT INTO office.file (kind, number, version, state, parent, event, opened, changed, digest, due,
    deadline, body)
SELECT kind, number, version, state, parent, event, opened, changed, digest, due, deadline, body
FROM main.file
ORDER BY kind, number;

-- office_nodes_clear: before the exchange
DELETE FROM office.node;

-- office_nodes_fill: the exchange
INSERT INTO office.node (level, position, hash) SELECT level, position, hash FROM main.node;

-- Events, roots and heads.

-- event_add: one event
INSERT INTO event (sequence, time, type, version, file_kind, file_number, file_version, actor, act,
                   body, salt, leaf)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- event_last: how many there are, and the time of the newest
SELECT sequence + 1, time FROM event ORDER BY sequence DESC LIMIT 1;

-- event_from: events from a sequence on
SELECT sequence, time, type, version, file_kind, file_number, file_version, actor, act, body, salt,
       leaf
FROM event WHERE sequence >= ?1 ORDER BY sequence LIMIT ?2;

-- event_history: events of one file, newest first
SELECT sequence, time, type, version, file_kind, file_number, file_version, actor, act, body, salt,
       leaf
FROM event WHERE file_kind = ?1 AND file_number = ?2 AND sequence < ?3
ORDER BY sequence DESC LIMIT ?4;

-- event_history_but_returns: events of one file that are no returns, newest first
SELECT sequence, time, type, version, file_kind, file_number, file_version, actor, act, body, salt,
       leaf
FROM event INDEXED BY event_but_return
WHERE file_kind = ?1 AND file_number = ?2 AND sequence < ?3 AND type <> 'return'
ORDER BY sequence DESC LIMIT ?4;

-- event_newest: which events are of one file, newest first
SELECT sequence FROM event WHERE file_kind = ?1 AND file_number = ?2 ORDER BY sequence DESC LIMIT ?3;

-- event_of_file: events of one file from a sequence on
SELECT sequence, time, type, version, file_kind, file_number, file_version, actor, act, body, salt,
       leaf
FROM event WHERE file_kind = ?1 AND file_number = ?2 AND sequence >= ?3
ORDER BY sequence LIMIT ?4;

-- event_by_act: the event of an act
SELECT sequence, time, type, version, file_kind, file_number, file_version, actor, act, body, salt,
       leaf
FROM event WHERE act = ?1;

-- event_roots: the roots, ascending
SELECT body FROM event WHERE type = 'root' ORDER BY sequence;

-- event_leaf: the hash of one leaf
SELECT leaf FROM event WHERE sequence = ?1;

-- head_add: the head after a transaction
INSERT INTO head (size, time, root, note) VALUES (?1, ?2, ?3, ?4);

-- head_newest: the newest head
SELECT size, time, root, note FROM head ORDER BY size DESC LIMIT 1;

-- head_newest_signed: the newest that is signed
SELECT size, time, root, note FROM head WHERE note IS NOT NULL ORDER BY size DESC LIMIT 1;

-- node_add: a whole subtree
INSERT INTO node (level, position, hash) VALUES (?1, ?2, ?3);

-- node_get: a whole subtree
SELECT hash FROM node WHERE level = ?1 AND position = ?2;

-- Files (only written by applying an event) and contacts.

-- file_put: a file as an event leaves it; what is due on it is set apart
INSERT INTO file (kind, number, version, state, parent, event, opened, changed, digest,
                  deadline, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?9, ?10, ?7, ?11, ?8)
ON CONFLICT (kind, number) DO UPDATE SET
    version = excluded.version, state = excluded.state, parent = excluded.parent,
    event = excluded.event, opened = excluded.opened, changed = excluded.changed,
    digest = excluded.digest, due = NULL,
    deadline = excluded.deadline, body = excluded.body;

-- file_set_due: when the server has to act on a file (null: nothing is due); its step's deadline
UPDATE file SET due = ?3, deadline = ?4 WHERE kind = ?1 AND number = ?2;

-- file_next: the next files of a kind
SELECT body FROM file WHERE kind = ?1 AND number > ?2 ORDER BY number LIMIT ?3;

-- file_next_of_parent: the next files of a kind that hang on one file
SELECT body FROM file WHERE kind = ?1 AND parent = ?4 AND number > ?2 ORDER BY number LIMIT ?3;

-- file_get: one file
SELECT body FROM file WHERE kind = ?1 AND number = ?2;

-- file_by_digest: which file of a kind has a digest
SELECT number FROM file WHERE kind = ?1 AND digest = ?2;

-- file_list: files of a kind by number; with their bodies where ?6 says so
SELECT number, parent, state, version, opened, changed, event, deadline, CASE WHEN ?6 THEN body END
FROM file WHERE kind = ?1 AND number > ?2 ORDER BY number LIMIT ?3;

-- file_list_in_state: those in one state
SELECT number, parent, state, version, opened, changed, event, deadline, CASE WHEN ?6 THEN body END
FROM file WHERE kind = ?1 AND state = ?4 AND number > ?2 ORDER BY number LIMIT ?3;

-- file_list_waiting: those in one state by the event that changed them last
SELECT number, parent, state, version, opened, changed, event, deadline, CASE WHEN ?6 THEN body END
FROM file WHERE kind = ?1 AND state = ?4 AND (event, number) > (?7, ?2)
ORDER BY event, number LIMIT ?3;

-- file_list_pressing: the same by the deadline of their step
SELECT number, parent, state, version, opened, changed, event, deadline, CASE WHEN ?6 THEN body END
FROM file WHERE kind = ?1 AND state = ?4 AND (deadline, event, number) > (?8, ?7, ?2)
ORDER BY deadline, event, number LIMIT ?3;

-- file_list_of_parent: those that hang on one file
SELECT number, parent, state, version, opened, changed, event, deadline, CASE WHEN ?6 THEN body END
FROM file WHERE kind = ?1 AND parent = ?5 AND number > ?2 AND (?4 = 0 OR state = ?4)
ORDER BY number LIMIT ?3;

-- file_count: files of a kind
SELECT count(*) FROM file WHERE kind = ?1;

-- file_count_in_state: those in one state
SELECT count(*) FROM file WHERE kind = ?1 AND state = ?2;

-- file_count_of_parent: those that hang on one file
SELECT count(*) FROM file WHERE kind = ?1 AND parent = ?3 AND (?2 = 0 OR state = ?2);

-- file_due: files on which an act of the server is due, the longest due first
SELECT kind, number, body, due FROM file WHERE due IS NOT NULL ORDER BY due, kind, number LIMIT ?1;

-- file_bodies: all files of a kind in a state
SELECT body FROM file WHERE kind = ?1 AND state = ?2 ORDER BY number;

-- withdrawal_list: withdrawals under a certificate, from an event on
SELECT event, digest, body FROM file
WHERE kind = 'withdrawal' AND parent = ?1 AND event >= ?2 ORDER BY event LIMIT ?3;

-- sealed_put: with the complaint
INSERT INTO sealed (complainant, salt, contact) VALUES (?1, ?2, ?3);

-- sealed_get: of one complainant
SELECT contact FROM sealed WHERE complainant = ?1;

-- sealed_erase: for good
DELETE FROM sealed WHERE complainant = ?1;

-- contact_put: after an answer
INSERT INTO contact (installation, watch, body) VALUES (?1, ?2, ?3)
ON CONFLICT (installation) DO UPDATE SET watch = excluded.watch, body = excluded.body;

-- contact_watched: of installations that do not renew, the longest overdue first
SELECT body FROM contact WHERE watch IS NOT NULL ORDER BY watch, installation LIMIT ?1;

-- contact_get: of one installation
SELECT body FROM contact WHERE installation = ?1;

-- The office's database. Facts: event, head, contact. Projections, made anew from the events at any
-- time: file, node. Numbers of versions: see PRAGMA user_version; another one is refused.

PRAGMA application_id = 1701733493; -- "endu"
PRAGMA user_version = 6;

-- The log. Every column but salt and leaf follows from the body (event.h).
CREATE TABLE event (
    sequence     INTEGER PRIMARY KEY CHECK (sequence >= 0),
    time         INTEGER NOT NULL,
    type         TEXT NOT NULL,
    version      INTEGER NOT NULL,
    file_kind    TEXT NOT NULL,
    file_number  TEXT NOT NULL,
    file_version INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    act          BLOB UNIQUE,
    body         BLOB NOT NULL,
    salt         BLOB,
    leaf         BLOB NOT NULL
) STRICT;
CREATE INDEX event_of_file ON event (file_kind, file_number, sequence);
-- Nearly all of an installation's events are returns: what else happened is found without them.
CREATE INDEX event_but_return ON event (file_kind, file_number, sequence) WHERE type <> 'return';
CREATE INDEX event_root ON event (sequence) WHERE type = 'root';

-- One head for each transaction that added events; note is NULL where no log key was delegated.
CREATE TABLE head (
    size INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    root BLOB NOT NULL,
    note BLOB
) STRICT;
CREATE INDEX head_signed ON head (size) WHERE note IS NOT NULL;

-- What is remembered of an installation between renewals. No act of anybody, so no event.
CREATE TABLE contact (
    installation TEXT PRIMARY KEY,
    watch        INTEGER, -- when not having renewed is a signal; null: it is one already, or none
    body         BLOB NOT NULL
) STRICT;
CREATE INDEX contact_watched ON contact (watch, installation) WHERE watch IS NOT NULL;

-- How to reach who complained: beside the log, which has the commitment alone, so that it can be
-- erased.
CREATE TABLE sealed (
    complainant TEXT PRIMARY KEY,
    salt        BLOB NOT NULL,
    contact     TEXT NOT NULL
) STRICT;

-- The files as the events make them. event: that changed it last; opened, changed: when it was.
-- digest: of the instrument in it, or of the guard's key (an installation's). due: when a rule asks
-- for an act of the server. deadline: of its step (authority/clock.h). What lists show is in columns
-- of its own: bodies can be large.
CREATE TABLE file (
    kind     TEXT NOT NULL,
    number   TEXT NOT NULL,
    version  INTEGER NOT NULL,
    state    INTEGER NOT NULL,
    parent   TEXT NOT NULL,
    event    INTEGER NOT NULL REFERENCES event (sequence),
    opened   INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    digest   BLOB,
    due      INTEGER,
    deadline INTEGER NOT NULL,
    body     BLOB NOT NULL,
    UNIQUE (kind, number)
) STRICT;
CREATE INDEX file_of_parent ON file (kind, parent, number);
CREATE INDEX file_in_state ON file (kind, state, number);
CREATE INDEX file_waiting ON file (kind, state, event, number);
CREATE INDEX file_pressing ON file (kind, state, deadline, event, number);
CREATE UNIQUE INDEX file_of_digest ON file (kind, digest) WHERE digest IS NOT NULL;
CREATE INDEX withdrawal_of_certificate ON file (parent, event) WHERE kind = 'withdrawal';
CREATE INDEX file_due ON file (due, kind, number) WHERE due IS NOT NULL;

-- Roots of the whole subtrees of 2^level leaves, from level 1 on; leaves are in event.
CREATE TABLE node (
    level    INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash     BLOB NOT NULL,
    PRIMARY KEY (level, position)
) STRICT, WITHOUT ROWID;

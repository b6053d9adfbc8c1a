/* The face of store/: the office's one database. What people, guards and the server sign is
 * appended as events; the files are projections that only an applied event changes; the events are
 * the leaves of a Merkle tree whose head the log key signs, in the transaction that adds them. The
 * only folder that speaks SQL, which it does in the named statements of its *.sql files.
 *
 *     event.h  what an event is, and its leaf
 *     write.h  the writer: acts, receipts, returns and renewals, committed in groups
 *     read.h   readers: files, events, heads, proofs, contacts
 *     audit.h  verifying the events, and making the projections anew: on the file, offline
 *
 * Errors: rows 750..799 here, those of authority/ and instruments/ for what is refused, and of the
 * machine for what fails (docs/store.md says what happens then). Nothing is ever half done: a call
 * that fails has changed nothing.
 */
#ifndef ENDUSE_STORE_STORE_H
#define ENDUSE_STORE_STORE_H

#include "store/audit.h"
#include "store/event.h"
#include "store/read.h"
#include "store/write.h"

/* What a person can do about an error of rows 750..799 or of the machine, in one sentence; NULL for
 * the others. Static storage. */
const char *store_advice(enum error error);

#endif

/* Rows of the tables as C structs and back. Inside store/ only. */
#ifndef ENDUSE_STORE_ROWS_H
#define ENDUSE_STORE_ROWS_H

#include "store/database.h"
#include "store/event.h"

/* What was stored by us must decode: an error of decoding becomes ERROR_STORE_DAMAGED. */
enum error stored(enum error error, struct fault *fault, const char *place);

/* --- Events and heads: event_rows.c ------------------------------------------------------- */

/* An event from the current row of a statement with the columns of event_from. Strict about what
 * the columns can hold (ERROR_STORE_EVENT_COLUMN), not about how they fit the body. */
enum error event_of_row(
    struct query *query, struct arena *arena, struct fault *fault, struct event *ret_event);

enum error event_insert(struct database *database, const struct event *event, struct fault *fault);

/* The event of an act; *ret_found false when there is none. */
enum error event_of_act(
    struct database *database, const struct id *act, struct arena *arena, struct fault *fault,
    struct event *ret_event, bool *ret_found);

/* All rows that are left of a query, at most limit: ends it. */
enum error event_rows(
    struct query *query, size_t limit, struct arena *arena, struct fault *fault,
    struct event **ret_events, size_t *ret_count);

/* The signed roots, in order. */
enum error event_roots(
    struct database *database, struct arena *arena, struct fault *fault, struct bytes **ret_roots,
    size_t *ret_count);

/* A column of exactly 32 bytes. */
enum error column_digest(
    struct query *query, int column, enum error damaged, struct fault *fault,
    struct digest *ret_digest);

/* How many events there are, and the time of the newest (0: none). */
enum error
event_last(struct database *database, struct fault *fault, uint64_t *ret_count, millis *ret_time);

/* --- The tree: tree_rows.c ---------------------------------------------------------------- */

/* The root of a whole subtree; the context of a tree_source with stride 1 is a database. */
enum error node_read(
    void *database, unsigned level, uint64_t index, struct fault *fault, struct digest *ret_hash);

/* Adds the leaf's nodes, then appends it to the frontier. */
enum error tree_append(
    struct database *database, struct frontier *frontier, const struct digest *leaf,
    struct fault *fault);

/* The frontier of a tree of size leaves, from the stored nodes. */
enum error tree_frontier(
    struct database *database, uint64_t size, struct fault *fault, struct frontier *ret_frontier);

/* --- Files and contacts: file_rows.c ------------------------------------------------------ */

/* The content in arena, or NULL when there is no such file. */
enum error file_find(
    struct database *database, enum file_kind kind, const char *number, struct arena *arena,
    struct fault *fault, const void **ret_content);

/* Decodes a body from a row of file. */
enum error file_decode(
    enum file_kind kind, struct bytes body, struct arena *arena, struct fault *fault,
    const void **ret_content);

/* Writes a file as an event leaves it, with nothing due: file_set_due says what is. deadline: as
 * clock_deadline. */
enum error file_store(
    struct database *database, enum file_kind kind, const void *content, uint64_t event,
    millis deadline, struct fault *fault);

/* When the server has to act on a file by a rule (0: nothing is due), and the deadline of its step.
 */
enum error file_set_due(
    struct database *database, enum file_kind kind, const char *number, millis due, millis deadline,
    struct fault *fault);

/* The contents of the next files of a kind after a number, in the order of their numbers, at most
 * limit. parent NULL: of all; else of those that hang on the file with this number. */
enum error file_next(
    struct database *database, enum file_kind kind, const char *parent, const char *after,
    size_t limit, struct arena *arena, struct fault *fault, const void **ret_contents,
    size_t *ret_count);

/* "kind/number" in arena, or NULL. */
const char *file_name_in(struct arena *arena, enum file_kind kind, const char *number);

/* The number of the file of a kind with this digest (file_digest); NULL when none has it. */
enum error file_by_digest(
    struct database *database, enum file_kind kind, const struct digest *digest,
    struct arena *arena, struct fault *fault, const char **ret_number);

/* *ret_contact NULL when there is none. */
enum error contact_find(
    struct database *database, const char *installation, struct arena *arena, struct fault *fault,
    const struct contact **ret_contact);
enum error
contact_store(struct database *database, const struct contact *contact, struct fault *fault);

#endif

/* Readers: read-only connections, one for each thread; they neither wait for the writer nor stop
 * it. What they return is in the caller's arena. */
#ifndef ENDUSE_STORE_READ_H
#define ENDUSE_STORE_READ_H

#include "store/event.h"

struct store_reader;

/* Errors as store_open's. os NULL: os_system. */
enum error store_reader_open(
    const struct os *os, const char *path, struct fault *fault, struct store_reader **ret_reader);
void store_reader_close(struct store_reader *reader); /* NULL is fine */

/* Between these two all reads see one state of the database. Without them each read sees the
 * newest. Keep it short: the write-ahead log grows meanwhile. */
enum error store_snapshot_begin(struct store_reader *reader, struct fault *fault);
void store_snapshot_end(struct store_reader *reader);

/* A file's content: the struct of its kind (authority/file.h). ERROR_NOT_FOUND. */
enum error store_load(
    struct store_reader *reader, enum file_kind kind, const char *number, struct arena *arena,
    struct fault *fault, const void **ret_content);

/* One file in a list. */
struct store_entry {
    const char *number;
    const char *parent; /* file_parent */
    int state;
    uint64_t version;
    millis opened, changed;
    uint64_t event;      /* that changed it last: the older, the longer it has waited */
    millis deadline;     /* of its step: authority/clock.h */
    const void *content; /* NULL where it was not asked for */
};

/* The order of a list. */
enum store_order {
    STORE_BY_NUMBER,
    STORE_BY_EVENT,    /* that changed them last; then number */
    STORE_BY_DEADLINE, /* of their step; then event, number */
};

/* Files of a kind: those that hang on parent (NULL: all), in that state (0: any), after the number
 * given (NULL: from the first), at most limit. To go on, pass what the last one has; fewer than
 * limit means that there are no more. Orders other than by number are for one state, of no parent.
 */
struct store_query {
    enum file_kind kind;
    const char *parent;
    int state;
    enum store_order order;
    const char *after;
    uint64_t after_event;
    millis after_deadline;
    size_t limit;
    bool without_content; /* which is most of what reading a list costs */
};

enum error store_list(
    struct store_reader *reader, const struct store_query *query, struct arena *arena,
    struct fault *fault, struct store_entry **ret_entries, size_t *ret_count);

/* How many files a query would list without after and limit. */
enum error store_count(
    struct store_reader *reader, const struct store_query *query, struct fault *fault,
    uint64_t *ret_count);

/* Events from a sequence on, ascending, at most count. */
enum error store_events(
    struct store_reader *reader, uint64_t from, size_t count, struct arena *arena,
    struct fault *fault, struct event **ret_events, size_t *ret_count);

/* The same of the events that are about one file. */
enum error store_file_events(
    struct store_reader *reader, enum file_kind kind, const char *number, uint64_t from,
    size_t count, struct arena *arena, struct fault *fault, struct event **ret_events,
    size_t *ret_count);

/* The events that are about one file: its history. Newest first, those before `before` (UINT64_MAX:
 * from the newest), at most count. */
enum error store_history(
    struct store_reader *reader, enum file_kind kind, const char *number, uint64_t before,
    size_t count, struct arena *arena, struct fault *fault, struct event **ret_events,
    size_t *ret_count);

/* The same without returns, which are nearly all of what an installation's history has. */
enum error store_history_but_returns(
    struct store_reader *reader, enum file_kind kind, const char *number, uint64_t before,
    size_t count, struct arena *arena, struct fault *fault, struct event **ret_events,
    size_t *ret_count);

/* Which events are about one file, newest first, at most count (which fit into ret_sequences). No
 * event is looked at for that. */
enum error store_newest(
    struct store_reader *reader, enum file_kind kind, const char *number, size_t count,
    struct fault *fault, uint64_t *ret_sequences, size_t *ret_count);

/* The act of an event of type act or delegation, decoded (it was verified before it became an
 * event); ERROR_DOCUMENT_... for another type. */
enum error store_event_act(
    const struct event *event, struct arena *arena, struct fault *fault, struct act *ret_act);

/* A head of the tree. note is the checkpoint as a signed note (merkle/checkpoint.h), or empty where
 * no log key was delegated (before the first delegation, after the last one ran out). */
struct store_head {
    uint64_t size;
    millis time; /* of the newest event in it */
    struct digest root;
    struct bytes note;
};

/* The newest head; and the newest that is signed (ERROR_NOT_FOUND before the first). */
enum error store_head(
    struct store_reader *reader, struct arena *arena, struct fault *fault,
    struct store_head *ret_head);
enum error store_signed_head(
    struct store_reader *reader, struct arena *arena, struct fault *fault,
    struct store_head *ret_head);

/* Proofs from the stored nodes. Errors as proof_make_inclusion and proof_make_consistency. */
enum error store_inclusion(
    struct store_reader *reader, uint64_t index, uint64_t size, struct fault *fault,
    struct proof *ret_proof);
enum error store_consistency(
    struct store_reader *reader, uint64_t old_size, uint64_t new_size, struct fault *fault,
    struct proof *ret_proof);

/* How to reach who complained; *ret_contact NULL where it was not told, or is erased. */
enum error store_sealed(
    struct store_reader *reader, const char *complainant, struct arena *arena, struct fault *fault,
    const char **ret_contact);

/* What is remembered of an installation's renewals; *ret_contact NULL before the first. */
enum error store_contact(
    struct store_reader *reader, const char *installation, struct arena *arena, struct fault *fault,
    const struct contact **ret_contact);

/* The signed root of a version, 0 for the newest. ERROR_NOT_FOUND. */
enum error store_root(
    struct store_reader *reader, uint64_t version, struct arena *arena, struct fault *fault,
    struct bytes *ret_root);

/* How the office's rules see the files (authority/apply.h): as this reader does. *ret_view lives in
 * arena, as does what it finds. ERROR_MEMORY. */
enum error store_view(
    struct store_reader *reader, struct arena *arena, struct fault *fault,
    struct office_view *ret_view);

/* The office as it stands at a moment: for showing who may do what (lifecycle.h). Everything lives
 * in arena but the chain, which is the reader's and lives until the next call of this function. */
enum error store_office(
    struct store_reader *reader, millis time, struct arena *arena, struct fault *fault,
    struct office *ret_office);

#endif

/* What the files of the writer share: the open store, and one job inside its transaction. Inside
 * store/ only. */
#ifndef ENDUSE_STORE_WRITER_H
#define ENDUSE_STORE_WRITER_H

#include "store/ledger.h"
#include "store/write.h"

struct store {
    const struct os *os;
    struct store_keys keys;
    struct database database;
    struct ledger ledger;
    int64_t data_version; /* as this connection saw it when the ledger was loaded */
    /* Since when the times of events have run as the time since boot does. */
    bool clock_known;
    millis newest_now;                  /* what store_now gave last */
    millis clock_since;                 /* a time of events */
    millis anchor_time, anchor_elapsed; /* both clocks, then */
};

/* The moment of a transaction: the wall clock, but never before the newest event or an earlier
 * moment of this server. Notes whether
 * that clock ran on as the time since boot did; a clock that was set, or that stands because it was
 * set back, did not, and a server that has just started does not know. */
enum error store_now(struct store *store, struct fault *fault, millis *ret_now);

/* Judges signed bytes and, where they say something new, appends the event; notes it in *answer.
 * An error for which error_refuses holds left nothing behind. */
enum error store_take(
    struct store *store, enum event_type type, struct bytes bytes, millis now, struct arena *arena,
    struct fault *fault, struct store_answer *answer);

/* One job of kind STORE_RENEWAL or STORE_RETURN. renew.c */
enum error store_renew(
    struct store *store, struct store_job *job, millis now, struct arena *arena,
    struct fault *fault);
enum error store_take_return(
    struct store *store, struct store_job *job, millis now, struct arena *arena,
    struct fault *fault);

/* One job of kind STORE_COMPLAINT. complain.c */
enum error store_complain(
    struct store *store, struct store_job *job, millis now, struct arena *arena,
    struct fault *fault);

/* What the act of a complaint commits to in place of the contact. complain.c */
enum error seal_commitment(
    struct bytes salt, const char *contact, struct fault *fault, struct digest *ret_commitment);

/* Whether the server holds the delegated lease key at that moment. ERROR_STORE_DELEGATION,
 * ERROR_STORE_KEY. */
enum error
store_lease_key(struct store *store, const struct delegation *delegation, struct fault *fault);

/* Makes and signs an act of the server, by a rule. The bytes are in arena. server_act.c */
enum error server_act(
    struct store *store, const char *file, uint64_t file_version, const char *verb,
    const struct datum *body, millis now, struct arena *arena, struct fault *fault,
    struct bytes *ret_act);

#endif

/* The ledger: events judged against the files as they stand, and applied to the tables. The writer
 * runs it on the database with the time of its clock, an audit on a scratch database with the times
 * of the events: the one path by which files change. Inside store/ only. */
#ifndef ENDUSE_STORE_LEDGER_H
#define ENDUSE_STORE_LEDGER_H

#include "store/rows.h"

/* What the tables say in short. Start with a zeroed struct but for database; end with
 * ledger_close. */
struct ledger {
    struct database *database;
    bool loaded;
    struct frontier frontier; /* of the events so far */
    millis time;              /* of the newest */
    struct root_chain chain;  /* open when the first root is there */
    bool has_chain;
    struct arena arena; /* of the rest */
    struct office_settings settings;
    millis countries_date;
    struct delegation *delegations; /* published, in the order of their numbers */
    size_t delegation_count;
};

/* Reads the state from the tables, anew where it was loaded before. */
enum error ledger_load(struct ledger *ledger, struct fault *fault);
void ledger_close(struct ledger *ledger);

/* The office at a moment: the delegation is the newest that is in force then. */
struct office ledger_office(const struct ledger *ledger, millis time);

/* How the authority's rules see the other files: as the open transaction has them. */
struct ledger_view {
    struct database *database;
    struct arena *arena; /* of what is found */
};
struct office_view ledger_view(struct ledger_view *view);

/* What to make of signed bytes. */
struct judged {
    enum event_type type;
    struct bytes instrument;
    const char *actor; /* NULL: nobody */
    struct id act;     /* zeros unless an act */
    const char *file;  /* NULL: about none */
    enum file_kind kind;
    const char *number;
    uint64_t version; /* of the file, after it */
    struct outcome outcome;
    bool nothing; /* it says nothing new: no event */
};

/* Judges bytes that claim to be of that type (an act on a delegation's file may come as EVENT_ACT),
 * at a time, by the tables as they stand; nothing is written. What *ret_judged points to is in
 * arena, or is bytes. Refusals are those of instruments/ and authority/, and
 * ERROR_STORE_INSTALLATION. */
enum error ledger_judge(
    struct ledger *ledger, enum event_type type, struct bytes bytes, millis time,
    struct arena *arena, struct fault *fault, struct judged *ret_judged);

/* Adds the event and changes the files. salt: EVENT_SALT_SIZE bytes, not used for public types. Any
 * error means that the transaction must be given up and the ledger loaded again. */
enum error ledger_append(
    struct ledger *ledger, const struct judged *judged, millis time, struct bytes salt,
    struct arena *arena, struct fault *fault, struct event *ret_event);

/* An installation's file, and its guard as a signer. ERROR_STORE_INSTALLATION. */
enum error ledger_installation(
    struct ledger *ledger, const char *number, struct arena *arena, struct fault *fault,
    const struct installation_file **ret_file, struct signer *ret_guard);

/* Whether an error refuses what was judged; any other is a failure of the machine or of the
 * database, after which nothing is known. */
bool error_refuses(enum error error);

#endif

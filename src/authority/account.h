/* An account: somebody outside the root who acts at the office (an exporter's officer, the
 * signatory of an acquiring state, the supervisor of an agency, an approving or an oversight body);
 * and what the office keeps of a person of the root: suspension, absence with a deputy, recusals.
 * The root alone gives a ministry's person a key and roles; an account can only take away. */
#ifndef ENDUSE_AUTHORITY_ACCOUNT_H
#define ENDUSE_AUTHORITY_ACCOUNT_H

#include "authority/file.h"

enum account_state {
    ACCOUNT_PROPOSED = 1, /* the key's fingerprint is to be confirmed over a second channel */
    ACCOUNT_ACTIVE,
    ACCOUNT_SUSPENDED,
    ACCOUNT_EXPIRED,
    ACCOUNT_CLOSED, /* for good: left, or the key was lost and not replaced */
};

enum account_kind {
    ACCOUNT_MINISTRY = 1, /* a person of the root: no key here */
    ACCOUNT_EXPORTER,     /* of an exporter: its number */
    ACCOUNT_STATE,        /* of an acquiring state: ISO 3166 */
    ACCOUNT_SUPERVISOR,   /* of an agency: its number */
    ACCOUNT_BODY,         /* of an approving body: its number */
    ACCOUNT_OVERSIGHT,    /* of an oversight body: its name */
};

/* A time during which somebody is away, and who stands in. */
struct absence {
    millis from, until;
    const char *deputy; /* NULL: nobody */
    struct done_by by;
};

struct recusal {
    const char *file; /* "application/A-0007" */
    const char *reason;
    struct done_by by;
};

enum { ACCOUNT_ABSENCES_MAX = 64, ACCOUNT_RECUSALS_MAX = 1024 };

struct account_file {
    struct file_base base; /* the number is the person's id */
    enum account_kind kind;
    const char *name, *organisation;
    struct document_key key;        /* none for the root's people */
    struct document_key next_key;   /* proposed to replace it */
    millis until;                   /* when the key's time ends; 0 for the root's people */
    millis next_until;              /* of the key proposed */
    const struct absence *absences; /* those that were not over when the last was noted */
    size_t absences_count;
    const struct recusal *recusals;
    size_t recusals_count;
    /* Accounts of the root's people whose deputy this one is, while an absence is not over. */
    const char *const *deputises;
    size_t deputises_count;
    struct done_by proposed, confirmed, suspended, ended;
    const char *reason;     /* of a suspension or an end */
    struct digest lost_key; /* id of a key that was lost: nobody is let in with it again */
    /* Ids of keys that others took the place of: of this person for good, and of nobody else. */
    const char *const *past_keys;
    size_t past_keys_count;
};

#endif

/* Who acts at the office, and in which roles. An actor is whoever signed: nobody is believed to be
 * somebody else by what a body says. */
#ifndef ENDUSE_AUTHORITY_ROLE_H
#define ENDUSE_AUTHORITY_ROLE_H

#include "authority/files.h"

/* X(name, word, words): roles as bits of a set. The first are of the ministries' people, named so
 * in the root; those after ROLE_SERVER are of accounts (account.h). */
#define ROLE_TABLE(X)                                                                              \
    X(DESK, "desk", "desk officer")                                                                \
    X(REVIEWER, "reviewer", "reviewer")                                                            \
    X(SIGNATORY, "signatory", "signatory")                                                         \
    X(INSPECTOR, "inspector", "inspector")                                                         \
    X(CHAIR, "chair", "hearing chair")                                                             \
    X(AUDITOR, "auditor", "auditor")                                                               \
    X(ADMINISTRATOR, "administrator", "administrator")                                             \
    X(SERVER, "server", "the server, by a rule")                                                   \
    X(EXPORTER, "exporter", "exporter's officer")                                                  \
    X(STATE, "state", "acquiring state's signatory")                                               \
    X(SUPERVISOR, "supervisor", "agency supervisor")                                               \
    X(BODY, "body", "approving body")                                                              \
    X(OVERSIGHT, "oversight", "oversight body")

enum role_index {
#define ROLE_ROW(name, word, words) ROLE_INDEX_##name,
    ROLE_TABLE(ROLE_ROW)
#undef ROLE_ROW
        ROLE_COUNT
};

enum {
#define ROLE_ROW(name, word, words) ROLE_##name = 1 << ROLE_INDEX_##name,
    ROLE_TABLE(ROLE_ROW)
#undef ROLE_ROW
};

const char *role_word(enum role_index role);  /* "desk": in roots, the API and the log */
const char *role_words(enum role_index role); /* "desk officer": for a person */

/* The roles that a person of the root has, and those of an account; 0 for one of the root's people,
 * who have theirs from the root. */
unsigned roles_of_person(const struct root_person *person);
unsigned role_of_account(enum account_kind kind);

enum actor_kind {
    ACTOR_OFFICER = 1, /* of a ministry, by the root */
    ACTOR_ACCOUNT,     /* of anybody else, by an account */
    ACTOR_SERVER,
};

enum { ACTOR_DEPUTY_MAX = 4 };

struct actor {
    enum actor_kind kind;
    const char *id;                   /* "D-07", "X-0031-02", "server" */
    unsigned roles;                   /* a deputy's with those of who is absent */
    enum ministry_id ministry;        /* officers */
    const struct root_person *person; /* officers */
    const char *organisation;         /* accounts: the number that the role is held for; or NULL */
    const struct account_file *account; /* officers: NULL where the office keeps nothing of them */
    struct key_id key;
    /* Those for whom the actor stands in just now: what they did counts as the actor's own. */
    const char *absent[ACTOR_DEPUTY_MAX];
    size_t absent_count;
};

/* Whether this person is the actor, or somebody for whom the actor stands in. */
bool actor_is(const struct actor *actor, const char *person);

/* Whether the actor's account is of this organisation; false where there is none, or no account. */
bool actor_is_of(const struct actor *actor, const char *organisation);

struct office;
struct office_view;

/* Finds who signed: a person of the root, somebody with an account that is active, the server's
 * lease key. What it points to is the office's, or in memory of the view.
 * ERROR_OFFICE_STRANGER: nobody that the office knows; ERROR_OFFICE_STANDING: suspended, expired,
 * left, or not confirmed yet. */
enum error actor_find(
    const struct office *office, const struct office_view *view, const struct key_id *key,
    millis time, struct fault *fault, struct actor *ret_actor, struct signer *ret_signer);

/* Whether a file is one that the actor may act on, whatever the act: none from which the actor was
 * removed, nor one that hangs on such a file (ERROR_OFFICE_RECUSED); and for somebody with an
 * account only those of the account's own organisation, that is, the organisation's file and what
 * hangs on it (ERROR_OFFICE_ORGANISATION). Asked of the file as it is, and as the act leaves it. */
enum error actor_may_touch(
    const struct office_view *view, const struct actor *actor, enum file_kind kind,
    const char *number, const void *content, struct fault *fault);

#endif

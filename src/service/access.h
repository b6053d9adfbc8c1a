/* Who may read what: one table of kinds of files and roles, and the rules that routes have. Nothing
 * is visible that the tables do not say. Acts are not here: they are signed, and judged in
 * authority/. A reader is an actor (authority/role.h) who is logged in; one of kind 0 is anyone. */
#ifndef ENDUSE_SERVICE_ACCESS_H
#define ENDUSE_SERVICE_ACCESS_H

#include "authority/authority.h"

/* How much of the files of a kind somebody sees. */
enum sight {
    SIGHT_NONE,
    SIGHT_STATE, /* in the public register: that a file is there, and its state, by its number */
    SIGHT_PARTY, /* of a case: what its parties are told of their hearing (authority/hearing.h) */
    SIGHT_OWN,   /* files of the organisation that the role is held for */
    SIGHT_ALL,
};

/* Of those who are not logged in, and of a role. */
enum sight sight_of_anyone(enum file_kind kind);
enum sight sight_of_role(enum role_index role, enum file_kind kind);

/* The most that anyone, or one of the reader's roles, sees. */
enum sight reader_sight(const struct actor *reader, enum file_kind kind);

/* Whether the reader sees files of the kind, all or their own: ERROR_SESSION_NONE when a login
 * could help, ERROR_SESSION_SIGHT when it does not. */
enum error reader_sees(const struct actor *reader, enum file_kind kind, struct fault *fault);

/* Whether the reader is told of hearings; errors likewise. */
enum error reader_is_heard(const struct actor *reader, struct fault *fault);

/* Whether the file is one that the reader sees, of a kind of which they see their own. */
enum error reader_owns(
    const struct actor *reader, const struct office_view *view, enum file_kind kind,
    const void *content, struct arena *arena, struct fault *fault, bool *ret_owns);

/* --- Routes ------------------------------------------------------------------------------- */

enum access_rule {
    ACCESS_ANYONE, /* no login is asked for */
    ACCESS_SIGNER, /* the body is signed, and judged by its signer */
    ACCESS_KIND,   /* the table of kinds says */
    ACCESS_ROLES,  /* readers of some roles */
    ACCESS_READER, /* whoever is logged in */
};

struct access {
    enum access_rule rule;
    unsigned roles; /* ACCESS_ROLES */
    const char *words;
};

/* Whether the route is for the reader; errors as reader_sees. Where the kind of file decides, the
 * handler still has to ask. */
enum error
access_allows(const struct access *access, const struct actor *reader, struct fault *fault);

#endif

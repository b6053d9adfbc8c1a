/* The life-cycles as tables: for each kind of file, which act leads from which states to which, who
 * may do it, what its body holds, and in words what it does. The tables drive the checks, the
 * buttons, the documentation and the tests; no transition outside them is possible. */
#ifndef ENDUSE_AUTHORITY_LIFECYCLE_H
#define ENDUSE_AUTHORITY_LIFECYCLE_H

#include "authority/apply.h"

/* Roles of the root as bits, and which ministries. */
enum {
    ROLE_DESK = 1,
    ROLE_REVIEWER = 2,
    ROLE_SIGNATORY = 4,
    ROLE_SERVER = 8, /* a rule, by the server's key */
};

enum { ANY_MINISTRY, DEFENCE_ONLY, FOREIGN_ONLY };

#define STATE(n) (1u << (n))
#define STATE_NEW STATE(0) /* no file yet: the act opens it */

struct transition_call; /* inside.h */

struct transition {
    const char *verb;
    unsigned from;  /* bits STATE(...) */
    unsigned to;    /* states that it may lead to */
    unsigned roles; /* any of these */
    int ministry;
    const struct layout *body; /* NULL: an empty map */
    const char *words;         /* what it does, for buttons and help */
    enum error (*apply)(struct transition_call *call);
};

/* The transitions of a kind; *ret_count of them. */
const struct transition *lifecycle(enum file_kind kind, size_t *ret_count);

/* Whether the actor could do this now as far as state and role go; else the reason in *fault: for
 * greyed buttons. The conditions of the act itself are known only with its body. */
enum error transition_open(
    const struct transition *transition, const struct actor *actor, enum file_kind kind, int state,
    struct fault *fault);

#endif

/* A ruling: how a clause of a certificate reads. An operator or the acquiring state asks; both
 * ministries answer in the same words, each under its own signature. A ruling explains what was
 * signed and changes none of it: where other clauses are needed, they are another form, a licence's
 * condition or an order, which the ruling then names. */
#ifndef ENDUSE_AUTHORITY_RULING_H
#define ENDUSE_AUTHORITY_RULING_H

#include "authority/file.h"

enum ruling_state {
    RULING_ASKED = 1,
    RULING_PROPOSED, /* one ministry has given its reading */
    RULING_GIVEN,    /* both have, in the same words */
    RULING_WITHDRAWN,
};

/* What a ruling needs besides its words. */
enum ruling_needs { RULING_NEEDS_NOTHING = 1, RULING_NEEDS_CLAUSES };

struct ruling_file {
    struct file_base base;
    const char *certificate; /* its number */
    const char *form;        /* of the certificate's form */
    const char *clause;      /* "6.1" */
    const char *question;
    const char *reading; /* both ministries' */
    enum ruling_needs needs;
    enum ministry_id proposed_by;
    const char *const *clauses_in; /* files of the new clauses: "form/IL-2021-12.2" */
    size_t clauses_in_count;
    const char *reason; /* of a withdrawal */
    struct done_by asked, proposed, given, ended;
};

enum { RULING_CLAUSES_MAX = 64 };

#endif

/* What a struct declared_use holds; for the files of verdict/. */
#ifndef ENDUSE_VERDICT_USE_H
#define ENDUSE_VERDICT_USE_H

#include "verdict/terms.h"

enum { USE_OFFENCES_MAX = 2 }; /* the declaration's and the approval's */

/* An offence whose being in force is a fact of the moment. */
struct use_offence {
    const struct offence *offence; /* NULL: the certificate does not name it */
    struct cedar_value *in_force;
};

struct declared_use {
    const struct terms *terms;
    struct arena arena;
    struct cedar_symbols *symbols; /* on the terms' */
    struct cedar_entities *entities;
    struct cedar_request request;
    const char *function, *subject;
    /* Slots of the facts of the moment; NULL where the vocabulary has no such fact. */
    struct cedar_value *time, *running, *other_active_uses, *uses_in_period, *withdrawn;
    struct use_offence offences[USE_OFFENCES_MAX];
    size_t offence_count;
    void *scratch;
    struct cedar_memo *memo; /* what does not hang on these slots is judged once, when opening */
};

/* Judges, and gives what the engine answered: it lives in the use's scratch memory until the next
 * judgement. */
struct verdict use_judge(
    struct declared_use *use, const struct moment *moment, struct cedar_response *ret_response);

#endif

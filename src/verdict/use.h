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
};

/* Puts the facts of the moment into their slots. */
void declared_use_set(struct declared_use *use, const struct moment *moment);

#endif

/* The delegation of keys to the server. */
#ifndef ENDUSE_AUTHORITY_DELEGATION_H
#define ENDUSE_AUTHORITY_DELEGATION_H

#include "authority/file.h"

enum delegation_state { DELEGATION_PROPOSED = 1, DELEGATION_IN_FORCE };

struct delegation_file {
    struct file_base base; /* the number is the version in digits */
    struct digest digest;
    struct bytes instrument;
    millis from, until;
    struct done_by proposed, published;
};

#endif

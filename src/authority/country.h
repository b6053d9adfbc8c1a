/* A country on the dated list of those that may acquire: one file each, by its code. Proposed by
 * one ministry and listed by the other; one is enough to take it off. */
#ifndef ENDUSE_AUTHORITY_COUNTRY_H
#define ENDUSE_AUTHORITY_COUNTRY_H

#include "authority/file.h"

enum country_state {
    COUNTRY_PROPOSED = 1,
    COUNTRY_LISTED,
    COUNTRY_DELISTED,
    COUNTRY_REFUSED, /* not listed as proposed; it may be proposed again */
};

/* What happened to it, in order: the list's history. */
struct country_change {
    enum country_state to; /* listed, delisted or refused */
    const char *reasons;
    struct done_by proposed; /* of a listing or a refusal */
    struct done_by by;
};

enum { COUNTRY_CHANGES_MAX = 1024 };

struct country_file {
    struct file_base base; /* the number is the code of ISO 3166-1 */
    const char *name;      /* its English short name, or what a user of the code means by it */
    const char *reasons;   /* of the proposal */
    enum ministry_id proposed_by;
    struct done_by proposed;
    struct done_by decided; /* the last of the changes below */
    const struct country_change *changes;
    size_t changes_count;
};

#endif

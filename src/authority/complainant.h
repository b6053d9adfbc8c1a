/* Who complained: kept apart from the case, so that whoever may see the one need not see the other.
 * How to reach the person is in no file and no event: the store keeps it sealed beside them, and
 * this file has the commitment to it, so that it can be erased and can not be exchanged. */
#ifndef ENDUSE_AUTHORITY_COMPLAINANT_H
#define ENDUSE_AUTHORITY_COMPLAINANT_H

#include "authority/file.h"

enum complainant_state { COMPLAINANT_KEPT = 1, COMPLAINANT_ERASED };

struct complainant_file {
    struct file_base base; /* the number is the complaint's reference, and the case's */
    const char *case_number;
    struct digest secret;     /* SHA-256 of the secret by which the complaint is followed */
    struct digest commitment; /* to the contact; zeros: none was given */
    struct done_by erased;
    const char *reason;
};

#endif

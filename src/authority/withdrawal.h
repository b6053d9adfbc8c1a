/* The withdrawal of an approval by its approving body. */
#ifndef ENDUSE_AUTHORITY_WITHDRAWAL_H
#define ENDUSE_AUTHORITY_WITHDRAWAL_H

#include "authority/file.h"

enum withdrawal_state { WITHDRAWAL_IN_FORCE = 1 };

/* Of an approval, by the approving body. For every installation under the certificate. */
struct withdrawal_file {
    struct file_base base;
    const char *certificate; /* its number */
    struct digest digest;
    struct bytes instrument;
    const char *own_number; /* that the approving body gave it */
    const char *body;
    struct digest withdraws; /* the approval's digest */
    millis issued;
    struct done_by entered;
};

#endif

/* An approving body of an acquiring state (a court, a prosecutor) with the key that it signs
 * approvals with: entered, confirmed by somebody else by the key's fingerprint, ended. The file's
 * number is the body's id, as certificates name it. */
#ifndef ENDUSE_AUTHORITY_BODY_H
#define ENDUSE_AUTHORITY_BODY_H

#include "authority/file.h"

enum body_state {
    BODY_ENTERED = 1,
    BODY_CONFIRMED,
    BODY_ENDED, /* for good: another key is another body's file */
};

struct body_file {
    struct file_base base;
    const char *state; /* ISO 3166: where its approvals are law */
    const char *name;
    bool independent; /* of the government, and of the agency that asks */
    bool elevated;    /* above courts of first instance */
    struct document_key key;
    const char *reason; /* of the end */
    struct done_by entered, confirmed, ended;
};

#endif

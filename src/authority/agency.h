/* An agency of an acquiring state that may become an end user: submitted, and checked to be
 * governmental by somebody else, on evidence that is kept. The file's number is the agency's id, as
 * certificates and licences name it. */
#ifndef ENDUSE_AUTHORITY_AGENCY_H
#define ENDUSE_AUTHORITY_AGENCY_H

#include "authority/file.h"

enum agency_state {
    AGENCY_SUBMITTED = 1,
    AGENCY_CHECKED, /* governmental: clause 2 of the form of December 2021 */
    AGENCY_REFUSED,
    AGENCY_REMOVED,
};

struct agency_file {
    struct file_base base;
    const char *state; /* ISO 3166 */
    const char *name;
    const char *mandate;    /* what it is for, and by which law */
    const char *evidence;   /* on which it was found governmental */
    struct digest document; /* SHA-256 of the document that the evidence is in; may be absent */
    const char *reason;     /* of a refusal or removal */
    struct done_by submitted, checked, ended;
};

#endif

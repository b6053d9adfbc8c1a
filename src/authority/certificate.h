/* A certificate: offered, signed by the acquiring state, authenticated, in force. */
#ifndef ENDUSE_AUTHORITY_CERTIFICATE_H
#define ENDUSE_AUTHORITY_CERTIFICATE_H

#include "authority/file.h"

enum certificate_state {
    CERTIFICATE_OFFERED = 1,
    CERTIFICATE_SIGNED,        /* by the acquiring state */
    CERTIFICATE_AUTHENTICATED, /* fingerprint confirmed over a second channel */
    CERTIFICATE_IN_FORCE,
    CERTIFICATE_EXPIRED,
    CERTIFICATE_WITHDRAWN,
};

struct certificate_file {
    struct file_base base;
    const char *application;
    struct digest digest;    /* of the payload offered */
    struct bytes payload;    /* as offered */
    struct bytes instrument; /* with the signatures so far */
    const char *state, *agency, *product, *exporter;
    millis from, until;
    struct done_by offered, signed_in, authenticated, completed, ended;
    const char *reason; /* of a withdrawal */
};

#endif

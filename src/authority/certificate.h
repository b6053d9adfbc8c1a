/* A certificate: offered, signed by the acquiring state, authenticated, in force; then superseded,
 * expired, withdrawn or breached, each of which stops the licences under it. */
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
    CERTIFICATE_SUPERSEDED, /* by a newer one for the same state, agency, product and place */
    CERTIFICATE_BREACHED,   /* by the outcome of a case, both ministries say */
    CERTIFICATE_REFUSED,    /* by the acquiring state, when it was offered */
};

/* What one ministry asks for and the other has to agree to. */
enum certificate_ending { CERTIFICATE_ENDING_WITHDRAWAL = 1, CERTIFICATE_ENDING_BREACH };

struct certificate_file {
    struct file_base base;
    const char *application;
    struct digest digest;    /* of the payload offered */
    struct bytes payload;    /* as offered */
    struct bytes instrument; /* with the signatures so far */
    const char *form;        /* the number of its form's file */
    const char *state, *agency, *product, *exporter, *place;
    millis from, until;
    const char *superseded_by; /* the certificate that takes its place; NULL: none yet */
    millis superseded_from;    /* when it does */
    struct done_by offered, signed_in, authenticated, completed, ended;
    enum certificate_ending asked_for; /* 0: nobody asks to end it */
    enum ministry_id asked_by;
    struct done_by asked;
    const char *reason;      /* of a withdrawal, breach or refusal */
    const char *breach_case; /* whose outcome found the breach */
};

#endif

/* A form of certificates, registered under both ministries' signatures. */
#ifndef ENDUSE_AUTHORITY_FORM_H
#define ENDUSE_AUTHORITY_FORM_H

#include "authority/file.h"

enum form_state {
    FORM_PROPOSED = 1, /* signed by one ministry */
    FORM_REGISTERED,
    FORM_WITHDRAWING, /* one ministry asks to withdraw it; certificates are made of it as before */
    FORM_WITHDRAWN,   /* for new certificates */
};

struct form_file {
    struct file_base base; /* the number is the form's, a dot and its version: "IL-2021-12.1" */
    struct digest digest;  /* of its payload: what certificates hold */
    struct bytes instrument;
    const char *title;
    millis in_force;
    struct done_by proposed, registered, asked, withdrawn;
    enum ministry_id asked_by; /* 0: nobody asks to withdraw it */
    const char *reason;        /* of a withdrawal */
};

#endif

/* An application to export, reviewed by both ministries in parallel. */
#ifndef ENDUSE_AUTHORITY_APPLICATION_H
#define ENDUSE_AUTHORITY_APPLICATION_H

#include "authority/file.h"

enum application_state {
    APPLICATION_SUBMITTED = 1, /* in review by both ministries */
    APPLICATION_DISPUTED,      /* a ministry objects */
    APPLICATION_APPROVED,
    APPLICATION_REFUSED,
};

enum review_decision { REVIEW_APPROVE = 1, REVIEW_OBJECT };

struct review {
    enum review_decision decision; /* 0: none yet */
    const char *reasons;
    struct done_by by;
};

struct application_file {
    struct file_base base;
    const char *exporter, *product;
    const char *state; /* ISO 3166 */
    struct certificate_agency agency;
    const char *place;
    const char *assessment; /* of human rights; mandatory before approval */
    struct done_by submitted, assessed;
    struct review defence, foreign;         /* the reviews */
    struct review defence_end, foreign_end; /* of a dispute, which both close */
};

#endif

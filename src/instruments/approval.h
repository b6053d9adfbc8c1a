/* A legal approval under the acquiring state's law, given or withdrawn by an approving body that
 * the certificate enrols. It names the subject by commitment only. */
#ifndef ENDUSE_INSTRUMENTS_APPROVAL_H
#define ENDUSE_INSTRUMENTS_APPROVAL_H

#include "instruments/certificate.h"

enum approval_kind { APPROVAL_ORDINARY = 1, APPROVAL_URGENT, APPROVAL_WITHDRAWAL };

struct approval {
    const char *number;
    enum approval_kind kind;
    const char *body; /* the approving body's id in the certificate */
    struct digest certificate;
    const char *file; /* the agency's file reference */
    millis issued;
    millis expires;      /* absent in a withdrawal */
    const char *subject; /* the commitment that the declaration carries too */
    const char *offence; /* a code of the schedule */
    const char *const *functions;
    size_t functions_count;
    bool life_at_risk;       /* the body finds that life is at risk */
    bool privacy_law_met;    /* the body finds that the state's privacy law is satisfied */
    struct digest withdraws; /* withdrawal: the approval's digest */
};

extern const struct layout approval_layout;

enum error approval_check(const struct approval *approval, struct fault *fault);

/* Verifies with the key that the certificate enrols for the body that the approval names, and that
 * it is for this certificate. */
enum error approval_open(
    struct bytes bytes, const struct digest *authority, const struct certificate *certificate,
    const struct digest *certificate_digest, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct approval *ret_approval);

#endif

/* Trying a declaration: made-up facts, judged by a certificate's own clauses on the one path of
 * verdict/. Nothing is declared, signed, stored or logged. Internal to site/. */
#ifndef ENDUSE_SITE_TRIAL_H
#define ENDUSE_SITE_TRIAL_H

#include "cedar/cedar.h"
#include "site/certificate_view.h"
#include "verdict/verdict.h"

/* Names of the form's fields that are no facts of the vocabulary. */
#define TRIAL_MOMENT "judged-on"
#define TRIAL_BODY "approval-body"
#define TRIAL_KIND "approval-kind"
#define TRIAL_DAYS "approval-days"
#define TRIAL_FINDINGS "approval-findings"

/* What is tried; in the reading's arena. */
struct trial {
    const struct certificate_case *facts;
    const struct cedar_record_type *context; /* of the action, in the vocabulary */
    struct http_pairs pairs;                 /* as sent; none: the form is new */
    millis time;                             /* the moment that is judged at */
    struct declaration declaration;
    struct roll roll;
    struct approval approval;
    bool has_approval;
};

/* Whether the attribute is a fact that an operator states, which the form asks for; the subject is
 * made up, as the file is. */
bool trial_asks(const struct cedar_attribute *attribute);

/* The name of the fact in the form. */
const char *trial_name(const struct trial *trial, const struct cedar_attribute *attribute);

/* The form, filled in as it was sent. trial_fields.c. */
enum error trial_fields_make(const struct trial *trial, struct view_trial *view);

/* What the form says, as documents that nobody signed. The fault's place is a field's name.
 * trial_fields.c. */
enum error trial_read(struct trial *trial, struct fault *fault);

/* The verdict in words. trial_verdict.c. */
enum error trial_judge(const struct trial *trial, struct fault *fault, struct view_trial *view);

/* The form and, where pairs were sent, what comes of it. */
enum error trial_make(
    const struct certificate_case *facts, struct http_pairs pairs, struct view_trial *ret_view);

#endif

/* The parts of a certificate's page. certificate_page.c puts them together. Internal to site/. */
#ifndef ENDUSE_SITE_CERTIFICATE_VIEW_H
#define ENDUSE_SITE_CERTIFICATE_VIEW_H

#include "form/form.h"
#include "service/core.h"
#include "site/views_certificate.h"

/* What a certificate's page is made of; in the reading's arena. */
struct certificate_case {
    struct reading *reading;
    const struct certificate_file *file;
    struct certificate *certificate; /* decoded; it was verified before it became a file's */
    struct digest digest;
    struct form form;
    struct form_articles articles; /* none where text and clauses do not fit together, */
    const struct fault *misfit;    /* and why */
};

/* The certificate as it was offered, without its signatures: they were verified when they came.
 * certificate_page.c. */
enum error certificate_case_make(
    struct reading *reading, const struct certificate_file *file,
    struct certificate_case *ret_facts);

/* The law beside what executes it; where they do not fit together, one after the other, and why.
 * certificate_clauses.c. */
enum error certificate_clauses_make(struct certificate_case *facts, struct view_certificate *view);

/* The clause of the text in whose margin a policy stands, or NULL. certificate_clauses.c. */
const struct form_text_clause *
certificate_clause_of(const struct certificate_case *facts, const char *policy);

/* Offences, bodies, signatures and licences. certificate_schedules.c. */
enum error
certificate_schedules_make(const struct certificate_case *facts, struct view_certificate *view);

#endif

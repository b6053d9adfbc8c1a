/* The export licence: which functions, where, how many uses, how long, under which certificate.
 * Signed by both ministries; its clauses can only take away. */
#ifndef ENDUSE_INSTRUMENTS_LICENCE_H
#define ENDUSE_INSTRUMENTS_LICENCE_H

#include "instruments/certificate.h"

struct licence {
    const char *number;        /* "IL-2026-0017" */
    struct digest certificate; /* the certificate in force under which it was issued */
    const char *exporter;
    const char *product;
    const char *agency; /* the licensee */
    const char *const *functions;
    size_t functions_count;
    const char *const *territories;
    size_t territories_count;
    uint64_t maximum_active_uses;
    uint64_t maximum_uses_in_period; /* begun in each period; 0 with uses_period 0: no limit */
    millis uses_period;              /* periods are counted from `from` */
    uint64_t maximum_installations;
    uint64_t maximum_unacknowledged; /* records that no lease has acknowledged, before uses stop */
    millis issued, from, until;
    const char *clauses; /* Cedar: forbid only; NULL: the model conditions of the form alone */
    const char *contact; /* whom a person refused may ask */
};

extern const struct layout licence_layout;

enum error licence_check(const struct licence *licence, struct fault *fault);

/* Whether the licence is one under this certificate: its digest, agency, product, exporter, and
 * dates within the certificate's (ERROR_DOCUMENT_REFERENCE, ERROR_DOCUMENT_RULE). */
enum error licence_fits(
    const struct licence *licence, const struct certificate *certificate,
    const struct digest *certificate_digest, struct fault *fault);

/* Verifies (both ministries) and decodes. */
enum error licence_open(
    struct bytes bytes, const struct root_chain *chain, struct arena *arena, struct fault *fault,
    struct document *ret_document, struct licence *ret_licence);

#endif

/* A product: submitted, classified after the control list, its builds tested with the guard in
 * them. */
#ifndef ENDUSE_AUTHORITY_PRODUCT_H
#define ENDUSE_AUTHORITY_PRODUCT_H

#include "authority/file.h"

enum product_state {
    PRODUCT_SUBMITTED = 1,
    PRODUCT_CLASSIFIED,
    PRODUCT_TESTED, /* classified, and a build that holds the guard passed its integration test */
};

/* A document of the due-diligence file, which is kept elsewhere: its digest says which it is. */
struct product_document {
    const char *title;
    struct digest digest; /* SHA-256 */
    struct done_by entered;
};

/* A build that holds the guard. A new build is an amendment: entered and tested by itself. */
struct product_build {
    const char *version;
    struct digest digest; /* SHA-256 of what is delivered */
    struct done_by entered;
    struct done_by tested; /* nobody: not tested yet */
    bool passed;
    const char *report;
};

enum { PRODUCT_DOCUMENTS_MAX = 1024, PRODUCT_BUILDS_MAX = 1024 };

struct product_file {
    struct file_base base;
    const char *exporter;
    const char *name, *summary;
    const char *const *functions;
    size_t functions_count;
    const char *control; /* the control-list class, once classified */
    millis control_list; /* the date of the list's version; 0: catch-all, of no list */
    const char *reason;
    struct done_by submitted, classified;
    const struct product_document *documents;
    size_t documents_count;
    const struct product_build *builds; /* in the order in which they came */
    size_t builds_count;
};

/* Whether the build was entered, and passed its integration test. */
bool product_has_tested(const struct product_file *product, const struct digest *build);

/* Whether an application may name it. */
bool product_is_classified(const struct product_file *product);

#endif

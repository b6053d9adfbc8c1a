/* A product: submitted, classified after the control list. */
#ifndef ENDUSE_AUTHORITY_PRODUCT_H
#define ENDUSE_AUTHORITY_PRODUCT_H

#include "authority/file.h"

enum product_state { PRODUCT_SUBMITTED = 1, PRODUCT_CLASSIFIED };

struct product_file {
    struct file_base base;
    const char *exporter;
    const char *name, *summary;
    const char *const *functions;
    size_t functions_count;
    const char *control; /* the control-list class, once classified */
    const char *reason;
    struct done_by submitted, classified;
};

#endif

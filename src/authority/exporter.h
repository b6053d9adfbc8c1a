/* An exporter: submitted, screened, registered or refused; removed. */
#ifndef ENDUSE_AUTHORITY_EXPORTER_H
#define ENDUSE_AUTHORITY_EXPORTER_H

#include "authority/file.h"

enum exporter_state {
    EXPORTER_SUBMITTED = 1,
    EXPORTER_SCREENED,
    EXPORTER_REGISTERED,
    EXPORTER_REFUSED,
    EXPORTER_REMOVED,
};

struct exporter_file {
    struct file_base base;
    const char *name, *address, *country;
    const char *const *owners;
    size_t owners_count;
    struct done_by submitted, screened, decided;
    const char *screening; /* what was compared, and what was found */
    const char *reason;    /* of a refusal or removal */
};

#endif

/* An inspection on site: planned, done or refused by the state. */
#ifndef ENDUSE_AUTHORITY_INSPECTION_H
#define ENDUSE_AUTHORITY_INSPECTION_H

#include "authority/file.h"

enum inspection_state {
    INSPECTION_PLANNED = 1,
    INSPECTION_DONE,
    INSPECTION_REFUSED, /* by the state */
    INSPECTION_CANCELLED,
};

enum inspection_result {
    INSPECTION_SATISFACTORY = 1,
    INSPECTION_PARTIAL,
    INSPECTION_UNSATISFACTORY
};

struct inspection_file {
    struct file_base base;
    const char *licence;
    const char *installation; /* NULL: of the licence as a whole */
    const char *place;
    const char *purpose;
    millis date;
    struct done_by planned, done;
    enum inspection_result result; /* 0: none */
    const char *report;            /* or why it was refused or cancelled */
    const char *case_number;       /* that it opened; NULL: none */
};

#endif

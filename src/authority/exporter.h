/* An exporter: drafted, submitted, screened, registered or refused; removed. */
#ifndef ENDUSE_AUTHORITY_EXPORTER_H
#define ENDUSE_AUTHORITY_EXPORTER_H

#include "authority/file.h"

enum exporter_state {
    EXPORTER_DRAFT = 1,
    EXPORTER_SUBMITTED,
    EXPORTER_SCREENED,
    EXPORTER_REGISTERED,
    EXPORTER_REFUSED,
    EXPORTER_REMOVED,
};

/* A published list that the exporter and its owners were compared with. */
struct screening_list {
    const char *name;
    millis date;          /* of the list */
    struct digest digest; /* of its bytes, so that the comparison can be made again */
};

enum screening_finding {
    SCREENING_DISMISSED = 1, /* somebody else of a like name */
    SCREENING_UPHELD,
};

struct screening_match {
    const char *party; /* the exporter's name, or an owner's */
    const char *list;  /* one that was compared */
    const char *entry; /* as the list has it */
    enum screening_finding finding;
    const char *reasons;
};

struct exporter_file {
    struct file_base base;
    const char *name, *address, *country;
    const char *const *owners;
    size_t owners_count;
    const char *const *parties; /* whom the screening compared */
    size_t parties_count;
    const struct screening_list *lists;
    size_t lists_count;
    const struct screening_match *matches;
    size_t matches_count;
    struct done_by submitted, screened, decided;
    const char *reason; /* of a refusal or removal */
};

#endif

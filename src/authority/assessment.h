/* The human-rights assessment of an application: a form that is the same for every one, without
 * which nothing is approved; and the foreign ministry's opinion. */
#ifndef ENDUSE_AUTHORITY_ASSESSMENT_H
#define ENDUSE_AUTHORITY_ASSESSMENT_H

#include "authority/file.h"

enum assessment_level { LEVEL_LOW = 1, LEVEL_MEDIUM, LEVEL_HIGH };

struct assessment_risk {
    const char *title; /* what may happen, to whom */
    enum assessment_level likelihood, severity;
    const char *mitigation;
};

enum recommendation {
    RECOMMEND_NO_OBJECTION = 1,
    RECOMMEND_CONDITIONS,
    RECOMMEND_AGAINST,
};

struct assessment {
    const char *state, *agency, *product; /* the record of each, as found */
    const struct assessment_risk *risks;  /* at least one */
    size_t risks_count;
    enum recommendation recommendation;
    const char *conditions; /* with RECOMMEND_CONDITIONS, and only then */
    const char *reasons;
    const char *const *sources; /* at least one */
    size_t sources_count;
};

/* What the foreign ministry thinks, kept where it binds nobody. */
struct opinion {
    enum recommendation recommendation;
    const char *reasons;
    struct done_by by;
};

enum { ASSESSMENT_RISKS_MAX = 64, OPINIONS_MAX = 64 };

extern const struct layout assessment_layout, opinion_layout, opinion_body_layout;

struct opinion_body {
    enum recommendation recommendation;
    const char *reasons;
};

/* What the table of fields cannot say: risks, sources, conditions where they are recommended
 * (DOCUMENT_RULE). */
enum error assessment_check(const struct assessment *assessment, struct fault *fault);

#endif

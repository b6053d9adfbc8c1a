/* What the page shows that sets two forms beside each other; views.h says how views are made. */
#ifndef ENDUSE_SITE_VIEWS_COMPARE_H
#define ENDUSE_SITE_VIEWS_COMPARE_H

#include "site/views.h"

/* A part of a text; marked: it is in this one of two alone. */
struct view_run {
    const char *text;
    bool marked;
};

struct view_difference {
    const char *number, *title, *change; /* "Changed"; title may be NULL */
    VIEW_LIST(struct view_run) before, after;
};

struct view_example {
    const char *name, *whose; /* whose: NULL where both forms have it */
    bool turned;              /* within the terms of one alone */
    const char *before, *before_by, *after, *after_by;
};

struct view_compare {
    struct view_frame frame;
    bool alone;    /* there are no two */
    bool twice;    /* the same was chosen twice */
    bool compared; /* two were chosen */
    bool asked;    /* for worked examples */
    bool same;
    VIEW_LIST(struct view_option) before_options, after_options;
    const char *before, *after; /* their numbers */
    VIEW_LIST(struct view_difference) clauses, policies, settings;
    VIEW_LIST(struct view_counted) missing; /* forms whose examples are not here; their digests */
    const char *judged, *alike, *turned;
    VIEW_LIST(struct view_example) examples; /* with other verdicts */
};

#endif

/* Charts: from counts to the places of columns and bars, with the table that says the same. A count
 * that is not given has no geometry: nothing here reads it, and no other mark's place depends on
 * it. Internal to site/. */
#ifndef ENDUSE_SITE_CHART_H
#define ENDUSE_SITE_CHART_H

#include "base/base.h"
#include "site/views.h"

enum {
    CHART_SERIES = 2,
    CHART_BASE = 190,    /* where columns stand, in pixels from the top */
    CHART_TALLEST = 156, /* the highest column */
    CHART_WIDEST = 800,  /* the longest bar, in tenths of a per cent */
};

enum chart_kind {
    CHART_COLUMNS = 1, /* the series beside each other */
    CHART_STACKED,     /* the second series is a part of the first, and stands at its foot */
    CHART_BARS,        /* the first series alone, a bar below the other; the table has both */
};

struct chart_count {
    bool given;
    uint64_t count;    /* where it is given */
    const char *words; /* "48 213", "under 10": for the table */
};

/* What a column or a bar is of. A heading between bars has no counts. */
struct chart_point {
    const char *label; /* in the table */
    const char *tick;  /* below the column; a second line of it, or NULL */
    const char *under;
    bool heading;
    struct chart_count counts[CHART_SERIES];
};

struct chart {
    enum chart_kind kind;
    const char *id, *title;
    const char *finding;              /* what it shows, in a sentence */
    const char *of;                   /* the table's first heading: "Quarter" */
    const char *unit;                 /* below the middle of the ticks, or NULL */
    const char *series[CHART_SERIES]; /* the table's other headings; the second may be NULL */
    const char *dark, *light;         /* what the colours mean; NULL: there is one alone */
    const char *empty;                /* where no count is given */
    bool wide;                        /* two places of the grid */
    size_t most;                      /* bars: so many at most under a heading; 0: all */
    const struct chart_point *points;
    size_t count;
    size_t language; /* of the page: bars begin where its lines do; time runs from left to right */
};

/* In arena. ERROR_MEMORY. */
enum error chart_make(
    const struct chart *chart, struct arena *arena, struct fault *fault,
    struct view_chart *ret_view);

#endif

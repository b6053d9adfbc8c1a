/* The transparency figures as rows: what is given of each count. The page, the table and the JSON
 * all show these and nothing else. Internal to site/. */
#ifndef ENDUSE_SITE_FIGURES_ROWS_H
#define ENDUSE_SITE_FIGURES_ROWS_H

#include "service/figures.h"

/* What is given of a count. */
enum figure_given {
    FIGURE_GIVEN = 1,
    FIGURE_UNDER,    /* it is under FIGURES_LEAST */
    FIGURE_WITHHELD, /* with it another one could be worked out */
};

struct figure_row {
    const char *figure; /* "licences-granted" */
    const char *of;     /* which of several: "limit", "serious-crime"; "" */
    millis quarter;     /* its first moment; 0: since the log began */
    enum figure_given given;
    uint64_t count; /* FIGURE_GIVEN, else 0; of uses in whole tens unless exact */
};

enum {
    FIGURE_ROWS_MAX = 8 + FIGURES_ORDERS + FIGURES_OUTCOMES + FIGURES_LICENCES +
                      FIGURES_SPAN_COUNT + 4 * FIGURES_WORDS + 6 * FIGURES_QUARTERS,
};

/* Borrows words of *figures. exact: for those who see every file that is counted, each count as it
 * is; else what everybody may know. Returns how many there are. */
size_t
figure_rows(const struct figures *figures, bool exact, struct figure_row rows[FIGURE_ROWS_MAX]);

/* The row of a figure, or NULL. */
const struct figure_row *figure_find(
    const struct figure_row *rows, size_t count, const char *figure, const char *of,
    millis quarter);

#endif

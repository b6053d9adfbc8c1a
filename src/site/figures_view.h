/* The page of the figures under way: what its parts share. Internal to site/. */
#ifndef ENDUSE_SITE_FIGURES_VIEW_H
#define ENDUSE_SITE_FIGURES_VIEW_H

#include "service/core.h"
#include "site/figures_rows.h"
#include "site/views.h"

struct figures_maker {
    struct reading *reading;
    struct arena *arena;
    size_t language; /* of what is said */
    struct figures figures;
    struct figure_row rows[FIGURE_ROWS_MAX];
    size_t count;
    struct view_figures view;
};

/* Reads maker->rows alone, but for when the quarters begin. figures_charts.c. */
enum error figures_charts_make(struct figures_maker *maker);

/* The row of a figure, or NULL. */
const struct figure_row *
figures_row(const struct figures_maker *maker, const char *figure, const char *of, millis quarter);

/* A count as it is given, in words: "48 213", "under 10", "not given". */
const char *figures_given(const struct figures_maker *maker, const struct figure_row *row);

/* "serious-crime" as "Serious crime". */
const char *figures_word(const struct figures_maker *maker, const char *word);

/* "3.2"; NULL: of so few a share says nothing. */
const char *figures_per_cent(const struct figures_maker *maker, uint64_t part, uint64_t whole);

/* "Q3 2026". */
const char *figures_quarter_words(const struct figures_maker *maker, millis from);

/* ERROR_MEMORY. */
enum error figures_no_memory(struct figures_maker *maker);

#endif

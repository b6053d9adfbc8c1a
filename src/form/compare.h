/* Two versions of a form beside each other: which clauses of the text and which policies changed,
 * and what becomes of each worked example. For the command and for pages. */
#ifndef ENDUSE_FORM_COMPARE_H
#define ENDUSE_FORM_COMPARE_H

#include "form/form.h"

enum form_change { FORM_ADDED = 1, FORM_REMOVED, FORM_CHANGED };

/* "added", "removed", "changed". */
const char *form_change_word(enum form_change change);

/* One thing that is not the same. */
struct form_difference {
    enum form_change change;
    const char *number; /* "6.1"; of a template or setting, its name */
    const char *title;  /* the newer one's; "" for a setting */
    const char *before; /* as it was, lines; NULL: added */
    const char *after;  /* as it is now, lines; NULL: removed */
};

struct form_differences {
    const struct form_difference *items; /* in the order of the newer form, removed ones last */
    size_t count;
};

enum form_example_outcome {
    EXAMPLE_WITHIN = 1,
    EXAMPLE_OUTSIDE,
    EXAMPLE_NOT_JUDGED, /* the form has no place for what it states */
};

/* What a worked example comes to under one form. */
struct form_example_verdict {
    enum form_example_outcome outcome;
    const char *words; /* "within: 4", "outside: 6, 6.2", or why it cannot be judged */
};

/* A worked example under both. One that both folders have stands once, unless what it states was
 * changed so that its verdicts differ: then each stands for itself. */
struct form_example {
    const char *name;
    bool in_before, in_after; /* whose folder has it */
    struct form_example_verdict before, after;
};

struct form_comparison {
    struct form_differences clauses;  /* of the legal text: titles, prose, margins */
    struct form_differences policies; /* executable: clauses, model conditions, order templates */
    struct form_differences settings; /* title, languages, ministries, vocabulary, parameters */
    const struct form_example *examples;
    size_t example_count;
    size_t turned; /* examples within the one's terms and not within the other's */
    bool same;     /* nothing differs but number, version and the date of coming into force */
};

/* A form with its worked examples: the text of scenarios.json, empty where they are not known (a
 * built form names their digest only). */
struct form_side {
    const struct form *form;
    struct bytes scenarios;
};

/* Compares two forms, each whole in itself. Everything is in arena and may borrow from the forms.
 * ERROR_MEMORY, or what is wrong with a form or with its own examples, with "old" or "new" before
 * the place: that a form cannot judge the other's example is no error. */
MUST_CHECK enum error form_compare(
    const struct form_side *before, const struct form_side *after, struct arena *arena,
    struct fault *fault, struct form_comparison *ret_comparison);

#endif

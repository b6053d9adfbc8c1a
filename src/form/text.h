/* The text of a form: numbered clauses in a restricted Markdown, parsed strictly into a tree. What
 * the numbers mean to policies is form.h's. docs/form.md describes the syntax for authors. */
#ifndef ENDUSE_FORM_TEXT_H
#define ENDUSE_FORM_TEXT_H

#include "base/base.h"
#include "instruments/form.h"

/* Limits; past one of them: ERROR_TOO_LARGE, or ERROR_FORM_LINE for a line. */
enum {
    FORM_TEXT_MAX = 1 << 20,   /* bytes of the text */
    FORM_LINE_MAX = 100,       /* characters of a line */
    FORM_CLAUSES_MAX = 512,    /* clauses */
    FORM_NUMBER_MAX = 99,      /* of each part of a clause's number */
    FORM_EXECUTED_BY_MAX = 64, /* policies named in one margin */
};

enum form_block_kind {
    FORM_PARAGRAPH,
    FORM_LIST_ITEM, /* adjacent items are one list */
};

/* One block of prose: its lines joined by single spaces. */
struct form_block {
    enum form_block_kind kind;
    const char *text;
};

/* Who says so. */
enum form_basis { FORM_REPORTED = 1, FORM_CONSTRUED, FORM_OURS };

struct form_text_clause {
    const char *number; /* "6" or "6.1" */
    const char *title;
    unsigned depth;                  /* 1 for "6", 2 for "6.1" */
    const struct form_block *blocks; /* at least one, the first a paragraph */
    size_t block_count;
    enum form_basis basis;
    const char *sources; /* NULL: none stated */
    enum coverage coverage;
    const char *const *executed_by; /* numbers of policies */
    size_t executed_by_count;
    const char *kept_by;    /* NULL where the clause is executable as a whole */
    unsigned line;          /* of the heading */
    unsigned executed_line; /* of "Executed by"; 0 without */
};

struct form_text {
    const char *title;
    const struct form_block *introduction;
    size_t introduction_count;
    const struct form_text_clause *clauses;
    size_t clause_count;
};

/* Parses a whole text; everything is copied into arena. Errors, each with "line L, column C":
 * UTF8, FORM_CHARACTER, FORM_LINE, FORM_TITLE, FORM_NUMBER, FORM_EMPTY, FORM_MARGIN,
 * FORM_MARGIN_VALUE, TOO_LARGE, MEMORY. */
enum error form_text_parse(
    struct bytes text, struct arena *arena, struct fault *fault, struct form_text *ret_text);

/* "reported", "construed", "ours". */
const char *form_basis_word(enum form_basis basis);

/* "executable", "partly executable", "by procedure", "by audit". */
const char *form_coverage_words(enum coverage coverage);

#endif

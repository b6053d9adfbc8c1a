/* What an expression under generation can use: attributes and tags that its scope has, or that a
 * guard has made known. For generate_expr.c and generate_known.c only. */
#ifndef ENDUSE_TESTS_DIFFERENTIAL_GENERATE_KNOWN_H
#define ENDUSE_TESTS_DIFFERENTIAL_GENERATE_KNOWN_H

#include "generate.h"

/* Makes the expression of that text and shape known, until known_count is set back. */
void know(struct generator *generator, const char *text, const struct shape *shape);

/* The attributes that an expression of this shape has, as a record; NULL for none. */
const struct shape *attributes_of(const struct generator *generator, const struct shape *shape);

/* The shape of its tags; NULL for none. */
const struct shape *tags_of(const struct generator *generator, const struct shape *shape);

/* Appends .name or ["name"]. */
void append_access(const struct generator *generator, const char *name, struct buffer *out);

enum what { WHOLE, OPTIONAL, TAGGED };
enum { FOUND_MAX = 24 };

/* Known expressions of one kind: of a shape (WHOLE), with an optional attribute that is not yet
 * known (OPTIONAL), or with tags (TAGGED). */
struct search {
    const struct generator *generator;
    enum what what;
    const struct shape *wanted; /* WHOLE */
    bool rash;                  /* optional attributes are taken as if they were there */
    size_t count;
    struct {
        char text[160];
        const struct shape *shape;       /* of text */
        const struct shape_field *field; /* OPTIONAL */
    } found[FOUND_MAX];
};

/* Finds the known expressions; wanted is for WHOLE. What was made known last comes first. */
void find_known(
    const struct generator *generator, enum what what, const struct shape *wanted,
    struct search *search);

#endif

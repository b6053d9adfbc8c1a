/* Places in a source text: what errors, explanations and the tree point with. */
#ifndef ENDUSE_CEDAR_POSITION_H
#define ENDUSE_CEDAR_POSITION_H

#include "base/base.h"

/* A place in a source text. line and column count from 1; column counts Unicode characters. */
struct cedar_position {
    uint32_t offset; /* bytes from the start of the text */
    uint32_t line, column;
};

/* A stretch of source text: it begins at start and ends before the byte at end. */
struct cedar_span {
    struct cedar_position start;
    uint32_t end;
};

/* The bytes of a span in the text that it was read from. */
struct bytes cedar_span_text(struct bytes source, struct cedar_span span);

/* Fills *fault (if not NULL) with the place "line L, column C" and returns error. expected is
 * literal text or NULL; found is a format or NULL. */
PRINTF_LIKE(5, 6)
enum error cedar_fault(
    struct fault *fault, enum error error, struct cedar_position at, const char *expected,
    const char *found, ...);

#endif

/* The page compiler as a function: templates in, C out. The language is described in
 * tools/pagec.c. */
#ifndef ENDUSE_TOOLS_PAGEC_COMPILE_H
#define ENDUSE_TOOLS_PAGEC_COMPILE_H

#include "base/bytes.h"

struct page_source {
    const char *file; /* for places: "FILE:LINE:COLUMN", counted from 1, columns in characters */
    struct bytes text;
};

/* Compiles all templates of one program. *ret_code is a C file that includes header_name,
 * *ret_header the header with the pages' prototypes; both are appended to. A template that is not
 * right is ERROR_SYNTAX, or ERROR_UTF8, ERROR_TOO_LARGE (nested too deep), ERROR_EXISTS (a page's
 * name twice), ERROR_NOT_FOUND (a name that is not in scope, a partial that does not exist); the
 * outputs are then as before. */
enum error pages_compile(
    const struct page_source *sources, size_t count, const char *header_name, struct fault *fault,
    struct buffer *ret_code, struct buffer *ret_header);

#endif

/* The page compiler as a function: templates in, C out. The language is described in
 * tools/pagec.c. */
#ifndef ENDUSE_TOOLS_PAGEC_COMPILE_H
#define ENDUSE_TOOLS_PAGEC_COMPILE_H

#include "pagec/words.h"

struct page_source {
    const char *file; /* for places: "FILE:LINE:COLUMN", counted from 1, columns in characters */
    struct bytes text;
};

/* All that one program's pages are made of. */
struct pages {
    const struct page_source *sources;
    size_t count;
    const char *header_name; /* the C file includes it */
    struct words *words;     /* other languages than that of the templates; used is set */
    size_t words_count;
    /* Texts that code puts into pages with {{~ }}, in the templates' language. */
    const struct bytes *phrases;
    size_t phrase_count;
};

/* Compiles all templates of one program. *ret_code is a C file, *ret_header its header with the
 * pages' prototypes; both are appended to. A template that is not right is ERROR_SYNTAX, or
 * ERROR_UTF8, ERROR_TOO_LARGE (nested too deep), ERROR_EXISTS (a page's name twice),
 * ERROR_NOT_FOUND (a name that is not in scope, a partial that does not exist); the outputs are
 * then as before. */
enum error pages_compile(
    const struct pages *pages, struct fault *fault, struct buffer *ret_code,
    struct buffer *ret_header);

/* Appends the catalogue: a PO template (gettext) of every message of the templates and phrases,
 * each once, with the files that say it. */
enum error
pages_catalogue(const struct pages *pages, struct fault *fault, struct buffer *ret_catalogue);

/* Marks in a C file the texts that go into pages with {{~ }}: PHRASE("..."). Appends them to a list
 * in the arena of at most limit. ERROR_SYNTAX with FILE:LINE when no literal stands there. */
enum error phrases_read(
    struct arena *arena, const struct page_source *source, struct fault *fault,
    struct bytes *phrases, size_t limit, size_t *count);

#endif

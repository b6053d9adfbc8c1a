/* What jansson makes of a JSON text, printed so that two readers can be compared. jansson's names
 * and ours meet in no file: this header includes neither. */
#ifndef ENDUSE_TESTS_ORACLE_JANSSON_PRINT_H
#define ENDUSE_TESTS_ORACLE_JANSSON_PRINT_H

#include <stddef.h>

enum jansson_verdict {
    JANSSON_ACCEPTS,
    JANSSON_REFUSES,
    JANSSON_REFUSES_NUMBER, /* an integer or real beyond its types */
    JANSSON_REFUSES_KEY,    /* U+0000 in a key */
};

/* The tree as one line, to be freed, or NULL when it is refused: n, t, f; iDIGITS; rREAL (%.17g);
 * sHEX; [..,]; {HEX:..,}. */
char *jansson_print(const void *text, size_t length, enum jansson_verdict *ret_verdict);

/* Reads a text into jansson's tree and frees it; 0 when it is refused. For benchmarks. */
int jansson_reads(const void *text, size_t length);

#endif

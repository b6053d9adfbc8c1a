/* What libcbor makes of bytes, printed so that two readers can be compared. libcbor's names and
 * ours meet in no file: this header includes neither. */
#ifndef ENDUSE_TESTS_ORACLE_LIBCBOR_PRINT_H
#define ENDUSE_TESTS_ORACLE_LIBCBOR_PRINT_H

#include <stddef.h>

/* Call before anything else: bounds the memory that libcbor may ask for. */
void libcbor_bound_memory(void);

/* The first item as one line, to be freed, and the bytes it took; NULL when it is refused. u and -
 * with the argument; hHEX, sHEX; [..,]; {KEY:VALUE,}; gTAG(..); t, f, n; ? for anything else. */
char *libcbor_print(const void *bytes, size_t length, size_t *ret_used);

/* The first item encoded again by libcbor into *ret_bytes (to be freed); 0 when it is refused. */
size_t libcbor_encode_again(const void *bytes, size_t length, unsigned char **ret_bytes);

/* Reads the first item into libcbor's tree and frees it; 0 when it is refused. For benchmarks. */
int libcbor_reads(const void *bytes, size_t length);

#endif

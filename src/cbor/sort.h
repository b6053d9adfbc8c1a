/* Sorting the pairs of a map that was written in any order. Private to cbor/. */
#ifndef ENDUSE_CBOR_SORT_H
#define ENDUSE_CBOR_SORT_H

#include "cbor/cbor.h"

/* Sorts the count pairs, each an encoded key and an encoded value, that fill out from start to its
 * end. MEMORY, or CBOR_KEY_DUPLICATE; then out is as before. */
enum error cbor_sort_pairs(struct buffer *out, size_t start, uint64_t count);

#endif

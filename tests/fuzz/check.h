/* For fuzz targets: an invariant that must hold, in every build. */
#ifndef ENDUSE_TESTS_FUZZ_CHECK_H
#define ENDUSE_TESTS_FUZZ_CHECK_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A finding of the fuzzer when it does not hold. */
static inline void check(int holds)
{
    if (!holds)
        abort();
}

#endif

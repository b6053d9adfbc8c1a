/* The hash of the engine's tables: 64 bits, stirred by a seed. Internal to cedar/. */
#ifndef ENDUSE_CEDAR_HASH_H
#define ENDUSE_CEDAR_HASH_H

#include "base/base.h"

/* Joins two words so that each bit of the result hangs on all bits of both. */
static inline uint64_t cedar_hash_mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)(a ^ UINT64_C(0x9E3779B97F4A7C15)) * (b ^ UINT64_C(0xD1B54A32D192ED03));
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t cedar_hash_bytes(struct bytes bytes, uint64_t seed);

#endif

/* The return: counts by period, as the certificate's reporting schedule says. Never subject, file
 * or operator. Signed by the guard. */
#ifndef ENDUSE_INSTRUMENTS_RETURN_H
#define ENDUSE_INSTRUMENTS_RETURN_H

#include "instruments/renewal.h"

/* How often a value of a field occurred within and outside the terms: {"clause", "7", 0, 12}. */
struct return_count {
    const char *field; /* "verdict", "clause", "purpose", "matter", "function", "offence", ... */
    const char *value;
    uint64_t within, outside;
};

struct usage_return {
    const char *installation;
    struct digest licence;
    millis from, until;                /* the period */
    uint64_t within, outside;          /* declarations and uses judged */
    uint64_t begun, stopped;           /* uses begun; uses stopped by the guard */
    const struct return_count *counts; /* ascending by field, then value */
    size_t counts_count;
    struct head head; /* at the end of the period */
};

/* Of each count: beyond what happens, and small enough that sums over all returns stay numbers. */
#define RETURN_COUNT_MAX (UINT64_C(1) << 40)

extern const struct layout usage_return_layout;

enum error usage_return_check(const struct usage_return *value, struct fault *fault);

enum error usage_return_open(
    struct bytes bytes, const struct digest *authority, const struct signer *guard,
    struct arena *arena, struct fault *fault, struct document *ret_document,
    struct usage_return *ret_return);

#endif

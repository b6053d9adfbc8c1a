/* One value of every kind of instrument, from the small world of tests, with who signs it. */
#ifndef ENDUSE_TESTS_SAMPLES_H
#define ENDUSE_TESTS_SAMPLES_H

#include "world.h"

struct sample {
    enum instrument_type type;
    const void *value;
    enum world_key keys[3];
    size_t key_count;
};

struct samples {
    struct world world;
    struct sample items[INSTRUMENT_LAST];
    size_t count;
    struct order order;
    struct renewal renewal;
    struct lease lease;
    struct usage_return usage;
    struct receipt receipt;
    struct act act;
    struct login login;
};

void samples_init(struct samples *samples);
void samples_free(struct samples *samples);

#endif

/* The views of the sample templates. */
#ifndef ENDUSE_TESTS_PAGES_SAMPLE_VIEWS_H
#define ENDUSE_TESTS_PAGES_SAMPLE_VIEWS_H

#include "http/page.h"

enum sample_state { SAMPLE_ACTIVE, SAMPLE_LIMITED, SAMPLE_REVOKED };

struct sample_frame {
    const char *title;
    struct bytes person; /* empty: nobody is logged in */
};

struct sample_order {
    const char *number;
    const char *state_class;
    uint64_t obeyed_after; /* ms */
    bool confirmed;
};

struct sample_view {
    struct sample_frame frame;
    enum sample_state state;
    const char *address;
    struct html chart;
    int8_t unused;
    int64_t balance;
    struct {
        const struct sample_order *items;
        size_t count;
    } orders;
};

#endif

/* What tests of site/ begin and end with: an office with a server, and a browser at it. */
#ifndef ENDUSE_TESTS_SITE_STAGE_H
#define ENDUSE_TESTS_SITE_STAGE_H

#include "site_browser.h"

/* The one of the test that runs. */
extern struct service_fixture fixture;
extern struct site_browser browser;

enum {
    STAGE_LIVED = 1 << 0,     /* the whole life of a licence is in the office (office_script.h) */
    STAGE_SIGNED_IN = 1 << 1, /* the browser is WORLD_D1's */
    STAGE_ANONYMOUS = 1 << 2, /* nobody is played; service_call reads without a login */
};

/* The body of a set-up; the server plays these people, up to four. */
int stage_begin(unsigned flags, const enum world_key *keys, size_t count);

/* A tear-down. */
int stage_end(void **state);

#endif

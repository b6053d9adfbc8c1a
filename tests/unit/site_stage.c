/* What tests of site/ begin and end with: see site_stage.h. */
#include "site_stage.h"

struct service_fixture fixture;
struct site_browser browser;

int stage_begin(unsigned flags, const enum world_key *keys, size_t count)
{
    service_fixture_init(&fixture);
    fixture.anonymous = flags & STAGE_ANONYMOUS;
    if (flags & STAGE_LIVED)
        service_fixture_live(&fixture);
    if (count)
        site_play(&fixture, keys, count);
    site_browser_open(&browser, &fixture);
    if (flags & STAGE_SIGNED_IN)
        browser_sign_in(&browser, WORLD_D1);
    return 0;
}

int stage_end(void **state)
{
    (void)state;
    raw_from = NULL;
    site_browser_close(&browser);
    service_fixture_free(&fixture);
    return 0;
}

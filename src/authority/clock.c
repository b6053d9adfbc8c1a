/* Clocks, whatever the kind of file. */
#include "authority/clock.h"

#include "authority/lifecycle.h"

struct clock
file_clock(const struct office_settings *settings, enum file_kind kind, const void *content)
{
    struct clock clock = {0};
    const struct lifecycle *lifecycle = lifecycle_of(kind);
    if (lifecycle->clock)
        lifecycle->clock(settings, content, &clock);
    return clock;
}

millis clock_deadline(const struct clock *clock)
{
    if (!clock->what || clock->window)
        return CLOCK_NONE;
    return clock->until ? clock->until : CLOCK_STOPPED;
}

uint64_t clock_gone(const struct calendar *calendar, const struct clock *clock, millis time)
{
    uint64_t gone = clock->gone;
    if (clock->until)
        gone += calendar_elapsed(calendar, clock->from, time);
    return gone < clock->days ? gone : clock->days;
}

/* The clock of the step that a file is at: until when the office, a party or a ministry has time
 * for it, counted in working days where the rule counts them so. Each life-cycle has its own. */
#ifndef ENDUSE_AUTHORITY_CLOCK_H
#define ENDUSE_AUTHORITY_CLOCK_H

#include "authority/file.h"
#include "authority/settings.h"

struct clock {
    const char *what;   /* "to decide"; NULL: the step has no clock */
    millis from, until; /* until 0: it is stopped */
    uint64_t days;      /* working days of the whole period; 0: it is not counted in them */
    uint64_t gone;      /* of them before `from` */
    bool window;        /* somebody may act until then: nobody is late after it */
};

/* Orders by deadline: those that run, then those that are stopped, then those without any. */
#define CLOCK_STOPPED (FIELD_TIME_LAST + 1)
#define CLOCK_NONE (FIELD_TIME_LAST + 2)

struct clock
file_clock(const struct office_settings *settings, enum file_kind kind, const void *content);

/* Its end, or one of the above. */
millis clock_deadline(const struct clock *clock);

/* How many of its working days are gone at this time: at most all. */
uint64_t clock_gone(const struct calendar *calendar, const struct clock *clock, millis time);

#endif

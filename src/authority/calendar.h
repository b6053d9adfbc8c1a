/* The office's working days, for periods that are counted in them. Pure.
 *
 * How days are counted (as for periods in days in general law, Regulation (EEC) 1182/71, article
 * 3): the day on which a period begins is not counted; a period of N working days ends with the end
 * of the last hour of the Nth working day after it, in the office's time. So of a period of five
 * that begins on a Sunday morning or a Sunday night, with Friday and Saturday as weekend, the days
 * are Monday to Thursday and the Sunday after, and what comes on the Monday after is late.
 *
 * The office's time has one offset from UTC all year. Where clocks change with the season, give the
 * smaller offset: the office's day then ends no earlier than the clock on the wall says, and
 * nobody's period is cut short. */
#ifndef ENDUSE_AUTHORITY_CALENDAR_H
#define ENDUSE_AUTHORITY_CALENDAR_H

#include "instruments/field.h"

struct calendar {
    const char *offset;          /* the office's, as RFC 3339 writes it: "+02:00" */
    const char *const *weekend;  /* days of the week in English, "friday"; ascending as texts */
    size_t weekend_count;        /* none to six */
    const char *const *holidays; /* dates, "2026-09-13"; ascending */
    size_t holidays_count;
};

extern const struct layout calendar_layout;

enum { CALENDAR_DAYS_MAX = 366 }; /* of a period */

/* Whether the calendar can be counted by: the offset is one (up to 14 hours either way, as is in
 * use), the weekend has known days and leaves one to work on, holidays are dates. DOCUMENT_RULE. */
enum error calendar_check(const struct calendar *calendar, struct fault *fault);

/* Reads a date, "2026-09-13": days since 1970-01-01 (ERROR_TIME_TEXT). */
enum error date_parse(struct bytes text, struct fault *fault, int64_t *ret_day);

/* The functions below take a calendar that calendar_check accepted. Days are counted since
 * 1970-01-01, in the office's time. */

/* The day that it is at the office at this moment. */
int64_t calendar_day(const struct calendar *calendar, millis time);

/* The moment at which this day begins at the office. */
millis calendar_begins(const struct calendar *calendar, int64_t day);

bool calendar_works(const struct calendar *calendar, int64_t day);

/* How many working days after the day of `start` have ended by `time`; 0 when none, or when time is
 * before start. The clock of a period that was stopped goes on with what was left of it. */
uint64_t calendar_elapsed(const struct calendar *calendar, millis start, millis time);

/* The moment at which a period of this many working days (1 to CALENDAR_DAYS_MAX) that began at
 * `start` ends: what comes before it is in time, what comes at it is late. DOCUMENT_RULE for
 * another number of days, for a start before 1970 or an end after the year 9999. */
enum error calendar_deadline(
    const struct calendar *calendar, millis start, uint64_t days, struct fault *fault,
    millis *ret_deadline);

#endif

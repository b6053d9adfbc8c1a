/* Times as milliseconds since 1970-01-01T00:00:00Z (proleptic Gregorian, no leap seconds), their
 * RFC 3339 text, and civil dates. Reading a clock is in base/os.h. */
#ifndef ENDUSE_BASE_CALENDAR_H
#define ENDUSE_BASE_CALENDAR_H

#include <stdint.h>

#include "base/bytes.h"

typedef int64_t millis; /* a moment or a length of time, by context */

#define MILLIS_SECOND INT64_C(1000)
#define MILLIS_MINUTE (60 * MILLIS_SECOND)
#define MILLIS_HOUR (60 * MILLIS_MINUTE)
#define MILLIS_DAY (24 * MILLIS_HOUR)

/* Days since 1970-01-01 of a civil date, for any year that fits. month 1..12, day 1..31. */
int64_t days_from_civil(int64_t year, unsigned month, unsigned day);

/* The civil date of a day number. */
void civil_from_days(int64_t days, int64_t *ret_year, unsigned *ret_month, unsigned *ret_day);

/* How many days the month has: 28..31; 0 for a month outside 1..12. */
unsigned days_in_month(int64_t year, unsigned month);

/* Reads RFC 3339 with a four-digit year: "2026-03-02T09:00:00Z", with up to three digits of
 * fraction, or an offset "+02:00". ERROR_TIME_TEXT otherwise. A leap second is refused. */
enum error time_parse(struct bytes text, struct fault *fault, millis *ret_time);

enum { TIME_TEXT_SIZE = 32 };

/* Writes RFC 3339 in UTC, with milliseconds only when they are not zero. Returns text. */
const char *time_text(millis time, char text[TIME_TEXT_SIZE]);

#endif

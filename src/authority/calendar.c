/* Working days. Elapsed days are reckoned by whole weeks, so that a long time costs no more than a
 * short one; the end of a period is looked for day by day, which is bounded: a weekend leaves one
 * day of each week, and each holiday takes one at most. */
#include "authority/calendar.h"

#include <stdlib.h>
#include <string.h>

#include "instruments/rules.h"

enum {
    DAYS_A_WEEK = 7,
    OFFSET_MINUTES_MAX = 14 * 60, /* Kiribati's */
    DATE_LENGTH = 10,             /* "2026-09-13" */
};

static const char date_form[] = "a date such as 2026-09-13";

/* From Monday. 1970-01-01 was a Thursday. */
static const char *const week[DAYS_A_WEEK] = {"monday", "tuesday",  "wednesday", "thursday",
                                              "friday", "saturday", "sunday"};
enum { FIRST_DAY = 3 };

static const struct field fields[] = {
    FIELD(1, "utc-offset", FIELD_TEXT, struct calendar, offset),
    FIELD_MANY(2, "weekend", FIELD_TEXTS, struct calendar, weekend, OPTIONAL),
    FIELD_MANY(3, "holidays", FIELD_TEXTS, struct calendar, holidays, OPTIONAL),
};

const struct layout calendar_layout = LAYOUT("calendar", struct calendar, fields);

/* --- Reading ------------------------------------------------------------------------------- */

/* Digits at a place of a text, as a number. */
static bool digits(const char *text, size_t count, int64_t *ret_value)
{
    int64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *ret_value = value;
    return true;
}

static bool read_date(struct bytes bytes, int64_t *ret_day)
{
    const char *text = (const char *)bytes.data;
    int64_t year, month, day;
    if (bytes.length != DATE_LENGTH || !digits(text, 4, &year) || text[4] != '-' ||
        !digits(text + 5, 2, &month) || text[7] != '-' || !digits(text + 8, 2, &day) || day < 1 ||
        day > days_in_month(year, (unsigned)month))
        return false;
    *ret_day = days_from_civil(year, (unsigned)month, (unsigned)day);
    return true;
}

enum error date_parse(struct bytes text, struct fault *fault, int64_t *ret_day)
{
    if (read_date(text, ret_day))
        return ERROR_OK;
    char shown[QUOTE_SIZE];
    return fault_set(
        fault, ERROR_TIME_TEXT, "date", date_form, "%s", quote_text(text, shown, sizeof shown));
}

static bool read_offset(const char *text, int64_t *ret_minutes)
{
    int64_t hours, minutes;
    if (strlen(text) != 6 || (text[0] != '+' && text[0] != '-') || !digits(text + 1, 2, &hours) ||
        text[3] != ':' || !digits(text + 4, 2, &minutes) || minutes > 59 ||
        hours * 60 + minutes > OFFSET_MINUTES_MAX)
        return false;
    minutes += hours * 60;
    *ret_minutes = text[0] == '-' ? -minutes : minutes;
    return true;
}

static bool is_day_of_week(const char *word)
{
    for (size_t i = 0; i < DAYS_A_WEEK; i++) {
        if (strcmp(week[i], word) == 0)
            return true;
    }
    return false;
}

enum error calendar_check(const struct calendar *calendar, struct fault *fault)
{
    int64_t number;
    if (!read_offset(calendar->offset, &number))
        return fault_set(
            fault, ERROR_DOCUMENT_RULE, "utc-offset", "an offset such as +02:00, 14:00 at most",
            "\"%.20s\"", calendar->offset);
    for (size_t i = 0; i < calendar->weekend_count; i++) {
        if (!is_day_of_week(calendar->weekend[i]))
            return fault_set(
                fault, ERROR_DOCUMENT_RULE, "weekend", "days of the week, such as friday",
                "\"%.20s\"", calendar->weekend[i]);
    }
    if (calendar->weekend_count >= DAYS_A_WEEK)
        return fault_set(
            fault, ERROR_DOCUMENT_RULE, "weekend", "a day of the week to work on", "none");
    for (size_t i = 0; i < calendar->holidays_count; i++) {
        if (!read_date(bytes_of(calendar->holidays[i]), &number))
            return fault_set(
                fault, ERROR_DOCUMENT_RULE, "holidays", date_form, "\"%.20s\"",
                calendar->holidays[i]);
    }
    return ERROR_OK;
}

/* --- Days ---------------------------------------------------------------------------------- */

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static millis offset_of(const struct calendar *calendar)
{
    int64_t minutes = 0; /* of no calendar that was checked */
    (void)read_offset(calendar->offset, &minutes);
    return minutes * MILLIS_MINUTE;
}

int64_t calendar_day(const struct calendar *calendar, millis time)
{
    return floor_divide(time + offset_of(calendar), MILLIS_DAY);
}

millis calendar_begins(const struct calendar *calendar, int64_t day)
{
    return day * MILLIS_DAY - offset_of(calendar);
}

static bool is_weekend(const struct calendar *calendar, int64_t day)
{
    int64_t since_monday = day + FIRST_DAY;
    size_t of_week = (size_t)(since_monday - DAYS_A_WEEK * floor_divide(since_monday, DAYS_A_WEEK));
    for (size_t i = 0; i < calendar->weekend_count; i++) {
        if (strcmp(calendar->weekend[i], week[of_week]) == 0)
            return true;
    }
    return false;
}

/* How many holidays are before this day: their place in the list, as dates are in the order of
 * their texts. */
static size_t holidays_before(const struct calendar *calendar, int64_t day)
{
    size_t low = 0, high = calendar->holidays_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int64_t holiday = 0;
        (void)read_date(bytes_of(calendar->holidays[middle]), &holiday);
        if (holiday < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool calendar_works(const struct calendar *calendar, int64_t day)
{
    return !is_weekend(calendar, day) &&
           holidays_before(calendar, day) == holidays_before(calendar, day + 1);
}

uint64_t calendar_elapsed(const struct calendar *calendar, millis start, millis time)
{
    int64_t from = calendar_day(calendar, start) + 1, until = calendar_day(calendar, time);
    if (until <= from)
        return 0;
    int64_t weeks = (until - from) / DAYS_A_WEEK;
    int64_t count = weeks * (int64_t)(DAYS_A_WEEK - calendar->weekend_count);
    for (int64_t day = from + weeks * DAYS_A_WEEK; day < until; day++)
        count += !is_weekend(calendar, day);
    size_t last = holidays_before(calendar, until);
    for (size_t i = holidays_before(calendar, from); i < last; i++) {
        int64_t holiday = 0;
        (void)read_date(bytes_of(calendar->holidays[i]), &holiday);
        count -= !is_weekend(calendar, holiday);
    }
    return (uint64_t)count;
}

enum error calendar_deadline(
    const struct calendar *calendar, millis start, uint64_t days, struct fault *fault,
    millis *ret_deadline)
{
    if (days < 1 || days > CALENDAR_DAYS_MAX)
        return fault_set(
            fault, ERROR_DOCUMENT_RULE, "the period", "1 to 366 working days", "%llu",
            (unsigned long long)days);
    if (start < 0 || start > FIELD_TIME_LAST)
        return rule_broken(fault, "the period", "a start from 1970 to the year 9999");
    int64_t day = calendar_day(calendar, start);
    int64_t last = day + DAYS_A_WEEK * (int64_t)(days + calendar->holidays_count + 1);
    while (days > 0 && day < last)
        days -= calendar_works(calendar, ++day);
    millis deadline = calendar_begins(calendar, day + 1);
    /* A calendar that was not checked may leave no day to work on. */
    if (days > 0 || deadline > FIELD_TIME_LAST)
        return rule_broken(fault, "the period", "working days enough before the year 10000");
    *ret_deadline = deadline;
    return ERROR_OK;
}

/* Civil dates and RFC 3339. The day count is by eras of 400 years (146,097 days). */
#include "base/calendar.h"

#include <stdio.h>
#include <string.h>

int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
    /* A year that begins in March puts the leap day at its end. */
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + (int64_t)day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void civil_from_days(int64_t days, int64_t *ret_year, unsigned *ret_month, unsigned *ret_day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * of_year + 2) / 153;
    unsigned month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
    *ret_day = (unsigned)(of_year - (153 * shifted + 2) / 5 + 1);
    *ret_month = month;
    *ret_year = year_of_era + era * 400 + (month <= 2);
}

unsigned days_in_month(int64_t year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return 0;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Reads exactly count digits; false when one is not a digit. */
static bool digits(const uint8_t **at, const uint8_t *end, int count, unsigned *ret_value)
{
    unsigned value = 0;
    for (int i = 0; i < count; i++, (*at)++) {
        if (*at == end || **at < '0' || **at > '9')
            return false;
        value = value * 10 + (unsigned)(**at - '0');
    }
    *ret_value = value;
    return true;
}

static bool one(const uint8_t **at, const uint8_t *end, char wanted)
{
    if (*at == end || **at != (uint8_t)wanted)
        return false;
    (*at)++;
    return true;
}

static bool parse(struct bytes text, millis *ret_time)
{
    const uint8_t *at = text.data, *end = text.data + text.length;
    unsigned year, month, day, hour, minute, second, thousandths = 0;
    if (!digits(&at, end, 4, &year) || !one(&at, end, '-') || !digits(&at, end, 2, &month) ||
        !one(&at, end, '-') || !digits(&at, end, 2, &day) || !one(&at, end, 'T') ||
        !digits(&at, end, 2, &hour) || !one(&at, end, ':') || !digits(&at, end, 2, &minute) ||
        !one(&at, end, ':') || !digits(&at, end, 2, &second))
        return false;
    if (one(&at, end, '.')) {
        unsigned scale = 100, digit;
        if (!digits(&at, end, 1, &digit))
            return false;
        thousandths = digit * scale;
        while (at < end && *at >= '0' && *at <= '9') {
            scale /= 10;
            if (scale == 0)
                return false;
            thousandths += (unsigned)(*at++ - '0') * scale;
        }
    }
    int64_t offset = 0;
    if (!one(&at, end, 'Z')) {
        unsigned offset_hour, offset_minute;
        bool minus = one(&at, end, '-');
        if ((!minus && !one(&at, end, '+')) || !digits(&at, end, 2, &offset_hour) ||
            !one(&at, end, ':') || !digits(&at, end, 2, &offset_minute) || offset_hour > 23 ||
            offset_minute > 59)
            return false;
        offset = (int64_t)offset_hour * MILLIS_HOUR + (int64_t)offset_minute * MILLIS_MINUTE;
        if (minus)
            offset = -offset;
    }
    if (at != end || day < 1 || day > days_in_month(year, month) || hour > 23 || minute > 59 ||
        second > 59)
        return false;
    *ret_time = days_from_civil(year, month, day) * MILLIS_DAY + (int64_t)hour * MILLIS_HOUR +
                (int64_t)minute * MILLIS_MINUTE + (int64_t)second * MILLIS_SECOND +
                (int64_t)thousandths - offset;
    return true;
}

enum error time_parse(struct bytes text, struct fault *fault, millis *ret_time)
{
    if (!text.data || !parse(text, ret_time))
        return fault_set(
            fault, ERROR_TIME_TEXT, "time", "a time such as 2026-03-02T09:00:00Z", "\"%.*s\"",
            (int)(text.length > 40 ? 40 : text.length), text.data ? (const char *)text.data : "");
    return ERROR_OK;
}

const char *time_text(millis time, char text[TIME_TEXT_SIZE])
{
    int64_t days = time / MILLIS_DAY, rest = time % MILLIS_DAY;
    if (rest < 0) {
        rest += MILLIS_DAY;
        days--;
    }
    int64_t year;
    unsigned month, day;
    civil_from_days(days, &year, &month, &day);
    int written = snprintf(
        text, TIME_TEXT_SIZE, "%04lld-%02u-%02uT%02d:%02d:%02d", (long long)year, month, day,
        (int)(rest / MILLIS_HOUR), (int)(rest / MILLIS_MINUTE % 60),
        (int)(rest / MILLIS_SECOND % 60));
    if (written < 0 || written >= TIME_TEXT_SIZE)
        written = 0;
    size_t at = (size_t)written;
    if (rest % 1000)
        snprintf(text + at, TIME_TEXT_SIZE - at, ".%03dZ", (int)(rest % 1000));
    else
        snprintf(text + at, TIME_TEXT_SIZE - at, "Z");
    return text;
}

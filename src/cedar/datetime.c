/* The texts of moments and of lengths of time: both are milliseconds in 64 bits. */
#include <inttypes.h>

#include "cedar/digits.h"
#include "cedar/extension.h"

/* YYYY-MM-DD as milliseconds. */
static bool read_date(struct cedar_digits *digits, int64_t *ret_time)
{
    unsigned year, month, day;
    if (!cedar_digits_fixed(digits, 4, &year) || !cedar_digits_take(digits, '-') ||
        !cedar_digits_fixed(digits, 2, &month) || !cedar_digits_take(digits, '-') ||
        !cedar_digits_fixed(digits, 2, &day))
        return false;
    if (day < 1 || day > days_in_month(year, month))
        return false;
    *ret_time = days_from_civil(year, month, day) * MILLIS_DAY;
    return true;
}

/* Thh:mm:ss with three digits of fraction or none; 24:00 and leap seconds are refused. */
static bool read_clock(struct cedar_digits *digits, int64_t *ret_time)
{
    unsigned hour, minute, second, fraction = 0;
    if (!cedar_digits_take(digits, 'T') || !cedar_digits_fixed(digits, 2, &hour) ||
        !cedar_digits_take(digits, ':') || !cedar_digits_fixed(digits, 2, &minute) ||
        !cedar_digits_take(digits, ':') || !cedar_digits_fixed(digits, 2, &second))
        return false;
    if (cedar_digits_take(digits, '.') && !cedar_digits_fixed(digits, 3, &fraction))
        return false;
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    *ret_time = hour * MILLIS_HOUR + minute * MILLIS_MINUTE + second * MILLIS_SECOND + fraction;
    return true;
}

/* Z, +hhmm or -hhmm: how far the clock is ahead of UTC. */
static bool read_zone(struct cedar_digits *digits, int64_t *ret_ahead)
{
    unsigned hour, minute;
    *ret_ahead = 0;
    if (cedar_digits_take(digits, 'Z'))
        return true;
    bool west = cedar_digits_take(digits, '-');
    if ((!west && !cedar_digits_take(digits, '+')) || !cedar_digits_fixed(digits, 2, &hour) ||
        !cedar_digits_fixed(digits, 2, &minute) || hour > 23 || minute > 59)
        return false;
    int64_t ahead = hour * MILLIS_HOUR + minute * MILLIS_MINUTE;
    *ret_ahead = west ? -ahead : ahead;
    return true;
}

enum error cedar_datetime_parse(struct bytes text, struct fault *fault, int64_t *ret_number)
{
    struct cedar_digits digits = {text, 0};
    int64_t date, clock = 0, ahead = 0;
    bool good = read_date(&digits, &date);
    if (good && digits.at < text.length)
        good = read_clock(&digits, &clock) && read_zone(&digits, &ahead);
    if (!good || digits.at != text.length)
        return cedar_extension_refuse(
            text, fault, "datetime: YYYY-MM-DD, with Thh:mm:ss, .SSS, and Z or +hhmm");
    *ret_number = date + clock - ahead;
    return ERROR_OK;
}

void cedar_datetime_append(struct buffer *buffer, int64_t number)
{
    int64_t days = number / MILLIS_DAY, rest = number % MILLIS_DAY, year;
    if (rest < 0) {
        days--;
        rest += MILLIS_DAY;
    }
    unsigned month, day;
    civil_from_days(days, &year, &month, &day);
    buffer_printf(buffer, "%04" PRId64 "-%02u-%02u", year, month, day);
    if (rest == 0)
        return;
    buffer_printf(
        buffer, "T%02d:%02d:%02d", (int)(rest / MILLIS_HOUR),
        (int)(rest % MILLIS_HOUR / MILLIS_MINUTE), (int)(rest % MILLIS_MINUTE / MILLIS_SECOND));
    if (rest % MILLIS_SECOND)
        buffer_printf(buffer, ".%03d", (int)(rest % MILLIS_SECOND));
    buffer_append_byte(buffer, 'Z');
}

static const struct unit {
    const char *name;
    int64_t length;
} units[] = {
    {"d", MILLIS_DAY}, {"h", MILLIS_HOUR}, {"m", MILLIS_MINUTE}, {"s", MILLIS_SECOND}, {"ms", 1},
};
enum { UNITS = sizeof units / sizeof *units };

/* Reads digits; counting downwards reaches the lowest number too. */
static bool read_number(struct cedar_digits *digits, int64_t *ret_below)
{
    size_t count = cedar_digits_count(digits);
    int64_t number = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = digits->text.data[digits->at++] - '0';
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, digit, &number))
            return false;
    }
    *ret_below = number;
    return count > 0;
}

/* The unit that stands here, if it is after those already given. */
static bool read_unit(struct cedar_digits *digits, size_t *next, int64_t *ret_length)
{
    for (size_t i = *next; i < UNITS; i++) {
        struct cedar_digits ahead = *digits;
        /* `m` before `s` is the beginning of `ms`. */
        if (!cedar_digits_take(&ahead, units[i].name[0]))
            continue;
        bool milliseconds = units[i].name[0] == 'm' && cedar_digits_take(&ahead, 's');
        if (milliseconds != (i == UNITS - 1))
            continue;
        *digits = ahead;
        *next = i + 1;
        *ret_length = units[i].length;
        return true;
    }
    return false;
}

enum error cedar_duration_parse(struct bytes text, struct fault *fault, int64_t *ret_number)
{
    static const char expected[] = "duration: -?NdNhNmNsNms, any left out, within 64 bits of ms";
    struct cedar_digits digits = {text, 0};
    bool negative = cedar_digits_take(&digits, '-');
    int64_t sum = 0;
    size_t next = 0;
    do {
        int64_t below, length;
        if (!read_number(&digits, &below) || !read_unit(&digits, &next, &length) ||
            __builtin_mul_overflow(below, length, &below) ||
            __builtin_add_overflow(sum, below, &sum))
            return cedar_extension_refuse(text, fault, expected);
    } while (digits.at < text.length);
    if (!negative && __builtin_sub_overflow(0, sum, &sum))
        return cedar_extension_refuse(text, fault, expected);
    *ret_number = sum;
    return ERROR_OK;
}

void cedar_duration_append(struct buffer *buffer, int64_t number)
{
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    if (number == 0)
        buffer_append_text(buffer, "0ms");
    if (number < 0)
        buffer_append_byte(buffer, '-');
    for (size_t i = 0; i < UNITS; i++) {
        uint64_t length = (uint64_t)units[i].length;
        if (rest / length)
            buffer_printf(buffer, "%" PRIu64 "%s", rest / length, units[i].name);
        rest %= length;
    }
}

/* Values of the reference evaluator, and the texts of the extension types. */
#include <stdlib.h>
#include <string.h>

#include "reference.h"

struct value value_from(struct cedar_value from, struct arena *arena)
{
    struct value to = {.kind = from.kind};
    struct value *items;
    struct bytes *names;
    switch (from.kind) {
    case CEDAR_BOOL:
        to.number = from.boolean;
        break;
    case CEDAR_STRING:
        to.text = cedar_string_bytes(from.string);
        break;
    case CEDAR_ENTITY:
        to.type = cedar_string_bytes(from.entity->type);
        to.text = cedar_string_bytes(from.entity->id);
        break;
    case CEDAR_SET:
    case CEDAR_RECORD:
        to.count = from.kind == CEDAR_SET ? from.set->count : from.record->count;
        to.items = items = ARENA_ARRAY(arena, struct value, to.count + 1);
        to.names = names = ARENA_ARRAY(arena, struct bytes, to.count + 1);
        if (!items || !names)
            abort();
        for (size_t i = 0; i < to.count; i++) {
            if (from.kind == CEDAR_RECORD)
                names[i] = cedar_string_bytes(from.record->keys[i]);
            items[i] = value_from(
                from.kind == CEDAR_SET ? from.set->elements[i] : from.record->values[i], arena);
        }
        break;
    case CEDAR_IPADDR:
        memcpy(to.address, from.ip->address, sizeof to.address);
        to.bits = from.ip->is_v6 ? 128 : 32;
        to.prefix = from.ip->prefix;
        break;
    default:
        to.number = from.number;
    }
    return to;
}

const struct value *value_attribute(const struct value *record, struct bytes name)
{
    for (size_t i = 0; i < record->count; i++)
        if (bytes_equal(record->names[i], name))
            return &record->items[i];
    return NULL;
}

static bool has_all(const struct value *set, const struct value *other)
{
    for (size_t i = 0; i < other->count; i++) {
        bool found = false;
        for (size_t k = 0; k < set->count && !found; k++)
            found = value_equal(&set->items[k], &other->items[i]);
        if (!found)
            return false;
    }
    return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case CEDAR_STRING:
        return bytes_equal(a->text, b->text);
    case CEDAR_ENTITY:
        return bytes_equal(a->type, b->type) && bytes_equal(a->text, b->text);
    case CEDAR_SET:
        return has_all(a, b) && has_all(b, a);
    case CEDAR_RECORD:
        for (size_t i = 0; i < a->count; i++) {
            const struct value *other = value_attribute(b, a->names[i]);
            if (!other || !value_equal(&a->items[i], other))
                return false;
        }
        return a->count == b->count;
    case CEDAR_IPADDR:
        return a->bits == b->bits && a->prefix == b->prefix &&
               memcmp(a->address, b->address, (size_t)a->bits / 8) == 0;
    default:
        return a->number == b->number;
    }
}

bool ip_within(const struct value *a, const struct value *b)
{
    if (a->bits != b->bits || a->prefix < b->prefix)
        return false;
    for (int i = 0; i < b->prefix; i++)
        if ((a->address[i / 8] ^ b->address[i / 8]) >> (7 - i % 8) & 1)
            return false;
    return true;
}

/* --- Texts ---------------------------------------------------------------------------------- */

/* A text that is read from the front. */
struct reader {
    const char *at, *end;
};

static bool take(struct reader *reader, char wanted)
{
    if (reader->at == reader->end || *reader->at != wanted)
        return false;
    reader->at++;
    return true;
}

/* Digits, at least min and at most max of them. Their number saturates far above any limit. */
static bool take_digits(struct reader *reader, int min, int max, wide *ret_number, int *ret_count)
{
    const wide far = (wide)1 << 100;
    wide number = 0;
    int count = 0;
    while (count < max && reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
        if (number < far)
            number = number * 10 + (*reader->at - '0');
        reader->at++;
        count++;
    }
    *ret_number = number;
    if (ret_count)
        *ret_count = count;
    return count >= min;
}

static bool fits(wide number)
{
    return number >= INT64_MIN && number <= INT64_MAX;
}

static bool read_decimal(struct reader *reader, struct value *value)
{
    wide whole, part;
    int digits;
    bool negative = take(reader, '-');
    if (!take_digits(reader, 1, 1 << 20, &whole, NULL) || !take(reader, '.') ||
        !take_digits(reader, 1, 5, &part, &digits) || digits > 4)
        return false;
    for (; digits < 4; digits++)
        part *= 10;
    wide all = whole * 10000 + part;
    all = negative ? -all : all;
    value->kind = CEDAR_DECIMAL;
    value->number = fits(all) ? (int64_t)all : 0;
    return fits(all);
}

static bool read_duration(struct reader *reader, struct value *value)
{
    static const struct {
        const char *unit;
        int64_t milliseconds;
    } units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
    bool negative = take(reader, '-');
    wide all = 0, number = 0;
    size_t unit = 0;
    if (reader->at == reader->end)
        return false;
    while (reader->at < reader->end) {
        if (!take_digits(reader, 1, 1 << 20, &number, NULL))
            return false;
        size_t left = (size_t)(reader->end - reader->at);
        bool milliseconds = left >= 2 && memcmp(reader->at, "ms", 2) == 0;
        for (; unit < 5; unit++)
            if (unit == 4
                    ? milliseconds
                    : left > 0 && !(unit == 2 && milliseconds) && *reader->at == *units[unit].unit)
                break;
        if (unit == 5 || number > (wide)1 << 64)
            return false;
        reader->at += strlen(units[unit].unit);
        all += number * units[unit++].milliseconds;
    }
    all = negative ? -all : all;
    value->kind = CEDAR_DURATION;
    value->number = fits(all) ? (int64_t)all : 0;
    return fits(all);
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 1970-01-01, counted year by year and month by month. */
static int64_t days_to(int64_t year, int64_t month, int64_t day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = day - 1;
    for (int64_t at = 1970; at < year; at++)
        days += is_leap(at) ? 366 : 365;
    for (int64_t at = year; at < 1970; at++)
        days -= is_leap(at) ? 366 : 365;
    for (int64_t at = 1; at < month; at++)
        days += lengths[at - 1] + (at == 2 && is_leap(year));
    return days;
}

static bool is_day(int64_t year, int64_t month, int64_t day)
{
    return month >= 1 && month <= 12 && day >= 1 &&
           day <= (month == 2 ? 28 + is_leap(year) : 30 + (month + (month > 7)) % 2);
}

static bool read_zone(struct reader *reader, int64_t *ret_minutes)
{
    wide hours, minutes;
    *ret_minutes = 0;
    if (take(reader, 'Z'))
        return true;
    bool east = take(reader, '+');
    if (!east && !take(reader, '-'))
        return false;
    if (!take_digits(reader, 2, 2, &hours, NULL) || !take_digits(reader, 2, 2, &minutes, NULL) ||
        hours > 23 || minutes > 59)
        return false;
    *ret_minutes = (int64_t)(hours * 60 + minutes) * (east ? 1 : -1);
    return true;
}

static bool read_datetime(struct reader *reader, struct value *value)
{
    wide year, month, day, hour = 0, minute = 0, second = 0, part = 0;
    int64_t zone = 0;
    if (!take_digits(reader, 4, 4, &year, NULL) || !take(reader, '-') ||
        !take_digits(reader, 2, 2, &month, NULL) || !take(reader, '-') ||
        !take_digits(reader, 2, 2, &day, NULL) ||
        !is_day((int64_t)year, (int64_t)month, (int64_t)day))
        return false;
    if (reader->at < reader->end) {
        if (!take(reader, 'T') || !take_digits(reader, 2, 2, &hour, NULL) || !take(reader, ':') ||
            !take_digits(reader, 2, 2, &minute, NULL) || !take(reader, ':') ||
            !take_digits(reader, 2, 2, &second, NULL) ||
            (take(reader, '.') && !take_digits(reader, 3, 3, &part, NULL)) ||
            !read_zone(reader, &zone) || hour > 23 || minute > 59 || second > 59)
            return false;
    }
    value->kind = CEDAR_DATETIME;
    value->number = days_to((int64_t)year, (int64_t)month, (int64_t)day) * 86400000 +
                    (int64_t)(((hour * 60 + minute - zone) * 60 + second) * 1000 + part);
    return true;
}

/* A number of at most three digits without a leading zero. */
static bool take_small(struct reader *reader, int most, int *ret_number)
{
    const char *start = reader->at;
    wide number;
    int digits;
    if (!take_digits(reader, 1, 3, &number, &digits) || number > most ||
        (digits > 1 && *start == '0'))
        return false;
    *ret_number = (int)number;
    return true;
}

static bool read_ipv4(struct reader *reader, uint8_t *address)
{
    for (int i = 0; i < 4; i++) {
        int number;
        if ((i && !take(reader, '.')) || !take_small(reader, 255, &number))
            return false;
        address[i] = (uint8_t)number;
    }
    return true;
}

static bool take_group(struct reader *reader, unsigned *ret_group)
{
    unsigned group = 0;
    int count = 0;
    for (; count < 4 && reader->at < reader->end; count++, reader->at++) {
        const char *digits = "0123456789abcdefABCDEF", *digit = strchr(digits, *reader->at);
        if (!digit || !*reader->at)
            break;
        group = group * 16 + (unsigned)(digit - digits - (digit - digits > 15 ? 6 : 0));
    }
    *ret_group = group;
    return count > 0;
}

/* Groups before a `::`, if there is one, and after it. */
static bool read_ipv6(struct reader *reader, uint8_t *address)
{
    unsigned groups[8];
    int count = 0, gap = -1;
    if (reader->end - reader->at >= 2 && memcmp(reader->at, "::", 2) == 0) {
        reader->at += 2;
        gap = 0;
    }
    while (count < 8 && reader->at < reader->end && *reader->at != '/') {
        if (!take_group(reader, &groups[count++]))
            return false;
        if (reader->at == reader->end || *reader->at == '/')
            break;
        if (count == 8 || !take(reader, ':'))
            return false;
        if (take(reader, ':')) {
            if (gap >= 0)
                return false;
            gap = count;
        } else if (reader->at == reader->end || *reader->at == '/') {
            return false;
        }
    }
    if (gap < 0 ? count != 8 : count > 7)
        return false;
    memset(address, 0, 16);
    for (int i = 0; i < count; i++) {
        int at = gap >= 0 && i >= gap ? 8 - count + i : i;
        address[2 * at] = (uint8_t)(groups[i] >> 8);
        address[2 * at + 1] = (uint8_t)groups[i];
    }
    return true;
}

static bool read_ip(struct reader *reader, struct value *value)
{
    struct reader four = *reader;
    value->kind = CEDAR_IPADDR;
    memset(value->address, 0, 16);
    if (read_ipv4(&four, value->address) && (four.at == four.end || *four.at == '/')) {
        *reader = four;
        value->bits = 32;
    } else if (read_ipv6(reader, value->address)) {
        value->bits = 128;
    } else {
        return false;
    }
    value->prefix = value->bits;
    return !take(reader, '/') || take_small(reader, value->bits, &value->prefix);
}

bool value_construct(enum cedar_function constructor, struct bytes text, struct value *ret_value)
{
    const char *start = (const char *)text.data;
    struct reader reader = {start, text.length ? start + text.length : start};
    struct value value = {0};
    bool good;
    if (constructor == CEDAR_FUNCTION_DECIMAL)
        good = read_decimal(&reader, &value);
    else if (constructor == CEDAR_FUNCTION_DATETIME)
        good = read_datetime(&reader, &value);
    else if (constructor == CEDAR_FUNCTION_DURATION)
        good = read_duration(&reader, &value);
    else
        good = read_ip(&reader, &value);
    if (!good || reader.at != reader.end)
        return false;
    *ret_value = value;
    return true;
}

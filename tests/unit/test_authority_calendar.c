/* authority, the calendar: periods of working days, beside an implementation that goes day by day
 * with the C library's calendar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "authority/calendar.h"

static const char *const friday_saturday[] = {"friday", "saturday"};
/* The Jewish New Year, the Day of Atonement and the first day of Tabernacles in 2026. */
static const char *const autumn[] = {"2026-09-12", "2026-09-13", "2026-09-21", "2026-09-26"};
static const struct calendar office = {"+02:00", friday_saturday, 2, autumn, 4};

static millis at(const char *text)
{
    millis time = 0;
    assert_int_equal(time_parse(bytes_of(text), NULL, &time), ERROR_OK);
    return time;
}

static void
assert_deadline(const struct calendar *calendar, const char *start, uint64_t days, const char *end)
{
    millis deadline = 0;
    char text[TIME_TEXT_SIZE];
    assert_int_equal(calendar_check(calendar, NULL), ERROR_OK);
    assert_int_equal(calendar_deadline(calendar, at(start), days, NULL, &deadline), ERROR_OK);
    assert_string_equal(time_text(deadline, text), end);
}

/* Asked for an opinion on Wednesday the 9th of September 2026, noon. Thursday is the first day; the
 * weekend and the New Year, Saturday and Sunday, do not count; Monday to Thursday are the second to
 * the fifth. Silence until Thursday's end is consent; the day after would be the sixth. */
static void five_working_days_with_holidays_between(void **state)
{
    (void)state;
    const millis asked = at("2026-09-09T12:00:00+02:00");
    assert_deadline(&office, "2026-09-09T12:00:00+02:00", 5, "2026-09-17T22:00:00Z");
    assert_int_equal(calendar_elapsed(&office, asked, at("2026-09-17T23:59:59.999+02:00")), 4);
    assert_int_equal(calendar_elapsed(&office, asked, at("2026-09-18T00:00:00+02:00")), 5);
    /* The sixth working day is Sunday the 20th: an objection then is late. */
    assert_int_equal(calendar_elapsed(&office, asked, at("2026-09-20T09:00:00+02:00")), 5);
    assert_deadline(&office, "2026-09-09T12:00:00+02:00", 6, "2026-09-20T22:00:00Z");
}

static void the_day_of_the_start_is_the_offices(void **state)
{
    (void)state;
    /* The last millisecond of Wednesday at the office, and the first of Thursday. */
    assert_deadline(&office, "2026-09-09T23:59:59.999+02:00", 1, "2026-09-10T22:00:00Z");
    assert_deadline(&office, "2026-09-10T00:00:00+02:00", 1, "2026-09-14T22:00:00Z");
    /* West of Greenwich the same moments are on one day. */
    const struct calendar west = {"-05:00", friday_saturday, 2, autumn, 4};
    assert_deadline(&west, "2026-09-09T21:59:59.999Z", 1, "2026-09-11T05:00:00Z");
    assert_deadline(&west, "2026-09-09T22:00:00Z", 1, "2026-09-11T05:00:00Z");
    /* A start on a day off: the first day is the next one to work on. */
    assert_deadline(&office, "2026-09-13T10:00:00+02:00", 1, "2026-09-14T22:00:00Z");
}

static void weekends_of_no_one_and_three_days(void **state)
{
    (void)state;
    static const char *const friday[] = {"friday"}, *const three[] = {
                                                        "friday", "saturday", "sunday"};
    const struct calendar none = {"+00:00", NULL, 0, NULL, 0}, one = {"+00:00", friday, 1, NULL, 0},
                          long_one = {"+00:00", three, 3, NULL, 0};
    /* From Wednesday the 2nd of December 2026. */
    assert_deadline(&none, "2026-12-02T09:00:00Z", 5, "2026-12-08T00:00:00Z");
    assert_deadline(&one, "2026-12-02T09:00:00Z", 5, "2026-12-09T00:00:00Z");
    assert_deadline(&long_one, "2026-12-02T09:00:00Z", 5, "2026-12-11T00:00:00Z");
}

static void periods_go_over_the_ends_of_years_and_leap_days(void **state)
{
    (void)state;
    static const char *const weekend[] = {"saturday", "sunday"};
    static const char *const feasts[] = {"2027-12-25", "2027-12-26", "2028-01-01"};
    const struct calendar calendar = {"+01:00", weekend, 2, feasts, 3};
    /* The feasts of that year fall on the weekend and move nothing. */
    assert_deadline(&calendar, "2027-12-30T09:00:00Z", 2, "2028-01-03T23:00:00Z");
    assert_deadline(&calendar, "2028-02-28T09:00:00Z", 1, "2028-02-29T23:00:00Z");
    assert_deadline(&calendar, "2028-02-28T09:00:00Z", 2, "2028-03-01T23:00:00Z");
    assert_deadline(&calendar, "2027-02-26T09:00:00Z", 1, "2027-03-01T23:00:00Z");
    /* A year of 261 days from Monday to Friday, the first of which is the start. */
    assert_deadline(&calendar, "2027-01-01T09:00:00Z", 260, "2027-12-31T23:00:00Z");
}

static void where_no_day_is_worked_there_is_an_error_and_an_end(void **state)
{
    (void)state;
    static const char *const all[] = {"friday",   "monday",  "saturday", "sunday",
                                      "thursday", "tuesday", "wednesday"};
    const struct calendar calendar = {"+00:00", all, 7, NULL, 0};
    struct fault fault = {0};
    millis deadline = 7;
    assert_int_equal(calendar_check(&calendar, &fault), ERROR_DOCUMENT_RULE);
    assert_string_equal(fault.expected, "a day of the week to work on");
    assert_int_equal(
        calendar_deadline(&calendar, at("2026-01-01T00:00:00Z"), 1, &fault, &deadline),
        ERROR_DOCUMENT_RULE);
    assert_int_equal(deadline, 7);
    /* A year of holidays: the period ends after it. */
    char texts[366][TIME_TEXT_SIZE];
    const char *dates[366];
    for (int i = 0; i < 366; i++) {
        time_text((days_from_civil(2026, 1, 1) + i) * MILLIS_DAY, texts[i]);
        texts[i][10] = '\0';
        dates[i] = texts[i];
    }
    const struct calendar year_off = {"+00:00", friday_saturday, 2, dates, 366};
    assert_deadline(&year_off, "2026-01-01T00:00:00Z", 1, "2027-01-04T00:00:00Z");
    assert_int_equal(
        calendar_elapsed(&year_off, at("2026-01-01T00:00:00Z"), at("2027-01-03T00:00:00Z")), 0);
}

static void periods_that_are_none_are_refused(void **state)
{
    (void)state;
    static const struct {
        millis start;
        uint64_t days;
    } rows[] = {
        {0, 0}, {0, CALENDAR_DAYS_MAX + 1}, {-1, 1}, {FIELD_TIME_LAST + 1, 1}, {FIELD_TIME_LAST, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault = {0};
        millis deadline = 7;
        assert_int_equal(
            calendar_deadline(&office, rows[i].start, rows[i].days, &fault, &deadline),
            ERROR_DOCUMENT_RULE);
        assert_int_equal(fault.error, ERROR_DOCUMENT_RULE);
        assert_int_equal(deadline, 7);
    }
}

static void calendars_that_cannot_be_counted_by_are_refused(void **state)
{
    (void)state;
    static const char *const unknown[] = {"Friday"}, *const no_date[] = {"2026-02-29"},
                             *const other[] = {"2026-1-01"}, *const sign[] = {"2026-09-+1"};
    static const struct {
        struct calendar calendar;
        const char *place;
    } rows[] = {
        {{"+2:00", NULL, 0, NULL, 0}, "utc-offset"},  {{"02:00", NULL, 0, NULL, 0}, "utc-offset"},
        {{"+02:60", NULL, 0, NULL, 0}, "utc-offset"}, {{"+14:01", NULL, 0, NULL, 0}, "utc-offset"},
        {{"+02-00", NULL, 0, NULL, 0}, "utc-offset"}, {{"Z", NULL, 0, NULL, 0}, "utc-offset"},
        {{"+02:00", unknown, 1, NULL, 0}, "weekend"}, {{"+02:00", NULL, 0, no_date, 1}, "holidays"},
        {{"+02:00", NULL, 0, other, 1}, "holidays"},  {{"+02:00", NULL, 0, sign, 1}, "holidays"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault = {0};
        assert_int_equal(calendar_check(&rows[i].calendar, &fault), ERROR_DOCUMENT_RULE);
        assert_string_equal(fault.place, rows[i].place);
    }
    const struct calendar east = {"+14:00", NULL, 0, NULL, 0}, west = {"-14:00", NULL, 0, NULL, 0};
    assert_int_equal(calendar_check(&east, NULL), ERROR_OK);
    assert_int_equal(calendar_check(&west, NULL), ERROR_OK);
    int64_t day = 7;
    assert_int_equal(date_parse(BYTES_LITERAL("2026-09-13T"), NULL, &day), ERROR_TIME_TEXT);
    assert_int_equal(date_parse((struct bytes){0}, NULL, &day), ERROR_TIME_TEXT);
    assert_int_equal(day, 7);
    assert_int_equal(date_parse(BYTES_LITERAL("1970-01-02"), NULL, &day), ERROR_OK);
    assert_int_equal(day, 1);
}

static void a_calendar_stands_in_a_file(void **state)
{
    (void)state;
    struct buffer bytes = {0}, text = {0};
    struct arena arena = {0};
    struct calendar again = {0};
    struct json_writer writer;
    assert_int_equal(layout_encode(&calendar_layout, &office, NULL, &bytes), ERROR_OK);
    assert_int_equal(
        layout_decode(&calendar_layout, buffer_view(&bytes), &arena, NULL, &again), ERROR_OK);
    json_writer_begin(&writer, &text, 0);
    layout_write_json(&calendar_layout, &again, &writer);
    assert_int_equal(json_writer_end(&writer), ERROR_OK);
    assert_string_equal(
        buffer_text(&text),
        "{\"utc-offset\":\"+02:00\",\"weekend\":[\"friday\",\"saturday\"],\"holidays\":["
        "\"2026-09-12\",\"2026-09-13\",\"2026-09-21\",\"2026-09-26\"]}");
    buffer_free(&bytes);
    buffer_free(&text);
    arena_free(&arena);
}

/* --- Beside the C library ------------------------------------------------------------------ */

static uint64_t seed = 20260917;

static uint64_t random_below(uint64_t bound)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % bound;
}

static const char *const names[] = {"sunday",   "monday", "tuesday", "wednesday",
                                    "thursday", "friday", "saturday"};

/* What the date and the day of the week are at the office: asked of the C library, at noon. */
static bool naive_works(const struct calendar *calendar, time_t noon)
{
    struct tm tm;
    char date[16];
    assert_non_null(gmtime_r(&noon, &tm));
    strftime(date, sizeof date, "%Y-%m-%d", &tm);
    for (size_t i = 0; i < calendar->weekend_count; i++) {
        if (strcmp(calendar->weekend[i], names[tm.tm_wday]) == 0)
            return false;
    }
    for (size_t i = 0; i < calendar->holidays_count; i++) {
        if (strcmp(calendar->holidays[i], date) == 0)
            return false;
    }
    return true;
}

static millis
naive_deadline(const struct calendar *calendar, int offset_minutes, millis start, uint64_t days)
{
    time_t local = (time_t)(start / 1000) + offset_minutes * 60;
    struct tm tm;
    assert_non_null(gmtime_r(&local, &tm));
    tm.tm_hour = 12;
    tm.tm_min = tm.tm_sec = 0;
    while (days > 0) {
        tm.tm_mday++;
        days -= naive_works(calendar, timegm(&tm));
    }
    return ((millis)timegm(&tm) + 12 * 3600 - offset_minutes * 60) * 1000;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void periods_are_those_of_a_day_by_day_count(void **state)
{
    (void)state;
    const int rounds = getenv("ENDUSE_DEEP") ? 200000 : 5000;
    for (int round = 0; round < rounds; round++) {
        const char *weekend[7], *holidays[40];
        char dates[40][16], offset[16];
        int minutes = (int)random_below(2 * 840 + 1) - 840;
        struct calendar calendar = {.offset = offset, .weekend = weekend, .holidays = holidays};
        snprintf(
            offset, sizeof offset, "%c%02d:%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60 % 100,
            abs(minutes) % 60);
        uint64_t set = random_below(127); /* never all seven */
        for (size_t i = 0; i < 7; i++) {
            if (set >> i & 1)
                weekend[calendar.weekend_count++] = names[i];
        }
        qsort(weekend, calendar.weekend_count, sizeof *weekend, compare_texts);
        /* Holidays near the start, which is at any time from 1971 to 2099. */
        millis start = MILLIS_DAY * 400 + (millis)random_below((uint64_t)(MILLIS_DAY * 47000));
        size_t count = random_below(41);
        for (size_t i = 0; i < count; i++) {
            time_t time = (time_t)(start / 1000) + (time_t)random_below(60 * 86400) - 3 * 86400;
            struct tm tm;
            assert_non_null(gmtime_r(&time, &tm));
            strftime(dates[i], sizeof dates[i], "%Y-%m-%d", &tm);
            holidays[i] = dates[i];
        }
        qsort(holidays, count, sizeof *holidays, compare_texts);
        for (size_t i = 0; i < count; i++) {
            if (i == 0 || strcmp(holidays[calendar.holidays_count - 1], holidays[i]) != 0)
                holidays[calendar.holidays_count++] = holidays[i];
        }
        assert_int_equal(calendar_check(&calendar, NULL), ERROR_OK);
        uint64_t days = 1 + random_below(30);
        millis deadline = 0, expected = naive_deadline(&calendar, minutes, start, days);
        assert_int_equal(calendar_deadline(&calendar, start, days, NULL, &deadline), ERROR_OK);
        assert_int_equal(deadline, expected);
        /* As many days have elapsed at the deadline, and one less a moment before. */
        assert_int_equal(calendar_elapsed(&calendar, start, deadline), days);
        assert_int_equal(calendar_elapsed(&calendar, start, deadline - 1), days - 1);
        assert_int_equal(calendar_elapsed(&calendar, start, start), 0);
        assert_int_equal(calendar_elapsed(&calendar, deadline, start), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_working_days_with_holidays_between),
        cmocka_unit_test(the_day_of_the_start_is_the_offices),
        cmocka_unit_test(weekends_of_no_one_and_three_days),
        cmocka_unit_test(periods_go_over_the_ends_of_years_and_leap_days),
        cmocka_unit_test(where_no_day_is_worked_there_is_an_error_and_an_end),
        cmocka_unit_test(periods_that_are_none_are_refused),
        cmocka_unit_test(calendars_that_cannot_be_counted_by_are_refused),
        cmocka_unit_test(a_calendar_stands_in_a_file),
        cmocka_unit_test(periods_are_those_of_a_day_by_day_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

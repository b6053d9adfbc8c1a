/* site: charts. Where columns and bars are, that their marks say nothing of a count that is not
 * given. Who gets every count as it is: test_site_access.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "site/chart.h"
#include "site/language.h"
#include "site_browser.h"

static struct arena arena;
static struct fault fault;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    arena = (struct arena){0};
    return 0;
}

#define GIVEN(number, text)                                                                        \
    {                                                                                              \
        .given = true, .count = (number), .words = (text)                                          \
    }
#define HIDDEN(number)                                                                             \
    {                                                                                              \
        .given = false, .count = (number), .words = "under 10"                                     \
    }

static struct chart columns_of(enum chart_kind kind, const struct chart_point *points, size_t count)
{
    return (struct chart){
        .kind = kind,
        .id = "c",
        .title = "Decisions",
        .finding = "Found",
        .of = "Quarter",
        .series = {"Granted", "Refused"},
        .dark = "Granted",
        .light = "Refused",
        .empty = "Nothing",
        .points = points,
        .count = count,
    };
}

static struct view_chart make(const struct chart *chart)
{
    struct view_chart view;
    assert_int_equal(chart_make(chart, &arena, &fault, &view), ERROR_OK);
    return view;
}

static void rect_is(
    const struct view_chart *view, size_t at, bool dark, const char *x, const char *y,
    const char *width, const char *height)
{
    assert_true(at < view->rects.count);
    const struct view_chart_rect *rect = &view->rects.items[at];
    assert_int_equal(rect->dark, dark);
    assert_string_equal(rect->x, x);
    assert_string_equal(rect->y, y);
    assert_string_equal(rect->width, width);
    assert_string_equal(rect->height, height);
}

static void columns_are_as_high_as_their_counts(void **state)
{
    (void)state;
    const struct chart_point points[] = {
        {.label = "Q1 2026",
         .tick = "Q1",
         .under = "2026",
         .counts = {GIVEN(40, "40"), GIVEN(10, "10")}},
        {.label = "Q2 2026", .tick = "Q2", .counts = {GIVEN(20, "20"), GIVEN(0, "0")}},
    };
    struct chart chart = columns_of(CHART_COLUMNS, points, 2);
    struct view_chart view = make(&chart);
    /* 156 pixels are 40; the foot is at 190. Nothing is drawn of none. */
    assert_int_equal(view.rects.count, 3);
    rect_is(&view, 0, true, "2.5", "34", "20.0", "156");
    rect_is(&view, 1, false, "25.0", "151", "20.0", "39");
    rect_is(&view, 2, true, "52.5", "112", "20.0", "78");
    assert_string_equal(view.texts.items[0].words, "40");
    assert_string_equal(view.texts.items[0].y, "28");
    assert_string_equal(view.texts.items[0].x, "12.5");
    assert_string_equal(view.label, "Decisions. Found. The same is in the table below.");
    assert_int_equal(view.rows.count, 2);
    assert_string_equal(view.rows.items[1].label, "Q2 2026");
    assert_string_equal(view.rows.items[1].more, "0");
}

static void a_part_stands_at_the_foot_of_its_whole(void **state)
{
    (void)state;
    const struct chart_point points[] = {
        {.label = "Q1", .tick = "Q1", .counts = {GIVEN(15600, "15 600"), GIVEN(3900, "3 900")}},
        {.label = "Q2", .tick = "Q2", .counts = {GIVEN(7800, "7 800"), HIDDEN(9)}},
        {.label = "Q3", .tick = "Q3", .counts = {HIDDEN(9), GIVEN(7800, "7 800")}},
    };
    struct chart chart = columns_of(CHART_STACKED, points, 3);
    struct view_chart view = make(&chart);
    assert_int_equal(view.rects.count, 3);
    rect_is(&view, 0, false, "3.3", "34", "26.7", "117");
    rect_is(&view, 1, true, "3.3", "151", "26.7", "39");
    rect_is(&view, 2, false, "36.6", "112", "26.7", "78");
    assert_string_equal(view.texts.items[0].words, "15.6\u202fk");
    assert_string_equal(view.texts.items[2].words, "7\u202f800");
    assert_string_equal(view.texts.items[4].words, "–");
    assert_string_equal(view.rows.items[2].count, "under 10");
}

static void bars_stand_below_their_headings(void **state)
{
    (void)state;
    const struct chart_point points[] = {
        {.label = "Ground", .heading = true},
        {.label = "Crime", .counts = {GIVEN(300, "300"), HIDDEN(1)}},
        {.label = "Terror", .counts = {GIVEN(150, "150"), GIVEN(20, "20")}},
        {.label = "Third", .counts = {GIVEN(100, "100"), GIVEN(20, "20")}},
        {.label = "Purpose", .heading = true},
        {.label = "Other", .counts = {HIDDEN(3), HIDDEN(1)}},
    };
    struct chart chart = columns_of(CHART_BARS, points, 6);
    chart.most = 2;
    struct view_chart view = make(&chart);
    assert_int_equal(view.rects.count, 2);
    rect_is(&view, 0, true, "0.0", "47", "80.0", "10");
    rect_is(&view, 1, true, "0.0", "90", "40.0", "10");
    /* A heading, and a label and a number for each: none for the heading with nothing below it. */
    assert_int_equal(view.texts.count, 5);
    assert_string_equal(view.texts.items[0].words, "Ground");
    assert_string_equal(view.height, "117");
    /* The table has all of them. */
    assert_int_equal(view.rows.count, 4);
    assert_string_equal(view.rows.items[0].group, "Ground");
    assert_null(view.rows.items[1].group);
    assert_string_equal(view.rows.items[3].group, "Purpose");
    assert_string_equal(view.rows.items[3].count, "under 10");
}

/* Read from the right, bars begin at the right edge; numbers stand at their ends. */
static void bars_begin_where_lines_do(void **state)
{
    (void)state;
    const struct chart_point points[] = {
        {.label = "Ground", .heading = true},
        {.label = "Crime", .counts = {GIVEN(300, "300"), HIDDEN(1)}},
        {.label = "Terror", .counts = {GIVEN(150, "150"), HIDDEN(1)}},
    };
    struct chart chart = columns_of(CHART_BARS, points, 3);
    chart.language = 1;
    assert_true(language_is_right_to_left(chart.language));
    struct view_chart view = make(&chart);
    rect_is(&view, 0, true, "20.0", "47", "80.0", "10");
    rect_is(&view, 1, true, "60.0", "90", "40.0", "10");
    assert_string_equal(view.texts.items[0].x, "100.0");
    assert_string_equal(view.texts.items[2].words, "300");
    assert_string_equal(view.texts.items[2].x, "20.0");
    assert_string_equal(view.texts.items[2].dx, "-7");
    assert_string_equal(view.texts.items[2].anchor, "start");
    assert_non_null(strstr(view.label, "אותם נתונים בטבלה שלמטה."));
}

static void same(const char *a, const char *b)
{
    assert_string_equal(a ? a : "(none)", b ? b : "(none)");
}

/* Whatever a count is that is not given, the chart is the same to the byte. */
static void a_hidden_count_leaves_no_trace(void **state)
{
    (void)state;
    const enum chart_kind kinds[] = {CHART_COLUMNS, CHART_STACKED, CHART_BARS};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct view_chart views[2];
        for (size_t turn = 0; turn < 2; turn++) {
            const uint64_t hidden = turn ? 9 : 0;
            const struct chart_point points[] = {
                {.label = "a", .tick = "a", .counts = {HIDDEN(hidden), GIVEN(12, "12")}},
                {.label = "b", .tick = "b", .counts = {GIVEN(11, "11"), HIDDEN(hidden)}},
                {.label = "c", .tick = "c", .counts = {HIDDEN(1000 * hidden), HIDDEN(hidden)}},
            };
            struct chart chart = columns_of(kinds[k], points, 3);
            views[turn] = make(&chart);
        }
        assert_true(views[0].rects.count > 0);
        assert_int_equal(views[0].rects.count, views[1].rects.count);
        assert_int_equal(views[0].texts.count, views[1].texts.count);
        same(views[0].height, views[1].height);
        for (size_t i = 0; i < views[0].rects.count; i++) {
            const struct view_chart_rect *one = &views[1].rects.items[i];
            rect_is(&views[0], i, one->dark, one->x, one->y, one->width, one->height);
        }
        for (size_t i = 0; i < views[0].texts.count; i++) {
            same(views[0].texts.items[i].words, views[1].texts.items[i].words);
            same(views[0].texts.items[i].x, views[1].texts.items[i].x);
            same(views[0].texts.items[i].y, views[1].texts.items[i].y);
        }
    }
}

static void where_nothing_is_given_nothing_is_drawn(void **state)
{
    (void)state;
    const struct chart_point points[] = {
        {.label = "a", .tick = "a", .counts = {HIDDEN(9), HIDDEN(3)}},
        {.label = "b", .tick = "b", .counts = {GIVEN(0, "0"), HIDDEN(3)}},
    };
    for (enum chart_kind kind = CHART_COLUMNS; kind <= CHART_BARS; kind++) {
        struct chart chart = columns_of(kind, points, 2);
        struct view_chart view = make(&chart);
        assert_int_equal(view.rects.count + view.texts.count, 0);
        assert_string_equal(view.empty, "Nothing");
        assert_int_equal(view.rows.count, 2);
        chart.count = 0;
        assert_int_equal(make(&chart).rows.count, 0);
    }
}

static void without_memory_there_is_no_chart(void **state)
{
    (void)state;
    const struct chart_point points[] = {
        {.label = "a", .tick = "a", .counts = {GIVEN(20, "20"), GIVEN(10, "10")}},
    };
    struct chart chart = columns_of(CHART_COLUMNS, points, 1);
    for (long n = 0;; n++) {
        struct arena own = {0};
        struct view_chart view = {.id = "untouched"};
        failing_alloc_after(n);
        enum error error = chart_make(&chart, &own, NULL, &view);
        bool failed = failing_alloc_stop();
        if (error)
            assert_string_equal(view.id, "untouched");
        arena_free(&own);
        if (!failed) {
            assert_int_equal(error, ERROR_OK);
            break;
        }
    }
}

/* --- On the page ------------------------------------------------------------------------ */

static struct service_fixture fixture;
static struct site_browser browser;

static void the_office_has_every_count_as_it_is(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    site_play(&fixture, &(enum world_key){WORLD_D1}, 1);
    service_fixture_live(&fixture);
    site_browser_open(&browser, &fixture);
    assert_int_equal(browser_call(&browser, "/figures/exact", NULL, NULL), 303);
    browser_sign_in(&browser, WORLD_D1);
    assert_int_equal(browser_call(&browser, "/figures", NULL, NULL), 200);
    browser_holds(&browser, "href=\"/figures/exact\"");
    browser_holds(&browser, "No count of a state is given yet.");
    assert_int_equal(browser_call(&browser, "/figures/exact", NULL, NULL), 200);
    browser_holds(&browser, "Active: 1; granted since the log began: 1");
    browser_holds(&browser, "<th scope=\"row\">Active</th><td class=\"en-num en-right\">1</td>");
    browser_holds(&browser, "<rect class=\"en-chart__b\" x=\"0.0%\" width=\"80.0%\" y=\"21\"");
    site_browser_close(&browser);
    service_fixture_free(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_teardown(name, free_arena)
        TEST(columns_are_as_high_as_their_counts), TEST(a_part_stands_at_the_foot_of_its_whole),
        TEST(bars_stand_below_their_headings),     TEST(bars_begin_where_lines_do),
        TEST(a_hidden_count_leaves_no_trace),      TEST(where_nothing_is_given_nothing_is_drawn),
        TEST(without_memory_there_is_no_chart),    TEST(the_office_has_every_count_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

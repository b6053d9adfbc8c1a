/* site: the language of the pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "site_browser.h"

static struct service_fixture fixture;
static struct site_browser browser;

static int set_up(void **state)
{
    (void)state;
    service_fixture_init(&fixture);
    fixture.anonymous = true;
    site_browser_open(&browser, &fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    site_browser_close(&browser);
    service_fixture_free(&fixture);
    return 0;
}

static bool is_hebrew(const char *path)
{
    assert_int_equal(browser_call(&browser, path, NULL, NULL), 200);
    bool hebrew = strstr(browser_page(&browser), "<html lang=\"he\" dir=\"rtl\"");
    assert_int_equal(hebrew, !strstr(browser_page(&browser), "<html lang=\"en\" dir=\"ltr\""));
    return hebrew;
}

static void the_browsers_best_language_is_taken(void **state)
{
    (void)state;
    static const struct {
        const char *languages;
        bool hebrew;
    } rows[] = {
        {NULL, false},
        {"", false},
        {"he", true},
        {"HE-il", true},
        {"en, he", false},
        {"he, en", true},
        {"en;q=0.5, he;q=0.8", true},
        {"he;q=0.5,en;q=0.51", false},
        {"xx, he;q=0.1", true},
        {"he;q=0", false},
        {"he;q=0.0, xx", false},
        {"he;q=2", false},
        {"he;x=1", false},
        {"hen", false},
        {"h", false},
        {";q=1, , he ; q=1.000", true},
        {"*", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        browser.languages = rows[i].languages;
        if (is_hebrew("/report") != rows[i].hebrew)
            fail_msg("%s", rows[i].languages ? rows[i].languages : "none");
    }
}

/* Each page that the words were made for is whole: a text that was changed since shows here. */
static void the_publics_pages_are_in_each_language(void **state)
{
    (void)state;
    static const char *const pages[] = {"/", "/report", "/report/follow"};
    browser.languages = "he";
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        assert_true(is_hebrew(pages[i]));
    assert_int_equal(browser_call(&browser, "/nowhere", NULL, NULL), 404);
    browser_holds(&browser, "<html lang=\"he\" dir=\"rtl\"");
    /* What is not there in it is in English as a whole. */
    assert_false(is_hebrew("/help"));
    browser_holds(&browser, "Skip to main content");
}

static void phrases_of_code_are_in_it_too(void **state)
{
    (void)state;
    browser.languages = "he";
    assert_int_equal(
        browser_call(&browser, "/report", "step=1&what=&when=&where=&contact=", NULL), 200);
    browser_holds(&browser, "יש לכתוב מה קרה, ככל שידוע לך");
    /* What a person wrote stays as it is, though it be a phrase. */
    assert_int_equal(
        browser_call(
            &browser, "/report", "step=4&what=When&when=Where&where=x&contact=Not+told", NULL),
        200);
    browser_holds(&browser, ">מתי</dt>");
    browser_holds(&browser, ">When</dd>");
    browser_holds(&browser, ">Not told</dd>");
}

static void what_was_chosen_counts_before_the_browsers(void **state)
{
    (void)state;
    browser.languages = "en";
    assert_int_equal(browser_call(&browser, "/language/he?back=%2Freport", NULL, NULL), 303);
    browser_holds(&browser, "Location: /report\r\n");
    browser_holds(&browser, "Set-Cookie: language=he; Path=/; HttpOnly; SameSite=Lax");
    browser.more = "language=he";
    assert_true(is_hebrew("/report"));
    browser_holds(&browser, "href=\"/language/en?back=%2Freport\"");
    browser.more = "language=he2";
    assert_false(is_hebrew("/report"));
    browser.more = NULL;
}

static void choosing_leads_nowhere_else(void **state)
{
    (void)state;
    static const char *const backs[] = {
        "https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "javascript%3A1",
        "%2Fx%0D%0ASet-Cookie%3A+a%3Db"};
    for (size_t i = 0; i < sizeof backs / sizeof *backs; i++) {
        char path[120];
        snprintf(path, sizeof path, "/language/he?back=%s", backs[i]);
        unsigned status = browser_call(&browser, path, NULL, NULL);
        assert_true(status == 303 || status == 400);
        if (status == 303)
            browser_holds(&browser, "Location: /\r\n");
        assert_null(strstr(browser_page(&browser), "evil"));
    }
    assert_int_equal(browser_call(&browser, "/language/xx", NULL, NULL), 404);
    assert_null(strstr(browser_page(&browser), "Set-Cookie"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_browsers_best_language_is_taken),
        cmocka_unit_test(the_publics_pages_are_in_each_language),
        cmocka_unit_test(phrases_of_code_are_in_it_too),
        cmocka_unit_test(what_was_chosen_counts_before_the_browsers),
        cmocka_unit_test(choosing_leads_nowhere_else),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* site: the language of the pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "site/authority_pages.h"
#include "site/catalogue.h"
#include "site/language.h"
#include "site/site.h"
#include "site_stage.h"

static int set_up(void **state)
{
    (void)state;
    return stage_begin(STAGE_ANONYMOUS, NULL, 0);
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
    browser.languages = "he";
    size_t seen = 0;
    for (size_t i = 0; i < site.row_count; i++) {
        const struct service_row *row = &site.rows[i];
        bool public = row->method == HTTP_GET && row->flags & HTTP_ROUTE_PAGE && !row->signs &&
                      row->access->rule == ACCESS_ANYONE && !strchr(row->pattern, '{') &&
                      strcmp(row->pattern, "/sign-in/enter") != 0;
        if (public && !is_hebrew(row->pattern))
            fail_msg("%s", row->pattern);
        seen += public;
    }
    assert_true(seen >= 11);
    assert_int_equal(browser_call(&browser, "/nowhere", NULL, NULL), 404);
    browser_holds(&browser, "<html lang=\"he\" dir=\"rtl\"");
}

/* The words that come from tables: whoever adds a state that the public sees names it here, too. */
static void words_of_the_offices_tables_are_in_it(void **state)
{
    (void)state;
    struct arena arena = {0};
    static const struct {
        enum file_kind kind;
        int last;
    } kinds[] = {
        {FILE_CERTIFICATE, CERTIFICATE_REFUSED},
        {FILE_LICENCE, LICENCE_REPLACED},
        {FILE_APPLICATION, APPLICATION_EXPIRED},
        {FILE_COUNTRY, COUNTRY_REFUSED},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (int at = 1; at <= kinds[i].last; at++) {
            const char *word = state_label(&arena, kinds[i].kind, at).word;
            if (language_word(1, word) == word)
                fail_msg("%s", word);
        }
    }
    for (enum order_kind kind = 1; kind <= ORDER_REVOKE; kind++) {
        const char *word = words_capital(&arena, order_word(kind));
        if (language_word(1, word) == word)
            fail_msg("%s", word);
    }
    for (enum file_kind kind = 1; kind <= (enum file_kind)FILE_KIND_LAST; kind++) {
        const char *word = kind_words(&arena, kind).one;
        assert_ptr_not_equal(page_phrase(1, word), word);
    }
    /* What is no word of theirs is left alone, though a page says it. */
    const char *other = "Help";
    assert_ptr_not_equal(page_phrase(1, other), other);
    assert_ptr_equal(language_word(1, other), other);
    assert_null(language_word(1, NULL));
    arena_free(&arena);
}

static void
says(size_t language, const char *sentence, const char *zero, const char *one, const char *said)
{
    struct arena arena = {0};
    assert_string_equal(LANGUAGE_SAY(&arena, language, sentence, zero, one), said);
    arena_free(&arena);
}

static void a_sentence_has_its_values(void **state)
{
    (void)state;
    says(0, "{1} of {0}, {1}", "a", "b", "b of a, b");
    /* What is no place of a value stays, as does what a value holds. */
    says(0, "{2} {a} { {", "a", "b", "{2} {a} { {");
    says(0, "{0}", "{1}", "b", "{1}");
    /* Each value is isolated where words run from the right. */
    says(1, "{0} to {1}", "A-1", "2", "מ־\u2068A-1\u2069 עד \u20682\u2069");
    struct arena arena = {0};
    assert_null(LANGUAGE_SAY(&arena, 0, "{0}", NULL));
    assert_string_equal(language_span(&arena, 0, 86400000), "1 day");
    assert_string_equal(language_span(&arena, 0, 2 * 86400000 + 3600000), "2 days 1 h");
    assert_string_equal(language_span(&arena, 1, 1230), "\u20681.23\u2069 שנ׳");
    arena_free(&arena);
    for (long after = 0;; after++) {
        failing_alloc_after(after);
        const char *said = LANGUAGE_SAY(&arena, 1, "{0} to {1}", "a", "b");
        bool failed = failing_alloc_stop();
        assert_int_equal(!said, failed);
        arena_free(&arena);
        if (!failed)
            break;
    }
}

static void pages_say_what_code_says_in_it(void **state)
{
    (void)state;
    browser.languages = "he";
    assert_int_equal(browser_call(&browser, "/verify?number=IL-0", NULL, NULL), 200);
    browser_holds(&browser, "<title>שגיאה: אימות מסמך – enduse</title>");
    assert_int_equal(browser_call(&browser, "/verify?digest=0", NULL, NULL), 200);
    browser_holds(&browser, "הכתובת הזאת אינה כתובת של מסמך");
    assert_int_equal(browser_call(&browser, "/log", NULL, NULL), 200);
    browser_holds(&browser, "שורש הרשות");
    assert_int_equal(browser_call(&browser, "/figures", NULL, NULL), 200);
    browser_holds(&browser, "<dt>רישיונות שניתנו</dt>");
    browser_holds(&browser, ">רישיונות לפי מצב</strong>");
    assert_null(strstr(browser_page(&browser), "under"));
    /* Where the page is not in it, neither is what code says on it. */
    static const struct http_request request = {.method = HTTP_GET};
    assert_int_equal(language_on(&request, verify_page_languages), 0);
}

/* The page that shows a report's secret has the frame of its reader, but no way to lose it. */
static void the_page_after_a_report_has_the_frame(void **state)
{
    (void)state;
    service_fixture_live(&fixture);
    browser.languages = "he";
    assert_int_equal(
        browser_call(
            &browser, "/report", "step=5&what=a&when=b&where=c&evidence=none&contact=", NULL),
        200);
    browser_holds(&browser, "<title>הדיווח התקבל – enduse</title>");
    browser_holds(&browser, "<html lang=\"he\" dir=\"rtl\"");
    browser_holds(&browser, "<nav class=\"en-nav\"");
    browser_holds(&browser, "href=\"/sign-in\"");
    assert_null(strstr(browser_page(&browser), "/language/"));
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
        cmocka_unit_test(words_of_the_offices_tables_are_in_it),
        cmocka_unit_test(a_sentence_has_its_values),
        cmocka_unit_test(pages_say_what_code_says_in_it),
        cmocka_unit_test(the_page_after_a_report_has_the_frame),
        cmocka_unit_test(what_was_chosen_counts_before_the_browsers),
        cmocka_unit_test(choosing_leads_nowhere_else),
    };
    return cmocka_run_group_tests(tests, set_up, stage_end);
}

/* http: what pages are written with, and a page that pagec compiled. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sample_pages.h"

static void text_is_escaped(void **state)
{
    (void)state;
    const struct {
        struct bytes text;
        const char *html;
    } rows[] = {
        {BYTES_LITERAL(""), ""},
        {BYTES_LITERAL("plain \xC3\xA9 text"), "plain \xC3\xA9 text"},
        {BYTES_LITERAL("<script>&\"'"), "&lt;script&gt;&amp;&quot;&#39;"},
        {BYTES_LITERAL("a\tb\nc"), "a\tb\nc"},
        {BYTES_LITERAL("a\0b"), "a\xEF\xBF\xBD"
                                "b"},
        {BYTES_LITERAL("\r\x7F"), "\xEF\xBF\xBD\xEF\xBF\xBD"},
        {BYTES_LITERAL("a\xFF<"), "a\xEF\xBF\xBD&lt;"},
        {BYTES_LITERAL("\xC3"), "\xEF\xBF\xBD"},
        {BYTES_LITERAL("\xC0\xBCscript>"), "\xEF\xBF\xBD\xEF\xBF\xBDscript&gt;"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer out = {0};
        page_text(&out, rows[i].text);
        assert_string_equal(buffer_text(&out), rows[i].html);
        buffer_free(&out);
    }
}

static void urls_run_nothing(void **state)
{
    (void)state;
    static const char *const good[][2] = {
        {"/", "/"},
        {"/licences/IL-1?a=1&b=2", "/licences/IL-1?a=1&amp;b=2"},
        {"?q=1", "?q=1"},
        {"#main", "#main"},
        {"https://office.example/\"x", "https://office.example/&quot;x"},
        {"HTTP://office.example", "HTTP://office.example"},
        {"mailto:a@b.example", "mailto:a@b.example"},
    };
    static const char *const bad[] = {
        "",           "javascript:alert(1)", "JavaScript:x", " javascript:x", "java\nscript:x",
        "\x01x",      "//evil.example",      "/\\evil",      "\\\\evil",      "data:text/html,x",
        "vbscript:x", "licences/1",          "https:",       "/a b",          "https://a\tb",
    };
    struct buffer out = {0};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        buffer_clear(&out);
        page_url(&out, bytes_of(good[i][0]));
        assert_string_equal(buffer_text(&out), good[i][1]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        buffer_clear(&out);
        page_url(&out, bytes_of(bad[i]));
        assert_string_equal(buffer_text(&out), "#");
    }
    buffer_clear(&out);
    page_url_part(&out, bytes_of("a/b?c&d=\xC3\xA9 \"~-_.x"));
    assert_string_equal(buffer_text(&out), "a%2Fb%3Fc%26d%3D%C3%A9%20%22~-_.x");
    buffer_free(&out);
}

static void values_of_any_type(void **state)
{
    (void)state;
    char scratch[32];
    const char *nothing = NULL;
    char array[] = "array";
    assert_true(bytes_equal_text(PAGE_VALUE(INT64_MIN, scratch), "-9223372036854775808"));
    assert_true(bytes_equal_text(PAGE_VALUE(UINT64_MAX, scratch), "18446744073709551615"));
    assert_true(bytes_equal_text(PAGE_VALUE((uint8_t)7, scratch), "7"));
    assert_true(bytes_equal_text(PAGE_VALUE((short)-7, scratch), "-7"));
    assert_true(bytes_equal_text(PAGE_VALUE(array, scratch), "array"));
    assert_true(bytes_equal_text(PAGE_VALUE(nothing, scratch), ""));
    assert_true(bytes_equal_text(PAGE_VALUE(BYTES_LITERAL("b"), scratch), "b"));
    assert_false(PAGE_HAS(nothing));
    assert_false(PAGE_HAS(""));
    assert_true(PAGE_HAS(array));
    assert_false(PAGE_HAS((struct html){NULL}));
    assert_true(PAGE_HAS((struct html){"x"}));
    assert_false(PAGE_HAS((size_t)0));
    assert_true(PAGE_HAS(UINT64_MAX));
    assert_true(PAGE_HAS((const struct html *)array));
}

static void a_page_is_written(void **state)
{
    (void)state;
    static const struct sample_order orders[] = {
        {.number = "OR-1&2", .obeyed_after = 7, .confirmed = true},
        {.number = "OR/\"3\"", .confirmed = false},
    };
    struct sample_view view = {
        .frame = {.title = "A & B", .person = BYTES_LITERAL("D'07")},
        .state = SAMPLE_LIMITED,
        .address = "javascript:x",
        .chart = {"<svg></svg>"},
        .balance = -12,
        .orders = {orders, 2},
    };
    struct buffer out = {0};
    sample_page(&out, &view);
    assert_string_equal(
        buffer_text(&out),
        "<!doctype html>\n<html lang=\"en\">\n"
        "<head><title>A &amp; B \xE2\x80\x93 enduse</title></head>\n<body>\n"
        "<p title='D&#39;07'>D&#39;07</p>\n"
        "<h1 class=\"en-state en-state--some\">A &amp; B</h1>\n"
        "<a href=\"#\">address</a> -12\n<ul>\n"
        "<li id=\"OR-1&amp;2\" class=\"c\"><a href=\"/orders/OR-1%262?ms=7\">OR-1&amp;2</a>\n"
        "</li>\n"
        "<li id=\"OR/&quot;3&quot;\" ><a href=\"/orders/OR%2F%223%22?ms=0\">OR/&quot;3&quot;</a>\n"
        "</li>\n"
        "</ul>\n<svg></svg>\n");
    view.orders.count = 0;
    view.state = SAMPLE_REVOKED;
    view.frame.person.length = 0;
    view.address = "/x";
    buffer_clear(&out);
    sample_page(&out, &view);
    const char *text = buffer_text(&out);
    assert_non_null(strstr(text, "<body>\n<h1 class=\"en-state en-state--end\">"));
    assert_non_null(strstr(text, "<ul>\n<li>none</li>\n</ul>"));
    assert_non_null(strstr(text, "<a href=\"/x\">"));
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(urls_run_nothing),
        cmocka_unit_test(values_of_any_type),
        cmocka_unit_test(a_page_is_written),
    };
    return cmocka_run_group_tests_name("http page", tests, NULL, NULL);
}

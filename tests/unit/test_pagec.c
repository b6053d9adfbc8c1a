/* pagec: templates that must not compile, each with the place of its fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "pagec/compile.h"

#define HEAD "{{! page p(struct v) include \"v.h\" }}"

static enum error
compile(const char *text, struct fault *fault, struct buffer *code, struct buffer *header)
{
    const struct page_source sources[] = {
        {"dir/part.html", BYTES_LITERAL("{{! partial part(struct q) include \"q.h\" }}x")},
        {"dir/page.html", bytes_of(text)},
    };
    const struct pages pages = {.sources = sources, .count = 2, .header_name = "out.h"};
    return pages_compile(&pages, fault, code, header);
}

/* Rows are the template after its declaration, which is a line of its own. */
static void faults_have_places(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *place; /* after "dir/page.html:" */
        enum error error;
    } rows[] = {
        /* no escaping is right */
        {"<a href={{ view.x }}>", "2:9", ERROR_SYNTAX},
        {"<a href=a{{ view.x }}>", "2:10", ERROR_SYNTAX},
        {"<a {{ view.x }}>", "2:4", ERROR_SYNTAX},
        {"<a x{{ view.x }}=\"\">", "2:5", ERROR_SYNTAX},
        {"<{{ view.x }}>", "2:2", ERROR_SYNTAX},
        {"<a{{ view.x }}>", "2:3", ERROR_SYNTAX},
        {"</{{ view.x }}>", "2:3", ERROR_SYNTAX},
        {"<script>{{ view.x }}</script>", "2:9", ERROR_SYNTAX},
        {"<style>{{ view.x }}</style>", "2:8", ERROR_SYNTAX},
        {"<!-- {{ view.x }} -->", "2:6", ERROR_SYNTAX},
        {"<!doctype {{ view.x }}>", "2:11", ERROR_SYNTAX},
        {"<a href=\"javascript:{{ view.x }}\">", "2:21", ERROR_SYNTAX},
        {"<a href=\" {{ view.x }}\">", "2:11", ERROR_SYNTAX},
        {"<form action='data:{{ view.x }}'>", "2:20", ERROR_SYNTAX},
        {"<a href=\"{{= view.x }}\">", "2:10", ERROR_SYNTAX},
        {"<p title=\"{{> part }}\">", "2:11", ERROR_SYNTAX},
        /* what the content policy forbids */
        {"<p style=\"color:red\">", "2:9", ERROR_SYNTAX},
        {"<p OnClick=\"x\">", "2:11", ERROR_SYNTAX},
        {"<iframe srcdoc=\"x\">", "2:15", ERROR_SYNTAX},
        {"<script>alert(1)</script>", "2:9", ERROR_SYNTAX},
        /* what browsers would repair */
        {"a < b", "2:4", ERROR_SYNTAX},
        {"<p class=\"a>\n<b>", "3:1", ERROR_SYNTAX},
        {"<p class=\"a", "2:12", ERROR_SYNTAX},
        {"<p class='a\"></p>", "2:14", ERROR_SYNTAX},
        {"<p class=\"a\"id=\"b\">", "2:13", ERROR_SYNTAX},
        {"<p class =\"a\">", "2:10", ERROR_SYNTAX},
        {"<p class= \"a\">", "2:10", ERROR_SYNTAX},
        {"<p class=a\"b>", "2:11", ERROR_SYNTAX},
        {"<p \"a\">", "2:4", ERROR_SYNTAX},
        {"<p", "2:3", ERROR_SYNTAX},
        {"<!-->", "2:5", ERROR_SYNTAX},
        {"<!--->", "2:6", ERROR_SYNTAX},
        {"<!-- a --!> -->", "2:10", ERROR_SYNTAX},
        {"<!-- a", "2:7", ERROR_SYNTAX},
        {"<title>a <b> c</title>", "2:11", ERROR_SYNTAX},
        {"<title>a</titles>", "2:17", ERROR_SYNTAX},
        {"<textarea>a", "2:12", ERROR_SYNTAX},
        {"</ p>", "2:3", ERROR_SYNTAX},
        {"<plaintext>", "2:11", ERROR_SYNTAX},
        /* tags */
        {"{{ view.x", "2:1", ERROR_SYNTAX},
        {"{{ view.x }", "2:1", ERROR_SYNTAX},
        {"{{}}", "2:3", ERROR_SYNTAX},
        {"{{ view. }}", "2:9", ERROR_SYNTAX},
        {"{{ view.x y }}", "2:11", ERROR_SYNTAX},
        {"{{ view.x() }}", "2:10", ERROR_SYNTAX},
        {"{{ view[01] }}", "2:9", ERROR_SYNTAX},
        {"{{ view[x] }}", "2:9", ERROR_NOT_FOUND},
        {"{{ x.y }}", "2:4", ERROR_NOT_FOUND},
        {"\xC3\xA9 {{ x }}", "2:6", ERROR_NOT_FOUND},
        {"{{ \"text\" }}", "2:4", ERROR_SYNTAX},
        {"{{# while view.x }}{{/ while }}", "2:5", ERROR_SYNTAX},
        {"{{#}}", "2:4", ERROR_SYNTAX},
        {"{{/ if }}", "2:1", ERROR_SYNTAX},
        {"{{ else }}", "2:1", ERROR_SYNTAX},
        {"a\n  {{# if view.x }}", "3:3", ERROR_SYNTAX},
        {"{{# if view.x }}{{/ each }}", "2:17", ERROR_SYNTAX},
        {"{{# if view.x }}{{ else }}{{ else }}{{/ if }}", "2:27", ERROR_SYNTAX},
        {"{{# if view.x }}{{ else }}{{ else if view.y }}{{/ if }}", "2:27", ERROR_SYNTAX},
        {"{{# if }}{{/ if }}", "2:8", ERROR_SYNTAX},
        {"{{# if view.x == }}{{/ if }}", "2:18", ERROR_SYNTAX},
        {"{{# if view.x == lower }}{{/ if }}", "2:18", ERROR_NOT_FOUND},
        {"{{# if (view.x }}{{/ if }}", "2:16", ERROR_SYNTAX},
        {"{{# if view.x && }}{{/ if }}", "2:18", ERROR_SYNTAX},
        {"{{# each view.x }}{{/ each }}", "2:17", ERROR_SYNTAX},
        {"{{# each view.x as }}{{/ each }}", "2:20", ERROR_SYNTAX},
        {"{{# each view.x as view }}{{/ each }}", "2:20", ERROR_SYNTAX},
        {"{{# each view.x as out }}{{/ each }}", "2:20", ERROR_SYNTAX},
        {"{{# each view.x as a }}{{# each a.y as a }}{{/ each }}{{/ each }}", "2:40", ERROR_SYNTAX},
        {"{{# each view.x as a }}{{/ each }}{{ a.b }}", "2:38", ERROR_NOT_FOUND},
        {"{{# each view.x as a }}{{ else }}{{ a.b }}{{/ each }}", "2:37", ERROR_NOT_FOUND},
        {"{{> nobody }}", "2:5", ERROR_NOT_FOUND},
        {"{{> p }}", "2:5", ERROR_NOT_FOUND},
        {"{{> part x }}", "2:10", ERROR_NOT_FOUND},
        /* branches that end in different places */
        {"{{# if view.x }}<p{{/ if }}>", "2:19", ERROR_SYNTAX},
        {"{{# if view.x }}<p {{/ if }}>", "2:20", ERROR_SYNTAX},
        {"<p class=\"a{{# if view.x }}\"{{/ if }}>", "2:29", ERROR_SYNTAX},
        {"<p {{# if view.x }}a=\"{{ else }}b=\"{{/ if }}\">", "2:36", ERROR_SYNTAX},
        {"<a {{# if view.x }}href=\"{{ else }}title=\"{{/ if }}{{ view.y }}\">", "2:43",
         ERROR_SYNTAX},
        {"<a href=\"{{# if view.x }}/a{{/ if }}{{ view.y }}\">", "2:28", ERROR_SYNTAX},
        {"<a href=\"{{# if view.x }}/a{{ else }}x:{{/ if }}{{ view.y }}\">", "2:40", ERROR_SYNTAX},
        {"<p dis{{# if view.x }}abled{{/ if }}>", "2:23", ERROR_SYNTAX},
        {"<p a{{# if view.x }}{{/ if }}=\"b\">", "2:30", ERROR_SYNTAX},
        {"<p {{# each view.x as a }}a=\"b\"{{/ each }}>", "2:27", ERROR_SYNTAX},
        {"<p{{# if view.x }}{{/ if }}>", "2:3", ERROR_SYNTAX},
        {"<title>{{# if view.x }}</title>{{/ if }}", "2:32", ERROR_SYNTAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[400], place[80];
        struct fault fault = {0};
        struct buffer code = {0}, header = {0};
        buffer_append_text(&code, "kept");
        snprintf(text, sizeof text, HEAD "\n%s", rows[i].body);
        snprintf(place, sizeof place, "dir/page.html:%s", rows[i].place);
        enum error error = compile(text, &fault, &code, &header);
        if (error != rows[i].error || strcmp(fault.place, place) != 0)
            fail_msg(
                "%s\n%d at %s: expected %s, found %s", rows[i].body, error, fault.place,
                fault.expected, fault.found);
        assert_string_not_equal(fault.expected, "");
        assert_int_equal(code.length, 4);
        assert_int_equal(header.length, 0);
        buffer_free(&code);
        buffer_free(&header);
    }
}

static void declarations_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *place;
        enum error error;
    } rows[] = {
        {"", "1:1", ERROR_SYNTAX},
        {"<p>", "1:1", ERROR_SYNTAX},
        {"{{! page p(struct v) include \"v.h\" ", "1:1", ERROR_SYNTAX},
        {"{{! words }}", "1:5", ERROR_SYNTAX},
        {"{{! page (struct v) include \"v.h\" }}", "1:10", ERROR_SYNTAX},
        {"{{! page p(v) include \"v.h\" }}", "1:11", ERROR_SYNTAX},
        {"{{! page p(struct v include \"v.h\" }}", "1:20", ERROR_SYNTAX},
        {"{{! page p(struct v) }}", "1:22", ERROR_SYNTAX},
        {"{{! page p(struct v) include \"v.h }}", "1:35", ERROR_SYNTAX},
        {"{{! page p(struct v) include \"a b\" }}", "1:34", ERROR_SYNTAX},
        {"{{! page p(struct v) include \"v.h\" x }}", "1:36", ERROR_SYNTAX},
        {"{{! page part(struct v) include \"v.h\" }}", "1:1", ERROR_EXISTS},
        {HEAD "\n\xFF", "2:1", ERROR_UTF8},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char place[80];
        struct fault fault = {0};
        struct buffer code = {0}, header = {0};
        snprintf(place, sizeof place, "dir/page.html:%s", rows[i].place);
        enum error error = compile(rows[i].text, &fault, &code, &header);
        if (error != rows[i].error || strcmp(fault.place, place) != 0)
            fail_msg(
                "%s\n%d at %s: expected %s, found %s", rows[i].text, error, fault.place,
                fault.expected, fault.found);
        buffer_free(&code);
        buffer_free(&header);
    }
}

static void good_templates_compile(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        const char *code; /* part of what comes out */
    } rows[] = {
        {"", "void p(struct buffer *out, const struct v *view)\n"},
        {"<p>{{ view.a.b->c[1] }}", "page_text(out, PAGE_VALUE((*view).a.b->c[1], scratch));"},
        {"<p title='{{view.x}}'>", "page_text(out, PAGE_VALUE((*view).x, scratch));"},
        {"<a href=\"{{ view.x }}\">", "page_url(out, PAGE_VALUE((*view).x, scratch));"},
        {"<a href=\"{{ view.x }}/{{ view.y }}\">", "page_url_part(out, PAGE_VALUE((*view).y"},
        {"<use HREF=\"#s-{{ view.x }}\">", "page_url_part(out, PAGE_VALUE((*view).x"},
        {"<title>{{ view.x }}</title>", "page_text(out, PAGE_VALUE((*view).x"},
        {"<TextArea>{{ view.x }}</textarea>", "page_text(out, PAGE_VALUE((*view).x"},
        {"{{= view.x }}", "page_html(out, (*view).x);"},
        {"{{> part view.q }}", "part(out, &(*view).q);"},
        {"{{>part}}", "part(out, &(*view));"},
        {"<script src=\"/a.js\"></script><b>{{ view.x }}</b>", "page_text(out"},
        {"<!-- {a} - b --><!----><br/><img src='/x'/>{{ view.x }}", "page_text(out"},
        {"<p{{! gone }} class=a>{{ view.x }}", "\"<p\""},
        {"\?\?/ \"q\" \\", "\\?\\?/ \\\"q\\\" \\\\"},
        {"{{# if !view.a || (view.b && view.c >= 10) }}x{{/ if }}",
         "if ((bool)((!PAGE_HAS((*view).a)) || (((PAGE_HAS((*view).b) && ((*view).c >= 10))))))"},
        {"<p {{# if view.x }}a{{ else if view.y }}b=\"c\"{{/ if }}>{{ view.x }}", "page_text(out"},
        {"<p{{! }} {{# each view.x as a }} a=\"{{ a.b }}\"{{/ each }}>", "PAGE_VALUE((*a).b"},
        {"<a href=\"{{# if view.x }}/a{{ else }}/b{{/ if }}/{{ view.y }}\">", "page_url_part("},
        {"  {{# if view.x }}  \n  x\n\t{{/ if }}\ny", "\"  x\\n\", 4"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[400];
        struct fault fault = {0};
        struct buffer code = {0}, header = {0};
        snprintf(text, sizeof text, HEAD "\n%s", rows[i].body);
        if (compile(text, &fault, &code, &header))
            fail_msg(
                "%s\n%s: expected %s, found %s", rows[i].body, fault.place, fault.expected,
                fault.found);
        if (!strstr(buffer_text(&code), rows[i].code))
            fail_msg("%s\n%s", rows[i].body, buffer_text(&code));
        assert_non_null(strstr(
            buffer_text(&header), "#include \"q.h\"\n#include \"v.h\"\n\n"
                                  "void part(struct buffer *out, const struct q *view);\n"
                                  "void p(struct buffer *out, const struct v *view);\n"));
        buffer_free(&code);
        buffer_free(&header);
    }
}

static void blocks_nest_to_a_limit(void **state)
{
    (void)state;
    for (int depth = 32; depth <= 33; depth++) {
        struct buffer text = {0}, code = {0}, header = {0};
        buffer_append_text(&text, HEAD);
        for (int i = 0; i < depth; i++)
            buffer_append_text(&text, "{{# if view.x }}");
        for (int i = 0; i < depth; i++)
            buffer_append_text(&text, "{{/ if }}");
        assert_int_equal(
            compile(buffer_text(&text), NULL, &code, &header),
            depth == 32 ? ERROR_OK : ERROR_TOO_LARGE);
        buffer_free(&text);
        buffer_free(&code);
        buffer_free(&header);
    }
    /* Parentheses, too. */
    struct buffer text = {0}, code = {0}, header = {0};
    buffer_append_text(&text, HEAD "{{# if ");
    for (int i = 0; i < 100000; i++)
        buffer_append_byte(&text, '(');
    buffer_append_text(&text, "view }}");
    assert_int_equal(compile(buffer_text(&text), NULL, &code, &header), ERROR_SYNTAX);
    buffer_free(&text);
    buffer_free(&code);
    buffer_free(&header);
}

static void every_allocation_can_fail(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "{{# each view.x as a }}{{# if a.b == 1 }}<p>{{ a.c }}</p>{{/ if }}{{/ each }}";
    for (long n = 0;; n++) {
        struct buffer code = {0}, header = {0};
        failing_alloc_after(n);
        enum error error = compile(text, NULL, &code, &header);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            buffer_free(&code);
            buffer_free(&header);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
        assert_int_equal(code.length + header.length, 0);
        buffer_free(&code);
        buffer_free(&header);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_have_places),        cmocka_unit_test(declarations_are_checked),
        cmocka_unit_test(good_templates_compile),    cmocka_unit_test(blocks_nest_to_a_limit),
        cmocka_unit_test(every_allocation_can_fail),
    };
    return cmocka_run_group_tests_name("pagec", tests, NULL, NULL);
}

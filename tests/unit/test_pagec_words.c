/* pagec: templates in other languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "pagec/message.h"

#define HEAD "{{! page p(struct v) include \"v.h\" }}\n"
#define PO "msgid \"\"\nmsgstr \"Language: xx\\nX-Name: Xx\\nX-Direction: rtl\\n\"\n"

/* --- Messages ------------------------------------------------------------------------------- */

static enum error append(void *context, struct bytes message)
{
    buffer_append_bytes(context, message);
    buffer_append_text(context, "|");
    return ERROR_OK;
}

static void a_template_is_messages(void **state)
{
    (void)state;
    static const struct {
        const char *body, *messages;
    } rows[] = {
        {"", ""},
        {"<p>One</p>\n<p>\n  Two\n  words </p>", "One|Two words|"},
        {"<p>{{ view.a }} – {{ view.b }}</p><p>&nbsp;12</p>", ""},
        {"<p>{{ view.a.b }} of {{~ view.c }}</p>", "{a.b} of {c}|"},
        {"<p>See <a href=\"/{{ view.x }}\">the log</a>, <b>now</b><br>or later</p>",
         "See <1>the log</1>, <2>now</2><3/>or later|"},
        /* elements around all of it are no part of it */
        {"<p><a href=\"/\"><b>Go</b></a> </p>", "Go|"},
        /* nor those that end elsewhere */
        {"<p><a href=\"/\">One<svg></svg>Two</a> three</p>", "One|Two|three|"},
        {"<p>One {{# if view.x }}two{{ else }}three{{/ if }} four</p>", "One|two|three|four|"},
        {"<p>One <span>{{# if view.x }}two{{/ if }}</span></p>", "One|two|"},
        /* attributes */
        {"<nav aria-label=\"Places\" class=\"Words\" title='Of {{ view.n }}'>", "Places|Of {n}|"},
        {"<p>Go <a title=\"Far\" href=\"/x\">there</a></p>", "Far|Go <1>there</1>|"},
        {"<td {{# if view.x }}hidden{{/ if }} data-label=\"State\">", "State|"},
        {"<!-- No words --><p title=\"{{ view.x }}\">", ""},
        {"<title>{{ view.t }} – us</title><textarea>{{ view.x }}</textarea>", "{t} – us|"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct page_source source = {"p.html", bytes_of(rows[i].body)};
        struct buffer messages = {0};
        struct fault fault = {0};
        assert_int_equal(messages_each(&source, 0, &fault, append, &messages), ERROR_OK);
        assert_string_equal(buffer_text(&messages), rows[i].messages);
        buffer_free(&messages);
    }
}

static void read_po(struct arena *arena, const char *po, struct words *words)
{
    struct fault fault = {0};
    char text[300];
    if (words_read(arena, "xx.po", bytes_of(po), &fault, words))
        fail_msg("%s", fault_text(&fault, text, sizeof text));
}

static void a_template_is_translated(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct words words;
    read_po(
        &arena,
        PO "# a comment\n#: p.html\nmsgid \"See <1>the log</1> of \"\n\"{n}.\"\n"
           "msgstr \"\"\n\"{n}: \"\n\"<1>log</1> \\\"!\\\"\"\n\n"
           "msgid \"Places\"\nmsgstr \"Secalp\"\n\n"
           "#, fuzzy\nmsgid \"Doubtful\"\nmsgstr \"Luftbuod\"\n\n"
           "msgid \"Empty\"\nmsgstr \"\"\n",
        &words);
    assert_string_equal(words.code, "xx");
    assert_string_equal(words.name, "Xx");
    assert_true(words.right_to_left);
    static const struct {
        const char *body, *text;
        bool whole;
    } rows[] = {
        {"<p class=\"a\">\n  See <a href=\"/log\">the log</a>\n  of {{ view.n }}.\n</p>",
         "<p class=\"a\">\n  {{ view.n }}: <a href=\"/log\">log</a> \"!\"\n</p>", true},
        {"<html lang=\"en\" dir=\"ltr\"><nav lang=\"en\" aria-label=\"Places\">",
         "<html lang=\"xx\" dir=\"rtl\"><nav lang=\"en\" aria-label=\"Secalp\">", true},
        {"<p>Doubtful</p><b>Places</b>", "<p>Doubtful</p><b>Secalp</b>", false},
        {"<p>Empty</p>", "<p>Empty</p>", false},
        {"<p>Unknown <i title=\"Places\">x</i></p>", "<p>Unknown <i title=\"Secalp\">x</i></p>",
         false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct page_source source = {"p.html", bytes_of(rows[i].body)};
        struct buffer text = {0};
        bool whole = !rows[i].whole;
        assert_int_equal(messages_translate(&source, 0, &words, NULL, &text, &whole), ERROR_OK);
        assert_string_equal(buffer_text(&text), rows[i].text);
        assert_int_equal(whole, rows[i].whole);
        buffer_free(&text);
    }
    assert_true(words_find(&words, bytes_of("Places"))->used);
    arena_free(&arena);
}

/* A translator can say it otherwise, not do otherwise. */
static void no_translation_adds_or_loses_anything(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "{a} <1>x</1> {b}", "<1>x</1>",           "{a}",
        "{a} x</1>",        "{a} <1>x",           "{a} </1>x<1>",
        "{a} <1>x</1><1>",  "{a} <script></1>",   "{a} <1>x</1> {{ view.secret }}",
        "{a} <1>x</1> >",   "{a} <1>x</1> }} {{", "{a} <1>x</1> <a href='/'>",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct arena arena = {0};
        struct words words;
        struct fault fault = {0};
        char po[400];
        snprintf(po, sizeof po, PO "msgid \"{a} <1>words</1>\"\nmsgstr \"%s\"\n", wrong[i]);
        read_po(&arena, po, &words);
        struct page_source source = {"p.html", bytes_of("<p>{{ view.a }} <b>words</b></p>")};
        struct buffer text = {0};
        bool whole;
        if (messages_translate(&source, 0, &words, &fault, &text, &whole) != ERROR_SYNTAX)
            fail_msg("%s", wrong[i]);
        assert_string_equal(fault.place, "xx.po:3");
        buffer_free(&text);
        arena_free(&arena);
    }
    struct arena arena = {0};
    struct words words;
    read_po(&arena, PO "msgid \"Words\"\nmsgstr \"a\\\" onclick=\\\"b\"\n", &words);
    struct page_source source = {"p.html", bytes_of("<p title=\"Words\">")};
    struct buffer text = {0};
    bool whole;
    assert_int_equal(messages_translate(&source, 0, &words, NULL, &text, &whole), ERROR_SYNTAX);
    buffer_free(&text);
    arena_free(&arena);
}

static void templates_without_plain_messages_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *body, *place;
    } rows[] = {
        {"<p>\n<a href=\"/\">x <b>y</a></b></p>", "p.html:2"},
        {"\n\n<p title=\"Words {{# if view.x }}y{{/ if }}\">", "p.html:3"},
        /* one name for two values cannot be told apart */
        {"<p>{{ view.a }} and {{~ view.a }}</p>", "p.html:1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct page_source source = {"p.html", bytes_of(rows[i].body)};
        struct buffer messages = {0};
        struct fault fault = {0};
        assert_int_not_equal(messages_each(&source, 0, &fault, append, &messages), ERROR_OK);
        assert_string_equal(fault.place, rows[i].place);
        buffer_free(&messages);
    }
}

/* --- PO files ------------------------------------------------------------------------------- */

static void po_files_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *po, *place;
        enum error error;
    } rows[] = {
        {"", "xx.po:0", ERROR_SYNTAX},
        {"msgid \"a\"\nmsgstr \"b\"\n", "xx.po:2", ERROR_SYNTAX},
        {"msgid \"\"\nmsgstr \"X-Name: X\\n\"\n", "xx.po:2", ERROR_SYNTAX},
        {"msgid \"\"\nmsgstr \"Language: he-IL\\nX-Name: X\\n\"\n", "xx.po:2", ERROR_SYNTAX},
        {"msgid \"\"\nmsgstr \"Language: he\\n\"\n", "xx.po:2", ERROR_SYNTAX},
        {"msgid \"\"\nmsgstr \"Language: he\\nX-Name: X\\nX-Direction: up\\n\"\n", "xx.po:2",
         ERROR_SYNTAX},
        {PO "msgid \"a\"\n", "xx.po:3", ERROR_SYNTAX},
        {PO "msgstr \"a\"\n", "xx.po:3", ERROR_SYNTAX},
        {PO "msgid \"a\nmsgstr \"b\"\n", "xx.po:3", ERROR_SYNTAX},
        {PO "msgid \"a\"b\"\nmsgstr \"b\"\n", "xx.po:3", ERROR_SYNTAX},
        {PO "msgid \"a\\x\"\nmsgstr \"b\"\n", "xx.po:3", ERROR_SYNTAX},
        {PO "msgid \"a\\\"\nmsgstr \"b\"\n", "xx.po:3", ERROR_SYNTAX},
        {PO "msgctxt \"a\"\n", "xx.po:3", ERROR_SYNTAX},
        {PO "\"a\"\nx\n", "xx.po:4", ERROR_SYNTAX},
        {PO "msgid \"a\"\nmsgstr \"b\"\nmsgid \"a\"\nmsgstr \"c\"\n", "xx.po:5", ERROR_EXISTS},
        {PO "msgid \"\xff\"\n", "xx.po:0", ERROR_UTF8},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct words words;
        struct fault fault = {0};
        if (words_read(&arena, "xx.po", bytes_of(rows[i].po), &fault, &words) != rows[i].error)
            fail_msg("row %zu", i);
        assert_string_equal(fault.place, rows[i].place);
        arena_free(&arena);
    }
}

/* --- Whole programs ------------------------------------------------------------------------- */

/* Four templates and two phrases, in a language that says more in a PO file. */
static enum error compile(
    const char *more, struct fault *fault, struct buffer *code, struct buffer *header,
    struct buffer *catalogue)
{
    const struct page_source sources[] = {
        {"part.html", BYTES_LITERAL("{{! partial part(struct v) include \"v.h\" }}<b>Part</b>")},
        {"other.html", BYTES_LITERAL("{{! partial other(struct v) include \"v.h\" }}<b>Part</b>")},
        {"page.html", BYTES_LITERAL("{{! page page(struct v) include \"v.h\" }}<p>Page {{~ view.x "
                                    "}}</p>{{> part }}")},
        {"late.html", BYTES_LITERAL("{{! page late(struct v) include \"v.h\" }}<p>Late</p>{{> part "
                                    "}}{{> other }}")},
    };
    static const char phrases[] = "{PHRASE(\"One of {1}, {0}\"), 1, PHRASE(\"T\" \"wo\")}";
    char po[600];
    snprintf(
        po, sizeof po,
        PO "msgid \"Part\"\nmsgstr \"Trap\"\nmsgid \"Page {x}\"\n"
           "msgstr \"{x} Egap\"\nmsgid \"Two\"\nmsgstr \"Owt\"\n%s",
        more);
    struct arena arena = {0};
    struct words words;
    struct bytes list[4];
    size_t count = 0;
    struct page_source c = {"x.c", bytes_of(phrases)};
    enum error error = words_read(&arena, "xx.po", bytes_of(po), NULL, &words);
    if (!error)
        error = phrases_read(&arena, &c, NULL, list, 4, &count);
    struct pages pages = {
        .sources = sources,
        .count = 4,
        .header_name = "pages.h",
        .words = &words,
        .words_count = 1,
        .phrases = list,
        .phrase_count = count,
    };
    if (!error)
        error = pages_compile(&pages, fault, code, header);
    if (!error)
        error = pages_catalogue(&pages, NULL, catalogue);
    arena_free(&arena);
    return error;
}

#define ONE "msgid \"One of {1}, {0}\"\nmsgstr \"{0}: Eno, {1}\"\n"

static void pages_are_whole_in_a_language_or_not_in_it(void **state)
{
    (void)state;
    struct buffer code = {0}, header = {0}, catalogue = {0};
    assert_int_equal(compile(ONE, NULL, &code, &header, &catalogue), ERROR_OK);
    const char *text = buffer_text(&code);
    assert_non_null(strstr(text, "page_xx(out, view)"));
    assert_non_null(strstr(text, "part_xx(out, &(*view))"));
    assert_non_null(strstr(text, "page_phrase(1, "));
    assert_non_null(strstr(text, "{\"Two\", \"Owt\"}"));
    assert_non_null(strstr(text, "{\"One of {1}, {0}\", \"{0}: Eno, {1}\"}"));
    assert_non_null(strstr(buffer_text(&header), "    page_languages = 3,\n"));
    assert_non_null(strstr(buffer_text(&header), "    late_languages = 1,\n"));
    assert_null(strstr(buffer_text(&header), "part_languages"));
    /* late is not translated, and no page of that language needs other */
    assert_null(strstr(text, "late_xx"));
    assert_null(strstr(text, "other_xx"));
    assert_null(strstr(buffer_text(&header), "void part("));
    assert_non_null(strstr(
        buffer_text(&catalogue), "#: part.html\n#: other.html\nmsgid \"Part\"\nmsgstr \"\"\n"));
    assert_non_null(strstr(buffer_text(&catalogue), "#: phrases\nmsgid \"Two\"\n"));
    buffer_free(&code);
    buffer_free(&header);
    buffer_free(&catalogue);
}

/* Which page code says something on is not known: without all of it no page is whole. */
static void a_language_without_all_phrases_has_no_page(void **state)
{
    (void)state;
    static const char *const without[] = {"", "msgid \"One of {1}, {0}\"\nmsgstr \"\"\n"};
    for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
        struct buffer code = {0}, header = {0}, catalogue = {0};
        assert_int_equal(compile(without[i], NULL, &code, &header, &catalogue), ERROR_OK);
        assert_null(strstr(buffer_text(&code), "page_xx"));
        assert_non_null(strstr(buffer_text(&header), "    page_languages = 1,\n"));
        buffer_free(&code);
        buffer_free(&header);
        buffer_free(&catalogue);
    }
}

static void a_phrase_keeps_its_values(void **state)
{
    (void)state;
    static const char *const wrong[] = {"{0}",         "{0} {1} {2}", "Eno",        "{0} {1",
                                        "{0} {1} }",   "{0} {1} {x}", "{0} {1} {}", "{0} {11}",
                                        "{0} {1} {/}", "{0} {1} {:}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct buffer code = {0}, header = {0}, catalogue = {0};
        struct fault fault = {0};
        char po[200];
        snprintf(po, sizeof po, "msgid \"One of {1}, {0}\"\nmsgstr \"%s\"\n", wrong[i]);
        if (compile(po, &fault, &code, &header, &catalogue) != ERROR_SYNTAX)
            fail_msg("%s", wrong[i]);
        assert_string_equal(fault.place, "xx.po:9");
        assert_int_equal(code.length, 0);
        buffer_free(&code);
        buffer_free(&header);
        buffer_free(&catalogue);
    }
    /* A value may be said twice, or in another order. */
    struct buffer code = {0}, header = {0}, catalogue = {0};
    const char *twice = "msgid \"One of {1}, {0}\"\nmsgstr \"{0} {1}, {0}\"\n";
    assert_int_equal(compile(twice, NULL, &code, &header, &catalogue), ERROR_OK);
    buffer_free(&code);
    buffer_free(&header);
    buffer_free(&catalogue);
}

static void phrases_are_literals(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "\nPHRASE(x)", "\nPHRASE(\"x", "\nPHRASE()", "\nPHRASE(\"x\\n\")", "\nPHRASE(\"x\", y)"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct arena arena = {0};
        struct bytes list[1];
        size_t count = 0;
        struct fault fault = {0};
        struct page_source source = {"x.c", bytes_of(wrong[i])};
        assert_int_equal(phrases_read(&arena, &source, &fault, list, 1, &count), ERROR_SYNTAX);
        assert_string_equal(fault.place, "x.c:2");
        arena_free(&arena);
    }
}

static void memory_may_fail(void **state)
{
    (void)state;
    for (long after = 0;; after++) {
        struct buffer code = {0}, header = {0}, catalogue = {0};
        failing_alloc_after(after);
        enum error error = compile(ONE, NULL, &code, &header, &catalogue);
        bool failed = failing_alloc_stop();
        buffer_free(&code);
        buffer_free(&header);
        buffer_free(&catalogue);
        if (!failed)
            break;
        assert_int_equal(error, ERROR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_template_is_messages),
        cmocka_unit_test(a_template_is_translated),
        cmocka_unit_test(no_translation_adds_or_loses_anything),
        cmocka_unit_test(templates_without_plain_messages_are_refused),
        cmocka_unit_test(po_files_are_read_strictly),
        cmocka_unit_test(pages_are_whole_in_a_language_or_not_in_it),
        cmocka_unit_test(a_language_without_all_phrases_has_no_page),
        cmocka_unit_test(a_phrase_keeps_its_values),
        cmocka_unit_test(phrases_are_literals),
        cmocka_unit_test(memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

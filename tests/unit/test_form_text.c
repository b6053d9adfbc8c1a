/* The restricted Markdown of a form's text: what is read from it, and each way to get it wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "form/text.h"
#include "form/text_reader.h"

#define MARGIN "> Basis: ours\n> Coverage: executable\n> Executed by: 1\n"
#define CLAUSE "## 1 One\n\nText.\n\n" MARGIN

static const char good[] = "# The form\n"
                           "\n"
                           "What it is,\n"
                           "in two lines.\n"
                           "\n"
                           "## 1 First\n"
                           "\n"
                           "All of these:\n"
                           "\n"
                           "- one, which goes\n"
                           "  on;\n"
                           "- two.\n"
                           "\n"
                           "In 1999. it ended.\n"
                           "\n"
                           "> Basis: reported\n"
                           "> Sources: a paper,\n"
                           ">   page 3\n"
                           "> Coverage: partly executable\n"
                           "> Executed by: 1, L2, O10\n"
                           "> Kept by: people\n"
                           "\n"
                           "### 1.1 Second\n"
                           "\n"
                           "Text: \xC3\xA9.\n"
                           "\n"
                           "> Basis: ours\n"
                           "> Coverage: by audit\n"
                           "> Kept by: inspectors\n"
                           "\n"
                           "## 2 Third\n"
                           "\n"
                           "Text.\n"
                           "\n" MARGIN;

static void a_text_becomes_a_tree(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct form_text text;
    assert_int_equal(form_text_parse(bytes_of(good), &arena, NULL, &text), ERROR_OK);
    assert_string_equal(text.title, "The form");
    assert_int_equal(text.introduction_count, 1);
    assert_string_equal(text.introduction[0].text, "What it is, in two lines.");
    assert_int_equal(text.clause_count, 3);

    const struct form_text_clause *first = &text.clauses[0];
    assert_string_equal(first->number, "1");
    assert_string_equal(first->title, "First");
    assert_int_equal(first->depth, 1);
    assert_int_equal(first->line, 6);
    assert_int_equal(first->block_count, 4);
    assert_int_equal(first->blocks[0].kind, FORM_PARAGRAPH);
    assert_int_equal(first->blocks[1].kind, FORM_LIST_ITEM);
    assert_string_equal(first->blocks[1].text, "one, which goes on;");
    assert_string_equal(first->blocks[2].text, "two.");
    assert_int_equal(first->blocks[3].kind, FORM_PARAGRAPH);
    assert_int_equal(first->basis, FORM_REPORTED);
    assert_string_equal(first->sources, "a paper, page 3");
    assert_int_equal(first->coverage, COVERAGE_PARTLY);
    assert_int_equal(first->executed_by_count, 3);
    assert_string_equal(first->executed_by[0], "1");
    assert_string_equal(first->executed_by[1], "L2");
    assert_string_equal(first->executed_by[2], "O10");
    assert_int_equal(first->executed_line, 20);
    assert_string_equal(first->kept_by, "people");

    const struct form_text_clause *second = &text.clauses[1];
    assert_string_equal(second->number, "1.1");
    assert_int_equal(second->depth, 2);
    assert_int_equal(second->coverage, COVERAGE_AUDIT);
    assert_null(second->sources);
    assert_int_equal(second->executed_by_count, 0);
    assert_int_equal(text.clauses[2].coverage, COVERAGE_EXECUTABLE);
    assert_null(text.clauses[2].kept_by);
    arena_free(&arena);
}

/* Each row: a text, and the fault that it must give. */
static const struct {
    const char *text;
    enum error error;
    const char *place;
} malformed[] = {
    {"", ERROR_FORM_LINE, "text"},
    {"# T", ERROR_FORM_LINE, "text"},
    {"# T\n\n" CLAUSE "x\xFF\n", ERROR_UTF8, "text"},
    {"#T\n\n" CLAUSE, ERROR_FORM_TITLE, "line 1, column 1"},
    {"#  T\n\n" CLAUSE, ERROR_FORM_TITLE, "line 1, column 1"},
    {"## 1 T\n\n" CLAUSE, ERROR_FORM_TITLE, "line 1, column 1"},
    {"# T\n", ERROR_FORM_EMPTY, "line 2, column 1"},
    {"# T\nIntroduction.\n\n" CLAUSE, ERROR_FORM_LINE, "line 2, column 1"},
    {"# T\n\n\n" CLAUSE, ERROR_FORM_LINE, "line 3, column 1"},
    {"# T\n\n" CLAUSE "\n", ERROR_FORM_LINE, "line 11, column 1"},
    {"# T\n\nIntroduction.\n", ERROR_FORM_EMPTY, "line 4, column 1"},
    /* characters */
    {"# T\n\nA *b*.\n\n" CLAUSE, ERROR_FORM_CHARACTER, "line 3, column 3"},
    {"# T\n\nA <b>.\n\n" CLAUSE, ERROR_FORM_CHARACTER, "line 3, column 3"},
    {"# T\n\nA &amp;.\n\n" CLAUSE, ERROR_FORM_CHARACTER, "line 3, column 3"},
    {"# T\n\nA `b`.\n\n" CLAUSE, ERROR_FORM_CHARACTER, "line 3, column 3"},
    {"# T\n\nA [b](c).\n\n" CLAUSE, ERROR_FORM_CHARACTER, "line 3, column 3"},
    {"# T\n\nA\tb.\n\n" CLAUSE, ERROR_FORM_CHARACTER, "line 3, column 2"},
    {"# T\r\n\n" CLAUSE, ERROR_FORM_CHARACTER, "line 1, column 4"},
    {"# T\n\nA \xE2\x80\xAE"
     "b.\n\n" CLAUSE,
     ERROR_FORM_CHARACTER, "line 3, column 3"},
    {"# T\n\nA\xE2\x80\x8B"
     "b.\n\n" CLAUSE,
     ERROR_FORM_CHARACTER, "line 3, column 2"},
    {"# T\n\nA\xC2\x85"
     "b.\n\n" CLAUSE,
     ERROR_FORM_CHARACTER, "line 3, column 2"},
    {"\xEF\xBB\xBF# T\n\n" CLAUSE, ERROR_FORM_CHARACTER, "line 1, column 1"},
    {"# T\n\nA. \n\n" CLAUSE, ERROR_FORM_LINE, "line 3, column 3"},
    /* blocks */
    {"# T\n\nA.\n- b\n\n" CLAUSE, ERROR_FORM_LINE, "line 4, column 1"},
    {"# T\n\n- b\n\n" CLAUSE, ERROR_FORM_LINE, "line 3, column 1"},
    {"# T\n\nA.\n\n- b\nc\n\n" CLAUSE, ERROR_FORM_LINE, "line 6, column 1"},
    {"# T\n\nA.\n\n-  b\n\n" CLAUSE, ERROR_FORM_LINE, "line 5, column 3"},
    {"# T\n\nA.\n\n- b\n   c\n\n" CLAUSE, ERROR_FORM_LINE, "line 6, column 3"},
    {"# T\n\nA.\n    b\n\n" CLAUSE, ERROR_FORM_LINE, "line 4, column 1"},
    {"# T\n\n1. b\n\n" CLAUSE, ERROR_FORM_LINE, "line 3, column 1"},
    {"# T\n\nA\n12) b\n\n" CLAUSE, ERROR_FORM_LINE, "line 4, column 1"},
    {"# T\n\nA\n---\n\n" CLAUSE, ERROR_FORM_LINE, "line 4, column 1"},
    {"# T\n\nA\n===\n\n" CLAUSE, ERROR_FORM_LINE, "line 4, column 1"},
    {"# T\n\nA\n" CLAUSE, ERROR_FORM_LINE, "line 4, column 1"},
    /* headings and numbers */
    {"# T\n\n## 2 Two\n\nText.\n\n" MARGIN, ERROR_FORM_NUMBER, "line 3, column 4"},
    {"# T\n\n## 01 One\n\nText.\n\n" MARGIN, ERROR_FORM_NUMBER, "line 3, column 4"},
    {"# T\n\n## 1. One\n\nText.\n\n" MARGIN, ERROR_FORM_NUMBER, "line 3, column 4"},
    {"# T\n\n##  1 One\n\nText.\n\n" MARGIN, ERROR_FORM_NUMBER, "line 3, column 4"},
    {"# T\n\n### 1.1 One\n\nText.\n\n" MARGIN, ERROR_FORM_NUMBER, "line 3, column 1"},
    {"# T\n\n#### 1 One\n\nText.\n\n" MARGIN, ERROR_FORM_LINE, "line 3, column 1"},
    {"# T\n\n" CLAUSE "\n" CLAUSE, ERROR_FORM_NUMBER, "line 11, column 4"},
    {"# T\n\n" CLAUSE "\n### 1.2 Two\n\nText.\n\n" MARGIN, ERROR_FORM_NUMBER, "line 11, column 5"},
    {"# T\n\n" CLAUSE "\n### 2.1 Two\n\nText.\n\n" MARGIN, ERROR_FORM_NUMBER, "line 11, column 5"},
    {"# T\n\n## 1 \n\nText.\n\n" MARGIN, ERROR_FORM_LINE, "line 3, column 5"},
    {"# T\n\n## 1  One\n\nText.\n\n" MARGIN, ERROR_FORM_TITLE, "line 3, column 6"},
    {"# T\n\n## 1 One\nText.\n\n" MARGIN, ERROR_FORM_LINE, "line 4, column 1"},
    {"# T\n\n## 1 One\n\n" MARGIN, ERROR_FORM_EMPTY, "line 5, column 1"},
    {"# T\n\n## 1 One\n", ERROR_FORM_EMPTY, "line 4, column 1"},
    /* margins */
    {"# T\n\n## 1 One\n\nText.\n", ERROR_FORM_MARGIN, "line 6, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n## 2 Two\n", ERROR_FORM_MARGIN, "line 7, column 1"},
    {"# T\n\n" CLAUSE "More.\n", ERROR_FORM_LINE, "line 10, column 1"},
    {"# T\n\n" CLAUSE "\nMore.\n", ERROR_FORM_LINE, "line 11, column 1"},
    {"# T\n\n" CLAUSE "> Kept by: me\n", ERROR_FORM_MARGIN, "line 7, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Coverage: by audit\n> Basis: ours\n> Kept by: me\n",
     ERROR_FORM_MARGIN, "line 8, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis: ours\n> Kept by: me\n", ERROR_FORM_MARGIN,
     "line 7, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Coverage: by audit\n> Kept by: me\n", ERROR_FORM_MARGIN,
     "line 7, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis: ours\n> Coverage: by audit\n", ERROR_FORM_MARGIN,
     "line 7, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis: ours\n> Coverage: executable\n", ERROR_FORM_MARGIN,
     "line 7, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis: ours\n> Coverage: by audit\n> Executed by: 1\n"
     "> Kept by: me\n",
     ERROR_FORM_MARGIN, "line 7, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis: reported\n> Coverage: by audit\n> Kept by: me\n",
     ERROR_FORM_MARGIN, "line 7, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis: Ours\n> Coverage: by audit\n> Kept by: me\n",
     ERROR_FORM_MARGIN_VALUE, "line 7, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis: ours\n> Coverage: audit\n> Kept by: me\n",
     ERROR_FORM_MARGIN_VALUE, "line 8, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis: ours\n> Coverage: executable\n> Executed by: 1,2\n",
     ERROR_FORM_MARGIN_VALUE, "line 9, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis: ours\n> Coverage: executable\n> Executed by: 1, 1\n",
     ERROR_FORM_MARGIN_VALUE, "line 9, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis: ours\n> Coverage: executable\n> Executed by: P1\n",
     ERROR_FORM_MARGIN_VALUE, "line 9, column 1"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis: ours\n> Coverage: executable\n> Executed by: 1, \n",
     ERROR_FORM_LINE, "line 9, column 18"},
    {"# T\n\n## 1 One\n\nText.\n\n> Basis:  ours\n> Coverage: by audit\n> Kept by: me\n",
     ERROR_FORM_LINE, "line 7, column 10"},
    {"# T\n\n## 1 One\n\nText.\n\n>Basis: ours\n> Coverage: by audit\n> Kept by: me\n",
     ERROR_FORM_MARGIN, "line 7, column 1"},
};

static void what_is_malformed_is_refused_at_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        struct form_text text = {.title = "untouched"};
        enum error error = form_text_parse(bytes_of(malformed[i].text), &arena, &fault, &text);
        if (error != malformed[i].error || strcmp(fault.place, malformed[i].place) != 0)
            print_error("row %zu: %s at \"%s\"\n", i, error_name(error), fault.place);
        assert_int_equal(error, malformed[i].error);
        assert_int_equal(fault.error, error);
        assert_string_equal(fault.place, malformed[i].place);
        assert_string_equal(text.title, "untouched");
        arena_free(&arena);
    }
}

static void limits_are_kept(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    struct fault fault = {0};
    struct arena arena = {0};
    struct form_text text;

    /* A line of 100 characters, of two bytes each, then one more. */
    buffer_append_text(&buffer, "# T\n\n");
    for (int i = 0; i < FORM_LINE_MAX; i++)
        buffer_append_text(&buffer, "\xC3\xA9");
    buffer_append_text(&buffer, "\n\n" CLAUSE);
    assert_int_equal(form_text_parse(buffer_view(&buffer), &arena, &fault, &text), ERROR_OK);
    buffer_clear(&buffer);
    buffer_append_text(&buffer, "# T\n\n");
    for (int i = 0; i <= FORM_LINE_MAX; i++)
        buffer_append_text(&buffer, "\xC3\xA9");
    buffer_append_text(&buffer, "\n\n" CLAUSE);
    assert_int_equal(form_text_parse(buffer_view(&buffer), &arena, &fault, &text), ERROR_FORM_LINE);
    assert_string_equal(fault.place, "line 3, column 1");

    /* 99 clauses, then one more. */
    buffer_clear(&buffer);
    buffer_append_text(&buffer, "# T\n");
    for (int i = 1; i <= FORM_NUMBER_MAX; i++)
        buffer_printf(&buffer, "\n## %d One\n\nText.\n\n" MARGIN, i);
    assert_int_equal(form_text_parse(buffer_view(&buffer), &arena, &fault, &text), ERROR_OK);
    assert_int_equal(text.clause_count, FORM_NUMBER_MAX);
    buffer_append_text(&buffer, "\n## 100 One\n\nText.\n\n" MARGIN);
    assert_int_equal(form_text_parse(buffer_view(&buffer), &arena, &fault, &text), ERROR_TOO_LARGE);

    buffer_clear(&buffer);
    while (buffer.length <= FORM_TEXT_MAX)
        buffer_append_text(&buffer, "text\n");
    assert_int_equal(form_text_parse(buffer_view(&buffer), &arena, &fault, &text), ERROR_TOO_LARGE);

    buffer_clear(&buffer);
    buffer_append_text(
        &buffer, "# T\n\n## 1 One\n\nText.\n\n> Basis: ours\n> Coverage: executable\n"
                 "> Executed by: 1");
    for (int i = 0; i < FORM_EXECUTED_BY_MAX; i++)
        buffer_printf(&buffer, "%sL%d", i % 12 ? ", " : ",\n>   ", i + 1);
    buffer_append_text(&buffer, "\n");
    assert_int_equal(form_text_parse(buffer_view(&buffer), &arena, &fault, &text), ERROR_TOO_LARGE);
    arena_free(&arena);
    buffer_free(&buffer);
}

static void numbers_have_one_form(void **state)
{
    (void)state;
    static const char *const yes[] = {"1", "99", "6.1", "10.12", "L1", "O3", "L4.2"};
    static const char *const no[] = {"",  "0",   "01", "100", "1.", "1.0", "1.2.3", ".1",
                                     "L", "LL1", "P1", " 1",  "1 ", "1,2", "L01"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(text_is_number(bytes_of(yes[i]), "LO"));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(text_is_number(bytes_of(no[i]), "LO"));
    assert_false(text_is_number(bytes_of("L1"), ""));
    assert_false(text_is_number(bytes_of("O1"), "L"));
}

static void the_form_of_december_2021_reads(void **state)
{
    (void)state;
    struct buffer content = {0};
    struct arena arena = {0};
    struct form_text text;
    struct fault fault;
    assert_int_equal(
        os_read_file(&os_system, FORM_FOLDER "/text.md", FORM_TEXT_MAX, NULL, &content), ERROR_OK);
    assert_int_equal(form_text_parse(buffer_view(&content), &arena, &fault, &text), ERROR_OK);
    size_t coverage[COVERAGE_AUDIT + 1] = {0};
    for (size_t i = 0; i < text.clause_count; i++)
        coverage[text.clauses[i].coverage]++;
    for (int i = COVERAGE_EXECUTABLE; i <= COVERAGE_AUDIT; i++)
        assert_true(coverage[i] > 0);
    arena_free(&arena);
    buffer_free(&content);
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        struct arena arena = {0};
        struct form_text text = {.title = "untouched"};
        failing_alloc_after(n);
        enum error error = form_text_parse(bytes_of(good), &arena, NULL, &text);
        bool failed = failing_alloc_stop();
        arena_free(&arena);
        if (!failed) {
            assert_int_equal(error, ERROR_OK);
            assert_true(n > 2);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
        assert_string_equal(text.title, "untouched");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_becomes_a_tree),
        cmocka_unit_test(what_is_malformed_is_refused_at_its_place),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(numbers_have_one_form),
        cmocka_unit_test(the_form_of_december_2021_reads),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

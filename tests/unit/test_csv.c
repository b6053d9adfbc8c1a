/* csv: what RFC 4180 allows and what we refuse, each class with its row and its place; formulas are
 * marked and the mark is taken away; what is written is read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "csv/csv.h"
#include "failing_alloc.h"

static const struct csv *parse(struct arena *arena, const char *text)
{
    const struct csv *csv = NULL;
    struct fault fault = {0};
    char words[600];
    if (csv_parse(bytes_of(text), arena, &fault, &csv))
        fail_msg("%s: %s", text, fault_text(&fault, words, sizeof words));
    return csv;
}

static void assert_value(const struct csv *csv, size_t row, size_t column, const char *expected)
{
    struct bytes value = csv_value(csv, row, column);
    if (!bytes_equal_text(value, expected))
        fail_msg(
            "row %zu, column %zu: \"%.*s\", not \"%s\"", row, column, (int)value.length,
            (const char *)value.data, expected);
}

static void a_table_is_read(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct csv *csv = parse(
        &arena, "code,title,note\r\n"
                "XA-114,\"Fraud, aggravated\",\r\n"
                "XA-115,\"He said \"\"no\"\"\",\"two\r\nlines\"\r\n"
                "\"\",  spaces stay ,\"\"\"\"\r\n");
    assert_int_equal(csv_columns(csv), 3);
    assert_int_equal(csv_rows(csv), 3);
    assert_int_equal(csv_find(csv, "title"), 1);
    assert_int_equal(csv_find(csv, "Title"), 3);
    assert_true(bytes_equal_text(csv_name(csv, 2), "note"));
    assert_value(csv, 0, 0, "XA-114");
    assert_value(csv, 0, 1, "Fraud, aggravated");
    assert_value(csv, 0, 2, "");
    assert_value(csv, 1, 1, "He said \"no\"");
    assert_value(csv, 1, 2, "two\r\nlines");
    assert_value(csv, 2, 0, "");
    assert_value(csv, 2, 1, "  spaces stay ");
    assert_value(csv, 2, 2, "\"");
    arena_free(&arena);
}

static void the_last_line_may_lack_its_end_and_a_mark_is_passed_over(void **state)
{
    (void)state;
    static const char *const same[] = {
        "a,b\r\n1,2\r\n",
        "a,b\r\n1,2",
        "a,b\n1,2\n",
        "a,b\n1,2",
        "\"a\",\"b\"\n\"1\",\"2\"",
        ("\xEF\xBB\xBF"
         "a,b\n1,2\n"),
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct arena arena = {0};
        const struct csv *csv = parse(&arena, same[i]);
        assert_int_equal(csv_rows(csv), 1);
        assert_int_equal(csv_find(csv, "a"), 0);
        assert_value(csv, 0, 0, "1");
        assert_value(csv, 0, 1, "2");
        arena_free(&arena);
    }
    struct arena arena = {0};
    assert_int_equal(csv_rows(parse(&arena, "a,b")), 0);
    assert_int_equal(csv_rows(parse(&arena, "a\n\"\"\n\"\"\n")), 2);
    arena_free(&arena);
}

static void each_malformed_class_has_its_row_and_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum error error;
        uint32_t line, column;
    } rows[] = {
        {"", ERROR_CSV_HEADER, 1, 1},
        {"\xEF\xBB\xBF", ERROR_CSV_HEADER, 1, 1},
        {"\r\n", ERROR_CSV_COLUMNS, 1, 1},
        {"a,,c\n", ERROR_CSV_HEADER, 1, 3},
        {"a,b,a\n", ERROR_CSV_HEADER, 1, 5},
        {"a,\"\"\n1,2\n", ERROR_CSV_HEADER, 1, 3},
        {"a,b\n1\n", ERROR_CSV_COLUMNS, 2, 2},
        {"a,b\n1,2,3\n", ERROR_CSV_COLUMNS, 2, 5},
        {"a,b\n1,2,\n", ERROR_CSV_COLUMNS, 2, 5},
        {"a,b\n\n1,2\n", ERROR_CSV_COLUMNS, 2, 1},
        {"a\n\n", ERROR_CSV_COLUMNS, 2, 1},
        {"a,b\n1,2\n\n", ERROR_CSV_COLUMNS, 3, 1},
        {"a,b\nx\"y,2\n", ERROR_CSV_QUOTE, 2, 2},
        {"a,b\n\"x\"y,2\n", ERROR_CSV_QUOTE, 2, 4},
        {"a,b\n\"x\" ,2\n", ERROR_CSV_QUOTE, 2, 4},
        {"a,b\n1, \"x\"\n", ERROR_CSV_QUOTE, 2, 4},
        {"a,b\n\xC3\xA9,\"open\n1,2\n", ERROR_CSV_TRUNCATED, 2, 3},
        {"a,\"", ERROR_CSV_TRUNCATED, 1, 3},
        {"a,b\r\n1,2\n", ERROR_CSV_LINE_END, 2, 4},
        {"a,b\n1,2\r\n", ERROR_CSV_LINE_END, 2, 4},
        {"a,b\r1,2\r", ERROR_CSV_HIDDEN, 1, 4},
        {"a,b\n1,2\r", ERROR_CSV_HIDDEN, 2, 4},
        {"a,b\n\"x\ry\",2\n", ERROR_CSV_HIDDEN, 2, 3},
        {"a,b\n1,\x01\n", ERROR_CSV_HIDDEN, 2, 3},
        {"a,b\n1,\xE2\x80\xAE"
         "2\n",
         ERROR_CSV_HIDDEN, 2, 3},
        {"\xEF\xBB\xBF\xEF\xBB\xBF"
         "a\n",
         ERROR_CSV_HIDDEN, 1, 1},
        {"a,b\n1,2\xEF\xBB\xBF\n", ERROR_CSV_HIDDEN, 2, 4},
        {"a,b\n\xC3\xA9,\xFF\n", ERROR_CSV_UTF8, 2, 3},
        {"a,b\n1,=1+1\n", ERROR_CSV_FORMULA, 2, 3},
        {"a,b\n1,\"=1+1\"\n", ERROR_CSV_FORMULA, 2, 3},
        {"a,+b\n", ERROR_CSV_FORMULA, 1, 3},
        {"a\n-1\n", ERROR_CSV_FORMULA, 2, 1},
        {"a\n@x\n", ERROR_CSV_FORMULA, 2, 1},
        {"a\n\t1\n", ERROR_CSV_FORMULA, 2, 1},
        {"a\n\"\r\n=1\"\n", ERROR_CSV_FORMULA, 2, 1},
        {"a\n\xEF\xBC\x9D"
         "1\n",
         ERROR_CSV_FORMULA, 2, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        const struct csv *csv = NULL;
        enum error error = csv_parse(bytes_of(rows[i].text), &arena, &fault, &csv);
        if (error != rows[i].error || fault.line != rows[i].line || fault.column != rows[i].column)
            fail_msg(
                "row %zu: %s at line %u, column %u", i, error_name(error), fault.line,
                fault.column);
        assert_int_equal(fault.error, error);
        assert_null(csv);
        arena_free(&arena);
    }
    /* A zero byte is no end of the text. */
    struct arena arena = {0};
    struct fault fault = {0};
    const struct csv *csv = NULL;
    assert_int_equal(
        csv_parse(BYTES_LITERAL("a\n1\0002\n"), &arena, &fault, &csv), ERROR_CSV_HIDDEN);
    assert_int_equal(fault.column, 2);
    arena_free(&arena);
}

static void a_fault_says_line_column_and_name(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fault fault = {0};
    char text[600];
    const struct csv *csv = parse(&arena, "code,months\n\"a\nb\",72\n");
    assert_int_equal(
        csv_fault(csv, 0, 1, &fault, ERROR_CSV_VALUE, "a whole number", "\"%s\"", "72"),
        ERROR_CSV_VALUE);
    assert_string_equal(
        fault_text(&fault, text, sizeof text),
        "line 3, column 4, \"months\": not a value of its column (expected a whole number, found "
        "\"72\")");
    (void)csv_fault(csv, CSV_HEADER_ROW, 1, &fault, ERROR_CSV_COLUMN_UNKNOWN, NULL, NULL);
    assert_string_equal(fault.place, "line 1, column 6");
    assert_int_equal(csv_fault(csv, 0, 0, NULL, ERROR_CSV_VALUE, NULL, NULL), ERROR_CSV_VALUE);
    arena_free(&arena);
}

static void what_is_over_a_limit_is_refused(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buffer text = {0};
    struct fault fault = {0};
    const struct csv *csv = NULL;
    for (int i = 0; i < CSV_COLUMNS_MAX; i++)
        buffer_printf(&text, "%sc%d", i ? "," : "", i);
    assert_int_equal(csv_parse(buffer_view(&text), &arena, &fault, &csv), ERROR_OK);
    buffer_append_text(&text, ",one-more");
    csv = NULL;
    assert_int_equal(csv_parse(buffer_view(&text), &arena, &fault, &csv), ERROR_TOO_LARGE);
    buffer_clear(&text);
    buffer_append_text(&text, "a\n");
    for (int i = 0; i < CSV_ROWS_MAX; i++)
        buffer_append_text(&text, "1\n");
    assert_int_equal(csv_parse(buffer_view(&text), &arena, &fault, &csv), ERROR_OK);
    assert_int_equal(csv_rows(csv), CSV_ROWS_MAX);
    buffer_append_text(&text, "1\n");
    csv = NULL;
    assert_int_equal(csv_parse(buffer_view(&text), &arena, &fault, &csv), ERROR_TOO_LARGE);
    assert_int_equal(fault.line, CSV_ROWS_MAX + 2);
    const struct bytes huge = {text.data, (size_t)CSV_SIZE_MAX + 1}; /* refused unread */
    assert_int_equal(csv_parse(huge, &arena, &fault, &csv), ERROR_TOO_LARGE);
    assert_null(csv);
    buffer_free(&text);
    arena_free(&arena);
}

static void a_table_is_written(void **state)
{
    (void)state;
    static const char *const names[] = {"code", "title"};
    struct buffer out = {0};
    struct csv_writer writer;
    csv_writer_begin(&writer, &out, names, 2);
    csv_write(&writer, "XA-114");
    csv_write(&writer, "Fraud, \"aggravated\"");
    csv_write(&writer, "");
    csv_write(&writer, "two\nlines");
    assert_int_equal(csv_writer_end(&writer), ERROR_OK);
    assert_string_equal(
        buffer_text(&out), "code,title\r\n"
                           "XA-114,\"Fraud, \"\"aggravated\"\"\"\r\n"
                           ",\"two\nlines\"\r\n");
    buffer_free(&out);
}

static void what_a_spreadsheet_would_run_is_marked(void **state)
{
    (void)state;
    static const struct {
        const char *value, *written;
    } rows[] = {
        {"=1+1", "'=1+1"},
        {"+02:00", "'+02:00"},
        {"-5", "'-5"},
        {"@x", "'@x"},
        {"\tx", "'\tx"},
        {"\n=x", "\"'\n=x\""},
        {"\r\n=x", "\"'\r\n=x\""},
        {"=\"a\"", "\"'=\"\"a\"\"\""},
        {"\xEF\xBC\x9D"
         "1",
         "'\xEF\xBC\x9D"
         "1"},
        {"\xEF\xBC\x8B"
         "1",
         "'\xEF\xBC\x8B"
         "1"},
        {"\xEF\xBC\x8D"
         "1",
         "'\xEF\xBC\x8D"
         "1"},
        {"\xEF\xBC\xA0"
         "1",
         "'\xEF\xBC\xA0"
         "1"},
        {"'=1", "''=1"},
        {"''-", "'''-"},
        {"'s-Heeren", "'s-Heeren"},
        {"'", "'"},
        {"a=1", "a=1"},
        {" =1", " =1"},
        {"", "\"\""},
    };
    static const char *const name[] = {"v"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer out = {0}, expected = {0};
        struct arena arena = {0};
        struct csv_writer writer;
        csv_writer_begin(&writer, &out, name, 1);
        csv_write(&writer, rows[i].value);
        assert_int_equal(csv_writer_end(&writer), ERROR_OK);
        buffer_printf(&expected, "v\r\n%s\r\n", rows[i].written);
        assert_string_equal(buffer_text(&out), buffer_text(&expected));
        assert_value(parse(&arena, buffer_text(&out)), 0, 0, rows[i].value);
        arena_free(&arena);
        buffer_free(&out);
        buffer_free(&expected);
    }
}

static void the_writer_refuses_what_the_reader_would(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b"}, *const twice[] = {"a", "a"},
                             *const empty[] = {"a", ""};
    static const struct {
        const char *const *names;
        size_t count;
        const char *first, *second;
        enum error error;
    } rows[] = {
        {names, 2, "1", "2", ERROR_OK},
        {names, 2, "1", NULL, ERROR_INTERNAL},
        {names, 2, "1", "\xFF", ERROR_CSV_UTF8},
        {names, 2, "1", "\x7F", ERROR_CSV_HIDDEN},
        {names, 2, "1\r", "2", ERROR_CSV_HIDDEN},
        {names, 2, "1", "\xEF\xBB\xBF", ERROR_CSV_HIDDEN},
        {names, 2, "1\rx", "2", ERROR_CSV_HIDDEN},
        {twice, 2, "1", "2", ERROR_CSV_HEADER},
        {empty, 2, "1", "2", ERROR_CSV_HEADER},
        {names, 0, "1", "2", ERROR_CSV_HEADER},
        {names, CSV_COLUMNS_MAX + 1, "1", "2", ERROR_CSV_HEADER},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer out = {0};
        struct csv_writer writer;
        csv_writer_begin(&writer, &out, rows[i].names, rows[i].count);
        csv_write(&writer, rows[i].first);
        if (rows[i].second)
            csv_write(&writer, rows[i].second);
        assert_int_equal(csv_writer_end(&writer), rows[i].error);
        buffer_free(&out);
    }
    /* One row more than a text may have. */
    struct buffer out = {0};
    struct csv_writer writer;
    csv_writer_begin(&writer, &out, names, 1);
    for (int i = 0; i < CSV_ROWS_MAX; i++)
        csv_write(&writer, "1");
    assert_int_equal(writer.error, ERROR_OK);
    csv_write(&writer, "1");
    assert_int_equal(csv_writer_end(&writer), ERROR_TOO_LARGE);
    buffer_free(&out);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct buffer text = {0};
    buffer_append_text(&text, "first,second\n");
    for (int i = 0; i < 200; i++)
        buffer_printf(&text, "\"%d\",'=x\n", i);
    bool done = false;
    long n = 0;
    for (; !done; n++) {
        struct arena arena = {0};
        struct fault fault = {0};
        const struct csv *csv = NULL;
        failing_alloc_after(n);
        enum error error = csv_parse(buffer_view(&text), &arena, &fault, &csv);
        done = !failing_alloc_stop();
        assert_int_equal(error, done ? ERROR_OK : ERROR_MEMORY);
        assert_int_equal(fault.error, error);
        assert_true(done == (csv != NULL));
        arena_free(&arena);
    }
    assert_true(n > 5);
    buffer_free(&text);
    done = false;
    for (n = 0; !done; n++) {
        static const char *const names[] = {"a"};
        struct buffer out = {0};
        struct csv_writer writer;
        failing_alloc_after(n);
        csv_writer_begin(&writer, &out, names, 1);
        for (int i = 0; i < 200; i++)
            csv_write(&writer, "=a \"value\"");
        enum error error = csv_writer_end(&writer);
        done = !failing_alloc_stop();
        assert_int_equal(error, done ? ERROR_OK : ERROR_MEMORY);
        buffer_free(&out);
    }
    assert_true(n > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_read),
        cmocka_unit_test(the_last_line_may_lack_its_end_and_a_mark_is_passed_over),
        cmocka_unit_test(each_malformed_class_has_its_row_and_place),
        cmocka_unit_test(a_fault_says_line_column_and_name),
        cmocka_unit_test(what_is_over_a_limit_is_refused),
        cmocka_unit_test(a_table_is_written),
        cmocka_unit_test(what_a_spreadsheet_would_run_is_marked),
        cmocka_unit_test(the_writer_refuses_what_the_reader_would),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

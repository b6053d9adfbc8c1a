/* csv: what is accepted is written and read again to the same names and values, and written again
 * to the same bytes; what is refused has a row and a place inside the text. The text with its bytes
 * as values of one column is written, or refused for its characters, and reads back. */
#include "check.h"

#include <string.h>

#include "csv/csv.h"

static void write_table(const struct csv *csv, struct arena *arena, struct buffer *out)
{
    const char *names[CSV_COLUMNS_MAX];
    struct csv_writer writer;
    for (size_t i = 0; i < csv_columns(csv); i++) {
        names[i] = arena_text(arena, csv_name(csv, i));
        check(names[i] && csv_find(csv, names[i]) == i);
    }
    csv_writer_begin(&writer, out, names, csv_columns(csv));
    for (size_t row = 0; row < csv_rows(csv); row++) {
        for (size_t i = 0; i < csv_columns(csv); i++)
            csv_write_bytes(&writer, csv_value(csv, row, i));
    }
    check(csv_writer_end(&writer) == ERROR_OK);
}

static void check_table(const struct csv *csv)
{
    struct arena arena = {0};
    struct buffer first = {0}, second = {0};
    const struct csv *again = NULL;
    write_table(csv, &arena, &first);
    check(csv_parse(buffer_view(&first), &arena, NULL, &again) == ERROR_OK);
    check(csv_rows(again) == csv_rows(csv) && csv_columns(again) == csv_columns(csv));
    for (size_t row = 0; row < csv_rows(csv); row++) {
        for (size_t i = 0; i < csv_columns(csv); i++) {
            struct fault fault = {0};
            check(bytes_equal(csv_value(csv, row, i), csv_value(again, row, i)));
            check(csv_fault(csv, row, i, &fault, ERROR_CSV_VALUE, NULL, NULL) == ERROR_CSV_VALUE);
            check(fault.line >= 2 && fault.column >= 1);
        }
    }
    write_table(again, &arena, &second);
    check(bytes_equal(buffer_view(&first), buffer_view(&second)));
    arena_free(&arena);
    buffer_free(&first);
    buffer_free(&second);
}

/* Any bytes as a value: nothing is written that is not read back as it was. */
static void check_value(struct bytes value)
{
    static const char *const name[] = {"value"};
    struct arena arena = {0};
    struct buffer out = {0};
    struct csv_writer writer;
    const struct csv *csv = NULL;
    csv_writer_begin(&writer, &out, name, 1);
    csv_write_bytes(&writer, value);
    enum error error = csv_writer_end(&writer);
    check(error == ERROR_OK || error == ERROR_CSV_UTF8 || error == ERROR_CSV_HIDDEN);
    if (!error) {
        check(csv_parse(buffer_view(&out), &arena, NULL, &csv) == ERROR_OK);
        check(csv_rows(csv) == 1 && bytes_equal(csv_value(csv, 0, 0), value));
        /* No cell of the file begins as a formula does. */
        size_t start = strlen("value\r\n"), quote = out.data[start] == '"';
        check(
            !csv_runs(bytes_slice(buffer_view(&out), start + quote, value.length)) ||
            value.length == 0);
    }
    arena_free(&arena);
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = {data, size};
    struct arena arena = {0};
    struct fault fault = {0};
    const struct csv *csv = NULL;
    enum error error = csv_parse(text, &arena, &fault, &csv);
    check(error == fault.error && (error != 0) == (csv == NULL));
    if (error) {
        check((error >= 850 && error < 900) || error == ERROR_TOO_LARGE);
        check(fault.line >= 1 && fault.column >= 1);
    } else {
        check_table(csv);
    }
    arena_free(&arena);
    check_value(text);
    return 0;
}

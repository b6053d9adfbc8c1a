/* The reader: one pass over a copy of the text, in which values are decoded in place, as what they
 * mean is never longer than how they are written. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"
#include "csv/csv.h"
#include "csv/quote.h"

struct value {
    const uint8_t *data;
    uint32_t length;
    uint32_t line, column; /* where it begins, from 1; a column is a character */
};

struct csv {
    size_t columns, rows;
    const struct value *values; /* by row, the header first */
};

enum line_end { LINE_END_UNKNOWN, LINE_END_LF, LINE_END_CRLF };

struct reader {
    uint8_t *text; /* with a zero byte after it */
    size_t length;
    size_t at;
    uint32_t line, column;
    enum line_end line_end;
    size_t columns;       /* of the header; 0 while it is read */
    struct buffer values; /* of struct value */
    struct fault *fault;
};

/* --- Faults -------------------------------------------------------------------------------- */

PRINTF_LIKE(7, 0)
static enum error fail_at(
    struct fault *fault, uint32_t line, uint32_t column, struct bytes name, enum error error,
    const char *expected, const char *found, va_list arguments)
{
    char place[sizeof fault->place], shown[QUOTE_SIZE], words[sizeof fault->found] = "";
    snprintf(place, sizeof place, "line %u, column %u", line, column);
    if (name.length)
        snprintf(
            place, sizeof place, "line %u, column %u, %s", line, column,
            quote_text(name, shown, sizeof shown));
    if (found)
        vsnprintf(words, sizeof words, found, arguments);
    (void)fault_set(fault, error, place, expected, "%s", words);
    return fault_in_text(fault, error, line, column);
}

/* At the cursor. */
PRINTF_LIKE(4, 5)
static enum error
fail(struct reader *reader, enum error error, const char *expected, const char *found, ...)
{
    va_list arguments;
    va_start(arguments, found);
    if (reader->fault)
        fail_at(
            reader->fault, reader->line, reader->column, (struct bytes){0}, error, expected, found,
            arguments);
    va_end(arguments);
    return error;
}

enum error csv_fault(
    const struct csv *csv, size_t row, size_t column, struct fault *fault, enum error error,
    const char *expected, const char *found, ...)
{
    va_list arguments;
    va_start(arguments, found);
    if (fault) {
        bool header = row == CSV_HEADER_ROW;
        const struct value *value = &csv->values[(header ? 0 : (row + 1) * csv->columns) + column];
        fail_at(
            fault, value->line, value->column, header ? (struct bytes){0} : csv_name(csv, column),
            error, expected, found, arguments);
    }
    va_end(arguments);
    return error;
}

/* --- Characters ---------------------------------------------------------------------------- */

static bool ended(const struct reader *reader)
{
    return reader->at == reader->length;
}

static uint8_t current(const struct reader *reader)
{
    return reader->text[reader->at]; /* the zero byte at the end is no character of a text */
}

/* Passes over one byte of the text. */
static void step(struct reader *reader)
{
    uint8_t byte = reader->text[reader->at++];
    if (byte == '\n') {
        reader->line++;
        reader->column = 1;
    } else if ((byte & 0xC0) != 0x80) {
        reader->column++;
    }
}

static bool at_line_end(const struct reader *reader)
{
    return current(reader) == '\n' ||
           (current(reader) == '\r' && reader->text[reader->at + 1] == '\n');
}

/* What every text must be, before its values are looked at; the fault is where the first character
 * stands that may not. */
static enum error check_characters(struct reader *reader)
{
    struct bytes text = {reader->text, reader->length};
    char shown[QUOTE_SIZE];
    size_t bad = 0;
    bool utf8 = bytes_are_utf8(text, &bad);
    if (utf8)
        bad = csv_find_hidden(text);
    if (bad == text.length && utf8)
        return ERROR_OK;
    while (reader->at < bad)
        step(reader);
    if (!utf8)
        return fail(reader, ERROR_CSV_UTF8, NULL, "byte %zu", bad);
    return fail(
        reader, ERROR_CSV_HIDDEN, "text that is seen as it stands; lines that end with CR LF or LF",
        "%s", quote_text(bytes_slice(text, bad, 4), shown, sizeof shown));
}

/* --- Values -------------------------------------------------------------------------------- */

/* A value between quotation marks: in it, two stand for one. */
static enum error read_quoted(struct reader *reader, size_t *ret_length)
{
    uint8_t *to = reader->text + reader->at;
    size_t length = 0;
    uint32_t line = reader->line, column = reader->column;
    step(reader);
    for (;;) {
        if (ended(reader)) {
            reader->line = line;
            reader->column = column;
            return fail(reader, ERROR_CSV_TRUNCATED, "a quotation mark that ends this value", NULL);
        }
        if (current(reader) == '"') {
            step(reader);
            if (current(reader) != '"')
                break;
        }
        to[length++] = current(reader);
        step(reader);
    }
    if (!ended(reader) && current(reader) != ',' && !at_line_end(reader))
        return fail(
            reader, ERROR_CSV_QUOTE, "a comma or a line's end after the quoted value",
            "more of the value");
    *ret_length = length;
    return ERROR_OK;
}

static enum error read_plain(struct reader *reader, size_t *ret_length)
{
    size_t from = reader->at;
    while (!ended(reader) && current(reader) != ',' && !at_line_end(reader)) {
        if (current(reader) == '"')
            return fail(
                reader, ERROR_CSV_QUOTE,
                "the whole value between quotation marks, each of its own "
                "doubled",
                "a quotation mark in a value without");
        step(reader);
    }
    *ret_length = reader->at - from;
    return ERROR_OK;
}

static enum error read_value(struct reader *reader)
{
    struct value value = {
        .data = reader->text + reader->at, .line = reader->line, .column = reader->column};
    size_t length = 0;
    enum error error =
        current(reader) == '"' ? read_quoted(reader, &length) : read_plain(reader, &length);
    if (error)
        return error;
    struct bytes bytes = {value.data, length};
    if (csv_runs(bytes)) {
        char shown[QUOTE_SIZE];
        reader->line = value.line;
        reader->column = value.column;
        return fail(
            reader, ERROR_CSV_FORMULA, "an apostrophe before a value that begins so", "%s",
            quote_text(bytes, shown, sizeof shown));
    }
    if (csv_is_marked(bytes))
        bytes = bytes_slice(bytes, 1, bytes.length);
    value.data = bytes.data;
    value.length = (uint32_t)bytes.length;
    buffer_append(&reader->values, &value, sizeof value);
    return reader->values.error ? fail(reader, reader->values.error, NULL, NULL) : ERROR_OK;
}

/* --- Rows ---------------------------------------------------------------------------------- */

static enum error read_line_end(struct reader *reader)
{
    if (ended(reader))
        return ERROR_OK;
    enum line_end found = current(reader) == '\r' ? LINE_END_CRLF : LINE_END_LF;
    if (reader->line_end && reader->line_end != found)
        return fail(
            reader, ERROR_CSV_LINE_END, "the line end of the lines before",
            found == LINE_END_CRLF ? "CR LF" : "LF alone");
    reader->line_end = found;
    if (found == LINE_END_CRLF)
        step(reader);
    step(reader);
    return ERROR_OK;
}

/* One row; *ret_count values were appended. */
static enum error read_row(struct reader *reader, size_t *ret_count)
{
    if (at_line_end(reader))
        return fail(reader, ERROR_CSV_COLUMNS, "a row", "an empty line");
    for (size_t count = 1;; count++) {
        size_t limit = reader->columns ? reader->columns : CSV_COLUMNS_MAX;
        if (count > limit)
            return reader->columns ? fail(
                                         reader, ERROR_CSV_COLUMNS, "the end of the row",
                                         "more than the header's %zu values", limit)
                                   : fail(
                                         reader, ERROR_TOO_LARGE, "a header within the limit",
                                         "more than %zu columns", limit);
        enum error error = read_value(reader);
        if (error)
            return error;
        if (current(reader) == ',') {
            step(reader);
            continue;
        }
        if (reader->columns && count < reader->columns)
            return fail(
                reader, ERROR_CSV_COLUMNS, "a value for each name of the header", "%zu of %zu",
                count, reader->columns);
        *ret_count = count;
        return read_line_end(reader);
    }
}

static int compare_names(const void *a, const void *b)
{
    const struct value *left = *(const struct value *const *)a,
                       *right = *(const struct value *const *)b;
    int order = bytes_compare(
        (struct bytes){left->data, left->length}, (struct bytes){right->data, right->length});
    return order ? order : left->data < right->data ? -1 : 1;
}

/* Every column has a name of its own. */
static enum error check_header(struct reader *reader)
{
    const struct value *names = (const struct value *)(const void *)reader->values.data;
    const struct value *sorted[CSV_COLUMNS_MAX];
    const char *found = NULL;
    const struct value *bad = NULL;
    for (size_t i = 0; i < reader->columns; i++) {
        sorted[i] = &names[i];
        if (!bad && names[i].length == 0) {
            bad = &names[i];
            found = "an empty one";
        }
    }
    qsort(sorted, reader->columns, sizeof *sorted, compare_names);
    for (size_t i = 1; i < reader->columns && !bad; i++) {
        if (bytes_equal(
                (struct bytes){sorted[i - 1]->data, sorted[i - 1]->length},
                (struct bytes){sorted[i]->data, sorted[i]->length})) {
            bad = sorted[i];
            found = "the same name again";
        }
    }
    if (!bad)
        return ERROR_OK;
    reader->line = bad->line;
    reader->column = bad->column;
    return fail(reader, ERROR_CSV_HEADER, "a name of its own for each column", "%s", found);
}

static enum error read_rows(struct reader *reader, size_t *ret_rows)
{
    size_t count = 0, rows = 0;
    if (ended(reader))
        return fail(reader, ERROR_CSV_HEADER, "a row with the names of the columns", "nothing");
    enum error error = read_row(reader, &count);
    if (error)
        return error;
    reader->columns = count;
    error = check_header(reader);
    while (!error && !ended(reader)) {
        if (rows == CSV_ROWS_MAX)
            return fail(
                reader, ERROR_TOO_LARGE, "a table within the limit", "more than %d rows",
                CSV_ROWS_MAX);
        error = read_row(reader, &count);
        rows++;
    }
    if (!error)
        *ret_rows = rows;
    return error;
}

enum error
csv_parse(struct bytes text, struct arena *arena, struct fault *fault, const struct csv **ret_csv)
{
    if (text.length > CSV_SIZE_MAX)
        return fault_set(
            fault, ERROR_TOO_LARGE, "the text", "CSV within the limit", "%zu bytes, limit %d",
            text.length, CSV_SIZE_MAX);
    if (bytes_equal(bytes_slice(text, 0, 3), CSV_BYTE_ORDER_MARK))
        text = bytes_slice(text, 3, text.length);
    struct reader reader = {
        .text = arena_alloc(arena, text.length + 1), /* zeroed */
        .length = text.length,
        .line = 1,
        .column = 1,
        .fault = fault,
    };
    struct csv *csv = ARENA_NEW(arena, struct csv);
    if (!reader.text || !csv)
        return fail(&reader, ERROR_MEMORY, NULL, NULL);
    if (text.length)
        memcpy(reader.text, text.data, text.length);
    enum error error = check_characters(&reader);
    if (!error)
        error = read_rows(&reader, &csv->rows);
    csv->columns = reader.columns;
    if (!error) {
        struct bytes values = arena_copy(arena, buffer_view(&reader.values));
        csv->values = (const struct value *)(const void *)values.data;
        if (!csv->values)
            error = fail(&reader, ERROR_MEMORY, NULL, NULL);
    }
    buffer_free(&reader.values);
    if (!error)
        *ret_csv = csv;
    return error;
}

/* --- Looking ------------------------------------------------------------------------------- */

size_t csv_columns(const struct csv *csv)
{
    return csv->columns;
}

size_t csv_rows(const struct csv *csv)
{
    return csv->rows;
}

struct bytes csv_name(const struct csv *csv, size_t column)
{
    const struct value *value = &csv->values[column];
    return (struct bytes){value->data, value->length};
}

struct bytes csv_value(const struct csv *csv, size_t row, size_t column)
{
    const struct value *value = &csv->values[(row + 1) * csv->columns + column];
    return (struct bytes){value->data, value->length};
}

size_t csv_find(const struct csv *csv, const char *name)
{
    size_t column = 0;
    while (column < csv->columns && !bytes_equal_text(csv_name(csv, column), name))
        column++;
    return column;
}

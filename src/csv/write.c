/* The writer, and which values a spreadsheet would run. */
#include <string.h>

#include "base/text.h"
#include "csv/csv.h"
#include "csv/quote.h"

/* The four that begin a formula, also in their full-width forms (U+FF1D, U+FF0B, U+FF0D, U+FF20),
 * which some spreadsheets take for the same; and what they pass over before one. */
bool csv_runs(struct bytes value)
{
    static const char *const wide[] = {
        "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};
    if (value.length && memchr("=+-@\t\r\n", value.data[0], 7))
        return true;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        if (bytes_equal_text(bytes_slice(value, 0, 3), wide[i]))
            return true;
    }
    return false;
}

/* The value after its apostrophes. */
static struct bytes without_apostrophes(struct bytes value)
{
    size_t count = 0;
    while (count < value.length && value.data[count] == '\'')
        count++;
    return bytes_slice(value, count, value.length);
}

bool csv_is_marked(struct bytes written)
{
    return written.length && written.data[0] == '\'' && csv_runs(without_apostrophes(written));
}

size_t csv_find_hidden(struct bytes text)
{
    size_t hidden = 0, mark = 0;
    for (;; hidden++) {
        hidden += text_find_hidden(bytes_slice(text, hidden, text.length), true);
        bool line_end =
            text.length - hidden > 1 && text.data[hidden] == '\r' && text.data[hidden + 1] == '\n';
        if (!line_end)
            break;
    }
    while (mark < hidden && !bytes_equal(bytes_slice(text, mark, 3), CSV_BYTE_ORDER_MARK))
        mark++;
    return mark;
}

static void fail(struct csv_writer *writer, enum error error)
{
    if (!writer->error)
        writer->error = writer->out->error ? writer->out->error : error;
}

void csv_writer_begin(
    struct csv_writer *writer, struct buffer *out, const char *const *names, size_t count)
{
    *writer = (struct csv_writer){.out = out, .columns = count};
    if (count == 0 || count > CSV_COLUMNS_MAX)
        fail(writer, ERROR_CSV_HEADER);
    for (size_t i = 0; i < count && !writer->error; i++) {
        bool usable = names[i][0] != '\0';
        for (size_t k = 0; k < i; k++)
            usable &= strcmp(names[k], names[i]) != 0;
        if (!usable)
            fail(writer, ERROR_CSV_HEADER);
        csv_write(writer, names[i]);
    }
}

/* Whether a value must stand between quotation marks (RFC 4180, section 2, rule 6). So must an
 * empty one that is its whole row, which would be an empty line. */
static bool must_quote(const struct csv_writer *writer, struct bytes value)
{
    if (value.length == 0)
        return writer->columns == 1;
    for (size_t i = 0; i < value.length; i++) {
        if (memchr(",\"\r\n", value.data[i], 4))
            return true;
    }
    return false;
}

void csv_write_bytes(struct csv_writer *writer, struct bytes value)
{
    if (!bytes_are_utf8(value, NULL))
        fail(writer, ERROR_CSV_UTF8);
    else if (csv_find_hidden(value) < value.length)
        fail(writer, ERROR_CSV_HIDDEN);
    if (writer->error)
        return;
    if (writer->rows > CSV_ROWS_MAX) { /* with the header */
        fail(writer, ERROR_TOO_LARGE);
        return;
    }
    struct buffer *out = writer->out;
    bool quotes = must_quote(writer, value);
    if (writer->column)
        buffer_append_byte(out, ',');
    if (quotes)
        buffer_append_byte(out, '"');
    if (csv_runs(without_apostrophes(value)))
        buffer_append_byte(out, '\'');
    for (size_t i = 0; i < value.length; i++) {
        if (value.data[i] == '"')
            buffer_append_byte(out, '"');
        buffer_append_byte(out, value.data[i]);
    }
    if (quotes)
        buffer_append_byte(out, '"');
    if (++writer->column == writer->columns) {
        buffer_append_text(out, "\r\n");
        writer->column = 0;
        writer->rows++;
    }
}

void csv_write(struct csv_writer *writer, const char *value)
{
    csv_write_bytes(writer, bytes_of(value));
}

enum error csv_writer_end(struct csv_writer *writer)
{
    if (writer->out->error || writer->column)
        fail(writer, ERROR_INTERNAL);
    return writer->error;
}

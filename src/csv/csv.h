/* Comma-separated values (RFC 4180) with a header row, read strictly and written correctly. The
 * face of csv/.
 *
 * What two programs could understand differently is refused: UTF-8 only; each row has as many
 * values as the header has names; no empty line; quotation marks only where the RFC has them; no
 * character that is not seen as it stands (text_find_hidden), but tab and line end inside a value;
 * lines end with CR LF, or all of them with LF, as spreadsheets on Unix write. A byte order mark at
 * the start, which spreadsheets write, is passed over.
 *
 * Formulas. A spreadsheet runs a value that begins with one of = + - @, a tab, a line end, or the
 * full-width form of one of the four (csv_runs). Such a value stands in the file after an
 * apostrophe, and so does one that has only apostrophes before such a character; the reader takes
 * one apostrophe away again, and refuses such a value without it. All other values stand as they
 * are: "'s-Heeren" has one writing, and so has "=1+1", and nothing is changed that is not changed
 * back.
 */
#ifndef ENDUSE_CSV_CSV_H
#define ENDUSE_CSV_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attribute.h"
#include "base/bytes.h"
#include "base/error.h"

enum {
    CSV_SIZE_MAX = 64 << 20, /* bytes of one text */
    CSV_COLUMNS_MAX = 256,
    CSV_ROWS_MAX = 1 << 20, /* without the header */
};

/* Whether a spreadsheet would run a value that begins so. */
bool csv_runs(struct bytes value);

/* --- Reading: read.c ----------------------------------------------------------------------- */

/* A table that was read. It lives in the arena that csv_parse was given, and is constant. */
struct csv;

/* Reads a whole text, of which the arena takes a copy. Errors, each at its line and column: the
 * rows CSV_*; TOO_LARGE over a limit; MEMORY, also when the arena's limit is reached. */
MUST_CHECK enum error
csv_parse(struct bytes text, struct arena *arena, struct fault *fault, const struct csv **ret_csv);

size_t csv_columns(const struct csv *csv); /* at least 1 */
size_t csv_rows(const struct csv *csv);    /* without the header; may be 0 */

/* A name of the header: not empty, and none twice. */
struct bytes csv_name(const struct csv *csv, size_t column);

/* The value of a row (from 0) in a column, as it was meant: unquoted, without the apostrophe. */
struct bytes csv_value(const struct csv *csv, size_t row, size_t column);

/* The column of a name; csv_columns when there is none. */
size_t csv_find(const struct csv *csv, const char *name);

/* Fills the fault with the value's place ("line 4, column 7, "maximum-months"") and returns error:
 * for rules of one's own. expected is literal text, found a format; both may be NULL. The row
 * CSV_HEADER_ROW is the header. */
#define CSV_HEADER_ROW SIZE_MAX
PRINTF_LIKE(7, 8)
enum error csv_fault(
    const struct csv *csv, size_t row, size_t column, struct fault *fault, enum error error,
    const char *expected, const char *found, ...);

/* --- Writing: write.c ---------------------------------------------------------------------- */

/* Appends to the caller's buffer and remembers the first error; ask once, with csv_writer_end. A
 * row ends by itself when it has as many values as the header has names. Values are quoted where
 * they must be, and only there: the same calls give the same bytes. What csv_parse would refuse is
 * an error: text that is not UTF-8 (CSV_UTF8) or is not seen as it stands (CSV_HIDDEN), names that
 * are empty, there twice, none or too many (CSV_HEADER). */
struct csv_writer {
    struct buffer *out;
    size_t columns;
    size_t column; /* of the next value */
    size_t rows;
    enum error error;
};

/* Begins a text at the end of out, with its header. */
void csv_writer_begin(
    struct csv_writer *writer, struct buffer *out, const char *const *names, size_t count);

void csv_write_bytes(struct csv_writer *writer, struct bytes value);
void csv_write(struct csv_writer *writer, const char *value);

/* The first error of the writer or its buffer; INTERNAL when a row is not complete. On an error the
 * buffer holds a part, to be thrown away. */
MUST_CHECK enum error csv_writer_end(struct csv_writer *writer);

#endif

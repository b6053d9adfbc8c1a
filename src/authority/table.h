/* Records as rows of CSV (csv/csv.h), by the records' own tables of fields: a column for each
 * member that a cell can hold, named as in JSON; a record's members are columns of their own
 * ("key.public-key"). A cell says what JSON says in the member's place: a number, a word, RFC 3339,
 * hexadecimal, base64url, true or false. A set of texts is one cell with a text a line. Lists of
 * records and documents have no column. */
#ifndef ENDUSE_AUTHORITY_TABLE_H
#define ENDUSE_AUTHORITY_TABLE_H

#include "csv/csv.h"
#include "instruments/field.h"

/* The largest FIELD_BYTES that is shown in a cell or a row of a register: keys, no documents. */
enum { TABLE_BYTES_MAX = 1024 };

struct table_column {
    const char *name;
    const struct field *field;
    const struct layout *layout; /* that has the field */
    bool needed;                 /* a row has no meaning without it */
};

struct table {
    const struct layout *layout;
    const struct table_column *columns; /* in the order of the fields */
    size_t count;                       /* at most CSV_COLUMNS_MAX */
};

/* The columns of a layout; in arena. ERROR_MEMORY, ERROR_TOO_LARGE. */
enum error table_of(
    const struct layout *layout, struct arena *arena, struct fault *fault, struct table *ret_table);

/* The header, and then a row for each object of JSON that has the members of the layout; what is
 * not there is an empty cell. End with csv_writer_end. */
void table_begin(const struct table *table, struct csv_writer *writer, struct buffer *out);
void table_write(const struct table *table, const struct json *row, struct csv_writer *writer);

/* Whether the names of the header are columns of the table (CSV_COLUMN_UNKNOWN, at the name), or of
 * `also` (NULL: none), which are passed over; and those that are needed are there
 * (CSV_COLUMN_MISSING). */
enum error table_check(
    const struct table *table, const struct table *also, const struct csv *csv,
    struct fault *fault);

/* A row as an object of JSON with the layout's members, every cell held to its field: errors are
 * the field's, at line and column. An empty cell is a member that is not there; a set with nothing
 * in it is empty. In arena. */
enum error table_read(
    const struct table *table, const struct csv *csv, size_t row, struct arena *arena,
    struct fault *fault, const struct json **ret_json);

#endif

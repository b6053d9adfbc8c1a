/* Columns of a layout, rows written from JSON, and rows read into JSON. */
#include "authority/table.h"

#include <string.h>

/* --- Columns ------------------------------------------------------------------------------ */

static bool has_cell(const struct field *field)
{
    switch (field->kind) {
    case FIELD_RECORD:
    case FIELD_RECORDS:
    case FIELD_BLOBS:
    case FIELD_DATUM:
        return false;
    case FIELD_BYTES:
        return field->limit && field->limit <= TABLE_BYTES_MAX;
    default:
        return true;
    }
}

static size_t count_columns(const struct layout *layout)
{
    size_t count = 0;
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        count += field->kind == FIELD_RECORD ? count_columns(field->layout) : has_cell(field);
    }
    return count;
}

/* Adds the columns of a layout, whose names begin with prefix. */
static bool add_columns(
    const struct layout *layout, const char *prefix, bool needed, struct arena *arena,
    struct table_column *columns, size_t *count)
{
    bool added = true;
    for (size_t i = 0; i < layout->field_count && added; i++) {
        const struct field *field = &layout->fields[i];
        if (field->kind != FIELD_RECORD && !has_cell(field))
            continue;
        struct buffer name = {0};
        bool inner = field->kind == FIELD_RECORD, must = needed && !field->optional;
        buffer_printf(&name, "%s%s%s", prefix, field->name, inner ? "." : "");
        const char *text = name.error ? NULL : arena_text(arena, buffer_view(&name));
        buffer_free(&name);
        added = text;
        if (added && inner)
            added = add_columns(field->layout, text, must, arena, columns, count);
        else if (added)
            columns[(*count)++] = (struct table_column){
                .name = text,
                .field = field,
                .layout = layout,
                .needed = must && field->kind != FIELD_TEXTS,
            };
    }
    return added;
}

enum error table_of(
    const struct layout *layout, struct arena *arena, struct fault *fault, struct table *ret_table)
{
    size_t count = count_columns(layout), added = 0;
    if (count > CSV_COLUMNS_MAX)
        return fault_set(
            fault, ERROR_TOO_LARGE, layout->name, "a table within the limit", "%zu columns", count);
    struct table_column *columns = ARENA_ARRAY(arena, struct table_column, count);
    if (!columns || !add_columns(layout, "", true, arena, columns, &added))
        return fault_place(fault, ERROR_MEMORY, "%s", layout->name);
    *ret_table = (struct table){layout, columns, count};
    return ERROR_OK;
}

/* --- Writing ------------------------------------------------------------------------------ */

void table_begin(const struct table *table, struct csv_writer *writer, struct buffer *out)
{
    const char *names[CSV_COLUMNS_MAX];
    for (size_t i = 0; i < table->count; i++)
        names[i] = table->columns[i].name;
    csv_writer_begin(writer, out, names, table->count);
}

static void write_texts(const struct json *texts, struct csv_writer *writer)
{
    struct buffer cell = {0};
    for (size_t i = 0; i < json_count(texts); i++) {
        buffer_append_text(&cell, i ? "\n" : "");
        buffer_append_bytes(&cell, json_characters(json_at(texts, i)));
    }
    if (cell.error && !writer->error)
        writer->error = cell.error;
    csv_write_bytes(writer, buffer_view(&cell));
    buffer_free(&cell);
}

/* value NULL: the member is not there. */
static void write_cell(const struct json *value, struct csv_writer *writer)
{
    bool truth = false;
    enum json_type type = value ? json_type(value) : JSON_NULL;
    if (type == JSON_ARRAY)
        write_texts(value, writer);
    else if (type == JSON_BOOL && json_bool(value, NULL, &truth) == ERROR_OK)
        csv_write(writer, truth ? "true" : "false");
    else if (type == JSON_STRING || type == JSON_NUMBER)
        csv_write_bytes(writer, json_characters(value));
    else
        csv_write(writer, "");
}

static void
write_members(const struct layout *layout, const struct json *object, struct csv_writer *writer)
{
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        const struct json *member = object ? json_find(object, field->name) : NULL;
        if (field->kind == FIELD_RECORD)
            write_members(field->layout, member, writer);
        else if (has_cell(field))
            write_cell(member, writer);
    }
}

void table_write(const struct table *table, const struct json *row, struct csv_writer *writer)
{
    write_members(table->layout, row, writer);
}

/* --- Reading ------------------------------------------------------------------------------ */

static size_t find_column(const struct table *table, struct bytes name)
{
    size_t i = 0;
    while (i < table->count && !bytes_equal_text(name, table->columns[i].name))
        i++;
    return i;
}

enum error table_check(
    const struct table *table, const struct table *also, const struct csv *csv, struct fault *fault)
{
    for (size_t i = 0; i < csv_columns(csv); i++) {
        struct bytes name = csv_name(csv, i);
        bool known = find_column(table, name) < table->count ||
                     (also && find_column(also, name) < also->count);
        if (!known)
            return csv_fault(
                csv, CSV_HEADER_ROW, i, fault, ERROR_CSV_COLUMN_UNKNOWN,
                "the name of a column of this table", "\"%.*s\"",
                (int)(name.length < 60 ? name.length : 60), (const char *)name.data);
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct table_column *column = &table->columns[i];
        if (column->needed && csv_find(csv, column->name) == csv_columns(csv))
            return csv_fault(
                csv, CSV_HEADER_ROW, 0, fault, ERROR_CSV_COLUMN_MISSING, column->name, NULL);
    }
    return ERROR_OK;
}

struct reader {
    const struct table *table;
    const struct csv *csv;
    size_t row;
    struct json_writer writer; /* of the row's object */
    struct fault *fault;
};

/* The cell of a column of the table; *ret_at is its column in the text. Empty where that has no
 * such column. */
static struct bytes cell_of(const struct reader *reader, size_t column, size_t *ret_at)
{
    *ret_at = csv_find(reader->csv, reader->table->columns[column].name);
    bool there = *ret_at < csv_columns(reader->csv);
    return there ? csv_value(reader->csv, reader->row, *ret_at) : (struct bytes){0};
}

/* Digits as JSON writes a number: without a zero before others. */
static bool is_number(struct bytes text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
    }
    return text.length == 1 || (text.length && text.data[0] != '0');
}

static void put_texts(struct json_writer *writer, struct bytes cell)
{
    json_write_array(writer);
    while (cell.length) {
        const uint8_t *end = memchr(cell.data, '\n', cell.length);
        size_t length = end ? (size_t)(end - cell.data) : cell.length;
        json_write_string_bytes(writer, bytes_slice(cell, 0, length));
        cell = bytes_slice(cell, length + (end ? 1 : 0), cell.length);
    }
    json_write_array_end(writer);
}

static void put_cell(struct json_writer *writer, const struct field *field, struct bytes cell)
{
    bool truth = bytes_equal_text(cell, "true");
    json_write_name(writer, field->name);
    if (field->kind == FIELD_TEXTS)
        put_texts(writer, cell);
    else if (field->kind == FIELD_UINT && is_number(cell))
        json_write_number(writer, cell);
    else if (field->kind == FIELD_BOOL && (truth || bytes_equal_text(cell, "false")))
        json_write_bool(writer, truth);
    else
        json_write_string_bytes(writer, cell);
}

/* What the field takes, where its reader would speak of JSON. */
static const char *wanted(const struct field *field, const char *expected)
{
    if (field->kind == FIELD_UINT)
        return "a whole number";
    return field->kind == FIELD_BOOL ? "true or false" : expected;
}

/* Holds one cell to its field: the field alone, read from JSON. */
static enum error
check_cell(const struct reader *reader, size_t column, size_t at, struct bytes cell)
{
    const struct table_column *known = &reader->table->columns[column];
    const struct layout alone = {known->layout->name, known->layout->size, known->field, 1};
    struct arena arena = {0};
    struct buffer text = {0};
    struct fault inner = {0};
    struct json_writer writer;
    const struct json *json;
    json_writer_begin(&writer, &text, 0);
    json_write_object(&writer);
    put_cell(&writer, known->field, cell);
    json_write_object_end(&writer);
    void *value = arena_alloc(&arena, alone.size);
    enum error error = json_writer_end(&writer);
    if (!error && !value)
        error = ERROR_MEMORY;
    if (!error)
        error = json_parse(buffer_view(&text), &arena, &inner, &json);
    if (!error)
        error = layout_read_json(&alone, json, &arena, &inner, value);
    if (error == ERROR_JSON_TYPE || error == ERROR_JSON_RANGE)
        error = ERROR_CSV_VALUE; /* nobody wrote JSON */
    if (error)
        csv_fault(
            reader->csv, reader->row, at, reader->fault, error,
            wanted(known->field, inner.expected), "\"%.*s\"",
            (int)(cell.length < 60 ? cell.length : 60), (const char *)cell.data);
    buffer_free(&text);
    arena_free(&arena);
    return error;
}

static bool any_cell(const struct reader *reader, size_t column, size_t count)
{
    for (size_t i = column; i < column + count; i++) {
        size_t at;
        if (cell_of(reader, i, &at).length)
            return true;
    }
    return false;
}

/* Puts the members of a layout, whose columns begin at *column, and steps over these. */
static enum error read_members(struct reader *reader, const struct layout *layout, size_t *column)
{
    enum error error = ERROR_OK;
    for (size_t i = 0; i < layout->field_count && !error; i++) {
        const struct field *field = &layout->fields[i];
        if (field->kind == FIELD_RECORD) {
            size_t inner = count_columns(field->layout);
            bool given = !field->optional || any_cell(reader, *column, inner);
            if (!given) {
                *column += inner;
                continue;
            }
            json_write_name(&reader->writer, field->name);
            json_write_object(&reader->writer);
            error = read_members(reader, field->layout, column);
            json_write_object_end(&reader->writer);
            continue;
        }
        if (!has_cell(field))
            continue;
        size_t at;
        struct bytes cell = cell_of(reader, (*column)++, &at);
        if (cell.length == 0 && field->optional)
            continue;
        if (cell.length == 0 && field->kind != FIELD_TEXTS)
            return csv_fault(
                reader->csv, reader->row, at < csv_columns(reader->csv) ? at : 0, reader->fault,
                ERROR_CSV_VALUE, field->name, "an empty cell");
        if (cell.length)
            error = check_cell(reader, *column - 1, at, cell);
        put_cell(&reader->writer, field, cell);
    }
    return error;
}

enum error table_read(
    const struct table *table, const struct csv *csv, size_t row, struct arena *arena,
    struct fault *fault, const struct json **ret_json)
{
    struct reader reader = {.table = table, .csv = csv, .row = row, .fault = fault};
    struct buffer text = {0};
    size_t column = 0;
    json_writer_begin(&reader.writer, &text, 0);
    json_write_object(&reader.writer);
    enum error error = read_members(&reader, table->layout, &column);
    json_write_object_end(&reader.writer);
    if (!error) {
        error = json_writer_end(&reader.writer);
        if (!error)
            error = json_parse(buffer_view(&text), arena, NULL, ret_json);
        if (error)
            csv_fault(csv, row, 0, fault, error, NULL, NULL);
    }
    buffer_free(&text);
    return error;
}

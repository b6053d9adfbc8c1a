/* Reading rows: from CSV, from an export in JSON, and as the body of an act. */
#include "cli/rows.h"

#include <string.h>

/* --- CSV ---------------------------------------------------------------------------------- */

/* Where a row begins, after the faults of its first cell. */
static size_t line_of(const struct csv *csv, size_t row)
{
    struct fault fault = {0};
    csv_fault(csv, row, 0, &fault, ERROR_CSV_VALUE, NULL, NULL);
    return fault.line;
}

/* What no cell breaks by itself; at the cell that the rule names. */
static enum error hold_to(
    struct call *call, const struct csv *csv, size_t row, const struct layout *layout,
    const struct json *json, rows_rule *rule, struct fault *fault)
{
    struct fault inner = {0};
    void *value = arena_alloc(&call->arena, layout->size);
    if (!value)
        return fault_place(fault, ERROR_MEMORY, "rows");
    enum error error = layout_read_json(layout, json, &call->arena, &inner, value);
    if (!error)
        error = rule(value, &inner);
    if (!error)
        return ERROR_OK;
    size_t column = csv_find(csv, inner.place);
    return csv_fault(
        csv, row, column < csv_columns(csv) ? column : 0, fault, error, inner.expected, "%s",
        inner.found);
}

static enum error read_csv(
    struct call *call, struct bytes text, const struct layout *layout, const struct layout *also,
    rows_rule *rule, struct fault *fault, struct rows *rows)
{
    const struct csv *csv;
    struct table table, other;
    enum error error = csv_parse(text, &call->arena, fault, &csv);
    if (!error)
        error = table_of(layout, &call->arena, fault, &table);
    if (!error && also)
        error = table_of(also, &call->arena, fault, &other);
    if (!error)
        error = table_check(&table, also ? &other : NULL, csv, fault);
    if (error)
        return error;
    struct row *items = ARENA_ARRAY(&call->arena, struct row, csv_rows(csv));
    if (!items)
        return fault_place(fault, ERROR_MEMORY, "rows");
    for (size_t i = 0; i < csv_rows(csv) && !error; i++) {
        items[i].line = line_of(csv, i);
        error = table_read(&table, csv, i, &call->arena, fault, &items[i].json);
        if (!error && rule)
            error = hold_to(call, csv, i, layout, items[i].json, rule, fault);
    }
    rows->items = items;
    rows->count = csv_rows(csv);
    return error;
}

static enum error read_table(
    struct call *call, const char *path, const struct layout *layout, const struct layout *also,
    rows_rule *rule, struct fault *fault, struct rows *ret_rows)
{
    struct rows rows = {.path = path};
    struct bytes text;
    enum error error = input_read(call, path, fault, &text);
    if (error)
        return error;
    error = read_csv(call, text, layout, also, rule, fault, &rows);
    if (error)
        return fault_within(fault, error, "%s", path);
    *ret_rows = rows;
    return ERROR_OK;
}

/* --- JSON --------------------------------------------------------------------------------- */

static bool has_field(const struct layout *layout, struct bytes name)
{
    for (size_t i = 0; layout && i < layout->field_count; i++) {
        if (bytes_equal_text(name, layout->fields[i].name))
            return true;
    }
    return false;
}

/* The row with the members of the layout alone, held to it. */
static enum error pick(
    struct call *call, const struct json *row, const struct layout *layout,
    const struct layout *also, struct fault *fault, const struct json **ret_row)
{
    struct buffer text = {0};
    struct json_writer writer;
    void *value = arena_alloc(&call->arena, layout->size);
    enum error error = json_expect(row, JSON_OBJECT, fault);
    json_writer_begin(&writer, &text, 0);
    json_write_object(&writer);
    for (size_t i = 0; i < json_count(row) && !error; i++) {
        struct bytes name = json_name_at(row, i);
        if (has_field(layout, name)) {
            json_write_name_bytes(&writer, name);
            json_write_value(&writer, json_at(row, i));
        } else if (!has_field(also, name)) {
            error = json_fault(
                json_at(row, i), fault, ERROR_JSON_UNKNOWN, "a member of this register", "%.*s",
                (int)(name.length < 60 ? name.length : 60), (const char *)name.data);
        }
    }
    json_write_object_end(&writer);
    const struct json *picked = NULL;
    struct fault inner = {0};
    if (!error)
        error = json_writer_end(&writer);
    if (!error)
        error = json_parse(buffer_view(&text), &call->arena, &inner, &picked);
    if (!error && !value)
        error = ERROR_MEMORY;
    if (!error)
        error = layout_read_json(layout, picked, &call->arena, &inner, value);
    /* Line and column are of a text that nobody has seen; the member is not. */
    const char *member = strstr(inner.place, "$.");
    if (error && !(fault && fault->error))
        json_fault(
            row, fault, error, inner.expected, "%s%s%s", member ? member + 2 : "",
            member && inner.found[0] ? ": " : "", inner.found);
    buffer_free(&text);
    if (!error)
        *ret_row = picked;
    return error;
}

static enum error read_json(
    struct call *call, struct bytes text, const struct layout *layout, const struct layout *also,
    struct fault *fault, struct rows *rows)
{
    const struct json *root, *array;
    enum error error = json_parse(text, &call->arena, fault, &root);
    if (!error)
        error = json_get(root, "rows", JSON_ARRAY, fault, &array);
    if (error)
        return error;
    struct row *items = ARENA_ARRAY(&call->arena, struct row, json_count(array));
    if (!items)
        return fault_place(fault, ERROR_MEMORY, "rows");
    for (size_t i = 0; i < json_count(array) && !error; i++) {
        const struct json *row = json_at(array, i);
        items[i].line = json_place(row).line;
        error = pick(call, row, layout, also, fault, &items[i].json);
    }
    rows->items = items;
    rows->count = json_count(array);
    return error;
}

enum error rows_read(
    struct call *call, const char *path, const struct layout *layout, const struct layout *also,
    struct fault *fault, struct rows *ret_rows)
{
    struct rows rows = {.path = path};
    struct bytes text;
    enum error error = input_read(call, path, fault, &text);
    if (error)
        return error;
    /* No header of a table that a register has begins so. */
    bool json = text.length && text.data[0] == '{';
    error = json ? read_json(call, text, layout, also, fault, &rows)
                 : read_csv(call, text, layout, also, NULL, fault, &rows);
    if (error)
        return fault_within(fault, error, "%s", path);
    *ret_rows = rows;
    return ERROR_OK;
}

/* --- As the body of an act ---------------------------------------------------------------- */

/* The one list of records of a body, or NULL. */
static const struct field *list_of(const struct layout *body)
{
    for (size_t i = 0; i < body->field_count; i++) {
        if (body->fields[i].kind == FIELD_RECORDS)
            return &body->fields[i];
    }
    return NULL;
}

bool rows_fit(const struct layout *body)
{
    bool line = body && strcmp(body->name, "line") == 0;
    return body && (line || list_of(body));
}

enum error rows_body(
    struct call *call, const char *path, const struct layout *body, const struct layout *also,
    rows_rule *rule, struct fault *fault, struct bytes *ret_json)
{
    const struct field *list = list_of(body);
    struct rows rows;
    enum error error = read_table(call, path, list ? list->layout : body, also, rule, fault, &rows);
    if (!error && !list && rows.count != 1)
        error = fault_set(
            fault, ERROR_CSV_VALUE, path, "one row: this act is on one line", "%zu", rows.count);
    if (error)
        return error;
    struct buffer text = {0};
    struct json_writer writer;
    json_writer_begin(&writer, &text, 0);
    if (list) {
        json_write_object(&writer);
        json_put_array(&writer, list->name);
    }
    for (size_t i = 0; i < rows.count; i++)
        json_write_value(&writer, rows.items[i].json);
    if (list) {
        json_write_array_end(&writer);
        json_write_object_end(&writer);
    }
    error = json_writer_end(&writer);
    struct bytes copy = error ? (struct bytes){0} : arena_copy(&call->arena, buffer_view(&text));
    buffer_free(&text);
    if (error || !copy.data)
        return fault_place(fault, error ? error : ERROR_MEMORY, "%s", path);
    *ret_json = copy;
    return ERROR_OK;
}

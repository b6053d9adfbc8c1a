/* Any text as a table of a register, or of an offence schedule: refused at a place inside the text,
 * or rows that the layout reads, and that written and read again are the same. The first byte picks
 * the kind; 0 stands for the lines that a schedule's act submits. */
#include "check.h"

#include <string.h>

#include "authority/register.h"
#include "authority/table.h"
#include "authority/lifecycle.h"

static const struct layout *submitted_lines(void)
{
    size_t count;
    const struct transition *rows = lifecycle(FILE_SCHEDULE, &count);
    return rows[0].body->fields[0].layout;
}

static bool
read_all(const struct table *table, struct bytes text, struct arena *arena, struct buffer *ret_csv)
{
    struct fault fault = {0};
    struct csv_writer writer;
    const struct csv *csv;
    enum error error = csv_parse(text, arena, &fault, &csv);
    if (!error)
        error = table_check(table, NULL, csv, &fault);
    table_begin(table, &writer, ret_csv);
    for (size_t i = 0; !error && i < csv_rows(csv); i++) {
        const struct json *row;
        error = table_read(table, csv, i, arena, &fault, &row);
        if (error)
            break;
        void *value = arena_alloc(arena, table->layout->size);
        check(value != NULL);
        check(layout_read_json(table->layout, row, arena, NULL, value) == ERROR_OK);
        table_write(table, row, &writer);
    }
    check(error == fault.error && (!error || fault.line >= 1));
    if (!error)
        check(csv_writer_end(&writer) == ERROR_OK);
    return !error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    enum file_kind kind = (enum file_kind)(data[0] % (FILE_KIND_LAST + 1));
    struct arena arena = {0};
    struct buffer first = {0}, second = {0};
    struct table table;
    const struct layout *layout = kind ? NULL : submitted_lines();
    check(layout || register_layout(kind, &arena, NULL, &layout) == ERROR_OK);
    check(table_of(layout, &arena, NULL, &table) == ERROR_OK);
    if (read_all(&table, (struct bytes){data + 1, size - 1}, &arena, &first)) {
        check(read_all(&table, buffer_view(&first), &arena, &second));
        check(bytes_equal(buffer_view(&first), buffer_view(&second)));
    }
    buffer_free(&first);
    buffer_free(&second);
    arena_free(&arena);
    return 0;
}

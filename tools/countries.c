/* countries: the table of ISO 3166-1 from the package iso-codes. Run by the build, never installed.
 *
 *     countries OUT.c iso_3166-1.json
 *
 * OUT.c gets `country_rows` and `country_count` (instruments/country.h), by code. A file in which a
 * country has no name or no code of two capital letters, or which has a code twice, is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "json/json.h"

enum { FILE_MAX = 4 << 20, CODE_LENGTH = 2 };

struct row {
    const struct json *entry;
    struct bytes code, name;
};

static bool is_code(struct bytes code)
{
    return code.length == CODE_LENGTH && code.data[0] >= 'A' && code.data[0] <= 'Z' &&
           code.data[1] >= 'A' && code.data[1] <= 'Z';
}

static int compare_rows(const void *a, const void *b)
{
    return bytes_compare(((const struct row *)a)->code, ((const struct row *)b)->code);
}

static enum error take(const struct json *entry, struct fault *fault, struct row *ret_row)
{
    struct row row = {.entry = entry};
    enum error error = json_get_string(entry, "alpha_2", fault, &row.code);
    if (!error)
        error = json_get_string(entry, "name", fault, &row.name);
    if (error)
        return error;
    if (!is_code(row.code) || row.name.length == 0)
        return json_fault(
            entry, fault, ERROR_SYNTAX, "a code of two capital letters, and a name", NULL);
    *ret_row = row;
    return ERROR_OK;
}

static void put_text(struct buffer *out, struct bytes text)
{
    for (size_t i = 0; i < text.length; i++) {
        uint8_t byte = text.data[i];
        if (byte < 0x20 || byte >= 0x7F || byte == '"' || byte == '\\' || byte == '?')
            buffer_printf(out, "\\%03o", (unsigned)byte);
        else
            buffer_append_byte(out, byte);
    }
}

static enum error
write_table(const struct json *list, struct arena *arena, struct fault *fault, struct buffer *out)
{
    size_t count = json_count(list);
    struct row *rows = ARENA_ARRAY(arena, struct row, count);
    enum error error = rows ? ERROR_OK : fault_place(fault, ERROR_MEMORY, "countries");
    for (size_t i = 0; !error && i < count; i++)
        error = take(json_at(list, i), fault, &rows[i]);
    if (error)
        return error;
    if (count == 0)
        return json_fault(list, fault, ERROR_SYNTAX, "countries", "none");
    qsort(rows, count, sizeof *rows, compare_rows);
    for (size_t i = 1; i < count; i++) {
        if (bytes_equal(rows[i - 1].code, rows[i].code))
            return json_fault(rows[i].entry, fault, ERROR_SYNTAX, "each code once", "it again");
    }
    buffer_append_text(
        out, "/* Made by tools/countries.c of the package iso-codes. */\n"
             "#include \"instruments/country.h\"\n\nconst struct country country_rows[] = {\n");
    for (size_t i = 0; i < count; i++) {
        buffer_append_text(out, "    {\"");
        buffer_append_bytes(out, rows[i].code);
        buffer_append_text(out, "\", \"");
        put_text(out, rows[i].name);
        buffer_append_text(out, "\"},\n");
    }
    buffer_append_text(
        out, "};\n\nconst size_t country_count = sizeof country_rows / sizeof *country_rows;\n");
    return out->error ? fault_place(fault, out->error, "countries") : ERROR_OK;
}

int main(int argument_count, char **arguments)
{
    if (argument_count != 3) {
        fprintf(stderr, "usage: countries OUT.c iso_3166-1.json\n");
        return EXIT_FAILURE;
    }
    struct fault fault = {0};
    struct arena arena = {0};
    struct buffer text = {0}, out = {0};
    const struct json *root = NULL, *list = NULL;
    enum error error = os_read_file(&os_system, arguments[2], FILE_MAX, &fault, &text);
    if (!error)
        error = json_parse(buffer_view(&text), &arena, &fault, &root);
    if (!error)
        error = json_get(root, "3166-1", JSON_ARRAY, &fault, &list);
    if (!error)
        error = write_table(list, &arena, &fault, &out);
    if (!error)
        error = os_replace_file(&os_system, arguments[1], buffer_view(&out), 0644, &fault);
    buffer_free(&text);
    buffer_free(&out);
    arena_free(&arena);
    if (error) {
        char words[600];
        fprintf(
            stderr, "countries: %s: %s\n", arguments[2], fault_text(&fault, words, sizeof words));
    }
    return error ? EXIT_FAILURE : EXIT_SUCCESS;
}

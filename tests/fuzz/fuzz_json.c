/* json: what is accepted is written, read and written again to the same bytes, compact and
 * indented; every value is found where it says it stands; what is refused has a row and a place. */
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "json/json.h"

static void write_tree(const struct json *root, unsigned indent, struct buffer *out)
{
    struct json_writer writer;
    json_writer_begin(&writer, out, indent);
    json_write_value(&writer, root);
    check(json_writer_end(&writer) == ERROR_OK);
}

static void check_number(const struct json *value)
{
    int64_t number = 0;
    char text[32];
    struct bytes characters = json_characters(value);
    if (!json_is_whole(value) || characters.length >= sizeof text)
        return;
    memcpy(text, characters.data, characters.length);
    text[characters.length] = '\0';
    errno = 0;
    long long expected = strtoll(text, NULL, 10);
    bool fits = errno == 0;
    check(json_i64(value, NULL, &number) == (fits ? ERROR_OK : ERROR_JSON_RANGE));
    check(!fits || number == expected);
}

static void check_value(const struct json *value, struct bytes text)
{
    struct fault fault = {0};
    struct json_place place = json_place(value);
    check(place.offset < text.length && place.line >= 1 && place.column >= 1);
    check(json_fault(value, &fault, ERROR_SYNTAX, NULL, NULL) == ERROR_SYNTAX);
    check(strncmp(fault.place, "line ", 5) == 0);
    if (json_type(value) == JSON_NUMBER)
        check_number(value);
    for (size_t i = 0; i < json_count(value); i++) {
        if (json_type(value) == JSON_OBJECT)
            check(json_find_bytes(value, json_name_at(value, i)) == json_at(value, i));
        check(json_place(json_at(value, i)).offset > place.offset);
        check_value(json_at(value, i), text);
    }
}

static void check_printing(const struct json *root, unsigned indent)
{
    struct buffer first = {0}, second = {0};
    struct arena arena = {0};
    const struct json *again = NULL;
    write_tree(root, indent, &first);
    check(json_parse(buffer_view(&first), &arena, NULL, &again) == ERROR_OK);
    write_tree(again, indent, &second);
    check(bytes_equal(buffer_view(&first), buffer_view(&second)));
    arena_free(&arena);
    buffer_free(&first);
    buffer_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes text = {data, size};
    struct arena arena = {0};
    struct fault fault = {0};
    const struct json *root = NULL;
    if (size > 1 << 16)
        return 0; /* the place of every value is a scan: quadratic here */
    enum error error = json_parse(text, &arena, &fault, &root);
    check(error == fault.error && (error != 0) == (root == NULL));
    if (error) {
        check(error >= 250 && error < 300);
        check(strncmp(fault.place, "line ", 5) == 0);
    } else {
        check_value(root, text);
        check_printing(root, 0);
        check_printing(root, 3);
    }
    arena_free(&arena);
    return 0;
}

/* json, writing: separators, escapes, nesting that cannot be wrong, failure of the buffer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "failing_alloc.h"
#include "json/json.h"

static void write_document(struct json_writer *writer)
{
    json_write_object(writer);
    json_put_string(writer, "number", "IL-7");
    json_put_bool(writer, "held", false);
    json_put_i64(writer, "least", INT64_MIN);
    json_put_u64(writer, "most", UINT64_MAX);
    json_put_array(writer, "list");
    json_write_null(writer);
    json_write_array(writer);
    json_write_array_end(writer);
    json_write_object(writer);
    json_write_object_end(writer);
    json_write_number(writer, BYTES_LITERAL("1.50e+2"));
    json_write_array_end(writer);
    json_put_object(writer, "inner");
    json_write_name_bytes(writer, BYTES_LITERAL("a\0b"));
    json_write_bool(writer, true);
    json_write_object_end(writer);
    json_put_string_bytes(writer, "raw", BYTES_LITERAL("\0"));
    json_write_object_end(writer);
}

static const char compact[] = "{\"number\":\"IL-7\",\"held\":false,\"least\":-9223372036854775808,"
                              "\"most\":18446744073709551615,\"list\":[null,[],{},1.50e+2],"
                              "\"inner\":{\"a\\u0000b\":true},\"raw\":\"\\u0000\"}";

static const char indented[] = "{\n"
                               "  \"number\": \"IL-7\",\n"
                               "  \"held\": false,\n"
                               "  \"least\": -9223372036854775808,\n"
                               "  \"most\": 18446744073709551615,\n"
                               "  \"list\": [\n"
                               "    null,\n"
                               "    [],\n"
                               "    {},\n"
                               "    1.50e+2\n"
                               "  ],\n"
                               "  \"inner\": {\n"
                               "    \"a\\u0000b\": true\n"
                               "  },\n"
                               "  \"raw\": \"\\u0000\"\n"
                               "}";

static void documents_are_written(void **state)
{
    (void)state;
    static const struct {
        unsigned indent;
        const char *text;
    } rows[] = {{0, compact}, {2, indented}};
    for (size_t i = 0; i < 2; i++) {
        struct buffer buffer = {0};
        struct json_writer writer;
        json_writer_begin(&writer, &buffer, rows[i].indent);
        write_document(&writer);
        assert_int_equal(json_writer_end(&writer), ERROR_OK);
        assert_string_equal(buffer_text(&buffer), rows[i].text);
        /* What was written is read, and written again the same from the tree. */
        struct arena arena = {0};
        const struct json *root = NULL;
        assert_int_equal(json_parse(buffer_view(&buffer), &arena, NULL, &root), ERROR_OK);
        buffer_clear(&buffer);
        json_writer_begin(&writer, &buffer, rows[i].indent);
        json_write_value(&writer, root);
        assert_int_equal(json_writer_end(&writer), ERROR_OK);
        assert_string_equal(buffer_text(&buffer), rows[i].text);
        arena_free(&arena);
        buffer_free(&buffer);
    }
}

static void strings_are_escaped(void **state)
{
    (void)state;
    static const struct {
        struct bytes value;
        const char *text;
    } rows[] = {
        {{0}, "\"\""},
        {{(const uint8_t *)"\"\\/", 3}, "\"\\\"\\\\/\""},
        {{(const uint8_t *)"\b\f\n\r\t", 5}, "\"\\b\\f\\n\\r\\t\""},
        {{(const uint8_t *)"a\0b\x01\x1f\x7f", 6}, "\"a\\u0000b\\u0001\\u001f\x7f\""},
        {{(const uint8_t *)"\xC3\xA9\xF0\x9F\x98\x80", 6}, "\"\xC3\xA9\xF0\x9F\x98\x80\""},
    };
    struct buffer buffer = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct json_writer writer;
        buffer_clear(&buffer);
        json_writer_begin(&writer, &buffer, 0);
        json_write_string_bytes(&writer, rows[i].value);
        assert_int_equal(json_writer_end(&writer), ERROR_OK);
        assert_string_equal(buffer_text(&buffer), rows[i].text);
    }
    buffer_free(&buffer);
}

static void value_in_object(struct json_writer *writer)
{
    json_write_object(writer);
    json_write_null(writer);
}

static void name_in_array(struct json_writer *writer)
{
    json_write_array(writer);
    json_write_name(writer, "a");
}

static void name_at_the_top(struct json_writer *writer)
{
    json_write_name(writer, "a");
}

static void two_names(struct json_writer *writer)
{
    json_write_object(writer);
    json_write_name(writer, "a");
    json_write_name(writer, "b");
}

static void name_without_value(struct json_writer *writer)
{
    json_write_object(writer);
    json_write_name(writer, "a");
    json_write_object_end(writer);
}

static void wrong_close(struct json_writer *writer)
{
    json_write_object(writer);
    json_write_array_end(writer);
}

static void close_at_the_top(struct json_writer *writer)
{
    json_write_array(writer);
    json_write_array_end(writer);
    json_write_array_end(writer);
}

static void left_open(struct json_writer *writer)
{
    json_write_array(writer);
}

static void two_values(struct json_writer *writer)
{
    json_write_null(writer);
    json_write_null(writer);
}

static void nothing(struct json_writer *writer)
{
    (void)writer;
}

static void misuse_is_an_internal_error(void **state)
{
    (void)state;
    void (*const rows[])(struct json_writer *) = {
        value_in_object, name_in_array,    name_at_the_top, two_names,  name_without_value,
        wrong_close,     close_at_the_top, left_open,       two_values, nothing,
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer buffer = {0};
        struct json_writer writer;
        json_writer_begin(&writer, &buffer, 0);
        rows[i](&writer);
        assert_int_equal(json_writer_end(&writer), ERROR_INTERNAL);
        buffer_free(&buffer);
    }
}

static void bad_values_are_refused(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    struct json_writer writer;
    json_writer_begin(&writer, &buffer, 0);
    json_write_string(&writer, "\xFF");
    assert_int_equal(json_writer_end(&writer), ERROR_JSON_UTF8);
    json_writer_begin(&writer, &buffer, 0);
    json_write_object(&writer);
    json_put_bool(&writer, "\xC0\x80", true);
    assert_int_equal(json_writer_end(&writer), ERROR_JSON_UTF8);
    static const char *numbers[] = {"", "-", "01", "1.", "1e", "1 ", "NaN", "1,2", "0x1", "+1"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        json_writer_begin(&writer, &buffer, 0);
        json_write_number(&writer, bytes_of(numbers[i]));
        assert_int_equal(json_writer_end(&writer), ERROR_JSON_NUMBER);
    }
    json_writer_begin(&writer, &buffer, 0);
    for (int i = 0; i <= JSON_DEPTH_MAX; i++)
        json_write_array(&writer);
    assert_int_equal(json_writer_end(&writer), ERROR_JSON_DEPTH);
    buffer_free(&buffer);
}

static void the_buffer_may_fail(void **state)
{
    (void)state;
    struct buffer whole = {0};
    struct json_writer writer;
    json_writer_begin(&writer, &whole, 2);
    write_document(&writer);
    assert_int_equal(json_writer_end(&writer), ERROR_OK);
    for (size_t limit = 1; limit < whole.length; limit++) {
        struct buffer small = {.limit = limit};
        json_writer_begin(&writer, &small, 2);
        write_document(&writer);
        assert_int_equal(json_writer_end(&writer), ERROR_TOO_LARGE);
        buffer_free(&small);
    }
    buffer_free(&whole);
    bool done = false;
    long n = 0;
    for (; !done; n++) {
        struct buffer buffer = {0};
        failing_alloc_after(n);
        json_writer_begin(&writer, &buffer, 0);
        write_document(&writer);
        enum error error = json_writer_end(&writer);
        done = !failing_alloc_stop();
        assert_int_equal(error, done ? ERROR_OK : ERROR_MEMORY);
        if (done)
            assert_string_equal(buffer_text(&buffer), compact);
        buffer_free(&buffer);
    }
    assert_true(n > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_are_written),       cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(misuse_is_an_internal_error), cmocka_unit_test(bad_values_are_refused),
        cmocka_unit_test(the_buffer_may_fail),
    };
    return cmocka_run_group_tests_name("json_write", tests, NULL, NULL);
}

/* http: forms with files, read as browsers send them and no other way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "http/multipart.h"

#define TYPE "multipart/form-data; boundary=----b7"
#define PART(name, content)                                                                        \
    "------b7\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" content "\r\n"
#define END "------b7--\r\n"

static void what_browsers_send_is_read(void **state)
{
    (void)state;
    static const char body[] =
        "------b7\r\n"
        "Content-Disposition: form-data; name=\"file\"; "
        "filename=\"a %22b%22 \xC3\xA9.certificate\"\r\n"
        "Content-Type: application/octet-stream\r\n"
        "\r\n"
        "\0\r\n------b\r\n--\xFF\r\n" PART("text", "") PART("token", "12") END;
    struct arena arena = {0};
    struct fault fault = {0};
    struct http_parts parts;
    const struct bytes bytes = {(const uint8_t *)body, sizeof body - 1};
    assert_int_equal(http_multipart_parse(bytes, TYPE, &arena, &fault, &parts), ERROR_OK);
    assert_int_equal(parts.count, 3);
    const struct http_part *file = http_part(parts, "file");
    assert_string_equal(file->file, "a %22b%22 \xC3\xA9.certificate");
    assert_int_equal(file->content.length, 15);
    assert_memory_equal(file->content.data, "\0\r\n------b\r\n--\xFF", 15);
    assert_int_equal(http_part(parts, "text")->content.length, 0);
    assert_null(http_part(parts, "text")->file);
    assert_memory_equal(http_part(parts, "token")->content.data, "12", 2);
    assert_null(http_part(parts, "other"));
    /* the last line may lack its end; the boundary may be quoted */
    const struct bytes shorter = {(const uint8_t *)body, sizeof body - 3};
    assert_int_equal(
        http_multipart_parse(
            shorter, "Multipart/Form-Data; boundary=\"----b7\"", &arena, &fault, &parts),
        ERROR_OK);
    arena_free(&arena);
}

static void everything_else_is_refused_at_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *type, *body;
        enum error error;
        const char *place;
    } rows[] = {
        {"multipart/form-data", END, ERROR_HTTP_FIELD, "Content-Type"},
        {"multipart/form-data; boundary=", END, ERROR_HTTP_FIELD, "Content-Type"},
        {"multipart/form-data; boundary=a b", END, ERROR_HTTP_FIELD, "Content-Type"},
        {"multipart/form-data; boundary=\"a", END, ERROR_HTTP_FIELD, "Content-Type"},
        {"multipart/form-data; charset=x; boundary=a", END, ERROR_HTTP_FIELD, "Content-Type"},
        {"multipart/mixed; boundary=a", END, ERROR_HTTP_FIELD, "Content-Type"},
        {"multipart/form-data; boundary="
         "12345678901234567890123456789012345678901234567890123456789012345678901",
         END, ERROR_HTTP_FIELD, "Content-Type"},
        {TYPE, "", ERROR_HTTP_CHARACTER, "offset 0"},
        {TYPE, "\r\n" PART("a", "1") END, ERROR_HTTP_CHARACTER, "offset 0"},
        {TYPE, "------b7", ERROR_HTTP_CHARACTER, "offset 8"},
        {TYPE, "------b7-\r\n", ERROR_HTTP_CHARACTER, "offset 8"},
        {TYPE, "------b7\n", ERROR_HTTP_CHARACTER, "offset 8"},
        {TYPE, PART("a", "1") END "x", ERROR_HTTP_CHARACTER, "offset 69"},
        {TYPE, PART("a", "1") "------b8--\r\n", ERROR_HTTP_CHARACTER, "offset 69"},
        {TYPE, "------b7\r\n\r\n1\r\n" END, ERROR_HTTP_CHARACTER, "offset 10"},
        {TYPE, "------b7\r\nContent-Type: a", ERROR_HTTP_CHARACTER, "offset 25"},
        {TYPE, "------b7\r\nContent-Type: a\r\nContent-Type: a\r\n\r\n1\r\n" END,
         ERROR_HTTP_CHARACTER, "offset 27"},
        {TYPE, "------b7\r\nContent-Transfer-Encoding: base64\r\n\r\n1\r\n" END,
         ERROR_HTTP_CHARACTER, "offset 10"},
        {TYPE, "------b7\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n" END,
         ERROR_HTTP_CHARACTER, "offset 31"},
        {TYPE, "------b7\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" END,
         ERROR_HTTP_CHARACTER, "offset 47"},
        {TYPE, "------b7\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n" END,
         ERROR_HTTP_CHARACTER, "offset 49"},
        {TYPE, "------b7\r\nContent-Disposition: form-data; name=\"a\tb\"\r\n\r\n1\r\n" END,
         ERROR_HTTP_CHARACTER, "offset 49"},
        {TYPE, "------b7\r\nContent-Disposition: form-data; name=\"\xFF\"\r\n\r\n1\r\n" END,
         ERROR_UTF8, "offset 48"},
        {TYPE, "------b7\r\nContent-Disposition: form-data; name=\"a\"; size=1\r\n\r\n1\r\n" END,
         ERROR_HTTP_CHARACTER, "offset 50"},
        {TYPE,
         "------b7\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"; "
         "c\r\n\r\n1\r\n" END,
         ERROR_HTTP_CHARACTER, "offset 64"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        struct http_parts parts = {.count = 77};
        enum error error =
            http_multipart_parse(bytes_of(rows[i].body), rows[i].type, &arena, &fault, &parts);
        if (error != rows[i].error || strcmp(fault.place, rows[i].place) != 0)
            print_error("row %zu: %s at %s\n", i, error_name(error), fault.place);
        assert_int_equal(error, rows[i].error);
        assert_string_equal(fault.place, rows[i].place);
        assert_int_equal(parts.count, 77);
        arena_free(&arena);
    }
}

static void no_more_is_taken_than_a_form_has(void **state)
{
    (void)state;
    struct buffer body = {0};
    struct arena arena = {0};
    struct fault fault = {0};
    struct http_parts parts;
    for (int i = 0; i < HTTP_PARTS_MAX; i++)
        buffer_append_text(&body, PART("a", "1"));
    size_t length = body.length;
    buffer_append_text(&body, END);
    assert_int_equal(
        http_multipart_parse(buffer_view(&body), TYPE, &arena, &fault, &parts), ERROR_OK);
    assert_int_equal(parts.count, HTTP_PARTS_MAX);
    body.length = length;
    buffer_append_text(&body, PART("a", "1") END);
    assert_int_equal(
        http_multipart_parse(buffer_view(&body), TYPE, &arena, &fault, &parts), ERROR_TOO_LARGE);
    buffer_clear(&body);
    buffer_append_text(&body, "------b7\r\nContent-Type: ");
    for (int i = 0; i < HTTP_PART_HEAD_MAX; i++)
        buffer_append_byte(&body, 'x');
    assert_int_equal(
        http_multipart_parse(buffer_view(&body), TYPE, &arena, &fault, &parts), ERROR_TOO_LARGE);
    buffer_free(&body);
    arena_free(&arena);
}

static void without_memory_nothing_is_read(void **state)
{
    (void)state;
    static const char body[] = "------b7\r\nContent-Disposition: form-data; name=\"a\"; "
                               "filename=\"b\"\r\n\r\n1\r\n" END;
    for (long n = 0;; n++) {
        struct arena arena = {0};
        struct http_parts parts = {.count = 77};
        failing_alloc_after(n);
        enum error error = http_multipart_parse(bytes_of(body), TYPE, &arena, NULL, &parts);
        bool failed = failing_alloc_stop();
        arena_free(&arena);
        if (!failed) {
            assert_int_equal(error, ERROR_OK);
            assert_true(n >= 3);
            return;
        }
        assert_int_equal(error, ERROR_MEMORY);
        assert_int_equal(parts.count, 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_browsers_send_is_read),
        cmocka_unit_test(everything_else_is_refused_at_its_place),
        cmocka_unit_test(no_more_is_taken_than_a_form_has),
        cmocka_unit_test(without_memory_nothing_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

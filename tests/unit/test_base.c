/* base: bytes, arena, errors, time, text, durable files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <errno.h>

#include <cmocka.h>

#include "base/base.h"

static void faults_name_the_place(void **state)
{
    (void)state;
    struct fault fault = {0};
    assert_int_equal(
        fault_set(&fault, ERROR_HEX, "clause L1", "two digits", "%d digits", 3), ERROR_HEX);
    assert_int_equal(fault_within(&fault, ERROR_HEX, "licence %s", "7"), ERROR_HEX);
    char text[400];
    assert_string_equal(
        fault_text(&fault, text, sizeof text),
        "licence 7: clause L1: not hexadecimal (expected two digits, found 3 digits)");
    assert_int_equal(fault_set(NULL, ERROR_IO, "x", NULL, NULL), ERROR_IO);
}

static void faults_know_lines(void **state)
{
    (void)state;
    struct fault fault = {0};
    fault_set(&fault, ERROR_HEX, "line 3, column 7", NULL, NULL);
    assert_int_equal(fault_in_text(&fault, ERROR_HEX, 3, 7), ERROR_HEX);
    fault_within(&fault, ERROR_HEX, "file");
    assert_int_equal(fault.line, 3);
    assert_int_equal(fault.column, 7);
    fault_in_text(&fault, ERROR_HEX, SIZE_MAX, SIZE_MAX);
    assert_int_equal(fault.line, UINT32_MAX);
    fault_set(&fault, ERROR_IO, "elsewhere", NULL, NULL);
    assert_int_equal(fault.line, 0);
    assert_int_equal(fault.column, 0);
    fault_in_text(&fault, ERROR_IO, 1, 1);
    fault_place(&fault, ERROR_IO, "elsewhere");
    assert_int_equal(fault.line, 0);
    assert_int_equal(fault_in_text(NULL, ERROR_IO, 1, 1), ERROR_IO);
}

static void faults_are_cut_at_a_character(void **state)
{
    (void)state;
    /* One byte before, so that the cut falls inside a two-byte character. */
    char longer[400] = "a";
    for (int i = 0; i < 150; i++)
        strcat(longer, "\xC3\xA9");
    for (int shift = 0; shift < 3; shift++) {
        struct fault fault = {0};
        fault_set(&fault, ERROR_IO, longer + shift * 1, NULL, NULL);
        if (shift == 2)
            continue; /* begins inside a character: nothing to promise */
        assert_true(strlen(fault.place) >= sizeof fault.place - 3);
        if (shift == 0)
            assert_true(bytes_are_utf8(bytes_of(fault.place), NULL));
    }
}

static void error_numbers_are_unique(void **state)
{
    (void)state;
    static const int numbers[] = {
#define ERROR_ROW(name, number, words) number,
#include "base/error_rows.h"
#undef ERROR_ROW
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_true(numbers[i] > 0);
        for (size_t k = i + 1; k < sizeof numbers / sizeof *numbers; k++)
            assert_int_not_equal(numbers[i], numbers[k]);
    }
    assert_string_equal(error_name(ERROR_NOT_FOUND), "NOT_FOUND");
    assert_string_equal(error_words(ERROR_NOT_FOUND), "not found");
}

static void utf8_follows_rfc_3629(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int good;
        size_t offset;
    } rows[] = {
        {"", 1, 0},
        {"a", 1, 0},
        {"\xC3\xA9", 1, 0},
        {"\xE2\x82\xAC", 1, 0},
        {"\xF0\x9F\x98\x80", 1, 0},
        {"\xF4\x8F\xBF\xBF", 1, 0},
        {"\xEE\x80\x80", 1, 0},
        {"\xC0\x80", 0, 0},
        {"\xC1\xBF", 0, 0},
        {"\xE0\x9F\xBF", 0, 0},
        {"\xED\xA0\x80", 0, 0},
        {"\xF0\x8F\xBF\xBF", 0, 0},
        {"\xF4\x90\x80\x80", 0, 0},
        {"\xF5\x80\x80\x80", 0, 0},
        {"ab\x80", 0, 2},
        {"a\xC3", 0, 1},
        {"\xE2\x82", 0, 0},
        {"\xFF", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t offset = 0;
        assert_int_equal(bytes_are_utf8(bytes_of(rows[i].text), &offset), rows[i].good);
        assert_int_equal(offset, rows[i].offset);
    }
}

static void buffers_grow_and_remember_failure(void **state)
{
    (void)state;
    struct buffer buffer = {.limit = 10};
    buffer_append_text(&buffer, "12345");
    buffer_printf(&buffer, "%d", 678);
    assert_string_equal(buffer_text(&buffer), "12345678");
    buffer_append_text(&buffer, "xyz");
    assert_int_equal(buffer.error, ERROR_TOO_LARGE);
    buffer_append_text(&buffer, "y");
    assert_int_equal(buffer.length, 8);
    assert_null(buffer_text(&buffer));
    buffer_clear(&buffer);
    buffer_append_u64(&buffer, 0x0102030405060708);
    assert_int_equal(load_u64(buffer.data), 0x0102030405060708);
    assert_int_equal(load_u16(buffer.data + 2), 0x0304);
    buffer_free(&buffer);
    assert_int_equal(buffer.limit, 10);
}

static void arenas_are_aligned_zeroed_and_limited(void **state)
{
    (void)state;
    struct arena arena = {.limit = 100000};
    for (size_t i = 1; i < 300; i++) {
        uint8_t *at = arena_alloc(&arena, i);
        assert_non_null(at);
        assert_int_equal((uintptr_t)at % 16, 0);
        for (size_t k = 0; k < i; k++)
            assert_int_equal(at[k], 0);
        memset(at, 0xAA, i);
    }
    assert_null(arena_alloc(&arena, 100000));
    assert_null(arena_array(&arena, SIZE_MAX / 2, 4));
    assert_string_equal(arena_text(&arena, BYTES_LITERAL("hello")), "hello");
    arena_free(&arena);
    assert_int_equal(arena.used, 0);
}

static void civil_dates_round_trip(void **state)
{
    (void)state;
    for (int64_t days = -800000; days < 3000000; days += 37) {
        int64_t year;
        unsigned month, day;
        civil_from_days(days, &year, &month, &day);
        assert_true(day >= 1 && day <= days_in_month(year, month));
        assert_int_equal(days_from_civil(year, month, day), days);
    }
    assert_int_equal(days_from_civil(1970, 1, 1), 0);
    assert_int_equal(days_from_civil(2000, 3, 1), 11017);
}

static void times_are_rfc_3339(void **state)
{
    (void)state;
    millis time = 0;
    char text[TIME_TEXT_SIZE];
    assert_int_equal(time_parse(BYTES_LITERAL("2026-03-02T09:00:00Z"), NULL, &time), ERROR_OK);
    assert_int_equal(time, INT64_C(1772442000000));
    assert_string_equal(time_text(time, text), "2026-03-02T09:00:00Z");
    assert_int_equal(time_parse(BYTES_LITERAL("2026-03-02T11:00:00.25+02:00"), NULL, &time), 0);
    assert_string_equal(time_text(time, text), "2026-03-02T09:00:00.250Z");
    assert_string_equal(time_text(-1, text), "1969-12-31T23:59:59.999Z");
    static const char *bad[] = {
        "",
        "2026-03-02",
        "2026-02-29T00:00:00Z",
        "2026-03-02T24:00:00Z",
        "2026-03-02T09:00:60Z",
        "2026-03-02T09:00:00",
        "2026-03-02T09:00:00.Z",
        "2026-03-02T09:00:00.1234Z",
        "2026-03-02T09:00:00Zx",
        "2026-13-02T09:00:00Z",
        "2026-03-02 09:00:00Z",
        "2026-03-02T09:00:00+24:00",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fault fault = {0};
        time = 7;
        assert_int_equal(time_parse(bytes_of(bad[i]), &fault, &time), ERROR_TIME_TEXT);
        assert_int_equal(time, 7);
        assert_non_null(strstr(fault.found, bad[i]));
    }
}

static void base64_is_strict(void **state)
{
    (void)state;
    static const char *pairs[][2] = {
        {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
        {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"\xfb\xff", "+/8="},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct buffer out = {0}, back = {0};
        base64_append(&out, bytes_of(pairs[i][0]));
        assert_string_equal(buffer_text(&out), pairs[i][1]);
        assert_int_equal(base64_parse(buffer_view(&out), NULL, &back), ERROR_OK);
        assert_true(bytes_equal_text(buffer_view(&back), pairs[i][0]));
        buffer_clear(&out);
        buffer_clear(&back);
        base64url_append(&out, bytes_of(pairs[i][0]));
        assert_null(memchr(out.data, '=', out.length));
        assert_int_equal(base64url_parse(buffer_view(&out), NULL, &back), ERROR_OK);
        assert_true(bytes_equal_text(buffer_view(&back), pairs[i][0]));
        buffer_free(&out);
        buffer_free(&back);
    }
    static const char *bad[] = {
        "Z", "Zg", "Zg=", "Zh==", "Zm9=", "Zm 9v", "====", "Zg==Zg==", "-_8="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buffer out = {0};
        buffer_append_text(&out, "kept");
        assert_int_equal(base64_parse(bytes_of(bad[i]), NULL, &out), ERROR_BASE64);
        assert_string_equal(buffer_text(&out), "kept");
        buffer_free(&out);
    }
}

static void numbers_and_hexadecimal(void **state)
{
    (void)state;
    uint64_t value = 1;
    assert_int_equal(
        number_parse(BYTES_LITERAL("18446744073709551615"), UINT64_MAX, NULL, &value), 0);
    assert_true(value == UINT64_MAX);
    assert_int_equal(
        number_parse(BYTES_LITERAL("18446744073709551616"), UINT64_MAX, NULL, &value),
        ERROR_NUMBER_TEXT);
    assert_int_equal(number_parse(BYTES_LITERAL("8"), 7, NULL, &value), ERROR_NUMBER_TEXT);
    assert_int_equal(number_parse(BYTES_LITERAL("7"), 7, NULL, &value), ERROR_OK);
    assert_int_equal(number_parse(BYTES_LITERAL(""), 7, NULL, &value), ERROR_NUMBER_TEXT);
    assert_int_equal(number_parse(BYTES_LITERAL("-1"), 7, NULL, &value), ERROR_NUMBER_TEXT);
    uint8_t bytes[2] = {0};
    char text[5];
    assert_int_equal(hex_parse(BYTES_LITERAL("aB09"), NULL, bytes, 2), ERROR_OK);
    assert_string_equal(hex_text(BYTES_ARRAY(bytes), text), "ab09");
    assert_int_equal(hex_parse(BYTES_LITERAL("aB0"), NULL, bytes, 2), ERROR_HEX);
    assert_int_equal(hex_parse(BYTES_LITERAL("aB0g"), NULL, bytes, 2), ERROR_HEX);
}

/* An operating system that fails at its N-th call that can fail. */
static struct {
    int left;
} failing;

static bool fails(void)
{
    return failing.left-- == 0;
}

static int failing_open(const char *path, int flags, mode_t mode)
{
    if (fails())
        return errno = EIO, -1;
    return os_system.open(path, flags, mode);
}

static ssize_t failing_pwrite(int file, const void *data, size_t size, off_t offset)
{
    if (fails())
        return errno = ENOSPC, -1;
    return os_system.pwrite(file, data, size > 3 ? 3 : size, offset); /* and always short */
}

static int failing_fsync(int file)
{
    if (fails())
        return errno = EIO, -1;
    return os_system.fsync(file);
}

static int failing_rename(const char *from, const char *to)
{
    if (fails())
        return errno = EIO, -1;
    return os_system.rename(from, to);
}

static void replacing_a_file_is_all_or_nothing(void **state)
{
    (void)state;
    char folder[] = "/tmp/enduse-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char path[64];
    snprintf(path, sizeof path, "%s/file", folder);
    struct os os = os_system;
    os.open = failing_open;
    os.pwrite = failing_pwrite;
    os.fsync = failing_fsync;
    os.rename = failing_rename;
    assert_int_equal(
        os_create_file(&os_system, path, BYTES_LITERAL("old content"), 0600, NULL), ERROR_OK);
    assert_int_equal(
        os_create_file(&os_system, path, BYTES_LITERAL("other"), 0600, NULL), ERROR_EXISTS);
    int failures = 0;
    for (int n = 0;; n++) {
        struct buffer content = {0};
        struct fault fault = {0};
        failing.left = n;
        enum error error = os_replace_file(&os, path, BYTES_LITERAL("new content"), 0600, &fault);
        failing.left = -1;
        assert_int_equal(os_read_file(&os_system, path, 100, NULL, &content), ERROR_OK);
        bool fresh = bytes_equal_text(buffer_view(&content), "new content");
        assert_true(fresh || bytes_equal_text(buffer_view(&content), "old content"));
        buffer_free(&content);
        if (!error) {
            assert_true(fresh);
            break;
        }
        failures++;
        assert_string_not_equal(fault.place, "");
        assert_int_equal(
            os_replace_file(&os_system, path, BYTES_LITERAL("old content"), 0600, NULL), ERROR_OK);
    }
    assert_true(failures > 5);
    struct buffer content = {0};
    struct fault fault;
    assert_int_equal(os_read_file(&os_system, path, 4, &fault, &content), ERROR_TOO_LARGE);
    assert_int_equal(content.length, 0);
    unlink(path);
    assert_int_equal(os_read_file(&os_system, path, 4, &fault, &content), ERROR_NOT_FOUND);
    assert_string_equal(fault.place, path);
    snprintf(path, sizeof path, "%s/a/b/c", folder);
    assert_int_equal(os_make_folder(&os_system, path, 0700, &fault), ERROR_OK);
    assert_int_equal(os_make_folder(&os_system, path, 0700, &fault), ERROR_OK);
    for (int i = 0; i < 3; i++) {
        rmdir(path);
        *strrchr(path, '/') = '\0';
    }
    rmdir(folder);
}

static void clocks_and_boot_id(void **state)
{
    (void)state;
    millis wall = 0, boot = 0;
    uint8_t id[16] = {0};
    assert_int_equal(os_wall_time(&os_system, &wall), ERROR_OK);
    assert_int_equal(os_boot_time(&os_system, &boot), ERROR_OK);
    assert_true(wall > INT64_C(1600000000000));
    assert_true(boot > 0 && boot < wall);
    assert_int_equal(os_boot_id(&os_system, NULL, id), ERROR_OK);
    assert_true(load_u64(id) != 0);
}

static void paths_keep_their_end(void **state)
{
    (void)state;
    struct path path;
    path_begin(&path);
    assert_string_equal(path_text(&path), "$");
    path_begin(&path);
    path_key(&path, BYTES_LITERAL("code"));
    path_index(&path, 3);
    path_key(&path, BYTES_LITERAL("two words"));
    path_key(&path, BYTES_LITERAL(""));
    path_key(&path, BYTES_LITERAL("a\0b"));
    assert_string_equal(path_text(&path), "$[\"a\\u{00}b\"][\"\"][\"two words\"][3].code");
    path_begin(&path);
    path_key(&path, BYTES_LITERAL("innermost"));
    for (uint64_t i = 0; i < 100; i++)
        path_index(&path, UINT64_MAX - i);
    const char *text = path_text(&path);
    assert_true(strlen(text) < PATH_TEXT_SIZE);
    assert_memory_equal(text, "$...[1844", 9);
    assert_string_equal(text + strlen(text) - 10, ".innermost");
}

static void quotes_are_safe_and_cut_at_a_character(void **state)
{
    (void)state;
    static const struct {
        struct bytes bytes;
        const char *shown;
    } rows[] = {
        {{0}, "\"\""},
        {{(const uint8_t *)"plain", 5}, "\"plain\""},
        {{(const uint8_t *)"q\"b\\", 4}, "\"q\\\"b\\\\\""},
        {{(const uint8_t *)"\x1b[2J", 4}, "\"\\u{1b}[2J\""},
        {{(const uint8_t *)"\xC2\x9B\x7F", 3}, "\"\\u{9b}\\u{7f}\""},
        {{(const uint8_t *)"\xC3\xA9\xFF", 3}, "\"\xC3\xA9\\xff\""},
        {{(const uint8_t *)"a\xE2\x80\xAE\xE2\x81\xA6", 7}, "\"a\\u{202e}\\u{2066}\""},
        {{(const uint8_t *)"\xE2\x82", 2}, "\"\\xe2\\x82\""},
        {{(const uint8_t *)"12345678901234567", 17}, "\"12345678901234567\""},
        {{(const uint8_t *)"123456789012345678", 18}, "\"12345678901234...\""},
        {{(const uint8_t *)"1234567890123\xC3\xA9"
                           "45678",
          20},
         "\"1234567890123...\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[20];
        assert_string_equal(quote_text(rows[i].bytes, text, sizeof text), rows[i].shown);
    }
}

static void what_is_not_seen_is_found(void **state)
{
    (void)state;
    const struct {
        const char *text;
        size_t in_line, in_lines; /* where; the length when nowhere */
    } rows[] = {
        {"", 0, 0},
        {"a clause", 8, 8},
        {"a\tb\nc", 1, 5},
        {"a\rb", 1, 1},
        {"\x1B[8m", 0, 0},
        {"a\x7F", 1, 1},
        {"\xC2\x80", 0, 0},
        {"\xC2\x9F", 0, 0},
        {"\xC2\xA0", 2, 2},
        {"\xC3\x80", 2, 2},
        {"\xE2\x80\xA9", 3, 3},         /* U+2029 */
        {"a\xE2\x80\xAA", 1, 1},        /* U+202A */
        {"a\xE2\x80\xAE", 1, 1},        /* U+202E */
        {"\xE2\x80\xAF", 3, 3},         /* U+202F */
        {"\xE2\x81\xA5", 3, 3},         /* U+2065 */
        {"\xE2\x81\xA6", 0, 0},         /* U+2066 */
        {"\xE2\x81\xA9", 0, 0},         /* U+2069 */
        {"\xE2\x81\xAA", 3, 3},         /* U+206A */
        {"\xD7\x90\xE2\x80\x8F", 5, 5}, /* Hebrew, and a mark that reorders nothing */
        /* Eight characters are looked at together. */
        {" sixteen plain ~", 16, 16},
        {"seven ch\naracters", 8, 17},
        {"seven\x1F ch", 5, 5},
        {"seven ch\x7F", 8, 8},
        {"\xC3\xA9l\xC3\xA8ve, \xC2\x85 and so on", 9, 9},
        {"Hebrew: \xE2\x80\xAE and so on", 8, 8},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(text_find_hidden(bytes_of(rows[i].text), false), rows[i].in_line);
        assert_int_equal(text_find_hidden(bytes_of(rows[i].text), true), rows[i].in_lines);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_name_the_place),
        cmocka_unit_test(what_is_not_seen_is_found),
        cmocka_unit_test(faults_know_lines),
        cmocka_unit_test(faults_are_cut_at_a_character),
        cmocka_unit_test(error_numbers_are_unique),
        cmocka_unit_test(utf8_follows_rfc_3629),
        cmocka_unit_test(buffers_grow_and_remember_failure),
        cmocka_unit_test(arenas_are_aligned_zeroed_and_limited),
        cmocka_unit_test(civil_dates_round_trip),
        cmocka_unit_test(times_are_rfc_3339),
        cmocka_unit_test(base64_is_strict),
        cmocka_unit_test(numbers_and_hexadecimal),
        cmocka_unit_test(replacing_a_file_is_all_or_nothing),
        cmocka_unit_test(clocks_and_boot_id),
        cmocka_unit_test(paths_keep_their_end),
        cmocka_unit_test(quotes_are_safe_and_cut_at_a_character),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}

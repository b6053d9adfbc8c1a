/* cbor, writing: shortest forms, counts, keys in order or sorted, no allocation where promised. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "cbor/cbor.h"
#include "failing_alloc.h"

static void assert_hex(const struct buffer *buffer, const char *expected)
{
    char text[2 * 512 + 1];
    assert_true(buffer->length <= 512);
    assert_string_equal(hex_text(buffer_view(buffer), text), expected);
    assert_int_equal(cbor_check(buffer_view(buffer), NULL), ERROR_OK);
}

static void integers_are_shortest(void **state)
{
    (void)state;
    static const struct {
        uint64_t value;
        const char *hex;
    } rows[] = {
        {0, "00"},
        {23, "17"},
        {24, "1818"},
        {255, "18ff"},
        {256, "190100"},
        {65535, "19ffff"},
        {65536, "1a00010000"},
        {UINT32_MAX, "1affffffff"},
        {UINT64_C(1) << 32, "1b0000000100000000"},
        {UINT64_MAX, "1bffffffffffffffff"},
    };
    static const struct {
        int64_t value;
        const char *hex;
    } negatives[] = {
        {0, "00"},    {-1, "20"},
        {-24, "37"},  {-25, "3818"},
        {-19, "32"},  {-65537, "3a00010000"},
        {24, "1818"}, {INT64_MIN, "3b7fffffffffffffff"},
    };
    struct buffer buffer = {0};
    struct cbor_writer writer;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buffer_clear(&buffer);
        cbor_writer_begin(&writer, &buffer);
        cbor_write_uint(&writer, rows[i].value);
        assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
        assert_hex(&buffer, rows[i].hex);
    }
    for (size_t i = 0; i < sizeof negatives / sizeof *negatives; i++) {
        buffer_clear(&buffer);
        cbor_writer_begin(&writer, &buffer);
        cbor_write_int(&writer, negatives[i].value);
        assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
        assert_hex(&buffer, negatives[i].hex);
    }
    buffer_free(&buffer);
}

static void write_document(struct cbor_writer *writer)
{
    cbor_write_tag(writer, 18);
    cbor_write_map(writer);
    cbor_write_uint(writer, 1);
    cbor_write_text(writer, "\xC3\xA9");
    cbor_write_uint(writer, 24);
    cbor_write_array(writer);
    cbor_write_bool(writer, true);
    cbor_write_bool(writer, false);
    cbor_write_null(writer);
    cbor_write_array(writer);
    cbor_write_end(writer);
    cbor_write_map(writer);
    cbor_write_end(writer);
    cbor_write_end(writer);
    cbor_write_int(writer, -1);
    cbor_write_bytes(writer, BYTES_LITERAL("\x01\x02"));
    cbor_write_text(writer, "a");
    cbor_write_raw(writer, BYTES_LITERAL("\x82\x01\x02"));
    cbor_write_end(writer);
    cbor_write_end(writer);
}

static const char document_hex[] = "d2a40162c3a9181885f5f4f680a0204201026161820102";

static void documents_are_deterministic(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    struct cbor_writer writer;
    cbor_writer_begin(&writer, &buffer);
    write_document(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
    assert_hex(&buffer, document_hex);
    /* A writer begins at the end of what is there. */
    cbor_writer_begin(&writer, &buffer);
    cbor_write_null(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
    assert_int_equal(buffer.length, sizeof document_hex / 2 + 1);
    buffer_free(&buffer);
}

/* Lengths at which the head of an array, map or string grows. */
static void counts_are_filled_in(void **state)
{
    (void)state;
    static const uint64_t counts[] = {0, 1, 23, 24, 255, 256, 65535, 65536, 70000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct buffer buffer = {0};
        struct cbor_writer writer;
        struct cbor_reader reader;
        cbor_writer_begin(&writer, &buffer);
        cbor_write_array(&writer);
        cbor_write_array(&writer);
        for (uint64_t k = 0; k < counts[i]; k++)
            cbor_write_uint(&writer, k);
        cbor_write_end(&writer);
        cbor_write_map(&writer);
        for (uint64_t k = 0; k < counts[i]; k++) {
            cbor_write_uint(&writer, k);
            cbor_write_bool(&writer, k % 2);
        }
        cbor_write_end(&writer);
        cbor_write_end(&writer);
        assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
        cbor_reader_begin(&reader, buffer_view(&buffer), NULL);
        uint64_t count = 1, value = 0;
        bool odd = false;
        cbor_read_array_of(&reader, 2);
        cbor_read_array(&reader, &count);
        assert_int_equal(count, counts[i]);
        for (uint64_t k = 0; k < count; k++) {
            cbor_read_uint(&reader, &value);
            assert_int_equal(value, k);
        }
        cbor_read_end(&reader);
        cbor_read_map_count(&reader, &count);
        assert_int_equal(count, counts[i]);
        for (uint64_t k = 0; k < count; k++) {
            cbor_key(&reader, k, "k");
            cbor_read_bool(&reader, &odd);
            assert_int_equal(odd, k % 2);
        }
        cbor_read_end(&reader);
        cbor_read_end(&reader);
        assert_int_equal(cbor_reader_end(&reader), ERROR_OK);
        buffer_free(&buffer);
    }
}

static void keys_out_of_order_are_refused(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    struct cbor_writer writer;
    cbor_writer_begin(&writer, &buffer);
    cbor_write_map(&writer);
    cbor_write_text(&writer, "b");
    cbor_write_map(&writer); /* a map inside has an order of its own */
    cbor_write_text(&writer, "a");
    cbor_write_null(&writer);
    cbor_write_end(&writer);
    assert_int_equal(writer.error, ERROR_OK);
    cbor_write_text(&writer, "a");
    cbor_write_null(&writer);
    cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_CBOR_KEY_ORDER);

    buffer_clear(&buffer);
    cbor_writer_begin(&writer, &buffer);
    cbor_write_map(&writer);
    cbor_write_int(&writer, 5);
    cbor_write_null(&writer);
    cbor_write_uint(&writer, 5);
    cbor_write_null(&writer);
    cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_CBOR_KEY_DUPLICATE);

    void (*const bad[])(struct cbor_writer *) = {
        cbor_write_null, cbor_write_array, cbor_write_map, cbor_write_map_unsorted};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        buffer_clear(&buffer);
        cbor_writer_begin(&writer, &buffer);
        cbor_write_map(&writer);
        bad[i](&writer);
        assert_int_equal(cbor_writer_end(&writer), ERROR_CBOR_KEY_TYPE);
    }
    buffer_clear(&buffer);
    cbor_writer_begin(&writer, &buffer);
    cbor_write_map(&writer);
    cbor_write_raw(&writer, BYTES_LITERAL("\x80"));
    assert_int_equal(cbor_writer_end(&writer), ERROR_CBOR_KEY_TYPE);
    buffer_free(&buffer);
}

static void write_unsorted(struct cbor_writer *writer, bool twice)
{
    cbor_write_map_unsorted(writer);
    cbor_write_text(writer, "aa");
    cbor_write_uint(writer, 1);
    cbor_write_text(writer, "b");
    cbor_write_map_unsorted(writer);
    cbor_write_uint(writer, 300);
    cbor_write_null(writer);
    cbor_write_int(writer, -1);
    cbor_write_null(writer);
    cbor_write_uint(writer, 2);
    cbor_write_null(writer);
    cbor_write_end(writer);
    cbor_write_uint(writer, 7);
    cbor_write_text(writer, "seven");
    if (twice) {
        cbor_write_text(writer, "b");
        cbor_write_null(writer);
    }
    cbor_write_bytes(writer, BYTES_LITERAL("zzz"));
    cbor_write_array(writer);
    cbor_write_end(writer);
    cbor_write_end(writer);
}

static const char sorted_hex[] = "a40765736576656e437a7a7a806162a302f619012cf620f662616101";

static void unsorted_maps_are_sorted(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    struct cbor_writer writer;
    cbor_writer_begin(&writer, &buffer);
    write_unsorted(&writer, false);
    assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
    assert_hex(&buffer, sorted_hex);
    buffer_clear(&buffer);
    cbor_writer_begin(&writer, &buffer);
    write_unsorted(&writer, true);
    assert_int_equal(cbor_writer_end(&writer), ERROR_CBOR_KEY_DUPLICATE);
    /* Many, so that the head grows after the sorting. */
    buffer_clear(&buffer);
    cbor_writer_begin(&writer, &buffer);
    cbor_write_map_unsorted(&writer);
    for (uint64_t i = 0; i < 1000; i++) {
        cbor_write_uint(&writer, i * 7919 % 1000);
        cbor_write_uint(&writer, i);
    }
    cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
    assert_int_equal(cbor_check(buffer_view(&buffer), NULL), ERROR_OK);
    buffer_free(&buffer);
}

static void misuse_is_an_internal_error(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    struct cbor_writer writer;
    cbor_writer_begin(&writer, &buffer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_INTERNAL); /* nothing */
    cbor_writer_begin(&writer, &buffer);
    cbor_write_null(&writer);
    cbor_write_null(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_INTERNAL); /* two items */
    cbor_writer_begin(&writer, &buffer);
    cbor_write_array(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_INTERNAL); /* open */
    cbor_writer_begin(&writer, &buffer);
    cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_INTERNAL); /* nothing open */
    cbor_writer_begin(&writer, &buffer);
    cbor_write_map(&writer);
    cbor_write_uint(&writer, 1);
    cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_INTERNAL); /* a key without a value */
    cbor_writer_begin(&writer, &buffer);
    cbor_write_tag(&writer, 1);
    cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_INTERNAL); /* an empty tag */
    cbor_writer_begin(&writer, &buffer);
    cbor_write_tag(&writer, 1);
    cbor_write_null(&writer);
    cbor_write_null(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_INTERNAL); /* a tag of two items */
    buffer_free(&buffer);
}

static void bad_values_are_refused(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    struct cbor_writer writer;
    cbor_writer_begin(&writer, &buffer);
    cbor_write_text(&writer, "\xFF");
    assert_int_equal(cbor_writer_end(&writer), ERROR_CBOR_UTF8);
    static const struct {
        const char *raw;
        enum error error;
    } rows[] = {
        {"", ERROR_CBOR_TRUNCATED},
        {"\x01\x01", ERROR_CBOR_TRAILING},
        {"\x9f\xff", ERROR_CBOR_INDEFINITE},
        {"\x18\x01", ERROR_CBOR_NOT_SHORTEST},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buffer_clear(&buffer);
        cbor_writer_begin(&writer, &buffer);
        cbor_write_raw(&writer, bytes_of(rows[i].raw));
        assert_int_equal(cbor_writer_end(&writer), rows[i].error);
        assert_int_equal(buffer.length, 0);
    }
    /* What is written can be read: depth is bounded on this side too, also through raw items. */
    for (int levels = CBOR_DEPTH_MAX; levels <= CBOR_DEPTH_MAX + 1; levels++) {
        buffer_clear(&buffer);
        cbor_writer_begin(&writer, &buffer);
        for (int i = 0; i < levels; i++)
            cbor_write_array(&writer);
        for (int i = 0; i < levels; i++)
            cbor_write_end(&writer);
        assert_int_equal(
            cbor_writer_end(&writer), levels > CBOR_DEPTH_MAX ? ERROR_CBOR_DEPTH : ERROR_OK);
        buffer_clear(&buffer);
        cbor_writer_begin(&writer, &buffer);
        for (int i = 0; i < levels - 2; i++)
            cbor_write_array(&writer);
        cbor_write_raw(&writer, BYTES_LITERAL("\x81\x80"));
        for (int i = 0; i < levels - 2; i++)
            cbor_write_end(&writer);
        assert_int_equal(
            cbor_writer_end(&writer), levels > CBOR_DEPTH_MAX ? ERROR_CBOR_DEPTH : ERROR_OK);
    }
    buffer_free(&buffer);
}

static void a_buffer_with_room_does_not_allocate(void **state)
{
    (void)state;
    const size_t length = sizeof document_hex / 2;
    uint8_t room[sizeof document_hex / 2 + 1];
    struct cbor_writer writer;
    struct buffer fixed = {.data = room, .capacity = sizeof room, .limit = sizeof room - 1};
    failing_alloc_after(0);
    cbor_writer_begin(&writer, &fixed);
    write_document(&writer);
    enum error error = cbor_writer_end(&writer);
    long allocations = failing_alloc_count();
    assert_false(failing_alloc_stop());
    assert_int_equal(allocations, 0);
    assert_int_equal(error, ERROR_OK);
    assert_ptr_equal(fixed.data, room);
    assert_int_equal(fixed.length, length);
    assert_hex(&fixed, document_hex);
    /* Every smaller room ends in TOO_LARGE, still without allocation or a byte beyond it. */
    for (size_t size = 2; size < sizeof room; size++) {
        uint8_t *exact = malloc(size);
        assert_non_null(exact);
        struct buffer small = {.data = exact, .capacity = size, .limit = size - 1};
        failing_alloc_after(0);
        cbor_writer_begin(&writer, &small);
        write_document(&writer);
        error = cbor_writer_end(&writer);
        assert_false(failing_alloc_stop());
        assert_int_equal(error, ERROR_TOO_LARGE);
        free(exact);
    }
    /* Nor does reading. */
    failing_alloc_after(0);
    error = cbor_check(buffer_view(&fixed), NULL);
    assert_false(failing_alloc_stop());
    assert_int_equal(error, ERROR_OK);
}

static void counts_grow_within_the_room(void **state)
{
    (void)state;
    /* 300 items: the head grows from one byte to three after the content stands. */
    uint8_t room[3 + 300 + 1];
    for (size_t size = sizeof room - 3; size <= sizeof room; size++) {
        struct buffer fixed = {.data = room, .capacity = size, .limit = size - 1};
        struct cbor_writer writer;
        cbor_writer_begin(&writer, &fixed);
        cbor_write_array(&writer);
        for (int i = 0; i < 300; i++)
            cbor_write_uint(&writer, 1);
        cbor_write_end(&writer);
        assert_int_equal(
            cbor_writer_end(&writer), size == sizeof room ? ERROR_OK : ERROR_TOO_LARGE);
    }
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    bool done = false;
    for (long n = 0; !done; n++) {
        struct buffer buffer = {0};
        struct cbor_writer writer;
        failing_alloc_after(n);
        cbor_writer_begin(&writer, &buffer);
        write_unsorted(&writer, false);
        enum error error = cbor_writer_end(&writer);
        done = !failing_alloc_stop();
        if (done) {
            assert_int_equal(error, ERROR_OK);
            assert_true(n >= 5); /* the buffer, and two for each of the maps */
            assert_hex(&buffer, sorted_hex);
        } else {
            assert_int_equal(error, ERROR_MEMORY);
        }
        buffer_free(&buffer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_shortest),
        cmocka_unit_test(documents_are_deterministic),
        cmocka_unit_test(counts_are_filled_in),
        cmocka_unit_test(keys_out_of_order_are_refused),
        cmocka_unit_test(unsorted_maps_are_sorted),
        cmocka_unit_test(misuse_is_an_internal_error),
        cmocka_unit_test(bad_values_are_refused),
        cmocka_unit_test(a_buffer_with_room_does_not_allocate),
        cmocka_unit_test(counts_grow_within_the_room),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("cbor_write", tests, NULL, NULL);
}

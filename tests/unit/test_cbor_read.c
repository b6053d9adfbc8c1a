/* cbor, reading: every way to be malformed has its row; maps tell missing from unknown keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "cbor/cbor.h"

/* The bytes of a hexadecimal literal; static storage, one at a time. */
static struct bytes hex(const char *text)
{
    static uint8_t bytes[4096];
    size_t length = strlen(text) / 2;
    assert_true(length <= sizeof bytes);
    assert_int_equal(hex_parse(bytes_of(text), NULL, bytes, length), ERROR_OK);
    return (struct bytes){bytes, length};
}

static void good_documents_pass(void **state)
{
    (void)state;
    static const char *rows[] = {
        /* RFC 8949 appendix A, as far as it is deterministic and used here. */
        "00",
        "01",
        "0a",
        "17",
        "1818",
        "1819",
        "1864",
        "1903e8",
        "1a000f4240",
        "1b000000e8d4a51000",
        "1bffffffffffffffff",
        "3bffffffffffffffff",
        "20",
        "29",
        "3863",
        "3903e7",
        "f4",
        "f5",
        "f6",
        "c11a514b67b0",
        "d74401020304",
        "d818456449455446",
        "40",
        "4401020304",
        "60",
        "6161",
        "6449455446",
        "62225c",
        "62c3bc",
        "63e6b0b4",
        "64f0908591",
        "80",
        "83010203",
        "8301820203820405",
        "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
        "a0",
        "a201020304",
        "a26161016162820203",
        "826161a161626163",
        "a56161614161626142616361436164614461656145",
        /* Keys: unsigned, negative, bytes, text; shorter before longer. */
        "a60001181801200140016001616101",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault = {0};
        if (cbor_check(hex(rows[i]), &fault)) {
            char text[400];
            fail_msg("%s: %s", rows[i], fault_text(&fault, text, sizeof text));
        }
    }
}

static void each_malformed_class_has_its_row(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum error error;
        const char *place;
    } rows[] = {
        {"", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"18", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"19ff", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"1affffff", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"1bffffffffffffff", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"41", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"626161a0", ERROR_CBOR_TRAILING, "byte 3"},
        {"6261", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"5bffffffffffffffff00", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"7bffffffffffffffff00", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"8201", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"82014282", ERROR_CBOR_TRUNCATED, "byte 2, $[1]"},
        {"9bffffffffffffffff", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"bbffffffffffffffff", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"bb800000000000000000", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"a101", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"a16161", ERROR_CBOR_TRUNCATED, "byte 3, $.a"},
        {"c1", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"f8", ERROR_CBOR_TRUNCATED, "byte 0"},
        {"0000", ERROR_CBOR_TRAILING, "byte 1"},
        {"f6ff", ERROR_CBOR_TRAILING, "byte 1"},
        {"1800", ERROR_CBOR_NOT_SHORTEST, "byte 0"},
        {"1817", ERROR_CBOR_NOT_SHORTEST, "byte 0"},
        {"1900ff", ERROR_CBOR_NOT_SHORTEST, "byte 0"},
        {"1a0000ffff", ERROR_CBOR_NOT_SHORTEST, "byte 0"},
        {"1b00000000ffffffff", ERROR_CBOR_NOT_SHORTEST, "byte 0"},
        {"3817", ERROR_CBOR_NOT_SHORTEST, "byte 0"},
        {"5801aa", ERROR_CBOR_NOT_SHORTEST, "byte 0"},
        {"780161", ERROR_CBOR_NOT_SHORTEST, "byte 0"},
        {"980100", ERROR_CBOR_NOT_SHORTEST, "byte 0"},
        {"b8010000", ERROR_CBOR_NOT_SHORTEST, "byte 0"},
        {"d80100", ERROR_CBOR_NOT_SHORTEST, "byte 0"},
        {"5f4101ff", ERROR_CBOR_INDEFINITE, "byte 0"},
        {"7f6161ff", ERROR_CBOR_INDEFINITE, "byte 0"},
        {"9f01ff", ERROR_CBOR_INDEFINITE, "byte 0"},
        {"bf0101ff", ERROR_CBOR_INDEFINITE, "byte 0"},
        {"ff", ERROR_CBOR_BREAK, "byte 0"},
        {"81ff", ERROR_CBOR_BREAK, "byte 1, $[0]"},
        {"1c", ERROR_CBOR_RESERVED, "byte 0"},
        {"3d", ERROR_CBOR_RESERVED, "byte 0"},
        {"5e", ERROR_CBOR_RESERVED, "byte 0"},
        {"7c", ERROR_CBOR_RESERVED, "byte 0"},
        {"9d", ERROR_CBOR_RESERVED, "byte 0"},
        {"be", ERROR_CBOR_RESERVED, "byte 0"},
        {"dc", ERROR_CBOR_RESERVED, "byte 0"},
        {"fc", ERROR_CBOR_RESERVED, "byte 0"},
        {"1f", ERROR_CBOR_RESERVED, "byte 0"},
        {"3f", ERROR_CBOR_RESERVED, "byte 0"},
        {"df", ERROR_CBOR_RESERVED, "byte 0"},
        {"f90000", ERROR_CBOR_FLOAT, "byte 0"},
        {"fa47c35000", ERROR_CBOR_FLOAT, "byte 0"},
        {"fb3ff199999999999a", ERROR_CBOR_FLOAT, "byte 0"},
        {"8201f97e00", ERROR_CBOR_FLOAT, "byte 2, $[1]"},
        {"f7", ERROR_CBOR_UNDEFINED, "byte 0"},
        {"e0", ERROR_CBOR_SIMPLE, "byte 0"},
        {"f3", ERROR_CBOR_SIMPLE, "byte 0"},
        {"f818", ERROR_CBOR_SIMPLE, "byte 0"},
        {"f8ff", ERROR_CBOR_SIMPLE, "byte 0"},
        {"61ff", ERROR_CBOR_UTF8, "byte 1"},
        {"6361c080", ERROR_CBOR_UTF8, "byte 2"},
        {"63eda080", ERROR_CBOR_UTF8, "byte 1"},
        {"a161ff00", ERROR_CBOR_UTF8, "byte 2"},
        {"a202000100", ERROR_CBOR_KEY_ORDER, "byte 3, $.1"},
        {"a2616200616100", ERROR_CBOR_KEY_ORDER, "byte 4, $.a"},
        {"a262616100616200", ERROR_CBOR_KEY_ORDER, "byte 5, $.b"},
        {"a220000000", ERROR_CBOR_KEY_ORDER, "byte 3, $.0"},
        {"a260004000", ERROR_CBOR_KEY_ORDER, "byte 3, $[\"h''\"]"},
        {"a201000100", ERROR_CBOR_KEY_DUPLICATE, "byte 3, $.1"},
        {"a2616100616100", ERROR_CBOR_KEY_DUPLICATE, "byte 4, $.a"},
        {"a24161004161f6", ERROR_CBOR_KEY_DUPLICATE, "byte 4, $[\"h'61'\"]"},
        {"81a220002000", ERROR_CBOR_KEY_DUPLICATE, "byte 4, $[0].-1"},
        {"a18000", ERROR_CBOR_KEY_TYPE, "byte 1"},
        {"a1a000", ERROR_CBOR_KEY_TYPE, "byte 1"},
        {"a1f400", ERROR_CBOR_KEY_TYPE, "byte 1"},
        {"a1f600", ERROR_CBOR_KEY_TYPE, "byte 1"},
        {"a1c10000", ERROR_CBOR_KEY_TYPE, "byte 1"},
        {"a20100f93c0000", ERROR_CBOR_FLOAT, "byte 3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault = {0};
        enum error error = cbor_check(hex(rows[i].hex), &fault);
        if (error != rows[i].error)
            fail_msg("%s: %s", rows[i].hex, error_name(error));
        assert_int_equal(fault.error, error);
        assert_string_equal(fault.place, rows[i].place);
        assert_int_equal(cbor_check(hex(rows[i].hex), NULL), rows[i].error);
    }
}

static void every_prefix_is_truncated(void **state)
{
    (void)state;
    const char *text =
        "a301820158201111111111111111111111111111111111111111111111111111111111111111"
        "02d81861610363e6b0b4";
    struct bytes whole = hex(text);
    assert_int_equal(cbor_check(whole, NULL), ERROR_OK);
    for (size_t length = 0; length < whole.length; length++)
        assert_int_equal(cbor_check(bytes_slice(whole, 0, length), NULL), ERROR_CBOR_TRUNCATED);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    static const uint8_t openers[][2] = {{0x81}, {0xC1}, {0xA1, 0x00}};
    static const size_t lengths[] = {1, 1, 2};
    for (size_t kind = 0; kind < 3; kind++) {
        for (int levels = CBOR_DEPTH_MAX; levels <= CBOR_DEPTH_MAX + 1; levels++) {
            struct buffer buffer = {0};
            for (int i = 0; i < levels; i++)
                buffer_append(&buffer, openers[kind], lengths[kind]);
            buffer_append_byte(&buffer, 0);
            assert_int_equal(
                cbor_check(buffer_view(&buffer), NULL),
                levels > CBOR_DEPTH_MAX ? ERROR_CBOR_DEPTH : ERROR_OK);
            buffer_free(&buffer);
        }
    }
}

static void scalars_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum error error;
        int64_t value;
    } rows[] = {
        {"00", ERROR_OK, 0},
        {"20", ERROR_OK, -1},
        {"32", ERROR_OK, -19},
        {"3a00010000", ERROR_OK, -65537},
        {"1b7fffffffffffffff", ERROR_OK, INT64_MAX},
        {"3b7fffffffffffffff", ERROR_OK, INT64_MIN},
        {"1b8000000000000000", ERROR_CBOR_RANGE, 7},
        {"3b8000000000000000", ERROR_CBOR_RANGE, 7},
        {"3bffffffffffffffff", ERROR_CBOR_RANGE, 7},
        {"6130", ERROR_CBOR_TYPE, 7},
    };
    struct cbor_reader reader;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t value = 7;
        cbor_reader_begin(&reader, hex(rows[i].hex), NULL);
        assert_int_equal(cbor_read_int(&reader, &value), rows[i].error);
        assert_true(value == rows[i].value);
        assert_int_equal(cbor_reader_end(&reader), rows[i].error);
    }
    uint64_t u = 7;
    cbor_reader_begin(&reader, hex("1bffffffffffffffff"), NULL);
    assert_int_equal(cbor_read_uint(&reader, &u), ERROR_OK);
    assert_true(u == UINT64_MAX);
    bool truth = false;
    cbor_reader_begin(&reader, hex("84f5f4f64101"), NULL);
    uint64_t count = 0;
    assert_int_equal(cbor_read_array(&reader, &count), ERROR_OK);
    assert_int_equal(count, 4);
    assert_int_equal(cbor_peek(&reader), CBOR_BOOL);
    assert_int_equal(cbor_read_bool(&reader, &truth), ERROR_OK);
    assert_true(truth);
    assert_int_equal(cbor_read_bool(&reader, &truth), ERROR_OK);
    assert_false(truth);
    assert_int_equal(cbor_peek(&reader), CBOR_NULL);
    assert_int_equal(cbor_read_null(&reader), ERROR_OK);
    uint8_t byte = 0;
    assert_int_equal(cbor_read_fixed(&reader, &byte, 1), ERROR_OK);
    assert_int_equal(byte, 1);
    assert_int_equal(cbor_peek(&reader), CBOR_NONE);
    assert_int_equal(cbor_read_end(&reader), ERROR_OK);
    assert_int_equal(cbor_reader_end(&reader), ERROR_OK);
}

static void ranges_and_types_say_what_was_expected(void **state)
{
    (void)state;
    struct cbor_reader reader;
    struct fault fault;
    char text[400];
    uint64_t value = 7;
    uint8_t digest[32] = {9};
    struct bytes bytes = {0};

    cbor_reader_begin(&reader, hex("830118c8182a"), &fault);
    cbor_read_array_of(&reader, 3);
    assert_int_equal(cbor_read_uint_in(&reader, 1, 1, &value), ERROR_OK);
    cbor_name(&reader, "month");
    assert_int_equal(cbor_read_uint_in(&reader, 1, 12, &value), ERROR_CBOR_RANGE);
    assert_int_equal(value, 1);
    assert_string_equal(
        fault_text(&fault, text, sizeof text),
        "byte 2, $.month: a value or length outside its range (expected 1 to 12, found 200)");
    /* The first error stays, and stops everything. */
    assert_int_equal(cbor_read_uint(&reader, &value), ERROR_CBOR_RANGE);
    assert_false(cbor_more(&reader));
    assert_int_equal(cbor_peek(&reader), CBOR_NONE);
    assert_int_equal(cbor_reader_end(&reader), ERROR_CBOR_RANGE);
    assert_string_equal(fault.found, "200");

    cbor_reader_begin(&reader, hex("43010203"), &fault);
    assert_int_equal(cbor_read_fixed(&reader, digest, sizeof digest), ERROR_CBOR_RANGE);
    assert_string_equal(fault.expected, "32 bytes");
    assert_string_equal(fault.found, "3");
    assert_int_equal(digest[0], 9);
    cbor_reader_begin(&reader, hex("6161"), &fault);
    assert_int_equal(cbor_read_text_in(&reader, 2, 8, &bytes), ERROR_CBOR_RANGE);
    assert_string_equal(fault.expected, "2 to 8 bytes");
    cbor_reader_begin(&reader, hex("6161"), &fault);
    assert_int_equal(cbor_read_bytes_in(&reader, 0, 8, &bytes), ERROR_CBOR_TYPE);
    assert_string_equal(fault.expected, "a byte string");
    assert_string_equal(fault.found, "a text string");
    assert_null(bytes.data);

    cbor_reader_begin(&reader, hex("8401020304"), &fault);
    assert_int_equal(cbor_read_array_of(&reader, 3), ERROR_CBOR_COUNT);
    assert_string_equal(fault.expected, "3 items");
    assert_string_equal(fault.found, "4");
    cbor_reader_begin(&reader, hex("d26101"), &fault);
    assert_int_equal(cbor_read_tag(&reader, 98), ERROR_CBOR_TAG);
    assert_string_equal(fault.found, "tag 18");
}

static void arrays_are_read_to_their_end(void **state)
{
    (void)state;
    struct cbor_reader reader;
    struct fault fault;
    uint64_t value = 0;
    cbor_reader_begin(&reader, hex("8281010281"), &fault);
    assert_int_equal(cbor_check(hex("8281010281"), NULL), ERROR_CBOR_TRAILING);
    cbor_reader_begin(&reader, hex("828101820203"), &fault);
    cbor_read_array(&reader, NULL);
    cbor_read_array(&reader, NULL);
    assert_int_equal(cbor_read_uint(&reader, &value), ERROR_OK);
    assert_false(cbor_more(&reader));
    assert_int_equal(cbor_read_end(&reader), ERROR_OK);
    cbor_read_array(&reader, NULL);
    assert_int_equal(cbor_read_uint(&reader, &value), ERROR_OK);
    assert_true(cbor_more(&reader));
    assert_int_equal(cbor_read_end(&reader), ERROR_CBOR_COUNT);
    assert_string_equal(fault.place, "byte 3, $[1]");
    assert_string_equal(fault.expected, "1 item");
    assert_string_equal(fault.found, "2");

    cbor_reader_begin(&reader, hex("8101"), &fault);
    cbor_read_array(&reader, NULL);
    assert_int_equal(cbor_read_uint(&reader, &value), ERROR_OK);
    value = 5;
    assert_int_equal(cbor_read_uint(&reader, &value), ERROR_CBOR_COUNT);
    assert_string_equal(fault.found, "the end of an array");
    assert_int_equal(value, 5);
}

/* A document as decoders read one: required, optional and required again. */
struct document {
    struct bytes number;
    uint64_t until, months;
};

static enum error read_document(struct bytes bytes, struct fault *fault, struct document *document)
{
    struct cbor_reader reader;
    cbor_reader_begin(&reader, bytes, fault);
    cbor_read_map(&reader);
    cbor_key(&reader, 1, "number");
    cbor_read_text(&reader, &document->number);
    if (cbor_key_optional(&reader, 2, "until"))
        cbor_read_uint(&reader, &document->until);
    cbor_key(&reader, 30, "offences");
    cbor_read_array(&reader, NULL);
    while (cbor_more(&reader)) {
        cbor_read_map(&reader);
        cbor_key_text(&reader, "months");
        cbor_read_uint(&reader, &document->months);
        if (document->months == 0)
            cbor_refuse(&reader, ERROR_SYNTAX, "a month or more", "%d", 0);
        if (cbor_key_text_optional(&reader, "comment"))
            cbor_skip(&reader, NULL);
        cbor_read_end(&reader);
    }
    cbor_read_end(&reader);
    cbor_read_end(&reader);
    return cbor_reader_end(&reader);
}

static void documents_are_read_by_their_keys(void **state)
{
    (void)state;
    static const struct {
        const char *hex, *fault; /* fault: NULL when it is good */
    } rows[] = {
        {"a3016137021907ea181e81a1666d6f6e74687318c8", NULL},
        {"a2016137181e81a1666d6f6e74687318c8", NULL},
        {"a2016137181e82a1666d6f6e74687318c8a2666d6f6e7468730167636f6d6d656e7481f6", NULL},
        {"a1181e80", "byte 0: a required map key is missing (expected 1 (number), found 30)"},
        {"a0",
         "byte 0: a required map key is missing (expected 1 (number), found the end of the map)"},
        {"a1016137", "byte 0: a required map key is missing (expected 30 (offences), found the end "
                     "of the map)"},
        {"a201613761780a",
         "byte 0: a required map key is missing (expected 30 (offences), found \"x\")"},
        {"a300f6016137181e80", "byte 1, $.0: a map key that does not belong here"},
        {"a301613703f6181e80", "byte 4, $.3: a map key that does not belong here"},
        {"a3016137181e80181ff6", "byte 7, $.31: a map key that does not belong here"},
        {"a3016137181e806178f6", "byte 7, $.x: a map key that does not belong here"},
        {"a30161370161381800", "byte 4, $.1: a map key twice"},
        {"a3016137181e80181ef6", "byte 7, $.30: a map key twice"},
        {"a3016137181e8000f6", "byte 7, $.0: a map key out of its order (after 30)"},
        {"a21801613702f6",
         "byte 1: an integer or length is not in its shortest form (1 in a head of 2 bytes)"},
        {"a2016137181e81a1666d6f6e746873f6", "byte 15, $.offences[0].months: a CBOR item of "
                                             "another type (expected an unsigned integer, found "
                                             "null)"},
        {"a2016137181e82a1666d6f6e74687301a0",
         "byte 16, $.offences[1]: a required map key is missing (expected \"months\", found the "
         "end of the map)"},
        {"a2016137181e81a1666d6f6e74687300",
         "byte 15, $.offences[0].months: not of the expected form (expected a month or more, found "
         "0)"},
        {"a2016137181e81a2666d6f6e746873016161f6",
         "byte 16, $.offences[0].a: a map key out of its order (after \"months\")"},
        {"a2016137181e81a2666d6f6e74687301677a7a7a7a7a7a7af6",
         "byte 16, $.offences[0].zzzzzzz: a map key that does not belong here"},
        {"80", "byte 0: a CBOR item of another type (expected a map, found an array)"},
        {"a2016137181e8000", "byte 7: bytes follow after the CBOR item (1 more)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct document document = {0};
        struct fault fault = {0};
        char text[400];
        enum error error = read_document(hex(rows[i].hex), &fault, &document);
        if (rows[i].fault) {
            assert_int_not_equal(error, ERROR_OK);
            assert_string_equal(fault_text(&fault, text, sizeof text), rows[i].fault);
        } else {
            assert_string_equal(error ? fault_text(&fault, text, sizeof text) : "", "");
            assert_true(bytes_equal_text(document.number, "7"));
        }
    }
}

static void maps_with_keys_that_are_data(void **state)
{
    (void)state;
    struct cbor_reader reader;
    struct fault fault = {0};
    uint64_t count = 0, sum = 0;
    cbor_reader_begin(&reader, hex("a361610161620262616103"), &fault);
    assert_int_equal(cbor_read_map_count(&reader, &count), ERROR_OK);
    assert_int_equal(count, 3);
    struct bytes key = {0};
    while (cbor_more(&reader)) {
        uint64_t value = 0;
        cbor_read_text(&reader, &key);
        cbor_read_uint(&reader, &value);
        sum += value;
    }
    cbor_read_end(&reader);
    assert_int_equal(cbor_reader_end(&reader), ERROR_OK);
    assert_int_equal(sum, 6);
    assert_true(bytes_equal_text(key, "aa"));

    cbor_reader_begin(&reader, hex("a2616101616103"), &fault);
    cbor_read_map(&reader);
    int turns = 0;
    while (cbor_more(&reader)) {
        cbor_read_text(&reader, &key);
        cbor_read_uint(&reader, &sum);
        turns++;
    }
    assert_int_equal(turns, 2);
    assert_int_equal(cbor_reader_end(&reader), ERROR_CBOR_KEY_DUPLICATE);
    assert_string_equal(fault.place, "byte 4, $.a");
}

static void tags_and_raw_items(void **state)
{
    (void)state;
    struct cbor_reader reader;
    struct bytes raw = {0};
    cbor_reader_begin(&reader, hex("d28340a201020304820506"), NULL);
    cbor_read_tag(&reader, 18);
    cbor_read_array_of(&reader, 3);
    cbor_read_bytes(&reader, &raw);
    assert_int_equal(raw.length, 0);
    assert_int_equal(cbor_peek(&reader), CBOR_MAP);
    assert_int_equal(cbor_skip(&reader, &raw), ERROR_OK);
    assert_int_equal(raw.length, 5);
    assert_int_equal(cbor_check(raw, NULL), ERROR_OK);
    cbor_skip(&reader, &raw);
    assert_int_equal(raw.length, 3);
    cbor_read_end(&reader);
    cbor_read_end(&reader);
    assert_int_equal(cbor_reader_end(&reader), ERROR_OK);
}

static void a_sequence_is_read_item_by_item(void **state)
{
    (void)state;
    struct cbor_reader reader;
    cbor_reader_begin(&reader, hex("01820203614a"), NULL);
    int items = 0;
    while (cbor_more(&reader)) {
        cbor_skip(&reader, NULL);
        items++;
    }
    assert_int_equal(items, 3);
    assert_int_equal(cbor_reader_end(&reader), ERROR_OK);
}

static void misuse_is_an_internal_error(void **state)
{
    (void)state;
    struct cbor_reader reader;
    uint64_t value = 0;
    cbor_reader_begin(&reader, hex("8101"), NULL);
    cbor_read_array(&reader, NULL);
    cbor_read_uint(&reader, &value);
    assert_int_equal(cbor_reader_end(&reader), ERROR_INTERNAL); /* not left */
    cbor_reader_begin(&reader, hex("01"), NULL);
    assert_int_equal(cbor_read_end(&reader), ERROR_INTERNAL); /* nothing to leave */
    cbor_reader_begin(&reader, hex("a10101"), NULL);
    cbor_read_map(&reader);
    cbor_key(&reader, 1, "one");
    assert_int_equal(cbor_key(&reader, 1, "one"), ERROR_INTERNAL); /* a value stands here */
    cbor_reader_begin(&reader, hex("a10101"), NULL);
    cbor_read_map(&reader);
    cbor_key(&reader, 1, "one");
    assert_int_equal(cbor_read_end(&reader), ERROR_INTERNAL); /* a key without its value */
    cbor_reader_begin(&reader, hex("c101"), NULL);
    cbor_read_tag(&reader, 1);
    cbor_read_uint(&reader, &value);
    assert_int_equal(cbor_read_uint(&reader, &value), ERROR_INTERNAL); /* a tag has one item */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_documents_pass),
        cmocka_unit_test(each_malformed_class_has_its_row),
        cmocka_unit_test(every_prefix_is_truncated),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(scalars_are_exact),
        cmocka_unit_test(ranges_and_types_say_what_was_expected),
        cmocka_unit_test(arrays_are_read_to_their_end),
        cmocka_unit_test(documents_are_read_by_their_keys),
        cmocka_unit_test(maps_with_keys_that_are_data),
        cmocka_unit_test(tags_and_raw_items),
        cmocka_unit_test(a_sequence_is_read_item_by_item),
        cmocka_unit_test(misuse_is_an_internal_error),
    };
    return cmocka_run_group_tests_name("cbor_read", tests, NULL, NULL);
}

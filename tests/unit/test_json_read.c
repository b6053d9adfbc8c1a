/* json, reading: what RFC 8259 allows and what we refuse, each class with its row and its place;
 * the tree and the accessors of decoders. */
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

/* Reads a text into an arena that the test frees; the text must be good. */
static const struct json *parse(struct arena *arena, const char *text)
{
    const struct json *root = NULL;
    struct fault fault = {0};
    char words[400];
    if (json_parse(bytes_of(text), arena, &fault, &root))
        fail_msg("%s: %s", text, fault_text(&fault, words, sizeof words));
    return root;
}

static void assert_fault(const struct fault *fault, const char *expected)
{
    char text[600];
    assert_string_equal(fault_text(fault, text, sizeof text), expected);
}

static void good_texts_are_read(void **state)
{
    (void)state;
    static const char *rows[] = {
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-1",
        "10",
        "1.5",
        "-0.0",
        "1e5",
        "1E+5",
        "1e-5",
        "123.456e-789",
        "123456789012345678901234567890",
        "\"\"",
        "\"a\"",
        "[]",
        "{}",
        " [ ] ",
        "\t\n\r {\r\n} ",
        "[1,2,3]",
        "[[],[[]],{}]",
        "{\"a\":1}",
        "{\"\":0}",
        "{\"a\":{\"a\":{\"a\":[]}}}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0041\\u00e9\\u20AC\"",
        "\"\\ud83d\\ude00\"",
        "\"\\uD83D\\uDE00\"",
        "\"\\u0000\"",
        "{\"\\u0000\":1,\"\":2}",
        "\"\\uFFFE\\uffff\"",
        "\"\x7f\"",
        "\"\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\"",
        "\"\xEF\xBB\xBF\"",
        "\"\xE2\x80\xA8\"",
        "[1 , 2\n,\t3 ]",
        "\"\\u005c\\u0022\"",
        "{\"a\" : 1 , \"b\" : [ ] }",
        "[\"\xF4\x8F\xBF\xBF\"]",
        "\"/\"",
        "[0.1e1,20e0]",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        assert_non_null(parse(&arena, rows[i]));
        arena_free(&arena);
    }
}

static void each_malformed_class_has_its_row(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum error error;
        const char *place;
    } rows[] = {
        {"", ERROR_JSON_TRUNCATED, "line 1, column 1"},
        {"  \n ", ERROR_JSON_TRUNCATED, "line 2, column 2"},
        {"[", ERROR_JSON_TRUNCATED, "line 1, column 2, $[0]"},
        {"{", ERROR_JSON_TRUNCATED, "line 1, column 2"},
        {"[1", ERROR_JSON_TRUNCATED, "line 1, column 3, $[1]"},
        {"[1,", ERROR_JSON_TRUNCATED, "line 1, column 4, $[1]"},
        {"{\"a\"", ERROR_JSON_TRUNCATED, "line 1, column 5, $.a"},
        {"{\"a\":", ERROR_JSON_TRUNCATED, "line 1, column 6, $.a"},
        {"{\"a\":1", ERROR_JSON_TRUNCATED, "line 1, column 7, $.a"},
        {"\"", ERROR_JSON_TRUNCATED, "line 1, column 2"},
        {"\"abc", ERROR_JSON_TRUNCATED, "line 1, column 5"},
        {"\"abcdefghijk", ERROR_JSON_TRUNCATED, "line 1, column 13"},
        {"\"a\\", ERROR_JSON_TRUNCATED, "line 1, column 4"},
        {"\"a\\n", ERROR_JSON_TRUNCATED, "line 1, column 5"},
        {"\"a\\u00", ERROR_JSON_TRUNCATED, "line 1, column 3"},
        {"1 2", ERROR_JSON_TRAILING, "line 1, column 3"},
        {"[]]", ERROR_JSON_TRAILING, "line 1, column 3"},
        {"{}\n#", ERROR_JSON_TRAILING, "line 2, column 1"},
        {"null,", ERROR_JSON_TRAILING, "line 1, column 5"},
        {"\"a\"\"b\"", ERROR_JSON_TRAILING, "line 1, column 4"},
        {"\xEF\xBB\xBF{}", ERROR_JSON_BOM, "line 1, column 1"},
        {"[1 2]", ERROR_JSON_SYNTAX, "line 1, column 4, $[1]"},
        {"[1,]", ERROR_JSON_SYNTAX, "line 1, column 4, $[1]"},
        {"[,1]", ERROR_JSON_SYNTAX, "line 1, column 2, $[0]"},
        {"[1}", ERROR_JSON_SYNTAX, "line 1, column 3, $[1]"},
        {"{\"a\":1]", ERROR_JSON_SYNTAX, "line 1, column 7, $.a"},
        {"{a:1}", ERROR_JSON_SYNTAX, "line 1, column 2"},
        {"{'a':1}", ERROR_JSON_SYNTAX, "line 1, column 2"},
        {"{1:1}", ERROR_JSON_SYNTAX, "line 1, column 2"},
        {"{\"a\" 1}", ERROR_JSON_SYNTAX, "line 1, column 6, $.a"},
        {"{\"a\"::1}", ERROR_JSON_SYNTAX, "line 1, column 6, $.a"},
        {"{\"a\":1,}", ERROR_JSON_SYNTAX, "line 1, column 8"},
        {"{\"o\":{\"a\":1,\"\\x\":2}}", ERROR_JSON_ESCAPE, "line 1, column 14, $.o"},
        {"{\"a\":1 \"b\":2}", ERROR_JSON_SYNTAX, "line 1, column 8, $.a"},
        {"{,}", ERROR_JSON_SYNTAX, "line 1, column 2"},
        {"]", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"}", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {":", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"nul", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"nulll", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"True", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"NaN", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"Infinity", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"undefined", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"+1", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {".5", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"'a'", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"// c\n1", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"[1/**/]", ERROR_JSON_SYNTAX, "line 1, column 3, $[1]"},
        {"\f1", ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"\xC2\xA0"
         "1",
         ERROR_JSON_SYNTAX, "line 1, column 1"},
        {"[\xE2\x81\xA0]", ERROR_JSON_SYNTAX, "line 1, column 2, $[0]"},
        {"01", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"-01", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"-", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"--1", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"-a", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"1.", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"-.5", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"1.e1", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"1e", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"1e+", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"1e1.5", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"1e5e5", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"1..2", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"0x10", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"1_000", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"1a", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"1-2", ERROR_JSON_NUMBER, "line 1, column 1"},
        {"[-Infinity]", ERROR_JSON_NUMBER, "line 1, column 2, $[0]"},
        {"\"\\x41\"", ERROR_JSON_ESCAPE, "line 1, column 2"},
        {"\"\\'\"", ERROR_JSON_ESCAPE, "line 1, column 2"},
        {"\"\\a\"", ERROR_JSON_ESCAPE, "line 1, column 2"},
        {"\"\\U0041\"", ERROR_JSON_ESCAPE, "line 1, column 2"},
        {"\"\\\n\"", ERROR_JSON_ESCAPE, "line 1, column 2"},
        {"\"\\\xC3\xA9\"", ERROR_JSON_ESCAPE, "line 1, column 2"},
        {"\"\\u\"", ERROR_JSON_ESCAPE, "line 1, column 2"},
        {"\"\\u00\"", ERROR_JSON_ESCAPE, "line 1, column 2"},
        {"\"\\u00g0\"", ERROR_JSON_ESCAPE, "line 1, column 2"},
        {"\"\\u+041\"", ERROR_JSON_ESCAPE, "line 1, column 2"},
        {"\"\\ud800\\u00\"", ERROR_JSON_ESCAPE, "line 1, column 8"},
        {"\"\\ud800\"", ERROR_JSON_SURROGATE, "line 1, column 2"},
        {"\"\\udc00\"", ERROR_JSON_SURROGATE, "line 1, column 2"},
        {"\"\\ud800a\"", ERROR_JSON_SURROGATE, "line 1, column 2"},
        {"\"\\ud800\\n\"", ERROR_JSON_SURROGATE, "line 1, column 2"},
        {"\"\\ud800\\ud800\"", ERROR_JSON_SURROGATE, "line 1, column 2"},
        {"\"\\udc00\\ud800\"", ERROR_JSON_SURROGATE, "line 1, column 2"},
        {"\"\\uDFFF\"", ERROR_JSON_SURROGATE, "line 1, column 2"},
        {"{\"\\ud800\":1}", ERROR_JSON_SURROGATE, "line 1, column 3"},
        {"\"a\nb\"", ERROR_JSON_CONTROL, "line 1, column 3"},
        {"\"\t\"", ERROR_JSON_CONTROL, "line 1, column 2"},
        {"\"\x1f\"", ERROR_JSON_CONTROL, "line 1, column 2"},
        {"\"\\n\x01\"", ERROR_JSON_CONTROL, "line 1, column 4"},
        {"\"\xFF\"", ERROR_JSON_UTF8, "line 1, column 2"},
        {"\"\xC0\x80\"", ERROR_JSON_UTF8, "line 1, column 2"},
        {"\"\xED\xA0\x80\"", ERROR_JSON_UTF8, "line 1, column 2"},
        {"\"\xF4\x90\x80\x80\"", ERROR_JSON_UTF8, "line 1, column 2"},
        {"\"\xC3", ERROR_JSON_UTF8, "line 1, column 2"},
        {"[\xE9]", ERROR_JSON_UTF8, "line 1, column 2"},
        {"\xFF\xFE[\x01", ERROR_JSON_UTF8, "line 1, column 1"},
        {"{\"a\":1,\"a\":2}", ERROR_JSON_DUPLICATE, "line 1, column 8"},
        {"{\"a\":1,\"b\":2,\"\\u0061\":2}", ERROR_JSON_DUPLICATE, "line 1, column 14"},
        {"[{\"\":1,\n\"\":1}]", ERROR_JSON_DUPLICATE, "line 2, column 1, $[0]"},
        {"{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,"
         "\"c\":1,\"k\":2}",
         ERROR_JSON_DUPLICATE, "line 1, column 62"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        const struct json *root = NULL;
        enum error error = json_parse(bytes_of(rows[i].text), &arena, &fault, &root);
        if (error != rows[i].error || strcmp(fault.place, rows[i].place) != 0)
            fail_msg("%s: %s at %s", rows[i].text, error_name(error), fault.place);
        assert_int_equal(fault.error, error);
        assert_null(root);
        assert_int_equal(json_parse(bytes_of(rows[i].text), &arena, NULL, &root), rows[i].error);
        arena_free(&arena);
    }
    /* U+0000 outside a string or raw in one is not JSON, and does not end the text. */
    static const struct {
        struct bytes text;
        enum error error;
    } zeros[] = {
        {{(const uint8_t *)"1\0", 2}, ERROR_JSON_TRAILING},
        {{(const uint8_t *)"\0", 1}, ERROR_JSON_SYNTAX},
        {{(const uint8_t *)"[\0]", 3}, ERROR_JSON_SYNTAX},
        {{(const uint8_t *)"\"\0\"", 3}, ERROR_JSON_CONTROL},
        {{(const uint8_t *)"\"\\\0\"", 4}, ERROR_JSON_ESCAPE},
        {{(const uint8_t *)"\"\\n\0\"", 5}, ERROR_JSON_CONTROL},
        {{(const uint8_t *)"{}\0\0", 4}, ERROR_JSON_TRAILING},
    };
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
        struct arena arena = {0};
        const struct json *root = NULL;
        assert_int_equal(json_parse(zeros[i].text, &arena, NULL, &root), zeros[i].error);
        arena_free(&arena);
    }
}

static void faults_say_what_was_expected(void **state)
{
    (void)state;
    static const struct {
        const char *text, *fault;
    } rows[] = {
        {"{\"a\":[1,\n  tru]}",
         "line 2, column 3, $.a[1]: not JSON (expected a value, found \"t\")"},
        {"[1;2]", "line 1, column 3, $[1]: not JSON (expected ',' or ']', found \";\")"},
        {"{\"a\"=1}",
         "line 1, column 5, $.a: not JSON (expected ':' after a member's name, found \"=\")"},
        {"[\"\xC3\xA9\xC3\xA9\", 007]", "line 1, column 8, $[1]: not a JSON number (\"007\")"},
        {"\"\x02\"", "line 1, column 2: a control character in a JSON string (expected it escaped, "
                     "found U+0002)"},
        {"[{\"x\":1,\"x\":2}]",
         "line 1, column 9, $[0]: a member name twice in one JSON object (\"x\")"},
        {"\"\\udead\"", "line 1, column 2: half of a surrogate pair (\\udead)"},
        {"[", "line 1, column 2, $[0]: the JSON text ends too early (expected a value)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        const struct json *root = NULL;
        assert_int_not_equal(json_parse(bytes_of(rows[i].text), &arena, &fault, &root), ERROR_OK);
        assert_fault(&fault, rows[i].fault);
        arena_free(&arena);
    }
}

static void strings_are_decoded(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        struct bytes value;
    } rows[] = {
        {"\"\"", {0}},
        {"\"plain text, longer than eight\"",
         {(const uint8_t *)"plain text, longer than eight", 29}},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", {(const uint8_t *)"\"\\/\b\f\n\r\t", 8}},
        {"\"x\\u0000y\"", {(const uint8_t *)"x\0y", 3}},
        {"\"\\u00e9\\u20ac\\ud83d\\ude00\"",
         {(const uint8_t *)"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 9}},
        {"\"\\uD800\\uDC00\\uDBFF\\uDFFF\"",
         {(const uint8_t *)"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 8}},
        {"\"\\u007f\\u0080\\u07ff\\u0800\\uffff\"",
         {(const uint8_t *)"\x7f\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF", 11}},
        {"\"long plain before \\n and long plain after\"",
         {(const uint8_t *)"long plain before \n and long plain after", 40}},
        {"\"\xC3\xA9\\t\xC3\xA9\"", {(const uint8_t *)"\xC3\xA9\t\xC3\xA9", 5}},
        {"\"\\u005C\\u0022\"", {(const uint8_t *)"\\\"", 2}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct bytes value = {0};
        assert_int_equal(json_string(parse(&arena, rows[i].text), NULL, &value), ERROR_OK);
        assert_true(bytes_equal(value, rows[i].value));
        arena_free(&arena);
    }
}

static void numbers_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum error signed_error;
        int64_t i64;
        enum error unsigned_error;
        uint64_t u64;
    } rows[] = {
        {"0", 0, 0, 0, 0},
        {"-1", 0, -1, ERROR_JSON_RANGE, 7},
        {"9007199254740993", 0, 9007199254740993, 0, 9007199254740993},
        {"9223372036854775807", 0, INT64_MAX, 0, INT64_MAX},
        {"9223372036854775808", ERROR_JSON_RANGE, 7, 0, UINT64_C(9223372036854775808)},
        {"-9223372036854775808", 0, INT64_MIN, ERROR_JSON_RANGE, 7},
        {"-9223372036854775809", ERROR_JSON_RANGE, 7, ERROR_JSON_RANGE, 7},
        {"18446744073709551615", ERROR_JSON_RANGE, 7, 0, UINT64_MAX},
        {"18446744073709551616", ERROR_JSON_RANGE, 7, ERROR_JSON_RANGE, 7},
        {"184467440737095516150", ERROR_JSON_RANGE, 7, ERROR_JSON_RANGE, 7},
        {"-0", ERROR_JSON_TYPE, 7, ERROR_JSON_TYPE, 7},
        {"1.0", ERROR_JSON_TYPE, 7, ERROR_JSON_TYPE, 7},
        {"1e2", ERROR_JSON_TYPE, 7, ERROR_JSON_TYPE, 7},
        {"\"1\"", ERROR_JSON_TYPE, 7, ERROR_JSON_TYPE, 7},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        const struct json *value = parse(&arena, rows[i].text);
        int64_t i64 = 7;
        uint64_t u64 = 7;
        assert_int_equal(json_i64(value, NULL, &i64), rows[i].signed_error);
        assert_true(i64 == rows[i].i64);
        assert_int_equal(json_u64(value, NULL, &u64), rows[i].unsigned_error);
        assert_true(u64 == rows[i].u64);
        if (json_type(value) == JSON_NUMBER)
            assert_true(bytes_equal_text(json_characters(value), rows[i].text));
        arena_free(&arena);
    }
    struct arena arena = {0};
    uint64_t value = 7;
    assert_int_equal(json_u64_max(parse(&arena, "12"), 12, NULL, &value), ERROR_OK);
    assert_int_equal(value, 12);
    struct fault fault;
    assert_int_equal(json_u64_max(parse(&arena, "[13]"), 12, &fault, &value), ERROR_JSON_TYPE);
    assert_int_equal(
        json_u64_max(json_at(parse(&arena, "[13]"), 0), 12, &fault, &value), ERROR_JSON_RANGE);
    assert_fault(
        &fault,
        "line 1, column 2, $[0]: a whole number outside its range (expected 0 to 12, found 13)");
    arena_free(&arena);
}

static void the_tree_keeps_order_and_finds_names(void **state)
{
    (void)state;
    /* From no member to well past the border where an index takes over. */
    for (int count = 0; count < 40; count++) {
        struct buffer text = {0};
        struct arena arena = {0};
        buffer_append_text(&text, "{");
        for (int i = 0; i < count; i++)
            buffer_printf(
                &text, "%s\"k%d\":%d", i ? "," : "", (i * 17 + 5) % count, (i * 17 + 5) % count);
        buffer_append_text(&text, "}");
        bool is_permutation = count % 17 != 0 || count == 0;
        if (is_permutation) {
            const struct json *root = parse(&arena, buffer_text(&text));
            assert_int_equal(json_count(root), count);
            for (int i = 0; i < count; i++) {
                char name[16];
                int64_t value = -1;
                snprintf(name, sizeof name, "k%d", (i * 17 + 5) % count);
                assert_true(bytes_equal_text(json_name_at(root, (size_t)i), name));
                const struct json *found = json_find(root, name);
                assert_ptr_equal(found, json_at(root, (size_t)i));
                assert_int_equal(json_i64(found, NULL, &value), ERROR_OK);
                assert_int_equal(value, (i * 17 + 5) % count);
            }
            assert_null(json_find(root, "k"));
            assert_null(json_find(root, "k99"));
            assert_null(json_at(root, (size_t)count));
            assert_int_equal(json_name_at(root, (size_t)count).length, 0);
        }
        arena_free(&arena);
        buffer_free(&text);
    }
    struct arena arena = {0};
    const struct json *root = parse(&arena, "{\"a\\u0000b\":1,\"a\":2,\"\":[null,true]}");
    assert_ptr_equal(
        json_find_bytes(root, (struct bytes){(const uint8_t *)"a\0b", 3}), json_at(root, 0));
    assert_ptr_equal(json_find(root, "a"), json_at(root, 1));
    assert_ptr_equal(json_find(root, ""), json_at(root, 2));
    const struct json *list = json_at(root, 2);
    assert_int_equal(json_type(list), JSON_ARRAY);
    assert_int_equal(json_count(list), 2);
    assert_int_equal(json_type(json_at(list, 0)), JSON_NULL);
    bool truth = false;
    assert_int_equal(json_bool(json_at(list, 1), NULL, &truth), ERROR_OK);
    assert_true(truth);
    assert_null(json_at(list, 2));
    assert_null(json_find(list, "a"));
    assert_int_equal(json_name_at(list, 0).length, 0);
    assert_int_equal(json_count(json_at(root, 0)), 0);
    assert_int_equal(json_characters(root).length, 0);
    arena_free(&arena);
}

static void values_know_their_place(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct json *root = parse(
        &arena, "{\n  \"\xC3\xA9\xC3\xA9\": 1, \"schedule\": {\"offences\": [0, {}, [],\r\n   "
                "{\"maximumMonths\": \"x\", \"a b\": [[7]]}]}}");
    struct json_place place = json_place(root);
    assert_int_equal(place.offset, 0);
    assert_int_equal(place.line, 1);
    assert_int_equal(place.column, 1);
    const struct json *offence = json_at(json_find(json_find(root, "schedule"), "offences"), 3);
    place = json_place(offence);
    assert_int_equal(place.line, 3);
    assert_int_equal(place.column, 4);
    place = json_place(json_find(root, "schedule"));
    assert_int_equal(place.line, 2);
    assert_int_equal(place.column, 24);
    assert_int_equal(place.offset, 27);

    struct fault fault;
    uint64_t months = 7;
    assert_int_equal(json_get_u64(offence, "maximumMonths", &fault, &months), ERROR_JSON_TYPE);
    assert_int_equal(months, 7);
    assert_fault(
        &fault, "line 3, column 22, $.schedule.offences[3].maximumMonths: a JSON value of another "
                "type (expected a whole number, found a string)");
    json_fault(json_at(json_at(json_find(offence, "a b"), 0), 0), &fault, ERROR_SYNTAX, NULL, NULL);
    assert_string_equal(fault.place, "line 3, column 36, $.schedule.offences[3][\"a b\"][0][0]");
    assert_int_equal(
        json_fault(root, &fault, ERROR_SYNTAX, "a thing", "%d others", 3), ERROR_SYNTAX);
    assert_fault(
        &fault, "line 1, column 1: not of the expected form (expected a thing, found 3 others)");
    assert_int_equal(json_fault(root, NULL, ERROR_SYNTAX, NULL, NULL), ERROR_SYNTAX);
    arena_free(&arena);
}

static void members_are_required_typed_and_known(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct fault fault;
    const struct json *root =
        parse(&arena, "{\"s\":\"x\",\"n\":-3,\"u\":3,\"t\":true,\"o\":{\"p\":1.5},\"l\":[]}");
    struct bytes s = {0};
    int64_t n = 0;
    uint64_t u = 0;
    bool t = false;
    const struct json *o = NULL, *l = NULL;
    assert_int_equal(json_get_string(root, "s", &fault, &s), ERROR_OK);
    assert_true(bytes_equal_text(s, "x"));
    assert_int_equal(json_get_i64(root, "n", &fault, &n), ERROR_OK);
    assert_int_equal(n, -3);
    assert_int_equal(json_get_u64(root, "u", &fault, &u), ERROR_OK);
    assert_int_equal(json_get_u64_max(root, "u", 3, &fault, &u), ERROR_OK);
    assert_int_equal(u, 3);
    assert_int_equal(json_get_bool(root, "t", &fault, &t), ERROR_OK);
    assert_true(t);
    assert_int_equal(json_get(root, "o", JSON_OBJECT, &fault, &o), ERROR_OK);
    assert_int_equal(json_get(root, "l", JSON_ARRAY, &fault, &l), ERROR_OK);

    assert_int_equal(json_get_u64_max(root, "u", 2, &fault, &u), ERROR_JSON_RANGE);
    assert_int_equal(json_get_u64(root, "n", &fault, &u), ERROR_JSON_RANGE);
    assert_string_equal(fault.found, "-3");
    assert_int_equal(json_get_bool(root, "s", &fault, &t), ERROR_JSON_TYPE);
    assert_int_equal(json_get_string(root, "l", &fault, &s), ERROR_JSON_TYPE);
    const struct json *kept = l;
    assert_int_equal(json_get(root, "o", JSON_ARRAY, &fault, &l), ERROR_JSON_TYPE);
    assert_ptr_equal(l, kept);
    assert_string_equal(fault.found, "an object");
    assert_int_equal(json_get_i64(o, "p", &fault, &n), ERROR_JSON_TYPE);
    assert_fault(
        &fault, "line 1, column 41, $.o.p: a JSON value of another type (expected a whole number, "
                "found 1.5)");
    assert_int_equal(json_get_string(o, "q", &fault, &s), ERROR_JSON_MISSING);
    assert_fault(&fault, "line 1, column 36, $.o: a required member is missing (expected \"q\")");
    assert_int_equal(json_get_string(l, "q", &fault, &s), ERROR_JSON_TYPE);
    assert_string_equal(fault.expected, "an object");

    static const char *const all[] = {"l", "n", "o", "s", "t", "u", NULL};
    static const char *const some[] = {"l", "n", "s", "t", "u", NULL};
    assert_int_equal(json_allow(root, all, &fault), ERROR_OK);
    assert_int_equal(json_allow(root, some, &fault), ERROR_JSON_UNKNOWN);
    assert_fault(&fault, "line 1, column 36, $.o: a member that does not belong here");
    assert_int_equal(json_allow(l, all, &fault), ERROR_JSON_TYPE);
    arena_free(&arena);
}

static void depth_and_size_are_bounded(void **state)
{
    (void)state;
    for (int levels = JSON_DEPTH_MAX; levels <= JSON_DEPTH_MAX + 1; levels++) {
        for (int is_object = 0; is_object < 2; is_object++) {
            struct buffer text = {0};
            struct arena arena = {0};
            struct fault fault = {0};
            const struct json *root = NULL;
            for (int i = 0; i < levels; i++)
                buffer_append_text(&text, is_object ? "{\"k\":" : "[");
            buffer_append_text(&text, "0");
            for (int i = 0; i < levels; i++)
                buffer_append_text(&text, is_object ? "}" : "]");
            assert_int_equal(
                json_parse(buffer_view(&text), &arena, &fault, &root),
                levels > JSON_DEPTH_MAX ? ERROR_JSON_DEPTH : ERROR_OK);
            if (root) {
                while (json_count(root) > 0)
                    root = json_at(root, 0);
                json_fault(root, &fault, ERROR_SYNTAX, NULL, NULL);
                assert_non_null(strstr(fault.place, is_object ? "$....k.k" : "$...[0][0]"));
            }
            arena_free(&arena);
            buffer_free(&text);
        }
    }
    /* The size is looked at before the bytes are. */
    struct arena arena = {0};
    struct fault fault;
    const struct json *root = NULL;
    assert_int_equal(
        json_parse(
            (struct bytes){(const uint8_t *)"1", (size_t)JSON_SIZE_MAX + 1}, &arena, &fault, &root),
        ERROR_JSON_TOO_LARGE);
    arena.limit = 4096;
    struct buffer text = {0};
    buffer_append_text(&text, "[0");
    for (int i = 0; i < 1000; i++)
        buffer_append_text(&text, ",0");
    buffer_append_text(&text, "]");
    assert_int_equal(json_parse(buffer_view(&text), &arena, &fault, &root), ERROR_MEMORY);
    assert_null(root);
    buffer_free(&text);
    arena_free(&arena);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct buffer text = {0};
    buffer_append_text(&text, "{\"a\\n\":\"\\u00e9\",\"big\":[");
    for (int i = 0; i < 300; i++)
        buffer_printf(&text, "%s{\"n\":%d,\"s\":\"\\t\"}", i ? "," : "", i);
    buffer_append_text(&text, "],\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":[[]]}");
    bool done = false;
    long n = 0;
    for (; !done; n++) {
        struct arena arena = {0};
        struct fault fault = {0};
        const struct json *root = NULL;
        failing_alloc_after(n);
        enum error error = json_parse(buffer_view(&text), &arena, &fault, &root);
        done = !failing_alloc_stop();
        assert_int_equal(error, done ? ERROR_OK : ERROR_MEMORY);
        assert_int_equal(fault.error, error);
        assert_true(done == (root != NULL));
        arena_free(&arena);
    }
    assert_true(n > 6);
    buffer_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_texts_are_read),
        cmocka_unit_test(each_malformed_class_has_its_row),
        cmocka_unit_test(faults_say_what_was_expected),
        cmocka_unit_test(strings_are_decoded),
        cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(the_tree_keeps_order_and_finds_names),
        cmocka_unit_test(values_know_their_place),
        cmocka_unit_test(members_are_required_typed_and_known),
        cmocka_unit_test(depth_and_size_are_bounded),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("json_read", tests, NULL, NULL);
}

/* crypto: the vectors of C2SP/wycheproof for Ed25519 and HMAC-SHA256. Skipped without DATA. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "json/json.h"
#include "outside_data.h"

static const char archive[] = "log/wycheproof.tar.gz";

/* Reads a file of vectors and calls one(group, test) for each test in it. Returns how many. */
static size_t
each_vector(const char *member, void (*one)(const struct json *group, const struct json *test))
{
    struct buffer text = {0};
    struct arena arena = {0};
    const struct json *root, *groups, *tests;
    size_t count = 0;
    uint64_t promised = 0;
    assert_true(outside_data_read(archive, member, &text));
    assert_int_equal(json_parse(buffer_view(&text), &arena, NULL, &root), ERROR_OK);
    assert_int_equal(json_get(root, "testGroups", JSON_ARRAY, NULL, &groups), ERROR_OK);
    assert_int_equal(json_get_u64(root, "numberOfTests", NULL, &promised), ERROR_OK);
    for (size_t i = 0; i < json_count(groups); i++) {
        const struct json *group = json_at(groups, i);
        assert_int_equal(json_get(group, "tests", JSON_ARRAY, NULL, &tests), ERROR_OK);
        for (size_t k = 0; k < json_count(tests); k++, count++)
            one(group, json_at(tests, k));
    }
    assert_int_equal(count, promised);
    arena_free(&arena);
    buffer_free(&text);
    return count;
}

/* The bytes of a member in hexadecimal, in memory that the caller frees. */
static struct bytes take_hex(const struct json *object, const char *name)
{
    struct bytes text;
    assert_int_equal(json_get_string(object, name, NULL, &text), ERROR_OK);
    size_t size = text.length / 2;
    uint8_t *bytes = malloc(size + 1);
    assert_non_null(bytes);
    assert_int_equal(hex_parse(text, NULL, bytes, size), ERROR_OK);
    return (struct bytes){bytes, size};
}

static void drop(struct bytes bytes)
{
    free((void *)(uintptr_t)bytes.data);
}

static bool is_valid(const struct json *test)
{
    struct bytes result;
    assert_int_equal(json_get_string(test, "result", NULL, &result), ERROR_OK);
    assert_true(bytes_equal_text(result, "valid") || bytes_equal_text(result, "invalid"));
    return bytes_equal_text(result, "valid");
}

static void fail_at(const struct json *test)
{
    uint64_t id = 0;
    struct bytes comment = {0};
    (void)json_get_u64(test, "tcId", NULL, &id);
    (void)json_get_string(test, "comment", NULL, &comment);
    fail_msg("vector %d: %.*s", (int)id, (int)comment.length, (const char *)comment.data);
}

static void check_ed25519(const struct json *group, const struct json *test)
{
    const struct json *described;
    struct public_key key;
    assert_int_equal(json_get(group, "publicKey", JSON_OBJECT, NULL, &described), ERROR_OK);
    struct bytes raw = take_hex(described, "pk");
    struct bytes message = take_hex(test, "msg"), signature = take_hex(test, "sig");
    enum error error = public_key_set(KEY_ED25519, raw, NULL, &key);
    if (!error)
        error = public_key_verify(&key, message, signature, NULL);
    if (is_valid(test) ? error != ERROR_OK
                       : error != ERROR_SIGNATURE && error != ERROR_SIGNATURE_FORM)
        fail_at(test);
    drop(raw);
    drop(message);
    drop(signature);
}

static void check_hmac(const struct json *group, const struct json *test)
{
    uint64_t bits = 0;
    assert_int_equal(json_get_u64_max(group, "tagSize", 256, NULL, &bits), ERROR_OK);
    struct bytes key = take_hex(test, "key"), message = take_hex(test, "msg");
    struct bytes tag = take_hex(test, "tag");
    struct digest made = hmac_of(key, message);
    /* Shorter tags are the beginning of the whole one. */
    bool equal = secret_equal((struct bytes){made.bytes, bits / 8}, tag);
    if (equal != is_valid(test))
        fail_at(test);
    drop(key);
    drop(message);
    drop(tag);
}

static void ed25519_agrees_with_wycheproof(void **state)
{
    (void)state;
    assert_true(each_vector("testvectors_v1/ed25519_test.json", check_ed25519) > 100);
}

static void hmac_agrees_with_wycheproof(void **state)
{
    (void)state;
    assert_true(each_vector("testvectors_v1/hmac_sha256_test.json", check_hmac) > 100);
}

int main(void)
{
    if (!outside_data_there(archive))
        return OUTSIDE_DATA_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_agrees_with_wycheproof),
        cmocka_unit_test(hmac_agrees_with_wycheproof),
    };
    return cmocka_run_group_tests_name("crypto_vectors", tests, NULL, NULL);
}

/* crypto: SHA-256, HMAC, comparison, wiping, random bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "failing_alloc.h"

static void assert_digest(struct digest digest, const char *hex)
{
    char text[DIGEST_TEXT_SIZE];
    assert_string_equal(digest_text(&digest, text), hex);
}

/* FIPS 180-4's examples. */
static void sha256_gives_the_published_values(void **state)
{
    (void)state;
    assert_digest(
        sha256_of((struct bytes){0}),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest(
        sha256_of(BYTES_LITERAL("abc")),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest(
        sha256_of(BYTES_LITERAL("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    struct sha256 hash;
    struct digest digest;
    sha256_start(&hash);
    for (int i = 0; i < 500000; i++) {
        sha256_add_byte(&hash, 'a');
        sha256_add(&hash, BYTES_LITERAL("a"));
    }
    sha256_finish(&hash, &digest);
    assert_digest(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void sha256_is_the_same_however_it_is_cut(void **state)
{
    (void)state;
    uint8_t data[300];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    struct digest whole = sha256_of(BYTES_ARRAY(data));
    for (size_t cut = 0; cut <= sizeof data; cut++) {
        const struct bytes parts[] = {{data, cut}, {NULL, 0}, {data + cut, sizeof data - cut}};
        struct digest digest = sha256_of_parts(parts, 3);
        assert_true(digest_equal(&digest, &whole));
    }
    /* A copy of a hash in progress goes its own way. */
    struct sha256 first, second;
    struct digest a, b;
    sha256_start(&first);
    sha256_add(&first, (struct bytes){data, 100});
    second = first;
    sha256_add(&first, (struct bytes){data + 100, 200});
    sha256_add_byte(&second, 0);
    sha256_finish(&first, &a);
    sha256_finish(&second, &b);
    assert_true(digest_equal(&a, &whole));
    assert_false(digest_equal(&b, &whole));
    assert_true(digest_compare(&a, &b) != 0);
    assert_int_equal(digest_compare(&a, &b) < 0, digest_compare(&b, &a) > 0);
}

/* Every length around the ends of blocks, where the padding takes one block more. */
static void sha256_is_the_same_padded_in_place(void **state)
{
    (void)state;
    enum { LONGEST = 260 };
    uint8_t data[LONGEST], room[SHA256_PADDED(LONGEST) + 1];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 11);
    for (size_t length = 0; length <= LONGEST; length++) {
        struct sha256 hash;
        struct digest padded, whole = sha256_of((struct bytes){data, length});
        memset(room, 0xEE, sizeof room);
        memcpy(room, data, length);
        sha256_padded(&hash, room, length, &padded);
        assert_true(digest_equal(&padded, &whole));
        assert_int_equal(room[SHA256_PADDED(length)], 0xEE);
    }
}

static void digests_have_a_text(void **state)
{
    (void)state;
    struct digest digest = sha256_of(BYTES_LITERAL("x")), back;
    char text[DIGEST_TEXT_SIZE];
    digest_text(&digest, text);
    assert_int_equal(digest_parse(bytes_of(text), NULL, &back), ERROR_OK);
    assert_true(digest_equal(&digest, &back));
    assert_int_equal(digest_parse(bytes_of(text + 1), NULL, &back), ERROR_HEX);
}

/* RFC 4231 section 4, without case 5, which cuts the output. */
static void hmac_gives_the_values_of_rfc_4231(void **state)
{
    (void)state;
    static const struct {
        uint8_t key_byte; /* repeated; 0: the text below; 1: counted up */
        size_t key_length;
        const char *key_text;
        uint8_t data_byte; /* repeated; 0: the text below */
        size_t data_length;
        const char *data_text;
        const char *tag;
    } rows[] = {
        {0x0b, 20, NULL, 0, 0, "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {0, 0, "Jefe", 0, 0, "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {0xaa, 20, NULL, 0xdd, 50, NULL,
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {1, 25, NULL, 0xcd, 50, NULL,
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {0xaa, 131, NULL, 0, 0, "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {0xaa, 131, NULL, 0, 0,
         "This is a test using a larger than block-size key and a larger than block-size data. The "
         "key needs to be hashed before being used by the HMAC algorithm.",
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t key[131], data[50];
        for (size_t k = 0; k < sizeof key; k++)
            key[k] = rows[i].key_byte == 1 ? (uint8_t)(k + 1) : rows[i].key_byte;
        memset(data, rows[i].data_byte, sizeof data);
        struct bytes key_view =
            rows[i].key_text ? bytes_of(rows[i].key_text) : (struct bytes){key, rows[i].key_length};
        struct bytes data_view = rows[i].data_text ? bytes_of(rows[i].data_text)
                                                   : (struct bytes){data, rows[i].data_length};
        assert_digest(hmac_of(key_view, data_view), rows[i].tag);
    }
}

/* By its definition, for messages around the length up to which they are hashed in one go. */
static void hmac_is_two_hashes_under_masked_keys(void **state)
{
    (void)state;
    uint8_t key[64], inner[64], outer[64], data[140];
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)(i * 3);
        inner[i] = key[i] ^ 0x36;
        outer[i] = key[i] ^ 0x5C;
    }
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 5);
    for (size_t length = 0; length <= sizeof data; length++) {
        const struct bytes first[] = {BYTES_ARRAY(inner), {data, length}};
        struct digest digest = sha256_of_parts(first, 2);
        const struct bytes second[] = {BYTES_ARRAY(outer), digest_view(&digest)};
        digest = sha256_of_parts(second, 2);
        struct digest tag = hmac_of(BYTES_ARRAY(key), (struct bytes){data, length});
        assert_true(digest_equal(&tag, &digest));
    }
}

static void hashing_does_not_allocate(void **state)
{
    (void)state;
    failing_alloc_after(0);
    struct digest digest = sha256_of(BYTES_LITERAL("a record"));
    digest = hmac_of(digest_view(&digest), BYTES_LITERAL("a record"));
    assert_false(failing_alloc_stop());
}

static void secrets_are_compared_and_wiped(void **state)
{
    (void)state;
    assert_true(secret_equal(BYTES_LITERAL("same"), BYTES_LITERAL("same")));
    assert_false(secret_equal(BYTES_LITERAL("same"), BYTES_LITERAL("sane")));
    assert_false(secret_equal(BYTES_LITERAL("same"), BYTES_LITERAL("sam")));
    assert_true(secret_equal((struct bytes){0}, BYTES_LITERAL("")));
    uint8_t secret[40], zero[40] = {0};
    memset(secret, 7, sizeof secret);
    secret_wipe(secret, sizeof secret);
    assert_memory_equal(secret, zero, sizeof secret);
    secret_wipe(NULL, 0);
    struct buffer buffer = {0};
    buffer_append_text(&buffer, "secret");
    secret_buffer_free(&buffer);
    assert_null(buffer.data);
    secret_buffer_free(&buffer);
}

static int failing_random(void *data, size_t size)
{
    memset(data, 'x', size / 2); /* a part, as a real one may */
    return errno = ENOSYS, -1;
}

static void random_bytes_differ_or_fail(void **state)
{
    (void)state;
    uint8_t a[32] = {0}, b[32] = {0}, zero[32] = {0};
    assert_int_equal(random_fill(&os_system, NULL, a, sizeof a), ERROR_OK);
    assert_int_equal(random_fill(&os_system, NULL, b, sizeof b), ERROR_OK);
    assert_memory_not_equal(a, b, sizeof a);
    struct os os = os_system;
    os.random = failing_random;
    struct fault fault;
    assert_int_equal(random_fill(&os, &fault, a, sizeof a), ERROR_RANDOM);
    assert_memory_equal(a, zero, sizeof a);
    assert_string_equal(fault.place, "random bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_values),
        cmocka_unit_test(sha256_is_the_same_however_it_is_cut),
        cmocka_unit_test(sha256_is_the_same_padded_in_place),
        cmocka_unit_test(digests_have_a_text),
        cmocka_unit_test(hmac_gives_the_values_of_rfc_4231),
        cmocka_unit_test(hmac_is_two_hashes_under_masked_keys),
        cmocka_unit_test(hashing_does_not_allocate),
        cmocka_unit_test(secrets_are_compared_and_wiped),
        cmocka_unit_test(random_bytes_differ_or_fail),
    };
    return cmocka_run_group_tests_name("crypto_hash", tests, NULL, NULL);
}

/* crypto: public and private keys, signatures and their forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "failing_alloc.h"

static struct bytes unhex(const char *hex, uint8_t *bytes)
{
    size_t size = strlen(hex) / 2;
    assert_int_equal(hex_parse(bytes_of(hex), NULL, bytes, size), ERROR_OK);
    return (struct bytes){bytes, size};
}

static struct private_key *key_of(enum key_type type, uint8_t fill)
{
    uint8_t seed[PRIVATE_SEED_SIZE];
    memset(seed, fill, sizeof seed);
    struct private_key *key = NULL;
    assert_int_equal(private_key_from_seed(type, BYTES_ARRAY(seed), NULL, &key), ERROR_OK);
    return key;
}

/* RFC 8032 section 7.1, tests 1 to 3. */
static void ed25519_gives_the_values_of_rfc_8032(void **state)
{
    (void)state;
    static const struct {
        const char *seed, *public, *message, *signature;
    } rows[] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
         "1cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
         "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760"
         "984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t seed[32], public[32], message[2], expected[64];
        struct private_key *key = NULL;
        struct signature signature;
        assert_int_equal(
            private_key_from_seed(KEY_ED25519, unhex(rows[i].seed, seed), NULL, &key), ERROR_OK);
        struct bytes view = public_key_view(private_key_public(key));
        assert_true(bytes_equal(view, unhex(rows[i].public, public)));
        struct bytes text = unhex(rows[i].message, message);
        struct bytes wanted = unhex(rows[i].signature, expected);
        for (int again = 0; again < 2; again++) {
            assert_int_equal(private_key_sign(key, text, NULL, &signature), ERROR_OK);
            assert_true(bytes_equal((struct bytes){signature.bytes, signature.length}, wanted));
        }
        struct public_key taken;
        assert_int_equal(public_key_set(KEY_ED25519, view, NULL, &taken), ERROR_OK);
        assert_true(public_key_equal(&taken, private_key_public(key)));
        assert_int_equal(public_key_verify(&taken, text, wanted, NULL), ERROR_OK);
        private_key_free(key);
    }
}

static const char sample_seed[] =
    "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
static const char sample_point[] =
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
/* RFC 6979 appendix A.2.5, message "sample", SHA-256, in DER. */
static const char sample_signature[] =
    "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";

static void es256_agrees_with_rfc_6979(void **state)
{
    (void)state;
    uint8_t seed[32], point[65], der[72];
    struct private_key *key = NULL;
    assert_int_equal(
        private_key_from_seed(KEY_ES256, unhex(sample_seed, seed), NULL, &key), ERROR_OK);
    const struct public_key *public = private_key_public(key);
    assert_true(bytes_equal(public_key_view(public), unhex(sample_point, point)));
    struct bytes message = BYTES_LITERAL("sample");
    assert_int_equal(
        public_key_verify(public, message, unhex(sample_signature, der), NULL), ERROR_OK);
    struct verifier *verifier = NULL;
    assert_int_equal(verifier_new(public, NULL, &verifier), ERROR_OK);
    for (int i = 0; i < 40; i++) {
        struct signature signature;
        assert_int_equal(private_key_sign(key, message, NULL, &signature), ERROR_OK);
        struct bytes view = {signature.bytes, signature.length};
        assert_int_equal(verifier_check(verifier, message, view, NULL), ERROR_OK);
        assert_int_equal(
            verifier_check(verifier, BYTES_LITERAL("simple"), view, NULL), ERROR_SIGNATURE);
    }
    assert_true(public_key_equal(verifier_public(verifier), public));
    verifier_free(verifier);
    private_key_free(key);
}

static void es256_signatures_have_one_form(void **state)
{
    (void)state;
    /* r = 1, s = 1 and near misses; n and beyond; then bytes that are not DER at all. */
    static const struct {
        const char *hex;
        enum error error;
    } rows[] = {
        {"3006020101020101", ERROR_SIGNATURE},
        {"3006020100020101", ERROR_SIGNATURE_FORM},     /* r = 0 */
        {"3006020101020100", ERROR_SIGNATURE_FORM},     /* s = 0 */
        {"3006020181020101", ERROR_SIGNATURE_FORM},     /* negative */
        {"300702020001020101", ERROR_SIGNATURE_FORM},   /* a zero too many */
        {"30070201010202000100", ERROR_SIGNATURE_FORM}, /* bytes after the sequence */
        {"3006020101020101ff", ERROR_SIGNATURE_FORM},
        {"3009020101020101020101", ERROR_SIGNATURE_FORM}, /* three integers */
        {"3003020101", ERROR_SIGNATURE_FORM},             /* one */
        {"30050201010200", ERROR_SIGNATURE_FORM},         /* an empty integer */
        {"308106020101020101", ERROR_SIGNATURE_FORM},     /* a long length */
        {"30800201010201010000", ERROR_SIGNATURE_FORM},   /* an indefinite length */
        {"3106020101020101", ERROR_SIGNATURE_FORM},       /* a SET */
        {"3006030101020101", ERROR_SIGNATURE_FORM},       /* a BIT STRING */
        {"3006020101020201", ERROR_SIGNATURE_FORM},       /* runs over the end */
        {"30", ERROR_SIGNATURE_FORM},
        {"", ERROR_SIGNATURE_FORM},
        /* r = n, n - 1, 2^256 */
        {"3026022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551020101",
         ERROR_SIGNATURE_FORM},
        {"3026022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550020101",
         ERROR_SIGNATURE},
        {"30260221010000000000000000000000000000000000000000000000000000000000000000020101",
         ERROR_SIGNATURE_FORM},
    };
    struct private_key *key = key_of(KEY_ES256, 5);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t der[SIGNATURE_MAX];
        size_t size = strlen(rows[i].hex) / 2;
        assert_int_equal(hex_parse(bytes_of(rows[i].hex), NULL, der, size), ERROR_OK);
        struct fault fault;
        assert_int_equal(
            public_key_verify(
                private_key_public(key), BYTES_LITERAL("m"), (struct bytes){der, size}, &fault),
            rows[i].error);
        assert_string_equal(fault.place, "signature");
    }
    private_key_free(key);
}

static void ed25519_signatures_have_one_form(void **state)
{
    (void)state;
    struct private_key *key = key_of(KEY_ED25519, 5);
    const struct public_key *public = private_key_public(key);
    struct signature good;
    struct bytes message = BYTES_LITERAL("m");
    assert_int_equal(private_key_sign(key, message, NULL, &good), ERROR_OK);
    assert_int_equal(good.length, ED25519_SIGNATURE_SIZE);
    assert_int_equal(
        public_key_verify(public, message, (struct bytes){good.bytes, 63}, NULL),
        ERROR_SIGNATURE_FORM);
    assert_int_equal(
        public_key_verify(public, message, (struct bytes){good.bytes, 65}, NULL),
        ERROR_SIGNATURE_FORM);
    /* s + L would verify without the check of RFC 8032 section 5.1.7. */
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,       0xd6,
                                      0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
    struct signature other = good;
    unsigned carry = 0;
    for (int i = 0; i < 32; i++) {
        carry += (unsigned)good.bytes[32 + i] + order[i];
        other.bytes[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_int_equal(
        public_key_verify(public, message, (struct bytes){other.bytes, 64}, NULL),
        ERROR_SIGNATURE_FORM);
    memcpy(other.bytes + 32, order, 32);
    assert_int_equal(
        public_key_verify(public, message, (struct bytes){other.bytes, 64}, NULL),
        ERROR_SIGNATURE_FORM);
    /* Any flipped bit is noticed, of the signature as of the message. */
    for (size_t bit = 0; bit < 8 * ED25519_SIGNATURE_SIZE; bit += 5) {
        other = good;
        other.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        enum error error =
            public_key_verify(public, message, (struct bytes){other.bytes, 64}, NULL);
        assert_true(error == ERROR_SIGNATURE || error == ERROR_SIGNATURE_FORM);
    }
    assert_int_equal(
        public_key_verify(public, BYTES_LITERAL("n"), (struct bytes){good.bytes, 64}, NULL),
        ERROR_SIGNATURE);
    private_key_free(key);
}

static void public_keys_from_outside_are_checked(void **state)
{
    (void)state;
    static const struct {
        enum key_type type;
        const char *hex;
        enum error error;
    } rows[] = {
        {KEY_ED25519, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", ERROR_OK},
        {KEY_ED25519, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f70751",
         ERROR_KEY_BYTES},
        /* not on the curve */
        {KEY_ED25519, "0200000000000000000000000000000000000000000000000000000000000000",
         ERROR_KEY_BYTES},
        /* small order: the neutral point, with the sign bit too, y = -1, y = 0, order 8 */
        {KEY_ED25519, "0100000000000000000000000000000000000000000000000000000000000000",
         ERROR_KEY_BYTES},
        {KEY_ED25519, "0100000000000000000000000000000000000000000000000000000000000080",
         ERROR_KEY_BYTES},
        {KEY_ED25519, "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
         ERROR_KEY_BYTES},
        {KEY_ED25519, "0000000000000000000000000000000000000000000000000000000000000000",
         ERROR_KEY_BYTES},
        {KEY_ED25519, "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
         ERROR_KEY_BYTES},
        {KEY_ED25519, "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
         ERROR_KEY_BYTES},
        /* not reduced: p, p + 1 (the neutral point again) and p + 3 (on the curve) */
        {KEY_ED25519, "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
         ERROR_KEY_BYTES},
        {KEY_ED25519, "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
         ERROR_KEY_BYTES},
        {KEY_ED25519, "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
         ERROR_KEY_BYTES},
        {KEY_ES256, sample_point, ERROR_OK},
        /* compressed, and 64 bytes without the 04 */
        {KEY_ES256, "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
         ERROR_KEY_BYTES},
        /* Y off by one; hybrid form; X not below the prime; the point at infinity */
        {KEY_ES256,
         "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
         "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462298",
         ERROR_KEY_BYTES},
        {KEY_ES256,
         "0760fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
         "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
         ERROR_KEY_BYTES},
        {KEY_ES256,
         "04ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
         "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
         ERROR_KEY_BYTES},
        {KEY_ES256, "00", ERROR_KEY_BYTES},
        {(enum key_type)3, "00", ERROR_KEY_TYPE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t raw[PUBLIC_KEY_MAX];
        struct public_key key = {.type = (enum key_type)9};
        struct fault fault = {0};
        enum error error = public_key_set(rows[i].type, unhex(rows[i].hex, raw), &fault, &key);
        assert_int_equal(error, rows[i].error);
        if (error) {
            assert_int_equal(key.type, 9);
            assert_string_not_equal(fault.place, "");
        }
    }
}

static void a_key_id_is_the_hash_of_the_public_key(void **state)
{
    (void)state;
    for (enum key_type type = KEY_ED25519; type <= KEY_ES256; type++) {
        struct private_key *key = key_of(type, 9);
        struct key_id id = private_key_id(key), back;
        struct digest digest = sha256_of(public_key_view(private_key_public(key)));
        assert_memory_equal(id.bytes, digest.bytes, KEY_ID_SIZE);
        char text[KEY_ID_TEXT_SIZE];
        assert_int_equal(key_id_parse(bytes_of(key_id_text(&id, text)), NULL, &back), ERROR_OK);
        assert_true(key_id_equal(&id, &back));
        back.bytes[31] ^= 1;
        assert_false(key_id_equal(&id, &back));
        assert_true(key_id_compare(&id, &back) != 0);
        assert_int_equal(key_id_parse(BYTES_LITERAL("ab"), NULL, &back), ERROR_HEX);
        private_key_free(key);
    }
    assert_string_equal(key_type_text(KEY_ES256), "es256");
    assert_string_equal(key_type_text((enum key_type)7), "unknown");
}

static int draws; /* how often the generator below was asked */

static int random_out_of_range(void *data, size_t size)
{
    memset(data, 0xFF, size);
    if (draws++ == 1)
        memset(data, 0x11, size);
    return 0;
}

static int random_zero(void *data, size_t size)
{
    memset(data, 0, size);
    return 0;
}

static int random_broken(void *data, size_t size)
{
    (void)data, (void)size;
    return errno = EIO, -1;
}

static void generating_uses_the_table_and_fails_with_it(void **state)
{
    (void)state;
    struct private_key *key = NULL, *other = NULL;
    struct os os = os_system;
    assert_int_equal(private_key_generate(&os, KEY_ED25519, NULL, &key), ERROR_OK);
    assert_int_equal(private_key_generate(&os, KEY_ED25519, NULL, &other), ERROR_OK);
    assert_false(public_key_equal(private_key_public(key), private_key_public(other)));
    private_key_free(key);
    private_key_free(other);
    key = NULL;
    /* A number that is too large is drawn again. */
    os.random = random_out_of_range;
    assert_int_equal(private_key_generate(&os, KEY_ES256, NULL, &key), ERROR_OK);
    assert_int_equal(draws, 2);
    private_key_free(key);
    key = NULL;
    os.random = random_zero;
    assert_int_equal(private_key_generate(&os, KEY_ES256, NULL, &key), ERROR_KEY_BYTES);
    os.random = random_broken;
    assert_int_equal(private_key_generate(&os, KEY_ES256, NULL, &key), ERROR_RANDOM);
    assert_int_equal(
        private_key_generate(&os_system, (enum key_type)0, NULL, &key), ERROR_KEY_TYPE);
    assert_int_equal(
        private_key_from_seed(KEY_ED25519, BYTES_LITERAL("short"), NULL, &key), ERROR_KEY_BYTES);
    assert_null(key);
    private_key_free(NULL);
    verifier_free(NULL);
}

static void a_key_of_one_type_refuses_the_other(void **state)
{
    (void)state;
    struct private_key *ed = key_of(KEY_ED25519, 3), *es = key_of(KEY_ES256, 3);
    struct signature by_ed, by_es;
    struct bytes message = BYTES_LITERAL("m");
    assert_int_equal(private_key_sign(ed, message, NULL, &by_ed), ERROR_OK);
    assert_int_equal(private_key_sign(es, message, NULL, &by_es), ERROR_OK);
    assert_int_equal(
        public_key_verify(
            private_key_public(ed), message, (struct bytes){by_es.bytes, by_es.length}, NULL),
        ERROR_SIGNATURE_FORM);
    assert_int_equal(
        public_key_verify(
            private_key_public(es), message, (struct bytes){by_ed.bytes, by_ed.length}, NULL),
        ERROR_SIGNATURE_FORM);
    struct public_key nothing = {.type = (enum key_type)0};
    assert_int_equal(
        public_key_verify(&nothing, message, (struct bytes){by_ed.bytes, 64}, NULL),
        ERROR_KEY_TYPE);
    private_key_free(ed);
    private_key_free(es);
}

static void our_own_allocations_may_fail(void **state)
{
    (void)state;
    struct private_key *key = key_of(KEY_ED25519, 3), *made = NULL;
    struct verifier *verifier = NULL;
    failing_alloc_after(0);
    assert_int_equal(verifier_new(private_key_public(key), NULL, &verifier), ERROR_MEMORY);
    assert_true(failing_alloc_stop());
    assert_null(verifier);
    failing_alloc_after(0);
    assert_int_equal(private_key_generate(&os_system, KEY_ES256, NULL, &made), ERROR_MEMORY);
    assert_true(failing_alloc_stop());
    assert_null(made);
    private_key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ed25519_gives_the_values_of_rfc_8032),
        cmocka_unit_test(es256_agrees_with_rfc_6979),
        cmocka_unit_test(es256_signatures_have_one_form),
        cmocka_unit_test(ed25519_signatures_have_one_form),
        cmocka_unit_test(public_keys_from_outside_are_checked),
        cmocka_unit_test(a_key_id_is_the_hash_of_the_public_key),
        cmocka_unit_test(generating_uses_the_table_and_fails_with_it),
        cmocka_unit_test(a_key_of_one_type_refuses_the_other),
        cmocka_unit_test(our_own_allocations_may_fail),
    };
    return cmocka_run_group_tests_name("crypto_key", tests, NULL, NULL);
}

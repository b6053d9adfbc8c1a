/* cose: envelopes signed by keys. Their form is in test_cose_form.c, passkeys are in
 * test_cose_passkey.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cose/cose.h"
#include "cose_keys.h"
#include "failing_alloc.h"

static struct cose_statement single(void)
{
    struct cose_statement statement = cose_licence;
    statement.form = COSE_SINGLE;
    return statement;
}

static enum error open_view(struct bytes data, struct fault *fault, struct envelope *ret_envelope)
{
    return cose_open(
        data, "licence", cose_licence.aad, cose_keyring, COSE_KEYS, fault, ret_envelope);
}

static void several_sign_in_any_order(void **state)
{
    (void)state;
    struct buffer a = {0}, b = {0};
    struct envelope envelope;
    struct fault fault;
    cose_signed_by(&cose_licence, (int[]){7, 2, 30, -1}, &a);
    cose_signed_by(&cose_licence, (int[]){30, 7, 2, -1}, &b);
    assert_true(bytes_equal(buffer_view(&a), buffer_view(&b)));
    assert_int_equal(open_view(buffer_view(&a), &fault, &envelope), ERROR_OK);
    assert_int_equal(envelope.form, COSE_SEVERAL);
    assert_int_equal(envelope.count, 3);
    assert_int_equal(envelope.signers[0], 2);
    assert_int_equal(envelope.signers[1], 7);
    assert_int_equal(envelope.signers[2], 30);
    assert_true(bytes_equal(envelope.payload, cose_licence.payload));
    struct digest digest = sha256_of(cose_licence.payload);
    assert_true(digest_equal(&envelope.digest, &digest));
    buffer_free(&a);
    buffer_free(&b);
}

static void one_signs_for_good(void **state)
{
    (void)state;
    struct cose_statement statement = single();
    struct buffer data = {0}, more = {0};
    struct envelope envelope;
    cose_signed_by(&statement, (int[]){4, -1}, &data);
    assert_int_equal(data.data[0], 0xD2);
    assert_int_equal(open_view(buffer_view(&data), NULL, &envelope), ERROR_OK);
    assert_int_equal(envelope.form, COSE_SINGLE);
    assert_int_equal(envelope.count, 1);
    assert_int_equal(envelope.signers[0], 4);
    /* The digest does not depend on the form. */
    struct digest digest = sha256_of(cose_licence.payload);
    assert_true(digest_equal(&envelope.digest, &digest));
    assert_int_equal(
        cose_sign(&statement, buffer_view(&data), cose_keys[5], NULL, &more), ERROR_COSE_SINGLE);
    assert_int_equal(
        cose_sign(&cose_licence, buffer_view(&data), cose_keys[5], NULL, &more), ERROR_COSE_SINGLE);
    assert_int_equal(more.length, 0);
    buffer_free(&data);
    buffer_free(&more);
}

static void peeking_tells_what_is_claimed(void **state)
{
    (void)state;
    struct buffer data = {0};
    struct unverified_envelope claimed;
    cose_signed_by(&cose_licence, (int[]){9, 3, -1}, &data);
    data.data[data.length - 1] ^= 1; /* no longer a valid signature, and peeking does not mind */
    struct bytes view = buffer_view(&data);
    assert_int_equal(cose_peek_unverified(view, NULL, &claimed), ERROR_OK);
    assert_string_equal(claimed.type, "licence");
    assert_int_equal(claimed.form, COSE_SEVERAL);
    assert_int_equal(claimed.count, 2);
    assert_true(key_id_equal(&claimed.kids[0], &cose_keyring[3].id));
    assert_true(key_id_equal(&claimed.kids[1], &cose_keyring[9].id));
    assert_int_equal(claimed.kinds[0], SIGNER_KEY);
    assert_true(bytes_equal(claimed.payload, cose_licence.payload));
    struct digest digest = sha256_of(cose_licence.payload);
    assert_true(digest_equal(&claimed.digest, &digest));
    buffer_free(&data);
}

static void opening_is_all_or_nothing(void **state)
{
    (void)state;
    struct buffer data = {0};
    struct envelope envelope = {.count = 77};
    struct fault fault;
    cose_signed_by(&cose_licence, (int[]){3, 5, 8, -1}, &data);
    struct bytes view = buffer_view(&data);
    /* another authority's id, none, and one that is too long to be one */
    static const uint8_t other[COSE_AAD_MAX + 1] = {1, 2, 4};
    assert_int_equal(
        cose_open(
            view, "licence", (struct bytes){other, 32}, cose_keyring, COSE_KEYS, &fault, &envelope),
        ERROR_SIGNATURE);
    assert_non_null(strstr(fault.place, "signer 1"));
    assert_int_equal(
        cose_open(view, "licence", (struct bytes){0}, cose_keyring, COSE_KEYS, NULL, &envelope),
        ERROR_SIGNATURE);
    assert_int_equal(
        cose_open(view, "licence", BYTES_ARRAY(other), cose_keyring, COSE_KEYS, NULL, &envelope),
        ERROR_USAGE);
    assert_int_equal(
        cose_open(
            view, "certificate", cose_licence.aad, cose_keyring, COSE_KEYS, &fault, &envelope),
        ERROR_COSE_TYPE);
    /* an unknown key among known ones */
    struct signer part[] = {cose_keyring[3], cose_keyring[8]};
    char hex[KEY_ID_TEXT_SIZE];
    assert_int_equal(
        cose_open(view, "licence", cose_licence.aad, part, 2, &fault, &envelope),
        ERROR_COSE_UNKNOWN_KEY);
    assert_string_equal(fault.found, key_id_text(&cose_keyring[5].id, hex));
    assert_int_equal(
        cose_open(view, "licence", cose_licence.aad, NULL, 0, &fault, &envelope),
        ERROR_COSE_UNKNOWN_KEY);
    /* a key that is enrolled as a passkey, and entries that cannot work */
    struct signer wrong[] = {cose_keyring[3], cose_keyring[5], cose_keyring[8]};
    wrong[1] = signer_of_passkey(&cose_keyring[5].key, "office.example", "https://office.example");
    assert_int_equal(
        cose_open(view, "licence", cose_licence.aad, wrong, 3, &fault, &envelope), ERROR_COSE_KIND);
    wrong[1] = cose_keyring[5];
    wrong[1].key.type = KEY_ES256;
    assert_int_equal(
        cose_open(view, "licence", cose_licence.aad, wrong, 3, &fault, &envelope),
        ERROR_COSE_KEYRING);
    /* the last of three signatures altered */
    data.data[data.length - 40] ^= 1;
    assert_int_equal(open_view(view, &fault, &envelope), ERROR_SIGNATURE);
    assert_non_null(strstr(fault.place, "signer 3"));
    assert_int_equal(envelope.count, 77);
    buffer_free(&data);
}

static void no_altered_byte_goes_unnoticed(void **state)
{
    (void)state;
    for (int form = COSE_SEVERAL; form <= COSE_SINGLE; form++) {
        struct cose_statement statement = cose_licence;
        struct buffer data = {0};
        struct envelope envelope;
        statement.form = (enum cose_form)form;
        cose_signed_by(&statement, form == COSE_SINGLE ? (int[]){3, -1} : (int[]){3, 5, -1}, &data);
        for (size_t i = 0; i < data.length; i++) {
            for (unsigned bit = 0; bit < 8; bit += form == COSE_SINGLE ? 1 : 3) {
                data.data[i] ^= (uint8_t)(1u << bit);
                assert_int_not_equal(open_view(buffer_view(&data), NULL, &envelope), ERROR_OK);
                data.data[i] ^= (uint8_t)(1u << bit);
            }
            assert_int_not_equal(
                open_view((struct bytes){data.data, i}, NULL, &envelope), ERROR_OK);
        }
        assert_int_equal(open_view(buffer_view(&data), NULL, &envelope), ERROR_OK);
        buffer_free(&data);
    }
}

static void signing_refuses_what_it_should(void **state)
{
    (void)state;
    struct buffer data = {0}, out = {0};
    struct fault fault;
    buffer_append_text(&out, "kept");
    cose_signed_by(&cose_licence, (int[]){3, 5, -1}, &data);
    struct bytes view = buffer_view(&data);
    assert_int_equal(
        cose_sign(&cose_licence, view, cose_keys[5], &fault, &out), ERROR_COSE_DUPLICATE);
    struct cose_statement other = cose_licence;
    other.type = "order";
    assert_int_equal(cose_sign(&other, view, cose_keys[6], &fault, &out), ERROR_COSE_DIFFERS);
    other = cose_licence;
    other.payload = BYTES_LITERAL("\x82\x01\x03");
    assert_int_equal(cose_sign(&other, view, cose_keys[6], &fault, &out), ERROR_COSE_DIFFERS);
    assert_int_equal(
        cose_sign(&cose_licence, bytes_slice(view, 0, 50), cose_keys[6], &fault, &out),
        ERROR_CBOR_TRUNCATED);
    assert_non_null(strstr(fault.place, "existing envelope"));
    other = cose_licence;
    other.payload.length = 0;
    assert_int_equal(
        cose_sign(&other, (struct bytes){0}, cose_keys[6], &fault, &out), ERROR_COSE_EMPTY);
    other.payload.length = COSE_PAYLOAD_MAX + 1; /* looked at before the bytes are */
    assert_int_equal(
        cose_sign(&other, (struct bytes){0}, cose_keys[6], &fault, &out), ERROR_TOO_LARGE);
    other = cose_licence;
    other.type = "Licence";
    assert_int_equal(
        cose_sign(&other, (struct bytes){0}, cose_keys[6], &fault, &out), ERROR_COSE_TYPE_FORM);
    other = cose_licence;
    other.aad.length = COSE_AAD_MAX + 1;
    assert_int_equal(cose_sign(&other, (struct bytes){0}, cose_keys[6], &fault, &out), ERROR_USAGE);
    other = cose_licence;
    other.form = (enum cose_form)0;
    assert_int_equal(cose_sign(&other, (struct bytes){0}, cose_keys[6], &fault, &out), ERROR_USAGE);
    uint8_t seed[PRIVATE_SEED_SIZE] = {1};
    struct private_key *es256 = NULL;
    assert_int_equal(private_key_from_seed(KEY_ES256, BYTES_ARRAY(seed), NULL, &es256), ERROR_OK);
    assert_int_equal(
        cose_sign(&cose_licence, (struct bytes){0}, es256, &fault, &out), ERROR_KEY_TYPE);
    private_key_free(es256);
    assert_true(bytes_equal_text(buffer_view(&out), "kept"));
    out.limit = 60;
    assert_int_equal(cose_sign(&cose_licence, view, cose_keys[6], &fault, &out), ERROR_TOO_LARGE);
    assert_int_equal(out.length, 4);
    buffer_free(&data);
    buffer_free(&out);
}

static void at_most_32_sign(void **state)
{
    (void)state;
    struct buffer data = {0}, more = {0};
    struct envelope envelope;
    int all[COSE_SIGNERS_MAX + 1];
    for (int i = 0; i < COSE_SIGNERS_MAX; i++)
        all[i] = COSE_SIGNERS_MAX - 1 - i;
    all[COSE_SIGNERS_MAX] = -1;
    cose_signed_by(&cose_licence, all, &data);
    assert_int_equal(open_view(buffer_view(&data), NULL, &envelope), ERROR_OK);
    assert_int_equal(envelope.count, COSE_SIGNERS_MAX);
    assert_int_equal(
        cose_sign(&cose_licence, buffer_view(&data), cose_keys[33], NULL, &more),
        ERROR_COSE_SIGNERS);
    /* One more by hand: the array's head is 98 20 (32 items) and becomes 98 21. */
    size_t head = 0;
    while (memcmp(data.data + head, "\x98\x20\x83", 3) != 0)
        head++;
    data.data[head + 1]++;
    buffer_append(&data, data.data + head + 2, 50);
    for (size_t i = 0; i < 100; i++)
        buffer_append_byte(&data, 0);
    assert_int_equal(open_view(buffer_view(&data), NULL, &envelope), ERROR_COSE_SIGNERS);
    buffer_free(&data);
    buffer_free(&more);
}

static void a_verifier_in_the_keyring_is_used(void **state)
{
    (void)state;
    struct buffer data = {0};
    struct envelope envelope;
    struct signer entry = cose_keyring[3];
    cose_signed_by(&cose_licence, (int[]){3, -1}, &data);
    assert_int_equal(verifier_new(&entry.key, NULL, &entry.verifier), ERROR_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(
            cose_open(buffer_view(&data), "licence", cose_licence.aad, &entry, 1, NULL, &envelope),
            ERROR_OK);
    data.data[data.length - 1] ^= 0x80;
    assert_int_equal(
        cose_open(buffer_view(&data), "licence", cose_licence.aad, &entry, 1, NULL, &envelope),
        ERROR_SIGNATURE_FORM); /* the top bits of s */
    data.data[data.length - 1] ^= 0x80;
    data.data[data.length - 64] ^= 1;
    assert_int_equal(
        cose_open(buffer_view(&data), "licence", cose_licence.aad, &entry, 1, NULL, &envelope),
        ERROR_SIGNATURE);
    verifier_free(entry.verifier);
    buffer_free(&data);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct buffer data = {0};
    cose_signed_by(&cose_licence, (int[]){3, 5, -1}, &data);
    long n = 0;
    for (;; n++) {
        struct envelope envelope = {.count = 77};
        struct fault fault;
        failing_alloc_after(n);
        enum error error = open_view(buffer_view(&data), &fault, &envelope);
        if (!failing_alloc_stop()) {
            assert_int_equal(error, ERROR_OK);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
        assert_int_equal(envelope.count, 77);
    }
    assert_int_equal(n, 1); /* opening allocates once, whatever the number of signers */
    for (n = 0;; n++) {
        struct buffer out = {0};
        failing_alloc_after(n);
        enum error error = cose_sign(&cose_licence, buffer_view(&data), cose_keys[4], NULL, &out);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        assert_int_equal(out.length != 0, !failed);
        buffer_free(&out);
        if (!failed)
            break;
    }
    assert_true(n >= 2);
    buffer_free(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_sign_in_any_order),
        cmocka_unit_test(one_signs_for_good),
        cmocka_unit_test(peeking_tells_what_is_claimed),
        cmocka_unit_test(opening_is_all_or_nothing),
        cmocka_unit_test(no_altered_byte_goes_unnoticed),
        cmocka_unit_test(signing_refuses_what_it_should),
        cmocka_unit_test(at_most_32_sign),
        cmocka_unit_test(a_verifier_in_the_keyring_is_used),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("cose", tests, cose_keys_make, cose_keys_free);
}

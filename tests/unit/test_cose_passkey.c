/* cose: signatures by passkeys, made by the virtual authenticator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cbor/cbor.h"
#include "cose/cose.h"
#include "cose_keys.h"
#include "failing_alloc.h"
#include "virtual_authenticator.h"

#define RP_ID "office.example"
#define ORIGIN "https://office.example"

static struct private_key *passkeys[2]; /* Ed25519, ES256 */

static int make(void **state)
{
    static const uint8_t seed[PRIVATE_SEED_SIZE] = {0x50};
    if (private_key_from_seed(KEY_ED25519, BYTES_ARRAY(seed), NULL, &passkeys[0]) ||
        private_key_from_seed(KEY_ES256, BYTES_ARRAY(seed), NULL, &passkeys[1]))
        return -1;
    return cose_keys_make(state);
}

static int end(void **state)
{
    private_key_free(passkeys[0]);
    private_key_free(passkeys[1]);
    return cose_keys_free(state);
}

static struct virtual_authenticator authenticator_of(struct private_key *key)
{
    return (struct virtual_authenticator){.key = key, .rp_id = RP_ID, .origin = ORIGIN};
}

static struct signer signer_of(struct private_key *key)
{
    return signer_of_passkey(private_key_public(key), RP_ID, ORIGIN);
}

/* Signs a statement with an authenticator, adding to *data. */
static enum error attach(
    const struct cose_statement *statement, const struct virtual_authenticator *authenticator,
    struct buffer *data)
{
    struct key_id id = private_key_id(authenticator->key);
    struct digest challenge;
    struct virtual_assertion answer;
    struct buffer next = {0};
    enum error error = cose_challenge(statement, &id, NULL, &challenge);
    if (error)
        return error;
    virtual_authenticator_answer(authenticator, digest_view(&challenge), &answer);
    struct passkey_assertion assertion = virtual_assertion_view(&answer);
    error = cose_attach_passkey(statement, buffer_view(data), &id, &assertion, NULL, &next);
    if (error) {
        buffer_free(&next);
        return error;
    }
    buffer_free(data);
    *data = next;
    return ERROR_OK;
}

static enum error open_as(struct bytes data, const struct signer *signer, struct fault *fault)
{
    struct envelope envelope;
    return cose_open(data, "licence", cose_licence.aad, signer, 1, fault, &envelope);
}

static void passkeys_sign_alone_and_with_others(void **state)
{
    (void)state;
    struct cose_statement statement = cose_licence;
    for (int form = COSE_SEVERAL; form <= COSE_SINGLE; form++) {
        for (int i = 0; i < 2; i++) {
            struct virtual_authenticator authenticator = authenticator_of(passkeys[i]);
            struct signer signer = signer_of(passkeys[i]);
            struct buffer data = {0};
            struct unverified_envelope claimed;
            statement.form = (enum cose_form)form;
            assert_int_equal(attach(&statement, &authenticator, &data), ERROR_OK);
            assert_int_equal(open_as(buffer_view(&data), &signer, NULL), ERROR_OK);
            assert_int_equal(cose_peek_unverified(buffer_view(&data), NULL, &claimed), ERROR_OK);
            assert_int_equal(claimed.kinds[0], SIGNER_PASSKEY);
            buffer_free(&data);
        }
    }
    /* Both of them and a key, in one envelope. */
    struct buffer data = {0}, other = {0};
    struct virtual_authenticator first = authenticator_of(passkeys[0]);
    struct virtual_authenticator second = authenticator_of(passkeys[1]);
    struct signer keyring[] = {cose_keyring[9], signer_of(passkeys[0]), signer_of(passkeys[1])};
    struct envelope envelope;
    assert_int_equal(attach(&cose_licence, &second, &data), ERROR_OK);
    cose_signed_by(&cose_licence, (int[]){9, -1}, &data);
    assert_int_equal(attach(&cose_licence, &first, &data), ERROR_OK);
    assert_int_equal(
        cose_open(buffer_view(&data), "licence", cose_licence.aad, keyring, 3, NULL, &envelope),
        ERROR_OK);
    assert_int_equal(envelope.count, 3);
    for (size_t i = 1; i < 3; i++)
        assert_true(
            key_id_compare(&keyring[envelope.signers[i - 1]].id, &keyring[envelope.signers[i]].id) <
            0);
    /* A passkey signs once. */
    assert_int_equal(attach(&cose_licence, &first, &data), ERROR_COSE_DUPLICATE);
    statement = cose_licence;
    statement.form = COSE_SINGLE;
    cose_signed_by(&statement, (int[]){9, -1}, &other);
    assert_int_equal(attach(&statement, &first, &other), ERROR_COSE_SINGLE);
    statement.type = "Licence";
    assert_int_equal(attach(&statement, &first, &other), ERROR_COSE_TYPE_FORM);
    buffer_free(&data);
    buffer_free(&other);
}

static void a_challenge_is_for_one_signer_and_one_document(void **state)
{
    (void)state;
    struct key_id first = private_key_id(passkeys[0]), second = private_key_id(passkeys[1]);
    struct cose_statement statements[5] = {
        cose_licence, cose_licence, cose_licence, cose_licence, cose_licence};
    statements[1].form = COSE_SINGLE;
    statements[2].type = "order";
    statements[3].aad.length = 0;
    statements[4].payload.length--;
    struct digest challenges[10];
    for (int i = 0; i < 5; i++) {
        assert_int_equal(cose_challenge(&statements[i], &first, NULL, &challenges[i]), ERROR_OK);
        assert_int_equal(
            cose_challenge(&statements[i], &second, NULL, &challenges[5 + i]), ERROR_OK);
    }
    for (int i = 0; i < 10; i++) {
        for (int k = i + 1; k < 10; k++)
            assert_false(digest_equal(&challenges[i], &challenges[k]));
    }
    /* It is SHA-256 of the Sig_structure of RFC 9052 section 4.4. */
    struct buffer text = {0};
    struct cbor_writer writer;
    uint8_t header[64] = {0xA2, 0x01, 0x3A, 0x00, 0x01, 0x00, 0x00, 0x04, 0x58, 0x20};
    memcpy(header + 10, first.bytes, KEY_ID_SIZE);
    cbor_writer_begin(&writer, &text);
    cbor_write_array(&writer);
    cbor_write_text(&writer, "Signature");
    cbor_write_bytes(
        &writer, BYTES_LITERAL("\xA1\x10\x78\x1E"
                               "application/enduse-licence;v=1"));
    cbor_write_bytes(&writer, (struct bytes){header, 42});
    cbor_write_bytes(&writer, cose_licence.aad);
    cbor_write_bytes(&writer, cose_licence.payload);
    cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
    struct digest digest = sha256_of(buffer_view(&text));
    assert_true(digest_equal(&digest, &challenges[0]));
    buffer_free(&text);
}

/* What an authenticator or the page before it does wrong, and the error that tells. */
static void every_rule_of_webauthn_has_its_error(void **state)
{
    (void)state;
    static const uint8_t map[] = {0xA1, 0x61, 'x', 0xF5}, two[] = {0xA0, 0xA0}, text[] = {0x60};
    static char long_member[4200];
    memset(long_member, ' ', sizeof long_member - 1);
    long_member[sizeof long_member - 1] = '\0';
    const uint8_t good = VIRTUAL_PRESENT | VIRTUAL_VERIFIED;
    const struct {
        const char *what;
        struct virtual_authenticator wrong;
        enum error error;
        const char *place;
    } rows[] = {
        {"good", {0}, ERROR_OK, ""},
        {"crossOrigin left out", {.cross = ""}, ERROR_OK, ""},
        {"a member of time to come", {.more = ",\"extra\":{\"a\":[1]}"}, ERROR_OK, ""},
        {"extensions nobody asked for",
         {.flags = good | VIRTUAL_EXTENSIONS, .tail = BYTES_ARRAY(map)},
         ERROR_OK,
         ""},
        {"backed up", {.flags = good | VIRTUAL_BACKUP_ELIGIBLE | VIRTUAL_BACKED_UP}, ERROR_OK, ""},
        {"registration", {.type = "webauthn.create"}, ERROR_PASSKEY_TYPE, "$.type"},
        {"payment", {.type = "payment.get"}, ERROR_PASSKEY_TYPE, "$.type"},
        {"another origin",
         {.origin = "https://office.example.net"},
         ERROR_PASSKEY_ORIGIN,
         "$.origin"},
        {"plain HTTP", {.origin = "http://office.example"}, ERROR_PASSKEY_ORIGIN, "$.origin"},
        {"origin with a slash",
         {.origin = "https://office.example/"},
         ERROR_PASSKEY_ORIGIN,
         "$.origin"},
        {"framed", {.cross = "true"}, ERROR_PASSKEY_CROSS_ORIGIN, "$.crossOrigin"},
        {"framed, says topOrigin",
         {.more = ",\"topOrigin\":\"https://other.example\""},
         ERROR_PASSKEY_CROSS_ORIGIN,
         "$.topOrigin"},
        {"crossOrigin in text", {.cross = "\"false\""}, ERROR_JSON_TYPE, "$.crossOrigin"},
        {"a member twice", {.more = ",\"type\":\"webauthn.get\""}, ERROR_JSON_DUPLICATE, "type"},
        {"no type",
         {.client_data = "{\"challenge\":\"\",\"origin\":\"" ORIGIN "\"}"},
         ERROR_JSON_MISSING,
         "type"},
        {"no challenge",
         {.client_data = "{\"type\":\"webauthn.get\",\"origin\":\"" ORIGIN "\"}"},
         ERROR_JSON_MISSING,
         "challenge"},
        {"no origin, so another challenge cannot hide behind it",
         {.client_data = "{\"type\":\"webauthn.get\",\"challenge\":\"AAAA\"}"},
         ERROR_PASSKEY_CHALLENGE,
         "$.challenge"},
        {"challenge of another type",
         {.client_data = "{\"type\":\"webauthn.get\",\"challenge\":7}"},
         ERROR_JSON_TYPE,
         "$.challenge"},
        {"not JSON", {.client_data = "webauthn.get"}, ERROR_JSON_SYNTAX, "clientDataJSON"},
        {"an array", {.client_data = "[]"}, ERROR_JSON_TYPE, "clientDataJSON"},
        {"another relying party", {.rp_id = "example"}, ERROR_PASSKEY_RP, "authenticatorData"},
        {"nobody present", {.flags = VIRTUAL_VERIFIED}, ERROR_PASSKEY_PRESENCE, "signer 1"},
        {"user not verified", {.flags = VIRTUAL_PRESENT}, ERROR_PASSKEY_VERIFICATION, "passkey"},
        {"backed up though it cannot be",
         {.flags = good | VIRTUAL_BACKED_UP},
         ERROR_PASSKEY_AUTHENTICATOR_DATA,
         "authenticatorData"},
        {"attested data",
         {.flags = good | VIRTUAL_ATTESTED, .tail = BYTES_ARRAY(map)},
         ERROR_PASSKEY_AUTHENTICATOR_DATA,
         ""},
        {"bytes that no flag tells of",
         {.tail = BYTES_ARRAY(map)},
         ERROR_PASSKEY_AUTHENTICATOR_DATA,
         ""},
        {"extensions told of and not there",
         {.flags = good | VIRTUAL_EXTENSIONS},
         ERROR_PASSKEY_AUTHENTICATOR_DATA,
         ""},
        {"extensions that are no map",
         {.flags = good | VIRTUAL_EXTENSIONS, .tail = BYTES_ARRAY(text)},
         ERROR_PASSKEY_AUTHENTICATOR_DATA,
         ""},
        {"two maps of extensions",
         {.flags = good | VIRTUAL_EXTENSIONS, .tail = BYTES_ARRAY(two)},
         ERROR_CBOR_TRAILING,
         "extensions"},
        {"36 bytes", {.cut = 1}, ERROR_PASSKEY_AUTHENTICATOR_DATA, "authenticatorData"},
        {"nothing", {.cut = 37}, ERROR_PASSKEY_AUTHENTICATOR_DATA, "authenticatorData"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct virtual_authenticator authenticator = rows[i].wrong;
        struct signer signer = signer_of(passkeys[i % 2]);
        struct buffer data = {0};
        struct fault fault = {0};
        char words[600];
        authenticator.key = passkeys[i % 2];
        if (!authenticator.rp_id)
            authenticator.rp_id = RP_ID;
        if (!authenticator.origin)
            authenticator.origin = ORIGIN;
        assert_int_equal(attach(&cose_licence, &authenticator, &data), ERROR_OK);
        enum error error = open_as(buffer_view(&data), &signer, &fault);
        fault_text(&fault, words, sizeof words);
        if (error != rows[i].error || (error && !strstr(words, rows[i].place)))
            fail_msg("%s: %s: %s", rows[i].what, error_name(error), words);
        buffer_free(&data);
    }
    struct virtual_authenticator authenticator = authenticator_of(passkeys[0]);
    struct buffer data = {0};
    authenticator.more = long_member;
    assert_int_equal(attach(&cose_licence, &authenticator, &data), ERROR_TOO_LARGE);
    buffer_free(&data);
}

/* An answer to another statement's, another signer's, or a truncated challenge. */
static void an_answer_to_another_challenge_is_refused(void **state)
{
    (void)state;
    struct key_id id = private_key_id(passkeys[1]);
    struct signer signer = signer_of(passkeys[1]);
    struct virtual_authenticator authenticator = authenticator_of(passkeys[1]);
    struct cose_statement other = cose_licence;
    other.payload = BYTES_LITERAL("\x80");
    struct digest challenge;
    struct virtual_assertion answer;
    for (int i = 0; i < 3; i++) {
        struct buffer data = {0};
        const struct key_id *whose = i == 1 ? &cose_keyring[0].id : &id;
        assert_int_equal(
            cose_challenge(i == 0 ? &other : &cose_licence, whose, NULL, &challenge), ERROR_OK);
        virtual_authenticator_answer(
            &authenticator, (struct bytes){challenge.bytes, i == 2 ? 31 : 32}, &answer);
        struct passkey_assertion assertion = virtual_assertion_view(&answer);
        assert_int_equal(
            cose_attach_passkey(&cose_licence, (struct bytes){0}, &id, &assertion, NULL, &data),
            ERROR_OK);
        assert_int_equal(open_as(buffer_view(&data), &signer, NULL), ERROR_PASSKEY_CHALLENGE);
        buffer_free(&data);
    }
}

static void a_signature_by_another_key_is_refused(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct key_id id = private_key_id(passkeys[i]);
        struct signer signer = signer_of(passkeys[i]);
        /* The authenticator of another key of the same type, which answers all else rightly. */
        uint8_t seed[PRIVATE_SEED_SIZE] = {0x77};
        struct private_key *thief = NULL;
        assert_int_equal(
            private_key_from_seed(
                private_key_public(passkeys[i])->type, BYTES_ARRAY(seed), NULL, &thief),
            ERROR_OK);
        struct virtual_authenticator authenticator = authenticator_of(thief);
        struct digest challenge;
        struct virtual_assertion answer;
        struct buffer data = {0};
        assert_int_equal(cose_challenge(&cose_licence, &id, NULL, &challenge), ERROR_OK);
        virtual_authenticator_answer(&authenticator, digest_view(&challenge), &answer);
        struct passkey_assertion assertion = virtual_assertion_view(&answer);
        assert_int_equal(
            cose_attach_passkey(&cose_licence, (struct bytes){0}, &id, &assertion, NULL, &data),
            ERROR_OK);
        assert_int_equal(open_as(buffer_view(&data), &signer, NULL), ERROR_SIGNATURE);
        buffer_clear(&data);
        assertion.signature.length--;
        assert_int_equal(
            cose_attach_passkey(&cose_licence, (struct bytes){0}, &id, &assertion, NULL, &data),
            ERROR_OK);
        assert_int_equal(open_as(buffer_view(&data), &signer, NULL), ERROR_SIGNATURE_FORM);
        buffer_free(&data);
        private_key_free(thief);
    }
}

/* The three parts of an assertion in their CBOR. */
static void the_form_of_an_assertion_is_strict(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum error error;
    } rows[] = {
        {"8040", ERROR_CBOR_COUNT},
        {"82404040", ERROR_CBOR_COUNT},
        {"8440404040", ERROR_CBOR_COUNT},
        {"a0", ERROR_CBOR_TYPE},
        {"83406040", ERROR_CBOR_TYPE},
        {"8340404040", ERROR_CBOR_TRAILING},
        {"834040", ERROR_CBOR_TRUNCATED},
        {"834040584900", ERROR_CBOR_TRUNCATED},
        {"83580040400000", ERROR_CBOR_NOT_SHORTEST},
        {"", ERROR_CBOR_TRUNCATED},
        {"83404040", ERROR_JSON_TRUNCATED}, /* the form is right, and all of it is empty */
    };
    struct signer signer = signer_of(passkeys[0]);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        /* A single envelope by hand, with those bytes for a signature. */
        uint8_t bytes[32], header[128];
        size_t size = strlen(rows[i].hex) / 2;
        struct buffer data = {0}, body = {.data = header, .capacity = 128, .limit = 127};
        struct cbor_writer writer;
        struct fault fault;
        assert_int_equal(hex_parse(bytes_of(rows[i].hex), NULL, bytes, size), ERROR_OK);
        cbor_writer_begin(&writer, &body);
        cbor_write_map(&writer);
        cbor_write_uint(&writer, 1);
        cbor_write_int(&writer, -65537);
        cbor_write_uint(&writer, 4);
        cbor_write_bytes(&writer, key_id_view(&signer.id));
        cbor_write_uint(&writer, 16);
        cbor_write_text(&writer, "application/enduse-licence;v=1");
        cbor_write_end(&writer);
        assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
        cbor_writer_begin(&writer, &data);
        cbor_write_tag(&writer, 18);
        cbor_write_array(&writer);
        cbor_write_bytes(&writer, buffer_view(&body));
        cbor_write_map(&writer);
        cbor_write_end(&writer);
        cbor_write_bytes(&writer, cose_licence.payload);
        cbor_write_bytes(&writer, (struct bytes){bytes, size});
        cbor_write_end(&writer);
        cbor_write_end(&writer);
        assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
        enum error error = open_as(buffer_view(&data), &signer, &fault);
        if (error != rows[i].error)
            fail_msg("%s: %s", rows[i].hex, error_name(error));
        assert_non_null(strstr(fault.place, "signer 1: passkey"));
        buffer_free(&data);
    }
}

static void keys_and_passkeys_do_not_stand_in_for_each_other(void **state)
{
    (void)state;
    struct buffer data = {0};
    struct virtual_authenticator authenticator = authenticator_of(passkeys[0]);
    assert_int_equal(attach(&cose_licence, &authenticator, &data), ERROR_OK);
    struct signer as_key = signer_of_key(private_key_public(passkeys[0]));
    assert_int_equal(open_as(buffer_view(&data), &as_key, NULL), ERROR_COSE_KIND);
    struct signer entry = signer_of(passkeys[0]);
    entry.origin = NULL;
    assert_int_equal(open_as(buffer_view(&data), &entry, NULL), ERROR_COSE_KEYRING);
    entry = signer_of(passkeys[0]);
    entry.rp_id = NULL;
    assert_int_equal(open_as(buffer_view(&data), &entry, NULL), ERROR_COSE_KEYRING);
    buffer_free(&data);
}

static void an_assertion_can_be_verified_by_itself(void **state)
{
    (void)state;
    struct signer signer = signer_of(passkeys[1]);
    struct virtual_authenticator authenticator = authenticator_of(passkeys[1]);
    struct virtual_assertion answer;
    struct bytes challenge = BYTES_LITERAL("a challenge of any length");
    virtual_authenticator_answer(&authenticator, challenge, &answer);
    struct passkey_assertion assertion = virtual_assertion_view(&answer);
    assert_int_equal(passkey_verify(&signer, challenge, &assertion, NULL), ERROR_OK);
    assert_int_equal(verifier_new(&signer.key, NULL, &signer.verifier), ERROR_OK);
    assert_int_equal(passkey_verify(&signer, challenge, &assertion, NULL), ERROR_OK);
    assert_int_equal(
        passkey_verify(&signer, BYTES_LITERAL("another"), &assertion, NULL),
        ERROR_PASSKEY_CHALLENGE);
    verifier_free(signer.verifier);
    assert_int_equal(
        passkey_verify(&cose_keyring[0], challenge, &assertion, NULL), ERROR_COSE_KEYRING);
    assertion.signature.length = SIGNATURE_MAX + 1;
    assert_int_equal(passkey_verify(&signer, challenge, &assertion, NULL), ERROR_SIGNATURE_FORM);
    assertion = virtual_assertion_view(&answer);
    assertion.client_data.length = COSE_CLIENT_DATA_MAX + 1;
    assert_int_equal(passkey_verify(&signer, challenge, &assertion, NULL), ERROR_TOO_LARGE);
    assertion = virtual_assertion_view(&answer);
    assertion.authenticator_data.length = COSE_AUTHENTICATOR_DATA_MAX + 1;
    assert_int_equal(passkey_verify(&signer, challenge, &assertion, NULL), ERROR_TOO_LARGE);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct buffer data = {0};
    struct virtual_authenticator authenticator = authenticator_of(passkeys[1]);
    struct signer signer = signer_of(passkeys[1]);
    struct key_id id = signer.id;
    assert_int_equal(attach(&cose_licence, &authenticator, &data), ERROR_OK);
    long n = 0;
    for (;; n++) {
        struct fault fault;
        failing_alloc_after(n);
        enum error error = open_as(buffer_view(&data), &signer, &fault);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        if (!failed)
            break;
    }
    assert_true(n > 0 && n < 12);
    buffer_free(&data);
    struct digest challenge;
    struct virtual_assertion answer;
    failing_alloc_after(0);
    assert_int_equal(cose_challenge(&cose_licence, &id, NULL, &challenge), ERROR_OK);
    assert_false(failing_alloc_stop()); /* it takes none */
    virtual_authenticator_answer(&authenticator, digest_view(&challenge), &answer);
    struct passkey_assertion assertion = virtual_assertion_view(&answer);
    for (n = 0;; n++) {
        failing_alloc_after(n);
        enum error error =
            cose_attach_passkey(&cose_licence, (struct bytes){0}, &id, &assertion, NULL, &data);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        assert_int_equal(data.length != 0, !failed);
        buffer_free(&data);
        if (!failed)
            break;
    }
    assert_true(n > 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passkeys_sign_alone_and_with_others),
        cmocka_unit_test(a_challenge_is_for_one_signer_and_one_document),
        cmocka_unit_test(every_rule_of_webauthn_has_its_error),
        cmocka_unit_test(an_answer_to_another_challenge_is_refused),
        cmocka_unit_test(a_signature_by_another_key_is_refused),
        cmocka_unit_test(the_form_of_an_assertion_is_strict),
        cmocka_unit_test(keys_and_passkeys_do_not_stand_in_for_each_other),
        cmocka_unit_test(an_assertion_can_be_verified_by_itself),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("cose_passkey", tests, make, end);
}

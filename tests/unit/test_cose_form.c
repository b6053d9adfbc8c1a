/* cose: the one form of envelopes, put together by hand, and every way to break it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cbor/cbor.h"
#include "cose/cose.h"
#include "cose_keys.h"

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

/* Writes Sig_structure as RFC 9052 section 4.4 has it; signer may be NULL (Sig_structure for
 * COSE_Sign1). */
static void write_sig_structure(
    struct bytes body, const struct bytes *signer, struct bytes payload, struct buffer *ret_data)
{
    struct cbor_writer writer;
    cbor_writer_begin(&writer, ret_data);
    cbor_write_array(&writer);
    cbor_write_text(&writer, signer ? "Signature" : "Signature1");
    cbor_write_bytes(&writer, body);
    if (signer)
        cbor_write_bytes(&writer, *signer);
    cbor_write_bytes(&writer, cose_licence.aad);
    cbor_write_bytes(&writer, payload);
    cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
}

static void
sign_by_hand(int key, struct bytes body, const struct bytes *signer, struct signature *signature)
{
    struct buffer message = {0};
    write_sig_structure(body, signer, cose_licence.payload, &message);
    assert_int_equal(
        private_key_sign(cose_keys[key], buffer_view(&message), NULL, signature), ERROR_OK);
    buffer_free(&message);
}

/* A map of any pairs given by the flags. */
struct header_draft {
    int64_t algorithm; /* 0: none */
    size_t kid_length; /* of this many bytes; 0: none */
    const char *type;  /* NULL: none */
    bool other;        /* a further parameter, 3 (content type) */
};

static void write_header(const struct header_draft *draft, int key, struct buffer *ret_header)
{
    struct cbor_writer writer;
    cbor_writer_begin(&writer, ret_header);
    cbor_write_map(&writer);
    if (draft->algorithm) {
        cbor_write_uint(&writer, 1);
        cbor_write_int(&writer, draft->algorithm);
    }
    if (draft->other) {
        cbor_write_uint(&writer, 3);
        cbor_write_uint(&writer, 0);
    }
    if (draft->kid_length) {
        cbor_write_uint(&writer, 4);
        cbor_write_bytes(&writer, (struct bytes){cose_keyring[key].id.bytes, draft->kid_length});
    }
    if (draft->type) {
        cbor_write_uint(&writer, 16);
        cbor_write_text(&writer, draft->type);
    }
    cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
}

/* What an envelope by hand looks like; zeros are good behaviour. Its signatures are valid over
 * whatever stands there, so that nothing but the form can be at fault. */
struct draft {
    struct header_draft body, signer;
    uint64_t tag;
    bool no_tag;
    bool single;
    int signers[4]; /* keys, in this order; -1 ends */
    bool body_unprotected, signer_unprotected;
    enum { PAYLOAD_GOOD, PAYLOAD_NULL, PAYLOAD_EMPTY, PAYLOAD_TEXT } payload;
    bool fourth;          /* a further item in a signer's array */
    bool fifth;           /* a further item in the envelope's array */
    size_t signature_cut; /* bytes left out of each signature */
    bool trailing;
};

static const struct header_draft good_type = {.type = "application/enduse-licence;v=1"};
static const struct header_draft good_signer = {.algorithm = -19, .kid_length = 32};
static const struct header_draft good_single = {
    .algorithm = -19, .kid_length = 32, .type = "application/enduse-licence;v=1"};

static void write_unprotected(struct cbor_writer *writer, bool filled)
{
    cbor_write_map(writer);
    if (filled) {
        cbor_write_uint(writer, 4);
        cbor_write_bytes(writer, BYTES_LITERAL("11"));
    }
    cbor_write_end(writer);
}

static void write_draft_payload(struct cbor_writer *writer, const struct draft *draft)
{
    if (draft->payload == PAYLOAD_NULL)
        cbor_write_null(writer);
    else if (draft->payload == PAYLOAD_TEXT)
        cbor_write_text(writer, "payload");
    else if (draft->payload == PAYLOAD_EMPTY)
        cbor_write_bytes(writer, (struct bytes){0});
    else
        cbor_write_bytes(writer, cose_licence.payload);
}

static void write_draft_signer(
    struct cbor_writer *writer, const struct draft *draft, int key, struct bytes body)
{
    struct buffer header = {0};
    struct signature signature;
    write_header(&draft->signer, key, &header);
    struct bytes view = buffer_view(&header);
    sign_by_hand(key, body, &view, &signature);
    cbor_write_array(writer);
    cbor_write_bytes(writer, view);
    write_unprotected(writer, draft->signer_unprotected);
    cbor_write_bytes(
        writer, (struct bytes){signature.bytes, signature.length - draft->signature_cut});
    if (draft->fourth)
        cbor_write_uint(writer, 0);
    cbor_write_end(writer);
    buffer_free(&header);
}

static void write_draft(const struct draft *draft, struct buffer *ret_data)
{
    struct buffer body = {0};
    struct cbor_writer writer;
    write_header(&draft->body, draft->signers[0] < 0 ? 0 : draft->signers[0], &body);
    cbor_writer_begin(&writer, ret_data);
    if (!draft->no_tag)
        cbor_write_tag(&writer, draft->tag ? draft->tag : draft->single ? 18 : 98);
    cbor_write_array(&writer);
    cbor_write_bytes(&writer, buffer_view(&body));
    write_unprotected(&writer, draft->body_unprotected);
    write_draft_payload(&writer, draft);
    if (draft->single) {
        struct signature signature;
        sign_by_hand(draft->signers[0], buffer_view(&body), NULL, &signature);
        cbor_write_bytes(
            &writer, (struct bytes){signature.bytes, signature.length - draft->signature_cut});
    } else {
        cbor_write_array(&writer);
        for (const int *key = draft->signers; *key >= 0; key++)
            write_draft_signer(&writer, draft, *key, buffer_view(&body));
        cbor_write_end(&writer);
    }
    if (draft->fifth)
        cbor_write_uint(&writer, 0);
    cbor_write_end(&writer);
    if (!draft->no_tag)
        cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
    if (draft->trailing)
        buffer_append_byte(ret_data, 0);
    buffer_free(&body);
}

/* The production code and this file's reading of RFC 9052 agree to the byte. */
static void the_form_is_that_of_rfc_9052(void **state)
{
    (void)state;
    struct buffer made = {0}, hand = {0};
    cose_signed_by(&cose_licence, (int[]){1, 6, -1}, &made);
    write_draft(
        &(struct draft){.body = good_type, .signer = good_signer, .signers = {1, 6, -1}}, &hand);
    assert_true(bytes_equal(buffer_view(&made), buffer_view(&hand)));
    buffer_free(&made);
    buffer_free(&hand);
    struct cose_statement statement = single();
    cose_signed_by(&statement, (int[]){3, -1}, &made);
    write_draft(&(struct draft){.single = true, .body = good_single, .signers = {3, -1}}, &hand);
    assert_true(bytes_equal(buffer_view(&made), buffer_view(&hand)));
    /* The beginning, spelled out: tag 18, array of 4, a byte string with alg, kid ... */
    static const uint8_t start[] = {0xD2, 0x84, 0x58, 0x47, 0xA3, 0x01, 0x32, 0x04, 0x58, 0x20};
    assert_memory_equal(made.data, start, sizeof start);
    buffer_free(&made);
    buffer_free(&hand);
}

/* Made with another encoder and the openssl command: these bytes never change. */
static void envelopes_are_the_bytes_of_the_vectors(void **state)
{
    (void)state;
    static const char single_envelope[] =
        "d2845847a30132045820305754e9bff8823372c39f08c44cb86525582faf270086c35e92e4133109"
        "17a210781e6170706c69636174696f6e2f656e647573652d6c6963656e63653b763d31a043820102"
        "5840f6506ae427aad1ef672ba254d61c77c6c42bfd4046682f49d02768362b9d47948bb1cae0a9b8"
        "5b5ec5a26ea0e0645a0e45691f8b74c3aa76026b0b6a5880150e";
    static const char several_digest[] =
        "d591ff0e142ce68218322ec094fc3f1889b6b8cb7988dd4ad944f176cab37b78";
    struct cose_statement statement = single();
    struct buffer made = {0};
    char text[2 * sizeof single_envelope];
    cose_signed_by(&statement, (int[]){3, -1}, &made);
    assert_int_equal(made.length, sizeof single_envelope / 2);
    assert_string_equal(hex_text(buffer_view(&made), text), single_envelope);
    buffer_free(&made);
    cose_signed_by(&cose_licence, (int[]){7, 2, -1}, &made);
    struct digest digest = sha256_of(buffer_view(&made));
    assert_string_equal(digest_text(&digest, text), several_digest);
    buffer_free(&made);
}

static void every_malformed_class_has_its_error(void **state)
{
    (void)state;
#define SEVERAL .body = good_type, .signer = good_signer
#define ALONE .single = true, .body = good_single, .signers = { 3, -1 }
    const struct {
        const char *what;
        struct draft draft;
        enum error error;
        const char *place; /* a part of the fault's text */
    } rows[] = {
        {"good", {SEVERAL, .signers = {3, 5, -1}}, ERROR_OK, ""},
        {"good, alone", {ALONE}, ERROR_OK, ""},
        {"no tag", {SEVERAL, .signers = {3, -1}, .no_tag = true}, ERROR_COSE_TAG, "byte 0"},
        {"tag of COSE_Mac", {SEVERAL, .signers = {3, -1}, .tag = 97}, ERROR_COSE_TAG, "byte 0"},
        {"COSE_Sign tagged as COSE_Sign1",
         {SEVERAL, .signers = {3, -1}, .tag = 18},
         ERROR_CBOR_KEY_MISSING,
         "protected"},
        {"COSE_Sign1 tagged as COSE_Sign", {ALONE, .tag = 98}, ERROR_CBOR_KEY_UNKNOWN, "protected"},
        {"type without the prefix",
         {.body = {.type = "enduse-licence"}, .signer = good_signer, .signers = {3, -1}},
         ERROR_COSE_TYPE_FORM,
         "application/enduse-NAME;v=1"},
        {"type of another version",
         {.body = {.type = "application/enduse-licence;v=2"},
          .signer = good_signer,
          .signers = {3, -1}},
         ERROR_COSE_TYPE_FORM,
         "v=2"},
        {"type without a name",
         {.body = {.type = "application/enduse-;v=1"}, .signer = good_signer, .signers = {3, -1}},
         ERROR_COSE_TYPE_FORM,
         ""},
        {"type with other characters",
         {.body = {.type = "application/enduse-Licence;v=1"},
          .signer = good_signer,
          .signers = {3, -1}},
         ERROR_COSE_TYPE_FORM,
         ""},
        {"type too long",
         {.body = {.type = "application/enduse-abcdefghijklmnopqrstuvwxyzabcdef;v=1"},
          .signer = good_signer,
          .signers = {3, -1}},
         ERROR_COSE_TYPE_FORM,
         ""},
        {"type of another document",
         {.body = {.type = "application/enduse-lease;v=1"},
          .signer = good_signer,
          .signers = {3, -1}},
         ERROR_COSE_TYPE,
         "lease"},
        {"no type", {.signer = good_signer, .signers = {3, -1}}, ERROR_CBOR_KEY_MISSING, "type"},
        {"another body header",
         {.body = {.type = "application/enduse-licence;v=1", .other = true},
          .signer = good_signer,
          .signers = {3, -1}},
         ERROR_CBOR_KEY_UNKNOWN,
         "protected"},
        {"unknown algorithm (EdDSA as it was before RFC 9864)",
         {.body = good_type, .signer = {.algorithm = -8, .kid_length = 32}, .signers = {3, -1}},
         ERROR_COSE_ALGORITHM,
         "signer 1"},
        {"unknown algorithm, alone",
         {.single = true,
          .body = {.algorithm = -7, .kid_length = 32, .type = "application/enduse-licence;v=1"},
          .signers = {3, -1}},
         ERROR_COSE_ALGORITHM,
         "-7"},
        {"no algorithm",
         {.body = good_type, .signer = {.kid_length = 32}, .signers = {3, -1}},
         ERROR_CBOR_KEY_MISSING,
         "alg"},
        {"no kid",
         {.body = good_type, .signer = {.algorithm = -19}, .signers = {3, -1}},
         ERROR_CBOR_KEY_MISSING,
         "kid"},
        {"kid of 31 bytes",
         {.body = good_type, .signer = {.algorithm = -19, .kid_length = 31}, .signers = {3, -1}},
         ERROR_CBOR_RANGE,
         "kid"},
        {"another signer header",
         {.body = good_type,
          .signer = {.algorithm = -19, .kid_length = 32, .other = true},
          .signers = {3, -1}},
         ERROR_CBOR_KEY_UNKNOWN,
         "signer 1"},
        {"unprotected header of the body",
         {SEVERAL, .signers = {3, -1}, .body_unprotected = true},
         ERROR_COSE_UNPROTECTED,
         "unprotected"},
        {"unprotected header, alone",
         {ALONE, .body_unprotected = true},
         ERROR_COSE_UNPROTECTED,
         "unprotected"},
        {"unprotected header of a signer",
         {SEVERAL, .signers = {3, -1}, .signer_unprotected = true},
         ERROR_COSE_UNPROTECTED,
         "signer 1"},
        {"detached",
         {SEVERAL, .signers = {3, -1}, .payload = PAYLOAD_NULL},
         ERROR_COSE_DETACHED,
         "payload"},
        {"empty payload",
         {SEVERAL, .signers = {3, -1}, .payload = PAYLOAD_EMPTY},
         ERROR_COSE_EMPTY,
         "payload"},
        {"payload in text",
         {SEVERAL, .signers = {3, -1}, .payload = PAYLOAD_TEXT},
         ERROR_CBOR_TYPE,
         "payload"},
        {"no signature", {SEVERAL, .signers = {-1}}, ERROR_COSE_UNSIGNED, "signatures"},
        {"wrong order", {SEVERAL, .signers = {5, 3, -1}}, ERROR_COSE_ORDER, "signer 2"},
        {"a key twice", {SEVERAL, .signers = {3, 3, -1}}, ERROR_COSE_DUPLICATE, "signer 2"},
        {"a key twice, apart",
         {SEVERAL, .signers = {3, 5, 3, -1}},
         ERROR_COSE_DUPLICATE,
         "signer 3"},
        {"a signer of four parts",
         {SEVERAL, .signers = {3, -1}, .fourth = true},
         ERROR_CBOR_COUNT,
         "signer 1"},
        {"an envelope of five parts",
         {SEVERAL, .signers = {3, -1}, .fifth = true},
         ERROR_CBOR_COUNT,
         ""},
        {"a short signature",
         {SEVERAL, .signers = {3, -1}, .signature_cut = 1},
         ERROR_SIGNATURE_FORM,
         "signer 1"},
        {"bytes after it",
         {SEVERAL, .signers = {3, -1}, .trailing = true},
         ERROR_CBOR_TRAILING,
         ""},
        {"bytes after it, alone", {ALONE, .trailing = true}, ERROR_CBOR_TRAILING, ""},
    };
#undef SEVERAL
#undef ALONE
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buffer data = {0};
        struct envelope envelope = {.count = 77};
        struct fault fault = {0};
        char text[600];
        write_draft(&rows[i].draft, &data);
        enum error error = open_view(buffer_view(&data), &fault, &envelope);
        fault_text(&fault, text, sizeof text);
        if (error != rows[i].error || (error && !strstr(text, rows[i].place)))
            fail_msg("%s: %s: %s", rows[i].what, error_name(error), text);
        assert_int_equal(envelope.count == 77, error != ERROR_OK);
        buffer_free(&data);
    }
}

static void payloads_may_be_large_and_no_larger(void **state)
{
    (void)state;
    struct buffer data = {0};
    struct envelope envelope;
    struct cose_statement statement = single();
    uint8_t *large = calloc(1, COSE_PAYLOAD_MAX + 1);
    assert_non_null(large);
    statement.payload = (struct bytes){large, COSE_PAYLOAD_MAX};
    cose_signed_by(&statement, (int[]){3, -1}, &data);
    assert_int_equal(open_view(buffer_view(&data), NULL, &envelope), ERROR_OK);
    assert_int_equal(envelope.payload.length, COSE_PAYLOAD_MAX);
    buffer_clear(&data);
    /* The same with one byte more, by hand. */
    struct cbor_writer writer;
    struct buffer header = {0};
    write_header(&good_single, 3, &header);
    cbor_writer_begin(&writer, &data);
    cbor_write_tag(&writer, 18);
    cbor_write_array(&writer);
    cbor_write_bytes(&writer, buffer_view(&header));
    write_unprotected(&writer, false);
    cbor_write_bytes(&writer, (struct bytes){large, COSE_PAYLOAD_MAX + 1});
    cbor_write_bytes(&writer, (struct bytes){large, 64});
    cbor_write_end(&writer);
    cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
    assert_int_equal(open_view(buffer_view(&data), NULL, &envelope), ERROR_TOO_LARGE);
    buffer_free(&header);
    buffer_free(&data);
    free(large);
    /* Bytes beyond every possible envelope are not looked at. */
    assert_int_equal(
        open_view((struct bytes){cose_licence.payload.data, SIZE_MAX / 2}, NULL, &envelope),
        ERROR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_is_that_of_rfc_9052),
        cmocka_unit_test(envelopes_are_the_bytes_of_the_vectors),
        cmocka_unit_test(every_malformed_class_has_its_error),
        cmocka_unit_test(payloads_may_be_large_and_no_larger),
    };
    return cmocka_run_group_tests_name("cose_form", tests, cose_keys_make, cose_keys_free);
}

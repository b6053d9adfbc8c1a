/* cose: envelopes signed by keys; their one form and every way to break it. Passkeys are in
 * test_cose_passkey.c. */
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
#include "failing_alloc.h"

enum { KEYS = 34 };

static struct private_key *keys[KEYS]; /* by ascending id */
static struct signer keyring[KEYS];
static const uint8_t authority[32] = {1, 2, 3};

static const struct cose_statement several = {
    .form = COSE_SEVERAL,
    .type = "licence",
    .aad = {authority, sizeof authority},
    .payload = {(const uint8_t *)"\x82\x01\x02", 3},
};

static struct cose_statement single(void)
{
    struct cose_statement statement = several;
    statement.form = COSE_SINGLE;
    return statement;
}

static int by_id(const void *a, const void *b)
{
    struct key_id left = private_key_id(*(struct private_key *const *)a);
    struct key_id right = private_key_id(*(struct private_key *const *)b);
    return key_id_compare(&left, &right);
}

static int make_keys(void **state)
{
    (void)state;
    for (int i = 0; i < KEYS; i++) {
        uint8_t seed[PRIVATE_SEED_SIZE] = {(uint8_t)(i + 1)};
        if (private_key_from_seed(KEY_ED25519, BYTES_ARRAY(seed), NULL, &keys[i]))
            return -1;
    }
    qsort(keys, KEYS, sizeof *keys, by_id);
    for (int i = 0; i < KEYS; i++)
        keyring[i] = signer_of_key(private_key_public(keys[i]));
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    for (int i = 0; i < KEYS; i++)
        private_key_free(keys[i]);
    return 0;
}

/* Signs with the keys of these numbers, one after the other; -1 ends the list. */
static void
sign_by(const struct cose_statement *statement, const int *signers, struct buffer *ret_envelope)
{
    for (; *signers >= 0; signers++) {
        struct buffer next = {0};
        assert_int_equal(
            cose_sign(statement, buffer_view(ret_envelope), keys[*signers], NULL, &next), ERROR_OK);
        buffer_free(ret_envelope);
        *ret_envelope = next;
    }
}

static enum error open_view(struct bytes data, struct fault *fault, struct envelope *ret_envelope)
{
    return cose_open(data, "licence", several.aad, keyring, KEYS, fault, ret_envelope);
}

static void several_sign_in_any_order(void **state)
{
    (void)state;
    struct buffer a = {0}, b = {0};
    struct envelope envelope;
    struct fault fault;
    sign_by(&several, (int[]){7, 2, 30, -1}, &a);
    sign_by(&several, (int[]){30, 7, 2, -1}, &b);
    assert_true(bytes_equal(buffer_view(&a), buffer_view(&b)));
    assert_int_equal(open_view(buffer_view(&a), &fault, &envelope), ERROR_OK);
    assert_int_equal(envelope.form, COSE_SEVERAL);
    assert_int_equal(envelope.count, 3);
    assert_int_equal(envelope.signers[0], 2);
    assert_int_equal(envelope.signers[1], 7);
    assert_int_equal(envelope.signers[2], 30);
    assert_true(bytes_equal(envelope.payload, several.payload));
    struct digest digest = sha256_of(several.payload);
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
    sign_by(&statement, (int[]){4, -1}, &data);
    assert_int_equal(data.data[0], 0xD2);
    assert_int_equal(open_view(buffer_view(&data), NULL, &envelope), ERROR_OK);
    assert_int_equal(envelope.form, COSE_SINGLE);
    assert_int_equal(envelope.count, 1);
    assert_int_equal(envelope.signers[0], 4);
    /* The digest does not depend on the form. */
    struct digest digest = sha256_of(several.payload);
    assert_true(digest_equal(&envelope.digest, &digest));
    assert_int_equal(
        cose_sign(&statement, buffer_view(&data), keys[5], NULL, &more), ERROR_COSE_SINGLE);
    assert_int_equal(
        cose_sign(&several, buffer_view(&data), keys[5], NULL, &more), ERROR_COSE_SINGLE);
    assert_int_equal(more.length, 0);
    buffer_free(&data);
    buffer_free(&more);
}

static void peeking_tells_what_is_claimed(void **state)
{
    (void)state;
    struct buffer data = {0};
    struct unverified_envelope claimed;
    sign_by(&several, (int[]){9, 3, -1}, &data);
    data.data[data.length - 1] ^= 1; /* no longer a valid signature, and peeking does not mind */
    struct bytes view = buffer_view(&data);
    assert_int_equal(cose_peek_unverified(view, NULL, &claimed), ERROR_OK);
    assert_string_equal(claimed.type, "licence");
    assert_int_equal(claimed.form, COSE_SEVERAL);
    assert_int_equal(claimed.count, 2);
    assert_true(key_id_equal(&claimed.kids[0], &keyring[3].id));
    assert_true(key_id_equal(&claimed.kids[1], &keyring[9].id));
    assert_int_equal(claimed.kinds[0], SIGNER_KEY);
    assert_true(bytes_equal(claimed.payload, several.payload));
    struct digest digest = sha256_of(several.payload);
    assert_true(digest_equal(&claimed.digest, &digest));
    buffer_free(&data);
}

/* ---- envelopes put together by hand ---- */

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
    cbor_write_bytes(&writer, several.aad);
    cbor_write_bytes(&writer, payload);
    cbor_write_end(&writer);
    assert_int_equal(cbor_writer_end(&writer), ERROR_OK);
}

static void
sign_by_hand(int key, struct bytes body, const struct bytes *signer, struct signature *signature)
{
    struct buffer message = {0};
    write_sig_structure(body, signer, several.payload, &message);
    assert_int_equal(private_key_sign(keys[key], buffer_view(&message), NULL, signature), ERROR_OK);
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
        cbor_write_bytes(&writer, (struct bytes){keyring[key].id.bytes, draft->kid_length});
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
        cbor_write_bytes(writer, several.payload);
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
    sign_by(&several, (int[]){1, 6, -1}, &made);
    write_draft(
        &(struct draft){.body = good_type, .signer = good_signer, .signers = {1, 6, -1}}, &hand);
    assert_true(bytes_equal(buffer_view(&made), buffer_view(&hand)));
    buffer_free(&made);
    buffer_free(&hand);
    struct cose_statement statement = single();
    sign_by(&statement, (int[]){3, -1}, &made);
    write_draft(&(struct draft){.single = true, .body = good_single, .signers = {3, -1}}, &hand);
    assert_true(bytes_equal(buffer_view(&made), buffer_view(&hand)));
    /* The beginning, spelled out: tag 18, array of 4, a byte string with alg, kid ... */
    static const uint8_t start[] = {0xD2, 0x84, 0x58, 0x47, 0xA3, 0x01, 0x32, 0x04, 0x58, 0x20};
    assert_memory_equal(made.data, start, sizeof start);
    buffer_free(&made);
    buffer_free(&hand);
}

static void every_malformed_class_has_its_error(void **state)
{
    (void)state;
#define SEVERAL .body = good_type, .signer = good_signer
#define ALONE .single = true, .body = good_single, .signers = { 3, -1 }
    static const struct {
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

static void opening_is_all_or_nothing(void **state)
{
    (void)state;
    struct buffer data = {0};
    struct envelope envelope = {.count = 77};
    struct fault fault;
    sign_by(&several, (int[]){3, 5, 8, -1}, &data);
    struct bytes view = buffer_view(&data);
    /* another authority's id, none, and one that is too long to be one */
    static const uint8_t other[COSE_AAD_MAX + 1] = {1, 2, 4};
    assert_int_equal(
        cose_open(view, "licence", (struct bytes){other, 32}, keyring, KEYS, &fault, &envelope),
        ERROR_SIGNATURE);
    assert_non_null(strstr(fault.place, "signer 1"));
    assert_int_equal(
        cose_open(view, "licence", (struct bytes){0}, keyring, KEYS, NULL, &envelope),
        ERROR_SIGNATURE);
    assert_int_equal(
        cose_open(view, "licence", BYTES_ARRAY(other), keyring, KEYS, NULL, &envelope),
        ERROR_USAGE);
    assert_int_equal(
        cose_open(view, "certificate", several.aad, keyring, KEYS, &fault, &envelope),
        ERROR_COSE_TYPE);
    /* an unknown key among known ones */
    struct signer part[] = {keyring[3], keyring[8]};
    char hex[KEY_ID_TEXT_SIZE];
    assert_int_equal(
        cose_open(view, "licence", several.aad, part, 2, &fault, &envelope),
        ERROR_COSE_UNKNOWN_KEY);
    assert_string_equal(fault.found, key_id_text(&keyring[5].id, hex));
    assert_int_equal(
        cose_open(view, "licence", several.aad, NULL, 0, &fault, &envelope),
        ERROR_COSE_UNKNOWN_KEY);
    /* a key that is enrolled as a passkey, and entries that cannot work */
    struct signer wrong[] = {keyring[3], keyring[5], keyring[8]};
    wrong[1] = signer_of_passkey(&keyring[5].key, "office.example", "https://office.example");
    assert_int_equal(
        cose_open(view, "licence", several.aad, wrong, 3, &fault, &envelope), ERROR_COSE_KIND);
    wrong[1] = keyring[5];
    wrong[1].key.type = KEY_ES256;
    assert_int_equal(
        cose_open(view, "licence", several.aad, wrong, 3, &fault, &envelope), ERROR_COSE_KEYRING);
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
        struct cose_statement statement = several;
        struct buffer data = {0};
        struct envelope envelope;
        statement.form = (enum cose_form)form;
        sign_by(&statement, form == COSE_SINGLE ? (int[]){3, -1} : (int[]){3, 5, -1}, &data);
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
    sign_by(&several, (int[]){3, 5, -1}, &data);
    struct bytes view = buffer_view(&data);
    assert_int_equal(cose_sign(&several, view, keys[5], &fault, &out), ERROR_COSE_DUPLICATE);
    struct cose_statement other = several;
    other.type = "order";
    assert_int_equal(cose_sign(&other, view, keys[6], &fault, &out), ERROR_COSE_DIFFERS);
    other = several;
    other.payload = BYTES_LITERAL("\x82\x01\x03");
    assert_int_equal(cose_sign(&other, view, keys[6], &fault, &out), ERROR_COSE_DIFFERS);
    assert_int_equal(
        cose_sign(&several, bytes_slice(view, 0, 50), keys[6], &fault, &out), ERROR_CBOR_TRUNCATED);
    assert_non_null(strstr(fault.place, "existing envelope"));
    other = several;
    other.payload.length = 0;
    assert_int_equal(cose_sign(&other, (struct bytes){0}, keys[6], &fault, &out), ERROR_COSE_EMPTY);
    other.payload.length = COSE_PAYLOAD_MAX + 1; /* looked at before the bytes are */
    assert_int_equal(cose_sign(&other, (struct bytes){0}, keys[6], &fault, &out), ERROR_TOO_LARGE);
    other = several;
    other.type = "Licence";
    assert_int_equal(
        cose_sign(&other, (struct bytes){0}, keys[6], &fault, &out), ERROR_COSE_TYPE_FORM);
    other = several;
    other.aad.length = COSE_AAD_MAX + 1;
    assert_int_equal(cose_sign(&other, (struct bytes){0}, keys[6], &fault, &out), ERROR_USAGE);
    other = several;
    other.form = (enum cose_form)0;
    assert_int_equal(cose_sign(&other, (struct bytes){0}, keys[6], &fault, &out), ERROR_USAGE);
    uint8_t seed[PRIVATE_SEED_SIZE] = {1};
    struct private_key *es256 = NULL;
    assert_int_equal(private_key_from_seed(KEY_ES256, BYTES_ARRAY(seed), NULL, &es256), ERROR_OK);
    assert_int_equal(cose_sign(&several, (struct bytes){0}, es256, &fault, &out), ERROR_KEY_TYPE);
    private_key_free(es256);
    assert_true(bytes_equal_text(buffer_view(&out), "kept"));
    out.limit = 60;
    assert_int_equal(cose_sign(&several, view, keys[6], &fault, &out), ERROR_TOO_LARGE);
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
    sign_by(&several, all, &data);
    assert_int_equal(open_view(buffer_view(&data), NULL, &envelope), ERROR_OK);
    assert_int_equal(envelope.count, COSE_SIGNERS_MAX);
    assert_int_equal(
        cose_sign(&several, buffer_view(&data), keys[33], NULL, &more), ERROR_COSE_SIGNERS);
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

static void payloads_may_be_large_and_no_larger(void **state)
{
    (void)state;
    struct buffer data = {0};
    struct envelope envelope;
    struct cose_statement statement = single();
    uint8_t *large = calloc(1, COSE_PAYLOAD_MAX + 1);
    assert_non_null(large);
    statement.payload = (struct bytes){large, COSE_PAYLOAD_MAX};
    sign_by(&statement, (int[]){3, -1}, &data);
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
        open_view((struct bytes){authority, SIZE_MAX / 2}, NULL, &envelope), ERROR_TOO_LARGE);
}

static void a_verifier_in_the_keyring_is_used(void **state)
{
    (void)state;
    struct buffer data = {0};
    struct envelope envelope;
    struct signer entry = keyring[3];
    sign_by(&several, (int[]){3, -1}, &data);
    assert_int_equal(verifier_new(&entry.key, NULL, &entry.verifier), ERROR_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(
            cose_open(buffer_view(&data), "licence", several.aad, &entry, 1, NULL, &envelope),
            ERROR_OK);
    data.data[data.length - 1] ^= 0x80;
    assert_int_equal(
        cose_open(buffer_view(&data), "licence", several.aad, &entry, 1, NULL, &envelope),
        ERROR_SIGNATURE_FORM); /* the top bits of s */
    data.data[data.length - 1] ^= 0x80;
    data.data[data.length - 64] ^= 1;
    assert_int_equal(
        cose_open(buffer_view(&data), "licence", several.aad, &entry, 1, NULL, &envelope),
        ERROR_SIGNATURE);
    verifier_free(entry.verifier);
    buffer_free(&data);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct buffer data = {0};
    sign_by(&several, (int[]){3, 5, -1}, &data);
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
        enum error error = cose_sign(&several, buffer_view(&data), keys[4], NULL, &out);
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
        cmocka_unit_test(the_form_is_that_of_rfc_9052),
        cmocka_unit_test(every_malformed_class_has_its_error),
        cmocka_unit_test(opening_is_all_or_nothing),
        cmocka_unit_test(no_altered_byte_goes_unnoticed),
        cmocka_unit_test(signing_refuses_what_it_should),
        cmocka_unit_test(at_most_32_sign),
        cmocka_unit_test(payloads_may_be_large_and_no_larger),
        cmocka_unit_test(a_verifier_in_the_keyring_is_used),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("cose", tests, make_keys, free_keys);
}

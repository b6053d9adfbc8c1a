/* crypto, cose: allocations of libcrypto itself fail, one at a time, and nothing is let through.
 * (test programs with failing_alloc_dep make only our own fail.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/crypto.h>

#include "cose_keys.h"
#include "virtual_authenticator.h"

static bool armed;
static long asked, allowed;

static bool fails(void)
{
    return armed && asked++ == allowed;
}

static void *library_malloc(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return fails() ? NULL : malloc(size);
}

static void *library_realloc(void *old, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return fails() ? NULL : realloc(old, size);
}

static void library_free(void *old, const char *file, int line)
{
    (void)file, (void)line;
    free(old);
}

static struct private_key *keys[2];

/* What the acts below work on. Each tells by *ret_clean whether its output was set when it
 * succeeded, and only then. */
struct work {
    enum key_type type;
    struct bytes file;     /* a sealed private key */
    struct bytes envelope; /* a licence that the key or passkey signed */
    struct signer signer;
    struct signature good;
};

static const struct key_seal cheap = {
    .passphrase = {(const uint8_t *)"horse", 5}, .log2n = KEY_FILE_LOG2N_MIN};

static enum error do_generate(const struct work *work, bool *ret_clean)
{
    struct private_key *key = NULL;
    enum error error = private_key_generate(&os_system, work->type, NULL, &key);
    *ret_clean = !error == (key != NULL);
    private_key_free(key);
    return error;
}

static enum error do_public(const struct work *work, bool *ret_clean)
{
    struct public_key key = {.type = (enum key_type)9};
    enum error error = public_key_set(work->type, public_key_view(&work->signer.key), NULL, &key);
    *ret_clean = !error == (key.type != (enum key_type)9);
    return error;
}

static enum error do_sign(const struct work *work, bool *ret_clean)
{
    struct signature signature = {.length = 1000};
    enum error error = private_key_sign(keys[work->type - 1], BYTES_LITERAL("m"), NULL, &signature);
    *ret_clean = !error == (signature.length != 1000);
    return error;
}

static enum error do_verify(const struct work *work, bool *ret_clean)
{
    struct bytes signature = {work->good.bytes, work->good.length};
    *ret_clean = true;
    return public_key_verify(&work->signer.key, BYTES_LITERAL("m"), signature, NULL);
}

static enum error do_verify_wrong(const struct work *work, bool *ret_clean)
{
    struct bytes signature = {work->good.bytes, work->good.length};
    enum error error = public_key_verify(&work->signer.key, BYTES_LITERAL("n"), signature, NULL);
    *ret_clean = error != ERROR_OK; /* a failure must never turn into consent */
    return error == ERROR_SIGNATURE ? ERROR_OK : error;
}

static enum error do_load(const struct work *work, bool *ret_clean)
{
    struct private_key *key = NULL;
    enum error error = private_key_decode(work->file, cheap.passphrase, NULL, &key);
    *ret_clean = !error == (key != NULL);
    private_key_free(key);
    return error;
}

static enum error do_seal(const struct work *work, bool *ret_clean)
{
    struct buffer text = {0};
    enum error error = private_key_encode(&os_system, keys[work->type - 1], &cheap, NULL, &text);
    *ret_clean = !error == (text.length > 0);
    secret_buffer_free(&text);
    return error;
}

static enum error do_open(const struct work *work, bool *ret_clean)
{
    struct envelope envelope = {.count = 77};
    enum error error =
        cose_open(work->envelope, "licence", cose_licence.aad, &work->signer, 1, NULL, &envelope);
    *ret_clean = !error == (envelope.count == 1);
    return error;
}

static const struct {
    const char *name;
    enum error (*act)(const struct work *work, bool *ret_clean);
} acts[] = {
    {"generate", do_generate}, {"take a public key", do_public},    {"sign", do_sign},
    {"verify", do_verify},     {"verify wrongly", do_verify_wrong}, {"load a sealed key", do_load},
    {"seal a key", do_seal},   {"open an envelope", do_open},
};

/* The envelope that the type's key signs: itself for Ed25519, as a passkey for ES256. */
static struct buffer sign_envelope(struct private_key *key)
{
    struct buffer data = {0};
    struct key_id id = private_key_id(key);
    struct digest challenge;
    struct virtual_assertion answer;
    if (private_key_public(key)->type == KEY_ED25519) {
        assert_int_equal(cose_sign(&cose_licence, (struct bytes){0}, key, NULL, &data), ERROR_OK);
        return data;
    }
    const struct virtual_authenticator authenticator = {
        .key = key, .rp_id = "office.example", .origin = "https://office.example"};
    assert_int_equal(cose_challenge(&cose_licence, &id, NULL, &challenge), ERROR_OK);
    virtual_authenticator_answer(&authenticator, digest_view(&challenge), &answer);
    struct passkey_assertion assertion = virtual_assertion_view(&answer);
    assert_int_equal(
        cose_attach_passkey(&cose_licence, (struct bytes){0}, &id, &assertion, NULL, &data),
        ERROR_OK);
    return data;
}

static void a_failing_library_lets_nothing_through(void **state)
{
    (void)state;
    for (enum key_type type = KEY_ED25519; type <= KEY_ES256; type++) {
        struct private_key *key = keys[type - 1];
        const struct public_key *public = private_key_public(key);
        struct buffer file = {0}, envelope = sign_envelope(key);
        struct work work = {.type = type, .envelope = buffer_view(&envelope)};
        work.signer = type == KEY_ED25519
                          ? signer_of_key(public)
                          : signer_of_passkey(public, "office.example", "https://office.example");
        assert_int_equal(private_key_encode(&os_system, key, &cheap, NULL, &file), ERROR_OK);
        work.file = buffer_view(&file);
        assert_int_equal(private_key_sign(key, BYTES_LITERAL("m"), NULL, &work.good), ERROR_OK);
        for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
            bool clean = false;
            /* Once in peace: libcrypto loads what it keeps. */
            assert_int_equal(acts[i].act(&work, &clean), ERROR_OK);
            long tolerated = 0;
            for (allowed = 0;; allowed++) {
                asked = 0;
                armed = true;
                enum error error = acts[i].act(&work, &clean);
                armed = false;
                /* Within a verification libcrypto does not tell a failure from a "no". */
                if (!clean || (error && error != ERROR_MEMORY && error != ERROR_CRYPTO &&
                               error != ERROR_SIGNATURE))
                    fail_msg("%s, allocation %ld: %s", acts[i].name, allowed, error_name(error));
                if (asked <= allowed)
                    break; /* none was left to fail */
                tolerated += !error;
            }
            /* libcrypto can do without some; most must be told. */
            if (tolerated > allowed / 2)
                fail_msg("%s: %ld of %ld failures untold", acts[i].name, tolerated, allowed);
        }
        secret_buffer_free(&file);
        buffer_free(&envelope);
    }
}

int main(void)
{
    /* Before anything asks libcrypto for memory. */
    if (CRYPTO_set_mem_functions(library_malloc, library_realloc, library_free) != 1)
        return 1;
    static const uint8_t seed[PRIVATE_SEED_SIZE] = {0x21};
    if (private_key_from_seed(KEY_ED25519, BYTES_ARRAY(seed), NULL, &keys[0]) ||
        private_key_from_seed(KEY_ES256, BYTES_ARRAY(seed), NULL, &keys[1]))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_library_lets_nothing_through),
    };
    int status = cmocka_run_group_tests_name("crypto_memory", tests, NULL, NULL);
    private_key_free(keys[0]);
    private_key_free(keys[1]);
    return status;
}

/* crypto: key files, in clear and sealed, on disk and as bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "failing_alloc.h"

/* The cheapest scrypt that is accepted, so that the tests are quick. */
static const struct key_seal cheap = {
    .passphrase = {(const uint8_t *)"correct horse", 13}, .log2n = KEY_FILE_LOG2N_MIN};
static const struct key_seal clear;

static struct private_key *key_of(enum key_type type, uint8_t fill)
{
    uint8_t seed[PRIVATE_SEED_SIZE];
    memset(seed, fill, sizeof seed);
    struct private_key *key = NULL;
    assert_int_equal(private_key_from_seed(type, BYTES_ARRAY(seed), NULL, &key), ERROR_OK);
    return key;
}

/* The text of a private key file, with a zero byte after it. */
static char *text_of(enum key_type type, const struct key_seal *seal)
{
    struct buffer text = {0};
    struct private_key *key = key_of(type, 7);
    assert_int_equal(private_key_encode(&os_system, key, seal, NULL, &text), ERROR_OK);
    char *copy = strdup(buffer_text(&text));
    assert_non_null(copy);
    secret_buffer_free(&text);
    private_key_free(key);
    return copy;
}

static void the_form_is_the_documented_one(void **state)
{
    (void)state;
    char *text = text_of(KEY_ED25519, &clear);
    assert_string_equal(
        text, "enduse private key 1\n"
              "type ed25519\n"
              "public 6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=\n"
              "id fe812c12f3ab4ce6ac5db69ac352f906cb1b11ef43fb33e252ef7ff552263889\n"
              "secret clear BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n");
    free(text);
    struct private_key *key = key_of(KEY_ES256, 7);
    struct buffer public = {0};
    struct public_key back;
    buffer_append_text(&public, "before ");
    assert_int_equal(public_key_encode(private_key_public(key), NULL, &public), ERROR_OK);
    assert_true(text_starts(buffer_text(&public), "before enduse public key 1\ntype es256\n"));
    struct bytes view = bytes_slice(buffer_view(&public), 7, public.length);
    assert_int_equal(public_key_decode(view, NULL, &back), ERROR_OK);
    assert_true(public_key_equal(&back, private_key_public(key)));
    buffer_free(&public);
    private_key_free(key);
}

static void both_types_come_back_clear_and_sealed(void **state)
{
    (void)state;
    for (enum key_type type = KEY_ED25519; type <= KEY_ES256; type++) {
        for (int sealed = 0; sealed < 2; sealed++) {
            struct private_key *key = key_of(type, 7), *back = NULL;
            char *text = text_of(type, sealed ? &cheap : &clear);
            assert_int_equal(
                private_key_decode(bytes_of(text), cheap.passphrase, NULL, &back), ERROR_OK);
            assert_true(public_key_equal(private_key_public(key), private_key_public(back)));
            /* It signs as before. */
            struct signature signature;
            assert_int_equal(
                private_key_sign(back, BYTES_LITERAL("m"), NULL, &signature), ERROR_OK);
            assert_int_equal(
                public_key_verify(
                    private_key_public(key), BYTES_LITERAL("m"),
                    (struct bytes){signature.bytes, signature.length}, NULL),
                ERROR_OK);
            private_key_free(key);
            private_key_free(back);
            free(text);
        }
    }
}

static void sealed_text_hides_the_secret_and_is_new_each_time(void **state)
{
    (void)state;
    char *first = text_of(KEY_ED25519, &cheap), *second = text_of(KEY_ED25519, &cheap);
    assert_string_not_equal(first, second);
    assert_null(strstr(first, "BwcHBwcH"));
    assert_non_null(strstr(first, "\nsecret scrypt 10 8 1 "));
    free(first);
    free(second);
}

static void a_wrong_passphrase_or_an_altered_file_is_refused(void **state)
{
    (void)state;
    char *text = text_of(KEY_ED25519, &cheap);
    struct private_key *key = NULL;
    struct fault fault;
    assert_int_equal(
        private_key_decode(bytes_of(text), BYTES_LITERAL("wrong horse"), &fault, &key),
        ERROR_KEY_PASSPHRASE);
    assert_int_equal(
        private_key_decode(bytes_of(text), (struct bytes){0}, &fault, &key), ERROR_KEY_SEALED);
    uint8_t longer[PASSPHRASE_MAX + 1] = {'x'};
    assert_int_equal(
        private_key_decode(bytes_of(text), BYTES_ARRAY(longer), &fault, &key), ERROR_TOO_LARGE);
    /* Every byte counts, the public lines and the parameters among them. */
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        text[i] ^= 1;
        assert_int_not_equal(
            private_key_decode(
                (struct bytes){(uint8_t *)text, length}, cheap.passphrase, NULL, &key),
            ERROR_OK);
        text[i] ^= 1;
    }
    assert_null(key);
    free(text);
}

/* One replacement in a good text, and the error that it makes. */
static void every_malformed_class_has_its_error(void **state)
{
    (void)state;
    static const struct {
        bool sealed;
        const char *old, *new;
        enum error error;
        const char *place;
    } rows[] = {
        {false, "key 1\n", "key 2\n", ERROR_KEY_FILE_FORM, "line 1"},
        {false, "private key", "public key", ERROR_KEY_FILE_OTHER, "line 1"},
        {false, "key 1\n", "key 1 \n", ERROR_KEY_FILE_FORM, "line 1"},
        {false, "key 1\n", "key 1\r\n", ERROR_KEY_FILE_FORM, "line 1"},
        {false, "type ed25519", "type Ed25519", ERROR_KEY_FILE_FORM, "line 2"},
        {false, "type ed25519", "type es256", ERROR_KEY_FILE_FORM, "line 3"},
        {false, "type ed25519\n", "", ERROR_KEY_FILE_FORM, "line 2"},
        {false, "type ed25519", "type  ed25519", ERROR_KEY_FILE_FORM, "line 2"},
        {false, "public 6k", "public 6-", ERROR_KEY_FILE_FORM, "line 3"},
        {false, "iw=\n", "iw\n", ERROR_KEY_FILE_FORM, "line 3"},
        {false, "iw=\n", "ix=\n", ERROR_KEY_FILE_FORM, "line 3"},
        {false, "6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=",
         "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", ERROR_KEY_BYTES, "line 3"},
        {false, "public 6k", "public key 6k", ERROR_KEY_FILE_FORM, "line 3"},
        {false, "id ", "id  ", ERROR_KEY_MISMATCH, "line 4"},
        {false, "id ", "kid ", ERROR_KEY_FILE_FORM, "line 4"},
        {false, "\nsecret", "0\nsecret", ERROR_KEY_MISMATCH, "line 4"},
        {false, "secret clear", "secret plain", ERROR_KEY_FILE_FORM, "line 5"},
        {false, "secret clear ", "secret clear", ERROR_KEY_FILE_FORM, "line 5"},
        {false, "Bwc=\n", "Bwc=", ERROR_KEY_FILE_FORM, "line 5"},
        {false, "BwcHBwc=\n", "BwcH\n", ERROR_KEY_FILE_FORM, "line 5"},
        {false, "clear Bwc", "clear Cwc", ERROR_KEY_MISMATCH, "line 5"},
        {false, "Bwc=\n", "Bwc=\n\n", ERROR_KEY_FILE_FORM, "line 6"},
        {true, "scrypt 10 8 1", "scrypt 9 8 1", ERROR_KEY_FILE_COST, "line 5"},
        {true, "scrypt 10 8 1", "scrypt 19 8 1", ERROR_KEY_FILE_COST, "line 5"},
        {true, "scrypt 10 8 1", "scrypt 10 9 1", ERROR_KEY_FILE_COST, "line 5"},
        {true, "scrypt 10 8 1", "scrypt 10 8 4000000000", ERROR_KEY_FILE_COST, "line 5"},
        {true, "scrypt 10 8 1", "scrypt 010 8 1", ERROR_KEY_FILE_FORM, "line 5"},
        {true, "scrypt 10 8 1", "scrypt 0x10 8 1", ERROR_KEY_FILE_FORM, "line 5"},
        {true, "scrypt 10 8 1", "scrypt 1e1 8 1", ERROR_KEY_FILE_FORM, "line 5"},
        {true, "scrypt 10 8 1", "scrypt 10 8", ERROR_KEY_FILE_FORM, "line 5"},
        {true, "scrypt 10 8 1", "scrypt 11 8 1", ERROR_KEY_PASSPHRASE, "sealed key"},
        {true, "scrypt 10 8 1 ", "scrypt 10 8 1 AAAA", ERROR_KEY_FILE_FORM, "line 5"},
        {true, "secret scrypt", "secret clear", ERROR_KEY_FILE_FORM, "line 5"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = text_of(KEY_ED25519, rows[i].sealed ? &cheap : &clear);
        char altered[KEY_FILE_MAX], *at = strstr(text, rows[i].old);
        assert_non_null(at);
        snprintf(
            altered, sizeof altered, "%.*s%s%s", (int)(at - text), text, rows[i].new,
            at + strlen(rows[i].old));
        struct private_key *key = NULL;
        struct fault fault = {0};
        enum error error = private_key_decode(bytes_of(altered), cheap.passphrase, &fault, &key);
        if (error != rows[i].error || !strstr(fault.place, rows[i].place))
            fail_msg(
                "%s for %s: %s at %s", rows[i].new, rows[i].old, error_name(error), fault.place);
        assert_null(key);
        /* Cut short anywhere it is refused too. */
        for (size_t cut = 0; cut < strlen(text); cut += 17)
            assert_int_not_equal(
                private_key_decode(
                    (struct bytes){(uint8_t *)text, cut}, cheap.passphrase, NULL, &key),
                ERROR_OK);
        free(text);
    }
    struct public_key public;
    char *text = text_of(KEY_ED25519, &clear);
    assert_int_equal(public_key_decode(bytes_of(text), NULL, &public), ERROR_KEY_FILE_OTHER);
    free(text);
    assert_int_equal(public_key_decode(BYTES_LITERAL(""), NULL, &public), ERROR_KEY_FILE_FORM);
}

static void sealing_refuses_what_it_should(void **state)
{
    (void)state;
    struct private_key *key = key_of(KEY_ED25519, 7);
    struct buffer text = {0};
    struct key_seal seal = cheap;
    buffer_append_text(&text, "kept");
    seal.log2n = KEY_FILE_LOG2N_MAX + 1;
    assert_int_equal(private_key_encode(&os_system, key, &seal, NULL, &text), ERROR_KEY_FILE_COST);
    seal = cheap;
    seal.passphrase.length = PASSPHRASE_MAX + 1; /* looked at before the bytes are */
    assert_int_equal(private_key_encode(&os_system, key, &seal, NULL, &text), ERROR_TOO_LARGE);
    assert_true(bytes_equal_text(buffer_view(&text), "kept"));
    secret_buffer_free(&text);
    private_key_free(key);
}

/* ---- on disk ---- */

static char folder[] = "/tmp/enduse-keys-XXXXXX";
static char name[64], key_path[80], pub_path[80];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(name, sizeof name, "%s/officer", folder);
    snprintf(key_path, sizeof key_path, "%s.key", name);
    snprintf(pub_path, sizeof pub_path, "%s.pub", name);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(key_path);
    unlink(pub_path);
    return rmdir(folder); /* fails when something was left behind */
}

static void files_are_created_and_loaded(void **state)
{
    (void)state;
    struct private_key *key = key_of(KEY_ED25519, 7), *back = NULL;
    struct public_key public;
    struct stat status;
    struct fault fault;
    bool sealed = false;
    mode_t mask = umask(0);
    assert_int_equal(key_files_create(&os_system, name, key, &cheap, &fault), ERROR_OK);
    umask(mask);
    assert_int_equal(stat(key_path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(stat(pub_path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0644);
    assert_int_equal(private_key_is_sealed(&os_system, key_path, &fault, &sealed), ERROR_OK);
    assert_true(sealed);
    assert_int_equal(
        private_key_load(&os_system, key_path, cheap.passphrase, &fault, &back), ERROR_OK);
    assert_int_equal(public_key_load(&os_system, pub_path, &fault, &public), ERROR_OK);
    assert_true(public_key_equal(&public, private_key_public(back)));
    private_key_free(back);
    back = NULL;
    assert_int_equal(
        private_key_load(&os_system, key_path, BYTES_LITERAL("no"), &fault, &back),
        ERROR_KEY_PASSPHRASE);
    assert_true(text_starts(fault.place, key_path));
    /* Each in the other's place. */
    assert_int_equal(public_key_load(&os_system, key_path, &fault, &public), ERROR_KEY_FILE_OTHER);
    assert_int_equal(chmod(pub_path, 0600), 0);
    assert_int_equal(
        private_key_load(&os_system, pub_path, (struct bytes){0}, &fault, &back),
        ERROR_KEY_FILE_OTHER);
    /* Neither is ever overwritten. */
    assert_int_equal(key_files_create(&os_system, name, key, &clear, &fault), ERROR_EXISTS);
    assert_int_equal(unlink(key_path), 0);
    assert_int_equal(key_files_create(&os_system, name, key, &clear, &fault), ERROR_EXISTS);
    assert_int_equal(access(key_path, F_OK), -1); /* and none is left alone */
    assert_int_equal(
        private_key_load(&os_system, key_path, (struct bytes){0}, &fault, &back), ERROR_NOT_FOUND);
    assert_null(back);
    private_key_free(key);
}

static void a_private_file_that_others_can_reach_is_refused(void **state)
{
    (void)state;
    struct private_key *key = key_of(KEY_ED25519, 7), *back = NULL;
    struct fault fault;
    bool sealed;
    assert_int_equal(key_files_create(&os_system, name, key, &clear, &fault), ERROR_OK);
    static const mode_t bad[] = {0640, 0604, 0620, 0602, 0610, 0644, 0666, 0777};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(chmod(key_path, bad[i]), 0);
        assert_int_equal(
            private_key_load(&os_system, key_path, (struct bytes){0}, &fault, &back),
            ERROR_KEY_FILE_MODE);
        assert_string_equal(fault.place, key_path);
        assert_int_equal(
            private_key_is_sealed(&os_system, key_path, NULL, &sealed), ERROR_KEY_FILE_MODE);
    }
    assert_int_equal(chmod(key_path, 0400), 0);
    assert_int_equal(
        private_key_load(&os_system, key_path, (struct bytes){0}, &fault, &back), ERROR_OK);
    private_key_free(back);
    back = NULL;
    assert_int_equal(private_key_is_sealed(&os_system, key_path, NULL, &sealed), ERROR_OK);
    assert_false(sealed);
    /* A named pipe is refused without waiting for a writer, a folder too. */
    assert_int_equal(unlink(key_path), 0);
    assert_int_equal(mkfifo(key_path, 0600), 0);
    assert_int_equal(
        private_key_load(&os_system, key_path, (struct bytes){0}, &fault, &back),
        ERROR_KEY_FILE_MODE);
    assert_int_equal(
        private_key_load(&os_system, folder, (struct bytes){0}, &fault, &back),
        ERROR_KEY_FILE_MODE);
    private_key_free(key);
}

static void a_large_file_is_refused(void **state)
{
    (void)state;
    uint8_t large[KEY_FILE_MAX + 1] = {0};
    struct public_key public;
    struct private_key *key = NULL;
    assert_int_equal(
        os_create_file(&os_system, pub_path, BYTES_ARRAY(large), 0600, NULL), ERROR_OK);
    assert_int_equal(public_key_load(&os_system, pub_path, NULL, &public), ERROR_TOO_LARGE);
    assert_int_equal(
        private_key_load(&os_system, pub_path, (struct bytes){0}, NULL, &key), ERROR_TOO_LARGE);
}

/* An operating system whose N-th call fails. */
static int calls_left;

static bool call_fails(void)
{
    if (calls_left-- != 0)
        return false;
    errno = EIO;
    return true;
}

static int failing_open(const char *path, int flags, mode_t mode)
{
    return call_fails() ? -1 : os_system.open(path, flags, mode);
}

static ssize_t failing_pwrite(int file, const void *data, size_t size, off_t offset)
{
    return call_fails() ? -1 : os_system.pwrite(file, data, size, offset);
}

static ssize_t failing_read(int file, void *data, size_t size)
{
    return call_fails() ? -1 : os_system.read(file, data, size > 50 ? 50 : size);
}

static int failing_fsync(int file)
{
    return call_fails() ? -1 : os_system.fsync(file);
}

static int failing_stat(int file, struct stat *status)
{
    return call_fails() ? -1 : os_system.stat(file, status);
}

static int failing_random(void *data, size_t size)
{
    return call_fails() ? -1 : os_system.random(data, size);
}

static struct os failing_system(void)
{
    struct os os = os_system;
    os.open = failing_open;
    os.pwrite = failing_pwrite;
    os.read = failing_read;
    os.fsync = failing_fsync;
    os.stat = failing_stat;
    os.random = failing_random;
    return os;
}

static void both_files_or_none(void **state)
{
    (void)state;
    struct private_key *key = key_of(KEY_ED25519, 7), *back = NULL;
    struct os os = failing_system();
    int n = 0;
    for (;; n++) {
        struct fault fault = {0};
        calls_left = n;
        enum error error = key_files_create(&os, name, key, &cheap, &fault);
        if (!error)
            break;
        assert_true(error == ERROR_IO || error == ERROR_RANDOM);
        assert_string_not_equal(fault.place, "");
        assert_int_equal(access(key_path, F_OK), -1);
        assert_int_equal(access(pub_path, F_OK), -1);
    }
    assert_int_equal(n, 12); /* two draws; for each file create, write, fsync, the folder's two */
    for (n = 0;; n++) {
        calls_left = n;
        enum error error = private_key_load(&os, key_path, cheap.passphrase, NULL, &back);
        if (!error)
            break;
        assert_int_equal(error, ERROR_IO);
        assert_null(back);
    }
    assert_true(n > 4);
    private_key_free(back);
    /* A failure never removes files that were there before. */
    for (n = 0; n < 4; n++) {
        calls_left = n;
        assert_int_not_equal(key_files_create(&os, name, key, &cheap, NULL), ERROR_OK);
        assert_int_equal(access(key_path, F_OK), 0);
        assert_int_equal(access(pub_path, F_OK), 0);
    }
    private_key_free(key);
}

static void allocations_may_fail(void **state)
{
    (void)state;
    struct private_key *key = key_of(KEY_ED25519, 7), *back = NULL;
    for (long n = 0;; n++) {
        failing_alloc_after(n);
        enum error error = key_files_create(&os_system, name, key, &cheap, NULL);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        if (!failed)
            break;
        assert_int_equal(access(key_path, F_OK), -1);
    }
    for (long n = 0;; n++) {
        failing_alloc_after(n);
        enum error error = private_key_load(&os_system, key_path, cheap.passphrase, NULL, &back);
        bool failed = failing_alloc_stop();
        assert_int_equal(error, failed ? ERROR_MEMORY : ERROR_OK);
        if (!failed)
            break;
        assert_null(back);
    }
    private_key_free(key);
    private_key_free(back);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_form_is_the_documented_one),
        cmocka_unit_test(both_types_come_back_clear_and_sealed),
        cmocka_unit_test(sealed_text_hides_the_secret_and_is_new_each_time),
        cmocka_unit_test(a_wrong_passphrase_or_an_altered_file_is_refused),
        cmocka_unit_test(every_malformed_class_has_its_error),
        cmocka_unit_test(sealing_refuses_what_it_should),
        cmocka_unit_test_setup_teardown(files_are_created_and_loaded, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            a_private_file_that_others_can_reach_is_refused, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(a_large_file_is_refused, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(both_files_or_none, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(allocations_may_fail, make_folder, remove_folder),
    };
    return cmocka_run_group_tests_name("crypto_key_file", tests, NULL, NULL);
}

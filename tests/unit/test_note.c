/* merkle: signed notes, the keys that check them, checkpoints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "merkle/checkpoint.h"

/* The root of some tree. */
static struct digest some_root(void)
{
    return tree_leaf(BYTES_LITERAL("a tree of one leaf"));
}

static struct private_key *key_of(uint8_t seed_byte)
{
    uint8_t seed[PRIVATE_SEED_SIZE];
    memset(seed, seed_byte, sizeof seed);
    struct private_key *key;
    assert_int_equal(private_key_from_seed(KEY_ED25519, BYTES_ARRAY(seed), NULL, &key), ERROR_OK);
    return key;
}

static struct note_key note_key_of(const char *name, const struct private_key *key)
{
    struct note_key made;
    assert_int_equal(note_key_make(bytes_of(name), private_key_public(key), NULL, &made), ERROR_OK);
    return made;
}

static void key_names_have_a_rule(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum error error;
    } rows[] = {
        {"log.example/2026", ERROR_OK},
        {"b\xC3\xBCro", ERROR_OK},
        {"\xE2\x80\x8B", ERROR_OK}, /* zero width space is not white space to Unicode */
        {"", ERROR_NOTE_NAME},
        {"a b", ERROR_NOTE_NAME},
        {"a+b", ERROR_NOTE_NAME},
        {"a\nb", ERROR_NOTE_NAME},
        {"a\x7F", ERROR_NOTE_NAME},
        {"a\xFF", ERROR_NOTE_NAME},
        {"a\xC2\xA0", ERROR_NOTE_NAME},
        {"a\xE1\x9A\x80", ERROR_NOTE_NAME},
        {"a\xE2\x80\x89z", ERROR_NOTE_NAME},
        {"a\xE2\x80\xA8", ERROR_NOTE_NAME},
        {"a\xE3\x80\x80", ERROR_NOTE_NAME},
    };
    struct private_key *key = key_of(1);
    struct note_key made;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            note_key_make(bytes_of(rows[i].name), private_key_public(key), NULL, &made),
            rows[i].error);
    char longest[NOTE_NAME_MAX + 2];
    memset(longest, 'a', sizeof longest);
    struct bytes name = {(const uint8_t *)longest, NOTE_NAME_MAX};
    assert_int_equal(note_key_make(name, private_key_public(key), NULL, &made), ERROR_OK);
    name.length++;
    assert_int_equal(note_key_make(name, private_key_public(key), NULL, &made), ERROR_NOTE_NAME);
    private_key_free(key);
}

static void verifier_keys_have_one_text_form(void **state)
{
    (void)state;
    /* The example key of Go's golang.org/x/mod/sumdb/note documentation. */
    static const char text[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    struct note_key key, other;
    struct fault fault;
    assert_int_equal(note_key_parse(BYTES_LITERAL(text), &fault, &key), ERROR_OK);
    assert_string_equal(key.name, "PeterNeumann");
    assert_int_equal(key.id, 0xc74f20a3);
    struct buffer out = {0};
    note_key_append(&out, &key);
    assert_string_equal(buffer_text(&out), text);
    static const char *bad[] = {
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a3+",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+0c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW=",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10==",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "peterneumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    };
    memset(&other, 7, sizeof other);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(note_key_parse(bytes_of(bad[i]), &fault, &other), ERROR_NOTE_KEY);
        assert_int_equal(other.name[0], 7);
    }
    assert_int_equal(
        note_key_parse(
            BYTES_LITERAL("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), &fault,
            &other),
        ERROR_NOTE_NAME);
    buffer_free(&out);
}

static void a_published_note_verifies(void **state)
{
    (void)state;
    /* The note and key of the same documentation (golang.org/x/mod/sumdb/note). */
    static const char file[] =
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "\xE2\x80\x94 PeterNeumann "
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJ"
        "nAM=\n";
    struct note_key key;
    struct note note;
    struct arena arena = {0};
    uint64_t signers = 0;
    assert_int_equal(
        note_key_parse(
            BYTES_LITERAL("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
            NULL, &key),
        ERROR_OK);
    assert_int_equal(note_parse(&arena, BYTES_LITERAL(file), NULL, &note), ERROR_OK);
    assert_int_equal(note.signature_count, 1);
    assert_int_equal(note_check(&note, &key, 1, NULL, &signers), ERROR_OK);
    assert_int_equal(signers, 1);
    arena_free(&arena);
}

static void known_keys_decide_and_unknown_ones_count_for_nothing(void **state)
{
    (void)state;
    struct private_key *a = key_of(1), *b = key_of(2);
    const struct note_key keys[] = {note_key_of("a", a), note_key_of("b", b)};
    struct buffer file = {0}, with_b = {0};
    static const char text[] = "first\n\nthird\n";
    assert_int_equal(note_sign(BYTES_LITERAL(text), bytes_of("a"), a, NULL, &file), ERROR_OK);
    struct arena arena = {0};
    struct note note;
    struct fault fault;
    uint64_t signers = 0;
    assert_int_equal(note_parse(&arena, buffer_view(&file), &fault, &note), ERROR_OK);
    assert_true(bytes_equal_text(note.text, text));
    assert_int_equal(note_check(&note, keys, 2, &fault, &signers), ERROR_OK);
    assert_int_equal(signers, 1);
    assert_int_equal(note_check(&note, keys + 1, 1, &fault, &signers), ERROR_NOTE_UNSIGNED);

    /* Fifteen lines of others, of several types and lengths, then b's. */
    buffer_append_bytes(&with_b, buffer_view(&file));
    uint8_t body[2432] = {0};
    for (uint32_t i = 0; i < 15; i++)
        note_append_signature(
            &with_b, bytes_of("witness"), i, (struct bytes){body, i % 2 ? sizeof body : 1 + i});
    struct signature signature;
    assert_int_equal(private_key_sign(b, BYTES_LITERAL(text), NULL, &signature), ERROR_OK);
    note_append_signature(
        &with_b, bytes_of("b"), keys[1].id, (struct bytes){signature.bytes, signature.length});
    assert_int_equal(note_parse(&arena, buffer_view(&with_b), &fault, &note), ERROR_OK);
    assert_int_equal(note.signature_count, 17);
    assert_int_equal(note_check(&note, keys, 2, &fault, &signers), ERROR_OK);
    assert_int_equal(signers, 3);

    /* A bad line of a known key refuses the note though another good line of it stands there. */
    signature.bytes[5] ^= 1;
    note_append_signature(
        &with_b, bytes_of("b"), keys[1].id, (struct bytes){signature.bytes, signature.length});
    assert_int_equal(note_parse(&arena, buffer_view(&with_b), &fault, &note), ERROR_OK);
    assert_int_equal(note_check(&note, keys, 2, &fault, &signers), ERROR_NOTE_SIGNATURE);
    assert_int_equal(note_check(&note, keys, 1, &fault, &signers), ERROR_OK);

    /* A known key's id under another name is not that key. */
    buffer_clear(&with_b);
    buffer_append_bytes(&with_b, buffer_view(&file));
    note_append_signature(
        &with_b, bytes_of("c"), keys[0].id, (struct bytes){signature.bytes, signature.length});
    assert_int_equal(note_parse(&arena, buffer_view(&with_b), &fault, &note), ERROR_OK);
    assert_int_equal(note_check(&note, keys, 2, &fault, &signers), ERROR_OK);
    /* A signature of the wrong length by a known key. */
    note_append_signature(&with_b, bytes_of("a"), keys[0].id, (struct bytes){body, 63});
    assert_int_equal(note_parse(&arena, buffer_view(&with_b), &fault, &note), ERROR_OK);
    assert_int_equal(note_check(&note, keys, 2, &fault, &signers), ERROR_NOTE_SIGNATURE);
    arena_free(&arena);
    buffer_free(&file);
    buffer_free(&with_b);
    private_key_free(a);
    private_key_free(b);
}

static void any_flipped_bit_of_a_note_refuses_it(void **state)
{
    (void)state;
    struct private_key *key = key_of(3);
    const struct note_key known = note_key_of("log", key);
    struct buffer file = {0};
    assert_int_equal(note_sign(BYTES_LITERAL("text\n"), bytes_of("log"), key, NULL, &file), 0);
    for (size_t bit = 0; bit < file.length * 8; bit++) {
        file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        struct arena arena = {0};
        struct note note;
        uint64_t signers = 99;
        enum error error = note_parse(&arena, buffer_view(&file), NULL, &note);
        if (!error)
            error = note_check(&note, &known, 1, NULL, &signers);
        assert_int_not_equal(error, ERROR_OK);
        assert_int_equal(signers, 99);
        arena_free(&arena);
        file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    buffer_free(&file);
    private_key_free(key);
}

static void malformed_notes_are_refused_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        const char *place;
    } rows[] = {
        {"", "note, line 1"},
        {"text", "note, line 1"},
        {"text\n", "note, line 2"},
        {"text\n\n", "note, line 3"},
        {"te\txt\n\n\xE2\x80\x94 a AAAAAAA=\n", "note, line 1"},
        {"text\r\n\n\xE2\x80\x94 a AAAAAAA=\n", "note, line 1"},
        {"a\nb\xFF\n\n\xE2\x80\x94 a AAAAAAA=\n", "note, line 2"},
        {"text\n\n\xE2\x80\x94 a AAAAAAA=", "note, line 3"},
        {"text\n\n- a AAAAAAA=\n", "note, line 3"},
        {"text\n\n\xE2\x80\x94 aAAAAAAA=\n", "note, line 3"},
        {"text\n\n\xE2\x80\x94  AAAAAAA=\n", "note, line 3"},
        {"text\n\n\xE2\x80\x94 a+b AAAAAAA=\n", "note, line 3"},
        {"text\n\n\xE2\x80\x94 a  AAAAAAA=\n", "note, line 3"},
        {"text\n\n\xE2\x80\x94 a AAAAAAA\n", "note, line 3"},
        {"text\n\n\xE2\x80\x94 a AAAAAA==\n", "note, line 3"}, /* an id and no signature */
        {"text\n\n\xE2\x80\x94 a AAAAAAA=\nmore\n", "note, line 4"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena = {0};
        struct fault fault = {0};
        struct note note = {.signature_count = 99};
        assert_int_equal(
            note_parse(&arena, bytes_of(rows[i].file), &fault, &note), ERROR_NOTE_FORM);
        assert_string_equal(fault.place, rows[i].place);
        assert_int_equal(note.signature_count, 99);
        arena_free(&arena);
    }
    struct buffer file = {0};
    struct arena arena = {0};
    struct note note;
    buffer_append_text(&file, "text\n\n");
    for (int i = 0; i < NOTE_SIGNATURES_MAX; i++)
        buffer_append_text(&file, "\xE2\x80\x94 a AAAAAAA=\n");
    assert_int_equal(note_parse(&arena, buffer_view(&file), NULL, &note), ERROR_OK);
    buffer_append_text(&file, "\xE2\x80\x94 a AAAAAAA=\n");
    assert_int_equal(note_parse(&arena, buffer_view(&file), NULL, &note), ERROR_NOTE_TOO_MANY);
    buffer_clear(&file);
    buffer_append_text(&file, "text\n\n\xE2\x80\x94 a ");
    for (int i = 0; i < NOTE_SIGNATURE_BYTES_MAX / 3 + 1; i++)
        buffer_append_text(&file, "AAAA");
    buffer_append_text(&file, "\n");
    assert_int_equal(note_parse(&arena, buffer_view(&file), NULL, &note), ERROR_NOTE_FORM);
    uint8_t *much = buffer_reserve(&file, NOTE_SIZE_MAX);
    assert_non_null(much);
    memset(much, 'x', NOTE_SIZE_MAX);
    assert_int_equal(note_parse(&arena, buffer_view(&file), NULL, &note), ERROR_TOO_LARGE);
    arena_free(&arena);
    buffer_free(&file);
}

static void checkpoints_round_trip(void **state)
{
    (void)state;
    struct private_key *key = key_of(4), *other = key_of(5);
    struct checkpoint checkpoint = {.origin = "enduse.example/log", .size = 300};
    checkpoint.root = some_root();
    const struct note_key known = note_key_of(checkpoint.origin, key);
    struct buffer file = {0};
    struct fault fault;
    assert_int_equal(checkpoint_sign(&checkpoint, key, &fault, &file), ERROR_OK);
    struct checkpoint read;
    assert_int_equal(checkpoint_open(buffer_view(&file), &known, &fault, &read), ERROR_OK);
    assert_string_equal(read.origin, checkpoint.origin);
    assert_int_equal(read.size, 300);
    assert_true(digest_equal(&read.root, &checkpoint.root));
    const struct note_key stranger = note_key_of(checkpoint.origin, other);
    assert_int_equal(
        checkpoint_open(buffer_view(&file), &stranger, &fault, &read), ERROR_NOTE_UNSIGNED);
    /* The log's key under its name signs for that origin only. */
    struct buffer text = {0};
    buffer_clear(&file);
    struct checkpoint foreign = checkpoint;
    strcpy(foreign.origin, "another.example/log");
    assert_int_equal(checkpoint_append(&foreign, NULL, &text), ERROR_OK);
    assert_int_equal(
        note_sign(buffer_view(&text), bytes_of(checkpoint.origin), key, NULL, &file), ERROR_OK);
    assert_int_equal(
        checkpoint_open(buffer_view(&file), &known, &fault, &read), ERROR_CHECKPOINT_ORIGIN);
    buffer_free(&file);
    buffer_free(&text);
    private_key_free(key);
    private_key_free(other);
}

static void malformed_checkpoints_are_refused(void **state)
{
    (void)state;
#define ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define OTHER "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="
    static const struct {
        const char *text;
        enum error error;
    } rows[] = {
        {"log\n0\n" ROOT "\n", ERROR_OK},
        {"log\n1\n" OTHER "\n", ERROR_OK},
        {"log\n9223372036854775807\n" OTHER "\n", ERROR_OK},
        {"", ERROR_CHECKPOINT_FORM},
        {"log\n1\n", ERROR_CHECKPOINT_FORM},
        {"log\n1\n" OTHER, ERROR_CHECKPOINT_FORM},
        {"log\n1\n" OTHER "\nextension\n", ERROR_CHECKPOINT_FORM},
        {"log\n1\n" OTHER "\n\n", ERROR_CHECKPOINT_FORM},
        {"\n1\n" OTHER "\n", ERROR_CHECKPOINT_ORIGIN},
        {"the log\n1\n" OTHER "\n", ERROR_CHECKPOINT_ORIGIN},
        {"log\n01\n" OTHER "\n", ERROR_CHECKPOINT_SIZE},
        {"log\n00\n" ROOT "\n", ERROR_CHECKPOINT_SIZE},
        {"log\n-1\n" OTHER "\n", ERROR_CHECKPOINT_SIZE},
        {"log\n+1\n" OTHER "\n", ERROR_CHECKPOINT_SIZE},
        {"log\n\n" OTHER "\n", ERROR_CHECKPOINT_SIZE},
        {"log\n9223372036854775808\n" OTHER "\n", ERROR_CHECKPOINT_SIZE},
        {"log\n0\n" OTHER "\n", ERROR_CHECKPOINT_ROOT},
        {"log\n1\n\n", ERROR_CHECKPOINT_ROOT},
        {"log\n1\nAAAA\n", ERROR_CHECKPOINT_ROOT},
        {"log\n1\n" ROOT "AAAA\n", ERROR_CHECKPOINT_ROOT},
        {"log\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", ERROR_CHECKPOINT_ROOT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct checkpoint read = {.size = 12345};
        struct fault fault = {0};
        enum error error = checkpoint_parse(bytes_of(rows[i].text), &fault, &read);
        assert_int_equal(error, rows[i].error);
        if (error) {
            assert_int_equal(read.size, 12345);
            assert_string_equal(fault.place, "checkpoint");
            continue;
        }
        struct buffer again = {0};
        assert_int_equal(checkpoint_append(&read, NULL, &again), ERROR_OK);
        assert_string_equal(buffer_text(&again), rows[i].text);
        buffer_free(&again);
    }
    struct checkpoint wrong = {.origin = "log", .size = 1 + (uint64_t)INT64_MAX};
    struct buffer out = {0};
    assert_int_equal(checkpoint_append(&wrong, NULL, &out), ERROR_CHECKPOINT_SIZE);
    wrong.size = 0;
    assert_int_equal(checkpoint_append(&wrong, NULL, &out), ERROR_CHECKPOINT_ROOT);
    wrong.origin[0] = '\0';
    assert_int_equal(checkpoint_append(&wrong, NULL, &out), ERROR_CHECKPOINT_ORIGIN);
    assert_int_equal(out.length, 0);
    buffer_free(&out);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct private_key *key = key_of(6);
    struct checkpoint checkpoint = {.origin = "log", .size = 300, .root = some_root()}, read;
    const struct note_key known = note_key_of("log", key);
    for (long n = 0;; n++) {
        struct buffer file = {0};
        failing_alloc_after(n);
        enum error error = checkpoint_sign(&checkpoint, key, NULL, &file);
        if (!error)
            error = checkpoint_open(buffer_view(&file), &known, NULL, &read);
        bool failed = failing_alloc_stop();
        buffer_free(&file);
        if (!failed) {
            assert_int_equal(error, ERROR_OK);
            assert_true(n > 5);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
    }
    for (long n = 0;; n++) {
        struct buffer text = {0};
        struct note_key parsed;
        failing_alloc_after(n);
        note_key_append(&text, &known);
        enum error error =
            text.error ? text.error : note_key_parse(buffer_view(&text), NULL, &parsed);
        bool failed = failing_alloc_stop();
        buffer_free(&text);
        if (!failed) {
            assert_int_equal(error, ERROR_OK);
            break;
        }
        assert_int_equal(error, ERROR_MEMORY);
    }
    private_key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_names_have_a_rule),
        cmocka_unit_test(verifier_keys_have_one_text_form),
        cmocka_unit_test(a_published_note_verifies),
        cmocka_unit_test(known_keys_decide_and_unknown_ones_count_for_nothing),
        cmocka_unit_test(any_flipped_bit_of_a_note_refuses_it),
        cmocka_unit_test(malformed_notes_are_refused_with_their_line),
        cmocka_unit_test(checkpoints_round_trip),
        cmocka_unit_test(malformed_checkpoints_are_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("note", tests, NULL, NULL);
}

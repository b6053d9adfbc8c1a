/* The 518 published vectors of inclusion and consistency proofs, of trees and subtrees
 * (transparency-dev/merkle): each is accepted or refused as it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "json/json.h"
#include "merkle/proof.h"
#include "outside_data.h"

static const char archive[] = "log/merkle-vectors.tar.gz";

enum { PROOF_MAX = 80 };

/* Reads a hash in base64. In a few vectors words ("don't care 1") stand for roots that need only be
 * equal, or are not looked at; with zeros behind they do that here. Empty is no hash: false. */
static bool read_hash(const struct json *value, struct digest *ret_hash)
{
    struct buffer bytes = {0};
    struct bytes text;
    assert_int_equal(json_string(value, NULL, &text), ERROR_OK);
    assert_int_equal(base64_parse(text, NULL, &bytes), ERROR_OK);
    bool there = bytes.length > 0;
    *ret_hash = (struct digest){0};
    if (there)
        memcpy(
            ret_hash->bytes, bytes.data, bytes.length < DIGEST_SIZE ? bytes.length : DIGEST_SIZE);
    buffer_free(&bytes);
    return there;
}

static uint64_t number(const struct json *vector, const char *name)
{
    uint64_t value = 0;
    assert_int_equal(json_get_u64(vector, name, NULL, &value), ERROR_OK);
    return value;
}

/* Whether our check accepts the vector's proof. A value that is no hash is refused before. */
static bool is_accepted(const struct json *vector)
{
    struct digest hashes[PROOF_MAX], first, second;
    const struct json *proof = json_find(vector, "proof");
    size_t count = json_count(proof);
    assert_true(count <= PROOF_MAX);
    bool there = true;
    for (size_t i = 0; i < count; i++)
        there = read_hash(json_at(proof, i), &hashes[i]) && there;
    bool inclusion = json_find(vector, "leafIdx") != NULL, subtree = json_find(vector, "start");
    there = read_hash(json_find(vector, inclusion ? "leafHash" : "root1"), &first) && there;
    there = read_hash(json_find(vector, inclusion ? "root" : "root2"), &second) && there;
    if (!there)
        return false;
    if (inclusion && subtree)
        return !proof_check_subtree_inclusion(
            &first, number(vector, "leafIdx"), number(vector, "start"), number(vector, "end"),
            hashes, count, &second, NULL);
    if (inclusion)
        return !proof_check_inclusion(
            &first, number(vector, "leafIdx"), number(vector, "treeSize"), hashes, count, &second,
            NULL);
    if (subtree)
        return !proof_check_subtree(
            number(vector, "start"), number(vector, "end"), &first, number(vector, "size"), &second,
            hashes, count, NULL);
    return !proof_check_consistency(
        number(vector, "size1"), &first, number(vector, "size2"), &second, hashes, count, NULL);
}

/* The length of the JSON object at the start of text. The files come one after the other. */
static size_t object_length(struct bytes text)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.length; i++) {
        uint8_t byte = text.data[i];
        if (quoted) {
            i += byte == '\\';
            quoted = byte != '"';
        } else if (byte == '"') {
            quoted = true;
        } else if (byte == '{') {
            depth++;
        } else if (byte == '}' && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

static void every_vector_is_judged_as_it_says(void **state)
{
    (void)state;
    struct buffer content = {0};
    assert_true(outside_data_read(archive, "testdata", &content));
    struct bytes rest = buffer_view(&content);
    size_t vectors = 0, accepted = 0, wrong = 0;
    for (size_t length; (length = object_length(rest)) > 0; vectors++) {
        struct arena arena = {0};
        const struct json *vector;
        bool want_error = false;
        struct bytes words = {0};
        assert_int_equal(json_parse(bytes_slice(rest, 0, length), &arena, NULL, &vector), ERROR_OK);
        assert_int_equal(json_get_bool(vector, "wantErr", NULL, &want_error), ERROR_OK);
        assert_int_equal(json_get_string(vector, "desc", NULL, &words), ERROR_OK);
        bool good = is_accepted(vector);
        accepted += good;
        if (good == want_error) {
            print_message(
                "%s: %.*s\n", good ? "accepted" : "refused", (int)words.length,
                (const char *)words.data);
            wrong++;
        }
        arena_free(&arena);
        rest = bytes_slice(rest, length, SIZE_MAX);
    }
    buffer_free(&content);
    assert_int_equal(wrong, 0);
    assert_int_equal(vectors, 518);
    assert_true(accepted > 30 && accepted < 100);
}

int main(void)
{
    if (!outside_data_there(archive))
        return OUTSIDE_DATA_SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_is_judged_as_it_says),
    };
    return cmocka_run_group_tests_name("merkle_vectors", tests, NULL, NULL);
}

/* merkle: hashes, the frontier, proofs for every tree of up to 300 leaves. Notes and checkpoints
 * are in test_note.c, the published vectors in test_merkle_vectors.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "merkle/merkle.h"

enum { LEAVES = 300 };

static struct digest leaf_hashes[LEAVES];
static struct digest roots[LEAVES + 1]; /* by size, from the definition, not from the frontier */

/* MTH of RFC 6962 section 2.1, word for word. */
static struct digest definition(const struct digest *hashes, size_t count)
{
    if (count == 0)
        return tree_empty_root();
    if (count == 1)
        return hashes[0];
    size_t split = 1;
    while (split * 2 < count)
        split *= 2;
    struct digest left = definition(hashes, split);
    struct digest right = definition(hashes + split, count - split);
    return tree_node(&left, &right);
}

static int make_leaves(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEAVES; i++) {
        uint8_t data[4];
        store_u32(data, (uint32_t)i);
        leaf_hashes[i] = tree_leaf((struct bytes){data, i % 5});
    }
    for (size_t size = 0; size <= LEAVES; size++)
        roots[size] = definition(leaf_hashes, size);
    return 0;
}

static struct leaf_list all_leaves = {leaf_hashes, LEAVES};

static void assert_digest(struct digest found, const char *expected)
{
    char text[DIGEST_TEXT_SIZE];
    assert_string_equal(digest_text(&found, text), expected);
}

static void hashes_are_those_of_rfc_6962(void **state)
{
    (void)state;
    assert_digest(
        tree_empty_root(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    /* SHA-256 of one zero byte; SHA-256(01 || 64 zero bytes) by another tool. */
    assert_digest(
        tree_leaf((struct bytes){0}),
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    struct digest zeros = {{0}};
    assert_digest(
        tree_node(&zeros, &zeros),
        "ae0798d0ecaed2b778eddebf18f071a561c53658c05e76cedecc27cafbdbc577");
}

/* Around the size from which a leaf is hashed in pieces. */
static void leaves_of_every_size(void **state)
{
    (void)state;
    uint8_t data[1 + 1100] = {0x00};
    for (size_t i = 1; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    for (size_t size = 0; size < sizeof data; size++) {
        struct digest leaf = tree_leaf((struct bytes){data + 1, size});
        struct digest whole = sha256_of((struct bytes){data, 1 + size});
        assert_true(digest_equal(&leaf, &whole));
    }
}

static void the_frontier_gives_every_root(void **state)
{
    (void)state;
    struct frontier frontier = {0};
    for (size_t size = 0; size <= LEAVES; size++) {
        struct digest root = frontier_root(&frontier);
        assert_true(digest_equal(&root, &roots[size]));
        assert_int_equal(frontier.size, size);
        struct buffer bytes = {0};
        struct frontier read;
        frontier_encode(&frontier, &bytes);
        assert_true(bytes.length <= FRONTIER_ENCODED_MAX);
        assert_int_equal(frontier_decode(buffer_view(&bytes), NULL, &read), ERROR_OK);
        root = frontier_root(&read);
        assert_true(digest_equal(&root, &roots[size]));
        read.size = 7777;
        for (size_t length = 0; length < bytes.length; length++)
            assert_int_equal(
                frontier_decode((struct bytes){bytes.data, length}, NULL, &read),
                ERROR_FRONTIER_FORM);
        buffer_append_byte(&bytes, 0);
        assert_int_equal(frontier_decode(buffer_view(&bytes), NULL, &read), ERROR_FRONTIER_FORM);
        assert_int_equal(read.size, 7777);
        buffer_free(&bytes);
        if (size < LEAVES)
            frontier_append(&frontier, &leaf_hashes[size]);
    }
}

/* Flips one bit of a hash at a place that varies with the round, and back when called again. */
static void flip(struct digest *hash, size_t round)
{
    hash->bytes[round % DIGEST_SIZE] ^= (uint8_t)(1 << round % 8);
}

static void every_inclusion_proof_holds_and_no_other(void **state)
{
    (void)state;
    struct tree_source source = tree_source_of(&all_leaves);
    struct proof proof;
    struct fault fault;
    for (size_t size = 1; size <= LEAVES; size++) {
        for (size_t index = 0; index < size; index++) {
            assert_int_equal(proof_make_inclusion(&source, index, size, &fault, &proof), ERROR_OK);
            struct digest leaf = leaf_hashes[index], root = roots[size];
            size_t count = proof.count;
            assert_int_equal(
                proof_check_inclusion(&leaf, index, size, proof.hashes, count, &root, &fault),
                ERROR_OK);
            flip(&root, index);
            assert_int_equal(
                proof_check_inclusion(&leaf, index, size, proof.hashes, count, &root, &fault),
                ERROR_PROOF_ROOT);
            flip(&root, index);
            flip(&leaf, index);
            assert_int_equal(
                proof_check_inclusion(&leaf, index, size, proof.hashes, count, &root, &fault),
                ERROR_PROOF_ROOT);
            flip(&leaf, index);
            for (size_t i = 0; i < count; i++) {
                flip(&proof.hashes[i], index + i);
                assert_int_equal(
                    proof_check_inclusion(&leaf, index, size, proof.hashes, count, &root, &fault),
                    ERROR_PROOF_ROOT);
                flip(&proof.hashes[i], index + i);
            }
            proof.hashes[count] = root;
            assert_int_equal(
                proof_check_inclusion(&leaf, index, size, proof.hashes, count + 1, &root, &fault),
                ERROR_PROOF_LENGTH);
            if (count)
                assert_int_equal(
                    proof_check_inclusion(
                        &leaf, index, size, proof.hashes, count - 1, &root, &fault),
                    ERROR_PROOF_LENGTH);
            if (index > 0)
                assert_int_not_equal(
                    proof_check_inclusion(
                        &leaf, index - 1, size, proof.hashes, count, &root, &fault),
                    ERROR_OK);
        }
        assert_int_equal(
            proof_make_inclusion(&source, size, size, &fault, &proof), ERROR_PROOF_RANGE);
        assert_int_equal(
            proof_check_inclusion(
                &leaf_hashes[0], size, size, proof.hashes, proof.count, &roots[size], &fault),
            ERROR_PROOF_RANGE);
    }
}

static void every_consistency_proof_holds_and_no_other(void **state)
{
    (void)state;
    struct tree_source source = tree_source_of(&all_leaves);
    struct proof proof;
    struct fault fault;
    for (size_t size = 1; size <= LEAVES; size++) {
        for (size_t old = 1; old <= size; old++) {
            assert_int_equal(proof_make_consistency(&source, old, size, &fault, &proof), ERROR_OK);
            struct digest old_root = roots[old], root = roots[size];
            size_t count = proof.count;
#define CHECK(count)                                                                               \
    proof_check_consistency(old, &old_root, size, &root, proof.hashes, count, &fault)
            assert_int_equal(CHECK(count), ERROR_OK);
            flip(&root, old);
            assert_int_equal(CHECK(count), ERROR_PROOF_ROOT);
            flip(&root, old);
            flip(&old_root, old);
            assert_int_equal(CHECK(count), ERROR_PROOF_ROOT);
            flip(&old_root, old);
            for (size_t i = 0; i < count; i++) {
                flip(&proof.hashes[i], old + i);
                assert_int_equal(CHECK(count), ERROR_PROOF_ROOT);
                flip(&proof.hashes[i], old + i);
            }
            proof.hashes[count] = root;
            assert_int_equal(CHECK(count + 1), ERROR_PROOF_LENGTH);
            if (count)
                assert_int_equal(CHECK(count - 1), ERROR_PROOF_LENGTH);
#undef CHECK
        }
        assert_int_equal(
            proof_make_consistency(&source, size + 1, size, &fault, &proof), ERROR_PROOF_RANGE);
        assert_int_equal(
            proof_make_consistency(&source, 0, size, &fault, &proof), ERROR_PROOF_RANGE);
        assert_int_equal(
            proof_check_consistency(0, &roots[0], size, &roots[size], proof.hashes, 0, &fault),
            ERROR_PROOF_RANGE);
    }
}

static void every_subtree_proof_holds(void **state)
{
    (void)state;
    enum { SMALL = 70 };
    struct tree_source source = tree_source_of(&all_leaves);
    struct proof proof;
    struct fault fault;
    size_t subtrees = 0;
    for (size_t size = 1; size <= SMALL; size++) {
        for (size_t start = 0; start < size; start++) {
            for (size_t end = start + 1; end <= size; end++) {
                if (!tree_is_subtree(start, end)) {
                    assert_int_equal(
                        proof_make_subtree(&source, start, end, size, &fault, &proof),
                        ERROR_PROOF_RANGE);
                    continue;
                }
                subtrees++;
                struct digest root, sub = definition(leaf_hashes + start, end - start);
                assert_int_equal(tree_range_root(&source, start, end, &fault, &root), ERROR_OK);
                assert_true(digest_equal(&root, &sub));
                assert_int_equal(
                    proof_make_subtree(&source, start, end, size, &fault, &proof), ERROR_OK);
                assert_int_equal(
                    proof_check_subtree(
                        start, end, &sub, size, &roots[size], proof.hashes, proof.count, &fault),
                    ERROR_OK);
                flip(&sub, start);
                assert_int_equal(
                    proof_check_subtree(
                        start, end, &sub, size, &roots[size], proof.hashes, proof.count, &fault),
                    ERROR_PROOF_ROOT);
            }
        }
    }
    assert_true(subtrees > 5000);
}

/* Levels 0, 3, 6, ... are stored; any other is an error of the caller. */
static enum error read_third_levels(
    void *context, unsigned level, uint64_t index, struct fault *fault, struct digest *ret_hash)
{
    size_t *reads = context;
    (*reads)++;
    assert_int_equal(level % 3, 0);
    size_t width = (size_t)1 << level;
    assert_true((index + 1) * width <= LEAVES);
    (void)fault;
    *ret_hash = definition(leaf_hashes + index * width, width);
    return ERROR_OK;
}

static enum error read_fails(
    void *context, unsigned level, uint64_t index, struct fault *fault, struct digest *ret_hash)
{
    (void)context, (void)level, (void)ret_hash;
    return index == 5 ? fault_set(fault, ERROR_IO, "tile", NULL, NULL) : ERROR_OK;
}

static void proofs_come_from_stored_levels(void **state)
{
    (void)state;
    size_t reads = 0;
    struct tree_source third = {read_third_levels, &reads, 3};
    struct tree_source leaves = tree_source_of(&all_leaves);
    for (size_t index = 0; index < LEAVES; index += 7) {
        struct proof a, b;
        assert_int_equal(proof_make_inclusion(&third, index, LEAVES, NULL, &a), ERROR_OK);
        assert_int_equal(proof_make_inclusion(&leaves, index, LEAVES, NULL, &b), ERROR_OK);
        assert_int_equal(a.count, b.count);
        assert_memory_equal(a.hashes, b.hashes, a.count * sizeof *a.hashes);
    }
    assert_true(reads < (LEAVES / 7 + 1) * 40);
    struct tree_source failing = {read_fails, NULL, 64};
    struct proof proof = {.count = 77};
    assert_int_equal(proof_make_inclusion(&failing, 4, 6, NULL, &proof), ERROR_IO);
    assert_int_equal(proof.count, 77);
    struct leaf_list few = {leaf_hashes, 3};
    struct tree_source short_source = tree_source_of(&few);
    assert_int_equal(proof_make_inclusion(&short_source, 1, 6, NULL, &proof), ERROR_PROOF_RANGE);
}

static void trees_and_proofs_take_no_memory(void **state)
{
    (void)state;
    struct tree_source source = tree_source_of(&all_leaves);
    struct proof proof;
    failing_alloc_after(0);
    enum error error = proof_make_consistency(&source, 100, LEAVES, NULL, &proof);
    if (!error)
        error = proof_check_consistency(
            100, &roots[100], LEAVES, &roots[LEAVES], proof.hashes, proof.count, NULL);
    assert_int_equal(failing_alloc_count(), 0);
    failing_alloc_stop();
    assert_int_equal(error, ERROR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_rfc_6962),
        cmocka_unit_test(leaves_of_every_size),
        cmocka_unit_test(the_frontier_gives_every_root),
        cmocka_unit_test(every_inclusion_proof_holds_and_no_other),
        cmocka_unit_test(every_consistency_proof_holds_and_no_other),
        cmocka_unit_test(every_subtree_proof_holds),
        cmocka_unit_test(proofs_come_from_stored_levels),
        cmocka_unit_test(trees_and_proofs_take_no_memory),
    };
    return cmocka_run_group_tests_name("merkle", tests, make_leaves, NULL);
}

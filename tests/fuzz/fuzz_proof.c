/* Proofs for any tree and any hashes: the checks end, stay inside the proof, and accept no proof
 * twice with different roots. A small tree beside it: a made proof holds, and only unchanged. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "merkle/merkle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static uint64_t number(const uint8_t **data, size_t *size)
{
    if (*size < 8)
        return 0;
    uint64_t value = load_u64(*data);
    *data += 8;
    *size -= 8;
    /* Half of the numbers small, so that valid shapes are met. */
    return value & 1 ? value >> 1 : (value >> 1) % 300;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t a = number(&data, &size), b = number(&data, &size), c = number(&data, &size);
    struct digest hashes[80], leaf = tree_leaf((struct bytes){data, size}), other = {{0}};
    size_t count = 0;
    for (; count < 80 && size >= 1; count++, data++, size--)
        memset(hashes[count].bytes, data[0], DIGEST_SIZE);
    struct digest *exact = malloc(count * sizeof *exact + 1); /* for the sanitizer's fence */
    if (!exact)
        return 0;
    memcpy(exact, hashes, count * sizeof *exact);
    struct fault fault;
    must(proof_check_inclusion(&leaf, a, b, exact, count, &other, &fault) != ERROR_OK);
    must(proof_check_subtree_inclusion(&leaf, a, b, c, exact, count, &other, &fault) != ERROR_OK);
    must(proof_check_consistency(a, &leaf, b, &other, exact, count, &fault) != ERROR_OK);
    must(proof_check_subtree(a, b, &leaf, c, &other, exact, count, &fault) != ERROR_OK);

    uint64_t tree_size = count, index = count ? a % count : 0, old = count ? b % count + 1 : 0;
    struct leaf_list list = {exact, count};
    struct tree_source source = tree_source_of(&list);
    struct proof proof;
    struct digest root, old_root;
    if (count) {
        must(!tree_range_root(&source, 0, tree_size, &fault, &root));
        must(!tree_range_root(&source, 0, old, &fault, &old_root));
        must(!proof_make_inclusion(&source, index, tree_size, &fault, &proof));
        must(!proof_check_inclusion(
            &exact[index], index, tree_size, proof.hashes, proof.count, &root, &fault));
        if (proof.count) {
            proof.hashes[c % proof.count].bytes[c % DIGEST_SIZE] ^= 1;
            must(
                proof_check_inclusion(
                    &exact[index], index, tree_size, proof.hashes, proof.count, &root, &fault) ==
                ERROR_PROOF_ROOT);
        }
        must(!proof_make_consistency(&source, old, tree_size, &fault, &proof));
        must(!proof_check_consistency(
            old, &old_root, tree_size, &root, proof.hashes, proof.count, &fault));
    }
    free(exact);
    return 0;
}

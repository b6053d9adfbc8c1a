/* Checking proofs. Each loop is the step list of its specification; the comments give the steps
 * in our words. */
#include "merkle/proof.h"

static enum error
wrong_range(struct fault *fault, const char *place, uint64_t start, uint64_t end, uint64_t size)
{
    return fault_set(
        fault, ERROR_PROOF_RANGE, place, "a part of the tree", "[%llu, %llu) of %llu leaves",
        (unsigned long long)start, (unsigned long long)end, (unsigned long long)size);
}

static enum error wrong_length(struct fault *fault, const char *place, bool more, size_t count)
{
    return fault_set(
        fault, ERROR_PROOF_LENGTH, place, more ? "more hashes" : "fewer hashes", "%zu", count);
}

static enum error wrong_root(
    struct fault *fault, const char *place, const struct digest *expected,
    const struct digest *found)
{
    char expected_text[DIGEST_TEXT_SIZE], found_text[DIGEST_TEXT_SIZE];
    return fault_set(
        fault, ERROR_PROOF_ROOT, place, digest_text(expected, expected_text), "%s",
        digest_text(found, found_text));
}

enum error proof_check_inclusion(
    const struct digest *leaf, uint64_t index, uint64_t size, const struct digest *hashes,
    size_t count, const struct digest *root, struct fault *fault)
{
    static const char place[] = "inclusion proof";
    if (index >= size)
        return wrong_range(fault, place, index, index + 1, size);
    /* RFC 9162 section 2.1.3.2. node is where the path stands on its level, last the right-most
     * node of that level. */
    uint64_t node = index, last = size - 1;
    struct digest hash = *leaf;
    for (size_t i = 0; i < count; i++) {
        /* Step 4a: at the root nothing may follow. */
        if (last == 0)
            return wrong_length(fault, place, false, count);
        if ((node & 1) || node == last) {
            /* Step 4b: the sibling is on the left; a right-most node without sibling moves up
             * until it is a right child. */
            hash = tree_node(&hashes[i], &hash);
            while (!(node & 1) && node != 0) {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = tree_node(&hash, &hashes[i]);
        }
        node >>= 1;
        last >>= 1;
    }
    /* Step 5: the path must have reached the root. */
    if (last != 0)
        return wrong_length(fault, place, true, count);
    return digest_equal(&hash, root) ? ERROR_OK : wrong_root(fault, place, root, &hash);
}

enum error proof_check_subtree_inclusion(
    const struct digest *leaf, uint64_t index, uint64_t start, uint64_t end,
    const struct digest *hashes, size_t count, const struct digest *root, struct fault *fault)
{
    if (!tree_is_subtree(start, end) || index < start || index >= end)
        return wrong_range(fault, "inclusion proof", start, end, index);
    return proof_check_inclusion(leaf, index - start, end - start, hashes, count, root, fault);
}

enum error proof_check_subtree(
    uint64_t start, uint64_t end, const struct digest *subtree_root, uint64_t size,
    const struct digest *root, const struct digest *hashes, size_t count, struct fault *fault)
{
    static const char place[] = "consistency proof";
    if (!tree_is_subtree(start, end) || end > size)
        return wrong_range(fault, place, start, end, size);
    if (start == end) {
        struct digest empty = tree_empty_root();
        if (count)
            return wrong_length(fault, place, false, count);
        return digest_equal(subtree_root, &empty) ? ERROR_OK
                                                  : wrong_root(fault, place, &empty, subtree_root);
    }
    /* The draft's section "Verifying Subtree Consistency Proofs"; with start 0 it is RFC 9162
     * section 2.1.4.2. first and final are the subtree's outer nodes on a level, last is the
     * tree's right-most one. Begin at the lowest level where the subtree's right edge ends in a
     * whole subtree, or, where both edges are the tree's, at the subtree's root. */
    uint64_t first = start, final = end - 1, last = size - 1;
    while (first != final && (final == last || (final & 1))) {
        first >>= 1;
        final >>= 1;
        last >>= 1;
    }
    size_t next = 0;
    struct digest sub_hash = *subtree_root, hash = *subtree_root;
    if (first != final) {
        /* The subtree is not whole there: its right edge's whole part comes in the proof. */
        if (count == 0)
            return wrong_length(fault, place, true, count);
        sub_hash = hash = hashes[next++];
    }
    for (; next < count; next++) {
        if (last == 0)
            return wrong_length(fault, place, false, count);
        if ((final & 1) || final == last) {
            if (first < final)
                sub_hash = tree_node(&hashes[next], &sub_hash);
            hash = tree_node(&hashes[next], &hash);
            while (!(final & 1)) {
                first >>= 1;
                final >>= 1;
                last >>= 1;
            }
        } else {
            hash = tree_node(&hash, &hashes[next]);
        }
        first >>= 1;
        final >>= 1;
        last >>= 1;
    }
    if (last != 0)
        return wrong_length(fault, place, true, count);
    if (!digest_equal(&sub_hash, subtree_root))
        return wrong_root(fault, place, subtree_root, &sub_hash);
    return digest_equal(&hash, root) ? ERROR_OK : wrong_root(fault, place, root, &hash);
}

enum error proof_check_consistency(
    uint64_t old_size, const struct digest *old_root, uint64_t new_size,
    const struct digest *new_root, const struct digest *hashes, size_t count, struct fault *fault)
{
    if (old_size == 0)
        return wrong_range(fault, "consistency proof", 0, 0, new_size);
    return proof_check_subtree(0, old_size, old_root, new_size, new_root, hashes, count, fault);
}

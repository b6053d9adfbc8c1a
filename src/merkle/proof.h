/* Inclusion and consistency proofs: made from stored hashes, and checked.
 *
 * RFC 6962 section 2.1 defines the proofs; the checks follow the step lists of RFC 9162 sections
 * 2.1.3.2 and 2.1.4.2, and for subtrees those of draft-ietf-plants-merkle-tree-certs section 4.
 * Every proof has exactly one right length, so a proof with a hash too many is as wrong as one
 * with a hash too few. Nothing here allocates.
 */
#ifndef ENDUSE_MERKLE_PROOF_H
#define ENDUSE_MERKLE_PROOF_H

#include "merkle/tree.h"

enum { PROOF_HASHES_MAX = TREE_LEVELS_MAX + 1 };

/* The hashes of a proof, from the leaves up. */
struct proof {
    size_t count;
    struct digest hashes[PROOF_HASHES_MAX];
};

/* Stored hashes from which proofs are made. read gives the root of the whole subtree of 2^level
 * leaves that begins at leaf index * 2^level; it is asked only for subtrees that lie wholly inside
 * the tree, and only for levels that are multiples of stride. So stride is 64 where only leaf
 * hashes are kept, 1 where every level is, and 8 for tiles of 256 hashes. */
struct tree_source {
    enum error (*read)(
        void *context, unsigned level, uint64_t index, struct fault *fault,
        struct digest *ret_hash);
    void *context;
    unsigned stride; /* 1..64 */
};

/* Leaf hashes in memory, and the source that reads them; both live as long as *leaves. */
struct leaf_list {
    const struct digest *hashes;
    uint64_t count;
};
struct tree_source tree_source_of(struct leaf_list *leaves);

/* Whether [start, end) can be a subtree: start <= end, and start is a multiple of the least power
 * of two that is not below end - start. Every [0, end) is one, and so is every empty range. */
bool tree_is_subtree(uint64_t start, uint64_t end);

/* The root of leaves [start, end) as a tree of their own: MTH(D[start:end]) of RFC 6962.
 * ERROR_PROOF_RANGE when that is no subtree; otherwise what read returned. */
MUST_CHECK enum error tree_range_root(
    const struct tree_source *source, uint64_t start, uint64_t end, struct fault *fault,
    struct digest *ret_root);

/* Proves that the leaf at index is in the tree of size leaves. ERROR_PROOF_RANGE when index is
 * not below size; otherwise what read returned. */
MUST_CHECK enum error proof_make_inclusion(
    const struct tree_source *source, uint64_t index, uint64_t size, struct fault *fault,
    struct proof *ret_proof);

/* Proves that the tree of old_size leaves is the beginning of the tree of new_size leaves.
 * ERROR_PROOF_RANGE unless 1 <= old_size <= new_size: an empty tree begins every tree, so there
 * is nothing to prove. */
MUST_CHECK enum error proof_make_consistency(
    const struct tree_source *source, uint64_t old_size, uint64_t new_size, struct fault *fault,
    struct proof *ret_proof);

/* Proves that the subtree [start, end), not empty, is part of the tree of size leaves. */
MUST_CHECK enum error proof_make_subtree(
    const struct tree_source *source, uint64_t start, uint64_t end, uint64_t size,
    struct fault *fault, struct proof *ret_proof);

/* ERROR_OK only when the proof shows that leaf stands at index in the tree of size leaves with
 * that root. ERROR_PROOF_RANGE, ERROR_PROOF_LENGTH or ERROR_PROOF_ROOT. */
MUST_CHECK enum error proof_check_inclusion(
    const struct digest *leaf, uint64_t index, uint64_t size, const struct digest *hashes,
    size_t count, const struct digest *root, struct fault *fault);

/* As proof_check_inclusion, for the leaf at index of the log in its subtree [start, end). */
MUST_CHECK enum error proof_check_subtree_inclusion(
    const struct digest *leaf, uint64_t index, uint64_t start, uint64_t end,
    const struct digest *hashes, size_t count, const struct digest *root, struct fault *fault);

/* ERROR_OK only when the proof shows that the tree of new_size leaves with new_root begins with
 * the tree of old_size leaves with old_root. A size of zero is refused (ERROR_PROOF_RANGE): it
 * would show nothing. Otherwise errors as of proof_check_inclusion. */
MUST_CHECK enum error proof_check_consistency(
    uint64_t old_size, const struct digest *old_root, uint64_t new_size,
    const struct digest *new_root, const struct digest *hashes, size_t count, struct fault *fault);

/* ERROR_OK only when the proof shows that the subtree [start, end) with subtree_root is part of
 * the tree of size leaves with root. The empty subtree needs no hashes, only the empty root. */
MUST_CHECK enum error proof_check_subtree(
    uint64_t start, uint64_t end, const struct digest *subtree_root, uint64_t size,
    const struct digest *root, const struct digest *hashes, size_t count, struct fault *fault);

#endif

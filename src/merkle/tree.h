/* The hash tree of RFC 6962 section 2.1: hashes of leaves and nodes, and the frontier, the few
 * hashes that let a tree grow by one leaf and give its root at any time. Nothing here allocates.
 */
#ifndef ENDUSE_MERKLE_TREE_H
#define ENDUSE_MERKLE_TREE_H

#include "crypto/crypto.h"

enum {
    TREE_LEVELS_MAX = 64, /* a size is a uint64_t */
    FRONTIER_ENCODED_MAX = 8 + TREE_LEVELS_MAX * DIGEST_SIZE,
};

/* SHA-256(0x00 || data), SHA-256(0x01 || left || right), and the root of no leaves: SHA-256 of
 * nothing. The first byte keeps a node from being passed off as a leaf. */
struct digest tree_leaf(struct bytes data);
struct digest tree_node(const struct digest *left, const struct digest *right);
struct digest tree_empty_root(void);

/* The roots of the whole subtrees that a tree of size leaves is made of, largest first: one for
 * each bit set in size. A zeroed struct is the empty tree. Plain memory: copy it to keep a state
 * and go back; frontier_copy copies only the roots that there are. */
struct frontier {
    uint64_t size;
    struct digest roots[TREE_LEVELS_MAX];
};

void frontier_copy(const struct frontier *from, struct frontier *ret_to);

/* Adds a leaf by its hash: one node hash on average, 63 at most. The caller keeps size below
 * 2^64 - 1. */
void frontier_append(struct frontier *frontier, const struct digest *leaf);

/* The root of the tree so far: a node hash for each bit set in size but one. */
struct digest frontier_root(const struct frontier *frontier);

/* The size as 8 bytes, big-endian, then the roots. Reading takes exactly that length
 * (ERROR_FRONTIER_FORM). The bytes prove nothing by themselves: compare the root. */
void frontier_encode(const struct frontier *frontier, struct buffer *buffer);
MUST_CHECK enum error
frontier_decode(struct bytes bytes, struct fault *fault, struct frontier *ret_frontier);

#endif

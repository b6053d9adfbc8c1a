/* Making proofs from stored hashes. Checking them is in proof_check.c. */
#include "merkle/proof.h"

static enum error
read_leaf(void *context, unsigned level, uint64_t index, struct fault *fault, struct digest *hash)
{
    const struct leaf_list *leaves = context;
    if (level != 0 || index >= leaves->count)
        return fault_set(
            fault, ERROR_PROOF_RANGE, "leaf hashes", "a leaf of the list",
            "leaf %llu at level %u of %llu leaves", (unsigned long long)index, level,
            (unsigned long long)leaves->count);
    *hash = leaves->hashes[index];
    return ERROR_OK;
}

struct tree_source tree_source_of(struct leaf_list *leaves)
{
    return (struct tree_source){.read = read_leaf, .context = leaves, .stride = TREE_LEVELS_MAX};
}

/* The level of the largest whole subtree in size leaves: the place of the highest bit. */
static unsigned highest_level(uint64_t size)
{
    return 63 - (unsigned)__builtin_clzll(size);
}

/* The largest power of two smaller than size, where RFC 6962 splits a tree; size is at least 2. */
static uint64_t split(uint64_t size)
{
    return UINT64_C(1) << highest_level(size - 1);
}

bool tree_is_subtree(uint64_t start, uint64_t end)
{
    if (start > end)
        return false;
    uint64_t size = end - start;
    if (start == 0 || size <= 1)
        return true;
    unsigned level = highest_level(size - 1) + 1;
    return level < 64 && (start & ((UINT64_C(1) << level) - 1)) == 0;
}

/* The root of the whole subtree at (level, index): read where its level is stored, otherwise
 * joined from the nearest stored level below. */
static enum error subtree_root(
    const struct tree_source *source, unsigned level, uint64_t index, struct fault *fault,
    struct digest *ret_root)
{
    unsigned up = level % source->stride;
    if (up == 0)
        return source->read(source->context, level, index, fault, ret_root);
    struct frontier frontier = {0};
    for (uint64_t i = 0; i < UINT64_C(1) << up; i++) {
        struct digest hash;
        enum error error =
            source->read(source->context, level - up, (index << up) + i, fault, &hash);
        if (error)
            return error;
        frontier_append(&frontier, &hash);
    }
    *ret_root = frontier.roots[0];
    return ERROR_OK;
}

enum error tree_range_root(
    const struct tree_source *source, uint64_t start, uint64_t end, struct fault *fault,
    struct digest *ret_root)
{
    if (!tree_is_subtree(start, end))
        return fault_set(
            fault, ERROR_PROOF_RANGE, "tree", "leaves that form a subtree", "[%llu, %llu)",
            (unsigned long long)start, (unsigned long long)end);
    struct frontier frontier = {.size = end - start};
    uint64_t at = start;
    for (size_t i = 0; at < end; i++) {
        unsigned level = highest_level(end - at);
        enum error error = subtree_root(source, level, at >> level, fault, &frontier.roots[i]);
        if (error)
            return error;
        at += UINT64_C(1) << level;
    }
    *ret_root = frontier_root(&frontier);
    return ERROR_OK;
}

/* Adds the root of [start, end) to a proof that is collected from the root down. */
static enum error
add(const struct tree_source *source, uint64_t start, uint64_t end, struct fault *fault,
    struct proof *proof)
{
    enum error error = tree_range_root(source, start, end, fault, &proof->hashes[proof->count]);
    if (!error)
        proof->count++;
    return error;
}

static void reverse(struct proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        struct digest other = proof->hashes[i];
        proof->hashes[i] = proof->hashes[proof->count - 1 - i];
        proof->hashes[proof->count - 1 - i] = other;
    }
}

/* PATH and PROOF of RFC 6962 section 2.1.1 and 2.1.2 in one, as SUBTREE_SUBPROOF of the draft has
 * it: walk from the root towards [start, end), noting what lies on the other side of each split. */
static enum error make(
    const struct tree_source *source, uint64_t start, uint64_t end, uint64_t size,
    struct fault *fault, struct proof *ret_proof)
{
    struct proof proof = {0};
    uint64_t low = 0, high = size;
    bool root_is_known = true; /* the checker has the root of [start, end) already */
    enum error error = ERROR_OK;
    while (!error && (low != start || high != end)) {
        uint64_t middle = low + split(high - low);
        if (end <= middle) {
            error = add(source, middle, high, fault, &proof);
            high = middle;
        } else {
            error = add(source, low, middle, fault, &proof);
            if (start < middle) {
                /* Only a range from the left edge can straddle a split. */
                start = middle;
                root_is_known = false;
            }
            low = middle;
        }
    }
    if (!error && !root_is_known)
        error = add(source, low, high, fault, &proof);
    if (error)
        return error;
    reverse(&proof);
    *ret_proof = proof;
    return ERROR_OK;
}

enum error proof_make_inclusion(
    const struct tree_source *source, uint64_t index, uint64_t size, struct fault *fault,
    struct proof *ret_proof)
{
    if (index >= size)
        return fault_set(
            fault, ERROR_PROOF_RANGE, "inclusion proof", "a leaf of the tree", "leaf %llu of %llu",
            (unsigned long long)index, (unsigned long long)size);
    return make(source, index, index + 1, size, fault, ret_proof);
}

enum error proof_make_subtree(
    const struct tree_source *source, uint64_t start, uint64_t end, uint64_t size,
    struct fault *fault, struct proof *ret_proof)
{
    if (start >= end || end > size || !tree_is_subtree(start, end))
        return fault_set(
            fault, ERROR_PROOF_RANGE, "consistency proof", "a subtree of the tree",
            "[%llu, %llu) of %llu", (unsigned long long)start, (unsigned long long)end,
            (unsigned long long)size);
    return make(source, start, end, size, fault, ret_proof);
}

enum error proof_make_consistency(
    const struct tree_source *source, uint64_t old_size, uint64_t new_size, struct fault *fault,
    struct proof *ret_proof)
{
    return proof_make_subtree(source, 0, old_size, new_size, fault, ret_proof);
}

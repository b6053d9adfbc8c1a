/* The tree of events in rows: leaves in event, whole subtrees from level 1 on in node. */
#include "store/rows.h"

enum error node_read(
    void *database, unsigned level, uint64_t index, struct fault *fault, struct digest *ret_hash)
{
    struct query query;
    int at = 1;
    query_begin(&query, database, level ? SQL_NODE_GET : SQL_EVENT_LEAF, fault);
    if (level)
        query_integer(&query, at++, level);
    query_integer(&query, at, (int64_t)index);
    struct digest hash = {0};
    bool found = query_row(&query);
    enum error row = found ? column_digest(&query, 0, ERROR_STORE_TREE, fault, &hash) : ERROR_OK;
    enum error error = query_end(&query);
    if (!error)
        error = row;
    if (!error && !found)
        error = fault_set(
            fault, ERROR_STORE_TREE, "tree", "a stored node", "level %u, position %llu: none",
            level, (unsigned long long)index);
    if (!error)
        *ret_hash = hash;
    return error;
}

static enum error node_insert(
    struct database *database, unsigned level, uint64_t position, const struct digest *hash,
    struct fault *fault)
{
    struct query query;
    query_begin(&query, database, SQL_NODE_ADD, fault);
    query_integer(&query, 1, level);
    query_integer(&query, 2, (int64_t)position);
    query_blob(&query, 3, digest_view(hash));
    return query_finish(&query);
}

static unsigned roots_of(uint64_t size)
{
    return (unsigned)__builtin_popcountll(size);
}

enum error tree_append(
    struct database *database, struct frontier *frontier, const struct digest *leaf,
    struct fault *fault)
{
    /* Each trailing one of the size is a whole subtree on the left that the new one completes. */
    struct digest hash = *leaf;
    unsigned last = roots_of(frontier->size);
    for (unsigned level = 1; frontier->size >> (level - 1) & 1; level++) {
        hash = tree_node(&frontier->roots[last - level], &hash);
        enum error error = node_insert(database, level, frontier->size >> level, &hash, fault);
        if (error)
            return error;
    }
    frontier_append(frontier, leaf);
    return ERROR_OK;
}

enum error tree_frontier(
    struct database *database, uint64_t size, struct fault *fault, struct frontier *ret_frontier)
{
    struct frontier frontier = {.size = size};
    unsigned count = 0;
    uint64_t covered = 0;
    for (unsigned level = TREE_LEVELS_MAX; level-- > 0;) {
        if (!(size >> level & 1))
            continue;
        enum error error =
            node_read(database, level, covered >> level, fault, &frontier.roots[count]);
        if (error)
            return error;
        count++;
        covered += UINT64_C(1) << level;
    }
    *ret_frontier = frontier;
    return ERROR_OK;
}

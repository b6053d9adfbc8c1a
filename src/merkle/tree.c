/* Hashes of leaves and nodes, and the frontier. */
#include "merkle/tree.h"

#include <string.h>

/* Leaves up to this size are copied and hashed in one go. */
enum { SHORT_LEAF = 1014 };

struct digest tree_leaf(struct bytes data)
{
    struct sha256 hash;
    struct digest digest;
    if (data.length <= SHORT_LEAF) {
        uint8_t room[SHA256_PADDED(1 + SHORT_LEAF)];
        room[0] = 0x00;
        if (data.length)
            memcpy(room + 1, data.data, data.length);
        sha256_padded(&hash, room, 1 + data.length, &digest);
        return digest;
    }
    sha256_start(&hash);
    sha256_add_byte(&hash, 0x00);
    sha256_add(&hash, data);
    sha256_finish(&hash, &digest);
    return digest;
}

struct digest tree_node(const struct digest *left, const struct digest *right)
{
    uint8_t room[SHA256_PADDED(1 + 2 * DIGEST_SIZE)];
    struct sha256 hash;
    struct digest digest;
    room[0] = 0x01;
    memcpy(room + 1, left->bytes, DIGEST_SIZE);
    memcpy(room + 1 + DIGEST_SIZE, right->bytes, DIGEST_SIZE);
    sha256_padded(&hash, room, 1 + 2 * DIGEST_SIZE, &digest);
    return digest;
}

struct digest tree_empty_root(void)
{
    return sha256_of((struct bytes){0});
}

/* How many roots the frontier of that size has. */
static size_t root_count(uint64_t size)
{
    return (size_t)__builtin_popcountll(size);
}

void frontier_copy(const struct frontier *from, struct frontier *ret_to)
{
    ret_to->size = from->size;
    memcpy(ret_to->roots, from->roots, root_count(from->size) * sizeof *from->roots);
}

void frontier_append(struct frontier *frontier, const struct digest *leaf)
{
    struct digest hash = *leaf;
    size_t count = root_count(frontier->size);
    /* Adding one to the size carries through its low bits that are set; each carry joins the two
     * smallest subtrees, which are then of equal size. */
    for (uint64_t bits = frontier->size; bits & 1; bits >>= 1)
        hash = tree_node(&frontier->roots[--count], &hash);
    frontier->roots[count] = hash;
    frontier->size++;
}

struct digest frontier_root(const struct frontier *frontier)
{
    size_t count = root_count(frontier->size);
    if (count == 0)
        return tree_empty_root();
    struct digest root = frontier->roots[--count];
    while (count)
        root = tree_node(&frontier->roots[--count], &root);
    return root;
}

void frontier_encode(const struct frontier *frontier, struct buffer *buffer)
{
    buffer_append_u64(buffer, frontier->size);
    for (size_t i = 0; i < root_count(frontier->size); i++)
        buffer_append_bytes(buffer, digest_view(&frontier->roots[i]));
}

enum error frontier_decode(struct bytes bytes, struct fault *fault, struct frontier *ret_frontier)
{
    if (bytes.length < 8)
        return fault_set(
            fault, ERROR_FRONTIER_FORM, "frontier", "at least 8 bytes", "%zu", bytes.length);
    uint64_t size = load_u64(bytes.data);
    size_t count = root_count(size);
    if (bytes.length != 8 + count * DIGEST_SIZE)
        return fault_set(
            fault, ERROR_FRONTIER_FORM, "frontier", "a hash for each bit set in the size",
            "%zu bytes where the size needs %zu", bytes.length, 8 + count * DIGEST_SIZE);
    *ret_frontier = (struct frontier){.size = size};
    if (count)
        memcpy(ret_frontier->roots, bytes.data + 8, count * DIGEST_SIZE);
    return ERROR_OK;
}

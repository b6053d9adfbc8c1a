/* Sorts encoded pairs by their keys: finds the pairs, sorts views of them, copies in that order. */
#include "cbor/sort.h"

#include <stdlib.h>
#include <string.h>

struct pair {
    struct bytes key, whole;
};

static int compare_keys(const void *a, const void *b)
{
    return bytes_compare(((const struct pair *)a)->key, ((const struct pair *)b)->key);
}

/* Fills the views; the writer wrote the pairs, so they are well-formed. */
static enum error find_pairs(struct bytes content, struct pair *pairs, size_t count)
{
    struct cbor_reader reader;
    cbor_reader_begin(&reader, content, NULL);
    for (size_t i = 0; i < count; i++) {
        struct bytes value = {0};
        cbor_skip(&reader, &pairs[i].key);
        cbor_skip(&reader, &value);
        if (reader.error)
            return reader.error;
        pairs[i].whole = (struct bytes){pairs[i].key.data, pairs[i].key.length + value.length};
    }
    return cbor_reader_end(&reader);
}

static enum error sort_pairs(struct bytes content, struct pair *pairs, size_t count)
{
    enum error error = find_pairs(content, pairs, count);
    if (error)
        return error;
    qsort(pairs, count, sizeof *pairs, compare_keys);
    for (size_t i = 1; i < count; i++) {
        if (compare_keys(&pairs[i - 1], &pairs[i]) == 0)
            return ERROR_CBOR_KEY_DUPLICATE;
    }
    return ERROR_OK;
}

enum error cbor_sort_pairs(struct buffer *out, size_t start, uint64_t count)
{
    struct bytes content = bytes_slice(buffer_view(out), start, out->length);
    if (count < 2)
        return ERROR_OK;
    /* count is at most half the bytes written, so it fits. */
    struct pair *pairs = calloc((size_t)count, sizeof *pairs);
    uint8_t *sorted = malloc(content.length);
    enum error error = pairs && sorted ? sort_pairs(content, pairs, (size_t)count) : ERROR_MEMORY;
    if (!error) {
        uint8_t *at = sorted;
        for (size_t i = 0; i < (size_t)count; i++) {
            memcpy(at, pairs[i].whole.data, pairs[i].whole.length);
            at += pairs[i].whole.length;
        }
        memcpy(out->data + start, sorted, content.length);
    }
    free(sorted);
    free(pairs);
    return error;
}

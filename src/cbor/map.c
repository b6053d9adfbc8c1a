/* The search for keys. A deterministic map holds its keys in ascending order, so asking for them in
 * that order finds each at the cursor, and tells an unknown key from a missing one. */
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "cbor/item.h"

/* A key that is asked for: its encoding in two parts, so that text need not be copied. */
struct wanted {
    uint8_t head[CBOR_HEAD_MAX];
    size_t head_length;
    struct bytes content;
    const char *name;
};

static struct wanted want_uint(uint64_t key, const char *name)
{
    struct wanted wanted = {.name = name};
    wanted.head_length = cbor_put_head(wanted.head, CBOR_MAJOR_UINT, key);
    return wanted;
}

static struct wanted want_text(const char *key)
{
    struct wanted wanted = {.content = bytes_of(key), .name = key};
    wanted.head_length = cbor_put_head(wanted.head, CBOR_MAJOR_TEXT, wanted.content.length);
    return wanted;
}

/* The order of the next bytes against the wanted key. No encoding is the beginning of another, so
 * the bytes decide without knowing where the next key ends. */
static int compare(struct bytes next, const struct wanted *wanted)
{
    struct bytes head = {wanted->head, wanted->head_length};
    int order = bytes_compare(bytes_slice(next, 0, head.length), head);
    if (order)
        return order;
    struct bytes rest = bytes_slice(next, head.length, wanted->content.length);
    return bytes_compare(rest, wanted->content);
}

enum found { FOUND_KEY, FOUND_GREATER, FOUND_END, FOUND_ERROR };

/* Reads the next key when it is the wanted one; refuses one that should have been asked for. */
static enum found find(struct cbor_reader *reader, const struct wanted *wanted)
{
    if (reader->error)
        return FOUND_ERROR;
    struct cbor_level *level = &reader->levels[reader->depth];
    if (!cbor_at_key(reader)) {
        cbor_fail(reader, reader->at, ERROR_INTERNAL, NULL, "no key of a map stands here");
        return FOUND_ERROR;
    }
    if (level->left == 0)
        return FOUND_END;
    /* A key that is not in its shortest form would compare wrongly: look at its head first. */
    struct cbor_head head;
    if (cbor_head(reader, reader->at, &head))
        return FOUND_ERROR;
    int order = compare(bytes_slice(reader->input, reader->at, reader->input.length), wanted);
    if (order > 0)
        return FOUND_GREATER;
    if (cbor_take(reader, CBOR_NONE, &head))
        return FOUND_ERROR;
    if (order < 0) {
        cbor_fail(reader, reader->item, ERROR_CBOR_KEY_UNKNOWN, NULL, NULL);
        return FOUND_ERROR;
    }
    level->name = wanted->name;
    return FOUND_KEY;
}

/* The key that was asked for is not there: `found` tells what is. */
static enum error missing(struct cbor_reader *reader, const struct wanted *wanted, enum found found)
{
    char expected[96], key[64], shown[64] = "the end of the map";
    if (wanted->head[0] >> 5 == 3)
        snprintf(expected, sizeof expected, "%s", quote_text(wanted->content, key, sizeof key));
    else
        snprintf(
            expected, sizeof expected, "%s (%s)",
            cbor_key_shown((struct bytes){wanted->head, wanted->head_length}, key, sizeof key),
            wanted->name);
    if (found == FOUND_GREATER) {
        /* Reading the key that stands here checks it, and gives its bytes to be shown. */
        struct cbor_head head;
        enum error error = cbor_take(reader, CBOR_NONE, &head);
        if (error)
            return error;
        struct bytes stands = bytes_slice(reader->input, reader->item, reader->at - reader->item);
        cbor_key_shown(stands, shown, sizeof shown);
    }
    /* The place is the map: leave the level, so that the path ends before its keys. */
    size_t start = reader->levels[reader->depth].start;
    reader->depth--;
    return cbor_fail(reader, start, ERROR_CBOR_KEY_MISSING, expected, "%s", shown);
}

static enum error require(struct cbor_reader *reader, const struct wanted *wanted)
{
    enum found found = find(reader, wanted);
    if (found == FOUND_KEY)
        return ERROR_OK;
    return found == FOUND_ERROR ? reader->error : missing(reader, wanted, found);
}

enum error cbor_key(struct cbor_reader *reader, uint64_t key, const char *name)
{
    struct wanted wanted = want_uint(key, name);
    return require(reader, &wanted);
}

enum error cbor_key_text(struct cbor_reader *reader, const char *key)
{
    struct wanted wanted = want_text(key);
    return require(reader, &wanted);
}

/* Whether the map has ended, or a greater key stands here, as the first byte alone tells of small
 * numbers: most of the optional keys that are asked for are absent. */
static bool is_past(const struct cbor_reader *reader, uint64_t key)
{
    const struct cbor_level *level = &reader->levels[reader->depth];
    if (reader->error || !cbor_at_key(reader))
        return false;
    if (level->left == 0)
        return true;
    return reader->at < reader->input.length && reader->input.data[reader->at] < 24 &&
           reader->input.data[reader->at] > key;
}

bool cbor_key_optional(struct cbor_reader *reader, uint64_t key, const char *name)
{
    if (is_past(reader, key))
        return false;
    struct wanted wanted = want_uint(key, name);
    return find(reader, &wanted) == FOUND_KEY;
}

bool cbor_key_text_optional(struct cbor_reader *reader, const char *key)
{
    struct wanted wanted = want_text(key);
    return find(reader, &wanted) == FOUND_KEY;
}

/* The writer: shortest heads, counts filled in at the end, keys verified as they come. Sorting the
 * keys of a map is in sort.c. */
#include <string.h>

#include "cbor/item.h"
#include "cbor/sort.h"

enum { SIMPLE_FALSE = 20, SIMPLE_TRUE, SIMPLE_NULL };

void cbor_writer_begin(struct cbor_writer *writer, struct buffer *out)
{
    writer->out = out;
    writer->error = ERROR_OK;
    writer->depth = 0;
    writer->levels[0] = (struct cbor_written){.type = CBOR_NONE, .start = out->length};
}

static void fail(struct cbor_writer *writer, enum error error)
{
    if (!writer->error)
        writer->error = error;
}

enum error cbor_writer_end(struct cbor_writer *writer)
{
    if (!writer->error && writer->out->error)
        writer->error = writer->out->error;
    if (writer->depth > 0 || writer->levels[0].count != 1)
        fail(writer, ERROR_INTERNAL);
    return writer->error;
}

static struct cbor_written *top(struct cbor_writer *writer)
{
    return &writer->levels[writer->depth];
}

static bool at_key(struct cbor_writer *writer)
{
    return top(writer)->type == CBOR_MAP && top(writer)->count % 2 == 0;
}

/* Whether an item may be written here; only integers and strings may be keys. */
static bool may_write(struct cbor_writer *writer, bool may_be_key)
{
    if (!writer->error && writer->out->error)
        writer->error = writer->out->error;
    bool takes_one = top(writer)->type == CBOR_NONE || top(writer)->type == CBOR_TAG;
    if (takes_one && top(writer)->count > 0)
        fail(writer, ERROR_INTERNAL);
    if (at_key(writer) && !may_be_key)
        fail(writer, ERROR_CBOR_KEY_TYPE);
    return writer->error == ERROR_OK;
}

/* How a key stands to the one before it (RFC 8949 section 4.2.1). Most are small numbers: a byte.
 */
static int key_order(struct bytes before, struct bytes key)
{
    if (before.length == 1 && key.length == 1)
        return (int)before.data[0] - (int)key.data[0];
    return before.length ? bytes_compare(before, key) : -1;
}

/* Counts the item that begins at start and was just written whole, and checks a key's order. */
static void wrote(struct cbor_writer *writer, size_t start)
{
    const struct buffer *out = writer->out;
    if (out->error) {
        fail(writer, out->error);
        return;
    }
    struct cbor_written *level = top(writer);
    if (at_key(writer) && !level->sorted_at_end) {
        struct bytes before = {out->data + level->key_start, level->key_end - level->key_start};
        struct bytes key = {out->data + start, out->length - start};
        int order = key_order(before, key);
        if (order >= 0)
            fail(writer, order ? ERROR_CBOR_KEY_ORDER : ERROR_CBOR_KEY_DUPLICATE);
        level->key_start = start;
        level->key_end = out->length;
    }
    level->count++;
}

static void append_head(struct buffer *out, enum cbor_major major, uint64_t value)
{
    uint8_t *at = buffer_reserve(out, cbor_head_size(value));
    if (at)
        cbor_put_head(at, major, value);
}

static void write_string(struct cbor_writer *writer, enum cbor_major major, struct bytes value)
{
    if (!may_write(writer, true))
        return;
    size_t start = writer->out->length;
    append_head(writer->out, major, value.length);
    buffer_append_bytes(writer->out, value);
    wrote(writer, start);
}

static void write_scalar(struct cbor_writer *writer, enum cbor_major major, uint64_t value)
{
    if (!may_write(writer, major != CBOR_MAJOR_SIMPLE))
        return;
    size_t start = writer->out->length;
    append_head(writer->out, major, value);
    wrote(writer, start);
}

void cbor_write_uint(struct cbor_writer *writer, uint64_t value)
{
    write_scalar(writer, CBOR_MAJOR_UINT, value);
}

void cbor_write_int(struct cbor_writer *writer, int64_t value)
{
    if (value >= 0)
        write_scalar(writer, CBOR_MAJOR_UINT, (uint64_t)value);
    else
        write_scalar(writer, CBOR_MAJOR_NEGATIVE, (uint64_t)(-1 - value));
}

void cbor_write_bool(struct cbor_writer *writer, bool value)
{
    write_scalar(writer, CBOR_MAJOR_SIMPLE, value ? SIMPLE_TRUE : SIMPLE_FALSE);
}

void cbor_write_null(struct cbor_writer *writer)
{
    write_scalar(writer, CBOR_MAJOR_SIMPLE, SIMPLE_NULL);
}

void cbor_write_bytes(struct cbor_writer *writer, struct bytes value)
{
    write_string(writer, CBOR_MAJOR_BYTES, value);
}

void cbor_write_text_bytes(struct cbor_writer *writer, struct bytes value)
{
    if (!bytes_are_utf8(value, NULL))
        fail(writer, ERROR_CBOR_UTF8);
    write_string(writer, CBOR_MAJOR_TEXT, value);
}

void cbor_write_text(struct cbor_writer *writer, const char *value)
{
    cbor_write_text_bytes(writer, bytes_of(value));
}

/* Opens a level whose head is a single byte for now: cbor_write_end puts the count in. */
static void
open_level(struct cbor_writer *writer, enum cbor_type type, enum cbor_major major, uint64_t tag)
{
    if (!may_write(writer, false))
        return;
    if (writer->depth == CBOR_DEPTH_MAX) {
        fail(writer, ERROR_CBOR_DEPTH);
        return;
    }
    size_t start = writer->out->length;
    append_head(writer->out, major, tag);
    writer->levels[++writer->depth] = (struct cbor_written){.type = type, .start = start};
}

void cbor_write_array(struct cbor_writer *writer)
{
    open_level(writer, CBOR_ARRAY, CBOR_MAJOR_ARRAY, 0);
}

void cbor_write_map(struct cbor_writer *writer)
{
    open_level(writer, CBOR_MAP, CBOR_MAJOR_MAP, 0);
}

void cbor_write_map_unsorted(struct cbor_writer *writer)
{
    open_level(writer, CBOR_MAP, CBOR_MAJOR_MAP, 0);
    if (!writer->error)
        top(writer)->sorted_at_end = true;
}

void cbor_write_tag(struct cbor_writer *writer, uint64_t number)
{
    open_level(writer, CBOR_TAG, CBOR_MAJOR_TAG, number);
}

/* Replaces the one byte of head at start by the head that the count needs, moving the content. */
static void fill_in_count(struct buffer *out, size_t start, enum cbor_major major, uint64_t count)
{
    uint8_t head[CBOR_HEAD_MAX];
    size_t length = cbor_put_head(head, major, count), content = out->length - start - 1;
    if (length > 1 && !buffer_reserve(out, length - 1))
        return;
    memmove(out->data + start + length, out->data + start + 1, content);
    memcpy(out->data + start, head, length);
}

void cbor_write_end(struct cbor_writer *writer)
{
    if (!writer->error && writer->out->error)
        writer->error = writer->out->error;
    if (writer->error)
        return;
    struct cbor_written level = *top(writer);
    bool is_whole = level.type == CBOR_ARRAY || (level.type == CBOR_MAP && level.count % 2 == 0) ||
                    (level.type == CBOR_TAG && level.count == 1);
    if (!is_whole) {
        fail(writer, ERROR_INTERNAL);
        return;
    }
    if (level.sorted_at_end) {
        enum error error = cbor_sort_pairs(writer->out, level.start + 1, level.count / 2);
        if (error) {
            fail(writer, error);
            return;
        }
    }
    if (level.type == CBOR_ARRAY)
        fill_in_count(writer->out, level.start, CBOR_MAJOR_ARRAY, level.count);
    else if (level.type == CBOR_MAP)
        fill_in_count(writer->out, level.start, CBOR_MAJOR_MAP, level.count / 2);
    writer->depth--;
    wrote(writer, level.start);
}

void cbor_write_raw(struct cbor_writer *writer, struct bytes item)
{
    struct cbor_reader reader;
    cbor_reader_begin(&reader, item, NULL);
    reader.outside = writer->depth;
    enum cbor_type type = cbor_peek(&reader);
    cbor_skip(&reader, NULL);
    enum error error = cbor_reader_end(&reader);
    if (error)
        fail(writer, error);
    bool may_be_key =
        type == CBOR_UINT || type == CBOR_NEGATIVE || type == CBOR_BYTES || type == CBOR_TEXT;
    if (!may_write(writer, may_be_key))
        return;
    size_t start = writer->out->length;
    buffer_append_bytes(writer->out, item);
    wrote(writer, start);
}

/* The public reads: one function for each kind of item, entering and leaving, stepping over. */
#include <stdio.h>
#include <string.h>

#include "cbor/item.h"

void cbor_reader_begin(struct cbor_reader *reader, struct bytes input, struct fault *fault)
{
    /* The levels are set as they are entered. */
    reader->input = input;
    reader->at = reader->item = 0;
    reader->fault = fault;
    reader->error = ERROR_OK;
    reader->depth = reader->outside = 0;
    reader->levels[0] = (struct cbor_level){.type = CBOR_NONE};
}

enum error cbor_reader_end(struct cbor_reader *reader)
{
    if (reader->error)
        return reader->error;
    if (reader->depth > 0)
        return cbor_fail(
            reader, reader->at, ERROR_INTERNAL, NULL, "%s was not left",
            cbor_type_words(reader->levels[reader->depth].type));
    if (reader->at < reader->input.length)
        return cbor_fail(
            reader, reader->at, ERROR_CBOR_TRAILING, NULL, "%zu more",
            reader->input.length - reader->at);
    return ERROR_OK;
}

bool cbor_more(const struct cbor_reader *reader)
{
    if (reader->error)
        return false;
    if (reader->depth == 0)
        return reader->at < reader->input.length;
    return reader->levels[reader->depth].left > 0;
}

enum cbor_type cbor_peek(const struct cbor_reader *reader)
{
    if (!cbor_more(reader))
        return CBOR_NONE;
    /* A copy, so that a bad head is not the reader's error before it is read. */
    struct cbor_reader ahead;
    struct cbor_head head;
    cbor_reader_begin(&ahead, reader->input, NULL);
    return cbor_head(&ahead, reader->at, &head) ? CBOR_NONE : head.type;
}

enum error cbor_read_uint(struct cbor_reader *reader, uint64_t *ret_value)
{
    return cbor_read_uint_in(reader, 0, UINT64_MAX, ret_value);
}

static enum error out_of_range(
    struct cbor_reader *reader, uint64_t low, uint64_t high, const char *unit, uint64_t found)
{
    char expected[64];
    if (low == high)
        snprintf(expected, sizeof expected, "%llu%s", (unsigned long long)low, unit);
    else
        snprintf(
            expected, sizeof expected, "%llu to %llu%s", (unsigned long long)low,
            (unsigned long long)high, unit);
    return cbor_fail(
        reader, reader->item, ERROR_CBOR_RANGE, expected, "%llu", (unsigned long long)found);
}

enum error
cbor_read_uint_in(struct cbor_reader *reader, uint64_t low, uint64_t high, uint64_t *ret_value)
{
    struct cbor_head head;
    enum error error = cbor_take(reader, CBOR_UINT, &head);
    if (error)
        return error;
    if (head.value < low || head.value > high)
        return out_of_range(reader, low, high, "", head.value);
    *ret_value = head.value;
    return ERROR_OK;
}

enum error cbor_read_int(struct cbor_reader *reader, int64_t *ret_value)
{
    struct cbor_head head;
    enum error error = cbor_take(reader, CBOR_NONE, &head);
    if (error)
        return error;
    if (head.type != CBOR_UINT && head.type != CBOR_NEGATIVE)
        return cbor_fail(
            reader, reader->item, ERROR_CBOR_TYPE, "an integer", "%s", cbor_type_words(head.type));
    if (head.value > INT64_MAX)
        return cbor_fail(
            reader, reader->item, ERROR_CBOR_RANGE, "an integer of 64 bits with its sign",
            head.type == CBOR_UINT ? "a greater one" : "a smaller one");
    int64_t value = (int64_t)head.value;
    *ret_value = head.type == CBOR_UINT ? value : -1 - value;
    return ERROR_OK;
}

enum error cbor_read_bool(struct cbor_reader *reader, bool *ret_value)
{
    struct cbor_head head;
    enum error error = cbor_take(reader, CBOR_BOOL, &head);
    if (!error)
        *ret_value = head.value == 1;
    return error;
}

enum error cbor_read_null(struct cbor_reader *reader)
{
    struct cbor_head head;
    return cbor_take(reader, CBOR_NULL, &head);
}

static enum error read_string(
    struct cbor_reader *reader, enum cbor_type type, size_t low, size_t high,
    struct bytes *ret_value)
{
    struct cbor_head head;
    enum error error = cbor_take(reader, type, &head);
    if (error)
        return error;
    if (head.value < low || head.value > high)
        return out_of_range(reader, low, high, " bytes", head.value);
    *ret_value = (struct bytes){reader->input.data + head.next, (size_t)head.value};
    return ERROR_OK;
}

enum error cbor_read_bytes(struct cbor_reader *reader, struct bytes *ret_value)
{
    return read_string(reader, CBOR_BYTES, 0, SIZE_MAX, ret_value);
}

enum error cbor_read_text(struct cbor_reader *reader, struct bytes *ret_value)
{
    return read_string(reader, CBOR_TEXT, 0, SIZE_MAX, ret_value);
}

enum error
cbor_read_bytes_in(struct cbor_reader *reader, size_t low, size_t high, struct bytes *ret_value)
{
    return read_string(reader, CBOR_BYTES, low, high, ret_value);
}

enum error
cbor_read_text_in(struct cbor_reader *reader, size_t low, size_t high, struct bytes *ret_value)
{
    return read_string(reader, CBOR_TEXT, low, high, ret_value);
}

enum error cbor_read_fixed(struct cbor_reader *reader, void *ret_bytes, size_t size)
{
    struct bytes value;
    enum error error = read_string(reader, CBOR_BYTES, size, size, &value);
    if (!error && size > 0)
        memcpy(ret_bytes, value.data, size);
    return error;
}

static enum error enter(struct cbor_reader *reader, enum cbor_type type, uint64_t *ret_items)
{
    struct cbor_head head;
    enum error error = cbor_take(reader, type, &head);
    return error ? error : cbor_enter(reader, &head, ret_items);
}

enum error cbor_read_array(struct cbor_reader *reader, uint64_t *ret_count)
{
    return enter(reader, CBOR_ARRAY, ret_count);
}

static enum error wrong_count(struct cbor_reader *reader, uint64_t wanted, uint64_t found)
{
    char expected[40];
    snprintf(
        expected, sizeof expected, "%llu item%s", (unsigned long long)wanted,
        wanted == 1 ? "" : "s");
    return cbor_fail(
        reader, reader->item, ERROR_CBOR_COUNT, expected, "%llu", (unsigned long long)found);
}

enum error cbor_read_array_of(struct cbor_reader *reader, uint64_t count)
{
    struct cbor_head head;
    enum error error = cbor_take(reader, CBOR_ARRAY, &head);
    if (error)
        return error;
    if (head.value == count)
        return cbor_enter(reader, &head, NULL);
    return wrong_count(reader, count, head.value);
}

enum error cbor_read_map(struct cbor_reader *reader)
{
    return enter(reader, CBOR_MAP, NULL);
}

enum error cbor_read_map_count(struct cbor_reader *reader, uint64_t *ret_count)
{
    uint64_t items;
    enum error error = enter(reader, CBOR_MAP, &items);
    if (!error)
        *ret_count = items / 2;
    return error;
}

enum error cbor_read_tag(struct cbor_reader *reader, uint64_t number)
{
    struct cbor_head head;
    enum error error = cbor_take(reader, CBOR_TAG, &head);
    if (error)
        return error;
    if (head.value == number)
        return cbor_enter(reader, &head, NULL);
    char expected[40];
    snprintf(expected, sizeof expected, "tag %llu", (unsigned long long)number);
    return cbor_fail(
        reader, reader->item, ERROR_CBOR_TAG, expected, "tag %llu", (unsigned long long)head.value);
}

enum error cbor_read_end(struct cbor_reader *reader)
{
    if (reader->error)
        return reader->error;
    struct cbor_level *level = &reader->levels[reader->depth];
    if (level->type == CBOR_NONE || (level->type == CBOR_TAG && level->left > 0) ||
        (level->type == CBOR_MAP && level->left % 2 == 1))
        return cbor_fail(
            reader, reader->at, ERROR_INTERNAL, NULL, "%s cannot be left here",
            cbor_type_words(level->type));
    if (level->type == CBOR_MAP && level->left > 0) {
        struct cbor_head key;
        enum error error = cbor_take(reader, CBOR_NONE, &key);
        if (error)
            return error;
        return cbor_fail(reader, reader->item, ERROR_CBOR_KEY_UNKNOWN, NULL, NULL);
    }
    if (level->left > 0) {
        reader->depth--; /* the place is the array, not its last item */
        reader->item = level->start;
        return wrong_count(reader, level->begun, level->begun + level->left);
    }
    reader->depth--;
    reader->item = level->start;
    return ERROR_OK;
}

enum error cbor_refuse(
    struct cbor_reader *reader, enum error error, const char *expected, const char *found, ...)
{
    char words[160] = "";
    if (found) {
        va_list arguments;
        va_start(arguments, found);
        vsnprintf(words, sizeof words, found, arguments);
        va_end(arguments);
    }
    return cbor_fail(reader, reader->item, error, expected, "%s", words);
}

void cbor_name(struct cbor_reader *reader, const char *name)
{
    reader->levels[reader->depth].next_name = name;
}

enum error cbor_skip(struct cbor_reader *reader, struct bytes *ret_raw)
{
    size_t start = reader->at;
    unsigned depth = reader->depth;
    do {
        struct cbor_head head;
        enum error error = cbor_take(reader, CBOR_NONE, &head);
        if (!error && (head.type == CBOR_ARRAY || head.type == CBOR_MAP || head.type == CBOR_TAG))
            error = cbor_enter(reader, &head, NULL);
        if (error)
            return error;
        while (reader->depth > depth && reader->levels[reader->depth].left == 0)
            reader->depth--;
    } while (reader->depth > depth);
    reader->item = start;
    if (ret_raw)
        *ret_raw = bytes_slice(reader->input, start, reader->at - start);
    return ERROR_OK;
}

enum error cbor_check(struct bytes input, struct fault *fault)
{
    struct cbor_reader reader;
    cbor_reader_begin(&reader, input, fault);
    cbor_skip(&reader, NULL);
    return cbor_reader_end(&reader);
}

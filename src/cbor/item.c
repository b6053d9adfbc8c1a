/* One item: its head, its content, its place in the level around it, and where faults say it is.
 * The public reads are in read.c, the search for keys in map.c. */
#include "cbor/item.h"

#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "base/text.h"

/* Additional information of an initial byte (RFC 8949 section 3 and table 4). */
enum { INFO_U8 = 24, INFO_U16, INFO_U32, INFO_U64, INFO_RESERVED, INFO_INDEFINITE = 31 };
enum { SIMPLE_FALSE = 20, SIMPLE_TRUE, SIMPLE_NULL, SIMPLE_UNDEFINED };

static const enum cbor_type types_of_majors[] = {
    CBOR_UINT, CBOR_NEGATIVE, CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP, CBOR_TAG,
};

const char *cbor_type_words(enum cbor_type type)
{
    switch (type) {
    case CBOR_NONE:
        break;
    case CBOR_UINT:
        return "an unsigned integer";
    case CBOR_NEGATIVE:
        return "a negative integer";
    case CBOR_BYTES:
        return "a byte string";
    case CBOR_TEXT:
        return "a text string";
    case CBOR_ARRAY:
        return "an array";
    case CBOR_MAP:
        return "a map";
    case CBOR_TAG:
        return "a tag";
    case CBOR_BOOL:
        return "a boolean";
    case CBOR_NULL:
        return "null";
    }
    return "nothing";
}

/* --- Faults ------------------------------------------------------------------------------ */

const char *cbor_key_shown(struct bytes key, char *text, size_t size)
{
    struct cbor_reader reader;
    struct cbor_head head;
    cbor_reader_begin(&reader, key, NULL);
    if (cbor_take(&reader, CBOR_NONE, &head)) {
        snprintf(text, size, "?");
        return text;
    }
    struct bytes content = bytes_slice(key, head.next, key.length);
    char hex[2 * 8 + 1];
    switch (head.type) {
    case CBOR_UINT:
        snprintf(text, size, "%llu", (unsigned long long)head.value);
        break;
    case CBOR_NEGATIVE:
        /* -1 - n; the least of them, -2^64, does not fit 64 bits. */
        if (head.value == UINT64_MAX)
            snprintf(text, size, "-18446744073709551616");
        else
            snprintf(text, size, "-%llu", (unsigned long long)head.value + 1);
        break;
    case CBOR_TEXT:
        return quote_text(content, text, size);
    default:
        snprintf(
            text, size, "h'%s%s'", hex_text(bytes_slice(content, 0, 8), hex),
            content.length > 8 ? "..." : "");
        break;
    }
    return text;
}

static void put_step(struct path *path, const struct cbor_reader *reader, unsigned depth)
{
    const struct cbor_level *level = &reader->levels[depth];
    if (level->type == CBOR_ARRAY && level->begun > 0) {
        if (level->name)
            path_key(path, bytes_of(level->name));
        else
            path_index(path, level->begun - 1);
    } else if (level->type == CBOR_MAP && level->key_end > level->key_start) {
        struct bytes key =
            bytes_slice(reader->input, level->key_start, level->key_end - level->key_start);
        bool is_text = key.data[0] >> 5 == 3;
        char shown[40];
        if (level->name) {
            path_key(path, bytes_of(level->name));
        } else if (is_text) {
            struct cbor_reader inner;
            struct cbor_head head;
            cbor_reader_begin(&inner, key, NULL);
            if (cbor_take(&inner, CBOR_TEXT, &head) == ERROR_OK)
                path_key(path, bytes_slice(key, head.next, key.length));
        } else {
            path_key(path, bytes_of(cbor_key_shown(key, shown, sizeof shown)));
        }
    }
}

enum error cbor_fail(
    struct cbor_reader *reader, size_t offset, enum error error, const char *expected,
    const char *found, ...)
{
    if (reader->error)
        return reader->error;
    reader->error = error;
    if (!reader->fault)
        return error;
    struct path path;
    path_begin(&path);
    for (unsigned depth = reader->depth; depth > 0; depth--)
        put_step(&path, reader, depth);
    const char *steps = path_text(&path);
    char place[sizeof reader->fault->place], words[sizeof reader->fault->found] = "";
    snprintf(
        place, sizeof place, "byte %zu%s%s", offset, steps[1] ? ", " : "", steps[1] ? steps : "");
    if (found) {
        va_list arguments;
        va_start(arguments, found);
        vsnprintf(words, sizeof words, found, arguments);
        va_end(arguments);
    }
    return fault_set(reader->fault, error, place, expected, "%s", words);
}

/* --- Heads ------------------------------------------------------------------------------- */

static enum error truncated(struct cbor_reader *reader, size_t at, uint64_t needed)
{
    return cbor_fail(
        reader, at, ERROR_CBOR_TRUNCATED, NULL, "%zu of %llu bytes",
        at < reader->input.length ? reader->input.length - at : 0, (unsigned long long)needed);
}

/* Major type 7 (section 3.3): only false, true and null are used here. */
static enum error
read_simple(struct cbor_reader *reader, size_t at, unsigned info, struct cbor_head *ret_head)
{
    switch (info) {
    case SIMPLE_FALSE:
    case SIMPLE_TRUE:
        *ret_head = (struct cbor_head){CBOR_BOOL, info == SIMPLE_TRUE, at + 1};
        return ERROR_OK;
    case SIMPLE_NULL:
        *ret_head = (struct cbor_head){CBOR_NULL, 0, at + 1};
        return ERROR_OK;
    case SIMPLE_UNDEFINED:
        return cbor_fail(reader, at, ERROR_CBOR_UNDEFINED, NULL, NULL);
    case INFO_U16:
    case INFO_U32:
    case INFO_U64:
        return cbor_fail(reader, at, ERROR_CBOR_FLOAT, NULL, NULL);
    case INFO_INDEFINITE:
        return cbor_fail(reader, at, ERROR_CBOR_BREAK, NULL, NULL);
    case INFO_U8:
        if (reader->input.length - at < 2)
            return truncated(reader, at, 2);
        return cbor_fail(
            reader, at, ERROR_CBOR_SIMPLE, NULL, "simple value %u",
            (unsigned)reader->input.data[at + 1]);
    default:
        return cbor_fail(reader, at, ERROR_CBOR_SIMPLE, NULL, "simple value %u", info);
    }
}

/* The argument in the bytes after the initial one. Section 4.2.1: it is as short as can be. */
static enum error
read_argument(struct cbor_reader *reader, size_t at, unsigned info, uint64_t *ret_value)
{
    size_t size = (size_t)1 << (info - INFO_U8);
    if (reader->input.length - at - 1 < size)
        return truncated(reader, at, 1 + size);
    const uint8_t *bytes = reader->input.data + at + 1;
    uint64_t value, shorter; /* shorter: the first value that needs this size */
    switch (info) {
    case INFO_U8:
        value = bytes[0];
        shorter = INFO_U8;
        break;
    case INFO_U16:
        value = load_u16(bytes);
        shorter = UINT64_C(1) << 8;
        break;
    case INFO_U32:
        value = load_u32(bytes);
        shorter = UINT64_C(1) << 16;
        break;
    default:
        value = load_u64(bytes);
        shorter = UINT64_C(1) << 32;
        break;
    }
    if (value < shorter)
        return cbor_fail(
            reader, at, ERROR_CBOR_NOT_SHORTEST, NULL, "%llu in a head of %zu bytes",
            (unsigned long long)value, 1 + size);
    *ret_value = value;
    return ERROR_OK;
}

enum error cbor_head(struct cbor_reader *reader, size_t at, struct cbor_head *ret_head)
{
    if (at >= reader->input.length)
        return truncated(reader, at, 1);
    unsigned first = reader->input.data[at], major = first >> 5, info = first & 31;
    if (info >= INFO_RESERVED && info < INFO_INDEFINITE)
        return cbor_fail(reader, at, ERROR_CBOR_RESERVED, NULL, "0x%02x", first);
    if (major == CBOR_MAJOR_SIMPLE)
        return read_simple(reader, at, info, ret_head);
    enum cbor_type type = types_of_majors[major];
    if (info == INFO_INDEFINITE) {
        /* Integers and tags have no indefinite form: for them 31 is not well-formed. */
        bool has_form = type != CBOR_UINT && type != CBOR_NEGATIVE && type != CBOR_TAG;
        return cbor_fail(
            reader, at, has_form ? ERROR_CBOR_INDEFINITE : ERROR_CBOR_RESERVED, NULL, "0x%02x",
            first);
    }
    if (info < INFO_U8) {
        *ret_head = (struct cbor_head){type, info, at + 1};
        return ERROR_OK;
    }
    uint64_t value;
    enum error error = read_argument(reader, at, info, &value);
    if (error)
        return error;
    *ret_head = (struct cbor_head){type, value, at + 1 + ((size_t)1 << (info - INFO_U8))};
    return ERROR_OK;
}

size_t cbor_put_head(uint8_t *ret_head, enum cbor_major major, uint64_t value)
{
    uint8_t initial = (uint8_t)(major << 5), *head = ret_head;
    size_t size = cbor_head_size(value);
    switch (size) {
    case 1:
        head[0] = (uint8_t)(initial | value);
        break;
    case 2:
        head[0] = initial | INFO_U8;
        head[1] = (uint8_t)value;
        break;
    case 3:
        head[0] = initial | INFO_U16;
        store_u16(head + 1, (uint16_t)value);
        break;
    case 5:
        head[0] = initial | INFO_U32;
        store_u32(head + 1, (uint32_t)value);
        break;
    default:
        head[0] = initial | INFO_U64;
        store_u64(head + 1, value);
    }
    return size;
}

/* --- Taking ------------------------------------------------------------------------------ */

bool cbor_at_key(const struct cbor_reader *reader)
{
    const struct cbor_level *level = &reader->levels[reader->depth];
    return level->type == CBOR_MAP && level->left % 2 == 0;
}

/* The item is one more than its level holds. */
static enum error nothing_left(struct cbor_reader *reader)
{
    const struct cbor_level *level = &reader->levels[reader->depth];
    if (level->type == CBOR_TAG)
        return cbor_fail(reader, level->start, ERROR_INTERNAL, NULL, "a tag has one item");
    return cbor_fail(
        reader, reader->at, ERROR_CBOR_COUNT, "another item", "the end of %s",
        cbor_type_words(level->type));
}

/* The content of a byte or text string follows its head. */
static enum error take_string(struct cbor_reader *reader, struct cbor_head *head)
{
    if (head->value > reader->input.length - head->next)
        return truncated(reader, reader->item, head->next - reader->item + head->value);
    size_t length = (size_t)head->value, bad;
    /* Section 3.1: the content of a text string is UTF-8. */
    if (head->type == CBOR_TEXT &&
        !bytes_are_utf8(bytes_slice(reader->input, head->next, length), &bad))
        return cbor_fail(reader, head->next + bad, ERROR_CBOR_UTF8, NULL, NULL);
    reader->at = head->next + length;
    return ERROR_OK;
}

/* Section 4.2.1: keys are sorted in the bytewise order of their encodings; section 5.6: a key that
 * is there twice makes a map invalid. */
static enum error check_key(
    struct cbor_reader *reader, struct cbor_level *level, enum cbor_type type, struct bytes before)
{
    if (type != CBOR_UINT && type != CBOR_NEGATIVE && type != CBOR_TEXT && type != CBOR_BYTES)
        return cbor_fail(
            reader, reader->item, ERROR_CBOR_KEY_TYPE, "an integer or a string", "%s",
            cbor_type_words(type));
    level->key_start = reader->item;
    level->key_end = reader->at;
    struct bytes key =
        bytes_slice(reader->input, level->key_start, level->key_end - level->key_start);
    int order = before.length ? bytes_compare(before, key) : -1;
    if (order == 0)
        return cbor_fail(reader, reader->item, ERROR_CBOR_KEY_DUPLICATE, NULL, NULL);
    char shown[40];
    if (order > 0)
        return cbor_fail(
            reader, reader->item, ERROR_CBOR_KEY_ORDER, NULL, "after %s",
            cbor_key_shown(before, shown, sizeof shown));
    return ERROR_OK;
}

enum error cbor_take(struct cbor_reader *reader, enum cbor_type wanted, struct cbor_head *ret_head)
{
    if (reader->error)
        return reader->error;
    struct cbor_level *level = &reader->levels[reader->depth];
    if (level->type != CBOR_NONE && level->left == 0)
        return nothing_left(reader);
    bool is_key = cbor_at_key(reader);
    struct bytes before =
        bytes_slice(reader->input, level->key_start, level->key_end - level->key_start);
    reader->item = reader->at;
    level->begun++;
    if (level->type != CBOR_MAP) {
        level->name = level->next_name;
        level->next_name = NULL;
    } else if (is_key) {
        level->name = NULL; /* until the new key is known faults name the map alone */
        level->key_end = level->key_start;
    }
    struct cbor_head head;
    enum error error = cbor_head(reader, reader->at, &head);
    if (error)
        return error;
    if (wanted != CBOR_NONE && head.type != wanted)
        return cbor_fail(
            reader, reader->item, ERROR_CBOR_TYPE, cbor_type_words(wanted), "%s",
            cbor_type_words(head.type));
    if (head.type == CBOR_BYTES || head.type == CBOR_TEXT)
        error = take_string(reader, &head);
    else
        reader->at = head.next;
    if (!error && is_key)
        error = check_key(reader, level, head.type, before);
    if (error)
        return error;
    level->left--; /* means nothing at the top */
    *ret_head = head;
    return ERROR_OK;
}

enum error cbor_enter(struct cbor_reader *reader, const struct cbor_head *head, uint64_t *ret_items)
{
    /* Every item takes a byte or more: a count beyond the bytes left is a truncated document,
     * refused before anybody sizes something by it. */
    uint64_t left = reader->input.length - reader->at, items = 1;
    if (head->type == CBOR_ARRAY)
        items = head->value;
    else if (head->type == CBOR_MAP)
        items = head->value <= left ? 2 * head->value : UINT64_MAX;
    if (items > left)
        return cbor_fail(
            reader, reader->item, ERROR_CBOR_TRUNCATED, NULL, "%llu items in %llu bytes",
            (unsigned long long)items, (unsigned long long)left);
    if (reader->depth + reader->outside >= CBOR_DEPTH_MAX)
        return cbor_fail(
            reader, reader->item, ERROR_CBOR_DEPTH, NULL, "more than %d levels", CBOR_DEPTH_MAX);
    reader->levels[++reader->depth] =
        (struct cbor_level){.type = head->type, .left = items, .start = reader->item};
    if (ret_items)
        *ret_items = items;
    return ERROR_OK;
}

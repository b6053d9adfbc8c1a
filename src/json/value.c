/* Looking at a tree: types, children, contents, places, and the faults of decoders. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json/tree.h"

enum json_type json_type(const struct json *value)
{
    return (enum json_type)value->type;
}

const char *json_type_words(enum json_type type)
{
    switch (type) {
    case JSON_NULL:
        return "null";
    case JSON_BOOL:
        return "a boolean";
    case JSON_NUMBER:
        return "a number";
    case JSON_STRING:
        return "a string";
    case JSON_ARRAY:
        return "an array";
    case JSON_OBJECT:
        return "an object";
    }
    return "nothing";
}

/* --- Children ---------------------------------------------------------------------------- */

size_t json_count(const struct json *value)
{
    return value->type == JSON_ARRAY || value->type == JSON_OBJECT ? value->length : 0;
}

const struct json *json_at(const struct json *value, size_t position)
{
    if (position >= json_count(value))
        return NULL;
    if (value->type == JSON_ARRAY)
        return &value->as.items[position];
    return &value->as.members[position].value;
}

struct bytes json_member_name(const struct json_member *member)
{
    return (struct bytes){member->name, member->name_length};
}

struct bytes json_name_at(const struct json *object, size_t position)
{
    if (object->type != JSON_OBJECT || position >= object->length)
        return (struct bytes){0};
    return json_member_name(&object->as.members[position]);
}

const uint32_t *json_order(const struct json *object)
{
    return (const uint32_t *)(const void *)(object->as.members + object->length);
}

static const struct json *find_in_few(const struct json *object, struct bytes name)
{
    for (size_t i = 0; i < object->length; i++) {
        if (bytes_equal(json_member_name(&object->as.members[i]), name))
            return &object->as.members[i].value;
    }
    return NULL;
}

const struct json *json_find_bytes(const struct json *object, struct bytes name)
{
    if (object->type != JSON_OBJECT)
        return NULL;
    if (object->length < JSON_ORDER_FROM)
        return find_in_few(object, name);
    const uint32_t *order = json_order(object);
    size_t low = 0, high = object->length;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct json_member *member = &object->as.members[order[middle]];
        int order_of_name = bytes_compare(name, json_member_name(member));
        if (order_of_name == 0)
            return &member->value;
        if (order_of_name < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct json *json_find(const struct json *object, const char *name)
{
    return json_find_bytes(object, bytes_of(name));
}

/* --- Places ------------------------------------------------------------------------------ */

struct json_place json_place_in(struct bytes text, size_t offset)
{
    struct json_place place = {.offset = offset, .line = 1, .column = 1};
    for (size_t i = 0; i < offset && i < text.length; i++) {
        if (text.data[i] == '\n') {
            place.line++;
            place.column = 1;
        } else if ((text.data[i] & 0xC0) != 0x80) {
            place.column++; /* the first byte of a character */
        }
    }
    return place;
}

struct json_place json_place(const struct json *value)
{
    return json_place_in(value->document->text, value->offset);
}

size_t json_offset(const struct json *value)
{
    return value->offset;
}

void json_place_text(struct json_place place, const char *path, char *text, size_t size)
{
    bool is_root = path[1] == '\0';
    snprintf(
        text, size, "line %zu, column %zu%s%s", place.line, place.column, is_root ? "" : ", ",
        is_root ? "" : path);
}

/* The position of the child of a container within which an offset lies: the last that begins at or
 * before it. */
static size_t child_at(const struct json *container, uint32_t offset)
{
    size_t low = 0, high = container->length;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (json_at(container, middle)->offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Writes the path of a value by following its offset from the root. */
static const char *put_path(const struct json *value, struct path *path)
{
    const struct json *containers[JSON_DEPTH_MAX];
    size_t positions[JSON_DEPTH_MAX], depth = 0;
    for (const struct json *at = &value->document->root; at->offset != value->offset;) {
        containers[depth] = at;
        positions[depth] = child_at(at, value->offset);
        at = json_at(at, positions[depth++]);
    }
    path_begin(path);
    while (depth-- > 0) {
        if (containers[depth]->type == JSON_OBJECT)
            path_key(path, json_name_at(containers[depth], positions[depth]));
        else
            path_index(path, positions[depth]);
    }
    return path_text(path);
}

enum error json_fault(
    const struct json *value, struct fault *fault, enum error error, const char *expected,
    const char *found, ...)
{
    if (!fault)
        return error;
    struct path path;
    char place[sizeof fault->place], words[sizeof fault->found] = "";
    struct json_place at = json_place(value);
    json_place_text(at, put_path(value, &path), place, sizeof place);
    if (found) {
        va_list arguments;
        va_start(arguments, found);
        vsnprintf(words, sizeof words, found, arguments);
        va_end(arguments);
    }
    (void)fault_set(fault, error, place, expected, "%s", words);
    return fault_in_text(fault, error, at.line, at.column);
}

/* --- Contents ---------------------------------------------------------------------------- */

static enum error wrong_type(const struct json *value, const char *expected, struct fault *fault)
{
    return json_fault(
        value, fault, ERROR_JSON_TYPE, expected, "%s", json_type_words(json_type(value)));
}

enum error json_expect(const struct json *value, enum json_type type, struct fault *fault)
{
    return value->type == type ? ERROR_OK : wrong_type(value, json_type_words(type), fault);
}

enum error json_bool(const struct json *value, struct fault *fault, bool *ret_value)
{
    enum error error = json_expect(value, JSON_BOOL, fault);
    if (!error)
        *ret_value = value->truth;
    return error;
}

struct bytes json_characters(const struct json *value)
{
    if (value->type != JSON_STRING && value->type != JSON_NUMBER)
        return (struct bytes){0};
    return (struct bytes){value->as.characters, value->length};
}

enum error json_string(const struct json *value, struct fault *fault, struct bytes *ret_value)
{
    enum error error = json_expect(value, JSON_STRING, fault);
    if (!error)
        *ret_value = json_characters(value);
    return error;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

bool json_is_whole(const struct json *value)
{
    if (value->type != JSON_NUMBER)
        return false;
    struct bytes text = json_characters(value);
    bool is_negative = text.data[0] == '-';
    for (size_t i = is_negative; i < text.length; i++) {
        if (!is_digit(text.data[i]))
            return false;
    }
    return !(is_negative && text.data[1] == '0');
}

/* The magnitude and sign of a whole number; false when it does not fit 64 bits. */
static bool read_whole(struct bytes text, bool *ret_negative, uint64_t *ret_magnitude)
{
    bool is_negative = text.data[0] == '-';
    uint64_t magnitude = 0;
    for (size_t i = is_negative; i < text.length; i++) {
        uint64_t digit = (uint64_t)(text.data[i] - '0');
        if (magnitude > (UINT64_MAX - digit) / 10)
            return false;
        magnitude = magnitude * 10 + digit;
    }
    *ret_negative = is_negative;
    *ret_magnitude = magnitude;
    return true;
}

/* Refuses a number, showing as much of it as is useful. */
static enum error
bad_number(const struct json *value, enum error error, const char *expected, struct fault *fault)
{
    const uint32_t most = 40;
    return json_fault(
        value, fault, error, expected, "%.*s%s", (int)(value->length < most ? value->length : most),
        (const char *)value->as.characters, value->length > most ? "..." : "");
}

static enum error expect_whole(const struct json *value, struct fault *fault)
{
    if (json_is_whole(value))
        return ERROR_OK;
    if (value->type != JSON_NUMBER)
        return wrong_type(value, "a whole number", fault);
    return bad_number(value, ERROR_JSON_TYPE, "a whole number", fault);
}

enum error json_i64(const struct json *value, struct fault *fault, int64_t *ret_value)
{
    bool is_negative;
    uint64_t magnitude;
    enum error error = expect_whole(value, fault);
    if (error)
        return error;
    if (!read_whole(json_characters(value), &is_negative, &magnitude) ||
        magnitude > (uint64_t)INT64_MAX + is_negative)
        return bad_number(
            value, ERROR_JSON_RANGE, "-9223372036854775808 to 9223372036854775807", fault);
    /* -1 - (n - 1), so that the least value needs no greater positive one. */
    *ret_value = is_negative ? -1 - (int64_t)(magnitude - 1) : (int64_t)magnitude;
    return ERROR_OK;
}

enum error
json_u64_max(const struct json *value, uint64_t max, struct fault *fault, uint64_t *ret_value)
{
    bool is_negative;
    uint64_t magnitude;
    enum error error = expect_whole(value, fault);
    if (error)
        return error;
    if (!read_whole(json_characters(value), &is_negative, &magnitude) || is_negative ||
        magnitude > max) {
        char range[40];
        snprintf(range, sizeof range, "0 to %llu", (unsigned long long)max);
        return bad_number(value, ERROR_JSON_RANGE, range, fault);
    }
    *ret_value = magnitude;
    return ERROR_OK;
}

enum error json_u64(const struct json *value, struct fault *fault, uint64_t *ret_value)
{
    return json_u64_max(value, UINT64_MAX, fault, ret_value);
}

/* --- Required members -------------------------------------------------------------------- */

static enum error member(
    const struct json *object, const char *name, struct fault *fault, const struct json **ret_value)
{
    enum error error = json_expect(object, JSON_OBJECT, fault);
    if (error)
        return error;
    const struct json *found = json_find(object, name);
    if (!found) {
        char quoted[80];
        quote_text(bytes_of(name), quoted, sizeof quoted);
        return json_fault(object, fault, ERROR_JSON_MISSING, quoted, NULL);
    }
    *ret_value = found;
    return ERROR_OK;
}

enum error json_get(
    const struct json *object, const char *name, enum json_type type, struct fault *fault,
    const struct json **ret_value)
{
    const struct json *value;
    enum error error = member(object, name, fault, &value);
    if (!error)
        error = json_expect(value, type, fault);
    if (!error)
        *ret_value = value;
    return error;
}

enum error
json_get_bool(const struct json *object, const char *name, struct fault *fault, bool *ret_value)
{
    const struct json *value;
    enum error error = member(object, name, fault, &value);
    return error ? error : json_bool(value, fault, ret_value);
}

enum error json_get_string(
    const struct json *object, const char *name, struct fault *fault, struct bytes *ret_value)
{
    const struct json *value;
    enum error error = member(object, name, fault, &value);
    return error ? error : json_string(value, fault, ret_value);
}

enum error
json_get_i64(const struct json *object, const char *name, struct fault *fault, int64_t *ret_value)
{
    const struct json *value;
    enum error error = member(object, name, fault, &value);
    return error ? error : json_i64(value, fault, ret_value);
}

enum error json_get_u64_max(
    const struct json *object, const char *name, uint64_t max, struct fault *fault,
    uint64_t *ret_value)
{
    const struct json *value;
    enum error error = member(object, name, fault, &value);
    return error ? error : json_u64_max(value, max, fault, ret_value);
}

enum error
json_get_u64(const struct json *object, const char *name, struct fault *fault, uint64_t *ret_value)
{
    return json_get_u64_max(object, name, UINT64_MAX, fault, ret_value);
}

static bool is_among(struct bytes name, const char *const *names)
{
    for (; *names; names++) {
        if (bytes_equal_text(name, *names))
            return true;
    }
    return false;
}

enum error json_allow(const struct json *object, const char *const *names, struct fault *fault)
{
    enum error error = json_expect(object, JSON_OBJECT, fault);
    for (size_t i = 0; !error && i < object->length; i++) {
        if (!is_among(json_name_at(object, i), names))
            error = json_fault(json_at(object, i), fault, ERROR_JSON_UNKNOWN, NULL, NULL);
    }
    return error;
}

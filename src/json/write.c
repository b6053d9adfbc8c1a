/* The writer: separators, nesting, escapes. */
#include <inttypes.h>
#include <string.h>

#include "json/tree.h"

void json_writer_begin(struct json_writer *writer, struct buffer *out, unsigned indent)
{
    writer->out = out;
    writer->indent = indent;
    writer->depth = 0;
    writer->named = false;
    writer->filled[0] = writer->object[0] = false;
    writer->error = ERROR_OK;
}

/* Remembers the first error; a failure of the buffer comes before what follows from it. */
static void fail(struct json_writer *writer, enum error error)
{
    if (!writer->error)
        writer->error = writer->out->error ? writer->out->error : error;
}

enum error json_writer_end(struct json_writer *writer)
{
    fail(writer, writer->out->error);
    if (writer->depth > 0 || !writer->filled[0])
        fail(writer, ERROR_INTERNAL);
    return writer->error;
}

static void new_line(struct json_writer *writer)
{
    if (writer->indent == 0)
        return;
    size_t spaces = (size_t)writer->indent * writer->depth;
    uint8_t *at = buffer_reserve(writer->out, 1 + spaces);
    if (!at)
        return;
    *at = '\n';
    memset(at + 1, ' ', spaces);
}

/* The comma and line before an item or a member's name. */
static void separate(struct json_writer *writer)
{
    if (writer->filled[writer->depth])
        buffer_append_byte(writer->out, ',');
    writer->filled[writer->depth] = true;
    if (writer->depth > 0)
        new_line(writer);
}

/* Prepares for a value; false when none may stand here or an error is remembered. */
static bool before_value(struct json_writer *writer)
{
    bool is_object = writer->object[writer->depth];
    if (is_object != writer->named || (writer->depth == 0 && writer->filled[0]))
        fail(writer, ERROR_INTERNAL);
    if (writer->error || writer->out->error)
        return false;
    if (!is_object)
        separate(writer);
    writer->named = false;
    return true;
}

static void open_level(struct json_writer *writer, bool is_object)
{
    if (!before_value(writer))
        return;
    if (writer->depth == JSON_DEPTH_MAX) {
        fail(writer, ERROR_JSON_DEPTH);
        return;
    }
    buffer_append_byte(writer->out, is_object ? '{' : '[');
    writer->depth++;
    writer->object[writer->depth] = is_object;
    writer->filled[writer->depth] = false;
}

static void close_level(struct json_writer *writer, bool is_object)
{
    if (writer->depth == 0 || writer->object[writer->depth] != is_object || writer->named)
        fail(writer, ERROR_INTERNAL);
    if (writer->error)
        return;
    bool was_filled = writer->filled[writer->depth];
    writer->depth--;
    if (was_filled)
        new_line(writer);
    buffer_append_byte(writer->out, is_object ? '}' : ']');
}

void json_write_object(struct json_writer *writer)
{
    open_level(writer, true);
}

void json_write_object_end(struct json_writer *writer)
{
    close_level(writer, true);
}

void json_write_array(struct json_writer *writer)
{
    open_level(writer, false);
}

void json_write_array_end(struct json_writer *writer)
{
    close_level(writer, false);
}

/* RFC 8259 section 7: the quote, the backslash and U+0000 to U+001F must be escaped. */
static void append_escape(struct buffer *out, uint8_t c)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *found = c ? strchr(plain, c) : NULL;
    if (found)
        buffer_printf(out, "\\%c", letters[found - plain]);
    else
        buffer_printf(out, "\\u%04x", c);
}

static void append_quoted(struct json_writer *writer, struct bytes text)
{
    struct buffer *out = writer->out;
    buffer_append_byte(out, '"');
    size_t from = 0;
    for (size_t at = 0; at < text.length; at++) {
        uint8_t c = text.data[at];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buffer_append_bytes(out, bytes_slice(text, from, at - from));
        append_escape(out, c);
        from = at + 1;
    }
    buffer_append_bytes(out, bytes_slice(text, from, text.length));
    buffer_append_byte(out, '"');
}

void json_write_name_bytes(struct json_writer *writer, struct bytes name)
{
    if (!writer->object[writer->depth] || writer->named)
        fail(writer, ERROR_INTERNAL);
    if (!bytes_are_utf8(name, NULL))
        fail(writer, ERROR_JSON_UTF8);
    if (writer->error || writer->out->error)
        return;
    separate(writer);
    append_quoted(writer, name);
    buffer_append_text(writer->out, writer->indent ? ": " : ":");
    writer->named = true;
}

void json_write_name(struct json_writer *writer, const char *name)
{
    json_write_name_bytes(writer, bytes_of(name));
}

void json_write_null(struct json_writer *writer)
{
    if (before_value(writer))
        buffer_append_text(writer->out, "null");
}

void json_write_bool(struct json_writer *writer, bool value)
{
    if (before_value(writer))
        buffer_append_text(writer->out, value ? "true" : "false");
}

void json_write_i64(struct json_writer *writer, int64_t value)
{
    if (before_value(writer))
        buffer_printf(writer->out, "%" PRId64, value);
}

void json_write_u64(struct json_writer *writer, uint64_t value)
{
    if (before_value(writer))
        buffer_printf(writer->out, "%" PRIu64, value);
}

void json_write_string_bytes(struct json_writer *writer, struct bytes value)
{
    if (!bytes_are_utf8(value, NULL))
        fail(writer, ERROR_JSON_UTF8);
    if (before_value(writer))
        append_quoted(writer, value);
}

void json_write_string(struct json_writer *writer, const char *value)
{
    json_write_string_bytes(writer, bytes_of(value));
}

void json_write_number(struct json_writer *writer, struct bytes text)
{
    if (text.length == 0 || json_number_length(text) != text.length)
        fail(writer, ERROR_JSON_NUMBER);
    if (before_value(writer))
        buffer_append_bytes(writer->out, text);
}

/* A child of a tree's array or object is deeper by one, so JSON_DEPTH_MAX bounds the recursion. */
void json_write_value(struct json_writer *writer, const struct json *value)
{
    switch (json_type(value)) {
    case JSON_NULL:
        json_write_null(writer);
        break;
    case JSON_BOOL:
        json_write_bool(writer, value->truth);
        break;
    case JSON_NUMBER:
        json_write_number(writer, json_characters(value));
        break;
    case JSON_STRING:
        json_write_string_bytes(writer, json_characters(value));
        break;
    case JSON_ARRAY:
        json_write_array(writer);
        for (size_t i = 0; i < json_count(value); i++)
            json_write_value(writer, json_at(value, i));
        json_write_array_end(writer);
        break;
    case JSON_OBJECT:
        json_write_object(writer);
        for (size_t i = 0; i < json_count(value); i++) {
            json_write_name_bytes(writer, json_name_at(value, i));
            json_write_value(writer, json_at(value, i));
        }
        json_write_object_end(writer);
        break;
    }
}

/* --- Members in one call ----------------------------------------------------------------- */

void json_put_bool(struct json_writer *writer, const char *name, bool value)
{
    json_write_name(writer, name);
    json_write_bool(writer, value);
}

void json_put_i64(struct json_writer *writer, const char *name, int64_t value)
{
    json_write_name(writer, name);
    json_write_i64(writer, value);
}

void json_put_u64(struct json_writer *writer, const char *name, uint64_t value)
{
    json_write_name(writer, name);
    json_write_u64(writer, value);
}

void json_put_string(struct json_writer *writer, const char *name, const char *value)
{
    json_write_name(writer, name);
    json_write_string(writer, value);
}

void json_put_string_bytes(struct json_writer *writer, const char *name, struct bytes value)
{
    json_write_name(writer, name);
    json_write_string_bytes(writer, value);
}

void json_put_object(struct json_writer *writer, const char *name)
{
    json_write_name(writer, name);
    json_write_object(writer);
}

void json_put_array(struct json_writer *writer, const char *name)
{
    json_write_name(writer, name);
    json_write_array(writer);
}

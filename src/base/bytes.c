/* Views, the growing buffer, big-endian numbers, UTF-8. */
#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bytes bytes_of(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

struct bytes bytes_slice(struct bytes bytes, size_t from, size_t length)
{
    if (from > bytes.length)
        from = bytes.length;
    if (length > bytes.length - from)
        length = bytes.length - from;
    return (struct bytes){bytes.data ? bytes.data + from : NULL, length};
}

bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

bool bytes_equal_text(struct bytes a, const char *text)
{
    return bytes_equal(a, bytes_of(text));
}

int bytes_compare(struct bytes a, struct bytes b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter ? memcmp(a.data, b.data, shorter) : 0;
    if (order)
        return order < 0 ? -1 : 1;
    return a.length < b.length ? -1 : a.length > b.length;
}

/* The length of the UTF-8 character at the start of a view, or 0 (RFC 3629 section 4). */
static size_t utf8_character(const uint8_t *at, size_t left)
{
    uint8_t first = at[0];
    if (first < 0x80)
        return 1;
    size_t length;
    uint8_t low = 0x80, high = 0xBF;
    if (first >= 0xC2 && first <= 0xDF) {
        length = 2;
    } else if (first >= 0xE0 && first <= 0xEF) {
        length = 3;
        if (first == 0xE0)
            low = 0xA0; /* no overlong form */
        if (first == 0xED)
            high = 0x9F; /* no surrogate */
    } else if (first >= 0xF0 && first <= 0xF4) {
        length = 4;
        if (first == 0xF0)
            low = 0x90;
        if (first == 0xF4)
            high = 0x8F; /* U+10FFFF is the last */
    } else {
        return 0;
    }
    if (left < length || at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    }
    return length;
}

/* The offset from `at` on where eight ASCII bytes at a time end: most text is over by then. */
static size_t ascii_end(struct bytes bytes, size_t at)
{
    uint64_t word;
    while (bytes.length - at >= sizeof word) {
        memcpy(&word, bytes.data + at, sizeof word);
        if (word & 0x8080808080808080)
            break;
        at += sizeof word;
    }
    return at;
}

bool bytes_are_utf8(struct bytes bytes, size_t *ret_offset)
{
    size_t at = 0;
    while (at < bytes.length) {
        at = ascii_end(bytes, at);
        if (at == bytes.length)
            break;
        size_t length = utf8_character(bytes.data + at, bytes.length - at);
        if (length == 0) {
            if (ret_offset)
                *ret_offset = at;
            return false;
        }
        at += length;
    }
    return true;
}

uint8_t *buffer_reserve(struct buffer *buffer, size_t length)
{
    if (buffer->error)
        return NULL;
    if (buffer->limit && (length > buffer->limit || buffer->length > buffer->limit - length)) {
        buffer->error = ERROR_TOO_LARGE;
        return NULL;
    }
    if (length > SIZE_MAX / 2 - 1 - buffer->length) {
        buffer->error = ERROR_MEMORY;
        return NULL;
    }
    /* One byte more than asked, so that buffer_text never needs to allocate. */
    size_t needed = buffer->length + length + 1;
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity ? buffer->capacity * 2 : 64;
        if (capacity < needed)
            capacity = needed;
        uint8_t *data = realloc(buffer->data, capacity);
        if (!data) {
            buffer->error = ERROR_MEMORY;
            return NULL;
        }
        buffer->data = data;
        buffer->capacity = capacity;
    }
    uint8_t *at = buffer->data + buffer->length;
    buffer->length += length;
    return at;
}

void buffer_append(struct buffer *buffer, const void *data, size_t length)
{
    uint8_t *at = buffer_reserve(buffer, length);
    if (at && length)
        memcpy(at, data, length);
}

void buffer_append_bytes(struct buffer *buffer, struct bytes bytes)
{
    buffer_append(buffer, bytes.data, bytes.length);
}

void buffer_append_text(struct buffer *buffer, const char *text)
{
    buffer_append(buffer, text, strlen(text));
}

void buffer_append_byte(struct buffer *buffer, uint8_t byte)
{
    buffer_append(buffer, &byte, 1);
}

void buffer_append_u16(struct buffer *buffer, uint16_t value)
{
    uint8_t *at = buffer_reserve(buffer, 2);
    if (at)
        store_u16(at, value);
}

void buffer_append_u32(struct buffer *buffer, uint32_t value)
{
    uint8_t *at = buffer_reserve(buffer, 4);
    if (at)
        store_u32(at, value);
}

void buffer_append_u64(struct buffer *buffer, uint64_t value)
{
    uint8_t *at = buffer_reserve(buffer, 8);
    if (at)
        store_u64(at, value);
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (wanted < 0) {
        if (!buffer->error)
            buffer->error = ERROR_INTERNAL;
        return;
    }
    /* The reserved byte after the content takes vsnprintf's end of string. */
    uint8_t *at = buffer_reserve(buffer, (size_t)wanted);
    if (!at)
        return;
    va_start(arguments, format);
    vsnprintf((char *)at, (size_t)wanted + 1, format, arguments);
    va_end(arguments);
}

struct bytes buffer_view(const struct buffer *buffer)
{
    return (struct bytes){buffer->data, buffer->length};
}

const char *buffer_text(struct buffer *buffer)
{
    if (!buffer_reserve(buffer, 0))
        return NULL;
    buffer->data[buffer->length] = '\0';
    return (const char *)buffer->data;
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->error = ERROR_OK;
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){.limit = buffer->limit};
}

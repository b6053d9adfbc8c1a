/* Borrowed views of bytes, the growing buffer, and comparison. */
#ifndef ENDUSE_BASE_BYTES_H
#define ENDUSE_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A view of bytes that somebody else owns. data may be NULL only when length is 0. */
struct bytes {
    const uint8_t *data;
    size_t length;
};

#define BYTES_LITERAL(text) ((struct bytes){(const uint8_t *)(text), sizeof(text) - 1})
#define BYTES_ARRAY(array) ((struct bytes){(const uint8_t *)(array), sizeof(array)})

/* The bytes of a C string, without its end. */
struct bytes bytes_of(const char *text);

/* Part of a view; from and length are cut to what is there. */
struct bytes bytes_slice(struct bytes bytes, size_t from, size_t length);

bool bytes_equal(struct bytes a, struct bytes b);
bool bytes_equal_text(struct bytes a, const char *text);

/* Bytewise order, shorter first when one is a prefix: the order of RFC 8949 section 4.2.1. */
int bytes_compare(struct bytes a, struct bytes b);

/* Whether the bytes are UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF). On
 * false, *ret_offset (may be NULL) is the offset of the first bad byte. */
bool bytes_are_utf8(struct bytes bytes, size_t *ret_offset);

/* A buffer that grows. An append that fails sets error and is remembered: later appends do
 * nothing, and the writer asks once at the end. Start with a zeroed struct; end with
 * buffer_free. limit, when not 0, bounds length (ERROR_TOO_LARGE). */
struct buffer {
    uint8_t *data;
    size_t length;
    size_t capacity;
    size_t limit;
    enum error error;
};

void buffer_append(struct buffer *buffer, const void *data, size_t length);
void buffer_append_bytes(struct buffer *buffer, struct bytes bytes);
void buffer_append_text(struct buffer *buffer, const char *text);
void buffer_append_byte(struct buffer *buffer, uint8_t byte);
void buffer_append_u16(struct buffer *buffer, uint16_t value); /* big-endian */
void buffer_append_u32(struct buffer *buffer, uint32_t value);
void buffer_append_u64(struct buffer *buffer, uint64_t value);
PRINTF_LIKE(2, 3) void buffer_printf(struct buffer *buffer, const char *format, ...);

/* Makes room for length more bytes and returns where to write them, or NULL (error is set). */
uint8_t *buffer_reserve(struct buffer *buffer, size_t length);

/* What was written, as a view that lives until the next append. */
struct bytes buffer_view(const struct buffer *buffer);

/* What was written with a zero byte after it (not counted), or NULL when an append failed. */
const char *buffer_text(struct buffer *buffer);

/* Forgets content and error, keeps the memory. */
void buffer_clear(struct buffer *buffer);
void buffer_free(struct buffer *buffer);

/* Big-endian numbers, at any address. */
static inline uint16_t load_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t load_u32(const uint8_t *at)
{
    return (uint32_t)load_u16(at) << 16 | load_u16(at + 2);
}

static inline uint64_t load_u64(const uint8_t *at)
{
    return (uint64_t)load_u32(at) << 32 | load_u32(at + 4);
}

static inline void store_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void store_u32(uint8_t *at, uint32_t value)
{
    store_u16(at, (uint16_t)(value >> 16));
    store_u16(at + 2, (uint16_t)value);
}

static inline void store_u64(uint8_t *at, uint64_t value)
{
    store_u32(at, (uint32_t)(value >> 32));
    store_u32(at + 4, (uint32_t)value);
}

#endif

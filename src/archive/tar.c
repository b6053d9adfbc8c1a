/* Reading tar archives (POSIX.1-2017, pax, "ustar Interchange Format"): headers of 512 bytes, each
 * before its file's content, which is filled up to a multiple of 512. Longer names come before in
 * a pax header ('x') or in GNU's way ('L'). */
#include <string.h>

#include "archive/archive.h"

enum { BLOCK = 512 };

/* Fields of a header: offset and size. */
enum {
    NAME = 0,
    NAME_SIZE = 100,
    SIZE = 124,
    SIZE_SIZE = 12,
    SUM = 148,
    SUM_SIZE = 8,
    KIND = 156,
    MAGIC = 257,
    PREFIX = 345,
    PREFIX_SIZE = 155,
};

static enum error bad(struct fault *fault, enum error error, size_t offset)
{
    return fault_place(fault, error, "offset %zu", offset);
}

/* Octal digits with spaces before and a space or zero byte after. */
static bool read_octal(const uint8_t *field, size_t size, uint64_t *ret_value)
{
    uint64_t value = 0;
    size_t at = 0, digits = 0;
    while (at < size && field[at] == ' ')
        at++;
    for (; at < size && field[at] >= '0' && field[at] <= '7'; at++, digits++)
        value = value << 3 | (uint64_t)(field[at] - '0');
    for (; at < size; at++) {
        if (field[at] != ' ' && field[at] != '\0')
            return false;
    }
    *ret_value = value;
    return digits > 0;
}

/* The sum of the header's bytes, with the field of the sum itself taken as spaces. */
static bool sum_holds(const uint8_t *header)
{
    uint64_t stated, sum = 0;
    for (size_t i = 0; i < BLOCK; i++)
        sum += i >= SUM && i < SUM + SUM_SIZE ? (uint64_t)' ' : header[i];
    return read_octal(header + SUM, SUM_SIZE, &stated) && stated == sum;
}

static bool is_zero(const uint8_t *header)
{
    for (size_t i = 0; i < BLOCK; i++) {
        if (header[i])
            return false;
    }
    return true;
}

/* The bytes of a field up to its end or a zero byte. */
static struct bytes field_text(const uint8_t *field, size_t size)
{
    return (struct bytes){field, strnlen((const char *)field, size)};
}

/* prefix, "/", name; in the arena where there is a prefix. */
static enum error
header_name(const uint8_t *header, struct arena *arena, struct fault *fault, struct bytes *ret_name)
{
    struct bytes name = field_text(header + NAME, NAME_SIZE);
    struct bytes prefix = {0};
    if (memcmp(header + MAGIC, "ustar", 6) == 0) /* with the zero byte; GNU's has a space */
        prefix = field_text(header + PREFIX, PREFIX_SIZE);
    if (prefix.length) {
        uint8_t *whole = arena_alloc(arena, prefix.length + 1 + name.length);
        if (!whole)
            return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
        memcpy(whole, prefix.data, prefix.length);
        whole[prefix.length] = '/';
        memcpy(whole + prefix.length + 1, name.data, name.length);
        name = (struct bytes){whole, prefix.length + 1 + name.length};
    }
    *ret_name = name;
    return ERROR_OK;
}

/* One record of a pax header, "LENGTH KEY=VALUE\n", at *at. */
static bool
pax_record(struct bytes records, size_t *at, struct bytes *ret_key, struct bytes *ret_value)
{
    size_t start = *at, length = 0, digits = 0;
    while (*at < records.length && records.data[*at] >= '0' && records.data[*at] <= '9') {
        length = length * 10 + (size_t)(records.data[*at] - '0');
        if (++digits > 9)
            return false;
        (*at)++;
    }
    if (length > records.length - start || length < digits + 3 ||
        records.data[start + digits] != ' ' || records.data[start + length - 1] != '\n')
        return false;
    struct bytes record = bytes_slice(records, start + digits + 1, length - digits - 2);
    const uint8_t *equals = memchr(record.data, '=', record.length);
    if (!equals)
        return false;
    size_t key = (size_t)(equals - record.data);
    *ret_key = bytes_slice(record, 0, key);
    *ret_value = bytes_slice(record, key + 1, record.length - key - 1);
    *at = start + length;
    return true;
}

/* The path that a pax header states for the file after it; a size of its own is for files of 8 GiB
 * and more, which are none of ours. */
static bool read_pax(struct bytes records, struct bytes *name)
{
    for (size_t at = 0; at < records.length;) {
        struct bytes key, value;
        if (!pax_record(records, &at, &key, &value))
            return false;
        if (bytes_equal_text(key, "path"))
            *name = value;
        if (bytes_equal_text(key, "size"))
            return false;
    }
    return true;
}

/* A header with the content after it. */
struct entry {
    const uint8_t *header;
    struct bytes content;
    size_t offset; /* of the header */
};

static enum error
read_entry(struct bytes tar, size_t *offset, struct fault *fault, struct entry *ret_entry)
{
    uint64_t size;
    size_t at = *offset;
    if (tar.length - at < BLOCK)
        return bad(fault, ERROR_ARCHIVE_TRUNCATED, at);
    const uint8_t *header = tar.data + at;
    if (!sum_holds(header) || !read_octal(header + SIZE, SIZE_SIZE, &size))
        return bad(fault, ERROR_ARCHIVE_HEADER, at);
    at += BLOCK;
    if (size > tar.length - at)
        return bad(fault, ERROR_ARCHIVE_TRUNCATED, tar.length);
    *ret_entry = (struct entry){header, {tar.data + at, (size_t)size}, *offset};
    size_t filled = ((size_t)size + BLOCK - 1) / BLOCK * BLOCK;
    *offset = filled > tar.length - at ? tar.length : at + filled;
    return ERROR_OK;
}

enum error tar_next(
    struct bytes tar, size_t *offset, struct arena *arena, struct fault *fault,
    struct tar_file *ret_file, bool *ret_found)
{
    struct bytes name = {0};
    while (*offset < tar.length) {
        struct entry entry;
        if (tar.length - *offset >= BLOCK && is_zero(tar.data + *offset))
            break; /* the end; what follows fills the last record */
        enum error error = read_entry(tar, offset, fault, &entry);
        if (error)
            return error;
        char kind = (char)entry.header[KIND];
        if (kind == 'x') {
            if (!read_pax(entry.content, &name))
                return bad(fault, ERROR_ARCHIVE_HEADER, entry.offset + BLOCK);
        } else if (kind == 'L') {
            name = field_text(entry.content.data, entry.content.length);
        } else if (kind == '0' || kind == '\0') {
            if (!name.data && (error = header_name(entry.header, arena, fault, &name)))
                return error;
            *ret_file = (struct tar_file){name, entry.content};
            *ret_found = true;
            return ERROR_OK;
        } else if (kind != 'g') {
            name = (struct bytes){0}; /* of a folder or link */
        }
    }
    *ret_found = false;
    return ERROR_OK;
}

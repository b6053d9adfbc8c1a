/* Hexadecimal, base64 (RFC 4648), decimal numbers. */
#include "base/text.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

const char *hex_text(struct bytes bytes, char *text)
{
    for (size_t i = 0; i < bytes.length; i++) {
        text[2 * i] = hex_digits[bytes.data[i] >> 4];
        text[2 * i + 1] = hex_digits[bytes.data[i] & 15];
    }
    text[2 * bytes.length] = '\0';
    return text;
}

static int hex_value(uint8_t digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

enum error hex_parse(struct bytes text, struct fault *fault, uint8_t *ret_bytes, size_t size)
{
    if (text.length != 2 * size)
        return fault_set(
            fault, ERROR_HEX, "hexadecimal text", "two digits for each byte",
            "%zu digits for %zu "
            "bytes",
            text.length, size);
    for (size_t i = 0; i < text.length; i++) {
        if (hex_value(text.data[i]) < 0)
            return fault_set(
                fault, ERROR_HEX, "hexadecimal text", "digits 0-9 and a-f",
                "another character at offset %zu", i);
    }
    for (size_t i = 0; i < size; i++)
        ret_bytes[i] =
            (uint8_t)(hex_value(text.data[2 * i]) << 4 | hex_value(text.data[2 * i + 1]));
    return ERROR_OK;
}

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void append(struct buffer *buffer, struct bytes bytes, const char *alphabet, bool padding)
{
    for (size_t i = 0; i < bytes.length; i += 3) {
        size_t left = bytes.length - i;
        uint32_t group = (uint32_t)bytes.data[i] << 16;
        if (left > 1)
            group |= (uint32_t)bytes.data[i + 1] << 8;
        if (left > 2)
            group |= bytes.data[i + 2];
        char out[4] = {
            alphabet[group >> 18], alphabet[group >> 12 & 63],
            left > 1 ? alphabet[group >> 6 & 63] : '=', left > 2 ? alphabet[group & 63] : '='};
        size_t count = left >= 3 || padding ? 4 : left + 1;
        buffer_append(buffer, out, count);
    }
}

void base64_append(struct buffer *buffer, struct bytes bytes)
{
    append(buffer, bytes, plain, true);
}

void base64url_append(struct buffer *buffer, struct bytes bytes)
{
    append(buffer, bytes, url, false);
}

static int digit_value(const char *alphabet, uint8_t digit)
{
    const char *at = digit ? strchr(alphabet, digit) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

static enum error bad(struct fault *fault, const char *expected, size_t offset)
{
    return fault_set(
        fault, ERROR_BASE64, "base64 text", expected, "something else at offset %zu", offset);
}

static enum error parse(
    struct bytes text, const char *alphabet, bool padding, struct fault *fault,
    struct buffer *ret_bytes)
{
    size_t length = text.length;
    if (padding) {
        if (length % 4)
            return bad(fault, "a multiple of four characters", length);
        for (int i = 0; i < 2 && length && text.data[length - 1] == '='; i++)
            length--;
    }
    if (length % 4 == 1)
        return bad(fault, "no single character at the end", length);
    size_t before = ret_bytes->length;
    for (size_t i = 0; i < length; i += 4) {
        size_t count = length - i < 4 ? length - i : 4;
        uint32_t group = 0;
        for (size_t k = 0; k < 4; k++) {
            int value = k < count ? digit_value(alphabet, text.data[i + k]) : 0;
            if (value < 0) {
                ret_bytes->length = before;
                return bad(fault, "a character of the alphabet", i + k);
            }
            group = group << 6 | (uint32_t)value;
        }
        uint8_t out[3] = {(uint8_t)(group >> 16), (uint8_t)(group >> 8), (uint8_t)group};
        if ((count == 2 && (out[1] || out[2])) || (count == 3 && out[2])) {
            ret_bytes->length = before;
            return bad(fault, "unused bits of zero", i + count - 1);
        }
        buffer_append(ret_bytes, out, count - 1);
    }
    if (ret_bytes->error)
        return fault_place(fault, ret_bytes->error, "base64 text");
    return ERROR_OK;
}

enum error base64_parse(struct bytes text, struct fault *fault, struct buffer *ret_bytes)
{
    return parse(text, plain, true, fault, ret_bytes);
}

enum error base64url_parse(struct bytes text, struct fault *fault, struct buffer *ret_bytes)
{
    return parse(text, url, false, fault, ret_bytes);
}

enum error number_parse(struct bytes text, uint64_t max, struct fault *fault, uint64_t *ret_value)
{
    uint64_t value = 0;
    bool good = text.length > 0;
    for (size_t i = 0; good && i < text.length; i++) {
        unsigned digit = (unsigned)text.data[i] - '0';
        good = digit <= 9 && digit <= max && value <= (max - digit) / 10;
        if (good)
            value = value * 10 + digit;
    }
    if (!good)
        return fault_set(
            fault, ERROR_NUMBER_TEXT, "number", "decimal digits within the limit", "\"%.*s\"",
            (int)(text.length > 40 ? 40 : text.length), text.length ? (const char *)text.data : "");
    *ret_value = value;
    return ERROR_OK;
}

bool text_reorders(struct bytes text)
{
    if (text.length < 3 || text.data[0] != 0xE2)
        return false;
    uint8_t second = text.data[1], third = text.data[2];
    return (second == 0x80 && third >= 0xAA && third <= 0xAE) || /* U+202A to U+202E */
           (second == 0x81 && third >= 0xA6 && third <= 0xA9);   /* U+2066 to U+2069 */
}

/* Where the next character that is not one of ASCII's printable ones may be: eight at a time. */
static size_t skip_printable(struct bytes text, size_t at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = 0x80 * ones;
    for (uint64_t word; at + sizeof word <= text.length; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        /* Above 0x7F; below 0x20, which borrows; 0x7F, which carries. */
        if ((word | (word - 0x20 * ones) | (word + ones)) & tops)
            break;
    }
    return at;
}

size_t text_find_hidden(struct bytes text, bool lines)
{
    for (size_t i = skip_printable(text, 0); i < text.length; i = skip_printable(text, i + 1)) {
        uint8_t byte = text.data[i];
        bool shown = byte >= 0x20 || (lines && (byte == '\n' || byte == '\t'));
        /* U+0080 to U+009F are C2 80 to C2 9F. */
        bool c1 = byte == 0xC2 && i + 1 < text.length && (text.data[i + 1] & 0xE0) == 0x80;
        if (!shown || byte == 0x7F || c1 || text_reorders(bytes_slice(text, i, text.length - i)))
            return i;
    }
    return text.length;
}

void text_copy(char *ret_room, size_t size, const char *text)
{
    size_t length = strnlen(text, size - 1);
    memcpy(ret_room, text, length);
    ret_room[length] = '\0';
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
    size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

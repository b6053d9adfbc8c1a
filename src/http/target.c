/* Paths, queries and forms as sent, read strictly: percent-encoding, characters, UTF-8. Which path
 * means what is in router.c. */
#include "http/request.h"

#include <string.h>

enum {
    IN_PATH = 1,    /* may stand in a path segment as it is (RFC 3986: pchar) */
    IN_QUERY = 2,   /* may stand in a query as it is (RFC 3986: pchar / "/" / "?") */
    UNRESERVED = 4, /* never needs encoding (RFC 3986 section 2.3) */
};

static unsigned character_class(uint8_t byte)
{
    if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
        (byte >= '0' && byte <= '9') || (byte && strchr("-._~", byte)))
        return IN_PATH | IN_QUERY | UNRESERVED;
    if (byte && strchr("!$&'()*+,;=:@", byte))
        return IN_PATH | IN_QUERY;
    if (byte == '/' || byte == '?')
        return IN_QUERY;
    return 0;
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

static enum error
refuse(struct fault *fault, enum error error, size_t offset, const char *expected, uint8_t found)
{
    fault_set(fault, error, NULL, expected, "byte %02x", found);
    return fault_within(fault, error, "offset %zu", offset);
}

/* Reads one character, as it is or as %XX, at *at; *at moves behind it. */
static enum error
decode_byte(struct bytes text, size_t *at, unsigned allowed, struct fault *fault, uint8_t *ret_byte)
{
    uint8_t byte = text.data[*at];
    if (byte != '%') {
        if (!(character_class(byte) & allowed))
            return refuse(
                fault, ERROR_HTTP_CHARACTER, *at, "a character of RFC 3986, or %XX", byte);
        *ret_byte = byte;
        *at += 1;
        return ERROR_OK;
    }
    /* RFC 3986 section 2.1: a percent sign is followed by two hexadecimal digits. */
    int high = text.length - *at > 2 ? hex_value(text.data[*at + 1]) : -1;
    int low = high >= 0 ? hex_value(text.data[*at + 2]) : -1;
    if (low < 0)
        return refuse(fault, ERROR_HTTP_PERCENT, *at, "% and two hexadecimal digits", byte);
    *ret_byte = (uint8_t)(high << 4 | low);
    *at += 3;
    return ERROR_OK;
}

static enum error check_utf8(const char *text, size_t length, size_t from, struct fault *fault)
{
    if (bytes_are_utf8((struct bytes){(const uint8_t *)text, length}, NULL))
        return ERROR_OK;
    return fault_place(fault, ERROR_UTF8, "offset %zu", from);
}

/* Reads one segment from *at to the next / or the end into out, with a zero byte behind. */
static enum error
decode_segment(struct bytes path, size_t *at, struct fault *fault, char *out, size_t *ret_length)
{
    size_t from = *at, length = 0;
    while (*at < path.length && path.data[*at] != '/') {
        size_t here = *at;
        uint8_t byte = 0;
        enum error error = decode_byte(path, at, IN_PATH, fault, &byte);
        if (error)
            return error;
        /* A decoded separator would make one segment look like two to whoever joins them. */
        if (byte < 0x20 || byte == 0x7F || byte == '/' || byte == '\\')
            return refuse(fault, ERROR_HTTP_PATH, here, "no control character or separator", byte);
        out[length++] = (char)byte;
    }
    out[length] = '\0';
    /* Clients remove dot segments (RFC 3986 section 5.2.4); one that arrives, plain or encoded,
     * wants to climb. */
    if (strcmp(out, ".") == 0 || strcmp(out, "..") == 0)
        return refuse(fault, ERROR_HTTP_PATH, from, "no segment . or ..", '.');
    *ret_length = length;
    return check_utf8(out, length, from, fault);
}

enum error http_path_parse(
    struct bytes path, struct arena *arena, struct fault *fault,
    const char *ret_segments[HTTP_SEGMENTS_MAX], size_t *ret_count)
{
    if (path.length == 0 || path.data[0] != '/')
        return fault_set(fault, ERROR_HTTP_CHARACTER, "offset 0", "/", NULL);
    const char *segments[HTTP_SEGMENTS_MAX];
    size_t count = 0, at = 1;
    /* Decoding never lengthens, and each segment's end takes the place of its /. */
    char *out = arena_alloc(arena, path.length + 1);
    if (!out)
        return fault_place(fault, ERROR_MEMORY, "path");
    while (path.length > 1) {
        if (count == HTTP_SEGMENTS_MAX)
            return fault_place(fault, ERROR_TOO_LARGE, "offset %zu", at);
        size_t length = 0;
        enum error error = decode_segment(path, &at, fault, out, &length);
        if (error)
            return error;
        segments[count++] = out;
        out += length + 1;
        if (at == path.length)
            break;
        at++; /* the / */
    }
    memcpy(ret_segments, segments, count * sizeof *segments);
    *ret_count = count;
    return ERROR_OK;
}

/* Reads a name or value up to one of the two ends (or the end of text). */
static enum error decode_part(
    struct bytes text, size_t *at, char end, char **out, struct fault *fault, const char **ret_text)
{
    char *start = *out;
    size_t from = *at, length = 0;
    while (*at < text.length && text.data[*at] != '&' && text.data[*at] != (uint8_t)end) {
        size_t here = *at;
        bool plus = text.data[*at] == '+';
        uint8_t byte = 0;
        enum error error = decode_byte(text, at, IN_QUERY, fault, &byte);
        if (error)
            return error;
        if (plus)
            byte = ' '; /* application/x-www-form-urlencoded */
        if ((byte < 0x20 && byte != '\t' && byte != '\r' && byte != '\n') || byte == 0x7F)
            return refuse(fault, ERROR_HTTP_CHARACTER, here, "no control character", byte);
        start[length++] = (char)byte;
    }
    start[length] = '\0';
    enum error error = check_utf8(start, length, from, fault);
    if (error)
        return error;
    *out = start + length + 1;
    *ret_text = start;
    return ERROR_OK;
}

enum error http_form_parse(
    struct bytes text, struct arena *arena, struct fault *fault, struct http_pairs *ret_pairs)
{
    size_t most = 0;
    for (size_t i = 0; i < text.length; i++)
        most += (i == 0 || text.data[i - 1] == '&') && text.data[i] != '&';
    if (most > HTTP_PAIRS_MAX)
        return fault_set(fault, ERROR_TOO_LARGE, "pairs", "256 pairs at most", "%zu pairs", most);
    if (most == 0) {
        *ret_pairs = (struct http_pairs){NULL, 0};
        return ERROR_OK;
    }
    struct http_pair *pairs = ARENA_ARRAY(arena, struct http_pair, most);
    /* Decoding never lengthens, and each end takes the place of its = or &. */
    char *out = arena_alloc(arena, text.length + 1);
    if (!pairs || !out)
        return fault_place(fault, ERROR_MEMORY, "pairs");
    size_t count = 0;
    for (size_t at = 0; at < text.length; at++) {
        if (text.data[at] == '&')
            continue;
        struct http_pair *pair = &pairs[count++];
        pair->value = "";
        enum error error = decode_part(text, &at, '=', &out, fault, &pair->name);
        if (!error && at < text.length && text.data[at] == '=') {
            at++;
            error = decode_part(text, &at, '&', &out, fault, &pair->value);
        }
        if (error)
            return error;
    }
    *ret_pairs = (struct http_pairs){pairs, count};
    return ERROR_OK;
}

void http_percent_append(struct buffer *buffer, struct bytes text)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.length; i++) {
        uint8_t byte = text.data[i];
        if (character_class(byte) & UNRESERVED) {
            buffer_append_byte(buffer, byte);
        } else {
            char encoded[3] = {'%', digits[byte >> 4], digits[byte & 15]};
            buffer_append(buffer, encoded, sizeof encoded);
        }
    }
}

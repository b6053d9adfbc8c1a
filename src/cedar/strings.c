/* Decoding the text of string tokens and of `like` patterns: escapes, and where wildcards stand. */
#include "cedar/lexer.h"

/* A cursor inside the quotes of a token. */
struct reader {
    struct bytes text; /* the token with its quotes */
    size_t at;
    struct cedar_position position; /* of at, for errors */
};

static uint8_t peek(const struct reader *reader)
{
    return reader->text.data[reader->at];
}

static void step(struct reader *reader)
{
    uint8_t byte = peek(reader);
    if (byte == '\n') {
        reader->position.line++;
        reader->position.column = 1;
    } else if ((byte & 0xC0) != 0x80) {
        reader->position.column++;
    }
    reader->position.offset++;
    reader->at++;
}

static enum error
bad_escape(struct fault *fault, struct cedar_position at, const struct reader *reader, size_t from)
{
    char found[48];
    return cedar_fault(
        fault, ERROR_CEDAR_ESCAPE, at, "one of \\n \\r \\t \\\\ \\0 \\' \\\" \\xNN \\u{...}", "%s",
        quote_text(bytes_slice(reader->text, from, reader->at + 1 - from), found, sizeof found));
}

/* The value of a hexadecimal digit, or 16. */
static unsigned hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10u;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10u;
    return 16;
}

/* After `\x`: two digits, at most 7f. */
static bool read_byte(struct reader *reader, uint32_t *ret_scalar)
{
    uint32_t value = 0;
    for (int i = 0; i < 2; i++) {
        unsigned digit = hex_digit(peek(reader));
        if (digit > 15)
            return false;
        value = value * 16 + digit;
        if (i == 0)
            step(reader);
    }
    if (value > 0x7F)
        return false;
    step(reader);
    *ret_scalar = value;
    return true;
}

/* After `\u`: `{`, one to six digits of a scalar value, with `_` after any of them, `}`. */
static bool read_scalar(struct reader *reader, uint32_t *ret_scalar)
{
    if (peek(reader) != '{')
        return false;
    step(reader);
    uint32_t value = 0;
    int digits = 0;
    for (; peek(reader) != '}'; step(reader)) {
        unsigned digit = hex_digit(peek(reader));
        if (digit <= 15 && digits < 6) {
            value = value * 16 + digit;
            digits++;
        } else if (peek(reader) != '_' || digits == 0) {
            return false;
        }
    }
    if (digits == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return false;
    step(reader);
    *ret_scalar = value;
    return true;
}

static bool read_named(uint8_t letter, uint32_t *ret_scalar)
{
    switch (letter) {
    case 'n':
        *ret_scalar = '\n';
        return true;
    case 'r':
        *ret_scalar = '\r';
        return true;
    case 't':
        *ret_scalar = '\t';
        return true;
    case '0':
        *ret_scalar = 0;
        return true;
    case '\\':
    case '\'':
    case '"':
        *ret_scalar = letter;
        return true;
    default:
        return false;
    }
}

/* Reads the escape at the backslash. The token ends with a quote that no escape takes, so that
 * looking at the next byte is always allowed. */
static enum error read_escape(struct reader *reader, struct fault *fault, uint32_t *ret_scalar)
{
    struct cedar_position start = reader->position;
    size_t from = reader->at;
    step(reader);
    uint8_t letter = peek(reader);
    bool good;
    if (letter == 'x' || letter == 'u') {
        step(reader);
        good = letter == 'x' ? read_byte(reader, ret_scalar) : read_scalar(reader, ret_scalar);
    } else {
        good = read_named(letter, ret_scalar);
        if (good)
            step(reader);
    }
    return good ? ERROR_OK : bad_escape(fault, start, reader, from);
}

static size_t put_scalar(uint8_t *out, uint32_t scalar)
{
    if (scalar < 0x80) {
        out[0] = (uint8_t)scalar;
        return 1;
    }
    if (scalar < 0x800) {
        out[0] = (uint8_t)(0xC0 | scalar >> 6);
        out[1] = (uint8_t)(0x80 | (scalar & 0x3F));
        return 2;
    }
    if (scalar < 0x10000) {
        out[0] = (uint8_t)(0xE0 | scalar >> 12);
        out[1] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
        out[2] = (uint8_t)(0x80 | (scalar & 0x3F));
        return 3;
    }
    out[0] = (uint8_t)(0xF0 | scalar >> 18);
    out[1] = (uint8_t)(0x80 | (scalar >> 12 & 0x3F));
    out[2] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
    out[3] = (uint8_t)(0x80 | (scalar & 0x3F));
    return 4;
}

/* Decodes a token into pieces: as a pattern, a piece ends at each wildcard; else there is one. */
static enum error decode(
    const struct cedar_token *token, bool pattern, struct arena *arena, struct fault *fault,
    struct bytes *pieces, size_t *ret_count)
{
    struct reader reader = {token->text, 0, token->span.start};
    step(&reader);
    /* No escape is shorter than what it stands for; one byte more ends the last piece. */
    uint8_t *out = arena_alloc(arena, token->text.length);
    if (!out)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    size_t count = 0;
    pieces[0] = (struct bytes){out, 0};
    while (reader.at + 1 < reader.text.length) {
        uint8_t byte = peek(&reader);
        uint32_t scalar = 0;
        bool is_star = byte == '\\' && reader.text.data[reader.at + 1] == '*';
        if (byte == '\r') {
            return cedar_fault(
                fault, ERROR_CEDAR_ESCAPE, reader.position, "\\r", "a raw carriage return");
        } else if (pattern && byte == '*') {
            step(&reader);
            pieces[++count] = (struct bytes){out, 0};
            continue;
        } else if (pattern && is_star) {
            step(&reader);
        } else if (byte == '\\') {
            enum error error = read_escape(&reader, fault, &scalar);
            if (error)
                return error;
            /* Only `\*` is the character; written by its number it is a wildcard too. The official
             * engine has it so, and patterns must mean the same to both. */
            if (pattern && scalar == '*') {
                pieces[++count] = (struct bytes){out, 0};
                continue;
            }
            size_t length = put_scalar(out, scalar);
            out += length;
            pieces[count].length += length;
            continue;
        }
        *out++ = peek(&reader);
        pieces[count].length++;
        step(&reader);
    }
    *ret_count = count + 1;
    return ERROR_OK;
}

enum error cedar_string_decode(
    const struct cedar_token *token, struct arena *arena, struct fault *fault,
    struct bytes *ret_string)
{
    struct bytes piece;
    size_t count;
    enum error error = decode(token, false, arena, fault, &piece, &count);
    if (!error)
        *ret_string = piece;
    return error;
}

enum error cedar_pattern_decode(
    const struct cedar_token *token, struct arena *arena, struct fault *fault,
    const struct bytes **ret_pieces, size_t *ret_count)
{
    size_t most = 1;
    for (size_t i = 0; i < token->text.length; i++)
        most += token->text.data[i] == '*' || token->text.data[i] == '\\';
    struct bytes *pieces = arena_array(arena, most, sizeof *pieces);
    if (!pieces)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    enum error error = decode(token, true, arena, fault, pieces, ret_count);
    if (!error)
        *ret_pieces = pieces;
    return error;
}

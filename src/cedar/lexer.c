/* Splitting Cedar text into tokens. The text of strings is decoded in strings.c. */
#include "cedar/lexer.h"

#include <stdio.h>
#include <string.h>

#include "cedar/limits.h"

enum error
cedar_lexer_start(struct bytes source, struct fault *fault, struct cedar_lexer *ret_lexer)
{
    const struct cedar_position start = {0, 1, 1};
    if (source.length > CEDAR_TEXT_MAX)
        return cedar_fault(
            fault, ERROR_TOO_LARGE, start, "at most 16 MiB of text", "%zu bytes", source.length);
    size_t bad;
    if (!bytes_are_utf8(source, &bad)) {
        char place[48];
        snprintf(place, sizeof place, "byte %zu", bad);
        return fault_set(fault, ERROR_UTF8, place, NULL, NULL);
    }
    *ret_lexer = (struct cedar_lexer){source, start};
    return ERROR_OK;
}

static bool is_letter(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* The byte that is ahead bytes on, or 0 past the end. */
static uint8_t peek(const struct cedar_lexer *lexer, size_t ahead)
{
    size_t offset = lexer->at.offset + ahead;
    return offset < lexer->source.length ? lexer->source.data[offset] : 0;
}

static bool at_end(const struct cedar_lexer *lexer)
{
    return lexer->at.offset >= lexer->source.length;
}

/* Moves over length bytes of the valid UTF-8 text, counting lines and characters. */
static void advance(struct cedar_lexer *lexer, size_t length)
{
    const uint8_t *from = lexer->source.data + lexer->at.offset;
    for (size_t i = 0; i < length; i++) {
        if (from[i] == '\n') {
            lexer->at.line++;
            lexer->at.column = 1;
        } else if ((from[i] & 0xC0) != 0x80) {
            lexer->at.column++;
        }
    }
    lexer->at.offset += (uint32_t)length;
}

/* How many bytes of white space begin here: the Unicode property White_Space, as the language has
 * it; 0 for anything else. */
static size_t space_length(const struct cedar_lexer *lexer)
{
    uint8_t a = peek(lexer, 0), b = peek(lexer, 1), c = peek(lexer, 2);
    if (a == ' ' || (a >= '\t' && a <= '\r'))
        return 1;
    if (a == 0xC2 && (b == 0x85 || b == 0xA0)) /* next line, no-break space */
        return 2;
    if (a == 0xE1 && b == 0x9A && c == 0x80) /* U+1680 */
        return 3;
    if (a == 0xE2 && b == 0x80 && (c <= 0x8A || c == 0xA8 || c == 0xA9 || c == 0xAF))
        return 3;                            /* U+2000..200A, 2028, 2029, 202F */
    if (a == 0xE2 && b == 0x81 && c == 0x9F) /* U+205F */
        return 3;
    if (a == 0xE3 && b == 0x80 && c == 0x80) /* U+3000 */
        return 3;
    return 0;
}

static void skip_blank(struct cedar_lexer *lexer)
{
    while (!at_end(lexer)) {
        size_t length = space_length(lexer);
        if (!length && peek(lexer, 0) == '/' && peek(lexer, 1) == '/') {
            /* A comment goes to the end of its line, which a carriage return ends too. */
            while (lexer->at.offset + length < lexer->source.length &&
                   peek(lexer, length) != '\n' && peek(lexer, length) != '\r')
                length++;
        }
        if (!length)
            return;
        advance(lexer, length);
    }
}

static const struct symbol {
    char text[3];
    enum cedar_token_kind kind;
} symbols[] = {
    /* Longer ones first where one begins another. */
    {"::", CEDAR_TOKEN_PATH},
    {"==", CEDAR_TOKEN_EQUAL},
    {"!=", CEDAR_TOKEN_NOT_EQUAL},
    {"<=", CEDAR_TOKEN_LESS_EQUAL},
    {">=", CEDAR_TOKEN_GREATER_EQUAL},
    {"&&", CEDAR_TOKEN_AND},
    {"||", CEDAR_TOKEN_OR},
    {"@", CEDAR_TOKEN_AT},
    {".", CEDAR_TOKEN_DOT},
    {",", CEDAR_TOKEN_COMMA},
    {";", CEDAR_TOKEN_SEMICOLON},
    {":", CEDAR_TOKEN_COLON},
    {"(", CEDAR_TOKEN_LEFT_PARENTHESIS},
    {")", CEDAR_TOKEN_RIGHT_PARENTHESIS},
    {"{", CEDAR_TOKEN_LEFT_BRACE},
    {"}", CEDAR_TOKEN_RIGHT_BRACE},
    {"[", CEDAR_TOKEN_LEFT_BRACKET},
    {"]", CEDAR_TOKEN_RIGHT_BRACKET},
    {"=", CEDAR_TOKEN_ASSIGN},
    {"?", CEDAR_TOKEN_QUESTION},
    {"<", CEDAR_TOKEN_LESS},
    {">", CEDAR_TOKEN_GREATER},
    {"!", CEDAR_TOKEN_NOT},
    {"+", CEDAR_TOKEN_PLUS},
    {"-", CEDAR_TOKEN_MINUS},
    {"*", CEDAR_TOKEN_STAR},
    {"/", CEDAR_TOKEN_SLASH},
    {"%", CEDAR_TOKEN_PERCENT},
};

/* Of the identifier that begins from bytes on, with a letter. */
static size_t identifier_length(const struct cedar_lexer *lexer, size_t from)
{
    size_t length = from;
    while (is_letter(peek(lexer, length)) || is_digit(peek(lexer, length)))
        length++;
    return length - from;
}

/* Bytes of the string that begins here with its quotes; 0 when it has no end. A backslash takes the
 * next character with it, but not a line feed. */
static size_t string_length(const struct cedar_lexer *lexer)
{
    struct bytes source = lexer->source;
    for (size_t i = lexer->at.offset + 1; i < source.length; i++) {
        if (source.data[i] == '"')
            return i + 1 - lexer->at.offset;
        if (source.data[i] == '\\') {
            i++;
            if (i < source.length && source.data[i] == '\n')
                return 0;
        }
    }
    return 0;
}

static enum error read_integer(
    const struct cedar_lexer *lexer, struct fault *fault, size_t *ret_length, uint64_t *ret_value)
{
    const uint64_t most = (uint64_t)1 << 63;
    size_t length = 0;
    uint64_t value = 0;
    for (; is_digit(peek(lexer, length)); length++) {
        uint64_t digit = (uint64_t)(peek(lexer, length) - '0');
        if (value > (most - digit) / 10)
            return cedar_fault(
                fault, ERROR_CEDAR_INTEGER, lexer->at, "at most 9223372036854775807", NULL);
        value = value * 10 + digit;
    }
    *ret_length = length;
    *ret_value = value;
    return ERROR_OK;
}

/* The kind of the token that begins here and its length; what is no token has length 0. */
static enum error classify(
    const struct cedar_lexer *lexer, struct fault *fault, enum cedar_token_kind *ret_kind,
    size_t *ret_length, uint64_t *ret_value)
{
    uint8_t first = peek(lexer, 0);
    if (is_letter(first)) {
        *ret_kind = CEDAR_TOKEN_IDENTIFIER;
        *ret_length = identifier_length(lexer, 0);
        return ERROR_OK;
    }
    if (is_digit(first)) {
        *ret_kind = CEDAR_TOKEN_INTEGER;
        return read_integer(lexer, fault, ret_length, ret_value);
    }
    if (first == '"') {
        *ret_kind = CEDAR_TOKEN_STRING;
        *ret_length = string_length(lexer);
        if (*ret_length)
            return ERROR_OK;
        return cedar_fault(fault, ERROR_CEDAR_STRING, lexer->at, "a closing \"", NULL);
    }
    if (first == '?' && is_letter(peek(lexer, 1))) {
        *ret_kind = CEDAR_TOKEN_SLOT;
        *ret_length = 1 + identifier_length(lexer, 1);
        return ERROR_OK;
    }
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        const char *text = symbols[i].text;
        if (first == (uint8_t)text[0] && (!text[1] || peek(lexer, 1) == (uint8_t)text[1])) {
            *ret_kind = symbols[i].kind;
            *ret_length = strlen(text);
            return ERROR_OK;
        }
    }
    *ret_length = 0;
    return ERROR_OK;
}

enum error
cedar_lexer_next(struct cedar_lexer *lexer, struct fault *fault, struct cedar_token *ret_token)
{
    struct cedar_lexer ahead = *lexer;
    skip_blank(&ahead);
    struct cedar_token token = {.kind = CEDAR_TOKEN_END, .span = {ahead.at, ahead.at.offset}};
    token.text = bytes_slice(ahead.source, ahead.at.offset, 0);
    if (!at_end(&ahead)) {
        size_t length = 0;
        enum error error = classify(&ahead, fault, &token.kind, &length, &token.value);
        if (error)
            return error;
        if (!length) {
            char found[32];
            uint8_t first = peek(&ahead, 0);
            size_t character = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
            return cedar_fault(
                fault, ERROR_CEDAR_TOKEN, ahead.at, NULL, "%s",
                quote_text(
                    bytes_slice(ahead.source, ahead.at.offset, character), found, sizeof found));
        }
        token.text = bytes_slice(ahead.source, ahead.at.offset, length);
        advance(&ahead, length);
        token.span.end = ahead.at.offset;
    }
    *lexer = ahead;
    *ret_token = token;
    return ERROR_OK;
}

bool cedar_token_is(const struct cedar_token *token, const char *word)
{
    return token->kind == CEDAR_TOKEN_IDENTIFIER && bytes_equal_text(token->text, word);
}

const char *cedar_token_words(const struct cedar_token *token, char text[CEDAR_TOKEN_WORDS_SIZE])
{
    const int most = 40;
    int length = token->text.length > (size_t)most ? most : (int)token->text.length;
    const char *more = length < (int)token->text.length ? "..." : "";
    switch (token->kind) {
    case CEDAR_TOKEN_END:
        snprintf(text, CEDAR_TOKEN_WORDS_SIZE, "the end of the text");
        break;
    case CEDAR_TOKEN_STRING:
        snprintf(text, CEDAR_TOKEN_WORDS_SIZE, "a string");
        break;
    default:
        snprintf(
            text, CEDAR_TOKEN_WORDS_SIZE, "`%.*s%s`", length, (const char *)token->text.data, more);
    }
    return text;
}

bool cedar_word_is_reserved(struct bytes word)
{
    static const char *const reserved[] = {"true", "false", "if",   "then", "else",
                                           "in",   "is",    "like", "has",  "__cedar"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (bytes_equal_text(word, reserved[i]))
            return true;
    }
    return false;
}

bool cedar_is_identifier(struct bytes text)
{
    if (text.length == 0 || !is_letter(text.data[0]))
        return false;
    for (size_t i = 1; i < text.length; i++) {
        if (!is_letter(text.data[i]) && !is_digit(text.data[i]))
            return false;
    }
    return true;
}

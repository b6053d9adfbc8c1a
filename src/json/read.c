/* The reader. It runs over a copy of the text once, with a stack of its own instead of recursion.
 * Finished children wait on the stack; when their array or object closes they move to the arena,
 * side by side. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/tree.h"

/* An array or object that is open. */
struct frame {
    uint32_t offset; /* of its bracket */
    size_t first;    /* its first child on the stack */
    bool is_object;
};

struct parser {
    struct json_document *document;
    struct bytes text; /* with a zero byte after it */
    size_t at;
    struct arena *arena;
    struct fault *fault;
    size_t depth;
    bool at_name; /* in the innermost object, where a name should be: it has no current member */
    struct frame frames[JSON_DEPTH_MAX];
    /* Children of the open arrays and objects. An object's child stands here from its name on, an
     * array's from its end on. */
    struct json_member *stack;
    size_t used, capacity;
};

/* --- Faults ------------------------------------------------------------------------------ */

static void put_path(struct parser *parser, struct path *path)
{
    path_begin(path);
    size_t end = parser->used;
    for (size_t depth = parser->depth; depth > 0; depth--) {
        const struct frame *frame = &parser->frames[depth - 1];
        if (!frame->is_object)
            path_index(path, end - frame->first);
        else if (end > frame->first && !(parser->at_name && depth == parser->depth))
            path_key(path, json_member_name(&parser->stack[end - 1]));
        end = frame->first;
    }
}

PRINTF_LIKE(5, 6)
static enum error fail(
    struct parser *parser, size_t offset, enum error error, const char *expected, const char *found,
    ...)
{
    if (!parser->fault)
        return error;
    struct path path;
    put_path(parser, &path);
    char place[sizeof parser->fault->place], words[sizeof parser->fault->found] = "";
    struct json_place at = json_place_in(parser->text, offset);
    json_place_text(at, path_text(&path), place, sizeof place);
    if (found) {
        va_list arguments;
        va_start(arguments, found);
        vsnprintf(words, sizeof words, found, arguments);
        va_end(arguments);
    }
    (void)fault_set(parser->fault, error, place, expected, "%s", words);
    return fault_in_text(parser->fault, error, at.line, at.column);
}

static enum error out_of_memory(struct parser *parser)
{
    return fail(parser, parser->at, ERROR_MEMORY, NULL, NULL);
}

/* Something else stands at the cursor than what may. */
static enum error unexpected(struct parser *parser, const char *expected)
{
    if (parser->at >= parser->text.length)
        return fail(parser, parser->at, ERROR_JSON_TRUNCATED, expected, NULL);
    /* The text is UTF-8: the first byte tells the character's length. */
    uint8_t first = parser->text.data[parser->at];
    size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    char quoted[24];
    quote_text(bytes_slice(parser->text, parser->at, length), quoted, sizeof quoted);
    return fail(parser, parser->at, ERROR_JSON_SYNTAX, expected, "%s", quoted);
}

/* --- Tokens ------------------------------------------------------------------------------ */

static uint8_t current(const struct parser *parser)
{
    return parser->text.data[parser->at]; /* the zero byte at the end is no token */
}

static void skip_space(struct parser *parser)
{
    for (;;) {
        uint8_t c = current(parser);
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            return;
        parser->at++;
    }
}

/* The offset of the first byte from `at` on that ends plain characters: a quote, a backslash, a
 * control character (among them the zero after the text). */
static size_t plain_end(struct bytes text, size_t at)
{
    const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    while (text.length - at >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text.data + at, sizeof word);
        uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
        /* A byte of x is zero exactly when (x - 1) & ~x has its high bit; so with 0x20 for less. */
        uint64_t hit =
            ((quote - ones) & ~quote) | ((slash - ones) & ~slash) | ((word - ones * 0x20) & ~word);
        if (hit & highs)
            break;
        at += sizeof word;
    }
    while (text.data[at] != '"' && text.data[at] != '\\' && text.data[at] >= 0x20)
        at++;
    return at;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Reads the four digits after "\u". */
static enum error read_unit(struct parser *parser, size_t escape, unsigned *ret_unit)
{
    unsigned unit = 0;
    for (int i = 0; i < 4; i++, parser->at++) {
        int digit = hex_digit(current(parser));
        if (digit < 0)
            return fail(
                parser, escape,
                parser->at < parser->text.length ? ERROR_JSON_ESCAPE : ERROR_JSON_TRUNCATED,
                "four hexadecimal digits", NULL);
        unit = unit << 4 | (unsigned)digit;
    }
    *ret_unit = unit;
    return ERROR_OK;
}

static size_t put_utf8(uint8_t *at, unsigned scalar)
{
    if (scalar < 0x80) {
        at[0] = (uint8_t)scalar;
        return 1;
    }
    if (scalar < 0x800) {
        at[0] = (uint8_t)(0xC0 | scalar >> 6);
        at[1] = (uint8_t)(0x80 | (scalar & 0x3F));
        return 2;
    }
    if (scalar < 0x10000) {
        at[0] = (uint8_t)(0xE0 | scalar >> 12);
        at[1] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
        at[2] = (uint8_t)(0x80 | (scalar & 0x3F));
        return 3;
    }
    at[0] = (uint8_t)(0xF0 | scalar >> 18);
    at[1] = (uint8_t)(0x80 | (scalar >> 12 & 0x3F));
    at[2] = (uint8_t)(0x80 | (scalar >> 6 & 0x3F));
    at[3] = (uint8_t)(0x80 | (scalar & 0x3F));
    return 4;
}

/* After "\u": one scalar value, of one unit or of a surrogate pair (RFC 8259 section 7). */
static enum error read_scalar(struct parser *parser, size_t escape, unsigned *ret_scalar)
{
    unsigned high, low;
    enum error error = read_unit(parser, escape, &high);
    if (error)
        return error;
    if (high < 0xD800 || high > 0xDFFF) {
        *ret_scalar = high;
        return ERROR_OK;
    }
    bool has_second =
        high < 0xDC00 && current(parser) == '\\' && parser->text.data[parser->at + 1] == 'u';
    if (!has_second)
        return fail(parser, escape, ERROR_JSON_SURROGATE, NULL, "\\u%04x", high);
    size_t second = parser->at;
    parser->at += 2;
    error = read_unit(parser, second, &low);
    if (error)
        return error;
    if (low < 0xDC00 || low > 0xDFFF)
        return fail(parser, escape, ERROR_JSON_SURROGATE, NULL, "\\u%04x\\u%04x", high, low);
    *ret_scalar = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return ERROR_OK;
}

/* Decodes the escape at the cursor to `at`; *ret_length is what it wrote, at most 4 bytes and never
 * more than the escape took. */
static enum error read_escape(struct parser *parser, uint8_t *at, size_t *ret_length)
{
    static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    size_t escape = parser->at++;
    uint8_t letter = current(parser);
    if (letter == 'u') {
        unsigned scalar;
        parser->at++;
        enum error error = read_scalar(parser, escape, &scalar);
        if (!error)
            *ret_length = put_utf8(at, scalar);
        return error;
    }
    const char *found = letter ? strchr(letters, letter) : NULL;
    if (!found) {
        if (parser->at >= parser->text.length)
            return fail(parser, parser->at, ERROR_JSON_TRUNCATED, "the rest of an escape", NULL);
        return fail(parser, escape, ERROR_JSON_ESCAPE, NULL, NULL);
    }
    *at = (uint8_t)values[found - letters];
    *ret_length = 1;
    parser->at++;
    return ERROR_OK;
}

/* Ends a string's characters at something other than a quote or an escape. */
static enum error bad_character(struct parser *parser)
{
    if (parser->at >= parser->text.length)
        return fail(parser, parser->at, ERROR_JSON_TRUNCATED, "the end of a string", NULL);
    /* Section 7: U+0000 to U+001F must be escaped. */
    return fail(
        parser, parser->at, ERROR_JSON_CONTROL, "it escaped", "U+%04X", (unsigned)current(parser));
}

/* The rest of a string that has escapes. It is decoded to the arena: never longer than it is
 * written, and a string of n bytes with an escape ends at the latest where the text does. */
static enum error
read_escaped(struct parser *parser, size_t start, size_t first_escape, struct bytes *ret_characters)
{
    /* Find the end first, to allocate once. */
    size_t end = first_escape;
    while (end < parser->text.length && parser->text.data[end] != '"') {
        if (parser->text.data[end] == '\\')
            end += 2;
        else
            end = plain_end(parser->text, end + 1);
    }
    if (end > parser->text.length)
        end = parser->text.length;
    uint8_t *characters = arena_alloc(parser->arena, end - start);
    if (!characters)
        return out_of_memory(parser);
    size_t length = first_escape - start;
    memcpy(characters, parser->text.data + start, length);
    parser->at = first_escape;
    while (current(parser) != '"') {
        if (current(parser) == '\\') {
            size_t more;
            enum error error = read_escape(parser, characters + length, &more);
            if (error)
                return error;
            length += more;
        } else if (current(parser) < 0x20) {
            return bad_character(parser);
        }
        size_t next = plain_end(parser->text, parser->at);
        memcpy(characters + length, parser->text.data + parser->at, next - parser->at);
        length += next - parser->at;
        parser->at = next;
    }
    parser->at++;
    *ret_characters = (struct bytes){characters, length};
    return ERROR_OK;
}

/* A string, with the cursor at its quote. Without escapes it is a view of the text. */
static enum error read_string(struct parser *parser, struct bytes *ret_characters)
{
    size_t start = ++parser->at;
    size_t end = plain_end(parser->text, start);
    if (parser->text.data[end] == '\\')
        return read_escaped(parser, start, end, ret_characters);
    parser->at = end;
    if (parser->text.data[end] != '"')
        return bad_character(parser);
    parser->at++;
    *ret_characters = (struct bytes){parser->text.data + start, end - start};
    return ERROR_OK;
}

static bool is_word(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '-' || c == '.' || c == '_';
}

static enum error read_number(struct parser *parser, struct json *value)
{
    struct bytes rest = bytes_slice(parser->text, parser->at, parser->text.length);
    size_t length = json_number_length(rest), word = 0;
    while (is_word(parser->text.data[parser->at + word]))
        word++;
    if (length == 0 || length != word) {
        char quoted[40];
        quote_text(bytes_slice(rest, 0, word), quoted, sizeof quoted);
        return fail(parser, parser->at, ERROR_JSON_NUMBER, NULL, "%s", quoted);
    }
    value->type = JSON_NUMBER;
    value->as.characters = rest.data;
    value->length = (uint32_t)length;
    parser->at += length;
    return ERROR_OK;
}

static enum error read_literal(struct parser *parser, struct json *value)
{
    static const struct {
        struct bytes word;
        enum json_type type;
        bool truth;
    } literals[] = {
        {{(const uint8_t *)"true", 4}, JSON_BOOL, true},
        {{(const uint8_t *)"false", 5}, JSON_BOOL, false},
        {{(const uint8_t *)"null", 4}, JSON_NULL, false},
    };
    for (size_t i = 0; i < sizeof literals / sizeof *literals; i++) {
        size_t length = literals[i].word.length;
        if (bytes_equal(bytes_slice(parser->text, parser->at, length), literals[i].word) &&
            !is_word(parser->text.data[parser->at + length])) {
            value->type = (uint8_t)literals[i].type;
            value->truth = literals[i].truth;
            parser->at += length;
            return ERROR_OK;
        }
    }
    return unexpected(parser, "a value");
}

/* A value that is neither array nor object. */
static enum error read_single(struct parser *parser, struct json *value)
{
    uint8_t c = current(parser);
    if (c == '"') {
        struct bytes characters;
        enum error error = read_string(parser, &characters);
        if (error)
            return error;
        value->type = JSON_STRING;
        value->as.characters = characters.data;
        value->length = (uint32_t)characters.length;
        return ERROR_OK;
    }
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_number(parser, value);
    return read_literal(parser, value);
}

/* --- Arrays and objects ------------------------------------------------------------------ */

static enum error push_child(struct parser *parser, struct json_member **ret_child)
{
    if (parser->used == parser->capacity) {
        size_t capacity = parser->capacity ? parser->capacity * 2 : 64;
        struct json_member *stack = realloc(parser->stack, capacity * sizeof *stack);
        if (!stack)
            return out_of_memory(parser);
        parser->stack = stack;
        parser->capacity = capacity;
    }
    *ret_child = &parser->stack[parser->used++];
    return ERROR_OK;
}

/* A member's name and its colon. */
static enum error read_name(struct parser *parser)
{
    parser->at_name = true;
    skip_space(parser);
    if (current(parser) != '"')
        return unexpected(parser, "a member's name in quotes");
    uint32_t offset = (uint32_t)parser->at;
    struct bytes name;
    enum error error = read_string(parser, &name);
    struct json_member *child;
    if (!error)
        error = push_child(parser, &child);
    if (error)
        return error;
    *child = (struct json_member){
        .name = name.data, .name_length = (uint32_t)name.length, .name_offset = offset};
    parser->at_name = false;
    skip_space(parser);
    if (current(parser) != ':')
        return unexpected(parser, "':' after a member's name");
    parser->at++;
    return ERROR_OK;
}

static int compare_names(const void *a, const void *b, void *members)
{
    const struct json_member *all = members;
    const uint32_t *left = a, *right = b;
    return bytes_compare(json_member_name(&all[*left]), json_member_name(&all[*right]));
}

static enum error
duplicate(struct parser *parser, const struct json_member *one, const struct json_member *other)
{
    const struct json_member *second = one->name_offset > other->name_offset ? one : other;
    /* Leave the object's last name out of the path: it stands for the object here. */
    parser->used = parser->frames[parser->depth - 1].first;
    char quoted[64];
    quote_text(json_member_name(second), quoted, sizeof quoted);
    return fail(parser, second->name_offset, ERROR_JSON_DUPLICATE, NULL, "%s", quoted);
}

/* Refuses duplicate names, which RFC 8259 section 4 leaves to each reader: two readers of such an
 * object could see different members. */
static enum error check_names(struct parser *parser, struct json_member *members, size_t count)
{
    if (count < JSON_ORDER_FROM) {
        for (size_t i = 1; i < count; i++) {
            for (size_t k = 0; k < i; k++) {
                if (bytes_equal(json_member_name(&members[i]), json_member_name(&members[k])))
                    return duplicate(parser, &members[i], &members[k]);
            }
        }
        return ERROR_OK;
    }
    uint32_t *order = (uint32_t *)(void *)(members + count);
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, count, sizeof *order, compare_names, members);
    for (size_t i = 1; i < count; i++) {
        if (compare_names(&order[i - 1], &order[i], members) == 0)
            return duplicate(parser, &members[order[i - 1]], &members[order[i]]);
    }
    return ERROR_OK;
}

static enum error close_object(
    struct parser *parser, const struct json_member *children, size_t count, struct json *value)
{
    size_t order = count < JSON_ORDER_FROM ? 0 : count * sizeof(uint32_t);
    struct json_member *members = arena_alloc(parser->arena, count * sizeof *members + order);
    if (!members)
        return out_of_memory(parser);
    memcpy(members, children, count * sizeof *members);
    enum error error = check_names(parser, members, count);
    if (!error)
        value->as.members = members;
    return error;
}

static enum error close_array(
    struct parser *parser, const struct json_member *children, size_t count, struct json *value)
{
    struct json *items = ARENA_ARRAY(parser->arena, struct json, count);
    if (!items)
        return out_of_memory(parser);
    for (size_t i = 0; i < count; i++)
        items[i] = children[i].value;
    value->as.items = items;
    return ERROR_OK;
}

/* Ends the innermost array or object, with the cursor after its bracket. */
static enum error close_frame(struct parser *parser, struct json *value)
{
    const struct frame frame = parser->frames[parser->depth - 1];
    size_t count = parser->used - frame.first;
    *value = (struct json){
        .document = parser->document,
        .offset = frame.offset,
        .length = (uint32_t)count,
        .type = frame.is_object ? JSON_OBJECT : JSON_ARRAY,
    };
    if (count > 0) {
        const struct json_member *children = parser->stack + frame.first;
        enum error error = frame.is_object ? close_object(parser, children, count, value)
                                           : close_array(parser, children, count, value);
        if (error)
            return error;
    }
    parser->used = frame.first;
    parser->depth--;
    return ERROR_OK;
}

static enum error open_frame(struct parser *parser, bool is_object)
{
    if (parser->depth == JSON_DEPTH_MAX)
        return fail(
            parser, parser->at, ERROR_JSON_DEPTH, NULL, "more than %d levels", JSON_DEPTH_MAX);
    parser->frames[parser->depth++] = (struct frame){
        .offset = (uint32_t)parser->at, .first = parser->used, .is_object = is_object};
    parser->at++;
    return ERROR_OK;
}

/* Reads up to the end of the next value that has no children: through opening brackets and names.
 * On return *value is whole. */
static enum error descend(struct parser *parser, struct json *value)
{
    for (;;) {
        skip_space(parser);
        uint8_t c = current(parser);
        *value = (struct json){.document = parser->document, .offset = (uint32_t)parser->at};
        if (c != '[' && c != '{')
            return read_single(parser, value);
        enum error error = open_frame(parser, c == '{');
        if (error)
            return error;
        skip_space(parser);
        if (current(parser) == (c == '{' ? '}' : ']')) {
            parser->at++;
            return close_frame(parser, value);
        }
        if (c == '{')
            error = read_name(parser);
        if (error)
            return error;
    }
}

/* Puts a whole value into the array or object around it, and closes every one that ends here.
 * *ret_more tells that another value follows; else *value is the root. */
static enum error ascend(struct parser *parser, struct json *value, bool *ret_more)
{
    while (parser->depth > 0) {
        const struct frame *frame = &parser->frames[parser->depth - 1];
        bool is_object = frame->is_object;
        struct json_member *child = NULL;
        enum error error = ERROR_OK;
        if (is_object)
            child = &parser->stack[parser->used - 1];
        else
            error = push_child(parser, &child);
        if (error)
            return error;
        child->value = *value;
        skip_space(parser);
        uint8_t c = current(parser);
        if (c == ',') {
            parser->at++;
            *ret_more = true;
            return is_object ? read_name(parser) : ERROR_OK;
        }
        if (c != (is_object ? '}' : ']'))
            return unexpected(parser, is_object ? "',' or '}'" : "',' or ']'");
        parser->at++;
        error = close_frame(parser, value);
        if (error)
            return error;
    }
    *ret_more = false;
    return ERROR_OK;
}

static enum error read_document(struct parser *parser)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
    /* Section 8.1: a text must not begin with a byte order mark; readers may refuse one. */
    if (bytes_equal(bytes_slice(parser->text, 0, sizeof mark), BYTES_ARRAY(mark)))
        return fail(parser, 0, ERROR_JSON_BOM, NULL, NULL);
    size_t bad;
    if (!bytes_are_utf8(parser->text, &bad))
        return fail(parser, bad, ERROR_JSON_UTF8, NULL, "0x%02x", parser->text.data[bad]);
    bool more = true;
    struct json value;
    while (more) {
        enum error error = descend(parser, &value);
        if (!error)
            error = ascend(parser, &value, &more);
        if (error)
            return error;
    }
    skip_space(parser);
    if (parser->at < parser->text.length)
        return fail(
            parser, parser->at, ERROR_JSON_TRAILING, NULL, "%zu bytes",
            parser->text.length - parser->at);
    parser->document->root = value;
    return ERROR_OK;
}

enum error json_parse(
    struct bytes text, struct arena *arena, struct fault *fault, const struct json **ret_root)
{
    if (text.length > JSON_SIZE_MAX) {
        char expected[40];
        snprintf(expected, sizeof expected, "%d bytes at most", JSON_SIZE_MAX);
        return fault_set(fault, ERROR_JSON_TOO_LARGE, NULL, expected, "%zu", text.length);
    }
    struct json_document *document = ARENA_NEW(arena, struct json_document);
    struct bytes copy = arena_copy(arena, text);
    if (!document || !copy.data)
        return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
    document->text = copy;
    struct parser parser;
    parser.document = document;
    parser.text = copy;
    parser.arena = arena;
    parser.fault = fault;
    parser.at = parser.depth = parser.used = parser.capacity = 0;
    parser.at_name = false;
    parser.stack = NULL;
    enum error error = read_document(&parser);
    free(parser.stack);
    if (!error)
        *ret_root = &document->root;
    return error;
}

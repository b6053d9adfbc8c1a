/* A reader by recursive descent. What it lets through is a small part of C, written out with
 * parentheses around everything, so that C reads it as it was meant here. */
#include "pagec/expression.h"

#include <string.h>

enum { DEPTH_MAX = 32, NAME_MAX_LENGTH = 64 };

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_name(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static uint8_t peek(const struct reader *reader)
{
    return reader->at < reader->text.length ? reader->text.data[reader->at] : 0;
}

static enum error expect(struct reader *reader, const char *expected)
{
    reader->expected = expected;
    return ERROR_SYNTAX;
}

void reader_space(struct reader *reader)
{
    while (is_space(peek(reader)))
        reader->at++;
}

struct bytes reader_name(struct reader *reader)
{
    size_t from = reader->at;
    if (is_name(peek(reader))) {
        while (is_name(peek(reader)) || is_digit(peek(reader)))
            reader->at++;
    }
    return bytes_slice(reader->text, from, reader->at - from);
}

bool reader_take(struct reader *reader, const char *text)
{
    struct bytes next = bytes_slice(reader->text, reader->at, strlen(text));
    if (!bytes_equal_text(next, text))
        return false;
    reader->at += next.length;
    return true;
}

bool reader_end(struct reader *reader)
{
    reader_space(reader);
    return reader->at == reader->text.length;
}

static struct bytes read_digits(struct reader *reader)
{
    size_t from = reader->at;
    while (is_digit(peek(reader)))
        reader->at++;
    return bytes_slice(reader->text, from, reader->at - from);
}

/* Digits without a leading zero (which C would read as octal), of a size any type holds. */
static enum error read_number(struct reader *reader, struct buffer *out)
{
    size_t from = reader->at;
    struct bytes digits = read_digits(reader);
    if (digits.length == 0 || digits.length > 9 || (digits.length > 1 && digits.data[0] == '0')) {
        reader->at = from;
        return expect(reader, "a number of 1 to 9 digits");
    }
    buffer_append_bytes(out, digits);
    return ERROR_OK;
}

static enum error
read_path_at(struct reader *reader, struct scope scope, unsigned depth, struct buffer *out);

/* What follows a path's name: members and places. */
static enum error
read_steps(struct reader *reader, struct scope scope, unsigned depth, struct buffer *out)
{
    for (;;) {
        enum error error = ERROR_OK;
        if (reader_take(reader, ".") || reader_take(reader, "->")) {
            bool pointer = reader->text.data[reader->at - 1] == '>';
            struct bytes name = reader_name(reader);
            if (name.length == 0 || name.length > NAME_MAX_LENGTH)
                return expect(reader, "a member's name");
            buffer_append_text(out, pointer ? "->" : ".");
            buffer_append_bytes(out, name);
        } else if (reader_take(reader, "[")) {
            buffer_append_text(out, "[");
            error = is_digit(peek(reader)) ? read_number(reader, out)
                                           : read_path_at(reader, scope, depth + 1, out);
            if (!error && !reader_take(reader, "]"))
                error = expect(reader, "]");
            buffer_append_text(out, "]");
        } else {
            return ERROR_OK;
        }
        if (error)
            return error;
    }
}

static enum error
read_path_at(struct reader *reader, struct scope scope, unsigned depth, struct buffer *out)
{
    size_t from = reader->at;
    struct bytes name = reader_name(reader);
    if (depth > DEPTH_MAX)
        return expect(reader, "less nesting");
    if (name.length == 0 || name.length > NAME_MAX_LENGTH)
        return expect(reader, "a name");
    if (!scope.known(scope.context, name)) {
        reader->at = from;
        reader->expected = "view, or the name of an {{# each}} around it";
        return ERROR_NOT_FOUND;
    }
    /* The variables are pointers; a template writes them as what they point to. */
    buffer_append_text(out, "(*");
    buffer_append_bytes(out, name);
    buffer_append_text(out, ")");
    return read_steps(reader, scope, depth, out);
}

enum error read_path(struct reader *reader, struct scope scope, struct buffer *out)
{
    return read_path_at(reader, scope, 0, out);
}

/* An enumeration's constant is written in capitals. */
static bool is_constant(struct bytes name)
{
    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] >= 'a' && name.data[i] <= 'z')
            return false;
    }
    return name.length > 1 && name.length <= NAME_MAX_LENGTH;
}

static enum error read_operand(struct reader *reader, struct scope scope, struct buffer *out)
{
    size_t from = reader->at;
    if (is_digit(peek(reader)))
        return read_number(reader, out);
    struct bytes name = reader_name(reader);
    if (is_constant(name)) {
        buffer_append_bytes(out, name);
        return ERROR_OK;
    }
    reader->at = from;
    return read_path(reader, scope, out);
}

static enum error read_test(struct reader *reader, struct scope scope, struct buffer *out)
{
    static const char *const operators[] = {"==", "!=", "<=", ">=", "<", ">"};
    struct buffer path = {0};
    enum error error = read_path(reader, scope, &path);
    if (!error)
        error = path.error;
    const char *comparison = NULL;
    if (!error) {
        reader_space(reader);
        for (size_t i = 0; !comparison && i < sizeof operators / sizeof *operators; i++) {
            if (reader_take(reader, operators[i]))
                comparison = operators[i];
        }
        buffer_append_text(out, comparison ? "(" : "PAGE_HAS(");
        buffer_append_bytes(out, buffer_view(&path));
    }
    if (comparison) {
        buffer_printf(out, " %s ", comparison);
        reader_space(reader);
        error = read_operand(reader, scope, out);
    }
    buffer_append_text(out, ")");
    buffer_free(&path);
    return error;
}

static enum error
read_or(struct reader *reader, struct scope scope, unsigned depth, struct buffer *out);

static enum error
read_not(struct reader *reader, struct scope scope, unsigned depth, struct buffer *out)
{
    if (depth > DEPTH_MAX)
        return expect(reader, "less nesting");
    reader_space(reader);
    if (reader_take(reader, "!")) {
        buffer_append_text(out, "!");
        return read_not(reader, scope, depth + 1, out);
    }
    if (!reader_take(reader, "("))
        return read_test(reader, scope, out);
    enum error error = read_or(reader, scope, depth + 1, out);
    reader_space(reader);
    if (!error && !reader_take(reader, ")"))
        error = expect(reader, ")");
    return error;
}

/* The inner of one of the two operators: one operand or more, in parentheses. */
static enum error
read_and(struct reader *reader, struct scope scope, unsigned depth, struct buffer *out)
{
    buffer_append_text(out, "(");
    enum error error = read_not(reader, scope, depth, out);
    for (reader_space(reader); !error && reader_take(reader, "&&"); reader_space(reader)) {
        buffer_append_text(out, " && ");
        error = read_not(reader, scope, depth, out);
    }
    buffer_append_text(out, ")");
    return error;
}

static enum error
read_or(struct reader *reader, struct scope scope, unsigned depth, struct buffer *out)
{
    buffer_append_text(out, "(");
    enum error error = read_and(reader, scope, depth, out);
    for (reader_space(reader); !error && reader_take(reader, "||"); reader_space(reader)) {
        buffer_append_text(out, " || ");
        error = read_and(reader, scope, depth, out);
    }
    buffer_append_text(out, ")");
    return error;
}

enum error read_condition(struct reader *reader, struct scope scope, struct buffer *out)
{
    return read_or(reader, scope, 0, out);
}

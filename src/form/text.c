/* Headings and prose of a form's text; its lines and characters. The margins are in
 * text_margin.c. */
#include "form/text_reader.h"

#include <stdio.h>
#include <string.h>

/* --- Characters ---------------------------------------------------------------------------- */

/* Marks with a meaning in Markdown or HTML: refused, so that the text reads the same everywhere. */
static const char marks[] = "*_`[]<\\|&~";

/* Characters that hide or reorder what a person sees: zero-width and direction marks, line and
 * paragraph separators, byte order mark. A text that people sign holds none. */
static bool hides(uint32_t scalar)
{
    return scalar < 0x20 || (scalar >= 0x7F && scalar < 0xA0) || scalar == 0xAD ||
           scalar == 0x61C || scalar == 0x180E || (scalar >= 0x200B && scalar <= 0x200F) ||
           (scalar >= 0x2028 && scalar <= 0x202E) || (scalar >= 0x2060 && scalar <= 0x206F) ||
           scalar == 0xFEFF || scalar >= 0xE0000;
}

/* The scalar at the start of valid UTF-8, and its length. */
static uint32_t scalar_at(const uint8_t *at, size_t *ret_length)
{
    if (at[0] < 0x80) {
        *ret_length = 1;
        return at[0];
    }
    size_t length = at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    uint32_t scalar = (uint32_t)at[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++)
        scalar = scalar << 6 | (at[i] & 0x3F);
    *ret_length = length;
    return scalar;
}

/* Looks at every character and the length of every line once, before any structure. */
static enum error check_characters(struct text_reader reader)
{
    for (; !reader.ended; text_advance(&reader)) {
        struct bytes line = reader.line;
        size_t characters = 0;
        for (size_t i = 0, length = 0; i < line.length; i += length, characters++) {
            uint32_t scalar = scalar_at(line.data + i, &length);
            if (scalar < 0x80 && scalar != 0 && strchr(marks, (int)scalar))
                return text_fault(&reader, i + 1, ERROR_FORM_CHARACTER, "text without markup");
            if (hides(scalar))
                return text_fault(&reader, i + 1, ERROR_FORM_CHARACTER, "visible characters");
        }
        if (characters > FORM_LINE_MAX)
            return text_fault(&reader, 1, ERROR_FORM_LINE, "a line of at most 100 characters");
        if (line.length > 0 && line.data[line.length - 1] == ' ')
            return text_fault(&reader, line.length, ERROR_FORM_LINE, "no space at a line's end");
    }
    return ERROR_OK;
}

/* --- Lines --------------------------------------------------------------------------------- */

static void find_line(struct text_reader *reader)
{
    reader->ended = reader->rest.length == 0;
    size_t length = 0;
    while (length < reader->rest.length && reader->rest.data[length] != '\n')
        length++;
    reader->line = bytes_slice(reader->rest, 0, length);
}

void text_advance(struct text_reader *reader)
{
    reader->rest = bytes_slice(reader->rest, reader->line.length + 1, reader->rest.length);
    reader->number++;
    find_line(reader);
}

bool text_begins(const struct text_reader *reader, const char *prefix)
{
    size_t length = strlen(prefix);
    return reader->line.length >= length && memcmp(reader->line.data, prefix, length) == 0;
}

bool text_blank(const struct text_reader *reader)
{
    return !reader->ended && reader->line.length == 0;
}

enum error
text_fault(const struct text_reader *reader, size_t column, enum error error, const char *expected)
{
    char place[64], excerpt[80];
    snprintf(place, sizeof place, "line %zu, column %zu", reader->number, column);
    if (reader->ended)
        return fault_set(reader->fault, error, place, expected, "the end");
    if (reader->line.length == 0)
        return fault_set(reader->fault, error, place, expected, "an empty line");
    size_t from = column - 1 > 24 ? column - 1 - 24 : 0;
    while (from > 0 && (reader->line.data[from] & 0xC0) == 0x80)
        from--;
    return fault_set(
        reader->fault, error, place, expected, "%s",
        quote_text(bytes_slice(reader->line, from, SIZE_MAX), excerpt, sizeof excerpt));
}

enum error text_take_joined(
    struct text_reader *reader, size_t from, const char *continuation, const char **ret_text)
{
    struct buffer joined = {0};
    struct bytes part = bytes_slice(reader->line, from, SIZE_MAX);
    size_t skip = strlen(continuation);
    enum error error = ERROR_OK;
    for (;;) {
        if (part.length == 0 || part.data[0] == ' ') {
            error = text_fault(reader, from + 1, ERROR_FORM_LINE, "text after one space");
            break;
        }
        if (joined.length > 0)
            buffer_append_byte(&joined, ' ');
        buffer_append_bytes(&joined, part);
        text_advance(reader);
        if (reader->ended || text_blank(reader) || !text_begins(reader, continuation))
            break;
        from = skip;
        part = bytes_slice(reader->line, from, SIZE_MAX);
    }
    if (error == ERROR_OK && joined.error == ERROR_OK) {
        const char *text = arena_text(reader->arena, buffer_view(&joined));
        if (text)
            *ret_text = text;
        else
            error = fault_set(reader->fault, ERROR_MEMORY, "text", NULL, NULL);
    } else if (error == ERROR_OK) {
        error = fault_set(reader->fault, joined.error, "text", NULL, NULL);
    }
    buffer_free(&joined);
    return error;
}

/* --- Prose --------------------------------------------------------------------------------- */

static bool digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* A line that Markdown would not read as part of a paragraph: a heading, a quotation, a list, code,
 * a rule. "12. " begins a numbered list. */
static bool is_markup(struct bytes line)
{
    if (strchr("#>-+= ", line.data[0]))
        return true;
    size_t digits = 0;
    while (digits < line.length && digit(line.data[digits]))
        digits++;
    return digits > 0 && digits + 1 < line.length &&
           (line.data[digits] == '.' || line.data[digits] == ')') && line.data[digits + 1] == ' ';
}

static enum error read_paragraph(struct text_reader *reader, struct form_block *ret_block)
{
    struct text_reader start = *reader;
    for (; !start.ended && !text_blank(&start); text_advance(&start)) {
        if (is_markup(start.line))
            return text_fault(
                &start, 1, ERROR_FORM_LINE, "plain text, a list or a margin after an empty line");
    }
    struct form_block block = {.kind = FORM_PARAGRAPH};
    enum error error = text_take_joined(reader, 0, "", &block.text);
    if (error == ERROR_OK)
        *ret_block = block;
    return error;
}

static enum error read_item(struct text_reader *reader, struct form_block *ret_block)
{
    struct form_block block = {.kind = FORM_LIST_ITEM};
    enum error error = text_take_joined(reader, 2, "  ", &block.text);
    if (error == ERROR_OK)
        *ret_block = block;
    return error;
}

/* After a block that another follows stands exactly one empty line; a file does not end in one. */
static enum error read_gap(struct text_reader *reader)
{
    if (reader->ended)
        return ERROR_OK;
    if (!text_blank(reader))
        return text_fault(reader, 1, ERROR_FORM_LINE, "an empty line after the block");
    text_advance(reader);
    if (reader->ended || text_blank(reader))
        return text_fault(reader, 1, ERROR_FORM_LINE, "one empty line, and a block after it");
    return ERROR_OK;
}

/* Reads blocks up to a heading, a margin or the end: once to count, once to keep. */
static enum error
read_blocks(struct text_reader *reader, const struct form_block **ret_blocks, size_t *ret_count)
{
    struct form_block *blocks = NULL;
    size_t count = 0, capacity = 0;
    while (!reader->ended && !text_begins(reader, "#") && !text_begins(reader, ">")) {
        if (count == capacity) {
            capacity = capacity ? 2 * capacity : 8;
            struct form_block *larger = ARENA_ARRAY(reader->arena, struct form_block, capacity);
            if (!larger)
                return fault_set(reader->fault, ERROR_MEMORY, "text", NULL, NULL);
            if (count > 0)
                memcpy(larger, blocks, count * sizeof *blocks);
            blocks = larger;
        }
        bool item = text_begins(reader, "- ");
        if (item && count == 0)
            return text_fault(reader, 1, ERROR_FORM_LINE, "a paragraph before the list");
        enum error error =
            item ? read_item(reader, &blocks[count]) : read_paragraph(reader, &blocks[count]);
        if (error != ERROR_OK)
            return error;
        count++;
        if (item && text_begins(reader, "- "))
            continue;
        error = read_gap(reader);
        if (error != ERROR_OK)
            return error;
    }
    *ret_blocks = blocks;
    *ret_count = count;
    return ERROR_OK;
}

/* --- Clauses ------------------------------------------------------------------------------- */

bool text_is_number(struct bytes text, const char *letters)
{
    size_t at = 0;
    if (text.length > 0 && text.data[0] && strchr(letters, text.data[0]))
        at = 1;
    for (int part = 0; part < 2; part++) {
        size_t digits = 0;
        while (at + digits < text.length && digit(text.data[at + digits]))
            digits++;
        if (digits < 1 || digits > 2 || text.data[at] == '0')
            return false;
        at += digits;
        if (at == text.length)
            return true;
        if (text.data[at] != '.')
            return false;
        at++;
    }
    return false;
}

/* "## 6 Title" or "### 6.1 Title"; numbers follow one another without a gap. major and minor are
 * those of the clause before, and are moved on. */
static enum error read_heading(
    struct text_reader *reader, unsigned *major, unsigned *minor, struct form_text_clause *clause)
{
    unsigned depth = text_begins(reader, "## ") ? 1 : text_begins(reader, "### ") ? 2 : 0;
    if (depth == 0)
        return text_fault(reader, 1, ERROR_FORM_LINE, "\"## 6 Title\" or \"### 6.1 Title\"");
    if (depth == 2 && *major == 0)
        return text_fault(reader, 1, ERROR_FORM_NUMBER, "clause 1 before its parts");
    unsigned next_major = depth == 1 ? *major + 1 : *major;
    unsigned next_minor = depth == 1 ? 0 : *minor + 1;
    if (next_major > FORM_NUMBER_MAX || next_minor > FORM_NUMBER_MAX)
        return text_fault(reader, 1, ERROR_TOO_LARGE, "numbers of at most 99");
    char expected[32];
    if (depth == 1)
        snprintf(expected, sizeof expected, "## %u ", next_major);
    else
        snprintf(expected, sizeof expected, "### %u.%u ", next_major, next_minor);
    if (!text_begins(reader, expected))
        return text_fault(reader, depth + 3, ERROR_FORM_NUMBER, expected);

    size_t before = strlen(expected);
    struct bytes title = bytes_slice(reader->line, before, SIZE_MAX);
    if (title.length == 0 || title.data[0] == ' ')
        return text_fault(reader, before + 1, ERROR_FORM_TITLE, "a title after one space");
    size_t mark = depth + 2;
    char *number = arena_text(reader->arena, bytes_slice(reader->line, mark, before - 1 - mark));
    char *copy = arena_text(reader->arena, title);
    if (!number || !copy)
        return fault_set(reader->fault, ERROR_MEMORY, "text", NULL, NULL);
    *clause = (struct form_text_clause){
        .number = number, .title = copy, .depth = depth, .line = (unsigned)reader->number};
    *major = next_major;
    *minor = next_minor;
    text_advance(reader);
    return read_gap(reader);
}

static enum error read_clause(
    struct text_reader *reader, unsigned *major, unsigned *minor, struct form_text_clause *clause)
{
    enum error error = read_heading(reader, major, minor, clause);
    if (error != ERROR_OK)
        return error;
    error = read_blocks(reader, &clause->blocks, &clause->block_count);
    if (error != ERROR_OK)
        return error;
    if (clause->block_count == 0)
        return text_fault(reader, 1, ERROR_FORM_EMPTY, "the clause's text");
    if (!text_begins(reader, ">"))
        return text_fault(reader, 1, ERROR_FORM_MARGIN, "the clause's margin, \"> Basis: ...\"");
    error = text_read_margin(reader, clause);
    return error != ERROR_OK ? error : read_gap(reader);
}

static enum error read_clauses(struct text_reader *reader, struct form_text *text)
{
    size_t count = 0;
    for (struct text_reader ahead = *reader; !ahead.ended; text_advance(&ahead))
        count += text_begins(&ahead, "#");
    if (count == 0)
        return text_fault(reader, 1, ERROR_FORM_EMPTY, "clauses");
    if (count > FORM_CLAUSES_MAX)
        return fault_set(
            reader->fault, ERROR_TOO_LARGE, "text", "at most 512 clauses", "%zu", count);
    struct form_text_clause *clauses = ARENA_ARRAY(reader->arena, struct form_text_clause, count);
    if (!clauses)
        return fault_set(reader->fault, ERROR_MEMORY, "text", NULL, NULL);
    unsigned major = 0, minor = 0;
    for (size_t i = 0; !reader->ended; i++) {
        enum error error = read_clause(reader, &major, &minor, &clauses[i]);
        if (error != ERROR_OK)
            return error;
    }
    text->clauses = clauses;
    text->clause_count = count;
    return ERROR_OK;
}

enum error form_text_parse(
    struct bytes text, struct arena *arena, struct fault *fault, struct form_text *ret_text)
{
    struct text_reader reader = {.rest = text, .number = 1, .arena = arena, .fault = fault};
    if (text.length > FORM_TEXT_MAX)
        return fault_set(
            fault, ERROR_TOO_LARGE, "text", "at most a mebibyte", "%zu bytes", text.length);
    size_t bad = 0;
    if (!bytes_are_utf8(text, &bad))
        return fault_set(fault, ERROR_UTF8, "text", NULL, "a bad byte at offset %zu", bad);
    find_line(&reader);
    enum error error = check_characters(reader);
    if (error != ERROR_OK)
        return error;
    if (text.length == 0 || text.data[text.length - 1] != '\n')
        return fault_set(fault, ERROR_FORM_LINE, "text", "a line feed at the end", NULL);

    if (!text_begins(&reader, "# ") || reader.line.length < 3 || reader.line.data[2] == ' ')
        return text_fault(&reader, 1, ERROR_FORM_TITLE, "\"# Title\" on the first line");
    struct form_text parsed = {0};
    parsed.title = arena_text(arena, bytes_slice(reader.line, 2, SIZE_MAX));
    if (!parsed.title)
        return fault_set(fault, ERROR_MEMORY, "text", NULL, NULL);
    text_advance(&reader);
    error = read_gap(&reader);
    if (error == ERROR_OK)
        error = read_blocks(&reader, &parsed.introduction, &parsed.introduction_count);
    if (error == ERROR_OK)
        error = read_clauses(&reader, &parsed);
    if (error == ERROR_OK)
        *ret_text = parsed;
    return error;
}

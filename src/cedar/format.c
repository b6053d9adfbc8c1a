/* Laying out policies: tokens with their comments, and where a line that is too long is broken.
 * Layout depends only on the tokens and on which comment stands where, both of which it keeps: so
 * formatting twice is formatting once. */
#include "cedar/format.h"

#include <string.h>

#include "cedar/lexer.h"
#include "cedar/policies.h"
#include "cedar/print.h"

/* A token, the comments on the lines before it, and the one behind it on its line. */
struct piece {
    enum cedar_token_kind kind;
    struct bytes text;
    struct bytes leading;  /* the space before it, from after what belongs to the piece before */
    bool has_leading;      /* whether comments are in there */
    struct bytes trailing; /* from `//`, or empty */
    size_t match;          /* of a bracket: the other one */
};

struct layout {
    struct piece *pieces;
    size_t count; /* the last is the end of the text */
    struct cedar_format how;
    struct buffer *out;
    size_t column;   /* characters on the line so far */
    unsigned indent; /* of a line that begins now, in levels */
    bool line_due;   /* a new line before what comes next */
};

/* --- Pieces --- */

static bool opens(enum cedar_token_kind kind)
{
    return kind == CEDAR_TOKEN_LEFT_PARENTHESIS || kind == CEDAR_TOKEN_LEFT_BRACKET ||
           kind == CEDAR_TOKEN_LEFT_BRACE;
}

static bool closes(enum cedar_token_kind kind)
{
    return kind == CEDAR_TOKEN_RIGHT_PARENTHESIS || kind == CEDAR_TOKEN_RIGHT_BRACKET ||
           kind == CEDAR_TOKEN_RIGHT_BRACE;
}

static bool is_word(const struct piece *piece, const char *word)
{
    return piece->kind == CEDAR_TOKEN_IDENTIFIER && bytes_equal_text(piece->text, word);
}

static size_t line_end(struct bytes text, size_t from)
{
    while (from < text.length && text.data[from] != '\n')
        from++;
    return from;
}

/* A comment without the space at its end. */
static struct bytes trimmed(struct bytes comment)
{
    for (; comment.length; comment.length--) {
        uint8_t last = comment.data[comment.length - 1];
        if (last != ' ' && last != '\t' && last != '\r')
            break;
    }
    return comment;
}

/* Divides the space between two pieces: a comment on the first line is the first one's. */
static void divide(struct bytes gap, struct piece *before, struct piece *after)
{
    size_t end = line_end(gap, 0), from = 0;
    const uint8_t *slash = end ? memchr(gap.data, '/', end) : NULL;
    if (before && slash) {
        from = (size_t)(slash - gap.data);
        before->trailing = trimmed(bytes_slice(gap, from, end - from));
        from = end;
    }
    after->leading = bytes_slice(gap, from, gap.length - from);
    after->has_leading =
        after->leading.length && memchr(after->leading.data, '/', after->leading.length);
}

static enum error
read_pieces(struct bytes text, struct arena *arena, struct fault *fault, struct layout *layout)
{
    struct cedar_lexer lexer;
    struct cedar_token token;
    struct buffer opened = {0}; /* the brackets that are open, as indexes */
    size_t room = 0, end = 0;
    enum error error = cedar_lexer_start(text, fault, &lexer);
    do {
        if (error || (error = cedar_lexer_next(&lexer, fault, &token)))
            break;
        if (layout->count == room) {
            size_t grown = room ? 2 * room : 64;
            struct piece *pieces = ARENA_ARRAY(arena, struct piece, grown);
            if (!pieces) {
                error = ERROR_MEMORY;
                break;
            }
            if (room)
                memcpy(pieces, layout->pieces, room * sizeof *pieces);
            layout->pieces = pieces;
            room = grown;
        }
        struct piece *piece = &layout->pieces[layout->count];
        size_t start = token.kind == CEDAR_TOKEN_END ? text.length : token.span.start.offset;
        *piece = (struct piece){.kind = token.kind, .text = token.text};
        divide(bytes_slice(text, end, start - end), layout->count ? piece - 1 : NULL, piece);
        end = token.span.end;
        if (opens(token.kind)) {
            buffer_append(&opened, &layout->count, sizeof layout->count);
        } else if (closes(token.kind) && opened.length) {
            opened.length -= sizeof piece->match;
            memcpy(&piece->match, opened.data + opened.length, sizeof piece->match);
            layout->pieces[piece->match].match = layout->count;
        }
        layout->count++;
    } while (token.kind != CEDAR_TOKEN_END);
    if (!error && opened.error)
        error = ERROR_MEMORY;
    buffer_free(&opened);
    return error == ERROR_MEMORY ? fault_set(fault, error, NULL, NULL, NULL) : error;
}

/* --- Spaces --- */

/* Whether an operand can end here: what tells `a - b` from `-b`, and `f(` from `in (`. */
static bool ends_operand(const struct piece *piece)
{
    static const char *const words[] = {"if", "then", "else", "in", "has", "like", "is"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (is_word(piece, words[i]))
            return false;
    }
    return piece->kind == CEDAR_TOKEN_IDENTIFIER || piece->kind == CEDAR_TOKEN_STRING ||
           piece->kind == CEDAR_TOKEN_INTEGER || closes(piece->kind);
}

static bool is_sign(const struct layout *layout, size_t at)
{
    const struct piece *piece = &layout->pieces[at];
    return piece->kind == CEDAR_TOKEN_NOT ||
           (piece->kind == CEDAR_TOKEN_MINUS && (at == 0 || !ends_operand(piece - 1)));
}

/* Whether a space stands between a piece and the one before it on a line. */
static bool spaced(const struct layout *layout, size_t at)
{
    if (at == 0)
        return false;
    const struct piece *next = &layout->pieces[at], *before = next - 1;
    switch (before->kind) {
    case CEDAR_TOKEN_LEFT_PARENTHESIS:
    case CEDAR_TOKEN_LEFT_BRACKET:
    case CEDAR_TOKEN_DOT:
    case CEDAR_TOKEN_PATH:
    case CEDAR_TOKEN_AT:
        return false;
    case CEDAR_TOKEN_LEFT_BRACE:
        return next->kind != CEDAR_TOKEN_RIGHT_BRACE;
    default:
        break;
    }
    if (is_sign(layout, at - 1))
        return false;
    switch (next->kind) {
    case CEDAR_TOKEN_RIGHT_PARENTHESIS:
    case CEDAR_TOKEN_RIGHT_BRACKET:
    case CEDAR_TOKEN_COMMA:
    case CEDAR_TOKEN_SEMICOLON:
    case CEDAR_TOKEN_COLON:
    case CEDAR_TOKEN_DOT:
    case CEDAR_TOKEN_PATH:
        return false;
    case CEDAR_TOKEN_LEFT_PARENTHESIS:
    case CEDAR_TOKEN_LEFT_BRACKET:
        return !ends_operand(before) || is_word(before, "permit") || is_word(before, "forbid");
    default:
        return true;
    }
}

static size_t characters(struct bytes text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++)
        count += (text.data[i] & 0xC0) != 0x80;
    return count;
}

/* Whether pieces from to end, and room characters after them, fit on the line as it is. */
static bool fits(const struct layout *layout, size_t from, size_t end, size_t room)
{
    size_t width = layout->line_due ? layout->indent * layout->how.indent : layout->column;
    for (size_t i = from; i < end; i++) {
        const struct piece *piece = &layout->pieces[i];
        bool comment = (i > from && piece->has_leading) || (i + 1 < end && piece->trailing.length);
        bool lines = piece->text.length && memchr(piece->text.data, '\n', piece->text.length);
        if (comment || lines)
            return false;
        width += characters(piece->text) + (spaced(layout, i) ? 1 : 0);
        if (width + room > layout->how.width)
            return false;
    }
    return true;
}

/* --- Output --- */

static void put(struct layout *layout, struct bytes text)
{
    buffer_append_bytes(layout->out, text);
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '\n')
            layout->column = 0;
        else
            layout->column += (text.data[i] & 0xC0) != 0x80;
    }
}

static void new_line(struct layout *layout)
{
    if (layout->out->length)
        put(layout, BYTES_LITERAL("\n"));
    for (unsigned i = 0; i < layout->indent * layout->how.indent; i++)
        put(layout, BYTES_LITERAL(" "));
    layout->line_due = false;
}

/* The comments before a piece, each on a line of its own. */
static void put_leading(struct layout *layout, const struct piece *piece)
{
    for (size_t at = 0; at < piece->leading.length;) {
        size_t end = line_end(piece->leading, at);
        const uint8_t *slash = memchr(piece->leading.data + at, '/', end - at);
        if (slash) {
            size_t from = (size_t)(slash - piece->leading.data);
            new_line(layout);
            put(layout, trimmed(bytes_slice(piece->leading, from, end - from)));
            layout->line_due = true;
        }
        at = end + 1;
    }
}

static void put_piece(struct layout *layout, size_t at)
{
    const struct piece *piece = &layout->pieces[at];
    if (piece->has_leading)
        put_leading(layout, piece);
    if (piece->kind == CEDAR_TOKEN_END)
        return;
    if (layout->line_due)
        new_line(layout);
    else if (spaced(layout, at))
        put(layout, BYTES_LITERAL(" "));
    put(layout, piece->text);
    if (piece->trailing.length) {
        put(layout, BYTES_LITERAL(" "));
        put(layout, piece->trailing);
        layout->line_due = true;
    }
}

static void put_flat(struct layout *layout, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++)
        put_piece(layout, i);
}

/* --- Breaking lines --- */

static void put_expression(struct layout *layout, size_t from, size_t end, size_t room);

/* The first piece of a kind in a range, outside of brackets; end when there is none. */
static size_t find(const struct layout *layout, size_t from, size_t end, enum cedar_token_kind kind)
{
    for (size_t i = from; i < end; i++) {
        if (layout->pieces[i].kind == kind)
            return i;
        if (opens(layout->pieces[i].kind))
            i = layout->pieces[i].match;
    }
    return end;
}

/* The brackets from open to its match, their items each on lines of its own. */
static void put_broken(struct layout *layout, size_t open)
{
    size_t close = layout->pieces[open].match, from = open + 1;
    put_piece(layout, open);
    layout->indent++;
    while (from < close) {
        size_t comma = find(layout, from, close, CEDAR_TOKEN_COMMA);
        layout->line_due = true;
        put_expression(layout, from, comma, 1);
        if (comma < close)
            put_piece(layout, comma);
        from = comma + 1;
    }
    layout->indent--;
    layout->line_due = true;
    put_piece(layout, close);
}

static void put_brackets(struct layout *layout, size_t open, size_t room)
{
    size_t close = layout->pieces[open].match;
    if (close == open + 1 || fits(layout, open, close + 1, room))
        put_flat(layout, open, close + 1);
    else
        put_broken(layout, open);
}

/* What has no operator to break at: only its brackets can be. */
static void put_sequence(struct layout *layout, size_t from, size_t end, size_t room)
{
    for (size_t i = from; i < end; i++) {
        if (opens(layout->pieces[i].kind)) {
            size_t close = layout->pieces[i].match;
            put_brackets(layout, i, close + 1 == end ? room : 0);
            i = close;
        } else {
            put_piece(layout, i);
        }
    }
}

/* The `then` or `else` that belongs to the `if` before from. */
static size_t find_word(const struct layout *layout, size_t from, size_t end, const char *word)
{
    size_t depth = 0;
    for (size_t i = from; i < end; i++) {
        if (opens(layout->pieces[i].kind))
            i = layout->pieces[i].match;
        else if (is_word(&layout->pieces[i], "if"))
            depth++;
        else if (depth == 0 && is_word(&layout->pieces[i], word))
            return i;
        else if (is_word(&layout->pieces[i], "else"))
            depth--;
    }
    return end;
}

/* A word with what it introduces, on the same line where that fits, else indented below it. */
static void put_branch(struct layout *layout, size_t word, size_t end, size_t room)
{
    put_piece(layout, word);
    layout->indent++;
    if (!fits(layout, word + 1, end, room))
        layout->line_due = true;
    put_expression(layout, word + 1, end, room);
    layout->indent--;
}

static void put_if(struct layout *layout, size_t from, size_t end, size_t room)
{
    size_t then = find_word(layout, from + 1, end, "then");
    size_t otherwise = find_word(layout, then + 1, end, "else");
    put_branch(layout, from, then, 0);
    layout->line_due = true;
    put_branch(layout, then, otherwise, 0);
    layout->line_due = true;
    if (otherwise < end)
        put_branch(layout, otherwise, end, room);
}

/* Operands with the operator between them at the end of each line; false: there is none. */
static bool put_operands(
    struct layout *layout, size_t from, size_t end, enum cedar_token_kind kind, size_t room)
{
    size_t at = find(layout, from, end, kind);
    if (at == end)
        return false;
    while (from < end) {
        put_expression(layout, from, at, at < end ? 3 : room);
        if (at < end) {
            put_piece(layout, at);
            layout->line_due = true;
        }
        from = at + 1;
        at = find(layout, from < end ? from : end, end, kind);
    }
    return true;
}

/* room: characters that must fit after it. */
static void put_expression(struct layout *layout, size_t from, size_t end, size_t room)
{
    if (from >= end)
        return;
    if (fits(layout, from, end, room)) {
        put_flat(layout, from, end);
    } else if (is_word(&layout->pieces[from], "if")) {
        put_if(layout, from, end, room);
    } else if (
        !put_operands(layout, from, end, CEDAR_TOKEN_OR, room) &&
        !put_operands(layout, from, end, CEDAR_TOKEN_AND, room)) {
        put_sequence(layout, from, end, room);
    }
}

/* `when { … }`, or the braces on lines of their own. Returns the piece after it. */
static size_t put_condition(struct layout *layout, size_t word)
{
    size_t open = word + 1, close = layout->pieces[open].match;
    layout->line_due = true;
    if (fits(layout, word, close + 1, 1)) {
        put_flat(layout, word, close + 1);
        return close + 1;
    }
    put_piece(layout, word);
    layout->line_due = true;
    put_piece(layout, open);
    layout->indent++;
    layout->line_due = true;
    put_expression(layout, open + 1, close, 0);
    layout->indent--;
    layout->line_due = true;
    put_piece(layout, close);
    return close + 1;
}

/* An annotation has a name, and perhaps a value. Returns the piece after it. */
static size_t put_annotation(struct layout *layout, size_t at)
{
    size_t end = at + 2;
    if (layout->pieces[end].kind == CEDAR_TOKEN_LEFT_PARENTHESIS)
        end = layout->pieces[end].match + 1;
    put_flat(layout, at, end);
    layout->line_due = true;
    return end;
}

/* A policy that the parser has read. Returns the piece after its semicolon. */
static size_t put_policy(struct layout *layout, size_t at)
{
    while (layout->pieces[at].kind == CEDAR_TOKEN_AT)
        at = put_annotation(layout, at);
    size_t open = at + 1, close = layout->pieces[open].match;
    bool ends = layout->pieces[close + 1].kind == CEDAR_TOKEN_SEMICOLON;
    if (fits(layout, at, close + 1, ends ? 1 : 0)) {
        put_flat(layout, at, close + 1);
    } else {
        put_piece(layout, at);
        put_broken(layout, open);
    }
    for (at = close + 1; layout->pieces[at].kind != CEDAR_TOKEN_SEMICOLON;)
        at = put_condition(layout, at);
    put_piece(layout, at);
    return at + 1;
}

static void put_policies(struct layout *layout)
{
    size_t at = 0;
    while (layout->pieces[at].kind != CEDAR_TOKEN_END) {
        layout->line_due = false;
        if (at > 0) {
            put(layout, BYTES_LITERAL("\n"));
            /* A policy whose comments come first brings the line's end with them. */
            layout->line_due = true;
        }
        at = put_policy(layout, at);
    }
    put_piece(layout, at);
    if (layout->out->length)
        put(layout, BYTES_LITERAL("\n"));
}

static void print_all(struct buffer *buffer, const struct cedar_policies *policies)
{
    for (size_t i = 0; i < cedar_policies_count(policies); i++)
        cedar_print_policy(buffer, cedar_policies_at(policies, i));
    for (size_t i = 0; i < cedar_templates_count(policies); i++)
        cedar_print_policy(buffer, cedar_templates_at(policies, i));
}

/* Laying out must not change what the policies are: looked at each time, because a text that is
 * wrong here would be signed. */
static enum error
same_policies(const struct cedar_policies *policies, struct bytes text, struct fault *fault)
{
    struct cedar_policies *again;
    struct buffer before = {0}, after = {0};
    enum error error = cedar_policies_create(&again);
    if (error)
        return fault_set(fault, error, NULL, NULL, NULL);
    error = cedar_policies_add_with_templates(again, text, NULL, fault);
    if (!error) {
        print_all(&before, policies);
        print_all(&after, again);
        if (before.error || after.error)
            error = fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
        else if (!bytes_equal(buffer_view(&before), buffer_view(&after)))
            error = fault_set(fault, ERROR_INTERNAL, "formatted policies", NULL, NULL);
    }
    cedar_policies_free(again);
    buffer_free(&before);
    buffer_free(&after);
    return error;
}

static enum error format(
    struct bytes text, const struct cedar_format *how, const struct cedar_policies *policies,
    struct fault *fault, struct buffer *out)
{
    struct arena arena = {0};
    struct buffer formatted = {0};
    struct layout layout = {.how = *how, .out = &formatted};
    enum error error = read_pieces(text, &arena, fault, &layout);
    if (!error) {
        put_policies(&layout);
        if (formatted.error)
            error = fault_set(fault, formatted.error, NULL, NULL, NULL);
    }
    if (!error)
        error = same_policies(policies, buffer_view(&formatted), fault);
    if (!error) {
        buffer_append_bytes(out, buffer_view(&formatted));
        if (out->error)
            error = fault_set(fault, out->error, NULL, NULL, NULL);
    }
    buffer_free(&formatted);
    arena_free(&arena);
    return error;
}

enum error cedar_format_policies(
    struct bytes text, const struct cedar_format *how, struct fault *fault, struct buffer *out)
{
    static const struct cedar_format usual = {.width = 80, .indent = 2};
    struct cedar_policies *policies;
    enum error error = cedar_policies_create(&policies);
    if (error)
        return fault_set(fault, error, NULL, NULL, NULL);
    error = cedar_policies_add_with_templates(policies, text, NULL, fault);
    if (!error)
        error = format(text, how ? how : &usual, policies, fault, out);
    cedar_policies_free(policies);
    return error;
}

/* Pointing into a text: the line where something is wrong, with a mark below it. */
#include <inttypes.h>
#include <string.h>

#include "cedar/names.h"
#include "cli/cedar.h"

enum {
    LINE_COLUMNS = 100, /* shown of a long line */
    LINE_BEFORE = 60,   /* of these, before the place */
};

/* Whether the byte continues a character. */
static bool continues(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

static bool is_word(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
}

/* The bytes of a line, its number from 1; empty beyond the end. */
static struct bytes line_of(struct bytes text, uint32_t number)
{
    size_t start = 0;
    while (number > 1 && start < text.length)
        number -= text.data[start++] == '\n';
    size_t end = start;
    while (end < text.length && text.data[end] != '\n')
        end++;
    if (end > start && text.data[end - 1] == '\r')
        end--;
    return bytes_slice(text, start, end - start);
}

/* The offset of the character that stands in a column, from 1. */
static size_t offset_of(struct bytes line, uint32_t column)
{
    size_t at = 0;
    while (at < line.length && column > 1) {
        at++;
        while (at < line.length && continues(line.data[at]))
            at++;
        column--;
    }
    return at;
}

/* Writes characters as they are, but nothing that would move the cursor. */
static void put_shown(struct bytes bytes, struct buffer *out)
{
    for (size_t i = 0; i < bytes.length; i++) {
        uint8_t byte = bytes.data[i];
        bool control = (byte < 0x20 && byte != '\t') || byte == 0x7F;
        /* U+0080 to U+009F are controls too. */
        control = control || (byte == 0xC2 && i + 1 < bytes.length && bytes.data[i + 1] < 0xA0);
        if (!control)
            buffer_append_byte(out, byte);
        else
            buffer_append_byte(out, '?');
        if (control && byte == 0xC2)
            i++;
    }
}

/* How many bytes the mark spans: to the end, when it is in the line and known; else a word. */
static size_t marked(struct bytes line, size_t at, size_t length)
{
    size_t most = line.length - at, count = length < most ? length : most;
    if (length == 0) {
        while (count < most && is_word(line.data[at + count]))
            count++;
    }
    return count;
}

/* The line, and the mark on the next; length is that of the stretch, 0 when it is not known. */
static void
put_line(struct bytes text, uint32_t number, uint32_t column, size_t length, struct buffer *out)
{
    struct bytes line = line_of(text, number);
    size_t at = offset_of(line, column);
    if (line.length == 0 && text.length == 0)
        return;
    size_t end = at + marked(line, at, length);
    size_t from = at > LINE_BEFORE && line.length > LINE_COLUMNS ? at - LINE_BEFORE : 0;
    while (from > 0 && continues(line.data[from]))
        from--;
    size_t to = line.length - from > LINE_COLUMNS ? from + LINE_COLUMNS : line.length;
    while (to < line.length && continues(line.data[to]))
        to++;
    buffer_printf(out, "%5" PRIu32 " | %s", number, from ? "..." : "");
    put_shown(bytes_slice(line, from, to - from), out);
    buffer_printf(out, "%s\n      | %s", to < line.length ? "..." : "", from ? "   " : "");
    for (size_t i = from; i < at; i++) {
        if (!continues(line.data[i]))
            buffer_append_byte(out, line.data[i] == '\t' ? '\t' : ' ');
    }
    buffer_append_byte(out, '^');
    for (size_t i = at + 1; i < end && i < to; i++) {
        if (!continues(line.data[i]))
            buffer_append_byte(out, '^');
    }
    buffer_append_byte(out, '\n');
}

/* What a fault's place says beside line and column: a policy's id, a path in JSON. */
static void put_rest_of_place(const struct fault *fault, struct buffer *out)
{
    char position[64];
    snprintf(
        position, sizeof position, "line %" PRIu32 ", column %" PRIu32, fault->line, fault->column);
    const char *at = fault->line ? strstr(fault->place, position) : NULL;
    if (!at) {
        if (fault->place[0])
            buffer_printf(out, "%s: ", fault->place);
        return;
    }
    if (at > fault->place)
        buffer_append(out, fault->place, (size_t)(at - fault->place));
    at += strlen(position);
    at += strspn(at, ", :");
    if (*at)
        buffer_printf(out, "%s: ", at);
}

static void put_words(const struct fault *fault, struct buffer *out)
{
    /* What it was perhaps meant to be is the hint. */
    const char *near = strstr(fault->expected, CEDAR_PERHAPS);
    int length = (int)(near ? (size_t)(near - fault->expected) : strlen(fault->expected));
    buffer_append_text(out, error_words(fault->error));
    if (length && fault->found[0])
        buffer_printf(out, " (expected %.*s, found %s)", length, fault->expected, fault->found);
    else if (length)
        buffer_printf(out, " (expected %.*s)", length, fault->expected);
    else if (fault->found[0])
        buffer_printf(out, " (%s)", fault->found);
    buffer_append_byte(out, '\n');
}

/* What is in the buffer goes to standard error; nothing can be said about a failure to do so. */
static void say(struct call *call, struct buffer *out)
{
    if (out->error)
        (void)cedar_no_memory(call);
    else
        (void)fwrite(out->data, 1, out->length, call->err);
    buffer_free(out);
}

int cedar_no_memory(struct call *call)
{
    fputs("enduse: out of memory\n", call->err);
    return CEDAR_EXIT_FAILURE;
}

int cedar_fail(struct call *call, const struct cedar_text *text, const struct fault *fault)
{
    struct buffer out = {0};
    buffer_printf(&out, "enduse: %s", text->name);
    if (fault->line)
        buffer_printf(&out, ":%" PRIu32 ":%" PRIu32, fault->line, fault->column);
    buffer_append_text(&out, ": ");
    put_rest_of_place(fault, &out);
    put_words(fault, &out);
    if (fault->line)
        put_line(text->bytes, fault->line, fault->column, 0, &out);
    cedar_put_hint(fault, &out);
    say(call, &out);
    return CEDAR_EXIT_FAILURE;
}

void cedar_put_fault(
    const struct cedar_policy *policy, struct cedar_span span, const struct fault *fault,
    struct json_writer *writer)
{
    json_put_string_bytes(writer, "policy", policy->id);
    json_put_u64(writer, "line", span.start.line);
    json_put_u64(writer, "column", span.start.column);
    json_put_string(writer, "code", error_name(fault->error));
    json_put_string(writer, "words", error_words(fault->error));
    if (fault->expected[0])
        json_put_string(writer, "expected", fault->expected);
    if (fault->found[0])
        json_put_string(writer, "found", fault->found);
}

void cedar_put_place(
    const struct cedar_given *given, const struct cedar_policy *policy, struct cedar_span span,
    struct buffer *out)
{
    char id[120];
    buffer_append_text(out, given->policies_text.name);
    /* Lines are then those of the text that was made of this one policy. */
    if (given->json_policies)
        buffer_printf(out, " (%s as text)", quote_text(policy->id, id, sizeof id));
    buffer_printf(out, ":%" PRIu32 ":%" PRIu32, span.start.line, span.start.column);
}

void cedar_report_in_policy(
    const struct cedar_given *given, const struct cedar_policy *policy, struct cedar_span span,
    const char *what, const struct fault *fault, bool hinted)
{
    struct buffer out = {0};
    char id[120];
    cedar_put_place(given, policy, span, &out);
    buffer_printf(&out, ": %s: policy %s: ", what, quote_text(policy->id, id, sizeof id));
    put_words(fault, &out);
    put_line(
        policy->source, span.start.line, span.start.column, span.end - span.start.offset, &out);
    if (hinted)
        cedar_put_hint(fault, &out);
    say(given->call, &out);
}

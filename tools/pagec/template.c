/* Moving about in a template: places, tags, and faults that say where. */
#include <string.h>

#include "pagec/compiler.h"

enum { EXCERPT_MAX = 40 };

const char *template_name(const struct compiler *compiler)
{
    const char *slash = strrchr(compiler->source->file, '/');
    return slash ? slash + 1 : compiler->source->file;
}

struct bytes template_text(const struct compiler *compiler)
{
    return compiler->source->text;
}

void template_step(const struct compiler *compiler, struct place *place, size_t to)
{
    for (; place->at < to; place->at++) {
        uint8_t byte = template_text(compiler).data[place->at];
        if (byte == '\n') {
            place->line++;
            place->column = 1;
        } else if ((byte & 0xC0) != 0x80) {
            place->column++;
        }
    }
}

/* A fault at a place of the template, with what stands there. */
enum error template_fault(
    struct compiler *compiler, enum error error, struct place place, const char *expected)
{
    struct bytes rest = bytes_slice(template_text(compiler), place.at, EXCERPT_MAX);
    const uint8_t *end = rest.length ? memchr(rest.data, '\n', rest.length) : NULL;
    if (end)
        rest.length = (size_t)(end - rest.data);
    fault_set(
        compiler->fault, error, NULL, expected, "\"%.*s\"", (int)rest.length,
        rest.length ? (const char *)rest.data : "");
    return fault_within(
        compiler->fault, error, "%s:%u:%u", compiler->source->file, place.line, place.column);
}

enum error source_fault(
    const struct page_source *source, size_t at, struct fault *fault, enum error error,
    const char *expected)
{
    unsigned line = 1;
    for (size_t i = 0; i < at && i < source->text.length; i++)
        line += source->text.data[i] == '\n';
    fault_set(fault, error, NULL, expected, NULL);
    return fault_within(fault, error, "%s:%u", source->file, line);
}

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* The offset of a text from a place on; the template's length when it is not there. */
size_t template_find(const struct compiler *compiler, size_t from, const char *text)
{
    struct bytes rest = bytes_slice(template_text(compiler), from, SIZE_MAX / 2);
    const uint8_t *hit = rest.length ? memmem(rest.data, rest.length, text, strlen(text)) : NULL;
    return hit ? from + (size_t)(hit - rest.data) : template_text(compiler).length;
}

/* A fault inside a tag, where its reader stands. */
enum error
tag_fault(struct compiler *compiler, const struct tag *tag, enum error error, const char *expected)
{
    if (error != ERROR_SYNTAX && error != ERROR_NOT_FOUND)
        return fault_place(compiler->fault, error, "%s", compiler->source->file);
    struct place place = tag->place;
    template_step(compiler, &place, tag->inside + tag->reader.at);
    return template_fault(compiler, error, place, expected);
}

enum error tag_end(struct compiler *compiler, struct tag *tag)
{
    if (!reader_end(&tag->reader))
        return tag_fault(compiler, tag, ERROR_SYNTAX, "}}");
    return ERROR_OK;
}

/* When a tag that writes nothing stands alone on its line, the line goes with it: *from and *to,
 * the ends of the tag, then become those of the line. */
void tag_widen(const struct compiler *compiler, char kind, size_t *from, size_t *to)
{
    struct bytes text = template_text(compiler);
    if (kind == 'v' || kind == '=')
        return;
    size_t start = *from, end = *to;
    while (start > compiler->here.at && is_blank(text.data[start - 1]))
        start--;
    while (end < text.length && is_blank(text.data[end]))
        end++;
    bool first = start == 0 || text.data[start - 1] == '\n';
    bool last = end == text.length || text.data[end] == '\n';
    if (!first || !last)
        return;
    *from = start;
    *to = end < text.length ? end + 1 : end;
}

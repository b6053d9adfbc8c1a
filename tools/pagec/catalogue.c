/* The catalogue of strings: every message of the templates, and the phrases of code. */
#include <string.h>

#include "pagec/compiler.h"
#include "pagec/message.h"

enum { MESSAGES_MAX = 8192 };

struct collected {
    struct bytes text;
    size_t files[8]; /* the first that say it, by number of source; phrases have none */
    size_t file_count;
};

struct collector {
    struct arena *arena;
    struct collected *items;
    size_t count, limit, source;
};

static enum error collect(void *context, struct bytes message)
{
    struct collector *collector = context;
    struct collected *item = NULL;
    for (size_t i = 0; i < collector->count && !item; i++) {
        if (bytes_equal(collector->items[i].text, message))
            item = &collector->items[i];
    }
    if (!item) {
        if (collector->count == collector->limit)
            return ERROR_TOO_LARGE;
        item = &collector->items[collector->count];
        item->text = arena_copy(collector->arena, message);
        if (!item->text.data)
            return ERROR_MEMORY;
        collector->count++;
    }
    bool known = item->file_count && item->files[item->file_count - 1] == collector->source;
    if (!known && item->file_count < sizeof item->files / sizeof *item->files)
        item->files[item->file_count++] = collector->source;
    return ERROR_OK;
}

static void write_po_text(struct buffer *out, struct bytes text)
{
    buffer_append_byte(out, '"');
    for (size_t i = 0; i < text.length; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\')
            buffer_append_byte(out, '\\');
        buffer_append_byte(out, text.data[i]);
    }
    buffer_append_text(out, "\"\n");
}

static void
write_catalogue(const struct pages *pages, const struct collector *all, struct buffer *out)
{
    buffer_append_text(
        out, "# Every text of the pages, made by the build. Translate a copy, with msgmerge or by "
             "hand.\nmsgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n"
             "\"Language: \\n\"\n\"X-Name: \\n\"\n\"X-Direction: ltr\\n\"\n");
    for (size_t i = 0; i < all->count; i++) {
        const struct collected *item = &all->items[i];
        buffer_append_byte(out, '\n');
        for (size_t k = 0; k < item->file_count; k++) {
            const char *file =
                item->files[k] < pages->count ? pages->sources[item->files[k]].file : "phrases";
            const char *slash = strrchr(file, '/');
            buffer_printf(out, "#: %s\n", slash ? slash + 1 : file);
        }
        buffer_append_text(out, "msgid ");
        write_po_text(out, item->text);
        buffer_append_text(out, "msgstr \"\"\n");
    }
}

enum error
pages_catalogue(const struct pages *pages, struct fault *fault, struct buffer *ret_catalogue)
{
    struct compiler *compiler = NULL;
    struct collector all = {.limit = MESSAGES_MAX};
    enum error error = compiler_open(pages, fault, &compiler);
    if (!error) {
        all.arena = &compiler->arena;
        all.items = ARENA_ARRAY(all.arena, struct collected, all.limit);
        if (!all.items)
            error = fault_place(fault, ERROR_MEMORY, "catalogue");
    }
    for (size_t i = 0; !error && i < pages->count; i++) {
        all.source = i;
        error = messages_each(
            &pages->sources[i], compiler->declarations[i].body.at, fault, collect, &all);
    }
    all.source = pages->count;
    for (size_t i = 0; !error && i < pages->phrase_count; i++)
        error = collect(&all, pages->phrases[i]);
    if (!error)
        write_catalogue(pages, &all, ret_catalogue);
    if (!error && ret_catalogue->error)
        error = fault_place(fault, ret_catalogue->error, "catalogue");
    compiler_close(compiler);
    return error;
}

/* --- Phrases ------------------------------------------------------------------------------- */

static enum error
phrase_fault(const struct page_source *source, size_t at, struct fault *fault, enum error error)
{
    return source_fault(source, at, fault, error, "PHRASE(\"...\") with literals alone");
}

/* Reads the literals from an offset up to the ) after them. */
static enum error read_literals(
    const struct page_source *source, size_t at, struct fault *fault, struct buffer *ret_text)
{
    struct bytes text = source->text;
    size_t from = at;
    bool inside = false;
    for (; at < text.length; at++) {
        uint8_t byte = text.data[at];
        if (byte == '"') {
            inside = !inside;
        } else if (inside && byte == '\\') {
            at++;
            if (at == text.length || !strchr("\"\\", text.data[at]) || !text.data[at])
                break;
            buffer_append_byte(ret_text, text.data[at]);
        } else if (inside) {
            buffer_append_byte(ret_text, byte);
        } else if (byte == ')') {
            return ret_text->length ? ERROR_OK : phrase_fault(source, from, fault, ERROR_SYNTAX);
        } else if (byte != ' ' && byte != '\n') {
            break;
        }
    }
    return phrase_fault(source, from, fault, ERROR_SYNTAX);
}

enum error phrases_read(
    struct arena *arena, const struct page_source *source, struct fault *fault,
    struct bytes *phrases, size_t limit, size_t *count)
{
    static const char mark[] = "PHRASE(";
    enum error error = ERROR_OK;
    for (size_t at = 0; !error;) {
        struct bytes rest = bytes_slice(source->text, at, source->text.length);
        const uint8_t *hit =
            rest.length ? memmem(rest.data, rest.length, mark, sizeof mark - 1) : NULL;
        if (!hit)
            break;
        at = (size_t)(hit - source->text.data) + sizeof mark - 1;
        struct buffer text = {0};
        error = read_literals(source, at, fault, &text);
        if (text.error)
            error = fault_place(fault, text.error, "%s", source->file);
        if (!error && *count == limit)
            error = phrase_fault(source, at, fault, ERROR_TOO_LARGE);
        if (!error) {
            phrases[*count] = arena_copy(arena, buffer_view(&text));
            if (!phrases[*count].data)
                error = fault_place(fault, ERROR_MEMORY, "%s", source->file);
            else
                ++*count;
        }
        buffer_free(&text);
    }
    return error;
}

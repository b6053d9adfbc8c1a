/* The declarations that templates begin with, and the header made of them. */
#include <stdlib.h>
#include <string.h>

#include "pagec/compiler.h"

static bool is_header_name(struct bytes name)
{
    for (size_t i = 0; i < name.length; i++) {
        uint8_t byte = name.data[i];
        if (byte < 0x21 || byte > 0x7E || byte == '\\' || byte == '*')
            return false;
    }
    return name.length > 0;
}

/* The inside of {{! page NAME(struct VIEW) include "HEADER" }}. */
static enum error
read_declaration(struct compiler *compiler, struct tag *tag, struct declaration *ret_declaration)
{
    struct declaration declaration = {0};
    struct reader *reader = &tag->reader;
    const char *expected = NULL;
    reader_take(reader, "!");
    reader_space(reader);
    declaration.partial = reader_take(reader, "partial ");
    if (!declaration.partial && !reader_take(reader, "page "))
        expected = "page or partial";
    if (!expected) {
        reader_space(reader);
        declaration.name = reader_name(reader);
        if (!declaration.name.length || declaration.name.length > NAME_LENGTH_MAX)
            expected = "the name of the C function";
    }
    if (!expected && !reader_take(reader, "(struct "))
        expected = "(struct VIEW)";
    if (!expected) {
        declaration.view = reader_name(reader);
        if (!declaration.view.length || !reader_take(reader, ")"))
            expected = "(struct VIEW)";
    }
    if (!expected) {
        reader_space(reader);
        if (!reader_take(reader, "include \""))
            expected = "include \"HEADER\"";
    }
    if (!expected) {
        size_t from = reader->at;
        while (reader->at < reader->text.length && reader->text.data[reader->at] != '"')
            reader->at++;
        declaration.header = bytes_slice(reader->text, from, reader->at - from);
        if (!is_header_name(declaration.header) || !reader_take(reader, "\""))
            expected = "include \"HEADER\"";
    }
    if (expected)
        return tag_fault(compiler, tag, ERROR_SYNTAX, expected);
    *ret_declaration = declaration;
    return tag_end(compiler, tag);
}

enum error declaration_take(struct compiler *compiler, size_t source)
{
    compiler->source = &compiler->pages->sources[source];
    struct bytes text = template_text(compiler);
    struct place start = {.at = 0, .line = 1, .column = 1};
    size_t bad;
    if (!bytes_are_utf8(text, &bad)) {
        template_step(compiler, &start, bad);
        return template_fault(compiler, ERROR_UTF8, start, NULL);
    }
    const uint8_t *zero = text.length ? memchr(text.data, '\0', text.length) : NULL;
    if (zero) {
        template_step(compiler, &start, (size_t)(zero - text.data));
        return template_fault(compiler, ERROR_SYNTAX, start, "no zero byte");
    }
    size_t close = template_find(compiler, 0, "}}");
    if (!bytes_equal_text(bytes_slice(text, 0, 3), "{{!") || close == text.length)
        return template_fault(
            compiler, ERROR_SYNTAX, start,
            "{{! page NAME(struct VIEW) include \"HEADER\" }} first");
    struct tag tag = {.place = start, .inside = 2, .end = close + 2};
    tag.reader.text = bytes_slice(text, 2, close - 2);
    struct declaration declaration;
    enum error error = read_declaration(compiler, &tag, &declaration);
    if (error)
        return error;
    if (declaration_find(compiler, declaration.name))
        return template_fault(compiler, ERROR_EXISTS, start, "a name that no other template has");
    declaration.source = source;
    declaration.body = start;
    size_t from = 0, to = tag.end;
    compiler->here = start;
    tag_widen(compiler, '!', &from, &to);
    template_step(compiler, &declaration.body, to);
    compiler->declarations[compiler->count++] = declaration;
    return ERROR_OK;
}

struct declaration *declaration_find(const struct compiler *compiler, struct bytes name)
{
    for (size_t i = 0; i < compiler->count; i++) {
        if (bytes_equal(compiler->declarations[i].name, name))
            return &compiler->declarations[i];
    }
    return NULL;
}

enum error
compiler_open(const struct pages *pages, struct fault *fault, struct compiler **ret_compiler)
{
    struct compiler *compiler = calloc(1, sizeof *compiler);
    if (!compiler)
        return fault_place(fault, ERROR_MEMORY, "templates");
    compiler->pages = pages;
    compiler->fault = fault;
    compiler->declarations =
        ARENA_ARRAY(&compiler->arena, struct declaration, pages->count ? pages->count : 1);
    enum error error = ERROR_OK;
    if (!compiler->declarations)
        error = fault_place(fault, ERROR_MEMORY, "templates");
    for (size_t i = 0; !error && i < pages->count; i++)
        error = declaration_take(compiler, i);
    *ret_compiler = compiler;
    return error;
}

void compiler_close(struct compiler *compiler)
{
    if (!compiler)
        return;
    arena_free(&compiler->arena);
    free(compiler);
}

void declarations_write(const struct compiler *compiler, struct buffer *out)
{
    buffer_append_text(
        out, "/* Made by pagec: the pages' functions. */\n#pragma once\n\n"
             "#include \"base/bytes.h\"\n");
    for (size_t i = 0; i < compiler->count; i++) {
        bool seen = false;
        for (size_t k = 0; k < i; k++)
            seen |= bytes_equal(compiler->declarations[k].header, compiler->declarations[i].header);
        if (seen)
            continue;
        buffer_append_text(out, "#include \"");
        buffer_append_bytes(out, compiler->declarations[i].header);
        buffer_append_text(out, "\"\n");
    }
    buffer_append_text(out, "\n");
    for (size_t i = 0; i < compiler->count; i++) {
        /* A partial in several languages is for pages alone, which know theirs. */
        if (compiler->declarations[i].partial && compiler->declarations[i].spoken)
            continue;
        buffer_append_text(out, "void ");
        buffer_append_bytes(out, compiler->declarations[i].name);
        buffer_append_text(out, "(struct buffer *out, const struct ");
        buffer_append_bytes(out, compiler->declarations[i].view);
        buffer_append_text(out, " *view);\n");
    }
}

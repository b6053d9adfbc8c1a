/* Templates to C: literal HTML through the state machine of html.h, tags through expression.h.
 *
 * What comes out of a template is one function whose statements append to a buffer in the order of
 * the template; blocks become C's own if and for. So what the C compiler checks (members, types)
 * is not checked here, and what it cannot know (escaping, HTML) is. */
#include <stdlib.h>
#include <string.h>

#include "pagec/compiler.h"

/* Bytes in one C string; C17 5.2.4.1 promises 4095. */
enum { LITERAL_MAX = 1000 };

static void indent(struct compiler *compiler)
{
    for (size_t i = 0; i <= compiler->depth; i++)
        buffer_append_text(compiler->code, "    ");
}

/* Ends a statement with the place it came from. */
static void end_statement(struct compiler *compiler)
{
    buffer_printf(compiler->code, " /* %s:%u */\n", template_name(compiler), compiler->here.line);
}

/* --- literal HTML ------------------------------------------------------------------------ */

void literal_byte(struct buffer *code, uint8_t byte)
{
    if (byte == '\n')
        buffer_append_text(code, "\\n");
    else if (byte == '"' || byte == '\\' || byte == '?') /* no trigraphs */
        buffer_printf(code, "\\%c", byte);
    else if (byte < 0x20 || byte > 0x7E)
        buffer_printf(code, "\\%03o", byte);
    else
        buffer_append_byte(code, byte);
}

static void emit_literal(struct compiler *compiler, struct bytes text)
{
    while (text.length) {
        struct bytes part = bytes_slice(text, 0, LITERAL_MAX);
        indent(compiler);
        buffer_append_text(compiler->code, "buffer_append(out, \"");
        for (size_t i = 0; i < part.length; i++) {
            literal_byte(compiler->code, part.data[i]);
            if (part.data[i] == '\n' && i + 1 < part.length) {
                buffer_append_text(compiler->code, "\"\n");
                indent(compiler);
                buffer_append_text(compiler->code, "    \"");
            }
        }
        buffer_printf(compiler->code, "\", %zu);\n", part.length);
        text = bytes_slice(text, part.length, text.length);
    }
}

/* Takes literal HTML up to an offset. */
static enum error take_literal(struct compiler *compiler, size_t to)
{
    size_t from = compiler->here.at;
    while (compiler->here.at < to) {
        const char *wrong =
            html_feed(&compiler->html, template_text(compiler).data[compiler->here.at]);
        if (wrong)
            return template_fault(compiler, ERROR_SYNTAX, compiler->here, wrong);
        template_step(compiler, &compiler->here, compiler->here.at + 1);
    }
    emit_literal(compiler, bytes_slice(template_text(compiler), from, to - from));
    return ERROR_OK;
}

/* --- tags -------------------------------------------------------------------------------- */

static bool in_scope(const void *context, struct bytes name)
{
    const struct compiler *compiler = context;
    for (size_t i = 0; i < compiler->depth; i++) {
        if (compiler->blocks[i].each && bytes_equal(compiler->blocks[i].variable, name) &&
            !compiler->blocks[i].otherwise)
            return true;
    }
    return bytes_equal_text(name, "view");
}

static struct scope scope_of(const struct compiler *compiler)
{
    return (struct scope){in_scope, compiler};
}

/* Reads a path into the arena. */
static enum error take_path(struct compiler *compiler, struct tag *tag, const char **ret_path)
{
    struct buffer path = {0};
    reader_space(&tag->reader);
    enum error error = read_path(&tag->reader, scope_of(compiler), &path);
    if (!error)
        error = path.error;
    const char *copy = NULL;
    if (!error) {
        copy = arena_text(&compiler->arena, buffer_view(&path));
        error = copy ? ERROR_OK : ERROR_MEMORY;
    }
    buffer_free(&path);
    if (error)
        return tag_fault(compiler, tag, error, tag->reader.expected);
    *ret_path = copy;
    return ERROR_OK;
}

static enum error take_value(struct compiler *compiler, struct tag *tag, char kind)
{
    bool raw = kind == '=';
    const char *why = NULL, *path = NULL;
    enum html_slot slot = html_slot(&compiler->html, &why);
    if (slot == HTML_SLOT_NONE)
        return template_fault(compiler, ERROR_SYNTAX, tag->place, why);
    if (raw && compiler->html.where != HTML_TEXT)
        return template_fault(compiler, ERROR_SYNTAX, tag->place, "{{= }} in text only");
    enum error error = take_path(compiler, tag, &path);
    if (!error)
        error = tag_end(compiler, tag);
    if (error)
        return error;
    static const char *const writers[] = {
        [HTML_SLOT_TEXT] = "page_text",
        [HTML_SLOT_ATTRIBUTE] = "page_text",
        [HTML_SLOT_URL] = "page_url",
        [HTML_SLOT_URL_PART] = "page_url_part",
    };
    indent(compiler);
    if (raw)
        buffer_printf(compiler->code, "page_html(out, %s);", path);
    else if (kind == '~' && compiler->language)
        buffer_printf(
            compiler->code, "%s(out, PAGE_VALUE(page_phrase(%zu, %s), scratch));", writers[slot],
            compiler->language, path);
    else
        buffer_printf(compiler->code, "%s(out, PAGE_VALUE(%s, scratch));", writers[slot], path);
    end_statement(compiler);
    html_wrote(&compiler->html);
    return ERROR_OK;
}

static enum error take_partial(struct compiler *compiler, struct tag *tag)
{
    const char *path = "(*view)";
    if (compiler->html.where != HTML_TEXT)
        return template_fault(compiler, ERROR_SYNTAX, tag->place, "a partial in text only");
    reader_space(&tag->reader);
    size_t from = tag->reader.at;
    struct bytes name = reader_name(&tag->reader);
    const struct declaration *partial = declaration_find(compiler, name);
    if (!partial || !partial->partial) {
        tag->reader.at = from;
        return tag_fault(compiler, tag, ERROR_NOT_FOUND, "the name of a partial");
    }
    enum error error = ERROR_OK;
    if (!reader_end(&tag->reader))
        error = take_path(compiler, tag, &path);
    if (!error)
        error = tag_end(compiler, tag);
    if (error)
        return error;
    indent(compiler);
    language_name(compiler, partial);
    buffer_printf(compiler->code, "(out, &%s);", path);
    end_statement(compiler);
    return ERROR_OK;
}

static enum error check_border(struct compiler *compiler, const struct tag *tag)
{
    if (!html_border(&compiler->html))
        return template_fault(
            compiler, ERROR_SYNTAX, tag->place,
            "a block in text, in a quoted value, or between attributes");
    return ERROR_OK;
}

/* Appends a condition, which must be the rest of the tag. */
static enum error take_condition(struct compiler *compiler, struct tag *tag, const char *before)
{
    struct buffer condition = {0};
    enum error error = read_condition(&tag->reader, scope_of(compiler), &condition);
    if (!error)
        error = condition.error;
    if (error) {
        error = tag_fault(compiler, tag, error, tag->reader.expected);
    } else {
        error = tag_end(compiler, tag);
    }
    if (!error) {
        indent(compiler);
        /* The cast keeps compilers from guessing about the parentheses. */
        buffer_printf(
            compiler->code, "%s((bool)%.*s) {", before, (int)condition.length,
            (const char *)condition.data);
        end_statement(compiler);
    }
    buffer_free(&condition);
    return error;
}

static enum error open_block(struct compiler *compiler, struct tag *tag, struct block block)
{
    if (compiler->depth == BLOCKS_MAX)
        return template_fault(
            compiler, ERROR_TOO_LARGE, tag->place, "at most 32 blocks in one another");
    block.opened = tag->place;
    block.start = compiler->html;
    compiler->blocks[compiler->depth++] = block;
    return ERROR_OK;
}

static enum error take_if(struct compiler *compiler, struct tag *tag)
{
    enum error error = take_condition(compiler, tag, "if ");
    return error ? error : open_block(compiler, tag, (struct block){0});
}

static enum error take_each(struct compiler *compiler, struct tag *tag)
{
    struct block block = {.each = true};
    enum error error = take_path(compiler, tag, &block.list);
    if (error)
        return error;
    reader_space(&tag->reader);
    if (!reader_take(&tag->reader, "as "))
        return tag_fault(compiler, tag, ERROR_SYNTAX, "as NAME");
    reader_space(&tag->reader);
    size_t from = tag->reader.at;
    block.variable = reader_name(&tag->reader);
    bool reserved = bytes_equal_text(block.variable, "out") ||
                    bytes_equal_text(block.variable, "scratch") ||
                    (block.variable.length > 3 && memcmp(block.variable.data, "at_", 3) == 0);
    if (block.variable.length == 0 || block.variable.length > NAME_LENGTH_MAX || reserved ||
        in_scope(compiler, block.variable)) {
        tag->reader.at = from;
        return tag_fault(compiler, tag, ERROR_SYNTAX, "a name that is not in use");
    }
    error = tag_end(compiler, tag);
    if (error)
        return error;
    unsigned loop = (unsigned)++compiler->loops;
    indent(compiler);
    buffer_printf(
        compiler->code, "for (size_t at_%u = 0; at_%u < %s.count; at_%u++) {", loop, loop,
        block.list, loop);
    end_statement(compiler);
    /* The second time around, what came before is the end of the body, not what is here. */
    if (compiler->html.where == HTML_BETWEEN)
        compiler->html.where = HTML_AFTER;
    error = open_block(compiler, tag, block);
    if (error)
        return error;
    int length = (int)block.variable.length;
    const char *variable = (const char *)block.variable.data;
    indent(compiler);
    buffer_printf(
        compiler->code, "const __typeof__(%s.items[0]) *%.*s = &%s.items[at_%u];\n", block.list,
        length, variable, block.list, loop);
    indent(compiler);
    buffer_printf(compiler->code, "(void)%.*s;\n", length, variable);
    return ERROR_OK;
}

/* The branch that ends here must leave the HTML where the others did. */
static enum error join_branch(struct compiler *compiler, const struct tag *tag, struct block *block)
{
    if (block->has_joined && !html_join(&block->joined, &compiler->html))
        return template_fault(
            compiler, ERROR_SYNTAX, tag->place,
            "the branches of a block to end in the same place of the HTML");
    if (!block->has_joined)
        block->joined = compiler->html;
    block->has_joined = true;
    compiler->html = block->start;
    return ERROR_OK;
}

static enum error take_else(struct compiler *compiler, struct tag *tag)
{
    if (compiler->depth == 0 || compiler->blocks[compiler->depth - 1].otherwise)
        return template_fault(compiler, ERROR_SYNTAX, tag->place, "a block for this else");
    struct block *block = &compiler->blocks[compiler->depth - 1];
    enum error error = join_branch(compiler, tag, block);
    if (error)
        return error;
    reader_space(&tag->reader);
    if (!block->each && reader_take(&tag->reader, "if ")) {
        compiler->depth--;
        error = take_condition(compiler, tag, "} else if ");
        compiler->depth++;
        return error;
    }
    block->otherwise = true;
    error = tag_end(compiler, tag);
    if (error)
        return error;
    compiler->depth--;
    indent(compiler);
    if (block->each) {
        buffer_append_text(compiler->code, "}\n");
        indent(compiler);
        buffer_printf(compiler->code, "if (%s.count == 0) {", block->list);
    } else {
        buffer_append_text(compiler->code, "} else {");
    }
    end_statement(compiler);
    compiler->depth++;
    return ERROR_OK;
}

static enum error take_end(struct compiler *compiler, struct tag *tag)
{
    reader_space(&tag->reader);
    size_t from = tag->reader.at;
    struct bytes name = reader_name(&tag->reader);
    bool each = bytes_equal_text(name, "each");
    if (!each && !bytes_equal_text(name, "if")) {
        tag->reader.at = from;
        return tag_fault(compiler, tag, ERROR_SYNTAX, "if or each");
    }
    if (compiler->depth == 0 || compiler->blocks[compiler->depth - 1].each != each)
        return template_fault(
            compiler, ERROR_SYNTAX, tag->place,
            compiler->depth == 0 ? "a block that is open"
            : each               ? "{{/ if}}"
                                 : "{{/ each}}");
    enum error error = tag_end(compiler, tag);
    if (error)
        return error;
    struct block *block = &compiler->blocks[compiler->depth - 1];
    struct html_state start = block->start;
    error = join_branch(compiler, tag, block);
    if (!error && (!block->otherwise || each)) {
        /* The body may have been left out, or run again: its end is its beginning. */
        compiler->html = start;
        error = join_branch(compiler, tag, block);
    }
    if (error)
        return error;
    compiler->html = block->joined;
    compiler->depth--;
    indent(compiler);
    buffer_append_text(compiler->code, "}\n");
    return ERROR_OK;
}

static enum error take_block(struct compiler *compiler, struct tag *tag)
{
    reader_space(&tag->reader);
    size_t from = tag->reader.at;
    struct bytes name = reader_name(&tag->reader);
    if (bytes_equal_text(name, "if"))
        return take_if(compiler, tag);
    if (bytes_equal_text(name, "each"))
        return take_each(compiler, tag);
    tag->reader.at = from;
    return tag_fault(compiler, tag, ERROR_SYNTAX, "if or each");
}

/* What kind of tag it is: its first character, 'e' for else, 'v' for a value. */
static char kind_of(const struct tag *tag)
{
    struct reader reader = tag->reader;
    uint8_t first = reader.text.length ? reader.text.data[0] : 0;
    if (first && strchr("!#/>=~", first))
        return (char)first;
    reader_space(&reader);
    return bytes_equal_text(reader_name(&reader), "else") ? 'e' : 'v';
}

static enum error take_tag(struct compiler *compiler, struct tag *tag, char kind)
{
    enum error error = ERROR_OK;
    if (kind == 'v')
        return take_value(compiler, tag, kind);
    if (kind == '!')
        return ERROR_OK;
    if (kind == '#' || kind == '/' || kind == 'e')
        error = check_border(compiler, tag);
    if (error)
        return error;
    if (kind == 'e') {
        reader_space(&tag->reader);
        reader_name(&tag->reader);
        return take_else(compiler, tag);
    }
    tag->reader.at = 1;
    switch (kind) {
    case '=':
    case '~':
        return take_value(compiler, tag, kind);
    case '>':
        return take_partial(compiler, tag);
    case '#':
        return take_block(compiler, tag);
    default:
        return take_end(compiler, tag);
    }
}

static enum error compile_body(struct compiler *compiler)
{
    struct bytes text = template_text(compiler);
    for (;;) {
        size_t open = template_find(compiler, compiler->here.at, "{{");
        if (open == text.length)
            return take_literal(compiler, open);
        size_t close = template_find(compiler, open + 2, "}}");
        struct tag tag = {.inside = open + 2, .end = close + 2};
        tag.place = compiler->here;
        template_step(compiler, &tag.place, open);
        if (close == text.length)
            return template_fault(compiler, ERROR_SYNTAX, tag.place, "}} after it");
        tag.reader.text = bytes_slice(text, open + 2, close - open - 2);
        char kind = kind_of(&tag);
        size_t from = open, to = tag.end;
        tag_widen(compiler, kind, &from, &to);
        enum error error = take_literal(compiler, from);
        if (error)
            return error;
        template_step(compiler, &compiler->here, open);
        error = take_tag(compiler, &tag, kind);
        if (error)
            return error;
        template_step(compiler, &compiler->here, to);
    }
}

/* The function's first line, without its brace. */
static void function(struct compiler *compiler, const struct declaration *declaration)
{
    bool own = !compiler->language && !declaration->spoken;
    buffer_printf(
        compiler->code, "\n/* %s */\n%svoid ", template_name(compiler), own ? "" : "static ");
    language_name(compiler, declaration);
    buffer_append_text(compiler->code, "(struct buffer *out, const struct ");
    buffer_append_bytes(compiler->code, declaration->view);
    buffer_append_text(compiler->code, " *view)");
}

/* A template in the compiler's language. */
static enum error compile_template(struct compiler *compiler, const struct declaration *declaration)
{
    compiler->source = compiler->language ? &declaration->translated[compiler->language - 1]
                                          : &compiler->pages->sources[declaration->source];
    compiler->here = declaration->body;
    compiler->html = (struct html_state){.where = HTML_TEXT};
    compiler->depth = 0;
    compiler->loops = 0;
    function(compiler, declaration);
    buffer_append_text(
        compiler->code, "\n{\n    char scratch[32];\n    (void)scratch;\n    (void)view;\n");
    enum error error = compile_body(compiler);
    if (error)
        return error;
    if (compiler->depth)
        return template_fault(
            compiler, ERROR_SYNTAX, compiler->blocks[compiler->depth - 1].opened,
            "an end for this block");
    if (compiler->html.where != HTML_TEXT)
        return template_fault(
            compiler, ERROR_SYNTAX, compiler->here,
            "the end of the tag, value or comment that is open (is a quote missing?)");
    buffer_append_text(compiler->code, "}\n");
    return ERROR_OK;
}

/* One template in every language that has it. */
static enum error compile_languages(struct compiler *compiler, struct declaration *declaration)
{
    enum error error = ERROR_OK;
    for (size_t i = 0; !error && i <= compiler->pages->words_count; i++) {
        compiler->language = i;
        if (!i || declaration->whole[i - 1])
            error = compile_template(compiler, declaration);
    }
    if (!error && declaration->spoken && !declaration->partial)
        language_choose(compiler, declaration);
    return error;
}

/* Functions call one another in any order. */
static void declare_languages(struct compiler *compiler)
{
    for (size_t i = 0; i < compiler->count; i++) {
        const struct declaration *declaration = &compiler->declarations[i];
        compiler->source = &compiler->pages->sources[declaration->source];
        for (size_t k = 0; declaration->spoken && k <= compiler->pages->words_count; k++) {
            compiler->language = k;
            if (k && !declaration->whole[k - 1])
                continue;
            function(compiler, declaration);
            buffer_append_text(compiler->code, ";\n");
        }
    }
}

enum error pages_compile(
    const struct pages *pages, struct fault *fault, struct buffer *ret_code,
    struct buffer *ret_header)
{
    size_t code_before = ret_code->length, header_before = ret_header->length;
    struct compiler *compiler = NULL;
    enum error error = compiler_open(pages, fault, &compiler);
    if (!error) {
        compiler->code = ret_code;
        buffer_printf(
            ret_code, "/* Made by pagec. */\n#include \"%s\"\n\n#include \"http/page.h\"\n",
            pages->header_name);
        /* The templates' own language first: then what follows cannot be wrong in them. */
        for (size_t i = 0; !error && i < compiler->count; i++) {
            struct buffer scrap = {0};
            compiler->code = &scrap;
            error = compile_template(compiler, &compiler->declarations[i]);
            if (!error && scrap.error)
                error = fault_place(fault, scrap.error, "templates");
            buffer_free(&scrap);
        }
        compiler->code = ret_code;
    }
    if (!error)
        error = languages_take(compiler);
    if (!error) {
        declarations_write(compiler, ret_header);
        if (pages->words_count)
            languages_write(compiler, ret_code, ret_header);
        declare_languages(compiler);
    }
    for (size_t i = 0; !error && i < compiler->count; i++)
        error = compile_languages(compiler, &compiler->declarations[i]);
    enum error failed = ret_code->error ? ret_code->error : ret_header->error;
    if (!error && failed)
        error = fault_place(fault, failed, "templates");
    if (error) {
        ret_code->length = code_before;
        ret_header->length = header_before;
    }
    compiler_close(compiler);
    return error;
}

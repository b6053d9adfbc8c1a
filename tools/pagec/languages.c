/* Templates in other languages: which are whole in which, and how a page is chosen. */
#include <string.h>

#include "pagec/compiler.h"
#include "pagec/message.h"

void language_name(const struct compiler *compiler, const struct declaration *declaration)
{
    buffer_append_bytes(compiler->code, declaration->name);
    if (compiler->language)
        buffer_printf(compiler->code, "_%s", compiler->pages->words[compiler->language - 1].code);
    else if (declaration->spoken)
        buffer_append_text(compiler->code, "_own");
}

/* The function of a page that is there in several languages: the frame says in which it is read. */
void language_choose(struct compiler *compiler, const struct declaration *declaration)
{
    struct buffer *code = compiler->code;
    buffer_append_text(code, "\nvoid ");
    buffer_append_bytes(code, declaration->name);
    buffer_append_text(code, "(struct buffer *out, const struct ");
    buffer_append_bytes(code, declaration->view);
    buffer_append_text(code, " *view)\n{\n    switch (view->frame.language) {\n");
    for (size_t i = 0; i <= compiler->pages->words_count; i++) {
        /* The templates' own language is last: it is the default. */
        compiler->language = (i + 1) % (compiler->pages->words_count + 1);
        if (compiler->language && !declaration->whole[compiler->language - 1])
            continue;
        if (compiler->language)
            buffer_printf(code, "    case %zu:\n        ", compiler->language);
        else
            buffer_append_text(code, "    default:\n        ");
        language_name(compiler, declaration);
        buffer_append_text(code, "(out, view);\n        break;\n");
    }
    buffer_append_text(code, "    }\n}\n");
}

static enum error translate(
    struct compiler *compiler, struct declaration *declaration, size_t language,
    struct page_source *ret_translated)
{
    const struct page_source *source = &compiler->pages->sources[declaration->source];
    struct buffer text = {0};
    enum error error = messages_translate(
        source, declaration->body.at, &compiler->pages->words[language], compiler->fault, &text,
        &declaration->whole[language]);
    if (!error) {
        ret_translated->file = source->file;
        ret_translated->text = arena_copy(&compiler->arena, buffer_view(&text));
        if (!ret_translated->text.data)
            error = fault_place(compiler->fault, ERROR_MEMORY, "%s", source->file);
    }
    buffer_free(&text);
    return error;
}

/* The next partial that a template includes, from an offset on, which moves behind it; NULL: none.
 */
static const struct declaration *
next_partial(struct compiler *compiler, const struct declaration *declaration, size_t *at)
{
    compiler->source = &compiler->pages->sources[declaration->source];
    size_t length = template_text(compiler).length;
    *at = template_find(compiler, *at, "{{>");
    if (*at == length)
        return NULL;
    *at += 3;
    struct reader reader = {.text = bytes_slice(template_text(compiler), *at, length)};
    reader_space(&reader);
    return declaration_find(compiler, reader_name(&reader));
}

/* Whether all partials of a template are whole in a language. */
static bool
partials_whole(struct compiler *compiler, const struct declaration *declaration, size_t language)
{
    const struct declaration *partial;
    size_t at = declaration->body.at;
    while ((partial = next_partial(compiler, declaration, &at))) {
        if (!partial->whole[language])
            return false;
    }
    return true;
}

/* Whether anything else that is whole in a language includes a partial. */
static bool
is_included(struct compiler *compiler, const struct declaration *partial, size_t language)
{
    for (size_t i = 0; i < compiler->count; i++) {
        const struct declaration *one = &compiler->declarations[i], *found;
        size_t at = one->body.at;
        while (one != partial && one->whole[language] &&
               (found = next_partial(compiler, one, &at))) {
            if (found == partial)
                return true;
        }
    }
    return false;
}

/* --- Phrases ------------------------------------------------------------------------------- */

/* The values {0} to {9} that a sentence of code has places for, as bits; false: another { or }. */
static bool phrase_values(struct bytes text, unsigned *ret_values)
{
    unsigned values = 0;
    for (size_t at = 0; at < text.length; at++) {
        uint8_t byte = text.data[at];
        if (byte == '}')
            return false;
        if (byte != '{')
            continue;
        uint8_t digit = at + 2 < text.length && text.data[at + 2] == '}' ? text.data[at + 1] : 0;
        if (digit < '0' || digit > '9')
            return false;
        values |= 1u << (digit - '0');
        at += 2;
    }
    *ret_values = values;
    return true;
}

/* Checks a language's phrases; *ret_all: it has all of them. What code says on a page belongs to no
 * template, so that a language that lacks some would be mixed with another. */
static enum error check_phrases(struct compiler *compiler, size_t language, bool *ret_all)
{
    const struct words *words = &compiler->pages->words[language];
    bool all = true;
    for (size_t i = 0; i < compiler->pages->phrase_count; i++) {
        struct bytes phrase = compiler->pages->phrases[i];
        struct words_entry *entry = words_find(words, phrase);
        unsigned own, other;
        if (!entry || !entry->other.length) {
            all = false;
            continue;
        }
        if (!phrase_values(phrase, &own) || !phrase_values(entry->other, &other) || own != other) {
            fault_set(
                compiler->fault, ERROR_SYNTAX, NULL,
                "the very values of the message, {0} and so on, and no other { or }", NULL);
            return fault_within(compiler->fault, ERROR_SYNTAX, "%s:%u", words->file, entry->line);
        }
    }
    *ret_all = all;
    return ERROR_OK;
}

/* --- Pages --------------------------------------------------------------------------------- */

enum error languages_take(struct compiler *compiler)
{
    size_t languages = compiler->pages->words_count;
    if (!languages)
        return ERROR_OK;
    enum error error = ERROR_OK;
    for (size_t i = 0; !error && i < compiler->count; i++) {
        struct declaration *declaration = &compiler->declarations[i];
        struct page_source *translated =
            ARENA_ARRAY(&compiler->arena, struct page_source, languages);
        declaration->translated = translated;
        declaration->whole = ARENA_ARRAY(&compiler->arena, bool, languages);
        if (!translated || !declaration->whole)
            error = fault_place(compiler->fault, ERROR_MEMORY, "templates");
        for (size_t k = 0; !error && k < languages; k++)
            error = translate(compiler, declaration, k, &translated[k]);
    }
    for (size_t k = 0; !error && k < languages; k++) {
        bool all = false;
        error = check_phrases(compiler, k, &all);
        for (size_t i = 0; !error && !all && i < compiler->count; i++)
            compiler->declarations[i].whole[k] = false;
    }
    /* A page is in a language when all that it consists of is; a partial, when a page needs it. */
    for (bool again = true; again && !error;) {
        again = false;
        for (size_t i = 0; i < compiler->count; i++) {
            struct declaration *one = &compiler->declarations[i];
            for (size_t k = 0; k < languages; k++) {
                bool good = partials_whole(compiler, one, k) &&
                            (!one->partial || is_included(compiler, one, k));
                again |= one->whole[k] && !good;
                one->whole[k] = one->whole[k] && good;
            }
        }
    }
    for (size_t i = 0; !error && i < compiler->count; i++) {
        for (size_t k = 0; k < languages; k++)
            compiler->declarations[i].spoken |= compiler->declarations[i].whole[k];
    }
    return error;
}

static void put_text(struct buffer *code, struct bytes text)
{
    buffer_append_byte(code, '"');
    for (size_t i = 0; i < text.length; i++)
        literal_byte(code, text.data[i]);
    buffer_append_byte(code, '"');
}

/* The phrases that a language has, in their order, and how many. */
static size_t write_phrases(const struct compiler *compiler, size_t language, struct buffer *code)
{
    struct words *words = &compiler->pages->words[language];
    for (size_t i = 0; i < compiler->pages->phrase_count; i++) {
        struct words_entry *entry = words_find(words, compiler->pages->phrases[i]);
        if (entry)
            entry->used = true;
    }
    size_t count = 0;
    buffer_printf(code, "static const struct page_phrase phrases_%s[] = {\n", words->code);
    for (size_t i = 0; i < words->count; i++) {
        bool phrase = false;
        for (size_t k = 0; !phrase && k < compiler->pages->phrase_count; k++)
            phrase = bytes_equal(words->entries[i].english, compiler->pages->phrases[k]);
        if (!phrase || !words->entries[i].other.length)
            continue;
        buffer_append_text(code, "    {");
        put_text(code, words->entries[i].english);
        buffer_append_text(code, ", ");
        put_text(code, words->entries[i].other);
        buffer_append_text(code, "},\n");
        count++;
    }
    /* C has no empty arrays. */
    buffer_append_text(code, "    {0},\n};\n");
    return count;
}

/* Which languages each page is in, for code that says something on it. */
static void write_sets(const struct compiler *compiler, struct buffer *header)
{
    buffer_append_text(
        header, "\n/* The languages that a page is in, as bits; its own, 0, is always there. */\n"
                "enum {\n");
    for (size_t i = 0; i < compiler->count; i++) {
        const struct declaration *declaration = &compiler->declarations[i];
        unsigned long long set = 1;
        for (size_t k = 0; k < compiler->pages->words_count; k++) {
            if (declaration->whole[k])
                set |= 2ull << k;
        }
        if (declaration->partial)
            continue;
        buffer_append_text(header, "    ");
        buffer_append_bytes(header, declaration->name);
        buffer_printf(header, "_languages = %llu,\n", set);
    }
    buffer_append_text(header, "};\n");
}

void languages_write(const struct compiler *compiler, struct buffer *code, struct buffer *header)
{
    size_t count = compiler->pages->words_count;
    struct buffer rows = {0};
    for (size_t i = 0; i < count; i++) {
        const struct words *words = &compiler->pages->words[i];
        size_t phrases = write_phrases(compiler, i, code);
        buffer_append_text(&rows, "    {");
        put_text(&rows, bytes_of(words->code));
        buffer_append_text(&rows, ", ");
        put_text(&rows, bytes_of(words->name));
        buffer_printf(
            &rows, ", %s, phrases_%s, %zu},\n", words->right_to_left ? "true" : "false",
            words->code, phrases);
    }
    buffer_append_text(code, "const struct page_language page_languages[] = {\n");
    buffer_append_bytes(code, buffer_view(&rows));
    buffer_append_text(code, "};\n");
    if (rows.error && !code->error)
        code->error = rows.error;
    buffer_free(&rows);
    buffer_append_text(
        code, "const char *page_phrase(size_t language, const char *text)\n{\n"
              "    return language ? page_say(&page_languages[language - 1], text) : text;\n}\n");
    buffer_printf(
        header,
        "\n/* The languages of the pages beside their own, which is language 0; and a phrase in "
        "one. */\n#include \"http/page.h\"\nenum { PAGE_LANGUAGES = %zu };\n"
        "extern const struct page_language page_languages[PAGE_LANGUAGES];\n"
        "const char *page_phrase(size_t language, const char *text);\n",
        count);
    write_sets(compiler, header);
}

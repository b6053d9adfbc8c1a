/* pagec: the page compiler. HTML templates in, C functions out; run by the build, never installed.
 *
 *     pagec OUT.c OUT.h OUT.pot FILE...
 *
 * A FILE is a template (.html), its words in another language (.po: pagec/words.h,
 * pagec/message.h), or C whose PHRASE("...") texts go into pages with {{~ }} (.c). OUT.pot is the
 * catalogue of every text, for translators.
 *
 * A template begins with its declaration and goes on as HTML:
 *
 *     {{! page licence_page(struct licence_view) include "site/views.h" }}
 *
 * It becomes  void licence_page(struct buffer *out, const struct licence_view *view)  in OUT.c,
 * with its prototype in OUT.h. The view is made before, by code; a template has no logic but this:
 *
 *     {{ view.title }}              a value, escaped for where it stands: text, a quoted attribute,
 * a URL (href, src, action and so on), or a part of a URL whose beginning is literal. Texts, struct
 * bytes, whole numbers
 *     {{~ view.word }}              the same, a text in the templates' language that is a phrase:
 * in the page's language
 *     {{= view.body }}              a value of type struct html, not escaped; in text only
 *     {{# if view.order }} ... {{ else if view.count > 1 }} ... {{ else }} ... {{/ if }}
 *                                   a value alone: is there, not empty, not 0. Operators == != < >
 * <=
 *                                   >= with a number, a CONSTANT or another value; ! && || ( )
 *     {{# each view.orders as order }} ... {{ else }} ... {{/ each }}
 *                                   view.orders is a struct with the members items and count; else
 * is for none
 *     {{> frame_top view.frame }}   another template's output; it is declared with "partial" in
 *                                   place of "page"; its view is the named value, or else this
 * one's
 *     {{! words }}                  a comment
 *
 * Names are members of view or of an each's variable: view.a.b, view.p->q, view.list[0]. A line
 * that holds nothing but one tag that writes nothing is left out whole.
 *
 * Refused, with FILE:LINE:COLUMN: a value where no escaping is right (in an unquoted attribute, a
 * tag's or attribute's name, script, style, a comment); HTML that browsers repair (a missing
 * quote, a bare <, attributes without space between); inline styles and scripts, which the content
 * policy of our pages forbids anyway; branches that end in different places of the HTML; blocks
 * that do not match; names that are not in scope. Members and types are checked by the C compiler:
 * its message points into OUT.c, where each statement names its template and line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "pagec/compile.h"

enum { TEMPLATE_MAX = 1 << 20, PHRASES_MAX = 4096 };

static int complain(const struct fault *fault)
{
    char text[600];
    fprintf(stderr, "%s\n", fault_text(fault, text, sizeof text));
    return EXIT_FAILURE;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* All that was named on the command line. */
struct given {
    struct arena arena;
    struct page_source *sources;
    struct words *words;
    struct bytes *phrases;
    size_t source_count, words_count, phrase_count;
};

static bool ends_with(const char *path, const char *end)
{
    size_t length = strlen(path), tail = strlen(end);
    return length > tail && strcmp(path + length - tail, end) == 0;
}

/* One file, by what its name ends with. */
static enum error take_file(struct given *given, const char *file, struct fault *fault)
{
    struct buffer content = {0};
    enum error error = os_read_file(&os_system, file, TEMPLATE_MAX, fault, &content);
    struct bytes text = {0};
    if (!error) {
        text = arena_copy(&given->arena, buffer_view(&content));
        if (!text.data)
            error = fault_place(fault, ERROR_MEMORY, "%s", file);
    }
    buffer_free(&content);
    struct page_source source = {file, text};
    if (error)
        return error;
    if (ends_with(file, ".po"))
        return words_read(&given->arena, file, text, fault, &given->words[given->words_count++]);
    if (ends_with(file, ".c"))
        return phrases_read(
            &given->arena, &source, fault, given->phrases, PHRASES_MAX, &given->phrase_count);
    given->sources[given->source_count++] = source;
    return ERROR_OK;
}

static enum error take_files(struct given *given, char **files, size_t count, struct fault *fault)
{
    given->sources = ARENA_ARRAY(&given->arena, struct page_source, count);
    given->words = ARENA_ARRAY(&given->arena, struct words, count);
    given->phrases = ARENA_ARRAY(&given->arena, struct bytes, PHRASES_MAX);
    enum error error = given->sources && given->words && given->phrases
                           ? ERROR_OK
                           : fault_place(fault, ERROR_MEMORY, "pagec");
    for (size_t i = 0; !error && i < count; i++)
        error = take_file(given, files[i], fault);
    return error;
}

static enum error write_file(const char *path, const struct buffer *bytes, struct fault *fault)
{
    return os_replace_file(&os_system, path, buffer_view(bytes), 0644, fault);
}

/* A translation of what nothing says any more is a mistake, or on its way to be one. */
static enum error check_used(const struct pages *pages, struct fault *fault)
{
    for (size_t i = 0; i < pages->words_count; i++) {
        for (size_t k = 0; k < pages->words[i].count; k++) {
            const struct words_entry *entry = &pages->words[i].entries[k];
            if (entry->used)
                continue;
            fault_set(
                fault, ERROR_NOT_FOUND, NULL, "a message of the pages", "\"%.*s\"",
                (int)entry->english.length, (const char *)entry->english.data);
            return fault_within(fault, ERROR_NOT_FOUND, "%s:%u", pages->words[i].file, entry->line);
        }
    }
    return ERROR_OK;
}

int main(int count, char **arguments)
{
    if (count < 5) {
        fprintf(stderr, "usage: pagec OUT.c OUT.h OUT.pot FILE...\n");
        return EXIT_FAILURE;
    }
    struct given given = {0};
    struct fault fault = {0};
    struct buffer code = {0}, header = {0}, catalogue = {0};
    enum error error = take_files(&given, arguments + 4, (size_t)count - 4, &fault);
    struct pages pages = {
        .sources = given.sources,
        .count = given.source_count,
        .header_name = base_name(arguments[2]),
        .words = given.words,
        .words_count = given.words_count,
        .phrases = given.phrases,
        .phrase_count = given.phrase_count,
    };
    if (!error)
        error = pages_compile(&pages, &fault, &code, &header);
    if (!error)
        error = check_used(&pages, &fault);
    if (!error)
        error = pages_catalogue(&pages, &fault, &catalogue);
    if (!error)
        error = write_file(arguments[1], &code, &fault);
    if (!error)
        error = write_file(arguments[2], &header, &fault);
    if (!error)
        error = write_file(arguments[3], &catalogue, &fault);
    arena_free(&given.arena);
    buffer_free(&code);
    buffer_free(&header);
    buffer_free(&catalogue);
    return error ? complain(&fault) : EXIT_SUCCESS;
}

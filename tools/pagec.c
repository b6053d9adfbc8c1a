/* pagec: the page compiler. HTML templates in, C functions out; run by the build, never installed.
 *
 *     pagec OUT.c OUT.h PAGE.html...
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

enum { TEMPLATE_MAX = 1 << 20 };

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

/* Reads all templates; contents has a buffer for each. */
static enum error read_all(
    char **files, size_t count, struct page_source *sources, struct buffer *contents,
    struct fault *fault)
{
    for (size_t i = 0; i < count; i++) {
        enum error error = os_read_file(&os_system, files[i], TEMPLATE_MAX, fault, &contents[i]);
        if (error)
            return error;
        sources[i] = (struct page_source){files[i], buffer_view(&contents[i])};
    }
    return ERROR_OK;
}

static enum error
write_both(char **paths, struct bytes code, struct bytes header, struct fault *fault)
{
    enum error error = os_replace_file(&os_system, paths[0], code, 0644, fault);
    return error ? error : os_replace_file(&os_system, paths[1], header, 0644, fault);
}

int main(int count, char **arguments)
{
    if (count < 4) {
        fprintf(stderr, "usage: pagec OUT.c OUT.h PAGE.html...\n");
        return EXIT_FAILURE;
    }
    size_t files = (size_t)count - 3;
    struct fault fault = {0};
    struct buffer code = {0}, header = {0};
    struct page_source *sources = calloc(files, sizeof *sources);
    struct buffer *contents = calloc(files, sizeof *contents);
    enum error error = sources && contents
                           ? read_all(arguments + 3, files, sources, contents, &fault)
                           : fault_place(&fault, ERROR_MEMORY, "pagec");
    if (!error)
        error = pages_compile(sources, files, base_name(arguments[2]), &fault, &code, &header);
    if (!error)
        error = write_both(arguments + 1, buffer_view(&code), buffer_view(&header), &fault);
    for (size_t i = 0; contents && i < files; i++)
        buffer_free(&contents[i]);
    free(sources);
    free(contents);
    buffer_free(&code);
    buffer_free(&header);
    return error ? complain(&fault) : EXIT_SUCCESS;
}

/* pagec: a PO file, and after a zero byte a template. What is read is read alike twice; what is
 * translated has the template's own values and elements and nothing else of them, so that it
 * compiles where the template does. */
#include "check.h"

#include <string.h>

#include "pagec/message.h"

static const char head[] = "{{! page p(struct v) include \"v.h\" }}\n";

/* How often a text stands in another. */
static size_t count(struct bytes in, const char *text)
{
    size_t found = 0;
    for (size_t at = 0; at < in.length; at++)
        found += bytes_equal_text(bytes_slice(in, at, strlen(text)), text);
    return found;
}

static void check_translation(const struct page_source *source, struct bytes translated)
{
    const struct page_source sources[] = {{"p.html", translated}};
    const struct pages pages = {.sources = sources, .count = 1, .header_name = "p.h"};
    struct buffer code = {0}, header = {0};
    struct fault fault = {0};
    static const char *const kept[] = {"<", ">", "{{#", "{{=", "{{>"};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        check(count(source->text, kept[i]) == count(translated, kept[i]));
    check(pages_compile(&pages, &fault, &code, &header) == ERROR_OK);
    buffer_free(&code);
    buffer_free(&header);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *zero = size ? memchr(data, 0, size) : NULL;
    size_t length = zero ? (size_t)(zero - data) : size;
    struct arena arena = {0};
    struct words words;
    struct fault fault = {0};
    struct buffer text = {0}, code = {0}, header = {0}, translated = {0};
    buffer_append_text(&text, head);
    if (zero)
        buffer_append(&text, zero + 1, size - length - 1);
    else
        buffer_append_text(&text, "<p title=\"Words\">Go <a href=\"/{{ view.x }}\">on</a></p>");
    const struct page_source source = {"p.html", buffer_view(&text)};
    const struct pages pages = {.sources = &source, .count = 1, .header_name = "p.h"};
    bool good =
        words_read(&arena, "xx.po", (struct bytes){data, length}, &fault, &words) == ERROR_OK;
    if (!good)
        check(fault.error && strncmp(fault.place, "xx.po:", 6) == 0);
    if (good && pages_compile(&pages, NULL, &code, &header) == ERROR_OK) {
        bool whole;
        if (messages_translate(&source, sizeof head - 1, &words, &fault, &translated, &whole) ==
            ERROR_OK)
            check_translation(&source, buffer_view(&translated));
    }
    arena_free(&arena);
    buffer_free(&text);
    buffer_free(&code);
    buffer_free(&header);
    buffer_free(&translated);
    return 0;
}

/* pagec: any bytes as a template either compile, twice to the same C with balanced braces, or are
 * refused with a place, and then nothing was written. */
#include "check.h"

#include <string.h>

#include "pagec/compile.h"

static const char head[] = "{{! page p(struct v) include \"v.h\" }}\n";
static const char part[] = "{{! partial part(struct q) include \"q.h\" }}<b>";

static enum error
compile(struct bytes text, struct fault *fault, struct buffer *code, struct buffer *header)
{
    const struct page_source sources[] = {
        {"part.html", bytes_of(part)},
        {"page.html", text},
    };
    const struct pages pages = {.sources = sources, .count = 2, .header_name = "pages.h"};
    return pages_compile(&pages, fault, code, header);
}

/* Outside strings and comments, braces and parentheses match. */
static void check_balance(struct bytes code)
{
    int braces = 0, parentheses = 0;
    bool text = false, comment = false;
    for (size_t i = 0; i < code.length; i++) {
        char byte = (char)code.data[i], next = i + 1 < code.length ? (char)code.data[i + 1] : 0;
        if (comment) {
            comment = !(byte == '*' && next == '/');
            continue;
        }
        if (byte == '\\') {
            check(text);
            i++;
        } else if (byte == '"') {
            text = !text;
        } else if (!text) {
            comment = byte == '/' && next == '*';
            braces += (byte == '{') - (byte == '}');
            parentheses += (byte == '(') - (byte == ')');
            check(braces >= 0 && parentheses >= 0);
        } else {
            check(byte >= 0x20 && byte < 0x7F);
        }
    }
    check(!text && !comment && braces == 0 && parentheses == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer text = {0}, code = {0}, header = {0}, code_again = {0}, header_again = {0};
    struct fault fault = {0};
    /* Mostly bodies; a template without its declaration would not come far. */
    if (size == 0 || data[0] != '{')
        buffer_append_text(&text, head);
    buffer_append(&text, data, size);
    if (compile(buffer_view(&text), &fault, &code, &header)) {
        check(fault.error && strncmp(fault.place, "page.html:", 10) == 0);
        check(code.length == 0 && header.length == 0);
    } else {
        check_balance(buffer_view(&code));
        check(!compile(buffer_view(&text), NULL, &code_again, &header_again));
        check(bytes_equal(buffer_view(&code), buffer_view(&code_again)));
        check(bytes_equal(buffer_view(&header), buffer_view(&header_again)));
    }
    buffer_free(&text);
    buffer_free(&code);
    buffer_free(&header);
    buffer_free(&code_again);
    buffer_free(&header_again);
    return 0;
}

/* Formatting any policies at some width: it succeeds where reading does, changes no policy (which
 * the formatter itself looks at), loses no comment, and changes nothing the second time. */
#include <stdlib.h>

#include "cedar/cedar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Characters that Unicode calls White_Space and that are no ASCII. */
static const char *const spaces[] = {
    "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002",   "\u2003", "\u2004",
    "\u2005", "\u2006", "\u2007", "\u2008", "\u2009",   "\u200A", "\u2028",
    "\u2029", "\u202F", "\u205F", "\u3000", "\xC2\x85",
};

static size_t space_length(struct bytes text)
{
    if (*text.data == ' ' || (*text.data >= '\t' && *text.data <= '\r'))
        return 1;
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        struct bytes space = bytes_of(spaces[i]);
        if (bytes_equal(bytes_slice(text, 0, space.length), space))
            return space.length;
    }
    return 0;
}

/* Bytes of a text that are not white space. */
static size_t visible(struct bytes text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length;) {
        size_t space = space_length(bytes_slice(text, i, text.length - i));
        count += space == 0;
        i += space ? space : 1;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const struct cedar_format how = {.width = data[0], .indent = data[0] % 5};
    struct bytes text = {data + 1, size - 1};
    struct cedar_policies *set;
    struct buffer once = {0}, twice = {0};
    if (cedar_policies_create(&set))
        abort();
    enum error error = cedar_policies_add_with_templates(set, text, NULL, NULL);
    cedar_policies_free(set);
    if (cedar_format_policies(text, &how, NULL, &once) != error)
        abort();
    if (!error) {
        if (visible(text) != visible(buffer_view(&once)) ||
            cedar_format_policies(buffer_view(&once), &how, NULL, &twice) ||
            !bytes_equal(buffer_view(&once), buffer_view(&twice)))
            abort();
    }
    buffer_free(&once);
    buffer_free(&twice);
    return 0;
}

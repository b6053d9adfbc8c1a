/* Formatting any policies at some width: it succeeds where reading does, changes no policy (which
 * the formatter itself looks at), loses no comment, and changes nothing the second time. */
#include <stdlib.h>

#include "cedar/cedar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bytes of a text that are not white space. */
static size_t visible(struct bytes text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.length; i++) {
        uint8_t byte = text.data[i];
        count += !(byte == ' ' || (byte >= '\t' && byte <= '\r'));
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

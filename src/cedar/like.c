/* Matching `like` patterns. Wildcards take whole characters, but since all is UTF-8 and a piece
 * begins with a character's first byte, comparing bytes finds the same places. */
#include <string.h>

#include "cedar/code.h"

bool cedar_like(struct bytes text, const struct bytes *pieces, size_t count)
{
    struct bytes first = pieces[0], last = pieces[count - 1];
    if (count == 1)
        return bytes_equal(text, first);
    if (text.length < first.length + last.length ||
        !bytes_equal(bytes_slice(text, 0, first.length), first) ||
        !bytes_equal(bytes_slice(text, text.length - last.length, last.length), last))
        return false;
    text = bytes_slice(text, first.length, text.length - first.length - last.length);
    /* Between two wildcards the first place that fits leaves the most for the rest. */
    for (size_t i = 1; i + 1 < count; i++) {
        if (pieces[i].length == 0)
            continue;
        const uint8_t *found =
            text.length ? memmem(text.data, text.length, pieces[i].data, pieces[i].length) : NULL;
        if (!found)
            return false;
        size_t used = (size_t)(found - text.data) + pieces[i].length;
        text = bytes_slice(text, used, text.length - used);
    }
    return true;
}

/* Paths of keys and quoted excerpts for faults. */
#include "base/path.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* Room kept at the front for "$..." and at the end for the end of the string. */
enum { PATH_FRONT = 4, KEY_SHOWN_MAX = 48, ESCAPE_SIZE = 9 };

void path_begin(struct path *path)
{
    path->start = sizeof path->text - 1;
    path->text[path->start] = '\0';
    path->full = false;
}

static void prepend(struct path *path, const char *step, size_t length)
{
    if (path->full || length > path->start - PATH_FRONT) {
        path->full = true;
        return;
    }
    path->start -= length;
    memcpy(path->text + path->start, step, length);
}

static bool is_plain(struct bytes key)
{
    for (size_t i = 0; i < key.length; i++) {
        uint8_t c = key.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '_' && c != '-')
            return false;
    }
    return key.length > 0 && key.length <= KEY_SHOWN_MAX;
}

void path_key(struct path *path, struct bytes key)
{
    char step[KEY_SHOWN_MAX + 8], quoted[KEY_SHOWN_MAX];
    int length;
    if (is_plain(key))
        length = snprintf(step, sizeof step, ".%.*s", (int)key.length, (const char *)key.data);
    else
        length = snprintf(step, sizeof step, "[%s]", quote_text(key, quoted, sizeof quoted));
    prepend(path, step, (size_t)length);
}

void path_index(struct path *path, uint64_t index)
{
    char step[32];
    int length = snprintf(step, sizeof step, "[%llu]", (unsigned long long)index);
    prepend(path, step, (size_t)length);
}

const char *path_text(struct path *path)
{
    const char *front = path->full ? "$..." : "$";
    size_t length = strlen(front);
    path->start -= length;
    memcpy(path->text + path->start, front, length);
    return path->text + path->start;
}

/* The printed form of the character at the start of bytes; returns how many bytes it took. */
static size_t show(struct bytes bytes, char shown[ESCAPE_SIZE])
{
    uint8_t first = bytes.data[0];
    size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (!bytes_are_utf8(bytes_slice(bytes, 0, length), NULL)) {
        snprintf(shown, ESCAPE_SIZE, "\\x%02x", first);
        return 1;
    }
    /* C0, DEL and C1 could steer a terminal, and what reorders text deceive its reader. */
    if (length == 1 && (first < 0x20 || first == 0x7F))
        snprintf(shown, ESCAPE_SIZE, "\\u{%02x}", first);
    else if (first == 0xC2 && bytes.data[1] < 0xA0)
        snprintf(shown, ESCAPE_SIZE, "\\u{%02x}", bytes.data[1]);
    else if (text_reorders(bytes))
        snprintf(
            shown, ESCAPE_SIZE, "\\u{%04x}",
            (unsigned)(0x2000 | (bytes.data[1] & 3) << 6 | (bytes.data[2] & 0x3F)));
    else if (first == '"' || first == '\\')
        snprintf(shown, ESCAPE_SIZE, "\\%c", first);
    else
        snprintf(shown, ESCAPE_SIZE, "%.*s", (int)length, (const char *)bytes.data);
    return length;
}

const char *quote_text(struct bytes bytes, char *text, size_t size)
{
    /* "...\"" and the end of the string must fit after whatever is shown; when all that is left
     * fits without the dots it is shown whole. */
    const size_t end = sizeof "...\"";
    size_t length = 0, dots_at = 1;
    bool cut = false;
    text[length++] = '"';
    for (size_t at = 0; at < bytes.length;) {
        char shown[ESCAPE_SIZE];
        at += show(bytes_slice(bytes, at, bytes.length), shown);
        size_t more = strlen(shown);
        if (length + more + sizeof "\"" > size) {
            cut = true;
            break;
        }
        memcpy(text + length, shown, more);
        length += more;
        if (length + end <= size)
            dots_at = length;
    }
    if (cut)
        length = dots_at;
    const char *tail = cut ? "...\"" : "\"";
    memcpy(text + length, tail, strlen(tail) + 1);
    return text;
}

/* Comparing answers. */
#include "compare.h"

#include <stdio.h>
#include <string.h>

/* Takes the next line from *text; an empty view with no data at the end. */
static struct bytes take_line(struct bytes *text)
{
    if (!text->length)
        return (struct bytes){0};
    const uint8_t *end = memchr(text->data, '\n', text->length);
    size_t length = end ? (size_t)(end - text->data) : text->length;
    struct bytes line = bytes_slice(*text, 0, length);
    *text = bytes_slice(*text, length + 1, text->length);
    return line;
}

static void copy(struct bytes from, char *to, size_t size)
{
    snprintf(to, size, "%.*s", (int)from.length, from.data ? (const char *)from.data : "");
}

static void split(struct bytes line, struct bytes *ret_key, struct bytes *ret_value)
{
    const uint8_t *tab = line.length ? memchr(line.data, '\t', line.length) : NULL;
    size_t length = tab ? (size_t)(tab - line.data) : line.length;
    *ret_key = bytes_slice(line, 0, length);
    *ret_value = bytes_slice(line, length + (tab != NULL), line.length);
}

static void
fill(struct bytes key, struct bytes ours, struct bytes theirs, struct difference *difference)
{
    copy(key, difference->key, sizeof difference->key);
    copy(ours, difference->ours, sizeof difference->ours);
    copy(theirs, difference->theirs, sizeof difference->theirs);
    snprintf(
        difference->about, sizeof difference->about, "%.*s", (int)strcspn(difference->key, " "),
        difference->key);
}

/* The value of a key in their lines; "(nothing)" when it is missing. */
static struct bytes find_value(const struct json *lines, struct bytes wanted)
{
    for (size_t i = 0; i < json_count(lines); i++) {
        struct bytes key, value;
        split(json_characters(json_at(lines, i)), &key, &value);
        if (bytes_equal(key, wanted))
            return value;
    }
    return bytes_of("(nothing)");
}

static bool has_key(struct bytes text, struct bytes wanted)
{
    while (text.length) {
        struct bytes key, value;
        split(take_line(&text), &key, &value);
        if (bytes_equal(key, wanted))
            return true;
    }
    return false;
}

bool compare_answers(
    const struct answer *answer, const struct json *theirs, struct difference *ret_difference)
{
    struct bytes text = buffer_view(&answer->lines), key, value;
    const struct json *lines = json_find(theirs, "lines");
    if (answer->complaints.length) {
        struct bytes complaints = buffer_view(&answer->complaints);
        fill(bytes_of("complaint"), take_line(&complaints), bytes_of(""), ret_difference);
        /* Complaints of one sort are one difference. */
        snprintf(
            ret_difference->about, sizeof ret_difference->about, "%.*s",
            (int)strcspn(ret_difference->ours, ":"), ret_difference->ours);
        return true;
    }
    while (text.length) {
        split(take_line(&text), &key, &value);
        struct bytes other = find_value(lines, key);
        if (!bytes_equal(value, other)) {
            fill(key, value, other, ret_difference);
            return true;
        }
    }
    for (size_t i = 0; i < json_count(lines); i++) {
        split(json_characters(json_at(lines, i)), &key, &value);
        if (!has_key(buffer_view(&answer->lines), key)) {
            fill(key, bytes_of("(nothing)"), value, ret_difference);
            return true;
        }
    }
    return false;
}

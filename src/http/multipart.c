/* Reading multipart/form-data. */
#include "http/multipart.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A body under way. */
struct reader {
    struct bytes body;
    size_t at;
    char line[HTTP_BOUNDARY_MAX + 5]; /* CR LF - - boundary */
    size_t line_length;
    struct arena *arena;
    struct fault *fault;
};

static enum error refuse(const struct reader *reader, size_t at, const char *expected)
{
    char place[40];
    snprintf(place, sizeof place, "offset %zu", at);
    return fault_set(reader->fault, ERROR_HTTP_CHARACTER, place, expected, NULL);
}

/* --- The boundary ------------------------------------------------------------------------- */

static bool is_boundary_character(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c && strchr("'()+_,-./:=?", c));
}

/* The one parameter that Content-Type has to have, and may have alone. */
static enum error read_boundary(struct reader *reader, const char *type)
{
    static const char media[] = "multipart/form-data;";
    const char *text = type;
    bool good = strncasecmp(text, media, sizeof media - 1) == 0;
    if (good) {
        text += sizeof media - 1;
        text += strspn(text, " \t");
        good = strncasecmp(text, "boundary=", 9) == 0;
    }
    if (good) {
        text += 9;
        bool quoted = *text == '"';
        text += quoted;
        size_t length = 0;
        while (is_boundary_character(text[length]))
            length++;
        good =
            length && length <= HTTP_BOUNDARY_MAX && strcmp(text + length, quoted ? "\"" : "") == 0;
        if (good) {
            memcpy(reader->line, "\r\n--", 4);
            memcpy(reader->line + 4, text, length);
            reader->line_length = length + 4;
        }
    }
    return good ? ERROR_OK
                : fault_set(
                      reader->fault, ERROR_HTTP_FIELD, "Content-Type",
                      "multipart/form-data; boundary=...", NULL);
}

/* Whether these bytes stand at a place. */
static bool stands(const struct reader *reader, size_t at, const char *bytes, size_t length)
{
    return at <= reader->body.length && reader->body.length - at >= length &&
           memcmp(reader->body.data + at, bytes, length) == 0;
}

/* --- A part ------------------------------------------------------------------------------- */

/* A quoted text at *at, which is moved behind it; there is no way to hide a quotation mark. */
static enum error read_quoted(struct reader *reader, size_t *at, size_t end, const char **ret_text)
{
    if (*at >= end || reader->body.data[*at] != '"')
        return refuse(reader, *at, "a quotation mark");
    size_t start = ++*at;
    while (*at < end && reader->body.data[*at] != '"') {
        uint8_t byte = reader->body.data[*at];
        if (byte < ' ' || byte == 0x7f)
            return refuse(reader, *at, "no control character");
        ++*at;
    }
    if (*at == end)
        return refuse(reader, *at, "a quotation mark");
    const struct bytes text = {reader->body.data + start, *at - start};
    size_t wrong;
    if (!bytes_are_utf8(text, &wrong))
        return fault_place(reader->fault, ERROR_UTF8, "offset %zu", start + wrong);
    *ret_text = arena_text(reader->arena, text);
    if (!*ret_text)
        return fault_place(reader->fault, ERROR_MEMORY, "form");
    ++*at;
    return ERROR_OK;
}

static bool take(const struct reader *reader, size_t *at, size_t end, const char *text)
{
    size_t length = strlen(text);
    if (end - *at < length || strncasecmp((const char *)reader->body.data + *at, text, length) != 0)
        return false;
    *at += length;
    return true;
}

/* form-data; name="..."; filename="..." */
static enum error
read_disposition(struct reader *reader, size_t at, size_t end, struct http_part *part)
{
    if (part->name)
        return refuse(reader, at, "one Content-Disposition");
    if (!take(reader, &at, end, "form-data; name="))
        return refuse(reader, at, "form-data; name=");
    enum error error = read_quoted(reader, &at, end, &part->name);
    if (!error && at < end) {
        if (!take(reader, &at, end, "; filename="))
            return refuse(reader, at, "; filename=");
        error = read_quoted(reader, &at, end, &part->file);
    }
    if (!error && at < end)
        error = refuse(reader, at, "the end of the line");
    return error;
}

/* The header fields of a part, to behind the empty line. */
static enum error read_head(struct reader *reader, struct http_part *part)
{
    size_t start = reader->at;
    bool typed = false;
    for (;;) {
        size_t end = reader->at;
        while (!stands(reader, end, "\r\n", 2)) {
            if (end >= reader->body.length)
                return refuse(reader, end, "the end of the line");
            if (end - start >= HTTP_PART_HEAD_MAX)
                return fault_place(reader->fault, ERROR_TOO_LARGE, "offset %zu", start);
            end++;
        }
        size_t at = reader->at;
        enum error error = ERROR_OK;
        reader->at = end + 2;
        if (at == end)
            break;
        if (take(reader, &at, end, "Content-Disposition: "))
            error = read_disposition(reader, at, end, part);
        else if (!typed && take(reader, &at, end, "Content-Type: "))
            typed = true; /* what a browser believes of a file; what it is, its bytes say */
        else
            error = refuse(reader, at, "Content-Disposition, or one Content-Type");
        if (error)
            return error;
    }
    return part->name ? ERROR_OK : refuse(reader, start, "Content-Disposition");
}

/* The content, to the boundary, which is passed. */
static enum error read_content(struct reader *reader, struct http_part *part)
{
    const struct bytes left = {reader->body.data + reader->at, reader->body.length - reader->at};
    const uint8_t *end =
        left.length ? memmem(left.data, left.length, reader->line, reader->line_length) : NULL;
    if (!end)
        return refuse(reader, reader->body.length, "the boundary");
    part->content = (struct bytes){left.data, (size_t)(end - left.data)};
    reader->at += part->content.length + reader->line_length;
    return ERROR_OK;
}

/* Behind a boundary: CR LF and another part, or -- and the end. */
static enum error read_on(struct reader *reader, bool *ret_more)
{
    if (stands(reader, reader->at, "\r\n", 2)) {
        reader->at += 2;
        *ret_more = true;
        return ERROR_OK;
    }
    if (!stands(reader, reader->at, "--", 2))
        return refuse(reader, reader->at, "the end of the line, or --");
    reader->at += 2;
    if (stands(reader, reader->at, "\r\n", 2))
        reader->at += 2;
    *ret_more = false;
    return reader->at == reader->body.length ? ERROR_OK
                                             : refuse(reader, reader->at, "nothing more");
}

enum error http_multipart_parse(
    struct bytes body, const char *type, struct arena *arena, struct fault *fault,
    struct http_parts *ret_parts)
{
    struct reader reader = {.body = body, .arena = arena, .fault = fault};
    struct http_part *parts = ARENA_ARRAY(arena, struct http_part, HTTP_PARTS_MAX);
    size_t count = 0;
    bool more = false;
    if (!parts)
        return fault_place(fault, ERROR_MEMORY, "form");
    enum error error = read_boundary(&reader, type);
    if (error)
        return error;
    /* The first boundary begins the body; the others begin on a line of their own. */
    if (!stands(&reader, 0, reader.line + 2, reader.line_length - 2))
        return refuse(&reader, 0, "the boundary");
    reader.at = reader.line_length - 2;
    error = read_on(&reader, &more);
    while (!error && more) {
        if (count == HTTP_PARTS_MAX)
            return fault_set(fault, ERROR_TOO_LARGE, "form", "32 parts at most", NULL);
        error = read_head(&reader, &parts[count]);
        if (!error)
            error = read_content(&reader, &parts[count]);
        if (!error)
            error = read_on(&reader, &more);
        count++;
    }
    if (!error)
        *ret_parts = (struct http_parts){parts, count};
    return error;
}

const struct http_part *http_part(struct http_parts parts, const char *name)
{
    for (size_t i = 0; i < parts.count; i++) {
        if (strcmp(parts.items[i].name, name) == 0)
            return &parts.items[i];
    }
    return NULL;
}

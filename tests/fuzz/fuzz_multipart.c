/* http: a form with files, after its boundary on the first line: what is accepted is as it was
 * sent, and nothing is left over. */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "http/multipart.h"

static void check_text(const char *text)
{
    check(bytes_are_utf8(bytes_of(text), NULL));
    for (const char *at = text; *at; at++)
        check((unsigned char)*at >= ' ' && *at != 0x7F && *at != '"');
}

/* Written again from its parts it reads as the same. */
static void check_again(struct http_parts parts, const char *type, struct arena *arena)
{
    struct buffer body = {0};
    struct http_parts again;
    const char *boundary = strchr(type, '=') + 1;
    int length = (int)strcspn(boundary + (*boundary == '"'), "\"");
    boundary += *boundary == '"';
    for (size_t i = 0; i < parts.count; i++) {
        buffer_printf(
            &body, "--%.*s\r\nContent-Disposition: form-data; name=\"%s\"", length, boundary,
            parts.items[i].name);
        if (parts.items[i].file)
            buffer_printf(&body, "; filename=\"%s\"", parts.items[i].file);
        buffer_append_text(&body, "\r\n\r\n");
        buffer_append_bytes(&body, parts.items[i].content);
        buffer_append_text(&body, "\r\n");
    }
    buffer_printf(&body, "--%.*s--\r\n", length, boundary);
    check(!http_multipart_parse(buffer_view(&body), type, arena, NULL, &again));
    check(again.count == parts.count);
    for (size_t i = 0; i < parts.count; i++) {
        check(strcmp(again.items[i].name, parts.items[i].name) == 0);
        check(bytes_equal(again.items[i].content, parts.items[i].content));
    }
    buffer_free(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = size ? memchr(data, '\n', size < 120 ? size : 120) : NULL;
    if (!line)
        return 0;
    char type[200];
    struct arena arena = {0};
    struct fault fault = {0};
    struct http_parts parts;
    snprintf(
        type, sizeof type, "multipart/form-data; boundary=%.*s", (int)(line - data),
        (const char *)data);
    const struct bytes body = {line + 1, size - (size_t)(line + 1 - data)};
    if (http_multipart_parse(body, type, &arena, &fault, &parts)) {
        check(fault.error && fault.place[0]);
    } else {
        check(parts.count <= HTTP_PARTS_MAX);
        for (size_t i = 0; i < parts.count; i++) {
            check_text(parts.items[i].name);
            if (parts.items[i].file)
                check_text(parts.items[i].file);
        }
        check_again(parts, type, &arena);
    }
    arena_free(&arena);
    return 0;
}

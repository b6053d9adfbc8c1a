/* Problem details (RFC 9457), and the little JSON that they need. */
#include "http/response.h"

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* Appends UTF-8 as the inside of a JSON string (RFC 8259 section 7). */
static void escape(struct buffer *out, struct bytes text)
{
    for (size_t i = 0; i < text.length; i++) {
        uint8_t byte = text.data[i];
        if (byte < 0x20 || byte == 0x7F) {
            buffer_printf(out, "\\u%04x", byte);
        } else {
            if (byte == '"' || byte == '\\')
                buffer_append_byte(out, '\\');
            buffer_append_byte(out, byte);
        }
    }
}

/* Appends a member. A fault's texts may quote what came from the network: what is not UTF-8 in them
 * is replaced. */
static void put_text(struct buffer *out, const char *name, const char *text)
{
    struct bytes rest = bytes_of(text);
    size_t bad;
    buffer_printf(out, ",\"%s\":\"", name);
    while (!bytes_are_utf8(rest, &bad)) {
        escape(out, bytes_slice(rest, 0, bad));
        buffer_append_text(out, replacement);
        rest = bytes_slice(rest, bad + 1, rest.length);
    }
    escape(out, rest);
    buffer_append_byte(out, '"');
}

static void put_fault(struct buffer *out, const struct fault *fault)
{
    buffer_printf(out, ",\"error\":%d", (int)fault->error);
    put_text(out, "code", error_name(fault->error));
    put_text(out, "words", error_words(fault->error));
    if (fault->place[0])
        put_text(out, "place", fault->place);
    if (fault->expected[0])
        put_text(out, "expected", fault->expected);
    if (fault->found[0])
        put_text(out, "found", fault->found);
}

void http_problem(
    struct http_response *response, unsigned status, const char *slug, const char *title,
    const char *detail, const struct fault *fault)
{
    struct buffer fields = response->fields;
    response->fields = (struct buffer){0};
    http_response_free(response);
    response->fields = fields;
    response->error = fields.error;
    response->status = status;
    response->type = "application/problem+json";
    struct buffer *out = &response->content;
    buffer_printf(out, "{\"status\":%u", status);
    put_text(out, "title", title);
    if (slug)
        buffer_printf(out, ",\"type\":\"urn:enduse:problem:%s\"", slug);
    else
        put_text(out, "type", "about:blank");
    if (detail)
        put_text(out, "detail", detail);
    if (fault && fault->error)
        put_fault(out, fault);
    buffer_append_text(out, "}\n");
}

/* Escaping of text and URLs, and values as text. */
#include "http/page.h"

#include "http/request.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* What stands for a character in text and quoted attributes; NULL: itself. */
static const char *reference(uint8_t byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\t':
    case '\n':
        return NULL;
    default:
        /* The HTML standard has no control characters; CR would become LF on the way. */
        return byte < 0x20 || byte == 0x7F ? replacement : NULL;
    }
}

/* Text that is UTF-8. Runs of plain characters go in one piece. */
static void escape(struct buffer *out, struct bytes text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char *instead = reference(text.data[i]);
        if (!instead)
            continue;
        buffer_append(out, text.data + from, i - from);
        buffer_append_text(out, instead);
        from = i + 1;
    }
    buffer_append_bytes(out, bytes_slice(text, from, text.length));
}

void page_text(struct buffer *out, struct bytes text)
{
    size_t bad;
    while (!bytes_are_utf8(text, &bad)) {
        escape(out, bytes_slice(text, 0, bad));
        buffer_append_text(out, replacement);
        text = bytes_slice(text, bad + 1, text.length);
    }
    escape(out, text);
}

/* Browsers drop tabs and line ends inside a URL and spaces and controls at its ends before they
 * look at the scheme, and read \ as /; so what holds any of these passes for nothing. */
static bool is_plain_url(struct bytes url)
{
    for (size_t i = 0; i < url.length; i++) {
        if (url.data[i] <= 0x20 || url.data[i] == 0x7F || url.data[i] == '\\')
            return false;
    }
    return true;
}

static bool url_starts(struct bytes url, const char *prefix)
{
    size_t length = strlen(prefix);
    return url.length > length && strncasecmp((const char *)url.data, prefix, length) == 0;
}

static bool url_passes(struct bytes url)
{
    if (url.length == 0 || !is_plain_url(url))
        return false;
    if (url.data[0] == '/')
        return url.length == 1 || url.data[1] != '/';
    if (url.data[0] == '?' || url.data[0] == '#')
        return true;
    return url_starts(url, "https://") || url_starts(url, "http://") || url_starts(url, "mailto:");
}

void page_url(struct buffer *out, struct bytes url)
{
    if (url_passes(url))
        page_text(out, url);
    else
        buffer_append_text(out, "#");
}

void page_url_part(struct buffer *out, struct bytes text)
{
    http_percent_append(out, text);
}

struct bytes page_of_text(const char *text, char scratch[32])
{
    (void)scratch;
    return text ? bytes_of(text) : (struct bytes){NULL, 0};
}

struct bytes page_of_bytes(struct bytes bytes, char scratch[32])
{
    (void)scratch;
    return bytes;
}

struct bytes page_of_signed(long long value, char scratch[32])
{
    snprintf(scratch, 32, "%lld", value);
    return bytes_of(scratch);
}

struct bytes page_of_unsigned(unsigned long long value, char scratch[32])
{
    snprintf(scratch, 32, "%llu", value);
    return bytes_of(scratch);
}

bool page_has_text(const char *text)
{
    return text && *text;
}

bool page_has_bytes(struct bytes bytes)
{
    return bytes.length > 0;
}

bool page_has_html(struct html html)
{
    return page_has_text(html.text);
}

bool page_has_number(long long value)
{
    return value != 0;
}

bool page_has_pointer(const void *pointer)
{
    return pointer != NULL;
}

void page_html(struct buffer *out, struct html html)
{
    if (html.text)
        buffer_append_text(out, html.text);
}

const char *page_say(const struct page_language *language, const char *text)
{
    size_t low = 0, high = language->phrase_count;
    if (!text)
        return NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(text, language->phrases[middle].own);
        if (order == 0)
            return language->phrases[middle].other;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return text;
}

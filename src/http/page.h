/* What generated pages are written with: escaping and numbers, and nothing else. tools/pagec.c
 * makes the calls; docs of the template language are at the top of that file. Needs base alone. */
#ifndef ENDUSE_HTTP_PAGE_H
#define ENDUSE_HTTP_PAGE_H

#include "base/base.h"

/* Text that is HTML already, made by code that escaped it. Only {{= x}} writes it, and {{= x}}
 * writes only this type. NULL is nothing. */
struct html {
    const char *text;
};

/* Appends text escaped for the content of an element or for a quoted attribute: & < > " ' as
 * references. Bytes that are not UTF-8, and control characters that HTML forbids, become U+FFFD. */
void page_text(struct buffer *out, struct bytes text);

/* Appends a URL for href, src, action or formaction, escaped as page_text. Only a path of this
 * server ("/..." but not "//..."), a query ("?..."), a fragment ("#...") or an absolute
 * https:// http:// or mailto: URL passes; anything else is written as "#". A part of a URL after a
 * literal beginning is written by page_url_part. */
void page_url(struct buffer *out, struct bytes url);

/* Appends one segment or query value of a URL: everything but unreserved characters as %XX. */
void page_url_part(struct buffer *out, struct bytes text);

/* The accessors: a value of any supported type as text, by _Generic. char scratch[32] holds
 * numbers. bool is refused on purpose: say it in words with {{# if}}. */
struct bytes page_of_text(const char *text, char scratch[32]); /* NULL is nothing */
struct bytes page_of_bytes(struct bytes bytes, char scratch[32]);
struct bytes page_of_signed(long long value, char scratch[32]);
struct bytes page_of_unsigned(unsigned long long value, char scratch[32]);

#define PAGE_VALUE(value, scratch)                                                                 \
    _Generic(                                                                                      \
        (value),                                                                                   \
        char *: page_of_text,                                                                      \
        const char *: page_of_text,                                                                \
        struct bytes: page_of_bytes,                                                               \
        short: page_of_signed,                                                                     \
        int: page_of_signed,                                                                       \
        long: page_of_signed,                                                                      \
        long long: page_of_signed,                                                                 \
        unsigned char: page_of_unsigned,                                                           \
        unsigned short: page_of_unsigned,                                                          \
        unsigned: page_of_unsigned,                                                                \
        unsigned long: page_of_unsigned,                                                           \
        unsigned long long: page_of_unsigned)((value), (scratch))

/* A language that pages are in. A page whose view has frame.language is shown in it when all of
 * its words are there; else, whole, in the templates' own. Phrases are texts that code puts into
 * pages, in their bytewise order. */
struct page_phrase {
    const char *own, *other;
};
struct page_language {
    const char *code, *name; /* "he", and what it calls itself */
    bool right_to_left;
    const struct page_phrase *phrases;
    size_t phrase_count;
};

/* A phrase in a language, or the very text where it has none; NULL stays NULL. */
const char *page_say(const struct page_language *language, const char *text);

/* The condition of {{# if x}}: numbers and bool as C has it; text, bytes and html when not empty;
 * other pointers when not NULL. */
bool page_has_text(const char *text);
bool page_has_bytes(struct bytes bytes);
bool page_has_html(struct html html);
bool page_has_number(long long value);
bool page_has_pointer(const void *pointer);

#define PAGE_HAS(value)                                                                            \
    _Generic(                                                                                      \
        (value),                                                                                   \
        char *: page_has_text,                                                                     \
        const char *: page_has_text,                                                               \
        struct bytes: page_has_bytes,                                                              \
        struct html: page_has_html,                                                                \
        bool: page_has_number,                                                                     \
        short: page_has_number,                                                                    \
        int: page_has_number,                                                                      \
        long: page_has_number,                                                                     \
        long long: page_has_number,                                                                \
        unsigned char: page_has_number,                                                            \
        unsigned short: page_has_number,                                                           \
        unsigned: page_has_number,                                                                 \
        unsigned long: page_has_number,                                                            \
        unsigned long long: page_has_number,                                                       \
        default: page_has_pointer)(value)

/* Raw output, for {{= x}}. */
void page_html(struct buffer *out, struct html html);

#endif

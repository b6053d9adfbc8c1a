/* Hexadecimal, base64 and base64url, and small helpers on C strings. */
#ifndef ENDUSE_BASE_TEXT_H
#define ENDUSE_BASE_TEXT_H

#include "base/bytes.h"

/* Lower-case hexadecimal; text must hold 2 * length + 1 characters. Returns text. */
const char *hex_text(struct bytes bytes, char *text);

/* Reads exactly size bytes of hexadecimal, either case (ERROR_HEX). */
enum error hex_parse(struct bytes text, struct fault *fault, uint8_t *ret_bytes, size_t size);

/* Appends base64 with padding (RFC 4648 section 4), or base64url without (section 5). */
void base64_append(struct buffer *buffer, struct bytes bytes);
void base64url_append(struct buffer *buffer, struct bytes bytes);

/* Strict reading (ERROR_BASE64): no white space, padding exactly as RFC 4648 has it (base64) or
 * none (base64url), unused bits zero. Appends to ret_bytes; on failure it is as before. */
enum error base64_parse(struct bytes text, struct fault *fault, struct buffer *ret_bytes);
enum error base64url_parse(struct bytes text, struct fault *fault, struct buffer *ret_bytes);

/* Reads a decimal number of digits only, at most max (ERROR_NUMBER_TEXT). */
enum error number_parse(struct bytes text, uint64_t max, struct fault *fault, uint64_t *ret_value);

/* The first byte of a character that a document's text may not hold because whoever signs would not
 * see it: a control character (U+0000 to U+001F, U+007F to U+009F; with lines true, tab and line
 * feed are allowed), or one that reorders the text around it (U+202A to U+202E, U+2066 to U+2069).
 * text.length when there is none. The text is UTF-8, or refused for that elsewhere. */
size_t text_find_hidden(struct bytes text, bool lines);

/* Whether the bytes begin with a character that reorders the text around it (Unicode Standard
 * Annex 9, explicit embeddings, overrides and isolates). */
bool text_reorders(struct bytes text);

/* Copies a text into room of size characters, at least 1; what does not fit is cut off. */
void text_copy(char *ret_room, size_t size, const char *text);

bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);

#endif

/* The extension types' texts: decimal, datetime, duration and ipaddr, read exactly as the language
 * defines them and printed in the shortest form that reads back the same. */
#ifndef ENDUSE_CEDAR_EXTENSION_H
#define ENDUSE_CEDAR_EXTENSION_H

#include "cedar/functions.h"
#include "cedar/value.h"

/* "-12.345": digits on both sides of the point, at most four after it, within int64 / 10^4. */
enum error cedar_decimal_parse(struct bytes text, struct fault *fault, int64_t *ret_number);

/* "2026-03-02", or with "T09:00:00Z", or ".123", or "+0200" in place of Z. Milliseconds. */
enum error cedar_datetime_parse(struct bytes text, struct fault *fault, int64_t *ret_number);

/* "1d2h3m4s5ms" with any unit left out, in this order, `-` in front. Milliseconds. */
enum error cedar_duration_parse(struct bytes text, struct fault *fault, int64_t *ret_number);

/* "10.0.0.0/8", "::1": an address with or without a prefix length; no zone, no IPv4 inside IPv6. */
enum error cedar_ip_parse(struct bytes text, struct fault *fault, struct cedar_ip *ret_ip);

/* Makes the value that constructor (CEDAR_FUNCTION_DECIMAL, _DATETIME, _DURATION, _IP) gives for a
 * text. All of these: ERROR_CEDAR_EXTENSION with the text; ERROR_MEMORY (ip only). */
enum error cedar_extension_build(
    struct arena *arena, enum cedar_function constructor, struct bytes text, struct fault *fault,
    struct cedar_value *ret_value);

/* Append the text that the parsers above read back. */
void cedar_decimal_append(struct buffer *buffer, int64_t number);
void cedar_datetime_append(struct buffer *buffer, int64_t number);
void cedar_duration_append(struct buffer *buffer, int64_t number);
void cedar_ip_append(struct buffer *buffer, const struct cedar_ip *ip);

#endif

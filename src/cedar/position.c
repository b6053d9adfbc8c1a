/* Places in a source text, and faults that name them. */
#include "cedar/position.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

struct bytes cedar_span_text(struct bytes source, struct cedar_span span)
{
    return bytes_slice(source, span.start.offset, span.end - span.start.offset);
}

enum error cedar_fault(
    struct fault *fault, enum error error, struct cedar_position at, const char *expected,
    const char *found, ...)
{
    char place[64], words[2 * sizeof fault->found] = "";
    snprintf(place, sizeof place, "line %" PRIu32 ", column %" PRIu32, at.line, at.column);
    if (found) {
        va_list arguments;
        va_start(arguments, found);
        vsnprintf(words, sizeof words, found, arguments);
        va_end(arguments);
    }
    (void)fault_set(fault, error, place, expected, "%s", words);
    return fault_in_text(fault, error, at.line, at.column);
}

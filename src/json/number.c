/* The grammar of numbers: RFC 8259 section 6. */
#include "json/tree.h"

static size_t digits(struct bytes text, size_t at)
{
    size_t end = at;
    while (end < text.length && text.data[end] >= '0' && text.data[end] <= '9')
        end++;
    return end - at;
}

static bool stands(struct bytes text, size_t at, uint8_t one, uint8_t other)
{
    return at < text.length && (text.data[at] == one || text.data[at] == other);
}

size_t json_number_length(struct bytes text)
{
    size_t at = stands(text, 0, '-', '-');
    size_t whole = digits(text, at);
    /* No leading zeros, and at least one digit in each part. */
    if (whole == 0 || (whole > 1 && text.data[at] == '0'))
        return 0;
    at += whole;
    if (stands(text, at, '.', '.')) {
        size_t fraction = digits(text, at + 1);
        if (fraction == 0)
            return 0;
        at += 1 + fraction;
    }
    if (stands(text, at, 'e', 'E')) {
        size_t sign = stands(text, at + 1, '+', '-');
        size_t exponent = digits(text, at + 1 + sign);
        if (exponent == 0)
            return 0;
        at += 1 + sign + exponent;
    }
    return at;
}

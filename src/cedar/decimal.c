/* The text of decimals: four places at most, kept as ten-thousandths. */
#include <inttypes.h>

#include "cedar/digits.h"
#include "cedar/extension.h"

enum { PLACES = 4, SCALE = 10000 };

enum error cedar_decimal_parse(struct bytes text, struct fault *fault, int64_t *ret_number)
{
    static const char expected[] = "decimal: -?digits.1 to 4 digits, below 2^63 / 10000";
    struct cedar_digits digits = {text, 0};
    bool negative = cedar_digits_take(&digits, '-');
    size_t whole = cedar_digits_count(&digits);
    if (whole == 0)
        return cedar_extension_refuse(text, fault, expected);
    /* Counting downwards reaches the lowest number too. */
    int64_t number = 0;
    bool fits = true;
    for (size_t i = 0; i < whole; i++)
        fits = fits && !__builtin_mul_overflow(number, 10, &number) &&
               !__builtin_sub_overflow(number, text.data[digits.at + i] - '0', &number);
    digits.at += whole;
    unsigned part = 0;
    if (!fits || !cedar_digits_take(&digits, '.'))
        return cedar_extension_refuse(text, fault, expected);
    size_t places = cedar_digits_count(&digits);
    if (places == 0 || places > PLACES || !cedar_digits_fixed(&digits, places, &part) ||
        digits.at != text.length)
        return cedar_extension_refuse(text, fault, expected);
    for (; places < PLACES; places++)
        part *= 10;
    if (__builtin_mul_overflow(number, SCALE, &number) ||
        __builtin_sub_overflow(number, (int64_t)part, &number) ||
        (!negative && __builtin_sub_overflow(0, number, &number)))
        return cedar_extension_refuse(text, fault, expected);
    *ret_number = number;
    return ERROR_OK;
}

void cedar_decimal_append(struct buffer *buffer, int64_t number)
{
    uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    unsigned part = (unsigned)(size % SCALE);
    int places = PLACES;
    for (; places > 1 && part % 10 == 0; places--)
        part /= 10;
    buffer_printf(buffer, "%s%" PRIu64 ".%0*u", number < 0 ? "-" : "", size / SCALE, places, part);
}

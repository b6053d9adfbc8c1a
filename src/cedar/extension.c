/* Building extension values by their constructors, and what their readers share. The readers are in
 * decimal.c, datetime.c and ipaddr.c. */
#include "cedar/extension.h"

#include "cedar/digits.h"

bool cedar_digits_take(struct cedar_digits *digits, char byte)
{
    if (digits->at >= digits->text.length || digits->text.data[digits->at] != (uint8_t)byte)
        return false;
    digits->at++;
    return true;
}

size_t cedar_digits_count(const struct cedar_digits *digits)
{
    size_t end = digits->at;
    while (end < digits->text.length && digits->text.data[end] >= '0' &&
           digits->text.data[end] <= '9')
        end++;
    return end - digits->at;
}

bool cedar_digits_fixed(struct cedar_digits *digits, size_t count, unsigned *ret_number)
{
    if (cedar_digits_count(digits) < count)
        return false;
    unsigned number = 0;
    for (size_t i = 0; i < count; i++)
        number = number * 10 + (unsigned)(digits->text.data[digits->at++] - '0');
    *ret_number = number;
    return true;
}

enum error cedar_extension_refuse(struct bytes text, struct fault *fault, const char *expected)
{
    char found[sizeof fault->found];
    return fault_set(
        fault, ERROR_CEDAR_EXTENSION, NULL, expected, "%s", quote_text(text, found, sizeof found));
}

enum error cedar_extension_build(
    struct arena *arena, enum cedar_function constructor, struct bytes text, struct fault *fault,
    struct cedar_value *ret_value)
{
    int64_t number = 0;
    struct cedar_ip ip, *kept;
    enum error error;
    switch (constructor) {
    case CEDAR_FUNCTION_DECIMAL:
        if (!(error = cedar_decimal_parse(text, fault, &number)))
            *ret_value = cedar_value_decimal(number);
        return error;
    case CEDAR_FUNCTION_DATETIME:
        if (!(error = cedar_datetime_parse(text, fault, &number)))
            *ret_value = cedar_value_datetime(number);
        return error;
    case CEDAR_FUNCTION_DURATION:
        if (!(error = cedar_duration_parse(text, fault, &number)))
            *ret_value = cedar_value_duration(number);
        return error;
    case CEDAR_FUNCTION_IP:
        if ((error = cedar_ip_parse(text, fault, &ip)))
            return error;
        kept = ARENA_NEW(arena, struct cedar_ip);
        if (!kept)
            return fault_set(fault, ERROR_MEMORY, NULL, NULL, NULL);
        *kept = ip;
        *ret_value = (struct cedar_value){.kind = CEDAR_IPADDR, .ip = kept};
        return ERROR_OK;
    default:
        return fault_set(
            fault, ERROR_CEDAR_FUNCTION, NULL, "decimal, datetime, duration or ip", "%s",
            cedar_function_name(constructor));
    }
}

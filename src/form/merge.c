/* JSON merge patches (RFC 7396). */
#include "form/merge.h"

#include <stdio.h>

static bool is_object(const struct json *value)
{
    return value && json_type(value) == JSON_OBJECT;
}

struct merged merged_find(struct merged object, struct bytes name)
{
    const struct json *base = is_object(object.base) ? json_find_bytes(object.base, name) : NULL;
    const struct json *patch = is_object(object.patch) ? json_find_bytes(object.patch, name) : NULL;
    if (!patch)
        return (struct merged){.base = base};
    if (json_type(patch) == JSON_NULL)
        return (struct merged){0};
    if (is_object(patch) && is_object(base))
        return (struct merged){base, patch};
    return (struct merged){.patch = patch};
}

struct merged merged_member(struct merged object, const char *name)
{
    return merged_find(object, bytes_of(name));
}

bool merged_there(struct merged value)
{
    return value.base || value.patch;
}

const struct json *merged_value(struct merged value)
{
    return value.patch ? value.patch : value.base;
}

bool merged_name_at(struct merged object, size_t position, struct bytes *ret_name)
{
    const struct json *sides[] = {object.base, object.patch};
    for (size_t side = 0; side < 2; side++) {
        size_t count = is_object(sides[side]) ? json_count(sides[side]) : 0;
        for (size_t i = 0; i < count; i++) {
            struct bytes name = json_name_at(sides[side], i);
            bool again = side == 1 && is_object(object.base) && json_find_bytes(object.base, name);
            if (again || !merged_there(merged_find(object, name)))
                continue;
            if (position-- == 0) {
                *ret_name = name;
                return true;
            }
        }
    }
    return false;
}

enum error merged_allow(struct merged object, const char *const *names, struct fault *fault)
{
    enum error error = object.base ? json_allow(object.base, names, fault) : ERROR_OK;
    if (error == ERROR_OK && object.patch)
        error = json_allow(object.patch, names, fault);
    return error;
}

enum error merged_fault(
    struct merged value, struct fault *fault, enum error error, const char *expected,
    const char *found, ...)
{
    char text[128] = "";
    if (found) {
        va_list arguments;
        va_start(arguments, found);
        vsnprintf(text, sizeof text, found, arguments);
        va_end(arguments);
    }
    return json_fault(merged_value(value), fault, error, expected, found ? "%s" : NULL, text);
}

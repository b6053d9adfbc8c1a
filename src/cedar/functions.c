/* Looking up functions and methods in their table. */
#include "cedar/functions.h"

static const struct {
    const char *name;
    bool method;
    size_t arity;
} functions[CEDAR_FUNCTION_COUNT] = {
#define FUNCTION_ROW(name, text, method, arity) [CEDAR_FUNCTION_##name] = {text, method, arity},
    CEDAR_FUNCTIONS(FUNCTION_ROW)
#undef FUNCTION_ROW
};

const char *cedar_function_name(enum cedar_function function)
{
    return functions[function].name;
}

bool cedar_function_is_method(enum cedar_function function)
{
    return functions[function].method;
}

bool cedar_function_is_extension(enum cedar_function function)
{
    return function >= CEDAR_FUNCTION_DECIMAL;
}

size_t cedar_function_arity(enum cedar_function function)
{
    return functions[function].arity;
}

enum cedar_function cedar_function_find(struct bytes name)
{
    for (enum cedar_function i = 0; i < CEDAR_FUNCTION_COUNT; i++) {
        if (bytes_equal_text(name, functions[i].name))
            return i;
    }
    return CEDAR_FUNCTION_COUNT;
}

/* Looking up a country by its code. */
#include "instruments/country.h"

#include <stdlib.h>
#include <string.h>

static int compare_code(const void *code, const void *row)
{
    return strcmp(code, ((const struct country *)row)->code);
}

const char *country_name(const char *code)
{
    const struct country *found =
        bsearch(code, country_rows, country_count, sizeof *country_rows, compare_code);
    return found ? found->name : NULL;
}

bool country_is_users(const char *code)
{
    if (strlen(code) != 2 || code[1] < 'A' || code[1] > 'Z')
        return false;
    return code[0] == 'X' || (code[0] == 'Q' && code[1] >= 'M') || strcmp(code, "AA") == 0 ||
           strcmp(code, "ZZ") == 0;
}

enum error country_check(const char *code, const char *place, struct fault *fault)
{
    if (country_name(code) || country_is_users(code))
        return ERROR_OK;
    return fault_set(
        fault, ERROR_DOCUMENT_RULE, place, "a country's code of ISO 3166-1, two capital letters",
        "\"%.20s\"", code);
}

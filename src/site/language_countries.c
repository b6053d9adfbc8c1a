/* Names of countries in other languages, as iso-codes has them at build time. */
#include <string.h>

#include "site/country_names.h"
#include "site/language.h"

static const struct {
    const char *language, *code, *name;
} names[] = {
#define COUNTRY_NAME_ROW(language, code, name) {language, code, name},
    COUNTRY_NAME_TABLE(COUNTRY_NAME_ROW)
#undef COUNTRY_NAME_ROW
    /* So that the table is none where there are no names. */
    {"", "", ""},
};

const char *language_country(size_t language, const char *code)
{
    for (size_t i = 0; i + 1 < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i].language, language_code(language)) == 0 &&
            strcmp(names[i].code, code) == 0)
            return names[i].name;
    }
    return NULL;
}

/* Which language a reader wants, and choosing one. */
#include "site/language.h"

#include <string.h>
#include <strings.h>

#include "service/core.h"
#include "site/authority_pages.h"
#include "site/entry.h"
#include "site/handlers.h"
#include "site/words.h"

enum {
    WEIGHT_ONE = 1000,      /* q=1 */
    YEAR = 365 * 24 * 3600, /* s */
};

static const char cookie[] = "language";

const char *language_code(size_t language)
{
    return language ? page_languages[language - 1].code : "en";
}

const char *language_name(size_t language)
{
    return language ? page_languages[language - 1].name : "English";
}

const char *language_date(struct arena *arena, size_t language, millis time)
{
    static const char *const months[] = {PHRASE("January"), PHRASE("February"), PHRASE("March"),
                                         PHRASE("April"),   PHRASE("May"),      PHRASE("June"),
                                         PHRASE("July"),    PHRASE("August"),   PHRASE("September"),
                                         PHRASE("October"), PHRASE("November"), PHRASE("December")};
    int64_t year;
    unsigned month, day;
    civil_from_days(time / MILLIS_DAY, &year, &month, &day);
    return words_format(
        arena, "%u %s %lld", day, page_phrase(language, months[month - 1]), (long long)year);
}

/* The language of a tag's first part ("he" of "he-IL"), or PAGE_LANGUAGES + 1. */
static size_t find(const char *tag, size_t length)
{
    size_t language = 0;
    while (language <= PAGE_LANGUAGES && (strlen(language_code(language)) != length ||
                                          strncasecmp(language_code(language), tag, length) != 0))
        language++;
    return language;
}

/* ";q=0.8" as 800; 0 for what is no weight. RFC 9110 section 12.4.2. */
static unsigned weight_of(const char *text)
{
    text += strspn(text, " \t");
    if (*text != ';')
        return WEIGHT_ONE;
    text += 1 + strspn(text + 1, " \t");
    if (strncasecmp(text, "q=", 2) != 0 || (text[2] != '0' && text[2] != '1'))
        return 0;
    if (text[2] == '1')
        return WEIGHT_ONE;
    unsigned weight = 0, place = WEIGHT_ONE / 10;
    for (const char *at = text + 3 + (text[3] == '.'); *at >= '0' && *at <= '9' && place; at++) {
        weight += (unsigned)(*at - '0') * place;
        place /= 10;
    }
    return weight;
}

static size_t accepted(const char *field)
{
    size_t best = 0;
    unsigned best_weight = 0;
    while (*field) {
        field += strspn(field, " \t,");
        size_t length = strcspn(field, "-;, \t"), whole = strcspn(field, ";, \t");
        size_t language = find(field, length);
        unsigned weight = weight_of(field + whole);
        if (language <= PAGE_LANGUAGES && weight > best_weight) {
            best = language;
            best_weight = weight;
        }
        field += strcspn(field, ",");
    }
    return best;
}

size_t language_of(const struct http_request *request)
{
    struct bytes chosen = cookie_value(request, cookie);
    size_t language = find((const char *)chosen.data, chosen.length);
    if (chosen.length && language <= PAGE_LANGUAGES)
        return language;
    const char *field = http_field(request, "Accept-Language");
    return field ? accepted(field) : 0;
}

HANDLER(get_language)
{
    (void)exchange;
    struct reading reading;
    if (reading_begin(context, route, request, response, &reading))
        return HTTP_ANSWERED;
    const char *code = http_parameter(request, "code");
    const char *back = entry_path(http_query(request, "back"));
    size_t language = find(code, strlen(code));
    if (language > PAGE_LANGUAGES) {
        reading.fault.error = ERROR_NOT_FOUND;
        return reading_failed(&reading, response);
    }
    /* It says what is read, not who reads: it stays when a session ends. */
    cookie_set(reading.service, response, cookie, language_code(language), YEAR);
    http_redirect(response, back ? back : "/");
    reading_end(&reading);
    return HTTP_ANSWERED;
}

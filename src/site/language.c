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

bool language_is_right_to_left(size_t language)
{
    return language && page_languages[language - 1].right_to_left;
}

const char *language_say(
    struct arena *arena, size_t language, const char *sentence, const char *const *values,
    size_t count)
{
    bool isolates = language_is_right_to_left(language);
    struct buffer text = {0};
    for (const char *at = page_phrase(language, sentence); *at && !text.error;) {
        size_t place = *at == '{' ? (size_t)(at[1] - '0') : count;
        if (place >= count) {
            buffer_append_byte(&text, (uint8_t)*at++);
            continue;
        }
        if (!values[place]) {
            buffer_free(&text);
            return NULL;
        }
        buffer_printf(
            &text, "%s%s%s", isolates ? "\u2068" : "", values[place], isolates ? "\u2069" : "");
        at += strlen("{0}");
    }
    const char *said = text.error ? NULL : arena_text(arena, buffer_view(&text));
    buffer_free(&text);
    return said;
}

const char *language_month(unsigned month)
{
    static const char *const months[] = {PHRASE("January"), PHRASE("February"), PHRASE("March"),
                                         PHRASE("April"),   PHRASE("May"),      PHRASE("June"),
                                         PHRASE("July"),    PHRASE("August"),   PHRASE("September"),
                                         PHRASE("October"), PHRASE("November"), PHRASE("December")};
    return months[month - 1];
}

const char *language_date(struct arena *arena, size_t language, millis time)
{
    int64_t year;
    unsigned month, day;
    civil_from_days(time / MILLIS_DAY, &year, &month, &day);
    return words_format(
        arena, "%u %s %lld", day, page_phrase(language, language_month(month)), (long long)year);
}

const char *language_span(struct arena *arena, size_t language, millis span)
{
    if (span < 0)
        span = 0;
    long long seconds = span / MILLIS_SECOND, minutes = seconds / 60, hours = minutes / 60,
              days = hours / 24;
    const char *first, *second = NULL, *sentence;
    if (span < 10 * MILLIS_SECOND) {
        first = words_format(arena, "%lld.%02d", seconds, (int)(span % MILLIS_SECOND / 10));
        sentence = PHRASE("{0} s");
    } else if (!minutes) {
        first = words_format(arena, "%lld", seconds);
        sentence = PHRASE("{0} s");
    } else if (!hours) {
        first = words_format(arena, "%lld", minutes);
        second = words_format(arena, "%02lld", seconds % 60);
        sentence = seconds % 60 ? PHRASE("{0} min {1} s") : PHRASE("{0} min");
    } else if (!days) {
        first = words_format(arena, "%lld", hours);
        second = words_format(arena, "%02lld", minutes % 60);
        sentence = minutes % 60 ? PHRASE("{0} h {1} min") : PHRASE("{0} h");
    } else {
        bool exact = !(hours % 24) || days >= 10;
        first = words_format(arena, "%lld", days);
        second = words_format(arena, "%lld", hours % 24);
        if (days == 1)
            sentence = exact ? PHRASE("1 day") : PHRASE("1 day {1} h");
        else
            sentence = exact ? PHRASE("{0} days") : PHRASE("{0} days {1} h");
    }
    return LANGUAGE_SAY(arena, language, sentence, first, second);
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

size_t language_on(const struct http_request *request, unsigned languages)
{
    size_t language = language_of(request);
    return languages >> language & 1 ? language : 0;
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

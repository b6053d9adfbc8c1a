/* The language that a reader wants pages in. A page is shown in it when all of its words are there,
 * else whole in English, the templates' own: never a mixture. Internal to site/. */
#ifndef ENDUSE_SITE_LANGUAGE_H
#define ENDUSE_SITE_LANGUAGE_H

#include "base/base.h"
#include "http/http.h"

/* A text that code puts into pages with {{~ }}, page_phrase or language_say: it is in the catalogue
 * of strings. In one for language_say {0} to {9} are places for values. */
#define PHRASE(text) text

/* What was chosen in this browser (a cookie), else the best of Accept-Language (RFC 9110 section
 * 12.5.4) that there is, else 0: English. */
size_t language_of(const struct http_request *request);

/* The same for code that says something on a page: 0 where the page is not in that language.
 * languages: PAGE_languages, which the page compiler knows. */
size_t language_on(const struct http_request *request, unsigned languages);

/* A sentence in a language, with values in its places. Where it is read from the right, each value
 * is isolated (Unicode's FSI and PDI), so that it changes nothing of the order around it. NULL: no
 * memory, or a value is NULL. */
const char *language_say(
    struct arena *arena, size_t language, const char *sentence, const char *const *values,
    size_t count);
#define LANGUAGE_SAY(arena, language, sentence, ...)                                               \
    language_say(                                                                                  \
        (arena), (language), (sentence), (const char *const[]){__VA_ARGS__},                       \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/* A word of the office's tables that the public reads (a state, an order's kind, a ministry), with
 * the capital that it has, in a language; any other text as it is. language_words.c. */
const char *language_word(size_t language, const char *word);

/* The name of a country by its code of ISO 3166-1, or NULL: English has the standard's own, and the
 * build may have had none. language_countries.c. */
const char *language_country(size_t language, const char *code);

bool language_is_right_to_left(size_t language);

/* "21 November 2026", "53 min 51 s" (words_span) in a language; the months' names. */
const char *language_date(struct arena *arena, size_t language, millis time);
const char *language_span(struct arena *arena, size_t language, millis span);
const char *language_month(unsigned month); /* of 1 to 12, in English: a phrase */

/* "he", and what it calls itself. */
const char *language_code(size_t language);
const char *language_name(size_t language);

#endif

/* The language that a reader wants pages in. A page is shown in it when all of its words are there,
 * else whole in English, the templates' own: never a mixture. Internal to site/. */
#ifndef ENDUSE_SITE_LANGUAGE_H
#define ENDUSE_SITE_LANGUAGE_H

#include "base/base.h"
#include "http/http.h"

/* A text that code puts into pages with {{~ }}, or into a sentence with language_say: it is in the
 * catalogue of strings. */
#define PHRASE(text) text

/* What was chosen in this browser (a cookie), else the best of Accept-Language (RFC 9110 section
 * 12.5.4) that there is, else 0: English. */
size_t language_of(const struct http_request *request);

/* "21 November 2026" in a language. */
const char *language_date(struct arena *arena, size_t language, millis time);

/* "he", and what it calls itself. */
const char *language_code(size_t language);
const char *language_name(size_t language);

#endif

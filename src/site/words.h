/* Numbers and times as a reader has them: "21 November 2026", "53 min 51 s", "1 046". Everything is
 * in the arena; NULL where there is no memory, which templates show as nothing. */
#ifndef ENDUSE_SITE_WORDS_H
#define ENDUSE_SITE_WORDS_H

#include "authority/authority.h"
#include "site/views.h"

PRINTF_LIKE(2, 3) const char *words_format(struct arena *arena, const char *format, ...);

const char *words_date(struct arena *arena, millis time); /* "21 November 2026" */
struct view_moment words_moment(struct arena *arena, millis time);

/* A length of time in its two largest units: "3 days 4 h", "53 min 51 s", "0.83 s". */
const char *words_span(struct arena *arena, millis span);

/* The first 8 bytes of a digest in groups. */
const char *words_digest(struct arena *arena, const struct digest *digest);

/* In the letters of base64 that URLs can have. */
const char *words_base64url(struct arena *arena, struct bytes bytes);

/* Words between commas. */
const char *words_list(struct arena *arena, const char *const *items, size_t count);

/* "48 213": thousands apart by a narrow space that does not break. */
const char *words_number(struct arena *arena, uint64_t number);

/* "3 licences": the plural is the singular with an s. */
const char *words_count(struct arena *arena, uint64_t count, const char *one);

struct view_state words_installation_state(int state, enum lease_state lease);

#endif

/* Countries by their codes of ISO 3166-1, as Debian's iso-codes has them at build time. */
#ifndef ENDUSE_INSTRUMENTS_COUNTRY_H
#define ENDUSE_INSTRUMENTS_COUNTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct country {
    char code[3];     /* alpha-2, "IL" */
    const char *name; /* the English short name, UTF-8 */
};

/* By code, ascending. Made by tools/countries.c. */
extern const struct country country_rows[];
extern const size_t country_count;

/* The English short name of a code; NULL when the standard has none: the code does not exist, or is
 * one of those that it leaves to its users. */
const char *country_name(const char *code);

/* Whether the standard leaves the code to its users (ISO 3166-1, 8.1.3: AA, QM to QZ, XA to XZ,
 * ZZ). A user must say whom it means; examples and demonstrations here use them. */
bool country_is_users(const char *code);

/* A code that the standard names or leaves to its users; else DOCUMENT_RULE. Signed documents are
 * not held to this, as the standard changes and they do not (rule_state): the office's acts are. */
enum error country_check(const char *code, const char *place, struct fault *fault);

#endif

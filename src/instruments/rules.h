/* Rules that several kinds of documents share. For the files of instruments/. */
#ifndef ENDUSE_INSTRUMENTS_RULES_H
#define ENDUSE_INSTRUMENTS_RULES_H

#include "instruments/field.h"

/* What a certificate may set as the length of leases. */
#define LEASE_TTL_SHORTEST (10 * MILLIS_SECOND)
#define LEASE_TTL_LONGEST (7 * MILLIS_DAY)

/* from < until, both set. */
enum error rule_period(millis from, millis until, const char *place, struct fault *fault);

/* An ISO 3166-1 alpha-2 code: two capital letters. Whether it is an eligible country is the
 * office's. */
enum error rule_state(const char *code, const char *place, struct fault *fault);

/* A name that stands in files, addresses and clauses: letters, digits, dot, dash and underscore, at
 * most 64. */
enum error rule_name(const char *name, const char *place, struct fault *fault);

/* An expected thing that is not so: ERROR_DOCUMENT_RULE. */
enum error rule_broken(struct fault *fault, const char *place, const char *expected);

/* The digest that a document must refer to. */
enum error rule_refers(
    const struct digest *found, const struct digest *expected, const char *place,
    struct fault *fault);

bool digest_is_set(const struct digest *digest);
bool id_is_set(const struct id *id);
bool id_equal(const struct id *a, const struct id *b);

#endif

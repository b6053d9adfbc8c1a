/* The small world of tests (world.h) with the form of December 2021, whose model conditions are the
 * licence's clauses: what the tests of verdict/ change and judge. Everything asserts on failure. */
#ifndef ENDUSE_TESTS_VERDICT_WORLD_H
#define ENDUSE_TESTS_VERDICT_WORLD_H

#include "form/form.h"
#include "verdict/verdict.h"
#include "world.h"

extern struct form form; /* as read from its folder; world.form is a copy to change */
extern struct world world;
extern struct moment moment; /* WORLD_NOW at first */
extern bool with_approval;   /* the use stands on world.approval: true at first */

/* For cmocka: of the group, and of each test. */
int verdict_world_read_form(void **state);
int verdict_world_free_form(void **state);
int verdict_world_begin(void **state);
int verdict_world_end(void **state);

/* What the world's terms and its declared use are made of. */
struct terms_sources sources_of(const struct terms_order *orders, size_t count);
struct use_sources use_sources(void);

void must(enum error error, const struct fault *fault);
struct terms *open_terms(const struct terms_order *orders, size_t count);
struct declared_use *open_use(const struct terms *terms);

/* "within 4", "forbidden 6 6.2", "no-clause". Static storage. */
const char *words(const struct terms *terms, const struct verdict *verdict);

/* The verdict on the world's declared use: under its own terms, with one order, under these. */
void assert_verdict(const char *expected);
void assert_verdict_with(const struct order *order, const char *expected);
void assert_verdict_under(const struct terms *terms, const char *expected);

/* That the declaration cannot be judged at all, with this error at this place. */
void assert_refused(enum error error, const char *place);

#endif

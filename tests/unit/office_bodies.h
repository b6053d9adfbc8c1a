/* The bodies of acts at the office, for tests: what an exporter, a product and an application say,
 * and what is written about them. All are in the world's arena. */
#ifndef ENDUSE_TESTS_OFFICE_BODIES_H
#define ENDUSE_TESTS_OFFICE_BODIES_H

#include "authority/authority.h"
#include "world.h"

/* The body with another value of a member that it has. */
struct datum
body_with(struct world *world, struct datum body, const char *name, struct datum value);

struct datum body_exporter(struct world *world); /* "An Exporter", of "An Owner" */

/* Of them on one list; with a match of the owner's where there is a finding. */
struct datum body_screening(struct world *world, const char *finding);

struct datum body_product(struct world *world); /* of EX-0031 */

/* For EX-0031's P-0112 in this state, by the police of XA; export rests on A-0, renewal and
 * amendment are of IL-2026-0017, marketing is for a year. */
struct datum body_application(
    struct world *world, enum application_kind kind, const char *country, bool governmental);

struct datum body_assessment(struct world *world, const char *recommendation);
struct datum body_days(struct world *world, int64_t days);
struct datum body_review(struct world *world, const char *decision);

/* What registers hold of those whom the world's certificate names, and of the product's build. */
struct datum body_agency(struct world *world, const char *country);
struct datum body_evidence(struct world *world);
struct datum
body_approver(struct world *world, const char *country, const struct approving_body *body);
struct datum body_fingerprint(struct world *world, const struct document_key *key);
struct datum body_build(struct world *world);
struct datum body_test(struct world *world, bool passed);
extern const struct digest world_build;

#endif

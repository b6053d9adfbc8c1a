/* Strict validation: policies, requests, entities and values against a schema. What the schema is,
 * is in schema.h.
 *
 * A policy that passes cannot, on a request and entities that pass, meet a missing attribute or
 * tag, a value of the wrong type or an unknown extension text: only integer overflow, and entities
 * that are not there, remain. Policies are checked in the strict mode of the language, once for
 * each request environment (an action with a principal type and a resource type that it applies
 * to).
 */
#ifndef ENDUSE_CEDAR_CHECK_H
#define ENDUSE_CEDAR_CHECK_H

#include "cedar/authorize.h"
#include "cedar/entities.h"
#include "cedar/policies.h"
#include "cedar/schema.h"

/* One thing that is wrong with a policy. */
struct cedar_finding {
    struct bytes policy;    /* its id; lives as long as the set */
    struct cedar_span span; /* in the policy's source */
    struct fault fault;     /* place "ID: line L, column C", with error, expected and found */
};

/* Everything found, policy by policy, no error twice at one place. Start with a zeroed struct; end
 * with cedar_findings_free. At most limit are kept when limit is not 0. */
struct cedar_findings {
    struct cedar_finding *items;
    size_t count, room, limit;
};

void cedar_findings_free(struct cedar_findings *findings);

/* Checks every policy and template of the set, or one; a slot may stand for any entity that its
 * scope and the actions let through. Returns ERROR_OK when nothing is wrong; otherwise the error of
 * the first finding, with *fault as its fault. findings may be NULL; what it holds already is kept.
 * When a finding is returned all policies have been checked.
 *
 * CHECK_ENTITY_TYPE, CHECK_ENTITY, CHECK_ACTION: names that the schema does not have, wherever they
 * stand. CHECK_APPLIES: no action of the scope applies to any principal and resource of it.
 * In conditions that some environment can reach: CHECK_ATTRIBUTE, CHECK_TAG (not declared, so never
 * there); CHECK_OPTIONAL_ATTRIBUTE, CHECK_OPTIONAL_TAG (perhaps not there, and no `has` or
 * `hasTag` before it); CHECK_TYPE (an operand of the wrong type); CHECK_TYPES_DIFFER (operands or
 * elements that must have one type); CHECK_EMPTY_SET; CHECK_NOT_LITERAL, CHECK_EXTENSION
 * (constructors of extension values); CHECK_ARITY; CHECK_LIMIT; MEMORY. */
MUST_CHECK
enum error cedar_check_policies(
    const struct cedar_schema *schema, const struct cedar_policies *policies,
    struct cedar_findings *findings, struct fault *fault);
MUST_CHECK
enum error cedar_check_policy(
    const struct cedar_schema *schema, const struct cedar_policy *policy,
    struct cedar_findings *findings, struct fault *fault);

/* Whether the policy asks only of entities within so many accesses of what the request names (RFC
 * 76). Asking for an attribute or tag of an entity, whether there is one, or what it is in, is an
 * access; so a policy of level 0 asks nothing of entities, one of level 1 asks of principal,
 * action, resource and the entities in the context, one of level 2 also of the entities that their
 * attributes and tags are. An entity that the policy names itself is at no level, but for the
 * action of the request. Only for a policy that passes cedar_check_policy; collected as its
 * findings are. CHECK_LEVEL, CHECK_LIMIT, MEMORY. */
MUST_CHECK
enum error cedar_check_level(
    const struct cedar_schema *schema, const struct cedar_policy *policy, uint32_t level,
    struct cedar_findings *findings, struct fault *fault);

/* Warnings: what the language allows and nobody can mean. A policy may have both findings and
 * warnings. Collected as findings are; returns ERROR_OK when there is none, otherwise the first.
 *
 * CHECK_IMPOSSIBLE: in every environment that the scope lets through, the conditions are known to
 * be false. CHECK_DIRECTION: a control for bidirectional text (U+202A to U+202E, U+2066 to U+2069)
 * in the policy's text, comments within it included, so that it reads otherwise than it is; MEMORY.
 * Unlike the official engine we do not look for mixed scripts or confusable letters, which takes
 * tables of Unicode. */
MUST_CHECK
enum error cedar_check_warnings(
    const struct cedar_schema *schema, const struct cedar_policy *policy,
    struct cedar_findings *findings, struct fault *fault);

/* Whether the request can be asked: the action is declared and applies to the types of principal
 * and resource, their names are among the choices where they are enumerated, and the context
 * conforms. CHECK_ACTION, CHECK_ENTITY_TYPE, CHECK_ENTITY, CHECK_APPLIES, and as
 * cedar_check_value. */
MUST_CHECK
enum error cedar_check_request(
    const struct cedar_schema *schema, const struct cedar_request *request, struct fault *fault);

/* Whether the entity conforms: its type is declared; it has the attributes that are required and
 * none that are not declared; its tags are of the declared type; its parents are of types that it
 * may be below; an enumerated one is one of the choices and has nothing else. An action must have
 * above it exactly the groups that the schema puts there, at any distance; entities (may be NULL)
 * is where its parents' parents are looked up. CHECK_ENTITY_TYPE, CHECK_ENTITY, CHECK_ACTION,
 * CHECK_TAG, CHECK_PARENT, MEMORY, and as cedar_check_value. */
MUST_CHECK
enum error cedar_check_entity(
    const struct cedar_schema *schema, const struct cedar_entities *entities,
    const struct cedar_entity *entity, struct fault *fault);

/* Adds the actions of the schema to a store that is not frozen, each under the groups that it is
 * directly in; those that the store has already stay as they are. The lists of parents are in
 * arena, which must outlive the store. MEMORY, STATE, TOO_LARGE. */
MUST_CHECK
enum error cedar_add_actions(
    const struct cedar_schema *schema, struct cedar_symbols *symbols, struct arena *arena,
    struct cedar_entities *entities, struct fault *fault);

/* Checks the entities of a store (not of the one below it) in their order. */
MUST_CHECK
enum error cedar_check_entities(
    const struct cedar_schema *schema, const struct cedar_entities *entities, struct fault *fault);

/* Whether a value is of a type of the schema. fault->place is the path to what is wrong,
 * "$.approval.body". CHECK_VALUE (of another type), CHECK_ENTITY (not a choice of its enumerated
 * type), CHECK_ACTION (an action that is not declared), CHECK_MISSING (a required attribute),
 * CHECK_ATTRIBUTE (one that the type does not have). */
MUST_CHECK
enum error cedar_check_value(
    const struct cedar_schema *schema, const struct cedar_type *type, struct cedar_value value,
    struct fault *fault);

/* As cedar_check_value for a record; NULL is the empty record. */
MUST_CHECK
enum error cedar_check_record(
    const struct cedar_schema *schema, const struct cedar_record_type *type,
    const struct cedar_record *record, struct fault *fault);

#endif

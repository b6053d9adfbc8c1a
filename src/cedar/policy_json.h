/* Policies, templates and links in Cedar's JSON form (the "EST" of its documentation), both ways.
 * In the library cedar_json, because the engine itself needs no JSON.
 *
 * What is read becomes canonical text first (print.h) and is then read as any text is: so a policy
 * from JSON has a source with places for explanations, and can hold nothing that text cannot. What
 * text has and JSON has not: the steps of `has a.b.c` are written as `has a && …`, and an action's
 * list of one as that one. */
#ifndef ENDUSE_CEDAR_POLICY_JSON_H
#define ENDUSE_CEDAR_POLICY_JSON_H

#include "cedar/policies.h"
#include "json/json.h"

/* Adds one policy or template. Rows JSON_* with the place; CEDAR_FUNCTION, CEDAR_ARITY; what the
 * canonical text is refused for, at the policy's place; CEDAR_DUPLICATE_POLICY. On failure the set
 * is as before. */
MUST_CHECK enum error cedar_json_policy_add(
    struct cedar_policies *policies, const struct json *json, struct bytes id, struct fault *fault);

/* Reads {"staticPolicies": {ID: policy}, "templates": {ID: template}, "templateLinks":
 * [{"templateId", "newId", "values": {"?principal": entity}}]} into a new set. Each of the three
 * may be left out, but not all. A policy with slots among the static ones, and one without among
 * the templates, is refused (CEDAR_TEMPLATE). */
MUST_CHECK enum error cedar_json_policies_read(
    const struct json *json, struct fault *fault, struct cedar_policies **ret_policies);

/* Writes the object of one policy, template or link (with its slots filled). An operator takes two
 * levels of JSON, so that trees of more than about 120 levels end in the writer's JSON_DEPTH. */
void cedar_json_policy_write(struct json_writer *writer, const struct cedar_policy *policy);

/* Writes the object of a set; links under their templates' ids. */
void cedar_json_policies_write(struct json_writer *writer, const struct cedar_policies *policies);

#endif

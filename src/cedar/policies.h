/* Sets of policies as read from text: parsing, naming, looking up. What they mean is compiled from
 * here (program.h). Templates, links and JSON policies are not read here. */
#ifndef ENDUSE_CEDAR_POLICIES_H
#define ENDUSE_CEDAR_POLICIES_H

#include "cedar/tree.h"

struct cedar_policies;

enum error cedar_policies_create(struct cedar_policies **ret_policies);
void cedar_policies_free(struct cedar_policies *policies);

/* How the policies of one text get their ids: prefix, then the value of the annotation of that name
 * (every policy must have it, with a value: ERROR_CEDAR_POLICY_ID), or, when annotation is NULL,
 * "policyN" with N counting from 0 in this text. {0} gives plain "policyN". */
struct cedar_naming {
    struct bytes prefix;
    const char *annotation;
};

/* Parses a text and adds its policies, copying what it needs. naming may be NULL, as {0}. An id
 * that the set has already is refused (ERROR_CEDAR_DUPLICATE_POLICY). Every error says line and
 * column in fault->place. On failure the set is as before. */
enum error cedar_policies_add(
    struct cedar_policies *policies, struct bytes text, const struct cedar_naming *naming,
    struct fault *fault);

/* The policies in the order of adding, for index below count. They live as long as the set; adding
 * more does not move them. */
size_t cedar_policies_count(const struct cedar_policies *policies);
const struct cedar_policy *cedar_policies_at(const struct cedar_policies *policies, size_t index);

/* The index of the policy with this id; false when there is none. */
bool cedar_policies_find(const struct cedar_policies *policies, struct bytes id, size_t *ret_index);

/* The annotation of this name, or NULL. */
const struct cedar_annotation *
cedar_policy_annotation(const struct cedar_policy *policy, const char *name);

/* The text of the policy, annotations included. */
struct bytes cedar_policy_text(const struct cedar_policy *policy);

/* Parses one expression, whole, into arena; text must live as long as the result is used. */
enum error cedar_expr_parse(
    struct bytes text, struct arena *arena, struct fault *fault,
    const struct cedar_expr **ret_expr);

#endif
